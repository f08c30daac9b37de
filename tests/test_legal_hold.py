"""A case that is with the lawyer: no letter goes to its customer by itself (domain.md 1.3 #22, 1.4 T1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mailbot.claims.case import Known
from mailbot.claims.digest_notes import case_notes
from mailbot.jobs import enclosing
from mailbot.jobs.collect import collect
from mailbot.jobs.policy_of import Ground
from mailbot.mail_in.read import read_mail
from mailbot.store.database import Database
from mailbot.store.received import raw_of
from tests.desk_values import DAY, HOUR, NOW, PEOPLE, a_desk, a_ground, cases, file_claims, file_one, letters, read_letter, send_all
from tests.test_command_book import ANNA, MAILBOX, digests, last_result, reply, send, state_of
from tests.values import COMPLAINT, MAYBE, a_known_case, a_mail, a_policy, decided, words

CUSTOMER = "dealer@zakaz.example"


@pytest.fixture
def db(sqlite_db: Database) -> Database:
    return sqlite_db


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_ground(people=({**PEOPLE[0], "triage": True}, *PEOPLE[1:]), mailbox=[MAILBOX])


def say(db: Database, ground: Ground, text: str, key: str, at: Any) -> str:
    digests(db, ground, at)
    digest = [row for row in letters(db, "digest") if row.recipient == ANNA][-1]
    send(db, ground, reply(text, digest.message_id), key, at)
    return " ".join(last_result(db).split())


def test_a_case_that_opens_again_is_not_acknowledged(db: Database, ground: Ground) -> None:
    (number,) = file_claims(db, ground, 1, NOW - DAY)
    send_all(db, NOW - DAY)
    say(db, ground, f"!юрист {number} клиент подал иск", "c1", NOW)
    say(db, ground, f"!закрыть {number} суд", "c2", NOW + HOUR)
    assert state_of(db, number)[0] == "closed"
    again = a_mail("Стекло опять треснуло.", from_=CUSTOMER, subject="Re: Заказ", in_reply_to=letters(db, "acknowledgement")[0].message_id)
    file_one(db, ground, "again", NOW + DAY, words(), mail=again)
    case = cases(db)[0]
    assert (case.state, case.openings, case.flags["legal_hold"], case.flags["deferred"]) == ("review", 2, True, "legal_hold")
    assert [row.case_id for row in letters(db, "acknowledgement")] == [case.id], "the first alone"


def test_a_claim_in_triage_is_registered_without_a_letter(db: Database, ground: Ground) -> None:
    file_one(db, ground, "m1", NOW - DAY, MAYBE, mail=a_mail("Стекло разбито.", from_=CUSTOMER, subject="Вопрос"))
    number = cases(db)[0].number
    say(db, ground, f"!юрист {number} письмо адвоката", "c1", NOW)
    assert "Клиенту ничего не отправлено: дело передано юристу" in say(db, ground, f"!претензия {number}", "c2", NOW + HOUR)
    assert cases(db)[0].state == "registered"
    collect(db, ground, a_desk(ground), NOW + 2 * HOUR)
    assert letters(db, "acknowledgement") == []
    say(db, ground, f"!юрист {number} снять", "c3", NOW + 3 * HOUR)
    collect(db, ground, a_desk(ground), NOW + 4 * HOUR)
    assert [row.recipient for row in letters(db, "acknowledgement")] == [CUSTOMER], "who claims is answered"


def test_what_was_put_off_waits_until_the_lawyer_is_done(db: Database, ground: Ground) -> None:
    """Of two claims over the limit of the day the one that went to the lawyer meanwhile waits on."""
    narrow = replace(ground, policy=replace(ground.policy, limits=replace(ground.policy.limits, per_address_per_day=1)))
    file_claims(db, narrow, 3, NOW - HOUR)
    send_all(db, NOW - HOUR)
    held = cases(db)[2].number
    say(db, narrow, f"!юрист {held} клиент подал иск", "c1", NOW)
    collect(db, narrow, a_desk(ground), NOW + 2 * DAY)
    assert [row.case_id for row in letters(db, "acknowledgement")] == [case.id for case in cases(db)[:2]]
    assert letters(db, "collective") == []
    say(db, narrow, f"!юрист {held} снять", "c2", NOW + 3 * DAY)
    collect(db, narrow, a_desk(ground), NOW + 4 * DAY)
    assert len(letters(db, "acknowledgement")) == 3


def test_what_had_not_left_stays_here_but_a_persons_letter_goes(db: Database, ground: Ground) -> None:
    (number,) = file_claims(db, ground, 1, NOW - HOUR)
    say(db, ground, f"!ответ {number}\nДобрый день! Мы получили Ваше письмо.", "c1", NOW)
    say(db, ground, f"!юрист {number} клиент подал иск", "c2", NOW + HOUR)
    assert [(row.kind, row.state) for row in letters(db) if row.recipient == CUSTOMER] == [("acknowledgement", "cancelled"), ("reply", "due")]


def test_what_had_not_left_is_written_anew_once_the_lawyer_is_done(db: Database, ground: Ground) -> None:
    """Put on, ended and put on again before anything could leave: one acknowledgement goes in the end."""
    (number,) = file_claims(db, ground, 1, NOW - HOUR)
    for n in range(2):
        say(db, ground, f"!юрист {number} клиент подал иск", f"on{n}", NOW + 2 * n * HOUR)
        assert case_notes({number: cases(db)[0].flags}, "ru") == (), "no letter follows by itself"
        collect(db, ground, a_desk(ground), NOW + 2 * n * HOUR)
        assert {row.state for row in letters(db, "acknowledgement")} == {"cancelled"}
        say(db, ground, f"!юрист {number} снять", f"off{n}", NOW + (2 * n + 1) * HOUR)
        collect(db, ground, a_desk(ground), NOW + (2 * n + 1) * HOUR)
    send_all(db, NOW + 4 * HOUR)
    collect(db, ground, a_desk(ground), NOW + 5 * HOUR)
    assert sorted(row.state for row in letters(db, "acknowledgement")) == ["cancelled", "cancelled", "sent"]
    assert cases(db)[0].acknowledged_at is not None


OTHER = "other@fremd.example"


def heard_by(db: Database, who: str) -> list[Any]:
    return [row for row in letters(db, "acknowledgement") if row.recipient == who and row.state != "cancelled"]


def released(db: Database, ground: Ground, number: str, at: Any) -> str:
    """The lawyer is done, and the clock has ticked. Twice: nobody hears twice."""
    said = say(db, ground, f"!юрист {number} снять", f"off{at:%d%H}", at)
    for n in range(2):
        collect(db, ground, a_desk(ground), at + (n + 1) * HOUR)
        send_all(db, at + (n + 1) * HOUR)
    return said


def test_who_wrote_again_while_it_was_with_the_lawyer_hears_afterwards(db: Database, ground: Ground) -> None:
    (number,) = file_claims(db, ground, 1, NOW - DAY)
    send_all(db, NOW - DAY)
    say(db, ground, f"!юрист {number} клиент подал иск", "c1", NOW)
    say(db, ground, f"!закрыть {number} суд", "c2", NOW + HOUR)
    again = a_mail("Стекло опять треснуло.", from_=CUSTOMER, subject="Re: Заказ", in_reply_to=letters(db, "acknowledgement")[0].message_id)
    file_one(db, ground, "again", NOW + DAY, words(), mail=again)
    assert collect(db, ground, a_desk(ground), NOW + DAY) == 0
    assert len(heard_by(db, CUSTOMER)) == 1
    released(db, ground, number, NOW + DAY + HOUR)
    hers = heard_by(db, CUSTOMER)[1:]
    assert [row.dedupe_key for row in hers] == [f"ack:{cases(db)[0].id}:2"]
    assert "снова" in read_letter(hers[0])[1], "it says that the case is open again"
    assert cases(db)[0].acknowledged_at is not None


def test_the_acknowledgement_of_a_second_opening_is_taken_back_and_written_anew(db: Database, ground: Ground) -> None:
    (number,) = file_claims(db, ground, 1, NOW - DAY)
    send_all(db, NOW - DAY)
    say(db, ground, f"!закрыть {number} решено", "c1", NOW)
    again = a_mail("Стекло опять треснуло.", from_=CUSTOMER, subject="Re: Заказ", in_reply_to=letters(db, "acknowledgement")[0].message_id)
    file_one(db, ground, "again", NOW + HOUR, words(), mail=again)
    say(db, ground, f"!юрист {number} клиент подал иск", "c2", NOW + 2 * HOUR)
    assert [row.state for row in letters(db, "acknowledgement")] == ["sent", "cancelled"]
    released(db, ground, number, NOW + 3 * HOUR)
    second = heard_by(db, CUSTOMER)[1]
    assert read_letter(second)[0]["In-Reply-To"] == "<again@zakaz.example>"


@pytest.mark.parametrize("understood", [MAYBE, COMPLAINT], ids=["in triage", "acknowledged, not sent"])
def test_who_was_joined_to_it_hears_once_the_lawyer_is_done(db: Database, ground: Ground, understood: Any) -> None:
    """Another customer's claim is merged into the one that is with the lawyer, or goes there with it before his letter has left."""
    (early,) = file_claims(db, ground, 1, NOW - DAY)
    send_all(db, NOW - DAY)
    file_one(db, ground, "second", NOW - HOUR, understood, mail=a_mail("Стекло разбито, помогите.", from_=OTHER, subject="Вопрос"))
    late = cases(db)[-1].number
    if understood is MAYBE:
        say(db, ground, f"!юрист {early} клиент подал иск", "c1", NOW)
        said = say(db, ground, f"!объединить {late} {early} точно", "c2", NOW + HOUR)
        assert f"Клиент дела № {late} ({OTHER}) получит подтверждение с номером {early}, когда дело вернётся от юриста" in said
    else:
        say(db, ground, f"!объединить {late} {early} точно", "c1", NOW - HOUR)
        say(db, ground, f"!юрист {early} клиент подал иск", "c2", NOW - HOUR)
    assert heard_by(db, OTHER) == []
    released(db, ground, early, NOW + 2 * HOUR)
    (his,) = heard_by(db, OTHER)
    assert early in his.subject
    assert len(heard_by(db, CUSTOMER)) == 1


