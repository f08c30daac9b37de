"""Sums and dates as a letter of ours writes them, for the guard. Pure; a customer's letter is read by `classify`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_SUM = r"\d{1,3}(?:[ .,]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d{1,2})?"
_CURRENCY = r"руб\w*|₽|р\.|RUB\b|евро\b|euros?\b|EUR\b|€|долл\w*|dollars?\b|USD\b|\$|£|GBP\b|pounds?\b|тенге|₸"
_AMOUNT = re.compile(
    rf"(?<![\w.,])(?:(?P<after>{_SUM}) ?(?P<scale>тыс(?:яч\w*|\.)?|млн\.?|миллион\w*|thousand|million)?\s*"
    # «48 900 (сорок восемь тысяч девятьсот) рублей 50 копеек»
    rf"(?:\([^()\n]{{1,90}}\)\s*)?(?:{_CURRENCY})(?:\.?\s(?P<hundredths>\d\d) ?коп)?"
    rf"|(?:EUR|USD|GBP|RUB|€|\$|£)\s?(?P<before>{_SUM}))",
    re.IGNORECASE,
)
_ORDINALS = str.split(
    "перв втор трет четверт пят шест седьм восьм девят десят одиннадцат двенадцат тринадцат четырнадцат пятнадцат шестнадцат семнадцат "
    "восемнадцат девятнадцат двадцат"
)
_ORDINALS_EN = str.split(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth "
    "seventeenth eighteenth nineteenth twentieth"
)
_SCALES = {"тыс": 1_000, "tho": 1_000, "млн": 1_000_000, "мил": 1_000_000, "mil": 1_000_000}
_MONTHS = {
    "ru": ("январ", "феврал", "март", "апрел", "ма[яйе]", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр"),
    "en": (
        "jan(?:uary)?", "feb(?:ruary)?", "mar(?:ch)?", "apr(?:il)?", "may", "june?", "july?", "aug(?:ust)?", "sept?(?:ember)?",
        "oct(?:ober)?", "nov(?:ember)?", "dec(?:ember)?",
    ),
}  # fmt: skip
_NUMBERS = {
    "один": 1, "одну": 1, "два": 2, "две": 2, "три": 3, "четыре": 4, "пять": 5, "шесть": 6, "семь": 7, "десять": 10, "двух": 2, "трех": 3,
    "one": 1, "a": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10, "": 1,
}  # fmt: skip
_ENGLISH_MONTH = rf"(?:{'|'.join(_MONTHS['en'])})(?![a-z])"  # no street called Mayflower
_ANY_MONTH = rf"(?:{'|'.join(_MONTHS['ru'])})[а-я]*|{_ENGLISH_MONTH}"
_NAMED = re.compile(
    rf"(?<!\w)(?:(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?:-?го)? (?:of )?(?P<month>{_ANY_MONTH})(?:,? (?P<year>(?:19|20)\d\d))?"
    rf"|(?P<month2>{_ENGLISH_MONTH}) (?P<day2>[0-3]?\d)(?:st|nd|rd|th)?(?!\d)(?:,? (?P<year2>(?:19|20)\d\d))?)",
    re.IGNORECASE,
)
_NUMERIC = re.compile(r"(?<![\d.])(?P<day>[0-3]?\d)[./](?P<month>[01]?\d)[./](?P<year>(?:19|20)?\d\d)(?![\d])")
_SHORT = re.compile(r"(?:до|от|на|с|к|по|by|on|from) (?P<day>[0-3]\d)\.(?P<month>[01]\d)(?![.\d])", re.IGNORECASE)
_ISO = re.compile(r"(?<!\d)(?P<year>20\d\d)-(?P<month>[01]\d)-(?P<day>[0-3]\d)(?!\d)")
_SPOKEN = re.compile(  # «двадцать первого ноября», "the eleventh of December"
    rf"(?<!\w)(?:(?P<tens>двадцать|тридцать|twenty|thirty)[ -])?(?:"
    rf"(?P<ordinal>{'|'.join(sorted(_ORDINALS, key=len, reverse=True))}|тридцат)"
    rf"(?:ого|ому|ым|ое|ый|ой|ье|ьего|ий)|(?P<ordinal_en>{'|'.join(_ORDINALS_EN)}|thirtieth))"
    rf"\s(?:of\s)?(?P<month>{_ANY_MONTH})",
    re.IGNORECASE,
)
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
        whole = _number(match["after"] or match["before"]) * scale
        yield Amount(whole + int(match["hundredths"] or 0) / 100, match.group(), match.start())


def _number(written: str) -> float:
    """«12 400,50», «12.400», «12,400.50»: a last group of one or two figures is the fraction."""
    head, _mark, tail = written.replace(" ", "").replace(",", ".").rpartition(".")
    if head and len(tail) <= 2:
        return float(f"{head.replace('.', '')}.{tail}")
    return float((head + tail).replace(".", ""))


def dates_in(text: str, written_on: date) -> Iterator[Dated]:
    """Days that a letter names, in figures, in words, or counted from the day it was written."""
    taken: set[int] = set()
    for pattern in (_ISO, _NUMERIC, _NAMED, _SPOKEN, _SHORT, _LATER):
        for match in pattern.finditer(text):
            day = _later(match, written_on) if pattern is _LATER else _day(match, written_on)
            if day is not None and match.start() not in taken:
                taken.update(range(*match.span()))
                yield Dated(day, match.group().strip(), match.start())


def _day(match: re.Match[str], written_on: date) -> date | None:
    groups = match.groupdict()
    month = groups.get("month") or groups.get("month2") or ""
    day, year = groups.get("day") or groups.get("day2") or str(_ordinal(groups)), groups.get("year") or groups.get("year2")
    number = int(month) if month.isdigit() else _month(month)
    try:
        if year:
            return date(int(year) + (2000 if len(year) == 2 else 0), number, int(day))
        near = [date(written_on.year + step, number, int(day)) for step in (-1, 0, 1) if not (number == 2 and day == "29")]
    except ValueError:
        return None
    return min(near, key=lambda one: abs(one - written_on), default=None)


def _ordinal(groups: dict[str, str | None]) -> int:
    tens = {"дв": 20, "тр": 30, "tw": 20, "th": 30, "": 0}[(groups.get("tens") or "")[:2].casefold()]
    word, english = (groups.get("ordinal") or "").casefold(), (groups.get("ordinal_en") or "").casefold()
    if word == "тридцат" or english == "thirtieth":
        return 30
    return tens + (_ORDINALS.index(word) + 1 if word else _ORDINALS_EN.index(english) + 1 if english else 0)


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
