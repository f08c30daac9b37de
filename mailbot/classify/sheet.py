"""One place laid out for reading facts: its text, words and telling phrases by group, and which letters a fact already holds."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from mailbot.classify.category import Reading
from mailbot.classify.phrases import Hit
from mailbot.classify.tokens import MOST_READ, Words

FACT_GROUPS = ("no_", "doc_", "day_", "role_", "term_", "remedy_", "danger_", "sender_")


@dataclass(frozen=True, slots=True)
class Said:
    """A phrase found and what negation left of it: 0 denied, 1 meant."""

    hit: Hit
    weight: float

    @property
    def group(self) -> str:
        return self.hit.phrase.group


@dataclass(slots=True)
class Sheet:
    """`today` is the office's day on which the letter was written; `taken` marks the letters that belong to a fact."""

    in_: str
    text: str
    language: str
    today: date
    words: Words
    said: tuple[Said, ...]
    taken: bytearray = field(default_factory=bytearray)

    def free(self, start: int, end: int) -> bool:
        return not any(self.taken[start:end])

    def take(self, start: int, end: int) -> None:
        self.taken[start:end] = b"\1" * (end - start)

    def of(self, prefix: str) -> Iterator[Said]:
        """Phrases of the groups that begin so, in the order of the text."""
        return (one for one in self.said if one.group.startswith(prefix))

    def word_at(self, position: int) -> int:
        """The number of the first word that begins at or after a position; len(words) where none does."""
        return bisect_left(self.words.starts, position)

    def span(self, hit: Hit) -> tuple[int, int]:
        return self.words.starts[hit.first], self.words.ends[hit.last]


def lay_out(one: Reading, language: str, today: date) -> Sheet:
    text = one.place.text[:MOST_READ]
    said = tuple(
        Said(hit, left) for hit, left in zip(one.hits, one.weights, strict=True) if hit.phrase.group.startswith(FACT_GROUPS)
    )
    return Sheet(one.place.in_, text, language, today, one.words, said, bytearray(len(text)))
