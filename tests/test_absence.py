"""Out-of-office mails of our own people: until when, and who stands in."""

from __future__ import annotations

from datetime import date

import pytest

from mailbot.claims.absence import Absence, absence_in
from mailbot.claims.named_people import called, named_in
from mailbot.claims.policy import Person

ANNA = Person("anna", "Анна Петрова", ("anna@firma.example",))
BORIS = Person("boris", "Борис Котов", ("boris@firma.example",))
MARIA = Person("maria", "Иванова Мария Сергеевна", ("m.ivanova@firma.example",))
PETR = Person("petr", "Пётр Иванов", ("p.ivanov@firma.example",))
JULIA = Person("julia", "Юлия Щербакова", ("julia@firma.example",))
VERA = Person("vera", "Вера Достоевская", ("vera@firma.example",))
PEOPLE = (ANNA, BORIS, MARIA, PETR, JULIA, VERA)
JULY = date(2026, 7, 30)


def understood(text: str, subject: str = "", sent_on: date = JULY, *, automatic: bool = True, author: Person = ANNA) -> Absence | None:
    return absence_in(subject, text, author, PEOPLE, sent_on=sent_on, automatic=automatic)


def days(month: int, first: int, last: int, until: int | None = None, year: int = 2026) -> tuple[date, date]:
    return date(year, month, first), date(year, until or month, last)


NEXT = (JULY, date(2026, 7, 31))


@pytest.mark.parametrize(
    ("text", "span", "deputy"),
    [
        ("С 1 по 12 августа буду в отпуске, по всем вопросам обращайтесь к Ивановой.", days(8, 1, 12), "maria"),
        ("Здравствуйте! Я в отпуске с 01.08.2026 по 12.08.2026. Меня замещает Пётр Иванов, p.ivanov@firma.example.", days(8, 1, 12), "petr"),
        ("Нахожусь в ежегодном отпуске до 12 августа включительно. По срочным вопросам пишите Борису Котову.", (JULY, date(2026, 8, 12)), "boris"),
        ("Отсутствую на рабочем месте по 12.08. Вместо меня Юлия Щербакова.", (JULY, date(2026, 8, 12)), "julia"),
        ("В отпуске. Вернусь 13 августа. Обращайтесь к Вере Достоевской.", (JULY, date(2026, 8, 12)), "vera"),
        ("Меня не будет на работе, я в командировке с 3-го по 7-е августа.", days(8, 3, 7), None),
        ("Я на больничном. Мои обязанности исполняет Котов Б. А.", NEXT, "boris"),
        ("Буду отсутствовать 3–5 августа, по вопросам рекламаций обращайтесь к М. С. Ивановой", days(8, 3, 5), "maria"),
        ("Отпуск с 27 июля по 9 августа 2026 г., за меня остаётся Щербакова Юля.", (date(2026, 7, 27), date(2026, 8, 9)), "julia"),
        ("I am out of the office from 1 to 12 August. Please contact Maria Ivanova.", days(8, 1, 12), "maria"),
        ("I am on annual leave from August 1st through August 12th, 2026. Boris Kotov is covering for me.", days(8, 1, 12), "boris"),
        ("Out of office until 12 August; in my absence write to m.ivanova@firma.example", (JULY, date(2026, 8, 12)), "maria"),
        ("I'm on vacation and will be back on 13 August. For claims please get in touch with Yulia Shcherbakova.", (JULY, date(2026, 8, 12)), "julia"),
        ("I will be away August 3-7. Contact: Vera Dostoevskaya", days(8, 3, 7), "vera"),
        ("I am out of office 2026-08-01 to 2026-08-12.", days(8, 1, 12), None),
        ("I am currently out of the office with no access to mail.", NEXT, None),
        ("Сейчас я вне офиса. Звоните Анне Петровой или на общий номер.", NEXT, None),
    ],
)
def test_until_when_and_who_stands_in(text: str, span: tuple[date, date], deputy: str | None) -> None:
    found = understood(text)
    assert found is not None
    assert (found.first, found.last, found.deputy) == (*span, deputy)


def test_over_new_year_and_without_a_year() -> None:
    found = understood("Я в отпуске с 28 декабря по 10 января, замещает Котов.", sent_on=date(2026, 12, 25))
    assert found == Absence("anna", date(2026, 12, 28), date(2027, 1, 10), "boris")
    again = understood("Я в отпуске до 10 января.", sent_on=date(2026, 12, 30))
    assert again is not None
    assert again.last == date(2027, 1, 10)


