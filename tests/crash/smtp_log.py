"""An SMTP server that writes down every letter it took, and kills the sender at a wanted place inside DATA (decisions.md 38)."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

INSIDE_DATA = ("smtp.after_354", "smtp.mid_data", "smtp.after_dot", "smtp.after_250")


@dataclass(frozen=True, slots=True)
class Taken:
    """A letter of which we have the final dot; `to` its one recipient. `life`: which daemon brought it, by number."""

    to: str
    raw: bytes
    life: int


@dataclass(slots=True)
class SmtpLog:
    """`strike` names the place at which `victim()` is killed, once; then it is empty again."""

    victim: Callable[[], int | None]
    life: Callable[[], int]  # the number of the daemon that is alive
    strike: str = ""
    taken: list[Taken] = field(default_factory=list)
    port: int = 0
    _loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        ready = threading.Event()
        threading.Thread(target=lambda: asyncio.run(self._serve(ready)), daemon=True).start()
        assert ready.wait(10)

    async def _serve(self, ready: threading.Event) -> None:
        server = await asyncio.start_server(self._client, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        async with server:
            await server.serve_forever()

    def _kill_if(self, place: str) -> None:
        if self.strike != place:
            return
        self.strike = ""
        pid = self.victim()
        if pid is not None:
            os.kill(pid, signal.SIGKILL)

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def say(line: str) -> None:
            writer.write(line.encode() + b"\r\n")

        say("220 log ESMTP")
        life = self.life()
        to: list[str] = []
        while line := (await reader.readline()).decode("ascii", "replace").strip():
            word = line[:4].upper()
            if word in ("EHLO", "HELO"):
                say("250-log\r\n250 8BITMIME")
            elif word == "RCPT":
                to.append(line.partition("<")[2].partition(">")[0])
                say("250 ok")
            elif word == "DATA":
                say("354 go on")
                await writer.drain()
                await self._data(reader, say, to, life)
                to = []
            elif word == "QUIT":
                say("221 bye")
                return
            else:
                say("250 ok")

    async def _data(self, reader: asyncio.StreamReader, say: Callable[[str], None], to: list[str], life: int) -> None:
        self._kill_if("smtp.after_354")
        lines: list[bytes] = []
        while (line := await reader.readline()) != b".\r\n":
            if not line:
                raise ConnectionError
            lines.append(line[1:] if line.startswith(b"..") else line)
            if len(lines) == 5:
                self._kill_if("smtp.mid_data")
        raw = b"".join(lines)
        self._kill_if("smtp.after_dot")
        self.taken += [Taken(address, raw, life) for address in to]
        say("250 taken")
        self._kill_if("smtp.after_250")
