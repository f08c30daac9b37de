"""The clocks of real cases: started as the mail is filed, paused, met, counted anew, the old value kept; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from mailbot.claims.case import State
from mailbot.claims.facts import Facts
from mailbot.jobs.clock_book import keep_all, keep_clocks
from mailbot.jobs.confirm import answer, set_category, set_state
from mailbot.jobs.moving import move_case
from mailbot.jobs.policy_of import Ground
from mailbot.jobs.write_digests import write_digests
from mailbot.store import cases as case_store
from mailbot.store.database import Database
from mailbot.store.tables import clocks
from tests.desk_values import DAY, HOUR, NOW, a_desk, a_ground, cases, events, file_one, letters, moscow, read_letter, send_all, set_case
from tests.values import MAYBE, words

NUMBER = "2026-0001"


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_ground()


def a_claim(consumer: str = "consumer", *remedies: str, **facts: Any) -> Any:
    return words(facts=Facts(sender_kind=consumer, remedies=remedies, **facts))


def kept(db: Database, rule: str | None = None) -> list[Any]:
    with db.read() as conn:
        query = select(clocks).order_by(clocks.c.id)
        return list(conn.execute(query if rule is None else query.where(clocks.c.rule == rule)))


def running(db: Database) -> dict[str, datetime]:
    return {row.rule: row.due_by for row in kept(db) if row.state == "running"}


def move(db: Database, ground: Ground, event: str, at: datetime, **more: Any) -> None:
    with db.write() as conn:
        move_case(conn, ground.policy, cases(db)[0].id, event, by=more.pop("by", "anna"), at=at, why="Because.", **more)


def test_a_consumer_who_wants_her_money_back(db: Database, ground: Ground) -> None:
    file_one(db, ground, understanding=a_claim("consumer", "refund"))
    assert running(db) == {
        "acknowledgement": moscow(11, 24, 23, 59, 59),
        "formal_answer": moscow(11, 26, 23, 59, 59),
        "ru_zozpp_22_refund": moscow(12, 3, 23, 59, 59),
    }
    law = kept(db, "ru_zozpp_22_refund")[0]
    assert (law.kind, law.trigger, law.started_at, law.paused_total) == ("statute", "demand_at", NOW, 0)
    assert law.trace.split("\n") == [
        "требование получено пн 23.11.2026, 10:00; день 1 — вт 24.11, день 10 — чт 03.12",
        "demanded Mon 23 November 2026 10:00; day 1 Tue 24 November, day 10 Thu 3 December",
    ]
    assert law.policy == ground.policy.terms.version
    assert law.calendar == ground.policy.calendar_version
    assert len(law.calendar) == 8


def test_a_firm(db: Database, ground: Ground) -> None:
    file_one(db, ground, understanding=a_claim("business", "refund"))
    assert set(running(db)) == {"acknowledgement", "formal_answer", "ru_apk_4_claim"}
    assert running(db)["ru_apk_4_claim"] == moscow(12, 23, 23, 59, 59)


def test_what_is_not_known_is_taken_as_the_stricter(db: Database, ground: Ground) -> None:
    """Neither who writes nor what is wanted: both laws, and of the consumers' the term that ends first."""
    file_one(db, ground, understanding=a_claim("unknown"))
    assert set(running(db)) == {"acknowledgement", "formal_answer", "ru_zozpp_21_replace", "ru_apk_4_claim"}
    assert running(db)["ru_zozpp_21_replace"] == moscow(11, 30, 23, 59, 59)


def test_the_acknowledgement_that_left_is_met(db: Database, ground: Ground) -> None:
    file_one(db, ground, understanding=a_claim("consumer", "refund"))
    send_all(db, NOW + HOUR)
    assert keep_all(db, ground.policy, NOW + 2 * HOUR) == 1
    (row,) = kept(db, "acknowledgement")
    assert (row.state, row.met_at) == ("met", NOW + HOUR)
    assert keep_all(db, ground.policy, NOW + 2 * HOUR) == 0
    set_case(db, NUMBER, acknowledged_at=None)  # it came back
    keep_all(db, ground.policy, NOW + 3 * HOUR)
    (row,) = kept(db, "acknowledgement")
    assert (row.state, row.met_at) == ("running", None)


