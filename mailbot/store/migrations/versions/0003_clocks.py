"""Every clock of a case as a row, and what the clocks of a case depend on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from mailbot.store.columns import CleanText, Instant, JsonText

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_RUNNING = sa.text("state IN ('running', 'paused')")
_CONSUMER = {"consumer": "yes", "business": "no"}
_BATCH = 500


def upgrade() -> None:
    _columns()
    _clocks()
    conn = op.get_bind()
    conn.execute(sa.text("UPDATE cases SET state_since = COALESCE(closed_at, opened_at)"))
    for case_id, at in _moved_at(conn).items():
        conn.execute(sa.update(_CASES).where(_CASES.c.id == case_id).values(state_since=at))
    for case_id, values in _understood(conn):
        conn.execute(sa.update(_CASES).where(_CASES.c.id == case_id).values(values))


def downgrade() -> None:
    raise NotImplementedError("Restore the backup made before the upgrade.")


def _columns() -> None:
    op.add_column("cases", sa.Column("remedies", JsonText(), nullable=False, server_default="[]"))
    op.add_column("cases", sa.Column("consumer", sa.String(length=8), nullable=False, server_default="unknown"))
    op.add_column("cases", sa.Column("wait_reason", sa.String(length=32), nullable=True))
    op.add_column("cases", sa.Column("wait_until", Instant(length=32), nullable=True))
    op.add_column("cases", sa.Column("cost_bearer", sa.String(length=16), nullable=True))
    op.add_column("cases", sa.Column("warranty_status", sa.String(length=16), nullable=False, server_default="unknown"))
    op.add_column("cases", sa.Column("next_news_by", Instant(length=32), nullable=True))
    op.add_column("cases", sa.Column("holding_on", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    op.add_column("cases", sa.Column("state_since", Instant(length=32), nullable=False, server_default="1970-01-01T00:00:00.000000Z"))


def _clocks() -> None:
    op.create_table(
        "clocks",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("case_id", _BIG, nullable=False),
        sa.Column("opening", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("about", sa.String(length=64), nullable=False, server_default=""),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("started_at", Instant(length=32), nullable=False),
        sa.Column("trigger", sa.String(length=48), nullable=False),
        sa.Column("due_by", Instant(length=32), nullable=False),
        sa.Column("hard_by", Instant(length=32), nullable=True),
        sa.Column("plan_by", Instant(length=32), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("paused_at", Instant(length=32), nullable=True),
        sa.Column("paused_total", _BIG, nullable=False),
        sa.Column("met_at", Instant(length=32), nullable=True),
        sa.Column("stopped_at", Instant(length=32), nullable=True),
        sa.Column("why", CleanText(), nullable=False),
        sa.Column("policy", CleanText(), nullable=False),
        sa.Column("calendar", CleanText(), nullable=False),
        sa.Column("trace", CleanText(), nullable=False),
        sa.CheckConstraint("state IN ('running', 'paused', 'met', 'stopped', 'replaced')", name="ck_clocks_state"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_clocks_case_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_clocks_case_id", "clocks", ["case_id"], unique=False)
    op.create_index("ix_clocks_due_by", "clocks", ["state", "due_by"], unique=False)
    op.create_index(
        "uq_clocks_running",
        "clocks",
        ["case_id", "opening", "rule", "about"],
        unique=True,
        sqlite_where=_RUNNING,
        postgresql_where=_RUNNING,
    )


# as they are at this revision: the tables of the program go on
_CASES = sa.table(
    "cases",
    sa.column("id", sa.Integer()),
    sa.column("remedies", JsonText()),
    sa.column("consumer", sa.String()),
    sa.column("warranty_status", sa.String()),
    sa.column("state_since", Instant()),
)
_EVENTS = sa.table("events", sa.column("id"), sa.column("case_id"), sa.column("at", Instant()), sa.column("data", sa.Text()))
_RECEIVED = sa.table("received", sa.column("id", sa.Integer()), sa.column("case_id"), sa.column("state"), sa.column("read", sa.Text()))


def _moved_at(conn: sa.Connection) -> dict[int, Any]:
    """When each case came into its state: its last event that changed one."""
    rows = conn.execute(sa.select(_EVENTS.c.case_id, _EVENTS.c.at).where(_EVENTS.c.data.like('%"state": {%')).order_by(_EVENTS.c.id))
    return {row.case_id: row.at for row in rows}


def _understood(conn: sa.Connection) -> Iterator[tuple[int, dict[str, Any]]]:
    """What the mail that opened each case said: demands, who writes, and what became of the warranty."""
    first = sa.select(sa.func.min(_RECEIVED.c.id)).where(_RECEIVED.c.case_id.is_not(None), _RECEIVED.c.state == "filed")
    ids = list(conn.execute(first.group_by(_RECEIVED.c.case_id)).scalars())
    for at in range(0, len(ids), _BATCH):
        some = sa.select(_RECEIVED.c.case_id, _RECEIVED.c.read).where(_RECEIVED.c.id.in_(ids[at : at + _BATCH]))
        for case_id, read in conn.execute(some).all():
            understood = (json.loads(read) or {}).get("understanding") if read else None
            if isinstance(understood, dict):
                yield case_id, _values(understood)


def _values(understood: dict[str, Any]) -> dict[str, Any]:
    facts, warranty = understood.get("facts") or {}, understood.get("warranty") or {}
    return {
        "remedies": list(facts.get("remedies") or []),
        "consumer": _CONSUMER.get(facts.get("sender_kind") or "", "unknown"),
        "warranty_status": warranty.get("status") or "unknown",
    }
