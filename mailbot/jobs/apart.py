"""One piece of a tick's work by itself, so that a fault over it keeps nobody else waiting (reliability.md 4, I-LIVE)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from mailbot import maillog

if TYPE_CHECKING:
    from mailbot.store.database import Connection

T = TypeVar("T")


def apart(conn: Connection, what: str, piece: Callable[[], T], instead: T) -> T:
    """All of the piece or nothing of it: a fault (a template of the operator's, a draft or case of an older release) is logged as of
    `what` and gives `instead`.
    """
    try:
        with conn.begin_nested():
            return piece()
    except Exception:  # noqa: BLE001  # where the database has gone, the commit says so
        maillog.bug(what)
        return instead
