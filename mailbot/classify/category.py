"""Which category a claim belongs to: strengths of the phrases found, what is denied left out, tie-breaks of domain.md 1.5."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from mailbot.claims.category import UNSORTED, Reason, Verdict
from mailbot.classify.counts import Evidence
from mailbot.classify.negation import denials, weight
from mailbot.classify.phrases import Hit
from mailbot.classify.places import Place
from mailbot.classify.tokens import Words
from mailbot.rulebook import Rules

DECAY = 0.6  # share that each further phrase of a category keeps
AGAIN = 0.3  # a phrase said again adds this share of its strength
OLD_SUBJECT = 0.25
SUBJECT = 0.6  # a subject says less than the letter
RANKED = 1.6  # "главное — …"
ASIDE = 0.5  # "кстати, …", "…, ладно, переживём"
DEMANDED = 1.2  # the defect in the sentence of the demand
FIRST = 0.4  # bonus of what is mentioned first
OTHER = 0.8  # a category that is not one of the main ones yields to them
COUNTED = 1.0  # what counted pieces say beside words
BESIDE = 1.0  # a word no stronger carries nothing beside a plain one and is not shown
HALF = 3.0  # strength at which a score reaches 0.63
DIGITS = 6  # of a score: with fewer, a word the less of a long complaint would leave it at 1
UNSURE_BELOW = 0.2
SECONDARY = 2.0  # strength a secondary category needs
POSSIBLE, PLAIN = 0.3, 0.6  # chance of a sentence that may mean a category, and of one that plainly does


_ANSWER = re.compile(r"\s*(?:re|aw|ответ|отв|на)\s*(?:\[\d+\]|\(\d+\))?\s*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """One place read: its words and every phrase found in them, with what negation left of each."""

    place: Place
    words: Words
    hits: tuple[Hit, ...]
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Learned:
    """What the model of sentences adds: a strength for each category it knows, and the chance of the likeliest sentence of each."""

    strengths: Mapping[str, float]
    chances: Mapping[str, float]


def reading(place: Place, words: Words, hits: Sequence[Hit]) -> Reading:
    """Drops phrases that lie inside a longer one of another meaning ("не хватает слов") and weighs the rest."""
    found = denials(hits, words)
    kept = _without_covered(hits)
    return Reading(place, words, tuple(kept), tuple(weight(hit, found, words) for hit in kept))


def _without_covered(hits: Sequence[Hit]) -> list[Hit]:
    """A phrase covered by a longer one is not meant; of one group's phrases that overlap only the strongest counts."""
    by_word: dict[int, list[Hit]] = {}
    for hit in hits:
        for at in range(hit.first, hit.last + 1):
            by_word.setdefault(at, []).append(hit)
    return [hit for hit in hits if not (_is_outweighed(hit, by_word[hit.first]) or _is_outweighed(hit, by_word[hit.last]))]


def _is_outweighed(hit: Hit, others: Sequence[Hit]) -> bool:
    return len(others) > 1 and any(_outweighs(other, hit) for other in others if other is not hit)


def _outweighs(other: Hit, hit: Hit) -> bool:
    stronger, phrase = other.phrase, hit.phrase
    if stronger.group == phrase.group:
        return stronger.strength >= phrase.strength and _rank(other) > _rank(hit)
    if stronger.group == "false_friends":
        return other.last - other.first > hit.last - hit.first or not (hit.first <= other.first and other.last <= hit.last)
    if not (stronger.of_category and phrase.of_category):
        return False
    return other.first <= hit.first and hit.last <= other.last and other.last - other.first > hit.last - hit.first


def _rank(hit: Hit) -> tuple[float, int, int, str]:
    """Of two overlapping phrases of one group the stronger counts, then the longer, then the earlier."""
    return hit.phrase.strength, hit.last - hit.first, -hit.first, hit.phrase.place + hit.phrase.text


def judge(
    readings: Sequence[Reading],
    rules: Rules,
    *,
    is_claim: float,
    claim_reasons: tuple[Reason, ...],
    learned: Learned | None = None,
    counted: Sequence[Evidence] = (),
    leaning: Mapping[str, float] | None = None,
) -> Verdict:
    """Primary, secondaries, scores, confidence and the words that spoke, out of everything read."""
    by_phrases, firsts, reasons = strengths(readings, rules, counted)
    added = learned.strengths if learned is not None else {}
    totals = {identifier: total + added.get(identifier, 0.0) for identifier, total in by_phrases.items()}
    for identifier, more in (leaning or {}).items():
        if totals.get(identifier):
            totals[identifier] = max(0.0, totals[identifier] + more)
    scores = {identifier: round(1 - math.exp(-total / HALF), DIGITS) for identifier, total in totals.items()}
    order = sorted(totals, key=lambda identifier: (-totals[identifier] - (FIRST if identifier == _first(firsts) else 0), identifier))
    primary, confidence = _primary(order, totals)
    secondary = tuple(one for one in order if one != primary and _is_named(one, by_phrases[one], learned))
    return Verdict(
        primary=primary,
        secondary=secondary if primary != UNSORTED else (),
        scores=scores,
        confidence=round(confidence, 4),
        reasons=tuple(reasons),
        claim_confidence=is_claim,
        claim_reasons=claim_reasons,
        version=rules.version,
    )


