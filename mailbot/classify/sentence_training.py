"""Learns the sentence model from the shipped sentences; the same sentences and rules give the same file. Nothing else is read."""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from mailbot.classify.category import Reading
from mailbot.classify.sentence_bank import COMPLAINTS, FOLDS, LABELS, Sentence, of_fold
from mailbot.classify.sentence_model import SCALE, SCHEMA, SentenceJudge, SentenceModel, claim_signs
from mailbot.classify.sentence_signs import ANY, signs
from mailbot.classify.softmax import SEED, Floats, weights_of

EPOCHS = 8
SHRINK = 1e-4
SELDOM_PAIR = 2  # a pair of words that stood once would only make the file large
LETTERS = 1200  # made of the sentences of each part
CALM = 0.01  # what keeps the weights of seldom meanings small
OF_MODEL = 2.25  # what the sentences say beside the phrases; measured on whole letters, flat from 1.8 to 2.6
_SMALL = 0.5  # of a twentieth: weights below say nothing


@dataclass(frozen=True, slots=True)
class Taught:
    """One sentence ready to learn from: its signs and the number of its label."""

    signs: tuple[str, ...]
    label: int


def fit_sentences(taught: Sequence[Taught]) -> SentenceModel:
    rows: dict[str, int] = {}
    only = np.eye(len(LABELS))
    learned = [(np.array([rows.setdefault(sign, len(rows)) for sign in one.signs]), only[one.label]) for one in taught]
    weights = weights_of(learned, len(rows), len(LABELS), epochs=EPOCHS, shrink=SHRINK)
    return _kept(rows, weights, Counter(sign for one in taught for sign in one.signs))


def _kept(rows: dict[str, int], weights: Floats, counts: Counter[str]) -> SentenceModel:
    """Rounded as the file keeps them, in the order of the alphabet, without pairs met once and weights that say nothing."""
    rounded = np.rint(weights * SCALE)
    kept = sorted(
        sign
        for sign, row in rows.items()
        if sign == ANY or ((not sign.startswith("b:") or counts[sign] >= SELDOM_PAIR) and np.abs(rounded[row]).max() > _SMALL)
    )
    matrix = np.array([rounded[rows[sign]] for sign in kept], dtype=np.float32) / np.float32(SCALE)
    return SentenceModel({sign: row for row, sign in enumerate(kept)}, matrix, (0.0,) * len(claim_signs((), 0.0)), OF_MODEL)


def taught_of(sentence: Sentence, read: Reading) -> Taught:
    listed = dict.fromkeys(sign for each in signs(read).values() for sign in each)
    return Taught(tuple(listed), LABELS.index(sentence.label))


def made_letters(bank: Sequence[Sentence], language: str, fold: int) -> Iterator[tuple[bool, list[str]]]:
    """Letters put together out of sentences of one part: claims with greeting, story, complaint and demand, and all that is none."""
    drawn = random.Random(f"{SEED}:{language}:{fold}")  # noqa: S311 - the same letters each time, no secret
    by_label = {label: [one.text for one in of_fold(bank, fold) if one.language == language and one.label == label] for label in LABELS}
    for _ in range(LETTERS):
        claim = drawn.random() < 0.55
        yield claim, (_claim(drawn, by_label) if claim else _no_claim(drawn, by_label))


def _some(drawn: random.Random, listed: Sequence[str], least: int, most: int) -> list[str]:
    return [drawn.choice(listed) for _ in range(drawn.randint(least, most))] if listed else []


