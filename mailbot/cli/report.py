"""`mailbot report`: the figures of a week, a year or any span, as the heads' weekly letter has them; for people, programs, accounting."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from mailbot.cli.printing import printable
from mailbot.cli.setting_up import clock, open_store_to_read, settings_of

if TYPE_CHECKING:
    from datetime import datetime

    from mailbot.claims.figures import Share
    from mailbot.jobs.policy_of import Ground

_BOM = "\ufeff"  # without it Excel takes UTF-8 for windows-1251


def report(arguments: argparse.Namespace) -> int:
    """Print the figures of the span; nothing is written or queued."""
    from mailbot.claims.figures import export_rows, figures, trend
    from mailbot.jobs.counting import counted, trend_from
    from mailbot.jobs.policy_of import lay_ground
    from mailbot.reports.tables import as_csv, as_lines

    settings, now = settings_of(arguments), clock()
    ground = lay_ground(settings, now)
    try:
        first, last = _span(arguments, ground, now)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    before = first - (last - first) - timedelta(days=1)
    office = ground.policy.office
    with open_store_to_read(arguments, settings) as db, db.read() as conn:
        cases = counted(conn, ground, min(trend_from(last), before), last)
    if arguments.csv:
        sys.stdout.write(("" if sys.stdout.isatty() else _BOM) + as_csv(export_rows(cases, first, last, office)))
        return 0
    told, earlier = figures(cases, first, last, office, now), figures(cases, before, first - timedelta(days=1), office, now)
    weeks = trend(cases, last, office, now)
    if arguments.json:
        print(json.dumps(_plain(told, earlier, weeks, export_rows(cases, first, last, office)), ensure_ascii=False))
        return 0
    titles = {category.id: category.title for category in ground.rules.categories}
    people = {person.id: person.name for person in ground.policy.people}
    lines = as_lines(told, earlier, weeks, lambda name: _title(titles.get(name, {}), name), lambda who: people.get(who, who) or "nobody's")
    for line in "\n".join(lines).split("\n"):
        print(printable(line))
    return 0


def _span(arguments: argparse.Namespace, ground: Ground, now: datetime) -> tuple[date, date]:
    """First and last day: as told, else the last whole week. Errors: ValueError with what is wrong."""
    from mailbot.claims.working_time import office_day
    from mailbot.jobs.counting import week_before

    today = office_day(now, ground.policy.office)
    if arguments.since or arguments.until:
        first = _day(arguments.since, "--since") if arguments.since else None
        last = _day(arguments.until, "--until") if arguments.until else today
        if first is None:
            raise ValueError("--until needs --since: from which day on?")
        if last < first:
            raise ValueError(f"--until {last} is before --since {first}.")
        return first, last
    if arguments.year is not None:
        year = arguments.year or today.year - 1
        if not 2000 <= year <= today.year:
            raise ValueError(f"--year {year}: write it in full, not after {today.year}.")
        return date(year, 1, 1), date(year, 12, 31)
    return week_before(now, ground)


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{option} {text!r} is no day. Write it as 2026-11-23.") from None


def _title(titles: dict[str, str], name: str) -> str:
    return titles.get("en") or next(iter(titles.values()), name)


def _plain(told: Any, earlier: Any, weeks: Any, rows: Any) -> dict[str, Any]:
    from mailbot.claims.plain import to_plain

    def with_percents(found: Any) -> dict[str, Any]:
        return {**to_plain(found), **{name: _share(getattr(found, name)) for name in ("acknowledged", "in_three", "in_five")}}

    trend = [{"first": week.first.isoformat(), "came": week.came, "in_three": _share(week.in_three)} for week in weeks]
    return {"schema": 1, **with_percents(told), "before": with_percents(earlier), "trend": trend, "rows": to_plain(rows)}


def _share(share: Share) -> dict[str, int | None]:
    return {"n": share.n, "of": share.of, "percent": share.percent}
