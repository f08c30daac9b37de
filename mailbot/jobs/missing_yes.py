"""Whose yes the letters of cases wait for: who reads that a case waits must know whom to call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from mailbot.claims.asked_yes import AskedYes, MayAgree
from mailbot.claims.people import with_role
from mailbot.jobs.absences import deputy_of
from mailbot.jobs.approving import may_approve
from mailbot.store import drafts

if TYPE_CHECKING:
    from mailbot.claims.absence import Absence
    from mailbot.claims.policy import Policy
    from mailbot.store.database import Connection


def missing_yes(conn: Connection, policy: Policy, absent: Mapping[str, Absence]) -> dict[int, tuple[AskedYes, ...]]:
    """By case, each role whose yes is asked for and not given. Errors: StoreAway."""
    found: dict[int, tuple[AskedYes, ...]] = {}
    for draft, one in drafts.waiting_approvals(conn):
        asked = AskedYes(one.role, tuple(_people(one.role, draft.author, policy, absent)), one.asked_at)
        found[draft.case_id] = (*found.get(draft.case_id, ()), asked)
    return found


def _people(role: str, author: str, policy: Policy, absent: Mapping[str, Absence]) -> Iterator[MayAgree]:
    """Who has the role, with who stands in for her; then whoever else may say it while she is away."""
    told = set[str]()
    for person in with_role(role, policy):
        away, deputy = absent.get(person.id), deputy_of(person, absent, policy)
        if person.id != author:
            # the author stands in for nobody where her own letter is concerned
            stands_in = deputy.name if deputy is not None and deputy.id != author else ""
            told |= {person.id, deputy.id} if deputy is not None else {person.id}
            yield MayAgree(person.name or person.id, away.last if away is not None else None, stands_in)
    for person in may_approve(role, author, policy, absent):
        if person.id not in told:
            yield MayAgree(person.name or person.id)
