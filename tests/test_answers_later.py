"""A letter that promises the answer for later is no answer: the author is asked whether an interim letter is meant."""

from __future__ import annotations

import pytest

from mailbot.claims.guard import answers_later
from mailbot.jobs.policy_of import Ground
from mailbot.rulebook.guard import load_guard
from mailbot.store.database import Database
from tests.desk_values import HOUR, NOW, PEOPLE, a_ground, cases, file_one, letters, read_letter, send_all
from tests.guard_letters import BANKS, good_letters
from tests.test_at_once import command
from tests.test_command_book import MAILBOX
from tests.values import a_mail, words

WORDS = load_guard(None)
# what letters of the banks say for later; they were written as fine sentences, and so they are in an interim letter
PROMISED = (
    "Ответим Вам не позднее", "Решение сообщим после осмотра", "Мы сообщим решение не позднее", "Ответ подготовим к",
    "The decision will follow after the inspection", "Our answer will reach you by",
)  # fmt: skip


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_ground(people=PEOPLE, mailbox=[MAILBOX])


@pytest.mark.parametrize(
    "text",
    [
        "Ответ дадим до 5 декабря.", "Мы рассматриваем обращение и ответим Вам не позднее 30.11.2026.", "Решение будет принято после осмотра.",
        "Окончательный ответ направим на следующей неделе.", "Как только получим заключение лаборатории, сообщим Вам решение.",
        "В течение трёх рабочих дней Вы получите письменный ответ.", "Вернёмся к Вам с ответом позже.", "О решении сообщим дополнительно.",
        "Ответ последует в установленный срок.", "Я отвечу Вам в пятницу.", "We will answer by 5 December.",
        "You will receive our reply within three working days.", "We'll get back to you with an answer next week.",
        "Our decision will follow as soon as the laboratory has reported.", "I shall give you a final answer after the inspection.",
        "The formal response will be sent by Friday.",
    ],
)  # fmt: skip
def test_the_answer_is_promised_for_later(text: str) -> None:
    assert [one.what for one in answers_later(f"Здравствуйте!\n\n{text}\nС уважением, Анна", WORDS)] == ["later"]


@pytest.mark.parametrize(
    "text",
    [
        "Мы ответили Вам 20 ноября.", "Решение было принято после осмотра.", "Не сможем ответить до 5 декабря.", "Не ответим до пятницы.",
        "С удовольствием ответим на Ваши вопросы в течение дня.", "Если у Вас останутся возражения, ответим на них в течение трёх дней.",
        "Просим Вас прислать ответ до 5 декабря.", "Вы пишете: «ответ дадим до 5 декабря».", "Ждём Вашего ответа до пятницы.",
        "Заменим стол до 5 декабря.", "> Ответ дадим до 5 декабря.", "We answered you on 20 November.", "Please reply by 5 December.",
        "We will gladly answer any questions within a day.", "We cannot answer by Friday.", "If you object, we will reply within three days.",
        "The decision was made after the inspection.", "We look forward to your reply by Friday.",
    ],
)  # fmt: skip
def test_nothing_is_promised_for_later(text: str) -> None:
    assert list(answers_later(text, WORDS)) == []


@pytest.mark.parametrize("bank", range(len(BANKS)))
def test_of_good_letters_only_those_are_asked_about_that_promise_an_answer(bank: int) -> None:
    good = good_letters(300, bank)
    asked = {one.text for one in good if any(answers_later(one.text, WORDS))}
    assert asked == {one.text for one in good if any(said in one.text for said in PROMISED)}


def test_it_is_asked_back_and_does_not_end_the_clock_unless_she_insists(sqlite_db: Database, ground: Ground) -> None:
    file_one(sqlite_db, ground, "m1", NOW - HOUR, words(sender_kind="business"), mail=a_mail("Стекло пришло разбитым."))
    send_all(sqlite_db, NOW)
    number = cases(sqlite_db)[0].number
    command(sqlite_db, ground, f"!взять {number}\n!ответ {number}\nЗдравствуйте! Мы рассматриваем обращение, ответ дадим до 25 ноября.", "c1")
    (question,) = letters(sqlite_db, "guard_question")
    text = " ".join(read_letter(question)[1].split())
    assert "ответ обещан позже" in text
    assert "пришлите «!промежуточно до ДАТЫ»" in text
    send_all(sqlite_db, NOW + 2 * HOUR)
    assert letters(sqlite_db, "reply") == []
    assert cases(sqlite_db)[0].answered_at is None
    command(sqlite_db, ground, f"!отправить {number}", "c2", NOW + 3 * HOUR)
    send_all(sqlite_db, NOW + 4 * HOUR)
    assert len(letters(sqlite_db, "reply")) == 1
    assert cases(sqlite_db)[0].answered_at is not None, "she insisted: it is her answer"


def test_once_answered_a_further_letter_may_promise_another(sqlite_db: Database, ground: Ground) -> None:
    file_one(sqlite_db, ground, "m1", NOW - HOUR, words(sender_kind="business"), mail=a_mail("Стекло пришло разбитым."))
    send_all(sqlite_db, NOW)
    number = cases(sqlite_db)[0].number
    command(sqlite_db, ground, f"!взять {number}\n!отвечено {number}\n!ответ {number}\nМы рассматриваем обращение, ответ дадим до 25 ноября.", "c1")
    assert letters(sqlite_db, "guard_question") == []
    assert len(letters(sqlite_db, "reply")) == 1
