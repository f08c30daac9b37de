"""Letters that people write: drafts, whose yes they need, and what was asked of a department."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, and_, insert, or_, select, union, update

from mailbot.store.parts import parts
from mailbot.store.tables import approvals, attachments, cases, drafts, outbox, received, requests

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # before any letter came back: "later than" finds by the index what "is not null" does not

_DECIDING = frozenset({"decision", "paid_repair"})  # one answer to one claim: two that wait would contradict each other
UNSENT = ("draft", "submitted", "approved", "returned")
_OF_CUSTOMERS = ("claim", "triage", "follow_up", "withdrawal", "enquiry", "internal", "command", "unreadable")


@dataclass(frozen=True, slots=True)
class NewDraft:
    """A letter with its facts as plain data, and the mail whose attachments go with it. `sha256` is of its finished content."""

    case_id: int
    kind: str
    language: str
    recipient: str
    letter: Mapping[str, Any]
    thread: Mapping[str, Any]
    enclosures: Sequence[Mapping[str, Any]]
    sha256: str
    author: str
    resolution: str = ""
    received_id: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it is kept. `asked`: what the guard asked back before it may go."""

    id: int
    case_id: int
    kind: str
    language: str
    recipient: str
    letter: Any
    thread: Any
    enclosures: Any
    sha256: str
    author: str
    resolution: str
    received_id: int | None
    state: str
    asked: Any
    made_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Approval:
    """One role's yes, asked for and perhaps given. `verdict`: asked | approved | returned."""

    id: int
    draft_id: int
    role: str
    person: str | None
    verdict: str
    why: str
    sha256: str
    asked_at: datetime
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked of a department and is not answered."""

    id: int
    case_id: int
    kind: str
    department: str
    recipient: str
    question: str
    asked_by: str
    asked_at: datetime
    due_by: datetime


def add(conn: Connection, new: NewDraft, now: datetime, *, whole: bool = True) -> int:
    """Keep a draft; an unsent one of the same kind for the same case gives way to it, of what is decided the one before.

    To one that is not `whole` (it lacks a fact) gives way only what waits for its author too: what was approved, or is being
    looked at, stands until a whole one takes its place.
    """
    kinds, states = _DECIDING if new.kind in _DECIDING else frozenset({new.kind}), UNSENT if whole else ("draft",)
    older = update(drafts).where(drafts.c.case_id == new.case_id, drafts.c.kind.in_(kinds), drafts.c.state.in_(states))
    conn.execute(older.values(state="cancelled", settled_at=now))
    values = {field.name: getattr(new, field.name) for field in fields(NewDraft)}
    values |= {"enclosures": list(new.enclosures), "letter": dict(new.letter), "thread": dict(new.thread)}
    number: int = conn.execute(insert(drafts).values(**values, state="draft", asked=[], made_at=now).returning(drafts.c.id)).scalar_one()
    return number


def unsent(conn: Connection, case_id: int) -> list[Draft]:
    """The drafts of a case that have not left, newest first; held until the end of the transaction."""
    query = select(*_columns(Draft, drafts)).where(drafts.c.case_id == case_id, drafts.c.state.in_(UNSENT))
    return [Draft(*row) for row in conn.execute(query.order_by(drafts.c.id.desc()).with_for_update())]


def approved_of(conn: Connection, case_ids: Sequence[int]) -> list[Draft]:
    """The letters of these cases that every yes has been given to, and that have not left, the oldest of a case first."""
    query = select(*_columns(Draft, drafts)).where(drafts.c.state == "approved").order_by(drafts.c.id)
    return [Draft(*row) for some in parts(case_ids) for row in conn.execute(query.where(drafts.c.case_id.in_(some)))]


def draft(conn: Connection, number: int) -> Draft:
    return Draft(*conn.execute(select(*_columns(Draft, drafts)).where(drafts.c.id == number)).one())


def set_state(conn: Connection, number: int, state: str, now: datetime, *, asked: Sequence[Any] | None = None) -> None:
    values: dict[str, Any] = {"state": state}
    if state in {"sent", "cancelled"}:
        values["settled_at"] = now
    if asked is not None:
        values["asked"] = list(asked)
    conn.execute(update(drafts).where(drafts.c.id == number).values(values))


def overtake(conn: Connection, case_id: int, number: int, now: datetime) -> list[int]:
    """What was written before this letter and only waits for its author's word goes no further."""
    older = update(drafts).where(drafts.c.case_id == case_id, drafts.c.state == "draft", drafts.c.id < number)
    return list(conn.execute(older.values(state="cancelled", settled_at=now).returning(drafts.c.id)).scalars())


def cancel_all(conn: Connection, case_id: int, now: datetime) -> list[tuple[int, str]]:
    """The case is settled otherwise: nothing of it is to be sent any more. Returns number and kind of what was."""
    left = update(drafts).where(drafts.c.case_id == case_id, drafts.c.state.in_(UNSENT))
    gone = conn.execute(left.values(state="cancelled", settled_at=now).returning(drafts.c.id, drafts.c.kind))
    return sorted((number, kind) for number, kind in gone)


