"""What our own mail server found counts, and nobody else's word does (R20, A11, A12)."""

from __future__ import annotations

import pytest

from mailbot.claims.authentication import Authentication
from mailbot.mail_in.authenticity import authentication, parse_results
from mailbot.mail_in.read import read_mail

OURS = "mx.firma.example"


def found(*results: str, more: str = "", sender: str = "anna@partner.example") -> Authentication:
    heads = "".join(f"Authentication-Results: {result}\n" for result in results)
    return authentication(read_mail(f"{heads}{more}From: {sender}\nTo: claims@firma.example\nSubject: x\n\ntext\n".encode()), OURS)


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ("mx.firma.example; dmarc=pass header.from=partner.example", "pass"),
        ("MX.Firma.Example; DMARC=Pass header.from=Partner.Example", "pass"),
        ("mx.firma.example 1; dkim=pass header.d=partner.example", "pass"),
        ("mx.firma.example; dkim=pass header.i=@partner.example", "pass"),
        ("mx.firma.example; spf=pass smtp.mailfrom=bounce@partner.example", "pass"),
        ("mx.firma.example; dkim=pass header.d=mail.partner.example", "fail"),
        ("mx.firma.example; dkim=pass header.d=evil.example", "fail"),
        ("mx.firma.example; spf=pass smtp.mailfrom=x@evil.example", "fail"),
        ("mx.firma.example; dmarc=pass header.from=evil.example", "fail"),
        ("mx.firma.example; dmarc=fail header.from=partner.example; spf=pass smtp.mailfrom=x@partner.example", "fail"),
        ("mx.firma.example; dkim=fail header.d=partner.example; spf=softfail", "fail"),
        ("mx.firma.example; dkim=none; spf=none; dmarc=none", "unknown"),
        ("mx.firma.example; (dkim=pass header.d=partner.example) spf=none", "unknown"),
        ('mx.firma.example; spf=fail reason="x; dkim=pass header.d=partner.example"', "fail"),
        ("mx.firma.example; none", "unknown"),
    ],
)
def test_one_header(result: str, expected: str) -> None:
    assert found(result).result == expected


def test_only_the_topmost_header_with_our_name_counts() -> None:
    good, forged = "mx.firma.example; dkim=pass header.d=partner.example", "mx.evil.example; dkim=pass header.d=partner.example"
    bad = "mx.firma.example; dkim=fail header.d=partner.example"
    assert found(good, forged).result == "pass"
    assert found(forged, good).result == "unknown"
    assert found(bad, good).result == "fail"
    assert found().result == "unknown"
    assert found("mx.firma.example.evil.example; dkim=pass header.d=partner.example").result == "unknown"


@pytest.mark.parametrize("malformed", [";;;", "", "(", '"', "mx.firma.example; (open dkim=pass header.d=partner.example", "(" * 20_000, "mx.firma.example; " + "x" * 20_000])
def test_what_is_malformed_counts_as_absent(malformed: str) -> None:
    assert found(malformed).result in ("unknown", "fail")
    assert found(malformed).dkim != "pass"


def test_nothing_is_trusted_where_no_server_is_named() -> None:
    mail = read_mail(b"Authentication-Results: x; dkim=pass header.d=partner.example\nFrom: a@partner.example\n\nx")
    assert authentication(mail, None) == Authentication()


def test_a_from_line_of_several_authors_proves_nothing() -> None:
    good = "mx.firma.example; dmarc=pass header.from=partner.example"
    assert found(good, more="From: vera@partner.example\n").result == "fail"
    assert found(good, sender="anna@partner.example, eve@evil.example").result == "fail"


def test_a_body_length_proves_nothing_whoever_reports_it_as_passed() -> None:
    """decisions.md: a DKIM signature with l= proves nothing; SPF of the very domain still does."""
    limited = "DKIM-Signature: v=1; a=rsa-sha256; d=partner.example; s=s;\n l=120; h=from; bh=x; b=y\n"
    whole = limited.replace("l=120; ", "")
    dkim, dmarc = "mx.firma.example; dkim=pass header.d=partner.example", "mx.firma.example; dkim=pass header.d=partner.example; dmarc=pass header.from=partner.example"
    assert found(dkim, more=whole).result == "pass"
    assert found(dkim, more=limited).result == "fail"
    assert found(dmarc, more=limited).result == "fail"
    assert found(dmarc + "; spf=pass smtp.mailfrom=a@partner.example", more=limited).result == "pass"


def test_results_are_read_with_their_properties() -> None:
    parsed = parse_results('mx (c); dkim=pass (2048 "x") header.d=A.example header.s=s1; spf=pass smtp.mailfrom="q@b.example"')
    assert parsed is not None
    server, findings = parsed
    assert server == "mx"
    assert [(one.method, one.result, one.properties) for one in findings] == [
        ("dkim", "pass", {"header.d": "a.example", "header.s": "s1"}),
        ("spf", "pass", {"smtp.mailfrom": "q@b.example"}),
    ]
