"""What belonged to a case that was merged into another, or was closed before it is worked again, is neither lost nor kept by mistake."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from mailbot.claims.clocks import Contract
from mailbot.claims.delivery import TryLater
from mailbot.claims.message import Address, Bounce, BouncedRecipient, Signs
from mailbot.jobs.clock_book import keep_clocks
from mailbot.jobs.collect import collect
from mailbot.jobs.confirm import opening_of, set_customer
from mailbot.jobs.escalate import escalate
from mailbot.jobs.own_claims import mark, own_claims, write_own_claims
from mailbot.jobs.policy_of import Ground
from mailbot.jobs.remind import remind
from mailbot.jobs.undelivered import tell_authors
from mailbot.store import cases as case_store
from mailbot.store.database import Database
from mailbot.store.tables import clocks, received, requests
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
    moscow,
    read_letter,
    send_all,
)
from tests.test_command_book import ANNA, MAILBOX, PASS, PROOFS, digests, last_result, reply, send, state_of
from tests.values import COMPLAINT, MAYBE, NO_COMPLAINT, a_fact, a_forward, a_mail, words

OTHER = "other@fremd.example"


@pytest.fixture(scope="module")
def ground() -> Ground:
    people = ({**PEOPLE[0], "triage": True}, *PEOPLE[1:])
    return a_ground(people=people, mailbox=[MAILBOX], departments={"design": "kb@firma.example"})


def case_of(db: Database, number: str) -> Any:
    return next(row for row in cases(db) if row.number == number)


def say(db: Database, ground: Ground, text: str, key: str, at: Any = NOW + HOUR) -> str:
    digests(db, ground, at)
    digest = [row for row in letters(db, "digest") if row.recipient == ANNA][-1]
    send(db, ground, reply(text, digest.message_id), key, at)
    return " ".join(last_result(db).split())


def two_claims(db: Database, ground: Ground, second: Any, sender: str = OTHER) -> tuple[str, str]:
    """An early claim of the dealer's, acknowledged, and a later mail of `sender` that reads so."""
    (early,) = file_claims(db, ground, 1, NOW - DAY)
    send_all(db, NOW - DAY + HOUR)
    file_one(db, ground, "second", NOW - HOUR, second, mail=a_mail("Стекло разбито, помогите.", from_=sender, subject="Вопрос"))
    return early, cases(db)[-1].number


# merged before he was answered


def test_who_was_joined_in_triage_hears_once(db: Database, ground: Ground) -> None:
    early, late = two_claims(db, ground, MAYBE)
    assert state_of(db, late)[0] == "triage"
    said = say(db, ground, f"!объединить {late} {early} точно", "c1")
    assert f"Клиенту дела № {late} ({OTHER}) отправляется подтверждение, в нём назван номер {early}." in said
    own, joined = letters(db, "acknowledgement")
    head, text = read_letter(joined)
    assert (joined.recipient, joined.case_id, head["In-Reply-To"]) == (OTHER, case_of(db, early).id, "<second@zakaz.example>")
    assert early in head["Subject"]
    assert late not in head["Subject"] + text
    assert "dealer" not in text
    before = case_of(db, early).acknowledged_at
    send_all(db, NOW + 2 * HOUR)
    assert case_of(db, early).acknowledged_at == before
    file_bounce(db, ground, joined.message_id)
    assert case_of(db, early).acknowledged_at == before, "what came back was another's letter"
    file_bounce(db, ground, own.message_id, "b2")
    assert case_of(db, early).acknowledged_at is None


def file_bounce(db: Database, ground: Ground, message_id: str, key: str = "b1", at: Any = NOW + 3 * HOUR) -> None:
    bounce = Bounce(message_id, (BouncedRecipient(OTHER, permanent=True),))
    file_one(db, ground, key, at, NO_COMPLAINT, mail=a_mail("Undelivered", from_="mailer-daemon@zakaz.example", bounce=bounce))


def test_the_letter_of_one_who_was_joined_is_no_acknowledgement_of_the_case(sqlite_db: Database, ground: Ground) -> None:
    """The case's own acknowledgement has not left: another's does not stand for it."""
    db = sqlite_db
    (early,) = file_claims(db, ground, 1, NOW - DAY)
    file_one(db, ground, "second", NOW - HOUR, MAYBE, mail=a_mail("Стекло разбито.", from_=OTHER, subject="Вопрос"))
    say(db, ground, f"!объединить {cases(db)[-1].number} {early} точно", "c1")
    send_all(db, NOW + 2 * HOUR, TryLater("451 later"), ("digest",))
    own = letters(db, "acknowledgement")[0]
    assert case_of(db, early).acknowledged_at == own.sent_at


def test_the_same_customer_is_not_acknowledged_again(db: Database, ground: Ground) -> None:
    early, late = two_claims(db, ground, MAYBE, "dealer@zakaz.example")
    say(db, ground, f"!объединить {late} {early}", "c1")
    assert state_of(db, late)[0] == "closed"
    assert [row.recipient for row in letters(db, "acknowledgement")] == ["dealer@zakaz.example"]


