"""What the columns of a table hold, told by the words of their headings (lists.toml, column_*)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mailbot.classify.lemmas import Lemmatizer
from mailbot.rulebook import Rules

SHORTEST_PIECE = 3  # letters
LONGEST_HEADING = 60  # signs; a longer cell is no heading
_WORD = re.compile(r"[^\W_]+(?:[-/][^\W_]+)*")
# Where a heading holds words of several columns the first of these is meant: "Причина брака", "Кол-во по накладной".
_ORDER = str.split(
    "other missing surplus damaged defective difference total received by_papers shipped batch serial article name unit quantity"
)
_OF_ONE_PIECE = frozenset(("size", "размер"))
_PLUS_MINUS = ("+/-", "+/−", "±", "-/+")
COUNTS = frozenset(str.split("by_papers received shipped missing surplus difference damaged defective quantity"))
TELLING = COUNTS - {"quantity", "shipped"}  # a price list has only these two


@dataclass(frozen=True, slots=True)
class Columns:
    """Kinds of columns by the normal forms of their words; the words that begin a line of sums; codes of units by their words."""

    kinds: dict[str, frozenset[str]]
    sums: frozenset[str]
    units: dict[str, str]
    lemmatizer: Lemmatizer

    def kind(self, heading: str) -> str:
        """The kind of a column, or "" where its heading says nothing known."""
        if not heading or len(heading) > LONGEST_HEADING:
            return ""
        if heading.strip(" .,").lower() in _OF_ONE_PIECE:  # of clothes, not of a lot
            return "other"
        found: set[str] = set()
        for word in self._words(heading):
            found.update(*(self.kinds.get(form, ()) for form in word))
        if {"missing", "surplus"} <= found or heading.strip(" ,") in _PLUS_MINUS:
            found = found - {"missing", "surplus"} | {"difference"}
        return next((kind for kind in _ORDER if kind in found), "")

    def unit(self, written: str) -> str:
        """The code of a unit named in a cell or a heading ("Принято, шт"), or ""; what came "in box" is no count of boxes."""
        if written.lower().startswith("in "):
            return ""
        for forms in self._words(written):
            code = next((self.units[form] for form in sorted(forms) if form in self.units), "")
            if code:
                return code
        return ""

    def is_sum(self, cell: str) -> bool:
        return any(not forms.isdisjoint(self.sums) for forms in self._words(cell[:LONGEST_HEADING]))

    def _words(self, written: str) -> list[frozenset[str]]:
        found = []
        for part in _WORD.findall(written):
            word = self.lemmatizer.word(part)
            found.append(word.forms | {word.lower})
            pieces = part.split("/")
            if len(pieces) > 1 and min(map(len, pieces)) >= SHORTEST_PIECE:  # "Брак/бой", and not "p/n"
                found += [self.lemmatizer.word(piece).forms for piece in pieces]
        return found


def read_columns(rules: Rules, units: dict[str, str], lemmatizer: Lemmatizer) -> Columns:
    kinds: dict[str, set[str]] = {}
    for kind in _ORDER:
        for word in _forms(rules.lists.get(f"column_{kind}", ()), lemmatizer):
            kinds.setdefault(word, set()).add(kind)
    for kind in _TOLD_BY_PHRASES:  # "Замято": a plain word of what goods suffer heads a column too
        for word in _forms(_single_words(rules, f"role_{kind}"), lemmatizer) - kinds.keys():
            kinds[word] = {kind}
    sums = frozenset(_forms(rules.lists.get("column_sum", ()), lemmatizer))
    return Columns({word: frozenset(found) for word, found in kinds.items()}, sums, units, lemmatizer)


_TOLD_BY_PHRASES = ("missing", "surplus", "damaged", "defective")


def _single_words(rules: Rules, group: str) -> list[str]:
    return [phrase.text for phrase in rules.phrases("facts", group) if phrase.text.lstrip("=").isalpha()]


def _forms(words: Sequence[str], lemmatizer: Lemmatizer) -> set[str]:
    """=word is meant letter by letter, any other in all its forms."""
    forms: set[str] = set()
    for word in words:
        plain = word.removeprefix("=")
        forms |= {plain} if word.startswith("=") else lemmatizer.word(plain).forms | {plain}
    return forms