def test_waiting_for_the_customer_pauses_ours_and_never_the_laws(db: Database, ground: Ground) -> None:
    file_one(db, ground, understanding=a_claim("consumer", "refund"))
    move(db, ground, "review", NOW + HOUR)
    move(db, ground, "asked", moscow(11, 24, 15), reason="documents")  # Tuesday
    row = kept(db, "formal_answer")[0]
    assert (row.state, row.paused_at, row.due_by) == ("paused", moscow(11, 24, 15), moscow(11, 26, 23, 59, 59))
    assert kept(db, "ru_zozpp_22_refund")[0].state == "running"
    assert running(db)["customer_wait"] == moscow(12, 15, 23, 59, 59)
    move(db, ground, "customer_replied", moscow(11, 30, 11), by="mailbot")  # Monday: four working days later
    (row,) = kept(db, "formal_answer")
    assert (row.state, row.paused_at, row.due_by) == ("running", None, moscow(12, 2, 23, 59, 59))
    assert row.hard_by == moscow(12, 4, 23, 59, 59)
    assert row.paused_total == (3 + 27 + 2) * 3600  # Tuesday from 15, Wednesday to Friday, Monday to 11
    assert "с вт 24.11.2026, 15:00 по пн 30.11.2026, 11:00 ждали клиента, срок сдвинут на ср 02.12" in row.trace
    law = kept(db, "ru_zozpp_22_refund")[0]
    assert (law.state, law.due_by, law.paused_total) == ("running", moscow(12, 3, 23, 59, 59), 0)
    assert [(one.state, one.stopped_at) for one in kept(db, "customer_wait")] == [("stopped", moscow(11, 30, 11))]
    assert cases(db)[0].answer_by == moscow(11, 26, 23, 59, 59), "the promised date stays on the case"


def test_a_second_wait_is_another_clock(db: Database, ground: Ground) -> None:
    file_one(db, ground, understanding=a_claim("consumer", "refund"))
    move(db, ground, "review", NOW)
    for day in (24, 26):
        move(db, ground, "asked", moscow(11, day, 10), reason="documents")
        move(db, ground, "customer_replied", moscow(11, day + 1, 10), by="mailbot")
    assert [(row.state, row.started_at) for row in kept(db, "customer_wait")] == [
        ("stopped", moscow(11, 24, 10)),
        ("stopped", moscow(11, 26, 10)),
    ]
    assert kept(db, "formal_answer")[0].due_by == moscow(11, 30, 23, 59, 59)


def test_an_answer_meets_the_answer_and_not_the_law(db: Database, ground: Ground) -> None:
    file_one(db, ground, understanding=a_claim("consumer", "refund"))
    answer(db, NUMBER, NOW + HOUR, "anna", NOW + 2 * HOUR, ground)
    (row,) = kept(db, "formal_answer")
    assert (row.state, row.met_at) == ("met", NOW + HOUR)
    assert running(db)["ru_zozpp_22_refund"] == moscow(12, 3, 23, 59, 59)


def test_an_answer_ends_what_only_may_apply(db: Database, ground: Ground) -> None:
    file_one(db, ground, understanding=a_claim("unknown"))
    answer(db, NUMBER, NOW + HOUR, "anna", NOW + 2 * HOUR, ground)
    assert set(running(db)) == {"acknowledgement"}


def test_a_demand_that_changes_leaves_the_old_clock_beside_the_new(db: Database, ground: Ground) -> None:
    file_one(db, ground, understanding=a_claim("consumer", "refund"))
    with db.write() as conn:
        case_store.change(conn, cases(db)[0].id, {"remedies": ["repair"]}, at=NOW, actor="anna", what="remedies", why="")
        keep_clocks(conn, ground.policy, [cases(db)[0].id], NOW + HOUR)
    (old,) = kept(db, "ru_zozpp_22_refund")
    assert (old.state, old.due_by, old.stopped_at) == ("stopped", moscow(12, 3, 23, 59, 59), NOW + HOUR)
    assert running(db)["ru_zozpp_20_repair"] == moscow(1, 11, 23, 59, 59, year=2027)
    assert kept(db, "ru_zozpp_20_repair")[0].plan_by == moscow(12, 30, 23, 59, 59)


