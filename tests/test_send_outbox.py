"""From the outbox to the mail server, on both databases: every outcome recorded, no letter sent twice without saying so."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Coroutine
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from mailbot import maillog
from mailbot.claims.errors import StoreAway
from mailbot.jobs import send_outbox
from mailbot.jobs.send_outbox import BATCH, Post, send_due
from mailbot.mail_out.courier import Courier
from mailbot.mail_out.smtp import SmtpServer
from mailbot.store import leases, outbox
from mailbot.store.database import Database, open_database
from mailbot.store.tables import cases, deliveries
from mailbot.store.tables import outbox as rows
from tests.scripted_smtp import DROP, OK, ScriptedSmtp, Slow
from tests.sender_process import NO_LIMITS, clock, send_everything
from tests.store_fixtures import NOW, free_port
from tests.store_values import a_case, a_letter

LEASE = timedelta(seconds=180)


def run(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(test)


def queue(db: Database, *keys: str, at: datetime = NOW, **changes: Any) -> None:
    letters = [a_letter(key, recipient=f"{key}@customer.example", raw=f"Subject: {key}\r\n\r\n.{key}\r\n".encode(), **changes) for key in keys]
    with db.write() as conn:
        assert outbox.queue(conn, letters, at) == list(keys)


def row(db: Database, key: str) -> Any:
    with db.read() as conn:
        return conn.execute(select(rows).where(rows.c.dedupe_key == key)).one()


def states(db: Database) -> dict[str, str]:
    with db.read() as conn:
        return {key: state for key, state in conn.execute(select(rows.c.dedupe_key, rows.c.state).order_by(rows.c.id))}


def told(db: Database, key: str) -> list[tuple[str, str]]:
    """What the deliveries say of this letter."""
    with db.read() as conn:
        query = select(deliveries.c.outcome, deliveries.c.reply).join(rows, rows.c.id == deliveries.c.outbox_id)
        return [tuple(found) for found in conn.execute(query.where(rows.c.dedupe_key == key).order_by(deliveries.c.id))]


@contextlib.asynccontextmanager
async def post_to(port: int, **changes: Any) -> AsyncIterator[Post]:
    usual: dict[str, Any] = {"timeout": 5, "final_reply_timeout": 5, "connections": 1, "hostname": "localhost"}
    courier = Courier(SmtpServer("127.0.0.1", port, "none", **{**usual, **changes}))
    try:
        yield Post({"": courier}, LEASE)
    finally:
        await courier.close()


async def send(db: Database, post: Post, now: datetime = NOW, owner: str = "me") -> int:
    return await send_due(db, post, owner, lambda: now, NO_LIMITS)


def test_each_outcome_is_recorded_with_its_next_attempt(db: Database) -> None:
    async def test() -> None:
        queue(db, "a", "b", "c", "d")
        script: dict[str, Any] = {"rcpt": [OK, "550 5.1.1 no such user", "450 4.7.1 greylisted", OK], "dot": [OK, DROP]}
        async with ScriptedSmtp(**script) as server, post_to(server.port) as post:
            assert await send(db, post) == 4
            assert await send(db, post) == 0
        assert [letter.raw for letter in server.taken] == [b"Subject: a\r\n\r\n.a\r\n", b"Subject: d\r\n\r\n.d\r\n"]

    run(test())
    assert states(db) == {"a": "sent", "b": "refused", "c": "due", "d": "unknown"}
    assert [row(db, key).next_attempt_at for key in "abcd"] == [None, None, NOW + timedelta(minutes=1), NOW + timedelta(minutes=5)]
    assert [row(db, key).attempts for key in "abcd"] == [1, 1, 1, 1]
    assert [row(db, key).unknowns for key in "abcd"] == [0, 0, 0, 1]
    assert [row(db, key).sent_at for key in "abcd"] == [NOW, None, None, None]
    assert {row(db, key).owner for key in "abcd"} == {None}
    assert [told(db, key)[0][0] for key in "abcd"] == ["sent", "refused", "try_later", "unknown"]
    assert told(db, "b") == [("refused", "550 5.1.1 no such user")]
    assert row(db, "c").last_reply == "450 4.7.1 greylisted"


def test_whoever_is_to_stop_finishes_the_letter_in_flight_and_begins_no_other(db: Database) -> None:
    queue(db, "a", "b", "c")

    async def test() -> None:
        async with ScriptedSmtp() as server, post_to(server.port) as post:
            assert await send_due(db, post, "me", lambda: NOW, NO_LIMITS, lambda: bool(server.taken)) == 3
            assert len(server.taken) == 1

    run(test())
    assert states(db) == {"a": "sent", "b": "due", "c": "due"}
    assert [row(db, key).next_attempt_at for key in "abc"] == [None, *[NOW + timedelta(minutes=1)] * 2]


def test_an_acknowledgement_that_went_stands_on_its_case(db: Database) -> None:
    number = a_case(db)
    queue(db, "ack", case_id=number)

    async def test() -> None:
        async with ScriptedSmtp() as server, post_to(server.port) as post:
            await send(db, post, NOW + timedelta(minutes=2))

    run(test())
    with db.read() as conn:
        assert conn.execute(select(cases.c.acknowledged_at).where(cases.c.id == number)).scalar() == NOW + timedelta(minutes=2)


def test_a_letter_of_unknown_end_goes_again_three_times_with_the_same_bytes_and_then_waits_for_a_person(db: Database) -> None:
    queue(db, "a")

    async def test() -> None:
        async with ScriptedSmtp(dot=DROP) as server, post_to(server.port) as post:
            for n in range(8):
                at = NOW + timedelta(minutes=5) * n
                assert await send(db, post, at - timedelta(seconds=1)) == 0
                assert await send(db, post, at) == (1 if n < 4 else 0)
        assert len(server.taken) == 4
        assert len({letter.raw for letter in server.taken}) == 1

    run(test())
    found = row(db, "a")
    assert (found.state, found.unknowns, found.attempts, found.next_attempt_at) == ("unknown", 4, 4, None)


def test_a_batch_is_taken_at_a_time_and_everything_goes_once(db: Database) -> None:
    queue(db, *(f"k{n}" for n in range(BATCH + 7)))

    async def test() -> None:
        async with ScriptedSmtp() as server, post_to(server.port, connections=3) as post:
            assert [await send(db, post) for _ in range(3)] == [BATCH, 7, 0]
        assert sorted(letter.recipients[0] for letter in server.taken) == sorted(f"k{n}@customer.example" for n in range(BATCH + 7))

    run(test())
    assert set(states(db).values()) == {"sent"}


def test_two_senders_at_once_never_send_a_letter_twice(db: Database, db_url: str) -> None:
    count = 120
    queue(db, *(f"k{n}" for n in range(count)), at=clock())

    async def test() -> None:
        async with ScriptedSmtp(gathers=3) as server:  # a sender opens two: with the third each of them holds a batch
            sending = [asyncio.to_thread(lambda owner=owner: asyncio.run(send_everything(db_url, server.port, owner, 180))) for owner in ("one", "two")]
            tried = await asyncio.gather(*sending)
            assert sum(tried) == count
            assert min(tried) > 0
        assert sorted(letter.recipients[0] for letter in server.taken) == sorted(f"k{n}@customer.example" for n in range(count))

    run(test())
    assert set(states(db).values()) == {"sent"}


_KILLS = [("outbox.claimed", 0, 1), ("smtp.connected", 0, 1), ("smtp.after_mail", 0, 1), ("smtp.after_rcpt", 0, 1), ("smtp.after_250_before_mark", 1, 2), ("outbox.marked", 1, 1)]


@pytest.mark.parametrize(("point", "before", "after"), _KILLS)
def test_a_letter_whose_sender_was_killed_goes_again_with_the_same_bytes_after_the_lease(db: Database, db_url: str, point: str, before: int, after: int) -> None:
    queue(db, "a", at=clock() - timedelta(seconds=1))

    async def test() -> None:
        async with ScriptedSmtp() as server, post_to(server.port) as post:
            command = [sys.executable, "-m", "tests.sender_process", db_url, str(server.port), "180"]
            killed = await asyncio.create_subprocess_exec(*command, env={**os.environ, "MAILBOT_CRASH": point})
            assert await killed.wait() == -signal.SIGKILL
            assert len(server.taken) == before
            at = clock()
            assert await send(db, post, at + timedelta(seconds=170)) == 0  # its lease holds
            again = after - before
            assert await send(db, post, at + timedelta(seconds=181)) == again
            assert len(server.taken) == after
            assert {letter.raw for letter in server.taken} == {b"Subject: a\r\n\r\n.a\r\n"}
            assert (row(db, "a").state, row(db, "a").unknowns, row(db, "a").attempts) == ("sent", again, 1 + again)

    run(test())


def test_a_slow_server_never_lets_a_lease_end(db: Database) -> None:
    queue(db, "a", "b", at=clock() - timedelta(seconds=1))

    async def test() -> None:
        async with ScriptedSmtp(dot=Slow(1.0, "250 at last")) as server, post_to(server.port) as post:
            short = Post(post.couriers, timedelta(seconds=0.6))
            sending = asyncio.create_task(send_due(db, short, "me", clock, NO_LIMITS))
            for _ in range(17):
                await asyncio.sleep(0.1)
                assert await send_due(db, short, "other", clock, NO_LIMITS) == 0
            assert await sending == 2
        assert len(server.taken) == 2

    run(test())
    assert states(db) == {"a": "sent", "b": "sent"}
    assert row(db, "b").unknowns == 0


def test_after_its_lease_ended_a_sender_begins_no_letter(db: Database) -> None:
    queue(db, "a", "b", "c")

    async def test() -> None:
        async with ScriptedSmtp() as server, post_to(server.port) as post:
            hands = iter([NOW, NOW, NOW + LEASE - timedelta(seconds=1)])  # lease, claim, first letter; then the process was stopped
            assert await send_due(db, post, "me", lambda: next(hands, NOW + LEASE), NO_LIMITS) == 3
        assert len(server.taken) == 1

    run(test())
    assert states(db) == {"a": "sent", "b": "due", "c": "due"}


def test_a_letter_taken_over_by_another_is_left_to_that_one(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    queue(db, "a", "b")
    lost: list[str] = []
    monkeypatch.setattr(maillog, "lease_lost", lost.append)

    async def test() -> None:
        async with ScriptedSmtp(dot=Slow(0.3, "250 ok")) as server, post_to(server.port, connections=2) as post:
            sending = asyncio.create_task(send(db, post))
            while len(server.taken) < 2:
                await asyncio.sleep(0.01)
            with db.write() as conn:
                conn.execute(update(rows).where(rows.c.dedupe_key == "a").values(leased_until=NOW))
                taken = outbox.claim_due(conn, "other", 10, NOW, LEASE, NO_LIMITS)
            assert [letter.to for letter in taken] == ["a@customer.example"]
            assert await sending == 2

    run(test())
    assert states(db) == {"a": "sending", "b": "sent"}
    assert row(db, "a").owner == "other"
    assert lost == [f"letter {row(db, 'a').id}"]


def test_a_lease_is_prolonged_for_its_owner_alone(db: Database) -> None:
    queue(db, "a", "b")
    with db.write() as conn:
        first, second = outbox.claim_due(conn, "me", 10, NOW, LEASE, NO_LIMITS)
        conn.execute(update(rows).where(rows.c.id == second.id).values(owner="other"))
        leases.prolong(conn, "me", [first.id, second.id], NOW + LEASE * 2)
    assert [row(db, key).leased_until for key in "ab"] == [NOW + LEASE * 2, NOW + LEASE]


def test_outcomes_wait_for_a_database_that_is_away_for_a_moment(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    queue(db, *(f"k{n}" for n in range(30)))
    monkeypatch.setattr(send_outbox, "_PAUSE", 0.02)
    real, failed = send_outbox._write_down, []

    def away_at_first(*arguments: Any) -> frozenset[int]:
        if len(failed) < 3:
            failed.append(1)
            raise StoreAway("locked")
        return real(*arguments)

    monkeypatch.setattr(send_outbox, "_write_down", away_at_first)

    async def test() -> None:
        async with ScriptedSmtp() as server, post_to(server.port) as post:
            assert await send(db, post) == 30
        assert len(server.taken) == 30

    run(test())
    assert set(states(db).values()) == {"sent"}


def test_a_database_away_for_longer_stops_the_sending_and_is_told(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    queue(db, *(f"k{n}" for n in range(45)))
    monkeypatch.setattr(send_outbox, "_PATIENCE", 0.3)

    def away(*_: Any) -> frozenset[int]:
        raise StoreAway("locked")

    async def test() -> None:
        async with ScriptedSmtp() as server, post_to(server.port) as post:
            with monkeypatch.context() as patch:
                patch.setattr(send_outbox, "_write_down", away)
                with pytest.raises(StoreAway, match="locked"):
                    await send(db, post)
            assert 1 <= len(server.taken) < 45
            gone = {letter.recipients[0].partition("@")[0] for letter in server.taken}
            assert set(states(db).values()) == {"sending"}
            assert await send(db, post, NOW + LEASE) == 45
        twice = [letter.recipients[0] for letter in server.taken[len(gone) :] if letter.recipients[0].partition("@")[0] in gone]
        assert len(twice) == len(gone)  # and only these: the others went for the first time

    run(test())
    assert set(states(db).values()) == {"sent"}
    assert row(db, "k0").unknowns == 1


def test_a_claim_on_a_database_that_is_away_travels_up(tmp_path: Any) -> None:
    db = open_database(f"postgresql://mailbot@127.0.0.1:{free_port()}/none")

    async def test() -> None:
        async with post_to(free_port()) as post:
            with pytest.raises(StoreAway):
                await send(db, post)

    run(test())
    db.close()


def test_letters_leave_from_the_server_of_their_mailbox_and_one_that_is_away_does_not_stop_the_other(db: Database) -> None:
    queue(db, "a", mailbox="sales")
    queue(db, "b", mailbox="claims")
    queue(db, "c")
    queue(db, "d", mailbox="long gone")

    async def test() -> None:
        async with ScriptedSmtp() as common, post_to(common.port) as post, post_to(free_port()) as away:
            both = Post({"": post.couriers[""], "sales": away.couriers[""]}, LEASE)
            assert await send(db, both) == 4
            assert both.courier_for("sales") is away.couriers[""]
            assert Post({"sales": away.couriers[""]}, LEASE).courier_for(None) is away.couriers[""]
        assert sorted(letter.recipients[0][0] for letter in common.taken) == ["b", "c", "d"]

    run(test())
    assert states(db) == {"a": "due", "b": "sent", "c": "sent", "d": "sent"}
    assert "nobody listens there" in row(db, "a").last_reply


def test_the_log_names_no_address(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    queue(db, "anna.petrova")
    logged: list[dict[str, object]] = []
    monkeypatch.setattr(maillog, "_event", lambda _level, name, **fields: logged.append({"event": name, **fields}))

    async def test() -> None:
        async with ScriptedSmtp(rcpt="550 5.1.1 <anna.petrova@customer.example>: no such user") as server, post_to(server.port) as post:
            await send(db, post)

    run(test())
    assert [(line["event"], line["to"], line["reply"]) for line in logged] == [
        ("letter.not_sent", "a***@customer.example", "550 5.1.1 <a***@customer.example>: no such user")
    ]
    assert row(db, "anna.petrova").last_reply == "550 5.1.1 <anna.petrova@customer.example>: no such user"
