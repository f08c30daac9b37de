"""From settings and rules to the plain values that decisions and letters need."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from mailbot.claims.clocks import ACKNOWLEDGEMENT, FORMAL_ANSWER, Terms
from mailbot.claims.customers import Customers
from mailbot.claims.guard import GuardWords
from mailbot.claims.letters import House
from mailbot.claims.policy import HomeMailbox, Limits, Person, Policy
from mailbot.rulebook import Rules, load_rules
from mailbot.rulebook.approval import load_original_defect
from mailbot.rulebook.catalogue import read_catalogue
from mailbot.rulebook.customers import read_customers
from mailbot.rulebook.deadlines import load_terms
from mailbot.rulebook.guard import load_guard
from mailbot.rulebook.production_calendar import calendar_version, load_calendar

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
    guard: GuardWords = field(default_factory=GuardWords)  # what a letter by one of our people is asked back for
    original_defect: re.Pattern[str] = field(default_factory=lambda: re.compile("(?!)"))  # the customer says it was there from the start


def lay_ground(settings: Settings, now: datetime) -> Ground:
    """Read the rules and build the policy. Errors: SetupError with every fault of the file that is wrong."""
    own = settings.files.rules
    rules, terms = load_rules(own), _first_answers(load_terms(own), settings)
    look_at_files(settings)
    policy = _policy(settings, rules, terms, now)
    return Ground(settings, rules, terms.rules, policy, _house(settings), load_guard(own), load_original_defect(own))


def _first_answers(terms: Terms, settings: Settings) -> Terms:
    """The two first answers by the settings, which are nearer to the operator than the rules (decisions.md 25)."""
    days = settings.deadlines
    answers: dict[str, tuple[int, int | None]] = {
        ACKNOWLEDGEMENT: (days.acknowledge_working_days, None),
        FORMAL_ANSWER: (days.answer_working_days, days.answer_hard_working_days),
    }

    def by_settings(rule: ClockRule) -> ClockRule:
        if rule.id not in answers:
            return rule
        amount, hard = answers[rule.id]
        return replace(rule, amount=amount, hard_amount=hard, unit="working_day")

    return replace(terms, rules=tuple(map(by_settings, terms.rules)))


def look_at_files(settings: Settings) -> None:
    """What only the reading children use must be right before they start. Errors: SetupError."""
    from mailbot.classify.model_file import read_model

    files = settings.files
    if files.catalogue is not None:
        read_catalogue(files.catalogue)
    if files.model is not None and files.model.is_file():
        read_model(files.model)


def _policy(settings: Settings, rules: Rules, terms: Terms, now: datetime) -> Policy:
    calendar = load_calendar(settings.files.rules, range(now.year - _YEARS_BACK, now.year + _YEARS_AHEAD))
    return Policy(
        mailboxes=tuple(HomeMailbox(box.name, box.address, box.aliases) for box in settings.mailbox),
        people=tuple(
            Person(
                p.id, p.name, p.addresses, tuple(p.role), p.categories, p.triage, p.language, p.timezone, p.substitute, p.case_letters,
                p.name_en,
            )
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
        checks_dkim=settings.security.check_dkim,
        triage_below=settings.reading.triage_below,
        not_claim_below=settings.reading.not_claim_below,
        calendar=calendar,
        calendar_version=calendar_version(calendar),
        terms=terms,
        office=ZoneInfo(settings.office.timezone),
        answer_working_days=settings.deadlines.answer_working_days,
        answer_hard_working_days=settings.deadlines.answer_hard_working_days,
        acknowledge_working_days=settings.deadlines.acknowledge_working_days,
        limits=Limits(**settings.limits.model_dump()),
        rehearsal=settings.mode == "rehearsal",
        director_above=settings.approval.director_above,
    )


def _house(settings: Settings) -> House:
    return House(**settings.company.model_dump(exclude={"domains", "contact_person_en"}))


def send_limits(ground: Ground) -> SendLimits:
    """The limits of the outbox (decisions.md 24)."""
    from mailbot.store.outbox import SendLimits

    limits = ground.policy.limits
    return SendLimits(
        per_domain_per_hour=limits.per_domain_per_hour,
        per_free_domain_per_hour=limits.per_free_domain_per_hour,
        overall_per_hour=limits.overall_per_hour,
        unauthenticated_per_hour=limits.unauthenticated_per_hour,
        bounced_percent=limits.bounced_percent,
        free_domains=ground.policy.free_mail_domains,
    )
