"""Whole letters in many voices (kind_letters.tsv, danger_halves.tsv), each written before it was judged; of even number: never looked at.

A line of kind_letters.tsv is the category or `none`, the subject, the words; of danger_halves.tsv `safety` or `none`, the sentence. The even
lines were kept unread while the rules and sentences were mended: figures of them are what a stranger's letter may expect."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from mailbot.claims.category import Verdict
from tests.reading import facts, understand

FOLDER = Path(__file__).parent
SURE, LOST = 0.5, 0.2  # claims/policy.py: triage_below, not_claim_below
HALVES = pytest.mark.parametrize("looked_at", [True, False])


@cache
def read(*, looked_at: bool) -> Sequence[tuple[str, Verdict]]:
    lines = [line.split("\t") for line in (FOLDER / "kind_letters.tsv").read_text("utf-8").splitlines()]
    half = [line for number, line in enumerate(lines, 1) if (number % 2 == 1) == looked_at]
    return [(kind, understand(text.replace("\\n", "\n"), subject).verdict) for kind, subject, text in half]


@HALVES
def test_claims_are_not_lost_and_hardly_ever_wait(looked_at: bool) -> None:
    claims = [one for kind, one in read(looked_at=looked_at) if kind != "none"]
    assert len(claims) == 55
    assert all(one.claim_confidence >= LOST for one in claims)
    assert sum(one.claim_confidence < SURE for one in claims) <= 4


@HALVES
def test_what_is_no_claim_is_hardly_ever_acknowledged(looked_at: bool) -> None:
    others = [one for kind, one in read(looked_at=looked_at) if kind == "none"]
    assert len(others) == 66
    assert sum(one.claim_confidence >= SURE for one in others) <= 4


@HALVES
def test_the_category_is_told(looked_at: bool) -> None:
    claims = [(kind, one.primary) for kind, one in read(looked_at=looked_at) if kind != "none"]
    assert sum(kind != said for kind, said in claims) <= 3


@HALVES
def test_danger_is_told_from_its_look_alikes(looked_at: bool) -> None:
    lines = [line.split("\t") for line in (FOLDER / "danger_halves.tsv").read_text("utf-8").splitlines()]
    half = [line for number, line in enumerate(lines, 1) if (number % 2 == 1) == looked_at]
    wrong = {kind: [text for each, text in half if each == kind and facts(text).safety != (kind == "safety")] for kind in ("safety", "none")}
    assert len(half) == 60
    assert len(wrong["safety"]) <= (0 if looked_at else 2)
    assert len(wrong["none"]) <= (0 if looked_at else 4)


@pytest.mark.parametrize(
    "text",
    [
        "Диван красивый, ткань приятная, но сломана ножка. Что делать дальше?",
        "Parcel is missing the charger. When will I get it?",
        "Хотел бы узнать, что делать, если телевизор перестал включаться",
        "My order came with the wrong colour. How do I return it?",
    ],
)
def test_a_plain_fault_and_a_question_what_becomes_of_it_need_no_person(text: str) -> None:
    assert understand(text).verdict.claim_confidence >= SURE


@pytest.mark.parametrize(
    "text",
    [
        "When will my order arrive?",
        "Что делать, если привезут битое?",
        "Ещё не купил. Если окажется брак, как вернуть?",
        "Докажем брак, вернём ваши деньги за любой товар.",
        "We buy rejected and damaged stock, cash on collection.",
    ],
)
def test_the_same_words_without_a_fault_of_ones_own_wait_or_are_none(text: str) -> None:
    assert understand(text).verdict.claim_confidence < SURE
