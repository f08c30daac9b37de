"""Whole letters whose counts were decided before they were first read (fresh_counts.txt, as own_letters/*.txt): what was mended by them stays so.

At first reading, ten letters at a time, 64, 70, 75 and 57 of 100 counts, sums and terms were right.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.own_letters import gold_of, judge_own, parsed, said_of
from tests.reading import facts, reader

LETTERS = list(parsed(Path(__file__).parent / "fresh_counts.txt"))
NAMES = ("quantities", "amounts", "warranty_terms")


def test_nearly_all_that_is_counted_is_told_with_its_role() -> None:
    right = said = true = 0
    for one in judge_own(reader(), LETTERS):
        gold, told = gold_of(one.letter), said_of(one.understanding.facts)
        for name in NAMES:
            forms = list(dict.fromkeys(gold[name]))
            right += sum(not each.isdisjoint(told[name]) for each in forms)
            said += len(told[name])
            true += len(forms)
    assert true > 340
    assert right / said >= 0.88
    assert right / true >= 0.87


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Поставлено 9 (девять) единиц, из которых 2 (две) единицы не соответствуют спецификации.", {"9 pcs received", "2 pcs defective"}),
        ("Номер заказа три пять семь ноль два, не хватает двух стульев.", {"2 pcs missing"}),
        ("Приехало 4 коробки, где пятая?", {"4 box received", "1 box missing"}),
        ("Получили: молоко 12 бут. (заказ был на 15), сметана 8 вёдер.", {"12 bottle received", "15 bottle by_papers", "8 drum received"}),
        ("Вскрыли две паллеты: в первой 7 листов с отбитыми углами, во второй 12.", {"7 sheet damaged", "12 sheet damaged"}),
        ("На двух поддонах бой, насчитали штук сто тридцать.", {"2 pallet damaged", "130 pcs damaged"}),
        ("12 мешков из общего количества 480 имеют повреждение тары.", {"12 bag damaged", "480 bag total"}),
        ("I make it 45 bags, two of them split open, and 15 boxes.", {"45 bag received", "2 bag damaged", "15 box received"}),
        ("60 posts ordered 52 dropped.", {"60 pcs by_papers", "52 pcs received", "8 pcs missing"}),
        ("Водитель сдал 7 мест, по ТТН 8.", {"7 place received", "8 place by_papers", "1 place missing"}),
        ("Говядина 48,6 кг, по весам на приёмке 46,9.", {"46.9 kg received"}),
        ("В заказе 77-318 было 2 комплекта штор.", {"2 set by_papers"}),
        ("PO 66120 received: nuts 400, washers 350, 40 M16 bolts.", {"400 pcs received", "350 pcs received", "40 pcs received"}),
        ("Handles missing completely, should be 16 pieces.", {"16 pcs by_papers", "16 pcs missing"}),
        ("Дуг 10, надо 11.", {"10 pcs received", "11 pcs by_papers", "1 pcs missing"}),
        ("Chairs 12, should be 14.", {"12 pcs received", "14 pcs by_papers", "2 pcs missing"}),
        ("Пришло коробок 38, а не 40.", {"38 box received", "40 box by_papers", "2 box missing"}),
        ("Из 40 коробок доехало только 38.", {"40 box by_papers", "38 box received", "2 box missing"}),
        ("There should be 40 boxes, I have 38.", {"40 box by_papers", "38 box received"}),
        ("Ещё 3 коробки мешков, которых нет в УПД.", {"3 box surplus"}),
        ("Получили 40 роз, 6 штук завяли.", {"6 pcs defective"}),
        ("24 bags of litter, five have burst. Cat trees: invoiced six, got five.", {"6 pcs by_papers", "5 pcs received", "1 pcs missing"}),
        ("Спрей 10 мл, серия 240617, заявлено 20, пришло 18.", {"20 pcs by_papers", "18 pcs received"}),
        ("Oil 5L, invoiced 96, 90 delivered.", {"96 pcs by_papers", "90 pcs received"}),
        ("In 4 cartons bottles were broken, together 9 bottles.", {"9 bottle damaged"}),
        ("Получили кабель 2 бухты, автоматы 40 шт, розетки 200 шт.", {"2 roll received", "40 pcs received", "200 pcs received"}),
        ("Кабель 2 бухты по 50 м. Размотали: в первой 46,5 м.", {"46.5 m received"}),
        ("Приобрели двенадцать АКБ, пять не держат заряд.", {"12 pcs total", "5 pcs defective"}),
        ("Inside the container 46 cartons at the door side were wet.", {"46 box damaged"}),
        ("Inside, three of the four side plates were smashed.", {"3 pcs damaged", "4 pcs total"}),
        ("У одиннадцати замков заедает ключ, четыре вообще не открываются.", {"4 pcs defective"}),
    ],
)
def test_each_count_has_its_side(text: str, told: set[str]) -> None:
    assert told <= {f"{float(fact.value):g} {fact.unit} {fact.role}" for fact in facts(text).quantities}


@pytest.mark.parametrize(
    "text",
    [
        "Фото приложила 4 штуки.",
        "Акт на 2 л. прилагается.",
        "Номер накладной сто восемнадцать.",
        "Телефон восемь девятьсот тринадцать сто двенадцать сорок пять.",
        "I have four tilers standing around.",
    ],
)
def test_what_counts_no_goods(text: str) -> None:
    assert not facts(text).quantities


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("В одном мешке обнаружен жук.", "1 bag received"),
        ("К двум партам не положили крепёж.", "2 pcs missing"),
        ("Of the four units you installed, unit three has failed.", "4 pcs defective"),
    ],
)
def test_what_is_told_of_another_thing_is_not_told_of_the_count(text: str, wrong: str) -> None:
    assert wrong not in {f"{float(fact.value):g} {fact.unit} {fact.role}" for fact in facts(text).quantities}


@pytest.mark.parametrize(
    ("text", "sums"),
    [
        ("Ламинат 1 450 за пачку.", [1450]),
        ("Верните за две канистры по 2 150 р, итого 4 300.", [2150, 4300]),
        ("Отдала 41 900 между прочим.", [41900]),
        ("Нужны деньги за печь 34 500 и за пол 18 тысяч.", [18000, 34500]),
        ("Купила скороварку на рынке в вашем ларьке двадцатого сентября прошлого года за четыре тысячи двести.", [4200]),
    ],
)
def test_sums_without_a_currency_of_their_own(text: str, sums: list[int]) -> None:
    assert [fact.value for fact in facts(text).amounts] == sums


def test_a_year_is_no_warranty_term() -> None:
    assert [(fact.value, fact.unit) for fact in facts("Летом 2025 года взял котёл, гарантия 3 года.").warranty_terms] == [(3, "year")]


def test_the_number_of_a_model_is_no_count_of_months_ago() -> None:
    assert str(facts("Брал у вас зарядное Катунь 507 месяц назад.").purchased_on) == "2026-10-24"