def ask_approvals(conn: Connection, number: int, roles: Iterable[str], sha256: str, now: datetime) -> None:
    rows = [{"draft_id": number, "role": role, "verdict": "asked", "why": "", "sha256": sha256, "asked_at": now} for role in roles]
    if rows:
        conn.execute(insert(approvals), rows)


def approvals_of(conn: Connection, number: int) -> list[Approval]:
    query = select(*_columns(Approval, approvals)).where(approvals.c.draft_id == number).order_by(approvals.c.id)
    return [Approval(*row) for row in conn.execute(query)]


def decide(conn: Connection, approval: int, person: str, verdict: str, why: str, now: datetime) -> None:
    """A person has said yes or no."""
    conn.execute(update(approvals).where(approvals.c.id == approval).values(person=person, verdict=verdict, why=why, at=now))


def waiting_approvals(conn: Connection, case_ids: Sequence[int] | None = None) -> list[tuple[Draft, Approval]]:
    """Every approval that is asked for and not given; of these cases where they are named."""
    query = (
        select(*_columns(Draft, drafts), *_columns(Approval, approvals))
        .join(approvals, approvals.c.draft_id == drafts.c.id)
        .where(drafts.c.state == "submitted", approvals.c.verdict == "asked")
        .order_by(approvals.c.id)
    )
    if case_ids is not None:
        query = query.where(drafts.c.case_id.in_(case_ids))
    width = len(fields(Draft))
    return [(Draft(*row[:width]), Approval(*row[width:])) for row in conn.execute(query)]


def numbers_of(conn: Connection, case_id: int) -> list[int]:
    """Every draft there ever was of a case."""
    return list(conn.execute(select(drafts.c.id).where(drafts.c.case_id == case_id).order_by(drafts.c.id)).scalars())


def written_in(conn: Connection, one: Draft) -> str:
    """The words of the mail by which it was written; "" where it was written at the machine."""
    read = conn.execute(select(received.c.read).where(received.c.id == one.received_id)).scalar()
    return str(((read or {}).get("mail") or {}).get("text") or "")


def files_of(conn: Connection, case_id: int, also: int | None = None) -> list[Any]:
    """What people outside attached to the mails of a case, oldest first; and what came with the mail `also`, whoever wrote it."""
    query = (
        select(attachments.c.received_id, attachments.c.name, attachments.c.media_type, attachments.c.sha256, attachments.c.size)
        .join(received, received.c.id == attachments.c.received_id)
        .where(received.c.case_id == case_id, attachments.c.inline.is_(False))
        .where(or_(received.c.kind.in_(_OF_CUSTOMERS), received.c.id == also))
    )
    return list(conn.execute(query.order_by(attachments.c.received_id, attachments.c.ordinal)))


def add_request(
    conn: Connection,
    *,
    case_id: int,
    kind: str,
    department: str,
    recipient: str,
    question: str,
    asked_by: str,
    now: datetime,
    due_by: datetime,
) -> int:
    row = {"case_id": case_id, "kind": kind, "department": department, "recipient": recipient, "question": question}
    row |= {"asked_by": asked_by, "asked_at": now, "due_by": due_by, "message_id": ""}
    number: int = conn.execute(insert(requests).values(row).returning(requests.c.id)).scalar_one()
    return number


def request_left(conn: Connection, number: int, message_id: str) -> None:
    """By which Message-ID its answer will be known."""
    conn.execute(update(requests).where(requests.c.id == number).values(message_id=message_id))


def asked_in(conn: Connection, message_ids: Sequence[str]) -> list[Request]:
    """The requests among these letters that are not answered."""
    if not message_ids:
        return []
    query = select(*_columns(Request, requests)).where(requests.c.message_id.in_(message_ids), requests.c.answered_at.is_(None))
    return [Request(*row) for row in conn.execute(query.order_by(requests.c.id))]


def settle_requests(conn: Connection, numbers: Sequence[int], now: datetime) -> None:
    """These requests are answered."""
    conn.execute(update(requests).where(requests.c.id.in_(numbers), requests.c.answered_at.is_(None)).values(answered_at=now))


def end_requests(conn: Connection, case_id: int, now: datetime) -> list[int]:
    """Nothing asked of a department for this case is waited for any more. Returns the numbers of what was."""
    asked = update(requests).where(requests.c.case_id == case_id, requests.c.answered_at.is_(None))
    return list(conn.execute(asked.values(answered_at=now).returning(requests.c.id)).scalars())


def open_requests(conn: Connection, case_id: int | None = None) -> list[Request]:
    query = select(*_columns(Request, requests)).where(requests.c.answered_at.is_(None))
    if case_id is not None:
        query = query.where(requests.c.case_id == case_id)
    return [Request(*row) for row in conn.execute(query.order_by(requests.c.id))]


