"""An outsider writes in a colleague's name: no clock, escalation or reminder stops, no deputy, pause or note comes of it (behaviour.md 11)."""

from __future__ import annotations

import re
from datetime import datetime
from email import message_from_bytes, policy
from functools import cache
from typing import Any

import pytest

from mailbot.jobs.escalate import escalate
from mailbot.jobs.policy_of import Ground
from mailbot.jobs.remind import remind
from mailbot.jobs.write_digests import write_digests
from mailbot.mail_in.read import read_mail
from mailbot.store import drafts
from mailbot.store.database import Database
from tests.desk_values import DAY, HOUR, NOW, a_desk, a_ground, cases, events, file_claims, file_one, letters, moscow, read_letter, send_all
from tests.test_command_book import ANNA, MAILBOX, PASS, PROOFS, SERVER, digest_of, digests, reply, send, state_of
from tests.values import NO_COMPLAINT, words

CUSTOMER = "dealer@zakaz.example"
KB = "kb@firma.example"
PLAIN = {name: value for name, value in MAILBOX.items() if name != "authserv_id"}
COMPANIES = {  # what the house has configured -> (its mailbox, what it checks itself)
    "a mail server vouches": (MAILBOX, False),
    "the program looks itself": (PLAIN, True),
    "nobody vouches": (PLAIN, False),
}
NOBODYS: dict[str, str] = {  # what an outsider's mail may carry of proofs
    "nothing": "",
    "a denial": f"{SERVER}; dmarc=fail header.from=firma.example",
    "a shared server's SPF": f"{SERVER}; spf=pass smtp.mailfrom=anna@firma.example; dkim=none; dmarc=none",
    "another server's word": "mx.evil.example; dmarc=pass header.from=firma.example; dkim=pass header.d=firma.example",
    "his own domain's signature": f"{SERVER}; dkim=pass header.d=evil.example",
}


@cache
def a_house(name: str = "a mail server vouches") -> Ground:
    mailbox, checks = COMPANIES[name]
    return a_ground(mailbox=[mailbox], departments={"design": KB}, security={"check_dkim": checks})


@pytest.fixture(params=COMPANIES)
def ground(request: pytest.FixtureRequest) -> Ground:
    return a_house(request.param)


@pytest.fixture(params=NOBODYS)
def results(request: pytest.FixtureRequest) -> str:
    return NOBODYS[request.param]


@pytest.fixture
def db(sqlite_db: Database) -> Database:
    return sqlite_db


@pytest.fixture
def number(db: Database) -> str:
    """A claim that was acknowledged; nobody has answered it."""
    (found,) = file_claims(db, a_house(), 1, NOW, CUSTOMER)
    send_all(db, NOW)
    return found


def a_forgery(text: str, *, from_: str = ANNA, to: str = "claims@firma.example", results: str = "", answers: str = "", head: str = "", subject: str = "Re: x") -> bytes:
    proof = f"Authentication-Results: {results}\n" if results else ""
    thread = f"In-Reply-To: <{answers}>\nReferences: <{answers}>\n" if answers else ""
    found = (
        f"{proof}Received: from mx.evil.example by mx.firma.example; Mon, 23 Nov 2026 11:00:01 +0300\nFrom: <{from_}>\nTo: {to}\nSubject: {subject}\n"
        f"Message-ID: <1@firma.example>\nDate: Mon, 23 Nov 2026 11:00:00 +0300\n{thread}{head}MIME-Version: 1.0\n"
        f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}\n"
    )
    return found.replace("\n", "\r\n").encode()


def file_raw(db: Database, ground: Ground, raw: bytes, key: str = "forged", at: datetime = NOW + HOUR, understanding: Any = NO_COMPLAINT) -> None:
    named = ground.policy.authserv_id is not None
    file_one(db, ground, key, at, understanding, mail=read_mail(raw), proofs=PROOFS if named else {})


