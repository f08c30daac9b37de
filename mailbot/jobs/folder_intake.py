"""Takes the mails of one folder into the store: live ones first, history between them, and nothing twice."""

from __future__ import annotations

import hashlib
import time
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mailbot import maillog
from mailbot.claims.crash import crash_point
from mailbot.claims.errors import MailboxAway
from mailbot.mail_in.imap import BATCH_MAILS, Fetched, Folder, Imap, Listed, batches
from mailbot.store import mailboxes, received
from mailbot.store.mailboxes import Epoch, MailboxRow
from mailbot.store.received import NewMail

if TYPE_CHECKING:
    from mailbot.config import Mailbox
    from mailbot.jobs.fetch_lease import FetchLease
    from mailbot.store.database import Database

LOOK_THROUGH_AFTER = 3600.0  # seconds between comparisons of all UIDs; in between only newer ones are asked for
ASIDE_FIRST, ASIDE_MOST = 30.0, 3600.0
TIDY_AGAIN_AFTER = 120.0
_COMPARED = 20  # newest known mails whose sizes are compared after each connection, to see a restored mailbox (I12)
_COMPARED_WHOLE = 3
_COMPARED_BYTES = 1_000_000
_TRIES = 3
_SKEW = timedelta(minutes=10)  # the server's clock may be behind ours
_MARGIN = timedelta(days=2)  # SINCE counts in the server's days


