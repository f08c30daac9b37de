"""Quantities with units and roles, shortages computed, sums of money, and numbers in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.claims.facts import Fact
from tests.reading import facts, rules


def told(fact: Fact) -> tuple[float, str | None, str | None]:
    return float(fact.value), fact.unit, fact.role


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("По накладной 50 шт, получили 47.", [(50, "pcs", "by_papers"), (47, "pcs", "received"), (3, "pcs", "missing")]),
        ("Вместо 50 мешков приехало 48.", [(50, "bag", "by_papers"), (48, "bag", "received"), (2, "bag", "missing")]),
        ("Заказывали 12, пришло 10 банок.", [(12, "jar", "by_papers"), (10, "jar", "received"), (2, "jar", "missing")]),
        ("300 м кабеля вместо 500", [(300, "m", "received"), (500, "m", "by_papers"), (200, "m", "missing")]),
        ("По УПД 40 коробок, приехало 42.", [(40, "box", "by_papers"), (42, "box", "received"), (2, "box", "surplus")]),
        ("По накладной 50 шт, получили 50 шт.", [(50, "pcs", "by_papers"), (50, "pcs", "received")]),  # nothing is missing
        ("Мест по документам 8, приняли 7.", [(8, "place", "by_papers"), (7, "place", "received"), (1, "place", "missing")]),
        ("Получено 47 из 50 коробок.", [(47, "box", "received"), (50, "box", "by_papers"), (3, "box", "missing")]),
        ("Недостача: 3 места.", [(3, "place", "missing")]),
        ("Не хватает двух паллет и одного рулона.", [(2, "pallet", "missing"), (1, "roll", "missing")]),
        ("Пришло на 20 кг меньше.", [(20, "kg", "missing")]),
        ("Прислали лишние 5 упаковок.", [(5, "pack", "surplus")]),
        ("Разбито шесть ламп из двадцати четырёх.", [(6, "pcs", "damaged"), (24, "pcs", "total")]),
        ("Из 24 ламп 6 разбиты.", [(24, "pcs", "total"), (6, "pcs", "damaged")]),
        ("забракованы 31 из 80 болтов", [(31, "pcs", "defective"), (80, "pcs", "total")]),
        ("недовложение 2 (две) коробки", [(2, "box", "missing")]),
        ("12шт битых", [(12, "pcs", "damaged")]),
        ("1 200 шт. бракованных", [(1200, "pcs", "defective")]),
        ("полтора ящика гнилых", [(1.5, "crate", "unknown")]),
        ("десяток плиток в сколах", [(10, "pcs", "damaged")]),
        ("Мест: 6, вес 214 кг", [(6, "place", "unknown"), (214, "kg", "unknown")]),
        ("В двух из пяти коробок нет инструкции", [(2, "box", "unknown"), (5, "box", "total")]),  # boxes are not what is missing
        ("We ordered 100 pcs and received 96.", [(100, "pcs", "by_papers"), (96, "pcs", "received"), (4, "pcs", "missing")]),
        ("Two pallets missing out of 14.", [(2, "pallet", "missing"), (14, "pallet", "by_papers")]),
        ("Got 7 instead of 10 chairs.", [(7, "pcs", "received"), (10, "pcs", "by_papers"), (3, "pcs", "missing")]),
        ("All 2,600 panels are cracked", [(2600, "pcs", "damaged")]),
        ("таб. №50, на 5 этаже, 3 недели, 15 минут, двух человек, минус 4", []),
        ("размер 12х60, 10-12 мм, 4512/1, каб. 214, ст. 19", []),
        ("прошло 24 месяца, 100 %, 3:0, 212 м/ч", []),
    ],
)
def test_quantities(text: str, expected: list[tuple[float, str, str]]) -> None:
    assert [told(fact) for fact in facts(text).quantities] == expected


@given(st.integers(2, 999), st.integers(2, 999))
def test_a_shortage_is_the_difference_and_never_told_when_there_is_none(papers: int, received: int) -> None:
    found = {fact.role: fact.value for fact in facts(f"По накладной {papers} шт, получили {received} шт.").quantities}
    expected = {"by_papers": papers, "received": received}
    expected |= {"missing": papers - received} if papers > received else {"surplus": received - papers} if papers < received else {}
    assert found == expected


def test_a_computed_shortage_points_at_the_words_it_was_computed_from() -> None:
    text = "Добрый день. По накладной 50 шт, получили 47."
    missing = next(fact for fact in facts(text).quantities if fact.role == "missing")
    assert missing.text == text[missing.start : missing.end] == "50 шт, получили 47"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("двадцати пяти штук не хватает", 25), ("сорока семи коробок не хватает", 47), ("сто двадцать пять штук", 125),
        ("двести штук", 200), ("две тысячи штук", 2000), ("трое весов", 3), ("дюжина бутылок", 12),
        ("one hundred tiles", 100), ("twenty five boxes", 25), ("a dozen bottles", 12),
    ],
)  # fmt: skip
def test_numbers_in_words(text: str, value: int) -> None:
    assert [fact.value for fact in facts(text).quantities] == [value]


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("на 12 500,50 руб.", 12500.5, "RUB"),
        ("верните 5 690 руб", 5690, "RUB"),
        ("на 35 тыс. руб.", 35000, "RUB"),
        ("15 т.р.", 15000, "RUB"),
        ("1,2 млн рублей", 1200000, "RUB"),
        ("38 тысяч вы взяли сразу", 38000, "RUB"),
        ("1 450 р. 50 коп.", 1450.5, "RUB"),
        ("220₽", 220, "RUB"),
        ("45 000,00 (сорок пять тысяч) рублей", 45000, "RUB"),
        ("18 руб./шт", 18, "RUB"),
        ("paid £329 for it", 329, "GBP"),
        ("€1,250.50", 1250.5, "EUR"),
        ("USD 4,500", 4500, "USD"),
        ("заплатила 12990.", 12990, None),
    ],
)
def test_sums(text: str, value: float, currency: str | None) -> None:
    assert [(fact.value, fact.currency) for fact in facts(text).amounts] == [(value, currency)]


@pytest.mark.parametrize("text", ["заказ 4512 на завтра", "38 тысяч штук", "р. 42", "р/с 40702", "цена вопроса", "стоит 5 минут"])
def test_no_sums(text: str) -> None:
    assert facts(text).amounts == ()


def test_units_are_codes_of_the_rule_file() -> None:
    codes = set(rules().units) - {"not_goods"}
    found = facts("3 коробки, 2 кг, 5 шт, 4 мешка, 12 литров, 7 м2, 2 паллеты, 3 банки разбиты").quantities
    assert {fact.unit for fact in found} == {"box", "kg", "pcs", "bag", "l", "m2", "pallet", "jar"} <= codes
