"""A day that was named comes: of a wait, after which the case is a person's again, and of a promise, which has a clock of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from mailbot.claims.command import Command, Fault
from mailbot.claims.command_arguments import with_text
from mailbot.claims.message import Attachment
from mailbot.claims.promises import Promise, promises_of
from mailbot.jobs.clock_book import keep_all
from mailbot.jobs.end_waits import end_waits
from mailbot.jobs.escalate import escalate
from mailbot.jobs.policy_of import Ground
from mailbot.store.database import Database
from mailbot.store.tables import clocks, escalated
from tests.desk_values import (
    DAY,
    HOUR,
    MOSCOW,
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
    moscow,
    read_letter,
    send_all,
)  # fmt: skip
from tests.simulate.mailer import links_in
from tests.simulate.record import Mail
from tests.test_command_book import ANNA, MAILBOX, digests, last_result, reply, send
from tests.test_customer_letters import LAWYER, VERA
from tests.values import NO_COMPLAINT, a_mail, words

DECISION = "замена за наш счёт\nЗаменим оба стеклопакета.\nустановлено: бой при погрузке (акт № 5)\nоснование: пункт 4.2 договора\n"


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_ground(people=(*PEOPLE, LAWYER), mailbox=[MAILBOX], departments={"design": "kb@firma.example"})


@pytest.fixture
def number(sqlite_db: Database, ground: Ground) -> str:
    """A claim of a firm: none of the consumers' terms runs."""
    file_one(sqlite_db, ground, "m1", NOW - HOUR, words(sender_kind="business"), mail=a_mail(from_="dealer@zakaz.example"))
    send_all(sqlite_db, NOW)
    return str(cases(sqlite_db)[0].number)


def say(db: Database, ground: Ground, text: str, key: str, at: datetime = NOW + HOUR) -> str:
    send(db, ground, reply(text, her_digest(db, ground, at).message_id), key, at)
    return " ".join(last_result(db).split())


def her_digest(db: Database, ground: Ground, at: datetime) -> Any:
    digests(db, ground, at)
    return [row for row in letters(db, "digest") if row.recipient == ANNA][-1]


def group_in(db: Database, ground: Ground, at: datetime, number: str) -> str:
    """The heading under which a case stands in Anna's digest."""
    group = ""
    for line in read_letter(her_digest(db, ground, at))[1].splitlines():
        if line.isupper() or (line.partition(":")[0].isupper() and ": " in line):
            group = line.partition(":")[0]
        if line.startswith(f"№ {number}"):
            return group
    return ""


def clock(db: Database, rule: str) -> Any:
    with db.read() as conn:
        return conn.execute(select(clocks).where(clocks.c.rule == rule).order_by(clocks.c.id.desc())).first()


# waits


def test_on_the_day_it_comes_back(sqlite_db: Database, ground: Ground, number: str) -> None:
    """Waited for until Monday 30 November: in the night to it the case is in review again, and stands in that morning's digest."""
    db = sqlite_db
    say(db, ground, f"!ждём {number} клиента до 30.11", "c1")
    assert (cases(db)[0].state, cases(db)[0].wait_until) == ("waiting_customer", moscow(11, 30, 23, 59, 59))
    assert end_waits(db, ground.policy, moscow(11, 29, 23, 59, 58)) == 0
    assert end_waits(db, ground.policy, moscow(11, 30, 0)) == 1
    case = cases(db)[0]
    assert (case.state, case.wait_reason, case.wait_until) == ("review", None, None)
    ended = next(event for event in events(db, case.id) if event.what == "wait_ended")
    assert (ended.actor, ended.data["from"], ended.data["to"], ended.data["number"]) == ("mailbot", "waiting_customer", "review", "8b")
    assert clock(db, "formal_answer").state == "running"
    assert end_waits(db, ground.policy, moscow(11, 30, 0, 1)) == 0
    assert group_in(db, ground, moscow(11, 30, 10), number) == "ВЫШЕЛ СРОК ОЖИДАНИЯ"
    say(db, ground, f"!заметка {number} Позвонила, обещают завтра.", "c2", moscow(11, 30, 11))
    assert group_in(db, ground, moscow(12, 1, 10), number) != "ВЫШЕЛ СРОК ОЖИДАНИЯ"


