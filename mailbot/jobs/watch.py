"""Looks for what no mail would tell: a mailbox that is away or silent, letters that do not leave, mails that lie. Tells the operator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from mailbot import maillog
from mailbot.claims.letters import AlarmItem, AlarmLetter
from mailbot.claims.people import people_for
from mailbot.claims.working_time import office_time_between
from mailbot.store import commands, mailboxes, outbox, record, watching
from mailbot.store import desk as desk_store
from mailbot.store.anchor import cast_anchor

if TYPE_CHECKING:
    from mailbot.claims.policy import Policy
    from mailbot.jobs.policy_of import Ground
    from mailbot.jobs.writing_desk import WritingDesk
    from mailbot.store.database import Connection, Database
    from mailbot.store.outbox import NewLetter
    from mailbot.store.watching import Waiting

AWAY_FOR = timedelta(minutes=15)
UNSENT_FOR = timedelta(hours=1)
FRUITLESS_FOR = timedelta(minutes=15)
UNFILED_FOR = timedelta(minutes=10)
AGAIN_AFTER = timedelta(hours=1)  # an alarm that ended and came back
REPEAT_AFTER = timedelta(hours=24)  # one that lasts

# silence: no mail for two working days, and for five times the longest pause of the last 30 days, both in office hours
SILENT_WORKING_DAYS = 2
SILENT_TIMES = 5
HISTORY_FOR = timedelta(days=30)
REFUSED_WITHIN = timedelta(hours=1)
ANCHORED_EVERY = timedelta(days=1)
RECORD_FOR = timedelta(days=2)  # the events of older cases are looked at by `mailbot check`
_ANCHORED, _LOOKED = "record anchored", "record looked at"  # noted as minutes
_SKEW = timedelta(minutes=5)  # between the clocks of two machines
_FEW = 5  # mails in 30 days that tell nothing of a usual pause
_NAMES = 10
_REFUSED = "signing in as"  # words of mail_in.imap_faults.SignInRefused: waiting would not mend it
_UNITS = {  # what is counted; the number follows, so that one and many read alike
    "ack_stuck": "acknowledgements not sent",
    "unsent": "letters not sent",
    "smtp_away": "letters tried in vain",
    "quarantine": "mails nobody could read",
    "sums": "mails stored and not filed",
}


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing that is wrong: `subject` tells it from others of its kind (a mailbox's name, else "all")."""

    what: str
    subject: str
    detail: str
    since: datetime | None = None

    @property
    def key(self) -> str:
        return f"alarm:{self.what}:{self.subject}:"

    @property
    def item(self) -> AlarmItem:
        return AlarmItem(self.what, self.detail, self.since)


@dataclass(slots=True)
class WatchState:
    """What this process saw when it looked last: tells an alarm that lasts from one that came back. None before the first look."""

    lasting: frozenset[str] | None = None
    silent: tuple[Alarm, ...] = field(default=())
    silence_looked_at: datetime | None = None
    record: tuple[Alarm, ...] = field(default=())
    record_looked_at: datetime | None = None
    anchored_at: datetime | None = None


def watch(db: Database, ground: Ground, desk: WritingDesk, state: WatchState, now: datetime) -> list[AlarmItem]:
    """Everything that is wrong now. The operator is written to once an hour at most about each thing, daily while it lasts.

    Errors: StoreAway.
    """
    with db.read() as conn:
        if state.lasting is None:
            _recall(conn, state)
        looked_at = state.record_looked_at
        found = _wrong(conn, ground, state, now)
        told = _told(conn, now)
    fresh = [alarm for alarm in found if _is_to_be_told(alarm, told, state, now)]
    if fresh:
        _tell(db, ground, desk, fresh, now)
    state.lasting = frozenset(alarm.key for alarm in found)
    if _anchor(db, state, now) or (state.record_looked_at != looked_at and not state.record):
        _note(db, state)
    return [alarm.item for alarm in found]


def health(db: Database, ground: Ground, now: datetime) -> list[AlarmItem]:
    """Everything that is wrong now, telling nobody. Errors: StoreAway."""
    with db.read() as conn:
        return [alarm.item for alarm in _wrong(conn, ground, WatchState(), now)]


def _wrong(conn: Connection, ground: Ground, state: WatchState, now: datetime) -> list[Alarm]:
    letters = (*_letters(conn, now), *_bounces(conn, ground, now))
    mails = (*_commands(conn, ground, now), *_floods(conn, now), *_mails(conn, now))
    return [*_mailboxes(conn, ground, now), *letters, *mails, *_silence(conn, ground, state, now), *_record(conn, state, now)]


