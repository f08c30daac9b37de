"""`!отправить` says which letter has left: by its number, its kind, and to whom."""

from __future__ import annotations

import pytest

from mailbot.jobs.policy_of import Ground
from mailbot.store import drafts
from mailbot.store.database import Database
from tests.desk_values import HOUR, NOW, a_ground, cases, letters
from tests.test_command_book import ANNA, MAILBOX, claim_at_hand, last_result, reply, send


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_ground(mailbox=[MAILBOX])


def test_the_letter_is_named_when_it_leaves_and_when_it_had_left(sqlite_db: Database, ground: Ground) -> None:
    number = claim_at_hand(sqlite_db, ground)
    first = [row for row in letters(sqlite_db) if row.recipient == ANNA][-1]
    send(sqlite_db, ground, reply(f"!ответ {number}\nЭто наша вина, мы признаём брак.", first.message_id), "c1")
    with sqlite_db.write() as conn:
        (waiting,) = drafts.unsent(conn, cases(sqlite_db)[0].id)
    (asked,) = letters(sqlite_db, "guard_question")
    send(sqlite_db, ground, reply("!отправить", asked.message_id), "c2", NOW + HOUR)
    wanted = f"Это письмо № {waiting.id} («!ответ»), адресат: dealer@zakaz.example."
    assert f"отправлено клиенту (dealer@zakaz.example). Это письмо № {waiting.id} («!ответ»)." in last_result(sqlite_db)
    send(sqlite_db, ground, reply("!отправить", asked.message_id), "c3", NOW + 2 * HOUR)
    assert "уже передано на отправку" in last_result(sqlite_db)
    assert wanted in last_result(sqlite_db)
