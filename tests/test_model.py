"""The model: counts a person can read, the same from the same letters; used only where it proved better; unsure where it guesses."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from mailbot.claims.agreement import Said, agreement, by_chance, worst
from mailbot.claims.category import UNSORTED, Reason, Verdict
from mailbot.claims.errors import SetupError
from mailbot.claims.lesson import Lesson
from mailbot.classify.comparison import FEWEST, Judged, calibrated, held_out, said, trained
from mailbot.classify.model import Judge, Model, Taught, fit, signs
from mailbot.classify.model_file import read_model, write_model
from mailbot.classify.second_opinion import chances_of, second_opinion, spoken

DAMAGE = ["стекло разбито вдребезги", "коробка разбита и мокрая", "разбитое зеркало", "всё разбито, коробка мятая"]
QUANTITY = ["не хватает двух коробок", "недостача трёх мешков", "не хватает пяти штук", "недостача, привезли меньше"]
LESSONS = [*(Lesson(text, "damage") for text in DAMAGE), *(Lesson(text, "quantity") for text in QUANTITY)]
SILENT = Verdict(UNSORTED, (), {"damage": 0.0, "quantity": 0.0}, 0.0, version="rules1")


def test_what_is_looked_at() -> None:
    found = signs("Разбито 3 шт, РАЗБИТО 47 шт!", "Ёлка")
    assert {"разбито", "0", "шт", "елка", "~_раз", "~ито_", "разбито 0", "шт разбито", "елка разбито"} <= set(found)
    assert found["0"] > found["елка"] > 0


def test_it_learns_forms_it_never_saw() -> None:
    judge = Judge(fit(LESSONS))
    for text, category in (("разбитая бутылка", "damage"), ("недостачу обнаружили", "quantity")):
        strengths = judge.strengths(text)
        assert max(strengths, key=lambda name: strengths[name]) == category
    assert set(judge.strengths("qqq www").values()) == {0.0}


def test_the_order_of_letters_changes_nothing_and_rare_signs_are_left_out() -> None:
    one, other = fit(LESSONS), fit(list(reversed(LESSONS)))
    assert one.counts == other.counts
    assert "зеркало" not in one.counts  # of one letter alone
    assert one.counts["разбито"] == {"damage": pytest.approx(1.386)}


def test_too_little_to_learn_from_judges_nothing() -> None:
    for lessons in ([], [Lesson("раз", "damage"), Lesson("раз", "damage")], LESSONS[:1]):
        strengths = Judge(fit(lessons)).strengths("раз два")
        assert set(strengths.values()) <= {0.0}


def test_endless_words_and_letters_cost_little() -> None:
    assert len(signs("я" * 100_000)) < 60
    assert len(signs(" ".join(str(n) + "слово" for n in range(100_000)))) < 100


def test_a_counter_example_speaks_against_its_category_only() -> None:
    before = Judge(fit([*LESSONS, Lesson("разбито", "quantity"), Lesson("разбито", "damage")]))
    after = Judge(fit([*LESSONS, Lesson("разбито", "quantity"), Lesson("разбито", "damage"), *[Lesson("разбито", "damage", counter=True)] * 5]))

    def gap(judge: Judge) -> float:
        strengths = judge.strengths("разбито")
        return strengths["damage"] - strengths["quantity"]

    assert gap(after) < gap(before)


def test_the_telling_words_are_the_words_of_the_letter() -> None:
    text = "Добрый день, стекло РАЗБИТО, увы"
    start, end = Judge(fit(LESSONS)).telling(text, "damage")[0]
    assert text[start:end] == "РАЗБИТО"


def a_model(way: str, unsure: float = 0.0) -> Model:
    return replace(fit(LESSONS), use={"ru": way}, sharpness={"model": (0.0, 8.0), "both": (1.0, 8.0)}, unsure_below={"model": unsure, "both": unsure}, version="m1")


def test_where_the_rules_are_best_only_the_version_is_added() -> None:
    for way, language in (("rules", "ru"), ("model", "en")):  # English was never measured
        assert second_opinion(SILENT, Judge(a_model(way)), DAMAGE[0], "", language) == replace(SILENT, version="rules1+m1")


@pytest.mark.parametrize("way", ["model", "both"])
def test_where_it_proved_better_it_speaks_with_its_words(way: str) -> None:
    found = second_opinion(SILENT, Judge(a_model(way)), "стекло разбито", "", "ru", "forwarded.text")
    assert (found.primary, found.version) == ("damage", "rules1+m1")
    assert found.confidence == found.scores["damage"] > 0.5 > found.scores["quantity"]
    assert Reason("damage", "разбито", 7, 14, "forwarded.text", "model m1") in found.reasons


def test_the_rules_primary_becomes_a_secondary_where_it_was_strong() -> None:
    for score, secondary in ((0.6, ("quantity",)), (0.3, ())):  # strengths 2.7 and 1.1; a secondary needs 2
        verdict = Verdict("quantity", (), {"damage": 0.0, "quantity": score}, 0.5)
        assert second_opinion(verdict, Judge(a_model("model")), "разбито разбита разбитое", "", "ru").secondary == secondary


def test_both_weigh_the_rules_in() -> None:
    sure = Verdict("quantity", (), {"damage": 0.0, "quantity": 0.99}, 0.9)
    judge = Judge(a_model("both"))
    assert second_opinion(sure, judge, "разбито", "", "ru").primary == "quantity"
    assert second_opinion(sure, Judge(a_model("model")), "разбито", "", "ru").primary == "damage"


@pytest.mark.parametrize(("unsure_below", "primary"), [(0.5, "damage"), (0.5001, UNSORTED)])
def test_unsure_is_no_guess(unsure_below: float, primary: str) -> None:
    assert spoken({"damage": 0.5, "quantity": 0.5}, unsure_below) == (primary, 0.5)


def test_a_category_the_model_was_never_shown_is_left_to_the_rules() -> None:
    chances = chances_of("both", {"damage": 0.0, "delivery": 6.0}, {"damage": 0.2}, (1.0, 1.0))
    assert max(chances, key=lambda name: chances[name]) == "delivery"
    assert sum(chances.values()) == pytest.approx(1)


def test_the_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    model = replace(a_model("both"), measured={"ru": {"rules": 0.5}}, taught=(Taught("damage", "corrected", "anna", "2026-11-24"),), version="")
    written = write_model(model, path)
    assert written.version
    assert read_model(path) == written
    assert path.stat().st_mode & 0o777 == 0o600
    assert '"разбито": {"damage": 1.386}' in path.read_text("utf-8")
    assert write_model(replace(model, taught=()), path).version == written.version  # who taught it changes no verdict
    assert write_model(replace(model, use={"ru": "model"}), path).version != written.version


def spoil(data: dict[str, object], how: str) -> str:
    if how == "cut":
        return json.dumps(data)[:-20]
    if how == "schema":
        data["schema"] = 2
    elif how == "by hand":
        data["unsure_below"] = {"both": 0.9}
    else:
        del data["categories"]
    return json.dumps(data)


@pytest.mark.parametrize("how", ["cut", "schema", "by hand", "lacks a key"])
def test_a_bad_file_is_named_with_its_mend(tmp_path: Path, how: str) -> None:
    path = tmp_path / "model.json"
    write_model(a_model("both"), path)
    path.write_text(spoil(json.loads(path.read_text("utf-8")), how), "utf-8")
    with pytest.raises(SetupError, match=r"model\.json.*mailbot train"):
        read_model(path)


def letters(count: int) -> list[Lesson]:
    """Letters of a shop whose words the rules do not know: "фракция" is a quality defect there, "тонн" a shortage."""
    words = ("фракция крупная", "фракция мелкая", "фракция иная"), ("тонн меньше", "тонн пять", "тонн мало")
    return [Lesson(f"{words[n % 2][n % 3]} по вагону {'абвгдежзик'[n % 10] * 6}{'лмнопрстуф'[n // 10 % 10] * 6}", ("quality", "quantity")[n % 2], place=str(n)) for n in range(count)]


def judged_by_rules(lessons: list[Lesson], right: bool) -> list[tuple[Verdict, str]]:
    found = []
    for lesson in lessons:
        scores = {"quality": 0.0, "quantity": 0.0} | ({lesson.category: 0.8} if right else {})
        found.append((Verdict(lesson.category if right else UNSORTED, (), scores, 0.8 if right else 0.0), "ru"))
    return found


@pytest.mark.parametrize(("count", "right", "use"), [(FEWEST, False, "model"), (FEWEST - 1, False, "rules"), (FEWEST, True, "rules")])
def test_it_is_used_only_where_it_proved_better(count: int, right: bool, use: str) -> None:
    lessons = letters(count)
    judged = held_out(lessons, judged_by_rules(lessons, right), [])
    model = trained(lessons, judged, [], ("quality", "quantity"))
    assert model.use == {"ru": use}
    assert model.measured["ru"]["rules"] == (1.0 if right else 0.0)
    assert model.measured["ru"]["model"] > 0.95


def test_no_letter_is_judged_by_a_model_that_has_seen_its_words() -> None:
    twice = [Lesson("ни на что не похоже", "quality"), Lesson("Ни на что  не похоже", "quality")]
    judged = held_out(twice, judged_by_rules(twice, False), [])
    assert all(set(one.strengths.values()) <= {0.0} for one in judged)  # its twin was held out with it


def test_the_bound_of_unsure_is_where_right_and_wrong_balance() -> None:
    def one(gold: str, strength: float) -> Judged:
        return Judged(Lesson("x", gold), Verdict(UNSORTED, (), {"quality": 0.0, "quantity": 0.0}), "ru", {"quality": strength, "quantity": 0.0})

    judged = [*(one("quality", 3.0) for _ in range(8)), *(one("quantity", 0.1) for _ in range(6)), *(one("quality", 0.1) for _ in range(2))]
    spoken_of = [one.said for one in said(judged, "model", calibrated(judged))]
    assert spoken_of == ["quality"] * 8 + [UNSORTED] * 8


def test_figures() -> None:
    judged = [Said("damage", "damage", 0.9, "ru"), Said("damage", UNSORTED, 0.1, "ru"), Said("quality", "damage", 0.4, "ru", "b"), Said("quality", "damage", 0.8, "ru", "a")]
    found = agreement(judged)
    assert (found.letters, found.right, found.abstained) == (4, 1, 1)
    assert (found.by_category["damage"].precision, found.by_category["damage"].recall, found.by_category["quality"].precision) == (1 / 3, 0.5, None)
    assert found.macro_f1 == pytest.approx((2 * 1 / 5 + 0) / 2)
    assert agreement(judged, ("damage",)).macro_f1 == pytest.approx(0.4)
    assert found.confusion[("quality", "damage")] == 2
    assert [one.place for one in worst(judged, 2)] == ["a", "b"]
    assert worst(judged, 9)[-1].said == UNSORTED


@pytest.mark.parametrize(("gained", "lost", "luck"), [(5, 0, 1 / 32), (4, 0, 1 / 16), (3, 3, 1.0), (0, 2, 1.0), (1_500, 1_000, pytest.approx(0, abs=1e-9))])
def test_luck(gained: int, lost: int, luck: float) -> None:
    right, wrong = Said("a", "a", 1, "ru"), Said("a", "b", 1, "ru")
    before = [wrong] * gained + [right] * lost + [right]
    after = [right] * gained + [wrong] * lost + [right]
    assert by_chance(before, after) == luck
