"""One case of each category from the first mail to `closed`, with real Dovecot and Postfix: every answer leaves in another program's form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from tests.reply_forms import FORMS
from tests.simulate.mailer import STYLES
from tests.simulate.record import Mail
from tests.walks.__main__ import BEGINS
from tests.walks.stage import CLAIMS, Person, Stage, stage_in_memory

ANNA = Person("Анна Петрова", "anna@firma.example", "bare")
BORIS = Person("Борис Иванов", "boris@firma.example", "bare")
DESIGN = Person("Конструкторский отдел", "design@firma.example", "bare")
WAREHOUSE = Person("Склад", "warehouse@firma.example", "bare")
SIMULATED = [style for style in STYLES if style != "bare"]
PROGRAMS = [*FORMS, *(f"{style}, simulated" for style in SIMULATED)]
RESULTS = ("Сделано", "Ничего не изменено", "Ответ на Вашу команду")
# what programs put around the words; none of it may reach a customer
TRACES = ("тел. ", "(495)", "Отправлено с", "Отправлено из", "Получить Outlook", "Original Message", "Исходное сообщение", "Вы писали", "пишет:", "написал(а)", "Фирма писал", "\n>")


@dataclass
class Desk:
    """Who answers does it from the next program of all; a mail that is not understood fails the walk by that program's name."""

    stage: Stage
    sent: int = 0

    def _from_next(self, who: Person) -> tuple[str, Person]:
        program = PROGRAMS[self.sent % len(PROGRAMS)]
        self.sent += 1
        return program, replace(who, form=FORMS[program]) if program in FORMS else replace(who, style=program.partition(",")[0])

    def orders(self, who: Person, letter: Mail, typed: str, number: str, state: str) -> Mail:
        """A mail of commands: obeyed, answered, and the case then stands in `state`."""
        program, person = self._from_next(who)
        self.stage.reply(person, letter, typed)
        result = self.stage.letter(who)
        while result.subject.partition(" [")[0] not in RESULTS:
            result = self.stage.letter(who)
        assert result.subject == f"Сделано [#{number}]", (program, typed, result.text)
        assert self.stage.case(number)["state"] == state, (program, typed, result.text)
        return result

    def says(self, who: Person, letter: Mail, words: str, number: str, state: str) -> None:
        """An answer without commands, of a customer or a department."""
        program, person = self._from_next(who)
        self.stage.reply(person, letter, words)
        assert self.stage.case(number)["state"] == state, (program, words)

    def decided(self, number: str, letter: Mail, typed: str, customer: Person) -> Mail:
        """The decision: asked for, approved by the head, sent by its author. The letter that the customer gets."""
        self.orders(ANNA, letter, typed, number, "approval")
        asked = self.stage.letter(BORIS, about="согласование")
        self.orders(BORIS, asked, "!согласовано\n", number, "approval")
        ready = self.stage.letter(ANNA, about="Проверьте перед отправкой")
        self.orders(ANNA, ready, "!отправить\n", number, "execution")
        return self.heard(customer, number, *((line.partition(": ")[2] or line).partition(", ")[0] for line in typed.splitlines()[1:]))

    def heard(self, customer: Person, number: str, *words: str) -> Mail:
        """The next letter to the customer: it says all of it, and nothing that her program's user did not type."""
        letter = self.stage.letter(customer, about=f"[#{number}]")
        told = " ".join(letter.text.split()).casefold()
        for one in words:
            assert one.casefold() in told, (one, letter.text)
        assert not [trace for trace in TRACES if trace in letter.text], letter.text
        return letter


