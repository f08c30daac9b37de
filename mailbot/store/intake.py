"""What became of mails that were taken in, counted or each by itself, for whoever took them in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from mailbot.store.parts import parts
from mailbot.store.tables import cases, outbox, received


def outcomes_of(conn: Connection, ids: Sequence[int]) -> Counter[str]:
    """How many of these mails were opened, triage, joined, duplicate, noted, or are still waiting to be filed."""
    counted: Counter[str] = Counter()
    for some in parts(ids):
        query = select(received.c.state, received.c.outcome, func.count()).where(received.c.id.in_(some))
        for state, outcome, count in conn.execute(query.group_by(received.c.state, received.c.outcome)):
            counted[outcome if state == "filed" else "waiting"] += count
    return counted


def held_letters(conn: Connection) -> int:
    """How many letters wait for `outbox release`."""
    return int(conn.execute(select(func.count()).select_from(outbox).where(outbox.c.state == "held")).scalar_one())


def is_filed(conn: Connection, number: int) -> bool:
    """It is filed, by whomever."""
    return conn.execute(select(received.c.state).where(received.c.id == number)).scalar() == "filed"


def case_opened_by(conn: Connection, number: int) -> str | None:
    """The number of the case that this mail opened; None where it opened none."""
    query = select(cases.c.number).join(received, received.c.case_id == cases.c.id)
    found: str | None = conn.execute(query.where(received.c.id == number, received.c.outcome.in_(("opened", "triage")))).scalar()
    return found
