"""From settings and rules to the plain values that decisions and letters need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from mailbot.claims.customers import Customers
from mailbot.claims.letters import House
from mailbot.claims.policy import HomeMailbox, Limits, Person, Policy
from mailbot.rulebook import Rules, load_rules
from mailbot.rulebook.catalogue import read_catalogue
from mailbot.rulebook.customers import read_customers
from mailbot.rulebook.deadlines import load_deadlines
from mailbot.rulebook.production_calendar import load_calendar

if TYPE_CHECKING:
    from mailbot.claims.clocks import ClockRule
    from mailbot.config import Settings
    from mailbot.store.outbox import SendLimits

_YEARS_BACK, _YEARS_AHEAD = 8, 3


@dataclass(frozen=True, slots=True)
class Ground:
    """What everything stands on: settings, rules, clock rules, and the policy made of them."""

    settings: Settings
    rules: Rules
    clocks: tuple[ClockRule, ...]
    policy: Policy
    house: House


def lay_ground(settings: Settings, now: datetime) -> Ground:
    """Read the rules and build the policy. Errors: SetupError with every fault of the file that is wrong."""
    own = settings.files.rules
    rules, clocks = load_rules(own), load_deadlines(own)
    look_at_files(settings)
    return Ground(settings, rules, clocks, _policy(settings, rules, own, now), _house(settings))


def look_at_files(settings: Settings) -> None:
    """What only the reading children use must be right before they start. Errors: SetupError."""
    from mailbot.classify.model_file import read_model

    files = settings.files
    if files.catalogue is not None:
        read_catalogue(files.catalogue)
    if files.model is not None and files.model.is_file():
        read_model(files.model)


def _policy(settings: Settings, rules: Rules, own: Path | None, now: datetime) -> Policy:
    return Policy(
        mailboxes=tuple(HomeMailbox(box.name, box.address, box.aliases) for box in settings.mailbox),
        people=tuple(
            Person(p.id, p.name, p.addresses, tuple(p.role), p.categories, p.triage, p.language, p.timezone, p.substitute)
            for p in settings.person
        ),
        company_domains=frozenset(domain.casefold() for domain in settings.company.domains),
        departments=dict(settings.departments),
        customers=read_customers(settings.files.customers, rules.free_mail_domains) if settings.files.customers else Customers(),
        forwarders=frozenset(settings.forwarders),
        free_mail_domains=rules.free_mail_domains,
        languages=settings.languages.known,
        default_language=settings.languages.default,
        answer_enquiries=settings.answer_enquiries,
        answer_suppressed=settings.answer_suppressed,
        authserv_id=next((box.authserv_id for box in settings.mailbox if box.authserv_id), None),
        triage_below=settings.reading.triage_below,
        not_claim_below=settings.reading.not_claim_below,
        calendar=load_calendar(own, range(now.year - _YEARS_BACK, now.year + _YEARS_AHEAD)),
        office=ZoneInfo(settings.office.timezone),
        answer_working_days=settings.deadlines.answer_working_days,
        answer_hard_working_days=settings.deadlines.answer_hard_working_days,
        acknowledge_working_days=settings.deadlines.acknowledge_working_days,
        limits=Limits(**settings.limits.model_dump()),
        rehearsal=settings.mode == "rehearsal",
    )


def _house(settings: Settings) -> House:
    return House(**settings.company.model_dump(exclude={"domains"}))


def send_limits(ground: Ground) -> SendLimits:
    """The limits of the outbox (decisions.md 24)."""
    from mailbot.store.outbox import SendLimits

    limits = ground.policy.limits
    return SendLimits(
        per_domain_per_hour=limits.per_domain_per_hour,
        per_free_domain_per_hour=limits.per_free_domain_per_hour,
        overall_per_hour=limits.overall_per_hour,
        unauthenticated_per_hour=limits.unauthenticated_per_hour,
        free_domains=ground.policy.free_mail_domains,
    )
