"""Filing goes on whatever one mail, the clock or the database does: no answer of the reading room is lost, no mail holds up the others."""

from __future__ import annotations

import secrets
import zlib
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from sqlalchemy import select, update

from mailbot.claims.errors import StoreAway
from mailbot.claims.understanding import ReadMail, Understanding
from mailbot.jobs import file_mail
from mailbot.jobs.file_mail import MailFiler
from mailbot.jobs.filing import FilingDesk, file_group
from mailbot.jobs.reading_room import Answer, ReadingRoom, ToRead, Unread
from mailbot.mail_in.read import read_mail
from mailbot.store import received as received_store
from mailbot.store.cases import change
from mailbot.store.database import Connection, Database
from mailbot.store.tables import raw_mails, received
from tests.desk_values import NOW, a_desk, a_ground, cases, letters, set_case
from tests.store_values import claim_all, store_one
from tests.values import COMPLAINT, words

GROUND = a_ground()


class Room:
    """Reads at once, in this process; a mail that says "die" kills its reader."""

    def __init__(self) -> None:
        self.waiting: list[ToRead] = []
        self.shut = False

    @property
    def load(self) -> int:
        return len(self.waiting)

    def greet(self) -> None:
        return

    def add(self, mails: Any) -> None:
        self.waiting += mails

    def take(self, _timeout: float) -> list[Answer]:
        if self.shut:
            return []
        mails, self.waiting = self.waiting, []
        return [(mail, Unread("it died") if b"die" in mail.raw and not mail.headers_only else self._read(mail)) for mail in mails]

    def _read(self, mail: ToRead) -> ReadMail:
        return ReadMail(read_mail(mail.raw), COMPLAINT)


class Clock:
    now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def filer(db: Database, room: Room, clock: Clock) -> MailFiler:
    return MailFiler(db, cast(ReadingRoom, room), FilingDesk(GROUND.policy, a_desk(GROUND), {}), "me", clock)


def come(db: Database, name: str, head: bytes = b"", text: str = "Стекло разбито.") -> int:
    head = head if b"From:" in head else head + f"From: {name}@{name}.example\r\n".encode()
    return store_one(db, head + b"To: claims@firma.example\r\n\r\n" + f"{text} {name}".encode())


def outcomes(db: Database) -> list[Any]:
    with db.read() as conn:
        return list(conn.execute(select(received.c.outcome).order_by(received.c.id)).scalars())


