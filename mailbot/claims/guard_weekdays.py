"""Weekdays beside the days of a letter of ours, for the guard. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mailbot.claims.guard_values import Dated

_WEEKDAYS = (
    r"(?<!\w)(?P<weekday>понедельник|вторник|сред[аыеу]|четверг|пятниц|суббот|воскресень|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\w{0,2}"
    r"|(?<!\w)(?P<short>пн|вт|ср|чт|пт|сб|вс|mon|tue|wed|thu|fri|sat|sun)\.?(?!\w)"
)
_BEFORE_DAY = re.compile(rf"(?:{_WEEKDAYS})[,(\s]{{1,3}}(?:the\s)?$", re.IGNORECASE)
_AFTER_DAY = re.compile(rf"(?:\s?г(?:\.|ода)?)?(?:,?\s\(?|\()(?:это\s)?(?:во?\s)?(?:{_WEEKDAYS})(?!\w|[\s,(]{{1,3}}\d)", re.IGNORECASE)
_EITHER = re.compile(r"(?:или|либо|и|or|and|до|to|[-–/])\s*$", re.IGNORECASE)
_WEEK = ("по", "вт", "ср", "че", "пя", "су", "во", "mo", "tu", "we", "th", "fr", "sa", "su")
_WEEK_SHORT = {"пн": 0, "чт": 3, "пт": 4, "сб": 5, "вс": 6}
_NEAR = 20  # letters between a day and its weekday
_COUNTED = ("через", "в течение", "спустя", "within", "in ", "after")


def weekdays_amiss(text: str, days: Iterable[Dated]) -> Iterator[Dated]:
    """Days beside a weekday that is not theirs: «во вторник, 2 декабря» where the second is a Wednesday."""
    taken: set[int] = set()
    for one in sorted(days, key=lambda one: one.position):
        end = one.position + len(one.text)
        start = max(0, one.position - _NEAR)
        before = _BEFORE_DAY.search(text[start : one.position])
        found, offset = (before, start) if before else (_AFTER_DAY.match(text, end, end + _NEAR), 0)
        if found is None or not one.text[0].isalnum() or one.text.casefold().startswith(_COUNTED):
            continue
        named = found.start("weekday") if found["weekday"] else found.start("short")
        is_one_of_two = _EITHER.search(text[max(0, named + offset - 5) : named + offset]) is not None
        if named + offset not in taken and not is_one_of_two and _weekday(found) != one.day.weekday():
            begins, ends = min(one.position, found.start() + offset), max(end, found.end() + offset)
            yield Dated(one.day, text[begins : ends + (text[ends : ends + 1] == ")")], begins)
        taken.add(named + offset)


def _weekday(match: re.Match[str]) -> int:
    word = (match["weekday"] or match["short"]).casefold()
    return _WEEK_SHORT[word] if word in _WEEK_SHORT else _WEEK.index(word[:2]) % 7
