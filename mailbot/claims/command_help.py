"""Help by mail: what each command does with one line as it is written, and the whole of those that take more than a line. Only words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mailbot.claims.command import COMMANDS
from mailbot.claims.command_words import NAMES


@dataclass(frozen=True, slots=True)
class Lesson:
    """How one command is written, what it does, and an example line (or lines, where it needs more)."""

    form: str
    does: str
    example: tuple[str, ...]


_DOES = {
    "ru": {
        "take": ("взять дело себе; зарегистрированное дело переходит в работу", "!взять"),
        "assign": ("передать дело коллеге", "!передать Анне"),
        "claim": ("это претензия; сроки идут с её получения, клиент получит подтверждение", "!претензия"),
        "not-a-claim": ("это не претензия; сроки остановлены, никому не пишем", "!не-претензия"),
        "category": ("исправить категорию", "!категория повреждение"),
        "note": ("сохранить заметку в деле", "!заметка Звонил клиент, ждёт до пятницы"),
        "answered": ("отметить, что клиенту ответили вне программы", "!отвечено вчера 15:00"),
        "close": ("закрыть дело и назвать причину", "!закрыть отозвана"),
        "reopen": ("открыть закрытое дело снова", "!открыть"),
        "status": ("как обстоит дело", "!статус"),
        "help": ("все команды или подробно об одной", "!помощь решение"),
        "undo": ("отменить своё последнее изменение в течение суток", "!отмена"),
        "ask": ("задать клиенту вопросы, дело ждёт ответа", "!запросить\n1. Пришлите фото бирки\n2. Кто подписал акт?"),
        "reply": ("написать клиенту своими словами", "!ответ\nДобрый день! Машина приедет в четверг."),
        "send": ("отправить согласованное письмо или то, о котором переспросила программа", "!отправить"),
        "approve": ("согласовать письмо", "!согласовано"),
        "reject": ("вернуть письмо автору с замечаниями", "!вернуть Поправьте дату отгрузки"),
        "memo": ("спросить конструкторов или другой отдел", "!записка склад: пересчитайте остаток"),
        "wait": ("записать, кого и до какого дня ждём", "!ждём документы до 12.12"),
        "warranty": ("действует ли гарантия", "!гарантия истекла"),
        "resolve": ("решение письмом клиенту", "!решение 1: вернуть 12 000 руб за наш счёт до 10.12; 2: отказать, потому что …"),
        "merge": ("объединить с делом о том же", "!объединить 2026-0451"),
        "split": ("последнее присоединённое письмо сделать отдельным делом", "!разделить"),
        "show": ("всё о деле отдельным письмом, с файлами", "!показать"),
        "find": ("найти дела", "!найти бой стекла"),
        "done": ("отметить, что письмо без дела разобрано", "!готово M-123"),
        "new": (
            "завести претензию, полученную по телефону или на бумаге",
            "!новая\nклиент: Иванов\nкогда: вчера 15:00\n\nНе хватает двух ящиков.",
        ),
        "completed": ("сообщить клиенту, что с нашей стороны всё сделано", "!исполнено замена отгружена, 05.12"),
        "holding": ("промежуточные письма клиенту, пока ответа нет", "!промежуточно до 12.12"),
        "progress": (
            "рассказать клиенту, как исполняется решение",
            "!ход до 15.12\nсделано: замена заказана, 25.11\nвпереди: отгрузка, до 10.12",
        ),
        "inspect": (
            "пригласить клиента на осмотр",
            "!осмотр 5.12 в 11:00\nместо: Тверь, склад 2\nот нас: инженер Титов\n"
            "неявка: перенесём один раз\nрасходы: за наш счёт\nизделие: стеллаж С-4",
        ),
        "thank": ("закрыть дело и поблагодарить клиента за подтверждение", "!поблагодарить"),
        "regress": (
            "наша претензия перевозчику или поставщику, её проект и срок",
            "!регресс перевозчику\nкому: ООО «Довезём»\nдокумент: ТТН № 77",
        ),
        "legal": ("передать дело юристу; автоматических писем клиенту больше не будет", "!юрист Клиент подал в суд"),
        "add": ("приобщить к делу письмо без дела или файлы из своего письма", "!приобщить M-123"),
        "guarantee": ("гарантийное письмо пришло, платный ремонт начинается", "!гарантийное № 14 от 25.11.2026"),
        "inspected": ("осмотр состоялся; ниже итог, акт можно вложить", "!осмотрено Перекос рамы, чинить можно у нас"),
        "withdraw": ("отозвать своё письмо с согласования", "!отозвать"),
        "consumer": ("кто клиент: потребитель или нет; сроки пересчитываются", "!потребитель да"),
        "demands": ("чего требует клиент; сроки пересчитываются", "!требования замена, возврат денег"),
        "customer": ("адрес, по которому клиенту пишут, и имя", "!клиент Ольга Белова olga@example.ru"),
    },
    "en": {
        "take": ("take the case; work on a registered one begins", "!take"),
        "assign": ("give the case to a colleague", "!assign anna"),
        "claim": ("it is a claim; clocks run from its arrival, the customer gets an acknowledgement", "!claim"),
        "not-a-claim": ("it is not a claim; clocks stop, nobody is written to", "!not-a-claim"),
        "category": ("correct the category", "!category damage"),
        "note": ("keep a note with the case", "!note The customer called and waits until Friday"),
        "answered": ("the customer was answered outside the program", "!answered yesterday 15:00"),
        "close": ("close the case with a reason", "!close withdrawn"),
        "reopen": ("open a closed case again", "!reopen"),
        "status": ("how the case stands", "!status"),
        "help": ("all commands, or all about one", "!help resolve"),
        "undo": ("undo your last change, within a day", "!undo"),
        "ask": ("ask the customer; the case waits for the answer", "!ask\n1. Please send a photo of the label\n2. Who signed the report?"),
        "reply": ("write to the customer in your own words", "!reply\nGood morning, the lorry comes on Thursday."),
        "send": ("send what is approved, or what the program asked back about", "!send"),
        "approve": ("approve a letter", "!approve"),
        "reject": ("return a letter to its author with remarks", "!reject Please correct the shipping date"),
        "memo": ("ask the designers, or another department", "!memo warehouse: please count again"),
        "wait": ("note whom or what we are waiting for, and until when", "!wait documents until 12.12"),
        "warranty": ("whether the warranty runs", "!warranty expired"),
        "resolve": ("the decision as a letter to the customer", "!resolve 1: refund 12,000 RUB at our cost by 10.12; 2: refuse because …"),
        "merge": ("join it to the case of the same claim", "!merge 2026-0451"),
        "split": ("move the last letter that joined the case into a case of its own", "!split"),
        "show": ("all about the case in a letter of its own, with its files", "!show"),
        "find": ("find cases", "!find broken glass"),
        "done": ("a mail without a case is dealt with", "!done M-123"),
        "new": (
            "open a claim received by telephone or on paper",
            "!new\ncustomer: Smith\nwhen: yesterday 15:00\n\nTwo boxes are missing.",
        ),
        "completed": ("tell the customer that everything is done on our side", "!completed replacement shipped, 05.12"),
        "holding": ("holding notes to the customer while there is no answer", "!holding until 12.12"),
        "progress": (
            "tell the customer how the decision is carried out",
            "!progress until 15.12\ndone: replacement ordered, 25.11\nahead: shipment, by 10.12",
        ),
        "inspect": (
            "invite the customer to an inspection",
            "!inspect 5.12 at 11:00\nplace: Tver, store 2\nfrom us: Ivan Titov\n"
            "absence: we shall move it once\ncosts: at our cost\nproduct: shelf S-4",
        ),
        "thank": ("close the case and thank the customer for the confirmation", "!thank"),
        "regress": ("our own claim against carrier or supplier: draft and last day", "!regress carrier\nto: Carrier Ltd\ndocument: CMR 77"),
        "legal": ("hand the case over to the lawyer; nothing goes by itself any more", "!legal The customer has gone to court"),
        "add": ("add a mail without a case, or the files of your own mail", "!add M-123"),
        "guarantee": ("the payment guarantee has come, the paid repair begins", "!guarantee 14 of 25 November 2026"),
        "inspected": ("the inspection was held; its findings below, the report attached", "!inspected The frame is bent, we can mend it"),
        "withdraw": ("take your letter back from approval", "!withdraw"),
        "consumer": ("whether the customer is a consumer; the terms are counted anew", "!consumer yes"),
        "demands": ("what the customer demands; the terms are counted anew", "!demands replacement, refund"),
        "customer": ("the address at which the customer is written to, and the name", "!customer Olga Belova olga@example.com"),
    },
}  # fmt: skip
_MANUALS = {
    "ru": {
        "resolve": """Решение по каждому требованию, в одной строке или с новой строки; номера требований стоят в деле:

