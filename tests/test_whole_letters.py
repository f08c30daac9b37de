"""What whole letters of everyday say besides their complaint: what is withdrawn only in part, a court's notice, what others do, what stands."""

from __future__ import annotations

from datetime import date

import pytest

from tests.reading import facts, understand, values

SURE, LOST = 0.5, 0.2  # claims/policy.py: triage_below, not_claim_below


@pytest.mark.parametrize(
    ("text", "withdrawal"),
    [
        ("Снимаем претензию по насосам частично: по двум вопрос закрыт, третий (с/н 0044718) по-прежнему не запускается, ждём решение.", "partial"),
        ("По первому ящику вопрос закрыт, второй до сих пор не привезли.", "partial"),
        ("Претензию снимаем, за исключением двух вёдер.", "partial"),
        ("The first pallet is sorted now, the second is still missing.", "partial"),
        ("Насос по-прежнему шумел, мастер заменил подшипник. Вопрос закрыт, спасибо.", "full"),
        ("Вопрос решён, претензию снимаем.", "full"),
    ],
)
def test_what_is_withdrawn_in_part(text: str, withdrawal: str) -> None:
    assert understand(text).phrases.withdrawal == withdrawal


@pytest.mark.parametrize(
    "text",
    [
        "Уведомление: Арбитражный суд г. Москвы, дело А40-123456/26. Судебное заседание по иску ООО «Луч» назначено на 14.12.2026.",
        "Notice of hearing: the case Smith v Firma is listed for 14 December 2026.",
    ],
)
def test_a_court_writes_and_nobody_complains(text: str) -> None:
    found = understand(text)
    assert (found.topic, found.verdict.claim_confidence < LOST) == ("legal", True)


@pytest.mark.parametrize(
    "text",
    [
        "Насосы не работают, деньги не возвращаете. Через неделю подаём исковое заявление в арбитражный суд.",
        "Диван сломан. Если не вернёте деньги, увидимся в суде по иску о защите прав потребителей.",
    ],
)
def test_who_threatens_with_a_court_claims(text: str) -> None:
    assert understand(text).verdict.claim_confidence >= SURE


@pytest.mark.parametrize(
    ("text", "remedies"),
    [
        ("Из 40 смесителей у шести течёт картридж, клиенты возвращают.", ()),
        ("Плинтус не того цвета. Заберите и привезите правильный, ремонт стоит.", ("replace", "pickup")),
        ("Куда обращаться по вопросу брака?", ()),
        ("Насос сломан, просим гарантийный ремонт.", ("repair",)),
        ("Излишек 50 шайб куда?", ("pickup",)),
        ("Новые подшипники работают. За простой линии, 48 000 руб., ответа так и не увидели, просим рассмотреть.", ("compensation",)),
    ],
)
def test_what_is_asked_for(text: str, remedies: tuple[str, ...]) -> None:
    assert facts(text).remedies == remedies


def test_what_came_off_in_use_is_told_from_what_somebody_elses_did() -> None:
    assert understand("Love the pan otherwise, but the handle came loose after a month of normal use. Is it covered?").verdict.claim_confidence >= SURE
    assert understand("After years of use my old kettle gave way. Do you have the same model?").verdict.claim_confidence < SURE
    assert understand("Какая гарантия на компрессоры?").verdict.claim_confidence < SURE


def test_work_that_stands_now_and_work_that_stood() -> None:
    assert facts("Насос заклинил, на объекте авария, воду качать нечем.").urgency == "critical"
    assert facts("Насос заменили. Просим оплатить счёт за простой линии, 48 000 руб.").urgency == "normal"


def test_a_number_between_the_purchase_and_its_day() -> None:
    assert facts("We purchased a compressor, s/n 5530-2218, from you in June 2024. It trips.").purchased_on == date(2024, 6, 1)
    assert facts("Купили у вас компрессор АС-50, с/н 5530-2218, в июне 2024, не включается.").purchased_on == date(2024, 6, 1)


