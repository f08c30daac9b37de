"""Cases and their append-only history. Every change leaves an event that says who, when, why and from which mail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from mailbot.claims.case import MAILBOT as MAILBOT  # noqa: PLC0414 (every job names it as cases.MAILBOT)
from mailbot.claims.case import OPEN_STATES, State
from mailbot.store import record
from mailbot.store.columns import clean
from mailbot.store.tables import cases, corrections, counters, escalated, events

OF_ONE_OPENING = (  # flags that end with it
    "refused", "proposes_close", "not_written", "answer_bounced", "wait_over", "partly_withdrawn", "paid_repair_offered",
    "guarantee_came", "guarantee_unproven", "withdrawal_unproven",
)  # fmt: skip
BY_HAND = ("customer", "category", "demands", "warranty")  # events of people who correct what was read; the program writes none
AT_ONCE = "at_once"  # the clock of alerts about a single mail: said once, whatever becomes of the case


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case to open. `confidence` 0…1 of the category; `orders` values; `state` triage, registered or closed (history)."""

    opening_key: str
    state: str
    kind: str
    history: bool
    mailbox: str | None
    customer: str
    customer_name: str
    subject: str
    subject_key: str
    language: str
    category: str | None
    secondary: tuple[str, ...]
    confidence: float
    urgency: str
    safety: bool
    legal_threat: bool
    orders: tuple[str, ...]
    product: str
    missing: tuple[str, ...]
    assigned_to: str | None
    received_at: datetime
    received_at_basis: str
    acknowledge_by: datetime | None
    answer_by: datetime | None
    answer_hard_by: datetime | None
    flags: Mapping[str, Any]
    remedies: tuple[str, ...] = ()
    consumer: str = "unknown"
    warranty_status: str = "unknown"


@dataclass(frozen=True, slots=True)
class Opening:
    """A case to open, of which mail, and why."""

    case: NewCase
    received_id: int
    why: str


@dataclass(frozen=True, slots=True)
class OpenedCase:
    """`new` False: another process opened a case of this very mail first."""

    id: int
    number: str
    new: bool


def next_numbers(conn: Connection, year: int, count: int = 1) -> list[str]:
    """`2026-0451` …: one counter per database and year, advanced in the caller's transaction; gaps are allowed (decisions.md 4)."""
    on_conflict = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    advance = (
        on_conflict(counters)
        .values(name=f"case:{year}", value=count)
        .on_conflict_do_update(index_elements=["name"], set_={"value": counters.c.value + count})
        .returning(counters.c.value)
    )
    last = conn.execute(advance).scalar_one()
    return [f"{year}-{number:04}" for number in range(last - count + 1, last + 1)]


def open_cases(conn: Connection, openings: Sequence[Opening], year: int, now: datetime) -> list[OpenedCase]:
    """Open a case of each mail, unless one of the very same mail is there already."""
    keys = [one.case.opening_key for one in openings]
    there = _by_key(conn, keys)
    fresh = {one.case.opening_key: one for one in reversed(openings) if one.case.opening_key not in there}
    made = _insert(conn, [fresh[key] for key in dict.fromkeys(keys) if key in fresh], year, now)
    there |= made
    there |= _by_key(conn, [key for key in keys if key not in there])  # on PostgreSQL: committed meanwhile by another process
    new = {id(fresh[key]) for key in made}
    return [OpenedCase(*there[one.case.opening_key], new=id(one) in new) for one in openings]


def _by_key(conn: Connection, keys: Sequence[str]) -> dict[str, tuple[int, str]]:
    if not keys:
        return {}
    rows = conn.execute(select(cases.c.opening_key, cases.c.id, cases.c.number).where(cases.c.opening_key.in_(keys)))
    return {key: (number, name) for key, number, name in rows}


def _insert(conn: Connection, fresh: Sequence[Opening], year: int, now: datetime) -> dict[str, tuple[int, str]]:
    """Insert what nobody else has inserted meanwhile; each leaves its first event."""
    if not fresh:
        return {}
    on_conflict = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    numbers = next_numbers(conn, year, len(fresh))
    rows = [_row(one.case, number, now) for one, number in zip(fresh, numbers, strict=True)]
    statement = on_conflict(cases).on_conflict_do_nothing().returning(cases.c.opening_key, cases.c.id, cases.c.number)
    made = {key: (number, name) for key, number, name in conn.execute(statement, rows)}
    firsts = [
        _event(made[key][0], now, MAILBOT, "opened", one.why, one.received_id, _first(one.case))
        for one in fresh
        if (key := one.case.opening_key) in made
    ]
    record.append(conn, firsts)
    return made


