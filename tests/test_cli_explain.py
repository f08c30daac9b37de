"""`mailbot explain`: the contract scripts depend on, and that it writes nothing."""

from __future__ import annotations

import functools
import hashlib
import io
import json
import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from mailbot.cli import explain
from mailbot.jobs.reading_room import ReadingRoom
from mailbot.store.database import open_database
from mailbot.store.migrate import migrate, schema_state
from tests.cli_values import BROKEN, MONDAY, SHORT, Cli, a_raw_mail, an_mbox, write
from tests.faulty_child import serve_with_faults
from tests.test_explained import check

FACTS_IN_BROKEN = {"4512"}


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(capsys)


def test_one_object_a_file_in_the_order_given(cli: Cli, tmp_path: Path) -> None:
    files = [write(tmp_path, f"{n}.eml", a_raw_mail(BROKEN if n % 2 else SHORT, subject=f"n{n}", message_id=f"{n}@x.example")) for n in range(9)]
    names = [str(files[n]) for n in (5, 0, 8, 1, 7, 2, 6, 3, 4)]
    names.insert(3, str(tmp_path / "absent.eml"))
    ran = cli("explain", "--json", *names)
    assert [line["file"] for line in ran.lines] == names
    assert ran.code == 1
    for line in ran.lines:
        check(line)
    kinds = [line["kind"] for line in ran.lines]
    assert kinds[3] == "unreadable"
    assert set(kinds[:3] + kinds[4:]) == {"claim"}
    assert "absent.eml: cannot be opened: No such file or directory" in ran.err
    assert cli("explain", "--json", *names).lines[4:] == ran.lines[4:]  # again, to the letter; only the absent file says "now"


def test_a_claim_is_told_whole(cli: Cli, tmp_path: Path) -> None:
    line = cli("explain", "--json", write(tmp_path, "claim.eml", a_raw_mail())).line
    check(line)
    assert line["received_at"] == "2026-11-23T10:00:00+03:00"
    assert line["received_at_basis"] == "received"
    assert line["from"] == {"name": "Ольга Белова", "address": "olga@zakaz.example"}
    assert line["message_id"] == "one@zakaz.example"
    assert line["kind"] == "claim"
    assert line["category"]["primary"] == "damage"
    assert line["text"].startswith("Здравствуйте!")
    assert {fact["value"] for fact in line["facts"]["orders"]} == FACTS_IN_BROKEN
    assert all(line["text"][f["start"] : f["end"]] == f["text"] for f in line["facts"]["orders"] if f["in"] == "text")
    assert all(reason["rule"].startswith(("categories/", "model sentences ")) for reason in line["category"]["reasons"])
    decision = line["decision"]
    assert (decision["case"], decision["acknowledge"], decision["letters"]) == ("open", "now", ["acknowledgement"])
    assert decision["acknowledge_by"] == "2026-11-24T23:59:59+03:00"
    assert decision["answer_by"] == "2026-11-26T23:59:59+03:00"
    assert decision["answer_hard_by"] == "2026-11-30T23:59:59+03:00"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2026-04-24T12:00:00+05:00", "2026-04-24T10:00:00+03:00"),
        ("2026-04-24T10:00:00", "2026-04-24T10:00:00+03:00"),  # naive: the office's own
        ("2026-04-24", "2026-04-24T00:00:00+03:00"),
        ("2026-04-24T07:00:00Z", "2026-04-24T10:00:00+03:00"),
    ],
)
def test_the_moment_it_came_can_be_told(cli: Cli, tmp_path: Path, said: str, meant: str) -> None:
    file = write(tmp_path, "a.eml", a_raw_mail())
    ran = cli("explain", "--json", file, "--received-at", said)
    assert ran.line["received_at"] == meant
    assert ran.line["received_at_basis"] == "argument"
    assert ran.line["decision"]["answer_by"] == "2026-04-29T23:59:59+03:00"  # Mon 27, Tue 28, Wed 29
    assert cli("explain", "--json", file, tmp_path / "absent", "--received-at", said).lines[1]["received_at_basis"] == "argument"


@pytest.mark.parametrize("said", ["soon", "2026-13-01", "2026-02-30T10:00", "0001-01-01T00:00:00+14:00"])
def test_a_moment_that_is_none_is_refused(cli: Cli, tmp_path: Path, said: str) -> None:
    ran = cli("explain", "--json", write(tmp_path, "a.eml", a_raw_mail()), "--received-at", said)
    assert ran.code == 2
    assert ran.out == ""
    assert "--received-at" in ran.err
    assert "2026-11-23T10:00:00+03:00" in ran.err


