"""What cannot wait for the morning: danger, a court, haste. Who hears, by how many letters, and what of it stays with the case."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from mailbot.claims.category import Verdict
from mailbot.claims.delivery import Refused
from mailbot.claims.message import Address, Bounce, BouncedRecipient, Forwarded, Signs
from mailbot.claims.understanding import Understanding
from mailbot.jobs import confirm
from mailbot.jobs.policy_of import Ground
from mailbot.jobs.undelivered import tell_authors
from mailbot.store import drafts
from mailbot.store.database import Database
from tests.desk_values import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    PEOPLE,
    SECOND,
    a_desk,
    a_ground,
    cases,
    events,
    file_claims,
    file_one,
    letters,
    read_letter,
    send_all,
)  # fmt: skip
from tests.test_command_book import ANNA, BORIS, MAILBOX, PASS, PROOFS, digests, last_result, reply, send
from tests.test_customer_letters import DECISION, LAWYER, LEGAL, VERA
from tests.test_same_trouble import STORY
from tests.values import COMPLAINT, NO_COMPLAINT, a_mail, words

GLEB = "gleb@firma.example"
STAFF: tuple[dict[str, Any], ...] = (*PEOPLE, LAWYER)


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_ground(people=STAFF, mailbox=[MAILBOX])


def a_claim(db: Database, ground: Ground, understanding: Understanding = COMPLAINT, text: str = "Стекло пришло разбитым.") -> str:
    file_one(db, ground, "m1", NOW - HOUR, understanding, mail=a_mail(text))
    return str(cases(db)[0].number)


def writes_again(db: Database, ground: Ground, understanding: Understanding, text: str = "Ещё о том же.") -> None:
    first = "m1@zakaz.example"
    file_one(db, ground, "m2", NOW, understanding, mail=a_mail(text, subject="Re: Заказ 4512: бой стекла", in_reply_to=first, references=(first,)))


def told(db: Database, *kinds: str) -> dict[str, list[str]]:
    """To whom letters of these kinds went, by kind."""
    return {kind: [row.recipient for row in letters(db, kind)] for kind in kinds}


def away(db: Database, ground: Ground, who: str) -> None:
    signs = Signs(auto_submitted="auto-replied", authentication_results=(PASS,))
    mail = a_mail("Я в отпуске с 20 ноября по 4 декабря.", from_=f"{who}@firma.example", subject="Автоответ", signs=signs)
    file_one(db, ground, f"away {who}", NOW - DAY, NO_COMPLAINT, mail=mail, proofs=PROOFS)


def command(db: Database, ground: Ground, text: str, key: str, at: Any = NOW + HOUR) -> str:
    digests(db, ground, at)
    digest = [row for row in letters(db, "digest") if row.recipient == ANNA][-1]
    send(db, ground, reply(text, digest.message_id), key, at)
    return last_result(db)


# the letter about the case


@pytest.mark.parametrize(
    ("understanding", "sign"),
    [
        (words(safety=True), "Опасность. "),
        (words(legal_threat=True), "Суд или надзор. "),
        (words(urgency="critical"), "Ольга Белова"),
        (words(urgency="high"), "Ольга Белова"),
    ],
)
def test_who_is_in_charge_has_an_urgent_case_at_once(db: Database, ground: Ground, understanding: Understanding, sign: str) -> None:
    number = a_claim(db, ground, understanding, "Из-за боя стекла стоит монтаж.")
    (letter,) = letters(db, "case_letter")
    head, text = read_letter(letter)
    assert (letter.recipient, letter.case_id) == (ANNA, cases(db)[0].id)
    assert str(head["Subject"]).startswith(sign)
    assert f"Дело № {number}: зарегистрировано. Ответить не позднее 26 ноября 2026 г." in text
    for said in ("> Из-за боя стекла стоит монтаж.", "Ведёт дело: Анна", "Сроки", "!ответ"):
        assert said in text
    send(db, ground, reply("!взять", letter.message_id), "c1")
    assert cases(db)[0].state == "review"


@pytest.mark.parametrize("urgency", ["low", "normal"])
def test_what_can_wait_stands_in_the_digest(sqlite_db: Database, ground: Ground, urgency: str) -> None:
    a_claim(sqlite_db, ground, words(urgency=urgency))
    assert letters(sqlite_db, "case_letter") == []


def test_whoever_wishes_it_has_every_case_at_once(sqlite_db: Database) -> None:
    ground = a_ground(people=({**PEOPLE[0], "case_letters": "at_once"}, *PEOPLE[1:]), mailbox=[MAILBOX])
    a_claim(sqlite_db, ground)
    writes_again(sqlite_db, ground, COMPLAINT)
    assert [row.recipient for row in letters(sqlite_db, "case_letter")] == [ANNA], "a further letter is no new case"
    file_one(sqlite_db, ground, "m3", NOW, words(0.3), mail=a_mail("Вопрос", from_="other@fremd.example", subject="Вопрос"))
    assert cases(sqlite_db)[1].state == "triage"
    assert [row.recipient for row in letters(sqlite_db, "case_letter")] == [ANNA, ANNA], "it would be hers"
    number = cases(sqlite_db)[0].number
    command(sqlite_db, ground, f"!взять {number}\n!ждём {number} клиента до 27.11", "c1")
    answer = a_mail("Вот фото бирки.", subject="Re: Заказ 4512: бой стекла", in_reply_to="m1@zakaz.example", references=("m1@zakaz.example",))
    file_one(sqlite_db, ground, "m4", NOW + 2 * HOUR, NO_COMPLAINT, mail=answer)
    assert "ответ, которого ждало дело" in read_letter(letters(sqlite_db, "case_letter")[-1])[1]


def test_who_must_say_whether_it_is_a_claim_reads_who_passed_it_on(sqlite_db: Database) -> None:
    """And what her yes sends to whom, and that it is perhaps another case's: the digest said so, the letter of the case did not."""
    ground = a_ground(people=({**PEOPLE[0], "case_letters": "at_once", "triage": True}, *PEOPLE[1:]), mailbox=[MAILBOX])
    number = a_claim(sqlite_db, ground, text=STORY)
    inner = Forwarded(from_=Address("Ольга Белова", "olga@mail.example"), subject="письмо", text=STORY)
    file_one(sqlite_db, ground, "m5", NOW, COMPLAINT, mail=a_mail("Разберитесь.", from_="sergey@firma.example", subject="FW: письмо", forwarded=inner))
    head, text = read_letter(letters(sqlite_db, "case_letter")[-1])
    page = head.get_body(("html",)).get_content()  # type: ignore[union-attr]
    for said in ("sergey@firma.example", "Разберитесь.", "подтверждение уйдёт клиенту на адрес olga@mail.example", f"и {number} (почти дословно то же письмо"):
        assert said in " ".join(text.split()), said
        assert said in " ".join(re.sub(r"<[^>]+>|\u2060", "", page).replace("\xa0", " ").split()), said
    first = read_letter(letters(sqlite_db, "case_letter")[0])[1]
    assert not [said for said in ("Переслано", "получит подтверждение", "Возможно, об одном") if said in first]


