"""What the files of a letter tell: their own numbers and serial numbers at their place, and nothing that is only listed in them."""

from __future__ import annotations

from mailbot.claims.facts import Facts
from mailbot.claims.message import Attachment, IncomingMail
from tests.reading import MOSCOW, TUESDAY, reader


def with_file(text: str, name: str, words: str) -> tuple[Facts, tuple[str, ...]]:
    file = Attachment(name=name, media_type="application/octet-stream", size=9_000, sha256="0" * 64, inline=False, text=words)
    understanding = reader().understand(IncomingMail(text=text, attachments=(file,)), TUESDAY, MOSCOW)
    return understanding.facts, understanding.missing


def test_an_invoice_in_a_file_is_not_asked_for() -> None:
    claim = "Насос поцарапан, корпус мятый, разбита крышка. Прошу заменить."
    facts, missing = with_file(claim, "00118.xlsx", "Счёт-фактура № 4471 от 12.11.2026\nНасос\t10 шт\t12 000 руб.\nЗаказ № 5580")
    assert [(fact.type, fact.value, fact.in_) for fact in facts.documents] == [("invoice_vat", "4471", "attachment:0")]
    assert facts.orders == facts.quantities == facts.amounts == ()  # a file's lines are not what is claimed
    assert "invoice" not in missing
    _, without = with_file(claim, "00118.xlsx", "Насос\t10 шт")
    assert "invoice" in without


def test_positions_point_into_the_words_of_the_file() -> None:
    words = "ПАСПОРТ ИЗДЕЛИЯ\nЗаводской № 4471-88"
    (serial,) = with_file("Насос не работает.", "passport.docx", words)[0].serials
    assert (serial.value, serial.in_) == ("4471-88", "attachment:0")
    assert words[serial.start : serial.end] == serial.text


def test_a_table_in_a_claim_paper_is_read_whole() -> None:
    words = "Артикул\tПо накладной\tПринято\nKR-201\t120\t118\n"
    facts, _ = with_file("Акт во вложении.", "Акт расхождений.xlsx", words)
    assert [(fact.value, fact.role, fact.in_) for fact in facts.quantities] == [
        (120, "by_papers", "attachment:0"), (118, "received", "attachment:0"), (2, "missing", "attachment:0"),
    ]  # fmt: skip
