"""`mailbot ingest`: every mail is stored byte for byte with one outcome, no customer is written to unasked, a second run changes nothing."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
import zlib
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from mailbot.cli import filing_room, ingest
from mailbot.mail_in.files import read_paths
from mailbot.store.database import Database
from mailbot.store.mailboxes import open_mailbox
from mailbot.store.tables import cases, events, outbox, raw_mails, received, received_paths
from tests.cli_values import BROKEN, MONDAY, SHORT, Cli, Ran, a_raw_mail, an_mbox, write
from tests.store_fixtures import missing

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "mails"
LIVE = ("--live-since", "2026-11-01")


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], db_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cli:
    """One child: a test has a handful of mails, and starting a child takes longer than reading them."""
    monkeypatch.setenv("MAILBOT_CONFIG", str(write(tmp_path, "config/one-child.toml", b"[reading]\nchildren = 1\n")))
    return Cli(capsys, "--database", db_url)


def rows(db: Database, query: Any) -> list[dict[str, Any]]:
    with db.read() as conn:
        return [dict(row) for row in conn.execute(query).mappings()]


def received_rows(db: Database) -> list[dict[str, Any]]:
    return rows(db, select(received).order_by(received.c.id))


def everything(db: Database) -> dict[str, list[dict[str, Any]]]:
    return {table.name: rows(db, select(table)) for table in (received, raw_mails, received_paths, cases, events, outbox)}


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """A folder as people keep them: single mails, an mbox, a Maildir, the same mail twice."""
    folder = tmp_path / "letters"
    write(folder, "a.eml", a_raw_mail())
    write(folder, "b.eml", a_raw_mail(SHORT, subject="Недостача", sender="Пётр <petr@sklad.example>", message_id="two@sklad.example"))
    write(folder, "again.eml", a_raw_mail())
    write(folder, "old.mbox", an_mbox(a_raw_mail(message_id="3@x.example", sender="vera@x.example", received_at=None, text="Стекло разбито."), a_raw_mail(message_id="4@x.example", sender="oleg@y.example", received_at=None, text="Стекло разбито, пришлите новое.")))
    write(folder, "Maildir/cur/1.host:2,S", a_raw_mail("Когда будет поставка?", subject="Вопрос", sender="ira@z.example", message_id="5@z.example"))
    write(folder, "Maildir/new/2.host", a_raw_mail("Спасибо, заменили.", subject="Re: Бой стекла", message_id="6@zakaz.example", received_at=MONDAY + timedelta(seconds=1), more="In-Reply-To: <one@zakaz.example>\n"))
    write(folder, "Maildir/tmp/3.host", b"half a mail")
    return folder


def test_every_mail_has_its_row_and_its_outcome(cli: Cli, letters: Path, db: Database) -> None:
    ran = cli("ingest", "--json", letters, *LIVE)
    assert ran.code == 0
    assert ran.err == ""
    told = ran.line
    assert (told["mails"], told["new"], told["known"], told["history"], told["faults"]) == (7, 6, 1, 0, [])
    assert told["outcomes"] == {"opened": 4, "triage": 0, "joined": 1, "duplicate": 0, "noted": 1, "waiting": 0}
    stored = received_rows(db)
    assert Counter(row["outcome"] for row in stored) == {"opened": 4, "joined": 1, "noted": 1}
    assert {row["state"] for row in stored} == {"filed"}
    assert all(row["source_key"] == f"sha256:{row['raw_sha256']}" for row in stored)
    paths = {(row["received_id"], Path(row["path"]).name) for row in rows(db, select(received_paths))}
    first = next(row["id"] for row in stored if row["message_id"] == "one@zakaz.example")
    assert {name for number, name in paths if number == first} == {"a.eml", "again.eml"}
    assert not any("3.host" in name for _, name in paths)
    raws = {row["sha256"]: zlib.decompress(row["compressed"]) for row in rows(db, select(raw_mails))}
    assert a_raw_mail() in raws.values()
    assert all(hashlib.sha256(raw).hexdigest() == key for key, raw in raws.items())


def test_a_second_run_changes_nothing(cli: Cli, letters: Path, db: Database) -> None:
    cli("ingest", letters, *LIVE)
    before = everything(db)
    ran = cli("ingest", "--json", letters, *LIVE)
    assert ran.code == 0
    assert (ran.line["mails"], ran.line["new"], ran.line["known"]) == (7, 0, 7)
    assert everything(db) == before


def test_letters_of_live_mails_are_held(cli: Cli, letters: Path, db: Database) -> None:
    told = cli("ingest", "--json", letters, *LIVE).line
    queued = rows(db, select(outbox))
    assert {letter["state"] for letter in queued} == {"held"}
    assert told["held"] == len(queued) == 4
    assert {letter["kind"] for letter in queued} == {"acknowledgement"}
    assert {letter["recipient"] for letter in queued} == {"olga@zakaz.example", "petr@sklad.example", "vera@x.example", "oleg@y.example"}


def test_acknowledge_lets_them_go(cli: Cli, letters: Path, db: Database) -> None:
    cli("ingest", letters, "--acknowledge", *LIVE)
    assert {letter["state"] for letter in rows(db, select(outbox))} == {"due"}


def test_history_is_taken_in_quietly(cli: Cli, letters: Path, db: Database) -> None:
    told = cli("ingest", "--json", letters, "--acknowledge", "--live-since", "2026-11-24T00:00:00+03:00").line
    assert told["history"] == told["new"] == 6
    assert told["held"] == 0
    opened = rows(db, select(cases))
    assert len(opened) == 4
    assert {(case["state"], case["close_reason"], case["history"]) for case in opened} == {("closed", "history", True)}
    assert all(case["answer_by"] is None and case["acknowledge_by"] is None for case in opened)
    assert rows(db, select(outbox)) == []


@pytest.mark.parametrize(("since", "is_history"), [("2026-11-23T10:00:00+03:00", False), ("2026-11-23T10:00:01+03:00", True)])
def test_history_ends_at_the_very_second(cli: Cli, tmp_path: Path, db: Database, since: str, is_history: bool) -> None:
    cli("ingest", write(tmp_path, "a.eml", a_raw_mail()), "--live-since", since)
    assert received_rows(db)[0]["history"] is is_history


@pytest.mark.parametrize(("earlier", "is_history"), [(timedelta(seconds=1), False), (-timedelta(seconds=1), True)])
def test_the_first_connection_parts_history_from_live(cli: Cli, tmp_path: Path, db: Database, earlier: timedelta, is_history: bool) -> None:
    with db.write() as conn:
        open_mailbox(conn, "claims", "claims@firma.example", MONDAY - earlier)
    cli("ingest", write(tmp_path, "a.eml", a_raw_mail()))
    assert received_rows(db)[0]["history"] is is_history


def test_without_a_connection_all_that_is_there_is_history(cli: Cli, tmp_path: Path, db: Database) -> None:
    assert cli("ingest", "--json", write(tmp_path, "a.eml", a_raw_mail())).line["history"] == 1


def test_each_mail_keeps_how_we_know_when_it_came(cli: Cli, letters: Path, db: Database) -> None:
    mtime = write(letters, "undated.eml", a_raw_mail(received_at=None, message_id="7@x.example", sender="u@u.example"))
    os.utime(mtime, (MONDAY.timestamp(), MONDAY.timestamp()))
    cli("ingest", letters, *LIVE)
    told = {row["message_id"]: (row["received_at"], row["received_at_basis"]) for row in received_rows(db)}
    assert told["one@zakaz.example"] == (MONDAY, "received")
    assert told["4@x.example"] == (MONDAY + timedelta(hours=1), "mbox")
    assert told["7@x.example"] == (MONDAY, "mtime")
    assert "received" in {case["received_at_basis"] for case in rows(db, select(cases))}


def test_a_file_that_cannot_be_read_stops_no_other(cli: Cli, letters: Path, db: Database) -> None:
    absent = letters / "absent.eml"
    ran = cli("ingest", absent, letters / "a.eml", *LIVE)
    assert ran.code == 1
    assert f"{absent}: No such file or directory" in ran.err
    assert "1 files could not be taken in" in ran.out
    assert len(received_rows(db)) == 1


def test_mails_of_which_nothing_is_understood_are_each_a_case(cli: Cli, tmp_path: Path, db: Database) -> None:
    for n in range(3):
        write(tmp_path, f"{n}.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes([n]) * 600)
        write(tmp_path, f"{n}.bin", b"\xff\xfb\x90\x00" + bytes([n + 1]) * 300)
    ran = cli("ingest", "--json", *sorted(tmp_path.glob("*.msg")), *sorted(tmp_path.glob("*.bin")), *LIVE)
    assert ran.code == 0
    assert ran.line["outcomes"]["duplicate"] == 0
    opened = rows(db, select(cases))
    assert len({case["id"] for case in opened}) == 6
    assert len(cli("quarantine", "list", "--json").lines) == sum(case["kind"] == "unreadable" for case in opened)


def test_a_mailbox_of_the_configuration_owns_them(cli: Cli, tmp_path: Path, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "x")
    config = write(tmp_path, "c.toml", b"""
        [smtp]
        host = "localhost"
        [[mailbox]]
        name = "first"
        address = "claims@firma.example"
        host = "localhost"
        password = { env = "SECRET" }
        [[person]]
        id = "anna"
        name = "Anna"
        addresses = ["anna@firma.example"]
        role = ["specialist", "operator"]
        """)  # fmt: skip
    assert cli("ingest", "--config", config, write(tmp_path, "a.eml", a_raw_mail()), *LIVE).code == 0
    assert received_rows(db)[0]["mailbox"] == "first"
    assert rows(db, select(outbox))[0]["envelope_from"] == "claims@firma.example"


def test_what_a_killed_run_left_is_filed_by_the_next(cli: Cli, letters: Path, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(ingest, "_file", die)
        assert cli("ingest", letters, *LIVE).code == 130
    assert {row["state"] for row in received_rows(db)} == {"new"}
    ran = cli("ingest", "--json", letters, *LIVE)
    assert (ran.line["new"], ran.line["known"]) == (0, 7)
    assert {row["state"] for row in received_rows(db)} == {"filed"}
    assert len(rows(db, select(cases))) == 4


def test_small_batches_give_the_same(cli: Cli, letters: Path, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "_BATCH_MAILS", 1)
    told = cli("ingest", "--json", letters, *LIVE).line
    assert (told["new"], told["known"]) == (6, 1)
    assert told["outcomes"]["opened"] == 4


def test_the_parent_stays_free_of_spacy_and_silent_in_a_pipe(letters: Path, tmp_path: Path) -> None:
    code = "import sys\nfrom mailbot.cli.main import run\nif __name__ == '__main__':\n    print(run(sys.argv[1:]), [m for m in ('spacy', 'pymorphy3', 'rich') if m in sys.modules])\n"
    script = write(tmp_path, "script.py", code.encode())
    done = subprocess.run([sys.executable, script, "ingest", letters, *LIVE, "--database", tmp_path / "s.db"], capture_output=True, text=True, timeout=50, check=False)
    assert done.stdout.splitlines()[-1] == "0 []", done.stderr
    assert done.stderr == ""
    assert "4  opened a case" in done.stdout
    assert (tmp_path / "s.db").stat().st_mode & 0o777 == 0o600


def test_memory_is_that_of_one_mail_not_of_the_mbox(tmp_path: Path) -> None:
    """120 MB of mbox through a process that may use little more than it needs to start."""
    mbox = tmp_path / "big.mbox"
    filler = "Груз пришёл разбитым, прошу заменить. " * 12_000
    with mbox.open("wb") as out:
        for n in range(150):
            out.write(an_mbox(a_raw_mail(f"{n} {filler}", message_id=f"{n}@x.example", sender=f"s{n}@x.example")))
    assert mbox.stat().st_size > 100_000_000
    code = "import resource, sys\nfrom mailbot.cli import ingest\nfrom mailbot.cli.main import run\ningest._file = lambda *_: None\nif __name__ == '__main__':\n    run(['migrate', *sys.argv[-2:]])\n    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n    print(run(['ingest', *sys.argv[1:]]), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - base)\n"
    script = write(tmp_path, "script.py", code.encode())
    done = subprocess.run([sys.executable, script, mbox, "--database", tmp_path / "s.db"], capture_output=True, text=True, timeout=50, check=False)
    code_, grown = done.stdout.splitlines()[-1].split()
    assert code_ == "0", done.stderr
    assert int(grown) < 150_000  # KB: a batch of 16 MB, its compressed rows, and the libraries that ingest loads


def _same_as_files(db: Database, folder: Path) -> None:
    """Every mail in the files is in the store byte for byte, and nothing else is."""
    wanted = {hashlib.sha256(mail.raw).hexdigest() for mail in read_paths([folder], MONDAY + timedelta(days=9_999)) if not mail.fault}
    stored = received_rows(db)
    assert {row["raw_sha256"] for row in stored} == wanted
    assert len(stored) == len(wanted)
    with db.read() as conn:
        for digest, size, compressed in conn.execute(select(raw_mails.c.sha256, raw_mails.c.size, raw_mails.c.compressed)):
            raw = zlib.decompress(compressed)
            assert hashlib.sha256(raw).hexdigest() == digest
            assert len(raw) == size
    assert {row["state"] for row in stored} == {"filed"}
    assert all(row["kind"] and row["outcome"] for row in stored)


@pytest.mark.shared
@pytest.mark.timeout(300)
def test_all_the_mails_there_are(cli: Cli, db: Database, db_url: str) -> None:
    """All of them into SQLite, one folder of them into PostgreSQL: mails are read alike whatever the database."""
    mails = SHARED if db_url.startswith("sqlite") else SHARED / "sisimai"
    if not mails.is_dir():
        missing("../shared/data/mails")
    began = time.monotonic()
    ran = cli("ingest", "--json", mails, "--live-since", "2000-01-01")
    seconds = time.monotonic() - began
    assert ran.code == 0
    assert seconds <= 120  # decisions.md 40
    told: Ran = ran
    assert told.line["outcomes"]["waiting"] == 0
    assert sum(told.line["outcomes"].values()) == told.line["new"]
    _same_as_files(db, mails)
    assert {letter["state"] for letter in rows(db, select(outbox))} <= {"held"}
    counts = {name: len(found) for name, found in everything(db).items()}
    again = cli("ingest", "--json", mails, "--live-since", "2000-01-01")
    assert (again.line["new"], again.line["known"]) == (0, told.line["mails"])
    assert {name: len(found) for name, found in everything(db).items()} == counts


def test_the_room_gives_back_what_it_did_not_file(cli: Cli, letters: Path, db: Database) -> None:
    """A fault in the middle leaves no mail claimed: the next run need not wait for a lease."""
    from mailbot.config import Settings

    how = ingest._How(None, MONDAY, "as told", hold_letters=True)
    ingest._store(db, how, read_paths([letters], MONDAY + timedelta(days=1)))
    with filing_room.open_filer(Settings(), db) as filer:
        filer._claim()
        assert {row["state"] for row in received_rows(db)} == {"reading"}
    assert {(row["state"], row["attempts"]) for row in received_rows(db)} == {("new", 0)}


def test_a_claim_is_read_as_one(cli: Cli, tmp_path: Path, db: Database) -> None:
    cli("ingest", write(tmp_path, "a.eml", a_raw_mail(BROKEN)), *LIVE)
    (case,) = rows(db, select(cases))
    assert (case["category"], case["orders"], case["customer"], case["state"]) == ("damage", ["4512"], "olga@zakaz.example", "registered")


def test_acknowledge_into_a_new_database_says_that_nobody_is_answered(cli: Cli, tmp_path: Path) -> None:
    ran = cli("ingest", "--acknowledge", write(tmp_path, "a.eml", a_raw_mail()))
    assert ran.code == 0
    assert "0 live, 1 history" in ran.out
    assert "no mailbox has been connected yet; --live-since moves it" in ran.out
    assert "Nobody will be answered" in ran.err
    assert "--live-since 2026-11-23" in ran.err  # the day on which the newest came
    assert "Nobody will be answered" not in cli("ingest", "--acknowledge", write(tmp_path, "a.eml", a_raw_mail())).err  # known: nothing was new


def test_live_and_history_are_told_apart(cli: Cli, tmp_path: Path) -> None:
    older = a_raw_mail(message_id="old@x.example", sender="o@x.example", received_at=MONDAY - timedelta(days=30), subject="Старое")
    write(tmp_path, "in/a.eml", a_raw_mail())
    write(tmp_path, "in/b.eml", older)
    ran = cli("ingest", "--acknowledge", tmp_path / "in", *LIVE)
    assert "1 live, 1 history" in ran.out
    assert "came since 01.11.2026 00:00 (as --live-since says)" in ran.out
    assert ran.err == ""
    told = cli("ingest", "--json", write(tmp_path, "c.eml", a_raw_mail(SHORT, message_id="c@x.example", sender="c@x.example")), *LIVE).line
    assert (told["live"], told["history"], told["live_since"]) == (1, 0, "2026-11-01T00:00:00+03:00")


def test_a_case_of_history_opens_again_as_the_command_says(cli: Cli, tmp_path: Path) -> None:
    cli("ingest", "--acknowledge", write(tmp_path, "a.eml", a_raw_mail()))
    (case,) = cli("case", "list", "--json", "--state", "closed").lines
    assert cli("case", "set", case["number"], "state=review").code == 0


OTHER = {
    "box.pst": b"!BDN\x12\x34\x56\x78SM\x17\x00" + bytes(600),
    "a.zip": b"PK\x03\x04\x14\x00\x00\x00From: vera@x.example\r\nSubject: x\r\n",
    "b.docx": b"PK\x03\x04\x14\x00\x06\x00\x08\x00[Content_Types].xml" + bytes(90),
    "c.jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(90),
    "d.pdf": b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n",
}


def test_a_file_of_another_format_is_refused_and_the_rest_goes_on(cli: Cli, tmp_path: Path, db: Database) -> None:
    for name, content in OTHER.items():
        write(tmp_path, f"in/{name}", content)
    write(tmp_path, "in/z.eml", a_raw_mail())
    ran = cli("ingest", "--json", tmp_path / "in", *LIVE)
    assert ran.code == 1
    assert sorted(Path(path).name for path in ran.line["faults"]) == sorted(OTHER)
    assert (ran.line["mails"], len(received_rows(db))) == (1, 1)
    said = {Path(line.split(": ")[0]).name: line for line in ran.err.splitlines()}
    assert "PST" in said["box.pst"]
    assert "Unpack" in said["a.zip"]
    assert "office document" in said["b.docx"]
    assert "picture" in said["c.jpg"]
    assert "PDF" in said["d.pdf"]


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"\x00" * 40,
        b"%PDF-1.4 \nFrom: olga@zakaz.example\nSubject: x\n\nBroken glass",
        b"!BDN From: olga@zakaz.example\n\nBroken glass",
        b"GIF89a From: olga@zakaz.example\n\nBroken glass",
        b"\xff\xfeF\x00r\x00o\x00m\x00:\x00",
        b"PK Market\nSubject: x\n\nBroken glass",
        bytes(range(128, 256)),
    ],
)
def test_a_damaged_mail_is_never_refused(cli: Cli, tmp_path: Path, db: Database, damaged: bytes) -> None:
    ran = cli("ingest", write(tmp_path, "a.eml", damaged), *LIVE)
    assert (ran.code, len(received_rows(db))) == (0, 1)