def test_her_deputy_has_it_while_she_is_away(sqlite_db: Database) -> None:
    ground = a_ground(people=({**PEOPLE[0], "substitute": "boris"}, *STAFF[1:]), mailbox=[MAILBOX])
    away(sqlite_db, ground, "anna")
    a_claim(sqlite_db, ground, words(urgency="critical"))
    assert told(sqlite_db, "case_letter") == {"case_letter": [BORIS]}


def test_nobody_to_stand_in_the_head_has_it(sqlite_db: Database, ground: Ground) -> None:
    away(sqlite_db, ground, "anna")
    a_claim(sqlite_db, ground, words(urgency="critical"))
    assert told(sqlite_db, "case_letter") == {"case_letter": [ANNA, VERA]}


# alerts


def test_one_letter_of_danger_and_court(db: Database, ground: Ground) -> None:
    """The head and the lawyer have one letter each, which says both; the specialist has the case."""
    a_claim(db, ground, words(safety=True, legal_threat=True))
    assert told(db, "alert", "case_letter") == {"alert": [VERA, LEGAL], "case_letter": [ANNA]}
    head, text = read_letter(letters(db, "alert")[0])
    assert str(head["Subject"]).startswith("Срочно. Клиент пишет об опасности для людей; суд или надзор [#")
    text = " ".join(text.split())
    assert "Клиент пишет об опасности для людей и говорит о суде или надзорном органе. Позвоните клиенту сейчас же" in text


