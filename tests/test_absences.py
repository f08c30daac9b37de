"""Who stands in today, from the mails that our people's answering machines and they themselves sent us."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from mailbot.claims.absence import Absence
from mailbot.claims.message import IncomingMail, Signs
from mailbot.jobs.absences import absent_today, deputy_of, who_stands_in
from mailbot.jobs.policy_of import Ground
from mailbot.store.database import Database
from tests.desk_values import NOW, a_ground, file_one, moscow
from tests.values import NO_COMPLAINT, a_mail

PEOPLE: tuple[dict[str, Any], ...] = (
    {"id": "anna", "name": "Анна Петрова", "addresses": ["anna@firma.example", "a.petrova@firma.example"], "substitute": "vera"},
    {"id": "boris", "name": "Борис Котов", "addresses": ["boris@firma.example"]},
    {"id": "maria", "name": "Мария Иванова", "addresses": ["maria@firma.example"]},
    {"id": "vera", "name": "Вера Чехова", "addresses": ["vera@firma.example"], "role": ["head"], "substitute": "anna"},
)
AWAY = "Я в отпуске с 24 ноября по 4 декабря. По всем вопросам обращайтесь к Ивановой."


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_ground(people=PEOPLE)


def stands_in(db: Database, ground: Ground, who: str, now: datetime) -> str | None:
    with db.read() as conn:
        person = next(one for one in ground.policy.people if one.id == who)
        found = who_stands_in(conn, ground.policy, person, now)
    return found.id if found is not None else None


def a_machine(text: str, who: str = "anna") -> IncomingMail:
    return a_mail(text, from_=f"{who}@firma.example", subject="Автоответ", signs=Signs(auto_submitted="auto-replied"))


def test_from_the_first_day_to_the_last(db: Database, ground: Ground) -> None:
    file_one(db, ground, "away", NOW, NO_COMPLAINT, mail=a_machine(AWAY))
    days = [(11, 23), (11, 24), (12, 4), (12, 5)]
    assert [stands_in(db, ground, "anna", moscow(month, day, 9)) for month, day in days] == [None, "maria", "maria", None]
    assert stands_in(db, ground, "boris", moscow(11, 24, 9)) is None


def test_the_latest_word_counts(db: Database, ground: Ground) -> None:
    file_one(db, ground, "away", NOW, NO_COMPLAINT, mail=a_machine(AWAY))
    file_one(db, ground, "again", moscow(11, 25, 8), NO_COMPLAINT, mail=a_machine("Я в отпуске до 27 ноября, замещает Борис Котов."))
    assert stands_in(db, ground, "anna", moscow(11, 25, 7, 59)) == "maria"
    assert stands_in(db, ground, "anna", moscow(11, 25, 9)) == "boris"
    assert stands_in(db, ground, "anna", moscow(11, 28, 9)) is None, "back sooner than she had said"


def test_who_is_not_named_is_taken_from_the_configuration(db: Database, ground: Ground) -> None:
    file_one(db, ground, "away", NOW, NO_COMPLAINT, mail=a_machine("Я в отпуске до 4 декабря."))
    assert stands_in(db, ground, "anna", moscow(11, 24, 9)) == "vera"
    file_one(db, ground, "vera", NOW, NO_COMPLAINT, mail=a_machine("Я в отпуске до 4 декабря.", "vera"))
    assert stands_in(db, ground, "anna", moscow(11, 24, 9)) is None, "each would stand in for the other"
    file_one(db, ground, "vera2", moscow(11, 23, 12), NO_COMPLAINT, mail=a_machine("Я в отпуске до 4 декабря, обращайтесь к Котову.", "vera"))
    assert stands_in(db, ground, "anna", moscow(11, 24, 9)) == "boris"


def test_her_own_plain_mail_counts_a_colleagues_word_does_not(db: Database, ground: Ground) -> None:
    plain = a_mail("Коллеги, с 24 ноября по 4 декабря буду в отпуске, за меня Котов.", from_="a.petrova@firma.example", subject="Отпуск")
    file_one(db, ground, "plain", NOW, NO_COMPLAINT, mail=plain)
    assert stands_in(db, ground, "anna", moscow(11, 24, 9)) == "boris"
    told = a_mail("Вера в отпуске с 24 ноября по 4 декабря, её дела ведёт Котов.", from_="maria@firma.example", subject="Отпуск Веры")
    file_one(db, ground, "told", NOW, NO_COMPLAINT, mail=told)
    assert stands_in(db, ground, "vera", moscow(11, 24, 9)) is None
    assert stands_in(db, ground, "maria", moscow(11, 24, 9)) is None


def test_a_forged_absence_moves_nothing(db: Database, ground: Ground) -> None:
    """Else a stranger could send the director's approvals to somebody else."""
    forged = Signs(auto_submitted="auto-replied", authentication_results=("mx.firma.example; dmarc=fail header.from=firma.example; spf=fail; dkim=none",))
    mail = a_mail(AWAY, from_="anna@firma.example", subject="Автоответ", signs=forged)
    file_one(db, ground, "forged", NOW, NO_COMPLAINT, mail=mail, proofs={"claims": "mx.firma.example"})
    assert stands_in(db, ground, "anna", moscow(11, 24, 9)) is None


def test_a_customers_absence_is_not_ours(db: Database, ground: Ground) -> None:
    mail = a_mail(AWAY, from_="olga@zakaz.example", subject="Автоответ", signs=Signs(auto_submitted="auto-replied"))
    file_one(db, ground, "customer", NOW, NO_COMPLAINT, mail=mail)
    with db.read() as conn:
        assert absent_today(conn, ground.policy, moscow(11, 24, 9)) == {}


def test_a_ring_of_deputies_ends(ground: Ground) -> None:
    people = {one.id: one for one in ground.policy.people}
    day = moscow(11, 24, 9).date()
    ring = {"anna": Absence("anna", day, day, "boris"), "boris": Absence("boris", day, day, "maria"), "maria": Absence("maria", day, day, "anna")}
    assert deputy_of(people["anna"], ring, ground.policy) is None
    assert deputy_of(people["vera"], ring, ground.policy) is None
    del ring["maria"]
    found = deputy_of(people["anna"], ring, ground.policy)
    assert found is not None
    assert found.id == "maria"
