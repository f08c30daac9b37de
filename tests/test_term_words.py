"""A date explains itself (behaviour.md 11.4): the sentence, read back by somebody who knows only it, gives the date counted day by day."""

from __future__ import annotations

import os
import random
import re
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import pytest

from mailbot.claims.clocks import ClockRule
from mailbot.claims.deadlines import due_date, shifted
from mailbot.claims.term_words import Count, explain, explain_date
from mailbot.claims.working_time import office_day
from mailbot.rulebook.production_calendar import load_calendar
from mailbot.shipped import shipped

COUNT = int(os.environ.get("MAILBOT_TEST_DATES", "5000"))  # 100,000 were counted once
MOSCOW = ZoneInfo("Europe/Moscow")
RUSSIA = load_calendar(None, range(2014, 2034))
ONE = timedelta(days=1)
_FIXED = {(1, day) for day in range(1, 9)} | {(2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4)}


# --- counted by somebody else: day by day, from the raw file and the holidays library


@cache
def _raw() -> tuple[dict[str, Any], set[date], set[date]]:
    data = tomllib.loads((shipped("rules") / "calendar-ru.toml").read_text("utf-8"))
    off, work = (
        {day if isinstance(day, date) else date.fromisoformat(day) for table in data["year"].values() for day in table.get(name, [])}
        for name in ("off", "work")
    )
    return data["year"], off, work


@cache
def _library(year: int) -> Any:
    return holidays.country_holidays("RU", years=year)


def is_worked(day: date) -> bool:
    _, off, work = _raw()
    if day in off or day in work:
        return day in work
    known = _library(day.year)
    if day in known.weekend_workdays:
        return True
    return day.weekday() < 5 and day not in known


def slow_days(first: date, amount: int) -> date:
    day = first
    while amount:
        day += ONE
        amount -= is_worked(day)
    return day


def slow_months(first: date, amount: int) -> date:
    """The same day so many months later; the day before, where that month has none."""
    year, month = first.year, first.month
    for _ in range(amount):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    for day in range(first.day, 0, -1):
        try:
            return date(year, month, day)
        except ValueError:
            continue
    raise AssertionError


def slow(rule: ClockRule, first: date) -> date:
    if rule.unit == "working_day":
        return slow_days(first, rule.amount)
    if rule.unit == "calendar_day":
        last = first
        for _ in range(rule.amount):
            last += ONE
    else:
        last = slow_months(first, rule.amount * (12 if rule.unit == "year" else 1))
    while rule.roll == "forward" and not is_worked(last):
        last += ONE
    return last


# --- read back by somebody who knows only the sentence

_NAMES = {**dict(zip(["пн", "вт", "ср", "чт", "пт", "сб", "вс"], range(7), strict=True)), **dict(zip(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], range(7), strict=True))}

_MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
_DAY = re.compile(
    r"(?:(?P<name>пн|вт|ср|чт|пт|сб|вс|Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?"
    rf"(?:(?P<day>\d{{2}})\.(?P<month>\d{{2}})(?:\.(?P<year>\d{{4}}))?|\b(?P<day_en>\d{{1,2}}) (?P<month_en>{'|'.join(_MONTHS)})(?: (?P<year_en>\d{{4}}))?)"
)


def read_back(sentence: str) -> tuple[date, date]:
    """The first and the last day that the sentence names (the plan left out); a year is named where it changes."""
    told = re.split(r", (?:готовим к|we plan for) |\. (?:Производственный|The production) ", sentence)[0]
    found, year = [], 0
    for match in _DAY.finditer(told):
        day_of, month, of = (match["day"], match["month"], match["year"]) if match["day"] else (match["day_en"], match["month_en"], match["year_en"])
        year = int(of) if of else year
        day = date(year, int(month) if month.isdecimal() else _MONTHS.index(month) + 1, int(day_of))
        if match["name"]:
            assert _NAMES[match["name"]] == day.weekday(), sentence
            found.append(day)
    return found[0], found[-1]


_RULES: tuple[Callable[[random.Random], ClockRule], ...] = (
    lambda dice: ClockRule("r", "Р", dice.randint(1, 12), "working_day"),
    lambda dice: ClockRule("r", "Р", dice.choice((1, 3, 7, 10, 14, 20, 30, 45)), "calendar_day", roll=dice.choice(("none", "forward"))),
    lambda dice: ClockRule("r", "Р", dice.randint(1, 6), "month", roll=dice.choice(("none", "forward"))),
    lambda dice: ClockRule("r", "Р", dice.randint(1, 2), "year", roll=dice.choice(("none", "forward"))),
)


