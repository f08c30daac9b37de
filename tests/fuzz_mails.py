"""Broken mails by the seed: real shapes mutated, and trees of parts grown at random. The same number gives the same mail."""

from __future__ import annotations

import base64
import quopri
import random
from functools import cache
from pathlib import Path

from tests.office_files import cells, docx, line, package, paragraph, pdf, row, xlsx

MAILS = Path(__file__).parent / "mails"
TOKENS = [
    b"\0", b"\r", b"\n", b"\r\n\r\n", b"\n\n", b"--", b"--b\n", b"=?utf-8?B?", b"=?koi8-r?Q?=D0", b"?=", b"\xff\xfe", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"<blockquote>", b"</div>", b"<table><tr><td>",
    b"<!--", b"<style>", b"&#x110000;", b"&nbsp;", b"> ", b">>>>", b"From: ", b"To: x\n", b'"', b"(", b")", b"<", b">", b"@", b";", b":", b"=", b"=3D", b"=\n", b"\t", b" ", b"\xc2\xa0", b"\xe2\x80\xae", b"-- \n",
    b"begin 644 x\n", b"begin-base64 644 x\n", b"=ybegin line=128 size=1 name=x\n", b"-----BEGIN PGP MESSAGE-----\n", b"-----Original Message-----\n", b"---------- Forwarded message ---------\n", b"On Mon, Jan 1, 2024 at 10:00 A <a@b.example> wrote:\n",
    "От: Иван <ivan@shop.example>\n".encode(), "Отправлено: 1 января 2024 г. 10:00\n".encode(), "С уважением,\n".encode(), "№ 4512 от 31.02.2024 на 1e309 шт.".encode(), "\u0301\u0301".encode(), "ё".encode("cp1251"), "Претензия".encode("koi8-r"),
    b"Content-Type: multipart/mixed; boundary=b\n\n", b"Content-Type: message/rfc822\n\n", b"Content-Transfer-Encoding: base64\n", b"BEGIN:VCALENDAR\nDTSTART:99999999T999999Z\n", b"%PDF-1.7\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x78\x9f\x3e\x22",
]  # fmt: skip
RUNS = [b"(", b")", b"\n", b" ", b"\t", b">", b"> ", b"<", b"<div>", b"a", b"1", b"1 ", b",", b";", b"-", b"_", b"=", b".", b"!", b"\xff", b"\0", b"=?", b"On ", "от ".encode(), b"\xd0\x90", b"\xcc\x81", b"\xe2\x80\x8b", b"x@y ", "От: ".encode(), "№".encode(), "шт. ".encode(), b"1.", b"1/2 ", b"\r"]  # fmt: skip
CHARSETS = ["utf-8", "windows-1251", "koi8-r", "us-ascii", "utf-16", "utf-7", "iso-2022-jp", "hz-gb-2312", "cp866", "idna", "rot13", "unicode_escape", "\0", "x" * 200, "", "utf-8\r\n X: y"]
KINDS = [
    "text/plain", "text/html", "text/enriched", "text/calendar", "text/x-amp-html", "multipart/mixed", "multipart/alternative", "multipart/related", "multipart/report; report-type=delivery-status", "multipart/signed", "multipart/encrypted",
    "multipart/digest", "message/rfc822", "message/partial; id=x; number=1", "message/external-body; access-type=URL", "message/delivery-status", "message/disposition-notification", "message/feedback-report", "application/pdf", "application/ms-tnef",
    "application/pkcs7-mime", "application/pgp-signature", "application/octet-stream", "image/png", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "", "///", "text",
]  # fmt: skip
NAMES = ["Претензия.pdf", "акт.docx", "рекламация.xlsx", "winmail.dat", "smime.p7m", "../../x", "a\0b", "\u202egpj.exe", "x" * 3_000, "", "CON", "invite.ics", "скан.doc"]
SENDERS = [
    "a@customer.example", "Иван Петров <ivan@customer.example>", "=?utf-8?B?0JjQstCw0L0=?= <i@c.example>", "no-reply@shop.example", "<>", "", "MAILER-DAEMON", "a@b.example, c@d.example", "alice@ours<bob@evil.example>", '"x" <"a b"@c.example>',
    "undisclosed-recipients:;", "a@" + "b." * 200 + "example", "(" * 500, "<" * 500, "@" * 500, "a@пример.рф", "a@[127.0.0.1]", "=?utf-8?B?a?=",
]  # fmt: skip
HEADERS = [
    "Auto-Submitted: auto-generated", "Precedence: bulk", "List-Id: <x.y>", "Return-Path: <>", "In-Reply-To: <x@y>", "References: " + "<a@b> " * 300, "Received: from x by y; Mon, 99 Foo 9999 99:99:99 +9999", "Date: Mon, 31 Feb 10000 25:61:61 +2561",
    "Authentication-Results: ;;;", "DKIM-Signature: l=1; d=", "X-Autoreply: yes", "Content-Language: x", "MIME-Version: 9" * 40, "Resent-From: a@b", "Reply-To: " + "a@b.example," * 2_000, "X-Spam-Flag: YES", "Message-ID: <" + "x" * 2_000 + ">", "Message-ID: <a b@c>",
    "Sender: c@d.example", "X-MS-Exchange-Inbox-Rules-Loop: a@b", "Subject: " + "Re: " * 1_000, "Subject: =?utf-16?B?/////w==?=", "broken line without colon", " continuation", ":", "Content-Type: text/html",
]  # fmt: skip
WORDS = [
    "Претензия", "брак", "не хватает", "разбито", "12 шт.", "накладной № 4512 от 14.04.2026", "заказ 55-120", "прошу заменить", "до 15 мая", "1 240 500,50 руб.", "гарантия", "серийный номер A77-19", "ИНН 7801234564", "+7 921 000-11-22", "the pump is broken",
    "refund", "order 40217", "3 of 12", "out of office", "отпуск", "суд", "вопрос решён", "два из двадцати", "полтора", "миллиард", "0000000000000", "9" * 400, "1e308", "31.02.2026", "29.02.2025", "99.99.9999", "01/02/03", "(((", "№№№", "10%", "½", "²", "१२", "Ⅻ",
]  # fmt: skip


