"""How much money a decision grants, for whose yes it needs (domain.md 1.3 #12). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mailbot.claims.case_letters import Decision, Verdict
from mailbot.claims.decision_kinds import MONEY
from mailbot.claims.guard_values import amounts_in

UNKNOWN = float("inf")  # money is granted, and how much nobody can say: it counts as over every limit (the stricter holds)
_ROUBLES = re.compile(r"руб|₽|\bр\.|RUB", re.IGNORECASE)


def sum_granted(letter: Decision, claimed: Iterable[float] = ()) -> float | None:
    """Roubles that the letter grants, each sum once; None where it grants no money.

    `claimed`: the sums that the customer stated: where none is named in the letter the largest of them counts.
    """
    granted = [one for one in letter.verdicts if one.extent != "refused" and one.kind != "refusal"]
    if not granted:
        return None
    found = [sum_ for one in granted for sum_ in _each_once(_words(one))]
    found += [one for one in _each_once(" ".join(one.what for one in letter.execution)) if one not in found]
    if found:
        return sum(found)
    if not any(one.kind in MONEY for one in granted):
        return None
    return max(claimed, default=UNKNOWN)


def _words(one: Verdict) -> str:
    return f"{one.words} {one.further}"


def _each_once(text: str) -> list[float]:
    return list(dict.fromkeys(one.value if _ROUBLES.search(one.text) else UNKNOWN for one in amounts_in(text)))
