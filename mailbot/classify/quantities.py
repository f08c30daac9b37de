"""How many of what: numbers with their units and what each tells; a shortage is computed where only both sides are told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from mailbot.claims.facts import Fact
from mailbot.classify.lemmas import ADJECTIVE, LATIN, NOUN, VERB, Lemmatizer
from mailbot.classify.phrases import is_number
from mailbot.classify.sheet import Said, Sheet
from mailbot.classify.spoken_numbers import Number
from mailbot.rulebook import Rules

FAR = 12  # words between a quantity and the word that tells its role
OTHER_CLAUSE = 5  # such a word in another clause counts as so many words farther
NEAR = 3  # a number without unit is a quantity only this near to "по накладной", "пришло", "не хватает"
_BETWEEN = re.compile(r"[ \t\u00a0\u202f]*(?:\([^)\n]{1,40}\)[ \t\u00a0]*)?")
_PER = re.compile(r"/[^\W\d_]")  # м/ч, л/мин
_GOES_ON = re.compile(r"[^\s,.;:!?)]|\s*(?:на|по|или|до)\s*\d")  # "с 11 на 12 ноября"
_LABEL = re.compile(r"[ \t\u00a0]*[:=–—-][ \t\u00a0]*")
_OUT_OF = frozenset(("из", "of"))
_INSIDE = frozenset(("в", "во", "на", "у", "in", "on"))
_INSTEAD = frozenset(("вместо", "instead"))
_COUNT_LABELS = frozenset(("количество", "кол-во", "qty", "quantity", "колво"))
ROLES = str.split("missing surplus damaged defective by_papers received total")


@dataclass(frozen=True, slots=True)
class Units:
    """Codes by normal form, what is counted without being goods (rules/units.toml), and goods that bear names (lists.toml)."""

    codes: dict[str, str]
    not_goods: frozenset[str]
    named: frozenset[str] = frozenset()


def read_units(rules: Rules, lemmatizer: Lemmatizer) -> Units:
    """The words of units.toml by all their normal forms, as the letters' words are looked up."""
    codes: dict[str, str] = {}
    not_goods: set[str] = set()
    for code, words in rules.units.items():
        for word in words:
            forms = lemmatizer.word(word).forms | {word}
            if code == "not_goods":
                not_goods |= forms
            else:
                codes.update({form: code for form in forms if form not in codes})
    named = {form for name in ("device", "goods") for word in rules.lists.get(name, ()) for form in lemmatizer.word(word.lstrip("=")).forms}
    return Units(codes, frozenset(not_goods) - codes.keys(), frozenset(named))


@dataclass(frozen=True, slots=True)
class _Counted:
    number: Number
    unit: str
    end: int
    last: int  # the unit's word


def read_quantities(sheet: Sheet, found: Sequence[Number], units: Units) -> Iterator[Fact]:
    """The quantities of a place, and the missing ones computed from "по накладной 50, пришло 47"."""
    named = {one.hit.last + 1 for one in sheet.of("no_other")}
    free = (number for number in found if sheet.free(number.start, number.end))
    plain = (number for number in free if number.first not in named or _has_unit(number, sheet, units))
    numbers = [number for number in plain if not _is_signed(number, sheet)]
    counted = [one for number in numbers if (one := _counted(number, sheet, units)) is not None]
    by_start = {one.number.start: one for one in counted}
    bare = [number for number in numbers if number.start not in by_start]
    counted += [one for number in bare if (one := _bare(number, counted, sheet, units)) is not None]
    counted.sort(key=lambda one: one.number.start)
    facts = _with_totals([(one, _role(one, sheet)) for one in counted], sheet)
    yield from facts
    yield from _computed(facts, sheet)


def _has_unit(number: Number, sheet: Sheet, units: Units) -> bool:
    """ "за смену 412 шт" is a quantity though "смена 412" is the name of one."""
    at = number.last + 1
    return at < len(sheet.words) and _joined(sheet, at, number.end) and not sheet.words.words[at].forms.isdisjoint(units.codes)


