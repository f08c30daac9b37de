"""Mail in the name of our people that nothing proves: kept where it can be seen, and told to the operator, one letter an hour (A3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mailbot import maillog
from mailbot.claims.letters import AlarmItem, AlarmLetter
from mailbot.claims.message import Kind
from mailbot.claims.people import people_for
from mailbot.store import cases, commands, outbox, watching
from mailbot.store import desk as desk_store

if TYPE_CHECKING:
    from mailbot.claims.policy import Policy
    from mailbot.jobs.case_book import Entry
    from mailbot.jobs.policy_of import Ground
    from mailbot.jobs.writing_desk import WritingDesk
    from mailbot.store.commands import Unproven
    from mailbot.store.database import Connection, Database

INTERVAL = timedelta(hours=1)
LOOKED_BACK = timedelta(hours=24)  # what is older stands in the digests
_NAMES = 10
_KEY = "alarm:unproven:"


def keep_unproven(conn: Connection, policy: Policy, entry: Entry, case_id: int | None, now: datetime) -> None:
    """Note a letter that is no command: the person in whose name it came reads of it, and the case's history says what it is not."""
    said, decision = entry.read.mail, entry.decision
    if not decision.unproven or decision.kind is Kind.COMMAND or decision.history or entry.mail.mailbox is None:
        return
    person = policy.person_at(said.from_.address) if said.from_ is not None else None
    key = said.content_key or f"received {entry.mail.id}"
    noted = commands.take(conn, key, entry.mail.id, person.id if person is not None else "", 0, now)
    if noted is None:
        return
    commands.settle(conn, noted, "refused", why=commands.LETTER, case_id=case_id)
    if case_id is not None:
        name = person.name if person is not None else "a colleague"
        why = f"A letter in the name of {name}: nothing proves its sender, it is no answer of ours."
        cases.event(conn, case_id, now, cases.MAILBOT, "unproven", why, entry.mail.id)


def tell_unproven(db: Database, ground: Ground, desk: WritingDesk, now: datetime) -> int:
    """One letter to the operator about all that came since the last; the first at once. Returns how many. Errors: StoreAway.

    Where nobody vouches for senders there is nothing to tell: the digest says what to configure.
    """
    if not desk.takes_commands:
        return 0
    with db.read() as conn:
        if not _untold(conn, now):
            return 0
    with db.write() as conn:
        desk_store.alone(conn, "unproven")
        found = _untold(conn, now)
        queued = outbox.queue(conn, _letters(ground.policy, desk, found, now), now) if found else []
    if queued:
        maillog.alarm("unproven", f"mails in a colleague's name: {len(found)}")
        maillog.letters_queued("alarms", len(queued))
    return len(queued)


def _untold(conn: Connection, now: datetime) -> list[Unproven]:
    """What the operator has not heard of; nothing where he heard of others within the interval."""
    told = {key: at for key, at in watching.alarms_told(conn, now - LOOKED_BACK).items() if key.startswith(_KEY)}
    if any(now - INTERVAL < at <= now for at in told.values()):
        return []
    last = max((int(key.removeprefix(_KEY).partition(":")[0]) for key in told), default=0)
    return commands.unproven_after(conn, last, now - LOOKED_BACK)


def _letters(policy: Policy, desk: WritingDesk, found: Sequence[Unproven], now: datetime) -> list[outbox.NewLetter]:
    letter = AlarmLetter((AlarmItem("unproven", _told(policy, found), found[0].at),))
    operators = people_for(["operator"], policy)
    rows = [desk.to_person(letter, person, dedupe_key=f"{_KEY}{found[-1].id}:{person.id}", now=now) for person in operators]
    return [row for row in rows if row is not None]


def _told(policy: Policy, found: Sequence[Unproven]) -> str:
    """How many, in whose name, and of which cases: no word of the mails themselves."""
    names = {person.id: person.name for person in policy.people}
    by_name = Counter(names.get(one.person, one.person) or "?" for one in found)
    numbers = list(dict.fromkeys(one.number for one in found if one.number))
    whose = ", ".join(f"{name} {count}" for name, count in by_name.most_common(_NAMES))
    about = ", ".join(numbers[:_NAMES]) + (" …" if len(numbers) > _NAMES else "")
    return f"{len(found)} ({whose})" + (f"; № {about}" if about else "")
