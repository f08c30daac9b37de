"""By mail: where the customer is written to, of a claim that was heard by telephone or came from a wrong address."""

from __future__ import annotations

import pytest

from mailbot.claims.case import OPEN_STATES, State
from mailbot.claims.command import Command
from mailbot.claims.commands import read_commands
from mailbot.claims.delivery import TryLater
from mailbot.claims.heard import read_customer
from mailbot.claims.message import Address
from mailbot.claims.next_words import TO_CUSTOMER, likely
from mailbot.claims.ready_replies import words_for
from mailbot.claims.senders import why_no_customer
from mailbot.jobs import send_outbox
from mailbot.jobs.collect import collect
from mailbot.jobs.policy_of import Ground
from mailbot.jobs.send_outbox import Post
from mailbot.jobs.undelivered import tell_authors
from mailbot.store import outbox
from mailbot.store.database import Database
from tests.desk_values import (
    DAY,
    HOUR,
    NOW,
    PEOPLE,
    UNLIMITED,
    a_desk,
    a_ground,
    cases,
    events,
    file_claims,
    file_one,
    letters,
    read_letter,
    send_all,
    set_case,
)
from tests.test_command_book import ANNA, BORIS, MAILBOX, digests, last_result, outcomes, reply, send
from tests.test_customer_letters import say, the_case
from tests.values import a_mail, words

NUMBER = "2026-0001"


@pytest.fixture
def db(sqlite_db: Database) -> Database:
    return sqlite_db


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_ground(mailbox=[MAILBOX])


def heard(db: Database, ground: Ground) -> None:
    send(db, ground, reply("!новая\nклиент: Иванов\nПришло разбитым.", None), "n1")


@pytest.mark.parametrize(
    ("said", "expected"),
    {
        "!клиент olga@example.ru": Command("customer", argument="olga@example.ru"),
        "!клиент 2026-0451 Ольга Белова <Olga@example.ru>": Command("customer", "2026-0451", "Olga@example.ru", text="Ольга Белова"),
        "!customer olga@example.ru 2026-0451": Command("customer", "2026-0451", "olga@example.ru"),
        "!клиент: olga@example.ru<mailto:olga@example.ru>, точно": Command("customer", argument="olga@example.ru", more="sure"),
        "!клиент 2026-0451 ~k7.20261123.abcdefghijklmnopqrstuvwxyz\n\nolga@example.ru\n\nАнна Петрова\nanna@firma.example": Command(
            "customer", "2026-0451", "olga@example.ru", "k7.20261123.abcdefghijklmnopqrstuvwxyz"
        ),
    }.items(),
)
def test_the_line_is_read(said: str, expected: Command) -> None:
    assert read_commands(said).commands == (expected,)


@pytest.mark.parametrize("said", ["!клиент", "!клиент Иванов", "!клиент a@b.ru c@d.ru", "!клиент да", f"!клиент {'a' * 15_000} a@b.ru"])
def test_a_line_without_one_address_is_asked_about(said: str) -> None:
    (fault,) = read_commands(said).faults
    assert fault.what in {"needs", "needs_customer"}
    assert read_customer("Иванов") == ("Иванов", None)


def test_a_case_heard_by_telephone_gets_its_address(db: Database, ground: Ground) -> None:
    heard(db, ground)
    result = last_result(db)
    assert "!клиент" in result
    assert "!ответ" not in result
    assert "!запросить" not in result
    said = say(db, ground, "!клиент Ольга Белова olga@example.ru", "c1")
    assert f"Дело № {NUMBER}: адрес клиента теперь olga@example.ru. Теперь клиенту можно написать" in said
    assert "!запросить" in said.split("Обычно дальше")[1]
    (case,) = cases(db)
    assert (case.customer, case.customer_key, case.customer_name) == ("olga@example.ru", "olga@example.ru", "Ольга Белова")
    *_, event = [one for one in events(db, case.id) if one.what == "customer"]
    assert (event.actor, event.data["customer"]) == ("anna", {"old": "", "new": "olga@example.ru"})
    assert event.data["customer_name"] == {"old": "Иванов", "new": "Ольга Белова"}
    say(db, ground, "!ответ\nЗдравствуйте! Приедем в четверг.", "c2")
    (letter,) = letters(db, "reply")
    assert letter.recipient == "olga@example.ru"
    assert "уже так" in say(db, ground, f"!клиент {NUMBER} OLGA@example.ru", "c3")


