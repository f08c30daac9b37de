"""What a person decides about a claim: for whom it waits, whether the warranty runs, and the answer to the customer with its approvals."""

from __future__ import annotations

from datetime import date, timedelta

from mailbot.claims.case import State
from mailbot.claims.case_letters import Decision, Done, PaidRepair, Verdict
from mailbot.claims.command_words import say_kind
from mailbot.claims.decision_words import read_decision
from mailbot.claims.letter_needs import fact_names, missing_facts
from mailbot.claims.paid_repair_words import read_offer
from mailbot.claims.said_dates import day_ahead
from mailbot.claims.working_time import end_of_day
from mailbot.jobs import confirm
from mailbot.jobs.approving import show_draft, submit
from mailbot.jobs.drafting import draft_of, signatory, wanted_by, writable
from mailbot.jobs.guarding import questions_about
from mailbot.jobs.moving import keep_clocks
from mailbot.jobs.orders import Errand, NotDone, Row
from mailbot.store import cases, drafts

GUARANTEE_WANTED_DAYS = 10  # working days
_INSIDE = frozenset({"design", "inspection"})
_DEMANDS = {
    "ru": {
        "replace": "замена", "refund": "возврат денег", "repair": "ремонт", "price_reduction": "снижение цены", "completion": "допоставка",
        "documents": "документы", "compensation": "возмещение расходов", "inspection": "осмотр", "pickup": "вывоз товара",
        "decision": "решение по претензии", "answer": "ответ",
    },
    "en": {
        "replace": "replacement", "refund": "refund", "repair": "repair", "price_reduction": "price reduction", "completion": "completion",
        "documents": "documents", "compensation": "compensation", "inspection": "inspection", "pickup": "collection of the goods",
        "decision": "a decision", "answer": "an answer",
    },
}  # fmt: skip


def wait(errand: Errand) -> str:
    """The case waits, for whom and until when; a registered one is taken up first (domain.md 1.3 #7)."""
    case, reason, office = errand.case(), errand.command.argument, errand.ground.policy.office
    day = day_ahead(errand.command.more, errand.now, office)
    if day is None or day < errand.now.astimezone(office).date():
        raise NotDone(errand.say("wait_date", value=errand.command.more[:40]))
    not_too_far(errand, day)
    until = end_of_day(day, office)
    if case["state"] == State.REGISTERED:
        errand.move(case, "review", "Taken up.")
    elif case["state"] == State.WAITING_CUSTOMER and reason in _INSIDE:
        errand.move(case, "customer_replied", "We wait inside the house now.")
    inside = reason in _INSIDE or case["state"] == State.EXECUTION
    errand.move(errand.case(), "waits" if inside else "asked", f"Until {day.isoformat()}.", reason=reason, until=until)
    cases.flag(errand.conn, case["id"], {"wait_named": {"until": until.isoformat(), "at": errand.now.isoformat()}})
    return errand.say("wait", value=say_kind(reason, errand.person.language), until=errand.date_name(until))


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
    if case["warranty_status"] == found:
        return errand.say("same")
    errand.change(case["id"], {"warranty_status": found}, "warranty", "A person says so.")
    mail = confirm.opening_of(errand.conn, case)
    confirm.remember(errand.conn, case, mail, "warranty", case["warranty_status"], found, errand.person.id, errand.now)
    keep_clocks(errand.conn, errand.ground.policy, [case["id"]], errand.now)
    return errand.say("warranty", value=say_kind(found, errand.person.language))


def resolve(errand: Errand) -> str:
    """The decision as a letter to the customer: drafted, looked at by the guard, and given to those whose yes it needs."""
    case, kind = writable(errand), errand.command.argument
    if case["state"] not in {State.REGISTERED, State.REVIEW, State.WAITING_CUSTOMER, State.APPROVAL}:
        raise errand.not_possible(case)
    if errand.command.more and errand.command.more != case["cost_bearer"]:
        errand.change(case["id"], {"cost_bearer": errand.command.more}, "cost_bearer", "A person says so.")
        case = errand.case()
    if kind not in {"explanation", "refusal", "paid_repair"} and case["cost_bearer"] is None:
        raise NotDone(errand.say("no_bearer"))
    letter = _offer(errand, case) if kind == "paid_repair" else _decision(errand, case, kind)
    written = draft_of(errand, case, letter, kind)
    lacking = missing_facts(letter)
    if lacking:
        show_draft(errand, case, written, lacking)
        return errand.say("lacks_draft", value=", ".join(fact_names(lacking, errand.person.language)))
    found = questions_about(errand, case, errand.command.text, written.draft.language, kind)
    said = errand.say("guard_note", value=", ".join(f"«{one.text}»" for one in found)) if found else ""
    roles = submit(errand, case, written)
    if not roles:
        return f"{errand.say('ready')} {said}".strip()
    names = ", ".join(say_kind(role, errand.person.language) for role in roles)
    return f"{errand.say('resolve', value=say_kind(kind, errand.person.language), until=names)} {said}".strip()


def _decision(errand: Errand, case: Row, kind: str) -> Decision:
    """T6 of what she wrote: one verdict on all that the customer demands, her findings, grounds and terms."""
    office, language = errand.ground.policy.office, case["language"]
    said = read_decision(errand.command.text, lambda day: day_ahead(day, errand.now, office))
    execution = (*said.execution, *_until(errand, kind, language))
    names = _DEMANDS["ru" if language == "ru" else "en"]
    demands = ", ".join(names.get(one, one) for one in case["remedies"])
    return Decision(
        number=case["number"],
        received_at=case["received_at"],
        kind=kind,
        outgoing_number=f"{case['number']}-{len(_letters_so_far(errand, case)) + 1}",
        verdicts=(Verdict(demands or names["decision"], kind, said.words),),
        findings=said.findings,
        grounds=said.grounds,
        signatory=signatory(errand),
        execution=execution,
        enclosures=_attached(errand),
        instructions=said.steps,
        objections=said.objections,
        engineer=said.engineer,
        customer_name=case["customer_name"],
        borne_by=case["cost_bearer"] if case["cost_bearer"] in {"ours", "customer"} and kind not in {"explanation", "refusal"} else "",
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