def _is_signed(number: Number, sheet: Sheet) -> bool:
    """ "минус 4": a temperature."""
    return number.first > 0 and sheet.words.words[number.first - 1].lower in ("минус", "плюс", "minus", "plus")


def _counted(number: Number, sheet: Sheet, units: Units) -> _Counted | None:
    """A number with a unit or counted goods after it ("24 новых монитора"), or a label before it ("Мест: 6")."""
    at = number.last + 1
    gap = _BETWEEN.match(sheet.text, number.end)
    place = gap.end() if gap else number.end
    while at < len(sheet.words) and sheet.words.starts[at] < place:
        at += 1
    for step in range(3):
        if at + step >= len(sheet.words) or not _joined(sheet, at + step, place):
            break
        word = sheet.words.words[at + step]
        code = next((units.codes[form] for form in sorted(word.forms | {word.lower}) if form in units.codes), None)
        if code is not None and _PER.match(sheet.text, sheet.words.ends[at + step]):
            return None
        if code is not None and not (code == "pair" and number.in_words):
            return _Counted(number, code, sheet.words.ends[at + step], at + step)
        if not word.forms.isdisjoint(units.not_goods):
            return None
        if _is_goods(word.flags, word.lower, word.forms, number):
            return _Counted(number, "pcs", sheet.words.ends[at + step], at + step)
        if not word.flags & ADJECTIVE or word.flags & VERB:
            break
        place = sheet.words.ends[at + step]
    return _labelled(number, sheet, units)


def _joined(sheet: Sheet, at: int, place: int) -> bool:
    """Only blanks stand between the place and the word."""
    return not sheet.text[place : sheet.words.starts[at]].strip(" \u00a0\u202f")


def _is_goods(flags: int, lower: str, forms: frozenset[str], number: Number) -> bool:
    """A counted noun: in Russian not in its normal form ("2 насоса", "пяти дверей"), in English a plural."""
    if flags & LATIN:
        return number.value != 1 and lower.endswith("s") and len(lower) > 3 and not lower.endswith(("ss", "us", "is"))
    if not flags & NOUN or flags & VERB or len(lower) < 3:
        return False
    return lower not in forms and number.value >= 2 and number.value == int(number.value)


def _labelled(number: Number, sheet: Sheet, units: Units) -> _Counted | None:
    if number.first == 0:
        return None
    before = number.first - 1
    word = sheet.words.words[before]
    gap = sheet.text[sheet.words.ends[before] : number.start]
    many = gap in (" ", "\u00a0") and word.lower.endswith(_MANY) and not _is_number_before(before, sheet)  # "коробок 12"
    if not many and not _LABEL.fullmatch(gap):
        return None
    code = next((units.codes[form] for form in sorted(word.forms) if form in units.codes), None)
    code = "pcs" if word.lower in _COUNT_LABELS or "количество" in word.forms else code
    if code is None:
        return None
    placed = replace(number, start=sheet.words.starts[before], first=before)
    return _Counted(placed, code, number.end, number.last)


_MANY = ("ок", "ек", "ов", "ест", "тук", "лет", "ков")


def _is_number_before(at: int, sheet: Sheet) -> bool:
    """ "сорока мешков четыре": the unit belongs to the number before it."""
    return at > 0 and is_number(sheet.words.words[at - 1])


