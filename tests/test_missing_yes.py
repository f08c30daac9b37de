"""A case that waits for somebody's yes says whose: in the escalation and in the digest, with who stands in for her."""

from __future__ import annotations

import pytest

from mailbot.claims.message import Signs
from mailbot.jobs.escalate import escalate
from mailbot.jobs.policy_of import Ground
from mailbot.jobs.write_digests import write_digests
from mailbot.store.database import Database
from tests.desk_values import HOUR, NOW, PEOPLE, a_desk, a_ground, cases, file_one, letters, moscow, read_letter, send_all
from tests.test_at_once import command
from tests.test_command_book import MAILBOX, PASS, PROOFS, read_html
from tests.test_customer_letters import DECISION, LAWYER
from tests.values import NO_COMPLAINT, a_mail, words

LATE = moscow(11, 27, 9)


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_ground(people=(*PEOPLE, LAWYER), mailbox=[MAILBOX])


def decided(db: Database, ground: Ground) -> None:
    file_one(db, ground, "m1", NOW - HOUR, words(sender_kind="business"), mail=a_mail("Стекло пришло разбитым."))
    send_all(db, NOW)
    number = cases(db)[0].number
    command(db, ground, f"!взять {number}\n{DECISION.format(number=number)}", "c1")


def said(db: Database, kind: str, to: str) -> tuple[str, str]:
    """Text and HTML of the last such letter to her."""
    row = [row for row in letters(db, kind) if row.recipient.startswith(to)][-1]
    return " ".join(read_letter(row)[1].split()), " ".join(read_html(row).split())


def test_who_must_agree_stands_in_escalation_and_digest(sqlite_db: Database, ground: Ground) -> None:
    decided(sqlite_db, ground)
    escalate(sqlite_db, ground, a_desk(ground), LATE)
    write_digests(sqlite_db, ground, a_desk(ground), LATE)
    for kind, who in (("escalation", "gleb"), ("digest", "anna")):
        text, html = said(sqlite_db, kind, who)
        assert "чьё согласие нужно: руководитель Вера, ждём с 23 ноября" in text, kind
        assert "Чьё согласие нужно: руководитель Вера, ждём с 23 ноября" in html, kind
    assert "что сделать: попросите согласовать письмо сегодня" in said(sqlite_db, "escalation", "gleb")[0], "her yes is not asked for"


def test_who_is_away_is_named_with_who_stands_in(sqlite_db: Database, ground: Ground) -> None:
    decided(sqlite_db, ground)
    signs = Signs(auto_submitted="auto-replied", authentication_results=(PASS,))
    text = "Я в отпуске с 24 ноября по 4 декабря, обращайтесь к Борису."
    machine = a_mail(text, from_="vera@firma.example", subject="Автоответ", signs=signs)
    file_one(sqlite_db, ground, "away", NOW, NO_COMPLAINT, mail=machine, proofs=PROOFS)
    escalate(sqlite_db, ground, a_desk(ground), LATE)
    wanted = "руководитель Вера (нет на работе по 4 декабря, замещает Борис), ждём с 23 ноября"
    assert wanted in said(sqlite_db, "escalation", "gleb")[0]


def test_a_case_that_waits_for_no_yes_names_nobody(sqlite_db: Database, ground: Ground) -> None:
    file_one(sqlite_db, ground, "m1", NOW - HOUR, words(sender_kind="business"), mail=a_mail("Стекло пришло разбитым."))
    send_all(sqlite_db, NOW)
    escalate(sqlite_db, ground, a_desk(ground), LATE)
    assert "согласие" not in said(sqlite_db, "escalation", "gleb")[0]
