"""Reminders: each once, in the morning of its working day, the latest after an outage, none to a customer who is with the lawyers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from mailbot.jobs.approving import who_approves
from mailbot.jobs.clock_book import keep_clocks
from mailbot.jobs.moving import move_case
from mailbot.jobs.policy_of import Ground
from mailbot.jobs.steps import StepDue, steps_due
from mailbot.store import cases as case_store
from mailbot.store import outbox
from mailbot.store.database import Database
from tests.desk_values import HOUR, NOW, SECOND, a_ground, cases, file_one, moscow, set_case
from tests.store_values import a_letter

NUMBER = "2026-0001"


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_ground()


def due(db: Database, ground: Ground, now: datetime) -> list[StepDue]:
    with db.read() as conn:
        return list(steps_due(conn, ground, now))


def named(db: Database, ground: Ground, now: datetime) -> list[tuple[str, int]]:
    return [(step.id, step.n) for step in due(db, ground, now)]


def move(db: Database, ground: Ground, *moves: tuple[str, datetime], **more: Any) -> None:
    for event, at in moves:
        with db.write() as conn:
            reason = "documents" if event == "asked" else None
            move_case(conn, ground.policy, cases(db)[0].id, event, by="anna", at=at, why="Because.", reason=reason, **more)


@pytest.mark.parametrize(
    ("now", "steps"),
    [  # asked on Tuesday 24 November
        pytest.param(moscow(12, 1, 8, 59, 59), [], id="the fifth working day, before the office opens"),
        pytest.param(moscow(12, 1, 9), [("wait_reminder", 1)], id="the fifth"),
        pytest.param(moscow(12, 8, 8, 59, 59), [("wait_reminder", 1)], id="before the tenth"),
        pytest.param(moscow(12, 8, 9), [("wait_reminder", 2)], id="the tenth: the latest only"),
        pytest.param(moscow(12, 28, 9), [("wait_reminder", 2)], id="at most two"),
    ],
)
def test_a_customer_who_is_asked(db: Database, ground: Ground, now: datetime, steps: list[tuple[str, int]]) -> None:
    file_one(db, ground)
    move(db, ground, ("review", NOW), ("asked", moscow(11, 24, 15)))
    assert named(db, ground, now) == steps


def test_each_reminder_once(db: Database, ground: Ground) -> None:
    file_one(db, ground)
    move(db, ground, ("review", NOW), ("asked", moscow(11, 24, 15)))
    (step,) = due(db, ground, moscow(12, 1, 9))
    assert (step.number, step.opening, step.due_at, step.started_at) == (NUMBER, 1, moscow(12, 1, 9), moscow(11, 24, 15))
    with db.write() as conn:
        outbox.queue(conn, [a_letter(step.key)], moscow(12, 1, 9))
    assert due(db, ground, moscow(12, 1, 9)) == []
    assert named(db, ground, moscow(12, 8, 9)) == [("wait_reminder", 2)]
    move(db, ground, ("customer_replied", moscow(12, 8, 10)), ("asked", moscow(12, 8, 11)))
    assert named(db, ground, moscow(12, 15, 9)) == [("wait_reminder", 1)], "another wait is reminded of anew"


def test_whoever_answered_is_not_reminded(db: Database, ground: Ground) -> None:
    file_one(db, ground)
    move(db, ground, ("review", NOW), ("asked", moscow(11, 24, 15)), ("customer_replied", moscow(11, 30, 15)))
    assert due(db, ground, moscow(12, 8, 9)) == []


def test_nobody_reminds_whom_the_lawyers_have(db: Database, ground: Ground) -> None:
    file_one(db, ground)
    move(db, ground, ("review", NOW), ("asked", moscow(11, 24, 15)))
    set_case(db, NUMBER, flags={"legal_hold": True})
    assert due(db, ground, moscow(12, 1, 9)) == []


@pytest.mark.parametrize(
    ("now", "steps"),
    [  # done on Wednesday 25 November
        (moscow(12, 2, 8, 59, 59), []),
        (moscow(12, 2, 9), [("withdrawal_reminder", 1)]),
        (moscow(12, 9, 9), [("withdrawal_reminder", 2)]),
        (moscow(12, 23, 8, 59, 59), [("withdrawal_reminder", 2)]),
        (moscow(12, 23, 9), [("propose_close", 1)]),
    ],
)
def test_a_customer_who_forgets_to_withdraw(db: Database, ground: Ground, now: datetime, steps: list[tuple[str, int]]) -> None:
    file_one(db, ground)
    move(db, ground, ("review", NOW), ("submitted", NOW + HOUR), ("explanation_sent", moscow(11, 25, 12)))
    assert named(db, ground, now) == steps


def test_who_approves(db: Database, ground: Ground) -> None:
    file_one(db, ground)
    move(db, ground, ("review", NOW), ("submitted", NOW + HOUR))
    assert named(db, ground, moscow(11, 24, 9) - SECOND) == []
    assert named(db, ground, moscow(11, 24, 9)) == [("approval_reminder", 1)]


def test_who_approves_is_named_in_the_readers_letters(sqlite_db: Database, ground: Ground) -> None:
    """An English-speaking specialist reads no Cyrillic names of colleagues."""
    with sqlite_db.read() as conn:
        assert who_approves(conn, ground.policy, ("head",), "anna", "en", NOW) == "Vera (the head)"
        assert who_approves(conn, ground.policy, ("head",), "anna", "ru", NOW) == "Вера (руководитель)"
        people = tuple(replace(one, name_en="Wera") if one.id == "vera" else one for one in ground.policy.people)
        policy = replace(ground.policy, people=people)
        assert who_approves(conn, policy, ("head",), "anna", "en", NOW) == "Wera (the head)", "as the configuration writes it"


def test_a_department(db: Database, ground: Ground) -> None:
    file_one(db, ground)
    case_id = cases(db)[0].id
    with db.write() as conn:
        case_store.event(conn, case_id, NOW, "anna", "request_sent", "", data={"about": "request:7"})
        keep_clocks(conn, ground.policy, [case_id], NOW)
    assert due(db, ground, moscow(11, 26, 9) - SECOND) == []
    (step,) = due(db, ground, moscow(11, 26, 9))
    assert (step.id, step.n, step.about) == ("design_reminder", 1, "request:7")
    assert named(db, ground, moscow(11, 30, 9)) == [("design_reminder", 2)]


def test_news_that_was_promised(db: Database, ground: Ground) -> None:
    """By Sunday 29 November: written in the morning of the Friday before. Only where a person has switched it on."""
    file_one(db, ground)
    set_case(db, NUMBER, next_news_by=moscow(11, 29, 23, 59, 59), holding_on=True)
    assert named(db, ground, moscow(11, 27, 9) - SECOND) == []
    (step,) = due(db, ground, moscow(11, 27, 9))
    assert (step.id, step.key) == ("holding_due", f"holding_due:{step.case_id}:20261129")
    set_case(db, NUMBER, holding_on=False)
    assert due(db, ground, moscow(11, 27, 9) + timedelta(days=1)) == []