def _bare(number: Number, counted: Sequence[_Counted], sheet: Sheet, units: Units) -> _Counted | None:
    """A number without unit right beside a word of papers, receipt or shortage, or in "7 из 12 коробок": its unit stands elsewhere."""
    at = number.last + 1
    unit = _unit_of_sentence(number, counted, sheet, units)
    if at < len(sheet.words) - 1 and not sheet.words.words[at].forms.isdisjoint(_OUT_OF) and unit:
        beyond = next((one for one in counted if one.number.first == at + 1), None)
        if beyond is not None:
            return _Counted(number, beyond.unit, number.end, number.last)
    if number.first and not sheet.words.words[number.first - 1].forms.isdisjoint(_OUT_OF):
        within = next((one for one in counted if one.last == number.first - 2), None)
        if within is not None:
            return _Counted(number, within.unit, number.end, number.last)
    parted = next((one for one in counted if _is_whole_before(one, number, sheet)), None)
    if parted is not None:  # "из 24 ламп 6 разбиты"
        return _Counted(number, parted.unit, number.end, number.last)
    follower = sheet.words.words[at] if at < len(sheet.words) and _joined(sheet, at, number.end) else None
    ends = _is_part(number, sheet) or not _GOES_ON.match(sheet.text, number.end)
    if unit and number.value == int(number.value) and _is_told_after(number, sheet):
        return _Counted(number, unit, number.end, number.last)
    if number.in_words or number.value != int(number.value) or not ends or (follower and follower.flags & NOUN):
        return None
    near = any(_tells(one, number, sheet) for one in sheet.family("role"))
    return _Counted(number, unit or "pcs", number.end, number.last) if near and (unit or not counted) else None


def _is_told_after(number: Number, sheet: Sheet) -> bool:
    """ "пять разбиты, у трёх трещины": what is wrong follows the bare number at once."""
    return any(
        one.group in _WRONG and one.weight and _is_next(one, number, sheet) for one in sheet.family("role")
    )


def _is_next(one: Said, number: Number, sheet: Sheet) -> bool:
    """Right after the number, at most past "с", "в" or "без"."""
    between = sheet.text[number.end : sheet.words.starts[one.hit.first]].strip() if one.hit.first > number.last else "…"
    return between in ("", "с", "со", "в", "без", "with")


_WRONG = frozenset(("role_damaged", "role_defective", "role_missing", "role_surplus"))


def _tells(one: Said, number: Number, sheet: Sheet) -> bool:
    """Whether a word of papers, receipt or shortage (of a part: any role) stands right before the number."""
    fits = one.group in ("role_by_papers", "role_received", "role_missing") or _is_part(number, sheet)
    same = sheet.words.sentences[one.hit.last] == sheet.words.sentences[number.first]
    return fits and bool(one.weight) and same and 0 < number.first - one.hit.last <= NEAR


def _is_whole_before(one: _Counted, number: Number, sheet: Sheet) -> bool:
    """ "из 24 ламп 6 разбиты", "из 60 пачек брак в четырёх": the whole stands first."""
    if not _follows_out_of(one.number, sheet) or sheet.words.sentences[one.last] != sheet.words.sentences[number.first]:
        return False
    return one.last == number.first - 1 or (one.last < number.first - 1 and _ENDS.match(sheet.text, number.end) is not None)


_ENDS = re.compile(r"\s*(?:[.,;!?)]|$)")


def _is_part(number: Number, sheet: Sheet) -> bool:
    """ "забракованы 31 из 80": a part of a whole, whatever is told of it."""
    at = number.last + 1
    after = at + 1 < len(sheet.words) and not sheet.words.words[at].forms.isdisjoint(_OUT_OF) and is_number(sheet.words.words[at + 1])
    return after or (number.first > 1 and _follows_out_of(number, sheet) and is_number(sheet.words.words[number.first - 2]))


def _follows_out_of(number: Number, sheet: Sheet) -> bool:
    return number.first > 0 and not sheet.words.words[number.first - 1].forms.isdisjoint(_OUT_OF)


def _unit_of_sentence(number: Number, counted: Sequence[_Counted], sheet: Sheet, units: Units) -> str:
    """The unit of another quantity near by, else a counting word before the number ("Мест по документам 8")."""
    sentence = sheet.words.sentences[number.first]
    near = next((one.unit for one in counted if abs(sheet.words.sentences[one.last] - sentence) <= 1), "")
    at = number.first - 1
    while not near and at >= max(0, number.first - FAR) and sheet.words.sentences[at] == sentence:
        word = sheet.words.words[at]
        near = next((units.codes[form] for form in word.forms if form in units.codes and word.lower.endswith(_MANY)), "")
        at -= 1
    return near


