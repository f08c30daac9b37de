"""What a person sees in the morning: each open case in one group, the most delayed first, and the proof that nothing is missing. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from mailbot.claims.asked_yes import AskedYes
from mailbot.claims.case import OPEN_STATES, State
from mailbot.claims.category import UNSORTED
from mailbot.claims.daily_sum import DailySum, daily_line, plural
from mailbot.claims.due_terms import MOST_SHOWN, DueTerm
from mailbot.claims.people import sorters, specialist_for
from mailbot.claims.policy import Person, Policy
from mailbot.claims.recurrence import Cluster
from mailbot.claims.working_time import office_day

__all__ = ["DailySum", "Digest", "DigestCase", "Group", "Row", "daily_line", "digest", "group_of", "is_for", "plural"]

GROUPS = (
    *("overdue", "due_today", "to_close", "replies", "wait_over", "new", "unsorted", "unreadable"),
    *("waiting_long", "waiting", "enquiries", "in_work"),
)
URGENT = frozenset(GROUPS[:8])  # what a deputy sees of who is away
_FOR_ITS_NEWS = frozenset({"replies", "to_close"})  # groups in which a case stands for what was written last
ANSWER_DUE = {"ru": "ответ клиенту", "en": "the answer"}
ENQUIRY_STANDS_DAYS = 14  # decisions.md 14
WAITING_DAYS = 7  # in one of the states below, calendar days, until it is too long
WAITS_FOR = {
    State.WAITING_CUSTOMER: "customer",
    State.APPROVAL: "approval",
    State.EXECUTION: "execution",
    State.AWAITING_WITHDRAWAL: "withdrawal",
}


@dataclass(frozen=True, slots=True)
class DigestCase:
    """A case or an enquiry as the store lists it. Instants are aware UTC; `claimed` are the customer's words, cut short."""

    number: str
    customer: str
    subject: str
    category: str
    state: State
    received_at: datetime
    answer_by: datetime | None = None
    answer_hard_by: datetime | None = None
    answered_at: datetime | None = None
    product: str = ""
    claimed: str = ""
    person: str | None = None  # id of the person in charge
    waiting_for: str = ""
    safety: bool = False
    legal: bool = False
    important: bool = False
    undelivered: bool = False  # an acknowledgement or answer came back, was refused or is stuck
    provisional: bool = False
    enquiry: bool = False
    done: bool = False
    history: bool = False
    address: str = ""  # to whom an answer goes; "" where nobody can be written to
    orders: tuple[str, ...] = ()
    papers: tuple[tuple[str, str], ...] = ()  # (type, number): invoices, delivery notes and the like
    known_at: datetime | None = None  # when we opened it, where that was after it came: a digest between the two did not show it
    unreadable: bool = False
    letters: int = 0  # that people wrote into it since the last digest
    newest: str = ""  # the words of the last of them, cut short
    newest_by: str = ""  # who wrote it where that is not the customer
    unseen: bool = False  # it came to her with nobody at work on it, and her last digest did not list it
    state_since: datetime | None = None  # or since when it waits
    partly: bool = False  # the customer takes some of her demands back, and nobody has said what still stands
    wait_over: bool = False  # the day came until which a person had it wait, and nobody has done anything since
    answer_runs: bool = False  # the customer is waited for, and the clock of the answer goes on all the same
    terms: tuple[DueTerm, ...] = ()  # further dates: of the law, of a contract, of the customer, of a department
    yes: tuple[AskedYes, ...] = ()  # that a letter of the case waits for
    # withdrawn: the customer says so | silence: for long no word of her; a person may close it | guarantee: of a repair
    settled: str = ""  # approved: a letter has every yes it needs; lapsed: and a day that it promises is over


