"""What the morning asks of the store: lists cost no more memory than they show, on both databases."""

from __future__ import annotations

import json
import tracemalloc
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from mailbot.store import desk
from mailbot.store.database import Database
from mailbot.store.readings import LISTED_LETTERS, cut
from mailbot.store.tables import received
from tests.desk_values import NOW, a_ground, cases, file_one
from tests.values import NO_COMPLAINT, a_fact, a_mail, words

LONG = 90_000


def test_the_morning_of_long_letters_costs_little(db: Database) -> None:
    """300 cases of 90,000 letters took 59 MB; what a list shows of them is a few hundred letters each."""
    ground = a_ground()
    count = 40
    for n in range(count):
        file_one(db, ground, f"m{n}", NOW, mail=a_mail(f"Стекло {n} разбито. " + "а" * LONG, from_=f"a{n}@zakaz.example", subject=f"Бой {n}"))
    ids = [case.id for case in cases(db)]
    assert len(ids) == count
    with db.read() as conn:
        tracemalloc.start()
        try:
            readings = desk.opening_readings(conn, ids)
            kept, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert {case_id: read["mail"]["text"].split(".")[0] for case_id, read in readings.items()} == {
        case_id: f"Стекло {n} разбито" for n, case_id in enumerate(ids)
    }
    assert kept < count * 10_000, "of each a few thousand letters are kept"
    assert peak < 15_000_000, "a few at a time"


def test_enquiries_are_cut_too(db: Database) -> None:
    file_one(db, a_ground(), understanding=NO_COMPLAINT, mail=a_mail("Сколько стоит? " + "а" * LONG, subject="Вопрос"))
    with db.read() as conn:
        (one,) = desk.enquiries(conn, NOW - timedelta(days=1))
    assert one.read["mail"]["text"].startswith("Сколько стоит?")
    assert len(json.dumps(one.read, ensure_ascii=False)) < LISTED_LETTERS + 300


@pytest.mark.parametrize("read", [None, {}, {"mail": None}, {"mail": {"from_": None, "forwarded": None, "text": None}, "understanding": None}])
def test_a_reading_of_which_nothing_is_there(read: object) -> None:
    assert cut(read)["mail"] == {"text": "", "forwarded": {"text": ""}, "from_": {"name": "", "address": ""}}


def test_papers_and_sender_stay(db: Database) -> None:
    file_one(db, a_ground(), understanding=words(documents=(a_fact("4512", type="upd"),)))
    with db.read() as conn:
        (read,) = desk.opening_readings(conn, [cases(db)[0].id]).values()
    assert read["understanding"]["facts"]["documents"] == [{"type": "upd", "value": "4512"}]
    assert read["mail"]["from_"]["name"] == "Ольга Белова"


def test_a_mail_not_read_yet_has_no_reading(db: Database) -> None:
    file_one(db, a_ground())
    with db.write() as conn:
        conn.execute(update(received).values(read=None))
    with db.read() as conn:
        assert desk.opening_readings(conn, [cases(db)[0].id]) == {}
        assert desk.opening_readings(conn, []) == {}


def test_grounds_share_what_ships_and_read_what_is_their_own(tmp_path: Path) -> None:
    """Each ground that read the shipped rules anew cost half a second and twenty megabytes for as long as the tests ran."""
    first, second = a_ground(), a_ground(mode="rehearsal")
    assert second.policy.rehearsal
    assert not first.policy.rehearsal
    assert second.rules is first.rules
    assert second.guard is first.guard
    own = a_ground(files={"rules": str(tmp_path)})
    assert own.rules is not first.rules
    assert own.guard is not first.guard
