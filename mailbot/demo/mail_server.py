"""An IMAP and an SMTP server in this process, on loopback only: mail to the claims address lies in its mailbox, the rest is kept."""

from __future__ import annotations

import asyncio
import contextlib
import re
import threading
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.utils import format_datetime, parseaddr
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP, Envelope, Session

USER, PASSWORD = "claims", "demo"
SERVER = "demo.localhost"  # its authserv-id
_START_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Delivered:
    """A letter that left for somebody else than the claims address."""

    to: str
    from_: str
    raw: bytes


@dataclass(slots=True)
class Post:
    """The two servers' addresses, and what was delivered to others."""

    claims: str
    imap_port: int = 0
    smtp_port: int = 0
    delivered: list[Delivered] = field(default_factory=list)


@contextlib.contextmanager
def mail_server(claims: str, imap_port: int = 0, smtp_port: int = 0) -> Iterator[Post]:
    """Both servers, running in a thread until the end of the block. A port of 0 is any free one."""
    post = Post(claims)
    started, ended = threading.Event(), threading.Event()
    failure: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(_serve(post, imap_port, smtp_port, started, ended))
        except BaseException as error:  # noqa: BLE001  # told to whoever waits below
            failure.append(error)
            started.set()

    thread = threading.Thread(target=run, name="demo mail server", daemon=True)
    thread.start()
    started.wait(_START_SECONDS)
    if failure or not started.is_set():
        raise RuntimeError("the embedded mail server did not start") from (failure[0] if failure else None)
    try:
        yield post
    finally:
        ended.set()
        thread.join(5)


async def _serve(post: Post, imap_port: int, smtp_port: int, started: threading.Event, ended: threading.Event) -> None:
    from aiosmtpd.smtp import SMTP
    from pymap.backend.dict import DictBackend
    from pymap.imap import IMAPServer

    # fmt: off
    wanted = Namespace(demo_data=False, demo_user=USER, demo_password=PASSWORD, debug=False, host=["127.0.0.1"], port=imap_port, cert=None,
                       key=None, tls=False, proxy_protocol=None, inherited_sockets=None, passlib_cfg=None, skip_services=[])
    # fmt: on
    backend, config = await DictBackend.init(wanted)
    config.apply_context()
    imap = IMAPServer(backend.login, config)

    async def imap_connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from proxyprotocol.sock import SocketInfoLocal

        with contextlib.suppress(ConnectionError):
            await imap(reader, writer, SocketInfoLocal(writer))

    handler = _Handler(post, backend.login.demo_user_identity)
    imap_server = await asyncio.start_server(imap_connection, "127.0.0.1", imap_port)
    smtp_server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(handler, hostname=SERVER, enable_SMTPUTF8=False), "127.0.0.1", smtp_port
    )
    post.imap_port, post.smtp_port = (server.sockets[0].getsockname()[1] for server in (imap_server, smtp_server))
    started.set()
    async with imap_server, smtp_server:
        while not ended.is_set():
            await asyncio.sleep(0.1)


class _Handler:
    """Accepts everything; mail to the claims address goes into its mailbox, as a mail server's last hop would put it there."""

    def __init__(self, post: Post, identity: Any) -> None:
        self.post = post
        self.identity = identity

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        for to in envelope.rcpt_tos:
            if to.casefold() == self.post.claims.casefold():
                await self._deliver(raw, envelope.mail_from or "")
            else:
                self.post.delivered.append(Delivered(to, envelope.mail_from or "", raw))
        return "250 OK"

    async def _deliver(self, raw: bytes, from_: str) -> None:
        from pymap.parsing.message import AppendMessage

        now = datetime.now(UTC)
        trace = f"Return-Path: <{from_}>\r\nReceived: from demo by {SERVER}; {format_datetime(now)}\r\n{_vouched(raw)}".encode()
        async with self.identity.new_session() as session:
            inbox = await session.mailbox_set.get_mailbox("INBOX")
            await inbox.append(AppendMessage(trace + raw, now, frozenset()))


def _vouched(raw: bytes) -> str:
    """What a real server finds by DKIM and DMARC: here, on loopback, it takes everybody at his word. So commands can be tried."""
    froms = message_from_bytes(raw).get_all("From") or []
    domain = parseaddr(str(froms[0]))[1].rpartition("@")[2].casefold() if len(froms) == 1 else ""
    if re.fullmatch(r"[a-z0-9.-]{1,200}", domain) is None:
        return ""
    return f"Authentication-Results: {SERVER}; dkim=pass header.d={domain}; dmarc=pass header.from={domain}\r\n"
