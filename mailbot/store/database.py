"""One door to SQLite and PostgreSQL: short transactions, and one wrapped error when the database is away."""

from __future__ import annotations

import errno
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from mailbot.claims.errors import Fault, SetupError, StoreAway

__all__ = ["Connection", "Database", "open_database", "within"]  # the jobs name Connection, and only the store knows SQL

BUSY_MS = 10_000
_SQLITE = b"SQLite format 3\0"
_NOT_OURS = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.EISDIR, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP})
IDLE_MS = 120_000  # a process that was stopped in a transaction must not hold the others up for ever
# a PostgreSQL that has vanished from the network is found out within a minute, not after hours
_MENDS = {
    "disk is full": "Make room on its disk; the last change was not kept, and nothing else is lost.",
    "is locked": "Another program holds it (a backup, a shell with an open transaction): mailbot goes on by itself once that ends.",
    "readonly": "mailbot must be able to write the file and its folder: see whose they are.",
    "unable to open": "mailbot must be able to write the file and its folder: see whose they are.",
    "malformed": "The file is damaged: restore a backup (docs/operating.md).",
}
_POSTGRES_MENDS = {
    "Connection refused": "See that PostgreSQL runs, and the host and port in `database`.",
    "No such file or directory": "See that PostgreSQL runs, and the host and port in `database`.",
    "timeout expired": "See the host and port in `database`, and the firewall between.",
    "failed to resolve host": "Mend the host in `database`.",
    "could not translate host name": "Mend the host in `database`.",
    "password authentication failed": "Mend user and password in `database`.",
    "no password supplied": "Write user:password@ into `database`, or a ~/.pgpass for mailbot's user.",
    "no pg_hba.conf entry": "Let this user and host in by pg_hba.conf of the server.",  # it names the database too
    'database "': "Mend the name in `database`, or make it: createdb -E UTF8 NAME.",
    'role "': "Mend the user in `database`, or make it: createuser NAME.",
    "permission denied": "As the database's owner: GRANT ALL ON SCHEMA public TO the user of `database`.",
    "No space left on device": "Make room on the disk of the server; the last change was not kept, and nothing else is lost.",
    "too many clients": "Raise max_connections on the server, or stop what holds its connections.",
}
_LINE = {"connect_timeout": 10, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 40_000}


class Database:
    """An engine with two kinds of transaction. Safe for several threads."""

    def __init__(self, engine: Engine, joined: Connection | None = None) -> None:
        self.engine = engine
        self.dialect = engine.dialect.name
        self._joined = joined  # within `together`: the one transaction that everything is part of

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that may write; commits at the end. On SQLite it takes the write lock at once (reliability.md R14)."""
        with self._transaction(read_only=False) as conn:
            yield conn

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One transaction that only reads."""
        with self._transaction(read_only=True) as conn:
            yield conn

    @contextmanager
    def together(self) -> Iterator[Database]:
        """This database with all that is read and written as one transaction: kept whole at the end, or not at all."""
        with self.write() as conn:
            yield Database(self.engine, conn)

    @contextmanager
    def _transaction(self, *, read_only: bool) -> Iterator[Connection]:
        if self._joined is not None:
            yield self._joined
            return
        try:
            with self.engine.connect() as conn:
                conn = conn.execution_options(mailbot_read_only=read_only)
                with conn.begin():
                    yield conn
        except (OperationalError, InterfaceError) as error:
            if _refuses_values(error):
                raise
            raise StoreAway(self.plainly(error)) from error
        except PoolTimeout as error:
            raise StoreAway("no connection became free in time") from error
        except DBAPIError as error:
            if error.connection_invalidated or _damaged(error) or forbids(error):
                raise StoreAway(self.plainly(error)) from error
            raise

    def plainly(self, error: DBAPIError) -> str:
        """The database's own words, without the statement and its values; with the mend where one is known; of an SQLite file its name."""
        said = " ".join(str(error.orig).split())[:200]
        if self.dialect != "sqlite":
            mends = [mend for words, mend in _POSTGRES_MENDS.items() if words in said]
            return f"PostgreSQL: {said.rstrip('.?')}. {mends[0]}" if mends else f"PostgreSQL: {said}"
        return " ".join([f"{self.engine.url.database}: {said}.", *(mend for words, mend in _MENDS.items() if words in said)])

    def touch(self) -> None:
        """Errors: StoreAway where the database does not answer."""
        with self.read() as conn:
            conn.exec_driver_sql("SELECT 1")

    def close(self) -> None:
        self.engine.dispose()


