"""Rules that people edit: contradictions and failing examples are named; a category and a language are added without Python."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from mailbot.claims.errors import SetupError
from mailbot.classify.examples import count_examples, failing_examples
from mailbot.classify.language import tongue
from mailbot.rulebook import load_rules
from mailbot.rulebook.contradictions import contradictions
from mailbot.rulebook.unread import unread
from mailbot.shipped import shipped
from mailbot.store.database import open_database
from mailbot.store.tables import outbox
from tests.cli_values import Cli, a_raw_mail, write
from tests.reading import rules
from tests.store_fixtures import free_port

DELIVERY = """
title = { ru = "Доставка", en = "Delivery", de = "Lieferung" }
order = 45
needs = ["order"]
examples_yes = ["Пункт выдачи закрыт, забрать не можем.", "Die Lieferung ist nicht angekommen."]
examples_no = ["Доставка была быстрой, спасибо."]
[ru]
S = ["пункт выдачи закрыт", "привезти не туда"]
[en]
S = ["left at the neighbour"]
[de]
S = ["nicht angekommen", "liefer* ... fehlt"]
"""
GERMAN_WORDS = """
format = "phrases"
[claim.de]
S = ["reklamation", "beschwerde"]
[doc_return_form.ru]
S = ["бланк возврата"]
[remedy_refund.ru]
S = ["вернуть рубли"]
"""
LANGUAGES = """
[de]
words = ["die", "der", "das", "ist", "nicht", "wir", "bitte", "und", "eine"]
"""
LETTER = "Sehr geehrte Damen und Herren,\n\ndie Lieferung ist nicht angekommen. Wir bitten um eine Antwort auf diese Reklamation.\n\nKarl"
GERMAN = """Sehr geehrte Damen und Herren,

