"""The ready replies of a letter about one case: what its reader may say of it as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mailbot.claims.case import State
from mailbot.claims.people import writes_in
from mailbot.jobs.absences import deputies_today
from mailbot.jobs.case_view import agreed, settled

if TYPE_CHECKING:
    from mailbot.claims.policy import Policy
    from mailbot.claims.ready_replies import ReadyReply, ReplyMaker
    from mailbot.store.database import Connection


def ready_for(
    conn: Connection, policy: Policy, maker: ReplyMaker, case: Mapping[str, Any], now: datetime, *, whole: bool = False
) -> tuple[ReadyReply, ...]:
    """`case` is its row; `whole`: the letter shows all of it."""
    return maker.about(
        case["number"],
        State(case["state"]),
        taken=case["assigned_to"] is not None,
        answered=case["answered_at"] is not None,
        settled=settled(case["flags"], case["state"], letter=agreed(conn, [case["id"]], policy.office, now).get(case["id"], "")),
        whole=whole,
        unsure=whole and case["consumer"] == "unknown",
        addressed=bool(case["customer"]),
        writes=writes_in(maker.person, policy, case["assigned_to"], deputies_today(conn, policy, now)),
    )
