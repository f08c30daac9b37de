"""What a letter may repeat: what the customer told in all mails of her case, and nothing that another brought in her name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from mailbot.claims.message import Signs
from mailbot.jobs.customers_words import MOST_MAILS, customers_words
from mailbot.jobs.policy_of import Ground
from mailbot.store import desk, history
from mailbot.store.database import Database
from mailbot.store.listing import case_by_number
from mailbot.store.tables import received
from tests.desk_values import HOUR, MINUTE, NOW, PEOPLE, a_ground, cases, file_claims, file_one, letters, send_all
from tests.test_command_book import ANNA, MAILBOX, PASS, PROOFS, digests, last_result, reply, send
from tests.values import COMPLAINT, a_fact, a_forward, a_mail, words

DEALER, OTHER = "dealer@zakaz.example", "petr@sosed.example"
HER_WORDS = "Забыл указать: заказ 55012, прибор СН-77120, ущерб 900 рублей. Пишите мне на buh@zakaz.example.\n\nПётр Ильич Сомов"
HER_FACTS = words(
    0.3, amounts=(a_fact(900.0),), orders=(a_fact("55012"),), serials=(a_fact("СН-77120"),), emails=(a_fact("buh@zakaz.example"),)
)
REPEATED = {
    "sum": "Вы указали сумму 900 руб.",
    "name": "Уважаемый Пётр Ильич! Мы прочитали письмо.",
    "address": "Копию отправим на buh@zakaz.example.",
}


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_ground(people=[{**PEOPLE[0], "triage": True}, *PEOPLE[1:]], mailbox=[MAILBOX], approval={"director_above": 12_000})


@pytest.fixture
def number(db: Database, ground: Ground) -> str:
    """A claim of the dealer's that names nothing, acknowledged, in Anna's digest."""
    (number,) = file_claims(db, ground, 1, NOW - HOUR)
    send_all(db, NOW)
    digests(db, ground)
    return number


def results(result: str) -> Signs:
    return Signs(authentication_results=(f"mx.firma.example; {result}",))


PROVEN = results("dmarc=pass header.from=zakaz.example")
UNPROVEN = results("spf=fail smtp.mailfrom=zakaz.example; dkim=none")
FORGED = results("dmarc=fail header.from=zakaz.example")


def writes(
    db: Database, ground: Ground, who: str = DEALER, signs: Signs = PROVEN, text: str = HER_WORDS, facts: Any = HER_FACTS, key: str = "w1"
) -> None:
    """A second letter, in answer to our acknowledgement."""
    ours = letters(db, "acknowledgement")[0].message_id
    mail = a_mail(text, from_=who, subject="Re: Претензия", in_reply_to=ours, references=(ours,), signs=signs)
    file_one(db, ground, key, NOW + MINUTE, facts, mail=mail, proofs=PROOFS)


def asked(db: Database, ground: Ground, number: str, text: str) -> bool:
    """Whether the guard asks about these words of Anna's before they go to the customer."""
    before = len(letters(db, "guard_question"))
    digest = next(row for row in letters(db, "digest") if row.recipient == ANNA)
    send(db, ground, reply(f"!ответ {number}\n{text}", digest.message_id), f"r{len(letters(db))}", NOW + HOUR)
    return len(letters(db, "guard_question")) > before


def asked_about(db: Database, ground: Ground, number: str) -> set[str]:
    return {what for what, text in REPEATED.items() if asked(db, ground, number, text)}


def joined(db: Database) -> str:
    with db.read() as conn:
        return str(conn.execute(select(received.c.relation).order_by(received.c.id.desc())).scalars().first())


def test_her_second_letter_may_be_repeated_to_her(db: Database, ground: Ground, number: str) -> None:
    assert asked_about(db, ground, number) == set(REPEATED)
    writes(db, ground)
    assert joined(db) == "customer"
    assert asked_about(db, ground, number) == set()
    assert asked(db, ground, number, "Вы указали сумму 901 руб.")
    assert asked(db, ground, number, "Уважаемый Семён Петрович! Мы прочитали письмо.")