def test_read_back_it_gives_the_date_counted_by_somebody_else() -> None:
    """Random instants of 2015 to 2030, random terms, both languages."""
    dice = random.Random(20261124)
    begin = datetime(2015, 1, 1, tzinfo=MOSCOW)
    seconds = int((datetime(2031, 1, 1, tzinfo=MOSCOW) - begin).total_seconds())
    for n in range(COUNT):
        at = (begin.astimezone(UTC) + timedelta(seconds=dice.randrange(seconds))).astimezone(UTC)
        rule = dice.choice(_RULES)(dice)
        language = dice.choice(("ru", "en"))
        due = due_date(rule, at, RUSSIA, MOSCOW)
        first = at.astimezone(MOSCOW).date()
        expected = slow(rule, first)
        assert due.due_by == datetime.combine(expected, time(23, 59, 59), tzinfo=MOSCOW).astimezone(UTC), (n, at, rule)
        sentence = explain(Count(rule, at, due.due_by, due.due_by, due.plan_by), RUSSIA, MOSCOW, language)
        assert read_back(sentence) == (first, expected), (n, sentence)
        if rule.unit == "working_day":
            assert explain_date(at, rule.amount, RUSSIA, MOSCOW, language) == sentence
        assert ("ещё не утверждён" in sentence or "not yet decreed" in sentence) == (expected.year >= 2018 and expected.year not in RUSSIA.confirmed_years)


@pytest.mark.parametrize("year", range(2018, 2028))
def test_every_day_of_the_years_with_a_decree(year: int) -> None:
    """The property of issue 6: each start of 2018 to 2027, each shipped length of term, against the slow count."""
    rules = [
        *(ClockRule("r", "Р", amount, "working_day") for amount in (1, 3, 5)),
        *(ClockRule("r", "Р", amount, "calendar_day", roll="forward") for amount in (7, 10, 20, 30, 45)),
        ClockRule("r", "Р", 1, "month", roll="forward"),
    ]
    day = date(year, 1, 1)
    while day.year == year:
        noon = datetime.combine(day, time(12), tzinfo=MOSCOW)
        for rule in rules:
            due = due_date(rule, noon, RUSSIA, MOSCOW)
            assert office_day(due.due_by, MOSCOW) == slow(rule, day), (day, rule.amount, rule.unit)
            plan = office_day(due.plan_by, MOSCOW)
            assert is_worked(plan)
            assert plan <= office_day(due.due_by, MOSCOW)
        day += ONE


@pytest.mark.parametrize(
    ("start", "amount", "unit", "due", "plan"),
    [  # domain.md 2.4, whole
        ("2026-11-23", 1, "working_day", "2026-11-24", ""), ("2026-11-23", 3, "working_day", "2026-11-26", ""),
        ("2026-11-23", 5, "working_day", "2026-11-30", ""), ("2026-11-23", 7, "calendar_day", "2026-11-30", ""),
        ("2026-11-23", 10, "calendar_day", "2026-12-03", ""), ("2026-11-23", 30, "calendar_day", "2026-12-23", ""),
        ("2026-11-23", 20, "calendar_day", "2026-12-14", "2026-12-11"), ("2026-11-23", 45, "calendar_day", "2027-01-11", "2026-12-30"),
        ("2026-12-30", 1, "working_day", "2027-01-11", ""), ("2026-12-30", 3, "working_day", "2027-01-13", ""),
        ("2025-12-30", 3, "working_day", "2026-01-14", ""), ("2025-12-30", 5, "working_day", "2026-01-16", ""),
        ("2025-10-31", 1, "working_day", "2025-11-01", ""), ("2025-11-01", 1, "working_day", "2025-11-05", ""),
        ("2024-12-27", 1, "working_day", "2024-12-28", ""), ("2024-12-27", 2, "working_day", "2025-01-09", ""),
        ("2026-01-08", 1, "working_day", "2026-01-12", ""), ("2026-04-30", 1, "working_day", "2026-05-04", ""),
        ("2026-12-25", 10, "calendar_day", "2027-01-11", "2026-12-30"), ("2017-11-10", 45, "calendar_day", "2017-12-25", ""),
    ],
)  # fmt: skip
def test_the_vectors_of_the_trade(start: str, amount: int, unit: str, due: str, plan: str) -> None:
    rule = ClockRule("r", "Р", amount, unit, roll="forward")
    found = due_date(rule, datetime.fromisoformat(f"{start}T18:20:00+03:00"), RUSSIA, MOSCOW)
    assert office_day(found.due_by, MOSCOW).isoformat() == due
    assert office_day(found.plan_by, MOSCOW).isoformat() == (plan or due)


@pytest.mark.parametrize(("start", "amount", "due"), [("2026-12-31", 2, "2027-02-28"), ("2024-02-29", 12, "2025-02-28")])
def test_the_vectors_in_months(start: str, amount: int, due: str) -> None:
    found = due_date(ClockRule("r", "Р", amount, "month"), datetime.fromisoformat(f"{start}T10:00:00+03:00"), RUSSIA, MOSCOW)
    assert office_day(found.due_by, MOSCOW).isoformat() == due


