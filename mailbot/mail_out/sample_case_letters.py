"""The letters of a case with sample facts, each with all that can be known and with as little as may be sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

from mailbot.claims.case import State
from mailbot.claims.case_letters import (
    DECISIONS,
    CaseLetter,
    Clarification,
    Closing,
    Completed,
    Decision,
    Done,
    ExecutionStatus,
    Finding,
    Holding,
    Inspection,
    PaidRepair,
    Signatory,
    SpecialistReply,
    Verdict,
    WaitReminder,
    WithdrawalReminder,
)
from mailbot.claims.guard import WHATS, Question
from mailbot.claims.house_letters import (
    ApprovalRequest,
    CaseSheet,
    DraftShown,
    Due,
    FactsRequest,
    GuardAsks,
    HouseLetter,
    Inside,
    Later,
    Memo,
    Regress,
    RequestReminder,
    Returned,
    Told,
)
from mailbot.claims.letter_modes import CIRCUMSTANCES
from mailbot.claims.ready_replies import ReadyReply

AT = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
BY = datetime(2026, 11, 25, 20, 59, 59, tzinfo=UTC)
DAY = date(2026, 11, 25)
NUMBER = "2026-0451"
STAGES = ("experts", "papers", "inspection", "approval", "customer", "execution")
WAITS = ("clarification", "documents", "payment_guarantee", "return_of_goods", "inspection_date", "inspection")
DEPARTMENTS = ("accounting", "sales", "warehouse", "logistics", "service", "quality")
ASKS = (
    "sale_date", "contract", "warranty_term", "payment", "shipping_papers", "recount", "packing_photos", "carrier_papers", "carrier",
    "batch_history", "repair_price", "stock",
)  # fmt: skip
REGRESS_PAPERS = (
    "act", "carrier_papers", "invoice", "photo", "packaging_photo", "claim", "decision", "contract", "calculation", "power",
)  # fmt: skip
CLOCKS = ("acknowledgement", "formal_answer", "statutory", "customer", "contract", "regress")
FATES = ("sent", "waiting", "undelivered")

_SIGNED = Signatory("Anna Petrova", "Claims specialist", "+7 495 123-45-67")
_BARE = Signatory("Anna")
_DONE = (Done("The table top was replaced", DAY, "act 12"), Done("The old one was taken away", DAY))
_REPLIES = (
    ReadyReply("Send", "mailto:claims@company.example?body=%21send", "!send 2026-0451 token"),
    ReadyReply("Change", "mailto:claims@company.example?body=%21reply", "!reply 2026-0451 token"),
)
_INSIDE = Inside("decision", "Olga Belova <olga@customer.example>", "Re: Order 4512", "Hello,\n\nOne.\nTwo.\n\nKind regards", ("act.pdf",))


def to_customers() -> Iterator[CaseLetter]:
    """What customers are sent."""
    yield from _automatic()
    name = "Olga Belova"
    for transport, needs in ((True, ("photo", "act")), (False, ())):
        yield Clarification(NUMBER, AT, ("When was it noticed?", "By whom?"), _SIGNED, needs, BY, "damage", transport, name)
    yield Clarification(NUMBER, AT, (), _BARE, ("serial",))
    full = PaidRepair(
        NUMBER, AT, "Heater OG-2", DAY, "warranty card 7", "1 500 ₽", "customer", "Moscow, Lesnaya 1", BY, _SIGNED,
        date(2024, 11, 25), "4 000 ₽", "6 000 ₽", "77120", ("the warranty card",), False, name,
    )  # fmt: skip
    yield full
    yield replace(full, consumer=True, carriage="company", warranty_from=None, repair_price="", serial="", papers=(), customer_name="")
    yield replace(full, guarantee_limit="", signatory=_BARE)
    yield from _decisions(name)
    yield Inspection(NUMBER, AT, "Table", BY, "Moscow, Lesnaya 1", "our engineer", "We shall come again.", "Ours.", _SIGNED, ("act",), name)
    yield Inspection(NUMBER, AT, "Table", BY, "Moscow", "our engineer", "We shall come again.", "Ours.", _BARE)
    yield ExecutionStatus(NUMBER, AT, _DONE, (Done("Delivery", DAY), Done("Assembly")), BY, _SIGNED, name)
    yield ExecutionStatus(NUMBER, AT, (), _DONE[:1], BY, _BARE)
    yield Completed(NUMBER, AT, _DONE, _SIGNED, name)
    yield SpecialistReply(NUMBER, "We have looked.\n\nThe table is ready.", _SIGNED, ("act.pdf",), name)
    yield SpecialistReply(NUMBER, "Здравствуйте!\n\nСтол готов.\n\nС уважением,\nАнна", _SIGNED)


def _automatic() -> Iterator[CaseLetter]:
    """What goes by itself."""
    for stage in STAGES:
        yield Holding(NUMBER, AT, BY, stage, "Olga Belova", _SIGNED if stage == "papers" else None)
    yield Holding(NUMBER, AT, BY, "new_stage")
    for step, waiting in enumerate((*WAITS, "consent")):
        yield WaitReminder(NUMBER, AT, AT, waiting, ("When was it noticed?",), ("photo",), 1 + step % 2, "Olga Belova")
    yield WaitReminder(NUMBER, AT, AT, "new_wait")
    yield WithdrawalReminder(NUMBER, AT, _DONE, AT, 2, "Olga Belova")
    yield WithdrawalReminder(NUMBER, AT, _DONE[:1])
    yield Closing(NUMBER, AT, BY, AT, None, "Olga Belova")
    yield Closing(NUMBER, AT, BY, None, _SIGNED)


def _decisions(name: str) -> Iterator[Decision]:
    full = Decision(
        NUMBER, AT, "replacement", "2026-0451-1", tuple(Verdict(f"Demand {n}", kind, "Words.") for n, kind in enumerate(DECISIONS)),
        (Finding("Six items are broken", "act 12 of 21 November 2026"),), "contract 7, clause 5.2", _SIGNED,
        _DONE, ("act 12", "photographs"), ("Switch it off.", "Turn the knob."), "17-K", DAY, "Write to the director.",
        "Ivan Titov, +7 495 1", "Customer Ltd", name, "ours",
    )  # fmt: skip
    yield full
    yield replace(
        full, kind="refusal", verdicts=full.verdicts[-1:], execution=(), enclosures=(), instructions=(), incoming_number="",
        incoming_on=None, objections="", engineer="", addressee="", customer_name="", signatory=_BARE,
        borne_by="",
    )  # fmt: skip
    yield replace(full, kind="repair", verdicts=full.verdicts[1:2], borne_by="customer")
    by_demand = (
        Verdict("Refund", "refund", "We will refund it", "full", DAY, "ours", further="It comes by transfer."),
        Verdict("Replacement", "replacement", "One of two.", "partly", borne_by="customer", reason="the other is whole"),
        Verdict("Compensation", "refusal", "", "refused", reason="there is no paper"),
        Verdict("Documents", "explanation", "It is in the box", "full"),
    )
    yield replace(full, kind="refund", verdicts=by_demand, borne_by="")
    yield from (replace(full, kind="refund", verdicts=(one,), borne_by="") for one in by_demand)


def inside() -> Iterator[HouseLetter]:
    """What our own people and departments are sent."""
    yield Memo(
        NUMBER, AT, "Olga Belova", "Heater OG-2", "It does not heat.", "Why?\n\nWhat is to be done?", BY, _SIGNED, "no heating", "OG-2",
        ("1",), ("2",), "valid", "warranty card", ("a.jpg",),
    )  # fmt: skip
    for status in ("expired", "unknown", "not_applicable"):
        yield Memo(NUMBER, AT, "Olga", "Heater", "It does not heat.", "Why?", BY, _BARE, warranty_status=status)
    for department in (*DEPARTMENTS, "new"):
        yield FactsRequest(
            NUMBER, AT, department, "Olga", (*ASKS, "When was it sold?"), BY, _SIGNED, "Heater", ("4512",), ("UPD 4512",), "It is broken."
        )
        yield FactsRequest(NUMBER, AT, department, "Olga", ASKS[:1], BY, _BARE)
    for asked_for, late in (("memo", False), ("facts_request", True)):
        yield RequestReminder(NUMBER, asked_for, "design", "Why?", AT, BY, late, _SIGNED, to_head=late)
    reasons = tuple(CIRCUMSTANCES)
    yield ApprovalRequest(
        NUMBER, "Vera", ("head", "director"), "Anna", "Olga", _INSIDE, reasons, "12 400 ₽", BY, changed=True, replies=_REPLIES
    )
    inside = replace(_INSIDE, attachments=(), template="new")
    yield ApprovalRequest(NUMBER, "", ("legal",), "Anna", "Olga", inside, answer_by=AT, waits_since=AT, late=True, latest=_AGAIN)
    yield Returned(NUMBER, "Anna", "Vera", "The date is wrong.", _INSIDE, BY, _REPLIES, "!resolve 2026-0451 replacement\nWe replace it.")
    yield Returned(NUMBER, "", "Vera", "The date is wrong.", _INSIDE)
    yield DraftShown(NUMBER, "Anna", _INSIDE, ("signatory", "findings.document"), replies=_REPLIES)
    yield DraftShown(NUMBER, "Anna", _INSIDE, (), ("head", "legal"))
    yield DraftShown(NUMBER, "", _INSIDE, approved_by=("Vera",), replies=_REPLIES)
    yield GuardAsks(NUMBER, "Anna", tuple(Question(what, "words", 0, DAY) for what in (*WHATS, "new")), _INSIDE, _REPLIES)
    numbers = (Question("stranger", "№ 17", 0), Question("stranger", "4512-78", 0, near="4512-77"))
    yield GuardAsks(NUMBER, "", (Question("tone", "words", 0), *numbers, Question("wording", "words", 0, why="It threatens.")), _INSIDE)
    for against in ("carrier", "supplier"):
        yield Regress(
            NUMBER, "Anna", against, "Carrier Ltd", "CMR 17", DAY, DAY, "Table", "Six are broken.", (Finding("Broken", "act 12"),),
            REGRESS_PAPERS, "12 400 ₽", _REPLIES,
        )  # fmt: skip
    yield Regress(NUMBER, "", "new", "", "CMR 17", None, DAY, "", "Six are broken.")
    yield from _sheets()


_AGAIN = Later(AT, "", "It broke again.")


def _sheets() -> Iterator[CaseSheet]:
    told = tuple(Told("acknowledgement", AT, fate) for fate in FATES)
    clocks = tuple(Due(what, BY, late=n == 1, counted="Counted so.", provisional=n == 2) for n, what in enumerate((*CLOCKS, "An own one")))
    for state in State:
        yield CaseSheet(
            NUMBER, "Anna", state, "Olga Belova", "olga@customer.example", "Order 4512", "One.\n\nTwo.", AT, "damage", BY,
            ("quantity", "quality"), ("broken", "six"), (("orders", "4512"), ("new", "1")),
            ("replace", "new"), "valid", "computed", BY.date(), ("photo", "act"),
            told, clocks, ("safety", "legal", "important", "undelivered", "provisional"), "Anna", ("a.jpg",), ("film.mp4",), _REPLIES,
            "She goes to court." if state is State.REVIEW else "-", "Boris", notes=(Later(AT, "Boris", "She is to be called."),),
            passed_on=Later(AT, "Sergey", "Please look."), to_acknowledge="olga@customer.example",
        )  # fmt: skip
    yield CaseSheet(NUMBER, "", State.TRIAGE, "", "", "", "", AT, None, answered_by="Design")
