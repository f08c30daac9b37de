"""The record of what happened is append-only and chained: whoever gets round the database's own refusal is found out (reliability.md 5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text

from mailbot.cli import check_servers
from mailbot.jobs.watch import WatchState, watch
from mailbot.store import cases, record
from mailbot.store.database import Connection, Database
from mailbot.store.tables import events
from tests.cli_values import Cli
from tests.desk_values import a_desk, a_ground, letters, read_letter
from tests.store_fixtures import NOW
from tests.store_values import a_case, at_once


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(capsys)


HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def note(conn: Connection, case_id: int, why: str = "позвонила", at: Any = NOW, **data: Any) -> None:
    cases.event(conn, case_id, at, "anna", "note", why, None, data)


def breaks(db: Database) -> list[str]:
    with db.read() as conn:
        return [one.sentence for one in record.look_at_all(conn).breaks]


@pytest.fixture
def two(db: Database) -> tuple[int, int]:
    """Two cases of four events each, one after the other in turn."""
    both = (a_case(db, "k1"), a_case(db, "k2"))
    for n in range(3):
        for case_id in both:
            with db.write() as conn:
                note(conn, case_id, f"note {n}", NOW + n * HOUR, n=n)
    return both


def by_hand(db: Database, *statements: str) -> None:
    """As somebody does it who holds the database: the refusal of the database itself is switched off."""
    if db.dialect == "postgresql":
        off, on = ["ALTER TABLE events DISABLE TRIGGER tr_events_append_only"], ["ALTER TABLE events ENABLE TRIGGER tr_events_append_only"]
    else:
        off, on = ["DROP TRIGGER tr_events_no_update", "DROP TRIGGER tr_events_no_delete"], []
    with db.write() as conn:
        for statement in (*off, *statements, *on):
            conn.execute(text(statement))


def event_ids(db: Database, case_id: int) -> list[int]:
    with db.read() as conn:
        return list(conn.execute(select(events.c.id).where(events.c.case_id == case_id).order_by(events.c.id)).scalars())


ODD: dict[str, dict[str, Any]] = {
    "what PostgreSQL does not take": {"why": "a\0b\ud800", "x": "c\0\udfff", "y": r"\u0000"},
    "numbers": {"a": 1.1, "b": -0.0, "c": 1e22, "d": 12345678901234567890, "e": True, "f": None},
    "order and depth": {"b": {"z": [1, {"y": 2, "a": ["я", ""]}], "a": 1}, "a": []},
    "keys that are no text": {"x": {1: "a", 2: "b"}},
    "another zone": {"at": NOW.astimezone(ZoneInfo("Asia/Tokyo")) + timedelta(microseconds=7)},
}


@pytest.mark.parametrize("odd", ODD)
def test_whatever_is_written_the_record_is_whole(db: Database, odd: str) -> None:
    case_id = a_case(db)
    for _ in range(2):
        with db.write() as conn:
            note(conn, case_id, **ODD[odd])
            cases.change(conn, case_id, {"subject": "x\0y"}, at=NOW, actor="an\0na", what="changed", why="")
    with db.read() as conn:
        looked = record.look_at_all(conn)
    assert (looked.cases, looked.events, looked.breaks) == (1, 5, ())


HANDS: dict[str, Callable[[list[int], list[int]], tuple[str, ...]]] = {
    "a word changed": lambda one, _: (f"UPDATE events SET why = 'nothing' WHERE id = {one[1]}",),
    "the first changed": lambda one, _: (f"UPDATE events SET actor = 'boris' WHERE id = {one[0]}",),
    "the last changed": lambda one, _: (f"UPDATE events SET what = 'closed' WHERE id = {one[3]}",),
    "data changed": lambda one, _: (f"""UPDATE events SET data = '{{"n": 7}}' WHERE id = {one[2]}""",),
    "a date changed": lambda one, _: (f"UPDATE events SET at = (SELECT at FROM events WHERE id = {one[1]}) WHERE id = {one[2]}",),
    "one removed": lambda one, _: (f"DELETE FROM events WHERE id = {one[1]}",),
    "the first removed": lambda one, _: (f"DELETE FROM events WHERE id = {one[0]}",),
    "the last removed": lambda one, _: (f"DELETE FROM events WHERE id = {one[3]}",),
    "the last two removed": lambda one, _: (f"DELETE FROM events WHERE id IN ({one[2]}, {one[3]})",),
    "all removed": lambda one, _: (f"DELETE FROM events WHERE id IN ({', '.join(map(str, one))})",),
    "the last removed, the end of the record mended": lambda one, _: (
        f"DELETE FROM events WHERE id = {one[3]}",
        f"UPDATE records SET hash = (SELECT hash FROM events WHERE id = {one[2]}) WHERE case_id = (SELECT case_id FROM events WHERE id = {one[2]})",
    ),
    "all removed, and the end of the record": lambda one, _: (
        f"DELETE FROM records WHERE case_id = (SELECT case_id FROM events WHERE id = {one[0]})",
        f"DELETE FROM events WHERE id IN ({', '.join(map(str, one))})",
    ),
    "one written in": lambda one, _: (
        f"INSERT INTO events (case_id, at, actor, what, why, data) SELECT case_id, at, actor, what, why, data FROM events WHERE id = {one[1]}",
    ),
    "one given to another case": lambda one, other: (
        f"UPDATE events SET case_id = (SELECT case_id FROM events WHERE id = {other[0]}) WHERE id = {one[3]}",
    ),
    "two changed about": lambda one, _: (
        f"UPDATE events SET id = 1000 WHERE id = {one[1]}", f"UPDATE events SET id = {one[1]} WHERE id = {one[2]}",
        f"UPDATE events SET id = {one[2]} WHERE id = 1000",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HANDS)
def test_a_hand_in_the_database_is_found_out(db: Database, two: tuple[int, int], name: str) -> None:
    assert breaks(db) == []
    by_hand(db, *HANDS[name](event_ids(db, two[0]), event_ids(db, two[1])))
    found = breaks(db)
    assert "2026-0001" in found[0], found
    assert len(found) == (2 if name == "one given to another case" else 1)
    with db.read() as conn:
        assert record.look_at(conn, "2026-0001").breaks
        assert bool(record.look_at(conn, "2026-0002").breaks) == (len(found) == 2)


def test_which_event_does_not_fit(db: Database, two: tuple[int, int]) -> None:
    ids = event_ids(db, two[0])
    by_hand(db, f"UPDATE events SET why = 'nothing' WHERE id = {ids[2]}")
    assert breaks(db) == [f"2026-0001, event {ids[2]}: it was changed, or the one before it was changed or removed"]


@pytest.mark.parametrize("n", [1, 3])
def test_a_changed_event_cannot_be_given_a_hash_of_its_own(db: Database, two: tuple[int, int], n: int) -> None:
    """Even with the program's own arithmetic: the next one, or the kept end, no longer fits."""
    with db.read() as conn:
        rows = list(conn.execute(select(events).where(events.c.case_id == two[0]).order_by(events.c.id)).mappings())
    forged = record.chained(rows[n - 1]["hash"], {**rows[n], "why": "nothing"})
    by_hand(db, f"UPDATE events SET why = 'nothing', hash = '{forged}' WHERE id = {rows[n]['id']}")
    assert len(breaks(db)) == 1


