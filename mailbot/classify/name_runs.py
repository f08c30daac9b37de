"""The written name of goods as one run of words: "Philips EP2231/40", "Зубр ДУ-650 ЭР", "Lenovo IdeaPad 3 15ALC6"."""

from __future__ import annotations

import re

_PIECE = re.compile(r"(?P<word>[^\W_]{1,20}(?:[-–./][^\W_]{1,12}){0,3})(?![\w/]|[-–]\w)")
BLANKS = " \u00a0"
_MOST_WORDS = 3  # before the first code or number, and after it
_SMALL_CODE = re.compile(r"[a-z]{1,4}\d{2,5}[a-z]{0,3}$")
_NUMBER = re.compile(r"\d{1,4}(?:[-/.]\d{1,4}){0,2}$")
_LATIN = re.compile(r"[A-Z][A-Za-z]{1,15}(?:-[A-Z][A-Za-z]{0,9})?$")
_CYRILLIC = re.compile(r"[А-ЯЁ](?:[а-яё]{2,15}(?:-[А-ЯЁ][а-яё]{2,15})?|[А-ЯЁ]{1,5}(?:-[А-ЯЁ]{1,4})?)$")
_SHORT = re.compile(r"(?:[A-Z]{1,3}|[А-ЯЁ]{1,3})$")
_COUNTED = re.compile(
    r"[ \u00a0]?(?:(?:мм|см|кг|гр?|шт|м|л|руб|р|мл|т|лет|год\w{0,2}|коро\w{1,9}|пач\w{1,9}|mm|cm|kg|g|l|ml|pcs|pc|units?|inch|years?)\b"
    r"|[*×%]|[xх]\s?\d)|[,.]\d"
)
# days and months, money, sizes: "May 2026", "USB 3", "Windows 11"
_NO_NAME_WORD = frozenset(
    str.split(
        "January February March April May June July August September October November December Monday Tuesday Wednesday Thursday Friday "
        "Saturday Sunday Order Invoice Lot Batch Serial Model USB HDMI RAL DN IP GOST ISO EN DIN PO SN IMEI RUB USD EUR GBP ГОСТ ТУ ИНН "
        "КПП УПД ТТН ТН СФ ФИО НДС ООО ИП АО ПАО ЗАО"
    )
)

NO_FIRST_WORD = frozenset(
    str.split("My Our Your The This That These Bought I We You It Dear Hello Hi For From And But Is Are At In On To Re Fwd")
)
_NEVER_BEFORE = _NO_NAME_WORD | NO_FIRST_WORD


def name_run(text: str, start: int) -> int:
    """Where a name that begins at `start` ends: up to three names, then codes and numbers; `start` where there is no code or number."""
    at, end, words = start, start, 0
    last, latin = "", False  # what kind of word came last; whether a name in Latin letters did
    for _ in range(2 * _MOST_WORDS):
        found = _PIECE.match(text, at)
        if found is None or (what := _what(found["word"], last, text, found.end(), latin=latin)) == "":
            break
        if what == "name":
            words, latin = words + 1, found["word"].isascii()
            if words > _MOST_WORDS:
                break
        else:
            end = found.end()
        at, last = found.end() + 1, what
        if at > len(text) or text[at - 1] not in BLANKS:
            break
    return end


def _what(word: str, last: str, text: str, end: int, *, latin: bool) -> str:
    """What a word is in a name whose former word was `last`: a name, a code, a number, an ending; "" where it belongs to none."""
    if word in _NO_NAME_WORD:
        return ""
    if _is_code(word) or (last == "name" and latin and _SMALL_CODE.match(word)):
        return "" if last in {"code", "end"} or _DECIMAL.match(text, end) else "code"
    if _NUMBER.match(word):
        return "number" if last == "name" and not _COUNTED.match(text, end) else ""
    if last in {"code", "number", "end"}:
        return "end" if _SHORT.match(word) or (latin and _LATIN.match(word)) else ""
    small = last == "" and re.fullmatch(r"[a-z]{3,12}", word)  # "makita df333d"
    alone = last == "" and len(word) == 1 and word.isupper()  # "К 80-50-200"
    return "name" if small or alone or _LATIN.match(word) or _CYRILLIC.match(word) else ""


def _is_code(word: str) -> bool:
    """Letters and digits together, a capital among them; "42К1180" is a number of one thing."""
    if not (word[0].isdigit() or word[0].isupper()) or not any(map(str.isdigit, word)) or not any(map(str.isupper, word)):
        return False
    return not _OF_ONE_THING.match(word)


_OF_ONE_THING = re.compile(r"\d+[^\W\d]{1,3}\d{3,}$")
_DECIMAL = re.compile(r"[,.]\d")


def name_begin(text: str, start: int) -> int:
    """Where the names before a code begin: "Makita" of "Makita HP488D"; `start` itself where none stands there."""
    words = 0
    while words < _MOST_WORDS and start > 1 and text[start - 1] in BLANKS:
        found = _LAST.search(text, max(0, start - 20), start - 1)
        if found is None or found["word"] in _NEVER_BEFORE:
            break
        start, words = found.start("word"), words + 1
    return start


_LAST = re.compile(r"(?<![\w./№#-])(?P<word>[A-Z][A-Za-z]{1,15}(?:-[A-Z][A-Za-z]{0,9})?)$")
