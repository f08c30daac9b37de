"""What a case does once a person has sent a letter: it waits, is carried out, or waits for the withdrawal (domain.md 1.3)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from mailbot.claims.case import State
from mailbot.claims.promises import promises_of
from mailbot.jobs.moving import keep_clocks
from mailbot.jobs.orders import Errand, Row
from mailbot.store import cases, drafts
from mailbot.store.moves import OFFERED

if TYPE_CHECKING:
    from mailbot.store.drafts import Draft

_ASKED_IN = frozenset({State.REVIEW, State.WAITING_CUSTOMER})


def follow(errand: Errand, case: Row, draft: Draft) -> None:
    """Make the moves that belong to this letter. Errors: confirm.NotPossible where the table has none."""
    if draft.kind == "clarification":
        _waits(errand, case, draft)
    elif draft.kind == "holding":
        news = _instant(draft.letter.get("next_news_by"))
        errand.change(case["id"], {"holding_on": True, "next_news_by": news}, "holding_on", "A person switched holding notes on.")
    elif draft.kind == "inspection":
        _inspected(errand, case, draft)
    elif draft.kind == "completed" and case["state"] == State.EXECUTION:
        errand.move(case, "executed", "The customer is told that all is done.")
    elif draft.kind == "paid_repair":
        until = draft.letter.get("answer_by")
        errand.move(case, "offer_sent", "The offer is sent.", reason="payment_guarantee", until=_instant(until))
        cases.flag(errand.conn, case["id"], {OFFERED: True, "guarantee_came": False})
    elif draft.kind == "decision":
        _decided(errand, case, draft)


def _decided(errand: Errand, case: Row, draft: Draft) -> None:
    """Another decision than the paid repair that may have been offered before it."""
    cases.flag(errand.conn, case["id"], {OFFERED: False, "guarantee_came": False})
    if draft.resolution == "refusal":
        errand.move(case, "explanation_sent", "The refusal is sent.")
        cases.flag(errand.conn, case["id"], {"refused": True})
        errand.event(case["id"], "refusal_sent", f"Draft {draft.id}.")
        keep_clocks(errand.conn, errand.ground.policy, [case["id"]], errand.now)
    elif draft.resolution == "explanation":
        errand.move(case, "explanation_sent", "The explanation is sent.")
    else:
        errand.move(case, "decision_sent", f"The decision is sent: {draft.resolution}.")
        _promise(errand, case, draft)
    _asks_no_more(errand, case)


def _asks_no_more(errand: Errand, case: Row) -> None:
    """What departments were asked for the decision is not waited for any more: an answer that still comes joins the case."""
    ended = drafts.end_requests(errand.conn, case["id"], errand.now)
    for number in ended:
        errand.event(case["id"], "request_ended", "The decision was sent without its answer.", about=f"request:{number}")
    if ended:
        keep_clocks(errand.conn, errand.ground.policy, [case["id"]], errand.now)


def _promise(errand: Errand, case: Row, draft: Draft) -> None:
    """What the decision names a day for: each has a clock of its own while it is carried out (rules/deadlines.toml, `promised`)."""
    found = promises_of(draft.letter, draft.made_at, errand.ground.policy.office)
    for n, one in enumerate(found, start=1):
        errand.event(case["id"], "promised", f"{one.what}: {one.on.isoformat()}", about=f"promise:{draft.id}:{n}", on=one.on.isoformat())
    if found:
        keep_clocks(errand.conn, errand.ground.policy, [case["id"]], errand.now)


def _waits(errand: Errand, case: Row, draft: Draft) -> None:
    """The customer is asked: the case waits for her, where the table lets it (not while it is carried out)."""
    if State(case["state"]) is State.REGISTERED:
        errand.move(case, "review", "The customer is asked.")
        case = errand.case()
    if State(case["state"]) in _ASKED_IN:
        errand.move(case, "asked", "The customer is asked.", reason="clarification", until=_instant(draft.letter.get("answer_by")))


def _inspected(errand: Errand, case: Row, draft: Draft) -> None:
    """The goods are to be seen together: the case waits for that day inside the house, where the table lets it."""
    if State(case["state"]) is State.REGISTERED:
        errand.move(case, "review", "An inspection is called.")
        case = errand.case()
    if State(case["state"]) is State.WAITING_CUSTOMER:
        errand.move(case, "customer_replied", "An inspection is called.")
        case = errand.case()
    if State(case["state"]) in {State.REVIEW, State.EXECUTION}:
        errand.move(case, "waits", "An inspection is called.", reason="inspection", until=_instant(draft.letter.get("held_at")))


def _instant(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
