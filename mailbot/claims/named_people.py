"""Which of our people a sentence names: by address, or by name in any Russian case or in Latin letters. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from mailbot.claims.policy import Person

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_VOWELS = "аеёиоуыэюяьй"
_ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+")
# what a surname ends with, and what its Russian cases put in that place; Иванова and Иванов are two people
_SURNAMES = (
    (re.compile(r"(?<=ов|ев|ин|ын)а$"), ("а", "ой", "ою")),
    (re.compile(r"ая$"), ("ая", "ой", "ою", "ую")),
    (re.compile(r"(?<=ов|ев|ин|ын)$"), ("", "а", "у", "ым", "е")),
    (re.compile(r"(?:(?<=ск)ий|(?<=цк)ий|ый|ой)$"), ("ий", "ый", "ой", "ого", "ому", "им", "ым", "ом")),
)
_ENDINGS = ("", *"а я у ю е и ы о ь й ой ей ою ею ом ем ам ям ым им ия ии ию ией ие ья ьи ью ьей ая аю ае аем".split())  # noqa: SIM905
# given names that end as surnames do and decline as given names: Марине, Ирину, Константином
_GIVEN = frozenset(
    str.split(
        "агриппина алевтина алина альбина ангелина антонина арина валентина василина галина дарина ева евангелина екатерина ирина "
        "карина катерина кристина марина мартина нина паулина полина регина рина сабина фаина эвелина эльвина янина "
        "августин валентин вениамин константин мартин рамин яков"
    )
)
_FLEETING = {"павел": "павл", "лев": "льв"}  # their vowel goes: «Павлу», «Льву»
_LATIN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "i", "к": "k", "л": "l",
    "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "ts", "ч": "ch", "ш": "sh",
    "щ": "shch", "ъ": "", "ы": "i", "ь": "", "э": "e", "ю": "iu", "я": "ia",
}  # fmt: skip


def named_in(text: str, people: Iterable[Person]) -> Person | None:
    """The one person it names; None where it names none, or where two fit as well as each other."""
    words = [word.replace("ё", "е") for word in _WORD.findall(_ADDRESS.sub(" ", text.casefold()))]
    scored = [(score, person) for person in people if (score := _score(text.casefold(), words, person))]
    best = max((score for score, _ in scored), default=0)
    found = [person for score, person in scored if score == best]
    return found[0] if len(found) == 1 else None


def person_of(wanted: str, people: Sequence[Person]) -> Person | None:
    """One of our people by id, address or name, the name in any Russian case; the one and only of that name, else None."""
    key = wanted.casefold()
    exact = [one for one in people if key == one.id.casefold() or key in {a.casefold() for a in one.addresses}]
    found = exact or [one for one in people for name in (one.name.casefold(), one.name_en.casefold()) if key in {name, *name.split()[:1]}]
    found = list(dict.fromkeys(found))
    return found[0] if len(found) == 1 else called(wanted, found or people)


def called(wanted: str, people: Iterable[Person]) -> Person | None:
    """The one person every word of it names, as «Борису» and «Петровой А.» do; None where a word fits nobody's name, or two fit."""
    words = [word.replace("ё", "е") for word in _WORD.findall(wanted.casefold())]
    fitting = [person for person in people if words and all(_fits(word, person) for word in words)]
    return fitting[0] if len(fitting) == 1 else named_in(wanted, fitting)


def _fits(word: str, person: Person) -> bool:
    parts = [part.replace("ё", "е") for part in _WORD.findall(f"{person.name} {person.name_en}".casefold())]
    return any(word == part or (part.startswith(word) if len(word) == 1 else _is_form(word, part)) for part in parts)


def _score(text: str, words: list[str], person: Person) -> int:
    """An address tells most; the very name more than one of its forms."""
    if any(re.search(rf"(?<![\w.+-]){re.escape(address.casefold())}(?![\w-])", text) for address in person.addresses):
        return 100
    return max(_named(words, name) for name in (person.name, person.name_en))


def _named(words: list[str], name: str) -> int:
    parts = [part.replace("ё", "е") for part in _WORD.findall(name.casefold()) if len(part) > 1]
    return sum(max((2 if word == part else int(_is_form(word, part)) for word in words), default=0) for part in parts)


def _is_form(word: str, name: str) -> bool:
    """One of its Russian cases, or the name in Latin letters where it is written in Russian, or the other way round."""
    if _is_latin(word) != _is_latin(name):
        return len(name) > 2 and _in_latin(word) == _in_latin(name)
    if len(name) < 3 or _is_latin(name):
        return False
    given = name in _GIVEN or name in _FLEETING
    ending, endings = next(((found[0], forms) for of, forms in _SURNAMES if not given and (found := of.search(name))), ("", _ENDINGS))
    stem = name.removesuffix(ending) if endings is not _ENDINGS else _FLEETING.get(name) or name.rstrip(_VOWELS)
    return len(stem) > 1 and word.startswith(stem) and word[len(stem) :] in endings


def _is_latin(word: str) -> bool:
    return word[0].isascii()


def _in_latin(word: str) -> str:
    """A name as people write it in Latin letters, with the spellings that differ folded together."""
    latin = "".join(_LATIN.get(letter, letter) for letter in word)
    for spelling, folded in (("kh", "h"), ("yu", "iu"), ("ya", "ia"), ("y", "i"), ("j", "i"), ("ii", "i"), ("x", "ks")):
        latin = latin.replace(spelling, folded)
    return latin
