"""Clocks of what comes after the first letter: a day or a contract named later, a case that was closed too early, who the customer is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from mailbot.claims.clocks import Contract
from mailbot.claims.message import Signs
from mailbot.claims.understanding import Understanding
from mailbot.jobs.confirm import set_customer, set_demands, set_state
from mailbot.jobs.policy_of import Ground
from mailbot.store import cases as case_store
from mailbot.store import drafts
from mailbot.store.database import Database
from mailbot.store.tables import clocks, received
from tests.desk_values import DAY, HOUR, MINUTE, NOW, PEOPLE, a_desk, a_ground, cases, events, file_one, moscow, set_case
from tests.test_command_book import MAILBOX, PROOFS, SERVER
from tests.values import COMPLAINT, a_fact, a_mail, words

NUMBER = "2026-0001"


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_ground(people=PEOPLE, mailbox=[MAILBOX])


def comes(db: Database, ground: Ground, understanding: Understanding, at: datetime = NOW, key: str = "m1") -> None:
    first = "m1@zakaz.example"
    answers: dict[str, Any] = {} if key == "m1" else {"in_reply_to": first, "references": (first,)}
    file_one(db, ground, key, at, understanding, mail=a_mail("О том же.", **answers))


def clock(db: Database, rule: str) -> Any:
    """The latest of this rule, None where it never ran."""
    with db.read() as conn:
        return conn.execute(select(clocks).where(clocks.c.rule == rule).order_by(clocks.c.id.desc())).first()


def decide(db: Database, ground: Ground, state: str, at: datetime, reason: str | None = None) -> None:
    set_state(db, ground, a_desk(ground), NUMBER, state, "anna", at, reason)


def test_a_day_that_is_named_later(db: Database, ground: Ground) -> None:
    comes(db, ground, words(sender_kind="business", answer_wanted_by=date(2026, 12, 1)))
    assert clock(db, "customer_asks").due_by == moscow(12, 1, 23, 59, 59)
    comes(db, ground, words(sender_kind="business", answer_wanted_by=date(2026, 11, 25)), NOW + HOUR, "m2")
    asks = clock(db, "customer_asks")
    assert (asks.state, asks.due_by) == ("running", moscow(11, 25, 23, 59, 59))
    comes(db, ground, words(sender_kind="business"), NOW + 2 * HOUR, "m3")
    assert clock(db, "customer_asks").due_by == moscow(11, 25, 23, 59, 59), "it stands"


def test_a_further_copy_of_a_letter_stirs_nothing(db: Database, ground: Ground) -> None:
    """It went to two of our addresses, and one of them gives it to us days later: she has not answered what she was asked since."""
    said = words(remedies=("refund",), legal_threat=True)
    comes(db, ground, said)
    set_demands(db, ground, NUMBER, [], "anna", NOW + HOUR)
    set_case(db, NUMBER, state="waiting_customer", wait_reason="clarification", legal_threat=False)
    row = file_one(db, ground, "m1", NOW + DAY, said, mail=a_mail("О том же."), raw=b"another copy", source_key="another copy")
    (case,) = cases(db)
    assert (case.state, case.wait_reason, case.remedies, case.legal_threat) == ("waiting_customer", "clarification", [], False)
    with db.read() as conn:
        assert conn.execute(select(received.c.outcome, received.c.case_id).where(received.c.id == row)).one() == ("duplicate", case.id)


def test_what_a_further_letter_brings_is_missing_no_more(db: Database, ground: Ground) -> None:
    comes(db, ground, words(sender_kind="business"))
    set_case(db, NUMBER, missing=["photo", "act"])
    brings = replace(words(sender_kind="business"), brought=("photo", "contact"))
    for n in (2, 3):
        comes(db, ground, brings, NOW + n * HOUR, f"m{n}")
    assert cases(db)[0].missing == ["act"]
    assert sum(event.what == "brought" for event in events(db, cases(db)[0].id)) == 1, "the third letter brings nothing new"


def test_a_day_that_was_named_before_is_past_when_she_writes_again(db: Database, ground: Ground) -> None:
    """Reopening fires nothing that belonged to the first time (osTicket#5955)."""
    comes(db, ground, words(sender_kind="business", answer_wanted_by=date(2026, 11, 25)))
    decide(db, ground, "closed", NOW + DAY, "resolved_no_reply")
    comes(db, ground, words(sender_kind="business"), moscow(12, 7, 10), "m2")
    assert cases(db)[0].openings == 2
    assert clock(db, "customer_asks").state == "stopped"
    comes(db, ground, words(sender_kind="business", answer_wanted_by=date(2026, 12, 9)), moscow(12, 7, 11), "m3")
    asks = clock(db, "customer_asks")
    assert (asks.state, asks.opening, asks.due_by) == ("running", 2, moscow(12, 9, 23, 59, 59))


def test_a_contract_that_is_named_later(db: Database) -> None:
    ground = a_ground(people=PEOPLE, mailbox=[MAILBOX])
    terms = replace(ground.policy.terms, contracts=(Contract("17-ПС/2026", answer_amount=5),))
    changed = replace(ground, policy=replace(ground.policy, terms=terms))
    comes(db, changed, words(sender_kind="business"))
    assert clock(db, "contract_answer") is None
    comes(db, changed, words(sender_kind="business", contracts=(a_fact("17-ПС/2026"),)), NOW + HOUR, "m2")
    assert clock(db, "contract_answer").due_by == moscow(11, 30, 23, 59, 59), "28.11 is a Saturday"


def test_what_is_opened_again_by_us_was_closed_too_early(db: Database, ground: Ground) -> None:
    """The law's ten days have run all the while (domain.md 2.3: statutory clocks never pause)."""
    comes(db, ground, words(sender_kind="consumer", remedies=("refund",)))
    decide(db, ground, "closed", NOW + HOUR, "resolved_no_reply")
    decide(db, ground, "review", moscow(11, 27, 10))
    refund, answer = clock(db, "ru_zozpp_22_refund"), clock(db, "formal_answer")
    assert (refund.state, refund.opening, refund.started_at, refund.due_by) == ("running", 2, NOW, moscow(12, 3, 23, 59, 59))
    assert answer.due_by == moscow(12, 2, 23, 59, 59), "our own answer is due anew"
    decide(db, ground, "closed", moscow(11, 27, 11), "resolved_no_reply")
    decide(db, ground, "review", moscow(11, 30, 10))
    assert (clock(db, "ru_zozpp_22_refund").opening, clock(db, "ru_zozpp_22_refund").started_at) == (3, NOW)


@pytest.mark.parametrize("reason", ["withdrawn_in_writing", "resolved_no_reply"])
def test_a_customer_who_writes_again_demands_anew(db: Database, ground: Ground, reason: str) -> None:
    comes(db, ground, words(sender_kind="consumer", remedies=("refund",)))
    decide(db, ground, "closed", NOW + HOUR, reason)
    comes(db, ground, COMPLAINT, moscow(12, 7, 10), "m2")
    assert clock(db, "ru_zozpp_22_refund").started_at == moscow(12, 7, 10)


def test_a_firm_that_turns_out_to_be_a_private_person(db: Database, ground: Ground) -> None:
    """Nobody knows any more: the stricter terms run until somebody says. A firm on a free mailer reads so by its address alone."""
    comes(db, ground, words(sender_kind="business", remedies=("refund",)))
    assert (cases(db)[0].consumer, clock(db, "ru_zozpp_22_refund")) == ("no", None)
    comes(db, ground, words(sender_kind="business"), NOW + HOUR, "m2")
    assert cases(db)[0].consumer == "no"
    comes(db, ground, words(sender_kind="consumer"), NOW + 2 * HOUR, "m3")
    assert cases(db)[0].consumer == "unknown"
    assert clock(db, "ru_zozpp_22_refund").due_by == moscow(12, 3, 23, 59, 59)
    assert clock(db, "ru_apk_4_claim").state == "running"


def test_a_firm_on_a_free_mailer_stays_one(sqlite_db: Database, ground: Ground) -> None:
    assert "mail.ru" in ground.policy.free_mail_domains
    file_one(sqlite_db, ground, "m1", NOW, words(sender_kind="business"), mail=a_mail(from_="romashka@mail.ru"))
    answer = a_mail("Фото.", from_="romashka@mail.ru", in_reply_to="m1@zakaz.example", references=("m1@zakaz.example",))
    file_one(sqlite_db, ground, "m2", NOW + HOUR, words(sender_kind="consumer"), mail=answer)
    assert [case.consumer for case in cases(sqlite_db)] == ["no"]


@pytest.mark.parametrize("writer", ["customer", "colleague", "department"])
def test_a_letter_of_before_the_connection_stirs_nothing(sqlite_db: Database, writer: str) -> None:
    """The old folder is taken in after the case was opened: its letters are kept with the case, and that is all."""
    db, ground = sqlite_db, a_ground(people=PEOPLE, mailbox=[MAILBOX], departments={"design": "kb@firma.example"})
    comes(db, ground, words(sender_kind="business"))
    case_id, first = cases(db)[0].id, "m1@zakaz.example"
    with db.write() as conn:
        asked = {"kind": "memo", "department": "design", "recipient": "kb@firma.example", "question": "Почему?", "asked_by": "anna"}
        number = drafts.add_request(conn, case_id=case_id, **asked, due_by=NOW + DAY, now=NOW)
        drafts.request_left(conn, number, "memo1@firma.example")
        case_store.change(
            conn, case_id, {"state": "waiting_customer", "wait_reason": "clarification"}, at=NOW, actor="anna", what="asked", why="x"
        )
    denied = Signs(authentication_results=(f"{SERVER}; dmarc=fail header.from=firma.example",))
    before, known = cases(db)[0], [event.what for event in events(db, case_id)]
    mail = {
        "customer": a_mail("Уже отвечали.", in_reply_to=first, references=(first,)),
        "colleague": a_mail("Добрый день! Всё решено.", from_="anna@firma.example", to=("olga@zakaz.example",), cc=("claims@firma.example",), in_reply_to=first, signs=denied),
        "department": a_mail("Перекос рамы.", from_="kb@firma.example", in_reply_to="memo1@firma.example", references=(first,)),
    }[writer]
    file_one(db, ground, "old", NOW - 30 * DAY, words(withdrawal="full", safety=True), mail=mail, now=NOW + HOUR, proofs=PROOFS, history=True)
    after = cases(db)[0]
    new = [event.what for event in events(db, case_id)][len(known) :]
    assert len(new) == 1, new  # that it joined
    assert (after.state, after.flags, after.safety, after.answered_at) == (before.state, before.flags, before.safety, None)


def test_a_person_corrects_who_the_customer_is(db: Database, ground: Ground) -> None:
    comes(db, ground, words(sender_kind="business", remedies=("refund",)))
    set_customer(db, ground, NUMBER, "yes", "anna", NOW + DAY)
    assert clock(db, "ru_zozpp_22_refund").due_by == moscow(12, 3, 23, 59, 59)
    assert clock(db, "ru_apk_4_claim").state == "stopped"
    assert "already" in set_customer(db, ground, NUMBER, "yes", "anna", NOW + DAY)


@pytest.mark.parametrize(("said", "read"), [("no", "consumer"), ("unknown", "business"), ("yes", "business")])
def test_what_a_person_says_of_the_customer_stands(db: Database, ground: Ground, said: str, read: str) -> None:
    """She knows the firm; its next letter reads like a private person's. Only a person says otherwise."""
    comes(db, ground, words(sender_kind="unknown", remedies=("refund",)))
    set_customer(db, ground, NUMBER, said, "mailbot", NOW + MINUTE)  # by the user that the daemon runs as
    comes(db, ground, words(sender_kind=read, remedies=("refund", "replace")), NOW + HOUR, "m2")
    assert cases(db)[0].consumer == said
    assert cases(db)[0].remedies == ["refund", "replace"]
    set_customer(db, ground, NUMBER, "yes" if said == "no" else "no", "anna", NOW + DAY)
    comes(db, ground, words(sender_kind=read), NOW + 2 * DAY, "m3")
    assert cases(db)[0].consumer == ("yes" if said == "no" else "no")


def test_who_confirms_what_was_read_says_it_for_good(sqlite_db: Database, ground: Ground) -> None:
    comes(sqlite_db, ground, words(sender_kind="business"))
    assert "already" not in set_customer(sqlite_db, ground, NUMBER, "no", "anna", NOW + MINUTE)
    comes(sqlite_db, ground, words(sender_kind="consumer"), NOW + HOUR, "m2")
    assert cases(sqlite_db)[0].consumer == "no"
    decide(sqlite_db, ground, "closed", NOW + DAY, "resolved_no_reply")
    comes(sqlite_db, ground, words(sender_kind="consumer"), moscow(12, 7, 10), "m3")
    assert (cases(sqlite_db)[0].openings, cases(sqlite_db)[0].consumer) == (2, "no")


def test_a_person_corrects_the_demands(db: Database, ground: Ground) -> None:
    comes(db, ground, words(sender_kind="consumer", remedies=("refund",)))
    set_demands(db, ground, NUMBER, ["replace"], "anna", NOW + DAY)
    assert clock(db, "ru_zozpp_22_refund").state == "stopped"
    assert clock(db, "ru_zozpp_21_replace").due_by == moscow(11, 30, 23, 59, 59)
    assert cases(db)[0].remedies == ["replace"]
