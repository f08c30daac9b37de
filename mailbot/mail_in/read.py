"""Raw bytes become an IncomingMail. Never raises, never fetches anything, time linear in the size."""

from __future__ import annotations

import re
from dataclasses import replace
from hashlib import sha256

from mailbot.claims.message import IncomingMail
from mailbot.mail_in import charset, left_out
from mailbot.mail_in.addresses import read_addresses
from mailbot.mail_in.authorship import count_mailboxes
from mailbot.mail_in.bodies import Body, read_bodies
from mailbot.mail_in.both_parts import disagreements
from mailbot.mail_in.bounce import Report, read_bounce
from mailbot.mail_in.bounce_words import COMPLAINT_SUBJECT
from mailbot.mail_in.fields import all_addresses, content_key, first_address, ids_of, principal, received_at, sent_at
from mailbot.mail_in.headers import Head
from mailbot.mail_in.mime import Split, split
from mailbot.mail_in.reply_text import plain_text
from mailbot.mail_in.signs import read_signs
from mailbot.mail_in.words import Words, words_of

_MAX_RAW = 64 * 1024 * 1024
_HIGH_FIELDS = ("subject", "from", "to", "cc", "reply-to", "sender")
_KNOWN_FIELDS = frozenset([
    "from", "to", "cc", "subject", "date", "message-id", "received", "return-path", "reply-to", "sender", "mime-version", "content-type",
    "delivered-to"]
)  # fmt: skip
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_mail(raw: bytes) -> IncomingMail:
    """One mail as a value; everything but its kind. What was wrong or cut stands in `problems`, in whole sentences."""
    return _read(raw, 0)


def _read(raw: bytes, level: int) -> IncomingMail:
    problems: list[str] = []
    if raw.startswith(_OLE):
        return _unreadable(raw, "This is an Outlook .msg file, not a mail. Open it in Outlook and forward it, or save it as .eml.")
    raw = _usable(raw, problems)
    cut = split(raw)
    head = cut.root.head
    hint = _charset_of_head(head)
    if hint is not None:
        head.charset_hint = hint
    body = read_bodies(cut.root, hint, level)
    problems += [*left_out.of_head(head), *cut.problems, *body.problems, *(() if level else disagreements(cut.root, hint))]
    return _assembled(raw, head, cut, body, problems, level)


def _usable(raw: bytes, problems: list[str]) -> bytes:
    if len(raw) > _MAX_RAW:
        problems.append("The mail is larger than 64 MB; only the beginning was read.")
        raw = raw[:_MAX_RAW]
    if b"\r" in raw and b"\n" not in raw:
        problems.append("The mail has the line ends of an old Macintosh (CR only); they were mended.")
        raw = raw.replace(b"\r", b"\n")
    elif raw[:4_096].count(b"\r\r\n") > 2:
        raw = raw.replace(b"\r\r\n", b"\n")
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        problems.append("The mail was saved as UTF-16; it was read as that.")
        raw = raw.decode("utf-16", "replace").encode("utf-8", "replace")
    return raw


def _unreadable(raw: bytes, problem: str) -> IncomingMail:
    return IncomingMail(problems=(problem,), readable=False, content_key=sha256(raw).hexdigest())


def _charset_of_head(head: Head) -> str | None:
    """The charset of unencoded 8-bit header text, judged over all of it together: one short name alone says little."""
    high = [value for name in _HIGH_FIELDS for value in head.all(name)[:3] if not value.isascii()]
    if not high:
        return None
    whole = b" ".join(high)[:4_000]
    try:
        whole.decode("utf-8")
    except UnicodeDecodeError:
        declared = re.search(rb"(?i)charset\s*=\s*\"?([A-Za-z0-9_.:-]{2,40})", head.raw("content-type"))
        codec = charset.codec_of(declared.group(1).decode("ascii")) if declared else None
        return charset.guess(whole, None if codec in ("utf-8", "ascii") else codec)
    return None


def _assembled(raw: bytes, head: Head, cut: Split, body: Body, problems: list[str], level: int) -> IncomingMail:
    subject, marked = head.text("subject"), body.text
    text = plain_text(marked)
    froms = [address for value in head.all("from")[:5] for address in read_addresses(value, head.charset_hint)]
    from_, on_behalf_of = principal(froms, head)
    sender, to = first_address(head, "sender"), all_addresses(head, "to")
    status = body.reports.get("message/delivery-status", b"")
    returned = body.returned or (body.messages[0] if body.messages else b"")
    bounce = read_bounce(Report(head, from_ or sender, to, subject, text, status, returned, _report_type(body, subject)))
    report_type = "delivery-status" if bounce is not None else _report_type(body, subject)
    signs = read_signs(head, root=cut.root, report_type=report_type, has_calendar=body.has_calendar,
                       subject=subject, text=text, mailboxes=count_mailboxes(head, len(froms), problems))  # fmt: skip
    sent = sent_at(head, problems)
    words = Words(text) if report_type else words_of(marked, subject, body, level, _read, sent.tzinfo if sent is not None else None)
    cc = all_addresses(head, "cc")
    problems += [*left_out.of_people(head, from_, to, cc), *left_out.of_body(body, text), *words.problems]
    references = ids_of(head, "references")
    return IncomingMail(
        message_id=next(iter(ids_of(head, "message-id")), None),
        in_reply_to=next(iter(ids_of(head, "in-reply-to")), None),
        references=references,
        from_=from_,
        sender=sender,
        reply_to=all_addresses(head, "reply-to"),
        to=to,
        cc=cc,
        on_behalf_of=on_behalf_of,
        forwarded=words.forwarded,
        subject=subject,
        sent_at=sent,
        received_at=received_at(head),
        text=_with_invitations(words.text, body),
        quoted=words.quoted,
        signature=words.signature,
        disclaimer=words.disclaimer,
        attachments=(*body.attachments, *words.attachments),
        problems=tuple(dict.fromkeys(problems)),
        bounce=bounce,
        signs=replace(signs, words_in_quote=words.in_quote),
        encrypted=body.encrypted,
        signed=body.signed,
        readable=_is_readable(head, text, body),
        content_key=content_key(raw, head, froms),
    )


def _report_type(body: Body, subject: str) -> str:
    """RFC 6522's report-type; where it is missing, the type of the report's own part, or a complaint loop's older form."""
    if body.report_type in ("delivery-status", "disposition-notification", "feedback-report"):
        return body.report_type
    if body.messages and COMPLAINT_SUBJECT.match(subject):
        return "feedback-report"
    return next((kind.removeprefix("message/") for kind in body.reports), "")


def _with_invitations(text: str, body: Body) -> str:
    return "\n\n".join(piece for piece in (text, *body.invitations) if piece)


def _is_readable(head: Head, text: str, body: Body) -> bool:
    """False only where there is neither a header a mail has nor words: bytes of something else."""
    if _KNOWN_FIELDS.intersection(head.by_name):
        return True
    strange = sum(1 for sign in text[:2_000] if not (sign.isprintable() or sign in "\n\t") or sign == "\ufffd")
    return bool(text.strip()) and strange * 20 <= len(text[:2_000]) and "\0" not in body.text
