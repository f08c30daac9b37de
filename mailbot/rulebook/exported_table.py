"""Reads tables as 1C and Excel export them: semicolons, commas or tabs, windows-1251 or UTF-8, headings in Russian or English."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from mailbot.claims.errors import Fault, SetupError

MOST_BYTES = 50_000_000
MOST_FAULTS = 50
_TITLES = 20  # lines of titles a report may have above its headings
_DELIMITERS = ";\t,"
_DATE = re.compile(r"(?:(\d{1,2})[./](\d{1,2})[./](\d{4}|\d{2})|(\d{4})-(\d{2})-(\d{2}))(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?")
_TOTALS = ("итого", "всего", "total")
_SURE = 2  # so many headings known in another encoding are no chance
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?E\+\d{2}", re.IGNORECASE)  # what Excel makes of a long number
_EXCEL_FAULT = re.compile(r"#(?:Н/Д|ССЫЛКА!|ЗНАЧ!|ИМЯ\?|ДЕЛ/0!|ЧИСЛО!|ПУСТО!|N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!)", re.IGNORECASE)
_CYRILLIC = re.compile("[А-Яа-яЁё]")
_BLANKS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class TableRow:
    """One line: cells by the name of their column, "" where the file has no such column; `headings` as they were written."""

    line: int
    cells: Mapping[str, str]


@dataclass(slots=True)
class ExportedTable:
    """The rows of a file and the faults found in them so far."""

    file: str
    headings: Mapping[str, str] = field(default_factory=dict)  # column → its heading in the file
    rows: list[TableRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, line: int, column: str, problem: str, mend: str) -> None:
        self.faults.append(Fault(self.file, line, self.headings.get(column, column), problem, mend))

    def finish(self) -> None:
        """Errors: SetupError with the faults, the first of them where there are very many."""
        if not self.faults:
            return
        shown = self.faults[:MOST_FAULTS]
        if len(self.faults) > MOST_FAULTS:
            more = f"has {len(self.faults) - MOST_FAULTS} more faulty cells."
            shown.append(Fault(self.file, 0, "", more, "Mend those named above first; they are often all of one kind."))
        raise SetupError(*shown)

    def day(self, row: TableRow, column: str) -> date | None:
        """The date in a cell, None where it is empty or a fault."""
        text = row.cells[column]
        if not text:
            return None
        found = _DATE.fullmatch(text)
        try:
            if found is not None:
                return _date(found)
        except ValueError:
            pass
        self.fault(row.line, column, f"{text!r} is no date.", "Write 23.11.2025 or 2025-11-23.")
        return None


def _date(found: re.Match[str]) -> date:
    if found[4]:
        return date(int(found[4]), int(found[5]), int(found[6]))
    year = int(found[3]) + (2000 if len(found[3]) == 2 else 0)
    return date(year, int(found[2]), int(found[1]))


def read_table(path: Path, columns: Mapping[str, Sequence[str]], needed: Sequence[Sequence[str]]) -> ExportedTable:
    """The table in the file. `columns`: the headings each column may have; `needed`: of each group one column must be there.

    Errors: SetupError where the file cannot be read as such a table at all.
    """
    lines = list(_records(path))
    for place, (_number, cells) in enumerate(lines[:_TITLES]):
        found = _headings(cells, columns)
        if all(any(column in found for column in group) for group in needed):
            table = ExportedTable(str(path), {column: cells[at].strip() for column, at in found.items()})
            _fill(table, lines[place + 1 :], found, columns, width=len(cells))
            return table
    raise SetupError(_no_headings(path, lines, columns, needed))


def _no_headings(
    path: Path, lines: Sequence[tuple[int, list[str]]], columns: Mapping[str, Sequence[str]], needed: Sequence[Sequence[str]]
) -> Fault:
    """What stands in the place of the headings, and which of the needed columns is not among them."""
    if not lines:
        return Fault(str(path), 0, "", "is empty.", "Export the table anew.")
    if encoding := _strange_encoding(path, columns):
        return Fault(str(path), 0, "", f"is saved as {encoding}.", "Save it as UTF-8 (in Excel: CSV UTF-8).")
    number, cells = max(lines[:_TITLES], key=lambda line: len(_headings(line[1], columns)))
    found = _headings(cells, columns)
    wanted = " and ".join("/".join(columns[one][0] for one in group) for group in needed if not any(one in found for one in group))
    begins = ";".join(cells)[:80]
    mend = f"Name the columns so; known: {_known(columns)}."
    return Fault(str(path), number, "", f"has no line of headings with {wanted}; here it says “{begins}”.", mend)


def _strange_encoding(path: Path, columns: Mapping[str, Sequence[str]]) -> str:
    """An encoding in which a heading would be one that we know; "" where there is none."""
    raw = path.read_bytes()[:20_000]
    known = {_key(heading) for headings in columns.values() for heading in headings}
    for encoding in ("cp866", "koi8-r", "utf-16-le", "utf-16-be"):
        head = re.split(r"[;\t,\r\n]", raw.decode(encoding, "replace"))[:60]
        if sum(not cell.isascii() and _key(cell) in known for cell in head) >= _SURE:
            return encoding
    return ""


def _known(columns: Mapping[str, Sequence[str]]) -> str:
    return "; ".join(", ".join(names[:3]) for names in columns.values())


def _headings(cells: Sequence[str], columns: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Where each known column stands."""
    by_heading = {_key(heading): column for column, headings in columns.items() for heading in headings}
    found: dict[str, int] = {}
    for at, cell in enumerate(cells):
        column = by_heading.get(_key(cell))
        if column is not None:
            found.setdefault(column, at)
    return found


