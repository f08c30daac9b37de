"""`mailbot health`: what is wrong now, and whether every mail the mailboxes showed in the last day is accounted for."""

from __future__ import annotations

import argparse
from datetime import timedelta

from mailbot.cli.printing import print_json
from mailbot.cli.setting_up import clock, needed_settings, open_store


def health(arguments: argparse.Namespace) -> int:
    """One line a fault and the day's sum; 1 where something is wrong, so that a monitor can ask."""
    from mailbot.jobs.morning_notes import IN_HAND_FOR
    from mailbot.jobs.policy_of import lay_ground
    from mailbot.jobs.watch import health as look
    from mailbot.store import watching

    settings, now = needed_settings(arguments), clock()
    ground = lay_ground(settings, now)
    with open_store(arguments, settings) as db:
        wrong = look(db, ground, now)
        with db.read() as conn:
            where = watching.whereabouts(conn, now - timedelta(days=1), now, now - IN_HAND_FOR)
    if arguments.json:
        print_json({"wrong": wrong, "filed": where.filed, "in_hand": where.in_hand, "missing": where.missing})
    else:
        for item in wrong:
            since = f", since {item.since:%Y-%m-%d %H:%M} UTC" if item.since is not None else ""
            print(f"FAULT {item.what}: {item.detail}{since}")
        filed = ", ".join(f"{count} {outcome}" for outcome, count in sorted(where.filed.items())) or "none"
        verdict = "FAULT" if where.missing else "ok   "
        print(f"{verdict} mails of the last 24 hours: filed {filed}; in hand {where.in_hand}; missing {where.missing}.")
        if not wrong and not where.missing:
            print("ok    nothing is wrong.")
    return 1 if wrong or where.missing else 0
