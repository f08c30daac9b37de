"""What is asked for, how pressing it is, danger and court in their context, who writes, and what is still missing."""

from __future__ import annotations

import pytest

from mailbot.claims.message import Address, Attachment, IncomingMail
from tests.reading import MOSCOW, TUESDAY, facts, reader, rules, understand

SOME_CLAIM = "Насос не включается, брак. "


@pytest.mark.parametrize(
    ("text", "remedies"),
    [
        ("Прошу заменить насос или вернуть деньги.", ("replace", "refund")),
        ("Мне новый привезите.", ("replace",)),
        ("Дошлите два болта.", ("completion",)),
        ("Не хватает трёх стоек, можно досылку?", ("completion",)),
        ("Просим провести проверку качества.", ("inspection",)),
        ("Бракованные коробки заберите, деньги минусуйте.", ("refund", "pickup")),
        ("Бой актировать или спишете?", ("decision",)),
        ("Two boxes are missing. Please credit the broken ones and send the missing with the van.", ("refund", "completion")),
        ("We need urgently technician.", ("repair",)),
        ("Верните 5 690 руб, второй раз такие не хочу", ("refund",)),
        ("Просим устранить недостатки и возместить убытки.", ("repair", "compensation")),
        ("Готовы принять с уценкой.", ("price_reduction",)),
        ("Направьте представителя для составления акта, брак заберите.", ("inspection", "pickup")),
        ("Пришлите паспорт и сертификат.", ("documents",)),
        ("Скажите ДАТУ.", ("answer",)),
        ("Что нам делать с партией?", ("decision",)),
        ("Ждём ответа.", ("answer",)),
        ("Просим заменить, ждём ответа.", ("replace",)),  # a courtesy beside a demand
        ("Please send the missing parts or refund us.", ("refund", "completion")),
        ("Мастер всё поменял и починил.", ()),  # told, not asked
        ("Хочу, чтобы вы заменили насос.", ("replace",)),
        ("Вернём вам тару и поддоны.", ()),
        ("После ремонта проработал два дня.", ()),  # background
        ("Второй раз чинить не дам, верните деньги.", ("refund",)),
        ("Заменим со следующей отгрузкой, платить не готовы.", ()),  # who says so does it himself
        ("Вывоз за ваш счёт.", ("pickup",)),  # on whose account, and no other demand
        ("Просим заменить, в противном случае взыщем неустойку.", ("replace",)),  # a threat
        ("Не хватает трёх ламп, пришлите их до пятницы.", ("completion",)),  # what was missing
        ("Три лампы разбиты, пришлите до пятницы.", ("replace",)),  # a replacement of what was there
        ("Довозите остаток, брак спишите.", ("refund", "completion")),
        ("The replacement grinder came on Friday.", ()),
        ("We would like a replacement.", ("replace",)),
    ],
)
def test_remedies(text: str, remedies: tuple[str, ...]) -> None:
    assert facts(SOME_CLAIM + text).remedies == remedies


@pytest.mark.parametrize(
    "text",
    [
        "Чайник взорвался на кухне.", "Обжёг руку, ожог второй степени.", "Розетка загорелась!", "Меня ударило током от плиты.",
        "Сильный запах газа от котла.", "Ребёнок отравился вашим йогуртом.", "В пюре стекло, чуть не проглотили.", "Чуть не загорелся провод.",
        "The charger caught fire.", "My son got an electric shock.", "У дочки сыпь и отёк от крема.",
        "Маме после еды стало плохо, скорая увезла её ночью.", "Пахнет гарью от щитка.", "Рабочий потерял сознание от паров.",
        "The charger blew up at night.", "Two guests fell ill after your chicken.", "There is a burning smell from the panel.",
    ],
)  # fmt: skip
def test_danger(text: str) -> None:
    found = facts(text)
    assert (found.safety, found.urgency) == (True, "critical")


@pytest.mark.parametrize(
    "text",
    [
        "Безопасная доставка, спасибо.", "Загорелся индикатор зарядки.", "Раздражения и аллергии не вызвал.", "Никто не пострадал, коробка цела.",
        "Пожарная безопасность склада, документы во вложении.", "Разбито стекло на двери.", "Если загорится, что делать?", "Мотор сгорел.",
        "6.6 Contact for a safety incident (fire, foreign object).", "Экран стало плохо видно на солнце.", "The passed inspection report is attached.",
    ],
)  # fmt: skip
def test_no_danger(text: str) -> None:
    assert not facts(text).safety