def _key(heading: str) -> str:
    return _BLANKS.sub(" ", heading.casefold().replace("ё", "е")).strip()


def _fill(
    table: ExportedTable,
    lines: Sequence[tuple[int, list[str]]],
    found: Mapping[str, int],
    columns: Mapping[str, Sequence[str]],
    *,
    width: int,
) -> None:
    for number, cells in lines:
        written = [" ".join(cell.replace("\u00a0", " ").split()) for cell in cells]
        first = next((cell for cell in written if cell), "")
        if not first or first.casefold().rstrip(":") in _TOTALS:
            continue
        if any(written[width:]):
            mend = "Put a cell that holds the separator in quotes."
            table.fault(number, "", f"has {len(written)} cells, and there are {width} headings.", mend)
            continue
        row = TableRow(number, {column: _cell(written, found.get(column)) for column in columns})
        if _as_meant(table, row):
            table.rows.append(row)


def _as_meant(table: ExportedTable, row: TableRow) -> bool:
    """Whether Excel left the cells as they were; a faulty one is told."""
    before = len(table.faults)
    for column, cell in row.cells.items():
        if _ROUNDED.fullmatch(cell):
            mend = "Give the column the format Text in Excel and export it anew."
            table.fault(row.line, column, f"{cell!r} is a long number that Excel has rounded.", mend)
        elif _EXCEL_FAULT.fullmatch(cell):
            table.fault(row.line, column, f"{cell!r} is a fault of a formula.", "Mend the formula, or leave the cell empty.")
    return len(table.faults) == before


def _cell(written: Sequence[str], at: int | None) -> str:
    return written[at] if at is not None and at < len(written) else ""


def _records(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The line each record begins on, and its cells. Errors: SetupError."""
    text = _decoded(path)
    skipped = 0
    if text[:4].casefold() == "sep=":  # Excel's own hint at the separator
        text, skipped = text.partition("\n")[2], 1
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    begins = 1
    try:
        for cells in reader:
            yield begins + skipped, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        mend = "A quotation mark inside a cell is written twice, and the cell stands in quotes."
        raise SetupError(Fault(str(path), begins + skipped, "", f"is no CSV here: {error}.", mend)) from error


def _decoded(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise SetupError(Fault(str(path), 0, "", "is too large.", f"At most {MOST_BYTES // 10**6} MB are read."))
        raw = path.read_bytes()
    except OSError as error:
        raise SetupError(Fault(str(path), 0, "", f"cannot be read: {error.strerror}.", "Check the path and its rights.")) from error
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):  # Excel: "Unicode text"
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if b"\0" in raw[:1000] or raw.startswith(b"PK"):
            mend = "In Excel save it as CSV."
            raise SetupError(Fault(str(path), 0, "", "is a workbook, no CSV file.", mend)) from error
        if two := _two_encodings(path, raw):
            raise SetupError(two) from error
        return raw.decode("cp1251", "replace")


def _two_encodings(path: Path, raw: bytes) -> Fault | None:
    """A file put together of UTF-8 and windows-1251: either way half of it would be nonsense."""
    first: dict[bool, int] = {}
    for number, line in enumerate(raw.removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        if line.isascii():
            continue
        try:
            is_utf8 = len(_CYRILLIC.findall(line.decode("utf-8"))) >= _SURE
        except UnicodeDecodeError:
            is_utf8 = False
        first.setdefault(is_utf8, number)
        if len(first) == 2:
            problem = f"is saved in two encodings: line {first[True]} is UTF-8, line {first[False]} is windows-1251."
            return Fault(str(path), number, "", problem, "Save the parts in one encoding before you put them together.")
    return None


def _delimiter(text: str) -> str:
    """The separator that most lines of the beginning have in like number."""
    lines = [line for line in text[:20_000].splitlines() if line.strip()][:_TITLES]
    return max(_DELIMITERS, key=lambda sign: (sum(sign in line for line in lines), sum(line.count(sign) for line in lines)))
