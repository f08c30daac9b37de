"""Cases on both databases: one case a mail, numbers never used twice, an append-only history, reopening once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from mailbot.claims.case import State
from mailbot.store import cases
from mailbot.store.database import Connection, Database
from mailbot.store.tables import cases as table
from mailbot.store.tables import corrections, escalated, events
from tests.store_fixtures import NOW
from tests.store_values import a_case, at_once, new_case, open_case, store_one

DAY = timedelta(days=1)


def case_row(db: Database, number: int) -> Any:
    with db.read() as conn:
        return conn.execute(select(table).where(table.c.id == number)).one()


def history(db: Database, case_id: int) -> list[Any]:
    with db.read() as conn:
        return list(conn.execute(select(events.c.what, events.c.why, events.c.actor, events.c.data, events.c.received_id).where(events.c.case_id == case_id).order_by(events.c.id)))


def change(db: Database, case_id: int, what: str = "changed", actor: str = "anna", **values: Any) -> None:
    with db.write() as conn:
        cases.change(conn, case_id, values, at=NOW, actor=actor, what=what, why="she said so")


# --- opening


def test_a_case_is_what_opened_it(db: Database) -> None:
    case_id = a_case(db, secondary=("damage",), orders=("4512", "9"), missing=("photo",), flags={"why": "x"}, confidence=0.876, customer="Ольга@Zakaz.example")
    row = case_row(db, case_id)
    assert (row.number, row.state, row.customer, row.customer_key) == ("2026-0001", "registered", "Ольга@Zakaz.example", "ольга@zakaz.example")
    assert (row.secondary, row.orders, row.missing, row.flags, row.confidence) == (["damage"], ["4512", "9"], ["photo"], {"why": "x"}, 88)
    assert (row.opened_at, row.last_mail_at, row.closed_at, row.close_reason, row.openings) == (NOW, NOW, None, None, 1)
    assert [(e.what, e.why, e.actor) for e in history(db, case_id)] == [("opened", "because", "mailbot")]


def test_history_opens_closed(db: Database) -> None:
    row = case_row(db, a_case(db, state="closed", history=True))
    assert (row.state, row.closed_at, row.close_reason, row.history) == ("closed", NOW, "history", True)


def test_the_same_mail_opens_one_case(db: Database) -> None:
    number = store_one(db)
    with db.write() as conn:
        first = open_case(conn, new_case("same"), number)
        again = open_case(conn, new_case("same", subject="other"), number)
        other = open_case(conn, new_case("other"), number)
    assert (first.new, again.new, other.new) == (True, False, True)
    assert (again.id, again.number) == (first.id, first.number)
    assert (first.number, other.number) == ("2026-0001", "2026-0002")
    assert len(history(db, first.id)) == 1


def test_many_cases_are_opened_at_once_in_their_order(db: Database) -> None:
    number = store_one(db)
    with db.write() as conn:
        before = open_case(conn, new_case("b"), number)
        openings = [cases.Opening(new_case(key, subject=key), number, f"because of {key}") for key in ("c", "b", "a", "c")]
        c, b, a, again = cases.open_cases(conn, openings, 2026, NOW)
        assert cases.open_cases(conn, [], 2026, NOW) == []
    assert [(one.number, one.new) for one in (c, b, a, again)] == [("2026-0002", True), ("2026-0001", False), ("2026-0003", True), ("2026-0002", False)]
    assert (b.id, again.id) == (before.id, c.id)
    assert [case_row(db, one.id).subject for one in (c, a)] == ["c", "a"]
    assert [[(e.what, e.why, e.data) for e in history(db, one.id)] for one in (a, b)] == [
        [("opened", "because of a", {"state": "registered", "category": "quantity", "from": "new", "to": "registered", "number": "2"})],
        [("opened", "because", {"state": "registered", "category": "quantity", "from": "new", "to": "registered", "number": "2"})],
    ]


def test_two_daemons_open_one_case_of_one_mail(db: Database, db_url: str) -> None:
    """Decision 2; freescout#4748: the copies of one mail in two mailboxes, filed at the same time."""
    numbers = [store_one(db, f"{n}".encode()) for n in range(4)]
    opened = at_once(db_url, 4, lambda conn, n: open_case(conn, new_case("same"), numbers[n]))
    assert len({one.number for one in opened}) == 1
    assert sum(one.new for one in opened) == 1
    assert len(history(db, opened[0].id)) == 1


