"""The whole main job before your eyes: embedded servers, sample mails, the real daemon, and what became of each mail and why."""

from __future__ import annotations

import shutil
import signal
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

from mailbot.config import Settings, load_settings
from mailbot.demo.mail_server import PASSWORD, SERVER, USER, mail_server
from mailbot.demo.samples import CLAIMS, SAMPLES, Sample
from mailbot.demo.telling import Stage, keep, parts_of, tell
from mailbot.store import listing, received
from mailbot.store.database import Database, open_database

_READY_WITHIN = 120.0  # seconds on the slowest machine, with others at work on it
_DONE_WITHIN = 60.0
_LAST_LINES = 8
_CONFIG = """# The demo's own configuration, on loopback only, for looking at what it left (`mailbot case list`).
database = "demo.db"
[company]
name = "ООО «Мебель-Сервер»"
domains = ["mebel-server.example"]
phone = "+7 495 000-00-00"
[[mailbox]]
name = "claims"
address = "{claims}"
host = "127.0.0.1"
port = {imap}
tls = "none"
user = "{user}"
password = {{ file = "password" }}
poll_seconds = 2
authserv_id = "{server}"
[smtp]
host = "127.0.0.1"
port = {smtp}
tls = "none"
[departments]
design = "design@mebel-server.example"
warehouse = "warehouse@mebel-server.example"
[[person]]
id = "anna"
name = "Анна Петрова"
addresses = ["anna@mebel-server.example"]
role = ["specialist"]
categories = ["quality", "quantity", "damage", "warranty", "other"]
triage = true
[[person]]
id = "boris"
name = "Борис Иванов"
addresses = ["boris@mebel-server.example"]
role = ["head", "legal", "operator"]
"""


def show(folder: Path, *, stay: bool, write: Callable[[str], None] = print) -> int:
    """Run the demo, leaving everything in `folder` (emptied first). 0, or 1 where the daemon did not start, or something was not filed or
    answered in time.
    """
    _empty(folder)
    ports = (1143, 1025) if stay and _are_free(1143, 1025) else (0, 0)
    with mail_server(CLAIMS, *ports) as post:
        stage = Stage(folder, post)
        _configure(stage)
        write("Starting an IMAP and an SMTP server on this machine and the daemon …")
        with _daemon(stage) as process:
            if not _wait(_READY_WITHIN, process, lambda: "daemon.ready" in _log(stage)):
                write(_never_ready(stage, process.poll()))
                return 1
            complete = _play(stage, process)
            settings = load_settings(stage.config)
            with _store(settings) as db:
                tell(stage, settings, db, write)
            if stay:
                _stay(stage, process, write)
    if not complete:
        write(f"Not everything was filed and answered in time; the daemon's log is {folder}/daemon.log.")
    return 0 if complete else 1


def _empty(folder: Path) -> None:
    """A folder of our own only: whatever else lies in it stays."""
    for name in ("letters", "mails"):
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir(parents=True)
    for name in ("demo.db", "demo.db-wal", "demo.db-shm", "daemon.log", "mailbot.toml", "password", "digest.html", "digest.txt"):
        (folder / name).unlink(missing_ok=True)


def _configure(stage: Stage) -> None:
    secret = stage.folder / "password"
    secret.touch(mode=0o600)
    secret.write_text(PASSWORD, encoding="ascii")
    ports = {"imap": stage.post.imap_port, "smtp": stage.post.smtp_port}
    text = _CONFIG.format(claims=CLAIMS, user=USER, server=SERVER, **ports)
    stage.config.write_text(text, encoding="utf-8")


def _are_free(*ports: int) -> bool:
    import socket

    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True


