"""A case, its states, and the one table of the moves it may make (domain.md 1.2, 1.3)."""

from __future__ import annotations

from collections.abc import Collection
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
WAIT_FOR_CUSTOMER = ("clarification", "documents", "payment_guarantee", "return_of_goods", "inspection_date")
WAIT_INSIDE = ("design", "inspection")  # somebody else has the ball, and our clocks go on
UNTIL_SEEN = ("inspection", "inspection_date", "return_of_goods")  # of these waits an inspection that was held is the end
CLOSE_REASONS = ("withdrawn_in_writing", "resolved_no_reply", "rejected_final", "duplicate", "merged", "court")
COST_BEARERS = ("ours", "customer", "carrier", "supplier", "disputed")
WARRANTY = ("valid", "expired", "unknown", "not_applicable")
BOT = "bot"
MAILBOT = "mailbot"  # who acts, in the record of a case, where the program does it by itself


@dataclass(frozen=True, slots=True)
class Transition:
    """One move: from any of `from_` by an `event`, to a state (None: it stays where it is), by whom.

    `reasons`: it carries one of these codes, of waiting or of closing. `needs`: what the case must have first: `cost_bearer`, or
    `payment_guarantee` for a case that waits for one, or had an offer sent that nobody has taken up yet; a row that needs `inspection` is
    for a case that waits for one (UNTIL_SEEN), and the row after it for all others.
    """

    number: str  # of domain.md 1.3; a letter that the page does not have is ours, and its comment says why
    from_: frozenset[State]
    to: State | None
    event: str
    by: frozenset[str]
    reasons: tuple[str, ...] = ()
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands, as far as the table asks."""

    state: State
    wait_reason: str | None = None
    cost_bearer: str | None = None
    offered: bool = False  # a paid repair, and no guarantee has come yet


@dataclass(frozen=True, slots=True)
class Refusal:
    """The table does not have this move. `why`: state | role | reason | cost_bearer | guarantee (`claims.state_words` has the sentence)."""

    why: str
    state: State
    event: str
    possible: tuple[str, ...]  # of the state: events; of a reason: codes; of a role: roles


_NONE, _ANY = frozenset[State](), frozenset(State)
_BOT = frozenset({BOT})
_PERSON = frozenset({"specialist", "head", "director", "legal", "operator"})
_APPROVER = frozenset({"head", "director", "legal"})
_N, _T, _G, _R, _W, _A, _E, _S, _C, _X = (frozenset({state}) for state in State)

TRANSITIONS = (
    #          #      from          to                         event                  by             reasons, needs
    Transition("1", _NONE, State.NEW, "fetched", _BOT),
    Transition("2", _N, State.REGISTERED, "registered", _BOT),
    Transition("2a", _T, State.REGISTERED, "read_again", _BOT),  # ours: a mail nobody could read can be read now
    Transition("3", _N, State.TRIAGE, "doubted", _BOT),
    Transition("4", _T | _N, State.REGISTERED, "confirmed", _PERSON),
    Transition("4a", _X, State.REGISTERED, "confirmed", _PERSON),  # ours: a person takes her "no claim" back
    Transition("5", _T | _N, State.NOT_CLAIM, "not_claim", _BOT | _PERSON),
    Transition("6", _G, State.REVIEW, "review", _PERSON),
    Transition("6a", _E | _S, State.REVIEW, "review", _PERSON),  # ours: she is not content, or it cannot be done as it was decided
    Transition("7", _R, State.WAITING_CUSTOMER, "asked", _PERSON, WAIT_FOR_CUSTOMER),
    Transition("7a", _W, State.WAITING_CUSTOMER, "asked", _PERSON, WAIT_FOR_CUSTOMER),  # ours: asked again, for something else
    Transition("8", _W, State.REVIEW, "customer_replied", _BOT | _PERSON),  # the bot too: our clocks go on from the letter's arrival
    Transition("8a", _W, State.EXECUTION, "guarantee_came", _PERSON, needs="payment_guarantee"),
    Transition("8b", _W, State.REVIEW, "wait_ended", _BOT),  # ours: the day has come until which a person said that we wait
    # ours: her letter, or the day until which we waited, took the case back into review before anybody said that it was the guarantee
    Transition("8c", _R, State.EXECUTION, "guarantee_came", _PERSON, needs="payment_guarantee"),
    Transition("9", _W, State.WAITING_CUSTOMER, "reminded", _BOT),
    Transition("10", _W, State.APPROVAL, "silence_drafted", _PERSON),
    Transition("11", _R, State.REVIEW, "department_reminded", _BOT),
    Transition("11a", _R | _E, None, "waits", _PERSON, (*WAIT_INSIDE, "return_of_goods", "inspection_date")),  # ours: `!wait design`
    Transition("11b", _R | _E, None, "wait_ended", _BOT),  # ours: the same inside the house, or what was awaited has come
    Transition("12", _R, State.APPROVAL, "submitted", _PERSON),
    Transition("13", _A, State.REVIEW, "returned", _APPROVER),
    Transition("13a", _A, State.REVIEW, "withdrawn_draft", _PERSON),  # ours: she takes her own draft back
    Transition("14", _A, State.EXECUTION, "decision_sent", _PERSON, needs="cost_bearer"),
    Transition("14a", _A, State.WAITING_CUSTOMER, "offer_sent", _PERSON, ("payment_guarantee",)),
    Transition("15", _A, State.AWAITING_WITHDRAWAL, "explanation_sent", _PERSON),
    Transition("15a", _A, State.CLOSED, "closed", _PERSON, ("rejected_final",)),
    Transition("16", _E, State.EXECUTION, "inspected", _PERSON),
    Transition("16a", _R, State.REVIEW, "inspected", _PERSON),  # ours: an inspection may come before the decision
    Transition("16b", _W, State.REVIEW, "inspected", _PERSON, needs="inspection"),  # ours: the goods are here, that was awaited
    Transition("16c", _W, State.WAITING_CUSTOMER, "inspected", _PERSON),  # ours: seen, and the customer still owes us something else
    Transition("17", _E, State.AWAITING_WITHDRAWAL, "executed", _PERSON),
    Transition("18", _S, State.AWAITING_WITHDRAWAL, "withdrawal_reminded", _BOT),
    Transition("19", OPEN_STATES, State.CLOSED, "closed", _PERSON, ("withdrawn_in_writing",)),
    Transition("20", _S, State.CLOSED, "closed", _PERSON, ("resolved_no_reply",)),
    Transition("20a", OPEN_STATES, None, "further_mail", _BOT | _PERSON),
    Transition("20b", OPEN_STATES, State.CLOSED, "closed", _PERSON, ("duplicate", "merged")),
    # ours: settled outside the program (by telephone, by a colleague's own letter), or gone to court
    Transition("20c", OPEN_STATES, State.CLOSED, "closed", _PERSON, ("resolved_no_reply", "rejected_final", "court")),
    Transition("21", _C, State.REVIEW, "reopened", _BOT | _PERSON),
    Transition("22", _ANY, None, "legal_hold", _PERSON),
)


def allowed(standing: Standing, event: str, roles: Collection[str], reason: str | None = None) -> Transition | Refusal:
    """The move of the table, or why there is none. `roles` of who makes it: those of a person, or {BOT}."""
    rows = [row for row in TRANSITIONS if row.event == event and standing.state in row.from_]
    if not rows:
        return Refusal("state", standing.state, event, possible_events(standing.state))
    mine = [row for row in rows if row.by & set(roles)]
    if not mine:
        return Refusal("role", standing.state, event, tuple(sorted(frozenset[str]().union(*(row.by for row in rows)))))
    fitting = [row for row in mine if reason in row.reasons or not row.reasons]
    if not fitting:
        return Refusal("reason", standing.state, event, tuple(dict.fromkeys(code for row in mine for code in row.reasons)))
    row = next(row for row in fitting if row.needs != "inspection" or standing.wait_reason in UNTIL_SEEN)
    if row.needs == "cost_bearer" and standing.cost_bearer is None:
        return Refusal("cost_bearer", standing.state, event, COST_BEARERS)
    waits = standing.wait_reason == "payment_guarantee" or standing.offered
    if row.needs == "payment_guarantee" and not waits:
        return Refusal("guarantee", standing.state, event, possible_events(standing.state))
    return row


def possible_events(state: State, roles: Collection[str] = _PERSON) -> tuple[str, ...]:
    """What somebody of these roles can do with a case in this state, in the order of the table."""
    return tuple(dict.fromkeys(row.event for row in TRANSITIONS if state in row.from_ and row.by & set(roles)))


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
    legal_hold: bool = False  # with the lawyer: nothing goes to its customer by itself (domain.md 1.3 #22)


@dataclass(frozen=True, slots=True)
class KnownLetter:
    """A letter of ours that a mail refers to."""

    message_id: str
    kind: str  # acknowledgement | digest | escalation | …
    case_number: str | None
    to: str
    returned: bool = False  # it came back before


@dataclass(frozen=True, slots=True)
class Alike:
    """A case that shares marks with a mail (claims.same_trouble). `stated`: all serials and orders it names, as marks."""

    case: KnownCase
    marks: frozenset[str]
    stated: frozenset[str] = frozenset()


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
    alike: tuple[Alike, ...] = ()  # cases of anybody that share marks with it
    bounced: KnownLetter | None = None  # the letter of ours that bounced
    letters_to_sender_today: int = 0  # automatic letters to the addressee in the last 24 hours
    cases_of_sender_today: int = 0  # opened in the last 24 hours
    flood: KnownCase | None = None  # of these the one that gathers what is over the limit
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
        alike=tuple(one for one in known.alike if one.case.id != case_id),
    )
