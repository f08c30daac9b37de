"""Who hears when nobody moves: the shipped ladder, both sides of every step, once per role, in office hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mailbot.claims.case import State
from mailbot.claims.clocks import ClockRule, Step
from mailbot.claims.escalation import ClockedCase, escalations_due
from mailbot.claims.work_calendar import WorkCalendar
from mailbot.rulebook.deadlines import load_deadlines

MOSCOW = ZoneInfo("Europe/Moscow")
PLAIN = WorkCalendar()
LADDER = load_deadlines(None)
SECOND = timedelta(seconds=1)


def moscow(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, second, tzinfo=MOSCOW).astimezone(UTC)


def a_clocked_case(**changes: Any) -> ClockedCase:
    """Arrived Monday at nine; answer by Thursday, at the latest by the Monday after; acknowledged at once."""
    values: dict[str, Any] = {
        "number": "2026-0451",
        "state": State.REGISTERED,
        "started_at": moscow(23, 9),
        "acknowledge_by": moscow(24, 23, 59, 59),
        "answer_by": moscow(26, 23, 59, 59),
        "answer_hard_by": moscow(30, 23, 59, 59),
        "acknowledge_from": moscow(23, 9),
        "acknowledged_at": moscow(23, 9, 1),
    }
    return ClockedCase(**{**values, **changes})


def due(case: ClockedCase, now: datetime, rules: Any = LADDER, calendar: WorkCalendar = PLAIN) -> list[tuple[str, tuple[str, ...]]]:
    return [(e.step, e.roles) for e in escalations_due(case, rules, calendar, MOSCOW, now=now)]


@pytest.mark.parametrize(
    ("now", "steps"),
    [
        # 36 office hours from Monday 9:00: 60 % are 21.6 h (Wednesday 12:36), 80 % are 28.8 h (Thursday 10:48)
        pytest.param(moscow(25, 12, 35, 59), [], id="before 60 %"),
        pytest.param(moscow(25, 12, 36), [("answer_soon", ("specialist",))], id="60 %"),
        pytest.param(moscow(26, 10, 47, 59), [("answer_soon", ("specialist",))], id="before 80 %"),
        pytest.param(moscow(26, 10, 48), [("answer_at_risk", ("head", "specialist"))], id="80 %: she hears only the later step"),
        pytest.param(moscow(26, 23, 59, 59), [("answer_at_risk", ("head", "specialist"))], id="the last second"),
        pytest.param(moscow(27, 8, 59, 59), [("answer_at_risk", ("head", "specialist"))], id="late, but nobody is written to at night"),
        pytest.param(moscow(27, 9), [("answer_late", ("director", "head", "specialist"))], id="the morning after"),
        pytest.param(moscow(30, 23, 59, 59), [("answer_late", ("director", "head", "specialist"))], id="the hard limit's last second"),
        pytest.param(moscow(31 - 30, 9) + timedelta(days=30), [("answer_over_limit", ("director", "head", "specialist"))], id="over the hard limit"),
    ],
)
def test_the_ladder_of_the_formal_answer(now: datetime, steps: Any) -> None:
    assert due(a_clocked_case(), now) == steps


@pytest.mark.parametrize(
    ("now", "steps"),
    [
        pytest.param(moscow(23, 9, 59, 59), [], id="before an hour"),
        pytest.param(moscow(23, 10), [("ack_stuck", ("operator",))], id="an hour"),
        pytest.param(moscow(25, 8, 59, 59), [("ack_stuck", ("operator",))], id="before the morning after"),
        pytest.param(moscow(25, 9), [("ack_late", ("head", "operator"))], id="late"),
    ],
)
def test_an_acknowledgement_that_does_not_leave(now: datetime, steps: Any) -> None:
    """Written is not answered (freescout#3479): only a letter that left stops the clock."""
    assert due(a_clocked_case(acknowledged_at=None), now) == steps


def test_minutes_run_by_the_wall_clock_also_at_night() -> None:
    late = a_clocked_case(acknowledged_at=None, acknowledge_from=moscow(23, 23), started_at=moscow(23, 23))
    assert due(late, moscow(24, 0)) == [("ack_stuck", ("operator",))]
    assert due(late, moscow(24, 0) - SECOND) == []


@pytest.mark.parametrize(
    ("changes", "heard"),
    [
        pytest.param({"acknowledge_from": None, "acknowledged_at": None}, False, id="no acknowledgement is wanted"),
        pytest.param({"acknowledge_from": None, "acknowledged_at": None, "state": State.TRIAGE}, True, id="a person has not said whether it is wanted"),
        pytest.param({"acknowledge_from": None, "acknowledged_at": None, "state": State.NEW}, True, id="new"),
        pytest.param({"acknowledged_at": None, "acknowledge_by": None}, False, id="no clock"),
    ],
)
def test_whether_the_acknowledgement_is_awaited(changes: Any, heard: bool) -> None:
    steps = [step for step, _ in due(a_clocked_case(**changes), moscow(25, 9))]
    assert ("ack_late" in steps) is heard


@pytest.mark.parametrize("state", list(State))
def test_states_that_owe_an_answer(state: State) -> None:
    """osTicket#1684, #5153: what is answered, waiting, resolved or closed is not overdue."""
    owes = state in {State.NEW, State.TRIAGE, State.REGISTERED, State.REVIEW, State.APPROVAL}
    assert bool(due(a_clocked_case(state=state), moscow(27, 9))) is owes


@pytest.mark.parametrize("changes", [{"answered_at": moscow(24, 9)}, {"history": True}, {"answer_by": None, "answer_hard_by": None}])
def test_what_is_answered_or_history_has_no_ladder(changes: Any) -> None:
    assert due(a_clocked_case(**changes), moscow(27, 9)) == []


def test_a_reopened_case_is_not_overdue_at_once() -> None:
    """osTicket#5955: the clocks start anew at the mail that reopened it."""
    again = a_clocked_case(started_at=moscow(30, 9), answer_by=moscow(26, 23, 59, 59) + timedelta(days=7), answer_hard_by=None)
    assert due(again, moscow(30, 9)) == []


def test_after_an_outage_each_role_hears_the_latest_step_once() -> None:
    steps = due(a_clocked_case(acknowledged_at=None), moscow(30, 9) + timedelta(days=10))
    assert steps == [("ack_late", ("head", "operator")), ("answer_over_limit", ("director", "head", "specialist"))]
    per_clock = [role for step, roles in steps if step.startswith("answer") for role in roles]
    assert len(per_clock) == len(set(per_clock))


def test_a_role_of_an_earlier_step_alone_is_still_heard() -> None:
    rule = ClockRule("formal_answer", "Ответ", 3, "working_day", steps=(Step("one", ("legal", "head"), share=0.1), Step("two", ("head",), share=0.2)))
    assert due(a_clocked_case(), moscow(25, 9), [rule]) == [("one", ("legal",)), ("two", ("head",))]


def test_days_before_wait_for_the_office_to_open() -> None:
    rule = ClockRule("formal_answer", "Ответ", 3, "working_day", steps=(Step("three_days", ("head",), days_before=3),))
    case = a_clocked_case(answer_by=moscow(24, 23, 59, 59))  # three days before is Saturday night: the office opens on Monday
    assert due(case, moscow(23, 8, 59, 59), [rule]) == []
    assert due(case, moscow(23, 9), [rule]) == [("three_days", ("head",))]


def test_a_weekend_and_a_holiday_hold_the_step_back() -> None:
    friday = a_clocked_case(answer_by=moscow(27, 23, 59, 59))
    assert ("answer_late", ("director", "head", "specialist")) not in due(friday, moscow(29, 12))
    assert due(friday, moscow(30, 9)) == [("answer_late", ("director", "head", "specialist"))]
    holiday = WorkCalendar(off=frozenset({moscow(30, 9).date()}))
    assert ("answer_late", ("director", "head", "specialist")) not in due(friday, moscow(30, 9), calendar=holiday)


def test_each_letter_says_since_when() -> None:
    (late,) = escalations_due(a_clocked_case(), LADDER, PLAIN, MOSCOW, now=moscow(27, 9))
    assert late.why == "Formal written answer: overdue since 2026-11-26 20:59 UTC."
    assert (late.case, late.clock, late.due_by) == ("2026-0451", "formal_answer", moscow(26, 23, 59, 59))
    (soon,) = escalations_due(a_clocked_case(), LADDER, PLAIN, MOSCOW, now=moscow(25, 13))
    assert soon.why == "Formal written answer: due by 2026-11-26 20:59 UTC."


def test_a_rule_without_an_english_title_uses_its_own() -> None:
    rule = ClockRule("formal_answer", "Ответ", 3, "working_day", steps=(Step("x", ("head",), share=0.0),))
    (found,) = escalations_due(a_clocked_case(), [rule], PLAIN, MOSCOW, now=moscow(23, 9))
    assert found.why.startswith("Ответ: due by")
