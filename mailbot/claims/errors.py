"""Faults a person can mend, and faults that pass."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in the set-up: where it is and how to mend it. `line` counts from 1, 0 where no line is known."""

    file: str
    line: int
    key: str
    problem: str
    mend: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.key}: {self.problem} {self.mend}" if self.key else f"{place}: {self.problem} {self.mend}"


class SetupError(Exception):
    """Configuration, rules or templates are wrong: the program refuses to start (exit 2). Carries all faults at once."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class StoreAway(Exception):
    """The database cannot be reached, is locked or full: the job ends, the next tick tries again."""


class MailboxAway(Exception):
    """The mailbox cannot be reached or spoke nonsense: the connection is thrown away, the next tick tries again."""
