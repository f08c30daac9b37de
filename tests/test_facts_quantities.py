"""Quantities with units and roles, shortages computed, sums of money, and numbers in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.claims.facts import Fact
from tests.reading import facts, rules, values


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
        ("По документам 120 светильников, по факту 112.", [(120, "pcs", "by_papers"), (112, "pcs", "received"), (8, "pcs", "missing")]),
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
        ("полтора ящика гнилых", [(1.5, "crate", "defective")]),
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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("в упд 50, выгрузили 47", [(50, "pcs", "by_papers"), (47, "pcs", "received"), (3, "pcs", "missing")]),
        ("в документе 120 уп, легло на полку 114", [(120, "pack", "by_papers"), (114, "pack", "received"), (6, "pack", "missing")]),
        ("По факту на складе 16 рулонов, а в счёте 18", [(16, "roll", "received"), (18, "roll", "by_papers"), (2, "roll", "missing")]),
        ("вместо 100 подшипников 6205 получили 96", [(100, "pcs", "by_papers"), (96, "pcs", "received"), (4, "pcs", "missing")]),
        ("недостача 3 шт. из 50", [(3, "pcs", "missing"), (50, "pcs", "by_papers")]),
        ("Недостача трёх коробок из сорока", [(3, "box", "missing"), (40, "box", "by_papers")]),
        ("в бумаге 5,2 тонны, на весах 4,86", [(5.2, "t", "by_papers"), (4.86, "t", "received"), (0.34, "t", "missing")]),
        ("Оплачено 250 кг, весы показали 236,5 кг.", [(250, "kg", "by_papers"), (236.5, "kg", "received"), (13.5, "kg", "missing")]),
        ("40 мешков по 25 кг, в четырёх затхлый запах", [(40, "bag", "total"), (4, "bag", "defective")]),
        ("Кефир 1 л 24 бут, из них 5 вздутые", [(24, "bottle", "total"), (5, "bottle", "defective")]),
        ("прислали двумя ящиками больше", [(2, "crate", "surplus")]),
        ("пришло на две бочки меньше, чем в ТТН", [(2, "drum", "missing")]),
        (
            "112 листов всего, 19 листов поцарапаны, ещё четыре смяты",
            [(112, "sheet", "total"), (19, "sheet", "damaged"), (4, "sheet", "damaged")],
        ),
        ("из восьми яблонь две сломаны", [(8, "pcs", "total"), (2, "pcs", "damaged")]),
        ("На 5 паллетах стрейч порван", [(5, "pallet", "damaged")]),
        ("у 12 шт зазор выше нормы", [(12, "pcs", "defective")]),
        ("на трёх упаковка вскрыта", [(3, "pack", "damaged")]),
        ("вместо 5 штук клали 4", [(5, "pcs", "by_papers"), (4, "pcs", "received"), (1, "pcs", "missing")]),
        ("Заявлено сорок пачек, насчитали тридцать семь", [(40, "pack", "by_papers"), (37, "pack", "received"), (3, "pack", "missing")]),
        (
            "Сдали 15 мест 612 кг, на выгрузке 14 мест 571 кг",
            [
                (15, "place", "by_papers"),
                (612, "kg", "by_papers"),
                (14, "place", "received"),
                (571, "kg", "received"),
                (1, "place", "missing"),
                (41, "kg", "missing"),
            ],
        ),
        ("наволочек должно быть четыре, положили две", [(4, "pcs", "by_papers"), (2, "pcs", "received"), (2, "pcs", "missing")]),
        ("заказали 36, приехало 33", [(36, "pcs", "by_papers"), (33, "pcs", "received"), (3, "pcs", "missing")]),
        ("заказывали 48 коробок, в семи углы отбиты", [(48, "box", "by_papers"), (7, "box", "damaged")]),
        ("Из 60 пар у 4 отклеилась подошва", [(60, "pair", "total"), (4, "pair", "defective")]),
        ("Не довезли 5 дверей и 2 короба", [(5, "pcs", "missing"), (2, "box", "missing")]),
        ("Лишние 3 коробки верните", [(3, "box", "surplus")]),
        ("бой 7 шт, некомплект 2 шт", [(7, "pcs", "damaged"), (2, "pcs", "missing")]),
        ("Pallet 7 short by 4 cases, pallet 9 has 6 cases crushed", [(4, "crate", "missing"), (6, "crate", "damaged")]),
        ("We ordered 40 reels and received 44.", [(40, "roll", "by_papers"), (44, "roll", "received"), (4, "roll", "surplus")]),
        ("18 bags of 25 kg on hold", [(18, "bag", "defective")]),
        (
            "Your docket says 5,000 bolts, the scale count says 4,650.",
            [(5000, "pcs", "by_papers"), (4650, "pcs", "received"), (350, "pcs", "missing")],
        ),
        (
            "counting 528 cartons only, packing list should be 540 cartons",
            [(528, "box", "received"), (540, "box", "by_papers"), (12, "box", "missing")],
        ),
        ("we test 100 pcs, 4 pcs fail", [(100, "pcs", "total"), (4, "pcs", "defective")]),
        ("31 cartons loaded, 29 signed for", [(31, "box", "by_papers"), (29, "box", "received"), (2, "box", "missing")]),
        ("из 12 уп в трёх донышки мокрые", [(12, "pack", "total"), (3, "pack", "damaged")]),
        ("7 банок в крошку", [(7, "jar", "damaged")]),
        ("привезли 11 бутылей, одна подтекает", [(11, "pcs", "received"), (1, "pcs", "damaged")]),
        ("по накладной 200 м, размотали 188 м", [(200, "m", "by_papers"), (188, "m", "received"), (12, "m", "missing")]),
        ("в посылке 2 из 3 книг", [(2, "pcs", "unknown"), (3, "pcs", "total")]),
        ("не хватает одной ножки", [(1, "pcs", "missing")]),
        ("нет 2 полок", [(2, "pcs", "missing")]),
        ("принято 14 паллет вместо 15", [(14, "pallet", "received"), (15, "pallet", "by_papers"), (1, "pallet", "missing")]),
        ("при приёмке обнаружена недостача в количестве 12 штук", [(12, "pcs", "missing")]),
        (
            "фактически отгружено 196 коробов против 200 заявленных",
            [(196, "box", "received"), (200, "box", "by_papers"), (4, "box", "missing")],
        ),
        ("три из пяти дверей поцарапаны", [(3, "pcs", "damaged"), (5, "pcs", "total")]),
        ("в документе значится 24 мешка, а на складе лежит 22", [(24, "bag", "by_papers"), (22, "bag", "received"), (2, "bag", "missing")]),
        ("приняли 18 из заявленных 20 коробов", [(18, "box", "received"), (20, "box", "by_papers"), (2, "box", "missing")]),
        ("принято меньше на 4 рулона", [(4, "roll", "missing")]),
        ("Не досчитались 7 пачек", [(7, "pack", "missing")]),
        (
            "Количество по накладной – 60 шт., фактическое количество – 57 шт.",
            [(60, "pcs", "by_papers"), (57, "pcs", "received"), (3, "pcs", "missing")],
        ),
        (
            "Согласно ТН 118 должно быть 60 упаковок, пришло 58 упаковок, из которых 3 мятые",
            [(60, "pack", "by_papers"), (58, "pack", "received"), (3, "pack", "damaged"), (2, "pack", "missing")],
        ),
        ("отправлено 10 мест, получено 9 мест", [(10, "place", "by_papers"), (9, "place", "received"), (1, "place", "missing")]),
        ("нам привезли 6 кресел, а заказано было 8", [(6, "pcs", "received"), (8, "pcs", "by_papers"), (2, "pcs", "missing")]),
        ("в коробке оказалось 11 пар вместо 12", [(11, "pair", "received"), (12, "pair", "by_papers"), (1, "pair", "missing")]),
        ("не хватает 1 коробки", [(1, "box", "missing")]),
        ("Один мешок порван, два подмочены", [(1, "bag", "damaged"), (2, "bag", "damaged")]),
        ("Две двери с браком, одна дверь поцарапана", [(2, "pcs", "defective"), (1, "pcs", "damaged")]),
        ("В поставке не хватает одного поддона", [(1, "pallet", "missing")]),
        ("излишек 5 кг", [(5, "kg", "surplus")]),
        ("Недовес составил 120 кг", [(120, "kg", "missing")]),
        ("масса нетто 980 кг при заявленных 1000 кг", [(980, "kg", "received"), (1000, "kg", "by_papers"), (20, "kg", "missing")]),
        ("В партии из 40 мониторов 3 не включаются", [(40, "pcs", "total"), (3, "pcs", "defective")]),
        ("5 штук нерабочих", [(5, "pcs", "defective")]),
        ("Пришло 3 ящика, в одном бой", [(3, "crate", "received"), (1, "crate", "damaged")]),
        ("брак – 4 шт, недостача – 2 шт, пересорт – 1 шт.", [(4, "pcs", "defective"), (2, "pcs", "missing"), (1, "pcs", "missing")]),
        (
            "Заказ на 100 шт., отгрузили 80, остальное обещали потом",
            [(100, "pcs", "by_papers"), (80, "pcs", "received"), (20, "pcs", "missing")],
        ),
        ("We are short 3 pallets", [(3, "pallet", "missing")]),
        ("Invoice shows 50 units, only 45 arrived", [(50, "pcs", "by_papers"), (45, "pcs", "received"), (5, "pcs", "missing")]),
        ("12 out of 60 bottles were broken", [(12, "bottle", "damaged"), (60, "bottle", "total")]),
        ("Missing: 2 boxes", [(2, "box", "missing")]),
        ("2 boxes are missing and 1 box is wet", [(2, "box", "missing"), (1, "box", "damaged")]),
        ("Quantity ordered: 30, quantity received: 28", [(30, "pcs", "by_papers"), (28, "pcs", "received"), (2, "pcs", "missing")]),
        ("You invoiced us for 30 pcs but we only got 28 pcs", [(30, "pcs", "by_papers"), (28, "pcs", "received"), (2, "pcs", "missing")]),
        ("one of the two chairs is cracked", [(1, "pcs", "damaged"), (2, "pcs", "total")]),
        ("All 12 chairs arrived damaged", [(12, "pcs", "damaged")]),
        ("Received 3 damaged tiles", [(3, "pcs", "damaged")]),
        ("a dozen eggs broken", [(12, "pcs", "damaged")]),
        ("Пришлите 3 новые двери", [(3, "pcs", "unknown")]),
        ("купил 2 кресла, у одного сломан механизм", [(2, "pcs", "total"), (1, "pcs", "damaged")]),
        ("заказала 3 платья, пришло 2", [(3, "pcs", "by_papers"), (2, "pcs", "received"), (1, "pcs", "missing")]),
        ("прислали 1 тапок вместо двух", [(1, "pcs", "received"), (2, "pcs", "by_papers"), (1, "pcs", "missing")]),
        ("вместо 2 л привезли 1,5 л", [(2, "l", "by_papers"), (1.5, "l", "received"), (0.5, "l", "missing")]),
        ("Вес по накладной 1 250 кг, по факту 1 180 кг", [(1250, "kg", "by_papers"), (1180, "kg", "received"), (70, "kg", "missing")]),
        ("10 шт. (десять штук) не соответствуют", [(10, "pcs", "defective")]),
        ("12 (двенадцать) мешков порвано", [(12, "bag", "damaged")]),
        ("Недостача 0,5 м3 доски", [(0.5, "m3", "missing")]),
    ],
)
def test_both_sides_and_parts_in_many_words(text: str, expected: list[tuple[float, str, str]]) -> None:
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
        ("one hundred tiles", 100), ("one hundred and eighty pumps", 180), ("two thousand and five bolts", 2005), ("a hundred bags", 100),
        ("полтораста мешков", 150), ("twenty five boxes", 25), ("a dozen bottles", 12),
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
        ("I paid 89 pounds for 2 lamps.", 89, "GBP"),
        ("УПД 5518 | 84 120,00 |", 84120, None),
        ("Верните деньги за два флакона (по 1 260).", 1260, None),
        ("За работу 2 600 компенсируете?", 2600, None),
        ("Landlord says about 4,000.", 4000, None),
    ],
)
def test_sums(text: str, value: float, currency: str | None) -> None:
    assert [(fact.value, fact.currency) for fact in facts(text).amounts] == [(value, currency)]


@pytest.mark.parametrize("text", ["заказ 4512 на завтра", "38 тысяч штук", "р. 42", "р/с 40702", "цена вопроса", "стоит 5 минут", "в упаковке по 100)", "the scale says 4,650", "1 240,50 кг"])
def test_no_sums(text: str) -> None:
    assert facts(text).amounts == ()


def test_units_are_codes_of_the_rule_file() -> None:
    codes = set(rules().units) - {"not_goods"}
    found = facts("3 коробки, 2 кг, 5 шт, 4 мешка, 12 литров, 7 м2, 2 паллеты, 3 банки разбиты").quantities
    assert {fact.unit for fact in found} == {"box", "kg", "pcs", "bag", "l", "m2", "pallet", "jar"} <= codes


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Пришло один миллион двести тысяч пятьсот сорок штук.", 1_200_540),
        ("Пришло сто двадцать пять тысяч штук.", 125_000),
        ("Hello, we received two hundred fifty thousand screws, one million three hundred thousand were ordered.", 250_000),
    ],
)
def test_each_part_of_a_number_in_words_has_its_own_thousands(text: str, number: int) -> None:
    assert number in values(facts(text).quantities)


@pytest.mark.parametrize("text", ["пять миллионов " * 54, "пять тысяч " * 105, "one thousand " * 110])
def test_a_chain_of_thousands_is_no_number_without_end(text: str) -> None:
    assert all(value < 1e9 for value in values(facts(text + "штук").quantities) if isinstance(value, float | int))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Вскрыли 4 коробки, в каждой по 2 битых.", [(4, "box", "unknown"), (8, "pcs", "damaged")]),
        ("We opened four boxes, two hinges bent in each box.", [(4, "box", "unknown"), (8, "pcs", "damaged")]),
        ("We received your shipment under CMR 77-1182: 24 drums of solvent. Three drums leak.", [(24, "drum", "received"), (3, "drum", "damaged")]),
        ("We received your shipment: 24 drums.", [(24, "drum", "received")]),
        ("Получили поставку по ТТН 12: 24 бочки. Три бочки текут.", [(24, "drum", "received"), (3, "drum", "defective")]),
        ("24 drums of solvent, 200 l each. Three drums were leaking.", [(24, "drum", "total"), (3, "drum", "damaged")]),
        ("В трёх коробках по две битых тарелки.", [(3, "box", "unknown"), (6, "pcs", "damaged")]),
        ("Пришло 6 ящиков. В каждом не хватает по одной бутылке.", [(6, "crate", "received"), (6, "bottle", "missing")]),
        (
            "Четыре из десяти коробок мокрые, в каждой мокрой по 6 испорченных книг.",
            [(4, "box", "damaged"), (10, "box", "total"), (24, "pcs", "damaged")],
        ),
        ("Получили 10 коробок по 12 банок, две банки помяты.", [(10, "box", "received"), (2, "jar", "damaged")]),
        ("Two packs are dropped, they're 48 sheets a pack.", [(2, "pack", "damaged")]),
        ("Instead of 12 conditioners I've got 9.", [(12, "pcs", "by_papers"), (9, "pcs", "received"), (3, "pcs", "missing")]),
        (
            "Пересчитали: вместо 120 листов оказалось 118.",
            [(120, "sheet", "by_papers"), (118, "sheet", "received"), (2, "sheet", "missing")],
        ),
        ("Ordered x3 lamps, got x1.", [(3, "pcs", "by_papers"), (1, "pcs", "received"), (2, "pcs", "missing")]),
        ("Заказывали стул х4, пришло х3.", [(4, "pcs", "by_papers"), (3, "pcs", "received"), (1, "pcs", "missing")]),
        ("The Nova X7 does not charge.", []),
        ("A pair of mugs is broken.", [(2, "pcs", "damaged")]),
        ("A couple of boxes were crushed.", [(2, "box", "damaged")]),
        ("30 out of 60 posts are split.", [(30, "pcs", "damaged"), (60, "pcs", "total")]),
        ("Out of those 58 units 4 have broken feet.", [(58, "pcs", "total"), (4, "pcs", "damaged")]),
    ],
)
def test_each_of_several_pairs_and_sides_in_any_order(text: str, expected: list[tuple[float, str, str]]) -> None:
    assert [told(fact) for fact in facts(text).quantities] == expected
