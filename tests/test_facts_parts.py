"""Counts told without their goods: what they are counted in, and what is told of some of a whole."""

from __future__ import annotations

import pytest

from tests.reading import facts

Told = tuple[float, str, str]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # a word that is counted itself is no label of the next number, nor is a conjunction
        ("Billed 9 pallets, 7 came.", (7, "pallet", "received")),
        ("В УПД 64 ящика и 64 принято.", (64, "crate", "received")),
        # the unit of a part: of a whole that is large enough, of "them", of what a package holds
        ("We bought 48 lamps in 6 cartons. Also nine are cracked.", (9, "pcs", "damaged")),
        ("Ordered 30 boxes of bolts, got 29. Opened five of them, one clip bent in the first.", (5, "box", "total")),
        ("Приехало 36 коробок плитки. В одной коробке вместо двенадцати десять.", (12, "pcs", "by_papers")),
        ("Приехало 36 коробок плитки. В одной коробке вместо двенадцати десять.", (10, "pcs", "received")),
        ("Шесть ящиков, в каждом должно быть 15 банок. Вместо 90 у нас 88.", (88, "jar", "received")),
        ("Вскрыли восемь пачек: в трёх листы слиплись.", (3, "pack", "damaged")),
        ("Заказали четыре пары перчаток.", (4, "pair", "by_papers")),
        ("Купили 80 мешков. Открыли ещё пять, в двух из них комки.", (5, "bag", "total")),
        # what is told of some by «у»
        ("Получили двадцать комплектов. У пяти ручка отходит от двери.", (5, "set", "defective")),
        ("Занесли 30 столов. У семи столов нет подпятников.", (7, "pcs", "defective")),
        # a device that leaks is faulty, a vessel that leaks is damaged
        ("Получили 12 насосов. У трёх течёт из-под фланца.", (3, "pcs", "defective")),
        ("Получили 12 канистр. У трёх течёт крышка.", (3, "drum", "damaged")),
        # what should have come is told before fewer of it came
        ("Мука, 70 мешков, партия А-1. Мешков пришло 66.", (70, "bag", "by_papers")),
        # no receipt: what came off, what is left over
        ("In our test the handle came off 4 out of 30 kettles.", (4, "pcs", "defective")),
        ("We tested 40 lamps. Balance 60 lamps not opened.", (60, "pcs", "unknown")),
    ],
)
def test_a_count_without_its_goods(text: str, expected: Told) -> None:
    assert expected in [(float(fact.value), fact.unit, fact.role) for fact in facts(text).quantities]


@pytest.mark.parametrize(
    "text",
    [
        "У двух клиентов мастер отходит от прибора.",
        "Пришло 20 коробок. У водителя накладка отходит от железки.",
        "Получили 5 коробок. Звонили на pallet 6, 7 августа.",
    ],
)
def test_people_days_and_labels_count_no_goods(text: str) -> None:
    assert {float(fact.value) for fact in facts(text).quantities} <= {20, 5}
