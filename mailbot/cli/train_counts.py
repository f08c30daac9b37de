"""`mailbot train --counts FOLDER`: the model of counts from the marked letters of a folder, written beside them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mailbot.rulebook import Rules

LENGTHS = ("cm", "mm")  # of goods; no units of the rules, but marked


def train_counts(folder: Path, rules: Rules) -> int:
    """0 done. Errors: SetupError where the folder holds no letter or a wrong mark."""
    from mailbot.classify.count_letters import read_letters
    from mailbot.classify.count_training import fit_counts, held_out, taught_by, write_count_model

    letters = read_letters(folder.glob("*.txt"), (*rules.units, *LENGTHS))
    taught = taught_by(letters, rules)
    path = folder / "model.json"
    model = write_count_model(fit_counts(taught), path, letters)
    print(f"{path}: version {model.version}, {len(letters)} letters, {len(model.signs)} signs.")
    for file, told in held_out(taught).items():
        print(
            f"  {file} by the others: roles of {told.counts} counts {told.by_rules} right by the rules, {told.by_both} by both; "
            f"{told.new} numbers more told to count, {told.new_role} of them in the right role, {told.new_right} with the right unit"
        )
    return 0
