"""What the watch asks: what waits too long, where each shown mail is now, and how often a mailbox hears from anybody."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, and_, func, or_, select

from mailbot.store.known import IS_FLOOD
from mailbot.store.tables import cases, deliveries, epochs, outbox, quarantine, received, shown


@dataclass(frozen=True, slots=True)
class Waiting:
    """Things that wait: how many, since when the oldest, and names of the first few."""

    count: int = 0
    since: datetime | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where the mails are that mailboxes or files brought in a span: filed by outcome, in hand, or nowhere."""

    filed: dict[str, int] = field(default_factory=dict)
    in_hand: int = 0
    missing: int = 0


def whereabouts(conn: Connection, since: datetime, until: datetime, in_hand_from: datetime) -> Whereabouts:
    """Mail by mail, not sum by sum: a mail shown in the span and stored after it is not missing.

    Shown later than `in_hand_from` it may still be on its way. What an older epoch of a folder showed and does not hold any
    more was shown again by the newer one (a renumbered mailbox), and is looked for there.
    """
    outcome = func.coalesce(received.c.outcome, "")
    newest = select(func.max(epochs.c.id)).group_by(epochs.c.mailbox_id, epochs.c.folder)
    here = or_(received.c.id.is_not(None), shown.c.epoch_id.in_(newest))
    lately = shown.c.at > in_hand_from  # one object: PostgreSQL must see that what is grouped by is what is selected
    by_mailbox = (
        select(received.c.id.is_(None), outcome, lately, func.count())
        .select_from(shown)
        .outerjoin(received, and_(received.c.epoch_id == shown.c.epoch_id, received.c.uid == shown.c.uid))
        .where(shown.c.at > since, shown.c.at <= until, shown.c.skipped.is_(False), here)
        .group_by(received.c.id.is_(None), outcome, lately)
    )
    of_file = func.coalesce(received.c.epoch_id, 0) == 0  # not "is null", for which SQLite would leave the index on the span aside
    by_file = select(outcome, func.count()).where(of_file, received.c.stored_at > since, received.c.stored_at <= until).group_by(outcome)
    filed: dict[str, int] = {}
    in_hand = missing = 0
    rows = [(bool(absent), name, bool(young), count) for absent, name, young, count in conn.execute(by_mailbox)]
    rows += [(False, name, False, count) for name, count in conn.execute(by_file)]
    for absent, name, young, count in rows:
        if name:
            filed[name] = filed.get(name, 0) + count
        elif absent and not young:
            missing += count
        else:
            in_hand += count
    return Whereabouts(dict(sorted(filed.items())), in_hand, missing)


def unsent_acknowledgements(conn: Connection, queued_before: datetime, most: int) -> Waiting:
    """Acknowledgements, single or for many, that should have left before; those held on purpose are not waited for."""
    return _letters(conn, outbox.c.kind.in_(("acknowledgement", "collective")), queued_before, most)


def unsent_others(conn: Connection, queued_before: datetime, most: int) -> Waiting:
    """Any other letters that should have left before, or that nobody will send unless a person acts."""
    return _letters(conn, outbox.c.kind.not_in(("acknowledgement", "collective")), queued_before, most)


def _letters(conn: Connection, which: object, queued_before: datetime, most: int) -> Waiting:
    late = and_(outbox.c.state.in_(("due", "sending", "unknown")), outbox.c.queued_at <= queued_before)
    there = (which, or_(late, outbox.c.state == "refused"))
    query = select(func.count(), func.min(outbox.c.queued_at)).where(*there)  # type: ignore[arg-type]
    count, since = conn.execute(query).one()
    named = select(outbox.c.id, outbox.c.state, cases.c.number).outerjoin(cases, cases.c.id == outbox.c.case_id)
    rows = conn.execute(named.where(*there).order_by(outbox.c.id).limit(most)) if count else ()  # type: ignore[arg-type]
    return Waiting(count, since, tuple(f"{row.id} {row.state}" + (f" {row.number}" if row.number else "") for row in rows))


def fruitless_since(conn: Connection, now: datetime, since: datetime) -> Waiting:
    """Attempts to send since then, where not one letter was taken and more than one was tried; else nothing."""
    within = (deliveries.c.at > since, deliveries.c.at <= now)
    query = select(deliveries.c.outcome, func.count(deliveries.c.outbox_id.distinct()), func.min(deliveries.c.at)).where(*within)
    rows = list(conn.execute(query.group_by(deliveries.c.outcome)))
    tried = {row[0]: (row[1], row[2]) for row in rows}
    if not tried or set(tried) - {"try_later", "unknown"}:  # a refusal is an answer: the server is there
        return Waiting()
    count = sum(number for number, _ in tried.values())
    return Waiting(count, min(at for _, at in tried.values())) if count > 1 else Waiting()


def unfiled(conn: Connection, stored_before: datetime) -> Waiting:
    """Mails, history aside, that were stored before, or were put off until a time before, and are not filed."""
    waits_since = func.coalesce(received.c.put_off_until, received.c.stored_at)
    query = select(func.count(), func.min(received.c.stored_at)).where(
        received.c.state.in_(("new", "reading")), waits_since <= stored_before, received.c.history.is_(False)
    )
    count, since = conn.execute(query).one()
    return Waiting(count, since)


def floods(conn: Connection, since: datetime) -> list[tuple[str, int, datetime]]:
    """Cases opened since that gather what is over an address's limit: number, letters in it, since when."""
    query = select(cases.c.number, func.count(received.c.id), cases.c.opened_at).join(received, received.c.case_id == cases.c.id)
    query = query.where(cases.c.opened_at > since, IS_FLOOD)
    return [tuple(row) for row in conn.execute(query.group_by(cases.c.id, cases.c.number, cases.c.opened_at).order_by(cases.c.id))]


def in_quarantine(conn: Connection) -> Waiting:
    query = select(func.count(), func.min(quarantine.c.at)).where(quarantine.c.state == "waiting")
    count, since = conn.execute(query).one()
    return Waiting(count, since)


def last_mail(conn: Connection, mailbox: str) -> datetime | None:
    """When the last mail came into this mailbox; None where none ever did."""
    query = select(func.max(received.c.received_at)).where(received.c.mailbox == mailbox, received.c.epoch_id.is_not(None))
    found: datetime | None = conn.execute(query).scalar()
    return found


def arrivals(conn: Connection, mailbox: str, since: datetime) -> list[datetime]:
    """When each mail came into this mailbox, in order."""
    query = select(received.c.received_at).where(
        received.c.mailbox == mailbox, received.c.epoch_id.is_not(None), received.c.received_at >= since
    )
    return list(conn.execute(query.order_by(received.c.received_at)).scalars())


def alarms_told(conn: Connection, since: datetime) -> dict[str, datetime]:
    """When each alarm was last written about, by the key its letter has."""
    query = select(outbox.c.dedupe_key, outbox.c.queued_at).where(outbox.c.kind == "alarm", outbox.c.queued_at > since)
    return {key: at for key, at in conn.execute(query)}
