"""Whose yes a letter waits for, as lists of cases tell it: by role and name, since when, and who stands in. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class MayAgree:
    """One person who may say it. `away_until`: her last day away, None while she is here; `deputy`: who stands in, "" for nobody."""

    name: str
    away_until: date | None = None
    deputy: str = ""


@dataclass(frozen=True, slots=True)
class AskedYes:
    """One role's yes that is asked for and not given; any one of `people` may say it."""

    role: str
    people: tuple[MayAgree, ...]
    since: datetime
