"""A case worked to its end by mail: asked, answered, decided with every yes it needs, and what leaves is what was approved."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from sqlalchemy import select, update

from mailbot.claims.delivery import Refused
from mailbot.claims.message import Bounce, BouncedRecipient, Signs
from mailbot.jobs.approving import approvers
from mailbot.jobs.escalate import escalate
from mailbot.jobs.policy_of import Ground
from mailbot.jobs.remind import remind
from mailbot.jobs.undelivered import tell_authors
from mailbot.mail_in.read import read_mail
from mailbot.store.database import Database
from mailbot.store.tables import clocks, drafts, requests
from mailbot.store.tables import outbox as outbox_table
from tests.desk_values import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    PEOPLE,
    a_desk,
    a_ground,
    cases,
    events,
    file_claims,
    file_one,
    letters,
    read_letter,
    send_all,
    set_case,
)
from tests.test_command_book import (
    ANNA,
    BORIS,
    MAILBOX,
    PASS,
    PROOFS,
    claim_at_hand,
    digests,
    last_result,
    read_html,
    reply,
    send,
    state_of,
)
from tests.values import NO_COMPLAINT, a_mail

VERA, GLEB, LEGAL = "vera@firma.example", "gleb@firma.example", "yura@firma.example"
LAWYER = {"id": "yura", "name": "Юрий", "addresses": [LEGAL], "role": ["legal"]}
DECISION = """!решение {number} замена за наш счёт
Заменим оба стеклопакета.
установлено: стекло разбито при погрузке (акт № 5 от 20.11.2026)
основание: пункт 4.2 договора поставки
исполнение: отгрузка замены, до 10.12.2026
"""


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_ground(people=(*PEOPLE, LAWYER), mailbox=[MAILBOX], departments={"design": "kb@firma.example", "warehouse": "sklad@firma.example"})


@pytest.fixture
def number(db: Database, ground: Ground) -> str:
    """One registered claim of Anna's, in her digest."""
    return claim_at_hand(db, ground)


def say(db: Database, ground: Ground, text: str, key: str, who: str = ANNA, to: Any = None, at: Any = NOW + HOUR) -> str:
    """One of our people answers her latest letter with commands; returns the result."""
    answered = to or [row for row in letters(db) if row.recipient == who and row.kind != "memo"][-1]
    send(db, ground, reply(text, answered.message_id, who), key, at)
    return last_result(db)


def the_case(db: Database) -> Any:
    return cases(db)[0]


def test_her_own_words_go_to_the_customer(db: Database, ground: Ground, number: str) -> None:
    result = say(db, ground, f"!ответ {number}\nДобрый день!\n\nМашина придёт в четверг.\n\nС уважением, Анна", "c1")
    (letter,) = letters(db, "reply")
    head, text = read_letter(letter)
    assert (letter.recipient, letter.automatic, letter.state) == ("dealer@zakaz.example", False, "due")
    assert (head["Auto-Submitted"], head["In-Reply-To"]) == ("no", f"<{cases_message(db)}>")
    assert "Машина придёт в четверг." in text
    assert text.count("С уважением") == 1
    assert "отправлено клиенту (dealer@zakaz.example)" in result
    assert the_case(db).answered_at is None  # written is not answered
    send_all(db, NOW + 2 * HOUR)
    assert the_case(db).answered_at == NOW + 2 * HOUR


def cases_message(db: Database) -> str:
    with db.read() as conn:
        from mailbot.store.tables import received

        return str(conn.execute(select(received.c.message_id).where(received.c.kind == "claim")).scalar_one())


def test_a_refused_letter_is_no_answer(db: Database, ground: Ground, number: str) -> None:
    say(db, ground, f"!ответ {number}\nДобрый день! Ваше обращение у специалиста.", "c1")
    send_all(db, NOW + 2 * HOUR, Refused("550 no such user"), ("reply",))
    assert the_case(db).answered_at is None


def her_last(db: Database) -> str:
    return str([row for row in letters(db, "digest") if row.recipient == ANNA][-1].message_id)


def with_a_pdf(db: Database, text: str) -> bytes:
    """Anna's answer to her last digest, with the paper akt.pdf."""
    digest = [row for row in letters(db, "digest") if row.recipient == ANNA][-1]
    body = base64.encodebytes(b"%PDF-1.4 act").decode()
    return (
        f"Authentication-Results: {PASS}\nFrom: <anna@firma.example>\nTo: claims@firma.example\nSubject: Re: Svodka\n"
        f"Message-ID: <1@firma.example>\nDate: Mon, 23 Nov 2026 11:00:00 +0300\nIn-Reply-To: <{digest.message_id}>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n'
        f"{text}\n\n--b\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n"
        f'Content-Disposition: attachment; filename="akt.pdf"\n\n{body}\n--b--\n'
    ).replace("\n", "\r\n").encode()  # fmt: skip


def test_her_attachments_go_with_it(db: Database, ground: Ground, number: str) -> None:
    raw = with_a_pdf(db, f"!ответ {number}\nАкт приложен.")
    send(db, ground, read_mail(raw), "c1", raw=raw)
    (letter,) = letters(db, "reply")
    parts = {part.get_filename(): part.get_content() for part in read_letter(letter)[0].iter_attachments()}
    assert parts == {"akt.pdf": b"%PDF-1.4 act"}
    assert "Вложения: akt.pdf" in last_result(db)


def test_who_is_in_charge_writes(db: Database, ground: Ground, number: str) -> None:
    set_case(db, number, assigned_to="boris")
    assert "тот, кто ведёт дело: Борис" in say(db, ground, f"!ответ {number}\nЗдравствуйте!", "c1")
    assert letters(db, "reply") == []
    set_case(db, number, assigned_to=None)
    say(db, ground, f"!ответ {number}\nЗдравствуйте! Вопрос у нас в работе.", "c2")
    assert len(letters(db, "reply")) == 1


def test_a_case_without_an_address(db: Database, ground: Ground) -> None:
    send(db, ground, reply("!новая\nклиент: Иванов\nПришло разбитым.", None), "n1")
    assert "нет адреса клиента" in say(db, ground, "!ответ\nЗдравствуйте!", "c1")
    assert letters(db, "reply") == []


@pytest.mark.parametrize("end", ["Thanks,\nJohn", "Спасибо!\nАнна Петрова", "Заранее спасибо.", "Best,\nJohn"])
def test_thanks_under_the_questions_belong_to_none(db: Database, ground: Ground, number: str, end: str) -> None:
    say(db, ground, f"!запросить {number}\n1. Есть фото коробки?\n2. Цел ли поддон?\n\n{end}", "c1")
    (letter,) = letters(db, "clarification")
    lines = read_letter(letter)[1].splitlines()
    assert "2. Цел ли поддон?" in lines
    assert lines[lines.index("2. Цел ли поддон?") + 1] == ""


def test_a_question_that_thanks_stays_whole(db: Database, ground: Ground, number: str) -> None:
    say(db, ground, f"!запросить {number}\n1. Есть фото коробки?\n2. Спасибо за акт, а где накладная?", "c1")
    assert "2. Спасибо за акт, а где накладная?" in read_letter(letters(db, "clarification")[0])[1]


def test_questions_and_the_wait(db: Database, ground: Ground, number: str) -> None:
    say(db, ground, f"!запросить {number}\n1. Пришлите фото бирки\n2. Укажите номер\nпартии", "c1")
    (letter,) = letters(db, "clarification")
    text = " ".join(read_letter(letter)[1].split())
    assert "Пришлите фото бирки" in text
    assert "Укажите номер партии" in text
    case = the_case(db)
    assert (case.state, case.wait_reason, case.answered_at) == ("waiting_customer", "clarification", None)
    assert case.wait_until.date().isoformat() == "2026-11-30"
    assert [event.what for event in events(db, case.id) if event.actor == "anna"][:3] == ["drafted", "letter_sent", "review"]
    send_all(db, NOW + 2 * HOUR)
    assert the_case(db).answered_at is None  # a question is no answer


def test_a_question_mark_at_the_end_of_a_line_ends_a_question(db: Database, ground: Ground, number: str) -> None:
    say(db, ground, f"!запросить {number}\nКто подписал акт, когда\nи где?\nЕсть ли фото этикетки?\nПришлите его\n\nЦела ли пломба", "c1")
    (letter,) = letters(db, "clarification")
    text = " ".join(read_letter(letter)[1].split())
    assert "1. Кто подписал акт, когда и где? 2. Есть ли фото этикетки? 3. Пришлите его 4. Цела ли пломба" in text


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Пришлите фото шильдика\nНапишите серийный номер", "1. Пришлите фото шильдика 2. Напишите серийный номер"),
        ("Здравствуйте!\nКакая партия на этикетке?\nКогда вскрыли упаковку?", "Вопросы: 1. Какая партия на этикетке? 2. Когда вскрыли упаковку?"),
        ("Пришлите, пожалуйста, фотографию заводской таблички так, чтобы читались номер и\nГОСТ", "читались номер и ГОСТ"),
    ],
)
def test_short_lines_are_questions_each_and_a_greeting_is_none(sqlite_db: Database, ground: Ground, written: str, asked: str) -> None:
    (number,) = file_claims(sqlite_db, ground, 1, NOW - HOUR)
    digests(sqlite_db, ground)
    say(sqlite_db, ground, f"!запросить {number}\n{written}", "c1")
    assert asked in " ".join(read_letter(letters(sqlite_db, "clarification")[0])[1].split())


