"""The facts of an acknowledgement, the same whether it is written at once or later."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from mailbot.claims.decision import Decision
from mailbot.claims.letters import Acknowledgement
from mailbot.claims.message import Address, IncomingMail, Kind
from mailbot.claims.understanding import ReadMail

if TYPE_CHECKING:
    from mailbot.jobs.named_day import NamedDay


def customers_subject(mail: IncomingMail) -> str:
    """The customer's own subject: of a forward the inner one."""
    inner = mail.forwarded
    return inner.subject if inner is not None and inner.subject else mail.subject


def facts_of_acknowledgement(
    number: str,
    read: ReadMail,
    decision: Decision,
    to: Address | None,
    *,
    received_at: datetime,
    named: NamedDay,
    neutral: bool,
    truncated: bool,
) -> Acknowledgement:
    """The facts of T1. `neutral`: to a sender who is not proven it echoes nothing of hers (reliability.md R22)."""
    unreadable = decision.kind is Kind.UNREADABLE
    return Acknowledgement(
        number=number,
        received_at=received_at,
        answer_by=named.by,
        counted=named.counted,
        category=None if unreadable else read.understanding.verdict.primary,
        needs=() if unreadable else read.understanding.missing,
        subject="" if neutral else customers_subject(read.mail),
        customer_name="" if neutral or to is None else to.name,
        reopened=decision.reopens,
        truncated=truncated,
        without_files=read.understanding.without_files and not truncated,
        danger=read.understanding.facts.safety,
    )
