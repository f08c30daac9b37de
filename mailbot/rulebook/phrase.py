"""Reads one phrase written as words: `не хватает {number} @unit`, `нарушена/сорвана ... пломба`, `=ту`, `слом*`, `сильно?`."""

from __future__ import annotations

import re

from mailbot.rulebook.values import Element

GAP = 3  # tokens that `...` may skip
MOST_ELEMENTS = 12
_WORD = re.compile(r"=?[^\W_][\w&№'’.,+/-]*[*~]?$")


class BadPhrase(ValueError):
    """Says what is wrong with a phrase and how to mend it."""

    def __init__(self, problem: str, mend: str) -> None:
        super().__init__(problem)
        self.mend = mend


def read_phrase(text: str, lists: dict[str, tuple[str, ...]]) -> tuple[Element, ...]:
    """The elements of a phrase; `@name` stands for any word of that list. Errors: BadPhrase."""
    elements = tuple(_element(part, lists) for part in text.lower().replace("ё", "е").split())
    if not elements:
        raise BadPhrase("is an empty phrase.", "Write words into it or take it out.")
    if len(elements) > MOST_ELEMENTS:
        raise BadPhrase(f"has {len(elements)} words; at most {MOST_ELEMENTS} are looked for.", "Keep the telling words.")
    if elements[0].kind == "gap" or elements[-1].kind == "gap":
        raise BadPhrase("begins or ends with a gap.", "Take `...` away there.")
    if all(element.kind != "word" or element.optional for element in elements):
        raise BadPhrase("has no word that must be there.", "Write at least one word without `?`.")
    return elements


def _element(part: str, lists: dict[str, tuple[str, ...]]) -> Element:
    if part in ("...", "…"):
        return Element("gap", most=GAP)
    optional = part.endswith("?")
    part = part.removesuffix("?")
    if part == "{number}":
        return Element("number", optional=optional)
    if part.startswith("{"):
        raise BadPhrase(f"uses {part}, which is unknown.", "Only {number} may stand in braces; lists are written @name.")
    words: list[str] = []
    for word in _alternatives(part):
        words.extend(_words(word, lists))
    return Element("word", tuple(words), optional)


def _alternatives(part: str) -> list[str]:
    """What stands between slashes; "б/у", "с/ф" and "w/o" are one word each."""
    listed = part.split("/")
    return [part] if len(listed) == 2 and len(listed[0].strip("=")) == 1 else listed


def _words(word: str, lists: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    if word.startswith("@") and word.endswith("~"):  # exact forms and English have no cases
        return tuple(one if one.startswith("=") or one.isascii() else one + "~" for one in _words(word[:-1], lists))
    if word.startswith("@"):
        if word[1:] not in lists:
            known = ", ".join(sorted(lists)) or "none"
            raise BadPhrase(f"names the list {word}, which lists.toml does not have.", f"Known lists: {known}.")
        return lists[word[1:]]
    if not _WORD.match(word):
        raise BadPhrase(f"has {word!r}, which is no word.", "Use letters and digits; =exact, begin*, @list, {number}, ..., a/b, word?.")
    if word.endswith("*") and len(word.strip("=*")) < 3:
        raise BadPhrase(f"has {word!r}: a beginning of fewer than 3 letters finds everything.", "Write at least 3 letters before *.")
    return (word,)
