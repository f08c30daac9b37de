"""Events are chained by hashes, case by case, and the end of each chain is kept; the chains of older events begin here."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC
from typing import Any

import sqlalchemy as sa
from alembic import op

import mailbot.store.columns

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = mailbot.store.columns.Instant(length=32)
_AT_ONCE = 1_000
_EVENTS = sa.table(
    "events", sa.column("id"), sa.column("case_id"), sa.column("at", _INSTANT), sa.column("actor"), sa.column("what"), sa.column("why"),
    sa.column("received_id"), sa.column("data", mailbot.store.columns.JsonText()), sa.column("hash"),
)  # fmt: skip


def upgrade() -> None:
    op.add_column("events", sa.Column("hash", sa.String(length=64), nullable=False, server_default=""))
    records = op.create_table(
        "records",
        sa.Column("case_id", _BIG, autoincrement=False, nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("last_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_records_case_id"),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_index("ix_records_last_at", "records", ["last_at"], unique=False)
    op.create_index("ix_cases_opened_at", "cases", ["opened_at"], unique=False)
    conn = op.get_bind()
    _allow_changes()
    ends: dict[int, dict[str, Any]] = {}
    for rows in _parts(conn):
        hashes = []
        for row in rows:
            end = ends.setdefault(row.case_id, {"case_id": row.case_id, "events": 0, "hash": "", "last_at": row.at})
            end |= {"events": end["events"] + 1, "hash": _chained(end["hash"], row), "last_at": row.at}
            hashes.append({"number": row.id, "chained": end["hash"]})
        conn.execute(sa.update(_EVENTS).where(_EVENTS.c.id == sa.bindparam("number")).values(hash=sa.bindparam("chained")), hashes)
    if ends:
        conn.execute(records.insert(), list(ends.values()))
    _refuse_changes()


def _parts(conn: sa.Connection) -> Iterator[list[Any]]:
    """The events in the order in which they were written, some at a time."""
    last = 0
    while rows := list(conn.execute(sa.select(_EVENTS).where(_EVENTS.c.id > last).order_by(_EVENTS.c.id).limit(_AT_ONCE))):
        yield rows
        last = rows[-1].id


def _chained(before: str, row: Any) -> str:
    """As `store.record.chained`."""
    at = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    content = [before, row.case_id, at, row.actor, row.what, row.why, row.received_id, row.data]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _allow_changes() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE events DISABLE TRIGGER tr_events_append_only")
        return
    for action in ("update", "delete"):
        op.execute(f"DROP TRIGGER tr_events_no_{action}")


def _refuse_changes() -> None:
    """As the first tables had it."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE events ENABLE TRIGGER tr_events_append_only")
        return
    for action in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER tr_events_no_{action.lower()} BEFORE {action} ON events "
            "BEGIN SELECT RAISE(ABORT, 'events are append-only'); END"
        )


def downgrade() -> None:
    raise NotImplementedError("Restore the backup made before the upgrade.")
