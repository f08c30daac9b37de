"""Russian mail in wrong, missing and double encodings: 300 made from texts of our own, subject and body right in 99 of 100."""

from __future__ import annotations

import base64
import quopri
import random
from collections.abc import Callable

import pytest

from mailbot.mail_in.read import read_mail

SUBJECTS = [
    "Претензия", "Рекламация № 118 от 14.04.2026", "Брак", "Re: недопоставка по заказу 55-120", "ПРЕТЕНЗИЯ ПО КАЧЕСТВУ", "Акт о расхождениях", "Заказ 77120: бой стекла", "Возврат денег за чайник",
    "Жалоба на доставку", "Fwd: Гарантийный случай, насос НЦ-40", "недостача", "Просим заменить деталь", "Вопрос по УПД 4410", "Течёт кран", "Срочно! Остановка линии", "Re[2]: Поломка пресса",
    "Не пришёл товар", "Дефект покрытия профиля", "Сколько ждать ответа?", "Повторное обращение",
]  # fmt: skip
BODIES = [
    "Добрый день!\nВ партии подшипников 6205 обнаружен брак: 12 шт. из 200 имеют люфт. Просим заменить.\nС уважением,\nПётр Ильин",
    "Здравствуйте. По накладной № 4512 не хватает двух коробок плитки. Когда довезёте?",
    "Получили заказ 55-120, три стекла разбиты, упаковка мокрая. Фото во вложении. Ждём ответа до пятницы.",
    "Чайник «Гейзер» перестал греть через неделю. Чек сохранился, хочу вернуть деньги.",
    "ТРЕБУЕМ ВОЗМЕСТИТЬ УБЫТКИ В РАЗМЕРЕ 48 500 РУБ. В ТЕЧЕНИЕ 10 ДНЕЙ.",
    "Уважаемые коллеги,\n\nна объекте «Южный» отслоилось покрытие на шести панелях.\nНаправьте, пожалуйста, представителя для составления акта.\n\nИнженер ОТК Щукина Э. Ю.",
    "Насос НЦ-40 (серийный номер A7719-22) шумит и нагревается. Объём работ согласуем по телефону +7 921 000-11-22.",
    "Вместо эмали RAL 9003 прислали RAL 7024. Нам нужен белый цвет, серый не подходит.",
    "Добрый вечер, диван привезли с порванной обивкой, ножка шатается. Очень расстроены!",
    "Прошу принять на гарантийный ремонт: экран гаснет, звук пропадает, кнопка не нажимается.",
    "Коллеги, ещё раз: масса нетто 420 кг вместо 500 кг. Взвешивали при водителе, есть акт.",
    "Хотел бы узнать, почему вторую неделю никто не отвечает на моё письмо о возврате.",
    "По договору поставки 17/2026 вы обязаны устранить недостатки в разумный срок — прошло уже 30 дней.",
    "Куртка пришла не того размера: заказывал 52, на бирке 48. Обменяйте, пожалуйста.",
    "В мешке с кормом оказались жучки, собака заболела. Чек и фото приложу по первому требованию.",
    "Шланг лопнул при давлении 4 бар, затопило подвал. Оцените ущерб и пришлите эксперта.",
]  # fmt: skip
CYRILLIC = ("cp1251", "koi8-r", "cp866", "iso8859-5")
NAMES = {"cp1251": "windows-1251", "iso8859-5": "iso-8859-5"}
LIES = ("us-ascii", "iso-8859-1", "windows-1252", "utf-8", "windows-1251", "koi8-r", "iso-8859-5", "x-unknown", "cp-866", "utf8mb3")
Made = tuple[bytes, str, str]


def fit(text: str, codec: str) -> str:
    """The text as somebody writes it who has no other letters."""
    for sign, instead in (("№", "N"), ("«", '"'), ("»", '"'), ("—", "-")):
        try:
            sign.encode(codec)
        except UnicodeEncodeError:
            text = text.replace(sign, instead)
    return text


def misread(raw: bytes, codec: str) -> str:
    """Bytes read in a wrong charset the way programs do it: what the charset does not define becomes a C1 sign or U+FFFD."""
    if codec == "cp1252":
        return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in raw)
    return raw.decode(codec, "replace")


def mail(subject: bytes, body: bytes, charset: str | None, encoding: str = "8bit") -> bytes:
    kind = b"Content-Type: text/plain" + (f'; charset="{charset}"'.encode() if charset else b"") + b"\n"
    body = {"8bit": body, "base64": base64.encodebytes(body), "quoted-printable": quopri.encodestring(body)}[encoding]
    head = b"From: ivan@customer.example\nTo: claims@firma.example\nSubject: " + subject + b"\nDate: Tue, 21 Apr 2026 10:00:00 +0300\nMIME-Version: 1.0\n"
    return head + kind + f"Content-Transfer-Encoding: {encoding}\n\n".encode() + body + b"\n"