def test_an_order_of_another_case_is_hers_once_she_names_it(db: Database, ground: Ground, number: str) -> None:
    """An order that stands in another customer's case too is told of neither as another's once she has named it herself."""
    file_one(db, ground, "o1", NOW - MINUTE, words(order="55012"), mail=a_mail(from_=OTHER, subject="Заказ 55012"))
    assert asked(db, ground, number, "По заказу 55012 ждём документы.")
    writes(db, ground, signs=UNPROVEN, text="См. выше.")  # in her name, but nothing proves it
    assert asked(db, ground, number, "По заказу 55012 ждём документы.")
    writes(db, ground, key="w2")
    assert not asked(db, ground, number, "По заказу 55012 ждём документы.")


def test_what_nothing_proves_to_be_hers_brings_no_name_and_no_address(db: Database, ground: Ground, number: str) -> None:
    writes(db, ground, signs=UNPROVEN)
    assert joined(db) == "customer"
    assert asked_about(db, ground, number) == {"name", "address"}


@pytest.mark.parametrize(("who", "signs"), [(OTHER, PROVEN), (DEALER, FORGED)])
def test_an_outsider_brings_nothing(db: Database, ground: Ground, number: str, who: str, signs: Signs) -> None:
    """Our letter was passed on to somebody else, or the customer's own domain says that it is not from there."""
    writes(db, ground, who, signs)
    assert joined(db) == "third_party"
    assert asked_about(db, ground, number) == set(REPEATED)


def test_another_customer_whose_case_was_joined_brings_no_name(db: Database, ground: Ground) -> None:
    (number,) = file_claims(db, ground, 1, NOW - HOUR)
    file_one(db, ground, "o1", NOW - MINUTE, replace(COMPLAINT, facts=HER_FACTS.facts), mail=a_mail(HER_WORDS, from_=OTHER, subject="Бой"))
    digest, other = digests(db, ground)[ANNA], cases(db)[-1].number
    send(db, ground, reply(f"!объединить {other} {number} точно", digest.message_id), "m1", NOW + MINUTE)
    assert cases(db)[-1].close_reason == "merged", last_result(db)
    assert asked_about(db, ground, number) == {"name", "address"}


def an_older_mail_is_added(db: Database, ground: Ground, who: str) -> str:
    """An enquiry came before the claim; a person adds it to the case."""
    facts = replace(words(0.02, topic="question"), facts=replace(HER_FACTS.facts, batches=(a_fact("П-1"),)))
    loose = file_one(db, ground, "enq", NOW - 2 * HOUR, facts, mail=a_mail(HER_WORDS, from_=who, subject="Вопрос", signs=PROVEN), proofs=PROOFS)
    mail = a_mail("Стекло разбито.", from_=DEALER, subject="Претензия", signs=PROVEN)
    claim = replace(COMPLAINT, facts=replace(COMPLAINT.facts, batches=(a_fact("П-2"),)))
    opening = file_one(db, ground, "claim", NOW - HOUR, claim, mail=mail, proofs=PROOFS)
    send_all(db, NOW)
    digest, case = digests(db, ground)[ANNA], cases(db)[0]
    send(db, ground, reply(f"!приобщить {case.number} M-{loose}", digest.message_id), "add1", NOW + MINUTE)
    assert "приобщено" in last_result(db)
    assert loose < opening
    with db.read() as conn:
        assert desk.opening_mails(conn, [case.id])[case.id].id == opening
        assert desk.opening_readings(conn, [case.id])[case.id]["mail"]["text"] == "Стекло разбито."
        assert history.batches_of(conn, [case.id]) == {case.id: ("П-2",)}
    return str(case.number)


