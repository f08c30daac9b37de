"""Letters with every count marked (the format of rules/counts) that nobody who mends has read and no model learns from.

`python -m tests.marked_counts` prints precision and recall of their telling facts, with the shipped model of counts and without.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from mailbot.claims.message import IncomingMail
from mailbot.classify.count_letters import MarkedCount, MarkedLetter, read_letters
from mailbot.classify.understand import Reader
from mailbot.cli.train_counts import LENGTHS
from tests.reading import MOSCOW, TUESDAY, reader, rules

HELD = Path(__file__).with_suffix("") / "held.txt"


class Score(NamedTuple):
    """Facts of value, unit and role, every role but `unknown`: right, said, true."""

    right: int
    said: int
    true: int

    @property
    def precision(self) -> float:
        return self.right / self.said

    @property
    def recall(self) -> float:
        return self.right / self.true


def held() -> list[MarkedLetter]:
    return read_letters([HELD], (*rules().units, *LENGTHS))


def score(judge: Reader, letters: Sequence[MarkedLetter]) -> Score:
    found = [_of(judge, one) for one in letters]
    return Score(*(sum(part) for part in zip(*found, strict=True)))


def _of(judge: Reader, letter: MarkedLetter) -> Score:
    told = {f"{float(fact.value):g} {fact.unit} {fact.role}" for fact in judge.understand(IncomingMail(text=letter.text), TUESDAY, MOSCOW).facts.quantities}
    marked = [frozenset(f"{one.value:g} {one.unit} {role}" for role in one.roles) for one in letter.counts]
    wanted = {one for one in marked if not all(form.endswith(" unknown") for form in one)}
    forms = frozenset().union(*marked) if marked else frozenset()
    differences = {f"{abs(a - b):g} {'missing' if a > b else 'surplus'}" for a in _values(letter.counts, "by_papers") for b in _values(letter.counts, "received")}
    right = sum(not one.isdisjoint(told) for one in wanted)
    needed = frozenset().union(*wanted) if wanted else frozenset()
    idle = {fact for fact in told - needed if fact in forms or fact.endswith(" unknown") or _without_unit(fact) in differences}
    return Score(right, len(told - idle), len(wanted))


def _values(counts: Sequence[MarkedCount], role: str) -> list[float]:
    return [one.value for one in counts if role in one.roles]


def _without_unit(fact: str) -> str:
    """A shortage that the bot works out is marked nowhere."""
    value, _, role = fact.split()
    return f"{value} {role}"


if __name__ == "__main__":
    for name, judge in (("rules", Reader(replace(rules(), counts=""))), ("rules and model", reader())):
        found = score(judge, held())
        print(f"{name}: {found.precision:.2f} / {found.recall:.2f} ({found.right} right of {found.said} said, {found.true} true)")
