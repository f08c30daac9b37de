"""Text to words with sentences and clauses; every position points into the original text, time grows with its length."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import cast

import spacy
from spacy.language import Language
from spacy.symbols import ORTH
from spacy.tokenizer import Tokenizer as SpacyTokenizer

from mailbot.classify.language import to_cyrillic
from mailbot.classify.lemmas import Lemmatizer, Word

MOST_READ = 20_000  # characters of one place; claims are shorter, and what follows is kept, not read
_MOST_STRINGS = 50_000  # about 20 MB

_ABBREVIATIONS = str.split(
    "шт. уп. кор. арт. зав. ящ. компл. упак. пач. рул. мест. накл. дог. г. гг. руб. р. т. тов. ул. д. им. изд. изл. нед. см. мм. кг. л. м. "
    "док. факт. недост. кол. реш. исх. вх. сер. парт. экз. с.г. т.е. т.к. т.д. т.п. и.о. б/у кол-во кол-ве из-за по-прежнему "
    "pcs. qty. approx. no. inv. ref. art. st. mr. mrs. ms. dr."
)
_EDITS = re.compile(
    r"(?P<run>([^\w\s])\2{3,})"  # a run of one sign: three are enough
    r"|(?P<long>[^\s]{120,})"  # no word: taken apart below
    r"|(?P<spread>(?<![\w.])(?:[а-яё](?P<gap>[ \u00a0]{1,2}|-))(?:[а-яё](?P=gap)){2,30}[а-яё](?![\w]))"  # Б Р А К
    r"|(?P<unit>(?<![\w.,/№-])\d+(?:[.,]\d+)?(?=[^\W\d_]{1,12}(?![\w/-])))"  # 3шт
    r"|(?P<glued>(?<=[^\W_])(?!(?<=\d)[,:]\d)[!?,;:()«»\"“”…#№]+(?=[^\W_]))"  # брак!!!прошу
    r"|(?P<stop>(?<=[а-яё]{2})\.(?=[А-ЯЁа-яё]{2})|(?<=\d)\.(?=[а-яё]{4}))"  # пришло.коробка, 5512-889.Замените
    r"|(?P<mark>(?<=\.)[#№](?=\w))"  # P.O.#4500123
    r"|(?P<short>(?<=[^\W\d_])\.(?=\d{3}))"  # исх.447
    r"|(?P<edge>(?<=[^\W_])[(«\"“](?=\S)|(?<=\S)[)»\"”](?=[^\W_]))"
    r"|(?P<date>\b(?:от|до|на|по)(?=\d{1,2}[./]\d))",  # от23.11.2026
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[@/]|www\.", re.IGNORECASE)
_CLAUSE_WORDS = frozenset(str.split("но однако зато хотя а but however although though yet whereas"))
_CLAUSE_SIGNS = frozenset(",:—–-()")
_STOPS = frozenset(".!?;…")
_WITHIN = frozenset("—–‑−«»№…“”„‟’‘´£€₽₸¥₹₴₺°×±≈≤≥²³½¼ø")  # signs that end no sentence, ASCII ones beside


@dataclass(slots=True)
class Words:
    """The words of one place in parallel lists: written form, start and end in the original, sentence and clause numbers."""

    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    sentences: list[int] = field(default_factory=list)
    clauses: list[int] = field(default_factory=list)
    questions: set[int] = field(default_factory=set)  # sentences that end with "?"

    def __len__(self) -> int:
        return len(self.words)


class Tokenizer:
    """spaCy's blank Russian and English tokenizers with the trade's abbreviations. Takes 0.3 s to make."""

    def __init__(self, lemmatizer: Lemmatizer) -> None:
        self._lemmatizer = lemmatizer
        self._made: dict[str, Language] = {}

    def read(self, text: str, language: str = "ru", *, translit: bool = False) -> Words:
        """The words of at most MOST_READ characters; `translit` reads Latin letters as Russian ones."""
        clean, places = _spaced(text[:MOST_READ])
        words = Words()
        borders = _Borders()
        nlp = self._language("en" if language == "en" else "ru")
        moved = len(places[0]) > 1
        dotted = ""
        for token in nlp.make_doc(clean):
            written = token.text
            at = token.idx
            if written[0].isalnum() or (len(written) > 1 and any(letter.isalnum() for letter in written)):
                word = self._lemmatizer.word(to_cyrillic(written) if translit and written.isascii() and written.isalpha() else written)
                if dotted and written[0].isupper() and _ends_sentence(dotted, words):
                    borders.sign(".", inside=False)
                dotted = written if written.endswith(".") else ""
                borders.before(word.lower)
                words.starts.append(_original(places, at) if moved else at)
                words.ends.append(_original(places, at + len(written) - 1) + 1 if moved else at + len(written))
                words.words.append(word)
                words.sentences.append(borders.sentence)
                words.clauses.append(borders.clause)
            else:
                dotted = dotted if written.isspace() and "\n" not in written else ""
                if "?" in written:
                    words.questions.add(borders.sentence)
                borders.sign(written, inside=at > 0 and not clean[at - 1].isspace())
        return words

    def _language(self, language: str) -> Language:
        """A tokenizer made anew when its table of strings has grown too large: a child lives for weeks."""
        nlp = self._made.get(language)
        if nlp is None or len(nlp.vocab.strings) > _MOST_STRINGS:
            nlp = self._made[language] = spacy.blank(language)
            tokenizer = cast(SpacyTokenizer, nlp.tokenizer)
            for written in _ABBREVIATIONS:
                for case in (written, written.capitalize()):
                    tokenizer.add_special_case(case, [{ORTH: case}])
        return nlp


class _Borders:
    """Counts sentences and clauses while words and signs go by."""

    def __init__(self) -> None:
        self.sentence = 0
        self.clause = 0
        self._words_since = 0

    def before(self, lower: str) -> None:
        if lower in _CLAUSE_WORDS and self._words_since:
            self.clause += 1
            self._words_since = 0
        self._words_since += 1

    def sign(self, written: str, *, inside: bool) -> None:
        """A sign goes by; `inside` a word (недостача-излишек) a hyphen parts nothing."""
        if written[0] in _STOPS or _ends_line(written) or not (written.isspace() or written.isascii() or written[0] in _WITHIN):
            self.sentence += 1
            self._end()
        elif written[0] in _CLAUSE_SIGNS and not (inside and written[0] in "-–"):
            self._end()

    def _end(self) -> None:
        self.clause += 1
        self._words_since = 0


def _ends_sentence(dotted: str, words: Words) -> bool:
    """ "списать 8 шт. Остаток …": a dotted word before a capital ends its sentence, unless a name follows ("г. Омск", "А. В. Белова")."""
    head = dotted[:-1].lower()
    counted = len(words) > 1 and words.words[-2].lower[:1].isdigit()
    if head in ("г", "гг"):  # "4 октября 2026 г. Климова приобрела"
        return False
    return counted if len(head) == 1 or head in _BEFORE_NAMES else True


_BEFORE_NAMES = frozenset(
    str.split(
        "г гг ул д им тов зав дог накл сер парт экз исх вх док no inv ref art st mr mrs ms dr арт т.е т.к т.п и.о б/у пер обл р-н пос"
    )
)


def _ends_line(written: str) -> bool:
    """Line breaks arrive from the tokenizer as white-space tokens; a single one inside a wrapped sentence was made a blank before."""
    return "\n" in written


def _original(places: tuple[list[int], list[int]], position: int) -> int:
    cleaned, moved = places
    at = bisect_right(cleaned, position) - 1
    return position + moved[at]


_SURROGATES = re.compile(r"[\ud800-\udfff]")
_WRAPPED = re.compile(r"(?<=[^\W_,][,\w])[ \t]*\r?\n(?=[a-zа-яё])")


def _spaced(text: str) -> tuple[str, tuple[list[int], list[int]]]:
    """The text with blanks put where words are glued, runs of signs cut to three, and where each part stood before.

    Errors: none. The second value maps a position p of the clean text to p + moved of the last entry at or before p.
    """
    text = _SURROGATES.sub("\ufffd", text)
    text = _WRAPPED.sub(lambda found: " " * len(found[0]), text.replace("\u00a0", " ").replace("\u202f", " ").replace("\u200b", " "))
    pieces: list[str] = []
    cleaned, moved = [0], [0]
    length = last = 0
    for edit in _EDITS.finditer(text):
        found = edit[0]
        kind = "spread" if edit["gap"] else edit.lastgroup or ""
        if found in (".", ":", ",") and _ADDRESS.search(text, max(0, edit.start() - 30), edit.end() + 30):
            continue
        new = _edited(kind, found)
        pieces += (text[last : edit.start()], new)
        length += edit.start() - last
        lead = len(new) - len(new.lstrip(" "))
        if lead:
            cleaned.append(length + lead)
            moved.append(edit.start() - length - lead)
        length += len(new)
        last = edit.end()
        if kind == "spread":  # its first letter stands where it stood, its last one too
            cleaned.append(length - 1)
            moved.append(last - length)
        cleaned.append(length)
        moved.append(last - length)
    pieces.append(text[last:])
    return "".join(pieces), (cleaned, moved)


def _edited(kind: str, found: str) -> str:
    if kind == "spread":
        return "".join(letter for letter in found if letter.isalpha())
    if kind == "run":
        return found[:3]
    if kind == "long":
        return found[:120]
    if kind in ("unit", "date"):
        return found + " "
    return f" {found} "
