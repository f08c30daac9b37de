"""`mailbot outbox …` and `quarantine …`: what an operator lets go, calls back, reads again or settles."""

from __future__ import annotations

import functools
import io
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mailbot.jobs import reading_room
from mailbot.jobs.reading_room import ReadingRoom
from mailbot.store import listing, outbox, received
from mailbot.store.database import Database
from tests.cli_values import Cli, a_raw_mail, write
from tests.faulty_child import serve_with_faults
from tests.store_values import a_letter

TODAY = datetime.now(UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], db_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cli:
    monkeypatch.setenv("MAILBOT_CONFIG", str(write(tmp_path, "config/one-child.toml", b"[reading]\nchildren = 1\n")))
    return Cli(capsys, "--database", db_url)


def queue(db: Database, key: str, ago: timedelta = HOUR, **changes: Any) -> int:
    """A held letter, queued so long ago; returns its number."""
    with db.write() as conn:
        outbox.queue(conn, [a_letter(key, **{"held": True, **changes})], datetime.now(UTC) - ago)
    return max(row["id"] for row in letters(db))


def letters(db: Database) -> list[dict[str, Any]]:
    with db.read() as conn:
        return listing.list_letters(conn, None, 100)


def states(db: Database) -> dict[int, str]:
    return {row["id"]: row["state"] for row in letters(db)}


def test_the_list_and_its_states(cli: Cli, db: Database) -> None:
    held, due = queue(db, "a"), queue(db, "b", held=False)
    assert [line["id"] for line in cli("outbox", "list", "--json").lines] == [due, held]
    assert [line["id"] for line in cli("outbox", "list", "--json", "--state", "held").lines] == [held]
    assert len(cli("outbox", "list", "--json", "--limit", "1").lines) == 1
    assert cli("outbox", "list").out.startswith("ID\tSTATE\tLETTER\tCASE\tTO\tSINCE\tSUBJECT")
    ran = cli("outbox", "list", "--state", "lost")
    assert ran.code == 2
    assert "held, due, sending, sent, unknown, refused, cancelled" in ran.err


def test_held_letters_are_let_go(cli: Cli, db: Database) -> None:
    one, two = queue(db, "a"), queue(db, "b")
    ran = cli("outbox", "release", one)
    assert (ran.code, ran.out) == (0, "1 letter released.\n")
    assert states(db) == {one: "due", two: "held"}
    assert cli("outbox", "release").code == 0
    assert states(db) == {one: "due", two: "due"}


