"""What a colleague writes down here as the mail it would have come in: kept with the others, sent to nobody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime

from mailbot.claims.message import Address
from mailbot.mail_out import headers
from mailbot.mail_out.envelope import Enclosure
from mailbot.mail_out.wire import as_plain_mail


def written_down(
    text: str, files: Sequence[Enclosure], *, from_: Address, to: Address, subject: str, message_id: str, date: datetime
) -> bytes:
    """The mail, its files byte for byte in it. `message_id` without angle brackets."""
    lines = [
        headers.mailbox("From", from_),
        headers.mailbox("To", to),
        headers.unstructured("Subject", subject),
        f"Date: {format_datetime(date)}",
        headers.message_id("Message-ID", message_id),
    ]
    return as_plain_mail(lines, text, message_id, files)
