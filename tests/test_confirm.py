"""A person decides from the command line: a claim or not, its category, owner, answer and end; what is not possible is said."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from mailbot.jobs.confirm import NotPossible, answer, assign, confirm_claim, note, set_category, set_state
from mailbot.jobs.policy_of import Ground
from mailbot.store.database import Database, open_database
from mailbot.store.tables import corrections
from tests.desk_values import (
    DAY,
    HOUR,
    NOW,
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
    set_case,
)
from tests.values import COMPLAINT, MAYBE, a_forward, a_mail, signed, words

NUMBER = "2026-0001"
PASSED = "mx.firma.example; dmarc=pass header.from=zakaz.example; dkim=pass header.d=zakaz.example; spf=pass smtp.mailfrom=olga@zakaz.example"


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_ground()


def confirm(db: Database, ground: Ground, now: datetime = NOW + HOUR, number: str = NUMBER) -> str:
    return confirm_claim(db, ground, a_desk(ground), number, "boris", now)


def remembered(db: Database) -> list[tuple[Any, ...]]:
    with db.read() as conn:
        columns = (corrections.c.field, corrections.c.old, corrections.c.new, corrections.c.person, corrections.c.text)
        return [tuple(row) for row in conn.execute(select(*columns).order_by(corrections.c.id))]


def test_a_triage_case_becomes_a_claim(db: Database, ground: Ground) -> None:
    file_one(db, ground, understanding=MAYBE)
    assert (cases(db)[0].state, letters(db)) == ("triage", [])
    said = confirm(db, ground, NOW + DAY)
    assert said == f"Case {NUMBER} is registered as a claim of anna. The customer is being told."
    (case,) = cases(db)
    assert (case.state, case.kind, case.assigned_to) == ("registered", "claim", "anna")
    assert case.answer_by == moscow(11, 26, 23, 59, 59), "its clocks run from its arrival, not from the confirmation"
    assert [(event.what, event.actor) for event in events(db, case.id)][-1] == ("confirmed", "boris")
    assert remembered(db) == [("kind", "triage", "claim", "boris", "Стекло пришло разбитым.")]
    (row,) = letters(db)
    message, text = read_letter(row)
    assert (row.dedupe_key, row.kind, row.recipient) == (f"ack:{case.id}:1", "acknowledgement", "olga@zakaz.example")
    assert message["In-Reply-To"] == "<m1@zakaz.example>"
    assert NUMBER in text
    assert "26 ноября 2026" in text
    send_all(db, NOW + DAY + HOUR)
    assert cases(db)[0].acknowledged_at == NOW + DAY + HOUR


def test_what_is_confirmed_is_not_confirmed_twice(db: Database, ground: Ground) -> None:
    file_one(db, ground, understanding=MAYBE)
    confirm(db, ground)
    with pytest.raises(NotPossible, match=r"2026-0001 is registered, not in triage"):
        confirm(db, ground)
    assert len(letters(db)) == 1
    with pytest.raises(NotPossible, match=r"There is no case 2026-0099"):
        confirm(db, ground, number="2026-0099")


def test_two_people_confirm_at_once(db: Database, db_url: str, ground: Ground) -> None:
    file_one(db, ground, understanding=MAYBE)

    def run(_: int) -> bool:
        own = open_database(db_url)
        try:
            confirm(own, ground)
        except NotPossible:
            return False
        finally:
            own.close()
        return True

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(run, range(3))) == 1
    assert len(letters(db)) == 1
    assert [event.what for event in events(db, cases(db)[0].id)].count("confirmed") == 1


def test_a_letter_never_promises_a_date_that_has_passed(db: Database, ground: Ground) -> None:
    """The case is late, and stays so; the customer is told the end of the next working day."""
    file_one(db, ground, understanding=MAYBE)
    confirm(db, ground, moscow(11, 27, 10))
    text = read_letter(letters(db)[0])[1]
    assert "30 ноября 2026" in text
    assert "26 ноября" not in text
    assert cases(db)[0].answer_by == moscow(11, 26, 23, 59, 59)


def test_an_unproven_sender_is_echoed_nothing(db: Database, ground: Ground) -> None:
    file_one(db, ground, understanding=MAYBE)
    confirm(db, ground)
    (row,) = letters(db)
    message, text = read_letter(row)
    assert "бой стекла" not in str(message["Subject"]) + text
    assert "Ольга" not in text
    assert message["To"] == "olga@zakaz.example"


def test_a_proven_sender_is(db: Database, ground: Ground) -> None:
    mail = signed(authentication_results=(PASSED,))
    file_one(db, ground, understanding=MAYBE, mail=mail, proofs={"claims": "mx.firma.example"})
    confirm(db, ground)
    (row,) = letters(db)
    message, _ = read_letter(row)
    assert message["Subject"] == f"Re: Заказ 4512: бой стекла [#{NUMBER}]"


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        pytest.param(None, False, id="24: nobody has looked"),
        pytest.param(PASSED, False, id="proven"),
        pytest.param("mx.firma.example; dmarc=fail header.from=zakaz.example; spf=fail", True, id="it was checked and is not"),
    ],
)
@pytest.mark.parametrize("first", ["a claim", "confirmed"])
def test_who_counts_against_the_limit_of_the_unauthenticated(
    db: Database, ground: Ground, said: str | None, counts: bool, first: str
) -> None:
    mail = signed(authentication_results=(said,) if said else ())
    understanding = COMPLAINT if first == "a claim" else MAYBE
    file_one(db, ground, understanding=understanding, mail=mail, proofs={"claims": "mx.firma.example"} if said else None)
    if first == "confirmed":
        confirm(db, ground)
    assert [row.neutral for row in letters(db)] == [counts]


def test_what_a_colleague_forwarded(db: Database, ground: Ground) -> None:
    """The customer, known from a text, is written to once a person has said yes; into no thread she has never seen."""
    file_one(db, ground, mail=a_forward())
    (asked,) = letters(db)
    assert (asked.kind, asked.recipient) == ("confirm_forward", "anna@firma.example")
    confirm(db, ground)
    row = letters(db)[1]
    message, _ = read_letter(row)
    assert (row.kind, row.recipient) == ("acknowledgement", "olga@zakaz.example")
    assert message["In-Reply-To"] is None
    assert cases(db)[0].customer == "olga@zakaz.example"


def test_nobody_to_write_to(db: Database, ground: Ground) -> None:
    file_one(db, ground, mail=a_forward(None), understanding=COMPLAINT)
    number = cases(db)[0].number
    set_case(db, number, state="triage")
    before = len(letters(db))
    assert "Nobody is written to" in confirm(db, ground, number=number)
    assert len(letters(db)) == before
    assert cases(db)[0].state == "registered"


def test_over_the_limit_it_is_put_off(db: Database, ground: Ground) -> None:
    from mailbot.jobs.collect import collect

    file_claims(db, ground, 5, sender="olga@zakaz.example")
    file_one(db, ground, understanding=MAYBE)
    number = cases(db)[5].number
    assert "follows within 24 hours" in confirm(db, ground, number=number)
    assert len(letters(db)) == 5
    assert collect(db, ground, a_desk(ground), NOW + DAY + HOUR) == 1
    assert letters(db)[5].dedupe_key == f"ack:{cases(db)[5].id}:1"


def test_rehearsal_and_quiet_intake_hold_the_letter(db: Database, ground: Ground) -> None:
    file_one(db, ground, understanding=MAYBE, hold_letters=True)
    assert "is held" in confirm(db, ground)
    assert letters(db)[0].state == "held"
    rehearsing = a_ground(mode="rehearsal")
    file_one(db, rehearsing, "m2", understanding=MAYBE, mail=a_mail(subject="Другое", from_="other@zakaz.example"))
    confirm(db, rehearsing, number=cases(db)[1].number)
    assert letters(db)[1].state == "held"


def test_an_unsorted_claim_belongs_to_nobody_yet(db: Database, ground: Ground) -> None:
    from mailbot.claims.category import Verdict

    file_one(db, ground, understanding=words(verdict=Verdict("unsorted", claim_confidence=0.3)))
    assert confirm(db, ground) == f"Case {NUMBER} is registered as a claim. The customer is being told."
    assert cases(db)[0].assigned_to is None


# --- the other things a person says


def test_answered(db: Database, ground: Ground) -> None:
    file_one(db, ground)
    assert answer(db, NUMBER, NOW + HOUR, "anna", NOW + 2 * HOUR) == f"Case {NUMBER} counts as answered."
    assert cases(db)[0].answered_at == NOW + HOUR
    assert events(db, cases(db)[0].id)[-1].what == "answered"


@pytest.mark.parametrize(("at", "ok"), [(NOW - SECOND, False), (NOW, True), (NOW + HOUR, True), (NOW + HOUR + SECOND, False)])
def test_an_answer_lies_between_the_claim_and_now(db: Database, ground: Ground, at: datetime, ok: bool) -> None:
    file_one(db, ground)
    if ok:
        answer(db, NUMBER, at, "anna", NOW + HOUR)
    else:
        with pytest.raises(NotPossible, match="between the claim"):
            answer(db, NUMBER, at, "anna", NOW + HOUR)
    assert (cases(db)[0].answered_at is not None) is ok


def test_triage_is_confirmed_before_it_is_answered(db: Database, ground: Ground) -> None:
    file_one(db, ground, understanding=MAYBE)
    with pytest.raises(NotPossible, match="kind=claim"):
        answer(db, NUMBER, NOW, "anna", NOW)


def test_a_correction_of_category(db: Database, ground: Ground) -> None:
    file_one(db, ground)
    assert (cases(db)[0].category, cases(db)[0].assigned_to) == ("damage", "anna")
    assert set_category(db, ground, NUMBER, "quantity", "anna", NOW + HOUR) == f"Case {NUMBER} is quantity now."
    (case,) = cases(db)
    assert (case.category, case.assigned_to, case.confidence) == ("quantity", "boris", 100)
    assert remembered(db) == [("category", "damage", "quantity", "anna", "Стекло пришло разбитым.")]
    assert events(db, case.id)[-1].data["category"] == {"old": "damage", "new": "quantity"}
    assert "already" in set_category(db, ground, NUMBER, "quantity", "anna", NOW + HOUR)
    assert len(remembered(db)) == 1
    with pytest.raises(NotPossible, match=r"Use one of .*damage.* unsorted"):
        set_category(db, ground, NUMBER, "colour", "anna", NOW)


def test_a_case_given_by_hand_stays_hers(db: Database, ground: Ground) -> None:
    file_one(db, ground)
    assert assign(db, ground, NUMBER, "vera@firma.example", "vera", NOW) == f"Case {NUMBER} is vera's now."
    assert "already" in assign(db, ground, NUMBER, "vera", "vera", NOW)
    set_category(db, ground, NUMBER, "quantity", "anna", NOW)
    assert cases(db)[0].assigned_to == "vera"
    with pytest.raises(NotPossible, match="Use one of anna, boris"):
        assign(db, ground, NUMBER, "nobody", "vera", NOW)


def test_a_note(db: Database, ground: Ground) -> None:
    file_one(db, ground)
    note(db, NUMBER, " звонила, просит фото ", "anna", NOW)
    last = events(db, cases(db)[0].id)[-1]
    assert (last.what, last.why, last.actor) == ("note", "звонила, просит фото", "anna")
    with pytest.raises(NotPossible, match="empty"):
        note(db, NUMBER, "  ", "anna", NOW)


# --- states


def move(db: Database, ground: Ground, state: str, now: datetime = NOW, reason: str | None = None) -> str:
    return set_state(db, ground, a_desk(ground), NUMBER, state, "anna", now, reason)


def test_close_and_open_again(db: Database, ground: Ground) -> None:
    file_one(db, ground)
    send_all(db, NOW)
    with pytest.raises(NotPossible, match="withdrawn_in_writing, resolved_no_reply"):
        move(db, ground, "closed", reason="because")
    assert move(db, ground, "closed", reason="withdrawn_in_writing") == f"Case {NUMBER} is closed (withdrawn_in_writing)."
    assert (cases(db)[0].state, cases(db)[0].close_reason, cases(db)[0].closed_at) == ("closed", "withdrawn_in_writing", NOW)
    with pytest.raises(NotPossible, match=r"is closed\. Only an open case"):
        move(db, ground, "closed", reason="court")
    with pytest.raises(NotPossible, match="Open it again first"):
        assign(db, ground, NUMBER, "boris", "anna", NOW)
    again = moscow(12, 7, 10)
    assert move(db, ground, "review", again) == f"Case {NUMBER} is open again, to be answered by 10 December 2026."
    (case,) = cases(db)
    assert (case.state, case.openings, case.closed_at, case.answered_at) == ("review", 2, None, None)
    assert case.answer_by == moscow(12, 10, 23, 59, 59)
    assert events(db, case.id)[-1].actor == "anna"


def test_an_opened_again_case_owes_no_second_acknowledgement(db: Database, ground: Ground) -> None:
    from mailbot.jobs.escalate import escalate

    file_one(db, ground)
    send_all(db, NOW)
    move(db, ground, "closed", reason="court")
    move(db, ground, "review", moscow(12, 7, 10))
    assert escalate(db, ground, a_desk(ground), moscow(12, 9, 10)) == 3  # the law's term ran on while it was closed
    assert escalate(db, ground, a_desk(ground), moscow(12, 9, 13)) == 1  # our answer is due soon
    said = [read_letter(row)[1] for row in letters(db, "escalation")]
    assert len(said) == 4
    assert not any("подтвержд" in text.lower() for text in said), said


def test_no_claim_after_all_and_a_claim_after_all(db: Database, ground: Ground) -> None:
    file_one(db, ground, understanding=MAYBE)
    move(db, ground, "not_claim", reason="a question")
    assert (cases(db)[0].state, cases(db)[0].closed_at) == ("not_claim", NOW)
    assert remembered(db)[0][:3] == ("kind", "triage", "not_claim")
    assert "registered as a claim" in move(db, ground, "registered", NOW + HOUR)
    assert (cases(db)[0].state, cases(db)[0].closed_at) == ("registered", None)
    assert len(letters(db)) == 1
    with pytest.raises(NotPossible, match="Only a case in triage"):
        move(db, ground, "not_claim")


@pytest.mark.parametrize("state", ["new", "triage", "approval", "execution", "nonsense"])
def test_a_state_nobody_sets_by_hand(db: Database, ground: Ground, state: str) -> None:
    file_one(db, ground)
    with pytest.raises(NotPossible, match="Possible are registered, closed, not_claim, review"):
        move(db, ground, state)
    assert cases(db)[0].state == "registered"


def test_a_registered_case_is_taken_up(db: Database, ground: Ground) -> None:
    file_one(db, ground)
    due = cases(db)[0].answer_by
    move(db, ground, "review", NOW + timedelta(hours=2))
    assert (cases(db)[0].state, cases(db)[0].openings, cases(db)[0].answer_by) == ("review", 1, due)
    with pytest.raises(NotPossible, match="is review"):
        move(db, ground, "review")


def test_every_letter_is_known_as_inside_or_outside() -> None:
    """The kinds of the outbox are the names of the templates; a bounce is told by them (claims.alerts)."""
    from mailbot.claims import case_letters
    from mailbot.claims.alerts import INSIDE
    from mailbot.claims.letters import TEMPLATES

    assert set(TEMPLATES.values()) - INSIDE == {"acknowledgement", "enquiry", "collective", *case_letters.TEMPLATES.values()}
    assert INSIDE - set(TEMPLATES.values()) == set()
