"""The header block of a mail or part, as the sender broke it. Never raises, linear, bounded (reliability.md M2)."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass, field

from mailbot.mail_in import charset

MAX_FIELDS = 1_000
MAX_HEAD = 256 * 1024

_FIELD = re.compile(rb"(?!--)([!-9;-~]{1,200})[ \t]*:[ \t]*(.*(?:\r?\n[ \t].*)*+)(?:\r?\n|\Z)")
_BLANK = re.compile(rb"[ \t]*(?:\r?\n|\Z)")
_LINE = re.compile(rb".*(?:\n|\Z)")
# A line that is no field inside the head is taken for a broken continuation only when one of these follows it.
_KNOWN = re.compile(
    rb"(?i)(?:from|to|cc|date|subject|message-id|mime-version|content-[a-z-]+|received|return-path|reply-to|sender|references|in-reply-to"
    rb"|x-[a-z0-9-]+|list-[a-z]+|dkim-signature|delivered-to|importance|precedence|user-agent|thread-[a-z]+)[ \t]*:"
)
_FOLD = re.compile(rb"\r?\n[ \t]*")
_START = re.compile(rb"=\?([A-Za-z0-9_.:*'+()-]{1,60})\?([bBqQ])\?")
_TWICE = re.compile(r"=\?[A-Za-z0-9_-]{2,40}\?[bBqQ]\?[^?\s]{1,1000}\?=")  # an encoded word was encoded again
_SPACE = b" \t\r\n"
_SOFT_QP = re.compile(rb"=([0-9A-Fa-f]{2})")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff]+")


@dataclass(slots=True)
class Head:
    """Fields in their order as (lower-case name, raw value still folded); where the body begins; what was cut."""

    fields: list[tuple[str, bytes]] = field(default_factory=list)
    body_start: int = 0
    cut: bool = False
    mbox_line: bytes = b""
    by_name: dict[str, list[bytes]] = field(default_factory=dict)
    charset_hint: str | None = None

    def raw(self, name: str) -> bytes:
        """The first field of that name, raw, b"" if none."""
        values = self.by_name.get(name)
        return values[0] if values else b""

    def all(self, name: str) -> list[bytes]:
        return self.by_name.get(name, [])

    def text(self, name: str) -> str:
        """The first field of that name as a person reads it: unfolded, decoded, without controls."""
        value = self.raw(name)
        return decode_text(value, self.charset_hint) if value else ""

    def plain(self, name: str) -> str:
        """The first field of that name for machine use: unfolded, not decoded beyond utf-8 and latin-1."""
        return plain(self.raw(name))


def read_head(raw: bytes, start: int = 0, end: int | None = None) -> Head:
    """Reads the fields from `start` on. Survives mbox lines, leading blanks and continuations, missing blank lines."""
    end = len(raw) if end is None else end
    head = Head(body_start=start)
    at = _skip_leading(raw, start, end, head)
    limit = min(end, at + MAX_HEAD)
    while at < end:
        is_full = at >= limit or len(head.fields) >= MAX_FIELDS
        if is_full and _BLANK.match(raw, at, end) is None:
            head.cut = True
            head.body_start = _end_of_head(raw, at, end)
            break
        found = _FIELD.match(raw, at, end)
        if found is None:
            blank = _BLANK.match(raw, at, end)
            if blank is not None:
                head.body_start = blank.end()
                break
            after = _after_junk(raw, at, end)
            if after is None or not head.fields:
                head.body_start = at
                break
            name, value = head.fields[-1]
            head.fields[-1] = (name, value + b" " + raw[at:after].strip())
            at = after
            continue
        head.fields.append((found.group(1).decode("ascii").lower(), found.group(2)))
        at = found.end()
    else:
        head.body_start = end
    for name, value in head.fields:
        head.by_name.setdefault(name, []).append(value)
    return head


def _skip_leading(raw: bytes, at: int, end: int, head: Head) -> int:
    """Past a byte order mark, blank lines, an mbox line and a stray continuation in front of the first field."""
    if raw.startswith(b"\xef\xbb\xbf", at):
        at += 3
    for _ in range(100):
        line = _LINE.match(raw, at, min(end, at + 2_000))
        assert line is not None
        text = line.group()
        is_mbox = text.startswith((b"From ", b">From "))
        if not text or not (is_mbox or ((at == 0 or head.mbox_line) and not text.strip() and _FIELD.match(raw, line.end(), end))):
            if text[:1] in (b" ", b"\t") and text.strip() and _FIELD.match(raw, line.end(), end):
                at = line.end()
                continue
            break
        if is_mbox:
            head.mbox_line = text.strip()
        at = line.end()
    return at


def _after_junk(raw: bytes, at: int, end: int) -> int | None:
    """The position after one or two lines that are no fields, if a well-known field follows them; else None."""
    for _ in range(2):
        line = _LINE.match(raw, at, min(end, at + 1_000))
        if line is None or not line.group().strip() or line.group().startswith(b"--"):
            return None
        at = line.end()
        if _KNOWN.match(raw, at, end):
            return at
    return None


def _end_of_head(raw: bytes, at: int, end: int) -> int:
    places = [place + size for mark, size in ((b"\n\n", 2), (b"\n\r\n", 3)) if (place := raw.find(mark, at - 2, end)) >= 0]
    return min(places, default=end)


def unfold(value: bytes) -> bytes:
    """RFC 5322 2.2.3; a tab of the fold becomes a blank."""
    return _FOLD.sub(b" ", value).strip(_SPACE) if b"\n" in value else value.strip(_SPACE)


def plain(value: bytes) -> str:
    """For fields that machines read: utf-8, else latin-1; controls become blanks."""
    line = unfold(value)
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        text = line.decode("latin-1")
    return clean(text)


def clean(text: str) -> str:
    """Without NUL, other controls, line ends and lone surrogates (reliability.md M11, M12)."""
    return _CONTROL.sub(" ", text).strip()


def decode_text(value: bytes, hint: str | None = None) -> str:
    """RFC 2047 text as a person reads it, tolerant of every known way of breaking it.

    Neighbouring encoded words of one charset are joined before decoding (words split inside a letter); a missing end mark,
    blanks inside, wrong charset names and unencoded 8-bit text are borne. `hint` is the charset of the mail's other 8-bit text.
    """
    line = unfold(value)
    if b"=?" not in line:
        return clean(line.decode("ascii") if line.isascii() else charset.decode(line, None, hint)[0])
    starts = list(_START.finditer(line))
    if not starts:
        return clean(charset.decode(line, None, hint)[0])
    text = clean(_joined(_pieces(line, starts), hint))
    return decode_text(text.encode("utf-8", "replace"), hint) if _TWICE.fullmatch(text) else text


def _pieces(line: bytes, starts: list[re.Match[bytes]]) -> list[tuple[bytes, str | None]]:
    """(bytes, charset name | None for text outside encoded words) in order, blanks between encoded words dropped."""
    pieces: list[tuple[bytes, str | None]] = []
    at = 0
    group: list[bytes] = []  # base64 words of one charset, side by side, none of them closed by "="
    for number, start in enumerate(starts):
        limit = starts[number + 1].start() if number + 1 < len(starts) else len(line)
        between = line[at : start.start()]
        name, is_base64 = start.group(1).decode("ascii"), start.group(2) in b"bB"
        if group and (between.strip(_SPACE) or not is_base64 or name.lower() != (pieces[-1][1] or "").lower()):
            group = _close(group, pieces)
        if between.strip(_SPACE) or not pieces:
            pieces.append((between, None))
        word, at = _word_end(line, start.end(), limit)
        if not is_base64:
            pieces.append((_unencode(word), name))
            continue
        if not group:
            pieces.append((b"", name))
        group.append(word)
        if word.rstrip().endswith(b"="):
            group = _close(group, pieces)
    _close(group, pieces)
    pieces.append((line[at:], None))
    return pieces


def _close(group: list[bytes], pieces: list[tuple[bytes, str | None]]) -> list[bytes]:
    """Decodes a group into the last piece: as one text where a program cut it wherever the line was full. Returns an empty group."""
    if group:
        whole = any(_is_cut(word) for word in group[:-1])
        data = decode_base64(b"".join(group)) if whole else b"".join(decode_base64(word) for word in group)
        pieces[-1] = (data, pieces[-1][1])
    return []


def _word_end(line: bytes, begin: int, limit: int) -> tuple[bytes, int]:
    """The text of an encoded word and where the line goes on: at `?=`, else (end mark lost) at the last blank."""
    end = line.find(b"?=", begin, limit)
    while end >= 0 and _SOFT_QP.match(line, end + 1) and line.find(b"?=", end + 2, limit) >= 0 and b" " not in line[end:limit].strip():
        end = line.find(b"?=", end + 2, limit)  # a bare `?` in front of an encoded byte: `?=D0` is no end mark
    if end >= 0:
        return line[begin:end], end + 2
    rest = line[begin:limit].rstrip(_SPACE)
    return rest.removesuffix(b"?"), limit


def _unencode(word: bytes) -> bytes:
    return _SOFT_QP.sub(lambda found: binascii.unhexlify(found.group(1)), word.replace(b"_", b" "))


_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")


def _is_cut(word: bytes) -> bool:
    """Base64 that ends inside a group: one sign too many, or bits left over that an encoder would have made zero (RFC 4648 3.5)."""
    kept = _NOT_BASE64.sub(b"", word)
    spare = len(kept) % 4
    if spare < 2:
        return spare == 1
    return _BASE64.index(kept[-1]) % (16 if spare == 2 else 4) != 0


def decode_base64(raw: bytes) -> bytes:
    """Base64 with whatever is missing or strewn in; a lone last sign is dropped."""
    kept = _NOT_BASE64.sub(b"", raw)
    spare = len(kept) % 4
    if spare == 1:
        kept = kept[:-1]
    return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))


def _joined(pieces: list[tuple[bytes, str | None]], hint: str | None) -> str:
    out: list[str] = []
    held = b""
    held_name: str | None = None
    for raw, name in [*pieces, (b"", None)]:
        if name is not None and held_name is not None and name.lower() == held_name.lower():
            held += raw
            continue
        if held_name is not None:
            out.append(charset.decode(held, held_name, hint)[0])
            held, held_name = b"", None
        if name is None:
            out.append(raw.decode("ascii") if raw.isascii() else charset.decode(raw, None, hint)[0])
        else:
            held, held_name = raw, name
    return "".join(out)
