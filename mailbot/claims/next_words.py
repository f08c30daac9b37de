"""Which commands a case most likely needs next, for who reads it; the rest stands behind `!help`. Pure."""

from __future__ import annotations

from mailbot.claims.case import State

MOST = 5
_NEXT = {
    State.NEW: ("claim", "not-a-claim", "show"),
    State.TRIAGE: ("claim", "not-a-claim", "show"),
    State.REGISTERED: ("take", "reply", "ask", "resolve", "show"),
    State.REVIEW: ("reply", "ask", "memo", "resolve", "show"),
    State.WAITING_CUSTOMER: ("reply", "resolve", "note", "show"),
    State.APPROVAL: ("show", "reply"),
    State.EXECUTION: ("progress", "completed", "reply", "show"),
    State.AWAITING_WITHDRAWAL: ("thank", "reply", "show"),
    State.CLOSED: ("reopen", "show"),
    State.NOT_CLAIM: ("claim", "show"),
}
_AWAITED = {"payment_guarantee": ("guarantee",), "inspection": ("inspected",), "inspection_date": ("inspect",)}
TO_CUSTOMER = frozenset({"reply", "ask", "resolve", "send", "progress", "completed", "thank", "inspect"})  # letters to the customer
_WORKED = frozenset({State.REVIEW, State.WAITING_CUSTOMER, State.APPROVAL, State.EXECUTION, State.AWAITING_WITHDRAWAL})


def likely(
    state: State,
    *,
    hers: bool,
    to_send: bool = False,
    asked: bool = False,
    works: bool = True,
    writes: bool = True,
    refused: bool = False,
    wrote: bool = False,
    awaits: str = "",
) -> tuple[str, ...]:
    """Two to five words, the likeliest first. `to_send`: a letter of hers waits for `!send`; `asked`: her yes to one is waited for.

    `works`: she works cases herself, and does not only agree to letters; `writes`: she may write to the customer, or else may take the
    case first (a button whose press is refused is worse than none); `refused`: the customer was told no, and owes no thanks.
    `wrote`: a letter of hers waits for others; `awaits`: what has come or is to come, payment_guarantee or inspection.
    """
    first = ("approve", "reject") if asked else ("send",) if to_send else ()
    if not works and state in _WORKED:
        return (*first, "show", "note")
    if refused and state is State.AWAITING_WITHDRAWAL:
        return _possible((*first, *(("take",) if not hers else ()), "reply", "note", "show"), writes)
    first = (*(first or _AWAITED.get(awaits, ())), *(("withdraw",) if wrote and state is State.APPROVAL else ()))
    take = ("take",) if state in _WORKED and not hers and not asked else ()
    return _possible((*first, *take, *_NEXT[state]), writes)


def _possible(words: tuple[str, ...], writes: bool) -> tuple[str, ...]:
    hers = words if writes else (*(word for word in words if word not in TO_CUSTOMER), "note")
    return tuple(dict.fromkeys(hers))[:MOST]
