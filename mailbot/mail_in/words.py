"""What the person wrote, told from quotes, signatures and a customer's letter that is passed on. Never raises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import tzinfo

from mailbot.claims.message import Attachment, Forwarded, IncomingMail
from mailbot.mail_in.bodies import Body
from mailbot.mail_in.forwarded import find_forward, is_forward_subject
from mailbot.mail_in.headers import read_head
from mailbot.mail_in.reply_text import split_reply

_MAX_LEVELS = 4
_SHORT_COVER = 1_000
_MOST_LETTERS = 20


@dataclass(frozen=True, slots=True)
class Words:
    text: str
    quoted: str = ""
    signature: str = ""
    disclaimer: str = ""
    forwarded: Forwarded | None = None
    attachments: tuple[Attachment, ...] = ()
    problems: tuple[str, ...] = ()  # of the letter passed on
    in_quote: bool = False


def words_of(
    text: str, subject: str, body: Body, level: int, read: Callable[[bytes, int], IncomingMail], zone: tzinfo | None = None
) -> Words:
    """The letter's own words. A forward in the text wins; else an attached message is the letter passed on, if this is its cover."""
    found = find_forward(text, subject, zone)
    reply = split_reply(found.prefix, alone=False) if found is not None else split_reply(text)
    if found is not None:
        quoted = "\n\n".join(part for part in (reply.quoted, found.between) if part)
        return Words(reply.text, quoted, reply.signature, reply.disclaimer, found.forwarded)
    words = Words(reply.text, reply.quoted, reply.signature, reply.disclaimer, in_quote=reply.in_quote)
    is_cover = bool(body.messages) and (is_forward_subject(subject) or len(reply.text) <= _SHORT_COVER)
    if not is_cover:
        return words
    if level >= _MAX_LEVELS:
        return replace(words, problems=(f"Letters lie inside letters more than {_MAX_LEVELS} deep; the innermost were not read.",))
    inner = read(body.messages[0], level + 1)
    others = tuple(_other(raw) for raw in body.messages[1:_MOST_LETTERS])
    return replace(words, forwarded=_passed_on(inner), attachments=inner.attachments, problems=(*others, *inner.problems))


def _other(raw: bytes) -> str:
    """Of several letters the first is the one passed on; of the others a person must know."""
    head = read_head(raw)
    name = head.text("from")[:100] or "nobody named"
    subject = head.text("subject")[:200]
    return f"One more letter hangs on this mail, from {name}: «{subject}». Only the first was read; a person must open it."


def _passed_on(inner: IncomingMail) -> Forwarded:
    """The innermost letter: what the attached message itself passes on, else that message."""
    if inner.forwarded is not None:
        return inner.forwarded
    return Forwarded(inner.from_, inner.to, inner.cc, inner.sent_at, inner.subject, inner.text, inner.quoted)
