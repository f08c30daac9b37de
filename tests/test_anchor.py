"""The anchor of the record stands outside the database: whoever rewrites a whole chain, so that the chain itself fits, is found out."""

from __future__ import annotations

import io
import json
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from mailbot import maillog
from mailbot.jobs.watch import WatchState, watch
from mailbot.jobs.write_weekly import write_weekly
from mailbot.store import record
from mailbot.store.anchor import Anchor, cast_anchor, continued, read_anchor
from mailbot.store.database import Database, open_database
from mailbot.store.tables import events
from tests.cli_values import Cli
from tests.desk_values import a_desk, a_ground, file_claims, letters, moscow, read_letter, send_all
from tests.store_fixtures import NOW
from tests.store_values import a_case
from tests.test_record import HOUR, by_hand, event_ids, note

DAY = timedelta(days=1)


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(capsys)


@pytest.fixture
def two(db: Database) -> tuple[int, int]:
    """Two cases of four events each, one after the other in turn."""
    both = (a_case(db, "k1"), a_case(db, "k2"))
    for n in range(3):
        for case_id in both:
            with db.write() as conn:
                note(conn, case_id, f"note {n}", NOW + n * HOUR)
    return both


def faults(db: Database, anchor: Anchor) -> tuple[str, ...]:
    with db.read() as conn:
        return continued(conn, anchor).faults


def whole(db: Database) -> bool:
    """What the chains alone say."""
    with db.read() as conn:
        return not record.look_at_all(conn).breaks


def recount(db: Database, case_id: int) -> None:
    """Every hash of a case anew, with the program's own arithmetic, and the end of its record with them."""
    with db.read() as conn:
        rows = list(conn.execute(select(events).where(events.c.case_id == case_id).order_by(events.c.id)).mappings())
    before, statements = "", []
    for row in rows:
        before = record.chained(before, row)
        statements.append(f"UPDATE events SET hash = '{before}' WHERE id = {row['id']}")
    by_hand(db, *statements) if db.dialect == "postgresql" else _again(db, statements)
    with db.write() as conn:
        conn.execute(text("UPDATE records SET events = :n, hash = :h WHERE case_id = :c"), {"n": len(rows), "h": before, "c": case_id})


def _again(db: Database, statements: list[str]) -> None:
    """The refusal of the database is off already."""
    with db.write() as conn:
        for statement in statements:
            conn.execute(text(statement))


def changed(db: Database, one: int, _: int) -> None:
    by_hand(db, f"UPDATE events SET why = 'nothing happened' WHERE id = {event_ids(db, one)[0]}")
    recount(db, one)


def cut_off(db: Database, one: int, _: int) -> None:
    by_hand(db, f"DELETE FROM events WHERE id = {event_ids(db, one)[3]}")
    recount(db, one)


def written_in(db: Database, one: int, _: int) -> None:
    """A new event under the number of an old one: the old ones move up behind it."""
    ids = event_ids(db, one)
    copy = f"INSERT INTO events (id, case_id, at, actor, what, why, data) SELECT {ids[3]}, case_id, at, actor, 'closed', why, data FROM events WHERE id = {ids[2]}"
    by_hand(db, f"UPDATE events SET id = 500 WHERE id = {ids[3]}", copy)
    recount(db, one)


def moved(db: Database, one: int, other: int) -> None:
    by_hand(db, f"UPDATE events SET case_id = {other} WHERE id = {event_ids(db, one)[3]}")
    recount(db, one)
    recount(db, other)


def whole_case_gone(db: Database, _: int, other: int) -> None:
    mine = f"WHERE case_id = {other}"
    tables = [f"DELETE FROM {name} {mine}" for name in ("records", "case_marks", "clocks")]
    by_hand(db, f"DELETE FROM events {mine}", *tables)
    with db.write() as conn:
        if db.dialect == "sqlite":
            conn.execute(text(f"UPDATE received SET case_id = NULL {mine}"))
        conn.execute(text(f"DELETE FROM cases WHERE id = {other}"))


def numbers_exchanged(db: Database, one: int, other: int) -> None:
    """The chain is over the row's own number, which nobody outside knows: the numbers in the letters change hands."""
    with db.write() as conn:
        for case_id, number in ((one, "x"), (other, "2026-0001"), (one, "2026-0002")):
            conn.execute(text("UPDATE cases SET number = :n WHERE id = :c"), {"n": number, "c": case_id})


HANDS: Mapping[str, Callable[[Database, int, int], None]] = {
    "an event changed": changed, "the last cut off": cut_off, "one written in": written_in, "one given to another case": moved,
    "a whole case gone": whole_case_gone, "numbers exchanged": numbers_exchanged,
}  # fmt: skip


