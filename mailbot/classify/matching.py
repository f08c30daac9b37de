"""Long patterns are tried only where they can begin; what is found is the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator


def found_at(beginnings: re.Pattern[str], form: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """What `form.finditer` finds, as `beginnings` names every place where it can: a class of signs first, so that it goes by quickly."""
    last = 0
    for place in beginnings.finditer(text):
        start = place.start()
        found = form.match(text, start) if start >= last else None
        if found is not None:
            last = found.end()
            yield found


def small_letters(text: str) -> str:
    """A text in small letters, each sign where it stood: patterns of small letters read it in a third of the time of re.IGNORECASE."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(small if len(small := sign.lower()) == 1 else sign for sign in text)


def may_hold(lower: str, heads: Iterable[str]) -> bool:
    """Whether a text in small letters holds one of the words without which a form is not found in it."""
    return any(head in lower for head in heads)
