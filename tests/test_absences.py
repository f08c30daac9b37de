"""Who stands in today, from the mails that our people's answering machines and they themselves sent us."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from mailbot.claims.absence import Absence
from mailbot.claims.message import IncomingMail, Signs
from mailbot.claims.policy import Person
from mailbot.jobs.absences import absent_today, deputy_of, in_her_place
from mailbot.jobs.policy_of import Ground
from mailbot.store.database import Database
from tests.desk_values import HOUR, NOW, a_ground, file_one, letters, moscow, read_letter
from tests.test_command_book import digests
from tests.values import NO_COMPLAINT, a_mail

PEOPLE: tuple[dict[str, Any], ...] = (
    {"id": "anna", "name": "Анна Петрова", "addresses": ["anna@firma.example", "a.petrova@firma.example"], "substitute": "vera"},
    {"id": "boris", "name": "Борис Котов", "addresses": ["boris@firma.example"]},
    {"id": "maria", "name": "Мария Иванова", "addresses": ["maria@firma.example"]},
    {"id": "vera", "name": "Вера Чехова", "addresses": ["vera@firma.example"], "role": ["head"], "substitute": "anna"},
)
SERVER = "mx.firma.example"
PASS = f"{SERVER}; dmarc=pass header.from=firma.example; dkim=pass header.d=firma.example"
AWAY = "Я в отпуске с 24 ноября по 4 декабря. По всем вопросам обращайтесь к Ивановой."


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_ground(people=PEOPLE)


def stands_in(db: Database, ground: Ground, who: str, now: datetime) -> str | None:
    with db.read() as conn:
        found = deputy_of(a_person(ground, who), absent_today(conn, ground.policy, now), ground.policy)
    return found.id if found is not None else None


def hears(db: Database, ground: Ground, who: str, now: datetime) -> list[str]:
    with db.read() as conn:
        return [one.id for one in in_her_place(a_person(ground, who), absent_today(conn, ground.policy, now), ground.policy)]


def a_person(ground: Ground, who: str) -> Person:
    return next(one for one in ground.policy.people if one.id == who)


def a_machine(text: str, who: str = "anna", results: str = PASS) -> IncomingMail:
    signs = Signs(auto_submitted="auto-replied", authentication_results=(results,) if results else ())
    return a_mail(text, from_=f"{who}@firma.example", subject="Автоответ", signs=signs)


def file_it(db: Database, ground: Ground, key: str, at: datetime, mail: IncomingMail) -> None:
    file_one(db, ground, key, at, NO_COMPLAINT, mail=mail, proofs={"claims": SERVER})


def test_from_the_first_day_to_the_last(db: Database, ground: Ground) -> None:
    file_it(db, ground, "away", NOW, a_machine(AWAY))
    days = [(11, 23), (11, 24), (12, 4), (12, 5)]
    assert [stands_in(db, ground, "anna", moscow(month, day, 9)) for month, day in days] == [None, "maria", "maria", None]
    assert stands_in(db, ground, "boris", moscow(11, 24, 9)) is None


def test_the_latest_word_counts(db: Database, ground: Ground) -> None:
    file_it(db, ground, "away", NOW, a_machine(AWAY))
    file_it(db, ground, "again", moscow(11, 25, 8), a_machine("Я в отпуске до 27 ноября, замещает Борис Котов."))
    assert stands_in(db, ground, "anna", moscow(11, 25, 7, 59)) == "maria"
    assert stands_in(db, ground, "anna", moscow(11, 25, 9)) == "boris"
    assert stands_in(db, ground, "anna", moscow(11, 28, 9)) is None, "back sooner than she had said"


def test_who_is_not_named_is_taken_from_the_configuration(db: Database, ground: Ground) -> None:
    file_it(db, ground, "away", NOW, a_machine("Я в отпуске до 4 декабря."))
    assert stands_in(db, ground, "anna", moscow(11, 24, 9)) == "vera"
    file_it(db, ground, "vera", NOW, a_machine("Я в отпуске до 4 декабря.", "vera"))
    assert stands_in(db, ground, "anna", moscow(11, 24, 9)) is None, "each would stand in for the other"
    file_it(db, ground, "vera2", moscow(11, 23, 12), a_machine("Я в отпуске до 4 декабря, обращайтесь к Котову.", "vera"))
    assert stands_in(db, ground, "anna", moscow(11, 24, 9)) == "boris"


def test_her_own_plain_mail_counts_a_colleagues_word_does_not(db: Database, ground: Ground) -> None:
    plain = a_mail("Коллеги, с 24 ноября по 4 декабря буду в отпуске, за меня Котов.", from_="a.petrova@firma.example", subject="Отпуск", signs=Signs(authentication_results=(PASS,)))
    file_it(db, ground, "plain", NOW, plain)
    assert stands_in(db, ground, "anna", moscow(11, 24, 9)) == "boris"
    told = a_mail("Вера в отпуске с 24 ноября по 4 декабря, её дела ведёт Котов.", from_="maria@firma.example", subject="Отпуск Веры", signs=Signs(authentication_results=(PASS,)))
    file_it(db, ground, "told", NOW, told)
    assert stands_in(db, ground, "vera", moscow(11, 24, 9)) is None
    assert stands_in(db, ground, "maria", moscow(11, 24, 9)) is None


DENIED = f"{SERVER}; dmarc=fail header.from=firma.example; spf=fail; dkim=none"
UNPROVEN = ("", f"{SERVER}; spf=pass smtp.mailfrom=anna@firma.example; dkim=none; dmarc=none", f"{SERVER}; spf=none; dkim=none", "mx.evil.example; dmarc=pass")


def test_a_forged_absence_moves_nothing(db: Database, ground: Ground) -> None:
    """Else a stranger could send the director's approvals to somebody else."""
    file_it(db, ground, "forged", NOW, a_machine(AWAY, results=DENIED))
    assert stands_in(db, ground, "anna", moscow(11, 24, 9)) is None
    assert hears(db, ground, "anna", moscow(11, 24, 9)) == ["anna"]


