"""Header lines that carry what they were given and nothing else: no second header, no broken thread, ASCII only."""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from mailbot.claims.message import Address

MOST_LETTERS = 200
_LONGEST_LINE = 998  # RFC 5322 2.1.1, without CRLF
_PLAIN_LENGTH = 66
_ENCODED_LINE = 76  # RFC 2047 2: a line with an encoded word
_WORD_BYTES = 45  # 60 letters of base64 in a word of 72 (RFC 2047 2: at most 75)
_UNWANTED = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_ID = re.compile(r"[!-;=?-~]+")  # printable ASCII without blanks and angle brackets
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+")
_DOMAIN = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*|\[[0-9A-Fa-f:.]+\]")


def clean_text(text: str) -> str:
    """Text for a body: line feeds and tabs stay, every other control, surrogate, zero-width or bidi character becomes a blank."""
    if text.isprintable():  # the usual case, and quick: printable text has no character of these categories
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return "".join(c if c in "\n\t" or unicodedata.category(c) not in _UNWANTED else " " for c in text)


def safe_header(text: str, most: int = MOST_LETTERS) -> str:
    """Text for a header: one line, no controls, no `=?` that a reader could decode into more (reliability.md R5, CVE-2024-6923)."""
    line = " ".join(clean_text(text).split()).replace("=?", "= ?")
    return cut_at_word(line, most)


def cut_at_word(line: str, most: int) -> str:
    """The line where it is short enough, else its words up to `most` letters and «…»; a word longer than half of it is cut between letters.

    A letter keeps its marks: «й» may stand as «и» and a breve (Apple's file names and subjects do), and an и alone is another word.
    """
    if len(line) <= most:
        return line
    end = most - 1
    while end and unicodedata.category(line[end])[0] == "M":
        end -= 1
    cut = line[:end]
    if not line[end].isspace() and " " in cut[most // 2 :]:
        cut = cut.rpartition(" ")[0]
    return cut.rstrip(" ,.;:") + "…"


def unstructured(name: str, text: str) -> str:
    """A header of free text, `safe_header` applied, as encoded words where it is not short ASCII."""
    text = safe_header(text)
    if text.isascii() and len(text) <= _PLAIN_LENGTH:
        return f"{name}: {text}"
    return f"{name}: " + "\r\n ".join(_encoded_words(text, name))


def token(name: str, value: str) -> str:
    """A header of our own making that is written as it is. Errors: ValueError where it is not short printable ASCII."""
    if not value.isascii() or not value.isprintable() or "=?" in value or len(value) > 900:
        raise ValueError(f"{name} cannot stand in a header")
    return f"{name}: {value}"


def mailbox(name: str, address: Address) -> str:
    """A header of exactly one address. Errors: ValueError where the address cannot travel in ASCII (O5)."""
    spec = address_spec(address.address)
    shown = safe_header(address.name, 120)
    if not shown:
        return f"{name}: {spec}"
    if not shown.isascii() or len(shown) > _PLAIN_LENGTH:
        return f"{name}: " + "\r\n ".join((*_encoded_words(shown, name), f"<{spec}>"))
    quoted = shown.replace("\\", "\\\\").replace('"', '\\"')
    return f'{name}: "{quoted}" <{spec}>'


def address_spec(address: str) -> str:
    """`local@domain` as it travels: the domain as A-label; a local part with odd dots, as some carriers give out, is quoted."""
    local, at, domain = address.rpartition("@")
    domain = _a_label(domain.rstrip("."))
    if not at or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain) or len(address) > 320:
        raise ValueError("the address cannot stand in a header")
    return f"{local}@{domain}" if all(local.split(".")) else f'"{local}"@{domain}'


@lru_cache(maxsize=4096)
def _a_label(domain: str) -> str:
    if domain.isascii():
        return domain.lower()
    try:
        return domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""


def message_id(name: str, value: str) -> str:
    """A header of one id. Errors: ValueError where it is none."""
    found = _as_id(value)
    if found is None:
        raise ValueError(f"{name} is not a message id")
    return f"{name}: {found}"


def thread_headers(in_reply_to: str | None, references: Sequence[str]) -> Iterator[str]:
    """In-Reply-To and References, never encoded (R6); ids that could not stand in a header are left out."""
    answered = _as_id(in_reply_to) if in_reply_to is not None else None
    if answered is not None:
        yield f"In-Reply-To: {answered}"
    ids = list(dict.fromkeys(found for value in references if (found := _as_id(value)) is not None))
    if answered is not None and answered not in ids:
        ids.append(answered)
    if ids:
        yield "References: " + "\r\n ".join(_trimmed(ids))


def _as_id(value: str) -> str | None:
    bare = value.strip().removeprefix("<").removesuffix(">")
    return f"<{bare}>" if len(bare) <= 900 and _ID.fullmatch(bare) else None


def _trimmed(ids: list[str]) -> list[str]:
    """The first id, which opened the thread, and as many of the last as stay below 998 letters when unfolded."""
    kept: list[str] = []
    room = _LONGEST_LINE - len("References:") - len(ids[0]) - 1
    for found in reversed(ids[1:]):
        room -= len(found) + 1
        if room < 0:
            break
        kept.append(found)
    if not kept and len(ids) > 1:
        return ids[-1:]  # the two do not fit together: the mail answered is the one programs look for
    return [ids[0], *reversed(kept)]


def _encoded_words(text: str, name: str) -> Iterator[str]:
    """RFC 2047 words of whole characters (section 5: a character is never split); the first shares its line with the header's name."""
    octets, room = text.encode("utf-8"), (_ENCODED_LINE - len(name) - 2 - len("=?utf-8?b??=")) // 4 * 3
    while len(octets) > room:
        end = room
        while octets[end] & 0xC0 == 0x80:  # within a character
            end -= 1
        yield _encoded_word(octets[:end])
        octets, room = octets[end:], _WORD_BYTES
    yield _encoded_word(octets)


def _encoded_word(piece: bytes) -> str:
    return f"=?utf-8?b?{base64.b64encode(piece).decode('ascii')}?="
