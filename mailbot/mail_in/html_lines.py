"""Lines of a page as they come: blocks, quotes, lists and table rows (a tab between cells). Never raises; linear."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

QUOTE_MARK = "\x02"  # a line of its own: the head of an earlier letter begins here; no input can hold it (part_text cleans controls)
SIGNATURE_MARK = "\x03"  # a line of its own: the mail program says that the signature begins here

_MAX_QUOTES = 12
_MAX_TABLES = 6  # tables nested deeper are read as blocks, so that no line is moved often
_MAX_LISTS = 12
_MAX_SPAN = 20
_MAX_HELD = 12  # columns into which values of rows above can reach: more would cost squared time
_MANY_LINES = 6  # a cell with more is a place on the page, not a value of a table
_LONG_CELL = 400
_BLANKS = re.compile(r"[ \t\n\r\f\v]+")
_NOTHING = re.compile("[\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060\ufeff]")


@dataclass(slots=True)
class _Cell:
    """Its lines, and how many columns and rows it takes."""

    lines: list[str]
    columns: int = 1
    rows: int = 1


@dataclass(slots=True)
class _Table:
    """A table being read: the cells of its open row, and the columns that cells of rows above reach down into."""

    cells: list[_Cell] = field(default_factory=list)
    held: dict[int, int] = field(default_factory=dict)  # column: so many more rows
    in_cell: bool = False


@dataclass(slots=True)
class Lines:
    """Text pieces and breaks become lines; the open line is `_pieces`."""

    done: list[str] = field(default_factory=list)
    _pieces: list[str] = field(default_factory=list)
    _tables: list[_Table] = field(default_factory=list)
    _outer: list[list[str]] = field(default_factory=list)  # the lines around each open cell
    _lists: list[int] = field(default_factory=list)  # next number of an ordered list, -1 for dots
    _styles: list[str] = field(default_factory=list)  # how each numbers its items: "1", "a", "A"
    _bullet: str = ""
    _gap: bool = False
    _kept: bool = False  # the open line holds preformatted text: its blanks mean something
    quotes: int = 0
    _deep_tables: int = 0

    def text(self, piece: str, *, kept: bool = False) -> None:
        """A text node; `kept` inside pre, where line ends and blanks mean something."""
        if not piece.isascii():
            piece = _NOTHING.sub("", piece)
        self._kept = self._kept or kept
        if kept:
            first, *more = piece.split("\n")
            self._pieces.append(first)
            for line in more:
                self.line_end()
                self._pieces.append(line)
                self._kept = True
            return
        piece = _BLANKS.sub(" ", piece)
        if piece and not (piece == " " and not self._pieces):
            self._pieces.append(piece)

    def line_end(self) -> None:
        """A <br>: the line ends, even an empty one."""
        self._finish(always=True)

    def block(self) -> None:
        """The edge of a block: the line ends if it holds anything."""
        self._finish(always=False)

    def gap(self) -> None:
        """The edge of a paragraph: one blank line before what comes next, never two."""
        self._finish(always=False)
        if not self._bullet:
            self._gap = True

    def mark(self, sign: str) -> None:
        self._finish(always=False)
        if not self.quotes and sign not in self.done[-2:]:
            self._close_gap()
            self.done.append(sign)

    def _prefix(self) -> str:
        return "> " * min(self.quotes, _MAX_QUOTES)

    def _finish(self, *, always: bool) -> None:
        whole = "".join(self._pieces)
        self._pieces.clear()
        line = whole.replace("\xa0", " ").rstrip()
        line, self._kept = (line if self._kept else line.lstrip()), False
        if not (always or line or "\xa0" in whole):
            return
        if self._bullet and line:
            line, self._bullet = self._bullet + line.lstrip(), ""
        self._close_gap()
        self.done.append((self._prefix() + line).rstrip() if self.quotes else line)

    def _close_gap(self) -> None:
        if self._gap and self.done and self.done[-1].strip("> "):
            self.done.append(self._prefix().rstrip())
        self._gap = False

    def quote(self, *, opens: bool) -> None:
        if opens:
            self.gap()
            self._close_gap()
            self.quotes += 1
            return
        self._finish(always=False)
        while self.done and self.done[-1] and not self.done[-1].strip("> "):
            self.done.pop()
        self.quotes = max(0, self.quotes - 1)
        self.gap()

    def list_opens(self, start: int, style: str = "1") -> None:
        self.block()
        if len(self._lists) < _MAX_LISTS:
            self._lists.append(start)
            self._styles.append(style)

    def list_closes(self) -> None:
        self.block()
        if self._lists:
            self._lists.pop()
            self._styles.pop()

    def item(self, number: int | None = None) -> None:
        """A list's next item; `number` is its own where it has one."""
        self.block()
        if self.done and self.done[-1].lstrip()[:2] in ("- ", *(f"{digit}." for digit in range(10))):
            self._gap = False
        indent = "  " * max(0, len(self._lists) - 1)
        if self._lists and self._lists[-1] >= 0:
            at = self._lists[-1] if number is None else number
            self._bullet = f"{indent}{_numbered(at, self._styles[-1])}. "
            self._lists[-1] = at + 1
        else:
            self._bullet = f"{indent}- "

    def table_opens(self) -> None:
        self.block()
        if len(self._tables) >= _MAX_TABLES:
            self._deep_tables += 1
        else:
            self._tables.append(_Table())

    def table_closes(self) -> None:
        if self._deep_tables:
            self._deep_tables -= 1
            self.block()
        elif self._tables:
            self.row()
            self._tables.pop()
        else:
            self.block()

    def row(self) -> None:
        """A row begins or ends: what its cells held becomes a line, or lines where the table only lays out the page."""
        if not self._tables or self._deep_tables:
            self.block()
            return
        self._close_cell()
        table = self._tables[-1]
        if table.cells:
            self._close_gap()
            self.done.extend(_row_lines(_placed(table)))
            table.cells = []

    def cell(self, columns: int, rows: int = 1) -> None:
        if not self._tables or self._deep_tables:
            self.block()
            return
        self._close_cell()
        self.block()
        table = self._tables[-1]
        table.in_cell = True
        table.cells.append(_Cell([], max(1, min(columns, _MAX_SPAN)), max(1, rows)))
        self._close_gap()
        self._outer.append(self.done)
        self.done = table.cells[-1].lines

    def cell_closes(self) -> None:
        if self._tables and not self._deep_tables:
            self._close_cell()
        else:
            self.block()

    def _close_cell(self) -> None:
        self.block()
        table = self._tables[-1]
        if table.in_cell:
            table.in_cell = self._gap = False
            self.done = self._outer.pop()

    def finished(self) -> list[str]:
        """All lines; what was left open is closed."""
        self._deep_tables = 0
        while self._tables:
            self.table_closes()
        self.block()
        return self.done


