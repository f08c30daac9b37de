"""What the fact reader makes of ../shared/data/letters/written.jsonl, by types: precision and recall; the mails are read as real bytes."""

from __future__ import annotations

import calendar
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

from mailbot.claims.facts import Fact, Facts
from mailbot.claims.message import IncomingMail
from mailbot.claims.understanding import Understanding
from mailbot.classify.understand import Reader
from mailbot.mail_in.read import read_mail
from tests.halves import in_looked_at_half

OFFICE = ZoneInfo("Europe/Moscow")
DATES = {
    "delivery_date": "delivered_on", "purchase_date": "purchased_on", "commissioning_date": "commissioned_on", "expiry_date": "expires_on",
    "deadline": "answer_wanted_by",
}  # fmt: skip
LISTS = {
    "order": "orders", "contract": "contracts", "serial": "serials", "batch": "batches", "article": "articles", "model": "models",
    "case_no": "cases", "claim_no": "claims", "outgoing_no": "claims", "email": "emails", "quantity": "quantities", "money": "amounts",
    "warranty_term": "warranty_terms", "phone": "phones", "inn": "inn",
}  # fmt: skip
SCALARS = ("urgency", "sender_kind", "legal_threat", "withdrawal")
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Letter:
    row: dict[str, object]
    mail: IncomingMail
    understanding: Understanding

    @property
    def gold(self) -> dict[str, object]:
        gold = self.row["gold"]
        assert isinstance(gold, dict)
        return gold


