"""Content-Type and Content-Disposition: the value and its parameters, RFC 2231 and every broken form of it. Linear."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from mailbot.mail_in import charset
from mailbot.mail_in.headers import clean, decode_text, unfold

_MAX_PARAMETERS = 200
_PARAMETER = re.compile(rb'[;\s]*+([^\s=;"]{1,100})[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*+)"?|([^;]*+))', re.DOTALL)
_NEXT = re.compile(rb"[^;]*+;")
_SECTION = re.compile(r"([^*]{1,60})(?:\*(\d{1,4}))?(\*)?\Z")
_TYPE = re.compile(rb"\s*([A-Za-z0-9!#$&^_.+-]{1,80})\s*/\s*([A-Za-z0-9!#$&^_.+-]{1,80})")


def media_type(value: bytes, otherwise: str = "text/plain") -> str:
    """`type/subtype` in lower case; what makes no sense counts as plain text (RFC 2045 5.2)."""
    found = _TYPE.match(value)
    return (found.group(1) + b"/" + found.group(2)).decode("ascii").lower() if found else otherwise


def first_token(value: bytes) -> str:
    """The disposition or encoding word in front of the first parameter, lower case."""
    return unfold(value).split(b";", 1)[0].split(b"(", 1)[0].strip(b" \t\"'").decode("ascii", "replace").lower()


def parameters(value: bytes, hint: str | None = None) -> dict[str, str]:
    """Parameters by lower-case name, decoded: RFC 2231 charsets and sections, encoded words, bare 8-bit. First one wins."""
    line = unfold(value)
    at = line.find(b";")
    if at < 0:
        return {}
    simple: dict[str, str] = {}
    sections: dict[str, dict[int, tuple[bytes, bool]]] = {}
    for _ in range(_MAX_PARAMETERS):
        found = _PARAMETER.match(line, at)
        if found is None:
            skip = _NEXT.match(line, at + 1)
            if skip is None:
                break
            at = skip.end() - 1
            continue
        at = found.end()
        quoted, bare = found.group(2), found.group(3)
        raw = _unquote(quoted) if quoted is not None else bare.strip()
        _keep(found.group(1).decode("latin-1").lower(), raw, simple, sections, hint)
        if quoted is not None and at < len(line) and line[at : at + 1] not in b"; \t":
            skip = _NEXT.match(line, at)
            at = skip.end() - 1 if skip else len(line)
    for name, parts in sections.items():
        simple[name] = _assembled(parts, hint)
    return simple


def _unquote(raw: bytes) -> bytes:
    return re.sub(rb'\\([\\"])', rb"\1", raw)  # a lone backslash is a Windows path, not a quoted pair


def _keep(name: str, raw: bytes, simple: dict[str, str], sections: dict[str, dict[int, tuple[bytes, bool]]], hint: str | None) -> None:
    section = _SECTION.match(name)
    if section is None or (section.group(2) is None and section.group(3) is None):
        simple.setdefault(name, decode_text(raw, hint))
        return
    number = int(section.group(2) or 0)
    sections.setdefault(section.group(1), {}).setdefault(number, (raw, section.group(3) is not None))


def _assembled(parts: dict[int, tuple[bytes, bool]], hint: str | None) -> str:
    """RFC 2231 3 and 4: sections in order, percent bytes joined before decoding; the charset stands in the first one."""
    declared: str | None = None
    out: list[bytes] = []
    for place, number in enumerate(sorted(parts)):
        raw, is_extended = parts[number]
        if is_extended:
            if place == 0 and raw.count(b"'") >= 2:
                name, _, raw = raw.split(b"'", 2)
                declared = name.decode("ascii", "replace") or None
            raw = unquote_to_bytes(raw)
        out.append(raw)
    whole = b"".join(out)
    if b"=?" in whole and declared is None:
        return decode_text(whole, hint)
    return clean(charset.decode(whole, declared, hint)[0])
