"""Who hears when nobody moves: once a case and step, one letter a person and interval, nothing of what is held or history."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import Any
from urllib.parse import unquote

import pytest
from sqlalchemy import func, select

from mailbot.claims.delivery import Refused, TryLater
from mailbot.claims.facts import Facts
from mailbot.claims.letters import EscalationItem, EscalationLetter
from mailbot.claims.message import Address, Signs
from mailbot.jobs import confirm
from mailbot.jobs.case_view import matter_of, phone_of
from mailbot.jobs.clock_book import keep_clocks
from mailbot.jobs.confirm import set_state
from mailbot.jobs.escalate import INTERVAL, escalate
from mailbot.jobs.policy_of import Ground
from mailbot.mail_out.sample_letters import ENVELOPE
from mailbot.store import cases as case_store
from mailbot.store import outbox
from mailbot.store.database import Database, open_database
from mailbot.store.tables import clocks, escalated
from tests.desk_values import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    SECOND,
    a_desk,
    a_ground,
    cases,
    file_claims,
    file_one,
    letters,
    moscow,
    read_letter,
    send_all,
    set_case,
)
from tests.test_command_book import MAILBOX, PASS, PROOFS, read_html
from tests.values import MAYBE, NO_COMPLAINT, a_mail, words

LATE = moscow(11, 27, 9)  # the morning after the answer of a claim of Monday was due


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_ground()


def tick(db: Database, ground: Ground, now: datetime) -> list[str]:
    """Who is written to."""
    before = len(letters(db, "escalation"))
    count = escalate(db, ground, a_desk(ground), now)
    new = letters(db, "escalation")[before:]
    assert len(new) == count
    return [row.recipient.partition("@")[0] for row in new]


def steps(db: Database) -> set[tuple[str, str]]:
    with db.read() as conn:
        return {(row.step, row.person) for row in conn.execute(select(escalated))}


def test_the_ladder_of_one_case(db: Database, ground: Ground) -> None:
    """36 office hours from Monday 10:00 on, 35 to go: 60 % are 21 h (Wednesday 13:00), 80 % are 28 h (Thursday 11:00)."""
    file_one(db, ground)
    send_all(db, NOW)
    assert tick(db, ground, moscow(11, 25, 12, 59, 59)) == []
    assert tick(db, ground, moscow(11, 25, 13)) == ["anna"]
    assert tick(db, ground, moscow(11, 25, 13)) == []
    assert tick(db, ground, moscow(11, 26, 10, 59, 59)) == []
    assert tick(db, ground, moscow(11, 26, 11)) == ["vera", "anna"]
    assert tick(db, ground, moscow(11, 27, 8, 59, 59)) == [], "nobody is written to at night"
    assert tick(db, ground, LATE) == ["gleb", "vera", "anna"]
    for n in range(48):
        assert tick(db, ground, LATE + n * HOUR) == []
    assert tick(db, ground, moscow(12, 1, 9)) == ["gleb", "vera", "anna"], "over the hard limit"
    assert {(step, who) for step, who in steps(db) if step.startswith("answer")} == {
        ("answer_soon", "anna"), ("answer_at_risk", "anna"), ("answer_at_risk", "vera"),
        *(("answer_late", who) for who in ("anna", "vera", "gleb")), *(("answer_over_limit", who) for who in ("anna", "vera", "gleb")),
    }  # fmt: skip
    assert {step for step, _ in steps(db) if not step.startswith("answer")} == {"statute_last_day", "statute_late"}, "the law's seven days"


def test_what_a_letter_says(db: Database, ground: Ground) -> None:
    file_one(db, ground)
    send_all(db, NOW)
    tick(db, ground, LATE)
    row = next(row for row in letters(db, "escalation") if row.recipient == "vera@firma.example")
    message, text = read_letter(row)
    assert "2026-0001" in str(message["Subject"])
    assert message["Auto-Submitted"] == "auto-generated"
    assert "Вера" in text
    assert "Стекло пришло разбитым." in text
    assert "Ольга Белова" in text
    assert "26 ноября 2026" in text
    assert "ответственный: Анна" in text
    assert (row.automatic, row.state, row.due_by) == (False, "due", None)


@pytest.mark.parametrize(
    ("found", "subject", "marks", "first_of_all"),
    [
        ({}, "Срок письменного ответа прошёл [#2026-0001]", "", ""),
        ({"flags": {"important": True}}, "Срок письменного ответа прошёл [#2026-0001]", " [важный клиент]", ""),
        ({"legal_threat": True}, "Суд или надзор. Срок письменного ответа прошёл [#2026-0001]", " [суд или надзор]", "Ответ готовится вместе с юристом."),
        (
            {"safety": True, "legal_threat": True}, "Опасность. Срок письменного ответа прошёл [#2026-0001]", " [опасность для людей] [суд или надзор]",
            "Убедитесь, что люди в безопасности и изделием больше не пользуются. Ответ готовится вместе с юристом.",
        ),
    ],
)  # fmt: skip
def test_danger_and_court_are_marked_as_in_the_digest(
    db: Database, ground: Ground, found: dict[str, Any], subject: str, marks: str, first_of_all: str
) -> None:
    file_one(db, ground)
    send_all(db, NOW)
    set_case(db, "2026-0001", **found)
    tick(db, ground, LATE)
    message, text = read_letter(next(row for row in letters(db, "escalation") if row.recipient == "vera@firma.example"))
    assert str(message["Subject"]) == subject
    said = " ".join(text.split())
    assert f"№ 2026-0001: срок письменного ответа прошёл{marks} клиент: " in said
    assert f"прежде всего: {first_of_all[:1].lower()}{first_of_all[1:]}" in said if first_of_all else "прежде всего" not in said


def test_what_is_dangerous_stands_first(db: Database, ground: Ground) -> None:
    file_claims(db, ground, 2)
    send_all(db, NOW)
    set_case(db, "2026-0002", safety=True)
    tick(db, ground, LATE)
    _, text = read_letter(next(row for row in letters(db, "escalation") if row.recipient == "vera@firma.example"))
    assert text.index("№ 2026-0002") < text.index("№ 2026-0001")


def test_a_night_of_outage_is_one_letter_a_person(db: Database, ground: Ground) -> None:
    """L9: 300 late cases after an outage are one letter for the head, not 300."""
    for n in range(30):
        file_claims(db, ground, 1, sender=f"dealer{n}@zakaz{n}.example")
    send_all(db, NOW)
    assert sorted(tick(db, ground, LATE)) == ["anna", "gleb", "vera"]
    for row in letters(db, "escalation"):
        _, text = read_letter(row)
        assert text.count("ответственный: Анна") == 30
    assert {step for step, _ in steps(db)} == {"answer_late", "statute_last_day"}
    assert tick(db, ground, LATE + DAY) == []


def test_within_the_interval_she_hears_no_second_time_and_then_of_all(db: Database, ground: Ground) -> None:
    file_claims(db, ground, 1, NOW)
    file_claims(db, ground, 2, NOW + 10 * MINUTE, "other@zakaz.example")
    send_all(db, NOW + HOUR)
    assert tick(db, ground, moscow(11, 25, 13)) == ["anna"]
    assert tick(db, ground, moscow(11, 25, 13) + INTERVAL - SECOND) == []
    assert tick(db, ground, moscow(11, 25, 13) + INTERVAL) == ["anna"]
    _, text = read_letter(letters(db, "escalation")[-1])
    assert ["2026-0001" in text, "2026-0002" in text, "2026-0003" in text] == [False, True, True]


def test_a_clock_set_back_neither_repeats_nor_mutes(db: Database, ground: Ground) -> None:
    file_one(db, ground)
    send_all(db, NOW)
    assert tick(db, ground, LATE) == ["gleb", "vera", "anna"]
    assert tick(db, ground, LATE - 30 * MINUTE) == []
    file_claims(db, ground, 1, NOW - 5 * DAY)
    assert tick(db, ground, LATE - HOUR - DAY) != [], "letters of a time to come hold nothing back"


def test_two_daemons_tell_each_person_once(db: Database, db_url: str, ground: Ground) -> None:
    file_claims(db, ground, 5)
    send_all(db, NOW + MINUTE)

    def run(n: int) -> int:
        own = open_database(db_url)
        try:
            return escalate(own, ground, a_desk(ground), LATE + n * SECOND)
        finally:
            own.close()

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(run, range(3))) == 3
    assert len(letters(db, "escalation")) == 3
    assert all(read_letter(row)[1].count("ответственный: Анна") == 5 for row in letters(db, "escalation"))


def test_what_was_written_down_was_said(db: Database, ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    """If a letter cannot be queued, nobody counts as told by it."""
    file_one(db, ground)
    send_all(db, NOW)

    def broken(*_: Any) -> list[str]:
        raise ZeroDivisionError

    monkeypatch.setattr(outbox, "queue", broken)
    assert escalate(db, ground, a_desk(ground), LATE) == 0
    with db.read() as conn:
        assert conn.execute(select(func.count()).select_from(escalated)).scalar_one() == 0
    monkeypatch.undo()
    assert tick(db, ground, LATE) == ["gleb", "vera", "anna"]


@pytest.mark.parametrize(
    ("values", "heard"),
    [
        pytest.param({}, True, id="nobody has moved"),
        pytest.param({"answered_at": NOW}, False, id="answered"),
        pytest.param({"state": "closed"}, False, id="closed"),
        pytest.param({"state": "not_claim"}, False, id="no claim"),
        pytest.param({"state": "waiting_customer"}, False, id="the customer is asked"),
        pytest.param({"history": True}, False, id="history"),
    ],
)
def test_what_needs_nobody(db: Database, ground: Ground, values: dict[str, Any], heard: bool) -> None:
    file_one(db, ground)
    send_all(db, NOW)
    set_case(db, "2026-0001", **values)
    tick(db, ground, LATE)
    assert any(step.startswith("answer") for step, _ in steps(db)) is heard
    assert any(step.startswith("statute") for step, _ in steps(db)) is (heard or values.get("state") == "waiting_customer"), "a law never waits"


# --- the acknowledgement


@pytest.mark.parametrize(("after", "heard"), [(HOUR - SECOND, []), (HOUR, ["olga"])])
def test_an_acknowledgement_that_does_not_leave(db: Database, ground: Ground, after: Any, heard: list[str]) -> None:
    file_one(db, ground)
    assert tick(db, ground, NOW + after) == heard


def test_a_refused_acknowledgement_is_none(db: Database, ground: Ground) -> None:
    """freescout#3479: written is not answered."""
    file_one(db, ground)
    send_all(db, NOW, Refused("550 no such user"))
    assert tick(db, ground, NOW + HOUR) == ["olga"]
    assert "not been delivered" in read_letter(letters(db, "escalation")[0])[1] or "not delivered" in read_letter(letters(db, "escalation")[0])[1]
    assert tick(db, ground, moscow(11, 25, 9)) == ["vera", "olga"]


