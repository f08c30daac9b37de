"""Letters that were written and have not left are called back, so that none goes to a wrong person; what is owed is owed still."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mailbot.jobs.late_letters import UNTIL_RELEASED
from mailbot.store import cases, drafts, outbox
from mailbot.store import desk as desk_store

if TYPE_CHECKING:
    from mailbot.store.database import Connection
    from mailbot.store.outbox import DueLetter

_DRAFT = "draft:"
_LEAVING_TO = "leaving_to"  # flag of a case: former addresses (case-folded); letters to them were leaving when they were corrected


@dataclass(frozen=True, slots=True)
class Taken:
    """The kinds of letters that were called back, a person's and the program's. `anew`: an acknowledgement is to be written again.

    `leaving`: one is being handed over just now.
    """

    by_people: tuple[str, ...] = ()
    automatic: tuple[str, ...] = ()
    anew: bool = False
    leaving: bool = False


def readdressed(conn: Connection, case: Mapping[str, Any], to: str, by: str, now: datetime) -> Taken:
    """Nothing that has not left goes to another address of the case's customer than `to`; her acknowledgement is owed to that one."""
    old = {key for key in (case["customer_key"], str(case["flags"].get("acknowledge_to") or "").casefold()) if key} - {to.casefold()}
    letters = outbox.take_back(conn, case["id"], old)
    gone = [one for one in letters if not one.leaving]
    own = sum(_gone(conn, case, one.id, one.kind, one.dedupe_key, by, now) for one in gone) > 0  # of each, whatever one says
    together = collective(conn, case)
    if any(one.leaving for one in letters):
        cases.flag(conn, case["id"], {_LEAVING_TO: sorted({*(case["flags"].get(_LEAVING_TO) or ()), *old})})
    return Taken(
        by_people=tuple(one.kind for one in gone if one.dedupe_key.startswith(_DRAFT)),
        automatic=tuple(one.kind for one in gone if not one.dedupe_key.startswith(_DRAFT)) + ("collective",) * together,
        anew=own or together,
        leaving=any(one.leaving for one in letters),
    )


def _gone(conn: Connection, case: Mapping[str, Any], letter: int, kind: str, key: str, by: str, now: datetime) -> bool:
    """One letter was called back. True where it acknowledged the case, which is owed another."""
    number = key.removeprefix(_DRAFT).partition(":")[0]
    if key.startswith(_DRAFT) and number.isdigit():
        drafts.set_state(conn, int(number), "cancelled", now)
    cases.event(conn, case["id"], now, by, "letter_taken_back", f"{kind}: the customer's address is another.", data={"letter": letter})
    own = key == f"ack:{case['id']}:{case['openings']}"
    if own:
        cases.flag(conn, case["id"], {"deferred": UNTIL_RELEASED if case["flags"].get("legal_hold") else True})
    return own


def is_to_former_address(conn: Connection, letter: DueLetter) -> bool:
    """It was being handed over when a person corrected the address of its customer: it may have left by this attempt, but by no other."""
    if letter.case_id is None:
        return False
    case, to = cases.row_of(conn, letter.case_id), letter.to.casefold()
    return to in (case["flags"].get(_LEAVING_TO) or ()) and to != case["customer_key"]


def stays_here(conn: Connection, letter: DueLetter, now: datetime) -> None:
    """Such a letter, whose attempt has failed: whoever wrote it hears as of any that did not arrive; an acknowledgement is owed still."""
    case = cases.row_of(conn, letter.case_id or 0)
    _gone(conn, case, letter.id, letter.kind, outbox.call_back(conn, letter.id), cases.MAILBOT, now)


def collective(conn: Connection, case: Mapping[str, Any]) -> bool:
    """The one letter that acknowledges this case among others, where it has not left: each of them is owed its own again."""
    key = case["flags"].get("collective")
    if not key or case["flags"].get("collective_opening") != case["openings"] or not outbox.take_back_key(conn, str(key)):
        return False
    for one in desk_store.open_cases(conn, flagged=("collective",), also=(case["id"],)):
        if one.flags.get("collective") == key:
            held = one.flags.get("legal_hold")
            cases.flag(conn, one.id, {"deferred": UNTIL_RELEASED if held else True, "collective": None})
    return True
