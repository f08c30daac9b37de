"""Items of a letter told in lines of a list ("1) арт. …: заказали 36, приехало 33"): each line's counts and whose they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mailbot.claims.facts import Fact, ItemLine
from mailbot.classify.sheet import Sheet

FEWEST = 2  # lines; one alone is a sentence
LONGEST_NAME = 80
_ROLES = ("by_papers", "received", "missing", "surplus", "damaged", "defective")
_BULLET = re.compile(r"\s*(?:\d{1,3}[.)]\s|[-–—•*]\s|(?:строка|поз(?:иция|\.)?|item|line)\s*\d+)\s*[:.)–—-]*\s*", re.IGNORECASE)
_CODE = re.compile(r"(?=\S*\d)[A-ZА-ЯЁ]{1,5}[-–]?\d[\w./–-]*|\d[\w./–-]*[A-ZА-ЯЁ][\w./–-]*")
_NAME_ENDS = re.compile(r":\s|\s[–—-]\s")
_TRAILING = re.compile(r"[\s,;:–—(-]+$")


def listed_items(sheet: Sheet, quantities: Sequence[Fact], named: Sequence[Fact]) -> list[ItemLine]:
    """`named`: articles and models of the place. Lines that begin as items of a list, or name an article, and count something."""
    by_line: dict[int, list[Fact]] = {}
    for fact in quantities:
        if fact.role in _ROLES:
            by_line.setdefault(sheet.text.rfind("\n", 0, fact.start) + 1, []).append(fact)
    found = [line for start, facts in by_line.items() if (line := _line(start, facts, named, sheet)) is not None]
    return found if len(found) >= FEWEST else []


def in_lists(named: Sequence[Fact], quantities: Sequence[Fact], sheet: Sheet) -> list[Fact]:
    """ "строка 4: смеситель SM-40 - указано 10, в коробках 9": in lines of a list that count, codes are articles."""
    counting = {sheet.text.rfind("\n", 0, fact.start) + 1 for fact in quantities if fact.role in _ROLES}
    starts = {fact: sheet.text.rfind("\n", 0, fact.start) + 1 for fact in named if _CODE.fullmatch(str(fact.value))}
    lines = {start for start in starts.values() if start in counting and _BULLET.match(sheet.text, start)}
    return [fact for fact, start in starts.items() if start in lines] if len(lines) >= FEWEST else []


def _line(start: int, facts: Sequence[Fact], named: Sequence[Fact], sheet: Sheet) -> ItemLine | None:
    end = sheet.text.find("\n", start)
    end = len(sheet.text) if end < 0 else end
    article = next((str(fact.value) for fact in named if start <= fact.start < end), "")
    bullet = _BULLET.match(sheet.text, start, end)
    if bullet is None and not article:
        return None
    begin = bullet.end() if bullet else start
    name = _NAME_ENDS.split(sheet.text[begin : max(begin, min(fact.start for fact in facts))])[0]
    name = _TRAILING.sub("", name)[:LONGEST_NAME]
    counts = dict(_counts(facts))
    return ItemLine(article, name, str(facts[0].unit), start, end, sheet.in_, **counts)


def _counts(facts: Sequence[Fact]) -> Iterator[tuple[str, float]]:
    """The first count of each role; what follows in another unit tells the same again."""
    told: set[str] = set()
    for fact in facts:
        if fact.role and fact.role not in told:
            told.add(fact.role)
            yield fact.role, float(fact.value)