def _numbered(number: int, style: str) -> str:
    return chr(ord(style) + number - 1) if style in ("a", "A") and 1 <= number <= 26 else str(number)


def _placed(table: _Table) -> list[_Cell]:
    """The cells of the open row in their columns: an empty one where a value above reaches down into it."""
    placed: list[_Cell] = []
    column = 0
    for cell in table.cells:
        while (left := table.held.pop(column, 0)) > 0:
            placed.append(_Cell([], rows=0))
            if left > 1:
                table.held[column] = left - 1
            column += 1
        placed.append(cell)
        if cell.rows > 1 and _is_value(cell.lines):  # a logo beside the rows of a page is none
            table.held.update(dict.fromkeys(range(column, min(column + cell.columns, _MAX_HELD)), cell.rows - 1))
        column += cell.columns
    return placed


def _is_value(lines: list[str]) -> bool:
    return bool(_said(lines)) and len(lines) <= _MANY_LINES


def _said(lines: list[str]) -> str:
    return " ".join(word for line in lines if (word := line.strip("> " + QUOTE_MARK + SIGNATURE_MARK)))


def _row_lines(cells: list[_Cell]) -> list[str]:
    """Values side by side in one line; cells that hold whole passages one under the other."""
    full = [cell.lines for cell in cells if any(line.strip("> " + QUOTE_MARK + SIGNATURE_MARK) for line in cell.lines)]
    reached = any(cell.rows == 0 for cell in cells)
    if (len(full) <= 1 and not (full and reached)) or any(len(lines) > _MANY_LINES or sum(map(len, lines)) > _LONG_CELL for lines in full):
        return [line for cell in cells for line in cell.lines]
    row: list[str] = []
    for cell in cells:
        row.append(_said(cell.lines))
        row.extend([""] * (cell.columns - 1))
    depth = min((line.count("> ", 0, 2 * _MAX_QUOTES) for lines in full for line in lines if line.startswith("> ")), default=0)
    return [("> " * depth + "\t".join(row)).rstrip()]
