"""Working days and office hours: whose day it is, the instants at 23:59:59, both clock changes, and a date that explains itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.claims.term_words import explain_date
from mailbot.claims.work_calendar import WorkCalendar
from mailbot.claims.working_time import (
    add_office_time,
    add_working_days,
    at_share,
    end_of_day,
    next_opening,
    next_working_day,
    office_day,
    office_hours,
    office_time_between,
    previous_working_day,
    working_days_between,
)
from mailbot.rulebook.production_calendar import load_calendar

MOSCOW = ZoneInfo("Europe/Moscow")
CASABLANCA = ZoneInfo("Africa/Casablanca")
BERLIN = ZoneInfo("Europe/Berlin")
CAIRO = ZoneInfo("Africa/Cairo")
PLAIN = WorkCalendar(confirmed_years=frozenset({2026}))
RUSSIA = load_calendar(None, range(2017, 2029))
NEVER = WorkCalendar(off=frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(-5000, 5000)))


def moscow(day: int, hour: int, minute: int = 0, second: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, second, tzinfo=MOSCOW).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "office", "day"),
    [
        (datetime(2026, 11, 23, 20, 59, 59, tzinfo=UTC), MOSCOW, date(2026, 11, 23)),
        (datetime(2026, 11, 23, 21, 0, 0, tzinfo=UTC), MOSCOW, date(2026, 11, 24)),
        (datetime(2026, 11, 23, 23, 0, tzinfo=timezone(timedelta(hours=-5))), MOSCOW, date(2026, 11, 24)),
        (datetime(2026, 11, 23, 10, 59, tzinfo=UTC), ZoneInfo("Asia/Kamchatka"), date(2026, 11, 23)),
        (datetime(2026, 11, 23, 12, 0, tzinfo=UTC), ZoneInfo("Asia/Kamchatka"), date(2026, 11, 24)),
    ],
)
def test_office_day(at: datetime, office: ZoneInfo, day: date) -> None:
    assert office_day(at, office) == day


@pytest.mark.parametrize(
    ("day", "office", "utc"),
    [
        pytest.param(date(2026, 11, 26), MOSCOW, "2026-11-26T20:59:59", id="Moscow"),
        pytest.param(date(2026, 3, 28), BERLIN, "2026-03-28T22:59:59", id="Berlin, winter"),
        pytest.param(date(2026, 3, 29), BERLIN, "2026-03-29T21:59:59", id="Berlin, the short day"),
        pytest.param(date(2026, 10, 25), BERLIN, "2026-10-25T22:59:59", id="Berlin, the long day"),
        pytest.param(date(2027, 2, 6), CASABLANCA, "2027-02-06T22:59:59", id="Casablanca, before Ramadan"),
        pytest.param(date(2027, 2, 7), CASABLANCA, "2027-02-07T23:59:59", id="Casablanca, Ramadan begins"),
        pytest.param(date(2026, 10, 29), CAIRO, "2026-10-29T21:59:59", id="Cairo sets its clock back at midnight: the later 23:59:59"),
    ],
)
def test_end_of_day(day: date, office: ZoneInfo, utc: str) -> None:
    end = end_of_day(day, office)
    assert end == datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert end.tzinfo is UTC
    assert office_day(end, office) == day
    assert office_day(end + timedelta(seconds=1), office) == day + timedelta(days=1)


# --- days (domain.md 2.4, checked there by hand)


@pytest.mark.parametrize(
    ("start", "amount", "due"),
    [
        ("2026-11-23", 1, "2026-11-24"),
        ("2026-11-23", 3, "2026-11-26"),
        ("2026-11-23", 5, "2026-11-30"),
        ("2026-12-30", 1, "2027-01-11"),
        ("2026-12-30", 3, "2027-01-13"),
        ("2025-12-30", 3, "2026-01-14"),
        ("2025-12-30", 5, "2026-01-16"),
        ("2025-10-31", 1, "2025-11-01"),
        ("2025-11-01", 1, "2025-11-05"),
        ("2024-12-27", 1, "2024-12-28"),
        ("2024-12-27", 2, "2025-01-09"),
        ("2026-01-08", 1, "2026-01-12"),
        ("2026-04-30", 1, "2026-05-04"),
        ("2024-04-26", 3, "2024-05-03"),
    ],
)
def test_working_days_of_the_production_calendar(start: str, amount: int, due: str) -> None:
    """glpi#467, home-assistant.io#32508: transferred days and working Saturdays of Russia."""
    assert add_working_days(date.fromisoformat(start), amount, RUSSIA) == date.fromisoformat(due)


@pytest.mark.parametrize(("start", "due"), [(20, 23), (21, 23), (22, 23), (23, 24), (26, 27), (27, 30)])
def test_day_one_is_the_next_working_day(start: int, due: int) -> None:
    """Domain 2.2.5: a mail of Saturday counts from Monday as day one."""
    assert add_working_days(date(2026, 11, start), 1, PLAIN) == date(2026, 11, due)


