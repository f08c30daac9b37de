"""Which category a claim belongs to, how sure we are, and the words that spoke for it."""

from __future__ import annotations

from dataclasses import dataclass, field

UNSORTED = "unsorted"


@dataclass(frozen=True, slots=True)
class Reason:
    """Words that spoke for a category. `start` and `end` count code points in the original text of the place `in_`."""

    category: str
    text: str
    start: int
    end: int
    in_: str  # subject | text | forwarded.subject | forwarded.text | attachment:N
    rule: str  # "categories/damage.toml:17"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The category of one claim. `primary` is a category's id or `unsorted`; scores lie in 0…1 for every enabled category."""

    primary: str = UNSORTED
    secondary: tuple[str, ...] = ()
    scores: dict[str, float] = field(default_factory=dict)
    confidence: float = 0.0
    reasons: tuple[Reason, ...] = ()
    claim_confidence: float = 0.0  # is it a claim at all?
    claim_reasons: tuple[Reason, ...] = ()
    version: str = ""  # of the rules and the model that decided
