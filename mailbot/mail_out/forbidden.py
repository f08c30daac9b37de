"""Words that a letter to a customer must not contain, letter by letter (domain.md 5.2, 5.3): one list in each language's folder."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mailbot.claims import case_letters
from mailbot.claims.errors import Fault, SetupError
from mailbot.shipped import layer_of
from mailbot.tomlfile import read_toml

AUTOMATIC = frozenset({"acknowledgement", "enquiry", "collective", "holding", "wait_reminder", "withdrawal_reminder", "closing"})
CUSTOMER = AUTOMATIC | frozenset(case_letters.TEMPLATES.values())
_GROUPS = {"automatic": AUTOMATIC, "customer": CUSTOMER}


@dataclass(frozen=True, slots=True)
class Never:
    words: re.Pattern[str]
    why: str
    say: str
    letters: frozenset[str] = AUTOMATIC


@dataclass(frozen=True, slots=True)
class Said:
    """A forbidden word that was found, why it is forbidden, and what to write instead."""

    text: str
    why: str
    say: str


def forbidden(text: str, language: str, templates: Path | None = None, letter: str = "acknowledgement") -> tuple[Said, ...]:
    """What the finished `text` of a `letter` (its template) says that it must not, in the order of the list.

    Errors: SetupError for a list that is wrong.
    """
    return said_by(text, nevers(language, templates), letter)


def said_by(text: str, rules: Iterable[Never], letter: str) -> tuple[Said, ...]:
    """The same with a list that is read already."""
    flat = " ".join(text.split())  # a letter is wrapped: «по\nвине» is «по вине»
    found = ((never, match) for never in rules if letter in never.letters for match in never.words.finditer(flat))
    return tuple(Said(match.group(), never.why, never.say) for never, match in found)


def nevers(language: str, templates: Path | None = None) -> tuple[Never, ...]:
    """The list of `templates/<language>/forbidden.toml`; empty where the language has none."""
    path = layer_of("templates", templates, f"{language}/forbidden.toml")
    if path is None:
        return ()
    kept = path.stat()
    return _read(path, kept.st_mtime_ns, kept.st_size)


def not_echoed(language: str, templates: Path | None = None) -> tuple[re.Pattern[str], ...]:
    """The words of a customer's subject that no letter repeats, of the same file. Errors: SetupError for a list that is wrong."""
    path = layer_of("templates", templates, f"{language}/forbidden.toml")
    if path is None:
        return ()
    file, found = read_toml(path), []
    for index, entry in enumerate(file.data.get("not_echoed", [])):
        try:
            found.append(re.compile(entry["words"], re.IGNORECASE))
        except (re.error, KeyError, TypeError) as error:
            mend = "Give words (a regular expression) and why."
            raise SetupError(Fault(file.path, file.line(("not_echoed", index)), "not_echoed", f"cannot be used: {error}.", mend)) from error
    return tuple(found)


@lru_cache(maxsize=16)
def _read(path: Path, _changed_at: int, _size: int) -> tuple[Never, ...]:
    """Read once for as long as the file stays as it is: each letter of a person is held against it while her command is carried out."""
    file = read_toml(path)
    found = []
    for index, entry in enumerate(file.data.get("never", [])):
        try:
            letters = _letters(entry.get("letters", ["automatic"]))
            found.append(Never(re.compile(entry["words"], re.IGNORECASE), entry["why"], entry.get("say", ""), letters))
        except (re.error, KeyError, TypeError, ValueError) as error:
            mend = "Give words (a regular expression) and why; letters name templates, or automatic, or customer."
            raise SetupError(Fault(file.path, file.line(("never", index)), "never", f"cannot be used: {error}.", mend)) from error
    return tuple(found)


def _letters(names: list[str]) -> frozenset[str]:
    unknown = set(names) - CUSTOMER - set(_GROUPS)
    if unknown:
        raise ValueError(f"there is no letter {sorted(unknown)[0]!r} to a customer")
    return frozenset(letter for name in names for letter in _GROUPS.get(name, {name}))
