"""Numbers that count or weigh goods: with a unit, with the goods themselves, or bare beside words that tell what was counted."""

from __future__ import annotations

import re
from bisect import insort
from collections.abc import Sequence
from dataclasses import replace

from mailbot.classify.bare_numbers import read_bare
from mailbot.classify.lemmas import ADJECTIVE, LATIN, NOUN, VERB
from mailbot.classify.no_goods import enclosures, is_no_goods, with_thousands
from mailbot.classify.phrases import is_number
from mailbot.classify.sheet import Sheet
from mailbot.classify.spoken_numbers import Number
from mailbot.classify.units import INSIDE, MANY, OUT_OF, WRONG, Counted, Units, follows_out_of, is_telling, joined

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
    enclosed = enclosures(sheet)
    free = (number for number in found if number.value and sheet.free(number.start, number.end))
    plain = (number for number in free if number.first not in named or _is_counted_all_the_same(number, sheet, units))
    numbers = [number for number in plain if not _is_signed(number, sheet, units) and not _is_state(number, sheet)]
    numbers = with_thousands([number for number in numbers if not is_no_goods(number, sheet, enclosed)], sheet, units)
    counted = [one for number in numbers if (one := _counted(number, sheet, units)) is not None]
    counted = [_part_of_whole(one, counted, sheet) for one in counted]
    packages = {one.number.start for at, one in enumerate(counted) if _is_package(at, counted, sheet, units)}
    known = {one.number.last for one in counted}
    counted = _put_together([one for one in counted if one.number.start not in packages])
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


def _put_together(counted: Sequence[Counted]) -> list[Counted]:
    """ "21 тонна 400 кг" is one weight."""
    whole: list[Counted] = []
    for one in counted:
        last = whole[-1] if whole else None
        if last is not None and _SMALLER.get(last.unit) == one.unit and one.number.first == last.last + 1 and one.number.value < 1000:
            number = replace(last.number, value=round(last.number.value + one.number.value / 1000, 3))
            whole[-1] = replace(last, number=number, end=one.end, last=one.last)
        else:
            whole.append(one)
    return whole


_SMALLER = {"t": "kg", "kg": "g", "l": "ml"}


def _is_counted_all_the_same(number: Number, sheet: Sheet, units: Units) -> bool:
    """Behind a word that numbers are the number of: with a unit, as stock, or parted by a dash ("counted them off the trailer - 141")."""
    dashed = _DASHED.search(sheet.text, max(0, number.start - 3), number.start) is not None
    return _has_unit(number, sheet, units) or _is_stock(number, sheet) or dashed


_DASHED = re.compile(r"[ \u00a0][–—-][ \u00a0]$")


def _has_unit(number: Number, sheet: Sheet, units: Units) -> bool:
    """ "за смену 412 шт" is a quantity though "смена 412" is the name of one."""
    at = number.last + 1
    return at < len(sheet.words) and joined(sheet, at, number.end) and not sheet.words.words[at].forms.isdisjoint(units.codes)


def _is_stock(number: Number, sheet: Sheet) -> bool:
    """ "у нас на складе 76": how many lie there, not which warehouse."""
    told = sheet.near(number.first, number.first, 1, "role")
    return any(one.weight and one.hit.first < one.hit.last == number.first - 1 for one in told)


def _is_state(number: Number, sheet: Sheet) -> bool:
    """ "arrived in three pieces": how it is broken; "двое маленьких детей": people."""
    if number.in_words and sheet.words.words[number.last].lower in _PEOPLE and number.first == number.last:
        at = number.last + 1
        return at >= len(sheet.words) or not bool(sheet.words.words[at].flags & NOUN) or bool(sheet.words.words[at].flags & ADJECTIVE)
    at = number.last + 1
    follower = sheet.words.words[at].lower if at < len(sheet.words) else ""
    return number.first > 0 and sheet.words.words[number.first - 1].lower in ("in", "into") and follower in ("pieces", "halves", "parts")


_PEOPLE = frozenset(str.split("двое трое четверо пятеро"))


def _is_signed(number: Number, sheet: Sheet, units: Units) -> bool:
    """ "минус 4": a temperature; "минус семь коробок" counts."""
    return number.first > 0 and sheet.words.words[number.first - 1].lower in _SIGNS and not _has_unit(number, sheet, units)


