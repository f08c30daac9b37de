"""The database: migrations, refusals, clean text, append-only events, and what happens when it is away."""

from __future__ import annotations

import os
import stat
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from secrets import token_hex

import pytest
from sqlalchemy import create_engine, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from mailbot.claims.errors import SetupError, StoreAway
from mailbot.store import cases as case_store
from mailbot.store import database, keys, leases
from mailbot.store.columns import clean
from mailbot.store.database import Database, open_database
from mailbot.store.migrate import migrate, ready, schema_state
from mailbot.store.tables import cases, events, mailboxes, metadata, received
from tests.store_fixtures import NOW, new_postgres_database
from tests.store_values import a_case, file_one, store_one


def test_an_empty_database_is_made_ready(db_url: str) -> None:
    fresh = open_database(db_url)
    assert schema_state(fresh) == "empty"
    ready(fresh, NOW)
    assert schema_state(fresh) == "current"
    with fresh.read() as conn:
        first = keys.keys(conn, NOW)
    migrate(fresh, NOW)
    with fresh.read() as conn:
        assert keys.keys(conn, NOW) == first
    assert len(first) == 1
    assert len(next(iter(first.values())).secret) == 32
    fresh.close()


def test_two_migrations_at_once(db_url: str) -> None:
    failures: list[BaseException] = []

    def run() -> None:
        other = open_database(db_url)
        try:
            migrate(other, NOW)
        except BaseException as error:
            failures.append(error)
        finally:
            other.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    db = open_database(db_url)
    with db.read() as conn:
        assert conn.execute(text("SELECT count(*) FROM signing_keys")).scalar() == 1
    db.close()


def test_a_newer_database_is_refused(db: Database) -> None:
    with db.write() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert schema_state(db) == "newer"
    for attempt in (ready, migrate):
        with pytest.raises(SetupError, match="newer release"):
            attempt(db, NOW)


def test_an_older_database_asks_for_migrate(db: Database) -> None:
    with db.write() as conn:
        conn.execute(text("DELETE FROM alembic_version"))
    with pytest.raises(SetupError, match="mailbot migrate"):
        ready(db, NOW)


def test_the_tables_are_the_migrations(db: Database) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    def ours(_object: object, name: str | None, kind: str, *_: object) -> bool:
        return not (kind in ("table", "index") and str(name).startswith(("search", "ix_search")))

    with db.read() as conn:
        context = MigrationContext.configure(conn, opts={"include_object": ours, "compare_type": False})
        assert compare_metadata(context, metadata) == []


@pytest.mark.parametrize("change", ["UPDATE events SET why = 'x'", "DELETE FROM events"])
def test_events_are_append_only(db: Database, change: str) -> None:
    case_id = a_case(db)
    with pytest.raises(DBAPIError, match="append-only"), db.write() as conn:
        conn.execute(text(change))
    with db.read() as conn:
        assert conn.execute(select(events.c.what).where(events.c.case_id == case_id)).scalars().all() == ["opened"]


@pytest.mark.parametrize(
    "bad",
    [
        insert(received).values(source_key="x", raw_sha256="absent", truncated=False, received_at=NOW, received_at_basis="now", history=False, hold_letters=False, stored_at=NOW, state="new", attempts=0, fence=0, server_done=True),
        update(received).values(state="lost"),
        update(received).values(kind="party", state="filed", outcome="noted"),
        update(received).values(state="filed", kind=None, outcome=None),
        update(cases).values(state="maybe"),
    ],
)
def test_the_database_itself_refuses(db: Database, bad: object) -> None:
    a_case(db)
    with pytest.raises(IntegrityError), db.write() as conn:
        conn.execute(bad)  # type: ignore[call-overload]


@pytest.mark.parametrize(("dirty", "tidy"), [("a\0b", "ab"), ("x\ud800y", "x?y"), ("недостача", "недостача"), ("", ""), ("😀", "😀")])
def test_clean(dirty: str, tidy: str) -> None:
    assert clean(dirty) == tidy


