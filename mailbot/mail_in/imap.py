"""The door to an IMAP mailbox: one connection, used by one thread, thrown away after any fault (reliability.md R9).

Nothing that comes out of a mail is ever said to the server: commands carry UIDs and configured folder names only (R7).
"""

from __future__ import annotations

import contextlib
import imaplib
import select
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from mailbot.claims.crash import crash_point
from mailbot.claims.errors import MailboxAway
from mailbot.config import Mailbox
from mailbot.mail_in.imap_faults import FolderMissing, as_away
from mailbot.mail_in.imap_signin import Token, open_client, sign_in

FLAG = rb"\Flagged"  # the one mark every mail program shows and every server keeps
RENEW_IDLE = 540.0  # seconds: servers and firewalls forget a silent line after 10 to 30 minutes (R8)
BATCH_MAILS = 100
BATCH_BYTES = 8_000_000
_LISTED_AT_ONCE = 500
_SEARCHED_AT_ONCE = 80_000  # the answer is one line, and the library takes no line over a million bytes
_SLICE = 0.5  # seconds between looks at `interrupted` while the server is silent


@dataclass(frozen=True, slots=True)
class Abilities:
    """What this server can do beyond what we need of each (UID, UIDVALIDITY, PEEK)."""

    idle: bool
    move: bool
    uid_expunge: bool


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder as the server opened it. `uid_next`: None where the server does not say."""

    name: str
    uidvalidity: int
    uid_next: int | None
    mails: int
    writable: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A mail that lies in the folder. `arrived_at` is its INTERNALDATE."""

    uid: int
    size: int
    arrived_at: datetime


@dataclass(frozen=True, slots=True)
class Fetched:
    """The bytes of a mail; its first bytes only where it is `truncated`."""

    uid: int
    raw: bytes
    arrived_at: datetime
    truncated: bool = False


