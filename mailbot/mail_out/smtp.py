"""One signed-in session with the mail server, driven phase by phase, so that each letter's end is known (reliability.md R11).

Always over verified TLS, but for this machine itself. The session is over after any fault.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, Protocol

from aiosmtplib import SMTP, SMTPException, SMTPHeloError, SMTPServerDisconnected

from mailbot import maillog
from mailbot.claims.crash import crash_point
from mailbot.claims.delivery import Outcome, Refused, Sent, TryLater, Unknown
from mailbot.claims.errors import MailboxAway
from mailbot.config import LOOPBACK
from mailbot.mail_out.headers import address_spec
from mailbot.mail_out.smtp_faults import SmtpAway, as_away, not_taken, reply, words

_FAREWELL = 2.0  # seconds for QUIT


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where letters are handed over, and how we sign in: with `token` (XOAUTH2), else `password`, else not at all.

    `timeout`: seconds for opening a session and for each reply; `final_reply_timeout`: for the one to the final dot.
    """

    host: str
    port: int
    tls: Literal["implicit", "starttls", "none"]
    ca_file: Path | None = None
    user: str = ""
    password: Callable[[], str] | None = None
    token: Callable[[], str] | None = None
    timeout: float = 60
    final_reply_timeout: float = 600  # RFC 5321 4.5.3.2.6
    connections: int = 2
    hostname: str | None = None  # how we introduce ourselves; None: this machine's name


class Letter(Protocol):
    """Finished bytes to one recipient (reliability.md O8)."""

    @property
    def raw(self) -> bytes: ...
    @property
    def to(self) -> str: ...
    @property
    def envelope_from(self) -> str: ...


class Session:
    """An open session. `letters` counts those tried on it.

    `handed_over`: the bytes of the last one were on their way. `fell_silent`: the server let the time for a reply run out.
    """

    def __init__(self, client: SMTP, server: SmtpServer) -> None:
        self.client = client
        self.server = server
        self.letters = 0
        self.used_at = time.monotonic()
        self.fell_silent = False
        self.handed_over = False

    def is_open(self) -> bool:
        return self.client.is_connected

    async def send(self, letter: Letter) -> Outcome:
        """How handing over this letter ended. Never raises, but when it is cancelled: then the letter may have been delivered."""
        self.letters += 1
        self.handed_over = False
        try:
            return await self._send(letter)
        except asyncio.CancelledError:
            self.abort()
            raise
        except (SMTPException, OSError) as error:
            self.fell_silent = isinstance(error, TimeoutError)
            self.abort()
            return Unknown(words(error)) if self.handed_over else TryLater(words(error))
        except Exception as error:  # noqa: BLE001  # whatever it is, the letter may have gone (house.md 6)
            maillog.bug("courier")
            self.abort()
            return Unknown(words(error))
        finally:
            self.used_at = time.monotonic()

    async def _send(self, letter: Letter) -> Outcome:
        utf8 = self.client.supports_extension("smtputf8")
        try:
            sender = path(letter.envelope_from, utf8=utf8) if letter.envelope_from else ""
            recipient = path(letter.to, utf8=utf8)
        except ValueError as error:
            return Refused(str(error))
        said = await self._say("MAIL", f"FROM:<{sender}>", *self._about(letter.raw, sender + recipient))
        crash_point("smtp.after_mail")
        if said.code // 100 != 2:
            return await self._refused(said.code, said.message)
        said = await self._say("RCPT", f"TO:<{recipient}>")
        crash_point("smtp.after_rcpt")
        if said.code // 100 != 2:
            return await self._refused(said.code, said.message)
        said = await self._say("DATA")
        if said.code != 354:
            return await self._refused(said.code, said.message)
        return await self._hand_over(letter.raw)

    def _about(self, raw: bytes, addresses: str) -> list[str]:
        """What MAIL says of the letter, so that a server refuses what it cannot take before it has it."""
        said = [f"SIZE={len(raw)}"] if self.client.supports_extension("size") else []
        if not raw.isascii() and self.client.supports_extension("8bitmime"):
            said.append("BODY=8BITMIME")
        return said if addresses.isascii() else [*said, "SMTPUTF8"]

    async def _hand_over(self, raw: bytes) -> Outcome:
        """The bytes as they are, and the one reply that counts. From here on silence does not mean that the letter was not taken."""
        protocol = self.client.protocol
        if protocol is None:
            raise SMTPServerDisconnected("the server hung up")
        self.handed_over = True
        protocol.write(as_data(raw))
        said = await protocol.read_response(timeout=self.server.final_reply_timeout)
        if said.code // 100 == 2:
            return Sent(reply(said.code, said.message))
        self.abort()  # it may have spoken before it heard everything; a fresh line is in order for sure
        return not_taken(said.code, said.message) if said.code // 100 in (4, 5) else Unknown(reply(said.code, said.message))

    async def _refused(self, code: int, text: str) -> Outcome:
        """The letter was not taken; the session goes on if the server forgets this letter."""
        if self.is_open() and not await self.answers("RSET", self.server.timeout):
            self.abort()
        return not_taken(code, text)

    async def answers(self, command: Literal["RSET", "NOOP"], timeout: float) -> bool:
        """Does the server still say yes?"""
        try:
            said = await self.client.execute_command(command.encode(), timeout=timeout)
        except (SMTPException, OSError):
            return False
        except asyncio.CancelledError:
            self.abort()
            raise
        return said.code // 100 == 2

    async def _say(self, *command: str) -> _Reply:
        return await self.client.execute_command(*(word.encode() for word in command), timeout=self.server.timeout)

    async def close(self) -> None:
        """An orderly end; never raises."""
        if self.is_open():
            with contextlib.suppress(SMTPException, OSError):
                await self.client.quit(timeout=_FAREWELL)
        self.abort()

    def abort(self) -> None:
        """The end, now: what is still to be written is not."""
        if isinstance(self.client.transport, asyncio.WriteTransport):
            self.client.transport.abort()
        self.client.close()