def test_an_acknowledgement_that_came_back_is_none(db: Database, ground: Ground) -> None:
    file_one(db, ground)
    send_all(db, NOW)
    assert tick(db, ground, NOW + HOUR) == []
    with db.write() as conn:
        outbox.bounced(conn, letters(db, "acknowledgement")[0].message_id, NOW + HOUR)
    assert tick(db, ground, NOW + 2 * HOUR) == ["olga"]


def test_held_letters_are_not_stuck(db: Database) -> None:
    """Rehearsal: the acknowledgement waits on purpose; the ladder of the answer is written, and held too."""
    rehearsing = a_ground(mode="rehearsal")
    file_one(db, rehearsing)
    assert letters(db, "acknowledgement")[0].state == "held"
    assert tick(db, rehearsing, moscow(11, 25, 9)) == []
    assert tick(db, rehearsing, LATE) == ["gleb", "vera", "anna"]
    assert {row.state for row in letters(db, "escalation")} == {"held"}


def test_a_cancelled_acknowledgement_is_not_awaited(db: Database, ground: Ground) -> None:
    file_one(db, ground)
    with db.write() as conn:
        assert outbox.cancel(conn, [letters(db)[0].id]) == 1
    assert tick(db, ground, moscow(11, 25, 9)) == []


def test_the_head_gives_a_case_away_with_one_reply(db: Database) -> None:
    ground = a_ground(mailbox=[MAILBOX])
    file_claims(db, ground, 2, NOW)
    send_all(db, NOW)
    set_case(db, "2026-0001", assigned_to=None)
    set_case(db, "2026-0002", assigned_to="anna")
    escalate(db, ground, a_desk(ground), LATE)
    told = {row.recipient.partition("@")[0]: row for row in letters(db, "escalation")}
    text, page = " ".join(read_letter(told["vera"])[1].split()), read_html(told["vera"])
    assert "!передать 2026-0002 boris" in text  # the example is what she is asked to do
    assert "или поручите дело другому специалисту" in text  # one of them is somebody's
    assert page.count("Передать: Борис") == 2
    assert page.count("Передать: Анна") == 1  # not to whom it is
    assert "Передать: " not in read_html(told["anna"])
    (line,) = re.findall(r'body=(%21[^"]*2026-0002[^"]*boris[^"]*)', page)
    file_one(db, ground, "c1", LATE + HOUR, NO_COMPLAINT, mail=a_mail(
        unquote(line), from_=Address("", "vera@firma.example"), signs=Signs(authentication_results=(PASS,)),
    ), proofs=PROOFS)  # fmt: skip
    assert cases(db)[1].assigned_to == "boris"
    (given,) = letters(db, "case_letter")
    assert given.recipient == "boris@firma.example"
    assert "Вера передаёт Вам это дело." in read_letter(given)[1]


