"""The unit of a bare number: of the whole beside it, of the same number told before, of its sentence."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from mailbot.classify.lemmas import NOUN, VERB
from mailbot.classify.phrases import is_number
from mailbot.classify.sheet import Sheet
from mailbot.classify.spoken_numbers import Number
from mailbot.classify.units import (
    AGAINST,
    FAR,
    MANY,
    MEASURES,
    OUT_OF,
    THEM,
    Counted,
    Units,
    follows_instead,
    follows_out_of,
    is_inside,
    joined,
)

MOST_BESIDE = 12  # quantities on either side
MOST_OWN_WORDS = 2  # "пришло 7" on a line of its own
ENDS = re.compile(r"\s*(?:[.,;!?)/—–-]|$|\n)")
_GOES_TOGETHER = re.compile(r"[,;–—(-] ?$")


def unit_of_sentence(number: Number, counted: Sequence[Counted], sheet: Sheet, units: Units) -> str:
    """The unit of another quantity near by, else a counting word before the number ("Мест по документам 8")."""
    sentence = sheet.words.sentences[number.first]
    near = _unit_near(number, counted, sheet)
    at = number.first - 1
    while not near and at >= max(0, number.first - FAR) and sheet.words.sentences[at] == sentence:
        word = sheet.words.words[at]
        if not (at and is_number(sheet.words.words[at - 1]) and joined(sheet, at, sheet.words.ends[at - 1])):  # "масло 180 г заявлено 40"
            near = next(
                (units.codes[form] for form in word.forms if form in units.codes and _names_unit(word.lower, units.codes[form])), ""
            )
        at -= 1
    return near


def _names_unit(lower: str, code: str) -> bool:
    """ "мест по документам 8", "сыр кг заявлено 25,4"."""
    return lower.endswith(MANY) or (code in MEASURES and len(lower) <= 2)


def _unit_near(number: Number, counted: Sequence[Counted], sheet: Sheet) -> str:
    """The unit of the quantity nearest before the number, else after it, in its sentence or the next; of another line only
    where the number's own line names no goods of its own."""
    sentence = sheet.words.sentences[number.first]
    middle = bisect_left(counted, number.first, key=lambda one: one.number.first)
    close = counted[max(0, middle - MOST_BESIDE) : middle + MOST_BESIDE]
    near = [one for one in close if abs(sheet.words.sentences[one.last] - sentence) <= 1 and not _is_of_next_item(one, number, sheet)]
    line = sheet.text.rfind("\n", 0, number.start) + 1
    end = sheet.text.find("\n", number.end)
    end = len(sheet.text) if end < 0 else end
    same = [one for one in near if line <= one.number.start < end]
    own = number.first - sheet.word_at(line)
    near = same if same or (own > MOST_OWN_WORDS and line) else near
    if is_inside(number, sheet):  # "на трех поддонах …, на одном плёнка порвана"
        within = [one for one in near if is_inside(one.number, sheet)]
        near = within or near
    vessel = _vessel_told(number, near, sheet)
    if vessel:
        return next((one.unit for one in reversed(close) if one.last < number.first and one.unit not in MEASURES | {vessel}), "pcs")
    if not is_inside(number, sheet):
        vessels = {one.unit for one in near if _is_vessel_of(one, number, sheet)}
        if vessels:
            return next((one.unit for one in reversed(close) if one.last < number.first and one.unit not in vessels | MEASURES), "pcs")
    near = [one for one in near if not (one.unit in MEASURES and _is_no_measure(one, number, sheet))]
    if any(_is_of_item_before(one, number, sheet) for one in near):
        near = [one for one in near if sheet.words.sentences[one.last] == sentence]
        if not near:
            return "pcs"
    product = _unit_of_product(number, close)
    near = _large_enough(near, number)
    if product or not near:
        return product
    return min(
        near,
        key=lambda one: (
            _is_apart_behind(one, number, sheet),
            abs(sheet.words.sentences[one.last] - sentence),
            one.last > number.first,
            abs(one.last - number.first),
        ),
    ).unit


