"""Our own look at who sent a mail of our people, where no mail server vouches (decisions.md 32): beside all else, limited in time.

The mails of one look share one limit and are looked at side by side; a key is asked for once, and a name server that is silent is left
alone for a minute, so that many such mails cost no more time than one.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from mailbot.claims.absence import tells_of_absence
from mailbot.claims.authentication import Authentication
from mailbot.claims.command_lines import COMMAND_WORDS, first_command
from mailbot.claims.proof import answers_ours
from mailbot.claims.senders import is_ours
from mailbot.mail_in.dkim_check import authentication_of, dns_resolver

if TYPE_CHECKING:
    from mailbot.claims.policy import Policy
    from mailbot.claims.understanding import ReadMail
    from mailbot.mail_in.dkim_check import Resolver
    from mailbot.store.received import ClaimedMail

SECONDS = 10.0  # for all mails of a batch together
FRESH_FOR = timedelta(days=7)  # of the Date line: an old mail that somebody kept proves nothing
_AHEAD = timedelta(hours=1)
_AT_A_TIME = 8
_KEPT_FOR = 600.0  # seconds a key is good for
_LEFT_ALONE_FOR = 60.0  # seconds in which nobody asks again for a key that is not there, or that nobody could tell
_MOST_KEYS = 1_000

Asked = tuple["ClaimedMail", "ReadMail"]


@dataclass(frozen=True, slots=True)
class _Lookup:
    answer: Future[bytes | None]
    since: float


class KeyBook:
    """A resolver that asks another one once for each name, for several threads. Errors when called: OSError where nobody could tell."""

    def __init__(self, resolver: Resolver, seconds: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._resolver, self._seconds, self._monotonic = resolver, seconds, monotonic
        self._lock = threading.Lock()
        self._lookups: dict[str, _Lookup] = {}

    def __call__(self, name: str) -> bytes | None:
        with self._lock:
            lookup, is_new = self._lookup(name)
        if is_new:
            try:
                lookup.answer.set_result(self._resolver(name))
            except Exception as error:  # noqa: BLE001  # the name server's library has a whole family of them
                lookup.answer.set_exception(error if isinstance(error, OSError) else OSError(type(error).__name__))
        return lookup.answer.result(max(0.0, lookup.since + self._seconds - self._monotonic()))

    def _lookup(self, name: str) -> tuple[_Lookup, bool]:
        now, known = self._monotonic(), self._lookups.get(name)
        if known is not None and now - known.since < (_KEPT_FOR if _tells(known.answer) else _LEFT_ALONE_FOR):
            return known, False
        if len(self._lookups) >= _MOST_KEYS:
            self._lookups.clear()
        self._lookups[name] = _Lookup(Future(), now)
        return self._lookups[name], True


def _tells(answer: Future[bytes | None]) -> bool:
    return answer.done() and answer.exception() is None and bool(answer.result())


@dataclass(frozen=True, slots=True)
class OwnProof:
    """Looks up the keys of the senders' domains and checks the signatures; only of mail in which one of our people could act."""

    policy: Policy
    resolver: Resolver | None = None  # None: the system's name servers
    seconds: float = SECONDS
    _keys: list[KeyBook] = field(default_factory=list)  # one, made when it is first needed

    def begin(self, asked: Sequence[Asked]) -> Look:
        """Look at all of these; nobody is held up meanwhile."""
        keys = self._key_book()
        return Look({mail.id: partial(authentication_of, mail.raw, read.mail, keys) for mail, read in asked}, self.seconds)

    def is_to_be_checked(self, mail: ClaimedMail, read: ReadMail, found: Authentication) -> bool:
        """Nobody else has judged its sender (`found`), and one of our people could act by it."""
        said = read.mail
        if found.result != "unknown" or mail.history or mail.mailbox is None or not self._may_act(read):
            return False
        return said.sent_at is not None and mail.received_at - FRESH_FOR <= said.sent_at <= mail.received_at + _AHEAD

    def _key_book(self) -> KeyBook:
        if not self._keys:
            self._keys.append(KeyBook(self.resolver or dns_resolver(self.seconds / 2), self.seconds / 2))
        return self._keys[0]

    def _may_act(self, read: ReadMail) -> bool:
        """One of our people writes it, signed: it begins with a command, answers a letter of ours, goes to a customer too, or tells of
        her absence; or a department answers a letter of ours.
        """
        said = read.mail
        if said.from_ is None or not said.signs.has_dkim_signature or not is_ours(said.from_, said, self.policy):
            return False
        if answers_ours(said):
            return True
        if self.policy.person_at(said.from_.address) is None:
            return False
        if first_command(said.text) in COMMAND_WORDS or tells_of_absence(said.subject, said.text):
            return True
        return any(not is_ours(address, said, self.policy) for address in (*said.to, *said.cc))


class Look:
    """Some mails whose signatures are being checked. A name server that says nothing is not waited for longer than the limit."""

    def __init__(self, checks: Mapping[int, Callable[[], Authentication]], seconds: float) -> None:
        self._until, self._stop = time.monotonic() + seconds, threading.Event()
        self._found: dict[int, Authentication] = {}
        self._waiting: SimpleQueue[tuple[int, Callable[[], Authentication]]] = SimpleQueue()
        for one in checks.items():
            self._waiting.put(one)
        self._threads = [threading.Thread(target=self._work, name="dkim", daemon=True) for _ in range(min(_AT_A_TIME, len(checks)))]
        for thread in self._threads:
            thread.start()

    def _work(self) -> None:
        while not self._stop.is_set():
            try:
                number, check = self._waiting.get_nowait()
            except Empty:
                return
            self._found[number] = check()

    def is_over(self) -> bool:
        return time.monotonic() >= self._until or not any(thread.is_alive() for thread in self._threads)

    def wait(self, seconds: float = SECONDS) -> None:
        """Until it is over, or so long."""
        until = min(self._until, time.monotonic() + seconds)
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def end(self) -> dict[int, Authentication]:
        """What our check says, by mail; of one whose check came to no end in time, nothing. What a thread finds later is not heard."""
        self._stop.set()
        return {number: replace(one, reason=f"Checked here: {one.reason}") for number, one in dict(self._found).items()}
