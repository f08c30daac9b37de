"""Numbers of a spreadsheet as a person reads them: a day where the cell's format shows one, else the bare number."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from mailbot.mail_in.office_zip import OfficeZip, xml_parser

_DAY_FORMATS = frozenset((*range(14, 18), 22, *range(27, 32), 36, *range(50, 55), 57, 58))  # built in (ECMA-376 part 1, 18.8.30)
_NOT_FORMAT = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_MOST_FORMATS = 10_000


@dataclass(slots=True)
class Styles:
    is_day: list[bool] = field(default_factory=list)  # by the cell's style number
    from_1904: bool = False


def read_styles(package: OfficeZip) -> Styles:
    """Which styles show days, and from which year the book counts them."""
    styles, place = Styles(), [""]
    own: dict[str, bool] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name in ("cellXfs", "cellStyleXfs"):
            place[0] = name
        elif name == "numFmt" and len(own) < _MOST_FORMATS:
            own[attributes.get("numFmtId", "")] = _shows_day(attributes.get("formatCode", ""))
        elif name == "xf" and place[0] == "cellXfs" and len(styles.is_day) < _MOST_FORMATS:
            key = attributes.get("numFmtId", "0")
            styles.is_day.append(own[key] if key in own else key.isdecimal() and int(key[:6]) in _DAY_FORMATS)
        elif name == "workbookPr":
            styles.from_1904 = attributes.get("date1904", "0") in ("1", "true")

    for part in ("xl/styles.xml", "xl/workbook.xml"):
        package.parse(part, xml_parser(start, _nothing, _nothing))
    return styles


def _nothing(_: str) -> None:
    """Elements' ends and words are of no interest."""


def _shows_day(code: str) -> bool:
    bare = _NOT_FORMAT.sub("", code[:200]).casefold()
    return "y" in bare or "d" in bare


def number_text(value: str, styles: Styles, style: int) -> str:
    """"45292" as "01.01.2024" where its style shows a day; "12.0" as "12", "0.30000000000000004" as "0.3"."""
    try:
        number = float(value)
    except ValueError:
        return value
    if 0 <= style < len(styles.is_day) and styles.is_day[style] and (day := _day(number, from_1904=styles.from_1904)):
        return day
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return f"{number:.10g}"


def _day(number: float, *, from_1904: bool) -> str:
    """The day of a serial number; 1900 counts a 29 February that never was, so days before March 1900 are left alone."""
    if not 61 <= number < 2_958_466:
        return ""
    first = date(1904, 1, 1) if from_1904 else date(1899, 12, 30)
    return (first + timedelta(days=int(number))).strftime("%d.%m.%Y")
