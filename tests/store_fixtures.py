"""A database for a test: a real SQLite file, or a real PostgreSQL database."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from mailbot.store.database import Database, open_database
from mailbot.store.migrate import migrate

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


def missing(what: str) -> None:
    """A missing server is a loud skip here and a failure in CI."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing; .ci/run installs it")
    pytest.skip(f"{what} IS MISSING: what it would show was not tested")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _quick_folder() -> str:
    """In memory where there is room: each test makes a database, and a database is a few hundred files."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2**30 else "/tmp"


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


@contextlib.contextmanager
def postgres_server() -> Iterator[str]:
    """URL of a server of our own (without a database name), or of MAILBOT_TEST_DATABASE_URL. Skips where there is none."""
    if url := os.environ.get("MAILBOT_TEST_DATABASE_URL"):
        yield url.rstrip("/")
        return
    binaries = _binaries()
    if binaries is None:
        missing("PostgreSQL")
        return
    folder = tempfile.mkdtemp(prefix="mailbot-pg-", dir=_quick_folder())
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres")
    port = free_port()
    data = f"{folder}/data"
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off -c synchronous_commit=off"
    subprocess.run([*as_user, binaries / "initdb", "-D", data, "-A", "trust", "-U", "mailbot", "-E", "UTF8", "--locale=C.UTF-8", "-N"], check=True, capture_output=True, cwd=folder)
    subprocess.run([*as_user, binaries / "pg_ctl", "-D", data, "-w", "-l", f"{folder}/log", "-o", options, "start"], check=True, stdout=subprocess.DEVNULL, cwd=folder)
    try:
        yield f"postgresql+psycopg://mailbot@127.0.0.1:{port}"
    finally:
        subprocess.run([*as_user, binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop"], check=False, stdout=subprocess.DEVNULL, cwd=folder)
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def new_postgres_database(server: str, template: str = "template1") -> Iterator[str]:
    """URL of a fresh database: empty, or like `template`."""
    name = f"t{uuid.uuid4().hex[:12]}"
    admin = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as conn:
        conn.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    try:
        yield f"{server}/{name}"
    finally:
        with admin.connect() as conn:
            conn.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def migrated_postgres(postgres: str) -> Iterator[str]:
    """Name of a migrated database to make others from: migrating takes longer than most tests."""
    with new_postgres_database(postgres) as url:
        _migrate(url)
        yield url.rpartition("/")[2]


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("migrated") / "store.db"
    _migrate(f"sqlite:///{file}")
    return file


def _migrate(url: str) -> None:
    database = open_database(url)
    migrate(database, NOW)
    database.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def db_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a database, once on SQLite and once on PostgreSQL: empty, or migrated where the test asks for `db` too."""
    migrated = "db" in request.fixturenames
    if request.param == "sqlite":
        if migrated:
            shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "store.db")
        yield f"sqlite:///{tmp_path}/store.db"
        return
    template = request.getfixturevalue("migrated_postgres") if migrated else "template1"
    with new_postgres_database(request.getfixturevalue("postgres"), template) as url:
        yield url


@pytest.fixture
def sqlite_db(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Database]:
    """Where the database makes no difference, one is enough."""
    shutil.copy(migrated_sqlite, tmp_path / "store.db")
    database = open_database(f"sqlite:///{tmp_path}/store.db")
    yield database
    database.close()


@pytest.fixture
def db(db_url: str) -> Iterator[Database]:
    """The same, migrated and open."""
    database = open_database(db_url)
    yield database
    database.close()
