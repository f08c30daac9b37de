"""Learns the model of counts from marked letters; the same letters and rules give the same file. Nothing else is read."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from mailbot.claims.message import IncomingMail
from mailbot.classify.count_letters import MarkedLetter
from mailbot.classify.count_model import LABELS, SCALE, SCHEMA, CountJudge, CountModel, Told, open_in, seen_in, spoken
from mailbot.classify.count_signs import ANY, NONE, Seen, signs
from mailbot.classify.sheet import Sheet
from mailbot.classify.softmax import Floats, weights_of
from mailbot.classify.spoken_numbers import Number
from mailbot.classify.understand import Reader
from mailbot.classify.units import Counted, Units
from mailbot.rulebook import Rules

EPOCHS = 10
SHRINK = 3e-4
SELDOM = 2  # a sign that stood once would only make the file large
_SMALL = 0.5  # of a twentieth: weights below say nothing
_ARRIVED = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # any day: the same each time
_SAME = 1e-6


@dataclass(frozen=True, slots=True)
class Lesson:
    """One count of a letter: its signs, the labels that will do (one of LABELS at least), and whether its unit is right too."""

    signs: tuple[str, ...]
    right: frozenset[str]
    unit: bool


@dataclass(frozen=True, slots=True)
class Taught:
    """One letter: its counts as the rules see them, what they are, and the numbers of those that the model would be asked about."""

    letter: MarkedLetter
    seen: tuple[Seen, ...]
    lessons: tuple[Lesson, ...]
    asked: tuple[int, ...]


class _Noting:
    """Stands where the model of counts stands, and notes what it would be asked."""

    def __init__(self) -> None:
        self.met: list[tuple[str, list[Seen], list[list[str]], list[int]]] = []

    def judge(self, counted: Sequence[Counted], roles: Sequence[str], found: Sequence[Number], sheet: Sheet, units: Units) -> list[Told]:
        seen = seen_in(counted, roles, found, sheet, units)
        self.met.append((sheet.in_, seen, signs(seen, sheet, range(len(seen))), open_in(seen, sheet)))
        return [Told(one, role, "") for one, role in zip(counted, roles, strict=True)]


def taught_by(letters: Iterable[MarkedLetter], rules: Rules) -> list[Taught]:
    """Each letter as the rules read it."""
    noting = _Noting()
    reader = Reader(replace(rules, counts=""), counts=noting)
    taught = []
    for letter in letters:
        noting.met.clear()
        reader.understand(IncomingMail(text=letter.text), _ARRIVED, UTC)
        for in_, seen, listed, asked in noting.met:
            if in_ == "text":
                lessons = tuple(_lesson(each.one, tuple(dict.fromkeys(found)), letter) for each, found in zip(seen, listed, strict=True))
                taught.append(Taught(letter, tuple(seen), lessons, tuple(asked)))
    return taught


def _lesson(one: Counted, found: tuple[str, ...], letter: MarkedLetter) -> Lesson:
    mark = next((each for each in letter.counts if each.start <= one.number.start < each.end), None)
    if mark is None:
        return Lesson(found, frozenset((NONE,)), unit=False)
    same = mark.unit == one.unit and abs(mark.value - one.number.value) < _SAME
    return Lesson(found, frozenset(mark.roles), unit=same)


def fit_counts(taught: Iterable[Taught]) -> CountModel:
    """Any label that will do is right.

    Weights are rounded as the file keeps them, in the order of the alphabet, those left out that say nothing.
    """
    lessons = [lesson for one in taught for lesson in one.lessons]
    often = Counter(sign for one in lessons for sign in one.signs)
    rows = {sign: row for row, sign in enumerate(sorted(sign for sign, times in often.items() if times >= SELDOM))}
    learned = [(np.array([rows[sign] for sign in one.signs if sign in rows]), _right(one)) for one in lessons]
    weights = weights_of(learned, len(rows), len(LABELS), epochs=EPOCHS, shrink=SHRINK)
    rounded = np.rint(weights * SCALE)
    kept = [sign for sign, row in rows.items() if sign == ANY or np.abs(rounded[row]).max() > _SMALL]
    matrix = rounded[[rows[sign] for sign in kept]].astype(np.float32) / np.float32(SCALE)
    return CountModel({sign: row for row, sign in enumerate(kept)}, matrix)


def _right(lesson: Lesson) -> Floats:
    return np.array([label in lesson.right for label in LABELS], dtype=np.float64)


@dataclass(slots=True)
class Measured:
    """Counts of letters held out: those the rules found with the role right by the rules, and by both; numbers that only the model took
    for counts of a role, and how many of those are right in role, and in unit too."""

    counts: int = 0
    by_rules: int = 0
    by_both: int = 0
    new: int = 0
    new_role: int = 0
    new_right: int = 0

    def add(self, one: Taught, judge: CountJudge) -> None:
        chances = judge.chances([one.lessons[n].signs for n in one.asked]).tolist() if one.asked else []
        said = {n: spoken(one.seen[n].role, each) for n, each in zip(one.asked, chances, strict=True)}
        for n, (each, lesson) in enumerate(zip(one.seen, one.lessons, strict=True)):
            role = said.get(n, each.role)
            if each.role != NONE and NONE not in lesson.right:
                self.counts += 1
                self.by_rules += each.role in lesson.right
                self.by_both += role in lesson.right
            elif each.role == NONE and role != NONE:
                self.new += 1
                self.new_role += role in lesson.right
                self.new_right += role in lesson.right and lesson.unit


def held_out(taught: Sequence[Taught]) -> dict[str, Measured]:
    """Each file judged by a model of the others: as a stranger's letters would be."""
    found = {}
    for file in sorted({one.letter.file for one in taught}):
        judge = CountJudge(fit_counts([one for one in taught if one.letter.file != file]))
        measured = found[file] = Measured()
        for one in taught:
            if one.letter.file == file:
                measured.add(one, judge)
    return found


def fingerprint(letters: Iterable[MarkedLetter]) -> str:
    """Of what was learned from: a file of letters changed without learning anew is seen by it."""
    told = "\n".join(sorted(f"{one.language}\t{one.text}\t{one.counts}" for one in letters))
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def write_count_model(model: CountModel, path: Path, letters: Iterable[MarkedLetter]) -> CountModel:
    """Errors: OSError."""
    listed = {sign: np.rint(model.weights[row] * SCALE).astype(int).tolist() for sign, row in model.signs.items()}
    body = ",\n".join(f"{json.dumps(sign, ensure_ascii=False)}:{json.dumps(each, separators=(',', ':'))}" for sign, each in listed.items())
    version = hashlib.sha256((body + json.dumps(LABELS)).encode()).hexdigest()[:8]
    head = json.dumps({"schema": SCHEMA, "version": version, "learned_from": fingerprint(letters), "labels": LABELS})
    path.write_text(f'{head[:-1]},\n"signs":{{\n{body}\n}}}}\n', "utf-8")
    return model._replace(version=version)
