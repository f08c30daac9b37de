"""`mailbot quarantine …`: mails nobody could read, for a person to settle."""

from __future__ import annotations

import argparse
import sys
from zoneinfo import ZoneInfo

from mailbot.cli.printing import print_rows
from mailbot.cli.setting_up import open_store, open_store_to_read, settings_of

_COLUMNS = {"id": "ID", "case": "CASE", "received_id": "MAIL", "mailbox": "MAILBOX", "came": "RECEIVED", "why": "WHY"}


def list_(arguments: argparse.Namespace) -> int:
    """The mails that wait, the oldest first."""
    from mailbot.store.listing import list_quarantine

    settings = settings_of(arguments)
    with open_store_to_read(arguments, settings) as db, db.read() as conn:
        rows = list_quarantine(conn)
    office = ZoneInfo(settings.office.timezone)
    shown = rows if arguments.json else [{**row, "came": f"{row['received_at'].astimezone(office):%d.%m.%Y %H:%M}"} for row in rows]
    print_rows(shown, _COLUMNS, as_json=arguments.json, empty="No mail is in quarantine.")
    return 0


def retry(arguments: argparse.Namespace) -> int:
    """Read the mails anew and file them now. 1 where one is still unreadable."""
    from mailbot.cli.filing_room import open_filer
    from mailbot.store import received
    from mailbot.store.listing import list_quarantine, settle_quarantine

    settings = settings_of(arguments)
    with open_store(arguments, settings) as db:
        with db.write() as conn:
            mails = {number: settle_quarantine(conn, number, "retried") for number in arguments.ids}
            again = [mail for mail in mails.values() if mail is not None and received.attempts_again(conn, mail)]
        if again:
            with open_filer(settings, db) as filer:
                filer.run_dry()
        with db.read() as conn:
            still = {row["received_id"] for row in list_quarantine(conn)}
    absent = _say_absent([number for number, mail in mails.items() if mail is None])
    for number, mail in mails.items():
        if mail in still:
            print(f"{number}: it still cannot be read; it stays in quarantine.", file=sys.stderr)
    print(f"{len([mail for mail in again if mail not in still])} mails were read and filed.")
    return 1 if absent or still & set(again) else 0


def drop(arguments: argparse.Namespace) -> int:
    """Settle the entries; mail and case stay."""
    from mailbot.store.listing import settle_quarantine

    with open_store(arguments, settings_of(arguments)) as db, db.write() as conn:
        settled = {number: settle_quarantine(conn, number, "dropped") for number in arguments.ids}
    absent = _say_absent([number for number, mail in settled.items() if mail is None])
    print(f"{len(settled) - absent} entries settled; the mails and their cases stay.")
    return 1 if absent else 0


def _say_absent(ids: list[int]) -> int:
    for number in ids:
        print(f"{number}: no waiting entry has this number.", file=sys.stderr)
    return len(ids)
