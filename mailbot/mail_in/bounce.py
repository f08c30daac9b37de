"""Delivery failures and delays, in standard and in free form: whom, for good or not, why, and which letter. Never raises; linear."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailbot.claims.message import Address, Bounce, BouncedRecipient
from mailbot.mail_in import bounce_words as words
from mailbot.mail_in.addresses import canonical, read_addresses
from mailbot.mail_in.delivery_report import original_id, permanence, recipients_of
from mailbot.mail_in.headers import Head

_LOOK = 64 * 1024
_MAX_RECIPIENTS = 50
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,128}@(?:\[[0-9A-Fa-f.:]{3,40}\]|[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\.?){1,12})", re.ASCII)
_STATUS = re.compile(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.-])([45][0-5]\d)(?=[ \-:)\]]|$)", re.MULTILINE)
_ID = re.compile(r"(?im)^[ \t>|]*message-id:\s*<([^<>\s]{1,400}@[^<>\s]{1,400})>")
_LOOSE_ID = re.compile(r"(?im)message[- ]?id[^<\n]{0,60}<([^<>\s]{1,400}@[^<>\s]{1,400})>")


@dataclass(frozen=True, slots=True)
class Report:
    """What speaks for a bounce: the reader's findings so far."""

    head: Head
    from_: Address | None
    to: tuple[Address, ...]
    subject: str
    text: str
    delivery_status: bytes
    returned: bytes
    report_type: str


def read_bounce(report: Report) -> Bounce | None:
    """The bounce a mail is, or None. A report that only says "delivered" is none: it is a receipt."""
    if report.report_type in ("feedback-report", "disposition-notification"):
        return None
    own_words, returned_text = words.cut_original(report.text[:_LOOK])
    standard = recipients_of(report.delivery_status) if report.delivery_status else []
    if standard:
        if all(action in ("delivered", "relayed", "expanded") for _, action in standard):
            return None
        return Bounce(_original_id(report, returned_text), _distinct([r for r, action in standard if action not in ("delivered", "relayed", "expanded")]))
    if not (report.report_type == "delivery-status" or _is_free_form(report, own_words)):
        return None
    recipients = _free_recipients(report, own_words, returned_text)
    return Bounce(_original_id(report, returned_text), recipients)


def _is_free_form(report: Report, own_words: str) -> bool:
    """A mail system says that something was not delivered. One sign alone never makes a bounce of a person's mail."""
    if report.head.raw("x-failed-recipients").strip():
        return True
    robot = words.is_mail_system(report.from_) or report.head.plain("return-path") in ("<>", "< >")
    subject = bool(words.FAILED_SUBJECT.search(report.subject))
    said = bool(words.FAILED_TEXT.search(own_words))
    if words.is_mail_system(report.from_):
        return subject or said
    if robot:
        return said and (subject or (bool(_ADDRESS.search(own_words)) and not words.AWAY.search(own_words)))
    return subject and said and not report.head.raw("in-reply-to") and bool(words.MACHINE_TEXT.search(own_words))


def _original_id(report: Report, returned_text: str) -> str | None:
    found = original_id(report.returned)
    if found is None:
        match = _ID.search(returned_text) or _LOOSE_ID.search(report.text[:_LOOK])
        found = match.group(1) if match else None
    if found is None:
        for name in ("in-reply-to", "references"):
            ids = re.findall(rb"<([^<>\s]{1,400}@[^<>\s]{1,400})>", report.head.raw(name))
            if ids:
                return bytes(ids[-1]).decode("utf-8", "replace")
    return found


