"""The role of a quantity by the words that stand nearest to it in its sentence: papers, receipt, shortage, breakage."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from mailbot.classify.events import PAST
from mailbot.classify.lemmas import NOUN, VERB
from mailbot.classify.phrases import is_number
from mailbot.classify.sheet import Said, Sheet
from mailbot.classify.units import AGAINST, FAR, INSIDE, OUT_OF, WRONG, Counted, is_inside

JOINED = 2  # and a word before "и" so many
NUMBERED = 4  # a paper with its number only says which one it is
OTHER_CLAUSE = 5  # a word in another clause counts as so many words farther
BEYOND_DASH = 2  # "2 шт 396х716 - скол": a dash joins what is told
_ONLY_DASH = re.compile(r"[^,;:.()\n]{0,40} [–—-] ?(?:[^\W\d_]+ )?")
ROLES = str.split("missing surplus damaged defective by_papers received total")
_PARTING = OUT_OF | INSIDE | AGAINST | frozenset(str.split("но а однако зато только лишь хотя but only though while"))
PARTS = frozenset(str.split("damaged defective missing"))


@dataclass(frozen=True, slots=True)
class _Told:
    """A word that tells a role of a quantity, with the words between them."""

    far: int
    rank: int
    role: str
    hit: tuple[int, int]
    numbered: bool  # a paper told by its number
    before: bool  # it stands before the number: of equally near numbers "10 шт брак 3 шт" the next one is meant


def told_of(one: Counted, sheet: Sheet) -> list[_Told]:
    """The words of roles in the sentence of a quantity, the nearest first; of equally near ones the graver."""
    found = []
    sentence = sheet.words.sentences[one.number.first]
    for said in sheet.near(one.number.first, one.last, FAR, "role"):
        role = said.group.removeprefix("role_")
        if said.weight and role in ROLES and sheet.words.sentences[said.hit.first] == sentence and not is_idle(said, sheet):
            numbered = role == "by_papers" and _is_numbered(said, sheet)
            if numbered and one.last < said.hit.first and sheet.text[one.end : sheet.words.starts[said.hit.first]].strip() == "(":
                continue  # "лопатка 25 кг (накладная 7-4410)": which paper it is
            if numbered and _is_done_between(said, one, sheet):
                role, numbered = "received", False
            if role == "received" and _is_sent_by_papers(said, sheet):
                role = "by_papers"
            if one.number.last < said.hit.first and sheet.words.words[said.hit.first].lower in _OF_WHAT_FOLLOWS:
                continue
            if role == "by_papers" and _is_of_another(said, one, sheet):
                continue
            if _is_of_thing_inside(role, said, one, sheet):
                continue
            far = words_between(said, one, sheet) + (NUMBERED if numbered else 0)
            if far <= FAR:
                before = said.hit.last < one.number.first
                found.append(_Told(far, ROLES.index(role), role, (said.hit.first, said.hit.last), numbered, before))
    return sorted(found, key=lambda told: (told.far, told.rank))


def _is_sent_by_papers(said: Said, sheet: Sheet) -> bool:
    """ "по документам поставлено 3 200 м": what the sender says that he sent."""
    words, first = sheet.words.words, said.hit.first
    if not words[first].lower.startswith(_SENT) or first < 1:
        return False
    papers = sheet.near(first - 1, first - 1, 0, "role")
    return any(one.group == "role_by_papers" and one.weight and one.hit.last == first - 1 and one.hit.first < first - 1 for one in papers)


_SENT = ("поставл", "отгруж", "отправл", "shipped", "supplied", "sent")


def _is_of_another(said: Said, one: Counted, sheet: Sheet) -> bool:
    """ "115 г/м2 вместо 130, остальные 46 пачек", "19 рулонов указанной серии": a word that tells of the number or noun right behind it."""
    last, words = said.hit.last, sheet.words.words
    if words[last].lower in ("вместо", "против") and last < one.number.first:
        return any(word.lower[:1].isdigit() for word in words[last + 1 : one.number.first])
    after = words[last + 1] if last + 1 < len(words) else None
    named = after is not None and bool(after.flags & NOUN) and not after.flags & VERB and last + 1 != one.last
    return words[last].lower.startswith("указанн") and not words[last].lower.endswith("о") and named


def _is_of_thing_inside(role: str, said: Said, one: Counted, sheet: Sheet) -> bool:
    """ "в одном мешке обнаружен жук", "к двум партам не положили крепёж": what came or lacks is another thing."""
    before = sheet.words.words[one.number.first - 1].lower if one.number.first else ""
    behind = said.hit.first > one.last
    if role == "received" and before in ("в", "во", "у", "in"):
        nothing = not any(is_number(word) for word in sheet.words.words[said.hit.last + 1 : said.hit.last + 3])
        return behind and nothing and said.hit.first - one.last <= JOINED
    return role == "missing" and before in ("к", "ко", "для") and behind


def words_between(said: Said, one: Counted, sheet: Sheet) -> int:
    hit = said.hit
    before = hit.last < one.number.first
    far = one.number.first - hit.last if before else hit.first - one.last + 1
    if sheet.words.clauses[hit.last if before else hit.first] != sheet.words.clauses[one.number.first if before else one.last]:
        start, end = (sheet.words.ends[hit.last], one.number.start) if before else (one.end, sheet.words.starts[hit.first])
        far += BEYOND_DASH if _ONLY_DASH.fullmatch(sheet.text, start, end) else OTHER_CLAUSE
    elif before and any(sheet.words.words[at].lower in _JOINING for at in range(hit.last + 1, one.number.first)):
        far += JOINED
    return max(0, far)


def _is_done_between(said: Said, one: Counted, sheet: Sheet) -> bool:
    """ "по счёту 118 взяли 24 фильтра": what was done by that paper."""
    between = sheet.words.words[said.hit.last + 1 : one.number.first]
    return any(word.flags & VERB and word.lower not in _STOOD and not word.flags & NOUN and word.lower.endswith(PAST) for word in between)


_STOOD = frozenset(str.split("было были был была значилось значилось стояло"))  # "в заказе 77-318 было 2 комплекта"


def _is_numbered(said: Said, sheet: Sheet) -> bool:
    """ "по договору № 17 вы установили 4 окна": a paper that is only named, by its number."""
    end = sheet.words.ends[said.hit.last]
    after = sheet.text[end : end + 4].lstrip(" \u00a0№")
    at = end + 4 - len(after) if after else end
    return after[:1].isalnum() and not sheet.free(at, at + 1)


def is_idle(said: Said, sheet: Sheet) -> bool:
    """ "брак 0" says that there is none; what is asked for ("пришлите 3 двери") has not come."""
    after = said.hit.last + 1
    if sheet.words.words[said.hit.last].lower == "0" or (after < len(sheet.words) and sheet.words.words[after].lower == "0"):
        return True
    word = sheet.words.words[said.hit.last]
    before = sheet.words.words[said.hit.first - 1].lower if said.hit.first else ""
    if said.group == "role_received" and before in _WILL:  # "we will ship 150 pcs free of charge"
        return True
    if said.group == "role_received" and after < len(sheet.words) and sheet.words.words[after].lower in _ASUNDER:  # "the cap came off 3"
        return True
    if said.group == "role_received" and sheet.words.words[said.hit.first].lower in _ORDERS:  # "please send us 120 pcs"
        return True
    if said.group == "role_received" and word.lower == "in":  # "five are in bits"
        over = sheet.near(said.hit.last, said.hit.last, 0, "role")
        if any(one.weight and one.group in WRONG and one.hit.first == said.hit.last for one in over):
            return True
    wished = before in _ASKED and sheet.words.words[said.hit.first].lower in _WISHED
    if said.group == "role_received" and wished:  # "can you get the 3 bags to us"
        return True
    if said.group == "role_missing" and said.hit.first and _is_money(said.hit.first - 1, sheet):  # "the credit is £20 short"
        return True
    sides = said.group == "role_received" or (said.group == "role_by_papers" and said.hit.first == said.hit.last)
    return sides and bool(word.flags & VERB) and word.lower.endswith(_UNDONE)


def _is_money(at: int, sheet: Sheet) -> bool:
    """A word that is part of a sum of money, or the number right behind a currency's sign."""
    start, end = sheet.words.starts[at], sheet.words.ends[at]
    return sheet.text[max(0, start - 2) : start].strip()[-1:] in tuple("£$€₽") or sheet.text[end : end + 2].strip()[:1] in tuple("£$€₽")


