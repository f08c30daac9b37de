"""The one door through which a case changes its state: the table is asked, the event written, the clocks follow."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from mailbot.claims.case import BOT, Refusal, State, Transition
from mailbot.claims.state_words import say_refusal
from mailbot.jobs.clock_book import keep_clocks
from mailbot.store import moves
from mailbot.store.cases import MAILBOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mailbot.claims.policy import Policy
    from mailbot.store.database import Connection


__all__ = ["NotPossible", "is_possible", "keep_clocks", "move_case", "roles_of"]


class NotPossible(Exception):
    """The case does not allow this; the message is a sentence that says what is possible."""

    def __init__(self, sentence: str, refusal: Refusal | None = None) -> None:
        super().__init__(sentence)
        self.refusal = refusal


def roles_of(by: str, policy: Policy) -> tuple[str, ...]:
    """Of who makes a move: the program's, a person's, or the operator's, who works on the command line."""
    if by == MAILBOT:
        return (BOT,)
    person = next((one for one in policy.people if one.id == by), None)
    return person.roles if person is not None else ("operator",)


def move_case(
    conn: Connection,
    policy: Policy,
    case_id: int,
    event: str,
    *,
    by: str,
    at: datetime,
    why: str,
    reason: str | None = None,
    until: datetime | None = None,
    received_id: int | None = None,
    values: Mapping[str, Any] | None = None,
    language: str = "en",
) -> Transition:
    """Make the move `event` of the table of `claims.case`. Errors: NotPossible, with a sentence in `language` of what is possible."""
    wanted = moves.Move(event, by, roles_of(by, policy), why, reason, until, received_id, values or {})
    made = moves.move(conn, case_id, wanted, at)
    if isinstance(made, Refusal):
        raise NotPossible(say_refusal(made, language), made)
    keep_clocks(conn, policy, [case_id], at)
    return made


def is_possible(row: Mapping[str, Any], event: str, by: str, policy: Policy, reason: str | None = None) -> bool:
    """Whether `move_case` would make this move of a case's row."""
    from mailbot.claims.case import Standing, allowed

    standing = Standing(State(row["state"]), row["wait_reason"], row["cost_bearer"], bool(row["flags"].get(moves.OFFERED)))
    return isinstance(allowed(standing, event, roles_of(by, policy), reason), Transition)
