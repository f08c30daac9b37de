"""Tells robots, lists, bounces, receipts, spam and our own letters from people: headers first, words only where they are sure.

Not answered is not the same as not a claim (behaviour.md 1): a finding that is not `firm` and carries a complaint goes to a person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailbot.claims.case import Known
from mailbot.claims.message import IncomingMail, Kind, Signs
from mailbot.claims.policy import Policy
from mailbot.claims.proof import looks_ours
from mailbot.claims.senders import Writer, is_listed, is_own, is_system, no_reply_word
from mailbot.claims.understanding import Phrases, Understanding

SEEN_TOPICS = frozenset({"documents", "payment_guarantee", "counterparty", "legal", "privacy", "job"})  # a person wants to see these whoever sends them
_COMMENT = re.compile(r"\([^()]*\)")
_AUTO_SUBJECT = re.compile(
    r"\s*(?:автоответ|автоматический ответ|вне офиса|нет на месте|auto(?:matic)?[ -]?(?:reply|response)|autoreply|out of (?:the )?office|abwesenheit)",
    re.IGNORECASE,
)
_RECEIPT_SUBJECT = re.compile(r"\s*(?:прочтено|прочитано|не прочтено|не прочитано|доставлено|read|not read|delivered)\s*:", re.IGNORECASE)
_BULK = frozenset({"bulk", "junk", "list"})


@dataclass(frozen=True, slots=True)
class Robot:
    """What kind of automatic mail it is and why. `firm`: not even a complaint in it makes it a case."""

    kind: Kind
    why: str
    firm: bool = False


def auto_submitted(signs: Signs) -> str:
    """The keyword of Auto-Submitted (RFC 3834 5): lower case, comments and parameters taken off; "no" counts as absent."""
    value = _COMMENT.sub(" ", signs.auto_submitted).partition(";")[0].strip().casefold()
    return "" if value == "no" else value


def precedence(signs: Signs) -> str:
    """The word of Precedence, lower case, comments taken off."""
    return _COMMENT.sub(" ", signs.precedence).strip().casefold()


def is_marked_spam(signs: Signs) -> bool:
    """Our own server's filter said yes. A header that says no ("x-spam-flag: no") is not a mark."""
    verdict = signs.spam.rpartition(":")[2].strip().casefold()
    return bool(verdict) and not re.match(r"(?:no|false|ham|0)\b", verdict)


def is_suppressed(signs: Signs) -> bool:
    """Its program asks for no automatic answers: X-Auto-Response-Suppress or List-Unsubscribe, which make no robot by themselves (L6, L7)."""
    words = {word.strip() for word in signs.suppress.casefold().split(",")}
    return bool(words & {"all", "autoreply"}) or bool(signs.list_unsubscribe)


def automatic(mail: IncomingMail, understanding: Understanding, known: Known, writer: Writer, policy: Policy) -> Robot | None:
    """What kind of automatic mail this is, or None for a mail that a person wrote."""
    checks = (
        _own(mail, known),
        _report(mail),
        _auto_reply(mail, understanding, known, writer),
        _spam(mail, policy),
        _list(mail, understanding, policy),
        _robot_headers(mail, understanding, policy),
        _robot_sender(mail, understanding, writer, policy),
        _words(mail, understanding, policy),
    )
    return next((robot for robot in checks if robot is not None), None)


def _own(mail: IncomingMail, known: Known) -> Robot | None:
    if known.own_message_id:
        return Robot(Kind.OWN, "Its Message-ID is that of a letter of ours.", firm=True)
    if not known.asked and mail.message_id is not None and looks_ours(mail.message_id):
        return Robot(Kind.OWN, "Its Message-ID has the form of our letters'.", firm=True)
    return None


def _report(mail: IncomingMail) -> Robot | None:
    report = mail.signs.report_type
    if report == "feedback-report":
        return Robot(Kind.RECEIPT, "It is an abuse report (ARF, RFC 5965).", firm=True)
    if report == "disposition-notification":
        return Robot(Kind.RECEIPT, "It is a read receipt (RFC 8098).", firm=True)
    if mail.bounce is not None or report == "delivery-status":
        return Robot(Kind.BOUNCE, "It is a delivery report (RFC 3464 or its free form).", firm=True)
    if _RECEIPT_SUBJECT.match(mail.subject) and mail.in_reply_to and mail.signs.content_type.startswith("multipart/report"):
        return Robot(Kind.RECEIPT, "It is a receipt by its subject and form.", firm=True)
    return None


