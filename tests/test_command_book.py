"""A case worked by mail: commands from the digest, from case letters and from ready replies; what is not proven commands nothing."""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from sqlalchemy import select

from mailbot.claims.command_proof import make_token
from mailbot.claims.message import Address, Forwarded, IncomingMail, Signs
from mailbot.claims.proof import SigningKey, make_message_id
from mailbot.cli.case_export import export_case
from mailbot.jobs.policy_of import Ground
from mailbot.jobs.write_digests import write_digests
from mailbot.mail_in.read import read_mail
from mailbot.store.database import Database
from mailbot.store.tables import commands as command_table
from tests.desk_values import (
    DAY,
    HOUR,
    MINUTE,
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
    read_letter,
    send_all,
    set_case,
)
from tests.values import KEY, NO_COMPLAINT, a_forward, a_mail

SERVER = "mx.firma.example"
PASS = f"{SERVER}; dmarc=pass header.from=firma.example; dkim=pass header.d=firma.example"
PROOFS = {"claims": SERVER}
ANNA, BORIS = "anna@firma.example", "boris@firma.example"
MAILBOX = {"name": "claims", "address": "claims@firma.example", "host": "127.0.0.1", "tls": "none", "authserv_id": SERVER}


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_ground(mailbox=[MAILBOX])


def reply(text: str, to: str | None, who: str = ANNA, *, signs: Signs | None = None, **changes: Any) -> IncomingMail:
    """One of our people answers a letter of ours."""
    values = {"from_": Address("", who), "in_reply_to": to, "references": (to,) if to else (), "subject": "Re: Сводка", **changes}
    return a_mail(text, signs=signs or Signs(authentication_results=(PASS,)), **values)


def send(db: Database, ground: Ground, mail: IncomingMail, key: str, at: datetime = NOW + HOUR, proofs: dict[str, str] | None = None, **stored: Any) -> int:
    return file_one(db, ground, key, at, NO_COMPLAINT, mail=mail, proofs=PROOFS if proofs is None else proofs, **stored)


def digests(db: Database, ground: Ground, now: datetime = NOW) -> dict[str, Any]:
    """Everybody's digest, by address."""
    write_digests(db, ground, a_desk(ground), now, force=True)
    return {row.recipient: row for row in letters(db, "digest")}


def claim_at_hand(db: Database, ground: Ground) -> str:
    """One registered claim of Anna's, in her digest, acknowledged; its number."""
    (number,) = file_claims(db, ground, 1, NOW - HOUR)
    digests(db, ground)
    send_all(db, NOW)
    return number


def last_result(db: Database) -> str:
    """The text of the last one, on one line: a letter is wrapped."""
    return " ".join(read_letter(letters(db, "result")[-1])[1].split())


def outcomes(db: Database) -> list[tuple[str, str]]:
    with db.read() as conn:
        return [tuple(row) for row in conn.execute(select(command_table.c.outcome, command_table.c.why).order_by(command_table.c.id))]


def state_of(db: Database, number: str = "2026-0001") -> tuple[str, str | None]:
    return next((row.state, row.assigned_to) for row in cases(db) if row.number == number)


@pytest.fixture
def two_cases(db: Database, ground: Ground) -> list[str]:
    """Two registered claims of Anna's, and her digest is out."""
    numbers = file_claims(db, ground, 2, NOW - HOUR)
    digests(db, ground)
    return numbers


def digest_of(db: Database, who: str = ANNA) -> Any:
    return next(row for row in letters(db, "digest") if row.recipient == who)


def test_take_from_the_digest(db: Database, ground: Ground, two_cases: list[str]) -> None:
    row = send(db, ground, reply(f"!взять {two_cases[1]}\n\nАнна", digest_of(db).message_id), "c1")
    assert [state_of(db, number) for number in two_cases] == [("registered", "anna"), ("review", "anna")]
    (result,) = letters(db, "result")
    head, text = read_letter(result)
    assert (result.recipient, head["In-Reply-To"], result.automatic) == (ANNA, "<c1@zakaz.example>", False)
    assert head["Subject"] == f"Сделано [#{two_cases[1]}]"
    for words in (f"Дело № {two_cases[1]} теперь Ваше.", "на рассмотрении", "ответить клиенту до", "Ещё: !помощь", "Отменить можно до"):
        assert words in text
    done = [event for event in events(db, cases(db)[1].id) if event.actor == "anna"]
    assert [event.what for event in done] == ["review", "commanded"]
    assert "never answered" not in " ".join(event.why for event in events(db, cases(db)[1].id))
    assert done[-1].received_id == row
    assert len(letters(db, "acknowledgement")) == 2  # nobody outside hears of it


def test_a_command_above_a_letter_she_passes_on(sqlite_db: Database, ground: Ground) -> None:
    """She forwards a customer's letter from her own mailbox with the command above it: nothing is done, and she can do it in one answer."""
    number = claim_at_hand(sqlite_db, ground)
    passed_on = reply(f"!взять {number}", None, subject="Fwd: претензия", forwarded=Forwarded(from_=Address("Ольга", "olga@zakaz.example"), text="Ждём."))
    send(sqlite_db, ground, passed_on, "c1")
    said = last_result(sqlite_db)
    assert "Команды принимаются только в ответ на письмо программы" in said
    assert "Можно ответить и на это письмо" in said
    assert "Письмо, которое Вы переслали под командой, ни в какое дело не попало" in said
    assert (state_of(sqlite_db), outcomes(sqlite_db)) == (("registered", "anna"), [("refused", "no_letter")])
    send(sqlite_db, ground, reply("!взять", letters(sqlite_db, "result")[-1].message_id), "c2")
    assert state_of(sqlite_db) == ("review", "anna")


def test_a_case_she_may_not_see_is_not_shown_for_its_number(sqlite_db: Database, ground: Ground) -> None:
    number = claim_at_hand(sqlite_db, ground)
    send(sqlite_db, ground, reply(f"!показать {number}", None, "boris@firma.example"), "c1")
    assert "Ольга" not in last_result(sqlite_db)
    assert "Можно ответить" not in last_result(sqlite_db)


