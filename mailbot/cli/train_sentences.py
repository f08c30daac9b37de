"""`mailbot train --sentences FOLDER`: the model of sentences from the *.txt files of a folder, written beside them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mailbot.rulebook import Rules


def train_sentences(folder: Path, rules: Rules) -> int:
    """0 done. Errors: SetupError where the folder holds no sentences or a wrong heading."""
    from mailbot.classify.sentence_lessons import learn
    from mailbot.classify.sentence_training import write_sentence_model

    learned = learn(sorted(folder.glob("*.txt")), rules)
    path = folder / "model.json"
    model = write_sentence_model(learned.model, path, learned.bank)
    print(f"{path}: version {model.version}, {len(learned.bank)} sentences, {len(model.signs)} signs.")
    for name, figure in learned.measured.items():
        print(f"  {name}: {figure:.3f}")
    return 0
