"""Attackers and accidents around commands by mail, as raw mails read and filed: what must not happen does not (reliability.md A1-A16, L1)."""

from __future__ import annotations

from dataclasses import replace
from email import policy
from typing import Any
from urllib.parse import quote

import pytest

from mailbot.claims.command_proof import make_token
from mailbot.claims.message import Bounce, BouncedRecipient
from mailbot.jobs.policy_of import Ground
from mailbot.mail_in.read import read_mail
from mailbot.store.database import Database
from tests.desk_values import HOUR, MINUTE, NOW, SECOND, a_ground, events, file_claims, file_one, letters, read_letter, send_all
from tests.reply_forms import FORMS, Quoted
from tests.test_command_book import ANNA, MAILBOX, PASS, SERVER, digests, outcomes, read_html, reply, send, state_of
from tests.values import KEY, NO_COMPLAINT, a_bounce, a_mail, words

NUMBER = "2026-0001"
LINE = f"!закрыть {NUMBER} решено"
TEXT = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
PAGE = "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
BORIS = "<boris@firma.example>"


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_ground(mailbox=[MAILBOX])


@pytest.fixture
def digest(sqlite_db: Database, ground: Ground) -> Any:
    """One claim, and Anna's digest that lists it."""
    file_claims(sqlite_db, ground, 1, NOW - HOUR)
    return digests(sqlite_db, ground)[ANNA]


def raw(body: str = TEXT + LINE, from_: str = f"<{ANNA}>", *, head: str = "", results: str = PASS, to: str | None = None) -> bytes:
    answers = f"In-Reply-To: <{to}>\nReferences: <{to}>\n" if to else ""
    text = f"Authentication-Results: {results}\nFrom: {from_}\nTo: claims@firma.example\nSubject: Re: x\nMessage-ID: <1@firma.example>\nDate: Mon, 23 Nov 2026 11:00:00 +0300\n{answers}{head}MIME-Version: 1.0\n{body}\n"
    return text.replace("\n", "\r\n").encode()


def parts(*bodies: str, kind: str = "mixed") -> str:
    return f'Content-Type: multipart/{kind}; boundary="b"\n\n' + "".join(f"--b\n{body}\n" for body in bodies) + "--b--\n"


INNER = f"Content-Type: message/rfc822\n\nFrom: {ANNA}\nSubject: x\n{TEXT}{LINE}"
LATER = f"\n________________________________\nОт: Ольга <dealer@zakaz.example>\nОтправлено: 23 ноября 2026 г. 10:00\nКому: claims@firma.example\nТема: Претензия\n\n{LINE}"
FAILS = f"{SERVER}; dmarc=fail"

# none of these is Anna's command; all say they answer her own digest
FORGED: dict[str, bytes] = {
    "a Cyrillic letter in the address": raw(from_="<\u0430nna@firma.example>"),
    "a letter that folds into another": raw(f"{TEXT}{LINE} {make_token(KEY, 'boris', NUMBER, NOW)}", "<bori\u017f@firma.example>"),
    "a sub-address": raw(from_="<anna+x@firma.example>"),
    "a domain that begins like ours": raw(from_=f"<{ANNA}.evil.example>"),
    "a group": raw(from_=f"Staff: {ANNA};"),
    "two authors": raw(from_=f"{ANNA}, x@evil.example"),
    "an address in a comment": raw(from_=f"{ANNA}(<x@evil.example>)"),
    "an address before the address": raw(from_=f"{ANNA}<x@evil.example>"),
    "her address as a name": raw(from_=f'"{ANNA}" <x@evil.example>'),
    "her address in Sender and Reply-To": raw(from_="<x@evil.example>", head=f"Sender: {ANNA}\nReply-To: {ANNA}\n"),
    "an outsider with her token": raw(f"{TEXT}{LINE} {make_token(KEY, 'anna', NUMBER, NOW)}", "<x@evil.example>"),
    "a colleague with her token": raw(f"{TEXT}{LINE} {make_token(KEY, 'anna', NUMBER, NOW)}", BORIS),
    "a colleague answers her digest": raw(from_=BORIS),
    "a second text part": raw(parts(f"{TEXT}Посмотрите.", TEXT + LINE)),
    "an attached mail": raw(parts(f"{TEXT}Посмотрите.", INNER)),
    "nothing but an attached mail": raw(parts(INNER)),
    "an attached text": raw(parts(f"{TEXT}Посмотрите.", f"Content-Disposition: attachment; filename=a.txt\n{TEXT}{LINE}")),
    "nothing but an attached text": raw(parts(f"Content-Disposition: attachment; filename=a.txt\n{TEXT}{LINE}")),
    "hidden in the page": raw(parts(f"{TEXT}Посмотрите", f'{PAGE}<div style="display:none">{LINE}</div><p>Посмотрите</p>', kind="alternative")),
    "hidden in a page alone": raw(f'{PAGE}<div style="display:none">{LINE}</div><p>Посмотрите</p>'),
    "in a comment of the page": raw(f"{PAGE}<!-- {LINE} --><p>Посмотрите</p>"),
    "in letters of no size": raw(f'{PAGE}<span style="font-size:0">{LINE}</span><p>Посмотрите</p>'),
    "in a box of no height": raw(f'{PAGE}<p style="max-height:0;overflow:hidden">{LINE}</p><p>Посмотрите</p>'),
    "a pass in a comment of the results": raw(results=f"{SERVER}; dmarc=fail (dmarc=pass header.from=firma.example) header.from=firma.example"),
    "a pass in a quoted address of the results": raw(results=f'{SERVER}; spf=pass smtp.mailfrom="x; dmarc=pass header.from=firma.example"@evil.example; dmarc=none'),
    "a second result behind the first": raw(results=f"{FAILS}; spf=pass smtp.helo=x; dmarc=pass header.from=firma.example"),
    "another server's results": raw(results=PASS.replace(SERVER, f"{SERVER}.")),
    "a customer's words quoted under nothing": raw(TEXT + LATER),
    "a customer's words under her signature": raw(f"{TEXT}С уважением,\nАнна{LATER}"),
    "a robot": raw(head="Auto-Submitted: auto-replied\n"),
    "an invitation": raw(f"Content-Type: text/calendar; method=REQUEST; charset=utf-8\n\nBEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:{LINE}\nEND:VEVENT\nEND:VCALENDAR\n", from_=BORIS),
}


