"""A command whose sender nobody can prove just now: kept and looked at again for hours, obeyed once or refused; other mail waits for nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import select, update

from mailbot.claims import crash
from mailbot.claims.authentication import Authentication, DkimKey
from mailbot.claims.command_proof import make_token
from mailbot.claims.command_words import say
from mailbot.claims.message import Signs
from mailbot.claims.plain import from_plain
from mailbot.cli.case_export import export_case
from mailbot.jobs.file_mail import LEASE_FOR, MailFiler
from mailbot.jobs.filing import FilingDesk
from mailbot.jobs.own_proof import OwnProof
from mailbot.jobs.owner import recover
from mailbot.jobs.policy_of import Ground
from mailbot.jobs.proving import AGAIN_AFTER, MOST_HELD, TRIED_FOR
from mailbot.jobs.reading_room import Answer, ReadingRoom
from mailbot.jobs.tell_unproven import tell_unproven
from mailbot.mail_in.dkim_check import authentication_of
from mailbot.mail_in.read import read_mail
from mailbot.store import record, watching
from mailbot.store.database import Database, open_database
from mailbot.store.received import raw_of
from mailbot.store.tables import received
from tests.cli_values import Cli
from tests.desk_values import (
    DAY,
    HOUR,
    MINUTE,
    MOSCOW,
    NOW,
    SECOND,
    a_desk,
    a_ground,
    cases,
    events,
    file_claims,
    file_one,
    letters,
    read_letter,
)
from tests.rsa_keys import RsaKey, make_key
from tests.store_values import store_one
from tests.test_command_book import ANNA, BORIS, digests, outcomes, state_of
from tests.test_digest_length import GMAIL_CUTS
from tests.test_file_mail import Clock, Room
from tests.test_own_proof import a_command
from tests.values import KEY, a_mail, words

pytest.importorskip("dkim", reason="NOT TESTED: the extra mailbot[dkim] is not installed")

MAILBOX = {"name": "claims", "address": "claims@firma.example", "host": "127.0.0.1", "tls": "none"}
COMES = NOW + HOUR
CUSTOMER = "dealer@zakaz.example"


def a_house() -> Ground:
    return a_ground(mailbox=[MAILBOX], security={"check_dkim": True})


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_house()


@pytest.fixture(scope="module")
def key() -> RsaKey:
    return make_key(1_024, seed=11)


@pytest.fixture
def number(db: Database, ground: Ground) -> str:
    (number,) = file_claims(db, ground, 1, NOW - HOUR)
    digests(db, ground)
    return number


class CalmRoom(Room):
    """Nobody dies over the letters of a signature."""

    def take(self, _timeout: float) -> list[Answer]:
        mails, self.waiting = self.waiting, []
        return [(mail, self._read(mail)) for mail in mails]


class House:
    """The filing of one process, its own look at senders, and the name server it asks: alive, dead, or one that says nothing."""

    def __init__(self, db: Database, ground: Ground, key: RsaKey, owner: str = "me") -> None:
        self.db, self.ground, self.key, self.owner = db, ground, key, owner
        self.clock, self.is_dead, self.asked, self.written = Clock(), True, 0, 0
        self.clock.now = COMES
        self.start(owner)

    def start(self, owner: str) -> None:
        """A new process: what the last one had in memory is gone."""
        own = OwnProof(self.ground.policy, self._resolve)
        desk = FilingDesk(self.ground.policy, a_desk(self.ground), {}, self.ground, own)
        self.filer = MailFiler(self.db, cast(ReadingRoom, CalmRoom()), desk, owner, self.clock)

    def _resolve(self, name: str) -> bytes | None:
        self.asked += 1
        if self.is_dead:
            raise TimeoutError("the name server does not answer")
        return self.key.record

    def come(self, text: str, *, raw: bytes = b"", who: str = ANNA) -> int:
        """A command of one of our people, in answer to her digest."""
        digest = next(row for row in letters(self.db, "digest") if row.recipient == who)
        self.written += 1
        raw = raw or a_command(self.key, digest.message_id, text=text, who=who, message_id=str(self.written))
        return store_one(self.db, raw, mailbox="claims", received_at=self.clock.now)

    def files(self, at: datetime) -> None:
        """Everything that is to be done now. The keys of a minute ago are asked for anew."""
        self.clock.now = at
        own = self.filer.desk.own_proof
        assert own is not None
        own._keys.clear()
        self.filer.run_dry()


@pytest.fixture
def house(db: Database, ground: Ground, key: RsaKey) -> House:
    return House(db, ground, key)


def a_claim(db: Database, n: int = 1) -> int:
    raw = f"From: eva{n}@zakaz.example\r\nTo: claims@firma.example\r\nMessage-ID: <{n}@zakaz.example>\r\n\r\nСтекло разбито. {n}".encode()
    return store_one(db, raw, mailbox="claims")


def rows(db: Database, *numbers: int) -> list[Any]:
    with db.read() as conn:
        return list(conn.execute(select(received).where(received.c.id.in_(numbers)).order_by(received.c.id)))


def test_a_command_waits_for_the_name_servers_and_is_obeyed_once(db: Database, number: str, house: House) -> None:
    command, claim = house.come(f"!взять {number}"), a_claim(db)
    house.files(COMES)
    put_off, filed = rows(db, command, claim)
    assert (put_off.state, put_off.attempts, put_off.put_off_since, put_off.put_off_until) == ("new", 0, COMES, COMES + AGAIN_AFTER)
    assert (filed.state, filed.outcome) == ("filed", "opened")
    assert (state_of(db, number)[0], outcomes(db), letters(db, "result")) == ("registered", [], [])
    house.is_dead = False
    house.files(COMES + AGAIN_AFTER - SECOND)
    assert state_of(db, number)[0] == "registered"
    house.files(COMES + AGAIN_AFTER)
    assert state_of(db, number) == ("review", "anna")
    assert outcomes(db) == [("done", "")]
    house.files(COMES + 3 * AGAIN_AFTER)
    assert len(letters(db, "result")) == 1
    assert [event.what for event in events(db, cases(db)[0].id)].count("commanded") == 1


def test_after_some_hours_it_is_refused_and_told(db: Database, ground: Ground, number: str, house: House) -> None:
    command = house.come(f"!взять {number}")
    at = COMES
    while at < COMES + TRIED_FOR:
        house.files(at)
        assert rows(db, command)[0].state == "new", at
        at += AGAIN_AFTER
    assert house.asked == TRIED_FOR / AGAIN_AFTER
    house.files(at)
    assert (state_of(db, number)[0], outcomes(db), letters(db, "result")) == ("registered", [("refused", "unproven")], [])
    house.is_dead = False
    house.files(at + AGAIN_AFTER)
    assert state_of(db, number)[0] == "registered"
    assert "command_refused" in [event.what for event in events(db, cases(db)[0].id)]
    hers = " ".join(read_letter(digests(db, ground, NOW + DAY)[ANNA])[1].split())
    assert "не подтверждён: 1. Они не выполнены" in hers
    assert tell_unproven(db, ground, a_desk(ground), at + MINUTE) == 1


def test_what_is_proven_false_is_refused_when_it_can_be_told(db: Database, number: str, house: House, key: RsaKey) -> None:
    digest = next(row for row in letters(db, "digest") if row.recipient == ANNA)
    raw = a_command(key, digest.message_id, text=f"!заметка {number} х").replace("!заметка".encode(), "!взять".encode())
    house.come("", raw=raw)
    house.files(COMES)
    assert outcomes(db) == []
    house.is_dead = False
    house.files(COMES + AGAIN_AFTER)
    assert (state_of(db, number)[0], outcomes(db)) == ("registered", [("refused", "unproven")])


def test_a_restart_forgets_nothing(db: Database, number: str, house: House) -> None:
    command = house.come(f"!взять {number}")
    house.files(COMES)
    house.start("another")
    house.files(COMES + MINUTE)
    assert rows(db, command)[0].state == "new"
    house.is_dead = False
    house.start("a third")
    house.files(COMES + AGAIN_AFTER)
    assert (state_of(db, number), outcomes(db)) == (("review", "anna"), [("done", "")])


def test_the_clock_was_set_back(db: Database, number: str, house: House) -> None:
    house.come(f"!взять {number}")
    house.files(COMES + 30 * DAY)
    house.is_dead = False
    house.files(COMES + MINUTE)
    assert state_of(db, number)[0] == "review"


# who is killed over it


def die_over_it(url: str, point: str, dead: str) -> None:
    """In a process of its own: file until the crash point strikes."""
    db = open_database(url)
    house = House(db, a_house(), make_key(1_024, seed=11), "killed")
    house.is_dead = dead == "dead"
    crash.arm(point)
    house.files(COMES)


@pytest.mark.parametrize(
    ("point", "dead"), [("command.before_put_off", "dead"), ("case.before_commit", "alive"), ("case.after_commit", "alive")]
)
def test_who_is_killed_over_it_obeys_once(sqlite_db: Database, ground: Ground, key: RsaKey, point: str, dead: str) -> None:
    db, url = sqlite_db, str(sqlite_db.engine.url)
    (number,) = file_claims(db, ground, 1, NOW - HOUR)
    digests(db, ground)
    house = House(db, ground, key)
    command = house.come(f"!взять {number}")
    code = f"from tests.test_proving import die_over_it; die_over_it({url!r}, {point!r}, {dead!r})"
    ended = subprocess.run([sys.executable, "-c", code], check=False, timeout=50, env={**os.environ, "PYTHONPATH": os.getcwd()})
    assert ended.returncode == -signal.SIGKILL
    assert rows(db, command)[0].state == ("filed" if point == "case.after_commit" else "reading")
    recover(db, COMES + LEASE_FOR)
    house.is_dead = False
    for n in range(3):
        house.files(COMES + LEASE_FOR + n * AGAIN_AFTER)
    assert (state_of(db, number), outcomes(db), len(letters(db, "result"))) == (("review", "anna"), [("done", "")], 1)


# what happened meanwhile


@pytest.mark.parametrize(("line", "is_done"), [("!взять {}", False), ("!заметка {} Звонил клиент.", True)])
def test_a_command_that_others_overtook_is_asked_again(db: Database, number: str, house: House, line: str, is_done: bool) -> None:
    """Boris has taken the case while nobody could prove Anna's mail: she hears of it, and takes nothing out of his hands."""
    house.come(line.format(number))
    house.files(COMES)
    house.is_dead, house.clock.now = False, COMES + MINUTE
    token = make_token(KEY, "boris", number, NOW)
    house.come("", raw=a_command(house.key, "x@y.example", text=f"!взять {number} {token}", who=BORIS))
    house.files(COMES + MINUTE)
    assert state_of(db, number) == ("review", "boris")
    house.files(COMES + AGAIN_AFTER)
    assert state_of(db, number) == ("review", "boris")
    assert [outcome for outcome, _ in outcomes(db)] == ["done", "done" if is_done else "not_done"]
    last = [row for row in letters(db, "result") if row.recipient == ANNA][-1]
    assert ("уже выполнены другие команды" in " ".join(read_letter(last)[1].split())) is not is_done


