"""`mailbot outbox …`: the letters, and what an operator may do with them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from mailbot.cli.printing import print_rows
from mailbot.cli.setting_up import clock, open_store, open_store_to_read, settings_of

if TYPE_CHECKING:
    from mailbot.store.database import Connection

Row = dict[str, Any]

STATES = ("held", "due", "sending", "sent", "unknown", "refused", "cancelled")
_ALL = 1_000_000_000
_LONG_HELD = timedelta(hours=24)
_COLUMNS = {
    "id": "ID",
    "state": "STATE",
    "kind": "LETTER",
    "case": "CASE",
    "recipient": "TO",
    "when": "SINCE",
    "subject": "SUBJECT",
    "last_reply": "LAST ANSWER",
}


def list_(arguments: argparse.Namespace) -> int:
    """Letters, the newest first."""
    from mailbot.store.listing import list_letters

    settings = settings_of(arguments)
    if arguments.state is not None and arguments.state not in STATES:
        print(f"there is no state {arguments.state!r}. Use one of {', '.join(STATES)}.", file=sys.stderr)
        return 2
    with open_store_to_read(arguments, settings) as db, db.read() as conn:
        rows = list_letters(conn, arguments.state, arguments.limit)
    office = ZoneInfo(settings.office.timezone)
    shown = rows if arguments.json else [{**row, "when": _at(row["sent_at"] or row["queued_at"], office)} for row in rows]
    print_rows(shown, _COLUMNS, as_json=arguments.json, empty="No letter.")
    return 0


def release(arguments: argparse.Namespace) -> int:
    """Let held letters go; not those whose promised date has passed, and old ones only after a yes (decisions.md 16)."""
    from mailbot.store import outbox
    from mailbot.store.listing import list_letters

    settings, now = settings_of(arguments), clock()
    if settings.mode == "rehearsal":
        print('mode is "rehearsal", where no customer is written to. Set mode = "live" first.', file=sys.stderr)
        return 2
    office = ZoneInfo(settings.office.timezone)
    with open_store(arguments, settings) as db:
        with db.read() as conn:
            held = [row for row in list_letters(conn, "held", _ALL) if not arguments.ids or row["id"] in arguments.ids]
            settled = outbox.settled(conn, [row["id"] for row in held])
        absent = [number for number in arguments.ids if number not in {row["id"] for row in held}]
        late = [row for row in held if row["due_by"] is not None and row["due_by"] <= now]
        free = [row for row in held if row not in late and row["id"] not in settled]
        old = [row for row in free if row["queued_at"] <= now - _LONG_HELD]
        if old and not arguments.yes and not _agrees(old, office):
            return 1
        with db.write() as conn:
            released = outbox.release(conn, [row["id"] for row in free], now)
    print(f"{_letters(released)} released.")
    for row in late:
        promised = f"the date it promises, {_at(row['due_by'], office)}, has passed"
        print(f"letter {row['id']} stays held: {promised}. Write to {row['recipient']} yourself, or cancel it.", file=sys.stderr)
    for number in sorted(settled):
        print(f"letter {number} stays held: its case is answered or closed. Cancel it.", file=sys.stderr)
    _say_absent(absent, "is not held")
    return 1 if late or absent or settled else 0


def retry(arguments: argparse.Namespace) -> int:
    """Try refused or unknown letters again now: the same bytes under the same Message-ID."""
    from mailbot.store import outbox

    now = clock()
    not_done = "is not refused, unknown or due, so it cannot be tried again"
    return _change(arguments, lambda conn, number: outbox.retry(conn, [number], now), "will be tried again", not_done)


def cancel(arguments: argparse.Namespace) -> int:
    """Never send these letters."""
    from mailbot.store import outbox

    not_done = "is sent, on its way or cancelled already, or is not there"
    return _change(arguments, lambda conn, number: outbox.cancel(conn, [number]), "cancelled", not_done)


def _change(arguments: argparse.Namespace, change: Callable[[Connection, int], int], done: str, not_done: str) -> int:
    with open_store(arguments, settings_of(arguments)) as db, db.write() as conn:
        changed = [number for number in arguments.ids if change(conn, number)]
    print(f"{_letters(len(changed))} {done}.")
    left = [number for number in arguments.ids if number not in changed]
    _say_absent(left, not_done)
    return 1 if left else 0


def _agrees(old: list[Row], office: tzinfo) -> bool:
    """A person at a terminal says yes to letters that have waited long; in a pipe nobody can."""
    oldest = min(row["queued_at"] for row in old)
    print(f"{_letters(len(old))} held for over 24 hours, the oldest since {_at(oldest, office)}.", file=sys.stderr)
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        print("Nothing was released. Name the letters that may go, or add --yes.", file=sys.stderr)
        return False
    print("Let them go? [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().casefold() in {"y", "yes", "д", "да"}:
        return True
    print("Nothing was released.", file=sys.stderr)
    return False


def _letters(count: int) -> str:
    return f"{count} letter{'' if count == 1 else 's'}"


def _say_absent(ids: list[int], why: str) -> None:
    for number in ids:
        print(f"letter {number} {why}.", file=sys.stderr)


def _at(at: datetime, office: tzinfo) -> str:
    return f"{at.astimezone(office):%d.%m.%Y %H:%M}"
