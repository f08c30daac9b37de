"""Phrases that count goods ("в УПД 50", "заказали 60, пришло 60") mean nothing where their number is a date, or both sides agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mailbot.claims.facts import Fact
from mailbot.classify.category import Reading
from mailbot.classify.phrases import Hit, is_number
from mailbot.classify.sheet import Sheet

COUNTING = "quantity"  # the category whose phrases compare numbers


def with_sense_of_numbers(readings: Sequence[Reading], sheets: Sequence[Sheet], quantities: Sequence[Fact]) -> list[Reading]:
    """The readings (laid out as `sheets`, one each) without the phrases whose numbers count no difference."""
    return [_sensible(one, sheet, quantities) for one, sheet in zip(readings, sheets, strict=True)]


def _sensible(one: Reading, sheet: Sheet, quantities: Sequence[Fact]) -> Reading:
    counting = [at for at, hit in enumerate(one.hits) if one.weights[at] and hit.phrase.group == COUNTING and _has_number(hit)]
    if not counting:
        return one
    here = [fact for fact in quantities if fact.in_ == one.place.in_]
    void = {at for at in counting if _means_nothing(one, one.hits[at], sheet, here)}
    return replace(one, weights=tuple(0.0 if at in void else left for at, left in enumerate(one.weights)))


def _has_number(hit: Hit) -> bool:
    return any(element.kind == "number" for element in hit.phrase.elements)


def _means_nothing(one: Reading, hit: Hit, sheet: Sheet, quantities: Sequence[Fact]) -> bool:
    """A number of it belongs to another fact (a date, a paper, a sum), or papers and receipt in its sentence are equal."""
    words = range(hit.first, hit.last + 1)
    numbers = [(one.words.starts[at], one.words.ends[at]) for at in words if is_number(one.words.words[at])]
    counted = [any(fact.start < end and start < fact.end for fact in quantities) for start, end in numbers]
    if any(not known and not sheet.free(*number) for known, number in zip(counted, numbers, strict=True)):
        return True
    sentence = one.words.sentences[hit.first]
    inside = [fact for fact in quantities if _sentence_at(one, sheet, fact) == sentence]
    sides = {role: sorted(float(fact.value) for fact in inside if fact.role == role) for role in ("by_papers", "received")}
    return bool(sides["by_papers"]) and sides["by_papers"] == sides["received"]


def _sentence_at(one: Reading, sheet: Sheet, fact: Fact) -> int:
    return one.words.sentences[min(sheet.word_at(fact.start), len(one.words) - 1)]
