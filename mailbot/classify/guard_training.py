"""Learns what sentences of ours say (claims/guard_sense.py) from rules/our_sentences; the same sentences give the same file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from mailbot.claims.guard_sense import ANY, LABELS, SCALE, Sense, signs_of
from mailbot.classify.sentence_bank import FOLDS, Sentence
from mailbot.classify.sentence_training import EPOCHS, SELDOM_PAIR, SHRINK, fingerprint
from mailbot.classify.softmax import weights_of


def fit_sense(bank: Sequence[Sentence]) -> Sense:
    """Rounded as the file keeps them, without pairs met once and weights that say nothing."""
    rows: dict[str, int] = {}
    signs = [signs_of(one.text) for one in bank]
    only = np.eye(len(LABELS))
    taught = [
        (np.array([rows.setdefault(sign, len(rows)) for sign in each]), only[LABELS.index(one.label)])
        for one, each in zip(bank, signs, strict=True)
    ]
    rounded = np.rint(weights_of(taught, len(rows), len(LABELS), epochs=EPOCHS, shrink=SHRINK) * SCALE).astype(int)
    counts = Counter(sign for each in signs for sign in each)
    kept = sorted(
        sign
        for sign, row in rows.items()
        if sign == ANY or ((not sign.startswith("b:") or counts[sign] >= SELDOM_PAIR) and rounded[row].any())
    )
    return Sense({sign: tuple(rounded[rows[sign]].tolist()) for sign in kept})


def held_out(bank: Sequence[Sentence]) -> list[tuple[Sentence, tuple[float, ...]]]:
    """Every sentence with the chances that a model gives it which has not seen its part of the bank."""
    found = []
    for fold in range(FOLDS):
        sense = fit_sense([one for one in bank if one.fold != fold])
        found += [(one, sense.chances(one.text)) for one in bank if one.fold == fold]
    return found


def write_sense(sense: Sense, path: Path, bank: Sequence[Sentence]) -> None:
    """Errors: OSError."""
    lines = (f"{json.dumps(sign, ensure_ascii=False)}:{json.dumps(each, separators=(',', ':'))}" for sign, each in sense.weights.items())
    head, body = json.dumps({"learned_from": fingerprint(bank), "labels": LABELS}), ",\n".join(lines)
    path.write_text(f'{head[:-1]},\n"signs":{{\n{body}\n}}}}\n', "utf-8")
