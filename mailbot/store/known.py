"""What the store knows about incoming mails, asked for a whole batch in a handful of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Text, and_, func, or_, select, type_coerce, union
from sqlalchemy import case as when

from mailbot.claims.case import OPEN_STATES, Alike, Known, KnownCase, KnownLetter, State
from mailbot.store.by_hand import moved_to
from mailbot.store.marks import Shared, cases_sharing, stated_by
from mailbot.store.tables import cases, outbox, received

_REFERENCES = 30
_CASES_OF_SENDER = 20
IS_FLOOD = type_coerce(cases.c.flags, Text).like('%"flood": true%')  # the case gathers what is over its sender's limit


@dataclass(frozen=True, slots=True)
class Ask:
    """What one mail shows of itself. `references`: In-Reply-To first. `numbers`: case numbers it names."""

    received_id: int
    message_id: str | None
    references: tuple[str, ...]
    content_key: str
    from_key: str
    numbers: tuple[str, ...] = ()
    bounced_message_id: str | None = None
    addressee_key: str = ""
    marks: frozenset[str] = frozenset()


def known_about(conn: Connection, asks: Sequence[Ask], now: datetime) -> list[Known]:
    """For each ask, in order, what we know."""
    ours = _letters(conn, {i for a in asks for i in (a.message_id, a.bounced_message_id, *a.references[:_REFERENCES]) if i})
    theirs = _mails(conn, {i for a in asks for i in a.references[:_REFERENCES]})
    same = _same_content(conn, asks)
    numbered = _ids(conn, cases.c.number, {n for a in asks for n in a.numbers})
    of_sender = _cases_of(conn, {a.from_key for a in asks if a.from_key})
    sharing = cases_sharing(conn, [a.marks for a in asks])
    shared_by = {one.case_id for of_ask in sharing for one in of_ask}
    lately = _opened_lately(conn, {a.from_key for a in asks if a.from_key}, now)
    moved = moved_to(conn, {*numbered.values(), *shared_by, *(number for numbers in of_sender.values() for number in numbers)})
    numbered = {name: moved.get(number, number) for name, number in numbered.items()}
    of_sender = {key: list(dict.fromkeys(moved.get(number, number) for number in numbers)) for key, numbers in of_sender.items()}
    wanted = {letter.case_id for letter in ours.values()} | {_mail_meant(ask, theirs) for ask in asks} | {case for _, case in same.values()}
    wanted |= set(numbered.values()) | {number for numbers in of_sender.values() for number in numbers}
    wanted |= {moved.get(number, number) for number in shared_by} | {flood for _, flood in lately.values()}
    found = known_cases(conn, {number for number in wanted if number is not None})
    sent = letters_taken(conn, {a.addressee_key for a in asks if a.addressee_key}, now)
    stated = stated_by(conn, shared_by)
    alike = [_alike(of_ask, moved, found, stated) for of_ask in sharing]
    known = (_known(ask, ours, theirs, same, numbered, of_sender, found, sent) for ask in asks)
    today = [lately.get(ask.from_key, (0, None)) for ask in asks]
    return [
        replace(one, alike=also, cases_of_sender_today=count, flood=found.get(flood) if flood is not None else None)
        for one, also, (count, flood) in zip(known, alike, today, strict=True)
    ]


def _alike(
    shared: Iterable[Shared], moved: dict[int, int], found: dict[int, KnownCase], stated: dict[int, frozenset[str]]
) -> tuple[Alike, ...]:
    """One for each case; what was merged into it counts as its own."""
    marks, numbers = defaultdict[int, set[str]](set), defaultdict[int, set[str]](set)
    for one in shared:
        case_id = moved.get(one.case_id, one.case_id)
        marks[case_id] |= one.marks
        numbers[case_id] |= stated.get(one.case_id, frozenset())
    return tuple(Alike(found[i], frozenset(marks[i]), frozenset(numbers[i])) for i in marks if i in found)


def known_cases(conn: Connection, ids: Iterable[int]) -> dict[int, KnownCase]:
    """Cases as joining a thread needs them, by id."""
    wanted = set(ids)
    if not wanted:
        return {}
    senders: dict[int, set[str]] = defaultdict(set)
    query = select(received.c.case_id, received.c.from_key).where(received.c.case_id.in_(wanted), received.c.relation == "customer")
    for number, key in conn.execute(query.distinct()):
        senders[number].add(key or "")
    acknowledged = {
        number
        for (number,) in conn.execute(
            select(outbox.c.case_id)
            .where(outbox.c.case_id.in_(wanted), outbox.c.kind == "acknowledgement", outbox.c.state != "cancelled")
            .distinct()
        )
    }
    rows = conn.execute(select(*_OF_CASE).where(cases.c.id.in_(wanted)))
    return {row.id: _known_case(row, senders[row.id], row.id in acknowledged) for row in rows}


_OF_CASE = tuple(
    cases.c[name]
    for name in (
        *("id", "number", "state", "customer_key", "subject_key", "orders", "opened_at", "last_mail_at", "closed_at", "history"),
        "language", "flags",
    )
)


def _known_case(row: Any, senders: set[str], acknowledged: bool) -> KnownCase:
    return KnownCase(
        id=row.id,
        number=row.number,
        state=State(row.state),
        customer=row.customer_key,
        senders=frozenset(senders | {row.customer_key}) - {""},
        subject=row.subject_key,
        orders=frozenset(row.orders),
        opened_at=row.opened_at,
        last_mail_at=row.last_mail_at,
        closed_at=row.closed_at,
        history=row.history,
        language=row.language,
        acknowledged=acknowledged,
        legal_hold=bool(row.flags.get("legal_hold")),
    )


@dataclass(frozen=True, slots=True)
class _Ours:
    case_id: int | None
    message_id: str
    kind: str
    number: str | None
    to: str
    bounced_at: datetime | None

    def as_letter(self) -> KnownLetter:
        return KnownLetter(self.message_id, self.kind, self.number, self.to, returned=self.bounced_at is not None)


def _letters(conn: Connection, ids: set[str]) -> dict[str, _Ours]:
    if not ids:
        return {}
    query = (
        select(outbox.c.case_id, outbox.c.message_id, outbox.c.kind, cases.c.number, outbox.c.recipient, outbox.c.bounced_at)
        .outerjoin(cases, cases.c.id == outbox.c.case_id)
        .where(outbox.c.message_id.in_(ids))
    )
    return {row[1]: _Ours(*row) for row in conn.execute(query)}


def _mails(conn: Connection, ids: set[str]) -> dict[str, dict[str, int]]:
    """Cases of filed mails by Message-ID and sender, the earliest first: a stranger may reuse an id, even before whose it is (M15)."""
    if not ids:
        return {}
    columns = (received.c.message_id, received.c.from_key, received.c.case_id)
    query = select(*columns).where(received.c.message_id.in_(ids), received.c.case_id.is_not(None))
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for message_id, sender, case in conn.execute(query.order_by(received.c.id)):
        found[message_id].setdefault(sender or "", case)
    return found


def _mail_meant(ask: Ask, theirs: dict[str, dict[str, int]]) -> int | None:
    """Of the mails that bear the id referred to, the sender's own, else the earliest."""
    of_id = next((theirs[i] for i in ask.references if i in theirs), {})
    return of_id.get(ask.from_key, next(iter(of_id.values()), None))


