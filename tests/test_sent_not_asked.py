"""What was sent, in whatever words, place or file, is never asked for; what was not is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from mailbot.claims.message import Attachment, IncomingMail
from mailbot.classify.missing import lacks_its_files, read_brought, read_missing
from mailbot.mail_in.read import read_mail
from mailbot.store.database import Database
from tests.desk_values import NOW, a_ground, file_one, letters, read_letter
from tests.halves import in_looked_at_half
from tests.own_letters import OwnLetter, as_bytes, parsed
from tests.reading import MOSCOW, TUESDAY, reader, rules, understand
from tests.values import a_mail


def missing(category: str, text: str, *files: str) -> tuple[str, ...]:
    sent = tuple(Attachment(name=name, media_type=_media(name), size=60_000, sha256="") for name in files)
    mail = IncomingMail(subject="", text=text, attachments=sent)
    read = reader().understand(mail, TUESDAY, MOSCOW)
    return read_missing(replace(read.verdict, primary=category), read_brought(mail, read.facts), rules())


def _media(name: str) -> str:
    if name.lower().endswith((".jpg", ".jpeg", ".png", ".heic")):
        return "image/jpeg"
    return "video/mp4" if name.lower().endswith(".mp4") else "application/octet-stream"


@pytest.mark.parametrize(
    ("category", "need", "text", "files"),
    [
        ("warranty", "serial", "Serial is on the photo but in case: LK2-9901284. It leaks.", ["IMG_1.jpg"]),
        ("warranty", "serial", "Чайник течёт. Серийный номер на фото, не могу разобрать.", ["20261118_101010.jpg"]),
        ("warranty", "serial", "Дрель не включается, шильдик снял на фото, смотрите.", ["20261118_101010.jpg"]),
        ("warranty", "serial", "Стартер щёлкает, серийный на корпусе 6120-004-417.", []),
        ("warranty", "serial", "Насос шумит, зав. номер выбит на раме: 11-20458-К.", []),
        ("warranty", "serial", "The drill is dead, see the photo of the rating plate.", ["WA0007.jpg"]),
        ("warranty", "serial", "Не греет, s/n SPT9-00417.", []),
        ("warranty", "serial", "The kettle is dead.", ["serial.jpg"]),
        ("warranty", "serial", "Пылесос сгорел, наклейка с заводским номером на фото 2.", ["фото 1.jpg", "фото 2.jpg"]),
        ("warranty", "purchase_proof", "Утюг сломался, фото чека прилагаю.", ["IMG-20261118-WA0007.jpg"]),
        ("warranty", "purchase_proof", "The heater died, picture of the receipt attached.", ["20261118.jpg"]),
        ("warranty", "purchase_proof", "Сломался миксер, чек 004519.", []),
        ("warranty", "purchase_date", "Купил утюг 3 октября сего года, сломался.", []),
        ("warranty", "purchase_date", "Bought it exactly six weeks ago, it is dead.", []),
        ("warranty", "photo", "Не включается, видео во вложении.", ["VID_2026.mp4"]),
        ("warranty", "photo", "It leaks, see the picture.", ["image.heic"]),
        ("damage", "act", "Разбита витрина, составлен акт № 5 от 23.09.2026.", []),
        ("damage", "act", "Стекло треснуло. Коммерческий акт № 118 с ТК составили.", []),
        ("damage", "act", "Плитка разбита, фото акта прилагаю.", ["IMG-20261118-WA0007.jpg"]),
        ("damage", "act", "The lamps are smashed, the discrepancy report is enclosed.", ["scan0001.png"]),
        ("damage", "invoice", "Разбито 3 лампы, фото накладной высылаю.", ["IMG_5512.jpg"]),
        ("damage", "invoice", "Бой 4 бутылки, УПД 5512.", []),
        ("damage", "invoice", "Three jars broken, docket 66120.", []),
        ("damage", "packaging_photo", "Зеркало разбито, на фото и коробка, и само зеркало.", ["photo_540.jpg"]),
        ("damage", "packaging_photo", "Lamps smashed, picture of the carton attached.", ["IMG_1.jpg"]),
        ("damage", "photo", "Шкаф поцарапан.", ["IMG_0001.HEIC"]),
        ("damage", "photo", "Шкаф поцарапан.", ["всё вместе.zip"]),
        ("quality", "batch", "Капли с осадком, серия 0260726.", []),
        ("quality", "batch", "Film does not stick, lot 2608-14.", []),
        ("quality", "batch", "Shafts out of tolerance, heat 77120-C.", []),
        ("quality", "batch", "Творог кислый, этикетка с партией на фото.", ["20261007.jpg"]),
        ("quality", "invoice", "Плесень на сыре, реализация 5517 от 13.10.26.", []),
        ("quantity", "act", "Не хватает 3 мест, акт № 1108/26.", []),
        ("quantity", "act", "Недостача 6 мешков, акт приложил, он без номера.", ["IMG-20261118-WA0007.jpg"]),
        ("quantity", "invoice", "Не доехало 2 ящика, скан накладной во вложении.", ["00118.png"]),
        ("quantity", "invoice", "2 boxes short, delivery note 003318.", []),
        ("quantity", "invoice", "Недостача 2 мешков по накладной от 12.11.2026.", []),
        ("quantity", "invoice", "Two boxes short on the delivery note of 5 November.", []),
        ("damage", "act", "Разбито 5 плит, акт о бое от 3.11 у водителя.", []),
        ("damage", "photo", "The lamps are smashed.", ["packing1.jpg"]),
        ("damage", "photo", "Три вазы разбиты, видео тебе в вотсап кинул.", []),
        ("damage", "photo", "Сливки вздулись, фото кинула в тг Ирине.", []),
        ("damage", "photo", "Гриф погнут, фотки в личке вашей группы вк скинул.", []),
        ("damage", "photo", "Two trays smashed. Pics on the shared drive as usual.", []),
        ("damage", "invoice", "Мандарин давленый, по накладной твоей 7018 640 ящиков.", []),
        ("damage", "invoice", "30 trays of eggs this am, note 8814, four trays smashed.", []),
        ("quantity", "invoice", "Hinges came yesterday on your note 30771, two boxes short.", []),
        ("quantity", "invoice", "In delivery 26-33071 four filters are missing.", []),
        ("damage", "photo", "Pictures of the labels I sent on Monday, one roll is torn.", []),
        ("damage", "photo", "The lamp is smashed, there is a video, link here https://clips.example/v/88412", []),
        ("quality", "batch", "Production code P26340 on the sachets, contents clumped.", []),
        ("quality", "batch", "Клеймо Т-44, трубы с раковинами.", []),
        ("warranty", "serial", "The number underneath says 17K2640118, it does not switch off.", []),
        ("warranty", "serial", "Номера на штоках: 2605-118, 2605-121, все текут.", []),
        ("warranty", "purchase_proof", "Bill no. 20417, the strimmer gives no spark.", []),
        ("warranty", "serial", "Утюг молчит. На нём табличка: 7702-A-0319.", []),
        ("warranty", "serial", "The mixer is dead. Plate reads KP 20 / 44718.", []),
        ("warranty", "purchase_date", "Ставили ваши мастера на Пасху, насос сгорел.", []),
        ("warranty", "purchase_date", "The drill is dead, had it new for Christmas.", []),
        ("warranty", "purchase_date", "Миксер сгорел, заказ 551-20417.", []),
        ("quality", "batch", "Хлеб с плесенью, смена и дата видны на снимке.", ["IMG_1.jpg"]),
        ("quality", "batch", "Resin gels, drums are marked 26K-118.", []),
        ("damage", "invoice", "Разбиты две вазы, документы у вас под номером 2208/3.", []),
        ("damage", "invoice", "Nine pots smashed, paperwork number was D/7714.", []),
        ("damage", "act", "Лампы разбиты. Бумагу с водителем оформили, она осталась у него.", []),
        ("damage", "photo", "Шкаф разбит, снимки отправлял вашему мастеру.", []),
        ("damage", "photo", "Lamps smashed, the pictures went to Sarah in your office.", []),
        ("damage", "act", "Лампы разбиты. В скане всё, что собрали.", ["IMG_5512.jpg"]),
    ],
)
def test_what_was_sent_is_not_asked_for(category: str, need: str, text: str, files: list[str]) -> None:
    assert need not in missing(category, text, *files)


@pytest.mark.parametrize(
    ("category", "need", "text", "files"),
    [
        ("warranty", "serial", "Чайник течёт, что делать?", ["IMG_1.jpg"]),
        ("warranty", "serial", "Серийный номер на фото.", []),  # nothing came
        ("warranty", "serial", "The kettle is dead, photo of the leak attached.", ["IMG_1.jpg"]),
        ("warranty", "purchase_proof", "Утюг сломался, фото прилагаю.", ["IMG_1.jpg"]),
        ("warranty", "photo", "Не включается.", []),
        ("damage", "act", "Разбита витрина, фото прилагаю.", ["IMG_1.jpg"]),
        ("damage", "act", "Нужно ли составить акт? Витрина разбита.", []),
        ("damage", "invoice", "Разбита витрина.", ["IMG_1.jpg"]),
        ("damage", "packaging_photo", "Зеркало разбито, фото прилагаю.", ["IMG_1.jpg"]),
        ("quality", "batch", "Творог кислый.", ["IMG_1.jpg"]),
        ("quantity", "invoice", "Не доехало 2 ящика.", []),
        ("quantity", "invoice", "Не доехало 2 ящика, выставьте счёт за 12 штук.", []),
    ],
)
def test_what_was_not_sent_is_asked_for(category: str, need: str, text: str, files: list[str]) -> None:
    assert need in missing(category, text, *files)


def test_a_letter_that_is_itself_the_act_is_asked_for_none() -> None:
    text = "Two boxes short, signed for by S. Amos."
    read = understand(text, "DISCREPANCY REPORT PO 4500118820")
    mail = IncomingMail(subject="DISCREPANCY REPORT PO 4500118820", text=text)
    assert "act" not in read_missing(replace(read.verdict, primary="quantity"), read_brought(mail, read.facts), rules())


def test_papers_sent_in_unusual_files_ways_and_words_are_not_asked_for() -> None:
    """tests/sent_oddly.txt: "Документ (3).pdf", a film, a cloud's folder, "фото во втором письме", the driver's copy."""
    letters = list(parsed(Path(__file__).parent / "sent_oddly.txt"))
    assert len(letters) == 55
    assert asked_again(letters) == []


@pytest.mark.parametrize("looked_at", [True, False])
def test_papers_sent_in_other_words_are_hardly_ever_asked_for(looked_at: bool) -> None:
    """tests/sent_in_words.txt: "в первичке № 40-118", "stamped on the shaft", "экземпляр у вас"; one half of it was never looked at."""
    letters = [one for one in parsed(Path(__file__).parent / "sent_in_words.txt") if in_looked_at_half(one.id) == looked_at]
    assert len(letters) == (39 if looked_at else 21)
    assert len(asked_again(letters)) <= (0 if looked_at else 5)


@pytest.mark.parametrize("looked_at", [True, False])
def test_papers_sent_in_passing_are_hardly_ever_asked_for(looked_at: bool) -> None:
    """tests/sent_again.txt: "бумага осталась у водителя", "the lot is in the scan", "it went to Sarah"; the even numbers were never looked at."""
    letters = [one for one in parsed(Path(__file__).parent / "sent_again.txt") if (int(one.id[-2:]) % 2 == 1) == looked_at]
    assert len(letters) == 30
    assert len(asked_again(letters)) <= (0 if looked_at else 8)


def asked_again(letters: Sequence[OwnLetter]) -> list[str]:
    """What a letter sent (its `has`) and the list of what is missing holds all the same."""
    again: list[str] = []
    for one in letters:
        mail = read_mail(as_bytes(one))
        read = reader().understand(mail, one.arrived, MOSCOW)
        category = one.gold["primary"][0]
        open_ = read_missing(replace(read.verdict, primary=category), read_brought(mail, read.facts), rules())
        again += [f"{one.id} {need}" for need in " ".join(one.gold["has"]).split() if need in open_]
    return again


@pytest.mark.parametrize(
    ("category", "need", "text", "files"),
    [
        ("damage", "photo", "Шкаф разбит, фото пришлю завтра по запросу.", []),
        ("damage", "act", "Вы вчера отправили товар без накладной и акта, дверь разбита.", []),
        ("damage", "photo", "Дверь разбита, наш сайт https://www.dveri.example/katalog.", []),
        ("damage", "photo", "Лампы разбиты, акт прилагаю.", ["акт 5.pdf"]),
        ("quantity", "act", "Не доехало 2 ящика, накладная вложена.", ["накладная 77.pdf"]),
        ("warranty", "photo", "The pump is dead.", ["server_logs.zip"]),
        ("damage", "photo", "Двери поцарапаны, реестр прилагаю.", ["реестр.xlsx"]),
        ("damage", "photo", "We have not sent the photos yet, two lamps are broken.", []),
        ("damage", "photo", "Two lamps broken, our page is https://lamps.example/shop.", []),
        ("warranty", "purchase_proof", "Bill me for 2 lamps, the third is dead.", []),
        ("damage", "photo", "Two lamps broken, I can put the photos on a drive if you wish.", []),
        ("quantity", "invoice", "Two boxes short. Please note 3 more are torn.", []),
        ("quantity", "invoice", "Two boxes short, delivery 180 minutes late.", []),
        ("damage", "act", "Лампы разбиты, водитель отказался от подписи, акт в машину не положили.", []),
        ("damage", "act", "Лампы разбиты, бумагу о бое водитель подписать отказался.", []),
        ("damage", "photo", "Дверь разбита, фото приложу к обращению позже.", []),
        ("quantity", "invoice", "Не доехало 2 ящика, отгрузка 24.11.2026.", []),
        ("quantity", "invoice", "Болтов прислали 450, приход на склад 14 декабря.", []),
        ("warranty", "serial", "Утюг сгорел, выбило пробки 2 раза.", []),
        ("warranty", "serial", "The drill is dead, 3 holes and that was that.", ["IMG_1.jpg"]),
        ("quality", "batch", "Краска комками, 2 банки из 14.", []),
        ("damage", "act", "Лампы разбиты, снимки отправлю другим письмом, акт ещё не писали.", []),
        ("damage", "act", "Lamps smashed, the report hasn't been written yet, your driver has a copy of the docket.", []),
        ("damage", "photo", "Двери поцарапаны, фотографировать не стали, показали водителю.", []),
        ("quality", "batch", "Творог кислый, снимок банки тут.", ["IMG_1.jpg"]),
        ("warranty", "purchase_date", "Купили утюг и через 2 раза он сгорел.", []),
    ],
)
def test_what_only_seems_sent_is_asked_for(category: str, need: str, text: str, files: list[str]) -> None:
    assert need in missing(category, text, *files)


@pytest.mark.parametrize(
    ("text", "files", "lacking"),
    [
        ("Акт и фото прилагаю.", [], True),
        ("Фото приложены, ждём ответа.", [], True),
        ("Брак подтверждён.\n\nПриложение: акт на 2 л.", [], True),
        ("Подробности во вложении.", [], True),
        ("Please find attached the delivery note.", [], True),
        ("Photos attached, see the corner.", [], True),
        ("Акт и фото прилагаю.", ["akt.pdf"], False),
        ("Акт приложу позже, фото сделаем завтра.", [], False),
        ("Акт приложен к накладной, она у водителя.", [], False),
        ("Фото прилагаю: https://disk.example/abc", [], False),
        ("The label was attached to the wrong box.", [], False),
        ("Приложение в телефоне не видит весы.", [], False),
    ],
)
def test_files_it_speaks_of_and_does_not_bring(text: str, files: list[str], lacking: bool) -> None:
    sent = tuple(Attachment(name=name, media_type=_media(name), size=60_000, sha256="") for name in files)
    assert lacks_its_files(IncomingMail(subject="", text=text, attachments=sent)) is lacking


@pytest.mark.parametrize("unit", ["\n", " \n", "\n\n ", "акт  "])
def test_blank_lines_take_no_time(unit: str) -> None:
    """A runaway pattern would meet the test's time limit."""
    assert not lacks_its_files(IncomingMail(subject="", text=unit * (300_000 // len(unit)) + "приложение"))


def test_who_forgot_the_files_is_told(sqlite_db: Database) -> None:
    for name, text in (("with", "Экран разбит. Акт прилагаю."), ("without", "Экран разбит. Акт составим завтра.")):
        mail = a_mail(text, from_=f"{name}@zakaz.example")
        file_one(sqlite_db, a_ground(), name, NOW, reader().understand(mail, NOW, MOSCOW), mail=mail)
    told = {row.recipient.partition("@")[0]: read_letter(row)[1] for row in letters(sqlite_db, "acknowledgement")}
    assert "упомянуты вложения" in " ".join(told["with"].split())
    assert "упомянуты вложения" not in " ".join(told["without"].split())
