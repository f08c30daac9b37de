"""What the daemon asks by the minute finds its rows by an index, however many years of mail there are."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_NEW = (
    ("received", "case_id", ("case_id", "state", "id")),
    ("received", "stored_at", ("stored_at",)),
    ("received", "filed_at", ("filed_at",)),
    ("received", "mailbox", ("mailbox", "received_at")),
    ("outbox", "queued_at", ("queued_at",)),
    ("outbox", "bounced_at", ("bounced_at",)),
    ("deliveries", "at", ("at",)),
    ("clocks", "case_id", ("case_id", "state")),
    ("events", "what", ("what", "at")),
    ("cases", "received_at", ("received_at",)),
)


def upgrade() -> None:
    for table in ("received", "clocks"):
        op.drop_index(f"ix_{table}_case_id", table_name=table)
    for table, name, columns in _NEW:
        op.create_index(f"ix_{table}_{name}", table, list(columns), unique=False)


def downgrade() -> None:
    raise NotImplementedError("Restore the backup made before the upgrade.")
