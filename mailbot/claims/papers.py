"""All that lies on the desk when one mail is judged: the mail, what its words say, what we know, whether its sender is proven."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mailbot.claims.authentication import Authentication
from mailbot.claims.case import Known
from mailbot.claims.customers import important_by
from mailbot.claims.message import IncomingMail
from mailbot.claims.policy import Policy
from mailbot.claims.senders import Writer
from mailbot.claims.understanding import Understanding


@dataclass(frozen=True, slots=True)
class Papers:
    mail: IncomingMail
    understanding: Understanding
    known: Known
    authentication: Authentication
    writer: Writer
    policy: Policy
    now: datetime

    @property
    def confidence(self) -> float:
        """How sure we are that it is a claim, 0…1."""
        return self.understanding.verdict.claim_confidence

    @property
    def is_complaint(self) -> bool:
        """Sure enough to be treated as a claim (`triage_below`)."""
        return self.confidence >= self.policy.triage_below

    @property
    def seems_complaint(self) -> bool:
        """Rather a claim than not: enough for a person to look at what a robot brings."""
        return self.confidence >= (self.policy.not_claim_below + self.policy.triage_below) / 2

    @property
    def may_be_complaint(self) -> bool:
        """Not surely no claim (`not_claim_below`)."""
        return self.confidence >= self.policy.not_claim_below

    @property
    def important_by(self) -> str:
        """By what the customer is known as an important one: writer, or the inner sender of a forward; "" where he is none."""
        inner = self.mail.forwarded.from_ if self.mail.forwarded is not None else None
        return important_by(self.policy.customers, (self.writer.address, inner), self.understanding.facts.inn)

    @property
    def is_proven_false(self) -> bool:
        """Our mail server looked and does not vouch for the sender; "unknown" is not that (decisions.md 24)."""
        return self.authentication.result == "fail"
