"""Numbers that no word before them names: grown together with it ("NCR-0418", "SN12345678") or before it ("№ 12345 на шильдике")."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailbot.claims.facts import Fact
from mailbot.classify.sheet import Sheet

# "NCR-0418": a paper whose name and number are one word
_GLUED = re.compile(r"(?<![\w/-])(?P<name>NCR|RMA|PO|SO|CMR|DN|INV|AWB|УПД|ТТН|СМР|УКД)[-–](?=[\w/–-]*\d)[\w/–-]{2,20}(?![\w/-])")
_GLUED_TYPES = {
    "NCR": "ncr", "CMR": "cmr", "СМР": "cmr", "DN": "delivery_note", "INV": "invoice", "AWB": "waybill", "УПД": "upd", "ТТН": "ttn",
    "УКД": "invoice_vat",
}  # fmt: skip
_GLUED_SERIAL = re.compile(r"S(?<![\w/-].)/?N[-:]?(?P<number>(?=[\w-]*\d)[A-Z\d][A-Z\d-]{4,24})(?![\w/-])")
_ON_THE_PLATE = re.compile(r"(?:№\s?)?(?P<number>(?=[\w/-]*\d)[A-ZА-ЯЁ\d][\w/-]{3,24})[ \u00a0]+$")


def numbers_before_words(sheet: Sheet) -> Iterator[tuple[str, Fact]]:
    """ "№ 12345 на шильдике", "SN12345678": the number before its word, or grown together with it."""
    for one in sheet.of("no_serial"):
        if sheet.words.words[one.hit.first].lower in ("на", "on"):
            start = sheet.words.starts[one.hit.first]
            found = _ON_THE_PLATE.search(sheet.text, max(0, start - 40), start)
            if found and sheet.free(*found.span("number")) and sum(sign.isdigit() for sign in found["number"]) >= 3:
                sheet.take(*found.span("number"))
                yield "serials", Fact(found["number"], found["number"], *found.span("number"), sheet.in_)
    for found in _GLUED_SERIAL.finditer(sheet.text):
        if sheet.free(found.start(), found.end()):
            sheet.take(found.start(), found.end())
            yield "serials", Fact(found[0], found["number"], found.start(), found.end(), sheet.in_)


def glued_numbers(sheet: Sheet) -> Iterator[tuple[str, Fact]]:
    """ "NCR-0418", "PO-7719", "RMA-44102" that no word before them claims."""
    for found in _GLUED.finditer(sheet.text):
        if sheet.free(found.start(), found.end()):
            sheet.take(found.start(), found.end())
            kind = _GLUED_TYPES.get(found["name"])
            name = "documents" if kind else "claims" if found["name"] == "RMA" else "orders"
            yield name, Fact(found[0], found[0], found.start(), found.end(), sheet.in_, type=kind)