def test_a_further_demand_runs_from_its_own_letter(db: Database, ground: Ground) -> None:
    file_one(db, ground, understanding=a_claim("unknown"))
    later = replace(a_claim("consumer", "refund"), verdict=words().verdict)
    file_one(db, ground, "m2", NOW + DAY, understanding=later, mail=_reply())
    case = cases(db)[0]
    assert (len(cases(db)), case.consumer, case.remedies) == (1, "yes", ["refund"])
    assert running(db)["ru_zozpp_22_refund"] == moscow(12, 4, 23, 59, 59)
    assert "ru_zozpp_21_replace" not in running(db)
    assert kept(db, "ru_zozpp_21_replace")[0].state == "stopped"


def _reply() -> Any:
    from tests.values import a_mail

    return a_mail(subject=f"Re: Заказ 4512: бой стекла [#{NUMBER}]", in_reply_to="m1@zakaz.example", references=("m1@zakaz.example",))


def test_the_customers_letter_ends_the_wait(db: Database, ground: Ground) -> None:
    file_one(db, ground, understanding=a_claim("consumer", "refund"))
    move(db, ground, "review", NOW)
    move(db, ground, "asked", NOW + HOUR, reason="documents")
    file_one(db, ground, "m2", NOW + DAY, understanding=words(), mail=_reply())
    case = cases(db)[0]
    assert (case.state, case.wait_reason, case.state_since) == ("review", None, NOW + DAY)
    assert kept(db, "formal_answer")[0].state == "running"


def test_the_category_changes(db: Database, ground: Ground) -> None:
    file_one(db, ground, understanding=a_claim("consumer", "refund", purchased_on=date(2026, 1, 15)))
    assert "ru_zozpp_19_two_years" not in running(db)
    set_category(db, ground, NUMBER, "quality", "anna", NOW + HOUR)
    assert running(db)["ru_zozpp_19_two_years"] == moscow(1, 15, 23, 59, 59, year=2028)
    set_category(db, ground, NUMBER, "damage", "anna", NOW + 2 * HOUR)
    assert "ru_zozpp_19_two_years" not in running(db)
    assert kept(db, "ru_zozpp_19_two_years")[0].why == "It no longer applies: the case has changed."


def test_the_calendar_changes(db: Database, ground: Ground) -> None:
    """The old date stays to be seen, beside the new one and why."""
    file_one(db, ground, understanding=a_claim("consumer", "refund"))
    calendar = replace(ground.policy.calendar, off=ground.policy.calendar.off | {date(2026, 12, 3)})
    changed = replace(ground.policy, calendar=calendar, calendar_version="another")
    assert keep_all(db, changed, NOW + HOUR) == 3
    old, new = kept(db, "ru_zozpp_22_refund")
    assert (old.state, old.due_by, old.why) == (
        "replaced",
        moscow(12, 3, 23, 59, 59),
        "The calendar changed: due 2026-12-04 instead of 2026-12-03.",
    )
    assert (new.state, new.due_by, new.calendar) == ("running", moscow(12, 4, 23, 59, 59), "another")
    assert keep_all(db, changed, NOW + HOUR) == 0
    told = [event for event in events(db, cases(db)[0].id) if event.what == "date_changed"]
    assert [event.data for event in told] == [
        {"rule": "ru_zozpp_22_refund", "old": "2026-12-03T20:59:59+00:00", "new": "2026-12-04T20:59:59+00:00"}
    ]
    write_digests(db, ground, a_desk(ground), moscow(11, 24, 9), force=True)
    digests = {row.recipient: read_letter(row)[1].replace("\r\n", " ") for row in letters(db, "digest")}
    assert "сроки пересчитаны (прежние видны в деле): 2026-0001." in digests["anna@firma.example"]
    assert "пересчитаны" not in digests["boris@firma.example"]


def test_closing_stops_all_and_opening_again_starts_anew(db: Database, ground: Ground) -> None:
    file_one(db, ground, understanding=a_claim("consumer", "refund"))
    set_state(db, ground, a_desk(ground), NUMBER, "closed", "anna", NOW + HOUR, "withdrawn_in_writing")
    assert running(db) == {}
    assert {row.why for row in kept(db)} == {"The case ended: withdrawn_in_writing."}
    again = moscow(12, 7, 10)
    set_state(db, ground, a_desk(ground), NUMBER, "review", "anna", again)
    assert running(db) == {"formal_answer": moscow(12, 10, 23, 59, 59), "ru_zozpp_22_refund": moscow(12, 17, 23, 59, 59)}
    assert {row.opening for row in kept(db) if row.state == "running"} == {2}


