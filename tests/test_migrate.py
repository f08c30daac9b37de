"""A database of an older release comes to this one with values that make sense."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError

from mailbot.store import cases as store
from mailbot.store import migrate as migrating
from mailbot.store import record
from mailbot.store.database import Database, open_database
from mailbot.store.tables import case_marks, cases, clocks
from tests.store_fixtures import NOW

HOUR = timedelta(hours=1)
_READ = {"understanding": {"facts": {"remedies": ["refund"], "sender_kind": "consumer"}, "warranty": {"status": "expired"}}}


@pytest.fixture
def old(db_url: str) -> Iterator[Database]:
    """A database as release 0002 left it, with three cases."""
    db = open_database(db_url)
    with db.engine.connect() as conn:
        if db.dialect == "sqlite":
            conn.exec_driver_sql("PRAGMA foreign_keys=OFF")
            conn.rollback()
        with conn.begin():
            config = migrating._config()
            config.attributes["connection"] = conn
            command.upgrade(config, "0002")
            for number, state in ((1, "registered"), (2, "review"), (3, "closed")):
                _case(conn, number, state, db.dialect)
    yield db
    db.close()


def _case(conn: Connection, number: int, state: str, dialect: str) -> None:
    at = _shown(NOW, dialect)
    row: dict[str, Any] = {
        "number": f"2026-000{number}", "state": state, "kind": "claim", "history": False, "opening_key": f"k{number}", "customer": "a@b.example",
        "customer_key": "a@b.example", "customer_name": "", "subject": "", "subject_key": "", "language": "ru", "secondary": "[]", "confidence": 90,
        "urgency": "normal", "safety": False, "legal_threat": False, "orders": "[]", "product": "", "missing": "[]", "flags": "{}",
        "received_at": at, "received_at_basis": "now", "opened_at": at, "last_mail_at": at, "openings": 1,
        "closed_at": _shown(NOW + 5 * HOUR, dialect) if state == "closed" else None,
    }  # fmt: skip
    names = ", ".join(row)
    conn.execute(text(f"INSERT INTO cases ({names}) VALUES ({', '.join(':' + name for name in row)})"), row)
    conn.execute(text("INSERT INTO raw_mails (sha256, size, compressed) VALUES (:s, 1, :c)"), {"s": f"s{number}", "c": b"x"})
    mail = {
        "source_key": f"x{number}",
        "raw_sha256": f"s{number}",
        "case_id": number,
        "read": json.dumps(_READ) if number == 2 else None,
        "at": at,
    }
    conn.execute(
        text(
            "INSERT INTO received (source_key, raw_sha256, truncated, received_at, received_at_basis, history, hold_letters, stored_at, state,"
            " attempts, fence, kind, outcome, case_id, read, server_done) VALUES"
            " (:source_key, :raw_sha256, false, :at, 'now', false, false, :at, 'filed', 1, 1, 'claim', 'opened', :case_id, :read, true)"
        ),
        mail,
    )
    if state == "review":
        data = json.dumps({"state": {"old": "registered", "new": "review"}})
        event = {"case_id": number, "at": _shown(NOW + HOUR, dialect), "data": data}
        conn.execute(
            text("INSERT INTO events (case_id, at, actor, what, why, data) VALUES (:case_id, :at, 'anna', 'review', '', :data)"), event
        )


def _shown(at: Any, dialect: str) -> Any:
    return at if dialect == "postgresql" else at.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def test_clocks_come_to_a_database_without_them(old: Database) -> None:
    assert migrating.schema_state(old) == "older"
    migrating.migrate(old, NOW)
    assert migrating.schema_state(old) == "current"
    with old.read() as conn:
        columns = (cases.c.state, cases.c.state_since, cases.c.remedies, cases.c.consumer, cases.c.warranty_status, cases.c.holding_on)
        rows = [tuple(row) for row in conn.execute(select(*columns).order_by(cases.c.id))]
        assert conn.execute(select(clocks.c.id)).all() == []
    assert rows == [
        ("registered", NOW, [], "unknown", "unknown", False),
        ("review", NOW + HOUR, ["refund"], "yes", "expired", False),
        ("closed", NOW + 5 * HOUR, [], "unknown", "unknown", False),
    ]
    old.close()


def test_open_cases_are_known_by_their_serials_and_orders(old: Database) -> None:
    facts = {"serials": [{"value": "LK2-0047"}], "orders": [{"value": "4512"}, {"value": "12"}, {"value": "4512"}]}
    with old.engine.begin() as conn:
        query = text("UPDATE received SET \"read\" = :read, relation = 'customer'")
        conn.execute(query, {"read": json.dumps({"understanding": {"facts": facts}})})
    migrating.migrate(old, NOW)
    with old.read() as conn:
        rows = [
            tuple(row)
            for row in conn.execute(select(case_marks.c.case_id, case_marks.c.mark).order_by(case_marks.c.case_id, case_marks.c.mark))
        ]
    assert rows == [(1, "order:4512"), (1, "serial:lk20047"), (2, "order:4512"), (2, "serial:lk20047")], "the third is closed"
    old.close()


def test_the_record_of_an_older_release_is_chained_and_goes_on(old: Database) -> None:
    with old.write() as conn:
        for n in range(1_500):
            row = {"case_id": 1 + n % 3, "at": _shown(NOW + n * timedelta(seconds=1, microseconds=1), old.dialect), "data": json.dumps({"б": [n, 0.1]})}
            conn.execute(text("INSERT INTO events (case_id, at, actor, what, why, data) VALUES (:case_id, :at, 'anna', 'note', 'что-то \\', :data)"), row)
    migrating.migrate(old, NOW)
    with old.write() as conn:
        for number in (1, 2, 3):
            store.event(conn, number, NOW, "anna", "note", "after")
    with old.read() as conn:
        looked = record.look_at_all(conn)
    assert (looked.cases, looked.events, looked.breaks) == (3, 1_504, ())
    with pytest.raises(DBAPIError, match="append-only"), old.write() as conn:
        conn.execute(text("UPDATE events SET hash = ''"))
