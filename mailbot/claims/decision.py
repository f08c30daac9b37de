"""What is to be done with one mail: the value between reading and writing. A decision without a reason is a bug."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from mailbot.claims.message import Address, Kind
from mailbot.claims.same_trouble import Proposal

CaseAction = Literal["open", "triage", "join", "none"]
Acknowledge = Literal["now", "after_confirmation", "no"]


@dataclass(frozen=True, slots=True)
class Alert:
    """Somebody must hear at once. `step` names it in the table `escalated` (decisions.md 27)."""

    step: str  # safety | legal | bounce | unreadable | privacy | important
    roles: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with a mail and why. `claimant` is the person written for (of a forward: the inner sender)."""

    kind: Kind
    kind_reason: str
    case: CaseAction
    reason: str
    topic: str | None = None  # enquiries only
    join: str | None = None  # number of the case joined
    relation: Literal["customer", "third_party", "staff", "robot"] = "customer"
    claimant: Address | None = None
    acknowledge: Acknowledge = "no"
    acknowledge_to: Address | None = None
    acknowledge_language: str = "ru"
    also_in: str | None = None  # a second language below (unknown language: default and English)
    neutral: bool = False  # the sender is not authenticated: echo nothing of theirs (reliability.md R22)
    letters: tuple[str, ...] = ()  # template ids, e.g. ("acknowledgement",)
    acknowledge_by: datetime | None = None
    answer_by: datetime | None = None
    answer_hard_by: datetime | None = None
    history: bool = False
    reopens: bool = False
    answered: bool = False  # a staff reply: the claim counts as answered
    proposes_close: bool = False  # a withdrawal: a person confirms
    partly_withdrawn: bool = False  # she takes some of her demands back: a person says which (`!demands`)
    doubtful_withdrawal: bool = False  # the same, but our mail server denies that the customer wrote it: she is asked first
    propose_join: str | None = None  # number of a case this may belong to
    proposals: tuple[Proposal, ...] = ()  # cases that are probably the same trouble, with what they share
    mentions: tuple[str, ...] = ()  # numbers it names without the right to join
    deferred: bool = False  # over the per-address limit: one collective letter later
    confirm_with: Address | None = None  # a colleague who forwarded: asked to confirm
    new_claim_inside: bool = False  # joined, but it is a claim about another order: flagged for `!split` (decisions.md 20)
    important: bool = False  # of an important customer (the customers file)
    flood: bool = False  # over the address's new cases for the day: what else comes of it joins this one
    unproven: bool = False  # in the name of one of our people, and nothing shows that it is hers
    alerts: tuple[Alert, ...] = ()
