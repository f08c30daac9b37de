"""What counted facts say of the category."""

from __future__ import annotations

import pytest

from mailbot.classify.counts import evidence
from tests.reading import facts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("В УПД 50 шт, выгрузили 47.", [("quantity", 0.06)]),
        ("Из 24 ламп 6 разбиты.", [("damage", 0.25)]),
        ("забракованы 31 из 80 болтов", [("quality", 0.3875)]),
        ("По УПД 40 коробок, приехало 42.", [("quantity", 0.0476)]),
        ("По накладной 50 шт, получили 50 шт.", []),
        ("Артикул\tПо накладной\tПринято\tБой\nKR-1\t10\t8\t0\nKR-2\t20\t20\t5\n", [("quantity", 0.1), ("damage", 0.25)]),
    ],
)
def test_evidence(text: str, expected: list[tuple[str, float]]) -> None:
    assert [(one.category, round(one.share, 4)) for one in evidence(facts(text))] == expected


def test_evidence_points_at_its_words() -> None:
    text = "Добрый день. В УПД 50 шт, выгрузили 47."
    (one,) = evidence(facts(text))
    assert one.text == text[one.start : one.end] == "50 шт, выгрузили 47"
