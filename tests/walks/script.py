"""The five walks: what the customer writes, what our people answer, and a sentence beside each mail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.simulate.mailer import reply_subject
from tests.simulate.record import Mail
from tests.walks.stage import CLAIMS, Person, Scene, Stage

ANNA = "anna@firma.example"


@dataclass(frozen=True, slots=True)
class Walk:
    """`name` is the page's; `about` stands above it. `go` returns the number of the case."""

    name: str
    title: str
    about: str
    go: Callable[[Stage], str]


def quantity(stage: Stage) -> str:
    customer, anna = Person("Ольга Кротова", "o.krotova@bereg.example", "gmail"), Person("Анна Петрова", ANNA, "outlook page")
    stage.at("2027-01-18 10:05")
    stage.writes(
        customer, CLAIMS, "Расхождение по УПД 4512",
        "Здравствуйте!\n\nПо УПД № 4512 от 14.01.2027, заказ 80233, значится 50 насосов Н-200, при приёмке пересчитали: 47 шт. "
        "Не хватает 3 шт. Просим допоставить недостающее.\n\nС уважением,\nОльга Кротова\nООО «Берег»\n",
        "A customer misses three pumps. She writes from Gmail.",
    )  # fmt: skip
    greeting = stage.letter(customer, "Within seconds: received, registered, a number, a date counted in working days, and what would help.")
    stage.at("2027-01-18 12:30")
    stage.reply(customer, greeting, "Добрый день, акт и фото во вложении.\n\nОльга Кротова\n", "She sends what the letter asked for. It joins the case; nobody writes a second receipt.", photos=1)
    stage.at("2027-01-19 09:00")
    digest = stage.letter(anna, "The specialist's morning: sorted, with order and document drawn out of the letter, what is new, and buttons.", about="Новые: 1")
    stage.at("2027-01-19 09:20")
    stage.press(anna, digest, "!взять", "She presses «Взять». The button opens this mail; she only sends it.")
    stage.letter(anna, "The program says what was done, how the case stands and what is due.", about="Сделано")
    stage.at("2027-01-20 15:10")
    stage.reply(
        anna, digest,
        "!ответ 2027-0001\nСклад подтвердил недостачу: 3 насоса Н-200 остались на комплектации. Отгружаем их сегодня, "
        "транспортную накладную пришлём отдельным письмом.\n\nС уважением,\nАнна Петрова\n",
        "She answers the customer from Outlook, by a line in answer to the digest. Her own signature is left out; the letter has one.",
    )  # fmt: skip
    asks = stage.letter(
        anna, "Before it leaves she is asked once: the shortage is admitted, and goods are promised that nobody has decided on.", about="Прежде чем"
    )
    stage.press(anna, asks, "!отправить", "She has the warehouse's word for both, and sends it.")
    answer = stage.letter(customer, "What the customer gets: a person's letter, in her own thread. The clock of the formal answer stops once it has left.")
    stage.read_all(anna)
    return _settle(stage, customer, anna, answer, "2027-01-22 11:00", "2027-01-25", "Получили все три насоса, спасибо. Вопрос решён, претензию снимаем.\n\nОльга Кротова\n")


