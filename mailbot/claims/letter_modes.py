"""Which letter goes by itself, which a person sends, and whose yes it needs first (domain.md 1.4), as one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Mode(StrEnum):
    AUTOMATIC = "automatic"  # goes by itself
    DRAFT = "draft"  # a person presses send
    APPROVAL = "approval"  # a person presses send after others have said yes


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What of a case decides who must approve. `amount` and `limit` in the company's currency, None where there is none."""

    consumer: str = "unknown"  # yes | no | unknown
    original_defect: bool = False  # the customer says that the defect was there from the start
    important: bool = False
    legal_threat: bool = False
    refusal: bool = False
    amount: float | None = None
    limit: float | None = None
    holding_on: bool = False  # a person has switched holding letters on for this case


@dataclass(frozen=True, slots=True)
class Approver:
    """`role` must say yes to `template` for `reason`, an id of CIRCUMSTANCES."""

    template: str
    role: str
    reason: str


CIRCUMSTANCES: dict[str, Callable[[Circumstances], bool]] = {
    "always": lambda case: True,
    "consumer": lambda case: case.consumer != "no",  # unknown counts as the stricter (behaviour.md 6)
    "original_defect": lambda case: case.original_defect,
    "important": lambda case: case.important,
    "refusal": lambda case: case.refusal,
    "legal_threat": lambda case: case.legal_threat,
    "over_limit": lambda case: case.amount is not None and case.limit is not None and case.amount > case.limit,
}

MODES: dict[str, Mode] = {
    "acknowledgement": Mode.AUTOMATIC,
    "enquiry": Mode.AUTOMATIC,
    "collective": Mode.AUTOMATIC,
    "holding": Mode.DRAFT,  # automatic only while a person has switched it on: `mode_of`
    "clarification": Mode.DRAFT,
    "wait_reminder": Mode.AUTOMATIC,
    "paid_repair": Mode.APPROVAL,
    "decision": Mode.APPROVAL,
    "inspection": Mode.DRAFT,
    "execution_status": Mode.DRAFT,
    "completed": Mode.DRAFT,
    "withdrawal_reminder": Mode.AUTOMATIC,
    "closing": Mode.DRAFT,
    "reply": Mode.DRAFT,
    "regress": Mode.DRAFT,
}  # letters inside the house that are not named here go by themselves

APPROVERS: tuple[Approver, ...] = (
    Approver("paid_repair", "head", "always"),
    Approver("paid_repair", "legal", "consumer"),
    Approver("paid_repair", "legal", "original_defect"),
    Approver("decision", "head", "always"),
    Approver("decision", "director", "important"),
    Approver("decision", "director", "refusal"),
    Approver("decision", "director", "over_limit"),
    Approver("decision", "legal", "legal_threat"),
    Approver("decision", "legal", "refusal"),
)


def mode_of(template: str, case: Circumstances) -> Mode:
    """How this letter leaves."""
    if template == "holding" and case.holding_on:
        return Mode.AUTOMATIC
    return MODES.get(template, Mode.AUTOMATIC)


def approvals_for(template: str, case: Circumstances) -> dict[str, tuple[str, ...]]:
    """Which roles must say yes before this letter goes, each with the ids of its reasons; empty where nobody must."""
    found: dict[str, tuple[str, ...]] = {}
    for rule in APPROVERS:
        if rule.template == template and CIRCUMSTANCES[rule.reason](case):
            found[rule.role] = (*found.get(rule.role, ()), rule.reason)
    return found
