"""Commands by mail: what was asked for, and the cases that a letter listed."""

import sqlalchemy as sa
from alembic import op

import mailbot.store.columns

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "commands",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("content_key", sa.String(length=64), nullable=False),
        sa.Column("received_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("at", mailbot.store.columns.Instant(length=32), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("why", mailbot.store.columns.CleanText(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("changes", mailbot.store.columns.JsonText(), nullable=False),
        sa.Column("undone_at", mailbot.store.columns.Instant(length=32), nullable=True),
        sa.CheckConstraint("outcome IN ('done', 'not_done', 'refused')", name="ck_commands_outcome"),
        sa.ForeignKeyConstraint(["received_id"], ["received.id"], name="fk_commands_received_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_commands_case_id"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("content_key", name="uq_commands_content_key"),
    )
    op.create_index("ix_commands_person", "commands", ["person", "at"], unique=False)
    op.create_table(
        "listed",
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("message_id", "number"),
    )


def downgrade() -> None:
    raise NotImplementedError("Restore the backup made before the upgrade.")