def test_without_a_received_line_the_file_itself_tells(cli: Cli, tmp_path: Path) -> None:
    file = write(tmp_path, "a.eml", a_raw_mail(received_at=None))
    os.utime(file, (MONDAY.timestamp(), MONDAY.timestamp()))
    line = cli("explain", "--json", file).line
    assert (line["received_at"], line["received_at_basis"]) == ("2026-11-23T10:00:00+03:00", "mtime")


def test_an_old_mail_is_counted_by_the_calendar_of_its_own_year(cli: Cli, tmp_path: Path) -> None:
    friday = datetime.fromisoformat("2024-04-26T18:20:00+03:00")
    line = cli("explain", "--json", write(tmp_path, "a.eml", a_raw_mail(received_at=friday))).line
    assert line["decision"]["answer_by"] == "2024-05-03T23:59:59+03:00"  # behaviour.md 11.4: a moved Saturday, then the May holidays


def test_a_mail_of_the_future_is_not_moved(cli: Cli, tmp_path: Path) -> None:
    line = cli("explain", "--json", write(tmp_path, "a.eml", a_raw_mail(received_at=MONDAY + timedelta(days=900)))).line
    assert line["received_at"].startswith("2029-05-11")


def test_an_mbox_of_one_mail_is_that_mail(cli: Cli, tmp_path: Path) -> None:
    line = cli("explain", "--json", write(tmp_path, "one.mbox", an_mbox(a_raw_mail("From Ольга\nFrom нас", received_at=None)))).line
    assert line["received_at_basis"] == "mbox"
    assert line["received_at"] == "2026-11-23T10:00:00+03:00"
    assert line["subject"] == "Бой стекла"
    assert line["text"] == "From Ольга\nFrom нас"


def test_an_mbox_of_several_mails_is_refused(cli: Cli, tmp_path: Path) -> None:
    two = an_mbox(a_raw_mail(message_id="1@x"), a_raw_mail(message_id="2@x"))
    ran = cli("explain", "--json", write(tmp_path, "two.mbox", two), write(tmp_path, "a.eml", a_raw_mail()))
    assert ran.code == 1
    assert [line["kind"] for line in ran.lines] == ["unreadable", "claim"]
    assert "mailbot ingest" in ran.lines[0]["kind_reason"]
    assert "mailbot ingest" in ran.err


def test_an_eml_that_holds_a_mailbox_is_one_mail(cli: Cli, tmp_path: Path) -> None:
    inside = an_mbox(a_raw_mail(message_id="in@x")).decode()
    body = f"--b\nContent-Type: text/plain; charset=utf-8\n\n{BROKEN}\n--b\nContent-Type: application/mbox\n\n\n{inside}\n--b--\n"
    mail = f"From: olga@zakaz.example\nSubject: Архив\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n{body}".encode()
    line = cli("explain", "--json", write(tmp_path, "one.eml", an_mbox(mail).replace(b">From ", b"From "))).line
    assert line["subject"] == "Архив"
    assert [part["media_type"] for part in line["attachments"]] == ["application/mbox"]
    assert line["kind"] == "claim"


def test_a_folder_is_refused_and_the_others_go_on(cli: Cli, tmp_path: Path) -> None:
    ran = cli("explain", "--json", tmp_path, write(tmp_path, "a.eml", a_raw_mail()))
    assert ran.code == 1
    assert [line["kind"] for line in ran.lines] == ["unreadable", "claim"]


@pytest.mark.parametrize("raw", [b"", b"\0\0\0", b"\xff\xfe" * 40, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, b"Subject: \xed\xa0\x80\0x\n\n\xed\xa0\x80"])
def test_a_mail_that_makes_no_sense_is_no_fault_of_the_call(cli: Cli, tmp_path: Path, raw: bytes) -> None:
    ran = cli("explain", "--json", write(tmp_path, "nonsense", raw))
    assert ran.code == 0
    check(ran.line)
    assert "\0" not in json.dumps(ran.line, ensure_ascii=False)
    json.dumps(ran.line, ensure_ascii=False).encode()  # no lone surrogates


def test_standard_input(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(a_raw_mail(received_at=None))))
    line = cli("explain", "--json", "-").line
    assert (line["file"], line["subject"], line["received_at_basis"]) == ("-", "Бой стекла", "now")


