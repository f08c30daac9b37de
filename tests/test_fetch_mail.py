"""Mail arriving, over a real Dovecot into a real database: nothing lost, nothing twice, the server left as it was told."""

from __future__ import annotations

import contextlib
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from mailbot import maillog
from mailbot.access_token import AccessToken
from mailbot.claims.errors import MailboxAway, StoreAway
from mailbot.config import Mailbox
from mailbot.jobs import fetch_mail, folder_intake
from mailbot.jobs.fetch_mail import MailboxFetcher, back_off
from mailbot.mail_in.imap import Abilities, Fetched, Imap, Listed
from mailbot.mail_in.imap_faults import FolderMissing, SignInRefused
from mailbot.store import leases, mailboxes, received
from mailbot.store.database import Database, open_database
from mailbot.store.migrate import migrate
from mailbot.store.tables import epochs
from mailbot.store.tables import mailboxes as mailbox_table
from mailbot.store.tables import received as received_table
from mailbot.store.tables import shown as shown_table
from tests.mail_servers import Dovecot, dovecot, new_user, wait_until
from tests.proxy import TcpProxy
from tests.store_values import claim_all, filed_row

pytestmark = pytest.mark.dovecot
NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
EARLIER = NOW - timedelta(days=400)


def raw(text: str) -> bytes:
    return f"Subject: {text}\r\n\r\nbody of {text}\r\n".encode()


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{tmp_path}/store.db")
    migrate(database, NOW)
    yield database
    database.close()


@pytest.fixture
def user() -> str:
    return new_user()


@dataclass
class Desk:
    """A fetcher with its clock in our hand, and what it told whoever files."""

    db: Database
    now: datetime = NOW
    stored: int = 0
    fetchers: list[MailboxFetcher] = field(default_factory=list)

    def fetcher(self, box: Mailbox, owner: str = "me", **changes: Any) -> MailboxFetcher:
        fetcher = MailboxFetcher(self.db, box, lambda: self.now, owner, self.count, **changes)
        self.fetchers.append(fetcher)
        return fetcher

    def count(self) -> None:
        self.stored += 1

    def rows(self, *columns: str) -> list[Any]:
        with self.db.read() as conn:
            query = select(*(received_table.c[name] for name in columns)).order_by(received_table.c.id)
            return [row if len(columns) > 1 else row[0] for row in conn.execute(query).all()]

    def raws(self) -> list[bytes]:
        with self.db.read() as conn:
            return [received.raw_of(conn, number) or b"" for number in self.rows("id")]

    def shown(self) -> dict[int, bool]:
        with self.db.read() as conn:
            return {uid: skipped for uid, skipped in conn.execute(select(shown_table.c.uid, shown_table.c.skipped))}

    def file_all(self) -> None:
        mails = claim_all(self.db)
        with self.db.write() as conn:
            received.filed(conn, [filed_row(mail.id, mail.fence) for mail in mails], self.now)

    def failure(self) -> str | None:
        with self.db.read() as conn:
            return conn.execute(select(mailbox_table.c.failure)).scalar()

    @contextlib.contextmanager
    def watching(self, fetcher: MailboxFetcher) -> Iterator[None]:
        stop = threading.Event()
        faults: list[BaseException] = []

        def run() -> None:
            try:
                fetcher.watch(stop)
            except BaseException as error:
                faults.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        try:
            assert fetcher.settled.wait(10)
            yield
        finally:
            stop.set()
            began = time.monotonic()
            thread.join(10)
            assert not faults
            assert time.monotonic() - began < 2


@pytest.fixture
def desk(db: Database) -> Iterator[Desk]:
    one = Desk(db)
    yield one
    for fetcher in one.fetchers:
        fetcher.close()


# --- one round


def test_mail_is_stored_byte_for_byte_once(dovecot_server: Dovecot, user: str, desk: Desk) -> None:
    raws = [raw("a"), b"\xff no header\r\n", raw("a")]
    dovecot_server.append(user, *raws, at=LATER)
    fetcher = desk.fetcher(dovecot_server.settings(user))
    desk.now = LATER + timedelta(hours=1)
    assert fetcher.round() == 3
    assert desk.raws() == raws
    with dovecot_server.client(user, readonly=True) as client:
        uidvalidity = client.folder_status("INBOX")[b"UIDVALIDITY"]
    assert desk.rows("source_key") == [f"imap:claims:INBOX:{uidvalidity}:{uid}" for uid in (1, 2, 3)]
    assert desk.rows("received_at", "received_at_basis", "mailbox", "hold_letters", "server_done", "truncated")[0] == (
        LATER, "internaldate", "claims", False, True, False,
    )  # fmt: skip
    assert desk.shown() == {1: False, 2: False, 3: False}
    assert fetcher.round() == 0
    assert (len(desk.raws()), desk.stored) == (3, 1)
    assert desk.failure() is None


