"""Reads the catalogue: article, name, warranty months; where the file has them, serial numbers with the day they were sold."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from mailbot.claims.goods import Catalogue, Goods, SoldItem, code_key, name_key
from mailbot.rulebook.exported_table import ExportedTable, TableRow, read_table

MOST_MONTHS = 600
_SOLD = {
    "sold_on": ("дата продажи", "продано", "sold on", "sale date", "date of sale", "дата реализации", "дата покупки"),
    "shipped_on": ("дата отгрузки", "отгружено", "shipped on", "ship date", "date of shipment"),
    "commissioned_on": ("дата ввода в эксплуатацию", "введено в эксплуатацию", "commissioned on", "date of commissioning"),
}
_BASES = (("commissioned_on", "commissioning"), ("sold_on", "sale"), ("shipped_on", "shipment"))
COLUMNS = {
    "article": ("артикул", "арт", "код", "код товара", "код номенклатуры", "article", "sku", "item", "item no", "part number", "code"),
    "name": ("наименование", "номенклатура", "название", "товар", "name", "product", "product name", "description"),
    "months": (
        "гарантия, мес", "гарантия", "гарантия месяцев", "гарантия в месяцах", "гарантийный срок", "гарантийный срок, мес",
        "срок гарантии", "срок гарантии, мес", "warranty months", "warranty", "warranty, months", "warranty period", "months",
    ),
    "serial": (
        "серийный номер", "заводской номер", "зав. №", "зав. номер", "серийный №", "sn", "s/n", "serial", "serial number", "serial no",
    ),
    "sold_to": ("покупатель", "контрагент", "клиент", "кому продано", "sold to", "customer", "buyer"),
    **_SOLD,
}  # fmt: skip
_TERM = re.compile(r"(\d{1,4}(?:[.,]\d{1,2})?)\s*(мес\w*|м|months?|mo|год\w*|лет|г|years?|y)?\.?", re.IGNORECASE)
_INN = re.compile(r"(?<!\d)\d{10}(?:\d{2})?(?!\d)")
_NO_TERM = ("", "-", "–", "—", "нет данных", "n/a")
_SHORT_NAME = 2  # words: a name of fewer without a digit ("Насос") is no name of one article


def read_catalogue(path: Path) -> Catalogue:
    """The goods and items of the file. Errors: SetupError with file and line of what is wrong."""
    table = read_table(path, COLUMNS, (("article", "name"), ("months", "serial")))
    articles: dict[str, Goods] = {}
    names: dict[tuple[str, ...], Goods | None] = {}
    sold: dict[str, SoldItem] = {}
    sales: dict[tuple[str, str], tuple[SoldItem, ...]] = {}
    lines: dict[str, int] = {}
    for row in table.rows:
        goods = _goods(table, row)
        if goods is None:
            continue
        goods = _noted(table, row, goods, articles, lines)
        _note_name(goods, names)
        item = _item(table, row, goods)
        _note_sold(table, row, item, sold, lines)
        for inn in _INN.findall(item.sold_to) if item.sold_on is not None else ():
            key = (code_key(goods.article), inn)
            sales[key] = (*sales.get(key, ()), item)
    table.finish()
    return Catalogue(articles, {key: goods for key, goods in names.items() if goods is not None}, sold, sales)


def _goods(table: ExportedTable, row: TableRow) -> Goods | None:
    article, name = row.cells["article"], row.cells["name"]
    if not code_key(article) and not name:
        table.fault(row.line, "article", "neither article nor name is given.", "Fill one of them, or take the line out.")
        return None
    return Goods(article, name, _months(table, row))


def _months(table: ExportedTable, row: TableRow) -> int | None:
    """ "12", "12,0", "24 мес.", "2 года", "1,5 года"."""
    text = row.cells["months"]
    if text.casefold() in _NO_TERM:
        return None
    found = _TERM.fullmatch(text)
    number = float(found[1].replace(",", ".")) if found is not None else -1.0
    if found is not None and (found[2] or "м").casefold()[0] in "глy":
        number *= 12
    if number != int(number) or not 0 <= number <= MOST_MONTHS:
        table.fault(row.line, "months", f"{text!r} is no number of months.", "Write 12, or 2 года; leave it empty where it is unknown.")
        return None
    return int(number)


def _noted(table: ExportedTable, row: TableRow, goods: Goods, articles: dict[str, Goods], lines: dict[str, int]) -> Goods:
    """Under its article; a line that leaves the term out (an item sold) has it from the line that gives it."""
    key = code_key(goods.article)
    if not key:
        return goods
    held = articles.get(key)
    if held is not None and None not in (held.months, goods.months) and held.months != goods.months:
        problem = f"article {goods.article} has {goods.months} months here and {held.months} in line {lines[key]}."
        table.fault(row.line, "months", problem, "Give an article one term.")
    if held is None or held.months is None:
        articles[key], lines[key] = Goods(goods.article, goods.name or (held.name if held else ""), goods.months), row.line
    return articles[key]


def _note_name(goods: Goods, names: dict[tuple[str, ...], Goods | None]) -> None:
    key = name_key(goods.name)
    if len(key) < _SHORT_NAME and not any(letter.isdigit() for letter in goods.name):
        return
    held = names.get(key, goods)
    names[key] = goods if held is not None and (held.months == goods.months or held.article == goods.article) else None


def _item(table: ExportedTable, row: TableRow, goods: Goods) -> SoldItem:
    days = {column: table.day(row, column) for column in _SOLD}
    column, basis = next(((column, basis) for column, basis in _BASES if days[column] is not None), ("", "sale"))
    day: date | None = days[column] if column else None
    return SoldItem(row.cells["serial"], goods, day, basis, row.cells["sold_to"])


def _note_sold(table: ExportedTable, row: TableRow, item: SoldItem, sold: dict[str, SoldItem], lines: dict[str, int]) -> None:
    key = code_key(item.serial)
    if not key:
        return
    if key in sold:
        table.fault(row.line, "serial", f"{item.serial} stands in line {lines['serial ' + key]} too.", "Give each item one line.")
    sold[key], lines["serial " + key] = item, row.line
