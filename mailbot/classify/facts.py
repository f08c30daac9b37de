"""What the customer stated, out of everything read: each fact once, with its exact words and where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from mailbot.claims.facts import Contradiction, Fact, Facts, ItemLine
from mailbot.claims.message import IncomingMail
from mailbot.claims.understanding import Phrases
from mailbot.classify.amounts import read_amounts, read_written_amounts
from mailbot.classify.category import Reading
from mailbot.classify.columns import Columns, read_columns
from mailbot.classify.contacts import read_emails, read_inn, read_phones
from mailbot.classify.demands import Mood, is_legal_threat, is_safety, read_remedies, sender_kind, urgency
from mailbot.classify.events import Event, earliest, read_events
from mailbot.classify.item_lines import read_tables
from mailbot.classify.lemmas import Lemmatizer
from mailbot.classify.listed_items import in_lists, listed_items
from mailbot.classify.models import read_item_codes, read_lone_serials, read_models
from mailbot.classify.quantities import Learned, read_quantities
from mailbot.classify.references import read_references
from mailbot.classify.sheet import Sheet, lay_out
from mailbot.classify.shortages import disagreements
from mailbot.classify.spoken_numbers import find_numbers
from mailbot.classify.units import Units, read_units
from mailbot.classify.warranty import read_terms
from mailbot.rulebook import Rules

MOST_OF_A_FILE = 5  # papers named in one file, and serial numbers
_LISTS = str.split(
    "orders contracts serials batches articles models claims cases emails documents quantities amounts warranty_terms requests"
)


@dataclass(frozen=True, slots=True)
class FactWords:
    """The rules' words of units and of columns, ready to be looked up; `counts` is the model of counts, None where none is in force."""

    units: Units
    columns: Columns
    counts: Learned | None = None


def read_fact_words(rules: Rules, lemmatizer: Lemmatizer, counts: Learned | None = None) -> FactWords:
    units = read_units(rules, lemmatizer)
    return FactWords(units, read_columns(rules, units.codes, lemmatizer), counts)


@dataclass(slots=True)
class _Gathered:
    """Facts as they are found, by the list they belong to; `requests` are orders where no order is named."""

    facts: dict[str, list[Fact]] = field(default_factory=lambda: {name: [] for name in _LISTS})
    events: list[Event] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    inn: list[str] = field(default_factory=list)
    lines: list[ItemLine] = field(default_factory=list)
    contradictions: list[Contradiction] = field(default_factory=list)

    def once(self, name: str) -> tuple[Fact, ...]:
        return tuple(_once(self.facts[name]))


def lay_out_all(readings: Sequence[Reading], mail: IncomingMail, language: str, received_at: datetime, office: tzinfo) -> list[Sheet]:
    """Every place laid out; what a forwarded letter says of days is meant from the day it was written."""
    arrived = received_at.astimezone(office).date()
    written = arrived
    if mail.forwarded is not None and mail.forwarded.sent_at is not None:
        written = min(arrived, mail.forwarded.sent_at.date())
    days = (written if one.place.in_.startswith("forwarded") else arrived for one in readings)
    return [lay_out(one, language, day, arrived) for one, day in zip(readings, days, strict=True)]


def read_facts(
    sheets: Sequence[Sheet],
    papers: Sequence[Sheet],
    mail: IncomingMail,
    words: FactWords,
    free_mail: frozenset[str],
    phrases: Phrases,
    mood: Mood,
    today: date,
) -> tuple[Facts, date | None]:
    """The facts of a letter and of its files laid out, and the last day of the warranty where the letter names it."""
    found = _Gathered()
    for sheet in sheets:
        _gather(sheet, words, found)
    for sheet in papers:
        _gather_papers(sheet, found)
    found.inn += read_inn(mail.signature)
    found.phones += read_phones(mail.signature, sheets[0].language if sheets else "ru")
    said_now = [sheet for sheet in sheets if not _is_our_subject(sheet)]
    safety, legal = is_safety(said_now), is_legal_threat(said_now, mood)
    wanted_by = earliest(found.events, "due") or earliest(found.events, "wanted")
    facts = Facts(
        orders=found.once("orders") or found.once("requests"),
        contracts=found.once("contracts"),
        serials=found.once("serials") or _lone(sheets, found),
        batches=found.once("batches"),
        articles=found.once("articles"),
        models=_named_once(found),
        claims=found.once("claims"),
        cases=found.once("cases"),
        emails=found.once("emails"),
        documents=found.once("documents"),
        quantities=_told_once(found.once("quantities")),
        lines=tuple(found.lines),
        contradictions=tuple(found.contradictions),
        amounts=_with_currency(found.once("amounts")),
        warranty_terms=found.once("warranty_terms"),
        purchased_on=earliest(found.events, "day_purchased", _receipts(found)) or min(_receipts(found), default=None),
        delivered_on=earliest(found.events, "day_delivered") or earliest(found.events, "day_shipped"),
        commissioned_on=earliest(found.events, "day_commissioned"),
        expires_on=earliest(found.events, "day_expires"),
        answer_wanted_by=wanted_by,
        phones=tuple(phone for phone in dict.fromkeys(found.phones) if phone.removeprefix("+7") not in found.inn),
        inn=tuple(dict.fromkeys(found.inn)),
        remedies=() if phrases.withdrawal == "full" else read_remedies(sheets, mood, is_short=_is_short(found, sheets)),
        urgency=urgency(said_now, mood, safety=safety, legal=legal, wanted_by=wanted_by, today=today),
        safety=safety,
        legal_threat=legal,
        withdrawal=phrases.withdrawal,
        sender_kind=sender_kind(sheets, mail, found.inn, free_mail),
    )
    return facts, earliest(found.events, "warranty")


