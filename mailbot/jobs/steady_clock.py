"""A clock that jumps is asked a second time before anybody is escalated to (reliability.md H4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from mailbot import maillog

JUMP = 600.0  # seconds by which the wall clock may run away from the steady one between two ticks


@dataclass(slots=True)
class SteadyClock:
    """Compares the wall clock with the monotonic one, tick by tick."""

    _last: dict[str, tuple[datetime, float]] = field(default_factory=dict)
    _apart: float | None = None  # how far the two clocks were apart when any job looked last

    def reads_on(self, job: str, now: datetime, monotonic: float) -> bool:
        """False where the wall clock has jumped since this job's last tick: the next tick is the second reading, and counts."""
        before = self._last.get(job)
        self._last[job] = (now, monotonic)
        self._tell(now.timestamp() - monotonic)
        if before is None:
            return True
        return abs((now - before[0]).total_seconds() - (monotonic - before[1])) <= JUMP

    def _tell(self, apart: float) -> None:
        """Once a jump, whichever job's tick comes first: dates are counted by it, and whoever reads the log must know why they moved."""
        before, self._apart = self._apart, apart
        if before is not None and abs(apart - before) > JUMP:
            maillog.clock_jumped(round(apart - before))
