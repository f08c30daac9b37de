"""What no mail would tell: mailboxes away or silent, letters and mails that lie; the operator hears once, and daily while it lasts."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest

from mailbot.claims.delivery import Refused, TryLater, Unknown
from mailbot.claims.message import Address
from mailbot.jobs import watch as watching_job
from mailbot.jobs.policy_of import Ground
from mailbot.jobs.watch import WatchState, watch
from mailbot.store import listing, mailboxes, outbox, received, record
from mailbot.store.database import Database, open_database
from mailbot.store.received import NewMail
from tests.desk_values import DAY, HOUR, MINUTE, NOW, SECOND, TAKEN, a_desk, a_ground, file_one, letters, moscow, read_letter, send_all
from tests.values import a_mail

REFUSED = "imap.example:993: signing in as claims was refused: bad password. Check user and the password."


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_ground()


def look(db: Database, ground: Ground, now: datetime, state: WatchState | None = None) -> list[tuple[str, str]]:
    """What is wrong now."""
    return [(item.what, item.detail) for item in watch(db, ground, a_desk(ground), state or WatchState(), now)]


def kinds(db: Database, ground: Ground, now: datetime, state: WatchState | None = None) -> list[str]:
    return [what for what, _ in look(db, ground, now, state)]


def told(db: Database) -> list[str]:
    return [row.dedupe_key.split(":")[1] for row in letters(db, "alarm")]


def health(db: Database, at: datetime, failure: str | None, name: str = "claims") -> None:
    with db.write() as conn:
        mailboxes.open_mailbox(conn, name, f"{name}@firma.example", at)
        mailboxes.note_health(conn, name, at, failure)


def test_all_is_well(db: Database, ground: Ground) -> None:
    health(db, NOW, None)
    file_one(db, ground)
    send_all(db, NOW)
    assert look(db, ground, NOW + HOUR) == []
    assert letters(db, "alarm") == []


# --- mailboxes


@pytest.mark.parametrize(
    ("failure", "after", "wrong"),
    [
        ("imap.example:993: nobody listens there.", 15 * MINUTE - SECOND, False),
        ("imap.example:993: nobody listens there.", 15 * MINUTE, True),
        (REFUSED, timedelta(0), True),
        (None, DAY, False),
    ],
)
def test_a_mailbox_that_is_away(db: Database, ground: Ground, failure: str | None, after: timedelta, wrong: bool) -> None:
    """A fault that may pass is told after a quarter of an hour, a refused sign-in at once."""
    health(db, NOW, failure)
    assert look(db, ground, NOW + after) == ([("mailbox_away", f"claims: {failure}")] if wrong else [])


def test_a_mailbox_that_is_no_longer_configured_alarms_nobody(db: Database, ground: Ground) -> None:
    health(db, NOW, REFUSED, "old")
    assert look(db, ground, NOW + DAY) == []


def test_what_the_operator_reads(db: Database, ground: Ground, caplog: pytest.LogCaptureFixture) -> None:
    health(db, NOW, REFUSED)
    with caplog.at_level(logging.ERROR, "mailbot"):
        look(db, ground, NOW)
    (row,) = letters(db, "alarm")
    message, text = read_letter(row)
    assert (row.recipient, row.state, row.automatic, row.language) == ("olga@firma.example", "due", False, "en")
    assert row.dedupe_key == "alarm:mailbox_away:claims:2026-11-23T07:olga"
    assert "bad password" in text
    assert message["Auto-Submitted"] == "auto-generated"
    assert [record.getMessage() for record in caplog.records] == ["alarm"]


# --- once, again, daily


def test_while_it_lasts_it_is_told_once_a_day(db: Database, ground: Ground) -> None:
    state = WatchState()
    health(db, NOW, REFUSED)
    times = []
    for n in range(2 * 24 * 4 + 1):
        before = len(letters(db, "alarm"))
        assert kinds(db, ground, NOW + n * 15 * MINUTE, state) == ["mailbox_away"]
        if len(letters(db, "alarm")) > before:
            times.append(n * 15 * MINUTE)
        send_all(db, NOW + n * 15 * MINUTE)
    assert times == [timedelta(0), DAY, 2 * DAY]


def test_one_that_comes_and_goes_is_told_once_an_hour(db: Database, ground: Ground) -> None:
    state, times = WatchState(), []
    for n in range(18):
        now = NOW + n * 10 * MINUTE
        health(db, now, None if n % 2 else REFUSED)
        before = len(letters(db, "alarm"))
        look(db, ground, now, state)
        if len(letters(db, "alarm")) > before:
            times.append(n * 10)
        send_all(db, now)
    assert times == [0, 60, 120]


def test_after_a_restart_what_lasts_is_not_told_again(db: Database, ground: Ground) -> None:
    health(db, NOW, REFUSED)
    for n in range(24):
        look(db, ground, NOW + n * HOUR, WatchState())
        send_all(db, NOW + n * HOUR)
    assert told(db) == ["mailbox_away"]
    look(db, ground, NOW + DAY, WatchState())
    assert told(db) == ["mailbox_away"] * 2


def test_two_daemons_tell_once(db: Database, db_url: str, ground: Ground) -> None:
    health(db, NOW, REFUSED)

    def run(n: int) -> None:
        own = open_database(db_url)
        try:
            look(own, ground, NOW + HOUR - SECOND + n * SECOND)  # also over the full hour, where the key changes
        finally:
            own.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(run, range(3)))
    assert told(db) == ["mailbox_away"]


def test_each_operator_hears_and_two_things_are_two_letters(db: Database) -> None:
    people = [{"id": who, "name": who, "addresses": [f"{who}@firma.example"], "role": ["operator"]} for who in ("olga", "petr")]
    ground = a_ground(people=people)
    health(db, NOW, REFUSED)
    file_one(db, ground, at=NOW - 2 * HOUR)
    assert kinds(db, ground, NOW) == ["mailbox_away", "ack_stuck"]
    assert sorted((row.dedupe_key.split(":")[1], row.recipient[:4]) for row in letters(db, "alarm")) == [
        ("ack_stuck", "olga"), ("ack_stuck", "petr"), ("mailbox_away", "olga"), ("mailbox_away", "petr"),
    ]  # fmt: skip


def test_rehearsal_tells_the_operator_all_the_same(db: Database) -> None:
    ground = a_ground(mode="rehearsal")
    health(db, NOW, REFUSED)
    file_one(db, ground, at=NOW - 2 * HOUR)
    assert kinds(db, ground, NOW) == ["mailbox_away"], "held letters are not stuck"
    assert [row.state for row in letters(db, "alarm")] == ["due"]


# --- letters


@pytest.mark.parametrize(("after", "wrong"), [(HOUR - SECOND, []), (HOUR, ["ack_stuck"])])
def test_an_acknowledgement_that_does_not_leave(db: Database, ground: Ground, after: timedelta, wrong: list[str]) -> None:
    file_one(db, ground)
    assert kinds(db, ground, NOW + after) == wrong


def test_a_refused_letter_needs_a_person_at_once_and_no_address_is_logged(db: Database, ground: Ground) -> None:
    file_one(db, ground)
    send_all(db, NOW, Refused("550 <olga@zakaz.example> unknown"))
    ((what, detail),) = look(db, ground, NOW + MINUTE)
    assert what == "ack_stuck"
    assert detail == "acknowledgements not sent: 1 (1 refused 2026-0001)"
    assert "@" not in detail
    with db.write() as conn:
        outbox.cancel(conn, [letters(db)[0].id])
    assert look(db, ground, NOW + HOUR) == []


def test_letters_that_come_back(db: Database, ground: Ground) -> None:
    for n in range(5):
        file_one(db, ground, f"m{n}", mail=a_mail(from_=Address("", f"p{n}@shop{n}.example")))
    send_all(db, NOW)
    for n, row in enumerate(letters(db, "acknowledgement")):
        assert kinds(db, ground, NOW + n * MINUTE) == []
        with db.write() as conn:
            outbox.bounced(conn, row.message_id, NOW + n * MINUTE)
    assert look(db, ground, NOW + 5 * MINUTE) == [("bounces", "automatic letters that came back within an hour: 5")]
    (said,) = (read_letter(row)[1] for row in letters(db, "alarm"))
    assert "Automatic letters to customers wait" in said
    assert kinds(db, ground, NOW + HOUR + 4 * MINUTE) == []


def test_other_letters_that_wait(db: Database, ground: Ground) -> None:
    health(db, NOW, REFUSED)
    look(db, ground, NOW)
    health(db, NOW, None)
    assert kinds(db, ground, NOW + HOUR - SECOND) == []
    assert kinds(db, ground, NOW + HOUR) == ["unsent"]


@pytest.mark.parametrize(
    ("outcomes", "wrong"),
    [
        ((TryLater("no connection"), TryLater("no connection")), ["smtp_away"]),
        ((TryLater("no connection"), Unknown("line broke")), ["smtp_away"]),
        ((TryLater("no connection"),), []),
        ((TryLater("no connection"), None), []),
    ],
)
def test_a_server_that_takes_nothing(db: Database, ground: Ground, outcomes: tuple[Any, ...], wrong: list[str]) -> None:
    """One letter that waits may be greylisted; several of which not one was taken are the server."""
    for n in range(len(outcomes)):
        file_one(db, ground, f"m{n}", NOW, mail=None if not n else _other(n))
    with db.write() as conn:
        for outcome, letter in zip(outcomes, outbox.claim_due(conn, "t", 9, NOW, HOUR, outbox.SendLimits(9, 9, 9, 9)), strict=True):
            outbox.record(conn, letter, outcome or TAKEN, NOW, NOW + HOUR if outcome else None)
    assert kinds(db, ground, NOW + MINUTE) == wrong
    assert kinds(db, ground, NOW + 15 * MINUTE) == []


def _other(n: int) -> Any:
    return a_mail(from_=f"other{n}@zakaz.example", subject=f"Другое {n}")


# --- mails


def store(db: Database, at: datetime, n: int = 0, **changes: Any) -> int:
    raw = f"{n} {at}".encode()
    values: dict[str, Any] = {"source_key": f"sha256:{n}{at}", "raw": raw, "received_at": at, "basis": "now", "mailbox": "claims", **changes}
    with db.write() as conn:
        return received.add(conn, [NewMail(**values)], at)[0].id


@pytest.mark.parametrize(("after", "wrong"), [(10 * MINUTE - SECOND, []), (10 * MINUTE, [("sums", "mails stored and not filed: 1")])])
def test_a_mail_that_is_stored_and_not_filed(db: Database, ground: Ground, after: timedelta, wrong: Any) -> None:
    store(db, NOW)
    store(db, NOW, 1, history=True)
    assert look(db, ground, NOW + after) == wrong


@pytest.mark.parametrize(("after", "wrong"), [(10 * MINUTE - SECOND, []), (10 * MINUTE, [("sums", "mails shown and not stored: 1")])])
def test_a_mail_that_was_shown_and_is_nowhere(db: Database, ground: Ground, after: timedelta, wrong: Any) -> None:
    with db.write() as conn:
        box = mailboxes.open_mailbox(conn, "claims", "claims@firma.example", NOW)
        epoch = mailboxes.open_epoch(conn, box.id, "INBOX", 1, NOW)
        mailboxes.note_shown(conn, epoch, [1, 2], NOW)
        mailboxes.note_shown(conn, epoch, [2], NOW, skipped=True)
    assert look(db, ground, NOW + after) == wrong


def test_a_renumbered_mailbox_has_lost_nothing(db: Database, ground: Ground) -> None:
    """The older epoch's mail was relinked to the newer one: shown twice, here once."""
    with db.write() as conn:
        box = mailboxes.open_mailbox(conn, "claims", "claims@firma.example", NOW)
        old = mailboxes.open_epoch(conn, box.id, "INBOX", 1, NOW)
        mailboxes.note_shown(conn, old, [1], NOW)
    place = {"mailbox": "claims", "raw": b"the same"}
    number = store(db, NOW, source_key="a", epoch_id=old.id, uid=1, **place)
    with db.write() as conn:
        new = mailboxes.open_epoch(conn, box.id, "INBOX", 2, NOW + HOUR)
        mailboxes.note_shown(conn, new, [7], NOW + HOUR)
    assert store(db, NOW, source_key="b", epoch_id=new.id, uid=7, **place) == number
    assert [item for item in look(db, ground, NOW + 3 * HOUR) if item == ("sums", "mails stored and not filed: 1")] == [("sums", "mails stored and not filed: 1")], "it is stored and not filed"
    assert len(look(db, ground, NOW + 3 * HOUR)) == 1, "but it is not missing"


