"""Letters in English name our people and the company in Latin letters: as configured, else as passports do; no line is too long for a terminal."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from mailbot.claims.case import State
from mailbot.claims.case_letters import stage_of
from mailbot.jobs.case_sheet import told_facts
from mailbot.jobs.writing_desk import set_up_desk
from mailbot.mail_out.compose import Composer
from mailbot.mail_out.sample_letters import sample_letters
from mailbot.rulebook.production_calendar import load_calendar
from tests import case_pictures
from tests.desk_values import KEY, a_ground
from tests.pictures import HOUSE, OFFICE, Sample, composed


def changed(letter: Any, **values: object) -> Any:
    return replace(letter, **values)


RUSSIAN = re.compile(r"[А-Яа-яЁё]+")


@pytest.fixture(scope="module")
def english() -> Composer:
    return Composer(None, HOUSE, load_calendar(None, range(2026, 2028)), OFFICE, names={"Анна Петрова": "Ann Petrova"})


def test_no_russian_word_is_left_in_an_english_letter(english: Composer) -> None:
    """`signatory` and company were Cyrillic in a letter to Leeds."""
    signed = case_pictures.ANNA
    for name, letter, language in case_pictures.to_customers():
        if language == "en":
            said = composed(Sample(name, changed(letter, signatory=replace(signed, post="")), "en"), english)
            assert not RUSSIAN.findall(said.text), said.text
            assert not RUSSIAN.findall(said.html)
            assert "Ann Petrova" in said.text
            assert "LLC “Mebel-Server”" in said.text


def test_a_russian_name_in_an_english_greeting(english: Composer) -> None:
    sample = next(letter for name, letter, _ in case_pictures.to_customers() if name == "holding-en")
    said = composed(Sample("x", changed(sample, customer_name="Белова Ольга Ивановна"), "en"), english)
    assert said.text.startswith("Dear Olga Ivanovna,")


def test_the_desk_takes_the_names_of_the_configuration() -> None:
    people = [{"id": "anna", "name": "Анна Петрова", "name_en": "Ann Petrova", "addresses": ["anna@firma.example"]}]
    company = {"name": "ООО «Фирма»", "name_en": "Firma Ltd", "contact_person": "Пётр", "contact_person_en": "Peter", "domains": ["firma.example"]}
    desk = set_up_desk(a_ground(people=people, company=company), {KEY.id: KEY})
    assert (desk.composer.house_in("en").name, desk.composer.house_in("en").contact_person) == ("Firma Ltd", "Peter")
    assert (desk.composer.house_in("ru").name, desk.composer.house_in("ru").contact_person) == ("ООО «Фирма»", "Пётр")
    assert [desk.composer.in_latin(name) for name in ("Анна Петрова", "Борис Котов")] == ["Ann Petrova", "Boris Kotov"]


def test_no_line_is_too_long_for_a_terminal(english: Composer) -> None:
    for letter, envelope in sample_letters():
        for language in ("ru", "en"):
            for line in english.compose(letter, language, None, envelope).text.splitlines():
                assert len(line) <= 78 or line.lstrip().startswith("!"), line


@pytest.mark.parametrize(
    ("state", "reason", "stage"),
    [
        (State.REVIEW, None, "experts"),
        (State.REVIEW, "inspection", "inspection"),
        (State.APPROVAL, None, "approval"),
        (State.WAITING_CUSTOMER, "documents", "customer"),
        (State.EXECUTION, "inspection", "execution"),
    ],
)
def test_a_holding_note_says_how_the_case_stands(state: State, reason: str | None, stage: str) -> None:
    """"Specialists study the material" went to a customer from whom we were waiting for photographs."""
    assert stage_of(state, reason) == stage


@pytest.mark.parametrize(
    ("text", "language", "shown"),
    [
        ("УПД № 17 от 01.02.2027", "en", "No. 17 of 1 February 2027"), ("УПД № 17 от 01.02.2027", "ru", "№ 17 от 01.02.2027"),
        ("УПД 17 от 1 февраля 2027 г.", "en", "17 of 1 February 2027"), ("UPD No. 17 of 1 February 2027", "en", "No. 17 of 1 February 2027"),
        ("УПД № 17", "en", "№ 17"),
    ],
)  # fmt: skip
def test_a_paper_in_an_english_case_letter_is_dated_in_english(text: str, language: str, shown: str) -> None:
    """It said "UPD № 17 от 01.02.2027"."""
    fact = {"text": text, "value": "17", "type": "upd", "date": "2027-02-01" if "2027" in text else None}
    assert list(told_facts({"documents": [fact]}, language)) == [("documents_upd", shown)]