!решение за наш счёт
1: вернуть 12 000 руб до 10.12
2: частично заменить 2 стеклопакета из 3 до 15 декабря, потому что третий цел
3 (возместить поддон): отказать, потому что поддон остался у Вас
установлено: стекло разбито при погрузке (акт № 5 от 20.11.2026)
основание: пункт 4.2 договора поставки

По каждому: что сделаем («да», если всё как просят), за чей счёт, до какого дня. Чего клиент не требовал: «2: не заявлено».

Одно решение на всё: первой строкой вид и за чей счёт, ниже текст письма.

!решение замена за наш счёт
Заменим оба стеклопакета.
установлено: стекло разбито при погрузке (акт № 5)
основание: пункт 4.2 договора поставки
исполнение: отгрузка замены, до 10.12.2026

Виды: {kinds}. За счёт: {bearers}.
К разъяснению пишут «шаг: …», к отказу причину. Платный ремонт: «!гарантия истекла», затем «!решение платный ремонт» и строки
изделие: гарантия: до … документ: диагностика: перевозка: адрес: ремонт:""",
        "wait": "Кого ждать: {waits}.\nДень: 12.12, 12.12.2026, пятницы, через 5 дней, 10 декабря.",
        "close": "Причины: {reasons}. Вместе с благодарностью клиенту закрывает «!поблагодарить».",
        "memo": (
            "Без названия отдела вопрос идёт конструкторам. Иначе: «склад: …», «бухгалтерия: …», «продажи: …», "
            "«логистика: …», «сервис: …», «отк: …». Если ответили по телефону: «!записка отвечена» («!записка склад: отвечена»)."
        ),
        "regress": (
            "К кому: перевозчик, автоперевозчик, экспедитор, жд, кдпг, авиа, море, поставщик. Потом: «!регресс "
            "предъявлена», «!регресс извещение», «!регресс ответ»."
        ),
        "consumer": (
            "Организация или предприниматель: «!потребитель нет». Пока неясно: «!потребитель неизвестно», и действуют более строгие сроки."
        ),
        "demands": (
            "Список заменяет прежний целиком, в этом же порядке требования нумеруются в решении. Возможны: {demands}. "
            "Если ничего определённого: «!требования нет»."
        ),
        "legal": "Снять запрет: «!юрист снять».",
        "add": "С файлами во вложении номер письма не нужен: «!приобщить Акт осмотра».",
        "holding": "Больше не писать: «!промежуточно нет».",
        "warranty": "Или «действует». Если клиент говорит, что недостаток был с самого начала: «!гарантия истекла, изначальный дефект».",
    },
    "en": {
        "resolve": """A decision on each demand, on one line or below each other; the case shows their numbers:

!resolve at our cost
1: refund 12,000 RUB by 10.12
2: partly replace two panes of three by 15 December, because the third is whole
3 (the pallet): refuse because you have kept it
found: the glass broke when it was loaded (report 5 of 20.11.2026)
grounds: contract, clause 4.2

For each: what we shall do (“yes” for all as demanded), at whose cost, until when. What the customer did not ask for: “2: not demanded”.

One decision on all: the kind and the cost in the first line, the text of the letter below.

!resolve replacement at our cost
We will replace both panes.
found: the glass broke when it was loaded (report 5)
grounds: contract, clause 4.2
execution: shipment of the replacement, by 10.12.2026

Kinds: {kinds}. Cost: {bearers}.
An explanation has lines “step: …”, a refusal its reason. Paid repair: “!warranty expired”, then “!resolve paid repair” with the lines
product: warranty: document: diagnosis: carriage: address: repair:""",
        "wait": "For whom: {waits}.\nDay: 12.12, 2026-12-12, friday, in 5 days, 10 December.",
        "close": "Reasons: {reasons}. “!thank” closes and thanks the customer.",
        "memo": (
            "Without a department the designers are asked. Else: “warehouse: …”, “accounting: …”, “sales: …”, "
            "“logistics: …”, “service: …”. Where they answered by telephone: “!memo answered” (“!memo warehouse: answered”)."
        ),
        "regress": (
            "On whom: carrier, road, forwarder, rail, cmr, air, sea, supplier. Later: “!regress filed”, "
            "“!regress notice”, “!regress answered”."
        ),
        "consumer": "A business: “!consumer no”. Where it is not known: “!consumer unknown”, and the stricter terms run.",
        "demands": (
            "The list replaces the one before, and a decision numbers the demands in its order. Possible: {demands}. "
            "Nothing in particular: “!demands none”."
        ),
        "legal": "To end the hold: “!legal release”.",
        "add": "With files attached no number is needed: “!add Report of the inspection”.",
        "holding": "To end them: “!holding off”.",
        "warranty": "Or “valid”. Where the customer says that the defect was there from the start: “!warranty expired, original defect”.",
    },
}  # fmt: skip


def lessons(words: Iterable[str], language: str) -> tuple[Lesson, ...]:
    """What these commands do, each with an example."""
    tongue = "ru" if language == "ru" else "en"
    return tuple(Lesson(NAMES[tongue][word], _DOES[tongue][word][0], tuple(_DOES[tongue][word][1].splitlines())) for word in words)


def every_lesson(language: str) -> tuple[Lesson, ...]:
    """All commands, with the first line of an example each."""
    return tuple(Lesson(one.form, one.does, one.example[:1]) for one in lessons(COMMANDS, language))


def manual(word: str, language: str) -> tuple[str, ...]:
    """All about one command beyond its lesson, line by line; empty where there is no more to say."""
    from mailbot.claims.command_sentences import LISTS

    tongue = "ru" if language == "ru" else "en"
    text = _MANUALS[tongue].get(word, "")
    return tuple(text.format_map(LISTS[tongue]).splitlines()) if text else ()
