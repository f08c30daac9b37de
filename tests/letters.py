"""`python -m tests.letters`: what the rules make of the letters in ../shared/data, by halves, with the worst mistakes."""

from __future__ import annotations

import gc
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from mailbot.claims.category import Reason
from mailbot.claims.message import IncomingMail
from mailbot.claims.understanding import Understanding
from mailbot.classify.understand import Reader
from mailbot.rulebook import load_rules
from tests import letter_facts
from tests.halves import in_looked_at_half
from tests.letter_facts import read_letters
from tests.own_letters import judge_own, own_letters
from tests.own_letters import report as report_own
from tests.timing import cpu_seconds

LETTERS = Path(__file__).resolve().parents[2] / "shared" / "data" / "letters"
MAIN = ("quality", "quantity", "damage", "warranty")
CLAIM, NOT_CLAIM = 0.5, 0.2  # claims/policy.py: triage_below, not_claim_below
ROUNDS = 5  # of measuring the speed
RECEIVED = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Judged:
    row: dict[str, object]
    understanding: Understanding

    @property
    def gold(self) -> str | None:
        return str(self.row["primary"]) if self.row["primary"] else None

    @property
    def primary(self) -> str:
        return self.understanding.verdict.primary

    @property
    def claim(self) -> float:
        return self.understanding.verdict.claim_confidence

    @property
    def mistake(self) -> str:
        if self.gold and self.claim < NOT_CLAIM:
            return f"claim lost ({self.claim:.2f})"
        if not self.gold:
            return f"non-claim would be acknowledged ({self.claim:.2f})" if self.claim >= CLAIM else ""
        return "" if self.primary == self.gold else f"{self.gold} read as {self.primary}"


def rows(*, looked_at: bool, ambiguous: bool = False) -> list[dict[str, object]]:
    """The half of letters.jsonl that was looked at while building, or the other one."""
    read = [json.loads(line) for line in (LETTERS / "letters.jsonl").read_text("utf-8").splitlines()]
    return [row for row in read if in_looked_at_half(row["id"]) == looked_at and row["ambiguous"] == ambiguous]


def judge(reader: Reader, read: Sequence[dict[str, object]]) -> list[Judged]:
    mails = [IncomingMail(subject=str(row["subject"] or ""), text=str(row["text"])) for row in read]
    office = ZoneInfo("Europe/Moscow")
    return [Judged(row, reader.understand(mail, RECEIVED, office)) for row, mail in zip(read, mails, strict=True)]


def written(*, looked_at: bool) -> list[dict[str, object]]:
    """The same half of written.jsonl as rows of letters: claim or not and primary only; facts are measured elsewhere."""
    read = [json.loads(line) for line in (LETTERS / "written.jsonl").read_text("utf-8").splitlines()]
    return [
        {**row, "text": _unquoted(row["body"]), "primary": row["gold"]["primary"] if row["gold"]["is_claim"] else None}
        for row in read
        if in_looked_at_half(row["id"]) == looked_at
    ]


def _unquoted(body: str) -> str:
    return "\n".join(line for line in body.splitlines() if not line.startswith(">"))


def f1(judged: Sequence[Judged], category: str) -> float:
    """F1 over claims; `unsorted` and a wrong category are wrong alike."""
    right = sum(one.gold == one.primary == category for one in judged)
    said = sum(one.primary == category for one in judged if one.gold)
    true = sum(one.gold == category for one in judged)
    return 2 * right / (said + true) if said + true else 0.0


def macro_f1(judged: Sequence[Judged]) -> float:
    present = [category for category in MAIN if any(one.gold == category for one in judged)]
    return sum(f1(judged, category) for category in present) / len(present) if present else 0.0


def report(judged: Sequence[Judged], title: str) -> None:
    print(f"\n{title}: {len(judged)} letters")
    for name, part in (("all", judged), *((lang, [one for one in judged if one.row["lang"] == lang]) for lang in ("ru", "en"))):
        each = "  ".join(f"{category} {f1(part, category):.2f}" for category in MAIN)
        claims, others = [one for one in part if one.gold], [one for one in part if not one.gold]
        lost = sum(one.claim < NOT_CLAIM for one in claims)
        triage = sum(NOT_CLAIM <= one.claim < CLAIM for one in claims)
        acknowledged = sum(one.claim >= CLAIM for one in others)
        print(
            f"  {name:3}  macro-F1 {macro_f1(part):.3f}  ({each})  unsorted {sum(one.primary == 'unsorted' for one in claims)}"
            f"  claims lost {lost}/{len(claims)}, in triage {triage}; non-claims acknowledged {acknowledged}/{len(others)}"
        )
    sorted_ = sum(one.primary == one.gold for one in judged if one.gold)
    print(f"  claim or not {_told(judged):.2f}  primary category right {sorted_}/{sum(one.gold is not None for one in judged)}")
    confused = Counter((one.gold, one.primary) for one in judged if one.gold and one.gold != one.primary)
    print("  confused: " + ", ".join(f"{gold}→{said} {count}" for (gold, said), count in confused.most_common(8)))


