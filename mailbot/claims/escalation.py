"""Who must hear now because nobody moved: which steps of the ladder are due for a case (behaviour.md 7, decisions.md 27). Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo

from mailbot.claims.case import State
from mailbot.claims.clocks import ACKNOWLEDGEMENT, FORMAL_ANSWER, Clock, ClockRule, Step
from mailbot.claims.work_calendar import WorkCalendar
from mailbot.claims.working_time import (
    add_office_time,
    add_working_days,
    at_share,
    next_opening,
    office_day,
    office_hours,
    previous_working_day,
)

# the formal answer is still owed; in the states after it a decision has been announced, and waiting for the customer pauses our own clock
OWES_ANSWER = frozenset({State.NEW, State.TRIAGE, State.REGISTERED, State.REVIEW, State.APPROVAL})


@dataclass(frozen=True, slots=True)
class ClockedCase:
    """What the ladder needs to know of a case. All instants are aware UTC.

    `started_at`: arrival of the mail that opened or reopened it. `acknowledge_from`: since when an acknowledgement waits to
    leave, None where none is wanted or it is held. `acknowledged_at`, `answered_at`: when the letter left and did not come
    back; a letter that bounced or was refused leaves them None (written is not answered, behaviour.md 11). `clocks`: those that run
    or are paused; of a case that is closed our own claims on others.
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
    clocks: tuple[Clock, ...] = ()


@dataclass(frozen=True, slots=True)
class Escalation:
    """One step that is due: `clock` and `step` go into the unique key of table `escalated`; `why` is one sentence for the letter.

    `clock` is the rule's id; of a clock that may run again within one opening, with a sign of what it is about and when it began.
    """

    case: str
    clock: str
    step: str
    roles: tuple[str, ...]
    at: datetime
    due_by: datetime
    why: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class _Term:
    """What a step is measured by: from when, and to which of the two dates."""

    key: str
    started_at: datetime
    due_by: datetime | None
    hard_by: datetime | None

    def by(self, step: Step) -> datetime | None:
        return self.hard_by if step.against == "hard" else self.due_by


def escalations_due(
    case: ClockedCase, rules: Iterable[ClockRule], calendar: WorkCalendar, office: tzinfo, *, now: datetime
) -> tuple[Escalation, ...]:
    """Steps due at `now`, the earliest first. A role hears only the latest step that is due for it on one clock."""
    found: list[Escalation] = []
    if case.history:
        return ()
    for rule in rules:
        for term in _terms(case, rule, calendar, office):
            found += _latest_per_role(_due_steps(case, rule, term, calendar, office, now))
    return tuple(sorted(found, key=lambda escalation: (escalation.at, escalation.clock, escalation.step)))


def _due_steps(
    case: ClockedCase, rule: ClockRule, term: _Term, calendar: WorkCalendar, office: tzinfo, now: datetime
) -> list[Escalation]:
    found = []
    for step in rule.steps:
        due, roles = term.by(step), _roles(rule, step)
        if due is None or not roles:
            continue
        at = _step_at(case, step, term.started_at, due, calendar, office)
        if at is not None and now >= at:
            found.append(Escalation(case.number, term.key, step.name, roles, at, due, _why(rule, due, now), rule.id))
    return sorted(found, key=lambda escalation: escalation.at)


def _roles(rule: ClockRule, step: Step) -> tuple[str, ...]:
    """A term that nobody has confirmed troubles the specialist only (domain.md 2.3 f)."""
    return step.roles if rule.is_confirmed else tuple(role for role in step.roles if role == "specialist")


def _terms(case: ClockedCase, rule: ClockRule, calendar: WorkCalendar, office: tzinfo) -> list[_Term]:
    """The terms of this rule that run for the case: of the two first answers what the case itself says, of the others its clocks."""
    is_open = case.state not in {State.CLOSED, State.NOT_CLAIM}
    mine = [clock for clock in case.clocks if clock.rule == rule.id and (is_open or rule.side == "regress")]
    if rule.id == ACKNOWLEDGEMENT:
        awaited = is_open and case.acknowledged_at is None and _awaits_acknowledgement(case)
        return [_Term(rule.id, case.started_at, case.acknowledge_by, None)] if awaited else []
    if rule.id == FORMAL_ANSWER and not mine:
        owed = case.answered_at is None and case.state in OWES_ANSWER
        return [_Term(rule.id, case.started_at, case.answer_by, case.answer_hard_by)] if owed else []
    if rule.id == FORMAL_ANSWER and case.answered_at is not None:
        return []
    return [_term(clock, case, calendar, office) for clock in mine if clock.state == "running"]


def _term(clock: Clock, case: ClockedCase, calendar: WorkCalendar, office: tzinfo) -> _Term:
    """A clock that was paused counts its shares as if it had begun so much later.

    A day to come that somebody has named ("answer by Friday") was known when the letter came: what is told days before it is not late.
    """
    begun = min(clock.started_at, case.started_at) if clock.trigger.startswith("fact:") else clock.started_at
    started_at = add_office_time(begun, timedelta(seconds=clock.paused_for), calendar, office)
    return _Term(clock_key(clock), started_at, clock.due_by, clock.hard_by)


def clock_key(clock: Clock) -> str:
    """Under which name the steps of a clock are noted as told: a wait that begins again is told again.

    Never by its row: one that is counted anew is another row, and who has heard of it is not told once more.
    """
    if not (clock.about or clock.trigger.startswith(("state:", "event:"))):
        return clock.rule
    which = hashlib.sha256(f"{clock.rule} {clock.about} {clock.started_at.astimezone(UTC).isoformat()}".encode()).hexdigest()
    return f"{clock.rule[:21]}#{which[:10]}"


def _awaits_acknowledgement(case: ClockedCase) -> bool:
    """An acknowledgement is under way, or a person has not yet said whether there is to be one."""
    return case.acknowledge_from is not None or case.state in {State.NEW, State.TRIAGE}


def _step_at(
    case: ClockedCase, step: Step, started_at: datetime, due: datetime, calendar: WorkCalendar, office: tzinfo
) -> datetime | None:
    """When a step fires. Minutes are technical and run by the wall clock; the others wait for office hours (zammad#4432)."""
    if step.minutes is not None:
        return None if case.acknowledge_from is None else case.acknowledge_from + timedelta(minutes=step.minutes)
    if step.days_before is not None:  # in the morning of that day, or of the working day before it: never a day later
        day = previous_working_day(office_day(due, office) - timedelta(days=step.days_before), calendar)
        return next_opening(max(started_at, _opening(day, calendar, office)), calendar, office)
    if step.working_days is not None:
        return morning_after(started_at, step.working_days, calendar, office)
    return next_opening(at_share(started_at, due, step.share or 0.0, calendar, office), calendar, office)


def morning_after(started_at: datetime, working_days: int, calendar: WorkCalendar, office: tzinfo) -> datetime:
    """When the office opens on the n-th working day after an instant."""
    return _opening(add_working_days(office_day(started_at, office), working_days, calendar), calendar, office)


def _opening(day: date, calendar: WorkCalendar, office: tzinfo) -> datetime:
    hours = office_hours(day, calendar, office)
    assert hours is not None, "a working day has hours"
    return hours[0]


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
