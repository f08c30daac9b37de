"""Is it a claim at all? What speaks for it and against it, as one number between 0 and 1, with the words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from mailbot.claims.category import Reason
from mailbot.claims.facts import Facts
from mailbot.claims.understanding import Phrases
from mailbot.classify.category import Reading, part_of, reason
from mailbot.classify.counts import FAULTS
from mailbot.classify.phrases import Hit

FOR = {"claim": 1.0, "demand": 0.7, "displeased": 0.6, "legal": 0.5}
AGAINST = {
    "content": 0.75, "no_claim": 1.2, "buying": 1.2, "asking": 0.6, "counterparty": 1.2, "advertising": 1.0, "auto_reply": 0.4,
    "withdrawal_full": 0.6,
}  # fmt: skip
TOPIC = 0.5  # a plain phrase of an enquiry's topic
DEFECT = 0.9  # words of a category
PRAISED = 0.6  # what praise still counts beside a plain defect ("спасибо за прекрасный чайник, молчит")
ASKED = 0.5  # in a question
DECAY = 0.7  # share that each further sign keeps
MIDDLE = 1.2  # sum at which it is as likely as not
PLAIN = 3.0  # strength of a phrase that is enough alone
STEEP = 1.1
COUNTED, DEMANDED, GRAVE = 1.2, 0.8, 1.2  # what facts add to the logarithm of the odds
WEAK_DEMANDS = frozenset(("answer", "decision"))  # who asks for no more may be asking before a purchase
SURE, DOUBTED, HOPELESS = 0.5, 0.36, 0.04  # rules that say claim; what a person must see; sentences that leave no doubt
ENQUIRY = 0.1  # what is plainly no claim, whatever troubles it names


def claim_confidence(total: float) -> float:
    """What the sum of the words says where no model of sentences helps."""
    return round(1 / (1 + math.exp(-STEEP * (total - MIDDLE))), 4)


def claim_or_not(learned: float | None, total: float, by_facts: float, *, trusted: bool) -> float:
    """By sentences, rules and facts together. `learned`: what the sentences say, None without a model of them; `trusted`: the rules' word
    stands where the sentences say less."""
    by_rules = claim_confidence(total)
    if learned is None:
        return by_rules  # what is counted in a language that nobody taught us is no witness
    said = raised(learned, by_facts)
    if by_rules >= SURE and said >= HOPELESS:  # never "surely none" where the words of the rules say claim: then a person looks
        said = max(said, DOUBTED)
    return max(round(said, 4), by_rules) if trusted else round(said, 4)


_ANSWERS = frozenset(("counterparty", "withdrawal_full", "topic_counterparty", "topic_thanks", "topic_payment_guarantee"))


def within(chance: float, bounds_: tuple[float, float]) -> float:
    return min(max(chance, bounds_[0]), bounds_[1])


def bounds(total: float, readings: Sequence[Reading], by_facts: float) -> tuple[float, float]:
    """Between which a person says: no letter goes by itself where the words of the rules speak against a claim, or offer something, and
    nothing is demanded nor counted as wrong; and whoever plainly wants the money back, or counts what is wrong, is not filed as an
    enquiry."""
    said = [(hit.phrase.group, hit.phrase.strength, one, hit) for one in readings for hit, left in _weighed(one) if left == 1]
    demands = [(strength, one, hit) for group, strength, one, hit in said if group == "demand" and strength > 1]
    offered = any(group == "advertising" and strength >= PLAIN for group, strength, _, _ in said)
    if (total < 0 or offered) and not demands and by_facts < COUNTED:
        return 0.0, DOUBTED
    told = any(strength >= PLAIN and one.words.sentences[hit.first] not in one.words.questions for strength, one, hit in demands)
    answered = any(group in _ANSWERS for group, _, _, _ in said)
    return (DOUBTED, 1.0) if (told and not answered) or by_facts >= COUNTED else (0.0, 1.0)


def told_by_facts(facts: Facts, phrases: Phrases) -> float:
    """What facts add to the odds that a letter is a claim, however calm its words: goods counted as missing, surplus, broken or faulty, a
    demand with the papers named, danger, a threat of court. Nothing where an advertiser, a counterparty or a withdrawal speaks; counts
    that only the model of counts took for faults say too little: it learned from claims alone."""
    if phrases.advertising or phrases.counterparty or facts.withdrawal == "full":
        return 0.0
    counted = any(fact.role in FAULTS and not fact.rule for fact in facts.quantities)
    demanded = not WEAK_DEMANDS.issuperset(facts.remedies) and bool(facts.documents or facts.orders)
    return COUNTED * counted + DEMANDED * demanded + GRAVE * (facts.safety + facts.legal_threat)


def raised(chance: float, by: float) -> float:
    """A chance whose odds' logarithm grows by so much; one of 0 or 1 stays."""
    if by == 0 or chance in (0.0, 1.0):
        return chance
    return 1 / (1 + (1 - chance) / chance * math.exp(-by))


