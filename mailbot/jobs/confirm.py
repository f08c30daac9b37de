"""What a person decides about a case from the command line: it is a claim or not, its category, owner, answer and end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mailbot.claims.case import CLOSE_REASONS, OPEN_STATES, State
from mailbot.claims.category import UNSORTED
from mailbot.claims.day_words import day_words
from mailbot.claims.deadlines import first_answer
from mailbot.claims.message import Address
from mailbot.claims.named_people import person_of
from mailbot.claims.people import specialist_for
from mailbot.claims.senders import why_no_customer
from mailbot.claims.working_time import ONE_DAY, office_day
from mailbot.jobs.case_view import words_of
from mailbot.jobs.late_letters import UNTIL_RELEASED, acknowledge, owed, owed_to_joined
from mailbot.jobs.moving import NotPossible, keep_clocks, move_case
from mailbot.jobs.taking_back import Taken, collective, readdressed
from mailbot.store import cases, drafts, known, listing, outbox
from mailbot.store import desk as desk_store

if TYPE_CHECKING:
    from mailbot.claims.policy import Person
    from mailbot.jobs.policy_of import Ground
    from mailbot.jobs.writing_desk import WritingDesk
    from mailbot.store.database import Connection, Database
    from mailbot.store.desk import OpeningMail

__all__ = ["CLOSE_REASONS", "NotPossible"]  # those who call these functions need them

_UNCONFIRMED = frozenset({State.NEW, State.TRIAGE, State.NOT_CLAIM})
JOINED_WAITING = "joined_waiting"  # whose writers hear once the lawyer is done
_CORRECTED_LETTERS = 20_000  # of the customer's words, kept with a correction as training data
_NO_CUSTOMER = {
    "wrong": "{!r} is not a mail address.",
    "ours": "{!r} is an address of our own company; the customer's is needed.",
    "robot": "Nobody reads what is sent to {!r}: it is a robot's.",
}
_TOLD = {
    "nobody": "Nobody is written to: there is no address the program may acknowledge to.",
    "legal_hold": "Nobody is written to: the case is with the lawyer.",
    "deferred": "The customer had her letters for today: the acknowledgement follows within 24 hours.",
    "no_mailbox": "Nobody is written to: no mailbox is configured.",
    "held": "The acknowledgement is held (`mailbot outbox list`).",
    "told": "The customer is being told.",
}

Row = dict[str, Any]


def confirm_claim(db: Database, ground: Ground, desk: WritingDesk, number: str, by: str, now: datetime) -> str:
    """It is a claim: registered with clocks from its arrival, an owner, and the customer's acknowledgement (domain.md 1.3 #4).

    Returns what was done, in a sentence. Errors: NotPossible, StoreAway.
    """
    owner, told = register(db, ground, desk, number, by, now)
    return f"Case {number} is registered as a claim{f' of {owner}' if owner else ''}. {_TOLD[told]}"


def register(db: Database, ground: Ground, desk: WritingDesk, number: str, by: str, now: datetime) -> tuple[str | None, str]:
    """The same; returns the owner's id and what becomes of the acknowledgement, a key of `_TOLD`. Errors: NotPossible, StoreAway."""
    with db.write() as conn:
        desk_store.alone(conn, "collect")
        case = _case(conn, number)
        if State(case["state"]) not in _UNCONFIRMED:
            raise NotPossible(f"Case {number} is {case['state']}, not in triage: it counts as a claim already.")
        opening = opening_of(conn, case)
        values, why = _confirmed(case, ground), "A person says that it is a claim."
        move_case(conn, ground.policy, case["id"], "confirmed", by=by, at=now, why=why, values=values)
        if case["kind"] != "claim":
            remember(conn, case, opening, "kind", case["kind"], "claim", by, now)
        now_is = {**case, **values, "state": State.REGISTERED.value}
        told = _acknowledge(conn, ground, desk, now_is, opening, now)
        joined = mails_joined(conn, now_is)
        if case["flags"].get("legal_hold"):
            wait_for_release(conn, case["id"], [mail.id for mail in joined])
        for mail in () if case["flags"].get("legal_hold") else joined:
            acknowledge_joined(conn, ground, desk, now_is, mail, now)
    return values["assigned_to"], told


