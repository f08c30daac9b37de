"""Received mail: raw bytes first, then claimed, read and filed. One row a delivered copy, unique by `source_key`."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from mailbot.claims.crash import crash_point
from mailbot.store import search
from mailbot.store.tables import attachments, epochs, raw_mails, received, received_paths, shown

MOST_PUT_OFF = timedelta(hours=1)
_WRITTEN = "written:"


class LostLease(Exception):
    """Another process has taken the row over: what we did with it must not be written (reliability.md R14, I-FENCE)."""


@dataclass(frozen=True, slots=True)
class NewMail:
    """One delivered copy. `source_key` as in decisions.md 1; `epoch_id` and `uid` for IMAP, `path` for files."""

    source_key: str
    raw: bytes
    received_at: datetime
    basis: str
    mailbox: str | None = None
    epoch_id: int | None = None
    uid: int | None = None
    truncated: bool = False
    path: str | None = None
    history: bool = False
    hold_letters: bool = False
    server_done: bool = True  # False: a flag or move on the server is wanted once it is filed


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one NewMail. `relinked`: we had it before its mailbox was renumbered."""

    id: int
    new: bool
    relinked: bool = False


@dataclass(frozen=True, slots=True)
class ClaimedMail:
    """A mail that is ours to file until the lease ends."""

    id: int
    raw: bytes
    received_at: datetime
    basis: str
    mailbox: str | None
    attempts: int
    fence: int
    history: bool
    truncated: bool
    hold_letters: bool
    failed_before: bool = False  # a reading child died over it, or filing it failed
    put_off_since: datetime | None = None  # nobody could prove then who sent it
    written_by: str = ""  # it came by no server: this person or system user wrote it down here (`written_key`)


