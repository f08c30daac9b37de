"""Numbers that stand against each other: a part and its whole, what came and what the papers say, the two sides of a line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailbot.classify.lemmas import LATIN, NOUN
from mailbot.classify.shared_units import ENDS, TOTAL_OF
from mailbot.classify.sheet import Sheet
from mailbot.classify.told_roles import PARTS, PLACES, counted_beside
from mailbot.classify.units import AGAINST, FAR, OUT_OF, THEM, Counted, follows_instead, follows_out_of, is_inside

WHOLE_WITHIN = 8  # sentences between the whole and its part
_BESIDE = frozenset(("при", "to"))
_BESIDES = frozenset(str.split("и еще также плюс and also another plus"))


def pair_sides(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "47 из 50", "9 вместо 10", "вместо 10 положили 9": the second is the whole, or what the papers say."""
    for n in range(1, len(counted)):
        one, other = counted[n - 1], counted[n]
        if _is_between(one, other, AGAINST, sheet):
            roles[n - 1], roles[n] = "received", "by_papers"
        elif _is_between(one, other, OUT_OF, sheet) and not sheet.words.words[other.number.first - 1].forms.isdisjoint(THEM):
            roles[n - 1] = "total" if roles[n - 1] == "unknown" else roles[n - 1]
        elif _is_between(one, other, OUT_OF, sheet):
            inside = is_inside(one.number, sheet)
            wrong = _told_behind(one, other, counted[n + 1] if n + 1 < len(counted) else None, sheet)
            if wrong and roles[n - 1] in ("unknown", "received"):  # "nine of the twelve calipers delivered 1 October fail"
                roles[n - 1], roles[n] = wrong, "total"
                continue
            open_ = roles[n - 1] == "unknown" and not (inside and roles[n] == "missing")
            if open_ and roles[n] in _OF_PART:  # "12 out of 60 bottles were broken", "18 of 20 delivered"
                roles[n - 1] = roles[n]
            roles[n] = "by_papers" if roles[n - 1] in ("received", "missing", "by_papers") else "total"
            if roles[n - 1] == "by_papers":
                roles[n - 1] = "received"
        elif follows_instead(one.number, sheet) and one.unit == other.unit and same_sentence(one, other, sheet):
            roles[n - 1] = "by_papers"
            roles[n] = "received" if roles[n] in ("by_papers", "unknown", "total") else roles[n]
        elif roles[n - 1] == "unknown" and roles[n] == "by_papers" and _is_between(one, other, _BESIDE, sheet):
            roles[n - 1] = "received"
        elif follows_out_of(one.number, sheet) and one.unit == other.unit and same_sentence(one, other, sheet):
            came = roles[n] == "received" and other.bare and ENDS.match(sheet.text, other.end)  # "из 40 коробок доехало 38"
            roles[n - 1] = "by_papers" if came else "total"


_OF_PART = frozenset(("damaged", "defective", "missing", "received"))


def _told_behind(part: Counted, whole: Counted, beyond: Counted | None, sheet: Sheet) -> str:
    """What is wrong with a part where its clause tells it only behind the whole, and nothing before the part tells that it came."""
    words = sheet.words
    sentence = words.sentences[part.number.first]
    before = sheet.near(part.number.first, part.number.first, 6, "role")
    for said in before:
        place = words.words[said.hit.first].lower in PLACES  # "inside three of the four plates were smashed"
        if said.hit.last < part.number.first and words.sentences[said.hit.last] == sentence and said.weight and not place:
            return ""
    for said in sheet.near(whole.last, whole.last, FAR, "role"):
        behind = said.hit.first > whole.last and words.sentences[said.hit.first] == sentence and said.weight
        if behind and said.group in _WRONG_ROLES and (beyond is None or said.hit.first < beyond.number.first):
            return _WRONG_ROLES[said.group]
    return ""


_WRONG_ROLES = {"role_damaged": "damaged", "role_defective": "defective"}


def same_sentence(one: Counted, other: Counted, sheet: Sheet) -> bool:
    return sheet.words.sentences[one.last] == sheet.words.sentences[other.number.first]


def _is_between(part: Counted, whole: Counted, words: frozenset[str], sheet: Sheet) -> bool:
    """Whether two quantities of one unit are joined by such a word: "47 из 50", "two pallets missing out of 14", "9 вместо 10"."""
    between = range(part.last + 1, whole.number.first)
    return (
        1 <= len(between) <= 4
        and part.unit == whole.unit
        and same_sentence(part, whole, sheet)
        and (
            _is_out_of_lot(between, words, sheet)
            or (words is OUT_OF and TOTAL_OF.search(sheet.text, part.end, whole.number.start) is not None)
            or any(not sheet.words.words[at].forms.isdisjoint(words) for at in between[-1 if _names_goods(between[-1], sheet) else -2 :])
        )
    )


