"""The machine-readable part of a delivery report (RFC 3464): recipients, what became of them, the letter that bounced. Never raises."""

from __future__ import annotations

import re

from mailbot.claims.message import BouncedRecipient
from mailbot.mail_in.addresses import canonical
from mailbot.mail_in.headers import Head, decode_text, read_head

_MAX_RECIPIENTS = 200
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_ID = re.compile(rb"<([^<>\s]{1,990}@[^<>\s]{1,990})>")
_FINAL = re.compile(rb"^final-recipient:[ \t]*[\w-]{2,20};", re.IGNORECASE | re.MULTILINE)
_ID_LINE = re.compile(rb"^message-id:\s{0,20}<([^<>\s]{1,990}@[^<>\s]{1,990})>", re.IGNORECASE | re.MULTILINE)
_BLANKS = re.compile(rb"\r?\n(?:[ \t]*\r?\n)+")


def groups_of(report: bytes) -> list[Head]:
    """The per-message fields and then those of each recipient (RFC 3464 2.1)."""
    groups: list[Head] = []
    at = 0
    for gap in _BLANKS.finditer(report):
        groups.append(read_head(report, at, gap.end()))
        at = gap.end()
        if len(groups) > _MAX_RECIPIENTS:
            break
    else:
        groups.append(read_head(report, at))
    return [one for group in groups for one in _one_by_one(group)]


def _one_by_one(group: Head) -> list[Head]:
    """Some systems set no blank line between recipients: a field that comes again begins the next one."""
    if len(group.all("final-recipient")) < 2:
        return [group] if group.fields else []
    ones: list[Head] = []
    for name, value in group.fields:
        if not ones or (name in ones[-1].by_name and name.endswith("-recipient")):
            ones.append(Head())
        ones[-1].fields.append((name, value))
        ones[-1].by_name.setdefault(name, []).append(value)
    return ones


def report_in(raw: bytes) -> bytes:
    """The fields of a report that lie bare in a text: a boundary was lost, or a gateway attached a whole report to its own; else b""."""
    found = _FINAL.search(raw)
    return raw[max(raw.rfind(b"\n\n", 0, found.start()), raw.rfind(b"\r\n\r\n", 0, found.start()), 0) :] if found else b""


def recipients_of(report: bytes) -> list[tuple[BouncedRecipient, str]]:
    """(recipient, action) of each recipient group; the original address where it is named and the final one is not one."""
    found: list[tuple[BouncedRecipient, str]] = []
    for group in groups_of(report):
        address = _typed(group, "final-recipient") or _typed(group, "original-recipient")
        if "@" not in address or "." not in address.rpartition("@")[2]:  # a name inside the other system: the one we wrote to says more
            address = _typed(group, "original-recipient") or _typed(group, "x-actual-recipient") or address
        if not address:
            continue
        action = group.plain("action").lower().split("(")[0].split(";")[0].strip()
        status_found = _STATUS.search(group.plain("status"))
        diagnostic = decode_text(group.raw("diagnostic-code")).partition(";")[2].strip() or group.text("diagnostic-code")
        status = status_found.group() if status_found else None
        if status is None or status.endswith(".0.0"):  # the diagnostic often says more than 5.0.0 does
            better = _STATUS.search(diagnostic)
            status = better.group() if better and (status is None or better.group()[0] == status[0]) else status
        found.append((BouncedRecipient(address, permanence(action, status, diagnostic), status, diagnostic[:500]), action))
    return found


def permanence(action: str, status: str | None, diagnostic: str) -> bool | None:
    """Whether delivery was given up for good: a delay is not, a failure is; else the class of the status (RFC 3463 3.1)."""
    if action in ("delayed", "delivered", "relayed", "expanded"):
        return False
    if status:
        return status[0] == "5"
    code = re.search(r"\b([45])\d\d\b", diagnostic)
    if code:
        return code.group(1) == "5"
    return True if action in ("failed", "failure", "expired") else None


def _typed(group: Head, name: str) -> str:
    """The address behind `rfc822;` (RFC 3464 2.1.2); X.400 and other kinds give nothing."""
    value = group.plain(name)
    kind, semicolon, address = value.partition(";")
    if semicolon and kind.strip().lower() not in ("rfc822", "utf-8", "smtp", "unknown", "x-local", "system"):
        return ""
    text = (address if semicolon else value).strip().strip("<>\"' ")
    text = text.split("<")[-1].split(">")[0].strip()
    return canonical(text) if text and " " not in text else ""


def original_id(returned: bytes) -> str | None:
    """The Message-ID in what came back of the original mail."""
    if not returned:
        return None
    inner = _FINAL.search(returned)
    if inner is not None:  # what came back is a report itself: the letter stands behind its fields
        found = _ID_LINE.search(returned, inner.end())
    else:
        found = _ID.search(read_head(returned).raw("message-id"))
    return found.group(1).decode("utf-8", "replace") if found else None