def test_no_claim_has_no_clocks(db: Database, ground: Ground) -> None:
    file_one(db, ground, understanding=MAYBE)
    assert {"acknowledgement", "formal_answer"} <= set(running(db))
    set_state(db, ground, a_desk(ground), NUMBER, "not_claim", "anna", NOW + HOUR)
    assert running(db) == {}
    set_state(db, ground, a_desk(ground), NUMBER, "registered", "anna", NOW + 2 * HOUR)
    assert running(db)["formal_answer"] == moscow(11, 26, 23, 59, 59), "back-dated to the arrival"


def test_our_own_claim_goes_on_when_the_customers_is_closed(db: Database, ground: Ground) -> None:
    file_one(db, ground, understanding=a_claim("business", "refund", delivered_on=date(2026, 11, 20)))
    with db.write() as conn:
        case_store.flag(conn, cases(db)[0].id, {"regress": "forwarder"})
        keep_clocks(conn, ground.policy, [cases(db)[0].id], NOW)
    assert running(db)["regress_forwarder_notice"] == moscow(12, 20, 23, 59, 59)
    set_state(db, ground, a_desk(ground), NUMBER, "closed", "anna", NOW + HOUR, "withdrawn_in_writing")
    assert set(running(db)) == {"regress_forwarder_notice"}
    with db.write() as conn:
        case_store.event(conn, cases(db)[0].id, NOW + DAY, "anna", "regress_notice", "Sent.")
        keep_clocks(conn, ground.policy, [cases(db)[0].id], NOW + DAY)
    (row,) = kept(db, "regress_forwarder_notice")
    assert (row.state, row.met_at) == ("met", NOW + DAY)


def test_a_request_to_a_department(db: Database, ground: Ground) -> None:
    """Two departments are asked: each has a clock of its own, and an answer meets its own."""
    file_one(db, ground, understanding=a_claim("consumer", "refund"))
    case_id = cases(db)[0].id
    with db.write() as conn:
        for n in (1, 2):
            case_store.event(conn, case_id, NOW + n * HOUR, "anna", "request_sent", "", data={"about": f"request:{n}"})
        case_store.event(conn, case_id, NOW + DAY, "design", "request_answered", "", data={"about": "request:1"})
        keep_clocks(conn, ground.policy, [case_id], NOW + DAY)
    assert [(row.about, row.state) for row in kept(db, "memo_answer")] == [("request:1", "met"), ("request:2", "running")]
    assert kept(db, "memo_answer")[1].due_by == moscow(11, 26, 23, 59, 59)


def test_states_that_have_clocks(db: Database, ground: Ground) -> None:
    file_one(db, ground, understanding=a_claim("consumer", "refund"))
    move(db, ground, "review", NOW)
    move(db, ground, "submitted", NOW + HOUR)
    assert (running(db)["approval"], kept(db, "approval")[0].hard_by) == (moscow(11, 24, 23, 59, 59), moscow(11, 25, 23, 59, 59))
    move(db, ground, "decision_sent", NOW + DAY, values={"cost_bearer": "ours", "answered_at": NOW + DAY})
    assert kept(db, "approval")[0].state == "stopped"
    move(db, ground, "executed", NOW + 2 * DAY)
    assert running(db)["withdrawal"] == moscow(12, 23, 23, 59, 59)
    assert kept(db, "ru_zozpp_22_refund")[0].state == "met", "what was demanded is done"
    assert cases(db)[0].state == State.AWAITING_WITHDRAWAL


def test_every_open_case_has_clocks_after_an_upgrade(db: Database, ground: Ground) -> None:
    """A database of an older release has none: the first round starts them."""
    file_one(
        db, replace(ground, policy=replace(ground.policy, terms=type(ground.policy.terms)())), understanding=a_claim("consumer", "refund")
    )
    assert kept(db) == []
    assert keep_all(db, ground.policy, NOW + HOUR) == 3
    assert set(running(db)) == {"acknowledgement", "formal_answer", "ru_zozpp_22_refund"}
    assert keep_all(db, ground.policy, NOW + HOUR) == 0