def _first(case: NewCase) -> dict[str, Any]:
    """What the first event of a case says: rows 2 and 3 of domain.md 1.3."""
    numbers = {State.REGISTERED: "2", State.TRIAGE: "3"}
    first = {"state": case.state, "category": case.category}
    number = numbers.get(State(case.state))
    return first | ({"from": State.NEW.value, "to": case.state, "number": number} if number is not None else {})


def _row(case: NewCase, number: str, now: datetime) -> dict[str, Any]:
    values = {name: getattr(case, name) for name in NewCase.__slots__}
    return values | {
        "secondary": list(case.secondary),
        "orders": list(case.orders),
        "missing": list(case.missing),
        "remedies": list(case.remedies),
        "flags": dict(case.flags),
        "number": number,
        "customer_key": case.customer.casefold(),
        "confidence": round(case.confidence * 100),
        "opened_at": now,
        "last_mail_at": case.received_at,
        "closed_at": now if case.state == "closed" else None,
        "close_reason": "history" if case.history else None,
        "openings": 1,
        "holding_on": False,
        "state_since": now,
    }


def id_of(conn: Connection, number: str) -> int | None:
    found: int | None = conn.execute(select(cases.c.id).where(cases.c.number == number)).scalar()
    return found


def row_of(conn: Connection, case_id: int) -> dict[str, Any]:
    """The case's columns by name."""
    return dict(conn.execute(select(cases).where(cases.c.id == case_id)).mappings().one())


def number_of(conn: Connection, case_id: int) -> str:
    return str(conn.execute(select(cases.c.number).where(cases.c.id == case_id)).scalar_one())


def state_of(conn: Connection, case_id: int) -> str:
    return str(conn.execute(select(cases.c.state).where(cases.c.id == case_id).with_for_update()).scalar_one())


