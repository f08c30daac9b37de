"""An operator's copies of an earlier release, and files that nothing reads: `mailbot check` says what is lacking, by file, line and mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailbot.claims.errors import SetupError
from mailbot.mail_out.compose import Composer, template_faults
from mailbot.mail_out.own_templates import half_languages, read_by_nothing
from mailbot.rulebook.deadlines import load_deadlines
from mailbot.rulebook.older_deadlines import what_it_lacks
from mailbot.rulebook.production_calendar import load_calendar
from mailbot.shipped import shipped
from tests.pictures import OFFICE
from tests.test_templates import HOUSE, write

DEADLINES = (shipped("rules") / "deadlines.toml").read_text("utf-8")


def without(text: str, *starts: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(starts))


def test_a_copy_of_this_release_lacks_nothing(tmp_path: Path) -> None:
    write(tmp_path, "deadlines.toml", DEADLINES)
    assert what_it_lacks(tmp_path) == []
    assert what_it_lacks(None) == []


def test_a_copy_without_promised_says_what_follows_and_where_it_stands(tmp_path: Path) -> None:
    begins = DEADLINES[: DEADLINES.index('id = "promised"')].rindex("[[rule]]")
    ends = DEADLINES.index("[[rule]]", begins + 1)
    path = write(tmp_path, "deadlines.toml", DEADLINES[:begins] + DEADLINES[ends:])
    (fault,) = what_it_lacks(tmp_path)
    assert (fault.file, fault.problem) == (str(path), "there is no rule 'promised': days that a decision promises have no clock.")
    line = int(fault.mend.partition("deadlines.toml:")[2].partition(",")[0])
    assert DEADLINES.splitlines()[line - 1 : line + 1] == ["[[rule]]", 'id = "promised"']


def test_a_copy_whose_answer_may_wait_for_ever_is_told_with_its_line(tmp_path: Path) -> None:
    text = without(DEADLINES, "pause_at_most")
    write(tmp_path, "deadlines.toml", text)
    (fault,) = what_it_lacks(tmp_path)
    assert (fault.key, fault.mend) == ("pause_at_most", "Write pause_at_most = 15.")
    assert text.splitlines()[fault.line] == 'id = "formal_answer"'


def test_a_law_left_out_on_purpose_is_no_fault(tmp_path: Path) -> None:
    begins = DEADLINES.rindex("[[rule]]", 0, DEADLINES.index('kind = "foreign_statute"', DEADLINES.index("--- другие страны")))
    ends = DEADLINES.index("[[rule]]", begins + 1)
    write(tmp_path, "deadlines.toml", DEADLINES[:begins] + DEADLINES[ends:])
    assert len(load_deadlines(tmp_path)) == len(load_deadlines(None)) - 1
    assert what_it_lacks(tmp_path) == []


@pytest.mark.parametrize(
    ("change", "key", "mend"),
    [
        (("[waiting]", "[wating]"), "wating", "Did you mean waiting?"),
        (('unit = "working_day"', 'units = "working_day"'), "rule.0.units", "Did you mean unit?"),
    ],
)
def test_a_misspelt_table_or_key_is_named_with_the_nearest(tmp_path: Path, change: tuple[str, str], key: str, mend: str) -> None:
    write(tmp_path, "deadlines.toml", DEADLINES.replace(*change, 1))
    with pytest.raises(SetupError) as caught:
        load_deadlines(tmp_path)
    assert (key, mend) in {(fault.key, fault.mend) for fault in caught.value.faults}


def composer(own: Path) -> Composer:
    return Composer(own, HOUSE, load_calendar(None, range(2026, 2028)), OFFICE)


def test_own_words_of_an_earlier_release_are_named_and_not_the_letter(tmp_path: Path) -> None:
    theirs = shipped("templates") / "ru/digest_words.j2"
    lines = theirs.read_text("utf-8").splitlines(keepends=True)
    path = write(tmp_path, "ru/digest_words.j2", "".join(line for line in lines if "wait_over" not in line))
    (fault,) = template_faults(composer(tmp_path))
    assert (fault.file, fault.key) == (str(path), "wait_over")
    assert "wait_over" in lines[int(fault.mend.rstrip(".").rpartition(":")[2]) - 1]
    assert fault.mend.startswith(f"Copy it from {theirs}:")


@pytest.mark.parametrize(
    ("name", "mend"),
    [
        ("ru/acknowledgment.txt.j2", "Did you mean ru/acknowledgement.txt.j2?"),
        ("ru/acknowledgement.txt", "Did you mean ru/acknowledgement.txt.j2?"),
        ("acknowledgement.txt.j2", "Move it to en/acknowledgement.txt.j2 or ru/acknowledgement.txt.j2."),
        ("ru/qwertyuiop", "`mailbot rules` lists the names that count."),
    ],
)
def test_a_file_that_no_letter_reads_is_named_with_the_nearest(tmp_path: Path, name: str, mend: str) -> None:
    path = write(tmp_path, name, "x")
    assert [(fault.file, fault.problem, fault.mend) for fault in read_by_nothing(tmp_path, ("ru", "en"))] == [
        (str(path), "is read by nothing.", mend)
    ]


def test_what_is_read_or_kept_beside_is_no_fault(tmp_path: Path) -> None:
    for name in ("ru/foot.txt.j2", "de/foot.txt.j2", "README.md", "ru/foot.txt.j2.bak", "ru/forbidden.toml", "ru/our_seal.j2"):
        write(tmp_path, name, "x")
    write(tmp_path, "ru/holding.txt.j2", '{% include "ru/our_seal.j2" %}')
    assert read_by_nothing(tmp_path, ("ru", "en", "de")) == []
    assert [fault.file for fault in read_by_nothing(tmp_path, ("ru", "en"))] == [str(tmp_path / "de/foot.txt.j2")]
    assert read_by_nothing(None, ("ru", "en")) == []


def test_a_language_by_half_is_one_sentence(tmp_path: Path) -> None:
    write(tmp_path, "rus/acknowledgement.txt.j2", "x")
    (fault,) = template_faults(composer(tmp_path), ("ru", "en"))
    assert fault.file == "templates/rus"
    assert fault.problem.startswith("at least ")
    assert fault.mend.startswith("Did you mean ru? ")
    (named,) = template_faults(composer(tmp_path), ("ru", "en", "rus"))
    assert named.mend.startswith("Write them; ")
    assert list(half_languages([], ("ru",))) == []


def test_a_fault_that_only_a_letter_in_two_languages_shows(tmp_path: Path) -> None:
    text = (
        (shipped("templates") / "ru/acknowledgement.txt.j2")
        .read_text("utf-8")
        .replace("{{ w.below_names", "{{ nmber }}{{ w.below_names", 1)
    )
    path = write(tmp_path, "ru/acknowledgement.txt.j2", text)
    assert {(fault.file, fault.line) for fault in template_faults(composer(tmp_path))} == {(str(path), 3)}
