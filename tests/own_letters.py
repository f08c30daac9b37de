"""Letters of our own with all their facts (tests/own_letters/*.txt): read as real bytes, scored by type, value and role, in halves.

A letter is `@ id language day`, headers as in a mail, a blank line, the words, then what a careful reader finds in them as `= name: value; value`
("a|b" either will do). `has` names the needs of rules/categories that the letter or its files meet, `danger` what must be escalated at once
(critical, legal, safety).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path

from mailbot.claims.facts import Fact, Facts
from mailbot.claims.understanding import Understanding
from mailbot.classify.understand import Reader
from mailbot.mail_in.read import read_mail
from mailbot.rulebook import Rules
from tests.halves import in_looked_at_half
from tests.letter_facts import OFFICE, Score

LETTERS = Path(__file__).parent / "own_letters"
PLAIN = str.split("orders contracts serials batches articles models claims cases emails")
DATES = str.split("purchased_on delivered_on commissioned_on expires_on answer_wanted_by")
SCORED = (*PLAIN, "documents", "quantities", "amounts", "warranty_terms", *DATES, "phones", "inn", "remedies")
Key = tuple[str, str]


@dataclass(slots=True)
class OwnLetter:
    id: str
    language: str
    day: date
    headers: dict[str, str] = field(default_factory=dict)
    text: str = ""
    gold: dict[str, list[str]] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return self.gold.get("kind", ["claim"])[0]

    @property
    def arrived(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 12, 0, tzinfo=UTC)


def own_letters(*, looked_at: bool) -> list[OwnLetter]:
    return [one for path in sorted(LETTERS.glob("*.txt")) for one in parsed(path) if in_looked_at_half(one.id) == looked_at]


def parsed(path: Path) -> Iterator[OwnLetter]:
    for block in path.read_text("utf-8").split("\n@ "):
        head, _, rest = block.removeprefix("@ ").partition("\n")
        identifier, language, day = head.split()
        letter = OwnLetter(identifier, language, date.fromisoformat(day))
        headers, _, body = rest.partition("\n\n")
        letter.headers = dict(line.split(": ", 1) for line in headers.splitlines() if ": " in line)
        letter.text = "\n".join(line for line in body.splitlines() if not line.startswith("= ")).strip()
        for line in body.splitlines():
            if line.startswith("= "):
                name, _, values = line.removeprefix("= ").partition(":")
                parted = values.split() if name == "remedies" else values.split(";")
                letter.gold[name] = [value.strip() for value in parted if value.strip()]
        yield letter


def as_bytes(letter: OwnLetter) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = letter.headers["From"], "claims@factory.example", letter.headers.get("Subject", "")
    mail["Date"] = letter.arrived
    mail.set_content(letter.text)
    for name in filter(None, letter.headers.get("Files", "").split(", ")):
        kind, subtype = ("image", "jpeg") if name.lower().endswith(("jpg", "jpeg", "png")) else ("application", "octet-stream")
        mail.add_attachment(b"\xff\xd8" + bytes(60_000), maintype=kind, subtype=subtype, filename=name)
    return mail.as_bytes()


@dataclass(frozen=True, slots=True)
class Judged:
    letter: OwnLetter
    understanding: Understanding


def judge_own(reader: Reader, letters: Sequence[OwnLetter]) -> list[Judged]:
    return [Judged(one, reader.understand(read_mail(as_bytes(one)), one.arrived, OFFICE)) for one in letters]


def gold_of(letter: OwnLetter) -> dict[str, list[frozenset[str]]]:
    """By type what is right: each value as the set of its acceptable forms. "124 pcs missing" is value, unit and role."""
    return {name: [frozenset(_plain(form) for form in value.split("|")) for value in letter.gold.get(name, ())] for name in SCORED}


def said_of(facts: Facts) -> dict[str, list[str]]:
    said = {name: [_plain(str(fact.value)) for fact in getattr(facts, name)] for name in PLAIN}
    said["documents"] = [_plain(f"{fact.type} {fact.value}") for fact in facts.documents]
    said["quantities"] = [_plain(f"{_number(fact)} {fact.unit} {fact.role}") for fact in facts.quantities]
    said["amounts"] = [_plain(f"{_number(fact)} {fact.currency or ''}".strip()) for fact in facts.amounts]
    said["warranty_terms"] = [_plain(f"{_number(fact)} {fact.unit}") for fact in facts.warranty_terms]
    for name in DATES:
        day: date | None = getattr(facts, name)
        said[name] = [day.isoformat()] if day else []
    said["phones"], said["inn"] = [_plain(phone) for phone in facts.phones], list(facts.inn)
    said["remedies"] = list(facts.remedies)
    return {name: list(dict.fromkeys(values)) for name, values in said.items()}


def _number(fact: Fact) -> str:
    return f"{float(fact.value):g}" if float(fact.value) < 1e6 else f"{float(fact.value):.0f}"


def _plain(written: str) -> str:
    return " ".join(written.split()).casefold()


def scores(judged: Sequence[Judged]) -> dict[str, Score]:
    found = {name: Score() for name in SCORED}
    for one in judged:
        gold, said = gold_of(one.letter), said_of(one.understanding.facts)
        for name in SCORED:
            if name == "remedies" and "remedies" not in one.letter.gold:
                continue
            found[name].true += len(_once(gold[name]))
            found[name].said += len(said[name])
            found[name].right += sum(not forms.isdisjoint(said[name]) for forms in _once(gold[name]))
    return found


def _once(forms: Sequence[frozenset[str]]) -> list[frozenset[str]]:
    return list(dict.fromkeys(forms))


def together(found: dict[str, Score], without: Sequence[str] = ("remedies",)) -> Score:
    """All types of facts; remedies are told apart, they are no numbers of the letter."""
    counted = [score for name, score in found.items() if name not in without]
    return Score(sum(one.right for one in counted), sum(one.said for one in counted), sum(one.true for one in counted))


@dataclass(slots=True)
class Asked:
    """The missing list of claims whose category was read right: what was sent is never asked for, what was not is."""

    letters: int = 0
    sent: int = 0
    sent_and_asked: list[str] = field(default_factory=list)
    absent: int = 0
    absent_not_asked: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.letters} letters: asked for though sent {len(self.sent_and_asked)} of {self.sent}, "
            f"missing and not asked {len(self.absent_not_asked)} of {self.absent}"
        )


def asked(judged: Sequence[Judged], rules: Rules) -> Asked:
    found = Asked()
    for one in judged:
        primary = one.understanding.verdict.primary
        category = rules.category(primary)
        if "has" not in one.letter.gold or category is None or primary not in _primaries(one.letter):
            continue
        found.letters += 1
        has = set(" ".join(one.letter.gold["has"]).split()) | _known_to_us(one.letter)
        for need in category.needs:
            if need in has:
                found.sent += 1
                found.sent_and_asked += [f"{one.letter.id} {need}"] if need in one.understanding.missing else []
            else:
                found.absent += 1
                found.absent_not_asked += [f"{one.letter.id} {need}"] if need not in one.understanding.missing else []
    return found


def _primaries(letter: OwnLetter) -> list[str]:
    """One category, or "a|b" where either will do; none of what is no claim."""
    return letter.gold.get("primary", [""])[0].split("|")


def _known_to_us(letter: OwnLetter) -> set[str]:
    """A private person (they all write from mail.example) has no invoice but an order or a contract: docs/understanding.md."""
    private = letter.headers["From"].rstrip().endswith("@mail.example>")
    return {"invoice"} if private and (letter.gold.get("orders") or letter.gold.get("contracts")) else set()


@dataclass(slots=True)
class Escalated:
    """Letters whose danger is known: what had to be escalated and was not, and what was without need."""

    true: int = 0
    missed: list[str] = field(default_factory=list)
    needless: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"escalated {self.true - len(self.missed)} of {self.true}, needlessly {len(self.needless)}"


def escalated(judged: Sequence[Judged]) -> Escalated:
    found = Escalated()
    for one in judged:
        if "danger" not in one.letter.gold:
            continue
        facts = one.understanding.facts
        gold = set(" ".join(one.letter.gold["danger"]).split())
        said = {"critical"} if facts.urgency == "critical" else set()
        said |= {"legal"} if facts.legal_threat else set()
        said |= {"safety"} if facts.safety else set()
        found.true += len(gold)
        found.missed += [f"{one.letter.id} {name}" for name in sorted(gold - said)]
        found.needless += [f"{one.letter.id} {name}" for name in sorted(said - gold)]
    return found


def report(judged: Sequence[Judged], rules: Rules, title: str, *, shown: bool) -> None:
    found = scores(judged)
    print(f"\n{title}: {len(judged)} letters, facts together {together(found)}")
    for name, score in found.items():
        print(f"  {name:17} {score}")
    for language in ("ru", "en"):
        part = together(scores([one for one in judged if one.letter.language == language]))
        print(f"  {language}: {part}")
    missing = asked(judged, rules)
    print(f"  missing list, {missing}")
    danger = escalated(judged)
    print(f"  danger and court, {danger}")
    right = Counter(one.understanding.verdict.primary in _primaries(one.letter) for one in judged if "primary" in one.letter.gold)
    print(f"  primary category right {right[True]} of {right.total()}")
    for one in judged if shown else ():
        _show(one)
    if shown:
        print(f"  not escalated {danger.missed}; needlessly {danger.needless}")
        print(f"  asked though sent {missing.sent_and_asked}; not asked {missing.absent_not_asked}")


def _show(one: Judged) -> None:
    gold, said = gold_of(one.letter), said_of(one.understanding.facts)
    lines = []
    for name in SCORED:
        if name == "remedies" and name not in one.letter.gold:
            continue
        missed = ["|".join(sorted(forms)) for forms in gold[name] if forms.isdisjoint(said[name])]
        extra = [value for value in said[name] if not any(value in forms for forms in gold[name])]
        lines += [f"{name} missed {missed}"] if missed else []
        lines += [f"{name} extra {extra}"] if extra else []
    if lines:
        print(f"  - {one.letter.id} " + "; ".join(lines))
