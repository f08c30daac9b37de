"""Every mail of tests/mails is read, and what its .toml states is compared."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from mailbot.claims.message import Forwarded, IncomingMail
from mailbot.mail_in.read import read_mail

MAILS = Path(__file__).parent / "mails"
PAIRS = sorted(MAILS.glob("*.eml"))
_STATED = {"teaches", "text", "quoted", "quoted_has", "signature", "disclaimer", "disclaimer_has", "subject", "from_name", "from_address", "problems_has", "attachments", "forwarded", "bounced", "bounced_id"}
_STATED |= {"kind", "kind_not", "category", "attachment_has", "reason_in", "facts_has", "kind_of", "acknowledge_not"}  # tests/test_mails_explained.py
_OF_FORWARD = {"from_name", "from_address", "to", "cc", "subject", "text", "quoted_has", "sent_at"}


def test_there_are_enough_pairs_and_each_is_whole() -> None:
    assert len(PAIRS) >= 40
    assert {path.stem for path in PAIRS} == {path.stem for path in MAILS.glob("*.toml")}


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
def test_mail(path: Path) -> None:
    stated = tomllib.loads(path.with_suffix(".toml").read_text("utf-8"))
    assert stated.keys() <= _STATED, stated.keys() - _STATED
    assert len(stated) > 1
    mail = read_mail(path.read_bytes())
    _compare(mail, stated)
    if stated.get("forwarded") is False:
        assert mail.forwarded is None
    elif "forwarded" in stated:
        assert mail.forwarded is not None
        _compare_forward(mail.forwarded, stated["forwarded"])


def _compare(mail: IncomingMail, stated: dict[str, Any]) -> None:
    for name in ("text", "quoted", "signature", "disclaimer", "subject"):
        if name in stated:
            assert getattr(mail, name) == stated[name]
    for piece in stated.get("quoted_has", []):
        assert piece in mail.quoted
        assert piece not in mail.text
    for piece in stated.get("disclaimer_has", []):
        assert piece in mail.disclaimer
    for piece in stated.get("problems_has", []):
        assert any(piece in problem for problem in mail.problems), mail.problems
    if "bounced" in stated:
        assert mail.bounce is not None
        assert {one.address: one.permanent for one in mail.bounce.recipients} == stated["bounced"]
    if "bounced_id" in stated:
        assert mail.bounce is not None
        assert mail.bounce.original_message_id == stated["bounced_id"]
    if "attachments" in stated:
        assert [one.name for one in mail.attachments] == stated["attachments"]
    if "from_name" in stated or "from_address" in stated:
        assert mail.from_ is not None
        assert stated.get("from_name", mail.from_.name) == mail.from_.name
        assert stated.get("from_address", mail.from_.address) == mail.from_.address


def _compare_forward(inner: Forwarded, stated: dict[str, Any]) -> None:
    assert stated.keys() <= _OF_FORWARD, stated.keys() - _OF_FORWARD
    assert inner.from_ is not None
    assert stated.get("from_name", inner.from_.name) == inner.from_.name
    assert stated.get("from_address", inner.from_.address) == inner.from_.address
    for name in ("to", "cc"):
        if name in stated:
            assert [one.address for one in getattr(inner, name)] == stated[name]
    for name in ("subject", "text"):
        if name in stated:
            assert getattr(inner, name) == stated[name]
    for piece in stated.get("quoted_has", []):
        assert piece in inner.quoted
    if "sent_at" in stated:
        assert inner.sent_at is not None
        assert inner.sent_at.isoformat() == stated["sent_at"]
