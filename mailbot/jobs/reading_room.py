"""The reading room: a few long-lived children that read strangers' mail. One that dies or hangs is replaced."""

from __future__ import annotations

import json
import multiprocessing
import os
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import forkserver
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerProcess
from types import TracebackType
from typing import Any, Self

from mailbot import maillog
from mailbot.claims.errors import Fault, SetupError
from mailbot.claims.plain import from_plain
from mailbot.claims.understanding import ReadMail
from mailbot.jobs.read_ahead import WANTED
from mailbot.jobs.reading_child import ChildSetup, Task, files_of, pack, serve

_START_SECONDS = 120  # loading spaCy and the dictionary on a slow, busy machine
_GRACE_SECONDS = 1.2  # of wall clock beyond the CPU limit
_AHEAD_BYTES = 65_536  # a mail up to this size may be sent while the child is still busy: it fits the socket's buffer
_ANSWER_LIMIT = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ToRead:
    """One mail for the room; `id` comes back with the answer."""

    id: int
    raw: bytes
    received_at: datetime
    headers_only: bool = False
    suspect: bool = False  # a child has died over it before


@dataclass(frozen=True, slots=True)
class Unread:
    """The child died or hung over this mail."""

    why: str


Answer = tuple[ToRead, ReadMail | Unread]


class _Child:
    """One process and what it is busy with. `busy` holds at most two mails, the first being read."""

    def __init__(self, setup: ChildSetup, target: Callable[[Connection, ChildSetup], None]) -> None:
        context = multiprocessing.get_context("forkserver")
        self.pipe, theirs = context.Pipe()
        self.process: ForkServerProcess = context.Process(target=target, args=(theirs, setup), daemon=True)
        self.process.start()
        theirs.close()
        self.network = ""
        self.busy: deque[ToRead] = deque()
        self.since = time.monotonic()

    @property
    def ready(self) -> bool:
        return bool(self.network)

    def greet(self, timeout: float) -> bool:
        """Wait until it says that it is ready."""
        if not self.ready and self.pipe.poll(timeout):
            self.network = str(json.loads(self.pipe.recv_bytes(4096))["network"])
        return self.ready

    def may_take(self, mail: ToRead) -> bool:
        if not self.busy:
            return True
        return len(self.busy) == 1 and max(len(mail.raw), len(self.busy[0].raw)) <= _AHEAD_BYTES

    def give(self, mail: ToRead) -> None:
        if not self.busy:
            self.since = time.monotonic()
        self.busy.append(mail)
        self.pipe.send_bytes(pack(Task(mail.received_at, mail.headers_only), mail.raw))

    def stop(self) -> None:
        self.pipe.close()
        self.process.kill()
        self.process.join(5)


