"""Watches one mailbox: what the server shows is stored, byte for byte, before anything else happens to it."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from mailbot import maillog
from mailbot.claims.errors import MailboxAway, StoreAway
from mailbot.jobs.fetch_lease import FetchLease, LeasedElsewhere
from mailbot.jobs.folder_intake import FolderIntake
from mailbot.mail_in.imap import Imap
from mailbot.mail_in.imap_faults import FolderMissing, SignInRefused
from mailbot.store import mailboxes

if TYPE_CHECKING:
    from mailbot.access_token import AccessToken
    from mailbot.config import Mailbox
    from mailbot.store.database import Database

HEARTBEAT = 45.0  # seconds: the lease is renewed and the folder looked into at least so often (R8: poll anyway)
HISTORY_FOR = 5.0  # seconds of old mail at a stretch; then the other folders have their turn
LEASE_AGAIN_AFTER = 20.0
_HEALTH_EVERY = 30.0
_TIDY_EVERY = 2.0  # while what we just stored is being filed
_TIDY_FOR = 60.0


@dataclass(slots=True)
class MailboxFetcher:
    """One mailbox, one thread. `on_stored` wakes whoever files; `settled` is set once the mailbox was looked into, or failed."""

    db: Database
    box: Mailbox
    clock: Callable[[], datetime]
    owner: str
    on_stored: Callable[[], None]
    rehearsal: bool = False
    token: AccessToken | None = None
    settled: threading.Event = field(default_factory=threading.Event)
    _imap: Imap | None = None
    _intakes: list[FolderIntake] = field(default_factory=list)
    _lease: FetchLease = field(init=False)
    _absent: dict[str, str] = field(default_factory=dict)  # folder: why it cannot be opened
    _all_at: float = 0.0
    _tidy_until: float = 0.0
    _health: tuple[float, str | None] | None = None

    def __post_init__(self) -> None:
        self._lease = FetchLease(self.db, self.box.name, self.owner, self.clock)

    @property
    def name(self) -> str:
        return self.box.name

    def round(self) -> int:
        """One full pass over all folders, then the line is closed; how many mails are new. Errors: MailboxAway, StoreAway."""
        try:
            stored = self._pass()
            while self._has_history():
                stored += self._pass()
            if self._absent:
                raise FolderMissing("; ".join(self._absent.values()))
            return stored
        except LeasedElsewhere:
            maillog.mailbox_leased(self.name)
            return 0
        except MailboxAway as error:
            self._note_health(str(error))
            raise
        finally:
            self.settled.set()
            self.close()

    def look(self) -> int:
        """A pass over the line that is kept, as `watch` makes it, for whoever knows himself when there is news, and ends with `close`."""
        if self._imap is not None and self._imap.is_open:
            self._imap.noop()
        return self._pass()

    def watch(self, stop: threading.Event) -> None:
        """Take mail in until `stop`. Bugs pass through; every fault that passes is waited out."""
        faults = 0
        try:
            while not stop.is_set():
                wait = self._turn(stop, faults)
                self.settled.set()
                faults = faults + 1 if wait else 0
                stop.wait(wait)
        finally:
            self.settled.set()
            self.close()

    def _turn(self, stop: threading.Event, faults: int) -> float:
        """A pass and the listening after it. Returns seconds to wait: 0, or more after a fault."""
        try:
            self._pass()
            self.settled.set()
            if not self._has_history():
                self._listen(stop)
        except LeasedElsewhere:
            if not faults:
                maillog.mailbox_leased(self.name)
            self._hang_up()
            return LEASE_AGAIN_AFTER
        except StoreAway as error:  # the mail waits on the server; the line is kept
            wait = back_off(faults, 1.0, 60.0)
            maillog.store_away(f"fetch {self.name}", str(error))
            return wait
        except MailboxAway as error:
            if isinstance(error, SignInRefused) and self.token is not None:
                self.token.forget()  # the next try is made with a fresh one
            wait = back_off(faults, 60.0, 900.0) if isinstance(error, SignInRefused) else back_off(faults, 1.0, 300.0)
            maillog.mailbox_away(self.name, str(error), wait)
            self._note_health(str(error))
            return wait
        return 0.0

    def close(self) -> None:
        """Hang up, and let another process have the mailbox."""
        self._hang_up()
        with contextlib.suppress(StoreAway):
            self._lease.drop()

    def _hang_up(self) -> None:
        imap, self._imap = self._imap, None
        if imap is not None:
            imap.close()

    def _pass(self) -> int:
        """Live mail of the first folder, of all folders when it is time; then a stretch of history; then the server is tidied."""
        self._lease.beat()
        self._folders()  # makes the mailbox's row: its failures are noted, and what arrives from now on is live
        self._connected()
        everything = time.monotonic() >= self._all_at or bool(self._absent)
        stored = sum(self._live(intake) for intake in self._folders()[: None if everything else 1])
        if everything:
            self._all_at = time.monotonic() + self.box.poll_seconds
        for intake in self._folders():
            if intake.history:
                stored += intake.take_history(self._connected(), HISTORY_FOR)
        if stored:
            self._tidy_until = time.monotonic() + _TIDY_FOR
        self._tidy()
        self._note_health("; ".join(self._absent.values()) or None)
        return stored

    def _live(self, intake: FolderIntake) -> int:
        try:
            stored = intake.take(self._connected())
        except FolderMissing as error:
            if intake.name not in self._absent:
                maillog.mailbox_away(self.name, str(error), self.box.poll_seconds)
            self._absent[intake.name] = str(error)
            if len(self._absent) == len(self._intakes):
                raise
            return 0
        self._absent.pop(intake.name, None)
        return stored

    def _tidy(self) -> None:
        """A fault here is no reason to stop listening: it was said, and the next pass connects anew."""
        with contextlib.suppress(MailboxAway):
            for intake in self._folders():
                if intake.name not in self._absent:
                    intake.tidy(self._connected())

    def _folders(self) -> list[FolderIntake]:
        if not self._intakes:
            with self.db.write() as conn:
                row = mailboxes.open_mailbox(conn, self.name, self.box.address, self.clock())
            common = (self.clock, self._lease, self.on_stored, self.rehearsal)
            self._intakes = [FolderIntake(self.db, self.box, row, folder, *common) for folder in self.box.folders]
        return self._intakes

    def _has_history(self) -> bool:
        return any(intake.history for intake in self._intakes)

    def _connected(self) -> Imap:
        if self._imap is None or not self._imap.is_open:
            self._imap = Imap(self.box, self.token)
            self._all_at = 0.0
        return self._imap

    def _listen(self, stop: threading.Event) -> None:
        """Until the server tells of news, or it is time to look again."""
        now = time.monotonic()
        tidies = self.box.after_filing != "leave" and not self.rehearsal and now < self._tidy_until
        seconds = min(HEARTBEAT, max(0.1, self._all_at - now), _TIDY_EVERY if tidies else HEARTBEAT)
        imap = self._connected()
        first = next(intake for intake in self._intakes if intake.name not in self._absent)
        if imap.can.idle and self.box.idle:
            if imap.selected == first.name or not first.take(imap):  # while other folders were open, nobody told of news in the first
                imap.idle(seconds, stop.is_set)
        else:
            stop.wait(seconds)
            imap.noop()

    def _note_health(self, failure: str | None) -> None:
        """Written when it changes, and now and then. The store may be away too: then there is nobody to tell."""
        now = time.monotonic()
        if self._health is not None and self._health[1] == failure and now < self._health[0] + _HEALTH_EVERY:
            return
        with contextlib.suppress(StoreAway):
            with self.db.write() as conn:
                mailboxes.note_health(conn, self.name, self.clock(), failure)
            self._health = (now, failure)


def back_off(faults: int, first: float, most: float) -> float:
    """Seconds to wait after so many faults in a row: doubling, with jitter so that two daemons do not knock together."""
    return min(most, first * 2.0 ** min(faults, 30)) * random.uniform(0.75, 1.0)  # noqa: S311  # no secret
