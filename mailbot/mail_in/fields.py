"""Single header fields as values: identifiers, instants, people, and the key of a mail's content. Never raises."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256

from mailbot.claims.message import Address
from mailbot.mail_in.addresses import read_addresses
from mailbot.mail_in.headers import Head, unfold

_MAX_IDS = 200
_LONGEST_ID = 990  # a header line is at most 998 letters long (RFC 5322 2.1.1)
_ID = re.compile(r"<([^<>]{1,990})>")
_LOOSE_ID = re.compile(r"[^\s<>;,\"]{1,400}@[^\s<>;,\"]{1,400}")
_ZONE_NAME = re.compile(r"\s*\([^()]*\)\s*")
_BEHALF = re.compile(r"(?i)^(.{1,200}?)\s+(?:on behalf of|от имени|по поручению)\s+(.{1,200})$")


def ids(value: str) -> tuple[str, ...]:
    """Message-IDs without angle brackets, each once; blanks that folding put inside are taken out. First and last are kept of too many."""
    found = [re.sub(r"\s+", "", one) for one in _ID.findall(value)]
    if not found:
        found = _LOOSE_ID.findall(value) or [part[:_LONGEST_ID] for part in value.strip().strip("<>").split()[:1]]
    distinct = list(dict.fromkeys(one for one in found if one))
    return tuple(distinct if len(distinct) <= _MAX_IDS else distinct[:20] + distinct[20 - _MAX_IDS :])


def ids_of(head: Head, name: str) -> tuple[str, ...]:
    """The identifiers of one field, also where a program encoded them as if they were words (reliability.md R6)."""
    return ids(head.text(name) if b"=?" in head.raw(name) else head.plain(name))


def all_addresses(head: Head, name: str) -> tuple[Address, ...]:
    return tuple(address for value in head.all(name)[:20] for address in read_addresses(value, head.charset_hint))[:1_000]


def first_address(head: Head, name: str) -> Address | None:
    return next((address for value in head.all(name)[:2] for address in read_addresses(value, head.charset_hint)), None)


def principal(froms: list[Address], head: Head) -> tuple[Address | None, Address | None]:
    """(who stands in From, whom the mail speaks for where that is somebody else).

    A list that rewrites From names the author in X-Original-From; Outlook writes "assistant on behalf of principal" as the name.
    """
    from_ = froms[0] if froms else None
    for name in ("x-original-from", "x-original-sender"):
        author = first_address(head, name)
        if author is not None and from_ is not None and author.key != from_.key and "@" in author.address:
            return from_, author
    if from_ is not None and (said := _BEHALF.match(from_.name)):
        inner = read_addresses(said.group(2).encode("utf-8", "replace"))
        address = next((one for one in inner if "@" in one.address), None)
        if address is not None and address.key != from_.key:
            return from_, address
    return from_, None


def sent_at(head: Head, problems: list[str]) -> datetime | None:
    """The Date header with its own offset, for display only (reliability.md M13)."""
    value = head.plain("date")
    if not value:
        return None
    found = read_date(value)
    if found is None:
        problems.append("The date of the letter could not be read.")
    return found


def received_at(head: Head) -> datetime | None:
    """The instant of the topmost Received header (RFC 5321 4.4), UTC."""
    for value in head.all("received")[:1]:
        found = read_date(unfold(value).rpartition(b";")[2].decode("ascii", "replace"))
        if found is not None:
            return found.astimezone(UTC)
    return None


def read_date(value: str) -> datetime | None:
    """An aware instant of RFC 5322 3.3 and its obsolete forms, None if it is none. Without an offset it counts as UTC."""
    text = _ZONE_NAME.sub(" ", value[:200]).strip()
    if not 8 <= len(text) <= 100:
        return None
    try:
        found = parsedate_to_datetime(text)
        if found.tzinfo is None:
            found = found.replace(tzinfo=UTC)
        found.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if 1970 <= found.year <= 2200 else None


def content_key(raw: bytes, head: Head, froms: list[Address]) -> str:
    """Hash of Message-ID, From, Date, Subject and the body without trace headers (decisions.md 2), 64 hex digits."""
    digest = sha256()
    heads = [unfold(head.raw(name)) for name in ("message-id", "date", "subject")]
    for part in (*heads, *(one.key.encode("utf-8", "replace") for one in froms)):
        digest.update(part + b"\0")
    body = raw[head.body_start :]
    digest.update((body.replace(b"\r\n", b"\n") if b"\r" in body else body).rstrip(b"\n"))
    if not (body.strip() or froms or any(map(head.raw, ("message-id", "date", "subject")))):
        digest.update(raw)  # nothing of it was understood: two such mails are the same only byte for byte
    return digest.hexdigest()
