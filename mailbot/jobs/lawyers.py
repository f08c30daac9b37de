"""A case goes to the lawyer: nothing goes to the customer by itself any more, and the lawyer has all that is known (domain.md 1.3 #22)."""

from __future__ import annotations

from dataclasses import replace

from mailbot.jobs import confirm
from mailbot.jobs.absences import absent_today, people_here
from mailbot.jobs.asking_departments import files_of_case
from mailbot.jobs.case_sheet import MOST_BYTES, sheet
from mailbot.jobs.enclosing import fitting, with_bytes
from mailbot.jobs.orders import Errand

_RELEASED = frozenset({"снять", "снято", "отменить", "release", "off", "released"})


def legal(errand: Errand) -> str:
    """Put the hold on and tell the lawyer why; «снять» ends it."""
    case, why = errand.case(), errand.command.text.strip()
    held = bool(case["flags"].get("legal_hold"))
    if why.casefold().strip(" .") in _RELEASED:
        if not held:
            return errand.say("same")
        confirm.hold(errand.db, errand.ground, errand.number, held=False, by=errand.person.id, now=errand.now)
        return errand.say("legal_off")
    if not held:
        confirm.hold(errand.db, errand.ground, errand.number, held=True, by=errand.person.id, now=errand.now)
    if why:
        confirm.note(errand.db, errand.number, why[:4_000], errand.person.id, errand.now)
    told = _tell(errand, why)
    names = ", ".join(told) if told else errand.say("legal_nobody")
    return errand.say("legal", value=names)


def _tell(errand: Errand, why: str) -> list[str]:
    """The case with its files to each lawyer, or who stands in for one; never to whom she is herself."""
    case = errand.case()
    files, left_out = fitting(files_of_case(errand.conn, case["id"]), MOST_BYTES)
    told = []
    policy = errand.ground.policy
    for person in people_here(["legal"], policy, absent_today(errand.conn, policy, errand.now)):
        if person.id == errand.person.id:
            continue
        letter = replace(
            sheet(replace(errand, person=person), case, files, left_out),
            note=why or "-",
            note_by=errand.person.name or errand.person.id,
        )
        key = f"legal:{case['id']}:{person.id}:{errand.received_id or errand.now.isoformat()}"
        row = errand.desk.to_person(
            letter, person, dedupe_key=key, now=errand.now, case_id=case["id"], enclosures=with_bytes(errand.conn, files)
        )
        if row is not None:
            errand.left.letters.append(row)
            told.append(person.name or person.id)
    return told
