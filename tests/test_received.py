"""Received mail on both databases: byte for byte, one row a delivered copy, leases with fences, relinking, nothing written by a past holder."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from mailbot.store import mailboxes, received
from mailbot.store.database import Connection, Database
from mailbot.store.received import AttachmentRow, LostLease, NewMail
from mailbot.store.tables import attachments, raw_mails, received_paths, shown
from mailbot.store.tables import received as table
from tests.store_fixtures import NOW
from tests.store_values import A_WHILE, at_once, claim_all, file_one, filed_row, store_one

SECOND = timedelta(seconds=1)


def a_new_mail(raw: bytes = b"raw", **changes: Any) -> NewMail:
    values: dict[str, Any] = {"source_key": "imap:claims:INBOX:1:7", "raw": raw, "received_at": NOW, "basis": "internaldate", "mailbox": "claims"}
    return NewMail(**{**values, **changes})


def add(db: Database, *mails: NewMail, now: Any = NOW) -> list[received.Added]:
    with db.write() as conn:
        return received.add(conn, mails, now)


def row(db: Database, number: int) -> Any:
    with db.read() as conn:
        return conn.execute(select(table).where(table.c.id == number)).one()


def count(db: Database, what: Any) -> int:
    with db.read() as conn:
        return int(conn.execute(select(func.count()).select_from(what)).scalar_one())


# --- adding


@pytest.mark.parametrize("raw", [b"", b"\0\xff\r\n" * 1000, bytes(range(256)), "Претензия".encode("koi8-r"), b"x" * 1_000_000])
def test_bytes_come_back_as_they_came(db: Database, raw: bytes) -> None:
    (added,) = add(db, a_new_mail(raw))
    with db.read() as conn:
        assert received.raw_of(conn, added.id) == raw
        assert received.raw_of(conn, added.id + 1) is None


def test_a_delivered_copy_is_one_row_however_often_it_is_seen(db: Database) -> None:
    """osTicket#1908, itop-mail#133."""
    first = add(db, a_new_mail())
    again = add(db, a_new_mail(), a_new_mail(b"other", source_key="imap:claims:INBOX:1:8"))
    assert (first[0].new, again[0].new, again[1].new) == (True, False, True)
    assert (again[0].id, again[0].relinked) == (first[0].id, False)
    assert count(db, table) == 2


def test_the_same_copy_twice_in_one_batch(db: Database) -> None:
    one, two = add(db, a_new_mail(), a_new_mail())
    assert one.id == two.id
    assert count(db, table) == 1


def test_equal_bytes_in_two_places_are_two_rows_and_stored_once(db: Database) -> None:
    one, two = add(db, a_new_mail(), a_new_mail(source_key="imap:claims:INBOX:1:8"))
    assert one.id != two.id
    assert (count(db, table), count(db, raw_mails)) == (2, 1)


def test_identical_files_are_one_row_with_each_path(db: Database) -> None:
    """Decision 1."""
    for path in ("a.eml", "b.eml", "a.eml"):
        add(db, a_new_mail(source_key="sha256:ab", path=path))
    assert count(db, table) == 1
    with db.read() as conn:
        assert sorted(conn.execute(select(received_paths.c.path)).scalars()) == ["a.eml", "b.eml"]


@pytest.mark.parametrize(("arrived", "stored"), [(NOW - SECOND, NOW - SECOND), (NOW, NOW), (NOW + SECOND, NOW)])
def test_an_arrival_in_the_future_is_cut_to_now(db: Database, arrived: Any, stored: Any) -> None:
    """Decision 15."""
    (added,) = add(db, a_new_mail(received_at=arrived))
    assert row(db, added.id).received_at == stored


def test_two_processes_store_the_same_copies(db: Database, db_url: str) -> None:
    mails = [a_new_mail(f"raw {n}".encode(), source_key=f"imap:claims:INBOX:1:{n}") for n in range(20)]

    def work(conn: Connection, n: int) -> list[received.Added]:
        return received.add(conn, mails if n % 2 else mails[::-1], NOW)

    results = at_once(db_url, 4, work)
    ids = [{added.id for added in result} for result in results]
    assert all(found == ids[0] for found in ids)
    assert sum(added.new for result in results for added in result) == 20
    assert count(db, table) == 20


# --- a renumbered mailbox (reliability.md I1)


def open_epochs(db: Database, *validities: int, folder: str = "INBOX") -> list[mailboxes.Epoch]:
    with db.write() as conn:
        box = mailboxes.open_mailbox(conn, "claims", "claims@x", NOW)
        return [mailboxes.open_epoch(conn, box.id, folder, validity, NOW) for validity in validities]


