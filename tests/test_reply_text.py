"""Words told from quotes, signature and disclaimer: the forms of mail programs, and what only looks like them."""

from __future__ import annotations

import pytest

from mailbot.mail_in.html_lines import QUOTE_MARK, SIGNATURE_MARK
from mailbot.mail_in.letter_heads import find_head
from mailbot.mail_in.letter_lines import MAX_LINES, is_quoted, is_rule
from mailbot.mail_in.reply_text import Reply, plain_text, split_reply

OUR = "Обращение зарегистрировано."

ATTRIBUTIONS = [
    "пт, 15 янв. 2027 г. в 09:12, Отдел претензий <claims@company.example>:",
    "пт, 15 янв. 2027 г., 09:12 Отдел претензий <claims@company.example>:",
    "15.01.2027, 09:12, \"Отдел претензий\" <claims@company.example>:",
    "15.01.2027, 09:12, \"claims@company.example\" <claims@company.example>:",
    "Пятница, 15 января 2027, 9:12 +03:00 от Отдел претензий <claims@company.example>:",
    "пятница, 15 января 2027 г., 09:12 +03:00 от Отдел претензий claims@company.example :",
    "15 янв. 2027 г., в 09:12, Отдел претензий <claims@company.example> написал(а):",
    "15 января 2027 г. 09:12:25 GMT+03:00, Отдел претензий <claims@company.example> пишет:",
    "15 января 2027 г. 9:12 пользователь Отдел претензий <claims@company.example> написал:",
    "15.01.2027 09:12, Отдел претензий пишет:",
    "15.01.2027 9:12, Отдел претензий написал(а):",
    "Вы писали 15 января 2027 г., 09:12:00:",
    "Friday, January 15, 2027, 9:12:00 AM, you wrote:",
    "On Fri, Jan 15, 2027 at 9:12 AM Claims <claims@company.example> wrote:",
    "On 15/01/2027 09:12, Claims wrote:",
    "On 15 Jan 2027, at 09:12, Claims <claims@company.example> wrote:",
    "On Friday, January 15th, 2027 at 9:12 AM, Claims <claims@company.example> wrote:",
    "пт, 15 січ. 2027 р. о 09:12 Відділ <claims@company.example> пише:",
    "Am Fr., 15. Jan. 2027 um 09:12 Uhr schrieb Claims <claims@company.example>:",
    "Am 15.01.2027 um 09:12 schrieb Claims:",
    "Le ven. 15 janv. 2027 à 09:12, Claims <claims@company.example> a écrit :",
    "El vie, 15 ene 2027 a las 9:12, Claims (<claims@company.example>) escribió:",
    "Il giorno ven 15 gen 2027 alle ore 09:12 Claims <claims@company.example> ha scritto:",
    "Em sex., 15 de jan. de 2027 às 09:12, Claims <claims@company.example> escreveu:",
    "pt., 15 sty 2027 o 09:12 Claims <claims@company.example> napisał(a):",
    "W dniu 15.01.2027 o 09:12, Claims pisze:",
    "pá 15. 1. 2027 v 9:12 odesílatel Claims <claims@company.example> napsal:",
    "Op vr 15 jan 2027 om 09:12 schreef Claims <claims@company.example>:",
    "Den fre 15 jan. 2027 kl 09:12 skrev Claims <claims@company.example>:",
    "fre. 15. jan. 2027 kl. 09:12 skrev Claims <claims@company.example>:",
    "pe 15. tammik. 2027 klo 9.12 Claims (claims@company.example) kirjoitti:",
    "Claims <claims@company.example>, 15 Oca 2027 Cum, 09:12 tarihinde şunu yazdı:",
    "15 Oca 2027 Cum 09:12 tarihinde Claims <claims@company.example> şunu yazdı:",
    "2027年1月15日(金) 9:12 Claims <claims@company.example>:",
    "在 2027年1月15日，09:12，Claims <claims@company.example> 写道：",
    "Vào 09:12 15 tháng 1, 2027, Claims <claims@company.example> đã viết:",
]


