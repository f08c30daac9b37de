"""The letter about a case to the person in charge, at once: of a new one that is urgent always, of every one where she wishes it
(behaviour.md 7); and when what a department was asked has its answer, so that the case need not wait for tomorrow's digest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from mailbot.claims.command import Command
from mailbot.jobs.absences import absent_today, people_here
from mailbot.jobs.asking_departments import files_of_case
from mailbot.jobs.case_sheet import MOST_BYTES, sheet
from mailbot.jobs.enclosing import with_bytes
from mailbot.jobs.orders import Errand, Left
from mailbot.store import cases

if TYPE_CHECKING:
    from mailbot.claims.policy import Person
    from mailbot.jobs.case_book import Entry
    from mailbot.jobs.orders import Row
    from mailbot.jobs.policy_of import Ground
    from mailbot.jobs.writing_desk import WritingDesk
    from mailbot.store.database import Connection
    from mailbot.store.outbox import NewLetter
    from mailbot.store.received import Filed

AT_ONCE = "at_once"
_STEP = "case_letter"  # once a case and person
_REQUEST = "request_answered"
_ANSWERED = frozenset({_REQUEST, "customer_replied"})  # events by which somebody is waited for no more
_OPENED = frozenset({"opened", "triage"})
_URGENT = frozenset({"high", "critical"})


def case_letters(
    conn: Connection,
    ground: Ground,
    desk: WritingDesk,
    filed: Iterable[tuple[Entry, Filed]],
    alerted: Mapping[int, set[str]],
    now: datetime,
) -> list[NewLetter]:
    """A letter about each case that these mails opened, or that waited for one of them, to whose it is.

    `alerted`: who has had an alert of the same mail, by mail. A customer's answer that was waited for goes by her wish as a new case does.
    """
    prefer = any(person.case_letters == AT_ONCE for person in ground.policy.people)
    found: list[NewLetter] = []
    for entry, row in filed:
        if row.case_id is None or entry.decision.history:
            continue
        ended = cases.events_by(conn, row.case_id, row.id) & _ANSWERED if row.outcome == "joined" else set()
        if not ended and (row.outcome not in _OPENED or not (prefer or _may_be_urgent(entry))):
            continue
        case, writer = cases.row_of(conn, row.case_id), entry.read.mail.from_
        for person in _in_charge(conn, ground, case, now):
            wants = is_urgent(case) or person.case_letters == AT_ONCE or _REQUEST in ended
            wrote_it = writer is not None and ground.policy.person_at(writer.address) == person
            if wants and not wrote_it and person.id not in alerted.get(row.id, ()):
                found += _letter(conn, ground, desk, case, person, now, entry if ended else None)
    return found


def _may_be_urgent(entry: Entry) -> bool:
    facts = entry.read.understanding.facts
    return facts.safety or facts.legal_threat or facts.urgency in _URGENT


def is_urgent(case: Row) -> bool:
    return bool(case["safety"] or case["legal_threat"] or case["urgency"] in _URGENT)


def _in_charge(conn: Connection, ground: Ground, case: Row, now: datetime) -> Sequence[Person]:
    """Whose it is, or would be; while she is away whoever stands in."""
    absent = absent_today(conn, ground.policy, now)
    return people_here(["specialist"], ground.policy, absent, category=case["category"] or "", assignee=case["assigned_to"])


def _letter(
    conn: Connection, ground: Ground, desk: WritingDesk, case: Row, person: Person, now: datetime, answer: Entry | None
) -> list[NewLetter]:
    """`answer`: the mail that the case waited for; None where the case is new."""
    step = f"answer:{answer.mail.id}" if answer is not None else _STEP
    if not cases.escalate_once(conn, case["id"], cases.AT_ONCE, step, [person.id], now):
        return []
    files, left_out = files_of_case(conn, case["id"], MOST_BYTES, answer.mail.id if answer is not None else None)
    errand = Errand(conn, ground, desk, now, person, None, Command("show"), case["number"], Left())
    writer = answer.read.mail.from_ if answer is not None else None
    letter = replace(sheet(errand, case, files, left_out), answered_by=(writer.name or writer.address) if writer is not None else "")
    key, enclosures = f"case:{case['id']}:{person.id}:{'at once' if answer is None else step}", with_bytes(conn, files)
    row = desk.to_person(letter, person, dedupe_key=key, now=now, case_id=case["id"], enclosures=enclosures)
    return [row] if row is not None else []