def test_the_head_reads_that_nobody_is_in_charge(db: Database, ground: Ground) -> None:
    file_one(db, ground)
    send_all(db, NOW)
    set_case(db, cases(db)[0].number, assigned_to=None)
    tick(db, ground, moscow(11, 26, 11))
    text = {row.recipient.partition("@")[0]: " ".join(read_letter(row)[1].split()) for row in letters(db, "escalation")}["vera"]
    assert "Ответственного пока нет: поручите дело специалисту." in text
    assert "Спросите у ответственного" not in text


def test_a_deferred_acknowledgement_may_take_a_day(db: Database, ground: Ground) -> None:
    file_claims(db, ground, 6)
    send_all(db, NOW + MINUTE)
    assert [bool(case.flags.get("deferred")) for case in cases(db)] == [False] * 5 + [True]
    assert tick(db, ground, NOW + 2 * HOUR) == []
    at = cases(db)[5].received_at + 25 * HOUR
    assert tick(db, ground, at - SECOND) == []
    assert tick(db, ground, at) == ["olga"]


def test_triage_that_nobody_looks_at(db: Database, ground: Ground) -> None:
    """Whether to acknowledge waits for a person: her head hears when a day has gone."""
    file_one(db, ground, understanding=MAYBE)
    assert cases(db)[0].state == "triage"
    assert tick(db, ground, moscow(11, 25, 8, 59, 59)) == []
    assert tick(db, ground, moscow(11, 25, 9)) == ["vera", "olga"]
    russian, english = (" ".join(read_letter(row)[1].split()) for row in letters(db, "escalation"))
    assert "что сделать: решите, претензия ли это, и скажите администратору" in russian
    assert "Спросите у ответственного" not in russian  # nobody is: it has not been sorted
    assert "to do: say whether it is a claim" in english
    assert "whether mail leaves" not in english


