"""A letter of the program names no day after the earliest one that binds us (behaviour.md 11.10), and explains that very day."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from mailbot.claims.clocks import Contract
from mailbot.claims.policy import Limits
from mailbot.claims.term_words import without_plan
from mailbot.jobs.collect import collect
from mailbot.jobs.confirm import confirm_claim
from mailbot.jobs.policy_of import Ground
from mailbot.jobs.remind import remind
from mailbot.store.database import Database
from tests.desk_values import DAY, HOUR, NOW, a_desk, a_ground, cases, file_one, letters, moscow, read_letter, set_case
from tests.values import a_fact, a_mail, words

NUMBER = "2026-0001"
THURSDAY = moscow(11, 26, 10)


def with_contract(amount: int, unit: str = "calendar_day") -> Ground:
    ground = a_ground()
    contract = Contract("17-ПС/2026", answer_amount=amount, answer_unit=unit)
    return replace(ground, policy=replace(ground.policy, terms=replace(ground.policy.terms, contracts=(contract,))))


@pytest.fixture(scope="module")
def strict() -> Ground:
    """By contract an answer is due on the day after; ours on the third working day."""
    return with_contract(1)


def a_claim(confidence: float = 0.9) -> Any:
    return words(confidence, sender_kind="business", contracts=(a_fact("17-ПС/2026"),))


def said(db: Database, kind: str = "acknowledgement") -> str:
    return " ".join(read_letter(letters(db, kind)[-1])[1].split())


def test_the_acknowledgement_names_the_contracts_day(db: Database, strict: Ground) -> None:
    file_one(db, strict, understanding=a_claim())
    assert "Следующее письмо от нас: не позднее 24 ноября 2026 г." in said(db)
    assert "Как посчитан срок: получено пн 23.11.2026, 10:00; день 1 — вт 24.11." in said(db)
    assert letters(db, "acknowledgement")[0].due_by == moscow(11, 24, 23, 59, 59)
    assert cases(db)[0].answer_by == moscow(11, 26, 23, 59, 59), "the house's own date stays what it is"


def test_our_own_date_stands_where_it_comes_first(db: Database) -> None:
    file_one(db, with_contract(10), understanding=a_claim())
    assert "не позднее 26 ноября 2026 г." in said(db)


def test_a_term_that_rolls_is_explained_without_our_own_plans(db: Database) -> None:
    """Two days from Thursday end on a Saturday; the answer is due on Monday, before our own Tuesday."""
    file_one(db, with_contract(2), at=THURSDAY, understanding=a_claim())
    text = said(db)
    assert "не позднее 30 ноября 2026 г." in text
    assert "день 2 — сб 28.11 (выходной), выходной не считается: срок переходит на пн 30.11." in text
    assert "готовим" not in text


def test_who_is_answered_late_hears_the_contracts_day_too(db: Database, strict: Ground) -> None:
    """The claim that a person confirms, the one that was put off, and the collective letter."""
    file_one(db, strict, understanding=a_claim(0.3))
    assert letters(db, "acknowledgement") == []
    confirm_claim(db, strict, a_desk(strict), NUMBER, "anna", NOW + HOUR)
    assert "не позднее 24 ноября 2026 г." in said(db)
    few = replace(strict, policy=replace(strict.policy, limits=Limits(per_address_per_day=0)))
    for n in (2, 3):
        file_one(db, few, f"m{n}", NOW + n * HOUR, a_claim(), mail=a_mail(from_="dealer@zakaz.example", subject=f"Претензия {n}"))
    collect(db, strict, a_desk(strict), NOW + 4 * HOUR)
    assert said(db, "collective").count("следующее письмо от нас: не позднее 24 ноября 2026 г.") == 2


def test_a_day_that_has_passed_is_never_named(db: Database, strict: Ground) -> None:
    """The mail lay on the server over a long outage."""
    file_one(db, strict, understanding=a_claim(), now=NOW + 2 * DAY)
    assert "не позднее 26 ноября 2026 г." in said(db)
    assert "Как посчитан срок" not in said(db)


@pytest.mark.parametrize(("at", "count"), [(moscow(11, 24, 10), 0), (moscow(11, 25, 10), 1)])
def test_no_holding_note_on_the_day_that_binds_us(db: Database, strict: Ground, at: datetime, count: int) -> None:
    file_one(db, strict, understanding=a_claim())
    set_case(db, NUMBER, holding_on=True, next_news_by=moscow(11, 24, 23, 59, 59))
    remind(db, strict, a_desk(strict), at)
    assert len(letters(db, "holding")) == count


@pytest.mark.parametrize(
    ("sentence", "language", "told"),
    [
        ("получено пн; день 1 — вт 24 ноября", "ru", "получено пн; день 1 — вт 24 ноября"),
        ("получено пн; день 1 — вт, готовим к пн 23 ноября", "ru", "получено пн; день 1 — вт"),
        ("received Mon; day 1 Tue, we plan for Mon. The production calendar of 2028 is not", "en", "received Mon; day 1 Tue. The production calendar of 2028 is not"),
    ],
)
def test_our_plan_is_our_own_affair(sentence: str, language: str, told: str) -> None:
    assert without_plan(sentence, language) == told


