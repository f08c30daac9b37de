"""What customers write: our own sentences, put together by a seeded die, in Russian and English."""

from __future__ import annotations

import random
from collections.abc import Sequence

CATEGORIES = ("quality", "quantity", "damage", "warranty", "other")

# {order} {invoice} {day} {n} {m} {k} {goods} {serial} {batch} are filled in; k = n - m
_CORES: dict[tuple[str, str], Sequence[tuple[str, str]]] = {
    ("ru", "quantity"): (
        ("Недостача по заказу {order}", "По заказу № {order} по накладной {n} шт., при приёмке пересчитали: {m}. Не хватает {k} шт. Просим допоставить недостающее."),
        ("Расхождение по УПД {invoice}", "Приняли товар по УПД № {invoice} от {day}. По документам {n} единиц, фактически поступило {m}, недостача {k} шт. Акт составлен."),
        ("недовложение", "В коробке по заказу {order} не оказалось части товара: вместо {n} штук лежит {m}. Довезите, пожалуйста, {k} шт."),
        ("Пересорт", "Прислали не тот товар: в заказе {order} белые полки, а в коробке {n} чёрных. Просим забрать пересорт и привезти наше."),
        ("Привезли меньше, чем в документах", "Добрый день, наш кладовщик принял {m} коробок вместо {n}. Не хватает {k}. Документ {invoice}. Ждём допоставку."),
    ),
    ("ru", "damage"): (
        ("Бой при перевозке", "Заказ {order} пришёл с боем: коробки помяты, внутри разбито {k} шт. из {n}. Упаковку сохранили. Просим заменить разбитое."),
        ("Повреждение груза, накладная {invoice}", "При разгрузке {day} увидели, что {k} коробки подмочены и порваны, содержимое повреждено. Просим заменить повреждённое."),
        ("Пришло разбитым", "Получили {goods}, заказ {order}: упаковка пробита, корпус треснул при доставке. Хотим замену."),
        ("Механические повреждения", "Транспортная компания привезла заказ {order} с вмятинами, {k} мест из {n} смяты, товар поцарапан. Акт с водителем подписали."),
    ),
    ("ru", "quality"): (
        ("Брак партии {batch}", "Входной контроль забраковал партию {batch}: у {k} штук из {n} трещины и раковины, размеры не по чертежу. Просим заменить партию."),
        ("Рекламация по качеству", "В товаре по заказу {order} обнаружен брак: покрытие отслаивается, швы кривые. Количество: {k} из {n}. Просим вернуть деньги за брак."),
        ("Качество не соответствует", "{goods} из заказа {order} не соответствует заявленному качеству: краска слезает, есть сколы под лаком. Прошу принять возврат."),
        ("Дефектная продукция", "При вскрытии упаковок партии {batch} выявлены дефекты: неоднородный цвет, пузыри. Бракованных {k} шт. Просим прислать представителя."),
    ),
    ("ru", "warranty"): (
        ("{goods} перестал работать", "Купили у вас {goods}, серийный номер {serial}, {day}. Месяц работал, теперь не включается. Он на гарантии, просим отремонтировать или заменить."),
        ("Гарантийный случай", "Прибор {goods}, сер. № {serial}, сломался в период гарантии: двигатель не запускается. Просим принять в гарантийный ремонт. Чек сохранился."),
        ("Не включается", "Здравствуйте, {goods} (серийный номер {serial}) больше не включается, хотя гарантия 24 месяца. Что нам делать, куда везти на ремонт по гарантии?"),
        ("Поломка по гарантии", "Прошу гарантийный ремонт: {goods} {serial} вышел из строя, не греет. Куплен {day}, гарантийный талон есть."),
    ),
    ("ru", "other"): (
        ("Претензия: срок поставки нарушен", "Претензия. Заказ {order} должны были доставить {day}, до сих пор ничего не привезли. Просим сообщить срок и компенсировать задержку."),
        ("Претензия по документам", "Претензия: к заказу {order} не приложены паспорта изделий и сертификат, без них мы не можем принять товар. Просим прислать документы."),
        ("Заказ {order} так и не приехал", "Уже третью неделю ждём заказ {order}, деньги уплачены по счёту {invoice}. Доставки нет. Требуем привезти заказ или вернуть деньги."),
    ),
    ("en", "quantity"): (
        ("PO {order} - short shipped", "We received {m} of {n} cartons on PO {order} (delivery note {invoice}). {k} cartons are missing. Please ship the balance."),
        ("Shortage", "Order {order}: the packing list says {n} pieces, we counted {m}. {k} pieces are missing. Please send the missing pieces."),
    ),
    ("en", "damage"): (
        ("Order {order} arrived broken", "The {goods} from order {order} arrived today with the box crushed and the glass shattered in transit. I would like a replacement."),
        ("Damaged in transit", "{k} of {n} cartons of order {order} were crushed and wet on arrival, the contents are damaged. Please replace them."),
    ),
    ("en", "quality"): (
        ("Defective batch {batch}", "Batch {batch} is defective: {k} of {n} parts show cracks and the coating peels off. Please replace the batch."),
        ("Poor quality", "The {goods} from order {order} is of poor quality: the paint is peeling and the seams are crooked. I want my money back."),
    ),
    ("en", "warranty"): (
        ("{goods} stopped working", "Our {goods}, serial {serial}, stopped working after two months and does not switch on. It is under warranty, please repair it."),
        ("Warranty claim", "Warranty claim: {goods}, serial number {serial}, the motor no longer starts. Please advise how to return it for repair under warranty."),
    ),
    ("en", "other"): (
        ("Complaint: order {order} not delivered", "Complaint: order {order} was due on {day} and has still not been delivered. Please deliver it or refund invoice {invoice}."),
        ("Complaint", "Complaint: certificates for order {order} were not enclosed and we cannot accept the goods without them. Please send the documents."),
        ("Complaint about documents", "Complaint: order {order} came without certificates and manuals, your manager does not answer, and we are losing money. We claim compensation for the delay."),
    ),
}  # fmt: skip
_GOODS = {
    "ru": ("насос Н-200", "чайник ЧЭ-200", "обогреватель ОГ-3", "стол «Лада»", "дрель ДУ-750", "шкаф «Нева»", "светильник СВ-11"),
    "en": ("pump P-300", "kettle K-20", "glass table", "drill D-750", "lamp L-11", "cabinet C-4"),
}
_GREETINGS = {"ru": ("Здравствуйте!", "Добрый день!", "Уважаемые господа!", "Добрый день, коллеги."), "en": ("Hello,", "Good morning,", "Dear Sirs,", "Hi,")}
_BACKGROUNDS = {
    "ru": ("", "", "Работаем с вами третий год.", "Пишем второй раз за год.", "Телефон у вас занят, поэтому пишу.", "Заказ оформляли через вашего менеджера."),
    "en": ("", "", "We have been buying from you for years.", "I could not reach you by phone."),
}
_ENDINGS = {
    "ru": ("Ждём ответа.", "Просим ответить письменно.", "Сообщите, пожалуйста, что делать дальше.", ""),
    "en": ("Please reply in writing.", "Looking forward to your answer.", ""),
}
_SIGNATURES = {"ru": ("С уважением,\n{name}", "{name}", "С уважением,\n{name}\n{firm}"), "en": ("Kind regards,\n{name}", "{name}", "Best regards,\n{name}\n{firm}")}
_THREATS = ("Если не ответите в срок, подадим иск в суд и жалобу в Роспотребнадзор.", "Иначе будем вынуждены обратиться в суд.")
_DANGER = "Прибор задымился и загорелся, один человек получил ожог руки."