@cache
def seeds() -> list[bytes]:
    return [path.read_bytes() for path in sorted(MAILS.glob("*.eml"))]


def fuzz_mail(number: int) -> bytes:
    """The mail of that number: even ones mutated, odd ones grown, and some grown ones mutated as well."""
    dice = random.Random(number)
    if number % 2 == 0:
        return mutated(bytearray(dice.choice(seeds())), dice, dice.randint(1, 12))
    raw = grown(dice)
    return mutated(bytearray(raw), dice, dice.randint(1, 6)) if dice.random() < 0.4 else raw


def mutated(raw: bytearray, dice: random.Random, times: int) -> bytes:
    for _ in range(times):
        at, step = dice.randrange(len(raw) or 1), dice.randrange(10)
        if step == 0:
            raw[at : at + 1] = bytes([dice.randrange(256)])
        elif step == 1:
            del raw[at : at + dice.choice((1, 5, 60, 2_000))]
        elif step in (2, 3):
            raw[at:at] = dice.choice(TOKENS) * dice.choice((1, 1, 1, 3, 100))
        elif step == 4:
            raw[at:at] = raw[at : at + dice.randint(1, 3_000)]
        elif step == 5:
            raw[at:at] = dice.choice(RUNS) * dice.choice((50, 1_000, 20_000))
        elif step == 6:
            other = dice.choice(seeds())
            raw[at:at] = other[dice.randrange(len(other)) :][: dice.randint(1, 4_000)]
        elif step == 7:
            raw = raw[: at + 1] if dice.random() < 0.3 else raw.replace(b"\n", b"\r\n", dice.randint(1, 50))
        elif step == 8:
            swapped = dice.choice(CHARSETS).encode("utf-8", "replace")
            raw = bytearray(bytes(raw).replace(b"utf-8", swapped, dice.randint(1, 3)).replace(b"UTF-8", swapped, 1))
        else:
            bits = at % 8
            raw[at : at + 40] = bytes(byte ^ (1 << bits) for byte in raw[at : at + 40])
    return bytes(raw)


