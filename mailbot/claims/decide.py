"""The one decision: what is to be done with one mail, and why. Pure; everything before it only reads, everything after it only writes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Literal

from mailbot.claims.acknowledgement import Answer, answer, language_of
from mailbot.claims.alerts import alerts_for
from mailbot.claims.authentication import Authentication
from mailbot.claims.case import Known
from mailbot.claims.command_proof import is_vouched_for
from mailbot.claims.conversation import Joining, joining
from mailbot.claims.deadlines import first_answer
from mailbot.claims.decision import CaseAction, Decision
from mailbot.claims.flood import gathered
from mailbot.claims.kind import Judged, judge
from mailbot.claims.message import Address, IncomingMail, Kind
from mailbot.claims.papers import Papers
from mailbot.claims.policy import Policy
from mailbot.claims.senders import writer_of
from mailbot.claims.understanding import Understanding

OPENS: dict[Kind, CaseAction] = {Kind.CLAIM: "open", Kind.TRIAGE: "triage", Kind.INTERNAL: "triage", Kind.UNREADABLE: "triage"}
JOINS = frozenset({Kind.FOLLOW_UP, Kind.WITHDRAWAL, Kind.ENQUIRY, Kind.STAFF_REPLY, Kind.INTERNAL, Kind.COMMAND})
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
    """What to do with one mail. `received_at` starts the clocks; `history`: it came before its mailbox was first connected.

    Both instants are aware; `now` judges ages of cases only. The decision's `reason` is never empty.
    """
    papers = Papers(mail, understanding, known, authentication, writer_of(mail, policy), policy, now)
    found = joining(papers)
    judged = judge(papers, found)
    if known.same_content is not None or known.same_content_filed:
        return _again(papers, judged)
    decision = _robots(papers, judged, history) if judged.kind in ROBOTS else _persons(papers, judged, found, history)
    if history:  # no clocks, no letters, nobody alarmed (decisions.md 15)
        return decision
    decision = gathered(decision, papers)
    return _with_clocks(replace(decision, alerts=alerts_for(papers, judged)), received_at, policy)


def decide_by_hand(
    mail: IncomingMail,
    understanding: Understanding,
    known: Known,
    authentication: Authentication,
    policy: Policy,
    *,
    received_at: datetime,
    now: datetime,
    reason: str,
) -> Decision:
    """A person says that a mail is a claim of its own: in triage with clocks from its arrival, joining nothing, nobody told yet."""
    papers = Papers(mail, understanding, known, authentication, writer_of(mail, policy), policy, now)
    decision = _persons(papers, Judged(Kind.TRIAGE, reason), Joining(why=""), history=False)
    return _with_clocks(decision, received_at, policy)


def _again(papers: Papers, judged: Judged) -> Decision:
    """One mail to two of our addresses, or fetched twice, is one case (behaviour.md 1)."""
    case = papers.known.same_content
    reason = f"The same mail already belongs to case {case.number}." if case is not None else "The same mail was filed before."
    action: CaseAction = "join" if case is not None else "none"
    number = case.number if case is not None else None
    return Decision(judged.kind, judged.reason, action, reason, judged.topic, number, claimant=papers.writer.address)


def _robots(papers: Papers, judged: Judged, history: bool) -> Decision:
    """Filed, never answered; tied to its case where it answers or returns a letter of ours."""
    number = _robots_case(judged.kind, papers.known)
    filed = f"Filed to case {number}, never answered." if number else "Filed, never answered."
    action: CaseAction = "join" if number else "none"
    return Decision(judged.kind, judged.reason, action, f"{judged.reason} {filed}", join=number, relation="robot", history=history)


def _robots_case(kind: Kind, known: Known) -> str | None:
    if kind in {Kind.LIST, Kind.SPAM, Kind.OWN}:
        return None
    for letter in (known.bounced, known.letter):
        if letter is not None and letter.case_number:
            return letter.case_number
    return known.by_reference.number if known.by_reference is not None else None


def _persons(papers: Papers, judged: Judged, found: Joining, history: bool) -> Decision:
    """A letter somebody wrote: which case, answered or not, and what else a person should see."""
    case = _case(judged, found)
    reopens = case == "join" and found.closed and not history and _asks_again(papers, judged, found)
    reply = _answer(papers, judged, found, history=history, reopens=reopens)
    asks = judged.kind is Kind.INTERNAL and judged.proven and reply.mode == "after_confirmation"
    language, also_in = language_of(papers.understanding.language, papers.policy)
    number = found.number if case == "join" else None
    unproven = judged.by_colleague and _is_unproven(papers, judged, joins=case == "join")
    decision = Decision(
        kind=judged.kind,
        kind_reason=judged.reason,
        case=case,
        reason=_reason(judged, found, case, reply, reopens=reopens, unproven=unproven),
        topic=judged.topic,
        join=number,
        relation=_relation(judged, found, case),
        claimant=_claimant(papers, judged),
        acknowledge=reply.mode,
        acknowledge_to=reply.to,
        acknowledge_language=language,
        also_in=also_in,
        neutral=reply.mode == "now" and reply.neutral,
        letters=_letters(judged, reply, asks=asks),
        history=history,
        reopens=reopens,
        propose_join=found.propose if case != "join" else None,
        proposals=found.proposals if case != "join" else (),
        mentions=found.mentions,
        deferred=reply.deferred,
        confirm_with=papers.mail.from_ if asks else None,
        important=bool(papers.important_by),
        unproven=unproven,
    )
    return decision if history or case != "join" else _within_case(decision, papers, judged, found)


def _within_case(decision: Decision, papers: Papers, judged: Judged, found: Joining) -> Decision:
    """What a mail does to the case it joins: answers it, proposes its close, or turns out to be a second claim (decisions.md 20)."""
    words, facts = papers.understanding.phrases, papers.understanding.facts
    hers = judged.kind is Kind.WITHDRAWAL and found.relation == "customer"
    settled = hers and "full" in {words.withdrawal, facts.withdrawal}
    orders = {str(fact.value) for fact in facts.orders}
    other = found.case is not None and bool(found.case.orders and orders) and not orders & found.case.orders
    return replace(
        decision,
        answered=judged.kind is Kind.STAFF_REPLY and not decision.unproven,
        proposes_close=settled and not papers.is_proven_false,
        partly_withdrawn=hers and not settled and not papers.is_proven_false,
        doubtful_withdrawal=settled and papers.is_proven_false,
        new_claim_inside=other and papers.is_complaint,
    )


def _is_unproven(papers: Papers, judged: Judged, *, joins: bool) -> bool:
    """Her sender is denied; or nothing shows that it is she who answers a customer, or (where it could be shown) writes into a case.

    Such a mail is kept and told, and stops nothing: a forged From costs an outsider nothing (behaviour.md 11.2).
    """
    if not judged.proven:
        return True
    at_stake = judged.kind is Kind.STAFF_REPLY or (joins and judged.kind is not Kind.COMMAND and papers.policy.proves_senders)
    return at_stake and not is_vouched_for(papers.mail, papers.authentication)


def _with_clocks(decision: Decision, received_at: datetime, policy: Policy) -> Decision:
    """Clocks for whatever opens or reopens a case, counted from the mail's arrival (domain.md 2.2)."""
    if decision.case not in {"open", "triage"} and not decision.reopens:
        return decision
    due = first_answer(received_at, policy)
    return replace(decision, acknowledge_by=due.acknowledge_by, answer_by=due.answer_by, answer_hard_by=due.answer_hard_by)