def test_english_days_are_never_figures_alone() -> None:
    """5.11 is May to an American (domain.md 5.4): whatever is counted, in whatever year, the month stands in letters."""
    dice = random.Random(54)
    for _ in range(500):
        at = datetime(2018, 1, 1, tzinfo=UTC) + timedelta(minutes=dice.randrange(9 * 365 * 24 * 60))
        rule = dice.choice(_RULES)(dice)
        due = due_date(rule, at, RUSSIA, MOSCOW)
        sentence = explain(Count(rule, at, due.due_by, due.due_by, due.plan_by), RUSSIA, MOSCOW, "en")
        assert re.search(r"\d[./]\d", sentence) is None, sentence
        assert f" {due.due_by.astimezone(MOSCOW).day} {_MONTHS[due.due_by.astimezone(MOSCOW).month - 1]}" in sentence


# --- the sentences


def told(rule: ClockRule, at: str, language: str = "ru", *pauses: tuple[str, str]) -> str:
    start = datetime.fromisoformat(f"{at}+03:00")
    due = due_date(rule, start, RUSSIA, MOSCOW)
    spans = tuple((datetime.fromisoformat(f"{begin}+03:00"), datetime.fromisoformat(f"{until}+03:00")) for begin, until in pauses)
    moved = shifted(due.due_by, rule, spans, RUSSIA, MOSCOW)
    sure = replace(RUSSIA, confirmed_years=frozenset(range(2014, 2030)))
    return explain(Count(rule, start, due.due_by, moved, due.plan_by, spans), sure, MOSCOW, language)


@pytest.mark.parametrize(
    ("rule", "at", "ru", "en"),
    [
        (
            ClockRule("r", "Р", 45, "calendar_day", trigger="demand_at", roll="forward"), "2026-11-23T10:00",
            "требование получено пн 23.11.2026, 10:00; день 1 — вт 24.11, день 45 — чт 07.01.2027 (выходной), "
            "выходной не считается: срок переходит на пн 11.01, готовим к ср 30.12.2026",
            "demanded Mon 23 November 2026 10:00; day 1 Tue 24 November, day 45 Thu 7 January 2027 (off), a day off does not count: due Mon 11 January, "
            "we plan for Wed 30 December 2026",
        ),
        (
            ClockRule("r", "Р", 1, "month", trigger="sent_at"), "2026-10-31T10:00",
            "отправлено сб 31.10.2026, 10:00; срок (1 мес.) истекает пн 30.11", "sent Sat 31 October 2026 10:00; the term of 1 mo. ends on Mon 30 November",
        ),
        (
            ClockRule("r", "Р", 4, "hour"), "2026-11-23T16:00",
            "получено пн 23.11.2026, 16:00; срок (часов работы офиса: 4) истекает вт 24.11, 11:00",
            "received Mon 23 November 2026 16:00; 4 office hours end on Tue 24 November 11:00",
        ),
        (
            ClockRule("r", "Р", 0, "calendar_day", trigger="fact:answer_wanted_by"), "2026-11-27T12:00",
            "названо пт 27.11.2026", "named Fri 27 November 2026",
        ),
    ],
)  # fmt: skip
def test_other_units(rule: ClockRule, at: str, ru: str, en: str) -> None:
    assert told(rule, at) == ru
    assert told(rule, at, "en") == en


def test_a_pause_says_itself() -> None:
    rule = ClockRule("r", "Р", 3, "working_day")
    assert told(rule, "2026-11-23T10:00", "ru", ("2026-11-24T15:00", "2026-11-30T11:00")) == (
        "получено пн 23.11.2026, 10:00; день 1 — вт 24.11, день 2 — ср 25.11, день 3 — чт 26.11, "
        "с вт 24.11.2026, 15:00 по пн 30.11.2026, 11:00 ждали клиента, срок сдвинут на ср 02.12"
    )
    an_hour = told(rule, "2026-11-23T10:00", "ru", ("2026-11-24T11:30", "2026-11-24T15:00"))
    assert an_hour.endswith("с вт 24.11.2026, 11:30 по вт 24.11.2026, 15:00 ждали клиента, срок прежний")


def test_a_year_without_a_decree_is_said_to_be_provisional() -> None:
    rule = ClockRule("r", "Р", 10, "calendar_day", roll="forward")
    assert told(rule, "2030-03-01T10:00").endswith("Производственный календарь на 2030 год ещё не утверждён, дата предварительная.")
    assert "предварительная" not in told(rule, "2026-03-02T10:00")
