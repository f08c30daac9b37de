"""No letter offers what its reader may not do: every button of every letter about a case is pressed, in each state, by each of our people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import insert, select, update

from mailbot.claims.case import OPEN_STATES, State
from mailbot.claims.plain import to_plain
from mailbot.jobs.escalate import escalate
from mailbot.jobs.policy_of import Ground
from mailbot.jobs.writing_desk import Thread
from mailbot.store.database import Database
from mailbot.store.tables import approvals, drafts
from mailbot.store.tables import cases as case_table
from mailbot.store.tables import commands as command_table
from tests.desk_values import (
    DAY,
    MINUTE,
    NOW,
    PEOPLE,
    a_desk,
    a_ground,
    cases,
    file_claims,
    file_one,
    letters,
    moscow,
    read_letter,
    send_all,
    set_case,
)
from tests.test_absences import a_machine
from tests.test_command_book import MAILBOX, PASS, PROOFS, digests, last_result, reply, send
from tests.values import NO_COMPLAINT

NUMBER = "2026-0001"
LATE = moscow(11, 27, 9)  # the morning after the answer was due
INGA = {"id": "inga", "name": "Инга", "addresses": ["inga@firma.example"], "categories": ["damage"]}
READERS = ("anna", "inga", "boris", "vera")  # in charge, another specialist of the category, the deputy, the head
_HREF = re.compile(r'href="(mailto:[^"]+)"')
_TEXTS = {
    "!исполнено": "Стёкла заменены, 26.11.2026", "!ответ": "Здравствуйте! Ваше обращение у специалиста.", "!запросить": "1. Пришлите фото.",
    "!вернуть": "Поправьте, пожалуйста, дату.",
    "!записка": "Проверьте, пожалуйста, чертёж.", "!заметка": "Клиент звонил.",
    "!решение": "1: разъяснение\nОтвечаем на Ваше обращение.\nустановлено: задержал перевозчик (накладная № 12)\nоснование: пункт 3.1\nшаг: подпишите график",
    "!ход": "до 15.12.2026\nсделано: стёкла заказаны\nвпереди: отгрузка",
}  # fmt: skip


@pytest.fixture(scope="module")
def ground() -> Ground:
    people = [{**one, "substitute": "boris"} if one["id"] == "anna" else one for one in PEOPLE]
    return a_ground(people=(*people, INGA), mailbox=[MAILBOX], departments={"design": "kb@firma.example"})


def a_case(db: Database, ground: Ground, state: State, **values: Any) -> None:
    file_claims(db, ground, 1, NOW - DAY)
    send_all(db, NOW)
    wait = {"wait_reason": "clarification"} if state is State.WAITING_CUSTOMER else {}
    closed = {"closed_at": NOW, "close_reason": "court"} if state not in OPEN_STATES else {}
    set_case(db, NUMBER, **{"state": state.value, "assigned_to": "anna", "cost_bearer": "company", **wait, **closed, **values})


def approved_draft(db: Database) -> None:
    """A letter of Anna's that every yes has been given to."""
    letter = {"number": NUMBER, "text": "Здравствуйте! Ваше обращение у специалиста.", "signatory": {"name": "Анна"}}
    values = {"kind": "reply", "language": "ru", "recipient": "dealer@zakaz.example", "letter": letter, "thread": to_plain(Thread()), "enclosures": [], "sha256": ""}
    with db.write() as conn:
        conn.execute(insert(drafts).values(case_id=cases(db)[0].id, author="anna", resolution="", state="approved", asked=[], made_at=NOW, **values))


def away(db: Database, ground: Ground) -> None:
    file_one(db, ground, "away", LATE - DAY, NO_COMPLAINT, mail=a_machine("Я в отпуске до 4 декабря.", results=PASS), proofs=PROOFS)


def links(row: Any) -> Iterator[str]:
    """What each button of a letter opens, about the case."""
    message: Any = message_from_bytes(row.raw, policy=policy.default)
    for href in _HREF.findall(message.get_body(("html",)).get_content()):
        body = parse_qs(urlsplit(unescape(href)).query).get("body", [""])[0]
        if NUMBER in body:
            yield body


