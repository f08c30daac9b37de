"""What a letter to a customer had better not say, asked back once before it goes (behaviour.md 11.11). Words: rules/guard.toml."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from mailbot.claims.guard_values import Dated, amounts_in, dates_in

WHATS = ("admission", "promise", "amount", "date", "stranger", "internal", "tone", "placeholder", "law")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n\s*\n|\n(?=\s*(?:\d{1,2}\.|[-•]))")
_QUOTED = re.compile(r"^[ \t]*>.*$", re.MULTILINE)
_CASE_NUMBER = re.compile(r"\b20\d\d[-/]\d{4,}\b")
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_NUMBER = re.compile(r"\w[\w/.@+-]*\d[\w/@-]*|[\w.+-]{1,64}@[\w.-]+\w")
_SURNAME = re.compile(r"\w+(?:[оеё]в|[иы]н|[оеё]ва|[иы]на|ск(?:ий|ая)|цк(?:ий|ая)|енко|ко|у[кн]|юк|ян|дзе|швили)$")
_NO_NAMES = frozenset({
    "ооо", "оао", "зао", "пао", "ао", "ип", "ltd", "llc", "inc", "gmbh", "company", "sir", "madam", "sirs", "customer", "colleagues",
    "team", "all", "коллеги", "аптека", "магазин", "склад", "завод", "клиент", "покупатель", "отель", "клиника", "hotel", "shop", "client",
})  # fmt: skip
_LONGEST, _MOST, _MOST_WORDS, _MOST_SAID = 160, 20, 3, 50_000
_SHORTEST = 4  # letters of a number that tells whose it is


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask back. `what` out of WHATS; `why`: a value that is wrong with it, such as the date it should not pass."""

    what: str
    text: str  # the words of the letter
    position: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What the case holds, against which a letter is held. Numbers and names as they are written; none known: nothing is compared."""

    number: str
    written_on: date
    binding_on: date | None = None  # the earliest binding date for our answer (behaviour.md 11.10)
    decided: frozenset[str] = frozenset()  # kinds of `case_letters.DECISIONS` that have been decided and approved
    dates: frozenset[date] = frozenset()
    amounts: tuple[float, ...] = ()
    own_numbers: frozenset[str] = frozenset()  # orders, papers, serials, telephones, addresses of this case and of ours
    own_names: tuple[str, ...] = ()  # the customer, her firm, who signs, the company
    strangers: tuple[str, ...] = ()  # other customers
    stranger_numbers: frozenset[str] = frozenset()
    insiders: tuple[str, ...] = ()  # our people, suppliers
    automatic: bool = False
    said: str = ""  # the customer's own letters: her sums, days, numbers and names may be repeated to her


@dataclass(frozen=True, slots=True)
class GuardWord:
    """One rule. Group `number` or `name` of `words`, where there is one, is compared with the case; `remedies`: fine once decided."""

    what: str
    words: re.Pattern[str]
    language: str = ""  # "" for any
    unless: re.Pattern[str] | None = None  # in the same sentence
    remedies: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class GuardWords:
    """rules/guard.toml as read. `requests`: sentences that ask the customer, in which a later date promises nothing."""

    words: tuple[GuardWord, ...] = ()
    requests: re.Pattern[str] = re.compile(r"(?!)")


class Sentences:
    """A text and where its sentences begin."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(match.end() for match in _SENTENCE_END.finditer(text))]

    def start(self, position: int) -> int:
        return self.starts[bisect_right(self.starts, position) - 1]

    def around(self, position: int) -> str:
        """The sentence that holds `position`."""
        following = bisect_right(self.starts, position)
        end = self.starts[following] if following < len(self.starts) else len(self.text)
        return self.text[self.starts[following - 1] : end]


def questions(text: str, language: str, about: CaseFacts, words: GuardWords) -> tuple[Question, ...]:
    """What to ask the author about her letter, in the order of its words; empty where it may go."""
    given = about.own_names  # a stranger whom the customer names is a stranger still
    text, about = fold(_QUOTED.sub(lambda quoted: " " * len(quoted.group()), text)), _with_said(about)
    sentences = Sentences(text)
    found = [
        *_by_words(sentences, language, about, words),
        *_amounts(text, about),
        *_dates(sentences, about, words.requests),
        *_numbers(text, about),
        *_names(text, about.strangers, given, "stranger"),
        *_names(text, about.insiders, given, "internal"),
    ]
    first: dict[tuple[str, int], Question] = {}
    for one in sorted(found, key=lambda one: (one.position, one.what)):
        first.setdefault((one.what, sentences.start(one.position)), one)  # one question of a kind about a sentence
    return tuple(first.values())[:_MOST]


def _with_said(about: CaseFacts) -> CaseFacts:
    """The case with what its customer has told: she signs with a name that no header has, and names her own papers."""
    said = fold(about.said[:_MOST_SAID])
    if not said.strip():
        return about
    return replace(
        about,
        dates=about.dates | {one.day for one in dates_in(said, about.written_on)},
        amounts=(*about.amounts, *(one.value for one in amounts_in(said))),
        own_numbers=about.own_numbers | set(_NUMBER.findall(said)),
        own_names=(*about.own_names, *dict.fromkeys(word for word in _WORD.findall(said) if word[0].isupper())),
    )


