"""A person's morning: each case in one group, the most urgent first, and the line that says whether anything is missing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mailbot.claims.case import State
from mailbot.claims.daily_sum import DailySum, daily_line, plural
from mailbot.claims.digest import GROUPS, DigestCase, Row, digest, group_of, is_for
from mailbot.claims.due_terms import DueTerm
from mailbot.claims.recurrence import Cluster
from tests.values import ANNA, BORIS, CHIEF, a_policy

MOSCOW = ZoneInfo("Europe/Moscow")
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def moscow(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, second, tzinfo=MOSCOW).astimezone(UTC)


NOW = moscow(24, 8)
SINCE = moscow(23, 8)


def a_row(**changes: Any) -> DigestCase:
    """Anna's case of last week, to be answered the day after tomorrow."""
    values: dict[str, Any] = {
        "number": "2026-0451",
        "customer": "Ольга Белова",
        "subject": "Бой стекла",
        "category": "damage",
        "state": State.REVIEW,
        "received_at": moscow(20, 12),
        "answer_by": moscow(26, 23, 59, 59),
    }
    return DigestCase(**{**values, **changes})


@pytest.mark.parametrize(
    ("changes", "group"),
    [
        pytest.param({}, "in_work", id="in work"),
        pytest.param({"answer_by": NOW - SECOND}, "overdue", id="a second late"),
        pytest.param({"answer_by": NOW}, "due_today", id="due this instant is not late"),
        pytest.param({"answer_by": moscow(24, 23, 59, 59)}, "due_today", id="due today, the last second"),
        pytest.param({"answer_by": moscow(25, 0, 0, 0)}, "in_work", id="due tomorrow at midnight"),
        pytest.param({"answer_by": moscow(23, 23, 59, 59)}, "overdue", id="due yesterday"),
        pytest.param({"answer_by": NOW - DAY, "answered_at": NOW - 2 * DAY}, "in_work", id="answered in time"),
        pytest.param({"answer_by": NOW - DAY, "state": State.WAITING_CUSTOMER}, "waiting", id="the customer is asked: paused"),
        pytest.param({"answer_by": NOW - DAY, "state": State.TRIAGE}, "overdue", id="late comes before unsorted"),
        pytest.param({"undelivered": True, "answered_at": NOW}, "overdue", id="freescout#3479: written is not answered"),
        pytest.param({"state": State.TRIAGE}, "unsorted", id="triage"),
        pytest.param({"state": State.NEW}, "unsorted", id="new state"),
        pytest.param({"category": "unsorted"}, "unsorted", id="unsorted"),
        pytest.param({"received_at": SINCE + SECOND}, "new", id="a second after the last digest"),
        pytest.param({"received_at": SINCE}, "in_work", id="shown in the last digest already"),
        pytest.param({"waiting_for": "design"}, "waiting", id="waits for somebody"),
        pytest.param({"received_at": NOW - SECOND, "category": "unsorted"}, "unsorted", id="new and unsorted"),
        pytest.param({"settled": "withdrawn", "letters": 1}, "to_close", id="the customer says it is settled"),
        pytest.param({"settled": "silence", "state": State.AWAITING_WITHDRAWAL}, "to_close", id="silent for long"),
        pytest.param({"settled": "withdrawn", "answer_by": NOW - SECOND}, "overdue", id="late comes before settled"),
        pytest.param({"settled": "withdrawn", "state": State.CLOSED}, "", id="settled and closed"),
        pytest.param({"state": State.CLOSED}, "", id="closed"),
        pytest.param({"state": State.NOT_CLAIM}, "", id="no claim"),
        pytest.param({"state": State.CLOSED, "undelivered": True}, "", id="closed with a letter that came back"),
        pytest.param({"history": True}, "", id="history"),
        pytest.param({"enquiry": True, "answer_by": None}, "enquiries", id="an enquiry"),
        pytest.param({"enquiry": True, "done": True}, "", id="14: done"),
        pytest.param({"enquiry": True, "received_at": NOW - 14 * DAY + SECOND}, "enquiries", id="14: nearly two weeks"),
        pytest.param({"enquiry": True, "received_at": NOW - 14 * DAY}, "", id="14: two weeks"),
    ],
)
def test_each_case_stands_in_one_group(changes: Any, group: str) -> None:
    assert group_of(a_row(**changes), MOSCOW, since=SINCE, now=NOW) == group


