"""The mails that people wrote into a case: which of them opened it; handed over one at a time, that one and the last of the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, case, func, select

from mailbot.store.readings import streamed
from mailbot.store.tables import cases, events, received


@dataclass(frozen=True, slots=True)
class CaseMail:
    """A mail of a case with what was read in it and decided about it, as plain data."""

    is_opening: bool
    at: datetime
    kind: str
    relation: str
    read: Any
    decision: Any


def opened_by(ids: Sequence[int]) -> Select[tuple[int]]:
    """The ids of the mails that opened these cases. One that came earlier and was added by hand (`!add M-12`) opened nothing.

    A case that was merged has two: its own counts, whichever of the two was stored first; without it (read anew since) the earlier.
    """
    mine = (received.c.case_id.in_(ids), received.c.state == "filed", received.c.outcome != "joined")
    own_first = case((received.c.content_key == cases.c.opening_key, 0), else_=1)
    rank = func.row_number().over(partition_by=received.c.case_id, order_by=(own_first, received.c.received_at, received.c.id))
    ranked = select(received.c.id, rank.label("rank")).join(cases, cases.c.id == received.c.case_id).where(*mine).subquery()
    return select(ranked.c.id).where(ranked.c.rank == 1)


def writer_of_opening(conn: Connection, case_id: int) -> str:
    """The address (case-folded) from which the mail came that opened a case: of a claim heard by telephone the colleague's; "" unknown."""
    return str(conn.execute(select(received.c.from_key).where(received.c.id.in_(opened_by([case_id])))).scalar() or "")


def notes_of(conn: Connection, case_id: int, most: int) -> list[tuple[datetime, str, str]]:
    """What our people noted about a case, the newest first: when, who (id), the words."""
    mine = (events.c.case_id == case_id) & (events.c.what == "note")
    found = conn.execute(select(events.c.at, events.c.actor, events.c.why).where(mine).order_by(events.c.id.desc()).limit(most))
    return [(at, actor, words) for at, actor, words in found]


def notes_since(conn: Connection, since: datetime) -> list[tuple[str, datetime, str, str]]:
    """What our people noted about cases since then, the oldest first: case number, when, who (id), the words."""
    query = select(cases.c.number, events.c.at, events.c.actor, events.c.why).join(cases, cases.c.id == events.c.case_id)
    found = conn.execute(query.where(events.c.what == "note", events.c.at > since).order_by(events.c.id))
    return [(number, at, actor, words) for number, at, actor, words in found]


def written_into(conn: Connection, case_id: int, most: int, relations: Sequence[str] = ("customer", "staff")) -> Iterator[CaseMail]:
    """What its customer and our people wrote into a case: the opening mail, then up to `most` others, the newest first."""
    mine = (received.c.case_id == case_id) & (received.c.state == "filed")
    first = conn.execute(opened_by([case_id])).scalar()
    columns = [received.c[name] for name in ("id", "received_at", "kind", "relation", "read", "decision")]
    opening = select(*columns).where(received.c.id == first)
    later = select(*columns).where(mine, received.c.id != first, received.c.relation.in_(relations))
    for query in (opening, later.order_by(received.c.id.desc()).limit(most)):
        for number, at, kind, relation, read, decision in streamed(conn, query):
            if read is not None:
                yield CaseMail(number == first, at, kind, relation or "", read, decision or {})