def test_two_that_were_merged_in_triage_hear_when_it_is_a_claim(db: Database, ground: Ground) -> None:
    file_one(db, ground, "first", NOW - DAY, MAYBE, mail=a_mail("Стекло разбито.", from_="dealer@zakaz.example", subject="Вопрос"))
    file_one(db, ground, "second", NOW - HOUR, MAYBE, mail=a_mail("Стекло разбито.", from_=OTHER, subject="Вопрос"))
    early, late = (row.number for row in cases(db))
    assert "когда дело подтвердят как претензию" in say(db, ground, f"!объединить {late} {early} точно", "c1")
    assert letters(db, "acknowledgement") == []
    say(db, ground, f"!претензия {early}", "c2", NOW + 2 * HOUR)
    told = letters(db, "acknowledgement")
    assert [row.recipient for row in told] == ["dealer@zakaz.example", OTHER]
    assert all(early in row.subject for row in told)
    assert len({row.message_id for row in told}) == 2


def test_an_address_from_a_text_is_not_written_to_unasked(db: Database, ground: Ground) -> None:
    """A colleague forwarded the letter of somebody at the customer's firm: merging confirms no address."""
    file_claims(db, ground, 1, NOW - DAY)
    file_one(db, ground, "second", NOW - HOUR, COMPLAINT, mail=a_forward("olga@zakaz.example"))
    early, late = (row.number for row in cases(db))
    assert "его адрес известен только из пересланного письма" in say(db, ground, f"!объединить {late} {early}", "c1")
    assert [row.recipient for row in letters(db, "acknowledgement")] == ["dealer@zakaz.example"]


def test_over_the_limit_of_a_day_he_hears_the_day_after(sqlite_db: Database) -> None:
    db, ground = sqlite_db, a_ground(people=({**PEOPLE[0], "triage": True}, *PEOPLE[1:]), mailbox=[MAILBOX], limits={"per_address_per_day": 1})
    file_claims(db, ground, 1, NOW - 2 * HOUR, OTHER)
    (early,) = file_claims(db, ground, 1, NOW - DAY)
    file_one(db, ground, "second", NOW - HOUR, MAYBE, mail=a_mail("Ещё одно стекло разбито.", from_=OTHER, subject="Вопрос"))
    say(db, ground, f"!объединить {cases(db)[-1].number} {early} точно", "c1")
    joined = letters(db, "acknowledgement")[-1]
    assert (joined.recipient, joined.next_attempt_at) == (OTHER, NOW + HOUR + DAY)


def test_an_acknowledgement_that_was_put_off_is_not_lost_with_its_case(sqlite_db: Database) -> None:
    """He had his letter for today, and his second case was joined to another customer's before the day was over."""
    db, ground = sqlite_db, a_ground(people=({**PEOPLE[0], "triage": True}, *PEOPLE[1:]), mailbox=[MAILBOX], limits={"per_address_per_day": 1})
    file_claims(db, ground, 1, NOW - 2 * HOUR, OTHER)
    (early,) = file_claims(db, ground, 1, NOW - DAY)
    (late,) = file_claims(db, ground, 1, NOW - HOUR, OTHER)
    assert case_of(db, late).flags["deferred"] is True
    assert "отправляется подтверждение" in say(db, ground, f"!объединить {late} {early} точно", "c1")
    joined = letters(db, "acknowledgement")[-1]
    assert (joined.recipient, joined.next_attempt_at) == (OTHER, NOW + HOUR + DAY)
    assert early in read_letter(joined)[0]["Subject"]
    assert collect(db, ground, a_desk(ground), NOW + 3 * DAY) == 0, "and he hears once"


def test_what_a_department_was_asked_goes_on_in_the_case_that_stays(db: Database, ground: Ground) -> None:
    early, late = two_claims(db, ground, COMPLAINT)
    say(db, ground, f"!записка {late}\nПочему лопнуло стекло?", "c1")
    say(db, ground, f"!объединить {late} {early} точно", "c2", NOW + 2 * HOUR)
    stays, goes = case_of(db, early), case_of(db, late)
    with db.read() as conn:
        assert list(conn.execute(select(requests.c.case_id)).scalars()) == [stays.id]
        query = select(clocks.c.case_id, clocks.c.state, clocks.c.started_at).where(clocks.c.rule == "memo_answer").order_by(clocks.c.case_id)
        assert list(conn.execute(query)) == [(stays.id, "running", NOW + HOUR), (goes.id, "stopped", NOW + HOUR)]
    (memo,) = letters(db, "memo")
    for day in (4, 5):
        remind(db, ground, a_desk(ground), NOW + day * DAY)
    (reminder,) = letters(db, "request_reminder")
    assert early in read_letter(reminder)[0]["Subject"]
    file_one(db, ground, "kb", NOW + 5 * DAY, NO_COMPLAINT, mail=a_mail("Перекос рамы.", from_="kb@firma.example", in_reply_to=memo.message_id))
    assert "request_answered" in [event.what for event in events(db, stays.id)]


# worked again


