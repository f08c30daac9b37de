"""Whether the words a mail begins with are so whatever its Content-Type line says: many servers' signatures leave that line out. Linear.

Gmail and Yandex sign From, To, Subject, Date, Message-ID, In-Reply-To, References and the body, and no Content-Type: whoever has such a
mail can name another boundary, and a letter that she only quoted or passed on becomes the first part of hers, still signed.
"""

from __future__ import annotations

from mailbot.mail_in.mime import Part
from mailbot.mail_in.transfer import content

_PREAMBLE = b"MIME"  # the one line before the first part in which programs say what the mail is
_LONGEST_PREAMBLE = 200


def may_be_others(root: Part) -> bool:
    """With another Content-Type line, other words of the same body could come first, or these would not.

    A single text begins where the body begins. A mail of several parts begins, under whatever boundary, with the first delimiter of its
    body: so nothing may stand before the one that is declared, and words must stand in the part that it opens.
    """
    if not root.children:
        return root.media_type not in ("text/plain", "text/html")
    before = root.raw[slice(*root.preamble)].strip()
    if before and not (_PREAMBLE in before and len(before) <= _LONGEST_PREAMBLE and b"\n" not in before):
        return True
    first = next(part for part in root.walk() if not part.children)
    return not (first.media_type in ("text/plain", "text/html") and content(first, []).strip())
