"""Which commands a case most likely needs next, for who reads it; the rest stands behind `!help`. Pure."""

from __future__ import annotations

from mailbot.claims.case import OPEN_STATES, State

MOST = 5
_NEXT = {
    State.NEW: ("claim", "not-a-claim", "show"),
    State.TRIAGE: ("claim", "not-a-claim", "show"),
    State.REGISTERED: ("take", "reply", "ask", "resolve", "show"),
    State.REVIEW: ("reply", "ask", "memo", "resolve", "show"),
    State.WAITING_CUSTOMER: ("reply", "resolve", "note", "show"),
    State.APPROVAL: ("show", "reply"),
    State.EXECUTION: ("progress", "completed", "reply", "show"),
    State.AWAITING_WITHDRAWAL: ("thank", "reply", "resolve", "show"),
    State.CLOSED: ("reopen", "show"),
    State.NOT_CLAIM: ("claim", "show"),
}
_AWAITED = {"payment_guarantee": ("guarantee",), "inspection": ("inspected",), "inspection_date": ("inspect",)}
TO_CUSTOMER = frozenset({"reply", "ask", "resolve", "send", "progress", "completed", "thank", "inspect"})  # letters to the customer
DECIDED_IN = OPEN_STATES - {State.NEW, State.TRIAGE}
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
    addressed: bool = True,
    lacks: bool = False,
) -> tuple[str, ...]:
    """Two to five words, the likeliest first. `to_send`: a letter of hers waits for `!send`; `asked`: her yes to one is waited for.

    `works`: she works cases herself, and does not only agree to letters; `writes`: she may write to the customer, or else may take the
    case first (a button whose press is refused is worse than none); `refused`: the customer was told no, and owes no thanks.
    `wrote`: a letter of hers waits for others; `awaits`: what has come or is to come, payment_guarantee or inspection.
    `addressed`: there is an address to write to; else it is asked for. `lacks`: a decision of hers is not whole, and is written anew.
    """
    if not addressed:
        return _unaddressed(state, hers=hers, works=works, writes=writes)
    first = ("approve", "reject") if asked else ("send",) if to_send else ("resolve",) if lacks and state in DECIDED_IN else ()
    if not works and state in _WORKED:
        return (*first, "show", "note")
    if refused and state is State.AWAITING_WITHDRAWAL:
        return _possible((*first, *(("take",) if not hers else ()), "reply", "note", "show"), writes)
    first = (*(first or _AWAITED.get(awaits, ())), *(("withdraw",) if wrote and state is State.APPROVAL else ()))
    take = ("take",) if state in _WORKED and not hers and not asked else ()
    return _possible((*first, *take, *_NEXT[state]), writes)


def _unaddressed(state: State, *, hers: bool, works: bool, writes: bool) -> tuple[str, ...]:
    """What can be done while nobody knows where to write to: what needs no letter, and the customer's address first of it."""
    if state not in OPEN_STATES:
        return _NEXT[state] if state is State.NOT_CLAIM else ("reopen", "show")
    if not works and state in _WORKED:
        return ("show", "note")
    take = ("take",) if state is State.REGISTERED or (state in _WORKED and not hers) else ()
    answered = ("answered",) if state in {State.REGISTERED, State.REVIEW} else ()
    sort = ("claim", "not-a-claim") if state in {State.NEW, State.TRIAGE} else ()
    return (*sort, *take, *(("customer",) if writes else ()), *answered, *(() if sort else ("note",)), "show")[:MOST]


def _possible(words: tuple[str, ...], writes: bool) -> tuple[str, ...]:
    hers = words if writes else (*(word for word in words if word not in TO_CUSTOMER), "note")
    return tuple(dict.fromkeys(hers))[:MOST]
