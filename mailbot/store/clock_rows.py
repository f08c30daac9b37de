"""The clocks of cases as they are kept: what runs, what has ended, and what stood in its place before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Text, and_, case, insert, or_, select, type_coerce, update

from mailbot.claims.case import OPEN_STATES
from mailbot.claims.clocks import Clock
from mailbot.store.desk import OpenCase
from mailbot.store.parts import parts
from mailbot.store.tables import cases, clocks, events, received

# events that clocks may hang on
_HAPPENED = ("promise%", "request_%", "refusal_%", "regress_%", "demand_%", "loaner_%", "representative_%")


@dataclass(frozen=True, slots=True)
class KeptClock:
    """A clock with the case and the opening it belongs to."""

    case_id: int
    opening: int
    clock: Clock


@dataclass(frozen=True, slots=True)
class NewsPromised:
    """A case whose customer was promised news by a day."""

    case_id: int
    number: str
    opening: int
    state: str
    next_news_by: datetime


def kept(conn: Connection, case_ids: Sequence[int]) -> dict[int, list[KeptClock]]:
    """Every clock of these cases, oldest first, by case."""
    found: dict[int, list[KeptClock]] = {}
    for some in parts(case_ids):
        for row in conn.execute(select(clocks).where(clocks.c.case_id.in_(some)).order_by(clocks.c.id)):
            found.setdefault(row.case_id, []).append(_kept(row))
    return found


def running(conn: Connection, *, due_before: datetime, rules: Sequence[str] = (), started: Sequence[str] = ()) -> list[KeptClock]:
    """Clocks that run and are due before an instant, of these rules; those of `started` whenever they are due.

    Of closed cases only our own claims on others go on.
    """
    near = or_(and_(clocks.c.rule.in_(list(rules)), clocks.c.due_by < due_before), clocks.c.rule.in_(list(started)))
    query = select(clocks).where(clocks.c.state == "running", near).order_by(clocks.c.due_by, clocks.c.id)
    return [_kept(row) for row in conn.execute(query)]


def paused(conn: Connection, rules: Sequence[str]) -> list[int]:
    """Cases in which a clock of these rules stands still."""
    query = select(clocks.c.case_id).where(clocks.c.state == "paused", clocks.c.rule.in_(list(rules))).distinct()
    return list(conn.execute(query.order_by(clocks.c.case_id)).scalars())


def running_of(conn: Connection, open_cases: Sequence[OpenCase]) -> dict[int, tuple[Clock, ...]]:
    """The clocks of the present opening of these cases that run or are paused, by case."""
    opening, found = {case.id: case.openings for case in open_cases}, dict[int, tuple[Clock, ...]]()
    for some in parts(opening):
        query = select(clocks).where(clocks.c.case_id.in_(some), clocks.c.state.in_(("running", "paused")))
        for one in map(_kept, conn.execute(query.order_by(clocks.c.id))):
            if opening[one.case_id] == one.opening:
                found[one.case_id] = (*found.get(one.case_id, ()), one.clock)
    return found


def recounted_since(conn: Connection, since: datetime) -> list[tuple[str, datetime]]:
    """(case number, when) of each date that another calendar or other rules have changed since."""
    query = select(cases.c.number, events.c.at).join(cases, cases.c.id == events.c.case_id)
    query = query.where(events.c.what == "date_changed", events.c.at > since).order_by(events.c.id)
    return [(number, at) for number, at in conn.execute(query)]


def news_promised(conn: Connection) -> list[NewsPromised]:
    """Open cases whose customers were promised news by a day, and may be written to without a person (a holding note)."""
    query = select(cases.c.id, cases.c.number, cases.c.openings, cases.c.state, cases.c.next_news_by)
    query = query.where(cases.c.holding_on.is_(True), cases.c.next_news_by.is_not(None), cases.c.state.in_(list(map(str, OPEN_STATES))))
    return [NewsPromised(*row) for row in conn.execute(query.order_by(cases.c.id))]


def start(conn: Connection, found: Sequence[KeptClock]) -> None:
    if found:
        conn.execute(insert(clocks), [{**_row(one.clock), "case_id": one.case_id, "opening": one.opening} for one in found])


def put(conn: Connection, number: int, clock: Clock) -> None:
    """Bring a kept clock to these values; what it was counted from stays."""
    fixed = {"rule", "about", "kind", "trigger", "started_at"}
    values = {name: value for name, value in _row(clock).items() if name not in fixed}
    conn.execute(update(clocks).where(clocks.c.id == number).values(values))


def end(conn: Connection, number: int, state: str, at: datetime, why: str) -> None:
    """A clock ends as stopped or replaced; its date stays, so that it can be seen what was told."""
    conn.execute(update(clocks).where(clocks.c.id == number).values(state=state, stopped_at=at, paused_at=None, why=why))


def rows_of(conn: Connection, case_ids: Sequence[int]) -> list[Any]:
    """The columns of these cases that clocks depend on. The cases are held until the end of the transaction: two daemons take turns."""
    queries = (select(*_COLUMNS).where(cases.c.id.in_(some)).order_by(cases.c.id) for some in parts(sorted(case_ids)))
    return [row for query in queries for row in conn.execute(query.with_for_update())]


def happened(conn: Connection, case_ids: Sequence[int]) -> dict[int, list[Any]]:
    """What moved these cases, reopened them, or started a clock: (what, at, data, received_at of the mail), oldest first, by case."""
    found: dict[int, list[Any]] = {}
    moved = type_coerce(events.c.data, Text).like('%"state": {%')
    names = or_(moved, *(events.c.what.like(name) for name in ("opened", "reopened", "demanded", *_HAPPENED)))
    for some in parts(case_ids):
        query = select(events.c.case_id, events.c.what, events.c.at, events.c.data, received.c.received_at)
        query = query.outerjoin(received, received.c.id == events.c.received_id).where(events.c.case_id.in_(some), names)
        for row in conn.execute(query.order_by(events.c.id)):
            found.setdefault(row.case_id, []).append(row)
    return found


def unkept(conn: Connection, policy: str, calendar: str, limit: int) -> list[int]:
    """Open cases without a clock of their present opening, whose answer or acknowledgement was given (or came back) and the clock
    does not know, or with one that was counted by other rules or another calendar.
    """
    has = select(clocks.c.id).where(clocks.c.case_id == cases.c.id, clocks.c.opening == cases.c.openings).exists()
    stale = (
        select(clocks.c.id)
        .where(
            clocks.c.case_id == cases.c.id,
            clocks.c.opening == cases.c.openings,
            case(
                (clocks.c.rule == "acknowledgement", (clocks.c.state == "met") != cases.c.acknowledged_at.is_not(None)),
                (clocks.c.rule == "formal_answer", (clocks.c.state == "met") != cases.c.answered_at.is_not(None)),
                else_=False,
            ),
            clocks.c.state.in_(("running", "paused", "met")),
        )
        .exists()
    )
    other = or_(clocks.c.policy != policy, clocks.c.calendar != calendar)
    old = select(clocks.c.id).where(clocks.c.case_id == cases.c.id, clocks.c.state.in_(("running", "paused")), other).exists()
    query = select(cases.c.id).where(cases.c.state.in_(list(map(str, OPEN_STATES))), cases.c.history.is_(False), or_(~has, stale, old))
    return list(conn.execute(query.order_by(cases.c.id).limit(limit)).scalars())


_COLUMNS = tuple(
    cases.c[name]
    for name in (
        *("id", "number", "state", "state_since", "close_reason", "closed_at", "kind", "history", "category", "secondary", "consumer"),
        *("remedies", "flags", "cost_bearer", "received_at", "opened_at", "acknowledge_by", "answer_by", "answer_hard_by"),
        *("acknowledged_at", "answered_at", "openings", "customer"),
    )
)


def _kept(row: Row[Any]) -> KeptClock:
    clock = Clock(
        rule=row.rule,
        about=row.about,
        kind=row.kind,
        trigger=row.trigger,
        started_at=row.started_at,
        due_by=row.due_by,
        hard_by=row.hard_by,
        plan_by=row.plan_by,
        provisional=row.provisional,
        state=row.state,
        paused_at=row.paused_at,
        paused_for=row.paused_total,
        met_at=row.met_at,
        stopped_at=row.stopped_at,
        why=row.why,
        trace=row.trace,
        policy=row.policy,
        calendar=row.calendar,
        id=row.id,
    )
    return KeptClock(row.case_id, row.opening, clock)


def _row(clock: Clock) -> dict[str, Any]:
    values = {name: getattr(clock, name) for name in Clock.__slots__ if name not in {"id", "paused_for"}}
    return values | {"paused_total": clock.paused_for}
