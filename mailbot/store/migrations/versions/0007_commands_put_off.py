"""Commands whose sender nobody could prove when they came, and that are looked at again."""

import sqlalchemy as sa
from alembic import op

import mailbot.store.columns

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("put_off_since", "put_off_until"):
        op.add_column("received", sa.Column(name, mailbot.store.columns.Instant(length=32), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("Restore the backup made before the upgrade.")
