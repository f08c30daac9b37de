"""What each mailbox has shown us: mailboxes, their folders' epochs, and the UIDs seen in each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from mailbot.store.tables import epochs, mailboxes, raw_mails, received, shown


@dataclass(frozen=True, slots=True)
class MailboxRow:
    """`taken_from`: mail that arrived earlier is history (decisions.md 15)."""

    id: int
    name: str
    taken_from: datetime


@dataclass(frozen=True, slots=True)
class Epoch:
    """One life of a folder: UIDs are comparable only within it (RFC 9051 2.3.1.1). `new`: opened just now."""

    id: int
    uidvalidity: int
    generation: int
    new: bool


@dataclass(frozen=True, slots=True)
class ToDo:
    """A filed mail whose flag or move on the server is still to be done."""

    id: int
    epoch_id: int
    uid: int


def open_mailbox(conn: Connection, name: str, address: str, now: datetime) -> MailboxRow:
    """The mailbox's row; made, with `taken_from` = now, when it is connected for the first time."""
    on_conflict = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    conn.execute(on_conflict(mailboxes).values(name=name, address=address, taken_from=now).on_conflict_do_nothing())
    row = conn.execute(select(mailboxes.c.id, mailboxes.c.name, mailboxes.c.taken_from).where(mailboxes.c.name == name)).one()
    return MailboxRow(*row)


def first_taken_from(conn: Connection) -> datetime | None:
    """When the first mailbox was connected; None before that."""
    found: datetime | None = conn.execute(select(func.min(mailboxes.c.taken_from))).scalar()
    return found


def note_health(conn: Connection, name: str, now: datetime, failure: str | None) -> None:
    """The mailbox answered, or failed with this message."""
    row = update(mailboxes).where(mailboxes.c.name == name)
    if failure is None:
        conn.execute(row.values(last_seen_at=now, failing_since=None, failure=None))
    else:
        first = func.coalesce(mailboxes.c.failing_since, literal(now, mailboxes.c.failing_since.type))  # else SQLite compares two forms
        conn.execute(row.values(failing_since=first, failure=failure))


def failing(conn: Connection, since: datetime) -> list[tuple[str, datetime, str]]:
    """Mailboxes that have failed since before `since`: name, failing since, message."""
    query = select(mailboxes.c.name, mailboxes.c.failing_since, mailboxes.c.failure).where(mailboxes.c.failing_since <= since)
    return [(name, at, failure or "") for name, at, failure in conn.execute(query)]


def open_epoch(conn: Connection, mailbox_id: int, folder: str, uidvalidity: int, now: datetime) -> Epoch:
    """The folder's present epoch; a new one when UIDVALIDITY is not the last one seen, also when an older one comes back."""
    query = (
        select(epochs.c.id, epochs.c.uidvalidity, epochs.c.generation)
        .where(epochs.c.mailbox_id == mailbox_id, epochs.c.folder == folder)
        .order_by(epochs.c.id.desc())
    )
    rows = conn.execute(query).all()
    if rows and rows[0].uidvalidity == uidvalidity:
        return Epoch(*rows[0], new=False)
    generation = 1 + max((row.generation for row in rows if row.uidvalidity == uidvalidity), default=0)
    return new_epoch(conn, mailbox_id, folder, uidvalidity, generation, now)


def new_epoch(conn: Connection, mailbox_id: int, folder: str, uidvalidity: int, generation: int, now: datetime) -> Epoch:
    values = {"mailbox_id": mailbox_id, "folder": folder, "uidvalidity": uidvalidity, "generation": generation, "opened_at": now}
    number = conn.execute(insert(epochs).values(values).returning(epochs.c.id)).scalar_one()
    return Epoch(number, uidvalidity, generation, new=True)


def known_uids(conn: Connection, epoch: Epoch) -> set[int]:
    """UIDs of this epoch that are stored, or were left out for good."""
    stored = {uid for (uid,) in conn.execute(select(received.c.uid).where(received.c.epoch_id == epoch.id))}
    left_out = {uid for (uid,) in conn.execute(select(shown.c.uid).where(shown.c.epoch_id == epoch.id, shown.c.skipped))}
    return stored | left_out


def last_known(conn: Connection, epoch: Epoch, limit: int) -> dict[int, tuple[str, int]]:
    """The newest stored UIDs with sha256 and size: to see whether the mailbox was restored and its UIDs reused (reliability.md I12)."""
    query = (
        select(received.c.uid, received.c.raw_sha256, raw_mails.c.size)
        .join(raw_mails, raw_mails.c.sha256 == received.c.raw_sha256)
        .where(received.c.epoch_id == epoch.id, received.c.truncated.is_(False))
        .order_by(received.c.uid.desc())
        .limit(limit)
    )
    return {uid: (digest, size) for uid, digest, size in conn.execute(query)}


def note_shown(conn: Connection, epoch: Epoch, uids: Iterable[int], now: datetime, *, skipped: bool = False) -> None:
    """The mailbox showed us these (for the daily sum); `skipped`: they are left out for good."""
    rows = [{"epoch_id": epoch.id, "uid": uid, "at": now, "skipped": skipped} for uid in uids]
    if not rows:
        return
    on_conflict = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    statement = on_conflict(shown)
    if skipped:
        conn.execute(statement.on_conflict_do_update(index_elements=["epoch_id", "uid"], set_={"skipped": True}), rows)
    else:
        conn.execute(statement.on_conflict_do_nothing(), rows)


def to_do_on_server(conn: Connection, epoch: Epoch, limit: int) -> list[ToDo]:
    """Filed mails of this epoch whose flag or move is still to be done."""
    query = (
        select(received.c.id, received.c.epoch_id, received.c.uid)
        .where(received.c.epoch_id == epoch.id, received.c.state == "filed", received.c.server_done.is_(False))
        .order_by(received.c.id)
        .limit(limit)
    )
    return [ToDo(*row) for row in conn.execute(query)]


def done_on_server(conn: Connection, ids: Sequence[int]) -> None:
    if ids:
        conn.execute(update(received).where(received.c.id.in_(ids)).values(server_done=True))