@pytest.mark.parametrize(
    ("changes", "hers"),
    [
        pytest.param({}, {"anna"}, id="by category"),
        pytest.param({"category": "quantity"}, {"boris"}, id="another's category"),
        pytest.param({"person": "boris"}, {"boris"}, id="assigned, whatever the category"),
        pytest.param({"person": "chief"}, {"chief"}, id="assigned to a head"),
        pytest.param({"category": "unsorted"}, {"boris"}, id="unsorted: who sorts"),
        pytest.param({"category": "warranty"}, {"boris"}, id="nobody's category"),
        pytest.param({"state": State.TRIAGE}, {"boris"}, id="triage"),
        pytest.param({"enquiry": True}, {"boris"}, id="an enquiry"),
        pytest.param({"enquiry": True, "person": "anna"}, {"anna"}, id="an enquiry somebody took"),
    ],
)
def test_for_whom(changes: Any, hers: set[str]) -> None:
    row = a_row(**changes)
    assert {person.id for person in (ANNA, BORIS, CHIEF) if is_for(row, person, a_policy())} == hers


def test_the_groups_stand_in_order_and_empty_ones_are_left_out() -> None:
    """frappe/helpdesk#3778: the most delayed first."""
    rows = [
        a_row(number="1", enquiry=True, person="anna"),
        a_row(number="2"),
        a_row(number="3", waiting_for="склад"),
        a_row(number="4", received_at=NOW - SECOND),
        a_row(number="5", answer_by=moscow(24, 12)),
        a_row(number="6", answer_by=NOW - DAY),
        a_row(number="7", category="unsorted", person="anna"),
        a_row(number="8", letters=2),
        a_row(number="9", state=State.TRIAGE, unreadable=True, person="anna"),
        a_row(number="10", state=State.APPROVAL, state_since=NOW - 7 * DAY),
        a_row(number="11", letters=1, settled="withdrawn"),
        a_row(number="12", wait_over=True, waiting_for="design"),
    ]
    made = digest(rows, ANNA, a_policy(), since=SINCE, now=NOW)
    assert [(group.id, [row.number for row in group.rows]) for group in made.groups] == [
        ("overdue", ["6"]), ("due_today", ["5"]), ("to_close", ["11"]), ("replies", ["8"]), ("wait_over", ["12"]), ("new", ["4"]), ("unsorted", ["7"]), ("unreadable", ["9"]),
        ("waiting_long", ["10"]), ("waiting", ["3"]), ("enquiries", ["1"]), ("in_work", ["2"]),
    ]  # fmt: skip
    assert tuple(group.id for group in made.groups) == GROUPS
    assert (made.person, made.language, made.is_empty) == ("anna", "ru", False)


def test_within_a_group_danger_then_important_customers_then_the_earliest_date() -> None:
    rows = [
        a_row(number="late", answer_by=moscow(27, 12)),
        a_row(number="early", answer_by=moscow(25, 12)),
        a_row(number="important", answer_by=moscow(28, 12), important=True),
        a_row(number="danger", answer_by=moscow(29, 12), safety=True),
        a_row(number="b-tie", answer_by=moscow(25, 12)),
    ]
    (group,) = digest(rows, ANNA, a_policy(), since=SINCE, now=NOW).groups
    assert [row.number for row in group.rows] == ["danger", "important", "b-tie", "early", "late"]


def test_a_person_without_cases_has_an_empty_digest() -> None:
    assert digest([a_row()], CHIEF, a_policy(), since=SINCE, now=NOW).is_empty


def test_a_row_says_age_lateness_and_marks() -> None:
    late = a_row(answer_by=moscow(22, 23, 59, 59), received_at=moscow(17, 23, 59, 59), safety=True, provisional=True, claimed="Бой 3 шт.", product="ВК-2")
    ((row,),) = [group.rows for group in digest([late], ANNA, a_policy(), since=SINCE, now=NOW).groups]
    assert (row.age_days, row.late_days, row.due_by) == (7, 2, moscow(22, 23, 59, 59))
    assert (row.marks, row.claimed, row.product) == (("safety", "provisional"), "Бой 3 шт.", "ВК-2")


@pytest.mark.parametrize(
    ("changes", "due", "late"),
    [({}, True, 0), ({"answered_at": NOW}, False, 0), ({"answer_by": None}, False, 0), ({"answer_by": NOW - SECOND}, True, 0), ({"answer_by": moscow(23, 23, 59, 59)}, True, 1)],
)
def test_what_is_due_next(changes: Any, due: bool, late: int) -> None:
    ((row,),) = [group.rows for group in digest([a_row(**changes)], ANNA, a_policy(), since=SINCE, now=NOW).groups]
    assert (row.due_by is not None, row.late_days, row.claimed) == (due, late, "Бой стекла")


