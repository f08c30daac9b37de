"""Leases and signing keys, on both databases: one holder at a time whatever the race, and an old key for fourteen days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from mailbot.claims.delivery import Sent
from mailbot.store import keys, leases, outbox, received
from mailbot.store.database import Database
from mailbot.store.outbox import SendLimits
from mailbot.store.received import LostLease
from mailbot.store.tables import outbox as outbox_table
from mailbot.store.tables import signing_keys
from tests.store_fixtures import NOW
from tests.store_values import A_WHILE, a_letter, at_once, claim_all, filed_row, store_one

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
WIDE = SendLimits(9, 9, 9, 9)


def test_of_many_who_want_a_lease_one_gets_it(db: Database, db_url: str) -> None:
    fences = at_once(db_url, 4, lambda conn, n: leases.take(conn, "fetch:claims", f"p{n}", NOW, A_WHILE))
    assert sorted(fence or 0 for fence in fences) == [0, 0, 0, 1]


def test_leases_of_different_names_are_apart(db: Database) -> None:
    with db.write() as conn:
        assert leases.take(conn, "fetch:claims", "one", NOW, A_WHILE) == 1
        assert leases.take(conn, "fetch:second", "two", NOW, A_WHILE) == 1
        leases.drop(conn, "fetch:claims", "two")
        assert leases.take(conn, "fetch:claims", "two", NOW, A_WHILE) is None, "only the holder lets it go"


def held_by_dead(db: Database) -> tuple[Any, Any]:
    """A mailbox, a mail and a letter that `dead` holds; one more mail that `alive` holds."""
    store_one(db, b"one")
    with db.write() as conn:
        (mail,) = received.claim(conn, "dead", 9, NOW, A_WHILE)
        outbox.queue(conn, [a_letter()], NOW)
        (letter,) = outbox.claim_due(conn, "dead", 9, NOW, A_WHILE, WIDE)
        leases.take(conn, "fetch:claims", "dead", NOW, A_WHILE)
    store_one(db, b"two")
    claim_all(db, "alive")
    return mail, letter


def test_everybody_who_holds_anything(db: Database) -> None:
    held_by_dead(db)
    with db.read() as conn:
        assert leases.owners(conn) == {"dead", "alive"}


def test_the_leases_of_a_dead_process_end_at_once_and_its_fences_still_stop_it(db: Database) -> None:
    mail, letter = held_by_dead(db)
    with db.write() as conn:
        assert leases.expire(conn, "dead", NOW + SECOND) == 3
        assert leases.expire(conn, "dead", NOW + SECOND) == 0
        assert leases.take(conn, "fetch:claims", "alive", NOW + SECOND, A_WHILE) == 2
        assert [one.id for one in received.claim(conn, "alive", 9, NOW + SECOND, A_WHILE)] == [mail.id]
        (again,) = outbox.claim_due(conn, "alive", 9, NOW + SECOND, A_WHILE, WIDE)
    assert (again.id, again.unknowns) == (letter.id, 1), "it may have been delivered"
    with pytest.raises(LostLease), db.write() as conn:
        received.filed(conn, [filed_row(mail.id, mail.fence)], NOW)
    with pytest.raises(LostLease), db.write() as conn:
        outbox.record(conn, letter, Sent("250"), NOW, None)


def test_a_lease_is_prolonged_only_for_what_is_still_ours(db: Database) -> None:
    with db.write() as conn:
        outbox.queue(conn, [a_letter("a"), a_letter("b")], NOW)
        mine = outbox.claim_due(conn, "me", 1, NOW, A_WHILE, WIDE)
        yours = outbox.claim_due(conn, "you", 1, NOW, A_WHILE, WIDE)
        leases.prolong(conn, "me", [mine[0].id, yours[0].id], NOW + DAY)
        until = {row.id: row.leased_until for row in conn.execute(select(outbox_table.c.id, outbox_table.c.leased_until))}
    assert until == {mine[0].id: NOW + DAY, yours[0].id: NOW + A_WHILE}


# --- keys (decision 5)


def retired(db: Database, at: Any) -> str:
    """Retire the key made by `migrate` and make a newer one; returns the id of the old."""
    with db.write() as conn:
        old = str(conn.execute(select(signing_keys.c.id)).scalar_one())
        conn.execute(update(signing_keys).values(retired_at=at))
        conn.execute(insert(signing_keys).values(id="new", secret=b"n" * 32, made_at=NOW + SECOND))
    return old


@pytest.mark.parametrize(("later", "accepted"), [(timedelta(0), True), (14 * DAY - SECOND, True), (14 * DAY, False), (15 * DAY, False)])
def test_an_old_key_is_accepted_for_fourteen_days(db: Database, later: timedelta, accepted: bool) -> None:
    old = retired(db, NOW)
    with db.read() as conn:
        found = keys.keys(conn, NOW + later)
    assert list(found) == (["new", old] if accepted else ["new"]), "the one to sign with first"
    assert found["new"].secret == b"n" * 32


def test_the_newest_key_signs(db: Database) -> None:
    with db.write() as conn:
        conn.execute(insert(signing_keys).values(id="newer", secret=b"m" * 32, made_at=NOW + DAY))
    with db.read() as conn:
        assert next(iter(keys.keys(conn, NOW))) == "newer"
