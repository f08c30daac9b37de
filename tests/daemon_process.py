"""The real daemon as a process of its own, against real servers, for tests that look at it from outside only."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from mailbot.store import listing
from mailbot.store.database import Database, open_database
from tests.mail_servers import Dovecot, Postfix, new_user

ROOT = Path(__file__).resolve().parent.parent

_CONFIG = """
database = "{database}"
instance = "test"
[company]
name = "ООО «Проба»"
domains = ["staff.example"]
[[mailbox]]
name = "claims"
address = "{claims}"
host = "{imap_host}"
port = {imap_port}
tls = "none"
user = "{claims}"
password = {{ file = "secret" }}
poll_seconds = 1
after_filing = "{after_filing}"
[smtp]
host = "{smtp_host}"
port = {smtp_port}
tls = "none"
[[person]]
id = "anna"
name = "Анна"
addresses = ["anna@staff.example"]
triage = true
[[person]]
id = "op"
name = "Оператор"
addresses = ["op@staff.example"]
role = ["head", "operator"]
[limits]
new_cases_per_address_per_day = 1000000
per_domain_per_hour = 100000
overall_per_hour = 100000
unauthenticated_per_hour = 100000
{more}
"""


@dataclass(slots=True)
class Site:
    """A folder with a configuration for these servers."""

    folder: Path
    claims: str
    imap: Dovecot
    config: Path
    database: str

    def deliver(self, raw: bytes, smtp: Postfix, sender: str) -> None:
        smtp.send(raw, self.claims, sender=sender)

    @contextlib.contextmanager
    def store(self) -> Iterator[Database]:
        db = open_database(self.database)
        try:
            yield db
        finally:
            db.close()

    def received(self) -> list[dict[str, object]]:
        from sqlalchemy import select

        from mailbot.store.tables import received

        columns = [c for c in received.c if c.name not in ("read", "decision")]
        with self.store() as db, db.read() as conn:
            return [dict(row) for row in conn.execute(select(*columns).order_by(received.c.id)).mappings()]

    def cases(self) -> list[dict[str, object]]:
        with self.store() as db, db.read() as conn:
            return listing.list_cases(conn, listing.CaseFilter(limit=100_000))

    def acknowledged(self) -> int:
        from sqlalchemy import func, select

        from mailbot.store.tables import cases

        with self.store() as db, db.read() as conn:
            return int(conn.execute(select(func.count()).where(cases.c.acknowledged_at.is_not(None))).scalar_one())

    def letters(self) -> list[dict[str, object]]:
        with self.store() as db, db.read() as conn:
            return listing.list_letters(conn, None, 100_000)


def make_site(folder: Path, imap: Dovecot, smtp: Postfix, *, after_filing: str = "leave", database: str = "", more: str = "") -> Site:
    claims = new_user("claims")
    secret = folder / "secret"
    secret.touch(mode=0o600)
    secret.write_text("any")
    url = database or f"sqlite:///{folder}/store.db"
    config = folder / "mailbot.toml"
    servers = {"imap_host": imap.host, "imap_port": imap.port, "smtp_host": smtp.host, "smtp_port": smtp.port}
    config.write_text(_CONFIG.format(database=url, claims=claims, after_filing=after_filing, more=more, **servers), encoding="utf-8")
    return Site(folder, claims, imap, config, url)


@dataclass(slots=True)
class Daemon:
    process: subprocess.Popen[bytes]
    log: Path

    def said(self) -> str:
        return self.log.read_text("utf-8", "replace")

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(40)


@contextlib.contextmanager
def daemon(site: Site, *, name: str = "one", module: Sequence[str] = ("mailbot",), environment: dict[str, str] | None = None) -> Iterator[Daemon]:
    """Started and ready; ended at the end of the block, killed where it does not end."""
    log = site.folder / f"{name}.log"
    with log.open("ab") as out:
        command = [sys.executable, "-m", module[0], "run", *module[1:], "--config", str(site.config)]
        process = subprocess.Popen(command, stdout=out, stderr=out, cwd=ROOT, env={**os.environ, **(environment or {})}, start_new_session=True)
    running = Daemon(process, log)
    try:
        wait_for(lambda: "daemon.ready" in running.said() or process.poll() is not None, 60, "daemon.ready")
        assert process.poll() is None, running.said()
        yield running
        if process.poll() is None:
            assert running.stop() == 0, running.said()
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def new_customer(name: str = "customer") -> str:
    """An address of another house than ours, which nobody has used yet."""
    return new_user(name).replace("@x.example", "@customer.example")


def wait_for(seen: Callable[[], object], seconds: float, what: str, every: float = 0.01) -> None:
    """`every`: seconds between looks; looks at the database cost the daemon its processor."""
    until = time.monotonic() + seconds
    while not seen():
        assert time.monotonic() < until, f"{what} did not happen within {seconds} s"
        time.sleep(every)


def inbox(imap: Dovecot, user: str) -> list[EmailMessage]:
    """What a person has received, read from the Maildir without waking the server."""
    folder = imap.home(user) / "Maildir"
    files = sorted(path for name in ("new", "cur") for path in (folder / name).glob("*")) if folder.exists() else []
    mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]
    return [mail for mail in mails if isinstance(mail, EmailMessage)]


def claim(sender: str, to: str, n: int, *, headers: str = "", text: str = "") -> bytes:
    body = text or f"Здравствуйте! По заказу № {70000 + n} из 50 насосов приняли 47, не хватает 3 шт. Просим допоставить."
    return (
        f"From: {sender}\nTo: {to}\nSubject: =?utf-8?q?=D0=9D=D0=B5=D0=B4=D0=BE=D1=81=D1=82=D0=B0=D1=87=D0=B0_{n}?=\nMessage-ID: <{n}.{sender}>\n"
        f"Date: Tue, 24 Nov 2026 09:00:00 +0300\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n{headers}\n{body}\n"
    ).replace("\n", "\r\n").encode()