def quantity(desk: Desk) -> str:
    """Recounted by the warehouse, asked, returned by the head and decided anew."""
    stage, number, customer = desk.stage, "2027-0001", Person("Ольга Кротова", "o.krotova@bereg.example", "gmail")
    stage.at("2027-01-18 10:05")
    stage.writes(customer, CLAIMS, "Расхождение по УПД 4512", "По УПД № 4512 от 14.01.2027, заказ 80233, значится 50 насосов Н-200, приняли 47 шт. Просим допоставить 3 шт.\n", "")
    desk.heard(customer, number)
    stage.at("2027-01-19 09:00")
    digest = stage.letter(ANNA, about="Новые: 1")
    desk.orders(ANNA, digest, f"!взять {number}\n!заметка {number} Склад пересчитает до обеда.\n", number, "review")
    desk.orders(ANNA, digest, f"!записка {number} склад: Пересчитайте, пожалуйста, насосы Н-200.\n", number, "review")
    request = stage.letter(WAREHOUSE)
    assert "Пересчитайте, пожалуйста, насосы Н-200." in request.text
    desk.says(WAREHOUSE, request, "Три насоса остались на комплектации, акт № 31 от 19.01.2027.\n", number, "review")
    result = desk.orders(ANNA, digest, f"!запросить {number}\n1. Пришлите, пожалуйста, фотографию этикетки места.\n2. Кто принимал груз?\n", number, "waiting_customer")
    asked = desk.heard(customer, number, "1. Пришлите, пожалуйста, фотографию", "2. Кто принимал груз?")
    desk.says(customer, asked, "Принимал кладовщик Сидоров, фотографии нет.\n", number, "review")
    decision = (
        "!решение допоставка за наш счёт\nОтгрузим 3 насоса Н-200.\nустановлено: три насоса остались на складе (акт № 31 от 19.01.2027)\n"
        "основание: пункт 4.2 договора поставки\nисполнение: отгрузка трёх насосов, до {day}.01.2027\n"
    )
    desk.orders(ANNA, result, decision.format(day=25), number, "approval")
    desk.orders(BORIS, stage.letter(BORIS, about="согласование"), "!вернуть Машина идёт в пятницу, 22 января.\n", number, "review")
    returned = stage.letter(ANNA, about="вернули")
    assert "Машина идёт в пятницу, 22 января." in returned.text
    answer = desk.decided(number, returned, decision.format(day=22), customer)
    return settle(desk, number, customer, answer, "отгрузка трёх насосов, 22.01.2027", "2027-01-22 15:00", "Насосы получили. Вопрос решён, претензию снимаем.\n")


def quality(desk: Desk) -> str:
    """The designers are asked; a promised day is told again on the way."""
    stage, number, customer = desk.stage, "2027-0002", Person("Пётр Зимин", "zimin@zarya.example", "outlook page")
    stage.at("2027-01-26 14:40")
    stage.writes(customer, CLAIMS, "Рекламация: болты М12, партия 140626", "Входной контроль забраковал партию 140626: у 30 болтов из 200 трещины под головкой. Просим заменить партию.\n", "")
    desk.heard(customer, number)
    stage.at("2027-01-27 09:00")
    digest = stage.letter(ANNA, about="Новые: 1")
    result = desk.orders(ANNA, digest, f"!взять {number}\n!записка {number} Почему у болтов М12 трещины под головкой?\n", number, "review")
    desk.says(DESIGN, stage.letter(DESIGN), "Партия закалена с нарушением режима, заключение № 17.\n", number, "review")
    desk.orders(ANNA, result, "!ждём осмотр до 29.01\n", number, "review")
    answer = desk.decided(
        number, result,
        "!решение замена за наш счёт\nЗаменим 200 болтов М12 партии 140626.\nустановлено: режим закалки нарушен (заключение № 17 от 28.01.2027)\n"
        "основание: пункт 4.2 договора поставки\nисполнение: отгрузка новой партии, до 02.02.2027\n", customer,
    )  # fmt: skip
    desk.orders(ANNA, result, "!ход до 02.02\nсделано: новая партия изготовлена, 27.01\nвпереди: отгрузка новой партии, до 02.02\n", number, "execution")
    desk.heard(customer, number, "новая партия изготовлена")
    return settle(desk, number, customer, answer, "отгрузка новой партии, 01.02.2027", "2027-02-01 12:10", "Новая партия принята. Претензию отзываем.\n")


