"""Numbers that count or weigh goods: with a unit, with the goods themselves, or bare beside words that tell what was counted."""

from __future__ import annotations

import re
from bisect import insort
from collections.abc import Sequence
from dataclasses import replace

from mailbot.classify.bare_numbers import read_bare
from mailbot.classify.lemmas import ADJECTIVE, LATIN, NOUN, VERB, Word
from mailbot.classify.no_goods import enclosures, is_no_goods, with_thousands
from mailbot.classify.packages import NO_COMPOUND, is_package
from mailbot.classify.phrases import is_number
from mailbot.classify.shared_units import as_should_be
from mailbot.classify.sheet import Sheet
from mailbot.classify.single_things import next_ones, one_too_many_or_few
from mailbot.classify.spoken_numbers import Number
from mailbot.classify.units import INSIDE, MANY, MEASURES, OUT_OF, WRONG, Counted, Units, follows_out_of, is_many, is_telling, joined

_BETWEEN = re.compile(r"[ \t\u00a0\u202f]*(?:\([^)\n]{1,40}\)[ \t\u00a0]*)?")
_PER = re.compile(r"/[^\W\d_]")  # м/ч, л/мин
_LABEL = re.compile(r"[ \t\u00a0]*[:=–—-][ \t\u00a0]*")
_COUNT_LABELS = frozenset(("количество", "кол-во", "qty", "quantity", "колво"))
_SIGNS = frozenset(("минус", "плюс", "minus", "plus"))


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
    counted = [*_halves(counted, sheet), *counted]
    counted.sort(key=lambda one: one.number.start)
    packages = {one.number.start for at, one in enumerate(counted) if is_package(at, counted, sheet, units)}
    known = {one.number.last for one in counted}
    counted = _put_together([one for one in counted if one.number.start not in packages])
    for number in numbers:
        if number.last not in known and (one := read_bare(number, counted, sheet, units)) is not None:
            insort(counted, one, key=lambda each: each.number.start)
    for one in (*next_ones(counted, sheet), *one_too_many_or_few(counted, sheet, units)):
        insort(counted, one, key=lambda each: each.number.start)
    return as_should_be(counted, sheet)


def _part_of_whole(one: Counted, counted: Sequence[Counted], sheet: Sheet) -> Counted:
    """ "из 12 упаковок в трёх донышки мокрые", "вскрыли пять пачек: в двух листы слиплись": some of the packages, not so many bottoms."""
    before = one.number.first - 1
    if one.unit in MEASURES or before < 0 or sheet.words.words[before].lower not in INSIDE:
        return one
    plain = (other for other in counted if one.unit == "pcs" and other.last == before - 1 and follows_out_of(other.number, sheet))
    whole = next(plain, None)
    if whole is None and _is_subject_behind(one, sheet):
        sentence = sheet.words.sentences[before]
        larger = (other for other in reversed(counted) if other.last < before and other.number.value >= one.number.value)
        whole = next((other for other in larger if sentence - sheet.words.sentences[other.last] <= 1 and other.unit not in MEASURES), None)
    return one if whole is None else Counted(one.number, whole.unit, one.number.end, one.number.last, bare=True)


def _is_subject_behind(one: Counted, sheet: Sheet) -> bool:
    """Behind "в двух", "у трёх" counted things stand in another case: a noun as in "в двух перчатки липнут" does what its verb says."""
    words = sheet.words.words
    if one.last != one.number.last + 1 or words[one.number.last].lower not in _OBLIQUE or one.last + 1 >= len(words):
        return False
    noun, verb = words[one.last], words[one.last + 1]
    return noun.lower.endswith(("и", "ы", "а", "я")) and bool(verb.flags & (VERB | ADJECTIVE) or verb.lower == "не")


_OBLIQUE = frozenset(str.split("двух трех четырех пяти шести семи восьми девяти десяти одиннадцати двенадцати"))


