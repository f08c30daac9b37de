"""The IMAP door against a real Dovecot, and pymap as a second opinion (reliability.md 2.5, I1–I16)."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import unquote

import pytest

from mailbot.claims.certificate_words import untrusted
from mailbot.claims.errors import MailboxAway
from mailbot.config import Mailbox
from mailbot.demo.mail_server import PASSWORD, USER, mail_server
from mailbot.mail_in import imap as imap_module
from mailbot.mail_in.imap import Imap, Listed, batches
from mailbot.mail_in.imap_check import try_mailbox
from mailbot.mail_in.imap_faults import FolderMissing, SignInRefused
from tests.mail_servers import Dovecot, dovecot, new_user
from tests.proxy import TcpProxy
from tests.store_fixtures import free_port

pytestmark = pytest.mark.dovecot
AT = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


def raw(text: str, size: int = 0) -> bytes:
    return f"Subject: {text}\r\n\r\nbody of {text}\r\n".encode() + b"x" * size


@pytest.fixture(scope="module")
def tls_server() -> Iterator[Dovecot]:
    with dovecot(tls=True) as server:
        yield server


@pytest.fixture
def user() -> str:
    return new_user()


@pytest.fixture
def line(dovecot_server: Dovecot) -> Iterator[TcpProxy]:
    with TcpProxy(dovecot_server.port) as proxy:
        yield proxy


@pytest.fixture
def open_imap() -> Iterator[Callable[[Mailbox], Imap]]:
    sessions: list[Imap] = []

    def open_one(box: Mailbox, token: Any = None) -> Imap:
        sessions.append(Imap(box, token))
        return sessions[-1]

    yield open_one
    for session in sessions:
        session.close()


@pytest.fixture
def imap(dovecot_server: Dovecot, user: str, open_imap: Callable[[Mailbox], Imap]) -> Imap:
    return open_imap(dovecot_server.settings(user, timeout=10))


def listed(imap: Imap, uids: list[int]) -> list[Listed]:
    return [line for lines in imap.listed(uids) for line in lines]


# --- opening


def test_what_a_server_can_do_is_known(imap: Imap) -> None:
    assert (imap.can.idle, imap.can.move, imap.can.uid_expunge) == (True, True, True)


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_tls_with_our_own_ca(tls_server: Dovecot, open_imap: Callable[[Mailbox], Imap], tls: str) -> None:
    assert tls_server.certificate is not None
    port = tls_server.imaps_port if tls == "implicit" else tls_server.port
    box = tls_server.settings(new_user(), tls=tls, port=port, ca_file=tls_server.certificate.ca_file)
    imap = open_imap(box)
    assert imap.select("INBOX", readonly=True).mails == 0
    assert imap.uids() == []
    assert imap.idle(0.05, lambda: False) is False


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_a_certificate_of_a_stranger_is_refused(tls_server: Dovecot, tls: str) -> None:
    port = tls_server.imaps_port if tls == "implicit" else tls_server.port
    with pytest.raises(MailboxAway, match=r"its certificate is not trusted: .*ca_file"):
        Imap(tls_server.settings(new_user(), tls=tls, port=port))


@pytest.mark.parametrize(
    ("code", "said", "mend"),
    [
        (10, "certificate has expired", "Renew it on the server"),
        (62, "Hostname mismatch, certificate is not valid for 'mail.firma.example'.", "Write as host a name that the certificate carries"),
        (18, "self-signed certificate", "in ca_file"),
        (20, "unable to get local issuer certificate", "in ca_file"),
    ],
)
def test_each_fault_of_a_certificate_has_its_own_mend(code: int, said: str, mend: str) -> None:
    sentence = untrusted("mail.firma.example:993", code, said)
    assert sentence.startswith("mail.firma.example:993: its certificate is not trusted: ")
    assert mend in sentence
    assert ".." not in sentence


def test_tls_on_a_plain_port(dovecot_server: Dovecot) -> None:
    with pytest.raises(MailboxAway, match=r'TLS could not be agreed .*tls = "implicit"'):
        Imap(dovecot_server.settings(new_user(), tls="implicit"))


def test_a_plain_greeting_awaited_on_a_tls_port(tls_server: Dovecot) -> None:
    with pytest.raises(MailboxAway, match=r'no answer within 1 seconds. Is tls = "starttls" right for this port\? 993 wants "implicit"'):
        Imap(tls_server.settings(new_user(), tls="starttls", port=tls_server.imaps_port, timeout=1))


def test_no_password_goes_out_when_starttls_is_not_offered(dovecot_server: Dovecot) -> None:
    before = dovecot_server.log()
    with pytest.raises(MailboxAway):
        Imap(dovecot_server.settings(user := new_user(), tls="starttls"))
    assert user not in dovecot_server.log().removeprefix(before)


def test_nobody_listens(dovecot_server: Dovecot) -> None:
    with pytest.raises(MailboxAway, match="nobody listens there"):
        Imap(dovecot_server.settings(new_user(), port=free_port()))


def test_a_wrong_password_is_told_from_a_lost_line(dovecot_server: Dovecot, user: str, line: TcpProxy) -> None:
    dovecot_server.refuse(user)
    with pytest.raises(SignInRefused, match=r"signing in as claims-\w+@x.example was refused: .*AUTHENTICATIONFAILED.* Check user and the password"):
        Imap(dovecot_server.settings(user))
    dovecot_server.accept(user)
    line.cut_after(400)  # the greeting and the capabilities come through, the answer to LOGIN does not
    with pytest.raises(MailboxAway) as caught:
        Imap(dovecot_server.settings(user, port=line.port))
    assert not isinstance(caught.value, SignInRefused)


def test_a_password_with_cyrillic_letters(dovecot_server: Dovecot, user: str, open_imap: Callable[[Mailbox], Imap]) -> None:
    box = dovecot_server.settings(user)
    assert box.password is not None
    assert box.password.file is not None
    box.password.file.write_text("пароль")
    assert open_imap(box).select("INBOX", readonly=True).mails == 0


class TokenInfo(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        good = unquote(self.path).endswith("good-token")
        body = json.dumps({"email": self.server.user} if good else {"error": "invalid_token"}).encode()  # type: ignore[attr-defined]
        self.send_response(200 if good else 400)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def test_signing_in_by_token(user: str, open_imap: Any) -> None:
    with HTTPServer(("127.0.0.1", 0), TokenInfo) as tokens:
        tokens.user = user  # type: ignore[attr-defined]
        threading.Thread(target=tokens.serve_forever, daemon=True).start()
        with dovecot(tokeninfo_url=f"http://127.0.0.1:{tokens.server_port}/?token=") as server:
            box = server.settings(user, password=None, oauth={"command": ["unused"]})
            assert open_imap(box, lambda: "good-token").select("INBOX", readonly=True).mails == 0
            with pytest.raises(SignInRefused, match="Check user and the token"):
                Imap(box, lambda: "stale-token")
            with pytest.raises(MailboxAway, match="nothing gives a token"):
                Imap(box)
        tokens.shutdown()


# --- reading


def test_arrival_is_an_instant_wherever_we_are(dovecot_server: Dovecot, user: str, imap: Imap, monkeypatch: pytest.MonkeyPatch) -> None:
    """I14: both of these are 02:30 local time in Berlin's spring."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        instants = [datetime(2026, 3, 29, hour, 30, tzinfo=UTC) for hour in (0, 1)]
        uids = [dovecot_server.append(user, raw("x"), at=at)[0] for at in instants]
        imap.select("INBOX", readonly=True)
        assert [line.arrived_at for line in listed(imap, uids)] == instants
    finally:
        monkeypatch.undo()
        time.tzset()