# --- reopening


def test_a_reopened_case_climbs_its_ladder_anew(db: Database, ground: Ground) -> None:
    """osTicket#5955: our own answer is not overdue at once, the law's term ran on; zammad#4348: and it is heard again when it is."""
    file_one(db, ground)
    send_all(db, NOW)
    assert tick(db, ground, LATE) == ["gleb", "vera", "anna"]
    set_case(db, "2026-0001", state="closed", closed_at=LATE)
    again, case_id = moscow(12, 7, 10), cases(db)[0].id
    due = {"acknowledge_by": moscow(12, 8, 23, 59, 59), "answer_by": moscow(12, 10, 23, 59, 59), "answer_hard_by": moscow(12, 14, 23, 59, 59)}
    with db.write() as conn:
        case_store.reopen(conn, case_id, now=again, why="again", received_id=None, clocks=due, assigned_to=None)
    told = len(letters(db, "escalation"))
    assert tick(db, ground, again + 2 * HOUR) == ["gleb", "vera", "anna"]
    assert all("срок по закону прошёл" in read_letter(row)[1] for row in letters(db, "escalation")[told:])
    assert tick(db, ground, moscow(12, 9, 13)) == ["anna"]
    assert tick(db, ground, moscow(12, 11, 9)) == ["gleb", "vera", "anna"]