def writes(db: Database, ground: Ground, at: datetime, who: str = CUSTOMER, key: str = "late", *, robot: bool = False) -> None:
    """A further letter into the case, in answer to our acknowledgement."""
    ours = letters(db, "acknowledgement")[0].message_id
    signs = Signs(auto_submitted="auto-replied") if robot else Signs()
    mail = a_mail("Претензию НЕ отзываем, ждём замены!", in_reply_to=ours, references=(ours,), from_=who, subject="Re: x", signs=signs)
    file_one(db, ground, key, at, words(0.3), mail=mail)


def result_to(db: Database, who: str = ANNA) -> str:
    return " ".join(read_letter([row for row in letters(db, "result") if row.recipient == who][-1])[1].split())


def test_a_command_is_not_carried_out_over_what_the_customer_wrote_meanwhile(db: Database, ground: Ground, number: str, house: House) -> None:
    """“We do not withdraw” came while nobody could prove her close: she reads it first."""
    house.come(f"!закрыть {number} отозвана")
    house.files(COMES)
    writes(db, ground, COMES + MINUTE)
    house.is_dead = False
    house.files(COMES + AGAIN_AFTER)
    assert (state_of(db, number)[0], outcomes(db)) == ("registered", [("not_done", "")])
    assert f"после него по делу № {number} написал клиент (23 ноября 2026 г., 11:01). Прочитайте, пожалуйста, его письмо" in result_to(db)
    house.come(f"!закрыть {number} отозвана\n\n-- \nАнна")
    house.files(COMES + AGAIN_AFTER + MINUTE)
    assert state_of(db, number)[0] == "closed"  # she has read it, and says so once more


