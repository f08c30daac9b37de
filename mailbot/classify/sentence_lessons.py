"""From files of sentences to the model of sentences, with how well it does on sentences and letters it has not seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mailbot.classify.claim import claim_confidence, claim_total
from mailbot.classify.sentence_bank import COMPLAINTS, FOLDS, LABELS, Sentence, read_bank
from mailbot.classify.sentence_model import SentenceJudge, SentenceModel, claim_signs, evidence
from mailbot.classify.sentence_training import fit_claim, fit_sentences, held_out_judges, made_letters, taught_of
from mailbot.classify.understand import Reader
from mailbot.rulebook import Rules


@dataclass(frozen=True, slots=True)
class Learned:
    model: SentenceModel
    bank: list[Sentence]
    measured: dict[str, float]  # all on what was held out


def learn(files: Iterable[Path], rules: Rules) -> Learned:
    """The same files and rules give the same model. Errors: SetupError of `read_bank`."""
    return learn_from(read_bank(files), rules)


def learn_from(bank: list[Sentence], rules: Rules) -> Learned:
    reader = Reader(replace(rules, sentences=""))
    taught = [taught_of(one, reader.read_phrases(one.text, one.language)) for one in bank]
    judges = held_out_judges(bank, taught)
    made: list[tuple[bool, tuple[float, ...]]] = []
    by_rules: list[bool] = []
    for language in sorted({one.language for one in bank}):
        for fold in range(FOLDS):
            for claim, lines in made_letters(bank, language, fold):
                one = reader.read_phrases("\n".join(lines), language)
                total, _ = claim_total([one])
                made.append((claim, claim_signs(judges[fold].read([one]), total)))
                by_rules.append(claim_confidence(total) >= 0.5)
    claim_weights = fit_claim(made)
    model = replace(fit_sentences(taught), claim=claim_weights)
    return Learned(model, bank, _measured(bank, judges, reader) | _claims_told(made, by_rules, claim_weights))


def _measured(bank: Sequence[Sentence], judges: Sequence[SentenceJudge], reader: Reader) -> dict[str, float]:
    right = category = complaints = 0
    for one in bank:
        found = evidence(judges[one.fold].read([reader.read_phrases(one.text, one.language)]))
        right += max(LABELS, key=lambda label: found[label]) == one.label
        if one.label in COMPLAINTS:
            complaints += 1
            category += max(COMPLAINTS, key=lambda label: found[label]) == one.label
    return {"meaning of a sentence": right / len(bank), "category of a complaining sentence": category / max(1, complaints)}


def _claims_told(made: Sequence[tuple[bool, tuple[float, ...]]], by_rules: Sequence[bool], weights: Sequence[float]) -> dict[str, float]:
    said = [sum(weight * sign for weight, sign in zip(weights, signs, strict=True)) >= 0 for _, signs in made]
    true = [claim for claim, _ in made]
    return {
        "claim or not, made letters": sum(a == b for a, b in zip(said, true, strict=True)) / len(true),
        "the same by the phrases alone": sum(a == b for a, b in zip(by_rules, true, strict=True)) / len(true),
    }
