"""The right to take in one mailbox's mail: one process at a time, so that two daemons do the work of one."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mailbot.store import leases

if TYPE_CHECKING:
    from mailbot.store.database import Connection, Database

LEASE_FOR = timedelta(seconds=180)


class LeasedElsewhere(Exception):
    """Another process takes this mailbox's mail in."""


@dataclass(slots=True)
class FetchLease:
    """Our right to take in this mailbox's mail, checked and prolonged in each transaction that writes."""

    db: Database
    mailbox: str
    owner: str
    clock: Callable[[], datetime]
    _beat_at: float = 0.0

    def hold(self, conn: Connection) -> None:
        if leases.take(conn, self._name, self.owner, self.clock(), LEASE_FOR) is None:
            self._beat_at = 0.0
            raise LeasedElsewhere(self.mailbox)
        self._beat_at = time.monotonic()

    def beat(self) -> None:
        """Take or keep the lease; most calls find it fresh."""
        if time.monotonic() - self._beat_at > LEASE_FOR.total_seconds() / 4 or not self._beat_at:
            with self.db.write() as conn:
                self.hold(conn)

    def drop(self) -> None:
        if self._beat_at:
            with self.db.write() as conn:
                leases.drop(conn, self._name, self.owner)
            self._beat_at = 0.0

    @property
    def _name(self) -> str:
        return f"fetch:{self.mailbox}"
