"""Delivery failures and delays, in standard and in free form: whom, for good or not, why, and which letter. Never raises; linear."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from mailbot.claims.message import Address, Bounce, BouncedRecipient
from mailbot.mail_in import bounce_words as words
from mailbot.mail_in.addresses import canonical, read_addresses
from mailbot.mail_in.delivery_report import original_id, permanence, recipients_of, report_in
from mailbot.mail_in.headers import Head

_LOOK = 64 * 1024
_MAX_RECIPIENTS = 50
_MAX_NAMED = 200  # addresses that are judged by the words around them
_NEAR = 400  # letters before and after an address that are looked at: a line may be 64 KB of nothing but addresses
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,128}@(?:\[[0-9A-Fa-f.:]{3,40}\]|[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\.?){1,12})",
    re.ASCII
)
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
    if report.report_type == "feedback-report" or (report.report_type == "disposition-notification" and not _is_rejection(report)):
        return None
    own_words, returned_text = words.cut_original(report.text[:_LOOK])
    standard = recipients_of(report.delivery_status or _bare_report(report))
    if standard:
        failed = [recipient for recipient, action in standard if not _is_success(recipient, action)]
        return Bounce(_original_id(report, returned_text), _distinct(failed)) if failed else None
    if not (report.report_type in ("delivery-status", "disposition-notification") or _is_free_form(report, own_words)):
        return None
    recipients = _free_recipients(report, own_words, returned_text)
    return Bounce(_original_id(report, returned_text), recipients)


def _bare_report(report: Report) -> bytes:
    """Only where the mail calls itself a report, or a mail system wrote it: a person may quote one."""
    if report.report_type != "delivery-status" and not words.is_mail_system(report.from_, report.head.text("from")):
        return b""
    return report_in(report.text[:_LOOK].encode("utf-8", "replace")) or report_in(report.returned[:_LOOK])


def _is_success(recipient: BouncedRecipient, action: str) -> bool:
    return action in ("delivered", "relayed", "expanded") or bool(recipient.status and recipient.status[0] == "2" and action != "failed")


def _is_rejection(report: Report) -> bool:
    """Sieve's `reject` answers with an MDN (RFC 5429 2.2.1): the letter was refused, not read."""
    return "rejected" in report.head.plain("auto-submitted").lower() or bool(words.REJECTED.search(report.text[:2_000]))


def _is_free_form(report: Report, own_words: str) -> bool:
    """A mail system says that something was not delivered. One sign alone never makes a bounce of a person's mail."""
    if report.head.raw("x-failed-recipients").strip():
        return True
    by_system = words.is_mail_system(report.from_, report.head.text("from"))
    sure = bool(words.SURE_SUBJECT.search(report.subject))
    if not by_system and (_is_answer(report) or not (sure or "@" in own_words)):
        return False  # before the long look at the words: so it is with nearly every mail of a person
    if words.AWAY.search(own_words[:2_000]) and not words.MACHINE_TEXT.search(own_words):
        return False
    if by_system:
        said = words.FAILED_SUBJECT.search(report.subject) or words.FAILED_TEXT.search(own_words)
        return bool(said or (report.returned and _ADDRESS.search(own_words)))
    personal = not report.returned and words.PERSONAL.search(own_words[:4_000])
    if sure and not personal and words.MESSAGE_TEXT.search(own_words) and words.FAILED_TEXT.search(own_words):
        return True
    if not (_ADDRESS.search(own_words) and words.MACHINE_TEXT.search(own_words) and words.FAILED_TEXT.search(own_words)):
        return False
    is_null_sender = report.head.plain("return-path") in ("<>", "< >")
    return is_null_sender or bool(report.returned) or bool(words.FAILED_SUBJECT.search(report.subject))


def _is_answer(report: Report) -> bool:
    return bool(report.head.raw("in-reply-to") or report.head.raw("references") or re.match(r"(?i)(?:fwd?|fw|пересл)\b", report.subject))


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
    for number, heading, found in islice(_addresses_in(lines), _MAX_NAMED):
        before = found.string[max(0, found.start() - _NEAR) : found.start()]
        address = canonical(found.group().strip(".'`").removeprefix("SMTP="))
        rank = _rank(found, lines, number, number - heading, is_named=bool(words.NAMED.search(before)))
        if words.is_helper(address, before) or (address.casefold() in ours and rank > 0):
            continue
        ranked.append((rank, address))
    if not ranked:
        return _bare_names(lines, report)
    best = min(rank for rank, _ in ranked)
    return list(dict.fromkeys(address for rank, address in ranked if rank == best))


def _addresses_in(lines: list[str]) -> Iterator[tuple[int, int, re.Match[str]]]:
    """Each address with its line's number and that of the last "the following recipients" up to it."""
    heading = -100
    for number, line in enumerate(lines):
        if words.HEADING.search(line):
            heading = number
        if "@" in line:
            for found in _ADDRESS.finditer(line):
                yield number, heading, found


def _rank(found: re.Match[str], lines: list[str], number: int, below_heading: int, *, is_named: bool) -> int:
    """0 surely the one that failed … 3 merely mentioned."""
    line = lines[number]
    if words.RETURNED_TO.match(line):
        return 3
    begin, end = max(0, found.start() - _NEAR), found.end() + _NEAR
    before, after = line[begin : found.start()].strip(" \t<>*-\"'("), line[found.end() : end].strip(" \t<>\"'")
    if is_named or (0 < below_heading <= 4 and (not before or before.endswith(("=", ":", "from")))):
        return 0
    if not before and (not after or after[0] in ":(.,;\u2026-" or _REPLY.search(after) or _STATUS.search(after)):
        return 0
    if below_heading == 0:
        return 1
    above = lines[number - 1][-_NEAR:] if number else ""
    near = " ".join([above, line[begin:end], *(below[:_NEAR] for below in lines[number + 1 : number + 3])])
    return 1 if _REPLY.search(near) or _STATUS.search(near) or words.FAILED_TEXT.search(near) else 2


def _bare_names(lines: list[str], report: Report) -> list[str]:
    """Names without a domain right under "the following recipients" belong to the domain of the system that reports."""
    domain = report.from_.domain if report.from_ is not None else ""
    for number, line in enumerate(lines):
        if domain and words.HEADING.search(line):
            below = [text for text in (one.strip(" \t<>*-") for one in lines[number + 1 : number + 6]) if text]
            names = [text.split()[0] for text in below[:3] if re.fullmatch(r"[A-Za-z0-9._-]{2,40}(?:\s.*)?", text) and (text.isascii())]
            if names and len(below[0].split()) <= 1:
                return [f"{names[0]}@{domain}"]
    return []


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
