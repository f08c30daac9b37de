"""winmail.dat (MS-OXTNEF): its text and its files. Never raises; every length is checked against what is there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from struct import unpack_from

from mailbot.mail_in import charset
from mailbot.mail_in.compressed_rtf import unpacked_rtf
from mailbot.mail_in.rtf_text import words_of_rtf

_SIGNATURE = 0x223E9F78
_ATT_BODY, _ATT_PROPS, _ATT_CODEPAGE = 0x0002800C, 0x00069003, 0x00069007
_ATT_START, _ATT_DATA, _ATT_TITLE, _ATT_ATTACHMENT = 0x00069002, 0x0006800F, 0x00018010, 0x00069005
_BODY, _RTF, _BODY_HTML, _LONG_NAME, _DATA_OBJECT = 0x1000, 0x1009, 0x1013, 0x3707, 0x3701
_FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16, 0x01: 4}
_VARIABLE = (0x0D, 0x1E, 0x1F, 0x102)
_MAX_ATTRIBUTES = 5_000
MAX_FILES = 200
_MOST_LETTERS = 100_000


@dataclass(slots=True)
class Winmail:
    text: str = ""
    is_html: bool = False
    files: list[tuple[str, bytes]] = field(default_factory=list)


def read_tnef(data: bytes) -> Winmail | None:
    """What winmail.dat holds, None if it is none. Outlook mostly writes its text as compressed RTF only."""
    if len(data) < 6 or unpack_from("<I", data)[0] != _SIGNATURE:
        return None
    found = Winmail()
    codepage = "cp1252"
    names: list[str] = []
    for attribute, at, size in _attributes(data):
        value = data[at : at + size]
        if attribute == _ATT_CODEPAGE and size >= 4:
            codepage = f"cp{unpack_from('<I', value)[0]}"
        elif attribute == _ATT_BODY and not found.text:
            found.text = _text(value, codepage)
        elif attribute == _ATT_PROPS:
            _take_body(_properties(value), found, codepage)
        elif attribute == _ATT_START and len(names) < MAX_FILES:
            names.append("")
        elif attribute == _ATT_TITLE and names:
            names[-1] = names[-1] or _text(value, codepage)
        elif attribute == _ATT_DATA and names:
            found.files.append((f"{len(names) - 1}", value))
        elif attribute == _ATT_ATTACHMENT and names:
            long_name = _properties(value).get(_LONG_NAME)
            names[-1] = _string(long_name, codepage) if long_name else names[-1]
    found.files = [(names[int(number)], value) for number, value in found.files]
    return found


def _attributes(data: bytes) -> list[tuple[int, int, int]]:
    """(attribute id, position, size) of each attribute as far as the lengths hold."""
    out: list[tuple[int, int, int]] = []
    at = 6
    while at + 9 <= len(data) and len(out) < _MAX_ATTRIBUTES:
        attribute, size = unpack_from("<II", data, at + 1)
        at += 9
        if size > len(data) - at:
            break
        out.append((attribute, at, size))
        at += size + 2
    return out


def _properties(data: bytes) -> dict[int, tuple[int, bytes]]:
    """MAPI properties by id: (type, first value). Stops where a length does not fit."""
    out: dict[int, tuple[int, bytes]] = {}
    if len(data) < 4:
        return out
    count, at = min(unpack_from("<I", data)[0], 2_000), 4
    for _ in range(count):
        if at + 4 > len(data):
            break
        kind, key = unpack_from("<HH", data, at)
        at = _past_name(data, at + 4) if key >= 0x8000 else at + 4
        value, at = _value(data, at, kind)
        if at < 0:
            break
        out.setdefault(key, (kind & 0xFFF, value))
    return out


def _past_name(data: bytes, at: int) -> int:
    """A named property: a GUID, then a number or a UTF-16 name padded to four."""
    if at + 24 > len(data):
        return len(data)
    is_text, size = unpack_from("<II", data, at + 16)
    return at + 24 + (-(-size // 4) * 4 if is_text else 0)


def _value(data: bytes, at: int, kind: int) -> tuple[bytes, int]:
    base, many = kind & 0xFFF, kind & 0x1000
    count = 1
    if many or base in _VARIABLE:
        if at + 4 > len(data):
            return b"", -1
        count, at = unpack_from("<I", data, at)[0], at + 4
    if base in _FIXED:
        end = at + _FIXED[base] * count
        return (data[at:end], end) if end <= len(data) else (b"", -1)
    if base not in _VARIABLE:
        return b"", -1
    first = b""
    for number in range(min(count, 1_000)):
        if at + 4 > len(data):
            return b"", -1
        size = unpack_from("<I", data, at)[0]
        at += 4
        if size > len(data) - at:
            return b"", -1
        first = data[at : at + size] if number == 0 else first
        at += -(-size // 4) * 4
    return first, at


def _take_body(found: dict[int, tuple[int, bytes]], into: Winmail, codepage: str) -> None:
    plain, page = found.get(_BODY), found.get(_BODY_HTML)
    if plain and not into.text:
        into.text = _string(plain, codepage)
    elif page and not into.text:
        into.text, into.is_html = _string(page, codepage), True
    elif (packed := found.get(_RTF)) and not into.text:
        into.text = words_of_rtf(unpacked_rtf(packed[1]), _MOST_LETTERS)


def _string(value: tuple[int, bytes], codepage: str) -> str:
    kind, raw = value
    if kind == 0x1F:
        return raw.decode("utf-16-le", "replace").rstrip("\0")
    return _text(raw, codepage)


def _text(raw: bytes, codepage: str) -> str:
    return re.sub("\0.*", "", charset.decode(raw, codepage)[0], flags=re.DOTALL)
