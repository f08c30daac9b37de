"""How well verdicts agree with what people said: precision, recall and F1 by category, abstention, what is taken for what. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

from mailbot.claims.category import UNSORTED


@dataclass(frozen=True, slots=True)
class Said:
    """One letter: what a person said, what we said, how sure we were."""

    gold: str
    said: str
    confidence: float
    language: str
    place: str = ""

    @property
    def is_right(self) -> bool:
        return self.gold == self.said


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one category: how often we said it rightly, said it at all, and should have."""

    right: int
    said: int
    true: int

    @property
    def precision(self) -> float | None:
        return self.right / self.said if self.said else None

    @property
    def recall(self) -> float | None:
        return self.right / self.true if self.true else None

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.said + self.true) if self.said + self.true else 0.0


@dataclass(frozen=True, slots=True)
class Agreement:
    """Over some letters. `macro_f1`: the mean over the categories that people named; abstaining counts as wrong."""

    letters: int
    right: int
    abstained: int
    by_category: dict[str, Figures]
    macro_f1: float
    confusion: dict[tuple[str, str], int]


def agreement(judged: Sequence[Said], macro_over: Sequence[str] = ()) -> Agreement:
    """`macro_over`: the categories of the mean (those of them that occur); () is all that occur."""
    named = sorted({one.gold for one in judged})
    categories = sorted({*named, *(one.said for one in judged)} - {UNSORTED})
    figures = {category: _figures(judged, category) for category in categories}
    meant = [category for category in named if not macro_over or category in macro_over]
    return Agreement(
        letters=len(judged),
        right=sum(one.is_right for one in judged),
        abstained=sum(one.said == UNSORTED for one in judged),
        by_category=figures,
        macro_f1=sum(figures[category].f1 for category in meant) / len(meant) if meant else 0.0,
        confusion=dict(Counter((one.gold, one.said) for one in judged)),
    )


def _figures(judged: Sequence[Said], category: str) -> Figures:
    right = sum(one.gold == one.said == category for one in judged)
    return Figures(right, sum(one.said == category for one in judged), sum(one.gold == category for one in judged))


def worst(judged: Sequence[Said], most: int) -> list[Said]:
    """The mistakes that were made most surely; an abstention is the least bad of them."""
    wrong = (one for one in judged if not one.is_right)
    return sorted(wrong, key=lambda one: (one.said == UNSORTED, -one.confidence, one.place))[:most]


def by_chance(one: Sequence[Said], other: Sequence[Said]) -> float:
    """How likely pure luck makes `other` so much better than `one` on the same letters (sign test); 1.0 where it is no better."""
    gained = sum(b.is_right and not a.is_right for a, b in zip(one, other, strict=True))
    lost = sum(a.is_right and not b.is_right for a, b in zip(one, other, strict=True))
    if gained <= lost:
        return 1.0
    changed = gained + lost
    return sum(comb(changed, n) for n in range(gained, changed + 1)) / (1 << changed)
