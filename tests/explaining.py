"""The whole of `explain` in this process, without a configuration: read, understand, decide, tell."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

from mailbot.claims.case import NO_STORE
from mailbot.claims.decide import decide
from mailbot.claims.explained import explained
from mailbot.claims.understanding import ReadMail
from mailbot.config import Settings
from mailbot.jobs.policy_of import Ground, lay_ground
from mailbot.mail_in.authenticity import authentication
from mailbot.mail_in.read import read_mail
from tests.reading import reader

ARRIVED = datetime(2026, 4, 21, 8, 0, tzinfo=UTC)


@cache
def ground() -> Ground:
    return lay_ground(Settings(), ARRIVED)


def told_about(read: ReadMail, name: str = "mail.eml") -> dict[str, Any]:
    policy = ground().policy
    proof = authentication(read.mail, None)
    decision = decide(read.mail, read.understanding, NO_STORE, proof, policy, received_at=ARRIVED, history=False, now=ARRIVED)
    return explained(name, read, decision, ARRIVED, "argument", policy.office)


def explain(raw: bytes, name: str = "mail.eml") -> dict[str, Any]:
    mail = read_mail(raw)
    return told_about(ReadMail(mail, reader().understand(mail, ARRIVED, ground().policy.office)), name)
