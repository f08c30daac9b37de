"""What we shall do, said to the customer: a specialist's «вернуть 12 000 руб» becomes «Вернём 12 000 руб». Pure."""

from __future__ import annotations

_WE = {
    "вернуть": "вернём", "возвратить": "возвратим", "заменить": "заменим", "обменять": "обменяем", "отремонтировать": "отремонтируем",
    "починить": "починим", "допоставить": "допоставим", "доукомплектовать": "доукомплектуем", "дослать": "дошлём", "довезти": "довезём",
    "уценить": "уценим", "снизить": "снизим", "возместить": "возместим", "компенсировать": "компенсируем", "оплатить": "оплатим",
    "направить": "направим", "выслать": "вышлем", "предоставить": "предоставим", "передать": "передадим", "вывезти": "вывезем",
    "забрать": "заберём", "разъяснить": "разъясним", "пояснить": "поясним", "объяснить": "объясним",
}  # fmt: skip
_WE_EN = frozenset({
    "refund", "pay", "replace", "exchange", "repair", "deliver", "reduce", "reimburse", "compensate", "send", "collect", "pick", "explain",
})  # fmt: skip
_OBJECTS = {  # where nothing is said but that it is granted: the verb, and what it is about
    "ru": {
        "refund": ("Вернём", "деньги"), "replacement": ("Заменим", "товар"), "repair": ("Отремонтируем", "изделие"),
        "topup": ("Допоставим", "недостающее"), "markdown": ("Снизим", "цену"), "compensation": ("Возместим", "расходы"),
        "documents": ("Направим", "документы"), "pickup": ("Вывезем", "товар"),
    },
    "en": {
        "refund": ("We will refund", "the price"), "replacement": ("We will replace", "the goods"),
        "repair": ("We will repair", "the product"), "topup": ("We will deliver", "what is missing"),
        "markdown": ("We will reduce", "the price"), "compensation": ("We will reimburse", "your costs"),
        "documents": ("We will send", "the documents"), "pickup": ("We will collect", "the goods"),
    },
}  # fmt: skip


def what_we_do(kind: str, said: str, language: str, *, as_demanded: bool = False) -> str:
    """Her words with the verb as we say it, "" where there are none and none are needed (a refusal, an explanation)."""
    verb, what = _OBJECTS["ru" if language == "ru" else "en"].get(kind, ("", ""))
    if as_demanded or not said.strip():
        return f"{verb} {said.strip() or what}".strip() if verb else _capital(said)
    first, blank, rest = said.strip().partition(" ")
    if not blank and verb:  # one word alone: «заменить», «возврат»
        return f"{verb} {what}"
    word = first.casefold().replace("ё", "е")
    if word in _WE:
        return _capital(f"{_WE[word]} {rest}")
    return f"We will {word} {rest}" if word in _WE_EN else _capital(said)


def _capital(words: str) -> str:
    text = words.strip()
    return text[:1].upper() + text[1:]