def escalated(db: Database, ground: Ground, now: datetime) -> list[str]:
    before = len(letters(db, "escalation"))
    escalate(db, ground, a_desk(ground), now)
    return [row.recipient.partition("@")[0] for row in letters(db, "escalation")[before:]]


def happened(db: Database) -> list[str]:
    return [event.what for event in events(db, cases(db)[0].id)]


def digest_text(db: Database, ground: Ground, now: datetime) -> str:
    write_digests(db, ground, a_desk(ground), now, force=True)
    return " ".join(read_letter([one for one in letters(db, "digest") if one.recipient == ANNA][-1])[1].split())


def is_open(db: Database, ground: Ground, number: str) -> None:
    """Nobody has answered the case, and the ladder goes on as if the forgery had not come."""
    (case,) = cases(db)
    assert (case.number, case.state, case.answered_at, case.wait_reason) == (number, "registered", None, None)
    assert escalated(db, ground, moscow(11, 25, 13)) == ["anna"]
    assert escalated(db, ground, moscow(11, 26, 11)) == ["vera", "anna"]
    assert escalated(db, ground, moscow(11, 27, 9)) == ["gleb", "vera", "anna"]
    assert [row.kind for row in letters(db) if row.recipient == CUSTOMER] == ["acknowledgement"]


def test_an_answer_in_her_name_hides_nothing(db: Database, ground: Ground, results: str, number: str) -> None:
    """He has the thread, and answers the customer in her name, the claims box in copy: the case stays red, and she hears of it."""
    thread = letters(db, "acknowledgement")[0].message_id
    for n, who in enumerate((ANNA, "claims@firma.example", "mallory@firma.example")):
        raw = a_forgery("Вопрос решён, деньги вернём.", from_=who, to=CUSTOMER, results=results, answers=thread, head="Cc: claims@firma.example\n")
        file_raw(db, ground, raw, f"forged {n}")
    assert happened(db).count("unproven") == 3
    assert "answered" not in happened(db)
    assert f"не подтверждён: {number}. Ответом это не считается, сроки идут." in digest_text(db, ground, NOW + 2 * HOUR)
    is_open(db, ground, number)


def test_a_letter_put_into_the_sent_folder_is_her_answer(db: Database, ground: Ground, number: str) -> None:
    """Nobody puts a mail there who may not sign in: it came by no server."""
    raw = a_forgery("Замену вышлем.", to=CUSTOMER, answers=letters(db, "acknowledgement")[0].message_id)
    raw = b"".join(line for line in raw.splitlines(keepends=True) if not line.startswith(b"Received"))
    file_raw(db, ground, raw)
    assert cases(db)[0].answered_at is not None


LINES = (
    "!ждём клиента до 20.12.2026", "!отвечено", "!закрыть отозвана", "!не-претензия", "!передать boris", "!юрист снять", "!заметка Всё решено",
    "!промежуточно до 20.12.2026", "!записка отвечена", "Я сам ему ответил, дело можно не трогать.", "Клиент снял претензию.",
)  # fmt: skip


@pytest.mark.parametrize("line", LINES)
def test_words_in_her_name_pause_close_and_note_nothing(db: Database, ground: Ground, number: str, line: str) -> None:
    """In answer to her stolen digest, to the customer's thread, and with nothing but the number."""
    digest = digests(db, ground, NOW)[ANNA].message_id
    thread = letters(db, "acknowledgement")[0].message_id
    for n, proof in enumerate(NOBODYS.values()):
        raw = a_forgery(line, results=proof, answers=(digest, thread, "")[n % 3], subject=f"Re: дело [#{number}]")
        file_raw(db, ground, raw, f"forged {n}", understanding=words(0.05, withdrawal="full" if "снял" in line else "none"))
    assert not {"note", "answered", "waits", "holding", "closed", "close_proposed", "legal_hold", "commanded"} & set(happened(db))
    (case,) = cases(db)
    assert not {"proposes_close", "legal_hold"} & {name for name, value in case.flags.items() if value}
    assert case.assigned_to == "anna"
    assert letters(db, "result") == []
    is_open(db, ground, number)


