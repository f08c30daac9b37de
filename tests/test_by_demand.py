"""The answer with a decision by demand: written by hand, one line for each demand in the letter, and the strictest yes of all."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from mailbot.claims.case_letters import Decision, Done, Verdict
from mailbot.claims.commands import read_commands
from mailbot.claims.decided_sums import UNKNOWN, sum_granted
from mailbot.claims.decision_kinds import prevails
from mailbot.claims.demand_words import DemandWords, read_demands
from mailbot.claims.granted_words import what_we_do
from mailbot.claims.letter_needs import missing_facts
from mailbot.jobs.policy_of import Ground
from mailbot.store.database import Database
from tests import case_pictures
from tests.desk_values import HOUR, NOW, PEOPLE, a_ground, events, file_claims, file_one, letters, read_letter, send_all, set_case
from tests.test_command_book import ANNA, MAILBOX, digests
from tests.test_customer_letters import GLEB, LAWYER, LEGAL, VERA, say, the_case
from tests.values import a_mail

READ: dict[str, tuple[DemandWords, ...]] = {
    "1: вернуть 12 000 руб до 10.12; 2: отказать, потому что поддон остался у клиента": (
        DemandWords(1, "refund", "full", words="вернуть 12 000 руб", until="10.12"),
        DemandWords(2, "refusal", "refused", reason="поддон остался у клиента"),
    ),
    "1) возврат 12 000 руб. на карту за наш счёт, до 10.12.2026. Деньги придут со счёта.\n2. отказ: поддон не возвращался": (
        DemandWords(1, "refund", "full", words="возврат 12 000 руб. на карту", bearer="ours", until="10.12.2026", further="Деньги придут со счёта."),
        DemandWords(2, "refusal", "refused", further="Поддон не возвращался."),
    ),
    "3 (вывоз боя): да, до пятницы": (DemandWords(3, "grant", "full", "вывоз боя", until="пятницы"),),
    "1: частично заменить 2 стеклопакета из 3 за счёт перевозчика до 10 декабря, потому что третий цел": (
        DemandWords(1, "replacement", "partly", words="заменить 2 стеклопакета из 3", bearer="carrier", until="10 декабря", reason="третий цел"),
    ),
    "1: удовлетворить частично: вернуть 5 000 руб., так как остальное не подтверждено, 2: не заявлено": (
        DemandWords(1, "refund", "partly", words="вернуть 5 000 руб", reason="остальное не подтверждено"),
        DemandWords(2, "none", "full"),
    ),
    "Требование 1: направить сертификат соответствия до завтра\nтребование 2: разъяснить: прибор исправен.": (
        DemandWords(1, "documents", "full", words="направить сертификат соответствия", until="завтра"),
        DemandWords(2, "explanation", "full", words="прибор исправен"),
    ),
    "1: replace two panes at our cost by 10 December 2026; 2: refuse because the pallet was kept. Please send it back.": (
        DemandWords(1, "replacement", "full", words="replace two panes", bearer="ours", until="10 December 2026"),
        DemandWords(2, "refusal", "refused", reason="the pallet was kept", further="Please send it back."),
    ),
    "1: отказать в возмещении 5 000 руб., потому что чек не приложен": (DemandWords(1, "refusal", "refused", reason="чек не приложен"),),
}  # fmt: skip


@pytest.mark.parametrize("text", READ)
def test_what_is_written_by_hand_is_read(text: str) -> None:
    assert read_demands(text) == (READ[text], "")
    (command,) = read_commands(f"!решение 2026-0451 {text}").commands
    assert (command.word, command.number, command.argument) == ("resolve", "2026-0451", "demands")
    below = read_commands(f"!resolve 2026-0451 at our cost\n{text}").commands
    assert (below[0].argument, below[0].more) == ("demands", "ours")


@pytest.mark.parametrize(
    ("text", "unclear"),
    [("1: подумать", "1: подумать"), ("1: вернуть деньги; 1: отказать", "1: отказать"), ("1: заменить; 2: мы", "2: мы"), ("1: ", "1:")],
)
def test_what_is_not_clear_is_asked(text: str, unclear: str) -> None:
    (fault,) = read_commands(f"!решение\n{text}\n2: отказать").faults
    assert (fault.what, fault.value) in {("needs_demand", unclear), ("needs_demand", "1: 2: отказать")}
    assert fault.meant == ("resolve",)


def test_a_decision_on_all_is_none_by_demand() -> None:
    (command,) = read_commands("!решение замена за наш счёт\n1. Заменим оба стекла.\n2. Вывезем бой.").commands
    assert (command.argument, command.more) == ("replacement", "ours")


def test_hostile_decisions_end_quickly() -> None:
    for text in ("1: " * 5_000, "1 (" * 6_000, "1: да " + "до 10.12 " * 2_000, "1: отказать " + "потому что " * 1_500, "; " * 9_000 + "1:"):
        read_commands("!решение 1: да\n" + text)


@pytest.mark.parametrize(
    ("kind", "said", "language", "ours"),
    [
        ("refund", "вернуть 12 000 руб", "ru", "Вернём 12 000 руб"),
        ("replacement", "заменить", "ru", "Заменим товар"),
        ("replacement", "замена двух стёкол", "ru", "Замена двух стёкол"),
        ("refund", "12 000 руб.", "ru", "12 000 руб."),
        ("documents", "выслать сертификат", "ru", "Вышлем сертификат"),
        ("replacement", "replace two panes", "en", "We will replace two panes"),
        ("refusal", "", "ru", ""),
    ],
)
def test_her_shorthand_becomes_our_word(kind: str, said: str, language: str, ours: str) -> None:
    assert what_we_do(kind, said, language) == ours


def test_what_is_granted_as_demanded() -> None:
    assert what_we_do("refund", "", "ru", as_demanded=True) == "Вернём деньги"
    assert what_we_do("refund", "12 000 руб.", "ru", as_demanded=True) == "Вернём 12 000 руб."
    assert what_we_do("pickup", "", "en", as_demanded=True) == "We will collect the goods"


def test_what_prevails() -> None:
    assert prevails(("refusal", "refund")) == "refund"
    assert prevails(("explanation", "refusal")) == "refusal"
    assert prevails(("explanation",)) == "explanation"
    assert prevails(("documents", "replacement")) == "replacement"


def a_decision(*verdicts: Verdict, **changes: Any) -> Decision:
    from dataclasses import replace

    assert isinstance(case_pictures.DECISION, Decision)
    return replace(case_pictures.DECISION, **{"verdicts": verdicts, "execution": (), **changes})


def test_the_sum_that_a_decision_grants() -> None:
    back = Verdict("Вернуть", "refund", "Вернём 12 000 руб.", "full")
    more = Verdict("Возместить", "compensation", "Возместим 3 000 руб.", "partly", reason="чек один")
    no = Verdict("Вернуть", "refusal", "", "refused", further="В 50 000 руб. отказываем.")
    assert sum_granted(a_decision(back, more, no)) == 15_000
    assert sum_granted(a_decision(back, execution=(Done("возврат 12 000 руб."), Done("доставка 500 руб.")))) == 12_500
    assert sum_granted(a_decision(no)) is None
    assert sum_granted(a_decision(Verdict("Заменить", "replacement", "Заменим.", "full"))) is None
    unsaid = a_decision(Verdict("Вернуть", "refund", "Вернём деньги.", "full"))
    assert sum_granted(unsaid) == UNKNOWN  # the stricter, where nobody can say
    assert sum_granted(unsaid, (7.0, 900.0)) == 900
    assert sum_granted(a_decision(Verdict("Refund", "refund", "We will refund 100 EUR.", "full"))) == UNKNOWN


def test_what_a_verdict_must_say() -> None:
    day = date(2026, 12, 10)
    assert missing_facts(a_decision(Verdict("Вернуть", "refund", "", "full", by=day))) == ()
    assert missing_facts(a_decision(Verdict("Вернуть", "refund", "", "full"))) == ("execution",)
    assert missing_facts(a_decision(Verdict("Вернуть", "refusal", "", "refused"), kind="refusal")) == ("verdicts.reason",)
    assert missing_facts(a_decision(Verdict("Вернуть", "refusal", "", "refused", reason="поддон"), kind="refusal")) == ()
    assert missing_facts(a_decision(Verdict("Вернуть", "refund", "5 руб.", "partly", by=day))) == ("verdicts.reason",)


# by mail

BY_DEMAND = """!решение {number} 1: вернуть 12 000 руб до 10.12 за наш счёт; 2: отказать, потому что поддон остался у Вас
установлено: стекло разбито при погрузке (акт № 5 от 20.11.2026)
основание: пункт 4.2 договора поставки
"""


@pytest.fixture
def db(sqlite_db: Database) -> Database:
    """Nothing here asks the database anything of its own: one kind is enough."""
    return sqlite_db


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_ground(people=(*PEOPLE, LAWYER), mailbox=[MAILBOX], approval={"director_above": 12_000})


@pytest.fixture
def number(db: Database, ground: Ground) -> str:
    """One registered claim of Anna's, with two demands, in her digest."""
    (number,) = file_claims(db, ground, 1, NOW - HOUR)
    set_case(db, number, remedies=["refund", "decision", "compensation"])
    digests(db, ground)
    send_all(db, NOW)
    return number


