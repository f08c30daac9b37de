"""When a claim must be acknowledged and answered, and any other term of rules/deadlines.toml. Pure; instants are aware UTC."""

from __future__ import annotations

import calendar as months
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from mailbot.claims.clocks import ClockRule, DueDate
from mailbot.claims.policy import Policy
from mailbot.claims.work_calendar import WorkCalendar
from mailbot.claims.working_time import (
    ONE_DAY,
    add_office_time,
    add_working_days,
    end_of_day,
    next_working_day,
    office_day,
    office_time_between,
    previous_working_day,
    working_days_between,
)


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """The three instants of decisions.md 25, each 23:59:59 of the office zone."""

    acknowledge_by: datetime
    answer_by: datetime
    answer_hard_by: datetime


def acknowledge_by(received_at: datetime, policy: Policy) -> datetime:
    """The last instant for the acknowledgement: 1 working day (decisions.md 25)."""
    return _end_after(received_at, policy.acknowledge_working_days, policy)


def answer_by(received_at: datetime, policy: Policy) -> datetime:
    """The last instant for the formal answer as promised: 3 working days."""
    return _end_after(received_at, policy.answer_working_days, policy)


def answer_hard_by(received_at: datetime, policy: Policy) -> datetime:
    """The outermost instant for the formal answer: 5 working days."""
    return _end_after(received_at, policy.answer_hard_working_days, policy)


def first_answer(received_at: datetime, policy: Policy) -> FirstAnswer:
    """All three, from the instant at which the mail server took the mail (never the Date header)."""
    return FirstAnswer(acknowledge_by(received_at, policy), answer_by(received_at, policy), answer_hard_by(received_at, policy))


def add_calendar_days(day: date, amount: int) -> date:
    """`amount` calendar days after `day`: day one is the day after (ГК 191)."""
    return day + timedelta(days=amount)


def add_months(day: date, amount: int) -> date:
    """The same day number `amount` months on; where the month has none, its last day (ГК 192)."""
    year, month = divmod(day.year * 12 + day.month - 1 + amount, 12)
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))


def add_years(day: date, amount: int) -> date:
    """The same date `amount` years on; 29 February gives 28 February in a common year (ГК 192)."""
    return add_months(day, 12 * amount)


def term_end(start: date, amount: int, unit: str, calendar: WorkCalendar) -> date:
    """The last day of a term of `amount` calendar_day | working_day | month | year, before rolling. ValueError for another unit."""
    if amount == 0:  # a day that somebody has named
        return start
    if unit == "working_day":
        return add_working_days(start, amount, calendar)
    if unit == "calendar_day":
        return add_calendar_days(start, amount)
    if unit == "month":
        return add_months(start, amount)
    if unit == "year":
        return add_years(start, amount)
    raise ValueError(f"a term in days cannot be counted in {unit!r}")


def rolled(day: date, roll: str, calendar: WorkCalendar) -> date:
    """Where the last day falls on a day off: forward to the next working day (ГК 193), backward, or none. ValueError for another word."""
    if roll == "none":
        return day
    if roll == "forward":
        return next_working_day(day, calendar)
    if roll == "backward":
        return previous_working_day(day, calendar)
    raise ValueError(f"roll is none, forward or backward, not {roll!r}")


def due_date(rule: ClockRule, started_at: datetime, calendar: WorkCalendar, office: tzinfo) -> DueDate:
    """When the clock of `rule`, started at `started_at`, runs out; a term in hours counts office hours."""
    due, plan = _due(rule, rule.amount, started_at, calendar, office)
    hard = _due(rule, rule.hard_amount, started_at, calendar, office)[0] if rule.hard_amount is not None else None
    return DueDate(rule.id, due, hard, plan, calendar.is_provisional(office_day(due, office)))


def shifted(
    due: datetime, rule: ClockRule, pauses: Iterable[tuple[datetime, datetime]], calendar: WorkCalendar, office: tzinfo
) -> datetime:
    """`due` after pauses that have ended: as many days are left after the day on which it went on as were left after the day it stopped."""
    for begin, until in pauses:
        if rule.unit == "hour":
            due = add_office_time(due, office_time_between(begin, until, calendar, office), calendar, office)
            continue
        first, last, day = office_day(begin, office), office_day(until, office), office_day(due, office)
        if rule.unit == "working_day":
            lost = working_days_between(first + ONE_DAY, last, calendar)
            day = add_working_days(day, lost, calendar) if lost else day
        else:
            day = rolled(day + (last - first), rule.roll, calendar)
        due = end_of_day(day, office)
    return due


def pause_end(begin: datetime, amount: int, rule: ClockRule, calendar: WorkCalendar, office: tzinfo) -> datetime:
    """The instant until which a pause that begins so may last for at most `amount` of the rule's unit."""
    if rule.unit == "hour":
        return add_office_time(begin, timedelta(hours=amount), calendar, office)
    return end_of_day(term_end(office_day(begin, office), amount, rule.unit, calendar), office)


def pause_used(begin: datetime, until: datetime, rule: ClockRule, calendar: WorkCalendar, office: tzinfo) -> int:
    """How much of the rule's unit a pause has taken, as `shifted` counts it; of an hour that has begun, the whole."""
    first, last = office_day(begin, office), office_day(until, office)
    if rule.unit == "hour":
        return -(-office_time_between(begin, until, calendar, office) // timedelta(hours=1))
    return working_days_between(first + ONE_DAY, last, calendar) if rule.unit == "working_day" else (last - first).days


def _due(rule: ClockRule, amount: int, started_at: datetime, calendar: WorkCalendar, office: tzinfo) -> tuple[datetime, datetime]:
    if rule.unit == "hour":
        at = add_office_time(started_at, timedelta(hours=amount), calendar, office)
        return at, at
    last = term_end(office_day(started_at, office), amount, rule.unit, calendar)
    plan = previous_working_day(last, calendar)
    return end_of_day(rolled(last, rule.roll, calendar), office), end_of_day(plan, office)


def _end_after(received_at: datetime, amount: int, policy: Policy) -> datetime:
    return end_of_day(add_working_days(office_day(received_at, policy.office), amount, policy.calendar), policy.office)
