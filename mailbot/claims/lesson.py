"""A letter whose category a person knows: what a model learns from and verdicts are measured by, with who said so and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Lesson:
    """`category` is what a person said; "" where it is no claim. `counter`: the rule file says that it is NOT this category."""

    text: str
    category: str
    subject: str = ""
    secondary: tuple[str, ...] = ()
    source: str = "file"  # corrected | stood (a person answered and left it) | rules (an example of a rule file) | file
    who: str = ""
    at: datetime | None = None
    counter: bool = False
    place: str = ""  # where to find it: a case number, file:line