def test_a_case_that_is_opened_again_begins_anew(db: Database, ground: Ground) -> None:
    """Refused, silent, closed: opened again it is no refusal, nobody proposes its close, and no old date runs."""
    (number,) = file_claims(db, ground, 1, NOW - HOUR)
    say(db, ground, f"!записка {number}\nПочему лопнуло стекло?", "c0")
    case = case_of(db, number)
    with db.write() as conn:
        case_store.flag(conn, case.id, {"refused": True, "proposes_close": True, "important": True, "not_written": "x"})
        case_store.event(conn, case.id, NOW + 2 * HOUR, "anna", "refusal_sent", "Draft 1.")
        case_store.change(conn, case.id, {"holding_on": True, "next_news_by": NOW + DAY}, at=NOW, actor="anna", what="holding_on", why="")
    say(db, ground, f"!закрыть {number} отказ", "c1", NOW + 3 * HOUR)
    say(db, ground, f"!открыть {number}", "c2", NOW + 4 * HOUR)
    again = case_of(db, number)
    assert {"refused", "proposes_close", "not_written"} & {name for name, value in again.flags.items() if value} == set()
    assert (again.flags["important"], again.holding_on, again.next_news_by) == (True, False, None)
    with db.read() as conn:
        runs = set(conn.execute(select(clocks.c.rule).where(clocks.c.state == "running", clocks.c.case_id == case.id)).scalars())
    assert "formal_answer" in runs
    assert {"memo_answer", "refusal_stands"} & runs == set()
    remind(db, ground, a_desk(ground), NOW + 9 * DAY)
    assert letters(db, "holding") == []
    assert letters(db, "request_reminder") == []


# said to be answered, and a letter that comes back


def answered_by_letter(db: Database, ground: Ground) -> tuple[str, Any]:
    (number,) = file_claims(db, ground, 1, NOW - HOUR)
    say(db, ground, f"!ответ {number}\nДобрый день! Ваше обращение у специалиста.", "c1")
    send_all(db, NOW + 2 * HOUR)
    return number, letters(db, "reply")[-1]


def test_an_answer_that_came_back_is_owed_again_and_stands_in_the_digest(db: Database, ground: Ground) -> None:
    number, letter = answered_by_letter(db, ground)
    file_bounce(db, ground, letter.message_id)
    assert case_of(db, number).answered_at is None
    text = read_letter(digests(db, ground, NOW + DAY)[ANNA])[1]
    assert f"№ {number}" in text.partition("ПРОСРОЧЕНО")[2]
    assert "письмо не доставлено" in " ".join(text.split())
    say(db, ground, f"!отвечено {number}", "c2", NOW + DAY + HOUR)
    assert "ПРОСРОЧЕНО" not in read_letter(digests(db, ground, NOW + 2 * DAY)[ANNA])[1]


def test_a_persons_word_stands_when_a_letter_comes_back(db: Database, ground: Ground) -> None:
    """She has telephoned: the bounce of another letter takes nothing back, and its author hears of it all the same."""
    number, letter = answered_by_letter(db, ground)
    say(db, ground, f"!отвечено {number}", "c2", NOW + 3 * HOUR)
    file_bounce(db, ground, letter.message_id, at=NOW + 4 * HOUR)
    assert case_of(db, number).answered_at == NOW + 3 * HOUR
    assert tell_authors(db, ground, a_desk(ground), NOW + 4 * HOUR + MINUTE) == 1


def test_a_word_that_was_taken_back_answers_nothing(db: Database, ground: Ground) -> None:
    number, letter = answered_by_letter(db, ground)
    say(db, ground, f"!отвечено {number}", "c2", NOW + 3 * HOUR)
    say(db, ground, f"!отмена {number}", "c3", NOW + 4 * HOUR)
    assert case_of(db, number).answered_at == NOW + 2 * HOUR
    file_bounce(db, ground, letter.message_id, at=NOW + 5 * HOUR)
    assert case_of(db, number).answered_at is None


@pytest.mark.parametrize(("sender", "answers"), [(OTHER, False), ("dealer@zakaz.example", True)])
def test_a_letter_that_left_after_the_merge_answers_its_own_customer_only(db: Database, ground: Ground, sender: str, *, answers: bool) -> None:
    early, late = two_claims(db, ground, COMPLAINT, sender)
    say(db, ground, f"!ответ {late}\nДобрый день! Ваше обращение у специалиста.", "c1")
    say(db, ground, f"!объединить {late} {early} точно", "c2", NOW + HOUR + MINUTE)
    send_all(db, NOW + 2 * HOUR)
    (letter,) = letters(db, "reply")
    assert (letter.recipient, letter.case_id, letter.state) == (sender, case_of(db, early).id, "sent")
    assert case_of(db, early).answered_at == (NOW + 2 * HOUR if answers else None)
    say(db, ground, f"!ответ {early}\nДобрый день! Мы разбираемся.", "c3", NOW + 3 * HOUR)
    send_all(db, NOW + 4 * HOUR)
    own = letters(db, "reply")[-1]
    file_bounce(db, ground, letter.message_id, at=NOW + 5 * HOUR)
    assert case_of(db, early).answered_at is not None
    assert tell_authors(db, ground, a_desk(ground), NOW + 5 * HOUR + MINUTE) == 1
    file_bounce(db, ground, own.message_id, "b2", NOW + 6 * HOUR)
    assert case_of(db, early).answered_at is None, "his letter, had it arrived, would answer nothing here either"


