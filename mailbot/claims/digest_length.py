"""A digest that can be read: whatever there is to do, the first of each group with their actions, some in a line, the rest by number. Pure.

Gmail cuts a letter off at 102 kB: a row with its buttons has four to seven.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mailbot.claims.digest import URGENT, Digest, Group

MOST_ROWS = 12  # one of each group at least
MOST_LINES = 20
MOST_NAMED = 240  # numbers, 12 bytes each
MOST_RECURRING = 5


def shortened(whole: Digest) -> Digest:
    """The same digest within its bounds; no case is lost from it, and none that is urgent is left out for one that is not."""
    groups = _parted(whole.groups, MOST_ROWS, MOST_LINES)
    more = max(0, len(whole.recurring) - MOST_RECURRING)
    return replace(whole, groups=groups, recurring=whole.recurring[:MOST_RECURRING], more_recurring=more)


def _parted(groups: Sequence[Group], most_rows: int, most_lines: int) -> tuple[Group, ...]:
    rows = _shares(groups, [len(group.rows) for group in groups], most_rows)
    lines = _shares(groups, [len(group.rows) - first for group, first in zip(groups, rows, strict=True)], most_lines)
    parted = [
        replace(group, rows=group.rows[:first], lines=group.rows[first : first + then], rest=group.rows[first + then :])
        for group, first, then in zip(groups, rows, lines, strict=True)
    ]
    named = _shares(parted, [len(group.rest) for group in parted], MOST_NAMED)
    return tuple(replace(group, named=tuple(row.number for row in group.rest[:most])) for group, most in zip(parted, named, strict=True))


def _shares(groups: Sequence[Group], wanted: Sequence[int], most: int) -> list[int]:
    """How many each group may show, by turns: one of each, then of the urgent ones two at a time."""
    shares, left = [0] * len(groups), min(most, sum(wanted))
    while left:
        for n, group in enumerate(groups):
            turn = 2 if group.id in URGENT and shares[n] else 1
            step = min(turn, wanted[n] - shares[n], left)
            shares[n] += step
            left -= step
    return shares