def as_mail(row: dict[str, object]) -> IncomingMail:
    """The row as bytes with its headers and attachments, read as any mail is."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = str(row["from"]), str(row["to"]), str(row["subject"])
    mail["Date"] = datetime.fromisoformat(str(row["received_at"]))
    headers = row["headers"]
    assert isinstance(headers, dict)
    for name, value in headers.items():
        if name.lower() not in ("from", "to", "subject", "date"):
            mail[name] = str(value)
    mail.set_content(str(row["body"]))
    attachments = row["attachments"]
    assert isinstance(attachments, list)
    for name in attachments:
        kind, subtype = ("image", "jpeg") if str(name).lower().endswith(("jpg", "jpeg", "png")) else ("application", "octet-stream")
        mail.add_attachment(b"\xff\xd8" + bytes(60_000), maintype=kind, subtype=subtype, filename=str(name))
    return read_mail(mail.as_bytes())


def read_letters(reader: Reader, rows: Sequence[dict[str, object]]) -> list[Letter]:
    letters = []
    for row in rows:
        mail = as_mail(row)
        letters.append(Letter(row, mail, reader.understand(mail, datetime.fromisoformat(str(row["received_at"])).astimezone(UTC), OFFICE)))
    return letters


def gold_keys(letter: Letter) -> set[Key]:
    """What a reader of the letter named, as (type, value). A date of ours is the earliest of its type."""
    keys: set[Key] = set()
    dates: dict[str, str] = {}
    entities = letter.gold["entities"]
    assert isinstance(entities, list)
    for entity in entities:
        kind, value = entity["type"], _plain(entity["value"])
        if kind in DATES:
            value = _last_of_month(value)
            dates[DATES[kind]] = min(dates.get(DATES[kind], "9999"), value)
        else:
            keys.add((LISTS.get(kind, "documents"), value))
    return keys | set(dates.items())


def _last_of_month(written: str) -> str:
    """A month alone ("2028-06") is meant through its last day."""
    if len(written) != len("2028-06"):
        return written
    year, month = map(int, written.split("-"))
    return date(year, month, calendar.monthrange(year, month)[1]).isoformat()


def said_keys(facts: Facts) -> Iterator[Key]:
    for name in {*LISTS.values(), "documents"}:
        for fact in getattr(facts, name):
            yield name, _plain(fact.value if isinstance(fact, Fact) else fact)
    for name in DATES.values():
        day: date | None = getattr(facts, name)
        if day is not None:
            yield name, day.isoformat()


def _plain(value: object) -> str:
    if isinstance(value, int | float):
        return f"{float(value):g}"
    return str(value).replace(" ", "").casefold()


@dataclass(slots=True)
class Score:
    right: int = 0
    said: int = 0
    true: int = 0

    def __str__(self) -> str:
        precision = self.right / self.said if self.said else 1.0
        recall = self.right / self.true if self.true else 1.0
        return f"P {precision:.2f} R {recall:.2f} ({self.right} right, {self.said} said, {self.true} true)"


def scores(letters: Sequence[Letter]) -> dict[str, Score]:
    found: dict[str, Score] = {}
    for letter in letters:
        gold, said = gold_keys(letter), set(said_keys(letter.understanding.facts))
        for name, _ in gold | said:
            found.setdefault(name, Score())
        for name, value in gold:
            found[name].true += 1
            found[name].right += (name, value) in said
        for name, _ in said:
            found[name].said += 1
    return found


def overall(found: dict[str, Score]) -> Score:
    """All types together; quantities apart, since a reader names only the telling ones of a letter."""
    total = Score()
    for name, score in found.items():
        if name != "quantities":
            total.right, total.said, total.true = total.right + score.right, total.said + score.said, total.true + score.true
    return total


def agreement(letters: Sequence[Letter]) -> Counter[str]:
    """How many letters agree in urgency, sender, threat, withdrawal and warranty status."""
    same: Counter[str] = Counter()
    for letter in letters:
        facts = letter.understanding.facts
        for name in SCALARS:
            same[name] += getattr(facts, name) == letter.gold[name]
        same["warranty"] += letter.understanding.warranty.status == _status(str(letter.gold["warranty_status"]))
        gold, said = set(letter.gold["requested_remedy"]), set(facts.remedies)  # type: ignore[call-overload]
        same["remedies right"] += len(gold & said)
        same["remedies said"] += len(said)
        same["remedies true"] += len(gold)
    return same


def alarms(letters: Sequence[Letter]) -> tuple[int, int, int]:
    """Critical letters and legal threats: how many were told, how many there are, and how many were told where there is none."""
    said = [one.understanding.facts.urgency == "critical" or one.understanding.facts.legal_threat for one in letters]
    true = [one.gold["urgency"] == "critical" or bool(one.gold["legal_threat"]) for one in letters]
    return sum(a and b for a, b in zip(said, true, strict=True)), sum(true), sum(a and not b for a, b in zip(said, true, strict=True))


def _status(gold: str) -> str:
    return {"in_warranty": "valid", "n/a": "not_applicable"}.get(gold, gold)


def report(letters: Sequence[Letter], title: str, *, shown: bool) -> None:
    """Per type and together; `shown`: with every mistake, for the half that may be looked at."""
    found = scores(letters)
    print(f"\n{title}: {len(letters)} letters, facts together {overall(found)}")
    for name in sorted(found):
        print(f"  {name:17} {found[name]}")
    same = agreement(letters)
    print("  agreement: " + ", ".join(f"{name} {same[name]}/{len(letters)}" for name in (*SCALARS, "warranty")))
    print(f"  remedies: {Score(same['remedies right'], same['remedies said'], same['remedies true'])}")
    for letter in letters if shown else ():
        _show(letter)


def _show(letter: Letter) -> None:
    gold, said = gold_keys(letter), set(said_keys(letter.understanding.facts))
    facts = letter.understanding.facts
    lines = [f"missed {sorted(gold - said)}" if gold - said else "", f"extra {sorted(said - gold)}" if said - gold else ""]
    lines += [f"{name}: {getattr(facts, name)} for {letter.gold[name]}" for name in SCALARS if getattr(facts, name) != letter.gold[name]]
    wanted, status = _status(str(letter.gold["warranty_status"])), letter.understanding.warranty.status
    lines += [f"warranty {status} for {wanted}"] if wanted != status else []
    if set(letter.gold["requested_remedy"]) != set(facts.remedies):  # type: ignore[call-overload]
        lines.append(f"remedies {facts.remedies} for {letter.gold['requested_remedy']}")
    if any(lines):
        print(f"  - {letter.row['id']} " + "; ".join(line for line in lines if line))


def written(*, looked_at: bool, path: Path) -> list[dict[str, object]]:
    read = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [row for row in read if in_looked_at_half(row["id"]) == looked_at]
