"""Hostile mails through read_mail (reliability.md 2.4 and 3.3): no exception, and twice the input takes at most 2.5 times as long."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from mailbot.claims.explained import _forwarded
from mailbot.claims.message import IncomingMail
from mailbot.mail_in.read import read_mail
from tests.timing import assert_cheap, assert_linear

HEAD = b"From: a@shop.example\nTo: claims@company.example\nSubject: Re: x\n"
MAILS = Path(__file__).parent / "mails"


def nested(depth: int) -> bytes:
    opened = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (level, level) for level in range(depth))
    return HEAD + opened + b"Content-Type: text/plain\n\ninnermost\n"


def attached(depth: int) -> bytes:
    return HEAD + b"Content-Type: message/rfc822\n\n" * depth + b"Content-Type: text/plain\n\ninnermost\n"


def alternatives(size: int) -> bytes:
    """So deep as is read, and commands in the innermost."""
    opened = b"".join(b'Content-Type: multipart/alternative; boundary="b%d"\n\n--b%d\n' % (level, level) for level in range(size // 1_000))
    plain, shown = b"Content-Type: text/plain\n\n" + b"!a b\n" * (size // 20), b"Content-Type: text/html\n\n" + b"<p>!a c</p>" * (size // 20)
    return HEAD + opened + plain + b"\n--b%d\n" % (size // 1_000 - 1) + shown


def text(unit: bytes) -> Callable[[int], bytes]:
    return lambda size: HEAD + b"Content-Type: text/plain; charset=utf-8\n\n" + unit * (size // len(unit))


def test_identifiers_that_a_program_encoded_as_words_are_read() -> None:
    mail = read_mail(
        b"From: a@b.example\nMessage-ID: =?utf-8?q?=3Cabc=40dom=2Eexample=3E?=\nIn-Reply-To: =?utf-8?Q?=3Clong=2Eid=40?=\n"
        b" =?utf-8?Q?firma=2Eexample=3E?=\nReferences: <x@y.example> =?utf-8?q?=3Cz=40y=2Eexample=3E?=\n\nx"
    )
    assert (mail.message_id, mail.in_reply_to) == ("abc@dom.example", "long.id@firma.example")
    assert mail.references == ("x@y.example", "z@y.example")


def page(unit: bytes) -> Callable[[int], bytes]:
    return lambda size: HEAD + b"Content-Type: text/html; charset=utf-8\n\n" + unit * (size // len(unit))


def field(start: bytes, unit: bytes, end: bytes = b"") -> Callable[[int], bytes]:
    return lambda size: start + unit * (size // len(unit)) + end + b"\nSubject: x\n\nbody\n"


def parts(size: int) -> bytes:
    return HEAD + b'Content-Type: multipart/mixed; boundary="b"\n\n' + b"--b\nContent-Type: text/plain\n\nx\n" * (size // 32) + b"--b--\n"


def files(size: int) -> bytes:
    one = b'--b\nContent-Type: application/pdf; name="a.pdf"\nContent-Disposition: attachment; filename="a.pdf"\nContent-Transfer-Encoding: base64\n\nQUJD\n'
    return HEAD + b'Content-Type: multipart/mixed; boundary="b"\n\n' + one * (size // len(one)) + b"--b--\n"


GROWING: dict[str, tuple[Callable[[int], bytes], int]] = {
    "M1 nested multipart": (lambda size: nested(size // 100), 100_000),
    "M1 nested messages": (lambda size: attached(size // 100), 100_000),
    "M1 nested alternatives": (alternatives, 45_000),
    "M2 headers": (field(b"From: a@b.example\n", b"X-A: b\n"), 400_000),
    "M2 received": (field(b"From: a@b.example\n", b"Received: from x by y; Mon, 1 Jan 2024 10:00:00 +0000\n"), 400_000),
    "M2 one folded header": (field(b"From: a@b.example\nX-A: b", b"\n folded"), 400_000),
    "M3 recipients": (field(b"From: a@b.example\nTo: ", b"a@b.example, "), 400_000),
    "M3 open comments": (field(b"From: ", b"("), 100_000),
    "M3 open quotes": (field(b"From: ", b'"'), 100_000),
    "M3 open angles": (field(b"From: ", b"<a"), 100_000),
    "M4 semicolons quoted": (field(b'From: a@b.example\nContent-Type: text/plain; a="', b";", b'"'), 100_000),
    "M4 semicolons": (field(b"From: a@b.example\nContent-Type: text/plain", b";"), 100_000),
    "M4 sections": (field(b"From: a@b.example\nContent-Type: text/plain", b"; a*1=x"), 100_000),
    "M5 parts": (parts, 400_000),
    "M5 attachments": (files, 400_000),
    "M6 encoded words": (field(b"From: ", b"=?utf-8?B?0JA=?= "), 200_000),
    "M6 broken encoded words": (field(b"From: ", b"=?utf-8?B?"), 100_000),
    "M12 surrogates": (text(b"\xed\xa0\x80"), 200_000),
    "M25 On On": (text(b"On "), 200_000),
    "M25 On lines": (text(b"On Mon, 1 Jan 2024\n"), 200_000),
    "M25 blanks": (text(b" "), 200_000),
    "M25 newlines": (text(b"\n"), 200_000),
    "M25 attributions": (text(b"On Mon, Jan 1, 2024 at 10:00 A <a@b.example> wrote:\n"), 200_000),
    "M25 open angles": (text(b"1.1.2024 <\n"), 200_000),
    "M25 heads": (text(b"From: a@b.example\nSent: 1.1.2024 10:00\n\n"), 200_000),
    "M25 rules": (text(b"-----\n"), 200_000),
    "M25 forwards": (text(b"---------- Forwarded message ---------\nFrom: a@b.example\nDate: 1.1.2024\nSubject: Fwd: x\n\n"), 200_000),
    "M25 quotes": (text(b">>> x\ny\n"), 200_000),
    "M25 signatures": (text("С уважением,\nИван\n\n".encode()), 200_000),
    "M25 dashes": (text(b"-- \n"), 200_000),
    "M25 page of divs": (page(b"<div>"), 200_000),
    "M25 page of quotes": (page(b"<blockquote>x"), 200_000),
    "M28 one line": (text(b"x"), 1_000_000),
    "M28 words in one line": (text("слово ".encode()), 400_000),
    "M28 carriage returns": (lambda size: b"From: a@b.example\rSubject: x\r\r" + b"line\r" * (size // 5), 200_000),
}  # fmt: skip


@pytest.mark.parametrize("name", GROWING)
def test_twice_the_input_takes_at_most_two_and_a_half_times_as_long(name: str) -> None:
    make, size = GROWING[name]
    assert_linear(partial(read_mail, make(size)), partial(read_mail, make(2 * size)), floor=0.4, cap=5)


@pytest.mark.parametrize("depth", [50, 100, 300, 1_000, 5_000, 50_000])
def test_m1_any_depth_is_read(depth: int) -> None:
    for raw in (nested(depth), attached(depth)):
        mail = read_mail(raw)
        assert mail.from_ is not None
        assert mail.from_.address == "a@shop.example"
    assert any("nested deeper" in problem for problem in read_mail(nested(depth)).problems) == (depth > 100)


def test_m5_what_is_not_shown_is_said() -> None:
    assert any("200" in problem or "parts" in problem for problem in read_mail(parts(400_000)).problems)


NAMES = ["../../x", "C:\\Temp\\x.exe", "a\0b.txt", "x" * 3_000, "\u202egnp.exe", "\u200b.htaccess", "a\r\nb.txt", "A.TXT", "a.txt", "", "."]


def test_m8_names_are_for_show_only() -> None:
    pieces = [
        b"--b\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename*=utf-8''"
        + "".join(f"%{byte:02X}" for byte in name.encode()).encode() + b"\n\nx\n"
        for name in NAMES
    ]  # fmt: skip
    mail = read_mail(HEAD + b'Content-Type: multipart/mixed; boundary="b"\n\n' + b"".join(pieces) + b"--b--\n")
    assert len(mail.attachments) == len(NAMES)
    for one in mail.attachments:
        name = one.name or ""
        assert not set(name) & set("/\\\0\r\n\u202e\u200b")
        assert len(name) <= 255


@pytest.mark.parametrize("charset", ["undefined", "idna", "rot13", "zlib", "punycode", "hex", "a\0b", "unicode_escape", "utf-7", "utf-16", "x-unknown", "", "mbcs", "base64", "x" * 9_000])
def test_m9_charsets_that_lie(charset: str) -> None:
    letter = "Насос не включается, прошу заменить по гарантии."
    mail = read_mail(HEAD + f'Content-Type: text/plain; charset="{charset}"\n\n'.encode() + letter.encode())
    assert "\0" not in mail.text
    mail.text.encode("utf-8")
    if charset not in ("utf-7", "utf-16"):
        assert mail.text == letter


def test_m9_a_letter_of_damaged_utf_16_is_read_somehow() -> None:
    read_mail(HEAD + b"Content-Type: text/plain; charset=utf-16\n\n" + b"\xff\xfe\x00\xd8a\x00b")


def test_m10_raw_cyrillic_headers() -> None:
    for codec in ("cp1251", "koi8-r", "utf-8"):
        raw = "From: Иван Петров <ivan@shop.example>\nSubject: Недостача по накладной 4512\n\nНе хватает двух насосов, просим довезти.\n".encode(codec)
        mail = read_mail(raw)
        assert mail.subject == "Недостача по накладной 4512"
        assert mail.from_ is not None
        assert mail.from_.name == "Иван Петров"
        assert mail.text == "Не хватает двух насосов, просим довезти."


def test_m11_nul_is_nowhere() -> None:
    mail = read_mail(b"From: A\0B <a@b.example>\nSubject: x\0y\n\nte\0xt\0")
    assert "\0" not in mail.text + mail.subject + (mail.from_.name if mail.from_ else "")
    assert mail.text == "text"


@pytest.mark.parametrize(
    "date",
    ["Mon, 1 Jan 9999 10:00:00 +0000", "Mon, 1 Jan 0 10:00:00 +0000", "1 Jan 26 10:00 +0300", "1 Jan 026 10:00:00", "Mon, 1 Jan 2024 10:00:00 +99999", "1" * 5_000, "", "вчера", "Mon, 31 Feb 2024 10:00:00 +0000"],
)
def test_m13_dates_are_for_show(date: str) -> None:
    mail = read_mail(f"From: a@b.example\nDate: {date}\n\nx\n".encode())
    assert mail.sent_at is None or 1970 <= mail.sent_at.year <= 2200
    assert mail.text == "x"


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", ""),
        (b"\n\n\n", ""),
        (b"just words", "just words"),
        (b"\n just words", "just words"),
        (b" continuation first\nFrom: a@b.example\n\nwords", "words"),
        (b"From someone Mon Jan  1 10:00:00 2024\nFrom: a@b.example\n\nwords", "words"),
        (b">From someone\nFrom: a@b.example\n\nwords", "words"),
        (b"From: a@b.example\r\rwords", "words"),
        (b"From: a@b.example\r\n\r\nwords\r\n", "words"),
        (b"From: a@b.example", ""),
        (b"Content-Type: multipart/mixed\n\nwords", "words"),
        (b"Content-Type: multipart/mixed; boundary=\n\nwords", "words"),
        (b"Content-Type: multipart/mixed; boundary=x\n\nwords", "words"),
    ],
)
def test_m28_mails_without_shape(raw: bytes, words: str) -> None:
    assert words in read_mail(raw).text
    if not words:
        assert read_mail(raw).text == ""


PARSER_KILLERS = [
    b"Content-Type: text/plain; filename*0*=x; filename*=y\n\nwords",
    b'Content-Type: text/plain; charset="a\0b"\n\nwords',
    b"Content-Type: message/rfc822\n\nContent-Type: multipart/mixed; boundary=zzz\n\nwords",
    b"From: =?utf-8?B?a?=\n\nwords",
    b"Content-Type: text/plain; a*" + b"9" * 5_000 + b"=x\n\nwords",
    b"Content-Disposition: attachment; filename*=utf-8''%E0%A4%A\n\nwords",
    b"Content-Type: text/html\n\n&#" + b"9" * 5_000 + b"; words",
    b"Content-Transfer-Encoding: base64\n\n====\nA===",
    b"Content-Transfer-Encoding: quoted-printable\n\n=\n==A=G1=",
    b"From: alice@ours<bob@evil.example>\n\nwords",
    b"From: a@b.example\nFrom: c@d.example\n\nwords",
    b"Subject: =?utf-8?Q?=ED=A0=80?= =?x?y?z?=\n\nwords",
]


@pytest.mark.parametrize("raw", PARSER_KILLERS)
def test_3_3_what_broke_other_readers(raw: bytes) -> None:
    assert_safe(read_mail(raw))


def test_3_3_mutated_mails_never_raise() -> None:
    """Real shapes with bytes changed, cut, doubled: a fixed seed, so that a failure can be repeated."""
    dice = random.Random(20_270_115)
    seeds = [path.read_bytes() for path in sorted(MAILS.glob("*.eml"))]
    for _ in range(1_500):
        raw = bytearray(dice.choice(seeds))
        for _ in range(dice.randint(1, 8)):
            at = dice.randrange(len(raw) or 1)
            step = dice.randrange(6)
            if step == 0:
                raw[at : at + 1] = bytes([dice.randrange(256)])
            elif step == 1:
                del raw[at : at + dice.randint(1, 60)]
            elif step == 2:
                raw[at:at] = dice.choice([b"\0", b"\r", b"\n\n", b"--=_b\n", b"=?utf-8?B?", b"\xff\xfe", b"<blockquote>", b"> ", b"From: ", b'"', b"(", b"<"])
            elif step == 3:
                raw[at:at] = raw[at : at + dice.randint(1, 200)]
            elif step == 4:
                raw = raw[: at + 1]
            else:
                other = dice.choice(seeds)
                raw[at:at] = other[: dice.randrange(len(other))]
        assert_safe(read_mail(bytes(raw)))


def assert_safe(mail: IncomingMail) -> None:
    shown = [mail.subject, mail.text, mail.quoted, mail.signature, mail.disclaimer, *(one.name or "" for one in mail.attachments)]
    json.dumps(_forwarded(mail.forwarded), ensure_ascii=False).encode("utf-8")
    for piece in shown:
        piece.encode("utf-8")
        assert not any(sign in piece for sign in "\0\x02\x03")
    assert "\n" not in mail.subject


def test_a_large_attachment_costs_little() -> None:
    data = base64.encodebytes(bytes(20_000_000))
    raw = HEAD + b'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\nwords\n--b\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\n' + data + b"\n--b--\n"
    mail = read_mail(raw)
    assert_cheap(partial(read_mail, raw), 5)
    assert mail.text == "words"
    assert mail.attachments[0].size == 20_000_000
