"""What has happened while somebody wrote: a colleague took the case, the customer wrote again, or took some of her demands back."""

from __future__ import annotations

from datetime import datetime

import pytest

from mailbot.claims.understanding import Understanding
from mailbot.jobs import confirm
from mailbot.jobs.policy_of import Ground
from mailbot.store.database import Database
from tests.desk_values import DAY, HOUR, MINUTE, NOW, PEOPLE, a_ground, cases, file_one, letters, read_letter, send_all
from tests.test_command_book import ANNA, BORIS, MAILBOX, digests, reply, send
from tests.test_customer_letters import DECISION, VERA, say
from tests.values import NO_COMPLAINT, a_mail, words

NUMBER = "2026-0001"


@pytest.fixture
def db(sqlite_db: Database) -> Database:
    return sqlite_db


@pytest.fixture(scope="module")
def ground() -> Ground:
    """Anna and Boris see to the same cases: those that nobody could sort."""
    both = [{**person, "categories": [], "triage": True} if person["id"] in {"anna", "boris"} else person for person in PEOPLE]
    return a_ground(people=both, mailbox=[MAILBOX])


@pytest.fixture(autouse=True)
def claim(db: Database, ground: Ground) -> None:
    file_one(db, ground, "m1", NOW - HOUR, words(remedies=("replace", "refund")), mail=a_mail("Стекло пришло разбитым.", from_="dealer@zakaz.example"))
    digests(db, ground, NOW)
    send_all(db, NOW)


def customer_writes(db: Database, ground: Ground, text: str, at: datetime, understanding: Understanding = NO_COMPLAINT) -> None:
    answer = {"in_reply_to": "m1@zakaz.example", "references": ("m1@zakaz.example",)}
    file_one(db, ground, f"w{at:%d%H%M}", at, understanding, mail=a_mail(text, from_="dealer@zakaz.example", subject="Re: Заказ 4512", **answer))


def test_two_take_one_case(db: Database, ground: Ground) -> None:
    say(db, ground, f"!взять {NUMBER}", "t1", ANNA)
    said = say(db, ground, f"!взять {NUMBER}", "t2", BORIS, at=NOW + HOUR + MINUTE)
    assert f"Дело № {NUMBER} уже ведёт Анна (с 23 ноября 2026 г., 11:00)." in said
    assert cases(db)[0].assigned_to == "anna"
    said = say(db, ground, f"!взять {NUMBER} точно", "t3", BORIS, at=NOW + HOUR + 2 * MINUTE)
    assert "теперь Ваше. До этого за него отвечал другой сотрудник: Анна." in said
    assert cases(db)[0].assigned_to == "boris"
    assert "изменилось" in say(db, ground, f"!отмена {NUMBER}", "t4", ANNA, at=NOW + HOUR + 3 * MINUTE)
    say(db, ground, f"!передать {NUMBER} анна", "t5", BORIS, at=NOW + HOUR + 4 * MINUTE)
    assert "уже ведёт Анна" in say(db, ground, f"!взять {NUMBER}", "t6", BORIS, at=NOW + HOUR + 5 * MINUTE)


def test_who_loses_a_case_reads_of_it_in_the_morning(db: Database, ground: Ground) -> None:
    """Taken over from Anna by Boris, and given back to her by Vera: each hears once of what is no longer theirs."""
    say(db, ground, f"!взять {NUMBER}", "t1", ANNA)
    say(db, ground, f"!взять {NUMBER} точно", "t2", BORIS, at=NOW + HOUR + MINUTE)
    morning = digests(db, ground, NOW + DAY)
    assert f"Эти дела у Вас были, теперь их ведут другие: {NUMBER} (Борис)." in " ".join(read_letter(morning[ANNA])[1].split())
    assert "теперь их ведут" not in read_letter(morning[BORIS])[1]
    confirm.assign(db, ground, NUMBER, "anna", "vera", NOW + DAY + HOUR)
    morning = digests(db, ground, NOW + 2 * DAY)
    assert f"теперь их ведут другие: {NUMBER} (Анна)." in " ".join(read_letter(morning[BORIS])[1].split())
    assert "теперь их ведут" not in read_letter(morning[ANNA])[1], "told once, and it is hers again"
    say(db, ground, f"!передать {NUMBER} борис", "t4", ANNA, at=NOW + 2 * DAY + HOUR)
    assert "теперь их ведут" not in read_letter(digests(db, ground, NOW + 3 * DAY)[ANNA])[1], "she gave it away herself"


