"""Bytes become text, whatever charset they claim. Never raises; Russian in five charsets is told apart by its letter pairs."""

from __future__ import annotations

import codecs
import re
from itertools import pairwise

from mailbot.mail_in.letter_pairs import PAIRS

# Only these codecs are ever asked for by a stranger's word: Python's others (idna, rot13, zlib, punycode …) are not
# charsets of texts and some of them are slow on hostile input (reliability.md M9).
_ALLOWED = frozenset(
    [
        "utf-8", "ascii", "iso8859-1", "iso8859-2", "iso8859-3", "iso8859-4", "iso8859-5", "iso8859-6", "iso8859-7", "iso8859-8",
        "iso8859-9", "iso8859-10", "iso8859-11", "iso8859-13", "iso8859-14", "iso8859-15", "iso8859-16", "cp1250", "cp1251", "cp1252",
        "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "koi8-r", "koi8-u", "koi8-t", "kz1048", "cp866", "cp855", "cp437",
        "cp850", "cp852", "mac-roman", "mac-cyrillic", "tis-620", "cp874", "gb2312", "gbk", "gb18030", "hz", "big5", "big5hkscs", "cp950",
        "shift_jis", "cp932", "shift_jisx0213", "euc_jp", "iso2022_jp", "iso2022_jp_1", "iso2022_jp_2", "iso2022_jp_3", "iso2022_kr",
        "euc_kr", "cp949", "johab", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "utf-7"
    ]
)
_OTHER_NAMES = {
    "utf8mb4": "utf-8", "unicode-1-1-utf-8": "utf-8", "utf": "utf-8", "unicode": "utf-8", "x-unicode-2-0-utf-8": "utf-8",
    "unicode-1-1-utf-7": "utf-7", "windows1251": "cp1251", "win1251": "cp1251", "win-1251": "cp1251", "x-cp1251": "cp1251",
    "cp-1251": "cp1251", "1251": "cp1251", "win": "cp1251", "koi8": "koi8-r", "koi8r": "koi8-r", "koi-8-r": "koi8-r", "koi8-ru": "koi8-u",
    "cp-866": "cp866", "dos-866": "cp866", "x-cp866": "cp866", "x-mac-cyrillic": "mac-cyrillic", "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman", "x-sjis": "cp932", "x-gbk": "gbk", "x-big5": "big5", "iso-8859-8-i": "iso8859-8", "iso-8859-8-e": "iso8859-8",
    "iso-8859-6-i": "iso8859-6", "x-euc-jp": "euc_jp", "ks_c_5601-1987": "cp949", "windows-874": "cp874", "ansi": "cp1252",
    "ansi_x3.110-1983": "iso8859-1", "x-user-defined": "", "latin": "iso8859-1", "windows-31j": "cp932", "cp-850": "cp850",
}  # fmt: skip
# What senders write beside what they mean: the superset decodes both (WHATWG Encoding, table of labels).
_SUPERSET = {"iso8859-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "ascii": "cp1252", "tis-620": "cp874", "iso8859-9": "cp1254",
             "shift_jis": "cp932", "euc_kr": "cp949", "iso8859-11": "cp874"}  # fmt: skip
_STATEFUL = frozenset(
    [
        "iso2022_jp", "iso2022_jp_1", "iso2022_jp_2", "iso2022_jp_3", "iso2022_kr", "hz", "utf-7", "utf-16", "utf-16-le", "utf-16-be",
        "utf-32", "utf-32-le", "utf-32-be"
    ]
)
_CYRILLIC = ("cp1251", "koi8-r", "cp866", "iso8859-5")
_RARE_CYRILLIC = ("koi8-u", "mac-cyrillic", "cp855", "kz1048", "koi8-t")  # considered only where declared
_RUSSIAN_LIKE = 3.0  # average level of a letter pair from which a text reads as Russian (its own texts: 5 to 6.5)
_SURELY_RUSSIAN = 4.5
_CLEARLY_BETTER = 1.5
_SAMPLE = 400  # bytes or letters are enough to judge by