wir haben Ihre Reklamation unter der Nummer {{ number }} erfasst und antworten bis {{ (answer_by | local).strftime("%d.%m.%Y") }}.
"""


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(capsys)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """What docs/understanding.md tells people to do: four rule files, and a folder whose templates say what the English ones say but one."""
    write(tmp_path, "rules/categories/delivery.toml", DELIVERY.encode())
    write(tmp_path, "rules/german.toml", GERMAN_WORDS.encode())
    write(tmp_path, "rules/languages.toml", LANGUAGES.encode())
    for file in (shipped("templates") / "en").iterdir():
        write(tmp_path, f"templates/de/{file.name}", f'{{% include "en/{file.name}" %}}\n'.encode() if file.suffix == ".j2" else file.read_bytes())
    write(tmp_path, "templates/de/acknowledgement.subject.j2", b"Ihre Reklamation [#{{ number }}]\n")
    write(tmp_path, "templates/de/acknowledgement.txt.j2", GERMAN.encode())
    server = f'host = "127.0.0.1"\nport = {free_port()}\ntls = "none"\n'
    box = f'[[mailbox]]\nname = "claims"\naddress = "claims@firma.example"\n{server}password = {{ env = "HOME" }}\n'
    person = '[[person]]\nid = "anna"\nname = "Анна"\naddresses = ["anna@firma.example"]\nrole = ["specialist", "operator"]\n'
    text = f'[languages]\nknown = ["ru", "en", "de"]\n[files]\nrules = "rules"\ntemplates = "templates"\n[reading]\nchildren = 1\n[smtp]\n{server}{box}{person}'
    return write(tmp_path, "mailbot.toml", text.encode())


def test_a_category_and_a_language_without_python(cli: Cli, config: Path) -> None:
    check = cli("check", "--offline", "--json", "--config", config)
    assert (check.code, [line["sentence"] for line in check.lines if (line["warning"] and line["what"] != "settings") or not line["ok"]]) == (0, [])
    assert "de, en, ru" in next(line["sentence"] for line in check.lines if line["what"] == "templates")
    german = write(config.parent, "de.eml", a_raw_mail(LETTER, subject="Bestellung", sender="karl@kunde.example"))
    russian = write(config.parent, "ru.eml", a_raw_mail("Претензия: пункт выдачи закрыт. Бланк возврата № 4512 приложен. Прошу вернуть рубли.", subject="x"))
    first, second = cli("explain", "--json", "--config", config, german, russian).lines
    assert [(one["language"], one["kind"], one["category"]["primary"]) for one in (first, second)] == [("de", "claim", "delivery"), ("ru", "claim", "delivery")]
    assert set(second["category"]["scores"]) == {"damage", "delivery", "other", "quality", "quantity", "warranty"}
    assert [(one["type"], one["value"]) for one in second["facts"]["documents"]] == [("return_form", "4512")]
    assert second["facts"]["remedies"] == ["refund"]
    assert first["missing"] == ["order"]
    assert first["category"]["reasons"][0]["rule"].startswith("categories/delivery.toml:")


def test_the_customer_is_answered_in_it(cli: Cli, config: Path) -> None:
    mail = write(config.parent, "de.eml", a_raw_mail(LETTER, subject="Bestellung", sender="karl@kunde.example"))
    assert cli("ingest", "--acknowledge", "--live-since", "2026-01-01", "--config", config, mail).code == 0
    db = open_database(f"sqlite:///{config.parent}/mailbot.db", read_only=True)
    with db.read() as conn:
        letters = conn.execute(select(outbox.c.subject, outbox.c.language, outbox.c.raw).where(outbox.c.kind == "acknowledgement")).all()
    db.close()
    ((subject, language, raw),) = letters
    assert (language, subject.startswith("Ihre Reklamation [#2026-0001]")) == ("de", True)
    assert b"Content-Language: de" in raw


@pytest.mark.parametrize(
    ("text", "language"),
    [(LETTER, "de"), ("Wir haben nichts", "unknown"), ("wir bitte", "de"), ("Bonjour, le colis est perdu", "unknown"), ("Wir warten: насос не работает, прошу заменить", "ru"), ("the pump is broken and we want a refund, bitte und nicht", "en")],
)
def test_a_further_language_is_told_by_its_small_words(text: str, language: str) -> None:
    assert tongue(text, {"de": frozenset(("die", "der", "ist", "nicht", "wir", "bitte", "und", "eine"))}).language == language
    assert tongue("wir bitte").language == "unknown"


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("[ru]\nwords = []\n", 1, "is no further language."),
        ('[de]\nwords = ["ein wort", "a", "b", "c", "d"]\n', 2, "“ein wort” is not one word."),
        ('[de]\nwords = ["der"]\n', 1, "has too few words to be recognised by."),
        ("[de]\n", 1, "must be a list of texts."),
    ],
)
def test_a_faulty_list_is_named(tmp_path: Path, text: str, line: int, problem: str) -> None:
    write(tmp_path, "languages.toml", text.encode())
    with pytest.raises(SetupError) as error:
        load_rules(tmp_path)
    assert (error.value.faults[0].file, error.value.faults[0].line, error.value.faults[0].problem) == (str(tmp_path / "languages.toml"), line, problem)


def test_the_shipped_rules_do_not_contradict_each_other() -> None:
    assert contradictions(rules()) == []


BASE = 'title = {{ ru = "x" }}\n[ru]\nS = ["{s}"]\nM = ["{m}"]\nW = ["{w}"]\n'


@pytest.mark.parametrize(
    ("one", "other", "lines"),
    [
        ({"s": "зюзя"}, {"s": "зюзя"}, [3]),
        ({"s": "зюзя"}, {"m": "зюзя"}, []),  # of two strengths the stronger is meant
        ({"m": "зюзя"}, {"m": "зюзя"}, [4]),
        ({"w": "зюзя"}, {"w": "зюзя"}, []),  # both may be supported by one word
    ],
)
def test_one_phrase_for_two_categories(tmp_path: Path, one: dict[str, str], other: dict[str, str], lines: list[int]) -> None:
    blank = {"s": "бубука", "m": "кукука", "w": "мумука"}
    for n, (name, words) in enumerate((("one", one), ("other_one", other))):
        fresh = {key: f"{word}{'абв'[n]}" for key, word in blank.items()}
        write(tmp_path, f"categories/{name}.toml", BASE.format(**{**fresh, **words}).encode())
    found = contradictions(load_rules(tmp_path))
    assert [(fault.file, fault.line) for fault in found] == [(str(tmp_path / "categories/other_one.toml"), line) for line in lines]
    assert all(f"({tmp_path}/categories/one.toml:{fault.line})" in fault.problem for fault in found)


def test_a_condition_makes_it_another_rule(tmp_path: Path) -> None:
    write(tmp_path, "categories/one.toml", 'title = { ru = "x" }\n[ru]\nS = ["зюзя"]\n'.encode())
    write(tmp_path, "categories/two.toml", 'title = { ru = "x" }\n[[ru.when]]\nwords = ["зюзя"]\nnear = ["бубука"]\n'.encode())
    assert contradictions(load_rules(tmp_path)) == []


def test_a_phrase_for_and_against_a_claim(tmp_path: Path) -> None:
    text = Path(rules().files["claim_words.toml"]).read_text("utf-8")
    own = text.replace('[claim.ru]\nS = [', '[claim.ru]\nS = ["зюзя", ', 1).replace("[no_claim.ru]\nS = [", '[no_claim.ru]\nS = ["зюзя", ', 1)
    assert own.count("зюзя") == 2
    write(tmp_path, "claim_words.toml", own.encode())
    (found,) = contradictions(load_rules(tmp_path))
    assert "speaks for a claim and against one" in found.problem
    assert own.splitlines()[found.line - 1].startswith('S = ["зюзя"')


def test_failing_examples_are_warnings_with_their_lines(cli: Cli, tmp_path: Path) -> None:
    write(tmp_path, "rules/categories/delivery.toml", DELIVERY.replace("examples_no = [", 'examples_no = ["Претензия: пункт выдачи закрыт.",').replace("examples_yes = [", 'examples_yes = ["Погода хорошая.", ').encode())
    write(tmp_path, "rules/languages.toml", LANGUAGES.encode())
    (yes, no) = list(failing_examples(load_rules(tmp_path / "rules")))
    assert (yes.file, yes.line, yes.key) == (str(tmp_path / "rules/categories/delivery.toml"), 5, "examples_yes")
    assert (no.line, no.key) == (6, "examples_no")
    assert "“Погода хорошая.” is taken for unsorted." in str(yes)
    config = write(tmp_path, "mailbot.toml", b'[files]\nrules = "rules"\n')
    ran = cli("check", "--offline", "--config", config)
    assert ran.code == 0
    assert any(line.startswith(f"warn  examples: {tmp_path}/rules/categories/delivery.toml:5: examples_yes: “Погода хорошая.”") for line in ran.out.splitlines())
    count = count_examples(load_rules(tmp_path / "rules"))
    assert f"ok    examples: {count - 2} of {count} examples come out as written; 0 contradictions." in ran.out.splitlines()


MISSPELT = 'format = "phrases"\n[claim.ru]\nS = ["бяка"]\n[clam.ru]\nS = ["бука"]\n[doc_return_form.ru]\nS = ["бланк возврата"]\n[zzz.ru]\nS = ["зюзя"]\n[remedy_refund.fr]\nS = ["remboursement"]\n'


def test_what_nothing_reads_is_named_with_its_line(tmp_path: Path) -> None:
    write(tmp_path, "mine.toml", MISSPELT.encode())
    write(tmp_path, "categoris/delivery.toml", b'title = { ru = "x" }\n')
    for name in ("notes.txt", "README.md", "danger.toml.bak", "sentences/ru-own.txt"):
        write(tmp_path, name, b"for people")
    write(tmp_path, "dangr.toml", b"")
    write(tmp_path, "danger.toml.txt", b"")
    write(tmp_path, "rules/demands.toml", b'format = "phrases"\n')
    found = unread(load_rules(tmp_path), tmp_path)
    assert [(fault.file.removeprefix(f"{tmp_path}/"), fault.line, fault.key, fault.mend) for fault in found] == [
        ("categoris/delivery.toml", 0, "", 'Mend its name; a file of phrases of your own begins with format = "phrases", a category lies in categories/.'),
        ("danger.toml.txt", 0, "", "Did you mean danger.toml?"),
        ("dangr.toml", 0, "", "Did you mean danger.toml?"),
        ("rules/demands.toml", 0, "", "Move it to demands.toml of your folder."),
        ("mine.toml", 4, "clam", "Did you mean claim?"),
        ("mine.toml", 8, "zzz", "The groups are those of the shipped files."),
        ("mine.toml", 11, "fr", "Add [fr] to languages.toml, or mend the name."),
    ]


def test_what_ships_is_read_whole(tmp_path: Path) -> None:
    assert unread(rules(), tmp_path) == []
    assert unread(rules(), None) == []


def test_a_phrase_file_without_its_mark_is_a_fault(tmp_path: Path) -> None:
    write(tmp_path, "danger.toml", '[danger_halt.ru]\nS = ["цех стоит"]\n'.encode())
    with pytest.raises(SetupError) as error:
        load_rules(tmp_path)
    assert [(fault.file, fault.line, fault.key) for fault in error.value.faults] == [(str(tmp_path / "danger.toml"), 1, "format")]


def test_check_warns_of_what_nothing_reads(cli: Cli, config: Path) -> None:
    write(config.parent, "rules/mine.toml", 'format = "phrases"\n[clam.ru]\nS = ["бука"]\n'.encode())
    ran = cli("check", "--offline", "--json", "--config", config)
    assert ran.code == 0
    (said,) = [line["sentence"] for line in ran.lines if line["what"] == "examples" and line["warning"]]
    assert said == f"{config.parent}/rules/mine.toml:2: clam: is a group that nothing reads. Did you mean claim?"
