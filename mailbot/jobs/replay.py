"""Reads stored mail again by other rules or another model, and decides on it as of then. Writes nothing, sends nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from mailbot.claims.case import Known, KnownCase
from mailbot.claims.decide import decide
from mailbot.claims.plain import from_plain
from mailbot.claims.policy import Policy
from mailbot.claims.replayed import Outcome, changes, outcome_of
from mailbot.claims.understanding import ReadMail
from mailbot.jobs.filing import ask_of
from mailbot.jobs.read_in_order import read_in_order
from mailbot.jobs.reading_room import ReadingRoom, ToRead
from mailbot.mail_in.authenticity import authentication
from mailbot.store import replaying
from mailbot.store.known import known_about
from mailbot.store.replaying import FiledMail

if TYPE_CHECKING:
    from mailbot.store.database import Database

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Replayed:
    """One mail: what was made of it then, and what would be made of it now."""

    mail: FiledMail
    before: Outcome
    after: Outcome

    @property
    def changes(self) -> dict[str, tuple[object, object]]:
        return changes(self.before, self.after)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The two policies to decide by. `authserv_ids`: whose Authentication-Results count, by mailbox."""

    db: Database
    before: Policy
    after: Policy
    authserv_ids: Mapping[str, str]

    def replay(self, room: ReadingRoom, since: datetime) -> Iterator[Replayed]:
        """Every filed mail since then, in its order. Errors: StoreAway."""
        waiting: list[FiledMail] = []
        for read in read_in_order(room, self._to_read(since, waiting)):
            yield self._replayed(waiting.pop(0), read)

    def _to_read(self, since: datetime, waiting: list[FiledMail]) -> Iterable[ToRead]:
        """The mails to be read; each is kept in `waiting`, without its bytes."""
        last = 0
        while True:
            with self.db.read() as conn:
                mails = replaying.filed_since(conn, since, last, AT_ONCE)
            if not mails:
                return
            for mail in mails:
                waiting.append(replace(mail, raw=b""))
                yield ToRead(mail.id, mail.raw, mail.received_at)
            last = mails[-1].id

    def _replayed(self, mail: FiledMail, read: ReadMail) -> Replayed:
        """Both readings meet the same knowledge, so that whatever differs is owed to the rules or the model."""
        then = from_plain(ReadMail, mail.read)
        return Replayed(mail, self._outcome(mail, then, self.before), self._outcome(mail, read, self.after))

    def _outcome(self, mail: FiledMail, read: ReadMail, policy: Policy) -> Outcome:
        known = self._known(mail, read, policy)
        ids = self.authserv_ids
        proof = authentication(read.mail, ids.get(mail.mailbox or "") or next(iter(ids.values()), None))
        at = mail.received_at
        decision = decide(read.mail, read.understanding, known, proof, policy, received_at=at, history=mail.history, now=mail.filed_at)
        return outcome_of(read, decision)

    def _known(self, mail: FiledMail, read: ReadMail, policy: Policy) -> Known:
        """What the store knew before this mail was filed: its own case and later ones are left out, and so are limits of letters."""
        with self.db.read() as conn:
            known = known_about(conn, [ask_of(mail.id, read, policy)], mail.filed_at)[0]

        def is_earlier(case: KnownCase | None) -> bool:
            return case is not None and case.opened_at < mail.filed_at

        return replace(
            known,
            by_reference=known.by_reference if is_earlier(known.by_reference) else None,
            by_number=tuple(filter(is_earlier, known.by_number)),
            by_sender=tuple(filter(is_earlier, known.by_sender)),
            alike=tuple(one for one in known.alike if is_earlier(one.case)),
            letters_to_sender_today=0,
            cases_of_sender_today=0,
        )
