"""The working days of January–March 2027, written down by hand: the checker counts by these, never by the program's calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

OFFICE = ZoneInfo("Africa/Casablanca")  # its clock goes back on 7 February and forward on 14 March 2027
BEGINS, ENDS = date(2027, 1, 4), date(2027, 3, 31)
WORKING_SATURDAY = date(2027, 2, 20)
DAYS_OFF = frozenset(
    {*(date(2027, 1, day) for day in range(1, 11)), date(2027, 2, 22), date(2027, 2, 23), date(2027, 3, 8)}
)  # fmt: skip
ONE_DAY = timedelta(days=1)


def is_working(day: date) -> bool:
    return day == WORKING_SATURDAY or (day.weekday() < 5 and day not in DAYS_OFF)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """That hour by the office's clock, as a UTC instant."""
    return datetime.combine(day, time(hour, minute), tzinfo=OFFICE).astimezone(UTC)


def local_day(instant: datetime) -> date:
    return instant.astimezone(OFFICE).date()


def end_of_working_day(since: datetime, days: int) -> datetime:
    """The last second of the n-th working day after the day of `since`, counted day by day."""
    day = local_day(since)
    while days:
        day += ONE_DAY
        days -= is_working(day)
    return datetime.combine(day, time(23, 59, 59), tzinfo=OFFICE).astimezone(UTC)


def working_days(first: date, last: date) -> list[date]:
    days = [first + n * ONE_DAY for n in range((last - first).days + 1)]
    return [day for day in days if is_working(day)]


def next_working(day: date) -> date:
    """This day, or the first working day after it."""
    while not is_working(day):
        day += ONE_DAY
    return day
