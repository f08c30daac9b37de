"""By mail: the payment guarantee came, the inspection was held, a letter is taken back; each moves its case, and the reader is told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from mailbot.claims.message import Signs
from mailbot.jobs.policy_of import Ground
from mailbot.jobs.remind import remind
from mailbot.mail_in.read import read_mail
from mailbot.store import drafts
from mailbot.store.database import Database
from tests.desk_values import (
    DAY,
    HOUR,
    NOW,
    PEOPLE,
    a_desk,
    a_ground,
    cases,
    events,
    file_one,
    letters,
    read_letter,
    send_all,
    set_case,
)
from tests.test_command_book import ANNA, MAILBOX, PROOFS, claim_at_hand, digests, last_result, send
from tests.test_customer_letters import LAWYER, LEGAL, say, with_a_pdf
from tests.values import a_mail, words

CUSTOMER = "dealer@zakaz.example"
OFFER = (
    "!гарантия {0} истекла\n!решение {0} платный ремонт\nизделие: Насос Н-5\nгарантия: до 12.05.2025\nдокумент: паспорт изделия\n"
    "диагностика: бесплатно\nперевозка: клиент\nадрес: Тверь, ул. Заводская, 1"
)
VERA = "vera@firma.example"


@pytest.fixture
def db(sqlite_db: Database) -> Database:
    return sqlite_db


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_ground(people=(*PEOPLE, LAWYER), mailbox=[MAILBOX])


@pytest.fixture
def number(db: Database, ground: Ground) -> str:
    return claim_at_hand(db, ground)


@pytest.fixture
def offered(db: Database, ground: Ground, number: str) -> str:
    """The offer of a paid repair has gone to the customer; the case waits for her guarantee."""
    say(db, ground, OFFER.format(number), "offer")
    for n, who in enumerate((VERA, LEGAL)):
        asked = [row for row in letters(db, "approval_request") if row.recipient == who]
        if asked:
            say(db, ground, "!согласовано", f"yes{n}", who, asked[-1])
    say(db, ground, f"!отправить {number}", "send", at=NOW + 2 * HOUR)
    send_all(db, NOW + 3 * HOUR)
    assert (the_case(db).state, the_case(db).wait_reason) == ("waiting_customer", "payment_guarantee")
    return number


def the_case(db: Database) -> Any:
    return cases(db)[0]


def moved(db: Database) -> list[tuple[str, str]]:
    """The moves of the table: event and the number of its row."""
    return [(one.what, one.data["number"]) for one in events(db, the_case(db).id) if "number" in one.data]


def her_guarantee(
    db: Database, ground: Ground, topic: str = "payment_guarantee", at: datetime = NOW + DAY, key: str = "guarantee"
) -> None:
    offer = letters(db, "paid_repair")[-1].message_id
    mail = a_mail("Оплату ремонта гарантируем, письмо во вложении.", in_reply_to=offer, references=(offer,), from_=CUSTOMER)
    file_one(db, ground, key, at, words(0.05, topic=topic), mail=mail)


def annas_digest(db: Database, ground: Ground, now: datetime) -> tuple[str, str]:
    """Its text, and its page."""
    message, text = read_letter(digests(db, ground, now)[ANNA])
    page = message.get_body(("html",))
    assert page is not None
    return " ".join(text.split()), page.get_content()


def test_a_guarantee_is_told_and_one_tap_begins_the_repair(db: Database, ground: Ground, offered: str) -> None:
    her_guarantee(db, ground)
    assert the_case(db).state == "review"
    text, page = annas_digest(db, ground, NOW + DAY + HOUR)
    assert "клиент прислал гарантийное письмо" in text
    assert "%21%D0%B3%D0%B0%D1%80%D0%B0%D0%BD%D1%82%D0%B8%D0%B9%D0%BD%D0%BE%D0%B5" in page  # !гарантийное
    result = say(db, ground, f"!гарантийное {offered} № 14 от 25.11.2026", "g1", at=NOW + DAY + 2 * HOUR)
    assert "идёт платный ремонт за счёт клиента" in result
    assert (the_case(db).state, the_case(db).cost_bearer, the_case(db).wait_reason) == ("execution", "customer", None)
    assert ("guarantee_came", "8c") in moved(db)
    assert next(one.why for one in events(db, the_case(db).id) if one.what == "guarantee_came") == "№ 14 от 25.11.2026"
    assert "клиент прислал гарантийное письмо" not in annas_digest(db, ground, NOW + 2 * DAY)[0]
    assert remind(db, ground, a_desk(ground), NOW + 20 * DAY) == 0  # she is not asked for what she has sent
    done = say(db, ground, f"!исполнено {offered}\nнасос отремонтирован, вчера", "g2", at=NOW + 2 * DAY + HOUR)
    assert "отправлено клиенту" in done
    assert [row.kind for row in letters(db) if row.recipient == CUSTOMER] == ["acknowledgement", "paid_repair", "completed"]


@pytest.mark.parametrize(
    ("sender", "found"),
    [
        pytest.param(CUSTOMER, "dmarc=fail header.from=zakaz.example", id="her domain denies it"),
        pytest.param(CUSTOMER, "dkim=pass header.d=evil.example", id="another domain signed it"),
        pytest.param("pay@other.example", "dmarc=pass header.from=other.example", id="somebody else wrote it"),
    ],
)
def test_a_guarantee_that_nothing_shows_to_be_hers(db: Database, ground: Ground, offered: str, sender: str, found: str) -> None:
    """It begins no repair with one tap: the morning and the letter about the case say so."""
    offer = letters(db, "paid_repair")[-1].message_id
    signs = Signs(authentication_results=(f"mx.firma.example; {found}",))
    mail = a_mail("Оплату ремонта гарантируем.", in_reply_to=offer, references=(offer,), from_=sender, signs=signs)
    file_one(db, ground, "guarantee", NOW + DAY, words(0.05, topic="payment_guarantee"), mail=mail, proofs=PROOFS)
    warning = "Пришло гарантийное письмо об оплате, но не подтверждено, что его прислал клиент: 2026-0001."
    text, _ = annas_digest(db, ground, NOW + DAY + HOUR)
    assert warning in text
    assert "клиент прислал гарантийное письмо" not in text
    say(db, ground, f"!показать {offered}", "s1", at=NOW + DAY + 2 * HOUR)
    assert warning in " ".join(read_letter(letters(db, "case_letter")[-1])[1].split())
    say(db, ground, f"!гарантийное {offered} по телефону", "g1", at=NOW + DAY + 3 * HOUR)
    say(db, ground, f"!показать {offered}", "s2", at=NOW + DAY + 4 * HOUR)
    assert the_case(db).state == "execution"
    assert "не подтверждено" not in read_letter(letters(db, "case_letter")[-1])[1]


def test_a_guarantee_that_comes_again_when_the_repair_has_begun(db: Database, ground: Ground, offered: str) -> None:
    say(db, ground, f"!гарантийное {offered} по телефону", "g1", at=NOW + DAY)
    her_guarantee(db, ground)
    assert not the_case(db).flags.get("guarantee_unproven")


def test_a_guarantee_that_the_reader_does_not_see(db: Database, ground: Ground, offered: str) -> None:
    """By telephone while the case waits, or in a letter that reads as a question: the same command, and nothing more to decide."""
    her_guarantee(db, ground, "question")
    text, _ = annas_digest(db, ground, NOW + DAY + HOUR)
    assert "гарантийное письмо" not in text
    say(db, ground, f"!гарантийное {offered}", "g1", at=NOW + DAY + 2 * HOUR)
    assert the_case(db).state == "execution"
    assert "отменено" in say(db, ground, f"!отмена {offered}", "g2", at=NOW + DAY + 3 * HOUR)
    assert (the_case(db).state, the_case(db).cost_bearer) == ("review", None)
    say(db, ground, f"!guarantee {offered}", "g3", at=NOW + DAY + 4 * HOUR)
    assert the_case(db).state == "execution"


def test_a_guarantee_by_telephone(db: Database, ground: Ground, offered: str) -> None:
    say(db, ground, f"!гарантийное {offered}", "g1", at=NOW + DAY)
    assert (the_case(db).state, moved(db)[-1]) == ("execution", ("guarantee_came", "8a"))


def asked_meanwhile(db: Database, ground: Ground, number: str) -> None:
    """The customer has answered the offer with a question, and is asked something in her turn."""
    her_guarantee(db, ground, "question")
    say(db, ground, f"!запросить {number}\nПришлите, пожалуйста, реквизиты для счёта.", "q1", at=NOW + DAY + 2 * HOUR)
    assert (the_case(db).state, the_case(db).wait_reason) == ("waiting_customer", "clarification")


def test_a_guarantee_while_something_else_is_awaited(db: Database, ground: Ground, offered: str) -> None:
    """The offer stands, whatever we have asked since: her word by telephone begins the repair."""
    asked_meanwhile(db, ground, offered)
    result = say(db, ground, f"!гарантийное {offered} № 14", "g1", at=NOW + DAY + 4 * HOUR)
    assert "идёт платный ремонт за счёт клиента" in result
    assert (the_case(db).state, the_case(db).wait_reason, moved(db)[-1]) == ("execution", None, ("guarantee_came", "8a"))


def test_a_letter_of_guarantee_while_something_else_is_awaited(db: Database, ground: Ground, offered: str) -> None:
    asked_meanwhile(db, ground, offered)
    her_guarantee(db, ground, at=NOW + DAY + 3 * HOUR, key="guarantee 2")
    assert (the_case(db).state, the_case(db).flags.get("guarantee_came")) == ("review", True)
    assert "клиент прислал гарантийное письмо" in annas_digest(db, ground, NOW + 2 * DAY)[0]


@pytest.mark.parametrize(("state", "reason", "said"), [("waiting_customer", "documents", "платный ремонт не предлагали"), ("review", None, "платный ремонт не предлагали"), ("execution", None, "сейчас нельзя")])
def test_no_guarantee_without_an_offer(db: Database, ground: Ground, number: str, state: str, reason: str | None, said: str) -> None:
    set_case(db, number, state=state, wait_reason=reason, cost_bearer="ours")
    result = say(db, ground, f"!гарантийное {number}", "g1")
    assert said in result or "невозможна" in result, result
    assert the_case(db).state == state


@pytest.mark.parametrize(("state", "next_"), [("review", "!решение"), ("execution", "!исполнено")])
def test_an_inspection_was_held(db: Database, ground: Ground, number: str, state: str, next_: str) -> None:
    set_case(db, number, state=state, wait_reason="inspection", wait_until=NOW + DAY, cost_bearer="ours")
    raw = with_a_pdf(db, f"!осмотрено {number}\nПерекос рамы, чинить можно у нас.")
    send(db, ground, read_mail(raw), "i1", raw=raw)
    result = last_result(db)
    assert "осмотр состоялся" in result
    assert next_ in result
    assert (the_case(db).state, the_case(db).wait_reason, the_case(db).wait_until) == (state, None, None)
    assert moved(db)[-1] == ("inspected", {"review": "16a", "execution": "16"}[state])
    with db.read() as conn:
        assert [row.name for row in drafts.files_of(conn, the_case(db).id)] == ["akt.pdf"]
    assert "Перекос рамы" in next(one.why for one in events(db, the_case(db).id) if one.what == "inspected")


def test_an_inspection_ends_no_other_wait(db: Database, ground: Ground, number: str) -> None:
    set_case(db, number, state="review", wait_reason="design", wait_until=NOW + DAY)
    say(db, ground, f"!inspected {number} The frame is bent", "i1")
    assert the_case(db).wait_reason == "design"
    set_case(db, number, state="waiting_customer", wait_reason="inspection_date")
    say(db, ground, f"!осмотрено {number}", "i2", at=NOW + 2 * HOUR)
    assert (the_case(db).state, the_case(db).wait_reason) == ("review", None)


@pytest.mark.parametrize("reason", ["return_of_goods", "inspection_date"])
def test_an_inspection_ends_the_wait_for_the_goods(db: Database, ground: Ground, number: str, reason: str) -> None:
    set_case(db, number, state="waiting_customer", wait_reason=reason, wait_until=NOW + 5 * DAY)
    assert "Теперь можно решать" in say(db, ground, f"!осмотрено {number} Рама погнута", "i1")
    assert (the_case(db).state, the_case(db).wait_reason, the_case(db).wait_until) == ("review", None, None)
    assert moved(db)[-1] == ("inspected", "16b")


@pytest.mark.parametrize(
    ("reason", "said"),
    [("clarification", "ответ клиента"), ("documents", "документы"), ("payment_guarantee", "гарантийное письмо")],
)
def test_what_else_the_customer_owes_is_waited_for(db: Database, ground: Ground, number: str, reason: str, said: str) -> None:
    until = NOW + 5 * DAY
    set_case(db, number, state="waiting_customer", wait_reason=reason, wait_until=until)
    assert f"осмотр состоялся. По-прежнему ждём {said}." in say(db, ground, f"!осмотрено {number} Рама погнута", "i1")
    assert (the_case(db).state, the_case(db).wait_reason, the_case(db).wait_until) == ("waiting_customer", reason, until)
    assert moved(db)[-1] == ("inspected", "16c")


def test_an_undo_names_the_day_it_puts_back(db: Database, ground: Ground, number: str) -> None:
    set_case(db, number, state="review", wait_reason="design", wait_until=NOW + 2 * DAY)
    say(db, ground, f"!ждём {number} конструкторов до 12.12", "w1")
    assert "Снова как было: до какого дня ждём." in say(db, ground, f"!отмена {number}", "u1", at=NOW + 2 * HOUR)
    assert the_case(db).wait_until == NOW + 2 * DAY


def test_an_undone_guarantee_is_told_again(db: Database, ground: Ground, offered: str) -> None:
    her_guarantee(db, ground)
    say(db, ground, f"!гарантийное {offered} № 14", "g1", at=NOW + DAY + 2 * HOUR)
    assert "клиент прислал гарантийное письмо" not in annas_digest(db, ground, NOW + DAY + 3 * HOUR)[0]
    say(db, ground, f"!отмена {offered}", "u1", at=NOW + DAY + 4 * HOUR)
    assert the_case(db).state == "review"
    assert "клиент прислал гарантийное письмо" in annas_digest(db, ground, NOW + 2 * DAY)[0]


DECISION = "!решение {0} замена за наш счёт\nЗаменим стекло.\nустановлено: стекло разбито при погрузке (акт № 5)\nоснование: пункт 4.2 договора\nисполнение: отгрузка замены, до 10.12.2026"


def test_her_own_letter_is_taken_back(db: Database, ground: Ground, number: str) -> None:
    result = say(db, ground, DECISION.format(number), "d1")
    assert the_case(db).state == "approval"
    assert "!отозвать" in result  # among what she can do next
    assert "отозвано с согласования" in say(db, ground, f"!отозвать {number}", "d2", at=NOW + 2 * HOUR)
    assert (the_case(db).state, moved(db)[-1]) == ("review", ("withdrawn_draft", "13a"))
    asked = [row for row in letters(db, "approval_request") if row.recipient == VERA][-1]
    assert "ничего не ждёт согласования" in say(db, ground, "!согласовано", "d3", VERA, asked, NOW + 3 * HOUR)
    assert "нет письма, которое ждёт отправки" in say(db, ground, f"!отправить {number}", "d4", at=NOW + 3 * HOUR)
    assert "нет Вашего письма" in say(db, ground, f"!отозвать {number}", "d5", at=NOW + 4 * HOUR)
    assert letters(db, "decision") == []


def test_a_colleague_takes_nothing_back(db: Database, ground: Ground, number: str) -> None:
    say(db, ground, DECISION.format(number), "d1")
    asked = [row for row in letters(db, "approval_request") if row.recipient == VERA][-1]
    assert "нет Вашего письма" in say(db, ground, "!отозвать", "d2", VERA, asked, NOW + 2 * HOUR)
    assert the_case(db).state == "approval"


def test_help_knows_them(db: Database, ground: Ground, number: str) -> None:
    shown = say(db, ground, "!помощь", "h1")
    for form in ("!гарантийное", "!осмотрено", "!отозвать"):
        assert form in shown


@pytest.mark.parametrize("was", ["execution", "awaiting_withdrawal"])
def test_what_is_wrong_again_is_decided_anew(db: Database, ground: Ground, number: str, was: str) -> None:
    """She took her claim back, and then it broke again: nobody is offered to close it, and a new decision goes the same way."""
    set_case(db, number, state=was)
    ours = letters(db, "acknowledgement")[0].message_id
    for n, (text, said, proposed) in enumerate([
        ("Всё работает, претензию снимаем.", words(0.05, withdrawal="full"), True),
        ("Большое спасибо!", words(0.05, topic="thanks"), True),
        ("Насос снова не работает. Верните деньги.", words(0.9), False),
    ]):  # fmt: skip
        mail = a_mail(text, in_reply_to=ours, references=(ours,), from_=CUSTOMER, message_id=f"w{n}@zakaz.example")
        file_one(db, ground, f"w{n}", NOW + n * HOUR, said, mail=mail)
        assert bool(the_case(db).flags.get("proposes_close")) is proposed, text
    assert "!закрыть отозвана" not in annas_digest(db, ground, NOW + DAY)[0]
    decided = say(db, ground, f"!решение {number} возврат за наш счёт\nВернём деньги.\nустановлено: снова не работает (письмо от 23.11.2026)\n"
                  "основание: пункт 4.2 договора\nисполнение: возврат, до 10.12.2026", "anew", at=NOW + DAY)  # fmt: skip
    assert "отправлено на согласование" in decided
    asked = read_letter(letters(db, "approval_request")[-1])[1]
    assert "Последнее письмо клиента" in asked
    assert "> Насос снова не работает. Верните деньги." in asked
    assert (the_case(db).state, moved(db)[-2:]) == ("approval", [("review", "6a"), ("submitted", "12")])
