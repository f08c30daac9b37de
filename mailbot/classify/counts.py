"""What counted facts say of the category: a shortage needs no word for it, nor do broken or faulty pieces in a row of a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mailbot.claims.facts import Fact, Facts

PLAIN = 3.0  # a number by papers and another received, or pieces said to be missing
REPAIR, COUNTED, REFUND = 0.7, 0.7, -1.2  # what a demand leans to where words already name the category
NUMBERS, HARM = -0.8, 0.3  # every letter counts something; words of harm are seldom said of what is whole
FAULTS = {"missing": "quantity", "surplus": "quantity", "damaged": "damage", "defective": "quality"}


@dataclass(frozen=True, slots=True)
class Evidence:
    """`share`: which part of the counted goods it concerns, 0…1, where the whole is told, else 1; `rule` names this module."""

    category: str
    strength: float
    share: float
    text: str
    start: int
    end: int
    in_: str
    rule: str


def evidence(facts: Facts) -> Iterator[Evidence]:
    """Each counted fault once, in the order of the text; the larger quantity ranks before the smaller (domain.md 1.5, rule 4)."""
    for fact in facts.quantities:
        category = FAULTS.get(fact.role or "")
        if category is not None:
            yield Evidence(category, PLAIN, _share(fact, facts), fact.text, fact.start, fact.end, fact.in_, "counted")


def leanings(facts: Facts) -> dict[str, float]:
    """What demand and count add to a category already named (domain.md 1.5, rule 3): a repair is asked for what does not work, and who
    wants the money back and counts nothing missing complains of no shortage."""
    short = any(fact.role in ("missing", "surplus") for fact in facts.quantities)
    refund = "refund" in facts.remedies and "completion" not in facts.remedies
    counted = NUMBERS + (COUNTED if short else REFUND if refund else 0.0)
    return {"warranty": REPAIR if "repair" in facts.remedies else 0.0, "quantity": counted, "damage": HARM}


def _share(fact: Fact, facts: Facts) -> float:
    wholes = (float(one.value) for one in facts.quantities if one.unit == fact.unit and one.role in ("by_papers", "total", "received"))
    whole = max(wholes, default=0.0)
    return min(1.0, float(fact.value) / whole) if whole else 1.0