def test_numbers_are_never_used_twice(db: Database, db_url: str) -> None:
    """zammad#3907: the next customer got the same number."""
    number = store_one(db)

    def work(conn: Connection, n: int) -> list[str]:
        return [open_case(conn, new_case(f"{n}-{m}"), number).number for m in range(10)]

    numbers = [found for result in at_once(db_url, 4, work) for found in result]
    assert len(set(numbers)) == 40
    assert sorted(numbers) == [f"2026-{n:04}" for n in range(1, 41)]


def test_a_number_of_an_undone_transaction_opens_no_second_case(db: Database) -> None:
    number = store_one(db)

    def undone() -> None:
        with db.write() as conn:
            open_case(conn, new_case("undone"), number)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        undone()
    case_id = a_case(db, "kept")
    with db.read() as conn:
        assert conn.execute(select(table.c.opening_key)).scalars().all() == ["kept"]
        assert cases.id_of(conn, case_row(db, case_id).number) == case_id
        assert cases.id_of(conn, "2026-9999") is None
        assert cases.number_of(conn, case_id) == case_row(db, case_id).number


# --- changing


def test_a_change_leaves_old_and_new(db: Database) -> None:
    case_id = a_case(db)
    change(db, case_id, state="review", category="quantity", answered_at=NOW)
    assert (case_row(db, case_id).state, case_row(db, case_id).answered_at) == ("review", NOW)
    told = history(db, case_id)[1]
    assert (told.what, told.actor) == ("changed", "anna")
    assert told.data == {"state": {"old": "registered", "new": "review"}, "answered_at": {"old": None, "new": NOW.isoformat()}}


def test_an_event_without_a_change(db: Database) -> None:
    case_id = a_case(db)
    change(db, case_id, "note")
    assert [(e.what, e.data) for e in history(db, case_id)][1:] == [("note", {})]


@pytest.mark.parametrize(("later", "last"), [(DAY, NOW + DAY), (timedelta(0), NOW), (-DAY, NOW)])
def test_a_further_mail_moves_the_last_date_forward_only(db: Database, later: timedelta, last: Any) -> None:
    case_id = a_case(db)
    number = store_one(db, b"second")
    with db.write() as conn:
        cases.join(conn, case_id, NOW + later, now=NOW, what="follow_up", why="References", received_id=number)
    assert case_row(db, case_id).last_mail_at == last
    assert [(e.what, e.received_id) for e in history(db, case_id)][1:] == [("follow_up", number)]


def test_flags_are_added_to_the_others(db: Database) -> None:
    case_id = a_case(db, flags={"why": "x", "deferred": False})
    with db.write() as conn:
        cases.flag(conn, case_id, {"deferred": True, "proposes_close": True})
    assert case_row(db, case_id).flags == {"why": "x", "deferred": True, "proposes_close": True}


def test_flags_set_at_the_same_time_are_all_kept(db: Database, db_url: str) -> None:
    case_id = a_case(db)
    at_once(db_url, 4, lambda conn, n: cases.flag(conn, case_id, {f"flag{n}": n}))
    assert case_row(db, case_id).flags == {"flag0": 0, "flag1": 1, "flag2": 2, "flag3": 3}


def test_a_correction_is_remembered_with_who_and_when(db: Database) -> None:
    case_id = a_case(db)
    with db.write() as conn:
        cases.correct(conn, case_id, "category", "damage", "quantity", person="anna", at=NOW, received_id=None, subject="s", text="т")
    with db.read() as conn:
        row = conn.execute(select(corrections)).one()
    assert (row.field, row.old, row.new, row.person, row.at, row.text) == ("category", "damage", "quantity", "anna", NOW, "т")


# --- reopening


CLOCKS = {"acknowledge_by": NOW + DAY, "answer_by": NOW + 3 * DAY, "answer_hard_by": NOW + 5 * DAY}


