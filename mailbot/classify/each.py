"""What is told of each of several packages: "вскрыли 4 коробки, в каждой по 2 битых" is eight broken, and no box is."""

from __future__ import annotations

from dataclasses import replace

from mailbot.classify.sheet import Sheet
from mailbot.classify.units import MEASURES, WRONG, Counted, follows_out_of, is_inside

SENTENCES = 1  # between the packages and what each of them holds
WORDS = 12  # between them
BESIDE = 5  # words between "each" and what each holds
_ROLES = frozenset(group.removeprefix("role_") for group in WRONG)


def take_each(counted: list[Counted], roles: list[str], sheet: Sheet) -> None:
    """Multiplies what is wrong in each by how many there are; the packages themselves then tell nothing."""
    for n in range(1, len(counted)):
        whole = n > 1 and follows_out_of(counted[n - 1].number, sheet)  # "4 of 10 boxes are wet, in each 6 books spoilt"
        packages, one = counted[n - 2 if whole else n - 1], counted[n]
        vessel = (packages.unit not in MEASURES and packages.unit != "pcs") or packages.bare
        if not vessel or roles[n] not in _ROLES or packages.number.value < 2 or one.number.first - packages.last > WORDS:
            continue
        if sheet.words.sentences[one.number.first] - sheet.words.sentences[packages.last] > SENTENCES or not _is_each(one, packages, sheet):
            continue
        number = replace(one.number, value=one.number.value * packages.number.value)
        counted[n] = replace(one, number=number, unit="pcs" if one.bare else one.unit)
        if not whole and roles[n - 1] in (*_ROLES, "total"):
            roles[n - 1] = "unknown"


def _is_each(one: Counted, packages: Counted, sheet: Sheet) -> bool:
    """ "в каждой по 2" before the number, "two hinges bent in each box" behind it."""
    if one.unit == packages.unit and not one.bare:  # "24 drums, 200 l each. Three drums leak": no drums are in drums
        return False
    words, sentences = sheet.words.words, sheet.words.sentences
    before = range(max(packages.last + 1, one.number.first - BESIDE), one.number.first)
    behind = range(one.last + 1, min(one.last + 2 + BESIDE, len(words)))
    if before and words[before[-1]].lower == "по" and is_inside(packages.number, sheet):  # "в двух коробках по три битых"
        return True
    return any(
        (words[at].lower.startswith("кажд") or words[at].lower in ("each", "every")) and sentences[at] == sentences[one.number.first]
        for at in (*before, *behind)
    )
