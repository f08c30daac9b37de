"""Drafts, whose yes they need, and what was asked of departments."""

import sqlalchemy as sa
from alembic import op

import mailbot.store.columns

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _drafts()
    _approvals()
    _requests()


def _drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("case_id", _BIG, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("recipient", mailbot.store.columns.CleanText(), nullable=False),
        sa.Column("letter", mailbot.store.columns.JsonText(), nullable=False),
        sa.Column("thread", mailbot.store.columns.JsonText(), nullable=False),
        sa.Column("enclosures", mailbot.store.columns.JsonText(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("resolution", sa.String(length=32), nullable=False),
        sa.Column("received_id", _BIG, nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("asked", mailbot.store.columns.JsonText(), nullable=False),
        sa.Column("made_at", mailbot.store.columns.Instant(length=32), nullable=False),
        sa.Column("settled_at", mailbot.store.columns.Instant(length=32), nullable=True),
        sa.CheckConstraint("state IN ('draft', 'submitted', 'approved', 'returned', 'sent', 'cancelled')", name="ck_drafts_state"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_drafts_case_id"),
        sa.ForeignKeyConstraint(["received_id"], ["received.id"], name="fk_drafts_received_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_drafts_case_id", "drafts", ["case_id", "state"], unique=False)


def _approvals() -> None:
    op.create_table(
        "approvals",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("draft_id", _BIG, nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=True),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("why", mailbot.store.columns.CleanText(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("asked_at", mailbot.store.columns.Instant(length=32), nullable=False),
        sa.Column("at", mailbot.store.columns.Instant(length=32), nullable=True),
        sa.CheckConstraint("verdict IN ('asked', 'approved', 'returned', 'void')", name="ck_approvals_verdict"),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name="fk_approvals_draft_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_approvals_draft_id", "approvals", ["draft_id"], unique=False)


def _requests() -> None:
    op.create_table(
        "requests",
        sa.Column("id", _BIG, autoincrement=True, nullable=False),
        sa.Column("case_id", _BIG, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("department", sa.String(length=32), nullable=False),
        sa.Column("recipient", mailbot.store.columns.CleanText(), nullable=False),
        sa.Column("question", mailbot.store.columns.CleanText(), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("asked_at", mailbot.store.columns.Instant(length=32), nullable=False),
        sa.Column("due_by", mailbot.store.columns.Instant(length=32), nullable=False),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("answered_at", mailbot.store.columns.Instant(length=32), nullable=True),
        sa.CheckConstraint("kind IN ('memo', 'facts_request')", name="ck_requests_kind"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_requests_case_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_requests_case_id", "requests", ["case_id"], unique=False)
    op.create_index("ix_requests_message_id", "requests", ["message_id"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("Restore the backup made before the upgrade.")
