"""Words for units, and what a counted number is; what several readers of quantities ask of the words around one."""

from __future__ import annotations

from dataclasses import dataclass

from mailbot.classify.lemmas import AFFECTED, NOUN, VERB, Lemmatizer, Word
from mailbot.classify.sheet import Sheet
from mailbot.classify.spoken_numbers import Number
from mailbot.rulebook import Rules

SHORT = 2  # letters of an abbreviation, which is meant as it is written
FAR = 12  # words between a quantity and the word that tells its role
OUT_OF = frozenset(("из", "of"))
AGAINST = frozenset(("вместо", "против", "instead", "against"))
THEM = frozenset(("они", "который", "них", "them", "which", "those", "these"))
INSIDE = frozenset(("в", "во", "на", "у", "in", "on"))
MANY = ("ок", "ек", "ов", "ест", "тук", "лет", "ков")
WRONG = frozenset(("role_damaged", "role_defective", "role_missing", "role_surplus"))
MEASURES = frozenset(str.split("kg g t l ml m rm m2 m3"))
FAULTS = {"damage": "damaged", "quality": "defective", "warranty": "defective"}  # roles that phrases of the categories tell


@dataclass(frozen=True, slots=True)
class Units:
    """Codes by normal form, what is counted without being goods (rules/units.toml); of lists.toml goods that bear names, people and
    animals, what is only measured, and words of leaking, devices."""

    codes: dict[str, str]
    not_goods: frozenset[str]
    named: frozenset[str] = frozenset()
    living: frozenset[str] = frozenset()
    readings: frozenset[str] = frozenset()
    leaks: frozenset[str] = frozenset()
    devices: frozenset[str] = frozenset()


def read_units(rules: Rules, lemmatizer: Lemmatizer) -> Units:
    """The words of units.toml by all their normal forms, as the letters' words are looked up."""
    codes: dict[str, str] = {}
    not_goods: set[str] = set()
    for code, words in rules.units.items():
        for word in words:
            forms = (lemmatizer.word(word).forms if len(word) > SHORT else frozenset()) | {word}  # "т" is no form of "то"
            if code == "not_goods":
                not_goods |= forms
            else:
                codes.update({form: code for form in forms if form not in codes})
    devices = _forms("device", rules, lemmatizer)
    listed = (word for name in ("person", "pet") for word in rules.lists.get(name, ()) if not word.startswith("=") and len(word) > SHORT)
    living = {form for word in listed for form in lemmatizer.word(word).forms}
    return Units(
        codes,
        frozenset(not_goods) - codes.keys(),
        devices | _forms("goods", rules, lemmatizer),
        frozenset(living) - codes.keys(),
        _forms("measure", rules, lemmatizer) - codes.keys(),
        _forms("leaks", rules, lemmatizer),
        devices,
    )


def _forms(name: str, rules: Rules, lemmatizer: Lemmatizer) -> frozenset[str]:
    """The words of a list of lists.toml by all their normal forms."""
    return frozenset(form for word in rules.lists.get(name, ()) for form in lemmatizer.word(word.lstrip("=")).forms)


@dataclass(frozen=True, slots=True)
class Counted:
    """`last` is the unit's word. `bare`: the unit was told elsewhere or not at all."""

    number: Number
    unit: str
    end: int
    last: int
    bare: bool = False


def joined(sheet: Sheet, at: int, place: int) -> bool:
    """Only blanks stand between the place and the word."""
    return not sheet.text[place : sheet.words.starts[at]].strip(" \u00a0\u202f")


def is_many(word: Word) -> bool:
    """A Russian noun in the plural of which there are so many ("дуг", "стульев", "петель"), as goods stand before their number."""
    lower = word.lower
    if not word.flags & NOUN or not word.flags & AFFECTED or word.flags & VERB or len(lower) < SHORT + 1:
        return False
    return (lower[-1] not in _SOUNDED and not lower.endswith(_OTHER_CASES)) or (lower.endswith(("ей", "ий")) and not lower.endswith("ией"))


_SOUNDED = "аеиоуыэюяй"
_OTHER_CASES = tuple(str.split("ом ем ам ям ах ях им ым их ых"))


def is_telling(at: int, sheet: Sheet) -> bool:
    return any(said.weight and said.hit.first <= at <= said.hit.last for said in sheet.near(at, at, 0, "role"))


def is_inside(number: Number, sheet: Sheet) -> bool:
    """ "в двух коробках", "on one pallet": what is counted is where something is found."""
    return number.first > 0 and sheet.words.words[number.first - 1].lower in INSIDE


def follows_out_of(number: Number, sheet: Sheet) -> bool:
    at = number.first - 1
    at -= at > 0 and sheet.words.words[at].lower in _THESE  # "out of those 58 units 4 have broken feet"
    return at >= 0 and not sheet.words.words[at].forms.isdisjoint(OUT_OF)


_THESE = frozenset(str.split("the these those этих тех всех наших ваших"))


def follows_instead(number: Number, sheet: Sheet) -> bool:
    """ "вместо 10", "instead of 12": the number says what should have come."""
    at = number.first - 1
    if at > 0 and sheet.words.words[at].lower == "of":
        return sheet.words.words[at - 1].lower == "instead"
    return at >= 0 and sheet.words.words[at].lower == "вместо"
