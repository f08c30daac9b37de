"""The courier against a server that does what it is told: how each letter ended, on both sides of 354 (reliability.md S1-S13)."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import re
import ssl
import subprocess
import time
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.claims.delivery import Outcome, Refused, Sent, TryLater, Unknown
from mailbot.mail_out import courier as courier_module
from mailbot.mail_out.courier import Courier
from mailbot.mail_out.smtp import SmtpServer, as_data, path
from mailbot.mail_out.smtp_faults import SignInRefused, SmtpAway, not_taken
from tests.mail_servers import Certificate, Dovecot, Postfix, make_certificate, new_user, wait_until
from tests.scripted_smtp import DROP, HANG, OK, RESET, ScriptedSmtp, Slow
from tests.store_fixtures import free_port

RAW = b"Subject: Re\r\n\r\nfirst\r\n.second begins with a dot\r\nthird\r\n..fourth\r\n"


@dataclass(frozen=True, slots=True)
class Letter:
    to: str
    raw: bytes = RAW
    envelope_from: str = "claims@x.example"


def to(*names: str) -> list[Letter]:
    return [Letter(f"{name}@customer.example") for name in names]


def server_at(port: int, **changes: Any) -> SmtpServer:
    usual: dict[str, Any] = {"tls": "none", "timeout": 0.4, "final_reply_timeout": 0.4, "connections": 1, "hostname": "mailbot.example"}
    return SmtpServer("127.0.0.1", port, **{**usual, **changes})


@contextlib.asynccontextmanager
async def courier_at(port: int, **changes: Any) -> Any:
    courier = Courier(server_at(port, **changes))
    try:
        yield courier
    finally:
        await courier.close()


async def outcomes(courier: Courier, letters: Sequence[Letter]) -> dict[str, Outcome]:
    """By the name before @. Each letter comes back exactly once."""
    found = [(letter.to.partition("@")[0], outcome) async for letter, outcome in courier.send_all(letters)]
    assert sorted(name for name, _ in found) == sorted(letter.to.partition("@")[0] for letter in letters)
    return dict(found)


def run(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(test)


# What a letter's end is called


_ENDS: list[tuple[str, Any, type[Outcome], str]] = [
    ("greeting", "554 5.3.2 go away", TryLater, "554 5.3.2 go away"),  # S8
    ("greeting", "421 too busy", TryLater, "421 too busy"),
    ("greeting", DROP, TryLater, ""),
    ("greeting", HANG, TryLater, '465 wants "implicit"'),
    ("greeting", "hello", TryLater, ""),
    ("ehlo", HANG, TryLater, "no answer within"),
    ("mail", "451 4.3.0 later", TryLater, "451 4.3.0 later"),
    ("mail", "421 4.7.0 bye", TryLater, "421 4.7.0 bye"),  # S7
    ("mail", "550 5.1.8 no such sender", Refused, "550 5.1.8 no such sender"),
    ("mail", "530 5.7.0 authentication required", TryLater, "530"),
    ("mail", DROP, TryLater, ""),
    ("mail", RESET, TryLater, ""),
    ("mail", HANG, TryLater, "no answer in time"),
    ("rcpt", "450 4.7.1 greylisted, come back", TryLater, "450 4.7.1 greylisted, come back"),  # S1
    ("rcpt", "550 5.1.1 no such user", Refused, "550 5.1.1 no such user"),  # S2
    ("rcpt", "550 5.7.1 rate limit exceeded", TryLater, "550 5.7.1 rate limit exceeded"),
    ("rcpt", DROP, TryLater, ""),
    ("rcpt", HANG, TryLater, "no answer in time"),
    ("data", "451 4.3.0 later", TryLater, "451 4.3.0 later"),
    ("data", "554 5.5.1 no valid recipients", Refused, "554 5.5.1 no valid recipients"),
    ("data", "250 go on", TryLater, "250 go on"),
    ("data", DROP, TryLater, ""),  # the last moment at which nothing can have been delivered
    ("data", HANG, TryLater, "no answer in time"),
    ("mid_data", DROP, Unknown, ""),  # and the first at which it can
    ("mid_data", RESET, Unknown, ""),
    ("dot", DROP, Unknown, ""),  # S3
    ("dot", RESET, Unknown, ""),
    ("dot", HANG, Unknown, "no answer in time"),  # S4
    ("dot", "thank you", Unknown, ""),
    ("dot", "354 go on", Unknown, "354 go on"),
    ("dot", "451 4.3.0 later", TryLater, "451 4.3.0 later"),  # S5
    ("dot", "421 4.3.2 shutting down", TryLater, "421 4.3.2 shutting down"),
    ("dot", "554 5.7.1 looks like spam", Refused, "554 5.7.1 looks like spam"),
    ("dot", "552 5.2.2 mailbox over quota", TryLater, "552 5.2.2 mailbox over quota"),
    ("dot", "250 2.0.0 queued as 4F2A", Sent, "250 2.0.0 queued as 4F2A"),
    ("dot", Slow(0.2, "250 2.0.0 at last"), Sent, "250 2.0.0 at last"),
]


@pytest.mark.parametrize(("step", "act", "kind", "said"), _ENDS)
def test_how_a_letter_ended(step: str, act: Any, kind: type[Outcome], said: str) -> None:
    async def test() -> None:
        async with ScriptedSmtp(**{step: act}) as server, courier_at(server.port) as courier:
            outcome = (await outcomes(courier, to("anna")))["anna"]
        assert type(outcome) is kind, outcome
        assert said in outcome.reply
        assert outcome.reply
        assert len(server.taken) == (step == "dot")

    run(test())


def test_the_final_reply_has_a_longer_time_than_the_others() -> None:
    async def test() -> None:
        late = Slow(0.3, "250 2.0.0 at last")
        async with ScriptedSmtp(dot=late, mail=[OK, late]) as server, courier_at(server.port, timeout=0.1, final_reply_timeout=0.8) as courier:
            assert await outcomes(courier, to("anna")) == {"anna": Sent("250 2.0.0 at last")}
            assert isinstance((await outcomes(courier, to("boris")))["boris"], TryLater)

    run(test())


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("5.7.1 rate limit exceeded", TryLater),
        ("5.4.5 Daily user sending limit exceeded", TryLater),
        ("5.7.1 Too many messages, slow down", TryLater),
        ("5.2.2 The email account that you tried to reach is over quota", TryLater),
        ("5.7.1 Try again later", TryLater),
        ("5.7.1 message refused by policy", Refused),
        ("5.3.4 message size exceeds fixed limit", Refused),
        ("5.2.3 message size limit exceeded", Refused),
        ("5.4.6 too many hops", Refused),
        ("5.1.1 no such user", Refused),
        ("5.1.1 rates@customer.example unknown", Refused),
    ],
)
def test_a_permanent_code_about_too_much_at_once_is_not_for_good(text: str, kind: type[Outcome]) -> None:
    assert type(not_taken(550, text)) is kind


@pytest.mark.parametrize(("code", "kind"), [(399, TryLater), (400, TryLater), (499, TryLater), (500, Refused), (599, Refused), (535, TryLater), (-1, TryLater)])
def test_only_five_hundred_is_for_good(code: int, kind: type[Outcome]) -> None:
    assert type(not_taken(code, "no")) is kind


def test_a_reply_is_kept_on_one_line_without_controls_and_cut() -> None:
    async def test() -> None:
        long = "550-5.1.1 a\tb\x1b[31m\r\n550-второй\r\n550 " + "x" * 300
        async with ScriptedSmtp(rcpt=long) as server, courier_at(server.port) as courier:
            said = (await outcomes(courier, to("anna")))["anna"].reply
        assert said.startswith("550 5.1.1 a b?[31m второй xxx")
        assert len(said) == 200

    run(test())


# Bytes and envelopes


def test_the_bytes_arrive_as_they_are_and_one_connection_serves_many() -> None:
    async def test() -> None:
        async with ScriptedSmtp() as server, courier_at(server.port) as courier:
            ended = await outcomes(courier, to("anna", "boris", "vera"))
            ended |= await outcomes(courier, to("gleb"))
        assert set(ended.values()) == {Sent("250 2.0.0 taken")}
        assert [(letter.sender, letter.recipients) for letter in server.taken] == [
            ("claims@x.example", (f"{name}@customer.example",)) for name in ("anna", "boris", "vera", "gleb")
        ]
        assert {letter.raw for letter in server.taken} == {RAW}
        assert server.connections == 1
        assert server.commands("EHLO") == ["EHLO mailbot.example"]

    run(test())


@pytest.mark.parametrize(
    ("raw", "sent"),
    [
        (b"", b"\r\n.\r\n"),
        (b"a", b"a\r\n.\r\n"),
        (b"a\r\n", b"a\r\n.\r\n"),
        (b".\r\n", b"..\r\n.\r\n"),
        (b"a\n.\nb\r\n", b"a\r\n..\r\nb\r\n.\r\n"),  # O3: none of the ways to smuggle a second letter in
        (b"a\r.\rb\r\n", b"a\r\n..\r\nb\r\n.\r\n"),
        (b"a\r\n.\r\nMAIL FROM:<x@y>\r\n", b"a\r\n..\r\nMAIL FROM:<x@y>\r\n.\r\n"),
    ],
)
def test_no_line_of_a_letter_ends_it(raw: bytes, sent: bytes) -> None:
    assert as_data(raw) == sent


@given(st.lists(st.sampled_from([b".", b"\r", b"\n", b"\r\n", b"a", b"\r\n.\r\n"]), max_size=12).map(b"".join))
def test_whatever_the_letter_the_server_sees_one_end_and_these_lines(raw: bytes) -> None:
    data = as_data(raw)
    assert data.endswith(b"\r\n.\r\n")
    assert data.count(b"\r\n.\r\n") == 1
    lines = data[:-3].split(b"\r\n")[:-1]
    assert all(b"\r" not in line and b"\n" not in line for line in lines)
    wanted = re.split(rb"\r\n|\r|\n", raw)
    assert [line.removeprefix(b".") for line in lines] == (wanted[:-1] if wanted[-1] == b"" and len(wanted) > 1 else wanted)


@pytest.mark.parametrize(
    ("address", "utf8", "in_envelope"),
    [
        ("Anna@customer.example", False, "Anna@customer.example"),
        ("anna@почта.рф", False, "anna@xn--80a1acny.xn--p1ai"),  # O5
        ("anna+a@customer.example", False, "anna+a@customer.example"),
        ("анна@почта.рф", True, "анна@xn--80a1acny.xn--p1ai"),
    ],
)
def test_an_address_in_the_envelope(address: str, utf8: bool, in_envelope: str) -> None:
    assert path(address, utf8=utf8) == in_envelope


@pytest.mark.parametrize(
    "address",
    ["anna", "@customer.example", "anna@", "a@b\r\nRCPT TO:<x@y>", "a\r\nRCPT TO:<x@y>@b", "анна>@почта.рф", "а б@почта.рф", "anna@-<>-", "a\0@b"],
)
def test_no_address_carries_a_command(address: str) -> None:  # S13
    async def test() -> None:
        async with ScriptedSmtp(offers=("SMTPUTF8",)) as server, courier_at(server.port) as courier:
            ended = [outcome async for _, outcome in courier.send_all([Letter(address), *to("boris")])]
        assert [type(outcome) for outcome in ended] == [Refused, Sent]
        assert [letter.recipients for letter in server.taken] == [("boris@customer.example",)]
        assert len(server.commands("RCPT")) == 1

    run(test())


def test_a_name_outside_ascii_is_refused_with_a_plain_reason_or_sent_where_the_server_can() -> None:
    async def test() -> None:
        letters = [Letter("анна@customer.example"), *to("boris")]
        async with ScriptedSmtp() as server, courier_at(server.port) as courier:
            ended = await outcomes(courier, letters)
        assert isinstance(ended["анна"], Refused)
        assert "SMTPUTF8" in ended["анна"].reply
        assert isinstance(ended["boris"], Sent)
        async with ScriptedSmtp(offers=("SMTPUTF8", "8BITMIME")) as server, courier_at(server.port) as courier:
            ended = await outcomes(courier, letters)
        assert {type(outcome) for outcome in ended.values()} == {Sent}
        assert server.commands("MAIL") == ["MAIL FROM:<claims@x.example> SMTPUTF8", "MAIL FROM:<claims@x.example>"]
        assert server.commands("RCPT")[0] == "RCPT TO:<анна@customer.example>"

    run(test())


def test_the_server_hears_size_and_8bit_only_where_it_knows_the_words() -> None:
    async def test() -> None:
        letters = [Letter("anna@customer.example"), Letter("boris@customer.example", "Текст\r\n".encode(), "")]
        async with ScriptedSmtp(offers=("SIZE 1000000", "8BITMIME")) as server, courier_at(server.port) as courier:
            assert set(map(type, (await outcomes(courier, letters)).values())) == {Sent}
        assert server.commands("MAIL") == [f"MAIL FROM:<claims@x.example> SIZE={len(RAW)}", "MAIL FROM:<> SIZE=12 BODY=8BITMIME"]
        async with ScriptedSmtp(offers=()) as server, courier_at(server.port) as courier:
            assert set(map(type, (await outcomes(courier, letters)).values())) == {Sent}
        assert server.commands("MAIL") == ["MAIL FROM:<claims@x.example>", "MAIL FROM:<>"]
        assert server.taken[1].raw == "Текст\r\n".encode()

    run(test())


# One letter's trouble and the others


def test_one_of_two_is_refused_and_the_other_arrives_over_the_same_connection() -> None:  # S6
    async def test() -> None:
        async with ScriptedSmtp(rcpt=["550 5.1.1 no such user", OK]) as server, courier_at(server.port) as courier:
            assert await outcomes(courier, to("anna", "boris")) == {"anna": Refused("550 5.1.1 no such user"), "boris": Sent("250 2.0.0 taken")}
        assert [letter.recipients for letter in server.taken] == [("boris@customer.example",)]
        assert server.connections == 1
        assert server.commands("RSET") == ["RSET"]

    run(test())


@pytest.mark.parametrize("act", [DROP, RESET, "thank you", "451 4.3.0 later"])
def test_after_trouble_at_the_dot_the_next_letter_takes_a_new_connection_and_none_goes_twice(act: str) -> None:  # S12
    async def test() -> None:
        async with ScriptedSmtp(dot=[OK, act]) as server, courier_at(server.port) as courier:
            ended = await outcomes(courier, to("anna", "boris", "vera"))
        assert isinstance(ended["anna"], Sent)
        assert isinstance(ended["vera"], Sent)
        assert type(ended["boris"]) is (TryLater if act.startswith("451") else Unknown)
        assert [letter.recipients[0][:4] for letter in server.taken] == ["anna", "bori", "vera"]
        assert [letter.connection for letter in server.taken] == [1, 1, 2]

    run(test())


def test_a_failing_farewell_changes_nothing() -> None:  # S9
    async def test() -> None:
        for act in (DROP, "500 what?", RESET):
            async with ScriptedSmtp(quit=act) as server, courier_at(server.port) as courier:
                assert await outcomes(courier, to("anna")) == {"anna": Sent("250 2.0.0 taken")}
                await courier.close()
            assert server.commands("QUIT") == ["QUIT"]

    run(test())


def test_a_server_that_hung_up_between_letters_costs_no_delay() -> None:
    async def test() -> None:
        async with ScriptedSmtp() as server, courier_at(server.port) as courier:
            assert isinstance((await outcomes(courier, to("anna")))["anna"], Sent)
            await server.hang_up()
            assert isinstance((await outcomes(courier, to("boris")))["boris"], Sent)
        assert server.connections == 2

    run(test())


@pytest.mark.parametrize("act", ["421 4.7.0 enough for one connection", DROP])
def test_a_server_that_wants_few_letters_a_connection_gets_the_next_one_at_once(act: str) -> None:
    async def test() -> None:
        async with ScriptedSmtp(mail=[OK, act, OK, act, OK]) as server, courier_at(server.port) as courier:
            ended = await outcomes(courier, to("anna", "boris", "vera"))
        assert set(map(type, ended.values())) == {Sent}
        assert server.connections == 3
        assert len(server.taken) == 3

    run(test())


def test_a_server_that_hangs_up_on_a_letter_again_gets_it_later() -> None:
    async def test() -> None:
        async with ScriptedSmtp(rcpt=[OK, "421 4.7.0 no", "421 4.7.0 no"]) as server, courier_at(server.port) as courier:
            assert await outcomes(courier, to("anna", "boris")) == {"anna": Sent("250 2.0.0 taken"), "boris": TryLater("421 4.7.0 no")}
        assert len(server.commands("RCPT")) == 3

    run(test())


def test_an_idle_connection_is_asked_whether_it_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courier_module, "NOOP_AFTER", 0.0)

    async def test() -> None:
        async with ScriptedSmtp(noop=[OK, "500 what?"]) as server, courier_at(server.port) as courier:
            for name, connections in (("anna", 1), ("boris", 1), ("vera", 2)):
                assert isinstance((await outcomes(courier, to(name)))[name], Sent)
                assert server.connections == connections
        assert server.commands("NOOP") == ["NOOP", "NOOP"]

    run(test())


def test_a_connection_idle_for_too_long_is_replaced_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courier_module, "NOOP_AFTER", 0.0)
    monkeypatch.setattr(courier_module, "IDLE_LIMIT", 0.0)

    async def test() -> None:
        async with ScriptedSmtp() as server, courier_at(server.port) as courier:
            for name in ("anna", "boris"):
                assert isinstance((await outcomes(courier, to(name)))[name], Sent)
        assert server.connections == 2
        assert not server.commands("NOOP")

    run(test())


def test_letters_go_side_by_side_over_no_more_connections_than_allowed() -> None:
    async def test() -> None:
        async with ScriptedSmtp(dot=Slow(0.1, "250 ok")) as server, courier_at(server.port, connections=4) as courier:
            began = time.monotonic()
            halves = await asyncio.gather(outcomes(courier, to(*"abcdefgh")), outcomes(courier, to(*"ijkl")))
            took = time.monotonic() - began
        assert {type(outcome) for half in halves for outcome in half.values()} == {Sent}
        assert server.most_open == 4
        assert 0.3 <= took < 0.9  # twelve letters of 0.1 s by four

    run(test())


def test_a_server_that_lets_us_in_once_only_gets_all_letters_over_that_one() -> None:
    async def test() -> None:
        greeting = [OK, "421 4.7.0 too many connections", "421 4.7.0 too many connections"]
        async with ScriptedSmtp(greeting=greeting) as server, courier_at(server.port, connections=3) as courier:
            ended = await outcomes(courier, to(*"abcdef"))
        assert set(map(type, ended.values())) == {Sent}
        assert {letter.connection for letter in server.taken} == {1}

    run(test())


def test_without_a_server_every_letter_waits_and_says_why() -> None:
    async def test() -> None:
        port = free_port()
        async with courier_at(port, connections=2) as courier:
            ended = await outcomes(courier, to(*"abcde"))
        assert set(ended.values()) == {TryLater(f"127.0.0.1:{port}: nobody listens there. Is the port right?")}

    run(test())


@pytest.mark.parametrize("step", ["mail", "dot"])
def test_a_silent_server_does_not_hold_us_for_each_letter(step: str) -> None:
    async def test() -> None:
        async with ScriptedSmtp(**{step: HANG}) as server, courier_at(server.port, connections=2) as courier:
            began = time.monotonic()
            ended = await outcomes(courier, to(*"abcdefghij"))
            assert time.monotonic() - began < 1.5
        kinds = [type(outcome) for outcome in ended.values()]
        assert kinds.count(Unknown) == (2 if step == "dot" else 0)
        assert kinds.count(TryLater) == (8 if step == "dot" else 10)
        assert len(server.commands("MAIL")) == 2

    run(test())


def test_an_iteration_broken_off_in_data_ends_at_once_and_hangs_up() -> None:  # S11
    async def test() -> None:
        async with ScriptedSmtp(dot=HANG) as server, courier_at(server.port, final_reply_timeout=30) as courier:
            sending = asyncio.create_task(outcomes(courier, to("anna", "boris")))
            while not server.taken:
                await asyncio.sleep(0.01)
            began = time.monotonic()
            sending.cancel()
            with pytest.raises(asyncio.CancelledError):
                await sending
            assert time.monotonic() - began < 1
            assert len(server.commands("MAIL")) == 1
            server.script = {}
            assert isinstance((await outcomes(courier, to("vera")))["vera"], Sent)
        assert server.connections == 2

    run(test())


def test_no_letter_is_begun_that_is_no_longer_ours() -> None:
    async def test() -> None:
        async with ScriptedSmtp() as server, courier_at(server.port) as courier:
            answers: Iterator[bool] = iter([True, False, False])
            ended = [outcome async for _, outcome in courier.send_all(to("anna", "boris", "vera"), lambda: next(answers))]
        assert [type(outcome) for outcome in ended] == [Sent, TryLater, TryLater]
        assert len(server.taken) == 1

    run(test())


def test_a_bug_before_the_dot_is_unknown_and_the_connection_is_not_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        async with ScriptedSmtp() as server, courier_at(server.port) as courier:
            with monkeypatch.context() as patch:
                patch.setattr("mailbot.mail_out.smtp.as_data", lambda raw: raw + None)
                assert isinstance((await outcomes(courier, to("anna")))["anna"], Unknown)
            assert isinstance((await outcomes(courier, to("boris")))["boris"], Sent)
        assert server.connections == 2

    run(test())


# TLS


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("ca"))


def context_of(certificate: Certificate) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.cert, certificate.key)
    return context


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_letters_go_over_verified_tls(certificate: Certificate, tls: str) -> None:
    async def test() -> None:
        offers = () if tls == "implicit" else ("STARTTLS",)
        async with (
            ScriptedSmtp(offers=offers, tls=context_of(certificate), implicit=tls == "implicit") as server,
            courier_at(server.port, tls=tls, ca_file=certificate.ca_file, timeout=5) as courier,
        ):
            assert set(map(type, (await outcomes(courier, to("anna", "boris"))).values())) == {Sent}
        assert server.connections == 1
        assert len(server.commands("STARTTLS")) == (tls == "starttls")
        assert len(server.commands("EHLO")) == (2 if tls == "starttls" else 1)  # RFC 3207 4.2: what it said in clear is forgotten

    run(test())


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_a_certificate_of_a_stranger_is_not_trusted(certificate: Certificate, tls: str) -> None:
    async def test() -> None:
        secret = {"user": "u", "password": lambda: "hush"}
        async with (
            ScriptedSmtp(offers=("STARTTLS", "AUTH PLAIN"), tls=context_of(certificate), implicit=tls == "implicit") as server,
            courier_at(server.port, tls=tls, timeout=5, **secret) as courier,
        ):
            ended = await outcomes(courier, to("anna"))
        assert isinstance(ended["anna"], TryLater)
        assert "certificate is not trusted" in ended["anna"].reply
        assert "ca_file" in ended["anna"].reply
        assert not server.commands("AUTH")
        assert not server.taken

    run(test())


def test_a_certificate_for_another_host_is_not_trusted(tmp_path: Path) -> None:
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30"]
    names = ["-subj", "/CN=other.example", "-addext", "subjectAltName=DNS:other.example"]
    subprocess.run(["openssl", "req", "-x509", *new_key, "-keyout", key, "-out", cert, *names], check=True, capture_output=True)

    async def test() -> None:
        tls = context_of(Certificate(cert, cert, key))
        async with ScriptedSmtp(tls=tls, implicit=True) as server, courier_at(server.port, tls="implicit", ca_file=cert, timeout=5) as courier:
            ended = await outcomes(courier, to("anna"))
        assert isinstance(ended["anna"], TryLater)
        assert "IP address mismatch" in ended["anna"].reply
        assert "Write as host a name that the certificate carries" in ended["anna"].reply

    run(test())


@pytest.mark.parametrize("script", [{"offers": ("AUTH PLAIN",)}, {"offers": ("STARTTLS", "AUTH PLAIN"), "starttls": "454 4.7.0 not now"}])
def test_where_starttls_was_stripped_nothing_is_said_in_clear(script: dict[str, Any]) -> None:  # S10, R12
    async def test() -> None:
        async with ScriptedSmtp(**script) as server, courier_at(server.port, tls="starttls", user="u", password=lambda: "hush") as courier:
            ended = await outcomes(courier, to("anna"))
        assert isinstance(ended["anna"], TryLater)
        assert not server.commands("AUTH")
        assert not server.commands("MAIL")

    run(test())


def test_in_clear_to_this_machine_only() -> None:
    async def test() -> None:
        courier = Courier(replace(server_at(25), host="mail.example.org"))
        ended = await outcomes(courier, to("anna"))
        assert ended == {"anna": TryLater('mail.example.org: tls = "none" is for this machine only.')}

    run(test())


def test_plain_talk_to_a_tls_port_says_what_to_look_at(certificate: Certificate) -> None:
    async def test() -> None:
        async with ScriptedSmtp() as server, courier_at(server.port, tls="implicit", timeout=5) as courier:
            with pytest.raises(SmtpAway, match=r'TLS could not be agreed .*Does this port want tls = "implicit"\?'):
                await courier.try_login()

    run(test())


def test_one_tls_context_serves_every_connection(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []
    real = ssl.create_default_context
    monkeypatch.setattr(ssl, "create_default_context", lambda **how: made.append(how) or real(**how))

    async def test() -> None:
        async with ScriptedSmtp(tls=context_of(certificate), implicit=True, dot=Slow(0.05, "250 ok")) as server:
            for _ in range(2):
                ca_file = certificate.ca_file.parent / "." / certificate.ca_file.name
                async with courier_at(server.port, tls="implicit", ca_file=ca_file, timeout=5, connections=3) as courier:
                    assert set(map(type, (await outcomes(courier, to(*"abc"))).values())) == {Sent}
        assert server.connections == 6

    run(test())
    assert len(made) <= 1


# Signing in


def test_password_and_token_go_as_the_server_wants_them() -> None:
    async def test() -> None:
        plain = base64.b64encode(b"\0anna@x.example\0" + "тайна".encode()).decode()
        bearer = base64.b64encode(b"user=anna@x.example\1auth=Bearer tok\1\1").decode()
        name, word = base64.b64encode(b"anna@x.example").decode(), base64.b64encode("тайна".encode()).decode()
        by_password, by_token = {"password": lambda: "тайна"}, {"token": lambda: "tok"}
        for offers, how, script, said in (
            ("AUTH CRAM-MD5 LOGIN PLAIN", by_password, {}, [f"AUTH PLAIN {plain}"]),
            ("AUTH LOGIN", by_password, {"auth": "334 UGFzc3dvcmQ6"}, [f"AUTH LOGIN {name}", word]),
            ("AUTH PLAIN XOAUTH2", by_token, {}, [f"AUTH XOAUTH2 {bearer}"]),
        ):
            async with ScriptedSmtp(offers=(offers,), **script) as server, courier_at(server.port, user="anna@x.example", **how) as courier:
                assert set(map(type, (await outcomes(courier, to("anna", "boris"))).values())) == {Sent}
            assert server.heard[1 : 1 + len(said)] == said
            assert len(server.commands("AUTH")) == 1

    run(test())


@pytest.mark.parametrize(
    ("offers", "how", "script", "says"),
    [
        ("AUTH PLAIN LOGIN", {"password": lambda: "hush"}, {"auth": "535 5.7.8 bad credentials"}, "signing in as u was refused: 535 5.7.8 bad credentials. Check user and the password."),
        ("AUTH XOAUTH2", {"token": lambda: "hush"}, {"auth": "334 eyJzdGF0dXMiOiI0MDEifQ==", "auth_more": "535 5.7.8 no"}, "Check user and the token."),
        ("AUTH PLAIN", {"password": lambda: "hush"}, {"auth": "454 4.7.0 later"}, "cannot sign anybody in just now: 454 4.7.0 later."),
        ("AUTH CRAM-MD5", {"password": lambda: "hush"}, {}, "offers no sign-in by password (cram-md5)"),
        ("8BITMIME", {"password": lambda: "hush"}, {}, "offers no sign-in by password (none at all)"),
        ("AUTH PLAIN", {"token": lambda: "hush"}, {}, "does not offer XOAUTH2"),
    ],
)
def test_a_sign_in_that_fails_is_tried_by_one_way_and_said_plainly(offers: str, how: Any, script: dict[str, Any], says: str) -> None:
    async def test() -> None:
        async with ScriptedSmtp(offers=(offers,), **script) as server, courier_at(server.port, user="u", **how) as courier:
            ended = await outcomes(courier, to("anna", "boris"))
        assert set(map(type, ended.values())) == {TryLater}
        assert says in ended["anna"].reply
        assert "hush" not in ended["anna"].reply
        assert len(server.commands("AUTH")) <= 1
        assert not server.commands("MAIL")

    run(test())


def test_a_password_that_cannot_be_read_says_so() -> None:
    def missing() -> str:
        raise ValueError("environment variable X gives an empty secret.")

    async def test() -> None:
        async with ScriptedSmtp(offers=("AUTH PLAIN",)) as server, courier_at(server.port, user="u", password=missing) as courier:
            ended = await outcomes(courier, to("anna"))
        assert "the password cannot be had: environment variable X gives an empty secret." in ended["anna"].reply

    run(test())


def test_after_a_refused_sign_in_we_do_not_knock_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        script = {"auth": ["535 5.7.8 no", "535 5.7.8 no", OK]}
        async with ScriptedSmtp(offers=("AUTH PLAIN",), **script) as server, courier_at(server.port, user="u", password=lambda: "p") as courier:
            for _ in range(3):
                assert "was refused" in (await outcomes(courier, to("anna")))["anna"].reply
            assert server.connections == 1
            with pytest.raises(SignInRefused, match="was refused"):
                await courier.try_login()  # a person who asks gets an answer
            assert server.connections == 2
            monkeypatch.setattr(courier, "_knock_at", 0.0)
            assert isinstance((await outcomes(courier, to("anna")))["anna"], Sent)

    run(test())


def test_a_check_says_what_the_server_is_and_can() -> None:
    async def test() -> None:
        async with ScriptedSmtp(offers=("SIZE 52428800", "SMTPUTF8", "AUTH PLAIN")) as server, courier_at(server.port, user="u", password=lambda: "p") as courier:
            line = await courier.try_login()
        where = f"127.0.0.1:{server.port}"
        assert line == f"{where}: signed in as u (no TLS, this machine only); the server can SIZE, SMTPUTF8, letters up to 52 MB."
        assert server.commands("QUIT") == ["QUIT"]
        async with ScriptedSmtp(ehlo="502 what?") as server, courier_at(server.port) as courier:  # a server from before ESMTP
            assert (await courier.try_login()).endswith("no sign-in wanted (no TLS, this machine only); the server can only the bare protocol.")
        with pytest.raises(SmtpAway, match=r"nothere\.invalid: there is no such host"):
            await Courier(SmtpServer("nothere.invalid", 465, "implicit", timeout=20)).try_login()

    run(test())


# A real server


@pytest.mark.postfix
@pytest.mark.dovecot
def test_postfix_takes_the_letter_and_dovecot_has_its_bytes(dovecot_server: Dovecot, postfix_server: Postfix) -> None:
    user = new_user("anna")

    async def test() -> None:
        async with courier_at(postfix_server.port, timeout=20, final_reply_timeout=20) as courier:
            ended = [outcome async for _, outcome in courier.send_all([Letter(user), Letter(user)])]
        assert [type(outcome) for outcome in ended] == [Sent, Sent]
        assert all("queued as" in outcome.reply for outcome in ended)

    run(test())
    wait_until(lambda: len(dovecot_server.mails(user)) == 2)
    assert all(raw.endswith(RAW) for raw in dovecot_server.mails(user))
