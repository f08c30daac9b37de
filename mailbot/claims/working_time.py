"""Counts working days and office hours. Pure: the calendar and the office zone are arguments, days are dates, instants aware UTC."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from mailbot.claims.work_calendar import WorkCalendar

ONE_DAY = timedelta(days=1)
ZERO = timedelta(0)
LAST_SECOND = time(23, 59, 59)
_SEARCH_DAYS = 3660  # ten years: a calendar in which no day is worked is a fault of set-up, not a reason to loop for ever


def office_day(at: datetime, office: tzinfo) -> date:
    """The date on the office's wall at an instant: a mail after closing time still belongs to it (domain.md 2.2.5)."""
    return at.astimezone(office).date()


def end_of_day(day: date, office: tzinfo) -> datetime:
    """23:59:59 of `day` in the office zone, as a UTC instant (ГК 194: in time until 24:00). The later one where the clock is set back."""
    return datetime.combine(day, LAST_SECOND, tzinfo=office).replace(fold=1).astimezone(UTC)


def add_working_days(day: date, amount: int, calendar: WorkCalendar) -> date:
    """The `amount`-th working day strictly after `day` (ГК 191: day one is the day after). `amount` ≥ 1, else ValueError."""
    if amount < 1:
        raise ValueError(f"a term counts at least one working day, not {amount}")
    days = _working_days_after(day, calendar)
    for _ in range(amount - 1):
        next(days)
    return next(days)


def next_working_day(day: date, calendar: WorkCalendar) -> date:
    """`day` itself if it is worked, else the first working day after it (ГК 193)."""
    return day if calendar.is_working_day(day) else add_working_days(day, 1, calendar)


def previous_working_day(day: date, calendar: WorkCalendar) -> date:
    """`day` itself if it is worked, else the last working day before it: what we plan for (domain.md 2.2.2)."""
    for back in range(_SEARCH_DAYS):
        earlier = day - back * ONE_DAY
        if calendar.is_working_day(earlier):
            return earlier
    raise ValueError(f"the calendar has no working day in the ten years before {day}")


def working_days_between(first: date, last: date, calendar: WorkCalendar) -> int:
    """How many working days lie in first…last, both included; 0 when last is before first."""
    return sum(calendar.is_working_day(first + n * ONE_DAY) for n in range((last - first).days + 1))


def office_hours(day: date, calendar: WorkCalendar, office: tzinfo) -> tuple[datetime, datetime] | None:
    """When the office opens and closes on `day`, as UTC instants; None on a day off. A short day closes earlier."""
    if not calendar.is_working_day(day):
        return None
    return _hours(day, calendar.opens, calendar.closes, calendar.short_by_minutes if day in calendar.short else 0, office)


@lru_cache(maxsize=4096)
def _hours(day: date, opens_at: time, closes_at: time, short_by: int, office: tzinfo) -> tuple[datetime, datetime]:
    """Kept, since each round of escalations asks for the same days of every open case."""
    opens = datetime.combine(day, opens_at, tzinfo=office).astimezone(UTC)
    closes = datetime.combine(day, closes_at, tzinfo=office).astimezone(UTC) - timedelta(minutes=short_by)
    return opens, max(opens, closes)


def next_opening(at: datetime, calendar: WorkCalendar, office: tzinfo) -> datetime:
    """`at` itself within office hours, else the instant at which the office opens next: nobody is written to at midnight."""
    for opens, closes in _openings(at, at + _SEARCH_DAYS * ONE_DAY, calendar, office):
        if at < closes:
            return max(at, opens)
    raise ValueError(f"the calendar has no working day in the ten years after {at}")


def office_time_between(start: datetime, end: datetime, calendar: WorkCalendar, office: tzinfo) -> timedelta:
    """Office time that passes from `start` to `end`; zero when end is not after start."""
    return sum((max(ZERO, min(closes, end) - max(opens, start)) for opens, closes in _openings(start, end, calendar, office)), ZERO)


def add_office_time(start: datetime, amount: timedelta, calendar: WorkCalendar, office: tzinfo) -> datetime:
    """The instant at which `amount` of office time has passed since `start`. `amount` > 0, else `start` itself."""
    if amount <= ZERO:
        return start
    left = amount
    for opens, closes in _openings(start, start + _SEARCH_DAYS * ONE_DAY, calendar, office):
        begins = max(opens, start)
        usable = closes - begins
        if usable >= left:
            return begins + left
        left -= max(ZERO, usable)
    raise ValueError(f"the calendar has not {amount} of office time in the ten years after {start}")


def at_share(start: datetime, due: datetime, share: float, calendar: WorkCalendar, office: tzinfo) -> datetime:
    """The instant at which `share` (0.0 … 1.0) of the office time from `start` to `due` has passed; `due` itself for 1.0."""
    whole = office_time_between(start, due, calendar, office)
    if share >= 1.0 or not whole:
        return due
    return min(due, add_office_time(start, whole * share, calendar, office))


def _working_days_after(day: date, calendar: WorkCalendar) -> Iterator[date]:
    idle = 0
    while idle < _SEARCH_DAYS:
        day += ONE_DAY
        idle += 1
        if calendar.is_working_day(day):
            idle = 0
            yield day
    raise ValueError(f"the calendar has no working day in the ten years after {day}")


def _openings(start: datetime, end: datetime, calendar: WorkCalendar, office: tzinfo) -> Iterator[tuple[datetime, datetime]]:
    day, last = office_day(start, office), office_day(end, office)
    while day <= last:
        hours = office_hours(day, calendar, office)
        if hours is not None:
            yield hours
        day += ONE_DAY
