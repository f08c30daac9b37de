"""Named points at which the crash harness kills the process; inert unless MAILBOT_CRASH is set (decisions.md 38)."""

from __future__ import annotations

import os
import signal

_WANTED = os.environ.get("MAILBOT_CRASH", "")
_NAME, _, _COUNT = _WANTED.partition(":")
_left = int(_COUNT or 1) if _COUNT.isdigit() or not _COUNT else 1


def crash_point(name: str) -> None:
    """Kill this process with SIGKILL at the n-th passage of `name` when `MAILBOT_CRASH=name:n` asks for it."""
    global _left  # noqa: PLW0603  # a counter of passages, only alive under the harness
    if name != _NAME or not _NAME:
        return
    _left -= 1
    if _left <= 0:
        os.kill(os.getpid(), signal.SIGKILL)
