"""Letters while a decision is carried out and when all is done: how it goes (T7), the call to an inspection, thanks at the close (T10)."""

from __future__ import annotations

from datetime import date, datetime

from mailbot.claims.case import State
from mailbot.claims.case_letters import CaseLetter, Closing, ExecutionStatus, Inspection
from mailbot.claims.command_sentences import KINDS
from mailbot.claims.execution_words import read_inspection, read_progress
from mailbot.claims.letter_needs import fact_names, missing_facts
from mailbot.claims.message import Kind
from mailbot.claims.said_dates import day_ahead, moment_ahead, past_moment
from mailbot.claims.working_time import end_of_day, office_day
from mailbot.jobs import confirm
from mailbot.jobs.customer_letters import write_and_send
from mailbot.jobs.drafting import dispatch, draft_of, said_dropped, signatory, writable
from mailbot.jobs.orders import Errand, NotDone, Row
from mailbot.store import drafts

_CLOSED_WELL = frozenset({"withdrawn_in_writing", "resolved_no_reply"})


def progress(errand: Errand) -> str:
    """T7: what is done, what lies ahead, and by when the customer hears again."""
    case, office = writable(errand), errand.ground.policy.office
    said = read_progress(errand.command.text, lambda day: _past(errand, day), lambda day: day_ahead(day, errand.now, office))
    if said.wrong:
        raise NotDone(errand.say("progress_line", value=said.wrong))
    until = day_ahead(said.until, errand.now, office) if said.until else None
    if until is None or until < office_day(errand.now, office):
        raise NotDone(errand.say("progress_day", value=said.until[:40]))
    letter = ExecutionStatus(
        case["number"], case["received_at"], said.done, said.ahead, end_of_day(until, office), signatory(errand), case["customer_name"]
    )
    _complete(errand, letter)  # its days are what it is for
    return write_and_send(errand, case, letter, "\n".join(one.what for one in (*said.done, *said.ahead)))


def inspect(errand: Errand) -> str:
    """The call to an inspection; the case waits for it until its day, and our clocks go on."""
    case, office = writable(errand), errand.ground.policy.office
    said = read_inspection(errand.command.text, lambda text: moment_ahead(text, errand.now, office))
    letter = Inspection(
        number=case["number"],
        received_at=case["received_at"],
        product=said.product or case["product"],
        held_at=said.held_at,
        place=said.place,
        ours=said.ours,
        absence=said.absence,
        costs=said.costs or _costs(case),
        signatory=signatory(errand),
        papers=said.bring,
        customer_name=case["customer_name"],
    )
    _complete(errand, letter)  # its own day is no promise: the customer is asked whether it suits
    return write_and_send(errand, case, letter, "\n".join((letter.place, letter.ours, letter.absence, *letter.papers)))


def thank(errand: Errand) -> str:
    """T10: the customer has confirmed that the matter is settled. An open case is closed with it; she is thanked once."""
    case = writable(errand)
    if case["state"] == State.CLOSED and case["close_reason"] not in _CLOSED_WELL:
        raise NotDone(errand.say("thank_no"))
    thanked = drafts.last_sent(errand.conn, case["id"], ["closing"])
    if case["state"] == State.CLOSED and thanked is not None and thanked.made_at >= case["closed_at"]:
        return errand.say("thank_twice")
    dropped = ""
    if case["state"] != State.CLOSED:
        dropped = said_dropped(errand, case)
        reason, by = "withdrawn_in_writing", errand.person.id
        confirm.set_state(errand.db, errand.ground, errand.desk, errand.number, State.CLOSED, by, errand.now, reason)
    letter = Closing(
        number=case["number"],
        received_at=case["received_at"],
        closed_at=case["closed_at"] or errand.now,
        confirmed_at=_confirmed_at(errand, case),
        signatory=signatory(errand),
        customer_name=case["customer_name"],
    )
    return f"{dispatch(errand, errand.case(), draft_of(errand, case, letter))} {dropped}".rstrip()


def _confirmed_at(errand: Errand, case: Row) -> datetime | None:
    """When she wrote that all is well: her last letter, where it is one that takes the claim back."""
    last = drafts.last_customers_mail(errand.conn, case)
    return last.received_at if last is not None and last.kind == Kind.WITHDRAWAL else None


def _past(errand: Errand, said: str) -> date | None:
    office = errand.ground.policy.office
    at = past_moment(said, errand.now, office)
    return office_day(min(at, errand.now), office) if at is not None else None


def _costs(case: Row) -> str:
    language = "ru" if case["language"] == "ru" else "en"
    return f"{KINDS[language][case['cost_bearer']]}." if case["cost_bearer"] == "ours" else ""


def _complete(errand: Errand, letter: CaseLetter) -> None:
    """Errors: NotDone, naming what the letter lacks."""
    if lacking := missing_facts(letter):
        raise NotDone(errand.say("lacks", value=", ".join(fact_names(lacking, errand.language))))
