"""A reading child that fails on demand: for injecting the faults a hostile mail would cause."""

from __future__ import annotations

import json
import os
import time
from datetime import datetime
from multiprocessing.connection import Connection
from zoneinfo import ZoneInfo

from mailbot.claims.message import IncomingMail
from mailbot.claims.plain import to_plain
from mailbot.claims.understanding import ReadMail, Understanding
from mailbot.jobs import reading_child
from mailbot.jobs.reading_child import ChildSetup, Task, allow_seconds, limit_resources, read_one, shut_network, unpack


def _misbehave(raw: bytes) -> None:
    if b"x-fault: crash" in raw:
        os._exit(11)
    if b"x-fault: hang" in raw:
        time.sleep(60)
    if b"x-fault: spin" in raw:
        while True:
            pass
    if b"x-fault: memory" in raw:
        hoard = [bytearray(1 << 20)]
        while True:
            hoard.append(bytearray(1 << 24))
    if b"x-fault: file" in raw:
        with open("/tmp/mailbot-child-wrote", "w") as file:
            file.write("no")
    if b"x-fault: network" in raw:
        import socket

        socket.create_connection(("127.0.0.1", 9), timeout=2)


def serve_simply(pipe: Connection, setup: ChildSetup) -> None:
    """Starts at once: no rules, the subject is the raw text."""
    network = shut_network()
    limit_resources(setup.memory_mb)
    pipe.send_bytes(json.dumps({"network": network}).encode())
    while True:
        try:
            task, raw = unpack(pipe.recv_bytes())
        except (EOFError, OSError):
            return
        allow_seconds(setup.seconds)
        _misbehave(raw)
        if b"x-fault: nonsense" in raw:
            pipe.send_bytes(b'{"mail": 7}')
            continue
        if b"x-fault: nested" in raw:
            pipe.send_bytes(b"[" * 200_000)
            continue
        mail = IncomingMail(subject=raw[:100].decode(), readable=not task.headers_only)
        pipe.send_bytes(json.dumps(to_plain(ReadMail(mail, Understanding()))).encode())


def serve_with_faults(pipe: Connection, setup: ChildSetup) -> None:
    """The real child, but for mails that ask for a fault (unless only their headers are read)."""
    honest = read_one

    def read(reader: object, office: ZoneInfo, task: Task, raw: bytes) -> dict[str, object]:
        if not task.headers_only:
            _misbehave(raw)
        return honest(reader, office, task, raw)  # type: ignore[arg-type]

    reading_child.read_one = read  # type: ignore[assignment]
    reading_child.serve(pipe, setup)


RECEIVED_AT = datetime.fromisoformat("2026-11-23T10:00:00+03:00")
