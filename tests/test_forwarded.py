"""The letter inside a forward: each program's form, and what is no forward."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from mailbot.claims.message import Address
from mailbot.mail_in.forwarded import find_forward, is_forward_subject
from mailbot.mail_in.letter_dates import read_letter_date
from mailbot.mail_in.letter_people import first_person, people

MOSCOW = timezone(timedelta(hours=3))
WHO = Address("Пётр Замятин", "zamyatin@dom.example")
SENT = datetime(2027, 1, 14, 17, 2, tzinfo=MOSCOW)
LETTER = "Кровля течёт.\n\nЗамятин"

FORMS = {
    "gmail": "---------- Forwarded message ---------\nFrom: Пётр Замятин <zamyatin@dom.example>\nDate: Thu, Jan 14, 2027 at 5:02 PM\nSubject: Течь\nTo: <a@company.example>\n\n\n{}",
    "gmail ru": "---------- Forwarded message ---------\nОт: Пётр Замятин <zamyatin@dom.example>\nDate: чт, 14 янв. 2027 г. в 17:02\nSubject: Течь\nTo: A <a@company.example>\n\n\n{}",
    "gmail app ru": "---------- Пересылаемое сообщение ---------\nОт кого: Пётр Замятин <zamyatin@dom.example>\nДата: чт, 14 янв. 2027 г., 17:02\nТема: Течь\nКому: <a@company.example>\n\n{}",
    "outlook": "From: Пётр Замятин <zamyatin@dom.example>\nSent: Thursday, January 14, 2027 5:02 PM\nTo: a@company.example\nSubject: Течь\n\n{}",
    "outlook ru": "________________________________\nОт: Пётр Замятин <zamyatin@dom.example>\nОтправлено: 14 января 2027 г. 17:02\nКому: a@company.example\nТема: Течь\n\n{}",
    "outlook 2007 ru": "От: Пётр Замятин [mailto:zamyatin@dom.example] \nОтправлено: четверг, 14 января 2027 г. 17:02\nКому: 'a@company.example'\nТема: Течь\nВажность: Высокая\n\n{}",
    "outlook mac": "От: Пётр Замятин <zamyatin@dom.example>\nДата: четверг, 14 января 2027 г. в 17:02\nКому: a@company.example <a@company.example>\nТема: Течь\n{}",
    "apple": "Begin forwarded message:\n\nFrom: Пётр Замятин <zamyatin@dom.example>\nSubject: Течь\nDate: 14 January 2027 at 17:02:00 GMT+3\nTo: a@company.example\n\n{}",
    "apple ru": "Начало переадресованного сообщения:\n\nОт: Пётр Замятин <zamyatin@dom.example>\nТема: Течь\nДата: 14 января 2027 г. в 17:02:00 GMT+3\nКому: a@company.example\n\n{}",
    "mail.ru": "-------- Пересылаемое сообщение --------\nОт: Пётр Замятин <zamyatin@dom.example>\nКому: a@company.example\nДата: Четверг, 14 января 2027, 17:02 +03:00\nТема: Течь\n\n{}",
    "yandex": "-------- Пересылаемое сообщение --------\n14.01.2027, 17:02, \"Пётр Замятин\" <zamyatin@dom.example>:\n\n{}\n\n-------- Конец пересылаемого сообщения --------",
    "yandex en": "-------- Forwarded message --------\n14.01.2027, 17:02, \"Пётр Замятин\" <zamyatin@dom.example>:\n\n{}\n\n-------- End of forwarded message --------",
    "yandex new": "-------- Пересылаемое сообщение --------\n14.01.2027, 17:02, Пётр Замятин (zamyatin@dom.example):\nКому: a@company.example (a@company.example);\nТема: Течь;\n\n{}",
    "thunderbird": "-------- Forwarded Message --------\nSubject: \tТечь\nDate: \tThu, 14 Jan 2027 17:02:00 +0300\nFrom: \tПётр Замятин <zamyatin@dom.example>\nTo: \ta@company.example\n\n\n\n{}",
    "thunderbird ru": "-------- Перенаправленное сообщение --------\nТема: \tТечь\nДата: \tThu, 14 Jan 2027 17:02:00 +0300\nОт: \tПётр Замятин <zamyatin@dom.example>\nКому: \ta@company.example\n\n\n\n{}",
    "the bat": "This is a forwarded message\nFrom: Пётр Замятин <zamyatin@dom.example>\nTo: a@company.example\nDate: Thursday, January 14, 2027, 5:02:00 PM\nSubject: Течь\n\n===8<==============Original message text===============\n{}\n===8<===========End of original message text===========",
    "the bat ru": "Это пересылаемое сообщение\nОт: Пётр Замятин <zamyatin@dom.example>\nКому: a@company.example\nДата: 14 января 2027 г., 17:02:00\nТема: Течь\n\n===8<===============Исходный текст сообщения===============\n{}\n===8<===========Конец исходного текста сообщения===========",
    "yahoo ru": "   ----- Пересылаемое сообщение ----- От: Пётр Замятин <zamyatin@dom.example>Кому: \"a@company.example\" <a@company.example>Отправлено: четверг, 14 января 2027 г., 17:02:00 GMT+3Тема: Течь\n{}",
    "lotus ru": "----- Переслал: A/Company дата: 15.01.2027 09:00 -----\n\nОт:\tПётр Замятин <zamyatin@dom.example>\nКому:\ta@company.example\nДата:\t14.01.2027 17:02\nТема:\tТечь\n\n{}",
    "samsung": "-------- Исходное сообщение --------\nОт: Пётр Замятин <zamyatin@dom.example>\nДата: 14.01.2027 17:02 (GMT+03:00)\nКому: a@company.example\nТема: Течь\n\n{}",
}  # fmt: skip


@pytest.mark.parametrize("cover", ["", "Коллеги, посмотрите."], ids=["bare", "cover"])
@pytest.mark.parametrize("form", FORMS)
def test_forms(form: str, cover: str) -> None:
    found = find_forward(f"{cover}\n\n{FORMS[form].format(LETTER)}\n", "Fwd: Течь", MOSCOW)
    assert found is not None
    assert found.prefix.strip() == cover
    assert found.forwarded.from_ == WHO
    assert found.forwarded.subject == "Течь"
    assert found.forwarded.sent_at == SENT
    assert found.forwarded.text == LETTER
    assert found.forwarded.quoted == ""
    if form not in ("yandex", "yandex en"):
        assert [one.address for one in found.forwarded.to] == ["a@company.example"]


@pytest.mark.parametrize("form", [form for form in FORMS if not form.startswith(("outlook", "samsung"))])
def test_a_line_that_says_so_needs_no_subject(form: str) -> None:
    for subject in ("", "Re: Течь", "Срочно"):
        assert find_forward(f"Коллеги\n\n{FORMS[form].format(LETTER)}\n", subject) is not None


def test_a_head_alone_needs_the_subject_or_the_first_place() -> None:
    head = FORMS["outlook ru"].format(LETTER)
    assert find_forward(f"Ответ.\n\n{head}", "Re: Течь") is None
    assert find_forward(f"Ответ.\n\n{head}", "RE: FW: Течь") is None
    assert find_forward(f"Новая претензия.\n\n{head}", "Претензия") is None
    assert find_forward(f"Смотрите.\n\n{head}", "Течь") is not None
    assert find_forward(f"Смотрите.\n\n{head}", "FW: RE: Течь") is not None
    assert find_forward(head, "Претензия") is not None
    assert find_forward(head, "Re: Течь") is None


def test_a_forward_inside_a_quote_is_not_passed_on() -> None:
    quoted = "\n".join(f"> {line}" for line in FORMS["gmail"].format(LETTER).split("\n"))
    assert find_forward(f"Нет.\n\nчт, 14 янв. 2027 г. в 17:02, A <a@b.example>:\n\n{quoted}", "Re: Fwd: Течь") is None


def test_the_innermost_of_several() -> None:
    inner = FORMS["gmail ru"].format(LETTER)
    middle = f"---------- Forwarded message ---------\nFrom: B <b@company.example>\nDate: Fri, Jan 15, 2027 at 9:00 AM\nSubject: Fwd: Течь\nTo: C <c@company.example>\n\nсредний\n\n{inner}"
    found = find_forward(f"верхний\n\n{middle}", "Fwd: Fwd: Течь", MOSCOW)
    assert found is not None
    assert found.prefix.strip() == "верхний"
    assert found.between == "средний"
    assert found.forwarded.from_ == WHO
    assert found.forwarded.text == LETTER


def test_what_the_customer_quotes_stays_her_quote() -> None:
    chain = f"{LETTER}\n\nОт: Менеджер <m@company.example>\nОтправлено: 13 января 2027 г. 9:00\nКому: Замятин\nТема: Договор\n\nНаши слова."
    found = find_forward(FORMS["outlook ru"].format(chain), "FW: Течь", MOSCOW)
    assert found is not None
    assert found.forwarded.text == LETTER
    assert "Наши слова." in found.forwarded.quoted


def test_apple_quotes_the_head_too() -> None:
    quoted = "\n".join(f"> {line}".rstrip() for line in FORMS["apple ru"].format(LETTER).split("\n"))
    found = find_forward(f"Срочно\n\n{quoted}\n", "Fwd: Течь", MOSCOW)
    assert found is not None
    assert (found.forwarded.from_, found.forwarded.text, found.forwarded.sent_at) == (WHO, LETTER, SENT)


@pytest.mark.parametrize(("subject", "forward"), [("Fwd: x", True), ("FW: x", True), ("fw:x", True), ("[EXTERNAL] FW: x", True), ("WG: x", True), ("TR: x", True), ("Пересл: x", True), ("Fwd[2]: x", True), ("Re: Fwd: x", False), ("Forward: x", False), ("x Fwd: y", False), ("", False)])
def test_is_forward_subject(subject: str, forward: bool) -> None:
    assert is_forward_subject(subject) is forward


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("14 января 2027 г. 17:02", "2027-01-14T17:02:00+03:00"),
        ("четверг, 14 января 2027 г. в 17:02", "2027-01-14T17:02:00+03:00"),
        ("Thursday, January 14, 2027 5:02 PM", "2027-01-14T17:02:00+03:00"),
        ("January 14, 2027 12:02 AM", "2027-01-14T00:02:00+03:00"),
        ("January 14, 2027 12:02 PM", "2027-01-14T12:02:00+03:00"),
        ("Thu, 14 Jan 2027 17:02:00 -0800", "2027-01-14T17:02:00-08:00"),
        ("14 January 2027 at 17:02:11 CET", "2027-01-14T17:02:11+01:00"),
        ("14.01.2027 17:02 (GMT+03:30)", "2027-01-14T17:02:00+03:30"),
        ("01/02/2027 5:02 PM", "2027-01-02T17:02:00+03:00"),
        ("01/02/2027 17:02", "2027-02-01T17:02:00+03:00"),
        ("28/10/2026, 12:46", "2026-10-28T12:46:00+03:00"),
        ("2027-01-14 17:02", "2027-01-14T17:02:00+03:00"),
        ("2027年1月14日(木) 17:02", "2027-01-14T17:02:00+03:00"),
        ("torsdag, 14 januar 2027 kl. 17.02", "2027-01-14T17:02:00+03:00"),
        ("csütörtök, 2027. január 14. 17:02", "2027-01-14T17:02:00+03:00"),
        ("14 листопада 2026 р. о 17:02", "2026-11-14T17:02:00+03:00"),
        ("14 мая 2026", "2026-05-14T00:00:00+03:00"),
    ],
)
def test_dates(text: str, moment: str) -> None:
    found = read_letter_date(text, MOSCOW)
    assert found is not None
    assert found.isoformat() == moment


@pytest.mark.parametrize("text", ["", "вчера", "31.02.2027 10:00", "99.99.9999 99:99", "1" * 5_000, "14 января"])
def test_no_dates(text: str) -> None:
    assert read_letter_date(text, UTC) is None


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("Иван Петров <i@x.example>", [("Иван Петров", "i@x.example")]),
        ("Иван Петров [mailto:i@x.example]", [("Иван Петров", "i@x.example")]),
        ("Иван Петров (i@x.example)", [("Иван Петров", "i@x.example")]),
        ("i@x.example", [("", "i@x.example")]),
        ("<i@x.example>", [("", "i@x.example")]),
        ("i@x.example <i@x.example>", [("", "i@x.example")]),
        ("'i@x.example' <i@x.example>", [("", "i@x.example")]),
        ("i@x.example<mailto:i@x.example>", [("", "i@x.example")]),
        ("Иван <i@x.example<mailto:i@x.example>>; B <b@x.example>", [("Иван", "i@x.example"), ("B", "b@x.example")]),
        ("'Петров, Иван' <i@x.example>, \"B\" <b@x.example>", [("Петров, Иван", "i@x.example"), ("B", "b@x.example")]),
        ("a@x.example, B <b@x.example>, c@x.example", [("", "a@x.example"), ("B", "b@x.example"), ("", "c@x.example")]),
        ("Снабжение; Иван Петров", [("Снабжение", ""), ("Иван Петров", "")]),
        ("Иван <i@почта.рф>", [("Иван", "i@xn--80a1acny.xn--p1ai")]),
        ("", []),
    ],
)
def test_people(value: str, found: list[tuple[str, str]]) -> None:
    assert [(one.name, one.address) for one in people(value)] == found


def test_a_sender_without_address_is_one_person() -> None:
    assert first_person("Петров, Иван") == Address("Петров, Иван", "")
    assert first_person(" ; ") is None
