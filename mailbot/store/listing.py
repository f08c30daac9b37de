"""What people look at: cases, letters, quarantine, and the daily sum."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select, update

from mailbot.claims.case import OPEN_STATES
from mailbot.store import record, search
from mailbot.store.tables import (
    approvals,
    attachments,
    cases,
    clocks,
    corrections,
    deliveries,
    drafts,
    events,
    outbox,
    quarantine,
    received,
    shown,
)

Row = dict[str, Any]

_NUMBER = re.compile(r"\b(\d{4})[-/–](\d{4,9})\b")  # also as 2026/0451 and [#2026-0451] (decisions.md 4)


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """`state` a state or "open"; `overdue_at`: open, formal answer due before it and not given."""

    state: str | None = None
    category: str | None = None
    assigned_to: str | None = None
    overdue_at: datetime | None = None
    opened_since: datetime | None = None
    limit: int = 200


def list_cases(conn: Connection, wanted: CaseFilter) -> list[Row]:
    """Cases, the most urgent answer first, then the newest."""
    query = select(cases)
    if wanted.state == "open":
        query = query.where(cases.c.state.in_([str(state) for state in OPEN_STATES]))
    elif wanted.state:
        query = query.where(cases.c.state == wanted.state)
    if wanted.category:
        query = query.where(cases.c.category == wanted.category)
    if wanted.assigned_to:
        query = query.where(cases.c.assigned_to == wanted.assigned_to)
    if wanted.overdue_at:
        owed = (cases.c.answered_at.is_(None), cases.c.state.in_([str(state) for state in OPEN_STATES]))
        query = query.where(cases.c.answer_by < wanted.overdue_at, *owed)
    if wanted.opened_since:
        query = query.where(cases.c.opened_at > wanted.opened_since)
    return _rows(conn, query.order_by(cases.c.answer_by.is_(None), cases.c.answer_by, cases.c.id.desc()).limit(wanted.limit))


def case_by_number(conn: Connection, number: str) -> Row | None:
    return next(iter(_rows(conn, select(cases).where(cases.c.number == number))), None)


def case_file(conn: Connection, number: str) -> Row | None:
    """A case with its mails, letters, clocks, events, attachments and corrections; None where there is none of this number."""
    case = case_by_number(conn, number)
    if case is None:
        return None
    mails = _rows(conn, select(received).where(received.c.case_id == case["id"]).order_by(received.c.id))
    letters = _rows(conn, select(outbox).where(outbox.c.case_id == case["id"]).order_by(outbox.c.id))
    parts = select(attachments).join(received, received.c.id == attachments.c.received_id).where(received.c.case_id == case["id"])
    sent = (
        select(deliveries)
        .join(outbox, outbox.c.id == deliveries.c.outbox_id)
        .where(outbox.c.case_id == case["id"])
        .order_by(deliveries.c.id)
    )
    return {
        "case": case,
        "mails": mails,
        "attachments": _rows(conn, parts.order_by(attachments.c.received_id, attachments.c.ordinal)),
        "letters": letters,
        "deliveries": _rows(conn, sent),
        "events": _rows(conn, select(events).where(events.c.case_id == case["id"]).order_by(events.c.id)),
        "record": {"breaks": [one.sentence for one in record.look_at(conn, number).breaks]},
        "corrections": _rows(conn, select(corrections).where(corrections.c.case_id == case["id"]).order_by(corrections.c.id)),
        "clocks": _rows(conn, select(clocks).where(clocks.c.case_id == case["id"]).order_by(clocks.c.id)),
        "approvals": _approvals(conn, case["id"]),
        "orders": _orders(conn, case["id"]),
    }


def _orders(conn: Connection, case_id: int) -> list[Row]:
    """The mails that commanded in a case and belong to none, or to another: answers to a digest, which quote it.

    Their own words are told where they concern this case alone (`words`), else nothing but when, by whom and the hash.
    """
    ordered = (events.c.what == "commanded") & events.c.received_id.is_not(None)
    ids = select(events.c.received_id).where(events.c.case_id == case_id, ordered)
    elsewhere = or_(received.c.case_id.is_(None), received.c.case_id != case_id)
    columns = (received.c[name] for name in ("id", "received_at", "from_key", "message_id", "raw_sha256", "read", "decision"))
    rows = _rows(conn, select(*columns).where(received.c.id.in_(ids), elsewhere).order_by(received.c.id))
    others = select(events.c.received_id).where(events.c.received_id.in_([row["id"] for row in rows]), events.c.case_id != case_id, ordered)
    shared = set(conn.execute(others).scalars())
    for row in rows:
        said = ((row.pop("read") or {}).get("mail") or {}).get("text") or ""
        row["decision"] = {"authentication": (row["decision"] or {}).get("authentication")}  # how its sender was proven, and no more
        row |= {"kind": "command", "words": "" if row["id"] in shared else said}
    return rows


def _approvals(conn: Connection, case_id: int) -> list[Row]:
    """Whose yes each letter of the case needed, and what became of it."""
    query = select(approvals, drafts.c.kind, drafts.c.resolution, drafts.c.author).join(drafts, drafts.c.id == approvals.c.draft_id)
    return _rows(conn, query.where(drafts.c.case_id == case_id).order_by(approvals.c.id))


def find_cases(conn: Connection, words: str, lemmas: str, limit: int = 100) -> list[Row]:
    """Cases by number, customer's address or name, or words of subject and text; the best match first."""
    plain = words.strip()
    number = _NUMBER.search(plain)
    named = or_(
        cases.c.number.like(_part("-".join(number.groups()) if number else plain), escape="\\"),
        cases.c.customer_key.like(_part(plain.casefold()), escape="\\"),
        func.lower(cases.c.customer_name).like(_part(plain.lower()), escape="\\"),
    )
    first = _rows(conn, select(cases).where(named).order_by(cases.c.id.desc()).limit(limit))
    seen = {row["id"] for row in first}
    ids = [number for number in search.cases_with(conn, lemmas, limit) if number not in seen]
    by_id = {row["id"]: row for row in _rows(conn, select(cases).where(cases.c.id.in_(ids)))} if ids else {}
    return (first + [by_id[number] for number in ids if number in by_id])[:limit]


