"""Whether the database takes writes and what time it has. Leaves nothing behind."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import insert, text

from mailbot.store.database import Database
from mailbot.store.tables import counters


class _NotMeant(Exception):
    """Ends the transaction without keeping it."""


def try_write(db: Database) -> None:
    """Write a row and take it back. Errors: StoreAway where the database is locked, full or read-only."""
    try:
        with db.write() as conn:
            conn.execute(insert(counters).values(name="check", value=0))
            raise _NotMeant
    except _NotMeant:
        return


def clock_of(db: Database, ours: datetime) -> datetime:
    """The database server's time; SQLite has no clock but ours."""
    if db.dialect != "postgresql":
        return ours
    with db.read() as conn:
        at: datetime = conn.execute(text("SELECT clock_timestamp()")).scalar_one()
    return at.astimezone(UTC)
