"""`mailbot check` and `digest`: what is wrong is named, one line a thing, and no secret is ever said."""

from __future__ import annotations

import asyncio
import re
import threading
from datetime import UTC, datetime, timedelta
from http.server import HTTPServer
from pathlib import Path
from typing import Any

import pytest

from mailbot.claims.errors import Fault, MailboxAway
from mailbot.classify.examples import failing_examples
from mailbot.cli import check_servers
from mailbot.config import Settings
from mailbot.rulebook import Rules
from mailbot.store import health, listing
from mailbot.store.database import Database, open_database
from tests.cli_values import Cli, Ran, write
from tests.mail_servers import dovecot
from tests.scripted_smtp import ScriptedSmtp
from tests.store_fixtures import free_port
from tests.store_values import a_case
from tests.test_access_token import jwt
from tests.test_imap import TokenInfo

SECRET = "s3cr3t-never-shown"
CONFIG = """
[smtp]
host = "127.0.0.1"
port = {port}
tls = "none"
user = "claims"
password = {{ env = "MAILBOT_TEST_SECRET" }}
[[mailbox]]
name = "claims"
address = "claims@firma.example"
host = "127.0.0.1"
port = {port}
tls = "none"
user = "claims"
password = {{ file = "imap.secret" }}
timeout = 2
[[person]]
id = "anna"
name = "Анна"
addresses = ["anna@firma.example"]
categories = ["damage"]
role = ["specialist", "operator"]
"""
_FAILING: dict[str, list[Fault]] = {}


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """The examples are read once for each version of the rules: most of what a check costs, and the same for every test here."""

    def failing(rules: Rules) -> list[Fault]:
        if rules.version not in _FAILING:
            _FAILING[rules.version] = list(failing_examples(rules))
        return _FAILING[rules.version]

    monkeypatch.setattr("mailbot.classify.examples.failing_examples", failing)
    return Cli(capsys)


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MAILBOT_TEST_SECRET", SECRET)
    write(tmp_path, "imap.secret", SECRET.encode()).chmod(0o600)
    return write(tmp_path, "mailbot.toml", CONFIG.format(port=free_port()).encode())


def faults(ran: Ran) -> dict[str, str]:
    return {line["what"]: line["sentence"] for line in ran.lines if not line["ok"]}


def test_offline_all_is_well(cli: Cli, config: Path) -> None:
    ran = cli("check", "--offline", "--json", "--config", config)
    assert ran.code == 0
    assert [line["what"] for line in ran.lines if not line["warning"]] == ["settings", "rules", "examples", "calendar", "templates", "smtp.password", "mailbox claims.password", "reading child"]
    assert faults(ran) == {}
    assert "namespace" in ran.lines[-1]["sentence"] or "audit" in ran.lines[-1]["sentence"]
    assert SECRET not in ran.out + ran.err


def test_what_is_hardly_meant_is_a_warning(cli: Cli, config: Path) -> None:
    warned = " ".join(line["sentence"] for line in cli("check", "--offline", "--json", "--config", config).lines if line["warning"])
    at = 1 + config.read_text("utf-8").splitlines().index("[[mailbox]]")
    assert f"{config}:{at}: mailbox.0.authserv_id: is empty" in warned
    assert "our address in copy, stops no clock" in warned
    assert "nobody is legal, so threats of a court and what needs a lawyer's yes go to operator (Анна)" in warned
    config.write_text(config.read_text("utf-8").replace("[[mailbox]]", '[[mailbox]]\nauthserv_id = "mx.x.example"', 1), encoding="utf-8")
    warned = " ".join(line["sentence"] for line in cli("check", "--offline", "--json", "--config", config).lines if line["warning"])
    assert "authserv_id" not in warned


