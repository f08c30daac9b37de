"""`mailbot case …`: looking at cases, writing them out whole, and changing them all or not at all."""

from __future__ import annotations

import getpass
import hashlib
import io
import json
import os
import pwd
import re
import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mailbot.cli.main import run
from mailbot.mail_in.attached_bytes import attached
from mailbot.store import cases, outbox
from mailbot.store.database import Database, open_database
from tests.cli_values import BROKEN, SHORT, Cli, a_raw_mail, write
from tests.store_fixtures import NOW
from tests.store_values import a_case, a_letter

PHOTO = b"\xff\xd8\xff\xe0 photograph of broken glass"
LETTER = f"{BROKEN}\n\n\x1b[31mbold\x1b[0m"
TODAY = datetime.now(UTC).replace(hour=12)  # noon: all four mails are of one day of the office, whatever the hour of the test
TODAY -= timedelta(days=1) if datetime.now(UTC) < TODAY else timedelta()
PEOPLE = """
[smtp]
host = "localhost"
[[mailbox]]
name = "claims"
address = "claims@firma.example"
host = "localhost"
password = { env = "MAILBOT_TEST_SECRET" }
[[person]]
id = "anna"
name = "Анна Петрова"
addresses = ["anna@firma.example"]
categories = ["damage"]
[[person]]
id = "boris"
name = "Борис"
addresses = ["boris@firma.example", "b.ivanov@firma.example"]
role = ["specialist", "operator"]
categories = ["quantity"]
triage = true
"""


def handed(cli: Cli) -> list[dict[str, Any]]:
    return [one for one in cli("outbox", "list", "--json").lines if one["kind"] == "case_letter"]


def with_photo() -> bytes:
    head, _, _ = a_raw_mail(received_at=TODAY - timedelta(hours=2)).partition(b"MIME-Version")
    photo = "\r\n".join(["Content-Type: image/jpeg", 'Content-Disposition: attachment; filename="../../бой.jpg"', "Content-Transfer-Encoding: base64", "", __import__("base64").b64encode(PHOTO).decode()])
    body = f"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{LETTER}\r\n--b\r\n{photo}\r\n--b--\r\n"
    return head + body.encode()


@pytest.fixture(scope="module")
def filed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database of four mails: a claim with a photograph and its follow-up, a shortage, and one a person must judge."""
    folder = tmp_path_factory.mktemp("filed")
    write(folder, "mails/1.eml", with_photo())
    write(folder, "mails/2.eml", a_raw_mail("Когда ждать ответа?", subject="Re: Бой стекла", message_id="2@zakaz.example", received_at=TODAY - timedelta(hours=1), more="In-Reply-To: <one@zakaz.example>\n"))
    write(folder, "mails/3.eml", a_raw_mail(SHORT, subject="Недостача", sender="Пётр <petr@sklad.example>", message_id="3@sklad.example", received_at=TODAY - timedelta(minutes=30)))
    write(folder, "mails/4.eml", a_raw_mail("Прошу посмотреть.\n\n---------- Forwarded message ---------\nFrom: Ирина <ira@z.example>\nDate: Mon, 23 Nov 2026 09:00:00 +0300\nSubject: Претензия\nTo: <boris@firma.example>\n\nДверь с трещиной.\n", subject="Fwd: Претензия", sender="Борис <boris@firma.example>", message_id="4@firma.example", received_at=TODAY - timedelta(minutes=20)))
    config = write(folder, "mailbot.toml", f"database = 'store.db'\n[reading]\nchildren = 1\n{PEOPLE}".encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MAILBOT_TEST_SECRET", "x")
        assert run(["ingest", str(folder / "mails"), "--config", str(config), "--live-since", f"{TODAY - timedelta(days=7):%Y-%m-%d}"]) == 0
    return folder


@pytest.fixture
def desk(filed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, named by the environment as at work."""
    for name in ("store.db", "mailbot.toml"):
        shutil.copy(filed / name, tmp_path / name)
    monkeypatch.setenv("MAILBOT_TEST_SECRET", "x")
    monkeypatch.setenv("MAILBOT_CONFIG", str(tmp_path / "mailbot.toml"))
    return tmp_path


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(capsys)


