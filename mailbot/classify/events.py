"""What the dates of a letter are the dates of: bought, delivered, put into service, expiring, or the day an answer is wanted by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain

from mailbot.classify.dates import find_days, read_day
from mailbot.classify.lemmas import NOUN, VERB
from mailbot.classify.matching import may_hold
from mailbot.classify.nearest_days import nearest_date
from mailbot.classify.relative_days import Day
from mailbot.classify.sheet import Said, Sheet

FAR = 12  # words between a date and the word that tells what happened
NUMBERS = 8  # further words between them that are part of numbers already read
LONG_AGO, SOON = 300, 60  # days
PAST = ("л", "ла", "ло", "ли", "лся", "лась", "лось", "лись")
NEXT_WITHIN = 200  # signs between a day and "на следующий день" that is counted from it
_NEXT_DAY = re.compile(r"\b(?:на\s+(?:следующий|другой)\s+день|наутро|(?:the\s+)?(?:next|following)\s+day)\b")
OTHER_CLAUSE = 4  # a word of another clause counts as so many words farther
_DUE = re.compile(
    r"(?:\b(?:до|do|не\s+позднее|не\s+позже|срок(?:ом)?(?:\s*[-–—:])?|крайний\s+срок(?:\s*[-–—:])?|к|ко"
    r"|by|before|until|till|no\s+later\s+than|not\s+later\s+than|deadline(?:\s+is)?:?))"
    r"\s+(?:(?:конца|утра|обеда|вечера|полудня|\d{1,2}[:.]\d\d|close\s+of\s+(?:play|business)|cob|eod|the|end\s+of|noon|midday|on|this|"
    r"our|\d{1,2}\s*(?:am|pm)|рабочего|дня|of|next)[\s,]+){0,4}$",
)
_ANSWER_TERM = re.compile(
    r"(?:срок\s+(?:для\s+)?(?:ответа|рассмотрения|исполнения)|ответ(?:ить)?\s+(?:до|к|не\s+позднее)|reply\s+by|answer\s+by|respond\s+by"
    r"|response\s+(?:due|by)|deadline)\s*[:–—-]?\s*(?:до\s+)?$",
)
_DATED = re.compile(r"(?:\d{1,2}[./]\d{1,2}(?:[./]\d{2,4})?|\d{1,2}\s[а-я]{3,8}(?:\s\d{4})?)(?:\s*г(?:ода|\.))?,?\s*$")
_LATEST = re.compile(r"[ \t]*(?:at\s+the\s+latest|или\s+раньше|крайний\s+срок|самое\s+позднее)")
_WAIT = re.compile(
    r"\b(?:жд[уеё]м?|да[юеё]м?|дам|wait|give\s+you|срок\s+(?:для\s+|на\s+)?ответа?(?:\s*[-–—:])?|на\s+ответ(?:\s+у\s+вас|\s+вам)?)\s+(?:вам\s+|ответа\s+|ещ[её]\s+|на\s+это\s+)?"
    r"(?:(?P<n>\d{1,3}|две|три|два|пять|десять|пару|two|three|ten)\s+)?(?P<w>рабочих\s+|календарных\s+|working\s+|business\s+)?"
    r"(?P<u>дн(?:я|ей)|день|недел[юиья]|месяц|days?|weeks?)\b",
)
_WAIT_HEADS = ("жду", "жде", "ждё", "даю", "дае", "даё", "дам", "wait", "give you", "срок", "ответ")
_TODAY_HEADS = ("by", "before")
_TODAY = re.compile(
    r"\b(?:by|before)\s+(?:noon|midday|midnight|cob|eod|close\s+of\s+(?:play|business)|end\s+of\s+(?:the\s+)?day|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b(?!\s+(?:of\b|\w+s\b))|\d{1,2}(?:[:.]\d\d)?\s*(?:am|pm|o.clock)\b)"
    r"(?!\s+(?:on\s+)?(?:mon|tues|wednes|thurs|fri|satur|sun|tomorrow|the\s+\d|\d{1,2}\s))",
)
_CLOCK_HEADS = (":", "обеда", "вечера", "конца")
_BY_CLOCK = re.compile(
    r"\b(?:до|к)\s+(?:\d{1,2}:\d\d|обеда|вечера|конца\s+(?:рабочего\s+)?дня)(?!\s+(?:\d|понед|вторн|сред|четв|пятн|завтра))",
)
_EVENTS = ("day_purchased", "day_delivered", "day_shipped", "day_commissioned", "day_expires", "day_other", "term_warranty", "term_other")


@dataclass(frozen=True, slots=True)
class Event:
    """`group` is a day_* group of facts.toml, "due" for a day wanted, "wanted" for one only mentioned with a
    demand, "warranty" for the day a warranty ends."""

    group: str
    day: date
    exact: bool = True


def read_events(sheet: Sheet) -> Iterator[Event]:
    """Every date whose meaning the letter tells; dates of papers were taken by them before."""
    wanted = {sheet.words.sentences[one.hit.first] for one in sheet.of("day_wanted")}
    wanted |= {sheet.words.sentences[one.hit.first] for one in sheet.family("remedy") if one.weight}
    wanted |= {sheet.words.sentences[at] for at in _orders(sheet)}
    words = ((start, word.lower) for start, word in zip(sheet.words.starts, sheet.words.words, strict=True))
    days = list(_named_in_two(find_days(sheet.small, words), sheet))
    for day in days:
        if sheet.free(day.start, day.end):
            event = _event(day, sheet, wanted)
            if event is not None:
                sheet.take(day.start, day.end)
                yield event
                yield from _day_after(day, event, sheet)
    yield from _by_that_day(days, sheet)
    for form, heads in ((_WAIT, _WAIT_HEADS), (_TODAY, _TODAY_HEADS)):
        for found in form.finditer(sheet.small) if may_hold(sheet.small, heads) else ():
            yield from _waiting(found, sheet)
    for found in _BY_CLOCK.finditer(sheet.small) if may_hold(sheet.small, _CLOCK_HEADS) else ():
        at = sheet.word_at(found.start())
        dated = _DATED.search(sheet.small, max(0, found.start() - 20), found.start())
        if at < len(sheet.words) and not dated and sheet.words.sentences[at] in wanted and sheet.free(found.start(), found.end()):
            yield Event("due", sheet.today)


def _named_in_two(days: Iterable[Day], sheet: Sheet) -> Iterator[Day]:
    """ "В октябре, кажется 14-го": the day of the month named just before."""
    last: Day | None = None
    for day in days:
        if last is not None and last.kind == "month" and day.kind == "day" and _BESIDE.fullmatch(sheet.small, last.end, day.start):
            yield _in_month(last, day)
        else:
            yield day
        last = day


_BESIDE = re.compile(r"[^.;!?\d\n]{1,24}")


def _in_month(month: Day, day: Day) -> Day:
    def resolve(today: date, future: bool) -> date | None:
        first, number = month.resolve(today, False), day.resolve(today, False)
        return nearest_date(today, number.day, first.month, future) if first is not None and number is not None else None

    return replace(day, kind="yearless", resolve=resolve)


def _orders(sheet: Sheet, first: int = 0, last: int | None = None) -> Iterator[int]:
    """Words that order: "привезите", "шлите"."""
    for at, word in enumerate(sheet.words.words[first:last], first):
        if word.flags & VERB and not word.flags & NOUN and word.lower.endswith(_IMPERATIVE):
            yield at


_IMPERATIVE = ("ите", "йте", "ьте", "итесь", "йтесь")


def _by_that_day(days: Sequence[Day], sheet: Sheet) -> Iterator[Event]:
    """ "Сборщик придёт 5 января. Прошу к этому числу заменить": the last day named before."""
    for found in _THAT_DAY.finditer(sheet.small) if may_hold(sheet.small, _THAT_DAY_HEADS) else ():
        near = [day for day in days if 0 <= found.start() - day.end <= NEXT_WITHIN and day.kind in _NAMED_DAYS]
        coming = near[-1].resolve(sheet.today, True) if near else None
        if coming is not None and coming >= sheet.today:
            yield Event("due", coming)


_NAMED_DAYS = frozenset(("full", "yearless", "day", "weekday", "near"))
_THAT_DAY_HEADS = ("тому", "then", "that")
_THAT_DAY = re.compile(
    r"\bк\s+(?:этому|тому)\s+(?:числу|сроку|дню|времени|моменту)\b|\b(?:by|before)\s+(?:then|that\s+(?:date|day|time))\b"
)


def earliest(events: Iterable[Event], group: str, papers: Iterable[date] = ()) -> date | None:
    """The earliest day of a group; "в сентябре (12.09.2026)" is the twelfth, as is "в сентябре" with a paper of the twelfth."""
    found = [event for event in events if event.group == group]
    first = min(found, key=lambda event: event.day, default=None)
    if first is None or first.exact:
        return first.day if first is not None else None
    exact = chain((event.day for event in found if event.exact), papers)
    return min((day for day in exact if (day.year, day.month) == (first.day.year, first.day.month)), default=first.day)


def _event(day: Day, sheet: Sheet, wanted: set[int]) -> Event | None:
    at = sheet.word_at(day.start)
    if at >= len(sheet.words):
        return None
    if _ANSWER_TERM.search(sheet.small, max(0, day.start - 60), day.start):
        coming = day.resolve(sheet.today, True)
        return Event("due", coming) if coming is not None and coming >= sheet.today else None
    within = (_is_within(day, sheet) and sheet.words.sentences[at] in wanted) or _is_time_given(day, at, sheet) or _is_warned(day, sheet)
    named = _DUE.search(sheet.small, max(0, day.start - 60), day.start) or _LATEST.match(sheet.small, day.end)
    due = within or named is not None or _is_by_hour(day, sheet)
    said = _nearest(at, sheet, due=due)
    group = said.group if said else ""
    if group in _PAPERS:
        group = "day_delivered"
    if due:
        return _due(day, group, sheet)
    if group == "day_expires":
        over = _OVER.search(sheet.small, max(0, day.start - 40), day.end + 30)
        return _made("day_expires", day.resolve(sheet.today, not over))
    if group == "term_warranty" and day.kind in _NAMED_DAYS and _RAN_OUT.search(sheet.small, max(0, day.start - 30), day.start):
        return _made("warranty", day.resolve(sheet.today, False))
    if group == "day_commissioned" and said and _is_planned(said, day, at, sheet, wanted):
        return _wanted(day, sheet, wanted)
    if group in _MADE:
        past = day.resolve(sheet.arrived if day.kind == "yearless" else sheet.today, False)
        if past is not None and past <= sheet.arrived and not _is_coming(day, past, sheet):
            return Event(group, past, exact=day.kind != "month")
        return _wanted(day, sheet, wanted)
    return None if group else _wanted(day, sheet, wanted)


_RAN_OUT = re.compile(r"\b(?:ист[её]к(?:ла)?|(?:за)?кончил(?:ась|ся)|вышла|expired|ended|ran\s+out)\s+(?:on\s+(?:the\s+)?)?$")
_OVER = re.compile(r"\b(?:ист[её]к|вышел|закончил|прош[её]л|просрочен|expired|ran\s+out|passed)")


def _is_planned(said: Said, day: Day, at: int, sheet: Sheet, wanted: set[int]) -> bool:
    """ "в понедельник запуск линии, пришлите инженера": a noun of what is to begin, in a sentence that asks."""
    word = sheet.words.words[said.hit.last]
    return day.kind in ("weekday", "day") and not word.flags & VERB and bool(word.flags & NOUN) and sheet.words.sentences[at] in wanted


def _is_coming(day: Day, past: date, sheet: Sheet) -> bool:
    """ "Installation is to start 28 September", written in mid September, tells of the days to come and not of last year."""
    coming = day.resolve(sheet.arrived, True)
    soon = coming is not None and (coming - sheet.arrived).days <= SOON
    return day.kind == "yearless" and (sheet.arrived - past).days > LONG_AGO and soon


def _is_by_hour(day: Day, sheet: Sheet) -> bool:
    """ "сегодня до 15:00 скажите"."""
    return day.kind == "near" and bool(_BY_HOUR.match(sheet.small, day.end))


_BY_HOUR = re.compile(r"\s+(?:до|к|by|before)\s+\d{1,2}(?!\d|[.]\d\d\.)")


def _day_after(day: Day, event: Event, sheet: Sheet) -> Iterator[Event]:
    """ "14 ноября купила, привезли на следующий день"."""
    found = _NEXT_DAY.search(sheet.small, day.end, day.end + NEXT_WITHIN) if event.group in _MADE else None
    if found is None:
        return
    said = _nearest(min(sheet.word_at(found.start()), len(sheet.words) - 1), sheet, due=False)
    after = event.day + timedelta(days=1)
    if said is not None and said.group in _MADE and said.group != event.group and after <= sheet.arrived:
        yield Event(said.group, after)


_MADE = frozenset(("day_purchased", "day_delivered", "day_shipped", "day_commissioned"))


def _is_within(day: Day, sheet: Sheet) -> bool:
    if day.kind != "span":
        return False
    lead = sheet.small[day.start : day.start + 1]
    if _is_supposed(day, sheet) and not _is_warned(day, sheet):
        return False  # "если в течение года откажет" is no day for us
    return lead in ("в", "w") or (lead == "i" and bool(_DUE_IN.search(sheet.small, max(0, day.start - 20), day.start)))


def _is_supposed(day: Day, sheet: Sheet) -> re.Match[str] | None:
    return _SUPPOSED.search(sheet.small, max(0, day.start - 60), day.start)


def _is_warned(day: Day, sheet: Sheet) -> bool:
    """ "если в течение 10 дней не вернёте", "если не ответите за неделю": a time that is given us."""
    supposed = _is_supposed(day, sheet) if day.kind == "span" else None
    return supposed is not None and bool(_NOT_DONE.search(supposed[0]) or _NOT_DONE.match(sheet.small, day.end))


_SUPPOSED = re.compile(r"\b(?:если|if|when|вдруг)\b[^.,;!?\n]*$")
_NOT_DONE = re.compile(
    r"[^.;!?,\n]{0,40}?(?:\bне[ \u00a0](?:\w+[ \u00a0]){0,2}?(?:\w+(?:[её]те|ите|[её]тесь|итесь)|будет|будут)\b"
    r"|\b(?:not|don't)[ \u00a0](?:get|hear|receive|reply|answer)\b)"
)
_DUE_IN = re.compile(r"\b(?:due|required|needed|expected|reply|answer|response|answered)\s+$")


def _is_time_given(day: Day, at: int, sheet: Sheet) -> bool:
    """ "устраните за две недели", "если не вернёте деньги за три дня"; but "за две недели сломался дважды" tells what happened."""
    if day.kind != "span" or sheet.small[day.start : day.start + 3].strip() != "за":
        return False
    words, clause = sheet.words, sheet.words.clauses[at]
    first = last = at
    while first > max(0, at - FAR) and words.clauses[first - 1] == clause:
        first -= 1
    while last + 1 < min(len(words), at + FAR) and words.clauses[last + 1] == clause:
        last += 1
    spoken = [words.words[place] for place in range(first, last + 1)]
    if any(word.flags & VERB and word.lower.endswith(PAST) for word in spoken):
        return False
    lower = [word.lower for word in spoken]
    return _asks_at_once(at, sheet) or "если не" in " ".join(lower)


def _due(day: Day, group: str, sheet: Sheet) -> Event | None:
    """ "до 30 ноября": an expiry, the end of a warranty, or the day an answer is wanted by; what is past is no wish."""
    coming = day.resolve(sheet.today, True)
    if coming is None or group in ("day_other", "term_other"):
        return None
    if group == "day_expires":
        return Event("day_expires", coming)
    if group == "term_warranty":
        return Event("warranty", coming) if day.kind in ("full", "yearless", "month") else None
    if coming < sheet.today or (day.kind == "month" and coming.year > sheet.today.year + 1):
        return None
    return Event("due", coming)


def _made(group: str, day: date | None) -> Event | None:
    return Event(group, day) if day is not None else None


def _wanted(day: Day, sheet: Sheet, wanted: set[int]) -> Event | None:
    """A coming day in a sentence that asks for something: "просим поменять, внедрение 7 декабря"."""
    at = sheet.word_at(day.start)
    if _SINCE.search(sheet.small, max(0, day.start - 8), day.start):
        return None
    if sheet.words.sentences[min(at, len(sheet.words) - 1)] not in wanted or day.kind in ("span", "month") or _is_over(day, at, sheet):
        return None
    coming = day.resolve(sheet.today, True)
    past = day.resolve(sheet.today, False)
    if day.kind == "near" and coming == sheet.today and _asks_at_once(at, sheet):
        return Event("wanted", coming)
    if coming is None or coming <= sheet.today or (past is not None and past != coming and (coming - sheet.today).days > 45):
        return None
    return Event("wanted", coming)


_SINCE = re.compile(r"(?<!\w)(?:since|from|с|со|после|after)\s+$")


def _is_over(day: Day, at: int, sheet: Sheet) -> bool:
    """ "приехал в субботу": a verb of the past in the clause of a weekday, and no "чтобы"."""
    if day.kind not in ("weekday", "day"):
        return False
    words, clause = sheet.words, sheet.words.clauses[min(at, len(sheet.words) - 1)]
    near = [words.words[place] for place in range(max(0, at - FAR), min(len(words), at + FAR)) if words.clauses[place] == clause]
    past = any(word.flags & VERB and not word.flags & NOUN and word.lower.endswith(PAST) for word in near)
    return past and not any(word.lower in ("чтобы", "чтоб", "бы", "если") for word in near)


def _asks_at_once(at: int, sheet: Sheet) -> bool:
    """ "Engineer today please", "решайте сегодня": the day stands in the clause of the demand."""
    clause = sheet.words.clauses[at]
    if any(sheet.words.clauses[place] == clause for place in _orders(sheet, max(0, at - FAR), at + FAR)):
        return True
    demands = (*sheet.of("day_wanted"), *(one for one in sheet.family("remedy") if one.weight))
    return any(sheet.words.clauses[one.hit.first] == clause or sheet.words.clauses[one.hit.last] == clause for one in demands)


def _nearest(at: int, sheet: Sheet, *, due: bool) -> Said | None:
    """The word that tells what the date is of: nearest in its sentence, its own clause first."""
    best: Said | None = None
    least = FAR + 1
    sentence, clause = sheet.words.sentences[at], sheet.words.clauses[at]
    for one in sheet.near(at, at, FAR + NUMBERS, "day", "term", "doc"):
        hit = one.hit
        coming = one.group in _EVENTS or _is_paper(one, at, sheet)
        unwanted = ((one.group in _MADE or one.group == "day_other") and _is_to_come(one, sheet)) or (
            due and (one.group in _MADE or (one.group == "day_other" and hit.first > at))
        )
        if not coming or unwanted or sheet.words.sentences[hit.first] != sentence:
            continue
        far = at - hit.last if hit.last < at else hit.first - at + 1
        between = range(min(hit.last + 1, at), max(hit.first, at))
        far -= _numbers_between(between, sheet)
        other = sheet.words.clauses[hit.last if hit.last < at else hit.first] != clause
        far += OTHER_CLAUSE * (other or any(_begins_anew(place, sheet) for place in between))
        if far < least or (far == least and best is not None and hit.first < best.hit.first):
            best, least = one, far
    return best


def _begins_anew(at: int, sheet: Sheet) -> bool:
    """ "bought on Monday and it stopped": a second subject, without the comma that would part the clauses."""
    words = sheet.words.words
    return words[at].lower in _JOINING and at + 1 < len(words) and words[at + 1].lower in _SUBJECTS


_JOINING = frozenset(str.split("and but и но а"))
_SUBJECTS = frozenset(str.split("i we it they he she он она оно они я мы"))


def _numbers_between(between: Iterable[int], sheet: Sheet) -> int:
    """ "We bought the pump, s/n 5530-2218, in June": words that are part of a number already read part nothing, nor do English
    articles, pronouns and prepositions, for which Russian has endings."""
    words = sheet.words
    return sum(
        words.words[place].lower in _SMALL or not sheet.free(words.starts[place], words.ends[place])
        for place in between
    )


_SMALL = frozenset(str.split("the a an your our my this that from in at of on to"))


def _is_to_come(one: Said, sheet: Sheet) -> bool:
    """ "если до вторника довезёте", "перемычки ставить", "will be paid on Friday": what is to be done has not happened."""
    word = sheet.words.words[one.hit.last]
    if one.hit.first and sheet.words.words[one.hit.first - 1].lower in _TO_BE:
        return True
    if one.group == "day_purchased" and any(each.lower in _I_BUY for each in sheet.words.words[one.hit.first : one.hit.last + 1]):
        return True  # "или беру у других": who has bought says so in the past
    return bool(word.flags & VERB) and not word.flags & NOUN and word.lower.endswith(_TO_COME)


_TO_BE = frozenset(str.split("will shall be 'll будет будут будем"))
_I_BUY = frozenset(str.split("беру берем берём возьму возьмем возьмём куплю купим покупаю покупаем закажу закажем приобрету приобретем"))
_TO_COME = ("ете", "ите", "йте", "ьте", "ть", "ти", "ться", "тесь")


def _is_paper(one: Said, at: int, sheet: Sheet) -> bool:
    """ "товарная накладная от 28.08.2026" without a number: the day of delivery."""
    return one.group in _PAPERS and at - one.hit.last == 2 and sheet.words.words[at - 1].lower in ("от", "dated", "of", "from")


_PAPERS = frozenset(("doc_waybill", "doc_upd", "doc_ttn", "doc_torg12", "doc_delivery_note"))


def _waiting(found: re.Match[str], sheet: Sheet) -> Iterator[Event]:
    """ "жду 10 дней" and "by seven" (of the day the letter was written)."""
    groups = found.groupdict()
    if "u" not in groups:
        yield Event("due", sheet.today)
        return
    day = read_day(f"within {groups['n'] or 'one'} {groups['w'] or ''}{groups['u']}", 0)
    coming = day.resolve(sheet.today, True) if day else None
    if coming is not None:
        yield Event("due", coming)
