"""The first tables."""

import sqlalchemy as sa
from alembic import op

import mailbot.store.columns

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("close_reason", sa.String(length=32), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("history", sa.Boolean(), nullable=False),
        sa.Column("opening_key", sa.String(length=64), nullable=False),
        sa.Column("mailbox", sa.String(length=64), nullable=True),
        sa.Column("customer", mailbot.store.columns.CleanText(), nullable=False),
        sa.Column("customer_key", mailbot.store.columns.CleanText(), nullable=False),
        sa.Column("customer_name", mailbot.store.columns.CleanText(), nullable=False),
        sa.Column("subject", mailbot.store.columns.CleanText(), nullable=False),
        sa.Column("subject_key", mailbot.store.columns.CleanText(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=True),
        sa.Column("secondary", mailbot.store.columns.JsonText(), nullable=False),
        sa.Column("confidence", sa.Integer(), nullable=False),
        sa.Column("urgency", sa.String(length=16), nullable=False),
        sa.Column("safety", sa.Boolean(), nullable=False),
        sa.Column("legal_threat", sa.Boolean(), nullable=False),
        sa.Column("orders", mailbot.store.columns.JsonText(), nullable=False),
        sa.Column("product", mailbot.store.columns.CleanText(), nullable=False),
        sa.Column("missing", mailbot.store.columns.JsonText(), nullable=False),
        sa.Column("assigned_to", sa.String(length=64), nullable=True),
        sa.Column("flags", mailbot.store.columns.JsonText(), nullable=False),
        sa.Column("received_at", mailbot.store.columns.Instant(length=32), nullable=False),
        sa.Column("received_at_basis", sa.String(length=16), nullable=False),
        sa.Column("opened_at", mailbot.store.columns.Instant(length=32), nullable=False),
        sa.Column("last_mail_at", mailbot.store.columns.Instant(length=32), nullable=False),
        sa.Column("acknowledge_by", mailbot.store.columns.Instant(length=32), nullable=True),
        sa.Column("answer_by", mailbot.store.columns.Instant(length=32), nullable=True),
        sa.Column("answer_hard_by", mailbot.store.columns.Instant(length=32), nullable=True),
        sa.Column("acknowledged_at", mailbot.store.columns.Instant(length=32), nullable=True),
        sa.Column("answered_at", mailbot.store.columns.Instant(length=32), nullable=True),
        sa.Column("closed_at", mailbot.store.columns.Instant(length=32), nullable=True),
        sa.Column("openings", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('new', 'triage', 'registered', 'review', 'waiting_customer', 'approval', 'execution', 'awaiting_withdrawal', 'closed', 'not_claim')",
            name="ck_cases_state",
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number", name="uq_cases_number"),
        sa.UniqueConstraint("opening_key", name="uq_cases_opening_key"),
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index("ix_cases_customer_key", ["customer_key"], unique=False)
        batch_op.create_index("ix_cases_state", ["state"], unique=False)

    op.create_table(
        "counters",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=True),
        sa.Column("fence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("leased_until", mailbot.store.columns.Instant(length=32), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "mailboxes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("address", mailbot.store.columns.CleanText(), nullable=False),
        sa.Column("taken_from", mailbot.store.columns.Instant(length=32), nullable=False),
        sa.Column("last_seen_at", mailbot.store.columns.Instant(length=32), nullable=True),
        sa.Column("failing_since", mailbot.store.columns.Instant(length=32), nullable=True),
        sa.Column("failure", mailbot.store.columns.CleanText(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name", name="uq_mailboxes_name"),
    )
    op.create_table(
        "raw_mails",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("compressed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_table(
        "signing_keys",
        sa.Column("id", sa.String(length=8), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", mailbot.store.columns.Instant(length=32), nullable=False),
        sa.Column("retired_at", mailbot.store.columns.Instant(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "epochs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("mailbox_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("folder", mailbot.store.columns.CleanText(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("opened_at", mailbot.store.columns.Instant(length=32), nullable=False),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailboxes.id"], name="fk_epochs_mailbox_id"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("mailbox_id", "folder", "uidvalidity", "generation", name="uq_epochs_place"),
    )
    op.create_table(
        "escalated",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("clock", sa.String(length=32), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("at", mailbot.store.columns.Instant(length=32), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_escalated_case_id"),
        sa.UniqueConstraint("case_id", "clock", "step", "person", name="uq_escalated_step"),
    )
    op.create_table(
        "received",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("source_key", mailbot.store.columns.CleanText(), nullable=False),
        sa.Column("epoch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("uid", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("mailbox", sa.String(length=64), nullable=True),
        sa.Column("raw_sha256", sa.String(length=64), nullable=False),
        sa.Column("truncated", sa.Boolean(), nullable=False),
        sa.Column("received_at", mailbot.store.columns.Instant(length=32), nullable=False),
        sa.Column("received_at_basis", sa.String(length=16), nullable=False),
        sa.Column("history", sa.Boolean(), nullable=False),
        sa.Column("hold_letters", sa.Boolean(), nullable=False),
        sa.Column("stored_at", mailbot.store.columns.Instant(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", mailbot.store.columns.CleanText(), nullable=True),
        sa.Column("owner", sa.String(length=64), nullable=True),
        sa.Column("fence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("leased_until", mailbot.store.columns.Instant(length=32), nullable=True),
        sa.Column("filed_at", mailbot.store.columns.Instant(length=32), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=True),
        sa.Column("kind_reason", mailbot.store.columns.CleanText(), nullable=True),
        sa.Column("topic", sa.String(length=32), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("relation", sa.String(length=16), nullable=True),
        sa.Column("message_id", mailbot.store.columns.CleanText(), nullable=True),
        sa.Column("content_key", sa.String(length=64), nullable=True),
        sa.Column("from_key", mailbot.store.columns.CleanText(), nullable=True),
        sa.Column("subject", mailbot.store.columns.CleanText(), nullable=True),
        sa.Column("sent_at", mailbot.store.columns.Instant(length=32), nullable=True),
        sa.Column("read", mailbot.store.columns.JsonText(), nullable=True),
        sa.Column("decision", mailbot.store.columns.JsonText(), nullable=True),
        sa.Column("server_done", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind IS NULL OR kind IN ('claim', 'triage', 'follow_up', 'withdrawal', 'enquiry', 'command', 'internal', 'auto_reply', 'bounce', 'receipt', 'list', 'spam', 'own', 'staff_reply', 'unreadable')",
            name="ck_received_kind",
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('opened', 'triage', 'joined', 'duplicate', 'noted')", name="ck_received_outcome"
        ),
        sa.CheckConstraint("state <> 'filed' OR (kind IS NOT NULL AND outcome IS NOT NULL)", name="ck_received_filed_has_outcome"),
        sa.CheckConstraint("state IN ('new', 'reading', 'filed')", name="ck_received_state"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_received_case_id"),
        sa.ForeignKeyConstraint(["epoch_id"], ["epochs.id"], name="fk_received_epoch_id"),
        sa.ForeignKeyConstraint(["raw_sha256"], ["raw_mails.sha256"], name="fk_received_raw_sha256"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source_key", name="uq_received_source_key"),
    )
    with op.batch_alter_table("received", schema=None) as batch_op:
        batch_op.create_index("ix_received_case_id", ["case_id"], unique=False)
        batch_op.create_index("ix_received_content_key", ["content_key"], unique=False)
        batch_op.create_index("ix_received_epoch_uid", ["epoch_id", "uid"], unique=False)
        batch_op.create_index("ix_received_from_key", ["from_key"], unique=False)
        batch_op.create_index("ix_received_message_id", ["message_id"], unique=False)
        batch_op.create_index("ix_received_raw_sha256", ["raw_sha256"], unique=False)
        batch_op.create_index("ix_received_state", ["state", "id"], unique=False)

    op.create_table(
        "shown",
        sa.Column("epoch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", mailbot.store.columns.Instant(length=32), nullable=False),
        sa.Column("skipped", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["epoch_id"], ["epochs.id"], name="fk_shown_epoch_id"),
        sa.PrimaryKeyConstraint("epoch_id", "uid"),
    )
    with op.batch_alter_table("shown", schema=None) as batch_op:
        batch_op.create_index("ix_shown_at", ["at"], unique=False)

    op.create_table(
        "attachments",
        sa.Column("received_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", mailbot.store.columns.CleanText(), nullable=True),
        sa.Column("media_type", mailbot.store.columns.CleanText(), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("inline", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["received_id"], ["received.id"], name="fk_attachments_received_id"),
        sa.PrimaryKeyConstraint("received_id", "ordinal"),
    )
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        batch_op.create_index("ix_attachments_sha256", ["sha256"], unique=False)

    op.create_table(
        "corrections",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("received_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", mailbot.store.columns.Instant(length=32), nullable=False),
        sa.Column("person", mailbot.store.columns.CleanText(), nullable=False),
        sa.Column("field", sa.String(length=32), nullable=False),
        sa.Column("old", mailbot.store.columns.CleanText(), nullable=True),
        sa.Column("new", mailbot.store.columns.CleanText(), nullable=True),
        sa.Column("subject", mailbot.store.columns.CleanText(), nullable=False),
        sa.Column("text", mailbot.store.columns.CleanText(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_corrections_case_id"),
        sa.ForeignKeyConstraint(["received_id"], ["received.id"], name="fk_corrections_received_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("corrections", schema=None) as batch_op:
        batch_op.create_index("ix_corrections_case_id", ["case_id"], unique=False)

    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", mailbot.store.columns.Instant(length=32), nullable=False),
        sa.Column("actor", mailbot.store.columns.CleanText(), nullable=False),
        sa.Column("what", sa.String(length=48), nullable=False),
        sa.Column("why", mailbot.store.columns.CleanText(), nullable=False),
        sa.Column("received_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("data", mailbot.store.columns.JsonText(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_events_case_id"),
        sa.ForeignKeyConstraint(["received_id"], ["received.id"], name="fk_events_received_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index("ix_events_case_id", ["case_id", "id"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("dedupe_key", mailbot.store.columns.CleanText(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("received_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("mailbox", sa.String(length=64), nullable=True),
        sa.Column("recipient", mailbot.store.columns.CleanText(), nullable=False),
        sa.Column("recipient_key", mailbot.store.columns.CleanText(), nullable=False),
        sa.Column("domain", mailbot.store.columns.CleanText(), nullable=False),
        sa.Column("envelope_from", mailbot.store.columns.CleanText(), nullable=False),
        sa.Column("message_id", mailbot.store.columns.CleanText(), nullable=False),
        sa.Column("subject", mailbot.store.columns.CleanText(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("neutral", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("queued_at", mailbot.store.columns.Instant(length=32), nullable=False),
        sa.Column("due_by", mailbot.store.columns.Instant(length=32), nullable=True),
        sa.Column("next_attempt_at", mailbot.store.columns.Instant(length=32), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("unknowns", sa.Integer(), nullable=False),
        sa.Column("last_reply", mailbot.store.columns.CleanText(), nullable=True),
        sa.Column("owner", sa.String(length=64), nullable=True),
        sa.Column("fence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("leased_until", mailbot.store.columns.Instant(length=32), nullable=True),
        sa.Column("sent_at", mailbot.store.columns.Instant(length=32), nullable=True),
        sa.Column("bounced_at", mailbot.store.columns.Instant(length=32), nullable=True),
        sa.CheckConstraint("state IN ('held', 'due', 'sending', 'sent', 'unknown', 'refused', 'cancelled')", name="ck_outbox_state"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_outbox_case_id"),
        sa.ForeignKeyConstraint(["received_id"], ["received.id"], name="fk_outbox_received_id"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("dedupe_key", name="uq_outbox_dedupe_key"),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_case_id", ["case_id"], unique=False)
        batch_op.create_index("ix_outbox_message_id", ["message_id"], unique=False)
        batch_op.create_index("ix_outbox_recipient_key", ["recipient_key", "queued_at"], unique=False)
        batch_op.create_index("ix_outbox_sent_at", ["sent_at"], unique=False)
        batch_op.create_index("ix_outbox_state", ["state", "next_attempt_at"], unique=False)

    op.create_table(
        "quarantine",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("received_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", mailbot.store.columns.Instant(length=32), nullable=False),
        sa.Column("why", mailbot.store.columns.CleanText(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'retried', 'dropped')", name="ck_quarantine_state"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_quarantine_case_id"),
        sa.ForeignKeyConstraint(["received_id"], ["received.id"], name="fk_quarantine_received_id"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("received_id", name="uq_quarantine_received_id"),
    )
    op.create_table(
        "received_paths",
        sa.Column("received_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("path", mailbot.store.columns.CleanText(), nullable=False),
        sa.ForeignKeyConstraint(["received_id"], ["received.id"], name="fk_received_paths_received_id"),
        sa.PrimaryKeyConstraint("received_id", "path"),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("outbox_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", mailbot.store.columns.Instant(length=32), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("reply", mailbot.store.columns.CleanText(), nullable=False),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name="fk_deliveries_outbox_id"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index("ix_deliveries_outbox_id", ["outbox_id"], unique=False)
    _append_only()
    _search()


def _append_only() -> None:
    """The database itself refuses to change or remove an event."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION events_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'events are append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER tr_events_append_only BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION events_append_only()"
        )
        return
    for action in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER tr_events_no_{action.lower()} BEFORE {action} ON events "
            "BEGIN SELECT RAISE(ABORT, 'events are append-only'); END"
        )


def _search() -> None:
    """Full text over lemmas we make ourselves, so both databases find the same (decisions.md 8)."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TABLE search (received_id BIGINT CONSTRAINT pk_search PRIMARY KEY, case_id BIGINT, lemmas TEXT NOT NULL, "
            "vector tsvector GENERATED ALWAYS AS (to_tsvector('simple', lemmas)) STORED)"
        )
        op.execute("CREATE INDEX ix_search_vector ON search USING gin (vector)")
        return
    op.execute("CREATE VIRTUAL TABLE search USING fts5(lemmas, case_id UNINDEXED, tokenize = 'unicode61')")


def downgrade() -> None:
    raise NotImplementedError("Restore the backup made before the upgrade.")
