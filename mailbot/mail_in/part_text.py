"""A text part as text: charset, line ends, format=flowed, controls, and the size that is enough. Never raises; linear."""

from __future__ import annotations

import re

from mailbot.mail_in import charset
from mailbot.mail_in.file_fault import Drawn, FileFault
from mailbot.mail_in.mime import Part
from mailbot.mail_in.transfer import content

MAX_TEXT = 2 * 1024 * 1024

_META_CHARSET = re.compile(rb"<meta[^<>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_UNPRINTED = re.compile("[\x00-\x08\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff\ufeff]")
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_QUOTE = re.compile(r">+")


def part_text(part: Part, problems: list[str], hint: str | None = None) -> str:
    """Text of a text/* leaf, line ends `\\n`. A charset that lies is said in `problems`."""
    data = content(part, problems)
    if len(data) > MAX_TEXT:
        data = data[:MAX_TEXT]
        problems.append("The text of the mail is longer than 2 MB; only the beginning was read, the rest is in the raw mail.")
    declared = part.params.get("charset")
    if part.media_type == "text/html" and charset.codec_of(declared) in (None, "ascii"):
        meta = _META_CHARSET.search(data, 0, 4_096)
        declared = meta.group(1).decode("ascii") if meta else declared
    text, used, departs = charset.decode(data, declared, hint)
    if departs:
        problems.append(_departs(declared, used, text))
    text = clean_text(text)
    if part.params.get("format", "").lower() == "flowed" and part.media_type == "text/plain":
        text = unflow(text, delsp=part.params.get("delsp", "").lower() == "yes")
    return text


def plain_file(data: bytes, characters: int) -> Drawn:
    """The words of an attached text file, whatever charset it was saved in."""
    text = clean_text(charset.decode(data[: characters * 4])[0])
    if not text.strip():
        raise FileFault("has no text: it is empty.")
    return Drawn(text[:characters], "is long; only its beginning was read." if len(text) > characters else "")


def _departs(declared: str | None, used: str, text: str) -> str:
    if "\ufffd" in text:
        return f"Some letters of the text could not be read (charset {used}); they are shown as \ufffd."
    if declared is None:
        return f"The text names no charset and was read as {used}."
    return f"The text says its charset is {_short(declared)} but was read as {used}."


def _short(name: str) -> str:
    return "".join(sign for sign in name[:40] if sign.isprintable()) or "empty"


def clean_text(text: str) -> str:
    """Line ends as `\\n`; NUL, controls and lone surrogates gone (reliability.md R18)."""
    if text.isascii() and text.isprintable():
        return text
    return _UNPRINTED.sub("", _LINE_ENDS.sub("\n", text))


def unflow(text: str, *, delsp: bool) -> str:
    """RFC 3676: lines that end in a blank go on in the next one of the same quote depth; space-stuffing is undone."""
    out: list[str] = []
    flowing: list[str] = []
    flow_depth = -1
    for line in text.split("\n"):
        quote = _QUOTE.match(line)
        depth = quote.end() if quote else 0
        body = line[depth:].removeprefix(" ")
        if depth != flow_depth and flowing:
            out.append("".join(flowing).rstrip())
            flowing = []
        start = ">" * depth + " " if depth and not flowing else ""
        flow_depth = depth
        if body.endswith(" ") and body != "-- ":
            flowing.append(start + (body[:-1] if delsp else body))
            continue
        if body == "-- " and flowing:
            out.append("".join(flowing).rstrip())
            flowing, start = [], ">" * depth + " " if depth else ""
        out.append("".join(flowing) + start + body)
        flowing = []
    if flowing:
        out.append("".join(flowing).rstrip())
    return "\n".join(out)