def test_what_came_between_a_command_and_its_putting_off_is_new_to_her(db: Database, ground: Ground, number: str, house: House) -> None:
    """A letter that came after hers is filed while her sender is looked at, at the very moment at which her mail is put off."""
    house.come(f"!закрыть {number} отозвана")
    ours = letters(db, "acknowledgement")[0].message_id
    raw = f"From: {CUSTOMER}\r\nTo: claims@firma.example\r\nMessage-ID: <9@zakaz.example>\r\nIn-Reply-To: <{ours}>\r\n\r\nЖдём замены!".encode()
    store_one(db, raw, mailbox="claims", received_at=COMES)
    house.files(COMES)
    house.is_dead = False
    house.files(COMES + AGAIN_AFTER)
    assert (state_of(db, number)[0], outcomes(db)) == ("registered", [("not_done", "")])


@pytest.mark.parametrize("line", ["!заметка {} Звонил клиент.", "!статус {}", "!показать {}"])
def test_looks_and_notes_are_not_stopped_by_the_customers_letter(db: Database, ground: Ground, number: str, house: House, line: str) -> None:
    house.come(line.format(number))
    house.files(COMES)
    writes(db, ground, COMES + MINUTE)
    house.is_dead = False
    house.files(COMES + AGAIN_AFTER)
    assert outcomes(db) == [("done", "")]


