"""Who holds a lease, by a name that tells its machine and process, so that the leases of one that died here end at once."""

from __future__ import annotations

import os
import secrets
import socket
from datetime import datetime
from typing import TYPE_CHECKING

from mailbot import maillog
from mailbot.store import leases

if TYPE_CHECKING:
    from mailbot.store.database import Database


def name_owner(instance: str) -> str:
    """`<process>@<machine>/<instance>/<random>`, at most 64 letters, never the same twice."""
    return f"{os.getpid()}@{socket.gethostname()[:24]}/{instance[:16]}/{secrets.token_hex(4)}"


def recover(db: Database, now: datetime) -> int:
    """End the leases of processes of this machine that are gone (kill -9, power): nobody waits 180 s for them. Errors: StoreAway."""
    with db.read() as conn:
        gone = [owner for owner in leases.owners(conn) if _is_gone(owner)]
    ended = 0
    for owner in gone:
        with db.write() as conn:
            ended += leases.expire(conn, owner, now)
    if ended:
        maillog.leases_ended(ended)
    return ended


def _is_gone(owner: str) -> bool:
    process, _, rest = owner.partition("@")
    if not process.isdecimal() or rest.partition("/")[0] != socket.gethostname()[:24]:
        return False
    if int(process) == os.getpid():  # ours by number only: a container's new process has the number of the one before it
        return True
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return False