@dataclass(frozen=True, slots=True)
class Row:
    """One line. `age_days` in calendar days; `due_by` what is due next, None where nothing is; `late_days` 0 while in time."""

    number: str
    customer: str
    product: str
    claimed: str
    category: str
    state: State
    age_days: int
    due_by: datetime | None
    late_days: int
    marks: tuple[str, ...]  # safety | legal | important | undelivered | provisional | partly
    waiting_for: str
    address: str = ""
    orders: tuple[str, ...] = ()
    papers: tuple[tuple[str, str], ...] = ()
    answered: bool = False
    letters: int = 0  # new ones in the case
    waits_days: int = 0  # since when it waits
    instead_of: str = ""  # name of a colleague who is away: why it stands here
    due_what: Mapping[str, str] | None = None  # what is due first, by language; None for our answer
    terms: tuple[DueTerm, ...] = ()  # what else is due
    settled: str = ""
    taken: bool = False  # somebody is in charge of it
    subject: str = ""  # of the customer's letter: the answer to an enquiry has it too
    yes: tuple[AskedYes, ...] = ()  # that a letter of the case waits for
    claimed_by: str = ""  # whose words these are where they are not the customer's


@dataclass(frozen=True, slots=True)
class Group:
    """`rows` are shown with all their actions; of a long digest `lines` in one line each; `rest` is counted, `named` its first numbers."""

    id: str
    rows: tuple[Row, ...]
    lines: tuple[Row, ...] = ()
    rest: tuple[Row, ...] = ()
    named: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        return len(self.rows) + len(self.lines) + len(self.rest)


@dataclass(frozen=True, slots=True)
class Digest:
    """One person's morning. Groups that are empty are left out."""

    person: str
    language: str
    groups: tuple[Group, ...] = ()
    recurring: tuple[Cluster, ...] = ()
    more_recurring: int = 0  # not shown

    @property
    def is_empty(self) -> bool:
        return not self.groups and not self.recurring


def digest(
    cases: Iterable[DigestCase],
    person: Person,
    policy: Policy,
    *,
    since: datetime,
    now: datetime,
    waiting_days: int = WAITING_DAYS,
    deputies: Mapping[str, str] = {},
    recurring: Iterable[Cluster] = (),
) -> Digest:
    """The digest of one person: the cases in her charge, what is unsorted if she sorts, and what is urgent of those she stands in for.

    `since`: when her last one was made. `deputies`: who stands in (id) for whom (id).
    """
    groups: dict[str, list[tuple[DigestCase, str]]] = {}
    away = [other for other in policy.people if deputies.get(other.id) == person.id]
    for case in cases:
        group = group_of(case, policy.office, since=since, now=now, waiting_days=waiting_days)
        if group and is_for(case, person, policy):
            groups.setdefault(group, []).append((case, ""))
        elif group in URGENT and (absent := next((other for other in away if is_for(case, other, policy)), None)) is not None:
            groups.setdefault(group, []).append((case, absent.name))
    rows = {
        name: tuple(_row(case, name, policy.office, now, whose) for case, whose in sorted(found, key=lambda one: _urgency(one[0])))
        for name, found in groups.items()
    }
    hers = tuple(one for one in recurring if person in (people := _owners(one.category, policy)) or not people)
    return Digest(person.id, person.language, tuple(Group(name, rows[name]) for name in GROUPS if name in rows), hers)


def group_of(case: DigestCase, office: tzinfo, *, since: datetime, now: datetime, waiting_days: int = WAITING_DAYS) -> str:
    """The one group a case stands in, "" for one that needs nobody. Whatever is late comes before whatever it is besides."""
    if case.history or case.done:
        return ""
    if case.enquiry:
        return "enquiries" if now - case.received_at < timedelta(days=ENQUIRY_STANDS_DAYS) else ""
    if case.state not in OPEN_STATES:
        return ""
    dates = _dates(case)
    if case.undelivered or any(now > due for due in dates):  # written is not answered (behaviour.md 11.2)
        return "overdue"
    if any(office_day(due, office) == office_day(now, office) for due in dates):
        return "due_today"
    if case.settled in {"withdrawn", "silence"}:
        return "to_close"
    if case.unreadable and case.state in {State.NEW, State.TRIAGE}:
        return "unreadable"
    if case.state in {State.NEW, State.TRIAGE} or case.category == UNSORTED:
        return "unsorted"
    if case.unseen or (case.known_at or case.received_at) > since:
        return "new"
    if case.letters or case.settled or case.partly:
        return "replies"
    if case.wait_over:
        return "wait_over"
    if (case.waiting_for or case.state in WAITS_FOR) and _waits_days(case, office, now) >= waiting_days:
        return "waiting_long"
    return "waiting" if case.state is State.WAITING_CUSTOMER or case.waiting_for else "in_work"


