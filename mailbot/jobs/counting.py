"""From the store's rows to figures: of a week, a year, any span of days of the office."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from mailbot.claims.case import State
from mailbot.claims.category import UNSORTED
from mailbot.claims.figures import TREND_WEEKS, CountedCase, span
from mailbot.claims.message import Kind
from mailbot.claims.working_time import office_day
from mailbot.jobs.apart import each
from mailbot.store import history

if TYPE_CHECKING:
    from mailbot.jobs.policy_of import Ground
    from mailbot.store.database import Connection

_OTHERS = frozenset({"carrier", "supplier"})  # who bear the cost, if we claim it from them in time
_NO_CASE_OF_ITS_OWN = frozenset({"duplicate", "merged"})


def counted(conn: Connection, ground: Ground, first: date, last: date) -> list[CountedCase]:
    """Every case that the figures of these days ask for: those that concern them, and all that are open; one that cannot be counted is
    logged and left out. Errors: StoreAway.
    """
    start, end = span(first, last, ground.policy.office)
    rows = (row for row in history.counted_cases(conn, start, end) if not row["history"] and row["kind"] != Kind.ENQUIRY)
    return list(each(rows, _counted, lambda row: f"case {row['number']} among the figures"))


def week_before(now: datetime, ground: Ground) -> tuple[date, date]:
    """Monday and Sunday of the last week that is over in the office."""
    today = office_day(now, ground.policy.office)
    monday = today - timedelta(days=today.weekday() + 7)
    return monday, monday + timedelta(days=6)


def trend_from(last: date) -> date:
    """The first day whose cases the trend up to `last` asks for."""
    return last - timedelta(days=last.weekday(), weeks=TREND_WEEKS)


def _counted(row: Mapping[str, Any]) -> CountedCase:
    flags = row["flags"] or {}
    return CountedCase(
        number=row["number"],
        state=State(row["state"]),
        received_at=row["received_at"],
        category=row["category"] or UNSORTED,
        product=" ".join(str(row["product"] or "").split()),
        outcome=_outcome(row),
        cost_bearer=row["cost_bearer"] or "",
        person=row["assigned_to"] or "",
        regress=bool(flags.get("regress")) or row["cost_bearer"] in _OTHERS,
        acknowledge_by=row["acknowledge_by"],
        answer_by=row["answer_by"],
        answer_hard_by=row["answer_hard_by"],
        acknowledged_at=row["acknowledged_at"],
        answered_at=row["answered_at"],
        closed_at=row["closed_at"],
    )


def _outcome(row: Mapping[str, Any]) -> str:
    """What was decided; of a case that was none of its own why it was closed."""
    closed = row["close_reason"] or ""
    return closed if closed in _NO_CASE_OF_ITS_OWN else row["resolution"] or closed
