"""What the model of sentences finds wrong with the goods of a sentence, where no word of the rules tells it."""

from __future__ import annotations

from collections.abc import Iterator

from mailbot.classify.sentence_bank import COMPLAINTS, LABELS
from mailbot.classify.sentence_model import SentenceSaid

LIKELY = 0.5  # chance from which a sentence is believed
ROLES = {"damage": "damaged", "quality": "defective", "warranty": "defective"}


def blame(said: SentenceSaid) -> Iterator[tuple[int, str]]:
    """The sentence and the role of its faulty goods; nothing where the sentence tells of something else."""
    chances = {label: said.chances[LABELS.index(label)] for label in COMPLAINTS}
    likeliest = max(chances, key=lambda label: chances[label])
    wrong = sum(chances[label] for label in ROLES)
    if likeliest in ROLES and wrong >= LIKELY:
        yield said.sentence, ROLES[likeliest]
