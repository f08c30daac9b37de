"""Which clocks run for a case: every rule that fits starts, the stricter where something is not known (domain.md 2.3). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from mailbot.claims.case import State
from mailbot.claims.category import UNSORTED
from mailbot.claims.clocked import ClockCase
from mailbot.claims.clocks import (
    ACKNOWLEDGEMENT,
    CONTRACT_ANSWER,
    FORMAL_ANSWER,
    PROMISED,
    Applies,
    Clock,
    ClockRule,
    Contract,
    DueDate,
    Terms,
)
from mailbot.claims.deadlines import due_date, pause_end, pause_used, shifted
from mailbot.claims.term_words import Count, Said, explain
from mailbot.claims.work_calendar import WorkCalendar
from mailbot.claims.working_time import office_day, office_time_between

_UNSURE = frozenset({"category", "consumer", "remedy"})  # what is not known of these fits any list
_DAYS_OF = {"hour": 1 / 24, "calendar_day": 1, "working_day": 7 / 5, "month": 30, "year": 365}
HAS_ANSWER_TERM = "claim_answer"  # the flag of a contract that has a term of its own for the answer


@dataclass(frozen=True, slots=True)
class Counting:
    """By what terms are counted. `calendar_version` goes onto each clock beside the rules' own.

    `said`: the arithmetic of terms that began on one day, in words: the cases of a group mostly share it.
    """

    terms: Terms
    calendar: WorkCalendar
    office: tzinfo
    calendar_version: str = ""
    said: Said = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class _Start:
    """A rule that fits and the moment that started it; `end` where it is over already. `guess`: it fits because we do not know."""

    rule: ClockRule
    at: datetime
    about: str = ""
    on: date | None = None  # the day that was named, where the term is nothing but that day
    end: tuple[str, datetime] | None = None  # ("met" | "stopped", when)
    guess: bool = False
    guess_of_remedy: bool = False


def clocks_of(case: ClockCase, by: Counting) -> tuple[Clock, ...]:
    """Every clock of the case's present opening: those that run, and those that have met their end since they began."""
    if case.history:
        return ()
    contract = contract_of(case, by.terms.contracts)
    has = _what_is_known(case, contract)
    starts = [start for rule in by.terms.rules if (fit := _fit(rule, has)) is not None for start in _starts(rule, fit, case, contract, by)]
    kept = _strictest(_without_replaced(starts), by)
    return tuple(_clock(start, case, contract, by) for start in kept)


def contract_of(case: ClockCase, contracts: Iterable[Contract]) -> Contract | None:
    """The contract the claim names, else the one with the firm that writes; of several the one with the shortest term for an answer."""
    known, numbers = sorted(contracts, key=_term_in_days), {number.casefold() for number in case.stated.contracts}
    named = next((one for one in known if one.number and one.number.casefold() in numbers), None)
    return named or next((one for one in known if one.inn and one.inn in case.stated.inn), None)


def _term_in_days(contract: Contract) -> float:
    """About how long: to tell which of two terms is the shorter."""
    return float("inf") if contract.answer_amount is None else contract.answer_amount * _DAYS_OF[contract.answer_unit]


# --- which rules fit


def _starts(rule: ClockRule, fit: frozenset[str], case: ClockCase, contract: Contract | None, by: Counting) -> Iterator[_Start]:
    if rule.id == CONTRACT_ANSWER and (contract is None or contract.answer_amount is None):
        return
    for moment, about, left_at in _triggers(rule, case, by.office):
        at = min(moment, case.carried.get(rule.id, moment)) if rule.is_statute else moment
        day = office_day(at, by.office)
        if (rule.valid_from and day < rule.valid_from) or (rule.valid_to and day > rule.valid_to):
            continue
        end = _end(rule, case, at, about, left_at, guess_of_remedy="remedy" in fit)
        on = _day_named(rule, case, about)
        if on is None and rule.trigger == PROMISED:
            continue
        yield _Start(rule, at, about, on, end, guess=bool(fit), guess_of_remedy="remedy" in fit)


_Has = Mapping[str, frozenset[str | None]]  # by the names of `Applies`: what a case shows of each


def _what_is_known(case: ClockCase, contract: Contract | None) -> _Has:
    return {
        "contract_flag": _flags_of(contract),
        "flag": case.flags,
        "state": frozenset({case.state.value}),
        "regress": frozenset({case.regress}) - {""},
        "jurisdiction": case.stated.places | ({contract.jurisdiction} if contract is not None else set()),
        "category": frozenset({case.category, *case.secondary}) - {None, UNSORTED},
        "consumer": frozenset({case.consumer}) - {"unknown"},
        "remedy": frozenset(case.remedies),
    }


def _fit(rule: ClockRule, has: _Has) -> frozenset[str] | None:
    """What had to be guessed for the rule to fit (empty: nothing), None where it does not fit."""
    guessed: list[str] = []
    for name, asked in _asks(rule.applies):
        known = has[name]
        if not known and name in _UNSURE:
            guessed.append(name)
        elif known.isdisjoint(asked):
            return None
    return frozenset(guessed)