def test_bytes_come_as_they_are_and_stay_unread(dovecot_server: Dovecot, user: str, imap: Imap) -> None:
    raws = [raw("один"), b"no header\r\n\xff\xfe\r\n", b"\r\n", raw("big", 300_000)]
    uids = dovecot_server.append(user, *raws)
    imap.select("INBOX", readonly=False)
    mails = listed(imap, uids)
    assert [mail.size for mail in mails] == [len(one) for one in raws]
    assert [(mail.uid, mail.raw, mail.truncated) for mail in imap.fetch(mails)] == [(uid, one, False) for uid, one in zip(uids, raws, strict=True)]
    assert not any(b"\\Seen" in flags for flags in dovecot_server.flags(user).values())


def test_only_newer_uids(dovecot_server: Dovecot, user: str, imap: Imap) -> None:
    """I6: the server answers `UID 99:*` with the last mail."""
    uids = dovecot_server.append(user, *(raw(str(n)) for n in range(3)))
    imap.select("INBOX", readonly=True)
    assert imap.uids() == uids
    assert imap.uids_above(99) == []
    assert imap.uids_above(uids[-1]) == []
    assert imap.uids_above(uids[0]) == uids[1:]


def test_many_uids_are_asked_for_in_parts(dovecot_server: Dovecot, user: str, imap: Imap, monkeypatch: pytest.MonkeyPatch) -> None:
    uids = dovecot_server.append(user, *(raw(str(n)) for n in range(7)))
    with dovecot_server.client(user) as other:
        other.delete_messages(uids[2:4])
        other.expunge()
    monkeypatch.setattr(imap_module, "_SEARCHED_AT_ONCE", 2)
    monkeypatch.setattr(imap_module, "_LISTED_AT_ONCE", 2)
    imap.select("INBOX", readonly=True)
    left = [*uids[:2], *uids[4:]]
    assert imap.uids() == left
    assert [len(lines) for lines in imap.listed(left)] == [2, 2, 1]


