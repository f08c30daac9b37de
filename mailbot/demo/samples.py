"""Sample mails written for the demo: claims of every category in both languages, and what else a claims address receives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

CLAIMS = "claims@mebel-server.example"


@dataclass(frozen=True, slots=True)
class Sample:
    """One mail. `answers` names the sample whose acknowledgement it replies to; `from_` is also the envelope sender."""

    name: str
    what: str  # one line for the audience
    from_: str
    headers: str  # beside From, To, Date, Message-ID
    body: str
    answers: str | None = None
    charset: str = "utf-8"
    declared: str | None = None  # what the headers claim; None: the truth
    envelope_from: str | None = None
    received: bool = True

    @property
    def address(self) -> str:
        return self.from_.rpartition("<")[2].rstrip(">")

    def raw(self, now: datetime, reply_to_id: str | None) -> bytes:
        """The mail as it comes over the wire, dated `now`, in reply to a Message-ID where it answers one."""
        lines = [
            f"From: {self.from_}",
            f"To: {CLAIMS}",
            f"Date: {format_datetime(now)}",
            f"Message-ID: <{self.name}.{int(now.timestamp())}@{self.address.rpartition('@')[2]}>",
            "MIME-Version: 1.0",
        ]
        if reply_to_id:
            lines += [f"In-Reply-To: <{reply_to_id}>", f"References: <{reply_to_id}>"]
        if "Content-Type:" not in self.headers:
            lines += [f"Content-Type: text/plain; charset={self.declared or self.charset}", "Content-Transfer-Encoding: 8bit"]
        text = "\n".join([*lines, self.headers.strip(), "", self.body.strip(), ""])
        return text.encode(self.charset).replace(b"\n", b"\r\n")


SAMPLES = (
    Sample(
        "quantity-ru",
        "недостача по УПД",
        "Ольга Смирнова <o.smirnova@stroydvor.example>",
        "Subject: Расхождение по УПД 4512",
        """Добрый день!

Приняли сегодня поставку по заказу № 77120, УПД № 4512 от 20.11.2026. По документам 50 насосов НЦ-40,
выгрузили 47. Паллета была в заводской плёнке, акт ТОРГ-2 составили вместе с водителем, скан пришлём завтра.
Просим допоставить 3 шт. или оформить корректировку.

С уважением,
Ольга Смирнова
Кладовщик, ООО «СтройДвор»
+7 495 123-45-67""",
    ),
    Sample(
        "damage-ru",
        "бой при перевозке",
        "Аптека № 7 <apteka7@romashka.example>",
        "Subject: Бой в поставке",
        """Здравствуйте.

В поставке от 19.11.2026 две коробки подмочены и помяты, внутри разбито 6 флаконов сиропа.
Упаковку сохранили, фото сделаем. Накладная 77-004512. Просим заменить.

Провизор Наталья Юрьевна""",
    ),
    Sample(
        "quality-ru",
        "брак партии",
        "Пётр Ильин <ilin@zavod-metiz.example>",
        "Subject: Рекламация: болты М12",
        """Коллеги, входной контроль забраковал партию 140626: твёрдость ниже чертежа у 30 болтов из 200,
на части — трещины под головкой. Протокол испытаний готов. Просим направить представителя и заменить партию.

Пётр Ильин, ОТК""",
    ),
    Sample(
        "warranty-ru",
        "гарантийный случай",
        "Марина <marina.k@pochta.example>",
        "Subject: чайник перестал включаться",
        """Здравствуйте! Купила у вас 12 октября чайник ЧЭ-200, серийный номер ЧЭ200-0047715. Месяц работал,
а вчера перестал включаться. Гарантия 24 месяца, чек есть. Что мне делать?

Марина, 8-900-000-41-17""",
    ),
    Sample(
        "quantity-en",
        "a short shipment",
        "John Baker <j.baker@northwind.example>",
        "Subject: PO 88231 - short shipped",
        """Hello,

We received 18 of 20 cartons on PO 88231 (delivery note 5567). Two cartons are missing; the pallet wrap was intact.
Please ship the balance or send a credit note.

Kind regards,
John Baker
Northwind Traders""",
    ),
    Sample(
        "damage-en",
        "arrived broken",
        "Emma Stone <emma@lakeside.example>",
        "Subject: Order 55120 arrived broken",
        """Hi, the glass table from order 55120 arrived today and the top is shattered, the box was crushed on one side.
I took photos. I would like a replacement.

Emma""",
    ),
    Sample(
        "warranty-en",
        "dead unit under warranty",
        "Service <service@hotelsea.example>",
        "Subject: Pump P-300 stopped working",
        """Good morning,

