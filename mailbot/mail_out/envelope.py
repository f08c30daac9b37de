"""What stands in a letter's headers, and the letter when it is finished. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from mailbot.claims.message import Address


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes with a letter, under the name its author gave it."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """What stands in the headers, and what goes with the letter. Ids without angle brackets.

    `original_subject` is "" where nothing of the sender's may be echoed.
    """

    from_: Address
    to: Address
    message_id: str
    date: datetime
    loop: str
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    reply_to: Address | None = None
    original_subject: str = ""
    automatic: Literal["auto-replied", "auto-generated", "no"] = "auto-replied"  # "no": a person's letter
    attachments: tuple[Enclosure, ...] = ()


@dataclass(frozen=True, slots=True)
class Composed:
    raw: bytes
    subject: str
    text: str
    html: str
    flowing: str = ""  # the text with a paragraph on one line, for showing it inside another letter