def test_an_answer_to_another_customer_does_not_stand_when_our_own_comes_back(db: Database, ground: Ground) -> None:
    early, late = two_claims(db, ground, COMPLAINT)
    for n, number in enumerate((late, early)):
        say(db, ground, f"!ответ {number}\nДобрый день! Ваше обращение у специалиста.", f"c{n}", NOW + HOUR + n * MINUTE)
    send_all(db, NOW + 2 * HOUR)
    say(db, ground, f"!объединить {late} {early} точно", "c3", NOW + 3 * HOUR)
    file_bounce(db, ground, letters(db, "reply")[-1].message_id, at=NOW + 4 * HOUR)
    assert case_of(db, early).answered_at is None


def test_another_customers_acknowledgement_is_not_the_survivors(db: Database, ground: Ground) -> None:
    """Hers is refused by the mail server, his has left: she has been told nothing, and the case says so."""
    (early,) = file_claims(db, ground, 1, NOW - DAY)
    send_all(db, NOW - DAY + HOUR)
    (hers,) = letters(db, "acknowledgement")
    file_bounce(db, ground, hers.message_id, at=NOW - DAY + 2 * HOUR)
    (late,) = file_claims(db, ground, 1, NOW - HOUR, OTHER)
    say(db, ground, f"!объединить {late} {early} точно", "c1")
    send_all(db, NOW + 2 * HOUR)
    assert letters(db, "acknowledgement")[-1].state == "sent"
    assert case_of(db, early).acknowledged_at is None
    (later,) = file_claims(db, ground, 1, NOW + 3 * HOUR, OTHER)
    send_all(db, NOW + 4 * HOUR)
    say(db, ground, f"!объединить {later} {early} точно", "c2", NOW + 5 * HOUR)
    assert case_of(db, early).acknowledged_at is None


# who was promised an answer too


@pytest.mark.parametrize("understood", [COMPLAINT, MAYBE], ids=["acknowledged", "in triage"])
@pytest.mark.parametrize("sender", [OTHER, "olga@zakaz.example"], ids=["another customer", "her second address"])
def test_who_was_promised_an_answer_in_the_other_case_is_named_with_the_answer(sqlite_db: Database, ground: Ground, sender: str, understood: Any) -> None:
    """His claim was acknowledged and merged: the answer goes to the customer of the case alone, and she is told who waits for it too."""
    db = sqlite_db
    early, late = two_claims(db, ground, understood, sender)
    say(db, ground, f"!объединить {late} {early} точно", "c1")
    send_all(db, NOW + 2 * HOUR)
    assert sender in {row.recipient for row in letters(db, "acknowledgement")}
    said = say(db, ground, f"!ответ {early}\nДобрый день! Ваше обращение у специалиста.", "c2", NOW + 3 * HOUR)
    assert f"Ответ по этому делу обещан и {sender}: дело с этого адреса объединено с делом № {early}" in said
    assert f"обычным письмом на {sender} с копией на claims@firma.example" in said
    assert [row.recipient for row in letters(db, "reply")] == ["dealer@zakaz.example"]
    told = a_mail("Добрый день! Ваше обращение у специалиста.", from_=ANNA, to=(Address("", sender),), cc=(Address("", "claims@firma.example"),),
                  in_reply_to="second@zakaz.example", references=("second@zakaz.example",), signs=Signs(authentication_results=(PASS,)))  # fmt: skip
    file_one(db, ground, "staff", NOW + 4 * HOUR, NO_COMPLAINT, mail=told, proofs=PROOFS)
    assert "обещан" not in say(db, ground, f"!ответ {early}\nДобрый день! Мы разбираемся.", "c3", NOW + 5 * HOUR)


def test_nobody_is_named_where_nobody_else_waits(sqlite_db: Database, ground: Ground) -> None:
    db = sqlite_db
    early, late = two_claims(db, ground, COMPLAINT, "dealer@zakaz.example")
    say(db, ground, f"!объединить {late} {early}", "c1")
    send_all(db, NOW + 2 * HOUR)
    assert "обещан" not in say(db, ground, f"!ответ {early}\nДобрый день! Ваше обращение у специалиста.", "c2", NOW + 3 * HOUR)


# nothing is written while nothing is to do


class _Counted:
    """A database that counts the transactions that may write."""

    def __init__(self, db: Database) -> None:
        self.db, self.writes = db, 0

    def read(self) -> Any:
        return self.db.read()

    def write(self) -> Any:
        self.writes += 1
        return self.db.write()


def test_what_stays_due_is_not_written_each_minute(sqlite_db: Database) -> None:
    """The address has had its letters of the day, and a letter came back: both stay so, and nobody takes the lock for them."""
    db = sqlite_db
    ground = a_ground(people=({**PEOPLE[0], "triage": True}, *PEOPLE[1:]), mailbox=[MAILBOX], limits={"per_address_per_day": 1})
    number, letter = answered_by_letter(db, ground)
    say(db, ground, f"!запросить {number}\n1. Пришлите фото бирки", "c2", NOW + 3 * HOUR)
    send_all(db, NOW + 4 * HOUR)
    at = NOW + 8 * DAY
    file_claims(db, ground, 1, at - HOUR)  # her one letter of this day
    file_bounce(db, ground, letter.message_id, at=at)
    counted = _Counted(db)
    desk = a_desk(ground)
    assert tell_authors(counted, ground, desk, at) == 1  # type: ignore[arg-type]
    assert counted.writes == 1
    for minute in range(3):
        assert remind(counted, ground, desk, at + minute * MINUTE) == 0  # type: ignore[arg-type]
        assert tell_authors(counted, ground, desk, at + minute * MINUTE) == 0  # type: ignore[arg-type]
    assert counted.writes == 1
    assert remind(counted, ground, desk, at + DAY) == 1  # type: ignore[arg-type]
    assert counted.writes == 2