def _told(conn: Connection, now: datetime) -> dict[str, datetime]:
    """When each alarm was last written about, by its key. Those of a time to come (the clock was set back) do not count."""
    last: dict[str, datetime] = {}
    for key, at in watching.alarms_told(conn, now - REPEAT_AFTER - AGAIN_AFTER).items():
        name = ":".join(key.split(":")[:3]) + ":"
        if at <= now + _SKEW and at > last.get(name, datetime.min.replace(tzinfo=UTC)):
            last[name] = at
    return last


def _is_to_be_told(alarm: Alarm, told: dict[str, datetime], state: WatchState, now: datetime) -> bool:
    """After a restart an alarm that was told within a day is taken to have lasted."""
    at = told.get(alarm.key)
    lasts = state.lasting is None or alarm.key in state.lasting
    if at is None:  # never; or told to the log only, since there is nobody to write to
        return state.lasting is None or not lasts
    return now - at >= (REPEAT_AFTER if lasts else AGAIN_AFTER)


def _tell(db: Database, ground: Ground, desk: WritingDesk, alarms: Sequence[Alarm], now: datetime) -> None:
    with db.write() as conn:
        desk_store.alone(conn, "watch")
        told = _told(conn, now)
        new = [alarm for alarm in alarms if alarm.key not in told or now - told[alarm.key] >= AGAIN_AFTER]
        letters = [letter for alarm in new for letter in _written(desk, ground.policy, alarm, now)]
        queued = outbox.queue(conn, letters, now)
    for alarm in new:
        maillog.alarm(alarm.what, alarm.detail)
    if queued:
        maillog.letters_queued("alarms", len(queued))


def _written(desk: WritingDesk, policy: Policy, alarm: Alarm, now: datetime) -> list[NewLetter]:
    letter, hour = AlarmLetter((alarm.item,)), now.astimezone(UTC).strftime("%Y-%m-%dT%H")
    rows = [
        desk.to_person(letter, person, dedupe_key=f"{alarm.key}{hour}:{person.id}", now=now) for person in people_for(["operator"], policy)
    ]
    return [row for row in rows if row is not None]


def _mailboxes(conn: Connection, ground: Ground, now: datetime) -> list[Alarm]:
    """Away for a quarter of an hour; a sign-in that is refused at once, since no waiting mends it."""
    names = {box.name for box in ground.settings.mailbox}
    return [
        Alarm("mailbox_away", name, f"{name}: {failure}", since)
        for name, since, failure in mailboxes.failing(conn, now)
        if name in names and (now - since >= AWAY_FOR or _REFUSED in failure)
    ]


def _letters(conn: Connection, now: datetime) -> list[Alarm]:
    """Acknowledgements that should have left, other letters that wait or need a person, and a server that takes nothing."""
    waits = {
        "ack_stuck": watching.unsent_acknowledgements(conn, now - UNSENT_FOR, _NAMES),
        "unsent": watching.unsent_others(conn, now - UNSENT_FOR, _NAMES),
        "smtp_away": watching.fruitless_since(conn, now, now - FRUITLESS_FOR),
    }
    return [alarm for what, waiting in waits.items() if (alarm := _of(what, "all", waiting)) is not None]


def _bounces(conn: Connection, ground: Ground, now: datetime) -> list[Alarm]:
    """So many letters come back that the automatic ones wait."""
    back = outbox.come_back(conn, ground.policy.limits.bounced_percent, ground.policy.free_mail_domains, now)
    return [Alarm("bounces", "all", f"automatic letters that came back within an hour: {back}")] if back else []


def _commands(conn: Connection, ground: Ground, now: datetime) -> list[Alarm]:
    """Whose proven mails are refused so often that she is no longer answered: her program errs, or somebody else holds her mailbox."""
    by_person, most = commands.refused_by(conn, now - REFUSED_WITHIN), ground.policy.limits.refusals_answered_per_hour
    counts = {person.id: by_person.get(person.id, 0) for person in ground.policy.people}
    return [Alarm("refusals", who, f"{who}: {count} within an hour") for who, count in counts.items() if count > most]


def _floods(conn: Connection, now: datetime) -> list[Alarm]:
    """An address that writes more claims in a day than a person does."""
    found = watching.floods(conn, now - REPEAT_AFTER)
    return [Alarm("flood", number, f"{number}: {count} letters", since) for number, count, since in found]