@pytest.mark.parametrize("name", HANDS)
def test_what_the_chain_cannot_tell_the_anchor_does(db: Database, two: tuple[int, int], name: str) -> None:
    anchor = cast_anchor(db)
    with db.write() as conn:
        note(conn, two[0], "later", NOW + DAY)
    assert faults(db, anchor) == ()
    HANDS[name](db, *two)
    assert whole(db)  # else the chain had told, and the test shows nothing
    assert len(faults(db, anchor)) == 1
    assert f"up to event {anchor.last} it is not what was anchored" in faults(db, anchor)[0]


def test_work_goes_on_and_every_older_anchor_is_continued(db: Database, two: tuple[int, int]) -> None:
    empty, anchors = Anchor(0, cast_anchor_of_nothing()), []
    for n in range(4):
        anchors.append(cast_anchor(db))
        a_case(db, f"new {n}")
        with db.write() as conn:
            note(conn, two[n % 2], f"later {n}", NOW + DAY)
    assert len({str(one) for one in anchors}) == 4
    assert [faults(db, one) for one in (empty, *anchors, cast_anchor(db))] == [()] * 6


def cast_anchor_of_nothing() -> str:
    return "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_a_break_of_the_chain_after_the_anchor_is_told_too(db: Database, two: tuple[int, int]) -> None:
    anchor = cast_anchor(db)
    with db.write() as conn:
        note(conn, two[0], "later", NOW + DAY)
    by_hand(db, f"UPDATE events SET why = 'x' WHERE id = {event_ids(db, two[0])[-1]}")
    assert ["2026-0001" in one for one in faults(db, anchor)] == [True]


def test_an_older_backup_is_found_out(tmp_path: Path, sqlite_db: Database) -> None:
    case_id = a_case(sqlite_db, "k1")
    file = Path(str(sqlite_db.engine.url.database))
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(tmp_path / "backup.db")) as copy:
        source.backup(copy)
    with sqlite_db.write() as conn:
        note(conn, case_id)
    anchor = cast_anchor(sqlite_db)
    backup = open_database(f"sqlite:///{tmp_path / 'backup.db'}")
    assert whole(backup)
    assert "the later ones are missing" in faults(backup, anchor)[0]
    backup.close()


def test_an_event_that_is_being_written_is_waited_for(db: Database, two: tuple[int, int]) -> None:
    """PostgreSQL has numbered it, and commits it after one with a higher number: the anchor must not pass it over."""
    begun, cast = threading.Event(), []

    def slow() -> None:
        with db.write() as conn:
            note(conn, two[0], "slow")
            begun.set()
            time.sleep(0.7)

    writer = threading.Thread(target=slow)
    writer.start()
    begun.wait(10)
    if db.dialect == "postgresql":  # SQLite lets one write at a time
        with db.write() as conn:
            note(conn, two[1], "quick")
    cast.append(cast_anchor(db))
    writer.join()
    assert faults(db, cast[0]) == ()
    assert faults(db, cast_anchor(db)) == ()


def body_of(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_the_weekly_letter_and_the_log_carry_it(db: Database, db_url: str, cli: Cli) -> None:
    ground = a_ground()
    file_claims(db, ground, 3)
    send_all(db, NOW + timedelta(seconds=30))
    today = cli("case", "verify", "--database", db_url)
    log = io.StringIO()
    maillog.start("json", stream=log)
    assert write_weekly(db, ground, a_desk(ground), moscow(11, 30, 9)) == 1
    head, said = read_letter(letters(db, "weekly")[0])
    anchor = next(line for line in said.splitlines() if read_anchor(line) is not None)
    assert (today.code, today.out.strip()) == (0, anchor)
    assert anchor in body_of(head, "html")
    state = WatchState()
    for hours in (0, 1, 23, 25):
        watch(db, ground, a_desk(ground), state, moscow(12, 1, 9) + hours * HOUR)
    logged = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [one["anchor"] for one in logged if one["event"] == "record.anchored"] == [anchor] * 3  # the weekly letter's, and one a day
    file_claims(db, ground, 1, NOW + DAY)
    found = cli("case", "verify", *anchor[:40].split(), anchor[40:], "--database", db_url)  # a line that a mail program broke
    assert found.code == 0
    assert "continues the anchor" in found.out
    (case_id,) = {row["case_id"] for row in _events(db) if row["id"] == 1}
    changed(db, case_id, 0)
    found = cli("case", "verify", anchor, "--database", db_url)
    assert (found.code, "FAULT the record does not continue the anchor" in found.out) == (1, True)
    line = cli("case", "verify", anchor, "--database", db_url, "--json").line
    assert (line["continues"], len(line["faults"])) == (False, 1)


def _events(db: Database) -> list[Any]:
    with db.read() as conn:
        return list(conn.execute(select(events)).mappings())


@pytest.mark.parametrize("wrong", ["12-abc", "x", "12", "12-" + "g" * 64, "1" * 30 + "-" + "a" * 64])
def test_no_anchor(cli: Cli, sqlite_db: Database, wrong: str) -> None:
    found = cli("case", "verify", wrong, "--database", f"sqlite:///{sqlite_db.engine.url.database}")
    assert found.code == 2
    assert "Copy it whole" in found.err
