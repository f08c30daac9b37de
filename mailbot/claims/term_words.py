"""A date explains itself: how a term was counted, in one sentence (behaviour.md 11.4). Pure; any language but Russian gives English."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from itertools import groupby

from mailbot.claims.clocks import ClockRule
from mailbot.claims.day_words import day_words, short_day
from mailbot.claims.deadlines import term_end
from mailbot.claims.work_calendar import WorkCalendar
from mailbot.claims.working_time import ONE_DAY, add_working_days, office_day

_RU = {
    "language": "ru",
    "days": ("пн", "вт", "ср", "чт", "пт", "сб", "вс"),
    "moment": "{day} {date}, {time}",
    "count": "день {n} — {day} {date}{note}",
    "to": "–",
    "off": "{span} — выходные",
    "one_off": "{span} — выходной",
    "day_off": " (выходной)",
    "moved": " (рабочий, перенос)",
    "short": " (сокращённый)",
    "month": "срок ({n} мес.) истекает {day} {date}{note}",
    "year": "срок (лет: {n}) истекает {day} {date}{note}",
    "hour": "срок (часов работы офиса: {n}) истекает {day} {date}, {time}",
    "rolled": "выходной не считается: срок переходит на {day} {date}",
    "plan": "готовим к {day} {date}",
    "paused": "с {begin} по {until} ждали клиента, срок сдвинут на {day} {date}",
    "paused_same": "с {begin} по {until} ждали клиента, срок прежний",
    "promised": "клиенту названа дата {day} {date}",
    "provisional": "Производственный календарь на {year} год ещё не утверждён, дата предварительная.",
}
_EN = {
    "language": "en",
    "days": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "moment": "{day} {date} {time}",
    "count": "day {n} {day} {date}{note}",
    "to": " – ",
    "off": "{span} off",
    "one_off": "{span} off",
    "day_off": " (off)",
    "moved": " (working, moved)",
    "short": "",
    "month": "the term of {n} mo. ends on {day} {date}{note}",
    "year": "the term of {n} yr. ends on {day} {date}{note}",
    "hour": "{n} office hours end on {day} {date} {time}",
    "rolled": "a day off does not count: due {day} {date}",
    "plan": "we plan for {day} {date}",
    "paused": "waited for the customer from {begin} to {until}, due {day} {date}",
    "paused_same": "waited for the customer from {begin} to {until}, due as before",
    "promised": "the customer was told {day} {date}",
    "provisional": "The production calendar of {year} is not yet decreed, so this date is provisional.",
}
_BEGAN = {
    "ru": {
        "received_at": "получено", "sent_at": "отправлено", "demand_at": "требование получено", "registered_at": "зарегистрировано",
        "doc": "документ от", "fact": "названо", "event": "началось", "event:promised": "обещано",
        "state:approval": "на согласовании с", "state:waiting_customer": "ждём клиента с", "state:execution": "исполняется с",
        "state:awaiting_withdrawal": "ждём подтверждения с", "state": "началось",
    },
    "en": {
        "received_at": "received", "sent_at": "sent", "demand_at": "demanded", "registered_at": "registered",
        "doc": "document of", "fact": "named", "event": "begun", "event:promised": "promised",
        "state:approval": "in approval since", "state:waiting_customer": "waiting for the customer since",
        "state:execution": "carried out since", "state:awaiting_withdrawal": "waiting for the withdrawal since", "state": "begun",
    },
}  # fmt: skip


Said = dict[tuple[object, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Count:
    """What was counted: a rule from `started_at` to `counted_by`, and where pauses moved it. `promised`: the case names the date."""

    rule: ClockRule
    started_at: datetime
    counted_by: datetime
    due_by: datetime
    plan_by: datetime
    pauses: tuple[tuple[datetime, datetime], ...] = ()
    promised: bool = False


def explain(count: Count, calendar: WorkCalendar, office: tzinfo, language: str, said: Said | None = None) -> str:
    """How the clock's date came about, e.g. as `explain_date`; with months, hours, days off at the end, and pauses.

    `said` keeps the arithmetic for the next term with the same days, by this calendar and in this zone.
    """
    words, said = _words(language), said if said is not None else {}
    first, last = office_day(count.started_at, office), office_day(count.due_by, office)
    at = count.counted_by if count.rule.unit == "hour" else office_day(count.counted_by, office)
    plan, rule = office_day(count.plan_by, office), count.rule
    key = (rule.id, rule.unit, rule.amount, first, at, plan, bool(count.pauses), count.promised, words["language"])
    counted = said.get(key)
    if counted is None:
        counted = said[key] = tuple(_counted(count, calendar, office, words))
    parts = list(counted)
    if count.pauses:
        begin, until = (_moment(at.astimezone(office), words) for at in (count.pauses[0][0], count.pauses[-1][1]))
        moved = "paused" if last != at else "paused_same"  # an answer within the day moves nothing
        parts.append(_say(words, moved, last, first.year, begin=begin, until=until))
    sentence = _began(count.rule.trigger, count.started_at, office, language) + ("; " if parts else "") + ", ".join(parts)
    return sentence + _provisional(last, calendar, words)


def explain_date(received_at: datetime, amount: int, calendar: WorkCalendar, office: tzinfo, language: str) -> str:
    """How `amount` working days were counted from `received_at`, as one sentence.

    "received Fri 26 April 2024 18:20; day 1 Sat 27 April (working, moved), 28 April–1 May off, day 2 Thu 2 May, day 3 Fri 3 May".
    """
    words = _words(language)
    first = office_day(received_at, office)
    last = add_working_days(first, amount, calendar)
    begin = _began("received_at", received_at, office, language)
    return f"{begin}; {', '.join(_steps(first, last, calendar, words))}" + _provisional(last, calendar, words)


def without_plan(sentence: str, language: str) -> str:
    """What `explain` says, for a customer: when we plan to have it ready is our own affair."""
    words = _words(language)
    told, planned, rest = sentence.partition(", " + str(words["plan"]).partition("{")[0])
    at = rest.find(". " + str(words["provisional"]).partition("{")[0])
    return told + (rest[at:] if planned and at >= 0 else "")


def _counted(count: Count, calendar: WorkCalendar, office: tzinfo, words: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The arithmetic itself, before pauses."""
    rule, first = count.rule, office_day(count.started_at, office)
    last = office_day(count.counted_by, office)
    if rule.unit == "working_day" and not (count.promised and add_working_days(first, rule.amount, calendar) != last):
        yield from _steps(first, last, calendar, words)
        return
    if count.promised:  # counted by other rules than today's, and already named in a letter
        yield _say(words, "promised", last, first.year)
        return
    if rule.unit == "hour":
        local = count.counted_by.astimezone(office)
        yield _say(words, "hour", last, first.year, n=str(rule.amount), time=f"{local:%H:%M}")
        return
    yield from _calendar_days(rule, first, last, calendar, words)
    plan = office_day(count.plan_by, office)
    if plan != last and not count.pauses:
        yield _say(words, "plan", plan, last.year)


