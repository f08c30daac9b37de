"""Words of the trade behind a slip of the pen: one letter wrong, missing, doubled or changed over in a long word no dictionary knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

SHORTEST, SHORTEST_LATIN = 7, 8  # letters: shorter words have too many neighbours (domain.md 4.4)
_DOUBLED = re.compile(r"(.)\1")
_VOWELS = re.compile(r"[aeiou]")
_KEYS = str.maketrans("qwertyuiop[]asdfghjkl;'zxcvbnm,.`", "йцукенгшщзхъфывапролджэячсмитьбюе")


class Spelling:
    """Of each word the trade uses, what is left where one letter is dropped: two words meet there when they differ in one."""

    def __init__(self, words: Iterable[str]) -> None:
        self._meant: dict[str, list[str]] = {}
        for word in sorted(set(words)):
            if len(word) >= SHORTEST and word.isalpha():
                for left in _less_one(_single(word)):
                    self._meant.setdefault(left, []).append(word)

    def meant(self, lower: str) -> str | None:
        """The word of the trade that differs in one letter, or only in a doubled one; None for short words and for none."""
        if len(lower) < (SHORTEST_LATIN if lower.isascii() else SHORTEST) or not lower.isalpha():
            return None
        found = {word for left in _less_one(_single(lower)) for word in self._meant.get(left, ()) if word[0] == lower[0]}
        if lower.isascii():  # no dictionary tells English words from slips: only vowels may differ ("internet" is no "interest")
            found = {word for word in found if _consonants(word) == _consonants(lower)}
        return min(found, key=lambda word: (abs(len(word) - len(lower)), word), default=None)


def _consonants(word: str) -> str:
    return _VOWELS.sub("", _single(word))


def _single(word: str) -> str:
    return _DOUBLED.sub(r"\1", word)


def _less_one(word: str) -> Iterator[str]:
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


def other_layout(text: str) -> str:
    """Typed on Latin keys what was meant for Russian ones ("ghtntypbz"): the same length, letter for letter."""
    return "".join(_KEYED.get(letter, letter) for letter in text)


_KEYED = {chr(latin): chr(cyrillic) for latin, cyrillic in _KEYS.items()} | {
    chr(latin).upper(): chr(cyrillic).upper() for latin, cyrillic in _KEYS.items() if chr(latin).isalpha()
}
