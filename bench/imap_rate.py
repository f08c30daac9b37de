"""Mails a second from the moment they lie in the mailbox until the last acknowledgement is recorded as sent, beside the yardstick."""

from __future__ import annotations

import json
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.servers import ROOT, appear, daemon, put_aside, smtp_sink, wait_for, write_config
from tests.mail_servers import Dovecot, dovecot, new_user

_FILED = "SELECT count(*) FROM received WHERE state = 'filed'"
_SENT = "SELECT count(*) FROM outbox WHERE kind = 'acknowledgement' AND state = 'sent'"
_UNSENT = "SELECT count(*) FROM outbox WHERE kind = 'acknowledgement' AND state <> 'sent'"
ANSWERED = 0.95  # of the claims at least: the few that wait for a person are no acknowledgement to wait for
_PATIENCE = 600.0


@dataclass(frozen=True, slots=True)
class ImapRate:
    """Medians over the turns; `ratio` is the median of each turn's own ratio, since both ran moments apart."""

    mails: int
    rate: float
    straight: float
    ratio: float
    ratios: tuple[float, ...]
    straight_cpu: float  # ms of processor a mail: says more than rates where others use the machine too
    parent_cpu: float
    children_cpu: float
    started_in: float
    parent_mb: float
    child_mb: float


@dataclass(frozen=True, slots=True)
class _Turn:
    rate: float
    parent_cpu: float
    children_cpu: float
    started_in: float
    parent_mb: float
    child_mb: float


@dataclass(frozen=True, slots=True)
class _Straight:
    rate: float
    cpu: float


def measure(mails: Sequence[bytes], turns: int) -> ImapRate:
    """The daemon and the straight line in turn, on the same mails and servers."""
    straights: list[_Straight] = []
    ours: list[_Turn] = []
    with dovecot() as imap, smtp_sink() as smtp_port:
        for _ in range(turns):
            straights.append(_straight_line(imap, smtp_port, mails))
            ours.append(_daemon(imap, smtp_port, mails))
    ratios = tuple(turn.rate / straight.rate for turn, straight in zip(ours, straights, strict=True))
    return ImapRate(
        mails=len(mails),
        rate=statistics.median(turn.rate for turn in ours),
        straight=statistics.median(one.rate for one in straights),
        ratio=statistics.median(ratios),
        ratios=ratios,
        straight_cpu=1000 * statistics.median(one.cpu for one in straights) / len(mails),
        parent_cpu=1000 * statistics.median(turn.parent_cpu for turn in ours) / len(mails),
        children_cpu=1000 * statistics.median(turn.children_cpu for turn in ours) / len(mails),
        started_in=statistics.median(turn.started_in for turn in ours),
        parent_mb=max(turn.parent_mb for turn in ours),
        child_mb=max(turn.child_mb for turn in ours),
    )


def _straight_line(imap: Dovecot, smtp_port: int, mails: Sequence[bytes]) -> _Straight:
    user = new_user("straight")
    appear(put_aside(imap, user, mails))
    with tempfile.TemporaryDirectory(prefix="mailbot-bench-") as folder:
        command = [sys.executable, "-m", "bench.straight_line", str(imap.port), str(smtp_port), user, folder]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    told = json.loads(done.stdout)
    assert told["mails"] == len(mails)
    return _Straight(float(told["rate"]), float(told["cpu"]))


def _daemon(imap: Dovecot, smtp_port: int, mails: Sequence[bytes]) -> _Turn:
    """Connected and ready on an empty mailbox; then all mails appear at once."""
    user = new_user("claims")
    pairs = put_aside(imap, user, mails)
    with tempfile.TemporaryDirectory(prefix="mailbot-bench-") as name:
        folder = Path(name)
        with daemon(write_config(folder, imap.port, smtp_port, user)) as running:
            time.sleep(2.0)  # the caches of a daemon that has just started are as cold as they will ever be; only its start is over
            began, before = time.monotonic(), running.cpu_seconds()
            appear(pairs)
            _await_sent(folder / "store.db", len(mails))
            seconds = time.monotonic() - began
            parent_cpu, children_cpu = (after - so_far for after, so_far in zip(running.cpu_seconds(), before, strict=True))
            parent, child = running.memory_mb()
        return _Turn(len(mails) / seconds, parent_cpu, children_cpu, running.started_in, parent, child)


def _await_sent(store: Path, wanted: int) -> None:
    db = sqlite3.connect(f"file:{store}?mode=ro", uri=True, isolation_level=None)

    def count(asked: str) -> int:
        return int(db.execute(asked).fetchone()[0])

    try:
        wait_for(lambda: count(_FILED) >= wanted and count(_UNSENT) == 0, _PATIENCE, "the last acknowledgement")
        if count(_SENT) < ANSWERED * wanted:
            raise AssertionError(f"only {count(_SENT)} of {wanted} claims were acknowledged: the others wait for a person")
    finally:
        db.close()