@pytest.mark.parametrize("name", FORGED)
def test_none_of_these_is_her_command(sqlite_db: Database, ground: Ground, digest: Any, name: str) -> None:
    answers = f"In-Reply-To: <{digest.message_id}>\r\nReferences: <{digest.message_id}>\r\n".encode()
    mail = FORGED[name].replace(b"MIME-Version", answers + b"MIME-Version", 1)
    before = len(letters(sqlite_db))
    send(sqlite_db, ground, read_mail(mail), "forged", raw=mail)
    assert state_of(sqlite_db, NUMBER)[0] == "registered"
    assert [row.recipient for row in letters(sqlite_db)[before:] if not row.recipient.endswith("@firma.example")] == []
    genuine = raw(to=digest.message_id)
    send(sqlite_db, ground, read_mail(genuine), "genuine", NOW + 2 * HOUR, raw=genuine)
    assert state_of(sqlite_db, NUMBER)[0] == "closed"  # it was the trick that failed


ENCRYPTED = {
    "S/MIME": "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\nContent-Transfer-Encoding: base64\n\nMIIBAAAA\n",
    "PGP/MIME": parts("Content-Type: application/pgp-encrypted\n\nVersion: 1", "Content-Type: application/octet-stream; name=x.asc\n\n-----BEGIN PGP MESSAGE-----", kind="encrypted"),
    "PGP in the text": f"{TEXT}-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n",
}  # fmt: skip


@pytest.mark.parametrize("form", ENCRYPTED)
def test_what_nobody_here_can_read_is_said_to_be_so(sqlite_db: Database, ground: Ground, digest: Any, form: str) -> None:
    """No note of nothing is kept of a colleague's mail, and a customer's is not shown as a letter without text."""
    hers = raw(ENCRYPTED[form], to=digest.message_id)
    send(sqlite_db, ground, read_mail(hers), "hers", raw=hers)
    assert outcomes(sqlite_db) == [("not_done", "")]
    assert "Ваше письмо зашифровано" in read_letter(letters(sqlite_db, "result")[0])[1]
    theirs = read_mail(raw(ENCRYPTED[form], "<dealer@zakaz.example>"))
    file_one(sqlite_db, ground, "theirs", NOW + HOUR, NO_COMPLAINT, mail=theirs)
    send(sqlite_db, ground, reply(f"!показать 2026-0002 {make_token(KEY, 'anna', '2026-0002', NOW)}", None), "show", NOW + 2 * HOUR)
    said = " ".join(read_letter(letters(sqlite_db, "case_letter")[-1])[1].split())
    assert "зашифровано, программа не может его прочитать" in said or form == "PGP in the text"


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_reply_leaves_nothing(sqlite_db: Database, ground: Ground, digest: Any, form: str) -> None:
    """She pressed "send" too early: no note of her signature or of our own letter; at most she hears that there was nothing."""
    quoted = Quoted(read_letter(digest)[1], read_html(digest))
    head = raw("", to=digest.message_id).rstrip().removesuffix(b"MIME-Version: 1.0")
    mail = head + FORMS[form]("", quoted).as_bytes(policy=policy.SMTP)
    send(sqlite_db, ground, read_mail(mail), "empty", raw=mail)
    assert outcomes(sqlite_db) == [("not_done", "")]
    assert "note" not in [event.what for event in events(sqlite_db, 1)]
    assert all("Над цитатой" in read_letter(row)[1] for row in letters(sqlite_db, "result"))


