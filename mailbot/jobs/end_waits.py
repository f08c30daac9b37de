"""A case that a person had wait until a day comes back to her on that day, whatever has not come (domain.md 1.3, 8)."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from mailbot import maillog
from mailbot.claims.state_words import REASON_NAMES
from mailbot.claims.working_time import ONE_DAY, end_of_day, office_day
from mailbot.jobs.apart import apart, each
from mailbot.jobs.moving import NotPossible, move_case
from mailbot.store import cases
from mailbot.store import desk as desk_store

if TYPE_CHECKING:
    from datetime import tzinfo

    from mailbot.claims.policy import Policy
    from mailbot.store.database import Connection, Database
    from mailbot.store.desk import Waiting


def end_waits(db: Database, policy: Policy, now: datetime) -> int:
    """Take back every case whose day has come, so that it stands in the digest of that morning. Returns how many. Errors: StoreAway."""
    with db.read() as conn:
        if not _over(conn, policy, now):
            return 0
    with db.write() as conn:
        desk_store.alone(conn, "waits")
        over = _over(conn, policy, now)
        ended = sum(apart(conn, f"the wait of case {one.number}", partial(_end, conn, policy, one, now), False) for one in over)
    if ended:
        maillog.waits_ended(ended)
    return ended


def _over(conn: Connection, policy: Policy, now: datetime) -> list[Waiting]:
    def is_over(one: Waiting) -> Waiting | None:
        return one if one.is_named and now >= comes_back_at(one, policy.office) else None

    return [one for one in each(desk_store.waiting(conn), is_over, lambda one: f"the wait of case {one.number}") if one is not None]


def comes_back_at(one: Waiting, office: tzinfo) -> datetime:
    """When the day named begins; a wait until the end of the very day on which it was said ends with it."""
    day = office_day(one.wait_until, office)
    return one.wait_until if office_day(one.named_at, office) >= day else end_of_day(day - ONE_DAY, office)


def _end(conn: Connection, policy: Policy, one: Waiting, now: datetime) -> bool:
    reason = one.wait_reason or "clarification"
    why = f"The day has come until which we waited: {REASON_NAMES['en'].get(reason, reason)}."
    try:
        move_case(conn, policy, one.id, "wait_ended", by=cases.MAILBOT, at=now, why=why)
    except NotPossible:  # it stands elsewhere by now, and waits for nobody
        return False
    cases.flag(conn, one.id, {"wait_over": reason})
    return True