def test_a_gap_is_seen(dovecot_server: Dovecot, user: str, desk: Desk) -> None:
    """An older database, or a mail that was left behind: UIDs are compared, not only counted up."""
    dovecot_server.append(user, raw("a"), raw("b"), raw("c"))
    fetcher = desk.fetcher(dovecot_server.settings(user))
    fetcher.round()
    with desk.db.write() as conn:
        conn.execute(received_table.delete().where(received_table.c.uid == 2))
    assert fetcher.round() == 1
    assert sorted(desk.rows("uid")) == [1, 2, 3]


@pytest.mark.parametrize(
    ("arrived_at", "history"),
    [(EARLIER, True), (NOW - timedelta(seconds=1), True), (NOW, False), (LATER, False)],
)
def test_what_is_history(dovecot_server: Dovecot, user: str, desk: Desk, arrived_at: datetime, history: bool) -> None:
    desk.now = NOW + timedelta(milliseconds=700)  # INTERNALDATE has no milliseconds
    dovecot_server.append(user, raw("a"), at=arrived_at)
    desk.fetcher(dovecot_server.settings(user)).round()
    assert desk.rows("history") == [history]


@pytest.mark.parametrize(("late", "history"), [(timedelta(minutes=10), False), (timedelta(minutes=10, seconds=1), True)])
def test_a_server_whose_clock_is_behind(dovecot_server: Dovecot, user: str, desk: Desk, late: timedelta, history: bool) -> None:
    """What came after we first looked is live, even though its INTERNALDATE lies before that."""
    fetcher = desk.fetcher(dovecot_server.settings(user))
    fetcher.round()
    dovecot_server.append(user, raw("a"), at=NOW - late)
    fetcher.round()
    assert desk.rows("history") == [history]


def test_five_years_of_mail_live_ones_first(dovecot_server: Dovecot, user: str, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_intake, "BATCH_MAILS", 10)
    dovecot_server.append(user, *(raw(f"old {n}") for n in range(45)), at=EARLIER)
    dovecot_server.append(user, raw("live"), at=LATER)
    dovecot_server.append(user, raw("old 45"), at=EARLIER)
    fetcher = desk.fetcher(dovecot_server.settings(user, after_filing="flag"))
    assert fetcher.round() == 47
    assert desk.rows("uid") == [46, *range(1, 46), 47]
    assert desk.rows("history") == [False] + [True] * 46
    assert desk.rows("server_done") == [False] + [True] * 46  # nothing old is flagged


def test_live_mail_waits_for_one_batch_of_history_at_most(
    dovecot_server: Dovecot, user: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_intake, "BATCH_MAILS", 10)
    dovecot_server.append(user, *(raw(f"old {n}") for n in range(100)), at=EARLIER)
    fetcher = desk.fetcher(dovecot_server.settings(user))
    before = fetcher.on_stored

    def live_one_comes() -> None:
        before()
        if desk.stored == 3:
            dovecot_server.append(user, raw("live"), at=LATER)

    fetcher.on_stored = live_one_comes
    assert fetcher.round() == 101
    assert desk.rows("history").index(False) == 30


def test_history_left_out(dovecot_server: Dovecot, user: str, desk: Desk) -> None:
    dovecot_server.append(user, raw("old"), at=EARLIER)
    dovecot_server.append(user, raw("yesterday"), at=NOW - timedelta(hours=20))
    dovecot_server.append(user, raw("new"), at=LATER)
    fetcher = desk.fetcher(dovecot_server.settings(user, history="skip"))
    assert fetcher.round() == 1
    assert fetcher.round() == 0
    assert desk.raws() == [raw("new")]
    assert desk.shown() == {1: True, 2: True, 3: False}