@pytest.mark.parametrize("quoted", [f"> {OUR}", f">{OUR}\n>\n> Ждите."], ids=["blank", "tight"])
@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
def test_attributions_over_a_marked_quote(attribution: str, quoted: str) -> None:
    reply = split_reply(f"Да, верно.\n\n{attribution}\n\n{quoted}\n\nИ ещё.\n")
    assert reply.text == "Да, верно.\n\nИ ещё."
    assert attribution in reply.quoted
    assert OUR in reply.quoted


@pytest.mark.parametrize("attribution", [one for one in ATTRIBUTIONS if "pisze" not in one])
def test_attributions_over_an_unmarked_quote(attribution: str) -> None:
    reply = split_reply(f"Да, верно.\n\n{attribution}\n\n{OUR}\n\nЖдите.\n")
    assert reply == Reply("Да, верно.", f"{attribution}\n\n{OUR}\n\nЖдите.")


HEADS = [
    "От: Отдел претензий [mailto:claims@company.example]\nОтправлено: 15 января 2027 г. 9:12\nКому: Белых\nТема: Обращение",
    "От: Отдел претензий\nОтправлено: пятница, 15 января 2027 г. 9:12\nКому: Белых\nКопия: Пётр;\n Иван\nТема: Обращение",
    "*От:* Отдел претензий <claims@company.example>\n*Отправлено:* пятница, 15 января 2027 г. 9:12\n*Кому:* Белых\n*Тема:* Обращение",
    "-----Исходное сообщение-----\nFrom: Claims\nSent: Friday, January 15, 2027 9:12 AM\nTo: Belykh\nSubject: x",
    "-------- Исходное сообщение --------\nОт: Claims <claims@company.example>\nДата: 15.01.2027 9:12 (GMT+03:00)\nКому: b@x.example\nТема: x",
    "-----Original Message-----\nFrom: Claims <claims@company.example>\nTo: x <x@x.example>\nSent: Fri, Jan 15, 2027 9:12 am\nSubject: Test",
    "________________________________\nFrom: Claims <claims@company.example>\nSent: Friday, January 15, 2027 9:12:00 AM\nTo: B\nSubject: x",
    "From: Claims <claims@company.example>\nDate: Friday, 15 January 2027 at 09:12\nTo: B <b@x.example>\nSubject: x",
    "Von: Claims <claims@company.example>\nGesendet: Freitag, 15. Januar 2027 09:12\nAn: B\nBetreff: x",
    "De : Claims <claims@company.example>\nEnvoyé : vendredi 15 janvier 2027 09:12\nÀ : B\nObjet : x",
    "De: Claims <claims@company.example>\nEnviado el: viernes, 15 de enero de 2027 9:12\nPara: B\nAsunto: x",
    "Da: Claims <claims@company.example>\nInviato: venerdì 15 gennaio 2027 09:12\nA: B\nOggetto: x",
    "Van: Claims <claims@company.example>\nVerzonden: vrijdag 15 januari 2027 09:12\nAan: B\nOnderwerp: x",
    "Від: Claims <claims@company.example>\nНадіслано: 15 січня 2027 р. 9:12\nКому: B\nТема: x",
    "Кімнен: Claims <claims@company.example>\nЖіберілген: 15 қаңтар 2027 ж. 9:12\nКімге: B\nТақырып: x",
]


@pytest.mark.parametrize("head", HEADS)
def test_heads_of_earlier_letters(head: str) -> None:
    reply = split_reply(f"Да, верно.\n\n{head}\n\n{OUR}\n")
    assert reply == Reply("Да, верно.", f"{head}\n\n{OUR}")