def _counted(number: Number, sheet: Sheet, units: Units) -> Counted | None:
    """A number with a unit or counted goods after it ("24 новых монитора"), or a label before it ("Мест: 6")."""
    at = number.last + 1
    gap = _BETWEEN.match(sheet.text, number.end)
    place = gap.end() if gap else number.end
    while at < len(sheet.words) and sheet.words.starts[at] < place:
        at += 1
    at, place = _past_of_these(at, place, sheet)
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
        if step == 0 and word.flags & LATIN and _is_state_of(at, sheet):  # "the 2 missing cushions"
            place = sheet.words.ends[at]
            continue
        if _is_goods(word.flags, word.lower, word.forms, number) or (number.value == 1 and _is_one(number, at + step, sheet)):
            return Counted(number, "pcs", sheet.words.ends[at + step], at + step)
        if word.flags & LATIN:
            if step or word.lower in _NO_COMPOUND or len(word.lower) < 3 or word.lower.endswith(("'t", "ly")):
                break
        elif not word.flags & ADJECTIVE or word.flags & VERB:
            break
        place = sheet.words.ends[at + step]
    return _labelled(number, sheet, units)


def _is_state_of(at: int, sheet: Sheet) -> bool:
    """A word that tells what became of the goods named right behind it, in the plural."""
    words = sheet.words.words
    if at + 1 >= len(words) or not is_telling(at, sheet) or not joined(sheet, at + 1, sheet.words.ends[at]):
        return False
    goods = words[at + 1].lower
    return len(goods) > 3 and goods.endswith("s") and not goods.endswith(("ss", "us", "is"))


def _past_of_these(at: int, place: int, sheet: Sheet) -> tuple[int, int]:
    """ "four of the lamps", "три из этих насосов": what is counted stands behind."""
    words = sheet.words.words
    of = at + 2 < len(words) and words[at].lower in OUT_OF and words[at + 1].lower in _THESE and joined(sheet, at, place)
    if of and not is_number(words[at + 2]):
        return at + 2, sheet.words.ends[at + 1]
    return at, place


_THESE = frozenset(str.split("the these those your our my этих наших ваших тех всех полученных купленных"))


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
        "arrived received delivered ordered returned sent failed"
    )
)


def _is_one(number: Number, at: int, sheet: Sheet) -> bool:
    """ "не хватает одной ножки", "прислали 1 тапок": one thing counts only where its clause tells what became of it."""
    word = sheet.words.words[at]
    before = sheet.words.words[number.first - 1].lower if number.first else ""
    if word.flags & NOUN and len(word.lower) > 2 and _follows_counted(number, sheet):
        return True
    if before in INSIDE or not word.flags & NOUN or word.flags & (VERB | ADJECTIVE) or len(word.lower) < 3:
        return False
    clause = sheet.words.clauses[at]
    telling = (one.hit for one in sheet.family("role") if one.weight and (one.group in WRONG or not number.in_words))
    return any(sheet.words.clauses[hit.last] == clause and min(abs(hit.first - at), abs(hit.last - at)) <= 3 for hit in telling)


def _follows_counted(number: Number, sheet: Sheet) -> bool:
    """ "двух саморезов и одной петли": the one thing goes on a list of counted ones."""
    words = sheet.words.words
    joins = number.first > 2 and words[number.first - 1].lower in ("и", "and", "плюс")
    comma = number.first > 1 and sheet.text[sheet.words.ends[number.first - 1] : number.start].strip() == ","
    back = number.first - (3 if joins else 2)
    return (joins or comma) and is_number(words[back]) and bool(words[back + 1].flags & (NOUN | LATIN))


def _labelled(number: Number, sheet: Sheet, units: Units) -> Counted | None:
    if number.first == 0:
        return None
    before = number.first - 1
    word = sheet.words.words[before]
    gap = sheet.text[sheet.words.ends[before] : number.start]
    many = gap in (" ", "\u00a0") and word.lower.endswith(MANY) and not _is_number_before(before, sheet)  # "коробок 12"
    if not many and (not _LABEL.fullmatch(gap) or _is_number_before(before, sheet)):  # "8 штук: три треснули"
        return None
    if (
        gap.strip() in ("-", "–", "—") and not word.lower.endswith((*MANY, "s", "во")) and word.lower not in _COUNT_LABELS
    ):  # "candle set - 2 missing"
        return None
    code = next((units.codes[form] for form in sorted(word.forms) if form in units.codes), None)
    code = "pcs" if word.lower in _COUNT_LABELS or "количество" in word.forms else code
    if code is None and many and _names_goods(before, number, sheet) and word.forms.isdisjoint(units.not_goods):
        code = "pcs"  # "серверов 6, из них два не стартуют"
    if code is None:
        return None
    placed = replace(number, start=sheet.words.starts[before], first=before)
    return Counted(placed, code, number.end, number.last)


def _names_goods(at: int, number: Number, sheet: Sheet) -> bool:
    """A noun that begins its clause and is counted by the number that ends it."""
    word = sheet.words.words[at]
    begins = at == 0 or sheet.words.clauses[at - 1] != sheet.words.clauses[at]
    whole = number.value >= 2 and number.value == int(number.value) and not number.in_words
    plain = bool(word.flags & NOUN) and not word.flags & (VERB | ADJECTIVE) and word.lower not in word.forms
    return begins and whole and plain and bool(_ENDS_CLAUSE.match(sheet.text, number.end))


