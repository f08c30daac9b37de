"""The command line in this process, and small mails to feed it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from mailbot.cli.main import run

MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)  # 10:00 in Moscow
BROKEN = "Здравствуйте!\n\nПо заказу № 4512 приехало разбитое стекло, упаковка была помята. Просим заменить.\n\nОльга"
SHORT = "Добрый день!\n\nПо накладной № 77 от 20.11.2026 недостача: по документам 50 насосов, приняли 47. Просим допоставить."


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def line(self) -> dict[str, Any]:
        (one,) = self.lines
        return one


class Cli:
    """Types words, and hears what comes of them."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *always: str) -> None:
        self.capsys = capsys
        self.always = always

    def __call__(self, *words: object) -> Ran:
        self.capsys.readouterr()
        code = run([*map(str, words), *self.always])
        said = self.capsys.readouterr()
        assert "Traceback" not in said.err
        return Ran(code, said.out, said.err)


def a_raw_mail(
    text: str = BROKEN,
    *,
    subject: str = "Бой стекла",
    sender: str = "Ольга Белова <olga@zakaz.example>",
    message_id: str = "one@zakaz.example",
    received_at: datetime | None = MONDAY,
    more: str = "",
) -> bytes:
    """A mail as bytes; `received_at` None leaves its Received line out."""
    trace = ""
    if received_at is not None:
        trace = f"Received: from mx.zakaz.example by mx.firma.example with ESMTPS; {format_datetime(received_at)}\n"
    head = f"{trace}From: {sender}\nTo: claims@firma.example\nSubject: {subject}\nDate: Mon, 23 Nov 2026 09:59:00 +0300\nMessage-ID: <{message_id}>\n{more}MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"
    return f"{head}\n{text}\n".encode().replace(b"\n", b"\r\n")


def an_mbox(*mails: bytes, at: datetime = MONDAY) -> bytes:
    """Mails behind From_ lines, with the line ends of this machine and their own From lines stuffed."""
    out = b""
    for n, mail in enumerate(mails):
        line = f"From olga@zakaz.example {at + timedelta(hours=n):%a %b %d %H:%M:%S %Y}\n".encode()
        out += line + mail.replace(b"\r\n", b"\n").replace(b"\nFrom ", b"\n>From ") + b"\n"
    return out


def write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path
