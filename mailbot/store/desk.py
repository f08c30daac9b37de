"""What the clock-driven jobs ask: open cases, the letters that acknowledge them, words, enquiries, and what was said already."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Text, func, or_, select, type_coerce
from sqlalchemy.dialects import postgresql, sqlite

from mailbot.claims.case import OPEN_STATES
from mailbot.store.case_mails import opened_by
from mailbot.store.parts import parts
from mailbot.store.readings import cut, streamed
from mailbot.store.tables import cases, counters, escalated, events, listed, outbox, received

WAITS = ("asked", "offer_sent", "waits")  # events with which a wait begins


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case that is worked, as its row says; `started_at` is when the mail came that opened it, or reopened it last."""

    id: int
    number: str
    state: str
    kind: str
    mailbox: str | None
    customer: str
    customer_name: str
    subject: str
    category: str | None
    product: str
    orders: list[str]
    assigned_to: str | None
    flags: dict[str, Any]
    safety: bool
    legal_threat: bool
    opened_at: datetime
    acknowledge_by: datetime | None
    answer_by: datetime | None
    answer_hard_by: datetime | None
    acknowledged_at: datetime | None
    answered_at: datetime | None
    openings: int
    state_since: datetime
    wait_reason: str | None
    consumer: str
    started_at: datetime

    @property
    def letter_key(self) -> str:
        """The dedupe key of the letter that acknowledges its present opening: its own, or one for many (decisions.md 24)."""
        return str(self.flags["collective"]) if self.is_collective else f"ack:{self.id}:{self.openings}"

    @property
    def is_collective(self) -> bool:
        """One letter for many acknowledges its present opening, not an earlier one."""
        return bool(self.flags.get("collective")) and self.flags.get("collective_opening") == self.openings


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case that waits. `flags["wait_named"]`: until when a person said so (`!wait`), and when; a letter that asks names no day to us."""

    id: int
    number: str
    wait_reason: str | None
    wait_until: datetime
    flags: dict[str, Any]

    @property
    def is_named(self) -> bool:
        return (self.flags.get("wait_named") or {}).get("until") == self.wait_until.isoformat()

    @property
    def named_at(self) -> datetime:
        return datetime.fromisoformat(self.flags["wait_named"]["at"])


@dataclass(frozen=True, slots=True)
class LetterState:
    """What became of a letter. `failed_at`: when it came back, or was queued if the server refused it; None while there is hope."""

    state: str
    queued_at: datetime
    sent_at: datetime | None
    bounced_at: datetime | None

    @property
    def failed_at(self) -> datetime | None:
        return self.bounced_at or (self.queued_at if self.state == "refused" else None)


@dataclass(frozen=True, slots=True)
class OpeningMail:
    """A mail of a case with what was read in it and decided about it, as plain data."""

    id: int
    case_id: int
    received_at: datetime
    truncated: bool
    hold_letters: bool
    read: Any
    decision: Any


@dataclass(frozen=True, slots=True)
class Enquiry:
    """A mail without a case that a person should see (decisions.md 14). `read` is cut to what a list shows."""

    id: int
    from_key: str
    subject: str
    received_at: datetime
    filed_at: datetime | None
    read: Any


def alone(conn: Connection, what: str) -> None:
    """From here to the end of the transaction no other process is in a transaction that said the same. On SQLite any writer is alone."""
    if conn.dialect.name == "postgresql":
        conn.execute(select(func.pg_advisory_xact_lock(zlib.crc32(what.encode()))))


def open_cases(conn: Connection, *, flagged: Sequence[str] = (), also: Sequence[int] = ()) -> list[OpenCase]:
    """Every open case that is not history, oldest first; with `flagged` only those that carry one of these flags.

    `also`: these cases whatever their state.
    """
    names = [field.name for field in fields(OpenCase) if field.name != "started_at"]
    query = select(*(cases.c[name] for name in names), cases.c.received_at)
    is_open = cases.c.state.in_([str(state) for state in OPEN_STATES])
    query = query.where(or_(is_open, cases.c.id.in_(list(also))) if also else is_open, cases.c.history.is_(False))
    if flagged:
        plain = type_coerce(cases.c.flags, Text)
        query = query.where(or_(*(plain.like(f'%"{flag}": %') for flag in flagged)))
    rows = [dict(row) for row in conn.execute(query.order_by(cases.c.id)).mappings()]
    again = _reopened_at(conn, [row["id"] for row in rows if row["openings"] > 1])
    return [OpenCase(**row, started_at=again.get(row["id"], came)) for row in rows if (came := row.pop("received_at"))]


def others(conn: Connection, but: int, most: int) -> list[tuple[str, str, list[str]]]:
    """(number, customer's name, orders) of the open cases that were opened last, without this one."""
    query = select(cases.c.number, cases.c.customer_name, cases.c.orders)
    is_open = cases.c.state.in_([str(state) for state in OPEN_STATES])
    query = query.where(is_open, cases.c.history.is_(False), cases.c.id != but).order_by(cases.c.id.desc()).limit(most)
    return [(number, name, orders) for number, name, orders in conn.execute(query)]


def _reopened_at(conn: Connection, ids: Sequence[int]) -> dict[int, datetime]:
    """When the mail came that reopened a case last; where a person did it, when she did."""
    found: dict[int, datetime] = {}
    for some in parts(ids):
        query = (
            select(events.c.case_id, events.c.at, received.c.received_at)
            .outerjoin(received, received.c.id == events.c.received_id)
            .where(events.c.case_id.in_(some), events.c.what == "reopened")
            .order_by(events.c.id)
        )
        found.update({case_id: came or at for case_id, at, came in conn.execute(query)})
    return found


def reopened_by(conn: Connection, ids: Iterable[int]) -> dict[int, int]:
    """The mail that reopened each of these cases last, where a mail did."""
    found: dict[int, int] = {}
    for some in parts(ids):
        query = select(events.c.case_id, events.c.received_id).where(events.c.case_id.in_(some), events.c.what == "reopened")
        found.update({case_id: mail for case_id, mail in conn.execute(query.order_by(events.c.id)) if mail is not None})
    return found


def waits_since(conn: Connection, ids: Sequence[int]) -> dict[int, datetime]:
    """Since when these cases wait: when a person said so last."""
    found: dict[int, datetime] = {}
    for some in parts(ids):
        query = select(events.c.case_id, func.max(events.c.at)).where(events.c.case_id.in_(some), events.c.what.in_(WAITS))
        found.update({case_id: at for case_id, at in conn.execute(query.group_by(events.c.case_id))})
    return found


def waiting(conn: Connection) -> list[Waiting]:
    """Open cases that wait until a day: of a person's own naming, or of the reminders' (`is_named` tells)."""
    query = select(*(cases.c[field.name] for field in fields(Waiting)))
    is_open = cases.c.state.in_([str(state) for state in OPEN_STATES])
    query = query.where(cases.c.wait_until.is_not(None), is_open, cases.c.history.is_(False))
    return [Waiting(*row) for row in conn.execute(query.order_by(cases.c.id))]


def letters_by_key(conn: Connection, keys: Iterable[str]) -> dict[str, LetterState]:
    """The state of these letters, of those there are."""
    found: dict[str, LetterState] = {}
    columns = (outbox.c.dedupe_key, outbox.c.state, outbox.c.queued_at, outbox.c.sent_at, outbox.c.bounced_at)
    for some in parts(keys):
        found.update({row[0]: LetterState(*row[1:]) for row in conn.execute(select(*columns).where(outbox.c.dedupe_key.in_(some)))})
    return found


def escalated_already(conn: Connection, ids: Iterable[int]) -> set[tuple[int, str, str, str]]:
    """(case, clock, step, person) that have been told."""
    columns = (escalated.c.case_id, escalated.c.clock, escalated.c.step, escalated.c.person)
    query = (select(*columns).where(escalated.c.case_id.in_(some)) for some in parts(ids))
    return {(row[0], row[1], row[2], row[3]) for one in query for row in conn.execute(one)}


def opening_mails(conn: Connection, ids: Iterable[int]) -> dict[int, OpeningMail]:
    """The mail that opened each of these cases."""
    found: dict[int, OpeningMail] = {}
    for some in parts(ids):
        found.update({mail.case_id: mail for mail in _mails(conn, received.c.id.in_(opened_by(some)))})
    return found


def opening_readings(conn: Connection, ids: Iterable[int]) -> dict[int, Any]:
    """What was read in the mail that opened each of these cases, cut to what a list shows (`readings.cut`)."""
    found: dict[int, Any] = {}
    for some in parts(ids):
        query = select(received.c.case_id, received.c.read).where(received.c.id.in_(opened_by(some)), received.c.read.is_not(None))
        found.update({case_id: cut(read) for case_id, read in streamed(conn, query)})
    return found


def mails_of(conn: Connection, ids: Iterable[int]) -> list[OpeningMail]:
    """Every mail of these cases, oldest first."""
    return [mail for some in parts(ids) for mail in _mails(conn, received.c.case_id.in_(some))]


def _mails(conn: Connection, which: Any) -> Iterator[OpeningMail]:
    columns = (received.c[field.name] for field in fields(OpeningMail))
    query = select(*columns).where(which, received.c.read.is_not(None), received.c.decision.is_not(None)).order_by(received.c.id)
    return (OpeningMail(*row) for row in conn.execute(query))


def enquiries(conn: Connection, since: datetime) -> list[Enquiry]:
    """Enquiries, and what may be a claim, that came since and belong to no case.

    No mail is stored before it came, so that the index on `stored_at` finds them; that of the state and the case would find all of years.
    """
    columns = (received.c[field.name] for field in fields(Enquiry))
    query = select(*columns).where(
        received.c.received_at > since,
        received.c.stored_at > since,
        func.coalesce(received.c.state, "") == "filed",
        received.c.outcome == "noted",
        received.c.kind.in_(("enquiry", "triage")),
        func.coalesce(received.c.case_id, 0) == 0,
        received.c.settled_at.is_(None),
        received.c.history.is_(False),
    )
    found = [Enquiry(number, who, subject, came, filed, cut(read)) for number, who, subject, came, filed, read in streamed(conn, query)]
    return sorted(found, key=lambda one: one.id)  # here: an order by id tempts SQLite to walk all mail in that order


def readings(conn: Connection, ids: Iterable[int]) -> dict[int, Any]:
    """What was read in each of these mails, cut to what a list shows."""
    found: dict[int, Any] = {}
    for some in parts(ids):
        query = select(received.c.id, received.c.read).where(received.c.id.in_(some), received.c.read.is_not(None))
        found.update({mail_id: cut(read) for mail_id, read in streamed(conn, query)})
    return found


@dataclass(frozen=True, slots=True)
class Joined:
    """A letter that somebody wrote into a case. `writer`: the address, case-folded; `relation`: customer | third_party | staff."""

    mail: int
    case: int
    at: datetime
    writer: str
    relation: str


def joined_since(conn: Connection, since: datetime) -> list[Joined]:
    """Each letter that was written into a case since, also a colleague's to its customer or to us; the oldest first."""
    columns = ("id", "case_id", "filed_at", "from_key", "relation")
    query = select(*(received.c[name] for name in columns)).where(
        received.c.filed_at > since,
        received.c.outcome == "joined",
        received.c.relation.in_(("customer", "third_party", "staff")),
        received.c.kind.in_(("follow_up", "withdrawal", "enquiry", "staff_reply", "internal")),
        received.c.history.is_(False),
    )
    rows = sorted(tuple(row) for row in conn.execute(query))  # here, as with enquiries
    return [Joined(mail, case, at, who or "", relation) for mail, case, at, who, relation in rows if case is not None and at is not None]


def listed_in(conn: Connection, kind: str, queued_at: Mapping[str, datetime]) -> dict[str, frozenset[str]]:
    """The cases that the letter of this kind listed which was queued to an address (case-folded) at that instant."""
    found: dict[str, set[str]] = {}
    query = (
        select(outbox.c.recipient_key, outbox.c.queued_at, listed.c.number)
        .join(listed, listed.c.message_id == outbox.c.message_id)
        .where(outbox.c.kind == kind, outbox.c.recipient_key.in_(list(queued_at)), outbox.c.queued_at.in_(set(queued_at.values())))
    )
    for address, at, number in conn.execute(query):
        if queued_at[address] == at:
            found.setdefault(address, set()).add(number)
    return {address: frozenset(numbers) for address, numbers in found.items()}


def count_spam(conn: Connection, since: datetime) -> int:
    """How many mails were put aside as spam since."""
    query = select(func.count()).where(received.c.kind == "spam", received.c.filed_at > since, received.c.history.is_(False))
    return int(conn.execute(query).scalar_one())


def last_queued(conn: Connection, kind: str, recipients: Iterable[str]) -> dict[str, datetime]:
    """When a letter of this kind was last queued to each of these addresses (case-folded)."""
    query = select(outbox.c.recipient_key, func.max(outbox.c.queued_at)).where(
        outbox.c.kind == kind, outbox.c.recipient_key.in_(list(recipients))
    )
    return {key: at for key, at in conn.execute(query.group_by(outbox.c.recipient_key))}


def count_with_prefix(conn: Connection, prefix: str) -> int:
    """How many letters have a dedupe key that begins so. `prefix` without % and _."""
    return int(conn.execute(select(func.count()).where(outbox.c.dedupe_key.like(f"{prefix}%"))).scalar_one())


def noted(conn: Connection, names: Iterable[str]) -> dict[str, int]:
    """The numbers noted under these names."""
    query = select(counters.c.name, counters.c.value).where(counters.c.name.in_(list(names)))
    return {name: value for name, value in conn.execute(query)}


def note(conn: Connection, name: str, value: int) -> None:
    """Keep a number under a name of at most 64 letters."""
    on_conflict = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    statement = on_conflict(counters).values(name=name, value=value)
    conn.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))
