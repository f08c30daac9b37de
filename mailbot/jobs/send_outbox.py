"""Hands due letters to the mail server: claim, commit, SMTP, record, commit. Never sends without a recorded claim."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mailbot import maillog
from mailbot.claims.crash import crash_point
from mailbot.claims.delivery import Outcome, Refused, Sent, TryLater
from mailbot.claims.errors import StoreAway
from mailbot.claims.retry import next_attempt
from mailbot.jobs.taking_back import is_to_former_address, stays_here
from mailbot.store import leases, outbox
from mailbot.store.received import LostLease

if TYPE_CHECKING:
    from mailbot.mail_out.courier import Courier
    from mailbot.store.database import Connection, Database
    from mailbot.store.outbox import DueLetter

BATCH = 50
MOST_UNRECORDED = 20  # so many letters may have gone while the database takes its time over the ones before
_PATIENCE = 30.0  # seconds for which a letter that went is held in mind until the database is back: else it would go twice
_PAUSE = 0.5
_ANOTHER = "(No further attempt: the customer's address was corrected meanwhile.)"

Clock = Callable[[], datetime]
Ended = tuple["DueLetter", Outcome]


@dataclass(frozen=True, slots=True)
class Post:
    """The couriers by mailbox name ("" is the common one) and how long a claimed letter stays ours without a sign of life.

    180 s will do for `lease_for` although a server may take 600 s over the final dot: the lease is prolonged while letters are
    being sent (decisions.md 7), so that the letters of a machine that died need not wait longer.
    """

    couriers: Mapping[str, Courier]
    lease_for: timedelta

    def courier_for(self, mailbox: str | None) -> Courier:
        """The mailbox's own, else the common one, else any: a letter of a mailbox that is no longer configured must leave too."""
        own = self.couriers.get(mailbox or "") or self.couriers.get("")
        return own or next(iter(self.couriers.values()))


async def send_due(
    db: Database, post: Post, owner: str, clock: Clock, limits: outbox.SendLimits, stopping: Callable[[], bool] = lambda: False
) -> int:
    """Send what is due, at most one batch. Returns how many letters were tried. Errors: StoreAway.

    Once `stopping` says so no further letter is begun; those that were claimed are tried a minute later.
    """
    lease = _Lease(db, owner, clock, post.lease_for, clock() + post.lease_for)
    letters = await asyncio.to_thread(_claim, db, post, owner, clock, limits)
    if not letters:
        return 0
    crash_point("outbox.claimed")
    by_courier: dict[Courier, list[DueLetter]] = {}
    for letter in letters:
        by_courier.setdefault(post.courier_for(letter.mailbox), []).append(letter)

    def may_go() -> bool:
        return lease.is_ours() and not stopping()

    async with lease.kept(letters):
        sending = (_send_over(courier, theirs, _Records(db, clock), may_go) for courier, theirs in by_courier.items())
        ends = await asyncio.gather(*sending, return_exceptions=True)  # a fault of one must not break off the letters of the others
    for fault in (end for end in ends if end is not None):
        raise fault
    return len(letters)


def _claim(db: Database, post: Post, owner: str, clock: Clock, limits: outbox.SendLimits) -> list[DueLetter]:
    with db.write() as conn:
        now = clock()
        letters = outbox.claim_due(conn, owner, BATCH, now, post.lease_for, limits)
        # one whose sender died in the middle, while a person corrected the address
        former = [one for one in letters if one.unknowns and is_to_former_address(conn, one)]
        for letter in former:
            _keep_here(conn, letter, "", now)
        return [one for one in letters if one not in former]


async def _send_over(courier: Courier, letters: Sequence[DueLetter], records: _Records, may_go: Callable[[], bool]) -> None:
    """Send these over one courier, recording each outcome as it comes: a crash then leaves only the letters in flight unknown."""
    async with contextlib.aclosing(courier.send_all(letters, may_go)) as ended:
        async for letter, outcome in ended:
            crash_point("smtp.after_250_before_mark")
            await records.add(letter, outcome)
    await records.all_written()


