"""The claim in the attachment: what PDF, DOCX and XLSX say, and what a hostile one may cost (issue 4, point 10)."""

from __future__ import annotations

import logging
import signal
import struct
import subprocess
import sys
import time
from contextlib import suppress
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from mailbot.claims.message import Attachment
from mailbot.mail_in.attachment_text import MAX_CHARACTERS, MAX_FILES, MAX_SECONDS, Drawing
from mailbot.mail_in.office_zip import MAX_MEMBERS
from mailbot.mail_in.pdf_text import MAX_PAGES
from mailbot.mail_in.read import read_mail
from mailbot.mail_in.time_limit import OutOfTimeError, Stopwatch, at_most
from mailbot.mail_in.xlsx_text import MAX_ROWS
from tests.office_files import cells, docx, line, package, paragraph, pdf, row, xlsx
from tests.timing import assert_cheap

MAILS = Path(__file__).parent / "mails"


def drawn(data: bytes, name: str | None = "a.pdf", media_type: str = "application/octet-stream") -> tuple[str | None, list[str]]:
    problems: list[str] = []
    file = Drawing(problems).with_text(Attachment(name, media_type, len(data), "0"), data)
    return file.text, problems


def word(body: str, **more: str) -> tuple[str | None, list[str]]:
    return drawn(docx(body, **more), "претензия.docx")


def excel(*sheets: str, **more: tuple[str, ...]) -> tuple[str | None, list[str]]:
    return drawn(xlsx(*sheets, **more), "акт.xlsx")  # type: ignore[arg-type]


# --- DOCX


def test_a_letter_keeps_its_lines_and_its_table() -> None:
    text, problems = word(paragraph("Претензия ", "№ 7") + paragraph() + paragraph() + "<w:tbl>" + row("Насос", "12", "10") + row("Кран", "", "1") + "</w:tbl>" + paragraph("Просим заменить."))
    assert text == "Претензия № 7\n\nНасос\t12\t10\nКран\t\t1\nПросим заменить."
    assert problems == []


def test_the_page_head_comes_first_and_once() -> None:
    text, _ = word(paragraph("Претензия"), header1=paragraph("ООО «Север», ИНН 7801234564"), header2=paragraph("ООО «Север», ИНН 7801234564"))
    assert text == "ООО «Север», ИНН 7801234564\nПретензия"


def test_what_nobody_sees_is_left_out() -> None:
    hidden = "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>скрыто</w:t></w:r><w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>видно</w:t></w:r></w:p>"
    deleted = "<w:p><w:del><w:r><w:delText>удалено</w:delText></w:r></w:del><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>"
    twice = "<w:p><mc:AlternateContent><mc:Choice><w:r><w:t>рамка</w:t></w:r></mc:Choice><mc:Fallback><w:r><w:t>рамка</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p>"
    mark = "<w:p><w:pPr><w:rPr><w:vanish/></w:rPr><w:tabs><w:tab w:pos='9'/></w:tabs></w:pPr><w:r><w:t>а</w:t><w:tab/><w:t>б</w:t><w:br/><w:t>в</w:t></w:r></w:p>"
    assert word(hidden + deleted + twice + mark)[0] == "видно\n\nрамка\nа\tб\nв"


def test_a_picture_alone_is_said() -> None:
    assert word(paragraph()) == (None, ["The Word file «претензия.docx» has no text: it holds pictures only, or nothing."])


def test_an_old_name_does_not_hide_a_new_file() -> None:
    assert drawn(docx(paragraph("Рекламация")), "рекламация.doc")[0] == "Рекламация"
    assert drawn(docx(paragraph("Рекламация")), None, "application/vnd.openxmlformats-officedocument.wordprocessingml.document")[0] == "Рекламация"
    assert drawn(docx(paragraph("Рекламация")), "архив.zip", "application/zip")[0] is None


def test_a_long_letter_is_cut_and_says_so() -> None:
    text, problems = word(paragraph("слово " * 100) * 400)
    assert text is not None
    assert MAX_CHARACTERS - 1_000 < len(text) <= MAX_CHARACTERS
    assert problems == ["The Word file «претензия.docx» is long; only its beginning was read."]


# --- XLSX


def test_rows_stay_rows_and_empty_cells_keep_the_columns_apart() -> None:
    text, problems = excel(cells(1, "Артикул", "По УПД", "Факт") + cells(2, "К-17", "56", "40.5") + cells(3, "К-18", "", "12"))
    assert text == "Артикул\tПо УПД\tФакт\nК-17\t56\t40.5\nК-18\t\t12"
    assert problems == []


def test_days_numbers_and_shared_words() -> None:
    sheet = '<row><c t="s"><v>1</v></c><c s="1"><v>46133</v></c><c s="2"><v>46133.75</v></c><c s="3"><v>46133</v></c><c><v>0.30000000000000004</v></c><c t="s"><v>9</v></c><c t="b"><v>1</v></c></row>'
    assert excel(sheet, shared=("нет", "Дата"))[0] == "Дата\t21.04.2026\t21.04.2026\t46133\t0.3\t✓"


