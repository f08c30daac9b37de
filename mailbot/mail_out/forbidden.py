"""Words an automatic letter to a customer must not contain (domain.md 5.2, 5.3), one list in each language's folder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from mailbot.claims.errors import Fault, SetupError
from mailbot.shipped import layered
from mailbot.tomlfile import read_toml


@dataclass(frozen=True, slots=True)
class Never:
    words: re.Pattern[str]
    why: str
    say: str


@dataclass(frozen=True, slots=True)
class Said:
    """A forbidden word that was found, why it is forbidden, and what to write instead."""

    text: str
    why: str
    say: str


def forbidden(text: str, language: str, templates: Path | None = None) -> tuple[Said, ...]:
    """What `text` says that it must not, in the order of the list. Errors: SetupError for a list that is wrong."""
    flat = " ".join(text.split())  # a letter is wrapped: «по\nвине» is «по вине»
    found = ((never, match) for never in nevers(language, templates) for match in never.words.finditer(flat))
    return tuple(Said(match.group(), never.why, never.say) for never, match in found)


def nevers(language: str, templates: Path | None = None) -> tuple[Never, ...]:
    """The list of `templates/<language>/forbidden.toml`; empty where the language has none."""
    path = layered("templates", templates).get(f"{language}/forbidden.toml")
    if path is None:
        return ()
    file = read_toml(path)
    found = []
    for index, entry in enumerate(file.data.get("never", [])):
        try:
            found.append(Never(re.compile(entry["words"], re.IGNORECASE), entry["why"], entry.get("say", "")))
        except (re.error, KeyError, TypeError) as error:
            mend = "Give words (a regular expression) and why."
            raise SetupError(Fault(file.path, file.line(("never", index)), "never", f"cannot be used: {error}.", mend)) from error
    return tuple(found)