@contextmanager
def _daemon(stage: Stage) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "mailbot", "run", "--config", str(stage.config)]
    with (stage.folder / "daemon.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)  # noqa: S603  # ourselves
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()


def _play(stage: Stage, process: subprocess.Popen[bytes]) -> bool:
    """Deliver the samples: first the fresh ones, then those that answer an acknowledgement. True when all is filed and answered."""
    began = time.monotonic()
    fresh = [sample for sample in SAMPLES if sample.answers is None]
    answers = [sample for sample in SAMPLES if sample.answers is not None]
    for sample in fresh:
        _send(stage, sample, None)
    if not _wait(_DONE_WITHIN, process, lambda: all(_acknowledgement(stage, sample) for sample in answers)):
        return False
    for sample in answers:
        _send(stage, sample, _acknowledgement(stage, sample))
    with _store(load_settings(stage.config)) as db:
        return _wait(began + _DONE_WITHIN - time.monotonic(), process, lambda: _is_settled(db, len(SAMPLES)))


def _log(stage: Stage) -> str:
    return (stage.folder / "daemon.log").read_text("utf-8", "replace")


def _never_ready(stage: Stage, code: int | None) -> str:
    """Why there is nothing to show: the daemon's own last words, for nothing else knows them."""
    what = f"was not ready within {_READY_WITHIN:.0f} s" if code is None else f"ended while starting (exit code {code})"
    last = "\n".join(f"  {line}" for line in _log(stage).splitlines()[-_LAST_LINES:])
    return f"The daemon {what}. Its log is {stage.folder}/daemon.log" + (f" and ends so:\n{last}" if last else ", and it is empty.")


def _wait(seconds: float, process: subprocess.Popen[bytes], is_so: Callable[[], object]) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        if is_so():
            return True
        time.sleep(0.05)
    return False


def _is_settled(db: Database, mails: int) -> bool:
    with db.read() as conn:
        filed = received.count(conn) - received.waiting(conn)
        letters = listing.list_letters(conn, None, 1_000)
    return filed >= mails and not any(letter["state"] in {"due", "sending", "unknown"} for letter in letters)


def _send(stage: Stage, sample: Sample, reply_to: str | None) -> None:
    raw = sample.raw(datetime.now(UTC), reply_to)
    if reply_to is not None:
        raw = raw.replace(b"{message_id}", reply_to.encode())
    stage.sent[str(message_from_bytes(raw)["Message-ID"]).strip("<>")] = sample.name
    (stage.folder / "mails" / f"{sample.name}.eml").write_bytes(raw)
    envelope_from = sample.address if sample.envelope_from is None else sample.envelope_from
    with smtplib.SMTP("127.0.0.1", stage.post.smtp_port) as client:
        client.sendmail(envelope_from, [CLAIMS], raw)


def _acknowledgement(stage: Stage, sample: Sample) -> str | None:
    """The Message-ID of the acknowledgement of the mail that `sample` answers, once it has come."""
    asked = next(other for other in SAMPLES if other.name == sample.answers)
    for letter in list(stage.post.delivered):
        if letter.to == asked.address:
            return str(message_from_bytes(letter.raw)["Message-ID"]).strip("<> \r\n")
    return None


@contextmanager
def _store(settings: Settings) -> Iterator[Database]:
    db = open_database(settings.database)
    try:
        yield db
    finally:
        db.close()


def _stay(stage: Stage, process: subprocess.Popen[bytes], write: Callable[[str], None]) -> None:
    write(
        f"\nThe servers stay up until Ctrl-C. Send a mail to {CLAIMS}:\n"
        f"  SMTP 127.0.0.1:{stage.post.smtp_port}, no encryption, no password\n"
        f"  IMAP 127.0.0.1:{stage.post.imap_port}, user {USER}, password {PASSWORD}\n"
        f"  What mailbot writes to you lands in {stage.folder}/letters/ .\n"
        f"Work a case as its specialist: mailbot digest send --config {stage.config}, then answer that letter as\n"
        f"anna@mebel-server.example (In-Reply-To: its Message-ID) with a first line such as: !взять 2026-0001"
    )
    shown = len(stage.post.delivered)
    try:
        while process.poll() is None:
            for letter in stage.post.delivered[shown:]:
                shown += 1
                path = keep(letter, stage.folder / "letters", shown)
                write(f"  → {letter.to}: {parts_of(letter)[0]}  ({path})")
            time.sleep(0.2)
    except KeyboardInterrupt:
        write("")
