"""Numbers without a unit of their own that count all the same: "пришло 47", "7 из 12 коробок", "пять разбиты"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailbot.classify.lemmas import ADJECTIVE, NOUN, VERB
from mailbot.classify.no_counts import counts_no_goods, is_designation, is_enumerated, is_limit, is_pronoun, stands_among_readings
from mailbot.classify.no_goods import is_priced, is_reading
from mailbot.classify.phrases import is_number
from mailbot.classify.shared_units import ENDS, beside, shared_unit, unit_before, unit_of_equal, unit_of_sentence
from mailbot.classify.sheet import Said, Sheet
from mailbot.classify.single_things import is_parallel
from mailbot.classify.spoken_numbers import Number
from mailbot.classify.units import (
    AGAINST,
    FAR,
    FAULTS,
    MANY,
    MEASURES,
    OUT_OF,
    WRONG,
    Counted,
    Units,
    follows_out_of,
    joined,
)

NEAR = 3  # a number without unit is a quantity only this near to "по накладной", "пришло", "не хватает"
FAR_BY_DASH = 8  # "Counted them off the trailer - 141."
_AFTER_DASH = re.compile(r"[ \u00a0][–—-][ \u00a0]$")
_GOES_ON = re.compile(r"[^\s,.;:!?)/—–-]|\s*(?:на|по|или|до)\s*\d")  # "с 11 на 12 ноября"
_OTHER_MEASURE = re.compile(r"\s?(?:%|°)")
_CLOCK = re.compile(r"\b(?:в|к|до|с|at|by)\s\d{1,2}[.:]\d\d$", re.IGNORECASE)
_LABELS = re.compile(r"[ \u00a0]*[:=–—-]?[ \u00a0]*")


def read_bare(number: Number, counted: Sequence[Counted], sheet: Sheet, units: Units) -> Counted | None:
    """A number without unit right beside a word of papers, receipt or shortage, or in "7 из 12 коробок": its unit stands elsewhere."""
    unit = unit_of_sentence(number, counted, sheet, units)
    if (
        is_pronoun(number, sheet)
        or is_limit(number, sheet)
        or is_enumerated(number, sheet)
        or _is_written_otherwise(number, sheet)
        or is_priced(number, sheet)
        or is_reading(number, sheet)
        or _stands_against_no_goods(number, counted, sheet)
        or stands_among_readings(number, counted, sheet, units)
        or (number.value != int(number.value) and unit not in MEASURES)
    ):
        return None
    shared = shared_unit(number, counted, sheet, unit, units) or unit_of_equal(number, counted, sheet)
    if shared:
        return Counted(number, shared, number.end, number.last, bare=True)
    if _stands_for_goods(number, sheet, units):
        return Counted(number, unit or "pcs", number.end, number.last, bare=True)
    if is_designation(number, counted, sheet):
        return None
    if is_parallel(number, sheet) and ENDS.match(sheet.text, number.end) and (unit := _unit_told_last(number, counted, sheet)):
        return Counted(number, unit, number.end, number.last, bare=True)
    if _are_sound(number, sheet) and unit:
        return Counted(number, unit, number.end, number.last, bare=True)
    if _is_rest(number, sheet) and (unit or counted):
        return Counted(number, unit or unit_before(number, counted), number.end, number.last, bare=True)
    if _is_of_whole(number, sheet):
        return Counted(number, shared or unit or "pcs", number.end, number.last, bare=True)
    if _heads_a_line(number, sheet):
        return Counted(number, shared or unit or "pcs", number.end, number.last, bare=True)
    if _OTHER_MEASURE.match(sheet.text, number.end) or _CLOCK.search(sheet.text, max(0, number.start - 4), number.end):
        return None
    if unit and number.in_words and (_is_one_more(number, sheet) or _has_a_fault_told(number, sheet)):
        return Counted(number, unit, number.end, number.last, bare=True)
    if unit and (_is_told_after(number, sheet) or _is_part_told(number, sheet) or _follows_only(number, counted, sheet)):
        return Counted(number, unit, number.end, number.last, bare=True)
    if not unit and number.in_words and _is_wrong_after(number, sheet):
        return Counted(number, "pcs", number.end, number.last, bare=True)
    large = not unit and number.value >= 1000 and not number.in_words and not _is_grouped(number, sheet)
    if (large and not _is_labelled(number, sheet)) or counts_no_goods(
        number, sheet, units
    ):
        return None
    at = number.last + 1
    follower = sheet.words.words[at] if at < len(sheet.words) and joined(sheet, at, number.end) else None
    ends = _is_part(number, sheet) or not _GOES_ON.match(sheet.text, number.end)
    far = min((_before(one, number, sheet) for one in sheet.near(number.first, number.first, FAR, "role")), default=FAR)
    if (
        unit
        and far <= FAR_BY_DASH
        and _AFTER_DASH.search(sheet.text, max(0, number.start - 4), number.start)
        and ENDS.match(sheet.text, number.end)
    ):
        return Counted(number, unit, number.end, number.last, bare=True)
    if (number.in_words and not unit and far > 1) or not ends or (follower and follower.flags & NOUN and not follower.flags & VERB):
        return None
    if far <= 1 or (far <= NEAR and (unit or not counted)) or (
        not _is_pack_size(number, sheet, units) and _answers_papers(number, counted, sheet)
    ):
        return Counted(number, unit or "pcs", number.end, number.last, bare=True)
    return None


def _unit_told_last(number: Number, counted: Sequence[Counted], sheet: Sheet) -> str:
    last = next((one for one in reversed(beside(number, counted)) if one.last < number.first), None)
    return last.unit if last is not None and sheet.words.sentences[last.last] == sheet.words.sentences[number.first] else ""


def _are_sound(number: Number, sheet: Sheet) -> bool:
    """ "итого нормальных 48", "годных 462": so many that are well, where the clause ends with the number."""
    at = number.first - 1
    ends = at >= 0 and sheet.words.words[at].lower.endswith(("ых", "их")) and ENDS.match(sheet.text, number.end)
    return bool(ends) and any(one.hit.last == at for one in sheet.near(at, at, 0, "sound"))


def _is_written_otherwise(number: Number, sheet: Sheet) -> bool:
    """ "advice note 550193" is a designation, "84 120,00" a sum."""
    written = sheet.text[number.start : number.end]
    return (written.isdigit() and len(written) >= LONGEST_BARE) or written.endswith((",00", ".00"))


LONGEST_BARE = 6  # digits with nothing that parts the thousands


def _stands_against_no_goods(number: Number, counted: Sequence[Counted], sheet: Sheet) -> bool:
    """ "115 г/м2 вместо 130", "6,5 bar instead of 8": what stands against a number that counts nothing counts nothing."""
    words, at = sheet.words.words, number.first - 1
    should = at > 0 and (words[at - 1].lower, words[at].lower) in _SHOULD_BE
    if at > 0 and words[at].lower == "of" and words[at - 1].lower == "instead":
        at -= 1
    if at < 1 or (words[at].forms.isdisjoint(AGAINST) and not should):
        return False
    other = next((place for place in range(at - 1, max(-1, at - (7 if should else 5)), -1) if is_number(words[place])), None)
    return other is not None and not any(one.number.first <= other <= one.last for one in beside(number, counted))


_SHOULD_BE = frozenset((("should", "be"), ("must", "be"), ("должно", "быть"), ("должен", "быть"), ("при", "норме")))


def _stands_for_goods(number: Number, sheet: Sheet, units: Units) -> bool:
    """ "60 зелёных и 30 серых": what is counted is only told by its kind."""
    at = number.last + 1
    if number.value < 2 or number.value != int(number.value) or at >= len(sheet.words) or not joined(sheet, at, number.end):
        return False
    word = sheet.words.words[at]
    if (
        not word.flags & ADJECTIVE
        or word.flags & (NOUN | VERB)
        or not word.lower.endswith(_OF_MANY)
        or not word.forms.isdisjoint(units.not_goods)
    ):
        return False
    after = sheet.words.words[at + 1] if at + 1 < len(sheet.words) and joined(sheet, at + 1, sheet.words.ends[at]) else None
    return after is None or not after.flags & (NOUN | ADJECTIVE) or bool(after.flags & VERB) or len(after.lower) < 3


_OF_MANY = ("ых", "их")


def _is_grouped(number: Number, sheet: Sheet) -> bool:
    """ "invoiced 10,000, received 9,800": written as an amount of something, not as the number of a paper."""
    return any(sign in sheet.text[number.start : number.end] for sign in ", \u00a0")


def _is_labelled(number: Number, sheet: Sheet) -> bool:
    """ "adv 2000 rec 1880", "факт 1480": right behind the heading of a count, and no year."""
    before = sheet.words.words[number.first - 1].lower if number.first else ""
    return before in _HEADINGS and number.value not in _YEARS


_YEARS = range(2010, 2041)
_HEADINGS = frozenset(
    str.split(
        "заявлено заявл заяв факт фактически получено получ принято прин отгружено отгр пришло отпущено "
        "adv advised rec recd rcvd received ordered ord shipped delivered billed invoiced counted"
    )
)


def _is_of_whole(number: Number, sheet: Sheet) -> bool:
    """ "три из сорока с вздутием": a part and its whole without a unit; a mark of ten is none."""
    at = number.last + 2
    if at < len(sheet.words) and (_is_against(number, sheet) or _should_be(number, sheet)):
        return True
    at += at < len(sheet.words) and sheet.words.words[number.last + 1].lower == "out"  # "30 out of 60 are split"
    if at >= len(sheet.words) or sheet.words.words[at - 1].forms.isdisjoint(OUT_OF) or not is_number(sheet.words.words[at]):
        return False
    behind = [sheet.words.words[place].lower for place in range(at + 1, min(at + 3, len(sheet.words)))]
    return bool(behind) and behind[0] in ("с", "со", "без", "не", "with", "without", "are", "were", "have", "had")


def _should_be(number: Number, sheet: Sheet) -> bool:
    """ "чашек в наборе 5, а должно быть 6": what is there, beside goods in the plural, and what should be."""
    if _SHOULD_BE_BEHIND.match(sheet.text, number.end):
        clause = sheet.words.clauses[number.first]
        before = range(max(0, number.first - 5), number.first)
        return any(sheet.words.clauses[at] == clause and sheet.words.words[at].lower.endswith(_OF_GOODS) for at in before)
    return False


_SHOULD_BE_BEHIND = re.compile(
    r",? (?:а |но |but |and )?(?:должно быть|должно|надо|нужно было|нужно|положено|should be|must be) (?:по [а-я]+ )?\d"
)
_OF_GOODS = (*MANY, "ей", "ий", "ек", "ств")


def _is_against(number: Number, sheet: Sheet) -> bool:
    """ "три вместо четырёх", "5 instead of 6": what came and what should have."""
    words = sheet.words.words
    after = number.last + (2 if words[number.last + 1].lower == "instead" else 1)
    if words[number.last + 1].lower in ("вместо", "instead") and after + 1 < len(words):
        return is_number(words[min(number.last + 2, after + 1)]) or is_number(words[after + 1])
    return number.first > 2 and words[number.first - 1].lower == "вместо" and is_number(words[number.first - 2])


def _is_rest(number: Number, sheet: Sheet) -> bool:
    """ "остальные 37 опечатали", "remaining 1,400 are on our shelf", "45 of them split"."""
    before = sheet.words.words[number.first - 1].lower if number.first else ""
    after = " ".join(word.lower for word in sheet.words.words[number.last + 1 : number.last + 3])
    return before in _REST or after in ("of them", "of these", "of those", "из них", "из этих", "из которых", "of which", "of the")


_REST = frozenset(str.split("остальные остальных оставшиеся оставшихся прочие других осталось remaining other"))


def _heads_a_line(number: Number, sheet: Sheet) -> bool:
    """ "простыни — 57 (надо 60)": the count of a line of a list, in whose brackets or further on another is told."""
    line = sheet.text.rfind("\n", 0, number.start) + 1
    end = sheet.text.find("\n", number.end)
    rest = sheet.text[number.end : len(sheet.text) if end < 0 else end]
    if not line or not _LINE_HEAD.fullmatch(sheet.text, line, number.start) or not _FURTHER.match(rest):
        return False
    first, last = sheet.word_at(number.end), sheet.word_at(number.end + len(rest))
    return any(one.weight and first <= one.hit.first < last for one in sheet.family("role"))


_LINE_HEAD = re.compile(r"[ \t]*(?:[-–—•*][ \t]+|\d{1,3}[.)][ \t]+)?[^\W\d_][^\n:;,]{2,50}?[ \t]*[–—:-][ \t]+")
_FURTHER = re.compile(r"[ \t]*[(,;]|[ \t]+(?:по|в)[ \t][^\n]*\d")


def _is_one_more(number: Number, sheet: Sheet) -> bool:
    """ "Открыли ещё четыре, …", "opened another four.": more of what was counted, where the clause ends with it."""
    before = sheet.words.words[number.first - 1].lower if number.first else ""
    return before in _MORE and number.value > 1 and _ENDS_CLAUSE.match(sheet.text, number.end) is not None


_MORE = frozenset(str.split("еще another further"))
_ENDS_CLAUSE = re.compile(r"[ \u00a0]?[,.;:\n]|$")


def _has_a_fault_told(number: Number, sheet: Sheet) -> bool:
    """ "у шести накладка отходит": «у» and a number that no noun belongs to, then a thing and what it does."""
    at, words = number.last + 1, sheet.words
    if number.first == 0 or words.words[number.first - 1].lower != "у" or at + 1 >= len(words) or not joined(sheet, at, number.end):
        return False
    thing, clause = words.words[at], words.clauses[number.first]
    stands_first = bool(thing.flags & NOUN) and not thing.flags & VERB and thing.lower in thing.forms
    behind = range(at + 1, min(at + 4, len(words)))
    return stands_first and any(words.words[n].flags & VERB and words.clauses[n] == clause for n in behind)


def _is_told_after(number: Number, sheet: Sheet) -> bool:
    """ "пять разбиты, у трёх трещины", "29 signed for": what is told of it follows the bare number at once."""
    said = sheet.near(number.first, number.last, 4, "role", "fault")
    return any(one.group != "role_total" and one.weight and _is_next(one, number, sheet) for one in said)


def _follows_only(number: Number, counted: Sequence[Counted], sheet: Sheet) -> bool:
    """ "5 water butts: only 4 on the pallet", "должно быть восемь, а их шесть", "144 bears, 72 were brown": fewer of a number before."""
    words, at = sheet.words.words, number.first - 1
    only = at >= 0 and words[at].lower in _ONLY
    after = number.last + 1
    turned_out = after < len(words) and words[after].lower in _WERE
    if not only and not turned_out:
        return False
    larger = (one for one in beside(number, counted) if one.last < number.first and one.number.value >= number.value)
    return any(sheet.words.sentences[one.last] == sheet.words.sentences[number.first] for one in larger)


_ONLY = frozenset(str.split("only just лишь только всего их них ровно"))
_WERE = frozenset(str.split("were was оказались оказалось оказалась оказался"))


def _is_wrong_after(number: Number, sheet: Sheet) -> bool:
    """ "ещё два помяты": counted by its fault, though nothing names the unit."""
    said = sheet.near(number.first, number.last, 2, "role")
    return any(one.group in WRONG and one.group != "role_missing" and one.weight and _is_next(one, number, sheet) for one in said)


def _is_next(one: Said, number: Number, sheet: Sheet) -> bool:
    """Right after the number, at most past "с", "в" or "без"."""
    between = sheet.text[number.end : sheet.words.starts[one.hit.first]].strip() if one.hit.first > number.last else "…"
    if one.group in (*WRONG, *FAULTS) and _ARE_SO.fullmatch(between):  # "Nine are soft and mouldy"
        return True
    return _EMPHASIS.sub("", between).removesuffix(" a").removesuffix(" an").removesuffix(" badly") in (
        "",
        "с",
        "со",
        "в",
        "без",
        "with",
        "have",
        "has",
        "are",
        "were",
        "is",
        "was",
        "still",
    )


_EMPHASIS = re.compile(r" ?\b(?:вообще|совсем|уже|сразу|тоже|просто|полностью|сильно|слегка|completely|already|also|totally|all|slightly)$")
_ARE_SO = re.compile(
    r"(?:are|were|came|arrived|оказались|оказалось|пришли|приехали|были|стали)(?: [^\W\d_]+,?){0,2}", re.IGNORECASE
)


def _is_part_told(number: Number, sheet: Sheet) -> bool:
    """ "на трёх упаковка вскрыта", "у двух не фиксируется спинка": a preposition, a bare number, and a fault in its clause."""
    before = number.first - 1
    if before < 0 or sheet.words.words[before].lower not in ("на", "у", "в", "during", "on", "in") or number.value > 1000:
        return False
    follower = sheet.words.words[min(number.last + 1, len(sheet.words) - 1)]
    if not number.in_words and not (follower.flags & VERB and not follower.flags & (NOUN | ADJECTIVE)):
        return False
    sentence = sheet.words.sentences[number.first]
    faults = (
        one
        for one in sheet.near(number.first, number.last, 6, "role", "fault")
        if one.weight and (one.group in WRONG or one.group in FAULTS)
    )
    return any(sheet.words.sentences[one.hit.first] == sentence and 0 < one.hit.first - number.last <= 5 for one in faults)


def _before(one: Said, number: Number, sheet: Sheet) -> int:
    """Words from a word of papers, receipt or shortage (of a part: any role) before the number to it; FAR where there is none."""
    fits = one.group in ("role_by_papers", "role_received", "role_missing", "role_surplus") or _is_part(number, sheet)
    if one.group in WRONG and 0 < number.first - one.hit.last <= 1:  # "брак: 3", "бой 2"
        fits = fits or bool(_LABELS.fullmatch(sheet.text[sheet.words.ends[one.hit.last] : number.start]))
    same = sheet.words.sentences[one.hit.last] == sheet.words.sentences[number.first]
    far = number.first - one.hit.last
    return far if fits and one.weight and same and far > 0 else FAR


def _is_pack_size(number: Number, sheet: Sheet, units: Units) -> bool:
    """ "дюбель 6х40 уп 200 - заявл 25": how many a package holds."""
    before = sheet.words.words[number.first - 1] if number.first else None
    return before is not None and len(before.lower) <= MOST_SHORT and not units.codes.keys().isdisjoint(before.forms)


MOST_SHORT = 4  # letters of an abbreviation


def _answers_papers(number: Number, counted: Sequence[Counted], sheet: Sheet) -> bool:
    """ "в документе 120 уп, легло на полку 114": the number that ends the clause after one by papers."""
    if not ENDS.match(sheet.text, number.end) or number.first == 0 or not counted:
        return False
    sentence = sheet.words.sentences[number.first]
    told = [one.hit.last for one in sheet.of("role_by_papers") if one.weight and sheet.words.sentences[one.hit.last] == sentence]
    sides = [one for one in counted if sheet.words.sentences[one.last] == sentence and one.last < number.first]
    word = sheet.words.words[number.first - 1]
    return bool(told and sides) and number.first - sides[-1].last <= 6 and not word.flags & ADJECTIVE


def _is_part(number: Number, sheet: Sheet) -> bool:
    """ "забракованы 31 из 80": a part of a whole, whatever is told of it."""
    at = number.last + 1
    after = at + 1 < len(sheet.words) and not sheet.words.words[at].forms.isdisjoint(OUT_OF) and is_number(sheet.words.words[at + 1])
    return after or (number.first > 1 and follows_out_of(number, sheet) and is_number(sheet.words.words[number.first - 2]))