def _claim(drawn: random.Random, by_label: dict[str, list[str]]) -> list[str]:
    first, second = drawn.sample(COMPLAINTS, 2)
    core = _some(drawn, by_label[first], 1, 3)
    if drawn.random() < 0.15:
        core += _some(drawn, by_label[second], 1, 1)
    if drawn.random() < 0.3:
        core.insert(drawn.randint(0, len(core)), drawn.choice(by_label["complaint"]))
    if drawn.random() < 0.4:  # a review: what is good, and what is wrong
        return _some(drawn, by_label["praise"], 0, 2) + core + _some(drawn, by_label["demand"], 0, 1)
    aside = _some(drawn, by_label["praise"], 0, 1) if drawn.random() < 0.3 else []
    aside += _some(drawn, by_label["ask"], 0, 1) if drawn.random() < 0.2 else []
    if drawn.random() < 0.25:  # a letter of business: papers are sent with it
        aside += _some(drawn, by_label["documents"], 1, 2)
    story, rest = _some(drawn, by_label["plain"], 0, 4), _some(drawn, by_label["plain"], 0, 2)
    return story + core + aside + rest + _some(drawn, by_label["demand"], 0, 2)


_NO_CLAIMS = (
    "plain", "plain", "praise", "praise", "praise", "ask", "ask", "ask", "price", "documents", "documents", "guarantee",
    "offer", "offer", "answer", "settled",
)  # fmt: skip


def _no_claim(drawn: random.Random, by_label: dict[str, list[str]]) -> list[str]:
    kind = drawn.choice(_NO_CLAIMS)
    core = _some(drawn, by_label[kind], 1, 5)
    if drawn.random() < 0.2:
        core += _some(drawn, by_label[drawn.choice(("praise", "documents", "price", "ask"))], 1, 1)
    if kind in ("answer", "ask") and drawn.random() < 0.2:
        core += _some(drawn, by_label["demand"], 1, 1)
    if kind in ("praise", "settled") and drawn.random() < 0.1:  # a gripe in a review, the story of what is settled
        core.insert(drawn.randint(0, len(core)), drawn.choice(by_label[drawn.choice(COMPLAINTS)]))
    return _some(drawn, by_label["plain"], 0, 3) + core + _some(drawn, by_label["plain"], 0, 1)


def fit_claim(rows: Sequence[tuple[bool, tuple[float, ...]]]) -> tuple[float, ...]:
    """Logistic regression over whole letters, a thousand even steps downhill."""
    signs_ = np.array([one for _, one in rows])
    true = np.array([float(claim) for claim, _ in rows])
    spread = signs_.std(axis=0)
    spread[spread == 0] = 1.0
    scaled = signs_ / spread
    weights = np.zeros(scaled.shape[1])
    for _ in range(1500):
        chance = 1 / (1 + np.exp(-scaled @ weights))
        weights -= 0.5 * (scaled.T @ (chance - true) / len(true) + CALM * weights)
    return tuple(round(float(weight), 3) for weight in weights / spread)


def held_out_judges(bank: Sequence[Sentence], taught: Sequence[Taught]) -> list[SentenceJudge]:
    """For each part the judge that has not seen it."""
    return [
        SentenceJudge(fit_sentences([one for one, sentence in zip(taught, bank, strict=True) if sentence.fold != fold]))
        for fold in range(FOLDS)
    ]


def fingerprint(bank: Sequence[Sentence]) -> str:
    """Of what was learned from: a file of sentences changed without learning anew is seen by it."""
    told = "\n".join(sorted(f"{one.language}\t{one.label}\t{one.text}" for one in bank))
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def write_sentence_model(model: SentenceModel, path: Path, bank: Sequence[Sentence]) -> SentenceModel:
    """Errors: OSError."""
    listed = {sign: np.rint(model.weights[row] * SCALE).astype(int).tolist() for sign, row in model.signs.items()}
    body = ",\n".join(f"{json.dumps(sign, ensure_ascii=False)}:{json.dumps(each, separators=(',', ':'))}" for sign, each in listed.items())
    told = {"labels": LABELS, "claim": model.claim, "of_model": model.of_model}
    version = hashlib.sha256((body + json.dumps(told)).encode()).hexdigest()[:8]
    head = json.dumps({"schema": SCHEMA, "version": version, "learned_from": fingerprint(bank), **told}, ensure_ascii=False)
    path.write_text(f'{head[:-1]},\n"signs":{{\n{body}\n}}}}\n', "utf-8")
    return replace(model, version=version)