def quality(stage: Stage) -> str:
    customer, anna = Person("Пётр Зимин", "zimin@zarya.example", "outlook page"), Person("Анна Петрова", ANNA, "thunderbird")
    boris = Person("Борис Иванов", "boris@firma.example", "outlook")
    stage.at("2027-01-26 14:40")
    stage.writes(
        customer, CLAIMS, "Рекламация: болты М12, партия 140626",
        "Коллеги, добрый день.\n\nВходной контроль забраковал партию 140626: у 30 болтов из 200 трещины под головкой, твёрдость ниже чертежа. "
        "Протокол испытаний приложим. Просим заменить партию.\n\nПётр Зимин\nОТК, АО «Заря»\n",
        "Incoming control rejects a batch. The claim comes from Outlook, as HTML.", photos=1,
    )  # fmt: skip
    stage.letter(customer, "The receipt. It admits nothing and promises only a date.")
    stage.at("2027-01-27 09:00")
    digest = stage.letter(anna, "The digest: the batch and the sort of claim are there; the photograph was seen, so it is not asked for.", about="Новые: 1")
    stage.at("2027-01-27 09:40")
    stage.reply(
        anna, digest, "!взять 2027-0002\n!записка 2027-0002 Почему у болтов М12 трещины под головкой? Годна ли остальная партия?\n",
        "Thunderbird: she takes the case and asks the designers, in one mail. All of it is carried out, or none.",
    )  # fmt: skip
    memo = stage.letter("design@firma.example", "The memo to the design department: the customer's words, the question, a date, the photograph.")
    stage.letter(anna, "", about="Сделано")
    design = Person("Конструкторский отдел", "design@firma.example", "outlook")
    stage.at("2027-01-28 11:20")
    stage.reply(design, memo, "Партия 140626 закалена с нарушением режима, заключение № 17. Остаток партии не применять, рекомендуем заменить.\n", "The designers answer that letter; it joins the case.")
    stage.at("2027-01-28 12:00")
    stage.reply(
        anna, digest,
        "!решение 2027-0002 замена за наш счёт\nЗаменим 200 болтов М12 партии 140626 болтами новой партии, старую заберём той же машиной.\n"
        "установлено: партия закалена с нарушением режима (заключение № 17 от 28.01.2027)\nоснование: пункт 4.2 договора поставки\n"
        "исполнение: отгрузка новой партии, до 02.02.2027\n",
        "The decision, in her words. A letter that promises something needs the head's yes first.",
    )  # fmt: skip
    asked = stage.letter(boris, "The head sees the very letter, why he is asked, and two buttons.", about="согласование")
    stage.at("2027-01-28 13:05")
    stage.press(boris, asked, "!согласовано", "He presses «Согласовать».")
    ready = stage.letter(anna, "The author hears that it may go. A letter changed after the yes would need it again.", about="Проверьте перед отправкой")
    stage.press(anna, ready, "!отправить", "She sends it.")
    answer = stage.letter(customer, "The formal answer: what was established, on what ground, what is done and by when. On the second of three working days.", about="2027-0002")
    stage.read_all(anna, boris)
    return _settle(stage, customer, anna, answer, "2027-02-03 12:10", "2027-02-04", "Новая партия принята, замечаний нет. Претензию отзываем.\n\nПётр Зимин\n")


def damage(stage: Stage) -> str:
    customer, anna = Person("Emma Stone", "emma.stone@lakeside.example", "apple"), Person("Анна Петрова", ANNA, "gmail page")
    stage.at("2027-02-08 18:55")
    stage.writes(
        customer, CLAIMS, "Order 55120 arrived broken",
        "Hi,\n\nThe glass table from order 55120 arrived today and the top is shattered, the box was crushed on one side. "
        "I would like a replacement.\n\nEmma Stone\n", "A customer writes in English, from a Mac, after hours.",
    )  # fmt: skip
    stage.letter(customer, "She is answered in English, at once, though the office is closed.")
    stage.at("2027-02-09 09:00")
    digest = stage.letter(anna, "For the specialist it is one more row, in her own language.", about="Новые: 1")
    stage.at("2027-02-09 09:15")
    stage.reply(
        anna, digest, "!Взять 2027-0003\n!запросить 2027-0003\n1. Please send us a photograph of the box from outside.\n2. Was the damage noted on the carrier's paper?\n",
        "Gmail: she takes the case and asks two questions. A capital letter from the keyboard does no harm.",
    )  # fmt: skip
    asked = stage.letter(customer, "The questions, in a letter that says how to photograph and that the goods should be kept.")
    stage.letter(anna, "", about="Сделано")
    stage.at("2027-02-09 19:20")
    stage.reply(customer, asked, "Here are the photos. The driver noted it on the delivery note.\n\nEmma\n", "The answer is taken in; the case no longer waits for her.", photos=2)
    stage.at("2027-02-10 09:00")
    digest = stage.letter(anna, "The next morning says that she has written.", about="Претензии на")
    stage.at("2027-02-10 11:30")
    stage.reply(
        anna, digest, "!ответ 2027-0003\nThank you for the photographs. A new table top leaves our warehouse tomorrow, the carrier will call you before delivery.\n",
        "She answers.",
    )  # fmt: skip
    answer = stage.letter(customer, "", about="2027-0003")
    stage.letter(anna, "", about="Сделано")
    return _settle(stage, customer, anna, answer, "2027-02-15 20:05", "2027-02-16", "The new top has arrived and fits. Thank you, the matter is resolved, I withdraw my claim.\n\nEmma\n")