def _is_apart_behind(one: Counted, number: Number, sheet: Sheet) -> bool:
    """ "… 17 коробок. Привезли 16, две из них с боем: в одной разбито 3 плитки": what further clauses count is something else."""
    clauses = sheet.words.clauses
    return one.number.first > number.last and clauses[one.number.first] - clauses[number.last] > 1


def _is_of_next_item(one: Counted, number: Number, sheet: Sheet) -> bool:
    """ "тапочки: заявлено 10. Носки: не хватает 3 пары": a new item begins with its name and a colon."""
    if one.number.start < number.end or sheet.words.sentences[one.last] == sheet.words.sentences[number.first]:
        return False
    return ":" in sheet.text[number.end : one.number.start]


def _is_no_measure(one: Counted, number: Number, sheet: Sheet) -> bool:
    """A whole number is no measure of another sentence, unless it says how much came, should have come or lacks; and "спрей 10 мл,
    серия 240617, заявлено 20": what one package holds is no measure of how many came."""
    if one.unit in ("g", "ml") and one.number.value <= SMALL and sheet.words.clauses[one.last] != sheet.words.clauses[number.first]:
        beside = (said for said in sheet.near(one.number.first, one.last, 3, "role") if said.weight)
        return not any(sheet.words.clauses[said.hit.first] == sheet.words.clauses[one.last] for said in beside)
    size = one.number.value <= SMALL_SIZE and sheet.text[one.number.end : one.number.end + 1].isalpha()  # "oil 5L, invoiced 96"
    if size and one.unit in ("l", "kg") and sheet.words.clauses[one.last] != sheet.words.clauses[number.first]:
        return not any(said.weight and said.hit.last < one.number.first for said in sheet.near(one.number.first, one.last, 3, "role"))
    if number.value != int(number.value) or sheet.words.sentences[one.last] == sheet.words.sentences[number.first]:
        return False
    told = sheet.near(number.first, number.last, 3, "role")
    return not any(said.weight and said.group in _SIDES for said in told)


SMALL_SIZE = 30  # kilograms or litres, written without a blank
SMALL = 5000  # grams or millilitres that a package holds
_SIDES = frozenset(("role_by_papers", "role_received", "role_missing", "role_surplus", "role_total"))


def _is_of_item_before(one: Counted, number: Number, sheet: Sheet) -> bool:
    """ "24 bags of litter. Cat trees: invoiced six, got five": the number's sentence begins with its own goods and a colon."""
    if one.number.start > number.start or sheet.words.sentences[one.last] == sheet.words.sentences[number.first]:
        return False
    return _ITEM.search(sheet.text, one.end, number.start) is not None


_ITEM = re.compile(r"[.;\n][ \u00a0]*(?:[-–—•*][ \u00a0]*)?[^\W\d_][^.;:\n]{2,40}:(?=[ \u00a0])[^.;:\n]*$")


def _vessel_told(number: Number, near: Sequence[Counted], sheet: Sheet) -> str:
    """ "один пакет рваный, в нём 31": the package told last, of which the number tells what lies in it."""
    behind = number.first - 2 if number.first > 1 else 0
    inside = tuple(word.lower for word in sheet.words.words[behind : number.first])
    last = next((one for one in reversed(near) if one.last < number.first), None)
    return last.unit if inside in _IN_IT and last is not None and last.unit not in MEASURES | {"pcs"} else ""


_IN_IT = frozenset((("в", "нем"), ("в", "ней"), ("в", "них"), ("in", "it"), ("in", "them")))


