"""Which case a mail belongs to and why we think so (behaviour.md 3, decisions.md 17–20). Pure: reads what the store was asked."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from mailbot.claims.automatic import is_from_person
from mailbot.claims.case import OPEN_STATES, KnownCase
from mailbot.claims.message import Address, IncomingMail
from mailbot.claims.papers import Papers
from mailbot.claims.policy import Policy
from mailbot.claims.proof import answers_ours
from mailbot.claims.same_trouble import Proposal, same_trouble, why
from mailbot.claims.senders import is_ours, no_reply_word, same_organisation, writer_of
from mailbot.claims.understanding import Understanding

Relation = Literal["customer", "third_party", "staff", "robot"]

_PREFIX = re.compile(
    r"\s*(?:(?:re|r|rv|res|ref|fwd|fw|f|i|enc|tr|rif|aw|antw|antwort|wg|sv|vs|vb|vl|ynt|ilt|odp|pd|ha"
    r"|na|на|отв|ответ|re-?отв|пер|пересл|переслано|fwd-?пер)"
    r"\s*(?:\[\d{1,3}\]|\(\d{1,3}\)|\^\d{1,3})?|(?:re|aw|fwd?)\d{1,3})"  # a bare number tells letters apart: "Ref 4512:"
    r"\s*[:：]",
    re.IGNORECASE,
)
_BANNER_WORDS = (
    r"(?:ext|external(?: sender| e?mail)?|внешн\w*(?: \w+)?|сторонн\w*(?: \w+)?|caution|warning"
    r"|(?:suspected )?spam\??|(?:возможно )?спам\??)"
)
_BANNER = re.compile(rf"\s*(?:[\[({{]\s*{_BANNER_WORDS}\s*[\])}}]|\*{{3,5}}\s*(?:spam|спам)\s*\*{{3,5}})\s*:?", re.IGNORECASE)
_TAG = re.compile(r"\[#(\d{4}-\d{4,9})\]")
_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"\d+")
_YEAR = re.compile(r"(?:19|20)\d\d")

_GENERIC = (
    "a about an broken claim claims complaint complaints damage damaged defect defective delivery document documents for hello "
    "help hi important in issue letter message my new no none of on order our photo photos problem quality quantity question "
    "reclamation refund replacement request return returns shortage subject the to urgent warranty with your акт акты без бой боя "
    "брак брака бракованный в важно вам ваш ваша внимание возврат возврата возврату вопрос вопросы г гарантии гарантия года день "
    "для добрый документ документы доставка доставки жалоба жалобу жалобы за заказ заказа заказу замена замены запрос заявка "
    "заявление здравствуйте и к качества качество качеству количество количеству на наш наша недостача недостачи недостачу нет "
    "новая новое о об обращение обращения от ответ очень письмо по повреждение повреждения помогите поставка поставке поставки "
    "претензии претензий претензию претензия привет проблема проблемы просьба рекламации рекламацию рекламация ремонт с сообщение "
    "срочно темы товар товара товару товары фото "
)
GENERIC_WORDS = frozenset(_GENERIC.split())


@dataclass(frozen=True, slots=True)
class Joining:
    """Where a mail belongs. `number` is the case joined ("" for a case it names without a store knowing it); None: it joins none."""

    joins: bool = False
    number: str | None = None
    case: KnownCase | None = None
    relation: Relation = "customer"
    why: str = "It belongs to no case we know."
    closed: bool = False  # the case is closed and would have to reopen
    propose: str | None = None
    mentions: tuple[str, ...] = ()
    proposals: tuple[Proposal, ...] = ()  # cases that are probably the same trouble by another road


def normal_subject(subject: str) -> str:
    """A subject for comparing: without reply and forward prefixes, banners and our tag, one space between words, case and ё folded."""
    text = _TAG.sub(" ", subject)
    while match := _PREFIX.match(text) or _BANNER.match(text):
        text = text[match.end() :]
    return " ".join(text.casefold().replace("ё", "е").split())


def is_generic(subject: str) -> bool:
    """A subject that says nothing by which two letters could be told apart ("Претензия", "no subject"); takes the normalised form."""
    if any(not _YEAR.fullmatch(number) for number in _NUMBER.findall(subject)):
        return False
    return all(word in GENERIC_WORDS or len(word) == 1 for word in _WORD.findall(subject))


def is_live(case: KnownCase) -> bool:
    return case.state in OPEN_STATES and not case.history


def joining(papers: Papers) -> Joining:
    """The case a mail belongs to, by the first rule that holds."""
    if not papers.known.asked:
        return _named_by_itself(papers.mail, papers.understanding)
    for rule in (_by_reference, _by_number, _by_subject, _same_trouble):
        found = rule(papers)
        if found is not None:
            return found if found.joins else _by_another_road(papers, found)
    return _by_another_road(papers, Joining())


def _by_another_road(papers: Papers, found: Joining) -> Joining:
    """A mail that joins no case, with the cases that are probably its own by what they share; a person decides, whoever wrote them."""
    proposals = same_trouble(papers)
    if not proposals:
        return found
    propose = found.propose or proposals[0].number
    return replace(found, propose=propose, proposals=proposals, why=" ".join([found.why, *map(why, proposals)]))


def _named_by_itself(mail: IncomingMail, understanding: Understanding) -> Joining:
    """Without a store: a tag or number in subject or new text, our Message-ID form, a quoted letter of ours (behaviour.md 9)."""
    named = next((str(fact.value) for fact in understanding.facts.cases if fact.in_ in {"subject", "text"}), None)
    tag = _TAG.search(mail.subject) or _TAG.search(mail.text)
    if named or tag:
        return Joining(True, named or (tag[1] if tag else None), why="It names the case itself.")
    quoted = _TAG.search(mail.quoted)
    if answers_ours(mail):
        return Joining(True, quoted[1] if quoted else None, why="It answers a Message-ID of our form.")
    if quoted:
        return Joining(True, quoted[1], why="It quotes a letter of ours with the case number.")
    return Joining(why="It names no case of ours.")


def _by_reference(papers: Papers) -> Joining | None:
    """Right references join whoever sent it (decisions.md 17): to know our Message-ID is to have had our letter."""
    case = papers.known.by_reference
    if case is None:
        return None
    by = "a letter of ours" if papers.known.letter is not None else "a mail of the case"
    return _open_or_recent(papers, case, _relation(papers, case), f"Its References name {by} (case {case.number}).")


def _by_number(papers: Papers) -> Joining | None:
    """A number is only a hint (reliability.md A5): it joins with a sender who belongs and is not proven false."""
    named = papers.known.by_number
    if not named:
        return None
    numbers = tuple(case.number for case in named)
    staff = papers.writer.address is not None and is_ours(papers.writer.address, papers.mail, papers.policy)
    case = next((case for case in named if staff or belongs(papers.writer.address, case, papers.policy)), None)
    if case is None:
        return Joining(why=f"It names case {numbers[0]}, to which its sender does not belong.", propose=numbers[0], mentions=numbers)
    if papers.is_proven_false:
        why = f"It names case {case.number}, but its sender's address is not proven."
        return Joining(why=why, propose=case.number, mentions=numbers)
    relation: Relation = "staff" if staff else "customer"
    found = _open_or_recent(papers, case, relation, f"It names case {case.number}, and its sender belongs to it.")
    others = tuple(number for number in numbers if number not in {case.number, *found.mentions})
    return replace(found, mentions=(*found.mentions, *others))


def _by_subject(papers: Papers) -> Joining | None:
    """Same sender and subject, open case, within 14 days (decisions.md 19); where something speaks against it, a proposal."""
    address = papers.writer.address
    if address is None:
        return None
    subject = normal_subject(papers.mail.subject)
    within = timedelta(days=papers.policy.join_within_days)
    theirs = (case for case in papers.known.by_sender if is_live(case) and address.key in {case.customer, *case.senders})
    case = next((case for case in theirs if case.subject == subject and papers.now - case.last_mail_at <= within), None)
    if case is None:
        return None
    against = _against_joining(papers, subject, case)
    if against:
        return Joining(why=f"Same sender and subject as case {case.number}, but {against}.", propose=case.number)
    relation: Relation = "customer" if case.customer in {"", address.key} else "third_party"
    why = f"Same sender and subject as case {case.number}, last written to within {papers.policy.join_within_days} days."
    return Joining(True, case.number, case, relation, why)


def _same_trouble(papers: Papers) -> Joining | None:
    """The same trouble by another road: the sender of this mail or of the forward has an open case about this order (behaviour.md 11.7).

    Proposed with the reason, never joined silently.
    """
    subject = papers.mail.forwarded.subject if papers.mail.forwarded is not None else papers.mail.subject
    orders = {str(fact.value) for fact in papers.understanding.facts.orders}
    sender = asked_sender(papers.mail, papers.policy)
    for case in papers.known.by_sender:
        if not is_live(case) or sender not in {case.customer, *case.senders}:
            continue
        shared = sorted(orders & case.orders)
        if shared:
            return Joining(why=f"Case {case.number} of the same sender is about order {shared[0]} too.", propose=case.number)
        if papers.mail.forwarded is not None and case.subject == normal_subject(subject) and not is_generic(case.subject):
            return Joining(why=f"The forwarded letter has sender and subject of case {case.number}.", propose=case.number)
    return None


def asked_sender(mail: IncomingMail, policy: Policy) -> str:
    """The address key whose cases the store is asked for (`Ask.from_key`): of a colleague's forward the inner sender, else the writer."""
    inner = mail.forwarded.from_ if mail.forwarded is not None else None
    writer = writer_of(mail, policy).address
    if inner is not None and writer is not None and is_ours(writer, mail, policy):
        return inner.key
    return writer.key if writer is not None else ""


