"""The letters we write and the facts each needs. Values only: wording is in templates/, bytes are made by `mail_out.compose`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from mailbot.claims import case_letters, house_letters, report_letters
from mailbot.claims.asked_yes import AskedYes
from mailbot.claims.case import State
from mailbot.claims.case_letters import CaseLetter
from mailbot.claims.command_help import Lesson
from mailbot.claims.digest import Digest
from mailbot.claims.house_letters import HouseLetter
from mailbot.claims.ready_replies import ReadyReply
from mailbot.claims.report_letters import ReportLetter


@dataclass(frozen=True, slots=True)
class House:
    """The company as it signs its letters; `…_en` for every language that is not Russian."""

    name: str
    signature: str
    signature_en: str
    contact_person: str = ""
    phone: str = ""
    hours: str = ""
    hours_en: str = ""
    privacy_link: str = ""
    name_en: str = ""  # "" where the name is to be transliterated


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """T1, to the customer. `subject` is hers, "" where nothing of hers may be echoed; `needs` are ids of behaviour.md 9, `missing`."""

    number: str
    received_at: datetime
    answer_by: datetime
    category: str | None  # id, for neutral words only; never said as a verdict
    needs: tuple[str, ...] = ()
    subject: str = ""
    customer_name: str = ""  # "" where it may not be echoed
    reopened: bool = False
    truncated: bool = False  # the mail was too large to take in whole
    without_files: bool = False  # hers speaks of files sent with it, and none came
    danger: bool = False  # the letter speaks of danger to people: not to use the goods comes first
    counted: Mapping[str, str] | None = None  # by language, how `answer_by` was counted; None: as working days from the arrival


@dataclass(frozen=True, slots=True)
class EnquiryReceipt:
    """A question that is no claim was received (only where `answer_enquiries` is set)."""

    received_at: datetime
    subject: str = ""
    customer_name: str = ""


@dataclass(frozen=True, slots=True)
class Collective:
    """One letter instead of many: the cases of one sender over the daily limit (decisions.md 24), oldest first."""

    cases: tuple[Acknowledgement, ...]


@dataclass(frozen=True, slots=True)
class ConfirmForward:
    """M10, to a colleague who forwarded a customer's letter: what was found and that nobody outside was written to."""

    number: str
    colleague_name: str
    customer_name: str
    customer_address: str
    subject: str
    received_at: datetime
    answer_by: datetime
    claimed: str = ""  # the customer's words, cut short
    replies: tuple[ReadyReply, ...] = ()


@dataclass(frozen=True, slots=True)
class AlertLetter:
    """To one of our people at once: danger, court, privacy, an answer that came back. `step` as in `decision.Alert`."""

    step: str
    number: str  # "" where there is no case
    person_name: str
    customer_name: str
    customer_address: str
    category: str | None
    subject: str
    text: str  # the customer's words, cut at 1,500 letters
    received_at: datetime
    answer_by: datetime | None
    attachments: tuple[str, ...] = ()  # display names
    replies: Mapping[str, tuple[ReadyReply, ...]] = field(default_factory=dict)
    also: tuple[str, ...] = ()  # what else of the same mail she must hear of
    unsure: bool = False  # it may be no complaint at all: danger is then possible, not said
    in_charge: str = ""  # name of who has the case: head, lawyer and director must not all ring the customer
    lawyer: bool = False  # it is the lawyer herself who reads it


@dataclass(frozen=True, slots=True)
class EscalationItem:
    """One case in an escalation letter. `late`: the date has passed."""

    number: str
    customer: str
    claimed: str
    clock: str  # acknowledgement | formal_answer
    step: str
    due_by: datetime
    late: bool
    received_at: datetime
    in_charge: str  # name of the person in charge, "" for nobody
    undelivered: bool = False  # a letter of ours about it came back, was refused or is stuck
    title: str = ""  # of the clock's rule, in the reader's language
    consequence: str = ""  # what the law sets on it
    guide: bool = False  # nobody has confirmed the rule: the date is a guide
    also: tuple[EscalationItem, ...] = ()  # further terms of the same case
    away_until: date | None = None  # the person in charge is away, the last day
    deputy: str = ""  # who stands in for her
    triage: bool = False  # nobody has said yet whether it is a claim
    unsure: bool = False  # a consumers' term, and nobody knows whether the customer is one
    marks: tuple[str, ...] = ()  # safety | legal | important
    state: State | None = None  # in which the case is; None where that is not told
    yes: tuple[AskedYes, ...] = ()  # that a letter of the case waits for
    phone: str = ""  # the customer's, "" where it is not known or the reader has nobody to call
    your_yes: bool = False  # a letter to the customer waits for the reader's own approval
    withdrawn: bool = False  # the customer says that the matter is settled, and nobody has closed the case yet


