"""Important customers: by address, domain or ИНН; the case is marked, the director hears at once, once per case."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from mailbot.claims.customers import Customers, important_by
from mailbot.claims.decision import Decision
from mailbot.claims.facts import Facts
from mailbot.claims.message import Address, IncomingMail
from mailbot.jobs.case_view import digest_case
from mailbot.store import desk
from mailbot.store.database import Database
from mailbot.store.tables import cases as case_table
from tests.desk_values import NOW, a_ground, file_one, letters
from tests.values import COMPLAINT, a_forward, a_mail, a_policy, decided

OLGA = Customers(addresses=frozenset({"olga@zakaz.example"}))
ZAKAZ = Customers(domains=frozenset({"zakaz.example"}))
BY_INN = Customers(inn=frozenset({"7707083893"}))


@pytest.mark.parametrize(
    ("customers", "address", "inn", "by"),
    [
        (OLGA, "Olga@Zakaz.example", (), "address"),
        (OLGA, "petr@zakaz.example", (), ""),
        (ZAKAZ, "petr@zakaz.example", (), "domain"),
        (ZAKAZ, "petr@mail.zakaz.example", (), "domain"),
        (ZAKAZ, "petr@notzakaz.example", (), ""),
        (ZAKAZ, "petr@zakaz.example.evil.example", (), ""),
        (BY_INN, "petr@other.example", ("7707083893",), "ИНН"),
        (BY_INN, "petr@other.example", ("7707083894",), ""),
        (Customers(), "petr@other.example", ("7707083893",), ""),
    ],
)
def test_by_what(customers: Customers, address: str, inn: tuple[str, ...], by: str) -> None:
    assert important_by(customers, (None, Address("", address)), inn) == by


def decision(mail: IncomingMail, customers: Customers) -> Decision:
    return decided(mail, policy=a_policy(customers=customers))


@pytest.mark.parametrize("mail", [a_mail(), a_forward()])
def test_a_claim_marks_and_alarms(mail: IncomingMail) -> None:
    """Also where a colleague forwards it: the inner sender is the customer."""
    for customers, expected in ((OLGA, True), (Customers(), False)):
        found = decision(mail, customers)
        assert found.important is expected
        assert [alert.roles for alert in found.alerts if alert.step == "important"] == [("director",)] * expected


def test_an_enquiry_of_an_important_customer_alarms_nobody() -> None:
    quiet = replace(COMPLAINT, verdict=replace(COMPLAINT.verdict, claim_confidence=0.0), topic="question")
    found = decided(a_mail("Есть ли в наличии?"), quiet, policy=a_policy(customers=OLGA))
    assert found.kind.value == "enquiry"
    assert found.alerts == ()


def test_from_the_file_to_the_director_and_the_digest(db: Database, tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    file.write_text("Контрагент;Домен\nЗаказ;zakaz.example\n", "cp1251")
    ground = a_ground(files={"customers": str(file)})
    file_one(db, ground, "m1")
    file_one(db, ground, "m2", mail=a_mail(from_="x@other.example", subject="Другое дело 7"))
    told = letters(db, "alert")
    assert [row.recipient for row in told] == ["gleb@firma.example"]
    with db.read() as conn:
        assert next(iter(conn.execute(select(case_table.c.flags).order_by(case_table.c.id)).scalars()))["important"] is True
        shown = {case.customer: digest_case(case, None, None, ground.policy, NOW).important for case in desk.open_cases(conn)}
    assert shown == {"olga@zakaz.example": True, "x@other.example": False}


def test_a_further_mail_of_the_case_does_not_alarm_again(db: Database, tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    file.write_text("ИНН\n7707083893\n", "utf-8")
    ground = a_ground(files={"customers": str(file)})
    file_one(db, ground, "m1")  # not known as important yet
    words = replace(COMPLAINT, facts=Facts(inn=("7707083893",)))
    file_one(db, ground, "m2", understanding=words, mail=a_mail(references=("m1@zakaz.example",), in_reply_to="m1@zakaz.example"))
    assert letters(db, "alert") == []
    with db.read() as conn:
        assert [case.flags.get("important") for case in desk.open_cases(conn)] == [True]