def offered(db: Database, ground: Ground, who: str, key: str) -> set[str]:
    """By digest, escalation, case letter and result."""
    digests(db, ground, LATE)
    escalate(db, ground, a_desk(ground), LATE)
    address = f"{who}@firma.example"
    maker = a_desk(ground).replies_for(next(one for one in ground.policy.people if one.id == who), LATE)
    assert maker is not None
    for one in maker.saying(("show", "status"), NUMBER):
        send(db, ground, reply(one.line, None, address), f"{key}{one.label}", LATE + MINUTE)
    kinds = {"digest", "escalation", "case_letter", "result"}
    found = {row.kind: row for row in letters(db) if row.recipient == address and row.kind in kinds}
    return {body for row in found.values() for body in links(row)}


def last_letter(db: Database, kind: str, address: str) -> Any:
    return next((row for row in reversed(letters(db, kind)) if row.recipient == address), None)


def outcome(db: Database) -> str:
    with db.read() as conn:
        return str(conn.execute(select(command_table.c.outcome).order_by(command_table.c.id.desc())).scalars().first())


def refused(db: Database, ground: Ground, bodies: set[str], who: str) -> Iterator[str]:
    """Every button pressed in turn, the case put back after each."""
    with db.read() as conn:
        before = {table: [dict(row._mapping) for row in conn.execute(select(table))] for table in (case_table, drafts, approvals)}
    for n, body in enumerate(sorted(bodies)):
        text = filled_in(body)
        send(db, ground, reply(text, None, f"{who}@firma.example"), f"press:{who}:{n}", LATE + (n + 2) * MINUTE)
        if outcome(db) != "done" and "договоритесь между собой" not in last_result(db):  # a colleague has taken it today
            yield f"{who}: {body.split(' ~')[0]}: {last_result(db)[:700]}"
        with db.write() as conn:
            for table, rows in before.items():
                for row in rows:
                    conn.execute(update(table).where(table.c.id == row["id"]).values(**row))


def filled_in(body: str) -> str:
    """As her mail program sends it, with what she writes below; a form is filled in."""
    head, _, form = body.partition("\r\n")
    text = _TEXTS.get(head.split()[0])
    return head + (f"\r\n\r\n{text}" if text and (form or body.endswith("\r\n\r\n")) else "\r\n")


@pytest.mark.parametrize("state", list(State))
def test_every_button_is_carried_out(sqlite_db: Database, ground: Ground, state: State) -> None:
    a_case(sqlite_db, ground, state)
    found = [one for who in ("anna", "inga", "vera") for one in refused(sqlite_db, ground, offered(sqlite_db, ground, who, who), who)]
    away(sqlite_db, ground)
    found += refused(sqlite_db, ground, offered(sqlite_db, ground, "boris", "boris"), "boris")
    assert "\n".join(found) == ""


@pytest.mark.parametrize("who", READERS)
def test_an_approved_letter_is_sent_by_a_button_of_who_may_send_it(sqlite_db: Database, ground: Ground, who: str) -> None:
    """Whoever gets the case later hears that it waits."""
    a_case(sqlite_db, ground, State.APPROVAL)
    approved_draft(sqlite_db)
    if who == "boris":
        away(sqlite_db, ground)
    found = offered(sqlite_db, ground, who, who)
    assert any(body.startswith("!отправить") for body in found) is (who != "inga")
    if who == "anna":
        message = last_letter(sqlite_db, "digest", "anna@firma.example")
        text = " ".join(read_letter(message)[1].split())
        assert "[письмо согласовано, ждёт отправки]" in text
        assert next(links(message)).startswith("!отправить"), "it comes first"
        assert not list(refused(sqlite_db, ground, {body for body in found if body.startswith("!отправить")}, who))
        assert letters(sqlite_db, "reply")[-1].recipient == "dealer@zakaz.example"
