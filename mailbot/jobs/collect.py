"""Acknowledgements that were put off: one letter for all cases of an address that had its letters for the day (decisions.md 24).

Those of a case that was with the lawyer are written once she is done, also to the writers of cases that were joined to it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from mailbot import maillog
from mailbot.jobs.apart import apart
from mailbot.jobs.confirm import JOINED_WAITING, acknowledge_joined, mails_joined
from mailbot.jobs.late_letters import Owed, acknowledge, acknowledge_all, owed
from mailbot.store import cases, known, outbox
from mailbot.store import desk as desk_store

if TYPE_CHECKING:
    from mailbot.jobs.policy_of import Ground
    from mailbot.jobs.writing_desk import WritingDesk
    from mailbot.store.database import Connection, Database
    from mailbot.store.desk import LetterState, OpenCase
    from mailbot.store.outbox import NewLetter

_FLAGS = ("deferred", "collective", JOINED_WAITING)
MOST_CASES = 100  # in one letter; the rest follow in the next


def collect(db: Database, ground: Ground, desk: WritingDesk, now: datetime) -> int:
    """Write to each address that has room again; note which of such letters have arrived. Returns how many were queued."""
    with db.read() as conn:
        flagged = desk_store.open_cases(conn, flagged=_FLAGS)
        letters = desk_store.letters_by_key(conn, [case.letter_key for case in flagged])
    waits = any(_waits(case, "deferred") or _waits(case, JOINED_WAITING) for case in flagged)
    if not waits and not any(_settled(case, letters.get(case.letter_key)) for case in flagged):
        return 0
    with db.write() as conn:
        desk_store.alone(conn, "collect")
        flagged = desk_store.open_cases(conn, flagged=_FLAGS)
        _settle(conn, flagged, now)
        queued = _write(conn, ground, desk, [case for case in flagged if _waits(case, "deferred")], now)
        for case in (case for case in flagged if _waits(case, JOINED_WAITING)):
            write = partial(_write_to_joined, conn, ground, desk, case, now)
            queued += apart(conn, f"the acknowledgements of what joined case {case.number}", write, 0)
    if queued:
        maillog.letters_queued("collective letters", queued)
    return queued


def _waits(case: OpenCase, flag: str) -> bool:
    """It is owed, and nothing but the limit of a day stands in its way; who has the answer needs no word that her claim has come."""
    answered = flag == "deferred" and case.answered_at is not None
    return bool(case.flags.get(flag)) and not case.flags.get("legal_hold") and not answered


def _write_to_joined(conn: Connection, ground: Ground, desk: WritingDesk, case: OpenCase, now: datetime) -> int:
    row = cases.row_of(conn, case.id)
    told = [acknowledge_joined(conn, ground, desk, row, mail, now) for mail in mails_joined(conn, row, JOINED_WAITING)]
    cases.flag(conn, case.id, {JOINED_WAITING: []})
    return sum(told)


def _settled(case: OpenCase, letter: LetterState | None) -> bool:
    """The letter has left, or come back, and the case does not say so yet."""
    if not case.is_collective or letter is None:
        return False
    arrived = letter.sent_at is not None and letter.bounced_at is None
    return (case.acknowledged_at is None) if arrived else (case.acknowledged_at is not None and letter.bounced_at is not None)


def _settle(conn: Connection, flagged: Sequence[OpenCase], now: datetime) -> None:
    letters = desk_store.letters_by_key(conn, [case.letter_key for case in flagged])
    for case in flagged:
        letter = letters.get(case.letter_key)
        if letter is None or not _settled(case, letter):
            continue
        came_back = letter.bounced_at is not None
        what = "acknowledgement_bounced" if came_back else "acknowledged"
        why = "The letter for several cases came back." if came_back else "By one letter for several cases."
        values = {"acknowledged_at": None if came_back else letter.sent_at}
        cases.change(conn, case.id, values, at=now, actor=cases.MAILBOT, what=what, why=why)


def _write(conn: Connection, ground: Ground, desk: WritingDesk, deferred: Sequence[OpenCase], now: datetime) -> int:
    groups = _by_address(_owed_for(conn, ground, desk, deferred, now))
    had = known.letters_today(conn, {address for address, _ in groups}, now) if groups else {}
    written = 0
    for (address, _), several in groups.items():
        room = ground.policy.limits.per_address_per_day - had.get(address, 0)
        if room <= 0:
            continue
        had[address] = had.get(address, 0) + 1
        write = partial(_write_to, conn, ground, desk, address, several[:MOST_CASES], now)
        written += apart(conn, f"the acknowledgement of case {several[0].number}", write, 0)
    return written


def _write_to(conn: Connection, ground: Ground, desk: WritingDesk, address: str, several: Sequence[Owed], now: datetime) -> int:
    """One case is acknowledged as if nothing had been put off; several share a letter."""
    alone = len(several) == 1
    key = "" if alone else _next_key(conn, address)
    letter: NewLetter | None
    if alone:
        letter = acknowledge(desk, several[0], now)
    else:
        letter = acknowledge_all(desk, several, key, now)
    if letter is None:
        return 0
    queued = len(outbox.queue(conn, [letter], now))
    for one in several:
        cases.flag(conn, one.case_id, {"deferred": False, "collective": key or None, "collective_opening": one.opening})
        why = "It was put off: the address had its letters for the day, or the case was with the lawyer. "
        why += "" if alone else f"One letter for {len(several)} cases."
        cases.event(conn, one.case_id, now, cases.MAILBOT, "acknowledgement_queued", why.strip(), one.mail.id)
    return queued


def _next_key(conn: Connection, address: str) -> str:
    prefix = f"collective:{hashlib.sha256(address.encode()).hexdigest()[:16]}:"
    return f"{prefix}{desk_store.count_with_prefix(conn, prefix) + 1}"


def _owed_for(conn: Connection, ground: Ground, desk: WritingDesk, deferred: Sequence[OpenCase], now: datetime) -> list[Owed]:
    """What is owed: for the last mail that was put off, else (a person confirmed the claim) for the one that opened the case."""
    ids = [case.id for case in deferred]
    mails, reopened = desk_store.mails_of(conn, ids), desk_store.reopened_by(conn, ids)

    def of(case: OpenCase) -> Owed | None:
        own = [mail for mail in mails if mail.case_id == case.id and mail.id >= reopened.get(case.id, 0)]
        late = [mail for mail in own if mail.decision.get("deferred")] or own[:1]
        return owed(conn, ground.policy, asdict(case), late[-1], desk.rehearsal, now) if late else None

    found = (apart(conn, f"the acknowledgement of case {case.number}", partial(of, case), None) for case in deferred)
    return [one for one in found if one is not None]


def _by_address(several: Iterable[Owed]) -> dict[tuple[str, bool], list[Owed]]:
    """By address, what is held apart from what may go."""
    groups: dict[tuple[str, bool], list[Owed]] = {}
    for one in sorted(several, key=lambda one: (one.mail.received_at, one.case_id)):
        groups.setdefault((one.to.key, one.held), []).append(one)
    return groups
