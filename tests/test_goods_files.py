"""Catalogue and customers as 1C and Excel export them: every form of separator, charset, heading; each fault with file and line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from mailbot.claims.errors import SetupError
from mailbot.claims.goods import code_key
from mailbot.rulebook.catalogue import read_catalogue
from mailbot.rulebook.customers import is_inn, read_customers
from tests.cli_values import Cli

FREE = frozenset({"mail.ru", "gmail.com"})
INN = "7707083893"


def file(folder: Path, text: str, charset: str = "utf-8", name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(charset))
    return path


def faults(error: pytest.ExceptionInfo[SetupError]) -> list[tuple[int, str, str]]:
    return [(fault.line, fault.key, fault.problem) for fault in error.value.faults]


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("sign", [";", ",", "\t"])
def test_one_catalogue_in_every_form(tmp_path: Path, charset: str, sign: str) -> None:
    lines = ["Артикул;Наименование;Гарантия, мес;Серийный номер;Дата продажи;Покупатель", "НЦ-50;Насос НЦ-50;24,0;АВ-1001;05.03.2025;ООО Ромашка"]
    text = "\r\n".join(sign.join(f'"{cell}"' for cell in line.split(";")) for line in lines)
    found = read_catalogue(file(tmp_path, text, charset))
    item = found.sold[code_key("AB1001")]  # Latin letters, no dash
    assert (item.goods.article, item.goods.months, item.sold_on, item.basis, item.sold_to) == ("НЦ-50", 24, date(2025, 3, 5), "sale", "ООО Ромашка")
    assert found.articles[code_key("нц 50")].name == "Насос НЦ-50"
    assert found.names[("насос", "нц", "50")].months == 24


def test_english_headings_report_titles_totals_and_excels_own_line(tmp_path: Path) -> None:
    text = "sep=;\nPrice list of 01.11.2026;;\n;;\nSKU;Product;Warranty (months)\nA-1;Kettle 2000;12\n;;\nA-2;\"Drill; heavy\";2 года\nTotal;;2\n"
    found = read_catalogue(file(tmp_path, text))
    assert {key: goods.months for key, goods in found.articles.items()} == {"A1": 12, "A2": 24}
    assert found.articles["A2"].name == "Drill; heavy"


@pytest.mark.parametrize(
    ("written", "months"),
    [("12", 12), ("12,0", 12), ("12.0", 12), ("24 мес.", 24), ("1 год", 12), ("3 года", 36), ("1,5 года", 18), ("5 лет", 60), ("0", 0), ("", None), ("-", None), ("600", 600)],
)
def test_terms(tmp_path: Path, written: str, months: int | None) -> None:
    assert read_catalogue(file(tmp_path, f"артикул;гарантия\nA1;{written}\n")).articles["A1"].months == months


@pytest.mark.parametrize("written", ["12,5", "скоро", "-3", "601", "51 год", "1e3"])
def test_what_is_no_term_is_named_with_its_line(tmp_path: Path, written: str) -> None:
    path = file(tmp_path, f"артикул;Гарантия, мес\nA1;12\nA2;{written}\n")
    with pytest.raises(SetupError) as error:
        read_catalogue(path)
    assert faults(error) == [(3, "Гарантия, мес", f"{written!r} is no number of months.")]
    assert str(error.value).startswith(f"{path}:3: ")


def test_every_fault_at_once(tmp_path: Path) -> None:
    text = "артикул;наименование;гарантия;серийный номер;дата отгрузки\nA1;x;12;S1;31.02.2025\n;;12;;\nA1;x;24;;\nA3;y;12;S-1;2025-03-01\nA4;z;12;S4;01.01.2025;;лишнее\n"
    with pytest.raises(SetupError) as error:
        read_catalogue(file(tmp_path, text))
    assert [(line, key) for line, key, _ in faults(error)] == [(6, ""), (2, "дата отгрузки"), (3, "артикул"), (4, "гарантия"), (5, "серийный номер")]


def test_many_faults_are_counted_not_listed(tmp_path: Path) -> None:
    with pytest.raises(SetupError) as error:
        read_catalogue(file(tmp_path, "артикул;гарантия\n" + "A;?\n" * 60))
    assert len(error.value.faults) == 51
    assert error.value.faults[-1].problem == "has 10 more faulty cells."


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"foo;bar\n1;2\n", "has no line of headings"),
        (b"", "is empty"),
        ("артикул;название\nA1;x\n".encode(), "has no line of headings with гарантия, мес/серийный номер; here it says “артикул;название”"),
        ("Артикул;Гарантия\nA1;12\n".encode("cp866"), "is saved as cp866"),
        ("Артикул;Гарантия\nA1;12\n".encode("koi8-r"), "is saved as koi8-r"),
        ("Артикул;Гарантия\nA1;12\n".encode("utf-16-le"), "is saved as utf-16-le"),
        ("Артикул;Гарантия\n".encode() + "Насос;12\n".encode("cp1251"), "line 1 is UTF-8, line 2 is windows-1251"),
        (b"A;1\n" + "Артикул;Гарантия\n".encode("cp1251") + "Насос;12\n".encode(), "line 3 is UTF-8, line 2 is windows-1251"),
        ("Артикул;Гарантия;Серийный номер\nA1;12;4,60123E+12\n".encode(), "a long number that Excel has rounded"),
        ("Артикул;Гарантия\nA1;#Н/Д\n".encode(), "'#Н/Д' is a fault of a formula"),
        (b"PK\x03\x04\xff\xfe", "is a workbook"),
        ('артикул;гарантия\nA1;"12\n'.encode(), "is no CSV here"),
    ],
)
def test_what_is_no_table(tmp_path: Path, data: bytes, says: str) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(data)
    with pytest.raises(SetupError, match=says):
        read_catalogue(path)


def test_a_line_break_inside_a_cell_does_not_shift_the_lines_named(tmp_path: Path) -> None:
    with pytest.raises(SetupError) as error:
        read_catalogue(file(tmp_path, 'артикул;наименование;гарантия\nA1;"две\nстроки";12\nA2;x;?\n'))
    assert [line for line, _, _ in faults(error)] == [4]


def test_the_basis_is_the_heading_of_the_date_and_items_take_the_term_of_their_article(tmp_path: Path) -> None:
    text = "артикул;гарантия;зав. №;дата отгрузки;дата ввода в эксплуатацию\nA1;12;;;\nA1;;S1;01.02.2025;\nA1;;S2;01.02.2025;10.02.2025\n"
    sold = read_catalogue(file(tmp_path, text)).sold
    assert [(sold[key].goods.months, sold[key].basis, sold[key].sold_on) for key in ("S1", "S2")] == [(12, "shipment", date(2025, 2, 1)), (12, "commissioning", date(2025, 2, 10))]


def test_sales_by_the_buyers_inn(tmp_path: Path) -> None:
    text = f"артикул;гарантия;дата отгрузки;контрагент\nA1;12;01.02.2025;ООО Ромашка (ИНН {INN})\nA1;12;01.03.2025;{INN}\nA1;12;;{INN}\nA1;12;01.03.2025;ООО Ромашка\n"
    sales = read_catalogue(file(tmp_path, text)).sales
    assert {key: [item.sold_on for item in items] for key, items in sales.items()} == {("A1", INN): [date(2025, 2, 1), date(2025, 3, 1)]}


def test_a_name_of_one_word_or_of_two_articles_names_none(tmp_path: Path) -> None:
    text = "артикул;наименование;гарантия\nA1;Насос;12\nA2;Кран шаровой;12\nA3;Кран шаровой;24\nA4;НЦ-50;6\n"
    assert set(read_catalogue(file(tmp_path, text)).names) == {("нц", "50")}


def test_thousands_of_rows(tmp_path: Path) -> None:
    rows = "\n".join(f"A{n};Насос модель {n};{n % 48};S{n};01.02.2025" for n in range(20_000))
    found = read_catalogue(file(tmp_path, f"артикул;наименование;гарантия;серийный номер;дата продажи\n{rows}\n", "cp1251"))
    assert (len(found.articles), len(found.sold)) == (20_000, 20_000)


def test_check_and_start_name_the_cell_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file(tmp_path, "артикул;гарантия\nA1;скоро\n", "cp1251", "goods.csv")
    file(tmp_path, "email\nнет\n", "cp1251", "people.csv")
    config = file(tmp_path, '[files]\ncatalogue = "goods.csv"\ncustomers = "people.csv"\n', name="mailbot.toml")
    ran = Cli(capsys)("check", "--offline", "--json", "--config", config)
    assert ran.code == 2
    said = [(line["what"], line["sentence"].split(": ")[0]) for line in ran.lines if not line["ok"]]
    assert said == [("catalogue", f"{tmp_path}/goods.csv:2"), ("customers", f"{tmp_path}/people.csv:2")]
    ran = Cli(capsys)("explain", "--config", config, config)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"{tmp_path}/goods.csv:2: гарантия: 'скоро' is no number of months.")


def test_customers(tmp_path: Path) -> None:
    text = f"Контрагент;E-mail;Домен;ИНН/КПП;Важный\nРомашка;Zakaz@Romashka.example, boss@romashka.example;;{INN}/770701001;да\nТень;a@b.example;;;нет\nЗавод;;https://www.zavod.example/;;VIP\n"
    found = read_customers(file(tmp_path, text, "cp1251"), FREE)
    assert found.addresses == {"zakaz@romashka.example", "boss@romashka.example"}
    assert found.domains == {"zavod.example"}
    assert found.inn == {INN}


def test_without_a_column_important_all_are(tmp_path: Path) -> None:
    assert read_customers(file(tmp_path, "email\na@b.example\nc@d.example\n"), FREE).addresses == {"a@b.example", "c@d.example"}


def test_a_nought_that_excel_took_away_is_put_back(tmp_path: Path) -> None:
    assert is_inn("0274062111")
    assert read_customers(file(tmp_path, "name;ИНН\nx;274062111\n"), FREE).inn == {"0274062111"}


@pytest.mark.parametrize(
    ("row", "key"),
    [("a@mail.ru;mail.ru;;да", "домен"), ("кто-то;;;да", "почта"), (f";;{INN[:-1]}4;да", "инн"), (";;7,70708E+11;да", "инн"), (";b.example;;может быть", "важный"), (";b;;да", "домен")],
)
def test_faulty_customers(tmp_path: Path, row: str, key: str) -> None:
    with pytest.raises(SetupError) as error:
        read_customers(file(tmp_path, f"почта;домен;инн;важный\nok@ok.example;;;да\n{row}\n"), FREE)
    assert [(line, name) for line, name, _ in faults(error)] == [(3, key)]


@pytest.mark.parametrize(("number", "good"), [(INN, True), ("7707083894", False), ("500100732259", True), ("500100732258", False), ("77070838", False), ("٧٧٠٧٠٨٣٨٩٣", False)])
def test_check_digits(number: str, good: bool) -> None:
    assert is_inn(number) is good
