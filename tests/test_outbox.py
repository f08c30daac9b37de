"""The outbox on both databases: queued once, handed over under a lease, limits that delay and never drop, faults that stay visible."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from mailbot.claims.delivery import Outcome, Refused, Sent, TryLater, Unknown
from mailbot.store import outbox
from mailbot.store.database import Connection, Database
from mailbot.store.outbox import DueLetter, NewLetter, SendLimits
from mailbot.store.received import LostLease
from mailbot.store.tables import cases, deliveries
from mailbot.store.tables import outbox as table
from tests.store_fixtures import NOW
from tests.store_values import A_WHILE, a_case, a_letter, at_once

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
WIDE = SendLimits(1000, 1000, 1000, 1000)


def queue(db: Database, *letters: NewLetter, now: Any = NOW) -> list[str]:
    with db.write() as conn:
        return outbox.queue(conn, letters, now)


def claim(db: Database, now: Any = NOW, limits: SendLimits = WIDE, limit: int = 50, owner: str = "me") -> list[DueLetter]:
    with db.write() as conn:
        return outbox.claim_due(conn, owner, limit, now, A_WHILE, limits)


def record(db: Database, letter: DueLetter, outcome: Outcome, again_at: Any = None, now: Any = NOW) -> None:
    with db.write() as conn:
        outbox.record(conn, letter, outcome, now, again_at)


def row(db: Database, key: str = "ack:1:1") -> Any:
    with db.read() as conn:
        return conn.execute(select(table).where(table.c.dedupe_key == key)).one()


def to(address: str, **changes: Any) -> NewLetter:
    return a_letter(f"to {address}", recipient=address, **changes)


def addresses(letters: list[DueLetter]) -> list[str]:
    return [letter.to for letter in letters]


# --- queueing


def test_a_letter_is_queued_once(db: Database) -> None:
    assert queue(db, a_letter("a"), a_letter("b")) == ["a", "b"]
    assert queue(db, a_letter("b", raw=b"other bytes"), a_letter("c")) == ["c"]
    assert queue(db) == []
    assert (row(db, "b").raw, row(db, "b").state) == (b"bytes of b", "due")


def test_two_daemons_queue_a_letter_once(db: Database, db_url: str) -> None:
    queued = at_once(db_url, 4, lambda conn, _: outbox.queue(conn, [a_letter("a"), a_letter("b")], NOW))
    assert sorted(key for keys in queued for key in keys) == ["a", "b"]


def test_what_is_due_when(db: Database) -> None:
    queue(db, a_letter("now"), a_letter("later", not_before=NOW + HOUR), a_letter("held", held=True))
    with db.read() as conn:
        assert outbox.next_due_at(conn) == NOW
    (first,) = claim(db)
    record(db, first, Sent("250"))
    with db.read() as conn:
        assert outbox.next_due_at(conn) == NOW + HOUR
    assert claim(db, NOW + HOUR - SECOND) == []
    assert [letter.message_id for letter in claim(db, NOW + HOUR)] == ["later@x.example"]
    with db.read() as conn:
        assert outbox.next_due_at(conn) is None


def test_the_same_bytes_go_out_whatever_happens(db: Database) -> None:
    """I-ACK: a retry after an ambiguous failure has the same bytes and Message-ID."""
    raw = b"From: \xd0\x9c\r\n\r\n.\0body"
    queue(db, a_letter(raw=raw, envelope_from="bounce@x.example", mailbox="claims"))
    (first,) = claim(db)
    record(db, first, Unknown("line dropped after DATA"), NOW + HOUR)
    assert claim(db, NOW + HOUR - SECOND) == []
    (again,) = claim(db, NOW + HOUR)
    assert (again.raw, again.message_id, again.to, again.envelope_from, again.mailbox) == (raw, first.message_id, first.to, "bounce@x.example", "claims")
    assert (again.attempts, again.unknowns) == (2, 1)


def test_a_persons_letter_goes_before_automatic_ones(db: Database) -> None:
    queue(db, a_letter("automatic"))
    queue(db, a_letter("answer", automatic=False), now=NOW + SECOND)
    assert [letter.message_id for letter in claim(db, NOW + SECOND, limit=1)] == ["answer@x.example"]


# --- leases and fences


def test_a_lease_that_ended_counts_as_an_unknown_delivery(db: Database) -> None:
    queue(db, a_letter())
    (mine,) = claim(db)
    assert claim(db, NOW + A_WHILE - SECOND, owner="you") == []
    (yours,) = claim(db, NOW + A_WHILE, owner="you")
    assert (yours.attempts, yours.unknowns, yours.fence) == (2, 1, mine.fence + 1)
    with pytest.raises(LostLease):
        record(db, mine, Sent("250 late"))
    assert row(db).state == "sending"
    record(db, yours, Sent("250 ok"))
    with pytest.raises(LostLease):
        record(db, yours, Sent("250 again"))
    with db.read() as conn:
        assert conn.execute(select(deliveries.c.outcome, deliveries.c.reply)).all() == [("sent", "250 ok")]


def test_many_senders_take_each_letter_once(db: Database, db_url: str) -> None:
    queue(db, *[a_letter(f"{n}") for n in range(30)])

    def work(conn: Connection, n: int) -> list[int]:
        return [letter.id for letter in outbox.claim_due(conn, f"p{n}", 8, NOW, A_WHILE, WIDE)]

    taken = [number for ids in at_once(db_url, 4, work) for number in ids]
    taken += [letter.id for letter in claim(db)]
    assert len(taken) == len(set(taken)) == 30


def test_two_senders_share_the_limits(db: Database, db_url: str) -> None:
    queue(db, *[to(f"{n}@shop.example") for n in range(12)])
    limits = SendLimits(5, 1000, 1000, 1000)
    taken = at_once(db_url, 4, lambda conn, n: len(outbox.claim_due(conn, f"p{n}", 3, NOW, A_WHILE, limits)))
    assert sum(taken) == 5


# --- how an attempt ends


@pytest.mark.parametrize(
    ("outcome", "again_at", "state", "name", "unknowns"),
    [
        (Sent("250 ok"), None, "sent", "sent", 0),
        (Refused("550 no such user"), None, "refused", "refused", 0),
        (Refused("550 no"), NOW + HOUR, "refused", "refused", 0),
        (TryLater("451 later"), NOW + HOUR, "due", "try_later", 0),
        (TryLater("451 no more"), None, "refused", "try_later", 0),
        (Unknown("dropped"), NOW + HOUR, "unknown", "unknown", 1),
        (Unknown("dropped, no more"), None, "unknown", "unknown", 1),
    ],
)
def test_outcomes(db: Database, outcome: Outcome, again_at: Any, state: str, name: str, unknowns: int) -> None:
    queue(db, a_letter())
    (letter,) = claim(db)
    record(db, letter, outcome, again_at, NOW + SECOND)
    found = row(db)
    assert (found.state, found.last_reply, found.unknowns, found.owner, found.leased_until) == (state, outcome.reply, unknowns, None, None)
    assert found.next_attempt_at == again_at
    assert found.sent_at == (NOW + SECOND if state == "sent" else None)
    with db.read() as conn:
        assert conn.execute(select(deliveries.c.outcome, deliveries.c.at)).all() == [(name, NOW + SECOND)]
    assert bool(claim(db, NOW + HOUR)) is (state in {"due", "unknown"} and again_at is not None)


def test_a_letter_once_unknown_stays_unknown_while_it_is_tried(db: Database) -> None:
    queue(db, a_letter())
    (letter,) = claim(db)
    record(db, letter, Unknown("dropped"), NOW)
    (letter,) = claim(db)
    record(db, letter, TryLater("451"), NOW)
    assert row(db).state == "unknown"


@pytest.mark.parametrize("kind", ["acknowledgement", "answer"])
@pytest.mark.parametrize("how", ["record", "record_all"])
def test_the_acknowledgement_counts_when_it_left(db: Database, kind: str, how: str) -> None:
    case_id = a_case(db)
    queue(db, a_letter(kind=kind, case_id=case_id))
    (letter,) = claim(db)
    with db.write() as conn:
        if how == "record":
            outbox.record(conn, letter, Sent("250"), NOW + SECOND, None)
        else:
            outbox.record_all(conn, [(letter, Sent("250"))], NOW + SECOND)
    with db.read() as conn:
        at = conn.execute(select(cases.c.acknowledged_at)).scalar_one()
    assert at == (NOW + SECOND if kind == "acknowledgement" else None)


def test_a_second_acknowledgement_does_not_move_the_first(db: Database) -> None:
    case_id = a_case(db)
    queue(db, a_letter("ack:1:1", case_id=case_id), a_letter("ack:1:2", case_id=case_id))
    for n, letter in enumerate(claim(db)):
        record(db, letter, Sent("250"), now=NOW + n * HOUR)
    with db.read() as conn:
        assert conn.execute(select(cases.c.acknowledged_at)).scalar_one() == NOW


def test_a_batch_of_which_one_is_lost_is_not_recorded(db: Database) -> None:
    queue(db, a_letter("a"), a_letter("b"))
    mine = claim(db)
    yours = claim(db, NOW + A_WHILE, owner="you", limit=1)
    assert len(yours) == 1
    with pytest.raises(LostLease), db.write() as conn:
        outbox.record_all(conn, [(letter, Sent("250")) for letter in mine], NOW)
    assert {row(db, key).state for key in "ab"} == {"sending"}
    with db.read() as conn:
        assert conn.execute(select(deliveries)).all() == []


# --- limits (decision 24): delay, never drop


def test_a_domain_at_its_limit_waits_and_holds_up_no_other(db: Database) -> None:
    queue(db, *[to(f"{n}@shop.example") for n in range(40)])
    queue(db, to("olga@zakaz.example"), now=NOW + SECOND)
    limits = SendLimits(2, 1000, 1000, 1000)
    first = claim(db, NOW + SECOND, limits, limit=5)
    assert addresses(first)[:2] == ["0@shop.example", "1@shop.example"]
    gone = addresses(first) + addresses(claim(db, NOW + SECOND, limits, limit=5))
    assert gone.count("olga@zakaz.example") == 1
    assert len(gone) == 3


def test_the_hour_moves_on_until_all_are_gone(db: Database) -> None:
    queue(db, *[to(f"{n}@shop.example") for n in range(5)])
    limits, now, gone = SendLimits(2, 1000, 1000, 1000), NOW, []
    for _ in range(3):
        for letter in claim(db, now, limits):
            record(db, letter, Sent("250"), now=now)
            gone.append(letter.to)
        assert claim(db, now + HOUR - SECOND, limits) == []
        now += HOUR
    assert gone == [f"{n}@shop.example" for n in range(5)]


@pytest.mark.parametrize(
    ("limits", "letters", "goes"),
    [
        pytest.param(SendLimits(2, 9, 9, 9), [to("a@x.example"), to("b@X.example"), to("c@x.example")], 2, id="per domain, folded"),
        pytest.param(SendLimits(1, 2, 9, 9, frozenset({"mail.example"})), [to("a@mail.example"), to("b@mail.example"), to("c@mail.example")], 2, id="free mail"),
        pytest.param(SendLimits(9, 9, 2, 9), [to("a@x.example"), to("b@y.example"), to("c@z.example")], 2, id="overall"),
        pytest.param(SendLimits(9, 9, 9, 1), [to("a@x.example", unproven=True), to("b@y.example", unproven=True), to("c@z.example")], 2, id="unauthenticated"),
        pytest.param(SendLimits(1, 1, 1, 1), [to("a@x.example", automatic=False), to("b@x.example", automatic=False)], 2, id="people's letters have none"),
        pytest.param(SendLimits(0, 0, 0, 0), [to("a@x.example"), to("b@x.example", automatic=False)], 1, id="none at all"),
    ],
)
def test_limits(db: Database, limits: SendLimits, letters: list[NewLetter], goes: int) -> None:
    queue(db, *letters)
    assert len(claim(db, limits=limits)) == goes
    assert claim(db, NOW + SECOND, limits) == []
    with db.read() as conn:
        waiting = conn.execute(select(table.c.state).where(table.c.state == "due")).all()
    assert len(waiting) == len(letters) - goes


def test_where_many_come_back_automatic_letters_wait(db: Database) -> None:
    """Five of twenty-four within an hour; four, or five of twenty-five, tell nothing. It ends an hour after the last came back.

    Of one address one counts and of a company's domain two, however many come back.
    """
    limits = SendLimits(1000, 1000, 1000, 1000, bounced_percent=20)
    sent = [a_letter(f"ack:{n}:1", recipient=f"p{n}@x{n}.example") for n in range(25)]
    sent += [a_letter(f"ack:9{n}:1", recipient=f"p{n}@x2.example") for n in range(3)]
    waits = [a_letter("ack:99:1", recipient="new@x.example"), a_letter("reply:1", kind="reply", recipient="p@y.example", automatic=False)]

    def kinds(at: Any) -> list[str]:
        with db.write() as conn:
            found = sorted(letter.kind for letter in outbox.claim_due(conn, "p", 9, at, A_WHILE, limits))
            conn.execute(update(table).where(table.c.state == "sending").values(state="due"))
            return found

    with db.write() as conn:
        outbox.queue(conn, [*sent, *waits], NOW)
        conn.execute(update(table).where(table.c.dedupe_key.in_([one.dedupe_key for one in sent])).values(state="sent", sent_at=NOW + HOUR / 2))
        conn.execute(update(table).where(table.c.dedupe_key.in_([one.dedupe_key for one in sent[25:]])).values(sent_at=NOW - 24 * HOUR))
        for n in (0, 1, 2, 90, 91, 92):
            outbox.bounced(conn, f"ack:{n}:1@x.example", NOW + HOUR)
    assert kinds(NOW + HOUR) == ["acknowledgement", "reply"]
    with db.write() as conn:
        outbox.bounced(conn, "ack:4:1@x.example", NOW + HOUR)
    assert kinds(NOW + HOUR) == ["acknowledgement", "reply"]  # 20 in a hundred are not more than 20
    with db.write() as conn:
        conn.execute(update(table).where(table.c.dedupe_key == "ack:24:1").values(sent_at=NOW - 24 * HOUR))
    assert kinds(NOW + HOUR) == ["reply"]
    assert kinds(NOW + 2 * HOUR - SECOND) == ["reply"]
    with db.read() as conn:
        back = [outbox.come_back(conn, 1, frozenset(free), NOW + HOUR) for free in ([], ["x2.example"])]
    assert back == [5, 6]
    assert kinds(NOW + 2 * HOUR) == ["acknowledgement", "reply"]


def test_letters_of_people_do_not_use_up_the_limits(db: Database) -> None:
    queue(db, *[to(f"{n}@x.example", automatic=False) for n in range(5)])
    for letter in claim(db):
        record(db, letter, Sent("250"))
    queue(db, to("a@x.example"))
    assert len(claim(db, limits=SendLimits(1, 1, 1, 1))) == 1


@pytest.mark.parametrize(("ago", "goes"), [(HOUR - SECOND, 0), (HOUR, 1)])
def test_the_hour_counts_what_was_sent_in_it(db: Database, ago: timedelta, goes: int) -> None:
    queue(db, to("a@x.example"), to("b@x.example"))
    (letter,) = claim(db, limit=1)
    record(db, letter, Sent("250"))
    assert len(claim(db, NOW + ago, SendLimits(1, 9, 9, 9))) == goes


@pytest.mark.parametrize("limits", [SendLimits(1, 9, 9, 9), SendLimits(9, 9, 1, 9), SendLimits(9, 9, 9, 1)])
def test_a_letter_whose_sender_died_is_not_held_back_by_itself(db: Database, limits: SendLimits) -> None:
    queue(db, to("a@x.example", unproven=True))
    assert len(claim(db, limits=limits)) == 1
    assert len(claim(db, NOW + A_WHILE - SECOND, limits)) == 0
    assert len(claim(db, NOW + A_WHILE, limits)) == 1


# --- what an operator does


@pytest.mark.parametrize(
    ("due_by", "released"),
    [(None, 1), (NOW + SECOND, 1), (NOW, 0), (NOW - SECOND, 0)],
)
def test_release_refuses_a_letter_whose_promised_date_has_passed(db: Database, due_by: Any, released: int) -> None:
    """Decision 16."""
    queue(db, a_letter(held=True, due_by=due_by), now=NOW - HOUR)
    assert claim(db) == []
    with db.write() as conn:
        assert outbox.release(conn, None, NOW) == released
    assert len(claim(db)) == released


def test_release_of_some(db: Database) -> None:
    queue(db, *[a_letter(key, held=True) for key in "abc"], a_letter("d"))
    with db.write() as conn:
        assert outbox.release(conn, [row(db, "b").id, row(db, "d").id], NOW) == 1
        assert outbox.release(conn, [], NOW) == 0
    assert [row(db, key).state for key in "abcd"] == ["held", "due", "held", "due"]


def put(db: Database, state: str) -> int:
    queue(db, a_letter())
    with db.write() as conn:
        conn.execute(update(table).values(state=state, next_attempt_at=None))
    return int(row(db).id)


@pytest.mark.parametrize(
    ("state", "after"),
    [("refused", "due"), ("unknown", "unknown"), ("due", "due"), ("held", None), ("sent", None), ("sending", None), ("cancelled", None)],
)
def test_retry(db: Database, state: str, after: str | None) -> None:
    number = put(db, state)
    with db.write() as conn:
        assert outbox.retry(conn, [number], NOW) == (after is not None)
    assert row(db).state == (after or state)
    assert len(claim(db)) == (after is not None)


@pytest.mark.parametrize(
    ("state", "gone"),
    [("held", True), ("due", True), ("unknown", True), ("refused", True), ("sending", False), ("sent", False), ("cancelled", False)],
)
def test_cancel(db: Database, state: str, gone: bool) -> None:
    """A letter that is sent or in flight cannot be called back."""
    number = put(db, state)
    with db.write() as conn:
        assert outbox.cancel(conn, [number]) == gone
    assert row(db).state == ("cancelled" if gone else state)


@pytest.mark.parametrize(("state", "shown"), [("due", True), ("sending", True), ("unknown", True), ("refused", True), ("sent", False), ("held", False), ("cancelled", False)])
def test_stuck_letters(db: Database, state: str, shown: bool) -> None:
    """freescout#3479, zammad#2342: a refused answer stays "sent" for days and nobody is told."""
    case_id = a_case(db)
    queue(db, a_letter(case_id=case_id), a_letter("other", kind="digest"))
    with db.write() as conn:
        conn.execute(update(table).where(table.c.kind == "acknowledgement").values(state=state, last_reply="550 no"))
    with db.read() as conn:
        assert outbox.stuck(conn, "acknowledgement", NOW - SECOND) == []
        found = outbox.stuck(conn, "acknowledgement", NOW)
    assert found == ([(row(db).id, "2026-0001", state, "550 no")] if shown else [])


def test_a_bounce_is_noted_once_with_its_first_date(db: Database) -> None:
    queue(db, a_letter("a"), a_letter("b"))
    with db.write() as conn:
        outbox.bounced(conn, "a@x.example", NOW)
        outbox.bounced(conn, "a@x.example", NOW + HOUR)
        outbox.bounced(conn, "unheard@x.example", NOW)
    assert (row(db, "a").bounced_at, row(db, "b").bounced_at) == (NOW, None)


def test_the_store_takes_no_second_letter_of_one_key_by_any_road(db: Database) -> None:
    queue(db, a_letter())
    values = {name: value for name, value in row(db)._mapping.items() if name != "id"}
    with pytest.raises(Exception, match=r"(?i)unique"), db.write() as conn:
        conn.execute(insert(table).values(values))
