"""Leases: one process at a time does a named thing, for a while. A fence number tells the present holder from a past one."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, update
from sqlalchemy.dialects import postgresql, sqlite

from mailbot.store.tables import leases


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
