"""Which case a mail belongs to and why we think so (behaviour.md 3, decisions.md 17–20). Pure: reads what the store was asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from mailbot.claims.authentication import Authentication
from mailbot.claims.case import OPEN_STATES, Known, KnownCase, State
from mailbot.claims.message import Address, IncomingMail
from mailbot.claims.policy import Policy
from mailbot.claims.proof import looks_ours
from mailbot.claims.senders import Writer, is_ours, no_reply_word, same_organisation
from mailbot.claims.understanding import Understanding

Relation = Literal["customer", "third_party", "staff", "robot"]

_PREFIX = re.compile(
    r"\s*(?:re|r|rv|res|ref|fwd|fw|f|i|enc|tr|rif|aw|antw|antwort|wg|sv|vs|vb|vl|ynt|ilt|odp|pd|ha|na|на|отв|ответ|re-?отв|пер|пересл|переслано|fwd-?пер)"
    r"\s*(?:\[\d{1,3}\]|\(\d{1,3}\)|\^\d{1,3}|\d{1,3})?\s*[:：]",  # noqa: RUF001
    re.IGNORECASE,
)
_BANNER = re.compile(
    r"\s*(?:[\[({]\s*(?:ext|external|external sender|внешн\w*(?: \w+)?|сторонн\w*(?: \w+)?|caution|warning|spam\??|spam\?|suspected spam|возможно спам|спам)\s*[\])}]"
    r"|\*{3,5}\s*(?:spam|спам)\s*\*{3,5})\s*:?",
    re.IGNORECASE,
)
_TAG = re.compile(r"\[#\d{4}-\d{4,9}\]")
_CASE_TAG = re.compile(r"\[#(\d{4}-\d{4,9})\]")
_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"\d+")
_YEAR = re.compile(r"(?:19|20)\d\d")

GENERIC_WORDS = frozenset(
    """претензия претензии претензию претензий рекламация рекламации рекламацию жалоба жалобы жалобу обращение обращения заявление заявка брак брака
    бракованный товар товара товару товары качество качества качеству количество количеству недостача недостачи недостачу бой боя возврат возврата
    возврату замена замены повреждение повреждения гарантия гарантии ремонт вопрос вопросы просьба срочно очень важно внимание запрос письмо ответ
    документы документ акт акты фото без темы нет заказ заказа заказу заказ поставка поставки поставке доставка доставки проблема проблемы помогите
    здравствуйте добрый день привет новая новое сообщение по о об на в и с от за к для вам наша ваша наш ваш г года
    claim claims complaint complaints reclamation return returns refund replacement warranty damage damaged defect defective quality quantity shortage
    broken order delivery question urgent important help hello hi problem issue request letter photo photos document documents no subject none message
    new about the a an of for on in with to my our your""".split()
)


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


def joining(
    mail: IncomingMail,
    understanding: Understanding,
    known: Known,
    authentication: Authentication,
    writer: Writer,
    policy: Policy,
    *,
    now: datetime,
) -> Joining:
    """The case a mail belongs to, by the first rule that holds; `now` judges how long ago a case was closed or written to."""
    if not known.asked:
        return _named_by_itself(mail, understanding)
    relation = _relation(mail, known.by_reference, authentication, writer, policy)
    for found in (
        _by_reference(known, relation, policy, now),
        _by_number(mail, known, authentication, writer, policy, now),
        _by_subject(mail, understanding, known, authentication, writer, policy, now),
    ):
        if found is not None:
            return found
    return Joining(mentions=tuple(case.number for case in known.by_number))


def _named_by_itself(mail: IncomingMail, understanding: Understanding) -> Joining:
    """Without a store: a tag or number in subject or new text, our Message-ID form, a quoted letter of ours (behaviour.md 9)."""
    named = next((str(fact.value) for fact in understanding.facts.cases if fact.in_ in {"subject", "text"}), None)
    tag = _CASE_TAG.search(mail.subject) or _CASE_TAG.search(mail.text)
    if named or tag:
        return Joining(True, named or (tag[1] if tag else None), why="It names the case itself.")
    quoted = _CASE_TAG.search(mail.quoted)
    if any(looks_ours(reference) for reference in (mail.in_reply_to or "", *mail.references)):
        return Joining(True, quoted[1] if quoted else None, why="It answers a Message-ID of our form.")
    if quoted:
        return Joining(True, quoted[1], why="It quotes a letter of ours with the case number.")
    return Joining(why="It names no case of ours.")


def _by_reference(known: Known, relation: Relation, policy: Policy, now: datetime) -> Joining | None:
    case = known.by_reference
    if case is None:
        return None
    by = "a letter of ours" if known.letter is not None else "a mail of the case"
    return _open_or_recent(case, relation, f"Its References name {by} (case {case.number}).", policy, now)


def _by_number(
    mail: IncomingMail, known: Known, authentication: Authentication, writer: Writer, policy: Policy, now: datetime
) -> Joining | None:
    """A number is only a hint (reliability.md A5): it joins with a sender who belongs and is not proven false."""
    numbers = tuple(case.number for case in known.by_number)
    mine = [case for case in known.by_number if belongs(writer.address, case, policy)]
    staff = writer.address is not None and is_ours(writer.address, mail, policy)
    if staff and len(known.by_number) == 1 and authentication.result != "fail":
        mine = list(known.by_number)
    if not mine:
        return Joining(why="It names a case its sender does not belong to.", propose=numbers[0], mentions=numbers) if numbers else None
    case = mine[0]
    others = tuple(number for number in numbers if number != case.number)
    if authentication.result == "fail":
        why = f"It names case {case.number}, but its sender's address is not proven: {authentication.reason}"
        return Joining(why=why, propose=case.number, mentions=numbers)
    relation: Relation = "staff" if staff else "customer"
    found = _open_or_recent(case, relation, f"It names case {case.number}, and its sender belongs to it.", policy, now)
    return Joining(
        found.joins, found.number, found.case, found.relation, found.why, found.closed, found.propose, (*found.mentions, *others)
    )


def _by_subject(
    mail: IncomingMail,
    understanding: Understanding,
    known: Known,
    authentication: Authentication,
    writer: Writer,
    policy: Policy,
    now: datetime,
) -> Joining | None:
    """Same sender and subject, open case, within 14 days (behaviour.md 3, decisions.md 19); where something speaks against it, a proposal."""
    subject = normal_subject(mail.subject)
    within = timedelta(days=policy.join_within_days)
    writers_key = writer.address.key if writer.address is not None else ""
    case = next(
        (
            case
            for case in known.by_sender
            if is_live(case) and case.subject == subject and now - case.last_mail_at <= within and writers_key in {case.customer, *case.senders}
        ),
        None,
    )
    if case is None:
        return None
    against = _against_joining(subject, case, understanding, authentication, writer, policy)
    if against:
        return Joining(why=f"Same sender and subject as case {case.number}, but {against}.", propose=case.number)
    relation: Relation = "customer" if case.customer in {"", writers_key} else "third_party"
    why = f"Same sender and subject as case {case.number}, last written to within {policy.join_within_days} days."
    return Joining(True, case.number, case, relation, why)


def _against_joining(
    subject: str, case: KnownCase, understanding: Understanding, authentication: Authentication, writer: Writer, policy: Policy
) -> str:
    facts = understanding.facts
    orders = {str(fact.value) for fact in facts.orders}
    is_claim = understanding.verdict.claim_confidence >= policy.triage_below
    if is_generic(subject):
        return "the subject is a general one"
    if orders and case.orders and not orders & case.orders:
        return "its text names another order"
    if is_claim and orders - case.orders:
        return "its text is a claim about another order"
    if is_claim and (facts.claims or facts.serials or facts.batches):
        return "its text is itself a claim with facts of its own"
    if writer.address is None or no_reply_word(writer.address.address, policy):
        return "its sender is no person"
    if authentication.result == "fail":
        return "its sender's address is not proven"
    return ""


def belongs(address: Address | None, case: KnownCase, policy: Policy) -> bool:
    """The sender is the claimant, wrote into the case before, or writes from the claimant's own organisation."""
    if address is None:
        return False
    return address.key in {case.customer, *case.senders} or _of_customers_house(address, case, policy)


