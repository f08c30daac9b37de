"""Shortages told in tables: every form in which one is pasted, a row's counts with their roles, sums that do not agree."""

from __future__ import annotations

from functools import partial

import pytest

from mailbot.claims.facts import Facts, ItemLine
from mailbot.mail_in.html_text import html_to_text
from tests.explaining import explain
from tests.reading import facts
from tests.timing import assert_linear

TABS = """По УПД 5514 выявлено:

Артикул	Наименование	По док.	Факт	Недостача	Бой
KR-201	Кружка белая	120	118	2	0
TR-110	Тарелка 24 см	1 080	1 075	5	1

Просим допоставить."""
BARS = """| № | Арт. | Кол-во по накладной, шт | Принято, шт | Бой |
|---|------|------|------|------|
| 1 | KR-201 | 120 | 118 | |
| 2 | TR-110 | 1080 | 1075 | 1 |
"""
BLANKS = """
Артикул         по накл.   пришло   разбито
KR-201            120        118
TR-110           1080       1075      1
"""
SEMICOLONS = """Арт.; ед.; по ТОРГ-12; фактически; разница; бой
KR-201; шт; 120; 118; -2; 0
TR-110; шт; 1080; 1075; -5; 1
"""
TWO_HEADINGS = "Артикул\tКоличество\t\tБой\n\tпо документам\tпо факту\t\nKR-201\t120\t118\t\nTR-110\t1080\t1075\t1\n"
ENGLISH = """Item	Ordered	Received	Damaged
KR-201	120	118	0
TR-110	1,080	1,075	1
"""
PAGE = """<p>Hello</p><table border=1><tr><th>SKU</th><th>Invoiced (pcs)</th><th>Counted (pcs)</th><th>Broken</th></tr>
<tr><td>KR-201</td><td>120</td><td>118</td><td></td></tr><tr><td>TR-110</td><td>1080</td><td>1075</td><td>1</td></tr></table>"""


def told(found: Facts) -> list[tuple[float, str | None, str | None]]:
    return [(float(fact.value), fact.unit, fact.role) for fact in found.quantities]


def counts(line: ItemLine) -> tuple[object, ...]:
    return line.by_papers, line.received, line.missing, line.surplus, line.damaged or 0, line.defective or 0


@pytest.mark.parametrize(
    "text",
    [TABS, BARS, BLANKS, SEMICOLONS, TWO_HEADINGS, ENGLISH, html_to_text(PAGE).text],
    ids=str.split("tabs bars blanks semicolons two_headings english page"),
)
def test_every_form_of_one_table_reads_the_same(text: str) -> None:
    found = facts(text)
    assert [line.article for line in found.lines] == ["KR-201", "TR-110"]
    assert [counts(line) for line in found.lines] == [(120, 118, 2, None, 0, 0), (1080, 1075, 5, None, 1, 0)]
    assert {fact.value for fact in found.articles} == {"KR-201", "TR-110"}
    expected = [
        (120, "by_papers"),
        (118, "received"),
        (2, "missing"),
        (1080, "by_papers"),
        (1075, "received"),
        (5, "missing"),
        (1, "damaged"),
    ]
    assert sorted((value, role) for value, unit, role in told(found) if unit == "pcs") == sorted(expected)
    assert len(told(found)) == len(expected)
    assert found.contradictions == ()
    for fact in found.quantities:
        assert text[fact.start : fact.end] == fact.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Недостача по накладной 118:\nМолоко 1 л - 2 шт\nТворог - 1 кор.", [(2, "pcs", "missing"), (1, "box", "missing")]),
        ("Бой:\nбанка 0,7 - 12 шт\nНедовоз:\nкрышка - 200 шт", [(12, "pcs", "damaged"), (200, "pcs", "missing")]),
        ("We are missing:\n- 2 x lamp L-100\nDamaged:\n- 3 x base B-7", [(2, "pcs", "missing"), (3, "pcs", "damaged")]),
        ("Не хватает:\n1) болт М8 - 20 шт.\n\nВсего заказывали 5 шт", [(20, "pcs", "missing"), (5, "pcs", "by_papers")]),
    ],
)
def test_a_heading_tells_the_role_of_its_list(text: str, expected: list[tuple[float, str, str]]) -> None:
    assert told(facts(text)) == expected


