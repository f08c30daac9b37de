"""A small model that learned categories from letters: complement naive Bayes over words, word pairs and 4-letter pieces, kept as counts."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from mailbot.claims.lesson import Lesson

MOST_READ = 6_000  # characters of a letter: what it complains of stands at its beginning
PIECE = 4
SMOOTHING = 1.0
SELDOM = 2 * math.log(2)  # a sign of one letter alone is not kept: it would make the file large and says nothing
TOLD = 3  # words that are shown as the model's reasons
RULES, MODEL, BOTH = WAYS = ("rules", "model", "both")  # who judges
NOT = "!"  # "!damage": counts of letters that the rule file says are no damage
_WORD = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\d+")

Counts = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Taught:
    """One letter that was learned from: who said so and when, without its words."""

    category: str
    source: str
    who: str
    at: str


@dataclass(frozen=True, slots=True)
class Model:
    """What was learned. `counts`: how often a sign stood in letters of each category; a way is rules, model or both."""

    categories: tuple[str, ...]
    counts: Counts
    use: dict[str, str] = field(default_factory=dict)  # which way proved best, by language; "rules" where nothing did
    sharpness: dict[str, tuple[float, float]] = field(default_factory=dict)  # by way: of the rules' strengths, of the model's
    unsure_below: dict[str, float] = field(default_factory=dict)  # by way: below it a verdict was wrong more often than right
    measured: dict[str, dict[str, float]] = field(default_factory=dict)  # macro-F1 by language and way, for a person to read
    taught: tuple[Taught, ...] = ()
    made_at: str = ""
    version: str = ""


class Judge:
    """A model ready to judge: the weights of its counts worked out once (Rennie and others 2003: complement, normalised)."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._weights = _weights(model)

    def strengths(self, text: str, subject: str = "") -> dict[str, float]:
        """How much better each category explains the words than the others do; 0 for all where nothing is known."""
        known = {sign: count for sign, count in signs(text, subject).items() if sign in self._weights}
        size = math.sqrt(sum(known.values())) or 1.0
        return {category: sum(self._weights[sign][category] * n for sign, n in known.items()) / size for category in self.model.categories}

    def telling(self, text: str, category: str) -> list[tuple[int, int]]:
        """Start and end of the words that spoke most for a category, strongest first."""
        found = []
        for word in _WORD.finditer(text[:MOST_READ]):
            spoken = sum(self._gain(sign, category) for sign in _of_word(_folded(word[0])))
            if spoken > 0:
                found.append((-spoken, word.start(), word.end()))
        return [(start, end) for _, start, end in sorted(found)[:TOLD]]

    def _gain(self, sign: str, category: str) -> float:
        """What a sign says for a category beyond what it says for all of them."""
        weights = self._weights.get(sign)
        return weights[category] - sum(weights.values()) / len(weights) if weights else 0.0


def signs(text: str, subject: str = "") -> dict[str, float]:
    """What the model looks at, each sign with its weight: ё is е, a run of digits is 0; said again a word counts less."""
    words = [_folded(word) for word in _WORD.findall(f"{subject}\n{text[:MOST_READ]}")]
    found: Counter[str] = Counter()
    for word in words:
        found.update(_of_word(word))
    found.update(f"{one} {other}" for one, other in pairwise(words))
    return {sign: math.log1p(count) for sign, count in found.items()}


def _folded(word: str) -> str:
    return _DIGITS.sub("0", word.lower().replace("ё", "е"))


def _of_word(word: str) -> Iterator[str]:
    yield word
    if len(word) > PIECE:
        framed = f"_{word}_"
        for at in range(len(framed) - PIECE + 1):
            yield f"~{framed[at : at + PIECE]}"


def fit(lessons: Sequence[Lesson]) -> Model:
    """The model of these letters; the same letters give the same model. A counter-example speaks against its category only."""
    categories = tuple(sorted({lesson.category for lesson in lessons if not lesson.counter}))
    counted: dict[str, defaultdict[str, float]] = {}
    for lesson in lessons:
        column = counted.setdefault(NOT + lesson.category if lesson.counter else lesson.category, defaultdict(float))
        for sign, weight in signs(lesson.text, lesson.subject).items():
            column[sign] += weight
    total: defaultdict[str, float] = defaultdict(float)
    for column in counted.values():
        for sign, weight in column.items():
            total[sign] += weight
    kept = sorted(sign for sign, count in total.items() if count >= SELDOM - 1e-9)
    return Model(categories, {sign: {name: round(column[sign], 3) for name, column in counted.items() if sign in column} for sign in kept})


def _weights(model: Model) -> dict[str, dict[str, float]]:
    """For each sign and category: how seldom the sign stood in letters of the other categories."""
    vocabulary = SMOOTHING * len(model.counts)
    weights: dict[str, dict[str, float]] = {sign: {} for sign in model.counts}
    for category in model.categories:
        others = {sign: _complement(by, category) for sign, by in model.counts.items()}
        size = math.log(sum(others.values()) + vocabulary) if others else 0.0
        for sign, count in others.items():
            weights[sign][category] = size - math.log(count + SMOOTHING)
        mean = sum(by[category] for by in weights.values()) / len(weights) if weights else 1.0
        for by in weights.values():
            by[category] /= mean
    return weights


def _complement(by: dict[str, float], category: str) -> float:
    return sum(count for name, count in by.items() if name == NOT + category or (name != category and not name.startswith(NOT)))