def test_since_a_day(dovecot_server: Dovecot, user: str, imap: Imap) -> None:
    uids = [dovecot_server.append(user, raw("x"), at=AT + timedelta(days=days))[0] for days in (-3, 0, 1)]
    imap.select("INBOX", readonly=True)
    assert imap.uids_since(AT.date()) == set(uids[1:])


def test_a_mail_taken_away_before_we_fetch_it(dovecot_server: Dovecot, user: str, imap: Imap) -> None:
    """I9"""
    uids = dovecot_server.append(user, raw("a"), raw("b"), raw("c"))
    imap.select("INBOX", readonly=True)
    mails = listed(imap, uids)
    with dovecot_server.client(user) as other:
        other.delete_messages([uids[1]])
        other.expunge()
    imap.noop()
    assert [mail.raw for mail in imap.fetch(mails)] == [raw("a"), raw("c")]
    assert imap.present(uids) == {uids[0], uids[2]}
    assert listed(imap, [uids[1]]) == []


@pytest.mark.parametrize(("limit", "truncated"), [(49, True), (50, False), (51, False)])
def test_a_mail_over_the_limit_comes_in_part(dovecot_server: Dovecot, user: str, open_imap: Any, limit: int, truncated: bool) -> None:
    """I10"""
    whole = b"Subject: x\r\n\r\n".ljust(50, b"y")
    uids = dovecot_server.append(user, whole, b"Subject: s\r\n\r\n")
    imap = open_imap(dovecot_server.settings(user, max_mail_bytes=limit))
    imap.select("INBOX", readonly=True)
    fetched = {mail.uid: mail for mail in imap.fetch(listed(imap, uids))}
    assert (fetched[uids[0]].raw, fetched[uids[0]].truncated) == (whole[:limit], truncated)
    assert fetched[uids[1]].truncated is False


def lines(*sizes: int) -> list[Listed]:
    return [Listed(n, size, AT) for n, size in enumerate(sizes)]


@pytest.mark.parametrize(
    ("sizes", "parts"),
    [
        ((), []),
        ((1,) * 100, [100]),
        ((1,) * 101, [100, 1]),
        ((4_000_000, 4_000_000), [2]),
        ((4_000_000, 4_000_001), [1, 1]),
        ((60_000_000, 1, 60_000_000, 1), [1, 1, 1, 1]),
    ],
)
def test_batches(sizes: tuple[int, ...], parts: list[int]) -> None:
    assert [len(batch) for batch in batches(lines(*sizes), 50_000_000)] == parts
    assert [mail for batch in batches(lines(*sizes), 50_000_000) for mail in batch] == lines(*sizes)


# --- changing


def test_flagging(dovecot_server: Dovecot, user: str, imap: Imap) -> None:
    uids = dovecot_server.append(user, *(raw(str(n)) for n in range(3)))
    imap.select("INBOX", readonly=False)
    assert imap.flag([*uids[:2], 999]) == set()
    assert [b"\\Flagged" in flags for flags in dovecot_server.flags(user).values()] == [True, True, False]


