"""What a count tells of which no rule knows a role, by a linear model learned from the shipped letters. Reads the file, never trains."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from itertools import accumulate, chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from mailbot.claims.errors import Fault, SetupError
from mailbot.classify.count_letters import ROLES
from mailbot.classify.count_signs import ANY, NONE, OPEN, Seen, position, signs
from mailbot.classify.faulty import is_asked
from mailbot.classify.no_counts import counts_no_goods
from mailbot.classify.reconciled import SOUND_WITHIN
from mailbot.classify.shared_units import unit_before, unit_of_sentence
from mailbot.classify.sheet import Sheet
from mailbot.classify.spoken_numbers import Number
from mailbot.classify.units import Counted, Units, joined

LABELS = (*ROLES, NONE)
TELLING = tuple(role for role in ROLES if role != "unknown")
SILENT = 0.5  # chance from which it tells the role of a count of which the rules tell none
NEW = 0.65  # from which a number counts goods though the rules take it for no count
MOST_SEEN = 400  # numbers of one place; a longer list is no letter
LARGEST = 100_000  # a bare number from here on is a designation
YEARS = range(2010, 2041)
SCALE = 20  # weights are kept as whole numbers of twentieths
SCHEMA = 1
_PRICED = re.compile(r"\s*(?:at|@|по|x|×)\s*(?:[£$€₽]\s?\d|\d[\d .,\u00a0]*(?:р\b|руб|₽|usd|eur|gbp))", re.IGNORECASE)
_MEND = "Restore the shipped file, or write it anew with `mailbot train --counts FOLDER`."

Matrix = npt.NDArray[np.float32]


class CountModel(NamedTuple):
    """Weights of each sign by label."""

    signs: dict[str, int]  # sign → row
    weights: Matrix  # rows × LABELS
    version: str = ""


class Told(NamedTuple):
    """A count with its role, and the model's name where the model told it."""

    one: Counted
    role: str
    rule: str


class CountJudge:
    """A model ready to judge."""

    def __init__(self, model: CountModel) -> None:
        self._name = f"model counts {model.version}"
        self._model = model

    def judge(self, counted: Sequence[Counted], roles: Sequence[str], found: Sequence[Number], sheet: Sheet, units: Units) -> list[Told]:
        """The counts of the rules with their roles, and the numbers that count something too, in the order of the text."""
        seen = seen_in(counted, roles, found, sheet, units)
        asked = open_in(seen, sheet)
        said: dict[int, str] = {}
        if asked and len(seen) <= MOST_SEEN:
            chances = self.chances(signs(seen, sheet, asked)).tolist()
            said = {n: spoken(seen[n].role, one) for n, one in zip(asked, chances, strict=True)}
        now = [said.get(n, each.role) for n, each in enumerate(seen)]
        both = ((each, role) for each, role in zip(seen, now, strict=True) if role != NONE)
        return [Told(each.one, role, self._name if role != each.role else "") for each, role in both]

    def chances(self, listed: Sequence[Sequence[str]]) -> Matrix:
        """The chances of counts, each given by its signs: counts × LABELS."""
        known = self._model.signs
        rows = [sorted({known[sign] for sign in one if sign in known}) for one in listed]
        starts = [0, *accumulate(len(one) for one in rows[:-1])]
        sums = np.add.reduceat(self._model.weights.take([*chain(*rows)], axis=0), starts, axis=0)
        sums /= np.sqrt(np.array([len(one) for one in rows], dtype=np.float32))[:, None]
        raised = np.exp(sums - sums.max(axis=1, keepdims=True))
        return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def open_in(seen: Sequence[Seen], sheet: Sheet) -> list[int]:
    """The numbers of the counts to be judged: of which the rules say nothing, and not because they know that nothing is to be said."""
    return [n for n, each in enumerate(seen) if each.role in OPEN and not (each.role != NONE and _tells_nothing(each.one, sheet))]


def _tells_nothing(one: Counted, sheet: Sheet) -> bool:
    """ "замените 3 лампы", "10 мешков без повреждений", "14 bags at £18.50": what is asked for, what is well, and what makes up a sum."""
    if _PRICED.match(sheet.text, one.end):
        return True
    clause = sheet.words.clauses[one.last]
    near = sheet.near(one.number.first, one.last, SOUND_WITHIN, "sound")
    return is_asked(one, sheet) or any(said.weight and sheet.words.clauses[said.hit.first] == clause for said in near)


def spoken(by_rules: str, chances: Sequence[float]) -> str:
    """The role of what is open by the rules, with the chances of LABELS; NONE: still no count."""
    if by_rules == NONE:
        at = max(range(len(TELLING)), key=chances.__getitem__)
        return TELLING[at] if chances[at] >= NEW else NONE
    at = max(range(len(LABELS)), key=chances.__getitem__)
    return LABELS[at] if chances[at] >= SILENT and LABELS[at] != NONE else by_rules


def seen_in(counted: Sequence[Counted], roles: Sequence[str], found: Sequence[Number], sheet: Sheet, units: Units) -> list[Seen]:
    """The counts of the rules, and the numbers that no rule took for anything, in or beside a sentence that counts something or tells a
    role; those have the unit of what was counted beside them."""
    seen = [Seen(one, role) for one, role in zip(counted, roles, strict=True)]
    taken = {at for one in counted for at in range(one.number.first, one.last + 1)}
    glued = (one.last + 1 for one in counted if not one.bare and one.last + 1 < len(sheet.words))
    taken |= {at for at in glued if joined(sheet, at, sheet.words.ends[at - 1])}  # "100 подшипников 6205"
    free = [one for one in found[:MOST_SEEN] if one.first not in taken and one.last not in taken and _may_count(one, sheet, units)]
    if not free:
        return seen
    sentences = sheet.words.sentences
    told = {sentences[said.hit.first] for said in sheet.family("role", "fault")} | {sentences[one.last] for one in counted}
    for number in free:
        if not told.isdisjoint(range(sentences[number.first] - 1, sentences[number.first] + 2)):
            unit = unit_of_sentence(number, counted, sheet, units) or unit_before(number, counted)
            seen.insert(position(seen, number.start), Seen(Counted(number, unit, number.end, number.last, bare=True), NONE))
    return seen


def _may_count(number: Number, sheet: Sheet, units: Units) -> bool:
    """Whole, no year and no long designation, and no unit behind it: with one the rules have said what it is ("мешки по 25 кг")."""
    if not 0 < number.value < LARGEST or number.value != int(number.value) or (number.value in YEARS and not number.in_words):
        return False
    if not sheet.free(number.start, number.end) or counts_no_goods(number, sheet, units):
        return False
    at = number.last + 1
    return at >= len(sheet.words) or not joined(sheet, at, number.end) or units.codes.keys().isdisjoint(sheet.words.words[at].forms)


def read_count_model(path: Path) -> CountModel:
    """Errors: SetupError for a file that is no model of this release."""
    try:
        data = json.loads(path.read_text("utf-8"))
        if data["schema"] != SCHEMA or tuple(data["labels"]) != LABELS:
            raise ValueError("is of another release")
        listed = data["signs"]
        weights = np.array(list(listed.values()), dtype=np.float32) / np.float32(SCALE)
        if weights.shape != (len(listed), len(LABELS)) or ANY not in listed:
            raise ValueError("lacks weights")
        return CountModel({sign: row for row, sign in enumerate(listed)}, weights, data["version"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SetupError(Fault(str(path), 0, "", f"is no model of counts of this release ({error}).", _MEND)) from error
