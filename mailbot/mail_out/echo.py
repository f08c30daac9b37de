"""What a letter may repeat of its customer's subject: as her words, short, without links, and nothing that reads as ours or as abuse."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mailbot.mail_out.headers import clean_text

MOST_LETTERS = 100
_READ = 500  # letters of a subject that are looked at: what is longer is a letter
_ENDS = "com|net|org|info|biz|io|me|online|site|shop|store|xyz|top|app|link|click|ly|gl|cc|ru|su|рф"
_PLACE = re.compile(rf"://|^\W*www\.|\w@\w|\w\.(?:{_ENDS})\b", re.IGNORECASE)  # what a mail program makes a link of
_INNER = {"ru": str.maketrans("«»", "„“"), "en": str.maketrans('“”«»"', "‘’‘’'")}


def echoed(subject: str, never: Iterable[re.Pattern[str]]) -> str:
    """The subject on one line, cut at a word; "" where one of `never` is in it, or where nothing but links is."""
    said = " ".join(clean_text(subject[:_READ]).split())
    if any(words.search(said) for words in never):
        return ""
    line = " ".join(word for word in said.split() if not _PLACE.search(word))
    if not any(letter.isalnum() for letter in line):
        return ""
    if len(line) <= MOST_LETTERS and len(subject) <= _READ:
        return line
    cut = line[: MOST_LETTERS - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,.;:") + "…"


def inside_quotes(text: str, language: str) -> str:
    """The same for a place between quotation marks: none of hers ends them, or what follows would read as ours."""
    return text.translate(_INNER.get(language, _INNER["en"]))
