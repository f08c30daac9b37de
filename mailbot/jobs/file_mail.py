"""Files stored mail: claim, read in the reading room, decide, and write case, letters and outcome in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mailbot import maillog
from mailbot.claims.crash import crash_point
from mailbot.claims.understanding import ReadMail
from mailbot.jobs.filing import FilingDesk, file_group, groups_of
from mailbot.jobs.reading_room import ReadingRoom, ToRead, Unread
from mailbot.store import received

if TYPE_CHECKING:
    from mailbot.store.database import Database
    from mailbot.store.received import ClaimedMail

BATCH = 50
LEASE_FOR = timedelta(seconds=180)
MAX_ATTEMPTS = 3


@dataclass(slots=True)
class MailFiler:
    """Keeps the reading room busy and files what comes back. One per process, used by one thread."""

    db: Database
    room: ReadingRoom
    desk: FilingDesk
    owner: str
    clock: Callable[[], datetime]
    _claimed: dict[int, ClaimedMail] = field(default_factory=dict)
    _read: list[tuple[ClaimedMail, ReadMail]] = field(default_factory=list)

    def step(self, patience: float = 0.05) -> bool:
        """Claim, read and file what is there; False when there is nothing to do. Errors: StoreAway; bugs in the desk pass through."""
        self._claim()
        answers = self.room.take(patience) if self.room.load else []
        for asked, result in answers:
            mail = self._claimed.pop(asked.id)
            if isinstance(result, Unread):
                self._failed(mail, asked, result.why)
            else:
                self._read.append((mail, result))
        if self._read and (len(self._read) >= BATCH or not answers or not self.room.load):
            self._file()
        return bool(self._claimed or self._read)

    def run_dry(self) -> None:
        """Go on until every stored mail is filed."""
        while self.step():
            pass

    def give_up(self) -> None:
        """Let another process have what is claimed and not filed (shutdown)."""
        with self.db.write() as conn:
            received.release(conn, self.owner)
        self._claimed.clear()
        self._read.clear()

    def _claim(self) -> None:
        room_for = 2 * BATCH - self.room.load - len(self._read)
        if room_for < BATCH:
            return
        with self.db.write() as conn:
            claimed = received.claim(conn, self.owner, room_for, self.clock(), LEASE_FOR)
        self._claimed.update({mail.id: mail for mail in claimed})
        self.room.add(ToRead(m.id, m.raw, m.received_at, headers_only=m.attempts > MAX_ATTEMPTS, suspect=m.attempts > 1) for m in claimed)

    def _failed(self, mail: ClaimedMail, asked: ToRead, why: str) -> None:
        """The child died over it. After the third time it is read once more, from its headers alone."""
        maillog.mail_failed(mail.id, mail.attempts, why)
        if asked.headers_only:  # not even the headers can be read: file what we know without them
            self._read.append((mail, self.desk.unreadable()))
            return
        with self.db.write() as conn:
            received.failed(conn, mail.id, mail.fence, why, self.clock())

    def _file(self) -> None:
        """One transaction for all that is read; mails that may concern one another are decided one after the other."""
        ready = sorted(self._read, key=lambda pair: pair[0].id)
        self._read.clear()
        crash_point("thread.decided")
        with self.db.write() as conn:
            for group in groups_of(ready):
                file_group(conn, self.desk, group, self.clock())
            crash_point("case.before_commit")
        crash_point("case.after_commit")
