"""A command whose DKIM signature we check ourselves: obeyed where it is right, fresh and of one of our people, refused otherwise."""

from __future__ import annotations

import time

import pytest

from mailbot.claims.authentication import Authentication
from mailbot.claims.understanding import ReadMail
from mailbot.jobs.own_proof import Asked, KeyBook, OwnProof
from mailbot.jobs.policy_of import Ground
from mailbot.mail_in.dkim_check import authentication_of
from mailbot.mail_in.read import read_mail
from mailbot.store.database import Database
from mailbot.store.received import ClaimedMail
from tests.desk_values import HOUR, NOW, a_ground, file_claims, letters
from tests.rsa_keys import RsaKey, make_key
from tests.test_command_book import ANNA, digests, outcomes, send, state_of
from tests.values import COMPLAINT

dkim = pytest.importorskip("dkim", reason="NOT TESTED: the extra mailbot[dkim] is not installed")

SIGNED = (b"from", b"to", b"subject", b"date", b"message-id", b"in-reply-to")
MAILBOX = {"name": "claims", "address": "claims@firma.example", "host": "127.0.0.1", "tls": "none"}


@pytest.fixture(scope="module")
def key() -> RsaKey:
    return make_key(1_024, seed=11)


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_ground(mailbox=[MAILBOX], security={"check_dkim": True})


@pytest.fixture
def db(sqlite_db: Database) -> Database:
    return sqlite_db


def a_command(key: RsaKey, to: str, *, text: str, date: str = "Mon, 23 Nov 2026 11:00:00 +0300", who: str = ANNA, headers: tuple[bytes, ...] = SIGNED, selector: bytes = b"s1", message_id: str = "1", answers: str = "In-Reply-To") -> bytes:
    raw = (
        f"From: <{who}>\r\nTo: claims@firma.example\r\nSubject: Re: Svodka\r\nDate: {date}\r\nMessage-ID: <{message_id}@firma.example>\r\n"
        f"{answers}: <{to}>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n"
    ).encode()
    signature: bytes = dkim.sign(raw, selector, b"firma.example", key.pem, include_headers=list(headers), canonicalize=(b"relaxed", b"relaxed"))
    return signature + raw


def obeyed(db: Database, ground: Ground, raw: bytes, own: OwnProof) -> bool:
    number = "2026-0001"
    send(db, ground, read_mail(raw), "c1", NOW + HOUR, {}, raw=raw, own=own)
    return state_of(db, number)[0] == "review"


@pytest.mark.parametrize(
    ("changes", "right"),
    [
        ({}, True),
        ({"date": "Mon, 16 Nov 2026 10:00:00 +0300"}, False),  # kept by somebody for a week
        ({"date": "Mon, 23 Nov 2026 13:00:00 +0300"}, False),  # from the time to come
        ({"who": "mallory@firma.example"}, False),
        ({"headers": SIGNED[:-1]}, False),  # what it answers is not signed
        ({"answers": "References"}, False),
        ({"answers": "References", "headers": (*SIGNED[:-1], b"references")}, True),
    ],
)
def test_a_signed_command(db: Database, ground: Ground, key: RsaKey, changes: dict[str, object], right: bool) -> None:
    (number,) = file_claims(db, ground, 1, NOW - HOUR)
    digest = digests(db, ground)[ANNA].message_id
    raw = a_command(key, digest, text=f"!взять {number}", **changes)  # type: ignore[arg-type]
    assert obeyed(db, ground, raw, OwnProof(ground.policy, lambda name: key.record)) is right
    assert len(letters(db, "result")) == right


HIDDEN = "Смотрите, что пишет клиент:\r\n\r\n--x\r\n\r\n!взять 2026-0001\r\n--x--"
FORWARD = "--b\r\n\r\nСмотрите.\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\n--x\r\n\r\n!взять 2026-0001\r\n--x--\r\n--b--"
WITH_PAGE = "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{}\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>!взять 2026-0001</p>\r\n--b--"
ALTERNATIVE = 'multipart/alternative; boundary="b"'


@pytest.mark.parametrize(
    ("text", "kind", "right"),
    [
        (HIDDEN, "multipart/mixed; boundary=x", False),  # what stood in her text becomes a part
        (FORWARD, "multipart/mixed; boundary=x", False),  # and what hung on it
        (HIDDEN, "multipart/mixed", False),  # the boundary is taken from the text
        (WITH_PAGE.format(""), ALTERNATIVE, False),  # an attached page becomes her letter
        ("This is a multi-part message in MIME format.\r\n" + WITH_PAGE.format("!взять 2026-0001"), ALTERNATIVE, True),  # Thunderbird
        (WITH_PAGE.format("!взять 2026-0001"), ALTERNATIVE, True),  # Gmail
        ("<p>!взять 2026-0001</p>", "text/html; charset=utf-8", True),  # Yandex
    ],
)
def test_another_content_type_makes_no_command_of_a_signed_mail(db: Database, ground: Ground, key: RsaKey, text: str, kind: str, right: bool) -> None:
    """Gmail and Yandex sign no Content-Type: what she only quoted or passed on is signed too, and must not become her first words."""
    file_claims(db, ground, 1, NOW - HOUR)
    raw = a_command(key, digests(db, ground)[ANNA].message_id, text=text)
    raw = raw.replace(b"text/plain; charset=utf-8", kind.encode(), 1)
    assert authentication_of(raw, read_mail(raw), lambda name: key.record).result == "pass"
    assert obeyed(db, ground, raw, OwnProof(ground.policy, lambda name: key.record)) is right
    assert right or set(outcomes(db)) <= {("refused", "loose")}