def test_waits_and_warranty(db: Database, ground: Ground, number: str) -> None:
    said = say(db, ground, f"!ждём {number} осмотр до пятницы", "c1")
    assert "ждём осмотр до 27 ноября 2026 г." in said
    assert "Ждём: осмотр до 27 ноября 2026" in said
    assert (the_case(db).state, the_case(db).wait_reason) == ("review", "inspection")
    assert "понятен" in say(db, ground, f"!ждём {number} клиента до 01.11.2026", "c2")
    say(db, ground, f"!ждём {number} документы до 12.12", "c3")
    assert (the_case(db).state, the_case(db).wait_reason) == ("waiting_customer", "documents")
    say(db, ground, f"!отмена {number}", "c4")
    assert (the_case(db).state, the_case(db).wait_reason) == ("review", "inspection")
    assert "гарантия истекла" in say(db, ground, f"!гарантия {number} истекла", "c5")
    assert the_case(db).warranty_status == "expired"
    assert "«!гарантия»: это уже так" in say(db, ground, f"!гарантия {number} истекла", "c6")


def test_a_memo_and_its_answer(db: Database, ground: Ground, number: str) -> None:
    say(db, ground, f"!записка {number}\nПочему лопнуло стекло?", "c1")
    (memo,) = letters(db, "memo")
    assert memo.recipient == "kb@firma.example"
    assert "Почему лопнуло стекло?" in read_letter(memo)[1]
    case = the_case(db)
    assert (case.state, case.wait_reason) == ("review", "design")
    assert "request_sent" in [event.what for event in events(db, case.id)]
    say(db, ground, f"!записка {number} склад: пересчитайте остаток", "c2")
    assert [row.recipient for row in letters(db, "facts_request")] == ["sklad@firma.example"]
    file_one(db, ground, "k1", NOW + DAY, NO_COMPLAINT, mail=a_mail("Скол при погрузке.", from_="kb@firma.example", in_reply_to=memo.message_id))
    with db.read() as conn:
        rows = list(conn.execute(select(requests.c.kind, requests.c.answered_at).order_by(requests.c.id)))
    assert [(row.kind, row.answered_at is not None) for row in rows] == [("memo", True), ("facts_request", False)]
    assert "request_answered" in [event.what for event in events(db, case.id)]
    (told,) = letters(db, "case_letter")  # the case has waited for it: she need not wait for tomorrow's digest too
    said = " ".join(read_letter(told)[1].split())
    assert told.recipient == ANNA
    assert "Пришёл ответ, которого ждало дело" in said
    assert "Скол при погрузке." in said
    digests(db, ground, NOW + DAY + HOUR)
    assert "Скол при погрузке." in read_letter([row for row in letters(db, "digest") if row.recipient == ANNA][-1])[1]
    assert "нет адреса (бухгалтерия, accounting)" in say(db, ground, f"!записка {number} бухгалтерия: дата отгрузки?", "c3", at=NOW + 2 * DAY)


def test_a_decision_with_its_approval(db: Database, ground: Ground, number: str) -> None:
    assert "на согласование: Вера (руководитель)" in say(db, ground, DECISION.format(number=number), "c1")
    case = the_case(db)
    assert (case.state, case.cost_bearer) == ("approval", "ours")
    (asked,) = letters(db, "approval_request")
    assert asked.recipient == VERA
    text = read_letter(asked)[1]
    assert "Решение: заменим оба стеклопакета." in text
    assert "Исполнение решения: за наш счёт." in text  # whoever says yes, and the customer, know at whose cost
    assert "ещё не согласовано. Ждём: Вера (руководитель)" in say(db, ground, f"!отправить {number}", "c2")
    assert letters(db, "decision") == []
    assert "Собственное письмо" in say(db, ground, f"!согласовано {number}", "c3")
    assert "согласовано" in say(db, ground, "!согласовано", "c4", VERA, asked)
    assert letters(db, "decision") == []  # the specialist presses send
    (shown,) = letters(db, "draft")
    assert shown.recipient == ANNA
    say(db, ground, "!отправить", "c5", ANNA, shown)
    (decision,) = letters(db, "decision")
    assert decision.recipient == "dealer@zakaz.example"
    assert "Решение: заменим оба стеклопакета." in read_letter(decision)[1]
    assert (the_case(db).state, the_case(db).answered_at) == ("execution", None)
    send_all(db, NOW + 3 * HOUR)
    assert the_case(db).answered_at == NOW + 3 * HOUR
    assert "уже отправлено" in say(db, ground, f"!отправить {number}", "c6")


def test_words_without_a_command_are_no_yes(db: Database, ground: Ground, number: str) -> None:
    """Who writes "fine by me" hears that the letter is still not approved, and how to do it."""
    say(db, ground, DECISION.format(number=number), "c1")
    (asked,) = letters(db, "approval_request")
    result = say(db, ground, "Хорошо, согласна", "c2", VERA, asked)
    assert "ещё не согласовано" in result
    assert "«!согласовано»" in result
    assert str(read_letter(letters(db, "result")[-1])[0]["Subject"]).startswith("Ничего не изменено")
    assert the_case(db).state == "approval"
    assert "note" in [event.what for event in events(db, the_case(db).id) if event.actor == "vera"]


def test_a_reminder_of_an_approval_says_so(sqlite_db: Database, ground: Ground) -> None:
    """Word for word the first request a day later: who had answered it, or meant to, could not tell."""
    number = claim_at_hand(sqlite_db, ground)
    say(sqlite_db, ground, DECISION.format(number=number), "c1")
    remind(sqlite_db, ground, a_desk(ground), NOW + DAY)
    first, again = (read_letter(row) for row in letters(sqlite_db, "approval_request"))
    assert (str(first[0]["Subject"]).split(":")[0], str(again[0]["Subject"]).split(":")[0]) == ("Нужно Ваше согласование", "Напоминание")
    assert "Напоминаем: с 23 ноября 2026 г. это письмо ждёт Вашего согласования. Без него" in " ".join(again[1].split())
    assert "Напоминаем" not in first[1]


def test_returned_with_remarks(db: Database, ground: Ground, number: str) -> None:
    say(db, ground, DECISION.format(number=number), "c1")
    (asked,) = letters(db, "approval_request")
    say(db, ground, "!вернуть Поправьте дату отгрузки.", "c2", VERA, asked)
    (back,) = letters(db, "returned")
    assert back.recipient == ANNA
    assert "Поправьте дату отгрузки." in read_letter(back)[1]
    assert the_case(db).state == "review"
    assert "возвращено с замечаниями" in say(db, ground, f"!отправить {number}", "c3")
    assert all(line in " ".join(read_letter(back)[1].split()) for line in DECISION.format(number=number).splitlines()), "to be copied"
    (body,) = [unquote(one) for one in re.findall(r'href="mailto:[^"]*body=([^"]*)"', read_html(back)) if "%D1%80%D0%B5%D1%88" in one]
    assert re.sub(r" ~\S+", "", body).replace("\r\n", "\n") == DECISION.format(number=number).rstrip(), "and to be edited"
    say(db, ground, body.replace("10.12", "12.12"), "c4", to=back, at=NOW + 2 * HOUR)
    assert len(letters(db, "approval_request")) == 2
    again = read_letter(letters(db, "approval_request")[-1])[1]
    assert "Письмо исправили после Ваших замечаний." in again
    assert "Поправьте" not in again


def test_returned_by_the_authors_own_deputy(db: Database) -> None:
    """Anna has gone on leave, and the head who stands in for her returns her letter: Anna hears it too, and not from the case alone."""
    ground = a_ground(people=(*PEOPLE, LAWYER), mailbox=[MAILBOX])
    (number,) = file_claims(db, ground, 1, NOW - HOUR)
    digests(db, ground)
    say(db, ground, DECISION.format(number=number), "c1")
    (asked,) = letters(db, "approval_request")
    text = "Добрый день! Я в отпуске до 12 декабря, меня замещает Вера."
    away = a_mail(text, from_=ANNA, subject="Автоответ: Сводка", signs=Signs(auto_submitted="auto-replied", authentication_results=(PASS,)))
    file_one(db, ground, "away", NOW + HOUR, NO_COMPLAINT, mail=away, proofs=PROOFS)
    say(db, ground, "!вернуть Поправьте дату отгрузки.", "c2", VERA, asked, at=NOW + 2 * HOUR)
    assert [row.recipient for row in letters(db, "returned")] == [ANNA, VERA]
    assert all("Поправьте дату отгрузки." in read_letter(row)[1] for row in letters(db, "returned"))


