"""A person's word on who the customer is and what she demands: whose law applies and which terms run hang on both (domain.md 2.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mailbot.claims.case import State
from mailbot.claims.command_words import forms
from mailbot.claims.due_terms import DueTerm, due_terms
from mailbot.claims.message import Address
from mailbot.claims.remedy_words import CUSTOMERS, DEMANDS
from mailbot.claims.senders import why_no_customer
from mailbot.jobs import confirm
from mailbot.jobs.drafting import command_of_kind, may_write, said_dropped
from mailbot.jobs.orders import Errand, NotDone, Row
from mailbot.jobs.taking_back import Taken
from mailbot.store import case_mails, cases, clock_rows

_Terms = Mapping[str, DueTerm]


def consumer(errand: Errand) -> str:
    """She bought as a private person, or for a business, or nobody knows: the terms are counted by that, the old ones kept."""
    found = errand.command.argument
    names = CUSTOMERS["ru" if errand.language == "ru" else "en"]
    return _corrected(errand, "consumer", found, lambda value: names[value], confirm.set_customer)


def demands(errand: Errand) -> str:
    """What she demands, the whole list: terms of what is demanded no more end, those of what is new run from the claim's arrival."""
    found = [one for one in errand.command.argument.split(",") if one]
    names = DEMANDS["ru" if errand.language == "ru" else "en"]
    nothing = errand.say("no_demands")
    return _corrected(errand, "remedies", found, lambda value: ", ".join(names[one] for one in value) or nothing, confirm.set_demands)


def customer(errand: Errand) -> str:
    """Where the customer is written to, and the name: of a claim heard by telephone perhaps known later only. Errors: NotDone.

    Another address in the place of one that is known is asked about once: all further letters would go there.
    """
    case, wanted = errand.case(), errand.command.argument
    if case["customer"] or not _took_it(errand, case):
        may_write(errand, case)
    if why := why_no_customer(Address("", wanted), errand.ground.policy):
        raise NotDone(errand.say(f"customer_{why}", value=wanted))
    same = wanted.casefold() == case["customer_key"]
    if case["customer"] and not same and errand.command.more != "sure":
        raise NotDone(errand.say("customer_sure", was=case["customer"], value=wanted))
    if same and errand.command.text in {"", case["customer_name"]}:
        return errand.say("same")
    dropped = said_dropped(errand, case) if not same else ""
    _, taken = confirm.set_address(errand.db, errand.ground, errand.number, wanted, errand.command.text, errand.person.id, errand.now)
    said = errand.say("customer_was" if case["customer"] and not same else "customer", value=wanted, was=case["customer"])
    in_triage = State(case["state"]) in {State.NEW, State.TRIAGE}
    then = "" if case["customer"] else errand.say("customer_claim") if in_triage else _who_writes(errand, case)
    return " ".join(part for part in (said, dropped, _called_back(errand, taken), then) if part)


def _called_back(errand: Errand, taken: Taken) -> str:
    """What had been written to the former address and had not left; "" where nothing had."""
    quoted = "«{}»" if errand.language == "ru" else "“{}”"
    words = [quoted.format(forms((command_of_kind(kind),), errand.language)[0].split()[0]) for kind in taken.by_people]
    words += [errand.say(f"letter_{kind}") for kind in taken.automatic]
    of_people = (("customer_taken", bool(words)), ("customer_again", bool(taken.by_people)))
    told = [name for name, is_so in (*of_people, ("customer_anew", taken.anew), ("customer_leaving", taken.leaving)) if is_so]
    return " ".join(errand.say(name, value=", ".join(dict.fromkeys(words))) for name in told)


def _took_it(errand: Errand, case: Row) -> bool:
    """It was she who took the claim by telephone or on paper: she may give the address that lacks, whoever is in charge by then."""
    return case_mails.writer_of_opening(errand.conn, case["id"]) in {address.casefold() for address in errand.person.addresses}


def _who_writes(errand: Errand, case: Row) -> str:
    """What can be done with an address that is known now; by whom, where she is not in charge herself."""
    if errand.entry is None or errand.may_write(case):
        return errand.say("customer_write")
    return errand.say("customer_theirs", value=next(one.name for one in errand.ground.policy.people if one.id == case["assigned_to"]))


def _corrected(errand: Errand, column: str, found: str | list[str], words: Callable[[Any], str], put: Callable[..., str]) -> str:
    case = errand.case()
    if case[column] == found and (column != "consumer" or cases.said_by_person(errand.conn, case["id"], column)):
        return errand.say("same")
    before = _terms(errand, case)
    put(errand.db, errand.ground, errand.number, found, errand.person.id, errand.now)
    said = _changed(errand, before, _terms(errand, errand.case()))
    name = "consumer_kept" if case[column] == found else errand.command.word
    return errand.say(name, value=words(found), was=words(case[column]), terms=said)


def _terms(errand: Errand, case: Row) -> _Terms:
    """The terms that run, by name."""
    kept = clock_rows.kept(errand.conn, [case["id"]]).get(case["id"], [])
    clocks = [one.clock for one in kept if one.opening == case["openings"]]
    tongue = "ru" if errand.language == "ru" else "en"
    return {term.titles[tongue]: term for term in due_terms(clocks, errand.ground.policy.terms)}


def _changed(errand: Errand, before: _Terms, after: _Terms) -> str:
    """Which terms run now that did not, or to another day, and which run no longer."""
    begun = [
        errand.say("term_guide" if term.guide else "term", value=name, until=errand.date_name(term.due_by))
        for name, term in after.items() if name not in before or before[name].due_by != term.due_by
    ]  # fmt: skip
    gone = [errand.say("term_named", value=name) for name in before if name not in after]
    said = [errand.say("terms_run", value="; ".join(begun))] if begun else []
    said += [errand.say("terms_gone", value="; ".join(gone))] if gone else []
    return " ".join(said) or errand.say("terms_same")