def _case(judged: Judged, found: Joining) -> CaseAction:
    if found.joins and judged.kind in JOINS:
        return "join"
    return "open" if judged.own_claim else OPENS.get(judged.kind, "none")


def _asks_again(papers: Papers, judged: Judged, found: Joining) -> bool:
    """A customer's letter that wants something reopens a closed case; thanks, a withdrawal or somebody else's note do not."""
    if found.relation != "customer" or judged.kind is not Kind.FOLLOW_UP:
        return False
    return papers.understanding.topic != "thanks" or papers.may_be_complaint


def _answer(papers: Papers, judged: Judged, found: Joining, *, history: bool, reopens: bool) -> Answer:
    if history:
        return Answer("no", "It came before the mailbox was connected: kept as history, nobody is written to.")
    return answer(papers, judged, found, reopens=reopens)


def _relation(judged: Judged, found: Joining, case: CaseAction) -> Literal["customer", "third_party", "staff", "robot"]:
    if judged.by_colleague:
        return "staff"
    return found.relation if case == "join" else "customer"


def _claimant(papers: Papers, judged: Judged) -> Address | None:
    """The person written for: of a colleague's forward the inner sender, of his other mail nobody we know."""
    if not judged.by_colleague:
        return papers.writer.address
    return papers.mail.forwarded.from_ if papers.mail.forwarded is not None else None


def _letters(judged: Judged, reply: Answer, *, asks: bool) -> tuple[str, ...]:
    if reply.mode == "now" and not reply.deferred:
        return ("enquiry",) if judged.kind is Kind.ENQUIRY else ("acknowledgement",)
    return ("confirm_forward",) if asks else ()


def _reason(judged: Judged, found: Joining, case: CaseAction, reply: Answer, *, reopens: bool, unproven: bool) -> str:
    parts = [judged.reason]
    if case == "join":
        if found.why not in judged.reason:
            parts.append(found.why)
        if found.number:
            parts.append(f"It reopens case {found.number}." if reopens else f"It joins case {found.number}.")
    elif found.propose:
        parts.append(f"It may belong to case {found.propose}: a person decides.")
    if unproven and judged.kind is Kind.STAFF_REPLY:
        parts.append("Nothing proves its sender, so it is not taken for our answer.")
    return " ".join([*parts, reply.why])
