"""Reads one category file of rules/categories: titles, what to ask for, graded phrases, examples."""

from __future__ import annotations

import re

from mailbot.rulebook.reading import RuleFile
from mailbot.rulebook.values import Category, Phrase

# behaviour.md 9
NEEDS = str.split("photo packaging_photo act invoice count article batch serial purchase_date purchase_proof order description contact")
_LANGUAGE = re.compile(r"[a-z]{2}$")
_ID = re.compile(r"[a-z][a-z0-9_]*$")
_KNOWN = frozenset({"enabled", "order", "main", "title", "needs", "examples_yes", "examples_no"})
_RESERVED = ("unsorted", "not_claim")


def read_category(file: RuleFile) -> Category | None:
    """The category of a file, or None where it is switched off. Faults stay in `file.faults`."""
    identifier = file.name.rpartition("/")[2].removesuffix(".toml")
    if not _ID.match(identifier) or identifier in _RESERVED:
        file.fault((), f"“{identifier}” cannot be a category's id.", "Name the file with small Latin letters, digits and _, not unsorted.")
    if not file.flag(("enabled",), file.data.get("enabled", True), True):
        return None
    languages = [key for key in file.data if key not in _KNOWN and _LANGUAGE.match(key)]
    file.unknown_keys((), file.data, frozenset({*_KNOWN, *languages}))
    phrases: list[Phrase] = []
    for language in languages:
        phrases += file.graded((language,), file.data[language], identifier, language)
    if not phrases and not file.faults:
        file.fault((), "has no phrase.", 'Add [ru] with S = ["…"], or enabled = false.')
    _no_doubles(file, phrases)
    return Category(
        id=identifier,
        title=_title(file),
        phrases=tuple(phrases),
        needs=_needs(file),
        order=_order(file),
        main=file.flag(("main",), file.data.get("main", True), True),
        examples_yes=file.texts(("examples_yes",), file.data.get("examples_yes", [])),
        examples_no=file.texts(("examples_no",), file.data.get("examples_no", [])),
        file=file.name,
    )


def _title(file: RuleFile) -> dict[str, str]:
    title = file.data.get("title")
    if not isinstance(title, dict) or not title or not all(isinstance(text, str) and text.strip() for text in title.values()):
        file.fault(("title",), "must name the category in at least one language.", 'Write title = { ru = "…", en = "…" }.')
        return {}
    return {str(language): str(text) for language, text in title.items()}


def _needs(file: RuleFile) -> tuple[str, ...]:
    needs = file.texts(("needs",), file.data.get("needs", []))
    for need in needs:
        if need not in NEEDS:
            file.fault(("needs",), f"“{need}” is nothing we can ask for.", f"Known: {', '.join(NEEDS)}.", file.item_line(("needs",), need))
    return needs


def _order(file: RuleFile) -> int:
    order = file.data.get("order", 100)
    if isinstance(order, bool) or not isinstance(order, int):
        file.fault(("order",), "must be a whole number.", "Write order = 10.")
        return 100
    return order


def _no_doubles(file: RuleFile, phrases: list[Phrase]) -> None:
    seen: dict[tuple[object, ...], str] = {}
    for phrase in phrases:
        key = (phrase.elements, phrase.near, phrase.not_near, phrase.letter, phrase.not_letter)
        if key in seen:
            line = int(phrase.place.rpartition(":")[2])
            file.fault((phrase.language,), f"“{phrase.text}” is written twice, first at {seen[key]}.", "Keep one.", line)
        seen.setdefault(key, phrase.place)
