"""What a letter to a customer had better not say, asked back once before it goes (behaviour.md 11.11). Words: rules/guard.toml."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from mailbot.claims.guard_names import WORD, colleagues_named, fold, greeted_amiss, is_own, names_in
from mailbot.claims.guard_sense import Sense
from mailbot.claims.guard_sums import amounts_in_words, follows_from
from mailbot.claims.guard_values import Amount, Dated, amounts_in, dates_in
from mailbot.claims.guard_weekdays import weekdays_amiss
from mailbot.claims.latin import latin

WHATS = (
    "admission", "promise", "verdict", "amount", "date", "weekday", "stranger", "greeting", "language", "internal", "attachment", "tone",
    "placeholder", "law",
)  # fmt: skip
_SHORT = ("ст", "п", "ул", "д", "кв", "тел", "стр", "см", "им", "Mr", "Ms", "Mrs", "Dr", "No")  # whose full stop ends no sentence
_SENTENCE_END = re.compile(
    r"(?<=[.!?…])" + "".join(rf"(?<!\b{one}\.)" for one in _SHORT) + r"\s+|\n\s*\n|\n(?=\s*(?:\d{1,2}\.|[-•]))"
)
_QUOTED = re.compile(r"^[ \t]*>.*$", re.MULTILINE)
_SHORTENED = re.compile(r"(?<=[a-z])['’](?=(?:ll|re|ve|d|m|s|t)\b)", re.IGNORECASE)  # "we'll" is read as two words
_CITED = re.compile(r"[«\"“]([^«»\"“”\n]{4,200})[»\"”]")
_CASE_NUMBER = re.compile(r"\b20\d\d[-/]\d{4,}\b")
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_NUMBER = re.compile(r"\w[\w/.@+-]{0,80}\d[\w/@-]*|[\w.+-]{1,64}@[\w.-]+\w")  # bounded: a word may be a letter long
_LETTERS = {"ru": re.compile("[а-яё]", re.IGNORECASE), "en": re.compile("[a-z]", re.IGNORECASE)}
_FEW_LETTERS = 40  # that tell no language
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
_OF_SENSE = ("admission", "tone")  # what a word may say, and the sentence as a whole does not
_LONGEST, _MOST, _MOST_SAID = 160, 20, 50_000
_BESIDE = 4  # letters between a day and its weekday
_LONGEST_NUMBER = 24
_SHORTEST_COMPARED = 5  # letters of a number that another may be mistyped for
_SHORTEST = 4  # letters of a number that tells whose it is


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask back. `what` out of WHATS, or `wording`: what no letter of this kind says; `day`: the one it should not pass."""

    what: str
    text: str  # the words of the letter
    position: int
    day: date | None = None
    why: str = ""  # in the language of the letter
    near: str = ""  # the number of this case that a number resembles


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
    files: int | None = None  # that go with the letter; None: it is not known
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
    """rules/guard.toml as read.

    `requests`: sentences that ask the customer, in which a day promises nothing; `telling`: those that say when she hears from us;
    `soon`: «в пятницу»; `told`: sentences that suppose, ask or tell what another says; `denied`: those that deny a reproach; `later`:
    those that promise the answer for later, but for what `not_later` finds; `sense`: what sentences say by what was learned.
    """

    words: tuple[GuardWord, ...] = ()
    requests: re.Pattern[str] = re.compile(r"(?!)")
    telling: re.Pattern[str] = re.compile(r"")
    soon: re.Pattern[str] = re.compile(r"(?!)")
    told: re.Pattern[str] = re.compile(r"(?!)")
    denied: re.Pattern[str] = re.compile(r"(?!)")
    later: re.Pattern[str] = re.compile(r"(?!)")
    not_later: re.Pattern[str] = re.compile(r"(?!)")
    sense: Sense = field(default_factory=Sense)


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
    insiders = (*about.insiders, *map(latin, about.insiders))
    about = replace(about, own_names=(*about.own_names, *map(latin, about.own_names)))  # «Ольга» is greeted as Olga in an English letter
    given = about.own_names  # a stranger whom the customer names is a stranger still
    languages = (language, *spoken(text))
    written = text  # every letter keeps its place from here on
    text = fold(_QUOTED.sub(lambda quoted: " " * len(quoted.group()), text))
    text, about = _SHORTENED.sub(" ", _without_her_words(text, about.said)), _with_said(about)
    sentences, days = Sentences(text), list(dates_in(text, about.written_on))
    found = [
        *_by_words(sentences, languages, about, words),
        *_amounts(sentences, about),
        *_dates(sentences, days, languages, about, words),
        *(Question("weekday", one.text, one.position) for one in weekdays_amiss(text, days)),
        *_in_another_language(text, language, about.said),
        *_numbers(text, about),
        *_mistyped(text, about),
        *(Question("stranger", one.text, one.position) for one in names_in(text, about.strangers, given)),
        *(Question("internal", one.text, one.position) for one in names_in(text, insiders, given)),
        *(Question("internal", one.text, one.position) for one in colleagues_named(text, insiders, about.own_names)),
        *(Question("greeting", one.text, one.position) for one in greeted_amiss(text, about.own_names, about.said)),
    ]
    found += _by_sense(sentences, replace(about, own_names=given), words, {sentences.start(one.position) for one in found})
    first: dict[tuple[str, int], Question] = {}
    for one in sorted(found, key=lambda one: (one.position, one.what)):
        first.setdefault((one.what, sentences.start(one.position)), one)  # one question of a kind about a sentence
    return tuple(_as_written(one, written, text) for one in first.values())[:_MOST]


