"""Files beside PDF, Word and Excel: what OpenDocument, RTF and text files say, what the others are, letters that hang on letters."""

from __future__ import annotations

from email.message import EmailMessage
from functools import partial
from struct import pack

import pytest

from mailbot.claims.message import IncomingMail
from mailbot.mail_in.compressed_rtf import unpacked_rtf
from mailbot.mail_in.read import read_mail
from mailbot.mail_in.rtf_text import words_of_rtf
from tests.office_files import package
from tests.timing import assert_cheap, assert_linear

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
_OFFICE = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
_TABLE = 'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
HELLO = bytes.fromhex("2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0")  # MS-OXRTFCP 3.1


def _mail(*files: tuple[str, bytes], text: str = "Претензия во вложении.") -> IncomingMail:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@dom.example", "claims@firma.example", "Претензия"
    mail.set_content(text)
    for name, data in files:
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return read_mail(mail.as_bytes())


def _open_document(body: str, **more: str) -> bytes:
    inside = f"<office:document-content {_OFFICE} {_TABLE}><office:body>{body}</office:body></office:document-content>"
    return package({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": inside, **more})


def test_an_open_document_says_its_words_and_keeps_its_rows() -> None:
    cells = "".join(f"<table:table-cell><text:p>{word}</text:p></table:table-cell>" for word in ("Насос", "5 шт."))
    empty = '<table:table-cell table:number-columns-repeated="16384"/>'
    gone = "<text:tracked-changes><text:p>удалено</text:p></text:tracked-changes>"
    body = f"<office:text>{gone}<text:h>Претензия</text:h><table:table><table:table-row>{cells}{empty}</table:table-row></table:table>"
    mail = _mail(("Претензия.odt", _open_document(body + "<text:p>Просим<text:tab/>заменить.</text:p></office:text>")))
    assert mail.attachments[0].text == "Претензия\nНасос\t5 шт.\nПросим\tзаменить."
    assert mail.problems == ()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (_open_document("", **{"META-INF/manifest.xml": "<manifest><encryption-data/></manifest>"}), "protected by a password"),
        (_open_document("<office:text/>"), "has no text"),
        (package({"content.xml": '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'}), "document type"),
    ],
)
def test_an_open_document_that_cannot_be_read_says_why(data: bytes, said: str) -> None:
    mail = _mail(("Акт.odt", data))
    assert mail.attachments[0].text is None
    assert said in mail.problems[0]


def test_an_rtf_file_says_its_words() -> None:
    rtf = (
        rb"{\rtf1\ansi\ansicpg1251{\fonttbl{\f0\fcharset204 Arial;}{\f1\fcharset0 Courier;}}{\*\generator Word;}{\info{\title secret}}"
        rb"\pard\f0 \'cf\'f0\'e5\'f2\'e5\'ed\'e7\'e8\'ff\par \u1053?\u1072?\u1089?\u1086?\u1089?\tab 5{\v hidden}\par{\pict 0102}\trowd a\cell b\cell\row}"
    )
    assert _mail(("Претензия.rtf", rtf)).attachments[0].text == "Претензия\nНасос\t5\na\tb"


def test_a_text_file_is_read_in_its_charset() -> None:
    assert _mail(("Претензия.txt", "Насос пришёл разбитым.\r\nПросим заменить.".encode("cp1251"))).attachments[0].text == "Насос пришёл разбитым.\nПросим заменить."


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("Письмо.msg", _OLE, "is an Outlook letter (.msg)"),
        ("Слайды.pptx", package({"ppt/presentation.xml": "<p/>"}), "is a presentation"),
        ("фото.zip", package({"фото/1.jpg": b"x", "акт.pdf": b"y"}), "(ZIP) with 1.jpg, акт.pdf; it was not unpacked"),
        ("фото.rar", b"Rar!\x1a\x07\x00", "is a packed archive (RAR)"),
        ("архив.zip", b"PK\x03\x04" + bytes(50), "damaged or with very many files"),
    ],
)
def test_a_file_that_is_not_opened_is_said_to_be_what_it_is(name: str, data: bytes, said: str) -> None:
    mail = _mail((name, data))
    assert mail.attachments[0].text is None
    assert len(mail.problems) == 1
    assert said in mail.problems[0]


def test_pictures_and_films_need_no_word() -> None:
    assert _mail(("IMG_0412.HEIC", b"\0\0\0\x18ftypheic"), ("video.mp4", b"\0\0\0\x18ftypmp42"), ("1.jpg", b"\xff\xd8\xff")).problems == ()


def test_a_letter_is_a_letter_whatever_its_type_is_called() -> None:
    inner = "From: =?utf-8?b?0J7Qu9GM0LPQsA==?= <olga@dom.example>\nSubject: Leak\nDate: Tue, 24 Nov 2026 11:20:00 +0300\n\nThe pump leaks.\n"
    mail = _mail(("Leak.eml", inner.encode()), ("Second.eml", b"From: petr@dom.example\nSubject: Door\n\nBroken.\n"), text="Два письма клиентов.")
    assert mail.forwarded is not None
    assert (mail.forwarded.from_ and mail.forwarded.from_.name, mail.forwarded.text) == ("Ольга", "The pump leaks.")
    assert any("One more letter hangs on this mail, from petr@dom.example: «Door»" in problem for problem in mail.problems)
    assert _mail(("notes.eml", b"no head at all\n")).forwarded is None


def test_outlooks_compressed_text_is_read() -> None:
    assert words_of_rtf(unpacked_rtf(HELLO), 100) == "hello world"
    properties = pack("<I", 1) + pack("<HHII", 0x102, 0x1009, 1, len(HELLO)) + HELLO + bytes(-len(HELLO) % 4)
    winmail = pack("<IH", 0x223E9F78, 1) + b"\x01" + pack("<II", 0x00069003, len(properties)) + properties + b"\0\0"
    assert _mail(("winmail.dat", winmail), text="").text == "hello world"
    assert unpacked_rtf(HELLO[:-6]).startswith(b"{\\rtf1\\ansi")
    assert unpacked_rtf(b"") == unpacked_rtf(bytes(40)) == b""


@pytest.mark.parametrize("piece", [b"{", b"\\f1 ", b"\\'e0", b"\\u1044?", b"{\\f1 a", b"\\", b"{\\f1\\fcharset"])
def test_hostile_rtf_takes_linear_time(piece: bytes) -> None:
    small, large = (b"{\\rtf1" + piece * (300_000 // len(piece) * times) for times in (1, 2))
    assert_linear(partial(words_of_rtf, small, 100_000), partial(words_of_rtf, large, 100_000), floor=0.3, cap=4)


def test_compressed_text_that_grows_stays_bounded() -> None:
    bomb = pack("<IIII", 0, 0xFFFFFFFF, 0x75465A4C, 0) + b"\xff" + b"\x0c\xff" * 300_000
    assert_cheap(lambda: len(unpacked_rtf(bomb)), 4)
    assert len(unpacked_rtf(bomb)) <= 2 * 1024 * 1024 + 20
