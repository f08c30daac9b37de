"""Reads rules/languages.toml: by which small words a letter in a further language is recognised."""

from __future__ import annotations

import re

from mailbot.rulebook.reading import RuleFile

LANGUAGES = "languages.toml"
BUILT_IN = ("ru", "en")
FEWEST = 5
_CODE = re.compile(r"[a-z]{2}$")
_WORD = re.compile(r"[^\W\d_]+$")


def read_languages(file: RuleFile | None) -> dict[str, frozenset[str]]:
    """Words by language, small letters with ё as е; faults stay in `file.faults`."""
    found: dict[str, frozenset[str]] = {}
    for code, table in file.data.items() if file is not None else ():
        assert file is not None
        if not _CODE.match(code) or code in BUILT_IN:
            file.fault((code,), "is no further language.", "Name the table by a two-letter code other than ru and en.")
            continue
        words = file.texts((code, "words"), table.get("words")) if isinstance(table, dict) else ()
        for word in words:
            if not _WORD.match(word):
                file.fault((code, "words"), f"“{word}” is not one word.", "List single words.", file.item_line((code, "words"), word))
        if len(words) < FEWEST:
            file.fault((code,), "has too few words to be recognised by.", f"List at least {FEWEST} frequent small words.")
        found[code] = frozenset(word.lower().replace("ё", "е") for word in words)
    return found