def asked(db: Database) -> dict[str, Any]:
    return {row.recipient: row for row in letters(db, "approval_request")}


def test_each_demand_has_its_line(db: Database, ground: Ground, number: str) -> None:
    said = say(db, ground, BY_DEMAND.format(number=number), "c1")
    assert all(role in said for role in ("руководитель", "директор", "юрист"))  # one of them is refused: the strictest of all
    requests = asked(db)
    assert set(requests) == {VERA, GLEB, LEGAL}
    assert "12 000 ₽" in read_letter(requests[VERA])[1].replace("\xa0", " ")
    for n, who in enumerate((VERA, GLEB, LEGAL)):
        say(db, ground, "!согласовано", f"y{n}", who, requests[who])
    say(db, ground, f"!отправить {number}", "c2")
    (letter,) = letters(db, "decision")
    message, text = read_letter(letter)
    flat = " ".join(text.split())
    assert "1. Возврат денег: удовлетворяем. Вернём 12 000 руб. до 10 декабря 2026 г. 2. Возмещение" in flat
    assert "2. Возмещение расходов: удовлетворить не можем, потому что поддон остался у Вас." in flat
    body = message.get_body(("html",))
    assert body is not None
    html = " ".join(str(body.get_content()).split())
    assert "<b>Удовлетворяем.</b> Вернём 12 000 руб. до 10 декабря 2026 г.</p>" in html
    case = the_case(db)
    assert (case.state, case.cost_bearer) == ("execution", "ours")
    assert [event.data["on"] for event in events(db, case.id) if event.what == "promised"] == ["2026-12-10"]  # a day that was named binds