def test_days_covered_are_the_first_to_the_last() -> None:
    away = Absence("anna", *days(8, 1, 12))
    assert [away.covers(day) for day in (date(2026, 7, 31), date(2026, 8, 1), date(2026, 8, 12), date(2026, 8, 13))] == [False, True, True, False]


@pytest.mark.parametrize(
    "text",
    [
        "Ваше письмо получено и будет рассмотрено.",
        "Отпуск товара со склада с 1 по 12 августа приостановлен.",
        "Прошу согласовать отпуск продукции по накладной 12.",
        "Клиент сообщил, что насос не работает с 1 августа.",
        "Срок ответа до 12 августа, обращайтесь к Ивановой.",
        "Holiday decorations were broken, order 77.",
    ],
)
def test_what_is_no_absence(text: str) -> None:
    assert understood(text) is None
    assert understood(text, automatic=False) is None


def test_who_tells_of_a_colleague_is_not_away_herself() -> None:
    told = "Иванова в отпуске с 1 по 12 августа, её вопросы направляйте Котову."
    assert understood(told, automatic=False) is None
    assert understood("Коллеги, с 1 по 12 августа буду в отпуске, за меня Котов.", automatic=False) == Absence("anna", *days(8, 1, 12), "boris")


def test_a_date_that_cannot_be_is_no_reason_to_be_away_for_years() -> None:
    for text in ("Я в отпуске с 1 августа 2026 по 12 августа 2036.", "Я в отпуске до 32 августа.", "Я в отпуске до 31.02.2027."):
        found = understood(text)
        assert found is not None
        assert found.last <= date(2026, 8, 12), text


def test_the_subject_speaks_too() -> None:
    found = understood("Обращайтесь к Котову.", "Автоответ: в отпуске до 12 августа")
    assert found == Absence("anna", JULY, date(2026, 8, 12), "boris")


def test_a_letter_of_hostile_length_costs_nothing() -> None:
    assert understood("в отпуске " + "с 1 по " * 50_000) is not None
    assert understood("а" * 500_000) is None


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("к Ивановой", "maria"),
        ("к Иванову", "petr"),
        ("Марии Ивановой", "maria"),
        ("с Петром Ивановым", "petr"),
        ("Котовым", "boris"),
        ("Котова", "boris"),
        ("Кот", None),
        ("Ивановская", None),
        ("Анной Петровой", "anna"),
        ("к Щербаковой Ю.", "julia"),
        ("Достоевскую", "vera"),
        ("p.ivanov@firma.example", "petr"),
        ("xp.ivanov@firma.example", None),
        ("Петров", None),
        ("к Ивановой или к Котову", None),
        ("", None),
    ],
)
def test_names_in_every_case(text: str, who: str | None) -> None:
    found = named_in(text, PEOPLE)
    assert (found.id if found else None) == who


@pytest.mark.parametrize(
    ("wanted", "who"),
    [
        ("Анне", "anna"),
        ("Борису Котову", "boris"),
        ("Щербаковой Ю.", "julia"),
        ("Петру", "petr"),
        ("Ивановой", "maria"),
        ("Щербаковой А.", None),  # another initial, another person
        ("Анне Сидоровой", None),  # never somebody else of that first name
        ("Анне, пожалуйста", None),
        ("Иван", None),
        ("!", None),
    ],
)
def test_whom_a_case_is_given_to(wanted: str, who: str | None) -> None:
    found = called(wanted, PEOPLE)
    assert (found.id if found else None) == who


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        ("Марина Лебедева", "Марине Марину Марины Лебедевой"),  # «Марине» ends as a surname, and is none
        ("Пушкина Ирина Сергеевна", "Ирине Пушкиной"),
        ("Константин Львов", "Константину Константином Львову"),
        ("Николай Орлов", "Николаю Николаем"),
        ("Павел Ким", "Павлу Павлом"),
        ("Лев Котов", "Льву Львом"),
    ],
)
def test_a_given_name_declines_as_one(name: str, forms: str) -> None:
    who = Person("who", name, ("who@firma.example",))
    assert [form for form in forms.split() if called(form, (*PEOPLE, who)) != who] == []
    assert called("Иванову", (Person("m", "Марина Иванова", ()), Person("p", "Пётр Иванов", ()))).id == "p"  # type: ignore[union-attr]


def test_two_of_one_name_are_not_guessed_between() -> None:
    other = Person("anna2", "Анна Смирнова", ("anna2@firma.example",))
    assert called("Анне", (*PEOPLE, other)) is None
    assert called("Анне Смирновой", (*PEOPLE, other)) == other
