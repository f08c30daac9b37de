"""The shipped sentences from which the sentence model is learned: rules/sentences/<language>-*.txt, one a line under what it says."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mailbot.claims.errors import Fault, SetupError

FOLDS = 4
COMPLAINTS = ("damage", "other", "quality", "quantity", "warranty")
LABELS = (
    *COMPLAINTS, "answer", "ask", "complaint", "demand", "documents", "guarantee", "offer", "plain", "praise", "price", "settled",
)  # fmt: skip
_HEAD = re.compile(r"\[(\w+)\]$")


@dataclass(frozen=True, slots=True)
class Sentence:
    language: str
    label: str
    text: str

    @property
    def fold(self) -> int:
        """Which part it belongs to where parts are held out: by its words, so that the same sentence never stands on both sides."""
        return int(hashlib.sha256(self.text.casefold().encode()).hexdigest(), 16) % FOLDS


def read_bank(files: Iterable[Path], labels: Sequence[str] = LABELS) -> list[Sentence]:
    """Errors: SetupError for a line above every heading, an unknown heading, or no sentence at all."""
    mend = f"Write [label] above its sentences; labels are {', '.join(labels)}."
    found: list[Sentence] = []
    faults: list[Fault] = []
    for path in sorted(files):
        label = ""
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            text = line.strip()
            head = _HEAD.match(text)
            if head:
                label = head[1]
            if head and label not in labels:
                faults.append(Fault(str(path), number, label, "is no label.", mend))
            elif text and not head and not text.startswith("#"):
                if label:
                    found.append(Sentence(path.name[:2], label, text))
                else:
                    faults.append(Fault(str(path), number, "", "stands under no label.", mend))
    if faults or not found:
        raise SetupError(*(faults or [Fault("rules/sentences", 0, "", "holds no sentence.", mend)]))
    return found


def of_fold(bank: Sequence[Sentence], fold: int) -> list[Sentence]:
    return [one for one in bank if one.fold == fold]
