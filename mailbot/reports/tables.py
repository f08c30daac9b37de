"""Figures as a table for a spreadsheet and as lines for a terminal: plain values in, text out."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields

from mailbot.claims.figures import Count, ExportRow, Figures, Share, Week

SEPARATOR = ";"  # what Excel and 1C expect where a comma parts decimals
_STARTS = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would take such a cell for a formula
_IN_TIME = (("acknowledged", "acknowledged within 1 h"), ("in_three", "answered as promised"), ("in_five", "answered by the limit"))


def as_csv(rows: Iterable[ExportRow]) -> str:
    """The rows with a head line; a name that looks like a formula is only a name."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=SEPARATOR, lineterminator="\r\n")
    writer.writerow(field.name for field in fields(ExportRow))
    writer.writerows([_cell(getattr(row, field.name)) for field in fields(ExportRow)] for row in rows)
    return out.getvalue()


Naming = Callable[[str], str]


def as_lines(now: Figures, before: Figures, trend: Sequence[Week], title: Naming, name: Naming) -> Iterator[str]:
    """The figures for a terminal; `title` of a category, `name` of a person."""
    yield f"{now.first} to {now.last} (in brackets: {before.first} to {before.last})"
    for word, what in (("came", "came"), ("answered", "answered"), ("closed", "closed"), ("open", "open"), ("late", "overdue")):
        yield f"  {what:<28}{getattr(now, word):>6}  ({getattr(before, word)})"
    for word, what in _IN_TIME:
        yield f"  {what:<28}{_share(getattr(now, word)):>6}  ({_share(getattr(before, word))})"
    if now.regress:
        yield f"  {'claims of our own needed':<28}{now.regress:>6}  ({before.regress})"
    yield from _week_by_week(trend)
    if now.people:
        yield "\nload                          came  answered  open  overdue"
        yield from (f"  {name(one.person)[:26]:<28}{one.came:>4}{one.answered:>10}{one.open:>6}{one.late:>9}" for one in now.people)
    yield from _counts("days open", now.ages, before.ages, str, "overdue")
    yield from _counts("categories", now.categories, before.categories, title)
    yield from _counts("products", now.products, before.products, str)
    yield from _counts("departments", now.departments, before.departments, str)
    yield from _counts("outcomes", now.outcomes, before.outcomes, str)
    yield from _counts("at whose cost", now.bearers, before.bearers, str)


def _week_by_week(trend: Sequence[Week]) -> Iterator[str]:
    if len(trend) > 1:
        most = max(1, *(week.came for week in trend))
        yield "\nweek by week: came, answered as promised"
        for week in trend:
            yield f"  {week.first}  {week.came:>5} {_share(week.in_three):>6}  {'#' * (30 * week.came // most)}"


def _counts(heading: str, counts: Sequence[Count], before: Sequence[Count], title: Naming, missed: str = "late") -> Iterator[str]:
    if any(one.count for one in counts):
        earlier = {one.name: one.count for one in before}
        yield f"\n{heading}"
        for one in counts:
            late = f", {one.late} {missed}" if one.late else ""
            yield f"  {(title(one.name) or 'not noted')[:40]:<42}{one.count:>6}  ({earlier.get(one.name, 0)}){late}"


def _share(share: Share) -> str:
    return "–" if share.percent is None else f"{share.percent} %"


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_STARTS) else value