def test_a_further_letter_that_threatens(db: Database, ground: Ground) -> None:
    """The person in charge hears too, the mark stays with the case, and the lawyer is asked for her yes (domain.md 1.4)."""
    number = a_claim(db, ground, words(sender_kind="business"))
    writes_again(db, ground, words(legal_threat=True, sender_kind="business", urgency="high"), "Подаём в суд.")
    assert told(db, "alert", "case_letter") == {"alert": [LEGAL, VERA, ANNA], "case_letter": []}
    case = cases(db)[0]
    assert (case.legal_threat, case.safety, case.urgency) == (True, False, "high")
    marked = next(event for event in events(db, case.id) if event.what == "marked")
    assert marked.data["legal_threat"] == {"old": False, "new": True}
    digests(db, ground)
    assert "суд или надзор" in read_letter(next(row for row in letters(db, "digest") if row.recipient == ANNA))[1]
    command(db, ground, f"!взять {number}\n{DECISION.format(number=number)}", "c1")
    assert told(db, "approval_request") == {"approval_request": [VERA, LEGAL]}


def test_a_storm_of_threats_in_one_case_is_one_alarm(sqlite_db: Database, ground: Ground) -> None:
    """A hundred people answer all, or one who means harm: the rest stands in the digest. Half an hour later, and of danger, it is news again."""
    a_claim(sqlite_db, ground)
    first, court = "m1@zakaz.example", words(legal_threat=True)
    moments = [*(NOW + n * MINUTE for n in range(4)), NOW + 30 * MINUTE, NOW + 31 * MINUTE]
    for n, at in enumerate(moments):
        mail = a_mail("Подаём в суд.", from_=f"a{n}@zakaz.example", subject="Re", in_reply_to=first, references=(first,))
        file_one(sqlite_db, ground, f"storm {n}", at, court if at != moments[-1] else words(safety=True), mail=mail)
    assert told(sqlite_db, "alert") == {"alert": [LEGAL, VERA, ANNA] * 2 + [VERA, LEGAL, ANNA]}


def test_who_asks_for_her_data_again_and_again_is_told_of_a_few_times(db: Database, ground: Ground) -> None:
    """It belongs to no case; others who ask are told of as ever, and she too half an hour later."""
    asks = words(0.05, topic="legal")
    mails = [*(("a@evil.example", NOW + n * SECOND) for n in range(9)), ("a@good.example", NOW + 9 * SECOND), ("a@evil.example", NOW + HOUR)]
    for n, (sender, at) in enumerate(mails):
        file_one(db, ground, f"asks {n}", at, asks, mail=a_mail(f"Определение суда {n}", from_=sender, subject=f"Суд {n}"))
    assert len(letters(db, "alert")) == (5 + 1 + 1) * 2


def test_a_calm_letter_takes_no_mark_away(sqlite_db: Database, ground: Ground) -> None:
    a_claim(sqlite_db, ground, words(safety=True, urgency="critical"))
    writes_again(sqlite_db, ground, COMPLAINT)
    case = cases(sqlite_db)[0]
    assert (case.safety, case.urgency) == (True, "critical")
    assert all(event.what != "marked" for event in events(sqlite_db, case.id))


def test_who_stands_in_for_the_head_hears(sqlite_db: Database) -> None:
    ground = a_ground(people=(*PEOPLE[:2], {**PEOPLE[2], "substitute": "gleb"}, *STAFF[3:]), mailbox=[MAILBOX])
    away(sqlite_db, ground, "vera")
    a_claim(sqlite_db, ground, words(safety=True))
    assert told(sqlite_db, "alert") == {"alert": [GLEB, LEGAL]}


def test_what_came_back_is_told_to_who_is_in_charge(sqlite_db: Database, ground: Ground) -> None:
    number = a_claim(sqlite_db, ground)
    send_all(sqlite_db, NOW)
    command(sqlite_db, ground, f"!передать {number} boris", "c1")
    bounce = Bounce(letters(sqlite_db, "acknowledgement")[0].message_id, (BouncedRecipient("olga@zakaz.example", permanent=True),))
    file_one(sqlite_db, ground, "b1", NOW + 2 * HOUR, NO_COMPLAINT, mail=a_mail("Undelivered", from_="mailer-daemon@zakaz.example", bounce=bounce))
    assert told(sqlite_db, "alert") == {"alert": [BORIS, VERA]}


