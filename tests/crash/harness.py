"""The kills: at each named point, inside DATA, and at random instants; then one clean run, and the check."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import tempfile
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from mailbot.store.database import open_database
from mailbot.store.tables import cases, outbox, received
from tests.crash.checker import Verdict, check
from tests.crash.smtp_log import INSIDE_DATA, SmtpLog
from tests.crash.zygote import NO_MODEL, Zygote
from tests.daemon_process import claim
from tests.mail_servers import Dovecot

POINTS = (
    "imap.connected", "imap.selected", "idle.entered", "idle.woke", "fetch.before", "fetch.after", "raw.before_begin", "raw.inserted",
    "raw.before_commit", "raw.after_commit", "thread.decided", "case.before_commit", "case.after_commit", "imap.flag.before",
    "imap.flag.after", "outbox.claimed", "smtp.connected", "smtp.after_mail", "smtp.after_rcpt", "smtp.after_250_before_mark", "outbox.marked",
)  # fmt: skip
_PASSED_AGAIN = ("raw.inserted", "raw.after_commit", "idle.entered", "smtp.connected", "smtp.after_mail", "smtp.after_rcpt", "outbox.marked")
_PATIENCE = 10.0  # seconds for a named point to be reached, on a busy machine too
_ARRIVALS = (0.15, 0.3, 2.0)  # seconds after the start; the last makes a second round of fetching
_SETTLE = 240.0

_CONFIG = """
database = "sqlite:///{folder}/store.db"
[[mailbox]]
name = "claims"
address = "{claims}"
host = "127.0.0.1"
port = {imap}
tls = "none"
user = "{claims}"
password = {{ file = "secret" }}
poll_seconds = 1
after_filing = "flag"
[smtp]
host = "127.0.0.1"
port = {smtp}
tls = "none"
[[person]]
id = "op"
name = "Оператор"
addresses = ["op@staff.example"]
role = ["specialist", "head", "operator"]
[limits]
new_cases_per_address_per_day = 1000000
per_address_per_day = 100000
per_domain_per_hour = 100000
overall_per_hour = 100000
unauthenticated_per_hour = 100000
[files]
model = "{model}"
[reading]
children = 1
[digest]
empty = "silent"
"""


@dataclass(slots=True)
class Lane:
    """One daemon's life of many deaths: its own mailbox, database and SMTP server."""

    name: str
    imap: Dovecot
    zygote: Zygote
    rng: random.Random
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="mailbot-crash-", dir="/tmp")))
    pid: int | None = None
    kills: int = 0
    reached: dict[str, int] = field(default_factory=dict)
    senders: dict[str, int] = field(default_factory=dict)
    sent: int = 0
    smtp: SmtpLog = field(init=False)
    claims: str = field(init=False)

    def __post_init__(self) -> None:
        self.smtp = SmtpLog(lambda: self.pid, lambda: self.kills)
        self.claims = f"claims-{uuid.uuid4().hex[:8]}@x.example"

    def prepare(self) -> None:
        self.smtp.start()
        secret = self.folder / "secret"
        secret.touch(mode=0o600)
        secret.write_text("any")
        text = _CONFIG.format(folder=self.folder, claims=self.claims, imap=self.imap.port, smtp=self.smtp.port, model=NO_MODEL)
        (self.folder / "mailbot.toml").write_text(text, encoding="utf-8")
        self._start("")
        self._wait_log("daemon.ready", 60)  # the first connection: what comes from now on is live
        self._end()

    def deliver(self) -> None:
        customer = f"customer-{self.rng.randrange(12)}-{self.name}@c{self.rng.randrange(5)}.example"
        self.sent += 1
        raw = claim(customer, self.claims, self.sent, text=f"По заказу № {900_000 + self.sent} из 50 насосов приняли 47, не хватает 3 шт. Просим допоставить.")
        raw = raw.replace(f"Message-ID: <{self.sent}.".encode(), f"Message-ID: <{uuid.uuid4().hex}.".encode(), 1)
        self.imap.deliver(raw, self.claims, sender=customer)
        self.senders[customer] = self.senders.get(customer, 0) + 1

    def die_once(self, point: str) -> None:
        """Start, deliver, and be killed at the point, or after a random while."""
        crash, after = "", None
        if point in INSIDE_DATA:
            self.smtp.strike = point
        elif point == "random":
            after = self.rng.uniform(0.0, 1.8)
        else:
            crash = f"{point}:{2 if point in _PASSED_AGAIN and self.rng.random() < 0.4 else 1}"
        if self.rng.random() < 0.7:
            self.deliver()
        self._start(crash)
        began = time.monotonic()
        delivered = 0
        while self._is_alive():
            passed = time.monotonic() - began
            if (after is not None and passed > after) or passed > _PATIENCE:
                break
            if delivered < len(_ARRIVALS) and passed > _ARRIVALS[delivered]:
                delivered += 1
                self.deliver()
            time.sleep(0.01)
        struck = not self._is_alive()
        self.smtp.strike = ""
        self._end()
        self.kills += 1
        key = point if struck or point == "random" else f"{point} (not reached, killed after {_PATIENCE:.0f} s)"
        self.reached[key] = self.reached.get(key, 0) + 1

    def settle(self) -> None:
        """A clean run until everything is filed and sent."""
        self._start("")
        until = time.monotonic() + _SETTLE
        while time.monotonic() < until and not self._is_settled():
            time.sleep(0.2)
        self._end()

    def verdict(self) -> Verdict:
        exported = self._exported()
        kinds = {row["kind"] for row in exported["received"]}
        found = check({self.claims: self.imap.mails(self.claims)}, self.senders, self._to_customers(), exported)
        found.demand(kinds <= {"claim"}, f"kinds {kinds}")
        return found

    def close(self) -> None:
        self._end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _to_customers(self) -> list[Any]:
        return [letter for letter in self.smtp.taken if letter.to.startswith("customer-")]

    def _start(self, crash: str) -> None:
        self.pid = self.zygote.start(self.folder / "mailbot.toml", self.folder / "log", crash)

    def _is_alive(self) -> bool:
        if self.pid is None:
            return False
        done, _ = os.waitpid(self.pid, os.WNOHANG)
        if done:
            self.pid = None
        return self.pid is not None

    def _end(self) -> None:
        pid, self.pid = self.pid, None
        if pid is not None:
            self.zygote.kill(pid)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)

    def _wait_log(self, words: str, seconds: float) -> None:
        until = time.monotonic() + seconds
        while words not in self._log():
            if time.monotonic() > until or not self._is_alive():
                raise RuntimeError(f"no {words} within {seconds} s: {self._log()[-3000:]}")
            time.sleep(0.05)

    def _log(self) -> str:
        path = self.folder / "log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def _exported(self) -> dict[str, list[dict[str, Any]]]:
        db = open_database(f"sqlite:///{self.folder}/store.db")
        try:
            with db.read() as conn:
                columns = [c for c in received.c if c.name not in ("read", "decision")]
                return {
                    "received": [dict(row) for row in conn.execute(select(*columns)).mappings()],
                    "cases": [dict(row) for row in conn.execute(select(cases)).mappings()],
                    "outbox": [dict(row) for row in conn.execute(select(outbox)).mappings()],
                }
        finally:
            db.close()

    def _is_settled(self) -> bool:
        exported = self._exported()
        filed = len(exported["received"]) >= self.sent and all(row["state"] == "filed" for row in exported["received"])
        return filed and all(row["state"] in ("sent", "refused") for row in exported["outbox"])


def plan(kills: int, rng: random.Random) -> list[str]:
    """Which point each kill strikes: every named one in turn, those inside DATA, and a fifth at random instants."""
    points = [*POINTS, *INSIDE_DATA, *(["random"] * 6)]
    wanted = [points[n % len(points)] for n in range(kills)]
    rng.shuffle(wanted)
    return wanted


def run(kills: int, imap: Dovecot, *, lanes: int = 3, seed: int = 1) -> list[tuple[Lane, Verdict]]:
    """`kills` kills over `lanes` daemons side by side; each lane with its verdict."""
    zygote = Zygote()
    zygote.warm_up()
    rng = random.Random(seed)
    side_by_side = [Lane(f"lane{n}", imap, zygote, random.Random(seed * 100 + n)) for n in range(lanes)]
    for lane in side_by_side:
        lane.prepare()
    wanted = plan(kills, rng)
    threads = [threading.Thread(target=_kill_all, args=(lane, wanted[n::lanes])) for n, lane in enumerate(side_by_side)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for lane in side_by_side:
        lane.settle()
    return [(lane, lane.verdict()) for lane in side_by_side]


def _kill_all(lane: Lane, points: list[str]) -> None:
    for point in points:
        lane.die_once(point)