def test_after_a_day_one_word_takes_it_over(db: Database, ground: Ground) -> None:
    say(db, ground, f"!взять {NUMBER}", "t1", ANNA)
    said = say(db, ground, f"!взять {NUMBER}", "t2", BORIS, at=NOW + 2 * DAY)
    assert "До этого за него отвечал другой сотрудник: Анна." in said
    assert cases(db)[0].assigned_to == "boris"


def test_who_approves_and_who_sends_hear_that_she_wrote_again(db: Database, ground: Ground) -> None:
    say(db, ground, DECISION.format(number=NUMBER), "d1", ANNA)
    customer_writes(db, ground, "Нашли ещё два битых листа.", NOW + 2 * HOUR)
    request = letters(db, "approval_request")[0]
    said = say(db, ground, "!согласовано", "a1", VERA, request, NOW + 3 * HOUR)
    assert "клиент написал ещё раз (23 ноября 2026 г., 12:00), когда письмо уже было составлено" in said
    (ready,) = letters(db, "draft")
    assert "Клиент написал ещё раз 23 ноября 2026 г., 12:00 (МСК), когда письмо уже" in " ".join(read_letter(ready)[1].split())
    assert "клиент написал ещё раз" in say(db, ground, f"!отправить {NUMBER}", "s1", ANNA, ready, NOW + 4 * HOUR)
    assert len(letters(db, "decision")) == 1
    say(db, ground, f"!показать {NUMBER}", "s2", ANNA, at=NOW + 5 * HOUR)  # and what she wrote is there to be read
    shown = " ".join(read_letter(letters(db, "case_letter")[-1])[1].split())
    assert "> Стекло пришло разбитым. Писали потом, сначала новое: dealer@zakaz.example, 23 ноября 2026 г., 12:00 (МСК) > Нашли ещё" in shown
    assert "!согласовано" not in shown


def test_nobody_is_warned_of_what_came_before(db: Database, ground: Ground) -> None:
    customer_writes(db, ground, "Нашли ещё два битых листа.", NOW + MINUTE)
    say(db, ground, DECISION.format(number=NUMBER), "d1", ANNA)
    assert "ещё раз" not in say(db, ground, "!согласовано", "a1", VERA, letters(db, "approval_request")[0], NOW + 3 * HOUR)
    assert "ещё раз" not in read_letter(letters(db, "draft")[0])[1]


def test_a_withdrawal_in_part_is_told_until_somebody_acts(db: Database, ground: Ground) -> None:
    say(db, ground, f"!взять {NUMBER}", "t1", ANNA)
    customer_writes(db, ground, "Денег больше не требуем, замену ждём.", NOW + 2 * HOUR, words(0.05, withdrawal="partial"))
    morning = " ".join(read_letter(digests(db, ground, NOW + DAY)[ANNA])[1].split())
    assert "ПРИШЛИ ОТВЕТЫ: 1" in morning
    assert "[клиент снимает часть требований, уточните: !требования]" in morning
    assert cases(db)[0].state == "review"
    say(db, ground, f"!требования {NUMBER} замена", "t2", ANNA, at=NOW + DAY + HOUR)
    assert cases(db)[0].remedies == ["replace"]
    assert "снимает часть" not in read_letter(digests(db, ground, NOW + 2 * DAY)[ANNA])[1]


def test_a_letter_whose_author_has_left(db: Database, ground: Ground) -> None:
    """Her case goes to the others, and so does her letter; what she sends from her old address commands nothing."""
    say(db, ground, DECISION.format(number=NUMBER), "d1", ANNA)
    hers, request = letters(db, "digest")[0], letters(db, "approval_request")[0]
    now = a_ground(people=[one for one in PEOPLE if one["id"] != "anna"], mailbox=[MAILBOX])
    send(db, now, reply(f"!закрыть {NUMBER} решено", hers.message_id, ANNA), "x1", NOW + 2 * HOUR)
    assert cases(db)[0].state == "approval"
    assert [row.recipient for row in letters(db, "result")] == [ANNA]  # of the time when she was here
    said = say(db, now, "!согласовано", "a1", VERA, request, NOW + 3 * HOUR)
    assert "Его автор больше не ведёт дела, поэтому отправить его поручено: Борис." in said
    assert "Ведёт дело: пока никто" in said
    (ready,) = letters(db, "draft")
    assert ready.recipient == BORIS
    say(db, now, "!отправить", "s1", BORIS, ready, NOW + 4 * HOUR)
    assert len(letters(db, "decision")) == 1


