"""`mailbot case verify`: today's anchor of the record, or whether the record of today continues one of then."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from mailbot.cli.printing import print_json, printable
from mailbot.cli.setting_up import open_store, open_store_to_read, settings_of

if TYPE_CHECKING:
    from mailbot.config import Settings
    from mailbot.store.anchor import Anchor

_MOST = 20  # faults printed


def verify(arguments: argparse.Namespace) -> int:
    """0 the record continues the anchor, 1 it does not, 2 that is no anchor."""
    from mailbot.store.anchor import cast_anchor, read_anchor

    settings, said = settings_of(arguments), " ".join(arguments.anchor)
    if said:
        anchor = read_anchor(said)
        if anchor is not None:
            return _verified(arguments, settings, anchor)
        what = "that is no anchor: it is a number, a hyphen and 64 hexadecimal digits. Copy it whole from the weekly letter or the log"
        print(f"{what} (record.anchored).", file=sys.stderr)
        return 2
    with open_store(arguments, settings) as db:
        today = cast_anchor(db)
    if arguments.json:
        print_json({"anchor": str(today)})
    else:
        print(today)
    return 0


def _verified(arguments: argparse.Namespace, settings: Settings, anchor: Anchor) -> int:
    from mailbot.store.anchor import continued

    with open_store_to_read(arguments, settings) as db, db.read() as conn:
        found = continued(conn, anchor)
    looked, faults = found.looked, found.faults
    if arguments.json:
        line = {"anchor": str(anchor), "continues": not faults, "cases": looked.cases, "events": looked.events, "later": found.later}
        print_json({**line, "faults": list(faults)})
    elif not faults:
        print(f"The record continues the anchor: {looked.events - found.later} events as they were, {found.later} written since.")
    else:
        print("FAULT the record does not continue the anchor. Compare with a backup of that day.")
        for one in faults[:_MOST]:
            print(f"  {printable(one)}")
    return 1 if faults else 0