AWAY = "Меня не будет в офисе с 23 ноября по 31 декабря. По всем вопросам обращайтесь к Борису."


def test_an_absence_in_her_name_takes_her_nothing(db: Database, ground: Ground, results: str, number: str) -> None:
    """Neither she nor her head nor the director is passed over; nobody becomes a deputy by a stranger's word."""
    for who, head in (("anna", "Auto-Submitted: auto-replied\n"), ("vera", ""), ("gleb", "Auto-Submitted: auto-replied\n")):
        file_raw(db, ground, a_forgery(AWAY, from_=f"{who}@firma.example", results=results, head=head, subject="Автоответ"), who)
    digests(db, ground, moscow(11, 25, 9))
    assert number in read_letter(digest_of(db))[1]
    theirs = [read_letter(one)[1] for one in letters(db, "digest") if one.recipient == "boris@firma.example"]
    assert not any("Вы замещаете" in text for text in theirs)
    assert escalated(db, ground, moscow(11, 25, 13))[0] == "anna"
    assert {"vera", "anna"} <= set(escalated(db, ground, moscow(11, 26, 11)))
    assert {"gleb", "vera", "anna"} <= set(escalated(db, ground, moscow(11, 27, 9)))
    assert "boris" not in {row.recipient.partition("@")[0] for row in letters(db, "escalation")}


def test_a_departments_answer_in_its_name_ends_no_reminder(db: Database, results: str, number: str) -> None:
    """He has the memo (a designer sent it on, the thread with it) and answers it; the designers are reminded, and she says what is true."""
    ground = a_house()
    send(db, ground, reply(f"!записка {number}\nПочему лопнуло стекло?", digests(db, ground)[ANNA].message_id), "c1")
    (memo,) = letters(db, "memo")
    for n, who in enumerate((KB, "boris@firma.example", "x@evil.example")):
        own = f"{SERVER}; dmarc=pass header.from=evil.example; dkim=pass header.d=evil.example" if "evil" in who else results
        file_raw(db, ground, a_forgery("Дефекта нет.", from_=who, results=own, answers=memo.message_id), f"forged {n}", NOW + 2 * HOUR)
    with db.read() as conn:
        assert [one.recipient for one in drafts.open_requests(conn)] == [KB]
    assert (cases(db)[0].state, cases(db)[0].wait_reason) == ("review", "design")
    assert happened(db).count("request_answer_unproven") == 3
    assert f"На запрос в отдел ответили, но отправитель не подтверждён: {number}." in digest_text(db, ground, NOW + DAY)
    assert remind(db, ground, a_desk(ground), moscow(11, 26, 9)) == 1
    send(db, ground, reply(f"!записка {number} отвечена", digest_of(db).message_id), "c2", moscow(11, 26, 10))
    with db.read() as conn:
        assert drafts.open_requests(conn) == []
    assert cases(db)[0].wait_reason is None
    assert "на запрос по делу № 2026-0001 ответили (kb@firma.example)" in " ".join(read_letter(letters(db, "result")[-1])[1].split())
    assert remind(db, ground, a_desk(ground), moscow(12, 1, 9)) == 0


def test_a_proven_answer_of_the_department_ends_them(db: Database, number: str) -> None:
    ground = a_house()
    send(db, ground, reply(f"!записка {number}\nПочему лопнуло стекло?", digests(db, ground)[ANNA].message_id), "c1")
    (memo,) = letters(db, "memo")
    file_raw(db, ground, a_forgery("Скол при погрузке.", from_=KB, results=PASS, answers=memo.message_id), "kb", NOW + 2 * HOUR)
    with db.read() as conn:
        assert drafts.open_requests(conn) == []
    assert "request_answered" in happened(db)
    assert remind(db, ground, a_desk(ground), moscow(11, 26, 9)) == 0


