"""Reads many mails in the reading room and hands them back in the order given; a mail that kills its reader is still handed back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from mailbot.claims.understanding import ReadMail
from mailbot.jobs.hard_mail import from_headers_alone, unreadable
from mailbot.jobs.reading_room import ReadingRoom, ToRead, Unread

ATTEMPTS = 3  # then the headers alone
_AHEAD_MAILS = 64
_AHEAD_BYTES = 64 * 1024 * 1024
_PATIENCE = 0.5


@dataclass(slots=True)
class _Held:
    """One mail from its being taken until it is handed back."""

    raw: bytes
    attempts: int = 1
    read: ReadMail | None = None


def read_in_order(room: ReadingRoom, mails: Iterable[ToRead]) -> Iterator[ReadMail]:
    """The readings of `mails`, whose ids are all different, in their order. Looks ahead a bounded number of mails and bytes."""
    held: dict[int, _Held] = {}
    for mail in mails:
        held[mail.id] = _Held(mail.raw)
        room.add([mail])
        yield from _finished(held)
        while len(held) >= _AHEAD_MAILS or sum(len(one.raw) for one in held.values()) > _AHEAD_BYTES:
            _take(room, held)
            yield from _finished(held)
    while held:
        _take(room, held)
        yield from _finished(held)


def _finished(held: dict[int, _Held]) -> Iterator[ReadMail]:
    """Those at the front that are read."""
    while held and (first := next(iter(held))) is not None and (read := held[first].read) is not None:
        del held[first]
        yield read


def _take(room: ReadingRoom, held: dict[int, _Held]) -> None:
    for asked, result in room.take(_PATIENCE):
        one = held[asked.id]
        if not isinstance(result, Unread):
            one.read = from_headers_alone(one.raw, result, "reading it failed three times") if asked.headers_only else result
        elif asked.headers_only:
            one.read = unreadable(one.raw, result.why)
        else:
            one.attempts += 1
            room.add([replace(asked, headers_only=one.attempts > ATTEMPTS, suspect=True)])