def answers_later(text: str, words: GuardWords) -> Iterator[Question]:
    """Where a letter that is to be the answer says that the answer comes later: it answers nothing, and would end the clock all the same.

    What the customer is cited with promises nothing of ours.
    """
    read = _CITED.sub(lambda cited: " " * len(cited[0]), fold(_QUOTED.sub(lambda quoted: " " * len(quoted.group()), text)))
    sentences = Sentences(_SHORTENED.sub(" ", read))
    for start in sentences.starts:
        sentence = sentences.around(start)
        if words.later.search(sentence) and not words.not_later.search(sentence):
            yield Question("later", text[start : start + len(sentence)].strip()[:_LONGEST], start)
            return


def _as_written(question: Question, written: str, read: str) -> Question:
    """With the very words of the letter, ё and all, where the question repeats them as they were read."""
    end = question.position + len(question.text)
    return replace(question, text=written[question.position : end]) if read[question.position : end] == question.text else question


def spoken(text: str) -> tuple[str, ...]:
    """Which of our two languages has words in it, whatever the letter around them is in: a specialist may answer in hers."""
    return tuple(language for language, letter in _LETTERS.items() if letter.search(text))


def _without_her_words(text: str, said: str) -> str:
    """Her own words between marks, «вы жулики», are hers and not ours: blanks stand in their place."""
    hers = " ".join(fold(said[:_MOST_SAID]).casefold().split())

    def blank(cited: re.Match[str]) -> str:
        is_hers = " ".join(cited[1].casefold().split()).strip(" .,!?…") in hers
        return " " * len(cited[0]) if is_hers else cited[0]

    return _CITED.sub(blank, text)


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
        own_names=(*about.own_names, *dict.fromkeys(word for word in WORD.findall(said) if word[0].isupper())),
    )


def _by_words(sentences: Sentences, languages: Sequence[str], about: CaseFacts, words: GuardWords) -> Iterator[Question]:
    for rule in words.words:
        if rule.language not in ("", *languages) or rule.remedies & about.decided or _is_idle(rule, about):
            continue
        excused: dict[int, bool] = {}  # by sentence, each read once
        for match in rule.words.finditer(sentences.text):
            start = sentences.start(match.start())
            if start not in excused:
                sentence = sentences.around(start)
                excused[start] = (rule.unless is not None and rule.unless.search(sentence) is not None) or (
                    rule.what in _OF_SENSE and (words.sense.is_fine(sentence) or words.denied.search(sentence) is not None)
                )
            if excused[start]:
                continue
            if _is_strange(match, about):
                yield Question(rule.what, match.group().strip()[:_LONGEST], match.start())


def _by_sense(sentences: Sentences, about: CaseFacts, words: GuardWords, asked: set[int]) -> Iterator[Question]:
    """What no rule found: the sentence as a whole reads like those that were written as examples of it. Names say nothing."""
    names = {word for name in about.own_names for word in WORD.findall(fold(name))}
    for start in sentences.starts:
        sentence = sentences.around(start)
        if start in asked or words.denied.search(sentence):
            continue
        nameless = WORD.sub(lambda word: "" if word.group() in names else word.group(), sentence)
        what = words.sense.what(nameless, about.decided, is_told=words.told.search(sentence) is not None)
        if what:
            yield Question(what, sentence.strip()[:_LONGEST], start + len(sentence) - len(sentence.lstrip()))


def _is_idle(rule: GuardWord, about: CaseFacts) -> bool:
    """Law is asked about where nobody reads the letter, a promised file where none goes along."""
    return (rule.what == "law" and not about.automatic) or (rule.what == "attachment" and about.files != 0)


def _is_strange(match: re.Match[str], about: CaseFacts) -> bool:
    """Whether what a rule found is to be asked: always, but for a number or a name that is of this case."""
    groups = match.groupdict()
    number, name = groups.get("number"), groups.get("name")
    if number is not None:
        own = {_bare(one) for one in (*about.own_numbers, about.number)}
        return (len(number) >= _SHORTEST or "№" in match.group() or " от " in match.group()) and _bare(number) not in own
    if name is not None:
        return bool(about.own_names) and name[0].isupper() and not is_own(name, about.own_names)
    return True


def _amounts(sentences: Sentences, about: CaseFacts) -> Iterator[Question]:
    said = fold(about.said).casefold()
    for amount in amounts_in(sentences.text):
        if not _is_known(amount, sentences, about):
            yield Question("amount", amount.text, amount.position)
    for amount in amounts_in_words(sentences.text):
        if amount.text.casefold() not in said and not _is_known(amount, sentences, about):
            yield Question("amount", amount.text, amount.position)


