"""A colleague's out-of-office is understood (behaviour.md 11.12): from when to when she is away, and who stands in. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from mailbot.claims.named_people import named_in
from mailbot.claims.policy import Person

_ONE_DAY = timedelta(days=1)
UNSTATED_FOR = timedelta(days=1)  # "I am out of office" and no date: that day and the next
_LONGEST = timedelta(days=400)  # parental leave; more is a date misread
_MOST_LETTERS = 5_000

_AWAY = re.compile(
    r"\bв\s+(?:[а-яё-]+\s+){0,3}отпуск[еа]?\b(?!\s+(?:товар|груз|продукц))|\bотпуск[еа]?\s+(?:с|до|по)\b|отсутств(?:ую|овать|овал|ии|ия|ие)"
    r"|\bне\s+(?:буду|будет|нахожусь)\s+(?:на\s+(?:работе|месте|рабочем)|в\s+офисе)|\bвне\s+офиса|\bна\s+больничном|\bв\s+командировк"
    r"|out\s+of\s+(?:the\s+|my\s+)?office|\bon\s+(?:an?\s+|my\s+)?(?:(?:annual|sick|parental|maternity|paternity|business|paid)\s+)?"
    r"(?:leave|vacation|holidays?|trip)\b|\b(?:be|am|'m)\s+away\b|away\s+from\s+(?:the|my)\s+(?:office|desk)|not\s+in\s+the\s+office"
    r"|\bmy\s+absence\b",
    re.IGNORECASE,
)
_HERSELF = re.compile(r"\b(?:я|мен[яе]|мн(?:е|ой)|мо(?:й|я|ё|е|его|ему|ём|ем|и|их)|буду|нахожусь|отсутствую|ухожу|уезжаю|вернусь|выйду)\b"
                      r"|\b(?:I|I'm|I'll|my|me)\b", re.IGNORECASE)  # fmt: skip
_DEPUTY = re.compile(
    r"обращ(?:айтесь|аться|айся)|пишите|писать|связ(?:ывайтесь|ываться|аться)|звоните|замеща|замен(?:ит|яет|яющ)|исполня(?:ет|ющ)|вместо\s+меня"
    r"|за\s+меня|контактн\w+\s+лиц|\bвопрос(?:ам|ами)\b|\bcontact\b|reach\s+out|\bcover(?:s|ing)?\b|stand(?:s|ing)?\s+in|deput|write\s+to"
    r"|\bemail\b|get\s+in\s+touch|in\s+my\s+(?:absence|place|stead)|\breplac(?:es|ing)\b|address\s+.{0,40}\bto\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<![А-ЯЁA-Z])[.!?;](?=\s|$)\s*|\n+")

_MONTHS = {
    name: number
    for names in ("янв фев мар апр мая июн июл авг сен окт ноя дек", "jan feb mar apr may jun jul aug sep oct nov dec")
    for number, name in enumerate(names.split(), 1)
}
_MONTH = (
    r"(?:янв(?:аря|\.)?|фев(?:раля|\.)?|мар(?:та|\.)?|апр(?:еля|\.)?|мая|июн[яь]?|июл[яь]?|авг(?:уста|\.)?|сен(?:тября|т\.|\.)?"
    r"|окт(?:ября|\.)?|ноя(?:бря|б\.|\.)?|дек(?:абря|\.)?|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?"
    r"|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_NTH = r"(?:-?(?:го|е|ое|ого)|st|nd|rd|th)?"
_YEAR = r"(?:,?\s*\d{4}(?!\d)(?:\s*г(?:ода|\.)?)?)?"
_DATE = re.compile(
    r"(?P<iso>\b\d{4}-\d{2}-\d{2}\b)|(?P<num>(?<![\d.])\d{1,2}[./]\d{1,2}(?:[./]\d{2,4})?(?!\d))"
    rf"|(?P<ru>\b\d{{1,2}}{_NTH}(?:\s+of)?\s+{_MONTH}{_YEAR})|(?P<en>\b{_MONTH}\s+\d{{1,2}}{_NTH}\b{_YEAR})",
    re.IGNORECASE,
)
_MARK = "\ue000"  # stands where a date stood; its number follows
_AT = rf"{_MARK}(\d+){_MARK}"
_DAY = rf"(\d{{1,2}}){_NTH}"
_DASH = r"\s*[-–—]\s*"
_TO = rf"(?:\s+(?:по|до|to|until|till|through|and)\s+|{_DASH})"
_FROM_TO = re.compile(rf"{_AT}(?:\s+г\.|\s+года)?,?{_TO}{_AT}", re.IGNORECASE)
_DAYS_TO = re.compile(rf"\b{_DAY}{_TO}{_AT}", re.IGNORECASE)
_DATE_TO_DAY = re.compile(rf"{_AT}{_TO}{_DAY}\b(?!\s*[:.]\d)", re.IGNORECASE)
_UNTIL = re.compile(rf"\b(?:до|по|until|till|through|to)\s+(?:конца\s+дня\s+|the\s+)?{_AT}", re.IGNORECASE)
_BACK = re.compile(
    rf"(?:верн(?:усь|ётся|ется)|выхожу|выйду|буду\s+(?:снова\s+)?(?:на\s+(?:работе|месте)|в\s+офисе|доступ\w+)|приступлю|back|return(?:ing)?)"
    rf"(?:\s+(?:[^\W\d]+\s+){{0,4}}|\s+){_AT}",
    re.IGNORECASE,
)
_SINCE = re.compile(rf"\b(?:с|со|from|starting|since|as\s+of)\s+{_AT}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Absence:
    """Who is away, from the first to the last day (inclusive), and the id of who stands in, where the mail names one of us.

    `proven`: the mail is hers, as a command would have to be.
    """

    person: str
    first: date
    last: date
    deputy: str | None = None
    proven: bool = True

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last


def tells_of_absence(subject: str, text: str) -> bool:
    """It speaks of somebody's absence: enough to ask whose mail it is."""
    return _AWAY.search(_told(subject, text)) is not None


