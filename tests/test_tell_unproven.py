"""Mail in the name of our people that nothing proves: seen by the operator once an hour and by the person, and never our answer (A3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from mailbot.claims.message import Address, IncomingMail, Signs
from mailbot.jobs.policy_of import Ground
from mailbot.jobs.tell_unproven import tell_unproven
from mailbot.jobs.watch import WatchState, watch
from mailbot.jobs.write_digests import write_digests
from mailbot.store import commands
from mailbot.store.database import Database
from tests.desk_values import DAY, HOUR, MINUTE, NOW, SECOND, a_desk, a_ground, cases, events, file_claims, letters, read_letter
from tests.test_command_book import ANNA, MAILBOX, PASS, SERVER, digest_of, digests, outcomes, reply, send
from tests.values import a_mail

FORGED = Signs(authentication_results=(f"{SERVER}; dmarc=fail header.from=firma.example",))
NOTHING = Signs(authentication_results=(f"{SERVER}; dkim=none; spf=none",))
CUSTOMER = "dealer@zakaz.example"


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_ground(mailbox=[MAILBOX])


def an_answer(db: Database, signs: Signs, who: str = ANNA) -> IncomingMail:
    """One of our people answers the customer, the claims box in copy, as it seems."""
    told = letters(db, "acknowledgement")[0].message_id
    values = {"to": (Address("", CUSTOMER),), "cc": (Address("", "claims@firma.example"),), "in_reply_to": told, "references": (told,)}
    return a_mail("Деньги Вам не вернут.", from_=Address("Анна", who), signs=signs, received_at=NOW, **values)


def told(db: Database, ground: Ground, now: datetime) -> list[str]:
    """The alarm's text, where there is a new one."""
    before = len(letters(db, "alarm"))
    tell_unproven(db, ground, a_desk(ground), now)
    return [" ".join(read_letter(row)[1].split()) for row in letters(db, "alarm")[before:]]


@pytest.mark.parametrize(("signs", "is_ours"), [(FORGED, False), (NOTHING, False), (Signs(authentication_results=(PASS,)), True)])
def test_a_forged_answer_is_no_answer_and_is_seen(db: Database, ground: Ground, signs: Signs, is_ours: bool) -> None:
    (number,) = file_claims(db, ground, 1, NOW - HOUR, CUSTOMER)
    digests(db, ground)
    row = send(db, ground, an_answer(db, signs), "forged")
    case = cases(db)[0]
    assert (case.answered_at is not None) is is_ours
    happened = [(event.what, event.received_id) for event in events(db, case.id)]
    assert (("unproven", row) in happened) is not is_ours
    assert (("answered", row) in happened) is is_ours
    assert outcomes(db) == ([] if is_ours else [("refused", "letter")])
    alarms = told(db, ground, NOW + HOUR + MINUTE)
    assert len(alarms) == (not is_ours)
    assert all(f"1 (Анна 1); № {number}" in alarm for alarm in alarms)
    write_digests(db, ground, a_desk(ground), NOW + DAY, force=True)
    hers = " ".join(read_letter([one for one in letters(db, "digest") if one.recipient == ANNA][-1])[1].split())
    assert ("не подтверждён: 1. Они сохранены" in hers) is not is_ours
    assert (f"Эти письма в делах: {number}." in hers) is not is_ours
    theirs = [one.kind for one in letters(db) if one.recipient == CUSTOMER]
    assert theirs == ["acknowledgement"]


def test_a_flood_is_one_letter_an_hour_that_counts(db: Database, ground: Ground) -> None:
    (number,) = file_claims(db, ground, 1, NOW - HOUR, CUSTOMER)
    digest = digests(db, ground)[ANNA].message_id
    for n in range(3):
        send(db, ground, reply(f"!закрыть {number} решено", digest, signs=FORGED), f"f{n}", NOW + HOUR + n * SECOND)
    (first,) = told(db, ground, NOW + HOUR + MINUTE)
    assert "3 (Анна 3)" in first
    assert told(db, ground, NOW + HOUR + 2 * MINUTE) == []
    for n in range(5):
        send(db, ground, reply(f"!взять {number}", None, "boris@firma.example", signs=FORGED), f"g{n}", NOW + HOUR + (10 + n) * MINUTE)
    send(db, ground, an_answer(db, FORGED, "mallory@firma.example"), "h", NOW + HOUR + 20 * MINUTE)
    assert told(db, ground, NOW + 2 * HOUR + MINUTE - SECOND) == []
    (second,) = told(db, ground, NOW + 2 * HOUR + MINUTE)
    assert "6 (Борис 5, ? 1)" in second
    assert told(db, ground, NOW + 4 * HOUR) == []
    assert [row.recipient for row in letters(db, "alarm")] == ["olga@firma.example"] * 2
    assert letters(db, "alert") == []