def test_who_takes_over_a_case_sends_the_letter_and_is_not_called_its_author(db: Database, ground: Ground) -> None:
    say(db, ground, DECISION.format(number=NUMBER), "d1", ANNA)
    request = letters(db, "approval_request")[0]
    say(db, ground, f"!взять {NUMBER} точно", "t1", BORIS, at=NOW + 2 * HOUR)
    said = say(db, ground, "!согласовано", "a1", VERA, request, NOW + 3 * HOUR)
    assert "согласовано. Отправить его поручено: Борис." in said
    (ready,) = letters(db, "draft")
    assert ready.recipient == BORIS


def test_the_case_letter_offers_no_answer_that_would_be_refused(db: Database) -> None:
    """Boris sees the cases of his category and writes in none that Anna is in charge of."""
    both = [{**person, "categories": ["damage"]} if person["id"] == "boris" else person for person in PEOPLE]
    ground = a_ground(people=both, mailbox=[MAILBOX])
    say(db, ground, f"!взять {NUMBER}", "t1", ANNA)
    said = say(db, ground, f"!показать {NUMBER}", "s1", BORIS, at=NOW + HOUR)
    say(db, ground, f"!показать {NUMBER}", "s2", ANNA, at=NOW + HOUR)
    texts = {row.recipient: " ".join(read_letter(row)[1].split()) for row in letters(db, "case_letter")}
    assert set(texts) == {ANNA, BORIS}, said
    assert [f"ответьте строкой «!ответ {NUMBER}»" in texts[who] for who in (ANNA, BORIS)] == [True, False]


def test_what_the_customer_wrote_since_is_read_before_the_case_is_closed(db: Database, ground: Ground) -> None:
    """A closed case stands in no digest, so that her letter would have been lost (reliability.md 5, a command is fresh)."""
    say(db, ground, f"!взять {NUMBER}", "t1", ANNA)
    customer_writes(db, ground, "Нашли ещё два битых листа.", NOW + 2 * HOUR)
    said = say(db, ground, f"!закрыть {NUMBER} решено", "c1", ANNA, letters(db, "digest")[0], NOW + 3 * HOUR)
    assert f"Дело № {NUMBER} не закрыто: клиент написал ещё раз (23 ноября 2026 г., 12:00)" in said
    assert cases(db)[0].state == "review"
    digests(db, ground, NOW + DAY)
    say(db, ground, f"!закрыть {NUMBER} решено", "c2", ANNA, letters(db, "digest")[0], NOW + DAY + HOUR)
    assert cases(db)[0].state == "closed", "this morning she has read of it"


@pytest.mark.parametrize("why", ["решено точно", "отозвана"])
def test_who_has_read_it_closes_at_once(db: Database, ground: Ground, why: str) -> None:
    customer_writes(db, ground, "Спасибо, всё получили.", NOW + 2 * HOUR)
    say(db, ground, f"!закрыть {NUMBER} {why}", "c1", ANNA, letters(db, "digest")[0], NOW + 3 * HOUR)
    assert cases(db)[0].state == "closed"


def test_who_has_answered_the_customer_since_closes_at_once(db: Database, ground: Ground) -> None:
    customer_writes(db, ground, "Когда приедет машина?", NOW + 2 * HOUR)
    say(db, ground, f"!ответ {NUMBER}\nДобрый день! Она уже у Вас.", "r1", ANNA, letters(db, "digest")[0], NOW + 3 * HOUR)
    say(db, ground, f"!закрыть {NUMBER} решено", "c1", ANNA, letters(db, "digest")[0], NOW + 4 * HOUR)
    assert cases(db)[0].state == "closed"
