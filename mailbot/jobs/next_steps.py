"""What is due next in a case and when, and what its reader can do with one tap: for the answer to a command."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from mailbot.claims.case import OPEN_STATES, State
from mailbot.claims.command_words import forms, say
from mailbot.claims.due_terms import answer_clock, due_terms
from mailbot.claims.letter_needs import missing_facts
from mailbot.claims.letters import NextStep
from mailbot.claims.next_words import likely
from mailbot.claims.people import writes_in
from mailbot.claims.promises import lapsed
from mailbot.jobs.absences import deputies_today
from mailbot.jobs.approving import approvers_by_role, who_approves
from mailbot.jobs.by_demand import demand_names
from mailbot.jobs.drafting import letter_of, next_to_send
from mailbot.store import clock_rows, drafts
from mailbot.store.moves import OFFERED

if TYPE_CHECKING:
    from mailbot.claims.policy import Person, Policy
    from mailbot.claims.ready_replies import ReadyReply
    from mailbot.jobs.orders import Row
    from mailbot.jobs.writing_desk import WritingDesk
    from mailbot.store.database import Connection
    from mailbot.store.drafts import Draft
    from mailbot.store.outbox import NewLetter

_ANSWERS = frozenset({"reply", "decision", "paid_repair"})
_LEAVING = frozenset({"due", "sending", "unknown", "held"})
_MOST_TERMS = 2
_GOES = {"ru": ("до ", "сделано: ", "впереди: "), "en": ("until ", "done: ", "ahead: ")}
_OFFER = {
    "ru": ("изделие: ", "гарантия: до ", "документ: ", "диагностика: ", "перевозка: ", "адрес: ", "ремонт: "),
    "en": ("product: ", "warranty: until ", "document: ", "diagnosis: ", "carriage: ", "address: ", "repair: "),
}
_FIELDS = {"ru": ("установлено: ", "основание: ", "исполнение: "), "en": ("found: ", "grounds: ", "execution: ")}


def steps(conn: Connection, policy: Policy, row: Row, person: Person, queued: Sequence[NewLetter], now: datetime) -> tuple[NextStep, ...]:
    """The nearest dates of an open case, the first one first; what has no date stands before them."""
    if State(row["state"]) not in OPEN_STATES:
        return ()
    found = [*_of_letters(conn, policy, row, person, queued, now), *_of_clocks(conn, policy, row, person, queued, now)]
    return tuple(sorted(found, key=lambda step: step.by.timestamp() if step.by is not None else 0.0))


def _of_letters(
    conn: Connection, policy: Policy, row: Row, person: Person, queued: Sequence[NewLetter], now: datetime
) -> Iterator[NextStep]:
    language = person.language
    if row["answered_at"] is None and is_leaving(conn, row, queued):
        yield NextStep(say("next_leaving", language))
    waiting = [one for one in drafts.unsent(conn, row["id"]) if one.state in {"submitted", "approved"}]
    for draft in waiting[:1]:
        if draft.state == "approved":
            is_over = lapsed(draft.letter, draft.made_at, policy.office, now) is not None
            yield NextStep(say("next_again" if is_over else "next_send", language))
            continue
        roles = [one.role for one in drafts.approvals_of(conn, draft.id) if one.verdict == "asked"]
        yield NextStep(say("next_approval", language, {"value": who_approves(conn, policy, roles, draft.author, language, now)}))


def _of_clocks(
    conn: Connection, policy: Policy, row: Row, person: Person, queued: Sequence[NewLetter], now: datetime
) -> Iterator[NextStep]:
    language, state = person.language, State(row["state"])
    clocks = [kept.clock for kept in clock_rows.kept(conn, [row["id"]]).get(row["id"], [])]
    answer = answer_clock(clocks)
    if state in {State.NEW, State.TRIAGE}:
        due = row["acknowledge_by"]
        yield NextStep(say("next_sort", language), due, due is not None and now > due)
    elif row["answered_at"] is None and row["answer_by"] is not None and not is_leaving(conn, row, queued):
        due = answer.due_by if answer is not None else row["answer_by"]
        if answer is None or answer.state == "running":
            yield NextStep(say("next_answer", language), due, now > due)
    tongue = "ru" if language == "ru" else "en"
    has_every_yes = any(one.state == "approved" for one in drafts.unsent(conn, row["id"]))
    terms = due_terms([clock for clock in clocks if clock.rule != "approval" or not has_every_yes], policy.terms)
    for term in terms[:_MOST_TERMS]:
        yield NextStep(term.titles[tongue], term.due_by, now > term.due_by, term.guide, is_term=True)


def is_leaving(conn: Connection, row: Row, queued: Sequence[NewLetter]) -> bool:
    """A letter that answers the customer has been written, and no mail server has taken it yet."""
    if any(letter.kind in _ANSWERS and letter.case_id == row["id"] for letter in queued):
        return True
    return any(told.kind in _ANSWERS and told.state in _LEAVING for told in drafts.told(conn, row["id"]))


def replies(
    conn: Connection, policy: Policy, desk: WritingDesk, row: Row, person: Person, now: datetime
) -> tuple[tuple[ReadyReply, ...], tuple[str, ...]]:
    """The likely next commands as ready replies, and how they are written (for where no link can be offered)."""
    unsent = drafts.unsent(conn, row["id"])
    asked = next((one for one in unsent if one.state == "submitted" and _asks(conn, policy, one, person, now)), None)
    hers, state = row["assigned_to"] == person.id, State(row["state"])
    writes = writes_in(person, policy, row["assigned_to"], deputies_today(conn, policy, now))
    lacks = any(missing_facts(letter_of(one)) for one in unsent if one.state == "draft" and one.author == person.id)
    ready = next_to_send(unsent, person)
    to_send = writes and ready is not None and lapsed(ready.letter, ready.made_at, policy.office, now) is None
    offered = row["flags"].get(OFFERED) and state in {State.REVIEW, State.WAITING_CUSTOMER}
    words = likely(
        state, hers=hers, to_send=to_send, asked=asked is not None, works=hers or "specialist" in person.roles,
        writes=writes,
        refused="refusal" in drafts.resolutions(conn, row["id"]),
        wrote=any(one.state in {"submitted", "approved", "returned"} and one.author == person.id for one in unsent),
        awaits="payment_guarantee" if offered else row["wait_reason"] or "",
        addressed=bool(row["customer"]),
        lacks=lacks,
    )  # fmt: skip
    maker = desk.replies_for(person, now)
    if maker is None:
        return (), forms(words, person.language)
    if row["warranty_status"] == "expired" and "resolve" in words and not row["flags"].get(OFFERED):  # what such a case mostly comes to
        words = tuple(other for word in words if word != "memo" for other in (("offer", word) if word == "resolve" else (word,)))
    found = maker.saying(words, row["number"], asked.id if asked is not None else 0)
    return tuple(_with_form(word, one, row, person) for word, one in zip(words, found, strict=True)), ()


def _asks(conn: Connection, policy: Policy, draft: Draft, person: Person, now: datetime) -> bool:
    """Her yes to this letter is waited for."""
    roles = [one.role for one in drafts.approvals_of(conn, draft.id) if one.verdict == "asked"]
    return any(person in people for people in approvers_by_role(conn, policy, roles, draft.author, now).values())


def _with_form(word: str, one: ReadyReply, row: Row, person: Person) -> ReadyReply:
    """A form to fill in: for a decision a line for each demand and what it must hold, for a paid repair its terms, for the execution
    what is done and ahead.
    """
    tongue = "ru" if person.language == "ru" else "en"
    if word == "resolve":
        names = demand_names(row, person.language)
        lines = ([f"{n} ({name}): " for n, name in enumerate(names, 1)] or ["1: "]) + list(_FIELDS[tongue])
    elif word == "offer":
        lines = [line + row["product"] if n == 0 else line for n, line in enumerate(_OFFER[tongue])]
    elif word == "progress":
        lines = list(_GOES[tongue])
    else:
        return one
    return replace(one, href=one.href + quote("\r\n".join(lines), safe=""))
