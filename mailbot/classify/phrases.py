"""Finds all phrases of the rules in one pass over the words: a look-up of lemmas, then the words around the rarest one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from mailbot.classify.lemmas import LATIN, MOST_CACHED, NUMBER, Lemmatizer, Word
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
    anchor: int
    before: tuple[_Position, ...]  # what stands left of the anchor, nearest first
    near: frozenset[int]
    not_near: frozenset[int]
    letter: frozenset[int]
    not_letter: frozenset[int]


class Finder:
    """All phrases of the rules, compiled by the same lemmatizer that reads the letters."""

    def __init__(self, rules: Rules, lemmatizer: Lemmatizer) -> None:
        self._lemmatizer = lemmatizer
        self._atoms: dict[str, int] = {}
        self._by_form: dict[str, list[int]] = {}
        self._exact: dict[str, int] = {}
        self._prefixes: dict[str, int] = {}
        self._cache: dict[str, frozenset[int]] = {}
        self._patterns: list[_Pattern] = []
        self._conditions: dict[tuple[Element, ...], int] = {}
        self._compile(_all_phrases(rules))
        self._anchored = self._index()
        self._spelling = Spelling(self._by_form.keys() | {word for word in self._atoms if word.isalpha()})

    def find(self, words: Words) -> list[Hit]:
        """Every phrase whose words and conditions are met, in the order of the text."""
        atoms = [self._atoms_of(word) for word in words.words]
        found: list[tuple[int, int, int]] = []
        for at, here in enumerate(atoms):
            if here:
                for atom in here:
                    for pattern in self._anchored.get(atom, ()):
                        span = self._match(self._patterns[pattern], at, atoms, words)
                        if span:
                            found.append((pattern, *span))
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
            if one.phrase is not None and _met(one, in_sentence.get(words.sentences[first], frozenset()), in_letter):
                hits.append(Hit(one.phrase, first, last))
        return hits

    def _match(self, pattern: _Pattern, at: int, atoms: Sequence[frozenset[int]], words: Words) -> tuple[int, int] | None:
        last = _walk(pattern.positions[pattern.anchor + 1 :], at, 1, atoms, words)
        if last is None:
            return None
        first = _walk(pattern.before, at, -1, atoms, words)
        return None if first is None else (first, last)

    def _atoms_of(self, word: Word) -> frozenset[int]:
        known = self._cache.get(word.lower)
        if known is None:
            if len(self._cache) >= MOST_CACHED:
                self._cache.clear()
            known = self._cache[word.lower] = self._look_up(word)
        return known

    def _look_up(self, word: Word) -> frozenset[int]:
        atoms = self._known(word)
        if atoms or not (word.flags & LATIN or not self._lemmatizer.is_known(word.lower)):
            return atoms
        meant = next((one for form in (word.lower, *sorted(word.forms)) if (one := self._spelling.meant(form))), None)
        return self._known(self._lemmatizer.word(meant)) if meant else atoms

    def _known(self, word: Word) -> frozenset[int]:
        atoms = {atom for form in word.forms for atom in self._by_form.get(form, ())}
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
            self._patterns.append(_Pattern(phrase, self._positions(phrase.elements), 0, (), *conditions))

    def _condition(self, elements: tuple[Element, ...]) -> int:
        if elements not in self._conditions:
            nothing: frozenset[int] = frozenset()
            self._conditions[elements] = len(self._patterns)
            self._patterns.append(_Pattern(None, self._positions(elements), 0, (), nothing, nothing, nothing, nothing))
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
        else:
            for form in _meant(self._lemmatizer.word(word)):
                self._by_form.setdefault(form, []).append(atom)
        return atom

    def _index(self) -> dict[int, list[int]]:
        """Anchors each pattern at the word that fewest patterns share, so that a frequent word starts few comparisons."""
        shared = Counter(atom for pattern in self._patterns for position in pattern.positions for atom in position.atoms)
        anchored: dict[int, list[int]] = {}
        for number, pattern in enumerate(self._patterns):
            fixed = [at for at, position in enumerate(pattern.positions) if position.atoms and not position.optional]
            anchor = min(fixed, key=lambda at: sum(shared[atom] for atom in pattern.positions[at].atoms))
            self._patterns[number] = pattern._replace(anchor=anchor, before=tuple(reversed(pattern.positions[:anchor])))
            for atom in pattern.positions[anchor].atoms:
                anchored.setdefault(atom, []).append(number)
        return anchored


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