def _is_vessel_of(one: Counted, number: Number, sheet: Sheet) -> bool:
    """ "в одной коробке вместо двадцати восемнадцать", "in one carton we counted 11": what is in a package is not counted in packages."""
    words = sheet.words
    if one.bare or one.unit == "pcs" or one.unit in MEASURES or one.last >= number.first or not is_inside(one.number, sheet):
        return False
    apart = any(sheet.text[words.ends[at] : words.starts[at + 1]].strip()[:1] in _PARTS_LISTS for at in range(one.last, number.first))
    return words.sentences[one.last] == words.sentences[number.first] and one.number.value == 1 and not apart


_PARTS_LISTS = frozenset(",;(")


def _large_enough(near: list[Counted], number: Number) -> list[Counted]:
    """ "60 pieces in 5 cartons. Eight are leaking": a part is not more than its whole, where a whole that large is told before."""
    wholes = [one for one in near if one.last < number.first and one.number.value >= number.value and one.unit not in MEASURES]
    return wholes if wholes and all(one.last < number.first for one in near) else near


def _unit_of_product(number: Number, close: Sequence[Counted]) -> str:
    """ "десять коробок, в каждой 24 штуки … вместо 240": packages times what each holds are so many of what they hold."""
    told = [one for one in close if one.last < number.first and one.unit not in MEASURES]
    for n, packages in enumerate(told):
        for each in told[n + 1 :]:
            if each.unit != packages.unit and each.number.value > 1 and packages.number.value * each.number.value == number.value:
                return each.unit
    return ""


TOTAL_OF = re.compile(
    r"(?:(?<!\w)из (?:общего |всего )?(?:количества|числа)|\b(?:out )?of (?:a|the) total(?: of)?) ?(?:в )?$", re.IGNORECASE
)


def _are_goods(at: int, sheet: Sheet) -> bool:
    """A noun in the plural of what things are taken from."""
    word = sheet.words.words[at]
    named = bool(word.flags & NOUN) and not word.flags & VERB
    return named and word.lower.endswith((*MANY, "ей", "ек", "ок")) and len(word.lower) > SHORTEST


SHORTEST = 4
_CONTRAST = re.compile(r"[ \u00a0]?,?[ \u00a0](?:(?:а|но|but|and)[ \u00a0])?(?:не|not)[ \u00a0]")


def shared_unit(number: Number, counted: Sequence[Counted], sheet: Sheet, unit: str, units: Units) -> str:
    """The unit of the whole beside which a part stands: "7 из 12 коробок", "12 коробок, из них 7", "из 24 ламп 6 разбиты"."""
    at = number.last + 1
    middle = bisect_left(counted, number.first, key=lambda one: one.number.first)
    counted = counted[max(0, middle - MOST_BESIDE) : middle + MOST_BESIDE]
    if at < len(sheet.words) - 1 and sheet.words.words[at].lower == "out":
        at += 1
    them = _unit_of_them(number, counted, sheet)
    if them:
        return them
    if at < len(sheet.words) - 1 and not sheet.words.words[at].forms.isdisjoint(OUT_OF) and unit:
        beyond = next((one for one in counted if 1 <= one.number.first - at <= 2), None)
        if beyond is not None:
            return beyond.unit
    before = [sheet.words.words[at].forms for at in (number.first - 1, number.first - 2) if at >= 0]
    if before and not before[0].isdisjoint(OUT_OF | AGAINST):
        farthest = 6 if len(before) > 1 and "out" in before[1] else 3  # "12 bags torn out of 40"
        within = next((one for one in reversed(counted) if 2 <= number.first - one.last <= farthest), None)
        if within is not None and not _is_vessel_of(within, number, sheet):
            return within.unit
    if TOTAL_OF.search(sheet.text, max(0, number.start - 40), number.start):
        return next((one.unit for one in reversed(counted) if one.last < number.first), "")
    if len(before) > 1 and not before[1].isdisjoint(OUT_OF) and _are_goods(number.first - 1, sheet):  # "из фильтров семь не подходят"
        return next((units.codes[form] for form in sorted(before[0]) if form in units.codes), "pcs")
    if len(before) > 1 and not before[1].isdisjoint(OUT_OF) and not before[0].isdisjoint(THEM):
        return next((one.unit for one in reversed(counted) if one.last < number.first), "")
    contrast = next((one for one in reversed(counted) if one.last < number.first), None)
    if contrast is not None and _CONTRAST.fullmatch(sheet.small, contrast.end, number.start) and ENDS.match(sheet.text, number.end):
        return contrast.unit  # "пришло коробок 38, а не 40", "вместо 40 коробок 38"
    parted = next((one for one in counted if _is_whole_before(one, number, sheet)), None)
    return parted.unit if parted is not None else ""