def test_a_digest_that_came_back_says_nothing_of_a_customer(sqlite_db: Database, ground: Ground) -> None:
    """A full mailbox of one of our people: nobody is told to call a customer, whose answer went."""
    a_claim(sqlite_db, ground)
    digests(sqlite_db, ground, NOW + HOUR)
    digest = next(row for row in letters(sqlite_db, "digest") if row.recipient == ANNA)
    bounce = Bounce(digest.message_id, (BouncedRecipient(ANNA, permanent=True),))
    file_one(sqlite_db, ground, "b1", NOW + 2 * HOUR, NO_COMPLAINT, mail=a_mail("mailbox full", from_="mailer-daemon@firma.example", bounce=bounce))
    (alert,) = letters(sqlite_db, "alert")
    head, text = read_letter(alert)
    assert str(head["Subject"]) == "A letter inside the company was not delivered"
    assert f"To: {ANNA}" in text
    assert "The customer need not be written to." in " ".join(text.split())


def test_a_memo_that_came_back_is_told_to_who_waits_for_its_answer(sqlite_db: Database) -> None:
    ground = a_ground(people=STAFF, mailbox=[MAILBOX], departments={"design": "design@firma.example"})
    number = a_claim(sqlite_db, ground)
    send_all(sqlite_db, NOW)
    command(sqlite_db, ground, f"!записка {number} Почему стекло треснуло?", "c1")
    (memo,) = letters(sqlite_db, "memo")
    bounce = Bounce(memo.message_id, (BouncedRecipient(memo.recipient, permanent=True),))
    file_one(sqlite_db, ground, "b1", NOW + 2 * HOUR, NO_COMPLAINT, mail=a_mail("no such user", from_="mailer-daemon@firma.example", bounce=bounce))
    assert ANNA in told(sqlite_db, "alert")["alert"]
    head, text = read_letter(next(row for row in letters(sqlite_db, "alert") if row.recipient == ANNA))
    assert str(head["Subject"]) == f"Письмо внутри компании не доставлено [#{number}]"
    assert f"Кому: {memo.recipient}" in text


def test_the_deputy_of_an_author_hears_what_did_not_leave(sqlite_db: Database) -> None:
    ground = a_ground(people=({**PEOPLE[0], "substitute": "boris"}, *STAFF[1:]), mailbox=[MAILBOX])
    number = a_claim(sqlite_db, ground)
    send_all(sqlite_db, NOW)
    command(sqlite_db, ground, f"!ответ {number}\nЗдравствуйте! Мы рассматриваем Ваше обращение.", "c1")
    assert [row.recipient for row in letters(sqlite_db, "reply")] == ["olga@zakaz.example"]
    away(sqlite_db, ground, "anna")
    assert tell_authors(sqlite_db, ground, a_desk(ground), NOW + HOUR + 15 * MINUTE) == 1
    assert told(sqlite_db, "alert") == {"alert": [BORIS]}


def test_danger_that_was_heard_by_telephone(db: Database, ground: Ground) -> None:
    digests(db, ground)
    text = "!новая\nклиент: Иванов <ivanov@romashka.example>\nкогда: 20.11.2026 15:00\n\nЗагорелся обогреватель, собираются в суд."
    mail = a_mail(text, from_=ANNA, subject="звонок", signs=Signs(authentication_results=(PASS,)))
    file_one(db, ground, "c1", NOW, words(0.05, safety=True, legal_threat=True), mail=mail, proofs=PROOFS)
    assert told(db, "alert", "case_letter") == {"alert": [VERA, LEGAL], "case_letter": []}, "she who wrote it down knows"
    assert "> Загорелся обогреватель" in read_letter(letters(db, "alert")[0])[1]
    assert (cases(db)[0].safety, cases(db)[0].legal_threat) == (True, True)


