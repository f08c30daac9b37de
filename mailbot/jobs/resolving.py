"""What a person decides about a claim: for whom it waits, whether the warranty runs, and the answer to the customer with its approvals."""

from __future__ import annotations

from datetime import date, timedelta

from mailbot.claims.case import State
from mailbot.claims.case_letters import Decision, Done, PaidRepair, Verdict
from mailbot.claims.command_arguments import BY_DEMAND
from mailbot.claims.command_words import say_kind
from mailbot.claims.decision_kinds import prevails
from mailbot.claims.decision_words import read_decision, without_fields
from mailbot.claims.letter_needs import fact_names, missing_facts
from mailbot.claims.next_words import DECIDED_IN
from mailbot.claims.paid_repair_words import read_offer
from mailbot.claims.remedy_words import DEMANDS
from mailbot.claims.said_dates import day_ahead
from mailbot.claims.working_time import end_of_day
from mailbot.jobs import confirm
from mailbot.jobs.approving import named_approvers, show_draft, submit
from mailbot.jobs.by_demand import bearer_of, demand_names, demands_of, verdicts
from mailbot.jobs.drafting import draft_of, signatory, wanted_by, writable
from mailbot.jobs.guarding import questions_about
from mailbot.jobs.moving import keep_clocks
from mailbot.jobs.orders import Errand, NotDone, Row
from mailbot.store import cases, drafts

GUARANTEE_WANTED_DAYS = 10  # working days
_INSIDE = frozenset({"design", "inspection"})
_SAID_BEARERS = frozenset({"ours", "customer"})  # between others and us it is no matter of hers
_NOTHING_DONE = frozenset({"explanation", "refusal"})


def wait(errand: Errand) -> str:
    """The case waits, for whom and until when; a registered one is taken up first (domain.md 1.3 #7)."""
    case, reason, office = errand.case(), errand.command.argument, errand.ground.policy.office
    day = day_ahead(errand.command.more, errand.now, office)
    if day is None or day < errand.now.astimezone(office).date():
        raise NotDone(errand.say("wait_date", value=errand.command.more[:40]))
    not_too_far(errand, day)
    until = end_of_day(day, office)
    if case["state"] in {State.REGISTERED, State.AWAITING_WITHDRAWAL}:
        errand.move(case, "review", "Taken up.")
    elif case["state"] == State.WAITING_CUSTOMER and reason in _INSIDE:
        errand.move(case, "customer_replied", "We wait inside the house now.")
    inside = reason in _INSIDE or case["state"] == State.EXECUTION
    errand.move(errand.case(), "waits" if inside else "asked", f"Until {day.isoformat()}.", reason=reason, until=until)
    cases.flag(errand.conn, case["id"], {"wait_named": {"until": until.isoformat(), "at": errand.now.isoformat()}})
    return errand.say("wait", value=say_kind(reason, errand.language), until=errand.date_name(until))


def not_too_far(errand: Errand, day: date) -> None:
    """A day that nobody will see is no promise and no plan (`[waiting] longest_days`). Errors: NotDone."""
    longest = errand.ground.policy.terms.longest_wait
    last = errand.now.astimezone(errand.ground.policy.office).date() + timedelta(days=longest)
    if day > last:
        until = errand.date_name(end_of_day(last, errand.ground.policy.office))
        raise NotDone(errand.say("wait_far", value=str(longest), until=until))


def warranty(errand: Errand) -> str:
    """A person's word on the warranty; it is kept as a correction."""
    case, found = errand.case(), errand.command.argument
    alleged = errand.command.more == "original_defect"
    if alleged and not case["flags"].get("original_defect"):
        cases.flag(errand.conn, case["id"], {"original_defect": True})
        errand.event(case["id"], "original_defect", "The customer says that the defect was there from the start.")
    elif case["warranty_status"] == found:
        return errand.say("same")
    if case["warranty_status"] == found:
        return errand.say("original_defect")
    errand.change(case["id"], {"warranty_status": found}, "warranty", "A person says so.")
    mail = confirm.opening_of(errand.conn, case)
    confirm.remember(errand.conn, case, mail, "warranty", case["warranty_status"], found, errand.person.id, errand.now)
    keep_clocks(errand.conn, errand.ground.policy, [case["id"]], errand.now)
    said = errand.say("warranty", value=say_kind(found, errand.language))
    return f"{said} {errand.say('original_defect')}" if alleged else said


