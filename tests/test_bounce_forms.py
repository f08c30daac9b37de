"""Bounces in the words of Exchange, Postfix, Exim, qmail, Sendmail, Yandex, Mail.ru, Gmail and others: whom, and for good or for now."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from mailbot.mail_in.read import read_mail

FORMS = tomllib.loads((Path(__file__).parent / "texts" / "bounce_forms.toml").read_text("utf-8"))["bounce"]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form["system"])
def test_a_bounce_in_free_form(form: dict[str, Any]) -> None:
    head = f"Return-Path: <>\nFrom: {form['from']}\nTo: claims@firma.example\nSubject: {form['subject']}\nContent-Type: text/plain; charset=utf-8\n\n"
    mail = read_mail((head + form["body"]).encode())
    assert mail.bounce is not None
    assert {one.address: one.permanent for one in mail.bounce.recipients} == form["recipients"]
