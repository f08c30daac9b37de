"""One letter of every kind with sample facts, and the same where nothing may be echoed: what `mailbot check` renders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from mailbot.claims.asked_yes import AskedYes, MayAgree
from mailbot.claims.case import State
from mailbot.claims.command_help import every_lesson, lessons, manual
from mailbot.claims.digest import GROUPS, Digest, Group, Row
from mailbot.claims.due_terms import DueTerm
from mailbot.claims.letters import (
    Acknowledgement,
    AlarmItem,
    AlarmLetter,
    AlertLetter,
    CaseNow,
    Collective,
    CommandResult,
    ConfirmForward,
    DigestLetter,
    EnquiryReceipt,
    EscalationItem,
    EscalationLetter,
    Letter,
    NextStep,
)
from mailbot.claims.message import Address
from mailbot.claims.ready_replies import ReadyReply
from mailbot.mail_out import sample_case_letters
from mailbot.mail_out.envelope import Envelope
from mailbot.mail_out.sample_reports import CLUSTER, sample_reports

NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)  # a Friday: the promised date must explain the weekend
BY = datetime(2026, 11, 25, 20, 59, 59, tzinfo=UTC)
NUMBER = "2026-0451"
SUBJECT = "Order 4512"
NEEDS = (
    "photo", "packaging_photo", "act", "invoice", "count", "article", "batch", "serial", "purchase_date", "purchase_proof", "order",
    "description", "contact",
)  # fmt: skip
CATEGORIES = ("quantity", "damage", "quality", "warranty", "other", "unsorted", None)
ALERTS = ("safety", "legal", "privacy", "bounce", "bounce_inside", "unreadable", "important", "new_step")
STEPS = (
    *("ack_stuck", "ack_late", "answer_soon", "answer_at_risk", "answer_late", "answer_over_limit", "contract_soon", "contract_at_risk"),
    *("contract_late", "customer_asks_soon", "department_silent", "department_late", "approval_late", "customer_silent", "statute_soon"),
    *("statute_at_risk", "statute_last_day", "statute_late", "representative_today", "representative_late", "regress_soon"),
    *("regress_at_risk", "regress_silent", "promise_soon", "promise_at_risk", "promise_late", "new_step"),
)
ROLES = ("specialist", "head", "director", "legal", "operator", "privacy")
ALARMS = (
    "mailbox_away",
    "smtp_away",
    "store_away",
    "quarantine",
    "unsent",
    "ack_stuck",
    "silent",
    "clock",
    "sums",
    "calendar",
    "record",
    "bounces",
    "refusals",
    "flood",
    "case_fault",
    "new_alarm",
)
MARKS = ("safety", "legal", "important", "undelivered", "provisional")
CUSTOMERS = (Acknowledgement, EnquiryReceipt, Collective)

_REPLIES = {NUMBER: (ReadyReply("Take", "mailto:claims@company.example?body=%21take", "!take"),)}

ENVELOPE = Envelope(
    from_=Address("Company", "claims@company.example"),
    to=Address("Olga Belova", "olga@customer.example"),
    message_id="mb1.sample.k1.0@company.example",
    date=NOW,
    loop="sample k1 0",
    in_reply_to="1@customer.example",
    references=("0@customer.example", "1@customer.example"),
    original_subject=SUBJECT,
)


def sample_letters() -> Iterator[tuple[Letter, Envelope]]:
    """Every letter, so that every branch of its template is walked at least once."""
    neutral = replace(ENVELOPE, original_subject="", to=replace(ENVELOPE.to, name=""))
    full = Acknowledgement(NUMBER, NOW, BY, "damage", NEEDS, SUBJECT, "Olga Belova")
    yield replace(full, truncated=True), ENVELOPE
    yield replace(full, reopened=True, needs=(), without_files=True), ENVELOPE
    for category in CATEGORIES:
        yield replace(full, category=category, subject="", customer_name="", needs=NEEDS[:1]), neutral
    yield EnquiryReceipt(NOW, SUBJECT, "Olga Belova"), ENVELOPE
    yield EnquiryReceipt(NOW), neutral
    yield Collective((full, replace(full, number="2026-0452", category=None, needs=(), subject="", customer_name=""))), ENVELOPE
    for number, to_customer in enumerate(sample_case_letters.to_customers()):
        yield to_customer, replace(ENVELOPE, automatic="no") if number % 2 else replace(neutral, automatic="auto-generated")
    for letter in (*_inside(), *sample_case_letters.inside()):
        yield letter, replace(ENVELOPE, original_subject="", in_reply_to=None, references=(), automatic="auto-generated")


def _inside() -> Iterator[Letter]:
    """To our own people: with everything known, and with as little as there can be."""
    yield ConfirmForward(NUMBER, "Sergey Volkov", "Olga Belova", "olga@customer.example", SUBJECT, NOW, BY, "The glass is broken.")
    yield ConfirmForward(NUMBER, "Anna", "", "olga@customer.example", SUBJECT, NOW, BY, replies=_REPLIES[NUMBER])
    yield ConfirmForward(NUMBER, "", "", "olga@customer.example", "", NOW, BY)
    for step in ALERTS:
        yield AlertLetter(
            step,
            NUMBER,
            "Anna",
            "Olga Belova",
            "olga@customer.example",
            "damage",
            SUBJECT,
            "One.\n\nTwo.",
            NOW,
            BY,
            ("a.jpg", "b.jpg"),
            _REPLIES,
            in_charge="Boris",
            lawyer=step == "legal",
        )
        yield AlertLetter(step, "", "", "", "", None, "", "", NOW, None, also=ALERTS, in_charge="Anna", lawyer=True)
    items = tuple(_escalation(step) for step in STEPS)
    law = replace(_escalation("statute_at_risk"), title="Refund", consequence="1 % a day", guide=True)
    items = (*items, replace(law, also=(replace(law, step="answer_late", late=True),)))
    yield EscalationLetter("Anna", ROLES, items, _REPLIES)
    yield EscalationLetter("", (), (replace(items[0], late=False, in_charge="", claimed="", customer="", undelivered=False, marks=()),))
    rows = tuple(_row(state) for state in State)
    yield DigestLetter(
        "Anna", Digest("anna", "ru", tuple(Group(name, rows) for name in GROUPS), (CLUSTER,)), "All is here.", NOW, ("A note.",), _REPLIES
    )
    yield DigestLetter("", Digest("anna", "ru"), "All is here.", NOW)
    shown = CaseNow(NUMBER, "Olga Belova", SUBJECT, State.REVIEW, "Anna", BY, False, ("!take", "!note TEXT"))
    due = (
        NextStep("send the approved letter"), NextStep("answer the customer", BY), NextStep("Replacement: seven days", BY, late=True),
        NextStep("a guide", BY, guide=True),
    )  # fmt: skip
    ready = replace(
        shown, likely=(), replies=_REPLIES[NUMBER], steps=due,
        demands=("refund", "replacement"), waits_for="documents", waits_until=BY,
    )  # fmt: skip
    bare = replace(shown, customer="", subject="", state=State.CLOSED, in_charge="", due_by=None)
    yield CommandResult("Anna", ("Case 2026-0451 is yours now.",), (), (shown, replace(shown, late=True), ready), BY)
    yield CommandResult("", (), ("There is no command.",), (bare,), None, lessons(("take", "wait", "new"), "en"), manual("wait", "en"))
    yield CommandResult("Anna", ("The commands.",), (), (), None, every_lesson("en"))
    yield CommandResult("Anna", ("Cases found: 2.",), (), (), found=(shown, bare))
    yield AlarmLetter(tuple(AlarmItem(what, "Since the morning.", NOW) for what in ALARMS))
    yield AlarmLetter((AlarmItem(ALARMS[0], ""),))
    yield from sample_reports()


_YES = (AskedYes("head", (MayAgree("Vera", BY.date(), "Boris"), MayAgree("Gleb")), NOW), AskedYes("legal", (), NOW))


def _escalation(step: str) -> EscalationItem:
    late = "late" in step or "over" in step
    item = EscalationItem(NUMBER, "Olga Belova", "The glass is broken.", "formal_answer", step, BY, late, NOW, "Anna", undelivered=True)
    return replace(item, marks=MARKS[:3], state=list(State)[len(step) % len(State)], phone="+7 900 000-00-00", yes=_YES)


def _row(state: State) -> Row:
    days = list(State).index(state)
    due = BY - timedelta(days=days) if days else None
    drawn_out = ("olga@x.example", ("77120",), (("upd", "<4512>"), ("other", "7")))
    waiting = ("", "customer", "execution", "withdrawal", "somebody else")[days % 5]
    row = Row(NUMBER, "Olga Belova", "Table", "The glass is broken.", "damage", state, days, due, days, MARKS, waiting, *drawn_out)
    term = DueTerm({"ru": "Возврат денег", "en": "Refund"}, BY, guide=True)
    terms, what = (term,) if days else (), term.titles if days % 2 else None
    return replace(row, letters=days, waits_days=days, instead_of="Boris" if days else "", terms=terms, due_what=what, yes=_YES[:days])
