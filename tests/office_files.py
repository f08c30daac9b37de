"""Small PDF, DOCX and XLSX files made on the spot, well-formed or hostile."""

from __future__ import annotations

import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
_S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'


def package(parts: dict[str, str | bytes]) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name, data)
    return out.getvalue()


def docx(body: str, **more: str) -> bytes:
    """`body` is the inside of w:body; `more` holds further parts by file name without ending (header1 …)."""
    parts: dict[str, str | bytes] = {"[Content_Types].xml": "<Types/>", "word/document.xml": f"<w:document {_W}><w:body>{body}</w:body></w:document>"}
    parts.update({f"word/{name}.xml": f"<w:hdr {_W}>{inside}</w:hdr>" for name, inside in more.items()})
    return package(parts)


def paragraph(*runs: str) -> str:
    return "<w:p>" + "".join(f'<w:r><w:t xml:space="preserve">{run}</w:t></w:r>' for run in runs) + "</w:p>"


def row(*cells: str) -> str:
    return "<w:tr>" + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in cells) + "</w:tr>"


def xlsx(*sheets: str, shared: tuple[str, ...] = (), states: tuple[str, ...] = (), book: str = "") -> bytes:
    """`sheets` are the insides of sheetData. Style 1 shows a day by its built-in format, style 2 by one of its own, style 3 a number."""
    named = "".join(
        f'<sheet name="Лист{n}" sheetId="{n}" r:id="rId{n}"{f" state={chr(34)}{states[n - 1]}{chr(34)}" if n <= len(states) else ""}/>' for n in range(1, len(sheets) + 1)
    )
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": f"<workbook {_S}>{book}<sheets>{named}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": "<Relationships>" + "".join(f'<Relationship Id="rId{n}" Target="worksheets/sheet{n}.xml"/>' for n in range(1, len(sheets) + 1)) + "</Relationships>",
        "xl/sharedStrings.xml": f"<sst {_S}>" + "".join(f"<si><t>{text}</t></si>" for text in shared) + "</sst>",
        "xl/styles.xml": f'<styleSheet {_S}><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yy;@"/><numFmt numFmtId="165" formatCode="0.00&quot; д&quot;"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>',
    }
    parts.update({f"xl/worksheets/sheet{n}.xml": f"<worksheet {_S}><sheetData>{inside}</sheetData></worksheet>" for n, inside in enumerate(sheets, 1)})
    return package(parts)


def cells(number: int, *values: str, hidden: bool = False) -> str:
    """A row of inline strings and, where a value is digits, numbers; "" leaves the cell out."""
    made = ""
    for n, value in enumerate(values):
        reference = f"{chr(65 + n)}{number}"
        if value.replace(".", "").isdigit():
            made += f'<c r="{reference}"><v>{value}</v></c>'
        elif value:
            made += f'<c r="{reference}" t="inlineStr"><is><t>{value}</t></is></c>'
    return f'<row r="{number}"{" hidden=" + chr(34) + "1" + chr(34) if hidden else ""}>{made}</row>'


def pdf(*pages: bytes, packed: bool = False, fields: dict[str, str] | None = None) -> bytes:
    """One page for each content stream, in Helvetica (PDF 1.7, 7.5); `fields` are a form's, filled in."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * n) for n in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[" + kids + b"]/Count %d>>" % len(pages),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for n, page in enumerate(pages):
        stream = zlib.compress(page, 9) if packed else page
        objects.append(b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>" % (5 + 2 * n))
        objects.append(b"<</Length %d%s>>stream\n" % (len(stream), b"/Filter/FlateDecode" if packed else b"") + stream + b"\nendstream")
    if fields:
        first = len(objects) + 1
        objects[0] = b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[" + b" ".join(b"%d 0 R" % (first + n) for n in range(len(fields))) + b"]>>>>"
        objects += [b"<</FT/Tx/T(" + name.encode("latin-1") + b")/V<" + ("\ufeff" + value).encode("utf-16-be").hex().encode() + b">>>" for name, value in fields.items()]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, inside in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + inside + b"\nendobj\n"
    at = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, at))


def line(words: str) -> bytes:
    return b"BT /F1 12 Tf 50 700 Td (" + words.encode("latin-1") + b") Tj ET\n"
