"""`mailbot ingest` of the same mails from a folder and from an mbox: the cold process, and what is left without its start."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.servers import ROOT

_LINE = b"From claims@x.example Tue Nov 24 09:00:00 2026\n"


@dataclass(frozen=True, slots=True)
class IngestRate:
    """`cold` counts the whole command; `warm` leaves out what the command takes over a single mail."""

    source: str
    mails: int
    cold: float
    warm: float
    start: float


def measure(mails: Sequence[bytes], turns: int) -> list[IngestRate]:
    return [_measure("folder", _folder, mails, turns), _measure("mbox", _mbox, mails, turns)]


def _measure(source: str, write: Callable[[Path, Sequence[bytes]], Path], mails: Sequence[bytes], turns: int) -> IngestRate:
    with tempfile.TemporaryDirectory(prefix="mailbot-bench-") as name:
        whole, one = write(Path(name) / "whole", mails), write(Path(name) / "one", mails[:1])
        seconds = statistics.median(_ingest(whole, len(mails)) for _ in range(turns))
        start = statistics.median(_ingest(one, 1) for _ in range(turns))
    return IngestRate(source, len(mails), len(mails) / seconds, (len(mails) - 1) / (seconds - start), start)


def _ingest(path: Path, mails: int) -> float:
    """A new database each time: mail that is known already costs nearly nothing."""
    with tempfile.TemporaryDirectory(prefix="mailbot-bench-") as folder:
        began = time.monotonic()
        command = [sys.executable, "-m", "mailbot", "ingest", str(path), "--database", f"{folder}/store.db", "--live-since", "2020-01-01"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
        seconds = time.monotonic() - began
    assert done.stdout.startswith(f"{mails} mails: {mails} new"), done.stdout
    return seconds


def _folder(path: Path, mails: Sequence[bytes]) -> Path:
    path.mkdir()
    for n, raw in enumerate(mails):
        (path / f"{n:06}.eml").write_bytes(raw)
    return path


def _mbox(path: Path, mails: Sequence[bytes]) -> Path:
    file = path.with_suffix(".mbox")
    file.write_bytes(b"".join(_LINE + raw.replace(b"\r\n", b"\n") + b"\n" for raw in mails))
    return file
