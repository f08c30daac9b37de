"""What the customer wants and how pressing it is: remedies, safety, legal threat, urgency, private person or firm."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from mailbot.claims.message import IncomingMail
from mailbot.classify.sheet import Said, Sheet

ENOUGH = 3.0  # one plain phrase, or two that need each other
WEAK = 2.0  # one supporting phrase
MEANT = 0.5  # below it a phrase is denied or only supposed
SOON = 3  # calendar days within which a wanted answer makes a letter urgent (domain.md 4.3)
REMEDIES = str.split("replace refund repair price_reduction completion documents compensation inspection pickup decision answer")


def remedies(sheets: Sequence[Sheet]) -> tuple[str, ...]:
    """What is asked for, in the order of behaviour.md 9. A remedy told of as refused or past ("не заменили") does not count.

    "Ждём ответа" closes nearly every letter: such weak words count only where nothing else is asked for.
    """
    totals = {remedy: _total(sheets, f"remedy_{remedy}") for remedy in REMEDIES}
    plain = tuple(remedy for remedy in REMEDIES if totals[remedy] >= ENOUGH)
    return plain or tuple(remedy for remedy in REMEDIES if totals[remedy] >= WEAK)


def is_safety(sheets: Sequence[Sheet]) -> bool:
    """Somebody was or may be hurt; never from a question about somebody's rules ("contact for a safety incident?")."""
    return _total(sheets, "danger_safety") >= ENOUGH


def is_legal_threat(sheets: Sequence[Sheet], *, counterparty: bool) -> bool:
    """Court, authorities, lawyers. "Если не решите — в суд" is a threat although supposed; a counterparty's answer is none."""
    if counterparty:
        return False
    denied = {(id(sheet), sheet.words.sentences[one.hit.first]) for sheet in sheets for one in sheet.of("danger_legal_not")}
    spoken = {
        one.hit.phrase.text: one.hit.phrase.strength
        for sheet in sheets
        for one in sheet.of("danger_legal")
        if one.group == "danger_legal" and one.weight > 0 and (id(sheet), sheet.words.sentences[one.hit.first]) not in denied
    }
    return sum(spoken.values()) >= ENOUGH


def urgency(sheets: Sequence[Sheet], *, safety: bool, pressing: bool, wanted_by: date | None, today: date, idle: bool) -> str:
    """domain.md 4.3: the bare word "срочно" is not enough. `pressing`: legal threat or a warranty about to end; `idle`: no claim."""
    if safety or _total(sheets, "danger_halt") >= ENOUGH or _spoils(sheets):
        return "critical"
    if pressing or _total(sheets, "danger_risk") >= ENOUGH or (wanted_by is not None and not idle and (wanted_by - today).days <= SOON):
        return "high"
    return "low" if idle or _total(sheets, "danger_low") >= ENOUGH else "normal"


def _spoils(sheets: Sequence[Sheet]) -> bool:
    """Goods that spoil while a driver waits for a word."""
    return _total(sheets, "danger_perish") >= ENOUGH and _total(sheets, "danger_wait") >= ENOUGH


def sender_kind(sheets: Sequence[Sheet], mail: IncomingMail, inn: Iterable[str], free_mail: frozenset[str]) -> str:
    """consumer | business | unknown: words, ИНН, papers of trade, a firm's name or domain."""
    business, consumer = _distinct(sheets, "sender_business"), _distinct(sheets, "sender_consumer")
    business += 2.0 * sum(len(number) == 10 for number in inn)
    business += sum(one.group not in ("doc_other", "doc_invoice") for sheet in sheets for one in sheet.of("doc_"))
    sender = mail.forwarded.from_ if mail.forwarded is not None and mail.forwarded.from_ is not None else mail.from_
    if sender is not None and sender.domain:
        if _is_free(sender.domain, free_mail):
            consumer += 1.5
        else:
            business += 1.0
        business += 1.5 * (any(sign in sender.name for sign in '"«,') or _names_firm(sender.name))
    if business == consumer:
        return "unknown"
    return "business" if business > consumer else "consumer"


def _is_free(domain: str, free_mail: frozenset[str]) -> bool:
    """A free mailer's domain, or the same mailer under another ending (mail.ru and mail.kz)."""
    return domain in free_mail or domain.partition(".")[0] in {known.partition(".")[0] for known in free_mail}


def _names_firm(name: str) -> bool:
    words = name.replace('"', " ").split()
    return any(word in ("ООО", "ИП", "АО", "ПАО", "ЗАО", "ТД", "ТК", "Ltd", "LLC", "GmbH", "Inc") for word in words)


def _distinct(sheets: Sequence[Sheet], group: str) -> float:
    return float(len({one.hit.phrase.text for sheet in sheets for one in sheet.of(group)}))


def _total(sheets: Sequence[Sheet], group: str) -> float:
    return sum(one.hit.phrase.strength for one in _meant(sheets, group))


def _meant(sheets: Sequence[Sheet], group: str) -> Iterable[Said]:
    return (one for sheet in sheets for one in sheet.of(group) if one.group == group and one.weight >= MEANT)