def test_the_server_that_says_later_is_stuck_too(db: Database, ground: Ground) -> None:
    file_one(db, ground)
    with db.write() as conn:
        (letter,) = outbox.claim_due(conn, "test", 10, NOW, HOUR, outbox.SendLimits(9, 9, 9, 9))
        outbox.record(conn, letter, TryLater("451 greylisted"), NOW, NOW + 5 * MINUTE)
    assert tick(db, ground, NOW + HOUR) == ["olga"]


# --- further clocks of a case


def test_a_case_is_told_once_with_all_its_terms(db: Database, ground: Ground) -> None:
    """Late by our own promise and by two laws: one item, the earliest date first, what each term is, and what to do."""
    facts = Facts(sender_kind="consumer", remedies=("refund", "replace"))
    file_one(db, ground, understanding=words(facts=facts))
    send_all(db, NOW)
    set_case(db, "2026-0001", answered_at=NOW + HOUR)  # answered, but nothing was given back
    assert tick(db, ground, moscow(12, 4, 9)) == ["gleb", "vera", "anna"]
    text = " ".join(read_letter(letters(db, "escalation")[-1])[1].split())
    assert text.count("№ 2026-0001") == 1
    for said in ("срок по закону прошёл", "какой срок: «Замена товара", "последствия: неустойка 1 % цены в день", "что сделать: исполните требование"):
        assert said in text, said
    assert "также: срок по закону прошёл («Возврат денег, уменьшение цены, возмещение»): 3 декабря 2026" in text
    assert tick(db, ground, moscow(12, 7, 9)) == [], "nobody hears twice of the same step"


def test_what_was_demanded_is_owed_after_an_answer(db: Database) -> None:
    """Who she is nobody knows: the consumers' ten days run on, and the letter says what ends them if she is a firm (domain.md 2.3 b)."""
    ground = a_ground(mailbox=[MAILBOX])
    file_one(db, ground, understanding=words(remedies=("refund",)))
    send_all(db, NOW)
    confirm.answer(db, "2026-0001", NOW + HOUR, "anna", NOW + HOUR, ground)
    assert tick(db, ground, moscow(12, 4, 9)) == ["gleb", "vera", "anna"]
    text = " ".join(read_letter(letters(db, "escalation")[-1])[1].split())
    assert "этот срок не останавливается. Кто клиент, не сказано: если это организация, ответьте «!потребитель нет»" in text
    confirm.set_customer(db, ground, "2026-0001", "no", "anna", NOW + 2 * HOUR)
    assert tick(db, ground, moscow(12, 4, 12)) == []
    with db.read() as conn:
        running = conn.execute(select(clocks.c.rule).where(clocks.c.state == "running")).scalars()
        assert "ru_zozpp_22_refund" not in set(running)


def test_our_own_claim_is_told_when_the_customers_case_is_closed(db: Database, ground: Ground) -> None:
    file_one(db, ground, understanding=words(facts=Facts(sender_kind="business", delivered_on=date(2026, 11, 20))))
    send_all(db, NOW)
    with db.write() as conn:
        case_store.flag(conn, cases(db)[0].id, {"regress": "forwarder"})
    set_state(db, ground, a_desk(ground), "2026-0001", "closed", "anna", NOW + HOUR, "withdrawn_in_writing")
    assert tick(db, ground, moscow(12, 11, 8, 59, 59)) == []
    assert tick(db, ground, moscow(12, 11, 9)) == ["anna"]  # seven days before 20 December are a Sunday: told on the Friday before
    assert tick(db, ground, moscow(12, 18, 8, 59, 59)) == []
    assert tick(db, ground, moscow(12, 18, 9)) == ["vera", "anna"]
    assert {step for step, _ in steps(db)} == {"regress_soon", "regress_at_risk"}


