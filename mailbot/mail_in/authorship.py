"""Whether everybody who reads a From line finds the same one author in it (reliability.md A10). Never raises."""

from __future__ import annotations

import logging
import re
from email.utils import getaddresses

from mailbot.mail_in.addresses import read_addresses
from mailbot.mail_in.headers import Head, unfold

_MAX = 2_000
# The form nobody reads differently: words or one quoted string, then one address in brackets; or the bare address.
_PLAIN = re.compile(
    rb'(?:(?:[\w !#$%&\'*+/=?^`{|}~.-]*|"[^"\\@<>]*")[ \t]*<[\w.!#$%&\'*+/=?^`{|}~-]+@[A-Za-z0-9.-]+>'
    rb"|[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9.-]+)\Z"
)

_QUOTED = re.compile(rb'"[^"\\]*+"')
_BRACKET_IN_COMMENT = re.compile(rb"\([^()]{0,500}[<>]")


def count_mailboxes(head: Head, own: int, problems: list[str]) -> int:
    """How many mailboxes the From lines hold; at least two where the programs that read them differ about the author.

    The second opinions (standard library and mail-parser) are asked only for a From that is not of the plainest form.
    """
    values = head.all("from")
    if len(values) != 1 or own != 1:
        return own
    value = unfold(values[0])
    if _PLAIN.match(value):
        return 1
    if len(value) > _MAX or _is_crooked(value) or _authors(value) != 1:
        problems.append("Programs read the From line of this mail differently; it proves nothing about its sender.")
        return 2
    return 1


def _is_crooked(value: bytes) -> bool:
    """A group, or a bracket inside a comment: no program writes its user so, and a mail server may check another address than we read."""
    bare = _QUOTED.sub(b"", value)
    return b";" in bare or _BRACKET_IN_COMMENT.search(bare) is not None


def _authors(value: bytes) -> int:
    """How many different authors the three readers find."""
    if not value.isascii() and b"@" not in re.sub(rb"<[^<>]*>", b"", value):
        value = re.sub(rb"[\x80-\xff]+", b"x", value)  # raw 8-bit names are a matter of charset, not of authority
    text = value.decode("ascii", "replace")
    found = {address.key for address in (a for a in read_addresses(value))}
    found.update(address.casefold() for address in (*_by_standard_library(text), *_by_mail_parser(value)))
    return len(found) if "" not in found else 2


def _by_standard_library(text: str) -> list[str]:
    try:
        return [address for _, address in getaddresses([text]) if address]
    except (RecursionError, IndexError, ValueError):  # it goes one call deeper with each open bracket (tests/mails/363)
        return [""]


def _by_mail_parser(value: bytes) -> list[str]:
    from mailparser import parse_from_bytes

    logging.getLogger("mailparser").setLevel(logging.CRITICAL + 1)  # its warnings quote the mail
    try:
        parsed = parse_from_bytes(b"From: " + value + b"\r\n\r\n")
        return [address for _, address in parsed.from_ if address] or [""]
    except Exception:  # noqa: BLE001 - it raises seven undocumented kinds (reliability.md 3.3); no opinion is a differing one
        return [""]