def test_a_wait_that_is_counted_anew_is_escalated_once(sqlite_db: Database, ground: Ground) -> None:
    """A decree moves a day: the clock of the silent department is another row, and nobody hears twice."""
    db = sqlite_db
    (number,) = file_claims(db, ground, 1, NOW - HOUR)
    say(db, ground, f"!записка {number}\nПочему лопнуло стекло?\n", "c1")
    say(db, ground, f"!отвечено {number}", "c2", NOW + 2 * HOUR)
    send_all(db, NOW + 2 * HOUR)
    desk = a_desk(ground)
    assert escalate(db, ground, desk, NOW + 4 * DAY) == 1
    with db.write() as conn:
        conn.execute(clocks.update().where(clocks.c.rule == "memo_answer").values(due_by=NOW + 3 * DAY, calendar="older"))
    assert escalate(db, ground, desk, NOW + 4 * DAY + HOUR) == 0
    with db.read() as conn:
        assert list(conn.execute(select(clocks.c.state).where(clocks.c.rule == "memo_answer").order_by(clocks.c.id)).scalars()) == ["replaced", "running"]


# what holds for the case that goes holds for the one that stays


def test_the_laws_term_of_the_other_road_is_not_lost(db: Database, ground: Ground) -> None:
    """The dealer asks for a replacement; by the other letter, two hours ago, for his money, as a private person."""
    file_one(db, ground, "first", NOW - DAY, words(sender_kind="business", remedies=("replace",), missing=("photo", "act")))
    asks = words(sender_kind="consumer", remedies=("refund",), urgency="high", missing=("photo",), legal_threat=True)
    file_one(db, ground, "second", NOW - 2 * HOUR, asks, mail=a_mail("Верните деньги.", subject="Деньги"))
    early, late = (row.number for row in cases(db))
    say(db, ground, f"!объединить {late} {early} точно", "c1")
    case = case_of(db, early)
    assert (case.remedies, case.consumer, case.urgency, case.legal_threat) == (["replace", "refund"], "yes", "high", True)
    assert case.missing == ["photo"], "the act has come by the other road"
    with db.read() as conn:
        query = select(clocks.c.rule, clocks.c.started_at).where(clocks.c.case_id == case.id, clocks.c.state == "running")
        running = {row.rule: row.started_at for row in conn.execute(query)}
    assert running["ru_zozpp_21_replace"] == NOW - DAY
    assert running["ru_zozpp_22_refund"] == NOW - 2 * HOUR


def test_a_legal_hold_stays(db: Database, ground: Ground) -> None:
    early, late = two_claims(db, ground, COMPLAINT)
    say(db, ground, f"!юрист {late} пришёл иск", "c1")
    say(db, ground, f"!объединить {late} {early} точно", "c2", NOW + 2 * HOUR)
    stays = case_of(db, early)
    assert stays.flags["legal_hold"] is True
    assert [event.what for event in events(db, stays.id)].count("legal_hold") == 1


def test_what_a_person_must_still_look_at_is_not_lost_with_the_case_that_goes(db: Database, ground: Ground) -> None:
    early, late = two_claims(db, ground, COMPLAINT)
    doubts = {"partly_withdrawn": True, "withdrawal_unproven": NOW.isoformat(), "guarantee_unproven": NOW.isoformat()}
    with db.write() as conn:
        case_store.flag(conn, case_of(db, late).id, doubts)
    say(db, ground, f"!объединить {late} {early} точно", "c1", NOW + 2 * HOUR)
    assert doubts.items() <= case_of(db, early).flags.items()
    say(db, ground, f"!закрыть {early} решено точно", "c2", NOW + 3 * HOUR)
    say(db, ground, f"!открыть {early}", "c3", NOW + 4 * HOUR)
    assert doubts.keys().isdisjoint(case_of(db, early).flags), "they were of the opening that has ended"


# what the other case's letters state


def clocks_of(db: Database, case_id: int) -> dict[str, Any]:
    """The running clocks of a case, by rule."""
    with db.read() as conn:
        query = select(clocks).where(clocks.c.case_id == case_id, clocks.c.state.in_(("running", "paused")))
        return {row.rule: row for row in conn.execute(query)}


def by_contracts(ground: Ground, *contracts: Contract) -> Ground:
    return replace(ground, policy=replace(ground.policy, terms=replace(ground.policy.terms, contracts=contracts)))