def test_in_triage_the_acknowledgement_goes_to_the_address_given(db: Database, ground: Ground) -> None:
    """A person wrote it down: the letter echoes nothing of the claim."""
    heard(db, ground)
    set_case(db, NUMBER, state="triage", state_since=NOW)
    assert "«!претензия»), на этот адрес уйдёт подтверждение" in say(db, ground, "!клиент olga@example.ru", "c1")
    assert letters(db, "acknowledgement") == []
    say(db, ground, "!претензия", "c2")
    (letter,) = letters(db, "acknowledgement")
    assert letter.recipient == "olga@example.ru"
    assert "разбитым" not in read_letter(letter)[1]


def test_another_address_is_asked_about_and_takes_what_waited_with_it(db: Database, ground: Ground) -> None:
    """What was written to the old address must not leave to the new one unread."""
    file_one(db, ground, "m1", NOW, words(), mail=a_mail("Стекло пришло разбитым.", from_="dealer@zakaz.example"))
    digests(db, ground, NOW)
    say(db, ground, f"!решение {NUMBER} замена за наш счёт до 10.12\nЗаменим.", "c1")
    said = say(db, ground, f"!клиент {NUMBER} olga@example.ru", "c2")
    assert "уже есть адрес клиента: dealer@zakaz.example" in said
    assert the_case(db).customer == "dealer@zakaz.example"
    said = say(db, ground, f"!клиент {NUMBER} olga@example.ru точно", "c3")
    assert "теперь olga@example.ru (раньше: dealer@zakaz.example)" in said
    assert "«!решение»), клиенту уже не уйдёт" in said
    assert "нет письма" in say(db, ground, f"!отправить {NUMBER}", "c4")
    assert the_case(db).customer == "olga@example.ru"


def test_an_acknowledgement_that_was_put_off_goes_to_the_address_given(db: Database) -> None:
    """She had her letters for today, and wrote from a mailbox that she cannot read: the second acknowledgement is not sent there."""
    ground = a_ground(people=PEOPLE, mailbox=[MAILBOX], limits={"per_address_per_day": 1})
    file_claims(db, ground, 2, NOW - 2 * HOUR)
    late = cases(db)[-1]
    assert late.flags["deferred"] is True
    digest = digests(db, ground)[ANNA].message_id
    send(db, ground, reply(f"!клиент {late.number} olga@example.ru точно", digest), "c1")
    assert collect(db, ground, a_desk(ground), NOW + 2 * DAY) == 1
    assert [row.recipient for row in letters(db, "acknowledgement")] == ["dealer@zakaz.example", "olga@example.ru"]


def sent_to(db: Database) -> list[tuple[str, str, str]]:
    return [(row.kind, row.recipient, row.state) for row in letters(db) if row.recipient in {"dealer@zakaz.example", "olga@example.ru"}]


def test_what_had_not_left_for_the_old_address_is_called_back(db: Database, ground: Ground) -> None:
    """An acknowledgement and an answer lie in the outbox, and the address is another's: none of them goes there, and she is told."""
    file_one(db, ground, "m1", NOW, words(), mail=a_mail("Стекло пришло разбитым.", from_="dealer@zakaz.example"))
    digests(db, ground, NOW)
    say(db, ground, f"!ответ {NUMBER}\nДобрый день! Ваше обращение у специалиста.", "c1")
    said = say(db, ground, f"!клиент {NUMBER} olga@example.ru точно", "c2")
    assert "Не ушло на прежний адрес и отозвано: «!ответ», подтверждение." in said
    assert "напишите письмо заново. Подтверждение уйдёт само на новый адрес." in said
    for hour in (1, 2):
        collect(db, ground, a_desk(ground), NOW + hour * HOUR)
        send_all(db, NOW + hour * HOUR)
    old = "dealer@zakaz.example"
    assert sent_to(db) == [("acknowledgement", old, "cancelled"), ("reply", old, "cancelled"), ("acknowledgement", "olga@example.ru", "sent")]
    assert "разбитым" not in read_letter(letters(db, "acknowledgement")[-1])[1]
    assert the_case(db).acknowledged_at is not None
    assert the_case(db).answered_at is None, "nobody has been answered"
    assert "нет письма" in say(db, ground, f"!отправить {NUMBER}", "c3")