@pytest.mark.parametrize(
    ("text", "threat"),
    [
        ("Если не решите, обращусь в суд.", True),
        ("Дальше Роспотребнадзор и районный суд.", True),
        ("ДОСУДЕБНАЯ ПРЕТЕНЗИЯ", True),
        ("Подключим юриста, ЗоЗПП на нашей стороне.", True),
        ("I'll issue a claim in the small claims track.", True),
        ("Наш юрист готовит иск.", True),
        ("Сообщим в Росздравнадзор, если не заберёте серию.", True),
        ("Our lawyers will pursue this through the courts.", True),
        ("We shall go to the consumer court.", True),
        ("Серия забракована письмом Росздравнадзора.", False),
        ("Our formal order is attached.", False),
        ("Судя по фото, судно пришло с боем.", False),
        ("Рассудите сами.", False),
        ("Все споры решаются в суде по месту нахождения поставщика.", False),
        ("Оставлю плохой отзыв.", False),
        ("Рассмотрев Вашу претензию, сообщаем: вправе обратиться в суд.", False),  # a counterparty
    ],
)
def test_legal_threat(text: str, threat: bool) -> None:
    found = facts(text)
    assert found.legal_threat is threat
    if threat:
        assert found.urgency == "high"


@pytest.mark.parametrize(
    ("text", "urgency"),
    [
        (SOME_CLAIM + "Срочно!!!", "normal"),  # the bare word is not enough
        (SOME_CLAIM + "Ответьте до 27.11.2026.", "high"),  # three calendar days
        (SOME_CLAIM + "Ответьте до 28.11.2026.", "normal"),
        (SOME_CLAIM + "Линия стоит второй день.", "critical"),
        (SOME_CLAIM + "Остановка линии неизбежна, линия встанет завтра.", "critical"),
        (SOME_CLAIM + "Линия встанет завтра.", "high"),
        (SOME_CLAIM + "Смена простаивает с утра.", "critical"),
        (SOME_CLAIM + "We had to stop the press.", "critical"),
        ("Клубника тёплая, машина под выгрузкой, что делать?", "critical"),
        ("The salmon is at nine degrees, the truck is still here, accept it or not?", "critical"),
        ("Салат и сметана свежие, машину разгрузили вчера.", "normal"),
        ("Просто чтобы вы знали: коробки мятые, товар цел, отвечать не обязательно.", "low"),
        ("Креветки разморозились, водитель ждёт, принимать или нет?", "critical"),
        ("Рыба мороженая, коробка мятая.", "normal"),
    ],
)
def test_urgency(text: str, urgency: str) -> None:
    assert facts(text).urgency == urgency


@pytest.mark.parametrize(
    ("text", "withdrawal"),
    [
        ("Претензию снимаем, вопрос решён.", "full"),
        ("Эту часть снимаем, а с паркетом другая история.", "partial"),
        ("Претензию по партии 4410 отзываем, извините за беспокойство.", "full"),
        ("Прошу считать претензию отозванной.", "full"),
        ("Просим отозвать нашу претензию: коробки нашлись.", "full"),
        ("Можно закрыть обращение, деньги пришли.", "full"),
        ("Please close our claim, the parts turned up.", "full"),
        ("Претензию по первой позиции снимаем, вторая остаётся.", "partial"),
        ("Прошу закрыть обращение только после замены.", "none"),
        ("Когда можно закрыть дело? Ждём уже месяц.", "none"),
        ("You closed the claim although nothing was done.", "none"),
        ("Просим не закрывать обращение до возврата денег.", "none"),
        ("Вопрос не решён.", "none"),
        ("Если образцов не будет, считаем вопрос закрытым.", "none"),
        ("Please disregard my previous email, see the corrected claim attached.", "none"),
    ],
)
def test_withdrawal(text: str, withdrawal: str) -> None:
    assert facts(text).withdrawal == withdrawal


@pytest.mark.parametrize(
    ("text", "sender", "kind"),
    [
        ("Просим заменить партию по договору поставки, накладная № 12.", Address("ООО «Ромашка», снабжение", "snab@romashka.example"), "business"),
        ("Купила у вас чайник, муж в шоке.", Address("Марина", "marina@gmail.com"), "consumer"),
        ("я купил дрель для себя", Address("", "petr@yandex.kz"), "consumer"),  # a free mailer under another ending
        ("бой", None, "unknown"),
    ],
)
def test_sender_kind(text: str, sender: Address | None, kind: str) -> None:
    mail = IncomingMail(text=text, from_=sender)
    assert reader().understand(mail, TUESDAY, MOSCOW).facts.sender_kind == kind


def attachment(name: str, media_type: str = "image/jpeg", size: int = 200_000, inline: bool = False) -> Attachment:
    return Attachment(name, media_type, size, "", inline)


DAMAGE = "Коробка мятая, стекло разбито, осколки внутри. "
WARRANTY = "Насос не включается, перестал работать. "