def _against_joining(papers: Papers, subject: str, case: KnownCase) -> str:
    facts = papers.understanding.facts
    orders = {str(fact.value) for fact in facts.orders}
    address = papers.writer.address
    if is_generic(subject):
        return "the subject is a general one"
    if orders and case.orders and not orders & case.orders:
        return "its text names another order"
    if papers.is_complaint and orders - case.orders:
        return "its text is a claim about another order"
    if papers.is_complaint and (facts.claims or facts.serials or facts.batches):
        return "its text is itself a claim with facts of its own"
    if not is_from_person(papers.mail) or (address is not None and no_reply_word(address.address, papers.policy)):
        return "its sender is no person"
    if papers.is_proven_false:
        return "its sender's address is not proven"
    return ""


def belongs(address: Address | None, case: KnownCase, policy: Policy) -> bool:
    """The sender is the claimant, wrote into the case before, or writes from the claimant's own organisation."""
    if address is None:
        return False
    return address.key in {case.customer, *case.senders} or _of_customers_house(address, case, policy)


def _of_customers_house(address: Address, case: KnownCase, policy: Policy) -> bool:
    return bool(case.customer) and same_organisation(address, Address("", case.customer), policy)


def _relation(papers: Papers, case: KnownCase) -> Relation:
    """Who writes into the case. Only a customer moves states; who was once copied does not become one (freescout#3551)."""
    address = papers.writer.address
    if address is None:
        return "third_party"
    if is_ours(address, papers.mail, papers.policy):
        return "staff"
    if papers.authentication.dmarc == "fail":  # the domain itself says that such mail is not its own
        return "third_party"
    if address.key == case.customer or _of_customers_house(address, case, papers.policy):
        return "customer"
    return "customer" if not case.customer and address.key in case.senders else "third_party"


def _open_or_recent(papers: Papers, case: KnownCase, relation: Relation, why: str) -> Joining:
    """An open case is joined; one closed up to 90 days may reopen; an older one is only mentioned (decisions.md 20).

    History reopens at any age: it was closed by us, not by anybody's decision (decisions.md 15).
    """
    if is_live(case):
        return Joining(True, case.number, case, relation, why)
    days = papers.policy.reopen_within_days
    if case.history or papers.now - (case.closed_at or case.last_mail_at) <= timedelta(days=days):
        return Joining(True, case.number, case, relation, why, closed=True)
    return Joining(why=f"{why} It has been closed for more than {days} days.", propose=case.number, mentions=(case.number,))
