"""How many of what in short letters (counted_letters.tsv: the words, and each quantity with unit and role), written before it was judged.

Where several answers will do they stand with "|" between. The even lines were not looked at while the words were mended by the odd ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reading import facts

LINES = [line.split("\t") for line in (Path(__file__).parent / "counted_letters.tsv").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("looked_at", [True, False])
def test_most_quantities_are_told_with_their_role(looked_at: bool) -> None:
    right = said = true = 0
    for number, (text, gold) in enumerate(LINES, 1):
        if (number % 2 == 1) == looked_at:
            told = {f"{float(fact.value):g} {fact.unit} {fact.role}" for fact in facts(text).quantities}
            wanted = [{form.strip() for form in each.split("|")} for each in gold.split(";")]
            right += sum(not forms.isdisjoint(told) for forms in wanted)
            said += len(told)
            true += len(wanted)
    assert true == 50
    assert right / said >= 0.8
    assert right / true >= 0.66


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Платили за сто банок, в коробке 96.", (100, "by_papers")),
        ("Обещали 14 листов, в кузове 12.", (14, "by_papers")),
        ("Две паллеты так и не выехали.", (2, "missing")),
        ("The box says 24 capsules, I got 20.", (24, "by_papers")),
        ("Three drums never left your yard.", (3, "missing")),
        ("Прошу заменить 3 лампы.", (3, "unknown")),
    ],
)
def test_words_of_everyday_tell_a_role(text: str, told: tuple[int, str]) -> None:
    assert told in [(fact.value, fact.role) for fact in facts(text).quantities]
