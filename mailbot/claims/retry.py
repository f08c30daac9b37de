"""When a letter that was not surely delivered is tried again: patient with a busy server, wary of sending the same letter twice."""

from __future__ import annotations

from datetime import datetime, timedelta

from mailbot.claims.delivery import Outcome, Refused, Sent, TryLater

GIVE_UP_AFTER = timedelta(days=5)  # as mail servers do among themselves (RFC 5321 4.5.4.1)
RESEND_AFTER = timedelta(minutes=5)
MOST_RESENDS = 3  # of a letter that may have arrived; then a person looks (reliability.md S3)
_FIRST_WAITS = (1, 5, 15, 30)  # minutes; greylisting lets a letter in at one of these
_HOUR = timedelta(hours=1)


def next_attempt(outcome: Outcome, attempts: int, unknowns: int, now: datetime) -> datetime | None:
    """When to try again; None: never by ourselves.

    `attempts` counts this one too; `unknowns` counts the attempts before this one that may have delivered the letter.
    """
    if isinstance(outcome, (Sent, Refused)):
        return None
    if isinstance(outcome, TryLater):
        wait = _wait(attempts)
        return now + wait if _waited(attempts - 1) + wait <= GIVE_UP_AFTER else None
    return now + RESEND_AFTER if unknowns < MOST_RESENDS else None


def _wait(attempt: int) -> timedelta:
    """How long to wait after the n-th attempt."""
    return timedelta(minutes=_FIRST_WAITS[max(attempt, 1) - 1]) if attempt <= len(_FIRST_WAITS) else _HOUR


def _waited(attempts: int) -> timedelta:
    """How long so many attempts have waited together."""
    first = _FIRST_WAITS[: max(attempts, 0)]
    return timedelta(minutes=sum(first)) + _HOUR * max(attempts - len(_FIRST_WAITS), 0)
