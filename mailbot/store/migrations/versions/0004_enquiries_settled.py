"""Enquiries that a person has dealt with."""

import sqlalchemy as sa
from alembic import op

import mailbot.store.columns

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("received", sa.Column("settled_at", mailbot.store.columns.Instant(length=32), nullable=True))
    op.add_column("received", sa.Column("settled_by", sa.String(length=64), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("Restore the backup made before the upgrade.")
