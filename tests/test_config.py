"""The configuration: the example is whole and true, and every fault is named with file, line, key and the mend."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from mailbot.claims.errors import SetupError
from mailbot.config import Mailbox, OAuth, PersonEntry, Server, Settings, Smtp, load_settings
from mailbot.secret import Secret
from mailbot.shipped import shipped
from mailbot.tomlfile import read_toml

EXAMPLE = shipped("config.example.toml")


@pytest.fixture(autouse=True)
def _secrets_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILBOT_IMAP_PASSWORD", "canary-imap")
    monkeypatch.setenv("MAILBOT_SMTP_PASSWORD", "canary-smtp")


def test_the_example_loads() -> None:
    settings = load_settings(EXAMPLE)
    assert settings.mailbox[0].address == "claims@company.example"
    assert settings.mailbox[0].password is not None
    assert settings.mailbox[0].password.read() == "canary-imap"
    assert settings.database == f"sqlite:///{EXAMPLE.parent / 'mailbot.db'}"


def _fields(model: type[BaseModel]) -> set[str]:
    return set(model.model_fields)


@pytest.mark.parametrize(
    ("table", "model"),
    [("", Settings), ("mailbox", Mailbox), ("smtp", Smtp), ("person", PersonEntry), ("mailbox.oauth", OAuth)]
    + [(name, type(getattr(Settings(), name))) for name in ("company", "office", "languages", "limits", "deadlines", "digest", "security", "reading", "files", "log")],
)
def test_the_example_shows_every_key(table: str, model: type[BaseModel]) -> None:
    shown: dict[str, set[str]] = {"": set()}
    current = ""
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        if header := re.match(r"(?:# )?\[\[?([a-z_.]+)\]\]?", line):
            current = header[1]
            shown.setdefault(current.partition(".")[0], set()).add(current.partition(".")[2])
            shown.setdefault("", set()).add(current.partition(".")[0])
        elif key := re.match(r"(?:# )?([a-z_]+) = ", line):
            shown.setdefault(current, set()).add(key[1])
    assert _fields(model) <= shown[table]


def test_the_values_shown_are_the_defaults() -> None:
    data = read_toml(EXAMPLE).data
    bare = Settings()
    for name, value in data.items():
        if name in ("mailbox", "smtp", "person"):
            continue
        default = getattr(bare, name)
        plain: Any = default.model_dump(mode="json") if isinstance(default, BaseModel) else default
        if isinstance(value, dict):
            assert all(plain[key] == entry for key, entry in value.items()), name
        else:
            assert value == (list(plain) if isinstance(plain, tuple) else plain), name
    for model, entry in ((Mailbox, data["mailbox"][0]), (Smtp, data["smtp"]), (PersonEntry, data["person"][0])):
        for key, field in model.model_fields.items():
            if key in entry and not field.is_required() and key not in ("user", "password"):
                default = field.default
                assert entry[key] == (list(default) if isinstance(default, tuple) else default), key


GOOD = """
[smtp]
host = "127.0.0.1"
tls = "none"
[[mailbox]]
name = "claims"
address = "claims@x.example"
host = "127.0.0.1"
tls = "none"
password = { env = "MAILBOT_IMAP_PASSWORD" }
[[person]]
id = "op"
name = "Оператор"
addresses = ["op@x.example"]
role = ["operator"]
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "mailbot.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_small_one_is_good(tmp_path: Path) -> None:
    assert load_settings(write(tmp_path, GOOD)).mailbox[0].name == "claims"


