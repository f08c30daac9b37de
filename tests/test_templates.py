"""templates/ as an operator works on it: what is missing or wrong is named with file and line; a new language is a folder."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest

from mailbot.claims import case_letters, house_letters
from mailbot.claims.digest import GROUPS
from mailbot.claims.errors import Fault, SetupError
from mailbot.claims.letters import TEMPLATES, DigestLetter, EscalationLetter, House
from mailbot.claims.report_letters import RecurringLetter, WeeklyLetter
from mailbot.mail_out.compose import Composer, languages, template_faults
from mailbot.mail_out.forbidden import forbidden, nevers
from mailbot.mail_out.sample_letters import ALARMS, ALERTS, CUSTOMERS, MARKS, NEEDS, STEPS, sample_letters
from mailbot.rulebook.deadlines import load_deadlines
from mailbot.rulebook.load import load_rules
from mailbot.rulebook.production_calendar import load_calendar
from mailbot.shipped import shipped
from tests.pictures import OFFICE

HOUSE = House("ООО «Мебель»", "Отдел по работе с претензиями", "Claims department")


def composer(own: Path | None = None) -> Composer:
    return Composer(own, HOUSE, load_calendar(None, range(2026, 2028)), OFFICE)


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def faults(own: Path) -> list[Fault]:
    return template_faults(composer(own))


def test_the_shipped_templates_have_no_fault() -> None:
    assert template_faults(composer()) == []


@pytest.mark.parametrize("language", ["ru", "en"])
def test_what_was_drawn_out_stands_in_the_digest_and_is_no_markup(language: str) -> None:
    letter, envelope = next((letter, envelope) for letter, envelope in sample_letters() if isinstance(letter, DigestLetter))
    written = composer().compose(letter, language, None, envelope)
    assert "77120" in written.text
    assert "<4512>" in written.text
    assert "&lt;4512&gt;" in written.html
    assert "<4512>" not in written.html
    assert "mailto:olga@x.example" in written.html


def test_every_letter_has_its_three_files_in_every_language() -> None:
    files = composer().pages.files
    wanted = {
        f"{language}/{name}.{part}.j2" for language in ("ru", "en") for name in TEMPLATES.values() for part in ("subject", "txt", "html")
    }
    assert wanted <= set(files)


def test_words_for_every_id_the_program_knows() -> None:
    """An id without words of its own falls back to a general sentence; those the program makes itself have theirs."""
    for language in languages(None):
        folder = shipped("templates") / language
        words = {name: (folder / f"{name}_words.j2").read_text("utf-8") for name in ("alert", "escalation", "alarm", "digest")}
        shared = (folder / "words.j2").read_text("utf-8")
        for name, ids in (("alert", ALERTS[:-1]), ("escalation", STEPS[:-1]), ("alarm", ALARMS[:-1]), ("digest", GROUPS)):
            assert all(f'"{one}":' in words[name] for one in ids), (language, name)
        assert all(f'"{one}":' in shared for one in (*NEEDS, *MARKS))


def test_the_rules_ask_for_nothing_without_words() -> None:
    rules = load_rules(None)
    assert {need for category in rules.categories for need in category.needs} <= set(NEEDS)


def test_the_ladder_has_no_step_without_words() -> None:
    assert {step.name for rule in load_deadlines(None) for step in rule.steps} == set(STEPS[:-1])


@pytest.mark.parametrize(
    ("step", "language", "said", "not_said"),
    [
        ("regress_at_risk", "ru", "отправьте нашу претензию", "что делать дальше"),
        ("regress_silent", "ru", "решите с юристом, что делать дальше", "отправьте нашу претензию"),
        ("regress_silent", "en", "settle with the lawyer what to do next", "send our claim"),
        ("promise_late", "ru", "если не успеваем, предупредите клиента.", "до этого дня"),
        ("contract_late", "en", "the contract sets this date", "by this day"),
    ],
)
def test_what_to_do_fits_the_step(step: str, language: str, said: str, not_said: str) -> None:
    """A claim that was not answered is not sent once more; nothing is to be done before a day that has passed."""
    letter, envelope = next((letter, envelope) for letter, envelope in sample_letters() if isinstance(letter, EscalationLetter))
    item = next(dataclasses.replace(item, title="CMR 17") for item in letter.items if item.step == step)
    text = " ".join(composer().compose(dataclasses.replace(letter, items=(item,), roles=()), language, None, envelope).text.split())
    assert said in text
    assert not_said not in text


@pytest.mark.parametrize(("language", "word"), [("ru", "без категории"), ("en", "no category")])
def test_no_letter_of_figures_says_an_id_for_no_category(language: str, word: str) -> None:
    texts = [composer().compose(letter, language, None, envelope).text for letter, envelope in sample_letters() if isinstance(letter, RecurringLetter | WeeklyLetter)]
    assert all("unsorted" not in text for text in texts)
    assert any(f"), {word}:" in text for text in texts)


@pytest.mark.parametrize(
    ("kind", "words", "bearer", "said"),
    [
        ("refund", "Вернём 12 000 руб.", "ours", "удовлетворяем. Вернём 12 000 руб.\n"),
        ("refund", "Вернём 12 000 руб.", "", "удовлетворяем. Вернём 12 000 руб.\n"),
        ("replacement", "Заменим два стула", "ours", "удовлетворяем. Заменим два стула за наш счёт.\n"),
        ("replacement", "Заменим два стула", "", "удовлетворяем. Заменим два стула.\n"),
    ],
)
def test_a_sentence_of_a_decision_ends_once(kind: str, words: str, bearer: str, said: str) -> None:
    letter, envelope = next((letter, envelope) for letter, envelope in sample_letters() if isinstance(letter, case_letters.Decision))
    verdict = case_letters.Verdict("возврат денег", kind, words, "full", None, bearer)
    text = composer().compose(dataclasses.replace(letter, verdicts=(verdict,)), "ru", None, envelope).text
    assert f"Решение: {said}" in text.replace("\r\n", "\n")


@pytest.mark.parametrize(("language", "one", "many"), [("ru", "на это место:", "на эти места:"), ("en", "at this place:", "at these places:")])
def test_one_place_to_look_at_is_not_places(language: str, one: str, many: str) -> None:
    letter, envelope = next((letter, envelope) for letter, envelope in sample_letters() if isinstance(letter, house_letters.GuardAsks))
    for number, said, not_said in ((1, one, many), (2, many, one)):
        written = composer().compose(dataclasses.replace(letter, questions=letter.questions[:number]), language, None, envelope)
        for part in (written.text, written.html):
            assert said in " ".join(part.split())
            assert not_said not in " ".join(part.split())


@pytest.mark.parametrize(("language", "one", "many"), [("ru", "Приложение", "Приложения"), ("en", "Enclosure", "Enclosures")])
def test_one_file_is_one_enclosure_and_its_name_has_no_full_stop(language: str, one: str, many: str) -> None:
    reply, envelope = next((letter, envelope) for letter, envelope in sample_letters() if isinstance(letter, case_letters.SpecialistReply))
    decision = next(letter for letter, _ in sample_letters() if isinstance(letter, case_letters.Decision))
    for letter in (reply, decision):
        for files, said in ((("act.pdf",), one), (("act.pdf", "photos.zip"), many)):
            written = composer().compose(dataclasses.replace(letter, enclosures=files), language, None, envelope)
            assert f"\n{said}:\n" in written.text.replace("\r\n", "\n")
            assert f">{said}<" in written.html
    written = composer().compose(dataclasses.replace(reply, enclosures=("a.pdf", "b.pdf")), language, None, envelope)
    assert "1. a.pdf\n2. b.pdf\n" in written.text.replace("\r\n", "\n")


def test_a_term_of_the_digest_is_set_apart_from_its_day() -> None:
    """«30 дней с отправки претензии до 17 февраля» read as one span."""
    letter, envelope = next((letter, envelope) for letter, envelope in sample_letters() if isinstance(letter, DigestLetter))
    for language, said in (("ru", "Возврат денег: до 25 ноября"), ("en", "Refund: by 25 November")):
        written = composer().compose(letter, language, None, envelope)
        for part in (written.text, written.html):
            assert said in " ".join(part.replace("\xa0", " ").split())


# the operator's folder


def test_an_operators_file_replaces_the_shipped_one(tmp_path: Path) -> None:
    write(tmp_path, "ru/acknowledgement.subject.j2", "Ваше обращение у нас [#{{ number }}]\n")
    letter, envelope = next(iter(sample_letters()))
    assert composer(tmp_path).compose(letter, "ru", None, envelope).subject == "Ваше обращение у нас [#2026-0451]"
    assert composer().compose(letter, "ru", None, envelope).subject == "Re: Order 4512 [#2026-0451]"
    assert faults(tmp_path) == []


def test_a_syntax_error_is_named_before_anything_starts(tmp_path: Path) -> None:
    path = write(tmp_path, "ru/enquiry.txt.j2", "Здравствуйте!\n\n{{ house.name }\nтекст\n")
    with pytest.raises(SetupError) as caught:
        composer(tmp_path)
    (fault,) = caught.value.faults
    assert (fault.file, fault.line) == (str(path), 3)
    assert "not a valid template" in fault.problem


def test_a_file_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "ru" / "enquiry.txt.j2"
    path.parent.mkdir()
    path.write_bytes("Здравствуйте!".encode("cp1251"))
    with pytest.raises(SetupError, match=r"enquiry\.txt\.j2:1: is not UTF-8\. Save the file as UTF-8\."):
        composer(tmp_path)


def test_an_unknown_fact_is_named_with_file_and_line(tmp_path: Path) -> None:
    path = write(tmp_path, "en/alarm.txt.j2", "Hello,\n\n{{ nmber }}\n")
    found = faults(tmp_path)
    assert [(fault.file, fault.line) for fault in found] == [(str(path), 3)]
    assert "'nmber' is undefined" in found[0].problem


def test_a_fault_in_an_included_file_is_named_there(tmp_path: Path) -> None:
    path = write(tmp_path, "ru/foot.txt.j2", "С уважением,\n{{ house.nmae }}\n")
    assert {(fault.file, fault.line) for fault in faults(tmp_path)} == {(str(path), 2)}


def test_an_include_that_does_not_exist_is_named(tmp_path: Path) -> None:
    write(tmp_path, "ru/alarm.txt.j2", '{% include "ru/foott.txt.j2" %}\n')
    assert [fault.file for fault in faults(tmp_path)] == ["templates/ru/foott.txt.j2"]


@pytest.mark.parametrize(
    "text", ["{{ house.__class__.__mro__ }}", "{{ ''.__class__.__base__.__subclasses__() }}", "{{ cycler.__init__.__globals__ }}"]
)
def test_a_template_reaches_no_python(tmp_path: Path, text: str) -> None:
    write(tmp_path, "en/alarm.txt.j2", f"{text}\n")
    (fault,) = faults(tmp_path)
    assert "unsafe" in fault.problem or "undefined" in fault.problem


def test_an_acknowledgement_must_name_its_number_and_date(tmp_path: Path) -> None:
    write(tmp_path, "en/acknowledgement.subject.j2", "We have your message\n")
    write(tmp_path, "en/acknowledgement.txt.j2", "Hello, we have your message no. {{ number }}.\n")
    problems = {(Path(fault.file).name, fault.problem) for fault in faults(tmp_path)}
    assert problems == {
        ("acknowledgement.subject.j2", "does not say [#2026-0451]."),
        ("acknowledgement.txt.j2", "does not say 25."),
    }


def test_an_empty_letter_is_a_fault(tmp_path: Path) -> None:
    write(tmp_path, "ru/alarm.txt.j2", "{# nothing #}\n")
    (fault,) = faults(tmp_path)
    assert fault.problem == "is empty."


def test_a_forbidden_word_is_named_with_its_line(tmp_path: Path) -> None:
    path = write(tmp_path, "ru/enquiry.txt.j2", "Здравствуйте!\n\nВаше письмо принято, приносим извинения.\n")
    found = faults(tmp_path)
    assert {(fault.file, fault.line) for fault in found} == {(str(path), 3)}
    assert any("получена и зарегистрирована" in fault.mend for fault in found)


def test_the_operator_may_change_the_list(tmp_path: Path) -> None:
    write(tmp_path, "ru/forbidden.toml", "[[never]]\nwords = 'уважени\\w*'\nwhy = 'Нет.'\n")
    assert {fault.problem for fault in faults(tmp_path)} >= {"says “уважением”. Нет."}
    write(tmp_path, "ru/forbidden.toml", "[[never]]\nwords = '('\nwhy = 'Нет.'\n")
    with pytest.raises(SetupError, match=r"forbidden\.toml:1: never: cannot be used"):
        nevers("ru", tmp_path)


# a new language


def test_a_new_language_is_a_folder(tmp_path: Path) -> None:
    for path in (shipped("templates") / "en").iterdir():
        write(
            tmp_path, f"de/{path.name}", path.read_text("utf-8").replace('"en/', '"de/').replace("We have received", "Wir haben erhalten")
        )
    assert languages(tmp_path) == ("de", "en", "ru")
    assert faults(tmp_path) == []
    letter, envelope = next(iter(sample_letters()))
    composed = composer(tmp_path).compose(letter, "de", "ru", envelope)
    assert "Wir haben erhalten" in composed.text
    assert b"Content-Language: de, ru\r\n" in composed.raw


def test_half_a_language_is_named_file_by_file(tmp_path: Path) -> None:
    shutil.copytree(shipped("templates") / "en", tmp_path / "de")
    (tmp_path / "de" / "alarm.html.j2").unlink()
    (tmp_path / "de" / "digest.subject.j2").unlink()
    assert {fault.file for fault in faults(tmp_path)} == {"templates/de/alarm.html.j2", "templates/de/digest.subject.j2"}


# words that must not be said


@pytest.mark.parametrize(
    "text",
    [
        "Ваша претензия принята.", "Мы признаём недостачу", "Это произошло по нашей вине.", "Приносим свои извинения за брак", "Мы заменим товар",
        "Вернём деньги", "Товар заменят бесплатно", "Это гарантийный случай", "Гарантия истекла", "Мы отказываем в возврате денег",
        "Претензия необоснованна", "Вы неправильно подключили", "Бой по вине перевозчика", "согласно ст. 18", "по закону", "в течение 10 дней",
        "рассмотрим только после получения акта", "считается снятой", "Спасибо за покупку!", "по\nвине водителя",
    ],
)  # fmt: skip
def test_forbidden_in_russian(text: str) -> None:
    assert forbidden(text, "ru"), text


@pytest.mark.parametrize(
    "text",
    [
        "Ваше обращение получено и зарегистрировано.", "не является решением по существу", "заполненный гарантийный талон", "не позднее 26 ноября 2026 г.",
        "день 3 — ср 25.11", "работа изделия", "Отдел по работе с претензиями", "законченный", "невинный",
    ],
)  # fmt: skip
def test_allowed_in_russian(text: str) -> None:
    assert forbidden(text, "ru") == ()


@pytest.mark.parametrize(
    "text",
    [
        "Your claim has been accepted.", "We admit the shortage", "It was our fault", "We are sorry", "We apologise", "We will replace the goods",
        "free of charge", "You will get a refund", "The warranty has expired", "under warranty", "we reject", "the carrier's fault",
        "under section 12", "within 30 days", "only after we receive the photos", "deemed withdrawn", "Thank you for your order",
    ],
)  # fmt: skip
def test_forbidden_in_english(text: str) -> None:
    assert forbidden(text, "en"), text


@pytest.mark.parametrize(
    "text",
    [
        "We have received and registered your message.", "neither an admission of liability nor a decision", "a completed warranty card",
        "by 26 November 2026", "The matter is open again and goes back to a specialist.", "the order or contract number",
    ],
)  # fmt: skip
def test_allowed_in_english(text: str) -> None:
    assert forbidden(text, "en") == ()


def test_a_language_without_a_list_forbids_nothing() -> None:
    assert forbidden("принято", "xx") == ()


def test_customers_hear_nothing_forbidden_in_two_languages() -> None:
    by = composer()
    for letter, envelope in sample_letters():
        if not isinstance(letter, CUSTOMERS):
            continue
        composed = by.compose(letter, "ru", "en", envelope)
        for language in ("ru", "en"):
            assert forbidden(composed.text, language) == ()
            assert forbidden(composed.subject, language) == ()
        assert composed.text.split("- - -", maxsplit=1)[0].count("!") == 1, "no exclamation after the salutation"


def test_the_readme_names_every_letter_with_all_it_may_say() -> None:
    """templates/README.md is what an operator writes letters with."""
    rows = {line.split("`")[1]: line for line in (shipped("templates") / "README.md").read_text("utf-8").splitlines() if line.startswith("| `")}
    assert set(TEMPLATES.values()) <= set(rows)
    for kind, name in {**case_letters.TEMPLATES, **house_letters.TEMPLATES}.items():
        named = set(rows[name].replace("`", " ").replace("(", " ").replace(")", " ").split())
        assert {field.name for field in dataclasses.fields(kind)} <= named, name  # type: ignore[arg-type]