def test_a_digest_of_several_cases_needs_a_number(db: Database, ground: Ground, two_cases: list[str]) -> None:
    digest = digest_of(db).message_id
    send(db, ground, reply("!взять", digest), "c1")
    assert state_of(db) == ("registered", "anna")
    assert f"{two_cases[0]}, {two_cases[1]}. Назовите номер сразу за командой: «!взять 2026-0451»." in last_result(db)
    send(db, ground, reply("!помощь\n!заметка Звонила клиенту", digest), "c1b")
    assert "«!заметка 2026-0451»" in last_result(db)
    send(db, ground, reply("!взять", digest, subject=f"Re: дело [#{two_cases[0]}]"), "c2")
    assert state_of(db) == ("review", "anna")


def test_only_cases_of_that_letter(db: Database, ground: Ground, two_cases: list[str]) -> None:
    (new,) = file_claims(db, ground, 1, NOW + MINUTE, "other@zakaz.example")
    send(db, ground, reply(f"!взять {new}", digest_of(db).message_id), "c1")
    assert state_of(db, new)[0] == "registered"
    assert "нет в письме" in last_result(db)
    assert outcomes(db) == [("refused", "not_listed")]


def test_note_close_and_undo(db: Database, ground: Ground, two_cases: list[str]) -> None:
    number, digest = two_cases[0], digest_of(db).message_id
    send(db, ground, reply(f"!заметка {number} Перевозчик признал бой.\n!закрыть {number} решено", digest), "c1")
    case = cases(db)[0]
    assert (case.state, case.close_reason) == ("closed", "resolved_no_reply")
    assert "Письменного ответа клиент не получил, и о закрытии программа ему не пишет." in last_result(db)
    assert [event.why for event in events(db, case.id) if event.what == "note"] == ["Перевозчик признал бой."]
    result = letters(db, "result")[-1]
    send(db, ground, reply("!отмена", result.message_id), "c2", NOW + 2 * HOUR)
    case = cases(db)[0]
    assert (case.state, case.close_reason, case.closed_at) == ("registered", None, None)
    assert "отменено. Снова как было: состояние." in last_result(db)
    send(db, ground, reply("!отмена", result.message_id), "c3", NOW + 3 * HOUR)
    assert "можно отменить" in last_result(db)
    assert cases(db)[0].state == "registered"


def test_undo_after_a_day_or_another_change(db: Database, ground: Ground, two_cases: list[str]) -> None:
    number, digest = two_cases[0], digest_of(db).message_id
    send(db, ground, reply(f"!передать Борису {number}", digest), "c1")  # as one says it
    assert state_of(db) == ("registered", "boris")
    send(db, ground, reply(f"!отмена {number}", digest), "c2", NOW + 26 * HOUR)
    assert state_of(db) == ("registered", "boris")
    assert "за последние 24 часа" in last_result(db)
    send(db, ground, reply(f"!передать {number} vera", digest), "c3", NOW + 26 * HOUR)
    set_case(db, number, assigned_to="gleb")
    send(db, ground, reply(f"!отмена {number}", digest), "c4", NOW + 27 * HOUR)
    assert state_of(db) == ("registered", "gleb")
    assert "изменилось" in last_result(db)


def test_claim_from_the_letter_to_who_forwarded(db: Database, ground: Ground) -> None:
    file_one(db, ground, "f1", mail=replace(a_forward(), signs=Signs(authentication_results=(PASS,))), proofs=PROOFS)
    (asked,) = letters(db, "confirm_forward")
    assert state_of(db)[0] == "triage"
    assert letters(db, "acknowledgement") == []
    assert "ответьте на это письмо строкой «!претензия»" in " ".join(read_letter(asked)[1].split())
    assert len(re.findall(r'href="mailto:[^"]*body=', read_html(asked))) == 3  # one tap
    send(db, ground, reply("!Претензия", asked.message_id), "c1")
    assert state_of(db)[0] == "registered"
    (told,) = letters(db, "acknowledgement")
    assert told.recipient == "olga@zakaz.example"
    assert "Подтверждение клиенту отправляется." in last_result(db)
    send(db, ground, reply("!отмена", asked.message_id), "c2", NOW + 2 * HOUR)
    assert state_of(db)[0] == "registered"
    assert "можно отменить" in last_result(db)


def test_answered_category_and_what_is_not_possible(db: Database, ground: Ground, two_cases: list[str]) -> None:
    number, command = two_cases[0], partial(reply, to=digest_of(db).message_id)
    send(db, ground, command(f"!отвечено {number} 01.12.2026"), "c0")
    assert cases(db)[0].answered_at is None  # a day to come is no answer
    send(db, ground, command(f"!отвечено {number} 22.11.2026"), "c1")
    assert cases(db)[0].answered_at is None
    assert "непонятна" in last_result(db)
    send(db, ground, command(f"!отвечено {number}\n!категория {number} quantity"), "c2")
    assert (cases(db)[0].answered_at, cases(db)[0].category) == (NOW + HOUR, "quantity")
    send(db, ground, command(f"!претензия {number}"), "c3")
    assert "сейчас невозможна. Возможны: !взять" in last_result(db)
    for n, (line, words) in enumerate({"!категория {} чай": "Возможны: ", "!передать {} никто": "Возможны: Анна", "!готово {}": "Дело закрывают так"}.items()):
        send(db, ground, command(line.format(number)), f"d{n}")
        assert words in last_result(db)
        assert "Ничего не изменено" in last_result(db)


def test_all_or_nothing(db: Database, ground: Ground, two_cases: list[str]) -> None:
    digest = digest_of(db).message_id
    for n, second in enumerate(("!претензия {1}", "!такой {1}", "!передать {1} никто")):
        send(db, ground, reply(f"!взять {{0}}\n{second}".format(*two_cases), digest), f"c{n}")
        assert [state_of(db, number)[0] for number in two_cases] == ["registered"] * 2
        assert not [event for event in events(db, cases(db)[0].id) if event.actor == "anna"]
    assert outcomes(db) == [("not_done", "")] * 3


