"""Address fields into addresses: groups, comments, routes, quotes, IDN, and what programs make of them. Linear, bounded."""

from __future__ import annotations

import re

from mailbot.claims.message import Address
from mailbot.mail_in import charset
from mailbot.mail_in.headers import clean, decode_text, unfold

MAX_ADDRESSES = 1_000
_MAX_FIELD = 256 * 1024

_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"|<[^<>]*+>?|[,;:]|\\.|[^",;:<(\\]++|["(\\]', re.DOTALL)
_COMMENT_MARK = re.compile(rb"\\.|[()]", re.DOTALL)
# It begins only where a word or what follows an apostrophe begins: else endless lines without "@" cost squared time (tests/mails/361)
_BARE = re.compile(
    r"(?<![^\s<>()\[\]\",;:@'])[^\s<>()\[\]\",;:@']++(?:'[^\s<>()\[\]\",;:@']++){0,8}@(?:\[[^\]\s]{0,255}\]|[^\s<>()\[\]\"',;:@]+)"
)
_QUOTED_LOCAL = re.compile(r'"((?:[^"\\]|\\.)*+)"@(\S+)\Z')
_PLAIN_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+\Z")
_DOTS = str.maketrans({"\u3002": ".", "\uff0e": ".", "\uff61": "."})


def read_addresses(value: bytes, hint: str | None = None) -> list[Address]:
    """All mailboxes of one address field, in order; members of groups included, names decoded."""
    line = unfold(value[:_MAX_FIELD])
    if not line.isascii():
        line = charset.decode(line, None, hint)[0].encode("utf-8", "replace")
    found: list[Address] = []
    for piece in _pieces(line):
        address = _mailbox(piece, hint)
        if address is not None:
            found.append(address)
            if len(found) >= MAX_ADDRESSES:
                break
    return found


def _pieces(line: bytes) -> list[list[bytes]]:
    """Tokens of each mailbox, split at commas, semicolons and group colons outside quotes, brackets and comments."""
    pieces: list[list[bytes]] = []
    piece: list[bytes] = []
    at = 0
    while at < len(line):
        token_match = _TOKEN.match(line, at)
        assert token_match is not None
        token, at = token_match.group(), token_match.end()
        if token == b"(":
            comment, at = _comment(line, at)
            piece.append(b"(" + comment)
        elif token in (b",", b";"):
            pieces.append(piece)
            piece = []
        elif token == b":":
            if any(part.startswith(b"<") or b"@" in part or part.lower() == b"mailto" for part in piece):
                piece.append(token)  # not a group's name: part of something broken
            else:
                piece = []
        else:
            piece.append(token)
    pieces.append(piece)
    return pieces


def _comment(line: bytes, at: int) -> tuple[bytes, int]:
    """The text of a comment (RFC 5322 3.2.2, nested ones included) and the position after it; unclosed: up to the end."""
    begin, depth = at, 1
    for mark in _COMMENT_MARK.finditer(line, at):
        sign = mark.group()
        depth += (sign == b"(") - (sign == b")")
        if depth == 0:
            return line[begin : mark.start()], mark.end()
    return line[begin:], len(line)


def _mailbox(piece: list[bytes], hint: str | None) -> Address | None:
    angles = [part for part in piece if part.startswith(b"<")]
    comments = [part[1:] for part in piece if part.startswith(b"(")]
    words = [part for part in piece if not part.startswith((b"<", b"("))]
    if angles:
        words = words[:-1] if words and words[-1].strip() == b">" else words  # `Petr <<p@dom.example>>`
        spec = _spec(angles[-1][1:].removesuffix(b">"))
        name = _name(words, hint) or (_name([comments[-1]], hint) if comments else "")
        if "@" not in spec:
            inner = _BARE.search(name)
            spec = spec or (inner.group() if inner else "")
        return Address(name, canonical(spec)) if spec else None
    whole = b"".join(words).strip()
    if not whole:
        return None
    return _bare_mailbox(whole, words, comments, hint)


def _bare_mailbox(whole: bytes, words: list[bytes], comments: list[bytes], hint: str | None) -> Address | None:
    """`user@domain (Name)`, `Name user@domain`, a lone `MAILER-DAEMON`; a phrase without any address is none."""
    text = whole.decode("utf-8", "replace")
    quoted = _QUOTED_LOCAL.match(text)
    if quoted is not None:
        return Address(_name(comments[-1:], hint), canonical(text))
    if "=?" in text:
        text = decode_text(whole, hint)
    squeezed = re.sub(r"\s*([@.])\s*", r"\1", text) if text.count("@") == 1 and " @" in text + "@ " else text
    bare = _BARE.search(squeezed)
    if bare is None:
        lone = text.strip("\"' ")
        return Address(_name(comments[-1:], hint), lone) if lone.isascii() and _PLAIN_LOCAL.match(lone) else None
    name = clean((squeezed[: bare.start()] + " " + squeezed[bare.end() :]).replace("mailto:", "")).strip("\"'[] :")
    return Address(name or _name(comments[-1:], hint), canonical(bare.group()))


def _spec(raw: bytes) -> str:
    """What stands in angle brackets, without route (RFC 5322 4.4), mailto, blanks and quotes around the whole."""
    text = clean(raw.decode("utf-8", "replace"))
    if "=?" in text:
        text = decode_text(raw)
    if text.startswith("@") and ":" in text:
        text = text.rpartition(":")[2]
    text = text.removeprefix("mailto:").removeprefix("MAILTO:").strip("' ")
    return text if text.startswith('"') else re.sub(r"\s+", "", text)


def _name(words: list[bytes], hint: str | None) -> str:
    """The display name: quotes and quoted pairs undone, encoded words decoded even inside quotes (a common breach)."""
    parts = []
    for word in words:
        if word.startswith(b'"') and word.endswith(b'"') and len(word) > 1:
            word = re.sub(rb"\\(.)", rb"\1", word[1:-1])
        parts.append(word)
    name = decode_text(b"".join(parts), hint)
    if len(name) > 1 and name[0] == name[-1] and name[0] in "\"'":
        name = name[1:-1].strip()
    return name


def canonical(spec: str) -> str:
    """The local part exact (outer quotes kept only where needed), the domain as lower-case A-labels (RFC 5891)."""
    local, at, domain = spec.strip().rpartition("@")
    if not at:
        return spec
    if len(local) > 1 and local[0] == local[-1] == '"' and _PLAIN_LOCAL.match(local[1:-1]):
        local = local[1:-1]
    return f"{local}@{a_label(domain)}"


def a_label(domain: str) -> str:
    """A domain in lower case with its international labels in their ASCII form; one that has no such form stays as it is."""
    domain = domain.strip(" .\t>").lower()
    if domain.isascii():
        return domain
    domain = domain.translate(_DOTS)
    labels = []
    for label in domain.split(".")[:20]:
        try:
            labels.append(label if label.isascii() else label[:63].encode("idna").decode("ascii").lower())
        except UnicodeError:
            labels.append(label)
    return ".".join(labels)
