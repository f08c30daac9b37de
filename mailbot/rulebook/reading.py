"""Reads fields of a rule file, collecting faults with file and line instead of stopping at the first."""

from __future__ import annotations

from typing import Any

from mailbot.claims.errors import Fault
from mailbot.rulebook.phrase import BadPhrase, read_phrase
from mailbot.rulebook.values import STRENGTHS, Element, Phrase
from mailbot.tomlfile import Key, TomlFile

CONDITIONS = ("near", "not_near", "letter", "not_letter")
_WHEN_KEYS = frozenset({"strength", "words", "negatable", *CONDITIONS})


class RuleFile:
    """One rule file while it is read: its data, the line of every key and item, the faults found so far."""

    def __init__(self, name: str, toml: TomlFile, text: str, lists: dict[str, tuple[str, ...]]) -> None:
        self.name = name
        self.data = toml.data
        self.faults: list[Fault] = []
        self._toml = toml
        self._text = text.splitlines()
        self._lists = lists
        self._after: dict[Key, int] = {}

    def fault(self, key: Key, problem: str, mend: str, line: int | None = None) -> None:
        written = ".".join(str(part) for part in key)
        self.faults.append(Fault(self._toml.path, self.line(key) if line is None else line, written, problem, mend))

    def line(self, key: Key) -> int:
        return self._toml.line(key)

    def item_line(self, key: Key, item: str) -> int:
        """The line of a text inside the list `key`: searched from the line of the last item found there."""
        first = self._after.get(key, self.line(key))
        for number in range(max(first, 1), len(self._text) + 1):
            if f'"{item}"' in self._text[number - 1] or f"'{item}'" in self._text[number - 1]:
                self._after[key] = number
                return number
        return self.line(key)

    def unknown_keys(self, key: Key, table: dict[str, Any], known: frozenset[str]) -> None:
        for name in table:
            if name not in known:
                self.fault((*key, name), "is unknown.", f"Known here: {', '.join(sorted(known))}.")

    def texts(self, key: Key, value: Any) -> tuple[str, ...]:
        """A list of texts; anything else is a fault and reads as ()."""
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.fault(key, "must be a list of texts.", 'Write ["…", "…"].')
            return ()
        return tuple(value)

    def flag(self, key: Key, value: Any, default: bool) -> bool:
        if not isinstance(value, bool):
            self.fault(key, "must be true or false.", "Write true or false without quotes.")
            return default
        return value

    def elements(self, key: Key, text: str) -> tuple[Element, ...] | None:
        try:
            return read_phrase(text, self._lists)
        except BadPhrase as bad:
            self.fault(key, f"“{text}” {bad}", bad.mend, self.item_line(key, text))
            return None

    def graded(self, key: Key, table: Any, group: str, language: str) -> list[Phrase]:
        """The phrases of `[group.ru]`: lists S, M, W and tables `[[group.ru.when]]` with conditions."""
        if not isinstance(table, dict):
            self.fault(key, "must be a table with S, M, W or when.", f"Write [{'.'.join(str(part) for part in key)}].")
            return []
        self.unknown_keys(key, table, frozenset({*STRENGTHS, "when"}))
        found: list[Phrase] = []
        for grade in STRENGTHS:
            if grade in table:
                found += self._listed((*key, grade), table[grade], group, language, grade)
        whens = table.get("when", [])
        if not isinstance(whens, list) or not all(isinstance(when, dict) for when in whens):
            self.fault((*key, "when"), "must be an array of tables.", f"Write [[{'.'.join(str(part) for part in key)}.when]].")
            return found
        for number, when in enumerate(whens):
            found += self._when((*key, "when", number), when, group, language)
        return found

    def _listed(self, key: Key, value: Any, group: str, language: str, grade: str, **more: Any) -> list[Phrase]:
        found: list[Phrase] = []
        for text in self.texts(key, value):
            elements = self.elements(key, text)
            if elements is not None:
                place = f"{self.name}:{self.item_line(key, text)}"
                found.append(Phrase(text, elements, group, language, STRENGTHS[grade], place, **more))
        return found

    def _when(self, key: Key, when: dict[str, Any], group: str, language: str) -> list[Phrase]:
        self.unknown_keys(key, when, _WHEN_KEYS)
        grade = when.get("strength", "S")
        if grade not in STRENGTHS:
            self.fault((*key, "strength"), f"is {grade!r}.", "Write S (enough alone), M (needs a second sign) or W (only supports).")
            grade = "W"
        if "words" not in when:
            self.fault((*key, "words"), "is missing.", "Write the phrases this condition is for.")
        more: dict[str, Any] = {"negatable": self.flag((*key, "negatable"), when.get("negatable", True), True)}
        for condition in CONDITIONS:
            texts = self.texts((*key, condition), when.get(condition, []))
            read = (self.elements((*key, condition), text) for text in texts)
            more[condition] = tuple(elements for elements in read if elements is not None)
        return self._listed((*key, "words"), when.get("words", []), group, language, grade, **more)
