"""What goes wrong at a terminal ends with a sentence that names the place and the mend: never a traceback, never a secret."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mailbot.claims.errors import StoreAway
from mailbot.store.database import open_database
from mailbot.store.migrate import migrate
from tests.cli_values import Cli, a_raw_mail, write
from tests.store_fixtures import NOW

LISTS = [["case", "list"], ["case", "show", "2026-0001"], ["case", "search", "бой"], ["case", "export", "2026-0001"], ["outbox", "list"], ["quarantine", "list"], ["report"], ["replay"], ["train"]]
CHANGES = [["case", "note", "2026-0001", "x"], ["outbox", "cancel", "1"], ["quarantine", "drop", "1"], ["migrate"]]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    monkeypatch.chdir(tmp_path)
    return Cli(capsys)


@pytest.mark.parametrize("words", [*LISTS, *CHANGES], ids=" ".join)
def test_a_file_that_is_no_database(cli: Cli, tmp_path: Path, words: list[str]) -> None:
    file = write(tmp_path, "notes.db", b"Not a database at all: notes of a meeting.\n")
    ran = cli(*words, "--database", file)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"{file}: database: is no SQLite database. Mend the path, or restore a backup (docs/operating.md).\n"
    assert file.read_bytes().startswith(b"Not a database")


@pytest.mark.parametrize("words", LISTS, ids=" ".join)
def test_looking_makes_no_database(cli: Cli, tmp_path: Path, words: list[str]) -> None:
    ran = cli(*words, "--database", "mailbto.db")
    assert (ran.code, ran.out) == (2, "")
    assert "mailbto.db: database: there is no such file." in ran.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", CHANGES, ids=" ".join)
def test_a_folder_is_no_database(cli: Cli, tmp_path: Path, words: list[str]) -> None:
    ran = cli(*words, "--database", tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert f"{tmp_path}: database: cannot be opened: Is a directory." in ran.err
    assert "mend the path" in ran.err


def test_a_damaged_database_is_named_with_the_way_back(tmp_path: Path) -> None:
    file = tmp_path / "mailbot.db"
    db = open_database(f"sqlite:///{file}")
    migrate(db, NOW)
    db.close()
    data = bytearray(file.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    file.write_bytes(data)
    db = open_database(f"sqlite:///{file}")
    with pytest.raises(StoreAway, match=r"mailbot\.db: database disk image is malformed\. .*restore a backup"), db.read() as conn:
        conn.exec_driver_sql("SELECT count(*) FROM received").scalar_one()
    db.close()


def test_a_database_that_may_only_be_read_says_whose_rights_lack(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/mailbot.db"
    db = open_database(url)
    migrate(db, NOW)
    db.close()
    db = open_database(url, read_only=True)
    with pytest.raises(StoreAway, match=r"mailbot\.db: attempt to write a readonly database\. .*whose they are"), db.write() as conn:
        conn.exec_driver_sql("DELETE FROM received")
    db.close()


def test_a_folder_that_cannot_be_written(cli: Cli, tmp_path: Path) -> None:
    write(tmp_path, "taken", b"a file where the demo wants a folder")
    ran = cli("demo", "--output", tmp_path / "taken" / "out")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == f"{tmp_path}/taken/out/letters: Not a directory. Check the path and its rights.\n"


def test_a_reader_that_goes_away_hears_nothing(tmp_path: Path) -> None:
    """`mailbot rules | head -1`: what is printed fits into one buffer, so that only its last flush meets the closed pipe."""
    read, wrote = os.pipe()
    os.close(read)
    try:
        done = subprocess.run([sys.executable, "-m", "mailbot", "version"], stdout=wrote, stderr=subprocess.PIPE, timeout=30, check=False)
    finally:
        os.close(wrote)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(("words", "usage"), [(["case", "list", "--all"], "mailbot case list"), (["report", "--week", "48"], "mailbot report"), (["--wrong", "version"], "mailbot")])
def test_a_word_too_many_shows_the_usage_of_its_command(cli: Cli, words: list[str], usage: str) -> None:
    ran = cli(*words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"usage: {usage} ")
    assert f"there is no such argument: {'48' if '48' in words else words[-1] if words[-1] != 'version' else '--wrong'}\n" in ran.err


def test_how_far_back_is_told_with_the_short_forms(cli: Cli, tmp_path: Path) -> None:
    ran = cli("replay", "--since", "30x", "--database", tmp_path / "x.db")
    assert ran.code == 2
    assert "'30x' is no moment. Write 30d, 12h or 2w" in ran.err


def test_what_cannot_be_read_is_told_in_sentences(cli: Cli, tmp_path: Path) -> None:
    ran = cli("explain", write(tmp_path, "a.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
    assert ran.code == 0
    assert "Nothing can be made of it: This is an Outlook .msg file, not a mail. " in ran.out
    assert "or save it as .eml." in ran.out
    assert ".eml.." not in ran.out


def test_a_mail_that_reads_well_has_no_such_words(cli: Cli, tmp_path: Path) -> None:
    assert "Nothing can be made of it" not in cli("explain", write(tmp_path, "a.eml", a_raw_mail())).out


def test_an_option_before_the_command_is_told_its_place(cli: Cli) -> None:
    for words in (("--config", "m.toml", "case", "list"), ("--config=m.toml", "run")):
        ran = cli(*words)
        assert (ran.code, ran.err) == (2, "mailbot: --config goes behind the command: mailbot check --config FILE\n")
