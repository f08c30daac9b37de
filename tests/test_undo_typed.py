"""What was ordered on the command line is put back like what was commanded by mail: the last of both, within a day, by her who did it."""

from __future__ import annotations

from datetime import datetime

import pytest

from mailbot.claims.commands import read_commands
from mailbot.jobs.carrying_out import carry_out
from mailbot.jobs.orders import HERE, Errand, Left, NotDone
from mailbot.jobs.policy_of import Ground
from mailbot.store import record
from mailbot.store.database import Database
from tests.desk_values import HOUR, NOW, a_desk, a_ground, cases, file_claims, letters
from tests.test_command_book import MAILBOX, digest_of, digests, reply, send, state_of


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_ground(mailbox=[MAILBOX])


@pytest.fixture
def two_cases(db: Database, ground: Ground) -> list[str]:
    """Two registered claims of Anna's, and her digest is out."""
    numbers = file_claims(db, ground, 2, NOW - HOUR)
    digests(db, ground)
    return numbers


def typed(db: Database, ground: Ground, number: str, words: str, at: datetime, person: str = "anna") -> str:
    """An order given on the command line."""
    (command,) = read_commands(words).commands
    by = next(one for one in ground.policy.people if one.id == person)
    with db.write() as conn:
        return carry_out(Errand(conn, ground, a_desk(ground), at, by, None, command, number, Left(), HERE))


def test_undo_finds_what_was_done_last_by_mail_or_at_the_machine(db: Database, ground: Ground, two_cases: list[str]) -> None:
    number, digest = two_cases[0], digest_of(db).message_id
    send(db, ground, reply(f"!категория {number} quality", digest), "c1", NOW + HOUR)
    typed(db, ground, number, "!assign boris", NOW + 2 * HOUR)
    send(db, ground, reply(f"!отмена {number}", digest), "c2", NOW + 3 * HOUR)  # by mail what was typed
    assert state_of(db) == ("registered", "anna")
    assert cases(db)[0].category == "quality"
    typed(db, ground, number, "!undo", NOW + 4 * HOUR)  # and at the machine what was written
    assert cases(db)[0].category == "damage"
    with pytest.raises(NotDone):
        typed(db, ground, number, "!undo", NOW + 4 * HOUR)
    with db.read() as conn:
        assert record.look_at(conn, number).breaks == ()


def test_what_was_typed_is_put_back_for_a_day_and_by_her_alone(db: Database, ground: Ground, two_cases: list[str]) -> None:
    number = two_cases[0]
    typed(db, ground, number, "!assign boris", NOW + HOUR)
    with pytest.raises(NotDone):
        typed(db, ground, number, "!undo", NOW + 2 * HOUR, "vera")
    with pytest.raises(NotDone):
        typed(db, ground, number, "!undo", NOW + 26 * HOUR)
    assert state_of(db) == ("registered", "boris")
    assert "undone" in typed(db, ground, number, "!undo", NOW + 24 * HOUR)
    assert state_of(db) == ("registered", "anna")


def test_a_letter_of_several_is_not_undone_over_what_was_typed_since(db: Database, ground: Ground, two_cases: list[str]) -> None:
    digest = digest_of(db).message_id
    send(db, ground, reply("".join(f"!категория {one} quality\n" for one in two_cases), digest), "c1", NOW + HOUR)
    answer = letters(db, "result")[-1]
    typed(db, ground, two_cases[1], "!assign boris", NOW + 2 * HOUR)
    send(db, ground, reply("!отмена", answer.message_id), "c2", NOW + 3 * HOUR)
    assert {case.category for case in cases(db)} == {"quality"}