def test_a_department_that_is_silent_twice_is_told_twice(db: Database, ground: Ground) -> None:
    """Another request is another clock: its steps are told anew."""
    file_one(db, ground, understanding=words(facts=Facts(sender_kind="business")))
    send_all(db, NOW)
    set_case(db, "2026-0001", answered_at=NOW + HOUR)
    case_id = cases(db)[0].id
    for n, day in ((1, 23), (2, 30)):
        with db.write() as conn:
            case_store.event(conn, case_id, moscow(11, day, 10), "anna", "request_sent", "", data={"about": f"request:{n}"})
            keep_clocks(conn, ground.policy, [case_id], moscow(11, day, 10))
        late = moscow(11, 27, 9) if n == 1 else moscow(12, 4, 9)
        assert "anna" in tick(db, ground, late)
        with db.write() as conn:
            case_store.event(conn, case_id, late, "design", "request_answered", "", data={"about": f"request:{n}"})
            keep_clocks(conn, ground.policy, [case_id], late)
    assert [(step, who) for step, who in sorted(steps(db))] == [("department_silent", "anna")]
    with db.read() as conn:
        told = list(conn.execute(select(escalated.c.clock).where(escalated.c.step == "department_silent")).scalars())
    assert len(told) == len(set(told)) == 2


def away(db: Database, ground: Ground, text: str) -> None:
    machine = a_mail(text, from_="anna@firma.example", subject="Автоответ", signs=Signs(auto_submitted="auto-replied", authentication_results=(PASS,)))
    file_one(db, ground, "away", NOW, NO_COMPLAINT, mail=machine, proofs=PROOFS)


def said(db: Database) -> list[str]:
    return [" ".join(read_letter(row)[1].split()) for row in letters(db, "escalation")]


def test_who_stands_in_is_told_whose_case_it_is(db: Database, ground: Ground) -> None:
    """The deputy asked the person who was away, and the head too."""
    file_one(db, ground)
    send_all(db, NOW)
    away(db, ground, "Я в отпуске с 24 ноября по 4 декабря, обращайтесь к Борису.")
    assert tick(db, ground, moscow(11, 25, 13)) == ["boris"]
    (text,) = said(db)
    assert "ответственный: Анна (нет на работе по 4 декабря, замещает Борис)" in text
    assert "Вы специалист по претензиям." in text


def test_where_nobody_stands_in_the_head_hears(db: Database, ground: Ground) -> None:
    file_one(db, ground)
    send_all(db, NOW)
    away(db, ground, "Я в отпуске с 24 ноября по 4 декабря.")
    assert sorted(tick(db, ground, moscow(11, 25, 13))) == ["anna", "vera"]
    assert all("ответственный: Анна (нет на работе по 4 декабря, никто не замещает)" in text for text in said(db))
    assert any("Вы замещаете специалиста." in text for text in said(db)), "her own role is another"


def test_a_head_who_has_taken_a_case_stands_in_for_nobody(sqlite_db: Database, ground: Ground) -> None:
    """«Вы замещаете специалиста» to whom the case is: nobody is away."""
    file_one(sqlite_db, ground)
    send_all(sqlite_db, NOW)
    set_case(sqlite_db, "2026-0001", assigned_to="vera")
    assert tick(sqlite_db, ground, moscow(11, 25, 13)) == ["vera"]
    (text,) = said(sqlite_db)
    assert "Почему пишем Вам: Вы ведёте это дело." in text
    assert "Ответьте клиенту обычным письмом" in text, "what is hers to do"
    tick(sqlite_db, ground, moscow(11, 26, 13))
    assert "Почему пишем Вам: Вы руководитель и ведёте это дело." in said(sqlite_db)[-1]