@dataclass(slots=True)
class _Records:
    """Writes outcomes at once; those that come while the database is writing go together into its next transaction."""

    db: Database
    clock: Clock
    waiting: list[Ended] = field(default_factory=list)
    writing: asyncio.Task[None] | None = None

    async def add(self, letter: DueLetter, outcome: Outcome) -> None:
        """Returns at once, unless the database is far behind. Errors: StoreAway."""
        self.waiting.append((letter, outcome))
        if self.writing is None or self.writing.done():
            await self.all_begun()
        elif len(self.waiting) >= MOST_UNRECORDED:
            await self.all_written()

    async def all_begun(self) -> None:
        if self.writing is not None:
            await self.writing
        self.writing = asyncio.create_task(self._write())

    async def all_written(self) -> None:
        """Errors: StoreAway."""
        if self.writing is not None:
            await self.writing

    async def _write(self) -> None:
        while self.waiting:
            ended, self.waiting = self.waiting, []
            await _record(self.db, ended, self.clock)
            crash_point("outbox.marked")


async def _record(db: Database, ended: Sequence[Ended], clock: Clock) -> None:
    """Write these down, and wait for a database that is away for a moment. Errors: StoreAway."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            lost = await asyncio.to_thread(_write_down, db, ended, clock())
        except StoreAway:
            if time.monotonic() >= until:
                raise
            await asyncio.sleep(_PAUSE)
        else:
            break
    for letter, outcome in ended:
        if letter.id in lost:
            maillog.lease_lost(f"letter {letter.id}")
        else:
            _log(letter, outcome)


def _write_down(db: Database, ended: Sequence[Ended], now: datetime) -> frozenset[int]:
    """In one transaction. The ids of letters that are another's by now, which are left as they are."""
    sent = [(letter, outcome) for letter, outcome in ended if isinstance(outcome, Sent)]
    if sent == list(ended):
        with contextlib.suppress(LostLease), db.write() as conn:
            outbox.record_all(conn, sent, now)
            return frozenset()
    with db.write() as conn:
        return frozenset(letter.id for letter, outcome in ended if not _was_ours(conn, letter, outcome, now))


def _was_ours(conn: Connection, letter: DueLetter, outcome: Outcome, now: datetime) -> bool:
    try:
        if not isinstance(outcome, Sent) and is_to_former_address(conn, letter):
            _keep_here(conn, letter, outcome.reply, now)
        else:
            outbox.record(conn, letter, outcome, now, next_attempt(outcome, letter.attempts, letter.unknowns, now))
    except LostLease:
        return False
    return True


def _keep_here(conn: Connection, letter: DueLetter, reply: str, now: datetime) -> None:
    """Errors: LostLease."""
    outbox.record(conn, letter, Refused(f"{reply} {_ANOTHER}".strip()), now, None)
    stays_here(conn, letter, now)


def _log(letter: DueLetter, outcome: Outcome) -> None:
    if isinstance(outcome, Sent):
        maillog.letter_sent(letter.id, letter.kind, letter.to, letter.attempts)
    else:
        name = "try_later" if isinstance(outcome, TryLater) else type(outcome).__name__.lower()
        maillog.letter_not_sent(letter.id, letter.kind, letter.to, name, outcome.reply)


@dataclass(slots=True)
class _Lease:
    """The lease on a batch of letters, prolonged for as long as it takes to send them."""

    db: Database
    owner: str
    clock: Clock
    lasts: timedelta
    until: datetime

    def is_ours(self) -> bool:
        """Not after a process was stopped, or the database away, for longer than the lease: another may have sent the rest by then."""
        return self.clock() < self.until

    @contextlib.asynccontextmanager
    async def kept(self, letters: Sequence[DueLetter]) -> AsyncIterator[None]:
        beating = asyncio.create_task(self._beat([letter.id for letter in letters]))
        try:
            yield
        finally:
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)

    async def _beat(self, ids: Sequence[int]) -> None:
        while True:
            await asyncio.sleep(self.lasts.total_seconds() / 3)
            with contextlib.suppress(StoreAway):  # whoever records will say so; another beat fits into the lease
                await asyncio.to_thread(self._prolong, ids)

    def _prolong(self, ids: Sequence[int]) -> None:
        until = self.clock() + self.lasts
        with self.db.write() as conn:
            leases.prolong(conn, self.owner, ids, until)
        self.until = until
