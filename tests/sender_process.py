"""A sender as a process of its own, so that it can be killed: `python -m tests.sender_process DATABASE PORT LEASE_SECONDS`."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime, timedelta

from mailbot.jobs.send_outbox import Post, send_due
from mailbot.mail_out.courier import Courier
from mailbot.mail_out.smtp import SmtpServer
from mailbot.store.database import open_database
from mailbot.store.outbox import SendLimits

NO_LIMITS = SendLimits(10**9, 10**9, 10**9, 10**9)


def clock() -> datetime:
    return datetime.now(UTC)


async def send_everything(url: str, port: int, owner: str, lease_seconds: float) -> int:
    """Send until nothing is due; returns how many letters were tried."""
    db = open_database(url)
    courier = Courier(SmtpServer("127.0.0.1", port, "none", timeout=10, final_reply_timeout=10, hostname="localhost"))
    tried = 0
    try:
        while count := await send_due(db, Post({"": courier}, timedelta(seconds=lease_seconds)), owner, clock, NO_LIMITS):
            tried += count
    finally:
        await courier.close()
        db.close()
    return tried


if __name__ == "__main__":
    asyncio.run(send_everything(sys.argv[1], int(sys.argv[2]), "process", float(sys.argv[3])))
