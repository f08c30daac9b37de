"""The words of an OpenDocument text or table (LibreOffice): paragraphs, and tables row by row (a tab between cells)."""

from __future__ import annotations

from mailbot.mail_in.file_fault import Drawn, FileFault
from mailbot.mail_in.office_zip import EnoughError, OfficeZip, xml_parser
from mailbot.mail_in.paper_lines import PaperLines

MAX_ROWS = 2_000
_MOST_REPEATED = 30  # a cell may say that it stands a million times
_BLANKS = {"tab": "\t", "line-break": "\n", "s": " "}
_LEFT_OUT = ("tracked-changes", "annotation", "ruby-text", "notes-configuration")


def odf_text(package: OfficeZip, characters: int) -> Drawn:
    """Text of content.xml (OpenDocument 1.3 part 3). Deleted words and remarks are left out; styles, macros and links stay closed."""
    if any(name == "META-INF/manifest.xml" for name in package.names) and package.contains("META-INF/manifest.xml", b"encryption-data"):
        raise FileFault("is protected by a password; a person must open it.")
    words = _Words(characters)
    cut = ""
    try:
        package.parse("content.xml", xml_parser(words.start, words.end, words.text))
    except EnoughError:
        cut = "is long; only its beginning was read."
    text = words.whole()
    if not text.strip():
        raise FileFault("has no text: it holds pictures only, or nothing.")
    return Drawn(text, cut)


class _Words:
    """Gathers lines while the elements go by."""

    def __init__(self, most: int) -> None:
        self._lines = PaperLines(most)
        self._rows = self._cells = self._paragraphs = self._skip = 0
        self._repeated = 1

    def whole(self) -> str:
        return self._lines.whole()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._skip or name in _LEFT_OUT:
            self._skip += 1
        elif name in ("p", "h"):
            self._paragraphs += 1
        elif name in ("table-cell", "covered-table-cell"):
            self._cells += 1
            times = attributes.get("number-columns-repeated", "1")
            self._repeated = min(int(times), _MOST_REPEATED) if times.isdecimal() and len(times) < 8 else 1
        elif name in _BLANKS and self._paragraphs:
            self._lines.add(_BLANKS[name] if not self._cells else " ")

    def end(self, name: str) -> None:
        if self._skip:
            self._skip -= 1
        elif name in ("p", "h"):
            self._paragraphs -= 1
            if self._cells:
                self._lines.add(" ")
            else:
                self._lines.end_line()
        elif name in ("table-cell", "covered-table-cell"):
            self._cells -= 1
            self._lines.end_cell("\t" * self._repeated if self._cells == 0 else " ")
            self._repeated = 1
        elif name == "table-row" and self._cells == 0:
            self._end_row()

    def text(self, words: str) -> None:
        if self._paragraphs and not self._skip:
            self._lines.add(words)

    def _end_row(self) -> None:
        self._lines.end_line()
        self._rows += 1
        if self._rows > MAX_ROWS:
            raise EnoughError
