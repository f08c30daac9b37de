"""Dates and what they are the dates of; the day all letters came is Tuesday, 24 November 2026."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.classify.dates import read_day
from mailbot.classify.nearest_days import later
from tests.reading import facts, understand

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "past", "future"),
    [
        ("12.10.2026", "2026-10-12", "2026-10-12"),
        ("12.10.26", "2026-10-12", "2026-10-12"),
        ("12/10/2026", "2026-10-12", "2026-10-12"),  # day first
        ("11/24/2026", "2026-11-24", "2026-11-24"),  # month first only where it cannot be otherwise
        ("10/12/2026", "2026-10-12", "2026-12-10"),  # nor in what has been, where the day is still to come
        ("10.12.2026", "2026-12-10", "2026-12-10"),
        ("2026-10-12", "2026-10-12", "2026-10-12"),
        ("5.11", "2026-11-05", "2027-11-05"),  # no time of day
        ("05/11", "2026-11-05", "2027-11-05"),
        ("24.11", "2026-11-24", "2026-11-24"),
        ("25.11", "2025-11-25", "2026-11-25"),
        ("12-го октября", "2026-10-12", "2027-10-12"),
        ("«12» октября 2026 г.", "2026-10-12", "2026-10-12"),
        ("двенадцатого октября", "2026-10-12", "2027-10-12"),
        ("двадцать пятого ноября", "2025-11-25", "2026-11-25"),
        ("1 февраля прошлого года", "2025-02-01", "2025-02-01"),
        ("28th September", "2026-09-28", "2027-09-28"),
        ("September 12, 2026", "2026-09-12", "2026-09-12"),
        ("06.2028", "2028-06-01", "2028-06-30"),
        ("вчера", "2026-11-23", "2026-11-23"),
        ("позавчера", "2026-11-22", "2026-11-22"),
        ("завтра", "2026-11-25", "2026-11-25"),
        ("вторник", "2026-11-17", "2026-12-01"),
        ("среду", "2026-11-18", "2026-11-25"),
        ("прошлую пятницу", "2026-11-20", "2026-11-20"),
        ("4th", "2026-11-04", "2026-12-04"),
        ("15-го", "2026-11-15", "2026-12-15"),
        ("две недели назад", "2026-11-10", "2026-11-10"),
        ("неделю назад", "2026-11-17", "2026-11-17"),
        ("в течение 10 (десяти) календарных дней", "2026-12-04", "2026-12-04"),
        ("в течение 3 рабочих дней", "2026-11-27", "2026-11-27"),
        ("within 5 working days", "2026-12-01", "2026-12-01"),
        ("в десятидневный срок", "2026-12-04", "2026-12-04"),
        ("конца недели", "2026-11-27", "2026-11-27"),
        ("29 февраля", "2024-02-29", "2028-02-29"),
    ],
)
def test_days(text: str, past: str, future: str) -> None:
    day = read_day(text.lower(), 0)
    assert day is not None
    assert (str(day.resolve(TODAY, False)), str(day.resolve(TODAY, True))) == (past, future)


@pytest.mark.parametrize("text", ["4512", "3.5", "10.9", "24 мес", "32.13.2026", "31.02.2026", "days ago", "0314", "1.25", "12.11 мм", "14/10-5"])
def test_no_days(text: str) -> None:
    assert read_day(text, 0) is None


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 120))
def test_months_later_keep_the_day_or_end_with_the_month(start: date, months: int) -> None:
    found = later(start, months, "months")
    assert found is not None
    assert (found.year - start.year) * 12 + found.month - start.month == months
    assert found.day == start.day or (found.day < start.day and date(found.year + found.month // 12, found.month % 12 + 1, 1).toordinal() - found.toordinal() == 1)


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("Куплен 15.02.2026 у вас.", "purchased_on", "2026-02-15"),
        ("Дата покупки: 3 мая 2025", "purchased_on", "2025-05-03"),
        ("Оплатила 4 сентября. Обещали 18-го. Потом 25-го.", "purchased_on", "2026-09-04"),
        ("Bought it on 11/24/2025 from your store.", "purchased_on", "2025-11-24"),
        ("Привезли во вторник, вскрыли в среду.", "delivered_on", "2026-11-17"),
        ("Газоблок вчера пришел, водила скинул и уехал.", "delivered_on", "2026-11-23"),
        ("delivered complete and dry on the 4th", "delivered_on", "2026-11-04"),
        ("Товарная накладная от 28.08.2026, без номера.", "delivered_on", "2026-08-28"),
        ("Ввод 18.03.2026, акт у вас.", "commissioned_on", "2026-03-18"),
        ("Запустили котёл 14 сентября 2026, а 20 ноября встал.", "commissioned_on", "2026-09-14"),
        ("срок годности до 06.2028", "expires_on", "2028-06-30"),
        ("Best before 30/11/2026", "expires_on", "2026-11-30"),
        ("Ждём замену не позже среды.", "answer_wanted_by", "2026-11-25"),
        ("Решение просим сообщить до 06.12.2026.", "answer_wanted_by", "2026-12-06"),
        ("5 коробов взамен до четверга, в пятницу отгружаем", "answer_wanted_by", "2026-11-26"),
        ("Жду 10 дней с сегодняшнего числа.", "answer_wanted_by", "2026-12-04"),
        ("Даю вам неделю на ответ.", "answer_wanted_by", "2026-12-01"),
        ("Прошу ответить в трёхдневный срок.", "answer_wanted_by", "2026-11-27"),
        ("root cause please, by close of play Thursday", "answer_wanted_by", "2026-11-26"),
        ("Driver wants to be on the road by seven.", "answer_wanted_by", "2026-11-24"),
        ("Пять штук просим поменять, внедрение у заказчика 7 декабря.", "answer_wanted_by", "2026-12-07"),
        ("Если до вторника довезёте, то вопросов нет, монтаж в понедельник.", "answer_wanted_by", "2026-12-01"),
        ("Коллега в отпуске до 30 ноября.", "answer_wanted_by", None),
        ("Скидка до 25 декабря!", "answer_wanted_by", None),
        ("Служил до 2024 года, до 10 лет.", "answer_wanted_by", None),
        ("Прошу ответить до 10.11.2026", "answer_wanted_by", None),  # past: no wish any more
        ("It was supposed to arrive 2 weeks ago.", "delivered_on", None),
        ("i bought the camera a few days ago", "purchased_on", None),
        ("ТТН 7730 14/10", "delivered_on", None),
    ],
)
def test_what_a_date_is_of(text: str, name: str, expected: str | None) -> None:
    found = getattr(facts(text), name)
    assert (found.isoformat() if found else None) == expected


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("ДГУ-60, ввод 18.03.2026. Срок 12 мес или 1000 м/ч.", [(12, "month")]),
        ("гарантия 24 месяца с покупки", [(24, "month")]),
        ("Гарантийный срок — 18 (восемнадцать) месяцев", [(18, "month")]),
        ("Гарантию давали на три года.", [(3, "year")]),
        ("Гарантия год, чек есть.", [(1, "year")]),
        ("Двухлетняя гарантия, а сломался через 3 месяца.", [(2, "year")]),
        ("12-month warranty, bought in June", [(12, "month")]),
        ("Гарантия 2 года, прошло полтора года.", [(2, "year")]),
        ("Срок службы 10 лет, гарантия 5 лет.", [(5, "year")]),
        ("Куплен 27 ноября 2025 г. Гарантия 12 месяцев.", [(12, "month")]),
        ("Гарантия 2025 года, бессрочная", []),
        ("I've had this fan for eight months, the box says 1 year warranty.", [(1, "year")]),
        ("Пользуюсь 8 месяцев, гарантия год.", [(1, "year")]),
        ("guaranteed for 2 years", [(2, "year")]),
        ("срок годности 6 месяцев", []),
        ("срок поставки 2 месяца, гарантийное письмо приложили", []),
        ("сломался через 3 месяца", []),
    ],
)
def test_warranty_terms(text: str, terms: list[tuple[int, str]]) -> None:
    assert [(fact.value, fact.unit) for fact in facts(text).warranty_terms] == terms


@pytest.mark.parametrize(
    ("text", "status", "until", "code"),
    [
        ("Насос не включается. Куплен 24.11.2025, гарантия 12 месяцев.", "valid", "2026-11-24", "computed"),  # through the last day
        ("Насос не включается. Куплен 23.11.2025, гарантия 12 месяцев.", "expired", "2026-11-23", "computed"),
        ("Насос не включается. Введён в эксплуатацию 29.02.2024, гарантия 36 мес.", "valid", "2027-02-28", "computed"),
        ("Насос не включается. Куплен в ноябре 2025 (чек № 15 от 25.11.2025), гарантия 12 месяцев.", "valid", "2026-11-25", "computed"),
        ("Насос не включается. Гарантийный талон № 88123 от 14.02.2025, срок 24 мес.", "valid", "2027-02-14", "computed"),
        ("Насос не включается. Талон заполнен 25.12.2024 на 24 месяца.", "valid", "2026-12-25", "computed"),
        ("Насос не включается. Заказывал 1 декабря 2025, получил 5 декабря 2025, гарантия год.", "valid", "2026-12-01", "computed"),
        ("Насос не включается. Гарантия истекла 11 ноября 2026 г.", "expired", "2026-11-11", "stated_until"),
        ("The pump is dead, I've had it for eight months, 1 year warranty.", "unknown", None, "no_start"),
        ("Насос не включается, гарантия до 15.03.2027.", "valid", "2027-03-15", "stated_until"),
        ("Насос не включается, гарантия до 15.03.2026.", "expired", "2026-03-15", "stated_until"),
        ("Насос не включается, гарантия закончилась.", "expired", None, "stated_expired"),
        ("Насос не включается, гарантия 12 месяцев.", "unknown", None, "no_start"),
        ("Насос не включается, куплен 24.11.2025.", "unknown", None, "no_term"),
        ("Насос не включается.", "unknown", None, "no_data"),
        ("Пять коробок мокрые, стекло разбито.", "not_applicable", None, "no_warranty_matter"),
    ],
)
def test_warranty(text: str, status: str, until: str | None, code: str) -> None:
    warranty = understand(text).warranty
    assert (warranty.status, warranty.until.isoformat() if warranty.until else None, warranty.code) == (status, until, code)
    assert warranty.reason.endswith(".")


@pytest.mark.parametrize(
    "text",
    [
        "I purchased the AirPro 300 humidifier from your shop on 10/12/2026 and it stopped working.",
        "I bought the humidifier in your store on 12 October 2026 and it stopped working.",
        "Купила у вас увлажнитель 12.10.2026 и он перестал работать.",
    ],
)
def test_a_second_subject_is_not_what_the_day_tells_of(text: str) -> None:
    assert facts(text).purchased_on == date(2026, 10, 12)


def test_a_day_until_which_goods_keep_is_no_wish() -> None:
    for text in ("Опять привезли сливки с истекающим сроком, до 28 ноября, 24 пачки из 36.", "Сливки со сроком до 28 ноября."):
        found = facts(text)
        assert (found.expires_on, found.answer_wanted_by) == (date(2026, 11, 28), None), text


def test_a_time_in_which_something_may_happen_is_none_for_us() -> None:
    assert facts("Если в течение года откажет, меняете сразу или через экспертизу?").answer_wanted_by is None
    assert facts("Если в течение 10 дней не вернёте деньги, пойду в суд.").answer_wanted_by == date(2026, 12, 4)


def test_who_is_said_to_be_away_is_no_machine_that_answers() -> None:
    """Her demands counted for nothing: a machine's answer demands nothing."""
    text = "Чек у сына, он в командировке до десятого числа. Пылесос дымит, заберите его и верните деньги, или дайте исправный."
    assert facts(text).remedies == ("replace", "refund", "pickup")


def test_a_day_behind_its_month_is_the_day_of_that_month() -> None:
    assert facts("В октябре, кажется 14-го, купила у вас утюг, он перестал греть.").purchased_on == date(2026, 10, 14)


def test_what_one_will_buy_elsewhere_was_not_bought() -> None:
    read = facts("Кирпич пришёл битый. Везите замену сегодня, или я беру у других.")
    assert (read.purchased_on, read.answer_wanted_by) == (None, date(2026, 11, 24))
