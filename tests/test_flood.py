"""More new cases of one address in a day than people could work stand in one case; nothing is lost, nobody else is touched (reliability.md 5)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from mailbot.claims.customers import Customers
from mailbot.claims.message import Address
from mailbot.jobs.collect import collect
from mailbot.jobs.policy_of import Ground
from mailbot.jobs.watch import WatchState, watch
from mailbot.store.database import Database
from mailbot.store.tables import received
from tests.desk_values import DAY, HOUR, MINUTE, NOW, SECOND, a_desk, a_ground, cases, file_claims, file_one, letters, read_letter
from tests.test_command_book import ANNA, MAILBOX, digests, reply, send
from tests.values import COMPLAINT, NO_COMPLAINT, a_forward, a_mail

SENDER, MOST = "flood@zakaz.example", 3


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_ground(mailbox=[MAILBOX], limits={"new_cases_per_address_per_day": MOST})


def mails(db: Database) -> list[tuple[int | None, str]]:
    """The case and the outcome of each mail, in order."""
    with db.read() as conn:
        return [tuple(row) for row in conn.execute(select(received.c.case_id, received.c.outcome).order_by(received.c.id))]


def test_the_rest_stands_in_one_case(db: Database, ground: Ground) -> None:
    file_claims(db, ground, MOST + 4, NOW, SENDER)
    assert mails(db) == [(n, "opened") for n in (1, 2, 3, 4)] + [(4, "joined")] * 3
    assert [bool(case.flags.get("flood")) for case in cases(db)] == [False, False, False, True]
    file_claims(db, ground, 2, NOW + MINUTE, "other@zakaz.example")
    assert mails(db)[-2:] == [(5, "opened"), (6, "opened")]


def test_its_sender_hears_of_each_case_within_the_rates_and_not_of_each_letter(db: Database, ground: Ground) -> None:
    file_claims(db, ground, MOST + 20, NOW, SENDER)
    theirs = [row.kind for row in letters(db) if row.recipient == SENDER]
    assert theirs == ["acknowledgement"] * (MOST + 1)
    collect(db, ground, a_desk(ground), NOW + 2 * DAY)
    assert [row.kind for row in letters(db) if row.recipient == SENDER] == theirs


def test_after_a_day_there_are_cases_again(db: Database, ground: Ground) -> None:
    file_claims(db, ground, MOST + 2, NOW, SENDER)
    file_claims(db, ground, 1, NOW + DAY - SECOND, SENDER)
    assert mails(db)[-1] == (MOST + 1, "joined")
    file_claims(db, ground, 1, NOW + DAY + 5 * SECOND, SENDER)
    assert mails(db)[-1] == (MOST + 2, "opened")


def test_the_specialist_and_the_operator_are_told_and_a_letter_becomes_a_case(db: Database, ground: Ground) -> None:
    file_claims(db, ground, MOST + 3, NOW - HOUR, SENDER)
    (item,) = (item for item in watch(db, ground, a_desk(ground), WatchState(), NOW) if item.what == "flood")
    assert item.detail == "2026-0004: 3 letters"
    assert any(":flood:2026-0004" in row.dedupe_key for row in letters(db, "alarm"))
    digest = digests(db, ground)[ANNA]
    said = " ".join(read_letter(digest)[1].split())
    assert "последние собраны в одном деле" in said
    send(db, ground, reply("!разделить 2026-0004", digest.message_id), "c1")
    assert len(cases(db)) == MOST + 2
    assert mails(db)[MOST + 2][0] == MOST + 2  # its last letter; nothing gathers it again


def test_a_danger_in_it_alarms_as_ever(db: Database, ground: Ground) -> None:
    file_claims(db, ground, MOST + 1, NOW, SENDER)
    danger = replace(COMPLAINT, facts=replace(COMPLAINT.facts, safety=True))
    before = len(letters(db, "alert"))
    file_one(db, ground, "danger", NOW + MINUTE, danger, mail=a_mail(from_=SENDER, subject="Искрит"))
    assert mails(db)[-1] == (MOST + 1, "joined")
    assert len(letters(db, "alert")) > before
    assert cases(db)[-1].safety


OTHERS: dict[str, Any] = {
    "an important customer": {"customers": True},
    "history": {"history": True},
    "no claim": {"understanding": NO_COMPLAINT},
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_not_gathered(sqlite_db: Database, ground: Ground, name: str) -> None:
    db, how = sqlite_db, OTHERS[name]
    if how.get("customers"):
        ground = replace(ground, policy=replace(ground.policy, customers=Customers(addresses=frozenset({SENDER}))))
    for n in range(MOST + 3):
        mail = a_mail(from_=SENDER, subject=f"Претензия {n}")
        file_one(db, ground, f"m{n}", NOW + n * SECOND, how.get("understanding", COMPLAINT), mail=mail, history=how.get("history", False))
    assert not any(case.flags.get("flood") for case in cases(db))
    assert "joined" not in {outcome for _, outcome in mails(db)}


@pytest.mark.parametrize("who", ["boris@firma.example", "form@site.example"])
def test_what_colleagues_and_forwarders_pass_on_is_not_gathered(sqlite_db: Database, ground: Ground, who: str) -> None:
    ground = replace(ground, policy=replace(ground.policy, forwarders=frozenset({"form@site.example"})))
    for n in range(MOST + 3):
        mail = replace(a_forward(), subject=f"Fwd: Претензия {n}", from_=Address("", who))
        file_one(sqlite_db, ground, f"m{n}", NOW + n * SECOND, mail=mail)
    assert not any(case.flags.get("flood") for case in cases(sqlite_db))
    assert "joined" not in {outcome for _, outcome in mails(sqlite_db)}


def test_whoever_names_a_forwarder_has_the_limit_all_the_same(sqlite_db: Database, ground: Ground) -> None:
    ground = replace(ground, policy=replace(ground.policy, forwarders=frozenset({"form@site.example"})))
    for n in range(MOST + 3):
        mail = a_mail(from_=SENDER, subject=f"Претензия {n}", sender=Address("", "form@site.example"))
        file_one(sqlite_db, ground, f"m{n}", NOW + n * SECOND, mail=mail)
    assert len(cases(sqlite_db)) == MOST + 1


def test_who_guesses_numbers_joins_nobody_and_is_told_of(db: Database, ground: Ground) -> None:
    """One address tries the numbers one after the other (A5): each foreign case stays as it is, and the operator hears."""
    theirs = file_claims(db, ground, MOST, NOW - HOUR, "dealer@zakaz.example")
    for n in range(12):
        mail = a_mail(from_=SENDER, subject=f"Re: Претензия {n} [#2026-{n + 1:04}]", text=f"По делу 2026-{n + 1:04}: разбито стекло, заказ {n}77{n}.")
        file_one(db, ground, f"guess{n}", NOW + n * SECOND, mail=mail)
    guessed = mails(db)[MOST:]
    assert len(theirs) == MOST
    assert [case_id for case_id, _ in guessed if case_id is not None and case_id <= MOST] == []
    assert "joined" in {outcome for _, outcome in guessed}
    assert [item.detail for item in watch(db, ground, a_desk(ground), WatchState(), NOW + MINUTE) if item.what == "flood"] != []
    assert [row.recipient for row in letters(db) if row.case_id is not None and row.case_id <= MOST and row.recipient == SENDER] == []
