"""What a person sees in the morning: each open case in one group, the most delayed first, and the proof that nothing is missing. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from mailbot.claims.case import OPEN_STATES, State
from mailbot.claims.category import UNSORTED
from mailbot.claims.people import sorters, specialist_for
from mailbot.claims.policy import Person, Policy
from mailbot.claims.working_time import office_day

GROUPS = ("overdue", "due_today", "new", "unsorted", "waiting", "enquiries", "in_work")
ENQUIRY_STANDS_DAYS = 14  # decisions.md 14


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
    marks: tuple[str, ...]  # safety | legal | important | undelivered | provisional
    waiting_for: str
    address: str = ""
    orders: tuple[str, ...] = ()
    papers: tuple[tuple[str, str], ...] = ()
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    id: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """One person's morning. Groups that are empty are left out."""

    person: str
    language: str
    groups: tuple[Group, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.groups


@dataclass(frozen=True, slots=True)
class DailySum:
    """Mails the mailbox showed since yesterday against mails filed, by outcome, and what left the house."""

    shown: int = 0
    filed: Mapping[str, int] = field(default_factory=dict)
    sent: int = 0
    refused: int = 0
    waiting: int = 0

    @property
    def missing(self) -> int:
        """Mails shown but not filed; negative where more was filed than shown."""
        return self.shown - sum(self.filed.values())

    @property
    def agrees(self) -> bool:
        return self.missing == 0


def digest(cases: Iterable[DigestCase], person: Person, policy: Policy, *, since: datetime, now: datetime) -> Digest:
    """The digest of one person: the cases in her charge, and what is unsorted if she sorts. `since`: when her last one was made."""
    groups: dict[str, list[DigestCase]] = {}
    for case in cases:
        group = group_of(case, policy.office, since=since, now=now)
        if group and is_for(case, person, policy):
            groups.setdefault(group, []).append(case)
    rows = {name: tuple(_row(case, policy.office, now) for case in sorted(found, key=_urgency)) for name, found in groups.items()}
    return Digest(person.id, person.language, tuple(Group(name, rows[name]) for name in GROUPS if name in rows))


def group_of(case: DigestCase, office: tzinfo, *, since: datetime, now: datetime) -> str:
    """The one group a case stands in, "" for one that needs nobody. Whatever is late comes before whatever it is besides."""
    if case.history or case.done:
        return ""
    if case.enquiry:
        return "enquiries" if now - case.received_at < timedelta(days=ENQUIRY_STANDS_DAYS) else ""
    if case.state not in OPEN_STATES:
        return ""
    owed = case.answer_by is not None and case.answered_at is None and case.state is not State.WAITING_CUSTOMER
    if owed and case.answer_by is not None and now > case.answer_by:
        return "overdue"
    if case.undelivered:  # written is not answered (behaviour.md 11.2)
        return "overdue"
    if owed and case.answer_by is not None and office_day(case.answer_by, office) == office_day(now, office):
        return "due_today"
    if case.state in {State.NEW, State.TRIAGE} or case.category == UNSORTED:
        return "unsorted"
    if (case.known_at or case.received_at) > since:
        return "new"
    return "waiting" if case.state is State.WAITING_CUSTOMER or case.waiting_for else "in_work"


def is_for(case: DigestCase, person: Person, policy: Policy) -> bool:
    """In her charge: assigned to her, or by category hers, or nobody's yet and she sorts."""
    if case.person is not None:
        return case.person == person.id
    if case.enquiry or case.state is State.TRIAGE:
        return person in sorters(policy)
    owner = specialist_for(case.category, policy)
    return owner == person if owner is not None else person in sorters(policy)


def _urgency(case: DigestCase) -> tuple[bool, bool, float, str]:
    due = case.answer_by.timestamp() if case.answer_by is not None else case.received_at.timestamp()
    return (not case.safety, not case.important, due, case.number)


def _row(case: DigestCase, office: tzinfo, now: datetime) -> Row:
    today = office_day(now, office)
    due = case.answer_by if case.answered_at is None else None
    late = (today - office_day(due, office)).days if due is not None and now > due else 0
    flags = {name: getattr(case, name) for name in ("safety", "legal", "important", "undelivered", "provisional")}
    return Row(
        number=case.number,
        customer=case.customer,
        product=case.product,
        claimed=case.claimed or case.subject,
        category=case.category,
        state=case.state,
        age_days=(today - office_day(case.received_at, office)).days,
        due_by=due,
        late_days=max(0, late),
        marks=tuple(name for name, is_set in flags.items() if is_set),
        waiting_for=case.waiting_for,
        address=case.address,
        orders=case.orders,
        papers=case.papers,
        answered=case.answered_at is not None,
    )


_OUTCOMES = {
    "ru": {
        "opened": ("новое дело", "новых дела", "новых дел"),
        "triage": ("на разбор", "на разбор", "на разбор"),
        "joined": ("письмо в дело", "письма в дела", "писем в дела"),
        "duplicate": ("повтор", "повтора", "повторов"),
        "noted": ("без дела", "без дела", "без дела"),
        "in_hand": ("сейчас в обработке", "сейчас в обработке", "сейчас в обработке"),
    },
    "en": {
        "opened": ("new case", "new cases", "new cases"),
        "triage": ("to be sorted", "to be sorted", "to be sorted"),
        "joined": ("into a case", "into cases", "into cases"),
        "duplicate": ("duplicate", "duplicates", "duplicates"),
        "noted": ("without a case", "without a case", "without a case"),
        "in_hand": ("being filed just now", "being filed just now", "being filed just now"),
    },
}


def daily_line(daily: DailySum, language: str) -> str:
    """The daily sum as one sentence or two; it says whether the sums agree, and if not, how many mails are missing."""
    filed = sum(daily.filed.values())
    parts = [f"{count} {_outcome(name, count, language)}" for name, count in daily.filed.items() if count]
    if language == "ru":
        detail = f" ({', '.join(parts)})" if parts else ""
        letters = f"Отправлено писем: {daily.sent}, не принято: {daily.refused}, ждёт отправки: {daily.waiting}."
        return f"Получено писем: {daily.shown}, разложено: {filed}{detail}. {_agreement_ru(daily)} {letters}"
    detail = f" ({', '.join(parts)})" if parts else ""
    letters = f"Letters sent: {daily.sent}, refused: {daily.refused}, waiting: {daily.waiting}."
    return f"Mails received: {daily.shown}, filed: {filed}{detail}. {_agreement_en(daily)} {letters}"


def _agreement_ru(daily: DailySum) -> str:
    if daily.agrees:
        return "Ничего не потеряно: суммы сходятся."
    count = abs(daily.missing)
    mails = plural(count, "письмо", "письма", "писем")
    if daily.missing > 0:
        return f"Внимание: не разложено {count} {mails}."
    return f"Внимание: разложено на {count} {mails} больше, чем получено."


def _agreement_en(daily: DailySum) -> str:
    if daily.agrees:
        return "Nothing is missing: the sums agree."
    count = abs(daily.missing)
    mails = "mail" if count == 1 else "mails"
    return f"Attention: {count} {mails} not filed." if daily.missing > 0 else f"Attention: {count} {mails} filed more than received."


def _outcome(name: str, count: int, language: str) -> str:
    forms = _OUTCOMES["ru" if language == "ru" else "en"].get(name)
    if forms is None:
        return name
    return plural(count, *forms) if language == "ru" else forms[0 if count == 1 else 1]


def plural(count: int, one: str, few: str, many: str) -> str:
    """The Russian form after a number: 1 письмо, 2 письма, 5 писем, 11 писем, 21 письмо."""
    tens, units = count % 100, count % 10
    if 11 <= tens <= 14:
        return many
    return one if units == 1 else few if 2 <= units <= 4 else many
