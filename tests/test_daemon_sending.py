"""A mail server that takes its time over one letter does not hold back the letters that come after it."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from mailbot import daemon
from mailbot.jobs.send_outbox import Post, send_due
from mailbot.store.database import Database
from tests.scripted_smtp import OK, ScriptedSmtp, Slow
from tests.sender_process import NO_LIMITS
from tests.store_fixtures import NOW
from tests.test_send_outbox import post_to, queue, states


def parts_that_send(db: Database, post: Post) -> Any:
    """What `_Daemon` needs of its parts to send, on a clock that stands still."""

    async def send(stopping: Any = lambda: False) -> int:
        return await send_due(db, post, "me", lambda: NOW, NO_LIMITS, stopping)

    return SimpleNamespace(db=db, post=post, send=send, desk=None, ground=None)


def test_the_letters_behind_one_that_hangs_go_on(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daemon, "HANGING_AFTER", 0.2)
    monkeypatch.setattr(daemon, "_HELD_BACK", 0.1)
    monkeypatch.setattr(daemon, "_SLOW", 0.1)
    queue(db, "first")

    async def test() -> None:
        async with ScriptedSmtp(dot=[Slow(2.0, "250 2.0.0 taken late"), OK]) as server, post_to(server.port, connections=2) as post:
            running = daemon._Daemon(parts_that_send(db, post))
            running.letters = asyncio.Event()
            sending = asyncio.create_task(running._send())
            await asyncio.sleep(0.1)
            queue(db, "second", "third")
            running.letters.set()
            await asyncio.sleep(1.2)
            assert await asyncio.to_thread(states, db) == {"first": "sending", "second": "sent", "third": "sent"}
            running.stop.set()
            running.letters.set()
            await asyncio.wait_for(sending, 10)  # the end waits for the letter in flight

    asyncio.run(test())
    assert states(db) == {"first": "sent", "second": "sent", "third": "sent"}