def test_what_is_leaving_or_has_left_is_not_written_again(db: Database, ground: Ground) -> None:
    file_one(db, ground, "m1", NOW, words(), mail=a_mail("Стекло пришло разбитым.", from_="dealer@zakaz.example"))
    send_all(db, NOW)
    digests(db, ground, NOW)
    say(db, ground, f"!ответ {NUMBER}\nДобрый день! Ваше обращение у специалиста.", "c1")
    with db.write() as conn:
        outbox.claim_due(conn, "test", 10, NOW + HOUR, HOUR, UNLIMITED)
    said = say(db, ground, f"!клиент {NUMBER} olga@example.ru точно", "c2")
    assert "уже уходит, вернуть его нельзя" in said
    assert "отозвано" not in said
    assert collect(db, ground, a_desk(ground), NOW + 2 * HOUR) == 0
    assert [row for row in sent_to(db) if row[1] == "olga@example.ru"] == []


@pytest.mark.parametrize("ends", ["fails", "its sender dies"])
def test_what_was_leaving_and_did_not_go_is_not_tried_again_to_the_old_address(db: Database, ground: Ground, ends: str) -> None:
    file_one(db, ground, "m1", NOW, words(), mail=a_mail("Стекло пришло разбитым.", from_="dealer@zakaz.example"))
    digests(db, ground, NOW)
    say(db, ground, f"!ответ {NUMBER}\nДобрый день! Ваше обращение у специалиста.", "c1")
    with db.write() as conn:
        leaving = outbox.claim_due(conn, "test", 100, NOW + HOUR, HOUR, UNLIMITED)
    said = say(db, ground, f"!клиент {NUMBER} olga@example.ru точно", "c2")
    assert "уже уходит, вернуть его нельзя" in said
    if ends == "fails":
        assert not send_outbox._write_down(db, [(one, TryLater("451 busy")) for one in leaving], NOW + HOUR)
    tried = [one.to for hours in (3, 30) for one in send_outbox._claim(db, Post({}, HOUR), "other", lambda at=NOW + hours * HOUR: at, UNLIMITED)]
    assert "dealer@zakaz.example" not in tried
    assert collect(db, ground, a_desk(ground), NOW + 31 * HOUR) == 1
    send_all(db, NOW + 31 * HOUR)
    old = "dealer@zakaz.example"
    assert sent_to(db) == [("acknowledgement", old, "cancelled"), ("reply", old, "refused"), ("acknowledgement", "olga@example.ru", "sent")]
    assert tell_authors(db, ground, a_desk(ground), NOW + 31 * HOUR) == 1, "of the answer she hears as of any that did not arrive"
    assert "the customer's address was corrected" in " ".join(read_letter(letters(db, "alert")[-1])[1].split())
    assert [one.actor for one in events(db, the_case(db).id) if one.what == "letter_taken_back"] == ["mailbot", "mailbot"]


def test_a_letter_for_several_cases_is_written_anew_to_both_addresses(db: Database) -> None:
    """One of the cases that a collective letter names is another person's: she is told of hers alone."""
    ground = a_ground(people=PEOPLE, mailbox=[MAILBOX], limits={"per_address_per_day": 1})
    file_claims(db, ground, 3, NOW - 2 * DAY)
    send_all(db, NOW - 2 * DAY)
    assert collect(db, ground, a_desk(ground), NOW - HOUR) == 1
    digest = digests(db, ground)[ANNA].message_id
    late = cases(db)[-1].number
    send(db, ground, reply(f"!клиент {late} olga@example.ru точно", digest), "c1")
    assert "общее подтверждение по нескольким делам" in last_result(db)
    for hour in (2, 3):
        collect(db, ground, a_desk(ground), NOW + hour * HOUR)
        send_all(db, NOW + hour * HOUR)
    told = [(row.recipient, row.state, [case.number for case in cases(db) if case.number in read_letter(row)[1]]) for row in letters(db) if row.kind in {"acknowledgement", "collective"}]
    first, second, third = (case.number for case in cases(db))
    old = "dealer@zakaz.example"
    assert told == [(old, "sent", [first]), (old, "cancelled", [second, third]), (old, "sent", [second]), ("olga@example.ru", "sent", [third])]


