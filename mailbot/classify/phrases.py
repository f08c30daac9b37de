"""Finds all phrases of the rules in one pass over the words: a look-up of lemmas, then the words around the rarest one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from mailbot.classify.lemmas import AFFECTED, LATIN, MOST_CACHED, NUMBER, Lemmatizer, Word
from mailbot.classify.spelling import Spelling
from mailbot.classify.tokens import Words
from mailbot.rulebook import Element, Phrase, Rules

_NUMBER_WORDS = frozenset(
    str.split(
        "один два три четыре пять шесть семь восемь девять десять двадцать тридцать сорок пятьдесят сто двое трое оба пара несколько "
        "половина полтора десяток one two three four five six seven eight nine ten twelve twenty half dozen couple both several"
    )
)


class Hit(NamedTuple):
    """A phrase found: first and last word of it."""

    phrase: Phrase
    first: int
    last: int


class _Position(NamedTuple):
    """One element, ready to compare: numbers of the atoms any of which fits. `most` > 0: a gap."""

    atoms: frozenset[int]
    optional: bool
    number: bool
    most: int


class _Pattern(NamedTuple):
    phrase: Phrase | None  # None: a condition of other phrases
    positions: tuple[_Position, ...]
    after: tuple[_Position, ...]  # what stands right of the anchor, nearest first
    before: tuple[_Position, ...]  # what stands left of it, nearest first
    plain: bool  # no condition at all
    near: frozenset[int]
    not_near: frozenset[int]
    letter: frozenset[int]
    not_letter: frozenset[int]


class _Start(NamedTuple):
    """Patterns anchored at one atom: those to compare wherever it stands, and those that need a certain atom right or left of it."""

    alone: list[int]
    right: dict[int, list[int]]
    left: dict[int, list[int]]


class _Known(NamedTuple):
    """What a word may be in patterns, and what may start at it."""

    atoms: frozenset[int]
    starts: tuple[_Start, ...]


class Finder:
    """All phrases of the rules, compiled by the same lemmatizer that reads the letters."""

    def __init__(self, rules: Rules, lemmatizer: Lemmatizer) -> None:
        self._lemmatizer = lemmatizer
        self._atoms: dict[str, int] = {}
        self._by_form: dict[str, list[int]] = {}
        self._by_affected: dict[str, list[int]] = {}
        self._exact: dict[str, int] = {}
        self._prefixes: dict[str, int] = {}
        self._cache: dict[str, _Known] = {}
        self._patterns: list[_Pattern] = []
        self._conditions: dict[tuple[Element, ...], int] = {}
        self._compile(_all_phrases(rules))
        self._starts: dict[int, _Start] = {}
        self._index()
        self._spelling = Spelling(self._by_form.keys() | {word for word in self._atoms if word.isalpha()})

    def find(self, words: Words) -> list[Hit]:
        """Every phrase whose words and conditions are met, in the order of the text."""
        known = [self._cache.get(word.lower) or self._looked_up(word) for word in words.words]
        atoms = [one.atoms for one in known]
        beside = [*atoms, _NOTHING]  # nothing stands behind the last word, nor (-1) before the first
        found: list[tuple[int, int, int]] = []
        for at, one in enumerate(known):
            after, before = beside[at + 1], beside[at - 1]
            for alone, right, left in one.starts:
                numbers = alone
                for other in after & right.keys() if right and after else ():
                    numbers = [*numbers, *right[other]]
                for other in before & left.keys() if left and before else ():
                    numbers = [*numbers, *left[other]]
                for number in alone if numbers is alone else sorted(numbers):
                    pattern = self._patterns[number]
                    last = _walk(pattern.after, at, 1, atoms, words) if pattern.after else at
                    first = _walk(pattern.before, at, -1, atoms, words) if pattern.before and last is not None else at
                    if last is not None and first is not None:
                        found.append((number, first, last))
        return self._meeting_conditions(sorted(set(found), key=lambda item: (item[1], item[2])), words)

    def _meeting_conditions(self, found: list[tuple[int, int, int]], words: Words) -> list[Hit]:
        in_letter: set[int] = set()
        in_sentence: dict[int, set[int]] = {}
        for pattern, first, _ in found:
            if self._patterns[pattern].phrase is None:
                in_letter.add(pattern)
                in_sentence.setdefault(words.sentences[first], set()).add(pattern)
        hits: list[Hit] = []
        for number, first, last in found:
            one = self._patterns[number]
            if one.phrase is not None and (one.plain or _met(one, in_sentence.get(words.sentences[first], frozenset()), in_letter)):
                hits.append(Hit(one.phrase, first, last))
        return hits

    def _looked_up(self, word: Word) -> _Known:
        if len(self._cache) >= MOST_CACHED:
            self._cache.clear()
        atoms = self._look_up(word)
        known = self._cache[word.lower] = _Known(atoms, tuple(self._starts[atom] for atom in atoms if atom in self._starts))
        return known

    def _look_up(self, word: Word) -> frozenset[int]:
        atoms = self._known(word)
        if atoms or not (word.flags & LATIN or not self._lemmatizer.is_known(word.lower)):
            return atoms
        meant = next((one for form in (word.lower, *sorted(word.forms)) if (one := self._spelling.meant(form))), None)
        return self._known(self._lemmatizer.word(meant)) if meant else atoms

    def _known(self, word: Word) -> frozenset[int]:
        atoms = {atom for form in word.forms for atom in self._by_form.get(form, ())}
        if word.flags & AFFECTED:
            atoms.update(atom for form in word.forms for atom in self._by_affected.get(form, ()))
        if word.lower in self._exact:
            atoms.add(self._exact[word.lower])
        for length in range(3, len(word.lower) + 1):
            atom = self._prefixes.get(word.lower[:length])
            if atom is not None:
                atoms.add(atom)
        return frozenset(atoms)

    def _compile(self, phrases: Iterable[Phrase]) -> None:
        listed = list(phrases)
        for phrase in listed:
            conditions = [frozenset(map(self._condition, one)) for one in (phrase.near, phrase.not_near, phrase.letter, phrase.not_letter)]
            self._patterns.append(_Pattern(phrase, self._positions(phrase.elements), (), (), not any(conditions), *conditions))

    def _condition(self, elements: tuple[Element, ...]) -> int:
        if elements not in self._conditions:
            nothing: frozenset[int] = frozenset()
            self._conditions[elements] = len(self._patterns)
            self._patterns.append(_Pattern(None, self._positions(elements), (), (), True, nothing, nothing, nothing, nothing))
        return self._conditions[elements]

    def _positions(self, elements: tuple[Element, ...]) -> tuple[_Position, ...]:
        return tuple(
            _Position(
                frozenset(self._atom(word) for word in element.words), element.optional or element.kind == "gap",
                element.kind == "number", element.most,
            )
            for element in elements
        )  # fmt: skip

    def _atom(self, word: str) -> int:
        if word in self._atoms:
            return self._atoms[word]
        atom = self._atoms[word] = len(self._atoms)
        if word.endswith("*"):
            self._prefixes[word.strip("=*")] = atom
        elif word.startswith("="):
            self._exact[word[1:]] = atom
        elif word.endswith("~"):
            for form in _meant(self._lemmatizer.word(word[:-1])):
                self._by_affected.setdefault(form, []).append(atom)
        else:
            for form in _meant(self._lemmatizer.word(word)):
                self._by_form.setdefault(form, []).append(atom)
        return atom

    def _index(self) -> None:
        """Anchors each pattern at the word that fewest patterns share, so that a frequent word starts few comparisons."""
        shared = Counter(atom for pattern in self._patterns for position in pattern.positions for atom in position.atoms)
        for number, pattern in enumerate(self._patterns):
            places = pattern.positions
            fixed = [at for at, position in enumerate(places) if position.atoms and not position.optional]
            anchor = min(fixed, key=lambda at: sum(shared[atom] for atom in places[at].atoms))
            after, before = places[anchor + 1 :], tuple(reversed(places[:anchor]))
            self._patterns[number] = pattern._replace(after=after, before=before)
            for atom in places[anchor].atoms:
                start = self._starts.setdefault(atom, _Start([], {}, {}))
                for near, beside in ((after, start.right), (before, start.left)):
                    if near and near[0].atoms and not near[0].optional:
                        for other in near[0].atoms:
                            beside.setdefault(other, []).append(number)
                        break
                else:
                    start.alone.append(number)


_NOTHING: frozenset[int] = frozenset()


def _meant(word: Word) -> frozenset[str]:
    """A rule that writes a Russian normal form means that word only: "часы" is not "час", "весы" not "вес"."""
    return frozenset((word.lower,)) if word.lower in word.forms and not word.flags & LATIN else word.forms


def _all_phrases(rules: Rules) -> Iterable[Phrase]:
    for category in rules.categories:
        yield from category.phrases
    for groups in rules.groups.values():
        for phrases in groups.values():
            yield from phrases


def _met(pattern: _Pattern, sentence: set[int] | frozenset[int], letter: set[int]) -> bool:
    return (
        (not pattern.near or not pattern.near.isdisjoint(sentence))
        and pattern.not_near.isdisjoint(sentence)
        and (not pattern.letter or not pattern.letter.isdisjoint(letter))
        and pattern.not_letter.isdisjoint(letter)
    )


def _walk(positions: Sequence[_Position], at: int, step: int, atoms: Sequence[frozenset[int]], words: Words) -> int | None:
    """Where the last of `positions` stands, going from `at` by `step` inside the sentence; None where one does not fit."""
    sentence, room = words.sentences[at], 0
    for position in positions:
        if position.most:
            room = position.most
            continue
        target = at + step
        limit = target + step * room
        while True:
            if not 0 <= target < len(atoms) or words.sentences[target] != sentence:
                fits = False
                break
            fits = is_number(words.words[target]) if position.number else not position.atoms.isdisjoint(atoms[target])
            if fits or target == limit:
                break
            target += step
        if fits:
            at = target
            room = 0
        elif not position.optional:
            return None
    return at


def is_number(word: Word) -> bool:
    return bool(word.flags & NUMBER) or not _NUMBER_WORDS.isdisjoint(word.forms)
