"""What one package holds is no amount of goods: "40 мешков по 25 кг", "5 litre tins", "кефир 1 л 24 бут"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailbot.classify.lemmas import LATIN, NOUN, VERB
from mailbot.classify.phrases import is_number
from mailbot.classify.sheet import Sheet
from mailbot.classify.units import WRONG, Counted, Units, follows_instead, is_telling, joined

SMALL = 5000  # grams or millilitres that a package holds
# How much of a measure one package holds at most: "канистра 4 л", "мешки 25 кг"; more of it is an amount of goods.
_PACKAGE_HOLDS = {"g": 1e6, "ml": 1e6, "kg": 60.0, "l": 60.0, "m": 120.0, "sheet": 500.0}
# No first part of a compound: "64 window units" counts units, "27 and two boxes" no "and boxes".
NO_COMPOUND = frozenset(
    str.split(
        "and or per for the not are were was that which with from have had has been will would still only came out all but you"
        "our your his their then than when where came come got get went said says show shows look looks need needs make makes missing short"
        " who what why how "
        "lacks lack say this these those its each any some into over under about after before since until because while during "
        "arrived received delivered ordered returned sent failed"
    )
)
_COUNT_AFTER = re.compile(r"\.?[ \u00a0]*(?:[–—-][ \u00a0]+|:[ \u00a0]+(?:[а-яё]+[ \u00a0]+){0,2})\d")
_COUNT_TOLD_AFTER = re.compile(
    r"\.?[ \u00a0:–—-]+(?:[^\W\d_]+[ \u00a0]+){1,2}\d+(?:(?![\d.,]*\d)(?![ \u00a0]?[^\W\d_])|[ \u00a0]+[^\W\d_]+[ \u00a0]+\d)"
)
_TOLD_BEHIND = re.compile(r"\.?[ \u00a0]*[:–—-][ \u00a0]*(?=[^\W\d_])")
_SIDES = frozenset(("role_by_papers", "role_received"))


def is_package(place: int, counted: Sequence[Counted], sheet: Sheet, units: Units) -> bool:
    """Whether a measure, or a count of what stands in each, tells what one piece of goods holds."""
    one = counted[place]
    if one.number.first == 0 or follows_instead(one.number, sheet):
        return False
    words, before, after = sheet.words.words, one.number.first - 1, one.last + 1
    if place and after < len(words) and words[after].lower in _EACH and one.unit != counted[place - 1].unit:
        return True  # "40 cartons (6 bottles each)"
    if _is_of_one(after, sheet, units):
        return True  # "48 sheets a pack", "12 pcs per box"
    if words[before].lower in _HOLDING and one.unit in _PACKAGE_HOLDS and place and _holds_each(counted[place - 1], one, sheet):
        return True
    if words[before].lower == "на" and (_names_vessel(before - 1, units, sheet) or _is_named(before - 1, units, sheet)):
        return True  # "из коробки на 24 банки", "пазл на 1000 деталей"
    start = sheet.words.starts[before - 1] if before and words[before - 1].lower in ("в", "in") else 0
    areas = one.unit == "m2" and one.number.value != int(one.number.value)  # "в коробке 1,44 м²"
    if start and (areas or sheet.text[start - 1] == "(") and _names_vessel(before, units, sheet):  # "18 пачек ламината (в пачке 8 досок)"
        return True
    of_vessels = words[before].lower == "по" and not _tells_a_fault(one, sheet)
    if of_vessels and ((place and _holds_each(counted[place - 1], one, sheet)) or _names_vessel(before - 1, units, sheet)):
        return True
    if _IN_ONE.search(sheet.small, max(0, one.number.start - 40), one.number.start):  # "в одной бухте 92 м", "в первом 46,5 м"
        return False
    holds = _PACKAGE_HOLDS.get(one.unit)
    if holds is None and one.unit == "pcs" and units.codes.keys().isdisjoint(words[one.last].forms) and _names_an_item(one, sheet):
        return True
    if holds is None or one.number.value > holds:
        return False
    return (
        _is_told_of(one, min(holds, SMALL), sheet) or _stands_by_goods(place, counted, sheet, units) or _ends_a_name(place, counted, sheet)
    )


_IN_ONE = re.compile(
    r"\b(?:в|во|на|in)[ \u00a0](?:the[ \u00a0])?(?:одн[оа]\w+|перв\w+|втор\w+|трет\w+|друг\w+|one|first|second|third|other)"
    r"(?:[ \u00a0][^\W\d_]+)?[ \u00a0]$"
)


def _is_named(at: int, units: Units, sheet: Sheet) -> bool:
    return at >= 0 and not sheet.words.words[at].forms.isdisjoint(units.named)


def _names_an_item(one: Counted, sheet: Sheet) -> bool:
    """ "Радиатор 500/80 10 секций - 24 по док., факт 22": what an item of a list is like; how many of it stands behind the dash."""
    line = sheet.text.rfind("\n", 0, one.number.start) + 1
    if any(is_telling(at, sheet) for at in range(sheet.word_at(line), one.number.first)):
        return False
    return bool(_ITEM_HEAD.fullmatch(sheet.text, line, one.number.start)) and _ITEM_COUNT.match(sheet.text, one.end) is not None


_ITEM_HEAD = re.compile(r"[ \t]*(?:[-–—•*][ \t]+|\d{1,3}[.)][ \t]+)?[^\W\d_][^\n:;]{2,60}[ \t]")
_ITEM_COUNT = re.compile(r"[ \t]*[–—-][ \t]*\d+(?![\d.,]*\d)")


def _tells_a_fault(one: Counted, sheet: Sheet) -> bool:
    """ "в каждой по 2 битых", "по три штуки без крышек": not what each should hold."""
    said = sheet.near(one.number.first, one.last, 2, "role")
    sentence = sheet.words.sentences[one.number.first]
    return any(
        each.weight and each.group in WRONG and each.hit.first > one.number.last and sheet.words.sentences[each.hit.first] == sentence
        for each in said
    )


def _is_of_one(after: int, sheet: Sheet, units: Units) -> bool:
    """ "a" or "per" and a vessel, that no further number counts."""
    words = sheet.words.words
    if after + 1 >= len(words) or words[after].lower not in ("a", "per", "to"):
        return False
    vessel = words[after + 1]
    named = words[after].lower == "a" or not vessel.lower.endswith("s")
    return named and any(units.codes.get(form, "pcs") not in (*_PACKAGE_HOLDS, "pcs") for form in vessel.forms)


_HOLDING = frozenset(("of", "at", "à", "@"))
_EACH = frozenset(("each", "каждый", "каждая"))


def _is_told_of(one: Counted, most: float, sheet: Sheet) -> bool:
    """ "Ведра оцинк. 12 л - пришло двумя больше", "масло 180 г заявлено 40", "the 100 g weight": what follows tells of other numbers."""
    words, after = sheet.words.words, one.last + 1
    if one.number.value > most or after >= len(words):
        return False
    told = [said.group for said in sheet.near(after, after, 1, "role") if said.weight and said.hit.first == after]
    if told and _TOLD_BEHIND.match(sheet.text, one.end):
        return True
    if _COUNT_TOLD_AFTER.match(sheet.text, one.end) and not _SIDES.isdisjoint(told):
        return True
    named = bool(words[after].flags & LATIN) and joined(sheet, after, one.end) and not is_telling(after, sheet)
    return one.unit in ("g", "ml") and named and words[after].lower not in NO_COMPOUND


def _stands_by_goods(place: int, counted: Sequence[Counted], sheet: Sheet, units: Units) -> bool:
    """ "молоко 1 л, 24 бутылки", "мешки 25 кг", "лейки 10 л — 20", "5 litre tins"."""
    one = counted[place]
    words, before, after = sheet.words.words, one.number.first - 1, one.last + 1
    beyond = counted[place + 1] if place + 1 < len(counted) else None
    parted = not place or counted[place - 1].last != before  # "3 коробки, 2 кг, 5 шт" are three quantities
    vessels = parted and beyond is not None and beyond.unit not in _PACKAGE_HOLDS and not beyond.bare and one.unit != "m"
    between = sheet.text[one.end : beyond.number.start].strip(" \u00a0.") if vessels and beyond is not None else ""
    if between == "," or (between in ("-", "–", "—") and one.unit in ("kg", "g", "l", "ml")):  # "блины: 20 кг - 10 шт."
        return True
    vessel = next((units.codes[form] for form in words[before].forms if form in units.codes), "")
    plain = not sheet.text[sheet.words.ends[before] : one.number.start].strip(" \u00a0.%") and not is_telling(before, sheet)
    if plain and ((vessel and vessel not in _PACKAGE_HOLDS) or (words[before].flags & NOUN and _COUNT_AFTER.match(sheet.text, one.end))):
        return True
    if words[before].lower in ("по", "of", "x", "х", "à") and any(other.last == before - 1 for other in counted):
        return True
    follows = words[after] if after < len(words) and joined(sheet, after, one.end) else None
    return follows is not None and bool(follows.flags & LATIN) and not units.codes.keys().isdisjoint(follows.forms)


def _ends_a_name(place: int, counted: Sequence[Counted], sheet: Sheet) -> bool:
    """ "4 pallets dog food 15 kg", "сироп 500 мл": the measure behind a name, beside counted goods."""
    one = counted[place]
    words, before = sheet.words.words, one.number.first - 1
    if sheet.text[sheet.words.ends[before] : one.number.start].strip(" \u00a0.%") or is_telling(before, sheet):
        return False
    if one.unit == "kg" and one.number.value > FINELY and one.number.value != int(one.number.value):  # "говядина 48,6 кг"
        return False
    noun = (bool(words[before].flags & NOUN) and not words[before].flags & VERB) or not words[before].flags & ~LATIN
    if words[before].flags & LATIN and sheet.language == "en":
        noun = place > 0 and counted[place - 1].last >= before - 3 and words[before].lower not in NO_COMPOUND
    others = (other for at, other in enumerate(counted) if at != place and other.unit not in _PACKAGE_HOLDS)
    sentence = sheet.words.sentences[one.number.first]
    return noun and (one.unit in ("ml", "g") or any(abs(sheet.words.sentences[other.last] - sentence) <= 1 for other in others))


FINELY = 5.0  # kg; what is weighed more finely is an amount


def _holds_each(outer: Counted, one: Counted, sheet: Sheet) -> bool:
    """ "8 ящиков по 24 шт", "две бочки масла по 205 литров": what each of them holds."""
    between = range(outer.last + 1, one.number.first)
    if (
        len(between) > 5
        or outer.unit == one.unit
        or outer.unit in _PACKAGE_HOLDS
        or not (sheet.words.clauses[outer.last] == sheet.words.clauses[one.last] or _in_brackets(outer, one, sheet))
    ):
        return False
    return not any(is_telling(at, sheet) or sheet.words.words[at].flags & VERB & ~NOUN for at in between)


def _in_brackets(outer: Counted, one: Counted, sheet: Sheet) -> bool:
    """ "40 флаконов (по 10 доз)"."""
    return sheet.text[outer.end : one.number.start].lstrip().startswith("(")


def _names_vessel(at: int, units: Units, sheet: Sheet) -> bool:
    """ "упаковка по 10 шт": what one holds, with no number of them before."""
    words = sheet.words.words
    vessel = at >= 0 and any(units.codes.get(form, "pcs") not in (*_PACKAGE_HOLDS, "pcs") for form in words[at].forms)
    return vessel and not (at and is_number(words[at - 1]))
