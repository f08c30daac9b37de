"""Cases that are probably one trouble come by several roads: by which marks, in which words. Proposed, never joined. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from heapq import nsmallest
from typing import Any

from mailbot.claims.case import OPEN_STATES, Alike
from mailbot.claims.day_words import day_words
from mailbot.claims.facts import Fact, Facts
from mailbot.claims.message import Address, IncomingMail
from mailbot.claims.papers import Papers
from mailbot.claims.policy import Policy
from mailbot.claims.senders import is_free_mail, is_ours, same_organisation, writer_of
from mailbot.claims.understanding import ReadMail

MOST_PROPOSED = 3
FOR_DAYS = 90  # a case nobody wrote into for longer is another trouble
ARTICLE_DAYS = 30  # the same article again is likely the next one of the batch after that
SKETCH = 16
ALIKE = 9  # of 16 signs: about six words in ten the same
_IN_A_ROW = 3
_LEAST_WORDS = 12  # "Добрый день, прошу принять претензию" is everybody's
_MOST_SIGNS = 20_000
_MOST_FACTS = 12  # of one kind: a list of 500 serials would be a letter of 500 proposals
_LONGEST = 96
_SHORTEST = 4  # order "12" is anybody's

_NUMBERED = ("serial", "order")
_WORD = re.compile(r"[^\W_]+")
_WEIGHT = {"serial": 5, "order": 4, "text": 4, "document": 3, "article": 1}
_WORDS = {
    "ru": {
        "serial": "тот же серийный номер {}",
        "order": "тот же заказ {}",
        "document": "тот же документ {}",
        "article": "тот же артикул {}",
        "text": "почти дословно то же письмо",
        "same_sender": "тот же отправитель",
        "same_company": "другой адрес той же компании",
        "other_sender": "другой отправитель",
        "last": "последнее письмо {}",
    },
    "en": {
        "serial": "the same serial number {}",
        "order": "the same order {}",
        "document": "the same document {}",
        "article": "the same article {}",
        "text": "almost the same letter, word for word",
        "same_sender": "the same sender",
        "same_company": "another address of the same company",
        "other_sender": "another sender",
        "last": "last letter of {}",
    },
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A case that is probably about the same. `shared`: (serial | order | document | article | text, what it is), the strongest first."""

    number: str
    shared: tuple[tuple[str, str], ...]
    sender: str  # same_sender | same_company | other_sender
    last_mail_at: datetime


def marks_of(read: ReadMail, policy: Policy) -> dict[str, str]:
    """What this trouble can be known by on another road, and how it is written here.

    Serial and order stand alone; a document's number and an article are one address's, one company's or one telephone's.
    """
    mail, facts = read.mail, read.understanding.facts
    whose = _whose(mail, facts, policy)
    found = {f"serial:{_plain(fact)}": str(fact.value) for fact in _told(facts.serials)}
    found |= {f"order:{_plain(fact)}": str(fact.value) for fact in _told(facts.orders)}
    found |= {f"document:{who}:{fact.type or ''}:{_plain(fact)}": str(fact.value) for fact in _told(facts.documents) for who in whose}
    found |= {f"article:{who}:{_plain(fact)}": str(fact.value) for fact in _told(facts.articles) for who in whose}
    found = {_short(mark): value for mark, value in found.items()}
    if read.understanding.verdict.claim_confidence >= policy.not_claim_below:
        found |= dict.fromkeys(sketch(_words(mail)), "")
    return found


def sketch(text: str) -> tuple[str, ...]:
    """A few signs of a text, of which two texts share as many as they share words in a row (bottom-k min-hash); time grows with length."""
    return _sketch(text[:_MOST_SIGNS])


@lru_cache(128)  # a mail is asked about, decided on and kept in one group of fifty; of a letter of megabytes only its beginning is kept
def _sketch(text: str) -> tuple[str, ...]:
    said = _WORD.findall(text.casefold().replace("ё", "е"))
    if len(said) < _LEAST_WORDS:
        return ()
    runs = {" ".join(said[at : at + _IN_A_ROW]) for at in range(len(said) - _IN_A_ROW + 1)}
    return tuple(f"text:{sign}" for sign in nsmallest(SKETCH, (blake2b(run.encode(), digest_size=8).hexdigest() for run in runs)))


def same_trouble(papers: Papers) -> tuple[Proposal, ...]:
    """The cases this mail is probably about, the surest first."""
    if not papers.known.alike:
        return ()
    mine = _Mine.of(marks_of(ReadMail(papers.mail, papers.understanding), papers.policy))
    found = [one for alike in papers.known.alike if (one := _proposal(papers, mine, alike)) is not None]
    found.sort(key=lambda one: (-sum(_WEIGHT[kind] for kind, _ in one.shared), one.sender == "other_sender", _ago(papers, one)))
    return tuple(found[:MOST_PROPOSED])


