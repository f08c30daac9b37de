"""One thing told without a number: the next by its ordinal ("семь мест целы, восьмое вскрыто"), one too many ("an extra pallet")."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mailbot.classify.lemmas import ADJECTIVE, NOUN, VERB
from mailbot.classify.sheet import Sheet
from mailbot.classify.spoken_numbers import Number
from mailbot.classify.units import INSIDE, MEASURES, Counted, Units, joined

_RUSSIAN = str.split("второй третий четвертый пятый шестой седьмой восьмой девятый десятый одиннадцатый двенадцатый")
_ENGLISH = str.split("second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth")
_ORDINALS = {word: place for words in (_RUSSIAN, _ENGLISH) for place, word in enumerate(words, 2)}
_ONE_TOO_MANY = ("лишний", "лишняя", "лишнее", "лишнюю", "лишнего", "лишней")
_ARTICLES = frozenset(("a", "an"))
_BEFORE = frozenset(("extra", "surplus", "missing", "unordered"))
_BEHIND = frozenset(("missing", "short"))


def next_ones(counted: Sequence[Counted], sheet: Sheet) -> Iterator[Counted]:
    """The one after so many, told by an ordinal that no noun belongs to, in the sentence of that count or the one behind it."""
    words = sheet.words
    n = -1  # the last count before the word
    for at, word in enumerate(words.words):
        while n + 1 < len(counted) and counted[n + 1].last < at:
            n += 1
        place = next((_ORDINALS[form] for form in word.forms if form in _ORDINALS), 0)
        if not place or n < 0 or _has_noun(at, sheet) or not sheet.free(words.starts[at], words.ends[at]):
            continue
        one = counted[n]
        near = words.sentences[at] - words.sentences[one.last] <= 1
        if near and one.unit not in MEASURES and one.number.value == place - 1:
            yield _single(at, at, one.unit, sheet)


def _has_noun(at: int, sheet: Sheet) -> bool:
    """ "второй этаж", "в третий раз", "the third time"; "второй не запускается" stands alone."""
    words = sheet.words
    if at + 1 >= len(words) or not joined(sheet, at + 1, words.ends[at]):
        return False
    word = words.words[at + 1]
    latin = words.words[at].lower in _ENGLISH and word.lower not in _ENGLISH_VERBS
    return latin or (bool(word.flags & NOUN) and not word.flags & (VERB | ADJECTIVE))


_ENGLISH_VERBS = frozenset(str.split("one is was has had came arrived never did does won't will turned"))


def is_parallel(number: Number, sheet: Sheet) -> bool:
    """ "… во второй 12", "in the other 9": so many in the next of the things told one after the other."""
    words, at = sheet.words.words, number.first - 1
    if at < 1 or words[at].forms.isdisjoint(_NEXT_OF):
        return False
    before = at - 2 if words[at - 1].lower == "the" else at - 1
    return before >= 0 and words[before].lower in INSIDE


_NEXT_OF = frozenset((*_ORDINALS, "другой", "other"))


def one_too_many_or_few(counted: Sequence[Counted], sheet: Sheet, units: Units) -> Iterator[Counted]:
    """ "лишняя коробка", "an extra pallet", "a carton short": the singular says how many."""
    words = sheet.words
    known = {at for one in counted for at in range(one.number.first, one.last + 1)}
    for at in range(1, len(words)):
        first = at - 1
        code = next((units.codes[form] for form in sorted(words.words[at].forms) if form in units.codes), None)
        if code is None or code in MEASURES or known & {at, first} or not joined(sheet, at, words.ends[first]):
            continue
        lower = words.words[first].lower
        of_one = first > 0 and words.words[first - 1].lower in _ARTICLES
        behind = words.words[at + 1].lower if at + 1 < len(words) and joined(sheet, at + 1, words.ends[at]) else ""
        if lower in _ONE_TOO_MANY or (of_one and lower in _BEFORE) or (lower in _ARTICLES and behind in _BEHIND):
            yield _single(at, at, code, sheet, bare=False)


def _single(first: int, last: int, unit: str, sheet: Sheet, bare: bool = True) -> Counted:
    start, end = sheet.words.starts[first], sheet.words.ends[last]
    return Counted(Number(1, start, end, first, last, in_words=True), unit, end, last, bare=bare)


def is_ordinal(lower: str) -> bool:
    """Of a fact's text: "восьмое", "third"."""
    return lower in _ORDINALS or lower.startswith(_STEMS)


_STEMS = tuple(word[:-2] for word in _RUSSIAN)
