"""The daemon: builds the parts from settings, reads the clock, winds the jobs, and ends them without losing a letter.

One thread for each mailbox, one that files, and the event loop, which sends and ticks. What is due stands in the database;
APScheduler is only the tick (reliability.md R16).
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mailbot import __version__, maillog
from mailbot.access_token import AccessToken
from mailbot.claims.errors import MailboxAway, SetupError, StoreAway
from mailbot.jobs.collect import collect
from mailbot.jobs.desk_keys import keys_for
from mailbot.jobs.end_waits import end_waits
from mailbot.jobs.escalate import escalate
from mailbot.jobs.fetch_mail import MailboxFetcher
from mailbot.jobs.file_mail import MailFiler
from mailbot.jobs.filing import FilingDesk
from mailbot.jobs.find_recurring import find_recurring
from mailbot.jobs.own_claims import write_own_claims
from mailbot.jobs.own_proof import OwnProof
from mailbot.jobs.owner import name_owner, recover
from mailbot.jobs.policy_of import Ground, lay_ground, send_limits
from mailbot.jobs.post import LEASE_FOR, couriers_for
from mailbot.jobs.reading_child import setup_of
from mailbot.jobs.reading_room import ReadingRoom, preload
from mailbot.jobs.remind import remind
from mailbot.jobs.send_outbox import Post, send_due
from mailbot.jobs.service_notice import notify
from mailbot.jobs.steady_clock import SteadyClock
from mailbot.jobs.store_watch import StoreWatch
from mailbot.jobs.tell_unproven import tell_unproven
from mailbot.jobs.undelivered import tell_authors
from mailbot.jobs.watch import WatchState, watch
from mailbot.jobs.write_digests import write_digests
from mailbot.jobs.write_weekly import write_weekly
from mailbot.jobs.writing_desk import WritingDesk, set_up_desk
from mailbot.mail_out.compose import template_faults
from mailbot.store import outbox
from mailbot.store.database import Database, open_database
from mailbot.store.migrate import ready

if TYPE_CHECKING:
    from mailbot.config import Settings

STOP_WITHIN = 25.0  # seconds that letters in flight may take (decisions.md 35)
LEAVE_AFTER = 28.0  # seconds after which we go whatever still waits
_IDLE = 1.0  # seconds between looks when nobody wakes us
_SLOW = 5.0
HANGING_AFTER = 5.0  # seconds after which the letters behind a round of sending wait no longer for it
_MOST_HANGING = 3
_HELD_BACK = 2.0  # what is due and did not go is held back by a limit: no use in asking at once
_STUCK_AFTER = 120.0  # seconds without a step of the filing thread after which systemd is no longer told that all is well
_TICK_SECONDS = {
    "recurring defects": 60, "digests": 30, "weekly letters": 60, "escalations": 30, "collective letters": 30, "watch": 30,
    "reminders": 60, "undelivered": 60, "own claims": 60, "waits": 60, "unproven mail": 30,
}  # fmt: skip


def clock() -> datetime:
    """Now, aware, UTC: the one place where the daemon reads it. A simulation hands `open_parts` another one."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Parts:
    """All that runs, built once."""

    ground: Ground
    db: Database
    desk: WritingDesk
    post: Post
    owner: str
    watching: WatchState = field(default_factory=WatchState)
    clock: Callable[[], datetime] = clock

    @property
    def settings(self) -> Settings:
        return self.ground.settings

    def filer(self, room: ReadingRoom) -> MailFiler:
        proofs = {box.name: box.authserv_id for box in self.settings.mailbox if box.authserv_id}
        own = OwnProof(self.ground.policy) if self.settings.security.check_dkim else None
        return MailFiler(self.db, room, FilingDesk(self.ground.policy, self.desk, proofs, self.ground, own), self.owner, self.clock)

    def room(self) -> ReadingRoom:
        return ReadingRoom(setup_of(self.settings), self.settings.reading.children)

    def fetchers(self, on_stored: Callable[[], None]) -> list[MailboxFetcher]:
        rehearsal = self.ground.policy.rehearsal
        return [
            MailboxFetcher(self.db, box, self.clock, self.owner, on_stored, rehearsal, AccessToken(box.oauth) if box.oauth else None)
            for box in self.settings.mailbox
        ]

    def ticks(self) -> Mapping[str, Callable[[datetime], object]]:
        """What the clock winds, by name."""
        db, ground, desk = self.db, self.ground, self.desk
        return {
            "waits": lambda now: end_waits(db, ground.policy, now),
            "recurring defects": lambda now: find_recurring(db, ground, desk, now),
            "digests": lambda now: write_digests(db, ground, desk, now),
            "weekly letters": lambda now: write_weekly(db, ground, desk, now),
            "own claims": lambda now: write_own_claims(db, ground, desk, now),
            "escalations": lambda now: escalate(db, ground, desk, now),
            "collective letters": lambda now: collect(db, ground, desk, now),
            "reminders": lambda now: remind(db, ground, desk, now),
            "undelivered": lambda now: tell_authors(db, ground, desk, now),
            "unproven mail": lambda now: tell_unproven(db, ground, desk, now),
            "watch": lambda now: watch(db, ground, desk, self.watching, now),
        }

    async def send(self, stopping: Callable[[], bool] = lambda: False) -> int:
        return await send_due(self.db, self.post, self.owner, self.clock, send_limits(self.ground), stopping)