def test_a_mail_over_which_the_child_dies_is_read_from_its_headers(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explain, "ReadingRoom", functools.partial(ReadingRoom, target=serve_with_faults))
    crash = write(tmp_path, "crash.eml", a_raw_mail("x-fault: crash"))
    ran = cli("explain", "--json", write(tmp_path, "a.eml", a_raw_mail()), crash, write(tmp_path, "b.eml", a_raw_mail(SHORT)))
    assert ran.code == 0
    assert [line["kind"] for line in ran.lines] == ["claim", "unreadable", "claim"]
    check(ran.lines[1])
    assert ran.lines[1]["from"]["address"] == "olga@zakaz.example"
    assert ran.lines[1]["text"] == ""
    assert ran.lines[1]["decision"]["case"] == "triage"
    assert ran.err.count("reading_child.replaced") == 3


def test_a_page_for_a_person(cli: Cli, tmp_path: Path) -> None:
    ran = cli("explain", write(tmp_path, "a.eml", a_raw_mail(f"{BROKEN}\n\n> старое письмо\n\x1b[31mred", subject="Бой \x1b]0;title\x07 стекла")))
    assert ran.code == 0
    for words in ("What it is     claim", "Mon 23.11.2026 10:00", "Ольга Белова <olga@zakaz.example>", "damage", "[categories/damage.toml:", "orders: 4512", "Would be done  open a case; acknowledge now (acknowledgement)", "Answer by      Thu 26.11.2026 23:59", "--- What they wrote"):
        assert words in ran.out, words
    assert "\x1b" not in ran.out
    assert "\x07" not in ran.out


def _state(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if not path.name.endswith(("-wal", "-shm"))}


def test_the_store_is_asked_and_not_written(cli: Cli, tmp_path: Path, db_url: str) -> None:
    first = write(tmp_path, "first.eml", a_raw_mail())
    answer = write(tmp_path, "answer.eml", a_raw_mail("Когда ждать ответа?", subject="Re: Бой стекла", message_id="two@zakaz.example", more="In-Reply-To: <one@zakaz.example>\n"))
    assert cli("ingest", first, "--database", db_url, "--live-since", "2026-01-01").code == 0
    before = _state(tmp_path)
    assert cli("explain", "--json", answer).line["decision"]["case"] != "join"
    told = cli("explain", "--json", answer, "--database", db_url)
    assert told.code == 0
    assert (told.line["kind"], told.line["decision"]["case"], told.line["decision"]["join"]) == ("follow_up", "join", f"{datetime.now().year}-0001")
    assert _state(tmp_path) == before
    assert cli("case", "list", "--json", "--database", db_url).line["number"] == f"{datetime.now().year}-0001"


def test_the_environment_names_a_database_too(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILBOT_DATABASE_URL", str(tmp_path / "absent.db"))
    ran = cli("explain", "--json", write(tmp_path, "a.eml", a_raw_mail()))
    assert ran.code == 2
    assert "there is no such file" in ran.err
    assert not (tmp_path / "absent.db").exists()


def test_an_empty_database_is_not_made_ready(cli: Cli, tmp_path: Path) -> None:
    empty = write(tmp_path, "empty.db", b"")
    ran = cli("explain", "--json", write(tmp_path, "a.eml", a_raw_mail()), "--database", empty)
    assert ran.code == 2
    assert "mailbot migrate" in ran.err
    assert empty.read_bytes() == b""


def test_a_database_of_an_older_release_is_left_alone(cli: Cli, tmp_path: Path) -> None:
    db = open_database(f"sqlite:///{tmp_path}/old.db")
    migrate(db, MONDAY)
    with db.engine.begin() as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert schema_state(db) == "newer"
    db.close()
    assert cli("explain", "--json", write(tmp_path, "a.eml", a_raw_mail()), "--database", tmp_path / "old.db").code == 2


def test_the_parent_stays_free_of_spacy(tmp_path: Path) -> None:
    file = write(tmp_path, "a.eml", a_raw_mail())
    code = "import sys\nfrom mailbot.cli.main import run\nif __name__ == '__main__':\n    print(run(sys.argv[1:]), [m for m in ('spacy', 'pymorphy3', 'sqlalchemy') if m in sys.modules])\n"
    script = write(tmp_path, "script.py", code.encode())
    done = subprocess.run([sys.executable, script, "explain", "--json", file], capture_output=True, text=True, timeout=50, check=False)
    assert done.stdout.splitlines()[-1] == "0 []", done.stderr
    assert json.loads(done.stdout.splitlines()[0])["kind"] == "claim"
