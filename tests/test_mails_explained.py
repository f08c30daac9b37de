"""Pairs of tests/mails that state what becomes of the mail: its kind and category, what its files say, whether it is answered."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.explaining import explain

MAILS = Path(__file__).parent / "mails"
STATED = {"kind", "kind_not", "category", "attachment_has", "reason_in", "facts_has", "kind_of", "acknowledge_not"}
ROBOT = {"auto_reply", "list", "bounce", "receipt"}


def _stated(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.with_suffix(".toml").read_text("utf-8"))


PAIRS = [path for path in sorted(MAILS.glob("*.eml")) if STATED & _stated(path).keys()]


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
def test_what_becomes_of_it(path: Path) -> None:
    stated, told = _stated(path), explain(path.read_bytes(), path.name)
    why = f"{told['kind_reason']} confidence {told['claim_confidence']}, reasons {[reason['text'] for reason in told['category']['reasons']]}"
    if "kind" in stated:
        assert told["kind"] == stated["kind"], why
    assert told["kind"] not in stated.get("kind_not", []), why
    if stated.get("kind_of") == "robot":
        assert told["kind"] in ROBOT, why
        assert (told["decision"]["case"], told["decision"]["acknowledge"]) == ("none", "no")
    if "acknowledge_not" in stated:
        assert told["decision"]["acknowledge"] != stated["acknowledge_not"]
    if "category" in stated:
        assert told["category"]["primary"] == stated["category"], why
    if "reason_in" in stated:
        assert stated["reason_in"] in {reason["in"] for reason in told["category"]["reasons"]}
    for name, value in stated.get("facts_has", {}).items():
        assert value in [fact["value"] for fact in told["facts"][name]], told["facts"][name]
    words = "\n".join(file["text"] or "" for file in told["attachments"])
    for piece in stated.get("attachment_has", []):
        assert piece in words


def test_positions_in_attachments_point_into_their_words() -> None:
    told = explain((MAILS / "201-claim-in-a-docx.eml").read_bytes())
    reasons = [reason for reason in told["category"]["reasons"] if reason["in"] == "attachment:0"]
    assert reasons
    assert all(told["attachments"][0]["text"][one["start"] : one["end"]] == one["text"] for one in reasons)
