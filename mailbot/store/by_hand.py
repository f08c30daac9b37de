"""What people change by hand about mails: taken out of the digest, opened as a case, moved to another case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from mailbot.store import drafts, search
from mailbot.store.drafts import Request
from mailbot.store.outbox import disown
from mailbot.store.received import ClaimedMail
from mailbot.store.tables import cases, events, outbox, received, requests


@dataclass(frozen=True, slots=True)
class FiledMail:
    """A filed mail with what was read in it and decided about it, as plain data; `mail` without its bytes."""

    mail: ClaimedMail
    kind: str
    case_id: int | None
    from_key: str
    settled_at: datetime | None
    read: Any
    decision: Any


def mail_of(conn: Connection, number: int) -> FiledMail | None:
    """One filed mail by its number, held until the end of the transaction."""
    return _filed(conn.execute(_mails().where(received.c.id == number).with_for_update()).mappings().first())


def joined_mails(conn: Connection, case_id: int) -> list[FiledMail]:
    """The letters of people outside that joined a case after its first mail, newest first."""
    query = _mails().where(
        received.c.case_id == case_id,
        received.c.outcome == "joined",
        received.c.relation.in_(("customer", "third_party")),
        received.c.kind.in_(("follow_up", "withdrawal", "enquiry", "claim")),
    )
    found = (_filed(row) for row in conn.execute(query.order_by(received.c.id.desc())).mappings())
    return [mail for mail in found if mail is not None]


def _mails() -> Any:
    columns = ("id", "received_at", "received_at_basis", "mailbox", "attempts", "fence", "history", "truncated", "hold_letters")
    more = ("kind", "case_id", "from_key", "settled_at", "read", "decision")
    return select(*(received.c[name] for name in (*columns, *more))).where(received.c.state == "filed")


def _filed(row: Mapping[Any, Any] | None) -> FiledMail | None:
    if row is None or row["read"] is None or row["decision"] is None:
        return None
    mail = ClaimedMail(
        row["id"], b"", row["received_at"], row["received_at_basis"], row["mailbox"], row["attempts"], row["fence"],
        row["history"], row["truncated"], row["hold_letters"],
    )  # fmt: skip
    return FiledMail(mail, row["kind"], row["case_id"], row["from_key"] or "", row["settled_at"], row["read"], row["decision"])


def settle(conn: Connection, number: int, person: str, now: datetime) -> None:
    """An enquiry leaves the digest: a person has dealt with it."""
    conn.execute(update(received).where(received.c.id == number).values(settled_at=now, settled_by=person))


def open_as_case(conn: Connection, number: int, case_id: int, decision: Any) -> None:
    """The mail is the one that opened this case."""
    values = {"case_id": case_id, "outcome": "triage", "kind": "claim", "relation": "customer", "decision": decision}
    conn.execute(update(received).where(received.c.id == number).values(values))
    search.move(conn, [number], case_id)


def add_to_case(conn: Connection, number: int, case_id: int, relation: str) -> None:
    """The mail belongs to this case from now on."""
    values = {"case_id": case_id, "outcome": "joined", "relation": relation}
    conn.execute(update(received).where(received.c.id == number).values(values))
    search.move(conn, [number], case_id)


def move_all(conn: Connection, from_case: int, to_case: int, *, of_another: bool) -> None:
    """Every mail and letter of one case belongs to another from now on; `of_another` customer, its letters answer nothing there."""
    numbers = list(conn.execute(select(received.c.id).where(received.c.case_id == from_case)).scalars())
    conn.execute(update(received).where(received.c.case_id == from_case).values(case_id=to_case))
    if of_another:
        disown(conn, from_case)
    conn.execute(update(outbox).where(outbox.c.case_id == from_case).values(case_id=to_case))
    search.move(conn, numbers, to_case)


def move_requests(conn: Connection, from_case: int, to_case: int) -> list[Request]:
    """What was asked of departments for one case belongs to another from now on; returns what is not answered yet."""
    open_ = drafts.open_requests(conn, from_case)
    conn.execute(update(requests).where(requests.c.case_id == from_case).values(case_id=to_case))
    return open_


def promised(conn: Connection, case_id: int) -> list[Any]:
    """(why, data) of each promise made since the case was opened last."""
    opened = select(func.max(events.c.id)).where(events.c.case_id == case_id, events.c.what.in_(("opened", "reopened"))).scalar_subquery()
    query = select(events.c.why, events.c.data).where(events.c.case_id == case_id, events.c.what == "promised", events.c.id > opened)
    return list(conn.execute(query.order_by(events.c.id)))


def asked_since(conn: Connection, case: Mapping[str, Any]) -> datetime:
    """Since when an answer is owed: the arrival of the claim, or when the case was opened again last."""
    reopened = select(func.max(events.c.at)).where(events.c.case_id == case["id"], events.c.what == "reopened")
    at: datetime | None = conn.execute(reopened).scalar()
    return at or case["received_at"]


def made(conn: Connection, case_id: int) -> list[Any]:
    """(at, actor, what, why) of each word on what became of our own claim."""
    query = select(events.c.at, events.c.actor, events.c.what, events.c.why).where(events.c.case_id == case_id)
    return list(conn.execute(query.where(events.c.what.in_(("regress_filed", "regress_notice", "regress_answered"))).order_by(events.c.id)))


def moved_to(conn: Connection, ids: set[int]) -> dict[int, int]:
    """Of these cases, those that were merged into another, and into which (decisions.md 17: a letter finds its case)."""
    found: dict[int, int] = {}
    asked = set(ids)
    for _ in range(5):  # merged into one that was merged in its turn
        query = select(cases.c.id, cases.c.flags).where(cases.c.id.in_(asked), cases.c.close_reason == "merged")
        into = {case_id: flags["merged_into"] for case_id, flags in conn.execute(query) if flags.get("merged_into")} if asked else {}
        if not into:
            break
        by_number = select(cases.c.number, cases.c.id).where(cases.c.number.in_(set(into.values())))
        targets: dict[str, int] = {number: target for number, target in conn.execute(by_number)}
        step = {case_id: targets[number] for case_id, number in into.items() if number in targets}
        found = {case_id: step.get(target, target) for case_id, target in found.items()} | step
        asked = set(step.values())
    return found