def claim_total(readings: Sequence[Reading]) -> tuple[float, tuple[Reason, ...]]:
    """The groups of claim_words.toml weighed: claim, demand, displeased against content, no_claim, about, asking."""
    heaviest: dict[str, tuple[float, Hit, Reading]] = {}  # by the words: "price list" is a topic and the denial of a claim
    for one in readings:
        for hit, left in _weighed(one):
            share = _share(hit) * part_of(one.place) * (ASKED if one.words.sentences[hit.first] in one.words.questions else 1.0)
            weight = share * hit.phrase.strength * left
            if weight and (hit.phrase.text not in heaviest or abs(weight) > abs(heaviest[hit.phrase.text][0])):
                heaviest[hit.phrase.text] = weight, hit, one
    weighed = {sign: [weight for weight, _, _ in heaviest.values() if (weight > 0) == sign] for sign in (True, False)}
    reasons = [reason(hit, one) for _, hit, one in heaviest.values()]
    plain = any(hit.phrase.strength >= PLAIN and left == 1 and hit.phrase.of_category for one in readings for hit, left in _weighed(one))
    total = _together(weighed[True]) + _together(weighed[False]) * (PRAISED if plain else 1.0)
    return total, tuple(reasons)


def demands_plainly(readings: Sequence[Reading]) -> bool:
    """A plain defect and a plain demand, neither denied nor asked about: whoever says both claims, however few her words."""
    said = [
        hit
        for one in readings
        for hit, left in _weighed(one)
        if left == 1 and not one.place.in_.endswith("subject") and one.words.sentences[hit.first] not in one.words.questions
    ]
    defect = any(hit.phrase.of_category and hit.phrase.strength >= PLAIN for hit in said)
    demand = any(hit.phrase.group == "demand" and hit.phrase.strength > 1 for hit in said)
    against = any(hit.phrase.group in AGAINST or hit.phrase.group.startswith("topic_") for hit in said)
    return defect and demand and not against


def claims_formally(readings: Sequence[Reading]) -> bool:
    """ "Претензия № 8/26 … требуем соразмерного уменьшения цены": it calls itself a claim and demands, nothing speaks plainly against."""
    said = {
        hit.phrase.group
        for one in readings
        for hit, left in _weighed(one)
        if left == 1
        and hit.phrase.strength >= PLAIN
        and not hit.phrase.of_facts
        and one.words.sentences[hit.first] not in one.words.questions
    }
    return {"claim", "demand"} <= said and said.isdisjoint(AGAINST)


def _share(hit: Hit) -> float:
    if hit.phrase.of_facts:  # its group "no_claim" is the number of a claim, not the denial of one
        return 0.0
    if hit.phrase.of_category:
        return DEFECT if hit.phrase.strength > 1 else 0.0
    if hit.phrase.group.startswith("topic_"):
        return -TOPIC if hit.phrase.strength >= PLAIN else 0.0
    return FOR.get(hit.phrase.group, 0.0) - AGAINST.get(hit.phrase.group, 0.0)


def _weighed(one: Reading) -> Iterator[tuple[Hit, float]]:
    return zip(one.hits, one.weights, strict=True)


def _together(weights: Sequence[float]) -> float:
    """Each further sign counts less, so that a long letter is not a claim by its length."""
    return sum(weight * DECAY**place for place, weight in enumerate(sorted(weights, key=abs, reverse=True)))
