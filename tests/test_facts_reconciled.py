"""Numbers that explain each other, and numbers that count nothing: sums, kinds, agreement, rests, sizes, prices, enclosures."""

from __future__ import annotations

import pytest

from mailbot.claims.facts import Fact
from tests.reading import facts

Told = list[tuple[float, str, str]]


def told(fact: Fact) -> tuple[float, str, str]:
    return float(fact.value), str(fact.unit), str(fact.role)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "В ТТН стоит 21 тонна 400 кг. На весовой чистого 20 860 кг. Пятьсот сорок килограммов испарились.",
            [(21.4, "t", "by_papers"), (20860, "kg", "received"), (540, "kg", "missing")],
        ),
        (
            "Договором предусмотрено 90 стульев: 60 зелёных и 30 серых.",
            [(90, "pcs", "by_papers"), (60, "pcs", "by_papers"), (30, "pcs", "by_papers")],
        ),
        ("Приехало 18 палет, по количеству сходится.", [(18, "pallet", "received")]),
        ("Сетка рабица, 18 рулонов, количество совпало.", [(18, "roll", "received")]),
        ("Lamb was 6.4kg on your ticket, 6.4kg on mine.", [(6.4, "kg", "by_papers"), (6.4, "kg", "received")]),
        ("The 24 chairs and 6 tables (order 55-90331) were delivered on Friday.", [(24, "pcs", "received"), (6, "pcs", "received")]),
        ("We ordered 5 water butts: only 4 on the pallet.", [(5, "pcs", "by_papers"), (4, "pcs", "received"), (1, "pcs", "missing")]),
        ("Nine of the twelve calipers delivered on PO A-77120 fail our check.", [(9, "pcs", "defective"), (12, "pcs", "total")]),
        ("Got 30 eggs I never ordered.", [(30, "pcs", "surplus")]),
        ("7 штук разбиты, ещё у пяти штук то же.", [(7, "pcs", "damaged"), (5, "pcs", "damaged")]),
        ("Итого минус семь коробок.", [(7, "box", "missing")]),
        ("По документам поставлено 3 200 м.", [(3200, "m", "by_papers")]),
        ("Под списание семьдесят пачек.", [(70, "pack", "damaged")]),
        ("In packing list filter oil 1.500 pcs, we received 1.380 pcs.", [(1500, "pcs", "by_papers"), (1380, "pcs", "received"), (120, "pcs", "missing")]),
    ],
)
def test_numbers_explain_each_other(text: str, expected: Told) -> None:
    assert [told(fact) for fact in facts(text).quantities] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Приложение: на 6 л.", []),
        ("Не хватает 2 ламп.\n\nПриложения:\n- копия накладной на 2 л.\n- фото, 5 шт.\n", [(2, "pcs", "missing")]),
        ("Паркет под ним чёрный, примерно 1,5 на 2 метра.", []),
        ("Телевизор 55 дюймов за 54 990 приехал разбитый.", []),
        ("It gives just 6,5 bar instead of 8.", []),
        ("Discharge 108 C before it stopped.", []),
        ("Прислали бумагу 115 г/м2 вместо 130.", []),
        ("При заказе от 200 штук доставка бесплатно.", [(200, "pcs", "unknown")]),
        ("На складе осталось 22 кг.", [(22, "kg", "unknown")]),
        ("Tried 3 sockets and 2 cables, still no power.", []),
        ("Пришло 4 мешка (в мешке по 5 штук).", [(4, "bag", "received")]),
        ("40 cartons (6 bottles each) arrived.", [(40, "box", "received")]),
        ("One carton cost 27 USD.", []),
        ("19 рулонов указанной серии находятся отдельно.", [(19, "roll", "unknown")]),
        ("Пришлите ещё 2 коробки, замечаний нет.", [(2, "box", "unknown")]),
    ],
)
def test_what_a_number_is_before_it_counts(text: str, expected: Told) -> None:
    assert [told(fact) for fact in facts(text).quantities] == expected


def test_a_column_is_headed_by_any_word_of_damage() -> None:
    text = "Код | Название | Накл. | Принято | Замято\nK-1 | Атлас птиц | 20 | 20 | 5\n"
    assert (5.0, "pcs", "damaged") in [told(fact) for fact in facts(text).quantities]