def _confirmed(case: Row, ground: Ground) -> Row:
    """What changes: the clocks run from the arrival, whenever a person found the time to look (never back to zero)."""
    due = first_answer(case["received_at"], ground.policy)
    clocks = {name: case[name] or getattr(due, name) for name in ("acknowledge_by", "answer_by", "answer_hard_by")}
    owner = specialist_for(case["category"] or UNSORTED, ground.policy)
    assigned = case["assigned_to"] or (owner.id if owner is not None else None)
    return {"kind": "claim", "assigned_to": assigned, **clocks}


def _acknowledge(conn: Connection, ground: Ground, desk: WritingDesk, case: Row, mail: OpeningMail | None, now: datetime) -> str:
    """Queue what waited for the yes, within the limit of its address. Returns what becomes of it, a key of `_TOLD`."""
    waits = mail is not None and case["flags"].get("acknowledge") == "after_confirmation"
    held = bool(case["flags"].get("legal_hold"))
    free = {**case, "flags": {**case["flags"], "legal_hold": False}}
    what = owed(conn, ground.policy, free, mail, desk.rehearsal, now) if mail is not None and waits else None
    if what is None:
        return "legal_hold" if held else "nobody"
    cases.flag(conn, case["id"], {"acknowledge": "now"})
    if held:
        cases.flag(conn, case["id"], {"deferred": UNTIL_RELEASED})
        return "legal_hold"
    if known.letters_taken(conn, {what.to.key}, now)[what.to.key] >= ground.policy.limits.per_address_per_day:
        cases.flag(conn, case["id"], {"deferred": True})
        return "deferred"
    letter = acknowledge(desk, what, now)
    if letter is None:
        return "no_mailbox"
    outbox.queue(conn, [letter], now)
    return "held" if what.held else "told"


def wait_for_release(conn: Connection, case_id: int, mails: Sequence[int]) -> None:
    """The writers of these mails, whose cases were joined to this one, are acknowledged once the lawyer is done (jobs/collect)."""
    waiting = cases.row_of(conn, case_id)["flags"].get(JOINED_WAITING) or ()
    if more := [mail for mail in mails if mail not in waiting]:
        cases.flag(conn, case_id, {JOINED_WAITING: [*waiting, *more]})


def unheard(conn: Connection, case: Row) -> list[str]:
    """Who has had no letter in this case, neither an acknowledgement nor an answer, because it was with the lawyer."""
    nobody_wrote = case["acknowledged_at"] is None and case["answered_at"] is None
    own = [case["customer"]] if case["flags"].get("deferred") == UNTIL_RELEASED and nobody_wrote else []
    joined = [(mail.decision.get("acknowledge_to") or {}).get("address") for mail in mails_joined(conn, case, JOINED_WAITING)]
    return list(dict.fromkeys(str(address) for address in (*own, *joined) if address))


def mails_joined(conn: Connection, case: Row, name: str = "joined_unanswered") -> list[OpeningMail]:
    """The mails of cases that were merged into this one in triage, whose writers have heard nothing."""
    waiting = set(case["flags"].get(name) or ())
    return [mail for mail in desk_store.mails_of(conn, [case["id"]]) if mail.id in waiting] if waiting else []


def acknowledge_joined(conn: Connection, ground: Ground, desk: WritingDesk, case: Row, mail: OpeningMail, now: datetime) -> bool:
    """Queue the acknowledgement to the writer of a case that was joined to this one; over his limit of a day it leaves the day after.

    False where there is nobody to write to.
    """
    what = owed_to_joined(conn, ground.policy, case, mail, desk.rehearsal, now)
    letter = acknowledge(desk, what, now) if what is not None else None
    if what is None or letter is None:
        return False
    if known.letters_taken(conn, {what.to.key}, now)[what.to.key] >= ground.policy.limits.per_address_per_day:
        letter = replace(letter, not_before=now + ONE_DAY)
    outbox.queue(conn, [letter], now)
    return True


def answer(db: Database, number: str, at: datetime, by: str, now: datetime, ground: Ground | None = None) -> str:
    """The formal answer was given at `at`. Errors: NotPossible, StoreAway."""
    with db.write() as conn:
        case = _case(conn, number)
        if State(case["state"]) in _UNCONFIRMED:
            raise NotPossible(f"Case {number} is {case['state']}: say first that it is a claim (kind=claim).")
        if not case["received_at"] <= at <= now:
            raise NotPossible(f"An answer lies between the claim ({case['received_at']:%Y-%m-%d %H:%M} UTC) and now.")
        cases.change(conn, case["id"], {"answered_at": at}, at=now, actor=by, what="answered", why="A person says so.")
        if ground is not None:
            keep_clocks(conn, ground.policy, [case["id"]], now)
    return f"Case {number} counts as answered."