def test_one_letter_about_danger_that_was_heard_to_who_is_head_and_in_charge(sqlite_db: Database) -> None:
    """The alert names the case: a letter about the case beside it says the same again."""
    people = (PEOPLE[0], {**PEOPLE[1], "role": ["specialist", "head"]}, *PEOPLE[3:])
    ground = a_ground(people=people, mailbox=[MAILBOX])
    digests(sqlite_db, ground)
    text = "!новая\nклиент: Иванов <ivanov@romashka.example>\nкогда: 20.11.2026 15:00\n\nНе хватает двух баллонов, пахнет газом."
    mail = a_mail(text, from_=ANNA, subject="звонок", signs=Signs(authentication_results=(PASS,)))
    heard = words(0.05, safety=True, verdict=Verdict("quantity", claim_confidence=0.05, confidence=0.9))
    file_one(sqlite_db, ground, "c1", NOW, heard, mail=mail, proofs=PROOFS)
    assert cases(sqlite_db)[0].category == "quantity"
    assert told(sqlite_db, "alert", "case_letter") == {"alert": [BORIS], "case_letter": []}


# a case that ends by the command line


def test_nobody_is_asked_about_a_case_that_is_closed(sqlite_db: Database, ground: Ground) -> None:
    number = a_claim(sqlite_db, ground, words(sender_kind="business"))
    command(sqlite_db, ground, f"!взять {number}\n{DECISION.format(number=number)}", "c1")
    with sqlite_db.read() as conn:
        assert [draft.state for draft, _ in drafts.waiting_approvals(conn)] == ["submitted"]
    confirm.set_state(sqlite_db, ground, a_desk(ground), number, "closed", "olga", NOW + 2 * HOUR, "resolved_no_reply")
    with sqlite_db.read() as conn:
        assert list(drafts.waiting_approvals(conn)) == []
        assert drafts.unsent(conn, cases(sqlite_db)[0].id) == []


def test_danger_and_a_court_make_one_advice(db: Database, ground: Ground) -> None:
    """«Свяжитесь как можно скорее» and «клиенту лучше не отвечать» stood in one letter."""
    file_one(db, ground, at=NOW, understanding=words(safety=True, legal_threat=True))
    for row in letters(db, "alert"):
        text = " ".join(read_letter(row)[1].split())
        assert "лучше не отвечать" not in text
        assert "письменно ничего не признавайте" in text
        assert ("вместе с Вами" if row.recipient == LEGAL else "вместе с юристом") in text
        assert text.count("опасности для людей") == 1


@pytest.mark.parametrize("threat", [words(safety=True, legal_threat=True), words(legal_threat=True)])
def test_where_nobody_is_the_lawyer_no_letter_says_that_she_hears(db: Database, threat: Understanding) -> None:
    """The head stood in for her, and read that the lawyer hears of such letters at once: nobody told the lawyer."""
    file_one(db, a_ground(people=PEOPLE, mailbox=[MAILBOX]), at=NOW, understanding=threat)
    said = [" ".join(read_letter(row)[1].split()) for row in (*letters(db, "alert"), *letters(db, "case_letter"))]
    assert len(said) > 1
    assert all("перешлите ему это письмо сами" in text and "сразу" not in text.partition("юрист")[2][:60] for text in said)


@pytest.mark.parametrize(("sure", "said"), [(0.9, False), (0.3, True)])
def test_danger_of_an_unsure_reading_is_possible(db: Database, ground: Ground, sure: float, said: bool) -> None:
    read = words(safety=True)
    file_one(db, ground, at=NOW, understanding=replace(read, verdict=replace(read.verdict, claim_confidence=sure)))
    head, text = read_letter(letters(db, "alert")[0])
    assert ("Возможно, клиент пишет об опасности" in str(head["Subject"])) is said
    flat = " ".join(text.split())
    assert ("Возможно, клиент пишет об опасности" in flat) is said
    assert ("Если это так, свяжитесь с клиентом" in flat) is said, "first to be read, then perhaps to be done"


def test_who_is_in_charge_hears_that_the_acknowledgement_was_refused(db: Database) -> None:
    """Nobody wrote it, and no mail returns it: it is told all the same, once (behaviour.md 11.2). One that only waits is the operator's."""
    ground = a_ground()
    desk = a_desk(ground)
    (refused,) = file_claims(db, ground, 1, NOW)
    send_all(db, NOW, Refused("550 no such user"))
    file_one(db, ground, "second", NOW, mail=a_mail("Стекло пришло разбитым.", from_="other@zakaz.example", subject="Другой заказ"))
    assert tell_authors(db, ground, desk, NOW + 14 * MINUTE) == 1
    (told,) = letters(db, "alert")
    assert told.recipient == "anna@firma.example"
    assert refused in read_letter(told)[1]
    assert tell_authors(db, ground, desk, NOW + HOUR) == 0


