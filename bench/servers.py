"""What the benchmarks run against: a Maildir under Dovecot, Postfix's smtp-sink, and the real daemon as a process."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.mail_servers import Dovecot

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"

_CONFIG = """
database = "{folder}/store.db"
instance = "bench"
[company]
name = "ООО «Проба»"
domains = ["staff.example"]
[[mailbox]]
name = "claims"
address = "claims@x.example"
host = "127.0.0.1"
port = {imap_port}
tls = "none"
user = "{user}"
password = {{ file = "secret" }}
after_filing = "flag"
[smtp]
host = "127.0.0.1"
port = {smtp_port}
tls = "none"
[[person]]
id = "op"
name = "Оператор"
addresses = ["op@staff.example"]
role = ["head", "operator"]
# Set high: what is measured is how fast letters can leave, not how long they are held back (decisions.md 24).
[limits]
new_cases_per_address_per_day = 1000000
per_address_per_day = 1000000
per_domain_per_hour = 1000000
per_free_domain_per_hour = 1000000
overall_per_hour = 1000000
unauthenticated_per_hour = 1000000
"""


@contextlib.contextmanager
def smtp_sink() -> Iterator[int]:
    """The port of a server that takes every letter and forgets it."""
    with socket.create_server((HOST, 0)) as probe:
        port = int(probe.getsockname()[1])
    process = subprocess.Popen(["/usr/sbin/smtp-sink", "-u", "nobody", f"{HOST}:{port}", "1000"])
    try:
        wait_for(lambda: _listens(port), 10, "smtp-sink")
        yield port
    finally:
        process.kill()
        process.wait(10)


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((HOST, port), 1):
        return True
    return False


def wait_for(seen: Callable[[], object], seconds: float, what: str) -> None:
    until = time.monotonic() + seconds
    while not seen():
        if time.monotonic() > until:
            raise TimeoutError(f"{what} did not happen within {seconds} s")
        time.sleep(0.02)


def put_aside(imap: Dovecot, user: str, mails: Sequence[bytes]) -> list[tuple[Path, Path]]:
    """The mails in the Maildir's tmp/, unseen; where each is and where it is to go. The rename makes it appear, as an MTA does it."""
    maildir = imap.home(user) / "Maildir"
    for name in ("tmp", "new", "cur"):
        (maildir / name).mkdir(parents=True, exist_ok=True)
    pairs = []
    for n, raw in enumerate(mails):
        path = maildir / "tmp" / f"{1_700_000_000 + n}.M{n:06}.bench"
        path.write_bytes(raw)
        pairs.append((path, maildir / "new" / path.name))
    for path in (imap.home(user), *imap.home(user).rglob("*")):
        shutil.chown(path, "nobody", "nogroup")
    return pairs


def appear(pairs: Sequence[tuple[Path, Path]]) -> None:
    for hidden, shown in pairs:
        hidden.rename(shown)


def write_config(folder: Path, imap_port: int, smtp_port: int, user: str) -> Path:
    secret = folder / "secret"
    secret.touch(mode=0o600)
    secret.write_text("any")
    config = folder / "mailbot.toml"
    config.write_text(_CONFIG.format(folder=folder, imap_port=imap_port, smtp_port=smtp_port, user=user), encoding="utf-8")
    return config


@dataclass(frozen=True, slots=True)
class Running:
    """A daemon that has said `daemon.ready`, and after how many seconds it did."""

    process: subprocess.Popen[bytes]
    started_in: float
    log: Path

    def memory_mb(self) -> tuple[float, float]:
        """Resident memory of the parent, and of its largest reading child."""
        return resident_mb(self.process.pid), max(map(resident_mb, children_of(self.process.pid)), default=0.0)

    def cpu_seconds(self) -> tuple[float, float]:
        """Processor time so far of the parent, and of all its children together."""
        return cpu_seconds(self.process.pid), sum(map(cpu_seconds, children_of(self.process.pid)))


@contextlib.contextmanager
def daemon(config: Path) -> Iterator[Running]:
    log = config.with_name("daemon.log")
    began = time.monotonic()
    with log.open("wb") as out:
        command = [sys.executable, "-m", "mailbot", "run", "--config", str(config)]
        process = subprocess.Popen(command, stdout=out, stderr=out, cwd=ROOT, start_new_session=True)
    try:
        wait_for(lambda: b"daemon.ready" in log.read_bytes() or process.poll() is not None, 120, "daemon.ready")
        if process.poll() is not None:
            raise RuntimeError(log.read_text("utf-8", "replace")[-2_000:])
        yield Running(process, time.monotonic() - began, log)
        process.send_signal(signal.SIGTERM)
        process.wait(40)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def children_of(pid: int) -> list[int]:
    children = [int(text) for path in Path(f"/proc/{pid}/task").glob("*/children") for text in path.read_text().split()]
    return children + [deeper for child in children for deeper in children_of(child)]


def resident_mb(pid: int) -> float:
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    return 0.0


def private_mb(pid: int) -> float:
    """Memory that it shares with no other process."""
    with contextlib.suppress(OSError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) * 1024 / 1e6
    return 0.0


def cpu_seconds(pid: int) -> float:
    with contextlib.suppress(OSError):
        user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
    return 0.0
