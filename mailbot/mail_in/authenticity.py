"""What our own mail server found about a mail's origin, by its Authentication-Results header (RFC 8601). Trusts nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast

from mailbot.claims.authentication import Authentication, Result
from mailbot.claims.message import IncomingMail

_MAX = 16 * 1024
_RESULT = re.compile(r"\s*([A-Za-z0-9-]{1,40})(?:/\d+)?\s*=\s*([A-Za-z]{1,20})\b")
_PROPERTY = re.compile(r'\b(smtp|header|policy)\.([A-Za-z-]{1,40})\s*=\s*("[^"]*"|[^\s;]+)')
_FAILS = frozenset(("fail", "softfail", "permerror", "hardfail", "policy"))


@dataclass(frozen=True, slots=True)
class Finding:
    """One method's result with its properties ("smtp.mailfrom": …), lower case."""

    method: str
    result: str
    properties: dict[str, str]


def parse_results(value: str) -> tuple[str, list[Finding]] | None:
    """(authserv-id, findings) of one header, None where it is malformed. Microsoft 365 names no id: it is then ""."""
    pieces = _pieces(value) if len(value) <= _MAX else None
    if not pieces:
        return None
    first = pieces[0].strip()
    findings = [finding for piece in pieces[0 if "=" in first else 1 :] if (finding := _finding(piece)) is not None]
    server = "" if "=" in first else first.split()[0].strip('"').casefold() if first else ""
    return (server, findings) if first else None


def _pieces(value: str) -> list[str] | None:
    """Split at `;` outside quotes, comments taken out, in one pass; None for an unclosed comment or quote."""
    out: list[str] = []
    piece: list[str] = []
    depth, quoted, escaped = 0, False, False
    for sign in value:
        if escaped:
            escaped = False
            if depth == 0:
                piece.append(sign)
        elif sign == "\\" and (quoted or depth):
            escaped = True
        elif depth or (sign == "(" and not quoted):
            depth += (sign == "(") - (sign == ")")
        elif sign == '"':
            quoted = not quoted
            piece.append(sign)
        elif sign == ";" and not quoted:
            out.append("".join(piece))
            piece = []
        else:
            piece.append(sign)
    return None if depth or quoted else [*out, "".join(piece)]


def _finding(piece: str) -> Finding | None:
    found = _RESULT.match(piece)
    if found is None:
        return None
    properties: dict[str, str] = {}
    for kind, name, text in _PROPERTY.findall(piece):
        properties.setdefault(f"{kind}.{name.lower()}", text.strip('"').casefold())
    return Finding(found.group(1).lower(), found.group(2).lower(), properties)


def authentication(mail: IncomingMail, authserv_id: str | None) -> Authentication:
    """Whether the From domain is proven: DMARC passed, or DKIM or SPF passed for that very domain (R20, A11, A12).

    Only the topmost header counts and only with our server's id; our server must strip forged ones (operating.md).
    """
    if not authserv_id:
        return Authentication()
    headers = mail.signs.authentication_results
    parsed = parse_results(headers[0]) if headers else None
    if parsed is None or parsed[0] != authserv_id.casefold():
        why = "there is none" if not headers else "the topmost one is not from it or is malformed"
        return Authentication(reason=f"No Authentication-Results header of {authserv_id} can be trusted: {why}.")
    if mail.from_ is None or mail.signs.from_count != 1 or mail.signs.from_mailboxes != 1 or not mail.from_.domain:
        return Authentication("fail", reason="The From line does not name exactly one author.")
    return _judged(mail.from_.domain, parsed[1], is_limited=mail.signs.dkim_limited)


def _judged(domain: str, findings: list[Finding], *, is_limited: bool) -> Authentication:
    """`is_limited`: a signature covers a part of the body only, so DKIM proves nothing, nor does a DMARC that rests on it."""
    spf, dkim, dmarc = _worst(findings, "spf"), "fail" if is_limited else _dkim(findings, domain), _worst(findings, "dmarc")
    spf_domain = next((f.properties.get("smtp.mailfrom") or f.properties.get("smtp.helo", "") for f in findings if f.method == "spf"), "")
    is_spf_aligned = spf == "pass" and spf_domain.rpartition("@")[2] == domain
    dmarc_domain = next((f.properties.get("header.from", domain) for f in findings if f.method == "dmarc"), domain)
    if dmarc == "pass" and dmarc_domain.rpartition("@")[2] == domain and (is_spf_aligned or not is_limited):
        return Authentication("pass", spf, dkim, dmarc, f"DMARC passed for {domain}.")
    if dmarc == "fail":
        return Authentication("fail", spf, dkim, dmarc, f"DMARC failed for {domain}.")
    if dkim == "pass":
        return Authentication("pass", spf, dkim, dmarc, f"DKIM passed for {domain}.")
    if is_spf_aligned:
        return Authentication("pass", spf, dkim, dmarc, f"SPF passed for {domain}.")
    if {spf, dkim, dmarc} <= {"none", "unknown"}:
        return Authentication("unknown", spf, dkim, dmarc, f"{domain} publishes nothing by which its mail could be checked.")
    return Authentication("fail", spf, dkim, dmarc, f"Nothing proves that the mail is from {domain}.")


def _dkim(findings: list[Finding], domain: str) -> Result:
    """DKIM counts only where the signing domain is the From domain itself (strict alignment) and no body length limits it."""
    results = [finding for finding in findings if finding.method == "dkim"]
    for finding in results:
        signer = finding.properties.get("header.d") or finding.properties.get("header.i", "").rpartition("@")[2]
        if finding.result == "pass" and signer == domain:
            return "pass"
    if not results:
        return "unknown"
    return "none" if all(finding.result == "none" for finding in results) else "fail"


def _worst(findings: list[Finding], method: str) -> Result:
    """The result of a method; where a header states two, a failure wins."""
    results = {finding.result for finding in findings if finding.method == method}
    if results & _FAILS:
        return "fail"
    for known in ("pass", "none"):
        if known in results:
            return cast(Result, known)
    return "none" if "neutral" in results else "unknown"
