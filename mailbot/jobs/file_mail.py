"""Files stored mail: claim, read in the reading room, decide, and write case, letters and outcome in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mailbot import maillog
from mailbot.claims.crash import crash_point
from mailbot.claims.errors import StoreAway
from mailbot.claims.understanding import ReadMail
from mailbot.jobs.filing import FilingDesk, Read, file_group, groups_of
from mailbot.jobs.filing_order import parted, signs_of
from mailbot.jobs.hard_mail import from_headers_alone, unreadable
from mailbot.jobs.reading_room import ReadingRoom, ToRead, Unread
from mailbot.store import received
from mailbot.store.received import LostLease

if TYPE_CHECKING:
    from mailbot.store.database import Database
    from mailbot.store.received import ClaimedMail

BATCH = 50
LEASE_FOR = timedelta(seconds=180)
MAX_ATTEMPTS = 3
_MOST_CLAIMS = 12  # a mail in whose company we were killed so often is looked at from outside too


@dataclass(slots=True)
class MailFiler:
    """Keeps the reading room busy and files what comes back. One per process, used by one thread."""

    db: Database
    room: ReadingRoom
    desk: FilingDesk
    owner: str
    clock: Callable[[], datetime]
    _claimed: dict[int, ClaimedMail] = field(default_factory=dict)
    _signs: dict[int, frozenset[str]] = field(default_factory=dict)  # of what is claimed: see filing_order
    _read: list[tuple[ClaimedMail, ReadMail]] = field(default_factory=list)
    _filed: bool = False

    def step(self, patience: float = 0.05) -> bool:
        """Claim, read and file what is there; False when there is nothing to do. Errors: StoreAway; bugs in the desk pass through."""
        self._claim()
        self.room.greet()
        answers = self.room.take(patience) if self.room.load else []
        for asked, result in answers:
            mail = self._claimed.pop(asked.id)
            if isinstance(result, Unread):
                self._failed(mail, asked, result.why)
            elif asked.headers_only:
                self._read.append((mail, from_headers_alone(mail.raw, result, "reading it failed three times")))
            else:
                self._read.append((mail, result))
        if self._read and (len(self._read) >= BATCH or not answers or not self.room.load):
            self._file()
        return bool(answers or self._claimed or self._read)  # a mail that failed just now is to be claimed again

    def took_letters(self) -> bool:
        """Something was filed since the last look, so letters may be due."""
        filed, self._filed = self._filed, False
        return filed

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
        self._signs = {number: self._signs.get(number) or signs_of(mail.raw) for number, mail in self._claimed.items()}
        self.room.add(ToRead(m.id, m.raw, m.received_at, headers_only=_is_hard(m), suspect=m.failed_before) for m in claimed)

    def _failed(self, mail: ClaimedMail, asked: ToRead, why: str) -> None:
        """The child died over it. After the third time it is read once more, from its headers alone."""
        maillog.mail_failed(mail.id, mail.attempts, why)
        if asked.headers_only:  # not even the headers can be read: file what we know without them
            self._read.append((mail, unreadable(mail.raw, why)))
            return
        self._again_later(mail, why)

    def _again_later(self, mail: ClaimedMail, why: str) -> None:
        try:
            with self.db.write() as conn:
                received.failed(conn, mail.id, mail.fence, why)
        except LostLease as lost:
            maillog.lease_lost(str(lost))

    def _file(self) -> None:
        """One transaction for all that is read. Where that fails, one for each, so that one mail's fault is its own."""
        unread = ((number, self._signs[number]) for number, mail in self._claimed.items() if not mail.failed_before)
        ready, self._read = parted(self._read, unread, self.desk.policy)
        if not ready:
            return
        crash_point("thread.decided")
        try:
            self._write(ready)
        except StoreAway:
            self._read += ready  # they are read: only the writing is to be done again
            raise
        except LostLease as lost:
            maillog.lease_lost(str(lost))
            self._one_by_one(ready)
        except Exception:  # noqa: BLE001  # a bug over one mail must not hold the others back (I-LIVE)
            maillog.bug("filing a batch")
            self._one_by_one(ready)
        self._filed = True
        crash_point("case.after_commit")

    def _write(self, ready: Sequence[Read]) -> None:
        with self.db.write() as conn:
            for group in groups_of(ready, self.desk.policy):
                file_group(conn, self.desk, group, self.clock())
            crash_point("case.before_commit")

    def _one_by_one(self, ready: Sequence[Read]) -> None:
        for pair in ready:
            try:
                self._write([pair])
            except StoreAway:
                raise
            except LostLease as lost:
                maillog.lease_lost(str(lost))
            except Exception as error:  # noqa: BLE001
                maillog.bug(f"filing mail {pair[0].id}")
                self._bug(pair[0], type(error).__name__)

    def _bug(self, mail: ClaimedMail, why: str) -> None:
        """Filing itself failed over this mail: counted as an attempt, and the last time filed as unreadable, for a person to see."""
        if mail.attempts <= MAX_ATTEMPTS:
            self._again_later(mail, why)
            return
        self._write([(mail, unreadable(mail.raw, f"a fault in mailbot ({why})"))])


def _is_hard(mail: ClaimedMail) -> bool:
    """Read from its headers alone: it failed three times. Being claimed when the machine died is no fault of the mail's."""
    return mail.attempts > (MAX_ATTEMPTS if mail.failed_before else _MOST_CLAIMS)
