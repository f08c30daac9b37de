"""One place laid out for reading facts: its text, words and telling phrases by group, and which letters a fact already holds."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from mailbot.classify.category import Reading
from mailbot.classify.matching import small_letters
from mailbot.classify.phrases import Hit
from mailbot.classify.tokens import MOST_READ, Words

_FAMILIES = frozenset(("no", "doc", "day", "role", "term", "remedy", "danger", "sender", "ask", "sound"))

_FAULTS = frozenset(("damage", "quality", "warranty"))  # categories whose phrases tell what is wrong with a counted thing
LONGEST_HIT = 16  # words of a phrase with its gaps
_PLAIN = 2.0  # strength of a phrase that says so, not only supports


class Said(NamedTuple):
    """A phrase found and what negation left of it: 0 denied, 1 meant."""

    hit: Hit
    weight: float
    group: str


@dataclass(slots=True)
class Sheet:
    """`today` is the office's day on which the letter was written, `arrived` on which it came to us.

    `taken` marks the letters that belong to a fact; `blamed` holds what the model of sentences finds wrong in a sentence, by its number;
    `said` holds the phrases by the family of their groups ("doc" of "doc_upd"), `groups` those of a family by their group. `small` is the
    text in small letters, each sign where it stands.
    """

    in_: str
    text: str
    language: str
    today: date
    arrived: date
    words: Words
    said: dict[str, list[Said]]
    groups: dict[str, list[Said]]
    small: str
    taken: bytearray = field(default_factory=bytearray)
    blamed: dict[int, str] = field(default_factory=dict)
    _ordered: dict[str, tuple[list[int], list[Said]]] = field(default_factory=dict)

    def free(self, start: int, end: int) -> bool:
        return not any(self.taken[start:end])

    def take(self, start: int, end: int, mark: int = 1) -> None:
        self.taken[start:end] = bytes((mark,)) * (end - start)

    def family(self, *names: str) -> Iterable[Said]:
        """Phrases of whole families in the order of the text, one family after the other."""
        return [one for name in names for one in self.said.get(name, ())]

    def of(self, group: str) -> Sequence[Said]:
        """Phrases of one group, e.g. "day_wanted"."""
        return self.groups.get(group, ())

    def near(self, first: int, last: int, far: int, *names: str) -> list[Said]:
        """Phrases of these families of which a part stands at most `far` words from the words `first` to `last`."""
        found: list[Said] = []
        for name in names:
            if name not in self._ordered:
                said = sorted(self.said.get(name, ()), key=lambda one: one.hit.first)
                self._ordered[name] = [one.hit.first for one in said], said
            firsts, said = self._ordered[name]
            found += said[bisect_left(firsts, first - far - LONGEST_HIT) : bisect_left(firsts, last + far + 1)]
        return found

    def word_at(self, position: int) -> int:
        """The number of the first word that begins at or after a position; len(words) where none does."""
        return bisect_left(self.words.starts, position)

    def span(self, hit: Hit) -> tuple[int, int]:
        return self.words.starts[hit.first], self.words.ends[hit.last]


def lay_out(one: Reading, language: str, today: date, arrived: date) -> Sheet:
    text = one.place.text[:MOST_READ]
    said: dict[str, list[Said]] = {}
    groups: dict[str, list[Said]] = {}
    for hit, left in zip(one.hits, one.weights, strict=True):
        group = hit.phrase.group
        name = group.partition("_")[0]
        if group in _FAULTS and hit.phrase.of_category and hit.phrase.strength >= _PLAIN:
            said.setdefault("fault", []).append(Said(hit, left, group))
        elif name in _FAMILIES:
            told = Said(hit, left, group)
            said.setdefault(name, []).append(told)
            groups.setdefault(group, []).append(told)
    return Sheet(one.place.in_, text, language, today, arrived, one.words, said, groups, small_letters(text), bytearray(len(text)))