def _is_our_subject(sheet: Sheet) -> bool:
    """The subject of a letter of ours, answered: it repeats the first letter's words, whose danger or court was told when they came."""
    return sheet.in_ == "subject" and _OUR_SUBJECT.match(sheet.text) is not None


_OUR_SUBJECT = re.compile(r"\s*(?:re|aw|ответ|отв|на)\s*(?:\[\d+\]|\(\d+\))?\s*:.*\[#\d{4}-\d{4,9}\]", re.IGNORECASE | re.DOTALL)


def _told_once(quantities: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """A subject repeats the text's number without its role."""
    told = {(fact.value, fact.unit) for fact in quantities if fact.role != "unknown"}
    return tuple(fact for fact in quantities if fact.role != "unknown" or (fact.value, fact.unit) not in told)


def _with_currency(amounts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """A sum whose currency is told elsewhere in the letter is told once."""
    told = {fact.value for fact in amounts if fact.currency is not None}
    return tuple(fact for fact in amounts if fact.currency is not None or fact.value not in told)


def _named_once(found: _Gathered) -> tuple[Fact, ...]:
    """Models; what the letter calls an article, a batch or a serial number somewhere is no model elsewhere."""
    others = {
        str(fact.value).casefold() for name in ("articles", "batches", "serials", "orders", "contracts") for fact in found.facts[name]
    }
    return tuple(fact for fact in found.once("models") if str(fact.value).casefold() not in others)


def _receipts(found: _Gathered) -> list[date]:
    """ "по чеку 0087 от 8 ноября": where nothing says when it was bought, or only the month, its receipt or warranty card does."""
    papers = (fact for fact in found.facts["documents"] if fact.type == "other" or _CARD.match(fact.text))
    return [fact.date for fact in papers if fact.date is not None]


_CARD = re.compile(r"(?:гарантийн\w+\s+)?талон|warranty\s+card", re.IGNORECASE)


def _is_short(found: _Gathered, sheets: Sequence[Sheet]) -> bool:
    """Something is missing, counted or not."""
    told = any(fact.role == "missing" for fact in found.facts["quantities"])
    return told or any(one.weight >= 1 for sheet in sheets for one in sheet.of("role_missing"))


def _lone(sheets: Sequence[Sheet], found: _Gathered) -> tuple[Fact, ...]:
    """In a letter about a warranty or a model, the one number that nothing else claims is the serial number."""
    if not found.facts["models"] and not any(sheet.of("term_warranty") for sheet in sheets):
        return ()
    return next(((fact,) for sheet in sheets for fact in read_lone_serials(sheet, None)), ())


def _gather(sheet: Sheet, words: FactWords, found: _Gathered) -> None:
    """One place. The order matters: what one reader takes, the next ones leave alone, from the plainest form to the loosest."""
    facts = found.facts
    facts["emails"] += read_emails(sheet)
    found.inn += read_inn(sheet.text)
    tables = read_tables(sheet, words.columns)
    for name in ("articles", "batches", "serials", "quantities"):
        facts[name] += getattr(tables, name)
    found.contradictions += tables.contradictions
    for name, fact in read_references(sheet, words.units.codes):
        facts[name].append(fact)
    found.phones += read_phones(sheet.text, sheet.language, sheet)
    facts["amounts"] += read_amounts(sheet)
    found.events += read_events(sheet)
    numbers = find_numbers(sheet)
    facts["amounts"] += read_written_amounts(sheet, numbers)
    facts["warranty_terms"] += read_terms(sheet, numbers)
    facts["articles"] += read_item_codes(sheet)
    models = [one for one in read_models(sheet, words.units.named) if not any(start <= one.start < end for start, end in tables.names)]
    named = bytearray(len(sheet.text))
    for start, end in tables.names:
        named[start:end] = b"\1" * (end - start)
    counted = [number for number in numbers if not named[number.start] and sheet.free(number.start, number.end)]
    quantities = read_quantities(sheet, counted, words.units, words.counts)
    facts["quantities"] += quantities
    found.contradictions += disagreements(quantities, sheet)
    listed = in_lists(models, quantities, sheet)
    facts["articles"] += listed
    facts["models"] += [fact for fact in models if fact not in listed]
    facts["serials"] += [*read_lone_serials(sheet, words.units.named, facts["serials"])]
    things = [fact for fact in (*facts["articles"], *facts["models"]) if fact.in_ == sheet.in_]
    found.lines += tables.lines or listed_items(sheet, quantities, things)


def _gather_papers(sheet: Sheet, found: _Gathered) -> None:
    """Of a file that claims nothing only what it is and the serial numbers it lists: its other numbers are not this letter's."""
    kept = {"documents": MOST_OF_A_FILE, "serials": MOST_OF_A_FILE}
    for name, fact in read_references(sheet):
        if kept.get(name, 0) > 0:
            kept[name] -= 1
            found.facts[name].append(fact)


def _once(facts: Iterable[Fact]) -> list[Fact]:
    """The same number told again is told once: where it is told with its date, else where it stands first."""
    kept: dict[tuple[object, ...], Fact] = {}
    for fact in facts:
        key = (str(fact.value).casefold(), fact.type, fact.unit, fact.role, fact.currency)
        held = kept.get(key)
        if held is None or (held.date is None and fact.date is not None):
            kept[key] = fact
    return list(kept.values())
