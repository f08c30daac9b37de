"""More new cases of one address in a day than people could work: the rest stands in one case, nothing is lost. Pure (reliability.md 5)."""

from __future__ import annotations

from dataclasses import replace

from mailbot.claims.decision import Decision
from mailbot.claims.message import Kind
from mailbot.claims.papers import Papers
from mailbot.claims.senders import is_listed

_NEW = frozenset({Kind.CLAIM, Kind.TRIAGE})  # what nobody could read keeps a case of its own, in which it is read again


def gathered(decision: Decision, papers: Papers) -> Decision:
    """The decision where its sender has had his cases for the day: the first over them opens one more, which the later ones join.

    Not for an important customer, nor for what a configured forwarder writes: many people write through that one address. What it only
    passes on, by a Sender or Delivered-To line that anybody can write, names each of them in From.
    """
    known, most = papers.known, papers.policy.limits.new_cases_per_address_per_day
    is_his = decision.relation == "customer" and not _of_many(papers) and not papers.important_by
    if decision.case not in {"open", "triage"} or decision.kind not in _NEW or not is_his or known.cases_of_sender_today < most:
        return decision
    said = f"Its sender has {known.cases_of_sender_today} cases within a day"
    if known.flood is None:
        return replace(decision, flood=True, reason=f"{decision.reason} {said}: what else comes today joins this one.")
    return replace(
        decision,
        kind=Kind.FOLLOW_UP,
        case="join",
        join=known.flood.number,
        reason=f"{decision.reason} {said}: it joins case {known.flood.number}, a person parts them.",
        acknowledge="no",
        acknowledge_to=None,
        letters=(),
        neutral=False,
        deferred=False,
        propose_join=None,
        proposals=(),
        new_claim_inside=papers.is_complaint,
    )


def _of_many(papers: Papers) -> bool:
    from_ = papers.mail.from_
    return from_ is not None and is_listed(from_.address, papers.policy.forwarders) and not papers.is_proven_false
