"""Carries letters to the mail server over a few warm connections, and says of each how it ended. Loses none, invents none."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from mailbot.access_token import AccessToken
from mailbot.claims.delivery import Outcome, TryLater
from mailbot.mail_out.smtp import Letter, Session, SmtpServer, open_session
from mailbot.mail_out.smtp_faults import SignInRefused, SmtpAway

NOOP_AFTER = 15.0  # seconds idle after which we ask whether the other side is still there
_NOOP_WITHIN = 5.0
IDLE_LIMIT = 240.0  # servers hang up after 5 minutes (RFC 5321 4.5.3.2.7); we do not wait to be told
_KNOCK_AGAIN = (60.0, 900.0)  # seconds after a refused sign-in: at first, at most (reliability.md I13)

L = TypeVar("L", bound=Letter)


@dataclass(slots=True)
class _Round(Generic[L]):
    """One call of `send_all`: letters still waiting, outcomes, and how many connections are at work or hope to be.

    `ended` holds few: where nobody takes outcomes (the database is away), no more letters are to be begun.
    """

    waiting: deque[L]
    at_work: int
    may_go: Callable[[], bool]
    ended: asyncio.Queue[tuple[L, Outcome]]
    tried_again: set[int] = field(default_factory=set)

    async def end(self, letter: L, outcome: Outcome) -> None:
        await self.ended.put((letter, outcome))


class Courier:
    """Up to `server.connections` sessions, kept open between letters. For one event loop."""

    def __init__(self, server: SmtpServer) -> None:
        self.server = server
        self._idle: list[Session] = []
        self._at_once = asyncio.Semaphore(server.connections)
        self._refused: SignInRefused | None = None
        self._refusals = 0
        self._knock_at = 0.0

    async def send_all(self, letters: Sequence[L], may_go: Callable[[], bool] = lambda: True) -> AsyncGenerator[tuple[L, Outcome], None]:
        """Hand these over; each comes back once with its outcome, as soon as it is known, in no certain order.

        No letter is begun once `may_go` says no. A letter that is in DATA when the iteration is broken off may have been delivered.
        """
        count = min(self.server.connections, len(letters))
        work = _Round(deque(letters), count, may_go, asyncio.Queue(count))
        workers = [asyncio.create_task(self._carry(work)) for _ in range(count)]
        try:
            for _ in letters:
                yield await work.ended.get()
        finally:
            work.waiting.clear()
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    async def _carry(self, work: _Round[L]) -> None:
        """Send what waits over one connection. When no connection can be had, by nobody, the rest is for later."""
        async with self._at_once:
            why = "the mail server stopped answering"
            while work.waiting:
                try:
                    session = await self._session()
                except SmtpAway as error:
                    why = str(error)
                    break
                try:
                    await self._send_over(session, work)
                finally:
                    self._keep(session)
                if session.fell_silent:  # the next letter would wait as long: the others may try, and the clock
                    break
            work.at_work -= 1
            while work.waiting and not work.at_work:
                await work.end(work.waiting.popleft(), TryLater(why))

    async def _send_over(self, session: Session, work: _Round[L]) -> None:
        """Until nothing waits or the session is over."""
        while work.waiting and session.is_open():
            letter = work.waiting.popleft()
            if not work.may_go():
                await work.end(letter, TryLater("it was no longer ours to send"))
                continue
            used = session.letters > 0
            outcome = await session.send(letter)
            stale = used and isinstance(outcome, TryLater) and not (session.is_open() or session.handed_over or session.fell_silent)
            if stale and id(letter) not in work.tried_again:  # so many letters a connection, or it was hung up on us: nothing was delivered
                work.tried_again.add(id(letter))
                work.waiting.appendleft(letter)
            else:
                await work.end(letter, outcome)

    async def _session(self) -> Session:
        """A session that answers: a warm one, else a new one. Errors: SmtpAway."""
        while self._idle:
            session = self._idle.pop()
            idle_for = time.monotonic() - session.used_at
            if session.is_open() and (idle_for < NOOP_AFTER or (idle_for < IDLE_LIMIT and await session.answers("NOOP", _NOOP_WITHIN))):
                return session
            session.abort()
        if self._refused is not None and time.monotonic() < self._knock_at:
            raise self._refused
        return await self._open()

    async def _open(self) -> Session:
        """A new session; a refused sign-in is remembered, lest we knock until the account is locked."""
        try:
            session = await open_session(self.server)
        except SignInRefused as error:
            if isinstance(self.server.token, AccessToken):
                self.server.token.forget()
            first, most = _KNOCK_AGAIN
            self._knock_at = time.monotonic() + min(first * 2**self._refusals, most)
            self._refused, self._refusals = error, min(self._refusals + 1, 10)
            raise
        self._refused, self._refusals = None, 0
        return session

    def _keep(self, session: Session) -> None:
        if session.is_open():
            self._idle.append(session)

    async def try_login(self) -> str:
        """Sign in once, and say what the server is and can. Errors: SmtpAway with one plain sentence."""
        session = await self._open()
        client, server = session.client, self.server
        line = {"implicit": "TLS, verified", "starttls": "STARTTLS, verified", "none": "no TLS, this machine only"}[server.tls]
        names = [name.upper() for name in ("size", "smtputf8", "8bitmime") if client.supports_extension(name)]
        limit = client.esmtp_extensions.get("size", "")
        await session.close()
        who = f"signed in as {server.user}" if server.token or server.password else "no sign-in wanted"
        takes = f", letters up to {int(limit) // 1_000_000} MB" if limit.isdecimal() and int(limit) else ""
        return f"{server.host}:{server.port}: {who} ({line}); the server can {', '.join(names) or 'only the bare protocol'}{takes}."

    async def close(self) -> None:
        """An orderly end of all idle sessions. The courier may be used again."""
        idle, self._idle = self._idle, []
        await asyncio.gather(*(session.close() for session in idle))