The pump P-300, serial P300-22817, purchased 3 March 2026, stopped working after eight months. It is under warranty.
Please advise how to return it for repair.

Regards,
Hotel Sea, technical service""",
    ),
    Sample(
        "urgent-ru",
        "опасность и суд",
        "Игорь Панов <panov.igor@pochta.example>",
        "Subject: Загорелся обогреватель!",
        """Вчера ваш обогреватель ОГ-2 загорелся в детской, жена получила ожог руки. Заказ 90114.
Если не вернёте деньги за три дня, подаю иск в суд и пишу в Роспотребнадзор.

Панов И. С.""",
    ),
    Sample(
        "follow-up",
        "клиент отвечает на подтверждение",
        "Ольга Смирнова <o.smirnova@stroydvor.example>",
        "Subject: Re: Расхождение по УПД 4512",
        """Добрый день! Акт ТОРГ-2 № 118 составлен, оригинал отправили почтой.

Ольга Смирнова""",
        answers="quantity-ru",
    ),
    Sample(
        "withdrawal",
        "клиент снимает претензию",
        "Аптека № 7 <apteka7@romashka.example>",
        "Subject: Re: Бой в поставке",
        """Здравствуйте! Ваш водитель сегодня привёз замену, вопрос решён, претензию снимаем. Спасибо!""",
        answers="damage-ru",
    ),
    Sample(
        "forward",
        "коллега пересылает письмо клиента",
        "Сергей Продажин <sales@mebel-server.example>",
        "Subject: Fwd: Пришёл не тот цвет",
        """Коллеги, это к вам, клиент мой.

---------- Пересылаемое сообщение ---------
От: Лариса Голубева <l.golubeva@uyut.example>
Дата: пн, 23 нояб. 2026 г. в 10:14
Тема: Пришёл не тот цвет
Кому: <sales@mebel-server.example>

Сергей, добрый день. Вместо белых шкафов привезли два чёрных, заказ 80233. Заберите и привезите наши.
Лариса Голубева""",
    ),
    Sample(
        "out-of-office",
        "автоответ: отвечать нельзя",
        "John Baker <j.baker@northwind.example>",
        "Subject: Automatic reply: PO 88231 - short shipped\nAuto-Submitted: auto-replied",
        """I am out of the office until 30 November. For urgent matters contact Ann Lee.""",
        answers="quantity-en",
    ),
    Sample(
        "bounce",
        "письмо не доставлено",
        "Mail Delivery System <mailer-daemon@mx.hotelsea.example>",
        """Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Content-Type: multipart/report; report-type=delivery-status; boundary="b1" """.strip(),
        """--b1
Content-Type: text/plain; charset=utf-8

Your message could not be delivered: the mailbox is full.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.hotelsea.example

Final-Recipient: rfc822; service@hotelsea.example
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp; 552 5.2.2 mailbox full

--b1
Content-Type: text/rfc822-headers

Message-ID: <{message_id}>
To: service@hotelsea.example

--b1--""",
        answers="warranty-en",
        envelope_from="",
    ),
    Sample(
        "newsletter",
        "рассылка: отвечать нельзя",
        "Выставка «Склад-2027» <news@sklad-expo.example>",
        "Subject: Приглашаем на выставку\nList-Id: <news.sklad-expo.example>\nList-Unsubscribe: <https://sklad-expo.example/u>\nPrecedence: bulk",
        """Приглашаем вас на выставку складского оборудования! Билеты со скидкой 20 % до конца недели.""",
    ),
    Sample(
        "broken-1251",
        "windows-1251, названная latin-1",
        "Валентина <sklad@tepliy-dom.example>",
        "Subject: Недовложение в коробке",
        """Добрый день! В коробке не хватает двух полок и пакета с крепежом, заказ 80990. Просим дослать.

Валентина, склад «Тёплый дом»""",
        charset="cp1251",
        declared="iso-8859-1",
    ),
    Sample(
        "hostile",
        "враждебное письмо: вложенность и заголовки",
        '"Support =?utf-8?q?=0D=0ABcc:_victim@example.org?=" <evil@attacker.example>',
        'Subject: =?utf-8?q?Claim=0D=0ABcc:_victim@example.org?= {{ 7*7 }} <script>alert(1)</script>\nContent-Type: multipart/mixed; boundary="a"',
        "\n".join(["--a", *(f'Content-Type: multipart/mixed; boundary="a{n}"\n\n--a{n}' for n in range(300)), "Content-Type: text/plain", "", "I complain: the goods are defective {{ config }}"]),
    ),
)
