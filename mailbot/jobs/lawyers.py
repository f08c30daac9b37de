"""A case goes to the lawyer: nothing goes to the customer by itself any more, and the lawyer has all that is known (domain.md 1.3 #22)."""

from __future__ import annotations

from mailbot.claims.case import State
from mailbot.jobs import confirm
from mailbot.jobs.absences import absent_today, people_here
from mailbot.jobs.case_sheet import hand_over
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
        unheard = confirm.unheard(errand.conn, case) if case["state"] == State.CLOSED else []
        more = errand.say("legal_off_closed", value=", ".join(unheard)) if unheard else ""
        return f"{errand.say('legal_off')} {more}".rstrip()
    if not held:
        confirm.hold(errand.db, errand.ground, errand.number, held=True, by=errand.person.id, now=errand.now)
    if why:
        confirm.note(errand.db, errand.number, why[:4_000], errand.person.id, errand.now)
    told = _tell(errand, why)
    names = ", ".join(told) if told else errand.say("legal_nobody")
    return errand.say("legal", value=names)


def _tell(errand: Errand, why: str) -> list[str]:
    """The case with its files to each lawyer, or who stands in for one; never to whom she is herself."""
    policy = errand.ground.policy
    lawyers = people_here(["legal"], policy, absent_today(errand.conn, policy, errand.now))
    others = [person for person in lawyers if person.id != errand.person.id]
    return [person.name or person.id for person in hand_over(errand, others, "legal", why)]