@dataclass(slots=True)
class FolderIntake:
    """What we know of one folder while we are connected. Forgotten at each fault, and looked up anew."""

    db: Database
    box: Mailbox
    row: MailboxRow
    name: str
    clock: Callable[[], datetime]
    lease: FetchLease
    on_stored: Callable[[], None]
    rehearsal: bool
    history: array[int] = field(default_factory=lambda: array("Q"))  # UIDs of old mail still to be taken in, newest at the end
    _imap: Imap | None = None
    _folder: Folder | None = None
    _epoch: Epoch | None = None
    _top: int = 0  # all mails up to here are known, or are in `history`
    _first_top: int = 0
    _look_through_at: float = 0.0
    _doubtful: dict[int, int] = field(default_factory=dict)  # UID: how often fetching it alone has failed
    _aside: dict[int, float] = field(default_factory=dict)  # UID: until when it waits
    _tidy_at: float = 0.0
    _warned: bool = False

    @property
    def leaves_alone(self) -> bool:
        """Nothing is to be changed on the server: then the folder is opened for reading only."""
        return self.rehearsal or self.box.after_filing == "leave"

    def take(self, imap: Imap) -> int:
        """Store the live mails that are not stored yet; how many. Old mail only becomes known, as `history`."""
        self._open(imap)
        if time.monotonic() < self._look_through_at:
            return self._take_newer(imap)
        return self._look_through(imap)

    def take_history(self, imap: Imap, seconds: float) -> int:
        """Store old mail for a while, oldest first so that threads join in their order; live mail comes between its batches."""
        self._open(imap)
        until = time.monotonic() + seconds
        stored = 0
        while self.history and time.monotonic() < until:
            part = self.history[:BATCH_MAILS]
            stored += self._store_all(imap, part, between=True)
            self.history = self.history[len(part) :]
        return stored

    def _open(self, imap: Imap) -> None:
        if self._imap is imap and imap.selected == self.name:
            return
        folder = imap.select(self.name, readonly=self.leaves_alone)
        self._folder = folder
        if self._imap is imap and self._epoch is not None and self._epoch.uidvalidity == folder.uidvalidity:
            return
        self._epoch = self._epoch_of(imap, folder)
        self._imap, self._look_through_at, self.history = imap, 0.0, array("Q")
        maillog.mailbox_connected(self.box.name, self.name, folder.uidvalidity)

    def _epoch_of(self, imap: Imap, folder: Folder) -> Epoch:
        """The folder's epoch; a new one after UIDVALIDITY changed (I1), or when UIDs now mean other mails (I12)."""
        now = self.clock()
        with self.db.write() as conn:
            epoch = mailboxes.open_epoch(conn, self.row.id, self.name, folder.uidvalidity, now)
            last = {} if epoch.new else mailboxes.last_known(conn, epoch, _COMPARED)
        if last and _was_restored(imap, folder, last):
            with self.db.write() as conn:
                epoch = mailboxes.new_epoch(conn, self.row.id, self.name, folder.uidvalidity, epoch.generation + 1, now)
            maillog.mailbox_restored(self.box.name, self.name, epoch.generation)
        if self._epoch is None or self._epoch.id != epoch.id:
            self._doubtful.clear()
            self._aside.clear()
            self._first_top = 0
        return epoch

    def _look_through(self, imap: Imap) -> int:
        """Compare all UIDs with those we know, live mails first."""
        epoch = self._present()
        self._aside = {uid: until for uid, until in self._aside.items() if until > time.monotonic()}
        there = imap.uids()
        with self.db.read() as conn:
            known = mailboxes.known_uids(conn, epoch)
        missing = [uid for uid in there if uid not in known]
        del known
        if epoch.new and not self._first_top:
            self._first_top = there[-1] if there else 0
        recent = imap.uids_since((self.row.taken_from - _MARGIN).date()) if missing else set()
        self.history = array("Q", (uid for uid in missing if uid not in recent))
        if self.box.history == "skip":
            self._leave_out(self.history)
            self.history = array("Q")
        stored = self._store_all(imap, [uid for uid in missing if uid in recent])
        self._top = there[-1] if there else 0
        again_at = time.monotonic() + LOOK_THROUGH_AFTER
        self._look_through_at = min([again_at, *self._aside.values()])
        return stored

    def _take_newer(self, imap: Imap) -> int:
        newer = imap.uids_above(self._top)
        stored = self._store_all(imap, newer)
        self._top = max([self._top, *newer])
        return stored

    def _store_all(self, imap: Imap, uids: Sequence[int], *, between: bool = False) -> int:
        """Store these; `between`: look for newer mail after each batch."""
        stored = 0
        now = time.monotonic()
        for lines in imap.listed([uid for uid in uids if self._aside.get(uid, 0.0) <= now]):
            wanted = self._wanted(lines)
            self._note_shown([mail.uid for mail in wanted])
            sound = [mail for mail in wanted if mail.uid not in self._doubtful]
            alone = [[mail] for mail in wanted if mail.uid in self._doubtful]  # after the others: it may be the one that kills the line
            for batch in (*batches(sound, self.box.max_mail_bytes), *alone):
                stored += self._store(imap, batch)
                if between:
                    imap.noop()
                    stored += self._take_newer(imap)
        return stored

    def _wanted(self, lines: Sequence[Listed]) -> list[Listed]:
        if self.box.history == "quiet":
            return list(lines)
        self._leave_out([mail.uid for mail in lines if self._is_history(mail)])
        return [mail for mail in lines if not self._is_history(mail)]

    def _is_history(self, mail: Listed | Fetched) -> bool:
        """Older than our first connection (decisions.md 15). What came after it counts as live, though the server's clock be behind."""
        since = self.row.taken_from.replace(microsecond=0)  # INTERNALDATE knows seconds only
        return mail.arrived_at < (since if mail.uid <= self._first_top else since - _SKEW)

    def _note_shown(self, uids: Sequence[int]) -> None:
        """Before fetching: what is shown and never stored must show in the daily sum."""
        if uids:
            with self.db.write() as conn:
                self.lease.hold(conn)
                mailboxes.note_shown(conn, self._present(), uids, self.clock())

    def _leave_out(self, uids: Sequence[int]) -> None:
        if uids:
            with self.db.write() as conn:
                self.lease.hold(conn)
                mailboxes.note_shown(conn, self._present(), uids, self.clock(), skipped=True)

    def _store(self, imap: Imap, batch: Sequence[Listed]) -> int:
        """Fetch a batch and store it in one transaction. Raw bytes first: nothing is read, flagged or answered before (R1)."""
        crash_point("fetch.before")
        try:
            fetched = imap.fetch(batch)
        except MailboxAway as error:
            self._doubt([mail.uid for mail in batch], str(error))
            raise
        crash_point("fetch.after")
        mails = [self._new_mail(mail) for mail in fetched]
        with self.db.write() as conn:
            self.lease.hold(conn)
            added = received.add(conn, mails, self.clock())
            crash_point("raw.before_commit")
        crash_point("raw.after_commit")
        for mail in fetched:
            self._doubtful.pop(mail.uid, None)
        self._not_given(imap, [mail.uid for mail in batch], {mail.uid for mail in fetched})
        new, relinked = sum(one.new for one in added), sum(one.relinked for one in added)
        maillog.mails_stored(self.box.name, new, relinked, len(added) - new - relinked, sum(mail.history for mail in mails))
        if new or relinked:
            self.on_stored()
        return new

    def _new_mail(self, mail: Fetched) -> NewMail:
        epoch = self._present()
        again = f":{epoch.generation}" if epoch.generation > 1 else ""
        history = self._is_history(mail)
        return NewMail(
            source_key=f"imap:{self.box.name}:{self.name}:{epoch.uidvalidity}:{mail.uid}{again}",
            raw=mail.raw,
            received_at=mail.arrived_at,
            basis="internaldate",
            mailbox=self.box.name,
            epoch_id=epoch.id,
            uid=mail.uid,
            truncated=mail.truncated,
            history=history,
            hold_letters=self.rehearsal,
            server_done=self.leaves_alone or history,
        )

    def _not_given(self, imap: Imap, asked: Sequence[int], given: set[int]) -> None:
        """Mails that the server listed and did not give: gone (I9), or it cannot read them itself."""
        absent = [uid for uid in asked if uid not in given]
        if not absent:
            return
        still_there = imap.present(absent)
        gone = [uid for uid in absent if uid not in still_there]
        if gone:
            self._leave_out(gone)
            maillog.mails_vanished(self.box.name, self.name, len(gone))
        for uid in sorted(still_there):
            self._doubt([uid], "the server lists it and does not give it")
        if still_there:
            raise MailboxAway(f"{self.box.host}: the server lists mails and does not give them.")

    def _doubt(self, uids: Sequence[int], error: str) -> None:
        """One of these may have broken the line: from now on each is fetched alone, and put aside when that fails again and again."""
        for uid in uids:
            self._doubtful[uid] = self._doubtful.get(uid, 0) + (len(uids) == 1)
            if (more := self._doubtful[uid] - _TRIES) >= 0:
                wait = min(ASIDE_MOST, ASIDE_FIRST * 2.0 ** min(more, 10))
                self._aside[uid] = time.monotonic() + wait
                self._look_through_at = min(self._look_through_at, self._aside[uid])
                maillog.mail_put_aside(self.box.name, self.name, uid, wait, error)

    def tidy(self, imap: Imap) -> None:
        """Flag or move on the server what is filed. Cosmetic: a failure is said once and tried again later (I5)."""
        if self.leaves_alone or self._epoch is None or time.monotonic() < self._tidy_at:
            return
        while todo := self._to_do():
            self._open(imap)
            uids = [mail.uid for mail in todo]
            try:
                left = self._change(imap, uids)
            except MailboxAway as error:
                self._tidy_at = time.monotonic() + TIDY_AGAIN_AFTER
                maillog.mailbox_not_tidied(self.box.name, self.name, str(error))
                raise
            self._warn_once(left)
            with self.db.write() as conn:
                mailboxes.done_on_server(conn, [mail.id for mail in todo])

    def _to_do(self) -> list[mailboxes.ToDo]:
        with self.db.read() as conn:
            return mailboxes.to_do_on_server(conn, self._present(), BATCH_MAILS)

    def _change(self, imap: Imap, uids: Sequence[int]) -> set[int]:
        if self._folder is None or not self._folder.writable:
            return set(uids)
        crash_point("imap.flag.before")
        left = imap.flag(uids) if self.box.after_filing == "flag" else imap.move(uids, self.box.move_to)
        crash_point("imap.flag.after")
        return left

    def _warn_once(self, left: set[int]) -> None:
        if left and not self._warned:
            self._warned = True
            maillog.mailbox_not_tidied(self.box.name, self.name, f"the server did not {self.box.after_filing} {len(left)} mails")

    def _present(self) -> Epoch:
        assert self._epoch is not None, "the folder is open"
        return self._epoch


def _was_restored(imap: Imap, folder: Folder, last: dict[int, tuple[str, int]]) -> bool:
    """Do UIDs we know mean other mails now, or will they soon? `last`: UID: (sha256, size) of the newest known."""
    if folder.uid_next is not None and folder.uid_next <= max(last):
        return True  # UIDs are given out a second time
    lines = [line for lines in imap.listed(sorted(last)) for line in lines]
    small = [line for line in lines if line.size <= _COMPARED_BYTES]
    suspicious = sorted(small, key=lambda line: (line.size == last[line.uid][1], -line.uid))[:_COMPARED_WHOLE]
    return any(hashlib.sha256(mail.raw).hexdigest() != last[mail.uid][0] for mail in imap.fetch(suspicious) if not mail.truncated)