def test_quarantine(db: Database, ground: Ground) -> None:
    number = file_one(db, ground)
    send_all(db, NOW)
    with db.write() as conn:
        listing.put_in_quarantine(conn, number, None, "nothing can be made of it", NOW)
    assert look(db, ground, NOW + MINUTE) == [("quarantine", "mails nobody could read: 1")]
    with db.write() as conn:
        listing.settle_quarantine(conn, listing.list_quarantine(conn)[0]["id"], "dropped")
    assert look(db, ground, NOW + MINUTE) == []


# --- silence


def a_mailbox_with(db: Database, times: list[datetime]) -> None:
    with db.write() as conn:
        box = mailboxes.open_mailbox(conn, "claims", "claims@firma.example", times[0])
        epoch = mailboxes.open_epoch(conn, box.id, "INBOX", 1, times[0])
        mails = [
            NewMail(f"imap:claims:INBOX:1:{uid}", f"{uid}".encode(), at, "internaldate", "claims", epoch.id, uid, history=True)
            for uid, at in enumerate(times, 1)
        ]
        received.add(conn, mails, times[-1])


BUSY = [moscow(11, day, hour) for day in range(9, 14) for hour in range(9, 18)]  # each hour of a week, the last on Friday the 13th at 17:00


@pytest.mark.parametrize(
    ("now", "silent"),
    [
        (moscow(11, 14, 12), False),  # a Saturday
        (moscow(11, 16, 17, 59), False),
        (moscow(11, 17, 17), False),  # one hour on Friday, nine on Monday, eight on Tuesday: two working days
        (moscow(11, 17, 17, 1), True),
        (moscow(11, 20, 12), True),
    ],
)
def test_a_mailbox_that_has_fallen_silent(db: Database, ground: Ground, now: datetime, silent: bool) -> None:
    a_mailbox_with(db, BUSY)
    assert look(db, ground, now) == ([("silent", "claims")] if silent else [])


