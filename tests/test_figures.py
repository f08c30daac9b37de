"""The figures of a week: what is counted, on which side of midnight, and what counts as in time."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mailbot.claims.case import State
from mailbot.claims.figures import Count, CountedCase, ExportRow, Load, Share, Week, export_rows, figures, span, trend
from mailbot.reports.tables import as_csv, as_lines

MOSCOW = ZoneInfo("Europe/Moscow")
MONDAY, SUNDAY = date(2026, 11, 16), date(2026, 11, 22)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


def at(day: int, hour: int = 12, minute: int = 0, second: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, second, tzinfo=MOSCOW).astimezone(UTC)


NOW = at(24, 9)


def a_case(number: str = "1", came: datetime | None = None, **values: Any) -> CountedCase:
    came = came or at(17)
    dues = {"acknowledge_by": came + DAY, "answer_by": came + 3 * DAY, "answer_hard_by": came + 5 * DAY}
    return CountedCase(number, **{"state": State.REVIEW, "received_at": came, "category": "damage", **dues, **values})


def week(*cases: CountedCase, now: datetime = NOW) -> Any:
    return figures(cases, MONDAY, SUNDAY, MOSCOW, now)


def test_a_week_begins_and_ends_at_midnight_of_the_office() -> None:
    edges = [at(16, 0) - SECOND, at(16, 0), at(22, 23, 59, 59), at(23, 0)]
    assert week(*(a_case(str(n), came) for n, came in enumerate(edges))).came == 2
    assert week(*(a_case(str(n), at(1), answered_at=when) for n, when in enumerate(edges))).answered == 2
    closed = [a_case(str(n), at(1), state=State.CLOSED, closed_at=when) for n, when in enumerate(edges)]
    assert week(*closed).closed == 2
    assert week(*closed).open == 1, "the one that is closed on Monday was open"
    assert span(MONDAY, SUNDAY, MOSCOW) == (datetime(2026, 11, 15, 21, tzinfo=UTC), datetime(2026, 11, 22, 21, tzinfo=UTC))


def test_in_time_counts_the_claims_whose_date_fell_into_the_week() -> None:
    by = at(20, 23, 59, 59)
    found = week(
        a_case("in time", answer_by=by, answer_hard_by=by + DAY, answered_at=by),
        a_case("late", answer_by=by, answer_hard_by=by + DAY, answered_at=by + SECOND),
        a_case("over the limit", answer_by=by, answer_hard_by=by + DAY, answered_at=by + DAY + SECOND),
        a_case("never", answer_by=by, answer_hard_by=by + DAY),
        a_case("due next week", answer_by=at(23, 23, 59, 59), answer_hard_by=at(25), answered_at=at(18)),
        a_case("withdrawn before its date", answer_by=by, answer_hard_by=by + DAY, state=State.CLOSED, closed_at=by),
        a_case("no claim", answer_by=by, answer_hard_by=by + DAY, state=State.NOT_CLAIM),
        a_case("no date", answer_by=None, answer_hard_by=None),
    )
    assert found.in_three == Share(1, 4)
    assert found.in_five == Share(2, 4)
    assert found.came == 7


def test_acknowledged_within_the_hour() -> None:
    came = at(18)
    found = week(
        a_case("at once", came, acknowledged_at=came + 20 * SECOND),
        a_case("in the hour", came, acknowledged_at=came + HOUR),
        a_case("after it", came, acknowledged_at=came + HOUR + SECOND),
        a_case("never", came),
        a_case("nobody owes one", came, acknowledge_by=None),
        a_case("waits for a person", came, state=State.TRIAGE),
    )
    assert found.acknowledged == Share(2, 4)
    running = figures([a_case("just now", NOW - HOUR + SECOND)], date(2026, 11, 23), date(2026, 11, 29), MOSCOW, NOW)
    assert running.acknowledged == Share(0, 0), "its hour is not over"
    assert figures([a_case("just over", NOW - HOUR)], date(2026, 11, 23), date(2026, 11, 29), MOSCOW, NOW).acknowledged == Share(0, 1)


def test_load_by_person() -> None:
    found = week(
        a_case("1", person="anna", answered_at=at(18)),
        a_case("2", at(10), person="anna"),
        a_case("3", at(1), person="boris", state=State.CLOSED, closed_at=at(5)),
        a_case("4", person=""),
        a_case("5", at(1), person="boris", answered_at=at(20), answer_by=at(19)),
    )
    assert found.people == (Load("anna", 1, 1, 2, 1), Load("", 1, 0, 1, 1), Load("boris", 0, 1, 1, 0))


def test_ages_of_what_is_open() -> None:
    end = at(23, 0)
    cases = [a_case(str(n), end - timedelta(days=days), answer_by=None) for n, days in enumerate((1, 3, 4, 7, 8, 14, 15, 30, 31))]
    late = a_case("late", end - timedelta(days=40), answer_by=end - SECOND)
    assert week(*cases, late).ages == (Count("3", 2), Count("7", 2), Count("14", 2), Count("30", 2), Count("over", 2, 1))


def test_what_it_was_about_and_how_it_ended() -> None:
    found = week(
        a_case("1", product="Насос", category="damage", answer_by=at(23)),
        a_case("2", product="Насос", category="damage", answer_by=at(19), answered_at=at(19) + SECOND),
        a_case("3", category="quantity", answer_by=at(23)),
        a_case("4", at(1), state=State.CLOSED, closed_at=at(20), outcome="withdrawn_in_writing", cost_bearer="carrier"),
        a_case("5", category="other", regress=True, answer_by=at(23)),
    )
    assert found.categories == (Count("damage", 2, 1), Count("other", 1), Count("quantity", 1))
    assert found.products == (Count("Насос", 2, 1),)
    assert found.departments == (Count("logistics", 2, 1), Count("other", 1), Count("warehouse", 1))
    assert found.outcomes == (Count("withdrawn_in_writing", 1, 1),)  # closed unanswered after its date, as the digest tells of it
    assert found.bearers == (Count("carrier", 1, 1),)
    assert found.regress == 1


def test_shares_are_never_rounded_up() -> None:
    assert Share(299, 300).percent == 99
    assert Share(300, 300).percent == 100
    assert Share(0, 3).percent == 0
    assert Share().percent is None


def test_the_trend_ends_with_this_week_and_begins_with_the_first_case() -> None:
    cases = [a_case("1", at(3)), a_case("2", at(17), answered_at=at(17)), a_case("3", at(18))]
    assert trend(cases, SUNDAY, MOSCOW, NOW) == (
        Week(date(2026, 11, 2), 1, Share(0, 1)),
        Week(date(2026, 11, 9), 0, Share()),
        Week(date(2026, 11, 16), 2, Share(1, 2)),
    )
    assert len(trend([a_case("old", at(1, month=1))], SUNDAY, MOSCOW, NOW)) == 12
    assert trend([], SUNDAY, MOSCOW, NOW) == ()


def test_weeks_add_up_to_their_span() -> None:
    """Whatever the cases, four weeks hold as much as the days they are made of."""
    chance = random.Random(7)
    cases = []
    for n in range(400):
        came = at(1) + timedelta(minutes=chance.randrange(60 * 24 * 28))
        cases.append(a_case(str(n), came, answered_at=came + timedelta(minutes=chance.randrange(60 * 24 * 9))))
    later = at(20, month=12)
    whole = figures(cases, date(2026, 11, 2), date(2026, 11, 29), MOSCOW, later)
    parts = [figures(cases, date(2026, 11, 2) + n * 7 * DAY, date(2026, 11, 8) + n * 7 * DAY, MOSCOW, later) for n in range(4)]
    assert whole.came == sum(part.came for part in parts)
    assert whole.answered == sum(part.answered for part in parts)
    assert (whole.in_three.n, whole.in_three.of) == (sum(part.in_three.n for part in parts), sum(part.in_three.of for part in parts))
    assert 300 < whole.came <= 400


def test_rows_for_accounting_add_up() -> None:
    cases = [
        a_case("1", product="Насос", state=State.CLOSED, closed_at=at(21), outcome="withdrawn_in_writing", answered_at=at(18)),
        a_case("2", product="Насос", state=State.CLOSED, closed_at=at(21), outcome="withdrawn_in_writing", answered_at=at(21)),
        a_case("3", product="Насос"),
        a_case("4", at(1)),
        a_case("5", state=State.NOT_CLAIM),
    ]
    rows = export_rows(cases, MONDAY, SUNDAY, MOSCOW)
    assert rows == (ExportRow("damage", "Насос", "open", 1, 0, 0, 0, 1), ExportRow("damage", "Насос", "withdrawn_in_writing", 2, 1, 2, 0, 0))
    assert as_csv(rows) == (
        "category;product;outcome;claims;answered_in_three;answered_in_five;answered_late;not_answered\r\n"
        "damage;Насос;open;1;0;0;0;1\r\ndamage;Насос;withdrawn_in_writing;2;1;2;0;0\r\n"
    )


@pytest.mark.parametrize(("name", "cell"), [("=1+1", "'=1+1"), ("@x", "'@x"), ("-5", "'-5"), ("a;b", '"a;b"'), ('"x"', '"""x"""')])
def test_a_product_is_no_formula(name: str, cell: str) -> None:
    """A customer names the product, and accounting opens the file in Excel."""
    assert as_csv([ExportRow("damage", name, "open", 1, 0, 0, 0, 1)]).splitlines()[1] == f"damage;{cell};open;1;0;0;0;1"


def test_lines_for_a_terminal() -> None:
    found = week(a_case("1", product="Насос", person="anna", answered_at=at(18)), a_case("2"))
    lines = "\n".join(as_lines(found, week(), trend([a_case("0", at(10)), a_case("1")], SUNDAY, MOSCOW, NOW), str.upper, str.title))
    assert "came                             2  (0)" in lines
    assert "answered as promised          50 %  (–)" in lines
    assert "DAMAGE                                         2  (0)" in lines
    assert "Anna" in lines
    assert "2026-11-16      1    0 %  ##############################" in lines
