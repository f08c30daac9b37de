"""By what cases are known on another road: kept by mark, found by mark, in two indexed queries for a whole batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Select, String, column, func, or_, select, values

from mailbot.store.tables import case_marks

_KEEP = "INSERT INTO case_marks (case_id, mark) VALUES (?, ?) ON CONFLICT DO NOTHING"
_AT_ONCE = 400  # marks in one statement: SQLite takes no more than 500 rows of values put together
_NEWEST = 20  # cases of one mark: a sentence that everybody writes finds no more
_CASES = 10  # of one mail
_FEW_SIGNS = 4  # so many shared signs of a text are no likeness yet


@dataclass(frozen=True, slots=True)
class Shared:
    case_id: int
    marks: frozenset[str]


def keep_marks(conn: Connection, marks: Mapping[int, Iterable[str]]) -> None:
    """Note the marks of these cases; those it has already stay."""
    rows = [(case_id, mark) for case_id, of_case in sorted(marks.items()) for mark in sorted(set(of_case))]
    if rows:  # eighteen rows a mail: handed to the driver as they are
        conn.exec_driver_sql(_KEEP.replace("?", "%s") if conn.dialect.name == "postgresql" else _KEEP, rows)


def cases_sharing(conn: Connection, asked: Iterable[frozenset[str]]) -> list[list[Shared]]:
    """For each set of marks, in order: the cases that share some of them, those that share most first."""
    asked = list(asked)
    wanted = sorted(set[str]().union(*asked))
    by_mark: dict[str, set[int]] = defaultdict(set)
    for at in range(0, len(wanted), _AT_ONCE):
        for one in conn.execute(_newest(wanted[at : at + _AT_ONCE])):
            by_mark[one.mark].add(one.case_id)
    return [_sharing(marks, by_mark) for marks in asked]


def _newest(wanted: Sequence[str]) -> Select[tuple[str, int]]:
    """(mark, case) of the newest cases of each mark.

    Cut off within the index, mark by mark: of a dealer's form letter there are ten thousand cases, and each of its marks has them all.
    """
    mark = values(column("mark", String), name="wanted").data([(one,) for one in wanted]).cte("wanted")
    inner = case_marks.alias("inner_marks")
    last = select(inner.c.case_id).where(inner.c.mark == mark.c.mark).order_by(inner.c.case_id.desc()).offset(_NEWEST - 1).limit(1)
    from_case = func.coalesce(last.correlate(mark).scalar_subquery(), 0)
    query = select(case_marks.c.mark, case_marks.c.case_id).join(mark, case_marks.c.mark == mark.c.mark)
    return query.where(case_marks.c.case_id >= from_case)


def stated_by(conn: Connection, ids: set[int]) -> dict[int, frozenset[str]]:
    """The serials and orders that these cases name, as marks."""
    found: dict[int, set[str]] = defaultdict(set)
    if ids:
        named = or_(case_marks.c.mark.like("serial:%"), case_marks.c.mark.like("order:%"))
        for case_id, mark in conn.execute(select(case_marks.c.case_id, case_marks.c.mark).where(case_marks.c.case_id.in_(ids), named)):
            found[case_id].add(mark)
    return {case_id: frozenset(marks) for case_id, marks in found.items()}


def _sharing(marks: frozenset[str], by_mark: Mapping[str, set[int]]) -> list[Shared]:
    here = {mark: by_mark[mark] for mark in marks if mark in by_mark}
    weight: dict[int, int] = defaultdict(int)
    for mark, ids in here.items():
        more = 1 if mark.startswith("text:") else _FEW_SIGNS + 1
        for case_id in ids:
            weight[case_id] += more
    likely = [case_id for case_id, weighs in weight.items() if weighs > _FEW_SIGNS]
    likely.sort(key=lambda case_id: (-weight[case_id], -case_id))
    return [Shared(case_id, frozenset(mark for mark, ids in here.items() if case_id in ids)) for case_id in likely[:_CASES]]
