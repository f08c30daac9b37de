"""Access tokens from a token server of our own: what is asked, when it is asked again, and what a refusal says to mend."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import ssl
import stat
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from mailbot import access_token, maillog
from mailbot.access_token import AccessToken, TokenAway, replace_file, secret_expires_within, xoauth2
from mailbot.claims.delivery import Sent, TryLater
from mailbot.claims.errors import MailboxAway
from mailbot.config import OAuth
from mailbot.mail_out.courier import Courier
from mailbot.mail_out.smtp import SmtpServer
from mailbot.token_faults import Use, why_refused
from tests.mail_servers import make_certificate
from tests.scripted_smtp import OK, ScriptedSmtp
from tests.store_fixtures import free_port

HUSH, OLD = "the-client-secret", "the-refresh-token"


class TokenServer:
    """Answers with the next of `answers` (status, object or text); the last is repeated. `asked` are the forms."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, Any]] = [(200, {"access_token": "tok-1", "expires_in": 3600})]
        self.asked: list[dict[str, str]] = []
        self.headers: dict[str, str] = {}
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                server.asked.append({key: value[0] for key, value in form.items()})
                status, answer = server.answers.pop(0) if len(server.answers) > 1 else server.answers[0]
                body = (answer if isinstance(answer, str) else json.dumps(answer)).encode()
                self.send_response(status)
                for key, value in server.headers.items():
                    self.send_header(key, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self) -> None:
                server.asked.append({"got": self.path})
                self.send_response(200)
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/token"
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True)

    def over_tls(self, folder: Path) -> Path:
        certificate = make_certificate(folder)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.cert, certificate.key)
        self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        self.url = self.url.replace("http:", "https:")
        return certificate.ca_file


@pytest.fixture
def server() -> Iterator[TokenServer]:
    made = TokenServer()
    made.thread.start()
    yield made
    made.http.shutdown()
    made.thread.join()
    made.http.server_close()


def secret_file(folder: Path, name: str, text: str) -> dict[str, str]:
    path = folder / name
    path.touch(mode=0o600)
    path.write_text(text + "\n")
    return {"file": str(path)}


def by_refresh(server: TokenServer, folder: Path, **changes: Any) -> OAuth:
    values = {"grant": "refresh_token", "token_url": server.url, "client_id": "app", "refresh_token": secret_file(folder, "refresh", OLD)}
    return OAuth.model_validate({**values, **changes})


def by_app(server: TokenServer, folder: Path, **changes: Any) -> OAuth:
    secret = secret_file(folder, "secret", HUSH)
    values = {"grant": "client_credentials", "token_url": server.url, "client_id": "app", "client_secret": secret, "scope": "mail/.default"}
    return OAuth.model_validate({**values, **changes})


def test_each_grant_asks_for_what_it_needs(server: TokenServer, tmp_path: Path) -> None:
    assert AccessToken(by_refresh(server, tmp_path))() == "tok-1"
    assert AccessToken(by_app(server, tmp_path))() == "tok-1"
    full = by_refresh(server, tmp_path, client_secret=secret_file(tmp_path, "s", HUSH), scope="mail offline_access")
    assert AccessToken(full)() == "tok-1"
    assert server.asked == [
        {"grant_type": "refresh_token", "client_id": "app", "refresh_token": OLD},
        {"grant_type": "client_credentials", "client_id": "app", "client_secret": HUSH, "scope": "mail/.default"},
        {"grant_type": "refresh_token", "client_id": "app", "refresh_token": OLD, "client_secret": HUSH, "scope": "mail offline_access"},
    ]


def test_a_command_gives_the_token_each_time(tmp_path: Path) -> None:
    counter = tmp_path / "count"
    token = AccessToken(OAuth(grant="command", command=("sh", "-c", f"echo x >> {counter}; wc -l < {counter} | sed 's/ //g; s/^/tok-/'")))
    assert [token(), token()] == ["tok-1", "tok-2"]
    with pytest.raises(TokenAway, match="the secret command false failed"):
        AccessToken(OAuth(grant="command", command=("false",)))()