def _same_content(conn: Connection, asks: Sequence[Ask]) -> dict[str, tuple[int, int | None]]:
    """The first filed mail of each content, by preference one that has a case.

    State and order are seen to here: asked of the database, they tempt SQLite to walk all filed mail by (state, id) instead of taking
    the index on content, and filing a mail takes the longer the more there are.
    """
    columns = (received.c.content_key, received.c.id, received.c.case_id, received.c.state)
    query = select(*columns).where(received.c.content_key.in_({a.content_key for a in asks} - {""}))
    rows = sorted((number, key, case) for key, number, case, state in conn.execute(query) if state == "filed")
    found: dict[str, tuple[int, int | None]] = {}
    for number, key, case in rows:
        if key not in found or (found[key][1] is None and case is not None):
            found[key] = (number, case)
    return found


def _ids(conn: Connection, column: Any, values: set[str]) -> dict[str, int]:
    return {value: number for value, number in conn.execute(select(column, cases.c.id).where(column.in_(values)))} if values else {}


def _cases_of(conn: Connection, keys: set[str]) -> dict[str, list[int]]:
    """Cases a sender opened or wrote into, newest first."""
    if not keys:
        return {}
    wrote = (
        select(received.c.from_key.label("sender"), cases.c.id, cases.c.last_mail_at)
        .join(received, received.c.case_id == cases.c.id)
        .where(received.c.from_key.in_(keys), or_(received.c.relation == "customer", received.c.relation == "third_party"))
    )
    opened = select(cases.c.customer_key, cases.c.id, cases.c.last_mail_at).where(cases.c.customer_key.in_(keys))
    every = union(wrote, opened).subquery()
    newest = func.row_number().over(partition_by=every.c.sender, order_by=(every.c.last_mail_at.desc(), every.c.id.desc()))
    ranked = select(every.c.sender, every.c.id, newest.label("place")).subquery()  # cut there: a robot may have opened thousands
    few = select(ranked.c.sender, ranked.c.id).where(ranked.c.place <= _CASES_OF_SENDER).order_by(ranked.c.sender, ranked.c.place)
    found: dict[str, list[int]] = defaultdict(list)
    for sender, number in conn.execute(few):
        found[sender].append(number)
    return found


