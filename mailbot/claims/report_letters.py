"""Letters of figures: a recurring defect with its cases, and the week for those who answer for it. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from mailbot.claims.figures import Figures, Week
from mailbot.claims.recurrence import Cluster


@dataclass(frozen=True, slots=True)
class RecurringCase:
    number: str
    customer: str
    claimed: str  # the customer's words, cut short
    received_at: datetime


@dataclass(frozen=True, slots=True)
class RecurringDefect:
    cluster: Cluster
    cases: tuple[RecurringCase, ...]


@dataclass(frozen=True, slots=True)
class RecurringLetter:
    """To head and specialist: the same product or batch again and again (behaviour.md 7)."""

    person_name: str
    defects: tuple[RecurringDefect, ...]


@dataclass(frozen=True, slots=True)
class WeeklyLetter:
    """M8, to those who answer for the deadlines: the week from `first` to `last` (inclusive), compared with the week before."""

    person_name: str
    first: date
    last: date
    figures: Figures
    before: Figures
    trend: tuple[Week, ...]  # the last weeks, this one at the end
    people: Mapping[str, str] = field(default_factory=dict)  # names by id
    recurring: tuple[Cluster, ...] = ()
    anchor: str = ""  # of the record of all cases, to be proven by later; "": none was to be had


ReportLetter = RecurringLetter | WeeklyLetter
TEMPLATES: dict[type[object], str] = {RecurringLetter: "recurring", WeeklyLetter: "weekly"}
