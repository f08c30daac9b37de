"""Our own look at who sent a command, where no mail server of ours vouches (decisions.md 32): outside any transaction, limited in time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from mailbot.claims.authentication import Authentication
from mailbot.claims.command_lines import COMMAND_WORDS, first_command
from mailbot.claims.proof import looks_ours
from mailbot.mail_in.dkim_check import authentication_of, dns_resolver

if TYPE_CHECKING:
    from mailbot.claims.policy import Policy
    from mailbot.claims.understanding import ReadMail
    from mailbot.mail_in.dkim_check import Resolver
    from mailbot.store.received import ClaimedMail

SECONDS = 10.0
FRESH_FOR = timedelta(days=7)  # of the Date line: an old mail that somebody kept proves nothing
_AHEAD = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class OwnProof:
    """Looks up the key of the sender's domain and checks the signature; only of mail that could be a command."""

    policy: Policy
    resolver: Resolver | None = None  # None: the system's name servers
    seconds: float = SECONDS

    def of(self, mail: ClaimedMail, read: ReadMail, found: Authentication) -> Authentication | None:
        """What our check says of one mail; None where it was not to be made, or came to no end in time."""
        if found.result != "unknown" or mail.history or mail.mailbox is None or not self._may_command(read):
            return None
        said = read.mail
        if said.sent_at is None or not mail.received_at - FRESH_FOR <= said.sent_at <= mail.received_at + _AHEAD:
            return None
        checked = _in_time(lambda: authentication_of(mail.raw, said, self.resolver or dns_resolver(self.seconds / 2)), self.seconds)
        return replace(checked, reason=f"Checked here: {checked.reason}") if checked is not None else None

    def _may_command(self, read: ReadMail) -> bool:
        """One of our people writes it, signed, and it begins with a command or answers a letter of ours."""
        said = read.mail
        if said.from_ is None or not said.signs.has_dkim_signature or self.policy.person_at(said.from_.address) is None:
            return False
        references = (said.in_reply_to or "", *said.references)
        return first_command(said.text) in COMMAND_WORDS or any(looks_ours(reference) for reference in references)


def _in_time(check: Callable[[], Authentication], seconds: float) -> Authentication | None:
    """A name server that says nothing holds nobody up for longer; what the thread finds later is not heard."""
    found: list[Authentication] = []
    thread = threading.Thread(target=lambda: found.append(check()), name="dkim", daemon=True)
    thread.start()
    thread.join(seconds)
    return found[0] if found else None
