"""The production calendar against a slow count that knows nothing of our code, 2018-2027, and its file's faults by line."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.claims.deadlines import term_end
from mailbot.claims.errors import SetupError
from mailbot.claims.working_time import add_working_days
from mailbot.rulebook.production_calendar import differences, load_calendar
from mailbot.shipped import shipped

YEARS = range(2018, 2028)
RUSSIA = load_calendar(None, range(2017, 2029))
HOLIDAYS = {(1, day) for day in range(1, 9)} | {(2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4)}


@cache
def tables() -> dict[str, dict[str, list[date]]]:
    data = tomllib.loads((shipped("rules") / "calendar-ru.toml").read_text("utf-8"))["year"]
    read = {"off": [], "work": []}  # type: dict[str, list[date]]
    for table in data.values():
        for name in read:
            read[name] += [day if isinstance(day, date) else date.fromisoformat(day) for day in table.get(name, [])]
    return {"all": read}


def is_worked(day: date) -> bool:
    """Week-days that are no holiday, minus the days off and plus the worked days of the decrees."""
    off, work = tables()["all"]["off"], tables()["all"]["work"]
    return day in work or (day.weekday() < 5 and (day.month, day.day) not in HOLIDAYS and day not in off)


def test_every_day_of_ten_years() -> None:
    days = [date(2018, 1, 1) + timedelta(days=n) for n in range((date(2028, 1, 1) - date(2018, 1, 1)).days)]
    assert [day for day in days if RUSSIA.is_working_day(day) != is_worked(day)] == []


@pytest.mark.parametrize(
    ("year", "worked"),
    [(2018, 247), (2019, 247), (2022, 247), (2023, 247), (2024, 248), (2025, 247), (2026, 247)],
)
def test_working_days_of_a_year(year: int, worked: int) -> None:
    """The figures of the production calendars as published; the pandemic's days off make 2020 and 2021 a matter of dispute."""
    first = date(year, 1, 1)
    assert sum(RUSSIA.is_working_day(first + timedelta(days=n)) for n in range((date(year + 1, 1, 1) - first).days)) == worked


@given(st.dates(date(2018, 1, 1), date(2027, 11, 1)), st.integers(1, 30))
def test_a_term_in_working_days(start: date, amount: int) -> None:
    day, left = start, amount
    while left:
        day += timedelta(days=1)
        left -= is_worked(day)
    assert add_working_days(start, amount, RUSSIA) == day


@pytest.mark.parametrize(
    ("start", "amount", "unit", "due"),
    [
        ("2026-11-23", 7, "calendar_day", "2026-11-30"),
        ("2026-11-23", 45, "calendar_day", "2027-01-07"),
        ("2026-12-31", 2, "month", "2027-02-28"),
        ("2024-02-29", 12, "month", "2025-02-28"),
        ("2017-11-10", 45, "calendar_day", "2017-12-25"),
    ],
)
def test_the_vectors_of_the_trade(start: str, amount: int, unit: str, due: str) -> None:
    """domain.md 2.4; those in working days stand in test_working_time.py, the rolled ones in test_deadlines.py."""
    assert term_end(date.fromisoformat(start), amount, unit, RUSSIA) == date.fromisoformat(due)


def own(folder: Path, text: str) -> Path:
    (folder / "calendar-ru.toml").write_text(text, encoding="utf-8")
    return folder


def test_the_companys_days_win_over_the_years(tmp_path: Path) -> None:
    text = 'schema = 1\ncountry = "RU"\n[year.2026]\noff = ["2026-12-31"]\n[company]\noff = ["2026-11-25"]\nwork = ["2026-12-31", "2026-11-28"]\n'
    calendar = load_calendar(own(tmp_path, text), range(2026, 2027))
    days = {day: calendar.is_working_day(date.fromisoformat(day)) for day in ("2026-11-24", "2026-11-25", "2026-11-28", "2026-12-31", "2026-11-29")}
    assert days == {"2026-11-24": True, "2026-11-25": False, "2026-11-28": True, "2026-12-31": True, "2026-11-29": False}


def test_a_difference_to_the_library_is_told(tmp_path: Path) -> None:
    text = 'schema = 1\n[year.2024]\nconfirmed = true\noff = ["2024-07-02"]\n'
    assert any(line.startswith("2024-07-02: calendar-ru.toml says off") for line in differences(own(tmp_path, text), range(2024, 2025)))
    assert [line for line in differences(None, YEARS) if not line.startswith(("2020", "2021"))] == []


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('schema = 1\n[year.2026]\noff = ["2026-13-01"]\n', 3, "is not a date"),
        ('schema = 1\n[year.2026]\noff = ["2025-12-31"]\n', 3, "is not in 2026"),
        ('schema = 1\n[year.2026]\noff = ["2026-12-31"]\nwork = ["2026-12-31"]\n', 4, "stands in off and in work"),
        ("schema = 2\n", 1, "is not 1"),
        ('schema = 1\n[year.soon]\noff = []\n', 2, "is not a year"),
        ('schema = 1\nin_region = "Татарстан"\n', 2, "there is no table"),
        ('schema = 1\nhours = { open = "18:00", close = "09:00" }\n', 2, "cannot be understood"),
        ("schema = 1\nhollidays = 3\n", 2, "is not a key"),
    ],
)
def test_a_fault_of_the_file_has_its_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    with pytest.raises(SetupError) as caught:
        load_calendar(own(tmp_path, text), range(2026, 2027))
    assert caught.value.faults[0].line == line
    assert says in caught.value.faults[0].problem


def test_a_year_without_a_decree_is_provisional_and_no_fault() -> None:
    calendar = load_calendar(None, range(2026, 2032))
    assert 2026 in calendar.confirmed_years
    assert 2031 not in calendar.confirmed_years
    assert calendar.is_working_day(date(2031, 1, 9))
    assert not calendar.is_working_day(date(2031, 1, 8))
