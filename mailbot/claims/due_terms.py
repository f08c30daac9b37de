"""The dates of a case beside our own answer, as lists show them: the earliest first, guides last. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from mailbot.claims.clocks import ACKNOWLEDGEMENT, FORMAL_ANSWER, Clock, Terms

MOST_SHOWN = 4
_NUMBERS_SHOWN = 10
_RECOUNTED = {
    "ru": "Изменились правила или производственный календарь, сроки пересчитаны (прежние видны в деле): {}.",
    "en": "Rules or the production calendar changed and dates were counted again (the old ones stand in the case): {}.",
}


@dataclass(frozen=True, slots=True)
class DueTerm:
    """One date. `titles` of its rule by language; `guide`: nobody has confirmed the rule («ориентировочно»)."""

    titles: Mapping[str, str]
    due_by: datetime
    guide: bool = False
    provisional: bool = False


def due_terms(clocks: Iterable[Clock], terms: Terms) -> tuple[DueTerm, ...]:
    """Of the clocks of a case those on which we, or our own claims, depend; the two first answers have places of their own."""
    return tuple(term for term, _ in bound_by(clocks, terms))


def bound_by(clocks: Iterable[Clock], terms: Terms) -> list[tuple[DueTerm, Clock]]:
    """The same dates, each with its clock."""
    found = []
    for clock in clocks:
        rule = terms.rule(clock.rule)
        if rule is None or clock.state != "running" or rule.side == "customer" or rule.id in {ACKNOWLEDGEMENT, FORMAL_ANSWER}:
            continue
        titles = {"ru": rule.named("ru"), "en": rule.named("en")}
        found.append((DueTerm(titles, clock.due_by, not rule.is_confirmed, clock.provisional), clock))
    return sorted(found, key=lambda one: (one[0].guide, one[0].due_by))


def answer_clock(clocks: Iterable[Clock]) -> Clock | None:
    """The clock of the formal answer, paused or not."""
    return next((clock for clock in clocks if clock.rule == FORMAL_ANSWER and clock.runs), None)


def recounted_note(numbers: Iterable[str], language: str) -> tuple[str, ...]:
    """For the digest: dates of these cases are others now; nothing where there are none."""
    found = list(dict.fromkeys(numbers))
    shown = ", ".join(found[:_NUMBERS_SHOWN]) + (", …" if len(found) > _NUMBERS_SHOWN else "")
    return (_RECOUNTED["ru" if language == "ru" else "en"].format(shown),) if found else ()
