"""Rule files are edited by people: each fault is named with its place, folders lie over each other, a new category needs no Python."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailbot.claims.errors import SetupError
from mailbot.claims.message import IncomingMail
from mailbot.classify.understand import Reader
from mailbot.rulebook import load_rules
from mailbot.shipped import shipped
from tests.reading import MOSCOW, TUESDAY

FAINT = 'title = { ru = "Запах", en = "Smell" }\n'


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return folder


def faults_of(folder: Path) -> list[tuple[str, int]]:
    with pytest.raises(SetupError) as caught:
        load_rules(folder)
    return [(fault.file, fault.line) for fault in caught.value.faults]


def test_the_shipped_rules_load_and_say_where_they_came_from() -> None:
    rules = load_rules(None)
    assert rules.files["categories/damage.toml"] == str(shipped("rules") / "categories" / "damage.toml")
    assert rules.phrases("phrases", "auto_reply")
    assert rules.phrases("facts", "doc_upd")
    assert "шт" in rules.units["pcs"]
    assert "mail.ru" in rules.free_mail_domains


@pytest.mark.parametrize(
    ("name", "text", "line", "says"),
    [
        ("categories/smell.toml", FAINT + '[ru]\nS = [\n  "запах",\n  "вонь @nolist",\n]\n', 5, "@nolist"),
        ("categories/smell.toml", FAINT + '[ru]\nS = ["... запах"]\n', 3, "begins or ends with a gap"),
        ("categories/smell.toml", FAINT + '[ru]\nS = ["запах", "запах"]\n', 3, "written twice"),
        ("categories/smell.toml", FAINT + '[ru]\nX = ["запах"]\n', 3, "is unknown"),
        ("categories/smell.toml", FAINT + '[ru]\nS = "запах"\n', 3, "must be a list of texts"),
        ("categories/smell.toml", FAINT + 'needs = ["photo", "passport"]\n[ru]\nS = ["запах"]\n', 2, "passport"),
        ("categories/smell.toml", FAINT + 'order = "x"\n[ru]\nS = ["запах"]\n', 2, "whole number"),
        ("categories/smell.toml", FAINT + "[ru]\nS = [запах]\n", 3, "is not valid TOML"),
        ("categories/smell.toml", '[ru]\nS = ["запах"]\n', 0, "must name the category"),
        ("categories/smell.toml", FAINT, 0, "has no phrase"),
        ("categories/Bad Name.toml", FAINT + '[ru]\nS = ["запах"]\n', 0, "cannot be a category's id"),
        ("categories/unsorted.toml", FAINT + '[ru]\nS = ["запах"]\n', 0, "cannot be a category's id"),
        ("categories/smell.toml", FAINT + '[[ru.when]]\nwords = ["запах"]\nstrength = "XL"\n', 4, "'XL'"),
        ("own.toml", 'format = "phrases"\n[group.ru]\nS = ["а*"]\n', 3, "fewer than 3 letters"),
        ("own.toml", 'format = "phrases"\ngroup = 5\n', 2, "table of languages"),
        ("free_mail_domains.toml", 'domains = [\n  "mail.ru",\n  "@yandex.ru",\n]\n', 3, "@yandex.ru"),
        ("units.toml", '[pcs]\nkind = "count"\nru = ["шт"]\n[box]\nkind = "count"\nru = ["шт"]\n', 6, "pcs already"),
        ("units.toml", '[pcs]\nkind = "lots"\nru = ["шт"]\n', 2, "'lots'"),
        ("units.toml", '[pcs]\nkind = "count"\nru = "шт"\n', 3, "must be a list of texts"),
        ("units.toml", "pcs = 5\n", 1, "table of words"),
        ("units.toml", '[pcs]\nru = ["шт"]\n', 1, "is missing."),
        ("units.toml", '[not_goods]\nkind = "count"\nru = ["шт"]\n', 2, "does not belong here."),
    ],
)
def test_a_broken_file_is_named_with_its_line_and_a_mend(tmp_path: Path, name: str, text: str, line: int, says: str) -> None:
    with pytest.raises(SetupError) as caught:
        load_rules(write(tmp_path, name, text))
    fault = caught.value.faults[0]
    assert (fault.file, fault.line) == (str(tmp_path / name), line)
    assert says in fault.problem
    assert fault.mend


def test_every_fault_of_every_file_is_named_at_once(tmp_path: Path) -> None:
    write(tmp_path, "categories/a.toml", FAINT + '[ru]\nS = ["@no", "..."]\n')
    write(tmp_path, "categories/b.toml", "title = 5\n")
    found = faults_of(tmp_path)
    assert found.count((str(tmp_path / "categories/a.toml"), 3)) == 2
    assert (str(tmp_path / "categories/b.toml"), 1) in found


def test_a_folder_that_is_none_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="is no folder"):
        load_rules(tmp_path / "absent")


def test_the_operators_file_replaces_the_shipped_one_whole(tmp_path: Path) -> None:
    own = load_rules(write(tmp_path, "categories/damage.toml", 'title = { ru = "Бой" }\norder = 7\n[ru]\nS = ["вдребезги"]\n'))
    damage = own.category("damage")
    assert damage is not None
    assert ([phrase.text for phrase in damage.phrases], damage.order) == (["вдребезги"], 7)
    assert own.category("quality") == load_rules(None).category("quality")
    assert own.files["categories/damage.toml"] == str(tmp_path / "categories" / "damage.toml")


def test_a_category_is_switched_off_by_one_word(tmp_path: Path) -> None:
    own = load_rules(write(tmp_path, "categories/warranty.toml", "enabled = false\n"))
    assert own.category("warranty") is None
    assert {category.id for category in own.categories} == {"damage", "quality", "quantity", "other"}
    read = Reader(own).understand(IncomingMail(text="Насос не включается, гарантия."), TUESDAY, MOSCOW)
    assert "warranty" not in read.verdict.scores
    assert read.warranty.status == "not_applicable"


def test_all_switched_off_is_a_fault(tmp_path: Path) -> None:
    for name in ("damage", "quality", "quantity", "other", "warranty"):
        write(tmp_path, f"categories/{name}.toml", "enabled = false\n")
    with pytest.raises(SetupError, match="no category is switched on"):
        load_rules(tmp_path)


def test_a_new_category_is_a_new_file(tmp_path: Path) -> None:
    text = FAINT + 'order = 5\nneeds = ["batch", "photo"]\n[ru]\nS = ["сквозняк", "сквозить"]\n[en]\nS = ["draught"]\n'
    own = load_rules(write(tmp_path, "categories/smell.toml", text))
    read = Reader(own).understand(IncomingMail(text="Прошу разобраться: из окна сквозит, сквозняк."), TUESDAY, MOSCOW)
    assert read.verdict.primary == "smell"
    assert read.missing == ("batch", "photo")
    assert {reason.rule for reason in read.verdict.reasons if reason.category == "smell"} == {"categories/smell.toml:5"}


def test_the_version_tells_the_rules_apart_and_nothing_else(tmp_path: Path) -> None:
    shipped_ones = load_rules(None).version
    assert load_rules(tmp_path).version == shipped_ones
    assert load_rules(write(tmp_path, "categories/damage.toml", "enabled = false\n")).version != shipped_ones
