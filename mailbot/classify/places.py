"""Where words stand: the subject, the new text, the parts of a forwarded letter, an attachment."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """`in_` is subject | text | forwarded.subject | forwarded.text | attachment:N; `text` its original text."""

    in_: str
    text: str
