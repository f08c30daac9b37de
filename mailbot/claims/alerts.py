"""Who must hear of one mail at once: danger, court, an important customer, privacy, a bounce, what nobody can read (behaviour.md 7)."""

from __future__ import annotations

from mailbot.claims.decision import Alert
from mailbot.claims.facts import Facts
from mailbot.claims.house_letters import TEMPLATES as HOUSE_LETTERS
from mailbot.claims.kind import Judged
from mailbot.claims.message import Kind
from mailbot.claims.papers import Papers

TOLD_OF_DANGER = frozenset({Kind.CLAIM, Kind.TRIAGE, Kind.INTERNAL, Kind.FOLLOW_UP, Kind.ENQUIRY, Kind.UNREADABLE})
OPENING = frozenset({Kind.CLAIM, Kind.TRIAGE, Kind.INTERNAL, Kind.UNREADABLE})  # once per case: not again with each further letter
# letters of ours inside the house, by the names of their templates
_REQUESTS = frozenset({"memo", "facts_request", "request_reminder"})  # to a department: whoever is in charge waits for the answer
INSIDE = frozenset({"digest", "weekly", "recurring", "escalation", "alert", "alarm", "confirm_forward", "result", *HOUSE_LETTERS.values()})


def alerts_for(papers: Papers, judged: Judged) -> tuple[Alert, ...]:
    """The alerts of one mail, each with the roles that hear and why."""
    return (*_of_kind(judged), *_of_bounce(papers, judged), *_of_words(papers, judged))


def _of_kind(judged: Judged) -> list[Alert]:
    if judged.kind is Kind.UNREADABLE:
        return [Alert("unreadable", ("operator",), "A mail cannot be read; it waits in quarantine and as a case in triage.")]
    return []


def _of_words(papers: Papers, judged: Judged) -> list[Alert]:
    if judged.kind not in TOLD_OF_DANGER:
        return []
    found = [*of_words(papers.understanding.facts, judged.topic)]
    if judged.kind in OPENING and (known_by := papers.important_by):
        found.append(Alert("important", ("director",), f"The claim is an important customer's (the customers file has the {known_by})."))
    if papers.understanding.topic == "privacy":
        why = "The letter asks about personal data: a person answers it, within the term of the law (152-ФЗ, GDPR)."
        found.append(Alert("privacy", ("privacy",), why))
    return found


def of_words(facts: Facts, topic: str | None = None) -> tuple[Alert, ...]:
    """Danger and court, whoever tells of them: a letter, or a colleague who heard it by telephone."""
    found = []
    if facts.safety:
        found.append(Alert("safety", ("head", "legal"), "The letter speaks of danger to people."))
    if facts.legal_threat or topic == "legal":
        found.append(Alert("legal", ("legal", "head"), "The letter speaks of a court or an authority."))
    return tuple(found)


def _of_bounce(papers: Papers, judged: Judged) -> list[Alert]:
    """A lasting failure of a letter of ours: written is not answered. A mere delay (`permanent` False for all) alarms nobody.

    Once a letter: whoever has it can make as many reports about it as he likes.
    """
    letter = papers.known.bounced
    if judged.kind is not Kind.BOUNCE or letter is None or letter.returned:
        return []
    recipients = papers.mail.bounce.recipients if papers.mail.bounce is not None else ()
    if recipients and all(r.permanent is False for r in recipients):
        return []
    if letter.kind in INSIDE:
        roles = ("specialist", "operator") if letter.kind in _REQUESTS else ("operator",)
        return [Alert("bounce_inside", roles, f"A letter to our own people ({letter.kind}) came back.")]
    about = f" of case {letter.case_number}" if letter.case_number else ""
    return [Alert("bounce", ("specialist", "head"), f"Our letter ({letter.kind}){about} came back: the customer has not been answered.")]