def _opened_lately(conn: Connection, keys: set[str], now: datetime) -> dict[str, tuple[int, int | None]]:
    """How many cases each of these addresses has had opened in the last 24 hours, and which of them gathers what is over the limit."""
    if not keys:
        return {}
    is_open = cases.c.state.in_([str(state) for state in OPEN_STATES])
    gathers = when((and_(is_open, IS_FLOOD), cases.c.id))
    query = select(cases.c.customer_key, func.count(), func.max(gathers)).where(cases.c.customer_key.in_(keys))
    query = query.where(cases.c.opened_at > now - timedelta(days=1), cases.c.history.is_(False)).group_by(cases.c.customer_key)
    return {key: (count, flood) for key, count, flood in conn.execute(query)}


def letters_today(conn: Connection, keys: set[str], now: datetime) -> dict[str, int]:
    """Automatic letters to each of these addresses (case-folded) in the last 24 hours."""
    if not keys:
        return {}
    query = (
        select(outbox.c.recipient_key, func.count())
        .where(
            outbox.c.recipient_key.in_(keys),
            outbox.c.automatic,
            outbox.c.queued_at > now - timedelta(days=1),
            outbox.c.state != "cancelled",
        )
        .group_by(outbox.c.recipient_key)
    )
    return {key: count for key, count in conn.execute(query)}


def letters_taken(conn: Connection, keys: set[str], now: datetime) -> dict[str, int]:
    """The same, and one more where a letter for several cases is still to be written.

    It keeps its place: else somebody who writes every day would take it from herself, and never hear of the cases put off.
    """
    sent = letters_today(conn, keys, now)
    put_off = type_coerce(cases.c.flags, Text).like('%"deferred": true%')
    query = select(cases.c.customer_key).where(cases.c.customer_key.in_(keys), cases.c.state.in_([str(s) for s in OPEN_STATES]), put_off)
    waits = set(conn.execute(query.distinct()).scalars()) if keys else set()
    return {key: sent.get(key, 0) + (key in waits) for key in keys}


def _known(
    ask: Ask,
    ours: dict[str, _Ours],
    theirs: dict[str, dict[str, int]],
    same: dict[str, tuple[int, int | None]],
    numbered: dict[str, int],
    of_sender: dict[str, list[int]],
    found: dict[int, KnownCase],
    sent: dict[str, int],
) -> Known:
    letter = next((ours[i] for i in ask.references if i in ours), None)
    referred = (
        letter.case_id
        if letter is not None and letter.case_id is not None
        else _mail_meant(ask, theirs)
    )
    twin = same.get(ask.content_key)
    is_twin = twin is not None and twin[0] != ask.received_id
    bounced = ours.get(ask.bounced_message_id or "")
    return Known(
        same_content=found.get(twin[1]) if is_twin and twin is not None and twin[1] is not None else None,
        same_content_filed=is_twin,
        own_message_id=ask.message_id in ours,
        by_reference=found.get(referred) if referred is not None else None,
        letter=letter.as_letter() if letter is not None else None,
        by_number=tuple(found[numbered[n]] for n in ask.numbers if n in numbered),
        by_sender=tuple(found[number] for number in of_sender.get(ask.from_key, ()) if number in found),
        bounced=bounced.as_letter() if bounced is not None else None,
        letters_to_sender_today=sent.get(ask.addressee_key, 0),
    )
