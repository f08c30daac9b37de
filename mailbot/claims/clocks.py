"""The rule of one clock as data (domain.md 2.3) and the values that come of it. Only values; counting is in `deadlines`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

UNITS = ("hour", "calendar_day", "working_day", "month", "year")
ROLLS = ("none", "forward", "backward")
ROLES = ("specialist", "head", "director", "legal", "operator", "privacy")
KINDS = ("internal", "promised", "contract", "statute", "foreign_statute", "counterparty", "customer")
SIDES = ("us", "customer", "regress")  # who must act: we, the customer (to know), we towards a carrier or supplier
ACKNOWLEDGEMENT, FORMAL_ANSWER, CONTRACT_ANSWER = "acknowledgement", "formal_answer", "contract_answer"
PROMISED = "event:promised"  # the trigger of a term whose day stands in the event itself


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of the escalation ladder (decisions.md 27): who hears when.

    Exactly one of these: `share` of the office time from trigger to due (0.0 … 1.0), `minutes` after the trigger (by the wall
    clock), `days_before` calendar days before due, `working_days` after the trigger. `against` says which of the two dates a share
    runs to. A step without roles is a reminder to somebody outside the ladder (jobs/steps.py).
    """

    name: str  # goes into the unique key of table `escalated`
    roles: tuple[str, ...]
    share: float | None = None
    minutes: int | None = None
    days_before: int | None = None
    against: str = "due"  # due | hard
    working_days: int | None = None


@dataclass(frozen=True, slots=True)
class Applies:
    """To which cases a rule applies; an empty list asks nothing. What is not known of a case fits any list (domain.md 2.3 b)."""

    category: tuple[str, ...] = ()
    consumer: tuple[str, ...] = ()  # yes | no
    remedy: tuple[str, ...] = ()
    contract_flag: tuple[str, ...] = ()  # a flag of its contract; a case without a contract has none
    flag: tuple[str, ...] = ()  # a flag of the case
    jurisdiction: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    regress: tuple[str, ...] = ()  # whom we claim on: carrier | road | rail | forwarder | cmr | air | sea | supplier


@dataclass(frozen=True, slots=True)
class ClockRule:
    """One rule of rules/deadlines.toml. `amount` in `unit`; `hard_amount` is the outer limit in the same unit."""

    id: str
    title: str
    amount: int
    unit: str  # one of UNITS
    title_en: str = ""
    kind: str = "internal"  # one of KINDS
    side: str = "us"  # one of SIDES
    jurisdiction: str = ""
    applies: Applies = field(default_factory=Applies)
    trigger: str = "received_at"  # received_at | sent_at | demand_at | registered_at | state:… | doc:….date | event:… | fact:…
    met_by: tuple[str, ...] = ()  # acknowledged | answered | state:… | event:…
    instead_of: str = ""  # where this rule runs, that one does not
    hard_amount: int | None = None
    roll: str = "none"  # one of ROLLS
    pausable: bool = True
    pause_at_most: int | None = None  # of all waits for the customer together, in `unit`; after that the clock goes on
    shown_to_customer: bool = False
    steps: tuple[Step, ...] = ()
    reminders: tuple[Step, ...] = ()
    consequence: str = ""
    source: str = ""
    status: str = "confirmed"
    valid_from: date | None = None
    valid_to: date | None = None
    rule: str = ""  # "deadlines.toml:12"

    @property
    def is_confirmed(self) -> bool:
        """An unconfirmed term is shown as a guide («ориентировочно») and troubles nobody but the specialist."""
        return self.status == "confirmed"

    @property
    def is_statute(self) -> bool:
        return self.kind in {"statute", "foreign_statute"}

    def named(self, language: str) -> str:
        return self.title if language == "ru" else self.title_en or self.title


@dataclass(frozen=True, slots=True)
class Contract:
    """One [[contract]]: by its number, or by the other party's ИНН. `answer`: its own term for an answer to a claim."""

    number: str
    inn: str = ""
    flags: tuple[str, ...] = ()
    answer_amount: int | None = None
    answer_unit: str = "calendar_day"
    jurisdiction: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """All of rules/deadlines.toml. `version` goes onto each clock, so that it can be told by which rules it was counted."""

    rules: tuple[ClockRule, ...] = ()
    contracts: tuple[Contract, ...] = ()
    version: str = ""
    longest_wait: int = 30  # calendar days ahead that `!wait … until` may name

    def rule(self, name: str) -> ClockRule | None:
        return next((rule for rule in self.rules if rule.id == name), None)


@dataclass(frozen=True, slots=True)
class DueDate:
    """When one clock runs out. `plan_by` is the working day we plan for where the legal date rolls forward (domain.md 2.2.2)."""

    rule: str
    due_by: datetime
    hard_by: datetime | None
    plan_by: datetime
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock of a case, as it is kept. `paused_for`: office seconds of the pauses that have ended. `trace`: the arithmetic."""

    rule: str
    about: str
    kind: str
    trigger: str
    started_at: datetime
    due_by: datetime
    hard_by: datetime | None
    plan_by: datetime
    provisional: bool
    state: str = "running"  # running | paused | met | stopped | replaced
    paused_at: datetime | None = None
    paused_for: int = 0
    met_at: datetime | None = None
    stopped_at: datetime | None = None
    why: str = ""
    trace: str = ""
    policy: str = ""
    calendar: str = ""
    id: int = 0  # 0: not yet kept

    @property
    def key(self) -> tuple[str, str]:
        """What no two clocks that run have in common, within one opening of a case."""
        return self.rule, self.about

    @property
    def runs(self) -> bool:
        return self.state in {"running", "paused"}


def headline(clocks: tuple[Clock, ...], terms: Terms) -> Clock | None:
    """The clock of ours that is due first; one whose rule is not confirmed only where there is no other (domain.md 2.3 a, f).

    The acknowledgement leaves by itself, and has alarms of its own.
    """
    ours = [clock for clock in clocks if clock.state == "running" and clock.rule != ACKNOWLEDGEMENT and side_of(clock, terms) == "us"]
    return min(ours, key=lambda clock: (not _is_confirmed(clock, terms), clock.due_by, clock.rule), default=None)


def side_of(clock: Clock, terms: Terms) -> str:
    rule = terms.rule(clock.rule)
    return rule.side if rule is not None else "us"


def _is_confirmed(clock: Clock, terms: Terms) -> bool:
    rule = terms.rule(clock.rule)
    return rule is None or rule.is_confirmed
