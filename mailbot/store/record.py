"""The record: what happened in each case, every event chained by hash to the one before, so that none is changed or removed unseen.

The database itself refuses to change or delete an event. Who gets round that (a hand in the file, a damaged disk, a half-restored
backup) is found out here: an event's hash covers its content and the hash of the event before it in its case, and the end of each
case's chain stands in a table of its own, so that the last events cannot be cut off either (reliability.md 5).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Select, bindparam, insert, select, update

from mailbot.store.columns import as_stored, clean
from mailbot.store.parts import parts
from mailbot.store.tables import cases, events, records

_CONTENT = ("case_id", "at", "actor", "what", "why", "received_id", "data")
_NAMED = 10  # breaks in one line
_AT_ONCE = 1_000  # rows the database hands over at a time while all of them are looked at


@dataclass(frozen=True, slots=True)
class Break:
    """Where the record of a case is not what was written: `event` the first that does not fit, None where it ends wrongly."""

    number: str
    event: int | None
    what: str

    @property
    def sentence(self) -> str:
        return f"{self.number}, event {self.event}: {self.what}" if self.event is not None else f"{self.number}: {self.what}"


@dataclass(frozen=True, slots=True)
class Looked:
    """What was looked at, and the first break of each case that has one."""

    cases: int
    events: int
    breaks: tuple[Break, ...]

    @property
    def named(self) -> str:
        """The first breaks, for a line."""
        return "; ".join(one.sentence for one in self.breaks[:_NAMED]) + ("; …" if len(self.breaks) > _NAMED else "")


def append(conn: Connection, happened: Sequence[Mapping[str, Any]]) -> None:
    """Append events in their order. The end of each case's record is held until the transaction ends: two processes never fork it."""
    if not happened:
        return
    ends = {case_id: _end(conn, case_id) for case_id in sorted({one["case_id"] for one in happened})}
    begun = {case_id for case_id, end in ends.items() if end["events"]}
    rows = []
    for one in happened:
        row = {**one, "actor": clean(one["actor"]), "why": clean(one["why"]), "data": as_stored(one["data"])}
        end = ends[row["case_id"]]
        row["hash"] = chained(end["hash"], row)
        end |= {"events": end["events"] + 1, "hash": row["hash"], "last_at": row["at"]}
        rows.append(row)
    conn.execute(_INSERT, rows)
    if changed := [{"of_case": case_id, **ends[case_id]} for case_id in ends if case_id in begun]:
        conn.execute(_UPDATE_END, changed)
    if new := [{"case_id": case_id, **ends[case_id]} for case_id in ends if case_id not in begun]:
        conn.execute(_INSERT_END, new)


def _end(conn: Connection, case_id: int) -> dict[str, Any]:
    """How many events a case has, and the hash of the last; always locked in the order of the cases."""
    found = conn.execute(_SELECT_END, {"of_case": case_id}).first()
    return {"events": found[0], "hash": found[1]} if found is not None else {"events": 0, "hash": ""}


# made once: every change of a case goes through them
_SELECT_END = select(records.c.events, records.c.hash).where(records.c.case_id == bindparam("of_case")).with_for_update()
_INSERT = insert(events)
_INSERT_END = insert(records)
_UPDATE_END = update(records).where(records.c.case_id == bindparam("of_case"))


def chained(before: str, event: Mapping[str, Any]) -> str:
    """The hash of an event that follows the one with the hash `before` ("" for the first), the same on every database."""
    at: datetime = event["at"]
    content = [event[name] for name in _CONTENT]
    content[1] = at.astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(json.dumps([before, *content], ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def look_at_all(conn: Connection) -> Looked:
    """Every event of every case."""
    return _looked(conn, _query())


def look_at_latest(conn: Connection, since: datetime) -> Looked:
    """The whole record of every case in which something happened since."""
    lately = conn.execute(select(records.c.case_id).where(records.c.last_at > since).order_by(records.c.case_id)).scalars().all()
    looked = [_looked(conn, _query().where(cases.c.id.in_(some))) for some in parts(lately)]
    breaks = tuple(found for one in looked for found in one.breaks)
    return Looked(sum(one.cases for one in looked), sum(one.events for one in looked), breaks)


def look_at(conn: Connection, number: str) -> Looked:
    """The record of one case."""
    return _looked(conn, _query().where(cases.c.number == number))


def _query() -> Select[Any]:
    """Records and events in one statement, so that it sees one moment and what is appended meanwhile is no break."""
    ours = (cases.c.number, records.c.events.label("count"), records.c.hash.label("end"))
    query = select(*ours, events.c.id, events.c.hash, *(events.c[name] for name in _CONTENT))
    all_of = cases.outerjoin(records, records.c.case_id == cases.c.id).outerjoin(events, events.c.case_id == cases.c.id)
    return query.select_from(all_of).order_by(cases.c.id, events.c.id)


def _looked(conn: Connection, query: Select[Any]) -> Looked:
    rows = conn.execute(query.execution_options(stream_results=True, yield_per=_AT_ONCE)).mappings()
    seen = of_cases = 0
    breaks: list[Break] = []
    for number, theirs in groupby(rows, key=lambda row: row["number"]):
        walk = _Walk(number)
        walk.through(theirs)
        of_cases, seen = of_cases + 1, seen + walk.seen
        breaks += [walk.found] if walk.found is not None else []
    return Looked(of_cases, seen, tuple(breaks))


@dataclass(slots=True)
class _Walk:
    """Through the events of one case, in order."""

    number: str
    seen: int = 0
    found: Break | None = None

    def through(self, rows: Iterator[Any]) -> None:
        before, count, end = "", None, None
        for row in rows:
            count, end = row["count"], row["end"]
            if row["id"] is None:
                break
            self.seen += 1
            if row["hash"] != chained(before, row):
                self._break(row["id"], "it was changed, or the one before it was changed or removed")
            before = row["hash"]
        if count is None:
            self._break(None, "the end of its record is not kept")
        elif self.seen != count:
            lacking = f"{count - self.seen} removed" if self.seen < count else f"{self.seen - count} too many"
            self._break(None, f"{self.seen} events where {count} were written: {lacking}")
        elif before != end:
            self._break(None, "its last event is not the one that was written")

    def _break(self, event: int | None, what: str) -> None:
        self.found = self.found or Break(self.number, event, what)
