"""Whether the stated dates and terms leave the warranty running: valid until, expired, or unknown and why. Never a decision."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from mailbot.claims.facts import Fact, Facts, Warranty
from mailbot.classify.nearest_days import later
from mailbot.classify.phrases import Hit
from mailbot.classify.sheet import Sheet
from mailbot.classify.spoken_numbers import Number

LONGEST_YEARS = 100
NEAR = 12  # words between a term and the word "гарантия"
_UNITS = {
    "месяц": "month", "мес": "month", "month": "month", "mo": "month", "yr": "year", "yrs": "year", "mth": "month", "mths": "month",
    "год": "year", "лето": "year", "year": "year", "г": "year",
    "день": "day", "сутки": "day", "day": "day", "час": "hour", "моточас": "hour", "hour": "hour",
}  # fmt: skip
_AGE_BEFORE = frozenset(str.split("через спустя пройти проработать проработал отработать прослужить хватить после за after last lasted"))
_AGE_AFTER = frozenset(str.split("назад ago спустя later"))
_BETWEEN = re.compile(r"[ \t\u00a0\u202f-]*(?:\([^)\n]{1,40}\)[ \t\u00a0]*)?")
_WORDED = re.compile(
    r"\b(?P<a>(?:(?P<y>годов|двухлетн|тр[её]хлетн|пятилетн|однолетн|полугодов|двухгодичн|десятилетн|двухмесячн|тр[её]хмесячн|полуторагодов)"
    r"\w{1,3})\s+(?=гаранти)"
    r"|(?P<c>полгода|полтора\s+года|год|месяц)\s+гаранти"
    r"|гаранти\w{1,3}(?:\s+[а-яё]{2,12}){0,2}(?:,[^,.;\n]{2,40})?,\s*(?P<d>полгода|полтора\s+года|год)(?!\w)"
    r"|гаранти\w{1,3}\s*(?:[-–—:]\s*|,?\s*она\s+|на\s+|всего\s+|дали\s+|только\s+|составляет\s+|действует\s+)?"
    r"(?P<b>полгода|полтора\s+года|год|месяц)(?!\w))",
    re.IGNORECASE,
)
_WORDED_TERMS: dict[str, tuple[float, str]] = {
    "годов": (1, "year"), "однолетн": (1, "year"), "двухлетн": (2, "year"), "двухгодичн": (2, "year"), "трехлетн": (3, "year"),
    "пятилетн": (5, "year"), "десятилетн": (10, "year"), "полугодов": (6, "month"), "двухмесячн": (2, "month"), "трехмесячн": (3, "month"),
    "полуторагодов": (18, "month"), "полгода": (6, "month"), "год": (1, "year"), "месяц": (1, "month"), "полтора года": (18, "month"),
}  # fmt: skip
_WRITTEN = {"day": "days", "month": "months", "year": "years"}


def read_terms(sheet: Sheet, numbers: Sequence[Number]) -> Iterator[Fact]:
    """Warranty terms: a number with a unit of time beside a word of warranty; ages ("через 3 месяца") and other terms are none."""
    if not sheet.said.get("term"):
        return
    yield from _worded(sheet)
    others = [one.hit for one in sheet.of("term_other")]
    inside = {place for hit in others for place in range(hit.first, hit.last + 1)}
    speaking = [one.hit for one in sheet.of("term_warranty") if one.hit.first not in inside]
    short = [one.hit.last for one in sheet.of("term_short") if one.hit.first not in inside]
    for number in numbers:
        at, unit = _unit(number, sheet)
        far = _distance(number, speaking, sheet)
        meant = (far <= NEAR and far <= _distance(number, others, sheet)) or number.first - 1 in short
        calendar = unit == "year" and number.value > LONGEST_YEARS  # "летом 2025 года взяли"
        if unit and meant and not calendar and not _is_age(number, at, sheet) and sheet.free(number.start, number.end):
            start, end = number.start, sheet.words.ends[at]
            sheet.take(start, end)
            value = int(number.value) if number.value == int(number.value) else number.value
            yield Fact(sheet.text[start:end], value, start, end, sheet.in_, unit=unit)


def _worded(sheet: Sheet) -> Iterator[Fact]:
    """ "годовая гарантия", "гарантия год"."""
    for found in _WORDED.finditer(sheet.text):
        group = next(name for name in ("y", "b", "c", "d") if found[name])
        value, unit = _WORDED_TERMS[" ".join(found[group].lower().replace("ё", "е").split())]
        start, end = (found.start(), found.end("y") + 2) if group == "y" else found.span(group)
        end = found.end("a") if group == "y" else end
        text = sheet.text[start:end].rstrip()
        if sheet.free(start, start + len(text)):
            sheet.take(start, start + len(text))
            yield Fact(text, int(value), start, start + len(text), sheet.in_, unit=unit)


def _unit(number: Number, sheet: Sheet) -> tuple[int, str]:
    """The word after the number, past its repetition in brackets, and the unit of time it is."""
    gap = _BETWEEN.match(sheet.text, number.end)
    place = gap.end() if gap else number.end
    at = sheet.word_at(place)
    if at >= len(sheet.words) or sheet.words.starts[at] != place:
        return at, ""
    return at, next((_UNITS[form] for form in sheet.words.words[at].forms if form in _UNITS), "")


def _is_age(number: Number, unit: int, sheet: Sheet) -> bool:
    """ "через 3 месяца", "прошло 4 месяца", "2 года назад" are no terms."""
    before = range(max(0, number.first - 2), number.first)
    after = range(unit + 1, min(len(sheet.words), unit + 3))
    return any(not sheet.words.words[at].forms.isdisjoint(_AGE_BEFORE) and _same(at, number.first, sheet) for at in before) or any(
        not sheet.words.words[at].forms.isdisjoint(_AGE_AFTER) for at in after
    )


def _distance(number: Number, hits: Sequence[Hit], sheet: Sheet) -> int:
    """Words between the number and the nearest of the phrases in its sentence."""
    near = (min(abs(number.first - hit.last), abs(hit.first - number.last)) for hit in hits if _same(hit.first, number.first, sheet))
    return min(near, default=NEAR + 1)


def _same(one: int, other: int, sheet: Sheet) -> bool:
    return sheet.words.sentences[one] == sheet.words.sentences[other]


def judge_warranty(facts: Facts, sheets: Sequence[Sheet], until: date | None, today: date, *, concerned: bool) -> Warranty:
    """The status on `today`. A term runs through the same day of its last month (domain.md 2.2.6); without a basis nothing is concluded.

    `concerned`: the letter is about warranty. A stated last day (`until`) wins over a computed one, dates over bare words.
    """
    over = any(one.weight for sheet in sheets for one in sheet.of("term_over"))
    runs = any(one.weight for sheet in sheets for one in sheet.of("term_runs"))
    term = next((fact for fact in facts.warranty_terms if fact.unit != "hour"), None)
    basis, day = basis_of(facts)
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
        reason = "The letter itself says that the warranty is over; no dates were given to check it."
        return Warranty("expired", None, "stated_expired", reason)
    if term is not None:
        reason = f"A term of {term.value} {_WRITTEN[str(term.unit)]} is stated, but not from which day."
        return Warranty("unknown", None, "no_start", reason)
    if day is not None:
        return Warranty("unknown", None, "no_term", f"The letter gives a day ({day.isoformat()}, {basis}), but no warranty term.")
    if runs:
        return Warranty("unknown", None, "stated_running", "The letter says that the warranty runs, but gives neither a day nor a term.")
    return Warranty()


def basis_of(facts: Facts) -> tuple[str, date | None]:
    """What the term runs from: commissioning, else purchase, else delivery, else the papers of the delivery."""
    for name, day in (("commissioned", facts.commissioned_on), ("bought", facts.purchased_on), ("delivered", facts.delivered_on)):
        if day is not None:
            return name, day
    days = [fact.date for fact in facts.documents if fact.date is not None and fact.type in _DELIVERY_PAPERS]
    return ("delivery papers", min(days)) if days else ("", None)


_DELIVERY_PAPERS = frozenset(("upd", "waybill", "ttn", "torg12", "cmr", "delivery_note", "invoice_vat", "invoice"))


def _until(last: date, today: date, code: str, reason: str) -> Warranty:
    return Warranty("valid" if today <= last else "expired", last, code, reason)
