"""Which of the phrases found are denied, supposed or about something else, clause by clause; rules/negation.toml holds the words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from mailbot.classify.lemmas import ADJECTIVE, ADVERB, NOUN, VERB
from mailbot.classify.phrases import Hit
from mailbot.classify.tokens import Words

SUPPOSED = 0.15  # what is left of a phrase in "если придёт брак", "старый чайник сломался"
_NEVER_DENIED = frozenset({"не", "нет", "без", "ни", "not", "no", "without", "never", "n't", "недо"})
_NAMING = ("no_", "doc_", "day_", "sender_")  # groups that name and state nothing
_CLAIM_WORDS = "claim_words.toml"  # where demands stand
_BETWEEN = 4  # words that may stand between "без" and what it denies


@dataclass(slots=True)
class Denials:
    """Where a letter denies: word numbers after which something is denied, clauses wholly denied, clauses only supposed."""

    next_words: dict[int, int] = field(default_factory=dict)  # last word of the denial → how far it reaches
    clauses: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    supposed: set[int] = field(default_factory=set)
    cancelled: set[int] = field(default_factory=set)
    looked_through: set[int] = field(default_factory=set)  # clauses that suppose something, each looked through once
    elsewhere: set[int] = field(default_factory=set)  # words about others' goods, or told by others
    norms: set[int] = field(default_factory=set)  # words that say what the law grants to anybody


def denials(hits: Sequence[Hit], words: Words) -> Denials:
    """Reads the groups of negation.toml: `next`, `reach`, `clause`, `supposed`, `elsewhere`, `instead`, `norm`, `cancel`."""
    found = Denials()
    for hit in hits:
        if hit.phrase.group == "cancel":
            found.cancelled.update(range(hit.first, hit.last + 1))
    for phrase, first, last in hits:
        if first in found.cancelled:
            continue
        if phrase.group == "next":
            found.next_words[last] = 1
        elif phrase.group == "reach":
            found.next_words[last] = _BETWEEN
        elif phrase.group == "clause":
            found.clauses.setdefault(words.clauses[last], []).append((first, last))
        elif phrase.group == "supposed":
            _suppose(found, words, first)
        elif phrase.group == "elsewhere":
            _mark_on(found.elsewhere, words, last, _AT_HAND)
        elif phrase.group == "instead":
            _mark_on(found.elsewhere, words, last, _AT_HAND | _IT)
        elif phrase.group == "norm":
            _mark_on(found.norms, words, last, _HIMSELF)
            _mark_back(found.norms, words, last)
    return found


def _mark_on(marked: set[int], words: Words, last: int, until: frozenset[str]) -> None:
    """ "My old kettle leaked, this one …": up to the end of the sentence, or to where the writer comes to the goods at hand."""
    for at in range(last + 1, len(words)):
        if words.sentences[at] != words.sentences[last] or at in marked:
            return
        if words.words[at].lower in until or not words.words[at].forms.isdisjoint(until):
            return
        marked.add(at)


def _mark_back(marked: set[int], words: Words, last: int) -> None:
    """Its own clause only: «плитка пришла битая, покупатель вправе …» begins with what happened."""
    for at in range(last, -1, -1):
        if words.clauses[at] != words.clauses[last] or at in marked:
            return
        marked.add(at)


_AT_HAND = frozenset(
    str.split(
        "этот ваш новый мой но а теперь тоже сегодня this these your yours new mine but now same too also again today replacement"
    )
)
_IT = frozenset(str.split("он она оно они it they"))  # what was bought instead: "… to replace the old one and it leaks"
_HIMSELF = frozenset(str.split("я мы поэтому требую требуем просить сим настоящий вы ваш i we you your therefore hereby so please"))


def _suppose(found: Denials, words: Words, first: int) -> None:
    """A supposition holds for its clause and the next one of the sentence ("боялась, что придёт разбитым")."""
    clause = words.clauses[first]
    found.supposed.add(clause)
    if clause in found.looked_through:  # tests/mails/366: thousands of suppositions in one clause
        return
    found.looked_through.add(clause)
    sentence = words.sentences[first]
    at = first
    while at < len(words) and words.sentences[at] == sentence and words.clauses[at] <= clause + 1:
        if words.clauses[at] == clause + 1 and words.words[at].lower in ("что", "как", "that"):
            found.supposed.add(clause + 1)
        at += 1


def weight(hit: Hit, found: Denials, words: Words) -> float:
    """What a phrase still weighs: 0 denied, SUPPOSED where it is only feared or imagined, or said of other goods, else 1."""
    if not hit.phrase.negatable or hit.phrase.group.startswith(_NAMING):
        return 1.0
    if (_denied_before(hit, found, words) or _denied_in_clause(hit, found, words)) and not _denies_itself(hit):
        return 0.0
    if found.supposed and any(words.clauses[at] in found.supposed for at in (hit.first, hit.last)):
        return SUPPOSED
    if hit.last in found.elsewhere and hit.phrase.of_category:  # harm to people is heard of whoever tells it
        return SUPPOSED
    if hit.last in found.norms and (hit.phrase.of_category or hit.phrase.place.startswith(_CLAIM_WORDS)):
        return SUPPOSED
    return 1.0


def _denies_itself(hit: Hit) -> bool:
    return any(word in _NEVER_DENIED for element in hit.phrase.elements for word in element.words)


def _denied_before(hit: Hit, found: Denials, words: Words) -> bool:
    before = range(hit.first - 1, max(-1, hit.first - 1 - _BETWEEN - 1), -1)
    if found.next_words.keys().isdisjoint(before):
        return False
    sentence, clause = words.sentences[hit.first], words.clauses[hit.first]
    passed = 0
    for at in before:
        if words.sentences[at] != sentence:
            return False
        reach = found.next_words.get(at)
        if reach is not None and (words.clauses[at] == clause or reach > 1) and passed < reach:
            return words.clauses[at] == clause or not (_is_wish(hit) and _is_told_anew(hit, at, words))
        if not _is_light(words, at):
            passed += 1
    return False


def _is_wish(hit: Hit) -> bool:
    """What happened may be denied beyond a comma: "обошлось без пожара, просто выбило пробки"."""
    return hit.phrase.group == "demand" or hit.phrase.group.startswith("remedy_")


def _is_told_anew(hit: Hit, denial: int, words: Words) -> bool:
    """ "без пломбы, прошу заменить": a verb begins something new, a further noun would go on with what is lacking."""
    clause = words.clauses[hit.first]
    own = (words.words[at].flags for at in range(denial + 1, hit.first + 1) if words.clauses[at] == clause)
    return any(flags & VERB and not flags & NOUN for flags in own)


def _is_light(words: Words, at: int) -> bool:
    """Words that carry a denial on: "не был повреждён", "не является браком", "isn't really damaged"."""
    word = words.words[at]
    return not word.forms.isdisjoint(_LIGHT)


_LIGHT = frozenset(str.split("быть являться оказаться какой-либо никакой such a an any be been really so"))


_LONGEST_LIST = 40  # words of "боя, недостачи, брака … нет"


def _denied_in_clause(hit: Hit, found: Denials, words: Words) -> bool:
    if not found.clauses or not _is_noun(hit, words):
        return False
    clause = words.clauses[hit.last]
    if hit.first and words.words[hit.first - 1].lower in ("с", "со") and _joins_another(hit, words):
        return False  # "два блюдца с трещинами и молочника нет": what is not there is told anew
    if any(first > hit.last or last < hit.first for first, last in found.clauses.get(clause, ())):
        return True
    return bool(words.words[hit.last].flags & NOUN) and _listed_before_denial(hit, found, words)


def _joins_another(hit: Hit, words: Words) -> bool:
    at = hit.last + 1
    return at + 1 < len(words) and words.words[at].lower == "и" and words.words[at + 1].lower not in ("с", "со")


def _is_noun(hit: Hit, words: Words) -> bool:
    flags = [words.words[at].flags for at in range(hit.first, hit.last + 1)]
    return any(flag & NOUN for flag in flags) or not any(flag & VERB for flag in flags)


def _listed_before_denial(hit: Hit, found: Denials, words: Words) -> bool:
    """ "боя, недостачи и брака нет": bare nouns listed up to the clause that denies them."""
    sentence, at = words.sentences[hit.last], hit.last + 1
    last = min(len(words), at + _LONGEST_LIST)  # endless lists cost squared time (tests/mails/362)
    while at < last and words.sentences[at] == sentence:
        if found.clauses.get(words.clauses[at]):
            return words.clauses[at] > words.clauses[hit.last]
        flags = words.words[at].flags
        if flags & VERB or not flags & (NOUN | ADJECTIVE | ADVERB):
            return False
        at += 1
    return False