def _told(subject: str, text: str) -> str:
    return f"{subject}.\n{text}"[:_MOST_LETTERS].replace("\u00a0", " ")


def absence_in(subject: str, text: str, author: Person, people: Iterable[Person], *, sent_on: date, automatic: bool) -> Absence | None:
    """What a mail of one of our people says of her absence; None where it says nothing of the kind.

    `automatic`: an answering machine wrote it. In an ordinary mail she must speak of herself, for who tells of a colleague's
    leave is not away. Where a last day is not told, she is away that day and the next.
    """
    told = _told(subject, text)
    if not _AWAY.search(told):
        return None
    if not automatic and not any(_HERSELF.search(sentence) for sentence in _sentences(told) if _AWAY.search(sentence)):
        return None
    first, last = _span(told, sent_on)
    others = [person for person in people if person.id != author.id]
    deputy = next((found for part in _sentences(told) if _DEPUTY.search(part) and (found := named_in(part, others))), None)
    return Absence(author.id, first, last, deputy.id if deputy is not None else None)


def _sentences(text: str) -> list[str]:
    return [part for part in _SENTENCE.split(text) if part.strip()]


def _span(text: str, sent_on: date) -> tuple[date, date]:
    dates: list[date] = []

    def mark(match: re.Match[str]) -> str:
        day = _date_of(match, sent_on)
        if day is None:
            return match[0]
        dates.append(day)
        return f"{_MARK}{len(dates) - 1}{_MARK}"

    marked = _DATE.sub(mark, text)
    for first, last in _stated(marked, dates, sent_on):
        if first <= last <= first + _LONGEST:
            return first, last
    return sent_on, sent_on + UNSTATED_FOR


def _stated(marked: str, dates: list[date], sent_on: date) -> Iterator[tuple[date, date]]:
    """The spans it may mean, the plainest first."""
    if found := _FROM_TO.search(marked):
        first = dates[int(found[1])]
        yield first, _not_before(dates[int(found[2])], first)
    if (found := _DAYS_TO.search(marked)) and (started := _on_day(dates[int(found[2])], int(found[1]))) is not None:
        yield started, dates[int(found[2])]
    if (found := _DATE_TO_DAY.search(marked)) and (ended := _on_day(dates[int(found[1])], int(found[2]))) is not None:
        yield dates[int(found[1])], ended
    since = dates[int(found[1])] if (found := _SINCE.search(marked)) else sent_on
    if found := _BACK.search(marked):
        last = dates[int(found[1])] - _ONE_DAY
        yield min(since, last), last
    if found := _UNTIL.search(marked):
        last = dates[int(found[1])]
        yield min(since, last), last
    yield since, since + UNSTATED_FOR


def _date_of(match: re.Match[str], sent_on: date) -> date | None:
    """The date these words mean; without a year the one nearest to the mail. None where there is no such day."""
    if match["iso"]:
        return _made(*map(int, match["iso"].split("-")))
    if match["num"]:
        day, month, *rest = map(int, re.split(r"[./]", match["num"]))
        if month > 12 >= day:  # as Americans write it
            day, month = month, day
        return _nearest(day, month, sent_on) if not rest else _made(rest[0] + 2000 if rest[0] < 100 else rest[0], month, day)
    words = match["ru"] or match["en"]
    number, name = re.search(r"\d{1,2}", words), re.search(r"[^\W\d]{3,}", re.sub(r"\d+(?:-?(?:го|ого|ое|е)|st|nd|rd|th)?", " ", words))
    year = re.search(r"\d{4}", words)
    if number is None or name is None:
        return None
    month = _MONTHS.get(name[0].casefold()[:3], 0)
    return _made(int(year[0]), month, int(number[0])) if year else _nearest(int(number[0]), month, sent_on)


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _nearest(day: int, month: int, sent_on: date) -> date | None:
    found = [made for year in (sent_on.year - 1, sent_on.year, sent_on.year + 1) if (made := _made(year, month, day)) is not None]
    return min(found, key=lambda made: abs(made - sent_on), default=None)


def _on_day(other: date, day: int) -> date | None:
    """The same month's other day."""
    return _made(other.year, other.month, day)


def _not_before(last: date, first: date) -> date:
    """From 28 December to 10 January: the second lies in the next year."""
    return last if last >= first else _made(last.year + 1, last.month, last.day) or last
