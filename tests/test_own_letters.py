"""The letters of our own are enough, two thirds Russian, and every fact they name is of a known type."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.own_letters import SCORED, OwnLetter, own_letters

LISTED = {*SCORED, "kind", "primary", "has", "danger"}
BOTH = [*own_letters(looked_at=True), *own_letters(looked_at=False)]


def test_there_are_enough_and_two_thirds_are_russian() -> None:
    languages = Counter(one.language for one in BOTH)
    assert len({one.id for one in BOTH}) == len(BOTH) >= 120
    assert set(languages) == {"ru", "en"}
    assert 0.6 <= languages["ru"] / len(BOTH) <= 0.72


@pytest.mark.parametrize("letter", BOTH, ids=lambda one: one.id)
def test_every_fact_named_is_of_a_known_type(letter: OwnLetter) -> None:
    gold = letter.gold
    assert gold.keys() <= LISTED
    assert "remedies" in gold
    assert ("primary" in gold) != ("kind" in gold)
    assert all(len(value.split("|")[0].split()) == 3 for value in gold.get("quantities", ()))
