"""Stored mail for reading it again: its bytes, and what was made of it. Only reads."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from mailbot.store.tables import cases, raw_mails, received


@dataclass(frozen=True, slots=True)
class FiledMail:
    """One mail as it was filed. `read` is the plain ReadMail of then."""

    id: int
    raw: bytes
    received_at: datetime
    filed_at: datetime
    mailbox: str | None
    history: bool
    subject: str
    read: Any
    number: str | None  # of its case


def count_since(conn: Connection, since: datetime) -> int:
    query = select(func.count()).select_from(received).where(received.c.received_at >= since, received.c.state == "filed")
    return int(conn.execute(query).scalar_one())


def filed_since(conn: Connection, since: datetime, after: int, limit: int) -> list[FiledMail]:
    """The next mails behind row `after`, in the order they were stored."""
    columns = (received.c.received_at, received.c.filed_at, received.c.mailbox, received.c.history, received.c.subject, received.c.read)
    query = (
        select(received.c.id, raw_mails.c.compressed, *columns, cases.c.number)
        .join(raw_mails, raw_mails.c.sha256 == received.c.raw_sha256)
        .outerjoin(cases, cases.c.id == received.c.case_id)
        .where(received.c.received_at >= since, received.c.state == "filed", received.c.read.is_not(None), received.c.id > after)
        .order_by(received.c.id)
        .limit(limit)
    )
    return [FiledMail(number, zlib.decompress(raw), *rest) for number, raw, *rest in conn.execute(query)]
