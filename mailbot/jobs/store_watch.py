"""When the database is away for long, or its clock another, the operator hears of it through the courier (decisions.md 7, 9)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mailbot import maillog
from mailbot.claims.errors import StoreAway
from mailbot.claims.letters import AlarmItem, AlarmLetter
from mailbot.claims.message import Address
from mailbot.claims.people import people_for
from mailbot.store.health import clock_of

if TYPE_CHECKING:
    from mailbot.claims.policy import Person
    from mailbot.jobs.policy_of import Ground
    from mailbot.jobs.send_outbox import Post
    from mailbot.jobs.writing_desk import Home, WritingDesk
    from mailbot.store.database import Database

ANSWERS_WITHIN = 20.0  # seconds
ALARM_AFTER = timedelta(minutes=5)
ALARM_EVERY = timedelta(hours=1)
MOST_SKEW = timedelta(seconds=30)  # decisions.md 7: leases are counted by the daemon's clock


@dataclass(frozen=True, slots=True)
class _Bytes:
    """A letter that has no outbox row, since there is no outbox."""

    raw: bytes
    to: str
    envelope_from: str


@dataclass(slots=True)
class StoreWatch:
    desk: WritingDesk
    ground: Ground
    post: Post
    away_since: datetime | None = None
    told: dict[str, datetime] = field(default_factory=dict)  # what the operator was told, and when
    _asked: asyncio.Task[timedelta] | None = None

    async def look(self, db: Database, clock: Callable[[], datetime]) -> None:
        """Look at the database; tell the operator when it has been away for `ALARM_AFTER`, or when its clock is another than ours."""
        try:
            skew = await self._answer(db, clock)
        except StoreAway as error:
            self.away_since = self.away_since or clock()
            if clock() - self.away_since >= ALARM_AFTER:
                await self._alarm(AlarmItem("store_away", str(error), self.away_since), clock())
            return
        self.away_since = None
        self.told.pop("store_away", None)
        if skew > MOST_SKEW:
            detail = f"{skew.total_seconds():.0f} s between the database's clock and this machine's"
            await self._alarm(AlarmItem("clock", detail), clock())

    async def _answer(self, db: Database, clock: Callable[[], datetime]) -> timedelta:
        """Its clock against ours. One that says nothing at all is away too, and is not asked again before it has answered."""
        if self._asked is None or self._asked.done():
            self._asked = asyncio.create_task(asyncio.to_thread(_skew, db, clock))
        answered, _ = await asyncio.wait({self._asked}, timeout=ANSWERS_WITHIN)
        if not answered:
            raise StoreAway("the database does not answer")
        return await self._asked

    async def _alarm(self, item: AlarmItem, now: datetime) -> None:
        last = self.told.get(item.what)
        if last is not None and now - last < ALARM_EVERY:
            return
        self.told[item.what] = now
        maillog.alarm(item.what, item.detail)
        home = self.desk.home(None)
        if home is None:
            return
        rows = [self._bytes(item, home, person, now) for person in people_for(["operator"], self.ground.policy)]
        async for _sent in self.post.courier_for(None).send_all(rows):
            pass

    def _bytes(self, item: AlarmItem, home: Home, person: Person, now: datetime) -> _Bytes:
        language = person.language if person.language in self.desk.languages else self.desk.languages[0]
        about = f"{item.what}:{person.id}:{now.isoformat()}"
        to = Address(person.name, person.addresses[0])
        row = self.desk.write(AlarmLetter((item,)), home=home, to=to, about=about, n=1, dedupe_key=about, language=language, now=now)
        return _Bytes(row.raw, row.recipient, row.envelope_from)


def _skew(db: Database, clock: Callable[[], datetime]) -> timedelta:
    """How far the database's clock is from ours, the time it took to answer aside. Errors: StoreAway."""
    db.touch()  # SQLite has no clock to be asked for
    before = clock()
    at = clock_of(db, before)
    return max(before - at, at - clock(), timedelta(0))
