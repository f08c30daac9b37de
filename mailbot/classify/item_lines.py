"""What the rows of a table say of each item: article, by papers, received, missing, broken; the sums are checked, nothing is corrected."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from mailbot.claims.facts import Contradiction, Fact, ItemLine
from mailbot.classify.columns import COUNTS, Columns
from mailbot.classify.sheet import Sheet
from mailbot.classify.tables import Cell, Table, find_tables

_COUNT = re.compile(
    r"(?P<sign>[+−–-])?\s?(?P<number>\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?|\d{1,3}(?:,\d{3}){1,3}(?![\d,])|\d+(?:[.,]\d+)?)"
    r"[ \u00a0]*(?P<unit>[^\W\d_][\w.²³-]{0,9})?"
)
_CODE = re.compile(r"(?=[^\s]*\d)(?:[A-ZА-ЯЁ]{1,5}[-–/. ]?)?\d[\w./–-]{2,24}(?![\w])|[A-ZА-ЯЁ]{1,5}[-–]?\d[\w./–-]*")
_MEASURES = frozenset(str.split("kg g t l ml m rm m2 m3"))
_LINE = frozenset(str.split("by_papers received missing surplus damaged defective"))


@dataclass(slots=True)
class TableFacts:
    """What the tables of one place hold; `names` are passages that name goods, in which no number counts anything."""

    quantities: list[Fact] = field(default_factory=list)
    articles: list[Fact] = field(default_factory=list)
    batches: list[Fact] = field(default_factory=list)
    serials: list[Fact] = field(default_factory=list)
    lines: list[ItemLine] = field(default_factory=list)
    contradictions: list[Contradiction] = field(default_factory=list)
    names: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Count:
    value: float
    cell: Cell
    end: int  # where the number with its unit ends
    unit: str


def read_tables(sheet: Sheet, columns: Columns) -> TableFacts:
    """The tables of a place; their numbers belong to nobody else afterwards."""
    found = TableFacts()
    for table in find_tables(sheet.text, columns):
        _read(table, sheet, columns, found)
    return found


def _read(table: Table, sheet: Sheet, columns: Columns, found: TableFacts) -> None:
    totals: dict[int, float] = {}
    for row in table.rows:
        cells = row[: len(table.kinds)]
        counts = {n: count for n, cell in enumerate(cells) if (count := _count(cell, table, n, columns, sheet.language)) is not None}
        if _is_sum(cells, table, columns):
            found.contradictions += _wrong_sums(counts, totals, table, sheet, cells)
        elif counts:
            for n, count in counts.items():
                totals[n] = totals.get(n, 0.0) + count.value
            _read_row(cells, counts, table, sheet, columns, found)
        for cell in row:
            if cell.text[:1].isdigit() and _COUNT.fullmatch(cell.text):
                sheet.take(cell.start, cell.end)


def _count(cell: Cell, table: Table, n: int, columns: Columns, language: str) -> _Count | None:
    """A number in a column that counts; a blank or a dash says nothing."""
    if table.kinds[n] not in COUNTS | {"total"}:
        return None
    found = _COUNT.match(cell.text)
    if found is None:
        return None
    unit = columns.unit(found["unit"]) if found["unit"] else ""
    measured = language != "en" and (unit or table.units[n]) in _MEASURES
    value = _value(found["number"], measured=measured) * (-1 if found["sign"] and found["sign"] != "+" else 1)
    return _Count(value, cell, cell.start + (found.end() if unit else found.end("number")), unit or table.units[n])


def _value(written: str, *, measured: bool) -> float:
    """ "1,080" is a thousand and eighty pieces, but one kilogram and 80 grams."""
    plain = re.sub(r"[ \u00a0\u202f]", "", written)
    if not measured and re.fullmatch(r"\d{1,3}(?:,\d{3})+", plain):
        return float(plain.replace(",", ""))
    return float(plain.replace(",", ".", 1).replace(",", ""))


def _is_sum(cells: Sequence[Cell], table: Table, columns: Columns) -> bool:
    """ "Итого" stands where the items' names do."""
    told = [cell.text for cell, kind in zip(cells, table.kinds, strict=False) if kind not in COUNTS and cell.text]
    return bool(told) and columns.is_sum(told[0])


def _read_row(cells: Sequence[Cell], counts: dict[int, _Count], table: Table, sheet: Sheet, columns: Columns, found: TableFacts) -> None:
    by_kind = {table.kinds[n]: count for n, count in counts.items()}
    named = {kind: cell for cell, kind in zip(cells, table.kinds, strict=False) if kind and kind not in COUNTS}
    unit = next((count.unit for count in counts.values() if count.unit), "")
    unit = unit or (columns.unit(named["unit"].text) if "unit" in named else "") or "pcs"
    article, name = _names(named, sheet, found)
    told = _told(by_kind)
    start, end = min(cell.start for cell in cells if cell.text), max(cell.end for cell in cells)
    line = ItemLine(article, name, unit, start, end, sheet.in_, **told)
    found.lines.append(line)
    found.quantities += _quantities(by_kind, line, unit, sheet)
    found.contradictions += _wrong_row(by_kind, line, sheet)


