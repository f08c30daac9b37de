"""Moves the clock from one instant at which something happens to the next, and lets the daemon's parts work until all is quiet."""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import select

from mailbot.claims.plain import to_plain
from mailbot.config import load_settings
from mailbot.daemon import Parts, open_parts
from mailbot.store import outbox, tables
from tests.simulate import days
from tests.simulate.post import PostOffice, post_office
from tests.simulate.record import Mail, Record

if TYPE_CHECKING:
    from mailbot.jobs.fetch_mail import MailboxFetcher
    from mailbot.jobs.file_mail import MailFiler
    from tests.simulate.customers import Customer

_FETCHED_WITHIN = 60  # seconds of our own clock
_MOST_TURNS = 50  # of one instant; more would mean that two robots write to each other
_EXPORTED = ("cases", "received", "outbox", "escalated", "commands", "clocks", "events")
_LEFT_OUT = {"raw", "read", "decision", "changes", "trace"}


class Actor(Protocol):
    """Somebody with a mailbox."""

    def take(self, letter: Mail) -> None: ...


@dataclass
class World:
    """The people by address, what is to happen when, and the parts of the daemon."""

    parts: Parts
    post: PostOffice
    filer: MailFiler
    fetchers: list[MailboxFetcher]
    runner: asyncio.Runner
    clock: MovedClock
    dice: random.Random
    actors: dict[str, Actor] = field(default_factory=dict)
    besides: list[Mail] = field(default_factory=list)
    nowhere: list[Mail] = field(default_factory=list)  # letters to an address that nobody has
    instants: int = 0
    taken_in: int = 0  # mails that the daemon has stored
    _agenda: list[tuple[datetime, int, Callable[[], None] | None]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=itertools.count)
    _ids: Iterator[int] = field(default_factory=itertools.count)
    _due: set[datetime] = field(default_factory=set)

    @property
    def now(self) -> datetime:
        return self.clock.now

    def new_id(self, address: str) -> str:
        return f"s{next(self._ids)}@{address.rpartition('@')[2]}"

    def customer_at(self, address: str) -> Customer | None:
        """The customer of this address who claimed something: what a person would know who reads his letter."""
        from tests.simulate.customers import Customer

        actor = self.actors.get(address.casefold())
        return actor if isinstance(actor, Customer) else None

    def plan(self, at: datetime, action: Callable[[], None] | None) -> None:
        """Something to happen at that instant; None only winds the clocks of the program. What is past happens next."""
        heapq.heappush(self._agenda, (max(at, self.now), next(self._order), action))

    def after(self, wait: timedelta, action: Callable[[], None]) -> None:
        self.plan(self.now + wait, action)

    def live(self, until: datetime, progress: Callable[[date], None] = lambda day: None) -> None:
        """Until nothing is left before `until`."""
        shown = None
        while self._agenda and self._agenda[0][0] < until:
            self.clock.now = self._agenda[0][0]
            self.instants += 1
            ticks = False
            while self._agenda and self._agenda[0][0] <= self.now:
                _, _, action = heapq.heappop(self._agenda)
                if action is None:
                    ticks = True
                else:
                    action()
            self._settle(ticks=ticks)
            if (day := days.local_day(self.now)) != shown:
                shown = day
                progress(day)

    def _settle(self, *, ticks: bool) -> None:
        """Fetch, file, tick and send until nothing more happens at this instant."""
        for _ in range(_MOST_TURNS):
            busy = self._take_in()
            if ticks:
                for tick in self.parts.ticks().values():
                    tick(self.now)
                ticks = False
            while self.runner.run(self.parts.send()):
                busy = True
            self._hand_over()
            if not busy and not self.post.unseen:
                break
        else:
            raise AssertionError(f"{self.now}: no end of letters at this instant")
        self._plan_next_letter()

    def _take_in(self) -> bool:
        if not self.post.unseen:
            return False
        self.post.unseen = False
        until = monotonic() + _FETCHED_WITHIN
        while self.taken_in < len(self.post.incoming):
            assert monotonic() < until, f"{self.now}: {len(self.post.incoming)} mails were laid down and {self.taken_in} fetched"
            self.taken_in += sum(fetcher.look() for fetcher in self.fetchers)
        self.filer.run_dry()
        return True

    def _hand_over(self) -> None:
        for letter in self.post.take_fresh():
            actor = self.actors.get(letter.to)
            if actor is None:
                self.nowhere.append(letter)
            else:
                actor.take(letter)

    def _plan_next_letter(self) -> None:
        with self.parts.db.read() as conn:
            at = outbox.next_due_at(conn)
        if at is not None and at > self.now and at not in self._due:
            self._due.add(at)
            self.plan(at, lambda: None)

    def wind(self, first: date, last: date) -> None:
        """The program's clocks are looked at each full hour of the day, each sixth at night and on days off."""
        instant = datetime.combine(first, time(0), tzinfo=days.OFFICE).astimezone(UTC)
        until = datetime.combine(last + days.ONE_DAY, time(0), tzinfo=days.OFFICE).astimezone(UTC)
        while instant < until:
            local = instant.astimezone(days.OFFICE)
            if local.hour % 6 == 0 or (8 <= local.hour < 19 and days.is_working(local.date())):
                self.plan(instant, None)
            instant += timedelta(hours=1)

    def record(self, began: datetime, people: tuple[dict[str, Any], ...]) -> Record:
        with self.parts.db.read() as conn:
            store = {name: _rows(conn, name) for name in _EXPORTED if name in tables.metadata.tables}
        return Record(began, self.now, people, self.post.incoming, self.post.letters, self.besides, store)


@dataclass(slots=True)
class MovedClock:
    now: datetime

    def __call__(self) -> datetime:
        return self.now


@contextlib.contextmanager
def open_world(folder: Path, configure: Callable[[Path, PostOffice], Path], begins: datetime, seed: int, fate: Callable[[str], str]) -> Iterator[World]:
    """The servers and the daemon's parts over a fresh database in `folder`, the clock at `begins`."""
    clock = MovedClock(begins)
    with post_office("claims@firma.example", clock, fate) as post:
        settings = load_settings(configure(folder, post))
        with open_parts(settings, f"sqlite:///{folder}/store.db", clock) as parts, parts.room() as room, asyncio.Runner() as runner:
            world = World(parts, post, parts.filer(room), parts.fetchers(lambda: None), runner, clock, random.Random(seed))
            for fetcher in world.fetchers:
                fetcher.look()  # the mailbox is connected: what comes from now on is live
            yield world
            for fetcher in world.fetchers:
                fetcher.close()
            for courier in set(parts.post.couriers.values()):
                runner.run(courier.close())


def _rows(conn: Any, table: str) -> list[dict[str, Any]]:
    columns = [column for column in tables.metadata.tables[table].c if column.name not in _LEFT_OUT]
    return [to_plain(dict(row)) for row in conn.execute(select(*columns)).mappings()]