@contextlib.contextmanager
def open_parts(settings: Settings, url: str, clock: Callable[[], datetime] = clock) -> Iterator[Parts]:
    """Everything but the threads, by this clock. Errors: SetupError, StoreAway."""
    preload(setup_of(settings))
    ground = lay_ground(settings, clock())
    db = open_database(url)
    try:
        ready(db, clock())
        desk = set_up_desk(ground, keys_for(db, settings, clock()))
        if settings.files.templates is not None and (faults := template_faults(desk.composer, settings.languages.known)):
            raise SetupError(*faults)  # a claim would find it out when it is to be acknowledged
        owner = name_owner(settings.instance)
        recover(db, clock())
        yield Parts(ground, db, desk, Post(couriers_for(settings), LEASE_FOR), owner, clock=clock)
    finally:
        db.close()


def run(settings: Settings, url: str) -> int:
    """Run until SIGTERM or SIGINT; 0 after a clean end, within 30 s."""
    with open_parts(settings, url) as parts:
        daemon = _Daemon(parts)
        gc.collect()
        gc.freeze()  # rules, templates and tables live as long as we do: no use in looking them through again and again
        asyncio.run(daemon.serve())
        daemon.deadline.cancel()
    return 0


def run_once(settings: Settings, url: str) -> int:
    """One round of everything. 0, or 1 where a mailbox could not be read or something failed that nobody foresaw."""
    with open_parts(settings, url) as parts:
        away = sum([not _round(fetcher) for fetcher in parts.fetchers(lambda: None)])
        with parts.room() as room:
            parts.filer(room).run_dry()
        faults = sum([not _ticked(name, tick, parts.clock()) for name, tick in parts.ticks().items()])
        asyncio.run(_send_all(parts))
        for fetcher in parts.fetchers(lambda: None):  # flags and moves of what is filed now
            _round(fetcher)
    return 1 if away or faults else 0


def _round(fetcher: MailboxFetcher) -> bool:
    try:
        fetcher.round()
    except MailboxAway as error:
        maillog.mailbox_away(fetcher.name, str(error), 0)
        return False
    return True


def _ticked(name: str, tick: Callable[[datetime], object], now: datetime) -> bool:
    """A fault of one tick keeps neither the others nor the letters back: the next round would find the same. Errors: StoreAway."""
    try:
        tick(now)
    except StoreAway:
        raise
    except Exception:  # noqa: BLE001
        maillog.bug(name)
        return False
    return True


async def _send_all(parts: Parts) -> None:
    while await parts.send():
        pass
    for courier in set(parts.post.couriers.values()):
        await courier.close()


def _leave() -> None:
    """The end, now. A letter in DATA stays `sending` and counts as unknown when its lease ends: the same bytes later.

    Whoever waits for a database that says nothing is left behind: what is not committed is done again.
    """
    maillog.daemon_stopped(clean=False)
    os._exit(0)