def test_a_wait_for_the_designers_ends_too(sqlite_db: Database, ground: Ground, number: str) -> None:
    db = sqlite_db
    say(db, ground, f"!взять {number}\n!отвечено {number}\n!ждём {number} конструкторов до 27.11", "c1")
    end_waits(db, ground.policy, moscow(11, 27, 8))
    assert (cases(db)[0].state, cases(db)[0].wait_reason) == ("review", None)
    assert group_in(db, ground, moscow(11, 27, 10), number) == "ВЫШЕЛ СРОК ОЖИДАНИЯ"
    mail = a_mail("Вот фото бирки.", from_="dealer@zakaz.example", in_reply_to=letters(db, "acknowledgement")[0].message_id)
    file_one(db, ground, "f1", moscow(11, 27, 12), NO_COMPLAINT, mail=mail)
    assert cases(db)[0].flags["wait_over"] == ""


def test_today_means_until_it_ends(sqlite_db: Database, ground: Ground, number: str) -> None:
    say(sqlite_db, ground, f"!ждём {number} клиента до сегодня", "c1")
    assert end_waits(sqlite_db, ground.policy, moscow(11, 23, 23, 59, 58)) == 0
    assert end_waits(sqlite_db, ground.policy, moscow(11, 23, 23, 59, 59)) == 1


@pytest.mark.parametrize(
    ("text", "waits"),
    {
        "Спасибо, ждём!": True, "Добрый день, Анна! Благодарим за оперативный ответ. Ждём решения.": True, "Thank you, looking forward to your reply.": True,
        "Спасибо, да, согласны.": False, "Спасибо! Номер на бирке 4451.": False, "Спасибо, фото нет и не будет.": False,
        "Спасибо, а зачем фото?": False, "Хорошо.": False, "Спасибо, ждём!\n": "file",
        "Спасибо, ждём ответа!": "from a phone", "Спасибо, жду!": "logo",
    }.items(),
)  # fmt: skip
def test_thanks_end_no_wait(sqlite_db: Database, ground: Ground, number: str, text: str, waits: bool | str) -> None:
    """A wait for papers ends by papers, by a word that there are none, or by what was asked (domain.md 1.3, 8): thanks bring nothing."""
    say(sqlite_db, ground, f"!запросить {number}\n1. Пришлите фото бирки", "c1")
    photo = Attachment("1.jpg", "image/jpeg", {"from a phone": 900_000}.get(str(waits), 9_000), "ab" * 32, inline=waits in {"from a phone", "logo"})
    mail = a_mail(text, from_="dealer@zakaz.example", in_reply_to=letters(sqlite_db, "acknowledgement")[0].message_id)
    file_one(sqlite_db, ground, "f1", NOW + DAY, NO_COMPLAINT, mail=replace(mail, attachments=(photo,) if isinstance(waits, str) else ()))
    case = cases(sqlite_db)[0]
    assert (case.state, case.wait_reason) == (("waiting_customer", "clarification") if waits in {True, "logo"} else ("review", None))
    assert letters(sqlite_db, "case_letter") == [], "a customer's answer stands in the digest, unless she wishes otherwise"


def test_a_letter_that_asks_is_reminded_of_and_does_not_come_back(sqlite_db: Database, ground: Ground, number: str) -> None:
    say(sqlite_db, ground, f"!запросить {number}\n1. Пришлите фото бирки", "c1")
    assert cases(sqlite_db)[0].wait_until is not None
    assert end_waits(sqlite_db, ground.policy, NOW + 14 * DAY) == 0


