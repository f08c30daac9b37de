"""`mailbot case new`: a claim heard by telephone or come on paper, from the command line; stored byte for byte, then filed as `!new` is."""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from mailbot.claims.understanding import ReadMail
from mailbot.cli import case_new
from mailbot.jobs.filing import FilingDesk, file_group
from mailbot.jobs.hard_mail import from_headers_alone
from mailbot.mail_in.read import read_mail
from mailbot.store import listing, received
from mailbot.store.database import Database, open_database
from mailbot.store.received import NewMail
from mailbot.store.tables import commands as command_table
from mailbot.store.tables import received as received_table
from tests.cli_values import Cli, write
from tests.desk_values import HOUR, NOW, a_desk, a_ground, cases, letters
from tests.test_cli_case import PEOPLE
from tests.values import COMPLAINT

MOSCOW = ZoneInfo("Europe/Moscow")
HEARD = "клиент: ООО «Ромашка», Иванов <ivanov@romashka.example>\nтелефон: +7 900 000-00-00\n\nПо заказу 4512 не хватает двух ящиков."
GROUND = a_ground()


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    text = f"database = 'store.db'\n[reading]\nchildren = 1\n{PEOPLE}"
    write(tmp_path, "mailbot.toml", text.encode())
    monkeypatch.setenv("MAILBOT_TEST_SECRET", "x")
    monkeypatch.setenv("MAILBOT_CONFIG", str(tmp_path / "mailbot.toml"))
    return Cli(capsys)


def stored(tmp_path: Path) -> list[dict[str, Any]]:
    db = open_database(f"sqlite:///{tmp_path / 'store.db'}")
    try:
        with db.read() as conn:
            rows = [dict(row) for row in conn.execute(select(received_table).order_by(received_table.c.id)).mappings()]
            return [{**row, "raw": received.raw_of(conn, row["id"])} for row in rows]
    finally:
        db.close()


def the_file(tmp_path: Path, number: str) -> dict[str, Any]:
    db = open_database(f"sqlite:///{tmp_path / 'store.db'}")
    try:
        with db.read() as conn:
            found = listing.case_file(conn, number)
            assert found is not None
            return found
    finally:
        db.close()


def test_a_claim_with_its_scan(cli: Cli, tmp_path: Path) -> None:
    scan = bytes(range(256)) * 40
    path = write(tmp_path, "акт № 5.pdf", scan)
    at = (datetime.now(MOSCOW) - timedelta(days=3)).replace(hour=15, minute=5, second=0, microsecond=0)
    ran = cli("case", "new", path, "--text", HEARD, "--received-at", f"{at:%Y-%m-%dT%H:%M}", "--by", "anna", "--json")
    assert (ran.code, ran.err) == (0, "")
    assert (ran.line["command"], ran.line["by"], ran.line["letters"], ran.line["lacking"]) == ("new", "anna", [], [])
    number = ran.line["number"]
    assert f"Case {number} is opened; its clocks run from " in ran.line["done"]
    assert f"`mailbot case claim {number}` acknowledges it there" in ran.line["done"]
    found = the_file(tmp_path, number)
    case, (mail,) = found["case"], found["mails"]
    assert (case["state"], case["customer"], case["received_at"]) == ("triage", "ivanov@romashka.example", at)
    assert (case["flags"]["phone"], case["subject"]) == ("+7 900 000-00-00", "По заказу 4512 не хватает двух ящиков.")
    assert (mail["outcome"], mail["relation"], mail["mailbox"], mail["history"]) == ("triage", "staff", "claims", False)
    assert [(one["name"], one["size"]) for one in found["attachments"]] == [("акт № 5.pdf", len(scan))]
    raw = message_from_bytes(stored(tmp_path)[0]["raw"], policy=policy.default)
    assert raw["From"].addresses[0].addr_spec == "anna@firma.example"
    (attached,) = raw.iter_attachments()
    assert attached.get_content() == scan
    assert found["events"][0]["what"] == "opened"
    claimed = cli("case", "claim", number, "--by", "anna", "--json")
    assert claimed.code == 0
    assert [one["kind"] for one in the_file(tmp_path, number)["letters"]] == ["acknowledgement"]


def test_whoever_sits_at_the_machine_and_no_address(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("customer: Ivanov\nwhen: yesterday 15:00\nTwo boxes of order 4512 are missing."))
    ran = cli("case", "new", "--text", "-")
    assert ran.code == 0
    assert "no address is known" in ran.out
    assert "mailbot case customer" in ran.out
    number = ran.out.split()[1]
    found = the_file(tmp_path, number)
    assert (found["case"]["state"], found["case"]["customer_name"], found["letters"]) == ("registered", "Ivanov", [])
    yesterday = datetime.now(MOSCOW).date() - timedelta(days=1)
    assert found["case"]["received_at"].astimezone(MOSCOW).isoformat()[:16] == f"{yesterday}T15:00"