def hold(db: Database, ground: Ground, number: str, held: bool, by: str, now: datetime) -> str:
    """A lawsuit or a regulator: nothing goes to the customer by itself any more (domain.md 1.3 #22), until it is released.

    An acknowledgement that had not left is written anew then (jobs/collect): who claims is answered.
    Errors: NotPossible, StoreAway.
    """
    with db.write() as conn:
        case = _case(conn, number)
        if held:
            move_case(conn, ground.policy, case["id"], "legal_hold", by=by, at=now, why="A person says so.")
            cases.flag(conn, case["id"], {"legal_hold": True})
            taken = outbox.cancel_automatic(conn, case["id"])  # they are owed it still
            if any(one.dedupe_key == f"ack:{case['id']}:{case['openings']}" for one in taken):
                cases.flag(conn, case["id"], {"deferred": UNTIL_RELEASED})
            collective(conn, {**case, "flags": cases.row_of(conn, case["id"])["flags"]})
            wait_for_release(conn, case["id"], [one.received_id for one in taken if one.received_id is not None and not one.is_own])
        else:
            cases.event(conn, case["id"], now, by, "legal_release", "A person says so.")
            cases.flag(conn, case["id"], {"legal_hold": False})
    return f"Case {number}: {'nothing goes to the customer by itself any more' if held else 'the legal hold is released'}."


def set_category(db: Database, ground: Ground, number: str, category: str, by: str, now: datetime) -> str:
    """Correct the category; the correction is remembered, and the case goes to whom the category belongs.

    A case that was given to somebody by hand stays hers. Errors: NotPossible, StoreAway.
    """
    ids = [one.id for one in ground.rules.categories]
    if category not in (*ids, UNSORTED):
        raise NotPossible(f"There is no category {category!r}. Use one of {', '.join((*ids, UNSORTED))}.")
    with db.write() as conn:
        case = _case(conn, number)
        if case["category"] == category:
            return f"Case {number} is {category} already."
        before, after = (specialist_for(name or UNSORTED, ground.policy) for name in (case["category"], category))
        by_category = case["assigned_to"] in (None, before.id if before is not None else None)
        registered = State(case["state"]) not in _UNCONFIRMED
        values: Row = {"category": category, "confidence": 100}
        if by_category and registered:
            values["assigned_to"] = after.id if after is not None else None
        cases.change(conn, case["id"], values, at=now, actor=by, what="category", why="A person corrected it.")
        keep_clocks(conn, ground.policy, [case["id"]], now)
        remember(conn, case, opening_of(conn, case), "category", case["category"], category, by, now)
    return f"Case {number} is {category} now."


def set_customer(db: Database, ground: Ground, number: str, consumer: str, by: str, now: datetime) -> str:
    """Whether the customer is a private person: whose law applies hangs on it, and no later letter undoes it. Errors: NotPossible."""
    with db.write() as conn:
        case = _case(conn, number)
        if case["consumer"] == consumer and cases.said_by_person(conn, case["id"], "consumer"):
            return f"Case {number}: the customer counts so already (consumer={consumer})."
        say_who_writes(conn, case, consumer, by, now, "A person corrected it.")
        keep_clocks(conn, ground.policy, [case["id"]], now)
    return f"Case {number}: consumer={consumer}; its dates are counted by that."


def say_who_writes(conn: Connection, case: Row, consumer: str, by: str, now: datetime, why: str, received_id: int | None = None) -> None:
    """A person's word on who the customer is, kept as hers even where it was read so before."""
    data = {"consumer": {"old": case["consumer"], "new": consumer}}
    values = {"consumer": consumer}
    cases.change(conn, case["id"], values, at=now, actor=by, what="customer", why=why, received_id=received_id, data=data)


