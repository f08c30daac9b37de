"""The one decision: what is to be done with one mail, and why. Pure; everything before it only reads, everything after it only writes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Literal

from mailbot.claims.acknowledgement import Answer, answer, language_of
from mailbot.claims.alerts import alerts_for
from mailbot.claims.authentication import Authentication
from mailbot.claims.case import Known, KnownCase
from mailbot.claims.conversation import Joining, joining
from mailbot.claims.deadlines import first_answer
from mailbot.claims.decision import CaseAction, Decision
from mailbot.claims.kind import Judged, judge
from mailbot.claims.message import Address, IncomingMail, Kind
from mailbot.claims.policy import Policy
from mailbot.claims.senders import Writer, writer_of
from mailbot.claims.understanding import Understanding

OPENS: dict[Kind, CaseAction] = {Kind.CLAIM: "open", Kind.TRIAGE: "triage", Kind.INTERNAL: "triage", Kind.UNREADABLE: "triage"}
JOINS = frozenset({Kind.FOLLOW_UP, Kind.WITHDRAWAL, Kind.ENQUIRY, Kind.STAFF_REPLY, Kind.INTERNAL, Kind.COMMAND, Kind.AUTO_REPLY})
ROBOTS = frozenset({Kind.AUTO_REPLY, Kind.BOUNCE, Kind.RECEIPT, Kind.LIST, Kind.SPAM, Kind.OWN})


def decide(
    mail: IncomingMail,
    understanding: Understanding,
    known: Known,
    authentication: Authentication,
    policy: Policy,
    *,
    received_at: datetime,
    history: bool,
    now: datetime,
) -> Decision:
    """What to do with one mail. `received_at` starts the clocks (aware UTC); `history`: it came before its mailbox was first connected.

    `now` judges ages of cases only. The decision's `reason` is never empty.
    """
    writer = writer_of(mail, policy)
    found = joining(mail, understanding, known, authentication, writer, policy, now=now)
    judged = judge(mail, understanding, known, authentication, writer, found, policy)
    if known.same_content is not None or known.same_content_filed:
        return _again(judged, writer, known)
    if judged.kind in ROBOTS:
        return _robot(mail, judged, known, found, history)
    case, number = _case(judged, found)
    closed = found.case if case == "join" and found.closed else None
    reopens = closed if closed is not None and _reopens(judged, understanding, found, history, policy) else None
    reply = answer(mail, judged, known, authentication, writer, policy, reopens=reopens)
    return _with_clocks(
        _decision(mail, understanding, judged, found, writer, case, number, reply, policy, history=history, reopens=reopens is not None),
        policy,
        received_at,
        known,
        understanding,
    )


def _again(judged: Judged, writer: Writer, known: Known) -> Decision:
    """One mail to two of our addresses, or fetched twice, is one case (behaviour.md 1)."""
    case = known.same_content
    reason = f"The same mail already belongs to case {case.number}." if case is not None else "The same mail was filed before."
    number = case.number if case is not None else None
    action: CaseAction = "join" if case is not None else "none"
    return Decision(judged.kind, judged.reason, action, reason, judged.topic, number, claimant=writer.address)


def _robot(mail: IncomingMail, judged: Judged, known: Known, found: Joining, history: bool) -> Decision:
    """Filed, never answered; tied to its case where it answers or returns a letter of ours."""
    number = _robots_case(judged.kind, known, found)
    action: CaseAction = "join" if number else "none"
    filed = f"Filed to case {number}, never answered." if number else "Filed, never answered."
    decision = Decision(
        judged.kind, judged.reason, action, f"{judged.reason} {filed}", join=number, relation="robot", claimant=None, history=history
    )
    return decision if history else replace(decision, alerts=alerts_for(decision, mail, None, known))


def _robots_case(kind: Kind, known: Known, found: Joining) -> str | None:
    if kind in {Kind.LIST, Kind.SPAM, Kind.OWN} or not known.asked:
        return None
    if known.bounced is not None and known.bounced.case_number:
        return known.bounced.case_number
    if known.letter is not None and known.letter.case_number:
        return known.letter.case_number
    return known.by_reference.number if known.by_reference is not None else None


def _case(judged: Judged, found: Joining) -> tuple[CaseAction, str | None]:
    if found.joins and judged.kind in JOINS:
        return "join", found.number
    if judged.kind is Kind.INTERNAL and "internal claim" in judged.reason:
        return "open", None
    return OPENS.get(judged.kind, "none"), None


def _reopens(judged: Judged, understanding: Understanding, found: Joining, history: bool, policy: Policy) -> bool:
    """A customer's letter that wants something reopens a closed case; thanks, a withdrawal or somebody else's note do not."""
    if history or found.relation != "customer" or judged.kind is not Kind.FOLLOW_UP:
        return False
    return understanding.topic != "thanks" or understanding.verdict.claim_confidence >= policy.not_claim_below


def _decision(
    mail: IncomingMail,
    understanding: Understanding,
    judged: Judged,
    found: Joining,
    writer: Writer,
    case: CaseAction,
    number: str | None,
    reply: Answer,
    policy: Policy,
    *,
    history: bool,
    reopens: bool,
) -> Decision:
    language, also_in = language_of(understanding.language, policy)
    mode: Literal["now", "after_confirmation", "no"] = "no" if history else reply.mode
    asks = not history and judged.proven and judged.kind is Kind.INTERNAL and mode == "after_confirmation"
    return Decision(
        kind=judged.kind,
        kind_reason=judged.reason,
        case=case,
        reason=_reason(judged, found, case, number, reply, history=history, reopens=reopens),
        topic=judged.topic,
        join=number,
        relation=_relation(judged, found, case),
        claimant=_claimant(mail, judged, writer),
        acknowledge=mode,
        acknowledge_to=reply.to if mode != "no" else None,
        acknowledge_language=language,
        also_in=also_in,
        neutral=mode == "now" and reply.neutral,
        letters=_letters(judged, mode, asks=asks, deferred=reply.deferred),
        history=history,
        reopens=reopens,
        answered=judged.kind is Kind.STAFF_REPLY and judged.proven and case == "join" and not history,
        proposes_close=judged.kind is Kind.WITHDRAWAL and case == "join" and not history and _is_full(understanding),
        propose_join=found.propose,
        mentions=found.mentions,
        deferred=mode == "now" and reply.deferred,
        confirm_with=mail.from_ if asks else None,
    )


def _with_clocks(decision: Decision, policy: Policy, received_at: datetime, known: Known, understanding: Understanding) -> Decision:
    """Clocks for whatever opens or reopens a case, back to the mail's arrival; alerts; neither for history (decisions.md 15)."""
    if decision.history:
        return decision
    decision = replace(decision, alerts=alerts_for(decision, None, understanding, known))
    if decision.case not in {"open", "triage"} and not decision.reopens:
        return decision
    due = first_answer(received_at, policy)
    return replace(decision, acknowledge_by=due.acknowledge_by, answer_by=due.answer_by, answer_hard_by=due.answer_hard_by)


