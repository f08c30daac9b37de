"""What is kept of a quarter: every mail that went in or out, and the store as exported. The checker reads this and nothing else."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True)
class Mail:
    """A mail with the instant at which it was handed over. `truth`: what its author meant by it, of mails into the claims box."""

    at: datetime
    sender: str
    to: str
    raw: bytes
    truth: str = ""
    about: str = ""  # the customer whom it concerns, as its author knows

    @cached_property
    def parsed(self) -> EmailMessage:
        parsed = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @cached_property
    def message_id(self) -> str:
        return str(self.parsed["Message-ID"] or "").strip().strip("<>")

    @cached_property
    def in_reply_to(self) -> str:
        return str(self.parsed["In-Reply-To"] or "").strip().strip("<>")

    @cached_property
    def subject(self) -> str:
        return " ".join(str(self.parsed["Subject"] or "").split())

    @cached_property
    def text(self) -> str:
        return self._part("plain")

    @cached_property
    def html(self) -> str:
        return self._part("html")

    def _part(self, kind: str) -> str:
        part = self.parsed.get_body((kind,))
        return str(part.get_content()) if part is not None else ""


@dataclass(slots=True)
class Record:
    """`incoming`: into the claims box; `letters`: accepted from the program by SMTP; `besides`: between people, not seen by it."""

    began: datetime
    ended: datetime
    people: tuple[Row, ...] = ()  # id, address, roles, zone
    incoming: list[Mail] = field(default_factory=list)
    letters: list[Mail] = field(default_factory=list)
    besides: list[Mail] = field(default_factory=list)
    store: dict[str, list[Row]] = field(default_factory=dict)  # by table

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("incoming", "letters", "besides"):
            lines = (json.dumps(_plain(mail), ensure_ascii=False) for mail in getattr(self, name))
            (folder / f"{name}.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        for table, rows in self.store.items():
            (folder / f"store-{table}.jsonl").write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows), encoding="utf-8")
        about = {"began": self.began.isoformat(), "ended": self.ended.isoformat(), "people": self.people}
        (folder / "about.json").write_text(json.dumps(about, ensure_ascii=False, indent=1), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Record:
        about = json.loads((folder / "about.json").read_text("utf-8"))
        record = cls(instant(about["began"]), instant(about["ended"]), tuple(about["people"]))
        for name in ("incoming", "letters", "besides"):
            setattr(record, name, [_mail(row) for row in _lines(folder / f"{name}.jsonl")])
        record.store = {path.stem.removeprefix("store-"): list(_lines(path)) for path in sorted(folder.glob("store-*.jsonl"))}
        return record


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _lines(path: Path) -> Iterable[Row]:
    return (json.loads(line) for line in path.read_text("utf-8").splitlines())


def _plain(mail: Mail) -> Row:
    values = {name: getattr(mail, name) for name in ("sender", "to", "truth", "about")}
    return {"at": mail.at.isoformat(), **values, "raw": base64.b64encode(mail.raw).decode()}


def _mail(row: Row) -> Mail:
    return Mail(**{**row, "at": instant(row["at"]), "raw": base64.b64decode(row["raw"])})


__all__ = ["Mail", "Record", "Row", "asdict", "instant"]