def test_several_write_into_one_case_at_once(db: Database, db_url: str) -> None:
    case_id, other = a_case(db, "k1"), a_case(db, "k2")

    def work(conn: Connection, n: int) -> None:
        for step in range(5):
            note(conn, case_id, f"{n} {step}", NOW + n * HOUR)
        note(conn, other)

    at_once(db_url, 6, work)
    assert breaks(db) == []
    assert (len(event_ids(db, case_id)), len(event_ids(db, other))) == (31, 7)


def test_what_is_appended_while_it_is_looked_at_is_no_break(db: Database, two: tuple[int, int]) -> None:
    with db.read() as conn:
        rows = conn.execute(record._query().execution_options(stream_results=True, yield_per=1)).mappings()
        assert next(rows)["number"] == "2026-0001"
        with db.write() as meanwhile:
            note(meanwhile, two[1])
        assert [row["count"] for row in rows][-1] == 4
    assert breaks(db) == []


def test_the_operator_hears(db: Database, two: tuple[int, int]) -> None:
    ground, state = a_ground(), WatchState()

    def wrong(at: datetime, state: WatchState) -> list[str]:
        return [item.detail for item in watch(db, ground, a_desk(ground), state, at) if item.what == "record"]

    assert wrong(NOW + 3 * HOUR, state) == []
    by_hand(db, f"DELETE FROM events WHERE id = {event_ids(db, two[1])[3]}")
    assert wrong(NOW + 3 * HOUR + timedelta(minutes=59), state) == []  # looked at once an hour
    assert wrong(NOW + 4 * HOUR, state) == ["cases: 1 (2026-0002: 3 events where 4 were written: 1 removed)"]
    (said,) = (read_letter(row)[1] for row in letters(db, "alarm") if ":record:" in row.dedupe_key)
    assert "2026-0002" in said
    assert "An entry was changed or removed" in said
    assert wrong(NOW + 5 * DAY, WatchState()) == []  # nothing happened there lately: `mailbot check` looks at all


def test_the_command_line_tells(cli: Cli, db: Database, db_url: str, two: tuple[int, int]) -> None:
    def checked() -> list[str]:
        return [str(said) for said in check_servers.record(db_url).sentences()]

    assert checked() == ["8 events of 2 cases, each as it was written."]
    assert "Events, each as it was written" in cli("case", "show", "2026-0001", "--database", db_url).out
    by_hand(db, f"UPDATE events SET why = 'nothing' WHERE id = {event_ids(db, two[0])[1]}")
    with pytest.raises(ValueError, match=r"in 1 cases is not as it was written\. 2026-0001, event"):
        checked()
    assert "FAULT the record" in cli("case", "show", "2026-0001", "--database", db_url).out
    assert "Events, each as it was written" in cli("case", "show", "2026-0002", "--database", db_url).out
    assert len(cli("case", "show", "2026-0001", "--json", "--database", db_url).line["record"]["breaks"]) == 1
