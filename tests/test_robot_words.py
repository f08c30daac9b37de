"""People who speak of vacations and undelivered goods are people; automatic answers without headers are known by all of their words."""

from __future__ import annotations

import tomllib
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from mailbot.claims.automatic_words import nothing_but_automatic
from tests.explaining import explain

WORDS = tomllib.loads((Path(__file__).parent / "texts" / "words_of_robots.toml").read_text("utf-8"))
OF_ROBOTS = {"auto_reply", "bounce", "list", "receipt", "spam", "own", "unreadable"}


def _told(subject: str, text: str, *, answers: bool) -> dict[str, Any]:
    mail = EmailMessage()
    mail["From"] = "Анна Сёмина <anna@dom.example>"
    mail["To"] = "claims@firma.example"
    mail["Subject"] = subject
    mail["Date"] = "Tue, 21 Apr 2026 10:00:00 +0300"
    mail["Message-ID"] = "<of-words@dom.example>"
    if answers:
        mail["In-Reply-To"] = "<letter@firma.example>"
    mail.set_content(text)
    return explain(mail.as_bytes())


@pytest.mark.parametrize(("subject", "text"), WORDS["people"])
def test_a_person_is_never_taken_for_a_robot(subject: str, text: str) -> None:
    told = _told(subject, text, answers=subject.startswith("Re:"))
    assert told["kind"] not in OF_ROBOTS, told["kind_reason"]


@pytest.mark.parametrize(("subject", "text"), WORDS["robots"])
def test_an_automatic_answer_without_headers_is_known_by_its_words(subject: str, text: str) -> None:
    told = _told(subject, text, answers=subject.startswith("Re:"))
    assert told["kind"] == "auto_reply", told["kind_reason"]
    assert told["decision"]["acknowledge"] == "no"


def test_one_sentence_of_a_complaint_is_enough() -> None:
    away = "Я в отпуске до 5 декабря. По срочным вопросам пишите Петрову."
    assert nothing_but_automatic("Re: акт", away)
    assert not nothing_but_automatic("Re: акт", away + " Две двери разбиты.")
    assert not nothing_but_automatic("Re: акт", "Я в отпуске до 5 декабря.")  # without the second sentence it may be an answer
    assert nothing_but_automatic("Автоответ: акт", "Я в отпуске до 5 декабря.")