def word(raw: bytes, label: str) -> bytes:
    """Encoded words (RFC 2047), split without regard to letters, as broken programs do."""
    pieces = [raw[at : at + 39] for at in range(0, len(raw), 39)]
    return b"\n ".join(f"=?{label}?B?".encode() + base64.b64encode(piece) + b"?=" for piece in pieces)


def missing(dice: random.Random, subject: str, body: str) -> Made:
    codec = dice.choice((*CYRILLIC, "utf-8"))
    subject, body = fit(subject, codec), fit(body, codec)
    return mail(subject.encode(codec), body.encode(codec), None, dice.choice(("8bit", "base64", "quoted-printable"))), subject, body


def lying(dice: random.Random, subject: str, body: str) -> Made:
    codec = dice.choice((*CYRILLIC, "utf-8"))
    label = dice.choice([lie for lie in LIES if lie not in (codec, NAMES.get(codec))])
    subject, body = fit(subject, codec), fit(body, codec)
    return mail(subject.encode(codec), body.encode(codec), label, dice.choice(("8bit", "base64"))), subject, body


def lying_words(dice: random.Random, subject: str, body: str) -> Made:
    codec = dice.choice((*CYRILLIC, "utf-8"))
    label = dice.choice([lie for lie in LIES if lie not in (codec, NAMES.get(codec))])
    subject, body = fit(subject, codec), fit(body, codec)
    return mail(word(subject.encode(codec), label), body.encode(codec), label, "base64"), subject, body


def double(dice: random.Random, subject: str, body: str) -> Made:
    """Written in one charset, read in another, and sent on as good utf-8."""
    codec, read_as = dice.choice([("utf-8", "cp1252"), ("utf-8", "cp1251"), ("utf-8", "koi8-r"), ("cp1251", "cp1252"), ("koi8-r", "cp1251"), ("cp1251", "koi8-r"), ("cp866", "cp1251"), ("koi8-r", "cp1252"), ("iso8859-5", "cp1251")])
    subject, body = fit(subject, codec), fit(body, codec)
    head, text = (misread(piece.encode(codec), read_as).encode("utf-8") for piece in (subject, body))
    return mail(word(head, "utf-8") if dice.random() < 0.5 else head, text, "utf-8", "base64"), subject, body


def mixed(dice: random.Random, subject: str, body: str) -> Made:
    """A subject in one charset, the body in another, only one of them said."""
    one, other = dice.sample((*CYRILLIC, "utf-8"), 2)
    subject, body = fit(subject, one), fit(body, other)
    return mail(subject.encode(one), body.encode(other), NAMES.get(other, other) if dice.random() < 0.5 else None, "8bit"), subject, body


DAMAGE: tuple[Callable[[random.Random, str, str], Made], ...] = (missing, lying, lying_words, double, mixed)


def made(seed: int, each: int) -> list[tuple[str, Made]]:
    dice = random.Random(seed)
    return [(damage.__name__, damage(dice, dice.choice(SUBJECTS), dice.choice(BODIES))) for damage in DAMAGE for _ in range(each)]


def wrong(seed: int, each: int) -> list[str]:
    found = []
    for name, (raw, subject, body) in made(seed, each):
        read = read_mail(raw)
        text = "\n".join(piece for piece in (read.text, read.signature) if piece)
        if read.subject != subject or text.split() != body.split():
            found.append(f"{name}: {read.subject!r} for {subject!r}; {text[:80]!r} for {body[:80]!r}")
    return found


def test_three_hundred_damaged_mails(capsys: pytest.CaptureFixture[str]) -> None:
    found = wrong(20_260_421, 60)
    with capsys.disabled():
        print(f"\ncharset damage: subject and body right in {300 - len(found)} of 300")
    assert len(found) <= 3, "\n".join(found)


def test_undamaged_mail_is_left_alone() -> None:
    for codec in (*CYRILLIC, "utf-8"):
        for subject, body in zip(SUBJECTS, BODIES, strict=False):
            subject, body = fit(subject, codec), fit(body, codec)
            read = read_mail(mail(word(subject.encode(codec), NAMES.get(codec, codec)), body.encode(codec), NAMES.get(codec, codec), "base64"))
            assert (read.subject, read.text.split()) == (subject, body.split()) or read.signature
            assert read.problems == ()
