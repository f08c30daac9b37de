"""What people asked for by mail: each mail once, what it changed, what may be undone; and what came in their name unproven.

A claim written down on the command line is such a mail, too; it has no `lines`: neither the limits of her mails nor their answers count it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from mailbot.claims.command_proof import AnsweredLetter
from mailbot.store.outbox import WARNING
from mailbot.store.tables import cases, commands, events, listed, outbox, received

_MOST_REFERENCES = 30
# of claims.command_proof.sender_of; and of `is_replay`: not her sending
_UNPROVEN = ("sender", "automatic", "unproven", "loose", "replayed")
_NOTHING_PROVEN = (commands.c.outcome == "refused") & commands.c.why.in_(("unproven", "loose"))
LETTER = "letter"  # the reason of a mail that commands nothing: it came in a colleague's name, and nothing proves it
_TELLING = ("digest", "case_letter", "alert")  # to our people: these say what the customer wrote
_BY_PEOPLE = ("reply", WARNING, "clarification", "decision", "paid_repair", "completed", "execution_status", "inspection", "closing")
Changes = Mapping[str, Mapping[str, Sequence[Any]]]  # by case number: column -> [old, new]


@dataclass(frozen=True, slots=True)
class Unproven:
    """A mail in the name of one of our people that nothing proves. `person` "": a colleague nobody listed, or a claims address."""

    id: int
    person: str
    at: datetime
    number: str


@dataclass(frozen=True, slots=True)
class Done:
    """What a person changed and may put back: the whole of a mail (its row is `mail`), or one order typed at the machine (its `event`)."""

    at: datetime
    changes: Mapping[str, dict[str, list[Any]]]  # by case number: column -> [old, new]
    mail: int | None = None
    event: int | None = None


def letters_answered(conn: Connection, message_ids: Sequence[str]) -> list[AnsweredLetter]:
    """Letters of ours among these Message-IDs, in their order, with the cases each was about or listed."""
    wanted = list(dict.fromkeys(message_ids))[:_MOST_REFERENCES]
    if not wanted:
        return []
    query = select(outbox.c.message_id, outbox.c.kind, outbox.c.recipient, outbox.c.queued_at, cases.c.number)
    rows = {
        row.message_id: row
        for row in conn.execute(query.outerjoin(cases, cases.c.id == outbox.c.case_id).where(outbox.c.message_id.in_(wanted)))
    }
    numbers: dict[str, set[str]] = {message_id: {row.number} - {None} for message_id, row in rows.items()}
    for message_id, number in conn.execute(select(listed.c.message_id, listed.c.number).where(listed.c.message_id.in_(list(rows)))):
        numbers[message_id].add(number)
    return [
        AnsweredLetter(row.message_id, row.kind, row.recipient, row.queued_at, frozenset(numbers[row.message_id]))
        for message_id in wanted
        if (row := rows.get(message_id)) is not None
    ]


def take(
    conn: Connection, content_key: str, received_id: int, person: str, lines: int, at: datetime, *, proven: bool = False
) -> int | None:
    """Note a command mail before it is carried out; None where this very mail was noted before.

    A copy that proved nothing takes nothing from a `proven` one: it may have come another way, or a stranger may have sent it (M15).
    """
    on_conflict = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    row = {"content_key": content_key, "received_id": received_id, "person": person, "at": at, "lines": lines}
    row |= {"outcome": "not_done", "why": "", "changes": {}}
    insert = on_conflict(commands).values(row)
    if proven:
        again = insert.on_conflict_do_update(index_elements=["content_key"], set_=row, where=_NOTHING_PROVEN)
    else:
        again = insert.on_conflict_do_nothing(index_elements=["content_key"])
    found: int | None = conn.execute(again.returning(commands.c.id)).scalar()
    return found


def was_unproven(conn: Connection, content_key: str) -> bool:
    """This very mail came before and was refused, because nothing proved it."""
    query = select(commands.c.id).where(commands.c.content_key == content_key, _NOTHING_PROVEN)
    return conn.execute(query).first() is not None


def is_replay(conn: Connection, noted: int, person: str, message_id: str | None) -> bool:
    """A proven mail of hers with this Message-ID has commanded before; `noted` is the row of this one.

    A signature forgives blanks and folded lines: whoever has her mail can make of it another that is proven as well. Refused ones do
    not count: a stranger who guesses an id must not stop her own.
    """
    if not message_id:
        return False
    earlier = select(commands.c.id).join(received, received.c.id == commands.c.received_id)
    hers = (commands.c.id != noted, commands.c.person == person, commands.c.outcome != "refused", received.c.message_id == message_id)
    return conn.execute(earlier.where(*hers).limit(1)).first() is not None


def settle(
    conn: Connection, number: int, outcome: str, *, why: str = "", case_id: int | None = None, changes: Changes | None = None
) -> None:
    """How a command mail ended: done, not_done (not understood or not possible) or refused (not proven)."""
    values = {"outcome": outcome, "why": why, "case_id": case_id, "changes": dict(changes or {})}
    conn.execute(update(commands).where(commands.c.id == number).values(values))


def ended(conn: Connection, received_id: int) -> tuple[str, str] | None:
    """Outcome and `why` of the command in this mail; None where there is none."""
    row = conn.execute(select(commands.c.outcome, commands.c.why).where(commands.c.received_id == received_id)).first()
    return (row.outcome, row.why) if row is not None else None


def lines_since(conn: Connection, person: str, since: datetime) -> int:
    """How many commands of this person were carried out since."""
    query = select(func.sum(commands.c.lines)).where(commands.c.person == person, commands.c.at > since, commands.c.outcome == "done")
    return int(conn.execute(query).scalar() or 0)


def refused_since(conn: Connection, person: str, since: datetime) -> int:
    """How many mails of hers were refused since. Those that nothing proves to be hers do not use up the answers she gets."""
    hers = (commands.c.person == person, commands.c.at > since, commands.c.outcome == "refused")
    query = select(func.count()).where(*hers, commands.c.why.not_in((*_UNPROVEN, LETTER)))
    return int(conn.execute(query).scalar() or 0)


def refused_by(conn: Connection, since: datetime) -> dict[str, int]:
    """The same of everybody who has any, by person's id, in one query."""
    which = (commands.c.at > since, commands.c.outcome == "refused", commands.c.why.not_in((*_UNPROVEN, LETTER)))
    query = select(commands.c.person, func.count()).where(*which).group_by(commands.c.person)
    return {who: int(count) for who, count in conn.execute(query)}


