"""`mailbot replay`: stored mail by changed rules: what would change is told, nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from mailbot.claims.errors import SetupError
from mailbot.cli.replay import begin
from mailbot.shipped import shipped
from mailbot.store.database import open_database
from mailbot.store.tables import metadata
from tests.cli_values import BROKEN, MONDAY, SHORT, Cli, a_raw_mail, write

NOW = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
MORE = "Ещё раз по тому же: разбито и второе стекло."


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(capsys)


@pytest.fixture
def store(cli: Cli, tmp_path: Path, db_url: str) -> str:
    """Three mails: a broken glass, a letter into its case, a shortage."""
    folder = tmp_path / "mails"
    write(folder, "1.eml", a_raw_mail(BROKEN))
    more = "In-Reply-To: <one@zakaz.example>\n"
    write(folder, "2.eml", a_raw_mail(MORE, message_id="two@zakaz.example", received_at=MONDAY + timedelta(hours=1), more=more))
    write(folder, "3.eml", a_raw_mail(SHORT, subject="Недостача", sender="p@other.example", message_id="three@other.example", received_at=MONDAY + timedelta(hours=2)))
    assert cli("ingest", "--live-since", "2026-01-01", "--database", db_url, folder).code == 0
    return db_url


@contextmanager
def unchanged(url: str) -> Iterator[None]:
    """Every row of every table is the same afterwards."""
    before = everything(url)
    yield
    assert everything(url) == before


def everything(url: str) -> dict[str, list[tuple[object, ...]]]:
    db = open_database(url, read_only=True)
    with db.read() as conn:
        found = {table.name: sorted(map(tuple, conn.execute(select(table))), key=repr) for table in metadata.sorted_tables}
    db.close()
    assert found["received"]
    return found


def test_the_same_rules_change_nothing(cli: Cli, store: str) -> None:
    with unchanged(store):
        ran = cli("replay", "--since", "2026-11-01", "--json", "--database", store)
    assert ran.code == 0
    assert (ran.line["mails"], ran.line["changed"], ran.line["sum"]) == (3, 0, {})
    assert ran.line["rules"][0] == ran.line["rules"][1]


def test_a_changed_rule_shows_mail_by_mail_and_in_sum(cli: Cli, store: str, tmp_path: Path) -> None:
    """Damage is switched off: the glass is no longer damage; the shortage stays as it is."""
    rules = write(tmp_path, "new/categories/damage.toml", b'enabled = false\ntitle = { ru = "x" }\n').parent.parent
    with unchanged(store):
        ran = cli("replay", "--since", "2026-11-01", "--rules", rules, "--json", "--database", store)
    assert ran.code == 0
    *mails, total = ran.lines
    changed = {mail["mail"]: mail["changes"] for mail in mails}
    assert changed[1]["category"]["before"] == "damage" != changed[1]["category"]["after"]
    assert 3 not in changed
    number = mails[0]["case"]
    assert number in {"2026-0001", "2026-0002"}  # two children: the shortage may be filed first
    assert (total["mails"], total["changed"]) == (3, len(mails))
    assert sum(total["sum"]["category"].values()) == sum("category" in one for one in changed.values())
    assert total["rules"][0] != total["rules"][1]
    page = cli("replay", "--since", "2026-11-01", "--rules", rules, "--database", store).out.splitlines()
    assert page[0].startswith(f"mail 1 (case {number}, Бой стекла): category damage → ")
    assert page[-1] == "Nothing was written or sent."


def test_only_since(cli: Cli, store: str) -> None:
    since = (MONDAY + timedelta(hours=2)).isoformat()
    assert cli("replay", "--since", since, "--json", "--database", store).line["mails"] == 1


def test_broken_rules_and_absent_files_are_named(cli: Cli, store: str, tmp_path: Path) -> None:
    rules = write(tmp_path, "bad/categories/damage.toml", b'title = { ru = "x" }\n[ru]\nS = ["..."]\n').parent.parent
    ran = cli("replay", "--rules", rules, "--database", store)
    assert (ran.code, ran.out) == (2, "")
    assert f"{rules}/categories/damage.toml:3" in ran.err
    assert cli("replay", "--rules", tmp_path / "absent", "--database", store).code == 2
    assert cli("replay", "--model", tmp_path / "absent.json", "--database", store).code == 2
    assert cli("replay", "--database", tmp_path / "absent.db").code == 2
    assert shipped("rules").is_dir()


@pytest.mark.parametrize(
    ("text", "at"),
    [("30d", NOW - timedelta(days=30)), ("12h", NOW - timedelta(hours=12)), ("2w", NOW - timedelta(days=14)), ("2026-11-01T00:00:00+03:00", datetime(2026, 10, 31, 21, tzinfo=UTC))],
)
def test_since(text: str, at: datetime) -> None:
    assert begin(text, ZoneInfo("Europe/Moscow"), NOW) == at


@pytest.mark.parametrize("text", ["30", "soon", "10000w", "d"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(SetupError):
        begin(text, ZoneInfo("Europe/Moscow"), NOW)
