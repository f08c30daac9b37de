"""Who must hear of one mail at once: safety, legal, privacy, an answer that bounced, what nobody can read (behaviour.md 7)."""

from __future__ import annotations

from mailbot.claims.case import Known
from mailbot.claims.decision import Alert, Decision
from mailbot.claims.message import IncomingMail, Kind
from mailbot.claims.understanding import Understanding

TOLD_OF_DANGER = frozenset({Kind.CLAIM, Kind.TRIAGE, Kind.INTERNAL, Kind.FOLLOW_UP, Kind.ENQUIRY, Kind.UNREADABLE})
_TO_PEOPLE = frozenset({"digest", "escalation", "command_result", "alert", "memo"})  # letters of ours inside the house


def alerts_for(decision: Decision, mail: IncomingMail | None, understanding: Understanding | None, known: Known) -> tuple[Alert, ...]:
    """The alerts of one decision; `understanding` is None for robots' mail, whose words are nobody's."""
    found = [*_of_kind(decision), *_of_bounce(decision, mail, known)]
    if understanding is not None:
        found += _of_words(decision, understanding)
    return tuple(found)


def _of_kind(decision: Decision) -> list[Alert]:
    if decision.kind is Kind.UNREADABLE:
        return [Alert("unreadable", ("operator",), "A mail cannot be read; it waits in quarantine and as a case in triage.")]
    if decision.kind is Kind.COMMAND and ("not proven" in decision.kind_reason):
        return [Alert("refused_command", ("operator",), "A command came from an address that is not proven; nothing was done.")]
    return []


def _of_words(decision: Decision, understanding: Understanding) -> list[Alert]:
    if decision.kind not in TOLD_OF_DANGER:
        return []
    found = []
    if understanding.facts.safety:
        found.append(Alert("safety", ("head", "legal"), "The letter speaks of danger to people."))
    if understanding.facts.legal_threat or decision.topic == "legal":
        found.append(Alert("legal", ("legal", "head"), "The letter speaks of a court or an authority."))
    if understanding.topic == "privacy":
        found.append(Alert("privacy", ("privacy",), "The letter asks about personal data (152-ФЗ): a person answers, within the law's term."))
    return found


def _of_bounce(decision: Decision, mail: IncomingMail | None, known: Known) -> list[Alert]:
    """A lasting failure of a letter of ours; a mere delay (`permanent` False for all) alarms nobody."""
    if decision.kind is not Kind.BOUNCE or known.bounced is None or mail is None:
        return []
    recipients = mail.bounce.recipients if mail.bounce is not None else ()
    if recipients and all(r.permanent is False for r in recipients):
        return []
    if known.bounced.kind in _TO_PEOPLE:
        return [Alert("bounce", ("operator",), "A letter to one of our people came back.")]
    number = known.bounced.case_number
    about = f" of case {number}" if number else ""
    return [Alert("bounce", ("specialist", "head"), f"Our letter ({known.bounced.kind}){about} came back: the customer has not been answered.")]