@pytest.mark.parametrize("results", UNPROVEN)
def test_an_absence_that_nothing_proves_names_no_deputy(db: Database, ground: Ground, results: str) -> None:
    """Her configured substitute hears too; she goes on hearing, for she may be here and know of nothing."""
    file_it(db, ground, "unproven", NOW, a_machine(AWAY, results=results))
    assert stands_in(db, ground, "anna", moscow(11, 24, 9)) == "vera"
    assert hears(db, ground, "anna", moscow(11, 24, 9)) == ["anna", "vera"]
    file_it(db, ground, "boris", NOW, a_machine(AWAY, "boris", results))
    assert hears(db, ground, "boris", moscow(11, 24, 9)) == ["boris"]
    file_it(db, ground, "proven", NOW, a_machine(AWAY))
    assert hears(db, ground, "anna", moscow(11, 24, 9)) == ["maria"]


@pytest.mark.parametrize("results", UNPROVEN)
def test_an_absence_that_nothing_proves_takes_nothing_back(db: Database, ground: Ground, results: str) -> None:
    """She is away; a stranger writes in her name that she was, or that somebody else stands in: her cases stay with her deputy."""
    file_it(db, ground, "away", NOW, a_machine(AWAY))
    file_it(db, ground, "back", moscow(11, 24, 8), a_machine("Я в отпуске с 20 по 23 ноября, за меня Котов.", results=results))
    file_it(db, ground, "longer", moscow(11, 24, 8), a_machine("Я в отпуске до 27 ноября, за меня Котов.", results=results))
    assert hears(db, ground, "anna", moscow(11, 25, 9)) == ["maria"]


def test_a_customers_absence_is_not_ours(db: Database, ground: Ground) -> None:
    mail = a_mail(AWAY, from_="olga@zakaz.example", subject="Автоответ", signs=Signs(auto_submitted="auto-replied"))
    file_it(db, ground, "customer", NOW, mail)
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


