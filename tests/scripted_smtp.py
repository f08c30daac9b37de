"""An SMTP server that does what it is told at each step: says a reply, is slow, hangs, hangs up, resets. It writes down all it hears.

    async with ScriptedSmtp(dot="451 4.3.0 later") as server:             # this reply at every final dot
    async with ScriptedSmtp(mail=["421 bye", OK], mid_data=DROP):         # one a passage; after the last the step goes as usual
        server.port, server.taken, server.heard, server.connections

Steps: greeting ehlo helo starttls auth auth_more mail rcpt data mid_data dot rset noop quit.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
from dataclasses import dataclass
from types import TracebackType
from typing import Self

OK = "as usual"
DROP = "hang up"
RESET = "reset the line"
HANG = "say nothing"


@dataclass(frozen=True, slots=True)
class Slow:
    """A reply after so many seconds."""

    seconds: float
    reply: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A letter whose final dot we heard, as it was before dots were stuffed."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    connection: int


class _HangUp(Exception):
    pass


Act = str | Slow
_USUAL = {
    "greeting": "220 scripted ESMTP", "helo": "250 scripted", "starttls": "220 go on", "auth": "235 2.7.0 welcome", "auth_more": "235 2.7.0 welcome",
    "mail": "250 2.1.0 ok", "rcpt": "250 2.1.5 ok", "data": "354 go on", "dot": "250 2.0.0 taken", "rset": "250 ok", "noop": "250 ok", "quit": "221 bye",
}  # fmt: skip


class ScriptedSmtp:
    """`offers`: what EHLO names. `tls`: a server's context, used at once where `implicit`, else after STARTTLS.

    `gathers`: nobody is greeted before so many connections are there.
    """

    def __init__(
        self,
        *,
        offers: tuple[str, ...] = ("8BITMIME",),
        tls: ssl.SSLContext | None = None,
        implicit: bool = False,
        gathers: int = 1,
        **script: Act | list[Act],
    ) -> None:
        self.offers = offers
        self.tls = tls
        self.implicit = implicit
        self.gathers = gathers
        self.script = script
        self.taken: list[Taken] = []
        self.heard: list[str] = []
        self.connections = 0
        self.open_now = 0
        self.most_open = 0
        self.port = 0
        self._gathered = asyncio.Event()
        self._passages: dict[str, int] = {}
        self._talks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self.server = await asyncio.start_server(self._client, "127.0.0.1", 0, ssl=self.tls if self.implicit else None)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        await self.server.wait_closed()

    async def hang_up(self) -> None:
        """End all present connections."""
        talks = list(self._talks)
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
        await asyncio.sleep(0.02)  # the other side hears of it

    def commands(self, word: str) -> list[str]:
        return [line for line in self.heard if line.upper().startswith(word)]

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        self.connections += 1
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        if self.connections >= self.gathers:
            self._gathered.set()
        try:
            await self._gathered.wait()
            await _Talk(self, reader, writer, self.connections).run()
        except (_HangUp, OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self.open_now -= 1
            self._talks.discard(task)
            with contextlib.suppress(Exception):
                writer.transport.abort() if writer.transport.is_closing() else writer.close()

    def act(self, step: str) -> Act:
        passage = self._passages.get(step, 0)
        self._passages[step] = passage + 1
        wanted = self.script.get(step, OK)
        if isinstance(wanted, list):
            return wanted[passage] if passage < len(wanted) else OK
        return wanted


class _Talk:
    def __init__(self, server: ScriptedSmtp, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        self.server, self.reader, self.writer, self.number = server, reader, writer, number
        self.sender = ""
        self.recipients: list[str] = []

    async def run(self) -> None:
        await self.do("greeting")
        while line := (await self.reader.readline()).decode("utf-8", "replace").rstrip("\r\n"):
            self.server.heard.append(line)
            await self.obey(line)

    async def obey(self, line: str) -> None:
        word = line.partition(" ")[0].lower()
        if word == "mail":
            self.sender, self.recipients = _path(line), []
        if word not in _USUAL and word != "ehlo":
            self.say("500 what?")
            return
        reply = await self.do(word)
        if word == "rcpt" and reply.startswith("2"):
            self.recipients.append(_path(line))
        elif word == "data" and reply.startswith("354"):
            await self.data()
        elif word == "starttls" and reply.startswith("220"):
            assert self.server.tls is not None
            await self.writer.start_tls(self.server.tls)
        elif word == "auth" and reply.startswith("334"):
            self.server.heard.append((await self.reader.readline()).decode().rstrip("\r\n"))
            await self.do("auth_more")
        elif word == "quit":
            raise _HangUp

    async def data(self) -> None:
        lines: list[bytes] = []
        while (line := await self.reader.readline()) != b".\r\n":
            if not line:
                raise _HangUp
            lines.append(line.removeprefix(b".") if line.startswith(b".") else line)
            if len(lines) == 2 and "mid_data" in self.server.script:
                await self.do("mid_data")
        self.server.taken.append(Taken(self.sender, tuple(self.recipients), b"".join(lines), self.number))
        await self.do("dot")

    async def do(self, step: str) -> str:
        """Act out the step; the reply that was said."""
        act = self.server.act(step)
        if isinstance(act, Slow):
            await asyncio.sleep(act.seconds)
            act = act.reply
        if act == DROP:
            raise _HangUp
        if act == RESET:
            sock = self.writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.writer.transport.abort()
            raise _HangUp
        if act == HANG:
            await asyncio.sleep(3600)
        if act == OK:
            if step == "mid_data":
                return ""
            act = "\r\n".join([f"250{'-' if self.server.offers else ' '}scripted", *_listed(self.server.offers)]) if step == "ehlo" else _USUAL[step]
        self.say(act)
        return act

    def say(self, text: str) -> None:
        self.writer.write(text.encode("utf-8", "surrogateescape") + b"\r\n")


def _listed(offers: tuple[str, ...]) -> list[str]:
    return [f"250{' ' if n == len(offers) else '-'}{offer}" for n, offer in enumerate(offers, 1)]


def _path(line: str) -> str:
    return line.partition("<")[2].rpartition(">")[0]
