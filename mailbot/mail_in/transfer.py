"""Content-Transfer-Encoding undone: base64, quoted-printable and uuencode with whatever was damaged. Never raises; linear."""

from __future__ import annotations

import binascii
import re

from mailbot.mail_in.headers import decode_base64
from mailbot.mail_in.mime import Part

_BASE64_NOISE = re.compile(rb"[^A-Za-z0-9+/=\s]")
_PADDED_END = re.compile(rb"={1,2}[ \t]*\r?\n?")
_UU_BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} ?([^\r\n]{0,200})\r?\n", re.MULTILINE)
_SOFT_BREAK = re.compile(rb"=[ \t]+(\r?\n)")


def content(part: Part, problems: list[str]) -> bytes:
    """The decoded bytes of a leaf part. Damage that loses bytes is said once in `problems`."""
    encoding = part.encoding
    body = part.body
    if encoding == "base64":
        return _base64(body, problems)
    if encoding == "quoted-printable":
        if b"= " in body or b"=\t" in body:
            body = _SOFT_BREAK.sub(rb"=\1", body)
        return binascii.a2b_qp(body)
    if encoding in ("x-uuencode", "uuencode", "x-uue"):
        found = _UU_BEGIN.search(body)
        return uu_bytes(body, found.end())[0] if found else body
    return body


def _base64(body: bytes, problems: list[str]) -> bytes:
    """Plain decoding first; text after the padding (footers of lists) is kept as text, strewn signs are skipped."""
    if _BASE64_NOISE.search(body) is None:
        try:
            return _whole(body)
        except binascii.Error:
            _say(problems, "A base64 part is damaged or cut; what could be read of it is shown.")
            return decode_base64(body)
    return _noisy_base64(body, problems)


def _whole(body: bytes) -> bytes:
    if b"=" not in body.rstrip().rstrip(b"="):
        return binascii.a2b_base64(body)
    return b"".join(decode_base64(piece) for piece in _PADDED_END.split(body) if piece.strip())  # several runs, each padded


def _noisy_base64(body: bytes, problems: list[str]) -> bytes:
    """Lines of base64 as long as they come; what follows them in plain words is appended as it stands."""
    lines = body.splitlines(keepends=True)
    good = 0
    for line in lines:
        if _BASE64_NOISE.search(line) is not None or b" " in line.strip():
            break
        good += 1
    rest = b"".join(lines[good:])
    if good and _BASE64_NOISE.search(rest) is not None and rest.count(b" ") * 20 > len(rest):
        _say(problems, "A base64 part has plain text behind it (the footer of a list or a filter); both are shown.")
        return decode_base64(b"".join(lines[:good])) + b"\n" + rest
    if not good and rest.count(b" ") * 20 > len(rest):
        _say(problems, "A part says it is base64 but is plain text; it was read as it stands.")
        return body
    _say(problems, "A base64 part is damaged; what could be read of it is shown.")
    return decode_base64(body)


def _say(problems: list[str], sentence: str) -> None:
    if sentence not in problems:
        problems.append(sentence)


def uu_bytes(raw: bytes, at: int) -> tuple[bytes, int]:
    """Decoded bytes of the uuencoded lines of `raw` from `at` on, and the position behind them (and behind `end`)."""
    out: list[bytes] = []
    while at < len(raw):
        stop = raw.find(b"\n", at) + 1 or len(raw)
        line = raw[at:stop].rstrip(b"\r\n")
        if line.strip() == b"end":
            return b"".join(out), stop
        decoded = _uu_line(line)
        if decoded is None:
            break
        out.append(decoded)
        at = stop
    return b"".join(out), at


def _uu_line(line: bytes) -> bytes | None:
    """One line of uuencode (POSIX), None where it is none: its first sign says how many bytes it holds."""
    if line in (b"`", b" "):
        return b""
    if not line:  # tests/mails/360
        return None
    size = (line[0] - 32) & 63
    if not 33 <= line[0] <= 96 or len(line) > 90 or len(line) < 1 + (size * 4 + 2) // 3 - 4:
        return None
    try:
        return binascii.a2b_uu(line[: 1 + (size * 8 + 5) // 6])  # Notes fills the last group with whatever it has
    except binascii.Error:
        return None


def uu_files(text: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """The text without its uuencoded files, and those files as (name, bytes)."""
    files: list[tuple[bytes, bytes]] = []
    kept: list[bytes] = []
    at = 0
    for found in _UU_BEGIN.finditer(text):
        if found.start() < at or found.group().startswith(b"begin-") or not found.group(1).strip():
            continue
        data, behind = uu_bytes(text, found.end())
        if not data:
            continue
        files.append((found.group(1).strip(), data))
        kept.append(text[at : found.start()])
        at = behind
    kept.append(text[at:])
    return b"".join(kept), files
