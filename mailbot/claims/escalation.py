"""Who must hear now because nobody moved: which steps of the ladder are due for a case (behaviour.md 7, decisions.md 27). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from mailbot.claims.case import State
from mailbot.claims.clocks import ClockRule, Step
from mailbot.claims.work_calendar import WorkCalendar
from mailbot.claims.working_time import at_share, next_opening

# the formal answer is still owed; in the states after it a decision has been announced, and waiting for the customer pauses our own clock
OWES_ANSWER = frozenset({State.NEW, State.TRIAGE, State.REGISTERED, State.REVIEW, State.APPROVAL})


@dataclass(frozen=True, slots=True)
class ClockedCase:
    """What the ladder needs to know of a case. All instants are aware UTC.

    `started_at`: arrival of the mail that opened or reopened it. `acknowledge_from`: since when an acknowledgement waits to
    leave, None where none is wanted or it is held. `acknowledged_at`, `answered_at`: when the letter left and did not come
    back; a letter that bounced or was refused leaves them None (written is not answered, behaviour.md 11).
    """

    number: str
    state: State
    started_at: datetime
    acknowledge_by: datetime | None
    answer_by: datetime | None
    answer_hard_by: datetime | None
    acknowledge_from: datetime | None = None
    acknowledged_at: datetime | None = None
    answered_at: datetime | None = None
    history: bool = False


@dataclass(frozen=True, slots=True)
class Escalation:
    """One step that is due: `clock` and `step` go into the unique key of table `escalated`; `why` is one sentence for the letter."""

    case: str
    clock: str
    step: str
    roles: tuple[str, ...]
    at: datetime
    due_by: datetime
    why: str


def escalations_due(
    case: ClockedCase, rules: Iterable[ClockRule], calendar: WorkCalendar, office: tzinfo, *, now: datetime
) -> tuple[Escalation, ...]:
    """Steps due at `now`, the earliest first. A role hears only the latest step that is due for it on one clock."""
    if case.history or case.state in {State.CLOSED, State.NOT_CLAIM}:
        return ()
    found: list[Escalation] = []
    for rule in rules:
        found += _latest_per_role(_due_steps(case, rule, calendar, office, now))
    return tuple(sorted(found, key=lambda escalation: (escalation.at, escalation.clock, escalation.step)))


def _due_steps(case: ClockedCase, rule: ClockRule, calendar: WorkCalendar, office: tzinfo, now: datetime) -> list[Escalation]:
    found = []
    for step in rule.steps:
        due = _due_by(case, rule, step)
        if due is None:
            continue
        at = _step_at(case, step, due, calendar, office)
        if at is not None and now >= at:
            found.append(Escalation(case.number, rule.id, step.name, step.roles, at, due, _why(rule, due, now)))
    return sorted(found, key=lambda escalation: escalation.at)


def _due_by(case: ClockedCase, rule: ClockRule, step: Step) -> datetime | None:
    """The date this step runs to; None where the clock is met, paused or not running."""
    if rule.id == "acknowledgement":
        return case.acknowledge_by if case.acknowledged_at is None and _awaits_acknowledgement(case) else None
    if rule.id == "formal_answer" and case.answered_at is None and case.state in OWES_ANSWER:
        return case.answer_hard_by if step.against == "hard" else case.answer_by
    return None


def _awaits_acknowledgement(case: ClockedCase) -> bool:
    """An acknowledgement is under way, or a person has not yet said whether there is to be one."""
    return case.acknowledge_from is not None or case.state in {State.NEW, State.TRIAGE}


def _step_at(case: ClockedCase, step: Step, due: datetime, calendar: WorkCalendar, office: tzinfo) -> datetime | None:
    """When a step fires. Minutes are technical and run by the wall clock; the others wait for office hours (zammad#4432)."""
    if step.minutes is not None:
        return None if case.acknowledge_from is None else case.acknowledge_from + timedelta(minutes=step.minutes)
    if step.days_before is not None:
        return next_opening(due - timedelta(days=step.days_before), calendar, office)
    return next_opening(at_share(case.started_at, due, step.share or 0.0, calendar, office), calendar, office)


def _latest_per_role(steps: Sequence[Escalation]) -> list[Escalation]:
    """After an outage a person hears that a case is late, not also that it will soon be (osTicket#5153)."""
    found, heard = [], set[str]()
    for escalation in reversed(steps):
        roles = tuple(role for role in escalation.roles if role not in heard)
        heard.update(roles)
        if roles:
            found.append(replace(escalation, roles=roles))
    return found[::-1]


def _why(rule: ClockRule, due: datetime, now: datetime) -> str:
    title = rule.title_en or rule.title
    return f"{title}: overdue since {due:%Y-%m-%d %H:%M} UTC." if now > due else f"{title}: due by {due:%Y-%m-%d %H:%M} UTC."
