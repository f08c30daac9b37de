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
from mailbot.jobs.proving import Proving, put_off
from mailbot.jobs.reading_room import ReadingRoom, ToRead, Unread
from mailbot.store import received
from mailbot.store.received import LostLease

if TYPE_CHECKING:
    from mailbot.store.database import Database
    from mailbot.store.received import ClaimedMail

BATCH = 50
MOST_BYTES = 64 * 1024 * 1024  # of claimed mails in memory, and one mail more
LEASE_FOR = timedelta(seconds=180)
MAX_ATTEMPTS = 3
_MOST_CLAIMS = 30  # a mail in whose company we were killed so often is looked at from outside too


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
    _to_give_back: list[tuple[ClaimedMail, str]] = field(default_factory=list)  # what failed, and how
    _beat_at: datetime | None = None
    _filed: bool = False
    _proving: Proving = field(init=False)  # what waits for our own check of who sent it

    def __post_init__(self) -> None:
        self._proving = Proving(self.desk)

    def step(self, patience: float = 0.05) -> bool:
        """Claim, read and file what is there; False when there is nothing to do. Errors: StoreAway; bugs in the desk pass through."""
        self._beat()
        self._give_back()
        self._claim()
        self.room.greet()
        answers = self.room.take(patience) if self.room.load else []
        for asked, result in answers:
            self._hear(asked, result)
        self._give_back()
        if not (answers or self._read):
            self._proving.wait(patience)
        self._part(*self._proving.over(self.clock()))
        if self._read and (len(self._read) >= BATCH or not answers or not self.room.load):
            self._file()
        return bool(answers or self._held())  # what failed just now is to be claimed again

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
        self._to_give_back.clear()
        self._proving = Proving(self.desk)

    def _beat(self) -> None:
        """Keep what is claimed, however long the mails before it take to read (decisions.md 7)."""
        now = self.clock()
        if self._beat_at is not None and abs(now - self._beat_at) < LEASE_FOR / 3:
            return
        held = self._held()
        if held:
            with self.db.write() as conn:
                received.keep(conn, self.owner, [mail.id for mail in held], now + LEASE_FOR)
        self._beat_at = now

    def _held(self) -> list[ClaimedMail]:
        """All that is ours and not filed."""
        return [*self._claimed.values(), *(mail for mail, _ in (*self._read, *self._to_give_back, *self._proving.held))]

    def _claim(self) -> None:
        room_for = 2 * BATCH - self.room.load - len(self._read)
        held = sum(len(mail.raw) for mail in self._held())
        if room_for < BATCH or held >= MOST_BYTES:
            return
        with self.db.write() as conn:
            claimed = received.claim(conn, self.owner, room_for, self.clock(), LEASE_FOR, MOST_BYTES - held)
        self._claimed.update({mail.id: mail for mail in claimed})
        self._signs = {number: self._signs.get(number) or signs_of(mail.raw) for number, mail in self._claimed.items()}
        self.room.add(ToRead(m.id, m.raw, m.received_at, headers_only=_is_hard(m), suspect=m.failed_before) for m in claimed)

    def _hear(self, asked: ToRead, result: ReadMail | Unread) -> None:
        """An answer of the reading room. After the third time a mail whose reader died is read once more, from its headers alone."""
        mail = self._claimed.pop(asked.id, None)
        if mail is None:  # our lease had ended (the machine slept), so that it was claimed and read a second time
            return
        if isinstance(result, ReadMail):
            read = from_headers_alone(mail.raw, result, "reading it failed three times") if asked.headers_only else result
            self._read.append((mail, read))
            return
        maillog.mail_failed(mail.id, mail.attempts, result.why)
        if asked.headers_only:  # not even the headers can be read: file what we know without them
            self._read.append((mail, unreadable(mail.raw, result.why)))
        else:
            self._to_give_back.append((mail, result.why))

    def _give_back(self) -> None:
        """What failed is free to be claimed again, and the attempt counts. Errors: StoreAway; the rest is then still to be given back."""
        while self._to_give_back:
            mail, why = self._to_give_back[0]
            try:
                with self.db.write() as conn:
                    received.failed(conn, mail.id, mail.fence, why)
            except LostLease as lost:
                maillog.lease_lost(str(lost))
            del self._to_give_back[0]

    def _file(self) -> None:
        """One transaction for all that is read. Where that fails, one for each, so that one mail's fault is its own."""
        self._read, late = self._proving.take(self._read, self.clock())
        self._part((), late)
        unread = ((number, self._signs[number]) for number, mail in self._claimed.items() if not mail.failed_before)
        ready, self._read = parted(self._read, unread, self.desk.policy, self.desk.ask_of)
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
        self._proving.keep({mail.id for mail, _ in self._read})
        self._filed = True
        crash_point("case.after_commit")

    def _part(self, proven: Sequence[Read], late: Sequence[Read]) -> None:
        """What may be filed waits for it with the others; what nobody can prove just now is put off.

        Errors: StoreAway; it is then looked at again.
        """
        self._read += proven
        if not late:
            return
        try:
            with self.db.write() as conn:
                put_off(conn, late, self.clock())
                crash_point("command.before_put_off")
        except StoreAway:
            self._read += late
            raise

    def _write(self, ready: Sequence[Read]) -> None:
        with self.db.write() as conn:
            for group in groups_of(ready, self.desk.policy, self.desk.ask_of):
                file_group(conn, self.desk, group, self.clock(), self._proving.proven)
            crash_point("case.before_commit")

    def _one_by_one(self, ready: Sequence[Read]) -> None:
        for n, pair in enumerate(ready):
            try:
                self._alone(pair)
            except StoreAway:
                self._read += ready[n:]
                raise

    def _alone(self, pair: Read) -> None:
        """One mail in a transaction of its own. A fault of filing counts as an attempt; after the last it is filed as unreadable."""
        mail = pair[0]
        try:
            self._write([pair])
        except StoreAway:
            raise
        except LostLease as lost:
            maillog.lease_lost(str(lost))
        except Exception as error:  # noqa: BLE001
            maillog.bug(f"filing mail {mail.id}")
            why = type(error).__name__
            if mail.attempts <= MAX_ATTEMPTS:
                self._to_give_back.append((mail, why))
            else:
                self._as_unreadable(mail, why)

    def _as_unreadable(self, mail: ClaimedMail, why: str) -> None:
        """For a person to see. Where not even that can be written its lease runs out, and the watch tells of a mail that lies."""
        try:
            self._write([(mail, unreadable(mail.raw, f"a fault in mailbot ({why})"))])
        except StoreAway:
            raise
        except Exception:  # noqa: BLE001
            maillog.bug(f"filing mail {mail.id} as unreadable")


def _is_hard(mail: ClaimedMail) -> bool:
    """Read from its headers alone: it failed three times. Being claimed when the machine died is no fault of the mail's."""
    return mail.attempts > (MAX_ATTEMPTS if mail.failed_before else _MOST_CLAIMS)
