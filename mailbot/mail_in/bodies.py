"""The tree of parts becomes one text, a list of attachments, and the parts of reports. Never raises."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mailbot.claims.message import Attachment
from mailbot.mail_in import smime, tnef
from mailbot.mail_in.alternatives import prefer_html, say_different_things
from mailbot.mail_in.attachment_text import Drawing
from mailbot.mail_in.attachments import attachment, display_name, name_of, named
from mailbot.mail_in.calendar_part import invitation
from mailbot.mail_in.headers import read_head
from mailbot.mail_in.html_text import html_to_text
from mailbot.mail_in.mime import Part, split
from mailbot.mail_in.part_text import clean_text, part_text
from mailbot.mail_in.transfer import content, uu_files

_TNEF = frozenset(("application/ms-tnef", "application/vnd.ms-tnef"))
_PKCS7 = frozenset(("application/pkcs7-mime", "application/x-pkcs7-mime"))
_SIGNATURES = frozenset(("application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"))
_NEVER_SHOWN = frozenset((
    "text/calendar", "text/vcard", "text/x-vcard", "text/directory", "text/rtf", "text/csv", "text/x-amp-html", "text/watch-html")
)  # fmt: skip
_REPORTS = frozenset(
    ("message/delivery-status", "message/global-delivery-status", "message/disposition-notification",
     "message/global-disposition-notification", "message/feedback-report")
)  # fmt: skip
_OF_LETTER = frozenset(("from", "to", "subject", "date", "message-id", "received", "mime-version"))
_MARKUP = re.compile(r"<<|</?([A-Za-z]{1,40})>")
_PAGE = re.compile(r"\s{0,100}(?:<!doctype html|<html)[\s>]", re.IGNORECASE)
_PGP_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
_PGP_SIGNATURE = "-----BEGIN PGP SIGNATURE-----"
_PGP_ENCRYPTED = "-----BEGIN PGP MESSAGE-----"
_UU_LINE = re.compile(r"^begin [0-7]{3,4} \S", re.MULTILINE)


@dataclass(slots=True)
class Body:
    texts: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    invitations: list[str] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)  # attached messages, raw
    reports: dict[str, bytes] = field(default_factory=dict)  # message/delivery-status and kin by type
    returned: bytes = b""  # what a report gives back of the original, head first
    report_type: str = ""
    has_calendar: bool = False
    encrypted: bool = False
    signed: bool = False
    hint: str | None = None
    level: int = 0  # of letters inside letters
    drawing: Drawing = field(init=False)

    def __post_init__(self) -> None:
        self.drawing = Drawing(self.problems, self.level)

    @property
    def text(self) -> str:
        return "\n".join(text.strip("\n") for text in self.texts if text.strip())


def read_bodies(root: Part, hint: str | None, level: int = 0) -> Body:
    """All parts of a mail, judged in their order."""
    body = Body(hint=hint, level=level)
    _take(root, body, in_related=False)
    return body


def _take(part: Part, body: Body, *, in_related: bool) -> None:
    if not part.children:
        _leaf(part, body, in_related=in_related)
        return
    kind = part.media_type
    if kind == "multipart/alternative":
        _alternative(part, body)
    elif kind == "multipart/report":
        _report(part, body)
    elif kind == "multipart/encrypted":
        body.encrypted = True
        for child in part.walk()[1:]:
            if not child.children:
                _attach(child, body)
    else:
        body.signed = body.signed or kind == "multipart/signed"
        related = in_related or kind == "multipart/related"
        for child in part.children:
            _take(child, body, in_related=related)


def _report(part: Part, body: Body) -> None:
    """RFC 6522: words for people first, then the report, then what came back; nothing of the latter two is a person's text."""
    body.report_type = part.params.get("report-type", "").lower()
    for number, child in enumerate(part.children):
        leaf = child.media_type
        if number == 0 and not leaf.startswith("message/"):
            _take(child, body, in_related=False)
        elif leaf in _REPORTS:
            body.reports.setdefault(leaf.replace("global-", ""), content(child, body.problems))
            if name_of(child):
                _attach(child, body)
        elif leaf in ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global", "message/global-headers"):
            body.returned = body.returned or content(child, body.problems)
            if leaf in ("message/rfc822", "message/global"):
                _attach(child, body)
        elif leaf.startswith("text/") and not name_of(child) and number == 1 and not body.reports:
            body.texts.append(_shown(child, body))
        else:
            for below in child.walk():
                if not below.children:
                    _attach(below, body)


def _alternative(part: Part, body: Body) -> None:
    """One of the versions: the plain one, unless it is a stub or flattens a table that the formatted one keeps."""
    leaves = [leaf for leaf in part.walk()[1:] if not leaf.children]
    plains = [leaf for leaf in leaves if leaf.media_type == "text/plain" and leaf.disposition != "attachment"]
    pages = [leaf for leaf in leaves if leaf.media_type == "text/html" and leaf.disposition != "attachment"]
    plain = "\n".join(_shown(leaf, body) for leaf in plains)
    page = "\n".join(part_text(leaf, [], body.hint) for leaf in pages)
    if pages and prefer_html(plain, page):
        body.texts.append(_html(page, body))
    elif pages and say_different_things(plain, page):
        body.texts += [_html(page, body), plain]
        body.problems.append("The letter says one thing as formatted and another as plain text; both were read, one after the other.")
    elif plains:
        body.texts.append(plain)
    elif texts := [leaf for leaf in leaves if leaf.media_type.startswith(
        "text/"
    ) and leaf.media_type not in _NEVER_SHOWN and not name_of(leaf)]:
        body.texts.append(_shown(texts[-1], body))
    for leaf in leaves:
        if leaf in plains or leaf in pages:
            continue
        if leaf.media_type.startswith("text/") and leaf.media_type != "text/calendar" and not name_of(leaf):
            continue
        _leaf(leaf, body, in_related=True, only_attach=leaf.media_type.startswith("text/") and leaf.media_type != "text/calendar")


