"""The words of an RTF file in one pass: letters, paragraphs, table cells. Pictures, fonts and objects stay closed. Never raises; linear."""

from __future__ import annotations

import re

from mailbot.mail_in import charset
from mailbot.mail_in.file_fault import Drawn, FileFault

_MOST = 8 * 1024 * 1024
_MAX_GROUPS = 500
_TOKEN = re.compile(rb"\\([a-z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|[\r\n]+|([^\\{}\r\n]+)|\\", re.IGNORECASE)
# Groups whose letters are no words of the letter (RTF 1.9.1); `\*` marks those of newer programs.
_CLOSED = frozenset(
    b"fonttbl colortbl stylesheet info pict object themedata colorschememapping datastore listtable listoverridetable rsidtbl generator "
    b"xmlnstbl latentstyles fldinst header footer headerl headerr footerl footerr operator author filetbl revtbl".split()
)
_SIGNS = {
    b"par": "\n", b"line": "\n", b"sect": "\n", b"page": "\n", b"row": "\n", b"cell": "\t", b"tab": "\t", b"emdash": "—",
    b"endash": "–",
    b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•", b"emspace": " ", b"enspace": " ",
    b"nestcell": " ",
}  # fmt: skip
_PLAIN = {b"~": " ", b"_": "-", b"\\": "\\", b"{": "{", b"}": "}", b"\r": "\n", b"\n": "\n"}
_OF_CHARSET = {204: "cp1251", 238: "cp1250", 161: "cp1253", 162: "cp1254", 0: "cp1252", 186: "cp1257"}
_FONT = re.compile(rb"\{\\f(\d{1,5})[^{}]{0,200}?\\fcharset(\d{1,3})")


def rtf_text(data: bytes, characters: int) -> Drawn:
    """What a word processor would show of it."""
    text = words_of_rtf(data, characters + 1)
    if not text.strip():
        raise FileFault("has no text: it holds pictures only, or nothing.")
    return Drawn(text[:characters], "is long; only its beginning was read." if len(text) > characters else "")


def words_of_rtf(data: bytes, most: int) -> str:
    """At most so many letters of it, lines without blanks at their ends."""
    rtf = _Rtf(data[:_MOST], most)
    rtf.read()
    lines = [line.rstrip(" \t") for line in "".join(rtf.out).split("\n")]
    return "\n".join(line for at, line in enumerate(lines) if line or (at and lines[at - 1])).strip("\n")


class _Rtf:
    """The state of each open group: closed, hidden, how many letters stand for one \\u, the charset of its font."""

    def __init__(self, data: bytes, most: int) -> None:
        self._data, self._most = data, most
        codepage = re.search(rb"\\ansicpg(\d{3,5})", data[:2_000])
        self._codec = charset.codec_of(f"cp{codepage.group(1).decode()}") if codepage else None
        self._fonts = {int(one): _OF_CHARSET[int(kind)] for one, kind in _FONT.findall(data[:60_000]) if int(kind) in _OF_CHARSET}
        self.out: list[str] = []
        self._size = 0
        self._bytes = bytearray()
        self._closed, self._hidden, self._skips, self._font = False, False, 1, self._codec or "cp1252"
        self._stack: list[tuple[bool, bool, int, str]] = []
        self._skip = 0
        self._star = False

    def read(self) -> None:
        at, end = 0, len(self._data)
        while at < end and self._size < self._most:
            found = _TOKEN.match(self._data, at)
            if found is None:
                at += 1
                continue
            at = found.end()
            word, number, code, sign, brace, text = found.groups()
            if word is not None:
                at = self._word(word.lower(), number, at)
            elif code is not None:
                self._letter(int(code, 16))
            elif sign is not None:
                self._sign(sign)
            elif brace is not None:
                self._group(brace)
            elif text is not None:
                self._letters(text)
        self._flush()

    def _group(self, brace: bytes) -> None:
        self._flush()
        self._skip = 0
        if brace == b"{":
            if len(self._stack) < _MAX_GROUPS:
                self._stack.append((self._closed, self._hidden, self._skips, self._font))
        elif self._stack:
            self._closed, self._hidden, self._skips, self._font = self._stack.pop()

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self._star = True
        elif sign in _PLAIN:
            self._say(_PLAIN[sign])

    def _word(self, word: bytes, number: bytes | None, at: int) -> int:
        star, self._star = self._star, False
        value = int(number) if number is not None else None
        if word in _CLOSED or (star and word not in (b"shptxt", b"shpinst")):
            self._flush()
            self._closed = True
        elif word in _SIGNS:
            self._say(_SIGNS[word])
        elif word == b"u" and value is not None:
            self._say(_sign_of(value))
            self._skip = self._skips
        elif word == b"uc" and value is not None:
            self._skips = max(0, min(value, 8))
        elif word in (b"v", b"htmlrtf"):  # the latter: what stands there only for readers that know no HTML
            self._flush()
            self._hidden = value != 0
        elif word == b"f" and value is not None and value in self._fonts:
            self._flush()
            self._font = self._fonts[value]
        elif word == b"bin" and value is not None and value > 0:
            return at + value
        return at

    def _letter(self, code: int) -> None:
        if self._skip:
            self._skip -= 1
        elif not self._closed and not self._hidden:
            self._bytes.append(code)

    def _letters(self, text: bytes) -> None:
        dropped = min(self._skip, len(text))
        self._skip -= dropped
        if not self._closed and not self._hidden:
            self._bytes += text[dropped:]

    def _say(self, text: str) -> None:
        self._flush()
        if not self._closed and not self._hidden:
            self.out.append(text)
            self._size += len(text)

    def _flush(self) -> None:
        if self._bytes:
            text = self._bytes.decode(self._font, "replace")
            self._bytes.clear()
            self.out.append(text)
            self._size += len(text)


def _sign_of(value: int) -> str:
    code = value + 65_536 if value < 0 else value
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