def _is_out_of_lot(between: range, words: frozenset[str], sheet: Sheet) -> bool:
    """ "девять книг из партии в 50 экземпляров"."""
    plain = [sheet.words.words[at] for at in between]
    return len(plain) == 3 and not plain[0].forms.isdisjoint(words) and plain[2].lower in ("в", "из", "на", "of")


def _names_goods(at: int, sheet: Sheet) -> bool:
    """ "12 rolls of carpet, 2 rolls": behind "of" stands what they are, not how many there were."""
    word = sheet.words.words[at]
    end = sheet.words.ends[at]
    after = sheet.text[end : end + 2].lstrip()[:1]
    return bool(word.flags & (LATIN | NOUN)) and after in (",", ".", ";", ":", "-", "–", "—")


def papers_before_received(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "50 коробов, партия … Коробов пришло 47", "11 мест, привезли 10": goods told before fewer of them came are what should have come."""
    for n in range(1, len(counted)):
        one, before = counted[n], counted[n - 1]
        soon = sheet.words.sentences[one.number.first] - sheet.words.sentences[before.last] <= 1
        fewer = one.unit == before.unit and 1 < one.number.value < before.number.value and one.bare and not before.bare
        if roles[n] == "received" and roles[n - 1] == "unknown" and soon and fewer and not is_inside(before.number, sheet):
            roles[n - 1] = "by_papers"


def leave_wholes(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "Of the four units you installed, unit three failed": a whole of which a part is told by no number is not faulty itself."""
    words = sheet.words
    for n, one in enumerate(counted):
        head = one.number.first - (2 if one.number.first > 1 and words.words[one.number.first - 1].lower in ("the", "these") else 1)
        begins = head == 0 or (head > 0 and words.clauses[head - 1] != words.clauses[head])
        if roles[n] in _WRONG_ROLES.values() and one.number.value > 1 and begins and not words.words[head].forms.isdisjoint(OUT_OF):
            roles[n] = "total"


def take_contrasts(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "пришло 38, а не 40", "not 40 but 38", "насчитали 40, а сгрузили 38", "дуг 10, надо 11": two that differ are both sides."""
    for n in range(1, len(counted)):
        one, other = counted[n - 1], counted[n]
        if one.unit != other.unit or one.number.value == other.number.value or not other.bare or not same_sentence(one, other, sheet):
            continue
        between = sheet.small[one.end : other.number.start].strip(" \u00a0")
        denied = one.number.first > 0 and sheet.words.words[one.number.first - 1].lower in ("не", "not")
        if _AND_NOT.fullmatch(between):
            roles[n - 1], roles[n] = "received", "by_papers"
        elif denied and _BUT.fullmatch(between):
            roles[n - 1], roles[n] = "by_papers", "received"
        elif roles[n - 1] == "by_papers" and roles[n] == "unknown" and sheet.words.words[other.number.first - 1].lower in _HAVE:
            roles[n] = "received"
        elif roles[n - 1] == roles[n] == "received" and one.number.value > other.number.value and _WHILE.match(between):
            roles[n - 1] = "by_papers"
        elif roles[n - 1] == "unknown" and roles[n] == "by_papers" and not is_inside(one.number, sheet) and len(between) <= NEAR_BY:
            roles[n - 1] = "received"


_AND_NOT = re.compile(r",? ?(?:(?:а|but|and) )?(?:не|not)")
_BUT = re.compile(r",? ?(?:а|но|but)")
_WHILE = re.compile(r",? ?(?:а|но|but|while) ")
_HAVE = frozenset(str.split("have has had was were есть имеем было была был"))  # "there should be 40 boxes, I have 38"
NEAR_BY = 24  # signs


def received_after_papers(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "в бумаге 5,2 тонны, на весах 4,86": what stands against the papers' number, in its unit, was received."""
    faulty = {counted_beside(said, counted, sheet) for said in sheet.family("fault")}
    for n, other in enumerate(counted):
        before = next((at for at in range(n - 1, -1, -1) if counted[at].unit == other.unit), None)
        if before is None or roles[n] != "unknown" or roles[before] != "by_papers":
            continue
        one = counted[before]
        apart = sheet.words.clauses[one.last] != sheet.words.clauses[other.number.first]
        if apart and n not in faulty and same_sentence(one, other, sheet):
            roles[n] = "received"


def sides_of_lines(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
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


def take_wholes(counted: Sequence[Counted], roles: list[str], sheet: Sheet) -> None:
    """ "112 листов: 19 поцарапаны": a number of no role before a part of its unit is the whole."""
    for n, one in enumerate(counted):
        inside = is_inside(one.number, sheet)
        if roles[n] != "unknown" or inside:
            continue
        after = next((at for at in range(n + 1, len(counted)) if counted[at].unit == one.unit and roles[at] != "total"), None)
        if after is None or roles[after] not in PARTS or one.number.value <= counted[after].number.value:
            continue
        first = counted[after].number.first
        if first and sheet.words.words[first - 1].lower in _BESIDES:
            continue
        if sheet.words.sentences[counted[after].number.first] - sheet.words.sentences[one.last] <= WHOLE_WITHIN:
            roles[n] = "total"