@pytest.mark.parametrize(
    ("count", "word"),
    [(0, "писем"), (1, "письмо"), (2, "письма"), (4, "письма"), (5, "писем"), (10, "писем"), (11, "писем"), (12, "писем"), (14, "писем"), (15, "писем"), (20, "писем"), (21, "письмо"), (22, "письма"), (100, "писем"), (101, "письмо"), (111, "писем"), (112, "писем"), (121, "письмо"), (1014, "писем"), (1024, "письма")],
)  # fmt: skip
def test_plural(count: int, word: str) -> None:
    assert plural(count, "письмо", "письма", "писем") == word


@pytest.mark.parametrize(
    ("daily", "language", "line"),
    [
        (DailySum(4, {"opened": 2, "triage": 1, "joined": 1}, 3, 0, 1), "ru", "Получено писем: 4, учтено: 4 (2 новых дела, 1 на разбор, 1 письмо в дело). Ничего не потеряно: суммы сходятся. Отправлено писем: 3, не принято: 0, ждёт отправки: 1."),
        (DailySum(5, {"opened": 2, "noted": 0}), "ru", "Получено писем: 5, учтено: 2 (2 новых дела). Внимание: не учтено 3 письма. Отправлено писем: 0, не принято: 0, ждёт отправки: 0."),
        (DailySum(1, {"opened": 2}), "ru", "Получено писем: 1, учтено: 2 (2 новых дела). Внимание: учтено на 1 письмо больше, чем получено. Отправлено писем: 0, не принято: 0, ждёт отправки: 0."),
        (DailySum(), "ru", "Получено писем: 0, учтено: 0. Ничего не потеряно: суммы сходятся. Отправлено писем: 0, не принято: 0, ждёт отправки: 0."),
        (DailySum(4, {"opened": 1, "joined": 2, "duplicate": 1}, 3, 2, 1), "en", "Messages received: 4, filed: 4 (1 new case, 2 into cases, 1 duplicate). Nothing is missing: the sums agree. Letters sent: 3, refused: 2, waiting: 1."),
        (DailySum(2, {"opened": 1}), "en", "Messages received: 2, filed: 1 (1 new case). Attention: 1 message not filed. Letters sent: 0, refused: 0, waiting: 0."),
        (DailySum(0, {"strange": 2}), "en", "Messages received: 0, filed: 2 (2 strange). Attention: 2 messages filed more than received. Letters sent: 0, refused: 0, waiting: 0."),
    ],
)  # fmt: skip
def test_the_daily_line(daily: DailySum, language: str, line: str) -> None:
    """freescout#2001, osTicket#5566: a line when the mails shown and the mails filed differ."""
    assert daily_line(daily, language) == line


@pytest.mark.parametrize(("shown", "filed", "missing"), [(3, 3, 0), (3, 2, 1), (2, 3, -1)])
def test_the_sums(shown: int, filed: int, missing: int) -> None:
    daily = DailySum(shown, {"opened": filed})
    assert (daily.missing, daily.agrees) == (missing, missing == 0)


# --- replies, what waits too long, who is away, what recurs


@pytest.mark.parametrize(
    ("state", "reason", "days", "group", "whom"),
    [
        (State.WAITING_CUSTOMER, "documents", 6, "waiting", "documents"),
        (State.WAITING_CUSTOMER, "documents", 7, "waiting_long", "documents"),
        (State.WAITING_CUSTOMER, "", 7, "waiting_long", "customer"),
        (State.APPROVAL, "", 6, "in_work", ""),
        (State.APPROVAL, "", 7, "waiting_long", "approval"),
        (State.EXECUTION, "", 7, "waiting_long", "execution"),
        (State.AWAITING_WITHDRAWAL, "", 7, "waiting_long", "withdrawal"),
        (State.REVIEW, "design", 7, "waiting_long", "design"),
        (State.REVIEW, "design", 6, "waiting", "design"),
        (State.REVIEW, "", 70, "in_work", ""),
    ],
)
def test_what_waits_too_long_and_for_whom(state: State, reason: str, days: int, group: str, whom: str) -> None:
    case = a_row(state=state, waiting_for=reason, state_since=NOW - days * DAY)
    made = digest([case], ANNA, a_policy(), since=SINCE, now=NOW)
    (shown,) = made.groups
    assert shown.id == group
    assert shown.rows[0].waiting_for == whom
    assert shown.rows[0].waits_days == (days if group.startswith("waiting") else 0)


