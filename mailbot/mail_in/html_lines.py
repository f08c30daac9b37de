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
_MANY_LINES = 6  # a cell with more is a place on the page, not a value of a table
_LONG_CELL = 400
_BLANKS = re.compile(r"[ \t\n\r\f\v]+")
_NOTHING = re.compile("[\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060\ufeff]")


@dataclass(slots=True)
class _Table:
    """A table being read: the cells of its open row, each with its lines and its span."""

    cells: list[tuple[list[str], int]] = field(default_factory=list)
    in_cell: bool = False


@dataclass(slots=True)
class Lines:
    """Text pieces and breaks become lines; the open line is `_pieces`."""

    done: list[str] = field(default_factory=list)
    _pieces: list[str] = field(default_factory=list)
    _tables: list[_Table] = field(default_factory=list)
    _outer: list[list[str]] = field(default_factory=list)  # the lines around each open cell
    _lists: list[int] = field(default_factory=list)  # next number of an ordered list, -1 for dots
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

    def list_opens(self, start: int) -> None:
        self.block()
        if len(self._lists) < _MAX_LISTS:
            self._lists.append(start)

    def list_closes(self) -> None:
        self.block()
        if self._lists:
            self._lists.pop()

    def item(self) -> None:
        self.block()
        if self.done and self.done[-1].lstrip()[:2] in ("- ", *(f"{digit}." for digit in range(10))):
            self._gap = False
        indent = "  " * max(0, len(self._lists) - 1)
        if self._lists and self._lists[-1] >= 0:
            self._bullet = f"{indent}{self._lists[-1]}. "
            self._lists[-1] += 1
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
            self.done.extend(_row_lines(table.cells))
            table.cells = []

    def cell(self, span: int) -> None:
        if not self._tables or self._deep_tables:
            self.block()
            return
        self._close_cell()
        self.block()
        table = self._tables[-1]
        table.in_cell = True
        table.cells.append(([], max(1, min(span, _MAX_SPAN))))
        self._close_gap()
        self._outer.append(self.done)
        self.done = table.cells[-1][0]

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


def _row_lines(cells: list[tuple[list[str], int]]) -> list[str]:
    """Values side by side in one line; cells that hold whole passages one under the other."""
    full = [lines for lines, _ in cells if any(line.strip("> " + QUOTE_MARK + SIGNATURE_MARK) for line in lines)]
    if len(full) <= 1 or any(len(lines) > _MANY_LINES or sum(map(len, lines)) > _LONG_CELL for lines in full):
        return [line for lines, _ in cells for line in lines]
    row: list[str] = []
    for lines, span in cells:
        row.append(" ".join(word for line in lines if (word := line.strip("> " + QUOTE_MARK + SIGNATURE_MARK))))
        row.extend([""] * (span - 1))
    depth = min((line.count("> ", 0, 2 * _MAX_QUOTES) for lines in full for line in lines if line.startswith("> ")), default=0)
    return [("> " * depth + "\t".join(row)).rstrip()]
