"""In charge and away, her deputy away too, the head too: somebody who is here hears of what is new and late, and may agree to it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mailbot.claims.facts import Facts
from mailbot.claims.message import Signs
from mailbot.jobs.escalate import escalate
from mailbot.jobs.policy_of import Ground
from mailbot.store.database import Database
from tests.desk_values import DAY, HOUR, MINUTE, NOW, PEOPLE, a_desk, a_ground, file_one, letters, moscow, read_letter, send_all
from tests.test_command_book import ANNA, BORIS, MAILBOX, PASS, PROOFS, digests, read_html
from tests.test_customer_letters import DECISION, GLEB, VERA, say
from tests.values import NO_COMPLAINT, a_mail, words

NUMBER = "2026-0001"


@pytest.fixture
def db(sqlite_db: Database) -> Database:
    return sqlite_db


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_ground(people=PEOPLE, mailbox=[MAILBOX])


def away(db: Database, ground: Ground, who: str, deputy: str = "", results: str = PASS) -> None:
    text = "Я в отпуске с 23 ноября по 4 декабря." + (f" Обращайтесь к {deputy}." if deputy else "")
    signs = Signs(auto_submitted="auto-replied", authentication_results=(results,))
    mail = a_mail(text, from_=f"{who}@firma.example", subject="Автоответ", signs=signs)
    file_one(db, ground, f"away {who}", NOW - 2 * HOUR, NO_COMPLAINT, mail=mail, proofs=PROOFS)


def claim(db: Database, ground: Ground, **facts: object) -> None:
    file_one(db, ground, "m1", NOW - HOUR, words(facts=Facts(**facts)))  # type: ignore[arg-type]
    send_all(db, NOW - HOUR)


def told(db: Database, kind: str) -> list[str]:
    return [row.recipient for row in letters(db, kind)]


def test_a_new_claim_of_who_is_away_stands_before_the_head(db: Database, ground: Ground) -> None:
    away(db, ground, "anna")
    claim(db, ground)
    text = " ".join(read_letter(digests(db, ground)[VERA])[1].split())
    assert "НОВЫЕ: 1" in text
    assert NUMBER in text
    assert "Нет на работе, и никто не замещает: Анна (по 4 декабря 2026 г.). Срочные дела стоят здесь с пометкой, чьи они" in text
    assert "вместо коллеги: Анна" in text
    assert "Вы замещаете" not in text


def test_the_deputy_and_the_head_are_away_too(db: Database, ground: Ground) -> None:
    for who, deputy in (("anna", "Борису"), ("boris", ""), ("vera", "")):
        away(db, ground, who, deputy)
    claim(db, ground, safety=True)
    assert set(told(db, "alert") + told(db, "case_letter")) >= {ANNA, VERA, GLEB}
    morning = digests(db, ground)
    assert NUMBER in read_letter(morning[GLEB])[1]
    send_all(db, NOW)
    escalate(db, ground, a_desk(ground), moscow(11, 25, 13))
    assert set(told(db, "escalation")) == {ANNA, GLEB}, "soon due: a word for who is in charge"
    assert "Вы замещаете специалиста" in " ".join(read_letter(letters(db, "escalation")[-1])[1].split())
    escalate(db, ground, a_desk(ground), moscow(11, 27, 9))
    assert GLEB in told(db, "escalation")[2:]


def test_everybody_is_away(db: Database, ground: Ground) -> None:
    for who in ("anna", "vera", "gleb", "olga"):
        away(db, ground, who)
    claim(db, ground)
    send_all(db, NOW)
    escalate(db, ground, a_desk(ground), moscow(11, 25, 13))
    assert set(told(db, "escalation")) == {ANNA, VERA}
    assert BORIS not in told(db, "escalation")


@pytest.mark.parametrize(("results", "asked"), [(PASS, [VERA, GLEB]), ("", [VERA])], ids=["proven", "unproven"])
def test_who_agrees_while_the_head_is_away(db: Database, ground: Ground, results: str, asked: list[str]) -> None:
    away(db, ground, "vera", results=results)
    claim(db, ground)
    digests(db, ground)
    said = say(db, ground, DECISION.format(number=NUMBER), "d1", ANNA)
    assert told(db, "approval_request") == asked
    assert ("Глеб" in said) is (GLEB in asked)
    if GLEB in asked:
        say(db, ground, "!согласовано", "a1", GLEB, letters(db, "approval_request")[-1], NOW + HOUR + MINUTE)
        assert told(db, "draft") == [ANNA]


def test_who_holds_up_the_answer_is_told_what_she_can_do(db: Database, ground: Ground) -> None:
    """The head whose yes is waited for has nobody to ask what stands in the way; in another case she has."""
    claim(db, ground)
    other = a_mail("Плитка пришла с браком.", from_="petr@other.example", subject="Плитка")
    file_one(db, ground, "m2", NOW - HOUR, words(facts=Facts()), mail=other)
    send_all(db, NOW - HOUR)
    digests(db, ground)
    say(db, ground, DECISION.format(number=NUMBER), "d1", ANNA)
    assert VERA in told(db, "approval_request")
    escalate(db, ground, a_desk(ground), moscow(11, 27, 9))
    (row,) = [row for row in letters(db, "escalation") if row.recipient == VERA]
    text = " ".join(read_letter(row)[1].split())
    hers = text.index("ответ клиенту ждёт Вашего согласования: ответьте «!согласовано»")
    assert text.index(f"№ {NUMBER}") < hers
    assert text.count("ждёт Вашего согласования") == 1
    assert "По остальным делам спросите у ответственного, что мешает" in text
    (annas,) = [row for row in letters(db, "escalation") if row.recipient == ANNA]
    assert "Вашего согласования" not in read_letter(annas)[1]


def test_a_head_with_her_own_yes_alone_is_sent_to_nobody(db: Database, ground: Ground) -> None:
    claim(db, ground)
    digests(db, ground)
    say(db, ground, DECISION.format(number=NUMBER), "d1", ANNA)
    escalate(db, ground, a_desk(ground), moscow(11, 27, 9))
    (row,) = [row for row in letters(db, "escalation") if row.recipient == VERA]
    text = " ".join(read_letter(row)[1].split())
    assert "что сделать: ответ клиенту ждёт Вашего согласования" in text
    assert "спросите у ответственного" not in text.casefold()


@pytest.mark.parametrize(("after", "late"), [(HOUR, False), (6 * DAY, True)])
def test_a_request_for_a_yes_does_not_bid_keep_a_day_that_has_passed(db: Database, ground: Ground, after: timedelta, late: bool) -> None:
    claim(db, ground)
    digests(db, ground)
    say(db, ground, DECISION.format(number=NUMBER), "d1", ANNA, at=NOW + after)
    (row,) = [row for row in letters(db, "approval_request") if row.recipient == VERA]
    for said in (read_letter(row)[1], read_html(row)):
        text = " ".join(said.split())
        assert ("нужно было" in text) is late
        assert ("Срок прошёл, но согласовать письмо можно и сейчас; отправляет его автор." in text) is late
        assert "не позднее" in text
        assert "Слова клиента" in text
        assert "Стекло пришло разбитым." in text
    assert "!показать" in read_letter(row)[1]
