"""The table of a case's moves: every row of domain.md 1.3, nothing else, and a sentence for what it does not have."""

from __future__ import annotations

import itertools

import pytest

from mailbot.claims.case import (
    BOT,
    CLOSE_REASONS,
    OPEN_STATES,
    TRANSITIONS,
    WAIT_FOR_CUSTOMER,
    Refusal,
    Standing,
    State,
    Transition,
    allowed,
    possible_events,
)
from mailbot.claims.state_words import EVENT_NAMES, REASON_NAMES, STATE_NAMES, say_refusal
from mailbot.jobs.moving import NotPossible, move_case
from mailbot.store import moves
from mailbot.store.database import Database
from mailbot.store.moves import Move
from tests.desk_values import HOUR, NOW, a_ground, cases, events, file_one, set_case
from tests.values import MAYBE

SPECIALIST, HEAD = ("specialist",), ("head",)
THE_PAGE = {  # domain.md 1.3: number -> (from, to); "-" nothing, "=" the same state, "open" any open state, "any" any state
    "1": ("-", "new"), "2": ("new", "registered"), "3": ("new", "triage"), "4": ("triage new", "registered"), "5": ("triage new", "not_claim"),
    "6": ("registered", "review"), "7": ("review", "waiting_customer"), "8": ("waiting_customer", "review"),
    "8a": ("waiting_customer", "execution"), "9": ("waiting_customer", "waiting_customer"), "10": ("waiting_customer", "approval"),
    "11": ("review", "review"), "12": ("review", "approval"), "13": ("approval", "review"), "14": ("approval", "execution"),
    "14a": ("approval", "waiting_customer"), "15": ("approval", "awaiting_withdrawal"), "15a": ("approval", "closed"),
    "16": ("execution", "execution"), "17": ("execution", "awaiting_withdrawal"), "18": ("awaiting_withdrawal", "awaiting_withdrawal"),
    "19": ("open", "closed"), "20": ("awaiting_withdrawal", "closed"), "20a": ("open", "="), "20b": ("open", "closed"),
    "21": ("closed", "review"), "22": ("any", "="),
}  # fmt: skip
OURS = {"2a", "4a", "6a", "7a", "8b", "8c", "11a", "11b", "13a", "16a", "16b", "16c", "20c"}


@pytest.mark.parametrize(("number", "row"), THE_PAGE.items())
def test_the_rows_of_the_page(number: str, row: tuple[str, str]) -> None:
    (found,) = [one for one in TRANSITIONS if one.number == number]
    named = {"-": set[State](), "open": set(OPEN_STATES), "any": set(State)}
    assert found.from_ == (named[row[0]] if row[0] in named else {State(one) for one in row[0].split()})
    assert found.to == (None if row[1] == "=" else State(row[1]))


def test_no_other_rows_than_the_page_and_ours() -> None:
    assert [one.number for one in TRANSITIONS if one.number not in THE_PAGE] == sorted(OURS, key=lambda n: (int(n[:-1]), n))
    assert len({one.number for one in TRANSITIONS}) == len(TRANSITIONS)


@pytest.mark.parametrize("number", ["4", "7", "12", "13", "14", "14a", "15", "15a", "16", "17", "19", "20", "20b"])
def test_what_the_program_never_does_by_itself(number: str) -> None:
    assert BOT not in next(one.by for one in TRANSITIONS if one.number == number)


def test_every_move_is_of_the_table_or_refused_with_a_sentence() -> None:
    """All states, events and roles: what is allowed is a row; what is not says why, in both languages, and names what is possible."""
    events_known = {row.event for row in TRANSITIONS}
    for state, event, role in itertools.product(State, [*events_known, "nonsense"], [BOT, "specialist", "head", "privacy"]):
        for reason in (None, "documents", "court", "because"):
            found = allowed(Standing(state), event, (role,), reason)
            if isinstance(found, Transition):
                assert found in TRANSITIONS
                assert state in found.from_
                assert role in found.by
                assert not found.reasons or reason in found.reasons
            else:
                ru, en = say_refusal(found, "ru"), say_refusal(found, "en")
                assert ru != en
                assert found.possible, (state, event, role)
                assert "{" not in ru + en


