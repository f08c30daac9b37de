"""When the database is away for long the operator hears of it straight through the courier, once an interval (decisions.md 9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mailbot import maillog
from mailbot.claims.errors import StoreAway
from mailbot.claims.letters import AlarmItem, AlarmLetter
from mailbot.claims.message import Address
from mailbot.claims.people import with_role

if TYPE_CHECKING:
    from mailbot.jobs.policy_of import Ground
    from mailbot.jobs.send_outbox import Post
    from mailbot.jobs.writing_desk import WritingDesk
    from mailbot.store.database import Database

ALARM_AFTER = timedelta(minutes=5)
ALARM_EVERY = timedelta(hours=1)


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
    told_at: datetime | None = None

    async def look(self, db: Database, now: datetime) -> None:
        """Look at the database; tell the operator when it has been away for `ALARM_AFTER`."""
        try:
            db.touch()
        except StoreAway as error:
            self.away_since = self.away_since or now
            if now - self.away_since >= ALARM_AFTER and (self.told_at is None or now - self.told_at >= ALARM_EVERY):
                self.told_at = now
                maillog.alarm("store_away", str(error))
                await self._tell(str(error), now)
            return
        self.away_since = self.told_at = None

    async def _tell(self, error: str, now: datetime) -> None:
        home = self.desk.home(None)
        if home is None:
            return
        letter = AlarmLetter((AlarmItem("store_away", error, self.away_since),))
        rows = []
        for person in with_role("operator", self.ground.policy):
            language = person.language if person.language in self.desk.languages else self.desk.languages[0]
            about = f"store_away:{person.id}:{now.isoformat()}"
            to = Address(person.name, person.addresses[0])
            row = self.desk.write(letter, home=home, to=to, about=about, n=1, dedupe_key=about, language=language, now=now)
            rows.append(_Bytes(row.raw, row.recipient, row.envelope_from))
        async for _sent in self.post.courier_for(None).send_all(rows):
            pass
