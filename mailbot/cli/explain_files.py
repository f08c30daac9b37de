"""Opens the files that `mailbot explain` is given: one mail each, with the moment it came and how we know it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from mailbot.mail_in.fields import received_at
from mailbot.mail_in.files import is_mbox, read_paths
from mailbot.mail_in.headers import MAX_HEAD, read_head
from mailbot.mail_in.mime import split

_MOST_READ = 64 * 1024 * 1024 + 1  # one more than is ever read, so that the reader says that it was cut
_HEAD = 2_000
_NEVER = datetime(2999, 1, 1, tzinfo=UTC)  # no arrival is cut to the present day: the same mail always gives the same answer
_HINT = "is an mbox of several mails. Take it in with: mailbot ingest"


@dataclass(frozen=True, slots=True)
class Letter:
    """`basis`: argument, received, mbox, mtime or now (behaviour.md 9)."""

    name: str
    raw: bytes
    received_at: datetime
    basis: str


@dataclass(frozen=True, slots=True)
class Unopened:
    """A file that could not be read as a file, and why."""

    name: str
    why: str
    at: datetime
    basis: str


def open_letter(name: str, told_at: datetime | None, now: datetime) -> Letter | Unopened:
    """The mail in the file `name`, "-" for standard input. `told_at` is the moment the operator says it came."""
    try:
        letter = _read(sys.stdin.buffer, name, now) if name == "-" else _open(name, now)
    except (OSError, ValueError) as error:
        letter = f"cannot be opened: {error.strerror or error}" if isinstance(error, OSError) else f"cannot be opened: {error}"
    at, basis = (told_at, "argument") if told_at is not None else (now, "now")
    if isinstance(letter, str):
        return Unopened(name, letter, at, basis)
    return letter if told_at is None else Letter(name, letter.raw, at, basis)


def _open(name: str, now: datetime) -> Letter | str:
    path = Path(name)
    if path.is_dir():
        return "is a folder. Name the mails in it, or take them in with: mailbot ingest"
    with path.open("rb") as file:
        if is_mbox(file.peek(_HEAD)[:_HEAD]):
            return _only_mail_of(name)
        changed_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return _dated(name, file.read(_MOST_READ), changed_at, "mtime")


def _read(stream: BinaryIO, name: str, now: datetime) -> Letter | str:
    return _dated(name, stream.read(_MOST_READ), now, "now")


def _dated(name: str, raw: bytes, otherwise: datetime, basis: str) -> Letter:
    at = received_at(read_head(raw[:MAX_HEAD]))
    return Letter(name, raw, at, "received") if at is not None else Letter(name, raw, otherwise, basis)


def _only_mail_of(name: str) -> Letter | str:
    """The mail of an mbox that holds one; of several none is the one that was meant."""
    path = Path(name)
    mails = list(islice(read_paths([path], _NEVER), 3))
    if any(mail.fault for mail in mails):
        return f"cannot be opened: {mails[0].fault}"
    if len(mails) == 2 and path.suffix.casefold() == ".eml" and _holds_the_other(mails[0].raw):
        raw = path.read_bytes()[:_MOST_READ].partition(b"\n")[2]
        return Letter(name, raw, mails[0].received_at, mails[0].basis)
    if len(mails) != 1:
        return _HINT
    return Letter(name, mails[0].raw, mails[0].received_at, mails[0].basis)


def _holds_the_other(first: bytes) -> bool:
    """The mail up to its second From_ line goes on behind it: a part is still open, or a robot gives a letter back as it came."""
    head = read_head(first[:MAX_HEAD])
    boundary = split(first).root.params.get("boundary", "").encode()
    if boundary:
        return b"--" + boundary + b"--" not in first
    return b"mailer-daemon" in head.raw("from").lower() or b"postmaster" in head.raw("from").lower()