def resolve(errand: Errand) -> str:
    """The decision as a letter to the customer: drafted, looked at by the guard, and given to those whose yes it needs."""
    case, kind = writable(errand), errand.command.argument
    if case["state"] not in DECIDED_IN:
        raise errand.not_possible(case)
    words = without_fields(errand.command.text)
    bearer = bearer_of(errand, case, words) if kind == BY_DEMAND else errand.command.more
    if bearer and bearer != case["cost_bearer"]:
        errand.change(case["id"], {"cost_bearer": bearer}, "cost_bearer", "A person says so.")
        keep_clocks(errand.conn, errand.ground.policy, [case["id"]], errand.now)  # a claim of ours on others, or none any more
        case = errand.case()
    by_demand = verdicts(errand, case, words) if kind == BY_DEMAND else ()
    kind = prevails(tuple(one.kind for one in by_demand)) if by_demand else kind
    if kind not in {"explanation", "refusal", "paid_repair"} and case["cost_bearer"] is None:
        raise NotDone(errand.say("no_bearer"))
    letter = _offer(errand, case) if kind == "paid_repair" else _decision(errand, case, kind, by_demand)
    written = draft_of(errand, case, letter, kind)
    lacking = missing_facts(letter)
    if lacking:
        show_draft(errand, case, written, lacking)
        errand.left.lacking += fact_names(lacking, errand.language)
        said = errand.say("lacks_draft", value=", ".join(errand.left.lacking))
        return f"{said} {errand.say('stands')}" if _stands_before(errand, case) else said
    decided = {one.kind for one in by_demand if one.extent != "refused"} or {kind}
    found = questions_about(errand, case, written, errand.command.text, decided)
    quoted = "«{}»" if errand.language == "ru" else "“{}”"
    said = errand.say("guard_note", value=", ".join(quoted.format(one.text) for one in found)) if found else ""
    if len(demands_of(case)) > 1 and not by_demand and kind != "paid_repair":
        said = f"{said} {errand.say('one_for_all', value=_numbered(errand, case))}".strip()
    roles = submit(errand, case, written)
    if not roles:
        return f"{errand.say('ready')} {said}".strip()
    kinds = ", ".join(say_kind(one, errand.language) for one in dict.fromkeys(one.kind for one in by_demand) or (kind,))
    return f"{errand.say('resolve', value=kinds, until=named_approvers(errand, roles, written.draft.author))} {said}".strip()


def _stands_before(errand: Errand, case: Row) -> bool:
    """A decision that is whole waits still: for a yes, or to be sent."""
    return any(one.resolution and one.state in {"submitted", "approved"} for one in drafts.unsent(errand.conn, case["id"]))


def _numbered(errand: Errand, case: Row) -> str:
    return "; ".join(f"{n}: {name}" for n, name in enumerate(demand_names(case, errand.language), 1))


def _decision(errand: Errand, case: Row, kind: str, by_demand: tuple[Verdict, ...]) -> Decision:
    """T6 of what she wrote: a verdict on each demand, or one on all of them; her findings, grounds and terms."""
    office, language = errand.ground.policy.office, case["language"]
    said = read_decision(errand.command.text, lambda day: day_ahead(day, errand.now, office))
    execution = (*said.execution, *_until(errand, kind, language))
    demands = "; ".join(demand_names(case, language)) or DEMANDS["ru" if language == "ru" else "en"]["decision"]
    return Decision(
        number=case["number"],
        received_at=case["received_at"],
        kind=kind,
        outgoing_number=f"{case['number']}-{len(_letters_so_far(errand, case)) + 1}",
        verdicts=by_demand or (Verdict(demands, kind, said.words),),
        findings=said.findings,
        grounds=said.grounds,
        signatory=signatory(errand),
        execution=execution,
        enclosures=_attached(errand),
        instructions=said.steps,
        objections=said.objections,
        engineer=said.engineer,
        customer_name=case["customer_name"],
        borne_by=case["cost_bearer"] if not by_demand and case["cost_bearer"] in _SAID_BEARERS and kind not in _NOTHING_DONE else "",
    )


def _until(errand: Errand, kind: str, language: str) -> tuple[Done, ...]:
    """The day named in the first line, as a line of the execution. Errors: NotDone."""
    said, office = errand.command.until, errand.ground.policy.office
    if not said:
        return ()
    day = day_ahead(said, errand.now, office)
    if day is None or day < errand.now.astimezone(office).date():
        raise NotDone(errand.say("promise_date", value=said[:40]))
    return (Done(say_kind(kind, language), day),)


def _letters_so_far(errand: Errand, case: Row) -> list[int]:
    return drafts.numbers_of(errand.conn, case["id"])


def _attached(errand: Errand) -> tuple[str, ...]:
    mail = errand.entry.read.mail if errand.entry is not None else None
    return tuple(one.name or "" for one in mail.attachments if not one.inline and one.name) if mail is not None else ()


def _offer(errand: Errand, case: Row) -> PaidRepair:
    """T5 of what she wrote; the warranty must have been said to be over by a person."""
    if case["warranty_status"] != "expired":
        raise NotDone(errand.say("not_expired"))
    said = read_offer(errand.command.text)
    return PaidRepair(
        number=case["number"],
        received_at=case["received_at"],
        product=said.product or case["product"],
        warranty_until=said.warranty_until,
        warranty_basis=said.basis,
        diagnosis=said.diagnosis,
        carriage=said.carriage,
        send_to=said.send_to,
        answer_by=wanted_by(errand, GUARANTEE_WANTED_DAYS),
        signatory=signatory(errand),
        repair_price=said.price,
        consumer=case["consumer"] == "yes",
        customer_name=case["customer_name"],
    )
