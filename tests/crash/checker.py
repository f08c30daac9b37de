"""Checks the promise of reliability.md 4.1 from what can be seen outside: nothing lost, nothing doubled, the same bytes again."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from email import message_from_bytes
from typing import Any

from mailbot.jobs.send_outbox import MOST_UNRECORDED
from tests.crash.smtp_log import Taken

# Letters that may have gone when a daemon dies: those being written down, those that wait for that, and one on each of two connections.
MOST_UNMARKED = 2 * MOST_UNRECORDED + 2


@dataclass(slots=True)
class Verdict:
    faults: list[str] = field(default_factory=list)
    mails: int = 0
    cases: int = 0
    letters: int = 0
    repeated: int = 0

    def demand(self, holds: bool, fault: str) -> None:
        if not holds:
            self.faults.append(fault)


def check(history: dict[str, list[bytes]], senders: dict[str, int], taken: list[Taken], exported: dict[str, list[dict[str, Any]]]) -> Verdict:
    """`history`: the bytes of every mail each mailbox ever showed; `senders`: customers and how many claims each sent;
    `exported`: rows of received (with sha256), cases and outbox."""
    verdict = Verdict(mails=sum(map(len, history.values())), cases=len(exported["cases"]))
    _nothing_lost(history, exported, verdict)
    _everything_seen(exported, verdict)
    _answered_once(senders, taken, verdict)
    return verdict


def _nothing_lost(history: dict[str, list[bytes]], exported: dict[str, list[dict[str, Any]]], verdict: Verdict) -> None:
    """I-LOSS: each mail has exactly one row with the very bytes."""
    shown = Counter(hashlib.sha256(raw).hexdigest() for raws in history.values() for raw in raws)
    stored = Counter(str(row["raw_sha256"]) for row in exported["received"])
    for digest, count in (shown - stored).items():
        verdict.faults.append(f"lost: {count} of {digest[:12]}")
    for digest, count in (stored - shown).items():
        verdict.faults.append(f"stored too often: {count} of {digest[:12]}")


def _everything_seen(exported: dict[str, list[dict[str, Any]]], verdict: Verdict) -> None:
    """I-SEEN: exactly one outcome; as many cases as claims."""
    for row in exported["received"]:
        verdict.demand(row["state"] == "filed" and bool(row["outcome"]), f"mail {row['id']} is {row['state']}, outcome {row['outcome']}")
    opened = [row for row in exported["received"] if row["outcome"] in ("opened", "triage")]
    verdict.demand(len(opened) == len(exported["cases"]), f"{len(opened)} mails opened a case, {len(exported['cases'])} cases")
    verdict.demand(len({row["case_id"] for row in opened}) == len(opened), "two mails opened one case")


def _answered_once(senders: dict[str, int], taken: list[Taken], verdict: Verdict) -> None:
    """I-ACK: each claim answered; whatever came twice has the same Message-ID and the same bytes, and a death between DATA and the mark explains it."""
    by_customer: dict[str, dict[str, list[Taken]]] = defaultdict(lambda: defaultdict(list))
    for letter in taken:
        by_customer[letter.to][str(message_from_bytes(letter.raw)["Message-ID"])].append(letter)
    in_doubt: Counter[int] = Counter()  # letters that each life left unmarked, though the server had them
    for customer, claims in senders.items():
        letters = by_customer.get(customer, {})
        verdict.demand(len(letters) == claims, f"{customer} sent {claims} claims and got {len(letters)} different letters")
        for message_id, copies in letters.items():
            verdict.letters += 1
            verdict.repeated += len(copies) - 1
            verdict.demand(len({copy.raw for copy in copies}) == 1, f"{message_id} came with different bytes")
            lives = [copy.life for copy in copies]
            verdict.demand(len(set(lives)) == len(lives), f"{message_id} was sent twice by one daemon")
            in_doubt.update(sorted(lives)[:-1])
    for life, count in in_doubt.items():
        verdict.demand(count <= MOST_UNMARKED, f"daemon {life} left {count} letters unmarked, more than {MOST_UNMARKED}")