FIRST = ("Ольга", "Пётр", "Марина", "Игорь", "Светлана", "Андрей", "Лариса", "Виктор", "Наталья", "Денис", "Юлия", "Роман", "Галина", "Павел")
LAST = ("Кротова", "Зимин", "Лескова", "Рябов", "Тополева", "Громов", "Ежова", "Сомов", "Белкина", "Дубов", "Чижова", "Климов", "Осина", "Жуков")
FIRST_EN = ("John", "Emma", "Oliver", "Grace", "Peter", "Helen", "Martin", "Alice")
LAST_EN = ("Baker", "Stone", "Miller", "Reed", "Carter", "Hill", "Foster", "Wells")
FIRMS = ("ООО «Берег»", "АО «Заря»", "ИП Лесной", "ООО «Мастерок»", "Аптека № 12", "ООО «Уют»", "АО «Двор»", "ООО «Север»")

QUESTIONS = (
    ("Вопрос по прайсу", "Добрый день! Пришлите, пожалуйста, прайс-лист на насосы и сроки поставки на март."),
    ("Есть ли в наличии?", "Здравствуйте! Подскажите, есть ли в наличии шкаф «Нева» в белом цвете и сколько стоит доставка?"),
    ("Price request", "Hello, could you send me your price list for lamps and the delivery terms? Thank you."),
    ("Резюме", "Здравствуйте! Хочу работать у вас кладовщиком, высылаю резюме. Опыт пять лет."),
)
NEWSLETTERS = (
    ("Приглашаем на выставку", "Приглашаем вас на выставку складского оборудования! Билеты со скидкой 20 % до конца недели."),
    ("Новости логистики", "В этом выпуске: тарифы перевозчиков, новые склады и обзор рынка. Отписаться можно по ссылке."),
)
PHOTOS = {"ru": ("Высылаю фото, как просили.", "Добрый день, фотографии и накладная во вложении."), "en": ("Photos attached, as you asked.", "Please find the photos attached.")}
NUDGES = {"ru": ("Добрый день! Есть ли новости по нашему обращению?", "Когда ждать ответа?"), "en": ("Any news on our claim?", "When can we expect your answer?")}
WITHDRAWALS = {
    "ru": ("Спасибо, вопрос решён, претензию снимаем.", "Всё получили, вопрос закрыт. Претензий больше не имеем, претензию отзываем. Спасибо!"),
    "en": ("Thank you, everything is settled, we withdraw our claim.", "The matter is resolved, please consider our claim withdrawn."),
}
BACK = {
    "ru": ("Добрый день! Прошла неделя, и та же неисправность появилась снова. Просим вернуться к нашей претензии.",),
    "en": ("Hello, the same defect is back after a few days. Please look into our claim again.",),
}
GUARANTEES = {
    "ru": ("Гарантийное письмо. Гарантируем оплату ремонта в течение пяти дней после выставления счёта.",),
    "en": ("Letter of guarantee: we guarantee the payment of the repair within five days of your invoice.",),
}
THANKS = {"ru": ("Спасибо за ответ!", "Благодарю, понятно."), "en": ("Thank you for your answer.", "Thanks, understood.")}
AWAY = {"ru": "Я в отпуске и вернусь через неделю. По срочным вопросам пишите коллегам.", "en": "I am out of the office until next week."}