class ReadingRoom:
    """Reads mails in child processes: `add` mails, `take` answers. Not for several threads at once."""

    def __init__(self, setup: ChildSetup, children: int = 2, target: Callable[[Connection, ChildSetup], None] = serve) -> None:
        self._setup = setup
        self._target = target
        self._waiting: deque[ToRead] = deque()
        self._children = [_Child(setup, target) for _ in range(children)]

    def wait_ready(self) -> str:
        """Wait for every child; returns how their network is shut. Errors: SetupError where a child cannot start."""
        for child in self._children:
            self._await(child)
        maillog.children_started(len(self._children), self._children[0].network)
        return self._children[0].network

    @property
    def is_ready(self) -> bool:
        """Every child has said that it can read. Safe to ask from another thread."""
        return all(child.ready for child in self._children)

    @property
    def load(self) -> int:
        """Mails added and not yet taken."""
        return len(self._waiting) + sum(len(child.busy) for child in self._children)

    def greet(self) -> None:
        """Hear the children that have become ready meanwhile; one that died while starting is replaced."""
        for n, child in enumerate(self._children):
            try:
                child.greet(0)
            except (EOFError, OSError) as error:
                self._replace(n, _why(error))

    def add(self, mails: Iterable[ToRead]) -> None:
        self._waiting.extend(mails)

    def take(self, timeout: float) -> list[Answer]:
        """The answers that are there, at the latest after `timeout` seconds; [] when none came."""
        answers: list[Answer] = []
        for n, child in enumerate(self._children):
            if not self._feed(n, child):
                answers += self._replace(n, "the reading child died")
        return answers + self._collect(0.0 if answers else timeout)

    def close(self) -> None:
        for child in self._children:
            child.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _await(self, child: _Child) -> None:
        try:
            if child.greet(_START_SECONDS):
                return
        except (EOFError, OSError) as error:
            raise _cannot_start("cannot start.") from error
        raise _cannot_start(f"did not start within {_START_SECONDS} s.")

    def _feed(self, n: int, child: _Child) -> bool:
        """Give the child work; False when it is found dead. A suspect mail goes to the first child only, so that the others stay free."""
        while (mail := self._next_for(n, child)) is not None:
            self._await(child)
            try:
                child.give(mail)
            except OSError:
                return False
        return True

    def _next_for(self, n: int, child: _Child) -> ToRead | None:
        for place, mail in enumerate(self._waiting):
            if not mail.suspect or n == 0:
                if not child.may_take(mail):
                    return None
                del self._waiting[place]
                return mail
        return None

    def _collect(self, timeout: float) -> list[Answer]:
        """Take the answers that are there, and replace whoever died or took too long."""
        busy = {child.pipe: n for n, child in enumerate(self._children) if child.busy}
        if not busy:
            return []
        answers: list[Answer] = []
        ready = wait(list(busy), timeout=timeout)
        for pipe in ready:
            n = busy[pipe]  # type: ignore[index]  # wait() returns what it was given
            try:
                answers.append(self._answer(self._children[n]))
            except (EOFError, OSError, ValueError, KeyError, TypeError, RecursionError) as error:  # nested JSON of a child taken over
                answers += self._replace(n, _why(error))
        patience = self._setup.seconds + _GRACE_SECONDS
        for n in busy.values():
            child = self._children[n]
            if child.busy and child.pipe not in ready and time.monotonic() > child.since + patience:
                answers += self._replace(n, f"reading took longer than {self._setup.seconds} s")
        return answers

    def _answer(self, child: _Child) -> Answer:
        answer: Any = json.loads(child.pipe.recv_bytes(_ANSWER_LIMIT))
        read = from_plain(ReadMail, answer)
        mail = child.busy.popleft()
        child.since = time.monotonic()
        return mail, read

    def _replace(self, n: int, why: str) -> list[Answer]:
        """A new child in place of this one. The mail it was reading has failed; the one behind it goes back to the queue."""
        child = self._children[n]
        child.stop()
        maillog.child_replaced(why)
        guilty, *innocent = child.busy or (None,)
        self._waiting.extendleft(mail for mail in innocent if mail is not None)
        self._children[n] = _Child(self._setup, self._target)
        return [(guilty, Unread(why))] if guilty is not None else []


def _cannot_start(problem: str) -> SetupError:
    return SetupError(Fault("reading child", 0, "", problem, "`mailbot check` shows whether rules and memory are at fault."))


def _why(error: Exception) -> str:
    if isinstance(error, (EOFError, OSError)):
        return "the reading child died (crash, memory or CPU limit)"
    return f"the reading child answered nonsense ({type(error).__name__})"


def preload(setup: ChildSetup) -> None:
    """Start the fork server, which loads the reader once for all children and for those that replace them. The parent stays free of it.

    Comes back at once; a room opened meanwhile waits for it.
    """
    multiprocessing.get_context("forkserver").set_forkserver_preload(["mailbot.jobs.read_ahead", "mailbot.mail_in.read"])
    os.environ[WANTED] = json.dumps([path and str(path) for path in files_of(setup)])
    try:
        forkserver.ensure_running()
    finally:
        del os.environ[WANTED]