def _relation(judged: Judged, found: Joining, case: CaseAction) -> Literal["customer", "third_party", "staff", "robot"]:
    if judged.by_colleague:
        return "staff"
    return found.relation if case == "join" else "customer"


def _claimant(mail: IncomingMail, judged: Judged, writer: Writer) -> Address | None:
    """The person written for: of a colleague's forward the inner sender, of his other mail nobody known."""
    if not judged.by_colleague:
        return writer.address
    return mail.forwarded.from_ if mail.forwarded is not None and judged.kind is not Kind.STAFF_REPLY else None


def _letters(judged: Judged, mode: str, *, asks: bool, deferred: bool) -> tuple[str, ...]:
    if mode == "now":
        return () if deferred else ("enquiry",) if judged.kind is Kind.ENQUIRY else ("acknowledgement",)
    return ("confirm_forward",) if asks else ()


def _is_full(understanding: Understanding) -> bool:
    return "full" in {understanding.phrases.withdrawal, understanding.facts.withdrawal}


def _reason(
    judged: Judged, found: Joining, case: CaseAction, number: str | None, reply: Answer, *, history: bool, reopens: bool
) -> str:
    parts = [judged.reason]
    if case == "join":
        if found.why not in judged.reason:
            parts.append(found.why)
        parts.append(f"It reopens case {number}." if reopens else f"It joins case {number}." if number else "It joins the case it names.")
    elif found.propose:
        parts.append(f"To be joined with case {found.propose}? A person decides.")
    parts.append("It came before the mailbox was connected: kept as history, nobody is written to." if history else reply.why)
    return " ".join(parts)


def is_new_claim_inside(decision: Decision, understanding: Understanding, case: KnownCase | None, policy: Policy) -> bool:
    """A mail joined a case although it is itself a claim about something else: flagged for `!split` (decisions.md 20)."""
    if decision.case != "join" or case is None or understanding.verdict.claim_confidence < policy.triage_below:
        return False
    orders = {str(fact.value) for fact in understanding.facts.orders}
    return bool(orders) and not orders & case.orders and bool(case.orders)