@pytest.mark.parametrize(
    ("who", "robot", "at"),
    [(CUSTOMER, True, MINUTE), (BORIS, False, MINUTE), ("petr@sosed.example", False, MINUTE), (CUSTOMER, False, -MINUTE)],
)
def test_nobody_elses_mail_stops_a_command(
    db: Database, ground: Ground, number: str, house: House, who: str, robot: bool, at: timedelta
) -> None:
    """A robot's, a colleague's, a stranger's; nor what the customer had written before her command came."""
    if at < timedelta():
        writes(db, ground, COMES + at)
    house.come(f"!закрыть {number} отозвана")
    house.files(COMES)
    if at > timedelta():
        writes(db, ground, COMES + at, who, robot=robot)
    house.is_dead = False
    house.files(COMES + AGAIN_AFTER)
    assert (state_of(db, number)[0], outcomes(db)) == ("closed", [("done", "")])


def test_a_letter_into_another_case_stops_nothing(db: Database, ground: Ground, number: str, house: House) -> None:
    house.come(f"!взять {number}")
    house.files(COMES)
    (other,) = file_claims(db, ground, 1, COMES, "other@zakaz2.example")
    assert other != number
    house.is_dead = False
    house.files(COMES + AGAIN_AFTER)
    assert outcomes(db) == [("done", "")]


def test_an_english_reader_hears_it_in_english() -> None:
    said = say("overtaken_by_customer", "en", {"number": "2026-0001", "value": "23 November 2026 11:01"})
    assert "the customer of case 2026-0001 has written (23 November 2026 11:01). Please read that letter" in said


def test_two_of_hers_are_carried_out_in_their_order(db: Database, number: str, house: House) -> None:
    """Both waited for their proof. Her own earlier command overtakes nothing: she knew of it when she wrote the second."""
    house.come(f"!взять {number}")
    house.files(COMES)
    house.clock.now = COMES + MINUTE
    house.come(f"!передать {number} boris")
    house.files(COMES + MINUTE)
    assert outcomes(db) == []
    house.is_dead = False
    house.files(COMES + AGAIN_AFTER)
    house.files(COMES + AGAIN_AFTER + 2 * MINUTE)
    assert outcomes(db) == [("done", ""), ("done", "")]
    assert state_of(db, number) == ("review", "boris")


def test_her_own_later_command_overtakes_the_first(db: Database, number: str, house: House) -> None:
    """What she sent later was proven first: the earlier one is not done over it."""
    house.come(f"!передать {number} boris")
    house.files(COMES)
    house.is_dead, house.clock.now = False, COMES + MINUTE
    house.come(f"!взять {number}")
    house.files(COMES + MINUTE)
    assert state_of(db, number) == ("review", "anna")
    house.files(COMES + AGAIN_AFTER)
    assert [outcome for outcome, _ in outcomes(db)] == ["done", "not_done"]
    assert state_of(db, number) == ("review", "anna")


# nobody waits for it


@pytest.fixture
def silence(house: House) -> Iterator[Callable[[], None]]:
    """The name server says nothing until this is called."""
    speak = threading.Event()

    def resolve(name: str) -> bytes | None:
        speak.wait(20)
        return house.key.record

    own = house.filer.desk.own_proof
    assert own is not None
    object.__setattr__(own, "resolver", resolve)
    yield speak.set
    speak.set()


def steps(house: House, until: Callable[[], bool]) -> float:
    """Work on until it is so; returns how long it took."""
    since = time.monotonic()
    while not until() and time.monotonic() - since < 8:
        house.filer.step(0.01)
    assert until()
    return time.monotonic() - since