def reopen(conn: Connection, case_id: int, number: int) -> int:
    return cases.reopen(conn, case_id, now=NOW + DAY, why="she writes again", received_id=number, clocks=CLOCKS, assigned_to=None)


def test_a_reopened_case_has_new_clocks_and_owes_everything_anew(db: Database) -> None:
    case_id = a_case(db)
    change(db, case_id, state="closed", closed_at=NOW, close_reason="settled", answered_at=NOW, acknowledged_at=NOW)
    number = store_one(db, b"again")
    with db.write() as conn:
        assert reopen(conn, case_id, number) == 2
    row = case_row(db, case_id)
    assert (row.state, row.closed_at, row.close_reason, row.answered_at, row.acknowledged_at, row.openings) == ("review", None, None, None, None, 2)
    assert (row.acknowledge_by, row.answer_by, row.answer_hard_by, row.assigned_to) == (*CLOCKS.values(), "anna")
    told = history(db, case_id)[-1]
    assert (told.what, told.data["state"], told.received_id) == ("reopened", {"old": "closed", "new": "review"}, number)


@pytest.mark.parametrize("state", [State.CLOSED, State.NOT_CLAIM])
def test_each_closing_reopens(db: Database, state: State) -> None:
    case_id = a_case(db, state=str(state))
    number = store_one(db, b"again")
    with db.write() as conn:
        assert reopen(conn, case_id, number) == 2


def test_history_reopens_as_a_live_case(db: Database) -> None:
    case_id = a_case(db, state="closed", history=True)
    number = store_one(db, b"again")
    with db.write() as conn:
        reopen(conn, case_id, number)
    assert (case_row(db, case_id).history, case_row(db, case_id).state) == (False, "review")


def test_two_letters_at_once_reopen_a_case_once(db: Database, db_url: str) -> None:
    """I-FENCE: both processes saw it closed; the acknowledgement's key is `ack:<case>:<opening>`, so the customer hears once."""
    case_id = a_case(db, state="closed")
    numbers = [store_one(db, f"{n}".encode()) for n in range(3)]
    assert at_once(db_url, 3, lambda conn, n: reopen(conn, case_id, numbers[n])) == [2, 2, 2]
    assert case_row(db, case_id).openings == 2
    assert [e.what for e in history(db, case_id)].count("reopened") == 1


# --- who has heard


def test_each_person_hears_a_step_once(db: Database) -> None:
    case_id = a_case(db)
    with db.write() as conn:
        assert cases.escalate_once(conn, case_id, "formal_answer", "late", ["anna", "chief"], NOW) == ["anna", "chief"]
        assert cases.escalate_once(conn, case_id, "formal_answer", "late", ["chief", "dina"], NOW) == ["dina"]
        assert cases.escalate_once(conn, case_id, "formal_answer", "later", ["chief"], NOW) == ["chief"]
        assert cases.escalate_once(conn, case_id, "formal_answer", "late", [], NOW) == []


def test_two_daemons_tell_a_person_once(db: Database, db_url: str) -> None:
    case_id = a_case(db)
    heard = at_once(db_url, 4, lambda conn, _: cases.escalate_once(conn, case_id, "formal_answer", "late", ["anna", "chief"], NOW))
    assert sorted(person for people in heard for person in people) == ["anna", "chief"]


def test_reopening_starts_the_ladder_anew_but_not_the_alerts_of_one_mail(db: Database) -> None:
    """zammad#4348: the second reminder was swallowed although the date had changed."""
    case_id = a_case(db)
    with db.write() as conn:
        cases.escalate_once(conn, case_id, "formal_answer", "late", ["chief"], NOW)
        cases.escalate_once(conn, case_id, cases.AT_ONCE, "safety:1", ["chief"], NOW)
    change(db, case_id, state="closed")
    number = store_one(db, b"again")
    with db.write() as conn:
        reopen(conn, case_id, number)
        assert cases.escalate_once(conn, case_id, "formal_answer", "late", ["chief"], NOW) == ["chief"]
        assert cases.escalate_once(conn, case_id, cases.AT_ONCE, "safety:1", ["chief"], NOW) == []
    with db.read() as conn:
        assert len(conn.execute(select(escalated)).all()) == 2
