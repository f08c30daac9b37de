"""Mail in files: every form, its arrival time and where that comes from; a bad file stops no other."""

from __future__ import annotations

import mailbox
import os
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailbot.mail_in import files
from mailbot.mail_in.files import FileMail, is_mbox, read_paths

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
CHANGED = datetime(2026, 5, 6, 7, 8, 9, tzinfo=UTC)
FROM_LINE = b"From anna@x.example Mon Nov 23 10:00:00 2026\n"
RECEIVED = b"Received: from a by b; Fri, 20 Nov 2026 10:11:12 +0300\r\nReceived: from c by a; Thu, 1 Jan 2026 00:00:00 +0000\r\n"


def put(path: Path, raw: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)
    os.utime(path, (CHANGED.timestamp(), CHANGED.timestamp()))
    return path


def read(*paths: Path) -> list[FileMail]:
    return list(read_paths(paths, NOW))


def test_a_single_file_is_taken_byte_for_byte(tmp_path: Path) -> None:
    raw = b"Subject: x\r\n\r\n>From here\r\n\xff\x00 end without newline"
    path = put(tmp_path / "a.eml", raw)
    assert read(path) == [FileMail(str(path), raw, CHANGED, "mtime")]


def test_arrival_is_the_topmost_received(tmp_path: Path) -> None:
    (mail,) = read(put(tmp_path / "a.eml", RECEIVED + b"Subject: x\r\n\r\n"))
    assert (mail.received_at, mail.basis) == (datetime(2026, 11, 20, 7, 11, 12, tzinfo=UTC), "received")


def test_an_arrival_to_come_is_cut_to_now(tmp_path: Path) -> None:
    (mail,) = read(put(tmp_path / "a.eml", b"Received: from a by b; Wed, 25 Nov 2026 10:00:00 +0000\r\n\r\n"))
    assert (mail.received_at, mail.basis) == (NOW, "received")


def test_an_outlook_msg_is_given_as_it_is(tmp_path: Path) -> None:
    raw = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(500)
    (mail,) = read(put(tmp_path / "a.msg", raw))
    assert (mail.raw, mail.fault) == (raw, "")


def test_a_folder_is_read_by_names_and_below(tmp_path: Path) -> None:
    for name in ("b.eml", "a.eml", "z/c.eml", "a/d.txt", ".hidden", "e.mbox"):
        put(tmp_path / name, (FROM_LINE if name == "e.mbox" else b"") + b"Subject: " + name.encode() + b"\n\n")
    assert [Path(mail.path).relative_to(tmp_path).as_posix() for mail in read(tmp_path)] == ["a.eml", "b.eml", "e.mbox", "a/d.txt", "z/c.eml"]


def test_a_maildir_gives_new_and_cur_and_never_tmp(tmp_path: Path) -> None:
    for name in ("cur/1.a:2,S", "new/2.b", "tmp/3.c", ".Sent/cur/4.d:2,", ".Sent/new/5.e", ".Sent/tmp/6.f", "dovecot-uidlist"):
        put(tmp_path / name, b"Subject: x\n\n" + name.encode())
    (tmp_path / "new").mkdir(exist_ok=True)
    assert [mail.raw.split(b"\n\n")[1] for mail in read(tmp_path)] == [b"cur/1.a:2,S", b"new/2.b", b".Sent/cur/4.d:2,", b".Sent/new/5.e"]


def test_an_mbox_is_parted_and_unstuffed(tmp_path: Path) -> None:
    first = b"Subject: 1\n\nFrom here on it is broken.\n\nFrom the carrier we heard nothing\n>From quoted\n>>From twice\n"
    stuffed = b"Subject: 1\n\nFrom here on it is broken.\n\nFrom the carrier we heard nothing\n>>From quoted\n>>>From twice\n"
    second = RECEIVED.replace(b"\r", b"") + b"Subject: 2\n\nlast"
    path = put(tmp_path / "box", FROM_LINE + stuffed + b"\n" + FROM_LINE.replace(b"10:00", b"11:00") + second)
    assert read(path) == [
        FileMail(str(path), first, datetime(2026, 11, 23, 10, tzinfo=UTC), "mbox"),
        FileMail(str(path), second, datetime(2026, 11, 20, 7, 11, 12, tzinfo=UTC), "received"),
    ]