def test_two_in_triage_that_went_to_the_lawyer_are_both_written_to(db: Database, ground: Ground) -> None:
    for n, who in enumerate((CUSTOMER, OTHER)):
        file_one(db, ground, f"m{n}", NOW - (2 - n) * HOUR, MAYBE, mail=a_mail("Стекло разбито.", from_=who, subject="Вопрос"))
    early, late = (row.number for row in cases(db))
    say(db, ground, f"!объединить {late} {early} точно", "c1", NOW)
    say(db, ground, f"!юрист {early} письмо адвоката", "c2", NOW + HOUR)
    say(db, ground, f"!претензия {early}", "c3", NOW + 2 * HOUR)
    assert letters(db, "acknowledgement") == []
    released(db, ground, early, NOW + 3 * HOUR)
    assert (len(heard_by(db, CUSTOMER)), len(heard_by(db, OTHER))) == (1, 1)


def test_who_has_heard_nothing_is_not_closed_away(db: Database, ground: Ground) -> None:
    """The case is closed while the letter waits: she is asked first, and told again when the lawyer is done."""
    (number,) = file_claims(db, ground, 1, NOW - HOUR)
    say(db, ground, f"!юрист {number} клиент подал иск", "c1", NOW)
    said = say(db, ground, f"!закрыть {number} суд", "c2", NOW + HOUR)
    assert f"Дело № {number} не закрыто: на обращение {CUSTOMER} мы ещё ничем не ответили" in said
    assert state_of(db, number)[0] == "registered"
    say(db, ground, f"!закрыть {number} суд точно", "c3", NOW + 2 * HOUR)
    assert state_of(db, number)[0] == "closed"
    said = released(db, ground, number, NOW + 3 * HOUR)
    assert f"Дело закрыто, а на обращение {CUSTOMER} мы ничем не ответили" in said
    assert heard_by(db, CUSTOMER) == []
    say(db, ground, f"!открыть {number}", "c4", NOW + 6 * HOUR)
    collect(db, ground, a_desk(ground), NOW + 7 * HOUR)
    assert len(heard_by(db, CUSTOMER)) == 1


