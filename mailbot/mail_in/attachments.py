"""What hangs on a mail: names cleaned for display and never invented, bytes named by their sha256 (R23, reliability.md M8)."""

from __future__ import annotations

import re
from hashlib import sha256
from urllib.parse import unquote_to_bytes

from mailbot.claims.message import Attachment
from mailbot.mail_in.mime import Part

_MAX_NAME = 200
# Controls, soft hyphen, zero-width and bidi signs: nothing of a name that a person could see.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff0-\uffff\ud800-\udfff]"
)
_SPACES = re.compile(r"\s+")
_NUMBER_SLASH = re.compile(r"(?<=\d)/(?=\d)")
_ESCAPED = re.compile(r"%[C-F][0-9A-F]%[89AB][0-9A-F]", re.IGNORECASE)  # a letter beyond ASCII in utf-8
_PATH_MARK = re.compile(r"[/\\]")


def display_name(name: str | None) -> str | None:
    """A file name to show: no path, no unseen signs, at most 200 characters with its ending kept; None if nothing is left."""
    if not name:
        return None
    name = _unescaped(name[:4_000])
    name = _SPACES.sub(" ", _UNSEEN.sub("", name[:4_000])).strip(" \"'")
    name = _PATH_MARK.split(_NUMBER_SLASH.sub("_", name))[-1].strip()  # `Счёт 12/10.pdf` keeps its number, `../../x` loses its path
    if len(name) > 2 and name[1] == ":" and name[0].isalpha():
        name = name[2:]
    if not name.strip(". "):
        return None
    if len(name) > _MAX_NAME:
        stem, dot, ending = name.rpartition(".")
        name = stem[: _MAX_NAME - len(ending) - 1] + dot + ending if dot and len(ending) <= 10 else name[:_MAX_NAME]
    return name


def _unescaped(name: str) -> str:
    """`%D0%90%D0%BA%D1%82.pdf`: web mail that escapes a name as in an address, without saying so (RFC 2231 has a star for it)."""
    if not (name.isascii() and _ESCAPED.search(name)):
        return name
    try:
        plain = unquote_to_bytes(name).decode("utf-8")
    except UnicodeDecodeError:
        return name
    return name if plain.isascii() else plain


def name_of(part: Part) -> str | None:
    """The name the sender gave: Content-Disposition's filename, else Content-Type's name, else Content-Description never."""
    disposition, kind = part.disposition_params, part.params
    return display_name(disposition.get("filename") or disposition.get("name") or kind.get("name") or kind.get("filename"))


def attachment(part: Part, data: bytes, *, inline: bool) -> Attachment:
    return Attachment(name_of(part), part.media_type, len(data), sha256(data).hexdigest(), inline)


# What a file is by its ending, where the sender's program did not say (winmail.dat, uuencode).
_TYPES = {
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "bmp": "image/bmp", "tif": "image/tiff",
    "tiff": "image/tiff", "heic": "image/heic", "pdf": "application/pdf", "doc": "application/msword", "xls": "application/vnd.ms-excel",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "zip": "application/zip", "txt": "text/plain",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "rtf": "application/rtf", "csv": "text/csv",
    "mp4": "video/mp4", "mov": "video/quicktime", "rar": "application/vnd.rar", "7z": "application/x-7z-compressed",
}  # fmt: skip


def named(name: str | None, data: bytes) -> Attachment:
    """A file out of winmail.dat or a uuencoded text: its type is known by its ending only."""
    ending = (name or "").rpartition(".")[2].lower()
    return Attachment(name, _TYPES.get(ending, "application/octet-stream"), len(data), sha256(data).hexdigest())