BROKEN = [
    # what is changed in GOOD (old, new), the line, the key, words of the message
    (('tls = "none"\n[[mail', 'tls = "non"\n[[mail'), 4, "smtp.tls", "implicit"),
    (('host = "127.0.0.1"\ntls = "none"\n[[mail', 'host = "mail.example"\ntls = "none"\n[[mail'), 2, "smtp", "this machine only"),
    (('name = "claims"', 'name = "our claims"'), 6, "mailbox.0.name", "pattern"),
    (('name = "claims"', ""), 5, "mailbox.0.name", "is missing"),
    (('name = "claims"', 'name = 7'), 6, "mailbox.0.name", "string"),
    (('name = "claims"', 'name = "claims"\nfolder = "INBOX"'), 7, "mailbox.0.folder", "not a key"),
    (('name = "claims"', 'name = "claims"\nfolders = []'), 7, "mailbox.0.folders", "at least 1"),
    (('name = "claims"', 'name = "claims"\nport = 0'), 7, "mailbox.0.port", "greater than or equal to 1"),
    (('name = "claims"', 'name = "claims"\nport = 70000'), 7, "mailbox.0.port", "less than or equal to 65535"),
    (('name = "claims"', 'name = "claims"\npoll_seconds = 0'), 7, "mailbox.0.poll_seconds", "greater"),
    (('name = "claims"', 'name = "claims"\nmax_mail_bytes = 0'), 7, "mailbox.0.max_mail_bytes", "greater"),
    (('name = "claims"', 'name = "claims"\nafter_filing = "delete"'), 7, "mailbox.0.after_filing", "move"),
    (('name = "claims"', 'name = "claims"\nafter_filing = "move"'), 5, "mailbox.0", "needs move_to"),
    (('name = "claims"', 'name = "claims"\nafter_filing = "move"\nmove_to = "INBOX"'), 5, "mailbox.0", "also read"),
    (('name = "claims"', 'name = "claims"\nhistory = "all"'), 7, "mailbox.0.history", "quiet"),
    (('name = "claims"', 'name = "claims"\nidle = "sometimes"'), 7, "mailbox.0.idle", "bool"),
    (('name = "claims"', 'name = "claims"\nbounce_address = "x"'), 7, "mailbox.0.bounce_address", "not an e-mail address"),
    (('name = "claims"', 'name = "claims"\naliases = ["Claims <c@x.example>"]'), 7, "mailbox.0.aliases", "not an e-mail address"),
    (('address = "claims@x.example"', 'address = "claims"'), 7, "mailbox.0.address", "not an e-mail address"),
    (('address = "claims@x.example"', ""), 5, "mailbox.0.address", "is missing"),
    (('password = { env = "MAILBOT_IMAP_PASSWORD" }', 'password = "canary-1"'), 10, "mailbox.0.password", "stands in the configuration"),
    (('password = { env = "MAILBOT_IMAP_PASSWORD" }', 'password = { env = "NO_SUCH_VARIABLE" }'), 10, "mailbox.0.password", "not set"),
    (('password = { env = "MAILBOT_IMAP_PASSWORD" }', 'password = { file = "absent.secret" }'), 10, "mailbox.0.password", "cannot be read"),
    (('password = { env = "MAILBOT_IMAP_PASSWORD" }', 'password = { file = "open.secret" }'), 10, "mailbox.0.password", "chmod 600"),
    (('password = { env = "MAILBOT_IMAP_PASSWORD" }', 'password = { env = "PATH", file = "x" }'), 10, "mailbox.0.password", "exactly one"),
    (('password = { env = "MAILBOT_IMAP_PASSWORD" }', "password = { }"), 10, "mailbox.0.password", "exactly one"),
    (('password = { env = "MAILBOT_IMAP_PASSWORD" }', 'password = { value = "canary-2" }'), 10, "mailbox.0.password.value", "not a key"),
    (('password = { env = "MAILBOT_IMAP_PASSWORD" }', ""), 5, "mailbox.0", "neither password nor oauth"),
    (('password = {', 'oauth = { command = ["true"] }\npassword = {'), 5, "mailbox.0", "both password and oauth"),
    (('password = { env = "MAILBOT_IMAP_PASSWORD" }', 'oauth = { grant = "refresh_token" }'), 10, "mailbox.0.oauth", "needs token_url, client_id, refresh_token"),
    (('password = { env = "MAILBOT_IMAP_PASSWORD" }', 'oauth = { grant = "client_credentials", client_id = "1" }'), 10, "mailbox.0.oauth", "client_secret"),
    (('password = { env = "MAILBOT_IMAP_PASSWORD" }', 'oauth = { grant = "password" }'), 10, "mailbox.0.oauth.grant", "refresh_token"),
    (('password = { env = "MAILBOT_IMAP_PASSWORD" }', "oauth = { }"), 10, "mailbox.0.oauth", "needs command"),
    (("[smtp]\nhost = \"127.0.0.1\"\ntls = \"none\"\n", ""), 2, "mailbox.0", "no way to send"),
    (("[smtp]", "[smpt]"), 2, "smpt", "not a key"),
    (('[smtp]\nhost = "127.0.0.1"', "[smtp]"), 2, "smtp.host", "is missing"),
    (('[smtp]\nhost = "127.0.0.1"', '[smtp]\nhost = ""'), 3, "smtp.host", "at least 1"),
    (("[smtp]", "[smtp]\ntimeout = 0"), 3, "smtp.timeout", "greater"),
    (("[smtp]", "[smtp]\nconnections = 0"), 3, "smtp.connections", "greater"),
    (("[smtp]", "[smtp]\nconnections = 21"), 3, "smtp.connections", "less"),
    (("[smtp]", '[office]\ntimezone = "Moskva"\n[smtp]'), 3, "office.timezone", "no time zone 'Moskva'"),
    (("[smtp]", '[office]\ntimezone = "../etc/passwd"\n[smtp]'), 3, "office.timezone", "no time zone"),
    (("[smtp]", '[languages]\ndefault = "de"\n[smtp]'), 2, "languages", "not among known"),
    (("[smtp]", "[limits]\nper_address_per_day = 0\n[smtp]"), 3, "limits.per_address_per_day", "greater"),
    (("[smtp]", "[limits]\nper_domain_per_hour = 0\n[smtp]"), 3, "limits.per_domain_per_hour", "greater"),
    (("[smtp]", "[limits]\noverall_per_hour = -1\n[smtp]"), 3, "limits.overall_per_hour", "greater"),
    (("[smtp]", "[deadlines]\nanswer_working_days = 0\n[smtp]"), 3, "deadlines.answer_working_days", "greater"),
    (("[smtp]", "[deadlines]\nanswer_working_days = 6\n[smtp]"), 2, "deadlines", "hard limit is the later"),
    (("[smtp]", "[digest]\nhour = 24\n[smtp]"), 3, "digest.hour", "less than or equal to 23"),
    (("[smtp]", '[digest]\nempty = "no"\n[smtp]'), 3, "digest.empty", "silent"),
    (("[smtp]", "[reading]\nchildren = 0\n[smtp]"), 3, "reading.children", "greater"),
    (("[smtp]", "[reading]\nmemory_mb = 64\n[smtp]"), 3, "reading.memory_mb", "256"),
    (("[smtp]", "[reading]\nnot_claim_below = 0.9\n[smtp]"), 3, "reading.not_claim_below", "above triage_below"),
    (("[smtp]", '[log]\nlevel = "LOUD"\n[smtp]'), 3, "log.level", "WARNING"),
    (("[smtp]", '[files]\nrules = "nowhere"\n[smtp]'), 3, "files.rules", "nowhere does not exist"),
    (("[smtp]", '[files]\nrules = "."\ncatalogue = "none.csv"\n[smtp]'), 4, "files.catalogue", "none.csv does not exist"),
    (("[smtp]", '[departments]\nkitchen = "a@x.example"\n[smtp]'), 2, "departments", "no department 'kitchen'"),
    (("[smtp]", '[departments]\ndesign = "claims@x.example"\n[smtp]'), 3, "departments.design", "claims address itself"),
    (("[smtp]", 'mode = "dry"\n[smtp]'), 2, "mode", "rehearsal"),
    (("[smtp]", 'instance = "a b"\n[smtp]'), 2, "instance", "pattern"),
    (('addresses = ["op@x.example"]', 'addresses = ["Claims@X.example"]'), 14, "person.0.addresses", "claims address itself"),
    (('addresses = ["op@x.example"]', "addresses = []"), 14, "person.0.addresses", "at least 1"),
    (('role = ["operator"]', 'role = ["boss"]'), 15, "person.0.role", "See role in config.example.toml."),
    (('role = ["operator"]', 'role = ["specialist"]'), 11, "person", "nobody has the role operator"),
    (('role = ["operator"]', 'role = ["operator"]\nsubstitute = "maria"'), 16, "person.0.substitute", "no other person 'maria'"),
    (('role = ["operator"]', 'role = ["operator"]\nsubstitute = "op"'), 16, "person.0.substitute", "no other person 'op'"),
    (('role = ["operator"]', 'role = ["operator"]\ntimezone = "MSK+3"'), 16, "person.0.timezone", "no time zone"),
    (('role = ["operator"]', 'role = ["operator"]\n[[person]]\nid = "op"\nname = "B"\naddresses = ["b@x.example"]'), 17, "person.1.id", "used twice"),
    (('id = "op"', f'id = "{"o" * 51}"'), 12, "person.0.id", "at most 50"),
    (('id = "op"', 'id = "mailbot"'), 12, "person.0.id", "the program itself"),
    (('role = ["operator"]', 'role = ["operator"]\n[[person]]\nid = "b"\nname = "B"\naddresses = ["OP@x.example"]'), 19, "person.1.addresses", "also belongs to 'op'"),
    (("[smtp]", "[smtp"), 2, "", "not valid TOML"),
    (("[smtp]", "[smtp]\nhost = x"), 3, "", "not valid TOML"),
    (('role = ["operator"]', 'role = ["operator"'), 15, "", "not valid TOML"),
    (('role = ["operator"]', 'role = "operator"'), 15, "person.0.role", 'should be a list. Write it in brackets: ["…"].'),
    (("[smtp]", 'mod = "live"\n[smtp]'), 2, "mod", "Did you mean mode?"),
    (("[smtp]", "[smtp]\nmode = 1"), 3, "smtp.mode", "write mode above the first table"),
    (("[smtp]", "[smtp]\npoll_seconds = 1"), 3, "smtp.poll_seconds", "belongs below [mailbox]"),
    (("[smtp]", "[smtp]\nprt = 1"), 3, "smtp.prt", "Did you mean port?"),
    (("[smtp]", '[smtp]\ntimeout = "ten"'), 3, "smtp.timeout", "should be a valid integer. Write a whole number without quotes."),
    (("[smtp]", "[smtp]\nuser = 1"), 3, "smtp.user", "Write a text in quotes"),
    (("[[mailbox]]", "[mailbox]"), 5, "mailbox", "Write [[mailbox]]."),
    (("[smtp]", 'database = "postgres://u@h/n"\n[smtp]'), 2, "database", "postgresql+psycopg://user@host/name"),
    (("[smtp]", 'forwarders = ["@x.example", "shop"]\n[smtp]'), 2, "forwarders.1", 'neither an address nor a "@domain"'),
    (('role = ["operator"]', 'role = ["operator"]\nlanguage = "fr"'), 16, "person.0.language", "Write one of ru, en."),
    (("[smtp]", "[smtp]\nhost = “x”"), 3, "", "typographic quotation marks"),
    (("[smtp]", '[smtp]\nhost = "x'), 3, "", 'does not end on its line. Close it with ".'),
    (("[smtp]", "answer_enquiries = True\n[smtp]"), 2, "", "Write true or false."),
    (("[smtp]", "[smtp]\nhost = x"), 3, "", "a text stands without quotation marks"),
    (("[smtp]", "[smtp]\nhost ="), 3, "", "a key has no value"),
    (("[smtp]", '[files]\nrules = "C:\\Users"\n[smtp]'), 3, "", "a backslash stands in a text"),
    (("[smtp]", "[smtp]\nhost: 5"), 3, "", "no = stands after the key"),
    (("[smtp]", "// smtp\n[smtp]"), 2, "", "A comment begins with #."),
    (("[smtp]", "[digest]\nhour = 9:00\n[smtp]"), 3, "", "a date or an hour stands without quotes"),
    (("[smtp]", "[reading]\ntriage_below = 0,5\n[smtp]"), 3, "", "a number holds a comma"),
    (("[[person]]", "[person]\n[[person]]"), 12, "", "this key or table stands above already"),
    (("[smtp]", "[digest]\n[digest]\n[smtp]"), 3, "", "this table stands above already"),
    (("[smtp]", "[smtp]\nроrt = 25"), 3, "", "the key holds a Cyrillic letter"),
]


