"""Moves that only a person can know of: the payment guarantee has come, the inspection was held, her own letter is taken back (1.3)."""

from __future__ import annotations

from mailbot.claims.case import State
from mailbot.claims.command_words import say_kind
from mailbot.jobs.adding import keep_papers
from mailbot.jobs.moving import is_possible
from mailbot.jobs.orders import Errand, NotDone
from mailbot.store import cases, drafts


def guarantee(errand: Errand) -> str:
    """The customer guarantees the payment: the paid repair that was offered begins, at her cost (domain.md 1.3 #8)."""
    case = errand.case()
    if not is_possible(case, "guarantee_came", errand.person.id, errand.ground.policy):
        raise NotDone(errand.say("guarantee_none"))
    said = errand.command.text.strip()[:500]
    errand.move(case, "guarantee_came", said or "A person says so.", cost_bearer="customer")
    cases.flag(errand.conn, case["id"], {"guarantee_unproven": ""})  # a person has looked
    return errand.say("guarantee")


def inspected(errand: Errand) -> str:
    """The goods were seen: what was found and the report stand with the case, and nobody waits for the day any more (#16).

    What else the customer was asked for is waited for as before, with its reminders.
    """
    errand.move(errand.case(), "inspected", errand.command.text.strip()[:500] or "A person says so.")
    case = errand.case()
    keep_papers(errand, case)
    awaited = say_kind(case["wait_reason"] or "clarification", errand.language)
    following = errand.say(f"inspected_next_{case['state']}", value=awaited)
    return errand.say("inspected", value=following)


def withdraw(errand: Errand) -> str:
    """Her own letter, or one of the case she is in charge of, goes no further, whoever was asked; the case is in work again (#13a)."""
    case, me = errand.case(), errand.person.id
    unsent = drafts.unsent(errand.conn, case["id"])
    hers = [one for one in unsent if me in {one.author, case["assigned_to"]}]
    if not hers:
        raise NotDone(errand.say("withdraw_none"))
    for one in hers:
        drafts.set_state(errand.conn, one.id, "cancelled", errand.now)
    if case["state"] != State.APPROVAL or len(hers) < len(unsent):
        return errand.say("withdraw_draft")
    errand.move(case, "withdrawn_draft", "She takes her letter back.")
    return errand.say("withdraw")
