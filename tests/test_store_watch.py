"""The database away, or its clock another: the operator hears, once an hour. A clock that jumped is read a second time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from mailbot.claims.delivery import Outcome, Sent
from mailbot.config import load_settings
from mailbot.jobs import store_watch
from mailbot.jobs.desk_keys import keys_for
from mailbot.jobs.policy_of import lay_ground
from mailbot.jobs.send_outbox import Post
from mailbot.jobs.steady_clock import SteadyClock
from mailbot.jobs.store_watch import StoreWatch
from mailbot.jobs.writing_desk import set_up_desk
from mailbot.store.database import Database, open_database
from mailbot.store.migrate import migrate
from tests.proxy import TcpProxy
from tests.store_fixtures import free_port
from tests.test_config import GOOD

START = datetime(2026, 11, 23, 7, tzinfo=UTC)


class Letterbox:
    """Takes letters in place of a mail server; the database is what is away here."""

    def __init__(self) -> None:
        self.letters: list[bytes] = []

    async def send_all(self, letters: Sequence[object]) -> AsyncIterator[tuple[object, Outcome]]:
        for letter in letters:
            self.letters.append(letter.raw)  # type: ignore[attr-defined]
            yield letter, Sent("250 ok")


@pytest.fixture
def watching(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[StoreWatch, Letterbox]:
    monkeypatch.setenv("MAILBOT_IMAP_PASSWORD", "x")
    (tmp_path / "mailbot.toml").write_text(GOOD, encoding="utf-8")
    settings = load_settings(tmp_path / "mailbot.toml")
    db = open_database(settings.database)
    migrate(db, START)
    ground, letterbox = lay_ground(settings, START), Letterbox()
    desk = set_up_desk(ground, keys_for(db, settings, START))
    db.close()
    return StoreWatch(desk, ground, Post({"": letterbox}, timedelta(seconds=1))), letterbox  # type: ignore[dict-item]


def test_a_database_that_is_away(watching: tuple[StoreWatch, Letterbox]) -> None:
    watch, letterbox = watching
    away = open_database(f"postgresql://nobody@127.0.0.1:{free_port()}/none")
    for minutes, letters in ((0, 0), (4, 0), (5, 1), (30, 1), (64, 1), (65, 2)):
        asyncio.run(watch.look(away, after(minutes)))
        assert len(letterbox.letters) == letters, minutes
    away.close()
    mail = message_from_bytes(letterbox.letters[0], policy=policy.default)
    assert mail["To"].addresses[0].addr_spec == "op@x.example"


def after(minutes: int, start: datetime = START) -> Callable[[], datetime]:
    return lambda: start + timedelta(minutes=minutes)


@pytest.mark.alone
@pytest.mark.postgres
def test_a_database_that_says_nothing(
    watching: tuple[StoreWatch, Letterbox], migrated_postgres: str, postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Connected, and silent: the loop that sends and ends the daemon does not wait with it, and it is asked once only."""
    watch, letterbox = watching
    monkeypatch.setattr(store_watch, "ANSWERS_WITHIN", 0.2)
    real, asked = store_watch._skew, []

    def skew(db: Database, clock: Callable[[], datetime]) -> timedelta:
        asked.append(db)
        return real(db, clock)

    monkeypatch.setattr(store_watch, "_skew", skew)
    server, _, port = postgres.rpartition(":")

    async def look(line: TcpProxy) -> None:
        db = open_database(f"{server}:{line.port}/{migrated_postgres}")
        begun = datetime.now(UTC)  # not START: the file is read minutes before, and the server's clock is asked here
        await watch.look(db, after(0, begun))
        assert not letterbox.letters
        line.silence()
        for minutes in (0, 4, 5, 6):
            await watch.look(db, after(minutes, begun))
        assert len(letterbox.letters) == 1
        assert len(asked) == 2, "before the silence, and once in it"
        line.heal()
        while watch.away_since:
            await watch.look(db, after(7, begun))
        db.close()

    with TcpProxy(int(port)) as line:
        asyncio.run(look(line))


def test_it_comes_back(watching: tuple[StoreWatch, Letterbox], tmp_path: Path) -> None:
    watch, letterbox = watching
    db = open_database(f"sqlite:///{tmp_path}/mailbot.db")
    watch.away_since = START
    asyncio.run(watch.look(db, lambda: START + timedelta(minutes=9)))
    assert watch.away_since is None
    assert not letterbox.letters
    db.close()


def test_another_clock(watching: tuple[StoreWatch, Letterbox], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watch, letterbox = watching
    db = open_database(f"sqlite:///{tmp_path}/mailbot.db")
    for skew, letters in ((30, 0), (31, 1), (40, 1)):
        monkeypatch.setattr(store_watch, "clock_of", lambda _db, now, skew=skew: now + timedelta(seconds=skew))
        asyncio.run(watch.look(db, lambda: START))
        assert len(letterbox.letters) == letters
    db.close()


@pytest.mark.parametrize(("wall", "reads_on"), [(30, True), (630, True), (631, False), (-570, True), (-571, False), (86_400, False)])
def test_a_jump_is_read_twice_and_said_once(wall: int, reads_on: bool, caplog: pytest.LogCaptureFixture) -> None:
    steady = SteadyClock()
    assert steady.reads_on("watch", START, 1000.0)
    assert steady.reads_on("escalations", START, 1000.0)
    assert steady.reads_on("escalations", START + timedelta(seconds=wall), 1030.0) is reads_on
    steady.reads_on("watch", START + timedelta(seconds=wall + 1), 1031.0)
    assert steady.reads_on("escalations", START + timedelta(seconds=wall + 30), 1060.0)
    assert [record.getMessage() for record in caplog.records] == ([] if reads_on else ["clock.jumped"])
    assert steady.reads_on("digests", START + timedelta(days=9), 1060.0), "each job has its own first reading"