@pytest.mark.parametrize(
    ("state", "event", "roles", "reason", "number"),
    [
        (State.REGISTERED, "review", SPECIALIST, None, "6"),
        (State.REVIEW, "asked", SPECIALIST, "documents", "7"),
        (State.WAITING_CUSTOMER, "asked", SPECIALIST, "documents", "7a"),
        (State.WAITING_CUSTOMER, "customer_replied", (BOT,), None, "8"),
        (State.APPROVAL, "returned", HEAD, None, "13"),
        (State.APPROVAL, "closed", SPECIALIST, "rejected_final", "15a"),
        (State.REVIEW, "closed", SPECIALIST, "rejected_final", "20c"),
        (State.AWAITING_WITHDRAWAL, "closed", SPECIALIST, "resolved_no_reply", "20"),
        (State.REVIEW, "closed", SPECIALIST, "merged", "20b"),
        (State.TRIAGE, "closed", SPECIALIST, "withdrawn_in_writing", "19"),
        (State.CLOSED, "reopened", (BOT,), None, "21"),
        (State.NOT_CLAIM, "confirmed", SPECIALIST, None, "4a"),
    ],
)
def test_allowed(state: State, event: str, roles: tuple[str, ...], reason: str | None, number: str) -> None:
    found = allowed(Standing(state), event, roles, reason)
    assert isinstance(found, Transition), found
    assert found.number == number


@pytest.mark.parametrize(
    ("standing", "event", "roles", "reason", "why"),
    [
        (Standing(State.CLOSED), "asked", SPECIALIST, "documents", "state"),
        (Standing(State.REVIEW), "asked", SPECIALIST, None, "reason"),
        (Standing(State.REVIEW), "asked", SPECIALIST, "design", "reason"),
        (Standing(State.REVIEW), "asked", (BOT,), "documents", "role"),
        (Standing(State.APPROVAL), "returned", SPECIALIST, None, "role"),
        (Standing(State.APPROVAL), "decision_sent", SPECIALIST, None, "cost_bearer"),
        (Standing(State.WAITING_CUSTOMER, "documents"), "guarantee_came", SPECIALIST, None, "guarantee"),
        (Standing(State.REVIEW), "closed", SPECIALIST, "history", "reason"),
    ],
)
def test_refused(standing: Standing, event: str, roles: tuple[str, ...], reason: str | None, why: str) -> None:
    found = allowed(standing, event, roles, reason)
    assert isinstance(found, Refusal), found
    assert found.why == why


def test_what_the_case_must_have_first() -> None:
    borne = Standing(State.APPROVAL, cost_bearer="ours")
    assert isinstance(allowed(borne, "decision_sent", SPECIALIST), Transition)
    waits = Standing(State.WAITING_CUSTOMER, "payment_guarantee")
    assert isinstance(allowed(waits, "guarantee_came", SPECIALIST), Transition)
    assert isinstance(allowed(Standing(State.REVIEW, offered=True), "guarantee_came", SPECIALIST), Transition)
    assert isinstance(allowed(Standing(State.REVIEW), "guarantee_came", SPECIALIST), Refusal)
    asked_meanwhile = Standing(State.WAITING_CUSTOMER, "documents", offered=True)
    assert isinstance(allowed(asked_meanwhile, "guarantee_came", SPECIALIST), Transition)  # the offer stands while papers are asked for
    assert isinstance(allowed(Standing(State.WAITING_CUSTOMER, "documents"), "guarantee_came", SPECIALIST), Refusal)