@pytest.mark.parametrize(
    ("until", "refused"), [("23.12.2026", False), ("24.12.2026", True), ("31.12.9999", True), ("22.11.2026", True)]
)
def test_how_far_a_wait_may_reach(sqlite_db: Database, ground: Ground, number: str, until: str, refused: bool) -> None:
    """Thirty days from 23 November, and no day that is over."""
    said = say(sqlite_db, ground, f"!ждём {number} клиента до {until}", "c1")
    assert (cases(sqlite_db)[0].wait_until is None) is refused
    assert ("не больше чем на 30 дней, то есть до 23 декабря 2026 г." in said) is (refused and not until.startswith("22"))
    said = say(sqlite_db, ground, f"!промежуточно {number} до {until}", "c2")
    assert cases(sqlite_db)[0].holding_on is not refused


def test_nobody_waits_for_ever_with_an_answer_owed(sqlite_db: Database, ground: Ground, number: str) -> None:
    """Asked on Monday 23 November with three working days left: after fifteen working days of waiting the clock goes on by itself."""
    db = sqlite_db
    say(db, ground, f"!запросить {number}\n1. Пришлите фото бирки", "c1")
    keep_all(db, ground.policy, moscow(12, 14, 23, 59, 58))
    assert clock(db, "formal_answer").state == "paused"
    keep_all(db, ground.policy, moscow(12, 15, 0))
    now = clock(db, "formal_answer")
    assert (now.state, now.due_by) == ("running", moscow(12, 17, 23, 59, 59))
    assert (cases(db)[0].state, group_in(db, ground, moscow(12, 15, 10), number)) == ("waiting_customer", "ЖДЁМ СЛИШКОМ ДОЛГО")
    assert group_in(db, ground, moscow(12, 17, 10), number) == "СРОК СЕГОДНЯ"
    assert group_in(db, ground, moscow(12, 18, 10), number) == "ПРОСРОЧЕНО"
    escalate(db, ground, a_desk(ground), moscow(12, 18, 10))
    assert "answer_late" in steps_told(db)
    file_one(db, ground, "f1", moscow(12, 18, 12), NO_COMPLAINT, mail=a_mail("Фото.", from_="dealer@zakaz.example", in_reply_to=letters(db, "clarification")[0].message_id))
    say(db, ground, f"!ждём {number} документы до 28.12", "c3", moscow(12, 18, 13))
    assert clock(db, "formal_answer").state == "running", "its pauses are used up"


def steps_told(db: Database) -> set[str]:
    with db.read() as conn:
        return set(conn.execute(select(escalated.c.step)).scalars())


def test_waiting_too_long_counts_from_the_wait(sqlite_db: Database, ground: Ground, number: str) -> None:
    db = sqlite_db
    say(db, ground, f"!взять {number}\n!отвечено {number}", "c1")
    say(db, ground, f"!ждём {number} конструкторов до 20.12", "c2", NOW + 9 * DAY)
    assert group_in(db, ground, NOW + 10 * DAY, number) == "ЖДЁМ"
    assert group_in(db, ground, NOW + 16 * DAY, number) == "ЖДЁМ СЛИШКОМ ДОЛГО"


def test_the_designers_answer_ends_the_wait(sqlite_db: Database, ground: Ground, number: str) -> None:
    db = sqlite_db
    say(db, ground, f"!записка {number}\nПочему лопнуло стекло?", "c1")
    assert cases(db)[0].wait_reason == "design"
    memo = letters(db, "memo")[0]
    file_one(db, ground, "kb", NOW + DAY, NO_COMPLAINT, mail=a_mail("Перекос рамы.", from_="kb@firma.example", in_reply_to=memo.message_id))
    assert (cases(db)[0].state, cases(db)[0].wait_reason) == ("review", None)


# promises


