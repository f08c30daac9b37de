"""Is it a claim at all? What speaks for it and against it, as one number between 0 and 1, with the words."""

from __future__ import annotations

import math
from collections.abc import Sequence

from mailbot.claims.category import Reason
from mailbot.classify.category import Reading, reason

FOR = {"claim": 1.0, "demand": 0.7, "displeased": 0.6, "legal": 0.5}
AGAINST = {"content": 0.6, "no_claim": 1.0, "about": 0.5, "asking": 0.6}
DEFECT = 0.9  # words of a category
MIDDLE = 2.2  # sum at which it is as likely as not
STEEP = 1.1


def claim_confidence(readings: Sequence[Reading]) -> tuple[float, tuple[Reason, ...]]:
    """The groups of claim_words.toml weighed: claim, demand, displeased against content, no_claim, about, asking."""
    total = 0.0
    reasons: list[Reason] = []
    said: set[str] = set()
    for one in readings:
        for hit, left in zip(one.hits, one.weights, strict=True):
            group = hit.phrase.group
            share = FOR.get(group, 0.0) - AGAINST.get(group, 0.0)
            if hit.phrase.place.startswith("categories/"):
                share = DEFECT
            if not share or not left or hit.phrase.text in said:
                continue
            said.add(hit.phrase.text)
            total += share * hit.phrase.strength * left
            reasons.append(reason(hit, one))
    return round(1 / (1 + math.exp(-STEEP * (total - MIDDLE))), 4), tuple(reasons)
