"""Small values for the store's tests."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

from mailbot.store import cases, outbox, received
from mailbot.store.database import Connection, Database, open_database
from mailbot.store.received import Filed, NewMail
from tests.store_fixtures import NOW

A_WHILE = timedelta(seconds=180)


def new_case(key: str = "k1", **changes: Any) -> cases.NewCase:
    values: dict[str, Any] = {
        "opening_key": key, "state": "registered", "kind": "claim", "history": False, "mailbox": "claims", "customer": "Anna@customer.example",
        "customer_name": "Анна", "subject": "Недостача", "subject_key": "недостача", "language": "ru", "category": "quantity", "secondary": (),
        "confidence": 0.9, "urgency": "normal", "safety": False, "legal_threat": False, "orders": ("4512",), "product": "", "missing": ("act",),
        "assigned_to": "anna", "received_at": NOW, "received_at_basis": "internaldate", "acknowledge_by": NOW + timedelta(days=1),
        "answer_by": NOW + timedelta(days=3), "answer_hard_by": NOW + timedelta(days=7), "flags": {},
    }  # fmt: skip
    return cases.NewCase(**{**values, **changes})


def store_one(db: Database, raw: bytes = b"Subject: x\r\n\r\nbody", **changes: Any) -> int:
    values: dict[str, Any] = {"source_key": "sha256:" + hashlib.sha256(raw).hexdigest(), "raw": raw, "received_at": NOW, "basis": "now"}
    with db.write() as conn:
        return received.add(conn, [NewMail(**{**values, **changes})], NOW)[0].id


def claim_all(db: Database, owner: str = "me", now: Any = NOW) -> list[received.ClaimedMail]:
    with db.write() as conn:
        return received.claim(conn, owner, 100, now, A_WHILE)


def filed_row(number: int, fence: int = 1, **changes: Any) -> Filed:
    values: dict[str, Any] = {
        "id": number, "fence": fence, "kind": "claim", "kind_reason": "because", "topic": None, "outcome": "opened", "case_id": None,
        "relation": "customer", "message_id": f"m{number}@x", "content_key": f"c{number}", "from_key": "anna@customer.example", "subject": "s",
        "sent_at": None, "read": {}, "decision": {}, "lemmas": "",
    }  # fmt: skip
    return Filed(**{**values, **changes})


def file_one(db: Database, number: int, **changes: Any) -> None:
    fence = next(mail.fence for mail in claim_all(db) if mail.id == number)
    with db.write() as conn:
        received.filed(conn, [filed_row(number, fence, **changes)], NOW)
        received.release(conn, "me")  # the others stay free


def a_case(db: Database, key: str = "k1", **changes: Any) -> int:
    number = store_one(db, f"raw of {key}".encode())
    with db.write() as conn:
        return open_case(conn, new_case(key, **changes), number).id


def open_case(conn: Connection, case: cases.NewCase, number: int) -> cases.OpenedCase:
    return cases.open_cases(conn, [cases.Opening(case, number, "because")], 2026, NOW)[0]


def a_letter(key: str = "ack:1:1", **changes: Any) -> outbox.NewLetter:
    values: dict[str, Any] = {
        "dedupe_key": key, "kind": "acknowledgement", "recipient": "Anna@customer.example", "envelope_from": "claims@x.example",
        "message_id": f"{key}@x.example", "raw": b"bytes of " + key.encode(), "subject": "Re", "language": "ru",
    }  # fmt: skip
    return outbox.NewLetter(**{**values, **changes})


def at_once(db_url: str, count: int, work: Callable[[Connection, int], Any]) -> list[Any]:
    """`work(conn, n)` in `count` transactions that begin together, each over a connection of its own as in another process."""
    start = Barrier(count)

    def run(n: int) -> Any:
        db = open_database(db_url)
        try:
            with db.read() as conn:  # connected before the start
                conn.exec_driver_sql("SELECT 1")
            start.wait(timeout=20)
            with db.write() as conn:
                return work(conn, n)
        finally:
            db.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))
