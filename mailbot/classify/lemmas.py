"""All normal forms of one word: pymorphy3 for Cyrillic, endings and irregular verbs for English; bounded and cached."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import NamedTuple

import pymorphy3

VERB, NOUN, ADJECTIVE, NUMBER, LATIN, CYRILLIC, ADVERB, AFFECTED = 1, 2, 4, 8, 16, 32, 64, 128

MOST_CACHED = 20_000  # word forms, about 15 MB; filling them anew costs half a second in a thousand letters
LONGEST = 40  # letters; longer strings are no words

_LOOK_ALIKE = str.maketrans("aceopxykmhtbi", "асеорхукмнтви")
_ALIKE = frozenset("aceopxykmhtb")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_CYRILLIC = re.compile(r"[а-яії]")
_LATIN = re.compile(r"[a-z]")
_POS = {
    "VERB": VERB, "INFN": VERB, "PRTS": VERB, "GRND": VERB, "PRED": VERB,
    "NOUN": NOUN, "ADJF": ADJECTIVE, "ADJS": ADJECTIVE, "PRTF": ADJECTIVE, "ADVB": ADVERB, "COMP": ADVERB, "PRCL": ADVERB, "NUMR": NUMBER,
}  # fmt: skip
_IRREGULAR = {
    "broke": "break", "broken": "break", "sent": "send", "got": "get", "gotten": "get", "torn": "tear", "tore": "tear", "bent": "bend",
    "came": "come", "went": "go", "gone": "go", "died": "die", "dying": "die", "lost": "lose", "found": "find", "bought": "buy",
    "paid": "pay", "fell": "fall", "fallen": "fall", "worn": "wear", "wore": "wear", "burnt": "burn", "leaves": "leave", "left": "leave",
    "was": "be", "were": "be", "is": "be", "are": "be", "am": "be", "been": "be", "being": "be", "has": "have", "had": "have",
    "did": "do", "does": "do", "done": "do", "gave": "give", "given": "give", "took": "take", "taken": "take", "made": "make",
    "said": "say", "told": "tell", "felt": "feel", "kept": "keep", "stuck": "stick", "shrank": "shrink", "shrunk": "shrink",
    "froze": "freeze", "frozen": "freeze", "quit": "quit", "cut": "cut", "n't": "not", "cannot": "not", "pieces": "piece",
    "knives": "knife", "boxes": "box", "batteries": "battery", "worse": "bad", "worst": "bad", "spilt": "spill", "smelt": "smell",
    "wrote": "write", "written": "write", "threw": "throw", "thrown": "throw", "shorted": "short", "mice": "mouse",
    "withdrew": "withdraw", "withdrawn": "withdraw",
    "doesnt": "not", "dont": "not", "isnt": "not", "wasnt": "not", "cant": "not", "wont": "not",
}  # fmt: skip
_AFFECTED = frozenset(("gent", "datv", "accs", "loct"))  # cases of whom something happens to: neither who does it nor by whom it is done
_FUNCTION_WORDS = frozenset(("уже", "хотя", "как", "так", "где", "для", "при", "или", "еще", "пока", "тоже"))  # never "узкий", "хотеть"
_SHORTEST_STEM = 3


class Word(NamedTuple):
    """One written form: lower-case with ё folded, its normal forms, what parts of speech it may be."""

    lower: str
    forms: frozenset[str]
    flags: int


class Lemmatizer:
    """Normal forms with a bounded cache. Cheap to share, not to make (0.1 s)."""

    def __init__(self) -> None:
        self._morph = pymorphy3.MorphAnalyzer(lang="ru")
        self._cache: dict[str, Word] = {}

    def word(self, written: str) -> Word:
        """The word behind a written form, whatever its capitals, ё, look-alike letters or stretched vowels."""
        known = self._cache.get(written)
        if known is None:
            if len(self._cache) >= MOST_CACHED:
                self._cache.clear()
            known = self._cache[written] = self._look_up(written)
        return known

    def _look_up(self, written: str) -> Word:
        lower = folded(written)
        if not lower or len(lower) > LONGEST:
            return Word(lower, frozenset((lower,)), 0)
        if any(letter.isdigit() for letter in lower):
            return Word(lower, frozenset((lower,)), NUMBER if lower[0].isdigit() else 0)
        if _CYRILLIC.search(lower):
            return self._russian(_STRETCHED.sub(r"\1", lower))
        if _LATIN.search(lower):
            lower = _STRETCHED.sub(r"\1\1", lower)
            return Word(lower, english_forms(lower), LATIN)
        return Word(lower, frozenset((lower,)), 0)

    def _russian(self, lower: str) -> Word:
        if lower in _FUNCTION_WORDS:
            return Word(lower, frozenset((lower,)), CYRILLIC | ADVERB)
        parses = self._morph.parse(lower)
        forms = {parse.normal_form.replace("ё", "е") for parse in parses}
        flags = CYRILLIC
        for parse in parses:
            flags |= _POS.get(str(parse.tag.POS), 0)
            if parse.tag.POS == "NOUN" and parse.tag.case in _AFFECTED:
                flags |= AFFECTED
        return Word(lower, frozenset(forms), flags)

    def is_known(self, lower: str) -> bool:
        """Whether the Russian dictionary holds this written form."""
        return bool(self._morph.word_is_known(lower))


@cache
def lemmatizer() -> Lemmatizer:
    """The one of this process: whoever reads the rules a second time, or searches again, looks up no word twice."""
    return Lemmatizer()


def folded(written: str) -> str:
    """Lower-case, ё → е, typographic apostrophe straight; a word of both alphabets whose Latin letters look Cyrillic wholly Cyrillic."""
    lower = written.lower().replace("ё", "е").replace("’", "'").replace("\u0301", "").replace("\u00ad", "").rstrip(".")
    if not lower.isascii() and _LATIN.search(lower) and not any(letter.isdigit() for letter in lower):
        latin = _LATIN.findall(lower)
        alike = all(letter in _ALIKE for letter in latin)  # "xватает", "нe": every Latin letter has a Cyrillic twin
        if alike or (len(lower) - len(latin)) * 2 > len(lower):
            return lower.translate(_LOOK_ALIKE)
    return lower


def english_forms(lower: str) -> frozenset[str]:
    """Candidate normal forms of an English word: pattern and text go through the same endings, so both meet."""
    forms = {lower}
    if lower in _IRREGULAR:
        forms.add(_IRREGULAR[lower])
    if lower.endswith("n't"):
        forms.add("not")
    if lower.endswith("'s"):
        forms.add(lower[:-2])
    for ending in ("s", "es", "ed", "d", "ing"):
        stem = lower.removesuffix(ending)
        if stem != lower and len(stem) >= _SHORTEST_STEM and not (ending == "s" and stem.endswith("s")):
            forms.add(stem)
            if ending == "ing":
                forms.add(stem + "e")
            if len(stem) > _SHORTEST_STEM and stem[-1] == stem[-2] and ending in ("ed", "ing"):
                forms.add(stem[:-1])
    if lower.endswith(("ies", "ied")) and len(lower) > 4:
        forms.add(lower[:-3] + "y")
    return frozenset(forms)


@lru_cache(MOST_CACHED)
def search_form(forms: frozenset[str]) -> str:
    """All that a word may be a form of, without English -e: «стекло» is the noun and a form of «стечь», «стеклом» the noun alone."""
    return "|".join(sorted({form.rstrip("e") or form for form in forms}))


def search_forms(words: Iterable[str]) -> str:
    """The same of several words, as letters are searched by (decisions.md 8); without spaCy, for the parent."""
    return " ".join(search_form(lemmatizer().word(word).forms) for word in words)
