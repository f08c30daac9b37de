"""May a mail be acknowledged by the program, to whom, in which language and how much may the letter say (behaviour.md 1, decisions.md 21–24)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mailbot.claims.authentication import Authentication
from mailbot.claims.automatic import auto_submitted, is_suppressed
from mailbot.claims.case import Known, KnownCase
from mailbot.claims.kind import Judged
from mailbot.claims.message import Address, IncomingMail, Kind
from mailbot.claims.policy import Policy
from mailbot.claims.senders import Writer, is_mailable, is_ours, is_own, is_system, no_reply_word, same_organisation

BEFORE_CONFIRMATION = frozenset({Kind.TRIAGE, Kind.INTERNAL})


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether and how to acknowledge, and why."""

    mode: Literal["now", "after_confirmation", "no"]
    why: str
    to: Address | None = None
    neutral: bool = True
    deferred: bool = False


def language_of(understanding: str, policy: Policy) -> tuple[str, str | None]:
    """The language of the letter and a second one below it: a known language alone, else the default and English (behaviour.md 4)."""
    if understanding in policy.languages:
        return understanding, None
    second = "en" if policy.default_language != "en" and "en" in policy.languages else None
    return policy.default_language, second


def answer_to(mail: IncomingMail, writer: Writer, policy: Policy) -> tuple[Address | None, str]:
    """Whom to write to and what a person should know: From; Reply-To only of the same organisation or through a forwarder (decisions.md 21)."""
    customer = writer.address
    wishes = [a for a in mail.reply_to if is_mailable(a) and not is_own(a, policy)]
    if customer is None or not wishes or any(a.key == customer.key for a in wishes):
        return customer, ""
    wished = wishes[0]
    if same_organisation(customer, wished, policy) or (writer.through is not None and writer.through != customer and mail.forwarded is None):
        return wished, "Its Reply-To is of the same organisation."
    return customer, f"Its Reply-To ({wished.domain}) is of another organisation and was not followed."


def answer(
    mail: IncomingMail,
    judged: Judged,
    known: Known,
    authentication: Authentication,
    writer: Writer,
    policy: Policy,
    *,
    reopens: KnownCase | None,
) -> Answer:
    """The acknowledgement of one mail. `reopens` is the closed case that this mail opens again."""
    to, aside = answer_to(mail, writer, policy)
    never = _never(mail, to, policy)
    if judged.kind in BEFORE_CONFIRMATION:
        return _after_confirmation(mail, judged, writer, never, policy)
    wanted = _wanted(judged, known, policy, reopens)
    if wanted:
        return Answer("no", wanted)
    if never:
        return Answer("no", never)
    if is_suppressed(mail.signs) and not policy.answer_suppressed:
        return Answer("no", "Its sender's program asks for no automatic answers, and the configuration follows that.")
    neutral = authentication.result != "pass" or mail.signs.from_count != 1 or mail.signs.from_mailboxes != 1
    deferred = known.letters_to_sender_today >= policy.limits.per_address_per_day
    why = "Its sender is answered." if not deferred else f"Its sender had {known.letters_to_sender_today} letters today: one collective letter later."
    return Answer("now", f"{why} {aside}".strip(), to, neutral, deferred)


def _wanted(judged: Judged, known: Known, policy: Policy, reopens: KnownCase | None) -> str:
    """Why this kind of mail has no acknowledgement; "" where it has one."""
    if known.same_content is not None or known.same_content_filed:
        return "The same mail was taken in before."
    if judged.kind in {Kind.CLAIM, Kind.UNREADABLE}:
        return ""
    if judged.kind is Kind.FOLLOW_UP:
        return "" if reopens is not None else "Its case is open and was acknowledged once."
    if judged.kind is Kind.ENQUIRY:
        never_by_bot = judged.by_colleague or judged.topic in {"privacy", "legal", "counterparty", "invitation"}
        return "" if policy.answer_enquiries and not never_by_bot else "Enquiries are answered by people."
    return f"A mail of kind {judged.kind.value} is never answered."


def _never(mail: IncomingMail, to: Address | None, policy: Policy) -> str:
    """Why nobody may be written to because of this mail, whatever it says; "" where somebody may (reliability.md R21)."""
    signs = mail.signs
    if signs.return_path == "":
        return "Its envelope sender is empty: there is no return address."
    if signs.return_path and is_system(signs.return_path):
        return "A mail system is its envelope sender."
    if to is None or not is_mailable(to):
        return "It names no address that could be written to."
    if is_own(to, policy):
        return "Its sender is one of our own claims addresses."
    if is_system(to.address):
        return "A mail system is its sender."
    word = no_reply_word(to.address, policy)
    if word:
        return f"Nobody reads its sender's mailbox ({word})."
    if is_ours(to, mail, policy):
        return "Its sender is one of our people."
    if auto_submitted(signs) and not signs.forwarded_by_rule:
        return f"Auto-Submitted says {auto_submitted(signs)}."
    return ""


def _after_confirmation(mail: IncomingMail, judged: Judged, writer: Writer, never: str, policy: Policy) -> Answer:
    """A person must confirm first; `no` where even then nobody could be written to."""
    if judged.by_colleague:
        inner = mail.forwarded.from_ if mail.forwarded is not None else None
        if inner is None or not is_mailable(inner):
            return Answer("no", "There is no customer's address to acknowledge to.")
        if is_ours(inner, mail, policy) or is_system(inner.address) or no_reply_word(inner.address, policy):
            return Answer("no", "The customer's address in the forwarded part cannot be written to.")
        return Answer("after_confirmation", "The customer's address is known only from a text: a person must confirm it.", inner)
    if never and not judged.robot_claim:
        return Answer("no", never)
    if never and not is_mailable(answer_to(mail, writer, policy)[0]):
        return Answer("no", never)
    return Answer("after_confirmation", "A person must first say that it is a claim.", answer_to(mail, writer, policy)[0])
