"""What a letter repeats of a customer's subject: her words between quotation marks, never a statement of ours, no link, no abuse."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mailbot.claims.errors import SetupError
from mailbot.claims.letters import Collective, EnquiryReceipt
from mailbot.mail_out.compose import Composed, Composer
from mailbot.mail_out.echo import MOST_LETTERS, echoed
from mailbot.rulebook.production_calendar import load_calendar
from tests.case_pictures import DECISION
from tests.pictures import CLAIM, HOUSE, OFFICE, Sample, composed, composer

BY = composer()
OURS = "Обращение зарегистрировано [#2026-0451]"


def t1(subject: str, language: str = "ru") -> Composed:
    return composed(Sample("t1", replace(CLAIM, subject=subject), language, subject=subject), BY)


@pytest.mark.parametrize(
    "subject",
    [
        "Ваша претензия удовлетворена", "Ваше обращение принято, деньги поступят завтра", "Ваш возврат одобрен", "Возврат одобрен",
        "Мы признаём вину", "Вернём деньги до пятницы", "Your claim has been approved", "We will refund you in full", "Refund approved",
        "Вы мошенники", "Верните деньги, воры!", "Заебали", "What a bullshit company", "Вы мудаки",
    ],
)  # fmt: skip
def test_neither_a_statement_of_ours_nor_abuse_is_repeated(subject: str) -> None:
    letter = t1(subject)
    assert letter.subject == OURS
    assert subject.rsplit(maxsplit=1)[-1] not in letter.text + letter.html
    assert "Тема Вашего письма" not in letter.text + letter.html


@pytest.mark.parametrize(
    "subject",
    [
        "Возврат денег за насос", "Отказ в гарантийном ремонте", "Претензия не удовлетворена", "Прошу вернуть деньги", "Требование о замене товара",
        "Гарантийный случай", "Некачественный товар, заявление о защите прав потребителей", "Козловой кран: трещина", "Хлебопечка не греет",
        "Отгрузка по договору: недостача", "Refund for order 77", "Claim: 3 boxes damaged", "Ваша доставка разбила стекло", "Хуже, чем в прошлый раз",
    ],
)  # fmt: skip
def test_what_customers_write_of_their_claims_is_repeated(subject: str) -> None:
    letter = t1(subject)
    assert letter.subject == f"Re: {subject} [#2026-0451]"
    assert f"«{subject}»" in " ".join(letter.text.split())


@pytest.mark.parametrize(
    ("subject", "left"),
    [
        ("Бой, фото https://evil.example/x?y=1 тут", "Бой, фото тут"),
        ("Бой www.evil.example и bit.ly/abc", "Бой и"),
        ("Бой (shop.ru) или a@b.example", "Бой или"),
        ("https://evil.example", ""),
        ("Бой\tстекла\x00\u202e\u200b", "Бой стекла"),
        ("Насос НЦ-40, акт.pdf, 2.5 кВт, п.5.2", "Насос НЦ-40, акт.pdf, 2.5 кВт, п.5.2"),
        ("!!! ???", ""),
    ],
)
def test_no_link_and_no_control(subject: str, left: str) -> None:
    assert echoed(subject, ()) == left


def test_a_letter_in_the_subject_is_cut_at_a_word() -> None:
    for subject in ("Бой посуды " * 60, "Бой посуды " * 12, "а" * 5_000):
        shown = echoed(subject, ())
        assert len(shown) <= MOST_LETTERS
        assert shown.endswith(("посуды…", "Бой…", "а…"))
    assert echoed("а" * MOST_LETTERS, ()) == "а" * MOST_LETTERS


def test_her_quotation_marks_do_not_end_ours() -> None:
    """Or the rest of her subject would stand in our letter as our own sentence."""
    trick = "Насос». Мы всё решили. «"
    assert "«Насос“. Мы всё решили. „»" in " ".join(t1(trick).text.split())
    assert "“Pump’. All is settled. ‘”" in " ".join(t1("Pump”. All is settled. “", "en").text.split())
    assert "Тема Вашего письма: «Обогреватель „ОГ-2“»" in t1("Обогреватель «ОГ-2»").text
    assert t1("Обогреватель «ОГ-2»").subject == "Re: Обогреватель «ОГ-2» [#2026-0451]"


def test_every_letter_to_a_customer_keeps_to_it() -> None:
    said = "Ваша претензия удовлетворена"
    many = (replace(CLAIM, subject=said), replace(CLAIM, number="2026-0452", subject="Бой https://evil.example"))
    assert said not in composed(Sample("many", Collective(many)), BY).text
    assert "evil" not in composed(Sample("many", Collective(many)), BY).text
    assert "тема: «Бой»" in composed(Sample("many", Collective(many)), BY).text
    receipt = composed(Sample("enquiry", EnquiryReceipt(CLAIM.received_at, said), subject=said), BY)
    assert said not in receipt.text + receipt.subject
    assert composed(Sample("decision", DECISION, subject=said), BY).subject == "Ответ на Ваше обращение [#2026-0451]"


def test_a_wrong_list_is_named(tmp_path: Path) -> None:
    (tmp_path / "ru").mkdir()
    (tmp_path / "ru" / "forbidden.toml").write_text("[[not_echoed]]\nwords = '('\nwhy = 'x'\n", encoding="utf-8")
    with pytest.raises(SetupError, match=r"ru/forbidden\.toml:1: not_echoed: cannot be used"):
        Composer(tmp_path, HOUSE, load_calendar(None, range(2026, 2028)), OFFICE)