def _is_whole_before(one: Counted, number: Number, sheet: Sheet) -> bool:
    """ "из 24 ламп 6 разбиты", "из 60 пачек брак в четырёх": the whole stands first."""
    if not follows_out_of(one.number, sheet) or sheet.words.sentences[one.last] != sheet.words.sentences[number.first]:
        return False
    between = number.first - 1 - one.last
    if between == 1 and is_inside(number, sheet):  # "из 12 упаковок в трёх донышки мокрые"
        return True
    return between == 0 or (between > 0 and ENDS.match(sheet.text, number.end) is not None)


def unit_of_equal(number: Number, counted: Sequence[Counted], sheet: Sheet) -> str:
    """ "40 мешочков, 40 и есть", "6.4kg on your ticket, 6.4 on mine": the same number again counts the same."""
    sentence = sheet.words.sentences[number.first]
    follower = sheet.words.words[number.last + 1].flags if number.last + 1 < len(sheet.words) else 0
    word = sheet.words.words[number.last + 1].lower if follower else ""
    if (follower & NOUN and not follower & VERB and len(word) > 2) or not _GOES_TOGETHER.search(
        sheet.text, max(0, number.start - 3), number.start
    ):
        return ""
    same = (one for one in beside(number, counted) if one.number.value == number.value and one.last < number.first)
    return next((one.unit for one in same if sheet.words.sentences[one.last] == sentence and number.first - one.last <= FAR), "")


def unit_before(number: Number, counted: Sequence[Counted]) -> str:
    """ "остальные три тоже отключили", sentences after what they were: the unit of what was counted last."""
    return next((one.unit for one in reversed(beside(number, counted)) if one.last < number.first and one.unit not in MEASURES), "pcs")


def _unit_of_them(number: Number, counted: Sequence[Counted], sheet: Sheet) -> str:
    """ "got 22 boxes. Opened four of them, two hinges bent": they are what was counted before, and at least as many."""
    behind = [word.lower for word in sheet.words.words[number.last + 1 : number.last + 3]]
    if len(behind) < 2 or behind[0] not in ("of", "из") or behind[1] not in ("them", "these", "those", "which", "них", "этих", "которых"):
        return ""
    whole = (one for one in reversed(beside(number, counted)) if one.last < number.first and one.unit not in MEASURES)
    return next((one.unit for one in whole if one.number.value >= number.value), "")


def beside(number: Number, counted: Sequence[Counted]) -> Sequence[Counted]:
    middle = bisect_left(counted, number.first, key=lambda one: one.number.first)
    return counted[max(0, middle - MOST_BESIDE) : middle + MOST_BESIDE]


def as_should_be(counted: Sequence[Counted], sheet: Sheet) -> list[Counted]:
    """ "вместо 120 листов оказалось 118": what came is counted as what should have come."""
    found = list(counted)
    for n in range(1, len(found)):
        before, one = found[n - 1], found[n]
        near = one.bare and one.unit != before.unit and one.number.first - before.last <= SOON
        if near and follows_instead(before.number, sheet) and sheet.words.sentences[before.last] == sheet.words.sentences[one.last]:
            found[n] = replace(one, unit=before.unit)
    return found


SOON = 5  # words
