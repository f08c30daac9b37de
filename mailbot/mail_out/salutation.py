"""By which name a letter greets somebody: a person's own, or none. In doubt none."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*", re.UNICODE)
_PATRONYMIC = re.compile(r"[а-яё]+(?:вич|вна|ична|инична|ьич)", re.IGNORECASE)
_NOT_PEOPLE = frozenset(
    word
    for line in (
        "ооо оао зао пао ао ип нко фгуп мбоу гбу отдел магазин аптека завод компания фирма склад служба группа торговый дом",
        "сервис поддержка бухгалтерия приёмная приемная секретарь офис снабжение закупки",
        "ltd llc inc gmbh company corp group shop store sales info support service office team department admin mail contact",
        "purchasing logistics warehouse accounting customer claims",
    )
    for word in line.split()
)
_MOST_LETTERS = 40


def greeted(name: str) -> str:
    """«Ольга Ивановна» of «Белова Ольга Ивановна», «Ольга Белова» as it is, "" for a firm, a nickname or an address."""
    words = name.replace(",", " ").split()
    if not 1 < len(words) < 4 or len(name) > _MOST_LETTERS or not all(_is_name(word) for word in words):
        return ""
    if len(words) == 3 and _PATRONYMIC.fullmatch(words[2]):
        return f"{words[1]} {words[2]}"  # Белова Ольга Ивановна
    if len(words) == 3 and _PATRONYMIC.fullmatch(words[1]):
        return f"{words[0]} {words[1]}"  # Ольга Ивановна Белова
    return " ".join(words) if "," not in name else ""


def _is_name(word: str) -> bool:
    is_word = len(word) > 1 and _WORD.fullmatch(word) is not None and word.casefold() not in _NOT_PEOPLE
    return is_word and word[0].isupper() and not word.isupper()