_ASUNDER = frozenset(str.split("off apart loose away undone unstuck"))
_WILL = frozenset(str.split("will shall 'll would будет будут будем буду"))
_ASKED = frozenset(str.split("you please to us"))
_WISHED = frozenset(str.split("get bring have deliver collect"))
_ORDERS = frozenset(str.split("send deliver supply ship"))
_UNDONE = ("ите", "йте", "ьте", "ть", "ти", "ться", "тись")
_OF_WHAT_FOLLOWS = frozenset(str.split("вместо instead show shows says states lists charges"))
_JOINING = frozenset(("и", "and", "а", "но", "but"))


def owners_of(told: Sequence[Sequence[_Told]]) -> dict[tuple[int, int], int]:
    """Each word of a role belongs to the quantity it stands nearest to."""
    best: dict[tuple[int, int], tuple[int, bool, int]] = {}
    for n, of_one in enumerate(told):
        for one in of_one:
            best[one.hit] = min(best.get(one.hit, (FAR + 1, True, n)), (one.far, not one.before, n))
    return {hit: n for hit, (_, _, n) in best.items()}


def role_of(n: int, counted: Sequence[Counted], told: Sequence[_Told], owners: dict[tuple[int, int], int], sheet: Sheet) -> str:
    """The role of the nearest word; one that stands nearer to another quantity counts only for a list or in its own clause."""
    one = counted[n]
    for said in _graver_first(n, told, owners, sheet):
        owner = counted[owners[said.hit]]
        shared = said.far <= OTHER_CLAUSE and said.role in PARTS and not _is_amid(owner, one, said)
        labels = owner is not one and owner.number.first - said.hit[1] == 1 and one.last < said.hit[0]  # "10 шт брак 3 шт"
        if labels and on_one_line(one, owner, sheet):
            continue
        own = owners[said.hit] == n or are_listed(owner, one, sheet) or shared
        if not own and said.far > (2 if said.role in PARTS else 1):
            continue
        inside = is_inside(one.number, sheet)
        if said.role == "missing" and inside and said.far:  # "в двух коробках нет инструкции"
            return "unknown"
        if inside and said.role in ("by_papers", "received") and said.far > OTHER_CLAUSE:  # "заказывали 48 коробок, в семи углы отбиты"
            continue
        if said.numbered and _came(told, owners, n, counted, sheet):  # "24 chairs and 6 tables (order 55-90331) were delivered"
            return "received"
        return said.role
    return "unknown"


