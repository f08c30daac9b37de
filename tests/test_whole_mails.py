"""Whole mails of strangers, never read by whoever mends the rules (whole_mails/held.txt): only figures are looked at."""

from __future__ import annotations

from tests.whole_mails import FOLDER, figures, judged


def test_held_out_mails_are_told_as_measured() -> None:
    """The figures of docs/measured.md with a letter or two to spare, as a model learned anew differs by so many."""
    found = figures(judged(FOLDER / "held.txt"))
    assert (found.claims, found.others) == (72, 48)
    assert found.lost == 0
    assert found.waiting <= 15
    assert found.acknowledged <= 5
    assert found.right >= 56
