"""Dates as letters write them: found once, resolved to a day when it is known whether the past or the future is meant."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date

from mailbot.classify.date_forms import FORMS, HEADS, LEADS, MONTH_BY_HEAD, ORDINALS
from mailbot.classify.nearest_days import nearest_date, nearest_day
from mailbot.classify.relative_days import Day, ago, end_of, in_term, relative, short_weekday, soon, weekday, within


def find_days(text: str, words: Iterable[tuple[int, str]]) -> Iterator[Day]:
    """Every date of a text in small letters, in its order; `words` are the places and forms of its words, at which alone a date may begin.

    Nothing is guessed from bare numbers: `4512` and `3.5` are no dates.
    """
    passed = 0
    for start, lower in words:
        if start < passed or not (lower[:1].isdigit() or lower[:3] in HEADS or lower in LEADS):
            continue
        found = FORMS.match(text, start)
        day = _day(found) if found else None
        if day is not None:
            passed = day.end
            yield day


def read_day(text: str, at: int) -> Day | None:
    """The date that begins exactly at a position of a text in small letters, if any."""
    found = FORMS.match(text, at)
    return _day(found) if found else None


def _day(found: re.Match[str]) -> Day | None:
    reader = _READERS.get(_kind(found))
    return reader(found) if reader else None


def _kind(found: re.Match[str]) -> str:
    return next((name for name in _READERS if found[name] is not None), "")


def _fixed(found: re.Match[str], year: int, month: int, day: int) -> Day | None:
    try:
        fixed = date(year, month, day)
    except ValueError:
        return None
    return Day(found.start(), found.end(), "full", lambda today, future: fixed)


def _iso(found: re.Match[str]) -> Day | None:
    year, month, day = map(int, found["iso"].split("-"))
    return _fixed(found, year, month, day)


def _full(found: re.Match[str]) -> Day | None:
    """Day first; month first where the second number can be no month (11/24/2026), or where what has been would
    else be still to come ("bought on 10/12/2026", said in November)."""
    first, second, written = found["full"].split(found["sep"])
    year = int(written) if len(written) == 4 else 2000 + int(written)
    day, month = int(first), int(second)
    if month > 12 >= day and found["sep"] == "/":
        day, month = month, day
    fixed = _fixed(found, year, month, day)
    if fixed is None or found["sep"] != "/" or day > 12:
        return fixed
    usual, turned = date(year, month, day), date(year, day, month)

    def resolve(today: date, future: bool) -> date:
        return turned if not future and turned <= today < usual else usual

    return replace(fixed, resolve=resolve)


def _month_year(found: re.Match[str]) -> Day | None:
    month, year = map(int, re.split(r"[./]", found["my"]))
    return _month(found, year, month)


def _month(found: re.Match[str], year: int, month: int) -> Day:
    """A month alone: its last day where it limits something, its first where it tells when something was."""
    last = calendar.monthrange(year, month)[1]
    return Day(found.start(), found.end(), "month", lambda today, future: date(year, month, last if future else 1))


def _yearless(found: re.Match[str], day: int, month: int) -> Day | None:
    if not (1 <= day <= calendar.monthrange(2024, month)[1]):
        return None
    return Day(found.start(), found.end(), "yearless", lambda today, future: nearest_date(today, day, month, future))


def _day_month(found: re.Match[str]) -> Day | None:
    day, month = map(int, re.split(r"[./]", found["dm"]))
    return _yearless(found, day, month)


def _named(found: re.Match[str], day: int, month: str, year: str | None) -> Day | None:
    number = _month_number(month)
    if year is None:
        return _yearless(found, day, number)
    digits = int(year.strip("'’"))
    return _fixed(found, digits if digits > 99 else 2000 + digits, number, day)


def _day_named(found: re.Match[str]) -> Day | None:
    if found["dmon_r"]:
        return _in_named_year(found, int(found["dmon"]), found["dmon_m"], found["dmon_r"])
    return _named(found, int(found["dmon"]), found["dmon_m"], found["dmon_y"])


def _in_named_year(found: re.Match[str], day: int | None, month: str, which: str) -> Day:
    """ "1 февраля прошлого года", "в марте этого года": the year is counted from the day of the letter."""
    back = which.lower() in ("прошлого", "last")
    number = MONTH_BY_HEAD[month[:3].lower()]

    def resolve(today: date, future: bool) -> date | None:
        year = today.year - back
        last = calendar.monthrange(year, number)[1]
        return date(year, number, min(day or (last if future else 1), last))

    return Day(found.start(), found.end(), "full" if day else "month", resolve)


def _named_day(found: re.Match[str]) -> Day | None:
    return _named(found, int(found["mond"]), found["mond_m"], found["mond_y"])


def _ordinal(found: re.Match[str]) -> Day | None:
    head = found["ord_h"].lower().replace("ё", "е")
    number = 30 if head == "тридцат" else ORDINALS.get(head)
    if number is None:
        return None
    tens = (found["tens"] or "").strip().lower()
    return _named(found, number + {"двадцать": 20, "тридцать": 30}.get(tens, 0), found["ord_m"], None)


def _named_month(found: re.Match[str]) -> Day | None:
    if found["mony_r"]:
        return _in_named_year(found, None, found["mony_m"], found["mony_r"])
    return _month(found, int(found["mony_y"]), MONTH_BY_HEAD[found["mony_m"][:3].lower()])


def _month_alone(found: re.Match[str]) -> Day | None:
    """ "с июня": the nearest such month, past or to come."""
    number = _month_number(found["mon"])

    def resolve(today: date, future: bool) -> date | None:
        year = today.year + (future and number < today.month) - (not future and number > today.month)
        return date(year, number, calendar.monthrange(year, number)[1] if future else 1)

    return Day(found.start(), found.end(), "month", resolve)


_PARTS = {"нач": 1, "ear": 1, "сер": 15, "mid": 15}


def _part_of_month(found: re.Match[str]) -> Day | None:
    """ "в начале октября" is its first day, "в середине" the fifteenth, "в конце" the last."""
    number, written = _month_number(found["part_m"]), found["part_y"]

    def resolve(today: date, future: bool) -> date | None:
        year = int(written) if written else today.year + (future and number < today.month) - (not future and number > today.month)
        return date(year, number, _PARTS.get(found["part"][:3].lower(), calendar.monthrange(year, number)[1]))

    return Day(found.start(), found.end(), "month", resolve)


def _month_number(name: str) -> int:
    head = name[:3].lower()
    return MONTH_BY_HEAD[head] if head != "iyu" else 6 if name[:4].lower() == "iyun" else 7


def _day_alone(found: re.Match[str]) -> Day | None:
    day = int(found["day_th"] or found["day_go"])
    if not 1 <= day <= 31:
        return None
    return Day(found.start(), found.end(), "day", lambda today, future: nearest_day(today, day, future))


_READERS: dict[str, Callable[[re.Match[str]], Day | None]] = {
    "iso": _iso, "full": _full, "my": _month_year, "dm": _day_month, "dmon": _day_named, "mond": _named_day, "ord": _ordinal,
    "part": _part_of_month, "mon": _month_alone,
    "mony_m": _named_month, "day_th": _day_alone, "day_go": _day_alone, "weekday": weekday, "short": short_weekday,
    "rel": relative, "ago_u": ago,
    "unit": within, "term": in_term, "end": end_of, "soon": soon,
}  # fmt: skip