def _came(told: Sequence[_Told], owners: dict[tuple[int, int], int], n: int, counted: Sequence[Counted], sheet: Sheet) -> bool:
    """Whether a word of receipt in the sentence tells of the quantity too, so that the paper only says which one it is."""
    return any(one.role == "received" and (owners[one.hit] == n or are_listed(counted[owners[one.hit]], counted[n], sheet)) for one in told)


def on_one_line(one: Counted, other: Counted, sheet: Sheet) -> bool:
    return "\n" not in sheet.text[one.number.start : other.number.start]


def _is_amid(owner: Counted, one: Counted, said: _Told) -> bool:
    """ "100 pcs, 7 torn": the quantity nearest to the word stands between it and the other."""
    first, last = said.hit
    return one.last < owner.number.first <= first or last <= owner.last < one.number.first


def _graver_first(n: int, told: Sequence[_Told], owners: dict[tuple[int, int], int], sheet: Sheet) -> Sequence[_Told]:
    """ "12 chairs arrived damaged", "one drum arrived with the cap split": what is wrong with them outweighs that they came, and
    the more so where they only lay somewhere ("inside the container 46 cartons at the door side were wet")."""
    if not told or told[0].role not in ("received", "total", "by_papers"):
        return told
    within = OTHER_CLAUSE if told[0].role == "total" else told[0].far + (4 if told[0].far <= JOINED else 2)
    wrong = [one for one in told if one.role in (*PARTS, "surplus") and one.far <= within and owners[one.hit] == n]
    if told[0].role == "received" and sheet.words.words[told[0].hit[0]].lower in PLACES:
        clause = sheet.words.clauses[told[0].hit[1]]
        behind = (one for one in told if one.role in PARTS and one.far <= PLACED and owners[one.hit] == n and not one.before)
        wrong += [one for one in behind if sheet.words.clauses[one.hit[0]] == clause]
    return [*wrong[:1], *told] if told[0].far else told