def test_a_replay_changes_and_answers_nothing(db: Database, ground: Ground, two_cases: list[str]) -> None:
    number, digest = two_cases[0], digest_of(db).message_id
    mail = reply(f"!закрыть {number} решено", digest)
    send(db, ground, mail, "c1")
    send(db, ground, reply(f"!открыть {number}", digest), "c2", NOW + 2 * HOUR)
    before = len(letters(db))
    for n in range(3):
        send(db, ground, mail, "c1", NOW + (3 + n) * HOUR, source_key=f"imap:again:{n}", raw=f"replay {n}".encode())
    assert state_of(db)[0] == "review"
    assert len(letters(db)) == before
    assert len(outcomes(db)) == 2


def test_a_copy_that_proves_nothing_takes_nothing_from_hers(db: Database, ground: Ground, two_cases: list[str]) -> None:
    """It came another way, or a stranger sent it before her own: the proven one commands, once."""
    mail = replace(reply(f"!взять {two_cases[0]}", digest_of(db).message_id), content_key="one and the same")
    forged = replace(mail, signs=Signs(authentication_results=(f"{SERVER}; dmarc=fail",)))
    for n, copy in enumerate((forged, forged, mail, mail, forged)):
        send(db, ground, copy, "one and the same", NOW + HOUR + n * MINUTE, raw=f"copy {n}".encode(), source_key=f"sha256:{n:064}")
    assert outcomes(db) == [("done", "")]
    assert state_of(db, two_cases[0])[0] == "review"
    assert len(letters(db, "result")) == 1


def test_sixty_an_hour(db: Database, ground: Ground, two_cases: list[str]) -> None:
    digest = digest_of(db).message_id
    for n in range(6):
        send(db, ground, reply("\n".join([f"!статус {two_cases[0]}"] * 10), digest), f"c{n}")
    send(db, ground, reply(f"!взять {two_cases[0]}", digest), "over")
    assert state_of(db)[0] == "registered"
    assert "больше 60" in last_result(db)
    send(db, ground, reply(f"!взять {two_cases[0]}", digest), "later", NOW + 3 * HOUR)
    assert state_of(db)[0] == "review"


def test_a_ready_reply(db: Database, ground: Ground, two_cases: list[str]) -> None:
    """A link of the digest opens a new mail: its token is the proof, beside the sender."""
    html = read_html(digest_of(db))
    links = [unquote(href) for href in re.findall(r'href="(mailto:claims@[^"]*body=[^"]*)"', html.replace("&amp;", "&"))]
    assert len(links) == 10
    line = links[0].partition("body=")[2].strip()
    assert re.fullmatch(rf"!взять {two_cases[0]} ~k7\.20261123\.[a-z2-7]{{26}}", line)
    send(db, ground, reply(line, None, subject=f"Re: [#{two_cases[0]}]"), "c1")
    assert state_of(db)[0] == "review"
    send(db, ground, reply(line.upper().replace("!ВЗЯТЬ", "!отвечено"), None), "c2", NOW + 13 * DAY)
    assert cases(db)[0].answered_at is not None


def read_html(row: Any) -> str:
    part = read_letter(row)[0].get_body(("html",))
    assert part is not None
    return str(part.get_content())


def test_no_links_where_they_would_be_refused(db: Database) -> None:
    plain = a_ground()
    file_claims(db, plain, 1, NOW - HOUR)
    digest = digests(db, plain)[ANNA]
    assert "body=" not in read_html(digest)
    send(db, plain, reply("!взять 2026-0001", digest.message_id), "c1", proofs={})
    assert state_of(db)[0] == "registered"
    assert letters(db, "result") == []
    assert outcomes(db) == [("refused", "unproven")]
    assert "authserv_id" in read_letter(digests(db, plain, NOW + DAY)["olga@firma.example"])[1]


def test_a_refused_command_is_told_in_the_next_digest(db: Database, ground: Ground, two_cases: list[str]) -> None:
    forged = reply(f"!закрыть {two_cases[0]} решено", digest_of(db).message_id, signs=Signs(authentication_results=(f"{SERVER}; dmarc=fail",)))
    send(db, ground, forged, "c1")
    assert state_of(db)[0] == "registered"
    assert letters(db, "result") == []
    assert letters(db, "alert") == []
    write_digests(db, ground, a_desk(ground), NOW + DAY, force=True)
    newest = [row for row in letters(db, "digest") if row.recipient == ANNA][-1]
    assert "отправитель не подтверждён: 1" in " ".join(read_letter(newest)[1].split())


TWO_PARTS = (
    'Content-Type: multipart/alternative; boundary="b"\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n{0}\n\n'
    "--b\nContent-Type: text/html; charset=utf-8\n\n<div>{1}</div><br>\n--b--\n"
)


@pytest.mark.parametrize(
    ("plain", "page", "agree"),
    [
        ("!взять {}", "!взять {}", True),
        ("*!взять* {}", "<b>!взять</b>&nbsp;{}", True),
        ("!заметка {} Акт  пришёл", "<b>!заметка</b> {} Акт <i>пришёл</i>", True),
        ("!взять {}", "!закрыть {} решено", False),
        ("!взять {}", "Добрый день!", False),
        ("Добрый день!", "!закрыть {} решено", False),
        ("ок", "<p>&#33;закрыть {} решено</p><p>Посмотрите, что пишет клиент, и ответьте ему сегодня</p>", False),
        ("ок", "<p>!<b>закрыть</b> {} решено</p><p>Посмотрите, что пишет клиент, и ответьте ему сегодня</p>", False),
        ("!взять {}", "!взять 2026-0002", False),
    ],
)
def test_both_parts_of_a_mail_say_the_same(sqlite_db: Database, ground: Ground, plain: str, page: str, agree: bool) -> None:
    db = sqlite_db
    number = file_claims(db, ground, 2, NOW - HOUR)[0]
    digests(db, ground)
    head = f"Authentication-Results: {PASS}\nFrom: <anna@firma.example>\nTo: claims@firma.example\nSubject: Re\nMessage-ID: <1@firma.example>\nDate: Mon, 23 Nov 2026 11:00:00 +0300\nIn-Reply-To: <{digest_of(db).message_id}>\nMIME-Version: 1.0\nContent-Transfer-Encoding: 8bit\n"
    body = TWO_PARTS.format(plain.format(number), page.format(number))
    send(db, ground, read_mail((head + body).replace("\n", "\r\n").encode()), "c1")
    assert (state_of(db, number) == ("registered", "anna")) is (not agree or "заметка" in plain)
    if not agree:
        assert "разные команды" in last_result(db)


