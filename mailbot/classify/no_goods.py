"""What a number is before it can count goods: a size, a price, a threshold, a reading of a meter, sheets of an enclosure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from mailbot.classify.sheet import Sheet
from mailbot.classify.spoken_numbers import Number
from mailbot.classify.units import MEASURES, Units, is_inside, joined

PRICED = 500  # a bare number from here on behind "за" is a price
_LENGTH = r"(?:мм|см|м|метр\w*|mm|cm|m|ft|feet|inches|in)\b"
_ACROSS = re.compile(rf"\s?(?:на|by|x|х|×)\s?\d+(?:[.,]\d+)?(?:\s?(?:на|by|x|х|×)\s?\d+(?:[.,]\d+)?)?\s?{_LENGTH}", re.IGNORECASE)
_ACROSS_BEFORE = re.compile(r"\d\s?(?:на|by|x|х|×)\s?$", re.IGNORECASE)
_LENGTH_AFTER = re.compile(rf"\s?{_LENGTH}", re.IGNORECASE)
_SIGN_AFTER = re.compile(r"[ \u00a0]?(?!(?:PCS|PC|KG|EA|CTN|SET|ШТ|КГ|УП|КОР|M|L|T|X)\b)[A-ZА-Я]{1,3}(?![\w.])")
_ENCLOSED = re.compile(
    r"(?im)^[ \t]*(?:приложени[ея]|к письму прилагаю\w*|enclosures?|enclosed|encl\.?|attachments?)\b[^\n]{0,40}?(?::|-|–|—|\bна\s\d)"
)
_GOES_ON = re.compile(r"[ \t]*(?:[-–—•*]|\d{1,2}[.)])")
_THOUSANDS = re.compile(r"\d{1,3}[.,]\d{3}")
_PRICES = frozenset(str.split("за по цена цене ценой стоит стоил стоила стоимость стоимостью for cost costs paid worth price at"))


def is_no_goods(number: Number, sheet: Sheet, enclosed: Sequence[tuple[int, int]]) -> bool:
    """Whether the form around a number says that it counts no goods, whatever unit follows."""
    at = bisect_right(enclosed, (number.start, len(sheet.text))) - 1
    if at >= 0 and number.start < enclosed[at][1]:  # "Приложение: на 6 л."
        return True
    if is_price_of_one(number, sheet) or _is_tried(number, sheet) or _is_designation(number, sheet) or _counts_files(number, sheet):
        return True
    if _names_a_paper(number, sheet):
        return True
    if _ends_a_range(number, sheet) or _counts_leaves(number, sheet) or _is_way_of_coming(number, sheet):
        return True
    if _ACROSS.match(sheet.text, number.end):  # "1,5 на 2 метра"
        return True
    across = _ACROSS_BEFORE.search(sheet.text, max(0, number.start - 6), number.start)
    return across is not None and _LENGTH_AFTER.match(sheet.text, number.end) is not None


def enclosures(sheet: Sheet) -> list[tuple[int, int]]:
    """Where a letter lists its enclosures: the line and the lines of its list."""
    found = []
    for head in _ENCLOSED.finditer(sheet.text):
        end = sheet.text.find("\n", head.end())
        while end >= 0 and _GOES_ON.match(sheet.text, end + 1):
            end = sheet.text.find("\n", end + 1)
        found.append((head.start(), len(sheet.text) if end < 0 else end))
    return found


def is_price_of_one(number: Number, sheet: Sheet) -> bool:
    """ "One carton cost 27 USD": one of the goods, for its price."""
    behind = sheet.words.words[number.last + 1 : number.last + 4]
    return number.value == 1 and any(word.lower in _COSTS for word in behind)


_COSTS = frozenset(str.split("стоит стоила стоил стоили cost costs"))


def _is_designation(number: Number, sheet: Sheet) -> bool:
    """ "накладная перевозчика 1188204417": nobody counts so much without parting the thousands."""
    written = sheet.text[number.start : number.end]
    return len(written) >= LONGEST_COUNT and written.isdigit()


LONGEST_COUNT = 8  # digits


def _counts_files(number: Number, sheet: Sheet) -> bool:
    """ "фото 31 шт.", "photos: 12 pcs": what is enclosed."""
    at = number.first - 1
    while at > 0 and number.first - at <= FILES_WITHIN and sheet.words.words[at].lower.startswith(_ENCLOSES):
        at -= 1  # "фото приложила 4 штуки"
    if 0 <= at < number.first - 1 and not sheet.words.words[at].forms.isdisjoint(_FILES):
        return True
    before = sheet.words.words[number.first - 1].forms if number.first else frozenset()
    between = sheet.text[sheet.words.ends[number.first - 1] : number.start] if number.first else ""
    return not before.isdisjoint(_FILES) and not between.strip(" \u00a0:–—-(")


FILES_WITHIN = 3  # words
_ENCLOSES = ("прилож", "прилаг", "прикреп", "отправ", "выс", "скин", "сдела", "внизу", "ниже", "attach", "enclos", "sent")
_FILES = frozenset(str.split("фото фотография фотка снимок видео скан файл копия photo picture image file scan"))


def _ends_a_range(number: Number, sheet: Sheet) -> bool:
    """ "блины от 18,9 до 19,3 кг": what they weigh and not how much of them came."""
    before = _RANGE.search(sheet.text, max(0, number.start - 30), number.start)
    return before is not None and ("," in before[0] or "." in before[0])


_RANGE = re.compile(
    r"\b(?:от|from|between)[ \u00a0]\d{1,5}[.,]\d{1,3}(?:[ \u00a0][^\W\d_]{1,6}\.?)?[ \u00a0](?:до|to|and)[ \u00a0]$", re.IGNORECASE
)


def _names_a_paper(number: Number, sheet: Sheet) -> bool:
    """ "номер накладной сто восемнадцать": a number dictated in words."""
    words, at = sheet.words.words, number.first - 1
    if not number.in_words or at < 0 or number.value == 1:
        return False
    return words[at].lower == "номер" or (at > 0 and words[at - 1].lower == "номер" and words[at].lower.startswith(_NUMBERED))


_NUMBERED = ("заказ", "накладн", "счет", "договор", "акт", "упд", "заявк", "парти")


def _counts_leaves(number: Number, sheet: Sheet) -> bool:
    """ "акт на 2 л. прилагается": how long a paper is."""
    words, at = sheet.words.words, number.first - 1
    if at < 1 or words[at].lower != "на" or _LEAVES.match(sheet.text, number.end) is None:
        return False
    return any(words[place].lower.startswith(_PAPERS) for place in range(max(0, at - 3), at))


_LEAVES = re.compile(r"[ \u00a0]?(?:(?:\([^)]{3,12}\)[ ])?л(?:\.|ист)|стр)", re.IGNORECASE)
_PAPERS = ("акт", "копи", "протокол", "договор", "письм", "заключен", "претензи", "справк", "доверенн", "накладн", "приложен", "реестр")


def _is_way_of_coming(number: Number, sheet: Sheet) -> bool:
    """ "пришло одной посылкой": in how many parts it came."""
    behind = sheet.words.words[number.last + 1].lower if number.last + 1 < len(sheet.words) else ""
    before = sheet.words.words[number.first - 1].lower if number.first else ""
    return sheet.words.words[number.first].lower in _BY_ONE and behind.endswith(_BY_ONE[sheet.words.words[number.first].lower]) and (
        before not in ("с", "со", "под", "над", "за", "между", "перед")
    )


_BY_ONE = {"одной": ("ой", "ей"), "одним": ("ом", "ем")}


def _is_tried(number: Number, sheet: Sheet) -> bool:
    """ "tried 3 sockets and 2 cables", "замер в трёх сечениях": what helped to look for the fault; "fell three metres"."""
    clause = sheet.words.clauses[number.first]
    before = range(max(0, number.first - 5), number.first)
    stems = (*_TRIED, *_TAKEN_AT) if is_inside(number, sheet) else _TRIED
    if number.first and sheet.words.words[number.first - 1].lower.startswith(_FELL) and _LENGTH_AFTER.match(sheet.text, number.end):
        return True
    return any(sheet.words.clauses[at] == clause and sheet.words.words[at].lower.startswith(stems) for at in before)


_FELL = ("fell", "fall", "drop", "упал", "пада", "высот")
_TAKEN_AT = ("замер", "измер", "промер", "measur", "reading")
_TRIED = ("tried", "пробова", "попробова", "перепробова")


def is_priced(number: Number, sheet: Sheet) -> bool:
    """ "телевизор за 54 990": a bare large number behind a word of price."""
    before = sheet.words.words[number.first - 1].lower if number.first else ""
    return number.value >= PRICED and not number.in_words and before in _PRICES


def is_reading(number: Number, sheet: Sheet) -> bool:
    """ "108 C", "220 В": a sign of a physical unit stands behind."""
    return not number.in_words and _SIGN_AFTER.match(sheet.text, number.end) is not None


def with_thousands(numbers: Sequence[Number], sheet: Sheet, units: Units) -> list[Number]:
    """ "1.500 pcs": pieces are whole, so the point parts thousands, here and wherever this letter writes a number so."""
    formed = [_THOUSANDS.fullmatch(sheet.text, one.start, one.end) is not None and not one.in_words for one in numbers]
    if not any(formed):
        return list(numbers)
    whole = frozenset(units.codes.values()) - MEASURES
    if not any(so and _unit_after(one, sheet, units) in whole for so, one in zip(formed, numbers, strict=True)):
        return list(numbers)
    return [
        replace(one, value=round(one.value * 1000)) if so and one.value < 1000 and _unit_after(one, sheet, units) not in MEASURES else one
        for so, one in zip(formed, numbers, strict=True)
    ]


def _unit_after(number: Number, sheet: Sheet, units: Units) -> str:
    at = number.last + 1
    if at >= len(sheet.words) or not joined(sheet, at, number.end):
        return ""
    word = sheet.words.words[at]
    return next((units.codes[form] for form in sorted(word.forms | {word.lower}) if form in units.codes), "")