def _leaf(part: Part, body: Body, *, in_related: bool, only_attach: bool = False) -> None:
    kind = part.media_type
    if kind in _REPORTS:
        body.reports.setdefault(kind.replace("global-", ""), content(part, body.problems))
        if name_of(part):
            _attach(part, body)
    elif kind == "text/calendar":
        _calendar(part, body)
    elif kind in _PKCS7:
        _smime(part, body)
    elif kind in _TNEF or (name_of(part) or "").lower() == "winmail.dat":
        _tnef(part, body)
    elif kind in ("message/rfc822", "message/global") or (name_of(part) or "").lower().endswith(".eml"):
        _letter(part, body)
    elif kind.startswith("text/") and not only_attach and not _is_attachment(part, body):
        body.texts.append(_shown(part, body))
    elif kind.startswith("multipart/") and not body.texts and part.disposition != "attachment":
        body.texts.append(_shown(part, body))  # a multipart without parts: whatever it holds is the text
    else:
        if kind in _SIGNATURES:
            body.signed = True
        _attach(part, body, inline=in_related and part.disposition != "attachment")


def _letter(part: Part, body: Body) -> None:
    """A letter that hangs on this one, also where a program calls the .eml by another type."""
    data = content(part, body.problems)
    if part.media_type in ("message/rfc822", "message/global") or len(_OF_LETTER.intersection(read_head(data).by_name)) > 1:
        body.messages.append(data)
    _attach(part, body)


def _is_attachment(part: Part, body: Body) -> bool:
    if part.media_type in _NEVER_SHOWN:
        return True
    named_part = name_of(part) is not None
    if part.disposition == "attachment":
        return named_part or part.depth > 0
    is_letter = part.media_type in ("text/plain", "text/html", "text/enriched", "text/richtext")
    first = not body.texts and not body.attachments
    return (named_part and not (first and is_letter)) or not (named_part or is_letter or first)


def _attach(part: Part, body: Body, *, inline: bool = False) -> None:
    data = content(part, body.problems)
    file = attachment(part, data, inline=inline or part.disposition == "inline")
    body.attachments.append(body.drawing.with_text(file, data))


def _shown(part: Part, body: Body) -> str:
    text = part_text(part, body.problems, body.hint)
    if part.media_type == "text/html":
        return _html(text, body)
    if part.media_type in ("text/enriched", "text/richtext"):
        return _MARKUP.sub(lambda found: "<" if found.group() == "<<" else "", text)
    if _PAGE.match(text) and not part.head.raw("content-type").strip():  # robots and web forms that name no type
        return _html(text, body)
    if "-----BEGIN PGP" in text:
        text = _pgp(text, body)
    if _UU_LINE.search(text):
        text = _without_uu(text, body)
    return text


def _html(page: str, body: Body) -> str:
    result = html_to_text(page)
    body.problems.extend(result.problems)
    return result.text


def _pgp(text: str, body: Body) -> str:
    """Clear-signed text without its armour (RFC 4880 7); an encrypted block flags the mail and stays as it is."""
    if _PGP_ENCRYPTED in text:
        body.encrypted = True
    if _PGP_SIGNED not in text:
        return text
    body.signed = True
    before, _, rest = text.partition(_PGP_SIGNED)
    _, _, rest = rest.partition("\n\n")
    words, _, behind = rest.partition(_PGP_SIGNATURE)
    after = behind.partition("-----END PGP SIGNATURE-----")[2]
    words = "\n".join(line.removeprefix("- ") for line in words.split("\n"))
    return before + words.rstrip("\n") + "\n" + after.lstrip("\n")


def _without_uu(text: str, body: Body) -> str:
    rest, files = uu_files(text.encode("utf-8"))
    for name, data in files:
        body.attachments.append(body.drawing.with_text(named(display_name(name.decode("utf-8", "replace")), data), data))
    return clean_text(rest.decode("utf-8", "replace"))


def _calendar(part: Part, body: Body) -> None:
    body.has_calendar = True
    sentence = invitation(part_text(part, body.problems, body.hint))
    if sentence and sentence not in body.invitations:
        body.invitations.append(sentence)
    if name_of(part) or part.disposition == "attachment":
        _attach(part, body)


def _tnef(part: Part, body: Body) -> None:
    """Outlook's winmail.dat: its text if there is no other, its files beside the raw one, which is kept."""
    _attach(part, body)
    inside = tnef.read_tnef(content(part, body.problems))
    if inside is None:
        body.problems.append("winmail.dat could not be read; it is kept as an attachment.")
        return
    if inside.text and not any(text.strip() for text in body.texts):
        body.texts.append(_html(inside.text, body) if inside.is_html else clean_text(inside.text))
    body.attachments.extend(body.drawing.with_text(named(display_name(name), data), data) for name, data in inside.files)
    if len(inside.files) >= tnef.MAX_FILES:
        body.problems.append(f"winmail.dat holds {tnef.MAX_FILES} files or more; only the first {tnef.MAX_FILES} are shown.")


def _smime(part: Part, body: Body) -> None:
    """Opaque signed mail is read (its signature is not checked here); what is encrypted is said to be so."""
    data = content(part, body.problems)
    inner = smime.signed_content(data)
    if inner is None:
        body.encrypted = body.encrypted or smime.is_encrypted(data) or part.params.get("smime-type", "").lower() == "enveloped-data"
    _attach(part, body)
    if inner is None:
        return
    body.signed = True
    body.problems.append("The letter is signed (S/MIME); its signature was not checked.")
    _take(split(inner, body.hint).root, body, in_related=False)
