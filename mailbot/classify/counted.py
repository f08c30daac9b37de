"""Numbers that count or weigh goods: with a unit, with the goods themselves, or bare beside words that tell what was counted."""

from __future__ import annotations

import re
from bisect import insort
from collections.abc import Sequence
from dataclasses import replace

from mailbot.classify.bare_numbers import read_bare
from mailbot.classify.lemmas import ADJECTIVE, LATIN, NOUN, VERB
from mailbot.classify.phrases import is_number
from mailbot.classify.sheet import Sheet
from mailbot.classify.spoken_numbers import Number
from mailbot.classify.units import INSIDE, MANY, WRONG, Counted, Units, follows_out_of, is_telling, joined

_BETWEEN = re.compile(r"[ \t\u00a0\u202f]*(?:\([^)\n]{1,40}\)[ \t\u00a0]*)?")
_PER = re.compile(r"/[^\W\d_]")  # м/ч, л/мин
_LABEL = re.compile(r"[ \t\u00a0]*[:=–—-][ \t\u00a0]*")
SMALL = 5000  # grams or millilitres that a package holds
_COUNT_LABELS = frozenset(("количество", "кол-во", "qty", "quantity", "колво"))
_SIGNS = frozenset(("минус", "плюс", "minus", "plus"))
# How much of a measure one package holds at most: "канистра 4 л", "мешки 25 кг"; more of it is an amount of goods.
_PACKAGE_HOLDS = {"g": 1e6, "ml": 1e6, "kg": 60.0, "l": 60.0, "m": 120.0, "sheet": 500.0}


def find_counted(sheet: Sheet, found: Sequence[Number], units: Units) -> list[Counted]:
    """Every quantity of a place in the order of the text."""
    named = {one.hit.last + 1 for one in sheet.of("no_other")}
    free = (number for number in found if number.value and sheet.free(number.start, number.end))
    plain = (number for number in free if number.first not in named or _has_unit(number, sheet, units))
    numbers = [number for number in plain if not _is_signed(number, sheet) and not _is_state(number, sheet)]
    counted = [one for number in numbers if (one := _counted(number, sheet, units)) is not None]
    counted = [_part_of_whole(one, counted, sheet) for one in counted]
    packages = {one.number.start for at, one in enumerate(counted) if _is_package(at, counted, sheet, units)}
    known = {one.number.last for one in counted}
    counted = [one for one in counted if one.number.start not in packages]
    for number in numbers:
        if number.last not in known and (one := read_bare(number, counted, sheet, units)) is not None:
            insort(counted, one, key=lambda each: each.number.start)
    return counted


def _part_of_whole(one: Counted, counted: Sequence[Counted], sheet: Sheet) -> Counted:
    """ "из 12 упаковок в трёх донышки мокрые": three of the packages, not three bottoms."""
    before = one.number.first - 1
    if one.unit != "pcs" or before < 0 or sheet.words.words[before].lower not in INSIDE:
        return one
    whole = next((other for other in counted if other.last == before - 1 and follows_out_of(other.number, sheet)), None)
    return one if whole is None else Counted(one.number, whole.unit, one.number.end, one.number.last, bare=True)


def _has_unit(number: Number, sheet: Sheet, units: Units) -> bool:
    """ "за смену 412 шт" is a quantity though "смена 412" is the name of one."""
    at = number.last + 1
    return at < len(sheet.words) and joined(sheet, at, number.end) and not units.codes.keys().isdisjoint(sheet.words.words[at].forms)


def _is_state(number: Number, sheet: Sheet) -> bool:
    """ "arrived in three pieces": how it is broken; "двое маленьких детей": people."""
    if number.in_words and sheet.words.words[number.last].lower in _PEOPLE and number.first == number.last:
        at = number.last + 1
        return at >= len(sheet.words) or not bool(sheet.words.words[at].flags & NOUN) or bool(sheet.words.words[at].flags & ADJECTIVE)
    at = number.last + 1
    follower = sheet.words.words[at].lower if at < len(sheet.words) else ""
    return number.first > 0 and sheet.words.words[number.first - 1].lower in ("in", "into") and follower in ("pieces", "halves", "parts")


