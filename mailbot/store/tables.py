"""The tables. Every constraint is named in full, so that a migration can speak of it."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)

from mailbot.claims.case import State
from mailbot.claims.message import Kind
from mailbot.store.columns import BigId, CleanText, Instant, JsonText, KeyText

metadata = MetaData()

RECEIVED_STATES = ("new", "reading", "filed")
OUTBOX_STATES = ("held", "due", "sending", "sent", "unknown", "refused", "cancelled")
CLOCK_STATES = ("running", "paused", "met", "stopped", "replaced")
EPOCH = "1970-01-01T00:00:00.000000Z"  # a column that always has a value needs one for the rows of an older release
OUTCOMES = ("opened", "triage", "joined", "duplicate", "noted")


def _one_of(table: str, column: str, values: tuple[str, ...], *, nullable: bool = False) -> CheckConstraint:
    allowed = ", ".join(f"'{value}'" for value in values)
    condition = f"{column} IN ({allowed})"
    return CheckConstraint(f"{column} IS NULL OR {condition}" if nullable else condition, name=f"ck_{table}_{column}")


def _id(table: str) -> Column[int]:
    return Column("id", BigId, primary_key=True, autoincrement=True)


def _ref(table: str, column: str, target: str, *, nullable: bool = True) -> Column[int]:
    return Column(column, BigId, ForeignKey(f"{target}.id", name=f"fk_{table}_{column}"), nullable=nullable)


signing_keys = Table(
    "signing_keys",
    metadata,
    Column("id", String(8), primary_key=True),
    Column("secret", LargeBinary, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("retired_at", Instant),
)

counters = Table("counters", metadata, Column("name", String(64), primary_key=True), Column("value", BigId, nullable=False))

mailboxes = Table(
    "mailboxes",
    metadata,
    _id("mailboxes"),
    Column("name", String(64), nullable=False),
    Column("address", CleanText, nullable=False),
    Column("taken_from", Instant, nullable=False),
    Column("last_seen_at", Instant),
    Column("failing_since", Instant),
    Column("failure", CleanText),
    UniqueConstraint("name", name="uq_mailboxes_name"),
)

epochs = Table(
    "epochs",
    metadata,
    _id("epochs"),
    _ref("epochs", "mailbox_id", "mailboxes", nullable=False),
    Column("folder", CleanText, nullable=False),
    Column("uidvalidity", BigId, nullable=False),
    Column("generation", Integer, nullable=False),  # counts up when a restored mailbox reuses its UIDs (reliability.md I12)
    Column("opened_at", Instant, nullable=False),
    UniqueConstraint("mailbox_id", "folder", "uidvalidity", "generation", name="uq_epochs_place"),
)

raw_mails = Table(
    "raw_mails",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", BigId, nullable=False),
    Column("compressed", LargeBinary, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    _id("cases"),
    Column("number", String(16), nullable=False),
    Column("state", String(20), nullable=False),
    Column("close_reason", String(32)),
    Column("kind", String(16), nullable=False),  # claim | triage | internal | unreadable | enquiry: what opened it
    Column("history", Boolean, nullable=False),
    Column("opening_key", String(64), nullable=False),  # content_key of the opening mail
    Column("mailbox", String(64)),
    Column("customer", CleanText, nullable=False),  # address as written, "" when unknown
    Column("customer_key", KeyText, nullable=False),
    Column("customer_name", CleanText, nullable=False),
    Column("subject", CleanText, nullable=False),
    Column("subject_key", CleanText, nullable=False),
    Column("language", String(16), nullable=False),
    Column("category", String(64)),
    Column("secondary", JsonText, nullable=False),
    Column("confidence", Integer, nullable=False),  # percent
    Column("urgency", String(16), nullable=False),
    Column("safety", Boolean, nullable=False),
    Column("legal_threat", Boolean, nullable=False),
    Column("orders", JsonText, nullable=False),
    Column("product", CleanText, nullable=False),
    Column("missing", JsonText, nullable=False),
    Column("assigned_to", String(64)),
    Column("flags", JsonText, nullable=False),  # e.g. propose_join, proposes_close, deferred
    Column("received_at", Instant, nullable=False),
    Column("received_at_basis", String(16), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("last_mail_at", Instant, nullable=False),
    Column("acknowledge_by", Instant),
    Column("answer_by", Instant),
    Column("answer_hard_by", Instant),
    Column("acknowledged_at", Instant),
    Column("answered_at", Instant),
    Column("closed_at", Instant),
    Column("openings", Integer, nullable=False),
    Column("remedies", JsonText, nullable=False, server_default="[]"),  # what the customer wants, as understood or corrected
    Column("consumer", String(8), nullable=False, server_default="unknown"),  # yes | no | unknown
    Column("wait_reason", String(32)),
    Column("wait_until", Instant),
    Column("cost_bearer", String(16)),  # ours | customer | carrier | supplier | disputed
    Column("warranty_status", String(16), nullable=False, server_default="unknown"),
    Column("next_news_by", Instant),  # promised to the customer in a holding note
    Column("holding_on", Boolean, nullable=False, server_default=text("false")),  # holding notes may go by themselves
    Column("state_since", Instant, nullable=False, server_default=EPOCH),
    UniqueConstraint("number", name="uq_cases_number"),
    UniqueConstraint("opening_key", name="uq_cases_opening_key"),
    _one_of("cases", "state", tuple(State)),
    Index("ix_cases_customer_key", "customer_key"),
    Index("ix_cases_state", "state"),
    Index("ix_cases_received_at", "received_at"),
    Index("ix_cases_opened_at", "opened_at"),
)

case_marks = Table(  # by what its trouble is known on another road: serial, order, a sender's document or article, signs of the text
    "case_marks",
    metadata,
    Column("case_id", BigId, ForeignKey("cases.id", name="fk_case_marks_case_id"), primary_key=True),
    Column("mark", String(100), primary_key=True),
    Index("ix_case_marks_mark", "mark", "case_id"),
)

received = Table(
    "received",
    metadata,
    _id("received"),
    Column("source_key", CleanText, nullable=False),
    _ref("received", "epoch_id", "epochs"),
    Column("uid", BigId),
    Column("mailbox", String(64)),
    Column("raw_sha256", String(64), nullable=False),
    Column("truncated", Boolean, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("received_at_basis", String(16), nullable=False),
    Column("history", Boolean, nullable=False),
    Column("hold_letters", Boolean, nullable=False),
    Column("stored_at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("last_error", CleanText),
    Column("owner", String(64)),
    Column("fence", BigId, nullable=False),
    Column("leased_until", Instant),
    Column("filed_at", Instant),
    Column("kind", String(16)),
    Column("kind_reason", CleanText),
    Column("topic", String(32)),
    Column("outcome", String(16)),
    _ref("received", "case_id", "cases"),
    Column("relation", String(16)),
    Column("message_id", KeyText),
    Column("content_key", String(64)),
    Column("from_key", KeyText),
    Column("subject", CleanText),
    Column("sent_at", Instant),
    Column("read", JsonText),  # the ReadMail that was decided on
    Column("decision", JsonText),
    Column("settled_at", Instant),  # an enquiry that a person has dealt with: it leaves the digest
    Column("settled_by", String(64)),
    Column("server_done", Boolean, nullable=False),  # flag or move on the server is done, or not wanted
    Column("put_off_since", Instant),  # a command whose sender nobody could prove when it came: since when, and until when
    Column("put_off_until", Instant),
    UniqueConstraint("source_key", name="uq_received_source_key"),
    ForeignKeyConstraint(["raw_sha256"], ["raw_mails.sha256"], name="fk_received_raw_sha256"),
    _one_of("received", "state", RECEIVED_STATES),
    _one_of("received", "kind", tuple(Kind), nullable=True),
    _one_of("received", "outcome", OUTCOMES, nullable=True),
    CheckConstraint("state <> 'filed' OR (kind IS NOT NULL AND outcome IS NOT NULL)", name="ck_received_filed_has_outcome"),
    Index("ix_received_state", "state", "id"),
    Index("ix_received_message_id", "message_id"),
    Index("ix_received_content_key", "content_key"),
    Index("ix_received_case_id", "case_id", "state", "id"),  # with the state: else SQLite walks all filed mail for the mails of a case
    Index("ix_received_stored_at", "stored_at"),
    Index("ix_received_filed_at", "filed_at"),
    Index("ix_received_mailbox", "mailbox", "received_at"),
    Index("ix_received_raw_sha256", "raw_sha256"),
    Index("ix_received_epoch_uid", "epoch_id", "uid"),
    Index("ix_received_from_key", "from_key"),
)

received_paths = Table(
    "received_paths",
    metadata,
    Column("received_id", BigId, ForeignKey("received.id", name="fk_received_paths_received_id"), primary_key=True),
    Column("path", CleanText, primary_key=True),
)

attachments = Table(
    "attachments",
    metadata,
    Column("received_id", BigId, ForeignKey("received.id", name="fk_attachments_received_id"), primary_key=True),
    Column("ordinal", Integer, primary_key=True),  # position among the mail's attachments: the bytes stay in the raw mail
    Column("sha256", String(64), nullable=False),
    Column("name", CleanText),
    Column("media_type", CleanText, nullable=False),
    Column("size", BigId, nullable=False),
    Column("inline", Boolean, nullable=False),
    Index("ix_attachments_sha256", "sha256"),
)

events = Table(
    "events",
    metadata,
    _id("events"),
    _ref("events", "case_id", "cases", nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", CleanText, nullable=False),
    Column("what", String(48), nullable=False),
    Column("why", CleanText, nullable=False),
    _ref("events", "received_id", "received"),
    Column("data", JsonText, nullable=False),
    Column("hash", String(64), nullable=False, server_default=""),  # of the content and of the event before it in its case
    Index("ix_events_case_id", "case_id", "id"),
    Index("ix_events_what", "what", "at"),
)

records = Table(  # where the chain of each case's events ends, so that the last of them cannot be cut off unseen
    "records",
    metadata,
    Column("case_id", BigId, ForeignKey("cases.id", name="fk_records_case_id"), primary_key=True, autoincrement=False),
    Column("events", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("last_at", Instant, nullable=False),
    Index("ix_records_last_at", "last_at"),
)

outbox = Table(
    "outbox",
    metadata,
    _id("outbox"),
    Column("dedupe_key", CleanText, nullable=False),
    Column("kind", String(32), nullable=False),
    _ref("outbox", "case_id", "cases"),
    _ref("outbox", "received_id", "received"),
    Column("mailbox", String(64)),
    Column("recipient", CleanText, nullable=False),
    Column("recipient_key", KeyText, nullable=False),
    Column("domain", CleanText, nullable=False),
    Column("envelope_from", CleanText, nullable=False),
    Column("message_id", CleanText, nullable=False),
    Column("subject", CleanText, nullable=False),
    Column("language", String(16), nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("automatic", Boolean, nullable=False),  # counts against the limits
    Column("neutral", Boolean, nullable=False),  # our mail server denies who wrote: counts against a limit of its own
    Column("state", String(16), nullable=False),
    Column("queued_at", Instant, nullable=False),
    Column("due_by", Instant),
    Column("next_attempt_at", Instant),
    Column("attempts", Integer, nullable=False),
    Column("unknowns", Integer, nullable=False),
    Column("last_reply", CleanText),
    Column("owner", String(64)),
    Column("fence", BigId, nullable=False),
    Column("leased_until", Instant),
    Column("sent_at", Instant),
    Column("bounced_at", Instant),
    UniqueConstraint("dedupe_key", name="uq_outbox_dedupe_key"),
    _one_of("outbox", "state", OUTBOX_STATES),
    Index("ix_outbox_state", "state", "next_attempt_at"),
    Index("ix_outbox_message_id", "message_id"),
    Index("ix_outbox_recipient_key", "recipient_key", "queued_at"),
    Index("ix_outbox_case_id", "case_id"),
    Index("ix_outbox_sent_at", "sent_at"),
    Index("ix_outbox_queued_at", "queued_at"),
    Index("ix_outbox_bounced_at", "bounced_at"),
)

deliveries = Table(
    "deliveries",
    metadata,
    _id("deliveries"),
    _ref("deliveries", "outbox_id", "outbox", nullable=False),
    Column("at", Instant, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("reply", CleanText, nullable=False),
    Index("ix_deliveries_outbox_id", "outbox_id"),
    Index("ix_deliveries_at", "at"),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(128), primary_key=True),
    Column("owner", String(64)),
    Column("fence", BigId, nullable=False),
    Column("leased_until", Instant, nullable=False),
)

escalated = Table(
    "escalated",
    metadata,
    _ref("escalated", "case_id", "cases", nullable=False),
    Column("clock", String(32), nullable=False),
    Column("step", String(32), nullable=False),
    Column("person", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("case_id", "clock", "step", "person", name="uq_escalated_step"),
)

corrections = Table(
    "corrections",
    metadata,
    _id("corrections"),
    _ref("corrections", "case_id", "cases", nullable=False),
    _ref("corrections", "received_id", "received"),
    Column("at", Instant, nullable=False),
    Column("person", CleanText, nullable=False),
    Column("field", String(32), nullable=False),
    Column("old", CleanText),
    Column("new", CleanText),
    Column("subject", CleanText, nullable=False),
    Column("text", CleanText, nullable=False),
    Index("ix_corrections_case_id", "case_id"),
)

quarantine = Table(
    "quarantine",
    metadata,
    _id("quarantine"),
    _ref("quarantine", "received_id", "received", nullable=False),
    _ref("quarantine", "case_id", "cases"),
    Column("at", Instant, nullable=False),
    Column("why", CleanText, nullable=False),
    Column("state", String(16), nullable=False),
    UniqueConstraint("received_id", name="uq_quarantine_received_id"),
    _one_of("quarantine", "state", ("waiting", "retried", "dropped")),
)

shown = Table(  # the daily proof that nothing is missing: what the mailbox showed us, counted when it was first seen
    "shown",
    metadata,
    Column("epoch_id", BigId, ForeignKey("epochs.id", name="fk_shown_epoch_id"), primary_key=True),
    Column("uid", BigId, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("skipped", Boolean, nullable=False),  # history = "skip", or gone before it could be fetched
    Index("ix_shown_at", "at"),
)

commands = Table(  # what people asked for by mail: done once, counted, undone; and what came in their name unproven
    "commands",
    metadata,
    _id("commands"),
    Column("content_key", String(64), nullable=False),  # of the command mail: the same mail commands once
    _ref("commands", "received_id", "received", nullable=False),
    _ref("commands", "case_id", "cases"),
    Column("person", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("why", CleanText, nullable=False),  # refused: the reason's id; of a claim written down here: what was said of it
    Column("lines", Integer, nullable=False),  # how many commands, for the limit
    Column("changes", JsonText, nullable=False),  # by case number: column -> [old, new], for `!undo`
    Column("undone_at", Instant),
    UniqueConstraint("content_key", name="uq_commands_content_key"),
    _one_of("commands", "outcome", ("done", "not_done", "refused")),
    Index("ix_commands_person", "person", "at"),
)

listed = Table(  # the cases that a letter to one of our people was about: only these can be commanded in answer to it
    "listed",
    metadata,
    Column("message_id", String(200), primary_key=True),
    Column("number", String(16), primary_key=True),
)

clocks = Table(  # every term that runs for a case, with what it was counted from, so that it can be explained and counted again
    "clocks",
    metadata,
    _id("clocks"),
    _ref("clocks", "case_id", "cases", nullable=False),
    Column("opening", Integer, nullable=False),  # which opening of the case: a reopened one has clocks of its own
    Column("rule", String(64), nullable=False),  # id in rules/deadlines.toml
    Column("about", String(64), nullable=False, server_default=""),  # where one rule runs several times, e.g. "request:12"
    Column("kind", String(20), nullable=False),  # internal | contract | statute | foreign_statute | counterparty
    Column("started_at", Instant, nullable=False),
    Column("trigger", String(48), nullable=False),  # received_at | sent_at | demand_at | registered_at | state:… | doc:….date
    Column("due_by", Instant, nullable=False),
    Column("hard_by", Instant),
    Column("plan_by", Instant, nullable=False),
    Column("provisional", Boolean, nullable=False),
    Column("state", String(16), nullable=False),
    Column("paused_at", Instant),
    Column("paused_total", BigId, nullable=False),  # seconds, pauses that have ended
    Column("met_at", Instant),
    Column("stopped_at", Instant),
    Column("why", CleanText, nullable=False),  # met, stopped, replaced: why; running: why it started
    Column("policy", CleanText, nullable=False),  # version of the rules
    Column("calendar", CleanText, nullable=False),  # version of the calendar
    Column("trace", CleanText, nullable=False),  # the arithmetic
    _one_of("clocks", "state", CLOCK_STATES),
    Index("ix_clocks_case_id", "case_id", "state"),
    Index("ix_clocks_due_by", "state", "due_by"),
    Index(
        "uq_clocks_running",
        "case_id",
        "opening",
        "rule",
        "about",
        unique=True,
        sqlite_where=text("state IN ('running', 'paused')"),
        postgresql_where=text("state IN ('running', 'paused')"),
    ),
)

drafts = Table(  # letters that people write, before they leave
    "drafts",
    metadata,
    _id("drafts"),
    _ref("drafts", "case_id", "cases", nullable=False),
    Column("kind", String(32), nullable=False),  # the template's name
    Column("language", String(16), nullable=False),
    Column("recipient", CleanText, nullable=False),
    Column("letter", JsonText, nullable=False),  # the letter's facts as plain data
    Column("thread", JsonText, nullable=False),
    Column("enclosures", JsonText, nullable=False),  # name, media type, sha256: the bytes stay in the raw mail
    Column("sha256", String(64), nullable=False),  # of the finished content: what was approved is what leaves
    Column("author", String(64), nullable=False),
    Column("resolution", String(32), nullable=False),
    _ref("drafts", "received_id", "received"),
    Column("state", String(16), nullable=False),
    Column("asked", JsonText, nullable=False),  # what the guard asked back
    Column("made_at", Instant, nullable=False),
    Column("settled_at", Instant),
    _one_of("drafts", "state", ("draft", "submitted", "approved", "returned", "sent", "cancelled")),
    Index("ix_drafts_case_id", "case_id", "state"),
)

approvals = Table(  # whose yes a draft needs, and who gave it
    "approvals",
    metadata,
    _id("approvals"),
    _ref("approvals", "draft_id", "drafts", nullable=False),
    Column("role", String(16), nullable=False),
    Column("person", String(64)),
    Column("verdict", String(16), nullable=False),
    Column("why", CleanText, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("at", Instant),
    _one_of("approvals", "verdict", ("asked", "approved", "returned", "void")),
    Index("ix_approvals_draft_id", "draft_id"),
)

requests = Table(  # what was asked of a department (M1, M2)
    "requests",
    metadata,
    _id("requests"),
    _ref("requests", "case_id", "cases", nullable=False),
    Column("kind", String(16), nullable=False),
    Column("department", String(32), nullable=False),
    Column("recipient", CleanText, nullable=False),
    Column("question", CleanText, nullable=False),
    Column("asked_by", String(64), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("due_by", Instant, nullable=False),
    Column("message_id", String(200), nullable=False),
    Column("answered_at", Instant),
    _one_of("requests", "kind", ("memo", "facts_request")),
    Index("ix_requests_case_id", "case_id"),
    Index("ix_requests_message_id", "message_id"),
)
