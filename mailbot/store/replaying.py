"""Stored mail for reading it again: its bytes, and what was made of it. Only reads."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, select

from mailbot.store.tables import cases, commands, raw_mails, received


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


def _filed(since: datetime) -> tuple[ColumnElement[bool], ...]:
    """A claim that a colleague wrote down by `!new` is filed as the customer's words: no rule made it, and none would."""
    written_down = and_(received.c.outcome == "triage", exists().where(commands.c.received_id == received.c.id))
    return received.c.received_at >= since, received.c.state == "filed", ~written_down


def count_since(conn: Connection, since: datetime) -> int:
    query = select(func.count()).select_from(received).where(*_filed(since))
    return int(conn.execute(query).scalar_one())


def filed_since(conn: Connection, since: datetime, after: int, limit: int) -> list[FiledMail]:
    """The next mails behind row `after`, in the order they were stored."""
    columns = (received.c.received_at, received.c.filed_at, received.c.mailbox, received.c.history, received.c.subject, received.c.read)
    query = (
        select(received.c.id, raw_mails.c.compressed, *columns, cases.c.number)
        .join(raw_mails, raw_mails.c.sha256 == received.c.raw_sha256)
        .outerjoin(cases, cases.c.id == received.c.case_id)
        .where(*_filed(since), received.c.read.is_not(None), received.c.id > after)
        .order_by(received.c.id)
        .limit(limit)
    )
    return [FiledMail(number, zlib.decompress(raw), *rest) for number, raw, *rest in conn.execute(query)]