def test_lines_of_a_list_are_items() -> None:
    found = facts(
        "Заказ 7719, вот что не так:\n1) арт. KR-5 чашка: заказали 36, приехало 33\n2) арт. KR-9 блюдо: 12 шт., из них 2 разбиты\n"
        "3) KR-11 нож: 10 шт., у трёх шатается ручка\nЖдём."
    )
    assert [(line.article, line.name) for line in found.lines] == [("KR-5", "арт. KR-5 чашка"), ("KR-9", "арт. KR-9 блюдо"), ("", "KR-11 нож")]
    assert [counts(line) for line in found.lines] == [(36, 33, 3, None, 0, 0), (None, None, None, None, 2, 0), (None, None, None, None, 0, 3)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("По УПД 50 шт, приехало 47 шт, не хватает 5 шт.", [(5, 3)]),
        ("По УПД 50 шт, приехало 47 шт, не хватает 3 шт.", []),
        ("По УПД 50 шт, приехало 45 шт, недостача 3 шт, 2 шт разбиты.", []),  # the broken ones were not received
    ],
)
def test_a_stated_shortage_that_is_not_the_difference(text: str, expected: list[tuple[float, float]]) -> None:
    assert [(one.stated, one.counted) for one in facts(text).contradictions] == expected


def test_units_come_from_the_cell_the_heading_or_their_column() -> None:
    text = "Товар\tЕд.\tЗаявлено\tПринято\nКабель\tм\t500\t480\nБолт\tшт\t100\t100\nКраска\t\t12 банок\t10 банок\n"
    assert told(facts(text)) == [
        (500, "m", "by_papers"), (480, "m", "received"), (20, "m", "missing"), (100, "pcs", "by_papers"), (100, "pcs", "received"),
        (12, "jar", "by_papers"), (10, "jar", "received"), (2, "jar", "missing"),
    ]  # fmt: skip


def test_a_difference_is_missing_or_too_much_by_its_sign() -> None:
    text = "Артикул | Расхождение\nKR-201 | -3\nKR-202 | +4\nKR-203 | 0\n"
    assert told(facts(text)) == [(3, "pcs", "missing"), (4, "pcs", "surplus")]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("KR-201\t120\t118\t2\n", []),
        ("KR-201\t120\t118\t3\n", [("row", "missing", 3, 2)]),
        ("KR-201\t120\t118\t2\nKR-202\t10\t10\t0\nИтого\t130\t128\t2\n", []),
        ("KR-201\t120\t118\t2\nKR-202\t10\t10\t0\nИтого\t130\t129\t2\n", [("sum", "received", 129, 128)]),
    ],
)
def test_sums_that_do_not_agree_are_pointed_out(rows: str, expected: list[tuple[str, str, float, float]]) -> None:
    found = facts("Артикул\tПо накладной\tПринято\tНедостача\n" + rows)
    assert [(one.what, one.role, one.stated, one.counted) for one in found.contradictions] == expected
    assert all(fact.value not in (129, 130) for fact in found.quantities)  # a sum is no item's count


def test_broken_ones_may_be_left_out_of_the_receipt() -> None:
    text = "Артикул\tПо накладной\tПринято\tНедостача\tБой\nKR-201\t80\t75\t4\t1\n"
    assert facts(text).contradictions == ()


@pytest.mark.parametrize(
    "text",
    [
        "Товар\tЦена\tСумма\nЧайник\t1200\t2400\n",  # a bill counts nothing that is missing
        "параметр\tтреб.\tфакт\tвывод\nHRC\t32-39\t33\t+\n",
        "Пн\t10:00\t18:00\nВт\t10:00\t18:00\n",
        "Иван  Петров   склад 2\nтел. 8 900 000 11 22  доб. 5\n",
    ],
)
def test_other_tables_are_left_alone(text: str) -> None:
    assert facts(text).lines == ()


def test_explain_tells_the_lines_and_what_does_not_agree() -> None:
    body = "Артикул\tПо накладной\tПринято\tНедостача\nKR-201\t120\t118\t3\n"
    told_ = explain(f"From: a@b.example\nSubject: x\nContent-Type: text/plain; charset=utf-8\n\n{body}".encode())["facts"]
    (line,) = told_["lines"]
    assert (line["article"], line["by_papers"], line["received"], line["missing"], line["surplus"]) == ("KR-201", 120, 118, 3, None)
    (wrong,) = told_["contradictions"]
    assert (wrong["what"], wrong["item"], wrong["stated"], wrong["counted"], wrong["in"]) == ("row", "KR-201", 3, 2, "text")


def test_long_tables_take_linear_time() -> None:
    def table(rows: int) -> str:
        return "Артикул\tПо накл.\tПринято\n" + "".join(f"KR-{n}\t{n}\t{n}\n" for n in range(1, rows))

    assert_linear(partial(facts, table(400)), partial(facts, table(800)), floor=0.1, cap=5)
