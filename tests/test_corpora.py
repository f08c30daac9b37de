"""The goals over real mail of ../shared/data/mails, set by set; without the folder it is skipped, loudly."""

from __future__ import annotations

import warnings

import pytest

from tests.corpora import GOALS, SHARED, score_all, totals

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def shares() -> dict[str, float]:
    if not SHARED.is_dir():
        pytest.skip(f"NOT TESTED on real mail: {SHARED} is not there.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the standard library's second opinion warns about broken mail
        return totals(score_all())


@pytest.mark.parametrize("what", [what for what in GOALS])
def test_goal(what: str, shares: dict[str, float]) -> None:
    assert what in shares, f"nothing asserts {what}"
    assert shares[what] >= GOALS[what]