def test_returned_while_its_author_is_away(db: Database) -> None:
    """Somebody else returns it: who stands in for the author hears, and she is left in peace."""
    ground = a_ground(people=(*PEOPLE, LAWYER), mailbox=[MAILBOX])
    (number,) = file_claims(db, ground, 1, NOW - HOUR)
    digests(db, ground)
    say(db, ground, DECISION.format(number=number), "c1")
    text = "Добрый день! Я в отпуске до 12 декабря, меня замещает Борис."
    away = a_mail(text, from_=ANNA, subject="Автоответ: Сводка", signs=Signs(auto_submitted="auto-replied", authentication_results=(PASS,)))
    file_one(db, ground, "away", NOW + HOUR, NO_COMPLAINT, mail=away, proofs=PROOFS)
    say(db, ground, "!вернуть Поправьте дату.", "c2", VERA, letters(db, "approval_request")[0], at=NOW + 2 * HOUR)
    assert [row.recipient for row in letters(db, "returned")] == [BORIS]


def test_a_department_is_not_waited_for_when_the_decision_has_left(db: Database, ground: Ground, number: str) -> None:
    """A case that was decided without the designers stood among the overdue ones for good, and they were told that the customer waits."""
    say(db, ground, f"!записка {number} Почему разбито?", "c1")
    say(db, ground, DECISION.format(number=number), "c2")
    say(db, ground, "!согласовано", "c3", VERA, letters(db, "approval_request")[0])
    assert "Ответ отдела на запрос" in say(db, ground, f"!статус {number}", "c4")
    say(db, ground, f"!отправить {number}", "c5")
    assert "Ответ отдела" not in last_result(db)
    with db.read() as conn:
        assert [row.answered_at for row in conn.execute(select(requests))] == [NOW + HOUR]
        kept = conn.execute(select(clocks.c.state).where(clocks.c.rule == "memo_answer")).scalars().all()
    assert kept == ["met"]
    remind(db, ground, a_desk(ground), NOW + 20 * DAY)
    assert letters(db, "request_reminder") == []


def test_what_is_settled_waits_for_no_approval(sqlite_db: Database, ground: Ground) -> None:
    db = sqlite_db
    (number,) = file_claims(db, ground, 1, NOW - HOUR)
    digests(db, ground)
    say(db, ground, DECISION.format(number=number), "c1")
    (asked,) = letters(db, "approval_request")
    say(db, ground, f"!закрыть {number} отозвана", "c2", to=digest_letter(db, ground, NOW))
    assert "ничего не ждёт согласования" in say(db, ground, "!согласовано", "c3", VERA, asked)


def test_a_refusal_needs_director_and_lawyer(db: Database, ground: Ground, number: str) -> None:
    refusal = f"!решение {number} отказ\nВ замене отказываем.\nустановлено: повреждено при монтаже (акт № 7)\nоснование: пункт 6 договора"
    result = say(db, ground, refusal, "c1")
    assert all(role in result for role in ("руководитель", "директор", "юрист"))
    by = {row.recipient: row for row in letters(db, "approval_request")}
    assert set(by) == {VERA, GLEB, LEGAL}
    assert "Ждём ещё: Глеб (директор), Юрий (юрист)" in say(db, ground, "!согласовано", "c2", VERA, by[VERA])
    assert "согласуют другие" in say(db, ground, "!согласовано", "c3", VERA, by[VERA])
    say(db, ground, "!согласовано", "c4", GLEB, by[GLEB])
    assert "ещё не согласовано" in say(db, ground, f"!отправить {number}", "c5")
    say(db, ground, "!согласовано", "c6", LEGAL, by[LEGAL])
    say(db, ground, f"!отправить {number}", "c7")
    assert len(letters(db, "decision")) == 1
    assert the_case(db).state == "awaiting_withdrawal"
    assert "refusal_sent" in [event.what for event in events(db, the_case(db).id)]


def test_what_leaves_is_what_was_approved(db: Database, ground: Ground, number: str) -> None:
    """A letter that reads otherwise after its approval needs it again."""
    say(db, ground, DECISION.format(number=number), "c1")
    say(db, ground, "!согласовано", "c2", VERA, letters(db, "approval_request")[0])
    with db.write() as conn:
        row = conn.execute(select(drafts)).one()
        changed = {**row.letter, "grounds": "пункт 9.9 договора"}
        conn.execute(update(drafts).values(letter=changed))
    assert "изменился после согласования" in say(db, ground, f"!отправить {number}", "c3")
    assert letters(db, "decision") == []


def test_a_yes_is_for_the_letter_she_has_read(db: Database, ground: Ground, number: str) -> None:
    """The author has put another letter in its place since: an answer to the first request is no yes to the second."""
    say(db, ground, DECISION.format(number=number), "c1")
    (first,) = letters(db, "approval_request")
    say(db, ground, DECISION.format(number=number).replace("Заменим оба стеклопакета.", "Вернём деньги."), "c2", at=NOW + HOUR + MINUTE)
    assert "на прежний запрос отвечать не нужно" in " ".join(read_letter(letters(db, "approval_request")[-1])[1].split())
    assert "новый текст" not in read_letter(first)[1]
    assert "с тех пор изменено" in say(db, ground, "!согласовано", "c3", VERA, first, NOW + 2 * HOUR)
    send(db, ground, reply(tap_of(first), None, VERA, subject=f"Re: [#{number}]"), "c4", NOW + 2 * HOUR)
    assert "с тех пор изменено" in last_result(db)
    assert letters(db, "draft") == []
    send(db, ground, reply(tap_of(letters(db, "approval_request")[-1]), None, VERA, subject=f"Re: [#{number}]"), "c5", NOW + 2 * HOUR)
    assert len(letters(db, "draft")) == 1
    assert [event.why for event in events(db, the_case(db).id) if event.what == "approved"] == ["head"]


def test_who_has_agreed_hears_that_it_is_another_letter(db: Database, ground: Ground, number: str) -> None:
    """She had said yes, and the author has written the letter anew: why she is asked again must be said."""
    refusal = f"!решение {number} отказ\nВ замене отказываем.\nустановлено: повреждено при монтаже (акт № 7)\nоснование: пункт 6 договора"
    say(db, ground, refusal, "c1")
    first = {row.recipient: row for row in letters(db, "approval_request")}
    say(db, ground, "!согласовано", "c2", VERA, first[VERA])
    say(db, ground, refusal.replace("акт № 7", "акт № 8"), "c3", at=NOW + HOUR + MINUTE)
    second = {row.recipient: " ".join(read_letter(row)[1].split()) for row in letters(db, "approval_request")[len(first) :]}
    assert "которое Вы уже согласовали" in second[VERA]
    assert "которое Вы уже согласовали" not in second[GLEB]
    assert "на прежний запрос отвечать не нужно" in second[GLEB]


def test_who_agrees_in_two_roles_is_named_once(db: Database) -> None:
    """The director is the head too: one request, one name, both of his roles."""
    people = (*(one for one in PEOPLE if one["id"] not in {"vera", "gleb"}), {"id": "gleb", "name": "Глеб", "addresses": [GLEB], "role": ["head", "director"]})
    ground = a_ground(people=(*people, LAWYER), mailbox=[MAILBOX])
    (number,) = file_claims(db, ground, 1, NOW - HOUR)
    digests(db, ground)
    refusal = f"!решение {number} отказ\nВ замене отказываем.\nустановлено: повреждено при монтаже (акт № 7)\nоснование: пункт 6 договора"
    assert "на согласование: Глеб (руководитель, директор), Юрий (юрист)" in say(db, ground, refusal, "c1")
    by = {row.recipient: row for row in letters(db, "approval_request")}
    say(db, ground, "!согласовано", "c2", GLEB, by[GLEB])
    say(db, ground, "!согласовано", "c3", LEGAL, by[LEGAL])
    assert "согласовано (Глеб, Юрий) и готово к отправке." in read_letter(letters(db, "draft")[-1])[1]


def tap_of(asked: Any, word: str = "!согласовано") -> str:
    """The line that one tap on «Согласовать» opens, or on another."""
    return next(line.strip() for line in read_letter(asked)[1].splitlines() if line.strip().startswith(word))


def test_what_has_changed_since_needs_its_yes_too(db: Database, ground: Ground, number: str) -> None:
    """The customer has threatened to sue after the head had said yes: the lawyer is asked before it leaves."""
    say(db, ground, DECISION.format(number=number), "c1")
    say(db, ground, "!согласовано", "c2", VERA, letters(db, "approval_request")[0])
    set_case(db, number, legal_threat=True)
    assert "Запрошены: Юрий (юрист)" in say(db, ground, f"!отправить {number}", "c3")
    assert letters(db, "result")[-1].subject == f"Письмо ещё не отправлено [#{number}]"
    assert letters(db, "decision") == []
    asked = letters(db, "approval_request")[-1]
    assert asked.recipient == LEGAL
    say(db, ground, "!согласовано", "c4", LEGAL, asked)
    say(db, ground, f"!отправить {number}", "c5")
    assert len(letters(db, "decision")) == 1