def test_dirty_text_is_stored_clean(db: Database) -> None:
    number = store_one(db, b"raw \x00 bytes")
    file_one(db, number, subject="a\0b\ud800", read={"text": "NUL \0 and \udfff"})
    with db.read() as conn:
        row = conn.execute(select(received.c.subject, received.c.read).where(received.c.id == number)).one()
    assert row.subject == "ab?"
    assert row.read == {"text": "NUL  and ?"}


@pytest.mark.parametrize("text", [r"\u0000", r"C:\u0000\x", "\\" * 3 + "u0000", "\\" * 4 + "u0000\0", "\\\0", "\0\0u0000"])
def test_json_of_a_letter_that_speaks_of_nul_stays_whole(db: Database, text: str) -> None:
    """Else one line in a stranger's mail would leave a row that nobody can read."""
    number = store_one(db, b"x")
    file_one(db, number, read={"text": text, "b": 1})
    with db.read() as conn:
        assert conn.execute(select(received.c.read).where(received.c.id == number)).scalar_one() == {"text": text.replace("\0", ""), "b": 1}


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=3)), timezone(timedelta(hours=-9, minutes=-30))])
def test_instants_come_back_in_utc_and_sort(db: Database, zone: timezone) -> None:
    at = datetime(2026, 11, 23, 10, 0, 0, 123456, tzinfo=zone)
    with db.write() as conn:
        conn.execute(insert(mailboxes).values(name="a", address="a@x", taken_from=at))
        conn.execute(insert(mailboxes).values(name="b", address="a@x", taken_from=at + timedelta(microseconds=1)))
    with db.read() as conn:
        rows = conn.execute(select(mailboxes.c.taken_from).order_by(mailboxes.c.taken_from)).scalars().all()
        later = conn.execute(select(mailboxes.c.name).where(mailboxes.c.taken_from > at)).scalars().all()
    assert rows == [at, at + timedelta(microseconds=1)]
    assert rows[0].tzinfo == UTC
    assert later == ["b"]


def test_a_naive_instant_is_a_bug(db: Database) -> None:
    with pytest.raises(Exception, match="naive"), db.write() as conn:
        conn.execute(insert(mailboxes).values(name="a", address="a@x", taken_from=datetime(2026, 1, 1)))


def test_the_sqlite_file_is_private(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        open_database(f"sqlite:///{tmp_path}/store.db").close()
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "store.db").stat().st_mode) == 0o600


def test_a_locked_database_is_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_MS", 50)
    one, two = (open_database(f"sqlite:///{tmp_path}/store.db") for _ in range(2))
    migrate(one, NOW)
    with one.write(), pytest.raises(StoreAway, match="locked"), two.write():
        pass
    one.close()
    two.close()


def test_a_full_disk_is_away_and_loses_nothing(tmp_path: Path) -> None:
    db = open_database(f"sqlite:///{tmp_path}/store.db")
    migrate(db, NOW)
    first = store_one(db, b"small")
    with db.read() as conn:  # the pool hands the same connection out again, with its limit
        conn.exec_driver_sql(f"PRAGMA max_page_count={conn.exec_driver_sql('PRAGMA page_count').scalar_one() + 5}")
    with pytest.raises(StoreAway, match="full"):
        store_one(db, os.urandom(200_000))
    with db.read() as conn:
        assert conn.execute(select(received.c.id)).scalars().all() == [first]
    db.close()