def _free_recipients(report: Report, own_words: str, returned_text: str) -> tuple[BouncedRecipient, ...]:
    """Addresses the system names: its X-Failed-Recipients header, then its words, then the To of the returned letter."""
    delayed = bool(words.DELAYED.search(report.subject) or words.DELAYED.search(own_words)) and not words.GIVEN_UP.search(own_words)
    failed = [a.address for value in report.head.all("x-failed-recipients")[:20] for a in read_addresses(value)]
    if not failed:
        failed = _named_in(own_words, report)
    if not failed:
        failed = _returned_to(report, returned_text)
    return _distinct([_described(address, own_words, delayed=delayed) for address in failed[:_MAX_RECIPIENTS]])


def _named_in(own_words: str, report: Report) -> list[str]:
    """Addresses in the words of the report, the failed ones first by how the line names them; helpers' addresses left out."""
    ranked: list[tuple[int, str]] = []
    ours = {address.key for address in report.to}
    lines = own_words.split("\n")
    for number, line in enumerate(lines):
        if "@" not in line:
            continue
        for found in _ADDRESS.finditer(line):
            address = canonical(found.group().strip(".'`"))
            if words.is_helper(address, line[: found.start()]) or (address.casefold() in ours and not words.NAMED.search(line[: found.start()])):
                continue
            ranked.append((_rank(line, found, lines, number), address))
    if not ranked:
        return []
    best = min(rank for rank, _ in ranked)
    return list(dict.fromkeys(address for rank, address in ranked if rank == best))


def _rank(line: str, found: re.Match[str], lines: list[str], number: int) -> int:
    before, after = line[: found.start()].strip(" \t<>*-\"'("), line[found.end() :].strip(" \t<>\"'")
    if words.NAMED.search(line[: found.start()]):
        return 0
    if not before and (not after or after[0] in ":(.,;\u2026-" or _REPLY.search(after) or _STATUS.search(after)):
        return 0
    near = " ".join(lines[max(0, number - 1) : number + 3])
    if _REPLY.search(near) or _STATUS.search(near) or words.FAILED_TEXT.search(near):
        return 1
    return 2


def _returned_to(report: Report, returned_text: str) -> list[str]:
    """The addressees of the letter that came back."""
    from mailbot.mail_in.headers import read_head

    raw = report.returned or returned_text.lstrip("\n -").encode("utf-8", "replace")
    head = read_head(raw)
    values = head.all("x-envelope-to") or head.all("to")
    found = [address.address for value in values[:3] for address in read_addresses(value)]
    if not found:
        to_line = re.search(r"(?im)^[ \t>]*to:[ \t]*([^\n]{3,400})", returned_text)
        found = [address.address for address in read_addresses(to_line.group(1).encode())] if to_line else []
    return [address for address in found if "@" in address]


def _described(address: str, own_words: str, *, delayed: bool) -> BouncedRecipient:
    """Status and reason as they stand behind the address, else anywhere in the report's words."""
    at = own_words.casefold().find(address.casefold())
    near = own_words[max(0, at - 200) : at + 1_200] if at >= 0 else own_words
    status_found = _STATUS.search(near) or _STATUS.search(own_words)
    status = status_found.group(1) if status_found else None
    reply = _REPLY.search(near) or _REPLY.search(own_words)
    diagnostic = _line_with(near, status_found, reply)
    if delayed:
        return BouncedRecipient(address, False, status, diagnostic)
    if status is None and reply is not None:
        return BouncedRecipient(address, reply.group(1)[0] == "5", None, diagnostic)
    permanent = permanence("", status, diagnostic)
    return BouncedRecipient(address, True if permanent is None else permanent, status, diagnostic)


def _line_with(near: str, *marks: re.Match[str] | None) -> str:
    for mark in marks:
        if mark is not None and mark.string == near:
            begin = near.rfind("\n", 0, mark.start()) + 1
            end = near.find("\n", mark.end())
            return near[begin : end if end >= 0 else len(near)].strip()[:500]
    return ""


def _distinct(recipients: list[BouncedRecipient]) -> tuple[BouncedRecipient, ...]:
    return tuple({recipient.address.casefold(): recipient for recipient in reversed(recipients)}.values())[::-1]