def _is_known(amount: Amount, sentences: Sentences, about: CaseFacts) -> bool:
    """A sum of the case, one computed out of them, or nothing at all («0 руб.»)."""
    if amount.value == 0 or any(abs(amount.value - known) < 0.005 for known in about.amounts):
        return True
    return follows_from(amount.value, about.amounts, sentences.around(amount.position), sentences.text)


def _in_another_language(text: str, language: str, said: str) -> Iterator[Question]:
    """A letter in English to a customer who writes Russian, or the other way round."""
    scripts = ("ru", "en") if language == "ru" else ("en", "ru")
    if language not in ("ru", "en") or _script(said) != scripts[0] or _script(text) != scripts[1]:
        return
    first = WORD.search(text)
    if first is not None:
        yield Question("language", text[first.start() :].split("\n", 1)[0].strip()[:_LONGEST], first.start())


def _script(text: str) -> str:
    """ru, en, "" where both stand in it or there is too little of it."""
    russian, latin_ = (len(letter.findall(text)) for letter in _LETTERS.values())
    return "" if russian + latin_ < _FEW_LETTERS else "ru" if russian > 4 * latin_ else "en" if latin_ > 4 * russian else ""


def _dates(
    sentences: Sentences, days: list[Dated], languages: Sequence[str], about: CaseFacts, words: GuardWords
) -> Iterator[Question]:
    promises, said = _promises(sentences, languages, words), about.said.casefold()
    for dated in days:
        if dated.day in about.dates or dated.day == about.written_on:
            continue
        is_late = about.binding_on is not None and dated.day > about.binding_on
        if dated.day < about.written_on or _binds(sentences, dated.position, promises, words, is_late):
            yield Question("date", dated.text, dated.position, about.binding_on if is_late else None)
    dated_at = {place for one in days for place in range(one.position - _BESIDE, one.position + len(one.text) + _BESIDE)}
    for match in words.soon.finditer(sentences.text):
        if match.start() in dated_at or match.end() in dated_at:
            continue  # «в пятницу, 4 декабря»: the day itself has been looked at
        is_promised = sentences.start(match.start()) in promises and not words.requests.search(sentences.around(match.start()))
        if is_promised and match.group().casefold() not in said:
            yield Question("date", match.group().strip(), match.start())


def _promises(sentences: Sentences, languages: Sequence[str], words: GuardWords) -> set[int]:
    """The sentences that promise something, decided or not: the day of it is a promise by itself."""
    rules = [rule for rule in words.words if rule.what == "promise" and rule.language in ("", *languages)]
    return {sentences.start(match.start()) for rule in rules for match in rule.words.finditer(sentences.text)}


def _binds(sentences: Sentences, position: int, promises: set[int], words: GuardWords, is_late: bool) -> bool:
    """Whether a day to come, which the case does not have, binds us: that of a promise, one after the last day for our answer, and
    any other that does not merely say when she hears from us. What the customer is asked binds nobody.
    """
    sentence = sentences.around(position)
    if words.requests.search(sentence):
        return False
    return is_late or sentences.start(position) in promises or not words.telling.search(sentence)


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


def _mistyped(text: str, about: CaseFacts) -> Iterator[Question]:
    """Numbers that differ from one of this case in one character, or in two that changed places."""
    numbers = (_bare(one) for one in (*about.own_numbers, about.number) if not _DATE.fullmatch(one) and "@" not in one)
    own = {one for one in numbers if len(one) >= _SHORTEST_COMPARED}
    near = {key: one for one in sorted(own) for key in _blurred(one)}
    for match in _NUMBER.finditer(text):
        number = _bare(match.group())
        is_compared = len(number) >= _SHORTEST_COMPARED and number not in own and not _DATE.fullmatch(match.group().strip("./-"))
        like = next((near[key] for key in _blurred(number) if key in near), "") if is_compared else ""
        if like and sum(c.isdigit() for c in number) >= 3:
            as_written = next((one for one in (*about.own_numbers, about.number) if _bare(one) == like), like)
            yield Question("stranger", match.group(), match.start(), near=as_written)


def numbers_in(text: str) -> frozenset[str]:
    """The numbers of a text as the guard compares them; of a name of a file («Счёт_4512-77.pdf») also by its parts."""
    return frozenset(_NUMBER.findall(text)) | frozenset(_NUMBER.findall(text.replace("_", " ").replace(".", " ")))


def _blurred(number: str) -> Iterator[str]:
    """What a number has in common with those mistyped from it: itself with one place open, or with two neighbours in either order."""
    for at in range(min(len(number), _LONGEST_NUMBER)):
        yield f"{number[:at]}?{number[at + 1 :]}"
        yield f"{number[:at]}{''.join(sorted(number[at : at + 2]))}{number[at + 2 :]}~{at}"


def _bare(number: str) -> str:
    return "".join(c for c in number.casefold() if c.isalnum())
