"""`mailbot health`: quiet when all is well, and exit 1 with the reason when it is not."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailbot.cli.main import run
from mailbot.store import mailboxes
from mailbot.store.database import open_database
from mailbot.store.migrate import migrate
from tests.test_config import GOOD

NOW = datetime.now(UTC)


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MAILBOT_IMAP_PASSWORD", "x")
    path = tmp_path / "mailbot.toml"
    path.write_text(GOOD, encoding="utf-8")
    db = open_database(f"sqlite:///{tmp_path}/mailbot.db")
    migrate(db, NOW)
    db.close()
    return path


def test_all_is_well(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["health", "--config", str(config)]) == 0
    assert "nothing is wrong" in capsys.readouterr().out


def test_a_mailbox_that_is_away_and_a_mail_that_is_missing(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    db = open_database(f"sqlite:///{config.parent}/mailbot.db")
    with db.write() as conn:
        box = mailboxes.open_mailbox(conn, "claims", "claims@x.example", NOW - timedelta(days=2))
        mailboxes.note_health(conn, "claims", NOW - timedelta(minutes=20), "nobody listens there")
        epoch = mailboxes.open_epoch(conn, box.id, "INBOX", 7, NOW)
        mailboxes.note_shown(conn, epoch, [1], NOW - timedelta(hours=3))
    db.close()
    assert run(["health", "--config", str(config), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["missing"] == 1
    assert [item["what"] for item in told["wrong"]][:1] == ["mailbox_away"]
    assert run(["health", "--config", str(config)]) == 1
    said = capsys.readouterr().out
    assert "FAULT mailbox_away: claims: nobody listens there" in said
    assert "missing 1" in said