def test_an_mbox_with_crlf(tmp_path: Path) -> None:
    line = FROM_LINE.replace(b"\n", b"\r\n")
    path = put(tmp_path / "box", line + b"Subject: 1\r\n\r\none\r\n\r\n" + line + b"Subject: 2\r\n\r\ntwo\r\n")
    assert [mail.raw for mail in read(path)] == [b"Subject: 1\r\n\r\none\r\n", b"Subject: 2\r\n\r\ntwo\r\n"]


def test_what_the_standard_library_writes_comes_back(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "box")
    raws = [b"Subject: %d\n\nbody\n\nFrom me\n" % n for n in range(3)]
    for raw in raws:
        message = mailbox.mboxMessage(raw)
        message.set_from("anna@x.example", (2026, 1, 2, 3, 4, 5, 0, 0, 0))
        box.add(message)
    box.close()
    mails = read(tmp_path / "box")
    assert [mail.raw for mail in mails] == raws
    assert {(mail.received_at, mail.basis) for mail in mails} == {(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "mbox")}


@pytest.mark.parametrize(
    ("head", "answer"),
    [
        (FROM_LINE + b"Subject: x\n", True),
        (b"From - Mon Nov 23 10:00:00 2026\r\nX-Mozilla-Status: 0001\r\n", True),
        (b"From a@b Mon Nov  3 10:00:00 +0300 2026\nReceived: x\n", True),
        (b"From a@b Mon Nov  3 10:00 2026 remote from c\nReceived: x\n", True),
        (FROM_LINE + b"\nno field\n", False),
        (FROM_LINE, False),
        (b"From the start it was broken\nSubject: x\n", False),
        (b"From: anna@x.example\nSubject: x\n", False),
        (b"\n" + FROM_LINE + b"Subject: x\n", False),
        (b"", False),
    ],
)
def test_what_an_mbox_is(head: bytes, answer: bool) -> None:
    assert is_mbox(head) is answer


def test_bad_files_are_values_and_stop_no_other(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "b.pipe")
    (tmp_path / "c.eml").symlink_to(tmp_path / "nowhere")
    put(tmp_path / "d.eml", b"Subject: d\n\n")
    mails = read(tmp_path / "a.eml", tmp_path)
    assert [(Path(mail.path).name, mail.fault) for mail in mails] == [
        ("a.eml", "No such file or directory"),
        ("b.pipe", "is no ordinary file"),
        ("c.eml", "No such file or directory"),
        ("d.eml", ""),
    ]


def test_a_folder_that_leads_back_to_itself_ends(tmp_path: Path) -> None:
    put(tmp_path / "a.eml", b"Subject: a\n\n")
    (tmp_path / "again").symlink_to(tmp_path)
    assert len(read(tmp_path)) == 1


@pytest.mark.parametrize(("more", "truncated"), [(0, False), (1, True)])
def test_a_mail_over_the_limit_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: int, truncated: bool) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", 50_000)
    raw = b"Subject: x\n\n" + b"y" * 49_988
    (mail,) = read(put(tmp_path / "a.eml", raw + b"z" * more))
    assert (mail.raw, mail.truncated) == (raw, truncated)


def test_an_mbox_is_not_held_in_memory(tmp_path: Path) -> None:
    mail = FROM_LINE + b"Subject: x\n\n" + b"text text text text\n" * 10_000 + b"\n"
    path = put(tmp_path / "box", mail * 100)
    tracemalloc.start()
    count = sum(1 for _ in read_paths([path], NOW))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 100
    assert peak < 5_000_000 < path.stat().st_size