def two_stating(db: Database, ground: Ground, first: dict[str, Any], second: dict[str, Any], later: dict[str, Any] | None = None) -> tuple[Any, str]:
    """Two claims that state these facts, the later perhaps more in a further letter, merged. Returns the case that stays, and the answer."""
    file_one(db, ground, "first", NOW - DAY, words(sender_kind="business", **first))
    file_one(db, ground, "second", NOW - 2 * HOUR, words(sender_kind="business", **second), mail=a_mail("Ещё раз о том же.", subject="Брак"))
    early, late = (row.number for row in cases(db))
    if later is not None:
        answer = a_mail("Дополняю.", subject="Re: Брак", in_reply_to="second@zakaz.example", references=("second@zakaz.example",))
        file_one(db, ground, "third", NOW - HOUR, words(sender_kind="business", **later), mail=answer)
        assert [row.case_id for row in mails(db)][-1] == case_of(db, late).id
    said = say(db, ground, f"!объединить {late} {early} точно", "c1")
    assert state_of(db, late)[0] == "closed", said
    return case_of(db, early), said


def mails(db: Database) -> list[Any]:
    with db.read() as conn:
        return list(conn.execute(select(received.c.id, received.c.case_id).order_by(received.c.id)))


def test_the_contract_of_the_other_road_binds(db: Database, ground: Ground) -> None:
    """Named in the letter that opened the other case: its five days for an answer are not lost with the case's number."""
    ground = by_contracts(ground, Contract("17-ПС/2026", answer_amount=5))
    case, _ = two_stating(db, ground, {}, {"contracts": (a_fact("17-ПС/2026"),)})
    assert clocks_of(db, case.id)["contract_answer"].due_by == moscow(11, 27, 23, 59, 59)
    merged = next(event for event in events(db, case.id) if event.what == "merged")
    assert merged.data["stated"] == {"old": {}, "new": {"contracts": ["17-ПС/2026"]}}
    assert "17-ПС/2026" in merged.why


def test_what_a_further_letter_of_the_other_road_states(db: Database, ground: Ground) -> None:
    ground = by_contracts(ground, Contract("", inn="7701234567", answer_amount=5))
    later = {"inn": ("7701234567",), "answer_wanted_by": date(2026, 11, 25)}
    case, _ = two_stating(db, ground, {"answer_wanted_by": date(2026, 12, 1)}, {}, later)
    running = clocks_of(db, case.id)
    assert running["contract_answer"].due_by == moscow(11, 27, 23, 59, 59)
    assert running["customer_asks"].due_by == moscow(11, 25, 23, 59, 59), "the earlier day"
    assert case.flags["stated"] == {"inn": ["7701234567"], "dates": {"answer_wanted_by": "2026-11-25"}}


def test_the_earlier_day_stays_whichever_road_named_it(db: Database, ground: Ground) -> None:
    early = {"answer_wanted_by": date(2026, 11, 25), "delivered_on": date(2026, 11, 20)}
    case, _ = two_stating(db, ground, early, {"answer_wanted_by": date(2026, 12, 1), "delivered_on": date(2026, 11, 18)})
    assert clocks_of(db, case.id)["customer_asks"].due_by == moscow(11, 25, 23, 59, 59)
    with db.write() as conn:
        case_store.flag(conn, case.id, {"regress": "carrier"})
        keep_clocks(conn, ground.policy, [case.id], NOW + HOUR)
    named = {row.started_at for row in clocks_of(db, case.id).values() if row.trigger == "fact:delivered_on"}
    assert named == {moscow(11, 18, 12)}


def test_of_two_contracts_the_shorter_term_binds(db: Database, ground: Ground) -> None:
    ground = by_contracts(ground, Contract("Д-1", answer_amount=20), Contract("Д-2", answer_amount=5, answer_unit="working_day"))
    case, _ = two_stating(db, ground, {"contracts": (a_fact("Д-1"),)}, {"contracts": (a_fact("Д-2"),)})
    assert clocks_of(db, case.id)["contract_answer"].due_by == moscow(11, 27, 23, 59, 59)


def test_what_the_other_road_stated_stays_when_a_further_letter_states_more(sqlite_db: Database, ground: Ground) -> None:
    db, ground = sqlite_db, by_contracts(ground, Contract("17-ПС/2026", answer_amount=5))
    case, _ = two_stating(db, ground, {}, {"contracts": (a_fact("17-ПС/2026"),), "documents": (a_fact("5", type="act", date=date(2026, 11, 19)),)})
    first = "first@zakaz.example"
    more = a_mail("ИНН наш 7701234567.", in_reply_to=first, references=(first,))
    file_one(db, ground, "fourth", NOW + 2 * HOUR, words(sender_kind="business", inn=("7701234567",)), mail=more)
    stated = case_of(db, case.number).flags["stated"]
    assert stated == {"contracts": ["17-ПС/2026"], "papers": ["act:2026-11-19"], "inn": ["7701234567"]}


def test_nothing_new_is_said_of_a_case_that_stated_it_all(sqlite_db: Database, ground: Ground) -> None:
    same = {"contracts": (a_fact("17-ПС/2026"),), "answer_wanted_by": date(2026, 11, 25)}
    case, _ = two_stating(sqlite_db, ground, same, same)
    assert "stated" not in case.flags
    assert "stated" not in next(event for event in events(sqlite_db, case.id) if event.what == "merged").data