def claim_text(dice: random.Random, language: str, category: str, name: str, *, trouble: str = "") -> tuple[str, str]:
    """Subject and text of a claim. `trouble`: "" | "court" | "danger"."""
    n = dice.randrange(12, 90)
    k = dice.randrange(2, 9)
    values = {
        "order": dice.randrange(70000, 99999), "invoice": dice.randrange(1000, 9999), "day": f"{dice.randrange(8, 20):02}.12.2026", "n": n, "k": k, "m": n - k,
        "goods": dice.choice(_GOODS[language]), "serial": f"SN{dice.randrange(10**6, 10**7)}", "batch": f"{dice.randrange(10, 28)}{dice.randrange(1000, 9999)}",
    }  # fmt: skip
    subject, core = dice.choice(_CORES[language, category])
    parts = [dice.choice(_GREETINGS[language]), dice.choice(_BACKGROUNDS[language]), core.format(**values)]
    parts += [dice.choice(_THREATS)] if trouble == "court" else [_DANGER] if trouble == "danger" else []
    parts.append(dice.choice(_ENDINGS[language]))
    signature = dice.choice(_SIGNATURES[language]).format(name=name, firm=dice.choice(FIRMS))
    body = parts[0] + "\n\n" + " ".join(part for part in parts[1:] if part) + "\n\n" + signature + "\n"
    return subject.format(**values), body


def person_name(dice: random.Random, language: str) -> str:
    return f"{dice.choice(FIRST)} {dice.choice(LAST)}" if language == "ru" else f"{dice.choice(FIRST_EN)} {dice.choice(LAST_EN)}"
