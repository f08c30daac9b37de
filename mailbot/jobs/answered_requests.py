"""A memo or a request to a department has its answer: its clock ends, nobody is reminded, the case waits for the designers no more."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from mailbot.claims.case import State
from mailbot.claims.command_proof import is_proven, is_vouched_for
from mailbot.claims.message import Address
from mailbot.claims.senders import same_organisation
from mailbot.jobs.moving import move_case
from mailbot.store import cases, drafts

if TYPE_CHECKING:
    from mailbot.claims.policy import Policy
    from mailbot.jobs.case_book import Entry
    from mailbot.store.database import Connection
    from mailbot.store.drafts import Request

UNPROVEN = "request_answer_unproven"  # the event, and the flag that says when


def answer_by_mail(conn: Connection, policy: Policy, case_id: int, entry: Entry, now: datetime) -> None:
    """A mail that answers a letter of ours to a department, if it is that department's; one that nothing proves is told, and ends nothing.
    """
    said = entry.read.mail
    writer = policy.person_at(said.from_.address) if said.from_ is not None else None
    asked = drafts.asked_in(conn, [i for i in (said.in_reply_to, *said.references) if i])
    asked = [one for one in asked if writer is None or one.asked_by != writer.id]  # who asks again answers nothing
    if not asked:
        return
    theirs = [one for one in asked if _is_of(entry, one, policy)]
    if theirs:
        settle(conn, policy, case_id, theirs, cases.MAILBOT, now, "A letter answers it.", entry.mail.id)
        return
    why = "It answers a request of ours, and nothing proves who wrote it."
    cases.event(conn, case_id, now, cases.MAILBOT, UNPROVEN, why, entry.mail.id)
    cases.flag(conn, case_id, {UNPROVEN: now.isoformat()})


def _is_of(entry: Entry, asked: Request, policy: Policy) -> bool:
    """One of our people answers, or somebody of the house that was asked; the sender must be proven (reliability.md R19)."""
    said = entry.read.mail
    if entry.decision.relation == "staff":
        return not entry.decision.unproven and is_vouched_for(said, entry.proof)
    if said.from_ is None or entry.decision.relation != "third_party":
        return False
    return is_proven(said, entry.proof) and same_organisation(said.from_, Address("", asked.recipient), policy)


def settle(
    conn: Connection, policy: Policy, case_id: int, asked: Collection[Request], by: str, now: datetime, why: str, received_id: int | None
) -> None:
    """These requests of a case are answered. Errors: NotPossible, where the case's state has changed meanwhile."""
    drafts.settle_requests(conn, [one.id for one in asked], now)
    for one in asked:
        cases.event(conn, case_id, now, by, "request_answered", why, received_id, {"about": f"request:{one.id}"})
    case = cases.row_of(conn, case_id)
    waits = case["wait_reason"] == "design" and case["state"] in {State.REVIEW, State.EXECUTION}
    if waits and not any(one.kind == "memo" for one in drafts.open_requests(conn, case_id)):
        move_case(conn, policy, case_id, "wait_ended", by=cases.MAILBOT, at=now, why=why, received_id=received_id)