def decide(db: Database, ground: Ground, number: str, words: str, at: datetime = NOW + HOUR) -> str:
    """Decided, approved and sent; returns the result of the last step."""
    said = say(db, ground, f"!решение {number} {words}", f"d{at:%d%H}", at)
    asked = [row for row in letters(db, "approval_request") if row.recipient == VERA]
    if not asked:
        return said
    send(db, ground, reply("!согласовано", asked[-1].message_id, VERA), f"a{at:%d%H}", at)
    return say(db, ground, f"!отправить {number}", f"s{at:%d%H}", at)


def promised(db: Database) -> list[tuple[date, str]]:
    with db.read() as conn:
        query = select(clocks.c.due_by, clocks.c.state).where(clocks.c.rule == "promised").order_by(clocks.c.due_by, clocks.c.id)
        return [(due.astimezone(MOSCOW).date(), state) for due, state in conn.execute(query)]


def test_a_promised_day_has_a_clock(sqlite_db: Database, ground: Ground, number: str) -> None:
    """Reminded before, escalated when it is late, seen in digest and case letter, met when it is done."""
    db = sqlite_db
    decide(db, ground, number, DECISION + "исполнение: отгрузка замены, до 10.12.2026")
    assert promised(db) == [(date(2026, 12, 10), "running")]
    send_all(db, NOW + HOUR)
    assert "Срок: Обещанное клиенту, до 10 декабря 2026 г." in say(db, ground, f"!статус {number}", "c1")
    row = clock(db, "promised")
    assert (row.kind, row.about.startswith("promise:"), row.started_at) == ("promised", True, NOW + HOUR)
    assert row.trace.split("\n") == ["обещано пн 23.11.2026, 11:00; клиенту названа дата чт 10.12", "promised Mon 23 November 2026 11:00; the customer was told Thu 10 December"]
    send_all(db, NOW + 2 * HOUR)
    assert "Обещанное клиенту: до" in " ".join(read_letter(her_digest(db, ground, NOW + DAY))[1].split())
    say(db, ground, f"!показать {number}", "c2", NOW + DAY)
    assert "Обещанное клиенту: 10 декабря 2026" in read_letter(letters(db, "case_letter")[-1])[1]
    desk = a_desk(ground)
    escalate(db, ground, desk, moscow(12, 7, 9) - SECOND)
    assert "promise_soon" not in steps_told(db)
    escalate(db, ground, desk, moscow(12, 7, 9))
    assert "promise_soon" in steps_told(db)
    letter = [row for row in letters(db, "escalation") if row.recipient == ANNA][-1]
    told = " ".join(read_letter(letter)[1].split())
    assert "подходит день, обещанный клиенту в решении" in told
    assert "ответьте «!исполнено …»" in told
    assert "Ответьте клиенту обычным письмом" not in told, "the customer has our answer"
    escalate(db, ground, desk, moscow(12, 9, 9))
    assert "promise_at_risk" in steps_told(db)
    assert group_in(db, ground, moscow(12, 10, 10), number) == "СРОК СЕГОДНЯ"
    escalate(db, ground, desk, moscow(12, 11, 9))
    assert "promise_late" in steps_told(db)
    assert group_in(db, ground, moscow(12, 11, 10), number) == "ПРОСРОЧЕНО"
    say(db, ground, f"!исполнено {number}\nзамена отгружена, 11.12.2026", "c3", moscow(12, 11, 12))
    assert promised(db) == [(date(2026, 12, 10), "met")]


def an_approved_decision(db: Database, ground: Ground) -> str:
    """It waits to be sent, and promises 10 December; the number of its case."""
    file_one(db, ground, "m1", NOW - HOUR, words(sender_kind="business"), mail=a_mail(from_="dealer@zakaz.example"))
    number = str(cases(db)[0].number)
    decision = DECISION + "исполнение: отгрузка замены, до 10.12.2026\nисполнение: стекло снято, 20.11.2026"
    say(db, ground, f"!решение {number} {decision}", "d1")
    send(db, ground, reply("!согласовано", [row for row in letters(db, "approval_request") if row.recipient == VERA][-1].message_id, VERA), "a1")
    return number


