"""The week for those who answer for the deadlines (M8): once a person and week, on the first working day from the set one on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mailbot import maillog
from mailbot.claims.figures import figures, trend
from mailbot.claims.report_letters import WeeklyLetter
from mailbot.jobs.apart import each
from mailbot.jobs.counting import counted, trend_from, week_before
from mailbot.jobs.find_recurring import standing
from mailbot.jobs.morning_notes import local_date, zone_of
from mailbot.store import desk as desk_store
from mailbot.store import outbox
from mailbot.store.anchor import cast_anchor

if TYPE_CHECKING:
    from mailbot.claims.policy import Person
    from mailbot.jobs.policy_of import Ground
    from mailbot.jobs.writing_desk import WritingDesk
    from mailbot.store.database import Connection, Database

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_OPEN_FOR = timedelta(hours=9)  # of the morning: after it a letter waits for no day


def write_weekly(db: Database, ground: Ground, desk: WritingDesk, now: datetime, *, force: bool = False) -> int:
    """Queue the weekly letters that are due; returns how many. `force`: whatever day it is; once a person and week all the same.

    A week in which nothing came, nothing was open and nothing ended is passed over. Errors: StoreAway.
    """
    first, _ = week_before(now, ground)
    due = {f"weekly:{person.id}:{first:%G-W%V}": person for person in _readers(ground) if force or _is_time(person, ground, now)}
    if not due or desk.home(None) is None:
        return 0
    with db.read() as conn:
        there = desk_store.letters_by_key(conn, due)
        due = {key: person for key, person in due.items() if key not in there}
        letter = weekly_letter(conn, ground, now) if due else None
    if letter is None or not (letter.figures.came or letter.figures.open or letter.figures.closed):
        return 0
    anchor = cast_anchor(db)
    maillog.record_anchored(str(anchor))
    letter = replace(letter, anchor=str(anchor))
    rows = each(
        due.items(),
        lambda entry: desk.to_person(_to(letter, entry[1]), entry[1], dedupe_key=entry[0], now=now),
        lambda entry: f"the weekly letter of {entry[1].id}",
    )
    with db.write() as conn:
        queued = outbox.queue(conn, [row for row in rows if row is not None], now)
    if queued:
        maillog.letters_queued("weekly letters", len(queued))
    return len(queued)


def weekly_letter(conn: Connection, ground: Ground, now: datetime) -> WeeklyLetter:
    """The last week that is over, compared with the one before it; to nobody yet. Errors: StoreAway."""
    first, last = week_before(now, ground)
    cases, office, week = counted(conn, ground, trend_from(last), last), ground.policy.office, timedelta(weeks=1)
    return WeeklyLetter(
        person_name="",
        first=first,
        last=last,
        figures=figures(cases, first, last, office, now),
        before=figures(cases, first - week, last - week, office, now),
        trend=trend(cases, last, office, now),
        people={person.id: person.name for person in ground.policy.people},
        recurring=tuple(one.cluster for one in standing(conn, ground, now)),
    )


def _to(letter: WeeklyLetter, person: Person) -> WeeklyLetter:
    return replace(letter, person_name=person.name)


def _readers(ground: Ground) -> tuple[Person, ...]:
    """Who has one of the roles that get it; in rehearsal of those the operators only."""
    roles = set(ground.settings.weekly.role)
    people = tuple(person for person in ground.policy.people if roles & set(person.roles))
    return tuple(person for person in people if "operator" in person.roles) if ground.policy.rehearsal else people


def _is_time(person: Person, ground: Ground, now: datetime) -> bool:
    """The first working day from the set weekday on, in the morning of her own zone."""
    weekly, day = ground.settings.weekly, local_date(person, ground, now)
    local = now.astimezone(zone_of(person, ground))
    since = (day.weekday() - DAYS.index(weekly.day)) % 7
    works = ground.policy.calendar.is_working_day
    sooner = any(works(day - timedelta(days=back)) for back in range(1, since + 1))
    begins = local.replace(hour=weekly.hour, minute=0, second=0, microsecond=0)
    return works(day) and not sooner and begins <= local < begins + _OPEN_FOR