def test_who_was_answered_meanwhile_may_be_closed(db: Database, ground: Ground) -> None:
    (number,) = file_claims(db, ground, 1, NOW - HOUR)
    say(db, ground, f"!юрист {number} клиент подал иск", "c1", NOW)
    say(db, ground, f"!ответ {number}\nДобрый день! Ваше обращение у специалиста.", "c2", NOW + HOUR)
    send_all(db, NOW + HOUR)
    say(db, ground, f"!закрыть {number} суд", "c3", NOW + 2 * HOUR)
    assert state_of(db, number)[0] == "closed"


def test_who_was_answered_meanwhile_is_not_acknowledged_after_it(db: Database, ground: Ground) -> None:
    (number,) = file_claims(db, ground, 1, NOW - HOUR)
    say(db, ground, f"!юрист {number} клиент подал иск", "c1", NOW)
    say(db, ground, f"!ответ {number}\nДобрый день! Ваше обращение у специалиста.", "c2", NOW + HOUR)
    send_all(db, NOW + HOUR)
    released(db, ground, number, NOW + 2 * HOUR)
    assert heard_by(db, CUSTOMER) == []


def test_papers_that_come_into_it_are_not_acknowledged_either() -> None:
    held, chatty = Known(by_reference=a_known_case(legal_hold=True)), a_policy(answer_enquiries=True)
    asked = decided(a_mail(), words(0.05, topic="payment_guarantee"), held, policy=chatty)
    assert (asked.case, asked.acknowledge) == ("join", "no")
    assert "with the lawyer" in asked.reason
    assert decided(a_mail(), words(0.05, topic="payment_guarantee"), Known(by_reference=a_known_case()), policy=chatty).acknowledge == "now"