@pytest.mark.parametrize(
    ("life", "still_at", "no_more_at"),
    [({"expires_in": 3600}, 3539, 3540), ({"expires_in": "120"}, 59, 60), ({}, 239, 240), ({"expires_in": "soon"}, 239, 240)],
)
def test_a_token_is_kept_until_a_minute_before_its_end(server: TokenServer, tmp_path: Path, life: dict[str, Any], still_at: float, no_more_at: float) -> None:
    server.answers = [(200, {"access_token": "tok-1", **life}), (200, {"access_token": "tok-2", **life})]
    now = [1000.0]
    token = AccessToken(by_app(server, tmp_path), lambda: now[0])
    assert token() == "tok-1"
    now[0] = 1000 + still_at
    assert token() == "tok-1"
    now[0] = 1000 + no_more_at
    assert token() == "tok-2"
    assert len(server.asked) == 2


def test_a_token_that_ends_within_the_minute_is_given_once(server: TokenServer, tmp_path: Path) -> None:
    server.answers = [(200, {"access_token": "tok-1", "expires_in": 30}), (200, {"access_token": "tok-2", "expires_in": 30})]
    token = AccessToken(by_app(server, tmp_path))
    assert [token(), token()] == ["tok-1", "tok-2"]


def test_many_threads_ask_once_and_a_forgotten_token_is_asked_anew(server: TokenServer, tmp_path: Path) -> None:
    token = AccessToken(by_app(server, tmp_path))
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: token(), range(32))) == {"tok-1"}
    assert len(server.asked) == 1
    token.forget()
    assert token() == "tok-1"
    assert len(server.asked) == 2


# A new refresh token


def test_a_renewed_refresh_token_is_written_back_and_used(server: TokenServer, tmp_path: Path) -> None:
    server.answers = [(200, {"access_token": "tok-1", "expires_in": 1, "refresh_token": "newer"}), (200, {"access_token": "tok-2"})]
    oauth = by_refresh(server, tmp_path)
    token = AccessToken(oauth)
    assert token() == "tok-1"
    file = tmp_path / "refresh"
    assert file.read_text() == "newer\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["refresh"]
    assert token() == "tok-2"
    assert [form["refresh_token"] for form in server.asked] == [OLD, "newer"]


def test_the_same_refresh_token_is_not_written(server: TokenServer, tmp_path: Path) -> None:
    server.answers = [(200, {"access_token": "tok-1", "refresh_token": OLD})]
    oauth = by_refresh(server, tmp_path)
    before = (tmp_path / "refresh").stat()
    AccessToken(oauth)()
    after = (tmp_path / "refresh").stat()  # reading may move the time of access
    assert (after.st_ino, after.st_mtime_ns, after.st_ctime_ns) == (before.st_ino, before.st_mtime_ns, before.st_ctime_ns)


def test_a_refresh_token_that_cannot_be_written_is_kept_in_mind_and_told(server: TokenServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, str]] = []
    monkeypatch.setattr(maillog, "refresh_token_not_saved", lambda source, why: told.append((source, why)))
    monkeypatch.setenv("MAILBOT_TEST_REFRESH", OLD)
    server.answers = [(200, {"access_token": "t", "expires_in": 1, "refresh_token": "newer"})]
    token = AccessToken(by_refresh(server, tmp_path, refresh_token={"env": "MAILBOT_TEST_REFRESH"}))
    for _ in range(3):
        token()
    assert [form["refresh_token"] for form in server.asked] == [OLD, "newer", "newer"]
    assert told == [("environment variable MAILBOT_TEST_REFRESH", "only a file can be written")]