@pytest.mark.parametrize(
    ("text", "models"),
    [
        ("Пришлите прайс на уплотнители УП-20 и УП-25", ["УП-20", "УП-25"]),
        ("Насосы ЦНС-38, ЦНС-60 и ЦНС-105 не включаются.", ["ЦНС-38", "ЦНС-60", "ЦНС-105"]),
        ("Насос Гном 25-20 (зав. № 04411) заклинил.", ["Гном 25-20"]),
    ],
)
def test_names_of_goods(text: str, models: list[str]) -> None:
    assert values(facts(text).models) == models


def test_words_that_say_two_things_count_once_and_for_the_graver() -> None:
    """ "price list" is a topic and speaks against a claim: whichever stood first in the file used to win."""
    text = "Invoice 77120 charges £0.94 per kg. The price list you sent us says £0.82. Please refund us the £45.00."
    assert [one.category for one in understand(text).verdict.claim_reasons if one.text == "price list"] == ["no_claim"]


def test_money_that_is_short_is_no_goods() -> None:
    found = understand("The credit note is £20 short: 14 bags at £18.50 is £259.00, you credited £239.00. Please correct.", "our claim CLM-26-118")
    assert found.verdict.primary == "other"
    assert not [fact for fact in found.facts.quantities if fact.role == "missing"]


def test_papers_to_be_sent_back_are_no_refund() -> None:
    found = understand("Направляем акт сверки. Просим подписать и вернуть один экземпляр. Расхождение 1 250 руб. по накладной 771, проверьте.")
    assert found.verdict.claim_confidence < SURE
    assert "refund" not in found.facts.remedies


def test_the_number_of_a_colour_counts_nothing() -> None:
    found = understand("На 36 банках краски этикетка RAL 9003, внутри RAL 9010. Ждём представителя.")
    assert [(fact.value, fact.role) for fact in found.facts.quantities] == [(36, "defective")]


def test_goods_too_old_to_sell_are_of_bad_quality() -> None:
    assert understand("Привезли йогурты со сроком до 26 ноября, это послезавтра. 120 шт. продать не успеем. Забирайте.").verdict.primary == "quality"


def test_who_calls_it_a_claim_and_demands_claims() -> None:
    text = (
        "ООО «Альфа» поставило нам по договору № 15-П партию муки 5 000 кг. Влажность 16,2 % при норме не более 15 %. "
        "Требуем соразмерного уменьшения цены на 31 500 руб. в течение 30 дней."
    )
    assert understand(text, "Претензия № 8/26").verdict.claim_confidence > 0.9


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("На визитках логотип смазан, цвет плывёт. Перепечатайте, пожалуйста.", "replace"),
        ("Невыносимый запах от ламината. Хотим экспертизу за ваш счёт.", "inspection"),
        ("Your fitter left the hose loose and the floor has swollen. We'd like it assessed and the flooring paid for.", "inspection"),
        ("Your fitter left the hose loose and the floor has swollen. We'd like it assessed and the flooring paid for.", "compensation"),
    ],
)
def test_other_demands(text: str, remedy: str) -> None:
    assert remedy in facts(text).remedies


@pytest.mark.parametrize(
    ("text", "is_danger"),
    [
        ("Two of your brake pad sets cracked on the test bench. If these are on vehicles already somebody could get killed.", True),
        ("Перила шатаются, крепёж не держит. Хотите дождаться, пока никого не покалечило? Кто-нибудь погибнет.", True),
        ("Late deliveries could hurt our reputation and kill our margin.", False),
        ("Из-за задержки может погибнуть рассада.", False),
    ],
)
def test_what_may_yet_happen_to_people(text: str, is_danger: bool) -> None:
    assert facts(text).safety is is_danger


@pytest.mark.parametrize(
    "text",
    [
        "Здравствуйте! Можно обменять ботинки 42 на 43? Не ношеные, с бирками, чек есть. Заказ 99120.",
        "Плитка не подошла, осталось 3 нераспечатанные коробки. Примете обратно?",
        "I have two packs left over, still sealed. Can I return them for a refund?",
    ],
)
def test_good_goods_given_back_wait_for_a_person(text: str) -> None:
    assert LOST <= understand(text).verdict.claim_confidence < SURE
