"""What a person types above a digest of ours is read as typed, whatever her mail program makes of it; nothing of the digest is a command."""

from __future__ import annotations

from email import policy

import pytest

from mailbot.claims.command import Command, Reading
from mailbot.claims.command_lines import first_command
from mailbot.claims.commands import read_commands
from mailbot.mail_in.read import read_mail
from mailbot.store.database import Database
from tests.desk_values import HOUR, NOW, a_ground, file_claims, read_letter
from tests.reply_forms import FORMS, LONGER, ONLY_UNICODE, TYPED, Quoted
from tests.test_command_book import ANNA, MAILBOX, digests, read_html

HEAD = (
    "From: Anna <anna@firma.example>\r\nTo: claims@firma.example\r\nSubject: Re: x\r\nMessage-ID: <1@firma.example>\r\n"
    "Date: Mon, 23 Nov 2026 11:00:00 +0300\r\nIn-Reply-To: <d@firma.example>\r\n"
)


@pytest.fixture
def quoted(sqlite_db: Database) -> Quoted:
    ground = a_ground(mailbox=[MAILBOX])
    file_claims(sqlite_db, ground, 2, NOW - HOUR)
    row = digests(sqlite_db, ground)[ANNA]
    return Quoted(read_letter(row)[1], read_html(row))


def read(form: str, typed: str, quoted: Quoted) -> tuple[Reading, str]:
    """What is understood, and the first word that makes it a command mail."""
    mail = read_mail(HEAD.encode() + FORMS[form](typed, quoted).as_bytes(policy=policy.SMTP))
    assert not [problem for problem in mail.problems if "command" in problem], (typed, mail.problems)
    return read_commands(mail.text), first_command(mail.text)


@pytest.mark.parametrize("form", FORMS)
def test_what_was_typed_is_what_is_read(form: str, quoted: Quoted) -> None:
    for name, typed in TYPED.items():
        if form == "the bat" and name in ONLY_UNICODE:
            continue
        reading, first = read(form, typed, quoted)
        assert reading == Reading((Command("take", "2026-0001"),), ()), name
        assert first, name
    for name, typed in LONGER.items():
        reading, _ = read(form, typed, quoted)
        assert _words(reading) == _words(read_commands(typed)), name
        assert reading.faults == (), name


def _words(reading: Reading) -> list[str]:
    """Without regard to where a program broke the lines."""
    return [" ".join(str(command).replace("\\n", " ").split()) for command in reading.commands]


@pytest.mark.parametrize("form", FORMS)
def test_the_quoted_digest_commands_nothing(form: str, quoted: Quoted) -> None:
    """It shows commands to write; under a colleague's own words they are none."""
    assert "!взять 2026-0001" in quoted.text
    reading, first = read(form, "Коллеги, посмотрите, пожалуйста.", quoted)
    assert (reading.commands, first) == ((), "")
