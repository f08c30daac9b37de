"""The terms of the trade: first answers at 23:59:59, calendar days, months and years by ГК 191-194, rolling, and DST."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.claims.clocks import ClockRule
from mailbot.claims.deadlines import add_calendar_days, add_months, add_years, due_date, first_answer, rolled, term_end
from mailbot.claims.working_time import end_of_day
from mailbot.rulebook.production_calendar import load_calendar
from tests.values import a_policy

MOSCOW = ZoneInfo("Europe/Moscow")
RUSSIA = load_calendar(None, range(2017, 2029))


def a_rule(amount: int, unit: str, **changes: Any) -> ClockRule:
    return ClockRule(**{"id": "r", "title": "Срок", "amount": amount, "unit": unit, **changes})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW).astimezone(UTC)


def end(day: str) -> datetime:
    return end_of_day(date.fromisoformat(day), MOSCOW)


@pytest.mark.parametrize(
    ("received", "acknowledge", "answer", "hard"),
    [
        pytest.param("2026-11-23T10:00:00", "2026-11-24", "2026-11-26", "2026-11-30", id="Monday morning"),
        pytest.param("2026-11-23T23:59:59", "2026-11-24", "2026-11-26", "2026-11-30", id="after closing time it is still Monday's"),
        pytest.param("2026-11-24T00:00:00", "2026-11-25", "2026-11-27", "2026-12-01", id="midnight is Tuesday's"),
        pytest.param("2026-11-28T12:00:00", "2026-11-30", "2026-12-02", "2026-12-04", id="Saturday"),
        pytest.param("2026-12-30T17:00:00", "2027-01-11", "2027-01-13", "2027-01-15", id="before the holidays"),
        pytest.param("2025-10-31T09:00:00", "2025-11-01", "2025-11-06", "2025-11-10", id="a working Saturday"),
    ],
)
def test_first_answers(received: str, acknowledge: str, answer: str, hard: str) -> None:
    due = first_answer(at(received), a_policy(calendar=RUSSIA))
    assert (due.acknowledge_by, due.answer_by, due.answer_hard_by) == (end(acknowledge), end(answer), end(hard))


def test_terms_are_configured() -> None:
    due = first_answer(at("2026-11-23T10:00:00"), a_policy(acknowledge_working_days=2, answer_working_days=4, answer_hard_working_days=6))
    assert (due.acknowledge_by, due.answer_by, due.answer_hard_by) == (end("2026-11-25"), end("2026-11-27"), end("2026-12-01"))


def test_the_zone_is_the_offices() -> None:
    """The same instant is Tuesday in Vladivostok and Monday in Moscow."""
    received = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
    assert first_answer(received, a_policy()).answer_by == datetime(2026, 11, 26, 20, 59, 59, tzinfo=UTC)
    far = a_policy(office=ZoneInfo("Asia/Vladivostok"))
    assert first_answer(received, far).answer_by == datetime(2026, 11, 27, 13, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("received", "office", "answer_by"),
    [
        pytest.param("2026-03-25T12:00:00+00:00", "Europe/Berlin", "2026-03-30T21:59:59+00:00", id="over the spring change"),
        pytest.param("2026-10-22T12:00:00+00:00", "Europe/Berlin", "2026-10-27T22:59:59+00:00", id="over the autumn change"),
        pytest.param("2027-02-04T12:00:00+00:00", "Africa/Casablanca", "2027-02-09T23:59:59+00:00", id="Casablanca, into Ramadan"),
        pytest.param("2027-03-11T12:00:00+00:00", "Africa/Casablanca", "2027-03-16T22:59:59+00:00", id="Casablanca, out of it"),
    ],
)
def test_clock_changes(received: str, office: str, answer_by: str) -> None:
    policy = a_policy(office=ZoneInfo(office))
    assert first_answer(datetime.fromisoformat(received), policy).answer_by == datetime.fromisoformat(answer_by)


# --- terms (domain.md 2.2, 2.4)


@pytest.mark.parametrize(
    ("start", "amount", "unit", "last"),
    [
        ("2026-11-23", 3, "working_day", "2026-11-26"),
        ("2026-11-23", 7, "calendar_day", "2026-11-30"),
        ("2026-11-23", 10, "calendar_day", "2026-12-03"),
        ("2026-11-23", 30, "calendar_day", "2026-12-23"),
        ("2017-11-10", 45, "calendar_day", "2017-12-25"),
        ("2026-12-31", 2, "month", "2027-02-28"),
        ("2024-02-29", 12, "month", "2025-02-28"),
        ("2024-02-29", 1, "year", "2025-02-28"),
        ("2024-02-29", 4, "year", "2028-02-29"),
        ("2025-11-23", 12, "month", "2026-11-23"),
        ("2026-01-31", 1, "month", "2026-02-28"),
        ("2026-01-31", 3, "month", "2026-04-30"),
        ("2026-11-30", 1, "month", "2026-12-30"),
        ("2026-11-15", 14, "month", "2028-01-15"),
    ],
)
def test_term_end(start: str, amount: int, unit: str, last: str) -> None:
    assert term_end(date.fromisoformat(start), amount, unit, RUSSIA) == date.fromisoformat(last)


@pytest.mark.parametrize("unit", ["hour", "week", ""])
def test_a_term_in_no_unit_of_days_is_a_fault(unit: str) -> None:
    with pytest.raises(ValueError, match="cannot be counted"):
        term_end(date(2026, 11, 23), 1, unit, RUSSIA)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 240))
def test_months_keep_the_day_or_end_with_the_month(day: date, amount: int) -> None:
    later = add_months(day, amount)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == amount
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)
    assert add_years(day, amount // 12) == add_months(day, amount // 12 * 12)
    assert add_calendar_days(day, amount) - day == timedelta(days=amount)


@pytest.mark.parametrize(("roll", "last"), [("none", "2026-12-13"), ("forward", "2026-12-14"), ("backward", "2026-12-11")])
def test_rolling_from_a_sunday(roll: str, last: str) -> None:
    assert rolled(date(2026, 12, 13), roll, RUSSIA) == date.fromisoformat(last)
    assert rolled(date(2026, 12, 14), roll, RUSSIA) == date(2026, 12, 14)


def test_rolling_by_another_word_is_a_fault() -> None:
    with pytest.raises(ValueError, match="none, forward or backward"):
        rolled(date(2026, 12, 13), "sideways", RUSSIA)


@pytest.mark.parametrize(
    ("started", "amount", "due", "plan"),
    [
        ("2026-11-23T10:00:00", 20, "2026-12-14", "2026-12-11"),
        ("2026-11-23T10:00:00", 45, "2027-01-11", "2026-12-30"),
        ("2026-12-25T23:59:59", 10, "2027-01-11", "2026-12-30"),
        ("2026-11-23T10:00:00", 10, "2026-12-03", "2026-12-03"),
    ],
)
def test_the_legal_date_rolls_forward_and_we_plan_backward(started: str, amount: int, due: str, plan: str) -> None:
    """Domain 2.2.2."""
    found = due_date(a_rule(amount, "calendar_day", roll="forward"), at(started), RUSSIA, MOSCOW)
    assert (found.due_by, found.plan_by, found.hard_by) == (end(due), end(plan), None)


def test_a_hard_limit_stands_in_the_same_unit() -> None:
    found = due_date(a_rule(3, "working_day", hard_amount=5), at("2026-11-23T10:00:00"), RUSSIA, MOSCOW)
    assert (found.rule, found.due_by, found.hard_by) == ("r", end("2026-11-26"), end("2026-11-30"))


@pytest.mark.parametrize(
    ("started", "hours", "due"),
    [("2026-11-23T10:00:00", 2, "2026-11-23T12:00:00"), ("2026-11-27T17:00:00", 2, "2026-11-30T10:00:00"), ("2026-11-28T12:00:00", 9, "2026-11-30T18:00:00")],
)
def test_a_term_in_hours_counts_office_hours(started: str, hours: int, due: str) -> None:
    found = due_date(a_rule(hours, "hour"), at(started), RUSSIA, MOSCOW)
    assert (found.due_by, found.plan_by) == (at(due), at(due))


def test_a_date_in_a_year_without_decree_is_provisional() -> None:
    """Decision 31."""
    rule = a_rule(3, "working_day")
    calendar = load_calendar(None, range(2026, 2040))
    undecreed = next(year for year in range(2027, 2040) if year not in calendar.confirmed_years)
    assert due_date(rule, datetime(undecreed, 3, 1, 9, tzinfo=UTC), calendar, MOSCOW).provisional
    assert not due_date(rule, at("2026-11-23T10:00:00"), calendar, MOSCOW).provisional