def test_other_mail_is_filed_while_a_name_server_says_nothing(db: Database, number: str, house: House, silence: Callable[[], None]) -> None:
    command = house.come(f"!взять {number}")
    claims = [a_claim(db, n) for n in range(130)]
    steps(house, lambda: all(row.state == "filed" for row in rows(db, *claims)))
    assert rows(db, command)[0].state == "reading"
    assert state_of(db, number)[0] == "registered"
    silence()
    steps(house, lambda: rows(db, command)[0].state == "filed")
    assert state_of(db, number)[0] == "review"


def test_a_flood_of_commands_holds_up_nobody(db: Database, ground: Ground, number: str, house: House, silence: Callable[[], None]) -> None:
    """More than are looked at are put off at once; what one of our people writes to a customer is not."""
    commands = [house.come(f"!заметка {number} {n}") for n in range(MOST_HELD + 20)]
    claim = a_claim(db)
    steps(house, lambda: rows(db, claim)[0].state == "filed")
    states = [row.put_off_until is not None for row in rows(db, *commands)]
    assert states == [False] * MOST_HELD + [True] * 20
    with db.read() as conn:
        assert watching.unfiled(conn, COMES).count == MOST_HELD  # those put off are not late
        assert watching.unfiled(conn, COMES + AGAIN_AFTER).count == MOST_HELD + 20


def test_a_flood_that_nothing_ever_proves_is_told_with_its_count(db: Database, ground: Ground, number: str, house: House) -> None:
    """More than are held, in one day: none is lost or carried out, no outsider hears, and her next digest counts them and stays short."""
    count = MOST_HELD + 20
    commands = [house.come(f"!закрыть {number} решено\n\n{n}") for n in range(count)]
    for n in range(int(TRIED_FOR / AGAIN_AFTER) + 2):
        house.files(COMES + n * AGAIN_AFTER)
    assert {row.state for row in rows(db, *commands)} == {"filed"}
    assert outcomes(db) == [("refused", "unproven")] * count
    assert state_of(db, number)[0] == "registered"
    assert [(row.kind, row.recipient) for row in letters(db) if row.recipient == CUSTOMER or row.kind == "result"] == [("acknowledgement", CUSTOMER)]
    assert tell_unproven(db, ground, a_desk(ground), COMES + 6 * HOUR) == 1
    assert f"{count} (Анна {count})" in " ".join(read_letter(letters(db, "alarm")[-1])[1].split())
    message, text = read_letter(digests(db, ground, NOW + DAY)[ANNA])
    assert f"не подтверждён: {count}. Они не выполнены" in " ".join(text.split())
    page = message.get_body(("html",))
    assert page is not None
    assert len(page.get_content().encode()) < GMAIL_CUTS
    assert "не подтверждён" not in read_letter(digests(db, ground, NOW + 2 * DAY)[ANNA])[1], "told once"


def test_a_letter_to_a_customer_is_filed_at_once(db: Database, house: House, number: str, key: RsaKey) -> None:
    """It may be an answer, and the customer answers it: unproven it ends no clock, and it stands in its case."""
    import dkim

    told = letters(db, "acknowledgement")[0].message_id
    raw = (
        f"Received: from mx.firma.example by imap.firma.example; Mon, 23 Nov 2026 11:00:01 +0300\r\nFrom: <{ANNA}>\r\n"
        "To: dealer@zakaz.example\r\nCc: claims@firma.example\r\nSubject: Re: x\r\nDate: Mon, 23 Nov 2026 11:00:00 +0300\r\n"
        f"Message-ID: <2@firma.example>\r\nIn-Reply-To: <{told}>\r\nReferences: <{told}>\r\n\r\nMy otvetim.\r\n"
    ).encode()
    headers = [b"from", b"to", b"subject", b"date", b"message-id", b"in-reply-to"]
    mail = house.come("", raw=dkim.sign(raw, b"s1", b"firma.example", key.pem, include_headers=headers) + raw)
    house.files(COMES)
    (row,) = rows(db, mail)
    assert (row.state, row.kind, row.outcome) == ("filed", "staff_reply", "joined")
    assert cases(db)[0].answered_at is None


