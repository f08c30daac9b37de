"""A small model that learned categories from letters: complement naive Bayes over words, word pairs and 4-letter pieces, kept as counts."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, pairwise

from mailbot.claims.lesson import Lesson

MOST_READ = 6_000  # characters of a letter: what it complains of stands at its beginning
PIECE = 4
LONGEST = 40  # letters of a word
MOST_CACHED = 30_000  # words
SMOOTHING = 1.0
SELDOM = 2 * math.log(2)  # a sign of one letter alone is not kept: it would make the file large and says nothing
TOLD = 3  # words that are shown as the model's reasons
RULES, MODEL, BOTH = WAYS = ("rules", "model", "both")  # who judges
NOT = "!"  # "!damage": counts of letters that the rule file says are no damage
_WORD = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\d+")

_LOGS = tuple(math.log1p(count) for count in range(64))

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
        self._gains: dict[str, tuple[float, ...]] = {}

    def strengths(self, text: str, subject: str = "") -> dict[str, float]:
        """How much better each category explains the words than the others do; 0 for all where nothing is known."""
        weights = self._weights
        known = [(weights[sign], count) for sign, count in signs(text, subject).items() if sign in weights]
        size = math.sqrt(sum(count for _, count in known)) or 1.0
        return {category: sum(by[n] * count for by, count in known) / size for n, category in enumerate(self.model.categories)}

    def telling(self, text: str, category: str) -> list[tuple[int, int]]:
        """Start and end of the words that spoke most for a category, strongest first."""
        if category not in self.model.categories:
            return []
        at = self.model.categories.index(category)
        found = ((-self._gain(_folded(word[0]))[at], word.start(), word.end()) for word in _WORD.finditer(text[:MOST_READ]))
        return [(start, end) for gain, start, end in sorted(found)[:TOLD] if gain < 0]

    def _gain(self, word: str) -> tuple[float, ...]:
        """What a word says for each category beyond what it says for all of them."""
        known = self._gains.get(word)
        if known is None:
            if len(self._gains) >= MOST_CACHED:
                self._gains.clear()
            spoken = [self._weights[sign] for sign in _of_word(word) if sign in self._weights]
            sums = [sum(by) for by in zip(*spoken, strict=True)] or [0.0] * len(self.model.categories)
            mean = sum(sums) / max(1, len(sums))
            known = self._gains[word] = tuple(gain - mean for gain in sums)
        return known


def signs(text: str, subject: str = "") -> dict[str, float]:
    """What the model looks at, each sign with its weight: ё is е, a run of digits is 0; said again a word counts less."""
    words = [_folded(word) for word in _WORD.findall(f"{subject}\n{text[:MOST_READ]}")]
    found = Counter([*chain.from_iterable(map(_of_word, words)), *(f"{one} {other}" for one, other in pairwise(words))])
    return {sign: _LOGS[count] if count < len(_LOGS) else math.log1p(count) for sign, count in found.items()}


def _folded(word: str) -> str:
    return _DIGITS.sub("0", word[:LONGEST].lower().replace("ё", "е"))


@lru_cache(maxsize=MOST_CACHED)
def _of_word(word: str) -> tuple[str, ...]:
    if len(word) <= PIECE:
        return (word,)
    framed = f"_{word}_"
    return (word, *(f"~{framed[at : at + PIECE]}" for at in range(len(framed) - PIECE + 1)))


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


def _weights(model: Model) -> dict[str, tuple[float, ...]]:
    """For each sign, by category: how seldom the sign stood in letters of the other categories."""
    columns = [_column(model.counts, category) for category in model.categories]
    return dict(zip(model.counts, zip(*columns, strict=True), strict=True)) if columns else {}


def _column(counts: Counts, category: str) -> list[float]:
    others = [_complement(by, category) for by in counts.values()]
    size = math.log(sum(others) + SMOOTHING * len(others)) if others else 0.0
    weights = [size - math.log(count + SMOOTHING) for count in others]
    mean = sum(weights) / len(weights) if any(weights) else 1.0  # of a single sign nothing can be told
    return [weight / mean for weight in weights]


def _complement(by: dict[str, float], category: str) -> float:
    return sum(count for name, count in by.items() if name == NOT + category or (name != category and not name.startswith(NOT)))
