"""How many of what, and what each number tells: by papers, received, missing, broken; a shortage is computed."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from mailbot.claims.facts import Fact
from mailbot.classify.counted import find_counted
from mailbot.classify.events import PAST
from mailbot.classify.lemmas import NOUN, VERB
from mailbot.classify.phrases import is_number
from mailbot.classify.sheet import Said, Sheet
from mailbot.classify.shortages import computed
from mailbot.classify.spoken_numbers import Number
from mailbot.classify.units import AGAINST, FAR, FAULTS, INSIDE, OUT_OF, THEM, Counted, Units, follows_out_of

LONGEST_LIST = 60  # lines under a heading
JOINED = 2  # and a word before "и" so many
FAULT_WITHIN = 8
WHOLE_WITHIN = 3  # sentences between the whole and its part
NUMBERED = 4  # a paper with its number only says which one it is
OTHER_CLAUSE = 5  # a word in another clause counts as so many words farther
ROLES = str.split("missing surplus damaged defective by_papers received total")
_BESIDE = frozenset(("при", "to"))
_PARTING = OUT_OF | INSIDE | AGAINST | frozenset(str.split("но а однако зато только лишь хотя but only though while"))
_BESIDES = frozenset(str.split("и еще также плюс and also another plus"))
_PARTS = frozenset(str.split("damaged defective missing"))


def read_quantities(sheet: Sheet, found: Sequence[Number], units: Units) -> Sequence[Fact]:
    """The quantities of a place, and the missing ones computed from "по накладной 50, пришло 47".

    A number told again without its role ("не хватает 3 упаковок … отправьте 3 упаковки") is told once.
    """
    counted = find_counted(sheet, found, units)
    facts = [_fact(one, role, sheet) for one, role in zip(counted, _roles(counted, sheet), strict=True)]
    facts += computed(facts, sheet)
    told = {(fact.value, fact.unit) for fact in facts if fact.role != "unknown"}
    return [fact for fact in facts if fact.role != "unknown" or (fact.value, fact.unit) not in told]


@dataclass(frozen=True, slots=True)
class _Told:
    """A word that tells a role of a quantity, with the words between them."""

    far: int
    rank: int
    role: str
    hit: tuple[int, int]
    before: bool  # it stands before the number: of equally near numbers "10 шт брак 3 шт" the next one is meant


def _roles(counted: Sequence[Counted], sheet: Sheet) -> list[str]:
    if not counted:
        return []
    told = [_told(one, sheet) for one in counted]
    owners = _owners(told)
    roles = [_role(n, counted, told[n], owners, sheet) for n in range(len(counted))]
    _pair(counted, roles, sheet)
    _received_after_papers(counted, roles, sheet)
    _sides_of_lines(counted, roles, sheet)
    _headings(counted, roles, sheet)
    _faults(counted, roles, sheet)
    _demanded(counted, roles, sheet)
    _failing(counted, roles, sheet)
    _wholes(counted, roles, sheet)
    _elliptic(counted, roles, sheet)
    return roles


def _told(one: Counted, sheet: Sheet) -> list[_Told]:
    """The words of roles in the sentence of a quantity, the nearest first; of equally near ones the graver."""
    found = []
    sentence = sheet.words.sentences[one.number.first]
    for said in sheet.near(one.number.first, one.last, FAR, "role"):
        role = said.group.removeprefix("role_")
        if said.weight and role in ROLES and sheet.words.sentences[said.hit.first] == sentence and not _is_idle(said, sheet):
            if role == "by_papers" and _is_numbered(said, sheet) and _is_done_between(said, one, sheet):
                role = "received"
            if one.number.last < said.hit.first and sheet.words.words[said.hit.first].lower in _OF_WHAT_FOLLOWS:
                continue
            far = _far(said, one, sheet) + (NUMBERED if role == "by_papers" and _is_numbered(said, sheet) else 0)
            if far <= FAR:
                before = said.hit.last < one.number.first
                found.append(_Told(far, ROLES.index(role), role, (said.hit.first, said.hit.last), before))
    return sorted(found, key=lambda told: (told.far, told.rank))


def _far(said: Said, one: Counted, sheet: Sheet) -> int:
    hit = said.hit
    before = hit.last < one.number.first
    far = one.number.first - hit.last if before else hit.first - one.last + 1
    if sheet.words.clauses[hit.last if before else hit.first] != sheet.words.clauses[one.number.first if before else one.last]:
        far += OTHER_CLAUSE
    elif before and any(sheet.words.words[at].lower in _JOINING for at in range(hit.last + 1, one.number.first)):
        far += JOINED
    return max(0, far)


def _is_done_between(said: Said, one: Counted, sheet: Sheet) -> bool:
    """ "по счёту 118 взяли 24 фильтра": what was done by that paper."""
    between = sheet.words.words[said.hit.last + 1 : one.number.first]
    return any(word.flags & VERB and not word.flags & NOUN and word.lower.endswith(PAST) for word in between)


def _is_numbered(said: Said, sheet: Sheet) -> bool:
    """ "по договору № 17 вы установили 4 окна": a paper that is only named, by its number."""
    end = sheet.words.ends[said.hit.last]
    after = sheet.text[end : end + 4].lstrip(" \u00a0№")
    at = end + 4 - len(after) if after else end
    return after[:1].isalnum() and not sheet.free(at, at + 1)


def _is_idle(said: Said, sheet: Sheet) -> bool:
    """ "брак 0" says that there is none; what is asked for ("пришлите 3 двери") has not come."""
    after = said.hit.last + 1
    if sheet.words.words[said.hit.last].lower == "0" or (after < len(sheet.words) and sheet.words.words[after].lower == "0"):
        return True
    word = sheet.words.words[said.hit.last]
    return said.group == "role_received" and bool(word.flags & VERB) and word.lower.endswith(_UNDONE)


_UNDONE = ("ите", "йте", "ьте", "ть", "ти", "ться", "тись")
_OF_WHAT_FOLLOWS = frozenset(str.split("вместо instead"))
_JOINING = frozenset(("и", "and", "а", "но", "but"))


def _owners(told: Sequence[Sequence[_Told]]) -> dict[tuple[int, int], int]:
    """Each word of a role belongs to the quantity it stands nearest to."""
    best: dict[tuple[int, int], tuple[int, bool, int]] = {}
    for n, of_one in enumerate(told):
        for one in of_one:
            best[one.hit] = min(best.get(one.hit, (FAR + 1, True, n)), (one.far, not one.before, n))
    return {hit: n for hit, (_, _, n) in best.items()}


def _role(n: int, counted: Sequence[Counted], told: Sequence[_Told], owners: dict[tuple[int, int], int], sheet: Sheet) -> str:
    """The role of the nearest word; one that stands nearer to another quantity counts only for a list or in its own clause."""
    one = counted[n]
    for said in _graver_first(n, told, owners):
        owner = counted[owners[said.hit]]
        shared = said.far <= OTHER_CLAUSE and said.role in _PARTS and not _is_amid(owner, one, said)
        labels = owner is not one and owner.number.first - said.hit[1] == 1 and one.last < said.hit[0]  # "10 шт брак 3 шт"
        if labels and _on_one_line(one, owner, sheet):
            continue
        own = owners[said.hit] == n or _listed(owner, one, sheet) or shared
        if not own and said.far > (2 if said.role in _PARTS else 1):
            continue
        inside = one.number.first > 0 and sheet.words.words[one.number.first - 1].lower in INSIDE
        if said.role == "missing" and inside and said.far:  # "в двух коробках нет инструкции"
            return "unknown"
        if inside and said.role in ("by_papers", "received") and said.far > OTHER_CLAUSE:  # "заказывали 48 коробок, в семи углы отбиты"
            continue
        return said.role
    return "unknown"


def _on_one_line(one: Counted, other: Counted, sheet: Sheet) -> bool:
    return "\n" not in sheet.text[one.number.start : other.number.start]


def _is_amid(owner: Counted, one: Counted, said: _Told) -> bool:
    """ "100 pcs, 7 torn": the quantity nearest to the word stands between it and the other."""
    first, last = said.hit
    return one.last < owner.number.first <= first or last <= owner.last < one.number.first


def _graver_first(n: int, told: Sequence[_Told], owners: dict[tuple[int, int], int]) -> Sequence[_Told]:
    """ "12 chairs arrived damaged": what is wrong with them outweighs that they came."""
    if not told or told[0].role not in ("received", "total", "by_papers"):
        return told
    wrong = [one for one in told if one.role in _PARTS and one.far <= told[0].far + 2 and owners[one.hit] == n]
    return [*wrong[:1], *told] if told[0].far else told


def _listed(one: Counted, other: Counted, sheet: Sheet) -> bool:
    """ "двух паллет и одного рулона": nothing that is done stands between them."""
    first, second = sorted((one, other), key=lambda each: each.number.first)
    between = range(first.last + 1, second.number.first)
    if not between and (one.unit == other.unit or one.bare or other.bare):  # "12 шт, 3 разбиты"
        return False
    if ":" in sheet.text[first.end : second.number.start]:  # "40 plant pots: 6 smashed"
        return False
    if len(between) > 4 or any(sheet.words.words[at].lower in _PARTING for at in between):
        return False
    telling = {at for said in sheet.near(first.last, second.number.first, 1, "role") for at in range(said.hit.first, said.hit.last + 1)}
    return not any(at in telling or (sheet.words.words[at].flags & VERB and not sheet.words.words[at].flags & NOUN) for at in between)


def _pair(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "47 из 50", "9 вместо 10", "вместо 10 положили 9": the second is the whole, or what the papers say."""
    for n in range(1, len(counted)):
        one, other = counted[n - 1], counted[n]
        if _is_between(one, other, AGAINST, sheet):
            roles[n - 1], roles[n] = "received", "by_papers"
        elif _is_between(one, other, OUT_OF, sheet) and not sheet.words.words[other.number.first - 1].forms.isdisjoint(THEM):
            roles[n - 1] = "total" if roles[n - 1] == "unknown" else roles[n - 1]
        elif _is_between(one, other, OUT_OF, sheet):
            if roles[n - 1] == "unknown" and roles[n] in ("damaged", "defective"):  # "12 out of 60 bottles were broken"
                roles[n - 1] = roles[n]
            roles[n] = "by_papers" if roles[n - 1] in ("received", "missing", "by_papers") else "total"
            if roles[n - 1] == "by_papers":
                roles[n - 1] = "received"
        elif _follows_instead(one, sheet) and one.unit == other.unit and _same_sentence(one, other, sheet):
            roles[n - 1] = "by_papers"
            roles[n] = "received" if roles[n] in ("by_papers", "unknown", "total") else roles[n]
        elif roles[n - 1] == "unknown" and roles[n] == "by_papers" and _is_between(one, other, _BESIDE, sheet):
            roles[n - 1] = "received"
        elif follows_out_of(one.number, sheet) and one.unit == other.unit and _same_sentence(one, other, sheet):
            roles[n - 1] = "total"


