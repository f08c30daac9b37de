"""The letters of a case to our own people and departments (domain.md 1.4, M1–M5, M9; behaviour.md 7): their facts, never their wording."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from mailbot.claims.case import State
from mailbot.claims.case_letters import Finding, Signatory
from mailbot.claims.guard import Question
from mailbot.claims.ready_replies import ReadyReply


@dataclass(frozen=True, slots=True)
class Inside:
    """A letter to the customer, shown to one of us: what it is, to whom it goes, its words as they will travel."""

    template: str
    to: str
    subject: str
    text: str
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Memo:
    """M1, служебная записка to the design department. `claimed`: the customer's words; `defect`: ours for it."""

    number: str
    received_at: datetime
    customer: str
    product: str
    claimed: str
    question: str
    due_by: datetime | None
    author: Signatory | None
    defect: str = ""
    article: str = ""
    serials: tuple[str, ...] = ()
    batches: tuple[str, ...] = ()
    warranty_status: str = "unknown"  # valid | expired | unknown | not_applicable
    warranty_basis: str = ""
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FactsRequest:
    """M2, to a department. `asks`: ids of templates/<language>/house_words.j2, or whole questions in the author's own words."""

    number: str
    received_at: datetime
    department: str  # accounting | sales | warehouse | logistics | service | quality
    customer: str
    asks: tuple[str, ...]
    due_by: datetime | None
    author: Signatory | None
    product: str = ""
    orders: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    claimed: str = ""


@dataclass(frozen=True, slots=True)
class RequestReminder:
    """M3, of a memo or a request. `to_head`: the department's head reads it, because the department stayed silent."""

    number: str
    asked_for: str  # memo | facts_request
    department: str
    question: str
    asked_at: datetime | None
    due_by: datetime | None
    late: bool
    author: Signatory | None
    to_head: bool = False


@dataclass(frozen=True, slots=True)
class ApprovalRequest:
    """M4, with the letter that is to be approved. `roles`: why this person; `reasons`: ids of `letter_modes.CIRCUMSTANCES`."""

    number: str
    person_name: str
    roles: tuple[str, ...]
    author_name: str
    customer: str
    letter: Inside
    reasons: tuple[str, ...] = ()
    amount: str = ""
    answer_by: datetime | None = None
    changed: bool = False  # the letter was changed after an earlier approval
    before: str = ""  # what she said of the letter that this one replaces: asked | approved | returned
    replies: tuple[ReadyReply, ...] = ()
    waits_since: datetime | None = None  # a reminder: when she was asked
    late: bool = False  # the day of `answer_by` has passed
    claimed: str = ""  # the customer's words, by which the letter is judged
    latest: Later | None = None  # and those of the last letter of hers since


@dataclass(frozen=True, slots=True)
class Returned:
    """M5: a letter came back from its approver with remarks."""

    number: str
    person_name: str
    returned_by: str
    why: str
    letter: Inside
    answer_by: datetime | None = None
    replies: tuple[ReadyReply, ...] = ()
    typed: str = ""  # the command as its author wrote it, to be changed and sent again; "" where it was not written by mail


@dataclass(frozen=True, slots=True)
class DraftShown:
    """A draft, before its author or approver presses send. `lacking`: ids of `letter_needs`; `approvers`: roles that must say yes first."""

    number: str
    person_name: str
    letter: Inside
    lacking: tuple[str, ...] = ()
    approvers: tuple[str, ...] = ()
    approved_by: tuple[str, ...] = ()  # names
    replies: tuple[ReadyReply, ...] = ()
    wrote_again_at: datetime | None = None  # when the customer wrote, after the letter was drafted


@dataclass(frozen=True, slots=True)
class GuardAsks:
    """What the guard found in a letter, asked back once before it goes."""

    number: str
    person_name: str
    questions: tuple[Question, ...]
    letter: Inside
    replies: tuple[ReadyReply, ...] = ()


@dataclass(frozen=True, slots=True)
class Regress:
    """M9: our own claim on the carrier or supplier, which must not expire, with its draft. `against`: carrier | supplier.

    `papers`: ids of templates/<language>/house_words.j2, or their names in whole words.
    """

    number: str
    person_name: str
    against: str
    counterparty: str
    document: str  # consignment note, delivery note: what the claim rests on
    delivered_on: date | None
    last_on: date | None  # the last day for our claim
    product: str
    claimed: str
    findings: tuple[Finding, ...] = ()
    papers: tuple[str, ...] = ()
    amount: str = ""
    replies: tuple[ReadyReply, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """A letter that has gone to the customer. `fate`: sent | waiting | undelivered."""

    template: str
    at: datetime
    fate: str = "sent"


@dataclass(frozen=True, slots=True)
class Due:
    """One clock of a case. `what`: acknowledgement | formal_answer | statutory | customer | contract, or a sentence of its own."""

    what: str
    by: datetime
    late: bool = False
    counted: str = ""  # how the date was counted, a sentence
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Later:
    """A further letter in a case (the customer's, a colleague's to her, somebody else's), or what one of our people noted."""

    at: datetime
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class CaseSheet:
    """The letter about a case to the person in charge (behaviour.md 7): all that is known, and what can be done.

    `facts`: pairs of a fact's id (explain's keys: orders, serials …) and what was drawn out; `why`: the words that spoke for the category.
    """

    number: str
    person_name: str
    state: State
    customer_name: str
    customer_address: str
    subject: str
    text: str
    received_at: datetime
    category: str | None
    answer_by: datetime | None = None
    secondary: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    remedies: tuple[str, ...] = ()
    warranty_status: str = "unknown"
    warranty_code: str = ""  # why, as `explain` names it; the words are in house_words.j2
    warranty_until: date | None = None  # the last day
    missing: tuple[str, ...] = ()
    told: tuple[Told, ...] = ()
    deadlines: tuple[Due, ...] = ()
    marks: tuple[str, ...] = ()
    in_charge: str = ""
    attachments: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()  # attachments that do not go with it: too large, or programs
    replies: tuple[ReadyReply, ...] = ()
    note: str = ""  # why a colleague hands it over, in her words
    note_by: str = ""
    may_write: bool = True  # the state admits a letter to the customer, and she may write it
    later: tuple[Later, ...] = ()  # what was written into the case after the first letter, the newest first
    notes: tuple[Later, ...] = ()  # of our people, the newest first
    consumer: str = ""  # yes | no | unknown; "" is not shown
    answered_by: str = ""  # who has just written what the case waited for; his words stand first among `later`
    doubts: tuple[str, ...] = ()  # finished sentences: what came in the customer's name and may not be hers, what it may be one with
    passed_on: Later | None = None  # the colleague who forwarded the customer's letter, and what he wrote above it
    to_acknowledge: str = ""  # who gets an acknowledgement once a person says that it is a claim


HouseLetter = Memo | FactsRequest | RequestReminder | ApprovalRequest | Returned | DraftShown | GuardAsks | Regress | CaseSheet

TEMPLATES: dict[type[object], str] = {
    Memo: "memo",
    FactsRequest: "facts_request",
    RequestReminder: "request_reminder",
    ApprovalRequest: "approval_request",
    Returned: "returned",
    DraftShown: "draft",
    GuardAsks: "guard_question",
    Regress: "regress",
    CaseSheet: "case_letter",
}
