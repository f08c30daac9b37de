"""Tells what an operator's deadlines.toml, copied from an earlier release, lacks of what this release's commands and letters count on."""

from __future__ import annotations

from pathlib import Path

from mailbot.claims.errors import Fault
from mailbot.rulebook.deadlines import FILE, load_terms
from mailbot.shipped import layered

_OURS = frozenset({"internal", "promised"})  # laws and contracts are the company's own choice
_MISSED = {
    "promised": "days that a decision promises have no clock",
    "approval": "nobody is reminded of a letter that waits for a yes",
    "memo_answer": "nobody is reminded of a question to a department",
    "customer_wait": "nobody is reminded of a case that waits for the customer",
    "withdrawal": "nobody is reminded of a case that is done",
}


def what_it_lacks(own: Path | None) -> list[Fault]:
    """Each with what follows and where the shipped words stand. The daemon starts all the same: these are warnings."""
    path, shipped = layered("rules", own)[FILE], layered("rules", None)[FILE]
    if path == shipped:
        return []
    mine = {rule.id: rule for rule in load_terms(own).rules}
    found: list[Fault] = []
    for rule in load_terms(None).rules:
        mend = f"Take it over from {shipped}:{rule.rule.rpartition(':')[2]}, or leave it so if that is meant."
        if rule.id not in mine and rule.kind in _OURS:
            follows = _MISSED.get(rule.id, "its clock runs for no case")
            found.append(Fault(str(path), 0, "rule", f"there is no rule {rule.id!r}: {follows}.", mend))
        elif rule.pause_at_most and rule.id in mine and mine[rule.id].pausable and not mine[rule.id].pause_at_most:
            line = int(mine[rule.id].rule.rpartition(":")[2])
            problem = f"rule {rule.id!r} has none: while the customer is waited for, its clock may stand still for ever."
            found.append(Fault(str(path), line, "pause_at_most", problem, f"Write pause_at_most = {rule.pause_at_most}."))
    return found
