"""Files that are provably no mail, by the bytes their format begins with, and what to do instead. A damaged mail is never one."""

from __future__ import annotations

import re

HEAD = 2_000  # bytes that are looked at

_ARCHIVE = "Unpack it and take in the folder of mails that comes of it."
_OUTLOOK = "Export its mails as .eml, or `readpst -r -o FOLDER FILE` makes mboxes of it."
_NO_MAIL = "Take in the mail it came with, or send it to the mailbox as an attachment."
_CERTAIN = (  # no text, however damaged, begins so: each holds bytes that no header has
    (rb"!BDN.{4}S[MO]", "is an Outlook data file (PST or OST), not mail", _OUTLOOK),
    (rb"PK(?:\x03\x04|\x05\x06).{0,2000}?(?:\[Content_Types\]\.xml|mimetypeapplication/)", "is an office document, not a mail", _NO_MAIL),
    (rb"PK(?:\x03\x04|\x05\x06)", "is a ZIP archive, not a mail", _ARCHIVE),
    (rb"\x1f\x8b\x08|7z\xbc\xaf\x27\x1c|Rar!\x1a\x07|BZh[1-9]1AY&SY|\xfd7zXZ\x00", "is a packed archive, not a mail", _ARCHIVE),
    (rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff[\xc0-\xfe]|II\*\x00|MM\x00\*", "is a picture, not a mail", _NO_MAIL),
    (rb"RIFF.{4}WEBPVP8|GIF8[79]a.{0,3}\x00", "is a picture, not a mail", _NO_MAIL),
    (rb"\x00\x00\x00.ftyp", "is a picture or film, not a mail", _NO_MAIL),
    (rb"SQLite format 3\x00", "is an SQLite database, not a mail", "`mailbot` opens one with --database."),
)
_FORMATS = tuple((re.compile(start, re.DOTALL), what, mend) for start, what, mend in _CERTAIN)
_PDF = re.compile(rb"%PDF-\d\.\d\s")
_FIELD = re.compile(rb"^(?:from|to|subject|date|received|message-id|return-path|content-type)[ \t]*:", re.MULTILINE | re.IGNORECASE)


def other_format(head: bytes) -> str:
    """What the file is instead of a mail, and the mend; "" where it may be one. `head`: its first HEAD bytes."""
    for start, what, mend in _FORMATS:
        if start.match(head):
            return f"{what}. {mend}"
    if _PDF.match(head) and not _FIELD.search(head):  # these are letters: a mail whose top is damaged keeps its fields
        return f"is a PDF document, not a mail. {_NO_MAIL}"
    return ""
