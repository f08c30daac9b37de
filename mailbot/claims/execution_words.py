"""How the execution goes, and the call to an inspection, as a specialist writes them: a line for each thing. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from mailbot.claims.case_letters import Done
from mailbot.claims.decision_words import done_by

_LINE = re.compile(r"\s*(?P<name>сделано|done|впереди|далее|ahead|next|новости|news)\s*[:：]\s*(?P<said>.+)", re.IGNORECASE)
_AHEAD = frozenset({"впереди", "далее", "ahead", "next"})
_NEWS = frozenset({"новости", "news"})
_UNTIL = re.compile(r"^(?:новости\s+)?(?:до|не позднее|until|by|news by)\s+", re.IGNORECASE)
_PLACE = re.compile(
    r"\s*(?P<name>когда|when|место|где|place|where|изделие|product|от нас|from us|неявка|absence|расходы|costs?|взять|bring)"
    r"\s*[:：]\s*(?P<said>.+)",
    re.IGNORECASE,
)
_NAMES = {
    "когда": "when", "when": "when", "место": "place", "где": "place", "place": "place", "where": "place", "изделие": "product",
    "product": "product", "от нас": "ours", "from us": "ours", "неявка": "absence", "absence": "absence", "расходы": "costs",
    "cost": "costs", "costs": "costs", "взять": "bring", "bring": "bring",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ProgressWords:
    """`until`: the day of the next news as written; `wrong`: a line that is not understood, "" where all is."""

    done: tuple[Done, ...] = ()
    ahead: tuple[Done, ...] = ()
    until: str = ""
    wrong: str = ""


def read_progress(text: str, past: Callable[[str], date | None], ahead: Callable[[str], date | None]) -> ProgressWords:
    """«до 15.12», «сделано: замена заказана, 25.11», «впереди: отгрузка, до 10.12»."""
    done: list[Done] = []
    to_come: list[Done] = []
    until = ""
    for line in filter(str.strip, text.splitlines()):
        match = _LINE.match(line)
        name, said = (match["name"].casefold(), match["said"].strip()) if match is not None else ("", line.strip())
        if name in _AHEAD:
            to_come.append(done_by(said, ahead))
        elif name in _NEWS or (not name and _UNTIL.match(said)):
            until = _UNTIL.sub("", said).strip(" .")
        elif name:
            done.append(_with_day(said, past))
        else:
            return ProgressWords(wrong=said[:60])
    return ProgressWords(tuple(done), tuple(to_come), until)


def _with_day(said: str, past: Callable[[str], date | None]) -> Done:
    what, comma, day = said.rpartition(",")
    on = past(day.strip(" .")) if comma else None
    return Done(what.strip(), on) if on is not None else Done(said)


@dataclass(frozen=True, slots=True)
class InspectionWords:
    held_at: datetime | None = None
    place: str = ""
    product: str = ""
    ours: str = ""
    absence: str = ""
    costs: str = ""
    bring: tuple[str, ...] = ()


def read_inspection(text: str, moment: Callable[[str], datetime | None]) -> InspectionWords:
    """«5.12 в 11:00», «место: …», «от нас: …», «неявка: …», «расходы: …», «взять: паспорт; чек»."""
    said: dict[str, str] = {}
    for n, line in enumerate(filter(str.strip, text.splitlines())):
        if match := _PLACE.match(line):
            said[_NAMES[match["name"].casefold()]] = match["said"].strip()
        elif n == 0:
            said["when"] = line.strip()
    return InspectionWords(
        held_at=moment(said.get("when", "")),
        place=said.get("place", ""),
        product=said.get("product", ""),
        ours=said.get("ours", ""),
        absence=said.get("absence", ""),
        costs=said.get("costs", ""),
        bring=tuple(part.strip() for part in said.get("bring", "").split(";") if part.strip()),
    )
