"""By which name a letter greets somebody: a person's own, or none. In doubt none."""

from __future__ import annotations

import re

from mailbot.claims.latin import latin

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*", re.UNICODE)
_PATRONYMIC = re.compile(r"[а-яё]+(?:вич|вна|ична|инична|ьич)", re.IGNORECASE)
_SURNAME = re.compile(r"(?!иаков$)[а-яё]{3,}(?:ов|ев|ёв|ова|ева|ёва|ский|ская|цкий|цкая|енко)", re.IGNORECASE)  # not Яков, Лев, Ева
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
_GREETING = re.compile(
    r"[^.!?\n]{0,60}\b(?:здравствуй|добр(?:ый|ое|ого|ой) (?:день|утро|вечер|дня|времени|ночи|суток))|\W*(?:уважаем|коллеги\b|приветству)|"
    r"\W*(?:hello\b|hi\b|dear\b|good (?:morning|afternoon|evening|day)\b)",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"\W*(?:с (?:глубоким |искренним )?уважением|с наилучшими(?: пожеланиями)?|всего (?:доброго|хорошего)|"
    r"(?:kind|best|warm) regards|regards\b|yours (?:sincerely|faithfully|truly)|sincerely\b|best wishes)",
    re.IGNORECASE,
)
_LAST_LINES = 8


def greeted(name: str) -> str:
    """«Ольга Ивановна» of «Белова Ольга Ивановна», «Ольга Белова» of «Белова Ольга» too, "" for a firm, a nickname or an address."""
    words = name.replace(",", " ").split()
    if not 1 < len(words) < 4 or len(name) > _MOST_LETTERS or not all(_is_name(word) for word in words):
        return ""
    if len(words) == 3 and _PATRONYMIC.fullmatch(words[2]):
        return f"{words[1]} {words[2]}"  # Белова Ольга Ивановна
    if len(words) == 3 and _PATRONYMIC.fullmatch(words[1]):
        return f"{words[0]} {words[1]}"  # Ольга Ивановна Белова
    if len(words) == 2 and _SURNAME.fullmatch(words[0]) and not _SURNAME.fullmatch(words[1]):
        words.reverse()
    return " ".join(words) if "," not in name else ""


def respected(name: str) -> str:
    """The ending of «Уважаем…» that a patronymic asks for: «ый», «ая», or "" where nobody's is known (domain.md 5.1)."""
    patronymic = greeted(name).rpartition(" ")[2].casefold()
    if not _PATRONYMIC.fullmatch(patronymic):
        return ""
    return "ый" if patronymic.endswith("ч") else "ая"


def has_greeting(text: str) -> bool:
    """Whether a letter that one of us wrote begins with a greeting of its own."""
    return _GREETING.match(text.lstrip()) is not None


def has_closing(text: str) -> bool:
    """Whether it ends with a closing and a name of its own."""
    last = [line for line in text.splitlines() if line.strip()][-_LAST_LINES:]
    return any(_CLOSING.match(line) and (line is not last[-1] or not _is_bare(line)) for line in last)


def unsigned(text: str, name: str) -> str:
    """A letter without what our signature will say once more: the writer's name alone below it («Анна»), a closing without a name."""
    if has_closing(text):
        return text
    lines = text.rstrip().split("\n")
    for is_said in (lambda line: _is_of(line, name), _is_bare):
        if len(lines) > 1 and is_said(lines[-1]):
            lines = "\n".join(lines[:-1]).rstrip().split("\n")
    return "\n".join(lines)


def _is_bare(line: str) -> bool:
    """A closing without a name."""
    found = _CLOSING.match(line)
    return found is not None and not any(letter.isalpha() for letter in line[found.end() :])


def _is_of(line: str, name: str) -> bool:
    """A line that says nothing but this person's name, or a part of it: «— Анна», «А. Петрова»."""
    hers = {word for each in (name, latin(name)) for word in each.casefold().replace("ё", "е").split()}
    words = [word.casefold().replace("ё", "е") for word in _WORD.findall(line)]
    short = {word[0] for word in hers}
    return bool(hers & set(words)) and all(word in hers | short for word in words)


def _is_name(word: str) -> bool:
    is_word = len(word) > 1 and _WORD.fullmatch(word) is not None and word.casefold() not in _NOT_PEOPLE
    return is_word and word[0].isupper() and not word.isupper()