def test_a_quiet_mailbox_may_be_quiet(db: Database, ground: Ground) -> None:
    """Its own longest pause, a working day and a half, five times over."""
    quiet = [moscow(10, 26, 9), moscow(10, 27, 13), moscow(10, 28, 17), moscow(10, 29, 17), moscow(10, 30, 17)]
    a_mailbox_with(db, quiet)
    assert look(db, ground, moscow(11, 5, 12)) == []
    assert look(db, ground, moscow(11, 27, 12)) == [("silent", "claims")]


def test_who_hears_almost_never_tells_nothing(db: Database, ground: Ground) -> None:
    a_mailbox_with(db, BUSY[:4])
    assert look(db, ground, moscow(12, 20, 12)) == []


def test_silence_is_looked_at_once_an_hour_and_away_is_not_silent(db: Database, ground: Ground) -> None:
    a_mailbox_with(db, BUSY)
    state, now = WatchState(), moscow(11, 18, 12)
    assert kinds(db, ground, now, state) == ["silent"]
    health(db, now, REFUSED)
    assert kinds(db, ground, now + HOUR - SECOND, state) == ["mailbox_away", "silent"]
    send_all(db, now + HOUR)
    assert kinds(db, ground, now + HOUR, state) == ["mailbox_away"]


def test_what_reads_the_whole_record_is_due_by_time_not_by_process(sqlite_db: Database, ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """`mailbot run --once` from a crontab is a new process each minute."""
    done: list[str] = []
    anchor, look_at = watching_job.cast_anchor, record.look_at_latest
    monkeypatch.setattr(watching_job, "cast_anchor", lambda db: (done.append("anchor"), anchor(db))[1])
    monkeypatch.setattr(watching_job.record, "look_at_latest", lambda *args: (done.append("record"), look_at(*args))[1])
    for at in (NOW, NOW + MINUTE, NOW + 59 * MINUTE, NOW + 61 * MINUTE, NOW + 25 * HOUR, NOW - 2 * HOUR):
        look(sqlite_db, ground, at)
    assert done == ["record", "anchor", "record", "record", "anchor", "record", "anchor"]  # first, an hour on, a day on, and the clock set back