def test_sent_a_second_time(db: Database, ground: Ground, number: str) -> None:
    """A second press is told when the letter left, and nothing goes twice."""
    assert "нет письма, которое ждёт отправки" in say(db, ground, f"!отправить {number}", "c0")
    say(db, ground, DECISION.format(number=number), "c1")
    say(db, ground, "!согласовано", "c2", VERA, letters(db, "approval_request")[0])
    say(db, ground, f"!отправить {number}", "c3")
    assert "уже передано на отправку 23 ноября 2026 г., 11:00" in say(db, ground, f"!отправить {number}", "c4", at=NOW + 2 * HOUR)
    send_all(db, NOW + 2 * HOUR)
    again = say(db, ground, f"!отправить {number}", "c5", at=NOW + DAY)
    assert f"Письмо по делу № {number} уже отправлено 23 ноября 2026 г., 12:00, второй раз оно не уйдёт." in again
    assert "Ничего не изменено" not in again
    assert letters(db, "result")[-1].subject == f"Письмо уже отправлено [#{number}]"
    assert len(letters(db, "decision")) == 1
    with db.write() as conn:
        conn.execute(update(outbox_table).where(outbox_table.c.kind == "decision").values(bounced_at=NOW + DAY))
    assert "до клиента оно не дошло" in say(db, ground, f"!отправить {number}", "c6", at=NOW + DAY)


def test_the_subject_says_what_became_of_the_letter(db: Database, ground: Ground, number: str) -> None:
    """Nothing is called done that waits for her; and what cannot be done with a draft is not offered."""
    incomplete = say(db, ground, f"!решение {number} замена за наш счёт\nЗаменим.", "c1")
    assert letters(db, "result")[-1].subject == f"Проект решения неполный [#{number}]"
    offered = incomplete.split("Обычно дальше")[1]
    assert "!отправить" not in offered
    assert offered.index("!решение") < offered.index("!ответ")
    asked = say(db, ground, f"!ответ {number}\nЭто наша вина.", "c2")
    assert letters(db, "result")[-1].subject == f"Письмо ещё не отправлено [#{number}]"
    assert "!отправить" in asked.split("Обычно дальше")[1]
    say(db, ground, f"!отправить {number}", "c3")
    assert letters(db, "result")[-1].subject == f"Сделано [#{number}]"


def test_a_firm_of_one_sends_its_decisions(sqlite_db: Database) -> None:
    """There is nobody but the author to approve: the letter leaves, and the case goes on."""
    db, ground = sqlite_db, a_ground(people=PEOPLE[:1], mailbox=[MAILBOX])
    (number,) = file_claims(db, ground, 1, NOW - HOUR)
    digests(db, ground)
    assert "согласовывать его ни с кем больше не нужно" in say(db, ground, DECISION.format(number=number), "c1")
    say(db, ground, f"!отправить {number}", "c2")
    assert len(letters(db, "decision")) == 1
    assert the_case(db).state == "execution"


def test_an_approved_letter_may_leave_days_later(db: Database, ground: Ground, number: str) -> None:
    """It bears the day on which it leaves; that alone is no change."""
    say(db, ground, DECISION.format(number=number), "c1")
    say(db, ground, "!согласовано", "c2", VERA, letters(db, "approval_request")[0], NOW + DAY)
    assert "изменился после согласования" not in say(db, ground, "!отправить", "c3", ANNA, letters(db, "draft")[0], NOW + 3 * DAY)
    (decision,) = letters(db, "decision")
    assert "от 26 ноября 2026" in read_letter(decision)[1]


def test_a_decision_that_lacks_something_is_shown(db: Database, ground: Ground, number: str) -> None:
    assert "не указано" in say(db, ground, f"!решение {number} замена за наш счёт\nЗаменим.", "c1")
    assert letters(db, "approval_request") == []
    (shown,) = letters(db, "draft")
    assert "Решение: заменим." in read_letter(shown)[1]
    for line in ("установлено: что выяснено (документ", "основание: пункт договора", "исполнение: что сделаем, до"):  # how to write it
        assert line in read_letter(shown)[1]
    assert the_case(db).state == "registered"
    assert "не указано" in say(db, ground, f"!отправить {number}", "c2")
    assert "за чей счёт" in say(db, ground, f"!решение {number} возврат\nВернём деньги.", "c3") or the_case(db).cost_bearer == "ours"


@pytest.mark.parametrize(("consumer", "awaited"), [("yes", "подходят ли Вам условия ремонта"), ("no", "прислать гарантийное письмо об оплате")])
def test_paid_repair(db: Database, ground: Ground, number: str, consumer: str, awaited: str) -> None:
    """The reminder says what the offer asked for, and no more: it asked for no papers, and a consumer for no guarantee."""
    set_case(db, number, consumer=consumer, missing=["photo"])
    offer = f"!решение {number} платный ремонт\nизделие: Насос Н-5\nгарантия: до 12.05.2025\nдокумент: паспорт изделия\nдиагностика: бесплатно\nперевозка: клиент\nадрес: Тверь, ул. Заводская, 1"
    assert "!гарантия истекла" in say(db, ground, offer, "c1")
    say(db, ground, f"!гарантия {number} истекла\n{offer}", "c2")
    asked = {row.recipient: row for row in letters(db, "approval_request")}
    assert set(asked) == ({VERA, LEGAL} if consumer == "yes" else {VERA})
    for n, person in enumerate(asked):
        say(db, ground, "!согласовано", f"c{3 + n}", person, asked[person])
    say(db, ground, f"!отправить {number}", "c5")
    (letter,) = letters(db, "paid_repair")
    assert "Насос Н-5" in read_letter(letter)[1]
    assert (the_case(db).state, the_case(db).wait_reason) == ("waiting_customer", "payment_guarantee")
    send_all(db, NOW + HOUR)
    remind(db, ground, a_desk(ground), NOW + 8 * DAY)
    (reminder,) = letters(db, "wait_reminder")
    assert awaited in " ".join(read_letter(reminder)[1].split())
    assert "Вот что мы просили прислать" not in read_letter(reminder)[1]


def test_a_paid_repair_for_who_may_be_a_consumer_is_read_by_the_lawyer(db: Database, ground: Ground, number: str) -> None:
    offer = f"!решение {number} платный ремонт\nизделие: Насос Н-5\nгарантия: до 12.05.2025\nдокумент: паспорт\nдиагностика: нет\nперевозка: клиент\nадрес: Тверь"
    say(db, ground, f"!гарантия {number} истекла\n{offer}", "c1")
    assert {row.recipient for row in letters(db, "approval_request")} == {VERA, LEGAL}  # not known: the stricter holds


def test_rehearsal_holds_it(sqlite_db: Database) -> None:
    ground = a_ground(people=(*PEOPLE, LAWYER), mailbox=[MAILBOX], mode="rehearsal")
    (number,) = file_claims(sqlite_db, ground, 1, NOW - HOUR)
    digests(sqlite_db, ground)
    digest = letters(sqlite_db, "digest")[-1]
    set_case(sqlite_db, number, assigned_to="olga")
    send(sqlite_db, ground, reply(f"!reply {number}\nGood day, I am looking at your photographs.", digest.message_id, "olga@firma.example"), "c1")
    assert [row.state for row in letters(sqlite_db, "reply")] == ["held"]


def test_show_sends_the_case_with_its_files(db: Database, ground: Ground) -> None:
    body = base64.encodebytes(b"photo").decode()
    raw = (
        "From: <dealer@zakaz.example>\nTo: claims@firma.example\nSubject: Claim 77\nMessage-ID: <p@zakaz.example>\n"
        "Date: Mon, 23 Nov 2026 09:00:00 +0300\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain; charset=utf-8\n\nAll of it came broken.\n\n--b\n'
        "Content-Type: image/jpeg\nContent-Transfer-Encoding: base64\n"
        f'Content-Disposition: attachment; filename="box.jpg"\n\n{body}\n--b--\n'
    ).replace("\n", "\r\n").encode()  # fmt: skip
    file_one(db, ground, "p1", NOW - HOUR, mail=read_mail(raw), raw=raw)
    digests(db, ground)
    number = the_case(db).number
    assert "отдельным письмом" in say(db, ground, f"!показать {number}", "c1")
    (letter,) = letters(db, "case_letter")
    assert letter.recipient == ANNA
    message, text = read_letter(letter)
    assert "All of it came broken." in text
    dates = " ".join(text.partition("Сроки:")[2].split())
    assert "- Ответить письменно: 26 ноября 2026 г., 23:59 (МСК); как посчитано: " in dates
    assert "- Замена товара: 30 ноября 2026 г." in dates  # the law's term stands beside ours
    assert [part.get_content() for part in message.iter_attachments()] == [b"photo"]
    assert "shown" in [event.what for event in events(db, the_case(db).id)]
    say(db, ground, "!взять", "c2", to=letter)  # a case letter is answered with commands
    assert state_of(db, number) == ("review", "anna")
    set_case(db, number, assigned_to="boris", category="quantity")
    assert "показать нельзя" in say(db, ground, "!показать", "c3", to=letter)
    assert len(letters(db, "case_letter")) == 1


def test_the_guard_asks_once(db: Database, ground: Ground, number: str) -> None:
    text = "Это наша вина, мы признаём брак. По делу 2026-9999 всё решено."
    assert "Письмо ещё не отправлено" in say(db, ground, f"!ответ {number}\n{text}", "c1")
    assert letters(db, "reply") == []
    (asked,) = letters(db, "guard_question")
    assert asked.recipient == ANNA
    assert "2026-9999" in read_letter(asked)[1]
    say(db, ground, "!отправить", "c2", to=asked)
    assert "2026-9999" in read_letter(letters(db, "reply")[0])[1]


