"""Imported by the fork server only: the reader is loaded there once, and each child that it forks is ready in moments.

The fork server never sees a mail. What a child learns or breaks stays in the child; rules and dictionaries are shared memory.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from mailbot.jobs.reading_child import PROBE, Task, ahead, open_reader, read_one

WANTED = "MAILBOT_READ_AHEAD"  # the files of the reader as a JSON list, while the fork server starts


def _load(wanted: str) -> None:
    rules, catalogue, model = (Path(name) if name else None for name in json.loads(wanted))
    with contextlib.suppress(Exception):  # a child meets the same fault again, and its end is told
        reader = ahead[rules, catalogue, model] = open_reader(rules, catalogue, model)
        read_one(reader, ZoneInfo("UTC"), Task(datetime.fromtimestamp(0, UTC)), PROBE)  # our own words: dictionaries are read on first use
    gc.collect()
    gc.freeze()  # so that the children do not copy it by looking it through


if WANTED in os.environ:
    _load(os.environ[WANTED])