def test_a_server_that_says_ok_and_stores_nothing(dovecot_server: Dovecot, user: str, imap: Imap) -> None:
    """I5"""
    uids = dovecot_server.append(user, raw("a"))
    assert imap.select("INBOX", readonly=True).writable is False
    assert imap.flag(uids) == set(uids)
    assert not any(b"\\Flagged" in flags for flags in dovecot_server.flags(user).values())


def test_a_mailbox_we_may_only_read(user: str, open_imap: Any) -> None:
    with dovecot(settings="mail_plugins = acl\nplugin {\n acl = vfile:/dev/shm/mailbot-test-acl\n}\n") as server:
        acl = server.folder / "acl"
        acl.write_text("* owner lr\n")
        conf = server.folder / "dovecot.conf"
        conf.write_text(conf.read_text().replace("/dev/shm/mailbot-test-acl", str(acl)))
        server.restart()
        assert open_imap(server.settings(user)).select("INBOX", readonly=False).writable is False


@pytest.mark.parametrize("can", [{}, {"move": False}, {"move": False, "uid_expunge": False}], ids=["MOVE", "UIDPLUS", "neither"])
def test_moving(dovecot_server: Dovecot, user: str, imap: Imap, can: dict[str, bool]) -> None:
    """I16: no feature is needed. Nobody else's deleted mail is ever expunged."""
    uids = dovecot_server.append(user, raw("a"), raw("b"), raw("c"))
    dovecot_server.create(user, "Готово")
    with dovecot_server.client(user) as other:
        other.delete_messages([uids[2]])
    imap.can = imap_module.Abilities(idle=True, move=can.get("move", True), uid_expunge=can.get("uid_expunge", True))
    imap.select("INBOX", readonly=False)
    assert imap.move([uids[0], 999], "Готово") == set()
    assert dovecot_server.mails(user, "Готово") == [raw("a")]
    left = dovecot_server.flags(user)
    assert b"\\Deleted" in left[uids[2]]
    assert (uids[0] in left) is ("uid_expunge" in can)


def test_folder_names_cannot_carry_commands(dovecot_server: Dovecot, user: str, open_imap: Any) -> None:
    """I15"""
    dovecot_server.append(user, raw("a"))
    for name in ("INBOX\r\nA1 CREATE evil", 'a" evil', "x\nA1 CREATE evil", "a\\"):
        imap = open_imap(dovecot_server.settings(user))
        with pytest.raises(MailboxAway):
            imap.select(name, readonly=False)
        imap = open_imap(dovecot_server.settings(user))
        imap.select("INBOX", readonly=False)
        with pytest.raises(MailboxAway):
            imap.move([1], name)
    assert open_imap(dovecot_server.settings(user)).folders() == ["INBOX"]


# --- listening


def test_idle_is_woken(dovecot_server: Dovecot, user: str, imap: Imap) -> None:
    imap.select("INBOX", readonly=True)
    assert imap.uids() == []
    threading.Timer(0.3, dovecot_server.deliver, (raw("new"), user)).start()
    began = time.monotonic()
    assert imap.idle(10, lambda: False) is True
    assert 0.3 < time.monotonic() - began < 3
    assert imap.uids_above(0) == [1]


def test_idle_is_woken_over_tls(tls_server: Dovecot, user: str, open_imap: Any) -> None:
    assert tls_server.certificate is not None
    imap = open_imap(tls_server.settings(user, tls="implicit", port=tls_server.imaps_port, ca_file=tls_server.certificate.ca_file))
    imap.select("INBOX", readonly=True)
    for n, when in enumerate((0.0, 0.3)):
        assert len(imap.uids_above(0)) == n
        timer = threading.Timer(when, tls_server.append, (user, raw("new")))
        timer.start()
        if not when:
            timer.join()
        began = time.monotonic()
        assert imap.idle(10, lambda: False) is True
        assert time.monotonic() - began < 3


def test_idle_ends_in_time_and_on_demand(imap: Imap) -> None:
    imap.select("INBOX", readonly=True)
    assert imap.uids() == []
    for seconds, interrupted in ((0.2, lambda: False), (30.0, lambda: True)):
        began = time.monotonic()
        assert imap.idle(seconds, interrupted) is False
        assert time.monotonic() - began < 2
    assert imap.uids() == []


