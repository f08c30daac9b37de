"""What each sentence of a letter is likely to say, by a linear model learned from the shipped sentences. Reads the file, never trains."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from mailbot.claims.errors import Fault, SetupError
from mailbot.classify.category import ASIDE, Reading, marked, part_of
from mailbot.classify.lemmas import Word
from mailbot.classify.sentence_bank import COMPLAINTS, LABELS
from mailbot.classify.sentence_signs import ANY, main_form, pair, signs_of_phrases, signs_of_word

SCALE = 20  # weights are kept as whole numbers of twentieths
DECAY = 0.7  # share that each further sentence of one meaning keeps
RANKED = 1.5  # "главное — …"
SLOW, DOUBLE_CHECK = 0.72, 0.2  # keep the doubtful in the middle, where a person says
TELLING = 0.1  # a chance below it is no evidence
USUAL = 0.15  # a chance of one label that doubtful sentences have too
DOUBT = 0.4  # the chance of complaining at all that they have
MOST_CACHED = 60_000
SCHEMA = 1
_MEND = "Restore the shipped file, or write it anew with `mailbot train --sentences FOLDER`."

Matrix = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SentenceModel:
    """Weights of each sign by label, and what turns the evidence of a letter into one number for "is it a claim"."""

    signs: dict[str, int]  # sign → row
    weights: Matrix  # rows × LABELS
    claim: tuple[float, ...]  # weights of CLAIM_SIGNS
    of_model: float  # what the evidence of the sentences counts beside the strengths of the phrases
    version: str = ""


class SentenceSaid(NamedTuple):
    """One sentence: its chances by label, in the order of LABELS."""

    place: int  # number of the reading
    sentence: int
    weight: float  # of its place, raised by the author's own ranking
    chances: tuple[float, ...]
    rows: tuple[int, ...] = ()  # of its signs
    size: int = 1


@dataclass(slots=True)
class _Found:
    """Rows of one sentence while its words go by; `met` its words, each of which counts once."""

    rows: dict[int, None]
    met: set[str]
    size: int


class SentenceJudge:
    """A model ready to judge; keeps the rows of each word it has met."""

    def __init__(self, model: SentenceModel) -> None:
        self.model = model
        self._rows: dict[str, tuple[dict[int, None], int, str]] = {}
        centred = model.weights - model.weights.mean(axis=1, keepdims=True)
        self._beyond = {label: centred[:, at].tolist() for at, label in enumerate(COMPLAINTS)}

    def read(self, readings: Sequence[Reading]) -> list[SentenceSaid]:
        """Every sentence of the letter with its chances, in the order of the text."""
        keys: list[tuple[int, int, float]] = []
        rows: list[int] = []
        starts: list[int] = []
        sizes: list[int] = []
        for number, one in enumerate(readings):
            part = part_of(one.place)
            weights = dict.fromkeys(marked(one, "aside"), part * ASIDE) | dict.fromkeys(marked(one, "ranking"), part * RANKED)
            for sentence, (found, size) in self._sentences(one).items():
                keys.append((number, sentence, weights.get(sentence, part)))
                starts.append(len(rows))
                rows += found
                sizes.append(size)
        if not keys:
            return []
        lengths = np.sqrt(np.array(sizes, dtype=np.float32))[:, None]
        summed = np.add.reduceat(self.model.weights.take(rows, axis=0), starts, axis=0) / lengths
        raised = np.exp(summed - np.maximum.reduce(summed, axis=1, keepdims=True))
        chances = (raised / np.add.reduce(raised, axis=1, keepdims=True)).tolist()
        ends = [*starts[1:], len(rows)]
        return [
            SentenceSaid(*key, tuple(each), tuple(rows[start:end]), size)
            for key, each, start, end, size in zip(keys, chances, starts, ends, sizes, strict=True)
        ]

    def leaning(self, word: Word, category: str) -> float:
        """What a word says for a category beyond what it says for all labels: quick, for choosing whom to ask `gain` about."""
        beyond: list[float] = self._beyond[category]
        return sum(beyond[row] for row in self._of_word(word)[0])

    def gain(self, one: SentenceSaid, word: Word, label: str) -> float:
        """How much likelier a word makes it that its sentence means a label."""
        rows, size, _ = self._of_word(word)
        kept = [row for row in one.rows if row not in rows]
        summed = np.add.reduce(self.model.weights.take(kept, axis=0)) / math.sqrt(max(one.size - size, len(kept), 1))
        raised = np.exp(summed - np.maximum.reduce(summed))
        at = LABELS.index(label)
        return one.chances[at] - float(raised[at] / np.add.reduce(raised))

    def _sentences(self, one: Reading) -> dict[int, tuple[list[int], int]]:
        """Known rows of each sentence, and how many signs it has in all: unknown words make a sentence say less."""
        known, rows_of = self.model.signs, self._rows
        found: dict[int, _Found] = {}
        current = -1
        before: str | None = None
        for word, sentence in zip(one.words.words, one.words.sentences, strict=True):
            rows, size, main = rows_of.get(word.lower) or self._of_word(word)
            if sentence != current:  # sentences come one after the other
                current, before = sentence, None
                into = found[sentence] = _Found({known[ANY]: None}, set(), 1)
            if word.lower not in into.met:
                into.met.add(word.lower)
                into.rows.update(rows)
                into.size += size + (before is not None)
            if before is not None:
                row = known.get(pair(before, main))
                if row is not None:
                    into.rows[row] = None
            before = main
        for sentence, sign in signs_of_phrases(one):
            row = known.get(sign)
            if sentence in found and row is not None:
                found[sentence].rows[row] = None
                found[sentence].size += 1
        return {sentence: (list(into.rows), max(into.size, len(into.rows))) for sentence, into in found.items()}

    def _of_word(self, word: Word) -> tuple[dict[int, None], int, str]:
        """Known rows of a word, how many signs it has, and its main form."""
        cached = self._rows.get(word.lower)
        if cached is None:
            if len(self._rows) >= MOST_CACHED:
                self._rows.clear()
            listed, known = signs_of_word(word), self.model.signs
            cached = self._rows[word.lower] = (dict.fromkeys(known[sign] for sign in listed if sign in known), len(listed), main_form(word))
        return cached


def evidence(said: Sequence[SentenceSaid]) -> dict[str, float]:
    """What the sentences say together, by label: how much likelier than any label is; the strongest wholly, each further one less."""
    strengths: list[list[float]] = [[] for _ in LABELS]
    for one in said:
        for at, chance in enumerate(one.chances):
            if chance > TELLING:
                strengths[at].append(one.weight * math.log(chance * len(LABELS)))
    return {label: _together(each) for label, each in zip(LABELS, strengths, strict=True)}


CLAIM_SIGNS = ("one", "rules", "complaint", "most", "share", *(label for label in LABELS if label not in COMPLAINTS))


_NOT_COMPLAINTS = tuple(at for at, label in enumerate(LABELS) if label not in COMPLAINTS)
_COMPLAINING = tuple(LABELS.index(label) for label in (*COMPLAINTS, "complaint"))


def claim_signs(said: Sequence[SentenceSaid], rules: float) -> tuple[float, ...]:
    """What "is it a claim" is judged by: the sum of the rules, complaints (together, the plainest, their share), and all else said."""
    complaints = [one.weight * max(0.0, sum(one.chances[at] for at in _COMPLAINING) - DOUBT) / (1 - DOUBT) for one in said]
    share = sum(complaints) / len(complaints) if complaints else 0.0
    others = (_together(_above(said, at)) for at in _NOT_COMPLAINTS)
    return (1.0, max(-4.0, min(6.0, rules)), _together(complaints), max(complaints, default=0.0), share, *others)


def _above(said: Sequence[SentenceSaid], at: int) -> list[float]:
    """Chances of a label beyond what any sentence has: doubtful sentences of a long letter add nothing."""
    return [one.weight * (one.chances[at] - USUAL) / (1 - USUAL) for one in said if one.chances[at] > USUAL]


def _together(strengths: Iterable[float]) -> float:
    ordered = sorted(strengths, reverse=True)
    return sum([strength * DECAY**place for place, strength in enumerate(ordered)]) if ordered else 0.0


def claim_chance(model: SentenceModel, said: Sequence[SentenceSaid], rules: float) -> float:
    sum_ = sum(weight * sign for weight, sign in zip(model.claim, claim_signs(said, rules), strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, SLOW * (sum_ - DOUBLE_CHECK)))))


def read_sentence_model(path: Path) -> SentenceModel:
    """Errors: SetupError for a file that is no model of this release."""
    try:
        data = json.loads(path.read_text("utf-8"))
        if data["schema"] != SCHEMA or tuple(data["labels"]) != LABELS or len(data["claim"]) != len(CLAIM_SIGNS):
            raise ValueError("is of another release")
        listed = data["signs"]
        weights = np.array(list(listed.values()), dtype=np.float32) / np.float32(SCALE)
        if weights.shape != (len(listed), len(LABELS)) or ANY not in listed:
            raise ValueError("lacks weights")
        signs = {sign: row for row, sign in enumerate(listed)}
        return SentenceModel(signs, weights, tuple(data["claim"]), data["of_model"], data["version"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SetupError(Fault(str(path), 0, "", f"is no model of sentences of this release ({error}).", _MEND)) from error
