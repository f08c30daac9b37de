"""The letters of a case as they would really be written: samples for `tests.pictures`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from mailbot.claims.case import State
from mailbot.claims.case_letters import (
    CaseLetter,
    Clarification,
    Closing,
    Completed,
    Decision,
    Done,
    ExecutionStatus,
    Finding,
    Holding,
    Inspection,
    PaidRepair,
    Signatory,
    SpecialistReply,
    Verdict,
    WaitReminder,
    WithdrawalReminder,
)
from mailbot.claims.digest_notes import doubts_of
from mailbot.claims.guard import Question
from mailbot.claims.house_letters import (
    ApprovalRequest,
    CaseSheet,
    DraftShown,
    Due,
    FactsRequest,
    GuardAsks,
    HouseLetter,
    Inside,
    Memo,
    Regress,
    RequestReminder,
    Returned,
    Told,
)
from mailbot.claims.ready_replies import ReadyReply

FRIDAY = datetime(2026, 11, 20, 7, 12, tzinfo=UTC)
BY = datetime(2026, 11, 25, 20, 59, 59, tzinfo=UTC)
WEEK_ON = BY + timedelta(days=7)
NUMBER = "2026-0451"
NAME = "Смирнова Ольга Ивановна"
ANNA = Signatory("Анна Петрова", "специалист по претензиям", "+7 495 123-45-67")
VERA = Signatory("Вера Соколова", "руководитель отдела по работе с претензиями", "+7 495 123-45-60")
JOHN = Signatory("Anna Petrova", "Claims specialist", "+7 495 123-45-67")
DONE = (
    Done("шесть флаконов сиропа заменены и доставлены в аптеку", date(2026, 12, 1), "накладная 4618"),
    Done("повреждённые флаконы вывезены", date(2026, 12, 1)),
)


def _reply(label: str, line: str) -> ReadyReply:
    return ReadyReply(label, f"mailto:claims@mebel-server.example?subject=Re&body={line}", f"{line} {NUMBER} k1.anna.8f3a2c91")


DECISION = Decision(
    NUMBER, FRIDAY, "replacement", "2026-0451-1",
    (
        Verdict("Заменить шесть разбитых флаконов", "replacement", "Заменим все шесть флаконов и доставим их в аптеку."),
        Verdict("Возместить стоимость упаковки", "refusal", "Упаковка входит в цену товара и отдельно не оплачивалась, поэтому возместить её не можем."),
    ),
    (
        Finding("В двух коробках из двенадцати разбито шесть флаконов сиропа", "акт № 12 от 19 ноября 2026 г."),
        Finding("Коробки приняты перевозчиком без замечаний", "транспортная накладная 77120"),
    ),
    "договор поставки № 7 от 14 января 2026 г., пункт 5.2", VERA,
    (Done("Отгрузим замену", date(2026, 12, 1)), Done("Заберём повреждённые флаконы той же машиной", date(2026, 12, 1))),
    ("акт № 12, копия", "фотографии, 4 листа"), incoming_number="17-К", incoming_on=date(2026, 11, 20), addressee="Аптека № 7", customer_name=NAME,
)  # fmt: skip
BY_DEMAND = replace(
    DECISION, kind="refund", execution=(),
    verdicts=(
        Verdict("возврат денег", "refund", "Вернём 12 000 руб. на Ваш счёт", "full", date(2026, 12, 10), "ours"),
        Verdict("замена", "replacement", "Заменим шесть флаконов из восьми", "partly", date(2026, 12, 1), "ours", "два флакона целы (фотография 3)"),
        Verdict("возмещение расходов", "refusal", "", "refused", reason="документов о расходах в обращении нет",
                further="Пришлите их, и мы рассмотрим этот вопрос снова."),
    ),
)  # fmt: skip
EXPLANATION = replace(
    DECISION, kind="explanation", outgoing_number="2026-0458-1", number="2026-0458",
    verdicts=(Verdict("Отремонтировать обогреватель", "explanation", "Обогреватель исправен: он отключается сам, когда закрыта решётка."),),
    findings=(Finding("Вы верно описали, что прибор отключается через несколько минут", "Ваше письмо от 20 ноября 2026 г."),
              Finding("На фотографии видно, что решётка закрыта шторой", "фотография 2")),
    grounds="руководство по эксплуатации ОГ-2, раздел 4", execution=(), enclosures=("схема установки",),
    instructions=("Отключите прибор и дайте ему остыть 20 минут.", "Поставьте его не ближе 50 см от шторы и мебели.", "Включите снова и проверьте, работает ли он дольше 10 минут."),
    engineer="Игорь Титов, +7 495 123-45-69, по будням с 9 до 18", incoming_number="", incoming_on=None, addressee="",
)  # fmt: skip
INSIDE = Inside(
    "decision", "Ольга Ивановна Смирнова <o.smirnova@apteka7.example>", "Re: Бой в поставке по УПД 4512 [#2026-0451]",
    "Исх. № 2026-0451-1 от 24 ноября 2026 г.\nНа № 17-К от 20 ноября 2026 г.\n\nУважаемая Ольга Ивановна!\n\n"
    "Мы рассмотрели Ваше обращение и сообщаем, что установлено и что решено.\n\nРешение: заменим все шесть флаконов и доставим их в аптеку "
    "до 1 декабря 2026 г.\n\nС уважением,\nВера Соколова",
    ("Акт 12.pdf", "Фотографии.zip"),
)  # fmt: skip
SHEET = CaseSheet(
    NUMBER, "Анна", State.REVIEW, NAME, "o.smirnova@apteka7.example", "Бой в поставке по УПД 4512",
    "Добрый день!\n\nВ поставке от 19.11.2026 по УПД 4512 две коробки подмочены и помяты, внутри разбито 6 флаконов сиропа. "
    "Просим заменить и вывезти бой. Акт прилагаем.\n\nСмирнова О. И., аптека № 7",
    FRIDAY, "damage", BY, ("quantity",), ("разбито 6 флаконов", "коробки подмочены и помяты"),
    (("documents_upd", "4512 от 19.11.2026"), ("quantities", "6 флаконов разбито"), ("delivered_on", "19.11.2026"), ("phones", "+7 495 777-12-13")),
    ("replace", "pickup"), "valid", "computed", date(2027, 5, 14), ("packaging_photo",),
    (Told("acknowledgement", FRIDAY + timedelta(minutes=1)), Told("clarification", FRIDAY + timedelta(hours=3), "undelivered")),
    (
        Due("formal_answer", BY, counted="получено пт 20.11.2026 10:12; день 1 — пн 23.11, день 2 — вт 24.11, день 3 — ср 25.11"),
        Due("statutory", BY + timedelta(days=5)), Due("customer", FRIDAY - timedelta(days=1), late=True),
    ),
    ("important",), "Анна Петрова", ("Акт 12.pdf", "IMG_2011.jpg"), ("Видео разгрузки.mp4",),
    (_reply("Ответить клиенту", "!ответ"), _reply("Запросить", "!запросить"), _reply("Записка", "!записка"), _reply("Ждём", "!ждём"), _reply("Состояние", "!статус")),
)  # fmt: skip


def to_customers() -> Iterator[tuple[str, CaseLetter, str]]:
    """Name, letter, language."""
    yield "holding", Holding(NUMBER, FRIDAY, BY, "papers", NAME), "ru"
    yield "holding-en", Holding(NUMBER, FRIDAY, BY, "experts", "John Baker", JOHN), "en"
    questions = ("Когда и кем была вскрыта первая коробка?", "Осталась ли на паллете стрейч-плёнка с нашей маркировкой?")
    clarification = Clarification(NUMBER, FRIDAY, questions, ANNA, ("photo", "packaging_photo", "act"), WEEK_ON, "damage", True, NAME)
    yield "clarification", clarification, "ru"
    yield (
        "clarification-en",
        replace(clarification, questions=("When was the first box opened, and by whom?",), signatory=JOHN, customer_name="John Baker"),
        "en",
    )
    yield "wait_reminder", WaitReminder(NUMBER, FRIDAY, FRIDAY, "documents", (), ("act", "invoice"), 2, NAME), "ru"
    offer = PaidRepair(
        NUMBER, FRIDAY, "Обогреватель «ОГ-2»", date(2026, 5, 14), "гарантийный талон № 7 и чек от 14 мая 2024 г.", "1 500 ₽, 3 рабочих дня", "customer",
        "Москва, ул. Лесная, 1, сервисная служба, приём по будням с 9 до 18", WEEK_ON, ANNA, date(2024, 5, 14), "", "6 000 ₽", "77120-X", customer_name=NAME,
    )  # fmt: skip
    yield "paid_repair", offer, "ru"
    yield "paid_repair-consumer", replace(offer, consumer=True, repair_price="ориентировочно 4 000 ₽"), "ru"
    yield "decision", DECISION, "ru"
    yield "decision-by-demand", BY_DEMAND, "ru"
    yield "decision-explanation", EXPLANATION, "ru"
    yield "decision-en", replace(
        DECISION, verdicts=(Verdict("Replace six broken bottles", "replacement", "We will replace all six and deliver them."),), signatory=JOHN,
        findings=(Finding("Six bottles are broken", "report no. 12 of 19 November 2026"),), grounds="contract no. 7, clause 5.2", addressee="Baker & Sons",
        execution=(Done("Shipment of the replacement", date(2026, 12, 1)),), enclosures=("report no. 12",), incoming_number="PO 88231", customer_name="John Baker",
    ), "en"  # fmt: skip
    yield "inspection", Inspection(
        NUMBER, FRIDAY, "Обогреватель «ОГ-2», серийный номер 77120-X", BY - timedelta(hours=11), "аптека № 7, Москва, ул. Садовая, 12, склад",
        "инженер Игорь Титов", "осмотр перенесём один раз; если Вы не сможете быть и во второй раз, составим акт без Вас и пришлём его Вам.", "за наш счёт.",
        ANNA, ("документ о покупке", "гарантийный талон"), NAME,
    ), "ru"  # fmt: skip
    yield (
        "execution_status",
        ExecutionStatus(
            NUMBER, FRIDAY, DONE[1:], (Done("доставка замены", date(2026, 12, 3)), Done("Ваше подтверждение")), WEEK_ON, ANNA, NAME
        ),
        "ru",
    )
    yield "completed", Completed(NUMBER, FRIDAY, DONE, ANNA, NAME), "ru"
    yield "withdrawal_reminder", WithdrawalReminder(NUMBER, FRIDAY, DONE, WEEK_ON, 1, NAME), "ru"
    yield "closing", Closing(NUMBER, FRIDAY, WEEK_ON, BY, None, NAME), "ru"
    words = "Мы получили акт и фотографии, спасибо.\n\nСверяем их с документами перевозчика и напишем Вам в среду."
    yield "reply", SpecialistReply(NUMBER, words, ANNA, ("Бланк акта.docx",), NAME), "ru"


def inside() -> Iterator[tuple[str, HouseLetter, str]]:
    yield "memo", Memo(
        NUMBER, FRIDAY, "Аптека № 7", "Обогреватель «ОГ-2»", "Не включается, пахнет гарью. Работал восемь месяцев.",
        "Просим установить причину отказа.\n\nМожет ли это повториться на других приборах партии 140626?", BY, ANNA, "отказ реле термостата, следы нагрева",
        "ОГ-2", ("77120-X",), ("140626",), "valid", "по талону до 14 мая 2027 г.", ("IMG_2011.jpg",),
    ), "ru"  # fmt: skip
    yield "facts_request", FactsRequest(
        NUMBER, FRIDAY, "logistics", "Аптека № 7", ("carrier", "carrier_papers", "Был ли водитель при вскрытии коробок?"), BY, ANNA,
        "сироп, 12 коробок", ("80233",), ("УПД 4512",), "Две коробки подмочены и помяты.",
    ), "ru"  # fmt: skip
    yield "request_reminder", RequestReminder(NUMBER, "memo", "design", "Просим установить причину отказа.", FRIDAY, BY, False, ANNA), "ru"
    approve = (_reply("Согласовать", "!согласовано"), _reply("Вернуть", "!вернуть"))
    yield (
        "approval_request",
        ApprovalRequest(
            NUMBER,
            "Вера Сергеевна",
            ("head",),
            "Анна Петрова",
            "Аптека № 7",
            INSIDE,
            ("always", "important"),
            "12 400 ₽",
            BY,
            replies=approve,
            claimed="Добрый день!\n\nВ поставке от 19.11.2026 внутри разбито 6 флаконов сиропа. Просим заменить.\n\nСмирнова О. И., аптека № 7",
        ),
        "ru",
    )
    send = (_reply("Отправить", "!отправить"), _reply("Изменить", "!ответ"))
    yield (
        "returned",
        Returned(NUMBER, "Анна", "Вера Соколова", "Срок замены поставьте на 3 декабря: машина пойдёт в четверг.", INSIDE, BY),
        "ru",
    )
    yield "draft", DraftShown(NUMBER, "Анна", INSIDE, approved_by=("Вера Соколова",), replies=send), "ru"
    yield "draft-lacking", DraftShown(NUMBER, "Анна", INSIDE, ("findings.document", "grounds")), "ru"
    questions = (
        Question("admission", "это наша ошибка", 40),
        Question("date", "до 15 декабря", 90, date(2026, 11, 25)),
        Question("placeholder", "[сумма]", 130),
    )
    yield "guard_question", GuardAsks(NUMBER, "Анна", questions, INSIDE, send), "ru"
    yield "regress", Regress(
        NUMBER, "Анна", "carrier", "ООО «Быстрый путь»", "транспортная накладная 77120", date(2026, 11, 19), date(2027, 5, 19), "сироп, 12 коробок",
        "две коробки подмочены и помяты, разбито шесть флаконов.", (Finding("бой шести флаконов", "акт № 12 от 19 ноября 2026 г."),),
        ("act", "carrier_papers", "invoice", "photo", "calculation"), "12 400 ₽",
    ), "ru"  # fmt: skip
    yield "case_letter", SHEET, "ru"
    yield "case_letter-danger-en", replace(SHEET, person_name="John", marks=("safety", "legal"), state=State.REGISTERED, told=(), doubts=doubts_of("2026-0451", {"guarantee_unproven": "x"}, "en"), deadlines=(Due("formal_answer", BY, counted="received Fri 20 November 2026 10:12; 21 November – 22 November off, day 1 Mon 23 November, day 2 Tue 24 November, day 3 Wed 25 November"),)), "en"
