"""What the daemon asks by the minute is found by an index: no question of its walks all that years have left."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import event

from mailbot.claims.understanding import Understanding
from mailbot.daemon import Parts
from mailbot.jobs.send_outbox import Post
from mailbot.store import listing, marks, outbox, received
from mailbot.store.database import Database
from tests.desk_values import DAY, HOUR, NOW, a_desk, a_ground, file_claims, file_one, send_all
from tests.values import a_mail

_GROWS = ("received", "outbox", "cases", "clocks", "events", "case_marks", "deliveries", "raw_mails", "attachments", "escalated")
_WALKS = re.compile(rf"SCAN (?:{'|'.join(_GROWS)})\b")
_BY_STATE = re.compile(r"INDEX (ix_received_state|ix_outbox_state|ix_cases_state|ix_clocks_due_by) \(state=\?\)")
# the state in which nearly everything is in the end
_IN_THE_END = {"ix_received_state": "filed", "ix_outbox_state": "sent", "ix_cases_state": "closed", "ix_clocks_due_by": "met"}
# The figures of a week, and the anchor of the record once a day, may go through all.
_SELDOM = ("cases.answer_hard_by >= ?", "SELECT cases.number, anon_1.count, events.hash FROM")

Asked = list[tuple[str, Any]]


@contextmanager
def noted(db: Database) -> Iterator[Asked]:
    """Every question that is put to the database meanwhile."""
    found: Asked = []

    def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if not many and statement.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
            found.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def walks(db: Database, asked: Asked) -> list[str]:
    """Those of these questions for which SQLite goes through a whole table, or through all that is in a state nearly everything is in."""
    found: list[str] = []
    with db.read() as conn:
        for statement, parameters in {(text, repr(values)): (text, values) for text, values in asked}.values():
            plan = [row[-1] for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            for line in plan:
                index = _BY_STATE.search(line)
                if _WALKS.match(line) or (index and _IN_THE_END[index[1]] in parameters):
                    found.append(f"{line}: {' '.join(statement.split())}")
    return [one for one in found if not any(seldom in one for seldom in _SELDOM)]


def test_the_ticks_find_what_they_ask_for_by_an_index(sqlite_db: Database) -> None:
    ground = a_ground()
    parts = Parts(ground, sqlite_db, a_desk(ground), Post({}, timedelta(seconds=180)), "test")
    file_claims(sqlite_db, ground, 3)
    with noted(sqlite_db) as asked:
        for day in range(3):
            for tick in parts.ticks().values():
                tick(NOW + day * DAY)
    assert len(asked) > 100
    assert walks(sqlite_db, asked) == []


def test_filing_and_sending_find_what_they_ask_for_by_an_index(sqlite_db: Database) -> None:
    ground = a_ground()
    file_claims(sqlite_db, ground, 2)
    with noted(sqlite_db) as asked:
        file_one(sqlite_db, ground, "new", NOW + HOUR, Understanding(), mail=a_mail(from_="dealer@zakaz.example", subject="Ещё раз"))
        file_one(sqlite_db, ground, "answer", NOW + HOUR, mail=a_mail(in_reply_to="new@zakaz.example", references=("new@zakaz.example",)))
        send_all(sqlite_db, NOW + HOUR)
        with sqlite_db.read() as conn:
            outbox.next_due_at(conn)
            received.waiting(conn)
            listing.daily_sum(conn, NOW, NOW + DAY)
    assert len(asked) > 20
    assert walks(sqlite_db, asked) == []


def test_a_walk_would_be_seen(sqlite_db: Database) -> None:
    with noted(sqlite_db) as asked, sqlite_db.read() as conn:
        conn.exec_driver_sql("SELECT subject FROM received WHERE subject = 'x'")
        conn.exec_driver_sql("SELECT subject FROM received WHERE state = ?", ("filed",))
        conn.exec_driver_sql("SELECT subject FROM received WHERE state = ?", ("new",))
        conn.exec_driver_sql("SELECT subject FROM received WHERE id = 3")
    assert [line.partition(":")[0] for line in walks(sqlite_db, asked)] == ["SCAN received", "SEARCH received USING INDEX ix_received_state (state=?)"]


def steps_of_sharing(db: Database, asked: frozenset[str]) -> int:
    """How many steps of its machine SQLite takes for it, in hundreds."""
    count = 0

    def step() -> int:
        nonlocal count
        count += 1
        return 0

    with db.read() as conn:
        driver: Any = conn.connection.driver_connection
        driver.set_progress_handler(step, 100)
        found = marks.cases_sharing(conn, [asked])
        driver.set_progress_handler(None, 0)
    assert len(found[0]) == 10
    return count


def test_a_letter_that_came_five_thousand_times_costs_no_more_than_one_that_came_fifty_times(sqlite_db: Database) -> None:
    """A dealer's form letter: each of its marks is on thousands of cases, and the newest alone are asked for."""
    rare, often = ([f"text:{name}{n}" for n in range(16)] for name in ("rare", "often"))
    rows = [(case_id, mark) for ids, some in ((range(1, 51), rare), (range(1, 5_001), often)) for mark in some for case_id in ids]
    with contextlib.closing(sqlite3.connect(sqlite_db.engine.url.database or "")) as raw:  # without foreign keys: marks are enough here
        raw.executemany("INSERT INTO case_marks (case_id, mark) VALUES (?, ?)", rows)
        raw.commit()
    assert steps_of_sharing(sqlite_db, frozenset(often)) <= 1.5 * steps_of_sharing(sqlite_db, frozenset(rare))
