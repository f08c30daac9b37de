"""Tells what one mail is: every kind of behaviour.md 1, by the first rule that holds, each with its reason."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailbot.claims.authentication import Authentication
from mailbot.claims.automatic import automatic
from mailbot.claims.case import Known
from mailbot.claims.command_lines import COMMAND_WORDS, first_command
from mailbot.claims.conversation import Joining
from mailbot.claims.message import IncomingMail, Kind
from mailbot.claims.policy import Person, Policy
from mailbot.claims.proof import looks_ours
from mailbot.claims.senders import Writer, colleague, is_ours, is_own
from mailbot.claims.understanding import Understanding

TOPICS = ("question", "price", "thanks", "documents", "payment_guarantee", "counterparty", "job", "privacy", "legal", "invitation", "other")
_BY_PHONE = re.compile(r"\b(?:звонил|позвонил|по телефону|клиент сообщ|клиент жал|called|phoned|by phone|rang)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Judged:
    """A kind and why. `colleague`: one of our people wrote it; `robot_claim`: automatic-looking, but a complaint."""

    kind: Kind
    reason: str
    topic: str | None = None
    by_colleague: bool = False
    robot_claim: bool = False
    proven: bool = True  # False: says it is from one of our people, and the check of our mail server denies it


def judge(
    mail: IncomingMail,
    understanding: Understanding,
    known: Known,
    authentication: Authentication,
    writer: Writer,
    found: Joining,
    policy: Policy,
) -> Judged:
    """The kind of one mail. `found` is what `conversation.joining` said about it."""
    if not mail.readable:
        return Judged(Kind.UNREADABLE, "Nothing can be made of it: " + ("; ".join(mail.problems[:3]) or "no part of it can be read") + ".")
    robot = automatic(mail, understanding, known, writer, policy)
    if robot is not None:
        if robot.firm or understanding.verdict.claim_confidence < policy.triage_below:
            return Judged(robot.kind, robot.why)
        return Judged(Kind.TRIAGE, f"It looks automatic but carries a complaint. {robot.why}", robot_claim=True)
    inside = _from_inside(mail, known, understanding, authentication, writer, found, policy)
    if inside is not None:
        return inside
    if found.joins:
        return _into_case(understanding, found, policy)
    return _from_outside(mail, understanding, found, policy)


def _from_inside(
    mail: IncomingMail,
    known: Known,
    understanding: Understanding,
    authentication: Authentication,
    writer: Writer,
    found: Joining,
    policy: Policy,
) -> Judged | None:
    """Mail of our own people: a command, an answer to the customer, a forward, a report; None for an outsider's."""
    if mail.from_ is None or writer.through is not None:
        return None
    who = colleague(mail.from_, mail, policy)
    own = is_own(mail.from_, policy)
    if not who and not own:
        return None
    proven = authentication.result != "fail"
    doubt = "" if proven else " Its sender's address is not proven."
    command = _command(mail, known, who)
    if command:
        return Judged(Kind.COMMAND, command + doubt, by_colleague=True, proven=proven)
    if mail.forwarded is None and _is_staff_reply(mail, understanding, found, own, policy):
        name = who.name if isinstance(who, Person) else "One of our people"
        return Judged(Kind.STAFF_REPLY, f"{name} answers the customer, and a claims address is in copy.{doubt}", by_colleague=True, proven=proven)
    return _internal(mail, understanding, found, doubt, proven, policy)


def _command(mail: IncomingMail, known: Known, who: Person | bool) -> str:
    if not isinstance(who, Person):
        return ""
    word = first_command(mail.text)
    if not word:
        return ""
    answers = known.letter is not None or any(looks_ours(reference) for reference in (mail.in_reply_to or "", *mail.references))
    if answers:
        return f"{who.name} answers a letter of ours with a command (!{word})."
    if word in COMMAND_WORDS:
        return f"{who.name} writes a command (!{word}), but not in answer to a letter of ours."
    return ""


def _is_staff_reply(mail: IncomingMail, understanding: Understanding, found: Joining, own: bool, policy: Policy) -> bool:
    addressees = (*mail.to, *mail.cc)
    outsiders = [a for a in addressees if not is_ours(a, mail, policy)]
    if not outsiders:
        return False
    if own or found.joins or mail.in_reply_to or mail.references:
        return True
    to_outsider = any(not is_ours(a, mail, policy) for a in mail.to)
    return to_outsider and understanding.verdict.claim_confidence < policy.triage_below