@pytest.mark.parametrize(
    ("text", "sent", "missing"),
    [
        (DAMAGE, [], ("photo", "packaging_photo", "act", "invoice")),
        (DAMAGE, [attachment("IMG_1.jpg")], ("packaging_photo", "act", "invoice")),
        (DAMAGE, [attachment("IMG_1.jpg"), attachment("IMG_2.jpg")], ("act", "invoice")),
        (DAMAGE, [attachment("korobka.jpg")], ("act", "invoice")),
        (DAMAGE, [attachment("image001.png", "image/png", 8_000, inline=True)], ("photo", "packaging_photo", "act", "invoice")),  # a logo
        (DAMAGE, [attachment("image001.png", "image/png", 900_000, inline=True)], ("packaging_photo", "act", "invoice")),  # a phone's photo
        (DAMAGE, [attachment("logo.png", "image/png", 30_000)], ("photo", "packaging_photo", "act", "invoice")),
        (DAMAGE, [attachment("akt.jpg")], ("photo", "packaging_photo", "invoice")),  # an act is no photo and no invoice
        (DAMAGE, [attachment("претензия.pdf", "application/pdf")], ()),  # a scanned letter may hold anything
        (DAMAGE, [attachment("claim_2026.jpg")], ()),
        (DAMAGE, [attachment("фото.zip", "application/zip")], ()),
        (DAMAGE + "УПД 4471 от 21.10.2026", [], ("photo", "packaging_photo", "act")),
        (DAMAGE + "Я купила, заказ KR-9031, муж в шоке", [], ("photo", "packaging_photo", "act")),  # no invoice from a private person
        (WARRANTY, [], ("serial", "purchase_date", "purchase_proof", "photo")),
        (WARRANTY + "Зав. № 45-11.", [], ("purchase_date", "purchase_proof", "photo")),
        (WARRANTY + "Куплен 15.02.2026.", [], ("serial", "purchase_proof", "photo")),
        (WARRANTY, [attachment("chek.jpg")], ("serial", "photo")),
        (WARRANTY, [attachment("shildik.jpg")], ("purchase_date", "purchase_proof")),
    ],
)
def test_missing(text: str, sent: list[Attachment], missing: tuple[str, ...]) -> None:
    mail = IncomingMail(text=text, from_=Address("", "a@firma.example"), attachments=tuple(sent))
    assert reader().understand(mail, TUESDAY, MOSCOW).missing == missing


def test_only_what_the_rules_need_is_asked_for() -> None:
    for text in (DAMAGE, WARRANTY, "Недостача 3 места.", "Товар с браком, плесень."):
        read = understand(text)
        category = rules().category(read.verdict.primary)
        assert category is not None
        assert set(read.missing) <= set(category.needs)


def test_nothing_is_asked_where_the_category_is_unsure() -> None:
    assert understand("Добрый день").missing == ()


@pytest.mark.parametrize(
    "text",
    [
        "Не могу забрать заказ, в пункте выдачи говорят, что его нет.", "Третий день не можем забрать свой товар.",
        "Приехали забирать товар, половины нет.", "Нам не дали забрать груз.", "Когда можно забрать заказ?",
        "Хочу забрать посылку, а её не отдают.", "Не смогли вывезти партию: склад закрыт.", "Готовы забрать сами.",
        "Pallet was taken back by the driver.", "The driver took the broken one back with him.",
        "I cannot collect my order.", "I came to collect the order and half of it was missing.",
    ],
)  # fmt: skip
def test_the_customer_who_collects_an_order_asks_us_to_collect_nothing(text: str) -> None:
    assert "pickup" not in facts(text).remedies


@pytest.mark.parametrize(
    "text",
    [
        "Прошу забрать брак.", "Заберите товар.", "Когда заберёте брак?", "Просим забрать партию.", "Надо забрать товар, он мешает.",
        "Требуем вывезти бракованные насосы.", "Прошу вас забрать заказ обратно.", "Товар просим забрать за ваш счёт.",
        "Please have the pallet taken back.", "Please take the broken ones back.", "Please collect the goods.", "Please arrange for them to be collected.",
    ],
)  # fmt: skip
def test_goods_we_are_to_collect(text: str) -> None:
    assert "pickup" in facts(SOME_CLAIM + text).remedies


@pytest.mark.parametrize(
    ("text", "remedies"),
    [
        ("Suggest you replace 13 pcs. Pls reply before Nov 30.", {"replace", "answer"}),
        ("We ask you to take 44 boxes back.", {"pickup"}),
        ("Недостача 2 шт. Жду сегодня до вечера ответ.", {"answer"}),
        ("Прошу дать решение по пересорту.", {"decision"}),
        ("Two cartons short. We want our money back.", {"refund"}),
    ],
)
def test_wishes_in_the_words_of_stores(text: str, remedies: set[str]) -> None:
    assert set(facts(text).remedies) == remedies


def test_a_wish_in_the_past_form_asks() -> None:
    assert set(facts("Утюг сломался. Пусть бы кто-нибудь забрал его и починил.").remedies) >= {"pickup", "repair"}


@pytest.mark.parametrize(
    "text",
    [
        "The pump knocked. Your man came out on Tuesday and swapped the pump, I would not say no to an answer.",
        "Стиралка не крутит. Мастера вашего ждал два дня, не приехал никто.",
        "Не дослали петли. Скажите, куда скинуть фото.",
    ],
)
def test_what_is_told_is_no_demand(text: str) -> None:
    assert {"replace", "repair", "price_reduction"}.isdisjoint(facts(text).remedies)


def test_a_stop_still_to_come_is_a_risk() -> None:
    assert facts("Блок пришёл колотый. Завтра бригада восемь человек стоять будет.").urgency == "high"
    assert facts("Блок пришёл колотый. Бригада восемь человек стоит.").urgency == "critical"
