"""What the store knows about a mail, on both databases: twins, references, numbers, the sender's cases, letters of today."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from mailbot.claims.case import Known, State
from mailbot.store import outbox
from mailbot.store.database import Database
from mailbot.store.known import Ask, known_about
from tests.store_fixtures import NOW
from tests.store_values import a_case, a_letter, claim_all, file_one, store_one

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
CUSTOMER = "anna@customer.example"


def ask(**changes: Any) -> Ask:
    values: dict[str, Any] = {"received_id": 999, "message_id": "new@x", "references": (), "content_key": "new", "from_key": ""}
    return Ask(**{**values, **changes})


def known(db: Database, *, now: Any = NOW, **changes: Any) -> Known:
    with db.read() as conn:
        return known_about(conn, [ask(**changes)], now)[0]


def queue(db: Database, *letters: outbox.NewLetter, now: Any = NOW) -> None:
    with db.write() as conn:
        outbox.queue(conn, letters, now)


def a_filed_mail(db: Database, raw: bytes = b"one", **changes: Any) -> int:
    number = store_one(db, raw)
    file_one(db, number, **changes)
    return number


def test_of_a_strangers_first_mail_nothing_is_known(db: Database) -> None:
    a_case(db)
    assert known(db, from_key="petr@other.example", references=("unheard@y",), numbers=("2026-9999",), addressee_key="petr@other.example") == Known()


# --- the same mail


def test_the_same_mail_with_a_case(db: Database) -> None:
    case_id = a_case(db)
    number = a_filed_mail(db, content_key="same", case_id=case_id)
    found = known(db, content_key="same")
    assert found.same_content is not None
    assert (found.same_content.id, found.same_content_filed) == (case_id, True)
    assert known(db, content_key="same", received_id=number).same_content_filed is False, "a mail is not its own twin"


def test_the_same_mail_without_a_case(db: Database) -> None:
    a_filed_mail(db, content_key="same", outcome="noted")
    found = known(db, content_key="same")
    assert (found.same_content, found.same_content_filed) == (None, True)


def test_of_two_twins_the_one_with_a_case_counts(db: Database) -> None:
    case_id = a_case(db)
    a_filed_mail(db, b"one", content_key="same", outcome="noted")
    a_filed_mail(db, b"two", content_key="same", case_id=case_id)
    found = known(db, content_key="same").same_content
    assert found is not None
    assert found.id == case_id


def test_a_twin_that_is_not_filed_yet_does_not_count(db: Database) -> None:
    store_one(db, b"one")
    claim_all(db)
    assert not known(db, content_key="c1").same_content_filed


def test_mails_without_a_content_key_are_not_each_others_twins(db: Database) -> None:
    """Else the second unreadable mail would be dropped as a duplicate of the first."""
    a_filed_mail(db, content_key="")
    assert not known(db, content_key="").same_content_filed


# --- references


def test_a_letter_of_ours(db: Database) -> None:
    case_id = a_case(db)
    queue(db, a_letter("a", case_id=case_id))
    found = known(db, references=("unheard@y", "a@x.example"))
    assert found.letter is not None
    assert (found.letter.kind, found.letter.case_number, found.letter.to) == ("acknowledgement", "2026-0001", "Anna@customer.example")
    assert found.by_reference is not None
    assert (found.by_reference.id, found.own_message_id) == (case_id, False)


def test_a_mail_of_a_case(db: Database) -> None:
    case_id = a_case(db)
    a_filed_mail(db, message_id="m@y", case_id=case_id)
    found = known(db, references=("m@y",))
    assert (found.letter, found.by_reference.id if found.by_reference else None) == (None, case_id)


def test_in_reply_to_comes_first(db: Database) -> None:
    one, two = a_case(db, "k1"), a_case(db, "k2")
    queue(db, a_letter("a", case_id=one), a_letter("b", case_id=two))
    found = known(db, references=("b@x.example", "a@x.example")).by_reference
    assert found is not None
    assert found.id == two


def test_a_letter_without_a_case_gives_way_to_a_mail_with_one(db: Database) -> None:
    case_id = a_case(db)
    queue(db, a_letter("digest", kind="digest"))
    a_filed_mail(db, message_id="m@y", case_id=case_id)
    found = known(db, references=("digest@x.example", "m@y"))
    assert found.letter is not None
    assert (found.letter.kind, found.letter.case_number) == ("digest", None)
    assert found.by_reference is not None
    assert found.by_reference.id == case_id


def test_a_message_id_that_two_use_is_the_senders_own_else_the_first_ones(db: Database) -> None:
    """A stranger may use it again, or before her whose it is: what she writes further stays in her case (M15)."""
    one, two = a_case(db, "k1"), a_case(db, "k2")
    a_filed_mail(db, b"one", message_id="m@y", case_id=one, from_key="x@evil.example")
    a_filed_mail(db, b"two", message_id="m@y", case_id=two)
    for sender, case_id in ((CUSTOMER, two), ("x@evil.example", one), ("petr@other.example", one)):
        found = known(db, references=("m@y",), from_key=sender).by_reference
        assert found is not None
        assert found.id == case_id, sender


def test_our_own_message_id_and_a_bounced_letter(db: Database) -> None:
    case_id = a_case(db)
    queue(db, a_letter("a", case_id=case_id))
    assert known(db, message_id="a@x.example").own_message_id
    found = known(db, bounced_message_id="a@x.example").bounced
    assert found is not None
    assert found.case_number == "2026-0001"
    assert known(db, bounced_message_id="unheard@y").bounced is None


def test_ten_thousand_references_are_bounded(db: Database) -> None:
    case_id = a_case(db)
    queue(db, a_letter("a", case_id=case_id))
    flood = tuple(f"{n}@flood" for n in range(10_000))
    assert known(db, references=("a@x.example", *flood)).by_reference is not None
    assert known(db, references=(*flood, "a@x.example")).by_reference is None


# --- numbers, senders, letters of today


def test_cases_by_number_in_the_order_named(db: Database) -> None:
    a_case(db, "k1")
    a_case(db, "k2")
    found = known(db, numbers=("2026-0002", "2026-7777", "2026-0001")).by_number
    assert [case.number for case in found] == ["2026-0002", "2026-0001"]


def test_a_case_as_joining_needs_it(db: Database) -> None:
    case_id = a_case(db, orders=("4512",), subject_key="недостача", language="en", history=True, state="closed")
    a_filed_mail(db, b"1", case_id=case_id, from_key="helper@customer.example", relation="customer")
    a_filed_mail(db, b"2", case_id=case_id, from_key="petr@other.example", relation="third_party")
    a_filed_mail(db, b"3", case_id=case_id, from_key="anna@firma.example", relation="staff")
    (case,) = known(db, numbers=("2026-0001",)).by_number
    assert (case.state, case.customer, case.orders, case.subject, case.language) == (State.CLOSED, CUSTOMER, frozenset({"4512"}), "недостача", "en")
    assert case.senders == {CUSTOMER, "helper@customer.example"}, "a third party and our people are no senders of the case"
    assert (case.history, case.closed_at, case.opened_at, case.acknowledged) == (True, NOW, NOW, False)


@pytest.mark.parametrize(("changes", "acknowledged"), [({}, True), ({"kind": "answer"}, False)])
def test_whether_it_was_acknowledged(db: Database, changes: Any, acknowledged: bool) -> None:
    case_id = a_case(db)
    queue(db, a_letter("a", case_id=case_id, **changes))
    (case,) = known(db, numbers=("2026-0001",)).by_number
    assert case.acknowledged is acknowledged
    with db.write() as conn:
        outbox.cancel(conn, [1])
    assert known(db, numbers=("2026-0001",)).by_number[0].acknowledged is False


def test_the_senders_cases_newest_first(db: Database) -> None:
    old = a_case(db, "old", received_at=NOW - DAY)
    new = a_case(db, "new")
    a_case(db, "other", customer="petr@other.example")
    copied = a_case(db, "copied", customer="petr@other.example", received_at=NOW - 2 * DAY)
    a_filed_mail(db, b"x", case_id=copied, from_key=CUSTOMER, relation="third_party")
    assert [case.id for case in known(db, from_key=CUSTOMER).by_sender] == [new, old, copied]
    assert known(db, from_key="").by_sender == ()


def test_of_a_dealer_with_many_cases_the_newest_are_known(db: Database) -> None:
    numbers = [a_case(db, f"k{n}") for n in range(25)]
    assert [case.id for case in known(db, from_key=CUSTOMER).by_sender] == numbers[:4:-1], "20 of 25, the newest first"


@pytest.mark.parametrize(("ago", "count"), [(timedelta(0), 1), (DAY - SECOND, 1), (DAY, 0)])
def test_automatic_letters_of_the_last_day(db: Database, ago: timedelta, count: int) -> None:
    queue(db, a_letter("a"), now=NOW - ago)
    assert known(db, addressee_key=CUSTOMER).letters_to_sender_today == count


def test_letters_of_people_and_cancelled_ones_do_not_count(db: Database) -> None:
    queue(db, a_letter("a"), a_letter("b", automatic=False), a_letter("c"), a_letter("d", recipient="other@x.example"), a_letter("e", held=True))
    with db.write() as conn:
        outbox.cancel(conn, [1])
    assert known(db, addressee_key=CUSTOMER).letters_to_sender_today == 2


def test_a_batch_is_asked_for_in_a_handful_of_queries(db: Database) -> None:
    for n in range(6):
        a_case(db, f"k{n}")
    asks = [ask(received_id=1000 + n, from_key=CUSTOMER, numbers=(f"2026-000{n + 1}",), references=(f"r{n}@y",), addressee_key=CUSTOMER) for n in range(6)]
    queries: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: queries.append(args[2]))
    with db.read() as conn:
        found = known_about(conn, asks, NOW)
    assert [one.by_number[0].number for one in found] == [f"2026-000{n + 1}" for n in range(6)]
    assert len(queries) <= 13


def test_nothing_asked_nothing_told(db: Database) -> None:
    with db.read() as conn:
        assert known_about(conn, [], NOW) == []


def test_no_question_walks_through_all_that_was_filed(sqlite_db: Database) -> None:
    """Each is answered by the index on what it asks for: the state says nothing, nearly every mail is filed."""
    plans: list[str] = []

    def explain(conn: Any, cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith("SELECT") and "received" in statement:
            plans.extend(str(row[3]) for row in conn.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", values))

    a_filed_mail(sqlite_db, content_key="same", case_id=a_case(sqlite_db))
    event.listen(sqlite_db.engine, "before_cursor_execute", explain)
    try:
        known(sqlite_db, content_key="same", from_key=CUSTOMER, references=("unheard@y",), numbers=("2026-0001",))
    finally:
        event.remove(sqlite_db.engine, "before_cursor_execute", explain)
    assert any("ix_received_content_key" in plan for plan in plans), plans
    assert not [plan for plan in plans if plan.startswith("SCAN received") or "ix_received_state" in plan], plans
