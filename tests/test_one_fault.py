"""A letter that cannot be written costs its own reader that letter, and nobody else hers (reliability.md 4, I-LIVE)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from mailbot import daemon
from mailbot.claims.delivery import Refused
from mailbot.config import Settings
from mailbot.daemon import run_once
from mailbot.jobs import clock_book, counting
from mailbot.jobs import escalate as escalating
from mailbot.jobs import write_digests as write_digesting
from mailbot.jobs.escalate import escalate
from mailbot.jobs.policy_of import Ground
from mailbot.jobs.undelivered import tell_authors
from mailbot.jobs.write_digests import write_digests
from mailbot.jobs.write_weekly import write_weekly
from mailbot.shipped import shipped
from mailbot.store.database import Database
from mailbot.store.tables import clocks, escalated
from tests.desk_values import DAY, HOUR, NOW, a_desk, a_ground, file_claims, file_one, letters, read_letter, send_all, set_case
from tests.test_escalate import LATE, steps


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    """With a house's own templates, sound for every sample letter and every reader but Anna."""
    for name in ("digest", "escalation", "alert"):
        file = f"ru/{name}.txt.j2"
        own = tmp_path / "templates" / file
        own.parent.mkdir(parents=True, exist_ok=True)
        whole = shipped("templates").joinpath(file).read_text(encoding="utf-8")
        own.write_text(whole + '{% if person_name == "Анна" %}{{ person_name.nothing.at_all }}{% endif %}', encoding="utf-8")
    return a_ground(files={"templates": tmp_path / "templates"})


def to_whom(db: Database, kind: str) -> list[str]:
    return sorted(row.recipient.partition("@")[0] for row in letters(db, kind))


def test_the_others_have_their_digests(db: Database, ground: Ground) -> None:
    file_claims(db, ground, 1)
    assert write_digests(db, ground, a_desk(ground), NOW + DAY, force=True) == 2
    assert to_whom(db, "digest") == ["boris", "olga"]  # the others have nothing to see


def test_the_others_are_escalated_to_and_she_will_be(db: Database, ground: Ground) -> None:
    file_one(db, ground)
    send_all(db, NOW)
    assert escalate(db, ground, a_desk(ground), LATE) > 0
    assert to_whom(db, "escalation") == ["gleb", "vera"]
    assert {person for _, person in steps(db)} == {"gleb", "vera"}  # nothing is noted as told that was not


def test_the_others_hear_of_what_did_not_arrive(db: Database, ground: Ground) -> None:
    numbers = file_claims(db, ground, 1) + file_claims(db, ground, 1, NOW + HOUR, "ivan@sklad.example")
    set_case(db, numbers[1], assigned_to="boris")
    send_all(db, NOW + HOUR, Refused("550 no such user"))
    assert tell_authors(db, ground, a_desk(ground), NOW + 2 * HOUR) == 1
    assert to_whom(db, "alert") == ["boris"]
    with db.read() as conn:
        assert [row.person for row in conn.execute(escalated.select())] == ["boris"]


def test_one_round_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`mailbot run --once` in a crontab: what fails in it fails each time, and mail is to be sent all the same."""

    def fails(*_: object) -> int:
        raise RuntimeError("nobody foresaw this")

    heard: list[str] = []

    async def sends(*_: object) -> int:
        heard.append("send")
        return 0

    monkeypatch.setattr(daemon, "end_waits", fails)
    monkeypatch.setattr(daemon, "watch", lambda *_: heard.append("watch"))
    monkeypatch.setattr(daemon, "send_due", sends)
    assert run_once(Settings(reading={"children": 1}), f"sqlite:///{tmp_path}/store.db") == 1
    assert heard == ["watch", "send"]


def test_a_case_that_cannot_be_read_costs_the_others_nothing_and_the_operator_hears_of_it_once(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a case of an older release, or one that a hand in the database has changed."""
    ground = a_ground()
    broken, fine = file_claims(db, ground, 2)
    send_all(db, NOW)

    def faulty(module: Any, name: str) -> None:
        whole = getattr(module, name)

        def fails(case: Any, *others: Any, **more: Any) -> Any:
            if getattr(case, "number", getattr(case, "id", None)) in {broken, 1}:
                raise ValueError("nobody foresaw this")
            return whole(case, *others, **more)

        monkeypatch.setattr(module, name, fails)

    for module, name in ((escalating, "clocked"), (write_digesting, "digest_case"), (clock_book, "clock_case"), (counting, "_counted")):
        faulty(module, name)
    with db.write() as conn:
        conn.execute(clocks.update().values(policy="of an older release"))
    assert escalate(db, ground, a_desk(ground), LATE) > 0
    for later in (LATE, LATE + HOUR):
        escalate(db, ground, a_desk(ground), later)
        write_digests(db, ground, a_desk(ground), later)
        write_weekly(db, ground, a_desk(ground), later + 7 * DAY, force=True)
    said = {row.recipient.partition("@")[0]: " ".join(read_letter(row)[1].split()) for row in letters(db, "digest")}
    assert all(fine in read_letter(row)[1] and broken not in read_letter(row)[1] for row in letters(db, "escalation"))
    assert f"не удалось показать из-за сбоя программы, администратору об этом написано: {broken}." in said["anna"]
    assert f"{broken}." in said["vera"]
    assert fine in said["anna"]
    assert [(row.dedupe_key, row.recipient) for row in letters(db, "alarm")] == [(f"alarm:case_fault:{broken}:olga", "olga@firma.example")]
    assert len(letters(db, "weekly")) == 1
    with db.read() as conn:
        kept = dict(conn.execute(select(clocks.c.case_id, clocks.c.policy)).all())
    assert kept[1] == "of an older release" != kept[2]
