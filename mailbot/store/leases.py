"""Leases: one process at a time does a named thing, for a while. A fence number tells the present holder from a past one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from mailbot.store.tables import leases, outbox, received


def take(conn: Connection, name: str, owner: str, now: datetime, lease_for: timedelta) -> int | None:
    """The fence, when the lease was free, ended or ours; None while another holds it. Taking it again prolongs it."""
    on_conflict = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    conn.execute(on_conflict(leases).values(name=name, owner=None, fence=0, leased_until=now).on_conflict_do_nothing())
    free = or_(leases.c.owner.is_(None), leases.c.owner == owner, leases.c.leased_until <= now)
    taken = (
        update(leases)
        .where(leases.c.name == name, free)
        .values(owner=owner, fence=leases.c.fence + 1, leased_until=now + lease_for)
        .returning(leases.c.fence)
    )
    fence: int | None = conn.execute(taken).scalar()
    return fence


def drop(conn: Connection, name: str, owner: str) -> None:
    """Let another have it."""
    conn.execute(update(leases).where(leases.c.name == name, leases.c.owner == owner).values(owner=None))


def owners(conn: Connection) -> set[str]:
    """Everybody who holds a lease on anything: a mailbox, a mail being read, a letter being sent."""
    found: set[str] = set()
    for table, state in ((leases, None), (received, "reading"), (outbox, "sending")):
        query = select(table.c.owner).where(table.c.owner.is_not(None)).distinct()
        found |= {str(owner) for (owner,) in conn.execute(query if state is None else query.where(table.c.state == state))}
    return found


def prolong(conn: Connection, owner: str, letters: Sequence[int], until: datetime) -> None:
    """Keep these letters ours while they are being sent. One that was taken over by another stays with that one."""
    ours = (outbox.c.id.in_(letters), outbox.c.owner == owner, outbox.c.state == "sending")
    conn.execute(update(outbox).where(*ours).values(leased_until=until))


def expire(conn: Connection, owner: str, now: datetime) -> int:
    """End every lease of an owner who is known to be dead; returns how many. Fences stay, so a mistaken one harms nothing."""
    ended = 0
    for table in (leases, received, outbox):
        held = (table.c.owner == owner, table.c.leased_until > now)
        ended += conn.execute(update(table).where(*held).values(leased_until=now)).rowcount
    return ended
