"""A company with people, a desk and real filed mail, for tests of the jobs that the clock winds."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache, partial
from pathlib import Path
from typing import Any
from unittest import mock
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from mailbot.claims.authentication import Authentication
from mailbot.claims.delivery import Outcome, Sent
from mailbot.claims.message import IncomingMail
from mailbot.claims.understanding import ReadMail, Understanding
from mailbot.config import Settings
from mailbot.jobs import policy_of
from mailbot.jobs.filing import FilingDesk, Read, file_group
from mailbot.jobs.own_proof import OwnProof
from mailbot.jobs.policy_of import Ground, lay_ground
from mailbot.jobs.writing_desk import WritingDesk, set_up_desk
from mailbot.store import outbox, received
from mailbot.store.database import Database
from mailbot.store.received import NewMail
from mailbot.store.tables import cases as case_table
from mailbot.store.tables import events as event_table
from mailbot.store.tables import outbox as outbox_table
from tests.values import COMPLAINT, KEY, a_mail

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)  # a Monday, 10:00 in Moscow
MINUTE, HOUR, DAY, SECOND = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
TAKEN = Sent("250 ok")
UNLIMITED = outbox.SendLimits(10**6, 10**6, 10**6, 10**6)

PEOPLE: tuple[dict[str, Any], ...] = (
    {"id": "anna", "name": "Анна", "addresses": ["anna@firma.example"], "categories": ["damage", "quality"]},
    {"id": "boris", "name": "Борис", "addresses": ["boris@firma.example"], "categories": ["quantity"], "triage": True},
    {"id": "vera", "name": "Вера", "addresses": ["vera@firma.example"], "role": ["head"]},
    {"id": "gleb", "name": "Глеб", "addresses": ["gleb@firma.example"], "role": ["director"]},
    {"id": "olga", "name": "Olga", "addresses": ["olga@firma.example"], "role": ["operator"], "language": "en"},
)


def moscow(month: int, day: int, hour: int = 9, minute: int = 0, second: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=MOSCOW).astimezone(UTC)


def a_ground(now: datetime = NOW, people: Sequence[dict[str, Any]] = PEOPLE, **changes: Any) -> Ground:
    mailbox = {"name": "claims", "address": "claims@firma.example", "host": "127.0.0.1", "tls": "none"}
    values = {"mailbox": [mailbox], "person": list(people), "company": {"name": "ООО «Фирма»", "domains": ["firma.example"]}, **changes}
    values["limits"] = {"new_cases_per_address_per_day": 1_000, **values.get("limits", {})}  # tests write many claims from one address
    with mock.patch.multiple(policy_of, **_READ_ONCE):
        return lay_ground(Settings.model_validate(values), now)


def _read_once(name: str) -> Callable[[Path | None], Any]:
    """The reader of that name in jobs/policy_of.py, which reads what ships but once in a run: half a second and twenty megabytes of every ground."""
    read = getattr(policy_of, name)
    shipped = cache(partial(read, None))
    return lambda own: shipped() if own is None else read(own)


_READ_ONCE = {name: _read_once(name) for name in ("load_rules", "load_terms", "load_guard", "load_original_defect")}
_DESKS: dict[int, tuple[Ground, WritingDesk]] = {}  # compiling the templates takes its time


def a_desk(ground: Ground) -> WritingDesk:
    """The desk of these settings, one for each."""
    known = _DESKS.get(id(ground))
    if known is None or known[0] is not ground:
        known = _DESKS[id(ground)] = (ground, set_up_desk(ground, {KEY.id: KEY}))
    return known[1]


def file_one(
    db: Database,
    ground: Ground,
    key: str = "m1",
    at: datetime = NOW,
    understanding: Understanding = COMPLAINT,
    *,
    mail: IncomingMail | None = None,
    now: datetime | None = None,
    proofs: dict[str, str] | None = None,
    own: OwnProof | None = None,
    **stored: Any,
) -> int:
    """A mail that came at `at`, filed as the daemon files it; returns its row."""
    raw = f"raw bytes of {key}".encode()
    values: dict[str, Any] = {"source_key": f"sha256:{hashlib.sha256(raw).hexdigest()}", "raw": raw, "received_at": at, "basis": "now", "mailbox": "claims"}
    now = now or at
    mail = mail or a_mail()
    mail = replace(mail, content_key=key, message_id=f"{key}@zakaz.example")
    with db.write() as conn:
        number = received.add(conn, [NewMail(**{**values, **stored})], now)[0].id
    with db.write() as conn:
        claimed = next(one for one in received.claim(conn, "test", 100, now, HOUR) if one.id == number)
    desk, reads = FilingDesk(ground.policy, a_desk(ground), proofs or {}, ground, own), [(claimed, ReadMail(mail, understanding))]
    with db.write() as conn:
        file_group(conn, desk, reads, now, proven_by(own, desk, reads))
    return number


def proven_by(own: OwnProof | None, desk: FilingDesk, reads: Sequence[Read]) -> dict[int, Authentication]:
    """What our own check says, as long as it takes."""
    asked = [pair for pair in reads if own is not None and own.is_to_be_checked(*pair, desk.proof_of(pair[1].mail, pair[0].mailbox))]
    if own is None or not asked:
        return {}
    look = own.begin(asked)
    look.wait()
    return look.end()


def file_claims(db: Database, ground: Ground, count: int, at: datetime = NOW, sender: str = "dealer@zakaz.example") -> list[str]:
    """So many claims of one sender, each about another order; returns their case numbers."""
    for n in range(count):
        mail = a_mail(from_=sender, subject=f"Претензия {at:%d.%m %H:%M} {n}")
        file_one(db, ground, f"{sender}{at:%d%H%M}{n}", at + n * SECOND, mail=mail)
    with db.read() as conn:
        query = select(case_table.c.number).where(case_table.c.customer == sender, case_table.c.received_at >= at)
        return list(conn.execute(query.order_by(case_table.c.id)).scalars())


def send_all(db: Database, now: datetime, outcome: Outcome = TAKEN, kinds: Sequence[str] = ()) -> int:
    """Everything that is due is taken by the mail server, or ends as `outcome`."""
    with db.write() as conn:
        letters = outbox.claim_due(conn, "test", 10_000, now, HOUR, UNLIMITED)
        for letter in letters:
            outbox.record(conn, letter, outcome if not kinds or letter.kind in kinds else TAKEN, now, None)
    return len(letters)


def letters(db: Database, kind: str | None = None) -> list[Any]:
    with db.read() as conn:
        query = select(outbox_table).order_by(outbox_table.c.id)
        return list(conn.execute(query if kind is None else query.where(outbox_table.c.kind == kind)))


def read_letter(row: Any) -> tuple[EmailMessage, str]:
    """The letter's headers and its text part."""
    message = message_from_bytes(row.raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    assert body is not None
    return message, body.get_content()


def cases(db: Database) -> list[Any]:
    with db.read() as conn:
        return list(conn.execute(select(case_table).order_by(case_table.c.id)))


def events(db: Database, case_id: int) -> list[Any]:
    with db.read() as conn:
        return list(conn.execute(select(event_table).where(event_table.c.case_id == case_id).order_by(event_table.c.id)))


def set_case(db: Database, number: str, **values: Any) -> None:
    if not values:
        return
    with db.write() as conn:
        conn.execute(update(case_table).where(case_table.c.number == number).values(**values))
