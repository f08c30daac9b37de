"""Tables that fit a terminal, plain lines in a pipe, JSON where asked."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mailbot.claims.plain import to_plain


def print_json(value: Any) -> None:
    """One value as one line; where the output does not speak UTF-8, in ASCII with escapes."""
    speaks_utf8 = (sys.stdout.encoding or "").casefold().replace("-", "") == "utf8"
    print(json.dumps(to_plain(value), ensure_ascii=not speaks_utf8))


def print_rows(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str], *, as_json: bool, empty: str) -> None:
    """Rows as JSON lines, as a table on a terminal, or tab-separated in a pipe. `columns` maps keys to headings."""
    if as_json:
        for row in rows:
            print_json(row)
    elif not rows:
        print(empty, file=sys.stderr)
    elif sys.stdout.isatty():
        _table(rows, columns)
    else:
        print("\t".join(columns.values()))
        for row in rows:
            print("\t".join(_cell(row.get(key)) for key in columns))


def _table(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in columns.values():
        table.add_column(heading, overflow="ellipsis", no_wrap=True)
    for row in rows:
        table.add_row(*(Text(_cell(row.get(key))) for key in columns))
    Console().print(table)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return printable(", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value))


def printable(text: str) -> str:
    """A stranger's words on one line, without anything a terminal would obey."""
    return "".join(c if c.isprintable() else " " for c in text)


def without_bytes(file: Mapping[str, Any]) -> dict[str, Any]:
    """A case file as JSON data: the letters' bytes are in the export."""
    return {**file, "letters": [{key: value for key, value in letter.items() if key != "raw"} for letter in file["letters"]]}


def progress(items: Iterable[Any], what: str, total: int | None = None) -> Iterable[Any]:
    """The items, with a progress bar on a terminal and none in a pipe."""
    if not sys.stderr.isatty():
        return items
    from rich.console import Console
    from rich.progress import track

    return track(items, what, total=total, console=Console(stderr=True))
