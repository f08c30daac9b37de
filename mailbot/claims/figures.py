"""The figures of a week or a year: how many claims, answered in time or not, by whom, about what, and how they ended. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from mailbot.claims.case import State
from mailbot.claims.category import UNSORTED

WITHIN = timedelta(hours=1)  # an acknowledgement (behaviour.md 6)
AGES = ((3, "3"), (7, "7"), (14, "14"), (30, "30"), (10**6, "over"))  # days a case is open at most, and the name of that age
TOP_PRODUCTS = 10
TREND_WEEKS = 12
# whose work a category of claims tells of (domain.md 1.4, routing)
DEPARTMENTS = {"quantity": "warehouse", "damage": "logistics", "quality": "quality", "warranty": "service"}
OTHER_DEPARTMENT = "other"
STILL_OPEN = "open"


@dataclass(frozen=True, slots=True)
class CountedCase:
    """A case as it is counted. Instants are aware UTC; `outcome` is the decision or why it was closed, "" where neither is noted."""

    number: str
    state: State
    received_at: datetime
    category: str = UNSORTED
    product: str = ""
    outcome: str = ""
    cost_bearer: str = ""
    person: str = ""  # id of the person in charge
    regress: bool = False
    acknowledge_by: datetime | None = None
    answer_by: datetime | None = None
    answer_hard_by: datetime | None = None
    acknowledged_at: datetime | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None

    def is_open_at(self, at: datetime) -> bool:
        return self.received_at < at and (self.closed_at is None or self.closed_at >= at)

    def is_late_at(self, at: datetime) -> bool:
        """The promised date has passed, and nobody had answered by then."""
        return self.answer_by is not None and self.answer_by < at and (self.answered_at is None or self.answered_at >= at)


@dataclass(frozen=True, slots=True)
class Share:
    """`n` of `of`."""

    n: int = 0
    of: int = 0

    @property
    def percent(self) -> int | None:
        """Rounded down: 99.6 % is not all of them. None of nothing."""
        return 100 * self.n // self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Count:
    """How many of one name; `late`: of ages those overdue at the end, of the others those whose answer was late or did not come."""

    name: str
    count: int
    late: int = 0


@dataclass(frozen=True, slots=True)
class Load:
    """One person's: came in the span, answered in it, open and overdue (`late`) at its end. `person` is an id, "" for nobody's."""

    person: str
    came: int
    answered: int
    open: int
    late: int


@dataclass(frozen=True, slots=True)
class Week:
    """One column of the trend."""

    first: date
    came: int
    in_three: Share


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the days from `first` to `last`, inclusive, of the office. Shares count the claims whose date fell into the span."""

    first: date
    last: date
    came: int
    answered: int
    closed: int
    open: int  # at the end
    late: int  # overdue: open at the end, the promised date has passed, nobody has answered
    acknowledged: Share  # within the hour
    in_three: Share  # answered by the promised date
    in_five: Share  # answered by the outer limit
    ages: tuple[Count, ...]
    people: tuple[Load, ...]
    categories: tuple[Count, ...]
    products: tuple[Count, ...]
    departments: tuple[Count, ...]
    outcomes: tuple[Count, ...]
    bearers: tuple[Count, ...]
    regress: int


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One line for accounting: claims that came in the span, of one category, product and outcome."""

    category: str
    product: str
    outcome: str
    claims: int
    answered_in_three: int
    answered_in_five: int
    answered_late: int
    not_answered: int


def figures(cases: Iterable[CountedCase], first: date, last: date, office: tzinfo, now: datetime) -> Figures:
    """The figures of a span; where it is not over yet, up to now."""
    start, end = span(first, last, office)
    until = min(end, now)
    claims = [case for case in cases if case.state is not State.NOT_CLAIM and case.received_at < until]
    came = [case for case in claims if case.received_at >= start]
    open_ = [case for case in claims if case.is_open_at(until)]
    closed = [case for case in claims if case.closed_at is not None and start <= case.closed_at < until]
    return Figures(
        first=first,
        last=last,
        came=len(came),
        answered=sum(_within(case.answered_at, start, until) for case in claims),
        closed=len(closed),
        open=len(open_),
        late=sum(case.is_late_at(until) for case in open_),
        acknowledged=_acknowledged(came, until),
        in_three=_in_time([(case, case.answer_by) for case in claims], start, until),
        in_five=_in_time([(case, case.answer_hard_by) for case in claims], start, until),
        ages=_ages(open_, until),
        people=_load(claims, start, until),
        categories=_counts(came, lambda case: case.category, until),
        products=_counts([case for case in came if case.product], lambda case: case.product, until)[:TOP_PRODUCTS],
        departments=_counts(came, lambda case: DEPARTMENTS.get(case.category, OTHER_DEPARTMENT), until),
        outcomes=_counts(closed, lambda case: case.outcome, until),
        bearers=_counts([case for case in closed if case.cost_bearer], lambda case: case.cost_bearer, until),
        regress=sum(case.regress for case in came),
    )


def trend(cases: Sequence[CountedCase], last: date, office: tzinfo, now: datetime, weeks: int = TREND_WEEKS) -> tuple[Week, ...]:
    """The weeks that end with the one of `last`, from Monday to Sunday; those before the first case are left out."""
    monday = last - timedelta(days=last.weekday())
    claims = [case for case in cases if case.state is not State.NOT_CLAIM]
    begun = min((case.received_at for case in claims), default=now)
    found = []
    for back in range(weeks - 1, -1, -1):
        first = monday - timedelta(weeks=back)
        start, end = span(first, first + timedelta(days=6), office)
        until = min(end, now)
        if until > begun:
            came = sum(_within(case.received_at, start, until) for case in claims)
            found.append(Week(first, came, _in_time([(case, case.answer_by) for case in claims], start, until)))
    return tuple(found)


def export_rows(cases: Iterable[CountedCase], first: date, last: date, office: tzinfo) -> tuple[ExportRow, ...]:
    """Counts by category, product and outcome of the claims that came in the span, for accounting."""
    start, end = span(first, last, office)
    groups: dict[tuple[str, str, str], list[CountedCase]] = {}
    for case in cases:
        if case.state is not State.NOT_CLAIM and start <= case.received_at < end:
            outcome = case.outcome if case.closed_at is not None else STILL_OPEN
            groups.setdefault((case.category, case.product, outcome), []).append(case)
    return tuple(_export_row(*key, several) for key, several in sorted(groups.items()))


def span(first: date, last: date, office: tzinfo) -> tuple[datetime, datetime]:
    """From the midnight that begins the first day to the one that ends the last, as UTC instants."""
    start = datetime.combine(first, time(), tzinfo=office).astimezone(UTC)
    return start, datetime.combine(last + timedelta(days=1), time(), tzinfo=office).astimezone(UTC)


def _export_row(category: str, product: str, outcome: str, several: Sequence[CountedCase]) -> ExportRow:
    answered = [(case, case.answered_at) for case in several if case.answered_at is not None]
    in_three = sum(case.answer_by is not None and at <= case.answer_by for case, at in answered)
    in_five = sum(case.answer_hard_by is not None and at <= case.answer_hard_by for case, at in answered)
    return ExportRow(
        category, product, outcome, len(several), in_three, in_five, len(answered) - max(in_three, in_five), len(several) - len(answered)
    )


def _acknowledged(came: Sequence[CountedCase], until: datetime) -> Share:
    """Of the claims that are owed one and had their hour."""
    asked = [case for case in came if case.acknowledge_by is not None and case.state is not State.TRIAGE]
    owed = [case for case in asked if case.received_at + WITHIN <= until]
    return Share(sum(case.acknowledged_at is not None and case.acknowledged_at <= case.received_at + WITHIN for case in owed), len(owed))


def _in_time(due: Iterable[tuple[CountedCase, datetime | None]], start: datetime, until: datetime) -> Share:
    """Of the claims whose date fell into the span. One closed before its date without a written answer owes none."""
    found = [
        (case, by)
        for case, by in due
        if by is not None and start <= by < until and not (case.answered_at is None and case.closed_at is not None and case.closed_at <= by)
    ]
    return Share(sum(case.answered_at is not None and case.answered_at <= by for case, by in found), len(found))


def _ages(open_: Sequence[CountedCase], until: datetime) -> tuple[Count, ...]:
    def name(case: CountedCase) -> str:
        return next(name for most, name in AGES if (until - case.received_at).days <= most)

    counted, late = Counter(map(name, open_)), Counter(name(case) for case in open_ if case.is_late_at(until))
    return tuple(Count(name, counted[name], late[name]) for _, name in AGES)


def _load(claims: Sequence[CountedCase], start: datetime, until: datetime) -> tuple[Load, ...]:
    """Who has how much, the most open first; who had nothing is left out."""
    by_person: dict[str, list[CountedCase]] = {}
    for case in claims:
        by_person.setdefault(case.person, []).append(case)
    loads = (
        Load(
            person=person,
            came=sum(_within(case.received_at, start, until) for case in hers),
            answered=sum(_within(case.answered_at, start, until) for case in hers),
            open=sum(case.is_open_at(until) for case in hers),
            late=sum(case.is_open_at(until) and case.is_late_at(until) for case in hers),
        )
        for person, hers in by_person.items()
    )
    return tuple(sorted((one for one in loads if one.came or one.answered or one.open), key=lambda one: (-one.open, -one.came, one.person)))


def _counts(cases: Sequence[CountedCase], name: Callable[[CountedCase], str], until: datetime) -> tuple[Count, ...]:
    """How many of each name, the most first."""
    counted, late = Counter(map(name, cases)), Counter(name(case) for case in cases if _was_late(case, until))
    return tuple(Count(one, count, late[one]) for one, count in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


def _was_late(case: CountedCase, until: datetime) -> bool:
    """Answered after the promised date, or not at all (by its close, or by now) when it had passed."""
    ended = min(case.closed_at or until, until)
    return case.answer_by is not None and (case.answered_at or ended) > case.answer_by


def _within(at: datetime | None, start: datetime, until: datetime) -> bool:
    return at is not None and start <= at < until