def test_letters_signed_by_the_sample_company_are_warned_of(cli: Cli, config: Path) -> None:
    """Whoever starts from config.example.toml and fills in the servers only would sign as «Компания»."""

    def said() -> set[str]:
        lines = cli("check", "--offline", "--json", "--config", config).lines
        return {key for line in lines if line["warning"] for key in ("company.name", "company.phone") if f": {key}: " in line["sentence"]}

    plain = config.read_text("utf-8")
    assert said() == {"company.name", "company.phone"}
    config.write_text(plain + '\n[company]\nname = "Компания"\nphone = " "\n', encoding="utf-8")
    assert said() == {"company.name", "company.phone"}
    config.write_text(plain + '\n[company]\nname = "ООО «Стекло»"\nphone = "+7 495 123-45-67"\n', encoding="utf-8")
    assert said() == set()


def test_domains_that_nobody_has_are_warned_of(cli: Cli, config: Path) -> None:
    """A slip of the pen: colleagues who are not listed would be acknowledged as customers."""

    def said() -> bool:
        lines = cli("check", "--offline", "--json", "--config", config).lines
        return any(line["warning"] and "company.domains: no mailbox and no person" in line["sentence"] for line in lines)

    plain = config.read_text("utf-8")
    domain = re.search(r'address = "[^"@]+@([^"]+)"', plain)
    assert domain is not None
    config.write_text(plain + f'\n[company]\nname = "Ф"\nphone = "1"\ndomains = ["other.example", "{domain[1]}"]\n', encoding="utf-8")
    assert not said()
    config.write_text(plain + f'\n[company]\nname = "Ф"\nphone = "1"\ndomains = ["{domain[1][1:]}"]\n', encoding="utf-8")
    assert said()


def test_who_checks_dkim_here_needs_no_other_voucher(cli: Cli, config: Path) -> None:
    config.write_text(config.read_text("utf-8") + "\n[security]\ncheck_dkim = true\n", encoding="utf-8")
    warned = " ".join(line["sentence"] for line in cli("check", "--offline", "--json", "--config", config).lines if line["warning"])
    assert "authserv_id" not in warned


def test_a_category_that_is_none_is_named_with_its_line(cli: Cli, config: Path) -> None:
    config.write_text(config.read_text("utf-8").replace('categories = ["damage"]', 'categories = ["damage", "odour"]'), encoding="utf-8")
    at = 1 + config.read_text("utf-8").splitlines().index('categories = ["damage", "odour"]')
    ran = cli("check", "--offline", "--json", "--config", config)
    assert ran.code == 2
    assert faults(ran)["rules"].startswith(f"{config}:{at}: person.0.categories: there is no category 'odour'. Categories are damage, ")


def test_each_server_fails_alone(cli: Cli, config: Path) -> None:
    ran = cli("check", "--json", "--config", config)
    assert ran.code == 1
    assert set(faults(ran)) == {"mailbox claims", "smtp"}
    assert "127.0.0.1" in faults(ran)["smtp"]
    assert ran.lines[-1]["what"] == "database"
    assert "not there yet" in ran.lines[-1]["sentence"]
    assert not (config.parent / "mailbot.db").exists()
    assert SECRET not in ran.out + ran.err
    lines = cli("check", "--config", config).out.splitlines()
    assert lines[0].startswith("ok    settings: ")
    assert any(line.startswith("FAULT smtp: ") for line in lines)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (("categories = [\"damage\"]", "categories = [\"odour\"]"), "rules"),
        (("[smtp]", "[languages]\nknown = [\"ru\", \"xx\"]\n[smtp]"), "templates"),
    ],
)
def test_a_wrong_set_up_ends_with_two(cli: Cli, config: Path, change: tuple[str, str], what: str) -> None:
    config.write_text(config.read_text().replace(*change))
    ran = cli("check", "--offline", "--json", "--config", config)
    assert ran.code == 2
    assert set(faults(ran)) == {what}