def test_days_of_waiting_are_days_of_the_office_and_set_by_the_house() -> None:
    """Half past eleven in the evening and half past midnight are two days."""
    case = a_row(state=State.APPROVAL, state_since=moscow(17, 23, 30))
    assert group_of(case, MOSCOW, since=SINCE, now=moscow(23, 23, 30)) == "in_work"
    assert group_of(case, MOSCOW, since=SINCE, now=moscow(24, 0, 30)) == "waiting_long"
    assert group_of(case, MOSCOW, since=SINCE, now=moscow(20, 9), waiting_days=3) == "waiting_long"
    assert group_of(a_row(state=State.APPROVAL), MOSCOW, since=SINCE, now=NOW) == "in_work", "nobody noted since when"


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"letters": 1, "newest": "Вот фото."}, "Вот фото."),
        ({"letters": 1, "newest": "Заменили, спасибо.", "settled": "withdrawn"}, "Заменили, спасибо."),
        ({"letters": 1, "newest": ""}, "Стекло разбито."),
        ({"letters": 1, "newest": "Вот фото.", "answer_by": NOW - SECOND}, "Стекло разбито."),
    ],
)
def test_a_case_that_stands_for_its_news_shows_the_newest_words(changes: dict[str, Any], shown: str) -> None:
    made = digest([a_row(claimed="Стекло разбито.", **changes)], ANNA, a_policy(), since=SINCE, now=NOW)
    assert [row.claimed for group in made.groups for row in group.rows] == [shown]


def rows_of(made: Any) -> dict[str, Row]:
    return {row.number: row for group in made.groups for row in group.rows}


def test_what_is_urgent_of_a_colleague_who_is_away_stands_in_the_deputys_digest() -> None:
    cases = [
        a_row(number="late", answer_by=NOW - DAY, person="boris"),
        a_row(number="quiet", person="boris"),
        a_row(number="sort", category="quantity", answer_by=NOW - DAY),
        a_row(number="hers"),
    ]
    alone = digest(cases, ANNA, a_policy(), since=SINCE, now=NOW)
    assert set(rows_of(alone)) == {"hers"}
    both = rows_of(digest(cases, ANNA, a_policy(), since=SINCE, now=NOW, deputies={"boris": "anna"}))
    assert {number: row.instead_of for number, row in both.items()} == {"late": "Борис", "sort": "Борис", "hers": ""}
    others = digest(cases, CHIEF, a_policy(), since=SINCE, now=NOW, deputies={"boris": "anna"})
    assert others.is_empty
    his = rows_of(digest(cases, BORIS, a_policy(), since=SINCE, now=NOW, deputies={"boris": "anna"}))
    assert set(his) == {"late", "quiet", "sort"}, "he reads it when he is back"


def test_a_recurring_defect_stands_before_whose_category_it_is() -> None:
    cluster = Cluster("damage", "batch", "П-1", "Насос", ("2026-0001",), NOW.date(), NOW.date(), 14, 0.1, 1e-6)
    made = digest([], ANNA, a_policy(), since=SINCE, now=NOW, recurring=[cluster])
    assert made.recurring == (cluster,)
    assert not made.is_empty
    assert digest([], BORIS, a_policy(), since=SINCE, now=NOW, recurring=[cluster]).is_empty


# --- the other dates of a case


def rows(case: DigestCase) -> tuple[Row, ...]:
    return digest([case], ANNA, a_policy(people=(ANNA, BORIS)), since=SINCE, now=NOW).groups[0].rows


def a_term(title: str, due_by: datetime, *, guide: bool = False) -> DueTerm:
    return DueTerm({"ru": title, "en": title}, due_by, guide)


def test_what_is_due_first_is_the_headline_of_its_row() -> None:
    """The answer is due on Thursday, the customer's own date on Wednesday: the row says so, and the answer stands beside."""
    wednesday, law = moscow(25, 23, 59), moscow(30, 23, 59)
    (row,) = rows(a_row(terms=(a_term("customer", wednesday), a_term("law", law))))
    assert (row.due_by, row.due_what) == (wednesday, {"ru": "customer", "en": "customer"})
    assert [(term.titles["en"], term.due_by) for term in row.terms] == [("the answer", moscow(26, 23, 59, 59)), ("law", law)]
    (row,) = rows(a_row(terms=(a_term("law", law),)))
    assert (row.due_by, row.due_what, [term.titles["en"] for term in row.terms]) == (moscow(26, 23, 59, 59), None, ["law"])


def test_a_law_makes_a_case_overdue_and_a_guide_does_not() -> None:
    past, today = moscow(24, 8), moscow(24, 23, 59)
    now = moscow(24, 9)
    assert group_of(a_row(terms=(a_term("law", past),)), MOSCOW, since=now, now=now) == "overdue"
    assert group_of(a_row(terms=(a_term("law", today),)), MOSCOW, since=now, now=now) == "due_today"
    assert group_of(a_row(terms=(a_term("guide", past, guide=True),)), MOSCOW, since=now, now=now) == "in_work"
    waits = a_row(state=State.WAITING_CUSTOMER, terms=(a_term("law", past),))
    assert group_of(waits, MOSCOW, since=now, now=now) == "overdue", "a law never waits"
