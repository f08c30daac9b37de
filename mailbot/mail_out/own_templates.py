"""What is odd about an operator's own templates: files nothing reads, languages by half, words of an earlier release. Each by its name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

from mailbot.claims.errors import Fault
from mailbot.shipped import layered, shipped

_UNKNOWN = re.compile(r"has no attribute '(\w+)'|'(\w+)' is undefined")
_KEPT = frozenset({".md", ".bak", ".old", ".orig"})  # what people and editors leave beside a file
_SUFFIX = ".j2"
_NEAR = 0.8
_MANY = 3  # of more missing files of one language only the number is told


def read_by_nothing(own: Path | None, known: Iterable[str]) -> list[Fault]:
    """Files of the own folder whose name no letter has, each with the name that comes nearest. `known`: the languages in use."""
    if own is None:
        return []
    theirs = set(layered("templates", None))
    names = {f"{language}/{name.partition('/')[2]}" for name in theirs if "/" in name for language in known} | theirs
    mine = {name: path for name, path in layered("templates", own).items() if path.is_relative_to(own)}
    included = "\n".join(path.read_text("utf-8-sig", "replace") for name, path in mine.items() if name.endswith(_SUFFIX))
    found = []
    for name, path in mine.items():
        if name in names or path.suffix in _KEPT or f'"{name}"' in included or f"'{name}'" in included:
            continue
        found.append(Fault(str(path), 0, "", "is read by nothing.", _right_name(name, names)))
    return found


def _right_name(name: str, names: set[str]) -> str:
    same = [one for one in sorted(names) if one.rpartition("/")[2] == name.rpartition("/")[2]]
    if same:
        return f"Move it to {' or '.join(same[-2:])}."
    near = get_close_matches(name, names, 1, _NEAR) or get_close_matches(name + _SUFFIX, names, 1, _NEAR)
    return f"Did you mean {near[0]}?" if near else "`mailbot rules` lists the names that count."


def half_languages(faults: Iterable[Fault], known: Iterable[str]) -> Iterator[Fault]:
    """The same faults, but of a language that lacks many files one sentence instead of a line for each."""
    missing: dict[str, list[Fault]] = {}
    for fault in faults:
        language, slash, _ = fault.file.removeprefix("templates/").partition("/")
        if fault.problem == "is missing." and slash and fault.file.startswith("templates/"):
            missing.setdefault(language, []).append(fault)
        else:
            yield fault
    for language, some in missing.items():
        if len(some) <= _MANY:
            yield from some
            continue
        near = "" if language in known else next(iter(get_close_matches(language, list(known), 1, 0.5)), "")
        begin = 'Write them; to begin with each may say {% include "en/NAME" %}: docs/understanding.md.'
        mend = f"{begin} They lie in {shipped('templates')}/en."
        problem = f"at least {len(some)} files are missing, {some[0].file} first of all."
        yield Fault(f"templates/{language}", 0, "", problem, f"Did you mean {near}? Else: {mend}" if near else mend)


def words_lacking(problem: str, files: Mapping[str, Path]) -> Fault | None:
    """An own file of words, copied from an earlier release, in which this word is not: where it stands in the shipped one."""
    unknown = _UNKNOWN.search(problem)
    if unknown is None:
        return None
    word = re.compile(rf"\b{unknown[1] or unknown[2]}\b")
    home = shipped("templates")
    for name, path in files.items():
        theirs = home / name
        if not name.endswith("words.j2") or path == theirs or not theirs.is_file():
            continue
        lines = theirs.read_text("utf-8-sig").splitlines()
        line = next((number for number, text in enumerate(lines, 1) if word.search(text)), 0)
        if line and not word.search(path.read_text("utf-8-sig", "replace")):
            mend = f"Copy it from {theirs}:{line}."
            return Fault(str(path), 0, word.pattern.strip("\\b"), "is missing; this release asks for it.", mend)
    return None