class Imap:
    """A signed-in session. Every method raises MailboxAway for every fault, and the session is then over."""

    def __init__(self, box: Mailbox, token: Token | None = None) -> None:
        self.box = box
        self.selected: str | None = None
        self._client: Any = None
        self._mails = 0
        with self._session(opening=True):
            self._client = open_client(box)
            sign_in(self._client, box, token)
            names = {bytes(name).upper() for name in self._client.capabilities()}
            self.can = Abilities(idle=b"IDLE" in names, move=b"MOVE" in names, uid_expunge=b"UIDPLUS" in names)
        crash_point("imap.connected")

    @contextlib.contextmanager
    def _session(self, *, opening: bool = False) -> Iterator[Any]:
        """The connection, and an end to it whatever goes wrong: the library raises a dozen kinds of errors (reliability.md 3.1)."""
        if self._client is None and not opening:
            raise MailboxAway(f"{self.box.host}:{self.box.port}: the session is over.")
        try:
            yield self._client
        except FolderMissing:
            raise  # a plain NO, after which the line is as good as before
        except Exception as error:
            self._drop()
            raise as_away(error, self.box) from error

    @property
    def is_open(self) -> bool:
        return self._client is not None

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(Exception):
                client.shutdown()

    def close(self) -> None:
        """An orderly end; safe to call twice."""
        if self._client is not None:
            with contextlib.suppress(Exception):
                self._client.socket().settimeout(2)
                self._client.logout()
            self._drop()

    def folders(self) -> list[str]:
        with self._session() as client:
            return sorted(name for flags, _, name in client.list_folders() if rb"\Noselect" not in flags)

    def select(self, folder: str, *, readonly: bool) -> Folder:
        """Open the folder; `writable` is False where we or the server want it so. Errors: FolderMissing, MailboxAway."""
        with self._session() as client:
            writable = not readonly
            self.selected = None
            try:
                answer = client.select_folder(folder, readonly=readonly)
            except imaplib.IMAP4.readonly:
                writable = False
                answer = client.select_folder(folder, readonly=True)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error as error:
                raise self._missing(client, folder) from error
            if b"UIDVALIDITY" not in answer:
                raise MailboxAway(f"{self.box.host}: the folder {folder!r} has no UIDVALIDITY; mails in it cannot be told apart.")
            self.selected, self._mails = folder, answer[b"EXISTS"]
        crash_point("imap.selected")
        return Folder(folder, answer[b"UIDVALIDITY"], answer.get(b"UIDNEXT"), answer[b"EXISTS"], writable)

    def _missing(self, client: Any, folder: str) -> FolderMissing:
        there = ", ".join(sorted(name for _, _, name in client.list_folders())[:30])
        return FolderMissing(f"{self.box.host}: the folder {folder!r} cannot be opened. This account has: {there}.")

    def uids(self) -> list[int]:
        """UIDs of all mails of the folder, ascending."""
        with self._session() as client:
            _forget_news(client)
            if self._mails <= _SEARCHED_AT_ONCE:
                return sorted(client.search("ALL"))
            found: list[int] = []
            for first in range(1, max(client.search("UID *"), default=0) + 1, _SEARCHED_AT_ONCE):
                found += client.search(f"UID {first}:{first + _SEARCHED_AT_ONCE - 1}")
            return sorted(found)

    def uids_above(self, uid: int) -> list[int]:
        """UIDs of mails newer than `uid`, ascending. The server also names the last mail when it is older (I6)."""
        with self._session() as client:
            _forget_news(client)
            return sorted(found for found in client.search(f"UID {uid + 1}:*") if found > uid)

    def uids_since(self, day: date) -> set[int]:
        """UIDs of mails that arrived on this day or later, by the server's own idea of a day: leave a margin."""
        with self._session() as client:
            return set(client.search(["SINCE", day]))

    def present(self, uids: Sequence[int]) -> set[int]:
        """Those of these that still lie in the folder."""
        with self._session() as client:
            client.noop()
            return set(client.search(f"UID {_joined(uids)}")) & set(uids) if uids else set()

    def listed(self, uids: Sequence[int]) -> Iterator[list[Listed]]:
        """Size and arrival of these mails, some hundred at a time; those that are gone are left out."""
        for start in range(0, len(uids), _LISTED_AT_ONCE):
            with self._session() as client:
                answer = client.fetch(uids[start : start + _LISTED_AT_ONCE], ["RFC822.SIZE", "INTERNALDATE"])
                whole = {uid: data for uid, data in answer.items() if b"RFC822.SIZE" in data and b"INTERNALDATE" in data}
                lines = [Listed(uid, data[b"RFC822.SIZE"], data[b"INTERNALDATE"]) for uid, data in whole.items()]
            yield lines

    def fetch(self, mails: Sequence[Listed]) -> list[Fetched]:
        """The bytes of these mails, without marking them read; those that vanished meanwhile are left out (I9).

        A mail over `max_mail_bytes` is fetched in part.
        """
        limit = self.box.max_mail_bytes
        fetched: list[Fetched] = []
        with self._session() as client:
            whole = [mail for mail in mails if mail.size <= limit]
            answer = client.fetch([mail.uid for mail in whole], ["BODY.PEEK[]"])
            for mail in whole:
                if (raw := answer.get(mail.uid, {}).get(b"BODY[]")) is not None:
                    fetched.append(Fetched(mail.uid, raw, mail.arrived_at))
            for mail in mails:
                if mail.size > limit:
                    part = client.fetch([mail.uid], [f"BODY.PEEK[]<0.{limit}>"])
                    if (raw := part.get(mail.uid, {}).get(b"BODY[]<0>")) is not None:
                        fetched.append(Fetched(mail.uid, raw, mail.arrived_at, truncated=True))
        return fetched

    def flag(self, uids: Sequence[int]) -> set[int]:
        """Mark these; returns those that are there and did not keep the mark (I5: a server may say OK and store nothing)."""
        with self._session() as client:
            said = client.add_flags(uids, [FLAG]) or {}
        kept = {uid for uid, flags in said.items() if FLAG in flags}
        return self.present([uid for uid in uids if uid not in kept])

    def move(self, uids: Sequence[int], folder: str) -> set[int]:
        """Move these; returns those that did not go. Without MOVE: copy, mark deleted, expunge these alone where the server can."""
        with self._session() as client:
            if self.can.move:
                client.move(uids, folder)
            else:
                client.copy(uids, folder)
                client.add_flags(uids, [rb"\Deleted"], silent=True)
                if self.can.uid_expunge:
                    client.uid_expunge(uids)
        crash_point("imap.move.after")
        return self.present(uids) if self.can.move or self.can.uid_expunge else set()

    def noop(self) -> None:
        with self._session() as client:
            client.noop()

    def idle(self, seconds: float, interrupted: Callable[[], bool]) -> bool:
        """Wait until the server says something, it is time, or `interrupted`. True when it spoke: then look yourself (R8)."""
        with self._session() as client:
            if _has_news(client):
                return True
            client.idle()
            crash_point("idle.entered")
            spoke = self._spoken(client, min(seconds, RENEW_IDLE), interrupted)
            crash_point("idle.woke")
            client.idle_done()
            client.noop()
        return spoke

    def _spoken(self, client: Any, seconds: float, interrupted: Callable[[], bool]) -> bool:
        """We look at the socket, not at idle_check(): that one takes a closed line for silence, and burns the CPU over it (I8)."""
        sock = client.socket()
        if _already_read(client, sock):
            return True
        poller = select.poll()
        poller.register(sock, select.POLLIN)
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and not interrupted():
            if poller.poll(min(left, _SLICE) * 1000):
                return True
        return False


def _forget_news(client: Any) -> None:
    """From here on an EXISTS tells of mail that the coming SEARCH may not know yet."""
    client._imap.untagged_responses.pop("EXISTS", None)


def _has_news(client: Any) -> bool:
    """Did an EXISTS come along with the answer to something else? IDLE would not tell of that mail again."""
    return "EXISTS" in client._imap.untagged_responses


def _already_read(client: Any, sock: Any) -> bool:
    """Has the answer to IDLE brought the first news along? What lies in our own buffers no poll of the socket shows."""
    if isinstance(sock, ssl.SSLSocket) and sock.pending():
        return True
    timeout = sock.gettimeout()
    sock.setblocking(False)
    try:
        return bool(client._imap.file.peek(1))
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    finally:
        sock.settimeout(timeout)


def batches(mails: Sequence[Listed], limit: int) -> Iterator[list[Listed]]:
    """Parts worth one FETCH: many small mails or few large ones. `limit`: more of a mail than this is not fetched."""
    batch: list[Listed] = []
    size = 0
    for mail in mails:
        cost = min(mail.size, limit)
        if batch and (len(batch) >= BATCH_MAILS or size + cost > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(mail)
        size += cost
    if batch:
        yield batch


def _joined(uids: Sequence[int]) -> str:
    return ",".join(map(str, uids))