def _dates(case: DigestCase) -> list[datetime]:
    """The dates that bind us: of the answer while we owe it, and of the other terms; a guide binds nobody."""
    owed = case.answered_at is None and (case.answer_runs or case.state is not State.WAITING_CUSTOMER)
    return [*([case.answer_by] if owed and case.answer_by is not None else []), *(term.due_by for term in case.terms if not term.guide)]


def _waits_days(case: DigestCase, office: tzinfo, now: datetime) -> int:
    """Calendar days in its present state; 0 where nobody noted since when."""
    return (office_day(now, office) - office_day(case.state_since, office)).days if case.state_since is not None else 0


def _owners(category: str, policy: Policy) -> tuple[Person, ...]:
    owner = specialist_for(category, policy)
    return (owner,) if owner is not None else sorters(policy)


def is_for(case: DigestCase, person: Person, policy: Policy) -> bool:
    """In her charge: assigned to her, or by category hers, or nobody's yet and she sorts."""
    if case.person is not None:
        return case.person == person.id
    if case.enquiry or case.state is State.TRIAGE:
        return person in sorters(policy)
    owner = specialist_for(case.category, policy)
    return owner == person if owner is not None else person in sorters(policy)


def _urgency(case: DigestCase) -> tuple[bool, bool, float, str]:
    due = min(_dates(case), default=case.answer_by or case.received_at)
    return (not case.safety, not case.important, due.timestamp(), case.number)


def _row(case: DigestCase, group: str, office: tzinfo, now: datetime, instead_of: str) -> Row:
    waits = group in {"waiting", "waiting_long"}
    today = office_day(now, office)
    due, what, terms = _first_due(case)
    late = (today - office_day(due, office)).days if due is not None and now > due else 0
    flags = {name: getattr(case, name) for name in ("safety", "legal", "important", "undelivered", "provisional", "partly")}
    return Row(
        number=case.number,
        customer=case.customer,
        product=case.product,
        claimed=(case.newest if group in _FOR_ITS_NEWS else "") or case.claimed or case.subject,
        claimed_by=case.newest_by if group in _FOR_ITS_NEWS and case.newest else "",
        category=case.category,
        state=case.state,
        age_days=(today - office_day(case.received_at, office)).days,
        due_by=due,
        late_days=max(0, late),
        marks=tuple(name for name, is_set in flags.items() if is_set),
        waiting_for=case.waiting_for or (WAITS_FOR.get(case.state, "") if waits else ""),
        address=case.address,
        subject=case.subject,
        orders=case.orders,
        papers=case.papers,
        answered=case.answered_at is not None,
        letters=case.letters,
        waits_days=_waits_days(case, office, now) if waits else 0,
        instead_of=instead_of,
        due_what=what,
        terms=terms[:MOST_SHOWN],
        settled=case.settled,
        yes=case.yes,
        taken=case.person is not None and not instead_of,
    )


def _first_due(case: DigestCase) -> tuple[datetime | None, Mapping[str, str] | None, tuple[DueTerm, ...]]:
    """What is due first: when, and what it is where it is not our answer; and what else is due."""
    answer = case.answer_by if case.answered_at is None else None
    first = next((term for term in case.terms if not term.guide), None)
    if first is None or (answer is not None and answer <= first.due_by):
        return answer, None, case.terms
    ours = (DueTerm(ANSWER_DUE, answer),) if answer is not None else ()
    return first.due_by, first.titles, (*ours, *(term for term in case.terms if term is not first))
