"""Hands due letters to the mail server: claim, commit, SMTP, record, commit. Never sends without a recorded claim."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mailbot import maillog
from mailbot.claims.crash import crash_point
from mailbot.claims.delivery import Outcome, Sent, TryLater
from mailbot.claims.retry import next_attempt
from mailbot.store import outbox

if TYPE_CHECKING:
    from mailbot.mail_out.courier import Courier
    from mailbot.store.database import Database
    from mailbot.store.outbox import DueLetter

BATCH = 50


@dataclass(frozen=True, slots=True)
class Post:
    """The couriers by mailbox name ("" is the common one) and how long a claimed letter stays ours."""

    couriers: Mapping[str, Courier]
    lease_for: timedelta

    def courier_for(self, mailbox: str | None) -> Courier:
        return self.couriers.get(mailbox or "", self.couriers[""])


async def send_due(db: Database, post: Post, owner: str, clock: Callable[[], datetime], limits: outbox.SendLimits) -> int:
    """Send what is due, at most one batch. Returns how many letters were tried. Errors: StoreAway."""
    with db.write() as conn:
        letters = outbox.claim_due(conn, owner, BATCH, clock(), post.lease_for, limits)
    if not letters:
        return 0
    crash_point("outbox.claimed")
    for mailbox in dict.fromkeys(letter.mailbox for letter in letters):
        await _send_from(db, post.courier_for(mailbox), [letter for letter in letters if letter.mailbox == mailbox], clock)
    return len(letters)


async def _send_from(db: Database, courier: Courier, letters: Sequence[DueLetter], clock: Callable[[], datetime]) -> None:
    """Send these over one courier, recording each outcome as it comes: a crash then leaves only the letters in flight unknown."""
    async for letter, outcome in courier.send_all(letters):
        crash_point("smtp.after_250_before_mark")
        _record(db, letter, outcome, clock())
        crash_point("outbox.marked")


def _record(db: Database, letter: DueLetter, outcome: Outcome, now: datetime) -> None:
    again_at = next_attempt(outcome, letter.attempts, letter.unknowns, now)
    with db.write() as conn:
        outbox.record(conn, letter.id, letter.fence, outcome, now, again_at)
    if isinstance(outcome, Sent):
        maillog.letter_sent(letter.id, letter.kind, letter.to, letter.attempts)
    else:
        name = "try_later" if isinstance(outcome, TryLater) else type(outcome).__name__.lower()
        maillog.letter_not_sent(letter.id, letter.kind, letter.to, name, outcome.reply)
