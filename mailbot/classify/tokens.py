"""Text to words with sentences and clauses; every position points into the original text, time grows with its length."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, cast

import spacy
from spacy.language import Language
from spacy.symbols import ORTH
from spacy.tokenizer import Tokenizer as SpacyTokenizer

from mailbot.classify.language import to_cyrillic, tongue
from mailbot.classify.lemmas import Lemmatizer, Word, search_form
from mailbot.classify.matching import found_at

MOST_PIECES = 20_000  # kept as they were taken apart, about 7 MB
MOST_READ = 20_000  # characters of one place; claims are shorter, and what follows is kept, not read
_MOST_STRINGS = 50_000  # about 20 MB

_ABBREVIATIONS = str.split(
    "бут. бан. фл. пак. меш. пал. пар. ведр. заяв. заявл. отгр. прин. получ. "
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

    def of_sentence(self, sentence: int) -> range:
        """The numbers of the words of one sentence."""
        return range(bisect_left(self.sentences, sentence), bisect_right(self.sentences, sentence))


class _Token(NamedTuple):
    """One word or sign of a piece, `at` where it begins and ends there; a sign is no word and `ends` a clause, a sentence or nothing."""

    at: int
    end: int
    word: Word | None
    ends: int = 0
    asks: bool = False  # "?"
    capital: bool = False
    dotted: str = ""  # the written form of a word that ends with a point


class Tokenizer:
    """spaCy's blank Russian and English tokenizers with the trade's abbreviations; keeps what each piece between blanks was taken apart to.

    Takes 0.3 s to make.
    """

    def __init__(self, lemmatizer: Lemmatizer) -> None:
        self._lemmatizer = lemmatizer
        self._made: dict[str, Language] = {}
        self._pieces: dict[tuple[str, bool], dict[str, tuple[_Token, ...]]] = {}

    def read(self, text: str, language: str = "ru", *, translit: bool = False) -> Words:
        """The words of at most MOST_READ characters; `translit` reads Latin letters as Russian ones."""
        clean, places = _spaced(text[:MOST_READ])
        pieces = [(found.start(), found[1] or _LINE_END) for found in _PIECE.finditer(clean)]
        known = self._taken_apart([piece for _, piece in pieces], "en" if language == "en" else "ru", translit)
        words = Words()
        sentence = clause = 0
        begun, dotted = False, ""  # whether the clause has a word yet; the word before, where it ends with a point
        for start, piece in pieces:
            for token in known[piece]:
                word = token.word
                if word is None:
                    dotted = ""
                    if token.asks:
                        words.questions.add(sentence)
                    if token.ends:
                        sentence, clause, begun = sentence + (token.ends == _SENTENCE), clause + 1, False
                    continue
                if dotted and token.capital and _ends_sentence(dotted, words):
                    sentence, clause, begun = sentence + 1, clause + 1, False
                if begun and word.lower in _CLAUSE_WORDS:
                    clause += 1
                begun, dotted = True, token.dotted
                words.starts.append(start + token.at)
                words.ends.append(start + token.end)
                words.words.append(word)
                words.sentences.append(sentence)
                words.clauses.append(clause)
        if len(places[0]) > 1:
            words.starts = [_original(places, at) for at in words.starts]
            words.ends = [_original(places, at - 1) + 1 for at in words.ends]
        return words

    def lemmatise(self, text: str) -> str:
        """Normal forms for searching (decisions.md 8), the same for letters and for what is looked for; "|" between those of one word."""
        return " ".join(search_form(word.forms) for word in self.read(text, tongue(text).language).words)

    def _taken_apart(self, pieces: Sequence[str], language: str, translit: bool) -> Mapping[str, tuple[_Token, ...]]:
        """What each piece consists of; unknown ones are looked at together, a line each, so that none is read with its neighbour."""
        known = self._pieces.setdefault((language, translit), dict(_LINE_ENDS))
        unknown = dict.fromkeys(piece for piece in pieces if piece not in known)
        if unknown and sum(map(len, self._pieces.values())) + len(unknown) > MOST_PIECES:
            self._pieces = {(language, translit): (known := dict(_LINE_ENDS))}
            unknown = dict.fromkeys(piece for piece in pieces if piece not in known)
        if unknown:
            known.update(self._apart(list(unknown), language, translit))
        return known

    def _apart(self, pieces: Sequence[str], language: str, translit: bool) -> Iterator[tuple[str, tuple[_Token, ...]]]:
        tokens = iter(self._language(language).make_doc("\n".join(pieces)))
        token = next(tokens, None)
        start = 0
        for piece in pieces:
            found, end = [], start + len(piece)
            while token is not None and token.idx < end:
                found.append(self._token(token.text, token.idx - start, translit))
                token = next(tokens, None)
            if token is not None:  # the end of the line
                token = next(tokens, None)
            yield piece, tuple(found)
            start = end + 1

    def _token(self, written: str, at: int, translit: bool) -> _Token:
        end = at + len(written)
        if not (written[0].isalnum() or (len(written) > 1 and any(letter.isalnum() for letter in written))):
            return _Token(at, end, None, _ends(written, inside=at > 0), "?" in written)
        word = self._lemmatizer.word(to_cyrillic(written) if translit and written.isascii() and written.isalpha() else written)
        return _Token(at, end, word, capital=written[0].isupper(), dotted=written if written.endswith(".") else "")

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


_CLAUSE, _SENTENCE = 1, 2
_LINE_END = "\n"
_LINE_ENDS: dict[str, tuple[_Token, ...]] = {_LINE_END: (_Token(0, 1, None, _SENTENCE),)}  # inside a sentence it was made a blank before
_PIECE = re.compile(r"(\S+)|\n\s*")


def _ends(written: str, *, inside: bool) -> int:
    """What a sign ends; `inside` a word (недостача-излишек) a hyphen parts nothing."""
    if written[0] in _STOPS or (written[-1] in _STOPS and not inside):  # "5 %."
        return _SENTENCE
    if "\n" in written or not (written.isascii() or written[0] in _WITHIN):
        return _SENTENCE
    return _CLAUSE if written[0] in _CLAUSE_SIGNS and not (inside and written[0] in "-–") else 0


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
    text = text.replace("\u00a0", " ").replace("\u202f", " ").replace("\u200b", " ")
    if "\n" in text:
        text = _WRAPPED.sub(lambda found: " " * len(found[0]), text)
    pieces: list[str] = []
    cleaned, moved = [0], [0]
    length = last = 0
    for edit in _edits(text):
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


# Where an edit may begin: at a sign, a number, a letter that stands alone, a preposition glued to a number.
_MAYBE = re.compile(r"\d+|[^A-Za-zА-Яа-яЁё\s\d]|[А-Яа-яЁё](?=[ -])(?<![\w.].)|[одпОДП]\w(?=\d)(?<!\w..)")
_LONGEST_PIECE = 119


def _edits(text: str) -> Iterator[re.Match[str]]:
    """What `_EDITS` finds, tried only where it can begin: few letters of a text are such places."""
    is_long = max(map(len, text.split()), default=0) > _LONGEST_PIECE
    return _EDITS.finditer(text) if is_long else found_at(_MAYBE, _EDITS, text)


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
