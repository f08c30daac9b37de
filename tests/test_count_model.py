"""The model of counts: what ships was learned from the marked letters, what it tells, how it is taught anew and switched off."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from mailbot.claims.errors import SetupError
from mailbot.claims.message import IncomingMail
from mailbot.classify.count_letters import MarkedLetter, read_letters
from mailbot.classify.count_model import LABELS, CountJudge, read_count_model
from mailbot.classify.count_signs import ANY
from mailbot.classify.count_training import Lesson, Taught, fingerprint, fit_counts, write_count_model
from mailbot.classify.understand import Reader
from mailbot.cli.train_counts import LENGTHS, train_counts
from mailbot.rulebook import load_rules
from tests.explaining import explain
from tests.reading import MOSCOW, TUESDAY, facts, rules

FOLDER = Path(rules().files["claim_words.toml"]).parent / "counts"
UNITS = (*rules().units, *LENGTHS)


@cache
def letters() -> list[MarkedLetter]:
    return read_letters(FOLDER.glob("*.txt"), UNITS)


def test_what_ships_was_learned_from_the_shipped_letters() -> None:
    assert sum(len(one.counts) for one in letters() if one.language == "ru") > 1500
    assert sum(len(one.counts) for one in letters() if one.language == "en") > 800
    told = f'"learned_from": "{fingerprint(letters())}"'
    assert told in (FOLDER / "model.json").read_text("utf-8"), "run `mailbot train --counts rules/counts`"


def test_a_letter_is_read_without_its_marks(tmp_path: Path) -> None:
    (tmp_path / "ru-x.txt").write_text("@ ru\nВ УПД [50 шт.|50 pcs by_papers], [сорок семь|47 pcs received/total].\n\n@ en\nHi [1].\n", "utf-8")
    first, second = read_letters([tmp_path / "ru-x.txt"], UNITS)
    assert (first.language, first.text, second.text) == ("ru", "В УПД 50 шт., сорок семь.", "Hi [1].")
    assert [(first.text[one.start : one.end], one.value, one.unit, one.roles) for one in first.counts] == [
        ("50 шт.", 50, "pcs", ("by_papers",)),
        ("сорок семь", 47, "pcs", ("received", "total")),
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("@ ru\nдва\n[три|3 unknown]", r"x\.txt:3.*is no mark"),
        ("@ en\n[3|3 pcs mising]", "unknown role mising"),
        ("@ en\n[3|3 pieces missing]", "unknown unit pieces"),
        ("@ en\n[3 came|3 pcs received", "in no whole mark"),
        ("@ fr\n[3|3 pcs missing]", "no language"),
        ("[3|3 pcs missing]", "holds no letter"),
    ],
)
def test_a_bad_mark_is_named_with_its_line(text: str, problem: str, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text(text, "utf-8")
    with pytest.raises(SetupError, match=f"(?s){problem}"):
        read_letters([tmp_path / "x.txt"], UNITS)


def test_a_folder_of_letters_is_learned_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for file, word in (("ru-a", "сгрузили"), ("ru-b", "выложили")):
        text = "".join(f"@ ru\nНа пандус {word} [{n}|{n} box received], коробки наши.\n" for n in range(21, 24))
        (tmp_path / f"{file}.txt").write_text(text, "utf-8")
    assert train_counts(tmp_path, rules()) == 0
    out = capsys.readouterr().out
    assert f"version {read_count_model(tmp_path / 'model.json').version}, 6 letters" in out
    assert "ru-b by the others" in out


def test_the_same_letters_give_the_same_file(tmp_path: Path) -> None:
    letter = letters()[0]
    lessons = tuple(Lesson((ANY, sign), frozenset((role,)), unit=True) for sign, role in (("L1:пришло", "received"), ("L1:нет", "missing")) * 4)
    for name in ("once", "again"):
        write_count_model(fit_counts([Taught(letter, (), lessons, ())]), tmp_path / name, [letter])
    assert (tmp_path / "once").read_bytes() == (tmp_path / "again").read_bytes()
    one, other = CountJudge(read_count_model(tmp_path / "once")).chances([lesson.signs for lesson in lessons[:2]]).argmax(axis=1).tolist()
    assert (LABELS[one], LABELS[other]) == ("received", "missing")


@pytest.mark.parametrize("text", ["{}", "no json", '{"schema": 1, "labels": [], "signs": {}, "version": ""}'])
def test_a_bad_model_is_named(text: str, tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text(text, "utf-8")
    with pytest.raises(SetupError, match="no model of counts"):
        read_count_model(tmp_path / "model.json")


SILENT = "Ордер на 60 мешков. Кладовщик пересчитал дважды — 57."


def test_an_empty_file_of_the_operators_switches_it_off(tmp_path: Path) -> None:
    (tmp_path / "counts").mkdir()
    (tmp_path / "counts" / "model.json").write_bytes(b"")
    off = load_rules(tmp_path)
    assert (off.counts, rules().counts) == ("", str(FOLDER / "model.json"))
    assert off.version != rules().version
    told = Reader(replace(off, sentences="")).understand(IncomingMail(text=SILENT), TUESDAY, MOSCOW).facts
    assert {fact.role for fact in told.quantities if fact.value == 60} == {"unknown"}


def test_where_the_rules_know_no_role_the_model_tells_it_and_is_named() -> None:
    told = {f"{float(fact.value):g} {fact.unit} {fact.role}": fact.rule for fact in facts(SILENT).quantities}
    version = read_count_model(FOLDER / "model.json").version
    assert told == {"60 bag by_papers": f"model counts {version}", "57 bag received": "", "3 bag missing": ""}
    raw = f"From: <a@b.example>\nContent-Type: text/plain; charset=utf-8\n\n{SILENT}\n".encode()
    rows = {row["value"]: row.get("rule") for row in explain(raw)["facts"]["quantities"]}
    assert rows == {60: f"model counts {version}", 57: None, 3: None}


@pytest.mark.parametrize("text", ["Позвоните в 10, кабинет 14, этаж 3.", "Жду до 18, приеду на 2 машинах.", "Our flat is 12, ring bell 3."])
def test_numbers_that_count_nothing_stay_so(text: str) -> None:
    assert not [fact for fact in facts(text).quantities if fact.rule]