def _follows_instead(one: Counted, sheet: Sheet) -> bool:
    return one.number.first > 0 and sheet.words.words[one.number.first - 1].lower == "вместо"


def _same_sentence(one: Counted, other: Counted, sheet: Sheet) -> bool:
    return sheet.words.sentences[one.last] == sheet.words.sentences[other.number.first]


def _is_between(part: Counted, whole: Counted, words: frozenset[str], sheet: Sheet) -> bool:
    """Whether two quantities of one unit are joined by such a word: "47 из 50", "two pallets missing out of 14", "9 вместо 10"."""
    between = range(part.last + 1, whole.number.first)
    return (
        1 <= len(between) <= 4
        and part.unit == whole.unit
        and _same_sentence(part, whole, sheet)
        and any(not sheet.words.words[at].forms.isdisjoint(words) for at in between[-2:])
    )


def _received_after_papers(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "в бумаге 5,2 тонны, на весах 4,86": what stands against the papers' number, in its unit, was received."""
    faulty = {_counted_beside(said, counted, sheet) for said in sheet.family("fault")}
    for n, other in enumerate(counted):
        before = next((at for at in range(n - 1, -1, -1) if counted[at].unit == other.unit), None)
        if before is None or roles[n] != "unknown" or roles[before] != "by_papers":
            continue
        one = counted[before]
        apart = sheet.words.clauses[one.last] != sheet.words.clauses[other.number.first]
        if apart and n not in faulty and _same_sentence(one, other, sheet):
            roles[n] = "received"


def _sides_of_lines(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "цемент - 120 мешков, приняли 117", "простыни — 57 (надо 60)": the first number of a line is the other side."""
    firsts: dict[int, int] = {}
    for n, one in enumerate(counted):
        firsts.setdefault(sheet.text.rfind("\n", 0, one.number.start) + 1, n)
    if len(firsts) < 2:  # a single line is a sentence
        return
    for line, n in firsts.items():
        if roles[n] not in ("unknown", "total") or not _LISTED.match(sheet.text, line, counted[n].number.start + 1):
            continue
        end = sheet.text.find("\n", line)
        others = (
            at for at in range(n + 1, len(counted)) if counted[at].unit == counted[n].unit and (end < 0 or counted[at].number.start < end)
        )
        side = next((roles[at] for at in others if roles[at] in _OTHER_SIDE), "")
        roles[n] = _OTHER_SIDE.get(side, roles[n])


_OTHER_SIDE = {"received": "by_papers", "by_papers": "received"}
_LISTED = re.compile(r"[ \t]*(?:[-–—•*]|\d{1,3}[.)])?[ \t]*[^\W\d_][^\n]*?[–—:-][ \t]+\d|[ \t]*(?:[-–—•*]|\d{1,3}[.)])[ \t]*\d")


def _faults(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """Where no word of a role stands by, a fault of a category does: "у 12 шт зазор выше нормы"."""
    for said in sheet.family("fault"):
        n = None if _is_idle(said, sheet) else _counted_beside(said, counted, sheet)
        if n is not None and roles[n] == "unknown":
            roles[n] = FAULTS[said.group]


def _demanded(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "оформите возврат 5 упаковок и допоставьте недостающие": what is asked for tells nothing of what came or broke."""
    for n, one in enumerate(counted):
        beside = sheet.near(one.number.first, one.number.first, 3, "remedy")
        asked = [said for said in beside if said.weight and said.group in _ASKED_BACK]
        clause = sheet.words.clauses[one.number.first]
        before = (said.hit.last for said in asked if sheet.words.clauses[said.hit.last] == clause)
        if roles[n] != "unknown" and any(0 < one.number.first - last <= 3 and not _told_between(last, one, sheet) for last in before):
            roles[n] = "unknown"


_ASKED_BACK = frozenset(("remedy_refund", "remedy_replace", "remedy_pickup", "remedy_price_reduction"))


def _told_between(at: int, one: Counted, sheet: Sheet) -> bool:
    """ "замените две разбитые": told beside the number itself."""
    return any(said.weight and at < said.hit.first <= one.last + 1 for said in sheet.near(at, one.last, 1, "role"))


def _failing(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "на двух креслах не фиксируется спинка", "14 без гаек", "на двух шинах … отслоился протектор"."""
    words = sheet.words
    alone = Counter(words.sentences[one.number.first] for one in counted)
    faults: dict[int, str] = {}
    for said in sheet.family("fault"):
        if said.weight:
            faults.setdefault(words.sentences[said.hit.first], FAULTS[said.group])
    for n, one in enumerate(counted):
        after = one.last + 1
        behind = words.words[after].lower if after < len(words) else ""
        if one.bare and behind == "не" and roles[n] in ("unknown", "received", "total") and _does_not(after, sheet):
            roles[n] = "defective"
        past = after + 2 if _is_between_numbers(after, sheet) else after  # "три из сорока с вздутием"
        lacking = one.bare and past < len(words) and words.words[past].lower in _HAVING[past > after]
        if lacking and roles[n] in ("unknown", "total"):
            roles[n] = "defective"
        if roles[n] != "unknown":
            continue
        inside = one.number.first > 0 and words.words[one.number.first - 1].lower in INSIDE
        if inside and _does_not(after, sheet):
            roles[n] = "defective"
        elif inside and alone[words.sentences[one.number.first]] == 1:
            roles[n] = faults.get(words.sentences[one.number.first], "unknown")


_HAVING = (frozenset(("без", "without")), frozenset(("без", "without", "с", "со", "with")))


def _is_between_numbers(at: int, sheet: Sheet) -> bool:
    words = sheet.words.words
    return at + 1 < len(words) and not words[at].forms.isdisjoint(OUT_OF) and is_number(words[at + 1])


def _does_not(after: int, sheet: Sheet) -> bool:
    """ "не" with a verb within three words, in the same sentence."""
    words = sheet.words
    for at in range(after, min(after + 3, len(words) - 1)):
        if words.words[at].lower == "не" and words.words[at + 1].flags & VERB and words.sentences[at + 1] == words.sentences[after - 1]:
            return not words.words[at + 1].lower.startswith(_NOT_HERE)
    return False


_NOT_HERE = ("хват", "приш", "приех", "дош", "доех", "достав", "получ", "оказ", "привез", "довез", "нашл", "было")


def _elliptic(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "На 5 паллетах стрейч порван. Ориентировочно 1 100 кг.": a sentence of hardly more than a number tells of the one before."""
    lengths = Counter(sheet.words.sentences)
    for n in range(1, len(counted)):
        sentence = sheet.words.sentences[counted[n].number.first]
        follows = sentence - sheet.words.sentences[counted[n - 1].last] == 1
        if roles[n] == "unknown" and follows and lengths[sentence] <= SHORT and roles[n - 1] in _PARTS:
            roles[n] = roles[n - 1]


SHORT = 4  # words


def _counted_beside(said: Said, counted: Sequence[Counted], sheet: Sheet) -> int | None:
    """The quantity nearest to a phrase that tells what is wrong, in its sentence."""
    sentence = sheet.words.sentences[said.hit.first]
    middle = bisect_left(counted, said.hit.first, key=lambda one: one.number.first)
    places = range(max(0, middle - FAULT_WITHIN), min(len(counted), middle + FAULT_WITHIN))
    near = [(_far(said, counted[n], sheet), n) for n in places if sheet.words.sentences[counted[n].number.first] == sentence]
    far, n = min(near, default=(FAR, 0))
    return n if said.weight and far <= FAULT_WITHIN else None


def _headings(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "Не хватает:" over a list tells the role of its lines, up to a blank line or the next heading."""
    headings = _heading_roles(sheet)
    if not headings:
        return
    for n, one in enumerate(counted):
        line = sheet.text.rfind("\n", 0, one.number.start) + 1
        start = max((at for at in headings if at < line), default=None)
        if roles[n] == "unknown" and start is not None and _is_list(sheet.text[start:line]):
            roles[n] = headings[start]


def _heading_roles(sheet: Sheet) -> dict[int, str]:
    """Where lines begin that end with a colon and tell a role."""
    found: dict[int, str] = {}
    for said in sheet.family("role"):
        start = sheet.text.rfind("\n", 0, sheet.words.starts[said.hit.first]) + 1
        end = sheet.text.find("\n", start)
        last = sheet.word_at(end) - 1 if end > 0 else 0
        heads = end > 0 and sheet.text[start:end].rstrip().endswith(":")
        same = sheet.words.sentences[last] == sheet.words.sentences[said.hit.last]
        if said.weight and heads and same and said.group.removeprefix("role_") in (*_PARTS, "surplus"):
            role = said.group.removeprefix("role_")
            found[start] = min(found.get(start, role), role, key=ROLES.index)
    return found


def _is_list(passage: str) -> bool:
    """The heading and the lines of its list so far: none is blank, none is another heading, each counts something."""
    _, *lines = passage.split("\n")[:-1]
    return len(lines) <= LONGEST_LIST and all(any(sign.isdigit() for sign in line) and not line.rstrip().endswith(":") for line in lines)


def _wholes(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "112 листов: 19 поцарапаны": a number of no role before a part of its unit is the whole."""
    for n, one in enumerate(counted):
        inside = one.number.first > 0 and sheet.words.words[one.number.first - 1].lower in INSIDE
        if roles[n] != "unknown" or inside:
            continue
        after = next((at for at in range(n + 1, len(counted)) if counted[at].unit == one.unit), None)
        if after is None or roles[after] not in _PARTS or one.number.value <= counted[after].number.value:
            continue
        first = counted[after].number.first
        if first and sheet.words.words[first - 1].lower in _BESIDES:
            continue
        if sheet.words.sentences[counted[after].number.first] - sheet.words.sentences[one.last] <= WHOLE_WITHIN:
            roles[n] = "total"


def _fact(one: Counted, role: str, sheet: Sheet) -> Fact:
    start, end, value = one.number.start, one.end, one.number.value
    return Fact(sheet.text[start:end], int(value) if value == int(value) else value, start, end, sheet.in_, unit=one.unit, role=role)