def at(epoch: mailboxes.Epoch, uid: int, raw: bytes, folder: str = "INBOX", **changes: Any) -> NewMail:
    return a_new_mail(raw, source_key=f"imap:claims:{folder}:{epoch.uidvalidity}:{uid}", epoch_id=epoch.id, uid=uid, **changes)


def test_after_a_changed_uidvalidity_a_mail_is_the_one_we_had(db: Database) -> None:
    old, new = open_epochs(db, 1, 2)
    before = add(db, at(old, 7, b"one"), at(old, 8, b"two"), at(old, 9, b"two"))
    file_one(db, before[0].id)
    after = add(db, at(new, 1, b"two", server_done=False), at(new, 2, b"two"), at(new, 3, b"one"), at(new, 4, b"three"))
    assert [(a.id, a.new, a.relinked) for a in after[:3]] == [(before[1].id, False, True), (before[2].id, False, True), (before[0].id, False, True)]
    assert (after[3].new, after[3].relinked) == (True, False)
    moved = row(db, before[1].id)
    assert (moved.source_key, moved.epoch_id, moved.uid, moved.server_done) == ("imap:claims:INBOX:2:1", new.id, 1, False)
    assert row(db, before[0].id).state == "filed"
    assert [a.new for a in add(db, at(new, 1, b"two"))] == [False]


def test_a_third_copy_of_two_is_new(db: Database) -> None:
    old, new = open_epochs(db, 1, 2)
    add(db, at(old, 7, b"one"))
    after = add(db, at(new, 1, b"one"), at(new, 2, b"one"))
    assert [(a.new, a.relinked) for a in after] == [(False, True), (True, False)]


def test_equal_bytes_in_another_folder_or_the_same_epoch_are_not_relinked(db: Database) -> None:
    (inbox,) = open_epochs(db, 1)
    (sent,) = open_epochs(db, 1, folder="Sent")
    add(db, at(inbox, 7, b"one"))
    assert [(a.new, a.relinked) for a in add(db, at(sent, 1, b"one", folder="Sent"), at(inbox, 8, b"one"))] == [(True, False), (True, False)]


def test_a_renumbered_mailbox_does_not_upset_the_daily_sum(db: Database) -> None:
    """What was first shown yesterday is not shown anew today."""
    old, new = open_epochs(db, 1, 2)
    add(db, at(old, 7, b"one"), now=NOW)
    today = NOW + timedelta(days=1)
    with db.write() as conn:
        mailboxes.note_shown(conn, new, [1, 2], today)
    add(db, at(new, 1, b"one"), at(new, 2, b"two"), now=today)
    with db.read() as conn:
        assert conn.execute(select(shown.c.uid, shown.c.at).order_by(shown.c.uid)).all() == [(1, NOW), (2, today)]


# --- leases and fences (I-FENCE)


def test_a_claimed_mail_is_ours_until_the_lease_ends(db: Database) -> None:
    number = store_one(db)
    (mine,) = claim_all(db, "me")
    assert (mine.id, mine.attempts, mine.raw) == (number, 1, b"Subject: x\r\n\r\nbody")
    assert claim_all(db, "you", NOW + A_WHILE - SECOND) == []
    (yours,) = claim_all(db, "you", NOW + A_WHILE)
    assert (yours.id, yours.attempts) == (number, 2)
    assert yours.fence > mine.fence


def test_who_lost_the_lease_writes_nothing(db: Database) -> None:
    number, other = store_one(db, b"one"), store_one(db, b"two")
    mine = {mail.id: mail for mail in claim_all(db, "me")}
    yours = {mail.id: mail for mail in claim_all(db, "you", NOW + A_WHILE)}
    with db.write() as conn:  # the second of the batch is ours again, the first is not
        received.filed(conn, [filed_row(other, yours[other].fence)], NOW)
    with pytest.raises(LostLease), db.write() as conn:
        received.filed(conn, [filed_row(number, mine[number].fence)], NOW)
    with pytest.raises(LostLease), db.write() as conn:
        received.failed(conn, number, mine[number].fence, "x")
    assert (row(db, number).state, row(db, number).kind) == ("reading", None)
    with db.write() as conn:
        received.filed(conn, [filed_row(number, yours[number].fence)], NOW)
    with pytest.raises(LostLease), db.write() as conn:  # filed is filed
        received.filed(conn, [filed_row(number, yours[number].fence)], NOW)


def test_one_lost_row_undoes_its_whole_batch(db: Database) -> None:
    numbers = [store_one(db, f"{n}".encode()) for n in range(3)]
    fences = {mail.id: mail.fence for mail in claim_all(db)}
    with pytest.raises(LostLease), db.write() as conn:
        received.filed(conn, [filed_row(n, fences[n] + (n == numbers[1])) for n in numbers], NOW)
    assert {row(db, n).state for n in numbers} == {"reading"}


