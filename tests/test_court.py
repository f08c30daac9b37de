"""The index of the file for the court: everything in order, nothing a stranger wrote does anything, and it reads on paper and on a phone."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from mailbot.reports.court import CourtFile, Delivery, Enclosed, Paper, Step, Term, as_page, as_text
from tests.pictures import PHONE, chromium
from tests.store_fixtures import missing
from tests.test_pictures import measured

OFFICE = ZoneInfo("Europe/Moscow")
AT = datetime(2026, 11, 20, 7, 12, tzinfo=UTC)
EVIL = "<img src=x onerror=alert(1)>\x1b[31m"
PAPERS = (
    Paper(1, AT, "in", "claim", "o.smirnova@stroydvor.example", "Бой в поставке по УПД 4512", "mails/0001-2026-11-20-claim.eml", "1@stroydvor.example",
          "Добрый день!\n\nВ поставке разбито 6 стёкол.\n\nСмирнова", enclosed=(Enclosed("бой.jpg", "image/jpeg", 48_120, "attachments/ab.jpg"), Enclosed("", "text/plain", 3, None))),
    Paper(2, AT + timedelta(seconds=20), "out", "acknowledgement", "o.smirnova@stroydvor.example", "Re: Бой [#2026-0451]", "letters/0002-2026-11-20-acknowledgement.eml",
          "mb1.ack@firma.example", "Здравствуйте!\n\nПретензия зарегистрирована.", "sent",
          deliveries=(Delivery(AT + timedelta(seconds=30), "unknown"), Delivery(AT + timedelta(seconds=60), "sent", "250 2.0.0 queued as 4F"), Delivery(AT + timedelta(hours=1), "came_back"))),
    Paper(3, AT + timedelta(days=1), "inside", "memo", "design@firma.example", EVIL, "letters/0003-2026-11-21-memo.eml", "mb1.memo@firma.example", EVIL, "held"),
)  # fmt: skip
FILE = CourtFile(
    "2026-0451", "Смирнова Ольга <o.smirnova@stroydvor.example>", "Бой в поставке по УПД 4512", "closed", "rejected_final", AT,
    AT + timedelta(days=5), AT + timedelta(days=3), AT + timedelta(days=9), PAPERS,
    (Step(AT, "mailbot", "opened", "It is a complaint.", 1), Step(AT + timedelta(days=3), "anna", "answered", EVIL)),
    (Term("formal_answer", AT, AT + timedelta(days=5), "met", "день 1: пн 23.11, день 2: вт 24.11, день 3: ср 25.11"),),
    (("ab" * 32, 48_120, "attachments/ab.jpg"),), AT + timedelta(days=30), "ru",
)  # fmt: skip


def test_the_text_has_everything_in_order() -> None:
    text = as_text(FILE, OFFICE)
    assert text.startswith("Дело по претензии № 2026-0451\nЗаявитель: Смирнова Ольга")
    assert "Состояние: закрыто (отказ)" in text
    assert "  1. 20.11.2026 10:12:00  претензия  o.smirnova@stroydvor.example  Бой в поставке по УПД 4512" in text
    assert "+ бой.jpg  image/jpeg  48120  attachments/ab.jpg" in text
    assert "+ (без имени)  text/plain  3  внутри письма" in text
    assert "20.11.2026 10:13:00  принято почтовым сервером: 250 2.0.0 queued as 4F" in text
    assert "20.11.2026 11:12:00  вернулось недоставленным" in text
    assert "Не отправлялось, состояние: ждёт разрешения" in text
    assert "20.11.2026 10:12:00  mailbot  дело открыто  It is a complaint. [1]" in text
    assert "formal_answer  20.11.2026 10:12:00 – 25.11.2026 10:12:00  соблюдён  день 1: пн 23.11" in text
    assert f"{'ab' * 32}       48120  attachments/ab.jpg" in text
    assert text.index("Документы".upper()) < text.index("КТО, ЧТО") < text.index("СРОКИ") < text.index("КОНТРОЛЬНЫЕ")
    assert "\x1b" not in text


def test_what_was_done_is_told_in_words() -> None:
    """A judge reads it: no names of the program's own."""
    done = tuple(Step(AT, "anna", what, "") for what in ("command", "drafted", "approval_asked", "letter_sent", "request_sent", "promised", "commanded", "bounce", "auto_reply"))
    text = as_text(replace(FILE, steps=done), OFFICE)
    assert "anna  сообщение о недоставке" in text
    assert not re.search(r"anna  [a-z_]", text)
    for said in ("письмо составлено", "запрошено согласование", "письмо отправлено клиенту", "запрошено подразделение", "обещано клиенту"):
        assert f"anna  {said}" in text
    assert "approval_asked" not in text


def test_nothing_a_stranger_wrote_does_anything_on_the_page() -> None:
    page = as_page(FILE, OFFICE)
    assert "<img" not in page
    assert page.count("&lt;img src=x onerror=alert(1)&gt;") == 4, "subject twice, text, and why"
    assert "default-src 'none'" in page
    assert "В поставке разбито 6 стёкол." in page


def test_in_english_too() -> None:
    text = as_text(replace(FILE, language="en"), OFFICE)
    assert text.startswith("Case 2026-0451\nClaimant: ")
    assert "accepted by the mail server: 250 2.0.0 queued as 4F" in text
    assert "State: closed (rejected)" in text
    assert "<html lang=\"en\">" in as_page(replace(FILE, language="en"), OFFICE)


@pytest.mark.chromium
def test_it_reads_on_a_phone_and_on_a_desk(tmp_path: Path) -> None:
    if chromium() is None:
        missing("Chromium")
    found = list(measured(tmp_path, {"court": as_page(FILE, OFFICE)}, PHONE, 1000))
    assert [seen.width for seen in found] == [PHONE, 1000]
    assert [fault for seen in found for fault in seen.faults()] == []
    assert all(seen.words > 1_000 and seen.height > 800 for seen in found)