def test_a_folder_that_cannot_be_written_loses_no_token(server: TokenServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, str]] = []
    monkeypatch.setattr(maillog, "refresh_token_not_saved", lambda source, why: told.append((source, why)))

    def full(path: Path, text: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(access_token, "replace_file", full)
    server.answers = [(200, {"access_token": "t", "expires_in": 1, "refresh_token": "newer"})]
    token = AccessToken(by_refresh(server, tmp_path))
    assert [token(), token()] == ["t", "t"]
    assert [form["refresh_token"] for form in server.asked] == [OLD, "newer"]
    assert told == [(f"file {tmp_path}/refresh", "No space left on device")]
    assert "newer" not in str(told)


def test_a_refresh_token_renewed_by_another_process_is_tried_before_giving_up(server: TokenServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    oauth = by_refresh(server, tmp_path)
    server.answers = [(400, {"error": "invalid_grant"}), (200, {"access_token": "tok-2"})]
    reads = iter([OLD, "by-another"])
    monkeypatch.setattr(access_token, "_read", lambda _: next(reads))
    assert AccessToken(oauth)() == "tok-2"
    assert [form["refresh_token"] for form in server.asked] == [OLD, "by-another"]


def test_a_file_is_replaced_whole_with_owner_mode_and_link_kept(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_text("old")
    real.chmod(0o644)
    os.chown(real, 65534, 65534) if os.geteuid() == 0 else None
    before = real.stat()
    link.symlink_to(real)
    replace_file(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new\n"
    assert stat.S_IMODE(real.stat().st_mode) == 0o600
    assert (real.stat().st_uid, real.stat().st_gid) == (before.st_uid, before.st_gid)
    assert sorted(os.listdir(tmp_path)) == ["link", "real"]


def test_a_file_that_fails_in_the_writing_is_as_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "f"
    file.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        replace_file(file, "new")
    assert file.read_text() == "old"
    assert os.listdir(tmp_path) == ["f"]


# Refusals


_REFUSALS = [
    (400, "invalid_grant", "Token has been expired or revoked.", "the refresh token has ended or was revoked", "file "),
    (400, "invalid_grant", "AADSTS700082: The refresh token has expired due to inactivity. Trace ID: 1", "Sign in once more", "AADSTS700082"),
    (400, "invalid_grant", "AADSTS50173: The provided grant has expired", "password was changed", "AADSTS50173"),
    (400, "invalid_grant", "AADSTS65001: The user or administrator has not consented", "has no consent", "IMAP.AccessAsApp"),
    (401, "invalid_client", "AADSTS7000215: Invalid client secret provided.", "the client secret is wrong", "not its id"),
    (401, "invalid_client", "AADSTS7000222: The provided client secret keys are expired.", "the client secret has ended", f"{'file'} "),
    (401, "invalid_client", "The OAuth client was not found.", "client_id or client_secret is wrong", "The OAuth client was not found"),
    (400, "unauthorized_client", "AADSTS700016: Application not found", "no such application", "client_id"),
    (400, "unauthorized_client", "", "may not use this grant", "400 unauthorized_client"),
    (400, "invalid_request", "AADSTS90002: Tenant 'x' not found", "no such tenant", "token_url"),
    (400, "invalid_scope", "AADSTS1002012: The provided value for scope is not valid", "ends with /.default", "AADSTS1002012"),
    (400, "something_new", "Never heard of", "the token server refuses", "something_new: Never heard of"),
    (404, "", "", "nothing at token_url", "404"),
    (429, "", "", "busy or broken", "429"),
    (503, "", "", "busy or broken", "503"),
]


@pytest.mark.parametrize(("status", "error", "text", "mend", "also"), _REFUSALS)
def test_a_refusal_names_what_to_mend(server: TokenServer, tmp_path: Path, status: int, error: str, text: str, mend: str, also: str) -> None:
    server.answers = [(status, {"error": error, "error_description": text} if error else "<html>sorry</html>")]
    oauth = by_refresh(server, tmp_path, client_secret=secret_file(tmp_path, "secret", HUSH))
    with pytest.raises(TokenAway) as caught:
        AccessToken(oauth)()
    said = str(caught.value)
    assert said.startswith("OAuth: 127.0.0.1: ")
    assert mend in said
    assert also in said
    assert "\n" not in said
    assert isinstance(caught.value, MailboxAway)


def test_no_secret_is_ever_said(server: TokenServer, tmp_path: Path) -> None:
    echo = {"error": "invalid_request", "error_description": f"bad values {HUSH} and {OLD}\r\nand \x1b[31mmore"}
    oauth = by_refresh(server, tmp_path, client_secret=secret_file(tmp_path, "secret", HUSH))
    for answer in ((400, echo), (200, {"access_token": f"{HUSH} {OLD}"}), (200, f"{HUSH} {OLD}"), (200, [])):
        server.answers = [answer]
        with pytest.raises(TokenAway) as caught:
            AccessToken(oauth)()
        shown = [str(caught.value), repr(caught.value), repr(caught.value.__cause__)]
        assert not any(secret in text for secret in (HUSH, OLD) for text in shown)
        assert "\x1b" not in shown[0]


@pytest.mark.parametrize("token", ["", "two words", "line\r\nbreak", "tok\1auth=x", "жетон"])
def test_what_could_not_stand_in_a_command_is_no_token(server: TokenServer, tmp_path: Path, token: str) -> None:
    server.answers = [(200, {"access_token": token})]
    with pytest.raises(TokenAway, match="is none"):
        AccessToken(by_app(server, tmp_path))()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_secret_is_not_sent_after_a_redirect(server: TokenServer, tmp_path: Path, status: int) -> None:
    server.answers = [(status, "")]
    server.headers = {"Location": f"{server.url}/elsewhere"}
    with pytest.raises(TokenAway, match="token_url leads elsewhere"):
        AccessToken(by_app(server, tmp_path))()
    assert len(server.asked) == 1


def test_the_token_server_is_verified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = TokenServer()
    ca_file = server.over_tls(tmp_path)
    server.thread.start()
    try:
        with pytest.raises(TokenAway, match="its certificate is not trusted"):
            AccessToken(by_app(server, tmp_path))()
        assert server.asked == []
        monkeypatch.setenv("SSL_CERT_FILE", str(ca_file))
        assert AccessToken(by_app(server, tmp_path))() == "tok-1"
    finally:
        server.http.shutdown()
        server.thread.join()
        server.http.server_close()


@pytest.mark.parametrize("url", ["http://login.example.org/token", "file:///etc/passwd", "ftp://127.0.0.1/token", "token"])
def test_a_secret_goes_over_https_only(server: TokenServer, tmp_path: Path, url: str) -> None:
    with pytest.raises(TokenAway, match="must begin with https://"):
        AccessToken(by_app(server, tmp_path, token_url=url))()


def test_a_token_server_that_is_away_or_silent_is_named(server: TokenServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TokenAway, match=r"127\.0\.0\.1: the token server cannot be reached: Connection refused\."):
        AccessToken(by_app(server, tmp_path, token_url=f"http://127.0.0.1:{free_port()}/token"))()
    monkeypatch.setattr(access_token, "SECONDS", 0.2)
    held = threading.Event()
    monkeypatch.setattr(server.http.RequestHandlerClass, "do_POST", lambda _: held.wait(5))
    try:
        with pytest.raises(TokenAway, match=r"no answer within 0\.2 seconds"):
            AccessToken(by_app(server, tmp_path))()
    finally:
        held.set()


# What the mail server does not say


def jwt(**claims: Any) -> str:
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (b"{}", json.dumps(claims).encode(), b"sig"))


@pytest.mark.parametrize(
    ("grant", "token", "use", "says"),
    [
        ("client_credentials", jwt(roles=["SMTP.SendAsApp"]), "imap", "lacks the permission IMAP.AccessAsApp (it has: SMTP.SendAsApp)"),
        ("client_credentials", jwt(roles=["IMAP.AccessAsApp"]), "smtp", "lacks the permission SMTP.SendAsApp (it has: IMAP.AccessAsApp)"),
        ("client_credentials", jwt(aud="x"), "imap", "lacks the permission IMAP.AccessAsApp (it has: none)"),
        ("client_credentials", jwt(roles=["IMAP.AccessAsApp"]), "imap", "gives that principal FullAccess (Add-MailboxPermission) on the mailbox"),
        ("client_credentials", jwt(roles=["SMTP.SendAsApp"]), "smtp", "gives that principal SendAs (Add-RecipientPermission) on the mailbox"),
        ("refresh_token", jwt(scp="SMTP.Send", upn="claims@x.example"), "imap", "lacks the permission IMAP.AccessAsUser.All (it has: SMTP.Send)"),
        ("refresh_token", jwt(scp="IMAP.AccessAsUser.All", upn="anna@x.example"), "imap", "The token is for anna@x.example: to use the shared mailbox claims@x.example, that account needs Full Access"),
        ("refresh_token", jwt(scp="SMTP.Send", upn="anna@x.example"), "smtp", "needs Send As"),
        ("refresh_token", jwt(scp="SMTP.Send", upn="Claims@X.example"), "smtp", "Is Authenticated SMTP switched on for this mailbox"),
        ("refresh_token", "ya29.opaque", "imap", "https://mail.google.com/"),
        ("refresh_token", "a.%%%.c", "imap", "https://mail.google.com/"),
        ("refresh_token", "a.W10.c", "imap", "https://mail.google.com/"),
    ],
)
def test_a_token_refused_by_the_mail_server_tells_what_it_lacks(server: TokenServer, tmp_path: Path, grant: str, token: str, use: Use, says: str) -> None:
    oauth = by_app(server, tmp_path) if grant == "client_credentials" else by_refresh(server, tmp_path)
    said = why_refused(oauth, token, "claims@x.example", use)
    assert says in said
    assert token not in said


def test_the_courier_signs_in_with_it_and_asks_anew_after_a_refusal(server: TokenServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server.answers = [(200, {"access_token": "tok-1"}), (200, {"access_token": "tok-2"})]

    class Letter:
        raw, to, envelope_from = b"x\r\n", "anna@customer.example", "claims@x.example"

    async def test() -> None:
        async with ScriptedSmtp(offers=("AUTH XOAUTH2",), auth=["535 5.7.3 unsuccessful", OK]) as smtp:
            courier = Courier(SmtpServer("127.0.0.1", smtp.port, "none", user="claims@x.example", token=AccessToken(by_app(server, tmp_path)), timeout=5))
            assert [type(outcome) async for _, outcome in courier.send_all([Letter()])] == [TryLater]
            monkeypatch.setattr(courier, "_knock_at", 0.0)
            assert [type(outcome) async for _, outcome in courier.send_all([Letter()])] == [Sent]
            await courier.close()
        said = [base64.b64decode(line.split()[2]).decode() for line in smtp.commands("AUTH")]
        assert said == [xoauth2("claims@x.example", "tok-1"), xoauth2("claims@x.example", "tok-2")]

    asyncio.run(test())


def test_what_xoauth2_sends() -> None:
    assert xoauth2("claims@x.example", "tok") == "user=claims@x.example\1auth=Bearer tok\1\1"


@pytest.mark.parametrize(
    ("ends_on", "told"),
    [("2026-12-23", date(2026, 12, 23)), ("2026-12-24", date(2026, 12, 24)), ("2026-12-25", None), ("2026-01-01", date(2026, 1, 1)), ("", None)],
)
def test_a_client_secret_that_ends_within_thirty_days_is_announced(ends_on: str, told: date | None) -> None:
    oauth = OAuth(grant="command", command=("true",), client_secret_expires_on=ends_on)
    assert secret_expires_within(oauth, date(2026, 11, 24)) == told


def test_a_date_that_is_none_names_its_key() -> None:
    oauth = OAuth(grant="command", command=("true",), client_secret_expires_on="31.01.2027")
    with pytest.raises(ValueError, match=r'client_secret_expires_on = "31\.01\.2027" is not a date'):
        secret_expires_within(oauth, date(2026, 11, 24))