def offers(db: Database, ground: Ground, number: str, now: datetime) -> list[bool]:
    """Whether the digest, the letter that shows the case, and the answer to a command offer to send its letter with a tap."""
    digest = her_digest(db, ground, now)
    for word in ("показать", "статус"):
        send(db, ground, reply(f"!{word} {number}", digest.message_id), f"{word} {now}", now)
    shown = [digest, letters(db, "case_letter")[-1], letters(db, "result")[-1]]
    return [any(link.body.startswith(("!отправить", "!send")) for link in links_in(Mail(now, "", ANNA, row.raw))) for row in shown]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("ru", "обещанный в решении срок уже прошёл («отгрузка замены», 10 декабря 2026 г.). Пришлите «!решение» заново, с новой датой."),
        ("en", "a day that the decision promises has passed (“отгрузка замены”, 10 December 2026). Send “!resolve” again, with a new day."),
    ],
)
def test_what_is_over_is_not_promised(sqlite_db: Database, language: str, told: str) -> None:
    """An approved decision lay until the day that it names had passed: it does not leave with that day."""
    people = [{**one, "language": language} if one["id"] == "anna" else one for one in (*PEOPLE, LAWYER)]
    ground, db = a_ground(people=people, mailbox=[MAILBOX]), sqlite_db
    number = an_approved_decision(db, ground)
    late = moscow(12, 11, 9)
    send(db, ground, reply(f"!взять {number}", her_digest(db, ground, NOW + 2 * HOUR).message_id), "t1", NOW + 2 * HOUR)
    assert offers(db, ground, number, moscow(12, 10, 10)) == [True, True, True]
    answer = say(db, ground, f"!отправить {number}", "s1", late)
    assert told in answer
    assert ("решить заново, с новой датой" if language == "ru" else "decide anew, with a new day") in answer
    assert letters(db, "decision") == []
    assert offers(db, ground, number, late + HOUR) == [False, False, False], "what is refused is not offered"
    shown = " ".join(read_letter(her_digest(db, ground, late))[1].split())
    assert ("обещанный в письме день прошёл" if language == "ru" else "a day that the letter promises has passed") in shown


def test_the_day_that_is_promised_is_not_over(sqlite_db: Database, ground: Ground) -> None:
    number = an_approved_decision(sqlite_db, ground)
    say(sqlite_db, ground, f"!отправить {number}", "s1", moscow(12, 10, 18))
    assert len(letters(sqlite_db, "decision")) == 1


def test_a_closed_case_keeps_no_promise(sqlite_db: Database, ground: Ground, number: str) -> None:
    decide(sqlite_db, ground, number, DECISION + "исполнение: отгрузка замены, до 10.12.2026\nисполнение: вывоз боя, до 12.12.2026")
    assert promised(sqlite_db) == [(date(2026, 12, 10), "running"), (date(2026, 12, 12), "running")]
    say(sqlite_db, ground, f"!закрыть {number} отозвана", "c2", NOW + DAY)
    assert promised(sqlite_db) == [(date(2026, 12, 10), "stopped"), (date(2026, 12, 12), "stopped")]
    say(sqlite_db, ground, f"!открыть {number}", "c3", NOW + 2 * DAY)
    assert [state for _, state in promised(sqlite_db)] == ["stopped", "stopped"]


def test_the_day_in_the_first_line(sqlite_db: Database, ground: Ground, number: str) -> None:
    assert "непонятен или уже прошёл" in decide(sqlite_db, ground, number, DECISION.replace("за наш счёт", "за наш счёт до 20.11.2026"))
    decide(sqlite_db, ground, number, DECISION.replace("за наш счёт", "за наш счёт до 10.12.2026"), NOW + 2 * HOUR)
    assert promised(sqlite_db) == [(date(2026, 12, 10), "running")]
    assert "10 декабря 2026" in read_letter(letters(sqlite_db, "decision")[0])[1]