def event(
    conn: Connection,
    case_id: int,
    at: datetime,
    actor: str,
    what: str,
    why: str,
    received_id: int | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Append to the case's history."""
    record.append(conn, [_event(case_id, at, actor, what, why, received_id, data)])


def _event(
    case_id: int, at: datetime, actor: str, what: str, why: str, received_id: int | None, data: Mapping[str, Any] | None
) -> dict[str, Any]:
    return {"case_id": case_id, "at": at, "actor": actor, "what": what, "why": why, "received_id": received_id, "data": dict(data or {})}


def change(
    conn: Connection,
    case_id: int,
    values: Mapping[str, Any],
    *,
    at: datetime,
    actor: str,
    what: str,
    why: str,
    received_id: int | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Set columns of a case and append the event that says so, old values beside the new and `data` besides."""
    columns = [cases.c[name] for name in values]
    old = conn.execute(select(*columns).where(cases.c.id == case_id).with_for_update()).one() if columns else ()
    if values:
        conn.execute(update(cases).where(cases.c.id == case_id).values(dict(values)))
    changes = {
        name: {"old": _plain(before), "new": _plain(after)}
        for (name, after), before in zip(values.items(), old, strict=True)
        if before != after
    }
    event(conn, case_id, at, actor, what, why, received_id, {**changes, **(data or {})})


def join(conn: Connection, case_id: int, received_at: datetime, *, now: datetime, what: str, why: str, received_id: int) -> None:
    """A further mail of the case."""
    conn.execute(update(cases).where(cases.c.id == case_id, cases.c.last_mail_at < received_at).values(last_mail_at=received_at))
    event(conn, case_id, now, MAILBOT, what, why, received_id)


def reopen(
    conn: Connection,
    case_id: int,
    *,
    now: datetime,
    why: str,
    received_id: int | None,
    clocks: Mapping[str, datetime | None],
    assigned_to: str | None,
    actor: str = MAILBOT,
) -> int:
    """A closed case is worked again, with new clocks, and its ladder starts anew. Returns the number of its openings so far.

    Where another process has reopened it meanwhile it stays as that one left it, so that the customer hears once.
    """
    columns = (cases.c.state, cases.c.history, cases.c.openings, cases.c.flags)
    row = conn.execute(select(*columns).where(cases.c.id == case_id).with_for_update()).one()
    if row.state in OPEN_STATES and not row.history:
        return int(row.openings)
    values = {"state": "review", "closed_at": None, "close_reason": None, "answered_at": None, "history": False, **clocks}
    values |= {"state_since": now, "wait_reason": None, "wait_until": None, "holding_on": False, "next_news_by": None}
    values["acknowledged_at"] = None  # the acknowledgement of this opening is watched like the first
    conn.execute(delete(escalated).where(escalated.c.case_id == case_id, escalated.c.clock != AT_ONCE))
    if assigned_to is not None:
        values["assigned_to"] = assigned_to
    data = {"from": row.state, "to": "review", "number": "21"}
    change(conn, case_id, values, at=now, actor=actor, what="reopened", why=why, received_id=received_id, data=data)
    flags = {name: value for name, value in row.flags.items() if name not in OF_ONE_OPENING}
    advance = update(cases).where(cases.c.id == case_id).values(openings=cases.c.openings + 1, flags=flags).returning(cases.c.openings)
    return int(conn.execute(advance).scalar_one())


def flag(conn: Connection, case_id: int, flags: Mapping[str, Any]) -> None:
    """Set flags of a case, keeping the others."""
    old = conn.execute(select(cases.c.flags).where(cases.c.id == case_id).with_for_update()).scalar_one()
    conn.execute(update(cases).where(cases.c.id == case_id).values(flags={**old, **flags}))


def said_by_person(conn: Connection, case_id: int, column: str) -> bool:
    """One of our people has set this column of a case by hand, and not undone it: what is read in a letter later changes it no more."""
    query = select(events.c.what, events.c.data).where(events.c.case_id == case_id, events.c.what.in_((*BY_HAND, "undone")))
    said: list[dict[str, Any]] = [{"what": what, "data": data} for what, data in conn.execute(query.order_by(events.c.id))]
    return last_change(said, column) is not None


def last_change(happened: Iterable[Mapping[str, Any]], column: str) -> Mapping[str, Any] | None:
    """Of events in their order the one that this column stands by: what was undone gives way to what had been said before it."""
    standing: list[Mapping[str, Any]] = []
    for one in happened:
        if column in one["data"]:
            standing = standing[:-1] if one["what"] == "undone" else [*standing, one]
    return standing[-1] if standing else None


def closed_by(conn: Connection, person: str, since: datetime) -> int:
    """How many cases this person has closed since."""
    query = select(func.count()).where(events.c.actor == person, events.c.what == "closed", events.c.at > since)
    return int(conn.execute(query).scalar_one())


def correct(
    conn: Connection,
    case_id: int,
    field: str,
    old: str | None,
    new: str | None,
    *,
    person: str,
    at: datetime,
    received_id: int | None,
    subject: str,
    text: str,
) -> None:
    """A person's correction, remembered as training data with who and when."""
    row = {"case_id": case_id, "field": field, "old": old, "new": new, "person": person, "at": at, "received_id": received_id}
    conn.execute(insert(corrections).values({**row, "subject": subject, "text": text}))


def events_by(conn: Connection, case_id: int, received_id: int) -> set[str]:
    """What this mail did to the case."""
    query = select(events.c.what).where(events.c.case_id == case_id, events.c.received_id == received_id)
    return set(conn.execute(query).scalars())


def escalate_once(conn: Connection, case_id: int, clock: str, step: str, people: Sequence[str], now: datetime) -> list[str]:
    """Of these people, those who have not yet heard of this step of this clock; they are noted as having heard."""
    on_conflict = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    told: list[str] = []
    for person in people:
        row = {"case_id": case_id, "clock": clock, "step": step, "person": person, "at": now}
        noted = on_conflict(escalated).values(row).on_conflict_do_nothing().returning(escalated.c.person)
        told += conn.execute(noted).scalars()  # RETURNING: psycopg does not tell how many rows an INSERT made
    return told


def told_since(conn: Connection, case_id: int, step: str, since: datetime) -> set[str]:
    """Who has heard of such a step of the case at once, of whatever mail, since then."""
    here = (escalated.c.case_id == case_id, escalated.c.clock == AT_ONCE, escalated.c.step.startswith(f"{step}:", autoescape=True))
    return set(conn.execute(select(escalated.c.person).where(*here, escalated.c.at > since)).scalars())


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return clean(value) if isinstance(value, str) else value
