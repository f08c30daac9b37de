"""Which days are worked: plain sets of dates, filled by `rulebook` from the production calendar and the company's file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """`off` and `work` are exceptions to Monday–Friday (holidays and transferred days; working Saturdays).

    `confirmed_years` have a decree; any later year without one is provisional («предварительно», decisions.md 31).
    """

    off: frozenset[date] = frozenset()
    work: frozenset[date] = frozenset()
    short: frozenset[date] = frozenset()
    confirmed_years: frozenset[int] = frozenset()
    opens: time = time(9, 0)
    closes: time = time(18, 0)
    short_by_minutes: int = 60
    sources: dict[int, str] = field(default_factory=dict)

    def is_working_day(self, day: date) -> bool:
        if day in self.work:
            return True
        return day.weekday() < 5 and day not in self.off

    def is_provisional(self, day: date) -> bool:
        return day.year not in self.confirmed_years and day.year >= min(self.confirmed_years, default=0)