def test_a_promise_goes_on_in_the_case_that_stays(sqlite_db: Database, ground: Ground, number: str) -> None:
    db = sqlite_db
    early = file_claims(db, ground, 1, NOW - 2 * DAY)[-1]
    decide(db, ground, number, DECISION + "исполнение: отгрузка замены, до 10.12.2026")
    say(db, ground, f"!объединить {number} {early}", "c2", NOW + 2 * HOUR)
    assert sorted(state for _, state in promised(db)) == ["running", "stopped"]
    stays = next(row for row in cases(db) if row.number == early)
    with db.read() as conn:
        assert list(conn.execute(select(clocks.c.case_id).where(clocks.c.rule == "promised", clocks.c.state == "running")).scalars()) == [stays.id]


def test_the_day_a_customer_names_is_told_the_day_before(sqlite_db: Database, ground: Ground) -> None:
    db = sqlite_db
    asked = words(sender_kind="business", answer_wanted_by=date(2026, 11, 30))
    file_one(db, ground, "m1", NOW - HOUR, asked, mail=a_mail(from_="dealer@zakaz.example"))
    send_all(db, NOW)
    desk = a_desk(ground)
    escalate(db, ground, desk, moscow(11, 26, 15))
    escalate(db, ground, desk, moscow(11, 27, 9) - SECOND)
    assert "customer_asks_soon" not in steps_told(db)
    escalate(db, ground, desk, moscow(11, 27, 9))  # of Monday's day the Friday before: the eve is a day off
    assert "customer_asks_soon" in steps_told(db)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Вернём деньги до 10.12.", ["2026-12-10"]),
        ("Деньги будут возвращены не позднее 10 декабря 2026 года.", ["2026-12-10"]),
        ("We will refund the price by 2026-12-10.", ["2026-12-10"]),
        ("Отгрузим замену до 05.01, бой вывезем до 30.12.", ["2026-12-30", "2027-01-05"]),
        ("Гарантия действует до 10.12.2027.", []),
        ("Вы писали, что ждали до 10.11.2026. Мы заменим изделие.", []),
        ("Заменим изделие до 10.11.2026.", []),  # over: no promise of a day to come
        ("Заменим до 45 изделий.", []),
        ("Заменим до 31.02.", []),
    ],
)
def test_what_is_promised_in_words(words: str, expected: list[str]) -> None:
    found = promises_of({"verdicts": [{"words": words}], "execution": []}, NOW, MOSCOW)
    assert [one.on.isoformat() for one in found] == expected


def test_a_day_is_promised_once() -> None:
    letter = {"verdicts": [{"words": "Вернём деньги до 10.12."}], "execution": [{"what": "перевод", "on": "2026-12-10"}, {"what": "звонок", "on": None}]}
    assert promises_of(letter, NOW, MOSCOW) == (Promise("перевод", date(2026, 12, 10)),)


def test_a_demand_that_is_granted_by_a_day() -> None:
    granted = {"words": "вернуть 12 000 руб", "by": "2026-12-10", "extent": "full"}
    refused = {"words": "вернуть остальное", "by": "2026-12-11", "extent": "refused"}
    assert promises_of({"verdicts": [granted, refused]}, NOW, MOSCOW) == (Promise("вернуть 12 000 руб", date(2026, 12, 10)),)


def test_a_decision_with_nothing_to_do_has_no_day() -> None:
    assert with_text(Command("resolve"), "возврат за наш счёт до 10.12.2026", []) == Command("resolve", argument="refund", more="ours", until="10.12.2026")
    assert with_text(Command("resolve"), "разъяснение до 10.12.2026", []) == Fault("needs_resolve", "разъяснение до 10.12.2026")