@pytest.mark.parametrize(
    ("text", "deputy"),
    [(AWAY, "Вас замещает Мария Иванова"), ("Я в отпуске с 24 ноября по 4 декабря.", "Вас замещает Вера Чехова")],
)
def test_she_reads_what_was_understood_and_how_to_undo_it(db: Database, ground: Ground, text: str, deputy: str) -> None:
    file_it(db, ground, "away", NOW, a_machine(text))
    assert letters(db) == [], "no robot is answered"
    morning = " ".join(read_letter(digests(db, ground, moscow(11, 24, 9))["anna@firma.example"])[1].split())
    assert f"Вас нет на работе с 24 ноября 2026 г. по 4 декабря 2026 г., {deputy}." in morning
    assert "чтобы отменить отсутствие, напишите: «Я отсутствую до 23 ноября 2026 г.»" in morning
    assert stands_in(db, ground, "anna", moscow(11, 24, 10)) is not None
    back = a_mail("Я отсутствую до 23 ноября 2026 г.", from_="anna@firma.example", subject="Вышла", signs=Signs(authentication_results=(PASS,)))
    file_it(db, ground, "back", moscow(11, 24, 11), back)
    assert stands_in(db, ground, "anna", moscow(11, 24, 12)) is None
    assert "Вас нет на работе" not in " ".join(read_letter(digests(db, ground, moscow(11, 25, 9))["anna@firma.example"])[1].split())


def confirmed(db: Database) -> list[tuple[str, str]]:
    """(to whom, text) of each letter that says at once what was understood."""
    return [(row.recipient, " ".join(read_letter(row)[1].split())) for row in letters(db, "result")]


def by_hand(text: str, results: str = PASS, **changes: Any) -> IncomingMail:
    return a_mail(text, **{"from_": "anna@firma.example", "subject": "Отпуск", **changes}, signs=Signs(authentication_results=(results,) if results else ()))


def test_who_writes_herself_hears_at_once_and_how_to_undo_it(db: Database, ground: Ground) -> None:
    file_it(db, ground, "away", NOW, by_hand(AWAY))
    ((who, text),) = confirmed(db)
    assert who == "anna@firma.example"
    assert "Вас нет на работе с 24 ноября 2026 г. по 4 декабря 2026 г., Вас замещает Мария Иванова" in text
    assert "чтобы отменить отсутствие, напишите: «Я отсутствую до 22 ноября 2026 г.»" in text
    assert read_letter(letters(db, "result")[0])[0]["Subject"] == "Ваше отсутствие записано"
    digest = read_letter(digests(db, ground, moscow(11, 23, 11))["anna@firma.example"])[1]
    assert "По Вашему письму записано" not in " ".join(digest.split()), "once"
    file_it(db, ground, "again", NOW + HOUR, by_hand(AWAY, subject="Re: Ваше отсутствие записано"))
    file_it(db, ground, "reply", NOW + HOUR, by_hand(AWAY, in_reply_to=letters(db, "result")[0].message_id, subject="Автоответ"))
    assert len(confirmed(db)) == 1, "a machine that answers the letter in her name and does not say so"
    file_it(db, ground, "undo", NOW + 2 * HOUR, by_hand("Я отсутствую до 22 ноября 2026 г."))
    assert "Вы на работе" in confirmed(db)[-1][1]
    assert stands_in(db, ground, "anna", moscow(11, 24, 9)) is None


@pytest.mark.parametrize(
    "mail",
    [a_machine(AWAY), by_hand(AWAY, ""), by_hand(AWAY, PASS.replace("pass", "fail")), by_hand(AWAY, from_="olga@zakaz.example"), by_hand("Посмотрите, пожалуйста.")],
    ids=["a machine", "unproven", "denied", "a stranger", "no absence"],
)
def test_nobody_else_does(db: Database, ground: Ground, mail: IncomingMail) -> None:
    file_it(db, ground, "away", NOW, mail)
    assert confirmed(db) == []