@pytest.mark.parametrize(("days", "is_fault"), [(30, True), (31, False), (-3, True)])
def test_a_client_secret_is_announced_thirty_days_ahead(cli: Cli, config: Path, days: int, is_fault: bool) -> None:
    ends = (datetime.now(UTC) + timedelta(days=days)).date()
    write(config.parent, "client.secret", SECRET.encode()).chmod(0o600)
    oauth = f'[mailbox.oauth]\ngrant = "client_credentials"\ntoken_url = "https://login.example/token"\nclient_id = "x"\nscope = "y"\nclient_secret = {{ file = "client.secret" }}\nclient_secret_expires_on = "{ends}"\n[[person]]'
    config.write_text(config.read_text().replace('password = { file = "imap.secret" }\n', "").replace("[[person]]", oauth))
    ran = cli("check", "--offline", "--json", "--config", config)
    assert ran.code == int(is_fault)
    assert ("mailbox claims.oauth.client_secret_expires_on" in faults(ran)) is is_fault
    assert str(ends) in ran.out
    assert SECRET not in ran.out + ran.err


def test_a_template_that_says_too_much_is_named(cli: Cli, config: Path) -> None:
    write(config.parent, "templates/en/acknowledgement.txt.j2", b"Dear customer, {{ nothing_of_this_name }}")
    config.write_text(config.read_text() + '[files]\ntemplates = "templates"\n')
    ran = cli("check", "--offline", "--json", "--config", config)
    assert ran.code == 2
    assert "acknowledgement.txt.j2:1" in faults(ran)["templates"]


