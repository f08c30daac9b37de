"""Cases as they are counted: for what recurs, and for the figures of a week or a year. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select

from mailbot.claims.case import OPEN_STATES
from mailbot.store.case_mails import opened_by
from mailbot.store.parts import parts
from mailbot.store.readings import streamed
from mailbot.store.tables import cases, drafts, mailboxes, received

Row = dict[str, Any]

_COUNTED = (
    "id", "number", "state", "kind", "close_reason", "history", "category", "product", "assigned_to", "flags",
    "received_at", "opened_at", "answer_by", "answer_hard_by", "acknowledge_by", "acknowledged_at", "answered_at", "closed_at",
    "cost_bearer",
)  # fmt: skip


def begun_at(conn: Connection) -> datetime | None:
    """When this installation was first connected to a mailbox; None where none is."""
    at: datetime | None = conn.execute(select(func.min(mailboxes.c.taken_from))).scalar()
    return at


def cases_known_since(conn: Connection) -> datetime | None:
    """When the oldest mail came that made a case."""
    at: datetime | None = conn.execute(select(func.min(cases.c.received_at))).scalar()
    return at


def counted_cases(conn: Connection, since: datetime, until: datetime) -> list[Row]:
    """Every case that came before `until` and that concerns the time since: it came, was closed or answered in it, or is still open."""
    lately = (cases.c.received_at >= since, cases.c.opened_at >= since, cases.c.closed_at >= since, cases.c.answered_at >= since)
    due = (cases.c.answer_by >= since, cases.c.answer_hard_by >= since)
    is_open = cases.c.state.in_([str(state) for state in OPEN_STATES])
    query = select(*(cases.c[name] for name in _COUNTED)).where(cases.c.received_at < until, or_(*lately, *due, is_open))
    decided = _resolutions(conn)
    return [{**row, "resolution": decided.get(row["id"], "")} for row in conn.execute(query.order_by(cases.c.id)).mappings()]


def _resolutions(conn: Connection) -> dict[int, str]:
    """What was decided in the last answer that left, by case."""
    query = select(drafts.c.case_id, drafts.c.resolution).where(drafts.c.state == "sent", drafts.c.resolution != "")
    return {case_id: resolution for case_id, resolution in conn.execute(query.order_by(drafts.c.id))}


def batches_of(conn: Connection, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The batches that the opening mails of these cases name."""
    found: dict[int, tuple[str, ...]] = {}
    for some in parts(ids):
        query = select(received.c.case_id, received.c.read).where(received.c.id.in_(opened_by(some)), received.c.read.is_not(None))
        found.update({case_id: _batches(read) for case_id, read in streamed(conn, query)})
    return found


def _batches(read: Any) -> tuple[str, ...]:
    facts: Iterable[Any] = (((read or {}).get("understanding") or {}).get("facts") or {}).get("batches") or ()
    return tuple(dict.fromkeys(str(fact["value"]) for fact in facts))


def cases_numbered(conn: Connection, numbers: Sequence[str]) -> list[Row]:
    """The rows of these cases."""
    found: list[Row] = []
    for some in parts(numbers):
        query = select(cases).where(cases.c.number.in_(some))
        found += [dict(row) for row in conn.execute(query.order_by(cases.c.id)).mappings()]
    return found