def test_it_is_written_in_lines_too(db: Database, ground: Ground, number: str) -> None:
    text = (
        f"!решение {number} за наш счёт\n1: удовлетворить частично: вернуть 5 000 руб. до 10 декабря,\nпотому что второй стеклопакет цел\n"
        "2 (возместить стоимость поддона): да, 800 руб. до 10.12. Деньги придут вместе.\nустановлено: бой (акт № 5)\nоснование: пункт 4.2"
    )
    say(db, ground, text, "c1")
    flat = " ".join(read_letter(asked(db)[VERA])[1].replace("> ", "").split())
    assert "1. Возврат денег: удовлетворяем частично. Вернём 5 000 руб до 10 декабря 2026 г." in flat.replace("руб.", "руб")
    assert "В остальном удовлетворить не можем, потому что второй стеклопакет цел." in flat
    assert "2. Возместить стоимость поддона: удовлетворяем. Возместим 800 руб. до 10 декабря 2026 г. Деньги придут вместе." in flat


def test_a_letter_in_english(db: Database, ground: Ground, number: str) -> None:
    set_case(db, number, language="en")
    text = f"!resolve {number} 1: refund 100 RUB at our cost by 10.12; 2: refuse because the pallet was kept\nfound: broken (report 5)\ngrounds: clause 4"
    say(db, ground, text, "c1")
    flat = " ".join(read_letter(asked(db)[VERA])[1].replace("> ", "").split())
    assert "1. Refund: granted. We will refund 100 RUB by 10 December 2026. 2. Compensation: we are unable to agree to this, because the pallet was kept." in flat


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1: вернуть 5 руб за наш счёт до 10.12", "Нет решения по требованиям: 2 (возмещение расходов)."),
        ("1: не заявлено; 2: не заявлено", "Ни по одному требованию нет решения"),
        ("1: вернуть 5 руб до 10.12; 2: отказать, потому что нет", "за чей счёт исполняется решение по требованию 1"),
        ("1: вернуть 5 руб за наш счёт до 30.02; 2: не заявлено", "День «30.02» непонятен"),
        ("1: вернуть 5 руб за наш счёт до 01.11.2026; 2: не заявлено", "День «01.11.2026» непонятен или уже прошёл"),
        ("1: отказать, потому что х; 2: отказать, потому что у; 3: да за наш счёт", "под номером 3, из дела не видно"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_kept(db: Database, ground: Ground, number: str, text: str, said: str) -> None:
    assert said in say(db, ground, f"!решение {number} {text}", "c1")
    assert (letters(db, "approval_request"), the_case(db).state) == ([], "registered")


def test_a_refusal_needs_its_reason(db: Database, ground: Ground, number: str) -> None:
    fields = "\nустановлено: бой (акт № 5)\nоснование: пункт 4.2"
    assert "почему отказано" in say(db, ground, f"!решение {number} 1: отказать; 2: не заявлено{fields}", "c1")
    assert letters(db, "approval_request") == []
    said = say(db, ground, f"!решение {number} 1: отказать, потому что срок прошёл; 2: не заявлено{fields}", "c2")
    assert "директор" in said
    assert set(asked(db)) == {VERA, GLEB, LEGAL}


def test_one_decision_on_all_says_that_there_are_more(db: Database, ground: Ground, number: str) -> None:
    text = f"!решение {number} замена за наш счёт\nЗаменим.\nустановлено: бой (акт № 5)\nоснование: пункт 4.2\nисполнение: отгрузка, до 10.12"
    assert "Решение одно на все требования клиента (1: возврат денег; 2: возмещение расходов)" in say(db, ground, text, "c1")


# whose yes, row by row of domain.md 1.4, by mail

FIELDS = "\nустановлено: бой (акт № 5)\nоснование: пункт 4.2 договора"
REFUND = "!решение {number} 1: вернуть {sum} руб за наш счёт до 10.12; 2: не заявлено" + FIELDS
OFFER = (
    "!гарантия {number} истекла\n!решение {number} платный ремонт\nизделие: Насос\nгарантия: до 12.05.2025\nдокумент: паспорт\n"
    "диагностика: бесплатно\nперевозка: клиент\nадрес: Тверь"
)
ROWS: dict[str, tuple[str, dict[str, Any], set[str]]] = {
    "decision: the head": (REFUND.replace("{sum}", "12 000"), {}, {VERA}),
    "decision: over the limit": (REFUND.replace("{sum}", "12 000,01"), {}, {VERA, GLEB}),
    "decision: money without a sum": (REFUND.replace("{sum} руб", "деньги"), {}, {VERA, GLEB}),
    "decision: important": (REFUND.replace("{sum}", "5"), {"flags": {"important": True}}, {VERA, GLEB}),
    "decision: threat of court": (REFUND.replace("{sum}", "5"), {"legal_threat": True}, {VERA, LEGAL}),
    "decision: refused in part": (
        "!решение {number} 1: частично вернуть 5 руб за наш счёт до 10.12, потому что цело; 2: не заявлено" + FIELDS,
        {},
        {VERA, GLEB, LEGAL},
    ),
    "decision: refused": ("!решение {number} отказ\nНе можем." + FIELDS, {}, {VERA, GLEB, LEGAL}),
    "decision: explained": ("!решение {number} разъяснение\nИсправен.\nшаг: Включите." + FIELDS, {}, {VERA}),
    "paid repair: a firm": (OFFER, {"consumer": "no"}, {VERA}),
    "paid repair: a consumer": (OFFER, {"consumer": "yes"}, {VERA, LEGAL}),
    "paid repair: not known": (OFFER, {"consumer": "unknown"}, {VERA, LEGAL}),
    "paid repair: the specialist says original": (
        OFFER.replace("истекла", "истекла, изначальный дефект", 1),
        {"consumer": "no"},
        {VERA, LEGAL},
    ),
}


@pytest.mark.parametrize("row", ROWS)
def test_whose_yes_is_asked(db: Database, ground: Ground, number: str, row: str) -> None:
    text, case, people = ROWS[row]
    set_case(db, number, **case)
    say(db, ground, text.format(number=number), "c1")
    assert set(asked(db)) == people


def test_the_customer_says_that_it_was_there_from_the_start(db: Database, ground: Ground) -> None:
    file_one(db, ground, "m9", NOW - HOUR, mail=a_mail("Насос не включается, это заводской брак."))
    number = the_case(db).number
    set_case(db, number, consumer="no")
    digests(db, ground)
    say(db, ground, OFFER.format(number=number), "c1")
    assert set(asked(db)) == {VERA, LEGAL}
    assert ANNA not in asked(db)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1: допоставить 3 мешка за наш счёт до 10.12; 2: не заявлено", "Под номером 1 клиент требует: возврат денег, а решено другое: это требование 2"),
        ("1: не заявлено; 2: вернуть 5 руб за наш счёт до 10.12", "Под номером 2 клиент требует: допоставка, а решено другое: это требование 1"),
        ("1: заменить три мешка за наш счёт до 10.12; 2: не заявлено", ""),  # none of hers: perhaps agreed by telephone
        ("1: не заявлено; 2: допоставить 3 мешка за наш счёт до 10.12", ""),
        ("1 (три мешка): допоставить 3 мешка за наш счёт до 10.12; 2: не заявлено", ""),
    ],
)
def test_numbers_mixed_up_are_asked_about(db: Database, ground: Ground, number: str, text: str, said: str) -> None:
    """The letter would read "1. Возврат денег: удовлетворяем. Допоставим три мешка"."""
    set_case(db, number, remedies=["refund", "completion"])
    answered = say(db, ground, f"!решение {number} {text}\nустановлено: приняли 21 из 24 (акт № 5)\nоснование: пункт 4.2", "c1")
    assert (said or "отправлено на согласование") in answered
    assert bool(asked(db)) is not bool(said)


def test_another_remedy_than_she_demands_is_not_called_granted(db: Database, ground: Ground, number: str) -> None:
    """A refund is demanded and a replacement decided: what was demanded is refused, so director and lawyer agree too."""
    set_case(db, number, remedies=["refund"])
    text = "1: заменить за наш счёт до 10.12\nустановлено: бой (акт № 5)\nоснование: пункт 4.2"
    assert "на согласование" in say(db, ground, f"!решение {number} {text}", "c1")
    letter = read_letter(next(iter(asked(db).values())))[1]
    assert "редлагаем другое решение" in letter
    assert "довлетворяем" not in letter
    assert len(asked(db)) > 1


def test_money_goes_back_under_either_name(db: Database, ground: Ground, number: str) -> None:
    text = "1: вернуть 5 руб за наш счёт до 10.12; 2: вернуть 300 руб за наш счёт до 10.12\nустановлено: бой (акт № 5)\nоснование: пункт 4.2"
    assert "на согласование" in say(db, ground, f"!решение {number} {text}", "c1")
