"""Signing keys: they live in the database, so that a backup keeps threads alive (decisions.md 5)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from mailbot.claims.proof import SigningKey
from mailbot.store.tables import signing_keys

OLD_KEYS_FOR = timedelta(days=14)


def keys(conn: Connection, now: datetime) -> dict[str, SigningKey]:
    """Keys whose proof is accepted, by id, the one to sign with first."""
    query = select(signing_keys).order_by(signing_keys.c.retired_at.is_not(None), signing_keys.c.made_at.desc())
    return {
        row.id: SigningKey(row.id, row.secret)
        for row in conn.execute(query)
        if row.retired_at is None or row.retired_at > now - OLD_KEYS_FOR
    }