def _of_customers_house(address: Address, case: KnownCase, policy: Policy) -> bool:
    return bool(case.customer) and same_organisation(address, Address("", case.customer), policy)


def _relation(mail: IncomingMail, case: KnownCase | None, authentication: Authentication, writer: Writer, policy: Policy) -> Relation:
    """Who writes into the case. Only a customer moves states and is written to; who was once copied does not become one (freescout#3551)."""
    address = writer.address
    if case is None or address is None:
        return "third_party"
    if is_ours(address, mail, policy):
        return "staff"
    if authentication.dmarc == "fail":  # the domain itself says that such mail is not its own
        return "third_party"
    if address.key == case.customer or _of_customers_house(address, case, policy):
        return "customer"
    return "customer" if not case.customer and address.key in case.senders else "third_party"


def _open_or_recent(case: KnownCase, relation: Relation, why: str, policy: Policy, now: datetime) -> Joining:
    """Joins an open case; a case closed up to 90 days may reopen; an older one is only mentioned (decisions.md 20). History reopens at any age."""
    if is_live(case):
        return Joining(True, case.number, case, relation, why)
    if case.history or case.state in {State.CLOSED, State.NOT_CLAIM}:
        closed_at = case.closed_at or case.last_mail_at
        if case.history or now - closed_at <= timedelta(days=policy.reopen_within_days):
            return Joining(True, case.number, case, relation, why, closed=True)
    return Joining(
        why=f"{why} It has been closed for more than {policy.reopen_within_days} days.", propose=case.number, mentions=(case.number,)
    )