_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_HIGH_IN_LATIN = re.compile(rb"[A-Za-z][\x80-\xff]{1,2}(?![\x80-\xff])|(?<![\x80-\xff])[\x80-\xff]{1,2}[A-Za-z]")
_UTF8_LETTER = re.compile(rb"[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_WORD = re.compile(r"[А-яЁёІіЇїЄєҐґЎў]+")
_FOLD = str.maketrans("ё", "е")


def codec_of(name: str | None) -> str | None:
    """Python's name for a declared charset if it is one of the allowed, else None. Aliases and misspellings are known."""
    if not name or len(name) > 60:
        return None
    label = name.strip(" \t\r\n\"'").lower().partition("*")[0].replace("_", "-") if name.isascii() else ""
    label = _OTHER_NAMES.get(label, label)
    if not label or "\0" in label:
        return None
    try:
        found = codecs.lookup(label).name
    except (LookupError, ValueError, UnicodeError):
        found = ""
    found = _NAMED.get(found, found)
    return found if found in _ALLOWED else None


_NAMED = {"iso8859-1": "iso8859-1", "latin-1": "iso8859-1", "hz": "hz", "mac-roman": "mac-roman", "kz1048": "kz1048"}


def decode(raw: bytes, declared: str | None = None, hint: str | None = None) -> tuple[str, str, bool]:
    """Text of `raw`, the charset it was read in, and whether that departs from what was declared or loses something.

    Strict utf-8 first, then the declared charset if it is allowed and the Russian letter pairs do not clearly speak for
    another one, then a guess. `hint` is a charset seen elsewhere in the same mail. Double encodings are undone.
    """
    codec = codec_of(declared)
    if raw.isascii() and codec not in _STATEFUL:
        if b"\x1b$" not in raw:
            return raw.decode("ascii"), "ascii", False
        codec = "iso2022_jp"  # its shift to kanji, undeclared
    if codec in _STATEFUL:
        text = _decoded(raw, codec)
        lost = text.count("\ufffd")
        if lost * 10 <= len(text) or (b"\x1b$" in raw and lost * 4 <= len(text)):  # a maker's own sign in a short name
            return text, codec, "\ufffd" in text
        codec = None
    text, used = _decode_high(raw, codec, hint)
    mended = repair(text)
    guessed = used != "utf-8" if codec is None else used not in (codec, _SUPERSET.get(codec))
    departs = mended != text or "\ufffd" in mended or guessed
    return mended, used, departs


def _decode_high(raw: bytes, codec: str | None, hint: str | None) -> tuple[str, str]:
    try:
        return raw.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass  # not utf-8 throughout: the guesses below take over
    if _mostly_utf8(raw):
        return _by_lines(raw), "utf-8"
    used = guess(raw, codec, hint)
    return _decoded(raw, used), used


def _decoded(raw: bytes, codec: str) -> str:
    try:
        return raw.decode(codec)
    except (UnicodeError, ValueError):
        if codec == "cp1251":  # its one undefined byte: 0x98
            return raw.replace(b"\x98", b"?").decode(codec)
        return raw.decode(codec, "replace")


def _mostly_utf8(raw: bytes) -> bool:
    """More than two thirds of the 8-bit bytes form utf-8 letters: utf-8, damaged or cut, or with a foreign footer."""
    sample = raw[: _SAMPLE * 4]
    high = sum(map(len, _HIGH_RUN.findall(sample)))
    good = sum(map(len, _UTF8_LETTER.findall(sample)))
    return (good >= 4 and good * 3 >= high * 2) or (good > 0 and high - good <= 1 and raw[-1] >= 0xC0)


def _by_lines(raw: bytes) -> str:
    """Each line by itself: mailing lists append footers in another charset than the letter's."""
    lines = []
    for line in raw.split(b"\n"):
        try:
            lines.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            used = "utf-8" if _mostly_utf8(line) else guess(line)
            lines.append(_decoded(line, used))
    return "\n".join(lines)


def guess(raw: bytes, codec: str | None = None, hint: str | None = None) -> str:
    """The most likely codec of bytes that are not utf-8. A declared or hinted one is kept unless another clearly reads better."""
    declared = _SUPERSET.get(codec, codec) if codec else None
    sample = _high_words(raw)
    foreign = declared if declared not in (None, "utf-8", *_CYRILLIC, *_RARE_CYRILLIC) else None
    if declared not in _CYRILLIC and _is_latin(raw[: _SAMPLE * 4], at_least=3 if foreign else 2):
        return foreign or "cp1252"
    if foreign and len(sample) < 4:
        return foreign
    priors = [name for name in (declared, hint) if name in _CYRILLIC or name in _RARE_CYRILLIC]
    scores: dict[str, float] = {}
    for name in (*priors, *_CYRILLIC):
        scores[name] = russian_score(_decoded(sample, name))
        if scores[name] >= _SURELY_RUSSIAN and name in priors:
            return name
    best = max(scores, key=lambda name: scores[name])
    for name in priors:
        if scores[name] > 0 and scores[name] + _CLEARLY_BETTER >= scores[best]:
            return name
    if scores[best] >= _RUSSIAN_LIKE or (declared in _CYRILLIC and scores[best] > 0):
        return best
    if declared and declared != "utf-8":
        return declared
    return best if scores[best] > 0 else "cp1252"


def _is_latin(head: bytes, *, at_least: int) -> bool:
    """8-bit letters alone among plain ones, as accents are: in more than one of `at_least` runs."""
    return len(_HIGH_IN_LATIN.findall(head)) * at_least > len(_HIGH_RUN.findall(head))


def _high_words(raw: bytes) -> bytes:
    words: list[bytes] = []
    size = 0
    for run in _HIGH_RUN.finditer(raw):
        words.append(run.group()[:200])
        size += len(words[-1])
        if size > _SAMPLE:
            break
    return b" ".join(words)


def russian_score(text: str) -> float:
    """How Russian a text reads: the average level of its letter pairs, less for odd signs and for capitals inside words."""
    words = _WORD.findall(text.lower().translate(_FOLD))
    line = "_" + "_".join(words) + "_" if words else ""
    level = _LEVEL.get
    total = sum([level(before + after, -7) for before, after in pairwise(line)])
    odd = len(_ODD.findall(text))
    total -= 8 * odd + 10 * len(_TURNED.findall(text))
    count = len(line) - 1 + odd
    return total / count if count > 0 else 0.0


_FOREIGN = "іїєґў"  # Ukrainian and Belarusian letters: a little against Russian, far from impossible
_NEIGHBOURS = f"_абвгдежзийклмнопрстуфхцчшщъыьэюя{_FOREIGN}"
_LEVEL = PAIRS | {pair: -2 for own in _FOREIGN for other in _NEIGHBOURS for pair in (own + other, other + own)}
_TURNED = re.compile(r"[а-яё][А-ЯЁІЇЄҐЎ]|(?<![А-яЁё])[а-яё](?=[А-ЯЁ])")
# Signs Russian texts do not hold, and rare signs glued to letters. Dashes, quotes, spaces and the numero sign are at home.
_ODD = re.compile(
    r"[^\x00-\x7fА-яЁёІіЇїЄєҐґЎў«»—–№„“”’‘…\u00a0\u202f\u2009 °·•©®™€§\u2011\u00ad−\u200b\ufeff×±½²³µ‰←-⇿☀-➿\U0001f000-\U0001faff]"
    r"|(?<=[А-яЁё])[°·•©®™€§№\u00ad±µ‰‘„]|[°·•©®™§\u00ad±µ’…”–](?=[А-яЁё])|[’‘‰—–…•™”“](?=[’‘‰—–•™])"
)

_READ_AS = ("cp1251", "cp1252", "koi8-r", "cp866", "iso8859-5")
_WRITTEN_IN = ("utf-8", "cp1251", "koi8-r", "cp866", "iso8859-5")

def repair(text: str) -> str:
    """Undoes double encodings (Russian read in a wrong charset and written again), up to two layers.

    A text is changed only where the result reads clearly more Russian; clean texts come back as they are.
    """
    if text.isascii():
        return text
    for _ in range(2):
        better = _one_layer(text)
        if better is None:
            break
        text = better
    return text


def _one_layer(text: str) -> str | None:
    sample = _sample_of_text(text)
    score = russian_score(sample)
    if score >= _RUSSIAN_LIKE + 0.5 or not _worth_trying(sample):
        return None
    peeled = _as_latin(text)
    if peeled is not None:
        return peeled
    best, best_way = score, ("", "")
    for read_as in _READ_AS:
        raw = _encoded(sample, read_as)
        if raw is None:
            continue
        for written in _WRITTEN_IN:
            tried = None if written == read_as else _tried(raw, written)
            if tried is not None and (value := russian_score(tried)) > best:
                best, best_way = value, (read_as, written)
    if best < max(score + 2.5, _RUSSIAN_LIKE + 0.5) or not best_way[0]:
        return None
    whole = _encoded(text, best_way[0], lossy=True)
    return None if whole is None else _tried(whole, best_way[1], strict=False)


def _worth_trying(sample: str) -> bool:
    """Mostly letters beyond ASCII: German or French words have a few among many plain ones and are left alone."""
    high = len(_BEYOND.findall(sample))
    return high >= 4 and high * 2 > len(_PLAIN_LETTER.findall(sample)) and len(_LATIN_WITH_ACCENT.findall(sample)) * 3 < high


_LATIN_WITH_ACCENT = re.compile(r"[A-Za-z][À-ɏ]|[À-ɏ][A-Za-z]")
_PLAIN_LETTER = re.compile(r"[A-Za-z]")


def _sample_of_text(text: str) -> str:
    """The stretch of text around its first letters beyond ASCII, words whole."""
    first = _BEYOND.search(text)
    start = first.start() if first else 0
    return text[start : start + _SAMPLE]


_BEYOND = re.compile(r"[^\x00-\x7f]")


def _as_latin(text: str) -> str | None:
    """utf-8 that was read as latin-1 or windows-1252 and encoded again: peel it if that goes strictly."""
    raw = _encoded(text, "cp1252")
    if raw is None or raw.isascii():
        return None
    try:
        peeled = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\ufffd" in peeled else peeled


def _encoded(text: str, codec: str, *, lossy: bool = False) -> bytes | None:
    """Back to the bytes it was decoded from; signs a charset does not define stand for themselves (C1), U+FFFD for 0x98."""
    try:
        return text.encode(codec)
    except UnicodeEncodeError:
        pass  # an undefined byte or a sign added later: letter by letter
    out = bytearray()
    for sign in text:
        try:
            out += sign.encode(codec)
        except UnicodeEncodeError:
            if "\x80" <= sign <= "\x9f":
                out.append(ord(sign))
            elif sign == "\ufffd" and codec == "cp1251":
                out.append(0x98)
            elif lossy:
                out += sign.encode("utf-8")
            else:
                return None
    return bytes(out)


def _tried(raw: bytes, codec: str, *, strict: bool = True) -> str | None:
    try:
        return raw.decode(codec)
    except UnicodeDecodeError as fault:
        if not strict or (codec == "utf-8" and fault.start >= len(raw) - 4):
            return raw.decode(codec, "replace")
        return None
