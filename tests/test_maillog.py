"""The log: one event a line, and nothing of a mail in it, whatever goes wrong."""

from __future__ import annotations

import io
import json
from datetime import datetime

import pytest

from mailbot import maillog
from mailbot.claims.delivery import Refused
from mailbot.claims.plain import from_plain
from mailbot.jobs.tell_unproven import tell_unproven
from mailbot.jobs.watch import WatchState, watch
from mailbot.mail_in.read import read_mail
from mailbot.store import received
from mailbot.store.database import Database
from tests.desk_values import DAY, HOUR, MINUTE, a_desk, a_ground, file_claims, file_one, letters, read_letter, send_all
from tests.store_fixtures import NOW
from tests.store_values import claim_all, filed_row, store_one
from tests.test_command_book import ANNA, MAILBOX, PASS, PROOFS, SERVER, digests
from tests.values import COMPLAINT, NO_COMPLAINT

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


def test_five_hundred_canaries_of_a_day_never_sing(sqlite_db: Database) -> None:
    """Names, addresses, subjects, words, files and ids of mails of all kinds: not in the log, not in an alarm (reliability.md A15)."""
    db, ground, out, seeded = sqlite_db, a_ground(mailbox=[MAILBOX]), io.StringIO(), []
    (number,) = file_claims(db, ground, 1, NOW - HOUR)
    answered = digests(db, ground)[ANNA].message_id

    def canary() -> str:
        seeded.append(f"canary{len(seeded):03}x")
        return seeded[-1]

    maillog.start("text", "DEBUG", stream=out)
    for n in range(50):
        head = f"Authentication-Results: {PASS if n % 3 else SERVER + '; dmarc=fail'}\n"
        sender = f"<{ANNA}>" if n % 5 == 0 else f'"{canary()} {canary()}" <{canary()}@{canary()}.example>'
        word = ("", "", f"!заметка {number} ", f"!взять {canary()} ", "Насос разбит. ")[n % 5]
        head += f"From: {sender}\nTo: claims@firma.example\nSubject: {canary()}\nMessage-ID: <{canary()}@x.example>\nReferences: <{canary()}@x.example>\nX-A: {canary()}\n"
        head += f"In-Reply-To: <{answered}>\n" if n % 5 == 0 else "Auto-Submitted: auto-replied\n" if n % 11 == 0 else ""
        body = f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{word}{canary()} {canary()}\n"
        file = f"Content-Type: image/png; name={canary()}.png\nContent-Disposition: attachment\n\n{canary()}\n"
        raw = f"{head}MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n{body}--b\n{file}--b--\n".replace("\n", "\r\n").encode()
        mail, words = read_mail(raw if n % 13 else raw[: len(raw) // 3]), COMPLAINT if n % 2 else NO_COMPLAINT
        file_one(db, ground, f"m{n}", NOW + n * MINUTE, words, mail=mail, raw=raw, proofs=PROOFS)
    tell_unproven(db, ground, a_desk(ground), NOW + HOUR)
    send_all(db, NOW + HOUR, Refused(f"550 <{seeded[2]}@{seeded[3]}.example> unknown"))
    watch(db, ground, a_desk(ground), WatchState(), NOW + 3 * HOUR)
    digests(db, ground, NOW + DAY)
    said, alarms = out.getvalue(), [read_letter(row)[1] for row in letters(db, "alarm")]
    assert len(seeded) >= 500
    assert said.count("\n") > 50
    assert alarms
    assert [one for one in seeded if one in said.casefold()] == []
    assert [one for one in seeded if any(one in text for text in alarms)] == []
