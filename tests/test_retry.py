"""When a letter is tried again, both sides of every limit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mailbot.claims.delivery import Refused, Sent, TryLater, Unknown
from mailbot.claims.retry import next_attempt

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(("attempts", "minutes"), [(0, 1), (1, 1), (2, 5), (3, 15), (4, 30), (5, 60), (6, 60), (40, 60), (123, 60)])
def test_a_busy_server_is_asked_again_soon_and_then_hourly(attempts: int, minutes: int) -> None:
    assert next_attempt(TryLater("451"), attempts, 0, NOW) == NOW + timedelta(minutes=minutes)


def test_all_waits_together_are_five_days_and_no_more() -> None:
    waits = []
    while (at := next_attempt(TryLater("451"), len(waits) + 1, 0, NOW)) is not None:
        waits.append(at - NOW)
    total = sum(waits, timedelta())
    assert timedelta(days=5) - timedelta(hours=1) < total <= timedelta(days=5)
    assert next_attempt(TryLater("451"), len(waits) + 2, 0, NOW) is None


def test_a_busy_server_is_asked_again_whatever_may_have_been_delivered_before() -> None:
    assert next_attempt(TryLater("451"), 5, 4, NOW) == NOW + timedelta(hours=1)


@pytest.mark.parametrize("before", [0, 1, 2])
def test_a_letter_that_may_have_arrived_goes_again_after_five_minutes(before: int) -> None:
    assert next_attempt(Unknown("no answer"), 30, before, NOW) == NOW + timedelta(minutes=5)


@pytest.mark.parametrize("before", [3, 4])
def test_a_letter_that_may_have_arrived_four_times_is_for_a_person(before: int) -> None:
    assert next_attempt(Unknown("no answer"), 4, before, NOW) is None


def test_what_is_settled_is_never_tried_again() -> None:
    assert next_attempt(Sent("250"), 1, 0, NOW) is None
    assert next_attempt(Refused("550"), 1, 0, NOW) is None
