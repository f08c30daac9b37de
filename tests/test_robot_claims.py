"""Claims that robots bring, and robots that bring none (issue 4, point 9): none of the former may be lost or answered at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.explaining import explain
from tests.reading import understand

MAILS = Path(__file__).parent / "mails"
ROBOT = {"auto_reply", "list", "bounce", "receipt"}


def test_every_claim_that_a_robot_brings_reaches_a_person(capsys: pytest.CaptureFixture[str]) -> None:
    claims, letters = sorted(MAILS.glob("*-robot-claim-*.eml")), sorted(MAILS.glob("*-robot-letter-*.eml"))
    assert len(claims) >= 40
    assert len(letters) >= 40
    lost = {path.stem: told["kind"] for path in claims if not _before_a_person(told := explain(path.read_bytes()))}
    stayed = sum(explain(path.read_bytes())["kind"] in ROBOT for path in letters)
    with capsys.disabled():
        print(f"\nrobot-marked claims in triage: {len(claims) - len(lost)} of {len(claims)}; robots' letters that stay robots: {stayed} of {len(letters)}")
    assert lost == {}
    assert stayed >= 0.95 * len(letters)


def _before_a_person(told: dict) -> bool:  # type: ignore[type-arg]
    return told["kind"] == "triage" and told["decision"]["case"] == "triage" and told["decision"]["acknowledge"] != "now"


@pytest.mark.parametrize("text", ["Прошу рассмотреть претензию.", "Претензия. Просим ответить.", "Пишу вам претензию по договору, ответьте."])
def test_the_word_for_claim_speaks_for_a_claim(text: str) -> None:
    """"no_claim" of facts.toml is the number of a claim, not its denial; "рассмотрев претензию" is another's answer, "рассмотреть" a wish."""
    assert understand(text).verdict.claim_confidence > 0.7


def test_another_partys_answer_to_our_claim_is_still_known() -> None:
    assert understand("Рассмотрев претензию, сообщаем: требование отклонено.").phrases.counterparty == "Рассмотрев претензию"
    assert understand("Претензий к вам не имеем.").verdict.claim_confidence < 0.5