def _halves(counted: Sequence[Counted], sheet: Sheet) -> list[Counted]:
    """ "half of the 60 tiles", "половина из 60": the part of a whole told as a fraction."""
    found, words = [], sheet.words.words
    for whole in counted:
        at = whole.number.first - 1
        at -= at > 0 and words[at].lower in _THESE
        if at < 1 or words[at].lower not in ("of", "из", "от"):
            continue
        share = next((share for head, share in _SHARES.items() if words[at - 1].lower.startswith(head)), 0)
        value = whole.number.value / share if share else 0.5
        if value == int(value) and whole.unit not in MEASURES:
            start, end = sheet.words.starts[at - 1], sheet.words.ends[at - 1]
            found.append(Counted(Number(value, start, end, at - 1, at - 1, in_words=True), whole.unit, end, at - 1, bare=True))
    return found


_SHARES = {"half": 2, "половин": 2, "треть": 3, "трети": 3, "четверть": 4, "quarter": 4, "third": 3}


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
    """Behind a word that numbers are the number of: with a unit, as stock, parted by a dash ("counted them off the trailer - 141"),
    or where the word is counted itself ("billed 6 pallets, 5 came")."""
    dashed = _DASHED.search(sheet.text, max(0, number.start - 3), number.start) is not None
    label = number.first - 1
    is_counted = label > 0 and is_number(sheet.words.words[label - 1]) and joined(sheet, label, sheet.words.ends[label - 1])
    return _has_unit(number, sheet, units) or _is_stock(number, sheet) or dashed or is_counted


_DASHED = re.compile(r"[ \u00a0][–—-][ \u00a0]$")


def _has_unit(number: Number, sheet: Sheet, units: Units) -> bool:
    """ "за смену 412 шт" is a quantity though "смена 412" is the name of one."""
    at = number.last + 1
    return at < len(sheet.words) and joined(sheet, at, number.end) and not units.codes.keys().isdisjoint(sheet.words.words[at].forms)


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
    if sheet.text[number.start] in "xх×":  # "lights x3"
        return Counted(number, "pcs", number.end, number.last)
    at = number.last + 1
    gap = _BETWEEN.match(sheet.text, number.end)
    place = gap.end() if gap else number.end
    while at < len(sheet.words) and sheet.words.starts[at] < place:
        at += 1
    if number.in_words and sheet.words.words[number.last].lower in _SO_MANY_OF and _is_of(at, sheet):
        at, place = at + 1, sheet.words.ends[at]
    at, place = _past_of_these(at, place, sheet)
    if at < len(sheet.words) and sheet.words.words[at].lower == "off" and joined(sheet, at, place) and _is_off(at, sheet):
        at, place = at + 1, sheet.words.ends[at]
    for step in range(3):
        if at + step >= len(sheet.words) or not joined(sheet, at + step, place):
            break
        word = sheet.words.words[at + step]
        code = next((units.codes[form] for form in sorted(word.forms | {word.lower}) if form in units.codes), None)
        if code is not None and _PER.match(sheet.text, sheet.words.ends[at + step]):
            return None
        if code is not None and not (code == "pair" and number.in_words and not _are_pairs(number, word.lower)):
            return Counted(number, code, sheet.words.ends[at + step], at + step)
        if not word.forms.isdisjoint(units.not_goods) or _are_living(at + step, sheet, units):
            if step == 0 and word.lower in _FIRST_PARTS and _is_state_of_goods(at, sheet, units):  # "1,000 corner boards"
                place = sheet.words.ends[at]
                continue
            if word.lower == "copies" and _are_books(at + step, sheet):
                return Counted(number, "pcs", sheet.words.ends[at + step], at + step)
            return None
        if step == 0 and _is_mark(word.lower):  # "400 off M16 nuts"
            place = sheet.words.ends[at]
            continue
        if step == 0 and word.flags & LATIN and _is_state_of(at, sheet):  # "the 2 missing cushions"
            place = sheet.words.ends[at]
            continue
        if _is_goods(word.flags, word.lower, word.forms, number) or (number.value == 1 and _is_one(number, at + step, sheet)):
            return Counted(number, "pcs", sheet.words.ends[at + step], at + step)
        if word.flags & LATIN and _is_known_goods(word, at + step, number, sheet, units):
            return Counted(number, "pcs", sheet.words.ends[at + step], at + step)
        if step == 0 and number.value >= 2 and _is_abbreviation(at, sheet):
            return Counted(number, "pcs", sheet.words.ends[at], at)
        if word.flags & LATIN:
            if step or word.lower in NO_COMPOUND or len(word.lower) < 3 or word.lower.endswith(("'t", "ly")):
                break
        elif not word.flags & ADJECTIVE or word.flags & VERB:
            break
        place = sheet.words.ends[at + step]
    return _labelled(number, sheet, units)


