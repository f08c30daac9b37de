"""The language of a letter: ru, en or unknown; and Russian written in Latin letters, by script and frequent words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

MOST_LOOKED_AT = 4_000  # characters are enough to tell a language
_LETTERS = re.compile(r"[^\W\d_]+")
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
_UKRAINIAN = re.compile(r"[іїєґ]", re.IGNORECASE)
_BELARUSIAN = re.compile(r"ў", re.IGNORECASE)
_NOT_RUSSIAN = re.compile(r"[ђћќљњџјѕғқңүұһәөӣӯҳҷ]", re.IGNORECASE)
_FOREIGN = re.compile(r"[іїєґўђћќљњџјѕғқңүұһәөӣӯҳҷ]", re.IGNORECASE)  # any of the three
_RUSSIAN_ONLY = re.compile(r"[ыэъё]", re.IGNORECASE)
_ENGLISH = frozenset(
    str.split(
        "the and is are was were to of in for on with not no it this that we you your our have has had been from at as but they be i my me "
        "please thank thanks regards hello dear order received product item goods broken missing damaged when after "
        "only one would can will "
        "stopped working bad good very which there these what how still if or so all an do did does by "
        "about again any back because before both came come could day down each even every few first get got half here into its just "
        "like made many more most much never new next nothing now off old once other out over own same she should since some such than "
        "their them then those through too two three until up us week went where while who whose why without won works year yet nobody "
        "something somebody else don doesn didn isn wasn couldn"
    )
)
_OTHER_LATIN = frozenset(
    str.split(
        "der die das und ist nicht wir sie ein eine mit auf für le la les des est nous vous avec pour pas une el los "
        "las por que con una no "
        "il di che non per sono wir haben bitte sehr geehrte bonjour merci hola gracias jest nie na się proszę "
        "het een niet voor maar ook zijn geen ik dat aan bij van och att det som inte av til jeg ikke og uma os não com para "
        "ich du sich von zu den dem auch aber wenn nur wie bei nach noch kein keine des du au aux sur dans que qui"
    )
) - {"no", "die", "la"}
_TRANSLIT = frozenset(
    str.split(
        "ne na i v s za po ot do iz eto chto kak ili tolko ya my vy mne nam vam vas nas zakaz zakaza brak pretenziya pretenziyu vozvrat "
        "privezli prislali slomal slomalsya slomalas tovar tovara dengi pozhaluista pozhaluysta spasibo zdravstvuite zdravstvuyte dobryi "
        "dobryy den korobka korobki shtuk sht net est bylo byl byla uzhe ochen nomer kachestvo rabotaet vklyuchaetsya "
        "razbit razbita razbito "
        "nedostacha prishel prishla prishlo proshu vernut zamenit garantii garantiya chek ego oni"
    )
)
_LATIN_TO_CYRILLIC = (
    ("shch", "щ"), ("sch", "щ"), ("yo", "е"), ("jo", "е"), ("zh", "ж"), ("kh", "х"), ("ts", "ц"), ("ch", "ч"), ("sh", "ш"), ("yu", "ю"),
    ("ju", "ю"), ("ya", "я"), ("ja", "я"), ("ye", "е"), ("iy", "ий"), ("yy", "ый"), ("ay", "ай"), ("ey", "ей"), ("oy", "ой"), ("uy", "уй"),
    ("a", "а"), ("b", "б"), ("v", "в"), ("g", "г"), ("d", "д"), ("e", "е"), ("z", "з"), ("i", "и"), ("j", "й"), ("k", "к"), ("l", "л"),
    ("m", "м"), ("n", "н"), ("o", "о"), ("p", "п"), ("r", "р"), ("s", "с"), ("t", "т"), ("u", "у"), ("f", "ф"), ("h", "х"), ("c", "ц"),
    ("y", "ы"), ("w", "в"), ("x", "кс"), ("q", "к"), ("'", "ь"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tongue:
    """`language` is ru | en | unknown; `translit`: Russian in Latin letters."""

    language: str
    translit: bool = False


def tongue(text: str, further: Mapping[str, frozenset[str]] = {}) -> Tongue:
    """The language a letter is mainly written in. Short or foreign letters are `unknown`, never guessed.

    `further`: languages of the rules (rules/languages.toml), tried where it is neither Russian nor English.
    """
    head = text[:MOST_LOOKED_AT].lower()
    words = _LETTERS.findall(head)
    found = _of_letters(head, words)
    return found if found.language != "unknown" else _of_lists(words, further)


def _of_lists(words: list[str], further: Mapping[str, frozenset[str]]) -> Tongue:
    folded = [word.replace("ё", "е") for word in words]
    said = {code: sum(word in listed for word in folded) for code, listed in further.items()}
    best = max(sorted(said), key=lambda code: said[code], default="")
    return Tongue(best) if best and said[best] >= 2 and said[best] * 8 >= len(words) else Tongue("unknown")


def _of_letters(head: str, words: list[str]) -> Tongue:
    cyrillic = sum(len(word) for word in words if _is_cyrillic(word))
    letters = sum(map(len, words))
    if not letters:
        return Tongue("unknown")
    if cyrillic * 10 >= letters * 4 or (cyrillic >= 40 and cyrillic * 10 >= letters * 2):
        return Tongue("ru" if _is_russian(head) else "unknown")
    latin = [word for word in words if not _is_cyrillic(word)]
    return _of_latin(latin)


def _is_cyrillic(word: str) -> bool:
    return "а" <= word[0] <= "я" or (not word.isascii() and _CYRILLIC.search(word) is not None)


def _is_russian(text: str) -> bool:
    if _FOREIGN.search(text) is None:
        return True
    foreign = len(_UKRAINIAN.findall(text)) + len(_BELARUSIAN.findall(text)) + 2 * len(_NOT_RUSSIAN.findall(text))
    return foreign <= len(_RUSSIAN_ONLY.findall(text)) or (foreign * 50 < len(text) and foreign <= 2)


def _of_latin(words: list[str]) -> Tongue:
    english = sum(word in _ENGLISH for word in words)
    other = sum(word in _OTHER_LATIN or not word.isascii() for word in words)
    translit = sum(word in _TRANSLIT for word in words)
    if len(_TRANSLIT.intersection(words)) >= 2 and translit > english and translit * 10 >= len(words):
        return Tongue("ru", translit=True)
    if english * 8 >= len(words) and english > other:
        return Tongue("en")
    return Tongue("unknown")


def to_cyrillic(word: str) -> str:
    """A transliterated Russian word in Cyrillic letters, by the longest match; enough to find it, not to quote it."""
    lower, out, at = word.lower(), [], 0
    while at < len(lower):
        for latin, cyrillic in _LATIN_TO_CYRILLIC:
            if lower.startswith(latin, at):
                out.append(cyrillic)
                at += len(latin)
                break
        else:
            out.append(lower[at])
            at += 1
    return "".join(out)
