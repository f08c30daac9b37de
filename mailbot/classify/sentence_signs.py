"""What the sentence model looks at in one sentence: normal forms, beginnings of words, pairs, and the phrases of the rules in it."""

from __future__ import annotations

from collections.abc import Iterator

from mailbot.classify.category import Reading
from mailbot.classify.lemmas import Word
from mailbot.classify.phrases import Hit

BEGINNING = 5  # letters: forms that the dictionary does not know still begin alike
_NUMBER = "0"
QUESTION, ANY = "?", "bias"


def signs(one: Reading) -> dict[int, list[str]]:
    """The signs of each sentence by its number, each sign once; a sentence without words has none."""
    found: dict[int, dict[str, None]] = {}
    before: dict[int, str] = {}
    for word, sentence in zip(one.words.words, one.words.sentences, strict=True):
        into = found.setdefault(sentence, {ANY: None})
        into.update(dict.fromkeys(signs_of_word(word)))
        main = main_form(word)
        if sentence in before:
            into[pair(before[sentence], main)] = None
        before[sentence] = main
    for sentence, sign in signs_of_phrases(one):
        found.setdefault(sentence, {ANY: None})[sign] = None
    return {sentence: list(listed) for sentence, listed in found.items()}


def main_form(word: Word) -> str:
    return _NUMBER if has_digit(word) else min(word.forms)


def has_digit(word: Word) -> bool:
    return any(letter.isdigit() for letter in word.lower)


def signs_of_word(word: Word) -> tuple[str, ...]:
    if has_digit(word):
        return (f"w:{_NUMBER}",)
    forms = tuple(f"w:{form}" for form in sorted(word.forms))
    return (*forms, f"p:{word.lower[:BEGINNING]}") if len(word.lower) > BEGINNING else forms


def pair(before: str, main: str) -> str:
    return f"b:{before} {main}"


def signs_of_phrases(one: Reading) -> Iterator[tuple[int, str]]:
    """A phrase of the rules as a sign of its sentence: its group, how strong, and whether it is meant, supposed or denied."""
    for hit, left in zip(one.hits, one.weights, strict=True):
        yield one.words.sentences[hit.first], phrase_sign(hit, left)
    for sentence in one.words.questions:
        yield sentence, QUESTION


def phrase_sign(hit: Hit, left: float) -> str:
    group = hit.phrase.group
    if hit.phrase.of_facts:
        group = f"fact_{group}"
    if left == 1:
        return f"h:{group}:{hit.phrase.strength:.0f}"
    return f"d:{group}" if left == 0 else f"s:{group}"
