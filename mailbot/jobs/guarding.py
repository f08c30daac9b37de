"""Has the guard look at what a person writes to a customer, with the facts of the case (behaviour.md 11.11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mailbot.claims.guard import Question
    from mailbot.jobs.orders import Errand, Row


def questions_about(errand: Errand, case: Row, text: str, language: str) -> tuple[Question, ...]:
    """What is to be asked back before these words go."""
    return ()
