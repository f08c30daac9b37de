"""The shipped letters from which the model of counts is learned: rules/counts/*.txt, each count of goods marked where it stands.

A letter follows a line `@ ru` or `@ en`. A mark is `[the slice|value unit role]`, e.g. `[сорок семь|47 pcs received]`; where a careful
reader would accept another role too they stand with "/" between: `[3|3 pcs missing/by_papers]`. What bears no mark is no quantity.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from mailbot.claims.errors import Fault, SetupError

ROLES = tuple(str.split("by_papers received missing surplus defective damaged total unknown"))
LANGUAGES = ("ru", "en")
_HEAD = re.compile(r"^@ ?(\S*)[ \t]*$", re.MULTILINE)
_MARK = re.compile(r"\[([^\[\]|]+)\|([^\[\]\n]*)\]")
_TOLD = re.compile(r"(\d+(?:[.,]\d+)?) (\S+) ([a-z_]+(?:/[a-z_]+)*)")
_BROKEN = re.compile(r"\|\d+(?:[.,]\d+)? \S+ [a-z_]+")
_MEND = f"Write [47 pumps|47 pcs received]; roles are {', '.join(ROLES)}."


@dataclass(frozen=True, slots=True)
class MarkedCount:
    """[start:end] is the slice in the letter without its marks; `roles` all that will do, the plainest first."""

    start: int
    end: int
    value: float
    unit: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MarkedLetter:
    file: str
    language: str
    text: str
    counts: tuple[MarkedCount, ...]


def read_letters(files: Iterable[Path], units: Iterable[str]) -> list[MarkedLetter]:
    """`units` are the codes of units.toml. Errors: SetupError with file, line and mend of every fault, or where there is no letter."""
    known, letters, faults = frozenset(units), list[MarkedLetter](), list[Fault]()
    for path in sorted(files):
        text = path.read_text("utf-8")
        heads = list(_HEAD.finditer(text))
        for head, beyond in zip_longest(heads, heads[1:]):
            if head[1] not in LANGUAGES:
                faults.append(_fault(path, text, head.start(), head[1], "is no language of marked letters.", "Write @ ru or @ en."))
            begins = head.end() + 1
            body = text[begins : beyond.start() if beyond else len(text)].rstrip()
            letters.append(_letter(path, text, begins, body, head[1], known, faults))
    if faults or not letters:
        raise SetupError(*(faults or [Fault("rules/counts", 0, "", "holds no letter.", "Write @ ru above a letter.")]))
    return letters


def _letter(path: Path, whole: str, begins: int, text: str, language: str, units: frozenset[str], faults: list[Fault]) -> MarkedLetter:
    counts: list[MarkedCount] = []
    plain, at = "", 0
    for mark in _MARK.finditer(text):
        plain, at = plain + text[at : mark.start()], mark.end()
        told = _TOLD.fullmatch(mark[2].strip())
        problem = _problem(told, units)
        if told is None or problem:
            faults.append(_fault(path, whole, begins + mark.start(), mark[0], problem, _MEND))
        else:
            value = float(told[1].replace(",", "."))
            counts.append(MarkedCount(len(plain), len(plain) + len(mark[1]), value, told[2], tuple(told[3].split("/"))))
        plain += mark[1]
    plain += text[at:]
    for broken in _BROKEN.finditer(plain):
        faults.append(_fault(path, whole, begins, broken[0], "stands in no whole mark.", _MEND))
    return MarkedLetter(path.stem, language, plain, tuple(counts))


def _problem(told: re.Match[str] | None, units: frozenset[str]) -> str:
    if told is None:
        return "is no mark."
    strange = next((role for role in told[3].split("/") if role not in ROLES), "")
    if strange:
        return f"names the unknown role {strange}."
    return "" if told[2] in units else f"names the unknown unit {told[2]}."


def _fault(path: Path, whole: str, at: int, what: str, problem: str, mend: str) -> Fault:
    return Fault(str(path), whole.count("\n", 0, at) + 1, what, problem, mend)