def set_address(db: Database, ground: Ground, number: str, address: str, name: str, by: str, now: datetime) -> tuple[str, Taken]:
    """Where the customer is written to, with the name where one is given. What was written to another address goes no further.

    An acknowledgement that has not left goes there too: in triage once the claim is confirmed. Returns what was done in a sentence, and
    the letters that were called back. Errors: NotPossible.
    """
    if why := why_no_customer(Address("", address), ground.policy):
        raise NotPossible(_NO_CUSTOMER[why].format(address))
    with db.write() as conn:
        case = _case(conn, number)
        _only(case, OPEN_STATES, "Open it again first (state=review).")
        values: Row = {"customer": address, "customer_key": address.casefold(), **({"customer_name": name} if name else {})}
        cases.change(conn, case["id"], values, at=now, actor=by, what="customer", why="A person says so.")
        if case["customer_key"] == values["customer_key"]:
            return f"Case {number}: the customer is {name or case['customer_name']} <{address}>.", Taken()
        for draft, kind in drafts.cancel_all(conn, case["id"], now):
            cases.event(conn, case["id"], now, by, "draft_overtaken", f"{kind}: the customer's address is another.", data={"draft": draft})
        taken = readdressed(conn, case, address, by, now)
        in_triage = State(case["state"]) in {State.NEW, State.TRIAGE}
        waits = {"acknowledge": "after_confirmation"} if in_triage and not case["customer"] else {}  # who was not to be written to stays so
        cases.flag(conn, case["id"], {**waits, "acknowledge_to": address, "address_given": True})
    before = f" (before: {case['customer']})" if case["customer"] else ""
    return f"Case {number}: the customer's address is {address}{before}.{_taken_words(taken)}", taken


def _taken_words(taken: Taken) -> str:
    kinds = ", ".join(dict.fromkeys((*taken.by_people, *taken.automatic)))
    told = f" Called back, since they had not left: {kinds}." if kinds else ""
    told += " The acknowledgement is written anew to this address." if taken.anew else ""
    return told + (" A letter to the former address is leaving just now." if taken.leaving else "")


def set_demands(db: Database, ground: Ground, number: str, remedies: Sequence[str], by: str, now: datetime) -> str:
    """What the customer demands, as a person reads it; terms of what is demanded no more end. Errors: NotPossible, StoreAway.

    One that is new runs from the claim's arrival, the stricter day: who corrects it does not say when it was demanded.
    """
    with db.write() as conn:
        case = _case(conn, number)
        if case["flags"].get("partly_withdrawn"):
            cases.flag(conn, case["id"], {"partly_withdrawn": ""})
        if case["remedies"] == list(remedies):
            return f"Case {number}: that is demanded already."
        cases.change(conn, case["id"], {"remedies": list(remedies)}, at=now, actor=by, what="demands", why="A person corrected it.")
        keep_clocks(conn, ground.policy, [case["id"]], now)
    return f"Case {number}: demanded are {', '.join(remedies) or 'nothing in particular'}; its dates are counted by that."


def set_state(
    db: Database, ground: Ground, desk: WritingDesk, number: str, state: str, by: str, now: datetime, reason: str | None = None
) -> str:
    """The moves of domain.md 1.3 that a person makes with one word. `reason` is needed to close. Errors: NotPossible, StoreAway."""
    if state == State.REGISTERED:
        return confirm_claim(db, ground, desk, number, by, now)
    move = _MOVES.get(state)
    if move is None:
        raise NotPossible(f"A case cannot be set to {state!r} by hand. Possible are {', '.join((State.REGISTERED, *_MOVES))}.")
    with db.write() as conn:
        case = _case(conn, number)
        return move(conn, ground, case, by, now, reason)


def _close(conn: Connection, ground: Ground, case: Row, by: str, now: datetime, reason: str | None) -> str:
    _only(case, OPEN_STATES, "Only an open case can be closed.")
    if reason not in CLOSE_REASONS:
        raise NotPossible(f"To close a case say why: {', '.join(CLOSE_REASONS)}.")
    move_case(conn, ground.policy, case["id"], "closed", by=by, at=now, why=reason, reason=reason)
    cases.flag(conn, case["id"], {"proposes_close": False})
    for number, kind in drafts.cancel_all(conn, case["id"], now):  # nobody is asked to approve what is settled
        cases.event(conn, case["id"], now, by, "draft_overtaken", f"{kind}: the case is closed.", data={"draft": number})
    return f"Case {case['number']} is closed ({reason})."