@pytest.mark.parametrize("amount", [0, -1])
def test_a_term_of_no_days_is_a_fault(amount: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        add_working_days(date(2026, 11, 23), amount, PLAIN)


@pytest.mark.parametrize(("day", "forward", "back"), [(20, 20, 20), (21, 23, 20), (22, 23, 20), (23, 23, 23)])
def test_next_and_previous_working_day(day: int, forward: int, back: int) -> None:
    assert next_working_day(date(2026, 11, day), PLAIN) == date(2026, 11, forward)
    assert previous_working_day(date(2026, 11, day), PLAIN) == date(2026, 11, back)


@pytest.mark.parametrize(("first", "last", "count"), [(20, 20, 1), (21, 22, 0), (20, 23, 2), (23, 30, 6), (23, 22, 0), (30, 20, 0)])
def test_working_days_between(first: int, last: int, count: int) -> None:
    assert working_days_between(date(2026, 11, first), date(2026, 11, last), PLAIN) == count


def test_a_calendar_without_a_working_day_is_a_fault_and_no_endless_loop() -> None:
    for count in (lambda: add_working_days(date(2026, 1, 1), 1, NEVER), lambda: previous_working_day(date(2026, 1, 1), NEVER)):
        with pytest.raises(ValueError, match="no working day"):
            count()
    with pytest.raises(ValueError, match="no working day"):
        next_opening(moscow(23, 10), NEVER, MOSCOW)
    with pytest.raises(ValueError, match="office time"):
        add_office_time(moscow(23, 10), timedelta(hours=1), NEVER, MOSCOW)


def test_a_worked_day_wins_over_a_day_off() -> None:
    saturday = date(2026, 11, 28)
    both = WorkCalendar(off=frozenset({saturday}), work=frozenset({saturday}))
    assert both.is_working_day(saturday)
    assert not PLAIN.is_working_day(saturday)
    assert (PLAIN.is_provisional(date(2026, 1, 1)), PLAIN.is_provisional(date(2027, 1, 1))) == (False, True)


@given(st.dates(date(2018, 1, 1), date(2026, 6, 1)), st.integers(1, 40))
def test_the_nth_working_day_has_n_working_days_up_to_it(day: date, amount: int) -> None:
    end = add_working_days(day, amount, RUSSIA)
    assert working_days_between(day + timedelta(days=1), end, RUSSIA) == amount
    assert RUSSIA.is_working_day(end)


# --- hours


def test_office_hours() -> None:
    short = WorkCalendar(short=frozenset({date(2026, 11, 24)}))
    assert office_hours(date(2026, 11, 23), short, MOSCOW) == (moscow(23, 9), moscow(23, 18))
    assert office_hours(date(2026, 11, 24), short, MOSCOW) == (moscow(24, 9), moscow(24, 17))
    assert office_hours(date(2026, 11, 28), short, MOSCOW) is None


def test_an_office_that_would_close_before_it_opens_is_shut_all_day() -> None:
    odd = WorkCalendar(short=frozenset({date(2026, 11, 23)}), opens=time(9), closes=time(9, 30))
    assert office_hours(date(2026, 11, 23), odd, MOSCOW) == (moscow(23, 9), moscow(23, 9))


@pytest.mark.parametrize(
    ("at", "opening"),
    [
        (moscow(23, 8, 59, 59), moscow(23, 9)),
        (moscow(23, 9), moscow(23, 9)),
        (moscow(23, 17, 59, 59), moscow(23, 17, 59, 59)),
        (moscow(23, 18), moscow(24, 9)),
        (moscow(23, 23, 59, 59), moscow(24, 9)),
        (moscow(27, 18), moscow(30, 9)),
        (moscow(29, 3), moscow(30, 9)),
    ],
)
def test_nobody_is_written_to_at_midnight(at: datetime, opening: datetime) -> None:
    """zammad#4432: escalation reminders at midnight and at weekends."""
    assert next_opening(at, PLAIN, MOSCOW) == opening


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        (moscow(23, 10), moscow(23, 12), 2),
        (moscow(23, 12), moscow(23, 10), 0),
        (moscow(23, 7), moscow(23, 20), 9),
        (moscow(23, 17), moscow(24, 10), 2),
        (moscow(27, 17), moscow(30, 10), 2),
        (moscow(28, 10), moscow(29, 10), 0),
        (moscow(23, 18), moscow(24, 9), 0),
    ],
)
def test_office_time_between_and_back(start: datetime, end: datetime, hours: int) -> None:
    """glpi#15429, freescout#3756: clocks in working hours."""
    assert office_time_between(start, end, PLAIN, MOSCOW) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (moscow(23, 10), 2, moscow(23, 12)),
        (moscow(23, 10), 8, moscow(23, 18)),
        (moscow(23, 10), 9, moscow(24, 10)),
        (moscow(27, 17), 2, moscow(30, 10)),
        (moscow(28, 12), 1, moscow(30, 10)),
        (moscow(23, 10), 0, moscow(23, 10)),
        (moscow(23, 20), -1, moscow(23, 20)),
    ],
)
def test_add_office_time(start: datetime, hours: int, end: datetime) -> None:
    assert add_office_time(start, timedelta(hours=hours), PLAIN, MOSCOW) == end