def _internal(mail: IncomingMail, understanding: Understanding, found: Joining, doubt: str, proven: bool, policy: Policy) -> Judged:
    confidence = understanding.verdict.claim_confidence
    if found.joins:
        return Judged(Kind.INTERNAL, f"One of our people writes into a case. {found.why}{doubt}", by_colleague=True, proven=proven)
    if mail.forwarded is not None and mail.forwarded.from_ is not None and is_ours(mail.forwarded.from_, mail, policy):
        reason = "One of our people forwards a mail from inside the house."
    elif mail.forwarded is not None:
        reason = "One of our people forwards a customer's mail."
    elif confidence >= policy.triage_below and (_BY_PHONE.search(mail.text) or understanding.facts.phones):
        reason = "One of our people reports a claim heard by phone."
    elif confidence >= policy.triage_below:
        reason = "One of our people reports an internal claim."
    elif confidence >= policy.not_claim_below:
        reason = "One of our people writes what may be a claim."
    else:
        reason = "One of our people writes, and it is no claim."
        return Judged(Kind.ENQUIRY, reason + doubt, topic=_topic(understanding), by_colleague=True, proven=proven)
    if mail.forwarded is not None and confidence < policy.not_claim_below:
        reason += " By its words it may be no claim."
    return Judged(Kind.INTERNAL, reason + doubt, by_colleague=True, proven=proven)


def _into_case(understanding: Understanding, found: Joining, policy: Policy) -> Judged:
    """Mail of an outsider into a case: settled, a guarantee or thanks, or simply more about it."""
    words = understanding.phrases
    withdrawal = words.withdrawal if words.withdrawal != "none" else understanding.facts.withdrawal
    is_claim = understanding.verdict.claim_confidence >= policy.triage_below
    if words.counterparty and not is_claim:
        return Judged(Kind.ENQUIRY, f"A carrier or supplier answers our claim: «{words.counterparty}».", topic="counterparty")
    if withdrawal == "full" or (withdrawal == "partial" and not is_claim):
        said = f" («{words.withdrawal_words}»)" if words.withdrawal_words else ""
        extent = "wholly" if withdrawal == "full" else "in part"
        return Judged(Kind.WITHDRAWAL, f"It says the matter is settled {extent}{said}. {found.why}")
    if not is_claim and understanding.topic in {"payment_guarantee", "counterparty", "privacy", "legal", "thanks"}:
        return Judged(Kind.ENQUIRY, f"Into a case, but no claim: {understanding.topic}. {found.why}", topic=understanding.topic)
    return Judged(Kind.FOLLOW_UP, found.why)


def _from_outside(mail: IncomingMail, understanding: Understanding, found: Joining, policy: Policy) -> Judged:
    """Mail that joins no case: a claim, something a person must look at, or an enquiry."""
    confidence = understanding.verdict.claim_confidence
    facts, words = understanding.facts, understanding.phrases
    marked = "safety" if facts.safety else "legal" if facts.legal_threat else ""
    if words.counterparty and confidence < policy.triage_below:
        return Judged(Kind.ENQUIRY, f"A carrier or supplier answers our claim: «{words.counterparty}».", topic="counterparty")
    if words.counterparty:
        return Judged(Kind.TRIAGE, f"It reads as an answer to our claim («{words.counterparty}») and as a claim.")
    if mail.encrypted:
        return Judged(Kind.CLAIM, "It is encrypted, so its words cannot be read: taken for a claim.")
    if confidence >= policy.triage_below:
        if writer_missing(mail):
            return Judged(Kind.TRIAGE, "It is a complaint, but names no sender.")
        return Judged(Kind.CLAIM, f"A new complaint (confidence {confidence:.2f}).{_aside(found)}")
    if confidence >= policy.not_claim_below:
        if marked:
            return Judged(Kind.CLAIM, f"A possible complaint with a {marked} marker, taken for one (confidence {confidence:.2f}).{_aside(found)}")
        return Judged(Kind.TRIAGE, f"It may be a claim (confidence {confidence:.2f}).{_aside(found)}")
    if facts.safety:
        return Judged(Kind.TRIAGE, "Hardly a complaint by its words, but they speak of danger to people.")
    if not mail.text.strip() and mail.attachments and understanding.topic == "other":
        return Judged(Kind.TRIAGE, "It has no text, only attachments: a person must look at them.")
    if mail.signs.has_calendar and understanding.topic == "other":
        return Judged(Kind.ENQUIRY, "It is a calendar invitation.", topic="invitation")
    return Judged(Kind.ENQUIRY, f"No complaint (confidence {confidence:.2f}); topic {_topic(understanding)}.{_aside(found)}", topic=_topic(understanding))


def writer_missing(mail: IncomingMail) -> bool:
    return mail.from_ is None or not mail.from_.address


def _topic(understanding: Understanding) -> str:
    return understanding.topic if understanding.topic in TOPICS else "other"


def _aside(found: Joining) -> str:
    return f" {found.why}" if found.propose or found.mentions else ""
