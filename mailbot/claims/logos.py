"""Which pictures of a mail belong to a signature, and tell nothing of the matter. Pure."""

from __future__ import annotations

import re

from mailbot.claims.message import Attachment

LOGO_BELOW = 20_000  # bytes: an inline image under it belongs to a signature
_LOGO = re.compile(
    r"(?:^|[^a-zа-я])(?:logo|логотип|image0\d\d|banner|icon|facebook|instagram|vk|telegram|signature|подпись)(?:[^a-zа-я]|$)",
    re.IGNORECASE,
)


def is_logo(attachment: Attachment) -> bool:
    """A small image inside the text, or one named so; larger inline images are photos, phones send them that way."""
    if not attachment.media_type.startswith("image/"):
        return False
    named = bool(_LOGO.search(attachment.name or ""))
    return (attachment.inline and attachment.size < LOGO_BELOW) or (named and attachment.size < 3 * LOGO_BELOW)
