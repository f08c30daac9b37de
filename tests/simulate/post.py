"""The mail between the company and the world: Dovecot holds the claims box, an SMTP server on loopback takes the program's letters.

It does what a receiving server does: trace headers, `Authentication-Results` of its own (and of nobody else), the arrival as
INTERNALDATE. Some servers of customers put a letter off once (greylisting), some refuse it, some send it back later.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from tests.mail_servers import Dovecot, dovecot
from tests.simulate.record import Mail

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP, Envelope, Session

SERVER = "mx.firma.example"
_START_SECONDS = 20


@dataclass(slots=True)
class PostOffice:
    """`now` is the moved clock; `fate` says what another server answers to a letter: "" accepts it."""

    imap: Dovecot
    claims: str
    now: Callable[[], datetime]
    fate: Callable[[str], str]
    smtp_port: int = 0
    incoming: list[Mail] = field(default_factory=list)
    letters: list[Mail] = field(default_factory=list)
    fresh: list[Mail] = field(default_factory=list)  # letters not yet handed to whom they are for
    unseen: bool = False  # mails that the daemon has not been told of

    def into_claims(self, raw: bytes, *, sender: str, truth: str, about: str = "", vouched: bool = True) -> None:
        """Deliver into the claims box as the last hop does."""
        at = self.now()
        whole = self._trace(raw, sender, at, vouched=vouched) + raw
        self._lay_down(whole, at)
        self.incoming.append(Mail(at, sender, self.claims, raw, truth, about))
        self.unseen = True

    def _lay_down(self, whole: bytes, at: datetime) -> None:
        """As an MDA does it, into the Maildir: its file time is INTERNALDATE (APPEND would not take a date to come, as it is for Dovecot)."""
        folder = self.imap.home(self.claims) / "Maildir"
        name = f"{at.timestamp():.0f}.M{len(self.incoming):06}.simulation"
        file = folder / "tmp" / name
        file.write_bytes(whole)
        os.utime(file, (at.timestamp(), at.timestamp()))
        shutil.chown(file, "nobody", "nogroup")
        file.rename(folder / "new" / name)

    def _trace(self, raw: bytes, sender: str, at: datetime, *, vouched: bool) -> bytes:
        from_ = Mail(at, sender, "", raw[: raw.find(b"\r\n\r\n") + 4]).parsed["From"]
        domain = from_.addresses[0].domain if from_ is not None and from_.addresses else "unknown.example"
        if vouched:
            found = f"dkim=pass header.d={domain}; spf=pass smtp.mailfrom={sender or domain}; dmarc=pass header.from={domain}"
        else:
            found = f"dkim=none; spf=fail smtp.mailfrom={sender or domain}; dmarc=fail header.from={domain}"
        lines = f"Return-Path: <{sender}>\r\nReceived: from [192.0.2.1] by {SERVER} with ESMTPS; {format_datetime(at)}\r\nAuthentication-Results: {SERVER}; {found}\r\n"
        return lines.encode()

    def take_fresh(self) -> list[Mail]:
        fresh, self.fresh = self.fresh, []
        return fresh


@contextlib.contextmanager
def post_office(claims: str, now: Callable[[], datetime], fate: Callable[[str], str]) -> Iterator[PostOffice]:
    """Both servers, until the end of the block."""
    with dovecot() as imap:
        with imap.client(claims):  # the first session makes the mailbox
            office = PostOffice(imap, claims, now, fate)
        started, ended = threading.Event(), threading.Event()
        thread = threading.Thread(target=lambda: asyncio.run(_serve(office, started, ended)), name="SMTP of the world", daemon=True)
        thread.start()
        try:
            assert started.wait(_START_SECONDS), "the SMTP server did not start"
            yield office
        finally:
            ended.set()
            thread.join(5)


async def _serve(office: PostOffice, started: threading.Event, ended: threading.Event) -> None:
    from aiosmtpd.smtp import SMTP

    sessions: list[SMTP] = []

    def session() -> SMTP:
        sessions.append(SMTP(_World(office), hostname="world.localhost", enable_SMTPUTF8=False, timeout=3600))
        return sessions[-1]

    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", 0)
    office.smtp_port = server.sockets[0].getsockname()[1]
    started.set()
    async with server:
        while not ended.is_set():
            await asyncio.sleep(0.05)
    for one in sessions:
        if one.transport is not None:
            one.transport.close()
    await asyncio.sleep(0)


class _World:
    """All other mail servers in one."""

    def __init__(self, office: PostOffice) -> None:
        self.office = office

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]) -> str:  # aiosmtpd's name
        answer = self.office.fate(address)
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # aiosmtpd's name
        raw: Any = envelope.content
        for to in envelope.rcpt_tos:
            mail = Mail(self.office.now(), envelope.mail_from or "", to.casefold(), bytes(raw))
            self.office.letters.append(mail)
            self.office.fresh.append(mail)
        return "250 OK"