def test_the_key_that_proved_a_command_proves_it_again_when_it_is_gone(db: Database, db_url: str, number: str, house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The domain has changed its key since. What is kept is enough: the mail, and the key as it was published then."""
    house.is_dead = False
    command = house.come(f"!взять {number}")
    house.files(COMES)
    assert state_of(db, number)[0] == "review"
    done = next(event for event in events(db, cases(db)[0].id) if event.what == "commanded")
    kept = from_plain(DkimKey, done.data["dkim"])
    assert (kept.domain, kept.selector, kept.checked_at, kept.record.encode()) == ("firma.example", "s1", COMES, house.key.record)
    with db.read() as conn:
        raw = raw_of(conn, command)
        assert record.look_at_all(conn).breaks == ()
    assert raw is not None
    assert done.data["sha256"] == sha256(raw).hexdigest()

    def then(name: str) -> bytes | None:
        return kept.record.encode("latin-1") if name == f"{kept.selector}._domainkey.{kept.domain}." else None

    assert authentication_of(raw, read_mail(raw), then).result == "pass"
    assert authentication_of(raw.replace(number.encode(), b"2026-0007"), read_mail(raw), then).result == "fail"
    assert authentication_of(raw, read_mail(raw), lambda name: make_key(1_024, seed=12).record).result == "fail"
    assert export_case(db, number, tmp_path / "out", MOSCOW, COMES) is not None
    keys = (tmp_path / "out/dkim-keys.txt").read_text()
    assert f"s1._domainkey.firma.example TXT {kept.record}" in keys
    assert done.data["sha256"] in keys
    assert "dkim-keys.txt" in (tmp_path / "out/SHA256SUMS").read_text()
    assert "proven by the DKIM key s1 of firma.example" in Cli(capsys)("case", "show", number, "--database", db_url).out


def test_a_mail_of_an_older_release_has_no_key_and_is_told_all_the_same(db: Database, number: str, house: House, tmp_path: Path) -> None:
    house.is_dead = False
    command = house.come(f"!взять {number}")
    house.files(COMES)
    (row,) = rows(db, command)
    older = {**row.decision, "authentication": {name: value for name, value in row.decision["authentication"].items() if name != "key"}}
    with db.write() as conn:
        conn.execute(update(received).where(received.c.id == command).values(decision=older))
    assert from_plain(Authentication, older["authentication"]).key is None
    assert export_case(db, number, tmp_path / "out", MOSCOW, COMES) is not None
    assert not (tmp_path / "out/dkim-keys.txt").exists()


REPLAYS: dict[str, Callable[[bytes], bytes]] = {  # what relaxed DKIM leaves to whoever has the mail
    "blanks at the end of a line": lambda raw: raw.replace(b"\r\n\r\n!", b" \r\n\r\n!").replace("решено".encode(), "решено  ".encode()),
    "two blanks for one": lambda raw: raw.replace(" решено".encode(), "   решено".encode()),
    "a subject folded anew": lambda raw: raw.replace(b"Subject: Re: Svodka", b"Subject: Re:   Svodka"),
    "another form of the body": lambda raw: raw.replace(b"Content-Type: text/plain; charset=utf-8", b"Content-Type: text/plain; charset=UTF-8; format=flowed").replace(" решено".encode(), "  решено".encode()),
}


@pytest.mark.parametrize("how", REPLAYS)
def test_a_signed_command_that_somebody_sends_again_a_little_changed(db: Database, ground: Ground, number: str, house: House, key: RsaKey, how: str) -> None:
    """Its signature is still right, and its bytes are others: it commands once all the same, on that day and on another."""
    house.is_dead = False
    digest = next(row for row in letters(db, "digest") if row.recipient == ANNA).message_id
    raw = a_command(key, digest, text=f"!закрыть {number} решено")
    house.come("", raw=raw)
    house.files(COMES)
    assert state_of(db, number)[0] == "closed"
    again = a_command(key, digest, text=f"!открыть {number}", message_id="2")
    house.come("", raw=again)
    house.files(COMES + MINUTE)
    opened, told = state_of(db, number)[0], len(letters(db, "result"))
    assert opened != "closed", outcomes(db)
    copy = REPLAYS[how](raw)
    assert copy != raw
    assert authentication_of(copy, read_mail(copy), lambda _: key.record).result == "pass"  # else nothing is shown
    for days in (0, 1, 3):
        store_one(db, copy, mailbox="claims", received_at=COMES + days * DAY + 2 * MINUTE, source_key=f"imap:replay:{days}")
        house.files(COMES + days * DAY + 2 * MINUTE)
        assert state_of(db, number)[0] == opened
    assert len(letters(db, "result")) == told
    assert outcomes(db)[2:4] == [("refused", "replayed")] * (len(outcomes(db)) - 2)
    assert [event.what for event in events(db, 1)].count("command_refused") == 1  # what is byte for byte the same is no more than a copy
