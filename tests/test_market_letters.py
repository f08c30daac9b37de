"""English letters and reviews as buyers write them (market_letters.tsv), each written before it was judged; of even number: never looked at.

A line is the category or `none`, the subject, the words. Lines from 121 on were written after the rules were mended by the odd ones before."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from mailbot.claims.category import Verdict
from mailbot.claims.facts import Facts
from tests.reading import facts, understand

SURE, LOST = 0.5, 0.2  # claims/policy.py: triage_below, not_claim_below
HALVES = pytest.mark.parametrize("looked_at", [True, False])


@cache
def read(*, looked_at: bool) -> Sequence[tuple[str, Verdict]]:
    lines = [line.split("\t") for line in (Path(__file__).parent / "market_letters.tsv").read_text("utf-8").splitlines()]
    half = [line for number, line in enumerate(lines, 1) if (number % 2 == 1) == looked_at]
    return [(kind, understand(text, subject).verdict) for kind, subject, text in half]


@HALVES
def test_claims_are_not_lost_and_seldom_wait(looked_at: bool) -> None:
    claims = [one.claim_confidence for kind, one in read(looked_at=looked_at) if kind != "none"]
    assert len(claims) == 45
    assert min(claims) >= LOST
    assert sum(sure < SURE for sure in claims) <= (8 if looked_at else 9)


@HALVES
def test_what_is_no_claim_is_hardly_ever_acknowledged(looked_at: bool) -> None:
    others = [one.claim_confidence for kind, one in read(looked_at=looked_at) if kind == "none"]
    assert len(others) == 45
    assert sum(sure >= SURE for sure in others) <= (1 if looked_at else 4)


@HALVES
def test_the_category_is_told(looked_at: bool) -> None:
    claims = [(kind, one.primary) for kind, one in read(looked_at=looked_at) if kind != "none"]
    assert sum(kind != said for kind, said in claims) <= (3 if looked_at else 5)


@pytest.mark.parametrize(
    ("other", "claim"),
    [
        ("My old kettle started to leak after nine years, so I picked this one.", "My old kettle lasted nine years, but this one leaks."),
        ("Had two of the other brand and both cracked.", "Had two of your brand and both cracked."),
        ("I read that the pump stops working after a month.", "I read the manual and the pump stops working all the same."),
        ("Some people say that theirs stopped working.", "It stopped working."),
        ("Мой старый чайник потёк, вот и взяла у вас.", "Мой старый чайник служил десять лет, а ваш потёк."),
        ("В отзывах у многих сломалась кнопка.", "Сломалась кнопка."),
        ("У соседки из другого магазина блюдца были вдребезги.", "Из вашего магазина блюдца были вдребезги."),
        ("From another shop the jug came broken.", "From your shop the jug came broken."),
    ],
)
def test_what_befell_other_goods_is_no_fault_of_ours(other: str, claim: str) -> None:
    there, here = understand(other).verdict, understand(claim).verdict
    assert there.claim_confidence < SURE
    assert max(there.scores.values()) < max(here.scores.values())
    assert there.claim_confidence <= here.claim_confidence


def test_harm_to_people_is_heard_of_whoever_tells_it() -> None:
    told: Facts = facts("У подруги ваш фен загорелся в руках, ожог.")
    other: Facts = facts("My friend told me that the heater caught fire and burned her hand.")
    assert told.safety
    assert other.safety