class _Daemon:
    """The threads and the loop of one running daemon."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.stop = threading.Event()
        self.stored = threading.Event()  # wakes whoever files
        self.store_watch = StoreWatch(parts.desk, parts.ground, parts.post)
        self.steady = SteadyClock()
        self.deadline = threading.Timer(LEAVE_AFTER, _leave)
        self.deadline.daemon = True
        self.filing_at = time.monotonic()  # when the filing thread was last seen at work
        self.loop: asyncio.AbstractEventLoop
        self.letters: asyncio.Event  # wakes whoever sends
        self.stopping: asyncio.Event

    async def serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.letters, self.stopping = asyncio.Event(), asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            self.loop.add_signal_handler(number, self._ask_to_stop, signal.Signals(number).name)
        fetchers = self.parts.fetchers(self.stored.set)
        with self.parts.room() as room:
            threads = [threading.Thread(target=self._fetch, args=(f,), name=f"fetch {f.name}", daemon=True) for f in fetchers]
            filing = threading.Thread(target=self._file, args=(room,), name="file", daemon=True)
            for thread in (*threads, filing):
                thread.start()
            sender = asyncio.create_task(self._send())
            readiness = asyncio.create_task(self._tell_ready(room, fetchers))
            scheduler = self._wind_up()
            await self.stopping.wait()
            scheduler.shutdown(wait=False)
            readiness.cancel()
            await self._wind_down(sender, filing, threads)

    def _ask_to_stop(self, reason: str) -> None:
        maillog.daemon_stopping(reason)
        notify("STOPPING=1")
        if not self.stop.is_set():
            self.deadline.start()
        self.stop.set()
        self.stored.set()
        self.letters.set()
        self.stopping.set()

    async def _tell_ready(self, room: ReadingRoom, fetchers: list[MailboxFetcher]) -> None:
        """Ready: the reading room is open and every mailbox was looked into once, or failed."""
        while not self.stop.is_set() and not (room.is_ready and all(f.settled.is_set() for f in fetchers)):
            await asyncio.sleep(0.05)
        maillog.daemon_ready(self.parts.settings.instance, len(fetchers), __version__)
        notify("READY=1")

    async def _wind_down(self, sender: asyncio.Task[None], filing: threading.Thread, fetching: list[threading.Thread]) -> None:
        """Finish the letters in flight and the mails being written; the rest stays leased or is given back."""
        until = time.monotonic() + STOP_WITHIN
        _, unfinished = await asyncio.wait({sender}, timeout=STOP_WITHIN)
        for thread in (filing, *fetching):
            await asyncio.to_thread(thread.join, max(0.1, min(5.0, until - time.monotonic())))
        if unfinished or filing.is_alive():
            _leave()
        for courier in set(self.parts.post.couriers.values()):
            await courier.close()
        maillog.daemon_stopped(clean=True)

    def _wind_up(self) -> AsyncIOScheduler:
        from apscheduler.schedulers.asyncio import AsyncIOScheduler

        scheduler = AsyncIOScheduler(timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1})
        for name, tick in self.parts.ticks().items():
            scheduler.add_job(self._tick, "interval", seconds=_TICK_SECONDS[name], args=(name, tick), next_run_time=self.parts.clock())
        scheduler.add_job(self._beat, "interval", seconds=10, next_run_time=self.parts.clock())
        scheduler.start()
        return scheduler

    def _tick(self, name: str, tick: Callable[[datetime], object]) -> None:
        """One tick, in a thread of its own: it only computes and writes; the loop stays free to send."""
        with self._watched(name):
            if self.steady.reads_on(name, self.parts.clock(), time.monotonic()):
                tick(self.parts.clock())
                self._wake_sender()

    async def _beat(self) -> None:
        """Still alive, the filing thread too; and the database is looked at, of which the operator hears without it (decisions.md 7, 9)."""
        if time.monotonic() - self.filing_at < _STUCK_AFTER:
            notify("WATCHDOG=1")
        await self.store_watch.look(self.parts.db, self.parts.clock)

    def _fetch(self, fetcher: MailboxFetcher) -> None:
        while not self.stop.is_set():
            with self._watched(f"fetch {fetcher.name}"):
                fetcher.watch(self.stop)
            self.stop.wait(_IDLE)

    def _file(self, room: ReadingRoom) -> None:
        filer = self.parts.filer(room)
        while not self.stop.is_set():
            self.stored.clear()
            self.filing_at, busy = time.monotonic(), False
            with self._watched("file"):
                busy = filer.step()
                if filer.took_letters():
                    self._wake_sender()
            if not busy:
                self.stored.wait(_IDLE)
        with self._watched("file"):
            filer.give_up()

    def _wake_sender(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended
            self.loop.call_soon_threadsafe(self.letters.set)

    async def _send(self) -> None:
        """Round after round. One that hangs (a server may take 600 s over the final dot) is left behind, and the next begins."""
        hanging: set[asyncio.Task[int]] = set()
        while not self.stop.is_set():
            self.letters.clear()
            sending = asyncio.create_task(self._send_once())
            hanging = {one for one in hanging if not one.done()}
            ended, _ = await asyncio.wait({sending}, timeout=HANGING_AFTER if len(hanging) < _MOST_HANGING else None)
            if not ended:
                hanging.add(sending)
            elif not sending.result():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.letters.wait(), await asyncio.to_thread(self._until_due))
        if hanging:
            await asyncio.wait(hanging)

    async def _send_once(self) -> int:
        sent = 0
        with self._watched("send"):
            sent = await self.parts.send(self.stop.is_set)
        return sent  # noqa: RET504 (a fault is swallowed above: then it is 0)

    def _until_due(self) -> float:
        """Seconds until the next letter is due, at most a few."""
        at: datetime | None = None
        with self._watched("send"), self.parts.db.read() as conn:
            at = outbox.next_due_at(conn)
        wait = (at - self.parts.clock()).total_seconds() if at is not None else _SLOW
        return min(wait, _SLOW) if wait > 0 else _HELD_BACK

    @contextlib.contextmanager
    def _watched(self, job: str) -> Iterator[None]:
        """The one place where a job's fault ends: the next tick tries again (house.md 6). Whoever loops waits by himself."""
        try:
            yield
        except StoreAway as error:
            maillog.store_away(job, str(error))
        except Exception:  # noqa: BLE001
            maillog.bug(job)


if TYPE_CHECKING:
    from apscheduler.schedulers.asyncio import AsyncIOScheduler
