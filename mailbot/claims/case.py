"""A case and its states (domain.md 1.2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    NEW = "new"
    TRIAGE = "triage"
    REGISTERED = "registered"
    REVIEW = "review"
    WAITING_CUSTOMER = "waiting_customer"
    APPROVAL = "approval"
    EXECUTION = "execution"
    AWAITING_WITHDRAWAL = "awaiting_withdrawal"
    CLOSED = "closed"
    NOT_CLAIM = "not_claim"


OPEN_STATES = frozenset(State) - {State.CLOSED, State.NOT_CLAIM}


@dataclass(frozen=True, slots=True)
class KnownCase:
    """What joining a thread needs to know about a case we have."""

    id: int
    number: str
    state: State
    customer: str  # address key of the claimant, "" when unknown
    senders: frozenset[str]  # address keys of all who wrote into it
    subject: str  # normalised (claims.conversation.normal_subject)
    orders: frozenset[str]
    opened_at: datetime
    last_mail_at: datetime
    closed_at: datetime | None
    history: bool  # closed (history): decisions.md 15
    language: str
    acknowledged: bool  # an acknowledgement is queued or sent


@dataclass(frozen=True, slots=True)
class KnownLetter:
    """A letter of ours that a mail refers to."""

    message_id: str
    kind: str  # acknowledgement | digest | escalation | …
    case_number: str | None
    to: str


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knows about one incoming mail, asked in one read before deciding."""

    same_content: KnownCase | None = None  # the case this very mail (content_key) already opened or joined
    same_content_filed: bool = False  # this very mail is filed already (with or without a case)
    own_message_id: bool = False  # its Message-ID is one of ours
    by_reference: KnownCase | None = None  # its References lead to a case, through a letter of ours or a mail of the case
    letter: KnownLetter | None = None  # the letter of ours it refers to
    by_number: tuple[KnownCase, ...] = ()  # cases whose number it names
    by_sender: tuple[KnownCase, ...] = ()  # cases of the same sender, newest first
    bounced: KnownLetter | None = None  # the letter of ours that bounced
    letters_to_sender_today: int = 0  # automatic letters to the addressee in the last 24 hours
    asked: bool = True  # False: there is no store, so a mail belongs to a case only when it names one itself (behaviour.md 9)


NO_STORE = Known(asked=False)


def without_case(known: Known, case_id: int) -> Known:
    """What we know beside one case: the case that a mail opened when it could not be read must not swallow it as an answer now."""

    def other(case: KnownCase | None) -> KnownCase | None:
        return case if case is not None and case.id != case_id else None

    return replace(
        known,
        same_content=other(known.same_content),
        by_reference=other(known.by_reference),
        by_number=tuple(filter(other, known.by_number)),
        by_sender=tuple(filter(other, known.by_sender)),
    )
