"""Tables pasted into a text: by tabs, bars, semicolons or aligned by blanks; each cell with its place. Time grows with the length."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mailbot.classify.columns import COUNTS, TELLING, Columns

MOST_ROWS = 500
MOST_CELLS = 40  # of a row; printed forms have a hundred narrow columns
_RULED = re.compile(r"[\s|+:=—–_-]*$")  # a line that only rules off
_SPLIT = {
    "\t": re.compile(r"\t"),
    "|": re.compile(r"[|│¦]"),
    ";": re.compile(r";"),
    "  ": re.compile(r"(?:[ \u00a0]{2,}|\t+)"),
    " / ": re.compile(r" / "),
    ",": re.compile(r",(?!\s)"),  # 20,18 of a file; in a sentence a blank follows
}
_FILE_LINE = re.compile(r",(?<=[^\s,].)[^\s,][^\n,]*,[^\s,]")  # a,b,c
_NUMBER = re.compile(r"\d")
_ITEMS = frozenset(("article", "name", "batch", "serial"))


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Table:
    """`kinds` names the columns (classify/columns.py), `units` what their headings count in; each row has its cells by column."""

    kinds: tuple[str, ...]
    units: tuple[str, ...]
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    start: int

    @property
    def is_blank(self) -> bool:
        return not self.text.strip()


def find_tables(text: str, columns: Columns) -> Iterator[Table]:
    """Every table whose headings say that goods are counted in it."""
    if not _may_hold_one(text):
        return
    lines = list(_lines(text))
    at = 0
    while at < len(lines):
        found = _heading(lines, at, columns)
        if found is None:
            at += 1
            continue
        sign, heads, after = found
        table, at = _table(lines, after, sign, heads, columns)
        if table is not None:
            yield table


def _may_hold_one(text: str) -> bool:
    return "\t" in text or "  " in text or any(text.count(sign) >= 4 for sign in ("|", "│", ";", " / ")) or bool(_FILE_LINE.search(text))


def _lines(text: str) -> Iterator[_Line]:
    at = 0
    for line in text.split("\n"):
        yield _Line(line, at)
        at += len(line) + 1


def _heading(lines: Sequence[_Line], at: int, columns: Columns) -> tuple[str, list[Cell], int] | None:
    """The sign that parts the columns, the headings (of two lines, where the second names what the first only counts), the line after."""
    line = lines[at]
    for sign, border in _SPLIT.items():
        if border.search(line.text) is None:
            continue
        cells = _cells(line, sign)
        if len(cells) < (3 if sign in (" / ", ",") else 2):
            continue
        below = _below(lines, at, sign, cells, columns)
        for heads, after in ((below, at + 2), (cells, at + 1)):
            if heads is not None and _is_heading([cell.text for cell in heads], columns):
                return sign, heads, after
    return None


def _is_heading(cells: Sequence[str], columns: Columns) -> bool:
    """Two columns that count, or one that tells and one that names the goods."""
    kinds = [columns.kind(cell) for cell in cells if not _is_value(cell)]
    counts = [kind for kind in kinds if kind in COUNTS]
    telling = sum(kind in TELLING for kind in counts)
    return telling >= 1 and (len(counts) >= 2 or not _ITEMS.isdisjoint(kinds))


def _is_value(cell: str) -> bool:
    return bool(re.match(r"[+−–-]?\d", cell))


def _below(lines: Sequence[_Line], at: int, sign: str, cells: list[Cell], columns: Columns) -> list[Cell] | None:
    """ "Количество | | Цена" over "по документам | факт |": the second line of headings, merged into the first."""
    if at + 1 >= len(lines) or _NUMBER.search(lines[at + 1].text) or sign not in ("\t", "|", ";"):
        return None
    second = _cells(lines[at + 1], sign)
    kinds = [columns.kind(cell.text) for cell in second]
    if len(second) < 2 or sum(kind in COUNTS for kind in kinds) < 2:
        return None
    if len(second) < len(cells):  # cells joined downwards are left out of the second line
        joined = next((place for place, cell in enumerate(cells) if columns.kind(cell.text) == "quantity"), 0)
        return [*cells[:joined], *second, *cells[joined + 1 :]]
    return [low if low.text else cells[min(place, len(cells) - 1)] for place, low in enumerate(second)]


def _cells(line: _Line, sign: str) -> list[Cell]:
    """The parts of a line with their places; bars at its ends make no cells."""
    found: list[Cell] = []
    at = 0
    borders = [(one.start(), one.end()) for one in _SPLIT[sign].finditer(line.text)][:MOST_CELLS]
    for start, end in [*borders, (len(line.text), len(line.text))]:
        piece = line.text[at:start]
        lead = len(piece) - len(piece.lstrip())
        found.append(Cell(piece.strip(), line.start + at + lead, line.start + at + lead + len(piece.strip())))
        at = end
    if sign in ("|", "  "):
        while found and not found[0].text:
            found.pop(0)
        while found and not found[-1].text and sign == "|":
            found.pop()
    if sign == "  ":
        found = [cell for cell in found if cell.text]
    return found


def _table(lines: Sequence[_Line], at: int, sign: str, heads: Sequence[Cell], columns: Columns) -> tuple[Table | None, int]:
    rows: list[tuple[Cell, ...]] = []
    base = lines[at - 1].start
    while at < len(lines) and len(rows) < MOST_ROWS:
        line = lines[at]
        if _RULED.match(line.text):
            if line.is_blank and not (at + 1 < len(lines) and _goes_on(lines[at + 1], sign, len(heads))):
                break
            at += 1
            continue
        cells = _cells(line, sign)
        if len(cells) < 2 or not (_NUMBER.search(line.text) or sign != "  "):
            break
        rows.append(_by_place(cells, heads, base, line.start) if sign == "  " and len(cells) != len(heads) else tuple(cells))
        at += 1
    rows = [row for row in rows if not _is_numbering(row)]
    if not rows:
        return None, at
    return Table(*_kinds(heads, columns), tuple(cell.text for cell in heads), tuple(rows)), at


def _goes_on(line: _Line, sign: str, width: int) -> bool:
    """Whether a table goes on behind a blank line."""
    cells = _cells(line, sign)
    return len(cells) >= max(3, width - 1) and bool(_NUMBER.search(line.text))


def _by_place(cells: Sequence[Cell], heads: Sequence[Cell], base: int, start: int) -> tuple[Cell, ...]:
    """Cells of an aligned line under the headings they stand beneath; one left empty leaves its column empty."""
    placed = [Cell("", start, start)] * len(heads)
    for cell in cells:
        middle = (cell.start + cell.end) / 2 - start
        free = [n for n in range(len(heads)) if not placed[n].text]
        if free:
            best = min(free, key=lambda n: abs((heads[n].start + heads[n].end) / 2 - base - middle))
            placed[best] = cell
    return tuple(placed)


def _is_numbering(row: Sequence[Cell]) -> bool:
    """ "1 | 2 | 3 | 4": printed forms number their columns."""
    return [cell.text for cell in row] == [str(place + 1) for place in range(len(row))] and len(row) > 2


def _kinds(heads: Sequence[Cell], columns: Columns) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The kinds of the columns: of two columns of one kind the first; a bare count is what the others make of it."""
    kinds: list[str] = []
    for cell in heads:
        kind = columns.kind(cell.text)
        kinds.append("" if kind in kinds and kind in COUNTS else kind)
    if not _ITEMS.intersection(kinds) and heads and not kinds[0]:
        kinds[0] = "name"
    for vague in ("shipped", "quantity"):
        if vague in kinds:
            kinds[kinds.index(vague)] = _meant(vague, kinds)
    return tuple(kinds), tuple(columns.unit(cell.text) if kind in COUNTS else "" for cell, kind in zip(heads, kinds, strict=True))


def _meant(vague: str, kinds: Sequence[str]) -> str:
    if "received" in kinds:
        return "" if "by_papers" in kinds else "by_papers"
    if vague == "shipped":
        return "received"
    return "" if "by_papers" in kinds else "total"
