"""What people said about the categories of cases: their corrections, and the cases they answered without correcting them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from mailbot.claims.category import UNSORTED
from mailbot.store.tables import cases, corrections

CATEGORY = "category"


@dataclass(frozen=True, slots=True)
class Correction:
    """The last word of a person on a case's category, with the letter's words as they were kept then."""

    case_id: int
    number: str
    category: str
    person: str
    at: datetime
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Stood:
    """A case that somebody answered and whose category he left as it was."""

    case_id: int
    number: str
    category: str
    person: str
    at: datetime
    subject: str


def corrected(conn: Connection) -> list[Correction]:
    """The last correction of each case, oldest case first; a case that a person left unsorted teaches nothing."""
    query = (
        select(corrections.c.case_id, cases.c.number, corrections.c.new, corrections.c.person, corrections.c.at)
        .add_columns(corrections.c.subject, corrections.c.text)
        .join(cases, cases.c.id == corrections.c.case_id)
        .where(corrections.c.field == CATEGORY)
        .order_by(corrections.c.id)
    )
    last = {row[0]: Correction(*row) for row in conn.execute(query)}
    return [one for _, one in sorted(last.items()) if one.category and one.category != UNSORTED]


def stood(conn: Connection, limit: int) -> list[Stood]:
    """The last answered cases without a correction: else only the mistakes of the rules would be known, and none of their merits."""
    touched = select(corrections.c.case_id).where(corrections.c.field == CATEGORY)
    query = (
        select(cases.c.id, cases.c.number, cases.c.category, cases.c.assigned_to, cases.c.answered_at, cases.c.subject)
        .where(cases.c.answered_at.is_not(None), cases.c.history.is_(False), cases.c.id.not_in(touched))
        .where(cases.c.category.is_not(None), cases.c.category != UNSORTED)
        .order_by(cases.c.id.desc())
        .limit(limit)
    )
    rows = conn.execute(query).all()
    return [Stood(number, name, category, person or "", at, subject) for number, name, category, person, at, subject in reversed(rows)]
