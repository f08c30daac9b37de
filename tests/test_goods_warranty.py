"""The warranty by our own files first, then by what the letter states; both sides of every day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache

import pytest

from mailbot.claims.facts import Fact, Facts, Warranty
from mailbot.claims.goods import Catalogue, Goods, SoldItem, code_key, name_key
from mailbot.claims.message import IncomingMail
from mailbot.classify.goods_warranty import GoodsFinder, warranty_by_files
from mailbot.classify.understand import Reader
from tests.reading import MOSCOW, rules
from tests.timing import assert_cheap

PUMP = Goods("НЦ-50", "Насос НЦ-50", 12)
DRILL = Goods("D-7", "Дрель ударная", 24)
LOOSE = Goods("X-1", "Без срока", None)
CATALOGUE = Catalogue(
    {code_key(goods.article): goods for goods in (PUMP, DRILL, LOOSE)},
    {name_key(goods.name): goods for goods in (PUMP, DRILL)},
    {
        "AB1001": SoldItem("АВ-1001", PUMP, date(2025, 11, 24)),
        "AB1002": SoldItem("АВ-1002", DRILL, date(2025, 11, 24), "shipment"),
        "AB1003": SoldItem("АВ-1003", PUMP, None),
        "AB1004": SoldItem("АВ-1004", LOOSE, date(2026, 1, 31), "commissioning"),
    },
)
SALES = Catalogue(CATALOGUE.articles, sales={("HЦ50", "7707083893"): (SoldItem("", PUMP, date(2025, 11, 24), "shipment", "ИНН 7707083893"),)})
STATED = Warranty("unknown", None, "no_data", "stated")


def fact(value: str | int, unit: str | None = None) -> Fact:
    return Fact(str(value), value, 0, 1, "text", unit=unit)


def by_files(facts: Facts, today: date, text: str = "", stated: Warranty = STATED) -> Warranty:
    return warranty_by_files(stated, facts, [text], GoodsFinder(CATALOGUE), today)


def serials(*numbers: str) -> Facts:
    return Facts(serials=tuple(fact(number) for number in numbers))


@pytest.mark.parametrize(("today", "status"), [(date(2026, 11, 24), "valid"), (date(2026, 11, 25), "expired")])
def test_the_last_day_is_inclusive(today: date, status: str) -> None:
    found = by_files(serials("AB 1001"), today)  # Latin letters, as the plate is read
    assert (found.status, found.until, found.code) == (status, date(2026, 11, 24), "catalogue")
    assert found.reason == "НЦ-50, serial АВ-1001: 12 months from 2025-11-24 (sold) end on 2026-11-24, by our files."


def test_the_files_come_before_the_letter() -> None:
    facts = replace(serials("АВ1002"), warranty_terms=(fact(6, "month"),), purchased_on=date(2020, 1, 1))
    found = by_files(facts, date(2026, 11, 24), stated=Warranty("expired", date(2020, 7, 1), "computed", "stated"))
    assert (found.status, found.until) == ("valid", date(2027, 11, 24))
    assert "(shipped)" in found.reason


def test_the_letter_fills_the_gaps() -> None:
    day = replace(serials("АВ1003"), purchased_on=date(2026, 2, 1))
    assert by_files(day, date(2026, 11, 24)).until == date(2027, 2, 1)
    term = replace(serials("АВ1004"), warranty_terms=(fact(1, "month"),))
    found = by_files(term, date(2026, 2, 28))
    assert (found.status, found.until, found.code) == ("valid", date(2026, 2, 28), "catalogue_stated_term")  # 31.01 + 1 month


def test_unknown_because() -> None:
    assert by_files(serials("АВ1003"), date(2026, 1, 1)).code == "no_start"
    assert by_files(serials("АВ1004"), date(2026, 3, 1)) is STATED  # neither knows a term
    assert by_files(serials("нет такого"), date(2026, 3, 1)) is STATED
    assert by_files(serials("АВ1001"), date(2025, 11, 23)).code == "day_impossible"  # sold after the letter
    found = by_files(Facts(articles=(fact("нц 50"),)), date(2026, 3, 1))
    assert (found.status, found.code) == ("unknown", "no_start")


def test_several_items() -> None:
    differ = by_files(serials("АВ1001", "АВ1002"), date(2026, 12, 1))
    assert (differ.status, differ.code) == ("unknown", "items_differ")
    alike = by_files(serials("АВ1001", "АВ1002"), date(2026, 11, 1))
    assert (alike.status, alike.until) == ("valid", date(2026, 11, 24))  # the one that ends first


@pytest.mark.parametrize(
    ("facts", "text"),
    [(Facts(articles=(fact("НЦ50"),)), ""), (Facts(models=(fact("нц-50"),)), ""), (Facts(), "у нас насос НЦ-50, шумит")],
)
def test_goods_by_article_model_and_name_with_the_stated_day(facts: Facts, text: str) -> None:
    found = by_files(replace(facts, purchased_on=date(2026, 1, 10)), date(2026, 11, 24), text)
    assert (found.status, found.until, found.code) == ("valid", date(2027, 1, 10), "catalogue_stated_day")


@pytest.mark.parametrize(("inn", "code"), [("7707083893", "catalogue"), ("7707083894", "no_start")])
def test_without_a_serial_what_was_sold_to_this_buyer(inn: str, code: str) -> None:
    facts = Facts(articles=(fact("НЦ-50"),), inn=(inn,))
    found = warranty_by_files(STATED, facts, [], GoodsFinder(SALES), date(2026, 11, 24))
    assert found.code == code
    assert (found.status, found.until) == (("valid", date(2026, 11, 24)) if code == "catalogue" else ("unknown", None))


def test_goods_with_different_terms_and_a_stated_end_leave_it_to_the_letter() -> None:
    both = Facts(articles=(fact("НЦ-50"), fact("D-7")), purchased_on=date(2026, 1, 10))
    assert by_files(both, date(2026, 11, 24)) is STATED
    until = Warranty("valid", date(2026, 12, 1), "stated_until", "stated")
    assert by_files(Facts(articles=(fact("НЦ-50"),)), date(2026, 11, 24), stated=until) is until


def test_the_longest_name_is_meant_and_a_repeated_word_costs_little() -> None:
    names = {name_key(f"насос модель {n}"): Goods(str(n), "", n) for n in range(20_000)} | {name_key("насос модель 7 плюс"): Goods("7+", "", 1)}
    finder = GoodsFinder(Catalogue(names=names))
    assert [one.article for one in finder.goods(Facts(), ["Насос модель 7 плюс; насос, модель 7!", "насос модель"])] == ["7+", "7"]
    assert finder.goods(Facts(), ["насос " * 3_000]) == []
    assert_cheap(lambda: finder.goods(Facts(), ["насос " * 3_000]), 1)  # 0.01 s when written; 20 000 names tried one by one take 10 s


@cache
def with_catalogue() -> Reader:
    return Reader(rules(), CATALOGUE)


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("Насос НЦ-50, серийный номер АВ-1001, не включается, прошу гарантийный ремонт.", "valid", "catalogue"),
        ("The pump, S/N AB-1001, does not start. Please repair under warranty.", "valid", "catalogue"),
        ("Недостача: по документам 50 насосов, приняли 47. Серийный номер АВ-1001.", "not_applicable", "no_warranty_matter"),
    ],
)
def test_in_whole_letters(text: str, status: str, code: str) -> None:
    found = with_catalogue().understand(IncomingMail(text=text), datetime(2026, 11, 24, 9, 0, tzinfo=UTC), MOSCOW).warranty
    assert (found.status, found.code) == (status, code)
