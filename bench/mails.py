"""Claims for the benchmarks: as many as wanted, each from another customer, in the sizes real mail has."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator

_RU = (
    "Добрый день! По заказу № {order} и УПД № {paper} от 20.11.2026 приняли {got} насосов вместо {all}. Не хватает {less} шт., просим допоставить.",
    "Здравствуйте. В поставке по накладной {paper} разбиты {less} коробок, упаковка смята, акт с водителем составлен. Просим заменить, заказ {order}.",
    "Коллеги, в партии {paper} брак: у {less} изделий из {all} трещины на корпусе. Просим вернуть деньги или заменить. Заказ № {order}.",
    "Здравствуйте! Насос, серийный номер P300-{paper}, перестал включаться через месяц, гарантия 24 месяца. Заказ {order}, чек есть.",
)
_EN = (
    "Hello, we received {got} of {all} cartons on PO {order} (delivery note {paper}). {less} cartons are missing, please ship the balance.",
    "Hi, the table from order {order} arrived broken, the box was crushed. Delivery note {paper}. We would like a replacement.",
)
_MORE = (
    "Товар принимали на складе в присутствии водителя, упаковка была без повреждений, пломба на месте.",
    "Просим сообщить, когда ждать ответа, и кто будет заниматься нашим обращением.",
    "Копии документов приложены, оригиналы отправим почтой по первому требованию.",
)


def claims(amount: int, seed: int = 1, claims_address: str = "claims@x.example") -> Iterator[bytes]:
    """`amount` mails; every tenth carries a photo of 40 kB, half a long quotation."""
    rng = random.Random(seed)
    for n in range(amount):
        english = n % 4 == 3
        total = rng.randint(20, 90)
        less = rng.randint(1, 9)
        body = rng.choice(_EN if english else _RU).format(
            order=100_000 + n, paper=rng.randint(1_000, 99_999), all=total, got=total - less, less=less
        )
        body += "\n\n" + "\n".join(rng.choices(_MORE, k=rng.randint(0, 4) if not english else 0))
        if n % 2:
            body += "\n\n20.11.2026 10:14, Отдел продаж <sales@x.example> пишет:\n" + "".join(f"> {rng.choice(_MORE)}\n" for _ in range(10))
        yield _mail(n, seed, body, claims_address, photo=n % 10 == 0, rng=rng)


def _mail(n: int, seed: int, body: str, to: str, *, photo: bool, rng: random.Random) -> bytes:
    head = [
        f"Received: from mx.c{n}.example by mx.x.example with ESMTP id {n}; Tue, 24 Nov 2026 09:00:00 +0300",
        f"From: =?utf-8?b?{base64.b64encode(f'Клиент {n}'.encode()).decode()}?= <buyer{n}@c{n}.example>",
        f"To: {to}",
        f"Subject: =?utf-8?b?{base64.b64encode(f'Претензия по заказу {100_000 + n}'.encode()).decode()}?=",
        "Date: Tue, 24 Nov 2026 09:00:00 +0300",
        f"Message-ID: <{seed}.{n}@c{n}.example>",
        "MIME-Version: 1.0",
    ]
    text = base64.encodebytes(body.encode()).decode()
    if not photo:
        lines = [*head, "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", "", text]
    else:
        image = base64.encodebytes(rng.randbytes(40_000)).decode()
        lines = [
            *head, 'Content-Type: multipart/mixed; boundary="b"', "", "--b", "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: base64", "", text, "--b", 'Content-Type: image/jpeg; name="photo.jpg"',
            'Content-Disposition: attachment; filename="photo.jpg"', "Content-Transfer-Encoding: base64", "", image, "--b--", "",
        ]  # fmt: skip
    return "\n".join(lines).replace("\n", "\r\n").encode("ascii")
