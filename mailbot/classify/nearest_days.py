"""Finds days: the nearest of its name before or after another, and so many days, weeks, months or years later."""

from __future__ import annotations

import calendar
from datetime import date, timedelta


def nearest_date(today: date, day: int, month: int, future: bool) -> date | None:
    """The nearest such day not after today, or, of the future, not before it."""
    for step in range(5):
        try:
            found = date(today.year + (step if future else -step), month, day)
        except ValueError:
            continue
        if (found >= today) if future else (found <= today):
            return found
    return None


def nearest_day(today: date, day: int, future: bool) -> date | None:
    year, month = today.year, today.month
    for _ in range(12):
        if day <= calendar.monthrange(year, month)[1]:
            found = date(year, month, day)
            if (found >= today) if future else (found <= today):
                return found
        month += 1 if future else -1
        year, month = (year + 1, 1) if month == 13 else (year - 1, 12) if month == 0 else (year, month)
    return None


def later(start: date, count: int, unit: str) -> date | None:
    """`count` days, weeks, months or years on; a month's missing day becomes its last (ГК РФ ст. 192)."""
    head = unit.lower()
    if head.startswith(("нед", "week")):
        return start + timedelta(weeks=count)
    months = count if head.startswith(("мес", "month")) else 12 * count if head.startswith(("год", "лет", "year")) else None
    if months is None:
        return start + timedelta(days=count)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        return None
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def working_days_later(start: date, count: int) -> date:
    """Monday to Friday; holidays are not known here, so that a date wanted is never taken for later than it may be."""
    day = start
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def nearest_weekday(today: date, number: int, future: bool) -> date:
    """The next such weekday after today, or the last one before it; today itself is neither."""
    ahead = (number - today.weekday()) % 7 or 7
    return today + timedelta(days=ahead if future else ahead - 7 if ahead < 7 else -7)
