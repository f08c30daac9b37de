"""Stops a library that takes too long over a stranger's file: by the clock of this process, wherever the library is."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_AGAIN_SECONDS = 0.05  # a library may swallow the first


class OutOfTimeError(BaseException):
    """No Exception, so that `except Exception` inside a library does not swallow it."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise OutOfTimeError inside the block after so many seconds of its own work. Only the main thread can be stopped so;
    in another the block runs to its end (the reading child reads in its main thread)."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGVTALRM, _stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, max(seconds, 0.001), _AGAIN_SECONDS)
    try:
        yield
    finally:
        _disarm()
        signal.signal(signal.SIGVTALRM, before)


def _disarm() -> None:
    """Turn the timer off; a signal that comes while we do so has nothing left to stop."""
    while True:
        try:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.signal(signal.SIGVTALRM, signal.SIG_IGN)
        except OutOfTimeError:
            continue
        return


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise OutOfTimeError


class Stopwatch:
    """Seconds of work still allowed, over several blocks."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds

    @contextmanager
    def running(self) -> Iterator[None]:
        """Raise OutOfTimeError in the block once nothing is left. What the block used is taken off either way."""
        began = time.process_time()
        try:
            with at_most(self.left):
                yield
        finally:
            self.left -= time.process_time() - began