class _Reply(Protocol):
    @property
    def code(self) -> int: ...
    @property
    def message(self) -> str: ...


async def open_session(server: SmtpServer) -> Session:
    """A session that has signed in. Errors: SmtpAway with one plain sentence."""
    if server.tls == "none" and server.host not in LOOPBACK:
        raise SmtpAway(f'{server.host}: tls = "none" is for this machine only.')
    client = SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.tls == "implicit",
        start_tls=server.tls == "starttls",  # never None: that one goes on in clear where STARTTLS was stripped (reliability.md R12)
        tls_context=tls_context(server.ca_file) if server.tls != "none" else None,
        local_hostname=server.hostname,
        timeout=server.timeout,
    )
    session = Session(client, server)
    try:
        async with asyncio.timeout(server.timeout):
            await client.connect()
            await _introduce(client)
            await _sign_in(client, server)
    except asyncio.CancelledError:
        session.abort()
        raise
    except Exception as error:
        session.abort()
        raise as_away(error, server) from error
    crash_point("smtp.connected")
    return session


@lru_cache(maxsize=16)
def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """One context for all sessions that trust the same: making it costs more than the handshake (performance.md)."""
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise SmtpAway(f"the certificates in ca_file = {ca_file} cannot be read: {error.strerror or error}.") from error


async def _introduce(client: SMTP) -> None:
    if not client.is_ehlo_or_helo_needed:
        return
    try:
        await client.ehlo()
    except SMTPHeloError:
        if not client.is_connected:
            raise
        await client.helo()


async def _sign_in(client: SMTP, server: SmtpServer) -> None:
    """One attempt by one way: a server may lock an account whose sign-in fails by three ways in a row."""
    offered = client.server_auth_methods
    if server.token is not None:
        if "xoauth2" not in offered:
            raise SmtpAway(f"{server.host}:{server.port}: oauth is configured, and the server does not offer XOAUTH2.")
        await client.auth_xoauth2(server.user, await _secret(server.token, "token", server))
    elif server.password is not None:
        ways = {"plain": client.auth_plain, "login": client.auth_login}
        way = next((ways[name] for name in ways if name in offered), None)
        if way is None:
            ways_offered = ", ".join(offered) or "none at all"
            raise SmtpAway(f"{server.host}:{server.port}: the server offers no sign-in by password ({ways_offered}).")
        await way(server.user, await _secret(server.password, "password", server))


async def _secret(read: Callable[[], str], what: str, server: SmtpServer) -> str:
    """Read in a thread: it may run a command or ask a token server."""
    try:
        return await asyncio.to_thread(read)
    except (OSError, ValueError, MailboxAway) as error:
        raise SmtpAway(f"{server.host}:{server.port}: the {what} cannot be had: {error}") from error


def path(address: str, *, utf8: bool) -> str:
    """The address as the envelope carries it, its domain as A-label. Errors: ValueError with a plain reason."""
    local, at, domain = address.rpartition("@")
    if not at or not local.isprintable() or (not local.isascii() and re.search(r'[\s<>"\\]', local)):
        raise ValueError("this is not an address that a mail server takes")
    if not local.isascii() and not utf8:
        raise ValueError("the part before @ has letters outside ASCII, and our mail server cannot send to such addresses (SMTPUTF8)")
    try:
        spec = address_spec(address if local.isascii() else f"x@{domain}")
    except ValueError:
        raise ValueError("this is not an address that a mail server takes") from None
    return spec if local.isascii() else f"{local}@{spec.removeprefix('x@')}"


def as_data(raw: bytes) -> bytes:
    """The bytes as DATA carries them: every line end CRLF, dots stuffed, the final dot (RFC 5321 4.5.2)."""
    lines = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return (b"." if lines.startswith(b".") else b"") + lines.replace(b"\r\n.", b"\r\n..") + b".\r\n"
