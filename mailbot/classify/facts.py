"""What the customer stated, out of everything read: each fact once, with its exact words and where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, tzinfo

from mailbot.claims.facts import Fact, Facts
from mailbot.claims.message import IncomingMail
from mailbot.claims.understanding import Phrases
from mailbot.classify.amounts import read_amounts
from mailbot.classify.category import Reading
from mailbot.classify.contacts import read_emails, read_inn, read_phones
from mailbot.classify.demands import is_legal_threat, is_safety, remedies, sender_kind, urgency
from mailbot.classify.events import Event, earliest, read_events
from mailbot.classify.models import read_models
from mailbot.classify.quantities import Units, read_quantities
from mailbot.classify.references import read_references
from mailbot.classify.sheet import Sheet, lay_out
from mailbot.classify.warranty import read_terms
from mailbot.rulebook import Rules

_LISTS = (
    "orders", "contracts", "serials", "batches", "articles", "models", "claims", "cases", "emails",
    "documents", "quantities", "amounts", "warranty_terms",
)  # fmt: skip


def lay_out_all(readings: Sequence[Reading], mail: IncomingMail, language: str, received_at: datetime, office: tzinfo) -> list[Sheet]:
    """Every place laid out; what a forwarded letter says of days is meant from the day it was written."""
    arrived = received_at.astimezone(office).date()
    written = arrived
    if mail.forwarded is not None and mail.forwarded.sent_at is not None:
        written = min(arrived, mail.forwarded.sent_at.date())
    return [lay_out(one, language, written if one.place.in_.startswith("forwarded") else arrived) for one in readings]


def read_facts(
    sheets: Sequence[Sheet], mail: IncomingMail, rules: Rules, units: Units, phrases: Phrases, today: date, *, wants: bool, idle: bool
) -> tuple[Facts, date | None]:
    """The facts of a letter laid out, and the last day of the warranty where the letter names it.

    `wants`: it may be a claim, so that demands in it are the customer's; `idle`: it is none and asks for nothing.
    """
    found: dict[str, list[Fact]] = {name: [] for name in _LISTS}
    phones: list[str] = []
    inn: list[str] = []
    events: list[Event] = []
    for sheet in sheets:
        found["emails"] += read_emails(sheet)
        inn += read_inn(sheet.text)
        phones += read_phones(sheet.text, sheet.language, sheet)
        for name, fact in read_references(sheet):
            found[name].append(fact)
        found["amounts"] += read_amounts(sheet)
        events += read_events(sheet)
        found["warranty_terms"] += read_terms(sheet)
        found["quantities"] += read_quantities(sheet, units)
        found["models"] += read_models(sheet)
    inn += read_inn(mail.signature)
    phones += read_phones(mail.signature, sheets[0].language if sheets else "ru")
    safety, legal = is_safety(sheets), is_legal_threat(sheets, counterparty=bool(phrases.counterparty or phrases.advertising))
    once = {name: tuple(_once(facts)) for name, facts in found.items()}
    wanted_by = earliest(events, "due")
    facts = Facts(
        orders=once["orders"],
        contracts=once["contracts"],
        serials=once["serials"],
        batches=once["batches"],
        articles=once["articles"],
        models=once["models"],
        claims=once["claims"],
        cases=once["cases"],
        emails=once["emails"],
        documents=once["documents"],
        quantities=once["quantities"],
        amounts=once["amounts"],
        warranty_terms=once["warranty_terms"],
        purchased_on=earliest(events, "day_purchased"),
        delivered_on=earliest(events, "day_delivered"),
        commissioned_on=earliest(events, "day_commissioned"),
        expires_on=earliest(events, "day_expires"),
        answer_wanted_by=wanted_by,
        phones=tuple(dict.fromkeys(phones)),
        inn=tuple(dict.fromkeys(inn)),
        remedies=remedies(sheets) if wants else (),
        urgency=urgency(sheets, safety=safety, pressing=legal, wanted_by=wanted_by, today=today, idle=idle),
        safety=safety,
        legal_threat=legal,
        withdrawal=phrases.withdrawal,
        sender_kind=sender_kind(sheets, mail, inn, rules.free_mail_domains),
    )
    return facts, earliest(events, "warranty")


def _once(facts: Iterable[Fact]) -> list[Fact]:
    """The same number told again is told once: where it is told with its date, else where it stands first."""
    kept: dict[tuple[object, ...], Fact] = {}
    for fact in facts:
        key = (str(fact.value).casefold(), fact.type, fact.unit, fact.role, fact.currency)
        held = kept.get(key)
        if held is None or (held.date is None and fact.date is not None):
            kept[key] = fact
    return list(kept.values())
