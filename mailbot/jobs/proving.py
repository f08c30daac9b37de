"""Mails of our people whose sender is being proven: they wait for the name servers, for hours if need be, and no other mail does."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mailbot import maillog
from mailbot.claims.authentication import Authentication
from mailbot.claims.command_lines import COMMAND_WORDS, command_of
from mailbot.claims.proof import answers_ours
from mailbot.store import received

if TYPE_CHECKING:
    from mailbot.claims.message import IncomingMail
    from mailbot.jobs.filing import FilingDesk, Read
    from mailbot.jobs.own_proof import Look, OwnProof
    from mailbot.store.database import Connection

AGAIN_AFTER = timedelta(minutes=15)
TRIED_FOR = timedelta(hours=4)  # after which it is filed as what it is: not proven
_AT_ONCE = 50  # looked at together
MOST_HELD = 100  # in memory; the rest is put off at once
_GIVEN_UP = Authentication(dkim="temperror", reason="Checked here: its DKIM key could not be looked up for hours.")


@dataclass(slots=True)
class Proving:
    """Those that wait, in the order in which they came. For one thread."""

    desk: FilingDesk
    proven: dict[int, Authentication] = field(default_factory=dict)  # by mail, what was found of those that may be filed now
    _queue: list[Read] = field(default_factory=list)
    _looked_at: list[Read] = field(default_factory=list)
    _look: Look | None = None

    @property
    def held(self) -> list[Read]:
        return [*self._looked_at, *self._queue]

    def take(self, ready: Sequence[Read], now: datetime) -> tuple[list[Read], list[Read]]:
        """(may be filed, to be put off): what else has to be proven first is kept, and its look begins."""
        file: list[Read] = []
        late: list[Read] = []
        own = self.desk.own_proof
        for pair in ready:
            mail, read = pair
            if own is None or mail.id in self.proven or not own.is_to_be_checked(mail, read, self.desk.proof_of(read.mail, mail.mailbox)):
                file.append(pair)
            elif len(self._looked_at) + len(self._queue) < MOST_HELD:
                self._queue.append(pair)
            elif _may_wait(pair, now):
                late.append(pair)
            else:
                self.proven[mail.id] = _GIVEN_UP
                file.append(pair)
        self._begin(own)
        return file, late

    def over(self, now: datetime) -> tuple[list[Read], list[Read]]:
        """(may be filed, to be put off) of those whose look has ended; the next look begins."""
        if self._look is None or not self._look.is_over():
            return [], []
        file: list[Read] = []
        late: list[Read] = []
        found = self._look.end()
        for pair in self._looked_at:
            proof = found.get(pair[0].id, _GIVEN_UP)
            if proof.dkim == "temperror" and _may_wait(pair, now):
                late.append(pair)
                continue
            self.proven[pair[0].id] = proof if proof.key is None else replace(proof, key=replace(proof.key, checked_at=now))
            file.append(pair)
        self._look, self._looked_at = None, []
        self._begin(self.desk.own_proof)
        return file, late

    def wait(self, seconds: float) -> None:
        """There is nothing else to do."""
        if self._look is not None:
            self._look.wait(seconds)

    def keep(self, ids: Collection[int]) -> None:
        """All but these are filed, or given back."""
        self.proven = {number: proof for number, proof in self.proven.items() if number in ids}

    def _begin(self, own: OwnProof | None) -> None:
        if own is not None and self._look is None and self._queue:
            self._looked_at, self._queue = self._queue[:_AT_ONCE], self._queue[_AT_ONCE:]
            self._look = own.begin(self._looked_at)


def put_off(conn: Connection, pairs: Sequence[Read], now: datetime) -> None:
    """Stored as they are, to be looked at again; kept so through a restart. One that is no longer ours stays with whom it is."""
    for mail, _ in pairs:
        if received.put_off(conn, mail.id, mail.fence, now + AGAIN_AFTER, now):
            maillog.mail_put_off(mail.id, now + AGAIN_AFTER)


def _may_wait(pair: Read, now: datetime) -> bool:
    """Within the limit; and it can be nothing but a command: what goes to people outside, or may hold a claim, is filed at once."""
    mail, read = pair
    return _is_command(read.mail) and (mail.put_off_since is None or now - mail.put_off_since < TRIED_FOR)


def _is_command(mail: IncomingMail) -> bool:
    """As claims.kind has it, for a mail of our people."""
    word = command_of(mail)
    return word in COMMAND_WORDS or (bool(word) and answers_ours(mail))
