"""Letters written before the rules were looked at (fresh_letters.txt, the form of own_letters): what they say stays read as it was mended.

Quantities are measured elsewhere; models are names of goods, where readers differ.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from mailbot.mail_in.read import read_mail
from tests.own_letters import OFFICE, SCORED, OwnLetter, as_bytes, gold_of, parsed, said_of
from tests.reading import reader

SURE, LOST = 0.5, 0.2  # claims/policy.py: triage_below, not_claim_below
LETTERS = list(parsed(Path(__file__).parent / "fresh_letters.txt"))
CLAIMS = [one for one in LETTERS if one.kind == "claim"]


@pytest.mark.parametrize("letter", LETTERS, ids=lambda one: one.id)
def test_claim_or_not(letter: OwnLetter) -> None:
    mail = read_mail(as_bytes(letter))
    read = reader().understand(mail, letter.arrived, OFFICE)
    if letter.kind == "claim":
        assert read.verdict.claim_confidence >= SURE
        assert read.verdict.primary in letter.gold["primary"][0].split("|")
    else:
        assert read.verdict.claim_confidence < LOST or read.facts.withdrawal == "full" or read.phrases.counterparty
        assert set(read.facts.remedies) <= {"answer"}


@pytest.mark.parametrize("letter", CLAIMS, ids=lambda one: one.id)
def test_facts_and_danger(letter: OwnLetter) -> None:
    facts = reader().understand(read_mail(as_bytes(letter)), letter.arrived, OFFICE).facts
    gold, said = gold_of(letter), said_of(facts)
    for name in (one for one in SCORED if one not in ("quantities", "models")):
        assert len(said[name]) == len(gold[name]), (name, said[name])
        assert all(not forms.isdisjoint(said[name]) for forms in gold[name]), (name, said[name])
    danger = {"critical": facts.urgency == "critical", "legal": facts.legal_threat, "safety": facts.safety}
    assert {name for name, told in danger.items() if told} == set(" ".join(letter.gold["danger"]).split())
