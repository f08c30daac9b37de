"""The answer to a command: what is done, what is due next and when, the likely next commands; and help that teaches."""

from __future__ import annotations

from urllib.parse import unquote

import pytest

from mailbot.claims.case import State
from mailbot.claims.command import COMMANDS, Command
from mailbot.claims.command_help import every_lesson, lessons, manual
from mailbot.claims.commands import read_commands
from mailbot.claims.next_words import likely
from mailbot.jobs.policy_of import Ground
from mailbot.store.database import Database
from tests.desk_values import HOUR, NOW, PEOPLE, a_ground, letters, read_letter, send_all, set_case
from tests.test_command_book import MAILBOX, claim_at_hand, state_of
from tests.test_customer_letters import DECISION, LAWYER, VERA, say


@pytest.fixture
def db(sqlite_db: Database) -> Database:
    return sqlite_db


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_ground(people=(*PEOPLE, LAWYER), mailbox=[MAILBOX])


@pytest.fixture
def number(db: Database, ground: Ground) -> str:
    return claim_at_hand(db, ground)


def offered(db: Database) -> list[str]:
    """The commands of the last result's ready replies."""
    text = read_letter(letters(db, "result")[-1])[1]
    return [line.split()[0] for line in text.splitlines() if line.startswith("  !")]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_command_is_taught_with_a_line_that_works(language: str) -> None:
    for one in lessons(COMMANDS, language):
        text = "\n".join(one.example)
        reading = read_commands(text)
        assert (len(reading.commands), reading.faults) == (1, ()), text
        assert one.form.split()[0] == one.example[0].split()[0], one.form
        assert one.does
    assert len(every_lesson(language)) == len(COMMANDS)
    assert all(len(one.example) == 1 for one in every_lesson(language))
    assert "{" not in "\n".join(line for word in COMMANDS for line in manual(word, language))
    whole = "\n".join(manual("resolve", language))
    for example in whole.split("\n\n"):
        if example.startswith("!"):
            assert read_commands(example).faults == (), example


def test_help_about_one_command() -> None:
    assert read_commands("!помощь решение").commands == (Command("help", "", "resolve"),)
    assert read_commands("!help !wait").commands == (Command("help", "", "wait"),)
    assert read_commands("!помощь зять").faults


def test_what_is_likely_next() -> None:
    for state in State:
        for hers in (True, False):
            assert 2 <= len(likely(state, hers=hers)) <= 5
            assert 3 <= len(likely(state, hers=hers, asked=True)) <= 5
    assert "take" not in likely(State.REVIEW, hers=True)
    assert likely(State.REVIEW, hers=False)[0] == "take"
    assert likely(State.REGISTERED, hers=True)[0] == "take"  # it goes into review
    assert likely(State.APPROVAL, hers=True, to_send=True)[0] == "send"
    assert likely(State.APPROVAL, hers=False, asked=True)[:2] == ("approve", "reject")
    assert likely(State.REVIEW, hers=False, works=False) == ("show", "note")  # who only agrees to letters takes no case
    assert likely(State.AWAITING_WITHDRAWAL, hers=True, refused=True) == ("reply", "note", "show")  # who was told no is not thanked
    assert likely(State.AWAITING_WITHDRAWAL, hers=True)[0] == "thank"


def test_help_by_mail(db: Database, ground: Ground, number: str) -> None:
    said = say(db, ground, "!помощь", "c1")
    assert "!ждём КОГО до ДАТЫ: записать, кого и до какого дня ждём" in said
    assert "    !ждём документы до 12.12" in read_letter(letters(db, "result")[-1])[1]
    about = say(db, ground, "!помощь решение", "c2")
    assert "1: вернуть 12 000 руб до 10.12" in about
    assert "установлено: стекло разбито" in about
    assert "!ждём" not in about
    wrong = say(db, ground, f"!отвечено {number} 31.02", "c3", to=letters(db, "digest")[0])
    assert "!отвечено вчера 15:00" in wrong  # the command that failed, and no other
    assert "!разделить" not in wrong


