"""`python -m tests.whole_mails`: what is made of 776 whole mails that strangers to the rules wrote (whole_mails/*.txt); held.txt was never read.

A mail is `@ language claim PRIMARY` or `@ language other KIND`, then its sentences as `label| words`, labels as in rules/sentences.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mailbot.claims.category import Verdict
from tests.reading import understand

FOLDER = Path(__file__).parent / "whole_mails"
SURE, LOST = 0.5, 0.2  # claims/policy.py: triage_below, not_claim_below


@dataclass(slots=True)
class WholeMail:
    language: str
    primary: str  # "" of what is no claim
    sentences: list[str] = field(default_factory=list)

    def text(self, number: int) -> str:
        """As mails come: a sentence a line, a paragraph each, or a greeting and one paragraph."""
        if number % 3 == 2:
            return "\n\n".join([self.sentences[0], " ".join(self.sentences[1:])])
        return ("\n", "\n\n")[number % 3].join(self.sentences)


@dataclass(frozen=True, slots=True)
class Figures:
    claims: int
    lost: int
    waiting: int
    right: int  # primary category
    others: int
    acknowledged: int


def read_mails(path: Path) -> Iterator[WholeMail]:
    for block in path.read_text("utf-8").removeprefix("@ ").split("\n@ "):
        head, *lines = block.strip().splitlines()
        language, kind, name = head.split()
        yield WholeMail(language, name if kind == "claim" else "", [line.partition("|")[2].strip() for line in lines if line.strip()])


def judged(path: Path) -> list[tuple[WholeMail, Verdict]]:
    return [(mail, understand(mail.text(number)).verdict) for number, mail in enumerate(read_mails(path))]


def figures(read: Sequence[tuple[WholeMail, Verdict]]) -> Figures:
    claims = [(mail.primary, one) for mail, one in read if mail.primary]
    others = [one for mail, one in read if not mail.primary]
    return Figures(
        claims=len(claims),
        lost=sum(one.claim_confidence < LOST for _, one in claims),
        waiting=sum(LOST <= one.claim_confidence < SURE for _, one in claims),
        right=sum(one.primary == primary for primary, one in claims),
        others=len(others),
        acknowledged=sum(one.claim_confidence >= SURE for one in others),
    )


if __name__ == "__main__":
    for path in sorted(FOLDER.glob("*.txt")):
        read = judged(path)
        for language in sorted({mail.language for mail, _ in read}):
            print(path.stem, language, figures([one for one in read if one[0].language == language]))
