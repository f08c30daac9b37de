"""Finds rules that contradict each other: one phrase that speaks as strongly for two categories, or for a claim and against one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailbot.claims.errors import Fault
from mailbot.rulebook.values import STRENGTHS, Phrase, Rules

CLAIM_WORDS = "claim_words"
_OPPOSED = ("claim", "no_claim")
_Key = tuple[object, ...]
_Pair = tuple[Phrase, Phrase, str]  # the later one, the first, what is wrong with both


def contradictions(rules: Rules) -> list[Fault]:
    """Each pair once, at the line of the later one. W words only support, so that two categories may share them."""
    categories = [category.phrases for category in rules.categories]
    claim, no_claim = (rules.phrases(CLAIM_WORDS, group) for group in _OPPOSED)
    strong = STRENGTHS["S"]
    pairs = [*_shared(categories), *_both((p for p in claim if p.strength == strong), (p for p in no_claim if p.strength == strong))]
    found = [_fault(rules, *pair) for pair in pairs]
    return sorted(found, key=lambda fault: (fault.file, fault.line))


def _shared(categories: Iterable[tuple[Phrase, ...]]) -> Iterator[_Pair]:
    seen: dict[_Key, Phrase] = {}
    for phrases in categories:
        for phrase in phrases:
            if phrase.strength <= STRENGTHS["W"]:
                continue
            first = seen.setdefault((phrase.strength, *_key(phrase)), phrase)
            if first.group != phrase.group:
                yield (phrase, first, f"speaks as strongly for {first.group}")


def _both(claim: Iterable[Phrase], no_claim: Iterable[Phrase]) -> Iterator[_Pair]:
    seen = {_key(phrase): phrase for phrase in claim}
    for phrase in no_claim:
        if (first := seen.get(_key(phrase))) is not None:
            yield (phrase, first, "speaks for a claim and against one")


def _key(phrase: Phrase) -> _Key:
    return phrase.elements, phrase.near, phrase.not_near, phrase.letter, phrase.not_letter


def _fault(rules: Rules, phrase: Phrase, first: Phrase, problem: str) -> Fault:
    file, line = rules.place(phrase)
    other, at = rules.place(first)
    mend = "Keep it in one of them, weaken one, or give one a condition."
    return Fault(file, line, phrase.group, f"“{phrase.text}” {problem} ({other}:{at}).", mend)
