"""How one attempt to hand a letter to the mail server ended (reliability.md R11)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sent:
    """The server took it: 250 after the final dot."""

    reply: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The server will never take it (5xx): a visible fault, no retry."""

    reply: str


@dataclass(frozen=True, slots=True)
class TryLater:
    """It was not taken and may be later (4xx, no connection): nothing was delivered."""

    reply: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """The line broke after DATA: it may have been delivered. The same bytes with the same Message-ID go again later."""

    reply: str


Outcome = Sent | Refused | TryLater | Unknown
