"""Bare numbers that count nothing: pronouns, bounds, sizes, designations, numbers of single things."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailbot.classify.lemmas import ADJECTIVE, LATIN, NOUN, VERB
from mailbot.classify.phrases import is_number
from mailbot.classify.shared_units import beside
from mailbot.classify.sheet import Sheet
from mailbot.classify.spoken_numbers import Number
from mailbot.classify.units import MANY, Counted, Units, is_telling, joined


def is_pronoun(number: Number, sheet: Sheet) -> bool:
    """ "I'll bring the bad one"."""
    before = sheet.words.words[number.first - 1].lower if number.first else ""
    return sheet.words.words[number.last].lower == "one" and before in _BEFORE_ONE


_BEFORE_ONE = frozenset(
    str.split("the this that a new bad good old right wrong other another which each every no any correct replacement same first last")
)


def is_limit(number: Number, sheet: Sheet) -> bool:
    """ "при норме не более 20", "in 38", "RAL 9010", "паллета 15: 48 кор.": a bound, a size, the number of a pallet."""
    before = [sheet.words.words[at].lower for at in range(max(0, number.first - 3), number.first)]
    if not before:
        return False
    if before[-1] in _BOUNDS or (sheet.language == "en" and before[-1] == "in" and not number.in_words):
        return True
    labelled = (
        sheet.text[number.end : number.end + 1] == ":" and not number.in_words and bool(sheet.words.words[number.first - 1].flags & NOUN)
    )
    return labelled and not sheet.text[sheet.words.ends[number.first - 1] : number.start].strip(" \u00a0№#")


_BOUNDS = frozenset(str.split("более менее выше ниже норме норма допуск max min maximum minimum size размер размера размере ral pantone"))


def is_designation(number: Number, counted: Sequence[Counted], sheet: Sheet) -> bool:
    """ "100 подшипников 6205", "миксер 2": a number right behind goods names them."""
    before = number.first - 1
    if number.in_words or before < 0 or sheet.text[sheet.words.ends[before] : number.start].strip(" \u00a0"):
        return False
    word = sheet.words.words[before]
    if len(word.lower) == 1:  # "80 по документам и 80 принято": no letter names goods, least of all «и» or «а»
        return any(one.last == before for one in counted)
    begins = before == 0 or sheet.words.clauses[before - 1] != sheet.words.clauses[before]
    if word.lower in _PAPERS and begins and sheet.text[number.end : number.end + 1] in (".", "", "\n"):
        return True  # "Накладная 88."
    if sheet.language == "en" and before and word.lower in _NUMBERED:
        return True  # "pair number 7 is two fronts", "on pallet 6"
    written = sheet.text[sheet.words.starts[before] : sheet.words.ends[before]]
    if word.flags & LATIN and written[:1].isupper() and sheet.words.clauses[max(0, before - 1)] == sheet.words.clauses[before]:
        return before > 0 and not written.isupper() and not is_telling(before, sheet)  # "shows Err 5", "on Pallet 3"
    if (
        before
        and sheet.words.words[before - 1].lower in _PLACED
        and word.flags & NOUN
        and not word.lower.endswith(_MANY_OF)
        and len(word.lower) > 3
        and _GOES_ON.match(sheet.text, number.end)
    ):
        return not is_telling(before, sheet)  # "на палете 7 лопнула стяжка"
    names = bool(word.flags & NOUN) and not word.flags & (VERB | ADJECTIVE) and word.lower in word.forms and not is_telling(before, sheet)
    return names or any(one.last == before for one in counted)


_PAPERS = frozenset(str.split("накладная упд ттн счет счёт заказ акт заявка реализация invoice docket order waybill"))
_NUMBERED = frozenset(str.split("number pallet carton crate drum reel roll pair parcel skid bag pack position pos row"))
_GOES_ON = re.compile(r"[ \u00a0][^\W\d_]")
_PLACED = frozenset(("в", "на", "из", "с", "у", "под"))
_MANY_OF = (*MANY, "ах", "ях", "ей", "ами", "ями", "ий")
_WHICH = frozenset(str.split("the those these them which"))


def is_enumerated(number: Number, sheet: Sheet) -> bool:
    """ "не доехали места 7, 8, 15 и 21": numbers of single things, one after the other."""
    before = _ENUMERATED.search(sheet.text, max(0, number.start - 60), number.start)
    if before is None or not (before["more"] or _GOES_ON_LISTING.match(sheet.text, number.end)):
        return False
    at = sheet.word_at(before.start("word"))
    word = sheet.words.words[at] if at < len(sheet.words) else None
    plural = word is not None and not before["more"] and word.lower.endswith(MANY)
    return word is not None and bool(word.flags & NOUN) and not plural and not number.in_words


_ENUMERATED = re.compile(r"(?P<word>(?<!\w)[а-яё]{4,15})[ \u00a0](?:№[ \u00a0]?)?(?P<more>(?:\d{1,4},?[ \u00a0](?:и[ \u00a0])?)*)$")


_GOES_ON_LISTING = re.compile(r"(?:,[ \u00a0]?|[ \u00a0]и[ \u00a0])\d{1,4}(?:,|[ \u00a0]и[ \u00a0]|[.;)\n]|$)")


def counts_no_goods(number: Number, sheet: Sheet, units: Units) -> bool:
    at = number.last + 1
    if (
        at + 1 < len(sheet.words) and sheet.words.words[at].lower == "of" and sheet.words.words[at + 1].lower in _WHICH
    ):  # "250 of the 32 mm"
        return False
    if at >= len(sheet.words) or not joined(sheet, at, number.end):
        return False
    forms = sheet.words.words[at].forms
    return not (forms.isdisjoint(units.not_goods) and forms.isdisjoint(units.living))


def stands_among_readings(number: Number, counted: Sequence[Counted], sheet: Sheet, units: Units) -> bool:
    """ "всхожесть 71 процент, а на бирке 92", "a peel strength of 3.4 N/25 mm, your data sheet promises 8": another reading."""
    words, sentence = sheet.words, sheet.words.sentences[number.first]
    told = (said for said in sheet.near(number.first, number.first, 2, "role") if said.weight and said.group in _OF_GOODS)
    if next(told, None) is not None or sheet.text[max(0, number.start - 3) : number.start].rstrip(" \u00a0")[-1:] in ("-", "–", "—", ":"):
        return False
    floor = max(0, number.first - READINGS_WITHIN)
    if any(floor <= one.last and words.sentences[one.number.first] == sentence for one in beside(number, counted)):
        return False
    return any(
        words.sentences[at] == sentence and is_number(words.words[at - 1]) and not words.words[at].forms.isdisjoint(units.readings)
        for at in range(floor + 1, number.first)
    )


_OF_GOODS = frozenset(("role_received", "role_missing", "role_surplus"))
READINGS_WITHIN = 14  # words
