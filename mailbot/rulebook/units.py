"""Reads rules/units.toml: the words of each unit by its code, and what is counted without being goods."""

from __future__ import annotations

import re
from typing import Any

from mailbot.rulebook.reading import RuleFile

NOT_GOODS = "not_goods"
_CODE = re.compile(r"[a-z][a-z0-9_]*$")
_KINDS = ("count", "measure")


def read_units(file: RuleFile | None) -> dict[str, tuple[str, ...]]:
    """Words by code, in the order of the file; faults stay in `file.faults`. A word may stand under one code only."""
    units: dict[str, tuple[str, ...]] = {}
    if file is None:
        return units
    seen: dict[str, str] = {}
    for code, table in file.data.items():
        if not isinstance(table, dict) or not _CODE.match(code):
            file.fault((code,), "must be a table of words, named by a code in small Latin letters.", 'Write [pcs] with ru = ["шт"].')
            continue
        units[code] = _words(file, code, table)
        for word in units[code]:
            if seen.setdefault(word, code) != code and NOT_GOODS not in (code, seen[word]):
                mend = "Keep it under one code."
                file.fault((code,), f"“{word}” is a word of {seen[word]} already.", mend, file.item_line((code,), word))
    return units


def _words(file: RuleFile, code: str, table: dict[str, Any]) -> tuple[str, ...]:
    languages = [key for key in table if key != "kind"]
    kind = table.get("kind")
    if (code == NOT_GOODS) != (kind is None) or (kind is not None and kind not in _KINDS):
        problem = "is missing." if kind is None else "does not belong here." if code == NOT_GOODS else f"{kind!r} is not known."
        mend = "Take it out." if code == NOT_GOODS else 'Write kind = "count" (goods, packages) or kind = "measure" (weight, length).'
        file.fault((code, "kind"), problem, mend)
    words = [word for language in languages for word in file.texts((code, language), table[language])]
    return tuple(word.lower().replace("ё", "е") for word in words)