def test_a_postgres_that_is_not_there() -> None:
    db = open_database("postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(StoreAway, match=r"Connection refused.*host and port in `database`"), db.read():
        pass
    db.close()


@pytest.mark.parametrize(
    ("user", "name", "says"),
    [("mailbot", "no_such", r'database "no_such" does not exist\. Mend the name'), ("stranger", "postgres", r'role "stranger" does not exist\. Mend the user')],
)  # fmt: skip
def test_a_postgres_that_does_not_let_us_in(postgres: str, user: str, name: str, says: str) -> None:
    db = open_database(f"{postgres.replace('mailbot@', user + '@')}/{name}")
    with pytest.raises(StoreAway, match=says), db.read():
        pass
    db.close()


def test_a_postgres_whose_owner_gave_us_no_rights(postgres: str) -> None:
    with new_postgres_database(postgres) as url:
        admin = create_engine(url, isolation_level="AUTOCOMMIT")
        with admin.connect() as conn:
            conn.exec_driver_sql("DROP ROLE IF EXISTS poor")
            conn.exec_driver_sql("CREATE ROLE poor LOGIN")
        admin.dispose()
        db = open_database(url.replace("mailbot@", "poor@"))
        with pytest.raises(StoreAway, match=r"permission denied for schema public.*GRANT ALL ON SCHEMA public"):
            migrate(db, NOW)
        db.close()


def test_a_host_that_postgres_does_not_let_in_is_no_missing_database() -> None:
    said = 'FATAL:  no pg_hba.conf entry for host "10.0.0.7", user "mailbot", database "mailbot", no encryption'
    db = open_database("postgresql://mailbot@10.0.0.1/mailbot")
    assert db.plainly(OperationalError("", {}, Exception(said))).endswith("Let this user and host in by pg_hba.conf of the server.")
    db.close()


@pytest.mark.parametrize("url", ["mysql://x/y", "nonsense", "sqlite:////no/such/folder/x.db"])
def test_an_url_that_makes_no_sense(url: str) -> None:
    with pytest.raises(SetupError):
        open_database(url)


def test_case_numbers(db: Database) -> None:
    with db.write() as conn:
        assert case_store.next_numbers(conn, 2026) == ["2026-0001"]
        assert case_store.next_numbers(conn, 2026, 2) == ["2026-0002", "2026-0003"]
        assert case_store.next_numbers(conn, 2027) == ["2027-0001"]
        conn.execute(text("UPDATE counters SET value = 9999 WHERE name = 'case:2026'"))
        assert case_store.next_numbers(conn, 2026) == ["2026-10000"]


def test_leases(db: Database) -> None:
    a_while = timedelta(seconds=180)
    with db.write() as conn:
        first = leases.take(conn, "fetch:claims", "one", NOW, a_while)
        assert first == 1
        assert leases.take(conn, "fetch:claims", "two", NOW + timedelta(seconds=179), a_while) is None
        assert leases.take(conn, "fetch:claims", "one", NOW + timedelta(seconds=60), a_while) == 2
        assert leases.take(conn, "fetch:claims", "two", NOW + timedelta(seconds=239), a_while) is None
        assert leases.take(conn, "fetch:claims", "two", NOW + timedelta(seconds=240), a_while) == 3
        leases.drop(conn, "fetch:claims", "one")
        assert leases.take(conn, "fetch:claims", "one", NOW + timedelta(seconds=241), a_while) is None
        leases.drop(conn, "fetch:claims", "two")
        assert leases.take(conn, "fetch:claims", "one", NOW + timedelta(seconds=241), a_while) == 4


@pytest.mark.postgres
def test_a_row_beyond_the_limits_is_not_a_database_that_is_away(db: Database) -> None:
    """Else one mail would be tried for ever, and all the others behind it."""
    if db.dialect != "postgresql":
        pytest.skip("SQLite has no such limits")
    with pytest.raises(OperationalError, match="index row"):
        store_one(db, source_key=token_hex(50_000))


def test_a_key_longer_than_an_index_holds_is_found_again(db: Database) -> None:
    long = "x" * 5_000 + "@customer.example"
    number = a_case(db, customer=long)
    a_case(db, "k2", customer="y" + long)
    with db.read() as conn:
        assert conn.execute(select(cases.c.id).where(cases.c.customer_key == long)).scalars().all() == [number]
        assert conn.execute(select(cases.c.id).where(cases.c.customer_key.in_([long]))).scalars().all() == [number]


@pytest.mark.postgres
def test_a_process_that_is_stopped_in_a_transaction_holds_nobody_up_for_ever(
    db: Database, db_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SIGSTOP, or a machine put to sleep, between two statements: the case counter is locked, and every other daemon waits for it."""
    if db.dialect != "postgresql":
        pytest.skip("on SQLite its file lock does this")
    monkeypatch.setattr(database, "IDLE_MS", 300)
    stopped = open_database(db_url)

    def be_stopped() -> None:
        with stopped.write() as conn:
            case_store.next_numbers(conn, 2026)
            with db.write() as other:
                assert case_store.next_numbers(other, 2026) == ["2026-0001"]
            case_store.next_numbers(conn, 2026)

    with pytest.raises(StoreAway):
        be_stopped()
    stopped.close()
