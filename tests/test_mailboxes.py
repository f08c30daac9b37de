"""What each mailbox has shown us, on both databases: first connection, epochs of a folder, UIDs, and the mailbox's health."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from mailbot.store import mailboxes, received
from mailbot.store.database import Connection, Database
from mailbot.store.mailboxes import Epoch, MailboxRow
from mailbot.store.received import NewMail
from mailbot.store.tables import shown
from tests.store_fixtures import NOW
from tests.store_values import at_once, claim_all, filed_row

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def a_box(db: Database, name: str = "claims", now: Any = NOW) -> MailboxRow:
    with db.write() as conn:
        return mailboxes.open_mailbox(conn, name, f"{name}@x.example", now)


def an_epoch(db: Database, validity: int = 1, folder: str = "INBOX") -> Epoch:
    box = a_box(db)
    with db.write() as conn:
        return mailboxes.open_epoch(conn, box.id, folder, validity, NOW)


def store(db: Database, epoch: Epoch, *uids: int, **changes: Any) -> list[int]:
    mails = [
        NewMail(f"imap:claims:INBOX:{epoch.uidvalidity}:{uid}:{epoch.generation}", f"raw {uid}".encode(), NOW, "internaldate", "claims", epoch.id, uid, **changes)
        for uid in uids
    ]
    with db.write() as conn:
        return [added.id for added in received.add(conn, mails, NOW)]


def test_the_first_connection_parts_history_from_live_mail(db: Database) -> None:
    """Decision 15: `taken_from` is set once and stays."""
    with db.read() as conn:
        assert mailboxes.first_taken_from(conn) is None
    first = a_box(db, "second", NOW + DAY)
    assert a_box(db, "second", NOW + 2 * DAY) == first
    assert first.taken_from == NOW + DAY
    assert a_box(db, "claims", NOW).id != first.id
    with db.read() as conn:
        assert mailboxes.first_taken_from(conn) == NOW


def test_two_daemons_connect_a_mailbox_once(db: Database, db_url: str) -> None:
    rows = at_once(db_url, 4, lambda conn, n: mailboxes.open_mailbox(conn, "claims", "claims@x", NOW + n * SECOND))
    assert len({(row.id, row.taken_from) for row in rows}) == 1


def test_an_epoch_is_opened_once_for_each_folder_and_uidvalidity(db: Database) -> None:
    first = an_epoch(db)
    again = an_epoch(db)
    assert (first.new, again.new) == (True, False)
    assert (again.id, again.uidvalidity, again.generation) == (first.id, 1, 1)
    others = [an_epoch(db, 2), an_epoch(db, folder="Sent")]
    assert [epoch.new for epoch in others] == [True, True]
    assert len({first.id, *(epoch.id for epoch in others)}) == 3


def test_a_restored_mailbox_counts_its_generations(db: Database) -> None:
    """I12: the same UIDVALIDITY, but its UIDs are given out a second time."""
    box, first = a_box(db), an_epoch(db)
    store(db, first, 7)
    with db.write() as conn:
        second = mailboxes.new_epoch(conn, box.id, "INBOX", 1, 2, NOW)
        assert mailboxes.open_epoch(conn, box.id, "INBOX", 1, NOW).id == second.id
        assert mailboxes.known_uids(conn, second) == set()
    assert store(db, second, 7) == store(db, second, 7)


def test_known_uids_are_those_stored_or_left_out_for_good(db: Database) -> None:
    epoch, other = an_epoch(db), an_epoch(db, 2)
    store(db, epoch, 1, 2)
    store(db, other, 9)
    with db.write() as conn:
        mailboxes.note_shown(conn, epoch, [2, 3, 4], NOW)
        mailboxes.note_shown(conn, epoch, [4, 5], NOW, skipped=True)
        mailboxes.note_shown(conn, epoch, [], NOW)
        assert mailboxes.known_uids(conn, epoch) == {1, 2, 4, 5}, "3 was shown and is still to be fetched"
        assert mailboxes.known_uids(conn, other) == {9}


def test_a_mail_counts_when_it_was_first_shown_and_what_is_left_out_stays_so(db: Database) -> None:
    epoch = an_epoch(db)
    with db.write() as conn:
        mailboxes.note_shown(conn, epoch, [1, 2], NOW)
        mailboxes.note_shown(conn, epoch, [1, 2], NOW + DAY)
        mailboxes.note_shown(conn, epoch, [2], NOW + DAY, skipped=True)
        mailboxes.note_shown(conn, epoch, [2], NOW + DAY)
    with db.read() as conn:
        rows = conn.execute(select(shown.c.uid, shown.c.at, shown.c.skipped).order_by(shown.c.uid)).all()
    assert [tuple(row) for row in rows] == [(1, NOW, False), (2, NOW, True)]


def test_two_daemons_note_the_same_uids(db: Database, db_url: str) -> None:
    epoch = an_epoch(db)

    def work(conn: Connection, n: int) -> None:
        mailboxes.note_shown(conn, epoch, range(1, 50), NOW)

    at_once(db_url, 3, work)
    with db.read() as conn:
        assert len(conn.execute(select(shown.c.uid)).all()) == 49


def test_the_newest_known_mails_are_compared_but_not_those_fetched_in_part(db: Database) -> None:
    epoch = an_epoch(db)
    store(db, epoch, 1, 2, 3)
    store(db, epoch, 4, truncated=True)
    with db.read() as conn:
        last = mailboxes.last_known(conn, epoch, 2)
    assert list(last) == [3, 2]
    assert last[3][1] == len(b"raw 3")
    assert len(last[3][0]) == 64


def test_what_is_still_to_be_done_on_the_server(db: Database) -> None:
    epoch = an_epoch(db)
    numbers = store(db, epoch, 1, 2, 3, server_done=False)
    store(db, epoch, 4, server_done=True)
    fences = {mail.id: mail.fence for mail in claim_all(db)}
    with db.write() as conn:
        assert mailboxes.to_do_on_server(conn, epoch, 10) == [], "nothing is flagged before it is filed"
        received.filed(conn, [filed_row(n, fences[n]) for n in (*numbers[:2], numbers[2] + 1)], NOW)
        todo = mailboxes.to_do_on_server(conn, epoch, 10)
        assert [(one.id, one.epoch_id, one.uid) for one in todo] == [(numbers[0], epoch.id, 1), (numbers[1], epoch.id, 2)]
        assert len(mailboxes.to_do_on_server(conn, epoch, 1)) == 1
        mailboxes.done_on_server(conn, [numbers[0]])
        mailboxes.done_on_server(conn, [])
        assert [one.id for one in mailboxes.to_do_on_server(conn, epoch, 10)] == [numbers[1]]


@pytest.mark.parametrize(("since", "alarm"), [(NOW - SECOND, False), (NOW, True), (NOW + DAY, True)])
def test_a_mailbox_that_fails_is_known_since_its_first_failure(db: Database, since: Any, alarm: bool) -> None:
    """osTicket#6455: the token died and nobody was told for ten days; zammad#3294: the others go on."""
    a_box(db)
    a_box(db, "second")
    with db.write() as conn:
        mailboxes.note_health(conn, "claims", NOW, "AUTHENTICATE failed")
        mailboxes.note_health(conn, "claims", NOW + SECOND, "still failing")
        mailboxes.note_health(conn, "second", NOW, None)
        assert mailboxes.failing(conn, since) == ([("claims", NOW, "still failing")] if alarm else [])


def test_a_mailbox_that_answers_again_is_well(db: Database) -> None:
    a_box(db)
    with db.write() as conn:
        mailboxes.note_health(conn, "claims", NOW, "down")
        mailboxes.note_health(conn, "claims", NOW + SECOND, None)
        assert mailboxes.failing(conn, NOW + DAY) == []
        mailboxes.note_health(conn, "claims", NOW + DAY, "down again")
        assert mailboxes.failing(conn, NOW + DAY) == [("claims", NOW + DAY, "down again")]
