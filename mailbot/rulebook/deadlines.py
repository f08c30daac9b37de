"""Reads rules/deadlines.toml into clock rules. Faults are SetupError, each with file and line."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

from mailbot.claims.clocks import ROLES, ROLLS, UNITS, ClockRule, Step
from mailbot.claims.errors import Fault, SetupError
from mailbot.shipped import layered
from mailbot.tomlfile import Key, TomlFile, read_toml

FILE = "deadlines.toml"
KINDS = ("internal", "contract", "statute", "foreign_statute", "counterparty")
_AT = re.compile(r"(?:(\d{1,3})%|(\d{1,5})m|-(\d{1,3})d)")
_KEYS = frozenset(
    {"id", "title", "title_en", "kind", "jurisdiction", "applies", "trigger", "amount", "hard_amount", "unit", "roll", "pausable"}
    | {"warn_at", "shown_to_customer", "consequence", "source", "status", "valid_from", "valid_to"}
)
_STEP_KEYS = frozenset({"step", "at", "role", "against"})
_NEEDED = ("acknowledgement", "formal_answer")


def load_deadlines(own: Path | None) -> tuple[ClockRule, ...]:
    """The clock rules in the order of the file. Errors: SetupError with every fault; the two first-answer rules must be there."""
    toml = read_toml(layered("rules", own)[FILE])
    faults: list[Fault] = []
    if toml.data.get("schema") != 1:
        faults.append(_fault(toml, ("schema",), "is not 1.", "This release reads schema = 1."))
    tables = toml.data.get("rule", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise SetupError(*faults, _fault(toml, ("rule",), "is not a list of tables.", "Write each rule as [[rule]]."))
    rules = [rule for n, table in enumerate(tables) if (rule := _rule(toml, n, table, faults)) is not None]
    ids = [rule.id for rule in rules]
    for n, name in enumerate(ids):
        if name in ids[:n]:
            faults.append(_fault(toml, ("rule", n, "id"), f"{name!r} is used twice.", "Give each rule an id of its own."))
    if not faults:
        absent = [name for name in _NEEDED if name not in ids]
        faults += [_fault(toml, ("rule",), f"there is no rule {name!r}.", "Take it over from the shipped file.") for name in absent]
    if faults:
        raise SetupError(*faults)
    return tuple(rules)


def overdue_review(own: Path | None, today: date) -> str:
    """A daily line to the operator when `meta.review_by` has passed (domain.md 2.3 g); "" while it has not."""
    toml = read_toml(layered("rules", own)[FILE])
    review_by = toml.data.get("meta", {}).get("review_by")
    if not isinstance(review_by, date) or today <= review_by:
        return ""
    return f"{FILE} should have been reviewed by {review_by.isoformat()}."


def _rule(toml: TomlFile, n: int, table: dict[str, Any], faults: list[Fault]) -> ClockRule | None:
    key: Key = ("rule", n)
    found = [*_unknown(toml, key, table), *_wrong_types(toml, key, table), *_wrong_words(toml, key, table)]
    entries = table.get("warn_at", [])
    if not isinstance(entries, list):
        found.append(_fault(toml, (*key, "warn_at"), "is not a list.", 'Write [{ step = "…", at = "60%", role = ["specialist"] }].'))
        entries = []
    steps = tuple(step for m, entry in enumerate(entries) if (step := _step(toml, (*key, "warn_at"), m, entry, found)) is not None)
    faults += found
    if found:
        return None
    return ClockRule(
        id=table["id"],
        title=table["title"],
        title_en=table.get("title_en", table["title"]),
        amount=table["amount"],
        unit=table["unit"],
        kind=table.get("kind", "internal"),
        trigger=table.get("trigger", "received_at"),
        hard_amount=table.get("hard_amount"),
        roll=table.get("roll", "none"),
        pausable=table.get("pausable", True),
        shown_to_customer=table.get("shown_to_customer", False),
        steps=steps,
        source=table.get("source", ""),
        status=table.get("status", "confirmed"),
        rule=f"{FILE}:{toml.line(key)}",
    )


def _unknown(toml: TomlFile, key: Key, table: dict[str, Any]) -> list[Fault]:
    mend = f"Keys are {', '.join(sorted(_KEYS))}."
    return [_fault(toml, (*key, name), "is not a key of a rule.", mend) for name in sorted(set(table) - _KEYS)]


def _wrong_types(toml: TomlFile, key: Key, table: dict[str, Any]) -> list[Fault]:
    faults = []
    for name in ("id", "title"):
        if not (isinstance(table.get(name), str) and table[name]):
            faults.append(_fault(toml, (*key, name), "is absent or no text.", f'Write {name} = "…".'))
    for name in ("amount", "hard_amount"):
        value = table.get(name, None if name == "amount" else 1)
        if type(value) is not int or value < 1:
            faults.append(_fault(toml, (*key, name), f"{value!r} is no number of at least 1.", f"Write {name} = 3."))
    if not faults and table.get("hard_amount", table["amount"]) < table["amount"]:
        faults.append(_fault(toml, (*key, "hard_amount"), "is less than amount.", "The outer limit cannot lie before the promised date."))
    return faults


def _wrong_words(toml: TomlFile, key: Key, table: dict[str, Any]) -> list[Fault]:
    faults = []
    for name, allowed, default in (("unit", UNITS, None), ("roll", ROLLS, "none"), ("kind", KINDS, "internal")):
        value = table.get(name, default)
        if value not in allowed:
            faults.append(_fault(toml, (*key, name), f"{value!r} is not known.", f"Use one of {', '.join(allowed)}."))
    return faults


def _step(toml: TomlFile, key: Key, m: int, entry: Any, faults: list[Fault]) -> Step | None:
    if not isinstance(entry, dict) or set(entry) - _STEP_KEYS or not {"step", "at", "role"} <= set(entry):
        mend = 'Write { step = "answer_soon", at = "60%", role = ["specialist"] }.'
        faults.append(_fault(toml, key, f"step {m + 1} cannot be understood.", mend))
        return None
    at = _AT.fullmatch(str(entry["at"]))
    roles = entry["role"] if isinstance(entry["role"], list) else [entry["role"]]
    if at is None or (at[1] and int(at[1]) > 100):
        faults.append(_fault(toml, key, f"at = {entry['at']!r} cannot be understood.", 'Write "60%" (up to 100%), "60m" or "-3d".'))
        return None
    if not roles or set(roles) - set(ROLES):
        faults.append(_fault(toml, key, f"role = {entry['role']!r} is not known.", f"Use some of {', '.join(ROLES)}."))
        return None
    if entry.get("against", "due") not in {"due", "hard"}:
        faults.append(_fault(toml, key, f"against = {entry['against']!r} is not known.", 'Use "due" or "hard".'))
        return None
    share, minutes, days = at[1], at[2], at[3]
    return Step(
        name=str(entry["step"]),
        roles=tuple(roles),
        share=int(share) / 100 if share else None,
        minutes=int(minutes) if minutes else None,
        days_before=int(days) if days else None,
        against=entry.get("against", "due"),
    )


def _fault(toml: TomlFile, key: Key, problem: str, mend: str) -> Fault:
    return Fault(toml.path, toml.line(key), ".".join(str(part) for part in key), problem, mend)