def test_no_letter_leaves_while_the_program_rehearses(cli: Cli, db: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MAILBOT_CONFIG", str(write(tmp_path, "config/rehearsal.toml", b'mode = "rehearsal"\n')))
    held = queue(db, "a")
    for asked in ((), (held, "--yes")):
        ran = cli("outbox", "release", *asked)
        assert (ran.code, ran.out) == (2, "")
        assert 'Set mode = "live"' in ran.err
    assert states(db) == {held: "held"}


def test_a_letter_whose_date_has_passed_stays(cli: Cli, db: Database) -> None:
    late, good = queue(db, "a", due_by=TODAY - timedelta(seconds=1)), queue(db, "b", due_by=TODAY + HOUR)
    ran = cli("outbox", "release")
    assert ran.code == 1
    assert states(db) == {late: "held", good: "due"}
    assert f"letter {late} stays held" in ran.err
    assert "has passed" in ran.err


@pytest.mark.parametrize(("ago", "released"), [(timedelta(hours=23, minutes=50), True), (timedelta(hours=24, minutes=1), False)])
def test_a_letter_held_for_over_a_day_is_asked_about(cli: Cli, db: Database, ago: timedelta, released: bool) -> None:
    old = queue(db, "a", ago)
    ran = cli("outbox", "release")
    assert ran.code == (0 if released else 1)
    assert states(db) == {old: "due" if released else "held"}
    assert released or "--yes" in ran.err
    assert cli("outbox", "release", "--yes").code == 0
    assert states(db) == {old: "due"}


@pytest.mark.parametrize(("answer", "released"), [("y\n", True), ("да\n", True), ("\n", False), ("no\n", False), ("", False)])
def test_at_a_terminal_a_person_says_yes(cli: Cli, db: Database, monkeypatch: pytest.MonkeyPatch, answer: str, released: bool) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    old = queue(db, "a", timedelta(days=2))
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert cli("outbox", "release").code == (0 if released else 1)
    assert states(db) == {old: "due" if released else "held"}


def test_retry_and_cancel_say_what_they_could_not_do(cli: Cli, db: Database) -> None:
    due, held = queue(db, "a", held=False), queue(db, "b")
    assert cli("outbox", "retry", due).code == 0
    ran = cli("outbox", "retry", held, 999)
    assert ran.code == 1
    assert ran.err.count("cannot be tried again") == 2
    assert cli("outbox", "cancel", due, held).out == "2 letters cancelled.\n"
    assert set(states(db).values()) == {"cancelled"}
    assert cli("outbox", "cancel", due).code == 1
    assert cli("outbox", "release", due).code == 1


@pytest.mark.parametrize("words", [("outbox", "retry", 2**63), ("outbox", "cancel", 0), ("quarantine", "drop", 10**30), ("outbox", "list", "--limit", -1)])
def test_a_number_that_no_database_knows(cli: Cli, words: tuple[Any, ...]) -> None:
    ran = cli(*words)
    assert ran.code == 2
    assert "is no number" in ran.err


def test_what_could_not_be_read_is_read_again(cli: Cli, db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(reading_room, "ReadingRoom", functools.partial(ReadingRoom, target=serve_with_faults))
        cli("ingest", write(tmp_path, "a.eml", a_raw_mail("Стекло разбито. x-fault: crash")), "--live-since", "2026-01-01")
    entry = cli("quarantine", "list", "--json").line
    assert cli("quarantine", "list").out.startswith("ID\tCASE\tMAIL")
    case = cli("case", "show", entry["case"], "--json").line["case"]
    assert (case["state"], case["kind"]) == ("triage", "unreadable")
    ran = cli("quarantine", "retry", entry["id"])
    assert (ran.code, ran.out) == (0, "1 mails were read and filed.\n")
    assert cli("quarantine", "list", "--json").lines == []
    case = cli("case", "show", entry["case"], "--json").line["case"]
    assert (case["state"], case["kind"], case["category"]) == ("registered", "claim", "damage")
    assert cli("quarantine", "retry", entry["id"]).code == 1


def test_what_a_person_said_meanwhile_stands_when_the_mail_is_read(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(reading_room, "ReadingRoom", functools.partial(ReadingRoom, target=serve_with_faults))
        cli("ingest", write(tmp_path, "a.eml", a_raw_mail("Стекло разбито. x-fault: crash")), "--live-since", "2026-01-01")
    entry = cli("quarantine", "list", "--json").line
    said = ("category=quantity", "consumer=no", "remedies=replace")
    assert cli("case", "set", entry["case"], *said).code == 0
    assert cli("quarantine", "retry", entry["id"]).code == 0
    case = cli("case", "show", entry["case"], "--json").line["case"]
    assert (case["category"], case["consumer"], case["remedies"], case["confidence"]) == ("quantity", "no", ["replace"], 100)


def test_what_is_still_unreadable_stays(cli: Cli, db: Database, tmp_path: Path) -> None:
    cli("ingest", write(tmp_path, "a.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)), "--live-since", "2026-01-01")
    entry = cli("quarantine", "list", "--json").line
    ran = cli("quarantine", "retry", entry["id"])
    assert ran.code == 1
    assert "still cannot be read" in ran.err
    assert cli("quarantine", "list", "--json").line["case"] == entry["case"]
    ran = cli("quarantine", "drop", entry["id"], 999)
    assert ran.code == 1
    assert "999" in ran.err
    assert "1 entries settled" in ran.out
    assert cli("quarantine", "list").err == "No mail is in quarantine.\n"
    with db.read() as conn:
        assert received.raw_of(conn, entry["received_id"]) is not None
    assert cli("case", "show", entry["case"]).code == 0
