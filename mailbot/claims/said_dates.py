"""A day as a command says it: «вчера 15:00», `23.11`, `2026-11-23 14:30`, «пятницы», "in 3 days". Pure: today is handed in."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, tzinfo

from mailbot.claims.working_time import end_of_day

_DAY = re.compile(r"(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})\.(\d{1,2})(?:\.(\d{4}|\d{2})(?:\s*г)?)?)\.?")
_CLOCK = re.compile(r"(?:\s*,)?\s*(?:в\s+|at\s+)?(\d{1,2})[:.](\d{2})\.?$")
_MONTHS = ("январ", "феврал", "март", "апрел", "ма", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр")
_MONTHS_EN = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED = re.compile(r"(\d{1,2}) ([а-яa-z]{3,9})(?: (\d{4}))?(?: ?г(?:ода)?)?")  # «10 декабря 2026 года»
_NEARBY = {
    "сегодня": 0, "today": 0, "вчера": -1, "yesterday": -1, "позавчера": -2, "завтра": 1, "tomorrow": 1, "послезавтра": 2,
}  # fmt: skip
_IN_DAYS = re.compile(r"(?:через|in)\s+(\d{1,3})\s+(?:дн\w*|день|days?)")
_WEEK = re.compile(r"(?:через неделю|недел[юия]|in a week|a week)")
_WEEKDAYS = (
    "понедельник", "вторник", "сред", "четверг", "пятниц", "суббот", "воскресень",
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
_LONGEST = 40


def past_moment(said: str, now: datetime, office: tzinfo) -> datetime | None:
    """When something happened: a day counts as its end, today as now. None where it is no date."""
    on, at = _read(said, now, office, ahead=False)
    if on is None:
        return None
    if at is not None:
        return datetime.combine(on, at, tzinfo=office)
    return now if on == now.astimezone(office).date() else end_of_day(on, office)


def day_ahead(said: str, now: datetime, office: tzinfo) -> date | None:
    """A day to come, or today; a weekday is the next one of that name. None where it is no date."""
    on, at = _read(said, now, office, ahead=True)
    return on if at is None else None


def moment_ahead(said: str, now: datetime, office: tzinfo) -> datetime | None:
    """A day to come with its hour: «5.12 в 11:00». None where it is none, or has passed."""
    on, at = _read(said, now, office, ahead=True)
    if on is None or at is None:
        return None
    found = datetime.combine(on, at, tzinfo=office)
    return found if found > now else None


def written_day(said: str) -> date | None:
    """A date written out with its year; None where it is none."""
    text = said.strip(" .,;")
    match = _DAY.fullmatch(text)
    return _written(text, date.min, ahead=False) if match is not None and (match[1] or match[6]) else None


def _read(said: str, now: datetime, office: tzinfo, *, ahead: bool) -> tuple[date | None, time | None]:
    text = " ".join(said.casefold().replace("ё", "е").split()).strip(" .,;")
    today, at = now.astimezone(office).date(), None
    if len(text) > _LONGEST:
        return None, None
    if _DAY.fullmatch(text) is None and (clock := _CLOCK.search(text)) is not None:
        if int(clock[1]) > 23 or int(clock[2]) > 59:
            return None, None
        at, text = time(int(clock[1]), int(clock[2])), text[: clock.start()].strip(" ,")
        if text.endswith((" в", " at")):
            text = text.rpartition(" ")[0]
    if not text and at is not None:
        return today, at
    if text in _NEARBY:
        return today + timedelta(days=_NEARBY[text]), at
    if ahead and (match := _IN_DAYS.fullmatch(text)):
        return today + timedelta(days=int(match[1])), at
    if ahead and _WEEK.fullmatch(text):
        return today + timedelta(days=7), at
    if ahead and (weekday := _weekday(text)) is not None:
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1), at
    return _written(text, today, ahead=ahead), at


def _weekday(text: str) -> int | None:
    return next((n % 7 for n, name in enumerate(_WEEKDAYS) if text.startswith(name) and len(text) <= len(name) + 2), None)


def _written(text: str, today: date, *, ahead: bool) -> date | None:
    """A date with or without its year: "30.12" said in January was last year, or in December of one to come the next."""
    if (named := _NAMED.fullmatch(text)) is not None and (at := _month(named[2])):
        text = f"{named[1]}.{at}" + (f".{named[3]}" if named[3] else "")
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    year, month, day = (match[1], match[2], match[3]) if match[1] else (match[6] or str(today.year), match[5], match[4])
    try:
        on = date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
        if not match[6] and not match[1]:
            if ahead and on < today:
                on = on.replace(year=on.year + 1)
            elif not ahead and on > today:
                on = on.replace(year=on.year - 1)
    except ValueError:
        return None
    return on


def _month(word: str) -> int:
    """1…12 of a month's name, 0 of another word."""
    for names in (_MONTHS, _MONTHS_EN):
        for number, name in enumerate(names, 1):
            if word.startswith(name) and (name != "ма" or word in {"мая", "май", "мае"}):
                return number
    return 0