def _is_named(identifier: str, strength: float, learned: Learned | None) -> bool:
    """Beside the primary one a category is named by its phrases, in a sentence that may mean it, or plainly by a sentence."""
    if learned is None or identifier not in learned.chances:
        return strength >= SECONDARY
    chance = learned.chances[identifier]
    return chance >= PLAIN or (strength >= SECONDARY and chance >= POSSIBLE)


def strengths(
    readings: Sequence[Reading], rules: Rules, counted: Sequence[Evidence] = ()
) -> tuple[dict[str, float], dict[str, int], list[Reason]]:
    """What phrases and counted pieces add up to in each category, the place of each category's first word, and the words."""
    spoken: dict[str, list[float]] = {category.id: [] for category in rules.categories}
    firsts: dict[str, int] = {}
    reasons: list[tuple[float, Reason]] = []
    for one in readings:
        _add(one, spoken, firsts, reasons)
    for found in counted:
        if found.category in spoken:
            strength = COUNTED * found.strength * found.share
            spoken[found.category].append(strength)
            firsts.setdefault(found.category, len(reasons))
            reasons.append((strength, Reason(found.category, found.text, found.start, found.end, found.in_, found.rule)))
    totals = {category.id: _together(spoken[category.id]) * (1.0 if category.main else OTHER) for category in rules.categories}
    return totals, firsts, _carrying(reasons)


def _carrying(reasons: Sequence[tuple[float, Reason]]) -> list[Reason]:
    """Without words that would not be missed: the weak ones of a category for which plainer ones speak."""
    plain = {reason.category for strength, reason in reasons if strength > BESIDE}
    return [reason for strength, reason in reasons if strength > BESIDE or reason.category not in plain]


def foreign_sentences(one: Reading, known: Collection[str]) -> set[int]:
    """Sentences in which a phrase that counts speaks for a category beside the `known` ones: the operator's own."""
    return {
        one.words.sentences[hit.first]
        for hit, left in zip(one.hits, one.weights, strict=True)
        if hit.phrase.of_category and hit.phrase.group not in known and left == 1 and hit.phrase.strength > 1
    }


def _together(said: Sequence[float]) -> float:
    """Many weak words do not outvote a plain one: each further phrase counts less than the one before."""
    return sum(strength * DECAY**place for place, strength in enumerate(sorted(said, reverse=True)))


def _first(firsts: dict[str, int]) -> str:
    return min(firsts, key=lambda identifier: firsts[identifier]) if firsts else ""


def _primary(order: Sequence[str], totals: dict[str, float]) -> tuple[str, float]:
    if not order or totals[order[0]] <= 0:
        return UNSORTED, 0.0
    best = totals[order[0]]
    runner_up = totals[order[1]] if len(order) > 1 else 0.0
    confidence = (1 - math.exp(-best / HALF)) * (1 - 0.5 * min(1.0, runner_up / best))
    return (order[0] if confidence >= UNSURE_BELOW else UNSORTED), confidence


def _add(one: Reading, spoken: dict[str, list[float]], firsts: dict[str, int], reasons: list[tuple[float, Reason]]) -> None:
    said: set[str] = set()
    ranked, demanded, asides = _ranked(one), marked(one, "demand"), marked(one, "aside")
    part = part_of(one.place)
    for at, (hit, left) in enumerate(zip(one.hits, one.weights, strict=True)):
        if not hit.phrase.of_category or left == 0:
            continue
        group, strength = hit.phrase.group, hit.phrase.strength * left * part
        if at in ranked:
            strength *= RANKED
        if one.words.sentences[hit.first] in demanded:
            strength *= DEMANDED
        elif one.words.sentences[hit.first] in asides:
            strength *= ASIDE
        if hit.phrase.text in said:
            strength *= AGAIN
        said.add(hit.phrase.text)
        spoken[group].append(strength)
        firsts.setdefault(group, len(reasons))
        reasons.append((strength, reason(hit, one)))


def part_of(place: Place) -> float:
    """What words of a place count: a subject less than the letter, an answer's subject least, being somebody's older one."""
    if not place.in_.endswith("subject"):
        return 1.0
    return OLD_SUBJECT if _ANSWER.match(place.text) else SUBJECT


def marked(one: Reading, group: str) -> set[int]:
    """Sentences in which a phrase of a group stands."""
    return {one.words.sentences[hit.first] for hit in one.hits if hit.phrase.group == group}


def _ranked(one: Reading) -> set[int]:
    """ "Главное — не хватает 12 коробок, одна мятая": the first complaint after the author's own ranking word is meant, by its number."""
    marks = [hit for hit in one.hits if hit.phrase.group == "ranking"]
    if not marks:
        return set()
    told: dict[int, list[int]] = {}
    for at, hit in enumerate(one.hits):
        if hit.phrase.of_category:
            told.setdefault(one.words.sentences[hit.first], []).append(at)
    found: set[int] = set()
    for mark in marks:
        said = told.get(one.words.sentences[mark.first], [])
        after = bisect_right(said, mark.last, key=lambda at: one.hits[at].first)
        found.update(said[after : after + 1] or said)
    return found


def reason(hit: Hit, one: Reading) -> Reason:
    """The words of a phrase with their place in the original text and the line of the rule."""
    start, end = one.words.starts[hit.first], one.words.ends[hit.last]
    return Reason(hit.phrase.group, one.place.text[start:end], start, end, one.place.in_, hit.phrase.place)
