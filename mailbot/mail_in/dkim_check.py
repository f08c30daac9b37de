"""Our own DKIM check, for mail that could be a command where no mail server of ours vouches. Never raises; bounded; DNS is handed in.

Stricter than the RFC: what a sender could have added or a stranger changed after signing proves nothing (R20, A11; decisions.md 32).
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable, Sequence

from mailbot.claims.authentication import Authentication, DkimKey
from mailbot.claims.message import IncomingMail

Resolver = Callable[[str], bytes | None]  # TXT record of a name, None where there is none; OSError where nobody answers

MAX_RAW = 1024 * 1024
MAX_BLANKS = 1_000  # dkimpy's relaxed form is quadratic in a run of blanks: 80 kB cost 5 s
MAX_IN_RUNS = 100_000  # blanks in runs of a hundred and more together
MAX_SIGNATURES = 3
MAX_RECORD = 1_000  # bytes; a key of 4,096 bits has 750
MIN_KEY_BITS = 1_024
MUST_SIGN = ("from", "subject", "date", "message-id", "to")
_ONCE = (*MUST_SIGN, "sender", "reply-to", "cc", "in-reply-to", "references", "content-type", "content-transfer-encoding")
_RUN = re.compile(rb"[ \t]{%d}|(?:\r?\n[ \t]*){%d}" % (MAX_BLANKS + 1, MAX_BLANKS + 1))
_LONG_RUN = re.compile(rb"[ \t]{100,}")
_TESTING = re.compile(rb"(?:^|;)\s*t\s*=[^;]*\by\b")
_ALGORITHMS = (b"rsa-sha256", b"ed25519-sha256")


def authentication_of(raw: bytes, mail: IncomingMail, resolver: Resolver) -> Authentication:
    """Whether a DKIM signature of the very From domain proves this mail. For the parent, after reading; run it with a time limit."""
    try:
        import dkim
    except ImportError:
        return Authentication(reason="DKIM cannot be checked here; install mailbot[dkim].")
    fault = _unfit(raw, mail)
    if fault:
        return Authentication("fail", dkim="fail", reason=fault)
    assert mail.from_ is not None
    try:
        checker = dkim.DKIM(raw, minkey=MIN_KEY_BITS, timeout=5)
        headers = [(bytes(name).lower(), bytes(value)) for name, value in checker.headers]
    except (dkim.DKIMException, ValueError, TypeError, IndexError) as error:
        return Authentication("fail", dkim="fail", reason=f"Its header cannot be checked ({type(error).__name__}).")
    fault = _doubled([name.decode("latin-1") for name, _ in headers])
    if fault:
        return Authentication("fail", dkim="fail", reason=fault)
    answers = {"in-reply-to": mail.in_reply_to, "references": mail.references}  # whose letter it answers is what it proves (R19)
    required = (*MUST_SIGN, *(name for name, value in answers.items() if value))
    return _judged([value for name, value in headers if name == b"dkim-signature"], checker, mail.from_.domain, required, resolver)


def _unfit(raw: bytes, mail: IncomingMail) -> str:
    if len(raw) > MAX_RAW:
        return "It is larger than 1 MB; DKIM is not checked on such mail."
    if _RUN.search(raw) or sum(map(len, _LONG_RUN.findall(raw))) > MAX_IN_RUNS:
        return f"It has more than {MAX_BLANKS} blanks or blank lines in a row, or many long rows of them; DKIM is not checked on such mail."
    if mail.from_ is None or mail.signs.from_count != 1 or mail.signs.from_mailboxes != 1 or not mail.from_.domain:
        return "The From line does not name exactly one author."
    return ""


def _doubled(names: Sequence[str]) -> str:
    """A field may be added above a signed one; then the signed one is not the one people see."""
    twice = next((name for name in _ONCE if names.count(name) > 1), "")
    if twice:
        return f"It has several {twice.title()} lines, so a signature proves none of them."
    return "" if "from" in names else "It has no From line that can be checked."


def _judged(
    signatures: Sequence[bytes], checker: object, domain: str, required: Sequence[str], resolver: Resolver
) -> Authentication:
    if not signatures:
        return Authentication(dkim="none", reason="It carries no DKIM signature.")
    aligned = [number for number, value in enumerate(signatures[:50]) if _tags(value).get(b"d", b"").lower() == domain.encode("utf-8")]
    if not aligned:
        return Authentication("fail", dkim="fail", reason=f"No DKIM signature is of {domain} itself.")
    why = ""
    for number in aligned[:MAX_SIGNATURES]:
        fault = _weak(_tags(signatures[number]), required)
        if not fault:
            outcome = _verified(checker, number, resolver)
            if outcome.result != "fail":
                return outcome
            fault = outcome.reason
        why = why or fault
    return Authentication("fail", dkim="fail", reason=why)


def _tags(value: bytes) -> dict[bytes, bytes]:
    """tag=value pairs of a signature (RFC 6376 3.2); of a tag that stands twice the signature is void anyway."""
    pairs = (piece.partition(b"=") for piece in value.split(b";")[:50])
    return {name.strip(): b"".join(text.split()) for name, _, text in pairs}


def _weak(tags: dict[bytes, bytes], required: Sequence[str]) -> str:
    """Why a signature proves nothing even if it is right."""
    if b"l" in tags:
        return "Its DKIM signature covers a part of the body only (l=): that proves nothing."
    if tags.get(b"a", b"").lower() not in _ALGORITHMS:
        return "Its DKIM signature uses an outdated algorithm."
    signed = tags.get(b"h", b"").lower().decode("latin-1").split(":")
    missing = next((name for name in required if name not in signed), "")
    return f"Its DKIM signature does not cover {missing.title()}." if missing else ""


def _verified(checker: object, number: int, resolver: Resolver) -> Authentication:
    """One signature against the key its domain publishes. A name server that does not answer leaves it unknown, not failed."""
    import dkim

    asked: list[str] = []
    records: list[bytes] = []

    def record(name: bytes, timeout: float = 5) -> bytes:
        asked.append(name.decode("ascii", "replace"))
        found = resolver(asked[-1]) or b""
        records.append(b"" if len(found) > MAX_RECORD or _TESTING.search(found) else found)
        return records[-1]

    assert isinstance(checker, dkim.DKIM)
    try:
        right = checker.verify(number, dnsfunc=record)
    except (OSError, dkim.DnsTimeoutError):
        return Authentication(dkim="temperror", reason="The DKIM key could not be looked up now.")
    except (dkim.DKIMException, binascii.Error, ValueError, TypeError, IndexError, KeyError, AssertionError, ArithmeticError) as error:
        return Authentication("fail", dkim="fail", reason=f"Its DKIM signature is not right ({type(error).__name__}).")
    selector, _, domain = asked[-1].rstrip(".").partition("._domainkey.") if asked else ("", "", "")
    if right is True:
        key = DkimKey(domain, selector, records[-1].decode("latin-1"))
        return Authentication("pass", dkim="pass", reason=f"Its DKIM signature of {domain} is right.", key=key)
    return Authentication("fail", dkim="fail", reason="Its DKIM signature is not right: the mail was changed, or its key is gone or weak.")


def dns_resolver(seconds: float = 5.0) -> Resolver:
    """Asks the system's name servers. Errors: OSError where none answers in time."""

    def ask(name: str) -> bytes | None:
        import dns.exception
        import dns.name
        import dns.rdatatype
        import dns.resolver

        try:
            asked = dns.name.from_text(name)
        except (dns.exception.DNSException, UnicodeError):  # the mail's own selector: no such name can exist
            return None
        try:
            found = dns.resolver.resolve(asked, "TXT", raise_on_no_answer=False, lifetime=seconds)
        except dns.resolver.NXDOMAIN:
            return None
        except dns.exception.DNSException as error:  # SERVFAIL and REFUSED too (NoNameservers): nobody could tell
            raise TimeoutError("the name server does not answer") from error
        texts = (row for answer in found.response.answer if answer.rdtype == dns.rdatatype.TXT for row in answer)
        return next((b"".join(row.strings) for row in texts), None)

    return ask