def _is_abbreviation(at: int, sheet: Sheet) -> bool:
    """ "двенадцать АКБ", "3 МФУ", "5 ИБП": goods by their initials, in a sentence that is not all in capitals."""
    written = sheet.text[sheet.words.starts[at] : sheet.words.ends[at]]
    plain = 3 <= len(written) <= LONGEST_MARK and written.isalpha() and written.isupper() and not written.isascii()
    beside = sheet.text[sheet.words.starts[at - 1] : sheet.words.ends[at - 1]] if at else ""
    return plain and not beside.isupper() and written not in _NO_GOODS


_NO_GOODS = frozenset(str.split("РУБ НДС МПА ГОСТ КПП ИНН ЕВРО УПД ТТН ЧАС ЛЕТ"))


def _are_pairs(number: Number, lower: str) -> bool:
    """ "three pairs of curtains", "две пары перчаток"; "a pair of feet" is two of them."""
    return number.value >= 2 and (lower == "пар" or (number.first == number.last and lower in ("pairs", "пары")))


_SO_MANY_OF = frozenset(("pair", "couple", "dozen"))


def _is_of(at: int, sheet: Sheet) -> bool:
    return at < len(sheet.words) and sheet.words.words[at].lower == "of"


def _are_living(at: int, sheet: Sheet, units: Units) -> bool:
    """ "380 абонентов", "90 cows": people and animals; "12 calf hutches" are goods."""
    word = sheet.words.words[at]
    return not word.forms.isdisjoint(units.living) and (not word.flags & LATIN or word.lower.endswith("s") or word.lower in _MANY_LIVING)


_FIRST_PARTS = frozenset(
    str.split("corner side floor room door shop store office picture photo page line row customer driver child kid man letter step door")
)


def _is_state_of_goods(at: int, sheet: Sheet, units: Units) -> bool:
    """A plural that counts right behind: what is counted is told in two words."""
    words = sheet.words
    if at + 1 >= len(words) or not joined(sheet, at + 1, words.ends[at]):
        return False
    goods = words.words[at + 1]
    plural = goods.lower.endswith("s") and not goods.lower.endswith(("ss", "us", "is")) and len(goods.lower) > 3
    return plural and goods.forms.isdisjoint(units.not_goods)


def _are_books(at: int, sheet: Sheet) -> bool:
    """ "9 copies of the signed hardback"; copies of papers are no goods."""
    behind = [word.lower for word in sheet.words.words[at + 1 : at + 6]]
    return behind[:1] == ["of"] and _PAPERS.isdisjoint(behind)


_PAPERS = frozenset(
    str.split("invoice invoices note notes act document documents certificate certificates letter report contract form papers order manual")
)
_MANY_LIVING = frozenset(str.split("children people staff men women livestock calves sheep"))


def _is_off(at: int, sheet: Sheet) -> bool:
    """ "8 off load cells", "2 off pumps": so many pieces, as engineers write."""
    words = sheet.words.words
    behind = range(at + 1, min(at + 4, len(words)))
    return any(words[n].lower.endswith("s") for n in behind) and words[min(at + 1, len(words) - 1)].lower not in NO_COMPOUND | _THESE


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
    if not flags & NOUN or flags & VERB or len(lower) < 3 or (flags & ADJECTIVE and lower.endswith(("ые", "ие"))):  # "остальные 17 сухие"
        return False
    return (lower not in forms or len(forms) > 1) and number.value >= 2 and number.value == int(number.value)


def _is_mark(lower: str) -> bool:
    """The mark of a size before the goods: "M16", "DN50"."""
    return 2 <= len(lower) <= LONGEST_MARK and lower[0].isalpha() and lower[-1].isdigit() and lower.isalnum()


LONGEST_MARK = 5


def _is_known_goods(word: Word, at: int, number: Number, sheet: Sheet, units: Units) -> bool:
    """ "9 lamp is broken": goods by name that a foreigner leaves in the singular, where its clause goes on with what became of them."""
    behind = sheet.words.words[at + 1].lower if at + 1 < len(sheet.words) else ""
    return number.value >= 2 and behind in _VERBS_BEHIND and not word.forms.isdisjoint(units.named)