def _told(judged: Sequence[Judged]) -> float:
    """Claims taken for claims and the others not; a claim that waits for a person is no mistake, a lost or a wrongly answered one is."""
    return sum(one.claim >= NOT_CLAIM if one.gold else one.claim < CLAIM for one in judged) / len(judged)


def mistakes(judged: Sequence[Judged], most: int) -> None:
    def how_bad(one: Judged) -> float:
        if not one.gold or one.mistake.startswith("claim lost"):
            return 2 + abs(one.claim - 0.35)
        return one.understanding.verdict.confidence

    for one in sorted((one for one in judged if one.mistake), key=how_bad, reverse=True)[:most]:
        text = " ".join(str(one.row["text"]).split())
        words = ", ".join(f"{reason.category[:4]}:{reason.text}" for reason in one.understanding.verdict.reasons[:8])
        print(f"  - {one.row['id']} {one.mistake}: {text[:220]}\n      [{words}]")


def blanked(reader: Reader, read: Sequence[dict[str, object]]) -> tuple[int, int]:
    """Of the words shown as reasons for the category said, how many lower its score when they alone are blanked out; and how many there are."""
    lower = shown = 0
    for one in judge(reader, [row for row in read if row["primary"]]):
        verdict = one.understanding.verdict
        for reason in verdict.reasons:
            if reason.category == verdict.primary and reason.in_ in ("subject", "text"):
                without = judge(reader, [one.row | {reason.in_: _without(str(one.row[reason.in_] or ""), reason)}])[0].understanding.verdict
                shown += 1
                lower += without.scores[verdict.primary] < verdict.scores[verdict.primary]
    return lower, shown


def _without(text: str, reason: Reason) -> str:
    return text[: reason.start] + " " * (reason.end - reason.start) + text[reason.end :]


def speed(reader: Reader, read: Sequence[dict[str, object]]) -> float:
    """Letters a second of processor time, warm: the best of some rounds. As in a reading child, rules and dictionaries are put aside."""
    judge(reader, read)
    gc.collect()
    gc.freeze()
    took = min(cpu_seconds(partial(judge, reader, read)) for _ in range(ROUNDS))
    gc.unfreeze()
    return len(read) / took


def main() -> int:
    if not LETTERS.is_dir():
        print(f"{LETTERS} is absent: nothing to measure.", file=sys.stderr)
        return 2
    rules = load_rules(None)
    reader = Reader(rules)
    looked_at, unseen = (judge(reader, rows(looked_at=half)) for half in (True, False))
    report(looked_at, "Half looked at while building")
    report(unseen, "Half never looked at")
    report([*looked_at, *unseen], "Both")
    report([one for half in (True, False) for one in judge(reader, rows(looked_at=half, ambiguous=True))], "Ambiguous ones, apart")
    for half, title in ((True, "Written e-mails, half looked at"), (False, "Written e-mails, half never looked at")):
        report(judge(reader, written(looked_at=half)), title)
    for half, title in ((True, "looked at"), (False, "never looked at")):
        for name, read in (("reviews", rows(looked_at=half)), ("written", written(looked_at=half))):
            lower, shown = blanked(reader, read)
            print(f"Words shown, blanked out one by one, {name}, half {title}: {lower} of {shown} lower the score ({lower / shown:.3f})")
    facts = {half: read_letters(reader, letter_facts.written(looked_at=half, path=LETTERS / "written.jsonl")) for half in (True, False)}
    letter_facts.report(facts[True], "Facts of the written e-mails, half looked at", shown=True)
    print(f"\nFacts of the half never looked at, together: {letter_facts.overall(letter_facts.scores(facts[False]))}")
    for half, title in ((True, "looked at"), (False, "never looked at")):
        told, true, wrongly = letter_facts.alarms(facts[half])
        print(f"Critical letters and threats of law, half {title}: {told} of {true} told, {wrongly} wrongly")
    report_own(judge_own(reader, own_letters(looked_at=True)), rules, "Letters of our own, half looked at", shown=True)
    report_own(judge_own(reader, own_letters(looked_at=False)), rules, "Letters of our own, half never looked at", shown=False)
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    print(f"\nThe {most} worst mistakes of the half looked at:")
    mistakes(looked_at, most)
    print(f"\nSpeed: {speed(reader, [one.row for one in looked_at + unseen]):.0f} letters a second on one core, warm")
    return 0


if __name__ == "__main__":
    sys.exit(main())
