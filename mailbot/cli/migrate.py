"""`mailbot migrate`: brings the database to this release."""

from __future__ import annotations

import argparse

from mailbot.cli.setting_up import clock, database_of, settings_of

_DONE = {
    "empty": "The database is ready; it was empty.",
    "older": "The database was brought to this release.",
    "current": "The database is of this release already.",
}


def migrate(arguments: argparse.Namespace) -> int:
    """Make or upgrade the tables, and a signing key where there is none."""
    from mailbot.store.database import open_database
    from mailbot.store.migrate import migrate as bring_up
    from mailbot.store.migrate import schema_state

    db = open_database(database_of(arguments, settings_of(arguments)))
    try:
        before = schema_state(db)
        bring_up(db, clock())
    finally:
        db.close()
    print(_DONE[before])
    return 0
