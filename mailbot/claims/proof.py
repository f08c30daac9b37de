"""Proof that a letter is ours: a Message-ID and a loop header that only the holder of the key can make.

A Message-ID is chosen once from what it answers (reliability.md R10), so that a letter sent again after a crash or a
restored backup carries the same one, and it proves itself without a look into the store (A4, L2).
Form: `mb1.<kind>.<key id>.<16 hex>.<26 base32>@<domain>`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mailbot.claims.message import IncomingMail

_OURS = re.compile(r"mb1\.([a-z]+)\.([a-z0-9]{1,8})\.([0-9a-f]{16})\.([a-z2-7]{26})@([a-z0-9.-]{1,253})")


@dataclass(frozen=True, slots=True)
class SigningKey:
    """`id` is short and public, `secret` 32 random bytes (decisions.md 5)."""

    id: str
    secret: bytes


def mac(key: SigningKey, *parts: str) -> str:
    """128 bits of HMAC-SHA256 over the parts, base32, lower case, 26 letters."""
    message = "\x1f".join(parts).encode("utf-8", "surrogatepass")  # a stranger's header may hold anything
    return base64.b32encode(hmac.digest(key.secret, message, "sha256")[:16]).decode().rstrip("=").lower()


def make_message_id(key: SigningKey, kind: str, about: str, n: int, domain: str) -> str:
    """The Message-ID (no angle brackets) of the n-th letter of `kind` about `about` (a content_key, a digest's person and date …)."""
    subject = hashlib.sha256(f"{kind}\x1f{about}\x1f{n}".encode()).hexdigest()[:16]
    return f"mb1.{kind}.{key.id}.{subject}.{mac(key, 'mid', kind, subject, domain)}@{domain}"


def looks_ours(message_id: str) -> bool:
    """It has the form of our Message-IDs. Proves nothing: see `is_ours`."""
    return _OURS.fullmatch(message_id.casefold()) is not None


def answers_ours(mail: IncomingMail) -> bool:
    """It refers to a Message-ID such as ours."""
    return any(looks_ours(reference) for reference in (mail.in_reply_to or "", *mail.references))


def is_ours(message_id: str, keys: Mapping[str, SigningKey]) -> bool:
    """It was made by `make_message_id` with one of these keys."""
    match = _OURS.fullmatch(message_id.casefold())
    if match is None or match[2] not in keys:
        return False
    return hmac.compare_digest(match[4], mac(keys[match[2]], "mid", match[1], match[3], match[5]))


def loop_header(key: SigningKey, instance: str, message_id: str) -> str:
    """The value of X-Mailbot-Loop: `<instance> <key id> <mac>`."""
    return f"{instance} {key.id} {mac(key, 'loop', instance, message_id)}"


def is_our_loop(value: str, message_id: str, keys: Mapping[str, SigningKey]) -> bool:
    """X-Mailbot-Loop was written by us on the letter with this Message-ID."""
    words = value.split()
    if len(words) != 3 or words[1] not in keys or not words[2].isascii():
        return False
    return hmac.compare_digest(words[2].lower(), mac(keys[words[1]], "loop", words[0], message_id))
