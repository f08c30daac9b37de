"""Numbers of orders, papers, goods: a telling word, then a number beside it, then perhaps its date. Nothing is invented."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass

from mailbot.claims.facts import Fact
from mailbot.classify.dates import read_day
from mailbot.classify.glued_numbers import glued_numbers, numbers_before_words
from mailbot.classify.lemmas import LATIN, NOUN
from mailbot.classify.relative_days import Day
from mailbot.classify.sheet import Said, Sheet

MOST_BETWEEN = 60  # letters between the word and a number marked by №
_MARK = (
    r"№№?|N°|[Nn]\.?(?=\s*\d)|[Nn]r(?:\.|(?=\s))(?=\s*\w)|[Nn][Oo]\.?|[Nn]um(?:ber)?|номер\w{0,2}|#|:|=|is\b|was\b|[Кк]од\b|[Ii][Dd]\b"
    r"|[Rr]ef\.?"
)
_WHOSE = r"(?:(?:[Нн]аш|[Вв]аш|[Тт]во|[Сс]во|мо[йёяе]|[Oo]ur|[Yy]our|my)\w{0,3}[ \u00a0]+)?"
_LEAD = re.compile(rf"[ \t\u00a0.,(\[«\"“'–—-]*{_WHOSE}(?P<marks>(?:(?:{_MARK})[ \t\u00a0.,«\"“-]*){{0,3}})", re.IGNORECASE)
_ID = re.compile(  # "№ 5512-889.Замените" ends at the point
    r"(?:(?P<letters>[A-ZА-ЯЁ]{1,5})(?P<gap>[  ]))?"
    r"(?P<code>\d{3}-\d{4}[ \u00a0]\d{4}(?!\w)|[^\W_]+(?:(?!\.[^\W\d_]{3})[-/._\\–][^\W_]+|(?<=\d)\+(?=\d))*)"
)
_GAP = re.compile(r"(?:[ \t,«»\"“”()]+[^\W\d_][\w.«»\"“”-]*){0,7}?[ \t,]*(?P<sign>№|N°|[Nn][Oo]\.|номер\b|#|:)\s*")
_DATED = re.compile(
    r"[ \t\u00a0,(]*\n?(?:(?:о|об|по|на)[ \u00a0][^\W\d_]+(?:[ \u00a0][^\W\d_]+){0,2}[ \u00a0])?"
    r"(?:от|о[тt]|from|dated?|of|dtd\.?)[ \t\u00a0.]*",
    re.IGNORECASE,
)
_COMMA = re.compile(r"[ \t\u00a0]*,[ \t\u00a0]*")  # "(receipt 0411, 19 December)"
_NEXT = re.compile(
    r"[ \t\u00a0]*(?:\([^)\n\d]{1,24}\)[ \t\u00a0]*)?(?:,|;|и\b|and\b|to\b|&|/)[ \t\u00a0]*(?:№[ \t\u00a0]*)?", re.IGNORECASE
)
_COUNTED = re.compile(
    r"[ \t\u00a0]*(?:%|₽|\$|€|£|(?:шт|уп(?:ак\w*)?\b|кор(?:об\w*)?\b|мест(?:а|о)?\b|ящ|паллет|поддон|пози|строк|пач|рул|компл|руб|р\b|кг"
    r"|тонн|т\b|г\b|л\b|м\b|мм\b|см\b|м[23²³]|дн(?:я|ей)?\b|ден|недел|мес(?:яц\w*)?\b|год(?:а|у)?\b|лет\b|час(?:а|ов)?\b|мин(?:ут\w*)?\b|раза?\b"
    r"|тыс|млн|комисс|pcs|pieces?|units?|cartons?|boxes|pallets?|kg|days?|weeks?|months?|years?|hours?|x\s*\d|х\s*\d))",
    re.IGNORECASE,
)  # fmt: skip
_NOT_ID = re.compile(  # "118-М" is a number, "118-м" an ordinal
    r"(?:\d+(?-i:-?(?:го|му|ой|ый|ая|ое|ые|ых|м|й|я|е|ю|ти|х))|\d+(?:th|st|nd|rd)|\d+[.,]\d|\d{1,2}[.,]\d{2,6}|.*\d[xх×]\d.*"
    r"|\d{1,2}:\d\d|\d+d|\d+(?:[.,]\d+)?(?:kgs?|g|lbs?|ml|l|mm|cm|m|oz|кг|г|т|л|мл|м|мм|см|шт|pcs))$",
    re.IGNORECASE,
)
_GLUED_WORD = re.compile(r"[^\W\d_]{2,}\.")  # исх.611
_CASE_TAG = re.compile(r"\[\s*#?\s*(?P<year>20\d\d)[-–](?P<number>\d{4,7})\s*\]")
_CASE = re.compile(r"(?P<year>2(?<![\w./–-].)0[12]\d)[-–/](?P<number>\d{4,6})(?![\w/–-]|\.\d)")
_OURS = re.compile(r"(?:№|#|No\.?|\bclos(?:e|ed|ing)|\bзакр(?:ойте|ыть|ывайте|ываем))\s*$", re.IGNORECASE)  # "you can close 2026-0402"
_LISTS = {
    "no_order": "orders", "no_contract": "contracts", "no_serial": "serials", "no_batch": "batches", "no_article": "articles",
    "no_model": "models", "no_claim": "claims", "no_request": "requests", "no_case": "claims",
}  # fmt: skip
_CURRENCIES = frozenset(str.split("ИНН КПП ОГРН БИК USD EUR GBP RUB KZT BYN CNY UAH INR AED TRY PLN CHF"))
_PAPERS = frozenset(str.split("NCR CMR PO SO DN GRN AWB BOL POD УПД ТТН ТН ЭР"))  # "Report NCR 26-088": the number stands behind
_DIGITS = re.compile(r"\d+")
_DECIMALS = re.compile(r"[.,]\d")
_MONEY = re.compile(r"(?:[ \u00a0\u202f]\d{3}){1,6}(?:[.,]\d\d)?[ \u00a0]?(?:₽|\$|€|£|р\b|руб|тенге|USD|EUR|GBP)")
# words that often stand before other numbers
_STRICT = frozenset(("no_article", "no_model", "no_claim", "no_serial", "no_batch", "no_case", "no_request"))


@dataclass(frozen=True, slots=True)
class _Found:
    said: Said
    start: int
    end: int
    value: str
    code: int  # where the number itself begins
    day: Day | None
    shared: int  # where a list's further number begins its own slice


def read_references(sheet: Sheet, units: Container[str] = ()) -> Iterator[tuple[str, Fact]]:
    """Pairs of the list a fact belongs to ("orders", "documents" …) and the fact, in the order of the text.

    A number belongs to the nearest word before it: "акт ТОРГ-2 № 7" is a ТОРГ-2, and "акт № 7 о браке" an act. `units`: the words
    of all units; a short number right before one is a count ("your shipment: 24 drums").
    """
    yield from _cases(sheet)
    best: dict[int, _Found] = {}
    for one in sorted(sheet.family("no", "doc"), key=lambda one: (one.hit.last, -one.hit.first)):
        if _is_done(one, sheet):
            continue
        for found in _numbers(one, sheet):
            held = best.get(found.code)
            if held is None or (_rank(found) >= _rank(held) and not _only_says_where(found, held)):
                best[found.code] = found
    for found in sorted(best.values(), key=lambda found: found.code):
        if found.said.group == "no_other" or not sheet.free(found.code, found.code + len(found.value)):
            continue
        if _is_count(found, units, sheet):
            continue
        if found.said.group == "no_order" and _MOBILE.fullmatch(found.value):  # "заказ оформлен на номер 8-916-123-45-67"
            continue
        fact = _fact(found, sheet)
        yield ("documents" if fact.type else _LISTS[found.said.group]), fact
    yield from glued_numbers(sheet)
    yield from numbers_before_words(sheet)


def _is_done(one: Said, sheet: Sheet) -> bool:
    """ "ordered 500, got 450", "in case": what was done, or a turn of speech, not what a number is the number of."""
    word = sheet.words.words[one.hit.last]
    before = sheet.words.words[one.hit.first - 1].lower if one.hit.first else ""
    return bool(word.flags & LATIN) and (word.lower.endswith("ed") or (word.lower == "case" and before == "in"))


def _only_says_where(found: _Found, held: _Found) -> bool:
    """ "серийный на корпусе 6120-004-417", "serial is on the photo: LK2-9901284": a word that says where the number stands."""
    where = found.said.group not in _PLAIN_THINGS and not found.said.group.startswith("doc_")
    return where and held.said.group in _PLAIN_THINGS and _is_code(held.value) and found.said.hit.last - held.said.hit.last <= MOST_WORDS


def _is_count(found: _Found, units: Container[str], sheet: Sheet) -> bool:
    if not found.value.isdigit() or len(found.value) >= LONG_NUMBER or sheet.text[: found.code].endswith(("№", "№ ", "#")):
        return False
    end = found.code + len(found.value)
    at = sheet.word_at(end)
    behind = at < len(sheet.words) and sheet.text[end : sheet.words.starts[at]] in (" ", "\u00a0")
    if behind and len(found.value) < LONG_NUMBER - 1 and (_are_goods(at, found, sheet) or _by_several_papers(at, found, sheet)):
        return True
    return behind and any(len(form) > 2 and form in units for form in sheet.words.words[at].forms)  # "акт 15 г. Москва"


def _are_goods(at: int, found: _Found, sheet: Sheet) -> bool:
    """ "In order was 14 windows": a plural right behind a short number that a verb parts from its word."""
    words = sheet.words.words
    verb = sheet.text[: found.code].rstrip().rpartition(" ")[2].lower() in ("was", "were", "is", "had", "has", "for", "of")
    return verb and bool(words[at].flags & LATIN) and words[at].lower.endswith("s") and len(words[at].lower) > LONG_NUMBER - 1


def _by_several_papers(at: int, found: _Found, sheet: Sheet) -> bool:
    """ "По документам 120 светильников, по факту 112": several papers have no number in common, and goods are counted behind it."""
    words = sheet.words.words
    return words[found.said.hit.last].lower in ("документам", "документах") and bool(words[at].flags & NOUN)


_MOBILE = re.compile(r"(?:\+?7|8)-?9\d\d-?\d{3}-?\d\d-?\d\d")
MOST_WORDS = 8  # between a word and its number


def _rank(found: _Found) -> tuple[int, int, bool]:
    """Nearest word first, then the longer phrase, then papers before other things."""
    hit = found.said.hit
    return hit.last, hit.last - hit.first, found.said.group.startswith("doc_")


def _cases(sheet: Sheet) -> Iterator[tuple[str, Fact]]:
    """Our case numbers: the tag anywhere, a bare number where a word or the sign № names it, or alone in a subject."""
    for found in _CASE_TAG.finditer(sheet.text):
        yield "cases", _case(found, sheet)
    if _CASE.search(sheet.text) is None:
        return
    others = [one for one in sheet.family("doc", "no") if one.group not in _CASE_WORDS]
    claimed = {found.code for one in others for found in _numbers(one, sheet)}
    for found in _CASE.finditer(sheet.text):
        if found.start() in claimed or not sheet.free(found.start(), found.end()):
            continue
        signed = _OURS.search(sheet.text, max(0, found.start() - 20), found.start())
        if signed or sheet.in_.endswith("subject") or _named(found.start(), sheet):
            yield "cases", _case(found, sheet)


_CASE_WORDS = frozenset(("no_case", "no_claim", "no_request"))


def _named(at: int, sheet: Sheet) -> bool:
    """Whether a word such as "обращение" stands at most six words before."""
    word = sheet.word_at(at)
    return any(one.group in _CASE_WORDS and word - 7 <= one.hit.last < word for one in sheet.family("no"))


def _case(found: re.Match[str], sheet: Sheet) -> Fact:
    sheet.take(found.start(), found.end())
    return Fact(found[0], f"{found['year']}-{found['number']}", found.start(), found.end(), sheet.in_)


def _fact(found: _Found, sheet: Sheet) -> Fact:
    sheet.take(found.start, found.end)
    kind = found.said.group.removeprefix("doc_") if found.said.group.startswith("doc_") else None
    day = found.day.resolve(sheet.today, False) if found.day else None
    return Fact(sheet.text[found.start : found.end], found.value, found.start, found.end, sheet.in_, date=day, type=kind)


def _numbers(one: Said, sheet: Sheet) -> Iterator[_Found]:
    """The number after a word, and further ones of a list ("УПД 4471, 4472 и 4480")."""
    start, end = sheet.span(one.hit)
    first = _after(one, start, end, sheet)
    while first is not None:
        yield first
        more = _NEXT.match(sheet.text, first.end)
        code = _ID.match(sheet.text, more.end()) if more else None
        if code is None or code["letters"] or not _like(code["code"], first.value) or not _fits(code["code"], code.end(), True, one, sheet):
            return
        first = _dated(one, code.start(), code.start("code"), code["code"], sheet)


def _like(code: str, first: str) -> bool:
    """Whether a further number has the form of the first one: a list, not a new thing."""
    if not first.isdigit() and _DIGITS.sub("0", code) == _DIGITS.sub("0", first):
        return True
    digits = sum(sign.isdigit() for sign in code)
    return digits >= min(3, len(first)) and (digits == len(code)) == first.isdigit()


def _after(one: Said, start: int, end: int, sheet: Sheet) -> _Found | None:
    text = sheet.text
    lead = _LEAD.match(text, end)
    at, marked = (lead.end(), bool(lead["marks"])) if lead else (end, False)
    early = _early_date(sheet.small, end)
    if early is not None:
        again = _LEAD.match(text, early.end)
        if again is None or not again["marks"]:
            return None
        at, marked = again.end(), True
    code = _code(text, at)
    if code is None or not _fits(code[1], code[2], marked, one, sheet):
        gap = _GAP.match(text, end, min(len(text), end + MOST_BETWEEN))
        code = _code(text, gap.end()) if gap else None
        by_sign = gap is not None and gap["sign"] != ":"
        if code is None or not _fits(code[1], code[2], by_sign, one, sheet):
            code = _behind_a_word(one, end, sheet)
        if code is None:
            return None
    found = _dated(one, start, code[0], code[1], sheet)
    if early is not None and found.day is None:
        return _Found(one, start, found.end, found.value, found.code, early, start)
    return found


def _behind_a_word(one: Said, end: int, sheet: Sheet) -> tuple[int, str, int] | None:
    """ "серийник на наклейке внутри NL340-0098812": words may stand between in its sentence, and the number must look like one."""
    paper = one.group.startswith("doc_")
    between = _ONE_WORD if paper else _WORDS_BETWEEN
    found = between.match(sheet.text, end) if paper or one.group in _PLAIN_THINGS else None
    code = _code(sheet.text, found.end()) if found else None
    if paper and code is not None and not (code[1].isdigit() and len(code[1]) >= LONGEST_COUNT):
        return None
    if code is None or not (_is_code(code[1]) or len(code[1]) >= LONG_NUMBER) or not _fits(code[1], code[2], True, one, sheet):
        return None
    return code


_WORDS_BETWEEN = re.compile(r"(?:[ \u00a0,(–—-]{1,3}[а-яёa-z]{1,15}){1,8}?[ \u00a0:№)(,–—-]{1,4}(?=[A-ZА-ЯЁ]{0,5}-?\d)")
_ONE_WORD = re.compile(r"[ \u00a0][а-яё]{4,15}[ \u00a0](?=\d)")  # "накладная перевозчика 1188204417"
LONGEST_COUNT = 6  # digits; a longer number is hardly a count
_PLAIN_THINGS = frozenset(("no_serial", "no_batch"))
LONG_NUMBER = 5  # digits


def _early_date(text: str, end: int) -> Day | None:
    """ "договор от 12.05.2026 № 17": the date comes first."""
    lead = _DATED.match(text, end)
    return read_day(text, lead.end()) if lead else None


def _code(text: str, at: int) -> tuple[int, str, int] | None:
    """Where a number begins, the number, where it ends: letters before it and groups of digits after it belong to it."""
    found = _ID.match(text, at)
    if found is None:
        return None
    start, value, end = found.start("code"), found["code"], found.end()
    if found["letters"] in _CURRENCIES:
        return None
    if found["letters"] and found["letters"] not in _PAPERS:
        start, value = found.start(), found["letters"] + found["gap"] + value
    elif not any(sign.isdigit() for sign in value) and value.isupper() and len(value) <= 5:
        more = re.compile(r"[- ]?(\d[\w/-]*)").match(text, end)
        if more is None:
            return None
        value, end = text[start : more.end()], more.end()
    return start, value, end


def _fits(value: str, end: int, marked: bool, one: Said, sheet: Sheet) -> bool:
    """Whether this may be the number of that word: with a digit, no count, no date; unmarked only where it looks like one."""
    digits = sum(sign.isdigit() for sign in value)
    if digits == len(value) <= 3 and _MONEY.match(sheet.text, end):  # "309 200 руб."
        return False
    if _GLUED_WORD.match(value) or (not marked and _DECIMALS.match(sheet.text, end)):
        return False
    if not digits or len(value) > 40 or _NOT_ID.match(value) or (_COUNTED.match(sheet.text, end) and not _is_code(value)):
        return False
    if not sheet.free(end - len(value), end) or _is_word_of_paper(end, one, sheet):
        return False
    plain = value.isdigit() or value.count("/") == 1  # "акт … номер 7/12" is no seventh of December
    if read_day(sheet.small, end - len(value)) is not None and not (marked and plain) and not _is_code(value):
        return False
    if marked and not (one.group == "doc_other" and sheet.text[end - len(value) - 2 : end - len(value)].strip() == ":"):
        return True
    if one.group != "doc_other" and _DATED.match(sheet.text, end) and _early_date(sheet.small, end) is not None:
        return True
    if one.group.startswith("doc_") and _IS_LISTED_BEHIND.match(sheet.text, end):  # "по ТТН 12: 24 бочки"
        return True
    if value.isdigit() and digits <= 3 and not _DATED.match(sheet.text, end) and _compares(one, end, sheet):
        return False
    if one.group == "no_batch" and digits >= 2 and (value.startswith("0") or sheet.text[end : end + 1] in ("", ",", ".", ";", ")", "\n")):
        return True
    if one.hit.first == one.hit.last and sheet.words.words[one.hit.last].lower in _LOOSE and not _is_code(value) and digits < LOOSE_NUMBER:
        return False
    if one.group in _STRICT and not (_is_code(value) or digits >= 3):
        return False
    return digits >= 3 or (_is_code(value) and digits >= 1 and len(value) >= 4)


_IS_LISTED_BEHIND = re.compile(r":[ \u00a0]\d")


def _compares(one: Said, end: int, sheet: Sheet) -> bool:
    """ "насчитали 118, а в УПД 120", "по УПД 50, выгрузили 47": what stands in the papers, not their number."""
    at = one.hit.first - 1
    before = sheet.words.words[at].lower if at >= 0 else ""
    parted = at >= 0 and sheet.text[max(0, sheet.words.starts[at] - 3) : sheet.words.starts[at]].rstrip()[-1:] in _PARTS
    if before not in ("в", "во", "по") or (before == "по" and not parted and sheet.text[end : end + 1] not in (",", ";", "")):
        return False
    sentence = sheet.words.sentences[one.hit.first]
    return any(
        other.group in ("role_received", "role_missing") and sheet.words.sentences[other.hit.first] == sentence
        for other in sheet.family("role")
    )


LOOSE_NUMBER = 4  # digits
_LOOSE = frozenset(("note", "notes", "ticket", "tickets", "delivery"))  # "delivery 180 late": words that seldom name a paper
_PARTS = (",", ";", "(", "–", "—")  # "320 кг на весах, по накладной 335"


def _is_word_of_paper(end: int, one: Said, sheet: Sheet) -> bool:
    """ "акт ТОРГ-2 № 7": the number in a form's name is not the paper's number."""
    return any(sheet.words.ends[other.hit.last] == end and other.hit.last != one.hit.last for other in sheet.family("doc"))


def _is_code(value: str) -> bool:
    """Letters and digits, or digits joined by a hyphen or slash that are no date and no range."""
    if any(sign.isalpha() for sign in value):
        return True
    parts = re.split(r"[-/]", value)
    return len(parts) > 1 and max(map(len, parts)) >= 3


def _dated(one: Said, start: int, code: int, value: str, sheet: Sheet) -> _Found:
    end = code + len(value)
    lead = _DATED.match(sheet.text, end) or (_COMMA.match(sheet.text, end) if one.group == "doc_other" else None)
    day = read_day(sheet.small, lead.end()) if lead else None
    if day is None or day.kind not in ("full", "yearless"):
        return _Found(one, start, end, value, code, None, code)
    return _Found(one, start, day.end, value, code, day, code)
