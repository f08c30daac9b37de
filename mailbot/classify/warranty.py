"""Whether the stated dates and terms leave the warranty running: valid until, expired, or unknown and why. Never a decision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from mailbot.claims.facts import Fact, Facts, Warranty
from mailbot.classify.dates import later
from mailbot.classify.numbers import Number, find_numbers
from mailbot.classify.sheet import Sheet

NEAR = 12  # words between a term and the word "гарантия"
_UNITS = {
    "месяц": "month", "мес": "month", "month": "month", "mo": "month", "год": "year", "лето": "year", "year": "year", "г": "year",
    "день": "day", "сутки": "day", "day": "day", "час": "hour", "моточас": "hour", "hour": "hour",
}  # fmt: skip
_AGE = frozenset(
    str.split("через спустя прошло пройти прошел проработать проработал отработать прослужить хватить после назад за after lasted ago last только")
)
_WRITTEN = {"day": "days", "month": "months", "year": "years"}


def read_terms(sheet: Sheet) -> Iterator[Fact]:
    """Warranty terms: a number with a unit of time beside a word of warranty; ages ("через 3 месяца") and other terms are none."""
    speaking = [one.hit for one in sheet.of("term_warranty")]
    if not speaking:
        return
    other = {place for one in sheet.of("term_other") for place in range(one.hit.first, one.hit.last + 1)}
    speaking = [hit for hit in speaking if hit.first not in other]
    for number in find_numbers(sheet):
        unit = _unit(number, sheet)
        if unit and not _is_age(number, sheet) and any(_beside(hit.first, hit.last, number, sheet) for hit in speaking):
            start, end = number.start, sheet.words.ends[number.last + 1]
            sheet.take(start, end)
            value = int(number.value) if number.value == int(number.value) else number.value
            yield Fact(sheet.text[start:end], value, start, end, sheet.in_, unit=unit)


def _unit(number: Number, sheet: Sheet) -> str:
    at = number.last + 1
    if at >= len(sheet.words) or sheet.text[number.end : sheet.words.starts[at]].strip(" \u00a0-("):
        return ""
    return next((_UNITS[form] for form in sheet.words.words[at].forms if form in _UNITS), "")


def _is_age(number: Number, sheet: Sheet) -> bool:
    around = [*range(max(0, number.first - 2), number.first), *range(number.last + 2, min(len(sheet.words), number.last + 4))]
    return any(not sheet.words.words[at].forms.isdisjoint(_AGE) and _same(at, number.first, sheet) for at in around)


def _beside(first: int, last: int, number: Number, sheet: Sheet) -> bool:
    return _same(first, number.first, sheet) and min(abs(number.first - last), abs(first - number.last)) <= NEAR


def _same(one: int, other: int, sheet: Sheet) -> bool:
    return sheet.words.sentences[one] == sheet.words.sentences[other]


def judge_warranty(facts: Facts, sheets: Sequence[Sheet], until: date | None, today: date, *, concerned: bool) -> Warranty:
    """The status on `today`. A term runs through the same day of its last month (domain.md 2.2.6); without a basis nothing is concluded.

    `concerned`: the letter is about warranty. A stated last day (`until`) wins over a computed one, dates over bare words.
    """
    over = any(one.weight for sheet in sheets for one in sheet.of("term_over"))
    runs = any(one.weight for sheet in sheets for one in sheet.of("term_runs"))
    term = next((fact for fact in facts.warranty_terms if fact.unit != "hour"), None)
    basis, day = _basis(facts)
    if not concerned:
        return Warranty("not_applicable", None, "no_warranty_matter", "The letter is not about a warranty.")
    if until is not None:
        return _until(until, today, "stated_until", f"The letter says that the warranty ends on {until.isoformat()}.")
    if term is not None and day is not None:
        last = later(day, int(term.value), _WRITTEN[str(term.unit)])
        if last is not None:
            reason = f"{term.value} {_WRITTEN[str(term.unit)]} from {day.isoformat()} ({basis}) end on {last.isoformat()}."
            return _until(last, today, "computed", reason)
    if over:
        return Warranty("expired", None, "stated_expired", "The letter itself says that the warranty is over; no dates were given to check it.")
    if term is not None:
        return Warranty("unknown", None, "no_start", f"A term of {term.value} {_WRITTEN[str(term.unit)]} is stated, but not from which day.")
    if day is not None:
        return Warranty("unknown", None, "no_term", f"The letter gives a day ({day.isoformat()}, {basis}), but no warranty term.")
    if runs:
        return Warranty("unknown", None, "stated_running", "The letter says that the warranty runs, but gives neither a day nor a term.")
    return Warranty()


def _basis(facts: Facts) -> tuple[str, date | None]:
    """What the term runs from: commissioning, else purchase, else delivery, else the papers of the delivery."""
    for name, day in (("commissioned", facts.commissioned_on), ("bought", facts.purchased_on), ("delivered", facts.delivered_on)):
        if day is not None:
            return name, day
    days = [fact.date for fact in facts.documents if fact.date is not None and fact.type in _DELIVERY_PAPERS]
    return ("delivery papers", min(days)) if days else ("", None)


_DELIVERY_PAPERS = frozenset(("upd", "waybill", "ttn", "torg12", "cmr", "delivery_note", "invoice_vat", "invoice"))


def _until(last: date, today: date, code: str, reason: str) -> Warranty:
    return Warranty("valid" if today <= last else "expired", last, code, reason)
