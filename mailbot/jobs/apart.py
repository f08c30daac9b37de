"""One piece of a tick's work by itself, so that a fault over it keeps nobody else waiting (reliability.md 4, I-LIVE)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from mailbot import maillog
from mailbot.claims.letters import AlarmItem, AlarmLetter
from mailbot.claims.people import people_for
from mailbot.store import desk as desk_store
from mailbot.store import outbox

if TYPE_CHECKING:
    from mailbot.claims.policy import Policy
    from mailbot.jobs.writing_desk import WritingDesk
    from mailbot.store.database import Connection, Database

S = TypeVar("S")
T = TypeVar("T")


def apart(conn: Connection, what: str, piece: Callable[[], T], instead: T) -> T:
    """All of the piece or nothing of it: a fault (a template of the operator's, a draft or case of an older release) is logged as of
    `what` and gives `instead`.
    """
    try:
        with conn.begin_nested():
            return piece()
    except Exception:  # noqa: BLE001  # where the database has gone, the commit says so
        maillog.bug(what)
        return instead


def each(items: Iterable[S], piece: Callable[[S], T], what: Callable[[S], str], broken: list[S] | None = None) -> Iterator[T]:
    """The same of many that only compute, and ask the database nothing: those that fail are left out, and stand in `broken`."""
    for one in items:
        try:
            found = piece(one)
        except Exception:  # noqa: BLE001  # as above
            maillog.bug(what(one))
            if broken is not None:
                broken.append(one)
        else:
            yield found


def tell_of_broken(db: Database, policy: Policy, desk: WritingDesk, numbers: Iterable[str], now: datetime) -> None:
    """Let the operator know of each case that cannot be worked by the clock, once a case: nobody else would hear that it stands still."""
    wanted = {f"alarm:case_fault:{number}:{one.id}": (number, one) for number in numbers for one in people_for(["operator"], policy)}
    if not wanted:
        return
    with db.read() as conn:
        told = desk_store.letters_by_key(conn, wanted)
    fresh = {key: entry for key, entry in wanted.items() if key not in told}

    def letter(key: str) -> outbox.NewLetter | None:
        number, person = fresh[key]
        return desk.to_person(AlarmLetter((AlarmItem("case_fault", f"case {number}"),)), person, dedupe_key=key, now=now)

    letters = [one for one in each(fresh, letter, lambda key: f"the letter {key}") if one is not None]
    if letters:
        with db.write() as conn:
            outbox.queue(conn, letters, now)
        maillog.alarm("case_fault", ", ".join(dict.fromkeys(number for number, _ in fresh.values())))
