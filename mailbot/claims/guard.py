"""What a letter to a customer had better not say, asked back once before it goes (behaviour.md 11.11). Words: rules/guard.toml."""

from __future__ import annotations

from dataclasses import dataclass

WHATS = ("admission", "promise", "amount", "date", "stranger", "internal", "tone", "placeholder", "law")


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask back. `what` out of WHATS."""

    what: str
    text: str  # the words of the letter
    position: int
    why: str = ""  # a fact that is wrong with it: "is later than 26 November 2026"
