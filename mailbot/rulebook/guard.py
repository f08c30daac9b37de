"""rules/guard.toml as values: what a letter to a customer is asked back for; every fault with file, line and mend."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from mailbot.claims.case_letters import DECISIONS
from mailbot.claims.errors import Fault, SetupError
from mailbot.claims.guard import WHATS, GuardWord, GuardWords
from mailbot.claims.guard_sense import ANY, LABELS, Sense
from mailbot.shipped import layered
from mailbot.tomlfile import TomlFile, read_toml

FILE = "guard.toml"
LEARNED = "our_sentences/model.json"  # by `mailbot train --guard`; an empty one in the operator's folder switches it off
_PATTERNS = ("requests", "telling", "soon", "told", "denied", "later", "not_later")
_TABLES = frozenset({"ask", *_PATTERNS})
_REMEDIES = (*DECISIONS, "paid_repair")
_KEYS = frozenset({"what", "words", "language", "unless", "remedies"})
_MEND = "Give what and words (a regular expression); a blank in it stands for any blanks."


def load_guard(own: Path | None) -> GuardWords:
    """The guard's words, the operator's file over the shipped one. Errors: SetupError naming every fault."""
    file = read_toml(layered("rules", own)[FILE])
    faults: list[Fault] = []
    for name in file.data.keys() - _TABLES:
        faults.append(Fault(file.path, file.line((name, 0)), name, "is not known here.", f"Write [[ask]] tables, {', '.join(_PATTERNS)}."))
    entries = file.data.get("ask", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise SetupError(*faults, Fault(file.path, file.line(("ask",)), "ask", "is not a list of tables.", "Write each as [[ask]]."))
    words = [_word(file, index, entry, faults) for index, entry in enumerate(entries)]
    patterns = {key: _pattern(file, (key,), file.data.get(key, "(?!)"), faults) for key in _PATTERNS}
    if faults:
        raise SetupError(*faults)
    found = {key: pattern for key, pattern in patterns.items() if pattern is not None}
    return GuardWords(tuple(word for word in words if word is not None), **found, sense=_sense(layered("rules", own).get(LEARNED)))


def _sense(path: Path | None) -> Sense:
    """What was learned of sentences. Errors: SetupError for a file that no such model is."""
    if path is None or not path.stat().st_size:
        return Sense()
    try:
        data = json.loads(path.read_text("utf-8"))
        weights = {str(sign): tuple(map(int, each)) for sign, each in data["signs"].items()}
        if tuple(data["labels"]) != LABELS or ANY not in weights or {len(each) for each in weights.values()} != {len(LABELS)}:
            raise ValueError("it is of another release")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        mend = "Restore the shipped file, or write it anew with `mailbot train --guard FOLDER`."
        raise SetupError(Fault(str(path), 0, "", f"is no model of our sentences ({error}).", mend)) from error
    return Sense(weights)


def _word(file: TomlFile, index: int, entry: dict[str, Any], faults: list[Fault]) -> GuardWord | None:
    place = ("ask", index)
    remedies = entry.get("remedies", [])
    wrong = [key for key in entry if key not in _KEYS]
    if wrong or entry.get("what") not in WHATS or "words" not in entry or not set(remedies) <= set(_REMEDIES):
        problem = (
            f"has no key {wrong[0]!r}" if wrong else f"needs words, what out of {', '.join(WHATS)}, remedies out of {', '.join(_REMEDIES)}"
        )
        faults.append(Fault(file.path, file.line(place), "ask", f"{problem}.", _MEND))
        return None
    words = _pattern(file, (*place, "words"), entry["words"], faults)
    unless = _pattern(file, (*place, "unless"), entry["unless"], faults) if "unless" in entry else None
    if words is None:
        return None
    return GuardWord(entry["what"], words, entry.get("language", ""), unless, frozenset(remedies))


def _pattern(file: TomlFile, place: tuple[str | int, ...], words: object, faults: list[Fault]) -> re.Pattern[str] | None:
    try:
        if not isinstance(words, str):
            raise TypeError("is no text")
        plain = " ".join(words.split()).replace("ё", "е").replace(".{", "[^.!?]{")  # a gap stays within its sentence
        found = re.compile(_blanks(plain), re.IGNORECASE | re.MULTILINE)
    except (re.error, TypeError) as error:
        faults.append(Fault(file.path, file.line(place), str(place[-1]), f"cannot be used: {error}.", _MEND))
        return None
    if found.match(""):
        faults.append(Fault(file.path, file.line(place), str(place[-1]), "finds nothing at all in any letter.", _MEND))
        return None
    return found


def _blanks(words: str) -> str:
    """Any blanks for each blank, taken whole and never shared out: what is quoted in a letter is thousands of them.

    Those at the begin or end of a line stay on it: a line behind empty ones begins a line itself.
    """
    words = words.replace(" ?", r"\s*").replace(" ", r"\s+")
    words = words.replace(r"^\s*", r"^[^\S\n]*+").replace(r"\s*$", r"[^\S\n]*+$")
    return re.sub(r"(\\s[*+])(?![+?])", r"\1+", words)
