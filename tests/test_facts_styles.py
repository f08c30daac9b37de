"""The same facts as many people write them: numbers of goods and papers, sums, dates; each line is one way of writing."""

from __future__ import annotations

from datetime import date

import pytest

from tests.reading import facts, values


@pytest.mark.parametrize(
    ("text", "serial"),
    [
        ("серийный номер изделия 123-456", "123-456"), ("№ 12345 на шильдике", "12345"), ("аппарат SN12345678 не включается", "12345678"),
        ("S/N-12345A", "12345A"), ("котёл (зав. 4471) течёт", "4471"), ("на табличке набито 88-1207", "88-1207"),
        ("serial number of the unit: PX200-118", "PX200-118"), ("Серийник: 7788-A", "7788-A"), ("Kupil u vas nasos, ne rabotaet, seriynyj nomer 123-45", "123-45"),
    ],
)  # fmt: skip
def test_serial_numbers(text: str, serial: str) -> None:
    assert values(facts(text).serials) == [serial]


@pytest.mark.parametrize(
    ("text", "model"),
    [
        ("кондиционер Cool 9 не холодит", "Cool 9"), ("насос Grundfos UPS 25-40 шумит", "Grundfos UPS 25-40"),
        ("Насос К 80-50-200 гудит", "К 80-50-200"), ("Электропривод AUMA SA 10.2 заклинил", "AUMA SA 10.2"),
        ("Плита газовая GEFEST 3200", "GEFEST 3200"), ("станок 16К20 люфтит", "16К20"), ("телевизор «Рубин» 32 без звука", "Рубин"),
        ("Модель AirPro 900, не включается", "AirPro 900"), ("My Lumo X3 vacuum stopped", "Lumo X3"), ("столешница «Гранит серый»", "Гранит серый"),
    ],
)  # fmt: skip
def test_models(text: str, model: str) -> None:
    assert values(facts(text).models) == [model]


@pytest.mark.parametrize("text", ["ошибка E 04", "чайник красный 12 см", "холодильник «Не работает»", "ООО «Гранит серый»", "кабинет 214"])
def test_no_models(text: str) -> None:
    assert facts(text).models == ()


@pytest.mark.parametrize(
    ("text", "name", "kind", "value"),
    [
        ("NCR-0418 по подшипникам", "documents", "ncr", "NCR-0418"), ("see CMR-118820", "documents", "cmr", "CMR-118820"),
        ("накладная 88 от 1 сентября", "documents", "waybill", "88"), ("RMA-44102 still open", "claims", None, "RMA-44102"),
        ("with next order PO-7719", "orders", None, "PO-7719"), ("20 x LF-9009 не те", "articles", None, "LF-9009"),
        ("заказ наш 5510", "orders", None, "5510"),
    ],
)  # fmt: skip
def test_papers_and_their_kin(text: str, name: str, kind: str | None, value: str) -> None:
    assert [(fact.type, fact.value) for fact in getattr(facts(text), name)] == [(kind, value)]


def test_a_list_of_codes_is_read_whole() -> None:
    assert values(facts("артикулы KR-1, KR-2 и KR-7").articles) == ["KR-1", "KR-2", "KR-7"]


@pytest.mark.parametrize("text", ["We ordered 500, got 450.", "we claim USD 18,400", "По документам: 20", "Масса партии 18,6 т"])
def test_what_was_done_or_counted_is_no_number_of_a_paper(text: str) -> None:
    found = facts(text)
    assert found.orders == found.claims == found.documents == found.batches == ()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("сумма ущерба 12 500", 12500), ("обошлось в 45 тыр", 45000), ("отдал 5к", 5000), ("ущерб оцениваем в 56 тысяч", 56000),
        ("плитка стоимостью 7890", 7890), ("предоплата 50 000 внесена", 50000), ("we claim USD 18,400", 18400), ("стоит 1 200,-", 1200),
    ],
)  # fmt: skip
def test_sums(text: str, value: int) -> None:
    assert values(facts(text).amounts) == [value]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("мы получили товар ещё в начале октября", date(2026, 10, 1)), ("заказ делал 1 ноября, забрал 9 ноября", date(2026, 11, 9)),
        ("у нас на складе с 20 ноября", date(2026, 11, 20)), ("got it on the 5th", date(2026, 11, 5)), ("курьер привёз в субботу", date(2026, 11, 21)),
    ],
)  # fmt: skip
def test_days_of_delivery(text: str, day: date) -> None:
    assert facts(text).delivered_on == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("В эксплуатации с июня, гарантия 12 месяцев", date(2026, 6, 1)), ("эксплуатируется с 10.06.2026", date(2026, 6, 10)),
        ("котёл пустили в марте 2026", date(2026, 3, 1)),
    ],
)  # fmt: skip
def test_days_of_commissioning(text: str, day: date) -> None:
    assert facts(text).commissioned_on == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Срок ответа: 26.11.2026", date(2026, 11, 26)), ("в срок не более 14 дней прошу заменить", date(2026, 12, 8)),
        ("в понедельник запуск линии, пришлите инженера", date(2026, 11, 30)), ("Engineer today please", date(2026, 11, 24)),
        ("просим направить представителя 04.12.2026 к 10:00", date(2026, 12, 4)),
    ],
)  # fmt: skip
def test_days_wanted(text: str, day: date) -> None:
    found = facts(text)
    assert (found.answer_wanted_by, found.commissioned_on) == (day, None)


def test_an_expiry_that_is_over_lies_in_the_past() -> None:
    assert facts("срок годности истёк 15 ноября").expires_on == date(2026, 11, 15)
    assert facts("годен до 15 ноября").expires_on == date(2027, 11, 15)


def test_a_term_in_words_is_told_once() -> None:
    assert [(fact.value, fact.unit) for fact in facts("гарантия полтора года").warranty_terms] == [(18, "month")]
