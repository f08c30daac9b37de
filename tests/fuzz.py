"""Broken mails through the whole of explain: nothing raises, nothing takes over 2 s, memory stays, nobody is called up.

Run it as `python -m tests.fuzz N [--first F] [--parent]` (`make fuzz N=…`). It leaves the network for good before the first mail, and each mail
that fails is kept in a folder, so that it can become a pair of tests/mails.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import json
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from mailbot.config import Settings
from mailbot.jobs.reading_child import setup_of, shut_network
from mailbot.jobs.reading_room import ReadingRoom, ToRead, Unread, preload
from tests.explaining import ARRIVED, explain, told_about
from tests.fuzz_mails import fuzz_mail

MOST_SECONDS = 2.0
HUNG_SECONDS = 30
MOST_GROWTH_MB = 50
WARM_UP = 300  # mails after which all modules, rules and dictionaries are loaded: growth is measured from there
TELL = 10_000  # so often a long run says how far it is
MOST_AHEAD = 50  # mails that wait for the reading room
IN_ROOM = 10  # every so many-th mail goes through the reading room as well
_CALLS = ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto", "socket.sendmsg", "socket.gethostbyname", "subprocess.Popen", "os.exec", "os.system", "os.posix_spawn")


class Hung(BaseException):
    """No Exception, so that nothing swallows it."""


class Watch:
    """What went wrong, mail by mail, and what the system saw."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.found: list[str] = []
        self.calls: list[str] = []
        self.slowest = (0.0, -1)
        self._watching = False
        sys.addaudithook(self._hear)

    def _hear(self, event: str, _args: tuple[object, ...]) -> None:
        if self._watching and event in _CALLS:
            self.calls.append(event)

    def note(self, number: int, raw: bytes, what: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"{number}.eml").write_bytes(raw)
        self.found.append(f"{number}: {what}")
        print(f"FOUND {number}: {what}", file=sys.stderr, flush=True)

    def one(self, number: int, raw: bytes) -> None:
        began = time.process_time()
        self._watching = True
        try:
            with alarm(HUNG_SECONDS):
                json.dumps(explain(raw), ensure_ascii=False).encode("utf-8")
        except Hung:
            self.note(number, raw, f"still running after {HUNG_SECONDS} s")
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            self.note(number, raw, f"{type(error).__name__} in {Path(where.filename).name}:{where.lineno}: {str(error)[:100]}")
        finally:
            self._watching = False
        took = time.process_time() - began
        self.slowest = max(self.slowest, (took, number))
        if took > MOST_SECONDS:
            self.note(number, raw, f"took {took:.1f} s")


@contextmanager
def alarm(seconds: int) -> Iterator[None]:
    def ring(_number: int, _frame: FrameType | None) -> None:
        raise Hung

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)  # of CPU: on a busy machine a mail may wait long
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def resident_mb() -> float:
    """The memory of this process, which reads the mails itself: the reader's caches of words, strings and phrases are in it."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024


def routes() -> list[str]:
    """The devices of this network namespace that are up: none but loopback, and that one down."""
    lines = Path("/proc/net/route").read_text().splitlines()[1:]
    return [line.split()[0] for line in lines]


class Room:
    """A share of the mails through a real reading child; every answer must come, and be told."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._room = ReadingRoom(setup_of(Settings()), 1)
        self.network = self._room.wait_ready()
        self._sent: dict[int, bytes] = {}
        self._again: set[int] = set()
        self.answered = 0

    def give(self, number: int, raw: bytes) -> None:
        self._sent[number] = raw
        self._room.add([ToRead(number, raw, ARRIVED)])
        self.take(0.0)
        while len(self._sent) > MOST_AHEAD:
            self.take(0.1)

    def take(self, timeout: float) -> None:
        for mail, answer in self._room.take(timeout):
            raw = self._sent.pop(mail.id)
            if isinstance(answer, Unread) and mail.id not in self._again:
                self._again.add(mail.id)  # its time is counted by the clock of the wall: on a busy machine once is no finding
                self.give(mail.id, raw)
            elif isinstance(answer, Unread):
                self._watch.note(mail.id, raw, f"in the reading room: {answer.why}")
            else:
                self.answered += 1
                json.dumps(told_about(answer), ensure_ascii=False)

    def close(self) -> None:
        until = time.monotonic() + 60
        while self._sent and time.monotonic() < until:
            self.take(0.5)
        for number, raw in self._sent.items():
            self._watch.note(number, raw, "no answer from the reading room")
        self._room.close()


def run(count: int, first: int, folder: Path, *, parent: bool = False) -> int:
    """`parent`: all go through the reading room and none is read here, so that the memory measured is the parent's."""
    network = shut_network()
    watch = Watch(folder)
    preload(setup_of(Settings()))
    explain(fuzz_mail(first))  # compiles the rules of this process (2 to 3 s on a slow machine): no mail's own time
    room = Room(watch)
    began, base = time.monotonic(), 0.0
    for number in range(first, first + count):
        raw = fuzz_mail(number)
        if not parent:
            watch.one(number, raw)
        if parent or number % IN_ROOM == 0:
            room.give(number, raw)
        if number - first == min(WARM_UP, count - 1):
            base = resident_mb()
        done = number - first + 1
        if done % TELL == 0 and done < count:
            print(f"{done} of {count}, memory {resident_mb() - base:+.0f} MB, {len(watch.found)} found", file=sys.stderr, flush=True)
    growth = resident_mb() - base
    room.close()
    return report(watch, room, count, growth, time.monotonic() - began, network)


def report(watch: Watch, room: Room, count: int, growth: float, seconds: float, network: str) -> int:
    paths = routes() if network == "namespace" else []
    print(f"{count} mails in {seconds:.0f} s ({count / seconds:.0f} a second), {room.answered} of them in the reading room as well")
    print(f"slowest {watch.slowest[0]:.2f} s (mail {watch.slowest[1]}), memory growth {growth:.0f} MB")
    print(f"network: {network} here, {room.network} in the child; ways out: {len(paths)}; attempts to call out or to start programs: {len(watch.calls)}")
    for found in watch.found:
        print("FOUND", found)
    bad = [*watch.found, *watch.calls, *paths, *(["memory"] if growth > MOST_GROWTH_MB else [])]
    print("nothing found" if not bad else f"{len(bad)} faults; the mails lie in {watch.folder}")
    return 1 if bad else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--first", type=int, default=0, help="number of the first mail; the same number gives the same mail")
    parser.add_argument("--keep", type=Path, default=None, help="folder for the mails that fail")
    parser.add_argument("--parent", action="store_true", help="read every mail in the reading room, and measure the memory of the parent alone")
    arguments = parser.parse_args()
    return run(arguments.count, arguments.first, arguments.keep or Path(tempfile.mkdtemp(prefix="mailbot-fuzz-")), parent=arguments.parent)


if __name__ == "__main__":
    raise SystemExit(main())
