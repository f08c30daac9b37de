"""The clocks of cases for `mailbot case list` and `show`: which is due first, which others run, and how each date was counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

from mailbot.claims.clocks import Clock, Terms, headline
from mailbot.cli.printing import printable

if TYPE_CHECKING:
    from mailbot.store.clock_rows import KeptClock
    from mailbot.store.database import Connection

Row = dict[str, Any]

_STATES = {"met": "met", "stopped": "stopped", "replaced": "REPLACED", "paused": "paused", "running": ""}


def with_clocks(conn: Connection, rows: Sequence[Row], terms: Terms) -> list[Row]:
    """The rows of a list, each with the clock that is due first and all that run."""
    from mailbot.store import clock_rows

    kept = clock_rows.kept(conn, [row["id"] for row in rows])
    return [{**row, **_of_case(_present(kept.get(row["id"], []), row["openings"]), terms)} for row in rows]


def _present(kept: Sequence[KeptClock], opening: int) -> tuple[Clock, ...]:
    return tuple(one.clock for one in kept if one.opening == opening and one.clock.runs)


def _of_case(running: tuple[Clock, ...], terms: Terms) -> Row:
    first = headline(running, terms)
    return {"headline": _shown(first, terms) if first is not None else None, "clocks": [_shown(clock, terms) for clock in running]}


def _shown(clock: Clock, terms: Terms) -> Row:
    """A clock as scripts read it. `confirmed` false: the date is a guide."""
    rule, (ru, _, en) = terms.rule(clock.rule), clock.trace.partition("\n")
    return {
        "rule": clock.rule,
        "about": clock.about,
        "title": rule.named("en") if rule is not None else clock.rule,
        "kind": clock.kind,
        "side": rule.side if rule is not None else "us",
        "state": clock.state,
        "started_at": clock.started_at,
        "due_by": clock.due_by,
        "hard_by": clock.hard_by,
        "plan_by": clock.plan_by,
        "paused_at": clock.paused_at,
        "provisional": clock.provisional,
        "confirmed": rule is None or rule.is_confirmed,
        "counted": {"ru": ru, "en": en},
    }


def clock_of(row: Row) -> Clock:
    """A clock out of a case's file."""
    values = {name: row[name] for name in Clock.__slots__ if name != "paused_for"}
    return Clock(**values, paused_for=row["paused_total"])


def clock_lines(file: Row, terms: Terms, office: tzinfo, now: datetime) -> Iterator[str]:
    """One line for each clock that runs, what is due first at the top."""
    running = tuple(clock_of(row) for row in file["clocks"] if row["opening"] == file["case"]["openings"])
    running = tuple(sorted((clock for clock in running if clock.runs), key=lambda clock: clock.due_by))
    if not running:
        return
    first = headline(running, terms)
    yield "\nClocks (how each was counted: --dates)"
    for clock in running:
        marks = [name for name, is_set in _marks(clock, terms, now) if is_set]
        sign, shown = ">" if clock is first else " ", f"  [{', '.join(marks)}]" if marks else ""
        yield f"  {sign} {_at(clock.due_by, office)}  {_title(clock, terms)}{shown}"


def _marks(clock: Clock, terms: Terms, now: datetime) -> Iterator[tuple[str, bool]]:
    rule = terms.rule(clock.rule)
    yield "LATE", clock.state == "running" and clock.due_by < now
    yield "paused", clock.state == "paused"
    yield "provisional", clock.provisional
    yield "a guide", rule is not None and not rule.is_confirmed
    yield "to know", rule is not None and rule.side == "customer"


def dates(file: Row, terms: Terms, office: tzinfo, language: str) -> str:
    """Every clock of a case, also those that have ended or were counted anew: by which rule, and how."""
    lines = [f"Case {file['case']['number']}: {len(file['clocks'])} clocks"]
    for row in sorted(file["clocks"], key=lambda row: (not clock_of(row).runs, row["due_by"], row["id"])):
        lines += _paragraph(clock_of(row), terms, office, language)
    return "\n".join(lines)


def _paragraph(clock: Clock, terms: Terms, office: tzinfo, language: str) -> Iterator[str]:
    rule, state = terms.rule(clock.rule), _STATES[clock.state]
    yield ""
    yield f"{_at(clock.due_by, office)}  {_title(clock, terms)}" + (f"  ({state}: {clock.why})" if state else "")
    ru, _, en = clock.trace.partition("\n")
    yield f"    {ru if language == 'ru' else en}"
    if clock.hard_by is not None:
        yield f"    at the latest {_at(clock.hard_by, office)}"
    if clock.plan_by != clock.due_by:
        yield f"    we plan for {_at(clock.plan_by, office)}"
    if rule is not None:
        guide = "" if rule.is_confirmed else f" ({rule.status}: a guide)"
        yield f"    {clock.kind}, {rule.rule}{guide}: {printable(rule.source)}"
        if rule.consequence:
            yield f"    if missed: {printable(rule.consequence)}"
    yield f"    rules {clock.policy or '-'}, calendar {clock.calendar or '-'}" + (", provisional" if clock.provisional else "")


def _title(clock: Clock, terms: Terms) -> str:
    rule = terms.rule(clock.rule)
    about = f" ({clock.about})" if clock.about else ""
    return printable((rule.named("en") if rule is not None else clock.rule) + about)


def _at(at: datetime, office: tzinfo) -> str:
    return f"{at.astimezone(office):%d.%m.%Y %H:%M}"