@pytest.mark.parametrize(("change", "line", "key", "words"), BROKEN, ids=[f"{n:02}-{b[2] or 'toml'}" for n, b in enumerate(BROKEN)])
def test_a_fault_is_named(tmp_path: Path, change: tuple[str, str], line: int, key: str, words: str) -> None:
    open_secret = tmp_path / "open.secret"
    open_secret.write_text("canary-3")
    open_secret.chmod(0o644)
    assert change[0] in GOOD
    path = write(tmp_path, GOOD.replace(*change, 1))
    with pytest.raises(SetupError) as caught:
        load_settings(path)
    told = [fault for fault in caught.value.faults if fault.key.startswith(key) and words in str(fault)]
    assert told, str(caught.value)
    assert told[0].line == line
    assert told[0].mend
    assert "canary" not in str(caught.value)


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD.replace("[smtp]", "[digest]\nhour = 24\n[limits]\noverall_per_hour = 0\n[smtp]\nextra = 1"))
    with pytest.raises(SetupError) as caught:
        load_settings(path)
    assert {fault.key for fault in caught.value.faults} == {"digest.hour", "limits.overall_per_hour", "smtp.extra"}


def test_an_absent_file(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="cannot be read"):
        load_settings(tmp_path / "none.toml")


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes('mode = "проверка"'.encode("cp1251"))
    with pytest.raises(SetupError, match=r"a\.toml:1: is not UTF-8"):
        load_settings(path)
    path.write_bytes('mode = "live"\ndatabase = "a.db"\n# проверка'.encode("cp1251"))
    with pytest.raises(SetupError, match=r"a\.toml:3: is not UTF-8"):
        load_settings(path)