_PEOPLE = frozenset(str.split("двое трое четверо пятеро"))


def _is_signed(number: Number, sheet: Sheet) -> bool:
    """ "минус 4": a temperature."""
    return number.first > 0 and sheet.words.words[number.first - 1].lower in _SIGNS


def _counted(number: Number, sheet: Sheet, units: Units) -> Counted | None:
    """A number with a unit or counted goods after it ("24 новых монитора"), or a label before it ("Мест: 6")."""
    at = number.last + 1
    gap = _BETWEEN.match(sheet.text, number.end)
    place = gap.end() if gap else number.end
    while at < len(sheet.words) and sheet.words.starts[at] < place:
        at += 1
    for step in range(3):
        if at + step >= len(sheet.words) or not joined(sheet, at + step, place):
            break
        word = sheet.words.words[at + step]
        code = next((units.codes[form] for form in sorted(word.forms | {word.lower}) if form in units.codes), None)
        if code is not None and _PER.match(sheet.text, sheet.words.ends[at + step]):
            return None
        if code is not None and not (code == "pair" and number.in_words):
            return Counted(number, code, sheet.words.ends[at + step], at + step)
        if not word.forms.isdisjoint(units.not_goods):
            return None
        if _is_goods(word.flags, word.lower, word.forms, number) or (number.value == 1 and _is_one(number, at + step, sheet)):
            return Counted(number, "pcs", sheet.words.ends[at + step], at + step)
        if word.flags & LATIN:
            if step or word.lower in _NO_COMPOUND or len(word.lower) < 3 or word.lower.endswith(("'t", "ly")):
                break
        elif not word.flags & ADJECTIVE or word.flags & VERB:
            break
        place = sheet.words.ends[at + step]
    return _labelled(number, sheet, units)


def _is_goods(flags: int, lower: str, forms: frozenset[str], number: Number) -> bool:
    """A counted noun: in Russian not in its normal form ("2 насоса", "пяти дверей"), in English a plural."""
    if flags & LATIN:
        return number.value != 1 and lower.endswith("s") and len(lower) > 3 and not lower.endswith(("ss", "us", "is"))
    if not flags & NOUN or flags & VERB or len(lower) < 3:
        return False
    return (lower not in forms or len(forms) > 1) and number.value >= 2 and number.value == int(number.value)


# No first part of a compound: "64 window units" counts units, "27 and two boxes" no "and boxes".
_NO_COMPOUND = frozenset(
    str.split(
        "and or per for the not are were was that which with from have had has been will would still only came out all but you"
        "our your his their then than when where came come got get went said says show shows look looks need needs make makes missing short"
        " who what why how "
        "lacks lack say this these those its each any some into over under about after before since until because while during "
        "arrived received delivered ordered returned sent broken damaged failed cracked bent torn wet"
    )
)


def _is_one(number: Number, at: int, sheet: Sheet) -> bool:
    """ "не хватает одной ножки", "прислали 1 тапок": one thing counts only where its clause tells what became of it."""
    word = sheet.words.words[at]
    before = sheet.words.words[number.first - 1].lower if number.first else ""
    if before in INSIDE or not word.flags & NOUN or word.flags & (VERB | ADJECTIVE) or len(word.lower) < 3:
        return False
    clause = sheet.words.clauses[at]
    telling = (one.hit for one in sheet.family("role") if one.weight and (one.group in WRONG or not number.in_words))
    return any(sheet.words.clauses[hit.last] == clause and min(abs(hit.first - at), abs(hit.last - at)) <= 3 for hit in telling)


