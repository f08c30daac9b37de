"""What an enquiry is about, and the telling phrases of robots, withdrawals, counterparties and advertisers."""

from __future__ import annotations

from collections.abc import Sequence

from mailbot.claims.understanding import Phrases
from mailbot.classify.category import Reading
from mailbot.classify.phrases import Hit

TOPICS = ("question", "price", "thanks", "documents", "payment_guarantee", "counterparty", "job", "privacy", "legal", "invitation")
ENOUGH = 3.0


def topic(readings: Sequence[Reading]) -> str:
    """The strongest topic group of phrases.toml (`topic_price` …), else "question" where a question is asked, else "other"."""
    totals = dict.fromkeys(TOPICS, 0.0)
    for one in readings:
        for hit, left in zip(one.hits, one.weights, strict=True):
            name = hit.phrase.group.removeprefix("topic_")
            if name in totals and name != hit.phrase.group:
                totals[name] += hit.phrase.strength * left
    best = max(TOPICS, key=lambda name: totals[name])
    if totals[best] >= 2:
        return best
    return "question" if any(one.words.questions for one in readings) else "other"


def telling(readings: Sequence[Reading]) -> Phrases:
    """Words of rules/phrases.toml found in the new text. A partial withdrawal outweighs a full one."""
    withdrawal, words = "none", ""
    for kind, group in (("partial", "withdrawal_partial"), ("full", "withdrawal_full")):
        words = _words(readings, group)
        if words:
            withdrawal = kind
            break
    if withdrawal == "full" and _words(readings, "withdrawal_not"):
        withdrawal, words = "none", ""
    if withdrawal == "full" and any(_leaves_a_rest(one) for one in readings):
        withdrawal = "partial"
    return Phrases(
        auto_reply=_words(readings, "auto_reply"),
        withdrawal=withdrawal,
        withdrawal_words=words,
        counterparty=_words(readings, "counterparty"),
        advertising=_words(readings, "advertising"),
        challenge=_words(readings, "challenge"),
    )


def _leaves_a_rest(one: Reading) -> bool:
    """ "По двум насосам вопрос закрыт, третий по-прежнему не запускается": behind the withdrawal something is said to go on."""
    withdrawn = [hit.last for hit in one.hits if hit.phrase.group == "withdrawal_full"]
    return bool(withdrawn) and any(hit.phrase.group == "withdrawal_rest" and hit.first > withdrawn[0] for hit in one.hits)


def _words(readings: Sequence[Reading], group: str) -> str:
    """The words of a group where they are strong enough together, else ""."""
    total, found = 0.0, ""
    for one in readings:
        for hit, left in zip(one.hits, one.weights, strict=True):
            if hit.phrase.group == group and left == 1 and not _is_unsaid(hit, group, one):
                total += hit.phrase.strength
                found = found or _text(hit, one)
    return found if total >= ENOUGH else ""


def _is_unsaid(hit: Hit, group: str, one: Reading) -> bool:
    if group == "auto_reply":  # "чек у сына, он в командировке" is no answer of a machine, which speaks of its owner
        return any(word.lower in _THIRD for word in one.words.words[max(0, hit.first - 2) : hit.first])
    return group.startswith("withdrawal") and _is_supposed(hit, one)


_THIRD = frozenset(str.split("он она они оба муж жена сын дочь брат сестра мама папа he she they husband wife son daughter"))


def _is_supposed(hit: Hit, one: Reading) -> bool:
    """ "Если образцов не будет, считаем вопрос закрытым" withdraws nothing."""
    sentence = one.words.sentences[hit.first]
    return any(other.phrase.group == "supposed" and one.words.sentences[other.first] == sentence for other in one.hits)


def _text(hit: Hit, one: Reading) -> str:
    return one.place.text[one.words.starts[hit.first] : one.words.ends[hit.last]]
