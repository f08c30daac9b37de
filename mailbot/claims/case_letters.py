"""The letters of a case to its customer after the acknowledgement (domain.md 5.2): their facts, never their wording."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from mailbot.claims.case import State

DECISIONS = (
    "explanation", "repair", "replacement", "refund", "topup", "markdown", "compensation", "documents", "pickup", "refusal",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs: a person of ours, never the program."""

    name: str
    post: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """One thing we have done or shall do for the customer, with its day and its paper."""

    what: str
    on: date | None = None
    document: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A fact that was established, and the document that shows it."""

    text: str
    document: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One demand of the customer and what was decided on it. `kind` out of DECISIONS; `words`: what we shall do.

    `extent`: full | partly | instead (another remedy than she demands) | refused, "" where one decision answers all that she demands.
    `reason`: why not, or not all.
    """

    demand: str
    kind: str
    words: str
    extent: str = ""
    by: date | None = None
    borne_by: str = ""  # ours | customer, "" where it is no matter between us and her
    reason: str = ""
    further: str = ""  # whole sentences


def stage_of(state: State, wait_reason: str | None) -> str:
    """At which stage a holding note says that a case is: never that it is looked at while it waits for its customer."""
    by_state = {State.APPROVAL: "approval", State.WAITING_CUSTOMER: "customer", State.EXECUTION: "execution"}
    return by_state.get(state) or ("inspection" if wait_reason == "inspection" else "experts")


@dataclass(frozen=True, slots=True)
class Holding:
    """T2: still being considered, next news by then. `stage`: experts | papers | inspection | approval | customer | execution."""

    number: str
    received_at: datetime
    next_news_by: datetime | None
    stage: str = "experts"
    customer_name: str = ""
    signatory: Signatory | None = None


@dataclass(frozen=True, slots=True)
class Clarification:
    """T3: numbered questions, what to photograph. `needs`: ids of behaviour.md 9, `missing`; `transport`: the carriage is in question."""

    number: str
    received_at: datetime
    questions: tuple[str, ...]
    signatory: Signatory | None
    needs: tuple[str, ...] = ()
    answer_by: datetime | None = None  # by when it would be convenient; never a condition
    category: str | None = None
    transport: bool = False
    customer_name: str = ""


@dataclass(frozen=True, slots=True)
class WaitReminder:
    """T4: we asked, and wait still. `waiting_for`: reason of the wait (domain.md 1.2), or `consent` to a repair; `step`: 1 or 2."""

    number: str
    received_at: datetime
    asked_at: datetime | None
    waiting_for: str
    questions: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    step: int = 1
    customer_name: str = ""


@dataclass(frozen=True, slots=True)
class PaidRepair:
    """T5: the warranty term appears to be over; an offer, and the request for a payment guarantee. `carriage`: customer | company."""

    number: str
    received_at: datetime
    product: str
    warranty_until: date | None
    warranty_basis: str  # the document that says so
    diagnosis: str  # its price, or how it is done
    carriage: str
    send_to: str  # where the goods go
    answer_by: datetime | None
    signatory: Signatory | None
    warranty_from: date | None = None
    repair_price: str = ""  # "" where it is known only after the diagnosis
    guarantee_limit: str = ""
    serial: str = ""
    papers: tuple[str, ...] = ()
    consumer: bool = False  # a consumer guarantees nothing in writing: she says that she agrees
    customer_name: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """T6: the answer, demand by demand. `kind` out of DECISIONS is what prevails; `grounds`: norm or clause of the contract."""

    number: str
    received_at: datetime
    kind: str
    outgoing_number: str
    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...]
    grounds: str
    signatory: Signatory | None
    execution: tuple[Done, ...] = ()
    enclosures: tuple[str, ...] = ()
    instructions: tuple[str, ...] = ()  # of an explanation: step by step
    incoming_number: str = ""  # the customer's own, "" where she gave none
    incoming_on: date | None = None
    objections: str = ""  # how to object, "" for the usual way
    engineer: str = ""  # of an explanation: name and telephone
    addressee: str = ""  # the customer's firm
    customer_name: str = ""
    borne_by: str = ""  # ours | customer, whose the costs are; "" where they are no matter between us and her


@dataclass(frozen=True, slots=True)
class Inspection:
    """The call to an inspection: when, where, who, with which papers, and what an absence and the costs mean."""

    number: str
    received_at: datetime
    product: str
    held_at: datetime | None
    place: str
    ours: str  # who comes from us
    absence: str
    costs: str
    signatory: Signatory | None
    papers: tuple[str, ...] = ()
    customer_name: str = ""


@dataclass(frozen=True, slots=True)
class ExecutionStatus:
    """T7: how far the decision has been carried out."""

    number: str
    received_at: datetime
    done: tuple[Done, ...]
    ahead: tuple[Done, ...]
    next_news_by: datetime | None
    signatory: Signatory | None
    customer_name: str = ""


@dataclass(frozen=True, slots=True)
class Completed:
    """T8: done from our side, please say whether all is well."""

    number: str
    received_at: datetime
    done: tuple[Done, ...]
    signatory: Signatory | None
    customer_name: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawalReminder:
    """T9: what was done and when, and whether the matter may be closed. Silence is no consent."""

    number: str
    received_at: datetime
    done: tuple[Done, ...]
    asked_at: datetime | None = None
    step: int = 1
    customer_name: str = ""


@dataclass(frozen=True, slots=True)
class Closing:
    """T10: thanks for the confirmation, and how to open the case again."""

    number: str
    received_at: datetime
    closed_at: datetime | None
    confirmed_at: datetime | None = None
    signatory: Signatory | None = None
    customer_name: str = ""


@dataclass(frozen=True, slots=True)
class SpecialistReply:
    """A specialist's own words to the customer, as she wrote them; greeting and signature are added where she left them out."""

    number: str
    text: str
    signatory: Signatory | None
    enclosures: tuple[str, ...] = ()  # names of what is attached
    customer_name: str = ""


CaseLetter = (
    Holding
    | Clarification
    | WaitReminder
    | PaidRepair
    | Decision
    | Inspection
    | ExecutionStatus
    | Completed
    | WithdrawalReminder
    | Closing
    | SpecialistReply
)

TEMPLATES: dict[type[object], str] = {
    Holding: "holding",
    Clarification: "clarification",
    WaitReminder: "wait_reminder",
    PaidRepair: "paid_repair",
    Decision: "decision",
    Inspection: "inspection",
    ExecutionStatus: "execution_status",
    Completed: "completed",
    WithdrawalReminder: "withdrawal_reminder",
    Closing: "closing",
    SpecialistReply: "reply",
}
