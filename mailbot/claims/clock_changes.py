"""What is to be done so that the clocks kept for a case are those it should have: the old value stays beside the new. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from mailbot.claims.clocks import Clock

What = Literal["start", "put", "replace", "stop"]


@dataclass(frozen=True, slots=True)
class Change:
    """`start` a new clock; `put` new values into one that is kept; `replace` it by a new one; `stop` it. `why` for the old one."""

    what: What
    clock: Clock  # as it is to be; of `stop` the one that is kept
    kept: int = 0  # id of the clock that is kept
    why: str = ""
    old: Clock | None = None

    @property
    def recounted(self) -> bool:
        """Rules or calendar have changed, and another date came out: people who know the old one must hear."""
        old = self.old
        return self.what == "replace" and old is not None and (old.policy, old.calendar) != (self.clock.policy, self.clock.calendar)


def changes(have: Sequence[Clock], want: Iterable[Clock]) -> tuple[Change, ...]:
    """From the clocks of one opening of a case that are kept to those that it should have."""
    wanted = {clock.key: clock for clock in want}
    found: list[Change] = []
    runs = {clock.key: clock for clock in have if clock.runs}
    for key, clock in wanted.items():
        kept = runs.get(key)
        if kept is not None:
            found += _of_running(kept, clock)
        elif clock.runs or (clock.state == "met" and not any(one.key == key for one in have)):
            found.append(_begun(have, clock))
    gone = (kept for key, kept in runs.items() if key not in wanted)
    found += [Change("stop", kept, kept.id, "It no longer applies: the case has changed.") for kept in gone]
    return tuple(sorted(found, key=lambda change: change.what == "start"))  # an index allows one that runs for each rule


def _begun(have: Sequence[Clock], clock: Clock) -> Change:
    """A clock that had ended and runs again (a letter that bounced, a step undone) is the same one; else it is new."""
    same = [one for one in have if one.key == clock.key and one.started_at == clock.started_at and one.state in {"met", "stopped"}]
    return Change("put", clock, same[-1].id) if same else Change("start", clock)


def _of_running(kept: Clock, clock: Clock) -> list[Change]:
    if kept.started_at != clock.started_at:
        if not clock.runs:
            return [Change("stop", kept, kept.id, clock.why)]
        return [Change("replace", clock, kept.id, f"Counted from {clock.started_at:%Y-%m-%d %H:%M} UTC instead.")]
    if clock.state in {"met", "stopped"}:
        return [Change("put", replace(clock, due_by=kept.due_by, hard_by=kept.hard_by, plan_by=kept.plan_by, trace=kept.trace), kept.id)]
    moved = (kept.due_by, kept.hard_by) != (clock.due_by, clock.hard_by)
    if moved and kept.paused_for == clock.paused_for:
        return [Change("replace", clock, kept.id, _why(kept, clock), kept)]
    counted_by = (kept.policy, kept.calendar) != (clock.policy, clock.calendar)  # counted again, and the same date came out
    if moved or counted_by or (kept.state, kept.paused_at) != (clock.state, clock.paused_at):
        return [Change("put", clock, kept.id)]
    return []


def _why(kept: Clock, clock: Clock) -> str:
    what = "What is known of the case"
    if kept.calendar != clock.calendar or kept.policy != clock.policy:
        what = "The calendar" if kept.calendar != clock.calendar else "The rules"
    return f"{what} changed: due {clock.due_by:%Y-%m-%d} instead of {kept.due_by:%Y-%m-%d}."
