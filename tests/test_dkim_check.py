"""Our own DKIM check: genuine mail passes, and nothing that was added, changed or left unsigned does (R20, A11)."""

from __future__ import annotations

import base64
from functools import partial

import pytest

from mailbot.claims.authentication import Authentication
from mailbot.mail_in.dkim_check import MAX_BLANKS, MAX_RAW, MAX_RECORD, authentication_of
from mailbot.mail_in.read import read_mail
from tests.rsa_keys import RsaKey, make_key
from tests.timing import assert_cheap

dkim = pytest.importorskip("dkim", reason="NOT TESTED: the extra mailbot[dkim] is not installed")

SIGNED = (b"from", b"to", b"subject", b"date", b"message-id")
MAIL = (
    b"From: Anna <anna@firma.example>\r\nTo: claims@firma.example\r\nSubject: Re: case\r\nDate: Tue, 21 Apr 2026 10:00:00 +0300\r\n"
    b"Message-ID: <1@firma.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n!close\r\n"
)


@pytest.fixture(scope="module")
def key() -> RsaKey:
    return make_key(1_024, seed=7)


def sign(key: RsaKey, raw: bytes = MAIL, headers: tuple[bytes, ...] = SIGNED, *, domain: bytes = b"firma.example", length: bool = False, algorithm: bytes = b"rsa-sha256", form: bytes = b"relaxed") -> bytes:
    signature: bytes = dkim.sign(raw, b"s1", domain, key.pem, include_headers=list(headers), length=length, canonicalize=(form, form), signature_algorithm=algorithm)
    return signature + raw


def check(raw: bytes, key: RsaKey, record: bytes | None = None, asked: list[str] | None = None) -> Authentication:
    def resolver(name: str) -> bytes | None:
        if asked is not None:
            asked.append(name)
        return record if record is not None else key.record

    return authentication_of(raw, read_mail(raw), resolver)


@pytest.mark.parametrize("form", [b"relaxed", b"simple"])
def test_genuine_mail_passes(key: RsaKey, form: bytes) -> None:
    asked: list[str] = []
    found = check(sign(key, form=form), key, asked=asked)
    assert (found.result, found.dkim) == ("pass", "pass")
    assert found.reason == "Its DKIM signature of firma.example is right."
    assert asked == ["s1._domainkey.firma.example."]


def test_line_ends_of_a_file_change_nothing(key: RsaKey) -> None:
    assert check(sign(key).replace(b"\r\n", b"\n"), key).result == "pass"


@pytest.mark.parametrize(
    ("was", "becomes"),
    [(b"!close", b"!send "), (b"Subject: Re", b"Subject: Fw"), (b"To: claims", b"To: others"), (b"From: Anna", b"From: Vera"), (b"<1@", b"<2@"), (b"10:00", b"11:00"), (b"!close\r\n", b"!close\r\n!send\r\n")],
)  # fmt: skip
def test_what_was_changed_fails(key: RsaKey, was: bytes, becomes: bytes) -> None:
    changed = sign(key).replace(was, becomes)
    assert changed != sign(key)
    found = check(changed, key)
    assert (found.result, found.dkim) == ("fail", "fail")
    assert "not right" in found.reason


@pytest.mark.parametrize("left_out", SIGNED[1:])
def test_a_field_left_unsigned_proves_nothing(key: RsaKey, left_out: bytes) -> None:
    found = check(sign(key, headers=tuple(name for name in SIGNED if name != left_out)), key)
    assert found.result == "fail"
    assert found.reason == f"Its DKIM signature does not cover {left_out.decode().title()}."


def test_a_body_length_proves_nothing(key: RsaKey) -> None:
    signed = sign(key, length=True)
    assert dkim.verify(signed + b"!send\r\n", dnsfunc=lambda *_, **__: key.record)  # dkimpy itself believes it
    assert "(l=)" in check(signed, key).reason
    assert check(signed + b"!send\r\n", key).result == "fail"


@pytest.mark.parametrize(
    "added", [b"From: Vera <vera@firma.example>\r\n", b"Subject: other\r\n", b"To: b@firma.example\r\n", b"Date: Tue, 21 Apr 2020 10:00:00 +0300\r\n", b"Message-ID: <9@firma.example>\r\n", b"Content-Type: text/html\r\n"]
)  # fmt: skip
def test_a_field_added_above_a_signed_one_proves_nothing(key: RsaKey, added: bytes) -> None:
    assert check(added + sign(key), key).result == "fail"
    assert check(sign(key) + b"", key).result == "pass"


def test_several_authors_prove_nothing(key: RsaKey) -> None:
    raw = MAIL.replace(b"From: Anna <anna@firma.example>", b"From: anna@firma.example, eve@evil.example")
    assert check(sign(key, raw), key).reason == "The From line does not name exactly one author."


@pytest.mark.parametrize("domain", [b"mail.firma.example", b"example", b"evil.example"])
def test_only_the_from_domain_itself_counts(key: RsaKey, domain: bytes) -> None:
    found = check(sign(key, domain=domain), key)
    assert (found.result, found.reason) == ("fail", "No DKIM signature is of firma.example itself.")


