"""An invitation (RFC 5545) as one sentence a person understands. We show it, we do not schedule. Never raises; linear."""

from __future__ import annotations

import re

_FOLD = re.compile(r"\n[ \t]")
_LINE = re.compile(
    r"^(METHOD|SUMMARY|DTSTART|DTEND|LOCATION|ORGANIZER)((?:;[^\n:\"]*(?:\"[^\n\"]*\"[^\n:\"]*)*)?):([^\n]*)",
    re.MULTILINE | re.IGNORECASE
)
_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?")
_NAME = re.compile(r'CN="?([^";:]+)', re.IGNORECASE)
_ZONE = re.compile(r'TZID="?([^";:]+)', re.IGNORECASE)
_CYRILLIC = re.compile("[А-яЁё]")
_LOOK = 1_000_000

_RUSSIAN = {"REQUEST": "Приглашение", "CANCEL": "Встреча отменена", "REPLY": "Ответ на приглашение", "": "Событие в календаре",
            "at": "начало", "where": "место", "who": "организатор"}  # fmt: skip
_ENGLISH = {"REQUEST": "Invitation", "CANCEL": "Meeting cancelled", "REPLY": "Answer to an invitation", "": "Calendar event",
            "at": "starts", "where": "place", "who": "organiser"}  # fmt: skip


def invitation(text: str) -> str:
    """`Приглашение: «Осмотр партии», начало 12.11.2026 10:00, место: склад 3, организатор: Иван Петров.` "" if it says nothing."""
    body = _FOLD.sub("", text[:_LOOK])
    event = body.find("BEGIN:VEVENT")
    said: dict[str, tuple[str, str]] = {}
    for found in _LINE.finditer(body):
        name = found.group(1).upper()
        if name == "METHOD" or found.start() > event >= 0:
            said.setdefault(name, (found.group(2), _unescape(found.group(3))))
    summary, start = said.get("SUMMARY", ("", ""))[1], _when(*said.get("DTSTART", ("", "")))
    if not summary and not start:
        return ""
    place = said.get("LOCATION", ("", ""))[1]
    words = _RUSSIAN if _CYRILLIC.search(summary + place + _organiser(said)) else _ENGLISH
    method = said.get("METHOD", ("", "REQUEST"))[1].upper()
    parts = [f"«{summary}»" if summary else "", f"{words['at']} {start}" if start else "", f"{words['where']}: {place}" if place else "",
             f"{words['who']}: {_organiser(said)}" if _organiser(said) else ""]  # fmt: skip
    return f"{words.get(method, words[''])}: {', '.join(part for part in parts if part)}."


def _organiser(said: dict[str, tuple[str, str]]) -> str:
    params, value = said.get("ORGANIZER", ("", ""))
    name = _NAME.search(params)
    return name.group(1).strip() if name else re.sub("^mailto:", "", value, flags=re.IGNORECASE)


def _when(params: str, value: str) -> str:
    found = _STAMP.match(value)
    if found is None:
        return ""
    year, month, day, hour, minute, utc = found.groups()
    zone = _ZONE.search(params)
    clock = f" {hour}:{minute}" + (" UTC" if utc else f" ({zone.group(1)})" if zone else "") if hour else ""
    return f"{day}.{month}.{year}{clock}"


def _unescape(value: str) -> str:
    """RFC 5545 3.3.11."""
    return re.sub(r"\\([\\;,nN])", lambda found: " " if found.group(1) in "nN" else found.group(1), value).strip()
