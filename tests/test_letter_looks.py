"""What a typesetter and a reader looks for in a finished letter, where a machine can see it: line ends, lists, tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from mailbot.claims.letters import AlarmItem, AlarmLetter, DigestLetter
from mailbot.mail_out.envelope import Composed
from mailbot.mail_out.render import wrapped
from tests.case_pictures import inside
from tests.pictures import _DIGEST, MORNING, Sample, composed, composer, samples

_SHORT = r"(?:[вкосуиаВКОСУИА]|на|от|до|по|из|за|об|со|не|ни)"
_DANGLES = re.compile(rf"(?<=[ \u00a0>«(]){_SHORT} (?=[\w№«<])")
_PARTED = re.compile(r"\d %|\d \((?:МСК|UTC)|день \d —\s(?!\S+\u00a0)|(?<=[А-ЯЁ]{2}) \d|пункт \d|\d [а-яё]{3}")
LETTERS = {one.name: one for one in samples()}


def written(name: str) -> Composed:
    return composed(LETTERS[name], composer())


def _words(html: str) -> Iterator[str]:
    yield from re.findall(r">[^<]+<?", html.partition("<body")[2].partition(">")[2])


@pytest.mark.parametrize("name", LETTERS)
def test_no_line_ends_with_a_word_of_one_or_two_letters(name: str) -> None:
    letter = written(name)
    assert [line for line in letter.text.splitlines() if re.search(rf"[ «(]{_SHORT}$", line) and not line.startswith((">", "!"))] == []  # a command is never parted by us
    assert [said for said in _words(letter.html) if _DANGLES.search(said) or _PARTED.search(said)] == []


@pytest.mark.parametrize(
    ("line", "ends"),
    [
        ("Вы получили это письмо, потому что отвечаете за все такие дела: прочитайте и скажите нам, верно ли это", "прочитайте"),
        ("Разбито шесть флаконов, как записано при разгрузке машины (смотрите акт № 12 от 19 ноября 2026 г.)", "№ 12"),
        ("Подходит срок по закону для возврата денег по этому делу, а неустойка составит 1 % цены товара за день", None),
    ],
)
def test_a_wrapped_line_keeps_its_short_word(line: str, ends: str | None) -> None:
    first, *rest = wrapped(line).split("\n")
    assert rest
    assert not re.search(rf" {_SHORT}$", first)
    assert ends is None or first.endswith(ends)
    assert " ".join((first, *rest)) == line, "nothing but line ends is changed"


def test_what_has_ended_has_no_column_of_late_ones() -> None:
    """«Чем закончились: пришло 11, просрочено 0» said that cases came ended, and counted as late what is closed."""
    for name, heading, columns in (("weekly-ru", "Чем закончились", ["неделя", "раньше"]), ("weekly-en", "How they ended", ["week", "before"])):
        table = written(name).html.partition(f">{heading}<")[2].partition("</table>")[0]
        assert [said for said in re.findall(r">([^<>\n]+)</td>", table.partition("</tr>")[0]) if said.strip()] == columns
        first = table.split("<tr>")[2]
        assert len(re.findall("<td", first)) == 3


def test_each_thing_asked_for_stands_on_its_own_line() -> None:
    html = written("collective").html
    row = html.partition("что есть под рукой")[2].partition("</tr>")[0]
    assert len(re.findall(r"<div>–\u00a0[^<]+;?</div>", row)) == 2


def test_a_list_has_one_kind_of_beginning() -> None:
    """A specialist's own question begins with a capital and ends as she wrote it; between our small letters it looked like a slip."""
    asked = written("facts_request").text.partition("получить:")[2].partition("Клиент:")[0]
    items = re.findall(r"^\d+\. (.+)$", asked, re.MULTILINE)
    assert [one[0].isupper() for one in items] == [True] * 3
    assert items[-1] == "Был ли водитель при вскрытии коробок?"
    assert ";" not in asked
    ours = next(letter for name, letter, _ in inside() if name == "facts_request")
    plain = composed(Sample("ours", replace(ours, asks=("carrier", "stock"))), composer()).text.partition("получить:")[2]
    assert "1. какой перевозчик" in plain
    assert "предъявить претензию;" in plain


def test_a_sentence_after_a_colon_begins_small() -> None:
    for name, labels in (("escalation", "прежде всего|что сделать"), ("escalation-one-en", "first of all|to do")):
        said = re.findall(rf"^  (?:{labels}): (.)", written(name).text, re.MULTILINE)
        assert said
        assert all(letter.islower() for letter in said)


def test_the_tenth_alarm_stands_under_its_words() -> None:
    for language in ("ru", "en"):
        text = composed(Sample("many", AlarmLetter(tuple(AlarmItem("unsent", "x", MORNING) for _ in range(10))), language), composer()).text
        tenth = text.partition("\n10. ")[2].partition("\n\n")[0].splitlines()[1:]
        assert len(tenth) == 4
        assert all(line.startswith("    ") and line[4] != " " for line in tenth)


def test_a_group_in_the_subject_has_no_comma_of_its_own() -> None:
    asked = replace(_DIGEST.groups[1], id="enquiries")
    for language, said in (("ru", "Просрочено: 2, вопросы: 1, новые: 2"), ("en", "Overdue: 2, enquiries (not claims): 1, new: 2")):
        digest = replace(_DIGEST, groups=(_DIGEST.groups[0], asked, _DIGEST.groups[2]))
        assert composed(Sample("d", DigestLetter("Анна", digest, "", MORNING), language), composer()).subject.endswith(said)


def test_her_words_are_quoted_in_both_parts() -> None:
    for name, quotes in (("case_letter", "«{}», «{}»"), ("case_letter-danger-en", "“{}”, “{}”")):
        letter = written(name)
        said = quotes.format("разбито 6 флаконов", "коробки подмочены и помяты")
        assert said in letter.text.replace("\n", " ")
        assert said in letter.html.replace("\u00a0", " ")
