"""What the company has configured, as plain values that decisions need. Built by `daemon` from settings and rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from mailbot.claims.clocks import Terms
from mailbot.claims.customers import Customers
from mailbot.claims.work_calendar import WorkCalendar


@dataclass(frozen=True, slots=True)
class Person:
    """One of our people (decisions.md 28). `roles` out of specialist, head, director, legal, operator, privacy."""

    id: str
    name: str
    addresses: tuple[str, ...]
    roles: tuple[str, ...] = ("specialist",)
    categories: tuple[str, ...] = ()
    triage: bool = False
    language: str = "ru"
    timezone: str | None = None
    substitute: str | None = None
    case_letters: str = "digest"  # when the letter about a new case comes: digest (urgent ones at once all the same) | at_once
    name_en: str = ""  # her name for who reads another language than Russian, "" where it is to be transliterated


@dataclass(frozen=True, slots=True)
class HomeMailbox:
    """One of our claims mailboxes. `aliases` are further addresses that land in it; `taken_from` parts history from live mail."""

    name: str
    address: str
    aliases: tuple[str, ...] = ()
    taken_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """How many automatic letters may go (decisions.md 24, reliability.md 5), and how much may be commanded by mail."""

    per_address_per_day: int = 5
    per_domain_per_hour: int = 30
    per_free_domain_per_hour: int = 300
    overall_per_hour: int = 500
    unauthenticated_per_hour: int = 50
    new_cases_per_address_per_day: int = 20  # what is over them stands in one case
    bounced_percent: int = 20  # where more than these come back within an hour, the others wait
    commands_per_hour: int = 60  # of one person, as the next three (A13)
    closes_per_mail: int = 5  # over them, and over those an hour, she is asked back
    closes_per_hour: int = 20
    refusals_answered_per_hour: int = 10  # over them refused commands are only kept, and the operator hears


@dataclass(frozen=True, slots=True)
class Policy:
    """All that `decide` may know of the company. The empty policy is what `explain` uses without a configuration."""

    mailboxes: tuple[HomeMailbox, ...] = ()
    people: tuple[Person, ...] = ()
    company_domains: frozenset[str] = frozenset()
    departments: dict[str, str] = field(default_factory=dict)
    customers: Customers = field(default_factory=Customers)  # the important ones
    forwarders: frozenset[str] = frozenset()  # addresses or @domains that forward to us
    free_mail_domains: frozenset[str] = frozenset()
    no_reply_words: tuple[str, ...] = ("no-reply", "noreply", "no_reply", "donotreply", "do-not-reply", "mailer-daemon", "postmaster")
    spam_senders: frozenset[str] = frozenset()
    languages: tuple[str, ...] = ("ru", "en")
    default_language: str = "ru"
    answer_enquiries: bool = False
    answer_suppressed: bool = True  # acknowledge a person's mail that carries X-Auto-Response-Suppress (reliability.md L6)
    authserv_id: str | None = None
    checks_dkim: bool = False  # the program checks signatures of our own people's mail itself
    triage_below: float = 0.5  # claim_confidence below this: a person must say
    not_claim_below: float = 0.2  # below this: an enquiry
    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    calendar_version: str = ""
    terms: Terms = field(default_factory=Terms)  # rules/deadlines.toml; the empty ones start no clock
    office: tzinfo = field(default_factory=lambda: ZoneInfo("Europe/Moscow"))
    answer_working_days: int = 3
    answer_hard_working_days: int = 5
    acknowledge_working_days: int = 1
    join_within_days: int = 14
    reopen_within_days: int = 90
    limits: Limits = field(default_factory=Limits)
    rehearsal: bool = False
    director_above: float | None = None  # roubles: a decision that grants more needs the director
    own_addresses: frozenset[str] = field(init=False, compare=False, repr=False)  # our claims addresses and their aliases, case-folded
    own_domains: frozenset[str] = field(init=False, compare=False, repr=False)  # the company's, case-folded
    department_addresses: frozenset[str] = field(init=False, compare=False, repr=False)
    _people_by_address: Mapping[str, Person] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """What is asked several times of each mail, by its key."""
        people = {a.casefold(): person for person in reversed(self.people) for a in person.addresses}
        seen = {
            "own_addresses": frozenset(a.casefold() for box in self.mailboxes for a in (box.address, *box.aliases)),
            "own_domains": frozenset(domain.casefold() for domain in self.company_domains),
            "department_addresses": frozenset(a.casefold() for a in self.departments.values()),
            "_people_by_address": people,
        }
        for name, value in seen.items():
            object.__setattr__(self, name, value)

    @property
    def proves_senders(self) -> bool:
        """Somebody we trust looks at who sent a mail: our mail server, or the program itself."""
        return bool(self.authserv_id) or self.checks_dkim

    def person_at(self, address: str) -> Person | None:
        return self._people_by_address.get(address.casefold())
