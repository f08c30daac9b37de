"""Numbers of a text, in digits and in Russian and English words, each with its place; "двадцати пяти" is 25, "пять шесть" two numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mailbot.classify.sheet import Sheet

MOST_DIGITS = 18  # a longer run is no quantity
_DIGITS = re.compile(
    r"\d{1,3}(?:[ \u00a0\u202f]\d{3}){1,6}(?!\d)(?:[.,]\d{1,2}(?![\d.,]))?|\d{1,3}(?:,\d{3})+(?![\d,])(?:\.\d+)?|\d+(?:[.,]\d+)?(?!\d)"
)
_BEFORE = re.compile(r"[\w.,/:№#–-]$|[+×x]\s?$|№\s$|#\s$")
_ENDING = re.compile(r"-(?:х|ти|ми|мя)\b")  # "из 4-х"
_AFTER = re.compile(r"(?:[-–](?!(?:month|year|day|week|летн|месячн|дневн|(?:х|ти|ми|мя)\b))\w|/\w|[.,:]\d|[xх×*]\s?\d|\d|%)")
_HUNDREDS = str.split("сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот")
_TENS = str.split("двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто")
_ONES = str.split(
    "один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать "
    "семнадцать восемнадцать девятнадцать"
)
_COLLECTIVE = str.split("двое трое четверо пятеро шестеро семеро восьмеро девятеро десятеро")
_ENGLISH = str.split(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
)
_ENGLISH_TENS = str.split("twenty thirty forty fifty sixty seventy eighty ninety")
_VALUES: dict[str, float] = {
    **{word: (place + 1) * 100 for place, word in enumerate(_HUNDREDS)},
    **{word: (place + 2) * 10 for place, word in enumerate(_TENS)},
    **{word: place + 1 for place, word in enumerate(_ONES)},
    **{word: place + 2 for place, word in enumerate(_COLLECTIVE)},
    **{word: place + 1 for place, word in enumerate(_ENGLISH)},
    **{word: (place + 2) * 10 for place, word in enumerate(_ENGLISH_TENS)},
    "полтора": 1.5, "полторы": 1.5, "пара": 2, "десяток": 10, "дюжина": 12, "полсотни": 50, "сотня": 100, "пятерка": 5,
    "парочка": 2, "полтораста": 150, "полтысячи": 500, "полтысяча": 500, "оба": 2, "both": 2, "dozen": 12, "couple": 2,
}  # fmt: skip
_NUMBER_WORDS = frozenset(_VALUES)
_COUNTING = frozenset((*_ENGLISH, *_ENGLISH_TENS))
_HUNDRED, _THOUSAND = 100, 1_000
_TIMES: dict[str, float] = {"тысяча": 1_000, "тыс": 1_000, "миллион": 1_000_000, "млн": 1_000_000, "hundred": 100, "thousand": 1_000}
_DOZENS: dict[str, float] = {"десяток": 10, "дюжина": 12, "сотня": 100, "dozen": 12, "score": 20}


@dataclass(frozen=True, slots=True)
class Number:
    """`first` and `last` are its first and last word of the sheet; `in_words`: written out."""

    value: float
    start: int
    end: int
    first: int
    last: int
    in_words: bool = False


def find_numbers(sheet: Sheet) -> list[Number]:
    """Every number that stands for itself: parts of codes, dates, ranges and sizes (12х60, 10-12, №50) are none."""
    found = list(_numbers(sheet))
    dictated = _dictated(found, sheet)
    return [one for n, one in enumerate(found) if n not in dictated and not (n and _is_repeated(found[n - 1], one, sheet))]


def _is_repeated(before: Number, one: Number, sheet: Sheet) -> bool:
    """ "9 (девять) единиц": the same number in words, in brackets."""
    return one.in_words and one.value == before.value and sheet.text[before.end : one.start].strip(" \u00a0") == "("


def _dictated(found: Sequence[Number], sheet: Sheet) -> set[int]:
    """ "номер заказа три пять семь ноль два": numbers in words, one right behind the other, are the figures of one long number."""
    dictated: set[int] = set()
    begun = 0  # where the row of figures began
    for n, one in enumerate(found):
        before = found[n - 1] if n else None
        goes_on = before is not None and before.in_words and one.in_words and one.first - before.last <= MOST_NOUGHTS
        if not goes_on or any(sheet.words.words[at].lower not in _NOUGHTS for at in range(found[n - 1].last + 1, one.first)):
            begun = n
        if n - begun + 1 == FIGURES:
            dictated.update(range(begun, n + 1))
        elif n - begun + 1 > FIGURES:
            dictated.add(n)
    return dictated


MOST_NOUGHTS = 4  # one behind the other
FIGURES = 3  # "штук пять шесть" are two numbers
_NOUGHTS = frozenset(str.split("ноль нуль zero oh nought"))


def _numbers(sheet: Sheet) -> Iterator[Number]:
    passed = -1
    for at, (lower, forms, _) in enumerate(sheet.words.words):
        if at <= passed:
            continue
        number = None
        if lower[:1].isdigit():
            number = _digits(sheet, at)
        elif not _NUMBER_WORDS.isdisjoint(forms):
            number = _written(sheet, at)
        elif lower == "pair":
            number = _pair_of(sheet, at)
        elif _is_a_hundred(sheet, at):
            number = _written(sheet, at)
        elif lower[1:].isdigit():
            number = _times_so_many(sheet, at)
        if number is not None:
            yield number
            passed = number.last


def _digits(sheet: Sheet, at: int) -> Number | None:
    start, text = sheet.words.starts[at], sheet.text
    found = _DIGITS.match(text, start)
    if found is None or _BEFORE.search(text, max(0, start - 2), start) or _AFTER.match(text, found.end()):
        return None
    if len(found[0]) > MOST_DIGITS:
        return None
    value = _value(found[0], sheet.language)
    ending = _ENDING.match(text, found.end())
    past = ending.end() if ending else found.end()
    last = max(at, sheet.word_at(past) - 1)
    times = _times(sheet, last + 1)
    end = past
    if times:
        last += 1
        end = sheet.words.ends[last]
    return Number(value * (times or 1), start, end, at, last) if sheet.free(start, end) else None


def _pair_of(sheet: Sheet, at: int) -> Number | None:
    """ "a pair of mugs": two of them; "20 pairs" has its own number."""
    words = sheet.words.words
    counts = 0 < at < len(words) - 1 and words[at - 1].lower == "a" and words[at + 1].lower == "of"
    start, end = sheet.words.starts[at], sheet.words.ends[at]
    return Number(2, start, end, at, at, in_words=True) if counts and sheet.free(start, end) else None


def _times_so_many(sheet: Sheet, at: int) -> Number | None:
    """ "lights x3", "стул х2" in small letters; "Nova X7" is a name."""
    start, end = sheet.words.starts[at], sheet.words.ends[at]
    found = _MULTIPLIED.fullmatch(sheet.text, start, end)
    alone = start == 0 or not sheet.text[start - 1].strip(" \u00a0\n\t(,")
    return Number(float(found[1]), start, end, at, at) if found and alone and sheet.free(start, end) else None


_MULTIPLIED = re.compile(r"[xх×](\d{1,3})")


def _value(written: str, language: str) -> float:
    """A comma parts thousands in English letters and where groups of three follow twice, else it is the decimal sign."""
    plain = re.sub(r"[ \u00a0\u202f]", "", written)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", plain) and (language == "en" or plain.count(",") > 1 or "." in plain):
        return float(plain.replace(",", ""))
    return float(plain.replace(",", ".")) if plain.count(",") <= 1 else float(plain.replace(",", ""))


def _times(sheet: Sheet, at: int) -> float:
    if at >= len(sheet.words):
        return 0
    forms = sheet.words.words[at].forms
    return next((kind[form] for kind in (_TIMES, _DOZENS) for form in forms if form in kind), 0)


def _written(sheet: Sheet, at: int) -> Number | None:
    """A number in words, put together while each part is smaller than the one before: "сто двадцать пять", "миллион двести тысяч"."""
    whole, part, least, scale, last = 0.0, 0.0, float("inf"), float("inf"), at - 1
    while last + 1 < len(sheet.words) and (last < at or sheet.words.sentences[last + 1] == sheet.words.sentences[at]):
        value, times = _word_value(sheet, last + 1), _times(sheet, last + 1)
        if _joins(sheet, last + 1, part, least):  # "one hundred and eighty"
            last += 1
        elif value is not None and _smaller(value, least) and (last < at or not _is_pair(sheet, last + 1)):
            part, least, last = part + value, value, last + 1
        elif 0 < part < _HUNDRED and 0 < times < _THOUSAND:  # "two hundred", "пять десятков"
            part, least, last = part * times, times, last + 1
        elif part and _THOUSAND <= times < scale:
            whole, part, least, scale, last = whole + part * times, 0.0, _THOUSAND, times, last + 1
        else:
            break
    if last < at:
        return None
    start, end = sheet.words.starts[at], sheet.words.ends[last]
    if at and (sheet.words.words[at - 1].lower == "ни" or _is_unit_pair(sheet, at)):
        return None
    return Number(whole + part, start, end, at, last, in_words=True) if sheet.free(start, end) else None


def _joins(sheet: Sheet, at: int, part: float, least: float) -> bool:
    """The "and" behind English hundreds and thousands, where what follows is less than a hundred."""
    if sheet.words.words[at].lower != "and" or not (part >= _HUNDRED or least == _THOUSAND) or at + 1 >= len(sheet.words):
        return False
    words = sheet.words
    rounded = words.words[at - 1].lower in {"hundred", "thousand"}
    following = _word_value(sheet, at + 1) if words.sentences[at + 1] == words.sentences[at] else None
    return rounded and following is not None and following < _HUNDRED and words.words[at + 1].lower in _COUNTING


def _is_a_hundred(sheet: Sheet, at: int) -> bool:
    """ "a hundred bags"; not "one in a hundred"."""
    before = [word.lower for word in sheet.words.words[max(0, at - 3) : at]]
    return sheet.words.words[at].lower == "hundred" and before[-1:] == ["a"] and not (before[1:2] == ["in"] and before[0] in _COUNTING)


def _is_unit_pair(sheet: Sheet, at: int) -> bool:
    """ "11 пар", "тридцать пар": after a number a pair is its unit."""
    before = sheet.words.words[at - 1]
    counts = before.lower[:1].isdigit() or (sheet.words.words[at].lower == "пар" and not before.forms.isdisjoint(_NUMBER_WORDS))
    return "пара" in sheet.words.words[at].forms and counts


def _is_pair(sheet: Sheet, at: int) -> bool:
    return "пара" in sheet.words.words[at].forms


def _smaller(value: float, least: float) -> bool:
    """Whether a part may follow: ones after tens, anything below a hundred after hundreds."""
    if least == float("inf"):
        return True
    return value < 10 if 20 <= least < 100 else value < least if least >= 100 else False


def _word_value(sheet: Sheet, at: int) -> float | None:
    word = sheet.words.words[at]
    if _is_a_hundred(sheet, at):
        return _HUNDRED
    return None if word.lower == "ones" else next((_VALUES[form] for form in word.forms if form in _VALUES), None)