def _labelled(number: Number, sheet: Sheet, units: Units) -> Counted | None:
    if number.first == 0:
        return None
    before = number.first - 1
    word = sheet.words.words[before]
    gap = sheet.text[sheet.words.ends[before] : number.start]
    many = gap in (" ", "\u00a0") and word.lower.endswith(MANY) and not _is_number_before(before, sheet)  # "коробок 12"
    if not many and not _LABEL.fullmatch(gap):
        return None
    if (
        gap.strip() in ("-", "–", "—") and not word.lower.endswith((*MANY, "s", "во")) and word.lower not in _COUNT_LABELS
    ):  # "candle set - 2 missing"
        return None
    code = next((units.codes[form] for form in sorted(word.forms) if form in units.codes), None)
    code = "pcs" if word.lower in _COUNT_LABELS or "количество" in word.forms else code
    if code is None:
        return None
    placed = replace(number, start=sheet.words.starts[before], first=before)
    return Counted(placed, code, number.end, number.last)


def _is_number_before(at: int, sheet: Sheet) -> bool:
    """ "сорока мешков четыре": the unit belongs to the number before it."""
    return at > 0 and is_number(sheet.words.words[at - 1])


_COUNT_AFTER = re.compile(r"\.?[ \u00a0]*(?:[–—-][ \u00a0]+|:[ \u00a0]+(?:[а-яё]+[ \u00a0]+){0,2})\d")


def _holds_each(outer: Counted, one: Counted, sheet: Sheet) -> bool:
    """ "8 ящиков по 24 шт", "две бочки масла по 205 литров": what each of them holds."""
    between = range(outer.last + 1, one.number.first)
    if (
        len(between) > 5
        or outer.unit == one.unit
        or outer.unit in _PACKAGE_HOLDS
        or sheet.words.clauses[outer.last] != sheet.words.clauses[one.last]
    ):
        return False
    return not any(is_telling(at, sheet) or sheet.words.words[at].flags & VERB & ~NOUN for at in between)


def _is_package(place: int, counted: Sequence[Counted], sheet: Sheet, units: Units) -> bool:
    """What one piece holds and no amount: "40 мешков по 25 кг", "5 litre tins", "кефир 1 л 24 бут"."""
    one = counted[place]
    if one.number.first == 0:
        return False
    words, before, after = sheet.words.words, one.number.first - 1, one.last + 1
    if words[before].lower == "по" and place and _holds_each(counted[place - 1], one, sheet):
        return True
    holds = _PACKAGE_HOLDS.get(one.unit)
    if holds is None or one.number.value > holds:
        return False
    vessel = next((units.codes[form] for form in words[before].forms if form in units.codes), "")
    plain = not sheet.text[sheet.words.ends[before] : one.number.start].strip(" \u00a0.%") and not is_telling(before, sheet)
    if plain and ((vessel and vessel not in _PACKAGE_HOLDS) or (words[before].flags & NOUN and _COUNT_AFTER.match(sheet.text, one.end))):
        return True  # "мешки 25 кг", "лейки 10 л — 20", "сироп 1 л: заказывали 48"
    if words[before].lower in ("по", "of", "x", "х", "à") and any(other.last == before - 1 for other in counted):
        return True
    follows = words[after] if after < len(words) and joined(sheet, after, one.end) else None
    if follows is not None and follows.flags & LATIN and not units.codes.keys().isdisjoint(follows.forms):
        return True
    if sheet.text[sheet.words.ends[before] : one.number.start].strip(" \u00a0.%") or is_telling(before, sheet):
        return False
    noun = (bool(words[before].flags & NOUN) and not words[before].flags & VERB) or not words[before].flags & ~LATIN
    if words[before].flags & LATIN and sheet.language == "en":  # "4 pallets dog food 15 kg"
        noun = place > 0 and counted[place - 1].last >= before - 3 and words[before].lower not in _NO_COMPOUND
    others = (other for at, other in enumerate(counted) if at != place and other.unit not in _PACKAGE_HOLDS)
    sentence = sheet.words.sentences[one.number.first]
    if one.unit in ("ml", "g") and one.number.value <= SMALL and noun:  # "масло 180 г заявлено 40"
        return True
    return noun and (one.unit in ("ml", "g") or any(abs(sheet.words.sentences[other.last] - sentence) <= 1 for other in others))
