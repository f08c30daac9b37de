"""The words of an XLSX as a person sees them: visible sheets row by row (a tab between cells). No formula is computed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from mailbot.mail_in.file_fault import Drawn, FileFault
from mailbot.mail_in.office_zip import EnoughError, OfficeZip, xml_parser
from mailbot.mail_in.xlsx_values import Styles, number_text, read_styles

MAX_ROWS = 2_000  # over all sheets
MAX_SHEETS = 20
_WIDE = 30  # used columns; beyond it empty cells are not kept apart: printed forms have a hundred narrow columns
_MOST_SHARED = 100_000


def xlsx_text(package: OfficeZip, characters: int) -> Drawn:
    """Each sheet's rows, its name above where there are several. What was cut is said."""
    shared, styles = _shared_strings(package), read_styles(package)
    sheets = _sheets(package)
    texts: list[str] = []
    rows_left, cut = MAX_ROWS, ""
    for title, name in sheets[:MAX_SHEETS]:
        sheet = _Rows(shared, styles, rows_left, characters)
        try:
            package.parse(name, xml_parser(sheet.start, sheet.end, sheet.text))
        except EnoughError:
            cut = f"is long; only its first {len(sheet.rows) + MAX_ROWS - rows_left} rows were read."
        text = "\n".join(_lines(sheet.rows))
        if text:
            texts.append(f"{title}\n{text}" if len(sheets) > 1 and title else text)
        rows_left -= len(sheet.rows)
        characters -= len(text)
        if cut:
            break
    if not texts:
        raise FileFault("has no text: its cells are empty.")
    if not cut and len(sheets) > MAX_SHEETS:
        cut = f"has {len(sheets)} sheets; only the first {MAX_SHEETS} were read."
    return Drawn("\n\n".join(texts), cut)


def _sheets(package: OfficeZip) -> list[tuple[str, str]]:
    """(title, path) of the visible sheets in the order of the book (ECMA-376 part 1, 18.2)."""
    targets: dict[str, str] = {}
    book: list[tuple[str, str]] = []

    def relation(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = target.removeprefix("/") if target.startswith("/") else "xl/" + target

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet" and attributes.get("state", "visible") == "visible":
            book.append((attributes.get("name", "")[:100], attributes.get("id", "")))

    package.parse("xl/_rels/workbook.xml.rels", xml_parser(relation, _nothing, _nothing))
    package.parse("xl/workbook.xml", xml_parser(sheet, _nothing, _nothing))
    found = [(title, targets[key]) for title, key in book if targets.get(key) in package.names]
    return found or [("", name) for name in package.named("xl/worksheets/sheet")]


def _nothing(_: str) -> None:
    """Elements' ends and words are of no interest."""


def _shared_strings(package: OfficeZip) -> list[str]:
    strings: list[str] = []
    piece: list[str] = []
    state = {"t": False, "rPh": False}  # rPh: how a Japanese word is pronounced

    def start(name: str, _attributes: dict[str, str]) -> None:
        if name in state:
            state[name] = True

    def end(name: str) -> None:
        if name in state:
            state[name] = False
        elif name == "si":
            strings.append("".join(piece))
            piece.clear()
            if len(strings) > _MOST_SHARED:
                raise EnoughError

    def text(words: str) -> None:
        if state["t"] and not state["rPh"]:
            piece.append(words)

    with suppress(EnoughError):  # cells that point behind them stay empty; such a book is cut by its rows anyway
        package.parse("xl/sharedStrings.xml", xml_parser(start, end, text))
    return strings


class _Rows:
    """Gathers the cells of one sheet while its elements go by."""

    def __init__(self, shared: list[str], styles: Styles, most_rows: int, most_signs: int) -> None:
        self.rows: list[dict[int, str]] = []
        self._shared, self._styles = shared, styles
        self._most_rows, self._most_signs = most_rows, most_signs
        self._row: dict[int, str] = {}
        self._column, self._type, self._style = 0, "", 0
        self._value: list[str] = []
        self._in_value = self._is_hidden = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            self._row, self._column = {}, 0
            self._is_hidden = attributes.get("hidden") in ("1", "true")
        elif name == "c":
            self._column = _column(attributes.get("r", "")) or self._column + 1
            self._type, self._value = attributes.get("t", "n"), []
            self._style = int(style) if (style := attributes.get("s", "0")).isdecimal() and len(style) < 7 else 0
        elif name in ("v", "t"):
            self._in_value = True

    def end(self, name: str) -> None:
        if name in ("v", "t"):
            self._in_value = False
        elif name == "c":
            self._end_cell(" ".join("".join(self._value).split()))
        elif name == "row" and self._row and not self._is_hidden:
            self.rows.append(self._row)
            self._most_signs -= sum(len(cell) + 1 for cell in self._row.values())
            if len(self.rows) >= self._most_rows or self._most_signs <= 0:
                raise EnoughError

    def text(self, words: str) -> None:
        if self._in_value:
            self._value.append(words)

    def _end_cell(self, value: str) -> None:
        if self._type == "s":
            at = int(value) if value.isdecimal() and len(value) < 9 else -1
            value = " ".join(self._shared[at].split()) if 0 <= at < len(self._shared) else ""
        elif self._type == "n" and value:
            value = number_text(value, self._styles, self._style)
        elif self._type == "b":
            value = {"1": "✓", "0": ""}.get(value, value)
        if value:
            self._row[self._column] = value


def _column(reference: str) -> int:
    """3 of "C7"; 0 where there is none."""
    number = 0
    for letter in reference[:4]:
        if not "A" <= letter <= "Z":
            break
        number = number * 26 + ord(letter) - 64
    return number


def _lines(rows: list[dict[int, str]]) -> Iterator[str]:
    used = sorted({column for row in rows for column in row})
    for row in rows:
        if len(used) > _WIDE:
            yield "\t".join(row[column] for column in sorted(row))
        else:
            yield "\t".join(row.get(column, "") for column in used).rstrip("\t")
