"""Our own claim on a carrier or supplier: on whom it can be, what can become of it, and the line that it must not expire. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

ON_WHOM = ("carrier", "road", "rail", "forwarder", "cmr", "air", "sea", "cim", "supplier")
MADE = ("filed", "notice", "answered")
_SHOWN = 20
_LINES = {
    "ru": ("Чтобы наше требование к перевозчику или поставщику не сгорело, предъявите его: {}. Проект — в письме по делу.", "до", "и ещё"),
    "en": ("Our own claim on carrier or supplier must not expire, make it: {}. The letter about the case has a draft.", "by", "and more:"),
}


@dataclass(frozen=True, slots=True)
class OwnClaim:
    """A claim of ours that has begun to run: on whom, and the last day."""

    case_id: int
    opening: int
    against: str  # carrier | supplier
    last_on: date

    @property
    def key(self) -> str:
        return f"regress:{self.case_id}:{self.opening}:{self.against}"


def own_claim_notes(last_days: Mapping[str, date], language: str) -> tuple[str, ...]:
    """One line below a digest about claims of ours that expire soon, by case number; none where there are none."""
    if not last_days:
        return ()
    line, by, more = _LINES["ru" if language == "ru" else "en"]
    named = [f"{number} ({by} {on:%d.%m.%Y})" for number, on in last_days.items()]
    rest = [f"{more} {len(named) - _SHOWN}"] if len(named) > _SHOWN else []
    return (line.format(", ".join(named[:_SHOWN] + rest)),)
