"""S/MIME: the text inside an opaque signed letter, and whether a letter is encrypted. Proves nothing. Never raises; linear."""

from __future__ import annotations

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_DATA = bytes.fromhex("2a864886f70d010701")
_ENCRYPTED = (bytes.fromhex("2a864886f70d010703"), bytes.fromhex("2a864886f70d0109100117"))
_NEAR = 64  # the content type stands at the very beginning (RFC 5652 3)


def is_encrypted(data: bytes) -> bool:
    """EnvelopedData or AuthEnvelopedData (RFC 5652 6, RFC 5083)."""
    return any(data.find(oid, 0, _NEAR) >= 0 for oid in _ENCRYPTED)


def signed_content(data: bytes) -> bytes | None:
    """The signed MIME entity inside SignedData (RFC 8551 3.5.2), definite or streamed form; None if it holds none."""
    if data.find(_SIGNED_DATA, 0, _NEAR) < 0:
        return None
    at = data.find(_DATA, 0, 4_096)
    if at < 0:
        return None
    tag, _, inner = _header(data, at + len(_DATA))
    if tag != 0xA0:
        return None
    tag, size, at = _header(data, inner)
    if tag == 0x04:
        return data[at : at + size] if size >= 0 else None
    return _chunks(data, at, size) if tag == 0x24 else None


def _chunks(data: bytes, at: int, size: int) -> bytes:
    """A constructed OCTET STRING: its pieces up to its end, or to the end-of-contents mark in the streamed form."""
    end = at + size if size >= 0 else len(data)
    out: list[bytes] = []
    while at < end:
        tag, length, start = _header(data, at)
        if tag == 0x24 and length < 0:
            at = start
            continue
        if tag != 0x04 or length < 0:
            break
        out.append(data[start : start + length])
        at = start + length
    return b"".join(out)


def _header(data: bytes, at: int) -> tuple[int, int, int]:
    """Tag, length (-1 where the form is indefinite or broken) and the position of the contents (X.690 8.1)."""
    if at + 2 > len(data):
        return 0, -1, len(data)
    tag, first = data[at], data[at + 1]
    if first < 0x80:
        return tag, first, at + 2
    count = first & 0x7F
    if count == 0 or count > 4:
        return tag, -1, at + 2
    return tag, int.from_bytes(data[at + 2 : at + 2 + count], "big"), at + 2 + count
