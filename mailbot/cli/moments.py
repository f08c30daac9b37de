"""Reads a moment as an operator types it; what cannot be read is refused with the way to write it."""

from __future__ import annotations

import re
from datetime import date, datetime, tzinfo

from mailbot.claims.errors import Fault, SetupError

_RUSSIAN = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")


def moment(text: str, office: tzinfo, option: str, or_write: str = "") -> datetime:
    """An aware instant; without an offset it is meant in the office's zone, a bare date is its first second."""
    try:
        at = datetime.fromisoformat(text)
        at = at if at.tzinfo is not None else at.replace(tzinfo=office)
        at.astimezone(office).timestamp()
    except (ValueError, OverflowError):
        mend = f"Write {or_write}2026-11-23T10:00:00+03:00, or 2026-11-23T10:00 for the office's time."
        raise SetupError(Fault("mailbot", 0, option, f"{text!r} is no moment.", mend)) from None
    return at


def day(text: str, option: str) -> date:
    """A date, ISO or as it is written in Russian letters."""
    try:
        if russian := _RUSSIAN.fullmatch(text):
            return date(int(russian[3]), int(russian[2]), int(russian[1]))
        return date.fromisoformat(text)
    except ValueError:
        raise SetupError(Fault("mailbot", 0, option, f"{text!r} is no date.", "Write 2026-11-23 or 23.11.2026.")) from None