@pytest.mark.parametrize(
    ("office", "day"),
    [(BERLIN, date(2026, 3, 30)), (BERLIN, date(2026, 10, 26)), (CASABLANCA, date(2027, 2, 8)), (CASABLANCA, date(2027, 3, 15)), (CAIRO, date(2026, 4, 24))],
)
def test_an_office_day_has_nine_hours_also_after_the_clock_changed(office: ZoneInfo, day: date) -> None:
    week = WorkCalendar(work=frozenset({day}))
    hours = office_hours(day, week, office)
    assert hours is not None
    assert hours[1] - hours[0] == timedelta(hours=9)
    assert [at.astimezone(office).hour for at in hours] == [9, 18]
    friday = datetime.combine(day - timedelta(days=3), time(17), tzinfo=office).astimezone(UTC)
    assert office_time_between(friday, hours[1], PLAIN, office) >= timedelta(hours=9)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 11, 1)), st.integers(1, 6000), st.sampled_from([MOSCOW, BERLIN, CASABLANCA]))
def test_adding_office_time_and_measuring_it_agree(naive: datetime, minutes: int, office: ZoneInfo) -> None:
    start, amount = naive.replace(tzinfo=UTC), timedelta(minutes=minutes)
    end = add_office_time(start, amount, RUSSIA, office)
    assert office_time_between(start, end, RUSSIA, office) == amount


@pytest.mark.parametrize(("share", "at"), [(0.0, moscow(23, 9)), (0.25, moscow(23, 13, 30)), (0.75, moscow(24, 13, 30)), (0.9999999, None), (1.0, moscow(24, 23, 59, 59)), (2.0, moscow(24, 23, 59, 59))])  # fmt: skip
def test_at_share(share: float, at: datetime | None) -> None:
    found = at_share(moscow(23, 9), moscow(24, 23, 59, 59), share, PLAIN, MOSCOW)
    assert found == at if at is not None else found < moscow(24, 18)


def test_a_term_without_office_time_is_reached_at_its_end() -> None:
    start, due = moscow(28, 9), moscow(29, 12)
    assert at_share(start, due, 0.5, PLAIN, MOSCOW) == due


# --- a date explains itself (behaviour.md 11.4)


def test_the_sentence_of_behaviour_11() -> None:
    received = datetime(2024, 4, 26, 18, 20, tzinfo=MOSCOW)
    english = "received Fri 26 April 2024 18:20; day 1 Sat 27 April (working, moved), 28 April – 1 May off, day 2 Thu 2 May, day 3 Fri 3 May"
    russian = "получено пт 26.04.2024, 18:20; день 1 — сб 27.04 (рабочий, перенос), 28.04–01.05 — выходные, день 2 — чт 02.05, день 3 — пт 03.05"
    assert explain_date(received.astimezone(UTC), 3, RUSSIA, MOSCOW, "en") == english
    assert explain_date(received.astimezone(UTC), 3, RUSSIA, MOSCOW, "ru") == russian
    assert explain_date(received.astimezone(UTC), 3, RUSSIA, MOSCOW, "de") == english


@pytest.mark.parametrize(
    ("received", "amount", "language", "said"),
    [
        pytest.param(moscow(23, 23, 59, 59), 1, "en", "received Mon 23 November 2026 23:59; day 1 Tue 24 November", id="a second to midnight"),
        pytest.param(moscow(24, 0, 0, 0), 1, "en", "received Tue 24 November 2026 00:00; day 1 Wed 25 November", id="midnight"),
        pytest.param(moscow(27, 12), 1, "ru", "получено пт 27.11.2026, 12:00; 28.11–29.11 — выходные, день 1 — пн 30.11", id="weekend"),
        pytest.param(moscow(3, 12), 1, "ru", "получено вт 03.11.2026, 12:00; 04.11 — выходной, день 1 — чт 05.11", id="one day off"),
        pytest.param(moscow(30, 12, month=12), 1, "en", "received Wed 30 December 2026 12:00; 31 December – 10 January 2027 off, day 1 Mon 11 January", id="over New Year"),
    ],
)
def test_explained_dates(received: datetime, amount: int, language: str, said: str) -> None:
    told = explain_date(received, amount, RUSSIA, MOSCOW, language)
    assert told.split(". ")[0] == said


def test_a_year_without_a_decree_is_said_to_be_provisional() -> None:
    """Decision 31."""
    unconfirmed = WorkCalendar(confirmed_years=frozenset({2026}))
    received = moscow(31, 12, month=12)
    assert explain_date(received, 1, unconfirmed, MOSCOW, "ru").endswith("календарь на 2027 год ещё не утверждён, дата предварительная.")
    assert explain_date(received, 1, unconfirmed, MOSCOW, "en").endswith("2027 is not yet decreed, so this date is provisional.")
    assert "provisional" not in explain_date(moscow(23, 12), 1, unconfirmed, MOSCOW, "en")