def number(cli: Cli, words: str) -> str:
    return str(cli("case", "search", "--json", words).lines[0]["number"])


@pytest.mark.usefixtures("desk")
class TestLooking:
    def test_the_list(self, cli: Cli) -> None:
        lines = cli("case", "list", "--json").lines
        assert sorted(line["state"] for line in lines) == ["registered", "registered", "triage"]
        assert [line["id"] for line in lines] == sorted((line["id"] for line in lines), reverse=True)  # all are due the same day: the newest first
        assert {line["category"] for line in lines if line["state"] == "registered"} == {"damage", "quantity"}
        assert {line["assigned_to"] for line in lines} == {"anna", "boris", None}
        table = cli("case", "list").out.splitlines()
        assert table[0] == "CASE\tSTATE\tCATEGORY\tANSWER BY\tIN CHARGE\tCUSTOMER\tSUBJECT"
        assert len(table) == 4

    @pytest.mark.parametrize(("words", "count"), [(["--state", "triage"], 1), (["--state", "open"], 3), (["--state", "closed"], 0), (["--category", "quantity"], 1), (["--overdue"], 0), (["--limit", "2"], 2)])
    def test_the_list_is_narrowed(self, cli: Cli, words: list[str], count: int) -> None:
        assert len(cli("case", "list", "--json", *words).lines) == count

    def test_a_category_that_is_none(self, cli: Cli) -> None:
        ran = cli("case", "list", "--category", "demage")
        assert (ran.code, ran.out) == (2, "")
        assert "damage" in ran.err
        assert "unsorted" in ran.err

    def test_a_state_that_is_none(self, cli: Cli) -> None:
        ran = cli("case", "list", "--state", "done")
        assert ran.code == 2
        assert "registered" in ran.err

    def test_nothing_to_list(self, cli: Cli) -> None:
        ran = cli("case", "list", "--state", "closed")
        assert (ran.code, ran.out, ran.err) == (0, "", "No case.\n")

    @pytest.mark.parametrize("words", ["olga@zakaz.example", "ольга", "стёкла", "разбитым стеклом", "БОЙ", "помятой упаковкой"])
    def test_it_is_found(self, cli: Cli, words: str) -> None:
        assert cli("case", "search", "--json", *words.split()).lines[0]["customer"] == "olga@zakaz.example"

    def test_what_is_not_there_is_not_found(self, cli: Cli) -> None:
        ran = cli("case", "search", "трансформатор")
        assert (ran.code, ran.out) == (0, "")

    def test_the_page_shows_what_the_customer_was_told(self, cli: Cli) -> None:
        name = number(cli, "olga@zakaz.example")
        ran = cli("case", "show", name)
        for words in (f"Case {name}: registered", "Ольга Белова <olga@zakaz.example>", "damage", "In charge      anna", "Orders         4512", "day 1", "What the customer has been told", "acknowledgement to olga@zakaz.example, held since", "| ", "1. ", "2. ", "follow_up", "[бой.jpg, image/jpeg", "mailbot: opened.", "not answered"):
            assert words in ran.out, words
        assert name in ran.out.partition("What the customer has been told")[2].partition("\nMails")[0]
        assert "\x1b" not in ran.out

    def test_the_page_says_who_she_is_and_what_she_demands_and_by_whose_word(self, cli: Cli) -> None:
        name = number(cli, "olga@zakaz.example")
        page = cli("case", "show", name).out
        assert re.search(r"^Demands +replace \(by the customer's letter of [\d.]+\)$", page, re.MULTILINE)
        assert re.search(r"^Buys as +business \(by the customer's letter of [\d.]+\)$", page, re.MULTILINE)
        case = cli("case", "show", name, "--json").line["case"]
        assert (case["remedies"], case["remedies_from"]["by"]) == (["replace"], "customer")
        cli("case", "set", name, "consumer=yes", "remedies=refund,documents", "--by", "vera")
        page = cli("case", "show", name).out
        assert re.search(r"^Demands +refund, documents \(set by vera on [\d.]+\)$", page, re.MULTILINE)
        assert re.search(r"^Buys as +consumer \(set by vera on [\d.]+\)$", page, re.MULTILINE)
        case = cli("case", "show", name, "--json").line["case"]
        assert (case["consumer"], case["consumer_from"]["by"], case["consumer_from"]["who"]) == ("yes", "person", "vera")

    def test_the_page_has_serial_and_warranty(self, cli: Cli, desk: Path) -> None:
        name = number(cli, "olga@zakaz.example")
        assert "Warranty" not in cli("case", "show", name).out  # of broken glass nobody asks
        with sqlite3.connect(desk / "store.db") as conn:
            (read,) = conn.execute("select read from received where id = 1").fetchone()
            said = json.loads(read)
            said["understanding"]["facts"]["serials"] = [{"text": "с/н 77120-X", "value": "77120-X", "start": 0, "end": 11, "in_": "text"}]
            said["understanding"]["warranty"] = {"status": "expired", "until": "2026-05-01", "code": "computed", "reason": "12 months from 01.05.2025."}
            conn.execute("update received set read = ? where id = 1", (json.dumps(said),))
            conn.execute("update cases set warranty_status = 'expired' where number = ?", (name,))
        conn.close()
        page = cli("case", "show", name).out
        assert re.search(r"^Serial +77120-X$", page, re.MULTILINE)
        assert re.search(r"^Warranty +expired until 2026-05-01 \(12 months from 01\.05\.2025\.\)$", page, re.MULTILINE)

    def test_the_file_as_json(self, cli: Cli) -> None:
        line = cli("case", "show", number(cli, "olga@zakaz.example"), "--json").line
        assert list(line) == ["case", "mails", "attachments", "letters", "deliveries", "events", "record", "corrections", "clocks", "approvals", "orders"]
        assert [mail["kind"] for mail in line["mails"]] == ["claim", "follow_up"]
        assert line["attachments"][0]["sha256"] == hashlib.sha256(PHOTO).hexdigest()
        assert "raw" not in line["letters"][0]

    def test_what_is_due_first_and_what_else(self, cli: Cli) -> None:
        (line,) = [line for line in cli("case", "list", "--json").lines if line["customer"] == "olga@zakaz.example"]
        first, rules = line["headline"], {clock["rule"]: clock for clock in line["clocks"]}
        assert (first["rule"], first["state"], first["confirmed"], first["due_by"]) == ("formal_answer", "running", True, line["answer_by"])
        assert {"acknowledgement", "formal_answer"} < set(rules)
        assert first["counted"]["en"].startswith("received ")
        assert first["counted"]["ru"].startswith("получено ")

    def test_how_each_date_was_counted(self, cli: Cli) -> None:
        name = number(cli, "olga@zakaz.example")
        page, dates, ru = cli("case", "show", name).out, cli("case", "show", name, "--dates").out, cli("case", "show", name, "--dates", "ru").out
        assert "Clocks (how each was counted: --dates)" in page
        assert re.search(r"^  > \d\d\.\d\d\.\d{4} 23:59  Formal written answer", page, re.MULTILINE)
        for words in ("Formal written answer", "    received ", "    at the latest ", "deadlines.toml:", "day 3 ", "    rules 2026-11-20 "):
            assert words in dates, words
        assert "получено " in ru
        assert "получено " not in dates
        assert cli("case", "show", name, "--dates", "de").code == 2

    @pytest.mark.parametrize("words", [["show"], ["export"], ["note"], ["set"]])
    def test_a_number_that_is_none(self, cli: Cli, words: list[str], tmp_path: Path) -> None:
        more = {"note": ["x"], "set": ["kind=claim"], "export": ["--output", str(tmp_path / "e")]}.get(words[0], [])
        ran = cli("case", *words, "1999-0001", *more)
        assert ran.code == 1
        assert "There is no case 1999-0001" in ran.err
        assert not (tmp_path / "e").exists()


