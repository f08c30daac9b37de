"""What sentences of ours say, learned from rules/our_sentences: what ships was learned from them, and what it makes of a sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from mailbot.claims.errors import SetupError
from mailbot.claims.guard import CaseFacts, GuardWords, questions
from mailbot.claims.guard_sense import LABELS, Sense
from mailbot.classify.guard_training import fit_sense, held_out, write_sense
from mailbot.classify.sentence_bank import Sentence, read_bank
from mailbot.classify.sentence_training import fingerprint
from mailbot.rulebook.guard import load_guard
from tests.guard_hand import ByHand, by_hand

FOLDER = Path(__file__).parents[1] / "rules" / "our_sentences"
ABOUT = CaseFacts("2026-0451", date(2026, 11, 24))
NINTH = by_hand("ninth")


@cache
def bank() -> list[Sentence]:
    return read_bank(FOLDER.glob("*.txt"), LABELS)


@cache
def words() -> GuardWords:
    return load_guard(None)


def is_asked_about(one: ByHand) -> bool:
    return bool(questions(one.text, one.language, replace(one.about, files=len(one.files)), words()))


def test_what_ships_was_learned_from_the_shipped_sentences(tmp_path: Path) -> None:
    told = f'"learned_from": "{fingerprint(bank())}"'
    assert told in (FOLDER / "model.json").read_text("utf-8"), "run `mailbot train --guard rules/our_sentences`"
    write_sense(fit_sense(bank()), tmp_path / "model.json", bank())
    assert (tmp_path / "model.json").read_bytes() == (FOLDER / "model.json").read_bytes()


def test_the_sentences_say_one_thing_each_in_both_languages() -> None:
    said: dict[str, set[str]] = {}
    for one in bank():
        said.setdefault(one.text, set()).add(one.label)
    assert [text for text, labels in said.items() if len(labels) > 1] == []
    for language in ("ru", "en"):
        assert {one.label for one in bank() if one.language == language} == set(LABELS)


def test_sentences_it_was_not_taught() -> None:
    """Of the bank itself, each judged by a model that has not seen its part: three of four amiss, and one in ten of the hard fine ones."""
    judged = [(one.label != "fine", chances[0] < 0.5) for one, chances in held_out(bank())]
    amiss, fine = [told for is_amiss, told in judged if is_amiss], [told for is_amiss, told in judged if not is_amiss]
    assert sum(amiss) >= 0.72 * len(amiss)
    assert sum(fine) <= 0.11 * len(fine)


@pytest.mark.parametrize(("half", "missed_at_most", "false_at_most"), [(0, 6, 1), (1, 8, 4)])
def test_the_ninth_file_of_letters(half: int, missed_at_most: int, false_at_most: int) -> None:
    """Half A (even places) was looked at while mending, of half B only the figures. Together 146 of 160 bad ones, 5 of 160 good ones."""
    letters = [one for place, one in enumerate(NINTH) if place % 2 == half]
    bad, good = [one for one in letters if one.fault], [one for one in letters if not one.fault]
    assert len(bad) == len(good) == 80
    assert len([one for one in bad if not is_asked_about(one)]) <= missed_at_most
    assert len([one for one in good if is_asked_about(one)]) <= false_at_most


@pytest.mark.parametrize(
    ("text", "language", "what"),
    [
        ("Затяжку фланца у нас на участке попросту пропустили.", "ru", "admission"),
        ("Прежде чем жаловаться, загляните хотя бы в паспорт изделия, там всё написано.", "ru", "tone"),
        ("Подменный насос завтра же будет у Вас во дворе.", "ru", "promise"),
        ("The packer on duty skipped the padding.", "en", "admission"),
        ("Finding the switch is hardly a feat, even for you.", "en", "tone"),
    ],
)
def test_words_that_no_rule_knows(text: str, language: str, what: str) -> None:
    assert [one.what for one in questions(text, language, ABOUT, words())] == [what]
    assert questions(text, language, ABOUT, replace(words(), sense=Sense())) == ()


def test_what_is_decided_may_be_promised_by_the_whole_sentence_too() -> None:
    text = "Подменный насос завтра же будет у Вас во дворе."
    assert "promise" not in {one.what for one in questions(text, "ru", replace(ABOUT, decided=frozenset({"replacement"})), words())}
    assert {one.what for one in questions(text, "ru", replace(ABOUT, decided=frozenset({"refund"})), words())} == {"promise"}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Если затяжку фланца пропустили у нас, мы об этом напишем.", "ru"),
        ("Вы пишете, что затяжку фланца пропустили у нас на участке.", "ru"),
        ("Мы не утверждаем, что Вы уронили прибор.", "ru"),
        ("Whether the packer skipped the padding is being looked into.", "en"),
        ("We are not suggesting that you dropped it.", "en"),
    ],
)
def test_what_is_supposed_reported_or_denied_passes(text: str, language: str) -> None:
    assert questions(text, language, ABOUT, words()) == ()


def test_her_own_words_between_marks_are_hers() -> None:
    about = replace(ABOUT, said="Вы жулики и обманщики! Верните деньги.")
    assert questions("По поводу слов «вы жулики и обманщики»: нам жаль, что так вышло.", "ru", about, words()) == ()
    assert [one.what for one in questions("По поводу слов «вы жулики и обманщики»: нам жаль, что так вышло.", "ru", ABOUT, words())] == ["tone"]


def test_an_empty_file_of_the_operators_switches_it_off(tmp_path: Path) -> None:
    (tmp_path / "our_sentences").mkdir()
    model = tmp_path / "our_sentences" / "model.json"
    model.write_bytes(b"")
    assert load_guard(tmp_path).sense == Sense()
    assert len(words().sense.weights) > 10_000
    model.write_text('{"labels": ["fine"], "signs": {"bias": [1]}}', "utf-8")
    with pytest.raises(SetupError, match="no model of our sentences"):
        load_guard(tmp_path)