@dataclass(frozen=True, slots=True)
class EscalationLetter:
    """To one person, all that is due for her now: what happened, why she, what she can do."""

    person_name: str
    roles: tuple[str, ...]
    items: tuple[EscalationItem, ...]
    replies: Mapping[str, tuple[ReadyReply, ...]] = field(default_factory=dict)
    stands_in: tuple[str, ...] = ()  # of `roles`, those that are not hers: nobody has them, or who has is away
    in_charge: bool = False  # a head or another who is no specialist has taken a case herself: she stands in for nobody


@dataclass(frozen=True, slots=True)
class DigestLetter:
    """A person's morning (behaviour.md 7). `daily_line`: the proof that nothing is missing, a finished sentence; `notes`: more of them."""

    person_name: str
    digest: Digest
    daily_line: str
    made_at: datetime
    notes: tuple[str, ...] = ()
    replies: Mapping[str, tuple[ReadyReply, ...]] = field(default_factory=dict)  # by case number: links that open a command


@dataclass(frozen=True, slots=True)
class NextStep:
    """What is due next, in words, and when; `by` is None where no day is set. `guide`: nobody has confirmed the rule."""

    what: str
    by: datetime | None = None
    late: bool = False
    guide: bool = False
    is_term: bool = False  # `what` is the title of a term, not a thing to do


@dataclass(frozen=True, slots=True)
class CaseNow:
    """How a case stands after a command, and what is likely to be done with it next."""

    number: str
    customer: str
    subject: str
    state: State
    in_charge: str  # name of the person in charge, "" for nobody
    due_by: datetime | None  # the answer to the customer, None where none is due
    late: bool
    likely: tuple[str, ...] = ()  # how they are written, where no ready reply can be offered
    waits_for: str = ""  # in words, "" where it waits for nobody
    waits_until: datetime | None = None
    steps: tuple[NextStep, ...] = ()  # what is due, the nearest first
    replies: tuple[ReadyReply, ...] = ()  # the likely next commands
    demands: tuple[str, ...] = ()  # as a decision numbers them


@dataclass(frozen=True, slots=True)
class CommandResult:
    """To the person who commanded: what was done or why nothing was (finished sentences), and how her cases stand now."""

    person_name: str
    done: tuple[str, ...]
    refused: tuple[str, ...]
    cases: tuple[CaseNow, ...]
    undo_until: datetime | None = None
    help: tuple[Lesson, ...] = ()
    manual: tuple[str, ...] = ()  # all about one command, line by line
    found: tuple[CaseNow, ...] = ()  # what was looked for
    # of a letter to a customer that did not leave by it: incomplete | not_sent | sent_before; of a hand-over: handed_away | taken_back
    outcome: str = ""  # "" where all is done


@dataclass(frozen=True, slots=True)
class AlarmItem:
    """`what`: mailbox_away | smtp_away | store_away | quarantine | unsent | ack_stuck | silent | clock | sums | unproven | calendar |
    record | bounces | refusals | flood | case_fault.

    `detail` is one sentence without customers' words.
    """

    what: str
    detail: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class AlarmLetter:
    """To the operator: technical faults and what to do."""

    items: tuple[AlarmItem, ...]


Letter = (
    Acknowledgement
    | EnquiryReceipt
    | Collective
    | ConfirmForward
    | AlertLetter
    | EscalationLetter
    | DigestLetter
    | AlarmLetter
    | CommandResult
    | CaseLetter
    | HouseLetter
    | ReportLetter
)

TEMPLATES: dict[type[object], str] = {
    Acknowledgement: "acknowledgement",
    EnquiryReceipt: "enquiry",
    Collective: "collective",
    ConfirmForward: "confirm_forward",
    AlertLetter: "alert",
    EscalationLetter: "escalation",
    DigestLetter: "digest",
    AlarmLetter: "alarm",
    CommandResult: "result",
    **case_letters.TEMPLATES,
    **house_letters.TEMPLATES,
    **report_letters.TEMPLATES,
}


def template_of(letter: Letter) -> str:
    """The letter's name: of its template files, and `kind` of its outbox row."""
    return TEMPLATES[type(letter)]
