"""The offer of a paid repair as a specialist writes it under `!resolve paid repair`: a line for each fact. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from mailbot.claims.said_dates import written_day

_FIELD = re.compile(r"\s*(?P<name>[^\W\d_]+)\s*[:：]\s*(?P<said>.+)")
_NAMES = {
    "изделие": "product", "product": "product", "гарантия": "warranty", "warranty": "warranty", "документ": "basis", "основание": "basis",
    "document": "basis", "basis": "basis", "диагностика": "diagnosis", "diagnosis": "diagnosis", "перевозка": "carriage",
    "доставка": "carriage", "carriage": "carriage", "адрес": "send_to", "куда": "send_to", "address": "send_to", "ремонт": "price",
    "цена": "price", "repair": "price", "price": "price",
}  # fmt: skip
_OURS = re.compile(r"наш|мы\b|компани|нами|our|we\b|company", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OfferWords:
    product: str = ""
    warranty_until: date | None = None
    basis: str = ""
    diagnosis: str = ""
    carriage: str = ""
    send_to: str = ""
    price: str = ""


def read_offer(text: str) -> OfferWords:
    """Lines «гарантия: до 12.05.2025», «документ: …», «диагностика: …», «перевозка: клиент», «адрес: …», «ремонт: …»."""
    said: dict[str, str] = {}
    for line in text.splitlines():
        match = _FIELD.match(line)
        name = _NAMES.get(match["name"].casefold()) if match is not None else None
        if match is not None and name is not None:
            said[name] = match["said"].strip()
    carriage = said.get("carriage", "")
    return OfferWords(
        product=said.get("product", ""),
        warranty_until=written_day(re.sub(r"^(?:до|истекла|until|ended)\s+", "", said.get("warranty", ""), flags=re.IGNORECASE)),
        basis=said.get("basis", ""),
        diagnosis=said.get("diagnosis", ""),
        carriage=("company" if _OURS.search(carriage) else "customer") if carriage else "",
        send_to=said.get("send_to", ""),
        price=said.get("price", ""),
    )
