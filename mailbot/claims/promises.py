"""What a decision promises by a day: the lines of its execution, and sentences like «вернём деньги до 10.12». Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from mailbot.claims.said_dates import day_ahead
from mailbot.claims.working_time import office_day

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[А-ЯЁA-Z])|\n+")
_MONTHS = ["янв", "фев", "мар", "апр", "ма[йя]", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"]
_BY = re.compile(
    r"\b(?:до|не\s+позднее|не\s+позже|by|until|no\s+later\s+than)\s+"
    r"(?:(?P<day>\d{4}-\d{2}-\d{2}|\d{1,2}\.\d{1,2}(?:\.(?:\d{4}|\d{2}))?)"
    r"|(?P<on>\d{1,2})\s+(?P<month>(?:" + "|".join(_MONTHS) + r")[а-я]*)(?:\s+(?P<year>\d{4}))?)(?![\d.]*\d)",
    re.IGNORECASE,
)
# we shall do it: «вернём», «заменим», «будет отгружено», "we will"
_WE_SHALL = re.compile(r"\b(?:\w{2,}(?:[её]м|им)(?:ся)?|буд(?:ет|ут)|will|shall)\b|\b\w+'ll\b", re.IGNORECASE)
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Promise:
    """Something that is to be done for the customer by the end of a day."""

    what: str
    on: date


def promises_of(letter: Mapping[str, Any], made_at: datetime, office: tzinfo) -> tuple[Promise, ...]:
    """Of a decision as plain data, each day once, the earliest first. A day without its year is the next one after the letter was made."""
    found: dict[date, str] = {}
    for what, on in (*_executed(letter), *_said(letter, made_at, office)):
        found.setdefault(on, what)
    return tuple(Promise(what[:_LONGEST], on) for on, what in sorted(found.items()))


def lapsed(letter: Mapping[str, Any], made_at: datetime, office: tzinfo, now: datetime) -> Promise | None:
    """The first day promised by a decision that has not left and that is over: with it, it must not leave."""
    made, today = office_day(made_at, office), office_day(now, office)
    days = promises_of(letter, made_at, office)
    return next((one for one in days if made <= one.on < today), None)  # of before it was written: it was done already


def _executed(letter: Mapping[str, Any]) -> Iterator[tuple[str, date]]:
    for one in letter.get("execution") or ():
        if one.get("on"):
            yield str(one["what"]), date.fromisoformat(str(one["on"]))
    for verdict in letter.get("verdicts") or ():
        if verdict.get("by") and verdict.get("extent") != "refused":
            yield str(verdict["words"]), date.fromisoformat(str(verdict["by"]))


def _said(letter: Mapping[str, Any], made_at: datetime, office: tzinfo) -> Iterator[tuple[str, date]]:
    for verdict in letter.get("verdicts") or ():
        for sentence in _SENTENCE.split(str(verdict.get("words") or "")):
            if not _WE_SHALL.search(sentence):
                continue
            for match in _BY.finditer(sentence):
                on = day_ahead(_as_written(match, made_at, office), made_at, office)
                if on is not None and on >= made_at.astimezone(office).date():
                    yield " ".join(sentence.split()), on


def _as_written(match: re.Match[str], made_at: datetime, office: tzinfo) -> str:
    """The day in figures."""
    if match["day"]:
        return match["day"]
    month = next(n for n, name in enumerate(_MONTHS, start=1) if re.match(name, match["month"], re.IGNORECASE))
    return f"{match['on']}.{month}" + (f".{match['year']}" if match["year"] else "")
