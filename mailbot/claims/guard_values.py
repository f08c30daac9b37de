"""Sums and dates as a letter of ours writes them, for the guard. Pure; a customer's letter is read by `classify`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_SUM = r"\d{1,3}(?:[ .,]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d{1,2})?"
_CURRENCY = r"руб\w*|₽|р\.|RUB\b|евро\b|euros?\b|EUR\b|€|долл\w*|dollars?\b|USD\b|\$|£|GBP\b|pounds?\b|тенге|₸"
_AMOUNT = re.compile(
    rf"(?<![\w.,])(?:(?P<after>{_SUM}) ?(?P<scale>тыс(?:яч\w*|\.)?|млн\.?|миллион\w*|thousand|million)?\s*(?:{_CURRENCY})"
    rf"|(?:EUR|USD|GBP|RUB|€|\$|£)\s?(?P<before>{_SUM}))",
    re.IGNORECASE,
)
_NUMERALS = (  # a sum in words is another sum: it cannot be compared, and is asked about where the customer has not written it
    "полтор|пол|одн|один|дв|тр[иех]|чет|пят|шест|сем|восем|восьм|девя|десят|сорок|сто|сот|двест|трист|тысяч|миллион|несколько|пару|"
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|hundred|thousand|couple|few"
)
_IN_WORDS = re.compile(
    rf"(?<!\w)(?:(?:{_NUMERALS})[а-яa-z]*(?: |-| and | of )){{1,7}}(?:рубл\w+|евро|доллар\w*|pounds?|euros?|dollars?|roubles?)(?!\w)",
    re.IGNORECASE,
)
_SCALES = {"тыс": 1_000, "tho": 1_000, "млн": 1_000_000, "мил": 1_000_000, "mil": 1_000_000}
_MONTHS = {
    "ru": ("январ", "феврал", "март", "апрел", "ма[яйе]", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр"),
    "en": ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
}
_NUMBERS = {
    "один": 1, "одну": 1, "два": 2, "две": 2, "три": 3, "четыре": 4, "пять": 5, "шесть": 6, "семь": 7, "десять": 10, "двух": 2, "трех": 3,
    "one": 1, "a": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10, "": 1,
}  # fmt: skip
_ANY_MONTH = "|".join((*_MONTHS["ru"], *_MONTHS["en"]))
_NAMED = re.compile(
    rf"(?<!\w)(?:(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?:-?го)? (?:of )?(?P<month>(?:{_ANY_MONTH})[a-zа-я]*)(?:,? (?P<year>(?:19|20)\d\d))?"
    rf"|(?P<month2>(?:{'|'.join(_MONTHS['en'])})[a-z]*) (?P<day2>[0-3]?\d)(?:st|nd|rd|th)?(?!\d)(?:,? (?P<year2>(?:19|20)\d\d))?)",
    re.IGNORECASE,
)
_NUMERIC = re.compile(r"(?<![\d.])(?P<day>[0-3]?\d)[./](?P<month>[01]?\d)[./](?P<year>(?:19|20)?\d\d)(?![\d])")
_SHORT = re.compile(r"(?:до|от|на|с|к|по|by|on|from) (?P<day>[0-3]\d)\.(?P<month>[01]\d)(?![.\d])", re.IGNORECASE)
_ISO = re.compile(r"(?<!\d)(?P<year>20\d\d)-(?P<month>[01]\d)-(?P<day>[0-3]\d)(?!\d)")
_LATER = re.compile(
    rf"(?:через|в течение|спустя|within|in|after)\s+(?:(?P<count>\d{{1,3}}|{'|'.join(word for word in _NUMBERS if word)})\s+)?"
    r"(?P<working>рабоч\w+ |working |business )?(?:календарных |calendar )?"
    r"(?P<unit>дн\w+|день|недел\w+|месяц\w*|days?|weeks?|months?)(?!\w)",
    re.IGNORECASE,
)
_DAYS = {"дн": 1, "де": 1, "da": 1, "не": 7, "we": 7, "ме": 30, "mo": 30}


@dataclass(frozen=True, slots=True)
class Amount:
    value: float
    text: str
    position: int


@dataclass(frozen=True, slots=True)
class Dated:
    day: date
    text: str
    position: int


def amounts_in(text: str) -> Iterator[Amount]:
    """Numbers with a currency, before or after them."""
    for match in _AMOUNT.finditer(text):
        scale = _SCALES.get((match["scale"] or "")[:3].casefold(), 1)
        yield Amount(_number(match["after"] or match["before"]) * scale, match.group(), match.start())


def amounts_in_words(text: str) -> Iterator[Amount]:
    """«полторы тысячи рублей»: how much it is nobody counts here."""
    for match in _IN_WORDS.finditer(text):
        yield Amount(float("nan"), match.group(), match.start())


def _number(written: str) -> float:
    """«12 400,50», «12.400», «12,400.50»: a last group of one or two figures is the fraction."""
    head, _mark, tail = written.replace(" ", "").replace(",", ".").rpartition(".")
    if head and len(tail) <= 2:
        return float(f"{head.replace('.', '')}.{tail}")
    return float((head + tail).replace(".", ""))


def dates_in(text: str, written_on: date) -> Iterator[Dated]:
    """Days that a letter names, in figures, in words, or counted from the day it was written."""
    taken: set[int] = set()
    for pattern in (_ISO, _NUMERIC, _NAMED, _SHORT, _LATER):
        for match in pattern.finditer(text):
            day = _later(match, written_on) if pattern is _LATER else _day(match, written_on)
            if day is not None and match.start() not in taken:
                taken.update(range(*match.span()))
                yield Dated(day, match.group().strip(), match.start())


def _day(match: re.Match[str], written_on: date) -> date | None:
    groups = match.groupdict()
    month = groups.get("month") or groups.get("month2") or ""
    day, year = groups.get("day") or groups.get("day2") or "", groups.get("year") or groups.get("year2")
    number = int(month) if month.isdigit() else _month(month)
    try:
        if year:
            return date(int(year) + (2000 if len(year) == 2 else 0), number, int(day))
        near = [date(written_on.year + step, number, int(day)) for step in (-1, 0, 1) if not (number == 2 and day == "29")]
    except ValueError:
        return None
    return min(near, key=lambda one: abs(one - written_on), default=None)


def _month(word: str) -> int:
    for names in _MONTHS.values():
        for number, name in enumerate(names, 1):
            if re.match(name, word, re.IGNORECASE):
                return number
    return 0


def _later(match: re.Match[str], written_on: date) -> date:
    count = (match["count"] or "").casefold()
    days = (int(count) if count.isdigit() else _NUMBERS[count]) * _DAYS[match["unit"][:2].casefold()]
    return written_on + timedelta(days=days * 7 // 5 if match["working"] else days)
