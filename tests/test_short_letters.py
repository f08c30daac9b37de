"""Short letters in many voices (short_letters.tsv): claims in unlikely words are never lost, what is none is seldom answered as one."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from mailbot.claims.understanding import Understanding
from tests.reading import understand

LINES = [line.split("\t") for line in (Path(__file__).parent / "short_letters.tsv").read_text("utf-8").splitlines()]
SURE, LOST = 0.5, 0.2  # claims/policy.py: triage_below, not_claim_below


@cache
def read() -> list[tuple[str, str, Understanding]]:
    return [(kind, text, understand(text)) for kind, text in LINES]


def test_no_claim_is_lost() -> None:
    claims = [(text, one.verdict.claim_confidence) for kind, text, one in read() if kind != "none"]
    assert len(claims) == 90
    assert [text for text, sure in claims if sure < LOST] == []
    assert sum(sure >= SURE for _, sure in claims) >= 0.88 * len(claims)


def test_of_what_is_none_hardly_any_is_acknowledged() -> None:
    others = [(text, one.verdict.claim_confidence) for kind, text, one in read() if kind == "none"]
    assert len(others) == 90
    assert len([text for text, sure in others if sure >= SURE]) <= 1
    assert sum(sure < LOST for _, sure in others) >= 0.66 * len(others)


def test_the_category_is_told_in_unlikely_words() -> None:
    wrong = [f"{kind}, not {one.verdict.primary}: {text}" for kind, text, one in read() if kind not in ("none", one.verdict.primary)]
    assert len(wrong) <= 6, wrong


def test_who_leaves_a_mailing_list_and_wants_the_money_back_is_no_enquiry() -> None:
    both = understand("Отпишите меня от вашей рассылки и заодно верните деньги за кривой стол.").verdict.claim_confidence
    list_only = understand("Отпишите меня от рассылки, пожалуйста.").verdict.claim_confidence
    assert list_only < LOST <= both


def test_an_offer_is_not_answered_as_a_claim() -> None:
    offer = understand(
        "Устали от недостачи и боя при перевозке? Предлагаем поддоны от 290 руб. Сломанные принимаем. Если интересно, вышлю прайс."
    )
    claim = understand("Устали от недостачи и боя: третья поставка подряд без двух поддонов. Верните деньги.")
    assert offer.verdict.claim_confidence < SURE <= claim.verdict.claim_confidence