def test_many_closes_are_said_twice(db: Database, ground: Ground) -> None:
    numbers = file_claims(db, ground, 6, NOW - HOUR)
    digest = digests(db, ground)[ANNA].message_id
    lines = [f"!закрыть {number} решено" for number in numbers]
    send(db, ground, reply("\n".join(lines), digest), "c1")
    assert [state_of(db, number)[0] for number in numbers] == ["registered"] * 6
    assert "«!закрыть 2026-0451 решено точно»" in last_result(db)
    send(db, ground, reply("\n".join(lines[:5]), digest), "c2")
    assert [state_of(db, number)[0] for number in numbers].count("closed") == 5
    send(db, ground, reply("\n".join(f"!открыть {number}" for number in numbers[:5]), digest), "c3", NOW + HOUR + MINUTE)
    sure = "\n".join([*lines[:5], f"{lines[5]} точно"])
    send(db, ground, reply(sure, digest), "c4", NOW + HOUR + 2 * MINUTE)
    assert [state_of(db, number)[0] for number in numbers] == ["registered" if n == 5 else "review" for n in range(6)]  # not asked back yet
    asked = letters(db, "result")[-1].message_id
    send(db, ground, reply(sure, asked), "c5", NOW + HOUR + 3 * MINUTE)
    assert [state_of(db, number)[0] for number in numbers] == ["closed"] * 6


def test_twenty_closes_an_hour(sqlite_db: Database, ground: Ground) -> None:
    db = sqlite_db
    numbers = file_claims(db, ground, 21, NOW - HOUR)
    digest = digests(db, ground)[ANNA].message_id
    for n in range(21):
        send(db, ground, reply(f"!закрыть {numbers[n]} решено", digest), f"c{n}", NOW + HOUR + n * MINUTE)
    assert [state_of(db, number)[0] for number in numbers].count("closed") == 20
    sure = f"!закрыть {numbers[20]} решено точно"
    send(db, ground, reply(sure, digest), "too soon", NOW + 2 * HOUR - 30 * MINUTE)
    assert state_of(db, numbers[20])[0] == "registered"
    send(db, ground, reply(sure, letters(db, "result")[-1].message_id), "sure", NOW + 2 * HOUR - 29 * MINUTE)
    assert state_of(db, numbers[20])[0] == "closed"


def test_a_stolen_mailbox_closes_twenty_an_hour(sqlite_db: Database, ground: Ground) -> None:
    """By ready replies and by answers, one a mail and five at once (A13); what she is asked back the thief does not answer."""
    db = sqlite_db
    numbers = file_claims(db, ground, 60, NOW - HOUR)
    digest = digests(db, ground)[ANNA].message_id
    for n in range(120):
        several = numbers[n % 60 : n % 60 + (5 if n % 7 == 0 else 1)]
        lines = (f"!закрыть {number} решено точно" + (f" {make_token(KEY, 'anna', number, NOW)}" if n % 2 else "") for number in several)
        send(db, ground, reply("\n".join(lines), None if n % 2 else digest), f"c{n}", NOW + HOUR + n * 29 * SECOND)
    closed = [number for number in numbers if state_of(db, number)[0] == "closed"]
    assert 16 <= len(closed) <= 20
    told = " ".join(read_letter(digests(db, ground, NOW + DAY)["vera@firma.example"])[1].split())
    assert all(f"{number} (Анна: " in told for number in closed)  # the head's list of closes


def test_history_and_files_command_nothing(db: Database, ground: Ground, two_cases: list[str]) -> None:
    mail = reply(f"!взять {two_cases[0]}", digest_of(db).message_id)
    send(db, ground, mail, "c1", history=True)
    send(db, ground, mail, "c2", mailbox=None)
    assert state_of(db)[0] == "registered"
    assert letters(db, "result") == []
    assert outcomes(db) == []


# forgeries


def _flip(text: str, dice: random.Random) -> str:
    """One character of a token or a Message-ID is another (case means nothing, mail programs fold it)."""
    places = [n for n, c in enumerate(text) if c.isalnum()]
    n = dice.choice(places)
    return text[:n] + dice.choice([c for c in "abcdefgh234567" if c != text[n]]) + text[n + 1 :]


Trick = Callable[[IncomingMail, random.Random], IncomingMail]


def _signs(**changes: Any) -> Trick:
    return lambda mail, dice: replace(mail, signs=replace(mail.signs, **changes))


def _results(*values: str) -> Trick:
    return _signs(authentication_results=values)


def _other_letter(message_id: str) -> Trick:
    return lambda mail, dice: replace(mail, in_reply_to=message_id, references=(message_id,))


def _other_text(change: Callable[[str], str]) -> Trick:
    return lambda mail, dice: replace(mail, text=change(mail.text))