def test_what_is_due_next(db: Database, ground: Ground, number: str) -> None:
    said = say(db, ground, f"!взять {number}", "c1")
    assert "Дальше: ответить клиенту до 26 ноября 2026" in said
    assert offered(db) == ["!ответ", "!запросить", "!записка", "!решение", "!показать"]
    assert "Ещё: !помощь" in said
    said = say(db, ground, f"!ответ {number}\nДобрый день! Ваш вопрос решён.", "c2")
    assert "Дальше: ответ отметится, когда письмо примет почтовый сервер" in said
    assert "ответить клиенту" not in said
    send_all(db, NOW + HOUR)
    assert "ответить клиенту" not in say(db, ground, f"!статус {number}", "c3")
    said = say(db, ground, f"!ждём {number} документы до 30.11", "c4")
    assert "Ждём: документы до 30 ноября 2026" in said
    assert said.count("Ждём: документы до 30 ноября") == 1
    assert "Дальше: срока нет" not in said


def test_where_the_warranty_is_over_the_paid_repair_is_a_form_to_fill_in(db: Database, ground: Ground, number: str) -> None:
    set_case(db, number, warranty_status="expired", product="Насос Н-5")
    say(db, ground, f"!взять {number}", "c0")
    html = read_letter(letters(db, "result")[-1])[0].get_body(("html",))
    bodies = [unquote(part.partition('"')[0].partition("body=")[2]) for part in str(html.get_content()).split('href="')]  # type: ignore[union-attr]
    (form,) = [body for body in bodies if " платный ремонт " in body]
    said = ("", "12.05.2025", "паспорт изделия", "бесплатно", "клиент", "Тверь, ул. Заводская, 1", "от 2 500 руб.")
    filled = [line + more for line, more in zip(form.splitlines()[1:], said, strict=True)]
    assert filled[:2] == ["изделие: Насос Н-5", "гарантия: до 12.05.2025"]
    assert "платный ремонт) отправлено на согласование" in say(db, ground, "\n".join([form.splitlines()[0], *filled]), "c1")


def test_the_way_of_a_decision(db: Database, ground: Ground, number: str) -> None:
    set_case(db, number, remedies=["refund", "compensation"])
    said = say(db, ground, f"!взять {number}", "c0")
    assert "Требования: 1. возврат денег; 2. возмещение расходов" in said
    html = read_letter(letters(db, "result")[-1])[0].get_body(("html",))
    assert html is not None
    link = next(part for part in str(html.get_content()).split('href="') if "%D1%80%D0%B5%D1%88%D0%B5%D0%BD%D0%B8%D0%B5" in part)
    body = unquote(link.partition('"')[0].partition("body=")[2])
    assert body.splitlines()[1:4] == ["1 (возврат денег): ", "2 (возмещение расходов): ", "установлено: "]
    said = say(db, ground, DECISION.format(number=number), "c1")
    assert "Дальше: согласование — Вера (руководитель)" in said
    approved = say(db, ground, "!согласовано", "c2", VERA, letters(db, "approval_request")[0])
    assert "Дальше: отправить согласованное письмо" in approved
    said = say(db, ground, f"!статус {number}", "c3")
    assert offered(db)[0] == "!отправить"




def test_a_line_that_cannot_be_read_is_answered_with_its_lesson(db: Database, ground: Ground, number: str) -> None:
    """The line as it came, the nearest command, its right form with an example; and of the whole mail nothing is done."""
    said = say(db, ground, f"!взять {number}\n!закрытть {number} решено", "c1")
    assert "Ничего не изменено." in said
    assert f"Строка «!закрытть {number} решено» непонятна: команды «закрытть» нет. Возможно, Вы имели в виду «!закрыть ПРИЧИНА»" in said
    assert "!закрыть ПРИЧИНА: " in said
    assert "!закрыть отозвана" in said
    assert "!взять: " not in said  # what was understood needs no lesson
    assert state_of(db, number)[0] == "registered"
    nothing = say(db, ground, f"!щщщъъъ {number}", "c2")
    assert f"Строка «!щщщъъъ {number}» непонятна" in nothing
    assert "Все команды покажет «!помощь»" in nothing
    lacking = say(db, ground, f"!ждём {number} погоды", "c3")
    assert f"Строку «!ждём {number} погоды» выполнить нельзя." in lacking
    assert "!ждём КОГО до ДАТЫ: " in lacking
    assert state_of(db, number)[0] == "registered"
