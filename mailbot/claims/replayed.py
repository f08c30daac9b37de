"""What a mail came to, and what it would come to by other rules: the differences, and their sum. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields

from mailbot.claims.decision import Decision
from mailbot.claims.explained import SORTED_KINDS
from mailbot.claims.facts import Facts
from mailbot.claims.understanding import ReadMail

_DATES = ("purchased_on", "delivered_on", "commissioned_on", "expires_on", "answer_wanted_by")
_NOT_STATED = frozenset({"remedies", "lines", "contradictions"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one mail, as far as rules and model have a say in it."""

    kind: str
    category: str  # "" where it is none to be sorted
    secondary: tuple[str, ...]
    facts: int
    missing: tuple[str, ...]
    warranty: str
    urgency: str
    case: str
    acknowledge: str


def outcome_of(read: ReadMail, decision: Decision) -> Outcome:
    words = read.understanding
    is_sorted = decision.kind in SORTED_KINDS
    return Outcome(
        kind=decision.kind.value,
        category=words.verdict.primary if is_sorted else "",
        secondary=words.verdict.secondary if is_sorted else (),
        facts=count_facts(words.facts),
        missing=words.missing if is_sorted else (),
        warranty=words.warranty.status if is_sorted else "",
        urgency=words.facts.urgency,
        case=decision.case,
        acknowledge=decision.acknowledge,
    )


def count_facts(facts: Facts) -> int:
    """How many facts the letter states: every number, quantity and sum, and every date that is known."""
    listed = (getattr(facts, one.name) for one in fields(Facts) if one.name not in _NOT_STATED)
    return sum(len(value) for value in listed if isinstance(value, tuple)) + sum(getattr(facts, name) is not None for name in _DATES)


def changes(before: Outcome, after: Outcome) -> dict[str, tuple[object, object]]:
    """What differs, by name, old and new."""
    pairs = ((one.name, getattr(before, one.name), getattr(after, one.name)) for one in fields(Outcome))
    return {name: (old, new) for name, old, new in pairs if old != new}


@dataclass(slots=True)
class Sum:
    """Over all mails: how many were read and would come out otherwise, and each change with its number."""

    mails: int = 0
    changed: int = 0
    by_field: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, found: dict[str, tuple[object, object]]) -> None:
        self.mails += 1
        self.changed += bool(found)
        for name, (old, new) in found.items():
            self.by_field.setdefault(name, Counter())[_step(name, old, new)] += 1


def _step(name: str, old: object, new: object) -> str:
    if name == "facts":
        assert isinstance(old, int)
        assert isinstance(new, int)
        return "more" if new > old else "fewer"
    return f"{said(old)} → {said(new)}"


def said(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return str(value) if value != "" else "none"
