"""Recurring defects from filed mail to letters: told once to head and specialist, again when it has grown by half, and in the digest."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from mailbot.claims.category import Verdict
from mailbot.jobs.find_recurring import find_recurring, standing
from mailbot.jobs.policy_of import Ground
from mailbot.jobs.write_digests import write_digests
from mailbot.store.database import Database
from tests.desk_values import DAY, HOUR, a_desk, a_ground, file_one, letters, moscow, read_letter, send_all, set_case
from tests.values import a_fact, a_mail, words

AT = moscow(11, 24, 12)


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_ground()


def claim(db: Database, ground: Ground, n: int, at: datetime, product: str = "Насос НЦ-40", batch: str | None = "П-140626", category: str = "quality") -> None:
    verdict = Verdict(category, claim_confidence=0.9, confidence=0.9)
    understanding = words(verdict=verdict, models=(a_fact(product),), batches=(a_fact(batch),) if batch else ())
    file_one(db, ground, f"m{n}", at, understanding, mail=a_mail(f"Течёт сальник, случай {n}.", from_=f"a{n}@zakaz.example", subject=f"Брак {n}"))


def a_past(db: Database, ground: Ground, days: int = 400) -> None:
    """Since when cases are kept."""
    claim(db, ground, 900, AT - timedelta(days=days), "Кран", None)
    send_all(db, AT - timedelta(days=days))


def told(db: Database) -> list[str]:
    return [row.recipient.partition("@")[0] for row in letters(db, "recurring")]


def test_head_and_specialist_hear_once_and_again_when_it_has_grown(db: Database, ground: Ground) -> None:
    a_past(db, ground)
    for n in range(3):
        claim(db, ground, n, AT - (n + 1) * DAY)
    assert find_recurring(db, ground, a_desk(ground), AT) == 2
    assert told(db) == ["anna", "vera"]
    text = read_letter(letters(db, "recurring")[0])[1].replace("\n", " ")
    assert "П-140626 (партия, Насос НЦ-40)" in text
    assert "за 14 дней 3 случая, обычно ни одного." in text
    assert all(f"Течёт сальник, случай {n}." in text for n in range(3))
    assert find_recurring(db, ground, a_desk(ground), AT + HOUR) == 0
    claim(db, ground, 3, AT + HOUR)
    assert find_recurring(db, ground, a_desk(ground), AT + 2 * HOUR) == 0, "four are not half as many again"
    claim(db, ground, 4, AT + 2 * HOUR)
    assert find_recurring(db, ground, a_desk(ground), AT + 3 * HOUR) == 2


def test_it_looks_once_an_hour_and_not_at_night(db: Database, ground: Ground) -> None:
    a_past(db, ground)
    for n in range(3):
        claim(db, ground, n, AT - (n + 1) * DAY)
    for night in (moscow(11, 24, 3), moscow(11, 24, 20), moscow(11, 28, 12)):
        assert find_recurring(db, ground, a_desk(ground), night) == 0
    assert told(db) == []
    assert find_recurring(db, ground, a_desk(ground), moscow(11, 24, 13)) == 2
    claim(db, ground, 5, moscow(11, 24, 13))
    claim(db, ground, 6, moscow(11, 24, 13))
    assert find_recurring(db, ground, a_desk(ground), moscow(11, 24, 13, 59)) == 0
    assert find_recurring(db, ground, a_desk(ground), moscow(11, 24, 14)) == 2


def test_a_duplicate_is_no_second_defect(db: Database, ground: Ground) -> None:
    a_past(db, ground)
    for n in range(3):
        claim(db, ground, n, AT - (n + 1) * DAY)
    set_case(db, "2026-0003", state="closed", close_reason="merged", closed_at=AT)
    assert find_recurring(db, ground, a_desk(ground), AT) == 0
    set_case(db, "2026-0003", close_reason="rejected_final")
    assert find_recurring(db, ground, a_desk(ground), AT + HOUR) == 2


def test_it_stands_in_the_digest_once(db: Database, ground: Ground) -> None:
    a_past(db, ground)
    for n in range(3):
        claim(db, ground, n, AT - (n + 1) * DAY)
    send_all(db, AT)
    morning = moscow(11, 25, 9)

    def text(now: datetime) -> str:
        write_digests(db, ground, a_desk(ground), now, only="anna")
        return read_letter(letters(db, "digest")[-1])[1]

    assert "ПОВТОРЯЮЩИЕСЯ ДЕФЕКТЫ: 1" in text(AT), "before the letter, too"
    find_recurring(db, ground, a_desk(ground), AT)
    assert "П-140626" in text(morning)
    assert "ПОВТОРЯЮЩИЕСЯ" not in text(morning + DAY)


def test_what_stands_out_is_counted_with_its_history(db: Database, ground: Ground) -> None:
    a_past(db, ground, 60)
    for n in range(20):
        claim(db, ground, n, AT - timedelta(days=15 + n), batch=None)
    for n in range(20, 24):
        claim(db, ground, n, AT - (n - 19) * DAY, batch=None)
    with db.read() as conn:
        assert standing(conn, ground, AT) == ()
    for n in range(24, 40):
        claim(db, ground, n, AT - DAY, batch=None)
    with db.read() as conn:
        (one,) = standing(conn, ground, AT)
    assert (one.cluster.what, one.cluster.size) == ("product", 20)
    assert one.cluster.usual == pytest.approx(21 * 14 / 47, rel=0.05)
