"""By what a case is known on another road; the open cases of older releases by their orders and serials."""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT_ONCE = 500


def upgrade() -> None:
    table = op.create_table(
        "case_marks",
        sa.Column("case_id", _BIG, nullable=False),
        sa.Column("mark", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_case_marks_case_id"),
        sa.PrimaryKeyConstraint("case_id", "mark"),
    )
    op.create_index("ix_case_marks_mark", "case_marks", ["mark", "case_id"], unique=False)
    conn, last = op.get_bind(), 0
    while rows := _after(conn, last):
        last = rows[-1][0]
        marks = sorted({(case_id, mark) for _, case_id, read in rows for mark in _marks(read)} - _kept(conn, table, rows))
        if marks:
            conn.execute(table.insert(), [{"case_id": case_id, "mark": mark} for case_id, mark in marks])


def _after(conn: sa.Connection, last: int) -> list[Any]:
    query = sa.text(
        'SELECT received.id, received.case_id, received."read" FROM received JOIN cases ON cases.id = received.case_id'
        " WHERE received.id > :last AND cases.state NOT IN ('closed', 'not_claim') AND received.relation = 'customer'"
        " ORDER BY received.id LIMIT :most"
    )
    return list(conn.execute(query, {"last": last, "most": _AT_ONCE}))


def _kept(conn: sa.Connection, table: sa.Table, rows: list[Any]) -> set[tuple[int, str]]:
    query = sa.select(table.c.case_id, table.c.mark).where(table.c.case_id.in_({row[1] for row in rows}))
    return {(case_id, mark) for case_id, mark in conn.execute(query)}


def _marks(read: str | None) -> Iterator[str]:
    said = json.loads(read) if read else None
    facts = ((said or {}).get("understanding") or {}).get("facts") or {}
    for kind, name in (("serial", "serials"), ("order", "orders")):
        for fact in facts.get(name) or []:
            value = "".join(sign for sign in str(fact.get("value", "")).casefold() if sign.isalnum())
            if 4 <= len(value) <= 80:
                yield f"{kind}:{value}"


def downgrade() -> None:
    raise NotImplementedError("Restore the backup made before the upgrade.")