@pytest.mark.timeout(180)  # three whole checks with all examples and templates
def test_the_database(cli: Cli, db: Database, db_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def lines(ran: Ran) -> list[dict[str, Any]]:
        return [line for line in ran.lines if line["what"] == "database"]

    (line,) = lines(cli("check", "--json", "--database", db_url))
    assert line["ok"]
    assert "takes writes" in line["sentence"]
    monkeypatch.setattr(check_servers, "_SKEW", timedelta(seconds=-1))
    assert "clock differs" in lines(cli("check", "--json", "--database", db_url))[0]["sentence"]
    with db.engine.begin() as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    ran = cli("check", "--json", "--database", db_url)
    assert ran.code == 1
    assert "newer release" in lines(ran)[0]["sentence"]


def test_trying_to_write_leaves_nothing_behind(db: Database, db_url: str) -> None:
    health.try_write(db)
    health.try_write(db)  # the row of the first is gone, or this would be refused
    ours = datetime.now(UTC)
    assert abs(health.clock_of(db, ours) - ours) < timedelta(seconds=30)
    if db.dialect == "sqlite":
        reader = open_database(db_url, read_only=True)
        with pytest.raises(Exception, match="readonly"):
            health.try_write(reader)
        reader.close()


def test_the_digest_is_looked_at_and_queued_once(cli: Cli, config: Path, db: Database, db_url: str) -> None:
    now = datetime.now(UTC)
    a_case(db, customer_name="Ольга Белова", category="damage", answer_by=now + timedelta(days=1), received_at=now)
    words = ("--config", config, "--database", db_url)
    shown = cli("digest", "preview", "anna", *words)
    assert shown.code == 0
    assert "=== Анна <anna@firma.example>" in shown.out
    assert "2026-0001" in shown.out
    with db.read() as conn:
        assert listing.list_letters(conn, None, 10) == []
    assert cli("digest", "send", *words).out.startswith("1 digests queued")
    assert cli("digest", "send", *words).out.startswith("0 digests queued")
    with db.read() as conn:
        (letter,) = listing.list_letters(conn, None, 10)
    assert (letter["kind"], letter["recipient"]) == ("digest", "anna@firma.example")


@pytest.mark.parametrize("action", ["preview", "send"])
def test_nobody_of_that_name(cli: Cli, config: Path, action: str) -> None:
    ran = cli("digest", action, "vera", "--config", config)
    assert ran.code == 2
    assert "anna" in ran.err


def test_a_digest_needs_a_configuration(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAILBOT_CONFIG", raising=False)
    ran = cli("digest", "preview", "--database", tmp_path / "x.db")
    assert ran.code == 2
    assert "--config FILE" in ran.err


@pytest.mark.parametrize(
    "words",
    [("case", "list"), ("case", "search", "x"), ("case", "show", "2026-0001"), ("outbox", "list"), ("quarantine", "list"), ("report",), ("migrate",)],
)
def test_only_what_signs_in_needs_the_passwords(cli: Cli, config: Path, db_url: str, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], db: Database) -> None:
    a_case(db)
    monkeypatch.delenv("MAILBOT_TEST_SECRET")
    (config.parent / "imap.secret").unlink()
    ran = cli(*words, "--config", config, "--database", db_url)
    assert ran.code == 0, ran.err
    refused = cli("run", "--once", "--config", config, "--database", db_url)
    assert refused.code == 2
    assert "MAILBOT_TEST_SECRET is not set" in refused.err
    assert cli("check", "--offline", "--config", config).code == 2


def test_a_slip_in_a_rule_file_is_told_once(cli: Cli, config: Path) -> None:
    write(config.parent, "own/demands.toml", b'format = "phrases"\n[remedy_pickup.ru]\nS = ["... x"]\n')
    write(config.parent, "customers.csv", "Покупатель;ИНН\nООО Ромашка;7707083893\n".encode("cp1251"))
    config.write_text(f'{config.read_text()}\n[files]\nrules = "own"\ncustomers = "customers.csv"\n')
    ran = cli("check", "--offline", "--config", config)
    assert ran.code == 2
    assert ran.out.count("begins or ends with a gap") == 1


def test_a_rehearsal_says_why_no_digest_was_queued(cli: Cli, config: Path, db: Database, db_url: str) -> None:
    a_case(db, category="damage", answer_by=datetime.now(UTC) + timedelta(days=1))
    config.write_text('mode = "rehearsal"\n' + config.read_text() + '[[person]]\nid = "vera"\nname = "Вера"\naddresses = ["vera@firma.example"]\n')
    ran = cli("digest", "send", "vera", "--config", config, "--database", db_url)
    assert ran.code == 0
    assert ran.out.startswith("0 digests queued.\n")
    assert "digests go to operators only (anna)" in ran.out
    again = ("digest", "send", "anna", "--config", config, "--database", db_url)
    assert cli(*again).out == "1 digests queued; `mailbot run` sends them.\n"
    assert "today already" in cli(*again).out


# What a token lacks that the mail server refuses


def refusal_of(settings: Settings) -> str:
    (attempt,) = check_servers.servers(settings)
    with pytest.raises(MailboxAway) as refused:
        list(attempt.sentences())
    return str(refused.value)


def test_the_permission_that_a_mailbox_wants_is_named() -> None:
    with HTTPServer(("127.0.0.1", 0), TokenInfo) as tokens:
        threading.Thread(target=tokens.serve_forever, daemon=True).start()
        with dovecot(tokeninfo_url=f"http://127.0.0.1:{tokens.server_port}/?token=") as server:
            box = server.settings("claims@x.example", password=None, oauth={"command": ["echo", jwt(scp="SMTP.Send", upn="claims@x.example")]})
            said = refusal_of(Settings(mailbox=(box,)))
        tokens.shutdown()
    assert "was refused" in said
    assert "lacks the permission IMAP.AccessAsUser.All (it has: SMTP.Send)" in said


def test_the_permission_that_a_mail_server_wants_is_named() -> None:
    async def test() -> str:
        async with ScriptedSmtp(offers=("AUTH XOAUTH2",), auth=["535 5.7.3 unsuccessful"]) as server:
            token = jwt(scp="SMTP.Send", upn="anna@x.example")
            smtp = {"host": "127.0.0.1", "port": server.port, "tls": "none", "user": "claims@x.example", "oauth": {"command": ["echo", token]}}
            return await asyncio.to_thread(refusal_of, Settings.model_validate({"smtp": smtp}))

    said = asyncio.run(test())
    assert "535 5.7.3 unsuccessful" in said
    assert "The token is for anna@x.example: to use the shared mailbox claims@x.example, that account needs Send As" in said
