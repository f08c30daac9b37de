"""Sums of a letter of ours that are written out or computed, for the guard: how much they are, and of which known sums. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mailbot.claims.guard_values import Amount

_NUMERALS = (
    "полтор|пол|одн|один|дв|тр[иех]|чет|пят|шест|сем|восем|восьм|девя|десят|сорок|сто|сот|двест|трист|тысяч|миллион|несколько|пару|"
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|hundred|thousand|couple|few"
)
_IN_WORDS = re.compile(
    rf"(?<!\w)(?:(?:{_NUMERALS})[а-яa-z]*(?: |-| and | of )){{1,7}}(?:рубл\w+|евро|доллар\w*|pounds?|euros?|dollars?|roubles?)(?!\w)",
    re.IGNORECASE,
)
_WORTHS = {
    "сорок": 40, "сорока": 40, "девяносто": 90, "девяноста": 90, "сто": 100, "ста": 100, "двести": 200, "двухсот": 200, "триста": 300,
    "трехсот": 300, "четыреста": 400, "четырехсот": 400, "полтора": 1.5, "полторы": 1.5, "полутора": 1.5, "один": 1, "одна": 1, "одну": 1,
    "одного": 1, "одной": 1, "два": 2, "две": 2, "двух": 2, "три": 3, "трех": 3, "четыре": 4, "четырех": 4, "восемь": 8, "восьми": 8,
    "девять": 9, "девяти": 9, "десять": 10, "десяти": 10, "двадцать": 20, "двадцати": 20, "тридцать": 30, "тридцати": 30,
    "восемьдесят": 80, "восьмидесяти": 80, "восемьсот": 800, "восьмисот": 800, "девятьсот": 900, "девятисот": 900, "and": 0,
    **{f"{stem}{end}": value for value, stem in enumerate(("пят", "шест", "сем"), 5) for end in "ьи"},
    **{f"{stem}{end}": value * 10 for value, stem in enumerate(("пят", "шест", "сем"), 5) for end in ("ьдесят", "идесяти")},
    **{f"{stem}{end}": value * 100 for value, stem in enumerate(("пят", "шест", "сем"), 5) for end in ("ьсот", "исот")},
    **{f"{stem}надцат{end}": value for value, stem in enumerate(
        ("один", "две", "три", "четыр", "пят", "шест", "сем", "восем", "девят"), 11) for end in "ьи"},
    **{word: value for value, word in enumerate(str.split(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
        "nineteen"), 1)},
    **{word: value * 10 for value, word in enumerate(str.split("twenty thirty forty fifty sixty seventy eighty ninety"), 2)},
}  # fmt: skip
_TIMES = {"тысяч": 1_000, "миллион": 1_000_000, "thousand": 1_000, "million": 1_000_000}
_MOST_KNOWN = 40  # sums of which others are computed


def amounts_in_words(text: str) -> Iterator[Amount]:
    """«полторы тысячи рублей»; a sum that nobody can count («несколько тысяч») is not a number."""
    for match in _IN_WORDS.finditer(text):
        yield Amount(_spoken(match.group()), match.group(), match.start())


def _spoken(words: str) -> float:
    """«сорок восемь тысяч девятьсот рублей»: 48 900."""
    whole, part = 0.0, 0.0
    for word in re.findall(r"[^\W\d_]+", words.casefold())[:-1]:
        times = next((value for stem, value in _TIMES.items() if word.startswith(stem)), 0)
        if times:
            whole, part = whole + (part or 1) * times, 0.0
        elif word == "hundred":
            part = (part or 1) * 100
        elif word in _WORTHS:
            part += _WORTHS[word]
        else:
            return float("nan")
    return whole + part


def follows_from(value: float, known: Iterable[float], sentence: str, letter: str) -> bool:
    """Whether a sum is computed out of known ones: two or all together, a rest, so many times one, a share in per cent, the tax in it.

    How many times, the sentence says; the per cent stand anywhere in the letter.
    """
    sums = list(dict.fromkeys(one for one in known if one > 0))[:_MOST_KNOWN]
    if any(_same(value, abs(one + sign * other)) for at, one in enumerate(sums) for other in sums[:at] for sign in (1, -1)):
        return True
    if len(sums) > 2 and _same(value, sum(sums)):
        return True
    counts = {int(one) for one in re.findall(r"(?<![\d.,])\d{1,4}(?![\d.,]?\d)", sentence)[:_MOST_KNOWN]} - {0, 1}
    shares = {float(one.replace(",", ".")) for one in re.findall(r"(\d{1,2}(?:[.,]\d{1,2})?)\s?%", letter)[:5]}
    return any(
        any(_same(value, one * count) or _same(value, one / count) for count in counts)
        or any(_same(value, one * part) for share in shares for part in (share / 100, 1 - share / 100, share / (100 + share)))
        for one in sums
    )


def _same(one: float, other: float) -> bool:
    return abs(one - other) < 0.0051
