"""Reads rules/deadlines.toml into clock rules and contracts. Faults are SetupError, each with file and line."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from mailbot.claims.case import State
from mailbot.claims.clocks import KINDS, PROMISED, ROLES, ROLLS, SIDES, UNITS, Applies, ClockRule, Step, Terms
from mailbot.claims.errors import Fault, SetupError
from mailbot.rulebook.contracts import read_contracts
from mailbot.shipped import layered
from mailbot.tomlfile import Key, TomlFile, read_toml

FILE = "deadlines.toml"
STATUSES = ("confirmed", "secondary", "unconfirmed")  # the text of the law was read; only what others write of it; nobody checked
_LONGEST_WAIT = 366
_MOST_ID = 32  # the column of table `escalated`
_AT = re.compile(r"(?:(\d{1,3})%|(\d{1,5})m|-(\d{1,3})d|\+(\d{1,3})w)")
_TRIGGER = re.compile(r"received_at|sent_at|demand_at|registered_at|state:(\w+)|doc:\w+\.date|event:\w+|fact:(\w+)")
_MET_BY = re.compile(r"acknowledged|answered|state:(\w+)|event:\w+")
_FACTS = frozenset({"delivered_on", "purchased_on", "answer_wanted_by"})
_KEYS = frozenset(
    {"id", "title", "title_en", "kind", "side", "jurisdiction", "applies", "trigger", "met_by", "instead_of", "amount", "hard_amount"}
    | {"unit", "roll", "pausable", "pause_at_most", "warn_at", "remind", "shown_to_customer"}
    | {"consequence", "source", "status", "valid_from", "valid_to"}
)
_APPLIES = frozenset(Applies.__slots__)
_STEP_KEYS = frozenset({"step", "at", "role", "against"})
_REMINDER_KEYS = frozenset({"step", "at"})
_NEEDED = ("acknowledgement", "formal_answer")
_TABLES = ("schema", "meta", "waiting", "rule", "contract")


def load_deadlines(own: Path | None) -> tuple[ClockRule, ...]:
    """The clock rules in the order of the file. Errors: as `load_terms`."""
    return load_terms(own).rules


def load_terms(own: Path | None) -> Terms:
    """Rules and contracts. Errors: SetupError with every fault; the two first-answer rules must be there."""
    toml = read_toml(layered("rules", own)[FILE])
    faults: list[Fault] = []
    if toml.data.get("schema") != 1:
        faults.append(_fault(toml, ("schema",), "is not 1.", "This release reads schema = 1."))
    for name in toml.data.keys() - set(_TABLES):
        faults.append(_fault(toml, (name,), "is not a table of this file.", _nearest(name, _TABLES)))
    tables = toml.data.get("rule", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise SetupError(*faults, _fault(toml, ("rule",), "is not a list of tables.", "Write each rule as [[rule]]."))
    rules = [rule for n, table in enumerate(tables) if (rule := _rule(toml, n, table, faults)) is not None]
    contracts = read_contracts(toml, faults)
    waiting = _longest_wait(toml, faults)
    faults += _faults_between(toml, rules, complete=not faults)
    if faults:
        raise SetupError(*faults)
    return Terms(tuple(rules), contracts, _version(toml), waiting)


def _longest_wait(toml: TomlFile, faults: list[Fault]) -> int:
    """`[waiting] longest_days`: how far ahead a person may have a case wait."""
    table = toml.data.get("waiting", {})
    days = table.get("longest_days", Terms().longest_wait) if isinstance(table, dict) and not set(table) - {"longest_days"} else None
    if type(days) is not int or not 1 <= days <= _LONGEST_WAIT:
        mend = f"Write longest_days = 30, a number from 1 to {_LONGEST_WAIT}, and nothing else below [waiting]."
        faults.append(_fault(toml, ("waiting",), "cannot be understood.", mend))
        return Terms().longest_wait
    return days


def _faults_between(toml: TomlFile, rules: list[ClockRule], *, complete: bool) -> list[Fault]:
    """What no rule shows alone. A missing rule is told only where each rule that is there could be read."""
    faults, ids = [], [rule.id for rule in rules]
    for n, rule in enumerate(rules):
        if rule.id in ids[:n]:
            faults.append(_fault(toml, ("rule", n, "id"), f"{rule.id!r} is used twice.", "Give each rule an id of its own."))
        if complete and rule.instead_of and rule.instead_of not in ids:
            faults.append(_fault(toml, ("rule", n, "instead_of"), f"there is no rule {rule.instead_of!r}.", "Name the id of another rule."))
    absent = [name for name in _NEEDED if name not in ids] if complete else []
    return faults + [_fault(toml, ("rule",), f"there is no rule {name!r}.", "Take it over from the shipped file.") for name in absent]


def _version(toml: TomlFile) -> str:
    """`2026-11-20 1f2e3d4c`: when the rules were approved, and which they are."""
    content = json.dumps(toml.data, default=str, sort_keys=True, ensure_ascii=False)
    approved = toml.data.get("meta", {}).get("approved_on", "")
    return f"{approved} {hashlib.sha256(content.encode()).hexdigest()[:8]}".strip()


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
    applies = _applies(toml, key, table.get("applies", {}), found)
    steps = _steps(toml, key, table, "warn_at", found)
    reminders = _steps(toml, key, table, "remind", found)
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
        side=table.get("side", "us"),
        jurisdiction=table.get("jurisdiction", ""),
        applies=applies,
        trigger=table.get("trigger", "received_at"),
        met_by=tuple(table.get("met_by", ())),
        instead_of=table.get("instead_of", ""),
        hard_amount=table.get("hard_amount"),
        roll=table.get("roll", "none"),
        pausable=table.get("pausable", True),
        pause_at_most=table.get("pause_at_most"),
        shown_to_customer=table.get("shown_to_customer", False),
        steps=steps,
        reminders=reminders,
        consequence=table.get("consequence", ""),
        source=table.get("source", ""),
        status=table.get("status", "confirmed"),
        valid_from=table.get("valid_from"),
        valid_to=table.get("valid_to"),
        rule=f"{FILE}:{toml.line(key)}",
    )


def _steps(toml: TomlFile, key: Key, table: dict[str, Any], name: str, faults: list[Fault]) -> tuple[Step, ...]:
    entries = table.get(name, [])
    if not isinstance(entries, list):
        form = '[{ step = "…", at = "60%", role = ["specialist"] }]' if name == "warn_at" else '[{ step = "…", at = "+5w" }]'
        faults.append(_fault(toml, (*key, name), "is not a list.", f"Write {form}."))
        return ()
    read = _step if name == "warn_at" else _reminder
    return tuple(step for m, entry in enumerate(entries) if (step := read(toml, (*key, name), m, entry, faults)) is not None)


def _applies(toml: TomlFile, key: Key, table: Any, faults: list[Fault]) -> Applies:
    """To which cases: each key a list of words."""
    key = (*key, "applies")
    if not isinstance(table, dict):
        faults.append(_fault(toml, key, "is not a table.", 'Write applies = { consumer = ["yes"] }.'))
        return Applies()
    for name in sorted(set(table) - _APPLIES):
        faults.append(_fault(toml, key, f"{name!r} is not a key of it.", f"Keys are {', '.join(sorted(_APPLIES))}."))
    lists = {name: (value if isinstance(value, list) else [value]) for name, value in table.items() if name in _APPLIES}
    for name, values in lists.items():
        allowed = {"consumer": ("yes", "no", "unknown"), "state": tuple(map(str, State))}.get(name)
        for value in values:
            if not isinstance(value, str) or (allowed is not None and value not in allowed):
                known = f"Use some of {', '.join(allowed)}." if allowed else "Write words in quotes."
                faults.append(_fault(toml, key, f"{name} = {value!r} is not known.", known))
    return Applies(**{name: tuple(map(str, values)) for name, values in lists.items()})


def _unknown(toml: TomlFile, key: Key, table: dict[str, Any]) -> list[Fault]:
    return [_fault(toml, (*key, name), "is not a key of a rule.", _nearest(name, sorted(_KEYS))) for name in sorted(set(table) - _KEYS)]


def _nearest(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, 1)
    return f"Did you mean {near[0]}?" if near else f"Known are {', '.join(known)}."


def _wrong_types(toml: TomlFile, key: Key, table: dict[str, Any]) -> list[Fault]:
    faults = []
    for name in ("id", "title"):
        if not (isinstance(table.get(name), str) and table[name]):
            faults.append(_fault(toml, (*key, name), "is absent or no text.", f'Write {name} = "…".'))
    if len(str(table.get("id", ""))) > _MOST_ID:
        faults.append(_fault(toml, (*key, "id"), f"is longer than {_MOST_ID} letters.", "Shorten it."))
    trigger = str(table.get("trigger", ""))
    least = 0 if trigger.startswith("fact:") or trigger == PROMISED else 1  # a date that somebody has named is due on that day
    for name in ("amount", "hard_amount"):
        value = table.get(name, None if name == "amount" else 1)
        if type(value) is not int or value < least:
            faults.append(_fault(toml, (*key, name), f"{value!r} is no number of at least {least}.", f"Write {name} = 3."))
    for name in ("title_en", "jurisdiction", "instead_of", "consequence", "source"):
        if not isinstance(table.get(name, ""), str):
            faults.append(_fault(toml, (*key, name), "is no text.", f'Write {name} = "…".'))
    for name in ("valid_from", "valid_to"):
        if type(table.get(name, date.min)) is not date:
            faults.append(_fault(toml, (*key, name), "is no date.", f"Write {name} = 2026-02-01."))
    for name in ("pausable", "shown_to_customer"):
        if type(table.get(name, True)) is not bool:
            faults.append(_fault(toml, (*key, name), "is not true or false.", f"Write {name} = true."))
    most = table.get("pause_at_most", 1)
    if type(most) is not int or most < 1 or ("pause_at_most" in table and table.get("pausable", True) is False):
        problem = f"{most!r} is no number, or the term never pauses."
        faults.append(_fault(toml, (*key, "pause_at_most"), problem, "Write pause_at_most = 15."))
    if not faults and table.get("hard_amount", table["amount"]) < table["amount"]:
        faults.append(_fault(toml, (*key, "hard_amount"), "is less than amount.", "The outer limit cannot lie before the promised date."))
    return faults


def _wrong_words(toml: TomlFile, key: Key, table: dict[str, Any]) -> list[Fault]:
    faults = []
    words = {"unit": (UNITS, None), "roll": (ROLLS, "none"), "kind": (KINDS, "internal"), "side": (SIDES, "us")}
    for name, (allowed, default) in (words | {"status": (STATUSES, "confirmed")}).items():
        value = table.get(name, default)
        if value not in allowed:
            faults.append(_fault(toml, (*key, name), f"{value!r} is not known.", f"Use one of {', '.join(allowed)}."))
    trigger = _TRIGGER.fullmatch(str(table.get("trigger", "received_at")))
    if trigger is None or not _is_state(trigger[1]) or (trigger[2] and trigger[2] not in _FACTS):
        mend = (
            f"Use received_at, sent_at, demand_at, registered_at, state:review, doc:waybill.date, event:…, fact:{'|'.join(sorted(_FACTS))}."
        )
        faults.append(_fault(toml, (*key, "trigger"), f"{table['trigger']!r} is not known.", mend))
    met_by = table.get("met_by", [])
    for value in met_by if isinstance(met_by, list) else [met_by]:
        ends = _MET_BY.fullmatch(str(value)) if isinstance(met_by, list) else None
        if ends is None or not _is_state(ends[1]):
            faults.append(
                _fault(toml, (*key, "met_by"), f"{value!r} is not known.", 'Write a list of "answered", "state:closed", "event:…".')
            )
    if table.get("kind") in {"statute", "foreign_statute"} and table.get("pausable", True):
        faults.append(_fault(toml, (*key, "pausable"), "the term of a law never pauses.", "Write pausable = false."))
    return faults


def _is_state(name: str | None) -> bool:
    return name is None or name in set(map(str, State))


def _step(toml: TomlFile, key: Key, m: int, entry: Any, faults: list[Fault]) -> Step | None:
    if not isinstance(entry, dict) or set(entry) - _STEP_KEYS or not {"step", "at", "role"} <= set(entry):
        mend = 'Write { step = "answer_soon", at = "60%", role = ["specialist"] }.'
        faults.append(_fault(toml, key, f"step {m + 1} cannot be understood.", mend))
        return None
    at = _at(toml, key, entry, faults)
    roles = entry["role"] if isinstance(entry["role"], list) else [entry["role"]]
    if not roles or set(roles) - set(ROLES):
        faults.append(_fault(toml, key, f"role = {entry['role']!r} is not known.", f"Use some of {', '.join(ROLES)}."))
        return None
    if entry.get("against", "due") not in {"due", "hard"}:
        faults.append(_fault(toml, key, f"against = {entry['against']!r} is not known.", 'Use "due" or "hard".'))
        return None
    return Step(str(entry["step"]), tuple(roles), against=entry.get("against", "due"), **at) if at is not None else None


def _reminder(toml: TomlFile, key: Key, m: int, entry: Any, faults: list[Fault]) -> Step | None:
    if not isinstance(entry, dict) or set(entry) != _REMINDER_KEYS:
        faults.append(_fault(toml, key, f"step {m + 1} cannot be understood.", 'Write { step = "wait_reminder", at = "+5w" }.'))
        return None
    at = _at(toml, key, entry, faults)
    return Step(str(entry["step"]), (), **at) if at is not None else None


def _at(toml: TomlFile, key: Key, entry: dict[str, Any], faults: list[Fault]) -> dict[str, Any] | None:
    """When a step is due, as fields of `Step`."""
    at = _AT.fullmatch(str(entry["at"]))
    if at is None or (at[1] and int(at[1]) > 100) or at[4] == "0":
        mend = 'Write "60%" (up to 100%), "60m", "-3d" or "+5w".'
        faults.append(_fault(toml, key, f"at = {entry['at']!r} cannot be understood.", mend))
        return None
    if at[1]:
        return {"share": int(at[1]) / 100}
    names = ("minutes", "days_before", "working_days")
    return {name: int(value) for name, value in zip(names, at.groups()[1:], strict=True) if value}


def _fault(toml: TomlFile, key: Key, problem: str, mend: str) -> Fault:
    return Fault(toml.path, toml.line(key), ".".join(str(part) for part in key), problem, mend)
