"""A hand-over that is undone: to whom the case had been given hears at once, as she heard of the hand-over."""

from __future__ import annotations

import pytest

from mailbot.jobs.policy_of import Ground
from mailbot.store.database import Database
from tests.desk_values import HOUR, MINUTE, NOW, a_ground, letters, read_letter
from tests.test_command_book import ANNA, BORIS, MAILBOX, claim_at_hand, reply, send, state_of


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_ground(mailbox=[MAILBOX])


def results_to(db: Database, who: str) -> list[str]:
    return [" ".join(read_letter(row)[1].split()) for row in letters(db, "result") if row.recipient == who]


def undone(db: Database, ground: Ground, command: str) -> None:
    number = claim_at_hand(db, ground)
    digest = [row for row in letters(db) if row.recipient == ANNA][-1]
    send(db, ground, reply(f"!взять {number}", digest.message_id), "c0", NOW + MINUTE)
    send(db, ground, reply(command.format(number=number), digest.message_id), "c1", NOW + HOUR)
    send(db, ground, reply(f"!отмена {number}", digest.message_id), "c2", NOW + 2 * HOUR)


def test_who_had_been_given_the_case_hears_that_it_is_not_hers(sqlite_db: Database, ground: Ground) -> None:
    undone(sqlite_db, ground, "!передать {number} boris")
    assert state_of(sqlite_db)[1] == "anna"
    (told,) = results_to(sqlite_db, BORIS)
    assert "Передача Вам дела № 2026-0001 отменена (Анна). Теперь его ведёт Анна" in told
    (letter,) = [row for row in letters(sqlite_db, "result") if row.recipient == BORIS]
    assert "Передача дела отменена" in str(read_letter(letter)[0]["Subject"])
    assert any("Об отмене сообщено: Борис." in text for text in results_to(sqlite_db, ANNA))


def test_an_undo_that_gives_nothing_back_tells_nobody(sqlite_db: Database, ground: Ground) -> None:
    undone(sqlite_db, ground, "!гарантия действует {number}")
    assert state_of(sqlite_db)[1] == "anna"
    assert results_to(sqlite_db, BORIS) == []
    assert any("отменено" in text for text in results_to(sqlite_db, ANNA)), "the undo itself was done"