def test_nobody_is_alarmed_where_nobody_vouches(db: Database) -> None:
    plain = a_ground()
    file_claims(db, plain, 1, NOW - HOUR, CUSTOMER)
    send(db, plain, reply("!взять 2026-0001", digests(db, plain)[ANNA].message_id), "c1", proofs={})
    assert told(db, plain, NOW + HOUR + MINUTE) == []


@pytest.mark.parametrize("subject", ["Re: Сводка", "Re: дело [#2026-0001]"])
@pytest.mark.parametrize("line", ["!закрыть решено", "!закрыть 2026-0001 решено"])
def test_a_refused_command_stands_in_the_case_it_names(db: Database, ground: Ground, subject: str, line: str) -> None:
    """Also where it answers no letter about that case: its line or its subject names it."""
    file_claims(db, ground, 2, NOW - HOUR, CUSTOMER)
    digests(db, ground)
    row = send(db, ground, reply(line, digest_of(db).message_id, signs=FORGED, subject=subject), "c1")
    named = "2026" in line or "#" in subject
    found = [[(event.what, event.received_id) for event in events(db, case.id)] for case in cases(db)]
    assert [("command_refused", row) in some for some in found] == [named, False]
    assert "!закрыть" not in str([event.why for case in cases(db) for event in events(db, case.id) if event.what == "command_refused"])


def test_over_ten_refusals_of_a_proven_person_an_hour_the_operator_hears(db: Database, ground: Ground) -> None:
    """Forgeries in her name do not count: of those he hears at once anyway."""
    (number,) = file_claims(db, ground, 1, NOW - HOUR, CUSTOMER)
    digest = digests(db, ground)[ANNA].message_id

    def wrong(at: datetime) -> list[str]:
        return [item.detail for item in watch(db, ground, a_desk(ground), WatchState(), at) if item.what == "refusals"]

    for n in range(11):
        send(db, ground, reply(f"!взять {number}", digest, signs=FORGED), f"f{n}", NOW + HOUR)
    for n in range(11):
        assert wrong(NOW + HOUR + MINUTE) == []
        send(db, ground, reply("!взять 2026-0777", digest), f"c{n}", NOW + HOUR + MINUTE)
    assert len(letters(db, "result")) == 10
    assert wrong(NOW + HOUR + MINUTE) == ["anna: 11 within an hour"]
    (said,) = (read_letter(row)[1] for row in letters(db, "alarm") if ":refusals:" in row.dedupe_key)
    assert "anna: 11" in said
    assert wrong(NOW + 2 * HOUR + MINUTE) == []


def test_forgeries_do_not_use_up_her_own_answers(db: Database, ground: Ground) -> None:
    """Ten refusals an hour are explained to her; what somebody else writes in her name does not count among them."""
    file_claims(db, ground, 1, NOW - HOUR, CUSTOMER)
    digest = digests(db, ground)[ANNA].message_id
    for n in range(12):
        send(db, ground, reply("!взять 2026-0001", digest, signs=FORGED), f"f{n}", NOW + HOUR)
    for n in range(12):
        send(db, ground, reply("!взять 2026-0777", digest), f"c{n}", NOW + HOUR + MINUTE)
    assert len(letters(db, "result")) == 10


def test_the_watch_counts_everybodys_refusals_in_one_query(db: Database, ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """And comes to the same as when each is counted alone."""
    (number,) = file_claims(db, ground, 1, NOW - HOUR, CUSTOMER)
    digest = digests(db, ground)[ANNA].message_id
    send(db, ground, reply(f"!взять {number}", digest, signs=FORGED), "f", NOW + HOUR)
    for n in range(2):
        send(db, ground, reply("!взять 2026-0777", digest), f"c{n}", NOW + HOUR)
    asked: list[datetime] = []
    whole = commands.refused_by

    def counted(conn: Any, since: datetime) -> dict[str, int]:
        asked.append(since)
        return whole(conn, since)

    monkeypatch.setattr(commands, "refused_by", counted)
    watch(db, ground, a_desk(ground), WatchState(), NOW + HOUR + MINUTE)
    assert len(asked) == 1
    with db.read() as conn:
        found = whole(conn, NOW - DAY)
        assert found["anna"] == 2, "what nothing proves to be hers does not count"
        for person in ground.policy.people:
            assert found.get(person.id, 0) == commands.refused_since(conn, person.id, NOW - DAY)