def _auto_reply(mail: IncomingMail, understanding: Understanding, known: Known, writer: Writer) -> Robot | None:
    """An automatic *reply*: it answers something, so it brings no complaint of its own where a second sign agrees."""
    signs = mail.signs
    phrases = understanding.phrases
    if signs.challenge or phrases.challenge:
        return Robot(Kind.AUTO_REPLY, "It asks its correspondent to prove that he is human.", firm=signs.challenge and bool(phrases.challenge))
    if auto_submitted(signs) == "auto-replied":
        answers = bool(known.letter or known.by_reference or signs.suppress or phrases.auto_reply or _AUTO_SUBJECT.match(mail.subject))
        return Robot(Kind.AUTO_REPLY, "Auto-Submitted says auto-replied.", firm=answers)
    if precedence(signs) == "auto_reply":
        return Robot(Kind.AUTO_REPLY, "Precedence says auto_reply.", firm=bool(phrases.auto_reply))
    if signs.auto_headers:
        return Robot(Kind.AUTO_REPLY, f"It carries {signs.auto_headers[0]}.", firm=bool(phrases.auto_reply))
    return None


def _spam(mail: IncomingMail, policy: Policy) -> Robot | None:
    if mail.from_ is not None and is_listed(mail.from_.address, policy.spam_senders):
        return Robot(Kind.SPAM, "The operator's rules name its sender.", firm=True)
    if is_marked_spam(mail.signs):
        return Robot(Kind.SPAM, f"The mail filter marked it: {mail.signs.spam}.")
    return None


def _list(mail: IncomingMail, understanding: Understanding, policy: Policy) -> Robot | None:
    signs = mail.signs
    sign = next((name for name, value in (("List-Id", signs.list_id), ("List-Post", signs.list_post)) if value), "")
    if not sign and precedence(signs) in _BULK:
        sign = f"Precedence: {precedence(signs)}"
    if sign:
        return Robot(Kind.LIST, f"It carries {sign}.", firm=bool(understanding.phrases.advertising))
    unsure = understanding.verdict.claim_confidence < policy.triage_below
    if signs.list_unsubscribe and unsure and (understanding.phrases.advertising or understanding.topic in {"other", "invitation", "price"}):
        return Robot(Kind.LIST, "It can be unsubscribed from and brings no complaint.")
    return None


def _robot_headers(mail: IncomingMail, understanding: Understanding, policy: Policy) -> Robot | None:
    signs = mail.signs
    if signs.mailbot_loop:
        return Robot(Kind.AUTO_REPLY, "It carries the loop mark of a program like ours.", firm=True)
    own_loop = any(address in signs.loop.casefold() for address in policy.own_addresses)
    if signs.loop and own_loop:
        return Robot(Kind.AUTO_REPLY, "Its X-Loop names our address: a robot answers us.")
    value = auto_submitted(signs)
    if not value:
        return None
    # Microsoft 365 marks what a mailbox rule forwards as auto-generated: that alone says nothing of its author
    if signs.forwarded_by_rule and not understanding.phrases.auto_reply:
        return _if_complaint(understanding, policy, Robot(Kind.AUTO_REPLY, "A mailbox rule forwarded it and marked it as automatic."))
    return _unless_seen(understanding, policy, Robot(Kind.AUTO_REPLY, f"Auto-Submitted says {value}."))


def _robot_sender(mail: IncomingMail, understanding: Understanding, writer: Writer, policy: Policy) -> Robot | None:
    if mail.signs.return_path == "":
        return _unless_seen(understanding, policy, Robot(Kind.AUTO_REPLY, "Its envelope sender is empty, so nobody can be answered."))
    sender = writer.address
    if sender is None or is_own(sender, policy):
        return None
    if is_system(sender.address):
        return Robot(Kind.AUTO_REPLY, f"A mail system wrote it ({sender.address.partition('@')[0]}).")
    word = no_reply_word(sender.address, policy)
    if word:
        return _unless_seen(understanding, policy, Robot(Kind.AUTO_REPLY, f"Nobody reads its sender's mailbox ({word})."))
    return None


def _words(mail: IncomingMail, understanding: Understanding, policy: Policy) -> Robot | None:
    """No header tells, the words do (freescout#688): only where there is no complaint, for a person may well be on holiday and complain."""
    if understanding.verdict.claim_confidence >= policy.triage_below or mail.forwarded is not None:
        return None
    phrases: Phrases = understanding.phrases
    if phrases.auto_reply:
        return Robot(Kind.AUTO_REPLY, f"Its words are those of an automatic answer: «{phrases.auto_reply}».")
    if _AUTO_SUBJECT.match(mail.subject):
        return Robot(Kind.AUTO_REPLY, "Its subject is that of an automatic answer.")
    if phrases.advertising and understanding.verdict.claim_confidence < policy.not_claim_below:
        return Robot(Kind.LIST, f"Its words are those of advertising: «{phrases.advertising}».")
    return None


def _if_complaint(understanding: Understanding, policy: Policy, robot: Robot) -> Robot | None:
    return robot if understanding.verdict.claim_confidence >= policy.triage_below else None


def _unless_seen(understanding: Understanding, policy: Policy, robot: Robot) -> Robot | None:
    """A carrier's notice or a counterparty's robot letter is read by a person as an enquiry, not filed unseen."""
    worth_seeing = understanding.topic in SEEN_TOPICS and not understanding.phrases.auto_reply
    return None if worth_seeing and understanding.verdict.claim_confidence < policy.triage_below else robot
