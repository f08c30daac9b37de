"""The dates of a case beside our own answer, as lists show them: the earliest first, guides last. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from mailbot.claims.clocks import ACKNOWLEDGEMENT, FORMAL_ANSWER, Clock, Terms

MOST_SHOWN = 4


@dataclass(frozen=True, slots=True)
class DueTerm:
    """One date. `titles` of its rule by language; `guide`: nobody has confirmed the rule («ориентировочно»)."""

    titles: Mapping[str, str]
    due_by: datetime
    guide: bool = False
    provisional: bool = False


def due_terms(clocks: Iterable[Clock], terms: Terms) -> tuple[DueTerm, ...]:
    """Of the clocks of a case those on which we, or our own claims, depend; the two first answers have places of their own."""
    found = []
    for clock in clocks:
        rule = terms.rule(clock.rule)
        if rule is None or clock.state != "running" or rule.side == "customer" or rule.id in {ACKNOWLEDGEMENT, FORMAL_ANSWER}:
            continue
        titles = {"ru": rule.named("ru"), "en": rule.named("en")}
        found.append(DueTerm(titles, clock.due_by, not rule.is_confirmed, clock.provisional))
    return tuple(sorted(found, key=lambda term: (term.guide, term.due_by)))


def answer_clock(clocks: Iterable[Clock]) -> Clock | None:
    """The clock of the formal answer, paused or not."""
    return next((clock for clock in clocks if clock.rule == FORMAL_ANSWER and clock.runs), None)