def warranty(stage: Stage) -> str:
    customer, anna = Person("Марина Лескова", "m.leskova@pochta.example", "mail.ru"), Person("Анна Петрова", ANNA, "yandex")
    boris = Person("Борис Иванов", "boris@firma.example", "outlook")
    stage.at("2027-02-19 16:20")
    stage.writes(
        customer, CLAIMS, "чайник перестал включаться",
        "Здравствуйте! Купила у вас 12 октября 2026 чайник ЧЭ-200, серийный номер ЧЭ200-0047715. Работал нормально, а вчера перестал "
        "включаться. Гарантия 24 месяца, чек есть. Что мне делать?\n\nМарина\n", "A private person, Mail.ru, on a Friday before a working Saturday.",
    )  # fmt: skip
    stage.letter(customer, "Saturday 20 February 2027 is a working day and counts; 21–23 February do not. The letter says how the date was counted.")
    stage.at("2027-02-20 09:00")
    digest = stage.letter(anna, "The digest comes on the working Saturday too.", about="Новые: 1")
    stage.at("2027-02-20 09:30")
    stage.press(anna, digest, "!взять")
    stage.letter(anna, "", about="Сделано")
    stage.at("2027-02-24 10:45")
    stage.reply(
        anna, digest,
        "!решение 2027-0004 ремонт за наш счёт\nОтремонтируем чайник ЧЭ-200 по гарантии, доставка в обе стороны за наш счёт.\n"
        "установлено: гарантия действует до 12.10.2028 (чек от 12.10.2026)\nоснование: гарантийный талон, пункт 3\nисполнение: ремонт в сервисном центре, до 03.03.2027\n",
        "A promise of repair is a decision, and needs the head's yes.",
    )  # fmt: skip
    asked = stage.letter(boris, "", about="согласование")
    stage.at("2027-02-24 12:10")
    stage.press(boris, asked, "!согласовано")
    ready = stage.letter(anna, "", about="Проверьте перед отправкой")
    stage.press(anna, ready, "!отправить")
    answer = stage.letter(customer, "The formal answer, within three working days: Saturday the 20th, Wednesday, Thursday.", about="2027-0004")
    stage.read_all(anna, boris)
    return _settle(stage, customer, anna, answer, "2027-03-04 19:40", "2027-03-05", "Чайник вернули исправным, спасибо большое! Вопрос решён, претензий больше нет.\n\nМарина\n")


