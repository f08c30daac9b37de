"""`mailbot case wait|reply|resolve …`: the operations of the mail commands, for scripts."""

from __future__ import annotations

import io
import re
import shutil
import sqlite3
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailbot.cli.main import run
from tests.cli_values import SHORT, Cli, a_raw_mail, write
from tests.test_cli_case import PEOPLE

HEAD = '[[person]]\nid = "vera"\nname = "Вера"\naddresses = ["vera@firma.example"]\nrole = ["head"]\n[departments]\ndesign = "kb@firma.example"\n'


@pytest.fixture(scope="module")
def filed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A claim and a question in a store."""
    folder, at = tmp_path_factory.mktemp("filed"), datetime.now(UTC) - timedelta(hours=1)
    write(folder, "mails/1.eml", a_raw_mail(received_at=at))
    write(folder, "mails/2.eml", a_raw_mail(SHORT, subject="Недостача", sender="Пётр <petr@sklad.example>", message_id="2@sklad.example", received_at=at))
    config = write(folder, "mailbot.toml", f"database = 'store.db'\n[reading]\nchildren = 1\n{PEOPLE}{HEAD}".encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MAILBOT_TEST_SECRET", "x")
        since = f"{at - timedelta(days=7):%Y-%m-%d}"
        assert run(["ingest", str(folder / "mails"), "--config", str(config), "--live-since", since]) == 0
    return folder


@pytest.fixture
def cli(filed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    for name in ("store.db", "mailbot.toml"):
        shutil.copy(filed / name, tmp_path / name)
    monkeypatch.setenv("MAILBOT_TEST_SECRET", "x")
    monkeypatch.setenv("MAILBOT_CONFIG", str(tmp_path / "mailbot.toml"))
    return Cli(capsys)


def number(cli: Cli, words: str = "olga@zakaz.example") -> str:
    return str(cli("case", "search", "--json", words).lines[0]["number"])


def state(cli: Cli, case: str) -> str:
    return next(str(line["state"]) for line in cli("case", "list", "--json").lines if line["number"] == case)


@pytest.mark.parametrize("mail", ["M-", "M-12x", "M-99999999999999999999"])
def test_a_mail_that_no_database_can_hold(cli: Cli, mail: str) -> None:
    ran = cli("case", "done", mail)
    assert (ran.code, ran.out) == (1, "")
    assert mail in ran.err


def test_wait_and_warranty(cli: Cli) -> None:
    case, until = number(cli), (datetime.now(UTC) + timedelta(days=9)).date()
    ran = cli("case", "wait", case, "customer", "until", until, "--by", "anna", "--json")
    assert ran.code == 0
    assert ran.line["command"] == "wait"
    assert ran.line["done"].isascii()  # the command line speaks English, whoever decides
    assert ran.line["lacking"] == []
    assert state(cli, case) == "waiting_customer"
    assert "warranty is expired" in cli("case", "warranty", case, "expired").out
    again = cli("case", "wait", case, "weather", "until", until)
    assert (again.code, again.out) == (2, "")
    assert "inspection" in again.err
    late = cli("case", "wait", case, "customer", "until", "2020-01-01")
    assert late.code == 1
    assert "has passed" in late.err


def test_a_letter_from_standard_input(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    case = number(cli)
    monkeypatch.setattr(sys, "stdin", io.StringIO("Добрый день!\n\nВаше обращение у специалиста."))
    ran = cli("case", "reply", case, "--text", "-", "--by", "anna", "--json")
    assert ran.line["letters"] == [{"kind": "reply", "to": "olga@zakaz.example", "held": False}]
    (letter,) = [line for line in cli("outbox", "list", "--json").lines if line["kind"] == "reply"]
    assert letter["recipient"] == "olga@zakaz.example"
    assert cli("case", "reply", case).code == 2  # nothing to say


def test_a_decision_through_its_approval(cli: Cli) -> None:
    case = number(cli)
    text = "Заменим стекло.\nустановлено: бой (акт № 5)\nоснование: пункт 4 договора\nисполнение: отгрузка замены, до 31.12"
    assert cli("case", "resolve", case, "replacement", "at", "our", "cost", "--text", text, "--by", "anna").code == 0
    early = cli("case", "send", case, "--by", "anna")
    assert (early.code, early.out) == (1, "")
    assert cli("case", "approve", case, "--by", "anna").code == 1
    assert cli("case", "approve", case, "--by", "vera").code == 0
    assert cli("case", "send", case, "--by", "anna", "--json").line["letters"][0]["kind"] == "decision"
    assert state(cli, case) == "execution"


def test_what_others_must_agree_to_is_not_sent_and_says_so(cli: Cli, tmp_path: Path) -> None:
    """The case has changed since the yes: a script that sends must not take the letter for sent."""
    case, config = number(cli), tmp_path / "mailbot.toml"
    lawyer = '[[person]]\nid = "yuri"\nname = "Юрий"\naddresses = ["yuri@firma.example"]\nrole = ["legal"]\n'
    config.write_text(config.read_text("utf-8").replace("[departments]", f"{lawyer}[departments]"), "utf-8")
    text = "Заменим стекло.\nустановлено: бой (акт № 5)\nоснование: пункт 4 договора\nисполнение: отгрузка замены, до 31.12"
    assert cli("case", "resolve", case, "replacement", "at", "our", "cost", "--text", text, "--by", "anna").code == 0
    assert cli("case", "approve", case, "--by", "vera").code == 0
    with sqlite3.connect(tmp_path / "store.db") as conn:
        conn.execute("update cases set legal_threat = 1 where number = ?", (case,))
    conn.close()
    ran = cli("case", "send", case, "--by", "anna", "--json")
    assert (ran.code, ran.line["to_agree"], [one["kind"] for one in ran.line["letters"]]) == (1, ["legal"], ["approval_request"])
    early = cli("case", "send", case, "--by", "anna")
    assert (early.code, early.out) == (1, "")
    assert cli("case", "approve", case, "--by", "yuri").code == 0
    sent = cli("case", "send", case, "--by", "anna", "--json")
    assert (sent.code, sent.line["to_agree"]) == (0, [])
    again = cli("case", "send", case, "--by", "anna")
    assert (again.code, "no need to send it again" in again.out) == (0, True)


def test_moves_that_only_a_person_knows_of(cli: Cli) -> None:
    case, until = number(cli), (datetime.now(UTC) + timedelta(days=9)).date()
    assert cli("case", "guarantee", case, "--by", "anna").code == 1  # nothing was offered
    assert cli("case", "wait", case, "guarantee", "until", until, "--by", "anna").code == 0
    assert "the repair is carried out" in cli("case", "guarantee", case, "№", "14", "--by", "anna").out
    assert state(cli, case) == "execution"
    assert "inspect" in cli("case", "inspected", case, "--text", "Перекос рамы.", "--by", "anna").out
    assert cli("case", "memo", case, "--text", "Почему перекос?", "--by", "anna").code == 0
    assert "was answered (kb@firma.example)" in cli("case", "memo", case, "answered").out
    assert cli("case", "memo", case, "answered").code == 1
    other = number(cli, "petr@sklad.example")
    decision = "Довезём.\nустановлено: пересчёт (акт № 5)\nоснование: пункт 4 договора\nисполнение: допоставка, до 31.12"
    assert cli("case", "withdraw", other, "--by", "anna").code == 1
    assert cli("case", "resolve", other, "topup", "at", "our", "cost", "--text", decision, "--by", "anna").code == 0
    assert state(cli, other) == "approval"
    assert cli("case", "withdraw", other, "--by", "anna").code == 0
    assert state(cli, other) == "review"


def test_merge_asks_across_customers(cli: Cli) -> None:
    one, other = number(cli), number(cli, "petr@sklad.example")
    asked = cli("case", "merge", one, other)
    assert asked.code == 1
    assert "sure" in asked.err
    assert cli("case", "merge", one, other, "sure").code == 0
    assert sorted(line["state"] for line in cli("case", "list", "--json").lines)[0] == "closed"


def test_who_and_what_is_not_known(cli: Cli) -> None:
    case = number(cli)
    ran = cli("case", "take", case, "--by", "nobody")
    assert (ran.code, ran.out) == (2, "")
    assert "anna" in ran.err
    missing = cli("case", "take", "2020-0001", "--by", "anna")
    assert missing.code == 1
    assert "2020-0001" in missing.err
    assert cli("case", "memo", case, "Why", "did", "it", "break?").code == 0


def test_a_decision_that_lacks_something_is_a_fault_and_says_what(cli: Cli) -> None:
    case = number(cli)
    bare = cli("case", "resolve", case, "replacement", "at", "our", "cost", "--text", "Заменим стекло.", "--by", "anna")
    assert (bare.code, bare.out) == (1, "")
    assert "it lacks: " in bare.err
    assert bare.err.isascii() or "“" in bare.err  # English, though anna reads Russian
    assert state(cli, case) == "registered"
    told = cli("case", "resolve", case, "replacement", "at", "our", "cost", "--text", "Заменим.", "--by", "anna", "--json")
    assert told.code == 1
    assert told.line["lacking"]
    (letter,) = told.line["letters"]
    assert letter["to"] == "anna@firma.example"
    raw = next(line for line in cli("outbox", "list", "--json").lines if line["recipient"] == "anna@firma.example")
    assert re.search("[а-я]", raw["subject"])  # her letter is in her language


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("resolve",), "resolve"),
        (("resolve", "replacement", "--text", "Заменим."), "cost"),
        (("wait",), "until"),
        (("wait", "customer"), "until"),
        (("warranty",), "warranty"),
        (("reply",), "reply"),
        (("ask",), "ask"),
        (("memo",), "memo"),
        (("reject",), "reject"),
        (("completed",), "completed"),
        (("holding",), "holding"),
        (("progress",), "progress"),
        (("inspect",), "inspect"),
        (("regress",), "regress"),
        (("merge",), "merge"),
    ],
)
def test_an_order_without_what_it_needs_is_refused(cli: Cli, words: tuple[str, ...], said: str) -> None:
    case = number(cli)
    ran = cli("case", words[0], case, *words[1:], "--by", "anna")
    assert ran.code in {1, 2}
    assert ran.out == ""
    assert said in ran.err
    assert not re.search("[а-я]", ran.err)


def test_text_that_an_order_would_not_take_is_refused(cli: Cli) -> None:
    ran = cli("case", "take", number(cli), "--text", "Передайте ей привет.", "--by", "anna")
    assert (ran.code, ran.out) == (2, "")
    assert "--text" in ran.err


def test_a_command_within_the_text_is_not_dropped_in_silence(cli: Cli) -> None:
    ran = cli("case", "reply", number(cli), "--text", "Добрый день!\n!закрыть решено", "--by", "anna")
    assert (ran.code, ran.out) == (2, "")
    assert "one order" in ran.err


def test_who_the_customer_is_and_what_she_demands(cli: Cli) -> None:
    case = number(cli)
    assert "who the customer is: a consumer (before: a business)" in cli("case", "consumer", case, "yes").out
    told = cli("case", "demands", case, "замена, вывоз товара", "--by", "anna").out
    assert "the customer demands replacement, collection of the goods" in told
    assert not re.search("[а-я]", told)  # the names of the terms are in the command line's language too
    again = cli("case", "demands", case, "tea")
    assert (again.code, again.out) == (2, "")
    assert "Possible are: replacement" in again.err


@pytest.mark.parametrize("word", ["reply", "ask"])
def test_a_letter_that_the_guard_asks_about_is_not_sent_and_says_so(cli: Cli, word: str) -> None:
    case = number(cli)
    ran = cli("case", word, case, "--text", "Это наша вина, вернём деньги?", "--by", "anna")
    assert (ran.code, ran.out) == (1, "")
    assert "kept and not sent" in ran.err
    assert "наша вина" in ran.err
    asked = cli("case", word, case, "--text", "Это наша вина, вернём деньги?", "--json")
    assert (asked.code, asked.line["letters"]) == (1, [])
    assert "наша вина" in asked.line["to_check"][0].casefold()
    assert cli("case", "send", case, "--json").line["to_check"] == []
    assert {line["kind"] for line in cli("outbox", "list", "--json").lines} & {"reply", "clarification"}


def the(cli: Cli, case: str) -> dict[str, object]:
    return next(line for line in cli("case", "list", "--json").lines if line["number"] == case)


def test_undo_puts_back_what_was_ordered_here(cli: Cli, tmp_path: Path) -> None:
    case, until = number(cli), (datetime.now(UTC) + timedelta(days=9)).date()
    before = the(cli, case)
    assert cli("case", "undo", case, "--by", "anna").code == 1  # nothing yet
    assert cli("case", "wait", case, "customer", "until", until, "--by", "anna").code == 0
    assert cli("case", "set", case, "category=quality", "--by", "anna@firma.example").code == 0
    assert the(cli, case)["category"] == "quality"
    none = cli("case", "undo", case)  # whoever sits here has changed nothing
    assert (none.code, none.out) == (1, "")
    ran = cli("case", "undo", case, "--by", "anna", "--json")
    assert (ran.code, ran.line["command"]) == (0, "undo")
    assert f"Case {case}: your last change is undone." in ran.line["done"]
    assert (the(cli, case)["category"], the(cli, case)["state"]) == (before["category"], "waiting_customer")
    assert cli("case", "undo", case, "--by", "anna").code == 0  # the one before it
    assert the(cli, case)["state"] == before["state"]
    assert cli("case", "undo", case, "--by", "anna").code == 1
    assert cli("case", "undo", "2026-9999", "--by", "anna").code == 1
    with sqlite3.connect(tmp_path / "store.db") as conn:
        assert [row[0] for row in conn.execute("select what from events where what = 'undone'")] == ["undone"] * 2
    conn.close()
    assert cli("case", "verify").code == 0


def test_undo_of_a_close_and_of_what_others_have_changed(cli: Cli) -> None:
    case = number(cli)
    assert cli("case", "set", case, "state=closed", "reason=duplicate").code == 0
    assert cli("case", "undo", case).code == 0  # whoever sits here
    assert state(cli, case) == "registered"
    assert cli("case", "set", case, "assigned=vera", "--by", "anna").code == 0
    assert cli("case", "take", case, "--by", "vera").code == 0
    assert cli("case", "set", case, "assigned=anna", "--by", "vera").code == 0
    late = cli("case", "undo", case, "--by", "anna")
    assert (late.code, late.out) == (1, "")
    assert "has changed since" in late.err
    assert "below" not in late.err


def test_a_person_is_given_a_case_by_name_as_by_mail(cli: Cli) -> None:
    case = number(cli)
    assert "is vera's now" in cli("case", "set", case, "assigned=Вере", "--by", "anna").out
    nobody = cli("case", "set", case, "assigned=никто")
    assert (nobody.code, "names nobody, or more than one" in nobody.err, "(vera)" in nobody.err) == (2, True, True)
    assert "nothing goes to the customer by itself" in cli("case", "set", case, "assigned=юристу").out


def test_undo_leaves_what_others_have_heard_of(cli: Cli) -> None:
    """As of the mail commands: a claim confirmed, a case opened again, another address."""
    case = number(cli)
    assert cli("case", "set", case, "state=closed", "reason=duplicate", "--by", "anna").code == 0
    assert cli("case", "set", case, "state=review", "--by", "anna").code == 0
    last = cli("case", "undo", case, "--by", "anna")
    assert (last.code, "has changed since" in last.err) == (1, True)
    assert state(cli, case) == "review"


def test_an_undo_takes_no_words(cli: Cli) -> None:
    case = number(cli)
    assert cli("case", "undo", case, "--text", "всё", "--by", "anna").code == 2