def test_news_before_idle_is_not_missed(dovecot_server: Dovecot, user: str, imap: Imap) -> None:
    """The mail comes after our SEARCH: told with the answer to IDLE itself, or with that to any other command."""
    imap.select("INBOX", readonly=True)
    for n, between in enumerate((lambda: None, imap.noop)):
        assert len(imap.uids_above(0)) == n
        dovecot_server.append(user, raw("new"))
        between()
        began = time.monotonic()
        assert imap.idle(10, lambda: False) is True
        assert time.monotonic() - began < 3


def test_a_line_closed_while_we_listen(dovecot_server: Dovecot, user: str, line: TcpProxy, open_imap: Any) -> None:
    """I8: one MailboxAway, at once, and no burning of the CPU."""
    for end in (line.hang_up, line.reset):
        imap = open_imap(dovecot_server.settings(user, port=line.port))
        imap.select("INBOX", readonly=True)
        imap.uids()
        threading.Timer(0.2, end).start()
        began, cpu = time.monotonic(), time.process_time()
        with pytest.raises(MailboxAway, match="the connection broke"):
            imap.idle(20, lambda: False)
        assert time.monotonic() - began < 2
        assert time.process_time() - cpu < 0.5
        with pytest.raises(MailboxAway, match="the session is over"):
            imap.noop()


def test_silent_death_while_we_listen(dovecot_server: Dovecot, user: str, line: TcpProxy, open_imap: Any) -> None:
    """I7: noticed when IDLE is renewed."""
    imap = open_imap(dovecot_server.settings(user, port=line.port, timeout=1))
    imap.select("INBOX", readonly=True)
    imap.uids()
    line.silence()
    with pytest.raises(MailboxAway, match="no answer within 1 seconds"):
        imap.idle(0.3, lambda: False)


def test_idle_is_renewed_in_time(imap: Imap, monkeypatch: pytest.MonkeyPatch) -> None:
    assert imap_module.RENEW_IDLE == 9 * 60
    monkeypatch.setattr(imap_module, "RENEW_IDLE", 0.1)
    imap.select("INBOX", readonly=True)
    imap.uids()
    began = time.monotonic()
    assert imap.idle(60, lambda: False) is False
    assert time.monotonic() - began < 2


# --- faults


def test_no_answer(dovecot_server: Dovecot, user: str, line: TcpProxy, open_imap: Any) -> None:
    """I4"""
    imap = open_imap(dovecot_server.settings(user, port=line.port, timeout=1))
    imap.select("INBOX", readonly=True)
    line.silence()
    for _ in range(2):
        with pytest.raises(MailboxAway):
            imap.uids()
    assert not imap.is_open


@pytest.mark.parametrize("where", [0, 1, 100, 5000, -2])
def test_a_line_cut_in_an_answer(dovecot_server: Dovecot, user: str, line: TcpProxy, open_imap: Any, where: int) -> None:
    """I3: half an answer is no answer."""
    uids = dovecot_server.append(user, raw("a", 3000), raw("b", 3000))
    imap = open_imap(dovecot_server.settings(user, port=line.port))
    imap.select("INBOX", readonly=True)
    mails = listed(imap, uids)
    before = line.from_server
    assert len(imap.fetch(mails)) == 2
    whole = line.from_server - before
    line.cut_after(where if where >= 0 else whole + where)
    with pytest.raises(MailboxAway, match="the connection broke"):
        imap.fetch(mails)


def test_a_folder_that_is_not_there(imap: Imap, dovecot_server: Dovecot, user: str) -> None:
    dovecot_server.create(user, "Жалобы")
    with pytest.raises(FolderMissing, match=r"'Претензии' cannot be opened\. This account has: INBOX, Жалобы"):
        imap.select("Претензии", readonly=True)
    assert imap.select("Жалобы", readonly=True).mails == 0


