"""What people look at, on both databases: lists of cases and letters, finding, quarantine, and the daily sum."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from mailbot.claims.delivery import Sent
from mailbot.store import cases, listing, mailboxes, outbox
from mailbot.store.database import Database
from mailbot.store.listing import CaseFilter
from mailbot.store.outbox import SendLimits
from mailbot.store.received import AttachmentRow
from mailbot.store.tables import cases as table
from tests.store_fixtures import NOW
from tests.store_values import A_WHILE, a_case, a_letter, claim_all, file_one, store_one

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def listed(db: Database, **wanted: Any) -> list[str]:
    with db.read() as conn:
        return [row["opening_key"] for row in listing.list_cases(conn, CaseFilter(**wanted))]


def found(db: Database, words: str, lemmas: str = "", limit: int = 100) -> list[str]:
    with db.read() as conn:
        return [row["opening_key"] for row in listing.find_cases(conn, words, lemmas, limit)]


def answered(db: Database, key: str) -> None:
    with db.write() as conn:
        conn.execute(update(table).where(table.c.opening_key == key).values(answered_at=NOW))


# --- lists


def test_the_most_urgent_answer_first_then_the_newest(db: Database) -> None:
    for key, days in (("late", 5), ("soon", 1), ("none", None), ("none2", None), ("soon2", 1)):
        a_case(db, key, answer_by=None if days is None else NOW + days * DAY)
    assert listed(db) == ["soon2", "soon", "late", "none2", "none"]
    assert listed(db, limit=2) == ["soon2", "soon"]


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        ({}, {"open", "triage", "closed", "history", "mine"}),
        ({"state": "open"}, {"open", "triage", "mine"}),
        ({"state": "triage"}, {"triage"}),
        ({"state": "closed"}, {"closed", "history"}),
        ({"category": "damage"}, {"mine"}),
        ({"assigned_to": "boris"}, {"mine"}),
        ({"assigned_to": "boris", "category": "quantity"}, set()),
    ],
)
def test_filters(db: Database, wanted: dict[str, Any], keys: set[str]) -> None:
    a_case(db, "open")
    a_case(db, "triage", state="triage")
    a_case(db, "closed", state="closed")
    a_case(db, "history", state="closed", history=True)
    a_case(db, "mine", category="damage", assigned_to="boris")
    assert set(listed(db, **wanted)) == keys


@pytest.mark.parametrize(("at", "late"), [(NOW - SECOND, False), (NOW, False), (NOW + SECOND, True)])
def test_overdue_is_what_is_owed_and_late(db: Database, at: Any, late: bool) -> None:
    """osTicket#1684, #5153: answered and closed cases are never overdue; the last second is still in time."""
    for key, state in (("owed", "review"), ("answered", "review"), ("closed", "closed"), ("no clock", "review")):
        a_case(db, key, state=state, answer_by=None if key == "no clock" else NOW)
    answered(db, "answered")
    assert listed(db, overdue_at=at) == (["owed"] if late else [])


@pytest.mark.parametrize(("since", "shown"), [(NOW - SECOND, True), (NOW, False)])
def test_opened_since(db: Database, since: Any, shown: bool) -> None:
    a_case(db, "k")
    assert bool(listed(db, opened_since=since)) is shown


# --- finding


FOUND = [
    ("2026-0001", True), ("0001", True), ("2026/0001", True), ("[#2026-0001]", True), ("№ 2026-0001", True), ("дело 2026–0001", True), ("2026-0002", False),
    ("olga@zakaz.example", True), ("OLGA@", True), ("zakaz.example", True), ("  olga ", True),
    ("Ольга", True), ("ольга бел", True), ("БЕЛОВА", True), ("белов", True), ("Петр", False),
    ("%", True), ("_", True), ("o%a", False), ("olg_", False), ("\\", True), ("100%", True), ("a_b", True), ("a\\b", True), ("a%b", False), ("'", False), ("\" OR 1=1 --", False),
]  # fmt: skip


@pytest.mark.parametrize(("words", "hit"), FOUND)
def test_by_number_address_or_name(db: Database, words: str, hit: bool) -> None:
    a_case(db, "hers", customer="Olga@zakaz.example", customer_name="Ольга Белова, 100% a_b a\\b")
    a_case(db, "other", customer="petya@other.example", customer_name="Пётр")
    assert ("hers" in found(db, words)) is hit
    assert ("other" in found(db, words)) is (words == "2026-0002"), "no wildcard of the words' own"


def test_by_words_the_named_first_and_each_once(db: Database) -> None:
    for key in ("one", "two", "three"):
        case_id = a_case(db, key, customer_name="Болт" if key == "two" else "Анна")
        file_one(db, store_one(db, f"mail {key}".encode()), case_id=case_id, lemmas="болт" if key != "three" else "гайка")
    assert found(db, "болт", "болт") == ["two", "one"]
    assert found(db, "болт", "болт", limit=1) == ["two"]
    assert found(db, "гайку", "гайка") == ["three"]
    assert found(db, "гвозди", "гвоздь") == []


# --- one case whole