@dataclass(frozen=True, slots=True)
class AttachmentRow:
    sha256: str
    name: str | None
    media_type: str
    size: int
    inline: bool


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of one mail. `outcome`: opened | triage | joined | duplicate | noted."""

    id: int
    fence: int
    kind: str
    kind_reason: str
    topic: str | None
    outcome: str
    case_id: int | None
    relation: str | None
    message_id: str | None
    content_key: str
    from_key: str
    subject: str
    sent_at: datetime | None
    read: Any
    decision: Any
    lemmas: str
    attachments: tuple[AttachmentRow, ...] = ()


def written_key(person: str, token: str) -> str:
    """The `source_key` of a claim that somebody writes down on the command line. No mail that comes from elsewhere has such a one."""
    return f"{_WRITTEN}{person}:{token}"


def _writer_in(source_key: str) -> str:
    return source_key.removeprefix(_WRITTEN).rpartition(":")[0] if source_key.startswith(_WRITTEN) else ""


def add(conn: Connection, mails: Sequence[NewMail], now: datetime) -> list[Added]:
    """Store mails byte for byte; each new, known already (same source_key), or relinked after its mailbox was renumbered."""
    crash_point("raw.before_begin")
    hashes = [hashlib.sha256(mail.raw).hexdigest() for mail in mails]
    known = _ids_by_key(conn, [mail.source_key for mail in mails])
    movable = _movable(conn, mails, hashes, known)
    fresh: list[tuple[NewMail, str]] = []
    added: dict[str, Added] = {key: Added(number, new=False) for key, number in known.items()}
    for mail, digest in zip(mails, hashes, strict=True):
        if mail.source_key in added:
            continue
        if places := movable.get((mail.mailbox, digest)):
            added[mail.source_key] = Added(_relink(conn, places.pop(0), mail), new=False, relinked=True)
        elif mail.source_key not in {other.source_key for other, _ in fresh}:
            fresh.append((mail, digest))
    added.update(_insert(conn, fresh, now))
    _note_paths(conn, mails, added)
    crash_point("raw.inserted")
    return [added[mail.source_key] for mail in mails]


def _ids_by_key(conn: Connection, keys: Sequence[str]) -> dict[str, int]:
    rows = conn.execute(select(received.c.source_key, received.c.id).where(received.c.source_key.in_(keys)))
    return {key: number for key, number in rows}


def _movable(
    conn: Connection, mails: Sequence[NewMail], hashes: Sequence[str], known: dict[str, int]
) -> dict[tuple[str | None, str], list[int]]:
    """Rows of an older epoch of the same folder with the same bytes: after a changed UIDVALIDITY the same mail (reliability.md I1)."""
    wanted = {
        digest: mail.epoch_id
        for mail, digest in zip(mails, hashes, strict=True)
        if mail.epoch_id is not None and mail.source_key not in known
    }
    if not wanted:
        return {}
    here = epochs.alias("here")
    query = (
        select(received.c.id, received.c.mailbox, received.c.raw_sha256)
        .join(epochs, epochs.c.id == received.c.epoch_id)
        .join(here, and_(here.c.mailbox_id == epochs.c.mailbox_id, here.c.folder == epochs.c.folder, here.c.id > epochs.c.id))
        .where(received.c.raw_sha256.in_(wanted), here.c.id.in_(set(wanted.values())))
        .order_by(received.c.id)
    )
    found: dict[tuple[str | None, str], list[int]] = {}
    for number, mailbox, digest in conn.execute(query):
        found.setdefault((mailbox, digest), []).append(number)
    return found


def _relink(conn: Connection, number: int, mail: NewMail) -> int:
    values = {"source_key": mail.source_key, "epoch_id": mail.epoch_id, "uid": mail.uid, "server_done": mail.server_done}
    moved = update(received).where(received.c.id == number).values(values).returning(received.c.stored_at)
    # it was shown when we first stored it: a renumbered mailbox must not upset the daily sum
    first = conn.execute(moved).scalar_one()
    conn.execute(update(shown).where(shown.c.epoch_id == mail.epoch_id, shown.c.uid == mail.uid).values(at=first))
    return number


def _insert(conn: Connection, fresh: Sequence[tuple[NewMail, str]], now: datetime) -> dict[str, Added]:
    if not fresh:
        return {}
    on_conflict = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    raws = {digest: {"sha256": digest, "size": len(mail.raw), "compressed": zlib.compress(mail.raw, 6)} for mail, digest in fresh}
    # in one order in every process, so that two with the same mails wait for each other and do not deadlock
    conn.execute(on_conflict(raw_mails).on_conflict_do_nothing(), [raws[digest] for digest in sorted(raws)])
    rows = sorted((_row(mail, digest, now) for mail, digest in fresh), key=_in_order)
    statement = on_conflict(received).on_conflict_do_nothing(index_elements=["source_key"]).returning(received.c.source_key, received.c.id)
    added = {key: Added(number, new=True) for key, number in conn.execute(statement, rows)}
    others = [mail.source_key for mail, _ in fresh if mail.source_key not in added]  # on PostgreSQL: stored meanwhile by another process
    return added | {key: Added(number, new=False) for key, number in _ids_by_key(conn, others).items()}


def _in_order(row: dict[str, Any]) -> tuple[Any, ...]:
    """By arrival, the same in every process: ids are given out, and mails filed, in this order (a reply after what it answers)."""
    return row["received_at"], row["epoch_id"] or 0, row["uid"] or 0, row["source_key"]


def _row(mail: NewMail, digest: str, now: datetime) -> dict[str, Any]:
    return {
        "source_key": mail.source_key,
        "epoch_id": mail.epoch_id,
        "uid": mail.uid,
        "mailbox": mail.mailbox,
        "raw_sha256": digest,
        "truncated": mail.truncated,
        "received_at": min(mail.received_at, now),  # an arrival in the future is cut to now (decisions.md 15)
        "received_at_basis": mail.basis,
        "history": mail.history,
        "hold_letters": mail.hold_letters,
        "stored_at": now,
        "state": "new",
        "attempts": 0,
        "fence": 0,
        "server_done": mail.server_done,
    }


def _note_paths(conn: Connection, mails: Sequence[NewMail], added: dict[str, Added]) -> None:
    rows = [{"received_id": added[mail.source_key].id, "path": mail.path} for mail in mails if mail.path is not None]
    if rows:
        on_conflict = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
        conn.execute(on_conflict(received_paths).on_conflict_do_nothing(), rows)


def claim(conn: Connection, owner: str, limit: int, now: datetime, lease_for: timedelta, most_bytes: int = 2**62) -> list[ClaimedMail]:
    """Take up to `limit` mails that nobody is filing, live ones first, and count the attempt.

    Of `most_bytes` together, but at least one: claims come with photos, and all that is claimed lies in memory.
    """
    until = received.c.put_off_until  # one too far away was written before the clock was set back
    fresh = and_(received.c.state == "new", or_(until.is_(None), until <= now, until > now + MOST_PUT_OFF))
    free = or_(fresh, and_(received.c.state == "reading", received.c.leased_until <= now))
    pick = (
        select(received.c.id, raw_mails.c.size)
        .join(raw_mails, raw_mails.c.sha256 == received.c.raw_sha256)
        .where(free)
        .order_by(received.c.history, received.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=received)
    )
    ids = _within(((row.id, row.size) for row in conn.execute(pick)), most_bytes)
    if not ids:
        return []
    conn.execute(
        update(received)
        .where(received.c.id.in_(ids))
        .values(state="reading", owner=owner, fence=received.c.fence + 1, leased_until=now + lease_for, attempts=received.c.attempts + 1)
    )
    columns = (received.c.received_at, received.c.received_at_basis, received.c.mailbox, received.c.attempts, received.c.fence)
    query = (
        select(received.c.id, raw_mails.c.compressed, *columns, received.c.history, received.c.truncated, received.c.hold_letters)
        .add_columns(received.c.last_error.is_not(None), received.c.put_off_since, received.c.source_key)
        .join(raw_mails, raw_mails.c.sha256 == received.c.raw_sha256)
        .where(received.c.id.in_(ids))
        .order_by(received.c.id)
    )
    rows = conn.execute(query)
    return [replace(ClaimedMail(number, zlib.decompress(raw), *rest), written_by=_writer_in(key)) for number, raw, *rest, key in rows]


def _within(sizes: Iterable[tuple[int, int]], most_bytes: int) -> list[int]:
    ids: list[int] = []
    for number, size in sizes:
        most_bytes -= size
        if ids and most_bytes < 0:
            break
        ids.append(number)
    return ids


def keep(conn: Connection, owner: str, ids: Sequence[int], until: datetime) -> None:
    """These stay ours, however long the mails before them take to read. One that was taken over by another stays with that one."""
    ours = (received.c.id.in_(ids), received.c.owner == owner, received.c.state == "reading")
    conn.execute(update(received).where(*ours).values(leased_until=until))


def release(conn: Connection, owner: str) -> None:
    """Give back what this owner has claimed and not filed; the attempt does not count."""
    held = and_(received.c.state == "reading", received.c.owner == owner)
    conn.execute(update(received).where(held).values(state="new", owner=None, leased_until=None, attempts=received.c.attempts - 1))


def put_off(conn: Connection, number: int, fence: int, until: datetime, now: datetime) -> bool:
    """It is free again from then on; the attempt does not count. False where it is no longer ours."""
    since = func.coalesce(received.c.put_off_since, bindparam("b_since", now, type_=received.c.put_off_since.type))
    done = conn.execute(
        update(received)
        .where(received.c.id == number, received.c.fence == fence, received.c.state == "reading")
        .values(state="new", owner=None, leased_until=None, attempts=received.c.attempts - 1, put_off_since=since, put_off_until=until)
    )
    return done.rowcount == 1


def failed(conn: Connection, number: int, fence: int, error: str) -> None:
    """The attempt came to nothing: the mail is free again. Errors: LostLease."""
    done = conn.execute(
        update(received)
        .where(received.c.id == number, received.c.fence == fence, received.c.state == "reading")
        .values(state="new", owner=None, leased_until=None, last_error=error)
    )
    if done.rowcount != 1:
        raise LostLease(f"mail {number}")


def filed(conn: Connection, rows: Sequence[Filed], now: datetime) -> None:
    """Write outcomes, attachments and search text. Errors: LostLease if any row is no longer ours; nothing is then written."""
    if not rows:
        return
    statement = (
        update(received)
        .where(received.c.id == bindparam("b_id"), received.c.fence == bindparam("b_fence"), received.c.state == "reading")
        .values(state="filed", owner=None, leased_until=None, filed_at=now, last_error=None)
        .values({name: bindparam(f"b_{name}") for name in _FILED_COLUMNS})
    )
    values = [{"b_id": row.id, "b_fence": row.fence, **{f"b_{name}": getattr(row, name) for name in _FILED_COLUMNS}} for row in rows]
    if conn.execute(statement, values).rowcount != len(rows):
        raise LostLease("a mail of this batch was taken over by another process")
    parts = [
        {
            "received_id": row.id,
            "ordinal": n,
            "sha256": a.sha256,
            "name": a.name,
            "media_type": a.media_type,
            "size": a.size,
            "inline": a.inline,
        }
        for row in rows
        for n, a in enumerate(row.attachments)
    ]
    conn.execute(delete(attachments).where(attachments.c.received_id.in_([row.id for row in rows])))  # of an earlier filing
    if parts:
        conn.execute(insert(attachments), parts)
    search.add(conn, [(row.id, row.case_id, row.lemmas) for row in rows if row.lemmas])


_FILED_COLUMNS = (
    "kind", "kind_reason", "topic", "outcome", "case_id", "relation", "message_id", "content_key",
    "from_key", "subject", "sent_at", "read", "decision",
)  # fmt: skip


def cases_of(conn: Connection, ids: Sequence[int]) -> dict[int, int]:
    """The cases that these very rows opened or joined before: a mail taken out of quarantine is filed a second time."""
    query = select(received.c.id, received.c.case_id).where(received.c.id.in_(ids), received.c.case_id.is_not(None))
    return {number: case for number, case in conn.execute(query)}


def raw_of(conn: Connection, number: int) -> bytes | None:
    """The mail byte for byte; None where there is no such mail."""
    query = select(raw_mails.c.compressed).join(received, received.c.raw_sha256 == raw_mails.c.sha256).where(received.c.id == number)
    row = conn.execute(query).first()
    return zlib.decompress(row[0]) if row else None


def waiting(conn: Connection) -> int:
    """How many mails are stored and not filed."""
    return int(conn.execute(select(func.count()).select_from(received).where(received.c.state.in_(("new", "reading")))).scalar_one())


def count(conn: Connection) -> int:
    """How many mails are stored."""
    return int(conn.execute(select(func.count()).select_from(received)).scalar_one())


def all_filed(conn: Connection, limit: int = 1_000) -> list[dict[str, Any]]:
    """What became of each filed mail, in the order they were stored, without their contents."""
    columns = [column for column in received.c if column.name not in ("read", "decision")]
    query = select(*columns).where(received.c.state == "filed").order_by(received.c.id).limit(limit)
    return [dict(row) for row in conn.execute(query).mappings()]


def attempts_again(conn: Connection, number: int) -> bool:
    """Read a mail anew (quarantine retry): its attempts start over. False where there is no such filed mail."""
    values = {"state": "new", "attempts": 0, "put_off_since": None, "put_off_until": None}
    done = conn.execute(update(received).where(received.c.id == number, received.c.state == "filed").values(values))
    return done.rowcount == 1