def test_what_was_heard_before_the_letter_that_was_filed_first(sqlite_db: Database, ground: Ground) -> None:
    """She telephoned at nine, wrote at ten, and the call was written down at noon: both states count, whichever mail came first."""
    db, ground = sqlite_db, by_contracts(ground, Contract("17-ПС/2026", answer_amount=5), Contract("", inn="7701234567", answer_amount=20))
    file_one(db, ground, "first", NOW - 2 * HOUR, words(sender_kind="business", inn=("7701234567",)))
    digests(db, ground)
    note = a_mail("!новая\nклиент: Белова\nкогда: вчера 9:00\n\nБой.", from_=ANNA, subject="звонок", signs=Signs(authentication_results=(PASS,)))
    file_one(db, ground, "c0", NOW, words(0.05, contracts=(a_fact("17-ПС/2026"),)), mail=note, proofs=PROOFS)
    mailed, heard = (row.number for row in cases(db))
    say(db, ground, f"!объединить {mailed} {heard} точно", "c1")
    case = case_of(db, heard)
    assert (case.state, state_of(db, mailed)[0]) == ("registered", "closed")
    assert clocks_of(db, case.id)["contract_answer"].due_by == moscow(11, 27, 23, 59, 59), "five days after yesterday"


@pytest.mark.parametrize("of_the_earlier", [True, False])
def test_a_persons_word_on_the_customer_holds_for_both_roads(db: Database, ground: Ground, of_the_earlier: bool) -> None:
    """The other road reads as a private person's, and so does the next letter: she has said that it is a firm."""
    file_one(db, ground, "first", NOW - DAY, words(sender_kind="business" if of_the_earlier else "consumer"))
    second = words(sender_kind="consumer" if of_the_earlier else "business")
    file_one(db, ground, "second", NOW - 2 * HOUR, second, mail=a_mail("Верните деньги.", subject="Деньги"))
    early, late = (row.number for row in cases(db))
    set_customer(db, ground, early if of_the_earlier else late, "no", "anna", NOW)
    say(db, ground, f"!объединить {late} {early} точно", "c1")
    assert case_of(db, early).consumer == "no"
    first = "first@zakaz.example"
    again = a_mail("Ещё о том же.", in_reply_to=first, references=(first,))
    file_one(db, ground, "third", NOW + 2 * HOUR, words(sender_kind="consumer"), mail=again)
    assert case_of(db, early).consumer == "no"


def test_our_own_claim_of_the_case_that_goes_does_not_expire_unseen(sqlite_db: Database, ground: Ground) -> None:
    """Its days are counted from the delivery that its letter named: the letter has moved, and the clock runs on (behaviour.md 11.13)."""
    db = sqlite_db
    file_one(db, ground, "first", NOW - DAY, words(sender_kind="business"))
    named = words(sender_kind="business", delivered_on=date(2026, 11, 18))
    file_one(db, ground, "second", NOW - 2 * HOUR, named, mail=a_mail("Бой в дороге.", subject="Бой"))
    early, late = (row.number for row in cases(db))
    mark(db, ground, late, "forwarder", "anna", NOW - HOUR)
    assert "regress_forwarder_notice" in clocks_of(db, case_of(db, late).id)
    say(db, ground, f"!объединить {late} {early} точно", "c1")
    assert state_of(db, late)[0] == "closed"
    assert clocks_of(db, case_of(db, early).id)["regress_forwarder_notice"].started_at == moscow(11, 18, 12)
    assert clocks_of(db, case_of(db, late).id) == {}, "one claim of ours, not two"


OURS = "!регресс {} перевозчику\nкому: ООО Трак\nдокумент: ТТН 77\nсумма: 10000\nдоставлено: 18.11.2026"


@pytest.mark.parametrize("told", [False, True], ids=["", "its draft was sent"])
@pytest.mark.parametrize("both", [False, True], ids=["of the case that goes", "of both"])
def test_our_own_claim_is_made_once_whatever_was_merged(sqlite_db: Database, both: bool, told: bool) -> None:
    """On one carrier, under the number that stays; what becomes of it may be said in answer to the draft of the other number."""
    db, ground = sqlite_db, a_ground(people=({**PEOPLE[0], "triage": True}, *PEOPLE[1:]), mailbox=[MAILBOX], departments={"logistics": "log@firma.example"})
    file_one(db, ground, "first", NOW - DAY, words(sender_kind="business"))
    file_one(db, ground, "second", NOW - 2 * HOUR, words(sender_kind="business"), mail=a_mail("Бой в дороге.", subject="Бой"))
    early, late = (row.number for row in cases(db))
    for number in (late, early) if both else (late,):
        say(db, ground, OURS.format(number), f"r{number}")
    if told:
        write_own_claims(db, ground, a_desk(ground), NOW + HOUR)
    before = [row.recipient for row in letters(db, "regress")]
    say(db, ground, f"!объединить {late} {early}", "c1", NOW + 2 * HOUR)
    stays = case_of(db, early)
    assert stays.flags["regress_counterparty"] == "ООО Трак"
    with db.read() as conn:
        assert [(one.case_id, one.against) for one in own_claims(conn, ground, NOW + 3 * HOUR)] == [(stays.id, "carrier")]
    write_own_claims(db, ground, a_desk(ground), NOW + 3 * HOUR)
    more = [row.recipient for row in letters(db, "regress")][len(before) :]
    assert more == ([] if told else ["log@firma.example", "vera@firma.example"])
    said = say(db, ground, f"!регресс {late} экспедитору", "c2", NOW + 4 * HOUR)
    assert f"идёт в деле № {early}" in said
    say(db, ground, f"!регресс {late} предъявлена", "c3", NOW + 5 * HOUR)
    assert "regress_filed" in [event.what for event in events(db, stays.id)]
    with db.read() as conn:
        assert own_claims(conn, ground, NOW + 6 * HOUR) == ()
    assert "regress_carrier_answer" in clocks_of(db, stays.id)