def grown(dice: random.Random) -> bytes:
    head = [f"From: {dice.choice(SENDERS)}", "To: claims@firma.example", f"Subject: {words(dice, 4)}"]
    head += dice.sample(HEADERS, dice.randint(0, 5))
    dice.shuffle(head)
    end = dice.choice(("\n", "\n", "\r\n", "\r"))
    codec = dice.choice(("utf-8", "utf-8", "cp1251", "koi8-r"))
    return end.join(head).encode(codec, "replace") + end.encode() + part(dice, 0, end.encode())


def part(dice: random.Random, depth: int, end: bytes) -> bytes:
    kind = dice.choice(KINDS if depth < 4 else KINDS[:5])
    parameters = ""
    if dice.random() < 0.5:
        parameters += f'; charset="{dice.choice(CHARSETS)}"'
    if dice.random() < 0.4:
        parameters += dice.choice(('; name="{}"', "; name*=utf-8''{}", "; name*0*={}; name*1=x; name=y", "; format=flowed; delsp=yes; x={}")).format(dice.choice(NAMES))
    if kind.startswith("multipart"):
        boundary = dice.choice(("b", "b b", "=_b", "", "b" * 300, "--b", "'b()+_,-./:=?"))
        parameters += f'; boundary="{boundary}"' if dice.random() < 0.9 else ""
        children = b"".join(b"--" + boundary.encode() + end + part(dice, depth + 1, end) + end for _ in range(dice.randint(0, 4)))
        close = b"--" + boundary.encode() + b"--" + end if dice.random() < 0.8 else b""
        return f"Content-Type: {kind}{parameters}".encode("utf-8", "replace") + end + end + children + close
    body, encoding = leaf(dice, kind, depth, end), dice.choice(("7bit", "8bit", "base64", "base64", "quoted-printable", "x-uuencode", "nonsense"))
    if encoding == "base64":
        body = base64.encodebytes(body)
    elif encoding == "quoted-printable":
        body = quopri.encodestring(body)
    head = f"Content-Type: {kind}{parameters}\nContent-Transfer-Encoding: {encoding}\n"
    if dice.random() < 0.3:
        head += f'Content-Disposition: {dice.choice(("attachment", "inline", ""))}; filename="{dice.choice(NAMES)}"\n'
    return head.replace("\n", end.decode()).encode("utf-8", "surrogatepass") + end + body


def leaf(dice: random.Random, kind: str, depth: int, end: bytes) -> bytes:
    if kind.startswith("message/rfc822"):
        return grown(dice) if depth < 4 else b""
    if kind.startswith(("application", "image")):
        return mutated(bytearray(dice.choice(files())), dice, dice.randint(0, 4))
    text = "\n".join(words(dice, dice.randint(0, 12)) for _ in range(dice.randint(0, 30)))
    if kind.startswith("text/html"):
        text = "".join(f"<{tag}>{words(dice, 3)}" + (f"</{tag}>" if dice.random() < 0.7 else "") for tag in dice.choices(("p", "div", "td", "tr", "table", "blockquote", "li", "ul", "a href=x", "style", "span hidden", "br", "!--", "b"), k=20))
    if dice.random() < 0.2:
        text += dice.choice(WORDS) * dice.choice((100, 3_000))
    return text.encode(dice.choice(("utf-8", "cp1251", "koi8-r", "cp866")), "replace").replace(b"\n", end)


def words(dice: random.Random, count: int) -> str:
    return " ".join(dice.choices(WORDS, k=count))


@cache
def files() -> tuple[bytes, ...]:
    return (
        pdf(line("Claim 17/04: 6 of 40 boxes broken"), line("second page")),
        pdf(line("packed") * 200, packed=True),
        docx(paragraph("Претензия") + "<w:tbl>" + row("Насос", "12") + "</w:tbl>", header1=paragraph("ООО «Север»")),
        xlsx(cells(1, "Артикул", "Факт") + cells(2, "К-17", "40"), shared=("a", "b")),
        package({"word/document.xml": "<a>" * 3_000, "xl/workbook.xml": b"<a b='" + b"x" * 100_000 + b"'/>"}),
        b"\x78\x9f\x3e\x22\x01\x00\x02\x05\x90\x06\x00\x30\x00\x00\x00" + bytes(range(256)),
        bytes(range(256)) * 20,
        b"",
    )
