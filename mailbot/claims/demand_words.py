"""A decision demand by demand, as a specialist writes it: «1: вернуть 12 000 руб до 10.12; 2: отказать, потому что …». Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mailbot.claims.decision_kinds import cut_bearer

MOST_DEMANDS = 20
GRANT, NONE = "grant", "none"  # as she demanded it; she did not demand it

_NUMBER = (
    r"(?:(?:по\s+)?требовани\w{0,3}|пункт\w?|demand|item|request)?\s*(?:№\s*)?(?P<number>\d{1,2})"
    r"\s*(?:[(«\"“](?P<named>[^()«»\"“”\n]{2,200})[)»\"”])?\s*"
)
_ITEM = re.compile(
    rf"(?:^|;)[ \t]*{_NUMBER}(?:[:：](?!\d)|[.)](?!\d)|-(?=\s))[ \t]*", re.IGNORECASE | re.MULTILINE
)  # fmt: skip
_LATER_ITEM = re.compile(r"(?<=[.,])[ \t]+(?=\d{1,2}[ \t]*:(?!\d))")  # «… до 10.12, 2: отказать»: one line, no semicolon
_PAPER = r"(?:документ|сертификат|паспорт|счет|акт)"
_KINDS = (
    (NONE, r"не (?:заявл|требова|просил)\w*|нет такого(?: требования)?|not (?:demanded|claimed|asked)(?: for)?"),
    ("refusal", r"отказ\w*|отклон\w*|не удовлетвор\w*|нет|refus\w*|reject\w*|declin\w*|no"),
    (GRANT, r"удовлетвор\w*|принять|принимаем|согласны|согласен|согласна|да|grant\w*|accept\w*|agree\w*|yes"),
    ("markdown", r"уцен\w*|скидк\w*|сни(?:зить|зим|жение|жаем) цен\w*|соразмерн\w+ уменьш\w*|markdown|discount|reduc\w+ the price"),
    ("documents", rf"(?:направ|высл|вышл|предостав|переда)\w+ (?:\w+ )?{_PAPER}\w*|документы|documents|send (?:the )?(?:documents|papers)"),
    ("refund", r"верн(?:уть|ем|ете|у)|возвра(?:т|тить|тим|щаем)|refund\w*|pay back"),
    ("replacement", r"замен\w*|обмен\w*|replac\w*|exchang\w*"),
    ("repair", r"ремонт\w*|отремонт\w*|почин\w*|repair\w*"),
    ("topup", r"допостав\w*|доукомплект\w*|досла\w*|дошл\w*|довез\w*|top-?up|deliver\w*|completion"),
    ("compensation", r"возме(?:ст|щ)\w*|компенс\w*|оплат\w*|reimburs\w*|compensat\w*"),
    ("pickup", r"вывез\w*|вывоз\w*|забрать|заберем|collect\w*|pick ?up"),
    ("explanation", r"разъясн\w*|поясн\w*|объясн\w*|explain\w*|explanation"),
)
_KIND = re.compile("|".join(rf"(?P<{name}>(?:{words})(?!\w))" for name, words in _KINDS))
_PARTLY = re.compile(r"[,;]?\s*\b(?:частично|в части|partly|partially|in part)(?!\w)[:,]?")
_BECAUSE = r"потому,? что|так как|поскольку|по причине того,? что|причина\s*:|because|reason\s*:"
_REASON = re.compile(rf"[\s,;.:-]*\b(?:{_BECAUSE})\s*", re.IGNORECASE)
_MONTH = (
    "январ|феврал|март|апрел|мая|июн|июл|август|сентябр|октябр|ноябр|декабр|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
)  # fmt: skip
_WEEKDAY = "понедельник|вторник|сред|четверг|пятниц|суббот|воскресень|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_YEAR = r"(?:\s*г(?:ода|\.)?)?"
_DAY = (
    rf"\d{{1,2}}\.\d{{1,2}}(?:\.\d{{2,4}})?{_YEAR}|\d{{4}}-\d{{1,2}}-\d{{1,2}}|\d{{1,2}}\s+(?:{_MONTH})[a-zа-я]*(?:\s+\d{{4}})?{_YEAR}"
    rf"|(?:{_WEEKDAY})\w{{0,2}}|завтра|послезавтра|сегодня|tomorrow|today"
)
_UNTIL = re.compile(rf"[,;]?\s*(?:в срок\s+)?\b(?:до|не позднее|by|until|no later than)\s+(?P<day>{_DAY})(?!\w)", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZА-ЯЁ«])")
_TRIMMED = " \t\n,;:-.—–"


@dataclass(frozen=True, slots=True)
class DemandWords:
    """One demand and what is written of it. `kind`: out of `case_letters.DECISIONS`, GRANT or NONE; `named`: what is demanded.

    `extent`: full | partly | refused; `words`: what we shall do, as written; `until`: the day as written; `further`: sentences after it.
    """

    number: int
    kind: str
    extent: str
    named: str = ""
    words: str = ""
    bearer: str = ""
    until: str = ""
    reason: str = ""
    further: str = ""


def begins_with_demand(text: str) -> bool:
    """The decision is one by demand: its first words are a number and a colon, a dot or a bracket."""
    return _ITEM.match(text.lstrip()) is not None


def read_demands(text: str) -> tuple[tuple[DemandWords, ...], str]:
    """Each demand in the order it is written, and what of it is not understood, "" where all is."""
    found: list[DemandWords] = []
    for number, named, said in _items(_LATER_ITEM.sub("; ", text)):
        one = _demand(number, named, " ".join(said.split()))
        if one is None or any(number == other.number for other in found) or len(found) == MOST_DEMANDS:
            return (), " ".join(f"{number}: {said}".split())[:60]
        found.append(one)
    return tuple(found), ""


def _items(text: str) -> Iterator[tuple[int, str, str]]:
    starts = list(_ITEM.finditer(text))
    for match, after in zip(starts, (*(one.start() for one in starts[1:]), len(text)), strict=True):
        yield int(match["number"]), (match["named"] or "").strip(), text[match.end() : after]


def _demand(number: int, named: str, said: str) -> DemandWords | None:
    """None where no decision is named."""
    head, reason, further = _with_reason(said)
    bearer, head, folded = cut_bearer(head, _fold(head))
    until = ""
    if match := _UNTIL.search(folded):
        until, head = head[slice(*match.span("day"))], head[: match.start()] + head[match.end() :]
    head, *sentences = _SENTENCE.split(head.strip(), maxsplit=1)
    partly = _PARTLY.search(_fold(head))
    head = (head[: partly.start()] + " " + head[partly.end() :] if partly else head).strip(_TRIMMED)
    kind, words = _kind_of(head)
    if not kind:
        return None
    if kind == GRANT and (inner := _kind_of(words))[0] not in {"", GRANT}:  # «удовлетворить частично: вернуть 5 000 руб»
        kind = inner[0]
    further = " ".join(part.strip() for part in (*sentences, further) if part.strip())
    if kind == "refusal":
        further = further if words.startswith(("в ", "во ", "to ")) else " ".join(filter(None, (_sentence(words), further)))
    extent = "refused" if kind == "refusal" else "partly" if partly else "full"
    words = "" if kind in {"refusal", NONE} else words if kind in {GRANT, "explanation"} else _whole(head, words, kind)
    return DemandWords(number, kind, extent, named, words, bearer, until, reason, further)


def _with_reason(said: str) -> tuple[str, str, str]:
    """What is decided, why, and what follows the sentence that says why."""
    match = _REASON.search(said)
    if match is None:
        return said, "", ""
    reason, *after = _SENTENCE.split(said[match.end() :].strip(), maxsplit=1)
    return said[: match.start()], reason.strip(_TRIMMED), after[0] if after else ""


def _kind_of(head: str) -> tuple[str, str]:
    """The decision that the words begin with, and what follows it."""
    text = head.strip(_TRIMMED)
    match = _KIND.match(_fold(text))
    return (match.lastgroup or "", text[match.end() :].strip(_TRIMMED)) if match is not None else ("", "")


def _whole(head: str, rest: str, kind: str) -> str:
    """What we shall do, with its verb: after «удовлетворить: вернуть 5 000 руб» only what follows the colon."""
    return rest if _kind_of(rest)[0] == kind else head.strip(_TRIMMED)


def _sentence(words: str) -> str:
    text = words.strip(_TRIMMED)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _fold(text: str) -> str:
    """Lower case, ё as е; every letter keeps its place."""
    folded = text.lower().replace("ё", "е")
    return folded if len(folded) == len(text) else text