def test_the_file_of_a_case(db: Database) -> None:
    case_id = a_case(db, "k")
    first, second = store_one(db, b"first"), store_one(db, b"second")
    file_one(db, second, case_id=case_id, attachments=(AttachmentRow("aa", "акт.pdf", "application/pdf", 5, False), AttachmentRow("bb", None, "image/png", 6, True)))
    file_one(db, first, case_id=case_id)
    file_one(db, store_one(db, b"stranger"), case_id=None, outcome="noted", attachments=(AttachmentRow("cc", None, "a/b", 1, False),))
    with db.write() as conn:
        outbox.queue(conn, [a_letter("a", case_id=case_id), a_letter("b")], NOW)
        for letter in outbox.claim_due(conn, "me", 9, NOW, A_WHILE, SendLimits(9, 9, 9, 9)):
            outbox.record(conn, letter, Sent("250"), NOW, None)
        cases.correct(conn, case_id, "category", "damage", "quantity", person="anna", at=NOW, received_id=None, subject="s", text="t")
    with db.read() as conn:
        number = cases.number_of(conn, case_id)
        file = listing.case_file(conn, number)
        assert listing.case_file(conn, "2026-9999") is None
        assert listing.case_by_number(conn, "2026-9999") is None
    assert file is not None
    assert file["case"]["id"] == case_id
    assert [mail["id"] for mail in file["mails"]] == [first, second]
    assert [(part["received_id"], part["ordinal"], part["name"]) for part in file["attachments"]] == [(second, 0, "акт.pdf"), (second, 1, None)]
    assert [letter["dedupe_key"] for letter in file["letters"]] == ["a"]
    assert [delivery["outcome"] for delivery in file["deliveries"]] == ["sent"]
    assert [event["what"] for event in file["events"]] == ["opened"]
    assert [correction["new"] for correction in file["corrections"]] == ["quantity"]


def test_letters_newest_first_without_their_bytes(db: Database) -> None:
    case_id = a_case(db, "k")
    with db.write() as conn:
        outbox.queue(conn, [a_letter("a", case_id=case_id), a_letter("b"), a_letter("c", held=True)], NOW)
    with db.read() as conn:
        rows = listing.list_letters(conn, None, 10)
        assert [row["dedupe_key"] for row in listing.list_letters(conn, "held", 10)] == ["c"]
        assert [row["dedupe_key"] for row in listing.list_letters(conn, None, 1)] == ["c"]
    assert [(row["dedupe_key"], row["case"]) for row in rows] == [("c", None), ("b", None), ("a", "2026-0001")]
    assert "raw" not in rows[0]


# --- quarantine


def test_quarantine_holds_a_mail_once_until_a_person_settles_it(db: Database) -> None:
    case_id, number = a_case(db, "k"), store_one(db, b"unreadable")
    with db.write() as conn:
        listing.put_in_quarantine(conn, number, None, "no MIME", NOW)
        listing.put_in_quarantine(conn, number, case_id, "still no MIME", NOW + DAY)
    with db.read() as conn:
        (entry,) = listing.list_quarantine(conn)
    assert (entry["why"], entry["case"], entry["at"], entry["received_at"]) == ("still no MIME", "2026-0001", NOW + DAY, NOW)
    with db.write() as conn:
        assert listing.settle_quarantine(conn, entry["id"], "retried") == number
        assert listing.settle_quarantine(conn, entry["id"], "dropped") is None
        assert listing.settle_quarantine(conn, 999, "dropped") is None
        assert listing.list_quarantine(conn) == []
        assert [row["state"] for row in listing.list_quarantine(conn, waiting_only=False)] == ["retried"]
        listing.put_in_quarantine(conn, number, case_id, "again", NOW + DAY)
        assert [row["state"] for row in listing.list_quarantine(conn)] == ["waiting"]


# --- nothing is missing


def test_the_daily_sum(db: Database) -> None:
    """freescout#2001, osTicket#5566: what the mailbox showed, what became of it, what left the house."""
    with db.write() as conn:
        box = mailboxes.open_mailbox(conn, "claims", "claims@x", NOW)
        epoch = mailboxes.open_epoch(conn, box.id, "INBOX", 1, NOW)
        mailboxes.note_shown(conn, epoch, [1, 2, 3, 4], NOW)
        mailboxes.note_shown(conn, epoch, [4], NOW, skipped=True)
        mailboxes.note_shown(conn, epoch, [5], NOW + DAY)
        outbox.queue(conn, [a_letter("a"), a_letter("b", held=True)], NOW)
        outbox.queue(conn, [a_letter("old")], NOW - DAY)
    case_id = a_case(db, "k")  # stores a mail of its own, which waits
    file_one(db, store_one(db, b"1"), case_id=case_id, outcome="opened")
    file_one(db, store_one(db, b"2"), outcome="noted")
    file_one(db, store_one(db, b"3"), outcome="noted")
    claim_all(db)
    with db.read() as conn:
        daily = listing.daily_sum(conn, NOW - SECOND, NOW)
        assert listing.daily_sum(conn, NOW, NOW + DAY).shown == 1
        assert listing.daily_sum(conn, NOW - DAY - SECOND, NOW - SECOND).letters == {"due": 1}
    assert (daily.shown, daily.left_out, daily.stored, daily.waiting) == (4, 1, 4, 1)
    assert daily.filed == {"opened": 1, "noted": 2}
    assert daily.letters == {"due": 1, "held": 1}
