"""What is missing or too much where only both sides are told: papers and receipt in one unit; what is stated is not computed anew."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from mailbot.claims.facts import Contradiction, Fact
from mailbot.classify.sheet import Sheet

LONGEST_LINE = 400  # signs within which a shortage answers for its two sides
FARTHEST = 120  # signs between the two sides
_AS_KG = {"kg": 1.0, "t": 1000.0, "g": 0.001}


def computed(facts: Sequence[Fact], sheet: Sheet) -> Iterator[Fact]:
    """A fact for each pair of papers and receipt that differ and of which the letter itself does not say by how much."""
    told = [fact for fact in facts if fact.role in ("missing", "surplus")]
    for papers, received in pairs(facts, sheet):
        apart = float(papers.value) - float(received.value)
        if not apart or any(_tells(fact, papers, apart, sheet) for fact in told):
            continue
        first, last = sorted((papers, received), key=lambda fact: fact.start)
        value = int(abs(apart)) if apart == int(apart) else round(abs(apart), 3)
        text, role = sheet.text[first.start : last.end], "missing" if apart > 0 else "surplus"
        yield Fact(text, value, first.start, last.end, sheet.in_, unit=papers.unit, role=role)


def none_came(facts: Sequence[Fact], sheet: Sheet) -> Iterator[Fact]:
    """ "столы не поставлены (по контракту 10 штук)", "handles missing completely, should be 16": all that should have come is missing."""
    words, ordered = sheet.words, sorted(facts, key=lambda fact: fact.start)
    for n, fact in enumerate(ordered):
        at = sheet.word_at(fact.start)
        if fact.role != "by_papers" or at >= len(words):
            continue
        sentence = words.sentences[at]
        near = (one for one in sheet.near(at, at, NONE_WITHIN, "role") if one.weight and one.group == "role_missing")
        said = [one.hit.first for one in near if one.hit.last < at and words.sentences[one.hit.last] == sentence]
        start = words.starts[max(said)] if said else 0
        if not said or (n and ordered[n - 1].end > start - OWN) or (n + 1 < len(ordered) and ordered[n + 1].start < fact.end + OWN):
            continue
        yield Fact(sheet.text[start : fact.end], fact.value, start, fact.end, sheet.in_, unit=fact.unit, role="missing")


OWN = 20  # signs to the next number, which would tell how many are missing
NONE_WITHIN = 8  # words


def disagreements(facts: Sequence[Fact], sheet: Sheet) -> Iterator[Contradiction]:
    """A stated shortage in the line of papers and receipt that is not their difference; broken ones may be left out of the receipt."""
    stated = sorted((fact for fact in facts if fact.role in ("missing", "surplus")), key=lambda fact: fact.start)
    broken = [float(fact.value) for fact in facts if fact.role in ("damaged", "defective")]
    for papers, received in pairs(facts, sheet):
        apart = float(papers.value) - float(received.value)
        role = "missing" if apart >= 0 else "surplus"
        begin = bisect_left(stated, min(papers.start, received.start) - LONGEST_LINE, key=lambda fact: fact.start)
        end = bisect_left(stated, max(papers.end, received.end) + LONGEST_LINE, key=lambda fact: fact.start)
        for fact in stated[begin:end]:
            first, last = min(fact.start, papers.start, received.start), max(fact.end, papers.end, received.end)
            same = fact.unit == papers.unit and fact.role == role and not _PARTED.search(sheet.text, first, last)
            if same and not any(abs(float(fact.value) - abs(apart) + less) < 0.001 for less in (0, *broken, sum(broken))):
                text = sheet.text[first:last]
                yield Contradiction("row", "", role, float(fact.value), round(abs(apart), 3), text, first, last, sheet.in_)


_PARTED = re.compile(r"\n|[.!?]\s+[А-ЯЁA-Z]")


def pairs(facts: Sequence[Fact], sheet: Sheet) -> Iterator[tuple[Fact, Fact]]:
    """Papers and receipt that belong together: next to each other among those of their unit, not far apart."""
    by_unit: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.role in ("by_papers", "received"):
            by_unit.setdefault(str(fact.unit), []).append(fact)
    for of_unit in by_unit.values():
        n = 0
        while n + 1 < len(of_unit):
            one, other = of_unit[n], of_unit[n + 1]
            if one.role != other.role and other.start - one.end <= FARTHEST and not _parted(one, other, of_unit, n):
                yield (one, other) if one.role == "by_papers" else (other, one)
                n += 1
            n += 1


def _parted(one: Fact, other: Fact, of_unit: Sequence[Fact], n: int) -> bool:
    """Lists of papers first and of receipts after ("60, 24, 12; пришло 60, 20") pair nobody."""
    return n > 0 and of_unit[n - 1].role == one.role and n + 2 < len(of_unit) and of_unit[n + 2].role == other.role


def _tells(told: Fact, papers: Fact, apart: float, sheet: Sheet) -> bool:
    """Whether a stated number is that difference, in any unit of weight, or stands in the same line and so answers for it."""
    same_line = not _PARTED.search(sheet.text, min(told.start, papers.start), max(told.end, papers.end))
    if told.unit in _AS_KG and papers.unit in _AS_KG:
        near = abs(float(told.value) * _AS_KG[str(told.unit)] - abs(apart) * _AS_KG[str(papers.unit)]) < 0.5
        return (near and float(told.value) < 2 * abs(apart) * _AS_KG[str(papers.unit)] / _AS_KG[str(told.unit)]) or (
            told.unit == papers.unit and same_line
        )
    return told.unit == papers.unit and (same_line or float(told.value) == abs(apart))