def _calendar_days(rule: ClockRule, first: date, last: date, calendar: WorkCalendar, words: Mapping[str, Sequence[str]]) -> Iterator[str]:
    end = term_end(first, rule.amount, rule.unit, calendar)
    note = "" if calendar.is_working_day(end) else str(words["day_off"])
    if rule.unit in {"month", "year"}:
        yield _say(words, rule.unit, end, first.year, n=str(rule.amount), note=note)
    elif rule.amount:
        if rule.amount > 1:
            yield _say(words, "count", first + ONE_DAY, first.year, n="1", note="")
        yield _say(words, "count", end, first.year, n=str(rule.amount), note=note)
    if end != last:
        yield _say(words, "rolled", last, end.year)


def _words(language: str) -> Mapping[str, Sequence[str]]:
    return _RU if language == "ru" else _EN


def _began(trigger: str, at: datetime, office: tzinfo, language: str) -> str:
    began = _BEGAN["ru" if language == "ru" else "en"]
    verb = began.get(trigger) or began[trigger.partition(":")[0]]
    local = at.astimezone(office)
    if trigger.startswith(("doc:", "fact:")):  # a day that somebody wrote has no hour
        words = _words(language)
        return f"{verb} {words['days'][local.weekday()]} {day_words(local.date(), language)}"
    return f"{verb} {_moment(local, _words(language))}"


def _moment(local: datetime, words: Mapping[str, Sequence[str]]) -> str:
    day = day_words(local.date(), str(words["language"]))
    return str(words["moment"]).format(day=words["days"][local.weekday()], date=day, time=f"{local:%H:%M}")


def _say(words: Mapping[str, Sequence[str]], name: str, day: date, year: int, **values: str) -> str:
    """A phrase about a day, with its year where that is not `year`."""
    return str(words[name]).format(day=words["days"][day.weekday()], date=_dated(day, year, words), **values)


def _provisional(last: date, calendar: WorkCalendar, words: Mapping[str, Sequence[str]]) -> str:
    return ". " + str(words["provisional"]).format(year=last.year) if calendar.is_provisional(last) else ""


def _steps(first: date, last: date, calendar: WorkCalendar, words: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Day by day: the working days counted, the days off as spans."""
    days = [first + n * ONE_DAY for n in range(1, (last - first).days + 1)]
    count, year = 0, first.year
    for works, group in groupby(days, calendar.is_working_day):
        run = list(group)
        if not works:
            span = str(words["to"]).join(_dated(day, year, words) for day in dict.fromkeys((run[0], run[-1])))
            yield str(words["off" if len(run) > 1 else "one_off"]).format(span=span)
            year = run[-1].year
            continue
        for day in run:
            count += 1
            note = str(words["moved"]) if day.weekday() > 4 else str(words["short"]) if day in calendar.short else ""
            yield _say(words, "count", day, year, n=str(count), note=note)
            year = day.year


def _dated(day: date, year: int, words: Mapping[str, Sequence[str]]) -> str:
    """A day, with its year where that is not `year`."""
    return (short_day if day.year == year else day_words)(day, str(words["language"]))