@pytest.mark.parametrize(
    ("address", "why"),
    {
        "anna@firma.example": "ours", "claims@firma.example": "ours", "someone@firma.example": "ours", "no-reply@zakaz.example": "robot",
        "mailer-daemon@zakaz.example": "robot", "olga@нет": "wrong", "olga@zakaz.example": "",
    }.items(),
)  # fmt: skip
def test_our_own_people_and_robots_are_no_customers(db: Database, ground: Ground, address: str, why: str) -> None:
    assert why_no_customer(Address("", address), ground.policy) == why
    heard(db, ground)
    said = say(db, ground, f"!клиент {address}", "c1")
    assert ("Ничего не изменено" in said) is bool(why)
    assert the_case(db).customer == ("" if why else address)
    if why:
        send(db, ground, reply(f"!новая\nклиент: {address}\nБой.", None), "n2")
        assert len(cases(db)) == 1


def test_nobody_else_may(db: Database, ground: Ground) -> None:
    """Not from outside, not unproven, and not past whoever is in charge."""
    heard(db, ground)
    letter = letters(db, "result")[-1]
    send(db, ground, reply("!клиент mallory@evil.example", letter.message_id, signs=a_mail().signs), "x1")
    send(db, ground, reply("!клиент mallory@evil.example", letter.message_id, "mallory@evil.example"), "x2")
    assert outcomes(db)[-1] == ("refused", "unproven")
    assert the_case(db).customer == ""
    set_case(db, NUMBER, assigned_to="boris", customer="known@zakaz.example", customer_key="known@zakaz.example")
    assert "тот, кто ведёт дело: Борис" in say(db, ground, "!клиент olga@example.ru", "c1")
    assert the_case(db).customer == "known@zakaz.example"


def test_who_took_the_claim_gives_the_address_that_lacks_whoever_is_in_charge(db: Database, ground: Ground) -> None:
    """The result of `!новая` asks her for it by name, also where its category put the case into a colleague's hands."""
    heard(db, ground)
    set_case(db, NUMBER, assigned_to="boris")
    said = say(db, ground, "!клиент olga@example.ru", "c1")
    assert f"Дело № {NUMBER}: адрес клиента теперь olga@example.ru. Клиенту напишет тот, кто ведёт дело: Борис." in said
    assert (the_case(db).customer, the_case(db).assigned_to) == ("olga@example.ru", "boris")
    assert "тот, кто ведёт дело: Борис" in say(db, ground, "!клиент other@example.ru точно", "c2"), "only while there is none"


def test_nobody_else_gives_the_address_of_a_case_of_another(db: Database, ground: Ground) -> None:
    file_one(db, ground, "m1", NOW - HOUR, words(), mail=a_mail("Стекло пришло разбитым."))
    digests(db, ground)
    set_case(db, NUMBER, assigned_to="boris", customer="", customer_key="")
    assert "тот, кто ведёт дело: Борис" in say(db, ground, f"!клиент {NUMBER} olga@example.ru", "c1")
    assert the_case(db).customer == ""


@pytest.mark.parametrize("state", State)
def test_nothing_is_offered_that_needs_an_address(state: State) -> None:
    for writes in (True, False):
        for hers in (True, False):
            found = {*likely(state, hers=hers, writes=writes, addressed=False), *words_for(state, writes=writes, addressed=False)}
            assert not found & TO_CUSTOMER
            assert ("customer" in found) is (writes and state in OPEN_STATES)


def test_the_digest_offers_the_address(db: Database, ground: Ground) -> None:
    heard(db, ground)
    digests(db, ground, NOW + HOUR)
    (digest,) = [row for row in letters(db, "digest") if row.recipient != BORIS][:1]
    html = read_letter(digest)[0].get_body(("html",)).get_content()
    assert "Адрес клиента" in html
    assert "Запросить" not in html