def say(number: str, one: Mapping[str, Any], language: str) -> str:
    """ "2026-0001 (тот же серийный номер LK2-47; другой отправитель, последнее письмо 22.11.2026)", of a proposal as plain data."""
    words = _WORDS["ru" if language == "ru" else "en"]
    shared = ", ".join(words[kind].format(value) for kind, value in one["shared"])
    last = datetime.fromisoformat(one["last_mail_at"])
    return f"{number} ({shared}; {words[one['sender']]}, {words['last'].format(day_words(last.date(), language))})"


def plain(one: Proposal) -> dict[str, Any]:
    shared = [list(pair) for pair in one.shared]
    return {"number": one.number, "shared": shared, "sender": one.sender, "last_mail_at": one.last_mail_at.isoformat()}


def why(one: Proposal) -> str:
    return f"Perhaps the same as case {say(one.number, plain(one), 'en')}."


@dataclass(frozen=True, slots=True)
class _Mine:
    """The marks of the mail at hand, parted once for all the cases it is compared with. `told`: other marks than signs of the text."""

    told: Mapping[str, str]
    signs: frozenset[str]
    numbers: tuple[frozenset[str], ...]  # by `_NUMBERED`

    @classmethod
    def of(cls, marks: Mapping[str, str]) -> _Mine:
        told = {mark: value for mark, value in marks.items() if kind_of(mark) != "text"}
        numbers = tuple(frozenset(mark for mark in told if kind_of(mark) == kind) for kind in _NUMBERED)
        return cls(told, frozenset(marks) - set(told), numbers)


def _proposal(papers: Papers, mine: _Mine, alike: Alike) -> Proposal | None:
    case, days = alike.case, (papers.now - alike.case.last_mail_at) / timedelta(days=1)
    if case.state not in OPEN_STATES or case.history or days > FOR_DAYS:
        return None
    other = _numbers_differ(mine, alike)
    shared = {(kind_of(mark), mine.told[mark]) for mark in alike.marks if mark in mine.told}
    shared -= {pair for pair in shared if pair[0] == "article" and (days > ARTICLE_DAYS or other)}
    if not other and _is_near(mine.signs, alike.marks):
        shared.add(("text", ""))
    if not shared:
        return None
    strongest_first = tuple(sorted(shared, key=lambda pair: (-_WEIGHT[pair[0]], pair[1]))[:MOST_PROPOSED])
    return Proposal(case.number, strongest_first, _sender(papers, alike), case.last_mail_at)


def _numbers_differ(mine: _Mine, alike: Alike) -> bool:
    """Both name serials, or both orders, and none in common: a dealer's form letter about the next thing."""
    for kind, here in zip(_NUMBERED, mine.numbers, strict=True):
        if here and any(kind_of(mark) == kind for mark in alike.stated):
            return here.isdisjoint(alike.stated)
    return False


def _is_near(signs: frozenset[str], marks: frozenset[str]) -> bool:
    return bool(signs) and len(signs & marks) * SKETCH >= ALIKE * len(signs)


def _sender(papers: Papers, alike: Alike) -> str:
    who = _customer(papers.mail, papers.policy)
    if who is None:
        return "other_sender"
    if who.key in {alike.case.customer, *alike.case.senders}:
        return "same_sender"
    theirs = Address("", alike.case.customer)
    return "same_company" if alike.case.customer and same_organisation(who, theirs, papers.policy) else "other_sender"


def _whose(mail: IncomingMail, facts: Facts, policy: Policy) -> tuple[str, ...]:
    """By what a customer is the same on another road: the company's domain, else the address; the telephones, where they are his own."""
    who = _customer(mail, policy)
    if who is None:
        return ()
    address = who.key if not who.domain or is_free_mail(who.domain, policy) else who.domain
    writer = writer_of(mail, policy).address
    phones = facts.phones[:3] if writer is not None and not is_ours(writer, mail, policy) else ()  # a colleague's letter ends with hers
    return tuple(dict.fromkeys((address, *phones)))


def _customer(mail: IncomingMail, policy: Policy) -> Address | None:
    """Whose trouble it is: of a colleague's forward the inner sender, of his own words nobody we know."""
    writer = writer_of(mail, policy).address
    if writer is None or not is_ours(writer, mail, policy):
        return writer
    inner = mail.forwarded.from_ if mail.forwarded is not None else None
    return inner if inner is not None and not is_ours(inner, mail, policy) else None


def _words(mail: IncomingMail) -> str:
    inner = mail.forwarded
    return inner.text if inner is not None and inner.text else mail.text


def _told(facts: Iterable[Fact]) -> list[Fact]:
    return [fact for fact in facts if len(_plain(fact)) >= _SHORTEST][:_MOST_FACTS]


def _plain(fact: Fact) -> str:
    return "".join(_WORD.findall(str(fact.value).casefold()))


def _short(mark: str) -> str:
    if len(mark) <= _LONGEST:
        return mark
    return f"{kind_of(mark)}:{blake2b(mark.encode(), digest_size=20).hexdigest()}"


def kind_of(mark: str) -> str:
    return mark.partition(":")[0]


def _ago(papers: Papers, one: Proposal) -> timedelta:
    return papers.now - one.last_mail_at
