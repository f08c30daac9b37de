"""What the customer stated: numbers, dates, quantities, demands; each with its exact words and where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

REMEDIES = (
    "replace", "refund", "repair", "price_reduction", "completion", "documents", "compensation", "inspection", "pickup", "decision",
    "answer",
)  # fmt: skip
URGENCIES = ("low", "normal", "high", "critical")


@dataclass(frozen=True, slots=True)
class Fact:
    """One stated fact. `text` is the exact slice [start:end] of the place `in_`; `value` its normalised form."""

    text: str
    value: str | float | int
    start: int
    end: int
    in_: str
    date: date | None = None  # "… от 02.09.2026"
    type: str | None = None  # documents: invoice | upd | waybill | …
    unit: str | None = None  # quantities: a code of rules/units.toml; warranty terms: day | month | year | hour
    role: str | None = None  # quantities: by_papers | received | missing | surplus | defective | damaged | total | unknown
    currency: str | None = None  # amounts: ISO 4217
    rule: str = ""  # quantities: "model counts …" where the model of counts told the role, else the rules did


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item of a letter that complains of several: a row of a table or a line of a list. A count that is not told is None."""

    article: str
    name: str
    unit: str
    start: int
    end: int
    in_: str
    by_papers: float | None = None
    received: float | None = None
    missing: float | None = None
    surplus: float | None = None
    damaged: float | None = None
    defective: float | None = None


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two counts of a letter that do not agree: `what` is row (papers less receipt) or sum (a column's total), `role` what was counted."""

    what: str
    item: str
    role: str
    stated: float
    counted: float
    text: str
    start: int
    end: int
    in_: str


@dataclass(frozen=True, slots=True)
class Facts:
    orders: tuple[Fact, ...] = ()
    contracts: tuple[Fact, ...] = ()
    serials: tuple[Fact, ...] = ()
    batches: tuple[Fact, ...] = ()
    articles: tuple[Fact, ...] = ()
    models: tuple[Fact, ...] = ()
    claims: tuple[Fact, ...] = ()  # the customer's own or outgoing number
    cases: tuple[Fact, ...] = ()  # our case numbers, value "2026-0451"
    emails: tuple[Fact, ...] = ()
    documents: tuple[Fact, ...] = ()
    quantities: tuple[Fact, ...] = ()
    lines: tuple[ItemLine, ...] = ()  # items told one by one, a row or a line each
    contradictions: tuple[Contradiction, ...] = ()
    amounts: tuple[Fact, ...] = ()
    warranty_terms: tuple[Fact, ...] = ()
    purchased_on: date | None = None
    delivered_on: date | None = None
    commissioned_on: date | None = None
    expires_on: date | None = None
    answer_wanted_by: date | None = None
    phones: tuple[str, ...] = ()  # E.164
    inn: tuple[str, ...] = ()
    remedies: tuple[str, ...] = ()
    urgency: str = "normal"  # one of URGENCIES
    safety: bool = False
    legal_threat: bool = False
    withdrawal: str = "none"  # none | partial | full
    sender_kind: str = "unknown"  # consumer | business | unknown


@dataclass(frozen=True, slots=True)
class Warranty:
    """`until` is the last day, inclusive. `code` is for programs, `reason` one sentence for people."""

    status: str = "unknown"  # valid | expired | unknown | not_applicable
    until: date | None = None
    code: str = "no_data"
    reason: str = "The letter states neither a purchase date nor a warranty term."