def _mails(conn: Connection, now: datetime) -> list[Alarm]:
    """Mails nobody could read, mails that are stored and not filed, and mails that were shown and are nowhere."""
    nowhere = watching.whereabouts(conn, now - REPEAT_AFTER, now, now - UNFILED_FOR).missing
    found = [
        _of("quarantine", "all", watching.in_quarantine(conn)),
        _of("sums", "unfiled", watching.unfiled(conn, now - UNFILED_FOR)),
        Alarm("sums", "missing", f"mails shown and not stored: {nowhere}") if nowhere else None,
    ]
    return [alarm for alarm in found if alarm is not None]


def _of(what: str, subject: str, waiting: Waiting) -> Alarm | None:
    """Numbers and states only: the detail goes to the log too."""
    if not waiting.count:
        return None
    named = f" ({'; '.join(waiting.names)}{'; …' if waiting.count > len(waiting.names) else ''})" if waiting.names else ""
    return Alarm(what, subject, f"{_UNITS[what]}: {waiting.count}{named}", waiting.since)


def _silence(conn: Connection, ground: Ground, state: WatchState, now: datetime) -> tuple[Alarm, ...]:
    """Looked at once an hour: it counts days."""
    if _is_time(state.silence_looked_at, now):
        away = {name for name, _, _ in mailboxes.failing(conn, now)}
        names = [box.name for box in ground.settings.mailbox if box.name not in away]
        found = [(name, _silent_since(conn, name, ground.policy, now)) for name in names]
        state.silent = tuple(Alarm("silent", name, name, since) for name, since in found if since is not None)
        state.silence_looked_at = now
    return state.silent


def _record(conn: Connection, state: WatchState, now: datetime) -> tuple[Alarm, ...]:
    """Cases in which something happened lately, whose record is not as it was written; looked at once an hour."""
    if _is_time(state.record_looked_at, now):
        looked = record.look_at_latest(conn, now - RECORD_FOR)
        state.record = (Alarm("record", "all", f"cases: {len(looked.breaks)} ({looked.named})"),) if looked.breaks else ()
        state.record_looked_at = now
    return state.record


def _anchor(db: Database, state: WatchState, now: datetime) -> bool:
    """Once a day into the log, which others keep. True where it was done now."""
    if state.anchored_at is not None and timedelta(0) <= now - state.anchored_at < ANCHORED_EVERY:
        return False
    maillog.record_anchored(str(cast_anchor(db)))
    state.anchored_at = now
    return True


def _recall(conn: Connection, state: WatchState) -> None:
    """When other processes did what reads the whole record: `run --once` from a crontab is a new one each minute."""
    at = {name: datetime.fromtimestamp(minute * 60, UTC) for name, minute in desk_store.noted(conn, [_ANCHORED, _LOOKED]).items()}
    state.anchored_at, state.record_looked_at = at.get(_ANCHORED), at.get(_LOOKED)


def _note(db: Database, state: WatchState) -> None:
    """What was found broken is not noted as looked at: each process that comes finds it again, and the alarm lasts."""
    done = {_ANCHORED: state.anchored_at, _LOOKED: state.record_looked_at if not state.record else None}
    with db.write() as conn:
        for name, at in done.items():
            if at is not None:
                desk_store.note(conn, name, int(at.timestamp()) // 60)


def _is_time(looked_at: datetime | None, now: datetime) -> bool:
    """Never looked at, or an hour ago, or in a time to come (the clock was set back)."""
    return looked_at is None or not timedelta(0) <= now - looked_at < AGAIN_AFTER


def _silent_since(conn: Connection, mailbox: str, policy: Policy, now: datetime) -> datetime | None:
    """Since when a mailbox is silent, where that is longer than its own history explains; None where it is not, or nobody can say."""
    last = watching.last_mail(conn, mailbox)
    if last is None or now <= last:
        return None
    calendar, office = policy.calendar, policy.office
    silent = office_time_between(last, now, calendar, office)
    day = timedelta(hours=calendar.closes.hour - calendar.opens.hour, minutes=calendar.closes.minute - calendar.opens.minute)
    if silent <= SILENT_WORKING_DAYS * day:
        return None
    came = watching.arrivals(conn, mailbox, last - HISTORY_FOR)
    if len(came) < _FEW:
        return None
    longest = max(office_time_between(one, other, calendar, office) for one, other in pairwise(came))
    return last if silent > SILENT_TIMES * longest else None