def test_the_sentences() -> None:
    no_state = allowed(Standing(State.CLOSED), "asked", SPECIALIST, "documents")
    assert isinstance(no_state, Refusal)
    assert say_refusal(no_state, "ru") == "Дело в состоянии «закрыто»: запросить у клиента сейчас нельзя. Можно: открыть снова (!открыть), передать юристу (!юрист)."
    assert say_refusal(no_state, "en") == (
        "The case is “closed”: it is not possible now to ask the customer. Possible: open again (!reopen), hand over to the lawyer (!legal)."
    )
    no_reason = allowed(Standing(State.REVIEW), "asked", SPECIALIST, None)
    assert isinstance(no_reason, Refusal)
    assert say_refusal(no_reason, "ru").startswith("Чтобы запросить у клиента, назовите причину: clarification (уточнение), documents (документы)")


def test_everything_has_a_name_in_both_languages() -> None:
    for tongue in ("ru", "en"):
        assert set(STATE_NAMES[tongue]) == set(map(str, State))
        assert set(EVENT_NAMES[tongue]) == {row.event for row in TRANSITIONS}
        assert {code for row in TRANSITIONS for code in row.reasons} <= set(REASON_NAMES[tongue])
        assert set(CLOSE_REASONS) | set(WAIT_FOR_CUSTOMER) <= set(REASON_NAMES[tongue])


def test_what_can_be_done_with_a_closed_case() -> None:
    assert possible_events(State.CLOSED) == ("reopened", "legal_hold")


# --- in the database


def test_a_move_leaves_an_event_with_its_row(db: Database) -> None:
    ground = a_ground()
    file_one(db, ground)
    case_id = cases(db)[0].id
    with db.write() as conn:
        move_case(conn, ground.policy, case_id, "review", by="anna", at=NOW + HOUR, why="Taken.")
    case, last = cases(db)[0], events(db, case_id)[-1]
    assert (case.state, case.state_since, case.wait_reason) == ("review", NOW + HOUR, None)
    assert (last.what, last.actor, last.why) == ("review", "anna", "Taken.")
    assert {name: last.data[name] for name in ("from", "to", "number")} == {"from": "registered", "to": "review", "number": "6"}
    with db.write() as conn:
        until = NOW + 48 * HOUR
        move_case(conn, ground.policy, case_id, "asked", by="anna", at=NOW + 2 * HOUR, why="Photos.", reason="documents", until=until)
    case = cases(db)[0]
    assert (case.state, case.wait_reason, case.wait_until) == ("waiting_customer", "documents", until)
    with db.write() as conn:
        move_case(conn, ground.policy, case_id, "customer_replied", by="mailbot", at=NOW + 3 * HOUR, why="A letter came.")
    case = cases(db)[0]
    assert (case.state, case.wait_reason, case.wait_until, case.state_since) == ("review", None, None, NOW + 3 * HOUR)


def test_a_move_that_is_refused_changes_nothing(db: Database) -> None:
    ground = a_ground()
    file_one(db, ground)
    case_id, before = cases(db)[0].id, len(events(db, cases(db)[0].id))
    with pytest.raises(NotPossible, match="сейчас нельзя"), db.write() as conn:
        move_case(conn, ground.policy, case_id, "executed", by="anna", at=NOW, why="Done.", language="ru")
    assert (cases(db)[0].state, len(events(db, case_id))) == ("registered", before)
    set_case(db, cases(db)[0].number, state="approval")
    with pytest.raises(NotPossible, match="head of department"), db.write() as conn:
        move_case(conn, ground.policy, case_id, "returned", by="anna", at=NOW, why="No.")


def test_how_it_was_opened(db: Database) -> None:
    file_one(db, a_ground(), understanding=MAYBE)
    first = events(db, cases(db)[0].id)[0]
    assert {name: first.data[name] for name in ("from", "to", "number")} == {"from": "new", "to": "triage", "number": "3"}


def test_the_state_is_asked_under_the_lock(db: Database) -> None:
    """Whoever comes second is told by the table, not by an older reading of the row."""
    ground = a_ground()
    file_one(db, ground)
    case_id = cases(db)[0].id
    with db.write() as conn:
        taken = Move("review", "anna", SPECIALIST, "Taken.")
        assert isinstance(moves.move(conn, case_id, taken, NOW), Transition)
        assert isinstance(moves.move(conn, case_id, taken, NOW), Refusal)
