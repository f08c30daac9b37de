"""The day that a letter of the program names: never later than the earliest one that binds us (behaviour.md 11.10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from mailbot.claims.term_words import without_plan
from mailbot.claims.working_time import add_working_days, end_of_day, office_day
from mailbot.store import clock_rows

if TYPE_CHECKING:
    from mailbot.claims.clocks import Clock
    from mailbot.claims.policy import Policy
    from mailbot.jobs.orders import Row
    from mailbot.store.database import Connection

_BINDING = frozenset({"statute", "foreign_statute", "contract"})


@dataclass(frozen=True, slots=True)
class NamedDay:
    """By when a customer hears from us, and how that very day was counted, by language; None: as working days from the arrival."""

    by: datetime
    counted: Mapping[str, str] | None = None


def binding_on(conn: Connection, policy: Policy, case: Row) -> date | None:
    """The earliest day that binds us: of law or contract, else our own last day for the first answer."""
    due = [clock.due_by for clock in _binding(conn, policy, case["id"])] or _own_limit(case)
    return office_day(min(due), policy.office) if due else None


def named_day(conn: Connection, policy: Policy, case_id: int, answer_by: datetime, now: datetime) -> NamedDay:
    """The case's own date, or that of law or contract where it comes first; where it has passed, the next working day."""
    first = min(_binding(conn, policy, case_id), key=lambda clock: clock.due_by, default=None)
    named = NamedDay(answer_by) if first is None or first.due_by >= answer_by else NamedDay(first.due_by, _counted(first, policy))
    if named.by > now:
        return named
    return NamedDay(end_of_day(add_working_days(office_day(now, policy.office), 1, policy.calendar), policy.office), {})


def _binding(conn: Connection, policy: Policy, case_id: int) -> list[Clock]:
    """The clocks that run against us by law or contract."""
    ours = {rule.id for rule in policy.terms.rules if rule.side == "us" and rule.kind in _BINDING}
    return [one.clock for one in clock_rows.kept(conn, [case_id]).get(case_id, []) if one.clock.runs and one.clock.rule in ours]


def _counted(clock: Clock, policy: Policy) -> Mapping[str, str] | None:
    """The clock's own arithmetic, without the day that we plan for."""
    rule = policy.terms.rule(clock.rule)
    if rule is not None and rule.unit == "working_day" and clock.trigger == "received_at" and rule.id != "contract_answer":
        return None
    said: Iterable[tuple[str, str]] = zip(("ru", "en"), clock.trace.splitlines(), strict=False)
    return {language: without_plan(sentence, language) for language, sentence in said}


def _own_limit(case: Row) -> list[datetime]:
    """Where neither law nor contract binds us, the last day that the company gives itself for its first answer."""
    return [case["answer_hard_by"]] if case["answer_hard_by"] is not None and case["answered_at"] is None else []