SENDER: dict[str, Trick] = {
    "no header": _results(),
    "another server's": _results(PASS.replace(SERVER, "mx.evil.example")),
    "ours below another's": _results(PASS.replace(SERVER, "mx.evil.example"), PASS),
    "failed": _results(f"{SERVER}; dmarc=fail header.from=firma.example; dkim=fail"),
    "another domain": _results(f"{SERVER}; dkim=pass header.d=evil.example; dmarc=pass header.from=evil.example"),
    "a sub-domain": _results(f"{SERVER}; dkim=pass header.d=x.firma.example"),
    "SPF alone": _results(f"{SERVER}; spf=pass smtp.mailfrom=anna@firma.example"),
    "nothing published": _results(f"{SERVER}; dkim=none; dmarc=none; spf=none"),
    "malformed": _results(f"{SERVER}; (dmarc=pass"),
    "part of the body": _signs(dkim_limited=True),
    "loose": _signs(dkim_loose=True),
    "two From": _signs(from_count=2),
    "two mailboxes": _signs(from_mailboxes=2),
    "auto-reply": _signs(auto_submitted="auto-replied"),
    "vacation": _signs(auto_headers=("x-autoreply",)),
    "bulk": _signs(precedence="bulk"),
    "list": _signs(list_id="<l.firma.example>"),
    "null sender": _signs(return_path=""),
    "an outsider": lambda mail, dice: replace(mail, from_=Address("Анна", "anna@evil.example")),
    "a name like hers": lambda mail, dice: replace(mail, from_=Address("anna@firma.example", "x@evil.example")),
    "a colleague nobody listed": lambda mail, dice: replace(mail, from_=Address("", "mallory@firma.example")),
    "quoted": _other_text(lambda text: "\n".join(f"> {line}" for line in text.splitlines())),
    "below her words": _other_text(lambda text: f"Добрый день! Клиент пишет:\n\n{text}"),
    "in a forward": lambda mail, dice: replace(mail, text="Посмотрите", forwarded=Forwarded(from_=mail.from_, text=mail.text)),
}


# the whole campaigns, which say what they counted: MAILBOT_TEST_FORGERIES=10000 MAILBOT_TEST_GENUINE=1000 pytest -s -k "forgeries or genuine"
FORGERIES = int(os.environ.get("MAILBOT_TEST_FORGERIES", "1000"))
GENUINE = int(os.environ.get("MAILBOT_TEST_GENUINE", "140"))


