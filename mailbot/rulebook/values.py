"""The rules as frozen values: phrases with their place in a file, categories, word lists. Nothing here reads files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

STRENGTHS = {"S": 3.0, "M": 2.0, "W": 1.0}


@dataclass(frozen=True, slots=True)
class Element:
    """One position of a phrase. `words` are alternatives: "слово" by lemma, "=ту" by its written form, "слом*" by its beginning."""

    kind: str  # word | number | gap
    words: tuple[str, ...] = ()
    optional: bool = False
    most: int = 0  # gap: at most so many tokens


@dataclass(frozen=True, slots=True)
class Phrase:
    """A pattern as a person wrote it.

    `near` (one of them must stand in the same sentence), `not_near` (none may), `letter` and `not_letter` (the same for the
    whole letter) are phrases too. `negatable`: a "не" or "нет" beside it turns it off.
    """

    text: str
    elements: tuple[Element, ...]
    group: str
    language: str
    strength: float
    place: str  # "categories/damage.toml:17"
    near: tuple[tuple[Element, ...], ...] = ()
    not_near: tuple[tuple[Element, ...], ...] = ()
    letter: tuple[tuple[Element, ...], ...] = ()
    not_letter: tuple[tuple[Element, ...], ...] = ()
    negatable: bool = True
    of_category: bool = field(init=False, compare=False)  # a line of rules/categories: it tells what is wrong
    of_facts: bool = field(init=False, compare=False)  # a line of rules/facts.toml: it tells what a number or a day is

    def __post_init__(self) -> None:
        object.__setattr__(self, "of_category", self.place.startswith("categories/"))
        object.__setattr__(self, "of_facts", self.place.startswith("facts.toml"))


@dataclass(frozen=True, slots=True)
class Category:
    """One category of claims: a file in rules/categories. `needs`: what to ask for (templates/<language>/words.j2, `needs`)."""

    id: str
    title: dict[str, str]
    phrases: tuple[Phrase, ...]
    needs: tuple[str, ...] = ()
    order: int = 100
    main: bool = True  # False: speaks only where no main category does ("other")
    examples_yes: tuple[str, ...] = ()
    examples_no: tuple[str, ...] = ()
    file: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Any other rule file as data, for the room that reads it; `line(...)` of its keys for naming a fault."""

    file: str
    data: dict[str, Any]
    lines: dict[tuple[str | int, ...], int]


@dataclass(frozen=True, slots=True)
class Rules:
    """All rule files, checked. `groups`: phrase files by name, e.g. groups["phrases"]["auto_reply"]."""

    categories: tuple[Category, ...] = ()
    groups: dict[str, dict[str, tuple[Phrase, ...]]] = field(default_factory=dict)
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    free_mail_domains: frozenset[str] = frozenset()
    languages: dict[str, frozenset[str]] = field(default_factory=dict)  # telling words by code, beside ru and en
    units: dict[str, tuple[str, ...]] = field(default_factory=dict)  # words by code, and "not_goods"
    tables: dict[str, Table] = field(default_factory=dict)  # by relative name, e.g. tables["deadlines.toml"]
    files: dict[str, str] = field(default_factory=dict)  # relative name → where it came from
    sentences: str = ""  # the model of sentences in force; "": none, the phrases judge alone
    counts: str = ""  # the model of counts in force; "": none, the rules tell their roles alone
    version: str = ""

    def phrases(self, file: str, group: str) -> tuple[Phrase, ...]:
        """The phrases of one group, e.g. phrases("phrases", "auto_reply"); () where there is none."""
        return self.groups.get(file, {}).get(group, ())

    def place(self, phrase: Phrase) -> tuple[str, int]:
        """The file that the phrase stands in, and its line."""
        name, _, line = phrase.place.rpartition(":")
        return self.files.get(name, f"rules/{name}"), int(line)

    def category(self, identifier: str) -> Category | None:
        return next((category for category in self.categories if category.id == identifier), None)
