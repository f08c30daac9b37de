"""Brings a database to this release, once, however many processes try; refuses one that is newer than the program."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Literal

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, inspect, select, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from mailbot.claims.errors import Fault, SetupError, StoreAway
from mailbot.store.database import Database, forbids
from mailbot.store.tables import signing_keys

SchemaState = Literal["empty", "current", "older", "newer"]
_LOCK = 0x6D61696C  # PostgreSQL advisory lock for migrating


def ready(db: Database, now: datetime) -> None:
    """Make an empty database ready. Errors: SetupError for one that is older (run `mailbot migrate`) or newer."""
    state = schema_state(db)
    if state == "empty":
        migrate(db, now)
    elif state == "older":
        raise SetupError(Fault("database", 0, "", "is of an older release.", "Back it up, then run: mailbot migrate"))
    elif state == "newer":
        raise _newer()


def schema_state(db: Database) -> SchemaState:
    """How the database's schema stands to this program's."""
    with db.read() as conn:
        return _state(conn)


def migrate(db: Database, now: datetime) -> None:
    """Bring the database to this release and make a signing key if it has none. Errors: SetupError, StoreAway."""
    try:
        with db.engine.connect() as conn:
            _locked_upgrade(conn, db.dialect)
    except OperationalError as error:
        raise StoreAway(db.plainly(error)) from error
    except ProgrammingError as error:
        if forbids(error):
            raise StoreAway(db.plainly(error)) from error
        raise
    with db.write() as conn:
        if not conn.execute(select(signing_keys.c.id)).first():
            conn.execute(insert(signing_keys).values(id=_key_id(), secret=secrets.token_bytes(32), made_at=now))


def _locked_upgrade(conn: Connection, dialect: str) -> None:
    """The upgrade in one transaction that only one process can hold. SQLite checks foreign keys at its end (reliability.md R15)."""
    if dialect == "sqlite":
        conn.exec_driver_sql("PRAGMA foreign_keys=OFF")
        conn.rollback()
    with conn.begin():
        if dialect == "postgresql":
            conn.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        state = _state(conn)
        if state == "newer":
            raise _newer()
        if state != "current":
            config = _config()
            config.attributes["connection"] = conn
            command.upgrade(config, "head")
        if dialect == "sqlite" and conn.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise SetupError(Fault("database", 0, "", "a migration left rows without their parents; nothing was changed.", "Report this."))
    if dialect == "sqlite":
        conn.exec_driver_sql("PRAGMA foreign_keys=ON")


def _state(conn: Connection) -> SchemaState:
    script = ScriptDirectory.from_config(_config())
    known = {revision.revision for revision in script.walk_revisions()}
    current = MigrationContext.configure(conn).get_current_revision()
    if current is None:
        return "older" if inspect(conn).has_table("received") else "empty"
    if current not in known:
        return "newer"
    return "current" if current == script.get_current_head() else "older"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "mailbot:store/migrations")
    config.set_main_option("path_separator", "os")
    return config


def _key_id() -> str:
    return "".join(secrets.choice("abcdefghijklmnopqrstuvwxyz234567") for _ in range(4))


def _newer() -> SetupError:
    return SetupError(
        Fault("database", 0, "", "was written by a newer release of mailbot.", "Install that release, or restore the backup made before.")
    )