@pytest.mark.parametrize("known", ["", "catalogue", "file"])
def test_a_number_of_our_catalogue_or_of_her_file_is_not_doubted_another_is_with_why(sqlite_db: Database, tmp_path: Path, known: str) -> None:
    (tmp_path / "goods.csv").write_text("article;name;warranty months\nСТ-4513;Стекло закалённое С-4;12\n", "utf-8")
    ground = a_ground(mailbox=[MAILBOX], files={"catalogue": tmp_path / "goods.csv"} if known == "catalogue" else {})
    (number,) = file_claims(sqlite_db, ground, 1, NOW - HOUR)
    set_case(sqlite_db, number, orders=["СТ-4512"])
    digests(sqlite_db, ground)
    text = f"!ответ {number}\nДобрый день! Стекло СТ-4513 есть на складе."
    raw = with_a_pdf(sqlite_db, text).replace(b"akt.pdf", "акт_СТ-4513.pdf".encode()) if known == "file" else b""
    send(sqlite_db, ground, read_mail(raw) if raw else reply(text, her_last(sqlite_db)), "c1", **({"raw": raw} if raw else {}))
    assert len(letters(sqlite_db, "reply")) == bool(known)
    said = " ".join(" ".join(read_letter(row)[1].split()) for row in letters(sqlite_db, "guard_question"))
    assert ("«СТ-4513»" in said, "похоже на СТ-4512 из этого дела" in said) == (not known, not known)


def test_a_sum_that_we_have_told_is_not_asked_about_again(db: Database, ground: Ground, number: str) -> None:
    """It began a line of the letter that was sent: in the record a mark of the line's end stood before it."""
    say(db, ground, f"!ответ {number}\nДобрый день!\nСтоимость стекла:\n4 300 руб.", "c1")
    (asked,) = letters(db, "guard_question")
    say(db, ground, "!отправить", "c2", to=asked)
    send_all(db, NOW + 2 * HOUR)
    say(db, ground, f"!ответ {number}\nДобрый день! Как и писали, стекло стоит 4 300 руб.", "c3", at=NOW + 3 * HOUR)
    assert (len(letters(db, "reply")), len(letters(db, "guard_question"))) == (2, 1)
    say(db, ground, f"!ответ {number}\nДобрый день! Стекло стоит 4 301 руб.", "c4", at=NOW + 4 * HOUR)
    assert (len(letters(db, "reply")), len(letters(db, "guard_question"))) == (2, 2)


@pytest.mark.parametrize(
    ("command", "words", "why"),
    [
        ("!ответ", "Благодарим за покупку!", "Реклама в ответ на претензию"),
        ("!ответ", "Ваши права утрачены, гарантия аннулирована.", "Прав клиента письмо не лишает"),
        ("!ответ", "Если Вы не ответите, претензия считается отозванной.", "молчание клиента не согласие"),
        ("!запросить", "Рассмотрим только после получения оригинала", "не зависит от документов"),
        ("!исполнено", "Это последнее напоминание, 22.11", "Угроза сроком"),
        ("!ход", "до 15.12\nсделано: у нас акция на новинки, вчера", "Реклама"),
    ],
)
def test_what_no_letter_of_this_kind_says_is_asked_about(
    db: Database, ground: Ground, number: str, command: str, words: str, why: str
) -> None:
    """The list of domain.md 5.2 is held against the finished letter of a person too, and asked about once."""
    set_case(db, number, state="execution" if command != "!запросить" else "review", cost_bearer="ours")
    between = " " if command == "!ход" else "\n"
    say(db, ground, f"{command} {number}{between}{words}", "c1")
    (question,) = letters(db, "guard_question")
    assert "так клиентам не пишут. " in (text := " ".join(read_letter(question)[1].split()))
    assert why in text
    assert [row.kind for row in letters(db) if row.recipient == "dealer@zakaz.example"] == ["acknowledgement"]
    say(db, ground, "!отправить", "c2", to=question, at=NOW + 2 * HOUR)
    assert len([row for row in letters(db) if row.recipient == "dealer@zakaz.example"]) == 2


def test_the_guard_reads_what_she_wrote_in_another_language_than_the_case(db: Database, ground: Ground, number: str) -> None:
    """An English letter of hers to a Russian case is read by the English rules."""
    said = "Здравствуйте! Ваше обращение у специалиста. Для Вашей бухгалтерии по-английски: "
    say(db, ground, f"!reply {number}\n{said}sorry, it is our fault. We will refund everything. Thank you for your purchase!", "c1")
    (question,) = letters(db, "guard_question")
    text = " ".join(read_letter(question)[1].split())
    for found in ("признание вины", "обещание сверх принятого решения", "«Thank you for your purchase»"):
        assert found in text
    assert letters(db, "reply") == []


def test_a_decision_tells_what_no_decision_says(db: Database, ground: Ground, number: str) -> None:
    said = say(db, ground, DECISION.format(number=number).replace("Заменим", "Вы невнимательно прочитали договор. Спасибо за покупку. Заменим"), "c1")
    assert "«Спасибо за покупку»" in said


def test_her_customers_words_quoted_are_not_hers(db: Database, ground: Ground, number: str) -> None:
    say(db, ground, f"!ответ {number}\nЗдравствуйте! Вы писали:\n> Если не ответите, претензия не считается снятой, это последнее предупреждение\nМы это помним.", "c1")
    assert letters(db, "guard_question") == []


def test_a_promised_file_that_is_not_there_is_asked_about(db: Database, ground: Ground, number: str) -> None:
    say(db, ground, f"!ответ {number}\nДобрый день! Акт приложен.", "c1")
    assert letters(db, "reply") == []
    assert "в письме говорится о приложении, а файла с ним нет" in read_letter(letters(db, "guard_question")[0])[1]
    raw = with_a_pdf(db, f"!ответ {number}\nДобрый день! Акт приложен.")
    send(db, ground, read_mail(raw), "c2", raw=raw)
    assert len(letters(db, "reply")) == len(letters(db, "guard_question")) == 1


def test_a_day_that_the_customer_was_told_may_be_repeated_and_another_is_asked_about(db: Database, ground: Ground, number: str) -> None:
    say(db, ground, DECISION.format(number=number), "c1")
    say(db, ground, "!согласовано", "c2", VERA, letters(db, "approval_request")[0])
    say(db, ground, "!отправить", "c3", ANNA, letters(db, "draft")[0])
    send_all(db, NOW + 2 * HOUR)
    say(db, ground, f"!ответ {number}\nДобрый день! Как и писали, заменим стеклопакеты до 10 декабря.", "c4", at=NOW + 3 * HOUR)
    assert (len(letters(db, "reply")), letters(db, "guard_question")) == (1, [])
    say(db, ground, f"!ответ {number}\nДобрый день! Заменим стеклопакеты до 9 декабря.", "c5", at=NOW + 4 * HOUR)
    assert len(letters(db, "reply")) == 1
    (asked,) = letters(db, "guard_question")
    assert "«9 декабря»: такой даты в деле нет или она позже срока." in " ".join(read_letter(asked)[1].split())


def test_the_guard_writes_its_day_as_letters_do(db: Database, ground: Ground, number: str) -> None:
    say(db, ground, f"!ответ {number}\nДобрый день! Ответим Вам до 15 февраля.", "c1")
    (asked,) = letters(db, "guard_question")
    assert "(крайний срок: 30 ноября 2026 г.)" in " ".join(read_letter(asked)[1].split())


def test_a_new_letter_takes_the_place_of_the_one_asked_about(db: Database, ground: Ground, number: str) -> None:
    say(db, ground, f"!ответ {number}\nЭто наша вина.", "c1")
    say(db, ground, f"!ответ {number}\nМы разбираемся и напишем до конца недели.", "c2")
    assert [("вина" in read_letter(row)[1]) for row in letters(db, "reply")] == [False]
    assert "уже передано на отправку" in say(db, ground, f"!отправить {number}", "c3")


def test_done_from_our_side(db: Database, ground: Ground, number: str) -> None:
    say(db, ground, DECISION.format(number=number), "c1")
    say(db, ground, "!согласовано", "c2", VERA, letters(db, "approval_request")[0])
    say(db, ground, f"!отправить {number}", "c3")
    assert "нужна дата" in say(db, ground, f"!исполнено {number} замена отгружена", "c4")
    say(db, ground, f"!исполнено {number}\nзамена отгружена, вчера", "c5", at=NOW + 3 * DAY)
    (letter,) = letters(db, "completed")
    assert "Замена отгружена, " in read_letter(letter)[1]
    assert "25 ноября" in read_letter(letter)[1]
    assert the_case(db).state == "awaiting_withdrawal"
    send_all(db, NOW + 3 * DAY)
    for day, count in ((5, 0), (11, 1), (12, 1), (18, 2), (40, 2)):  # five and ten working days later, each once
        remind(db, ground, a_desk(ground), NOW + day * DAY)
        assert len(letters(db, "withdrawal_reminder")) == count, day
        send_all(db, NOW + day * DAY)
    reminder = letters(db, "withdrawal_reminder")[0]
    assert (reminder.recipient, read_letter(reminder)[0]["Auto-Submitted"]) == ("dealer@zakaz.example", "auto-generated")
    assert "Замена отгружена, " in read_letter(reminder)[1]
    assert the_case(db).flags["proposes_close"] == "silence"
    say(db, ground, f"!закрыть {number} решено", "c6", to=digest_letter(db, ground, NOW + 40 * DAY), at=NOW + 40 * DAY + HOUR)
    assert the_case(db).state == "closed"


