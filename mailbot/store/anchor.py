"""An anchor of the record: one line, kept outside the database, with which anybody proves later that nothing in it was rewritten since.

The chains of `record` stand in the database itself: who can write all of it can count a whole chain anew. What he cannot do is to make
the record of then give the sum that a letter of then already carries.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from mailbot.store.database import Database
from mailbot.store.record import Looked, look_at_all
from mailbot.store.tables import cases, events

_FORM = re.compile(r"(\d{1,18})-([0-9a-f]{64})")
_AT_ONCE = 1_000
_WAIT = "3s"  # meanwhile nobody else begins to write events


@dataclass(frozen=True, slots=True)
class Anchor:
    """`last`: the event up to which it reaches. `sha256`: over number, count of events and hash of the last of them, case by case."""

    last: int
    sha256: str

    def __str__(self) -> str:
        return f"{self.last}-{self.sha256}"


@dataclass(frozen=True, slots=True)
class Continued:
    """What a look at the whole record found. `faults`: why it does not continue the anchor; empty where it does."""

    looked: Looked
    later: int  # events written since the anchor
    faults: tuple[str, ...]


def read_anchor(text: str) -> Anchor | None:
    """As `str` wrote it, also where a mail program broke the line; None where it is no anchor."""
    found = _FORM.fullmatch("".join(text.split()).casefold())
    return Anchor(int(found[1]), found[2]) if found is not None else None


def cast_anchor(db: Database) -> Anchor:
    """The anchor of this moment. Errors: StoreAway, also where a transaction that writes events does not end in time."""
    last = _last_written(db)
    with db.read() as conn:
        return Anchor(last, _sum(conn, last))


def continued(conn: Connection, anchor: Anchor) -> Continued:
    """Whether the record of today is whole, and is the anchored one with nothing but later events behind it."""
    looked = look_at_all(conn)
    reaches = conn.execute(select(func.max(events.c.id))).scalar() or 0
    faults = [one.sentence for one in looked.breaks]
    if reaches < anchor.last:
        faults.append(f"it ends at event {reaches}, and the anchor reaches to event {anchor.last}: the later ones are missing")
    elif _sum(conn, anchor.last) != anchor.sha256:
        hand = "events or case numbers were rewritten, removed or written in"
        faults.append(f"up to event {anchor.last} it is not what was anchored: {hand}")
    later = conn.execute(select(func.count()).where(events.c.id > anchor.last)).scalar() or 0
    return Continued(looked, later, tuple(faults))


def _last_written(db: Database) -> int:
    """The last event, when no event with a lower number can still appear.

    PostgreSQL numbers an event before its transaction ends: the lock, given back at once, waits for those that have begun.
    """
    if db.dialect != "postgresql":
        with db.read() as conn:
            return conn.execute(select(func.max(events.c.id))).scalar() or 0
    with db.write() as conn:
        conn.exec_driver_sql(f"SET LOCAL lock_timeout = '{_WAIT}'")
        conn.exec_driver_sql(f"LOCK TABLE {events.name} IN SHARE MODE")
        return conn.execute(select(func.max(events.c.id))).scalar() or 0


def _sum(conn: Connection, last: int) -> str:
    """Over every case that had an event by then, in the order of the cases."""
    of_case = select(events.c.case_id, func.count().label("count"), func.max(events.c.id).label("end"))
    ends = of_case.where(events.c.id <= last).group_by(events.c.case_id).subquery()
    query = select(cases.c.number, ends.c.count, events.c.hash).select_from(ends)
    query = query.join(cases, cases.c.id == ends.c.case_id).join(events, events.c.id == ends.c.end).order_by(ends.c.case_id)
    summed = hashlib.sha256()
    for number, count, end in conn.execute(query.execution_options(stream_results=True, yield_per=_AT_ONCE)):
        summed.update(f"{number} {count} {end}\n".encode())
    return summed.hexdigest()