def _names(named: dict[str, Cell], sheet: Sheet, found: TableFacts) -> tuple[str, str]:
    """Article and name of an item; a name that begins with a code has its article in it. Batches and serials become facts."""
    for kind, facts in (("batch", found.batches), ("serial", found.serials), ("article", found.articles)):
        cell = named.get(kind)
        if cell is not None and any(sign.isdigit() for sign in cell.text) and len(cell.text) <= 40:
            facts.append(_named(cell.text, cell.start, sheet))
    name = named.get("name")
    article = named["article"].text if "article" in named else ""
    if name is None:
        return article, ""
    code = _CODE.match(name.text) if not article else None
    if code is not None and any(sign.isalpha() or sign in "-/" for sign in code[0]):
        article = code[0]
        found.articles.append(_named(article, name.start, sheet))
    found.names.append((name.start, name.end))
    return article, name.text


def _named(text: str, start: int, sheet: Sheet) -> Fact:
    sheet.take(start, start + len(text))
    return Fact(text, text, start, start + len(text), sheet.in_)


def _told(by_kind: dict[str, _Count]) -> dict[str, float]:
    """The counts of a row by role; a difference is what is missing or too much, and so are papers less receipt."""
    told = {kind: abs(count.value) for kind, count in by_kind.items() if kind in _LINE}
    papers, received = told.get("by_papers"), told.get("received")
    if "missing" not in told and "surplus" not in told:
        apart = received - papers if papers is not None and received is not None else None
        if apart is None and "difference" in by_kind:
            apart = by_kind["difference"].value
        if apart:
            told["missing" if apart < 0 else "surplus"] = round(abs(apart), 3)
    return told


def _quantities(by_kind: dict[str, _Count], line: ItemLine, unit: str, sheet: Sheet) -> Iterator[Fact]:
    """The counts of a row as facts, in its order; what was only computed points at the words it was computed from."""
    stated: set[str] = set()
    for kind, count in by_kind.items():
        role = kind
        if kind == "difference":
            role = "missing" if line.missing else "surplus"
        value = abs(count.value)
        if not value or role in stated or role not in (*_LINE, "total"):
            continue
        stated.add(role)
        text = sheet.text[count.cell.start : count.end]
        yield Fact(text, _whole(value), count.cell.start, count.end, sheet.in_, unit=unit, role=role)
    for role, apart in (("missing", line.missing), ("surplus", line.surplus)):
        if apart and role not in stated and {"by_papers", "received"} <= by_kind.keys():
            pair = sorted((by_kind["by_papers"], by_kind["received"]), key=lambda count: count.cell.start)
            start, end = pair[0].cell.start, pair[1].end
            yield Fact(sheet.text[start:end], _whole(apart), start, end, sheet.in_, unit=unit, role=role)


def _whole(value: float) -> float | int:
    return int(value) if value == int(value) else round(value, 3)


def _wrong_row(by_kind: dict[str, _Count], line: ItemLine, sheet: Sheet) -> Iterator[Contradiction]:
    """Papers less receipt is not what the row says is missing; broken ones may have been left out of the receipt."""
    if line.by_papers is None or line.received is None:
        return
    apart = line.by_papers - line.received
    broken = (line.damaged or 0) + (line.defective or 0)
    for kind, sign in (("missing", 1), ("surplus", -1), ("difference", 0)):
        count = by_kind.get(kind)
        if count is None:
            continue
        right = {abs(apart)} if sign == 0 else {max(0.0, sign * apart), max(0.0, sign * (apart - broken))}
        if not any(abs(abs(count.value) - one) < 0.001 for one in right):
            role = kind if sign else ("missing" if apart >= 0 else "surplus")
            item = line.article or line.name
            text = sheet.text[line.start : line.end]
            yield Contradiction("row", item, role, abs(count.value), round(abs(apart), 3), text, line.start, line.end, sheet.in_)


def _wrong_sums(
    counts: dict[int, _Count], totals: dict[int, float], table: Table, sheet: Sheet, cells: Sequence[Cell]
) -> Iterator[Contradiction]:
    for n, count in counts.items():
        if n in totals and abs(totals[n] - count.value) > 0.001:
            start, end = cells[0].start, max(cell.end for cell in cells)
            text = sheet.text[start:end]
            yield Contradiction("sum", table.headings[n], table.kinds[n], count.value, round(totals[n], 3), text, start, end, sheet.in_)