def test_a_faulty_entry_is_one_fault_not_also_an_empty_list(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD.replace('role = ["operator"]', 'role = ["boss"]'))
    with pytest.raises(SetupError) as caught:
        load_settings(path)
    assert [fault.key for fault in caught.value.faults] == ["person.0.role.0"]


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_private_secret_file_is_read(tmp_path: Path, mode: int) -> None:
    secret = tmp_path / "imap.secret"
    secret.write_text("canary-4\n")
    secret.chmod(mode)
    path = write(tmp_path, GOOD.replace('{ env = "MAILBOT_IMAP_PASSWORD" }', '{ file = "imap.secret" }'))
    password = load_settings(path).mailbox[0].password
    assert password is not None
    assert password.read() == "canary-4"
    assert "canary" not in repr(password)


def test_a_secret_command() -> None:
    assert Secret(command=("printf", "canary-5\\nmore")).read() == "canary-5"
    with pytest.raises(ValueError, match="false failed: it ended with 1"):
        Secret(command=("false",)).read()
    with pytest.raises(ValueError, match="no-such-program failed: No such file"):
        Secret(command=("no-such-program",)).read()
    with pytest.raises(ValueError, match="sh failed: it ended with 3") as caught:
        Secret(command=("sh", "-c", "echo canary-6; echo canary-6 >&2; exit 3")).read()
    assert "canary" not in str(caught.value)
    with pytest.raises(ValueError, match="empty secret"):
        Secret(command=("true",)).read()


def test_plain_connections_only_on_this_machine() -> None:
    assert Server(host="127.0.0.1", port=143, tls="none").tls == "none"
    with pytest.raises(ValueError, match="this machine only"):
        Server(host="10.0.0.1", port=143, tls="none")


@pytest.mark.parametrize(("line", "name"), [("", "model.json"), ('[files]\nmodel = "learned/own.json"\n', "learned/own.json")])
def test_the_model_lies_beside_the_configuration_and_need_not_be_there(tmp_path: Path, line: str, name: str) -> None:
    path = tmp_path / "mailbot.toml"
    path.write_text(line, encoding="utf-8")
    assert load_settings(path).files.model == tmp_path / name
    assert Settings().files.model is None