def fruitless_since(conn: Connection, person: str, since: datetime) -> int:
    """How many mails of hers changed nothing since."""
    hers = (commands.c.person == person, commands.c.at > since, commands.c.outcome == "not_done", commands.c.lines > 0)
    query = select(func.count()).where(*hers)
    return int(conn.execute(query).scalar() or 0)


def unproven_since(conn: Connection, since: datetime, person: str | None = None) -> int:
    """How many command mails, of this person or anybody, were refused since because nothing proved who sent them."""
    query = select(func.count()).where(commands.c.at > since, commands.c.outcome == "refused", commands.c.why.in_(_UNPROVEN))
    return int(conn.execute(query if person is None else query.where(commands.c.person == person)).scalar() or 0)


def letters_in_name(conn: Connection, since: datetime, person: str) -> list[str]:
    """The cases ("" for none) of the mails in her name that commanded nothing and that nothing proves to be hers, one for each mail."""
    query = select(cases.c.number).select_from(commands.outerjoin(cases, cases.c.id == commands.c.case_id))
    hers = (commands.c.person == person, commands.c.at > since, commands.c.outcome == "refused", commands.c.why == LETTER)
    return [number or "" for number in conn.execute(query.where(*hers).order_by(commands.c.id)).scalars()]


def unproven_after(conn: Connection, last: int, since: datetime) -> list[Unproven]:
    """Every mail in a colleague's name that nothing proves, noted after the row `last` and since then."""
    query = select(commands.c.id, commands.c.person, commands.c.at, cases.c.number)
    query = query.select_from(commands.outerjoin(cases, cases.c.id == commands.c.case_id))
    wanted = (commands.c.id > last, commands.c.at > since, commands.c.outcome == "refused", commands.c.why.in_((*_UNPROVEN, LETTER)))
    return [Unproven(row.id, row.person, row.at, row.number or "") for row in conn.execute(query.where(*wanted).order_by(commands.c.id))]


def last_done(conn: Connection, person: str, number: str, since: datetime) -> Done | None:
    """Her latest commands that changed something in this case since, and are not undone: by mail or on the command line."""
    query = (
        select(commands.c.id, commands.c.at, commands.c.changes)
        .where(commands.c.person == person, commands.c.at > since, commands.c.outcome == "done", commands.c.undone_at.is_(None))
        .order_by(commands.c.id.desc())
    )
    by_mail = next((Done(row.at, row.changes, mail=row.id) for row in conn.execute(query) if number in row.changes), None)
    typed = _last_typed(conn, person, number, since)
    return max((one for one in (by_mail, typed) if one is not None), key=lambda one: one.at, default=None)