def test_the_day_on_which_it_was_done_is_not_asked_about(db: Database, ground: Ground, number: str) -> None:
    """The command asks for that very day: it can be in no paper of the case. What else she writes is looked at as before."""
    set_case(db, number, state="execution", cost_bearer="ours")
    say(db, ground, f"!исполнено {number}\nтри мешка стоят у Вашего склада, 27.11.2026", "c1", at=NOW + 6 * DAY)
    assert (len(letters(db, "completed")), letters(db, "guard_question")) == (1, [])
    set_case(db, number, state="execution")
    say(db, ground, f"!исполнено {number}\nмы признаём нашу вину, 27.11.2026", "c2", at=NOW + 6 * DAY)
    assert (len(letters(db, "completed")), len(letters(db, "guard_question"))) == (1, 1)


def test_what_the_guard_asked_about_is_overtaken_by_the_decision(db: Database, ground: Ground, number: str) -> None:
    """A second press of «Отправить» sent the reply that she had left lying."""
    say(db, ground, f"!ответ {number}\nЭто наша вина.", "c1")
    say(db, ground, DECISION.format(number=number), "c2")
    say(db, ground, "!согласовано", "c3", VERA, letters(db, "approval_request")[0])
    said = " ".join(say(db, ground, f"!отправить {number}", "c4").split())
    assert "о котором программа переспросила, уже не уйдёт" in said
    assert len(letters(db, "decision")) == 1
    assert "уже передано на отправку" in say(db, ground, f"!отправить {number}", "c5")
    assert letters(db, "reply") == []


def test_what_is_asked_about_after_the_decision_was_drafted_still_waits(db: Database, ground: Ground, number: str) -> None:
    say(db, ground, DECISION.format(number=number), "c1")
    say(db, ground, f"!ответ {number}\nЭто наша вина.", "c2")
    say(db, ground, "!согласовано", "c3", VERA, letters(db, "approval_request")[0])
    assert "переспросила" not in say(db, ground, f"!отправить {number}", "c4")
    say(db, ground, f"!отправить {number}", "c5")
    assert (len(letters(db, "decision")), len(letters(db, "reply"))) == (1, 1)


def digest_letter(db: Database, ground: Ground, now: Any) -> Any:
    digests(db, ground, now)
    return [row for row in letters(db, "digest") if row.recipient == ANNA][-1]


def test_reminders_while_we_wait(db: Database, ground: Ground, number: str) -> None:
    say(db, ground, f"!запросить {number}\n1. Пришлите фото бирки", "c1")
    send_all(db, NOW + HOUR)
    for day, count in ((2, 0), (8, 1), (9, 1), (16, 2), (17, 2)):
        remind(db, ground, a_desk(ground), NOW + day * DAY)
        assert len(letters(db, "wait_reminder")) == count, day
        send_all(db, NOW + day * DAY)
    head, text = read_letter(letters(db, "wait_reminder")[0])
    assert "Пришлите фото бирки" in text
    assert (head["In-Reply-To"], head["Auto-Submitted"]) == (f"<{cases_message(db)}>", "auto-generated"), "the clock wrote it, in the thread"


def test_a_wait_that_is_counted_anew_is_not_reminded_of_again(db: Database, ground: Ground, number: str) -> None:
    """A decree moves a day off, so that the clock is another row: the customer has her first reminder already."""
    say(db, ground, f"!запросить {number}\n1. Пришлите фото бирки", "c1")
    send_all(db, NOW + HOUR)
    remind(db, ground, a_desk(ground), NOW + 9 * DAY)
    with db.write() as conn:
        conn.execute(update(clocks).where(clocks.c.rule == "customer_wait").values(due_by=NOW + 25 * DAY, calendar="older"))
    escalate(db, ground, a_desk(ground), NOW + 9 * DAY + HOUR)
    with db.read() as conn:
        states = list(conn.execute(select(clocks.c.state).where(clocks.c.rule == "customer_wait").order_by(clocks.c.id)).scalars())
    assert states == ["replaced", "running"]
    remind(db, ground, a_desk(ground), NOW + 9 * DAY + 2 * HOUR)
    assert len(letters(db, "wait_reminder")) == 1


def test_what_an_automatic_letter_may_not_repeat_is_left_out_of_it(db: Database, ground: Ground, number: str) -> None:
    """«Принят», «гарантийный срок», «в течение 3 дней» are plain words of hers, and a promise when a program says them."""
    say(db, ground, f"!запросить {number}\n1. Какой гарантийный срок указан в талоне?\n2. Кем был принят груз?", "c1")
    send_all(db, NOW + HOUR)
    remind(db, ground, a_desk(ground), NOW + 8 * DAY)
    (reminder,) = letters(db, "wait_reminder")
    text = " ".join(read_letter(reminder)[1].split())
    assert "23 ноября 2026 г. мы писали Вам по обращению № 2026-0001 и просили" in text
    assert "гарантийный" not in text
    set_case(db, number, state="execution", cost_bearer="ours")
    say(db, ground, f"!исполнено {number}\nтовар принят на склад, вчера\nгарантийный ремонт выполнен, 22.11", "c2", at=NOW + 9 * DAY)
    send_all(db, NOW + 9 * DAY)
    remind(db, ground, a_desk(ground), NOW + 17 * DAY)
    (asked,) = letters(db, "withdrawal_reminder")
    text = " ".join(read_letter(asked)[1].split())
    assert "следующее: Всё, что было решено, исполнено, 1 декабря 2026 г." in text
    assert "принят на склад" not in text


def test_what_a_reminder_says_in_short_is_in_the_language_of_the_letter(db: Database, ground: Ground, number: str) -> None:
    """She writes German, is written to in Russian, and does not find an English sentence in it."""
    set_case(db, number, state="execution", cost_bearer="ours", language="de")
    say(db, ground, f"!исполнено {number}\nтовар принят на склад, вчера", "c1", at=NOW + DAY)
    send_all(db, NOW + DAY)
    remind(db, ground, a_desk(ground), NOW + 9 * DAY)
    assert "Всё, что было решено, исполнено, 23 ноября" in " ".join(read_letter(letters(db, "withdrawal_reminder")[0])[1].split())


def test_what_must_not_be_said_by_itself_is_noted_once(sqlite_db: Database, tmp_path: Path) -> None:
    """Where the template itself says it, the reminder stays unwritten, and is not noted each minute."""
    own = tmp_path / "ru/wait_reminder.txt.j2"
    own.parent.mkdir()
    own.write_text("Претензия № {{ number }} принята.", encoding="utf-8")
    db, ground = sqlite_db, a_ground(mailbox=[MAILBOX], files={"templates": tmp_path})
    (number,) = file_claims(db, ground, 1, NOW - HOUR)
    digests(db, ground)
    say(db, ground, f"!запросить {number}\n1. Пришлите фото", "c1")
    for minute in range(3):
        remind(db, ground, a_desk(ground), NOW + 8 * DAY + minute * MINUTE)
    assert letters(db, "wait_reminder") == []
    assert [event.what for event in events(db, the_case(db).id)].count("not_written") == 1


def test_one_that_cannot_be_written_holds_up_no_other(db: Database, ground: Ground, number: str) -> None:
    """A letter that this release does not know waits for its approval: the customer of another case is reminded all the same."""
    say(db, ground, DECISION.format(number=number), "c1")
    (other,) = file_claims(db, ground, 1, NOW, "other@zakaz.example")
    say(db, ground, f"!запросить {other}\n1. Пришлите фото бирки", "c2", to=digest_letter(db, ground, NOW + DAY), at=NOW + DAY)
    with db.write() as conn:
        conn.execute(update(drafts).where(drafts.c.kind == "decision").values(kind="of_old"))
    remind(db, ground, a_desk(ground), NOW + 10 * DAY)
    assert [row.recipient for row in letters(db, "wait_reminder")] == ["other@zakaz.example"]


def test_nothing_by_itself_under_legal_hold(sqlite_db: Database, ground: Ground) -> None:
    db = sqlite_db
    (number,) = file_claims(db, ground, 1, NOW - HOUR)
    digests(db, ground)
    say(db, ground, f"!запросить {number}\n1. Пришлите фото бирки", "c1")
    set_case(db, number, flags={**the_case(db).flags, "legal_hold": True})
    remind(db, ground, a_desk(ground), NOW + 8 * DAY)
    assert letters(db, "wait_reminder") == []


