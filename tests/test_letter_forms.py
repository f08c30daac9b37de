"""The forms in which mail programs write answers and forwards, one of each program and language, read as a person reads them."""

from __future__ import annotations

import tomllib
from email.message import EmailMessage
from pathlib import Path

import pytest

from mailbot.claims.message import IncomingMail
from mailbot.mail_in.read import read_mail

FORMS = tomllib.loads((Path(__file__).parent / "texts" / "letter_forms.toml").read_text("utf-8"))


def _read(form: dict[str, str]) -> IncomingMail:
    mail = EmailMessage()
    mail["From"] = "Игорь <igor@firma.example>"
    mail["To"] = "claims@firma.example"
    mail["Subject"] = form["subject"]
    mail["Date"] = "Tue, 24 Nov 2026 12:00:00 +0300"
    mail.set_content(form["body"])
    return read_mail(mail.as_bytes())


@pytest.mark.parametrize("form", FORMS["reply"], ids=lambda form: form["program"])
def test_an_answer_is_told_from_what_it_answers(form: dict[str, str]) -> None:
    mail = _read(form)
    assert mail.text == form["text"]
    assert mail.forwarded is None
    assert mail.quoted


@pytest.mark.parametrize("form", FORMS["forward"], ids=lambda form: form["program"])
def test_the_letter_passed_on_is_found_whole(form: dict[str, str]) -> None:
    mail = _read(form)
    assert mail.text == form["prefix"]
    assert mail.forwarded is not None
    assert mail.forwarded.from_ is not None
    assert mail.forwarded.from_.address == "olga@dom.example"
    assert (mail.forwarded.subject, mail.forwarded.text) == ("Насос течёт", "Добрый день!\n\nНасос течёт, заказ 5.")
    assert mail.forwarded.sent_at is not None
    assert mail.forwarded.sent_at.strftime("%Y-%m-%d %H:%M") == "2026-11-24 11:20"
