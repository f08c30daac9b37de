"""What of a mail was left out or cannot be read by us, in sentences a claims specialist understands (reliability.md M1-M28)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mailbot.claims.message import Address
from mailbot.mail_in.addresses import MAX_ADDRESSES
from mailbot.mail_in.bodies import Body
from mailbot.mail_in.headers import MAX_FIELDS, Head
from mailbot.mail_in.letter_lines import MAX_LINES

MOST_UNDERSTOOD = 20_000  # classify reads so many letters of a text


def of_head(head: Head) -> Iterator[str]:
    if head.cut:
        yield f"The mail has more than {MAX_FIELDS} header lines or more than 256 KB of them; only the first were read."
    if len(head.all("from")) > 1:
        yield f"The mail has {len(head.all('from'))} From lines; it proves nothing about its sender."
    if not head.fields:
        yield "The mail has no header lines at all."


def of_people(head: Head, from_: Address | None, *lines: Sequence[Address]) -> Iterator[str]:
    if from_ is None and head.fields:
        yield "The mail names no sender."
    if any(len(line) >= MAX_ADDRESSES for line in lines):
        yield f"The mail names {MAX_ADDRESSES:,} recipients or more; only the first {MAX_ADDRESSES:,} are shown."


def of_body(body: Body, text: str) -> Iterator[str]:
    if body.encrypted:
        yield "The letter is encrypted; a person must open it in a mail program."
    if len(text) > MOST_UNDERSTOOD:
        yield f"The letter is longer than {MOST_UNDERSTOOD:,} letters; category and facts were taken from its beginning."
    if text.count("\n") >= MAX_LINES:
        yield f"The letter has more than {MAX_LINES:,} lines; quotes and forwarded letters were looked for in the first {MAX_LINES:,} only."
    kinds = {file.media_type for file in body.attachments}
    if "message/partial" in kinds:
        yield "The mail is one piece of a letter that was sent in several (message/partial); it is kept, the pieces are not put together."
    if "message/external-body" in kinds:
        yield "A part of the mail lies somewhere else (message/external-body); it was not fetched."
