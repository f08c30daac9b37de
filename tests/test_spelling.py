"""What is written otherwise than the rules write it: slips, look-alike letters, spread-out words, the wrong keyboard; places stay true."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from mailbot.claims.message import IncomingMail
from mailbot.classify.spelling import Spelling, other_layout
from mailbot.classify.understand import Reader
from tests.reading import MOSCOW, TUESDAY, rules


@cache
def words_alone() -> Reader:
    return Reader(replace(rules(), sentences=""))


@pytest.mark.parametrize(
    ("text", "subject", "category", "shown"),
    [
        ("Пpетензия: нe xватает двух кopобок", "", "quantity", "нe xватает"),  # Latin p, e, x, o
        ("насос слооомался", "", "warranty", "слооомался"),
        ("Пришёл Б Р А К, меняйте", "", "quality", "Б Р А К"),
        ("выявлена н-е-д-о-с-т-а-ч-а 3 мест", "", "quantity", "н-е-д-о-с-т-а-ч-а"),
        ("nasos ne rabotaet, slomalsya, vernite dengi", "", "warranty", "ne rabotaet"),
        ("смотрите фото", "ytljcnfxf", "quantity", "ytljcnfxf"),
        ("смотрите фото", "hfp,bnj cntrkj", "damage", "hfp,bnj"),
        ("прислали брокованый товар", "", "quality", "брокованый"),
        ("коробка поврежденна", "", "damage", "поврежденна"),
        ("нужен гарантиный ремонт", "", "warranty", "гарантиный ремонт"),
        ("чайник не работаит", "", "warranty", "не работаит"),
        ("a warrenty matter please", "", "warranty", "warrenty"),
        ("the item is defectve and we want you to know", "", "quality", "defectve"),
        ("вместо сорока семи коробок привезли сорок четыре", "", "quantity", "вместо сорока семи коробок привезли"),
        ("изл. нед. 3 шт., одно б/у", "", "quality", "б/у"),
    ],
)
def test_the_word_is_known_and_shown_as_it_stands(text: str, subject: str, category: str, shown: str) -> None:
    verdict = words_alone().understand(IncomingMail(subject=subject, text=text), TUESDAY, MOSCOW).verdict
    assert verdict.primary == category, verdict
    reason = next(one for one in verdict.reasons if one.text == shown)
    source = subject if reason.in_ == "subject" else text
    assert source[reason.start : reason.end] == shown


def test_how_far_a_slip_may_go() -> None:
    spelling = Spelling({"недостача", "бракованный", "замена", "warranty", "interest", "broken"})
    assert spelling.meant("недостачя") == "недостача"
    assert spelling.meant("брокованый") == "бракованный"
    assert spelling.meant("недостройка") is None
    assert spelling.meant("замина") is None  # too short: 22 neighbours
    assert spelling.meant("warrenty") == "warranty"
    assert spelling.meant("internet") is None  # a consonant differs: another word
    assert spelling.meant("brocken") is None


def test_the_other_keyboard_keeps_every_letter_in_its_place() -> None:
    assert other_layout("ghtntypbz №5") == "претензия №5"
    assert len(other_layout("Ghtntypbz")) == len("Ghtntypbz")


@pytest.mark.parametrize("subject", ["Hello from the warehouse", "RFQ 2214", "hfp,bnj", "Re: offer"])
def test_english_subjects_stay_english(subject: str) -> None:
    reasons = words_alone().understand(IncomingMail(subject=subject, text="see below please"), TUESDAY, MOSCOW).verdict.reasons
    assert [one.category for one in reasons if one.in_ == "subject"] == (["damage"] if subject == "hfp,bnj" else [])