def test_a_strangers_signature_beside_ours_does_no_harm(key: RsaKey) -> None:
    ours = sign(key)
    assert check(sign(key, ours, domain=b"relay.example"), key).result == "pass"


def test_no_signature_is_unknown_not_failed(key: RsaKey) -> None:
    found = check(MAIL, key)
    assert (found.result, found.dkim) == ("unknown", "none")


@pytest.mark.parametrize(("bits", "result"), [(1_024, "pass"), (1_016, "fail"), (768, "fail")])
def test_the_key_must_be_long_enough(bits: int, result: str) -> None:
    key = make_key(bits, seed=bits)
    assert check(sign(key), key).result == result


@pytest.mark.parametrize("record", [b"", b"v=DKIM1; k=rsa; p=", b"v=DKIM1; k=rsa; p=AAAA", b"nonsense", b"v=DKIM2; p=x", b"v=DKIM1; k=ed25519; p=AAAA", b"\xff\xfe", b"v=DKIM1; p=%%%"])
def test_a_missing_revoked_or_broken_key_fails(key: RsaKey, record: bytes) -> None:
    assert check(sign(key), key, record).result == "fail"


def test_a_key_in_testing_and_an_endless_record_prove_nothing(key: RsaKey) -> None:
    assert check(sign(key), key, key.record.replace(b"k=rsa", b"k=rsa; t=y")).result == "fail"
    assert check(sign(key), key, key.record.replace(b"k=rsa", b"k=rsa; t=s")).result == "pass"
    padded = key.record + b"; n=" + b"x" * (MAX_RECORD - len(key.record) - 4)
    assert check(sign(key), key, padded).result == "pass"
    assert check(sign(key), key, padded + b"x").result == "fail"


def test_another_key_fails(key: RsaKey) -> None:
    assert check(sign(key), make_key(1_024, seed=8)).result == "fail"


def test_sha1_is_outdated(key: RsaKey) -> None:
    raw = sign(key).replace(b"a=rsa-sha256", b"a=rsa-sha1")
    assert check(raw, key).reason == "Its DKIM signature uses an outdated algorithm."


def test_a_name_server_that_does_not_answer_leaves_it_unknown(key: RsaKey) -> None:
    def silent(_name: str) -> bytes | None:
        raise TimeoutError

    raw = sign(key)
    found = authentication_of(raw, read_mail(raw), silent)
    assert (found.result, found.dkim) == ("unknown", "temperror")


def test_nobody_is_asked_about_mail_that_cannot_pass(key: RsaKey) -> None:
    asked: list[str] = []
    for raw in (MAIL, sign(key, length=True), sign(key, domain=b"evil.example"), b"From: x@y.example\r\n" + sign(key)):
        check(raw, key, asked=asked)
    assert asked == []


@pytest.mark.parametrize(("blanks", "result"), [(MAX_BLANKS, "pass"), (MAX_BLANKS + 1, "fail")])
def test_runs_of_blanks_are_bounded(key: RsaKey, blanks: int, result: str) -> None:
    assert check(sign(key, MAIL.replace(b"!close", b"a" + b" " * blanks + b"b")), key).result == result


def test_hostile_mail_costs_little(key: RsaKey) -> None:
    hostile = [MAIL.replace(b"!close", b" " * 500_000), MAIL.replace(b"!close", b"\r\n" * 300_000 + b"x"), MAIL.replace(b"!close", (b" " * 999 + b"x") * 1_000), MAIL + b"x" * MAX_RAW, b"DKIM-Signature: d=firma.example\r\n" * 20_000 + MAIL]
    hostile.append(MAIL.replace(b"!close", (b" " * 999 + b"x") * 99))
    for raw in hostile:
        signed = b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=firma.example; s=s; h=from:to:subject:date:message-id; bh=AAAA; b=AAAA\r\n" + raw
        mail = read_mail(signed)
        assert authentication_of(signed, mail, lambda _name: key.record).result == "fail"
        assert_cheap(partial(authentication_of, signed, mail, lambda _name: key.record), 2)


@pytest.mark.parametrize("damage", [b"b=", b"bh=", b"h=", b"s=", b"v=", b"c="])
def test_broken_tags_fail_and_never_raise(key: RsaKey, damage: bytes) -> None:
    raw = sign(key)
    for instead in (b"z=", damage + b"\xff", damage + b";" + damage, damage + b"9" * 5_000):
        assert check(raw.replace(damage, instead, 1), key).result == "fail"


def test_every_flipped_bit_of_a_signature_fails(key: RsaKey) -> None:
    raw = sign(key)
    at = raw.index(b" b=") + 3
    signature = base64.b64decode(b"".join(raw[at : raw.index(b"\r\nFrom")].split()))
    for bit in range(0, len(signature) * 8, 37):
        flipped = bytearray(signature)
        flipped[bit // 8] ^= 1 << bit % 8
        assert check(raw[:at] + base64.b64encode(bytes(flipped)) + raw[raw.index(b"\r\nFrom") :], key).result == "fail"
