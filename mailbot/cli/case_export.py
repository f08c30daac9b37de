"""Writes one case as files for the court: mails and letters byte for byte, attachments, history, and an index with hashes."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mailbot.claims.plain import to_plain
from mailbot.cli.printing import printable, without_bytes

if TYPE_CHECKING:
    from mailbot.store.database import Database

Row = dict[str, Any]

_DATES = {"received": "received_at", "answer due": "answer_by", "answered": "answered_at", "closed": "closed_at"}
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}")


@dataclass(slots=True)
class _Folder:
    """A folder that is new, and what was written into it: relative name, size, sha256."""

    path: Path
    written: list[tuple[str, int, str]] = field(default_factory=list)

    def write(self, name: str, data: bytes) -> None:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with file.open("xb") as out:  # never over a file that is there
            out.write(data)
        self.written.append((name, len(data), hashlib.sha256(data).hexdigest()))


def export_case(db: Database, number: str, folder: Path, office: tzinfo, now: datetime) -> int | None:
    """Write the case into `folder`, which must not exist. Returns how many files; None where there is no such case.

    The folder appears whole or not at all.
    """
    from mailbot.store.listing import case_file
    from mailbot.store.received import raw_of

    with db.read() as conn:
        file = case_file(conn, number)
        if file is None:
            return None
        raws = {mail["id"]: raw_of(conn, mail["id"]) or b"" for mail in file["mails"]}
    folder.parent.mkdir(parents=True, exist_ok=True)
    into = _Folder(Path(tempfile.mkdtemp(prefix=".mailbot-export-", dir=folder.parent)))
    try:
        _write(into, file, raws, office, now)
        into.path.rename(folder)
    except BaseException:
        shutil.rmtree(into.path, ignore_errors=True)
        raise
    return len(into.written)


def _write(into: _Folder, file: Row, raws: dict[int, bytes], office: tzinfo, now: datetime) -> None:
    for n, mail in enumerate(file["mails"], start=1):
        mail["file"] = f"mails/{n:04}-{mail['received_at'].astimezone(office):%Y-%m-%d}-{mail['kind']}.eml"
        into.write(mail["file"], raws[mail["id"]])
    for n, letter in enumerate(file["letters"], start=1):
        letter["file"] = f"letters/{n:04}-{letter['queued_at'].astimezone(office):%Y-%m-%d}-{letter['kind']}.eml"
        into.write(letter["file"], letter["raw"])
    _write_attachments(into, file, raws)
    into.write("history.json", json.dumps(to_plain(without_bytes(file)), ensure_ascii=False, indent=1).encode())
    into.write("index.txt", ("\n".join(_index(into, file, office, now)) + "\n").encode())


def _write_attachments(into: _Folder, file: Row, raws: dict[int, bytes]) -> None:
    """Attachments under the hash of their contents: a name a stranger chose never names a file of ours."""
    from mailbot.mail_in.attached_bytes import attached

    written: dict[str, str] = {}
    for mail in file["mails"]:
        parts = {part["sha256"]: part for part in file["attachments"] if part["received_id"] == mail["id"]}
        for data in attached(raws[mail["id"]]):
            digest = hashlib.sha256(data).hexdigest()
            if digest in parts and digest not in written:
                ending = Path(parts[digest]["name"] or "").suffix
                written[digest] = f"attachments/{digest}{ending if _ENDING.fullmatch(ending) else ''}"
                into.write(written[digest], data)
    for part in file["attachments"]:
        part["file"] = written.get(part["sha256"])


def _index(into: _Folder, file: Row, office: tzinfo, now: datetime) -> Iterator[str]:
    case = file["case"]
    yield f"Case {case['number']}, written {_at(now, office)} ({office})"
    yield printable(f"Customer: {case['customer_name']} <{case['customer']}>. Subject: {case['subject']}")
    dates = (f"{word} {_at(case[key], office)}" for word, key in _DATES.items() if case[key] is not None)
    yield f"State: {case['state']}. {', '.join(dates)}."
    yield "\nMAILS OF THE CASE (byte for byte as they came)"
    for mail in file["mails"]:
        line = (mail["file"], _at(mail["received_at"], office), mail["kind"], mail["from_key"] or "", mail["subject"] or "")
        yield printable("  ".join(line))
        yield from (_part(part) for part in file["attachments"] if part["received_id"] == mail["id"])
    yield "\nOUR LETTERS (byte for byte as they were handed over)"
    for letter in file["letters"]:
        yield printable("  ".join((letter["file"], letter["kind"], f"to {letter['recipient']}", letter["state"], letter["subject"])))
        yield f"    Message-ID {letter['message_id']}"
        yield from _fate(letter, file["deliveries"], office)
    yield "\nWHO DID WHAT AND WHEN"
    yield from (printable(f"{_at(row['at'], office)}  {row['actor']}  {row['what']}  {row['why']}") for row in file["events"])
    yield "\nSHA-256 OF EACH FILE (this index aside)"
    yield from (f"{digest}  {size:>10}  {name}" for name, size, digest in into.written)


def _part(part: Row) -> str:
    return printable(f"    {part['name'] or '(no name)'}  {part['media_type']}  {part['size']} bytes  {part['file'] or 'inside the mail'}")


def _fate(letter: Row, deliveries: list[Row], office: tzinfo) -> Iterator[str]:
    """Proof of delivery and of bounces: each answer of the receiving server, and whether the letter came back."""
    for row in deliveries:
        if row["outbox_id"] == letter["id"]:
            yield printable(f"    {_at(row['at'], office)}  {row['outcome']}: {row['reply']}")
    if letter["bounced_at"]:
        yield f"    {_at(letter['bounced_at'], office)}  came back undelivered"


def _at(at: datetime, office: tzinfo) -> str:
    return f"{at.astimezone(office):%d.%m.%Y %H:%M:%S}"
