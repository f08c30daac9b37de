"""Opens an IMAP connection and signs in: always over verified TLS, but for this machine itself."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from imapclient import IMAPClient

from mailbot.claims.errors import MailboxAway
from mailbot.config import LOOPBACK, Mailbox

Token = Callable[[], str]


def open_client(box: Mailbox) -> Any:
    """A connection, not yet signed in. Errors: whatever the network raises."""
    if box.tls == "none" and box.host not in LOOPBACK:
        raise MailboxAway(f'{box.host}: tls = "none" is for this machine only.')
    context = tls_context(box.ca_file)
    try:
        client = IMAPClient(box.host, box.port, ssl=box.tls == "implicit", ssl_context=context, timeout=box.timeout)
    except TimeoutError as error:  # a server that waits for TLS and a client that waits for a greeting wait for each other
        mend = f'Is tls = "{box.tls}" right for this port? 993 wants "implicit", 143 "starttls".'
        raise MailboxAway(f"{box.host}:{box.port}: no answer within {box.timeout} seconds. {mend}") from error
    try:
        client.normalise_times = False  # else naive local times (reliability.md I14)
        client._imap.debug = 0  # the library's 5 writes every mail out once more as text, only to throw it away: 3 times the memory
        if box.tls == "starttls":
            client.starttls(context)
        _keep_alive(client.socket())
    except BaseException:
        with contextlib.suppress(OSError):  # after a failed STARTTLS the library holds a dead socket
            client.shutdown()
        raise
    return client


@lru_cache(maxsize=16)
def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """One context for all connections that trust the same: making it costs more than the handshake (performance.md)."""
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise MailboxAway(f"the certificates in ca_file = {ca_file} cannot be read: {error.strerror or error}.") from error


def sign_in(client: Any, box: Mailbox, token: Token | None) -> None:
    """Errors: LoginError, MailboxAway where the secret cannot be read."""
    if box.oauth is not None:
        _by_token(client, box, token)
        return
    password = _password(box)
    if (box.user + password).isascii() or not client.has_capability("AUTH=PLAIN"):
        client.login(box.user, password)
    else:
        client.plain_login(box.user, password)  # LOGIN knows ASCII only


def _by_token(client: Any, box: Mailbox, token: Token | None) -> None:
    """XOAUTH2. A refusal comes as a challenge with the reason, and wants an empty answer."""
    if token is None:
        raise MailboxAway(f"mailbox {box.name}: oauth is configured, but nothing gives a token.")
    first = f"user={box.user}\1auth=Bearer {token()}\1\1".encode()
    client.sasl_login("XOAUTH2", lambda challenge: b"" if challenge else first)


def _password(box: Mailbox) -> str:
    if box.password is None:
        raise MailboxAway(f"mailbox {box.name} has neither password nor oauth.")
    try:
        return box.password.read()
    except (OSError, ValueError) as error:
        raise MailboxAway(f"mailbox {box.name}: its password cannot be read: {error}") from error


def _keep_alive(sock: socket.socket) -> None:
    """Let the kernel find out that the other side is gone while we only listen (reliability.md I7)."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 20), ("TCP_KEEPCNT", 3)):
        if hasattr(socket, option):  # not on every system
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
