"""Fixtures for everybody."""

from tests.mail_servers import dovecot_server, postfix_server
from tests.store_fixtures import db, db_url, migrated_postgres, migrated_sqlite, postgres, sqlite_db

__all__ = ["db", "db_url", "dovecot_server", "migrated_postgres", "migrated_sqlite", "postfix_server", "postgres", "sqlite_db"]
