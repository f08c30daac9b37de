"""Whether a mail really comes from the domain it names: what our own mail server (or our own DKIM check) found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Result = Literal["pass", "fail", "none", "unknown", "temperror"]  # temperror: nobody could tell just now (RFC 8601 2.7.1)


@dataclass(frozen=True, slots=True)
class DkimKey:
    """The public key that proved a signature, as its domain published it then: with the stored mail it proves it again when it is gone."""

    domain: str
    selector: str
    record: str  # the TXT record, word for word
    checked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Authentication:
    """`result` pass: the From domain is proven (aligned DKIM or DMARC pass, or aligned SPF); fail: it was checked and is not;
    unknown: nobody we trust has looked (no `authserv_id` configured) which is not a failure (decisions.md 24)."""

    result: Literal["pass", "fail", "unknown"] = "unknown"
    spf: Result = "unknown"
    dkim: Result = "unknown"
    dmarc: Result = "unknown"
    reason: str = "No authserv_id is configured, so no Authentication-Results header is trusted."
    key: DkimKey | None = None  # of our own check that passed
