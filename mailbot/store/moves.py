"""Moves a case from state to state: only as the table of claims.case has it, each move with who, when, why and the mail that caused it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from mailbot.claims.case import UNTIL_SEEN, Refusal, Standing, State, Transition, allowed
from mailbot.store import cases as case_store
from mailbot.store.cases import MAILBOT
from mailbot.store.tables import cases, events

_WAITS = frozenset({"asked", "offer_sent", "waits"})  # events whose reason is one of waiting
OFFERED = "paid_repair_offered"  # the flag of a case whose customer has our offer and has not guaranteed the payment
_HANDS_OVER = ("assigned", "merged", "undone")  # events that may put another in charge
_TERMINAL = frozenset({State.CLOSED, State.NOT_CLAIM})


@dataclass(frozen=True, slots=True)
class Move:
    """What is to happen to a case. `event` of the table; `reason` a code of waiting or closing; `until`: waiting ends.

    `values`: further columns of the case that change with it.
    """

    event: str
    by: str
    roles: Collection[str]
    why: str
    reason: str | None = None
    until: datetime | None = None
    received_id: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


def move(conn: Connection, case_id: int, wanted: Move, at: datetime) -> Transition | Refusal:
    """Make the move and append the event that says so, with `from`, `to` and the `number` of its row; or say why there is none.

    The case is held until the end of the transaction, so that two people who move it at once are told apart.
    """
    now = conn.execute(select(*_STANDING).where(cases.c.id == case_id).with_for_update()).one()
    standing = Standing(State(now.state), now.wait_reason, wanted.values.get("cost_bearer", now.cost_bearer), bool(now.flags.get(OFFERED)))
    found = allowed(standing, wanted.event, wanted.roles, wanted.reason)
    if isinstance(found, Refusal):
        return found
    to = found.to or standing.state
    data = {"from": standing.state.value, "to": to.value, "number": found.number}
    case_store.change(
        conn,
        case_id,
        {**_values(standing, to, wanted, at), **wanted.values},
        at=at,
        actor=wanted.by,
        what=wanted.event,
        why=wanted.why,
        received_id=wanted.received_id,
        data=data,
    )
    return found


_STANDING = (cases.c.state, cases.c.wait_reason, cases.c.cost_bearer, cases.c.flags)


def _values(standing: Standing, to: State, wanted: Move, at: datetime) -> dict[str, Any]:
    """What follows of the state itself: since when, for what it waits, and how it ended."""
    values: dict[str, Any] = {}
    if to is not standing.state:
        values |= {"state": to.value, "state_since": at, "closed_at": at if to in _TERMINAL else None, "close_reason": None}
    if wanted.event in _WAITS:
        values |= {"wait_reason": wanted.reason, "wait_until": wanted.until}
    elif to is not standing.state or wanted.event == "wait_ended" or (wanted.event == "inspected" and standing.wait_reason in UNTIL_SEEN):
        values |= {"wait_reason": None, "wait_until": None}
    if to is State.CLOSED:
        values["close_reason"] = wanted.reason
    return values


@dataclass(frozen=True, slots=True)
class Lost:
    """A case that went from one person to another by somebody's word; `person` and `to` are ids."""

    number: str
    person: str
    to: str
    by: str
    at: datetime


def lost_since(conn: Connection, since: datetime) -> list[Lost]:
    """Each case that one of our people had in charge and a colleague took or gave away since, and that has not come back to her."""
    query = select(cases.c.number, cases.c.assigned_to, events.c.actor, events.c.at, events.c.data)
    query = query.join(cases, cases.c.id == events.c.case_id).where(events.c.what.in_(_HANDS_OVER), events.c.at > since)
    found: dict[tuple[str, str], Lost] = {}
    for number, holder, actor, at, data in conn.execute(query.order_by(events.c.id)):
        person = (data.get("assigned_to") or {}).get("old")
        if person and holder and person not in {holder, actor}:
            found[number, person] = Lost(number, person, holder, actor, at)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Closed:
    """A case that one of our people (`by`, an id) closed and that is closed still. `late`: the answer's date had passed without one."""

    number: str
    by: str
    reason: str
    at: datetime
    late: bool


def closed_since(conn: Connection, since: datetime) -> list[Closed]:
    """Each case that a person has closed since, in the order of the closes."""
    columns = (cases.c.number, cases.c.close_reason, cases.c.answer_by, cases.c.answered_at, events.c.actor, events.c.at)
    query = select(*columns).join(cases, cases.c.id == events.c.case_id)
    query = query.where(events.c.what == "closed", events.c.at > since, events.c.actor != MAILBOT, cases.c.state == State.CLOSED.value)
    found: dict[str, Closed] = {}
    for row in conn.execute(query.order_by(events.c.id)):
        late = row.answer_by is not None and row.answer_by < (row.answered_at or row.at)
        found[row.number] = Closed(row.number, row.actor, row.close_reason or "", row.at, late)
    return list(found.values())


def taken_at(conn: Connection, case_id: int, person: str) -> datetime | None:
    """When a case came to a person by her own word or a colleague's, None where its category alone says so."""
    query = select(events.c.at, events.c.what, events.c.actor, events.c.data).where(events.c.case_id == case_id, events.c.actor != MAILBOT)
    query = query.where(events.c.what.in_(("assigned", "review"))).order_by(events.c.id.desc())
    for at, what, actor, data in conn.execute(query):
        if (actor == person) if what == "review" else ((data.get("assigned_to") or {}).get("new") == person):
            return at  # type: ignore[no-any-return]
    return None