class TestExport:
    def test_everything_is_in_the_folder(self, cli: Cli, desk: Path) -> None:
        name = number(cli, "olga@zakaz.example")
        folder = desk / "court"
        assert cli("case", "export", name, "--output", folder).code == 0
        mails = sorted((folder / "mails").iterdir())
        assert [path.name[:4] for path in (*mails, *(folder / "letters").iterdir())] == ["0001", "0002", "0003"], "one order for all"
        assert mails[0].name.endswith("-claim.eml")
        assert mails[0].read_bytes() == with_photo()
        (letter,) = (folder / "letters").iterdir()
        assert letter.name.endswith("-acknowledgement.eml")
        assert b"X-Mailbot-Loop" in letter.read_bytes()
        digest = hashlib.sha256(PHOTO).hexdigest()
        assert [path.name for path in (folder / "attachments").iterdir()] == [f"{digest}.jpg"]
        assert (folder / "attachments" / f"{digest}.jpg").read_bytes() == PHOTO
        history = json.loads((folder / "history.json").read_text())
        assert history["events"][0]["what"] == "opened"
        assert history["mails"][0]["file"] == f"mails/{mails[0].name}"
        index = (folder / "index.txt").read_text()
        assert f"Дело по претензии № {name}" in index
        assert "бой.jpg" in index
        assert "дело открыто  Новая претензия (уверенность " in index, "a judge reads it, and the reasons with it"
        done = index[index.index("КТО, ЧТО") : index.index("СРОКИ")]
        assert re.findall("[A-Za-z]{2,}", done.replace("mailbot", "")) == []
        assert {"acknowledgement", "formal_answer"} <= {clock["rule"] for clock in history["clocks"]}
        assert "Первый письменный ответ" in index
        assert "день 1" in index, "how the date was counted"
        for path in folder.rglob("*"):
            if path.is_file() and path.name not in {"index.txt", "SHA256SUMS"}:
                assert f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.stat().st_size:>10}  {path.relative_to(folder)}" in index
        assert folder.stat().st_mode & 0o077 == 0

    def test_deliveries_and_bounces_are_told(self, cli: Cli, desk: Path) -> None:
        name = number(cli, "olga@zakaz.example")
        db = open_database(f"sqlite:///{desk}/store.db")
        with db.write() as conn:
            outbox.release(conn, None, TODAY)
            limits = outbox.SendLimits(99, 99, 99, 99)
            letter = next(one for one in outbox.claim_due(conn, "me", 9, TODAY, timedelta(minutes=1), limits) if one.to == "olga@zakaz.example")
            outbox.record(conn, letter, outbox.Sent("250 2.0.0 queued as 4F"), TODAY, None)
            outbox.bounced(conn, letter.message_id, TODAY + timedelta(minutes=1))
        db.close()
        cli("case", "export", name, "--output", desk / "court")
        index = (desk / "court" / "index.txt").read_text()
        assert "принято почтовым сервером: 250 2.0.0 queued as 4F" in index
        assert "вернулось недоставленным" in index
        assert "CAME BACK" in cli("case", "show", name).out

    def test_the_hashes_are_those_that_sha256sum_finds(self, cli: Cli, desk: Path) -> None:
        folder = desk / "court"
        cli("case", "export", number(cli, "olga@zakaz.example"), "--output", folder)
        sums = subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=True).stdout
        files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {"SHA256SUMS"}
        assert {line.removesuffix(": OK") for line in sums.splitlines()} == files
        (folder / "history.json").write_text("{}")
        assert subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, check=False).returncode == 1

    def test_the_page_says_it_all_and_asks_for_nothing_from_outside(self, cli: Cli, desk: Path) -> None:
        name, folder = number(cli, "olga@zakaz.example"), desk / "court"
        cli("case", "note", name, "Проверено <script>alert(1)</script>", "--by", "vera")
        cli("case", "export", name, "--output", folder)
        page = (folder / "index.html").read_text("utf-8")
        assert f"<h1>Дело по претензии № {name}</h1>" in page
        assert "Проверено &lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "<script" not in page
        assert "подтверждение получения" in page
        assert "http://" not in page.replace("http-equiv", "")
        linked = set(re.findall(r"href='([^']+)'", page))
        assert all((folder / link).is_file() for link in linked)
        assert {path.relative_to(folder).as_posix() for path in folder.rglob("*.eml")} < linked

    def test_nothing_is_overwritten(self, cli: Cli, desk: Path) -> None:
        folder = desk / "court"
        folder.mkdir()
        ran = cli("case", "export", number(cli, "ольга"), "--output", folder)
        assert ran.code == 1
        assert "nothing is ever overwritten" in ran.err
        assert list(folder.iterdir()) == []

    def test_it_is_named_after_the_case(self, cli: Cli, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(desk)
        name = number(cli, "ольга")
        cli("case", "export", name)
        assert (desk / f"case-{name}" / "index.txt").is_file()

    def test_it_appears_whole_or_not_at_all(self, cli: Cli, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(*_: object) -> bytes:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("mailbot.cli.case_export._write_attachments", broken)
        with pytest.raises(OSError, match="No space"):
            cli("case", "export", number(cli, "ольга"), "--output", desk / "court")
        assert [path.name for path in desk.iterdir() if "export" in path.name or path.name == "court"] == []


class TestChanging:
    def test_a_legal_hold(self, cli: Cli, desk: Path) -> None:
        name = number(cli, "olga@zakaz.example")
        assert cli("case", "set", name, "legal=hold").out == f"Case {name}: nothing goes to the customer by itself any more.\n"
        assert json.loads(cli("case", "show", name, "--json").out)["case"]["flags"]["legal_hold"] is True
        assert cli("case", "set", name, "legal=release").out == f"Case {name}: the legal hold is released.\n"
        shown = json.loads(cli("case", "show", name, "--json").out)
        assert shown["case"]["flags"]["legal_hold"] is False
        assert [one["what"] for one in shown["events"]][-2:] == ["legal_hold", "legal_release"]
        assert cli("case", "set", name, "legal=maybe").code == 2

    def test_who_the_customer_is_and_what_is_demanded(self, cli: Cli, desk: Path) -> None:
        name = number(cli, "olga@zakaz.example")
        ran = cli("case", "set", name, "consumer=yes", "remedies=refund, replace")
        assert ran.out.splitlines() == [
            f"Case {name}: consumer=yes; its dates are counted by that.",
            f"Case {name}: demanded are refund, replace; its dates are counted by that.",
        ]
        shown = json.loads(cli("case", "show", name, "--json").out)
        assert {"ru_zozpp_22_refund", "ru_zozpp_21_replace"} <= {clock["rule"] for clock in shown["clocks"] if clock["state"] == "running"}
        assert cli("case", "set", name, "consumer=maybe").code == 2
        wrong = cli("case", "set", name, "remedies=money")
        assert (wrong.code, "'money' is not known" in wrong.err) == (2, True)

    def test_where_the_customer_is_written_to(self, cli: Cli, desk: Path) -> None:
        name = number(cli, "olga@zakaz.example")
        ran = cli("case", "set", name, "customer=Ольга Белова <o.belova@zakaz.example>", "--by", "vera")
        assert ran.out.startswith(f"Case {name}: the customer's address is o.belova@zakaz.example (before: olga@zakaz.example).")
        line = cli("case", "show", name, "--json").line
        assert (line["case"]["customer"], line["case"]["customer_name"]) == ("o.belova@zakaz.example", "Ольга Белова")
        (event,) = [one for one in line["events"] if one["what"] == "customer"]
        assert (event["actor"], event["data"]["customer"]["old"]) == ("vera", "olga@zakaz.example")
        ours = cli("case", "set", name, "customer=anna@firma.example")
        assert (ours.code, "of our own company" in ours.err) == (1, True)
        assert cli("case", "set", name, "customer=").code == 2
        back = cli("case", "customer", name, "olga@zakaz.example")
        assert (back.code, "sure" in back.err) == (1, True)

    def test_a_category(self, cli: Cli, desk: Path) -> None:
        name = number(cli, "olga@zakaz.example")
        ran = cli("case", "set", name, "category=quantity", "--by", "vera")
        assert ran.code == 0
        line = cli("case", "show", name, "--json").line
        assert (line["case"]["category"], line["case"]["assigned_to"]) == ("quantity", "boris")
        assert [(one["old"], one["new"], one["person"]) for one in line["corrections"]] == [("damage", "quantity", "vera")]

    def test_triage_becomes_a_claim(self, cli: Cli, desk: Path) -> None:
        name = str(cli("case", "list", "--state", "triage", "--json").line["number"])
        assert cli("case", "set", name, "kind=claim", "category=damage").code == 0
        line = cli("case", "show", name, "--json").line
        assert (line["case"]["state"], line["case"]["kind"], line["case"]["assigned_to"]) == ("registered", "claim", "anna")

    def test_triage_is_no_claim(self, cli: Cli, desk: Path) -> None:
        name = str(cli("case", "list", "--state", "triage", "--json").line["number"])
        assert cli("case", "set", name, "kind=not_claim", "reason=спам").code == 0
        assert cli("case", "show", name, "--json").line["case"]["state"] == "not_claim"

    def test_answered_assigned_closed_at_once(self, cli: Cli, desk: Path) -> None:
        name = number(cli, "olga@zakaz.example")
        ran = cli("case", "set", name, f"answered={TODAY:%d.%m.%Y}", "assigned=b.ivanov@firma.example", "state=closed", "reason=withdrawn_in_writing")
        assert ran.code == 0
        case = cli("case", "show", name, "--json").line["case"]
        assert (case["assigned_to"], case["state"], case["close_reason"]) == ("boris", "closed", "withdrawn_in_writing")
        assert case["answered_at"] is not None

    def test_who_is_given_a_case_hears_it(self, cli: Cli, desk: Path) -> None:
        """As by `!assign`: its files and words, and who gives it. Not twice, not from herself."""
        name = number(cli, "olga@zakaz.example")
        ran = cli("case", "set", name, "assigned=boris", "--by", "vera")
        assert ran.out == f"Case {name} is boris's now.\nБорис is sent the case.\n"
        (letter,) = handed(cli)
        assert (letter["recipient"], name in letter["subject"]) == ("boris@firma.example", True)
        assert cli("case", "set", name, "assigned=boris", "--by", "vera").out == f"Case {name} is boris's already.\n"
        assert cli("case", "set", name, "assigned=anna", "--by", "anna").out == f"Case {name} is anna's now.\n"
        assert len(handed(cli)) == 1

    def test_all_or_nothing(self, cli: Cli, desk: Path) -> None:
        name = number(cli, "olga@zakaz.example")
        ran = cli("case", "set", name, "category=quantity", "assigned=boris", "kind=not_claim")  # the last is refused
        assert ran.code == 1
        assert "Only a case in triage" in ran.err
        assert "Nothing was changed." in ran.err
        line = cli("case", "show", name, "--json").line
        assert (line["case"]["category"], line["case"]["assigned_to"]) == ("damage", "anna")
        assert line["corrections"] == []

    @pytest.mark.parametrize(
        ("words", "says"),
        [
            (["colour=red"], "kind, category, customer, consumer, remedies, answered, assigned, state, reason"),
            (["category"], "category=VALUE"),
            (["category=odour"], "damage, "),
            (["kind=maybe"], "claim, not_claim"),
            (["assigned=nobody"], "Anna Petrova (anna), Boris (boris)"),
            (["state=done"], "registered, review, closed, not_claim"),
            (["state=closed"], "withdrawn_in_writing, "),
            (["state=closed", "reason=tired"], "withdrawn_in_writing, "),
            (["reason=duplicate"], "a reason alone"),
            (["answered=soon"], "23.11.2026"),
            (["answered=2026-11-24T99:00"], "2026-11-23T10:00"),
            (["category=damage", "category=quality"], "given twice"),
        ],
    )
    def test_what_is_not_known_is_told(self, cli: Cli, desk: Path, words: list[str], says: str) -> None:
        name = number(cli, "olga@zakaz.example")
        ran = cli("case", "set", name, *words)
        assert ran.code == 2
        assert says in ran.err
        assert len(cli("case", "show", name, "--json").line["events"]) == 2

    @pytest.mark.parametrize("days", [-400, 1])
    def test_an_answer_lies_between_the_claim_and_now(self, cli: Cli, desk: Path, days: int) -> None:
        at = (TODAY + timedelta(days=days)).isoformat(timespec="seconds")
        ran = cli("case", "set", number(cli, "olga@zakaz.example"), f"answered={at}")
        assert ran.code == 1
        assert "between the claim" in ran.err

    def test_a_day_that_has_not_come_is_no_answer(self, cli: Cli, desk: Path) -> None:
        ran = cli("case", "set", number(cli, "olga@zakaz.example"), f"answered={TODAY + timedelta(days=2):%Y-%m-%d}")
        assert ran.code == 1
        assert "between the claim" in ran.err

    def test_the_services_own_user_is_a_person(self, cli: Cli, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """deploy/mailbot.service runs as `mailbot`, and so does whoever works beside it: the record must not call that the program's deed."""
        monkeypatch.setenv("LOGNAME", "mailbot")
        name = number(cli, "olga@zakaz.example")
        assert cli("case", "set", name, "state=closed", "reason=duplicate").code == 0
        assert cli("case", "note", name, "Звонила").code == 0
        case = cli("case", "show", name, "--json").line
        assert [(event["what"], event["actor"]) for event in case["events"][-3:]] == [(what, "operator") for what in ("closed", "commanded", "note")]
        refused = cli("case", "note", name, "Звонила", "--by", "mailbot")
        assert (refused.code, "the program itself" in refused.err) == (2, True)

    def test_a_user_without_a_name(self, cli: Cli, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """As in a container that runs under a number of its own."""
        monkeypatch.setattr(getpass, "getuser", lambda: pwd.getpwuid(2**31 - 7).pw_name)
        name = number(cli, "olga@zakaz.example")
        assert cli("case", "note", name, "Звонила").code == 0
        assert cli("case", "show", name, "--json").line["events"][-1]["actor"] == f"user {os.getuid()}"

    def test_a_note(self, cli: Cli, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        name = number(cli, "olga@zakaz.example")
        assert cli("case", "note", name, "Звонила, ждёт фото", "--by", "anna").code == 0
        monkeypatch.setattr(sys, "stdin", io.StringIO("со стандартного ввода\n"))
        assert cli("case", "note", name, "-").code == 0
        notes = [(event["actor"], event["why"]) for event in cli("case", "show", name, "--json").line["events"] if event["what"] == "note"]
        assert notes[0] == ("anna", "Звонила, ждёт фото")
        assert notes[1][1] == "со стандартного ввода"
        assert cli("case", "note", name, "  ").code == 1


def test_cases_on_both_databases(capsys: pytest.CaptureFixture[str], db: Database, db_url: str, tmp_path: Path) -> None:
    cli = Cli(capsys, "--database", db_url)
    case_id = a_case(db)
    a_case(db, "k2", answer_by=NOW - timedelta(days=30), customer="late@x.example")
    with db.write() as conn:
        outbox.queue(conn, [a_letter(case_id=case_id)], NOW)
        cases.event(conn, case_id, NOW, "anna", "note", "да")
    assert [line["number"] for line in cli("case", "list", "--json").lines] == ["2026-0002", "2026-0001"]
    assert "LATE" in cli("case", "list").out.splitlines()[1]
    assert cli("case", "show", "2026-0001", "--json").line["case"]["customer"] == "Anna@customer.example"
    assert "What the customer has been told" in cli("case", "show", "2026-0001").out
    assert cli("case", "set", "2026-0001", "category=damage", "state=review").code == 0
    assert cli("case", "set", "2026-0001", "category=quality", "kind=claim").code == 1
    assert cli("case", "show", "2026-0001", "--json").line["case"]["category"] == "damage"
    assert cli("case", "note", "2026-0001", "ещё").code == 0
    assert cli("case", "export", "2026-0001", "--output", tmp_path / "e").code == 0
    assert (tmp_path / "e" / "letters").is_dir()


def test_bytes_inside_what_hangs_on_a_mail() -> None:
    assert PHOTO in list(attached(with_photo()))
    uu = b"Subject: x\n\nbegin 644 a.txt\n#0V%T\n`\nend\n"
    assert b"Cat" in list(attached(uu))
    for raw in (b"", b"\0" * 50, b"Content-Type: multipart/mixed; boundary=b\n\n--b"):
        list(attached(raw))