_ENDS_CLAUSE = re.compile(r"[ \u00a0]*[,;.\n]|$")


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
        or not (sheet.words.clauses[outer.last] == sheet.words.clauses[one.last] or _in_brackets(outer, one, sheet))
    ):
        return False
    return not any(is_telling(at, sheet) or sheet.words.words[at].flags & VERB & ~NOUN for at in between)


def _in_brackets(outer: Counted, one: Counted, sheet: Sheet) -> bool:
    """ "40 флаконов (по 10 доз)"."""
    return sheet.text[outer.end : one.number.start].lstrip().startswith("(")


_COUNT_TOLD_AFTER = re.compile(
    r"\.?[ \u00a0:–—-]+(?:[^\W\d_]+[ \u00a0]+){1,2}\d+(?:(?![\d.,]*\d)(?![ \u00a0]?[^\W\d_])|[ \u00a0]+[^\W\d_]+[ \u00a0]+\d)"
)
_TOLD_BEHIND = re.compile(r"\.?[ \u00a0]*[:–—-][ \u00a0]*(?=[^\W\d_])")
_SIDES = frozenset(("role_by_papers", "role_received"))


def _names_vessel(at: int, units: Units, sheet: Sheet) -> bool:
    """ "упаковка по 10 шт": what one holds, with no number of them before."""
    words = sheet.words.words
    vessel = at >= 0 and any(units.codes.get(form, "pcs") not in (*_PACKAGE_HOLDS, "pcs") for form in words[at].forms)
    return vessel and not (at and is_number(words[at - 1]))


def _is_package(place: int, counted: Sequence[Counted], sheet: Sheet, units: Units) -> bool:
    """What one piece holds and no amount: "40 мешков по 25 кг", "5 litre tins", "кефир 1 л 24 бут"."""
    one = counted[place]
    if one.number.first == 0:
        return False
    words, before, after = sheet.words.words, one.number.first - 1, one.last + 1
    if place and after < len(words) and words[after].lower in ("each", "каждый", "каждая") and one.unit != counted[place - 1].unit:
        return True  # "40 cartons (6 bottles each)"
    if words[before].lower == "по" and ((place and _holds_each(counted[place - 1], one, sheet)) or _names_vessel(before - 1, units, sheet)):
        return True
    holds = _PACKAGE_HOLDS.get(one.unit)
    if holds is not None and one.number.value <= min(holds, SMALL) and _TOLD_BEHIND.match(sheet.text, one.end):
        first = after
        if any(said.weight and said.hit.first == first for said in sheet.near(first, first, 1, "role")):
            return True  # "Ведра оцинк. 12 л - пришло двумя больше"
    if one.unit in ("g", "ml") and one.number.value <= SMALL and after < len(words) and words[after].flags & LATIN:
        if joined(sheet, after, one.end) and not is_telling(after, sheet) and words[after].lower not in _NO_COMPOUND:
            return True  # "the 100 g weight"
    if holds is not None and one.number.value <= min(holds, SMALL) and _COUNT_TOLD_AFTER.match(sheet.text, one.end):
        told = sheet.near(after, after, 1, "role")
        if any(said.weight and said.group in _SIDES and said.hit.first == after for said in told):
            return True  # "масло 180 г заявлено 40", "сироп 1 л: заказывали 48"
    if holds is None or one.number.value > holds:
        return False
    beyond = counted[place + 1] if place + 1 < len(counted) else None
    parted = not place or counted[place - 1].last != before  # "3 коробки, 2 кг, 5 шт" are three quantities
    vessels = parted and beyond is not None and beyond.unit not in _PACKAGE_HOLDS and not beyond.bare and one.unit != "m"
    if vessels and beyond is not None and sheet.text[one.end : beyond.number.start].strip(" \u00a0.") == ",":  # "молоко 1 л, 24 бутылки"
        return True
    vessel = next((units.codes[form] for form in words[before].forms if form in units.codes), "")
    plain = not sheet.text[sheet.words.ends[before] : one.number.start].strip(" \u00a0.%") and not is_telling(before, sheet)
    if plain and ((vessel and vessel not in _PACKAGE_HOLDS) or (words[before].flags & NOUN and _COUNT_AFTER.match(sheet.text, one.end))):
        return True  # "мешки 25 кг", "лейки 10 л — 20", "сироп 1 л: заказывали 48"
    if words[before].lower in ("по", "of", "x", "х", "à") and any(other.last == before - 1 for other in counted):
        return True
    follows = words[after] if after < len(words) and joined(sheet, after, one.end) else None
    if follows is not None and follows.flags & LATIN and not follows.forms.isdisjoint(units.codes):
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