NO_HEADS = [
    "Кому: ООО «Завод»\nОт кого: ООО «Ромашка»\n\nПретензия",
    "Дата: 15.01.2027\nТема: недостача\nКому: директору\n\nПретензия",
    "Товар: насос\nДата покупки: 15.01.2027\nОт: магазина",
    "From: Евгения <z@x.example>\nSubject: Заказ\n\nТекст",
    "15.01.2027 в 14:30 водитель написал:\nгруз сдан",
    "Мне написали: ждите.\nЖду.",
    "Менеджер ответил 15.01.2027 на a@x.example:\nникак",
    "On delivery we found 3 boxes.\nOn opening: two broken.",
    "Пишите на claims@company.example:\nответим",
    "Оригинал сообщения\nприлагаю",
    "a > b\nb < c",
    ">>> >>>  https://x.example <<<\nсм. выше",
    "- пункт\n-- подпункт\n--- ещё",
]


@pytest.mark.parametrize("text", NO_HEADS)
def test_what_only_looks_like_a_head_stays(text: str) -> None:
    assert split_reply(text) == Reply(text)


def test_answers_between_quotes_in_any_spacing() -> None:
    reply = split_reply("> один?\nда\n> два?\n\nнет\n\n> три?\n")
    assert reply.text == "да\n\nнет"
    assert reply.quoted == "> один?\n\n> два?\n\n> три?"


def test_a_torn_line_inside_a_quote_belongs_to_it() -> None:
    long = "> " + "слово " * 12
    assert split_reply(f"да\n\n{long}\nхвост строки\n> и дальше\n").text == "да"
    assert split_reply(f"да\n\n{long}\nНет, не так.\n> и дальше\n").text == "да\n\nНет, не так."


def test_never_cut_to_nothing() -> None:
    head = "От: Отдел <c@x.example>\nОтправлено: 15 января 2027 г. 9:12\nКому: Б\nТема: х"
    assert split_reply(f"{head}\n\nвопрос\nответ\n") == Reply("вопрос\nответ", head, in_quote=True)
    assert split_reply("С уважением, Иван\n").text == "С уважением, Иван"
    assert split_reply("-- \nИван\nтел. 8-900-000-00-00\n").text.startswith("-- ")
    assert split_reply("Отправлено с iPhone") == Reply("", signature="Отправлено с iPhone")
    assert split_reply("") == Reply("")


MOBILE = [
    "Отправлено с iPhone", "Отправлено с моего iPhone", "Отправлено с iPad", "Отправлено из мобильной Почты Mail.ru", "Отправлено из Почты Mail.ru", "Отправлено из Mail",
    "Отправлено из мобильной Яндекс.Почты: http://m.ya.ru/ymail", "Отправлено с моего устройства Huawei", "Отправлено с телефона Samsung", "Отправлено со смартфона Samsung Galaxy.",
    "Отправлено из Outlook для iOS<https://aka.ms/o0ukef>", "Получить Outlook для Android<https://aka.ms/AAb9ysg>", "Скачать Outlook для Android", "Послано с BlackBerry",
    "Sent from my iPhone", "Sent from my Verizon Wireless BlackBerry", "Sent from Mail for Windows", "Sent from Yahoo Mail on Android", "Get Outlook for iOS<https://aka.ms/o0ukef>",
    "Get Outlook for Android", "Sent with Proton Mail secure email.", "Надіслано з iPhone", "Von meinem iPhone gesendet", "Envoyé de mon iPhone", "Enviado desde mi iPhone",
    "Inviato da iPhone", "Verzonden vanaf mijn iPhone", "Wysłane z iPhone'a", "Skickat från min iPhone", "Sendt fra min iPhone", "Lähetetty iPhonesta",
]  # fmt: skip


@pytest.mark.parametrize("line", MOBILE)
def test_what_a_phone_writes(line: str) -> None:
    assert split_reply(f"Насос течёт.\n\n{line}\n") == Reply("Насос течёт.", signature=line)