def within(conn: Connection) -> Database:
    """The database of an open transaction: all that is read and written through it is part of that transaction."""
    return Database(conn.engine, conn)


def open_database(url: str, *, read_only: bool = False) -> Database:
    """The database at `url` (sqlite:///path, postgresql+psycopg://…). Errors: SetupError for a URL that makes no sense.

    An SQLite file is made with mode 0600: it holds customers' letters. `read_only`: it must be there, and every write is refused.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise SetupError(Fault("database", 0, "", "is not a database URL.", "Write sqlite:///file.db or postgresql+psycopg://…")) from None
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() == "sqlite":
        return Database(_sqlite(parsed, parsed.database or "", read_only=read_only))
    if parsed.drivername != "postgresql+psycopg":
        raise SetupError(Fault("database", 0, "", f"{parsed.drivername!r} is not supported.", "Use sqlite or postgresql+psycopg."))
    return Database(_postgres(parsed, read_only=read_only))


def _postgres(url: Any, *, read_only: bool) -> Engine:
    connect = {**_LINE, "options": "-c default_transaction_read_only=on"} if read_only else _LINE
    engine = create_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args=connect)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:  # not among the options: a pooler between would refuse them
        connection.execute(f"SET idle_in_transaction_session_timeout = {IDLE_MS:d}")
        connection.commit()

    return engine


def _sqlite(url: Any, path: str, *, read_only: bool) -> Engine:
    file = Path(path)
    if not file.parent.is_dir():
        raise SetupError(Fault(str(file), 0, "database", "its folder does not exist.", "Create it or mend the path."))
    if read_only and not file.is_file():
        raise SetupError(Fault(str(file), 0, "database", "there is no such file.", "Mend the path; `mailbot migrate` makes a new one."))
    _try_file(file, os.O_RDONLY if read_only else os.O_RDWR | os.O_CREAT)
    engine = create_engine(url, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we begin transactions ourselves
        connection.create_function("lower", 1, _lower, deterministic=True)  # SQLite's own knows ASCII only: "Анна" stays "Анна"
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        if not read_only:
            _into_wal(cursor)
        for pragma in ("query_only=ON",) if read_only else ("synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(conn: Connection) -> None:
        conn.exec_driver_sql("BEGIN" if conn.get_execution_options().get("mailbot_read_only") else "BEGIN IMMEDIATE")

    return engine


def _try_file(file: Path, flags: int) -> None:
    """Whether the file can be opened and is SQLite's, before SQLAlchemy wraps the answer. Errors: SetupError; StoreAway, which passes."""
    try:
        handle = os.open(file, flags, 0o600)
    except OSError as error:
        problem = f"cannot be opened: {error.strerror}."
        if error.errno in _NOT_OURS:
            mend = "mailbot must be able to write the file and its folder: mend the path or its rights."
            raise SetupError(Fault(str(file), 0, "database", problem, mend)) from error
        raise StoreAway(f"{file}: {problem}") from error
    try:
        begin = os.pread(handle, len(_SQLITE), 0)
    finally:
        os.close(handle)
    if begin and begin != _SQLITE:
        mend = "Mend the path, or restore a backup (docs/operating.md)."
        raise SetupError(Fault(str(file), 0, "database", "is no SQLite database.", mend))


def _into_wal(cursor: Any) -> None:
    """The first to open a new file turns it to WAL; SQLite does not wait for that lock by itself, so the others try again."""
    until = time.monotonic() + BUSY_MS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


def _lower(text: Any) -> Any:
    return text.lower() if isinstance(text, str) else text


def _refuses_values(error: DBAPIError) -> bool:
    """PostgreSQL is there, and one row is beyond its limits (class 54): trying again would never mend it."""
    return str(getattr(error.orig, "sqlstate", None) or "").startswith("54")


def forbids(error: DBAPIError) -> bool:
    """PostgreSQL is there, and its owner has not given our user the rights (insufficient_privilege)."""
    return getattr(error.orig, "sqlstate", None) == "42501"


def _damaged(error: DBAPIError) -> bool:
    """An SQLite file that is no longer whole: a person must restore it, and trying again does no harm."""
    return getattr(error.orig, "sqlite_errorcode", None) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