def test_a_failed_attempt_frees_the_mail_and_counts(db: Database) -> None:
    number = store_one(db)
    for attempt in (1, 2, 3):
        (mail,) = claim_all(db)
        assert mail.attempts == attempt
        with db.write() as conn:
            received.failed(conn, number, mail.fence, "the child died")
    assert row(db, number).last_error == "the child died"


def test_releasing_gives_back_only_ones_own_and_does_not_count(db: Database) -> None:
    mine, yours = store_one(db, b"one"), store_one(db, b"two")
    with db.write() as conn:
        received.claim(conn, "me", 1, NOW, A_WHILE)
        received.claim(conn, "you", 1, NOW, A_WHILE)
        received.release(conn, "me")
    assert (row(db, mine).state, row(db, mine).attempts) == ("new", 0)
    assert (row(db, yours).state, row(db, yours).attempts) == ("reading", 1)


def test_live_mail_is_read_before_history_and_in_its_order(db: Database) -> None:
    old = store_one(db, b"old", history=True)
    live = [store_one(db, f"live {n}".encode()) for n in range(3)]
    with db.write() as conn:
        assert [mail.id for mail in received.claim(conn, "me", 2, NOW, A_WHILE)] == live[:2]
        assert sorted(mail.id for mail in received.claim(conn, "me", 2, NOW, A_WHILE)) == [old, live[2]]
        assert received.claim(conn, "me", 2, NOW, A_WHILE) == []


def test_many_processes_claim_each_mail_once(db: Database, db_url: str) -> None:
    numbers = [store_one(db, f"{n}".encode()) for n in range(30)]

    def work(conn: Connection, n: int) -> list[int]:
        return [mail.id for mail in received.claim(conn, f"p{n}", 8, NOW, A_WHILE)]

    claimed = [number for ids in at_once(db_url, 4, work) for number in ids]
    assert len(claimed) == len(set(claimed))
    rest = [mail.id for mail in claim_all(db)]
    assert sorted(claimed + rest) == numbers


def test_what_is_claimed_says_all_that_filing_needs(db: Database) -> None:
    store_one(db, b"x", mailbox="claims", truncated=True, history=True, hold_letters=True, basis="mbox")
    (mail,) = claim_all(db)
    assert (mail.mailbox, mail.truncated, mail.history, mail.hold_letters, mail.basis, mail.received_at) == ("claims", True, True, True, "mbox", NOW)
    assert mail.received_at.tzinfo is UTC


# --- filing


def test_filing_writes_outcome_and_attachments(db: Database) -> None:
    number = store_one(db)
    parts = (AttachmentRow("aa", "фото.jpg", "image/jpeg", 9, True), AttachmentRow("bb", None, "application/pdf", 5, False))
    file_one(db, number, outcome="noted", kind="enquiry", topic="price", attachments=parts, read={"mail": {"text": "т"}}, decision={"case": "none"})
    filed = row(db, number)
    assert (filed.state, filed.kind, filed.topic, filed.outcome, filed.filed_at, filed.leased_until) == ("filed", "enquiry", "price", "noted", NOW, None)
    assert (filed.read, filed.decision) == ({"mail": {"text": "т"}}, {"case": "none"})
    with db.read() as conn:
        assert conn.execute(select(attachments.c.ordinal, attachments.c.name, attachments.c.size).order_by(attachments.c.ordinal)).all() == [(0, "фото.jpg", 9), (1, None, 5)]


def test_a_mail_taken_out_of_quarantine_is_filed_anew(db: Database) -> None:
    number = store_one(db)
    file_one(db, number, attachments=(AttachmentRow("aa", None, "a/b", 1, False), AttachmentRow("bb", None, "a/b", 1, False)))
    with db.write() as conn:
        assert received.attempts_again(conn, number)
        assert not received.attempts_again(conn, number)
        assert not received.attempts_again(conn, number + 1)
    (mail,) = claim_all(db)
    assert mail.attempts == 1
    with db.write() as conn:
        received.filed(conn, [filed_row(number, mail.fence, attachments=(AttachmentRow("cc", None, "a/b", 1, False),))], NOW)
    with db.read() as conn:
        assert conn.execute(select(attachments.c.sha256)).scalars().all() == ["cc"]


def test_waiting_counts_what_is_not_filed(db: Database) -> None:
    one, _ = store_one(db, b"one"), store_one(db, b"two")
    with db.read() as conn:
        assert received.waiting(conn) == 2
    file_one(db, one)
    with db.read() as conn:
        assert received.waiting(conn) == 1
        assert received.cases_of(conn, [one]) == {}