def test_holding_notes(db: Database, ground: Ground, number: str) -> None:
    assert "обещано ему до 30 ноября 2026 г." in say(db, ground, f"!промежуточно {number} до 30.11", "c1")
    assert len(letters(db, "holding")) == 1
    assert (the_case(db).holding_on, the_case(db).state) == (True, "registered")
    for day, count in ((3, 1), (7, 1), (8, 2), (8, 2)):  # by law the goods are replaced by the seventh: on that day a person answers
        remind(db, ground, a_desk(ground), NOW + day * DAY)
        assert len(letters(db, "holding")) == count, day
    assert the_case(db).next_news_by > NOW + 8 * DAY
    say(db, ground, f"!промежуточно {number} нет", "c2", at=NOW + 8 * DAY)
    remind(db, ground, a_desk(ground), NOW + 20 * DAY)
    assert len(letters(db, "holding")) == 2


def test_no_news_is_promised_for_a_day_after_the_one_that_binds_us(db: Database, ground: Ground, number: str) -> None:
    """By law the goods are replaced by 30.11: what is promised beyond it is asked about, and never said by itself."""
    assert "стоит проверить (1)" in say(db, ground, f"!промежуточно {number} до 15.12", "c1")
    assert (the_case(db).holding_on, letters(db, "holding")) == (False, [])
    assert "крайний срок: 30 ноября 2026 г." in " ".join(read_letter(letters(db, "guard_question")[0])[1].split())
    assert "обещано ему до 15 декабря 2026 г." in say(db, ground, "!отправить", "c2", to=letters(db, "guard_question")[0])
    assert (the_case(db).holding_on, the_case(db).next_news_by.date().isoformat()) == (True, "2026-12-15")
    say(db, ground, f"!промежуточно {number} до 24.11", "c3", at=NOW + 2 * HOUR)
    remind(db, ground, a_desk(ground), NOW + DAY)
    assert "Следующее письмо от нас: не позднее 30 ноября 2026 г." in read_letter(letters(db, "holding")[-1])[1]


def test_an_answered_case_is_still_bound_by_law(db: Database, ground: Ground, number: str) -> None:
    say(db, ground, f"!ответ {number}\nЗдравствуйте! Ваше обращение у специалиста.", "c1")
    send_all(db, NOW + HOUR)
    assert the_case(db).answered_at is not None
    say(db, ground, f"!ответ {number}\nЗдравствуйте! Мы напишем Вам 15 декабря 2026 г.", "c2", at=NOW + 2 * HOUR)
    assert "крайний срок: 30 ноября 2026 г." in " ".join(read_letter(letters(db, "guard_question")[0])[1].split())


def test_a_silent_department_is_reminded(db: Database, ground: Ground, number: str) -> None:
    say(db, ground, f"!записка {number}\nПочему лопнуло стекло?", "c1")
    for day, count in ((1, 0), (4, 1), (5, 1)):
        remind(db, ground, a_desk(ground), NOW + day * DAY)
        assert [row.recipient for row in letters(db, "request_reminder")] == ["kb@firma.example"] * count, day


def test_a_silent_approver_is_reminded(db: Database, ground: Ground, number: str) -> None:
    say(db, ground, DECISION.format(number=number), "c1")
    remind(db, ground, a_desk(ground), NOW + 2 * DAY)
    asked = letters(db, "approval_request")
    assert [row.recipient for row in asked] == [VERA, VERA]
    say(db, ground, "!согласовано", "c2", VERA, asked[1], at=NOW + 2 * DAY)
    remind(db, ground, a_desk(ground), NOW + 3 * DAY)
    assert len(letters(db, "approval_request")) == 2


def test_the_author_hears_of_a_letter_that_did_not_arrive(db: Database, ground: Ground, number: str) -> None:
    say(db, ground, f"!ответ {number}\nДобрый день! Ваше обращение у специалиста.", "c1")
    send_all(db, NOW + HOUR, Refused("550 no such user"), ("reply",))
    assert tell_authors(db, ground, a_desk(ground), NOW + HOUR + MINUTE) == 1
    alert = letters(db, "alert")[-1]
    assert alert.recipient == ANNA
    assert "550 no such user" in read_letter(alert)[1]
    assert tell_authors(db, ground, a_desk(ground), NOW + HOUR + 2 * MINUTE) == 0


def test_a_letter_that_does_not_leave_is_told_within_a_quarter_of_an_hour(sqlite_db: Database, ground: Ground) -> None:
    db = sqlite_db
    (number,) = file_claims(db, ground, 1, NOW - HOUR)
    digests(db, ground)
    say(db, ground, f"!ответ {number}\nДобрый день! Ваше обращение у специалиста.", "c1", at=NOW)
    assert tell_authors(db, ground, a_desk(ground), NOW + 9 * MINUTE) == 0
    assert tell_authors(db, ground, a_desk(ground), NOW + 11 * MINUTE) == 1


def test_an_answer_that_came_back_is_none(db: Database, ground: Ground, number: str) -> None:
    say(db, ground, f"!ответ {number}\nДобрый день! Ваше обращение у специалиста.", "c1")
    send_all(db, NOW + HOUR)
    assert the_case(db).answered_at == NOW + HOUR
    bounce = Bounce(letters(db, "reply")[0].message_id, (BouncedRecipient("dealer@zakaz.example", permanent=True),))
    mail = a_mail("Undelivered", from_="mailer-daemon@zakaz.example", bounce=bounce, signs=Signs(content_type="multipart/report", report_type="delivery-status"))
    file_one(db, ground, "b1", NOW + 2 * HOUR, NO_COMPLAINT, mail=mail)
    assert the_case(db).answered_at is None
    assert ANNA in [row.recipient for row in letters(db, "alert")]


def test_an_answer_that_came_back_after_the_case_was_opened_again(db: Database, ground: Ground, number: str) -> None:
    """The answer of the first opening, which arrived, answers nothing that is asked now."""
    say(db, ground, f"!ответ {number}\nДобрый день! Машина приедет.", "c1")
    send_all(db, NOW + 2 * HOUR)
    say(db, ground, f"!закрыть {number} решено", "c2", at=NOW + 3 * HOUR)
    say(db, ground, f"!открыть {number}", "c3", at=NOW + 4 * HOUR)
    say(db, ground, f"!ответ {number}\nДобрый день! Машина приедет завтра.", "c4", at=NOW + 5 * HOUR)
    send_all(db, NOW + 6 * HOUR)
    assert the_case(db).answered_at == NOW + 6 * HOUR
    bounce = Bounce(letters(db, "reply")[-1].message_id, (BouncedRecipient("dealer@zakaz.example", permanent=True),))
    file_one(db, ground, "b1", NOW + 7 * HOUR, NO_COMPLAINT, mail=a_mail("Undelivered", from_="mailer-daemon@zakaz.example", bounce=bounce))
    assert the_case(db).answered_at is None


def test_nobody_makes_herself_a_deputy(sqlite_db: Database) -> None:
    """A mail that nothing proves says that the head is away and Boris stands in: the head is asked, and Boris has no yes."""
    db, ground = sqlite_db, a_ground(people=(*PEOPLE, LAWYER), mailbox=[MAILBOX])
    (number,) = file_claims(db, ground, 1, NOW - HOUR)
    digests(db, ground)
    text = "Добрый день! Я в отпуске до 12 декабря, меня замещает Борис."
    away = a_mail(text, from_=VERA, subject="Автоответ: Сводка", signs=Signs(auto_submitted="auto-replied"))
    file_one(db, ground, "away", NOW, NO_COMPLAINT, mail=away)
    say(db, ground, DECISION.format(number=number), "c1")
    (asked,) = letters(db, "approval_request")
    assert asked.recipient == VERA
    with db.read() as conn:
        assert [person.id for person in approvers(conn, ground.policy, "head", "anna", NOW + HOUR)] == ["vera"]
    say(db, ground, "!согласовано", "c2", VERA, asked)
    assert len(letters(db, "draft")) == 1


def test_a_deputy_approves(db: Database) -> None:
    """Vera is away and names Gleb: the letter goes to him, and his yes counts."""
    ground = a_ground(people=(*PEOPLE, LAWYER), mailbox=[MAILBOX])
    (number,) = file_claims(db, ground, 1, NOW - HOUR)
    digests(db, ground)
    text = "Добрый день! Я в отпуске до 12 декабря, меня замещает Глеб."
    away = a_mail(text, from_=VERA, subject="Автоответ: Сводка", signs=Signs(auto_submitted="auto-replied", authentication_results=(PASS,)))
    file_one(db, ground, "away", NOW, NO_COMPLAINT, mail=away, proofs=PROOFS)
    say(db, ground, DECISION.format(number=number), "c1")
    (asked,) = letters(db, "approval_request")
    assert asked.recipient == GLEB
    assert "согласовано" in say(db, ground, "!согласовано", "c2", GLEB, asked)
    assert len(letters(db, "draft")) == 1


