"""What a sentence of ours is likely to say to a customer, by weights learned from rules/our_sentences. Pure; knows no letter."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from mailbot.claims.guard_names import fold

# What a sentence may say. `goods`, `money`: things promised, fine once such a thing is decided; `extra`: what no decision covers.
LABELS = ("fine", "admission", "goods", "money", "extra", "tone")
SCALE = 20  # weights are kept as whole numbers of twentieths
ANY = "bias"
_GOODS = frozenset({"repair", "replacement", "topup", "pickup"})
_MONEY = frozenset({"refund", "markdown", "compensation"})
_WHATS = {"admission": "admission", "goods": "promise", "money": "promise", "extra": "promise", "tone": "tone"}
_LEAST = {"admission": 0.5, "promise": 0.5, "tone": 0.65}  # the chance of all that is not fine, from which the author is asked
_SURELY_FINE = 0.95
_TOKEN = re.compile(r"[a-zа-я]+(?:-[a-zа-я]+)*|\d+|[?!«\"“]")
_FEWEST, _MOST = 3, 80  # words of a sentence that is judged: a greeting says nothing, and no sentence is a page long
_ENOUGH = 7  # words of a sentence that is asked about: «замена отгружена, вчера» tells too little
_SHORT, _LONG = 4, 5  # letters


@dataclass(frozen=True, slots=True)
class Sense:
    """Weights of each sign, in the order of LABELS. None learned: every sentence is fine."""

    weights: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def chances(self, sentence: str) -> tuple[float, ...]:
        """The chance of each of LABELS, together 1."""
        signs = signs_of(sentence)
        if not self.weights or sum(sign.startswith("b:") for sign in signs) < _FEWEST:
            return (1.0, *(0.0 for _ in LABELS[1:]))
        known = [self.weights[sign] for sign in signs if sign in self.weights]
        sums = [sum(column) / SCALE / math.sqrt(len(signs)) for column in zip(*known, strict=True)]
        raised = [math.exp(one - max(sums)) for one in sums]
        return tuple(one / sum(raised) for one in raised)

    def what(self, sentence: str, decided: frozenset[str], *, is_told: bool) -> str:
        """What the author is asked about this sentence: a kind of question, "" for nothing.

        `decided`: kinds of `case_letters.DECISIONS`, which may be told. `is_told`: it supposes, asks or tells what another says, and
        so admits and promises nothing itself.
        """
        chances = dict(zip(LABELS, self.chances(sentence), strict=True))
        fine = {"goods"} if decided & _GOODS else set()
        fine |= {"money"} if decided & _MONEY else set()
        fine |= set(_WHATS) - {"tone"} if is_told else set()
        amiss = {label: chances[label] for label in _WHATS if label not in fine}
        what = _WHATS[max(amiss, key=amiss.__getitem__)]
        tells = len(_TOKEN.findall(fold(sentence).casefold())) >= _ENOUGH
        return what if tells and sum(amiss.values()) >= _LEAST[what] else ""

    def is_fine(self, sentence: str) -> bool:
        """Whether it so plainly says nothing amiss that a word of it, taken by itself, is no reason to ask."""
        return bool(self.weights) and len(_TOKEN.findall(sentence)) > _FEWEST and self.chances(sentence)[0] > _SURELY_FINE


def signs_of(sentence: str) -> tuple[str, ...]:
    """Words, their beginnings and endings, and each word with the one before it: forms that no sentence taught still look alike."""
    found, before = {ANY: None}, "^"
    for word in _TOKEN.findall(fold(sentence).casefold())[:_MOST]:
        word = "0" if word[0].isdigit() else word
        stem = word[:_LONG]
        found[f"w:{word}"] = None
        if len(word) >= _LONG:
            found |= dict.fromkeys((f"e:{word[-3:]}", f"e:{word[-2:]}", *(f"p:{word[:n]}" for n in range(_SHORT, min(len(word), 7)))))
            if len(before) <= _SHORT:
                found[f"c:{before} {word[-2:]}"] = None  # «мы …ли», «вы …те»
        found[f"b:{before} {stem}"] = None
        before = stem
    return tuple(found)