def damage(desk: Desk) -> str:
    """An English customer; the carrier will be held to account."""
    stage, number, customer = desk.stage, "2027-0003", Person("Emma Stone", "emma.stone@lakeside.example", "apple")
    stage.at("2027-02-08 12:55")
    stage.writes(customer, CLAIMS, "Order 55120 arrived broken", "Hello,\n\nThe glass table from order 55120 arrived today, the top is shattered and the box was crushed. I would like a replacement.\n\nEmma Stone\n", "")
    desk.heard(customer, number)
    stage.at("2027-02-09 09:00")
    digest = stage.letter(ANNA, about="Новые: 1")
    result = desk.orders(ANNA, digest, f"!Взять {number}\n", number, "review")
    desk.orders(ANNA, result, "!ask\n1. Was the damage noted on the carrier's paper?\n", number, "waiting_customer")
    desk.says(customer, desk.heard(customer, number, "Was the damage noted"), "Yes, the driver noted it on the delivery note 771.\n", number, "review")
    desk.orders(ANNA, result, "!регресс к перевозчику\nкому: ООО «Быстрый путь»\nдокумент: накладная 771 от 08.02.2027\n", number, "review")
    answer = desk.decided(
        number, result,
        "!resolve replacement at our cost\nWe will replace the table top.\nfound: the top was broken in transit (delivery note 771 of 8 February 2027)\n"
        "grounds: the terms of delivery, clause 5\nexecution: shipment of a new top, by 2027-02-12\n", customer,
    )  # fmt: skip
    return settle(desk, number, customer, answer, "shipment of a new top, 2027-02-11", "2027-02-11 16:00", "The new top fits. The matter is resolved, I withdraw my claim.\n")


def warranty(desk: Desk) -> str:
    """Her word on the warranty, an answer on the way, a repair."""
    stage, number, customer = desk.stage, "2027-0004", Person("Марина Лескова", "m.leskova@pochta.example", "mail.ru")
    stage.at("2027-02-16 16:20")
    stage.writes(
        customer, CLAIMS, "чайник перестал включаться",
        "Купила у вас 12 октября 2026 чайник ЧЭ-200, серийный номер ЧЭ200-0047715. Вчера перестал включаться. Гарантия 24 месяца, чек есть.\n", "",
    )  # fmt: skip
    desk.heard(customer, number)
    stage.at("2027-02-17 09:00")
    digest = stage.letter(ANNA, about="Новые: 1")
    result = desk.orders(ANNA, digest, f"!взять {number}\n!гарантия {number} действует\n", number, "review")
    desk.orders(ANNA, result, "!ответ\nЧек получили, спасибо. Курьер заберёт чайник завтра до обеда.\n", number, "review")
    desk.heard(customer, number, "Курьер заберёт чайник завтра")
    answer = desk.decided(
        number, result,
        "!решение ремонт за наш счёт\nОтремонтируем чайник ЧЭ-200 по гарантии.\nустановлено: гарантия действует до 12.10.2028 (чек от 12.10.2026)\n"
        "основание: гарантийный талон, пункт 3\nисполнение: ремонт в сервисном центре, до 24.02.2027\n", customer,
    )  # fmt: skip
    return settle(desk, number, customer, answer, "ремонт в сервисном центре, 20.02.2027", "2027-02-20 11:00", "Чайник работает, спасибо! Вопрос решён, претензий больше нет.\n")


def settle(desk: Desk, number: str, customer: Person, answer: Mail, done: str, at: str, words: str) -> str:
    """Carried out, confirmed by the customer, thanked and closed."""
    desk.stage.at(at)
    result = desk.orders(ANNA, desk.stage.letter(ANNA), f"!исполнено {number} {done}\n", number, "awaiting_withdrawal")
    completed = desk.heard(customer, number)
    desk.says(customer, completed, words, number, "awaiting_withdrawal")
    desk.orders(ANNA, result, "!поблагодарить\n", number, "closed")
    desk.heard(customer, number)
    return number


@pytest.mark.dovecot
@pytest.mark.postfix
@pytest.mark.alone
@pytest.mark.timeout(300)
def test_every_form_carries_a_case_to_its_close() -> None:
    go: dict[str, Callable[[Desk], str]] = {"quantity": quantity, "quality": quality, "damage": damage, "warranty": warranty}
    with stage_in_memory(BEGINS) as stage:
        desk = Desk(stage)
        for category, walk in go.items():
            case = stage.case(walk(desk))
            assert (case["category"], case["state"], case["close_reason"]) == (category, "closed", "withdrawn_in_writing")
        assert len(PROGRAMS) == len(FORMS) + len(SIMULATED) == 29
        assert desk.sent >= len(PROGRAMS), "a program that nobody used"