def _last_typed(conn: Connection, person: str, number: str, since: datetime) -> Done | None:
    """The same of what was typed: its event keeps the changes, and the event of an undo says which it undid."""
    query = select(events.c.id, events.c.at, events.c.actor, events.c.data).join(cases, cases.c.id == events.c.case_id)
    which = (cases.c.number == number, events.c.at > since, events.c.what.in_(("commanded", "undone")))
    rows = conn.execute(query.where(*which).order_by(events.c.id.desc())).all()
    undone = {row.data.get("undoes") for row in rows}
    hers = (row for row in rows if row.actor == person and row.data.get("changes") and row.id not in undone)
    return next((Done(row.at, {number: row.data["changes"]}, event=row.id) for row in hers), None)


def undoable_of(conn: Connection, person: str, message_id: str, since: datetime) -> list[str]:
    """The cases that her command mail changed which this letter of ours answered; none where she has changed one of them since.

    Of a mail about several cases all can be put back in one answer; what others changed since is found when it is tried.
    """
    answered = select(outbox.c.received_id).where(outbox.c.message_id == message_id, outbox.c.kind == "result")
    query = select(commands.c.id, commands.c.changes).where(
        commands.c.received_id.in_(answered), commands.c.person == person, commands.c.at > since, commands.c.undone_at.is_(None)
    )
    row = conn.execute(query.where(commands.c.outcome == "done").limit(1)).first()
    numbers = sorted(row.changes) if row is not None else []
    last = [last_done(conn, person, number, since) for number in numbers]
    return numbers if row is not None and all(one is not None and one.mail == row.id for one in last) else []


def keep_changes(conn: Connection, number: int, changes: Changes, at: datetime) -> None:
    """After an undo: what of that mail may still be undone."""
    conn.execute(update(commands).where(commands.c.id == number).values(changes=dict(changes), undone_at=None if changes else at))


def commanded_since(conn: Connection, numbers: Iterable[str], since: datetime, person: str, mail: int) -> list[str]:
    """Those of these cases in which somebody has commanded since, or in a later mail: another, or she herself."""
    query = select(cases.c.number).distinct().join(events, events.c.case_id == cases.c.id)
    others = or_(events.c.actor != person, events.c.received_id.is_(None))
    lately = or_(and_(events.c.at > since, others), events.c.received_id > mail)
    query = query.where(cases.c.number.in_(list(numbers)), events.c.what == "commanded", lately)
    return list(conn.execute(query.order_by(cases.c.number)).scalars())


def written_since(conn: Connection, numbers: Iterable[str], since: datetime, mail: int | None) -> dict[str, datetime]:
    """Those of these cases into which their customer has written since, or after this mail, and when the last letter came."""
    query = select(cases.c.number, func.max(received.c.received_at)).join(received, received.c.case_id == cases.c.id)
    hers = (received.c.outcome == "joined", received.c.relation == "customer", received.c.history.is_(False))
    lately = received.c.filed_at > since if mail is None else or_(received.c.filed_at > since, received.c.id > mail)
    query = query.where(cases.c.number.in_(list(numbers)), *hers, lately).group_by(cases.c.number)
    return {number: at for number, at in conn.execute(query.order_by(cases.c.number))}


def last_told(conn: Connection, number: str, addresses: Iterable[str]) -> datetime | None:
    """When the last letter was written that told the person of these addresses what had come into the case; when one of our people last
    wrote to its customer, where that is later. None where she was told nothing yet.
    """
    names_it = and_(listed.c.message_id == outbox.c.message_id, listed.c.number == number)  # else every case of every digest is read
    about = outbox.outerjoin(cases, cases.c.id == outbox.c.case_id).outerjoin(listed, names_it)
    of_case = or_(cases.c.number == number, listed.c.number.is_not(None))
    hers = (outbox.c.recipient_key.in_([one.casefold() for one in addresses]), outbox.c.kind.in_(_TELLING), of_case)
    told: datetime | None = conn.execute(select(func.max(outbox.c.queued_at)).select_from(about).where(*hers)).scalar()
    wrote = select(func.max(outbox.c.queued_at)).join(cases, cases.c.id == outbox.c.case_id)
    wrote = wrote.where(cases.c.number == number, outbox.c.kind.in_(_BY_PEOPLE))
    answered: datetime | None = conn.execute(wrote).scalar()
    return max(told, answered) if told is not None and answered is not None else told


def values_of(conn: Connection, numbers: Iterable[str], columns: Sequence[str]) -> dict[str, dict[str, Any]]:
    """These columns of these cases, by number; the rows are held until the end of the transaction."""
    query = select(cases.c.number, *(cases.c[name] for name in columns)).where(cases.c.number.in_(list(numbers))).order_by(cases.c.id)
    return {row["number"]: {name: row[name] for name in columns} for row in conn.execute(query.with_for_update()).mappings()}