@pytest.mark.parametrize("line", ["Отправлено со склада 12 января, пломба цела.", "Sent from my desk, is much easier than my mobile phone.", "Get us a new pump, please.", "Отправлено с ошибкой: две коробки вместо трёх."])
def test_what_a_person_writes_about_sending(line: str) -> None:
    assert split_reply(f"Насос течёт.\n\n{line}\n").text == f"Насос течёт.\n\n{line}"


CLOSINGS = [
    "С уважением,\nИван", "с уважением\nИван", "С уважением, Иван Петров", "С уважением Иван Петров, ООО «Ромашка»", "С наилучшими пожеланиями,\nИван", "С уважением, менеджер Иванова",
    "Best regards,\nAnn", "Kind regards\nAnn", "Thanks & Regards,\nRavi", "Regards, Roman", "Yours sincerely,\n\n\nAnn Buyer\nDirector", "Mit freundlichen Grüßen\nHans", "З повагою,\nОлена",
    "Cordialement,\nAnne", "Med venlig hilsen\nAnders", "Pozdrawiam,\nJan", "Met vriendelijke groet,\nJan",
]  # fmt: skip


@pytest.mark.parametrize("closing", CLOSINGS)
def test_sign_offs(closing: str) -> None:
    assert split_reply(f"Насос течёт, просим заменить.\n\n{closing}\n") == Reply("Насос течёт, просим заменить.", signature=closing)


@pytest.mark.parametrize(
    "text",
    [
        "С уважением относимся к вам, но в партии брак.\n\nЖдём ответа.",
        "Best we can do is wait.\n\nStill waiting.",
        "Спасибо!\nИван",
        "С уважением,\nИван\n\nА теперь главное: насос, который вы прислали вчера, течёт так же, как и прежний, и мы требуем вернуть деньги.",
        "Насос течёт.\nБобров",
    ],
)
def test_words_that_only_look_like_a_sign_off(text: str) -> None:
    assert split_reply(text).text == text


def test_what_follows_the_sign_off_and_is_said() -> None:
    for after in ("P.S. Образцы отправлены.", "PS: samples sent", "П.С. Образцы отправлены.", "Приложение: акт на 2 л.", "Вложения: фото"):
        reply = split_reply(f"Насос течёт.\n\nС уважением,\nИван\n\n{after}\n")
        assert reply.text == f"Насос течёт.\n\n{after}"
        assert reply.signature == "С уважением,\nИван"


def test_delimiters() -> None:
    assert split_reply("Течёт.\n-- \nИван\n").signature == "-- \nИван"
    assert split_reply("Течёт.\n--\nИван\n").signature == "--\nИван"
    assert split_reply("Течёт.\n—\nИван\n").signature == "—\nИван"
    long = "\n".join(f"пункт {number}" for number in range(40))
    assert split_reply(f"Течёт.\n-- \n{long}\n").signature == ""
    assert split_reply("this is -- not a signature\nat all").signature == ""


def test_marks_of_pages() -> None:
    assert split_reply(f"Течёт.\n{SIGNATURE_MARK}\nИван, отдел снабжения и логистики\n") == Reply("Течёт.", signature="Иван, отдел снабжения и логистики")
    assert split_reply(f"Течёт.\n{QUOTE_MARK}\nпросто строка\n") == Reply("Течёт.\nпросто строка")
    assert split_reply(f"Течёт.\n{QUOTE_MARK}\nreo tiếng\n> цитата\n").text == "Течёт."
    assert plain_text(f"a\n{QUOTE_MARK}\nb") == "a\nb"


DISCLAIMERS = [
    "Настоящее сообщение предназначено исключительно для указанного адресата и может содержать конфиденциальную информацию.",
    "Если вы получили это письмо по ошибке, пожалуйста, сообщите отправителю и удалите его.",
    "Если Вы не являетесь надлежащим адресатом, любое использование запрещено.",
    "УВЕДОМЛЕНИЕ О КОНФИДЕНЦИАЛЬНОСТИ: это электронное сообщение содержит информацию для адресата.",
    "This e-mail and any attachments are confidential and intended solely for the addressee.",
    "If you have received this email in error please notify the sender and delete it.",
    "CONFIDENTIALITY NOTICE: this message is privileged.",
    "Please consider the environment before printing this email.",
    "This email has been scanned for viruses by Thing.",
]


