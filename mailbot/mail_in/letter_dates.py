"""The date in the head of an earlier letter, in the words of many languages, as an instant. Never raises; None if it is none."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from mailbot.mail_in.letter_words import MONTHS, ZONES

_MAX = 120
_ISO = re.compile(r"(?<!\d)((?:19|20)\d\d)[./年-] ?(\d{1,2})[./月-] ?(\d{1,2})(?!\d)")
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})([./-])(\d{1,2})[./-](\d{4}|\d{2})(?!\d)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_DAY = re.compile(r"(?<![\d:.+-])(\d{1,2})(?:st|nd|rd|th)?(?![\d:]|\.\d)")
_TIME = re.compile(r"(?<!\d)(\d{1,2})[:.h](\d{2})(?:[:.](\d{2}))?(?!\d)\s*(?:([ap])\.?m\b\.?)?", re.IGNORECASE)
_OFFSET = re.compile(r"(?:GMT|UTC)\s*([+-−])(\d{1,2})(?::?(\d{2}))?(?!\d)|(?<![\d./])([+-−])(\d{2}):?(\d{2})(?!\d)", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{2,20}")
# Croatian writes ordinals, and its names mean other months than the Polish: "23. listopada 2026." October, "23 listopada 2026" November.
_CROATIAN = re.compile(r"\d\. ?(?:(lis|lip|srp)[a-z]{0,6}\.? (?:19|20)\d\d\.|(listopada)\b)", re.IGNORECASE)
_CROATIAN_MONTHS = {"lip": 6, "srp": 7, "lis": 10}


def read_letter_date(text: str, zone: tzinfo | None = None) -> datetime | None:
    """The instant with its own offset; without one it has that of `zone`, the forwarder's, whose program wrote it."""
    text = text[:_MAX].replace("\u200e", "").replace("\u202f", " ").replace("\xa0", " ")
    time = None
    for time in _TIME.finditer(text):
        if ":" in time.group() or time.group(4) or time.group(3):
            break
    day = _day(text, time)
    if day is None:
        return None
    hour, minute, second = _clock(time)
    try:
        return datetime(*day, hour, minute, second, tzinfo=_offset(text) or zone)
    except ValueError:
        return None


def _clock(time: re.Match[str] | None) -> tuple[int, int, int]:
    if time is None:
        return 0, 0, 0
    hour = int(time.group(1))
    if time.group(4):
        hour = hour % 12 + (12 if time.group(4).lower() == "p" else 0)
    return hour, int(time.group(2)), int(time.group(3) or 0)


def _day(text: str, time: re.Match[str] | None) -> tuple[int, int, int] | None:
    iso = _ISO.search(text)
    if iso is not None:
        return int(iso.group(1)), int(iso.group(2)), int(iso.group(3))
    numeric = _NUMERIC.search(text)
    if numeric is not None:
        return _numeric(numeric, american=time is not None and time.group(4) is not None)
    year, month = _YEAR.search(text), _month(text)
    if year is None or month is None:
        return None
    clear = text[: year.start()] + " " * 4 + text[year.end() :]
    if time is not None:
        clear = clear[: time.start()] + " " * (time.end() - time.start()) + clear[time.end() :]
    day = _DAY.search(clear)
    return (int(year.group(1)), month, int(day.group(1))) if day is not None else None


def _numeric(found: re.Match[str], *, american: bool) -> tuple[int, int, int]:
    """02/10/2023 4:52 PM is the tenth of February where the clock has twelve hours, else the second of October."""
    first, second, year = int(found.group(1)), int(found.group(3)), int(found.group(4))
    year += 2000 if year < 100 else 0
    if (american and found.group(2) == "/" and first <= 12) or second > 12:
        return year, first, second
    return year, second, first


def _month(text: str) -> int | None:
    croatian = _CROATIAN.search(text)
    if croatian is not None:
        return _CROATIAN_MONTHS[(croatian.group(1) or croatian.group(2))[:3].lower()]
    best, found = 0, None
    for word in _WORD.findall(text.lower()):
        for length in range(min(8, len(word)), 2, -1):
            if word[:length] in MONTHS:
                if length >= best:  # the later of two: a day of the week stands first («mardi 24 novembre»)
                    best, found = length, MONTHS[word[:length]]
                break
    return found


def _offset(text: str) -> timezone | None:
    found = _OFFSET.search(text)
    if found is not None:
        sign = found.group(1) or found.group(4)
        minutes = int(found.group(2) or found.group(5)) * 60 + int(found.group(3) or found.group(6) or 0)
        return timezone(timedelta(minutes=-minutes if sign in "-−" else minutes)) if minutes < 24 * 60 else None
    for word in reversed(_WORD.findall(text.lower())):
        if word in ZONES:
            return timezone(timedelta(minutes=ZONES[word])) if ZONES[word] else UTC
    return None
