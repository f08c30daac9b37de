"""Sentences whose numbers tell no shortage: goods counted as bad, a count that agrees. There the sound of numbers is no witness for it.

Where goods are counted, the learned sentences hear "quantity" in nearly every line; whether something is missing is known by the facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mailbot.claims.facts import Fact
from mailbot.classify.category import Reading
from mailbot.classify.counts import BAD, SHORT
from mailbot.classify.phrases import is_number
from mailbot.classify.sentence_bank import LABELS
from mailbot.classify.sentence_model import SentenceSaid
from mailbot.classify.sheet import Sheet

CATEGORY = "quantity"
TELLING = 2.0  # strength of a phrase that tells a shortage
FAULTY, AGREED = 0.5, 0.1  # what is left of the chance beside goods counted as bad, and where the count agrees
_QUANTITY = LABELS.index(CATEGORY)


def without_sound_of_numbers(
    said: Sequence[SentenceSaid], readings: Sequence[Reading], sheets: Sequence[Sheet], quantities: Sequence[Fact]
) -> list[SentenceSaid]:
    """The sentences, each with what its numbers leave of its chance of telling a shortage. `sheets`: one for each reading."""
    left: dict[tuple[int, int], float] = {}
    for at, (one, sheet) in enumerate(zip(readings, sheets, strict=True)):
        here = [fact for fact in quantities if fact.in_ == one.place.in_]
        left |= {(at, sentence): share for sentence, share in _shares(one, sheet, here).items()}
    return [_lessened(one, left.get((one.place, one.sentence), 1.0)) for one in said]


def _lessened(one: SentenceSaid, share: float) -> SentenceSaid:
    if share == 1:
        return one
    return one._replace(chances=tuple(chance * share if at == _QUANTITY else chance for at, chance in enumerate(one.chances)))


def _shares(one: Reading, sheet: Sheet, facts: Sequence[Fact]) -> Mapping[int, float]:
    words = one.words
    counted: dict[int, list[Fact]] = {}
    for fact in facts:  # a computed shortage stands from the papers' number to that of the receipt
        first, last = (words.sentences[min(sheet.word_at(at), len(words) - 1)] for at in (fact.start, fact.end - 1))
        for sentence in range(first, last + 1):
            counted.setdefault(sentence, []).append(fact)
    agreed = {words.sentences[each.hit.first] for each in sheet.of("role_agreed") if each.weight}
    if not counted and not agreed:
        return {}
    told = {
        words.sentences[hit.first]
        for hit, left in zip(one.hits, one.weights, strict=True)
        if left and hit.phrase.group == CATEGORY and hit.phrase.of_category and hit.phrase.strength >= TELLING
    }
    numbered = {words.sentences[at] for at, word in enumerate(words.words) if is_number(word)}
    return {sentence: _share(counted.get(sentence, ()), agreed=sentence in agreed) for sentence in numbered - told}


def _share(facts: Sequence[Fact], *, agreed: bool) -> float:
    papers, received = ({(fact.unit, fact.value) for fact in facts if fact.role == role} for role in ("by_papers", "received"))
    if any(fact.role in SHORT for fact in facts) or (papers and received and papers != received):
        return 1.0
    if any(fact.role in BAD for fact in facts):
        return FAULTY
    return AGREED if agreed else 1.0
