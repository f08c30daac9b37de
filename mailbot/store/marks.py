"""By what cases are known on another road: kept by mark, found by mark, in two indexed queries for a whole batch."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, or_, select, text

from mailbot.store.tables import case_marks

_KEEP = "INSERT INTO case_marks (case_id, mark) VALUES (?, ?) ON CONFLICT DO NOTHING"
_NEWEST = 20  # cases of one mark: a sentence that everybody writes finds no more
# Cut off within the index, mark by mark: of a dealer's form letter there are ten thousand cases, and each of its marks has them all.
_NEWEST_OF = """
    SELECT case_marks.mark, case_marks.case_id FROM {}
    JOIN case_marks ON case_marks.mark = wanted.value AND case_marks.case_id >= coalesce((
        SELECT newer.case_id FROM case_marks AS newer WHERE newer.mark = wanted.value ORDER BY newer.case_id DESC LIMIT 1 OFFSET :but
    ), 0)"""
_NEWEST_IN_SQLITE = text(_NEWEST_OF.format("json_each(:marks) AS wanted"))
_NEWEST_IN_POSTGRES = text(_NEWEST_OF.format("unnest(CAST(:marks AS text[])) AS wanted(value)"))
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
    if wanted:
        is_postgres = conn.dialect.name == "postgresql"
        query = _NEWEST_IN_POSTGRES if is_postgres else _NEWEST_IN_SQLITE
        for mark, case_id in conn.execute(query, {"marks": wanted if is_postgres else json.dumps(wanted), "but": _NEWEST - 1}):
            by_mark[mark].add(case_id)
    return [_sharing(marks, by_mark) for marks in asked]


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
