"""Mail that lies in files: single mails, mboxes, Maildirs, folders of any of them. A bad file is a value and stops no other."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from mailbot.mail_in.fields import read_date, received_at
from mailbot.mail_in.headers import MAX_HEAD, read_head
from mailbot.mail_in.other_formats import HEAD, other_format

MOST_BYTES = 100_000_000  # of one mail; more of it is not read
_LINE = 1 << 20

# "From anna@x.example Mon Nov 23 10:00:00 2026", zone or remote host behind it (RFC 4155). A sentence has no time and year.
_FROM_LINE = re.compile(
    rb"From [^\r\n]{0,300}?\b[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]?\d \d\d?:\d\d(?::\d\d)?\b[^\r\n]{0,40}\b\d{4}\b[^\r\n]{0,100}\r?\n"
)
_FIELD = re.compile(rb"[!-9;-~]{1,100}[ \t]*:")
_STUFFED = re.compile(rb">+From ")
_DATE = re.compile(rb"[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]?\d \d\d?:\d\d.*")


@dataclass(frozen=True, slots=True)
class FileMail:
    """One mail of a file. `basis` of its arrival: received | mbox | mtime. With a `fault` there is no mail, only the reason."""

    path: str
    raw: bytes
    received_at: datetime
    basis: str
    truncated: bool = False
    fault: str = ""


def read_paths(paths: Iterable[Path], now: datetime) -> Iterator[FileMail]:
    """Every mail under these paths, folders in the order of names. Memory is that of the largest mail, however long an mbox is."""
    for path in paths:
        if path.is_dir():
            yield from _folder(path, now)
        else:
            yield from _file(path, now)


def is_mbox(raw_head: bytes) -> bool:
    """Does this begin as an mbox does: a From_ line, and fields behind it?"""
    found = _FROM_LINE.match(raw_head)
    return found is not None and _FIELD.match(raw_head, found.end()) is not None


def _folder(folder: Path, now: datetime) -> Iterator[FileMail]:
    """A Maildir's `new` and `cur`, or the files of an ordinary folder; then the folders below. Hidden files are no mail."""
    try:
        entries = sorted(folder.iterdir(), key=lambda path: path.name)
    except OSError as error:
        yield _fault(folder, error, now)
        return
    below = [path for path in entries if path.is_dir() and not path.is_symlink()]
    if {"cur", "new"} <= {path.name for path in below}:
        below = [path for path in below if path.name not in ("cur", "new", "tmp")]
        entries = sorted((*_mails(folder / "cur"), *_mails(folder / "new")), key=lambda path: path.name)
    else:
        entries = [path for path in entries if not path.is_dir() and not path.name.startswith(".")]
    for path in entries:
        yield from _file(path, now)
    for path in below:
        yield from _folder(path, now)


def _mails(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if not path.name.startswith(".")]
    except OSError:
        return [folder]  # reading it as a file says what is wrong


def _file(path: Path, now: datetime) -> Iterator[FileMail]:
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            yield FileMail(str(path), b"", now, "mtime", fault="is no ordinary file")
            return
        changed_at = datetime.fromtimestamp(about.st_mtime, UTC)
        with path.open("rb") as file:
            head = file.read(HEAD)
            if other := other_format(head):
                yield FileMail(str(path), b"", now, "mtime", fault=other)
                return
            if is_mbox(head):
                file.seek(0)
                yield from (_dated(str(path), *mail, changed_at, now) for mail in _mbox(file))
                return
            file.seek(0)
            raw = file.read(MOST_BYTES + 1)
        yield _dated(str(path), b"", raw[:MOST_BYTES], len(raw) > MOST_BYTES, changed_at, now)
    except OSError as error:
        yield _fault(path, error, now)


def _fault(path: Path, error: OSError, now: datetime) -> FileMail:
    return FileMail(str(path), b"", now, "mtime", fault=error.strerror or type(error).__name__)


def _dated(path: str, from_line: bytes, raw: bytes, truncated: bool, changed_at: datetime, now: datetime) -> FileMail:
    at, basis = received_at(read_head(raw[:MAX_HEAD])), "received"
    if at is None:
        at, basis = _date_of(from_line), "mbox"
    if at is None:
        at, basis = changed_at, "mtime"
    return FileMail(path, raw, min(at, now), basis, truncated)


def _date_of(from_line: bytes) -> datetime | None:
    found = _DATE.search(from_line)
    at = read_date(found.group().decode("ascii", "replace")) if found else None
    return at.astimezone(UTC) if at is not None else None


def _mbox(file: BinaryIO) -> Iterator[tuple[bytes, bytes, bool]]:
    """(From_ line, mail, truncated) one by one. A From_ line counts at the start and behind an empty line only."""
    from_line = b""
    mail = bytearray()
    after_blank = True
    at_start = True  # of a line: a very long one comes in pieces
    size = 0
    while line := file.readline(_LINE):
        if at_start and after_blank and _FROM_LINE.match(line):
            if from_line:
                yield from_line, _without_gap(mail), size > MOST_BYTES
            from_line, mail, size = line, bytearray(), 0
            after_blank = False
            continue
        after_blank = at_start and line in (b"\n", b"\r\n")
        if at_start and _STUFFED.match(line):
            line = line[1:]
        at_start = line.endswith(b"\n")
        size += len(line)
        if size <= MOST_BYTES:
            mail += line
    if from_line:
        yield from_line, _without_gap(mail), size > MOST_BYTES


def _without_gap(mail: bytearray) -> bytes:
    """Without the empty line that belongs to the mbox, not to the mail."""
    if mail.endswith(b"\n\r\n"):
        return bytes(mail[:-2])
    return bytes(mail[:-1] if mail.endswith(b"\n\n") else mail)