def test_a_book_that_counts_from_1904() -> None:
    data = xlsx('<row><c s="1"><v>44671</v></c></row>', book='<workbookPr date1904="1"/>')
    assert drawn(data, "акт.xlsx")[0] == "21.04.2026"


def test_hidden_sheets_and_rows_are_left_out() -> None:
    text, _ = excel(cells(1, "видно") + cells(2, "скрытая строка", hidden=True), cells(1, "скрытый лист"), cells(1, "ещё видно"), states=("visible", "hidden", "visible"))
    assert text == "Лист1\nвидно\n\nЛист3\nещё видно"


@pytest.mark.parametrize(("rows", "cut"), [(MAX_ROWS - 1, False), (MAX_ROWS + 1, True)])
def test_rows_are_counted(rows: int, cut: bool) -> None:
    text, problems = excel("".join(cells(n, "х") for n in range(1, rows + 1)))
    assert text is not None
    assert text.count("х") == min(rows, MAX_ROWS)
    assert problems == ([f"The Excel file «акт.xlsx» is long; only its first {MAX_ROWS} rows were read."] if cut else [])


# --- hostile packages


def _problem(data: bytes, name: str = "претензия.docx") -> str:
    text, problems = drawn(data, name)
    assert text is None
    assert len(problems) == 1
    return problems[0]


def test_a_bomb_is_refused() -> None:
    zeros = b"<w:document><w:body>" + b" " * 40_000_000 + b"</w:body></w:document>"
    for name, bomb in (("a.docx", package({"word/document.xml": zeros})), ("a.xlsx", package({"word/document.xml": "<a/>", "xl/workbook.xml": b" " * 40_000_000}))):
        assert "zip bomb" in _problem(bomb, name)
        assert_cheap(partial(_problem, bomb, name), 1.5)


def test_many_parts_that_are_no_bomb_alone_are_one_together() -> None:
    noise = bytes(range(32, 60)) * 12_000
    parts = {f"word/header{n}.xml": b"<hdr>" + noise.replace(b"<", b"x").replace(b"&", b"x") + b"%d</hdr>" % n for n in range(120)}
    assert "zip bomb" in _problem(package({**parts, "word/document.xml": "<a/>"}))


@pytest.mark.parametrize(("members", "refused"), [(MAX_MEMBERS, False), (MAX_MEMBERS + 1, True)])
def test_members_are_counted_before_they_are_listed(members: int, refused: bool) -> None:
    problem = _problem(package({f"m{n}": b"" for n in range(members)}))
    assert ("package of more than" in problem) == refused


def test_entities_and_references_outwards_are_refused() -> None:
    for doctype in ('<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]>', '<!DOCTYPE a SYSTEM "http://evil.example/x.dtd">', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'):
        assert "document type" in _problem(package({"word/document.xml": doctype + "<a>&c;</a>"}))


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04",
        b"PK\x03\x04" + b"x" * 500,
        docx(paragraph("x"))[:-30],
        docx(paragraph("x")).replace(b"PK\x01\x02", b"PK\x01\x03"),
        package({"word/document.xml": "<a><b></a>"}),
        package({"word/document.xml": b"\xff\xfe\x00"}),
    ],
)
def test_a_damaged_package_is_said(data: bytes) -> None:
    assert "is damaged" in _problem(data)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(("name", "kind"), [("акт.doc", "Word"), ("акт.xls", "Excel"), ("акт.docx", "Word")])
def test_old_forms_are_said(name: str, kind: str) -> None:
    assert _problem(OLE + b"\0" * 500, name) == f"The {kind} file «{name}» has the form of before 2007; its text was not read, a person must open it."


def test_a_file_that_is_not_what_its_name_says_is_said() -> None:
    assert _problem(b"GIF89a", "скан.pdf") == "The file «скан.pdf» is not what its name says; its text could not be read."
    assert _problem(b"", "акт.xlsx") == "The file «акт.xlsx» is empty; its text could not be read."
    assert drawn(b"GIF89a", "скан.gif") == (None, [])


