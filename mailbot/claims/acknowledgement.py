"""May a mail be acknowledged by the program, to whom, in which language, and how much may the letter say (decisions.md 21–24)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mailbot.claims.automatic import auto_submitted, is_suppressed
from mailbot.claims.conversation import Joining
from mailbot.claims.kind import Judged
from mailbot.claims.message import Address, IncomingMail, Kind
from mailbot.claims.papers import Papers
from mailbot.claims.policy import Policy
from mailbot.claims.senders import is_mailable, is_ours, is_own, is_system, no_reply_word, same_organisation, writer_of

BEFORE_CONFIRMATION = frozenset({Kind.TRIAGE, Kind.INTERNAL})
NEVER_BY_BOT = frozenset({"privacy", "legal", "counterparty", "invitation"})  # topics (decisions.md 13)


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether and how to acknowledge, and why. `neutral`: echo nothing that the sender chose (reliability.md R22)."""

    mode: Literal["now", "after_confirmation", "no"]
    why: str
    to: Address | None = None
    neutral: bool = True
    deferred: bool = False


def language_of(understood: str, policy: Policy) -> tuple[str, str | None]:
    """The letter's language and a second one below it: a known language alone, else the default and English (behaviour.md 4)."""
    if understood in policy.languages:
        return understood, None
    second = "en" if policy.default_language != "en" and "en" in policy.languages else None
    return policy.default_language, second


def answer_to(mail: IncomingMail, policy: Policy) -> tuple[Address | None, str]:
    """Whom to write to, and what a person should know of it: From; Reply-To only within the same organisation (decisions.md 21)."""
    customer = writer_of(mail, policy).address
    wishes = [a for a in mail.reply_to if is_mailable(a) and not is_own(a, policy)]
    if customer is None or not wishes or any(a.key == customer.key for a in wishes):
        return customer, ""
    wished = wishes[0]
    if same_organisation(customer, wished, policy):
        return wished, "Its Reply-To is of the same organisation and is followed."
    return customer, f"Its Reply-To is of another organisation ({wished.domain}) and is not followed."


def answer(papers: Papers, judged: Judged, found: Joining, *, reopens: bool) -> Answer:
    """The acknowledgement of one mail. `reopens`: it opens a closed case again."""
    if judged.kind in BEFORE_CONFIRMATION:
        return _colleagues(papers) if judged.by_colleague else _after_confirmation(papers, judged)
    unwanted = _unwanted(papers, judged, found, reopens=reopens)
    to, aside = answer_to(papers.mail, papers.policy)
    refusal = unwanted or never(papers, to)
    if refusal:
        return Answer("no", refusal)
    if is_suppressed(papers.mail.signs) and not papers.policy.answer_suppressed:
        return Answer("no", "Its sender's program asks for no automatic answers, and the configuration follows that.")
    signs, had = papers.mail.signs, papers.known.letters_to_sender_today
    neutral = papers.authentication.result != "pass" or signs.from_count != 1 or signs.from_mailboxes != 1
    held = found.joins and found.case is not None and found.case.legal_hold  # its case opens again, and is with the lawyer
    over = had >= papers.policy.limits.per_address_per_day
    why = f"Its sender had {had} letters today: one collective letter later." if over else "Its sender is answered."
    why = "Its case is with the lawyer: its sender is answered once the hold is released." if held else why
    return Answer("now", f"{why} {aside}".strip(), to, neutral, deferred=over or held)


def _unwanted(papers: Papers, judged: Judged, found: Joining, *, reopens: bool) -> str:
    """Why this kind of mail has no acknowledgement; "" where it has one."""
    if judged.kind in {Kind.CLAIM, Kind.UNREADABLE}:
        return ""
    if found.joins and found.case is not None and found.case.legal_hold and not (judged.kind is Kind.FOLLOW_UP and reopens):
        return "Its case is with the lawyer: nothing goes to its customer by itself."
    if judged.kind is Kind.FOLLOW_UP:
        if reopens:
            return ""
        claimant = found.relation == "customer"
        return "Its case was acknowledged once." if claimant else "Its sender is not the claimant of the case."
    if judged.kind is Kind.ENQUIRY:
        by_person = judged.by_colleague or judged.topic in NEVER_BY_BOT or not papers.policy.answer_enquiries
        return "Enquiries are answered by people." if by_person else ""
    if judged.kind is Kind.COMMAND:
        return "One of our people commands: the result goes to her, nobody outside is written to."
    return f"A mail of kind {judged.kind.value} is never answered."


def never(papers: Papers, to: Address | None) -> str:
    """Why nobody may be written to because of this mail, whatever it says; "" where somebody may (reliability.md R21)."""
    signs, nowhere = papers.mail.signs, _no_return(papers)
    if nowhere:
        return nowhere
    if auto_submitted(signs) and not signs.forwarded_by_rule and papers.writer.through is None:
        return f"Auto-Submitted says {auto_submitted(signs)}."
    return _nobody_at(papers, to)


def _no_return(papers: Papers) -> str:
    sender = papers.mail.signs.return_path
    if sender == "":
        return "Its envelope sender is empty: there is no return address."
    return "A mail system is its envelope sender." if sender and is_system(sender) else ""


def _nobody_at(papers: Papers, to: Address | None) -> str:
    if to is None or not is_mailable(to):
        return "It names no address that could be written to."
    if is_own(to, papers.policy):
        return "Its sender is one of our own claims addresses."
    if is_system(to.address):
        return "A mail system is its sender."
    word = no_reply_word(to.address, papers.policy)
    if word:
        return f"Nobody reads its sender's mailbox ({word})."
    return "Its sender is one of our people." if is_ours(to, papers.mail, papers.policy) else ""


def _colleagues(papers: Papers) -> Answer:
    """A colleague's mail: the customer is known only from a text, and such an address is never written to by itself."""
    inner = papers.mail.forwarded.from_ if papers.mail.forwarded is not None else None
    if inner is None or not is_mailable(inner):
        return Answer("no", "There is no customer's address to acknowledge to.")
    nobody = _nobody_at(papers, inner)
    if nobody:
        return Answer("no", f"The sender in the forwarded part cannot be written to. {nobody}")
    return Answer("after_confirmation", "The customer's address is known only from a text: a person must confirm it.", inner)


def _after_confirmation(papers: Papers, judged: Judged) -> Answer:
    """A person must first say that it is a claim; `no` where even then nobody could be written to (L8: no return address)."""
    to, aside = answer_to(papers.mail, papers.policy)
    refusal = (_no_return(papers) or _nobody_at(papers, to)) if judged.looks_automatic else never(papers, to)
    if refusal:
        return Answer("no", refusal)
    return Answer("after_confirmation", f"A person must first say that it is a claim. {aside}".strip(), to)
