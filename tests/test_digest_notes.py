"""What a digest says of the flags of its cases."""

from __future__ import annotations

import pytest

from mailbot.claims.digest_notes import case_notes


@pytest.mark.parametrize(("language", "words"), [("ru", "не сходятся между собой"), ("en", "do not agree with each other")])
def test_counts_that_do_not_agree_are_named_with_their_cases(language: str, words: str) -> None:
    flags = {"2026-0451": {"counts_disagree": True}, "2026-0452": {"counts_disagree": False}, "2026-0453": {}}
    (note,) = case_notes(flags, language)
    assert words in note
    assert "2026-0451" in note
    assert "2026-0452" not in note
    assert "2026-0453" not in note