def test_passwords_are_said() -> None:
    assert "protected by a password" in _problem(OLE + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le"))
    locked = bytearray(docx(paragraph("x")))
    at = locked.index(b"PK\x01\x02", locked.index(b"word/document.xml"))
    at = locked.index(b"word/document.xml", at) - 46
    locked[at + 8 : at + 10] = struct.pack("<H", 1)
    assert "protected by a password" in _problem(bytes(locked))


# --- PDF


def test_a_pdf_page_by_page() -> None:
    assert drawn(pdf(line("Claim 17/04: 6 of 40 boxes broken"), line("Please replace."))) == ("Claim 17/04: 6 of 40 boxes broken\n\nPlease replace.", [])


def test_what_was_typed_into_a_form_is_read() -> None:
    text, problems = drawn(pdf(line("Complaint form"), line("x"), fields={"Order": "55-120", "What happened": "Разбито 6 коробок", "Empty": ""}), "form.pdf")
    assert text == "Complaint form\n\nx\n\nOrder: 55-120\nWhat happened: Разбито 6 коробок"
    assert problems == []
    assert drawn(pdf(b"", fields={"Order": "55-120"}), "form.pdf")[0] == "Order: 55-120"


def test_a_scan_is_said_to_be_one() -> None:
    assert drawn(pdf(b"0 0 m 10 10 l S"), "скан.pdf") == (None, ["The PDF «скан.pdf» has no text: it is a scan or a picture."])
    assert drawn(pdf(b""), None, "application/pdf") == (None, ["A PDF without a name has no text: it is a scan or a picture."])


@pytest.mark.parametrize(("pages", "cut"), [(MAX_PAGES, False), (MAX_PAGES + 1, True)])
def test_pages_are_counted(pages: int, cut: bool) -> None:
    text, problems = drawn(pdf(*[line("page")] * pages))
    assert text is not None
    assert text.count("page") == MAX_PAGES
    assert problems == ([f"The PDF «a.pdf» has {pages} pages; only the first {MAX_PAGES} were read."] if cut else [])


def _locked(user: str) -> bytes:
    writer = PdfWriter(PdfReader(BytesIO(pdf(line("Claim")))))
    writer.encrypt(user_password=user, owner_password="owner", algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_password_is_said_and_a_pdf_that_only_forbids_printing_is_read() -> None:
    assert drawn(_locked("secret")) == (None, ["The PDF «a.pdf» is protected by a password; a person must open it."])
    assert drawn(_locked("")) == ("Claim", [])


@pytest.mark.parametrize("data", [b"%PDF-1.4\n", b"%PDF-1.7\n" + b"\xff" * 3_000, pdf(line("x"))[:200], b"%PDF-1.4 1 0 obj << /Kids [1 0 R] >> trailer << /Root 1 0 R >>"])
def test_a_damaged_pdf_is_said(data: bytes, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        text, problems = drawn(data)
    assert text is None
    assert len(problems) == 1
    assert caplog.records == []  # nothing of a customer's file goes into a log


@pytest.mark.alone
def test_a_pdf_that_takes_too_long_is_left() -> None:
    slow = pdf(*[line("word") * 100_000] * 4, packed=True)
    began = time.process_time()
    assert drawn(slow) == (None, ["The PDF «a.pdf» takes too long to read; its text was not drawn out."])
    assert time.process_time() - began < MAX_SECONDS + 1


def test_one_slow_file_leaves_no_time_for_others_and_a_letter_within_has_less() -> None:
    problems: list[str] = []
    drawing, data = Drawing(problems), pdf(line("x"))
    drawing.watch.left = 0
    assert drawing.with_text(Attachment("a.pdf", "application/pdf", 1, "0"), data).text is None
    assert problems == ["The PDF «a.pdf» was not read: the files of this mail are too many or too long to read them all."]
    assert Drawing([], level=1).watch.left == MAX_SECONDS / 4


def test_files_are_counted() -> None:
    problems: list[str] = []
    drawing = Drawing(problems)
    files = [drawing.with_text(Attachment("a.pdf", "application/pdf", 1, "0"), pdf(line("x"))) for _ in range(MAX_FILES + 1)]
    assert [file.text for file in files] == ["x"] * MAX_FILES + [None]
    assert len(problems) == 1


# --- the time limit


def _stubborn() -> None:
    while True:
        with suppress(Exception):
            sum(range(1_000))


def test_a_library_that_swallows_exceptions_is_stopped_all_the_same() -> None:
    before = signal.getsignal(signal.SIGVTALRM)
    with pytest.raises(OutOfTimeError), at_most(0.05):
        _stubborn()
    assert signal.getsignal(signal.SIGVTALRM) == before
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)


def test_time_is_counted_over_blocks() -> None:
    watch = Stopwatch(10)
    began = time.process_time()
    with watch.running():
        while time.process_time() - began < 0.05:
            pass
    assert 9.5 < watch.left < 9.96


# --- through the whole reading


def test_reading_a_mail_without_such_files_loads_no_library_for_them() -> None:
    code = "import sys; from mailbot.mail_in.read import read_mail; read_mail(b'From: a@b.example\\n\\nx'); print([m for m in ('pypdf', 'zipfile', 'pyexpat') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_a_mail_brings_the_words_of_its_files() -> None:
    mail = read_mail((MAILS / "200-claim-in-a-pdf.eml").read_bytes())
    assert mail.attachments[0].text is not None
    assert "6\nкоробок разбиты" in mail.attachments[0].text
