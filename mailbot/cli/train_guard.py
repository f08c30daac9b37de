"""`mailbot train --guard FOLDER`: what sentences of ours say, learned from the *.txt files of a folder and written beside them."""

from __future__ import annotations

from pathlib import Path


def train_guard(folder: Path) -> int:
    """0 done. Errors: SetupError where the folder holds no sentences or a wrong heading."""
    from mailbot.claims.guard_sense import LABELS
    from mailbot.classify.guard_training import fit_sense, held_out, write_sense
    from mailbot.classify.sentence_bank import read_bank

    bank = read_bank(folder.glob("*.txt"), LABELS)
    sense, path = fit_sense(bank), folder / "model.json"
    write_sense(sense, path, bank)
    print(f"{path}: {len(bank)} sentences, {len(sense.weights)} signs. Told as not fine, of those held out:")
    judged = held_out(bank)
    for label in LABELS:
        chances = [each[0] for one, each in judged if one.label == label]
        print(f"  {label}: {sum(fine < 0.5 for fine in chances)} of {len(chances)}")
    return 0
