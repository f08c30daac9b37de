"""A letter as bytes: text and HTML side by side, files after them, ASCII only, CRLF, the same bytes for the same letter; checked."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from email.utils import getaddresses
from urllib.parse import quote

from mailbot.mail_out.envelope import Enclosure
from mailbot.mail_out.headers import safe_header

MOST_ATTACHED = 15_000_000  # bytes; base64 makes 20 MB of them, which most servers still take
_FIELD = r"[!-9;-~]+:[\t -~]*\r\n(?:[\t ]+[!-~][\t -~]*\r\n)*"  # RFC 5322 2.2: one header, its further lines never blank
_BLOCK = re.compile(f"(?:{_FIELD})+")
_NAME = re.compile(r"^([!-9;-~]+):", re.MULTILINE)
_TO = re.compile(r"^To:([^\r]*(?:\r\n[\t ][^\r]*)*)", re.MULTILINE)
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,120}")
_ASCII_NAME = re.compile(r"[A-Za-z0-9 ._()+-]+")
_MOST_NAME = 120
_BASE64_LINE = 76
_OCTETS_A_LINE = 20  # of a name: 60 letters where each is written as %XX (RFC 2231 3)


class TooLarge(ValueError):
    """The files of a letter are together larger than most mail servers take."""


def as_mail(headers: Sequence[str], text: str, html: str, message_id: str, files: Sequence[Enclosure] = ()) -> bytes:
    """The whole mail. `headers`: finished lines without MIME's own; the boundaries follow from the message id. Errors: TooLarge."""
    size = sum(len(file.data) for file in files)
    if size > MOST_ATTACHED:
        raise TooLarge(f"the files attached have {size / 1e6:.1f} MB together; a letter carries at most {MOST_ATTACHED / 1e6:.0f} MB")
    inner = _alternatives(text, html, message_id)
    if files:
        boundary = _boundary(message_id + " mixed")
        body = [f'Content-Type: multipart/mixed; boundary="{boundary}"', ""]
        body += [f"--{boundary}", *inner, *(line for file in files for line in (f"--{boundary}", _file(file))), f"--{boundary}--", ""]
    else:
        body = inner
    return "\r\n".join([*headers, "MIME-Version: 1.0", *body]).encode("ascii")


def as_plain_mail(headers: Sequence[str], text: str, message_id: str, files: Sequence[Enclosure] = ()) -> bytes:
    """A mail of nothing but text, files after it, however large; of ours to ourselves."""
    body = [_part("plain", text), ""]
    if files:
        boundary = _boundary(message_id)
        parts = [line for part in (body[0], *map(_file, files)) for line in (f"--{boundary}", part)]
        body = [f'Content-Type: multipart/mixed; boundary="{boundary}"', "", *parts, f"--{boundary}--", ""]
    return "\r\n".join([*headers, "MIME-Version: 1.0", *body]).encode("ascii")


def _alternatives(text: str, html: str, message_id: str) -> list[str]:
    boundary = _boundary(message_id)
    return [
        f'Content-Type: multipart/alternative; boundary="{boundary}"',
        "",
        f"--{boundary}",
        _part("plain", text),
        f"--{boundary}",
        _part("html", html),
        f"--{boundary}--",
        "",
    ]


def _boundary(seed: str) -> str:
    return "=_mb_" + hashlib.sha256(seed.encode()).hexdigest()[:32]  # "=_" stands in neither transfer encoding (RFC 2045 6.7)


def check(raw: bytes, expected: Sequence[str], recipient: str) -> None:
    """The final gate: read again, the mail has exactly these headers in this order and this one recipient; else ValueError.

    Read by the grammar itself, in which nothing can hide: printable ASCII, CRLF, headers and their further lines, nothing else.
    """
    block = raw.partition(b"\r\n\r\n")[0].decode("latin-1") + "\r\n"
    names = _NAME.findall(block)
    if names != list(expected) or not _BLOCK.fullmatch(block):
        raise ValueError(f"the letter's headers are not the expected ones: {', '.join(names)}")
    to = [address for values in _TO.findall(block) for _name, address in getaddresses([values.replace("\r\n", "")])]
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
        encoding, body = "base64", _base64(data)
    head = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head + body.rstrip("\r\n")


def _file(file: Enclosure) -> str:
    """One file: a type that is none becomes octet-stream, so that nothing of a stranger's gets between the headers."""
    media_type = file.media_type.strip().lower()
    if not _MEDIA_TYPE.fullmatch(media_type) or media_type.startswith(("multipart/", "message/")):
        media_type = "application/octet-stream"
    return (
        f"Content-Type: {media_type};\r\n {_parameter('name', file.name)}\r\nContent-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: attachment;\r\n {_parameter('filename', file.name)}\r\n\r\n"
        + _base64(file.data)
    )


def _base64(data: bytes) -> str:
    """In lines of 76 letters (RFC 2045 6.8); cut out of one piece, it costs a third of `base64.encodebytes`."""
    text = base64.b64encode(data).decode("ascii")
    return "\r\n".join([text[at : at + _BASE64_LINE] for at in range(0, len(text), _BASE64_LINE)])


def file_name(name: str) -> str:
    """A file's name as it may travel: one line, no folders, no quotes that a reader could trip over, its ending kept."""
    plain = safe_header(name.replace("\\", "/").rpartition("/")[2], 1000).replace('"', "'").lstrip(". ") or "file"
    if len(plain) <= _MOST_NAME:
        return plain
    stem, dot, ending = plain.rpartition(".")
    return f"{stem[: _MOST_NAME - 12]}…{dot}{ending}" if dot and len(ending) <= 10 else plain[: _MOST_NAME - 1] + "…"


def _parameter(key: str, name: str) -> str:
    """A parameter in ASCII as it is, else by RFC 2231 and in pieces, so that no line grows long."""
    name = file_name(name)
    if _ASCII_NAME.fullmatch(name) and len(name) <= 60:
        return f'{key}="{name}"'
    octets = name.encode("utf-8", "replace")
    pieces = [quote(octets[at : at + _OCTETS_A_LINE], safe="") for at in range(0, len(octets), _OCTETS_A_LINE)]
    if len(pieces) == 1:
        return f"{key}*=utf-8''{pieces[0]}"
    first, *others = pieces
    return ";\r\n ".join([f"{key}*0*=utf-8''{first}", *(f"{key}*{n}*={piece}" for n, piece in enumerate(others, 1))])
