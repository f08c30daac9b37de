"""A day as a sentence writes it, in both languages; wherever English is written to people the month stands in letters."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from mailbot.claims.command_words import say
from mailbot.claims.day_words import day_words, moment_words, short_day, whole_day, whole_moment
from mailbot.claims.digest_notes import absence_notes
from mailbot.claims.own_claim import own_claim_notes
from mailbot.jobs.policy_of import Ground
from mailbot.store.database import Database
from tests.desk_values import HOUR, NOW, PEOPLE, a_ground, file_claims, letters, read_letter, send_all
from tests.test_command_book import MAILBOX, digests, reply, send

DAY = date(2026, 11, 3)


@pytest.mark.parametrize(
    ("language", "whole", "short", "moment"),
    [
        ("ru", "03.11.2026", "03.11", "03.11.2026 09:05"),
        ("en", "3 November 2026", "3 November", "3 November 2026 09:05"),
        ("de", "3 November 2026", "3 November", "3 November 2026 09:05"),
    ],
)
def test_a_day_in_words(language: str, whole: str, short: str, moment: str) -> None:
    at = datetime(2026, 11, 3, 9, 5, tzinfo=UTC)
    assert (day_words(DAY, language), short_day(DAY, language), moment_words(at, language)) == (whole, short, moment)


def test_a_day_as_our_letters_write_it() -> None:
    at = datetime(2027, 2, 1, 9, 5, tzinfo=UTC)
    assert (whole_day(at.date(), "ru"), whole_moment(at, "ru")) == ("1 февраля 2027 г.", "1 февраля 2027 г., 09:05")
    assert (whole_day(at.date(), "en"), whole_moment(at, "en")) == ("1 February 2027", "1 February 2027 09:05")
    assert say("wait", "ru", {"number": "2027-0001", "value": "клиента", "until": whole_day(at.date(), "ru")}) == "Дело № 2027-0001: ждём клиента до 1 февраля 2027 г."


def test_notes_below_a_digest() -> None:
    assert absence_notes({"Anna": DAY}, "en") == ("You stand in for Anna (until 3 November 2026). What is urgent stands here, marked with whose it is.",)
    assert "по 3 ноября 2026 г." in absence_notes({"Анна": DAY}, "ru")[0]
    assert "2026-0001 (by 3 November 2026)" in own_claim_notes({"2026-0001": DAY}, "en")[0]
    assert "2026-0001 (до 3 ноября 2026 г.)" in own_claim_notes({"2026-0001": DAY}, "ru")[0]


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_ground(people=tuple({**one, "language": "en"} for one in PEOPLE), mailbox=[MAILBOX], departments={"design": "kb@firma.example"})


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("!wait {0} documents until 12.12", "until 12 December 2026"),
        ("!wait {0} documents until 2027-05-05", "until 23 December 2026"),  # too far
        ("!answered {0}", "23 November 2026 11:00"),
        ("!memo {0} why?", "by 26 November 2026"),
        ("!holding {0} until 30.11", "30 November 2026"),
        ("!regress {0} forwarder\ndelivered: 18.11.2026", "18 December 2026"),
    ],
)
def test_results_in_english(sqlite_db: Database, ground: Ground, command: str, said: str) -> None:
    (number,) = file_claims(sqlite_db, ground, 1, NOW - HOUR)
    digest = digests(sqlite_db, ground)["anna@firma.example"].message_id
    send_all(sqlite_db, NOW)
    send(sqlite_db, ground, reply(command.format(number), digest), "c1")
    text = " ".join(read_letter(letters(sqlite_db, "result")[-1])[1].split())
    assert said in text, text
