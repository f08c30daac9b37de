"""What the customer wants and how pressing it is: remedies, safety, legal threat, urgency, private person or firm."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from mailbot.claims.message import IncomingMail
from mailbot.claims.understanding import Phrases
from mailbot.classify.lemmas import VERB
from mailbot.classify.sheet import Said, Sheet

ENOUGH = 3.0  # one plain phrase, or two that need each other
WEAK = 2.0  # one supporting phrase
MEANT = 0.5  # below it a phrase is denied or only supposed
SOON = 3  # calendar days within which a wanted answer makes a letter urgent (domain.md 4.3)
NO_CLAIM = 0.2  # claim_confidence below which a letter's questions are no demands
REMEDIES = str.split("replace refund repair price_reduction completion documents compensation inspection pickup decision answer")
_PAST = ("л", "ла", "ло", "ли", "лся", "лась", "лось", "лись")
_FIRMS = frozenset(str.split("ООО ИП АО ПАО ЗАО ТД ТК ТЭК Ltd LLC GmbH Inc PLC"))


@dataclass(frozen=True, slots=True)
class Mood:
    """`others`: words of an advertiser, a robot or a counterparty; `asking`: hardly a claim; `idle`: asks for nothing."""

    others: bool = False
    asking: bool = False
    idle: bool = False


def mood_of(confidence: float, topic: str, phrases: Phrases) -> Mood:
    others = bool(phrases.advertising or phrases.counterparty or phrases.auto_reply)
    asking = confidence < NO_CLAIM
    return Mood(others, asking, asking and (topic == "thanks" or bool(phrases.advertising or phrases.auto_reply)))


def read_remedies(sheets: Sequence[Sheet], mood: Mood) -> tuple[str, ...]:
    """What is asked for, in the order of behaviour.md 9. A remedy told of as refused or past ("не заменили") does not count.

    "Ждём ответа" closes nearly every letter: such weak words count only where nothing else is asked for.
    """
    if mood.others:
        return ()
    totals = dict.fromkeys(REMEDIES, 0.0)
    for sheet in sheets:
        for one in sheet.family("remedy"):
            asked = mood.asking and sheet.words.sentences[one.hit.first] in sheet.words.questions
            if one.weight and not asked and not _is_told(one, sheet):
                totals[one.group.removeprefix("remedy_")] += one.hit.phrase.strength
    plain = tuple(remedy for remedy in REMEDIES if totals[remedy] >= ENOUGH)
    return plain or tuple(remedy for remedy in REMEDIES if totals[remedy] >= WEAK)


def _is_told(one: Said, sheet: Sheet) -> bool:
    """A verb of the past ("всё поменял, довезли") tells and does not ask, except after "чтобы"."""
    words, first, last = sheet.words, one.hit.first, one.hit.last
    past = any(words.words[at].flags & VERB and words.words[at].lower.endswith(_PAST) for at in range(first, last + 1))
    if not past:
        return False
    at = first
    while at >= 0 and words.sentences[at] == words.sentences[first]:
        if words.words[at].lower in ("чтобы", "чтоб"):
            return False
        at -= 1
    return True


def is_safety(sheets: Sequence[Sheet]) -> bool:
    """Somebody was or may be hurt, said plainly: one strong phrase, or two that only support."""
    return _total(sheets, "danger_safety") >= ENOUGH


def is_legal_threat(sheets: Sequence[Sheet], mood: Mood) -> bool:
    """Court, authorities, lawyers. "Если не решите — в суд" is a threat although supposed; a counterparty's answer is none."""
    if mood.others:
        return False
    spoken: dict[str, float] = {}
    for sheet in sheets:
        only_mentioned = {sheet.words.sentences[one.hit.first] for one in sheet.of("danger_legal_not")}
        for one in sheet.of("danger_legal"):
            if one.weight > 0 and sheet.words.sentences[one.hit.first] not in only_mentioned:
                spoken[one.hit.phrase.text] = one.hit.phrase.strength
    return sum(spoken.values()) >= ENOUGH


def urgency(sheets: Sequence[Sheet], mood: Mood, *, safety: bool, legal: bool, wanted_by: date | None, today: date) -> str:
    """domain.md 4.3: the bare word "срочно" is not enough."""
    if safety or _total(sheets, "danger_halt") >= ENOUGH or _spoils(sheets):
        return "critical"
    if mood.idle or mood.others:
        return "low" if mood.idle else "normal"
    soon = wanted_by is not None and not mood.asking and (wanted_by - today).days <= SOON
    if legal or soon or _total(sheets, "danger_risk") >= ENOUGH:
        return "high"
    return "low" if _total(sheets, "danger_low") >= ENOUGH else "normal"


def _spoils(sheets: Sequence[Sheet]) -> bool:
    """Goods that spoil while a driver waits for a word."""
    return _total(sheets, "danger_perish") >= ENOUGH and _total(sheets, "danger_wait") >= ENOUGH


def sender_kind(sheets: Sequence[Sheet], mail: IncomingMail, inn: Iterable[str], free_mail: frozenset[str]) -> str:
    """consumer | business | unknown: words, ИНН, papers of trade, a firm's name or domain."""
    business, consumer = _distinct(sheets, "sender_business"), _distinct(sheets, "sender_consumer")
    business += 2.0 * sum(len(number) == 10 for number in inn)
    business += sum(one.group not in ("doc_other", "doc_invoice") for sheet in sheets for one in sheet.family("doc"))
    sender = mail.forwarded.from_ if mail.forwarded is not None and mail.forwarded.from_ is not None else mail.from_
    if sender is not None and sender.domain:
        if _is_free(sender.domain, free_mail):
            consumer += 1.5
        else:
            business += 1.0
        business += 1.5 * (any(sign in sender.name for sign in '"«,') or not _FIRMS.isdisjoint(sender.name.replace('"', " ").split()))
    if business == consumer:
        return "unknown"
    return "business" if business > consumer else "consumer"


def _is_free(domain: str, free_mail: frozenset[str]) -> bool:
    """A free mailer's domain, or the same mailer under another ending (mail.ru and mail.kz)."""
    return domain in free_mail or domain.partition(".")[0] in {known.partition(".")[0] for known in free_mail}


def _distinct(sheets: Sequence[Sheet], group: str) -> float:
    """How many different plain phrases of a group; a weak one counts as a third."""
    spoken = {one.hit.phrase.text: one.hit.phrase.strength for sheet in sheets for one in sheet.of(group)}
    return sum(spoken.values()) / ENOUGH


def _total(sheets: Sequence[Sheet], group: str) -> float:
    return sum(one.hit.phrase.strength for sheet in sheets for one in sheet.of(group) if one.weight >= MEANT)
