"""Fixtures for everybody."""

import gc
import os

from mailbot.jobs.reading_child import ChildSetup
from mailbot.jobs.reading_room import preload
from tests.mail_servers import dovecot_server, postfix_server
from tests.store_fixtures import db, db_url, migrated_postgres, migrated_sqlite, postgres, sqlite_db

__all__ = ["db", "db_url", "dovecot_server", "migrated_postgres", "migrated_sqlite", "postfix_server", "postgres", "sqlite_db"]


def pytest_collection_finish() -> None:
    """Nine thousand tests and what they import live to the end: a tenth of a run's time went into looking them through."""
    if "PYTEST_XDIST_WORKER" in os.environ:  # of the whole run; else the first to fork a child decides what all others find loaded
        preload(ChildSetup(None, "UTC", 1, 1))
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
