"""Outlook's compressed RTF ([MS-OXRTFCP]) unpacked. Never raises; what it unpacks to is bounded."""

from __future__ import annotations

from struct import unpack_from

_COMPRESSED, _PLAIN = 0x75465A4C, 0x414C454D
_WINDOW = 4_096
_MOST = 2 * 1024 * 1024
# What the window holds before the first byte (2.1.2.1).
_PRIMED = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArial"
    b"Times New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)


def unpacked_rtf(data: bytes) -> bytes:
    """The RTF, b"" where it is none; at most 2 MB of it."""
    if len(data) < 16:
        return b""
    size, kind = unpack_from("<I", data, 4)[0], unpack_from("<I", data, 8)[0]
    if kind == _PLAIN:
        return data[16 : 16 + min(size, _MOST)]
    return _unpacked(data, min(size, _MOST)) if kind == _COMPRESSED else b""


def _unpacked(data: bytes, size: int) -> bytes:
    window = bytearray(_PRIMED) + bytearray(_WINDOW - len(_PRIMED))
    write = len(_PRIMED)
    out = bytearray()
    at = 16
    while at < len(data) and len(out) < size:
        control, at = data[at], at + 1
        for bit in range(8):
            if at >= len(data):
                break
            if control >> bit & 1:
                reference, at = int.from_bytes(data[at : at + 2], "big"), at + 2
                begin, length = reference >> 4, (reference & 15) + 2
                if begin == write:  # the end of the text
                    return bytes(out)
            else:
                window[write] = data[at]
                begin, length, at = write, 1, at + 1
            for n in range(length):
                sign = window[(begin + n) % _WINDOW]
                out.append(sign)
                window[write] = sign
                write = (write + 1) % _WINDOW
    return bytes(out)
