"""Written is not answered: who wrote a letter that was refused, came back or does not leave hears of it within a quarter of an hour.

Of an acknowledgement that was refused whoever is in charge hears: nobody wrote it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from mailbot import maillog
from mailbot.claims.letters import AlertLetter
from mailbot.jobs.absences import absent_today, people_here
from mailbot.jobs.apart import apart
from mailbot.jobs.ready_for import ready_for
from mailbot.store import cases, drafts, outbox
from mailbot.store import desk as desk_store

if TYPE_CHECKING:
    from mailbot.claims.absence import Absence
    from mailbot.claims.policy import Person, Policy
    from mailbot.jobs.policy_of import Ground
    from mailbot.jobs.writing_desk import WritingDesk
    from mailbot.store.database import Connection, Database
    from mailbot.store.outbox import NewLetter

STUCK_AFTER = timedelta(minutes=10)  # and a tick: she hears within 15
# an acknowledgement that comes back is told by the mail that returns it, and one that does not leave is the operator's; of one that the
# mail server refuses nobody else tells. Within so long: it is tried for days before
ACKNOWLEDGED_SINCE = timedelta(days=7)
_KINDS = (
    "reply", outbox.WARNING, "clarification", "decision", "paid_repair", "completed", "holding", "closing", "wait_reminder",
    "withdrawal_reminder", "memo", "facts_request",
)  # fmt: skip


def tell_authors(db: Database, ground: Ground, desk: WritingDesk, now: datetime) -> int:
    """Queue a word to the author of each letter that did not arrive, once a letter; returns how many. Errors: StoreAway."""
    with db.read() as conn:
        if not _unheard(conn, ground.policy, now):
            return 0
    with db.write() as conn:
        desk_store.alone(conn, "undelivered")
        queued = sum(
            apart(conn, f"word of letter {row.id} to {person.id}", partial(_tell, conn, ground.policy, desk, row, case, person, now), 0)
            for row, case, person in _unheard(conn, ground.policy, now)
        )
    if queued:
        maillog.letters_queued("undelivered", queued)
    return queued


def _tell(conn: Connection, policy: Policy, desk: WritingDesk, row: Any, case: Any, person: Person, now: datetime) -> int:
    """One word about one letter."""
    if not cases.escalate_once(conn, row.case_id, cases.AT_ONCE, _step(row), [person.id], now):
        return 0
    return len(outbox.queue(conn, _letter(conn, policy, desk, case, row, person, now), now))


def _unheard(conn: Connection, policy: Policy, now: datetime) -> list[tuple[Any, Any, Person]]:
    """Each letter that did not arrive, with its case and who should hear of it and has not. A letter that came back stays for ever."""
    rows = drafts.undelivered(conn, _KINDS, now - STUCK_AFTER, now - ACKNOWLEDGED_SINCE)
    told = desk_store.escalated_already(conn, {row.case_id for row in rows}) if rows else set()
    absent = absent_today(conn, policy, now) if rows else {}
    found = []
    for row in rows:
        if not any((case_id, step) == (row.case_id, _step(row)) for case_id, _, step, _ in told):
            case = cases.row_of(conn, row.case_id)
            author = drafts.author_of(conn, row.dedupe_key) or case["assigned_to"]
            found += [(row, case, person) for person in _hearers(author, case, policy, absent)]
    return found


def _step(row: Any) -> str:
    return f"undelivered:{row.id}"[:32]


def _hearers(author: str | None, case: Any, policy: Policy, absent: Mapping[str, Absence]) -> tuple[Person, ...]:
    """Who wrote it, else who is in charge; while she is away whoever stands in."""
    known = any(person.id == author for person in policy.people)
    assignee = author if known else case["assigned_to"]
    return people_here(("specialist",), policy, absent, category=case["category"] or "", assignee=assignee)


def _letter(conn: Connection, policy: Policy, desk: WritingDesk, case: Any, row: Any, person: Person, now: datetime) -> list[NewLetter]:
    maker = desk.replies_for(person, now)
    letter = AlertLetter(
        step="bounce",
        number=case["number"],
        person_name=person.name,
        customer_name=case["customer_name"],
        customer_address=row.recipient,
        category=case["category"],
        subject=row.subject,
        text=row.last_reply or "",
        received_at=case["received_at"],
        answer_by=case["answer_by"],
        replies={case["number"]: ready_for(conn, policy, maker, case, now)} if maker is not None else {},
    )
    written = desk.to_person(letter, person, dedupe_key=f"undelivered:{row.id}:{person.id}", now=now, case_id=case["id"])
    return [written] if written is not None else []
