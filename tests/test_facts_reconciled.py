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
        ("Обе лампы пришли разбитыми.", [(2, "pcs", "damaged")]),
        ("Half of the 60 tiles are cracked.", [(30, "pcs", "damaged"), (60, "pcs", "total")]),
        ("320 кг на весах, по накладной 335.", [(320, "kg", "received"), (335, "kg", "by_papers"), (15, "kg", "missing")]),
        ("Итого минус семь коробок.", [(7, "box", "missing")]),
        ("По документам поставлено 3 200 м.", [(3200, "m", "by_papers")]),
        ("Под списание семьдесят пачек.", [(70, "pack", "damaged")]),
        (
            "In packing list filter oil 1.500 pcs, we received 1.380 pcs.",
            [(1500, "pcs", "by_papers"), (1380, "pcs", "received"), (120, "pcs", "missing")],
        ),
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
        ("Бригадир забрал оба экземпляра.", []),
        ("19 рулонов указанной серии находятся отдельно.", [(19, "roll", "unknown")]),
        ("Пришлите ещё 2 коробки, замечаний нет.", [(2, "box", "unknown")]),
        ("380 абонентов без связи, 90 cows wait.", []),
        ("12 calf hutches came.", [(12, "pcs", "received")]),
        ("12 calves came.", []),
        ("Блины весят от 18,9 до 19,3 кг, фото 31 шт.", []),
        ("Наша расписка: бочек 1188204417.", []),
        ("8 off load cells came, one is dead.", [(8, "pcs", "received"), (1, "pcs", "defective")]),
        ("320 bags of coffee of 60 kg came.", [(320, "bag", "received")]),
        ("40 corner boards arrived.", [(40, "pcs", "received")]),
        ("9 copies of the hardback arrived, 2 copies of the invoice came.", [(9, "pcs", "received")]),
        ("Замер в трёх сечениях показал брак.", []),
        ("Кабель размотали, намеряли 94 м.", [(94, "m", "received")]),
        ("Всхожесть 71 процент, а на бирке 92.", []),
    ],
)
def test_what_a_number_is_before_it_counts(text: str, expected: Told) -> None:
    assert [told(fact) for fact in facts(text).quantities] == expected


def test_a_column_is_headed_by_any_word_of_damage() -> None:
    text = "Код | Название | Накл. | Принято | Замято\nK-1 | Атлас птиц | 20 | 20 | 5\n"
    assert (5.0, "pcs", "damaged") in [told(fact) for fact in facts(text).quantities]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12 bags torn out of 40.", [(12, "bag", "damaged"), (40, "bag", "total")]),
        ("Прошу вернуть 4500 рублей за 2 лампы по заказу № А-338.", [(2, "pcs", "unknown")]),
        ("4 drums of gum - one drum arrived with the cap split", [(4, "drum", "total"), (1, "drum", "damaged")]),
        ("9 bags are stained, 267 bags are sound.", [(9, "bag", "damaged"), (267, "bag", "unknown")]),
        ("40 sacks of sound flour are torn.", [(40, "bag", "damaged")]),
        ("We will ship 150 pcs free of charge.", [(150, "pcs", "unknown")]),
        ("We shipped 150 pcs free of charge.", [(150, "pcs", "unknown")]),
        ("Пришло 22 пачки, пять пачек промокли, остальные 17 сухие.", [(22, "pack", "received"), (5, "pack", "damaged"), (17, "pack", "unknown")]),
        ("The remaining 3 sacks never came.", [(3, "bag", "missing")]),
        ("We put the remaining 37 sacks aside.", [(37, "bag", "unknown")]),
        ("Мука: ттн 5000 кг, весовая 4870 кг.", [(5000, "kg", "by_papers"), (4870, "kg", "received"), (130, "kg", "missing")]),
    ],
)
def test_a_role_is_told_by_its_own_clause(text: str, expected: Told) -> None:
    assert [told(fact) for fact in facts(text).quantities] == expected


def test_sizes_of_clothes_are_no_counts_and_in_box_is_what_came() -> None:
    table = "Style | Size | Ordered | In box\nLN-204 | 10 | 12 | 12\nLN-204 | 12 | 12 | 6\n"
    told_ = {told(fact) for fact in facts(table).quantities}
    assert told_ == {(12, "pcs", "by_papers"), (12, "pcs", "received"), (6, "pcs", "received"), (6, "pcs", "missing")}
