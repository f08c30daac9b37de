"""The reading child: turns a stranger's bytes into plain values, with limits on time, CPU and memory and no network.

Runs in a process of its own, made by `reading_room`. What comes back over the pipe is JSON, never a pickle, so that a
child taken over by a hostile mail cannot hand code to its parent.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import resource
import signal
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from mailbot.claims.errors import SetupError
from mailbot.claims.plain import from_plain, to_plain
from mailbot.claims.understanding import ReadMail

if TYPE_CHECKING:
    from mailbot.classify.understand import Reader
    from mailbot.config import Settings

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_HEADER_LIMIT = 65_536
PROBE = b"From: a@customer.example\r\nSubject: test\r\n\r\nOrder 12345: 3 of 10 boxes arrived broken.\r\n"


@dataclass(frozen=True, slots=True)
class ChildSetup:
    """What a child needs to know; plain values only, since they cross into the new process."""

    rules: Path | None
    office: str
    seconds: int
    memory_mb: int
    catalogue: Path | None = None
    model: Path | None = None  # need not be there: without it the rules judge alone


def setup_of(settings: Settings) -> ChildSetup:
    """What the settings say a child needs."""
    files, reading = settings.files, settings.reading
    return ChildSetup(files.rules, settings.office.timezone, reading.seconds, reading.memory_mb, files.catalogue, files.model)


@dataclass(frozen=True, slots=True)
class Task:
    """Head of one request; the raw mail follows it. `headers_only`: the last attempt at a mail that cannot be read whole."""

    received_at: datetime
    headers_only: bool = False


def pack(task: Task, raw: bytes) -> bytes:
    head = json.dumps(to_plain(task)).encode()
    return len(head).to_bytes(4, "big") + head + raw


def unpack(frame: bytes) -> tuple[Task, bytes]:
    size = int.from_bytes(frame[:4], "big")
    return from_plain(Task, json.loads(frame[4 : 4 + size])), frame[4 + size :]


def serve(pipe: Connection, setup: ChildSetup) -> None:
    """Answer requests until the pipe ends. Sends {"network": how it is shut} once when ready."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        reader = ahead.get(files_of(setup)) or open_reader(*files_of(setup))
    except SetupError:  # the parent reads the same files and names the fault
        return
    network = shut_network()
    limit_resources(setup.memory_mb)
    office = ZoneInfo(setup.office)
    read_one(reader, office, Task(datetime.fromtimestamp(0, UTC)), PROBE)  # a child that cannot read at all must not try mails
    gc.collect()
    gc.freeze()  # rules and dictionaries live as long as the child: a tenth of a letter's time went into looking them through
    try:
        pipe.send_bytes(json.dumps({"network": network}).encode())
    except OSError:  # the parent has died meanwhile
        return
    while True:
        try:
            frame = pipe.recv_bytes()
        except (EOFError, OSError):
            return
        allow_seconds(setup.seconds)
        task, raw = unpack(frame)
        answer = read_one(reader, office, task, raw)
        try:
            pipe.send_bytes(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace"))
        except OSError:
            return


Files = tuple[Path | None, Path | None, Path | None]
ahead: dict[Files, Reader] = {}  # filled in the fork server (read_ahead.py), before a child is forked


def files_of(setup: ChildSetup) -> Files:
    """What a reader is made of: rules, catalogue, and the model where there is one: it need not be, wherever it is looked for."""
    model = setup.model
    return setup.rules, setup.catalogue, model if model is not None and model.is_file() else None


def open_reader(rules: Path | None, catalogue: Path | None = None, model: Path | None = None) -> Reader:
    """The reader with its rules, catalogue and model loaded. Errors: SetupError; the parent has looked at all three before."""
    from mailbot.classify.model_file import read_model
    from mailbot.classify.understand import Reader
    from mailbot.rulebook import load_rules
    from mailbot.rulebook.catalogue import read_catalogue

    goods = read_catalogue(catalogue) if catalogue is not None else None
    return Reader(load_rules(rules), goods, read_model(model) if model is not None else None)


def read_one(reader: Reader, office: ZoneInfo, task: Task, raw: bytes) -> dict[str, Any]:
    """One mail as a plain ReadMail. Errors are the caller's: an exception here ends the child and counts as a failure."""
    from mailbot.mail_in.read import read_mail

    mail = read_mail(headers_of(raw) if task.headers_only else raw)
    plain: dict[str, Any] = to_plain(ReadMail(mail, reader.understand(mail, task.received_at, office)))
    return plain


def headers_of(raw: bytes) -> bytes:
    """The header block alone, bounded (decisions.md 11: an unreadable mail is read from its headers)."""
    head = raw[:_HEADER_LIMIT]
    ends = [end for mark in (b"\r\n\r\n", b"\n\n") if (end := head.find(mark)) >= 0]
    return head[: min(ends)] + b"\r\n\r\n" if ends else head


def shut_network() -> str:
    """Leave the network for good: an empty network namespace where allowed, else an audit hook. Returns which."""
    libc = ctypes.CDLL(None, use_errno=True)
    for flags in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET):
        if hasattr(libc, "unshare") and libc.unshare(flags) == 0:
            return "namespace"
    sys.addaudithook(_refuse_network)
    return "audit"


def _refuse_network(event: str, _args: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto", "socket.gethostbyname"):
        raise PermissionError(f"{event}: reading a mail never uses the network")


def limit_resources(memory_mb: int) -> None:
    """No more memory than this beyond what is in use, no files written, no core dumps with a customer's letter in them."""
    pages = int(Path("/proc/self/statm").read_text().split()[0]) if Path("/proc/self/statm").exists() else 0
    limit = pages * os.sysconf("SC_PAGE_SIZE") + memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def allow_seconds(seconds: int) -> None:
    """Move the CPU limit on: the kernel kills the child that spends more on one mail."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(usage.ru_utime + usage.ru_stime) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (spent + seconds, resource.RLIM_INFINITY))