def _part(words: str) -> str:
    """A LIKE pattern of these very words anywhere in a text."""
    return "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def list_letters(conn: Connection, state: str | None, limit: int) -> list[Row]:
    """Letters without their bytes, newest first."""
    columns = [column for column in outbox.c if column.name != "raw"]
    query = select(*columns, cases.c.number.label("case")).outerjoin(cases, cases.c.id == outbox.c.case_id)
    if state:
        query = query.where(outbox.c.state == state)
    return _rows(conn, query.order_by(outbox.c.id.desc()).limit(limit))


def put_in_quarantine(conn: Connection, received_id: int, case_id: int | None, why: str, now: datetime) -> None:
    """A mail nobody could read waits for a person; once a mail."""
    there = conn.execute(select(quarantine.c.id).where(quarantine.c.received_id == received_id)).scalar()
    values = {"case_id": case_id, "at": now, "why": why, "state": "waiting"}
    if there is None:
        conn.execute(quarantine.insert().values(received_id=received_id, **values))
    else:
        conn.execute(update(quarantine).where(quarantine.c.id == there).values(values))


def list_quarantine(conn: Connection, *, waiting_only: bool = True) -> list[Row]:
    query = (
        select(quarantine, cases.c.number.label("case"), received.c.received_at, received.c.mailbox)
        .join(received, received.c.id == quarantine.c.received_id)
        .outerjoin(cases, cases.c.id == quarantine.c.case_id)
    )
    if waiting_only:
        query = query.where(quarantine.c.state == "waiting")
    return _rows(conn, query.order_by(quarantine.c.id))


def settle_quarantine(conn: Connection, number: int, state: str) -> int | None:
    """Mark an entry `retried` or `dropped`; returns its mail, None where there is no waiting entry of this number."""
    settled = update(quarantine).where(quarantine.c.id == number, quarantine.c.state == "waiting").values(state=state)
    mail: int | None = conn.execute(settled.returning(quarantine.c.received_id)).scalar()
    return mail


@dataclass(frozen=True, slots=True)
class DailySum:
    """The proof that nothing is missing: what the mailboxes showed, and what became of it (behaviour.md 7)."""

    shown: int
    left_out: int
    stored: int
    filed: dict[str, int]
    waiting: int
    letters: dict[str, int]


def daily_sum(conn: Connection, since: datetime, until: datetime) -> DailySum:
    """Counts of the mails first shown or stored in the span, and of letters queued in it."""
    within = (shown.c.at > since, shown.c.at <= until)
    stored = (received.c.stored_at > since, received.c.stored_at <= until)
    counted = select(received.c.state, received.c.outcome, func.count()).where(*stored).group_by(received.c.state, received.c.outcome)
    letters = select(outbox.c.state, func.count()).where(outbox.c.queued_at > since, outbox.c.queued_at <= until).group_by(outbox.c.state)
    there = list(conn.execute(counted))
    return DailySum(
        shown=_count(conn, select(func.count()).select_from(shown).where(*within)),
        left_out=_count(conn, select(func.count()).select_from(shown).where(*within, shown.c.skipped)),
        stored=sum(count for _, _, count in there),
        filed={outcome: count for state, outcome, count in there if state == "filed"},
        waiting=sum(count for state, _, count in there if state != "filed"),
        letters={state: count for state, count in conn.execute(letters)},
    )


def _count(conn: Connection, query: Select[int]) -> int:
    return conn.execute(query).scalar_one()


def _rows(conn: Connection, query: Any) -> list[Row]:
    return [dict(row) for row in conn.execute(query).mappings()]