def test_a_scan_alone_and_twice_the_same_are_two_cases(cli: Cli, tmp_path: Path) -> None:
    path = write(tmp_path, "scan.txt", "Недостача по накладной 77".encode())
    numbers = {cli("case", "new", path, "--by", "anna@firma.example", "--json").line["number"] for _ in range(2)}
    assert len(numbers) == 2
    assert {row["received_at_basis"] for row in stored(tmp_path)} == {"written"}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--text", " "), "neither a text nor a file"),
        ((), "neither a text nor a file"),
        (("no-such.pdf",), "no-such.pdf"),
        ((".",), "Name a file"),
        (("--text", "Бой", "--received-at", "the day before"), "no moment|no date"),
        (("--text", "Бой", "--received-at", "2026-13-45T10:00"), "no moment"),
        (("--text", "когда: вчера\nБой", "--received-at", "2026-11-20"), "line that says when"),
        (("--text", "Бой\n!закрыть 2026-0001 суд"), "begins with `!`"),
        (("--text", "Бой", "--by", "nobody"), "nobody"),
    ],
)
def test_words_that_make_no_claim(cli: Cli, tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    ran = cli("case", "new", *words)
    assert (ran.code, ran.out) == (2, "")
    assert any(one in ran.err for one in says.split("|")), ran.err
    assert not (tmp_path / "store.db").exists() or stored(tmp_path) == []


@pytest.mark.parametrize(
    ("text", "at", "says"),
    [
        ("Бой", "2020-01-01T10:00", "is not understood"),
        ("Бой", "2199-01-01T10:00", "is not understood"),
        ("клиент: ivanov@romashka\nБой", None, "is not one"),
        ("клиент: anna@firma.example\nБой", None, "anna@firma.example"),
    ],
)
def test_what_the_command_refuses(cli: Cli, tmp_path: Path, text: str, at: str | None, says: str) -> None:
    ran = cli("case", "new", "--text", text, "--by", "anna", *(("--received-at", at) if at else ()))
    assert (ran.code, ran.out) == (1, "")
    assert says in ran.err
    assert ran.err.isascii() or "“" in ran.err
    assert cli("case", "list", "--json").out == ""
    (row,) = stored(tmp_path)  # what was taken in is kept, as the mail of a command that was refused
    assert (row["state"], row["outcome"], row["case_id"]) == ("filed", "noted", None)


def test_mails_of_hers_are_not_counted_against_her(cli: Cli, tmp_path: Path) -> None:
    for _ in range(2):
        assert cli("case", "new", "--text", "клиент: a@b\nБой", "--by", "anna").code == 1
    db = open_database(f"sqlite:///{tmp_path / 'store.db'}")
    with db.read() as conn:
        lines = [row.lines for row in conn.execute(select(command_table))]
    db.close()
    assert lines == [0, 0]


def test_the_daemon_may_have_filed_it_meanwhile(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stores = case_new._store

    def daemon_is_quicker(db: Database, *rest: Any) -> int:
        number = stores(db, *rest)
        file_it(db, now=datetime.now(UTC))
        return number

    monkeypatch.setattr(case_new, "_store", daemon_is_quicker)
    ran = cli("case", "new", "--text", HEARD, "--by", "anna", "--json")
    assert (ran.code, ran.line["by"]) == (0, "anna")
    assert f"Case {ran.line['number']} is opened" in ran.line["done"]


# on both databases: stored first, filed by whoever comes to it


def written(db: Database, by: str = "anna", raw: bytes = b"", at: datetime = NOW) -> int:
    raw = raw or f"From: {by}@firma.example\r\nMessage-ID: <w1@firma.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n!new\r\n{HEARD}\r\n".encode()
    key = received.written_key(by, "t1")
    with db.write() as conn:
        return received.add(conn, [NewMail(key, raw, at, "written", mailbox="claims")], at)[0].id


def file_it(db: Database, read: ReadMail | None = None, now: datetime = NOW) -> received.ClaimedMail:
    with db.write() as conn:
        (mail,) = received.claim(conn, "daemon", 10, now, HOUR)
    with db.write() as conn:
        file_group(conn, FilingDesk(GROUND.policy, a_desk(GROUND), {}, GROUND), [(mail, read or ReadMail(read_mail(mail.raw), COMPLAINT))], now)
    return mail


@pytest.mark.parametrize("by", ["anna", "user 1000", "a:b"])
def test_what_a_dead_process_left_the_daemon_files(db: Database, by: str) -> None:
    """Nothing but the raw mail was committed when it was killed."""
    number = written(db, by)
    assert file_it(db).written_by == by
    (case,) = cases(db)
    assert (case.state, case.customer, case.flags["phone"]) == ("triage", "ivanov@romashka.example", "+7 900 000-00-00")
    assert letters(db, "acknowledgement") == letters(db, "result") == []
    with db.read() as conn:
        row = conn.execute(select(command_table)).one()
        assert (row.person, row.outcome, row.case_id, row.received_id, row.lines) == (by, "done", case.id, number, 0)
        assert conn.execute(select(received_table.c.case_id)).scalar() == case.id


def test_a_file_that_cannot_be_read_does_not_lose_the_claim(db: Database) -> None:
    written(db)
    with db.read() as conn:
        raw = received.raw_of(conn, 1) or b""
    file_it(db, from_headers_alone(raw, ReadMail(read_mail(raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"), COMPLAINT), "reading it failed three times"))
    (case,) = cases(db)
    assert (case.state, case.customer) == ("triage", "")
    assert letters(db, "acknowledgement") == []


def test_no_mail_from_elsewhere_is_one_written_down_here(db: Database) -> None:
    with db.write() as conn:
        received.add(conn, [NewMail("imap:written:INBOX:1:2", b"x", NOW, "internaldate", mailbox="claims")], NOW)
    with db.write() as conn:
        assert [one.written_by for one in received.claim(conn, "d", 5, NOW, HOUR)] == [""]