@pytest.mark.timeout(240 + FORGERIES // 4)
def test_forgeries(sqlite_db: Database, ground: Ground) -> None:
    """Every trick, alone and with others, on answers and on ready replies: none accepted, none answered outside or without proof."""
    db, dice = sqlite_db, random.Random(19)
    numbers = file_claims(db, ground, 2, NOW - HOUR)
    digests(db, ground)
    (theirs,) = file_claims(db, ground, 1, NOW + MINUTE, "third@zakaz.example")
    hers, boris = digest_of(db).message_id, make_message_id(KEY, "digest", "digest:boris:2026-11-23", 1, "firma.example")
    other = SigningKey("k7", b"\x09" * 32)
    tokens = {
        "other person": make_token(KEY, "boris", numbers[0], NOW),
        "other case": make_token(KEY, "anna", numbers[1], NOW),
        "expired": make_token(KEY, "anna", numbers[0], NOW - 20 * DAY),
        "not yet": make_token(KEY, "anna", numbers[0], NOW + 20 * DAY),
        "other key": make_token(other, "anna", numbers[0], NOW),
        "cut": make_token(KEY, "anna", numbers[0], NOW)[:-1],
        "longer": make_token(KEY, "anna", numbers[0], NOW) + "a",
    }
    good = make_token(KEY, "anna", numbers[0], NOW)
    lines = (
        "!закрыть {} решено", "!взять {}", "!передать {} vera", "!не-претензия {}", "!отвечено {}", "!ответ {}\nДеньги возвращены.",
        "!запросить {}\n1. Пароль?", "!согласовано {}", "!отправить {}", "!ждём {} клиента до 31.12", "!объединить {} 2026-0002 точно",
        "!разделить {}", "!показать {}", "!записка {}\nЧто?", "!решение {} замена за наш счёт\nЗаменим.",
    )  # fmt: skip
    letter: dict[str, Trick] = {
        "no letter": lambda mail, dice: replace(mail, in_reply_to=None, references=()),
        "a stranger's": _other_letter("1@zakaz.example"),
        "another's digest": _other_letter(boris),
        "made up": lambda mail, dice: _other_letter(_flip(hers, dice))(mail, dice),
        "another key": _other_letter(make_message_id(other, "digest", "digest:anna:2026-11-23", 1, "firma.example")),
        "another case": _other_text(lambda text: text.replace(numbers[0], theirs)),
        "the customer's": _other_letter(letters(db, "acknowledgement")[0].message_id),
    }
    before = [(row.state, row.assigned_to, row.answered_at) for row in cases(db)]
    outside = [row.id for row in letters(db) if row.kind != "digest"]
    for n in range(FORGERIES):
        line = dice.choice(lines).format(numbers[0])
        if n % 3 == 0:
            mail = dice.choice(list(SENDER.values()))(reply(line, hers), dice)
        elif n % 3 == 1:
            mail = dice.choice(list(letter.values()))(reply(line, hers), dice)
        else:
            token = dice.choice([*tokens.values(), _flip(good, dice), _flip(good, dice), _flip(good, dice)])
            first, _, rest = line.partition("\n")
            mail = reply(f"{first} {token}\n{rest}".rstrip(), dice.choice([None, boris]))
        send(db, ground, mail, f"forged {n}", NOW + HOUR + timedelta(seconds=n % 3_000))
    assert [(row.state, row.assigned_to, row.answered_at) for row in cases(db)][: len(before)] == before
    new = [row for row in letters(db) if row.id not in outside and row.kind not in {"alert", "digest"}]
    assert {row.recipient for row in new if row.kind == "result"} <= {ANNA}
    assert {row.recipient for row in new} <= {ANNA}
    assert not [event for case in cases(db) for event in events(db, case.id) if event.actor == "anna"]
    found = Counter(outcome for outcome, _ in outcomes(db))
    outsiders = sum(not row.recipient.endswith("@firma.example") for row in new)
    print(f"\nforged commands {FORGERIES}: carried out {found['done']}, letters to outsiders {outsiders}; {dict(found)}, the rest was taken for no command")
    assert set(found) <= {"refused", "not_done"}
    send(db, ground, reply(f"!взять {numbers[0]} {good}", None), "genuine", NOW + 3 * HOUR)
    assert state_of(db, numbers[0])[0] == "review"  # it was the tricks that failed


# the forms of mail programs

STYLES: dict[str, Callable[[str, str], str]] = {
    "gmail": lambda text, id_: f"Content-Type: text/plain; charset=utf-8\n\n{text}\n\nпн, 23 нояб. 2026 г. в 10:00, Фирма <claims@firma.example>:\n\n> Доброе утро!\n> !закрыть решено\n",
    "gmail page": lambda text, id_: f'Content-Type: text/html; charset=utf-8\n\n<div dir="ltr">{text}</div><br><div class="gmail_quote"><div class="gmail_attr">пн, 23 нояб. 2026 г. в 10:00, Фирма &lt;<a href="mailto:claims@firma.example">claims@firma.example</a>&gt;:<br></div><blockquote class="gmail_quote">!закрыть решено</blockquote></div>\n',
    "outlook": lambda text, id_: f"Content-Type: text/plain; charset=utf-8\n\n{text}\n\n\nС уважением,\nАнна\n\n________________________________\nОт: Фирма <claims@firma.example>\nОтправлено: 23 ноября 2026 г. 10:00\nКому: Анна\nТема: Сводка\n\n!закрыть решено\n",
    "outlook page": lambda text, id_: f'Content-Type: text/html; charset=utf-8\n\n<html><body><div class="WordSection1"><p class="MsoNormal">{text}<o:p></o:p></p><p class="MsoNormal">&nbsp;</p><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b>От:</b> Фирма &lt;claims@firma.example&gt;<br><b>Отправлено:</b> 23 ноября 2026 г. 10:00<br><b>Кому:</b> Анна<br><b>Тема:</b> Сводка</p></div><p>!закрыть решено</p></div></body></html>\n',
    "outlook web": lambda text, id_: f'Content-Type: text/html; charset=utf-8\n\n<div style="font-family:Calibri">{text}</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><b>От:</b> Фирма &lt;claims@firma.example&gt;<br><b>Отправлено:</b> 23 ноября 2026 г. 10:00<br><b>Кому:</b> Анна<br><b>Тема:</b> Сводка</div><div>!закрыть решено</div>\n',
    "apple": lambda text, id_: f"Content-Type: text/plain; charset=utf-8\n\n{text}\n\n> 23 нояб. 2026 г., в 10:00, Фирма <claims@firma.example> написал(а):\n> \n> !закрыть решено\n",
    "iphone": lambda text, id_: f"Content-Type: text/plain; charset=utf-8\n\n{text}\n\nОтправлено с iPhone\n\n> 23 нояб. 2026 г., в 10:00, Фирма <claims@firma.example> написал(а):\n> \n> ﻿!закрыть решено\n",
    "mail.ru": lambda text, id_: f"Content-Type: text/plain; charset=utf-8\n\n\n{text}\n \n--\nАнна\n \n \n>Понедельник, 23 ноября 2026, 10:00 +03:00 от Фирма <claims@firma.example>:\n> \n>!закрыть решено\n",
    "yandex": lambda text, id_: f"Content-Type: text/plain; charset=utf-8\n\n{text}\n \n23.11.2026, 10:00, \"Фирма\" <claims@firma.example>:\n> !закрыть решено\n",
    "the bat": lambda text, id_: f"Content-Type: text/plain; charset=koi8-r\n\n{text}\n\nВы писали 23 ноября 2026 г., 10:00:\n\n> !закрыть решено\n\n-- \nАнна\n",
    "thunderbird": lambda text, id_: f"Content-Type: text/plain; charset=utf-8; format=flowed\n\n{text}\n\n23.11.2026 10:00, Фирма пишет:\n> !закрыть решено\n",
    "thunderbird page": lambda text, id_: f'Content-Type: text/html; charset=utf-8\n\n<html><body><p>{text}</p><div class="moz-cite-prefix">23.11.2026 10:00, Фирма пишет:<br></div><blockquote type="cite" cite="mid:{id_}"><p>!закрыть решено</p></blockquote></body></html>\n',
    "bold": lambda text, id_: f"Content-Type: text/html; charset=utf-8\n\n<p><b>{text}</b></p><p>&nbsp;</p>\n",
    "original message": lambda text, id_: f"Content-Type: text/plain; charset=utf-8\n\n{text}\n\n-----Original Message-----\nFrom: Firma <claims@firma.example>\nSent: Monday, November 23, 2026 10:00\nTo: Anna\nSubject: Digest\n\n!close resolved\n",
}  # fmt: skip


@pytest.mark.parametrize("style", STYLES)
def test_the_forms_of_mail_programs(sqlite_db: Database, ground: Ground, style: str) -> None:
    db = sqlite_db
    number = file_claims(db, ground, 1, NOW - HOUR)[0]
    digests(db, ground)
    id_, line = digest_of(db).message_id, f"!Взять №\u00a0{number}" if style != "the bat" else f"!Взять {number}"
    body = STYLES[style](line, id_)
    charset = "koi8-r" if "koi8-r" in body else "utf-8"
    head = f"Authentication-Results: {PASS}\nFrom: <anna@firma.example>\nTo: claims@firma.example\nSubject: Re: Svodka\nMessage-ID: <1@firma.example>\nDate: Mon, 23 Nov 2026 11:00:00 +0300\nIn-Reply-To: <{id_}>\nMIME-Version: 1.0\nContent-Transfer-Encoding: 8bit\n"
    mail = read_mail((head + body).replace("\n", "\r\n").encode(charset))
    send(db, ground, mail, "c1")
    assert state_of(db) == ("review", "anna"), mail.text
    assert outcomes(db) == [("done", "")]


GENUINE_LINES = (
    "!взять {}", "!статус {}", "!заметка {} Звонил перевозчик, акт пришлёт завтра.", "!категория {} quality", "!категория {} damage",
    "!передать {} anna", "!Взять № {}", "!ждём {} осмотр до 20.12", "!гарантия {} истекла", "!гарантия {} действует", "!показать {}",
    "!найти {}", "!отвечено {}", "!ответ {} Добрый день! Ваше обращение у специалиста.", "!take {}", "!status {}", "!note {} the carrier called",
)  # fmt: skip


@pytest.mark.timeout(120 + GENUINE // 2)
def test_genuine_commands_in_all_forms(sqlite_db: Database, ground: Ground) -> None:
    """Of a person's proven commands, in the forms of fourteen mail programs, at least 99.5 in a hundred are carried out."""
    db, dice = sqlite_db, random.Random(23)
    numbers = file_claims(db, ground, 8, NOW - HOUR)
    digests(db, ground)
    id_, failed = digest_of(db).message_id, []
    for n in range(GENUINE):
        style, number = list(STYLES)[n % len(STYLES)], dice.choice(numbers)
        line = dice.choice(GENUINE_LINES).format(number)
        body = STYLES[style](line if style == "the bat" else line.replace(" ", dice.choice([" ", " ", "\u00a0"]), 1), id_)
        charset = "koi8-r" if "koi8-r" in body else "utf-8"
        head = f"Authentication-Results: {PASS}\nFrom: <anna@firma.example>\nTo: claims@firma.example\nSubject: Re: Svodka\nMessage-ID: <{n}@firma.example>\nDate: Mon, 23 Nov 2026 11:00:00 +0300\nIn-Reply-To: <{id_}>\nMIME-Version: 1.0\nContent-Transfer-Encoding: 8bit\n"
        mail = read_mail((head + body).replace("\n", "\r\n").encode(charset, "replace"))
        before = len(outcomes(db))
        send(db, ground, mail, f"genuine {n}", NOW + HOUR + n * 2 * MINUTE)
        if outcomes(db)[before:] != [("done", "")]:
            failed.append((style, line, outcomes(db)[before:], last_result(db)[:300]))
    print(f"\ngenuine commands {GENUINE} in {len(STYLES)} forms of mail programs: carried out {GENUINE - len(failed)}, not {len(failed)}")
    assert len(failed) <= GENUINE // 200, failed[:3]


def test_a_refused_command_shows_its_case(db: Database, ground: Ground, two_cases: list[str]) -> None:
    """In answer to a digest: the line is wrong, or a second line names no case; what can be done with the one named is shown."""
    digest = digest_of(db).message_id
    for n, text in enumerate((f"!категория {two_cases[1]} чай", f"!решене {two_cases[1]}", f"!взять {two_cases[1]}\n!показать")):
        send(db, ground, reply(text, digest), f"c{n}")
        head, said = read_letter(letters(db, "result")[-1])
        assert head["Subject"] == f"Ничего не изменено [#{two_cases[1]}]", text
        assert f"Дело № {two_cases[1]}" in said
        assert "Обычно дальше" in said
    assert state_of(db, two_cases[1])[0] == "registered"


def test_a_case_that_the_letter_did_not_list_is_not_shown(db: Database, ground: Ground, two_cases: list[str]) -> None:
    (new,) = file_claims(db, ground, 1, NOW + MINUTE, "other@zakaz.example")
    send(db, ground, reply(f"!решене {new}", digest_of(db).message_id), "c1")
    assert f"Дело № {new}" not in last_result(db)
    send(db, ground, reply(f"!решене {two_cases[0]} {two_cases[1]}", digest_of(db).message_id), "c2")
    assert "Дело №" not in last_result(db)


def test_the_file_for_the_court_has_what_was_commanded_in_answer_to_a_digest(db: Database, ground: Ground, two_cases: list[str], tmp_path: Path) -> None:
    """One mail commands in this case alone, and its words are there; of the other, which commands in both, no word of the other case."""
    one, other = two_cases
    digest = digest_of(db).message_id
    send(db, ground, reply(f"!отвечено {one}", digest), "c1")
    send(db, ground, reply(f"!закрыть {one} решено\n!заметка {other} Тайна.", digest), "c2", NOW + 2 * HOUR)
    assert export_case(db, one, tmp_path / "out", MOSCOW, NOW + DAY) is not None
    index = (tmp_path / "out/index.txt").read_text()
    first, second = sorted((tmp_path / "out/commands").iterdir())
    assert f"!отвечено {one}" in first.read_text()
    assert "SHA-256" in second.read_text()
    assert index.count("команда сотрудника  anna@firma.example") == 2
    assert not [path for path in (tmp_path / "out").rglob("*") if path.is_file() and "Тайна" in path.read_bytes().decode("utf-8", "replace")]
    steps = [line for line in index.splitlines() if "команда исполнена" in line]
    assert [bool(re.search(r"\[\d+\]$", line)) for line in steps] == [True, True]


def test_a_colleague_is_named_as_the_configuration_writes_her_in_english(sqlite_db: Database) -> None:
    """`name_en` of [[person]] in the answers to commands too, not only in letters; where there is none, Latin letters."""
    english = {"anna": {"language": "en"}, "boris": {"name_en": "Borys"}}
    ground = a_ground(people=[{**one, **english.get(one["id"], {})} for one in PEOPLE], mailbox=[MAILBOX])
    number = claim_at_hand(sqlite_db, ground)
    send(sqlite_db, ground, reply(f"!assign {number} nobody", digest_of(sqlite_db).message_id), "c1")
    assert "Anna, Borys, Vera, Gleb, Olga" in last_result(sqlite_db)
    send(sqlite_db, ground, reply(f"!assign {number} Борису", digest_of(sqlite_db).message_id), "c2")
    assert f"Case {number} is given to Borys." in last_result(sqlite_db)


def test_how_much_may_be_commanded_is_configured(sqlite_db: Database) -> None:
    ground = a_ground(mailbox=[MAILBOX], limits={"commands_per_hour": 3, "closes_per_mail": 1, "closes_per_hour": 7})
    numbers = file_claims(sqlite_db, ground, 2, NOW - HOUR)
    digests(sqlite_db, ground)
    send_all(sqlite_db, NOW)
    digest = digest_of(sqlite_db).message_id
    send(sqlite_db, ground, reply("\n".join(f"!закрыть {number} решено" for number in numbers), digest), "c1")
    assert "больше 1 в письме или больше 7 за час" in last_result(sqlite_db)
    assert {row.state for row in cases(sqlite_db)} == {"registered"}
    send(sqlite_db, ground, reply("\n".join(f"!статус {number}" for number in numbers), digest), "looked")
    send(sqlite_db, ground, reply("\n".join(f"!взять {number}" for number in numbers), digest), "c2")
    assert "пришло команд больше 3." in last_result(sqlite_db)
    assert {row.state for row in cases(sqlite_db)} == {"registered"}
    send(sqlite_db, ground, reply("\n".join(f"!взять {number}" for number in numbers), digest), "c3", NOW + 3 * HOUR)
    assert {row.state for row in cases(sqlite_db)} == {"review"}


def test_a_mail_about_many_cases_is_undone_in_one_answer(sqlite_db: Database, ground: Ground) -> None:
    db = sqlite_db
    numbers = file_claims(db, ground, 3, NOW - HOUR)
    digests(db, ground)
    send(db, ground, reply("\n".join(f"!взять {number}" for number in numbers), digest_of(db).message_id), "c1")
    done = letters(db, "result")[-1]
    assert "ответьте на это письмо строкой «!отмена», чтобы вернуть всё сразу, или с номером дела, чтобы только в нём" in last_result(db)
    send(db, ground, reply("!отмена", done.message_id), "c2", NOW + 2 * HOUR)
    assert [state_of(db, number)[0] for number in numbers] == ["registered"] * 3
    assert last_result(db).count("последнее изменение отменено") == 3


def test_what_was_done_since_is_not_undone_in_its_place(sqlite_db: Database, ground: Ground) -> None:
    """She has gone on with one of the cases: which of her changes is meant, she must say."""
    db = sqlite_db
    numbers = file_claims(db, ground, 2, NOW - HOUR)
    digests(db, ground)
    send(db, ground, reply("\n".join(f"!взять {number}" for number in numbers), digest_of(db).message_id), "c1")
    done = letters(db, "result")[-1]
    send(db, ground, reply(f"!закрыть {numbers[0]} решено", done.message_id), "c2", NOW + 2 * HOUR)
    send(db, ground, reply("!отмена", done.message_id), "c3", NOW + 3 * HOUR)
    assert "относится к нескольким делам" in last_result(db)
    assert [state_of(db, number)[0] for number in numbers] == ["closed", "review"]
    send(db, ground, reply("!отмена", done.message_id), "c4", NOW + 2 * DAY)
    assert "относится к нескольким делам" in last_result(db)


@pytest.mark.parametrize("word", ["!ответ", "!запросить", "!заметка", "!вернуть"])
def test_a_ready_reply_sent_without_its_text_says_that_the_text_lacks(db: Database, ground: Ground, word: str) -> None:
    """A link opens a mail that answers nothing: its token proves the case, though the line lacks what it needs."""
    (number,) = file_claims(db, ground, 1, NOW - HOUR)
    send(db, ground, reply(f"{word} {number} {make_token(KEY, 'anna', number, NOW)}\n\n", None, subject=f"Re: [#{number}]"), "c1")
    said = last_result(db)
    assert "в ответ на письмо программы" not in said
    assert f"В команде «{word}» чего-то не хватает" in said
    assert f"Дело № {number}" in said
    assert "Можно ответить и на это письмо" not in said
    assert outcomes(db) == [("not_done", "")]


def test_a_ready_reply_of_somebody_else_without_its_text_shows_nothing(db: Database, ground: Ground) -> None:
    (number,) = file_claims(db, ground, 1, NOW - HOUR)
    send(db, ground, reply(f"!ответ {number} {make_token(KEY, 'boris', number, NOW)}\n", None), "c1")
    assert "Команды принимаются только в ответ на письмо программы" in last_result(db)
    assert outcomes(db) == [("refused", "no_letter")]


def test_a_note_below_the_handing_over_reaches_whom_the_case_is_given_to(db: Database, ground: Ground) -> None:
    number = claim_at_hand(db, ground)
    text = f"!передать Борису {number}\n!заметка {number} Звонила: клиент дома до пятницы"
    send(db, ground, reply(text, digest_of(db).message_id), "c1")
    (letter,) = [row for row in letters(db, "case_letter") if row.recipient == BORIS]
    assert "клиент дома до пятницы" in read_letter(letter)[1]
    said = last_result(db)
    assert said.index("передано: Борис") < said.index("добавлена заметка"), "she reads what was done in the order she wrote it"


@pytest.mark.parametrize("called", ["Barry", "barry cotton", "Cotton", "Борису", "Boris"])
def test_a_colleague_is_called_by_the_english_name_too(sqlite_db: Database, called: str) -> None:
    """Letters in English name him so (`name_en`)."""
    ground = a_ground(people=(PEOPLE[0], {**PEOPLE[1], "name_en": "Barry Cotton"}, *PEOPLE[2:]), mailbox=[MAILBOX])
    number = claim_at_hand(sqlite_db, ground)
    send(sqlite_db, ground, reply(f"!assign {number} {called}", digest_of(sqlite_db).message_id), "c1")
    assert state_of(sqlite_db)[1] == "boris"


def test_a_colleagues_note_stands_in_the_next_digest_of_whose_case_it_is(db: Database, ground: Ground) -> None:
    """A lawyer answered an alert with "nothing without my consent": it was kept as a note, and nobody was told."""
    number = claim_at_hand(db, ground)
    token = make_token(KEY, "boris", number, NOW)
    send(db, ground, reply(f"!заметка {number} {token} Без моей визы\nничего не отправлять.", None, BORIS), "c1")
    send(db, ground, reply(f"!заметка {number} Своё я знаю", digest_of(db).message_id), "c2")
    digests(db, ground, NOW + DAY)
    digest = [row for row in letters(db, "digest") if row.recipient == ANNA][-1]
    said = " ".join(read_letter(digest)[1].split())
    assert f"Заметки коллег в Ваших делах: {number} (Борис: «Без моей визы ничего не отправлять»)." in said
    assert "Своё я знаю" not in said
    digests(db, ground, NOW + 2 * DAY)
    later = [row for row in letters(db, "digest") if row.recipient == ANNA][-1]
    assert "Без моей визы" not in read_letter(later)[1], "once"
