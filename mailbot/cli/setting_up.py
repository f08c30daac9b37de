"""From the words typed to settings and an open database."""

from __future__ import annotations

import getpass
import os
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mailbot.claims.case import MAILBOT
from mailbot.claims.errors import Fault, SetupError

if TYPE_CHECKING:
    from mailbot.config import Settings
    from mailbot.store.database import Database

OPERATOR = "operator"


def clock() -> datetime:
    """Now, aware, UTC."""
    return datetime.now(UTC)


def who_decides(arguments: Namespace) -> str:
    """--by, else the system user, as the record names him. Errors: SetupError.

    The service's own user bears the program's name (deploy/mailbot.service), and what a person does with it is no deed of the program's.
    """
    if arguments.by == MAILBOT:
        raise SetupError(Fault("mailbot", 0, "--by", f"{MAILBOT!r} is the program itself.", "Name the person who decided."))
    return arguments.by or system_user()


def system_user() -> str:
    """Who sits at the machine. A container may run under a number that has no name."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # which of the two: by the release of Python
        return f"user {os.getuid()}"
    return OPERATOR if name == MAILBOT else name


def config_path(arguments: Namespace) -> Path | None:
    """--config, else $MAILBOT_CONFIG, else none."""
    name = arguments.config or os.environ.get("MAILBOT_CONFIG")
    return Path(name) if name else None


def settings_of(arguments: Namespace, *, secrets: bool = False) -> Settings:
    """The settings, or the defaults where no configuration is named; passwords must be there only for `secrets`. Errors: SetupError."""
    from mailbot.config import Settings, load_settings

    path = config_path(arguments)
    return load_settings(path, secrets=secrets) if path is not None else Settings()


def needed_settings(arguments: Namespace, *, secrets: bool = False) -> Settings:
    """The settings of a command that makes no sense without a configuration."""
    if config_path(arguments) is None:
        mend = "Use --config FILE or set MAILBOT_CONFIG; config.example.toml is a start."
        raise SetupError(Fault("mailbot", 0, "", "no configuration is named.", mend))
    return settings_of(arguments, secrets=secrets)


def database_of(arguments: Namespace, settings: Settings) -> str:
    """--database, else $MAILBOT_DATABASE_URL, else the configuration's."""
    from mailbot.config import database_url

    named = arguments.database or os.environ.get("MAILBOT_DATABASE_URL")
    if named:
        return database_url(named, Path.cwd())
    if config_path(arguments) is None:
        mend = "Use --database URL (an SQLite file's path will do), MAILBOT_DATABASE_URL or --config FILE."
        raise SetupError(Fault("mailbot", 0, "", "no database is named.", mend))
    return settings.database


@contextmanager
def open_store(arguments: Namespace, settings: Settings) -> Iterator[Database]:
    """The database, brought to this release if it is empty; refused with the way out if it is older or newer."""
    from mailbot.store.database import open_database
    from mailbot.store.migrate import ready

    db = open_database(database_of(arguments, settings))
    try:
        ready(db, clock())
        yield db
    finally:
        db.close()


@contextmanager
def open_store_to_read(arguments: Namespace, settings: Settings) -> Iterator[Database]:
    """The database as it stands: nothing is written, made or migrated. Errors: SetupError where it is not of this release."""
    from mailbot.store.database import open_database
    from mailbot.store.migrate import schema_state

    db = open_database(database_of(arguments, settings), read_only=True)
    try:
        state = schema_state(db)
        if state == "newer":
            raise SetupError(Fault("database", 0, "", "was written by a newer release.", "Install the release that wrote it."))
        if state != "current":
            problem = "is empty." if state == "empty" else "is of an older release."
            raise SetupError(Fault("database", 0, "", problem, "`mailbot migrate` makes it ready; nothing was changed."))
        yield db
    finally:
        db.close()


def names_database(arguments: Namespace) -> bool:
    """A database was named for this very call, beside the configuration's."""
    return bool(arguments.database or os.environ.get("MAILBOT_DATABASE_URL"))