def _role(one: _Counted, sheet: Sheet) -> str:
    """The role of the nearest telling word of the sentence; of equally near ones the graver."""
    best: tuple[int, int] = (FAR + 1, len(ROLES))
    for said in sheet.family("role"):
        hit, role = said.hit, said.group.removeprefix("role_")
        if not said.weight or role not in ROLES or sheet.words.sentences[hit.first] != sheet.words.sentences[one.number.first]:
            continue
        before = hit.last < one.number.first
        far = one.number.first - hit.last if before else hit.first - one.last + 1
        if sheet.words.clauses[hit.last if before else hit.first] != sheet.words.clauses[one.number.first if before else one.last]:
            far += OTHER_CLAUSE
        best = min(best, (max(0, far), ROLES.index(role)))
    role = ROLES[best[1]] if best[0] <= FAR else "unknown"
    inside = one.number.first > 0 and sheet.words.words[one.number.first - 1].lower in _INSIDE
    return "unknown" if role == "missing" and inside and best[0] else role  # "в двух коробках нет инструкции"


def _with_totals(read: Sequence[tuple[_Counted, str]], sheet: Sheet) -> list[Fact]:
    """The facts; in "47 из 50" the second number is the whole: by papers where the first was received or is missing."""
    facts: list[Fact] = []
    for place, (one, role) in enumerate(read):
        before = read[place - 1][0] if place else None
        if before is not None and _is_between(before, one, _INSTEAD, sheet):
            facts[-1], role = replace(facts[-1], role="received"), "by_papers"
        elif before is not None and _is_between(before, one, _OUT_OF, sheet):
            first = facts[-1]
            role = "by_papers" if first.role in ("received", "missing", "by_papers") else "total"
            if first.role == "by_papers":
                facts[-1] = replace(first, role="received")
        elif place + 1 < len(read) and _follows_out_of(one.number, sheet) and read[place + 1][0].number.first == one.last + 1:
            role = "total"
        facts.append(_fact(one, role, sheet))
    return facts


def _is_between(part: _Counted, whole: _Counted, words: frozenset[str], sheet: Sheet) -> bool:
    """Whether two quantities of one unit are joined by such a word: "47 из 50", "two pallets missing out of 14", "9 вместо 10"."""
    between = range(part.last + 1, whole.number.first)
    return (
        1 <= len(between) <= 3
        and part.unit == whole.unit
        and sheet.words.sentences[part.last] == sheet.words.sentences[whole.number.first]
        and not sheet.words.words[between[-1]].forms.isdisjoint(words)
    )


def _fact(one: _Counted, role: str, sheet: Sheet) -> Fact:
    start, end, value = one.number.start, one.end, one.number.value
    return Fact(sheet.text[start:end], int(value) if value == int(value) else value, start, end, sheet.in_, unit=one.unit, role=role)


def _computed(facts: Sequence[Fact], sheet: Sheet) -> Iterator[Fact]:
    """What is missing or too much where only both sides are told, once for each pair: papers first, then receipt, in one unit."""
    told = {fact.unit for fact in facts if fact.role in ("missing", "surplus")}
    for one, other in pairwise(facts):
        pair = {one.role: one, other.role: other}
        if set(pair) != {"by_papers", "received"} or one.unit != other.unit or one.unit in told:
            continue
        papers, received = float(pair["by_papers"].value), float(pair["received"].value)
        if papers == received or other.start - one.end > 120:
            continue
        role, value = ("missing", papers - received) if papers > received else ("surplus", received - papers)
        text = sheet.text[one.start : other.end]
        yield Fact(text, int(value) if value == int(value) else round(value, 3), one.start, other.end, sheet.in_, unit=one.unit, role=role)