def are_listed(one: Counted, other: Counted, sheet: Sheet) -> bool:
    """ "двух паллет и одного рулона": nothing that is done stands between them."""
    first, second = sorted((one, other), key=lambda each: each.number.first)
    between = range(first.last + 1, second.number.first)
    if not between and (one.bare or other.bare or (one.unit == other.unit and not _are_other_goods(first, second, sheet))):
        return False  # "12 шт, 3 разбиты", but "нет 2 полок, 8 винтов"
    singled = second.number.value == 1 < first.number.value and second.number.in_words
    if singled and first.unit == second.unit and not _is_and(second, sheet):
        return False  # "2 пакета по 50 шт, один пакет рваный"
    if ":" in sheet.text[first.end : second.number.start]:  # "40 plant pots: 6 smashed"
        return False
    gap = sheet.text[first.end : second.number.start]
    if ")" in gap and "(" not in gap:  # "12 бут. (заказ был на 15), сметана 8 вёдер"
        return False
    if between and first.unit == second.unit and sheet.words.words[between[0]].lower in _HAVING:  # "11 штук с синевой, две лопнули"
        return False
    if len(between) > 4 or any(sheet.words.words[at].lower in _PARTING for at in between):
        return False
    if between and second.bare and sheet.words.words[between[-1]].lower in _HAVE:  # "there should be 40 boxes, I have 38"
        return False
    telling = {at for said in sheet.near(first.last, second.number.first, 1, "role") for at in range(said.hit.first, said.hit.last + 1)}
    return not any(at in telling or (sheet.words.words[at].flags & VERB and not sheet.words.words[at].flags & NOUN) for at in between)


_HAVING = frozenset(str.split("с со без with without"))
PLACED = 8  # words from a place to what is wrong there
PLACES = frozenset(str.split("inside внутри in on в во на"))
_HAVE = frozenset(str.split("have had has got was were is are not only its it's here there"))


def _is_and(one: Counted, sheet: Sheet) -> bool:
    return one.number.first > 0 and sheet.words.words[one.number.first - 1].lower in ("и", "and", "плюс")


def _are_other_goods(one: Counted, other: Counted, sheet: Sheet) -> bool:
    words = sheet.words.words
    return one.unit == "pcs" and words[one.last].forms.isdisjoint(words[other.last].forms) and one.last > one.number.last


def counted_beside(said: Said, counted: Sequence[Counted], sheet: Sheet) -> int | None:
    """The quantity nearest to a phrase that tells what is wrong, in its sentence."""
    sentence = sheet.words.sentences[said.hit.first]
    middle = bisect_left(counted, said.hit.first, key=lambda one: one.number.first)
    places = range(max(0, middle - FAULT_WITHIN), min(len(counted), middle + FAULT_WITHIN))
    near = [(words_between(said, counted[n], sheet), n) for n in places if sheet.words.sentences[counted[n].number.first] == sentence]
    far, n = min(near, default=(FAR, 0))
    return n if said.weight and far <= FAULT_WITHIN else None


FAULT_WITHIN = 8
