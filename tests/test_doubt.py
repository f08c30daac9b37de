"""Who praises, asks, seeks or offers is not answered as a claimant, however many troubles he names; who claims in odd words is (doubtful_letters.tsv)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from mailbot.claims.understanding import Understanding
from tests.reading import understand

LINES = [line.split("\t") for line in (Path(__file__).parent / "doubtful_letters.tsv").read_text("utf-8").splitlines()]
SURE, LOST = 0.5, 0.2  # claims/policy.py: triage_below, not_claim_below


@cache
def read() -> list[tuple[str, str, Understanding]]:
    return [(kind, text, understand(text)) for kind, text in LINES]


def test_hardly_anything_that_is_no_claim_is_acknowledged() -> None:
    others = [(text, one.verdict.claim_confidence) for kind, text, one in read() if kind == "none"]
    assert len(others) == 120
    assert len([text for text, sure in others if sure >= SURE]) <= 2


def test_claims_in_odd_words_are_seldom_lost_and_seldom_wait() -> None:
    claims = [(text, one.verdict.claim_confidence) for kind, text, one in read() if kind != "none"]
    assert len(claims) == 201
    assert len([text for text, sure in claims if sure < LOST]) <= 3
    assert sum(sure >= SURE for _, sure in claims) >= 0.88 * len(claims)


def test_their_category_is_told() -> None:
    wrong = [f"{kind}, not {one.verdict.primary}: {text}" for kind, text, one in read() if kind not in ("none", one.verdict.primary)]
    assert len(wrong) <= 18, wrong


@pytest.mark.parametrize(
    ("claim", "other"),
    [
        ("Шампунь странной консистенции, волосы пачкает.", "Шампунь странной консистенции, но моет хорошо и волосы после мягкие."),
        ("The box had a dent, and so do the cups.", "The box had a dent, the cups did not. Lovely set."),
        ("Дрель неисправна, не крутит, заберите.", "Куплю неисправные дрели на запчасти."),
        ("Посудомойка течёт второй день, пришлите мастера.", "Ищем мастера по ремонту посудомоек."),
        ("Насос умер на второй неделе. Когда замените?", "Насос отработал девять лет и умер от старости. Есть ли такой же ещё в продаже?"),
    ],
)
def test_the_same_trouble_told_by_a_claimant_and_by_another(claim: str, other: str) -> None:
    assert understand(other).verdict.claim_confidence < SURE <= understand(claim).verdict.claim_confidence


def test_goods_counted_as_missing_outweigh_kind_words() -> None:
    counted = understand("Заказ 5518: телевизор прекрасный, спасибо, всё отлично. В УПД 50 ножек, приехало 47.")
    assert counted.verdict.claim_confidence >= SURE
    assert counted.verdict.primary == "quantity"


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Короб пришёл без пломбы, прошу заменить.", "damage"),
        ("Still no parcel after three weeks.", "other"),
        ("Сняли деньги два раза.", "other"),
    ],
)
def test_what_a_reader_found_amiss(text: str, category: str) -> None:
    verdict = understand(text).verdict
    assert verdict.primary == category
    assert verdict.claim_confidence >= SURE


def test_a_denial_ends_where_a_verb_begins_something_new() -> None:
    assert understand("Пришло без пломбы, прошу заменить.").facts.remedies == ("replace",)
    assert understand("Пришло без царапин, вмятин и сколов.").verdict.claim_confidence < SURE


@pytest.mark.parametrize(
    "text",
    [
        "Чайник перестал включаться. Что делать?",
        "Купила у вас 12 октября чайник, серийный номер ЧЭ200-0047715. Работал нормально, а вчера перестал включаться. Чек есть. Что мне делать?",
        "Мясорубка сгорела через пять минут. Вы вообще проверяете товар?",
        "The drill is dead after two weeks. Is this covered by warranty?",
        "Hello, the kettle I bought in October stopped working yesterday. What should I do?",
    ],
)
def test_a_question_after_a_trouble_is_a_claimants(text: str) -> None:
    assert understand(text).verdict.claim_confidence >= SURE


@pytest.mark.parametrize(
    "text",
    [
        "The mug from order BR-10199 is fine but I changed my mind. Can I return it for a refund?",
        "We ordered 40 filters by mistake, all unopened. Please collect them and credit us.",
        "Заказ 4512: чайник хороший, но я передумала, хочу вернуть деньги.",
        "Куртка не подошла по размеру, как вернуть? Прошу вернуть деньги.",
        "Товар оказался не нужен, упаковка не вскрыта, прошу вернуть деньги по заказу 551.",
    ],
)
def test_who_gives_good_goods_back_of_her_own_will_has_no_claim(text: str) -> None:
    assert understand(text).verdict.claim_confidence < 0.5


@pytest.mark.parametrize(
    "text",
    [
        "I no longer want this kettle: it leaks. Refund please.",
        "Blender arrived broken, I don't need it anymore, want my money back.",
        "Куртка не подошла по размеру: заказывала 48, прислали 44. Верните деньги.",
        "Чайник не греет, я передумала ждать ремонт, верните деньги.",
        "Насос уже не нужен: вы опоздали на две недели. Верните деньги по заказу 77.",
    ],
)
def test_second_thoughts_beside_a_fault_change_nothing(text: str) -> None:
    assert understand(text).verdict.claim_confidence >= 0.5


@pytest.mark.parametrize(
    "text",
    [
        "Плитка пришла битая, покупатель имеет право на замену.",
        "Холодильник сломался через неделю, а по закону покупатель вправе вернуть товар, требую вернуть деньги.",
        "Взяли бойлер вместо старого, он течёт с первого дня.",
        "Bought this kettle to replace the old one and it leaks.",
        "I bought it to replace my old kettle, it stopped working after two days.",
    ],
)
def test_the_law_or_the_old_goods_in_its_sentence_take_nothing_from_what_happened(text: str) -> None:
    """They weighed the fault before or behind them like one that is only imagined, and the claim was an enquiry."""
    assert understand(text).verdict.claim_confidence >= 0.5


@pytest.mark.parametrize(
    ("claim", "law"),
    [
        ("Чайник течёт. По закону покупатель вправе вернуть товар.", "По закону покупатель вправе вернуть товар с недостатками."),
        (
            "Утюг не греет. Согласно ст. 18 закона о защите прав потребителей покупатель вправе потребовать замены, прошу заменить.",
            "Согласно ст. 18 закона о защите прав потребителей покупатель вправе потребовать замены товара.",
        ),
        (
            "The kettle leaks. The buyer may reject faulty goods, so please refund me.",
            "Under the act a buyer may reject faulty goods within 30 days and get a refund. Is that your policy too?",
        ),
    ],
)
def test_the_law_alone_claims_and_threatens_nothing(claim: str, law: str) -> None:
    told = understand(law)
    assert told.verdict.claim_confidence < SURE <= understand(claim).verdict.claim_confidence
    assert not told.facts.legal_threat


def test_what_to_do_about_a_fault_is_a_claimants_question_and_new_lamps_for_old_are_not() -> None:
    asked = understand("Подскажите, что делать: кофемашина перестала молоть.").verdict
    assert (asked.primary, asked.claim_confidence >= SURE) == ("warranty", True)
    for text in ("My old lamps have finally gone, so I need four new ones.", "Мои старые лампы перегорели, нужны четыре новые."):
        assert understand(text).verdict.claim_confidence < SURE


@pytest.mark.parametrize(
    "text",
    [
        "Направляем счёт 41 и акт за замену разбитых стёкол по заказу 5510, просим оплатить.",  # its papers raise it, no sentence complains
        "Приглашаем вас на конференцию «Претензии и рекламации: как не проиграть суд». Скидка 20 % до пятницы.",
        "Оцените качество обслуживания в нашем банке и выиграйте чайник! Это займёт две минуты.",
        "Not the cheapest and not the prettiest. The lid takes a bit of a shove. But it keeps soup hot from six till lunch and that is all I"
        " wanted of it.",
    ],
)
def test_where_the_sentences_complain_of_nothing_for_certain_a_person_says(text: str) -> None:
    assert understand(text).verdict.claim_confidence < SURE


@pytest.mark.parametrize("looked_at", [True, False])
def test_claims_and_others_in_many_voices(looked_at: bool) -> None:
    """voices_letters.tsv, in the shape of kind_letters.tsv; its even lines were never looked at."""
    lines = [line.split("\t") for line in (Path(__file__).parent / "voices_letters.tsv").read_text("utf-8").splitlines()]
    half = [(kind, understand(text, subject).verdict) for kind, subject, text in lines[0 if looked_at else 1 :: 2]]
    claims, others = [(kind, one) for kind, one in half if kind != "none"], [one for kind, one in half if kind == "none"]
    assert (len(claims), len(others)) == (30, 40)
    assert all(one.claim_confidence >= LOST for _, one in claims)
    assert sum(one.claim_confidence < SURE for _, one in claims) <= 3
    assert sum(kind != one.primary for kind, one in claims) <= 3
    assert sum(one.claim_confidence >= SURE for one in others) <= 2