def test_the_files_are_read_once_for_all_lawyers(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten megabytes for each of four lawyers held the database for two seconds."""
    lawyers = tuple({"id": f"l{n}", "name": f"Юрист {n}", "addresses": [f"l{n}@firma.example"], "role": ["legal"]} for n in range(3))
    house = a_ground(people=(*PEOPLE, *lawyers), mailbox=[MAILBOX])
    raw = (
        b"From: dealer@zakaz.example\r\nTo: claims@firma.example\r\nSubject: x\r\nMessage-ID: <1@zakaz.example>\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nbroken\r\n"
        b"--b\r\nContent-Type: image/jpeg; name=f.jpg\r\nContent-Disposition: attachment; filename=f.jpg\r\n\r\nPICTURE\r\n--b--\r\n"
    )
    file_one(db, house, "m1", NOW - HOUR, mail=read_mail(raw), raw=raw)
    reads: list[int] = []
    monkeypatch.setattr(enclosing.received, "raw_of", lambda conn, number: reads.append(number) or raw_of(conn, number))
    say(db, house, f"!юрист {cases(db)[0].number} клиент подал иск", "c1", NOW)
    told = [row for row in letters(db, "case_letter") if row.recipient.startswith("l")]
    assert [row.recipient for row in told] == [f"l{n}@firma.example" for n in range(3)]
    assert all(b"f.jpg" in row.raw for row in told)
    assert len(reads) == 1
