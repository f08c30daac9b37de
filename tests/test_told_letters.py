"""Counts as many people tell them (told_letters.tsv: the words, the quantities, further facts), written before they were judged.

Where several answers will do they stand with "|" between; nothing behind "=" means that there is no such fact. The even lines were not
looked at while the rules were mended by the odd ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reading import facts

LINES = [line.split("\t") for line in (Path(__file__).parent / "told_letters.tsv").read_text("utf-8").splitlines()]


def _told(text: str) -> set[str]:
    return {f"{float(fact.value):g} {fact.unit} {fact.role}" for fact in facts(text).quantities}


@pytest.mark.parametrize(("looked_at", "precision", "recall"), [(True, 0.90, 0.78), (False, 0.88, 0.75)])
def test_most_counts_are_told_with_their_role(looked_at: bool, precision: float, recall: float) -> None:
    right = said = true = 0
    for number, (text, gold, _) in enumerate(LINES, 1):
        if (number % 2 == 1) == looked_at:
            wanted = [{form.strip() for form in each.split("|")} for each in gold.split(";") if each.strip()]
            told = _told(text)
            right += sum(not forms.isdisjoint(told) for forms in wanted)
            said += len(told)
            true += len(wanted)
    assert true > 100
    assert right / said >= precision
    assert right / true >= recall


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Ждали тридцать пар сапог, приехало двадцать пять.", "30 pair by_papers"),
        ("Привезли семь мест, восьмое разбито.", "1 place damaged"),
        ("Было обещано 8 секций, смонтировали 7, восьмую не отгрузили.", "1 pcs missing"),
        ("Привезли лишнюю коробку герметика.", "1 box surplus"),
        ("We got an extra pallet of bricks.", "1 pallet surplus"),
        ("Delivery was a day late and a carton short.", "1 box missing"),
        ("We received 40 sets, ten of them without cables.", "10 set defective"),
        ("Водитель выдал 5 мест, в расписке 6.", "6 place by_papers"),
    ],
)
def test_a_thing_told_without_its_number_or_by_what_it_lacks(text: str, told: str) -> None:
    assert told in _told(text)


@pytest.mark.parametrize(
    "text", ["Привезли семь мест на второй этаж.", "Получили 2 стола, звоню третий раз.", "We got 2 lamps on the third day."]
)
def test_an_ordinal_of_another_thing_counts_no_goods(text: str) -> None:
    assert not any(told.startswith("1 ") for told in _told(text))


def test_a_part_without_a_fault_is_not_faulty() -> None:
    assert not any(told.endswith("defective") for told in _told("Получили 40 мешков, 10 мешков без повреждений."))


def test_who_waits_for_a_replacement_names_no_papers() -> None:
    assert _told("Ждём замену, сломались 2 дрели из 6.") == {"2 pcs defective", "6 pcs total"}
