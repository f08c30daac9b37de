"""More than five letters a day: one letter names all cases, once, and what becomes of it is what becomes of each case."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes
from typing import Any

import pytest

from mailbot.claims.delivery import Refused
from mailbot.jobs.collect import collect
from mailbot.jobs.policy_of import Ground
from mailbot.store import cases as case_store
from mailbot.store import outbox
from mailbot.store.database import Database, open_database
from tests.desk_values import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    SECOND,
    a_desk,
    a_ground,
    cases,
    events,
    file_claims,
    file_one,
    letters,
    read_letter,
    send_all,
    set_case,
)
from tests.values import a_mail

DEALER = "dealer@zakaz.example"


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_ground()


def tick(db: Database, ground: Ground, now: Any) -> int:
    return collect(db, ground, a_desk(ground), now)


def acknowledged(db: Database) -> list[bool]:
    return [case.acknowledged_at is not None for case in cases(db)]


def test_the_limit_is_that_of_the_address_written_to(db: Database, ground: Ground) -> None:
    """Many senders and one Reply-To: else anybody could have us write to a third person, as often as he likes (decisions.md 21, 24)."""
    for n in range(8):
        mail = a_mail(from_=f"{n}@zakaz.example", subject=f"Претензия {n}", reply_to=(DEALER,))
        file_one(db, ground, f"m{n}", mail=mail)
    assert [row.recipient for row in letters(db)] == [DEALER] * 5
    assert tick(db, ground, NOW + DAY) == 1
    assert [row.kind for row in letters(db)][5:] == ["collective"]


def test_one_letter_when_there_is_room_again(db: Database, ground: Ground) -> None:
    numbers = file_claims(db, ground, 8)
    send_all(db, NOW + MINUTE)
    assert acknowledged(db) == [True] * 5 + [False] * 3
    assert tick(db, ground, NOW + DAY - SECOND) == 0
    assert tick(db, ground, NOW + DAY) == 1
    (row,) = letters(db, "collective")
    message, text = read_letter(row)
    assert (row.recipient, row.automatic, row.state) == (DEALER, True, "due")
    assert [number in text for number in numbers] == [False] * 5 + [True] * 3
    assert text.index(numbers[5]) < text.index(numbers[6]) < text.index(numbers[7])
    assert "Претензия" not in text, "its sender is not proven: nothing of hers is echoed"
    assert message["To"] == DEALER
    assert DEALER not in row.dedupe_key
    assert row.dedupe_key.endswith(":1")
    for case in cases(db)[5:]:
        assert (case.flags["deferred"], case.flags["collective"]) == (False, row.dedupe_key)
        assert [event.what for event in events(db, case.id)][-1] == "acknowledgement_queued"
    for n in range(5):
        assert tick(db, ground, NOW + DAY + n * HOUR) == 0


def test_sent_it_acknowledges_each_case_once(db: Database, ground: Ground) -> None:
    file_claims(db, ground, 7)
    send_all(db, NOW + MINUTE)
    tick(db, ground, NOW + DAY)
    tick(db, ground, NOW + DAY + MINUTE)
    assert acknowledged(db) == [True] * 5 + [False] * 2
    send_all(db, NOW + DAY + HOUR)
    for n in range(2, 5):
        tick(db, ground, NOW + DAY + n * HOUR)
    assert [case.acknowledged_at for case in cases(db)[5:]] == [NOW + DAY + HOUR] * 2
    assert [event.what for event in events(db, cases(db)[6].id)].count("acknowledged") == 1


def test_it_came_back(db: Database, ground: Ground) -> None:
    """Written is not answered: the cases are red again."""
    file_claims(db, ground, 7)
    send_all(db, NOW + MINUTE)
    tick(db, ground, NOW + DAY)
    send_all(db, NOW + DAY + HOUR)
    tick(db, ground, NOW + DAY + HOUR)
    with db.write() as conn:
        outbox.bounced(conn, letters(db, "collective")[0].message_id, NOW + DAY + 2 * HOUR)
    for n in range(2, 5):
        tick(db, ground, NOW + DAY + n * HOUR)
    assert acknowledged(db)[5:] == [False, False]
    assert [event.what for event in events(db, cases(db)[5].id)].count("acknowledgement_bounced") == 1


def test_it_was_refused(db: Database, ground: Ground) -> None:
    file_claims(db, ground, 7)
    send_all(db, NOW + MINUTE)
    tick(db, ground, NOW + DAY)
    send_all(db, NOW + DAY, Refused("550 no"))
    tick(db, ground, NOW + DAY + HOUR)
    assert acknowledged(db)[5:] == [False, False]


def test_a_single_case_is_acknowledged_as_if_nothing_had_been_put_off(db: Database, ground: Ground) -> None:
    file_claims(db, ground, 6)
    send_all(db, NOW + MINUTE)
    assert tick(db, ground, NOW + DAY) == 1
    assert letters(db, "collective") == []
    row, case = letters(db, "acknowledgement")[-1], cases(db)[5]
    assert row.dedupe_key == f"ack:{case.id}:1"
    assert message_from_bytes(row.raw)["In-Reply-To"] == f"<{case.opening_key}@zakaz.example>"
    send_all(db, NOW + DAY)
    assert acknowledged(db)[5]


def test_day_after_day(db: Database, ground: Ground) -> None:
    """A dealer who writes seven claims each day: every case is named once, and nobody gets more than five letters in any 24 hours."""
    now = NOW
    for _ in range(5):
        file_claims(db, ground, 7, now)
        for hour in range(24):
            tick(db, ground, now + hour * HOUR)
            send_all(db, now + hour * HOUR)
        now += DAY
    for hour in range(48):
        tick(db, ground, now + hour * HOUR)
        send_all(db, now + hour * HOUR)
    every = letters(db)
    times = sorted(row.queued_at for row in every)
    assert all(sum(at <= other < at + DAY for other in times) <= 5 for at in times)
    assert acknowledged(db) == [True] * 35
    texts = [read_letter(row)[1] for row in every]
    for case in cases(db):
        named = sum(case.number in text.split("Чтобы дополнить")[0] for text in texts)
        assert named == 1, case.number
    keys = [row.dedupe_key for row in letters(db, "collective")]
    assert len(set(keys)) == len(keys) > 1


def test_two_addresses_are_two_letters(db: Database, ground: Ground) -> None:
    file_claims(db, ground, 7)
    file_claims(db, ground, 7, sender="Other@zakaz.example")
    send_all(db, NOW + MINUTE)
    assert tick(db, ground, NOW + DAY + MINUTE) == 2
    assert {row.recipient for row in letters(db, "collective")} == {DEALER, "Other@zakaz.example"}


def test_what_a_person_closed_meanwhile_is_left_out(db: Database, ground: Ground) -> None:
    numbers = file_claims(db, ground, 8)
    send_all(db, NOW + MINUTE)
    set_case(db, numbers[6], state="closed")
    assert tick(db, ground, NOW + DAY) == 1
    text = read_letter(letters(db, "collective")[0])[1]
    assert [number in text for number in numbers[5:]] == [True, False, True]


def test_rehearsal_and_quiet_intake_hold_it(db: Database, ground: Ground) -> None:
    rehearsing = a_ground(mode="rehearsal")
    for n in range(7):
        file_one(db, rehearsing, f"r{n}", NOW, mail=a_mail(from_=DEALER, subject=f"Претензия {n}"))
    assert tick(db, rehearsing, NOW + DAY) == 1
    assert letters(db, "collective")[0].state == "held"
    quiet = "quiet@zakaz.example"
    for n in range(7):
        file_one(db, ground, f"q{n}", NOW, mail=a_mail(from_=quiet, subject=f"Претензия {n}"), hold_letters=True)
    assert tick(db, ground, NOW + DAY) == 1
    assert letters(db, "collective")[1].state == "held"


def test_two_daemons_write_one_letter(db: Database, db_url: str, ground: Ground) -> None:
    file_claims(db, ground, 8)
    send_all(db, NOW + MINUTE)

    def run(n: int) -> int:
        own = open_database(db_url)
        try:
            return tick(own, ground, NOW + DAY + n * SECOND)
        finally:
            own.close()

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(run, range(3))) == 1
    assert len(letters(db, "collective")) == 1
    assert [event.what for event in events(db, cases(db)[7].id)].count("acknowledgement_queued") == 1


def test_a_reopened_case_has_its_own_acknowledgement_again(db: Database, ground: Ground) -> None:
    """The letter for many acknowledged its first opening; the second is not taken for acknowledged."""
    numbers = file_claims(db, ground, 7)
    send_all(db, NOW + MINUTE)
    tick(db, ground, NOW + DAY)
    send_all(db, NOW + DAY)
    tick(db, ground, NOW + DAY + MINUTE)
    set_case(db, numbers[6], state="closed")
    with db.write() as conn:
        clocks = dict.fromkeys(("acknowledge_by", "answer_by", "answer_hard_by"), NOW + 9 * DAY)
        case_store.reopen(conn, cases(db)[6].id, now=NOW + 3 * DAY, why="again", received_id=None, clocks=clocks, assigned_to=None)
    tick(db, ground, NOW + 3 * DAY + MINUTE)
    assert cases(db)[6].acknowledged_at is None
