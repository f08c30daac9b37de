"""Named points at which the crash harness kills the process; inert unless MAILBOT_CRASH is set or `arm` was called (decisions.md 38)."""

from __future__ import annotations

import os
import signal

_armed: dict[str, int] = {}  # the wanted point, and how many passages are left


def arm(wanted: str) -> None:
    """`name:n` (n defaults to 1): kill this process with SIGKILL at the n-th passage of `name`; "" disarms."""
    name, _, count = wanted.partition(":")
    _armed.clear()
    if name:
        _armed[name] = int(count) if count.isdecimal() else 1


def crash_point(name: str) -> None:
    """Die here, if the harness asked for it."""
    if name not in _armed:
        return
    _armed[name] -= 1
    if _armed[name] <= 0:
        os.kill(os.getpid(), signal.SIGKILL)


arm(os.environ.get("MAILBOT_CRASH", ""))
