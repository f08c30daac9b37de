"""Harm, near misses and threats of law in the words of many people (danger_sentences.tsv), and look-alikes that raise no alarm."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reading import facts

LINES = (Path(__file__).parent / "danger_sentences.tsv").read_text("utf-8").splitlines()
SENTENCES = [line.split("\t") for line in LINES]


@pytest.mark.parametrize("kind", ["safety", "legal", "none"])
def test_each_sentence_is_told_as_what_it_is(kind: str) -> None:
    sentences = [text for told, text in SENTENCES if told == kind]
    assert len(sentences) >= 40
    wrong = [text for text in sentences if not _is_told(kind, text)]
    assert wrong == []


def _is_told(kind: str, text: str) -> bool:
    found = facts(text)
    alarmed = found.safety or found.urgency == "critical"
    if kind == "none":
        return not alarmed and not found.legal_threat
    return alarmed if kind == "safety" else found.legal_threat


def test_harm_is_critical_and_law_is_urgent() -> None:
    hurt, law, calm = (
        facts("Собака отравилась вашим кормом."),
        facts("My barrister will be writing to you."),
        facts("Чайник закипает медленно."),
    )
    assert (hurt.safety, hurt.urgency) == (True, "critical")
    assert (law.legal_threat, law.urgency, law.safety) == (True, "high", False)
    assert (calm.safety, calm.legal_threat, calm.urgency) == (False, False, "normal")


@pytest.mark.parametrize("text", ["Ещё немного, и квартира бы сгорела.", "Another minute and the whole kitchen would have gone up."])
def test_a_near_miss_is_meant_though_it_did_not_happen(text: str) -> None:
    assert facts(text).safety


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The hospital ordered 12 chairs, 2 arrived with broken legs.", False),
        ("The screen has a line down the middle.", False),
        ("The iron burned my shirt.", False),
        ("The iron burned my hand.", True),
        ("My son was taken to the hospital after your yoghurt.", True),
        ("Кресло развалилось, бабушка ударилась спиной, теперь не встаёт.", True),
    ],
)
def test_hospitals_order_goods_and_chairs_have_legs(text: str, told: bool) -> None:
    read = facts(text)
    assert (read.safety or read.urgency == "critical") is told
