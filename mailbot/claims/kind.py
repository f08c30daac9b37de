"""Tells what one mail is: every kind of behaviour.md 1, by the first rule that holds, each with its reason."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailbot.claims.automatic import automatic
from mailbot.claims.command_lines import COMMAND_WORDS, command_of
from mailbot.claims.command_proof import TO_PEOPLE
from mailbot.claims.conversation import Joining
from mailbot.claims.message import Kind
from mailbot.claims.papers import Papers
from mailbot.claims.policy import Person
from mailbot.claims.proof import answers_ours
from mailbot.claims.senders import colleague, is_ours, is_own
from mailbot.claims.understanding import Understanding

TOPICS = ("question", "price", "thanks", "documents", "payment_guarantee", "counterparty", "job", "privacy", "legal", "invitation", "other")
# within a case these are still no word of the complaint
_CASE_TOPICS = frozenset({"payment_guarantee", "counterparty", "privacy", "legal", "thanks"})
_ANSWERS = re.compile(r"\s*(?:re|aw|отв|ответ)\s*(?:\[\d{1,3}\]\s*)?:", re.IGNORECASE)
_BY_PHONE = re.compile(r"\b(?:звонил|позвонил|по телефону|клиент сообщ|клиент жал|called|phoned|by phone|rang)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Judged:
    """A kind and why, and what else follows from how it was told."""

    kind: Kind
    reason: str
    topic: str | None = None
    by_colleague: bool = False  # one of our people wrote it
    looks_automatic: bool = False  # a complaint in what looks automatic
    own_claim: bool = False  # a colleague's internal claim: registered, nobody outside to write to
    proven: bool = True  # False: says it is from one of our people, and our mail server denies it


def judge(papers: Papers, found: Joining) -> Judged:
    """The kind of one mail. `found` is what `conversation.joining` said about it."""
    if not papers.mail.readable:
        faults = "; ".join(problem.rstrip(".") for problem in papers.mail.problems[:3]) or "no part of it can be read"
        return Judged(Kind.UNREADABLE, f"Nothing can be made of it: {faults}.")
    robot = automatic(papers)
    if robot is not None:
        if robot.firm or not papers.seems_complaint:
            return Judged(robot.kind, robot.why)
        return Judged(Kind.TRIAGE, f"It looks automatic but carries a complaint. {robot.why}", looks_automatic=True)
    inside = _from_inside(papers, found)
    if inside is not None:
        return inside
    return _into_case(papers, found) if found.joins else _from_outside(papers, found)


def _from_inside(papers: Papers, found: Joining) -> Judged | None:
    """Mail of our own people: a command, an answer to the customer, a forward, a report; None for an outsider's."""
    mail = papers.mail
    if mail.from_ is None or papers.writer.through is not None:
        return None
    who = colleague(mail.from_, mail, papers.policy)
    own = is_own(mail.from_, papers.policy)
    if not who and not own:
        return None
    proven = not papers.is_proven_false
    doubt = "" if proven else " Its sender's address is not proven."
    command = _command(papers, who)
    if command:
        return Judged(Kind.COMMAND, command + doubt, by_colleague=True, proven=proven)
    if mail.forwarded is None and _answers_customer(papers, found, own=own):
        name = who.name if isinstance(who, Person) else "One of our people"
        return Judged(Kind.STAFF_REPLY, f"{name} answers the customer, a claims address in copy.{doubt}", by_colleague=True, proven=proven)
    return _internal(papers, found, doubt, proven=proven)


def _command(papers: Papers, who: Person | bool) -> str:
    """Why it is a command, "" if it is none. An unlisted colleague commands nothing."""
    if not isinstance(who, Person):
        return ""
    word = command_of(papers.mail)
    if not word:
        return f"{who.name} answers a letter of ours in her own words." if _answers_us(papers) else ""
    if papers.known.letter is not None or answers_ours(papers.mail):
        return f"{who.name} answers a letter of ours with a command (!{word})."
    if word in COMMAND_WORDS:
        return f"{who.name} writes a command (!{word}), but not in answer to a letter of ours."
    return ""


def _answers_us(papers: Papers) -> bool:
    """A proven person answers, to us alone, a letter that we wrote to her: her words are about its case, and no new claim."""
    mail, letter = papers.mail, papers.known.letter
    if letter is None or letter.kind not in TO_PEOPLE or mail.forwarded is not None or papers.authentication.result != "pass":
        return False
    return all(is_ours(a, mail, papers.policy) for a in (*mail.to, *mail.cc))


def _answers_customer(papers: Papers, found: Joining, *, own: bool) -> bool:
    """An outsider is addressed: in answer to something, or plainly written to (decisions.md 12)."""
    mail, policy = papers.mail, papers.policy
    if not any(not is_ours(a, mail, policy) for a in (*mail.to, *mail.cc)):
        return False
    answers = bool(mail.in_reply_to or mail.references or _ANSWERS.match(mail.subject))  # what a link opens tells it by its subject only
    if not policy.mailboxes and not policy.company_domains:  # nobody told us who we are: only what is surely no claim
        return answers and not papers.may_be_complaint
    if own or found.joins or answers:
        return True
    return any(not is_ours(a, mail, policy) for a in mail.to) and not papers.is_complaint


