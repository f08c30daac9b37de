"""The words by which the model of sentences was moved: of the sentences that plainly mean a category, the most telling words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from mailbot.claims.category import Reason
from mailbot.classify.category import Reading
from mailbot.classify.sentence_bank import COMPLAINTS, LABELS
from mailbot.classify.sentence_model import SentenceJudge, SentenceSaid

LIKELY = 0.35  # chance of a sentence whose words are shown
SENTENCES, WORDS = 2, 2  # how many are shown: sentences, words of each
LEAST = 0.08  # by how much a word must raise the chance of its sentence
LETTERS = 3  # shorter words show nothing to a reader
_SMALL = frozenset(
    str.split("the and are was were has had have been this that with from for but как так что это только все всё уже ещё еще там тут или")
)


def sentence_reasons(
    judge: SentenceJudge, said: Sequence[SentenceSaid], readings: Sequence[Reading], category: str, shown: Sequence[Reason]
) -> tuple[Reason, ...]:
    """Reasons beside those `shown` already; none for a category the model does not know."""
    if category not in COMPLAINTS:
        return ()
    at = LABELS.index(category)
    telling = [one for one in said if one.chances[at] >= LIKELY and one.chances[at] == max(one.chances)]
    strongest = sorted(telling, key=lambda one: -one.chances[at])[:SENTENCES]
    alone = not any(reason.category == category for reason in shown)
    found = [reason for one in strongest for reason in _of_sentence(judge, one, readings[one.place], category, shown, alone=alone)]
    return tuple({reason.text.lower(): reason for reason in reversed(found)}.values())[::-1]  # a word of both sentences once


def _of_sentence(
    judge: SentenceJudge, one: SentenceSaid, read: Reading, category: str, shown: Sequence[Reason], *, alone: bool
) -> Iterator[Reason]:
    """A word that stands twice would not be missed, so it is shown only where nothing else is."""
    words, place = read.words, read.place
    taken = [(reason.start, reason.end) for reason in shown if reason.in_ == place.in_]
    leaning = []
    numbers = words.of_sentence(one.sentence)
    often = Counter(words.words[number].lower for number in numbers)
    for number in numbers:
        word = words.words[number]
        if (alone or often[word.lower] == 1) and len(word.lower) >= LETTERS and word.lower.isalpha() and word.lower not in _SMALL:
            start, end = words.starts[number], words.ends[number]
            if not any(start < until and since < end for since, until in taken):
                leaning.append((-judge.leaning(word, category), number))
    gains = [(-judge.gain(one, words.words[number], category), number) for lean, number in sorted(leaning)[: 2 * WORDS] if lean < 0]
    for gain, number in sorted(gains)[:WORDS]:
        if -gain >= LEAST:
            start, end = words.starts[number], words.ends[number]
            yield Reason(category, place.text[start:end], start, end, place.in_, f"model sentences {judge.model.version}")
