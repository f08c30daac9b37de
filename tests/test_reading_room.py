"""The reading room: whatever a child does, every mail has an answer, and the others do not wait."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailbot.claims.understanding import ReadMail
from mailbot.jobs.reading_child import ChildSetup, headers_of
from mailbot.jobs.reading_room import Answer, ReadingRoom, ToRead, Unread
from tests.faulty_child import RECEIVED_AT, serve_simply

SETUP = ChildSetup(rules=None, office="Europe/Moscow", seconds=1, memory_mb=256)


@pytest.fixture
def room() -> Iterator[ReadingRoom]:
    with ReadingRoom(SETUP, 2, serve_simply) as room:
        room.wait_ready()
        yield room


def mails(*texts: bytes) -> list[ToRead]:
    return [ToRead(n, text, RECEIVED_AT) for n, text in enumerate(texts)]


def take_all(room: ReadingRoom, seconds: float = 20) -> dict[int, Answer]:
    answers: dict[int, Answer] = {}
    until = time.monotonic() + seconds
    while room.load and time.monotonic() < until:
        answers.update({mail.id: (mail, result) for mail, result in room.take(0.1)})
    assert not room.load
    return answers


def test_every_mail_comes_back_once(room: ReadingRoom) -> None:
    room.add(mails(*(b"mail %d" % n for n in range(300))))
    answers = take_all(room)
    assert sorted(answers) == list(range(300))
    for n, (mail, result) in answers.items():
        assert isinstance(result, ReadMail)
        assert result.mail.subject == mail.raw.decode() == f"mail {n}"


@pytest.mark.parametrize("fault", [b"crash", b"hang", b"spin", b"memory", b"nonsense", b"nested", b"file", b"network"])
def test_a_faulty_mail_fails_alone(room: ReadingRoom, fault: bytes) -> None:
    room.add(mails(*(b"mail %d" % n for n in range(20)), b"x-fault: " + fault, *(b"mail %d" % n for n in range(20))))
    answers = take_all(room)
    failed = [n for n, (_, result) in answers.items() if isinstance(result, Unread)]
    assert failed == [20]
    assert len(answers) == 41
    assert not Path("/tmp/mailbot-child-wrote").exists() or not Path("/tmp/mailbot-child-wrote").read_text()


def test_the_others_do_not_wait_for_a_suspect(room: ReadingRoom) -> None:
    room.add([ToRead(n, b"x-fault: hang", RECEIVED_AT, suspect=True) for n in range(3)])
    room.add(ToRead(n, b"mail", RECEIVED_AT) for n in range(10, 60))
    began = time.monotonic()
    seen: set[int] = set()
    while len(seen) < 50 and time.monotonic() < began + 10:
        seen |= {mail.id for mail, result in room.take(0.1) if isinstance(result, ReadMail)}
    assert len(seen) == 50
    assert time.monotonic() - began < 2.5


def test_a_large_mail_crosses(room: ReadingRoom) -> None:
    room.add(mails(b"big " + b"x" * 20_000_000, b"small"))
    assert set(take_all(room)) == {0, 1}


def test_headers_only(room: ReadingRoom) -> None:
    room.add([ToRead(1, b"Subject: x\n\nbody", RECEIVED_AT, headers_only=True)])
    _, result = take_all(room)[1]
    assert isinstance(result, ReadMail)
    assert not result.mail.readable


@pytest.mark.parametrize(
    ("raw", "head"),
    [
        (b"A: 1\r\nB: 2\r\n\r\nbody", b"A: 1\r\nB: 2\r\n\r\n"),
        (b"A: 1\n\nbody\r\n\r\nmore", b"A: 1\r\n\r\n"),
        (b"A: 1", b"A: 1"),
        (b"A" * 100_000, b"A" * 65_536),
    ],
)
def test_the_header_block(raw: bytes, head: bytes) -> None:
    assert headers_of(raw) == head
