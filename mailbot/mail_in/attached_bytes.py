"""The bytes of what hangs on a mail, for a person who wants the files; the store keeps them inside the raw mail. Never raises."""

from __future__ import annotations

from collections.abc import Iterator

from mailbot.mail_in import smime, tnef
from mailbot.mail_in.mime import split
from mailbot.mail_in.transfer import content, uu_files

_DEPTH = 3  # signed letters inside signed letters


def attached(raw: bytes, depth: int = _DEPTH) -> Iterator[bytes]:
    """Every decoded part and every file inside winmail.dat, a uuencoded text or a signed letter: known by its sha256."""
    for part in split(raw).root.walk():
        if part.children:
            continue
        data = content(part, [])
        yield data
        if (winmail := tnef.read_tnef(data)) is not None:
            yield from (file for _, file in winmail.files)
        elif depth and (inner := smime.signed_content(data)) is not None:
            yield from attached(inner, depth - 1)
        elif part.media_type.startswith("text/"):
            yield from (file for _, file in uu_files(data)[1])