@pytest.mark.parametrize(("who", "is_answered"), [(ANNA, False), ("boris@firma.example", True)])
def test_who_asks_once_more_answers_nothing(db: Database, number: str, who: str, is_answered: bool) -> None:
    """Anna writes after her own memo, the claims box in copy: it waits on. What a colleague tells there answers it."""
    ground = a_house()
    send(db, ground, reply(f"!записка {number}\nПочему лопнуло стекло?", digests(db, ground)[ANNA].message_id), "c1")
    (memo,) = letters(db, "memo")
    raw = a_forgery("Коллеги, ответ нужен сегодня.", from_=who, to=KB, results=PASS, answers=memo.message_id, head="Cc: claims@firma.example\n")
    file_raw(db, ground, raw, "nudge", NOW + 2 * HOUR)
    with db.read() as conn:
        assert [one.recipient for one in drafts.open_requests(conn)] == ([] if is_answered else [KB])
    assert cases(db)[0].wait_reason == (None if is_answered else "design")
    assert ("request_answered" in happened(db)) is is_answered
    assert "request_answer_unproven" not in happened(db)
    assert remind(db, ground, a_desk(ground), moscow(11, 26, 9)) == (0 if is_answered else 1)


@pytest.mark.parametrize("who", [CUSTOMER, ANNA, "mallory@firma.example"])
def test_a_withdrawal_in_somebodys_name_closes_nothing(db: Database, number: str, who: str) -> None:
    """In the customer's name our mail server denies it, in a colleague's nothing proves it: no close is proposed, and she is warned."""
    ground = a_house()
    denied = f"{SERVER}; spf=fail smtp.mailfrom=x@evil.example; dkim=none; dmarc=none"
    raw = a_forgery("Претензию отзываем, вопрос решён.", from_=who, results=denied, answers=letters(db, "acknowledgement")[0].message_id)
    file_raw(db, ground, raw, understanding=words(0.05, withdrawal="full"))
    assert not cases(db)[0].flags.get("proposes_close")
    text = digest_text(db, ground, NOW + 2 * HOUR)
    assert ("уточните у клиента, писал ли он это" in text) is (who == CUSTOMER)
    assert state_of(db, number)[0] == "registered"
    is_open(db, ground, number)


def test_the_customers_own_withdrawal_is_proposed(db: Database, number: str) -> None:
    ground = a_house()
    passed = f"{SERVER}; dmarc=pass header.from=zakaz.example; dkim=pass header.d=zakaz.example"
    raw = a_forgery("Претензию отзываем.", from_=CUSTOMER, results=passed, answers=letters(db, "acknowledgement")[0].message_id)
    file_raw(db, ground, raw, understanding=words(0.05, withdrawal="full"))
    assert cases(db)[0].flags.get("proposes_close") is True


@pytest.mark.parametrize("house", COMPANIES)
def test_letters_promise_of_a_copy_only_what_it_does(db: Database, house: str) -> None:
    """Where nobody looks at senders, a copy marks nothing as answered: who believed the promise let the clock run out."""
    ground = a_house(house)
    danger = words(safety=True, legal_threat=True)
    file_one(db, ground, at=NOW, understanding=danger)
    digests(db, ground, NOW + HOUR)
    escalate(db, ground, a_desk(ground), moscow(11, 30, 10))
    for kind in ("alert", "digest", "case_letter", "escalation"):
        for row in letters(db, kind):
            mail = message_from_bytes(row.raw, policy=policy.default)
            for part in mail.walk():
                if part.get_content_maintype() != "text":
                    continue
                said = " ".join(part.get_content().replace("&nbsp;", " ").split())
                if house == "nobody vouches":
                    assert "отмечено как отвеченное" not in said
                    assert "marked as answered" not in said
                    assert "!ответ" not in said
                    assert "!статус" not in said
                elif kind == "alert":
                    assert re.search("отмечено как отвеченное|marked as answered", said)
    if house == "nobody vouches":
        text = " ".join(read_letter(letters(db, "alert")[0])[1].split())
        assert "Срок от этого не остановится" in text
        assert "mailbot case set НОМЕР answered=ДАТА" in text