def _dismiss(conn: Connection, ground: Ground, case: Row, by: str, now: datetime, reason: str | None) -> str:
    _only(case, {State.NEW, State.TRIAGE}, "Only a case in triage can turn out to be no claim; close this one with a reason.")
    why = reason or "A person says that it is no claim."
    move_case(conn, ground.policy, case["id"], "not_claim", by=by, at=now, why=why)
    remember(conn, case, opening_of(conn, case), "kind", case["kind"], State.NOT_CLAIM.value, by, now)
    return f"Case {case['number']} is no claim. Its clocks have ended; nobody is written to."


def _review(conn: Connection, ground: Ground, case: Row, by: str, now: datetime, reason: str | None) -> str:
    """A closed case is opened again with new clocks; a registered one is taken up."""
    _only(case, {State.CLOSED, State.REGISTERED}, "A case goes into review when it is registered or closed.")
    if State(case["state"]) is State.REGISTERED:
        move_case(conn, ground.policy, case["id"], "review", by=by, at=now, why=reason or "A person took it up.")
        return f"Case {case['number']} is in review."
    due = first_answer(now, ground.policy)
    clocks = {"acknowledge_by": due.acknowledge_by, "answer_by": due.answer_by, "answer_hard_by": due.answer_hard_by}
    why = reason or "A person opened it again."
    cases.reopen(conn, case["id"], now=now, why=why, received_id=None, clocks=clocks, assigned_to=None, actor=by)
    keep_clocks(conn, ground.policy, [case["id"]], now)
    return f"Case {case['number']} is open again, to be answered by {day_words(office_day(due.answer_by, ground.policy.office), 'en')}."


_MOVES: dict[str, Callable[[Connection, Ground, Row, str, datetime, str | None], str]] = {
    State.CLOSED: _close,
    State.NOT_CLAIM: _dismiss,
    State.REVIEW: _review,
}


def assign(db: Database, ground: Ground, number: str, person: str, by: str, now: datetime) -> str:
    """Give a case to one of our people, by id, address or name. Errors: NotPossible, StoreAway."""
    found = _person(ground, person)
    with db.write() as conn:
        case = _case(conn, number)
        _only(case, OPEN_STATES, "Open it again first (state=review).")
        if case["assigned_to"] == found.id:
            return f"Case {number} is {found.id}'s already."
        cases.change(conn, case["id"], {"assigned_to": found.id}, at=now, actor=by, what="assigned", why=f"Given to {found.id}.")
    return f"Case {number} is {found.id}'s now."


def note(db: Database, number: str, text: str, by: str, now: datetime) -> str:
    """Keep a person's note with the case. Errors: NotPossible, StoreAway."""
    if not text.strip():
        raise NotPossible("The note is empty.")
    with db.write() as conn:
        cases.event(conn, _case(conn, number)["id"], now, by, "note", text.strip())
    return f"Noted with case {number}."


def _person(ground: Ground, wanted: str) -> Person:
    people = ground.policy.people
    found = person_of(wanted, people)
    if found is None:
        raise NotPossible(
            f"There is nobody {wanted!r}. Use one of {', '.join(one.id for one in people) or '(no [[person]] is configured)'}."
        )
    return found


def _case(conn: Connection, number: str) -> Row:
    case = listing.case_by_number(conn, number)
    if case is None:
        raise NotPossible(f"There is no case {number}. `mailbot case search` finds one by a name, an address or words.")
    return case


def _only(case: Row, states: frozenset[State] | set[State], otherwise: str) -> None:
    if State(case["state"]) not in states:
        raise NotPossible(f"Case {case['number']} is {case['state']}. {otherwise}")


def opening_of(conn: Connection, case: Row) -> OpeningMail | None:
    return desk_store.opening_mails(conn, [case["id"]]).get(case["id"])


def remember(conn: Connection, case: Row, mail: OpeningMail | None, field: str, old: str | None, new: str, by: str, now: datetime) -> None:
    """A correction is training data: with the words it was about (behaviour.md 8)."""
    text = words_of(mail.read, _CORRECTED_LETTERS) if mail is not None else ""
    received_id = mail.id if mail is not None else None
    subject = case["subject"]
    cases.correct(conn, case["id"], field, old, new, person=by, at=now, received_id=received_id, subject=subject, text=text)
