"""Harm, near misses and threats of law in the words of many people (danger_sentences.tsv), and look-alikes that raise no alarm."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reading import facts
from tests.timing import assert_linear

MISREAD = {"safety": 4, "legal": 1, "none": 6}  # of all the sentences, those that still are: docs/measured.md
LINES = (Path(__file__).parent / "danger_sentences.tsv").read_text("utf-8").splitlines()
SENTENCES = [line.split("\t") for line in LINES]


@pytest.mark.parametrize("kind", ["safety", "legal", "none"])
def test_sentences_are_told_as_what_they_are(kind: str) -> None:
    sentences = [text for told, text in SENTENCES if told == kind]
    assert len(sentences) >= 40
    wrong = [text for text in sentences if not _is_told(kind, text)]
    assert len(wrong) <= MISREAD[kind], wrong


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


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Стеллаж накрыл кладовщицу.", True),
        ("Кладовщица накрыла стеллаж плёнкой.", False),
        ("Отца закоротило от обогревателя.", True),
        ("Пациенты не пострадали, просим заменить рулоны.", False),
        ("Пациента чуть не убило.", True),
        ("The shelf fell on our packer.", True),
        ("Our packer says the shelf is one bolt short.", False),
    ],
)
def test_it_matters_to_whom_it_happens(text: str, told: bool) -> None:
    assert facts(text).safety is told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Бойлер рухнул. За минуту до этого там мылся сын.", True),
        ("Бойлер рухнул. Пришлите новый. Ваш менеджер вежлив. За минуту до этого мылся сын.", False),
        ("Нарядный пакет лопнул.", False),
        ("Дочке поставили диагноз дерматит.", True),
        ("У другой марки коляски складываются с ребёнком, у вашей скрипит колесо.", False),
    ],
)
def test_two_signs_of_danger_count_only_beside_each_other(text: str, told: bool) -> None:
    assert facts(text).safety is told


def test_many_signs_cost_no_squared_time() -> None:
    signs = "лопнуло, колено, сыпь, "
    facts(signs)
    assert_linear(lambda: facts(signs * 350), lambda: facts(signs * 700), floor=0.5, cap=6.0)
