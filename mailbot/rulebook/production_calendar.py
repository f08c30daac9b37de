"""Reads the production calendar: company's days over the region's, over the year's decree, over the `holidays` library.

Never refuses to start for want of a decree: such a year is provisional (decisions.md 31). Faults of the file are SetupError.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import holidays

from mailbot.claims.errors import Fault, SetupError
from mailbot.claims.work_calendar import WorkCalendar
from mailbot.shipped import layered
from mailbot.tomlfile import Key, TomlFile, read_toml

FILE = "calendar-ru.toml"
_FIXED = frozenset({(1, day) for day in range(1, 9)} | {(2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4)})  # ТК РФ ст. 112
_TOP = frozenset({"schema", "country", "timezone", "base", "in_region", "hours", "year", "company", "region"})


@dataclass(slots=True)
class _Days:
    off: set[date] = field(default_factory=set)
    work: set[date] = field(default_factory=set)
    short: set[date] = field(default_factory=set)

    def lay_over(self, upper: _Days) -> None:
        """The upper layer wins day by day."""
        self.off = (self.off - upper.work) | upper.off
        self.work = (self.work - upper.off) | upper.work
        self.short = (self.short - upper.off) | upper.short


@dataclass(frozen=True, slots=True)
class _File:
    toml: TomlFile
    years: dict[int, _Days]
    confirmed: frozenset[int]
    sources: dict[int, str]
    region: _Days
    company: _Days


def load_calendar(own: Path | None, years: range) -> WorkCalendar:
    """The working days of `years` from the shipped calendar-ru.toml or the one in the operator's folder `own`.

    Errors: SetupError naming file, line and key of every fault.
    """
    read = _read(own)
    days = _Days()
    for year in years:
        base = _library(year)
        base.lay_over(read.years.get(year, _Days()))
        days.off |= base.off
        days.work |= base.work
        days.short |= base.short
    days.lay_over(read.region)
    days.lay_over(read.company)
    hours = read.toml.data.get("hours", {})
    return WorkCalendar(
        off=frozenset(days.off),
        work=frozenset(days.work),
        short=frozenset(days.short),
        confirmed_years=read.confirmed & frozenset(years),
        opens=time.fromisoformat(hours.get("open", "09:00")),
        closes=time.fromisoformat(hours.get("close", "18:00")),
        short_by_minutes=hours.get("short_by_minutes", 60),
        sources={year: read.sources.get(year, "holidays, только праздники: постановления о переносе нет") for year in years},
    )


def calendar_version(calendar: WorkCalendar) -> str:
    """A short mark of the days themselves: two calendars that agree about every day have the same."""
    days = [sorted(day.isoformat() for day in some) for some in (calendar.off, calendar.work, calendar.short)]
    content = repr((days, calendar.opens, calendar.closes, calendar.short_by_minutes, sorted(calendar.confirmed_years)))
    return hashlib.sha256(content.encode()).hexdigest()[:8]


def differences(own: Path | None, years: range) -> list[str]:
    """Where file and library disagree about a day, one sentence each, for the operator at start; years without a table are left out.

    What the file says of a year is complete: the holidays of ТК РФ ст. 112 and its own off and work days.
    """
    read = _read(own)
    found = []
    for year in years:
        if year not in read.years:
            continue
        library, file = _library(year), read.years[year]
        for day in _days_of(year):
            ours = day in file.work or (day.weekday() < 5 and (day.month, day.day) not in _FIXED and day not in file.off)
            theirs = day in library.work or (day.weekday() < 5 and day not in library.off)
            if ours != theirs:
                words = ("working", "off") if ours else ("off", "working")
                found.append(f"{day.isoformat()}: {FILE} says {words[0]}, the holidays library says {words[1]}. The file is followed.")
    return found


def _read(own: Path | None) -> _File:
    toml = read_toml(layered("rules", own)[FILE])
    faults = _faults_at_top(toml)
    tables = toml.data.get("year", {})
    years: dict[int, _Days] = {}
    for name, table in tables.items():
        key: Key = ("year", name)
        if not (name.isdecimal() and len(name) == 4):
            faults.append(_fault(toml, key, f"{name!r} is not a year.", "Write [year.2026]."))
            continue
        years[int(name)] = _days(toml, key, table, faults, int(name))
        if not isinstance(table.get("confirmed", False), bool):
            mend = "Write confirmed = true once the decree is published."
            faults.append(_fault(toml, (*key, "confirmed"), "is not true or false.", mend))
    regions = toml.data.get("region", {})
    wanted = toml.data.get("in_region", "")
    if wanted and wanted not in regions:
        faults.append(_fault(toml, ("in_region",), f"there is no table for {wanted!r}.", f'Add [region."{wanted}"] or empty in_region.'))
    region = _days(toml, ("region", wanted), regions.get(wanted, {}), faults, None)
    company = _days(toml, ("company",), toml.data.get("company", {}), faults, None)
    if faults:
        raise SetupError(*faults)
    confirmed = frozenset(int(name) for name, table in tables.items() if table.get("confirmed", False))
    sources = {int(name): str(table.get("source", "")) for name, table in tables.items()}
    return _File(toml, years, confirmed, sources, region, company)


def _days(toml: TomlFile, key: Key, table: Any, faults: list[Fault], year: int | None) -> _Days:
    if not isinstance(table, dict):
        faults.append(_fault(toml, key, "is not a table.", "Write it as [year.2026]."))
        return _Days()
    for name in sorted(set(table) - {"off", "work", "short", "source", "confirmed"}):
        faults.append(_fault(toml, (*key, name), "is not a key of a calendar table.", "Keys are off, work, short, source, confirmed."))
    off, work, short = (_dates(toml, (*key, name), table.get(name, []), faults, year) for name in ("off", "work", "short"))
    for day in sorted(off & work):
        faults.append(_fault(toml, (*key, "work"), f"{day.isoformat()} stands in off and in work.", "Take it out of one of them."))
    return _Days(off, work, short)


def _dates(toml: TomlFile, key: Key, values: Any, faults: list[Fault], year: int | None) -> set[date]:
    days: set[date] = set()
    for value in values if isinstance(values, list) else [values]:
        try:
            day = value if type(value) is date else date.fromisoformat(value)
        except (TypeError, ValueError):
            faults.append(_fault(toml, key, f"{value!r} is not a date.", 'Write dates as "2026-12-31".'))
            continue
        if year is not None and day.year != year:
            faults.append(_fault(toml, key, f"{day.isoformat()} is not in {year}.", "Put it into the table of its year."))
        days.add(day)
    return days


def _faults_at_top(toml: TomlFile) -> list[Fault]:
    mend = f"Keys are {', '.join(sorted(_TOP))}."
    faults = [_fault(toml, (key,), "is not a key of the calendar.", mend) for key in sorted(set(toml.data) - _TOP)]
    if toml.data.get("schema") != 1:
        faults.append(_fault(toml, ("schema",), "is not 1.", "This release reads schema = 1."))
    hours = toml.data.get("hours", {})
    try:
        opens, closes = (time.fromisoformat(hours.get(name, default)) for name, default in (("open", "09:00"), ("close", "18:00")))
        minutes = hours.get("short_by_minutes", 60)
        if not (opens < closes and type(minutes) is int and 0 <= minutes < 24 * 60):
            raise ValueError(hours)
    except (AttributeError, TypeError, ValueError):
        mend = 'Write hours = { open = "09:00", close = "18:00", short_by_minutes = 60 }, open before close.'
        faults.append(_fault(toml, ("hours",), "cannot be understood.", mend))
    return faults


def _fault(toml: TomlFile, key: Key, problem: str, mend: str) -> Fault:
    return Fault(toml.path, toml.line(key), ".".join(str(part) for part in key), problem, mend)


def _library(year: int) -> _Days:
    """What the library knows: holidays and transfers on week-days, and working Saturdays and Sundays."""
    known = holidays.country_holidays("RU", years=year)
    return _Days(
        off={day for day in known if day.year == year and day.weekday() < 5},
        work={day for day in known.weekend_workdays if day.year == year},
    )


def _days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]
