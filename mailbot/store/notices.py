"""What our own people wrote to us that is neither a command nor an answer: out-of-office mails are among it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from mailbot.claims.message import Kind
from mailbot.store.readings import cut, streamed
from mailbot.store.tables import received

_ROBOTS = (Kind.AUTO_REPLY,)
_PEOPLES = (Kind.ENQUIRY, Kind.INTERNAL, Kind.TRIAGE)


@dataclass(frozen=True, slots=True)
class Notice:
    """A mail from one of our addresses. `automatic`: an answering machine wrote it. `proven`: as a command would have to be."""

    from_key: str
    received_at: datetime
    automatic: bool
    subject: str
    text: str
    proven: bool = False


def notices(conn: Connection, addresses: Collection[str], since: datetime, until: datetime) -> list[Notice]:
    """Mails of these addresses (case-folded), oldest first; none that our mail server says somebody else wrote."""
    columns = (received.c.from_key, received.c.received_at, received.c.kind, received.c.subject, received.c.read, received.c.decision)
    query = select(*columns).where(
        received.c.from_key.in_(sorted(addresses)),
        received.c.kind.in_([str(kind) for kind in _ROBOTS + _PEOPLES]),
        received.c.received_at > since,
        received.c.received_at <= until,
        received.c.read.is_not(None),
    )
    rows = streamed(conn, query.order_by(received.c.received_at, received.c.id)) if addresses else ()
    return [
        Notice(who, at, kind in _ROBOTS, title or "", _text(read), _is_proven(said))
        for who, at, kind, title, read, said in rows
        if not _denied(said)
    ]


def _text(read: Any) -> str:
    return str(cut(read)["mail"]["text"])


def _is_proven(decision: Any) -> bool:
    found = (decision or {}).get("authentication") or {}
    return found.get("result") == "pass" and "pass" in {found.get("dkim"), found.get("dmarc")}


def _denied(decision: Any) -> bool:
    return ((decision or {}).get("authentication") or {}).get("result") == "fail"