def last_customers_mail(conn: Connection, case: Mapping[str, Any]) -> Any:
    """Message-ID, what was read and subject of the last letter that the customer of a case wrote; None where there is none.

    In a case that was merged others may have written since: a letter to her never shows their subjects.
    """
    columns = ("id", "message_id", "subject", "read", "decision", "kind", "received_at")
    query = select(*(received.c[name] for name in columns)).where(
        received.c.case_id == case["id"], received.c.state == "filed", received.c.relation == "customer"
    )
    hers = (row for row in conn.execute(query.order_by(received.c.id.desc())) if case["customer_key"] in _writers(row.read))
    return next(hers, None)


def _writers(read: Mapping[str, Any] | None) -> set[str]:
    """Whose letter it is: the sender, or whom she wants the answer to go to."""
    mail = (read or {}).get("mail") or {}
    return {str(one["address"]).casefold() for one in (mail.get("from_"), *(mail.get("reply_to") or ())) if one}


def newest(conn: Connection, case_id: int) -> Draft | None:
    """The draft of a case that was written last, whatever became of it."""
    query = select(*_columns(Draft, drafts)).where(drafts.c.case_id == case_id)
    row = conn.execute(query.order_by(drafts.c.id.desc()).limit(1)).first()
    return Draft(*row) if row is not None else None


def last_sent(conn: Connection, case_id: int, kinds: Sequence[str]) -> Draft | None:
    """The last letter of these kinds that went to the customer of a case."""
    query = select(*_columns(Draft, drafts)).where(drafts.c.case_id == case_id, drafts.c.state == "sent", drafts.c.kind.in_(kinds))
    row = conn.execute(query.order_by(drafts.c.id.desc()).limit(1)).first()
    return Draft(*row) if row is not None else None


def resolutions(conn: Connection, case_id: int) -> list[str]:
    """What was decided and sent to the customer of a case."""
    gone = select(drafts.c.resolution).where(drafts.c.case_id == case_id, drafts.c.state == "sent", drafts.c.resolution != "")
    return list(conn.execute(gone).scalars())


def sent_letters(conn: Connection, case_id: int) -> list[Any]:
    """The facts of the letters by people that went to the customer of a case, the last fifty."""
    gone = select(drafts.c.letter).where(drafts.c.case_id == case_id, drafts.c.state == "sent").order_by(drafts.c.id.desc()).limit(50)
    return list(conn.execute(gone).scalars())


def told(conn: Connection, case_id: int) -> list[Any]:
    """What the customer of a case has been written, oldest first: letters to her address."""
    columns = (outbox.c.kind, outbox.c.queued_at, outbox.c.sent_at, outbox.c.state, outbox.c.bounced_at)
    query = select(*columns).join(cases, cases.c.id == outbox.c.case_id).where(outbox.c.case_id == case_id, outbox.c.state != "cancelled")
    return list(conn.execute(query.where(outbox.c.recipient_key == cases.c.customer_key).order_by(outbox.c.id)))


def undelivered(conn: Connection, kinds: Iterable[str], queued_before: datetime, acknowledged_since: datetime) -> list[Any]:
    """Letters by people that came back, were refused, or have not left although queued before; and acknowledgements of since then that
    the mail server refused.
    """
    columns = ("id", "case_id", "kind", "state", "last_reply", "dedupe_key", "recipient", "subject")
    lies = outbox.c.state.in_(("due", "sending", "unknown")), outbox.c.queued_at <= queued_before
    which = union(  # each finds its few by an index of its own
        select(outbox.c.id).where(outbox.c.state == "refused"),
        select(outbox.c.id).where(outbox.c.bounced_at > _NEVER),
        select(outbox.c.id).where(*lies),
    )
    refused = (outbox.c.kind == "acknowledgement", outbox.c.state == "refused", outbox.c.queued_at > acknowledged_since)
    query = select(*(outbox.c[name] for name in columns)).where(
        outbox.c.id.in_(which), or_(outbox.c.kind.in_(list(kinds)), and_(*refused)), outbox.c.case_id.is_not(None)
    )
    return list(conn.execute(query.order_by(outbox.c.id)))


def author_of(conn: Connection, dedupe_key: str) -> str | None:
    """Who wrote the letter of this key: a draft's author, or who asked a department."""
    kind, number, *_ = (*dedupe_key.split(":"), "")  # behind them the case that was joined to another, as outbox.disown says
    table, column = (drafts, drafts.c.author) if kind == "draft" else (requests, requests.c.asked_by)
    if kind not in {"draft", "request"} or not number.isdigit():
        return None
    found: str | None = conn.execute(select(column).where(table.c.id == int(number))).scalar()
    return found


def _columns(kind: type[Any], table: Any) -> list[Any]:
    return [table.c[field.name] for field in fields(kind)]