_VERBS_BEHIND = frozenset(str.split("is was are were has have came come arrived not broken damaged missing from"))


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
    if gap == " " and _lists_goods(before, number, sheet, units):
        placed = replace(number, start=sheet.words.starts[before], first=before)
        return Counted(placed, "pcs", number.end, number.last)
    many = gap in (" ", "\u00a0") and (word.lower.endswith(MANY) or is_many(word)) and not _is_number_before(before, sheet)  # "коробок 12"
    if not many and (not _LABEL.fullmatch(gap) or _is_number_before(before, sheet)):  # "8 штук: три треснули"
        return None
    dashed = gap.strip() in ("-", "–", "—")
    goods = word.lower.endswith((*MANY, "s", "во")) or is_many(word) or word.lower in _COUNT_LABELS
    if dashed and not goods:  # "candle set - 2 missing"
        return None
    code = next((units.codes[form] for form in sorted(word.forms) if form in units.codes), None)
    code = "pcs" if word.lower in _COUNT_LABELS or "количество" in word.forms else code
    if code is None and (many or is_many(word)) and _names_goods(before, number, sheet) and word.forms.isdisjoint(units.not_goods):
        code = "pcs"  # "серверов 6, из них два не стартуют"
    if code is None:
        return None
    placed = replace(number, start=sheet.words.starts[before], first=before)
    return Counted(placed, code, number.end, number.last)


def _lists_goods(at: int, number: Number, sheet: Sheet, units: Units) -> bool:
    """ "received: nuts 400, washers 350, hangers 12 but …": goods in the plural that begin their clause, and how many."""
    word = sheet.words.words[at]
    begins = at == 0 or sheet.words.clauses[at - 1] != sheet.words.clauses[at]
    plain = bool(word.flags & LATIN) and word.lower.endswith("s") and not word.lower.endswith("ss") and len(word.lower) > 3
    small = at > 0 and sheet.text[sheet.words.starts[at]].islower()
    goods = plain and word.forms.isdisjoint(units.not_goods) and units.codes.keys().isdisjoint(word.forms) and not is_telling(at, sheet)
    return begins and goods and not number.in_words and number.value >= 2 and (
        (small and bool(_GOES_ON_LISTING.match(sheet.text, number.end))) or _told_soon(number, sheet)
    )


def _told_soon(number: Number, sheet: Sheet) -> bool:
    """ "Chairs 12, should be 14", "Boxes 40 ordered, …": behind the number at once stands whose count it is, and no noun."""
    after, words = number.last + 1, sheet.words
    said = sheet.near(after, after, 0, "role")
    tells = any(one.weight and one.hit.first == after and one.group in _SIDE_WORDS for one in said)
    return tells and words.sentences[after] == words.sentences[number.last]


_SIDE_WORDS = frozenset(("role_by_papers", "role_received", "role_missing"))
_GOES_ON_LISTING = re.compile(r"[,;.\n]|[ ](?:but|and)\b|$")


def _names_goods(at: int, number: Number, sheet: Sheet) -> bool:
    """A noun that begins its clause and is counted by the number that ends it."""
    word = sheet.words.words[at]
    before = at - 1
    while before >= 0 and sheet.words.words[before].lower in _PARTICLES:
        before -= 1
    begins = before < 0 or sheet.words.clauses[before] != sheet.words.clauses[at]
    whole = number.value >= 2 and number.value == int(number.value)
    plain = is_many(word) and (word.lower not in word.forms or len(word.forms) > 1)
    told = number.last + 1 < len(sheet.words) and is_telling(number.last + 1, sheet) and joined(sheet, number.last + 1, number.end)
    return begins and whole and plain and (told or bool(_ENDS_CLAUSE.match(sheet.text, number.end)))


_ENDS_CLAUSE = re.compile(r"[ \u00a0]*(?:[,;.(\n]|[–—-][ \u00a0]|(?:а|из|вместо|надо|нужно|должно|при)[ \u00a0])|$")
_PARTICLES = frozenset(str.split("а и но там тут вот итого всего только"))  # "а там чашек 11"


def _is_number_before(at: int, sheet: Sheet) -> bool:
    """ "сорока мешков четыре": the unit belongs to the number before it."""
    return at > 0 and is_number(sheet.words.words[at - 1])
