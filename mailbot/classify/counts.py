"""What counted facts say of the category: a shortage needs no word for it, nor do broken or faulty pieces in a row of a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mailbot.claims.facts import Fact, Facts

PLAIN = 3.0  # a number by papers and another received, or pieces said to be missing
REPAIR, COUNTED, REFUND, GOODS = 1.5, 3.5, -2.0, -2.5  # what a demand or a count leans to where words already name the category
SERIAL, BOUGHT, TERM = 2.0, 1.5, 2.0  # what a thing in use is known by
NUMBERS, HARM = -0.8, 0.3  # every letter counts something; words of harm are seldom said of what is whole
SHORT, BAD = frozenset(("missing", "surplus")), frozenset(("damaged", "defective"))
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
    """What demand, count and papers add to a category already named (domain.md 1.5, rules 3 to 5): what is counted as missing is a shortage
    however little of the whole it is; a repair is asked for what does not work; a thing with its serial number, its day of purchase or its
    term has failed in use; who wants goods mended, replaced or sent complains of goods; and who wants the money back and counts nothing
    missing complains of no shortage. The figures were fitted on 860 letters looked at, five parts in turn held out."""
    short = any(fact.role in SHORT for fact in facts.quantities) and not _is_beside_more_bad(facts)
    refund = "refund" in facts.remedies and "completion" not in facts.remedies
    in_use = SERIAL * bool(facts.serials) + BOUGHT * bool(facts.purchased_on or facts.commissioned_on) + TERM * bool(facts.warranty_terms)
    return {
        "warranty": REPAIR * ("repair" in facts.remedies) + in_use,
        "quantity": NUMBERS + (COUNTED if short else REFUND if refund else 0.0),
        "damage": HARM,
        "other": GOODS * (not _OF_GOODS.isdisjoint(facts.remedies)),
    }


def _is_beside_more_bad(facts: Facts) -> bool:
    """ "Разбито 19 рамок, и в одной коробке двух не хватает": what is bad is told first, and is the more (domain.md 1.5, rules 4 and 5)."""
    bad = [fact for fact in facts.quantities if fact.role in BAD]
    short = [fact for fact in facts.quantities if fact.role in SHORT]
    if not bad or not short:
        return False
    first = min(fact.start for fact in bad) < min(fact.start for fact in short)
    return first and max(float(fact.value) for fact in bad) > max(float(fact.value) for fact in short)


_OF_GOODS = frozenset(("replace", "repair", "completion"))


def _share(fact: Fact, facts: Facts) -> float:
    wholes = (float(one.value) for one in facts.quantities if one.unit == fact.unit and one.role in ("by_papers", "total", "received"))
    whole = max(wholes, default=0.0)
    return min(1.0, float(fact.value) / whole) if whole else 1.0
