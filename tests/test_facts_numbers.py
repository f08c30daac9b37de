"""Numbers of cases, orders, papers and goods: every trap of domain.md 4.3, and each fact at its exact place."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.claims.facts import Fact, Facts
from mailbot.claims.message import Forwarded, IncomingMail
from tests.reading import MOSCOW, TUESDAY, facts, reader, values


def lists(found: Facts) -> dict[str, list[Fact]]:
    every = {field.name: list(getattr(found, field.name)) for field in fields(found) if isinstance(getattr(found, field.name), tuple)}
    return {name: listed for name, listed in every.items() if listed and isinstance(listed[0], Fact)}


@pytest.mark.parametrize(
    ("text", "subject", "cases"),
    [
        ("добрый день", "Re: бой [#2026-0451]", ["2026-0451"]),
        ("по обращению [#2026-10451] ждём", "", ["2026-10451"]),
        ("По делу 2026-0451 ответа нет", "", ["2026-0451"]),
        ("наше обращение 2026/0451 не закрыто", "", ["2026-0451"]),
        ("прошу сообщить по № 2026-0451", "", ["2026-0451"]),
        ("any news on case 2026-0451?", "", ["2026-0451"]),
        ("ответ по 2026-0451", "2026-0033", ["2026-0033"]),
        ("накладная 2026-0451 от 12.05.2026", "", []),  # a paper's number
        ("заказ 2026-0451 не пришёл", "", []),
        ("за период 2025-2026 бой вырос", "", []),
        ("дата 2026-04-51", "", []),
    ],
)
def test_our_case_numbers(text: str, subject: str, cases: list[str]) -> None:
    assert sorted(values(facts(text, subject).cases)) == cases


@pytest.mark.parametrize(
    ("text", "documents"),
    [
        ("УПД 4471 от 21.10.2026", [("upd", "4471", "2026-10-21")]),
        ("УПД №Т-00123 от «12» ноября 2026 г.", [("upd", "Т-00123", "2026-11-12")]),
        ("УПД 4471, 4472 и 4480", [("upd", "4471", None), ("upd", "4472", None), ("upd", "4480", None)]),
        ("накладные № 12, 13 и 14", [("waybill", "12", None), ("waybill", "13", None), ("waybill", "14", None)]),
        ("ТТН№0093314 от 21.09.26", [("ttn", "0093314", "2026-09-21")]),
        ("товарно-транспортная накладная № 00-123 от 12 октября", [("ttn", "00-123", "2026-10-12")]),
        ("ТОРГ-12 №55", [("torg12", "55", None)]),
        ("акт ТОРГ-2 № 7 от 12.10.2026", [("torg2", "7", "2026-10-12")]),  # the form's number is not the paper's
        ("акт о расхождении по количеству № 7 от 12.10.26", [("act", "7", "2026-10-12")]),
        ("АКТ ВХОДНОГО КОНТРОЛЯ № 41-ВК/26", [("act", "41-ВК/26", None)]),
        ("счёт-фактура № 6671, счёт 1189", [("invoice_vat", "6671", None), ("invoice", "1189", None)]),
        ("сч.-ф. 6671 от 22.09.2026", [("invoice_vat", "6671", "2026-09-22")]),
        ("CMR 5518207", [("cmr", "5518207", None)]),
        ("Delivery note no. 88123 dated 14 November 2026", [("delivery_note", "88123", "2026-11-14")]),
        ("invoice#51127 of 3 Nov 2026", [("invoice", "51127", "2026-11-03")]),
        ("Кассовый чек № 0045 от 14.11.2026", [("other", "0045", "2026-11-14")]),
        ("в накладной 12 мест", []),
        ("накладная: 120 коробок", []),
        ("акт 2 комиссии", []),
        ("счёт 3:0 в нашу пользу", []),
        ("акт сверки за 3 квартал", []),
        ("«Магнолит» №10 и №50", []),  # pack sizes
        ("нахожусь в цехе 4512", []),
    ],
)
def test_papers(text: str, documents: list[tuple[str, str, str | None]]) -> None:
    found = facts(text).documents
    assert [(fact.type, fact.value, fact.date.isoformat() if fact.date else None) for fact in found] == documents


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("заказ от 12.05.2026 № 4512", "orders", ["4512"]),
        ("по заказу № А-17/25-П", "orders", ["А-17/25-П"]),
        ("заказ 12345678901 не пришёл", "orders", ["12345678901"]),  # no phone
        ("PO#4500123, our PO GL-556", "orders", ["4500123", "GL-556"]),
        ("P.O.#4500123", "orders", ["4500123"]),
        ("заявка 5530-118 по заказу 88-204417", "orders", ["88-204417"]),
        ("заявка 5530-118 не выполнена", "orders", ["5530-118"]),
        ("в заказе 3 коробки", "orders", []),
        ("Договор М-2211/09, отдала деньги", "contracts", ["М-2211/09"]),
        ("договор поставки № 12/05-П от 12.05.2026", "contracts", ["12/05-П"]),
        ("договор с 12 мая", "contracts", []),
        ("зав.№ 45-11", "serials", ["45-11"]),
        ("ДГУ-60, зав 60-0314, наработка", "serials", ["60-0314"]),
        ("Серийный ХМ3-2508-01916.", "serials", ["ХМ3-2508-01916"]),
        ("S/N LTZ-26Q4419", "serials", ["LTZ-26Q4419"]),
        ("с/н 4471-АВ-09", "serials", ["4471-АВ-09"]),
        ("номер на шильдике 20260411-7", "serials", ["20260411-7"]),
        ("Насос ЦНС-38 № 112045 не качает", "serials", ["112045"]),
        ("serial number: can't read it, sticker is gone", "serials", []),
        ("серия 140626, партия 06-Р", "batches", ["140626", "06-Р"]),
        ("lot F-26-3381, batch no. 22-B-19", "batches", ["F-26-3381", "22-B-19"]),
        ("политическая партия 12 человек", "batches", []),
        ("Болт М12х1,25х60, партия 8804, калибр ПР М12х1,25-6g", "batches", ["8804"]),
        ("арт. 12-345, артикул: 100-200-30", "articles", ["12-345", "100-200-30"]),  # no range, no date
        ("panels code PW-310", "articles", ["PW-310"]),
        ("код ошибки E05", "articles", []),
        ("претензия № 15 от 12.10.2026", "claims", ["15"]),
        ("исх. № 611 от 02.11.2026, исх.447", "claims", ["611", "447"]),
        ("Our ref: CL-2026-77", "claims", ["CL-2026-77"]),
        ("перфоратор ПД-900 за 11 490 руб", "models", ["ПД-900"]),
        ("диван «Верона» и ботинки зимние «Тундра»", "models", ["Верона", "Тундра"]),
        ("шуруповёрт Bosch GSR 120-LI", "models", ["Bosch GSR 120-LI"]),
        ("Your Nordica dishwasher leaks and we do not like it", "models", ["Nordica dishwasher"]),
        ("ООО «Ромашка», склад «Восток», спорткомплекс «Вымпел»", "models", []),
        ("по ГОСТ 12345, ошибка E05, кабинет 214", "models", []),
        ("пишите на info@romashka.example или a.b@c.example", "emails", ["info@romashka.example", "a.b@c.example"]),
    ],
)
def test_numbers_and_names(text: str, name: str, expected: list[str]) -> None:
    assert values(getattr(facts(text), name)) == expected


@pytest.mark.parametrize(
    ("text", "phones"),
    [
        ("тел. 8 (495) 123-45-67 доб. 12", ["+74951234567"]),
        ("звоните после 18 на 8-900-000-41-17", ["+79000004117"]),
        ("Игорь 89000002255", ["+79000002255"]),
        ("(8352) 00-41-20 доб. 117", ["+78352004120"]),
        ("Phone: 07700 900 226, please reply by post", ["+447700900226"]),
        ("р/с 40702810900000012345", []),
        ("код товара 00-00001234", []),
        ("заказ 12345678901", []),
        ("УПД 4471 от 21.10.2026, 2 000 шт, выборка 80", []),
    ],
)
def test_phones(text: str, phones: list[str]) -> None:
    assert list(facts(text).phones) == phones


@pytest.mark.parametrize(
    ("text", "inn"),
    [
        ("ИНН 7707083893", ["7707083893"]),
        ("ИНН/КПП 7707083893/770701001", ["7707083893"]),
        ("ИНН 7707083894", []),  # a wrong check digit
        ("заказ 7707083893", []),  # bare ten digits may pass the check by chance
        ("ИП, 500100732259", ["500100732259"]),
        ("500100732250", []),
    ],
)
def test_inn(text: str, inn: list[str]) -> None:
    assert list(facts(text).inn) == inn


@pytest.mark.parametrize("text", ["Номер заказа на номер 89161234567.", "Заказ оформлен на номер 8-916-123-45-67, стекло разбито."])
def test_a_mobile_telephone_is_no_order(text: str) -> None:
    found = facts(text)
    assert (found.orders, found.phones) == ((), ("+79161234567",))


def test_the_same_number_is_told_once_and_with_its_date() -> None:
    found = facts("УПД 4471. Повторяем: УПД 4471 от 21.10.2026.").documents
    assert [(fact.value, str(fact.date)) for fact in found] == [("4471", "2026-10-21")]


def test_a_forwarded_letter_is_read_at_its_own_place_and_from_its_own_day() -> None:
    inner = Forwarded(subject="УПД 77-1", text="Вчера пришёл заказ 8812, бой.", sent_at=TUESDAY.replace(day=10))
    found = reader().understand(IncomingMail(text="Коллеги, заказ 5511 посмотрите", forwarded=inner), TUESDAY, MOSCOW).facts
    assert [(fact.value, fact.in_) for fact in found.orders] == [("5511", "text"), ("8812", "forwarded.text")]
    assert [(fact.value, fact.in_) for fact in found.documents] == [("77-1", "forwarded.subject")]
    assert str(found.delivered_on) == "2026-11-09"


LETTER = """Договор 19/СГ-26, сч.-ф. 6671 от 22.09.2026, зав.№45-11 и исх.611,болт партия 8804(2 000 шт.)!!!
По УПД№4471 пришло 47шт вместо 50,ущерб 12 500,50 руб., тел.+7 900 000-41-17, гарантия 12мес."""


@pytest.mark.parametrize("text", [LETTER, LETTER.replace(" ", "\u00a0"), "Здравствуйте…\r\n" + LETTER.upper()])
def test_every_fact_is_the_exact_slice_of_its_place(text: str) -> None:
    found = lists(facts(text))
    assert {"contracts", "documents", "serials", "claims", "batches", "quantities", "amounts"} <= set(found)
    for listed in found.values():
        for fact in listed:
            assert fact.in_ == "text"
            assert fact.text == text[fact.start : fact.end] != ""


@given(st.text(alphabet="№ УПДзаказ-/.,\n12 05шт«»()от№#PO:руб", max_size=200))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    for listed in lists(facts(text)).values():
        for fact in listed:
            assert fact.text == text[fact.start : fact.end]


@pytest.mark.parametrize("unit", ["УПД 1, ", "12.10.2026 ", "1 000 ", "№ ", "заказ ", "89000002255 ", "гарантия 12 мес ", "«А» ", "до до ", "+7 (900) "])
def test_time_grows_with_the_length_only(unit: str) -> None:
    """20,000 characters are read of each place; a runaway pattern would meet the test's time limit."""
    facts(unit * (20_000 // len(unit)))


@pytest.mark.parametrize(
    ("text", "sums"),
    [
        ("4 тыс за него отдала, верните.", [4000]),
        ("Присмотрела люстру за 18 тысяч.", [18000]),
        ("Требую вернуть деньги 38 990 и оплатить вызов электрика 2500.", [38990, 2500]),
        ("Стоил он 7 990, верните всё.", [7990]),
        ("Брали за 12 400 в вашем салоне.", [12400]),
        ("Насос отработал за 2 000 часов два ремня.", []),
        ("Двигатель прошёл за 18 тысяч км без замены.", []),
    ],
)
def test_thousands_that_were_paid(text: str, sums: list[int]) -> None:
    assert [fact.value for fact in facts(text).amounts] == sums


def test_a_contract_s_capital_letter_is_no_ordinal() -> None:
    assert [fact.value for fact in facts("Сидоров Андрей, договор № 118-М.").contracts] == ["118-М"]
    assert facts("Договор 118-м по счёту у нас.").contracts == ()


def test_a_boiler_s_name_is_no_sum() -> None:
    found = facts("Купил котёл Navien Deluxe 24K, заводской номер 4211NV0098.")
    assert (found.amounts, [fact.value for fact in found.models]) == ((), ["Navien Deluxe 24K"])
    assert [fact.value for fact in facts("Котёл купил за 24к, верните.").amounts] == [24000]