def test_a_folder_deleted_under_us(dovecot_server: Dovecot, user: str, open_imap: Any) -> None:
    """I2: said, and never made anew by us."""
    dovecot_server.create(user, "Claims")
    dovecot_server.append(user, raw("a"), folder="Claims")
    imap = open_imap(dovecot_server.settings(user))
    imap.select("Claims", readonly=True)
    with dovecot_server.client(user, None) as other:
        other.delete_folder("Claims")

    def use_it() -> None:
        for _ in range(20):
            imap.noop()
            imap.fetch(listed(imap, [1]))
            time.sleep(0.1)

    with pytest.raises(MailboxAway):
        use_it()
    imap = open_imap(dovecot_server.settings(user))
    with pytest.raises(FolderMissing):
        imap.select("Claims", readonly=True)
    assert imap.folders() == ["INBOX"]


def test_a_server_killed_and_started_again(open_imap: Any, user: str) -> None:
    with dovecot() as server:
        server.append(user, raw("a"))
        imap = open_imap(server.settings(user))
        imap.select("INBOX", readonly=True)
        server.kill()
        with pytest.raises(MailboxAway):
            imap.uids()
        server.start()
        imap = open_imap(server.settings(user))
        imap.select("INBOX", readonly=True)
        assert len(imap.uids()) == 1


def test_uidvalidity_changes_with_a_lost_index(dovecot_server: Dovecot, user: str, open_imap: Any) -> None:
    """I1, the server's side of it."""
    dovecot_server.append(user, raw("a"), raw("b"))
    with dovecot_server.client(user) as other:
        other.delete_messages([1])
        other.expunge()
    first = open_imap(dovecot_server.settings(user)).select("INBOX", readonly=True)
    time.sleep(1.1)  # UIDVALIDITY is a second
    dovecot_server.wipe_indexes(user)
    imap = open_imap(dovecot_server.settings(user))
    assert imap.select("INBOX", readonly=True).uidvalidity != first.uidvalidity
    assert imap.uids() == [1]


# --- another server


def test_pymap(open_imap: Any, tmp_path: Any) -> None:
    """I16"""
    secret = tmp_path / "password"
    secret.touch(mode=0o600)
    secret.write_text(PASSWORD)
    with mail_server("claims@x.example") as post:
        box = {"name": "p", "address": "claims@x.example", "host": "127.0.0.1", "port": post.imap_port, "tls": "none", "user": USER}
        imap = open_imap(Mailbox.model_validate({**box, "password": {"file": str(secret)}, "timeout": 20}))
        folder = imap.select("INBOX", readonly=False)
        assert folder.writable
        imap._client.append("INBOX", raw("a"), msg_time=AT)
        imap._client.append("INBOX", raw("b"), msg_time=AT)
        uids = imap.uids()
        mails = listed(imap, uids)
        assert [(mail.raw, mail.arrived_at) for mail in imap.fetch(mails)] == [(raw("a"), AT), (raw("b"), AT)]
        assert imap.flag(uids) == set()
        imap._client.create_folder("Done")
        assert imap.move(uids[:1], "Done") == set()
        assert imap.uids() == uids[1:]
        assert imap.uids_above(uids[-1]) == []
        assert imap.idle(0.2, lambda: False) in (True, False)
        with pytest.raises(FolderMissing):
            imap.select("nowhere", readonly=True)


# --- mailbot check


def test_a_mailbox_tried_out(dovecot_server: Dovecot, user: str) -> None:
    dovecot_server.append(user, raw("a"))
    dovecot_server.create(user, "Done")
    found = try_mailbox(dovecot_server.settings(user, after_filing="move", move_to="Done"))
    assert found == [
        f"127.0.0.1:{dovecot_server.port}: signed in as {user} (no TLS, this machine only).",
        "The server can IDLE, MOVE, UIDPLUS: new mail is told at once.",
        "INBOX: 1 mails.",
        "Filed mail is moved to 'Done'.",
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"folders": ["INBOX", "Sent"]}, "'Sent' cannot be opened. This account has: INBOX."),
        ({"after_filing": "move", "move_to": "Done"}, "move_to names 'Done', and there is no such folder: INBOX."),
    ],
)
def test_what_is_wrong_with_a_mailbox(dovecot_server: Dovecot, user: str, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(FolderMissing) as caught:
        try_mailbox(dovecot_server.settings(user, **changes))
    assert said in str(caught.value)
