"""What a reader of whole letters stumbled over (domain.md 5.1): once mended, it stays so."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from mailbot.claims.command_help import every_lesson
from mailbot.claims.house_letters import DraftShown, FactsRequest
from mailbot.claims.letters import AlertLetter, CommandResult, EscalationItem, EscalationLetter, Letter
from mailbot.mail_out.envelope import Composed
from tests import case_pictures
from tests.pictures import FRIDAY, Sample, composed, composer, samples

BY = composer()
SAMPLES = {sample.name: sample for sample in samples()}


def _written(name: str) -> Composed:
    return composed(SAMPLES[name], BY)


def _as(letter: Letter, language: str) -> Composed:
    return composed(Sample("read", letter, language), BY)


@pytest.mark.parametrize("name", ["clarification", "paid_repair", "paid_repair-consumer"])
def test_no_sentence_to_a_customer_begins_after_a_year_of_ours(name: str) -> None:
    """«… 20 ноября 2026 г. К сожалению, …» reads as a town: the point of «г.» ends no sentence that another follows."""
    said = _written(name)
    assert "2026 г." in said.flowing
    for words in (said.flowing, re.sub(r"<[^>]+>", "", said.html).replace("\u00a0", " ")):
        assert not re.search(r"\d{4} г\. [А-ЯЁ][а-яё]* ", words)


def test_thanks_and_the_close_are_two_paragraphs() -> None:
    assert "полученное 25 ноября 2026 г.\n\nОбращение № 2026-0451" in _written("closing").text


def test_the_addressee_of_a_decision_stands_apart_from_the_numbers() -> None:
    assert "На № 17-К от 20 ноября 2026 г.\n\nАптека № 7\n\nО рассмотрении" in _written("decision").text
    assert "Your reference: PO 88231, 20 November 2026\n\nBaker & Sons\n\nOur answer" in _written("decision-en").text


def test_marks_advice_and_doubts_of_a_case_letter_are_told_apart() -> None:
    text = _written("case_letter-danger-en").text
    assert "[danger to people]\n[court or authority]\n\nTelephone the customer" in text
    assert "hears of such letters at once.\n\nA payment guarantee came" in text
    assert "ask the customer.\n\nCustomer:" in text


@pytest.mark.parametrize(
    ("language", "subject", "how", "ready"),
    [
        ("ru", "Не хватает сведений: ", "Пришлите решение ещё раз: ответьте строкой «!решение 2026-0451»", "Проверьте перед отправкой: "),
        (
            "en",
            "Something is missing: ",
            "Send the decision once more: reply with the line “!resolve 2026-0451”",
            "Please check before it goes: ",
        ),
    ],
)
def test_a_draft_that_cannot_go_says_so_and_how_to_send_it_again(language: str, subject: str, how: str, ready: str) -> None:
    """Its author was told to check it before it goes and to add lines, not where."""
    lacking = DraftShown(case_pictures.NUMBER, "Анна", case_pictures.INSIDE, ("findings.document", "grounds"))
    said = _as(lacking, language)
    assert said.subject.startswith(subject)
    assert how in said.flowing
    assert said.text.count(how.partition("«")[2].rstrip("»") or how.partition("“")[2].rstrip("”")) == 1
    assert "\n\n\n" not in said.text
    whole = _as(replace(lacking, lacking=()), language)
    assert whole.subject.startswith(ready)
    assert how not in whole.flowing


@pytest.mark.parametrize(
    ("language", "labels"),
    [("ru", ("Клиент: Игорь", "Что ответил почтовый сервер:", "От кого", "Текст письма")), ("en", ("Customer: Игорь", "What the mail server said:", "From:", "Text of the letter"))],
)  # fmt: skip
def test_what_a_server_answered_is_not_called_the_customers_letter(language: str, labels: tuple[str, str, str, str]) -> None:
    bounce = AlertLetter(
        "bounce", "2026-0458", "Вера", "Игорь", "igor@pochta.example", "warranty", "Насос", "552 mailbox full", FRIDAY, None
    )
    text = _as(bounce, language).text
    assert [label in text for label in labels] == [True, True, False, False]
    text = _as(replace(bounce, step="privacy"), language).text
    assert [label in text for label in labels] == [False, False, True, True]


def test_the_lawyer_agrees_before_the_answer_goes() -> None:
    """«Когда ответ согласован» says that it is."""
    assert "Когда юрист согласует ответ, отправьте его" in _written("alert-danger-and-court").flowing
    assert "Once the lawyer has agreed to the answer, send it" in _written("alert-danger-and-court-en").flowing


def test_a_batch_is_no_defect() -> None:
    assert _written("recurring-ru").subject == "Повторяется дефект: партия П-140626"
    assert _written("recurring-en").subject == "A defect recurs: batch П-140626"


def test_an_inspection_names_the_weekday() -> None:
    letter = SAMPLES["inspection"].letter
    for language, day in (("ru", "Когда: среда, 25 ноября 2026 г., 12:59"), ("en", "When: Wednesday, 25 November 2026, 12:59")):
        assert day in _as(letter, language).text


@pytest.mark.parametrize("language", ["ru", "en"])
def test_what_a_command_does_fits_a_terminal(language: str) -> None:
    text = _as(CommandResult("Анна", (), (), (), None, every_lesson(language)), language).text
    told = [line for line in text.splitlines() if not line.startswith("    ")]  # a command to copy stays on its line
    assert len(told) > 50
    assert max(map(len, told)) <= 78


def test_what_is_read_at_a_glance_is_not_parted() -> None:
    """The browser parts «2026-» from «0451», «!» from «найти», «+7» from «495»."""
    html = _written("facts_request").html.replace("\u00a0", " ")
    assert "<nobr>+7 495 123-45-67</nobr>" in html
    assert "<nobr>[#2026-0451]</nobr>" in html
    assert "<nobr>claims@mebel-server.example</nobr>" in _written("digest-ru").html
    assert "<nobr>!помощь</nobr>" in _written("digest-ru").html
    long = "!" + "о" * 40
    letter = SAMPLES["facts_request"].letter
    assert isinstance(letter, FactsRequest)
    letter = replace(letter, claimed=f"{long} a.very.long.name.of.somebody@a-very-long-domain.example 2026-0431, 2026-0440")
    html = _as(letter, "ru").html
    assert long in html
    assert f"<nobr>{long}" not in html
    assert "<nobr>a.very" not in html
    assert "2026-0431, 2026-0440" in html


@pytest.mark.parametrize(
    ("step", "title", "told", "untold"),
    [
        ("promise_late", "Обещанное клиенту", "Проверьте, делается ли обещанное.", "Обещанное клиенту"),
        ("customer_silent", "Ждём клиента", "Позвоните клиенту или напишите ему, чего мы ждём", "Ждём клиента"),
        ("customer_asks_soon", "Дата, названная клиентом", "Ответьте клиенту к этому дню", "чего мы ждём"),
        ("statute_soon", "Замена товара", "Замена товара", "чего мы ждём"),
    ],
)
def test_an_escalation_says_once_which_term_it_is_and_what_fits_it(step: str, title: str, told: str, untold: str) -> None:
    """«Обещанный клиенту день прошёл … Обещанное клиенту.»; and of a day that the customer named, to tell him what we wait for."""
    item = EscalationItem("2026-0440", "Аптека № 7", "Бой", step, step, FRIDAY, False, FRIDAY, "Анна", title=title)
    said = _as(EscalationLetter("Анна", ("specialist",), (item,)), "ru")
    for words in (said.flowing, re.sub(r"<[^>]+>", "", said.html).replace("\u00a0", " ")):
        assert told[1:] in words  # a small letter behind «что сделать:», a capital where the page makes it a sentence
        assert untold not in words