def test_a_deputy_works_the_cases_of_who_is_away(db: Database, ground: Ground, number: str) -> None:
    """Anna is away and names Boris: he writes to her customers, and hears of her deadlines; without that he does neither."""
    set_case(db, number, assigned_to="boris")
    digests(db, ground, NOW + DAY)
    set_case(db, number, assigned_to="anna")
    listed = [row for row in letters(db, "digest") if row.recipient == BORIS][-1]
    assert "тот, кто ведёт дело: Анна" in say(db, ground, f"!ответ {number}\nДобрый день! Вопрос в работе.", "c1", BORIS, listed, at=NOW + DAY)
    text = "Добрый день! Я в отпуске до 12 декабря, меня замещает Борис."
    away = a_mail(text, from_=ANNA, subject="Автоответ: Сводка", signs=Signs(auto_submitted="auto-replied", authentication_results=(PASS,)))
    file_one(db, ground, "away", NOW + DAY, NO_COMPLAINT, mail=away, proofs=PROOFS)
    say(db, ground, f"!ответ {number}\nДобрый день! Вопрос в работе.", "c2", BORIS, listed, at=NOW + DAY + HOUR)
    assert len(letters(db, "reply")) == 1
    assert "отдельным письмом" in say(db, ground, f"!показать {number}", "c3", BORIS, listed, at=NOW + DAY + HOUR)
    set_case(db, number, answered_at=None)
    escalate(db, ground, a_desk(ground), NOW + 3 * DAY)  # the day it is due
    heard = {row.recipient for row in letters(db, "escalation")}
    assert BORIS in heard
    assert ANNA not in heard


def test_an_approved_letter_goes_on_with_who_is_in_charge_now(db: Database, ground: Ground, number: str) -> None:
    """The head gave the case to Boris while her decision waited: the yes comes to him, and nobody has a button that is refused."""
    say(db, ground, DECISION.format(number=number), "c1")
    asked = letters(db, "approval_request")[0]
    set_case(db, number, assigned_to="boris")
    say(db, ground, "!согласовано", "c2", VERA, asked)
    approved = letters(db, "draft")[-1]
    assert approved.recipient == BORIS
    said = say(db, ground, f"!отправить {number}", "c3")
    assert "Клиенту пишет тот, кто ведёт дело: Борис" in said
    offered = set(re.findall(r"!\w+", said.partition("Обычно дальше")[2].partition("Ещё:")[0]))
    assert {"!взять", "!показать"} <= offered
    assert not {"!отправить", "!ответ", "!запросить", "!решение"} & offered
    say(db, ground, tap_of(approved, "!отправить"), "c4", BORIS, approved)
    assert [row.recipient for row in letters(db, "decision")] == ["dealer@zakaz.example"]


def test_of_two_decisions_the_last_word_waits(db: Database, ground: Ground, number: str) -> None:
    """An offer of a paid repair waits for its yes, and she decides otherwise: the offer can neither be approved nor sent any more."""
    offer = "изделие: насос\nгарантия: до 12.05.2026\nдокумент: паспорт\nдиагностика: бесплатно\nперевозка: клиент\nадрес: Тверь"
    say(db, ground, f"!гарантия {number} истекла\n!решение {number} платный ремонт\n{offer}", "c1")
    say(db, ground, DECISION.format(number=number), "c2")
    with db.read() as conn:
        kept = conn.execute(select(drafts.c.kind, drafts.c.state).order_by(drafts.c.id)).all()
    assert [(row.kind, row.state) for row in kept] == [("paid_repair", "cancelled"), ("decision", "submitted")]


def test_a_new_decision_that_lacks_something_takes_no_others_place(db: Database, ground: Ground, number: str) -> None:
    """Her first decision is before the head. The second lacks its grounds: it goes on to nobody, and the first can still be approved."""
    say(db, ground, DECISION.format(number=number), "c1")
    asked = letters(db, "approval_request")[0]
    said = say(db, ground, f"!решение {number} замена за наш счёт\nЗаменим.\nисполнение: отгрузка, до 12.12", "c2")
    assert "Прежнее решение по делу № 2026-0001 пока остаётся" in said
    with db.read() as conn:
        assert list(conn.execute(select(drafts.c.state).order_by(drafts.c.id)).scalars()) == ["submitted", "draft"]
    say(db, ground, "!согласовано", "c3", VERA, asked)
    say(db, ground, f"!отправить {number}", "c4")
    assert len(letters(db, "decision")) == 1


def test_her_send_is_not_for_what_a_colleague_was_asked_about(db: Database, ground: Ground, number: str) -> None:
    """Her decision has every yes. The head has begun a reply in the case, which the guard asked the head about: that one is not sent."""
    say(db, ground, DECISION.format(number=number), "c1")
    asked = letters(db, "approval_request")[0]
    say(db, ground, "!согласовано", "c2", VERA, asked)
    say(db, ground, f"!ответ {number}\nЭто наша вина.", "c3", VERA, asked)
    assert [row.recipient for row in letters(db, "guard_question")] == [VERA]
    say(db, ground, f"!статус {number}", "c4")
    assert "!отправить" in read_letter(letters(db, "result")[-1])[1]
    say(db, ground, f"!отправить {number}", "c5")
    assert (len(letters(db, "decision")), len(letters(db, "reply"))) == (1, 0)
    say(db, ground, f"!отправить {number}", "c6", VERA, asked)
    assert len(letters(db, "reply")) == 1, "hers to send"


def test_who_took_the_case_over_hears_that_the_letter_came_back(db: Database, ground: Ground, number: str) -> None:
    say(db, ground, DECISION.format(number=number), "c1")
    asked = letters(db, "approval_request")[0]
    set_case(db, number, assigned_to="boris")
    said = say(db, ground, "!вернуть Поправьте дату отгрузки.", "c2", VERA, asked)
    assert [row.recipient for row in letters(db, "returned")] == [ANNA, BORIS]
    assert "Замечания получит и тот, кто ведёт дело сейчас: Борис." in said


def test_a_close_says_what_becomes_of_the_letter_that_waits(db: Database, ground: Ground, number: str) -> None:
    set_case(db, number, state="execution", cost_bearer="ours")
    say(db, ground, f"!исполнено {number}\nмы признаём нашу вину, вчера", "c1", at=NOW + 2 * DAY)
    (asked,) = letters(db, "guard_question")
    text = " ".join(read_letter(asked)[1].split())
    assert f"ответьте строкой «!исполнено {number}»" in text
    assert "!ответ" not in text.partition("Шаблон")[0].partition("Письмо:")[0]
    said = say(db, ground, f"!закрыть {number} решено", "c2", at=NOW + 2 * DAY + HOUR)
    assert "Письмо, которое ещё не ушло («!исполнено»), клиенту уже не уйдёт." in said
    assert "не уйдёт" not in say(db, ground, f"!открыть {number}\n!закрыть {number} решено", "c3", at=NOW + 2 * DAY + 2 * HOUR)


def test_the_day_is_named_where_the_command_has_it(db: Database, ground: Ground, number: str) -> None:
    """A holding note is asked about for its day alone: it is said again with another."""
    say(db, ground, f"!промежуточно {number} до 12.12", "c1")
    text = " ".join(read_letter(letters(db, "guard_question")[0])[1].split())
    assert f"ответьте строкой «!промежуточно {number} до ДД.ММ» и назовите другой день." in text


def test_thanks_say_what_becomes_of_the_letter_that_waits(db: Database, ground: Ground, number: str) -> None:
    say(db, ground, f"!ответ {number}\nЭто наша вина.", "c1")
    said = say(db, ground, f"!поблагодарить {number}", "c2", at=NOW + 2 * HOUR)
    assert "Письмо, которое ещё не ушло («!ответ»), клиенту уже не уйдёт." in said
    assert (len(letters(db, "closing")), len(letters(db, "reply"))) == (1, 0)


def is_away(db: Database, ground: Ground, who: str, key: str, *, proven: bool = True) -> None:
    """Her note of absence, which names nobody who stands in."""
    signs = Signs(auto_submitted="auto-replied", authentication_results=(PASS,) if proven else ())
    text = "Добрый день! Я в отпуске до 12 декабря."
    file_one(db, ground, key, NOW, NO_COMPLAINT, mail=a_mail(text, from_=who, subject="Автоответ: Сводка", signs=signs), proofs=PROOFS)


@pytest.mark.parametrize(
    ("role", "away", "may"),
    [
        ("head", (), ["vera"]),
        ("director", (), ["gleb"]),
        ("head", (VERA,), ["vera", "gleb"]),
        ("director", (GLEB,), ["gleb", "vera"]),
        ("head", (GLEB,), ["vera"]),
        ("director", (VERA,), ["gleb"]),
        ("legal", (LEGAL,), ["yura"]),
    ],
)
def test_head_and_director_stand_in_for_each_other_while_away_and_for_nobody_else(
    sqlite_db: Database, role: str, away: tuple[str, ...], may: list[str]
) -> None:
    """A yes of head or director is not held up by a leave; while both are here each has only her own, and the lawyer's is a lawyer's."""
    db, ground = sqlite_db, a_ground(people=(*PEOPLE, LAWYER), mailbox=[MAILBOX])
    for who in away:
        is_away(db, ground, who, f"away {who}")
    with db.read() as conn:
        assert [person.id for person in approvers(conn, ground.policy, role, "anna", NOW + HOUR)] == may


def test_an_absence_that_nothing_proves_gives_nobody_a_yes(sqlite_db: Database) -> None:
    db, ground = sqlite_db, a_ground(people=(*PEOPLE, LAWYER), mailbox=[MAILBOX])
    is_away(db, ground, VERA, "away", proven=False)
    with db.read() as conn:
        assert [person.id for person in approvers(conn, ground.policy, "head", "anna", NOW + HOUR)] == ["vera"]