@pytest.mark.parametrize("text", ["Я в отпуске, вернусь в декабре.", "!нет такой команды"])
def test_a_colleagues_robot_that_says_nothing_about_itself(sqlite_db: Database, ground: Ground, text: str) -> None:
    """It answers each of our letters, and we would answer it: after some it is only kept. Her own work goes on."""
    file_claims(sqlite_db, ground, 2, NOW - HOUR)
    answered = digests(sqlite_db, ground)[ANNA].message_id
    for n in range(100):
        send(sqlite_db, ground, reply(text, answered), f"robot {n}", NOW + HOUR + n * SECOND)
        answered = letters(sqlite_db)[-1].message_id
    assert len(letters(sqlite_db, "result")) == 20
    send(sqlite_db, ground, reply(f"!взять {NUMBER}", digests_id(sqlite_db)), "hers", NOW + HOUR + 5 * MINUTE)
    assert state_of(sqlite_db, NUMBER) == ("review", "anna")
    assert len(letters(sqlite_db, "result")) == 21


def digests_id(db: Database) -> str:
    return str(next(row.message_id for row in letters(db, "digest") if row.recipient == ANNA))


def test_a_customers_robot_that_says_nothing_about_itself(sqlite_db: Database, ground: Ground) -> None:
    """It answers every letter of ours with a new claim under a new subject: five letters a day, and no more."""
    for n in range(60):
        mail = replace(a_mail(from_="robot@zakaz.example", subject=f"Обращение {n}: стекло разбито"), message_id=f"{n}@zakaz.example")
        file_one(sqlite_db, ground, f"robot {n}", NOW + n * MINUTE, mail=mail)
    assert len([row for row in letters(sqlite_db) if row.recipient == "robot@zakaz.example"]) <= 5


def test_a_hundred_reports_of_one_letter_are_told_once(sqlite_db: Database, ground: Ground) -> None:
    """Whoever has our letter can say as often as he likes that it came back; what she has done about it since stands."""
    file_claims(sqlite_db, ground, 1, NOW - HOUR)
    send_all(sqlite_db, NOW)
    (acknowledged,) = letters(sqlite_db)
    report = replace(a_bounce(), bounce=Bounce(acknowledged.message_id, (BouncedRecipient("eve@evil.example", permanent=True, status="5.1.1"),)))
    for n in range(5):
        file_one(sqlite_db, ground, f"report {n}", NOW + n * MINUTE, NO_COMPLAINT, mail=report)
    assert sorted(row.recipient for row in letters(sqlite_db, "alert")) == [ANNA, "vera@firma.example"]
    assert [event.what for event in events(sqlite_db, 1)].count("acknowledgement_bounced") == 1


@pytest.mark.parametrize(("name", "goes"), [("a.PDF", True), ("exe", True), ("invoice.pdf.exe", False), ("фото.JPG.js. ", False)])
def test_a_strangers_program_does_not_go_round_the_house_under_our_name(sqlite_db: Database, ground: Ground, name: str, goes: bool) -> None:
    """Mail servers refuse a letter with one: she would not hear of the danger."""
    file = f"Content-Type: application/octet-stream\nContent-Disposition: attachment; filename*=utf-8''{quote(name)}\n\nbytes of it"
    mail = raw(parts(f"{TEXT}Стекло разбито, порезался ребёнок.", file), "<dealer@zakaz.example>")
    file_one(sqlite_db, ground, "file", NOW, words(safety=True), mail=read_mail(mail), raw=mail)
    (letter,) = letters(sqlite_db, "case_letter")
    assert (b"Content-Disposition: attachment" in letter.raw) is goes
    said = " ".join(read_letter(letter)[1].split())
    assert f"{'' if goes else 'не приложено (слишком большой файл или программа): '}{name.rstrip('. ')}" in said


HOSTILE = (
    '"<img src=x onerror=alert(1)>" <a?bcc=victim@evil.example>',
    '"=?utf-8?q?Evil=0D=0ABcc:_victim@evil.example?=" <b@evil.example>',
    '"\u202egpj.exe\u202c" <c&body=x@evil.example>',
    "{{7*7}} {% raw %} <e+tag@evil.example>",
)


@pytest.mark.parametrize("from_", HOSTILE)
def test_names_and_subjects_of_strangers_stay_text(sqlite_db: Database, ground: Ground, from_: str) -> None:
    """In the acknowledgement, the digest and its links: no tag, no header, no address added, no letter that turns the line around."""
    mail = raw(f"{TEXT}Стекло разбито. \u202e{LINE}", from_, results=PASS.replace("firma", "evil")).replace(b"Subject: Re: x", b'Subject: "><script>alert(1)</script> ?bcc=v@e.example')
    file_one(sqlite_db, ground, "hostile", NOW, mail=read_mail(mail), raw=mail)
    digests(sqlite_db, ground)
    assert letters(sqlite_db)
    for row in letters(sqlite_db):
        message, text = read_letter(row)
        page = read_html(row)
        assert not [name for name in message if name.casefold() in {"bcc", "cc"}]
        assert [tag for tag in ("<img", "<script", "\u202e") if tag in page.casefold()] == []
        assert "\u202e" not in text
        assert "bcc=victim" not in page.replace("&amp;", "&").partition("mailto:")[2].split('"')[0]
        assert "49 " not in text
