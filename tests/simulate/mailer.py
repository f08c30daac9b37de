"""Mail programs of people: how they write a mail, answer one, and open a ready reply."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import parse_qs, unquote, urlsplit

from tests.reply_forms import Form, Quoted
from tests.simulate.days import OFFICE
from tests.simulate.record import Mail

_HREF = re.compile(r'href="(mailto:[^"]+)"')
_PHOTO = bytes.fromhex("ffd8ffe000104a46494600010100000100010000") + b"\x11" * 9000 + bytes.fromhex("ffd9")
_POLICY = policy.SMTP.clone(max_line_length=200)  # else long Message-IDs become encoded words, as no mail program writes them
STYLES = ("gmail", "gmail page", "outlook", "outlook page", "apple", "mail.ru", "yandex", "thunderbird", "bare")


@dataclass(frozen=True, slots=True)
class Link:
    """A ready reply in a letter: the mail that it opens."""

    to: str
    subject: str
    body: str


def links_in(mail: Mail) -> list[Link]:
    """All ready replies of a letter, as a mail program opens them."""
    found = []
    for href in _HREF.findall(mail.html):
        parts = urlsplit(html.unescape(href))
        asked = parse_qs(parts.query)
        if "body" in asked:
            found.append(Link(unquote(parts.path), asked.get("subject", [""])[0], asked["body"][0].replace("\r\n", "\n")))
    return found


def write(
    from_: tuple[str, str],
    to: Sequence[str],
    subject: str,
    text: str,
    *,
    at: datetime,
    message_id: str,
    cc: Sequence[str] = (),
    answers: Mail | None = None,
    style: str = "bare",
    headers: Sequence[tuple[str, str]] = (),
    photos: int = 0,
    zone: tzinfo = OFFICE,
    form: Form | None = None,
) -> bytes:
    """The bytes of a mail that a person (name, address) sends; with `answers` the letter is quoted as the program of that style (`form`) does."""
    mail = form(text, _whole(answers)) if form is not None else EmailMessage(policy=_POLICY)
    name, address = from_
    mail["From"] = Address(name, addr_spec=address)
    mail["To"] = ", ".join(to)
    if cc:
        mail["Cc"] = ", ".join(cc)
    mail["Subject"] = subject
    mail["Date"] = format_datetime(at.astimezone(zone))
    mail["Message-ID"] = f"<{message_id}>"
    if answers is not None:
        mail["In-Reply-To"] = f"<{answers.message_id}>"
        mail["References"] = f"<{answers.message_id}>"
    for header, value in headers:
        mail[header] = value
    if form is None:
        _put_words(mail, text, answers, style, zone)
    for n in range(photos):
        mail.add_attachment(_PHOTO, maintype="image", subtype="jpeg", filename=f"IMG_{2041 + n}.jpg")
    return mail.as_bytes(policy=_POLICY)


def _whole(answers: Mail | None) -> Quoted:
    return Quoted(answers.text, answers.html) if answers is not None else Quoted("", "")


def _put_words(mail: EmailMessage, text: str, answers: Mail | None, style: str, zone: tzinfo) -> None:
    body = text if answers is None else text + _quoted(answers, style, zone)
    mail.set_content(body, cte="base64" if style in {"outlook", "outlook page"} else "8bit")
    if style.endswith("page"):
        mail.add_alternative(_page(text, answers, style, zone), subtype="html", cte="quoted-printable")


def reply_subject(subject: str) -> str:
    return subject if subject[:3].casefold() == "re:" else f"Re: {subject}"


def _heads(answers: Mail) -> tuple[str, str]:
    from_ = answers.parsed["From"].addresses[0]
    return from_.display_name or from_.addr_spec, from_.addr_spec


def _quoted(answers: Mail, style: str, zone: tzinfo) -> str:
    name, address = _heads(answers)
    when = answers.at.astimezone(zone)
    lines = answers.text.splitlines()[:40]
    quoted = "".join(f"> {line}\n" for line in lines)
    if style.startswith("outlook"):
        head = f"________________________________\nОт: {name} <{address}>\nОтправлено: {when:%d.%m.%Y %H:%M}\nТема: {answers.subject}\n\n"
        return "\n\n" + head + "".join(f"{line}\n" for line in lines)
    if style == "apple":
        return f"\n\n> {when:%d.%m.%Y}, в {when:%H:%M}, {name} <{address}> написал(а):\n> \n{quoted}"
    if style == "mail.ru":
        return f"\n \n--\n \n>Понедельник, {when:%d.%m.%Y, %H:%M} +01:00 от {name} <{address}>:\n> \n{quoted}"
    if style == "yandex":
        return f'\n \n{when:%d.%m.%Y, %H:%M}, "{name}" <{address}>:\n{quoted}'
    if style == "thunderbird":
        return f"\n\n{when:%d.%m.%Y %H:%M}, {name} пишет:\n{quoted}"
    if style == "bare":
        return ""
    return f"\n\n{when:%d.%m.%Y} в {when:%H:%M}, {name} <{address}>:\n\n{quoted}"


def _page(text: str, answers: Mail | None, style: str, zone: tzinfo) -> str:
    shown = "".join(f"<div>{html.escape(line) or '<br>'}</div>" for line in text.strip("\n").split("\n"))
    if answers is None:
        return f'<html><body><div dir="ltr">{shown}</div></body></html>'
    name, address = _heads(answers)
    when = answers.at.astimezone(zone)
    quoted = "".join(f"<p>{html.escape(line)}</p>" for line in answers.text.splitlines()[:40])
    if style == "outlook page":
        head = f"<b>От:</b> {html.escape(name)} &lt;{address}&gt;<br><b>Отправлено:</b> {when:%d.%m.%Y %H:%M}<br><b>Тема:</b> {html.escape(answers.subject)}"
        return f'<html><body><div class="WordSection1">{shown}</div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal">{head}</p></div>{quoted}</body></html>'
    attribution = f'{when:%d.%m.%Y} в {when:%H:%M}, {html.escape(name)} &lt;<a href="mailto:{address}">{address}</a>&gt;:<br>'
    return f'<div dir="ltr">{shown}</div><br><div class="gmail_quote"><div class="gmail_attr">{attribution}</div><blockquote class="gmail_quote">{quoted}</blockquote></div>'
