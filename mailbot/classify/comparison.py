"""Compares rules, model and both on letters that the model has not seen, and fits what turns their scores into chances."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mailbot.claims.agreement import Said, agreement, by_chance
from mailbot.claims.category import Verdict
from mailbot.claims.lesson import Lesson
from mailbot.classify.model import BOTH, MODEL, RULES, WAYS, Judge, Model, fit
from mailbot.classify.second_opinion import chances_of, spoken, strengths_of

FOLDS = 5
FEWEST = 40  # letters of a language; fewer prove nothing
LUCK = 0.05  # a gain that luck alone brings more often than this is no proof
_OF_RULES = (0.15, 0.3, 0.6, 1.0, 1.5)
_OF_MODEL = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 12.0, 18.0, 27.0)
_NO_SHARPNESS = (1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Judged:
    """One letter with the verdict of the rules, its language, and what a model trained on the other letters says."""

    lesson: Lesson
    verdict: Verdict
    language: str
    strengths: dict[str, float]


def held_out(lessons: Sequence[Lesson], read: Sequence[tuple[Verdict, str]], examples: Sequence[Lesson]) -> list[Judged]:
    """Each letter judged by a model that was fitted on the others and the examples; letters of the same words stay together."""
    folds = [_fold(lesson) for lesson in lessons]
    judges = [Judge(fit([*(one for one, at in zip(lessons, folds, strict=True) if at != fold), *examples])) for fold in range(FOLDS)]
    return [
        Judged(lesson, verdict, language, judges[fold].strengths(lesson.text, lesson.subject))
        for lesson, (verdict, language), fold in zip(lessons, read, folds, strict=True)
    ]


def _fold(lesson: Lesson) -> int:
    words = " ".join(lesson.text.casefold().split())
    return int(hashlib.sha256(words.encode("utf-8", "replace")).hexdigest(), 16) % FOLDS


@dataclass(frozen=True, slots=True)
class Scale:
    """What turns scores into chances, by way."""

    sharpness: dict[str, tuple[float, float]]
    unsure_below: dict[str, float]


def calibrated(judged: Sequence[Judged]) -> Scale:
    """Fitted on letters held out: sharpness by their likelihood, the bound of "unsure" where speaking is wrong as often as right."""
    sharpness = {MODEL: _NO_SHARPNESS, BOTH: _NO_SHARPNESS}
    unsure = {MODEL: 0.0, BOTH: 0.0}
    strengths = [(strengths_of(one.verdict), one.strengths, one.lesson.category) for one in judged]
    for way, of_rules in ((MODEL, (0.0,)), (BOTH, _OF_RULES)):
        grid = [(a, b) for a in of_rules for b in _OF_MODEL]
        sharpness[way] = min(grid, key=lambda pair: _surprise(strengths, way, pair)) if judged else _NO_SHARPNESS
        best = [spoken(chances_of(way, rules, model, sharpness[way]), 0.0) for rules, model, _ in strengths]
        unsure[way] = _bound([(chance, said == gold) for (said, chance), (_, _, gold) in zip(best, strengths, strict=True)])
    return Scale(sharpness, unsure)


def _surprise(strengths: Sequence[tuple[Mapping[str, float], Mapping[str, float], str]], way: str, sharpness: tuple[float, float]) -> float:
    """Mean surprise at what people said: the smaller, the better the chances."""
    return sum(-math.log(max(1e-6, chances_of(way, rules, model, sharpness).get(gold, 0.0))) for rules, model, gold in strengths)


def _bound(spoken_: Sequence[tuple[float, bool]]) -> float:
    """The bound at which right less wrong is greatest; saying nothing counts 0."""
    bound, best, sum_ = 1.0 if spoken_ else 0.0, 0, 0
    ordered = sorted(spoken_, reverse=True)
    for n, (chance, right) in enumerate(ordered):
        sum_ += 1 if right else -1
        is_last_of_its_chance = n + 1 == len(ordered) or ordered[n + 1][0] < chance
        if is_last_of_its_chance and sum_ >= best:
            bound, best = chance, sum_
    return round(bound - 5e-5, 4) if bound < 1 else bound


def said(judged: Sequence[Judged], way: str, scale: Scale) -> list[Said]:
    """What each way says of each letter."""
    return [_said(one, way, scale) for one in judged]


def _said(one: Judged, way: str, scale: Scale) -> Said:
    lesson = one.lesson
    if way == RULES:
        return Said(lesson.category, one.verdict.primary, one.verdict.confidence, one.language, lesson.place)
    chances = chances_of(way, strengths_of(one.verdict), one.strengths, scale.sharpness[way])
    primary, chance = spoken(chances, scale.unsure_below[way])
    return Said(lesson.category, primary, chance, one.language, lesson.place)


def trained(lessons: Sequence[Lesson], judged: Sequence[Judged], examples: Sequence[Lesson], macro_over: Sequence[str]) -> Model:
    """The model of all letters, with the way that proved best for each language; "rules" where nothing did."""
    scale = calibrated(judged)
    ways = {way: said(judged, way, scale) for way in WAYS}
    languages = sorted({one.language for one in judged})
    measured = {language: {way: _macro(ways[way], language, macro_over) for way in WAYS} for language in languages}
    use = {language: _best({way: _of(ways[way], language) for way in WAYS}, measured[language]) for language in languages}
    model = fit([*lessons, *examples])
    return replace(model, use=use, sharpness=scale.sharpness, unsure_below=scale.unsure_below, measured=measured)


def _macro(judged: Sequence[Said], language: str, macro_over: Sequence[str]) -> float:
    return round(agreement(_of(judged, language), macro_over).macro_f1, 4)


def _of(judged: Sequence[Said], language: str) -> list[Said]:
    return [one for one in judged if one.language == language]


def _best(ways: Mapping[str, Sequence[Said]], macro: Mapping[str, float]) -> str:
    """Rules, unless another way is better in the mean over categories and luck alone does not explain its gain."""
    best = RULES
    for way in (MODEL, BOTH):
        proved = len(ways[RULES]) >= FEWEST and by_chance(ways[RULES], ways[way]) < LUCK
        if proved and macro[way] > macro[best]:
            best = way
    return best