@pytest.mark.parametrize("disclaimer", DISCLAIMERS)
def test_disclaimers(disclaimer: str) -> None:
    assert split_reply(f"Течёт.\n\n{disclaimer}\n") == Reply("Течёт.", disclaimer=disclaimer)
    signed = split_reply(f"Течёт.\n\nС уважением,\nИван\n\n{disclaimer}\n")
    assert signed == Reply("Течёт.", signature="С уважением,\nИван", disclaimer=disclaimer)


def test_a_claim_about_secrecy_is_no_disclaimer() -> None:
    text = "Вы нарушили соглашение о конфиденциальности: чертежи ушли третьим лицам.\n\nТребуем объяснений."
    assert split_reply(text).text == text


@pytest.mark.parametrize("banner", ["CAUTION: This email originated from outside of the organization. Do not click links.", "ВНИМАНИЕ! Письмо от внешнего отправителя. Не открывайте вложения.", "You don't often get email from a@x.example. Learn why this is important"])
def test_banners(banner: str) -> None:
    assert split_reply(f"{banner}\n\nТечёт.\n") == Reply("Течёт.", disclaimer=banner)


@pytest.mark.parametrize(
    "opening",
    [
        "Взяли у вас стартер. Проверяли от внешнего АКБ, под нагрузкой просадка до 11. Провода чистые.",
        "The draught comes from outside, but the fan is dead when fed from an external source.",
    ],
)
def test_what_comes_from_outside_is_not_a_banner(opening: str) -> None:
    assert split_reply(f"{opening}\n\nЗамените.\n") == Reply(f"{opening}\n\nЗамените.")


def test_nothing_is_thrown_away() -> None:
    text = "a\n\n> b\n\nc\n\nС уважением,\nd\n\nOn Fri, Jan 15, 2027 at 9:12 AM E <e@x.example> wrote:\n\nf\n\nThis e-mail is intended solely for g."
    reply = split_reply(text)
    whole = reply.text + reply.quoted + reply.signature + reply.disclaimer
    assert sorted("".join(whole.split())) == sorted("".join(text.split()))


def test_heads_are_looked_for_to_a_limit() -> None:
    head = "On Fri, Jan 15, 2027 at 9:12 AM E <e@x.example> wrote:"
    near = "x\n" * (MAX_LINES - 1) + head + "\nquote"
    far = "x\n" * MAX_LINES + head + "\nquote"
    assert split_reply(near).quoted == f"{head}\nquote"
    assert split_reply(far).quoted == ""


@pytest.mark.parametrize(("line", "quoted"), [("> a", True), (">", True), (" > a", True), ("ИП> a", True), ("a> b", False), ("  > a", False), (">> a <<", False), ("", False)])
def test_is_quoted(line: str, quoted: bool) -> None:
    assert is_quoted(line) is quoted


@pytest.mark.parametrize(("line", "rule"), [("____", True), ("___", False), ("-" * 300, True), ("-" * 301, False), ("- - - -", True), ("--- a", False)])
def test_is_rule(line: str, rule: bool) -> None:
    assert is_rule(line) is rule


def test_find_head_names_its_kind() -> None:
    assert find_head(["On Fri, Jan 15, 2027 at 9:12 AM E <e@x.example> wrote:"], 0).kind == "intro"  # type: ignore[union-attr]
    assert find_head(["---------- Forwarded message ---------"], 0).kind == "forward"  # type: ignore[union-attr]
    assert find_head(["-----Original Message-----"], 0).kind == "original"  # type: ignore[union-attr]
    assert find_head(["слово"], 0) is None
