"""What stands below a person's digest: the daily sum, refused commands, spam, and what the operator should know."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from mailbot.claims.daily_sum import DailySum
from mailbot.claims.digest_notes import about_cases, sentence
from mailbot.claims.working_time import ONE_DAY, office_day, previous_working_day
from mailbot.rulebook.deadlines import overdue_review
from mailbot.rulebook.production_calendar import differences
from mailbot.store import commands, listing, watching
from mailbot.store import desk as desk_store

if TYPE_CHECKING:
    from mailbot.claims.policy import Person
    from mailbot.jobs.policy_of import Ground
    from mailbot.jobs.writing_desk import WritingDesk
    from mailbot.store.database import Connection

IN_HAND_FOR = timedelta(minutes=10)  # a mail shown so lately may still be on its way into the store
CALENDAR_AHEAD = timedelta(days=14)


def zone_of(person: Person, ground: Ground) -> tzinfo:
    return ZoneInfo(person.timezone) if person.timezone else ground.policy.office


def local_date(person: Person, ground: Ground, now: datetime) -> date:
    return now.astimezone(zone_of(person, ground)).date()


def refused(conn: Connection, person: Person, since: datetime, language: str) -> tuple[str, ...]:
    """Commands that came in her name and were not proven to be hers: nobody was answered, so she hears of them here (A3)."""
    count = commands.unproven_since(conn, since, person.id)
    return (*((sentence("refused_commands", language, count),) if count else ()), *_in_her_name(conn, person, since, language))


def _in_her_name(conn: Connection, person: Person, since: datetime, language: str) -> tuple[str, ...]:
    """Letters in her name that nothing proves: they are no answer to the customer, and either she or the operator can tell why."""
    found = commands.letters_in_name(conn, since, person.id)
    if not found:
        return ()
    numbers = [number for number in found if number]
    return (sentence("unproven_letters", language, len(found)), *about_cases("unproven_in", language, numbers))


def unheard(conn: Connection, desk: WritingDesk, since: datetime, language: str) -> tuple[str, ...]:
    """Somebody tried to command, and it cannot work: the operator hears why."""
    if desk.takes_commands or not commands.unproven_since(conn, since):
        return ()
    return (sentence("no_authserv", language),)


def spam(conn: Connection, now: datetime, language: str) -> tuple[str, ...]:
    """Shown as a count, so that a claim among it can be found (behaviour.md 1)."""
    count = desk_store.count_spam(conn, now - ONE_DAY)
    return (sentence("spam", language, count),) if count else ()


def daily(conn: Connection, person: Person, ground: Ground, now: datetime) -> DailySum:
    """The sums since the digest's hour on the working day before, so that no night and no weekend falls between two lines."""
    zone = zone_of(person, ground)
    day = previous_working_day(local_date(person, ground, now) - ONE_DAY, ground.policy.calendar)
    since = datetime.combine(day, time(ground.settings.digest.hour), tzinfo=zone).astimezone(UTC)
    where = watching.whereabouts(conn, since, now, now - IN_HAND_FOR)
    letters = listing.daily_sum(conn, since, now).letters
    filed = {**where.filed, **({"in_hand": where.in_hand} if where.in_hand else {})}
    return DailySum(
        shown=sum(filed.values()) + where.missing,
        filed=filed,
        sent=letters.get("sent", 0),
        refused=letters.get("refused", 0),
        waiting=sum(letters.get(state, 0) for state in ("held", "due", "sending", "unknown")),
    )


def for_operator(ground: Ground, person: Person, now: datetime) -> tuple[str, ...]:
    """What concerns the program itself (decisions.md 16, 31)."""
    calendar, language, own = ground.policy.calendar, person.language, ground.settings.files.rules
    today = office_day(now, ground.policy.office)
    ahead = office_day(now + CALENDAR_AHEAD, ground.policy.office)
    years = sorted({day.year for day in (today, ahead) if calendar.is_provisional(day)})
    review = overdue_review(own, today)
    return (
        *((sentence("rehearsal", language),) if ground.policy.rehearsal else ()),
        *(sentence("provisional", language, year) for year in years),
        *differences(own, range(today.year, ahead.year + 1)),
        *((review,) if review else ()),
    )