def test_a_mail_over_the_limit(dovecot_server: Dovecot, user: str, desk: Desk) -> None:
    whole = raw("big") + b"x" * 1000
    dovecot_server.append(user, whole, raw("small"))
    desk.fetcher(dovecot_server.settings(user, max_mail_bytes=500)).round()
    assert desk.raws() == [whole[:500], raw("small")]
    assert desk.rows("truncated") == [True, False]


def test_rehearsal_changes_nothing_on_the_server(dovecot_server: Dovecot, user: str, desk: Desk) -> None:
    dovecot_server.append(user, raw("a"), at=LATER)
    dovecot_server.create(user, "Done")
    before = dovecot_server.flags(user)
    fetcher = desk.fetcher(dovecot_server.settings(user, after_filing="move", move_to="Done"), rehearsal=True)
    fetcher.round()
    desk.file_all()
    fetcher.round()
    assert dovecot_server.flags(user) == before
    assert desk.rows("hold_letters", "server_done") == [(True, True)]


def test_a_mail_taken_away_between_list_and_fetch(dovecot_server: Dovecot, user: str, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    dovecot_server.append(user, raw("a"), raw("b"))
    whole = Imap.fetch

    def after_somebody_deleted_one(imap: Imap, mails: Sequence[Listed]) -> list[Fetched]:
        with dovecot_server.client(user) as other:
            other.delete_messages([1])
            other.expunge()
        imap.noop()
        return whole(imap, mails)

    monkeypatch.setattr(Imap, "fetch", after_somebody_deleted_one)
    assert desk.fetcher(dovecot_server.settings(user)).round() == 1
    assert desk.raws() == [raw("b")]
    assert desk.shown() == {1: True, 2: False}


# --- a mailbox that is not what it was


def lose_index(server: Dovecot, user: str) -> None:
    time.sleep(1.1)  # UIDVALIDITY is a second
    server.wipe_indexes(user)


def test_renumbered_mail_is_the_same_mail(dovecot_server: Dovecot, user: str, desk: Desk) -> None:
    """I1: after a lost index mails have other numbers; they are linked anew, and new ones are taken in."""
    dovecot_server.append(user, raw("a"), raw("twin"), raw("twin"), raw("d"))
    with dovecot_server.client(user) as client:
        client.delete_messages([1])
        client.expunge()
    fetcher = desk.fetcher(dovecot_server.settings(user))
    assert fetcher.round() == 3
    before = desk.rows("id", "source_key")
    desk.file_all()
    lose_index(dovecot_server, user)
    dovecot_server.append(user, raw("new"))
    assert fetcher.round() == 1
    after = desk.rows("id", "source_key", "uid", "state")
    assert [row.id for row in after][:3] == [row.id for row in before]
    assert {row.source_key for row in after}.isdisjoint({row.source_key for row in before})
    assert sorted((row.uid, row.state) for row in after) == [(1, "filed"), (2, "filed"), (3, "filed"), (4, "new")]
    assert fetcher.round() == 0


def test_a_restored_mailbox_that_gives_numbers_out_again(dovecot_server: Dovecot, user: str, desk: Desk, tmp_path: Path) -> None:
    """I12: the same UIDVALIDITY, and number 3 is another mail than before."""
    dovecot_server.append(user, raw("a"), raw("b"))
    home = dovecot_server.home(user)
    shutil.copytree(home, tmp_path / "backup")
    dovecot_server.append(user, raw("lost in the crash"))
    fetcher = desk.fetcher(dovecot_server.settings(user))
    assert fetcher.round() == 3
    shutil.rmtree(home)
    shutil.copytree(tmp_path / "backup", home)
    for path in (home, *home.rglob("*")):
        shutil.chown(path, "nobody", "nogroup")
    dovecot_server.append(user, raw("after the restore"))
    assert fetcher.round() == 1
    assert sorted(desk.raws()) == sorted([raw("a"), raw("b"), raw("lost in the crash"), raw("after the restore")])
    keys = desk.rows("source_key")
    assert sum(key.endswith(":2") and key.count(":") == 5 for key in keys) == 3  # generation 2
    assert fetcher.round() == 0


def test_a_restored_mailbox_before_any_number_is_given_out_again(dovecot_server: Dovecot, user: str, desk: Desk, tmp_path: Path) -> None:
    dovecot_server.append(user, raw("a"))
    home = dovecot_server.home(user)
    shutil.copytree(home, tmp_path / "backup")
    dovecot_server.append(user, raw("b"))
    fetcher = desk.fetcher(dovecot_server.settings(user))
    fetcher.round()
    shutil.rmtree(home)
    shutil.copytree(tmp_path / "backup", home)
    for path in (home, *home.rglob("*")):
        shutil.chown(path, "nobody", "nogroup")
    assert fetcher.round() == 0
    with desk.db.read() as conn:
        assert conn.execute(select(epochs.c.generation).order_by(epochs.c.id)).scalars().all() == [1, 2]
    dovecot_server.append(user, raw("c"))
    assert fetcher.round() == 1
    assert desk.raws() == [raw("a"), raw("b"), raw("c")]


def test_an_old_uidvalidity_that_comes_back(db: Database) -> None:
    with db.write() as conn:
        number = mailboxes.open_mailbox(conn, "claims", "c@x.example", NOW).id
        opened = [mailboxes.open_epoch(conn, number, "INBOX", validity, NOW) for validity in (7, 7, 8, 7, 7)]
    assert [(one.uidvalidity, one.generation, one.new) for one in opened] == [
        (7, 1, True), (7, 1, False), (8, 1, True), (7, 2, True), (7, 2, False),
    ]  # fmt: skip


# --- after filing


def flagged(server: Dovecot, user: str) -> list[bool]:
    return [b"\\Flagged" in flags for flags in server.flags(user).values()]


def test_filed_mail_is_flagged(dovecot_server: Dovecot, user: str, desk: Desk) -> None:
    dovecot_server.append(user, raw("a"), at=LATER)
    fetcher = desk.fetcher(dovecot_server.settings(user, after_filing="flag"))
    fetcher.round()
    fetcher.round()
    assert flagged(dovecot_server, user) == [False]  # stored is not filed
    desk.file_all()
    dovecot_server.append(user, raw("b"), at=LATER)
    fetcher.round()
    assert flagged(dovecot_server, user) == [True, False]
    assert desk.rows("server_done") == [True, False]


@pytest.mark.parametrize("move", [True, False])
def test_filed_mail_is_moved(dovecot_server: Dovecot, user: str, desk: Desk, monkeypatch: pytest.MonkeyPatch, move: bool) -> None:
    if not move:
        monkeypatch.setattr("mailbot.mail_in.imap.Abilities", lambda **can: Abilities(**{**can, "move": False}))
    dovecot_server.create(user, "Обработано")
    dovecot_server.append(user, *(raw(str(n)) for n in range(5)), at=LATER)
    fetcher = desk.fetcher(dovecot_server.settings(user, after_filing="move", move_to="Обработано"))
    fetcher.round()
    desk.file_all()
    fetcher.round()
    assert dovecot_server.mails(user) == []
    assert dovecot_server.mails(user, "Обработано") == [raw(str(n)) for n in range(5)]
    assert fetcher.round() == 0
    assert len(desk.raws()) == 5


def test_a_folder_to_move_to_that_is_missing(dovecot_server: Dovecot, user: str, desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """Said, and mail is taken in all the same."""
    dovecot_server.append(user, raw("a"), at=LATER)
    fetcher = desk.fetcher(dovecot_server.settings(user, after_filing="move", move_to="Done"))
    fetcher.round()
    desk.file_all()
    with _events() as said:
        dovecot_server.append(user, raw("b"), at=LATER)
        assert fetcher.round() == 1
    assert [event for event in said if event == "mailbox.not_tidied"] == ["mailbox.not_tidied"]
    assert desk.rows("server_done") == [False, False]
    assert dovecot_server.mails(user) == [raw("a"), raw("b")]


def test_a_mailbox_that_may_only_be_read(user: str, desk: Desk) -> None:
    """I5: no duplicate, no loop, one warning."""
    with dovecot(settings="mail_plugins = acl\n") as server:
        acl = server.folder / "acl"
        acl.write_text("* owner lrip\n")
        conf = server.folder / "dovecot.conf"
        conf.write_text(conf.read_text() + f"plugin {{\n acl = vfile:{acl}\n}}\n")
        server.restart()
        server.deliver(raw("a"), user)
        fetcher = desk.fetcher(server.settings(user, after_filing="flag"))
        with _events() as said:
            assert fetcher.round() == 1
            desk.file_all()
            for _ in range(3):
                assert fetcher.round() == 0
        assert said.count("mailbox.not_tidied") == 1
        assert flagged(server, user) == [False]


@contextlib.contextmanager
def _events() -> Iterator[list[str]]:
    said: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(maillog, "_event", lambda level, name, **fields: said.append(name))
        yield said


# --- several folders


def test_a_sent_folder_is_read_too(dovecot_server: Dovecot, user: str, desk: Desk) -> None:
    dovecot_server.create(user, "Отправленные")
    dovecot_server.append(user, raw("in"), at=LATER)
    dovecot_server.append(user, raw("out"), folder="Отправленные", at=LATER)
    fetcher = desk.fetcher(dovecot_server.settings(user, folders=["INBOX", "Отправленные"]))
    assert fetcher.round() == 2
    assert fetcher.round() == 0
    assert desk.raws() == [raw("in"), raw("out")]
    assert ":Отправленные:" in desk.rows("source_key")[1]


def test_a_missing_folder_does_not_stop_the_others(dovecot_server: Dovecot, user: str, desk: Desk) -> None:
    dovecot_server.append(user, raw("a"))
    fetcher = desk.fetcher(dovecot_server.settings(user, folders=["Claims", "INBOX"]))
    with pytest.raises(FolderMissing, match="'Claims'"):
        fetcher.round()
    assert desk.raws() == [raw("a")]
    assert "'Claims'" in str(desk.failure())
    dovecot_server.create(user, "Claims")
    assert fetcher.round() == 0
    assert desk.failure() is None


# --- two daemons


def test_one_takes_in_the_other_waits(dovecot_server: Dovecot, user: str, desk: Desk) -> None:
    dovecot_server.append(user, raw("a"))
    box = dovecot_server.settings(user)
    mine, other = desk.fetcher(box), desk.fetcher(box, "other")
    with desk.watching(mine):
        with _events() as said:
            assert other.round() == 0
        assert said == ["mailbox.leased_elsewhere"]
        assert len(desk.raws()) == 1
    dovecot_server.append(user, raw("b"))
    assert other.round() == 1


@pytest.mark.parametrize(("asleep", "stored"), [(timedelta(seconds=179), 1), (timedelta(seconds=180), 0)])
def test_one_that_was_stopped_too_long_writes_nothing(
    dovecot_server: Dovecot, user: str, desk: Desk, monkeypatch: pytest.MonkeyPatch, asleep: timedelta, stored: int
) -> None:
    """I11: SIGSTOP between FETCH and commit; the lease ended and is another's."""
    dovecot_server.append(user, raw("a"))
    box = dovecot_server.settings(user)
    whole = Imap.fetch

    def long(imap: Imap, mails: Sequence[Listed]) -> list[Fetched]:
        fetched = whole(imap, mails)
        desk.now += asleep
        with desk.db.write() as conn:
            leases.take(conn, "fetch:claims", "other", desk.now, timedelta(hours=1))
        return fetched

    monkeypatch.setattr(Imap, "fetch", long)
    assert desk.fetcher(box).round() == stored
    assert len(desk.raws()) == stored


# --- watching


def test_new_mail_is_stored_as_soon_as_the_server_tells(dovecot_server: Dovecot, user: str, desk: Desk) -> None:
    fetcher = desk.fetcher(dovecot_server.settings(user))
    with desk.watching(fetcher):
        for n in range(1, 4):
            dovecot_server.deliver(raw(str(n)), user)
            began = time.monotonic()
            wait_until(lambda n=n: desk.stored == n, 5)
            assert time.monotonic() - began < 2  # Dovecot waits half a second before it tells
    assert len(desk.raws()) == 3


def test_without_idle_the_mailbox_is_polled(dovecot_server: Dovecot, user: str, desk: Desk) -> None:
    fetcher = desk.fetcher(dovecot_server.settings(user, idle=False, poll_seconds=1))
    with desk.watching(fetcher):
        dovecot_server.deliver(raw("a"), user)
        wait_until(lambda: desk.stored == 1, 5)


def test_other_folders_are_polled_while_the_first_is_listened_to(dovecot_server: Dovecot, user: str, desk: Desk) -> None:
    dovecot_server.create(user, "Sent")
    fetcher = desk.fetcher(dovecot_server.settings(user, folders=["INBOX", "Sent"], poll_seconds=1))
    with desk.watching(fetcher):
        dovecot_server.append(user, raw("out"), folder="Sent")
        wait_until(lambda: desk.stored == 1, 5)
        dovecot_server.append(user, raw("in"))
        wait_until(lambda: desk.stored == 2, 5)


def test_a_filed_mail_is_moved_while_we_watch(dovecot_server: Dovecot, user: str, desk: Desk) -> None:
    dovecot_server.create(user, "Done")
    fetcher = desk.fetcher(dovecot_server.settings(user, after_filing="move", move_to="Done"))
    with desk.watching(fetcher):
        dovecot_server.deliver(raw("a"), user)
        wait_until(lambda: desk.stored == 1, 5)
        desk.file_all()
        wait_until(lambda: len(dovecot_server.mails(user, "Done")) == 1, 6)


def test_a_lost_line_is_taken_up_again(dovecot_server: Dovecot, user: str, desk: Desk) -> None:
    with TcpProxy(dovecot_server.port) as line:
        fetcher = desk.fetcher(dovecot_server.settings(user, port=line.port))
        with desk.watching(fetcher):
            for n, end in enumerate((line.hang_up, line.reset), start=1):
                end()
                dovecot_server.deliver(raw(str(n)), user)
                wait_until(lambda n=n: desk.stored == n, 10)
            wait_until(lambda: desk.failure() is None, 5)


def test_a_line_cut_anywhere_loses_nothing_and_doubles_nothing(
    dovecot_server: Dovecot, user: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I3 for the whole of a first round: the server's side is cut after each 150 bytes."""
    monkeypatch.setattr(fetch_mail, "back_off", lambda *_: 0.01)
    raws = [raw(str(n)) for n in range(10)]
    dovecot_server.append(user, *raws)
    faults = 0
    with TcpProxy(dovecot_server.port) as line:
        fetcher = desk.fetcher(dovecot_server.settings(user, port=line.port))
        for count in range(0, 6000, 150):
            line.cut_after(count)
            try:
                fetcher.round()
            except MailboxAway:
                faults += 1
    assert faults > 5
    assert desk.raws() == raws


def test_a_server_that_is_down_is_not_hammered(user: str, desk: Desk) -> None:
    with dovecot() as server:
        box = server.settings(user)
        server.append(user, raw("a"))
        server.stop()
        fetcher = desk.fetcher(box)
        cpu = time.process_time()
        with desk.watching(fetcher), _events() as said:
            time.sleep(2.5)
            assert said.count("mailbox.away") <= 3
            assert "nobody listens" in str(desk.failure())
            server.start()
            wait_until(lambda: desk.stored == 1, 10)
        assert time.process_time() - cpu < 2
        wait_until(lambda: desk.failure() is None, 1)


def test_a_wrong_password_is_tried_rarely(dovecot_server: Dovecot, user: str, desk: Desk) -> None:
    """I13"""
    dovecot_server.refuse(user)
    fetcher = desk.fetcher(dovecot_server.settings(user))
    with desk.watching(fetcher), _events() as said:
        time.sleep(1.5)
        assert said == []  # the first refusal came before we listened; the next is a minute away
    assert "was refused" in str(desk.failure())
    with pytest.raises(SignInRefused):
        fetcher.round()


def test_a_token_that_was_refused_is_not_used_again(
    dovecot_server: Dovecot, user: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgotten: list[AccessToken] = []

    def forget(token: AccessToken) -> None:
        forgotten.append(token)

    monkeypatch.setattr(AccessToken, "forget", forget)
    box = dovecot_server.settings(user, password=None, oauth={"command": ["echo", "token"]})  # this server takes no tokens
    assert box.oauth is not None
    token = AccessToken(box.oauth)
    with desk.watching(desk.fetcher(box, token=token)):
        assert "Check user and the token" in str(desk.failure())
    assert forgotten == [token]


@pytest.mark.parametrize(
    ("faults", "first", "most", "low", "high"),
    [(0, 1.0, 300.0, 0.75, 1.0), (3, 1.0, 300.0, 6.0, 8.0), (20, 1.0, 300.0, 225.0, 300.0), (500, 60.0, 900.0, 675.0, 900.0), (0, 60.0, 900.0, 45, 60)],
)
def test_back_off(faults: int, first: float, most: float, low: float, high: float) -> None:
    waits = [back_off(faults, first, most) for _ in range(50)]
    assert low <= min(waits)
    assert max(waits) <= high
    assert len(set(waits)) > 10


class _Faulty:
    """The database, away for the first `times` writes after the mails were fetched."""

    def __init__(self, db: Database, times: int) -> None:
        self._db, self.left = db, times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)

    @contextlib.contextmanager
    def write(self) -> Iterator[Any]:
        with self._db.write() as conn:
            yield conn
            if self.left and conn.execute(select(received_table.c.id)).first():
                self.left -= 1
                raise StoreAway("the disk is full")


def test_a_database_that_is_away_loses_nothing(dovecot_server: Dovecot, user: str, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch_mail, "back_off", lambda *_: 0.05)
    real, desk.db = desk.db, _Faulty(desk.db, 3)  # type: ignore[assignment]
    fetcher = desk.fetcher(dovecot_server.settings(user))
    desk.db = real
    with _events() as said, desk.watching(fetcher):
        dovecot_server.deliver(raw("a"), user)
        wait_until(lambda: desk.stored == 1, 5)
    assert said.count("store.away") == 3
    assert said.count("mailbox.away") == 0
    assert len(desk.raws()) == 1


def test_one_mail_that_kills_the_line_does_not_hold_up_the_others(
    dovecot_server: Dovecot, user: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I10, I-LIVE: the second of five breaks the connection whenever it is fetched."""
    monkeypatch.setattr(fetch_mail, "back_off", lambda *_: 0.01)
    dovecot_server.append(user, *(raw(str(n)) for n in range(5)), at=LATER)
    whole = Imap.fetch
    asked: list[int] = []

    def breaking(imap: Imap, mails: Sequence[Listed]) -> list[Fetched]:
        asked.append(len(mails))
        if 2 in {mail.uid for mail in mails}:
            imap._drop()
            raise MailboxAway("the connection broke")
        return whole(imap, mails)

    monkeypatch.setattr(Imap, "fetch", breaking)
    fetcher = desk.fetcher(dovecot_server.settings(user))
    with _events() as said, desk.watching(fetcher):
        wait_until(lambda: "mail.put_aside" in said, 10)
        dovecot_server.append(user, raw("5"), at=LATER)
        wait_until(lambda: len(desk.raws()) == 5, 10)
        assert said.count("mail.put_aside") == 1
    assert asked[0] == 5
    assert set(asked[1:]) == {1}
    assert sorted(desk.rows("uid")) == [1, 3, 4, 5, 6]
    assert desk.shown()[2] is False  # shown and not stored: the daily sum does not agree, and says so


def test_a_mail_the_server_lists_and_does_not_give(
    dovecot_server: Dovecot, user: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Put aside, and tried again with the next news once its time is up, or within 45 seconds of that."""
    whole = Imap.fetch
    monkeypatch.setattr(Imap, "fetch", lambda imap, mails: [mail for mail in whole(imap, mails) if mail.uid != 2])
    monkeypatch.setattr(fetch_mail, "back_off", lambda *_: 0.01)
    monkeypatch.setattr(folder_intake, "ASIDE_FIRST", 0.3)
    dovecot_server.append(user, raw("a"), at=LATER)
    fetcher = desk.fetcher(dovecot_server.settings(user))
    with _events() as said, desk.watching(fetcher):
        dovecot_server.append(user, raw("b"), at=LATER)
        wait_until(lambda: "mail.put_aside" in said, 10)
        assert desk.rows("uid") == [1]
        assert desk.shown() == {1: False, 2: False}
        monkeypatch.setattr(Imap, "fetch", whole)
        time.sleep(0.5)
        dovecot_server.append(user, raw("c"), at=LATER)
        wait_until(lambda: sorted(desk.rows("uid")) == [1, 2, 3], 10)


def test_a_bug_passes_through_and_the_line_is_closed(
    dovecot_server: Dovecot, user: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bug(*_: object) -> Callable[[], None]:
        raise KeyError("bug")

    monkeypatch.setattr(received, "add", bug)
    dovecot_server.append(user, raw("a"))
    fetcher = desk.fetcher(dovecot_server.settings(user))
    with pytest.raises(KeyError):
        fetcher.watch(threading.Event())
    assert fetcher.settled.is_set()
    monkeypatch.undo()
    assert desk.fetcher(dovecot_server.settings(user), "other").round() == 1
