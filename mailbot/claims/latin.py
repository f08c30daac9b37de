"""Cyrillic names in Latin letters, as passports write them (ICAO Doc 9303, the Russian order of 2014). Pure."""

from __future__ import annotations

import re

_LETTERS = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "i",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "ie", "ы": "y", "ь": "", "э": "e", "ю": "iu", "я": "ia",
    "і": "i", "ї": "i", "є": "ie", "ґ": "g", "ў": "u",
}  # fmt: skip
_FORMS = {"ООО": "LLC", "АО": "JSC", "ПАО": "PJSC", "ЗАО": "JSC", "ИП": "IE"}  # as firms abroad know them
_WORD = re.compile(r"[^\W\d_]+")
_QUOTES = str.maketrans({"«": "“", "»": "”", "№": "No."})


def latin(text: str) -> str:
    """«Анна Щукина» is “Anna Shchukina”; what is Latin already stays as it is."""
    return _WORD.sub(_word, text).translate(_QUOTES) if _is_cyrillic(text) else text


def _is_cyrillic(text: str) -> bool:
    return any(char.casefold() in _LETTERS for char in text)


def _word(match: re.Match[str]) -> str:
    word = match[0]
    if word in _FORMS:
        return _FORMS[word]
    said = "".join(_LETTERS.get(char, char) if char in _LETTERS else _capital(char) for char in word)
    return said.upper() if len(word) > 1 and word.isupper() else said


def _capital(char: str) -> str:
    return _LETTERS[char.lower()].capitalize() if char.lower() in _LETTERS else char
