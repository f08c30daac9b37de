"""Days told from the day of the letter: weekdays, yesterday, so many days ago or to come, the end of a week."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from mailbot.classify.date_forms import COUNTS, RELATIVE, WEEKDAYS
from mailbot.classify.nearest_days import later, nearest_date, nearest_weekday, working_days_later


@dataclass(frozen=True, slots=True)
class Day:
    """A date found in a text; `resolve(today, future)` gives the day meant.

    `kind` is full | yearless | day | month | weekday | near | span | end.
    """

    start: int
    end: int
    kind: str
    resolve: Callable[[date, bool], date | None]
    working: bool = False


def weekday(found: re.Match[str]) -> Day | None:
    number = WEEKDAYS[found["wd"].lower()]
    modifier = (found["wd_mod"] or "").lower()
    start = found.start("wd_mod") if modifier else found.start("wd")

    def resolve(today: date, future: bool) -> date | None:
        if modifier.startswith(("прошл", "минувш", "last")):
            future = False
        elif modifier:
            future = True
        return nearest_weekday(today, number, future)

    return Day(start, found.end(), "weekday", resolve)


_SHORT = {"пн": 0, "вт": 1, "ср": 2, "чт": 3, "пт": 4, "сб": 5, "вс": 6, "mo": 0, "tu": 1, "we": 2, "th": 3, "fr": 4, "sa": 5, "su": 6}


def short_weekday(found: re.Match[str]) -> Day:
    number = _SHORT[found["short"].lower()[:2]]
    return Day(found.start(), found.end(), "weekday", lambda today, future: nearest_weekday(today, number, future))


def relative(found: re.Match[str]) -> Day | None:
    word = found["rel"].lower()
    days = next(days for head, days in sorted(RELATIVE.items(), key=lambda item: -len(item[0])) if word.startswith(head))
    return Day(found.start(), found.end(), "near", lambda today, future: today + timedelta(days=days))


_SINGLE = frozenset(str.split("день неделю месяц год сутки day week month year"))


def ago(found: re.Match[str]) -> Day | None:
    unit = found["ago_u"]
    if not found["ago_n"] and unit.lower() not in _SINGLE:  # "a few days ago" says no day
        return None
    count, start = _count(found["ago_n"]), found.start()
    if count > MOST_AGO and unit.lower() in _SINGLE:  # "Катунь 507 месяц назад": the number names something else
        count, start = 1, found.start("ago_u")
    return Day(start, found.end(), "near", lambda today, future: later(today, -count, unit))


MOST_AGO = 90  # days, weeks, months or years


def within(found: re.Match[str]) -> Day | None:
    unit, count = found["unit"], _count(found["in_n"])
    working = (found["in_w"] or "").lower().startswith(("рабоч", "working", "business"))
    if unit.lower().startswith(("час", "hour", "hr")):
        count, unit = max(0, count // 24), "days"
    if working:
        return Day(found.start(), found.end(), "span", lambda today, future: working_days_later(today, count), True)
    return Day(found.start(), found.end(), "span", lambda today, future: later(today, count, unit))


_TERM_WORDS = {"недельн": 7, "месячн": 30}


def in_term(found: re.Match[str]) -> Day:
    word = found["term"].lower()
    head = re.match(r"\d+|[а-яё]+?(?=дневн)", word)
    count = _TERM_WORDS.get(word) or (int(head[0]) if head and head[0].isdecimal() else COUNTS.get(head[0], 1) if head else 1)
    return Day(found.start(), found.end(), "span", lambda today, future: today + timedelta(days=count))


def _count(written: str | None) -> int:
    word = (written or "").strip().lower()
    return int(word) if word.isdecimal() else COUNTS.get(word, 1)


def end_of(found: re.Match[str]) -> Day | None:
    unit = found["end_u"].lower()

    def resolve(today: date, future: bool) -> date | None:
        if unit in ("дня", "day"):
            return today
        if unit in ("недели", "week"):
            return today + timedelta(days=(4 - today.weekday()) % 7)
        if unit in ("года", "year"):
            return date(today.year, 12, 31)
        return today.replace(day=calendar.monthrange(today.year, today.month)[1])

    return Day(found.start(), found.end(), "end", resolve)


def soon(found: re.Match[str]) -> Day:
    word = found["soon"].lower()

    def resolve(today: date, future: bool) -> date | None:
        friday = today + timedelta(days=(4 - today.weekday()) % 7)
        if "next" in word or "следующ" in word:
            return friday + timedelta(days=7 if today.weekday() <= 4 else 0)
        if word.startswith(("нов", "new")):
            return date(today.year, 12, 31)
        if word == "christmas":
            return nearest_date(today, 24, 12, future)
        return today + timedelta(days=14) if "fortnight" in word else friday

    return Day(found.start(), found.end(), "end", resolve)
