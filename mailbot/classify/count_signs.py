"""What the model of counts looks at: the words, phrases and other counts around each count, and what the rules made of those."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from mailbot.classify.sheet import Sheet
from mailbot.classify.units import Counted

ANY = "any"  # the sign of every count
NONE = "none"  # the role of what is no count
OPEN = frozenset(("unknown", NONE))  # of which the rules say nothing: only these are judged
WIDE = 12  # words on either side
NEAREST = 2  # of them told by their place
SAME_WITHIN = 8  # counts of one unit on either side
_FAMILIES = ("role", "fault", "sound", "remedy", "ask")
_ITEM = re.compile(r"[ \t]*(?:[-–—•*]|\d{1,3}[.)])[ \t]*")
_DASHES = tuple(":–—-")


@dataclass(frozen=True, slots=True)
class Seen:
    """A count with the role it has by the rules; NONE: they take the number for no count."""

    one: Counted
    role: str


@dataclass(slots=True)
class _Place:
    """The counts of a place: by the words they consist of, and by unit, each with where it stands among those of its unit."""

    seen: Sequence[Seen]
    sheet: Sheet
    words_of: frozenset[int] = frozenset()
    by_unit: dict[str, list[int]] = field(default_factory=dict)
    among: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.words_of = frozenset(at for one in self.seen for at in range(one.one.number.first, one.one.number.last + 1))
        for n, each in enumerate(self.seen):
            same = self.by_unit.setdefault(each.one.unit, [])
            self.among.append(len(same))
            same.append(n)

    def edges(self, n: int) -> tuple[int, int]:
        """The last word of the count before one, and the first of the one behind it."""
        after = self.seen[n - 1].one.last if n else -1
        return after, self.seen[n + 1].one.number.first if n + 1 < len(self.seen) else len(self.sheet.words)

    def name(self, at: int) -> str:
        if at in self.words_of:
            return "#"
        word = self.sheet.words.words[at]
        return "0" if word.lower[:1].isdigit() else min(word.forms)


def signs(seen: Sequence[Seen], sheet: Sheet, judged: Sequence[int]) -> list[list[str]]:
    """The signs of the counts of these numbers, a sign may stand twice. What the rules say of a count is no sign of itself, only of those
    beside it: so the counts of which they tell the role teach what words tell it."""
    place = _Place(seen, sheet)
    return [[*_of_itself(n, place), *_of_words(n, place), *_of_phrases(n, place), *_of_others(n, place)] for n in judged]


def _of_itself(n: int, place: _Place) -> list[str]:
    sheet, one, role = place.sheet, place.seen[n].one, place.seen[n].role
    start, sentence = one.number.start, sheet.words.sentences[one.number.first]
    before, behind = sheet.text[max(0, start - 2) : start].strip(), sheet.text[one.end : one.end + 2].strip()
    head = sheet.text[sheet.text.rfind("\n", 0, start) + 1 : start]
    where = "start" if not head.strip(" -–—•*") else "item" if _ITEM.match(head) else "in"
    told = [
        ANY,
        f"unit:{one.unit}",
        f"value:{min(int(one.number.value), 3)}",
        f"<{before[-1:]}",
        f">{behind[:1]}",
        f"line:{where}:{head.rstrip().endswith(_DASHES)}",
    ]
    if role in OPEN:
        told += (f"role:{role}", f"bare:{one.bare}:{role}", f"language:{sheet.language}:{role}")
    if sentence in sheet.words.questions:
        told.append("?")
    if sentence in sheet.blamed:
        told.append(f"blamed:{sheet.blamed[sentence]}")
    return told


def _of_words(n: int, place: _Place) -> list[str]:
    """The nearest two on either side by their place, those of the clause by their side, up to the next count."""
    words, one = place.sheet.words, place.seen[n].one
    first, last, sentences, clauses = one.number.first, one.last, words.sentences, words.clauses
    after, until = place.edges(n)
    size, sentence = len(words), sentences[first]
    told = []
    for side, near, way in (("L", first, -1), ("R", last, 1)):
        for step in range(1, WIDE + 1):
            at = near + way * step
            inside = 0 <= at < size and sentences[at] == sentence
            own = inside and after < at < until and clauses[at] == clauses[near]
            if step > NEAREST and not own:
                break
            name = place.name(at) if inside else "^"
            if step <= NEAREST:
                told.append(f"{side}{step}:{name}")
            if own:
                told.append(f"{side}:{name}")
    if last > one.number.last:
        told.append(f"of:{place.name(last)}")
    return told


def _of_phrases(n: int, place: _Place) -> list[str]:
    """Phrases of the rules in the sentence: on which side, whether another count or clause lies between, and which is nearest."""
    words, one = place.sheet.words, place.seen[n].one
    first, last, sentences, clauses = one.number.first, one.last, words.sentences, words.clauses
    after, until = place.edges(n)
    told = []
    nearest = (WIDE + 1, "")
    for said in place.sheet.near(first, last, WIDE, *_FAMILIES):
        begins, ends = said.hit.first, said.hit.last
        if sentences[begins] != sentences[first]:
            continue
        group = said.group if said.weight == 1 else f"{said.group}~{said.weight:.1f}"
        side, far, amid, same = ("I", 0, False, True)
        if ends < first:
            side, far, amid, same = ("L", first - ends, ends < after, clauses[ends] == clauses[first])
        elif begins > last:
            side, far, amid, same = ("R", begins - last, begins >= until, clauses[begins] == clauses[last])
        told.append(f"{group}:{side}:{'amid' if amid else 'free'}:{'same' if same else 'other'}")
        if not amid:
            nearest = min(nearest, (far, group))
    if nearest[1]:
        told.append(f"nearest:{nearest[1]}")
    return told


def _of_others(n: int, place: _Place) -> list[str]:
    """The counts beside it by the rules' word for them, and what the numbers of its unit make together."""
    seen, sentences = place.seen, place.sheet.words.sentences
    one, role, value = seen[n].one, seen[n].role, seen[n].one.number.value
    same, at = place.by_unit[one.unit], place.among[n]
    told: list[str] = []
    for side, other_at in (("p", at - 1), ("n", at + 1)):
        if 0 <= other_at < len(same):
            other = seen[same[other_at]]
            compared = "=" if other.one.number.value == value else "<" if other.one.number.value < value else ">"
            told += (f"{side}:{other.role}:{compared}", f"{side}:{other.role}:{role if role in OPEN else ''}")
        else:
            told.append(f"{side}:")
    for side, other_at in (("before", n - 1), ("behind", n + 1)):
        if 0 <= other_at < len(seen):
            other = seen[other_at]
            apart = min(2, abs(sentences[other.one.last] - sentences[one.number.first]))
            told.append(f"{side}:{other.role}:{other.one.unit == one.unit}:{apart}")
    near = (*same[max(0, at - SAME_WITHIN) : at], *same[at + 1 : at + 1 + SAME_WITHIN])
    return told + _of_sums(value, role, [(seen[k].one.number.value, seen[k].role) for k in near])


def _of_sums(value: float, role: str, beside: Sequence[tuple[float, str]]) -> list[str]:
    """Whether it is the most, the least, the same as another, the sum of two others or their difference."""
    if not beside:
        return []
    numbers = [number for number, _ in beside]
    told = [f"most:{value >= max(numbers)}:{role}", f"least:{value <= min(numbers)}:{role}"] if role in OPEN else []
    equal = sorted({other for number, other in beside if number == value})
    if equal:
        told += ("equal", f"equal:{','.join(equal)}")
    whole = part = False
    for at, (one, one_role) in enumerate(beside):
        for other, other_role in beside[at + 1 :]:
            if not whole and one + other == value:
                whole = True
                told += ("whole", f"whole:{one_role}", f"whole:{other_role}")
            if not part and abs(one - other) == value:
                part = True
                larger, lesser = (other_role, one_role) if other > one else (one_role, other_role)
                told += ("part", f"part:{larger}:{lesser}", f"part:{value < min(one, other)}")
    return told


def position(seen: Sequence[Seen], start: int) -> int:
    """Where a count that begins at a letter of the text belongs among others."""
    return bisect_left(seen, start, key=lambda each: each.one.number.start)
