"""A mail cut into its parts in one pass over its delimiter lines. Never raises; linear in size whatever the nesting (M1, M5)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mailbot.mail_in.headers import Head, read_head
from mailbot.mail_in.parameters import first_token, media_type, parameters

MAX_PARTS = 200
MAX_DEPTH = 100

_DELIMITER = re.compile(rb"^--[^\r\n]*", re.MULTILINE)
_LIKELY_BOUNDARY = re.compile(
    rb"^--([^\s-][^\r\n]{0,198}|-+[^\s-][^\r\n]{0,198})\r?\n(?=(?i:Content-[A-Za-z-]{1,60})[ \t]*:)",
    re.MULTILINE
)
_LINE_END = re.compile(rb"[ \t]*\r?\n?")
_GUESS_WITHIN = 64 * 1024


@dataclass(slots=True, eq=False)
class Part:
    """One entity: its head, its declared type, where its body lies in `raw`, its children if it is a multipart."""

    raw: bytes
    head: Head
    media_type: str
    params: dict[str, str]
    start: int
    end: int
    depth: int = 0
    children: list[Part] = field(default_factory=list)
    disposition: str = ""
    disposition_params: dict[str, str] = field(default_factory=dict)
    preamble: tuple[int, int] = (0, 0)

    @property
    def body(self) -> bytes:
        return self.raw[self.start : self.end]

    @property
    def is_multipart(self) -> bool:
        return bool(self.children)

    @property
    def encoding(self) -> str:
        return first_token(self.head.raw("content-transfer-encoding"))

    def walk(self) -> list[Part]:
        """This part and all below it, in the order of the mail."""
        found: list[Part] = []
        ahead = [self]
        while ahead:
            part = ahead.pop()
            found.append(part)
            ahead.extend(reversed(part.children))
        return found


@dataclass(slots=True)
class Split:
    root: Part
    problems: list[str] = field(default_factory=list)


def split(raw: bytes, hint: str | None = None) -> Split:
    """The tree of parts. At most MAX_PARTS parts and MAX_DEPTH levels are kept; what was left out is said in `problems`."""
    head = read_head(raw)
    head.charset_hint = hint
    root = _part(raw, head, len(raw), 0)
    result = Split(root)
    if root.media_type.startswith("multipart/"):
        _Splitter(raw, root, result.problems, hint).run()
    return result


def _part(raw: bytes, head: Head, end: int, depth: int, otherwise: str = "text/plain") -> Part:
    content_type = head.raw("content-type")
    kind = media_type(content_type, otherwise) if content_type else otherwise
    params = parameters(content_type, head.charset_hint) if b";" in content_type else {}
    disposition = head.raw("content-disposition")
    part = Part(raw, head, kind, params, head.body_start, end, depth)
    if disposition:
        part.disposition = first_token(disposition)
        part.disposition_params = parameters(disposition, head.charset_hint) if b";" in disposition else {}
    return part


class _Splitter:
    """The open multiparts while the delimiter lines go by."""

    def __init__(self, raw: bytes, root: Part, problems: list[str], hint: str | None) -> None:
        self.raw, self.root, self.problems, self.hint = raw, root, problems, hint
        self.open: list[tuple[Part, bytes]] = []
        self.levels: dict[bytes, list[int]] = {}
        self.leaf: Part | None = None
        self.parts = 0
        self.dropped = 0
        self.too_deep = False

    def run(self) -> None:
        if not self._enter(self.root):
            return
        for found in _DELIMITER.finditer(self.raw, self.root.start):
            line = found.group()[2:] if found.end() - found.start() < 1_000 else b""
            key, closing = self._delimiter(line.rstrip())
            if key is not None:
                self._at_delimiter(found, key, closing)
        if self.open:
            self.problems.append("The last part of the mail has no end mark; it was read to the end of the mail.")
        self._report()

    def _report(self) -> None:
        if self.dropped:
            shown = self.parts
            self.problems.append(
                f"The mail has {shown + self.dropped} parts; only the first {shown} were read, the rest is in the raw mail."
            )
        if self.too_deep:
            self.problems.append(f"The mail is nested deeper than {MAX_DEPTH} levels; what lies deeper was not read.")

    def _delimiter(self, line: bytes) -> tuple[bytes | None, bool]:
        if line in self.levels:
            return line, False
        if line.endswith(b"--") and line[:-2] in self.levels:
            return line[:-2], True
        return None, False

    def _at_delimiter(self, found: re.Match[bytes], key: bytes, closing: bool) -> None:
        end = self._before(found.start())
        level = self.levels[key][-1]
        if self.leaf is not None:
            self.leaf.end = max(self.leaf.start, end)
            self.leaf = None
        elif len(self.open) == level + 1 and not self.open[level][0].children and not self.dropped:
            self.open[level][0].preamble = (self.open[level][0].start, end)
        self._close(level if closing else level + 1, end)
        if not closing:
            self._begin(found, level)

    def _before(self, at: int) -> int:
        """The line end in front of a delimiter belongs to the delimiter (RFC 2046 5.1.1)."""
        if at and self.raw[at - 1] == 10:
            at -= 1
            if at and self.raw[at - 1] == 13:
                at -= 1
        return at

    def _close(self, level: int, end: int) -> None:
        while len(self.open) > level:
            part, boundary = self.open.pop()
            part.end = max(part.start, end)
            self.levels[boundary].pop()
            if not self.levels[boundary]:
                del self.levels[boundary]

    def _begin(self, found: re.Match[bytes], level: int) -> None:
        if self.parts >= MAX_PARTS:
            self.dropped += 1
            return
        line_end = _LINE_END.match(self.raw, found.end())
        assert line_end is not None
        head = _part_head(self.raw, line_end.end())
        head.charset_hint = self.hint
        parent = self.open[level][0]
        otherwise = "message/rfc822" if parent.media_type == "multipart/digest" else "text/plain"
        part = _part(self.raw, head, len(self.raw), parent.depth + 1, otherwise)
        parent.children.append(part)
        self.parts += 1
        if not (part.media_type.startswith("multipart/") and self._enter(part)):
            self.leaf = part

    def _enter(self, part: Part) -> bool:
        """Opens a multipart; False where it has no usable boundary or lies too deep (it is then a leaf)."""
        if part.depth >= MAX_DEPTH:
            self.too_deep = True
            return False
        boundary = part.params.get("boundary", "").rstrip().encode("utf-8", "replace")
        if not boundary or (part.depth < 3 and self.raw.find(b"--" + boundary, part.start) < 0):
            guessed = _LIKELY_BOUNDARY.search(self.raw, part.start, part.start + _GUESS_WITHIN)
            if guessed is None or guessed.group(1).rstrip() in self.levels:
                self.problems.append("A part says it has several parts but names no boundary between them; it was read as one text.")
                return False
            self.problems.append("The boundary between the parts is missing or wrong in the header; it was taken from the text.")
            boundary = guessed.group(1).rstrip()
        self.levels.setdefault(boundary, []).append(len(self.open))
        self.open.append((part, boundary))
        return True


def _part_head(raw: bytes, at: int) -> Head:
    """The head of a part: a blank line first means that there is none."""
    if raw[at : at + 1] == b"\n" or raw[at : at + 2] == b"\r\n":
        return Head(body_start=at + (1 if raw[at : at + 1] == b"\n" else 2))
    return read_head(raw, at)
