"""What is made of a mail over which the reading child died: its headers alone, or nothing but its bytes (decisions.md 11)."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from mailbot.claims.message import IncomingMail
from mailbot.claims.understanding import ReadMail, Understanding


def from_headers_alone(raw: bytes, read: ReadMail, why: str) -> ReadMail:
    """The reading of a mail over whose body the child died: its headers count, its kind is `unreadable`."""
    problems = (*read.mail.problems, f"The letter itself could not be read ({why}); only its headers were.")
    mail = replace(read.mail, readable=False, problems=problems, content_key=hashlib.sha256(raw).hexdigest())
    return ReadMail(mail, read.understanding)


def unreadable(raw: bytes, why: str) -> ReadMail:
    """What is known of a mail of which not even the headers could be read."""
    mail = IncomingMail(problems=(why,), readable=False, content_key=hashlib.sha256(raw).hexdigest())
    return ReadMail(mail, Understanding())
