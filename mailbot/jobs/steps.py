"""The reminders that are due: to a customer who is waited for, to a department, to who approves, and the proposal to close a case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from mailbot.claims.case import State
from mailbot.claims.escalation import morning_after
from mailbot.claims.working_time import office_day, office_hours, previous_working_day
from mailbot.jobs.apart import each
from mailbot.store import clock_rows
from mailbot.store import desk as desk_store

if TYPE_CHECKING:
    from mailbot.claims.clocks import Clock, ClockRule
    from mailbot.claims.policy import Policy
    from mailbot.jobs.policy_of import Ground
    from mailbot.store.clock_rows import KeptClock, NewsPromised
    from mailbot.store.database import Connection

TO_CUSTOMER = frozenset({"wait_reminder", "withdrawal_reminder", "holding_due"})  # never where a case is with the lawyers (1.3, 22)
HOLDING_DUE = "holding_due"


@dataclass(frozen=True, slots=True)
class StepDue:
    """One reminder that is due. `n` counts those of this clock, from 1; `about`: which request, where there are several.

    `key` is one for each of them: the dedupe key of the letter, so that none goes twice. After an outage only the last one is due.
    """

    case_id: int
    number: str
    opening: int
    id: str  # wait_reminder | withdrawal_reminder | propose_close | design_reminder | approval_reminder | holding_due
    n: int
    due_at: datetime
    started_at: datetime
    about: str = ""
    key: str = ""


def steps_due(conn: Connection, ground: Ground, now: datetime) -> tuple[StepDue, ...]:
    """All reminders that are due at `now` and have not been written: no letter in the outbox has their key. The earliest first."""
    policy = ground.policy
    rules = {rule.id: rule for rule in policy.terms.rules if rule.reminders}
    running = clock_rows.running(conn, due_before=now, started=list(rules))
    news = clock_rows.news_promised(conn)
    cases = {case.id: case for case in desk_store.open_cases(conn)} if running or news else {}

    def of(one: KeptClock) -> StepDue | None:
        case = cases.get(one.case_id)
        due = _last_due(rules[one.clock.rule], one.clock, policy, now) if case is not None and case.openings == one.opening else None
        if case is None or due is None:
            return None
        name, n, at = due
        key = _key(name, one.case_id, one.clock, n)
        return StepDue(case.id, case.number, case.openings, name, n, at, one.clock.started_at, one.clock.about, key)

    def told(one: NewsPromised) -> StepDue | None:
        return _news(one, policy, now) if one.case_id in cases else None

    found = [
        *each(running, of, lambda one: f"the reminders of case {one.case_id} (row)"),
        *each(news, told, lambda one: f"the news of case {one.number}"),
    ]
    held = {case.id for case in cases.values() if case.flags.get("legal_hold")}
    wanted = [step for step in found if step is not None and not (step.id in TO_CUSTOMER and step.case_id in held)]
    written = desk_store.letters_by_key(conn, [step.key for step in wanted])
    return tuple(sorted((step for step in wanted if step.key not in written), key=lambda step: (step.due_at, step.case_id, step.id)))


def _key(name: str, case_id: int, clock: Clock, n: int) -> str:
    """Not by the clock's own number: one that is counted anew is another row, and whoever was reminded is not reminded again.

    What a clock is about ("request:12") is one in the whole house: a request that was carried over by a merge keeps its key.
    """
    return f"{name}:{clock.about or case_id}:{clock.rule}:{clock.started_at:%Y%m%dT%H%M%S.%f}:{n}"


def _last_due(rule: ClockRule, clock: Clock, policy: Policy, now: datetime) -> tuple[str, int, datetime] | None:
    """The latest reminder of a clock that is due: its name, which of that name it is, and since when."""
    due = [(name, n, at) for name, n, at in _reminders(rule, clock, policy) if at <= now]
    return due[-1] if due else None


def _reminders(rule: ClockRule, clock: Clock, policy: Policy) -> Iterator[tuple[str, int, datetime]]:
    count: dict[str, int] = {}
    for step in rule.reminders:
        count[step.name] = count.get(step.name, 0) + 1
        if step.working_days is not None:
            yield step.name, count[step.name], morning_after(clock.started_at, step.working_days, policy.calendar, policy.office)


def _news(one: NewsPromised, policy: Policy, now: datetime) -> StepDue | None:
    """A holding note has promised news by a day: the next is due in the morning of it, or of the working day before."""
    if State(one.state) in {State.TRIAGE, State.NEW}:
        return None
    day = previous_working_day(office_day(one.next_news_by, policy.office), policy.calendar)
    hours = office_hours(day, policy.calendar, policy.office)
    if hours is None or now < hours[0]:
        return None
    key = f"{HOLDING_DUE}:{one.case_id}:{one.next_news_by:%Y%m%d}"
    return StepDue(one.case_id, one.number, one.opening, HOLDING_DUE, 1, hours[0], one.next_news_by, "", key)
