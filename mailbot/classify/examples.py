"""Reads the examples that the rule files carry, and says which do not come out as their file says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from mailbot.claims.errors import Fault
from mailbot.claims.message import IncomingMail
from mailbot.claims.policy import Policy
from mailbot.classify.understand import Reader
from mailbot.rulebook import Category, Rules
from mailbot.rulebook.example_places import example_line

_WHEN = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)  # any working morning: examples tell no dates
_MEND = "Write a phrase that tells it, or take the example out."


def failing_examples(rules: Rules) -> Iterator[Fault]:
    """One for each of `examples_yes` that is taken for another category, and of `examples_no` that is a sure claim of this one."""
    reader, sure = Reader(rules), Policy().triage_below
    for category in rules.categories:
        for text in category.examples_yes:
            verdict = reader.understand(IncomingMail(text=text), _WHEN, UTC).verdict
            if verdict.primary != category.id:
                yield _fault(rules, category, "examples_yes", text, f"is taken for {verdict.primary}")
        for text in category.examples_no:
            verdict = reader.understand(IncomingMail(text=text), _WHEN, UTC).verdict
            if verdict.primary == category.id and verdict.claim_confidence >= sure:
                yield _fault(rules, category, "examples_no", text, "is taken for a claim of this category")


def count_examples(rules: Rules) -> int:
    return sum(len(category.examples_yes) + len(category.examples_no) for category in rules.categories)


def _fault(rules: Rules, category: Category, key: str, text: str, problem: str) -> Fault:
    return Fault(rules.files[category.file], example_line(rules, category, text, key), key, f"“{text}” {problem}.", _MEND)