def fail_once(monkeypatch: pytest.MonkeyPatch, target: object, name: str, error: Exception, at: int = 1) -> None:
    """The `at`-th call of this function raises."""
    real, calls = getattr(target, name), 0

    def faulty(*given: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == at:
            raise error
        return real(*given, **named)

    monkeypatch.setattr(target, name, faulty)


@pytest.mark.parametrize(
    "head",
    [
        b"Message-ID: <" + secrets.token_hex(5_000).encode() + b"\r\n",
        b"Message-ID: <" + "".join(chr(0x4E00 + secrets.randbelow(20_000)) for _ in range(980)).encode() + b"@x>\r\n",
        b"From: <" + secrets.token_hex(5_000).encode() + b"@example.com>\r\n",
    ],
    ids=["an endless id", "an id of many bytes", "an endless address"],
)
def test_what_no_index_can_hold_holds_up_nobody(db: Database, filer: MailFiler, head: bytes) -> None:
    come(db, "eva", head)
    come(db, "anna")
    filer.run_dry()
    assert outcomes(db) == ["opened", "opened"]


def test_the_machine_slept_for_longer_than_the_lease(db: Database, filer: MailFiler, room: Room, clock: Clock) -> None:
    for name in ("anna", "boris", "vera"):
        come(db, name)
    room.shut = True
    filer.step()
    clock.now += timedelta(hours=1)
    filer.step()
    room.shut = False
    filer.run_dry()
    assert outcomes(db) == ["opened"] * 3
    assert len(cases(db)) == 3


def test_a_mail_that_another_took_over_and_left_is_read_twice_and_filed_once(
    db: Database, filer: MailFiler, room: Room, clock: Clock
) -> None:
    come(db, "anna")
    room.shut = True
    filer.step()
    clock.now += file_mail.LEASE_FOR
    claim_all(db, "another", clock.now)
    with db.write() as conn:
        received_store.release(conn, "another")
    filer.step()
    assert room.load == 2
    room.shut = False
    filer.run_dry()
    assert outcomes(db) == ["opened"]


def test_what_is_claimed_is_kept_while_it_waits_to_be_read(db: Database, filer: MailFiler, room: Room, clock: Clock) -> None:
    come(db, "anna")
    room.shut = True
    filer.step()
    for _ in range(10):
        clock.now += file_mail.LEASE_FOR / 2
        filer.step()
        assert claim_all(db, "another", clock.now) == []


def test_a_database_that_is_away_costs_no_answer(db: Database, filer: MailFiler, monkeypatch: pytest.MonkeyPatch) -> None:
    come(db, "eva", text="die")
    come(db, "anna")
    fail_once(monkeypatch, received_store, "failed", StoreAway("for a moment"))
    with pytest.raises(StoreAway):
        filer.step()
    filer.run_dry()
    assert outcomes(db) == ["triage", "opened"]


def test_a_database_that_goes_away_between_two_mails(db: Database, filer: MailFiler, monkeypatch: pytest.MonkeyPatch) -> None:
    """The batch fails over a bug, and the database over the second of its mails: what was read is not read again."""
    for name in ("anna", "boris", "vera"):
        come(db, name)
    fail_once(monkeypatch, file_mail, "file_group", ZeroDivisionError("a bug"))
    fail_once(monkeypatch, received_store, "filed", StoreAway("for a moment"), at=2)
    with pytest.raises(StoreAway):
        filer.run_dry()
    monkeypatch.undo()
    filer.run_dry()
    with db.read() as conn:
        assert list(conn.execute(select(received.c.attempts)).scalars()) == [1, 1, 1]
    assert outcomes(db) == ["opened"] * 3


def test_a_mail_that_filing_cannot_stomach(db: Database, filer: MailFiler, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug over one mail: the others are filed at once, and after the last try it is there for a person to see."""
    come(db, "eva")
    come(db, "anna")
    real = file_group

    def faulty(conn: Connection, desk: FilingDesk, group: Any, now: datetime, proven: Any = None) -> None:
        if any(read.mail.readable and b"eva" in mail.raw for mail, read in group):
            raise ZeroDivisionError("a bug")
        real(conn, desk, group, now, proven)

    monkeypatch.setattr(file_mail, "file_group", faulty)
    filer.run_dry()
    assert outcomes(db) == ["triage", "opened"]


def test_a_mail_that_cannot_even_be_filed_as_unreadable(db: Database, filer: MailFiler, monkeypatch: pytest.MonkeyPatch) -> None:
    come(db, "eva")
    come(db, "anna")
    real = file_group

    def faulty(conn: Connection, desk: FilingDesk, group: Any, now: datetime, proven: Any = None) -> None:
        if any(b"eva" in mail.raw for mail, _ in group):
            raise ZeroDivisionError("a bug")
        real(conn, desk, group, now, proven)

    monkeypatch.setattr(file_mail, "file_group", faulty)
    filer.run_dry()
    assert outcomes(db) == [None, "opened"]


def test_large_mails_are_claimed_until_enough_lies_in_memory(
    db: Database, filer: MailFiler, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("anna", "boris", "vera", "gleb"):
        come(db, name, text="x" * 10_000)
    monkeypatch.setattr(file_mail, "MOST_BYTES", 25_000)
    room.shut = True
    filer.step()
    filer.step()
    assert room.load == 3
    room.shut = False
    filer.run_dry()
    assert outcomes(db) == ["opened"] * 4


def test_a_mail_larger_than_all_together(db: Database, filer: MailFiler, monkeypatch: pytest.MonkeyPatch) -> None:
    come(db, "anna", text="x" * 10_000)
    monkeypatch.setattr(file_mail, "MOST_BYTES", 100)
    filer.run_dry()
    assert outcomes(db) == ["opened"]


def read_anew(db: Database, filer: MailFiler, monkeypatch: pytest.MonkeyPatch, number: int, understanding: Understanding) -> None:
    """Taken out of quarantine, and this time it can be read."""
    with db.write() as conn:
        assert received_store.attempts_again(conn, number)
        conn.execute(update(raw_mails).values(compressed=zlib.compress(b"From: eva@eva.example\r\nTo: claims@firma.example\r\n\r\nhello")))
    monkeypatch.setattr(Room, "_read", lambda _, mail: ReadMail(read_mail(mail.raw), understanding))
    filer.run_dry()


@pytest.mark.parametrize(
    ("understanding", "state", "outcome"),
    [
        pytest.param(COMPLAINT, "registered", "opened", id="a claim"),
        pytest.param(words(0.01), "triage", "noted", id="an enquiry: a person says that it is no claim, since its number was told"),
    ],
)
def test_what_could_not_be_read_can_be_read_now(
    db: Database, filer: MailFiler, monkeypatch: pytest.MonkeyPatch, understanding: Understanding, state: str, outcome: str
) -> None:
    number = come(db, "eva", text="die")
    filer.run_dry()
    assert [(case.state, case.kind) for case in cases(db)] == [("triage", "unreadable")]
    read_anew(db, filer, monkeypatch, number, understanding)
    (case,) = cases(db)
    assert (case.state, outcomes(db)) == (state, [outcome])
    assert case.kind != "unreadable"
    with db.read() as conn:
        assert conn.execute(select(received.c.case_id)).scalars().all() == [case.id], "it keeps its mail"
    assert [row.kind for row in letters(db) if row.automatic] == ["acknowledgement"]


def test_a_case_that_a_person_has_settled_stays_settled_when_its_mail_can_be_read(
    db: Database, filer: MailFiler, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = come(db, "eva", text="die")
    filer.run_dry()
    before = len(letters(db))
    set_case(db, cases(db)[0].number, state="not_claim")
    read_anew(db, filer, monkeypatch, number, COMPLAINT)
    (case,) = cases(db)
    assert (case.state, case.kind, outcomes(db)) == ("not_claim", "claim", ["opened"])
    assert len(letters(db)) == before


@pytest.mark.parametrize("taken", [True, False])
def test_what_a_person_said_of_an_unreadable_mail_stands_when_it_can_be_read(
    db: Database, filer: MailFiler, monkeypatch: pytest.MonkeyPatch, taken: bool
) -> None:
    """She has taken it, or said its category by hand: neither is given away by the words that can be read now."""
    number = come(db, "eva", text="die")
    filer.run_dry()
    case = cases(db)[0]
    with db.write() as conn:
        if taken:
            change(conn, case.id, {"assigned_to": "vera"}, at=NOW, actor="vera", what="assigned", why="Given to vera.")
        change(conn, case.id, {"category": "quantity"}, at=NOW, actor="vera", what="category", why="A person corrected it.")
    read_anew(db, filer, monkeypatch, number, COMPLAINT)
    case = cases(db)[0]
    assert (case.state, case.category, case.assigned_to) == ("registered", "quantity", "vera" if taken else "boris")
