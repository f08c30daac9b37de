"""What a model adds to the verdict of the rules: where it proved better it decides alone or with them, and its words become reasons."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from mailbot.claims.category import UNSORTED, Reason, Verdict
from mailbot.classify.category import HALF, SECONDARY
from mailbot.classify.model import MODEL, RULES, Judge


def second_opinion(verdict: Verdict, judge: Judge, text: str, subject: str, language: str, in_: str = "text") -> Verdict:
    """The verdict by the way that proved best for this language; the model's version stands on it in any case."""
    model = judge.model
    version = f"{verdict.version}+{model.version}"
    way = model.use.get(language, RULES)
    if way == RULES:
        return replace(verdict, version=version)
    chances = chances_of(way, strengths_of(verdict), judge.strengths(text, subject), model.sharpness[way])
    primary, confidence = spoken(chances, model.unsure_below[way])
    kept = (*(verdict.secondary), *((verdict.primary,) if verdict.primary != UNSORTED else ()))
    strong = {category for category, strength in strengths_of(verdict).items() if strength >= SECONDARY}
    return replace(
        verdict,
        primary=primary,
        secondary=tuple(category for category in dict.fromkeys(kept) if category != primary and category in strong),
        scores={category: round(chances[category], 4) for category in verdict.scores},
        confidence=round(confidence, 4),
        reasons=verdict.reasons + _reasons(judge, text, primary, in_),
        version=version,
    )


def _reasons(judge: Judge, text: str, primary: str, in_: str) -> tuple[Reason, ...]:
    if primary == UNSORTED:
        return ()
    words = judge.telling(text, primary)
    return tuple(Reason(primary, text[start:end], start, end, in_, f"model {judge.model.version}") for start, end in words)


def strengths_of(verdict: Verdict) -> dict[str, float]:
    """How strongly the rules spoke for each category, from their scores."""
    return {category: -HALF * math.log(max(1e-4, 1 - score)) for category, score in verdict.scores.items()}


def chances_of(way: str, rules: Mapping[str, float], model: Mapping[str, float], sharpness: tuple[float, float]) -> dict[str, float]:
    """The chance of each category of the rules; a category that the model was never shown is left to the rules."""
    of_rules, of_model = (0.0 if way == MODEL else sharpness[0]), (0.0 if way == RULES else sharpness[1])
    least = min(model.values(), default=0.0)
    sums = {category: of_rules * strength + of_model * model.get(category, least) for category, strength in rules.items()}
    highest = max(sums.values(), default=0.0)
    raised = {category: math.exp(value - highest) for category, value in sums.items()}
    return {category: value / sum(raised.values()) for category, value in raised.items()}


def spoken(chances: Mapping[str, float], unsure_below: float) -> tuple[str, float]:
    """The likeliest category with its chance, or `unsorted` where such a chance was wrong more often than right."""
    if not chances:
        return UNSORTED, 0.0
    best = max(sorted(chances), key=lambda category: chances[category])
    return (best if chances[best] >= unsure_below else UNSORTED), chances[best]