def test_what_was_filed_before_the_merge_is_filed(sqlite_db: Database, ground: Ground) -> None:
    db = sqlite_db
    file_one(db, ground, "first", NOW - DAY, words(sender_kind="business"))
    file_one(db, ground, "second", NOW - 2 * HOUR, words(sender_kind="business"), mail=a_mail("Бой в дороге.", subject="Бой"))
    early, late = (row.number for row in cases(db))
    say(db, ground, OURS.format(late), "r1")
    say(db, ground, f"!регресс {late} предъявлена", "r2", NOW + HOUR + MINUTE)
    say(db, ground, f"!объединить {late} {early}", "c1", NOW + 2 * HOUR)
    with db.read() as conn:
        assert own_claims(conn, ground, NOW + 3 * HOUR) == ()
    assert clocks_of(db, case_of(db, early).id)["regress_carrier_answer"].started_at == NOW + HOUR + MINUTE
    say(db, ground, f"!регресс {early} ответ", "c2", NOW + 4 * HOUR)
    assert "regress_carrier_answer" not in clocks_of(db, case_of(db, early).id)


# the answer, the unsent letter and the first mail of either


def answered_late(db: Database, ground: Ground, sender: str, *, by_letter: bool) -> tuple[str, str]:
    """Two claims; the customer of the later one has been answered, by a letter or by telephone."""
    early, late = two_claims(db, ground, COMPLAINT, sender)
    say(db, ground, f"!ответ {late}\nВаше обращение у специалиста." if by_letter else f"!отвечено {late}", "c1")
    send_all(db, NOW + 2 * HOUR)
    return early, late


@pytest.mark.parametrize("by_letter", [True, False])
def test_the_answer_to_the_same_claim_is_carried_over(db: Database, ground: Ground, by_letter: bool) -> None:
    early, late = answered_late(db, ground, "dealer@zakaz.example", by_letter=by_letter)
    at = case_of(db, late).answered_at
    say(db, ground, f"!объединить {late} {early}", "c2", NOW + 3 * HOUR)
    stays = case_of(db, early)
    assert (stays.answered_at, at is not None) == (at, True)
    assert "formal_answer" not in clocks_of(db, stays.id)
    if by_letter:  # it rests on that letter, and falls with it
        file_bounce(db, ground, letters(db, "reply")[-1].message_id, at=NOW + 4 * HOUR)
        assert case_of(db, early).answered_at is None
        assert "formal_answer" in clocks_of(db, stays.id)


def test_another_customers_answer_is_not_his(db: Database, ground: Ground) -> None:
    early, late = answered_late(db, ground, OTHER, by_letter=False)
    say(db, ground, f"!объединить {late} {early} точно", "c2", NOW + 3 * HOUR)
    assert case_of(db, early).answered_at is None


def test_a_case_that_was_opened_again_is_not_answered_by_an_older_answer(db: Database, ground: Ground) -> None:
    early, late = answered_late(db, ground, "dealer@zakaz.example", by_letter=False)
    say(db, ground, f"!закрыть {early} решено", "c2", NOW + 3 * HOUR)
    say(db, ground, f"!открыть {early}", "c3", NOW + 4 * HOUR)
    say(db, ground, f"!объединить {late} {early}", "c4", NOW + 5 * HOUR)
    assert case_of(db, early).answered_at is None


def test_a_letter_that_had_not_left_is_told_of(db: Database, ground: Ground) -> None:
    early, late = two_claims(db, ground, COMPLAINT, "dealer@zakaz.example")
    say(db, ground, f"!ответ {late}\nЭто наша вина.", "c1")
    said = say(db, ground, f"!объединить {late} {early}", "c2", NOW + 2 * HOUR)
    assert f"Письмо, которое ещё не ушло по делу № {late} («!ответ»), клиенту не уйдёт." in said
    assert "draft_overtaken" in [event.what for event in events(db, case_of(db, late).id)]


def test_the_opening_mail_is_that_of_the_case_that_stays(db: Database, ground: Ground) -> None:
    """The earlier letter came to a mailbox that was fetched later: it is stored behind the other, and opens the case all the same."""
    file_one(db, ground, "late", NOW - HOUR, mail=a_mail("Вторая: стекло разбито.", subject="Позже"))
    file_one(db, ground, "early", NOW - DAY, mail=a_mail("Первая: стекло разбито.", subject="Раньше"), now=NOW)
    late, early = (row.number for row in cases(db))
    say(db, ground, f"!объединить {late} {early}", "c1")
    with db.read() as conn:
        mail = opening_of(conn, dict(case_of(db, early)._mapping))
    assert mail is not None
    assert mail.read["mail"]["text"] == "Первая: стекло разбито."
