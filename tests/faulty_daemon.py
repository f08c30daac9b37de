"""The real daemon with a reading child that fails on demand (`x-fault: crash` in a mail): `python -m tests.faulty_daemon run …`."""

from __future__ import annotations

import sys

from mailbot import daemon
from mailbot.__main__ import main
from mailbot.jobs.reading_child import ChildSetup
from mailbot.jobs.reading_room import ReadingRoom
from tests.faulty_child import serve_with_faults


def _room(parts: daemon.Parts) -> ReadingRoom:
    reading = parts.settings.reading
    setup = ChildSetup(parts.settings.files.rules, parts.settings.office.timezone, reading.seconds, reading.memory_mb)
    return ReadingRoom(setup, reading.children, serve_with_faults)


if __name__ == "__main__":
    daemon.Parts.room = _room  # type: ignore[method-assign]
    sys.exit(main())
