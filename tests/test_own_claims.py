"""Our own claim against carrier or supplier: drafted once, to those who can make it, in the digest when its last day is near, gone when it is made."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from mailbot.claims.commands import read_commands
from mailbot.claims.errors import SetupError
from mailbot.jobs.carrying_out import carry_out
from mailbot.jobs.moving import NotPossible
from mailbot.jobs.orders import Errand, Left
from mailbot.jobs.own_claims import mark, own_claims, write_own_claims
from mailbot.jobs.policy_of import Ground
from mailbot.jobs.write_digests import write_digests
from mailbot.store.database import Database
from tests.desk_values import (
    DAY,
    HOUR,
    NOW,
    PEOPLE,
    a_desk,
    a_ground,
    cases,
    events,
    file_one,
    letters,
    moscow,
    read_letter,
    send_all,
    set_case,
)
from tests.values import a_fact, a_mail, words

LAWYER: dict[str, Any] = {"id": "lena", "name": "Лена", "addresses": ["lena@firma.example"], "role": ["legal"]}


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_ground(people=[*PEOPLE, LAWYER], departments={"logistics": "logistics@firma.example", "quality": "otk@firma.example"})


def a_case(db: Database, ground: Ground) -> None:
    facts = words(
        documents=(a_fact("4512", type="upd", date=date(2026, 11, 18)), a_fact("77", type="cmr")),
        amounts=(a_fact(12_400.0, text="12 400 руб."),),
        models=(a_fact("Стекло С-4"),),
    )
    file_one(db, ground, at=NOW, understanding=facts, mail=a_mail("Шесть стёкол разбиты в дороге."))
    send_all(db, NOW)


def told(db: Database) -> list[str]:
    return [row.recipient for row in letters(db, "regress")]


def test_logistics_and_the_lawyer_get_a_draft_once(db: Database, ground: Ground) -> None:
    a_case(db, ground)
    assert write_own_claims(db, ground, a_desk(ground), NOW) == 0
    mark(db, ground, "2026-0001", "carrier", "anna", NOW)
    assert write_own_claims(db, ground, a_desk(ground), NOW) == 2
    assert told(db) == ["logistics@firma.example", "lena@firma.example"]
    text = " ".join(read_letter(letters(db, "regress")[0])[1].split())
    assert "CMR 77" in text
    assert "Шесть стёкол разбиты в дороге." in text
    assert "12 400 руб." in text
    assert write_own_claims(db, ground, a_desk(ground), NOW + DAY) == 0
    assert [event.what for event in events(db, cases(db)[0].id)].count("own_claim_drafted") == 1


def test_the_last_day_is_the_earliest_of_its_clocks(db: Database, ground: Ground) -> None:
    a_case(db, ground)
    mark(db, ground, "2026-0001", "supplier", "anna", NOW)
    with db.read() as conn:
        (one,) = own_claims(conn, ground, NOW)
    assert (one.against, one.last_on) == ("supplier", date(2026, 11, 30))
    write_own_claims(db, ground, a_desk(ground), NOW)
    assert told(db) == ["otk@firma.example", "lena@firma.example"]
    assert "30 ноября 2026 г." in read_letter(letters(db, "regress")[0])[1]


def test_who_bears_the_cost_is_enough(db: Database, ground: Ground) -> None:
    from mailbot.jobs.clock_book import keep_clocks

    a_case(db, ground)
    set_case(db, "2026-0001", cost_bearer="carrier")
    with db.write() as conn:
        keep_clocks(conn, ground.policy, [cases(db)[0].id], NOW)
    assert write_own_claims(db, ground, a_desk(ground), NOW) == 2


DECISION = "!решение замена {}\nЗаменим.\nустановлено: стекло разбито в дороге (CMR 77)\nоснование: пункт 4.2 договора\nисполнение: отгрузка замены, до 10.12.2026"


def test_who_bears_the_cost_of_a_decision_is_counted_at_once(db: Database, ground: Ground) -> None:
    """Also while an earlier decision waits for its yes: no move of the case brings its clocks along."""
    a_case(db, ground)

    def decide(cost: str) -> list[str]:
        anna = next(one for one in ground.policy.people if one.id == "anna")
        (command,) = read_commands(DECISION.format(cost)).commands
        with db.write() as conn:
            carry_out(Errand(conn, ground, a_desk(ground), NOW + HOUR, anna, None, command, "2026-0001", Left(), "en"))
        with db.read() as conn:
            return [one.against for one in own_claims(conn, ground, NOW + HOUR)]

    assert decide("за наш счёт") == []
    assert cases(db)[0].state == "approval"
    assert decide("за счёт перевозчика") == ["carrier"]
    assert decide("за наш счёт") == []


def test_it_stands_in_the_digest_when_its_day_is_near_and_no_more_when_it_is_made(db: Database, ground: Ground) -> None:
    a_case(db, ground)
    mark(db, ground, "2026-0001", "supplier", "anna", NOW)

    def line(who: str, now: Any) -> bool:
        write_digests(db, ground, a_desk(ground), now, only=who, force=True)
        text = read_letter([row for row in letters(db, "digest") if row.recipient.startswith(who)][-1])[1]
        return "2026-0001 (до 30 ноября 2026 г.)" in " ".join(text.split())

    assert [line(who, moscow(11, 24, 9)) for who in ("anna", "boris", "lena")] == [True, False, True]
    mark(db, ground, "2026-0001", "filed", "lena", moscow(11, 24, 12))
    with db.read() as conn:
        assert own_claims(conn, ground, moscow(11, 24, 13)) == ()
    assert not line("anna", moscow(11, 25, 9))


def test_a_year_ahead_is_not_told_each_morning(db: Database, ground: Ground) -> None:
    a_case(db, ground)
    mark(db, ground, "2026-0001", "road", "anna", NOW)
    with db.read() as conn:
        (one,) = own_claims(conn, ground, NOW)
    assert one.last_on > date(2027, 11, 1)
    write_digests(db, ground, a_desk(ground), moscow(11, 24, 9), only="anna")
    assert "не сгорело" not in read_letter(letters(db, "digest")[-1])[1]


def test_it_goes_on_when_the_customers_case_is_closed(db: Database, ground: Ground) -> None:
    a_case(db, ground)
    mark(db, ground, "2026-0001", "carrier", "anna", NOW)
    set_case(db, "2026-0001", state="closed", close_reason="resolved_no_reply", closed_at=NOW + HOUR)
    assert write_own_claims(db, ground, a_desk(ground), NOW + 2 * HOUR) == 2


def test_what_cannot_be_marked(db: Database, ground: Ground) -> None:
    with pytest.raises(NotPossible, match="no case 1999-0001"):
        mark(db, ground, "1999-0001", "carrier", "anna", NOW)


def test_the_command_line_says_what_is_possible() -> None:
    from mailbot.cli.case_changes import _wanted

    assert _wanted(["regress=filed"], a_ground()) == {"regress": "filed"}
    with pytest.raises(SetupError, match="carrier, road, rail"):
        _wanted(["regress=nobody"], a_ground())


def test_rehearsal_writes_to_no_department(db: Database) -> None:
    ground = a_ground(mode="rehearsal", departments={"logistics": "logistics@firma.example"})
    a_case(db, ground)
    mark(db, ground, "2026-0001", "carrier", "anna", NOW)
    write_own_claims(db, ground, a_desk(ground), NOW + timedelta(minutes=1))
    assert {row.state for row in letters(db, "regress")} == {"held"}