def other(stage: Stage) -> str:
    customer, anna = Person("Виктор Сомов", "somov@dvor.example", "yandex"), Person("Анна Петрова", ANNA, "apple")
    boris = Person("Борис Иванов", "boris@firma.example", "outlook")
    stage.at("2027-03-09 11:00")
    stage.writes(
        customer, CLAIMS, "Претензия: заказ 81990 не доставлен",
        "Претензия.\n\nЗаказ 81990 должны были доставить 1 марта, до сих пор ничего не привезли, менеджер не отвечает. "
        "Просим сообщить срок доставки и компенсировать задержку.\n\nВиктор Сомов\nАО «Двор»\n", "Nothing came at all: a claim outside the four sorts. From Yandex.",
    )  # fmt: skip
    greeting = stage.letter(customer, "No papers are asked for that could not help here.")
    stage.at("2027-03-10 09:00")
    stage.letter(anna, "It stands in the digest, and this time nobody moves.", about="Новые: 1")
    stage.at("2027-03-11 14:05")
    stage.letter(anna, "On the second day of three the specialist is reminded …", about="[#2027-0005]")
    stage.at("2027-03-12 12:05")
    warning = stage.letter(boris, "… and before the deadline breaks the head hears of it, once.", about="[#2027-0005]")
    stage.at("2027-03-12 12:20")
    stage.reply(boris, warning, "!заметка 2027-0005 Машина вышла сегодня, накладная 5519. Анна, ответьте клиенту до трёх.\n", "He answers that letter from his Outlook.")
    stage.letter(boris, "", about="Сделано")
    stage.at("2027-03-12 14:40")
    answer = _answer(
        stage, anna, customer, greeting, "Ответ по обращению [#2027-0005]",
        "Здравствуйте, Виктор!\n\nПриносим извинения за ожидание. Машина с Вашим заказом 81990 вышла сегодня, накладная 5519, доставка 15 марта до 14:00. "
        "О компенсации задержки пришлём отдельное письмо до 17 марта.\n\nАнна Петрова, специалист по претензиям\n", "The customer is answered on the last day.",
    )  # fmt: skip
    return _settle(stage, customer, anna, answer, "2027-03-17 13:00", "2027-03-18", "Заказ получили, по компенсации договорились. Претензию снимаем.\n\nВиктор Сомов\n")


def _answer(stage: Stage, anna: Person, customer: Person, greeting: Mail, subject: str, text: str, note: str) -> Mail:
    answer = stage.writes(anna, customer.address, subject, text, note, answers=greeting, cc=[CLAIMS])
    stage.skip(customer)
    return answer


def _settle(stage: Stage, customer: Person, anna: Person, answer: Mail, at: str, morning: str, words: str) -> str:
    """The customer withdraws, the digest proposes the close, the specialist closes."""
    number = answer.subject.rpartition("[#")[2].rstrip("]")
    stage.at(at)
    stage.writes(customer, CLAIMS, reply_subject(answer.subject), words, "The customer withdraws the claim.", answers=answer)
    stage.read_all(anna)
    stage.at(f"{morning} 09:00")
    digest = stage.letter(anna, "The digest says so; whether to close is for a person to decide.", about="Претензии на")
    stage.at(f"{morning} 09:25")
    stage.press(anna, digest, "!закрыть", "She presses «Закрыть»: withdrawn in writing.")
    stage.letter(anna, "Closed.", about="Сделано")
    return number


WALKS: Mapping[str, Walk] = {
    walk.name: walk
    for walk in (
        Walk("quantity", "Three pumps are missing", "A shortage. The customer writes from Gmail, the specialist works in Outlook.", quantity),
        Walk("quality", "Cracks in the batch", "A defective batch. Outlook on the customer's side, Thunderbird on ours.", quality),
        Walk("damage", "The table arrived broken", "Damage on the way. An English customer with Apple Mail, a specialist with Gmail.", damage),
        Walk("warranty", "The kettle does not switch on", "A warranty case across a working Saturday and a holiday. Mail.ru and Yandex.", warranty),
        Walk("other", "The order never came", "A claim outside the four sorts, almost forgotten. Yandex, Apple Mail, and the head's Outlook.", other),
    )
}


def walk_all(stage: Stage) -> dict[str, tuple[str, list[Scene]]]:
    """Each walk's case and scenes, one after the other; every case is closed at its end."""
    found = {}
    for walk in WALKS.values():
        number = walk.go(stage)
        case = stage.case(number)
        assert (case["state"], case["close_reason"]) == ("closed", "withdrawn_in_writing"), case
        assert case["category"] == walk.name, case["category"]
        found[walk.name] = (number, stage.tell())
    return found
