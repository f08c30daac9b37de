"""Reads the [[contract]] tables of rules/deadlines.toml: contracts with terms of their own. Faults name file and line."""

from __future__ import annotations

import re
from typing import Any

from mailbot.claims.clocks import Contract
from mailbot.claims.errors import Fault
from mailbot.tomlfile import Key, TomlFile

_KEYS = frozenset({"number", "counterparty_inn", "flags", "claim_answer", "warranty", "jurisdiction"})
_ANSWER_UNITS = ("calendar_day", "working_day", "month")
_INN = re.compile(r"\d{10}(?:\d{2})?")
_FORM = 'Write claim_answer = { amount = 10, unit = "calendar_day" }.'


def read_contracts(toml: TomlFile, faults: list[Fault]) -> tuple[Contract, ...]:
    """The contracts in the order of the file; what is wrong with them goes to `faults`."""
    tables = toml.data.get("contract", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        faults.append(_fault(toml, ("contract",), "is not a list of tables.", "Write each contract as [[contract]]."))
        return ()
    return tuple(one for n, table in enumerate(tables) if (one := _contract(toml, ("contract", n), table, faults)) is not None)


def _contract(toml: TomlFile, key: Key, table: dict[str, Any], faults: list[Fault]) -> Contract | None:
    mend = f"Keys are {', '.join(sorted(_KEYS))}."
    found = [_fault(toml, (*key, name), "is not a key of a contract.", mend) for name in sorted(set(table) - _KEYS)]
    number, inn, flags = table.get("number", ""), str(table.get("counterparty_inn", "")), table.get("flags", [])
    if not isinstance(number, str) or not (number or inn):
        found.append(_fault(toml, (*key, "number"), "is absent or no text.", 'Write number = "17-ПС/2026".'))
    if inn and not _INN.fullmatch(inn):
        found.append(_fault(toml, (*key, "counterparty_inn"), f"{inn!r} is no ИНН.", "It has 10 or 12 digits."))
    if not isinstance(flags, list) or not all(isinstance(flag, str) for flag in flags):
        found.append(_fault(toml, (*key, "flags"), "is not a list of words.", 'Write flags = ["P-6"].'))
    amount, unit = _answer(toml, key, table.get("claim_answer"), found)
    faults += found
    if found:
        return None
    return Contract(number, inn, tuple(flags), amount, unit, str(table.get("jurisdiction", "")), f"deadlines.toml:{toml.line(key)}")


def _answer(toml: TomlFile, key: Key, value: Any, faults: list[Fault]) -> tuple[int | None, str]:
    if value is None:
        return None, "calendar_day"
    if not isinstance(value, dict) or type(value.get("amount")) is not int or value["amount"] < 1 or value.get("unit") not in _ANSWER_UNITS:
        faults.append(_fault(toml, (*key, "claim_answer"), "cannot be understood.", _FORM))
        return None, "calendar_day"
    return value["amount"], value["unit"]


def _fault(toml: TomlFile, key: Key, problem: str, mend: str) -> Fault:
    return Fault(toml.path, toml.line(key), ".".join(str(part) for part in key), problem, mend)