def fold(text: str) -> str:
    """The letter as the rules read it: ё is е, a hard blank is a blank; every letter keeps its place."""
    return text.translate({ord("ё"): "е", ord("Ё"): "Е", 0xA0: " ", 0x202F: " ", 0x2009: " "})


def _by_words(sentences: Sentences, language: str, about: CaseFacts, words: GuardWords) -> Iterator[Question]:
    for rule in words.words:
        if rule.language not in ("", language) or (rule.what == "law" and not about.automatic) or rule.remedies & about.decided:
            continue
        for match in rule.words.finditer(sentences.text):
            if rule.unless is not None and rule.unless.search(sentences.around(match.start())):
                continue
            if _is_strange(match, about):
                yield Question(rule.what, match.group().strip()[:_LONGEST], match.start())


def _is_strange(match: re.Match[str], about: CaseFacts) -> bool:
    """Whether what a rule found is to be asked: always, but for a number or a name that is of this case."""
    groups = match.groupdict()
    number, name = groups.get("number"), groups.get("name")
    if number is not None:
        return len(number) >= _SHORTEST and _bare(number) not in {_bare(one) for one in (*about.own_numbers, about.number)}
    if name is not None:
        return bool(about.own_names) and name[0].isupper() and not _is_own(name, about.own_names)
    return True


def _amounts(text: str, about: CaseFacts) -> Iterator[Question]:
    for amount in amounts_in(text):
        if not any(abs(amount.value - known) < 0.005 for known in about.amounts):
            yield Question("amount", amount.text, amount.position)


def _dates(sentences: Sentences, about: CaseFacts, requests: re.Pattern[str]) -> Iterator[Question]:
    for dated in dates_in(sentences.text, about.written_on):
        if _is_asked(dated, sentences.around(dated.position), about, requests):
            yield Question("date", dated.text, dated.position, f"{about.binding_on:%d.%m.%Y}" if about.binding_on else "")


def _is_asked(dated: Dated, sentence: str, about: CaseFacts, requests: re.Pattern[str]) -> bool:
    """A day gone by must be in the case; a day to come must not be later than the one that binds us, unless the customer is asked."""
    if dated.day in about.dates or dated.day == about.written_on:
        return False
    if dated.day < about.written_on:
        return True
    return about.binding_on is not None and dated.day > about.binding_on and not requests.search(sentence)


def _numbers(text: str, about: CaseFacts) -> Iterator[Question]:
    """Case numbers, addresses and numbers that are another customer's."""
    own = {_bare(one) for one in (*about.own_numbers, about.number)}
    for match in (*_CASE_NUMBER.finditer(text), *_ADDRESS.finditer(text)):
        if _bare(match.group()) not in own:
            yield Question("stranger", match.group(), match.start())
    for number in sorted(about.stranger_numbers):
        if len(_bare(number)) < _SHORTEST or _bare(number) in own:
            continue  # "12" stands in every letter
        for match in re.finditer(rf"(?<!\w){re.escape(number)}(?!\w)", text):
            yield Question("stranger", match.group(), match.start())


def _names(text: str, names: Iterable[str], own: Iterable[str], what: str) -> Iterator[Question]:
    """Names of people and firms that have no place in this letter, in any of their forms."""
    own_stems = {_stem(word) for name in own for word in _WORD.findall(fold(name))}
    keys = {key for name in names for key in _telling(fold(name)) if not set(key) <= own_stems}
    words = [(match, _stem(match.group())) for match in _WORD.finditer(text)] if keys else []
    for at, (match, _first) in enumerate(words):
        for length in range(1, _MOST_WORDS + 1) if match.group()[0].isupper() else ():
            run = words[at : at + length]
            if tuple(stem for _match, stem in run) in keys:
                yield Question(what, text[match.start() : run[-1][0].end()], match.start())


def _telling(name: str) -> Iterator[tuple[str, ...]]:
    """What of a name tells who it is: a surname by itself, else all its words together."""
    words = [word for word in _WORD.findall(name) if word.casefold() not in _NO_NAMES and len(word) > 1][:_MOST_WORDS]
    surnames = [word for word in words if _SURNAME.match(word.casefold()) and len(word) > 3]
    for word in surnames:
        yield (_stem(word),)
    if words and not surnames:
        yield tuple(_stem(word) for word in words)


def _is_own(name: str, own_names: Iterable[str]) -> bool:
    """Whether a name shares a word with those of the case, or is no name at all."""
    words = [word for word in _WORD.findall(name) if word.casefold() not in _NO_NAMES]
    own = {_stem(word) for one in own_names for word in _WORD.findall(fold(one))}
    return not words or any(_stem(word) in own for word in words)


def _stem(word: str) -> str:
    """A name without its ending: «Кузнецовым» and «Кузнецов» are one."""
    word = fold(word.casefold())
    for ending in (
        "ого",
        "ому",
        "ыми",
        "ой",
        "ым",
        "ом",
        "ем",
        "ая",
        "ую",
        "ий",
        "ей",
        "ою",
        "а",
        "у",
        "е",
        "ы",
        "и",
        "й",
        "я",
        "ю",
        "ь",
        "о",
    ):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word.removesuffix(ending)
    return word


def _bare(number: str) -> str:
    return "".join(c for c in number.casefold() if c.isalnum())
