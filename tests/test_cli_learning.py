"""`mailbot train` and `evaluate`: from corrected cases to a model that the reading child uses; every figure is right."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from mailbot.classify.model_file import read_model
from mailbot.jobs import confirm
from mailbot.jobs.reading_child import ChildSetup, files_of, open_reader
from mailbot.jobs.teaching import cases_as_lessons
from mailbot.store.database import Database
from mailbot.store.tables import cases as case_table
from tests.cli_values import Cli, write
from tests.desk_values import HOUR, NOW, a_ground, file_one
from tests.values import a_mail

WORDS = ("фракция крупная в вагоне", "фракция мелкая в вагоне", "фракция иная в вагоне"), ("тонн меньше в вагоне", "тонн пять в вагоне", "тонн мало в вагоне")


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(capsys)


def taught(db: Database, count: int) -> list[str]:
    """Cases of letters in the words of this shop, all filed as damage and corrected; returns their numbers."""
    ground = a_ground()
    for n in range(count):
        text = f"{WORDS[n % 2][n % 3]} номер {'абвгдежзик'[n % 10] * 6} {'лмнопрстуф'[n // 10] * 6}"
        file_one(db, ground, f"m{n}", NOW + n * timedelta(seconds=1), mail=a_mail(text, subject=f"Вагон {n + 7}", from_=f"k{n}@zakaz.example"))
    with db.read() as conn:
        numbers = list(conn.execute(select(case_table.c.number).order_by(case_table.c.id)).scalars())
    for n, number in enumerate(numbers):
        confirm.set_category(db, ground, number, ("quality", "quantity")[n % 2], "anna", NOW + HOUR)
    return numbers


def test_lessons_are_corrections_and_what_was_answered_untouched(db: Database) -> None:
    ground = a_ground()
    numbers = taught(db, 3)
    confirm.set_category(db, ground, numbers[0], "warranty", "boris", NOW + 2 * HOUR)  # the last word counts
    confirm.set_category(db, ground, numbers[1], "unsorted", "boris", NOW + 2 * HOUR)  # teaches nothing
    file_one(db, ground, "left", NOW + HOUR, mail=a_mail("Стекло пришло разбитым.", subject="Дело 99", from_="z@zakaz.example"))
    file_one(db, ground, "open", NOW + HOUR, mail=a_mail("Стекло пришло разбитым.", subject="Дело 98", from_="y@zakaz.example"))
    with db.read() as conn:
        left = conn.execute(select(case_table.c.number).where(case_table.c.customer == "z@zakaz.example")).scalar_one()
    confirm.answer(db, left, NOW + 2 * HOUR, "anna", NOW + 3 * HOUR)
    found = [(one.place, one.category, one.source, one.who, one.at) for one in cases_as_lessons(db)]
    assert found == [
        (numbers[0], "warranty", "corrected", "boris", NOW + 2 * HOUR),
        (numbers[2], "quality", "corrected", "anna", NOW + HOUR),
        (left, "damage", "stood", "anna", NOW + 2 * HOUR),
    ]
    assert cases_as_lessons(db)[2].text == "Стекло пришло разбитым."


def test_from_corrections_to_a_better_verdict(db: Database, db_url: str, cli: Cli, tmp_path: Path) -> None:
    taught(db, 44)
    config = write(tmp_path, "mailbot.toml", f'database = "{db_url}"\n'.encode())
    told = cli("train", "--json", "--config", config).line
    assert (told["file"], told["letters"], told["corrected"]) == (str(tmp_path / "model.json"), 44, 44)
    assert told["use"]["ru"] in {"model", "both"}
    assert told["macro_f1"]["ru"][told["use"]["ru"]] > 0.9 > told["macro_f1"]["ru"]["rules"]
    model = read_model(tmp_path / "model.json")
    assert (model.version, len(model.taught), model.taught[0].who) == (told["version"], 44, "anna")
    assert "абабаб" not in (tmp_path / "model.json").read_text("utf-8")
    mail = write(tmp_path, "mail.eml", "From: a@b.example\nSubject: x\n\nфракция крупная в вагоне, претензия\n".encode())
    explained = cli("explain", "--json", "--config", config, mail).line
    assert explained["category"]["primary"] == "quality"
    assert any(reason["rule"] == f"model {model.version}" for reason in explained["category"]["reasons"])
    check = cli("check", "--offline", "--json", "--config", config)
    assert next(line for line in check.lines if line["what"] == "model")["sentence"].startswith(f"{tmp_path}/model.json: version {model.version} of ")
    lines = cli("train", "--config", config).out.splitlines()
    assert lines[0].startswith(f"{tmp_path}/model.json: version {model.version}, 44 letters (44 corrected), ")
    assert "proved better on letters held out" in lines[1]


def test_nothing_to_learn_from(db: Database, db_url: str, cli: Cli, tmp_path: Path) -> None:
    ran = cli("train", "--database", db_url, "--output", tmp_path / "m.json")
    assert (ran.code, ran.out) == (1, "")
    assert "nothing to learn from" in ran.err
    assert not (tmp_path / "m.json").exists()


def test_a_broken_model_stops_the_start_and_check_names_it(cli: Cli, tmp_path: Path) -> None:
    config = write(tmp_path, "mailbot.toml", b"")
    write(tmp_path, "model.json", b"{}")
    ran = cli("check", "--offline", "--json", "--config", config)
    assert ran.code == 2
    assert "mailbot train" in next(line for line in ran.lines if line["what"] == "model")["sentence"]
    assert "reading child" not in [line["what"] for line in ran.lines]  # it would only say the same again
    (tmp_path / "model.json").unlink()
    without = files_of(ChildSetup(None, "UTC", 1, 1, model=tmp_path / "model.json"))
    assert open_reader(*without) is not None  # without one all works


ROWS = [
    {"text": "Стекло пришло разбитым.", "primary": "damage"},
    {"text": "Недостача: по накладной 50, приняли 47.", "subject": "Недостача", "primary": "quantity", "secondary": ["damage"]},
    {"text": "The pump stopped working after a month, warranty repair please.", "primary": "warranty"},
    {"text": "Стекло разбито вдребезги.", "primary": "quality"},  # wrong on purpose
    {"text": "Сколько стоит доставка?", "primary": None},
]


def test_evaluate(cli: Cli, tmp_path: Path) -> None:
    file = write(tmp_path, "letters.jsonl", "\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS).encode())
    told = cli("evaluate", file, "--json").line
    rules = told["ways"]["rules"]
    assert set(told["ways"]) == {"rules", "model", "both"}
    assert (rules["letters"], rules["accuracy"], rules["abstained"]) == (4, 0.75, 0)
    assert rules["categories"]["damage"] == {"letters": 1, "precision": 0.5, "recall": 1.0, "f1": 0.6667}
    assert rules["categories"]["quality"]["f1"] == 0
    assert rules["macro_f1"] == pytest.approx((2 / 3 + 1 + 1 + 0) / 4, abs=1e-4)
    assert {name: part["letters"] for name, part in rules["languages"].items()} == {"en": 1, "ru": 3}
    assert {"true": "quality", "said": "damage", "letters": 1} in rules["confusion"]
    assert told["mistakes"][0] == {**told["mistakes"][0], "place": "letters.jsonl:4", "true": "quality", "said": "damage"}
    assert told["claim_or_not"] == {"claims": 4, "claims_lost": 0, "claims_in_triage": 0, "others": 1, "others_acknowledged": 0}
    page = cli("evaluate", file).out
    assert "rules, en: 1 letters, macro-F1 1.00, unsorted 0" in page
    assert "letters.jsonl:4: quality taken for damage" in page
    assert "Стекло разбито вдребезги." in page


def test_evaluate_names_every_bad_line(cli: Cli, tmp_path: Path) -> None:
    file = write(tmp_path, "bad.jsonl", b'{"text": "x", "primary": "damage"}\nnot json\n\n{"text": "x"}\n{"text": "x", "primary": "nonsense"}\n')
    ran = cli("evaluate", file)
    assert (ran.code, ran.out) == (2, "")
    assert [line.split(": ")[0] for line in ran.err.splitlines()] == [f"{file}:{n}" for n in (2, 4, 5)]
    assert cli("evaluate", write(tmp_path, "empty.jsonl", b"\n")).code == 2
    assert cli("evaluate", tmp_path / "absent.jsonl").code == 2