def test_without_proof_of_senders_no_command_is_named(sqlite_db: Database, ground: Ground) -> None:
    """Nothing proves who writes (no authserv_id): an escalation names only what works."""
    items = [
        EscalationItem("2026-0001", "x", "y", "promised", step, NOW, False, NOW, "Анна", title="Обещанное клиенту", triage=triage)
        for step, triage in (("promise_soon", False), ("approval_late", False), ("answer_soon", True))
    ]
    said = {
        (language, one.proves_senders): one.compose(EscalationLetter("Анна", ("specialist",), tuple(items)), language, None, ENVELOPE).flowing
        for one in (a_desk(ground).composer, a_desk(a_ground(mailbox=[MAILBOX])).composer)
        for language in ("ru", "en")
    }
    assert {senders for _, senders in said} == {True, False}
    for (language, proves), text in said.items():
        assert ("!исполнено" in text or "!completed" in text) is proves, language
        assert ("!претензия" in text or "!claim" in text) is proves, language
        assert ("администратору" in text or "the operator" in text) is not proves, language


def letter_to(db: Database, who: str) -> str:
    return read_letter([row for row in letters(db, "escalation") if row.recipient == f"{who}@firma.example"][-1])[1]


def test_state_and_telephone_for_those_who_call(db: Database, ground: Ground) -> None:
    """A letter that advises a call says where to; the number goes to specialists and heads only."""
    file_one(db, ground, understanding=words(phones=("+79161234567",)))
    send_all(db, NOW)
    assert tick(db, ground, LATE) == ["gleb", "vera", "anna"]
    for who in ("anna", "vera"):
        assert "состояние: зарегистрировано" in letter_to(db, who)
        assert "телефон клиента: +79161234567" in letter_to(db, who)
    assert "состояние: зарегистрировано" in letter_to(db, "gleb")
    assert "+79161234567" not in letter_to(db, "gleb")  # the director


@pytest.mark.parametrize(("proposed", "said"), [(True, True), ("silence", False), (False, False)])
def test_who_reads_that_a_day_has_passed_reads_that_the_claim_is_withdrawn(db: Database, ground: Ground, proposed: object, said: bool) -> None:
    """The director was to ring a customer who had written that all is well."""
    file_one(db, ground)
    send_all(db, NOW)
    with db.write() as conn:
        case_store.flag(conn, cases(db)[0].id, {"proposes_close": proposed})
    tick(db, ground, LATE)
    for who in ("anna", "vera", "gleb"):
        assert ("клиент пишет, что вопрос решён: прочитайте письмо и закройте дело" in " ".join(letter_to(db, who).split())) is said


def test_whose_telephone_it_is() -> None:
    """What a colleague wrote down comes first; the number under a colleague's letter is hers, not the customer's."""
    read = {"mail": {"from_": {"address": "Olga@zakaz.example"}}, "understanding": {"facts": {"phones": ["+79161234567"]}}}
    assert phone_of({}, read, "olga@zakaz.example") == "+79161234567"
    assert phone_of({"phone": "8 900 1"}, read, "olga@zakaz.example") == "8 900 1"
    assert phone_of({}, read, "other@zakaz.example") == ""
    assert phone_of({}, {"mail": {"from_": None}}, "") == ""
    assert phone_of({}, None, "olga@zakaz.example") == ""


@pytest.mark.parametrize(
    ("text", "matter"),
    {
        "Здравствуйте! Пришла разбитая посуда.": "Пришла разбитая посуда.", "Добрый день, Анна Петровна!\nВ партии недостача.": "В партии недостача.",
        "Здравствуйте, пришло разбитым!": "пришло разбитым!", "Уважаемые коллеги, сообщаем о недостаче.": "сообщаем о недостаче.",
        "Добрый день!\n\nУважаемый Иван Петрович,\nстекло": "стекло", "Dear Sirs,\nthe box is torn.": "the box is torn.",
        "Hidden defect.": "Hidden defect.", "Здравствуйте!": "Здравствуйте!", "": "",
    }.items(),
)  # fmt: skip
def test_a_row_begins_with_the_matter_not_with_the_greeting(text: str, matter: str) -> None:
    assert matter_of({"mail": {"text": text}}) == matter
