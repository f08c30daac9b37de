"""Every letter as a reader sees it: `python -m tests.pictures OUTDIR` writes pages and, with Chromium, pictures at 1000 and 390 px, light and dark."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from mailbot.claims.case import State
from mailbot.claims.command_help import every_lesson, lessons
from mailbot.claims.daily_sum import DailySum, daily_line
from mailbot.claims.digest import Digest, Group, Row
from mailbot.claims.letters import (
    Acknowledgement,
    AlarmItem,
    AlarmLetter,
    AlertLetter,
    CaseNow,
    Collective,
    CommandResult,
    ConfirmForward,
    DigestLetter,
    EnquiryReceipt,
    EscalationItem,
    EscalationLetter,
    House,
    Letter,
    NextStep,
)
from mailbot.claims.message import Address
from mailbot.claims.proof import SigningKey
from mailbot.claims.ready_replies import ReadyReply, ReplyMaker
from mailbot.mail_out.compose import Composed, Composer, Envelope
from mailbot.rulebook.production_calendar import load_calendar
from tests import case_pictures
from tests.report_values import CLUSTER, RECURRING, WEEKLY
from tests.values import ANNA

OFFICE = ZoneInfo("Europe/Moscow")
WIDTHS = (1000, 390)
PHONE = 390
FRIDAY = datetime(2026, 11, 20, 7, 12, tzinfo=UTC)
BY = datetime(2026, 11, 25, 20, 59, 59, tzinfo=UTC)
MORNING = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
HOUSE = House(
    "ООО «Мебель-Сервер»", "Отдел по работе с претензиями", "Claims department", "Анна Петрова", "+7 495 123-45-67",
    "пн–пт 9:00–18:00", "Mon–Fri 9:00–18:00", "https://mebel-server.example/privacy",
)  # fmt: skip
TITLES = {"damage": {"ru": "Повреждение, бой", "en": "Damage"}, "warranty": {"ru": "Гарантия", "en": "Warranty"}, "quantity": {"ru": "Недостача", "en": "Quantity"}}
CLAIM = Acknowledgement(
    "2026-0451",
    FRIDAY,
    BY,
    "damage",
    ("photo", "packaging_photo", "act", "invoice"),
    "Бой в поставке по УПД 4512",
    "Смирнова Ольга Ивановна",
)


@dataclass(frozen=True, slots=True)
class Sample:
    name: str
    letter: Letter
    language: str = "ru"
    also_in: str | None = None
    subject: str = ""


def samples() -> Iterator[Sample]:
    yield Sample("acknowledgement", CLAIM, subject=CLAIM.subject)
    neutral = replace(CLAIM, number="2026-0452", category="unsorted", needs=("description", "order"), subject="", customer_name="")
    yield Sample("acknowledgement-neutral-two-languages", neutral, also_in="en")
    english = replace(
        CLAIM, category="quantity", needs=("count", "invoice", "act"), subject="PO 88231 - short shipped", customer_name="John Baker"
    )
    yield Sample("acknowledgement-en", english, "en", subject=english.subject)
    yield Sample("acknowledgement-reopened-large", replace(CLAIM, reopened=True, truncated=True, needs=()), subject=CLAIM.subject)
    many = tuple(
        replace(CLAIM, number=f"2026-04{n}", category="quantity", needs=("count", "invoice"), subject=f"Недостача, паллета {n}")
        for n in range(61, 64)
    )
    yield Sample("collective", Collective(many))
    yield Sample("enquiry", EnquiryReceipt(FRIDAY, "Вопрос по каталогу", "Пётр Ильин"), subject="Вопрос по каталогу")
    yield Sample("confirm_forward", _FORWARD)
    yield Sample("alert-safety", _ALERT)
    yield Sample("alert-danger-and-court", replace(_ALERT, also=("legal", "important")))
    yield Sample("alert-danger-and-court-en", replace(_ALERT, also=("legal", "important")), "en")
    yield Sample("alert-bounce-en", replace(_ALERT, step="bounce", person_name="John", text="552 5.2.2 mailbox full", attachments=()), "en")
    replies = _ready("ru", *((item.number, State.REVIEW, "") for item in _ITEMS))
    yield Sample("escalation", EscalationLetter("Вера Сергеевна", ("head", "legal"), _ITEMS, replies))
    yield Sample("escalation-one-en", EscalationLetter("John", ("specialist",), (replace(_ITEMS[1], marks=("legal",)),), _ready("en", ("2026-0440", State.REVIEW, ""))), "en")
    for language, who in (("ru", "Анна"), ("en", "Anna")):
        line = daily_line(DailySum(41, {"opened": 12, "joined": 17, "noted": 12}, 29, 0, 1), language)
        note = "Производственный календарь на 2027 год ещё не утверждён." if language == "ru" else "The calendar of 2027 is provisional."
        yield Sample(f"digest-{language}", DigestLetter(who, _DIGEST, line, MORNING, (note,), _ready(language, *_rows())), language)
    for language in ("ru", "en"):
        yield Sample(f"weekly-{language}", WEEKLY, language)
        yield Sample(f"recurring-{language}", RECURRING, language)
    yield Sample("digest-empty", DigestLetter("Анна", Digest("anna", "ru"), daily_line(DailySum(), "ru"), MORNING))
    for name, to_customer, language in case_pictures.to_customers():
        yield Sample(name, to_customer, language, subject=CLAIM.subject if language == "ru" else "PO 88231 - short shipped")
    for name, within, language in case_pictures.inside():
        yield Sample(name, within, language)
    yield from _results()
    yield Sample("alarm", _ALARM)
    yield Sample("alarm-en", _ALARM, "en")


_FORWARD = ConfirmForward(
    "2026-0455", "Сергей Продажин", "Лариса Голубева", "l.golubeva@uyut.example", "Fwd: Пришёл не тот цвет", FRIDAY, BY,
    "Сергей, добрый день. Вместо белых шкафов привезли два чёрных, заказ 80233. Заберите и привезите наши.",
)  # fmt: skip
_ALERT = AlertLetter(
    "safety", "2026-0458", "Вера Сергеевна", "Игорь Панов", "panov.igor@pochta.example", "warranty", "Загорелся обогреватель!",
    "Вчера ваш обогреватель ОГ-2 загорелся в детской, жена получила ожог руки. Заказ 90114.\n\nЕсли не вернёте деньги за три дня, "
    "подаю иск в суд и пишу в Роспотребнадзор.\n\nПанов И. С.",
    FRIDAY, BY, ("IMG_20261119_оплавленный_корпус.jpg", "чек.pdf"),
)  # fmt: skip
_ITEMS = (
    EscalationItem("2026-0431", "ООО «СтройДвор»", "Недостача трёх насосов НЦ-40 по УПД 4490", "formal_answer", "answer_late",
                   FRIDAY - timedelta(days=1), True, FRIDAY - timedelta(days=8), "Анна Петрова", undelivered=True, marks=("safety", "legal", "important"),
                   state=State.AWAITING_WITHDRAWAL, phone="+79161234567"),
    EscalationItem("2026-0440", "Аптека № 7", "Подмочены две коробки, разбито 6 флаконов", "formal_answer", "answer_at_risk",
                   BY, False, FRIDAY, "Борис Котов", state=State.REVIEW, phone="8 (495) 123-45-67, доб. 204, после обеда"),
    EscalationItem("2026-0444", "olga.konstantinopolskaya@ochen-dlinnyy-domen-pochty.example", "", "acknowledgement", "ack_late",
                   FRIDAY, True, FRIDAY - timedelta(days=3), ""),
)  # fmt: skip


def _row(
    number: str,
    customer: str,
    product: str,
    claimed: str,
    state: State,
    age: int,
    due: int | None,
    late: int = 0,
    *marks: str,
    waiting: str = "",
) -> Row:
    by = BY + timedelta(days=due) if due is not None else None
    return Row(number, customer, product, claimed, "damage", state, age, by, late, marks, waiting)


_DIGEST = Digest("anna", "ru", (
    Group("overdue", (
        _row("2026-0431", "ООО «СтройДвор»", "Насос НЦ-40", "не хватает 3 шт. по УПД 4490", State.REVIEW, 12, -5, 4, "important"),
        _row("2026-0429", "Hotel Sea", "Pump P-300", "stopped working after eight months", State.REGISTERED, 13, -6, 5, "undelivered"),
    )),
    Group("due_today", (
        _row("2026-0458", "Игорь Панов", "Обогреватель ОГ-2", "загорелся в детской, ожог руки; если не вернёте деньги за три дня, подаю иск в суд",
             State.REGISTERED, 3, -1, 0, "safety", "legal"),
    )),
    Group("new", (
        _row("2026-0462", "Аптека № 7", "", "В поставке от 19.11.2026 две коробки подмочены и помяты, внутри разбито 6 флаконов сиропа", State.REGISTERED, 0, 2),
        _row("2026-0463", "Пётр Ильин, ОТК", "Болты М12, партия 140626", "твёрдость ниже чертежа у 30 болтов из 200", State.REGISTERED, 1, 1, 0, "provisional"),
    )),
    Group("to_close", (
        replace(_row("2026-0402", "Фабрика «Заря»", "Насос НЦ-40", "подшипник заменили, претензию снимаем", State.AWAITING_WITHDRAWAL, 20, None), settled="withdrawn", answered=True),
    )),
    Group("replies", (replace(_row("2026-0460", "Отель «Море»", "Кран", "прислали фотографии шильдика", State.REVIEW, 4, 1), letters=2, instead_of="Борис Котов"),)),
    Group("unreadable", (_row("2026-0470", "info@zakazchik.example", "", "", State.TRIAGE, 0, 2),)),
    Group("waiting_long", (replace(_row("2026-0411", "Аптека № 3", "Стеллаж", "погнута стойка", State.APPROVAL, 15, None, waiting="approval"), waits_days=9),)),
    Group("unsorted", (_row("2026-0464", "info@ochen-dlinnoe-nazvanie-kompanii-zakazchika.example", "", "", State.TRIAGE, 0, 2),)),
    Group("waiting", (_row("2026-0417", "Лариса Голубева", "Шкаф «Норд»", "вместо белых привезли чёрные", State.WAITING_CUSTOMER, 9, None, waiting="documents"),)),
    Group("in_work", (_row("2026-0420", "Северный путь", "Стол", "скол на столешнице", State.EXECUTION, 8, None),)),
), (CLUSTER,))  # fmt: skip
def _rows() -> Iterator[tuple[str, State, str]]:
    return ((row.number, row.state, row.settled) for group in _DIGEST.groups for row in group.rows)


def _ready(language: str, *cases: tuple[str, State, str]) -> dict[str, tuple[ReadyReply, ...]]:
    """The buttons as the program makes them."""
    maker = ReplyMaker(SigningKey("k1", b"pictures" * 4), "claims@mebel-server.example", replace(ANNA, language=language), MORNING)
    return {number: maker.about(number, state, taken=True, settled=settled) for number, state, settled in cases}


_ALARM = AlarmLetter((
    AlarmItem("mailbox_away", "claims: authentication failed (imap.mebel-server.example:993)", MORNING - timedelta(minutes=17)),
    AlarmItem("unsent", "3 letters, the oldest waits 2 h 10 min", MORNING - timedelta(hours=2)),
))  # fmt: skip


def _results() -> Iterator[Sample]:
    """What a command of hers is answered with: done, refused with how it is written, all commands, and what was found."""
    for language, done, refused, waits in (
        ("ru", "Дело 2026-0451 теперь ведёте Вы.", "Строка 2: команды «!взятть» нет. Может быть, «!взять»?", "документы"),
        ("en", "Case 2026-0451 is yours now.", "Line 2: there is no command “!tak”. Perhaps “!take”?", "documents"),
    ):
        step = NextStep("ответить клиенту" if language == "ru" else "answer the customer", BY)
        ready = _ready(language, ("2026-0451", State.REVIEW, ""))["2026-0451"]
        case = CaseNow("2026-0451", "Смирнова Ольга Ивановна", CLAIM.subject, State.REVIEW, "Анна Петрова", BY, False, (), waits, BY, (step,), ready,
                       ("вернуть 1 240 000,00 руб.", "заменить шесть флаконов"))  # fmt: skip
        yield Sample(f"result-{language}", CommandResult("Анна", (done,), (), (case,), BY), language)
        yield Sample(f"result-refused-{language}", CommandResult("Анна", (), (refused,), (case,), None, lessons(("take", "wait"), language)), language)
        yield Sample(f"result-help-{language}", CommandResult("Анна", (done,), (), (), None, every_lesson(language)), language)
        yield Sample(f"result-found-{language}", CommandResult("Анна", (done,), (), (), found=(case, replace(case, number="2026-0452"))), language)


def composer() -> Composer:
    return Composer(None, HOUSE, load_calendar(None, range(2026, 2028)), OFFICE, TITLES)


def composed(sample: Sample, by: Composer) -> Composed:
    envelope = Envelope(
        Address(HOUSE.name, "claims@mebel-server.example"), Address("", "o.smirnova@stroydvor.example"), "mb1.picture.k1.0@mebel-server.example",
        FRIDAY, "pictures k1 0", original_subject=sample.subject,
    )  # fmt: skip
    return by.compose(sample.letter, sample.language, sample.also_in, envelope)


def chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def chromium_run(*arguments: str, width: int, height: int = 2200) -> str:
    """One page in a browser of its own, without network; what it prints."""
    browser = chromium()
    assert browser is not None
    with tempfile.TemporaryDirectory(prefix="mailbot-chromium-") as profile:
        command = [
            browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage",
            "--no-first-run", "--disable-extensions", "--hide-scrollbars", "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={profile}", f"--window-size={width},{height}", *arguments,
        ]  # fmt: skip
        return subprocess.run(command, capture_output=True, text=True, timeout=50, check=True).stdout


def framed(page: Path, width: int) -> Path:
    """A page that holds `page` in a frame of `width`: a headless window is never narrower than 500 px."""
    around = page.with_name(f"{page.stem}-{width}-frame.html")
    around.write_text(
        f'<!DOCTYPE html><meta charset="utf-8"><body style="margin:0">'
        f'<iframe src="{page.name}" style="border:0;width:{width}px;height:2180px"></iframe>',
        encoding="utf-8",
    )
    return around


def draw(folder: Path, *wanted: str, dark: bool = False) -> list[Path]:
    """All pages, and their pictures where there is a browser. `dark`: as a reader with a dark screen sees them."""
    folder.mkdir(parents=True, exist_ok=True)
    by, found = composer(), []
    for sample in samples():
        if wanted and not any(word in sample.name for word in wanted):
            continue
        page = folder / f"{sample.name}.html"
        letter = composed(sample, by)
        page.write_text(letter.html, encoding="utf-8")
        page.with_suffix(".txt").write_text(f"Subject: {letter.subject}\n\n{letter.text}", encoding="utf-8")
        for width in WIDTHS if chromium() else ():
            picture = folder / f"{sample.name}-{width}{'-dark' if dark else ''}.png"
            scheme = ["--blink-settings=preferredColorScheme=0"] if dark else []
            chromium_run(f"--screenshot={picture}", *scheme, framed(page, width).as_uri(), width=max(width, 500))
            found.append(picture)
    return found


if __name__ == "__main__":
    for dark in (False, True):
        for picture in draw(Path(sys.argv[1]), *sys.argv[2:], dark=dark):
            print(picture)
