"""The log: one event a line, and nothing of a mail in it, whatever goes wrong."""

from __future__ import annotations

import io
import json
from datetime import datetime

import pytest

from mailbot import maillog
from mailbot.claims.plain import from_plain
from mailbot.store import received
from mailbot.store.database import Database
from tests.store_fixtures import NOW
from tests.store_values import claim_all, filed_row, store_one

SECRETS = ("anna.petrova", "kitchen", "letter of mine")


def logged(form: str, fault: object) -> str:
    out = io.StringIO()
    maillog.start(form, stream=out)
    try:
        fault()  # type: ignore[operator]
    except Exception:
        maillog.bug("somewhere")
    return out.getvalue()


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_fault_of_the_database_tells_nothing_of_the_mail(db: Database, form: str) -> None:
    """PostgreSQL's own words would be: DETAIL: Failing row contains (1, …, the whole mail)."""
    store_one(db)
    (mail,) = claim_all(db)

    def fault() -> None:
        with db.write() as conn:
            row = filed_row(
                mail.id, mail.fence, kind="party", subject="The kitchen", from_key="anna.petrova@x.example", read={"text": "letter of mine"}
            )
            received.filed(conn, [row], NOW)

    said = logged(form, fault)
    assert said.count("\n") == 1
    assert "IntegrityError" in said
    assert "ck_received_kind" in said
    assert "received.py" in said
    assert not [word for word in SECRETS if word in said]


@pytest.mark.parametrize(
    "text",
    [
        "'letter of mine'",
        "unexpected 'letter of mine",
        "a place «letter of mine»",
        "a line\nand a letter of mine",
        "of anna.petrova@x.example",
    ],
)
def test_a_fault_of_ours_tells_no_value(text: str) -> None:
    def fault() -> None:
        raise ValueError(text)

    said = logged("text", fault)
    assert "ValueError" in said
    assert not [word for word in SECRETS if word in said]


def test_values_that_do_not_fit() -> None:
    said = logged("text", lambda: from_plain(datetime, "letter of mine"))
    assert "ValueError: Invalid isoformat string: '…' at" in said


def test_what_an_exception_was_raised_over_is_told_too() -> None:
    def fault() -> None:
        try:
            raise KeyError("kitchen")
        except KeyError as error:
            raise RuntimeError("no such room") from error

    entry = json.loads(logged("json", fault))
    assert entry["event"] == "bug"
    assert entry["error"].startswith("RuntimeError: no such room at ")
    assert " <- KeyError: '…' at " in entry["error"]
    assert "kitchen" not in entry["error"]
