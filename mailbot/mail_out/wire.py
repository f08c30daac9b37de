"""A letter as bytes: text and HTML side by side, ASCII only, CRLF, the same bytes for the same letter; checked before they leave."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import getaddresses

_PARSER = BytesHeaderParser(policy=compat32)


def as_mail(headers: Sequence[str], text: str, html: str, message_id: str) -> bytes:
    """The whole mail. `headers`: finished lines without MIME's own; the boundary follows from the message id."""
    boundary = "=_mb_" + hashlib.sha256(message_id.encode()).hexdigest()[:32]  # "=_" stands in neither transfer encoding (RFC 2045 6.7)
    lines = [
        *headers,
        "MIME-Version: 1.0",
        f'Content-Type: multipart/alternative; boundary="{boundary}"',
        "",
        f"--{boundary}",
        _part("plain", text),
        f"--{boundary}",
        _part("html", html),
        f"--{boundary}--",
        "",
    ]
    return "\r\n".join(lines).encode("ascii")


def check(raw: bytes, expected: Sequence[str], recipient: str) -> None:
    """The final gate: read again, the mail has exactly these headers in this order and this one recipient; else ValueError."""
    block, end, _body = raw.partition(b"\r\n\r\n")
    parsed = _PARSER.parsebytes(block + end)
    names = [name for name, _value in parsed.items()]
    if names != list(expected) or parsed.defects:
        raise ValueError(f"the letter's headers are not the expected ones: {', '.join(names)}")
    to = [address for _name, address in getaddresses([str(parsed["To"])])]
    if to != [recipient]:
        raise ValueError(f"the letter has {len(to)} recipients or another one than the one expected")


def names_of(headers: Sequence[str]) -> list[str]:
    return [line.partition(":")[0] for line in headers]


def _part(subtype: str, content: str) -> str:
    """One alternative, in the shorter of the two encodings: English reads as it is, Russian is base64."""
    data = content.encode("utf-8", "replace").replace(b"\r", b"").replace(b"\n", b"\r\n")
    if (len(data) - len(content)) * 12 < len(data):  # a Cyrillic letter is two bytes: six signs quoted, less than three in base64
        encoding, body = "quoted-printable", binascii.b2a_qp(data, istext=True).decode("ascii")
    else:
        encoding, body = "base64", base64.encodebytes(data).decode("ascii").replace("\n", "\r\n")
    head = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head + body.rstrip("\r\n")
