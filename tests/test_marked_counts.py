"""The model of counts on letters that it never learned from (marked_counts/held.txt): only figures are looked at."""

from __future__ import annotations

from dataclasses import replace

from mailbot.classify.understand import Reader
from tests.marked_counts import held, score
from tests.reading import reader, rules


def test_held_out_letters_are_counted_as_measured_and_better_than_by_the_rules_alone() -> None:
    """The figures of docs/measured.md with a little to spare."""
    by_rules, by_both = score(Reader(replace(rules(), counts="")), held()), score(reader(), held())
    assert by_both.true > 450
    assert by_both.precision >= 0.57
    assert by_both.recall >= 0.48
    assert by_both.recall >= by_rules.recall + 0.06
