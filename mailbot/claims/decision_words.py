"""A decision as a specialist writes it under `!resolve`: what was established, on what ground, how it is carried out. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from mailbot.claims.case_letters import Done, Finding

_FIELD = re.compile(
    r"\s*(?P<name>установлено|выяснено|found|established|основание|основания|grounds?|исполнение|сделаем|execution"
    r"|шаг|шаги|step|steps|возражения|objections?|инженер|engineer)\s*\d*\s*[:：]\s*(?P<said>.*)",
    re.IGNORECASE,
)
_NAMES = {
    "установлено": "found", "выяснено": "found", "found": "found", "established": "found", "основание": "grounds",
    "основания": "grounds", "ground": "grounds", "grounds": "grounds", "исполнение": "execution", "сделаем": "execution",
    "execution": "execution", "шаг": "step", "шаги": "step", "step": "step", "steps": "step", "возражения": "objections",
    "objection": "objections", "objections": "objections", "инженер": "engineer", "engineer": "engineer",
}  # fmt: skip
_SHORTENED = re.compile(r"(?<!\w)(?:шт|упак|уп|кор|ед|экз|компл|руб|коп|тыс|пог|кв|куб|г|гг|pcs|ltd|inc|co|no)\.$", re.IGNORECASE)
_DOCUMENT = re.compile(r"\s*\((?:документ|document)?\s*:?\s*(?P<paper>[^()]{2,200})\)\s*\.?\s*$", re.IGNORECASE)
_BY = re.compile(r",?\s*(?:до|by|until)\s+(?P<day>[^,;]+?)\s*\.?\s*$", re.IGNORECASE)
_BULLET = re.compile(r"\s*(?:\d{1,2}[.)]|[-–—•*])\s+")


@dataclass(frozen=True, slots=True)
class DecisionWords:
    """What the text says. `words`: the decision itself, in the specialist's own words."""

    words: str
    findings: tuple[Finding, ...] = ()
    grounds: str = ""
    execution: tuple[Done, ...] = ()
    steps: tuple[str, ...] = ()
    objections: str = ""
    engineer: str = ""


def read_decision(text: str, day: Callable[[str], date | None]) -> DecisionWords:
    """Lines «установлено: … (акт № 5)», «основание: …», «исполнение: …, до 12.12», «шаг: …»; what belongs to none is the decision."""
    said: dict[str, list[str]] = {}
    words: list[str] = []
    for line in text.splitlines():
        if match := _FIELD.match(line):
            said.setdefault(_NAMES[match["name"].casefold()], []).append(match["said"].strip())
        else:
            words.append(line)
    return DecisionWords(
        words="\n".join(words).strip(),
        findings=tuple(_finding(one) for one in said.get("found", ()) if one),
        grounds=" ".join(said.get("grounds", ())).strip(),
        execution=tuple(done_by(one, day) for one in said.get("execution", ()) if one),
        steps=tuple(_BULLET.sub("", one) for one in said.get("step", ()) if one),
        objections=" ".join(said.get("objections", ())),
        engineer=" ".join(said.get("engineer", ())),
    )


def without_fields(text: str) -> str:
    """The decision alone, without the lines that say what was established and on what ground."""
    return "\n".join(line for line in text.splitlines() if _FIELD.match(line) is None)


def _finding(said: str) -> Finding:
    """The paper stands in brackets at the end."""
    match = _DOCUMENT.search(said)
    if match is None:
        return Finding(said)
    found = said[: match.start()].rstrip(" ,")
    return Finding(found if _SHORTENED.search(found) else found.rstrip(" ,."), match["paper"].strip())


def done_by(said: str, day: Callable[[str], date | None]) -> Done:
    """«отгрузка замены, до 10.12»: what, and the day where one is named."""
    match = _BY.search(said)
    on = day(match["day"]) if match is not None else None
    return Done(said[: match.start()].rstrip(" ,;"), on) if match is not None and on is not None else Done(said)
