"""Dates as letters write them: found once, resolved to a day when it is known whether the past or the future is meant."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from mailbot.classify.nearest_days import later, nearest_date, nearest_day, nearest_weekday, working_days_later

_MONTH_HEADS = (
    "янв jan yan|фев feb fev|мар mar|апр apr|май мая мае may|июн jun|июл jul|авг aug avg|сен sep sen|окт oct okt|ноя nov noy|дек dec dek"
)
_MONTH_BY_HEAD = {head: number for number, heads in enumerate(_MONTH_HEADS.split("|"), 1) for head in heads.split()}
_MONTH = (
    r"(?:янв(?:аря|арь|аре)?|фев(?:р(?:аля|аль|але)?)?|мар(?:т[ае]?)?|апр(?:ел[яье])?|ма[йяе]|июн[яье]?|июл[яье]?|авг(?:уст[ае]?)?"
    r"|сен(?:т(?:ябр[яье])?)?|окт(?:ябр[яье])?|ноя(?:бр[яье])?|дек(?:абр[яье])?"
    r"|yanvarya|fevralya|marta|aprelya|maya|iyunya|iyulya|avgusta|sentyabrya|oktyabrya|noyabrya|dekabrya"  # Russian in Latin letters
    r"|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_YEAR = r"(?:(?:19|20)\d\d|['’]?\d\d(?=\s*(?:г\b|г\.|года?\b)))"
_ORDINAL_HEADS = str.split(
    "перв втор треть четверт пят шест седьм восьм девят десят одиннадцат двенадцат тринадцат четырнадцат пятнадцат шестнадцат "
    "семнадцат восемнадцат девятнадцат двадцат"
)
_ORDINALS = {head: number for number, head in enumerate(_ORDINAL_HEADS, 1)}
_WEEKDAYS = {
    "понедельник": 0, "вторник": 1, "сред": 2, "четверг": 3, "пятниц": 4, "суббот": 5, "воскресень": 6,
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6,
}  # fmt: skip
_RELATIVE = {
    "сегодня": 0, "сегодняшн": 0, "вчера": -1, "вчерашн": -1, "позавчера": -2, "завтра": 1, "завтрашн": 1, "послезавтра": 2,
    "segodnya": 0, "vchera": -1, "pozavchera": -2, "zavtra": 1, "today": 0, "yesterday": -1, "tomorrow": 1, "tonight": 0, "this": 0,
}  # fmt: skip
_COUNTS = {
    "один": 1, "одного": 1, "одну": 1, "два": 2, "две": 2, "двух": 2, "три": 3, "трех": 3, "трёх": 3, "четыре": 4, "четырех": 4,
    "четырёх": 4, "пять": 5, "пяти": 5, "семь": 7, "семи": 7, "десять": 10, "десяти": 10, "тридцать": 30, "тридцати": 30, "пару": 2,
    "шесть": 6, "шести": 6, "восемь": 8, "восьми": 8, "девять": 9, "девяти": 9, "четырнадцати": 14,
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10, "fourteen": 14, "thirty": 30,
}  # fmt: skip
_COUNT = r"\d{1,3}|" + "|".join(sorted(_COUNTS, key=len, reverse=True))
_SPAN = (
    r"(?P<unit>(?:сут(?:ки|ок)|дн(?:я|ей|ь)|день|недел[яиюь]|недель|месяц(?:а|ев|ы)?|мес\b|год(?:а|у)?|лет|час(?:а|ов)?"
    r"|days?|weeks?|months?|years?|hours?|hrs?))\b"
)
_FORMS = re.compile(
    r"(?<![\w.,/-])(?:"
    r"(?P<iso>(?:19|20)\d\d-\d\d-\d\d)(?![\w-])"
    r"|(?P<full>\d{1,2}(?P<sep>[./-])\d{1,2}(?P=sep)(?:(?:19|20)\d\d|\d\d))(?!(?!г\b|года?\b)\w|[-/.]\d)"
    r"|(?P<my>(?:0[1-9]|1[0-2])[./](?:19|20)\d\d)(?![\w/-]|\.\d)"
    r"|(?P<dm>\d{1,2}[./](?:0[1-9]|1[0-2]))(?![\w/%-]|[.,]\d|\s*(?:%|мм|см|кг|м\b|руб|л\b|мм\b|mm\b|kg\b))"
    rf"|[«\"“]?(?P<dmon>\d{{1,2}})[»\"”]?(?:-?(?:го|ого|е|ое|st|nd|rd|th))?(?:\s+of)?[\s-]+(?P<dmon_m>{_MONTH})\b(?:\.?,?[\s-]+(?P<dmon_y>{_YEAR}))?(?:\s+(?P<dmon_r>прошлого|этого|текущего|last|this)\s+(?:года|year))?"
    rf"|(?P<mond_m>{_MONTH})\.?\s+(?P<mond>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,?\s+(?P<mond_y>(?:19|20)\d\d))?"
    rf"|(?P<ord>(?P<tens>двадцать\s+|тридцать\s+)?(?P<ord_h>перв|втор|треть|четв[её]рт|пят|шест|седьм|восьм|девят|десят|[а-я]{{3,8}}надцат|двадцат|тридцат)(?:ого|ого|его|ое|ье))\s+(?P<ord_m>{_MONTH})\b"
    rf"|(?P<part>начале|середине|конце|(?:early|late|mid)(?:\s|-))\s*(?P<part_m>{_MONTH})\b(?:\s+(?P<part_y>(?:19|20)\d\d))?"
    rf"|(?:(?<=\bв\s)|(?<=\bс\s)|(?<=\bin\s)|(?<=\bsince\s))(?P<mon>{_MONTH})\b(?!\s*\d)(?!\s+(?:прошлого|этого|текущего|last|this))"
    rf"|(?P<mony_m>{_MONTH})\s+(?:(?P<mony_y>(?:19|20)\d\d)|(?P<mony_r>прошлого|этого|текущего|last|this)\s+(?:года|year)\b)"
    r"|(?:(?P<day_th>\d{1,2})(?:st|nd|rd|th)|(?P<day_go>\d{1,2})(?:-?(?:го|ое|му|е)|(?=\s+числа)))\b(?!\s+(?:числа\s+)?[\d])(?:\s+числа)?"
    r"|(?P<weekday>(?P<wd_mod>прошл\w+|минувш\w+|следующ\w+|ближайш\w+|this|last|next|coming)?\s*\b(?P<wd>понедельник|вторник|сред|четверг|пятниц|суббот|воскресень|monday|tuesday|wednesday|thursday|friday|saturday|sunday)(?:[аеуыиюья]|ом|ой)?)\b"
    r"|(?:(?<=\bдо\s)|(?<=\bк\s)|(?<=\bв\s)|(?<=\bво\s)|(?<=\bby\s)|(?<=\bon\s)|(?<=\btill\s))(?P<short>пн|вт|ср|чт|пт|сб|вс|mon|tues?|weds?|thur?s?|fri|sat|sun)\b\.?"
    r"|(?P<rel>позавчера|послезавтра|сегодня(?:шн\w+)?|вчера(?:шн\w+)?|завтра(?:шн\w+)?|segodnya|vchera|pozavchera|zavtra|today|yesterday|tomorrow|tonight|this\s+(?:morning|afternoon|evening))\b"
    rf"|(?P<ago_n>(?:{_COUNT})\s+)?(?P<ago_u>сутки|суток|дн(?:я|ей)|день|недел[юиь]|недель|месяц(?:а|ев)?|год(?:а)?|лет|days?|weeks?|months?|years?)\s+(?:тому\s+)?(?:назад|ago)\b"
    rf"|(?:через|спустя|за|in|within|в\s+течени[еи]|в\s+срок\s+(?:до|не\s+(?:более|позднее|позже))|не\s+(?:позднее|позже)(?=\s+(?:\d{1,3}|[а-я]+)\s+(?:(?:рабоч|календарн)\w+\s+)?дн))\s+(?:the\s+next\s+)?(?P<in_n>{_COUNT})?\s*(?:\([а-яё]+\)\s+)?(?P<in_w>рабоч\w+\s+|календарн\w+\s+|working\s+|business\s+|calendar\s+)?{_SPAN}"
    r"|в\s+(?P<term>(?:\d{1,2}(?:-?(?:ти|и|х))?[\s-]?|дв[уа]х|тр[её]х|пяти|семи|десяти|четырнадцати|тридцати)дневн|недельн|месячн)ый\s+срок"
    r"|(?P<end>(?:конца|конец|end\s+of(?:\s+the)?|end\s+of\s+this)\s+(?:этой\s+|текущей\s+|текущего\s+|этого\s+)?(?P<end_u>недели|месяца|года|дня|week|month|year|day))\b"
    r"|(?P<soon>нов(?:ого|ому|ым)\s+год(?:а|у|ом)|выходны[хм]|конца\s+следующей\s+недели|end\s+of\s+next\s+week|the\s+weekend|christmas|new\s+year(?:'s(?:\s+eve)?)?|a\s+fortnight|на\s+(?:этой|следующей)\s+неделе|(?:this|next)\s+week)\b"
    r")",
    re.IGNORECASE,
)  # fmt: skip
# Nine blanks between the words of a date are enough: more, and a thousand blanks cost cubed time (fuzzer, mail 151624).
_FORMS = re.compile(_FORMS.pattern.replace(r"\s+", r"\s{1,9}").replace(r"\s*", r"\s{0,9}").replace(r"[\s-]+", r"[\s-]{1,9}"), re.IGNORECASE)


# What a date may begin with, beside digits: the first three letters, or a whole short word.
_HEADS = frozenset(
    [word[:3] for word in (*_MONTH_BY_HEAD, *_WEEKDAYS, *_RELATIVE, *_ORDINAL_HEADS, *_COUNTS)]
    + str.split(
        "iyu нач сер ear lat три сут дне дня нед мес год лет day wee mon yea про мин сле бли thi las nex com кон end нов вых the чер спу "
        "wit"
    )
)
_LEADS = frozenset(str.split("в за in a an на this пн вт ср чт пт сб вс mon tue tues wed weds thu thur thurs fri sat sun"))


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


def find_days(text: str, words: Iterable[tuple[int, str]]) -> Iterator[Day]:
    """Every date of a text in its order; `words` are the places and lower-case forms of its words, at which alone a date may begin.

    Nothing is guessed from bare numbers: `4512` and `3.5` are no dates.
    """
    passed = 0
    for start, lower in words:
        if start < passed or not (lower[:1].isdigit() or lower[:3] in _HEADS or lower in _LEADS):
            continue
        found = _FORMS.match(text, start)
        day = _day(found) if found else None
        if day is not None:
            passed = day.end
            yield day


def read_day(text: str, at: int) -> Day | None:
    """The date that begins exactly at a position, if any."""
    found = _FORMS.match(text, at)
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
    """Day first; month first only where the second number can be no month (11/24/2026)."""
    first, second, written = found["full"].split(found["sep"])
    year = int(written) if len(written) == 4 else 2000 + int(written)
    day, month = int(first), int(second)
    if month > 12 >= day and found["sep"] == "/":
        day, month = month, day
    return _fixed(found, year, month, day)


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
    number = _MONTH_BY_HEAD[month[:3].lower()]

    def resolve(today: date, future: bool) -> date | None:
        year = today.year - back
        last = calendar.monthrange(year, number)[1]
        return date(year, number, min(day or (last if future else 1), last))

    return Day(found.start(), found.end(), "full" if day else "month", resolve)


def _named_day(found: re.Match[str]) -> Day | None:
    return _named(found, int(found["mond"]), found["mond_m"], found["mond_y"])


def _ordinal(found: re.Match[str]) -> Day | None:
    head = found["ord_h"].lower().replace("ё", "е")
    number = 30 if head == "тридцат" else _ORDINALS.get(head)
    if number is None:
        return None
    tens = (found["tens"] or "").strip().lower()
    return _named(found, number + {"двадцать": 20, "тридцать": 30}.get(tens, 0), found["ord_m"], None)


def _named_month(found: re.Match[str]) -> Day | None:
    if found["mony_r"]:
        return _in_named_year(found, None, found["mony_m"], found["mony_r"])
    return _month(found, int(found["mony_y"]), _MONTH_BY_HEAD[found["mony_m"][:3].lower()])


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
    return _MONTH_BY_HEAD[head] if head != "iyu" else 6 if name[:4].lower() == "iyun" else 7


def _day_alone(found: re.Match[str]) -> Day | None:
    day = int(found["day_th"] or found["day_go"])
    if not 1 <= day <= 31:
        return None
    return Day(found.start(), found.end(), "day", lambda today, future: nearest_day(today, day, future))


def _weekday(found: re.Match[str]) -> Day | None:
    number = _WEEKDAYS[found["wd"].lower()]
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


def _short_weekday(found: re.Match[str]) -> Day:
    number = _SHORT[found["short"].lower()[:2]]
    return Day(found.start(), found.end(), "weekday", lambda today, future: nearest_weekday(today, number, future))


def _relative(found: re.Match[str]) -> Day | None:
    word = found["rel"].lower()
    days = next(days for head, days in sorted(_RELATIVE.items(), key=lambda item: -len(item[0])) if word.startswith(head))
    return Day(found.start(), found.end(), "near", lambda today, future: today + timedelta(days=days))


_SINGLE = frozenset(str.split("день неделю месяц год сутки day week month year"))


def _ago(found: re.Match[str]) -> Day | None:
    unit = found["ago_u"]
    if not found["ago_n"] and unit.lower() not in _SINGLE:  # "a few days ago" says no day
        return None
    count = _count(found["ago_n"])
    return Day(found.start(), found.end(), "near", lambda today, future: later(today, -count, unit))


def _within(found: re.Match[str]) -> Day | None:
    unit, count = found["unit"], _count(found["in_n"])
    working = (found["in_w"] or "").lower().startswith(("рабоч", "working", "business"))
    if unit.lower().startswith(("час", "hour", "hr")):
        count, unit = max(0, count // 24), "days"
    if working:
        return Day(found.start(), found.end(), "span", lambda today, future: working_days_later(today, count), True)
    return Day(found.start(), found.end(), "span", lambda today, future: later(today, count, unit))


_TERM_WORDS = {"недельн": 7, "месячн": 30}


def _in_term(found: re.Match[str]) -> Day:
    word = found["term"].lower()
    head = re.match(r"\d+|[а-яё]+?(?=дневн)", word)
    count = _TERM_WORDS.get(word) or (int(head[0]) if head and head[0].isdecimal() else _COUNTS.get(head[0], 1) if head else 1)
    return Day(found.start(), found.end(), "span", lambda today, future: today + timedelta(days=count))


def _count(written: str | None) -> int:
    word = (written or "").strip().lower()
    return int(word) if word.isdecimal() else _COUNTS.get(word, 1)


def _end_of(found: re.Match[str]) -> Day | None:
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


def _soon(found: re.Match[str]) -> Day:
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


_READERS: dict[str, Callable[[re.Match[str]], Day | None]] = {
    "iso": _iso, "full": _full, "my": _month_year, "dm": _day_month, "dmon": _day_named, "mond": _named_day, "ord": _ordinal,
    "part": _part_of_month, "mon": _month_alone,
    "mony_m": _named_month, "day_th": _day_alone, "day_go": _day_alone, "weekday": _weekday, "short": _short_weekday,
    "rel": _relative, "ago_u": _ago,
    "unit": _within, "term": _in_term, "end": _end_of, "soon": _soon,
}  # fmt: skip
