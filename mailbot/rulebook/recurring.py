"""Reads rules/recurring.toml into the numbers of the Poisson test. Faults are SetupError, each with file and line."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from mailbot.claims.errors import Fault, SetupError
from mailbot.claims.recurrence import RecurrenceRule
from mailbot.shipped import layered
from mailbot.tomlfile import TomlFile, read_toml

FILE = "recurring.toml"
# key -> least and most; whole numbers but for the last two
_LIMITS: dict[str, tuple[float, float]] = {
    "window_days": (1, 365),
    "history_days": (7, 3650),
    "history_at_least_days": (7, 3650),
    "least": (2, 1000),
    "chance": (1e-12, 0.1),
    "grown_by": (0.01, 100),
}
_SHARES = frozenset({"chance", "grown_by"})


def load_recurring(own: Path | None) -> RecurrenceRule:
    """The numbers; a key that an own file leaves out keeps its shipped value. Errors: SetupError with every fault."""
    toml = read_toml(layered("rules", own)[FILE])
    faults = [] if toml.data.get("schema") == 1 else [_fault(toml, "schema", "is not 1.", "This release reads schema = 1.")]
    for name, value in toml.data.items():
        faults += _faults_of(toml, name, value)
    numbers = {field.name: toml.data.get(field.name, field.default) for field in fields(RecurrenceRule)}
    if not faults and numbers["history_at_least_days"] > numbers["history_days"]:
        faults.append(_fault(toml, "history_at_least_days", "is more than history_days.", "No history would ever be long enough."))
    if faults:
        raise SetupError(*faults)
    return RecurrenceRule(**numbers)


def _faults_of(toml: TomlFile, name: str, value: object) -> list[Fault]:
    if name == "schema":
        return []
    if name not in _LIMITS:
        return [_fault(toml, name, "is not a key of this file.", f"Keys are {', '.join(_LIMITS)}.")]
    least, most = _LIMITS[name]
    is_number = isinstance(value, int | float) if name in _SHARES else isinstance(value, int)
    if not is_number or isinstance(value, bool) or not least <= float(str(value)) <= most:
        kind = "a number" if name in _SHARES else "a whole number"
        return [_fault(toml, name, f"{value!r} is not possible.", f"Write {kind} from {least:g} to {most:g}.")]
    return []


def _fault(toml: TomlFile, name: str, problem: str, mend: str) -> Fault:
    return Fault(toml.path, toml.line((name,)), name, problem, mend)