def test_a_stranger_whose_mail_is_added_brings_nothing(db: Database, ground: Ground) -> None:
    number = an_older_mail_is_added(db, ground, OTHER)
    assert joined(db) != "customer"
    assert asked_about(db, ground, number) == set(REPEATED)


def test_her_own_older_mail_that_is_added_is_hers(db: Database, ground: Ground) -> None:
    number = an_older_mail_is_added(db, ground, DEALER)
    assert asked_about(db, ground, number) == set()


@pytest.mark.parametrize(
    ("signs", "inner", "about"),
    [
        (Signs(authentication_results=(PASS,)), DEALER, set()),
        (Signs(authentication_results=(PASS,)), OTHER, set(REPEATED)),
        (Signs(authentication_results=("mx.firma.example; dmarc=fail header.from=firma.example",)), DEALER, set(REPEATED)),
    ],
)
def test_a_colleague_forwards_her_second_letter(
    db: Database, ground: Ground, number: str, signs: Signs, inner: str, about: set[str]
) -> None:
    """Proven, and of this very customer; else it may be anybody's."""
    ours = letters(db, "acknowledgement")[0].message_id
    mail = a_forward(inner, subject=f"FW: [#{number}]", in_reply_to=ours, references=(ours,), signs=signs)
    assert mail.forwarded is not None
    mail = replace(mail, forwarded=replace(mail.forwarded, text=HER_WORDS))
    file_one(db, ground, "f1", NOW + MINUTE, HER_FACTS, mail=mail, proofs=PROOFS)
    assert joined(db) == "staff"
    assert asked_about(db, ground, number) == about


def test_the_last_letters_of_a_long_case(sqlite_db: Database, ground: Ground) -> None:
    db = sqlite_db
    (number,) = file_claims(db, ground, 1, NOW - HOUR)
    send_all(db, NOW)
    for n in range(MOST_MAILS + 3):
        writes(db, ground, text=f"Письмо {n}.", facts=words(0.3, amounts=(a_fact(1000.0 + n),)), key=f"w{n}")
    with db.read() as conn:
        case = case_by_number(conn, number)
        assert case is not None
        told = customers_words(conn, ground.policy, case)
    assert len(told.hers) == MOST_MAILS + 1
    assert [one["amounts"][0]["value"] for one in told.hers[1:3]] == [1000.0 + MOST_MAILS + 2, 1000.0 + MOST_MAILS + 1]
    assert told.said[0].startswith("Претензия")


DECISION = "!решение {number} возврат за наш счёт\nВернём деньги за ящик.\nустановлено: ящик разбит (акт № 5)\nоснование: пункт 4.2 договора\nисполнение: возврат, до 10.12.2026"


def roles(db: Database, ground: Ground, number: str, key: str) -> set[str]:
    """Whose yes a refund without a sum needs."""
    digests(db, ground)
    digest = next(row for row in letters(db, "digest") if row.recipient == ANNA)
    before = {row.id for row in letters(db, "approval_request")}
    send(db, ground, reply(DECISION.format(number=number), digest.message_id), key, NOW + HOUR)
    return {row.recipient.partition("@")[0] for row in letters(db, "approval_request") if row.id not in before}


def test_whose_yes_a_refund_needs_by_all_sums_she_named(db: Database, ground: Ground, number: str) -> None:
    assert roles(db, ground, number, "d1") == {"vera", "gleb"}  # nobody knows how much: the director too
    writes(db, ground, signs=UNPROVEN)
    assert roles(db, ground, number, "d2") == {"vera", "gleb"}  # in her name: makes it no smaller
    writes(db, ground, key="w2")
    assert roles(db, ground, number, "d3") == {"vera"}  # 900 roubles
    writes(db, ground, text="Всего 15 000 рублей.", facts=words(0.3, amounts=(a_fact(15_000.0),)), key="w3")
    assert roles(db, ground, number, "d4") == {"vera", "gleb"}