@lru_cache(512)  # of rules there are a few dozen
def _asks(applies: Applies) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What a rule asks at all: mostly one thing of eight."""
    return tuple((name, asked) for name in Applies.__slots__ if (asked := getattr(applies, name)))


def _flags_of(contract: Contract | None) -> frozenset[str]:
    if contract is None:
        return frozenset()
    return frozenset(contract.flags) | ({HAS_ANSWER_TERM} if contract.answer_amount is not None else frozenset())


def _triggers(rule: ClockRule, case: ClockCase, office: tzinfo) -> Iterator[tuple[datetime, str, datetime | None]]:
    """Each moment that started this rule: when, about what, and when the case left the state that it hangs on."""
    kind, _, name = rule.trigger.partition(":")
    if kind == "received_at":
        yield case.received_at, "", None
    elif kind == "sent_at":
        yield case.sent_at(), "", None
    elif kind == "demand_at":
        yield case.demanded_at(rule.applies.remedy), "", None
    elif kind == "registered_at":
        yield from ((since, "", None) for since, _ in case.stays_in(State.REGISTERED)[:1])
    elif kind == "state":
        yield from ((since, "", until) for since, until in case.stays_in(State(name))[-1:])
    elif kind == "event":
        last = {one.about: one.at for one in case.happenings if one.what == name}
        yield from ((at, about, None) for about, at in last.items())
    elif kind == "doc":
        dated = sorted(on for paper, on in case.stated.papers if paper == name.removesuffix(".date"))
        yield from ((_on(on, office), "", None) for on in dated[:1])
    elif name in case.stated.dates:
        yield _on(case.stated.dates[name], office), "", None


def _day_named(rule: ClockRule, case: ClockCase, about: str) -> date | None:
    """The day that a promise names, the last time it was made."""
    if rule.trigger != PROMISED:
        return None
    name = rule.trigger.partition(":")[2]
    return next((one.on for one in reversed(case.happenings) if (one.what, one.about) == (name, about)), None)


def _on(day: date, office: tzinfo) -> datetime:
    """A day that somebody wrote, as an instant of it."""
    return datetime.combine(day, time(12), tzinfo=office)


_Ended = tuple[str, datetime]  # ("met" | "stopped", when)


def _end(rule: ClockRule, case: ClockCase, at: datetime, about: str, left_at: datetime | None, *, guess_of_remedy: bool) -> _Ended | None:
    """How and when a clock ended, None while it runs. Where nothing was demanded, an answer meets the law; a demand is met by what is
    done, also where nobody knows yet whether a private person demands it (domain.md 2.3 b).
    """
    names = (*rule.met_by, "answered") if guess_of_remedy and rule.is_statute else rule.met_by
    met = [moment for name in names for moment in _met(name, case, at, about)]
    if rule.trigger == "demand_at":  # what was answered before she demanded this does not answer it
        met = [moment for moment in met if moment >= at]
    if rule.id == ACKNOWLEDGEMENT and not case.wants_acknowledgement and case.acknowledged_at is None:
        return "stopped", case.received_at
    if met:
        return "met", min(met)
    if left_at is not None:
        return "stopped", left_at
    if not case.is_open and rule.side != "regress":  # our own claim must not expire with the customer's (behaviour.md 11.13)
        return "stopped", case.ended_at or case.state_since
    return None


def _met(name: str, case: ClockCase, at: datetime, about: str) -> Iterator[datetime]:
    kind, _, value = name.partition(":")
    if kind == "acknowledged" and case.acknowledged_at is not None:
        yield case.acknowledged_at
    elif kind == "answered" and case.answered_at is not None:
        yield case.answered_at
    elif kind == "state":
        yield from (since for since, _ in case.stays_in(State(value)) if since >= at)
    elif kind == "event":
        yield from (one.at for one in case.happenings if one.what == value and one.about == about and one.at >= at)


def _without_replaced(starts: Sequence[_Start]) -> list[_Start]:
    """A rule that stands instead of another takes its place, where both fit."""
    displaced = {start.rule.instead_of for start in starts} - {""}
    return [start for start in starts if start.rule.id not in displaced]


def _strictest(starts: Sequence[_Start], by: Counting) -> list[_Start]:
    """Of the terms of one law that only fit because the demand is not known, the one that is due first (domain.md 2.3 b)."""
    guessed = [start for start in starts if start.guess_of_remedy and start.rule.is_statute]
    first: dict[tuple[str, str], _Start] = {}
    for start in guessed:
        law = (start.rule.kind, start.rule.jurisdiction)
        if law not in first or _due(start, by).due_by < _due(first[law], by).due_by:
            first[law] = start
    return [start for start in starts if start not in guessed or start in first.values()]


# --- when they are due


def _due(start: _Start, by: Counting) -> DueDate:
    return due_date(start.rule, _counted_from(start, by), by.calendar, by.office)


def _counted_from(start: _Start, by: Counting) -> datetime:
    return _on(start.on, by.office) if start.on is not None else start.at


def _clock(start: _Start, case: ClockCase, contract: Contract | None, by: Counting) -> Clock:
    rule = _of_contract(start.rule, contract)
    due = _promised(rule, due_date(rule, _counted_from(start, by), by.calendar, by.office), case, contract, start, by)
    pauses = _pauses(rule, case, start, by)
    shifts = [(begin, until) for begin, until in pauses if until is not None]
    counted = replace(
        due,
        due_by=shifted(due.due_by, rule, shifts, by.calendar, by.office),
        hard_by=shifted(due.hard_by, rule, shifts, by.calendar, by.office) if due.hard_by is not None else None,
        plan_by=shifted(due.plan_by, rule, shifts, by.calendar, by.office),
    )
    paused_at = pauses[-1][0] if pauses and pauses[-1][1] is None else None
    paused_for = sum((office_time_between(begin, until, by.calendar, by.office) for begin, until in shifts), timedelta(0))
    how, ended_at = start.end or ("paused" if paused_at is not None else "running", None)
    promised = start.on is not None or _is_promised(rule, case)
    count = Count(rule, start.at, due.due_by, counted.due_by, counted.plan_by, tuple(shifts), promised=promised)
    return Clock(
        rule=rule.id,
        about=start.about,
        kind=rule.kind,
        trigger=rule.trigger,
        started_at=start.at,
        due_by=counted.due_by,
        hard_by=counted.hard_by,
        plan_by=counted.plan_by,
        provisional=by.calendar.is_provisional(office_day(counted.due_by, by.office)),
        state=how,
        paused_at=paused_at if how == "paused" else None,
        paused_for=int(paused_for.total_seconds()),
        met_at=ended_at if how == "met" else None,
        stopped_at=ended_at if how == "stopped" else None,
        why=_why(case, how, guess=start.guess),
        trace="\n".join(explain(count, by.calendar, by.office, language, by.said) for language in ("ru", "en")),
        policy=by.terms.version,
        calendar=by.calendar_version,
    )


def _of_contract(rule: ClockRule, contract: Contract | None) -> ClockRule:
    """The contract's own term in the place of the rule's."""
    if rule.id != CONTRACT_ANSWER or contract is None or contract.answer_amount is None:
        return rule
    return replace(rule, amount=contract.answer_amount, unit=contract.answer_unit, hard_amount=None)


def _is_promised(rule: ClockRule, case: ClockCase) -> bool:
    return rule.id in {ACKNOWLEDGEMENT, FORMAL_ANSWER} and case.answer_by is not None


def _promised(rule: ClockRule, due: DueDate, case: ClockCase, contract: Contract | None, start: _Start, by: Counting) -> DueDate:
    """The dates of the case itself, which letters have named (decisions.md 25). A contract's term takes the place of the outer limit,
    and of the promised date where it is shorter (domain.md 2.3 c).
    """
    if rule.id == ACKNOWLEDGEMENT and case.acknowledge_by is not None:
        return replace(due, due_by=case.acknowledge_by, plan_by=case.acknowledge_by)
    if rule.id != FORMAL_ANSWER or case.answer_by is None:
        return due
    promised, hard = case.answer_by, case.answer_hard_by
    term = by.terms.rule(CONTRACT_ANSWER)
    if contract is not None and contract.answer_amount is not None and term is not None:
        hard = due_date(_of_contract(term, contract), start.at, by.calendar, by.office).due_by
        promised = min(promised, hard)
    return replace(due, due_by=promised, hard_by=hard, plan_by=min(due.plan_by, promised))


_Pause = tuple[datetime, datetime | None]


def _pauses(rule: ClockRule, case: ClockCase, start: _Start, by: Counting) -> list[_Pause]:
    """While we waited for the customer, as far as this clock may pause; after it has ended none counts."""
    if not rule.pausable or rule.is_statute or rule.trigger.startswith("state:"):
        return []
    end = start.end[1] if start.end is not None else None
    found: list[_Pause] = []
    for begin, until in case.stays_in(State.WAITING_CUSTOMER):
        if (until is not None and until <= start.at) or (end is not None and begin >= end):
            continue
        found.append((max(begin, start.at), until if end is None or until is not None else end))
    return found if rule.pause_at_most is None else list(_at_most(found, rule.pause_at_most, rule, case.seen_at, by))


def _at_most(pauses: Sequence[_Pause], left: int, rule: ClockRule, now: datetime | None, by: Counting) -> Iterator[_Pause]:
    """Of these pauses as much as the rule allows in all: nobody waits for ever with an answer owed."""
    for begin, until in pauses:
        if left <= 0:
            return
        end = pause_end(begin, left, rule, by.calendar, by.office)
        stops = until if until is not None else now
        if stops is not None and stops > end:
            yield begin, end
            return
        yield begin, until
        if until is not None:
            left -= pause_used(begin, until, rule, by.calendar, by.office)


def _why(case: ClockCase, how: str, *, guess: bool) -> str:
    if how == "met":
        return "Met."
    if how == "stopped":
        return f"The case ended: {case.end}." if not case.is_open and case.end else "It no longer runs."
    return "It may apply: not all that it asks for is known." if guess else "It applies."