def test_head_and_lawyer_read_who_has_the_case(db: Database, ground: Ground) -> None:
    a_claim(db, ground, words(safety=True, legal_threat=True))
    for letter in letters(db, "alert"):
        assert "Ведёт дело: Анна" in read_letter(letter)[1]


def test_the_lawyer_is_written_to_as_the_lawyer(db: Database, ground: Ground) -> None:
    """ "Once the lawyer has agreed" in a letter to her told her neither that she is meant nor how she agrees."""
    number = a_claim(db, ground, words(legal_threat=True))
    said = {row.recipient: " ".join(read_letter(row)[1].split()) for row in letters(db, "alert")}
    lawyers = said.pop(LEGAL)
    assert "пока Вы не прочитали письмо" in lawyers
    assert "его пришлют Вам на согласование" in lawyers
    assert f"«!юрист {number}»" in lawyers
    assert "юрист согласует" not in lawyers
    for others in said.values():
        assert "Когда юрист согласует ответ" in others
    (letter,) = [row for row in letters(db, "alert") if row.recipient == LEGAL]
    send(db, ground, reply(f"!юрист {number}", letter.message_id, LEGAL), "c1")
    assert cases(db)[0].flags.get("legal_hold")


def test_a_further_letter_is_told_under_the_category_of_its_case(db: Database, ground: Ground) -> None:
    a_claim(db, ground)
    writes_again(db, ground, words(verdict=Verdict("unsorted", claim_confidence=0.9, confidence=0.2), legal_threat=True))
    for letter in letters(db, "alert"):
        assert "не определена" not in read_letter(letter)[1]


def test_a_warning_goes_at_once_and_is_no_answer_while_nothing_is_decided(sqlite_db: Database, ground: Ground) -> None:
    """«Не пользуйтесь, заберём» must not wait for anything, and leaves the demands unanswered: only the decision, or her own word, ends the clock."""
    number = a_claim(sqlite_db, ground, words(safety=True), "Розетка загорелась, верните деньги.")
    send_all(sqlite_db, NOW)
    warning = "Здравствуйте! Пожалуйста, не пользуйтесь прибором, мы заберём его завтра. Решение по возврату денег сообщим позже."
    said = " ".join(command(sqlite_db, ground, f"!взять {number}\n!ответ {number}\n{warning}", "c1").split())
    assert "ответом на претензию оно не считается, пока ничего не решено: срок ответа идёт" in said
    assert letters(sqlite_db, "guard_question") == []
    send_all(sqlite_db, NOW + 2 * HOUR)
    assert [row.state for row in letters(sqlite_db, "danger_reply")] == ["sent"]
    assert cases(sqlite_db)[0].answered_at is None
    command(sqlite_db, ground, f"!отвечено {number}", "c2", NOW + 3 * HOUR)
    assert cases(sqlite_db)[0].answered_at is not None
    command(sqlite_db, ground, f"!ответ {number}\nЗдравствуйте! Деньги вернём, курьер приедет завтра.", "c3", NOW + 4 * HOUR)
    assert len(letters(sqlite_db, "danger_reply")) == 1


@pytest.mark.parametrize("line", ["!передать {} борису", "!категория {} quantity"])
def test_a_case_of_danger_that_goes_to_another_is_told_to_both_at_once(sqlite_db: Database, ground: Ground, line: str) -> None:
    """Who has it now gets the case; who had it hears that she does nothing more, or two would write to a customer in danger."""
    number = a_claim(sqlite_db, ground, words(safety=True))
    had = cases(sqlite_db)[0].assigned_to
    assert had == "anna"
    before = len(letters(sqlite_db, "case_letter"))
    alert = next(row for row in letters(sqlite_db, "alert") if row.recipient == VERA)
    send(sqlite_db, ground, reply(line.format(number), alert.message_id, VERA), "c1")
    assert cases(sqlite_db)[0].assigned_to == "boris"
    assert [row.recipient for row in letters(sqlite_db, "case_letter")[before:]] == [BORIS]
    told = [" ".join(read_letter(row)[1].split()) for row in letters(sqlite_db, "result") if row.recipient == ANNA]
    assert [f"Дело № {number} передано (Вера). Теперь его ведёт Борис; Вам по нему ничего делать не нужно." in one for one in told] == [True]