def _internal(papers: Papers, found: Joining, doubt: str, *, proven: bool) -> Judged:
    """A colleague writes to us alone: into a case, with a customer's letter, about a claim he heard of, or about something else."""
    if found.joins:
        return Judged(Kind.INTERNAL, f"One of our people writes into a case. {found.why}{doubt}", by_colleague=True, proven=proven)
    reason = _internal_reason(papers)
    if not reason:
        why = f"One of our people writes, and it is no claim (confidence {papers.confidence:.2f}).{doubt}"
        return Judged(Kind.ENQUIRY, why, _topic(papers.understanding), by_colleague=True, proven=proven)
    own_claim = papers.is_complaint and papers.mail.forwarded is None and not _reports(papers)
    return Judged(Kind.INTERNAL, reason + _aside(found) + doubt, by_colleague=True, own_claim=own_claim, proven=proven)


def _internal_reason(papers: Papers) -> str:
    inner = papers.mail.forwarded
    if inner is not None:
        ours = inner.from_ is not None and is_ours(inner.from_, papers.mail, papers.policy)
        whose = "a mail from inside the house" if ours else "a customer's mail"
        unsure = "" if papers.may_be_complaint else " By its words it may be no claim."
        return f"One of our people forwards {whose}.{unsure}"
    if papers.is_complaint:
        return "One of our people reports a claim heard by phone." if _reports(papers) else "One of our people makes an internal claim."
    return f"One of our people writes what may be a claim (confidence {papers.confidence:.2f})." if papers.may_be_complaint else ""


def _reports(papers: Papers) -> bool:
    facts = papers.understanding.facts
    return bool(facts.phones or facts.emails or _BY_PHONE.search(papers.mail.text))


def _into_case(papers: Papers, found: Joining) -> Judged:
    """An outsider's mail into a case: settled, a guarantee or thanks, or simply more about it."""
    words, facts = papers.understanding.phrases, papers.understanding.facts
    withdrawal = words.withdrawal if words.withdrawal != "none" else facts.withdrawal
    if words.counterparty and not papers.is_complaint:
        return Judged(Kind.ENQUIRY, f"A carrier or supplier answers our claim: «{words.counterparty}».", "counterparty")
    if withdrawal == "full" or (withdrawal == "partial" and not papers.is_complaint):
        said = f" («{words.withdrawal_words}»)" if words.withdrawal_words else ""
        extent = "wholly" if withdrawal == "full" else "in part"
        return Judged(Kind.WITHDRAWAL, f"It says the matter is settled {extent}{said}. {found.why}")
    topic = papers.understanding.topic
    if topic in _CASE_TOPICS and not papers.is_complaint:
        return Judged(Kind.ENQUIRY, f"About a case, but no claim: {topic}. {found.why}", topic)
    return Judged(Kind.FOLLOW_UP, found.why)


def _from_outside(papers: Papers, found: Joining) -> Judged:
    """An outsider's mail that joins no case: a claim, something a person must look at, or an enquiry."""
    words = papers.understanding.phrases
    if words.counterparty:
        if papers.is_complaint:
            return Judged(Kind.TRIAGE, f"It reads as an answer to our claim («{words.counterparty}») and as a claim.")
        return Judged(Kind.ENQUIRY, f"A carrier or supplier answers our claim: «{words.counterparty}».", "counterparty")
    if papers.mail.encrypted:
        return Judged(Kind.CLAIM, "It is encrypted, so its words cannot be read: taken for a claim.")
    if papers.is_complaint:
        if papers.writer.address is None:
            return Judged(Kind.TRIAGE, "It is a complaint, but names no sender.")
        return Judged(Kind.CLAIM, f"A new complaint (confidence {papers.confidence:.2f}).{_aside(found)}")
    return _unsure(papers, found) or _enquiry(papers, found)


def _unsure(papers: Papers, found: Joining) -> Judged | None:
    """No mail whose kind is unsure goes to a bin: a person must say. A marker of danger or court decides for the claim."""
    facts = papers.understanding.facts
    if papers.may_be_complaint:
        sure = f"(confidence {papers.confidence:.2f})"
        marker = "danger" if facts.safety else "a court" if facts.legal_threat else ""
        if marker and papers.writer.address is not None:
            return Judged(Kind.CLAIM, f"It may be a claim {sure} and speaks of {marker}: taken for one.{_aside(found)}")
        if papers.mail.signs.has_calendar and not papers.is_complaint:
            return None  # an inspection or a talk about the goods is asked for: decisions.md 13
        return Judged(Kind.TRIAGE, f"It may be a claim {sure}.{_aside(found)}")
    if facts.safety:
        return Judged(Kind.TRIAGE, "Hardly a complaint by its words, but they speak of danger to people.")
    nothing_said = not papers.mail.text.strip() and papers.understanding.topic == "other" and not papers.mail.signs.has_calendar
    if nothing_said and papers.mail.attachments:
        return Judged(Kind.TRIAGE, "It has no text, only attachments: a person must look at them.")
    return None


def _enquiry(papers: Papers, found: Joining) -> Judged:
    topic = _topic(papers.understanding)
    if papers.mail.signs.has_calendar and topic == "other":
        return Judged(Kind.ENQUIRY, "It is a calendar invitation.", "invitation")
    if "full" in {papers.understanding.phrases.withdrawal, papers.understanding.facts.withdrawal}:
        return Judged(Kind.ENQUIRY, f"It withdraws a claim, but names no case we know.{_aside(found)}", topic)
    return Judged(Kind.ENQUIRY, f"No complaint (confidence {papers.confidence:.2f}); topic {topic}.{_aside(found)}", topic)


def _topic(understanding: Understanding) -> str:
    return understanding.topic if understanding.topic in TOPICS else "other"


def _aside(found: Joining) -> str:
    return f" {found.why}" if found.propose or found.mentions else ""
