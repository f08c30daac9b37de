"""The rule of one clock as data (domain.md 2.3) and the values that come of it. Only values; counting is in `deadlines`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

UNITS = ("hour", "calendar_day", "working_day", "month", "year")
ROLLS = ("none", "forward", "backward")
ROLES = ("specialist", "head", "director", "legal", "operator", "privacy")


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of the escalation ladder (decisions.md 27): who hears when.

    Exactly one of the first three: `share` of the office time from trigger to due (0.0 … 1.0), `minutes` after the trigger
    (by the wall clock), `days_before` calendar days before due. `against` says which of the two dates a share runs to.
    """

    name: str  # goes into the unique key of table `escalated`
    roles: tuple[str, ...]
    share: float | None = None
    minutes: int | None = None
    days_before: int | None = None
    against: str = "due"  # due | hard


@dataclass(frozen=True, slots=True)
class ClockRule:
    """One rule of rules/deadlines.toml. `amount` in `unit`; `hard_amount` is the outer limit in the same unit."""

    id: str
    title: str
    amount: int
    unit: str  # one of UNITS
    title_en: str = ""
    kind: str = "internal"  # internal | contract | statute | foreign_statute | counterparty
    trigger: str = "received_at"
    hard_amount: int | None = None
    roll: str = "none"  # one of ROLLS
    pausable: bool = True
    shown_to_customer: bool = False
    steps: tuple[Step, ...] = ()
    source: str = ""
    status: str = "confirmed"
    rule: str = ""  # "deadlines.toml:12"


@dataclass(frozen=True, slots=True)
class DueDate:
    """When one clock runs out. `plan_by` is the working day we plan for where the legal date rolls forward (domain.md 2.2.2)."""

    rule: str
    due_by: datetime
    hard_by: datetime | None
    plan_by: datetime
    provisional: bool = False
