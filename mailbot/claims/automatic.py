"""Tells robots, lists, bounces, receipts, spam and our own letters from people: headers first, words only where they are sure.

Not answered is not the same as not a claim (behaviour.md 1): a finding that is not `firm` and carries a complaint goes to a person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mailbot.claims.automatic_words import SUBJECT as _AUTO_SUBJECT
from mailbot.claims.automatic_words import nothing_but_automatic, tells_beside
from mailbot.claims.message import IncomingMail, Kind, Signs
from mailbot.claims.papers import Papers
from mailbot.claims.proof import looks_ours
from mailbot.claims.senders import is_listed, is_ours, is_own, is_system, no_reply_word

# what a person wants to see whoever sends it: a carrier's notice, a counterparty's robot letter
SEEN_TOPICS = frozenset({"documents", "payment_guarantee", "counterparty", "legal", "privacy", "job"})
_COMMENT = re.compile(r"\([^()]*\)")
_RECEIPT_SUBJECT = re.compile(r"\s*(?:прочтено|прочитано|не прочтено|не прочитано|доставлено|read|not read|delivered)\s*:", re.IGNORECASE)
_ANSWER = re.compile(r"\s*(?:re|aw|отв?|ответ)\s*:", re.IGNORECASE)
_LEAVES = re.compile(
    r"отпи(?:шите|сать)\s+меня|(?:уберите|исключите|удалите)\s+меня|(?:unsubscribe|remove)\s+me\b|take\s+me\s+off", re.IGNORECASE
)  # a person asks for it
_NOT_SPAM = re.compile(r"(?:no|false|ham|0)\b")
_EXCHANGE = "x-ms-exchange-generated"
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
    return bool(verdict) and _NOT_SPAM.match(verdict) is None


def is_suppressed(signs: Signs) -> bool:
    """Its program asks for no automatic answers: X-Auto-Response-Suppress or List-Unsubscribe. No robot by itself (L6, L7)."""
    words = {word.strip() for word in signs.suppress.casefold().split(",")}
    return bool(words & {"all", "autoreply"}) or bool(signs.list_unsubscribe)


def automatic(papers: Papers) -> Robot | None:
    """What kind of automatic mail this is, or None for a mail that a person wrote. The first rule that holds."""
    for rule in (_own, _report, _auto_reply, _spam, _list, _loop, _auto_generated, _empty_envelope, _robot_sender, _words):
        robot = rule(papers)
        if robot is not None:
            return robot
    return None


def _own(papers: Papers) -> Robot | None:
    sender = papers.mail.from_
    if papers.known.own_message_id:
        # a stranger may reuse one: then a complaint in it is still a complaint
        ours = sender is None or is_ours(sender, papers.mail, papers.policy)
        return Robot(Kind.OWN, "Its Message-ID is that of a letter of ours.", firm=ours)
    # without a store nobody can prove it, and nothing hangs on it
    if not papers.known.asked and papers.mail.message_id is not None and looks_ours(papers.mail.message_id):
        return Robot(Kind.OWN, "Its Message-ID has the form of our letters'.", firm=True)
    return None


def _report(papers: Papers) -> Robot | None:
    """Delivery reports are firm: a bounce that opens a case and is acknowledged loops (freescout#4250, zammad#1131)."""
    mail = papers.mail
    report = mail.signs.report_type
    if report == "feedback-report":
        return Robot(Kind.RECEIPT, "It is an abuse report (ARF, RFC 5965).", firm=True)
    if report == "disposition-notification":
        return Robot(Kind.RECEIPT, "It is a read receipt (RFC 8098).", firm=True)
    if mail.bounce is not None or report == "delivery-status":
        return Robot(Kind.BOUNCE, "It is a delivery report (RFC 3464 or its free form).", firm=True)
    if _RECEIPT_SUBJECT.match(mail.subject) and mail.signs.content_type.startswith("multipart/report"):
        return Robot(Kind.RECEIPT, "It is a receipt by its subject and form.", firm=True)
    return None


def _auto_reply(papers: Papers) -> Robot | None:
    """An automatic *reply*: it answers something, so it brings no complaint of its own where a second sign agrees."""
    signs, words = papers.mail.signs, papers.understanding.phrases
    if signs.challenge or words.challenge:
        why = "It asks its correspondent to prove that he is human."
        return Robot(Kind.AUTO_REPLY, why, firm=_answers_something(papers))
    if auto_submitted(signs) == "auto-replied":
        return Robot(Kind.AUTO_REPLY, "Auto-Submitted says auto-replied.", firm=_answers_something(papers))
    if precedence(signs) == "auto_reply":
        return Robot(Kind.AUTO_REPLY, "Precedence says auto_reply.", firm=_answers_something(papers))
    # Exchange writes its header on what a mailbox rule passes on and on absence notes alike (tests/mails/210)
    if signs.auto_headers and not (signs.auto_headers[0].startswith(_EXCHANGE) and _moved_by_rule(papers)):
        return Robot(Kind.AUTO_REPLY, f"It carries {signs.auto_headers[0]}.", firm=_answers_something(papers))
    return None


def _moved_by_rule(papers: Papers) -> bool:
    """A mailbox rule passed it on, and neither its words nor its subject are an automatic answer's: its author may be anybody."""
    absent = papers.understanding.phrases.auto_reply or _AUTO_SUBJECT.match(papers.mail.subject)
    return papers.mail.signs.forwarded_by_rule and not absent


def _answers_something(papers: Papers) -> bool:
    known, mail = papers.known, papers.mail
    referred = bool(known.letter or known.by_reference)
    return referred or bool(mail.signs.suppress or papers.understanding.phrases.auto_reply or _AUTO_SUBJECT.match(mail.subject))


def _spam(papers: Papers) -> Robot | None:
    sender = papers.mail.from_
    if sender is not None and is_listed(sender.address, papers.policy.spam_senders):
        return Robot(Kind.SPAM, "The operator's rules name its sender.", firm=True)
    if is_marked_spam(papers.mail.signs):
        return Robot(Kind.SPAM, f"The mail filter marked it ({papers.mail.signs.spam}).")
    return None


def _list(papers: Papers) -> Robot | None:
    signs, words = papers.mail.signs, papers.understanding.phrases
    sign = next((name for name, value in (("List-Id", signs.list_id), ("List-Post", signs.list_post)) if value), "")
    if not sign and precedence(signs) in _BULK:
        sign = f"Precedence: {precedence(signs)}"
    if sign:
        return Robot(Kind.LIST, f"It carries {sign}.", firm=bool(words.advertising))
    nothing_asked = words.advertising or papers.understanding.topic in {"other", "invitation", "price"}
    if signs.list_unsubscribe and nothing_asked and not papers.may_be_complaint:
        return Robot(Kind.LIST, "It can be unsubscribed from and brings no complaint.")
    return None


def _loop(papers: Papers) -> Robot | None:
    signs = papers.mail.signs
    by_a_person = signs.auto_submitted and not auto_submitted(signs)  # as such a program says of what one of its people dictated
    if signs.mailbot_loop and not by_a_person:
        return Robot(Kind.AUTO_REPLY, "It carries the loop mark of a program like ours.", firm=_answers_something(papers))
    if any(address in signs.loop.casefold() for address in papers.policy.own_addresses):
        return Robot(Kind.AUTO_REPLY, "Its X-Loop names our address: a robot answers us.")
    return None


def _auto_generated(papers: Papers) -> Robot | None:
    signs, words = papers.mail.signs, papers.understanding.phrases
    value = auto_submitted(signs)
    if not value:
        return None
    if papers.writer.through is not None and not words.auto_reply:
        return None  # a configured forwarder: judged by its inner sender
    if _moved_by_rule(papers):
        # Microsoft 365 marks what a mailbox rule forwards as auto-generated: that says nothing of its author (zammad#6025)
        return Robot(Kind.AUTO_REPLY, "A mailbox rule forwarded it and marked it as automatic.") if papers.is_complaint else None
    return _unless_seen(papers, Robot(Kind.AUTO_REPLY, f"Auto-Submitted says {value}."))


def _empty_envelope(papers: Papers) -> Robot | None:
    if papers.mail.signs.return_path != "":
        return None
    return _unless_seen(papers, Robot(Kind.AUTO_REPLY, "Its envelope sender is empty: there is no return address."))


def _robot_sender(papers: Papers) -> Robot | None:
    sender = papers.writer.address
    if sender is None or is_own(sender, papers.policy):
        return None
    if is_system(sender.address):
        return Robot(Kind.AUTO_REPLY, f"A mail system wrote it ({sender.address.partition('@')[0]}).")
    word = no_reply_word(sender.address, papers.policy)
    return _unless_seen(papers, Robot(Kind.AUTO_REPLY, f"Nobody reads its sender's mailbox ({word}).")) if word else None


def _words(papers: Papers) -> Robot | None:
    """No header tells, the words do (freescout#688): a person may be on holiday and complain, so all of it must be of that kind."""
    mail, words = papers.mail, papers.understanding.phrases
    if mail.forwarded is not None:
        return None
    if said := nothing_but_automatic(mail.subject, mail.text):
        return Robot(Kind.AUTO_REPLY, f"It says nothing but what an automatic answer says: «{said[:120]}».", firm=True)
    if _AUTO_SUBJECT.match(mail.subject) and not _says_more(papers):
        return Robot(Kind.AUTO_REPLY, "Its subject is that of an automatic answer.", firm=True)
    if papers.is_complaint:
        return None
    if _AUTO_SUBJECT.match(mail.subject):
        return Robot(Kind.AUTO_REPLY, "Its subject is that of an automatic answer.")
    says_so = words.auto_reply and words.auto_reply in mail.text and (tells_beside(mail.text) or not _is_answer(mail))
    if says_so and not papers.may_be_complaint:
        return Robot(Kind.AUTO_REPLY, f"Its words are those of an automatic answer: «{words.auto_reply}».")
    ours = _is_answer(mail) and words.advertising not in mail.text  # "Re: Коммерческое предложение": the subject is that of our offer
    if words.advertising and not ours and not papers.may_be_complaint and not _LEAVES.search(mail.text):
        return Robot(Kind.LIST, f"Its words are those of advertising: «{words.advertising}».")
    return None


def _says_more(papers: Papers) -> bool:
    """Words of a complaint stand elsewhere than in the subject, which an automatic answer repeats."""
    verdict = papers.understanding.verdict
    return any(reason.in_ != "subject" for reason in (*verdict.reasons, *verdict.claim_reasons))


def _is_answer(mail: IncomingMail) -> bool:
    return bool(mail.in_reply_to or mail.references or _ANSWER.match(mail.subject))


def _unless_seen(papers: Papers, robot: Robot) -> Robot | None:
    """A robot's letter that a person wants to read becomes an enquiry and is not filed unseen; a complaint stays a finding."""
    worth_seeing = papers.understanding.topic in SEEN_TOPICS and not papers.understanding.phrases.auto_reply
    return None if worth_seeing and not papers.may_be_complaint else robot


def is_from_person(mail: IncomingMail) -> bool:
    """No header marks it as automatic: what decides whether a subject may join it to a case (decisions.md 19)."""
    signs = mail.signs
    return not (auto_submitted(signs) or signs.list_id or precedence(signs) in _BULK or signs.auto_headers or signs.return_path == "")