@pytest.mark.parametrize("added", ["Content-Type: text/html", "In-Reply-To: <2@x>", "Subject: Re: [#2026-0002]"])
def test_a_line_that_stands_twice_leaves_a_signature_loose(key: RsaKey, added: str) -> None:
    """Our mail server checks the lower one and says dkim=pass; the upper one would be read."""
    raw = a_command(key, "1@firma.example", text="!взять 2026-0001")
    assert not read_mail(raw).signs.dkim_loose
    assert read_mail(f"{added}\r\n".encode() + raw).signs.dkim_loose
    signature, _, rest = raw.partition(b"From:")  # or below more lines than we read
    head, _, text = rest.partition(b"\r\n\r\n")
    assert read_mail(b"From:" + head + b"\r\nX-A: b" * 1_000 + b"\r\n" + signature + b"\r\n" + text).signs.dkim_loose


def test_what_was_changed_is_refused(db: Database, ground: Ground, key: RsaKey) -> None:
    (number,) = file_claims(db, ground, 1, NOW - HOUR)
    digest = digests(db, ground)[ANNA].message_id
    raw = a_command(key, digest, text=f"!заметка {number} х").replace("!заметка".encode(), "!взять".encode())
    assert not obeyed(db, ground, raw, OwnProof(ground.policy, lambda name: key.record))
    assert outcomes(db) == [("refused", "unproven")]


def test_a_silent_name_server_holds_nobody_up(db: Database, ground: Ground, key: RsaKey) -> None:
    (number,) = file_claims(db, ground, 1, NOW - HOUR)
    digest = digests(db, ground)[ANNA].message_id

    def silent(name: str) -> bytes | None:
        time.sleep(3)
        return key.record

    since = time.monotonic()
    assert not obeyed(db, ground, a_command(key, digest, text=f"!взять {number}"), OwnProof(ground.policy, silent, seconds=0.3))
    assert time.monotonic() - since < 2.5


def asked(ground: Ground, key: RsaKey, count: int, selectors: int = 1) -> list[Asked]:
    """So many command mails, signed with so many keys in turn."""
    found: list[Asked] = []
    for n in range(count):
        raw = a_command(key, f"{n}@firma.example", text="!взять 2026-0001", selector=b"s%d" % (n % selectors))
        claimed = ClaimedMail(n, raw, NOW + HOUR, "now", "claims", 1, 1, history=False, truncated=False, hold_letters=False)
        found.append((claimed, ReadMail(read_mail(raw), COMPLAINT)))
    return found


def looked(own: OwnProof, mails: list[Asked]) -> dict[int, Authentication]:
    look = own.begin(mails)
    look.wait()
    assert look.is_over()
    return look.end()


@pytest.mark.parametrize("selectors", [1, 50])
def test_dead_name_servers_cost_a_batch_one_limit(ground: Ground, key: RsaKey, selectors: int) -> None:
    """Fifty commands, and nobody answers about any key: one limit for all of them, and none at all for the next batch."""
    calls: list[str] = []

    def dead(name: str) -> bytes | None:
        calls.append(name)
        time.sleep(0.5)
        raise TimeoutError("the name server does not answer")

    own, mails = OwnProof(ground.policy, dead, seconds=1.0), asked(ground, key, 50, selectors)
    since = time.monotonic()
    first = looked(own, mails)
    assert time.monotonic() - since < 1.0 + 2.0  # the signatures themselves are judged meanwhile
    assert {proof.result for proof in first.values()} <= {"unknown"}
    if selectors == 1:
        assert len(calls) == 1
        assert {proof.result for proof in looked(own, mails).values()} == {"unknown"}
        assert len(calls) == 1


def test_a_key_is_asked_for_once(ground: Ground, key: RsaKey) -> None:
    calls: list[str] = []

    def there(name: str) -> bytes | None:
        calls.append(name)
        return key.record

    own = OwnProof(ground.policy, there)
    assert [proof.result for _, proof in sorted(looked(own, asked(ground, key, 12, 3)).items())] == ["pass"] * 12
    assert sorted(calls) == [f"s{n}._domainkey.firma.example." for n in range(3)]


def test_how_long_an_answer_is_good() -> None:
    """A key for ten minutes; what is not there, or nobody could tell, for one: a key published a moment ago is soon seen."""
    now, answers, calls = [0.0], dict[str, bytes | None](key=b"k=rsa", none=None), list[str]()

    def resolver(name: str) -> bytes | None:
        calls.append(name)
        if name == "broken":
            raise ValueError("something of the library's own")
        return answers[name]

    book = KeyBook(resolver, 5.0, lambda: now[0])

    def ask(name: str) -> object:
        try:
            return book(name)
        except OSError as error:
            return type(error)

    for at, wanted in ((0.0, 3), (59.0, 3), (61.0, 5), (599.0, 7), (601.0, 8)):
        now[0] = at
        assert [ask("key"), ask("none"), ask("broken")] == [b"k=rsa", None, OSError]
        assert len(calls) == wanted, at


def test_nobody_is_asked_about_other_mail(db: Database, ground: Ground, key: RsaKey) -> None:
    """A customer's mail, a colleague's chat and what our server has judged cost no question."""
    asked: list[str] = []

    def resolver(name: str) -> bytes | None:
        asked.append(name)
        return key.record

    own = OwnProof(ground.policy, resolver)
    for who, text, to in ((ANNA, "Добрый день", "x@y.example"), ("olga@zakaz.example", "!взять", "x@y.example")):
        raw = a_command(key, to, text=text, who=who)
        send(db, ground, read_mail(raw), f"{who}", NOW, {}, raw=raw, own=own)
    raw = b"Authentication-Results: mx.firma.example; dmarc=fail\r\n" + a_command(key, "x@y.example", text="!взять")
    send(db, ground, read_mail(raw), "judged", NOW, {"claims": "mx.firma.example"}, raw=raw, own=own)
    assert asked == []
